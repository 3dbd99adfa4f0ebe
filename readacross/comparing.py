"""From positions to divergences: one pure function, by answer type, each result naming its rule.

Divergences come from typed answers, never from the likeness of sentences.  A pair of options between
which the question bank writes no relation is `scope` and is reported as a gap, never guessed.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from readacross.model import SEVERITIES, Divergence, Json, Position, Question, Relation
from readacross.values import canonical, canonical_table, in_words

LEVELS = {
    "possibility": 1, "permission": 1, "request": 2, "expectation": 3, "commitment": 4, "obligation": 5, "right": 5,
}  # fmt: skip
"""How far a force binds its actor; two forces at least two levels apart are a difference in strength."""

FORCE_MATTERS = ("enum", "duration", "frequency")
"""Answer types in which the same value with another force is another answer."""

QUIET = ("one_silent", "changed_over_time")
"""Kinds that do not name a group in which authorities differ in what they say."""


class Finding(NamedTuple):
    """What a rule finds between two positions."""

    kind: str
    severity: str
    rule: str
    why: str = ""


Namer = Callable[[Position], str]
"""How a position's source is called in a sentence: "Surrey (2006 to 2015)"."""


def compare(question: Question, a: Position, b: Position) -> Finding | None:
    """What differs between two positions on one question; None where nothing does."""
    expected = question.answer_type in ("contact", "text") or question.differs == "none"
    if expected or (a.status == "silent" and b.status == "silent"):
        return None
    if "silent" in (a.status, b.status):
        return Finding("one_silent", question.silence, "one states, one is silent")
    if canonical(question.answer_type, a.value) == canonical(question.answer_type, b.value):
        return _force(question, a, b)
    return RULES[question.answer_type](question, a.value, b.value)


def _force(question: Question, a: Position, b: Position) -> Finding | None:
    if question.answer_type not in FORCE_MATTERS or a.actor != b.actor or a.force is None or b.force is None:
        return None
    if abs(LEVELS.get(a.force, 0) - LEVELS.get(b.force, 0)) < 2 or not {a.force, b.force} <= LEVELS.keys():
        return None
    return Finding("strength", "low", "same answer, other force", f"one is {a.force}, the other {b.force}")


def _bool(question: Question, a: Json, b: Json) -> Finding:
    related = relation(question, str(a).lower(), str(b).lower())
    if related and (found := _by_relation(related)):
        return found
    return Finding("contradiction", question.silence, "yes against no", "one says yes, the other no")


def _enum(question: Question, a: Json, b: Json) -> Finding | None:
    related = relation(question, str(a), str(b))
    if related is None:
        return Finding(
            "scope", "low", "gap in the question bank", "no relation is written between these answers"
        )
    return _by_relation(related)


def relation(question: Question, a: str, b: str) -> Relation | None:
    """The relation written between two options, whichever way round."""
    for found in question.relations:
        if {found.a, found.b} == {a, b}:
            return found
    return None


def _by_relation(related: Relation) -> Finding | None:
    kinds = {"contradicts": "contradiction", "stronger": "strength", "other_grounds": "scope"}
    if related.kind == "same":
        return None
    return Finding(
        kinds[related.kind], related.severity, f"relation: {related.kind.replace('_', ' ')}", related.why
    )


def _set(question: Question, a: Json, b: Json) -> Finding:
    left = [str(item) for item in a] if isinstance(a, list) else []
    right = [str(item) for item in b] if isinstance(b, list) else []
    if not set(left) & set(right):
        return Finding("scope", question.differs, "other members")
    only_left = "; ".join(question.words(item) for item in left if item not in right)
    only_right = "; ".join(question.words(item) for item in right if item not in left)
    parts = [f"only the first names {only_left}"] if only_left else []
    parts += [f"only the second names {only_right}"] if only_right else []
    return Finding("scope", question.differs, "other members", ", ".join(parts))


def _amount(question: Question, a: Json, b: Json) -> Finding:
    vague = [isinstance(value, dict) and bool(value.get("vague")) for value in (a, b)]
    if all(vague):
        return Finding("number_or_time", "low", "other vague words")
    if any(vague):
        return Finding("number_or_time", "medium", "a number against vague words", "only one gives a number")
    if isinstance(a, dict) and isinstance(b, dict) and _same_but_for_bound(a, b):
        return Finding("number_or_time", "medium", "same number, other bound", "the number is the same")
    return Finding("number_or_time", question.silence, "other number, unit or anchor")


def _same_but_for_bound(a: Mapping[str, Json], b: Mapping[str, Json]) -> bool:
    """Whether two amounts differ in nothing but "within" against "after", or "at least" against "exactly"."""
    left, right = (
        {k: v for k, v in canonical_table(value).items() if k not in ("rel", "bound")} for value in (a, b)
    )
    return left == right


def _fields(question: Question, a: Json, b: Json) -> Finding:
    keys = sorted({*(a if isinstance(a, dict) else ()), *(b if isinstance(b, dict) else ())})
    differ = [key for key in keys if isinstance(a, dict) and isinstance(b, dict) and a.get(key) != b.get(key)]
    return Finding(
        "scope",
        question.differs,
        "other conditions",
        f"they differ in: {', '.join(differ)}" if differ else "",
    )


RULES: Mapping[str, Callable[[Question, Json, Json], Finding | None]] = {
    "bool": _bool, "enum": _enum, "set": _set, "condition": _fields,
    "duration": _amount, "frequency": _amount, "integer": _amount, "date": _amount,
}  # fmt: skip


def divergences(
    question: Question, positions: Sequence[Position], name: Namer, leaflet: Mapping[str, str]
) -> tuple[Divergence, ...]:
    """Every divergence among positions on one question: one for each pair, and one for the group.

    `leaflet` gives each version's leaflet: two versions of one leaflet differ over time.  The group
    divergence stands first and takes the severest pair's kind; silence alone makes a group only where
    somebody speaks.
    """
    pairs = []
    for a, b in combinations(positions, 2):
        if found := compare(question, a, b):
            if leaflet[a.version] == leaflet[b.version]:
                found = found._replace(kind="changed_over_time", rule=f"between versions: {found.rule}")
            summary = _sentence(question, (a, b), name) + (f" ({found.why})" if found.why else "")
            pairs.append(Divergence(*_about(question), *found[:2], summary, found.rule, "pair", (a, b)))
    if not pairs:
        return ()
    worst = max(pairs, key=lambda pair: (pair.kind not in QUIET, SEVERITIES.index(pair.severity)))
    summary = _sentence(question, positions, name)
    group = Divergence(
        *_about(question), worst.kind, worst.severity, summary, worst.rule, "group", tuple(positions)
    )
    return (group, *pairs)


def _about(question: Question) -> tuple[str, str]:
    return question.id, question.topic


def _sentence(question: Question, positions: Sequence[Position], name: Namer) -> str:
    """Who says what, in one line; those who say the same are named together."""
    said: dict[str, list[str]] = {}
    for position in positions:
        said.setdefault(in_words(question, position), []).append(name(position))
    return f"{question.label or question.question}: " + "; ".join(
        f"{_and(names)} – {words}" for words, names in said.items()
    )


def _and(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
