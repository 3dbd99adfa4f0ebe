"""Filling a generation: rows, vectors and weights, everything that answering reads."""

import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from readacross.adapting import in_steps
from readacross.analysing import ANALYSER, terms
from readacross.caching import EmbeddingCache
from readacross.drafting import Draft, all_phrasings
from readacross.embedding import embed
from readacross.encoding import Vector, load_encoder
from readacross.exporting import UnsupportedModel, export_encoder
from readacross.fitting import Learnt, fitted
from readacross.former import Held, ids_of
from readacross.generations import GENERATIONS, MANIFEST
from readacross.library import ADAPTED, FAMILIARITY, FORMAT, HEADING
from readacross.markup import plain
from readacross.model import Json, Passage
from readacross.models import model_sha256
from readacross.phrasing import Phrasing
from readacross.recognising import classes_of, fit, is_unasked
from readacross.settings import Settings
from readacross.shapes import pack
from readacross.storing import json_line
from readacross.training import train
from readacross.weighing import save, weigh

ENCODERS = GENERATIONS / "encoders"
CACHE = GENERATIONS / "embeddings.sqlite"


def in_context(passage: Passage, title: str = "") -> str:
    """A passage as it is matched: under its headings, after the sentence it hangs from, marks left out.

    The leaflet's own title, which stands over every passage and tells none from another, is left out.
    """
    above = [heading for heading in passage.headings if heading != title]
    return "\n".join([*above, *([passage.lead_in] if passage.lead_in else []), plain(passage.text)])


def _texts(passages: Sequence[Passage]) -> list[str]:
    """Every passage of a version in its context."""
    titles = [plain(p.text) for p in passages if p.kind == "heading" and p.level == 1]
    return [in_context(passage, titles[0] if len(titles) == 1 else "") for passage in passages]


def write_generation(
    folder: Path, root: Path, made: Draft, settings: Settings, *, progress: bool
) -> list[list[str]]:
    """Write every file of a generation into an empty folder; the manifest's hashes are added on publishing.

    Returns the terms of every passage.
    """
    model = model_sha256(settings.model)
    taken = [found if isinstance(found, Held) and found.model == model else None for found in made.passages]
    fresh = [[] if held else _texts(found) for held, found in zip(taken, made.passages, strict=True)]
    texts, phrasings = [text for found in fresh for text in found], all_phrasings(made)
    meant = [phrasing.question for phrasing in phrasings]
    recognised = any(map(is_unasked, meant))
    own = phrasings[: _own(made)] if recognised else phrasings
    with EmbeddingCache(root / CACHE) as cache:

        def learn(wordings: Sequence[Phrasing]) -> Learnt:
            texts = [item.words for item in wordings]
            found = embed(texts, settings.model, cache, progress=progress, depths=True)
            return _learnt(root, settings, wordings, found, progress=progress)

        asked = [*texts, *(phrasing.words for phrasing in own)]
        vectors = embed(asked, settings.model, cache, progress=progress)
        if recognised:
            changes, weights, familiar = fitted(root, phrasings, model, learn)
            np.save(folder / "recogniser.npy", weights)
            np.savez(folder / ADAPTED, allow_pickle=False, **in_steps(changes))
            (folder / FAMILIARITY).write_text(json.dumps(familiar._asdict()) + "\n", "utf-8")
    np.save(folder / "vectors.npy", _together(taken, fresh, vectors))
    np.save(folder / "phrases.npy", vectors[len(texts) :])
    found = [
        line for held, new in zip(taken, fresh, strict=True)
        for line in ([line.split() for line in held.terms] if held else map(terms, new))
    ]  # fmt: skip
    save(weigh(found), folder)
    _write_columns(folder, made)
    _write_rows(folder / "passages.jsonl", [row for passages in made.passages for row in _rows(passages)])
    _write_rows(folder / "positions.jsonl", list(map(_row, made.positions)))
    (folder / "corpus.json").write_text(json_line(_corpus(made, meant)) + "\n", "utf-8")
    (folder / "readings").mkdir()
    for source in made.sources.sources:
        name = source.version.id.replace("/", "~").replace("@", "~") + ".md"
        (folder / "readings" / name).write_bytes(source.reading.encode())
    facts: dict[str, Json] = {
        "format": FORMAT,
        "analyser": ANALYSER,
        "model": settings.model,
        "model_sha256": model_sha256(settings.model),
        "encoder": _encoder(root, settings),
    }
    (folder / MANIFEST).write_text(json.dumps(facts) + "\n", "utf-8")
    return found


def _learnt(
    root: Path, settings: Settings, wordings: Sequence[Phrasing], depths: Vector, *, progress: bool
) -> Learnt:
    """What wordings teach: by adapted layers, or by their depths alone where the light encoder cannot run the model."""
    encoder = root / _encoder(root, settings)
    if not (encoder / "encoder.json").is_file():
        counts = [item.counts for item in wordings]
        return Learnt({}, fit(depths, [item.question for item in wordings], counts), depths)
    trained = train(load_encoder(encoder), wordings, progress=progress)
    return Learnt(trained.changes, trained.weights, depths)


def _together(taken: Sequence[Held | None], fresh: Sequence[Sequence[str]], vectors: Vector) -> Vector:
    """The vectors of all passages in order: those of the former generation, and new ones one after the other."""
    parts, start = [], 0
    for held, texts in zip(taken, fresh, strict=True):
        parts.append(held.vectors if held else vectors[start : start + len(texts)])
        start += len(texts)
    return np.concatenate(parts) if parts else vectors[:0]


def _row(noun: object) -> bytes:
    return (json_line(pack(noun)) + "\n").encode()


def _rows(passages: Sequence[Passage]) -> Sequence[bytes]:
    """The passages of a version as they are written."""
    return passages.rows if isinstance(passages, Held) else list(map(_row, passages))


def _headings(passages: Sequence[Passage]) -> Sequence[bool]:
    return passages.headings if isinstance(passages, Held) else [item.kind == "heading" for item in passages]


def _encoder(root: Path, settings: Settings) -> str:
    """The folder of the light encoder, made where it is not there yet; its name even where there is none."""
    folder = ENCODERS / model_sha256(settings.model)[:16]
    try:
        export_encoder(settings.model, root / folder)
    except UnsupportedModel:
        return folder.as_posix()
    return folder.as_posix()


def _write_columns(folder: Path, made: Draft) -> None:
    """One row of small numbers a passage: its version, whether it is a heading, its id's rank for ties."""
    rank = {
        id_: number
        for number, id_ in enumerate(sorted(id_ for held in made.passages for id_ in ids_of(held)))
    }
    columns = [
        (number, HEADING if heading else 0, rank[id_])
        for number, held in enumerate(made.passages)
        for id_, heading in zip(ids_of(held), _headings(held), strict=True)
    ]
    np.save(folder / "columns.npy", np.array(columns, dtype=np.int32).reshape(-1, 3))


def _write_rows(path: Path, lines: Sequence[bytes]) -> None:
    """JSONL with the byte at which each line begins beside it."""
    path.write_bytes(b"".join(lines))
    offsets = np.zeros(len(lines) + 1, dtype="<i8")
    np.cumsum([len(line) for line in lines], out=offsets[1:])
    path.with_suffix(".offsets").write_bytes(offsets.tobytes())


def _own(made: Draft) -> int:
    """How many of the ways to put a question are the bank's own: where a recogniser is fitted, only they are kept."""
    return sum(len(question.phrasings) for question in made.questions)


def _corpus(made: Draft, meant: Sequence[str]) -> dict[str, Json]:
    """The small facts that every command needs, and the ranges of rows by version and question."""
    ranges: dict[str, Json] = {}
    recognised = any(map(is_unasked, meant))
    start = 0
    number: dict[str, int] = {}
    for source, found in zip(made.sources.sources, made.passages, strict=True):
        ranges[source.version.id] = [start, start + len(found)]
        number |= {id_: start + place for place, id_ in enumerate(ids_of(found))}
        start += len(found)
    on: dict[str, list[int]] = defaultdict(list)
    for place, position in enumerate(made.positions):
        on[position.question] += [place]
    topics: dict[str, set[int]] = defaultdict(set)
    for position in made.positions:
        topics[position.topic] |= {number[quote.passage] for quote in position.quotes}
    return {
        "authorities": pack(made.sources.authorities),
        "leaflets": pack(made.sources.leaflets),
        "versions": pack(made.versions),
        "topics": pack(made.topics),
        "questions": pack(made.questions),
        "baseline": pack(made.baseline),
        "rulings": pack(list(made.in_force.values())),
        "phrases": [*meant[: _own(made)]] if recognised else [*meant],
        "recognised": [*classes_of(meant)] if recognised else [],
        "besides": {
            said.name: [said.question, [number[passage] for passage in said.passages]]
            for said in made.besides
        },
        "passages_of": ranges,
        "positions_on": {question: [places[0], places[-1] + 1] for question, places in on.items()},
        "passages_on": {topic: [*sorted(found)] for topic, found in sorted(topics.items())},
    }
