"""The faithfulness certificate: proof that a reading text holds the words of its original, all and only.

`verify` is the one trusted part.  It does not care how a certificate was made: given the two texts and
the certificate it checks, in linear time, that every ink character of the reading text stands in exactly
one tile, every ink character of the original in exactly one tile or drop, and that the two sides of each
tile hold the same ink, code point by code point.  A tile begins and ends with ink, so that no two
certificates differ in nothing but empty or widened tiles.
"""

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from hashlib import sha256

from readacross.ink import original_ink, original_marks, reading_ink
from readacross.model import Span, Tile
from readacross.structure import Structure

DROP_REASONS = (
    "page number", "soft hyphen", "running header", "running footer", "repeated title", "navigation",
    "search box", "cookie banner", "site notice", "share links", "comment form", "rating button",
    "account links", "font and colour controls", "empty form field", "scanning artefact",
)  # fmt: skip
"""Why words of an original may be left out; the list is closed."""

UNSIGNED_REASONS = {"page number": re.compile(r"\s*[0-9]{1,4}\s*"), "soft hyphen": re.compile("\u00ad+")}
"""Reasons that need no curator's name, because their words prove them."""


@dataclass(frozen=True, slots=True)
class Drop:
    """A span of the original that the reading text leaves out, why, and who said so."""

    span: Span
    reason: str
    by: str | None


@dataclass(frozen=True, slots=True)
class Signature:
    """Who read the structure of a reading text against its original and found it right, and when."""

    by: str
    on: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """Which span of the original each span of a reading text is."""

    version: str
    original_sha256: str
    reading_sha256: str
    tiles: tuple[Tile, ...]
    drops: tuple[Drop, ...]
    promoted: tuple[int, ...]
    structure: Structure
    signed: Signature | None


class Unproven(ValueError):
    """A certificate does not prove its reading text; `at` is a place in the reading text or original."""

    def __init__(self, what: str, at: int, side: str) -> None:
        super().__init__(what)
        self.what, self.at, self.side = what, at, side


def digest(text: str) -> str:
    """The sha256 of a text as UTF-8."""
    return sha256(text.encode()).hexdigest()


def verify(certificate: Certificate, reading: str, original: str, media: str) -> list[int]:
    """Prove the certificate, or raise Unproven naming the first place that it does not prove.

    Returns the offset in the original of each ink character of the reading text, in reading order.
    """
    _check_texts(certificate, reading, original, media)
    here, there = reading_ink(reading), original_ink(original, media, set(certificate.promoted))
    mapped: list[int] = []
    for r0, r1, o0, o1 in certificate.tiles:
        theirs = there[bisect_left(there, o0) : bisect_left(there, o1)]
        ours = here[len(mapped) : len(mapped) + len(theirs)]
        if not ours or (ours[0], ours[-1] + 1, theirs[0], theirs[-1] + 1) != (r0, r1, o0, o1):
            raise Unproven("a tile is not where its words are", ours[0] if ours else 0, "reading")
        same_places = [at - r0 for at in ours] == [at - o0 for at in theirs]
        if not same_places or [reading[at] for at in ours] != [original[at] for at in theirs]:
            raise Unproven("the words differ from the original", r0, "reading")
        mapped += theirs
    if len(mapped) < len(here):
        raise Unproven("these words are not in the original", here[len(mapped)], "reading")
    uses = Counter(mapped)
    for drop in certificate.drops:
        check_drop(drop, original)
        uses.update(there[bisect_left(there, drop.span.start) : bisect_left(there, drop.span.end)])
    for at in there:
        if uses[at] != 1:
            what = "is used twice" if uses[at] else "is left out and no drop says why"
            raise Unproven(f"a word of the original {what}", at, "original")
    return mapped


def _check_texts(certificate: Certificate, reading: str, original: str, media: str) -> None:
    """Prove that these are the texts certified, and that only layout glyphs are promoted to text."""
    if digest(reading) != certificate.reading_sha256:
        raise Unproven("the reading text has changed since it was certified", 0, "reading")
    if digest(original) != certificate.original_sha256:
        raise Unproven("the original has changed since it was certified", 0, "original")
    marks = {mark.start for mark in original_marks(original, media)}
    if list(certificate.promoted) != sorted(marks.intersection(certificate.promoted)):
        raise Unproven("what is said to be text after all was never layout", 0, "original")


def check_drop(drop: Drop, original: str) -> None:
    """Prove that words may be left out for the reason given.  Raises Unproven.

    A page number that nobody signs for stands alone on its line, so a number of a sentence cannot be one.
    """
    start, end = drop.span
    if not 0 <= start < end <= len(original):
        raise Unproven("a drop is not a place in the original", 0, "original")
    words, pattern = drop.span.of(original), UNSIGNED_REASONS.get(drop.reason)
    if drop.reason not in DROP_REASONS:
        raise Unproven(f"{drop.reason!r} is not a reason for leaving words out", start, "original")
    if pattern and not pattern.fullmatch(words):
        raise Unproven(f"these words are not a {drop.reason}", start, "original")
    line = original[original.rfind("\n", 0, start) + 1 : end] + original[end:].partition("\n")[0]
    proves_itself = drop.reason == "soft hyphen" or (pattern and line.strip() == words.strip())
    if not drop.by and not proves_itself:
        raise Unproven("words are left out and nobody said so", start, "original")
