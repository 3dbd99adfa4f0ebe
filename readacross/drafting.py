"""Drafting: everything a build reads, proves and derives before it writes anything."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from readacross.baseline import Baseline, load_baseline
from readacross.certificate import Certificate, Signature
from readacross.certifying import certify
from readacross.coding import load_positions
from readacross.comparing import divergences
from readacross.contract import divergence_json, passage_json, position_json
from readacross.errors import SourceError
from readacross.model import Divergence, Json, Passage, Position, Question, Topic, Version
from readacross.naming import namer
from readacross.questions import load_questions, load_topics
from readacross.sources import Sources, load_sources
from readacross.splitting import split
from readacross.storing import certificate_json, json_line


@dataclass(frozen=True)
class Draft:
    """All that a build has read, proven and derived, before it writes anything."""

    sources: Sources
    certificates: tuple[Certificate, ...]
    topics: tuple[Topic, ...]
    questions: tuple[Question, ...]
    passages: tuple[tuple[Passage, ...], ...]
    positions: tuple[Position, ...]
    divergences: tuple[Divergence, ...]
    baseline: Baseline | None

    @property
    def versions(self) -> tuple[Version, ...]:
        """The versions, in order."""
        return tuple(source.version for source in self.sources.sources)


def draft(root: Path, sign: Signature | None = None) -> Draft:
    """Read, prove and derive everything.  Raises SourceError for the first thing that is wrong."""
    problems: list[SourceError] = []
    sources = load_sources(root, problems)
    if problems:
        raise problems[0]
    certificates = tuple(certify(source, sign) for source in sources.sources)
    topics = load_topics(root)
    questions = load_questions(root, topics)
    pairs = list(zip(sources.sources, certificates, strict=True))
    passages = tuple(split(source, certificate) for source, certificate in pairs)
    bank = {question.id: question for question in questions}
    positions = [
        position
        for source, found in zip(sources.sources, passages, strict=True)
        for position in load_positions(root, source, found, bank)
    ]
    order = {question.id: number for number, question in enumerate(questions)}
    positions.sort(key=lambda position: order[position.question])
    return Draft(
        sources,
        certificates,
        topics,
        questions,
        passages,
        tuple(positions),
        _derive(sources, questions, positions),
        load_baseline(root, questions),
    )


def _derive(
    sources: Sources, questions: Sequence[Question], positions: Sequence[Position]
) -> tuple[Divergence, ...]:
    """Every divergence among all versions, question by question."""
    versions = [source.version for source in sources.sources]
    name = namer(sources.authorities, versions)
    leaflet = {version.id: version.leaflet for version in versions}
    found: list[Divergence] = []
    for question in questions:
        on_it = [position for position in positions if position.question == question.id]
        found += divergences(question, on_it, name, leaflet)
    return tuple(found)


def readable(made: Draft) -> dict[Path, str]:
    """The readable index files and certificates, by path: the same bytes on every machine."""
    versions = {version.id: version for version in made.versions}
    passages = [
        passage_json(passage, versions[passage.version], source.original)
        for source, found in zip(made.sources.sources, made.passages, strict=True)
        for passage in found
    ]
    files = {
        Path("index/passages.jsonl"): _lines(passages),
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
            "passages": len(passages), "positions": len(made.positions), "divergences": len(made.divergences),
        },
    }  # fmt: skip
    files[Path("index/manifest.json")] = json.dumps(facts, indent=1, ensure_ascii=False) + "\n"
    for source, certificate in zip(made.sources.sources, made.certificates, strict=True):
        files[source.file("certificate.json")] = certificate_json(certificate)
    return files


def _lines(rows: Sequence[Json]) -> str:
    return "".join(json_line(row) + "\n" for row in rows)
