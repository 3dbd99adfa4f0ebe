"""Tensions: answers that sit ill with each other within one leaflet, as the question bank writes them."""

from collections.abc import Iterable

from readacross.comparing import Namer
from readacross.model import Divergence, Json, Position, Question, Tension
from readacross.telling import joined
from readacross.values import in_words

RULE = "tension within one leaflet"


def tensions(
    questions: Iterable[Question], positions: Iterable[Position], name: Namer
) -> tuple[Divergence, ...]:
    """Every pair of answers of one version that meets a tension, in the order of questions and positions.

    Positions that are stale or only suggested take no part.
    """
    bank = {question.id: question for question in questions}
    said: dict[str, dict[str, Position]] = {id_: {} for id_ in bank}
    for position in positions:
        if position.stands and position.question in said:
            said[position.question][position.version] = position
    return tuple(
        _divergence(tension, (question, position), (bank[tension.with_], other), name)
        for question in bank.values()
        for position in said[question.id].values()
        for tension in question.tensions
        if (other := said.get(tension.with_, {}).get(position.version))
        if meets(position, tension.answer) and meets(other, tension.and_)
    )


def meets(position: Position, answer: str) -> bool:
    """Whether a position gives an answer: an option's id, "true" or "false", "silent", or "*" for any stated."""
    if position.status == "silent" or answer == "silent":
        return position.status == answer
    return answer == "*" or answer in _given(position.value)


def _given(value: Json) -> list[str]:
    """A value as ids: each member of a set, each part of a condition, a bool as "true" or "false"."""
    parts = value if isinstance(value, list) else value.values() if isinstance(value, dict) else [value]
    return [str(part).lower() if isinstance(part, bool) else str(part) for part in parts]


def _divergence(
    tension: Tension, here: tuple[Question, Position], there: tuple[Question, Position], name: Namer
) -> Divergence:
    """A tension that a version meets: the leaflet named once, both answers in words, and why they clash."""
    question, position = here
    answers = [
        f"{asked.label or asked.question} – {in_words(asked, given)}" for asked, given in (here, there)
    ]
    return Divergence(
        question.id,
        question.topic,
        tension.kind,
        tension.severity,
        f"{name(position)}: {joined(answers)} ({tension.why})",
        RULE,
        "leaflet",
        (position, there[1]),
    )
