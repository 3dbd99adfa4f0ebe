"""Checking a knowledge base: every problem with file, line and remedy, not only the first."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from readacross.baseline import Baseline, load_baseline
from readacross.certificate import Certificate
from readacross.certifying import certify
from readacross.coding import CODING, SECOND, load_positions
from readacross.corroborating import unread
from readacross.drafting import draft
from readacross.errors import ReadacrossError, SourceError
from readacross.generations import CURRENT, GENERATIONS, current, damage
from readacross.linting import Remark, coding_entry, lint
from readacross.model import Position, Question, Topic
from readacross.questions import load_questions, load_topics
from readacross.sources import Source, load_sources
from readacross.splitting import split

BIDI = re.compile("[\u202a-\u202e\u2066-\u2069\u200b-\u200f\u061c\ufeff]")
"""Characters that change how text is read without being seen."""


class Checked(NamedTuple):
    """What is wrong, and what is worth knowing but not wrong, one line each."""

    problems: list[str]
    notices: list[str]


def check(root: Path) -> Checked:
    """Everything that is wrong with a knowledge base or missing from it."""
    problems: list[SourceError] = []
    sources = load_sources(root, problems)
    if not sources.authorities and not problems:
        problems.append(
            SourceError(
                "sources/authorities.toml", "no authority is listed", "add a table for each authority"
            )
        )
    topics: tuple[Topic, ...] = ()
    bank: tuple[Question, ...] = ()
    baseline: Baseline | None = None
    try:
        topics = load_topics(root)
        bank = load_questions(root, topics)
        baseline = load_baseline(root, bank)
    except SourceError as bad:
        problems.append(bad)
    positions: list[Position] = []
    for source in sources.sources:
        try:
            found, coded = _check_source(root, source, certify(source), bank)
            problems += found
            positions += coded
        except SourceError as bad:
            problems.append(bad)
    remarks: Sequence[Remark] = ()
    try:
        remarks = lint(root, bank, topics, positions, baseline) if bank else ()
        if not problems:
            draft(root)
    except SourceError as bad:
        problems.append(bad)
    problems += [remark.error for remark in remarks if remark.level == "problem"]
    notices = [str(remark) for remark in remarks if remark.level == "notice"]
    notices += _uncorroborated(root, bank, positions)
    return Checked([str(problem) for problem in problems] + ([] if problems else _check_built(root)), notices)


def _uncorroborated(root: Path, bank: Sequence[Question], positions: Sequence[Position]) -> Iterator[str]:
    """Coded numbers that the reader of amounts does not see in their quotes."""
    types = {question.id: question.answer_type for question in bank}
    for position in positions:
        for number in unread(position, types[position.question]):
            what = f"the quotes of {position.question} do not seem to say {number}"
            entry = coding_entry(root, position)
            yield str(entry.wrong("value", what, "read them again; leave it where they do"))


def _check_source(
    root: Path, source: Source, certificate: Certificate, bank: tuple[Question, ...]
) -> tuple[list[SourceError], tuple[Position, ...]]:
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
    coded, _ = (load_positions(root, source, passages, questions, name) for name in (CODING, SECOND))
    return problems, coded


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
