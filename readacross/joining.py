"""Joining the answers to the parts of a question into one, each statement still resting on its own citations."""

from collections.abc import Sequence
from dataclasses import replace

from readacross.model import Answer, Citation, Statement

MISSED = ("not_found", "out_of_scope")


def joined(answers: Sequence[Answer], status: str = "") -> Answer:
    """Several answers as one; `partly` where some parts are answered and some are not."""
    first, *others = answers
    if not others:
        return first
    statements: list[Statement] = []
    citations: list[Citation] = []
    for answer in answers:
        offset = len(citations)
        citations += answer.citations
        statements += (
            replace(item, citations=tuple(number + offset for number in item.citations))
            for item in answer.statements
        )
    heard = {statement.authority for statement in statements}
    quiet = dict.fromkeys(slug for answer in answers for slug in answer.silent)
    return replace(
        first,
        status=status or _status([answer.status for answer in answers]),
        statements=tuple(statements),
        citations=tuple(citations),
        silent=tuple(slug for slug in quiet if slug not in heard),
        divergences=tuple(item for answer in answers for item in answer.divergences),
        nearest=tuple(item for answer in answers for item in answer.nearest),
        questions=tuple(dict.fromkeys(id_ for answer in answers for id_ in answer.questions)),
        remarks=(*(r for answer in answers for r in answer.remarks), *_unanswered(answers)),
    )


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
