"""Finding quoted words in a text: exactly, or exactly but for how they are typed; never roughly.

Normalising folds what a typist or a program changes without changing a word: compatibility forms (NFKC),
blanks and line breaks, quotation marks, dashes, soft hyphens, case, and the marks of the reading text's
Markdown.  A rough match would accept "may" for "must" and 14 for 28, so there is none.  A quotation begins
and ends at the edge of a word: "8 days" does not stand in "28 days", nor "can" in "can’t".
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from readacross.markup import LINK
from readacross.model import Span

QUOTES = dict.fromkeys(map(ord, "‘’‚‛′`´“”„‟″«»"), "'") | {ord('"'): "'"}
DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
JOINERS = "'’-‐‑"
"""What holds the parts of one word together, as in can’t and follow-on."""

UNSEEN = "\u00ad*\\"
FOLD = {**QUOTES, **DASHES, **dict.fromkeys(map(ord, UNSEEN))}
PLAIN = re.compile(r"[a-zA-Z0-9,.;:()?!'-](?: ?[a-zA-Z0-9,.;:()?!'-])*(?![^\x00-\u02ff])")
"""A stretch that is folded character by character to small letters; no accent follows it."""


@dataclass(frozen=True, slots=True)
class Found:
    """Where quoted words stand, and how they were matched."""

    span: Span
    match: Literal["exact", "normalised"]


def find_quote(quote: str, text: str) -> list[Found]:
    """Every place in a text where a quotation stands; normalised matches only where no exact one is."""
    exact = (
        [Span(at, at + len(quote)) for at in occurrences(text, quote)] if any(map(str.isalnum, quote)) else []
    )
    if found := [Found(span, "exact") for span in exact if _is_whole(text, span)]:
        return found
    folded, places = _fold(text)
    wanted = fold(quote)[0].strip()
    if not any(map(str.isalnum, wanted)):
        return []
    ends = [at for at in occurrences(folded, wanted) if _is_unbroken(places, at, at + len(wanted))]
    spans = [Span(places[at], _end(text, places[at + len(wanted) - 1])) for at in ends]
    return [Found(span, "normalised") for span in spans if _is_whole(text, span)]


def fold(text: str) -> tuple[str, list[int]]:
    """A text with what typing changes folded away, and for each character its place in the text."""
    folded, places = _fold(text)
    return folded, list(places)


@lru_cache(maxsize=256)
def _fold(text: str) -> tuple[str, tuple[int, ...]]:
    folded: list[str] = []
    places: list[int] = []
    hidden = {at for link in LINK.finditer(text) for at in range(link.end("words"), link.end())}
    hidden |= {link.start() for link in LINK.finditer(text)}
    at = 0
    while at < len(text):
        if word := PLAIN.match(text, at):
            end = word.end()
            if hidden.isdisjoint(range(at, end)):
                folded += word[0].lower()
                places += range(at, end)
                at = end
                continue
        end = _end(text, at)
        for piece in "" if at in hidden else _folded(text[at:end]):
            if not piece.isspace() or (folded and folded[-1] != " "):
                folded.append(" " if piece.isspace() else piece)
                places.append(at)
        at = end
    return "".join(folded), tuple(places)


def _folded(characters: str) -> str:
    """A character and its accents without what typing changes."""
    if characters.isascii():
        return characters.lower().translate(FOLD)
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", characters).casefold()).translate(FOLD)


def _end(text: str, at: int) -> int:
    """Where the character at a place ends, its accents included."""
    at += 1
    while at < len(text) and text[at] > "\u02ff" and unicodedata.combining(text[at]):
        at += 1
    return at


def _is_unbroken(places: tuple[int, ...], start: int, end: int) -> bool:
    """Whether a stretch of folded text neither begins nor ends within a ligature or other character."""
    return (start == 0 or places[start - 1] != places[start]) and (
        end == len(places) or places[end] != places[end - 1]
    )


def _is_whole(text: str, span: Span) -> bool:
    """Whether a span begins and ends at the edge of a word or number."""
    return not (_parts_a_word(text, span.start) or _parts_a_word(text, span.end))


def _parts_a_word(text: str, at: int) -> bool:
    """Whether the characters before and after a place belong to one word or number."""
    before = text[max(at - 20, 0) : at].rstrip(UNSEEN)[-2:]
    after = text[at : at + 20].lstrip(UNSEEN)[:2]
    if not before or not after:
        return False
    if unicodedata.combining(after[0]) or (_in_word(before[-1]) and _in_word(after[0])):
        return True
    within = before[-1] + after if _in_word(before[-1]) else before + after[0]
    if len(within) < 3 or not (_in_word(within[0]) and _in_word(within[2])):
        return False
    return within[1] in JOINERS or (within[1] in ".," and within[0].isdecimal() and within[2].isdecimal())


def _in_word(character: str) -> bool:
    return character.isalpha() or character.isdecimal()


def occurrences(text: str, words: str) -> Iterator[int]:
    """Every place at which some words stand in a text, overlapping ones too; none for no words."""
    at = text.find(words) if words else -1
    while at >= 0:
        yield at
        at = text.find(words, at + 1)
