"""Checking a knowledge base: every problem with file, line and remedy, not only the first."""

import re
from pathlib import Path

from readacross.agreeing import SECOND
from readacross.baseline import load_baseline
from readacross.certificate import Certificate
from readacross.certifying import certify
from readacross.coding import load_positions
from readacross.errors import ReadacrossError, SourceError
from readacross.generations import CURRENT, GENERATIONS, current, damage
from readacross.model import Question
from readacross.questions import load_questions, load_topics
from readacross.sources import Source, load_sources
from readacross.splitting import split

BIDI = re.compile("[\u202a-\u202e\u2066-\u2069\u200b-\u200f\u061c\ufeff]")
"""Characters that change how text is read without being seen."""


def check(root: Path) -> list[str]:
    """Everything that is wrong with a knowledge base, one line each; empty where nothing is."""
    problems: list[SourceError] = []
    sources = load_sources(root, problems)
    if not sources.authorities and not problems:
        problems.append(
            SourceError(
                "sources/authorities.toml", "no authority is listed", "add a table for each authority"
            )
        )
    bank: tuple[Question, ...] = ()
    try:
        bank = load_questions(root, load_topics(root))
        load_baseline(root, bank)
    except SourceError as bad:
        problems.append(bad)
    for source in sources.sources:
        try:
            problems += _check_source(root, source, certify(source), bank)
        except SourceError as bad:
            problems.append(bad)
    found = [str(problem) for problem in problems]
    return found + ([] if problems else _check_built(root))


def _check_source(
    root: Path, source: Source, certificate: Certificate, bank: tuple[Question, ...]
) -> list[SourceError]:
    problems = []
    reading = source.file("reading.md")
    if not (certificate.signed or certificate.structure.plain):
        what = f"the order of the words is not signed ({certificate.structure.counts()})"
        problems.append(
            SourceError(reading, what, "read it against the original, then: readacross build --sign NAME", 1)
        )
    if unseen := BIDI.search(source.reading):
        line = source.reading.count("\n", 0, unseen.start()) + 1
        what = f"the reading text holds a character that cannot be seen (U+{ord(unseen[0]):04X})"
        problems.append(SourceError(reading, what, "leave it out, and drop it as a scanning artefact", line))
    passages, questions = split(source, certificate), {question.id: question for question in bank}
    for name in ("coding.yaml", SECOND):
        load_positions(root, source, passages, questions, name)
    return problems


def _check_built(root: Path) -> list[str]:
    """What is wrong with what was built: stale files, a damaged generation."""
    from readacross.building import stale

    found = [
        f"{name}: this file is not what the sources make. Run: readacross build." for name in stale(root)
    ]
    if (root / GENERATIONS / CURRENT).exists():
        try:
            folder = current(root)
            found += [
                f"{folder.name}/{name}: the built file is damaged. Run: readacross build."
                for name in damage(folder)
            ]
        except ReadacrossError as bad:
            found.append(str(bad))
    return found
