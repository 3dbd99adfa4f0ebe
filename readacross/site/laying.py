"""Laying a version out: its reading text as parts of a page, its original as stretches beside it.

Leaflet text stays plain text here; which stretch of it is bold, a link or doubted is said beside it, and
the templates do the rest.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple

from readacross.markup import Block, Run, parse
from readacross.model import Doubt, Passage, Span
from readacross.site.gathering import Text

DEEPEST = 6
"""The deepest heading of HTML."""

UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
"""Characters of an original that nobody sees or that turn the order of words; they are shown by number."""


class Piece(NamedTuple):
    """A stretch of a passage in one style; `breaks` where a new line begins before it."""

    text: str
    style: Literal["plain", "bold", "link"]
    target: str
    doubted: bool
    breaks: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A heading, paragraph, item or editor's note of a page; `parts` are the items within an item."""

    kind: Literal["heading", "paragraph", "item", "note"]
    level: int
    pieces: tuple[Piece, ...]
    passage: Passage | None
    parts: tuple["Part", ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Parts that stand together: the items of one list, or a single other part."""

    listed: bool
    parts: tuple[Part, ...]


class Stretch(NamedTuple):
    """A stretch of an original: of a passage (`place`), left out (`reason`), or neither."""

    text: str
    place: str = ""
    reason: str = ""
    first: bool = False


class Seen(NamedTuple):
    """Text as it can be shown, or the number of a character that cannot."""

    text: str
    number: str = ""


def lay_out(text: Text, top: int) -> tuple[Group, ...]:
    """The reading text as groups of parts; its highest headings become headings of level `top`."""
    blocks = parse(text.reading)[0]
    highest = min((block.level for block in blocks if block.kind == "heading"), default=1)
    passages = iter(text.passages)
    parts = [
        _part(text.reading, block, None if block.kind == "note" else next(passages), top - highest)
        for block in blocks
    ]
    return tuple(_grouped(parts))


def _part(reading: str, block: Block, passage: Passage | None, deeper: int) -> Part:
    doubts = passage.doubts if passage else ()
    level = min(block.level + deeper, DEEPEST) if block.kind == "heading" else block.level
    return Part(block.kind, level, tuple(_pieces(reading, block.runs, doubts)), passage)


def _pieces(reading: str, runs: Sequence[Run], doubts: Sequence[Doubt]) -> Iterator[Piece]:
    """The runs of a block, parted again where doubted words begin and end."""
    edges = {edge for doubt in doubts for edge in doubt.span}
    last = -1
    for run in runs:
        start, end = run.span
        breaks = reading[start] == "\n" and last < start and reading[start - 1 : start] == "\\"
        inner = [start, *sorted(edge for edge in edges if start < edge < end), end]
        for a, b in pairwise(inner):
            doubted = any(doubt.span.start <= a and b <= doubt.span.end for doubt in doubts)
            yield Piece(reading[a:b], run.style, run.target, doubted, breaks and a == start)
        last = end


def _grouped(parts: Sequence[Part]) -> Iterator[Group]:
    """Items that follow each other as one list, items of the second level within the item above them."""
    items: list[Part] = []
    for part in parts:
        if part.kind != "item":
            if items:
                yield Group(listed=True, parts=tuple(items))
                items = []
            yield Group(listed=False, parts=(part,))
        elif part.level > 1 and items:
            above = items[-1]
            items[-1] = Part("item", above.level, above.pieces, above.passage, (*above.parts, part))
        else:
            items.append(part)
    if items:
        yield Group(listed=True, parts=tuple(items))


def marks(text: Text) -> dict[str, str]:
    """The number of each passage, digit by digit, by its place: what both texts mark it by, without a script.

    The style sheet reads three digits, so later passages have none and are only linked.
    """
    numbered = enumerate(text.passages[:1000])
    return {item.place: f"h{n // 100} t{n // 10 % 10} u{n % 10}" for n, item in numbered}


def lay_original(text: Text) -> tuple[Stretch, ...]:
    """The original from its first character to its last, each stretch saying what became of it."""
    found: list[Stretch] = []
    begun: set[str] = {""}
    at = 0
    for span, place, reason in _taken(text):
        start = max(span.start, at)
        if start >= span.end:
            continue
        if at < start:
            found.append(Stretch(text.original[at:start]))
        found.append(Stretch(text.original[start : span.end], place, reason, place not in begun))
        begun.add(place)
        at = span.end
    if at < len(text.original):
        found.append(Stretch(text.original[at:]))
    return tuple(found)


def _taken(text: Text) -> list[tuple[Span, str, str]]:
    """The spans of an original that passages hold or that are left out, in the original's order."""
    taken = [(drop.span, "", drop.reason) for drop in text.certificate.drops]
    for passage in text.passages:
        for tile in passage.tiles:
            span = Span(tile.original_start, tile.original_end)
            if taken and taken[-1][1] == passage.place and _follows(text.original, taken[-1][0], span):
                taken[-1] = (Span(taken[-1][0].start, span.end), passage.place, "")
            else:
                taken.append((span, passage.place, ""))
    return sorted(taken)


def _follows(original: str, before: Span, after: Span) -> bool:
    return before.end <= after.start and not original[before.end : after.start].strip()


def seen(text: str) -> Iterator[Seen]:
    """A text cut so that characters which cannot be seen stand alone, with their number.

    Carriage returns are left out: a page knows one kind of line end.
    """
    text = text.replace("\r", "")
    at = 0
    for found in UNSEEN.finditer(text):
        if at < found.start():
            yield Seen(text[at : found.start()])
        yield Seen(found[0], f"{ord(found[0]):04X}")
        at = found.end()
    if at < len(text):
        yield Seen(text[at:])
