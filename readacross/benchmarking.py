"""Measuring retrieval on a BEIR-style folder: read it, search it, score the rankings, write a run file.

    corpus.jsonl     _id, text, and where there are any title and section
    queries.jsonl    _id, text
    qrels.tsv        a header, then query-id, corpus-id and score, tabs between

A query without a judged passage has no answer in the corpus: it is searched, and stands in the run file,
but counts in no figure but `refusal_auroc`.
"""

import json
import math
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from readacross.errors import SourceError
from readacross.model import Json

if TYPE_CHECKING:
    from readacross.ranking import Hit
    from readacross.signals import Signals

DEPTH = 100
"""How many passages of each query stand in a run file."""

Judged = Mapping[str, Mapping[str, int]]


class Ranked(NamedTuple):
    """A passage in a ranking: its id and its score."""

    id: str
    score: float


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage of a test set: its id, its words, and the title and section it stands under."""

    id: str
    text: str
    context: str


@dataclass(frozen=True, slots=True)
class Collection:
    """A test set: passages, queries by id, and for each judged query the grades of its passages."""

    passages: tuple[Passage, ...]
    queries: Mapping[str, str]
    judged: Judged


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds to index the corpus, and milliseconds of processor time for each query."""

    index_seconds: float
    query_ms: tuple[float, ...]


def read_collection(folder: Path) -> Collection:
    """The test set in a folder.  Raises SourceError, with file and line, for anything that is not one."""
    passages = [
        Passage(id_, text, ". ".join(part for part in (row.get("title"), row.get("section")) if part))
        for id_, text, row in _records(folder / "corpus.jsonl")
    ]
    queries = {id_: text for id_, text, _ in _records(folder / "queries.jsonl")}
    if not passages or not queries:
        empty = folder / ("queries.jsonl" if passages else "corpus.jsonl")
        raise SourceError(empty, "there is nothing in it", "Give one JSON object a line")
    return Collection(
        tuple(passages), queries, _judgements(folder / "qrels.tsv", {item.id for item in passages}, queries)
    )


def _lines(file: Path) -> Iterator[tuple[int, str]]:
    """The lines of a file that hold anything, with their numbers."""
    try:
        with file.open(encoding="utf-8-sig") as opened:
            for number, line in enumerate(opened, 1):
                if line.strip():
                    yield number, line.rstrip("\n")
    except FileNotFoundError:
        remedy = "Give a folder that holds corpus.jsonl, queries.jsonl and qrels.tsv"
        raise SourceError(file, "there is no such file", remedy) from None
    except UnicodeDecodeError as bad:
        raise SourceError(file, f"this is not UTF-8 ({bad.reason})", "Save it as UTF-8") from None


def _records(file: Path) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Each line's id, text, and whichever of its other fields hold words."""
    seen: set[str] = set()
    for number, line in _lines(file):
        try:
            row = json.loads(line)
        except ValueError as bad:
            raise SourceError(
                file, f"this is not JSON ({bad})", "Write one JSON object on the line", number
            ) from None
        id_, text = (row.get("_id"), row.get("text")) if isinstance(row, dict) else (None, None)
        if not isinstance(id_, str) or not isinstance(text, str) or not id_:
            remedy = 'Write {"_id": "…", "text": "…"}'
            raise SourceError(file, "a line needs _id and text, both strings", remedy, number)
        if id_ in seen:
            raise SourceError(file, f"the id {id_!r} stands twice", "Give each line an id of its own", number)
        seen.add(id_)
        yield id_, text, {name: value for name, value in row.items() if isinstance(value, str)}


def _judgements(file: Path, passages: set[str], queries: Mapping[str, str]) -> Judged:
    """The grades above 0 by query and passage."""
    judged: dict[str, dict[str, int]] = {}
    for place, (number, line) in enumerate(_lines(file)):
        query, passage, grade, *more = [*line.split("\t"), "", ""]
        if place == 0 and not grade.strip().lstrip("-").isdigit():
            continue
        if any(more[:-2]) or not grade.strip().lstrip("-").isdigit():
            remedy = "Write query-id, corpus-id and a whole score, tabs between"
            raise SourceError(file, "this is not a judgement", remedy, number)
        for known, id_, named in ((queries, query, "queries.jsonl"), (passages, passage, "corpus.jsonl")):
            if id_ not in known:
                raise SourceError(
                    file, f"{id_!r} is not in {named}", "Correct the id or drop the line", number
                )
        if int(grade) > 0:
            judged.setdefault(query, {})[passage] = int(grade)
    if not judged:
        raise SourceError(file, "no query has a judged passage", "Judge at least one with a score of 1")
    return judged


def ndcg(ranking: Sequence[str], grades: Mapping[str, int], depth: int = 10) -> float:
    """Normalised discounted cumulative gain, as trec_eval counts it: linear gain, log2 discount.

    Source: Järvelin & Kekäläinen, Cumulated gain-based evaluation of IR techniques (2002).
    """
    found = sum(grades.get(id_, 0) / math.log2(place + 2) for place, id_ in enumerate(ranking[:depth]))
    best = sorted(grades.values(), reverse=True)[:depth]
    return found / sum(grade / math.log2(place + 2) for place, grade in enumerate(best))


def recall(ranking: Sequence[str], grades: Mapping[str, int], depth: int) -> float:
    """The part of the judged passages that stands among the first `depth`."""
    return sum(id_ in grades for id_ in ranking[:depth]) / len(grades)


def reciprocal_rank(ranking: Sequence[str], grades: Mapping[str, int], depth: int = 10) -> float:
    """One over the place of the first judged passage, 0 where none is among the first `depth`."""
    return next((1 / place for place, id_ in enumerate(ranking[:depth], 1) if id_ in grades), 0.0)


def auroc(answerable: Sequence[float], not_answerable: Sequence[float]) -> float:
    """How often a query with an answer scores above one without; ties count half."""
    scores = sorted([(score, 1) for score in answerable] + [(score, 0) for score in not_answerable])
    below, wins, start = 0, 0.0, 0
    while start < len(scores):
        end = start
        while end < len(scores) and scores[end][0] == scores[start][0]:
            end += 1
        hits = sum(kind for _, kind in scores[start:end])
        misses = end - start - hits
        wins += hits * (below + misses / 2)
        below, start = below + misses, end
    return wins / (len(answerable) * len(not_answerable))


def measure(
    collection: Collection,
    rankings: Mapping[str, Sequence[Ranked]],
    timing: Timing,
    confidence: Mapping[str, float],
) -> dict[str, Json]:
    """The figures of a run, means over the queries that have an answer."""
    judged = collection.judged
    ids = {query: [item.id for item in ranking] for query, ranking in rankings.items()}

    def mean(values: Iterator[float]) -> float:
        return round(sum(values) / len(judged), 4)

    figures: dict[str, Json] = {
        "corpus": len(collection.passages),
        "queries": len(judged),
        "ndcg@10": mean(ndcg(ids[query], grades) for query, grades in judged.items()),
        **{
            f"recall@{depth}": mean(recall(ids[query], grades, depth) for query, grades in judged.items())
            for depth in (1, 5, 10)
        },
        "mrr@10": mean(reciprocal_rank(ids[query], grades) for query, grades in judged.items()),
        "index_seconds": round(timing.index_seconds, 3),
        "query_ms": {
            "p50": round(percentile(timing.query_ms, 50), 2),
            "p95": round(percentile(timing.query_ms, 95), 2),
        },
    }
    without = [confidence[query] for query in collection.queries if query not in judged]
    if without:
        figures["refusal_auroc"] = round(auroc([confidence[query] for query in judged], without), 4)
    return figures


def percentile(values: Sequence[float], percent: int) -> float:
    """The smallest value that at least `percent` in a hundred do not exceed."""
    ordered = sorted(values)
    return ordered[max(math.ceil(len(ordered) * percent / 100) - 1, 0)]


def benchmark(folder: Path, run: Path | None, setting: str, *, progress: bool) -> dict[str, Json]:
    """Index a test set, search every query of it, write the run file if asked, and give the figures."""
    collection = read_collection(folder)
    if run is not None:
        _writable(run, collection)
    with TemporaryDirectory(ignore_cleanup_errors=True) as aside:
        began = time.perf_counter()
        signals = index_collection(collection, setting, Path(aside) / "encoder", progress=progress)
        index_seconds = time.perf_counter() - began
        found, confidence, spent = search_all(signals, collection)
    rankings = {
        query: [Ranked(collection.passages[hit.number].id, hit.score) for hit in hits]
        for query, hits in found.items()
    }
    if run is not None:
        write_run(run, rankings)
    return measure(collection, rankings, Timing(index_seconds, spent), confidence)


def index_collection(collection: Collection, setting: str, encoder: Path, *, progress: bool) -> "Signals":
    """A test set as it is searched; the light encoder is written to the folder `encoder`."""
    from readacross.encoding import load_encoder
    from readacross.exporting import export_encoder
    from readacross.signals import index_signals

    export_encoder(setting, encoder)
    texts = [item.text for item in collection.passages]
    contexts = [item.context for item in collection.passages]
    return index_signals(texts, contexts, setting, load_encoder(encoder), progress=progress)


def search_all(
    signals: "Signals", collection: Collection
) -> tuple[dict[str, list["Hit"]], dict[str, float], tuple[float, ...]]:
    """For every query the best passages, how sure it is that they answer, and milliseconds of processor time.

    The first is searched once before, to warm up.
    """
    from readacross.refusing import search_with_confidence

    texts = [item.text for item in collection.passages]
    found: dict[str, list[Hit]] = {}
    confidence: dict[str, float] = {}
    spent: list[float] = []
    search_with_confidence(signals, texts, next(iter(collection.queries.values())), DEPTH)
    for id_, text in collection.queries.items():
        before = time.process_time()
        found[id_], confidence[id_] = search_with_confidence(signals, texts, text, DEPTH)
        spent.append((time.process_time() - before) * 1000)
    return found, confidence, tuple(spent)


def _writable(run: Path, collection: Collection) -> None:
    """Raise SourceError now rather than after the work where a run file cannot be written."""
    ids = (*collection.queries, *(item.id for item in collection.passages))
    if blank := next((id_ for id_ in ids if any(map(str.isspace, id_))), None):
        raise SourceError(run, f"a run file cannot hold the id {blank!r}", "Give ids without blanks")
    if run.is_dir() or not run.absolute().parent.is_dir():
        raise SourceError(run, "a run file cannot be written there", "Name a file in a folder that exists")


def write_run(file: Path, rankings: Mapping[str, Sequence[Ranked]]) -> None:
    """Write rankings as a TREC run: query, Q0, passage, rank, score, readacross."""
    lines = [
        f"{query} Q0 {item.id} {rank} {item.score:.6f} readacross\n"
        for query, ranking in rankings.items()
        for rank, item in enumerate(ranking, 1)
    ]
    file.write_text("".join(lines), encoding="utf-8", newline="\n")


def figure_lines(figures: Mapping[str, Json]) -> list[str]:
    """The figures for reading, one a line."""
    lines = []
    for name, value in figures.items():
        if isinstance(value, dict):
            lines += [f"{f'{name} {part}':<14} {number}" for part, number in value.items()]
        else:
            lines.append(f"{name:<14} {value}")
    return lines
