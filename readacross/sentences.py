"""Cutting a piece of text into sentences, without changing a character."""

import re
from collections.abc import Iterator

from readacross.model import Span

SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?!\s)[^.!?\n]*)*[.!?]*[”’\"')]*")


def sentences(text: str) -> Iterator[Span]:
    """The sentences of a text in order, blanks around them left out; a line break ends one."""
    for found in SENTENCE.finditer(text):
        words = found[0]
        if words.strip():
            start = found.start() + len(words) - len(words.lstrip())
            yield Span(start, start + len(words.strip()))
