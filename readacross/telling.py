"""Telling: who says what, and why two answers differ, each in one line that names both sides."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from readacross.model import Json, Position, Question
from readacross.values import canonical

MANY = 8
"""How many names, or answers, a line spells out; where there are more it names some and counts the rest."""


class Sides(NamedTuple):
    """What the two sides of a difference are called in its explanation."""

    a: str
    b: str


def who_says_what(question: Question, said: Iterable[tuple[str, str]]) -> str:
    """Names and their answers in one line: those who say the same together, the commonest where many."""
    answers: dict[str, list[str]] = {}
    for name, words in said:
        answers.setdefault(words, []).append(name)
    told = list(answers.items())
    if len(told) > MANY:
        told = sorted(told, key=lambda answer: -len(answer[1]))[:MANY]
    parts = [f"{listed(names)} – {words}" for words, names in told]
    if len(answers) > len(told):
        parts.append(f"and {len(answers) - len(told)} other answers")
    return f"{question.label or question.question}: {joined(parts)}"


def listed(names: Sequence[str]) -> str:
    """Names in one phrase: "Aby, Bcd and Cde", or "Aby, Bcd and 31 others"."""
    if len(names) > MANY:
        names = [*names[:2], f"{len(names) - 2} others"]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def joined(parts: Sequence[str]) -> str:
    """Parts of a line, between semicolons; as sentences where a part holds a semicolon itself."""
    return (". " if any("; " in part for part in parts) else "; ").join(parts)


def forces(_: Question, a: Position, b: Position, sides: Sides) -> str:
    """How binding either side's words are."""
    return f"{_with_article(a.force)} in {sides.a}, {_with_article(b.force)} in {sides.b}"


def who_binds_how(said: Iterable[tuple[str, str]]) -> str:
    """Names and how binding their words are: "an obligation in Aby; a permission in Bcd and Cde"."""
    held: dict[str, list[str]] = {}
    for name, force in said:
        held.setdefault(force, []).append(name)
    return "; ".join(f"{_with_article(force)} in {listed(names)}" for force, names in held.items())


def _with_article(force: str | None) -> str:
    words = (force or "statement").replace("_", " ")
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def yes_or_no(_: Question, a: Position, __: Position, sides: Sides) -> str:
    """Which side says yes."""
    yes, no = sides if a.value else reversed(sides)
    return f"yes in {yes}, no in {no}"


def who_gives_a_number(_: Question, a: Position, __: Position, sides: Sides) -> str:
    """Which side is vague."""
    vague = isinstance(a.value, dict) and a.value.get("vague")
    return f"a number only in {sides.b if vague else sides.a}"


def members(question: Question, a: Position, b: Position, sides: Sides) -> str:
    """What only one of two sets names."""
    left, right = _items(a.value), _items(b.value)
    if not set(left) & set(right):
        return f"nothing is named by both {sides.a} and {sides.b}" if left and right else ""
    alone = ([item for item in left if item not in right], [item for item in right if item not in left])
    return _only(sides, [[question.words(item) for item in items] for items in alone])


def _items(value: Json) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


def fields(question: Question, a: Position, b: Position, sides: Sides) -> str:
    """What only one of two conditions asks for, part by part."""
    left, right = _parts(a.value), _parts(b.value)
    alone = [
        [name for name, value in here.items() if canonical("", value) != canonical("", there.get(name))]
        for here, there in ((left, right), (right, left))
    ]
    worded = all(isinstance(value, str) for value in (*left.values(), *right.values()))
    if worded and len(alone[0]) == len(left) and len(alone[1]) == len(right):
        return f"the conditions of {sides.a} and {sides.b} differ"
    told = [
        [_part(question, name, here[name]) for name in names]
        for names, here in zip(alone, (left, right), strict=True)
    ]
    return _only(sides, told)


def _parts(value: Json) -> Mapping[str, Json]:
    return {name: item for name, item in value.items() if item is not None} if isinstance(value, dict) else {}


def _part(question: Question, name: str, value: Json) -> str:
    """One part of a condition in words: "accompanied", "over age 12", "for some of the conference"."""
    words = name.replace("_", " ")
    if isinstance(value, bool):
        return words if value else f"not {words}"
    items = value if isinstance(value, list) else [value]
    said = ", ".join(question.words(item) if isinstance(item, str) else str(item) for item in items)
    return said if isinstance(items[0], str) else f"{words} {said}"


def _only(sides: Sides, alone: Sequence[Sequence[str]]) -> str:
    """What stands on one side alone, side by side: "only in Aby: a friend. Only in Bcd: a solicitor"."""
    parts = [f"only in {side}: {'; '.join(items)}" for side, items in zip(sides, alone, strict=True) if items]
    return ". ".join([*parts[:1], *(f"O{part[1:]}" for part in parts[1:])])
