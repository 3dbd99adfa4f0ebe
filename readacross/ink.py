"""Ink: the characters of a text that carry its words.

Ink is every character that is neither white space nor layout markup.  What counts as layout markup is
decided here and nowhere else, by the kind of text: in a reading text the marks of restricted Markdown, in
a plain-text original the bullet glyph a line begins with, in a Markdown original its Markdown marks, and
in both a byte order mark at the very beginning.  A mark is a glyph, never a letter or a digit, so no word
can hide in one.  Link targets are ink.  Certificates name this definition by `INK`, so that it can be
improved later without old certificates changing their meaning.
"""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

from readacross.markup import parse
from readacross.model import Span

INK = "ink-1"

WORD = re.compile(r"\S+")
BULLET = re.compile(r"^\ufeff?[^\S\n]*([•◦▪▫●○■□‣⁃∙·►▶➢➤✓✔>*]|[-–—](?=[^\S\n]))", re.MULTILINE)
LINK = re.compile(r"(?<!\\)(!?\[)[^\[\]\n]+(\]\()[^()\s]+(\))")
EMPHASIS = re.compile(
    r"(?P<escape>\\)[!-/:-@\[-`{-~]|(?P<mark>\*{1,3}|(?<![\w@/.])_{1,2}(?=\w)|(?<=\w)_{1,2}(?![\w@/.])|`+)"
)
LEAD = re.compile(r"^\ufeff?[^\S\n]*(#{1,6}(?=\s)|[-*+>](?=\s)|(?:[-=*_] *){3,}$)", re.MULTILINE)


def reading_ink(text: str) -> list[int]:
    """Where the ink of a reading text stands, in order.  Raises MarkupError."""
    return _offsets(text, parse(text)[1])


def original_ink(text: str, media: str, promoted: Collection[int] = ()) -> list[int]:
    """Where the ink of an original stands, in order; `media` is text/plain or text/markdown.

    `promoted` are places of glyphs that look like layout and are text after all, such as the star of a
    footnote or the dash of a negative number that happens to begin a line.
    """
    return list(_original_ink(text, media, frozenset(promoted)))


def amounts(text: str, media: str, promoted: Collection[int], spans: Sequence[Span]) -> tuple[int, list[int]]:
    """How much ink an original has in all, and in each of some spans of it."""
    marks = (mark for mark in original_marks(text, media) if mark.start not in promoted)
    hidden = sorted({at for mark in marks for at in range(*mark) if not text[at].isspace()})

    def amount(start: int, end: int) -> int:
        marked = bisect_left(hidden, end) - bisect_left(hidden, start)
        return sum(map(len, text[start:end].split())) - marked

    return amount(0, len(text)), [amount(*span) for span in spans]


@lru_cache(maxsize=16)
def _original_ink(text: str, media: str, promoted: frozenset[int]) -> tuple[int, ...]:
    return tuple(_offsets(text, (mark for mark in original_marks(text, media) if mark.start not in promoted)))


def original_marks(text: str, media: str) -> list[Span]:
    """The layout markup of an original."""
    return list(_original_marks(text, media))


@lru_cache(maxsize=16)
def _original_marks(text: str, media: str) -> list[Span]:
    marks = [Span(0, 1)] if text.startswith("\ufeff") else []
    if media == "text/markdown":
        return marks + _markdown_marks(text)
    return marks + [Span(*found.span(1)) for found in BULLET.finditer(text)]


def _offsets(text: str, marks: Iterable[Span]) -> list[int]:
    hidden = {at for mark in marks for at in range(*mark)}
    return [at for word in WORD.finditer(text) for at in range(*word.span()) if at not in hidden]


def _markdown_marks(text: str) -> list[Span]:
    """The marks of a Markdown original: leading marks, emphasis, code ticks, escapes, link brackets."""
    links = list(LINK.finditer(text))
    targets = {at for link in links for at in range(link.end(2), link.start(3))}
    marks = [Span(*link.span(group)) for link in links for group in (1, 2, 3)]
    marks += [Span(*found.span(1)) for found in LEAD.finditer(text)]
    taken = {at for mark in marks for at in range(*mark)} | targets
    for found in EMPHASIS.finditer(text):
        mark = Span(*found.span(found.lastgroup or 0))
        if taken.isdisjoint(range(*mark)):
            marks.append(mark)
    return marks
