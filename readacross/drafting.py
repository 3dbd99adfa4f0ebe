"""Drafting: everything a build reads, proves and derives before it writes anything."""

import json
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from readacross.analysing import ANALYSER
from readacross.baseline import Baseline, load_baseline
from readacross.besides import Besides, load_besides
from readacross.certificate import Certificate, Signature
from readacross.certifying import certify
from readacross.coding import CODED, Text, coded_text
from readacross.collecting import collect
from readacross.comparing import derive
from readacross.contract import divergence_json, passage_json, position_json
from readacross.deciding import Rulings, in_force, load_rulings, seen
from readacross.errors import SourceError
from readacross.former import NOTHING, Former, Held, ids_of
from readacross.model import Divergence, Json, Passage, Position, Question, Ruling, Topic, Version
from readacross.naming import namer
from readacross.occasions import Occasions, load_occasions, with_occasions
from readacross.phrasing import Phrasing, load_phrasings
from readacross.questions import load_questions, load_topics
from readacross.recognising import is_unasked
from readacross.remembering import proof_of
from readacross.rulings import About, attach
from readacross.settling import Cell
from readacross.sources import Source, Sources, load_sources
from readacross.splitting import split
from readacross.storing import certificate_json, json_line
from readacross.tensions import tensions


@dataclass(frozen=True)
class Draft:
    """All that a build has read, proven and derived, before it writes anything."""

    sources: Sources
    certificates: tuple[Certificate, ...]
    topics: tuple[Topic, ...]
    questions: tuple[Question, ...]
    passages: tuple[Sequence[Passage], ...]
    positions: tuple[Position, ...]
    divergences: tuple[Divergence, ...]
    baseline: Baseline | None
    cells: tuple[Cell, ...]
    rulings: Rulings
    in_force: Mapping[About, Ruling]
    texts: Mapping[str, Text]
    phrasings: tuple[Phrasing, ...]
    occasions: Occasions
    besides: tuple[Besides, ...]
    proofs: tuple[str, ...]
    keys: tuple[str, ...]

    @property
    def versions(self) -> tuple[Version, ...]:
        """The versions, in order."""
        return tuple(source.version for source in self.sources.sources)


def draft(
    root: Path, sign: Signature | None = None, known: AbstractSet[str] = frozenset(), before: Former = NOTHING
) -> Draft:
    """Read, prove and derive everything.  Raises SourceError for the first thing that is wrong.

    `known` are proofs that need not be made again; `before` holds passages that need not be cut again.
    """
    problems: list[SourceError] = []
    sources = load_sources(root, problems)
    if problems:
        raise problems[0]
    certified = [_certified(source, sign, known) for source in sources.sources]
    certificates = tuple(certificate for certificate, _ in certified)
    topics = load_topics(root)
    questions = load_questions(root, topics)
    pairs = list(zip(sources.sources, certificates, strict=True))
    keys = tuple(
        _made_of(source, proof) for source, (_, proof) in zip(sources.sources, certified, strict=True)
    )
    passages = tuple(
        before.of(key) or split(source, certificate)
        for key, (source, certificate) in zip(keys, pairs, strict=True)
    )
    bank = {question.id: question for question in questions}
    texts = {
        source.version.id: coded_text(root, source, found)
        for source, found in zip(sources.sources, passages, strict=True)
    }
    rulings = load_rulings(root, bank, texts)
    positions, cells = collect(root, texts, bank, rulings)
    derived = _derive(sources, questions, positions)
    ruled = _ruled(sources, bank, positions, rulings)
    held = in_force((*derived, *ruled), rulings, lambda item: seen(item, texts[item.version].source.reading))
    return Draft(
        sources,
        certificates,
        topics,
        questions,
        passages,
        positions,
        tuple(attach(derived, held)),
        load_baseline(root, questions),
        cells,
        rulings,
        held,
        texts,
        load_phrasings(root, bank),
        load_occasions(root),
        load_besides(root, {id_ for found in passages for id_ in ids_of(found)}),
        tuple(proof for _, proof in certified),
        keys,
    )


def _made_of(source: Source, proof: str) -> str:
    """All that the passages of a version, and what is found in them, are made of."""
    parts = (proof, ANALYSER, repr(source.version), repr(source.doubts))
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _certified(source: Source, sign: Signature | None, known: AbstractSet[str]) -> tuple[Certificate, str]:
    """The certificate of a version, the one that is there where it was made from these very texts; and its proof."""
    kept = source.certificate
    if kept and known and not sign and (proof := proof_of(source, kept)) in known:
        return kept, proof
    made = certify(source, sign)
    return made, proof_of(source, made)


def _derive(
    sources: Sources, questions: Sequence[Question], positions: Sequence[Position]
) -> tuple[Divergence, ...]:
    """The divergences among all versions, and the tensions within each, question by question."""
    versions = [source.version for source in sources.sources]
    name = namer(sources.authorities, versions)
    leaflet = {version.id: version.leaflet for version in versions}
    on: dict[str, list[Position]] = {question.id: [] for question in questions}
    for position in positions:
        on[position.question].append(position)
    within = tensions(questions, positions, name)
    found: list[Divergence] = []
    for question in questions:
        found += derive(question, on[question.id], name, leaflet).outline()
        found += (tension for tension in within if tension.question == question.id)
    return tuple(found)


def _ruled(
    sources: Sources, bank: Mapping[str, Question], positions: Sequence[Position], rulings: Rulings
) -> Iterator[Divergence]:
    """The divergences between two versions that somebody has ruled on."""
    versions = [source.version for source in sources.sources]
    leaflet = {version.id: version.leaflet for version in versions}
    for about in rulings:
        on_it = [p for p in positions if p.question == about.question and p.version in about.versions]
        if len(on_it) > 1:
            yield from derive(
                bank[about.question], on_it, namer(sources.authorities, versions), leaflet
            ).pairs()


def all_phrasings(made: Draft) -> list[Phrasing]:
    """Every way to put a question: the bank's own, the others, and how people ask for what is said besides.

    The last, and all of them with their occasion, serve a recogniser only, and there is one only where it is listed
    what nobody answers.
    """
    bank = [Phrasing(question.id, words) for question in made.questions for words in question.phrasings]
    if not any(is_unasked(phrasing.question) for phrasing in made.phrasings):
        return [*bank, *made.phrasings]
    found = [*bank, *made.phrasings, *(phrasing for said in made.besides for phrasing in said.phrasings)]
    return [*found, *with_occasions(found, made.occasions)]


def readable(made: Draft) -> dict[Path, str]:
    """The readable index files and certificates, by path: the same bytes on every machine."""
    versions = {version.id: version for version in made.versions}
    passages = (
        found.lines
        if isinstance(found, Held)
        else _lines([passage_json(item, source.version, source.original) for item in found])
        for source, found in zip(made.sources.sources, made.passages, strict=True)
    )
    files = {
        Path("index/passages.jsonl"): "".join(passages),
        Path("index/positions.jsonl"): _lines([position_json(item, versions) for item in made.positions]),
        Path("index/divergences.jsonl"): _lines(
            [divergence_json(item, versions) for item in made.divergences]
        ),
    }
    facts = {
        "files": {path.name: sha256(text.encode()).hexdigest() for path, text in sorted(files.items())},
        "versions": {
            source.version.id: {"original": source.version.sha256, "reading": certificate.reading_sha256}
            for source, certificate in zip(made.sources.sources, made.certificates, strict=True)
        },
        "counts": {
            "authorities": len(made.sources.authorities), "versions": len(versions), "questions": len(made.questions),
            "passages": sum(map(len, made.passages)), "positions": len(made.positions), "divergences": len(made.divergences),
        },
    }  # fmt: skip
    files[Path("index/manifest.json")] = json.dumps(facts, indent=1, ensure_ascii=False) + "\n"
    for source, certificate in zip(made.sources.sources, made.certificates, strict=True):
        files[source.file("certificate.json")] = certificate_json(certificate)
    files.update({text.source.file(CODED): text.before for text in made.texts.values() if text.coded})
    return files


def _lines(rows: Sequence[Json]) -> str:
    return "".join(json_line(row) + "\n" for row in rows)
