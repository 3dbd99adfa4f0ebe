"""Joining the answers to the parts of a question into one, each statement still resting on its own citations."""

from collections.abc import Sequence
from dataclasses import replace

from readacross.model import Answer, Citation, Divergence, Statement

MISSED = ("not_found", "out_of_scope")


def joined(answers: Sequence[Answer], status: str = "") -> Answer:
    """Several answers as one; `partly` where some parts are answered and some are not.

    A position or a divergence that more than one of them tells is told once.
    """
    first, *others = answers
    if not others:
        return first
    statements: list[Statement] = []
    citations: list[Citation] = []
    divergences: list[Divergence] = []
    for answer in answers:
        new = _new(answer, statements)
        offset = len(citations)
        citations += new.citations
        statements += (
            replace(item, citations=tuple(number + offset for number in item.citations))
            for item in new.statements
        )
        divergences += (item for item in answer.divergences if item not in divergences)
    heard = {statement.authority for statement in statements}
    quiet = dict.fromkeys(slug for answer in answers for slug in answer.silent)
    return replace(
        first,
        status=status or _status([answer.status for answer in answers]),
        statements=tuple(statements),
        citations=tuple(citations),
        silent=tuple(slug for slug in quiet if slug not in heard),
        divergences=tuple(divergences),
        nearest=tuple(item for answer in answers for item in answer.nearest),
        questions=tuple(dict.fromkeys(id_ for answer in answers for id_ in answer.questions)),
        remarks=(*dict.fromkeys(r for answer in answers for r in answer.remarks), *_unanswered(answers)),
    )


def _new(answer: Answer, told: Sequence[Statement]) -> Answer:
    """An answer without the positions that are told already, and without what only they cite."""
    known = {_position(item) for item in told if item.question}
    kept = [item for item in answer.statements if item.question is None or _position(item) not in known]
    cited = {number for item in answer.statements for number in item.citations}
    wanted = {number for item in kept for number in item.citations}
    numbers = [number for number in range(len(answer.citations)) if number in wanted or number not in cited]
    places = {number: place for place, number in enumerate(numbers)}
    statements = (
        replace(item, citations=tuple(places[number] for number in item.citations)) for item in kept
    )
    return replace(
        answer,
        statements=tuple(statements),
        citations=tuple(answer.citations[number] for number in numbers),
    )


def _position(statement: Statement) -> tuple[str | None, str]:
    """The question and the version whose position a statement tells."""
    return statement.question, statement.position.version if statement.position else ""


def _status(statuses: Sequence[str]) -> str:
    missed = [status for status in statuses if status in MISSED]
    if len(missed) == len(statuses):
        return "not_found" if "not_found" in missed else "out_of_scope"
    if missed:
        return "partly"
    return "authorities_differ" if "authorities_differ" in statuses else "answered"


def _unanswered(answers: Sequence[Answer]) -> list[str]:
    """Which parts of a question are not answered, where others are."""
    missed = [answer.question for answer in answers if answer.status in MISSED]
    if len(missed) == len(answers):
        return []
    return [f"The sources do not answer: {question}" for question in missed]
