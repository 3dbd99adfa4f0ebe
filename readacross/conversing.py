"""Conversing: a question that follows another is asked with what it leaves out.

"And in Surrey?" asks the question before of Surrey; "how long does that take?" is heard together with it.
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
from readacross.understanding import SHORT, understand
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

NOTHING_NEW = "say said tell mention same different leaflet council county borough city district authority"
"""Words that, beside the name of an authority, ask nothing else of it than was asked before."""

FEW = 2
"""Terms up to which a question that points at what was said before does not stand by itself."""


def following(library: Library, before: Asked | None, question: str) -> Asked:
    """A question as it is meant after another: with the authorities and date that it leaves out, and what it may lean on.

    One of a few terms may lean on the last longer question and on the one before it.  Words of somebody in danger are
    taken as they are.
    """
    asked = Asked(question)
    if before is None or not question.strip() or load_wording(library.root).is_crisis(question):
        return asked
    found = understand(question, library.authorities.values(), Spoken(Index(library)))
    rest = FOLLOWING.sub("", question)
    own = [word for word in question_terms(rest) if word not in _nothing_new(library)]
    if rest != question or not own or (POINTING.search(question) and len(own) <= FEW):
        asked = replace(
            before, authorities=found.authorities or before.authorities, as_at=found.as_at or before.as_at
        )
        if found.authorities and not own:
            return asked
    leans = len(own) <= SHORT
    return replace(asked, question=question, after=(*before.after[:1], before.question) if leans else ())


def _nothing_new(library: Library) -> set[str]:
    """The terms of the authorities' names, and of what asks nothing else of them."""
    names = (authority.name for authority in library.authorities.values())
    return {term for words in (NOTHING_NEW, *names) for term in question_terms(words)}


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
