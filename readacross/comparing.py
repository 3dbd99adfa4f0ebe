"""From positions to divergences: one pure function, by answer type, each result naming its rule.

Divergences come from typed answers, never from the likeness of sentences.  A pair of options between
which the question bank writes no relation is `scope` and is reported as a gap, never guessed.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, islice
from typing import Literal, NamedTuple, TypeAlias

from readacross import telling
from readacross.model import SEVERITIES, Divergence, Json, Position, Question, Relation
from readacross.telling import Sides
from readacross.values import canonical, in_words

LEVELS = {
    "possibility": 1, "permission": 1, "request": 2, "expectation": 2, "commitment": 2, "obligation": 3, "right": 3,
}  # fmt: skip
"""How far a force binds its actor: may, should or will, must.  Another level is a difference in strength."""

FORCE_MATTERS = ("bool", "enum", "duration", "frequency")
"""Answer types in which the same value with another force is another answer."""

EXPECTED = ("contact", "text")
"""Answer types whose values are expected to differ from leaflet to leaflet."""

OTHER_FORCE = "same answer, other force"
"""The rule under which the same answer differs by how binding it is."""

QUIET = ("one_silent", "changed_over_time")
"""Kinds that do not name a group in which authorities differ in what they say."""


THE_TWO = Sides("the first", "the second")


class Finding(NamedTuple):
    """What a rule finds between two positions."""

    kind: str
    severity: str
    rule: str
    why: str = ""


Level = Literal["pair", "answers", "group", "leaflet"]

Namer = Callable[[Position], str]
"""How a position's source is called in a sentence: "Surrey (2006 to 2015)"."""


Frozen: TypeAlias = "None | bool | int | float | str | tuple[Frozen, ...] | frozenset[tuple[str, Frozen]]"
"""A value that cannot change, so that equal values can be found together."""


class Answer(NamedTuple):
    """All of a position that comparing looks at: positions with equal answers differ alike from any third."""

    status: str
    value: Frozen = None
    force: str | None = None
    actor: str | None = None


def answer(question: Question, position: Position) -> Answer:
    """The answer that a position gives; force and actor are part of it only where they matter."""
    if position.status == "silent":
        return Answer("silent")
    value = _frozen(canonical(question.answer_type, position.value))
    if question.answer_type in FORCE_MATTERS:
        return Answer("stated", value, position.force, position.actor)
    return Answer("stated", value)


def _frozen(value: Json) -> Frozen:
    if isinstance(value, dict):
        return frozenset((key, _frozen(item)) for key, item in value.items())
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value


def compare(
    question: Question, a: Position, b: Position, sides: Sides = THE_TWO, *, one_leaflet: bool = False
) -> Finding | None:
    """What differs between two positions on one question, and why; None where nothing does."""
    found = differ(question, answer(question, a), answer(question, b), one_leaflet=one_leaflet)
    return found and _explained(question, found, a, b, sides)


def differ(question: Question, a: Answer, b: Answer, *, one_leaflet: bool = False) -> Finding | None:
    """What differs between two answers to one question; None where nothing does, or where they should.

    The contacts of two leaflets should; those of one leaflet through time are a change to be told.
    """
    if question.differs == "none" or (a.status == "silent" and b.status == "silent"):
        return None
    if "silent" in (a.status, b.status):
        return Finding("one_silent", question.silence, "one states, one is silent")
    if a.value == b.value:
        return _force(a, b)
    if question.answer_type in EXPECTED:
        another = one_leaflet and question.answer_type == "contact"
        return Finding("scope", question.silence, "another contact") if another else None
    return RULES[question.answer_type](question, a.value, b.value)


def _force(a: Answer, b: Answer) -> Finding | None:
    """Two forces of one actor on different levels; those that bind nobody are not compared."""
    if a.actor != b.actor or a.force not in LEVELS or b.force not in LEVELS:
        return None
    if LEVELS[a.force] == LEVELS[b.force]:
        return None
    return Finding("strength", "low", OTHER_FORCE)


def _bool(question: Question, a: Frozen, b: Frozen) -> Finding:
    related = relation(question, str(a).lower(), str(b).lower())
    if related and (found := _by_relation(related)):
        return found
    return Finding("contradiction", question.silence, "yes against no")


def _enum(question: Question, a: Frozen, b: Frozen) -> Finding | None:
    related = relation(question, str(a), str(b))
    if related is None:
        return Finding(
            "scope", "low", "gap in the question bank", "no relation is written between these answers"
        )
    return _by_relation(related)


def relation(question: Question, a: str, b: str) -> Relation | None:
    """The relation written between two options, whichever way round."""
    wanted = {canonical("", a), canonical("", b)}
    for found in question.relations:
        if {canonical("", found.a), canonical("", found.b)} == wanted:
            return found
    return None


def _by_relation(related: Relation) -> Finding | None:
    kinds = {"contradicts": "contradiction", "stronger": "strength", "other_grounds": "scope"}
    if related.kind == "same":
        return None
    return Finding(
        kinds[related.kind], related.severity, f"relation: {related.kind.replace('_', ' ')}", related.why
    )


def _set(question: Question, _: Frozen, __: Frozen) -> Finding:
    return Finding("scope", question.differs, "other members")


def _fields(question: Question, _: Frozen, __: Frozen) -> Finding:
    return Finding("scope", question.differs, "other conditions")


def _amount(question: Question, a: Frozen, b: Frozen) -> Finding:
    left, right = _table(a), _table(b)
    vague = [bool(value.get("vague")) for value in (left, right)]
    if all(vague):
        return Finding("number_or_time", "low", "other vague words", "neither gives a number")
    if any(vague):
        return Finding("number_or_time", "medium", "a number against vague words")
    if left and right and _but_for_bound(left) == _but_for_bound(right):
        return Finding("number_or_time", "medium", "same number, other bound", "the number is the same")
    return Finding("number_or_time", question.silence, "other number, unit or anchor")


def _table(value: Frozen) -> Mapping[str, Frozen]:
    return dict(value) if isinstance(value, frozenset) else {}


def _but_for_bound(value: Mapping[str, Frozen]) -> Mapping[str, Frozen]:
    """An amount without "within" against "after", or "at least" against "exactly"."""
    return {name: item for name, item in value.items() if name not in ("rel", "bound")}


RULES: Mapping[str, Callable[[Question, Frozen, Frozen], Finding | None]] = {
    "bool": _bool, "enum": _enum, "set": _set, "condition": _fields,
    "duration": _amount, "frequency": _amount, "integer": _amount, "date": _amount,
}  # fmt: skip
"""What differs between two values of an answer type that are not equal."""

REASONS: Mapping[str, Callable[[Question, Position, Position, Sides], str]] = {
    OTHER_FORCE: telling.forces,
    "yes against no": telling.yes_or_no,
    "a number against vague words": telling.who_gives_a_number,
    "other members": telling.members,
    "other conditions": telling.fields,
}
"""The explanations that depend on who says what, by rule."""


def _explained(question: Question, found: Finding, a: Position, b: Position, sides: Sides) -> Finding:
    reason = REASONS.get(found.rule)
    return found._replace(why=reason(question, a, b, sides)) if reason else found


MOST_PAIRS = 300
"""How many pairs, of versions or of answers, an outline spells out for one question."""


@dataclass(frozen=True, slots=True)
class Differences:
    """What differs on one question: every two answers compared once, versions paired only when asked for.

    `given` is the number of the answer that each position gives; `found` is what differs between two
    answers of two leaflets, the lower number first, and `changed` between two answers of one leaflet.
    """

    question: Question
    positions: tuple[Position, ...]
    given: tuple[int, ...]
    found: Mapping[tuple[int, int], Finding]
    changed: Mapping[tuple[int, int], Finding]
    name: Namer
    leaflet: Mapping[str, str]

    @property
    def count(self) -> int:
        """How many pairs of versions differ."""
        often = Counter(self.given)
        both = sum(often[a] * often[b] for a, b in self.found)
        changes = self._changes()
        return both + sum(self._answers(*pair) not in self.found for pair in changes)

    @property
    def group(self) -> Divergence | None:
        """All that is said on the question, in one line; it takes the kind of the severest difference."""
        worst = self._worst()
        if worst is None:
            return None
        summary = self._said(range(len(self.positions)))
        if worst.rule == OTHER_FORCE:
            forces = ((self.name(item), item.force) for item in self.positions if item.status == "stated")
            summary += f" ({telling.who_binds_how((name, force) for name, force in forces if force)})"
        return self._divergence(worst, summary, "group", self.positions)

    def pairs(self) -> Iterator[Divergence]:
        """One divergence for each pair of versions that differ, in the order of the positions."""
        for i, j in combinations(range(len(self.positions)), 2):
            if self._found(i, j):
                yield self._pair(i, j)

    def over_time(self) -> Iterator[Divergence]:
        """One divergence for each pair of versions of one leaflet that differ."""
        for i, j in self._changes():
            yield self._pair(i, j)

    def by_answer(self) -> Iterator[Divergence]:
        """One divergence for each pair of answers that differ between leaflets, naming all who give them.

        It holds one position for each answer; it is a pair where nobody else gives these two.
        """
        givers: dict[int, list[int]] = {}
        for number, given in enumerate(self.given):
            givers.setdefault(given, []).append(number)
        called = {given: telling.listed(self._names(numbers)) for given, numbers in givers.items()}
        for a, b in self.found:
            apart = ((i, j) for i in givers[a] for j in givers[b] if not self._one_leaflet(i, j))
            for i, j in islice(apart, 1):
                if len(givers[a]) == len(givers[b]) == 1:
                    yield self._pair(i, j)
                else:
                    sides = Sides(called[a], called[b])
                    yield self._told((i, j), sides, sorted(givers[a] + givers[b]), "answers")

    def outline(self) -> Iterator[Divergence]:
        """The group, and each pair of versions; where these are many, what changed over time, and answers.

        Where even the pairs of answers are many, the group stands for them: it holds every position.
        """
        if group := self.group:
            yield group
        if self.count <= MOST_PAIRS:
            yield from self.pairs()
        else:
            yield from self.over_time()
            yield from self.by_answer() if len(self.found) <= MOST_PAIRS else ()

    def _worst(self) -> Finding | None:
        """The severest difference: first in what leaflets say, then in silence and in what changed."""
        ranked: dict[int, set[tuple[int, int]]] = {}
        for answers, found in self.found.items():
            rank = -1 if found.kind in QUIET else SEVERITIES.index(found.severity)
            ranked.setdefault(rank, set()).add(answers)
        silent = self._first_apart(ranked.pop(-1, set()))
        for rank in sorted(ranked, reverse=True):
            if said := self._first_apart(ranked[rank]):
                return self._finding(*said)
        quiet = sorted([*self._changes(), *([silent] if silent else [])])
        findings = [self._finding(i, j) for i, j in quiet]
        return max(findings, key=lambda found: SEVERITIES.index(found.severity), default=None)

    def _first_apart(self, answers: set[tuple[int, int]]) -> tuple[int, int] | None:
        """The first pair of versions, of two leaflets, that give two of these answers."""
        pairs = combinations(range(len(self.positions) if answers else 0), 2)
        return next((p for p in pairs if self._answers(*p) in answers and not self._one_leaflet(*p)), None)

    def _changes(self) -> list[tuple[int, int]]:
        """The pairs of versions of one leaflet that differ, in the order of the positions."""
        versions: dict[str, list[int]] = {}
        for number, position in enumerate(self.positions):
            versions.setdefault(self.leaflet[position.version], []).append(number)
        pairs = (pair for numbers in versions.values() for pair in combinations(numbers, 2))
        return sorted(pair for pair in pairs if self._found(*pair))

    def _answers(self, i: int, j: int) -> tuple[int, int]:
        a, b = self.given[i], self.given[j]
        return (a, b) if a < b else (b, a)

    def _kept(self, i: int, j: int) -> Mapping[tuple[int, int], Finding]:
        return self.changed if self._one_leaflet(i, j) else self.found

    def _found(self, i: int, j: int) -> Finding | None:
        return self._kept(i, j).get(self._answers(i, j))

    def _one_leaflet(self, i: int, j: int) -> bool:
        return self.leaflet[self.positions[i].version] == self.leaflet[self.positions[j].version]

    def _finding(self, i: int, j: int, sides: Sides | None = None) -> Finding:
        """What differs between two versions that do, explained where the sides have names."""
        found = self._kept(i, j)[self._answers(i, j)]
        if sides:
            found = _explained(self.question, found, self.positions[i], self.positions[j], sides)
        if self._one_leaflet(i, j):
            return found._replace(kind="changed_over_time", rule=f"between versions: {found.rule}")
        return found

    def _pair(self, i: int, j: int) -> Divergence:
        return self._told((i, j), Sides(*self._names((i, j))), (i, j), "pair")

    def _told(self, pair: tuple[int, int], sides: Sides, named: Iterable[int], level: Level) -> Divergence:
        """What differs between two positions, saying who else gives their answers."""
        found = self._finding(*pair, sides)
        summary = self._said(named) + (f" ({found.why})" if found.why else "")
        return self._divergence(found, summary, level, tuple(self.positions[n] for n in sorted(pair)))

    def _divergence(
        self, found: Finding, summary: str, level: Level, positions: tuple[Position, ...]
    ) -> Divergence:
        about = self.question.id, self.question.topic
        return Divergence(*about, found.kind, found.severity, summary, found.rule, level, positions)

    def _names(self, numbers: Iterable[int]) -> list[str]:
        return [self.name(self.positions[number]) for number in numbers]

    def _said(self, numbers: Iterable[int]) -> str:
        """Who says what, in one line."""
        positions = [self.positions[number] for number in numbers]
        said = ((self.name(position), in_words(self.question, position)) for position in positions)
        return telling.who_says_what(self.question, said)


def derive(
    question: Question, positions: Sequence[Position], name: Namer, leaflet: Mapping[str, str]
) -> Differences:
    """What differs among positions on one question; those that do not stand (stale, suggested) take no part.

    `leaflet` gives each version's leaflet: two versions of one leaflet differ over time.
    """
    standing = tuple(position for position in positions if position.stands)
    numbers: dict[Answer, int] = {}
    given = tuple(numbers.setdefault(answer(question, item), len(numbers)) for item in standing)
    found = _compared(question, numbers)
    changed = _compared(question, numbers, one_leaflet=True) if question.answer_type in EXPECTED else found
    return Differences(question, standing, given, found, changed, name, leaflet)


def _compared(
    question: Question, numbers: Mapping[Answer, int], *, one_leaflet: bool = False
) -> dict[tuple[int, int], Finding]:
    """What differs between every two answers, by their numbers."""
    return {
        (numbers[a], numbers[b]): finding
        for a, b in combinations(numbers, 2)
        if (finding := differ(question, a, b, one_leaflet=one_leaflet))
    }


def divergences(
    question: Question, positions: Sequence[Position], name: Namer, leaflet: Mapping[str, str]
) -> tuple[Divergence, ...]:
    """Every divergence among positions on one question: one for the group, and one for each pair of versions.

    Positions that are stale or only suggested take no part.  The group stands first and takes the severest
    pair's kind; silence alone makes a group only where somebody speaks.
    """
    found = derive(question, positions, name, leaflet)
    group = found.group
    return (group, *found.pairs()) if group else ()
