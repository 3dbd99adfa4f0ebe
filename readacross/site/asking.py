"""What is asked, with everything said on it: questions, the positions on them, and topics of questions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TypeAlias

from readacross.comparing import Differences
from readacross.measuring import Judgement
from readacross.model import SEVERITIES, Divergence, Position, Question, Topic
from readacross.rulings import dismissed
from readacross.site import wording
from readacross.site.gathering import Shelf

BETWEEN = ("pair", "answers")
"""Levels of divergences between leaflets: two versions, or all that give two answers."""

SHOWN = 30
"""How many of the latest leaflets a page of several questions shows on one; with more it counts the answers."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what every version says on it, the latest versions first.

    `differences` and `changes` leave out what a person has dismissed; `dismissed` holds that, `waiting` what
    a person has yet to read again.  `apart` are the latest versions that answer otherwise than another.
    """

    question: Question
    said: tuple[wording.Said, ...]
    earlier: tuple[wording.Said, ...]
    differences: tuple[Divergence, ...]
    changes: tuple[Divergence, ...]
    dismissed: tuple[Divergence, ...]
    waiting: tuple[Position, ...]
    apart: frozenset[str]
    judged: tuple[Judgement, ...]

    @property
    def crowded(self) -> bool:
        """Whether so many of the latest leaflets are coded that only the question's own page shows each."""
        return len(self.said) > SHOWN

    @property
    def group(self) -> Divergence | None:
        """Where the latest versions differ: the one line that names them all."""
        return next((item for item in self.differences if item.level == "group"), None)

    @property
    def differing(self) -> tuple[Divergence, ...]:
        """The differences between two leaflets that both answer, the severest first."""
        found = (item for item in self.differences if item.level in BETWEEN and item.kind != "one_silent")
        return tuple(sorted(found, key=mildness))

    @property
    def ruled_silences(self) -> tuple[Divergence, ...]:
        """The silences beside an answer that a person has ruled on."""
        return tuple(item for item in self.differences if item.kind == "one_silent" and item.ruling)

    @property
    def tensions(self) -> tuple[Divergence, ...]:
        """Answers of one leaflet that sit ill with each other, the severest first."""
        return tuple(sorted((item for item in self.differences if item.level == "leaflet"), key=mildness))

    @property
    def differs(self) -> bool:
        """Whether two versions that speak to the question say different things."""
        return bool(self.differing)

    @property
    def severity(self) -> str:
        """How much the severest difference between two answers matters."""
        return self.differing[0].severity if self.differing else "none"

    @property
    def answers(self) -> tuple[tuple[str, tuple[wording.Said, ...]], ...]:
        """The answers that the latest versions give, each with those that give it."""
        found: dict[str, tuple[wording.Said, ...]] = {}
        for item in self.stated:
            found[item.words] = (*found.get(item.words, ()), item)
        return tuple(found.items())

    @property
    def stated(self) -> tuple[wording.Said, ...]:
        """The latest versions that answer the question."""
        return tuple(item for item in self.said if not item.silent)


@dataclass(frozen=True, slots=True)
class Digest:
    """A topic with its questions that somebody has coded, and those nobody has."""

    topic: Topic
    asked: tuple[Asked, ...]
    uncoded: tuple[Question, ...]

    @property
    def differing(self) -> tuple[Asked, ...]:
        """The questions on which leaflets differ, the severest first."""
        found = (asked for asked in self.asked if asked.differs)
        return tuple(sorted(found, key=lambda asked: -SEVERITIES.index(asked.severity)))

    @property
    def one_sided(self) -> tuple[Asked, ...]:
        """The questions on which some leaflets speak, alike, and others do not."""
        return tuple(asked for asked in self.asked if asked.group and not asked.differs)


def mildness(divergence: Divergence) -> int:
    """A key that puts the severest first."""
    return -SEVERITIES.index(divergence.severity)


def digests(shelf: Shelf) -> tuple[Digest, ...]:
    """The topics in order, with what is coded on each."""
    questions = shelf.library.questions.values()
    found = []
    for topic in shelf.library.topics.values():
        on_it = [question for question in questions if question.topic == topic.id]
        coded = tuple(asked(shelf, question) for question in on_it if shelf.positions[question.id])
        found.append(Digest(topic, coded, tuple(q for q in on_it if not shelf.positions[q.id])))
    return tuple(found)


def asked(shelf: Shelf, question: Question) -> Asked:
    """A question with everything that is said on it."""
    current = {version.id for version in shelf.library.current()}
    said = [wording.said(shelf, position) for position in shelf.positions[question.id]]
    differences, changes = shelf.differences[question.id], shelf.changes[question.id]
    return Asked(
        question,
        tuple(item for item in said if item.version.id in current),
        tuple(item for item in said if item.version.id not in current),
        tuple(item for item in differences if not dismissed(item)),
        tuple(item for item in changes if not dismissed(item)),
        tuple(item for item in (*differences, *changes) if dismissed(item) and item.level != "group"),
        shelf.waiting[question.id],
        _apart(shelf.apart[question.id], differences),
        tuple(item for item in shelf.judged if item.fact.question == question.id),
    )


def _apart(found: Differences, differences: Iterable[Divergence]) -> frozenset[str]:
    """The versions that answer otherwise than another; what a person dismissed does not count."""
    differences = tuple(differences)
    if any(dismissed(item) for item in differences):
        left = (item for item in differences if item.level in BETWEEN and not dismissed(item))
        return frozenset(
            side.version for item in left if item.kind != "one_silent" for side in item.positions
        )
    differing = {number for pair, item in found.found.items() if item.kind != "one_silent" for number in pair}
    return frozenset(
        position.version
        for position, given in zip(found.positions, found.given, strict=True)
        if given in differing
    )


Coded: TypeAlias = Mapping[str, Sequence[tuple[int, Topic, wording.Said]]]
"""What is coded of each version, with its topic and its place among everything that is."""


def by_version(found: Iterable[Digest]) -> Coded:
    """What is coded of each version, in the order of questions."""
    rows: dict[str, list[tuple[int, Topic, wording.Said]]] = {}
    everything = (
        (digest.topic, item) for digest in found for one in digest.asked for item in (*one.said, *one.earlier)
    )
    for place, (topic, item) in enumerate(everything):
        rows.setdefault(item.version.id, []).append((place, topic, item))
    return rows


def coded_by_topic(
    coded: Coded, versions: Iterable[str]
) -> tuple[tuple[Topic, tuple[wording.Said, ...]], ...]:
    """What is coded of some versions, topic by topic."""
    rows = sorted((row for id_ in versions for row in coded.get(id_, ())), key=itemgetter(0))
    together = groupby(rows, key=lambda row: row[1].id)
    return tuple(
        (found[0][1], tuple(item for _, _, item in found)) for found in (list(rows) for _, rows in together)
    )
