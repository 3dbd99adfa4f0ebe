"""Conversing: a question that follows another is asked with what it leaves out.

"And in Surrey?" asks the question before of Surrey; "how long does that take?" is asked together with it.
Nothing of a conversation is kept when it ends.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from readacross.answering import Asked, ask
from readacross.errors import ReadacrossError
from readacross.library import Library
from readacross.matching import Spoken
from readacross.model import Answer
from readacross.searching import Index, question_terms
from readacross.understanding import understand
from readacross.wording import load_wording

FOLLOWING = re.compile(
    r"^(?:and|but|or|so|then|ok(?:ay)?|right|also|what about|how about|what if|why|even|only)\b[\s,]*",
    re.IGNORECASE,
)
POINTING = re.compile(
    r"\b(?:it|its|they|them|their|this|that|these|those|he|him|his|she|her|then|one|same"
    r"|(?<!is )(?<!are )(?<!was )(?<!be )there(?! is| are| was| will))\b",
    re.IGNORECASE,
)
"""Words that point at what was said before; “is there parking” points at nothing."""

FEW = 2
"""Terms up to which a question that points at what was said before does not stand by itself."""


def following(library: Library, before: Asked | None, question: str) -> Asked:
    """A question as it is meant after another: with the words, authorities and date that it leaves out.

    Words of somebody in danger are taken as they are.
    """
    asked = Asked(question)
    if before is None or not question.strip() or load_wording(library.root).is_crisis(question):
        return asked
    found = understand(question, library.authorities.values(), Spoken(Index(library)))
    own = [word for word in question_terms(FOLLOWING.sub("", question)) if word not in _names(library)]
    follows = bool(FOLLOWING.search(question)) or (POINTING.search(question) is not None and len(own) <= FEW)
    if not follows and own:
        return asked
    words = question if len(own) > FEW else f"{before.question} {FOLLOWING.sub('', question)}".strip()
    if found.authorities and len(own) <= len(found.authorities):
        words = before.question
    return replace(
        before,
        question=words,
        authorities=found.authorities or before.authorities,
        as_at=found.as_at or before.as_at,
    )


def _names(library: Library) -> set[str]:
    """The terms of the authorities' names."""
    return {term for authority in library.authorities.values() for term in question_terms(authority.name)}


def converse(
    library: Library,
    first: Asked,
    read: Callable[[], str],
    show: Callable[[Answer], None],
    say: Callable[[str], None],
) -> Iterator[Answer]:
    """Answer a question and those that follow, until the input ends or somebody types quit.

    A question that cannot be asked is said to be so, and the conversation goes on.
    """
    asked, before, index = first, None, Index(library)
    while True:
        try:
            answer = ask(library, asked, index)
        except ReadacrossError as bad:
            say(str(bad))
        else:
            before = asked
            show(answer)
            yield answer
        try:
            question = read()
        except EOFError:
            return
        if question.strip().casefold() in ("quit", "exit", "q"):
            return
        asked = following(library, before, question)
