"""Following quotations from the text a coder read to the text as it stands now: the same words, or not.

What a position rests on is its quotations, the rest of the sentences they stand in, and the sentence a
list item hangs from.  All of it is compared exactly but for how it is typed (`quoting.fold`), never roughly:
a likeness of 0.95 accepts most one-word edits that turn a meaning round.  A position that is silent rests on
what was searched for: it is touched when the text now holds more of those terms.
"""

from collections.abc import Collection
from functools import lru_cache
from typing import NamedTuple

from readacross.analysing import terms
from readacross.markup import parse
from readacross.model import Span
from readacross.quoting import find_quote, fold
from readacross.sentences import sentences
from readacross.splitting import addressed

LONGEST_TERM = 5
"""Words of a searched term; a longer one is a remark ("the whole leaflet, read from beginning to end")."""


class Folded(NamedTuple):
    """A block of a reading text as it is compared: where it stands, its folded words, and its lead-in's."""

    span: Span
    words: str
    places: list[int]
    lead_in: str


@lru_cache(maxsize=64)
def _words(text: str) -> tuple[str, ...]:
    return tuple(fold(text)[0].split())


@lru_cache(maxsize=64)
def _blocks(reading: str) -> tuple[Folded, ...]:
    blocks = [block for block in parse(reading)[0] if block.kind != "note"]
    found = []
    for block, _, _, lead_in in addressed(reading, blocks):
        words, places = fold(block.span.of(reading))
        found.append(Folded(block.span, words, places, fold(lead_in)[0]))
    return tuple(found)


def neighbours(reading: str, span: Span) -> str:
    """The folded sentences of a reading text that a span touches, after the lead-in they hang from."""
    parts = []
    for block in _blocks(reading):
        if block.span.start < span.end and span.start < block.span.end:
            at = [
                number
                for number, place in enumerate(block.places)
                if span.start <= block.span.start + place < span.end
            ]
            touched = [
                found.of(block.words)
                for found in sentences(block.words)
                if at and found.start <= at[-1] and at[0] < found.end
            ]
            parts.append(" ".join([block.lead_in, *touched]).strip())
    return "\n".join(parts)


def changed(before: str, now: str) -> bool:
    """Whether two texts differ in more than how they are typed."""
    return before != now and _words(before) != _words(now)


@lru_cache(maxsize=64)
def kept(before: str, now: str) -> float:
    """The share of the sentences of a text that stand word for word in the text before it."""
    was = set(_sentences(before))
    found = _sentences(now)
    return sum(words in was for words in found) / len(found) if found else 0.0


def _sentences(reading: str) -> list[str]:
    return [found.of(block.words) for block in _blocks(reading) for found in sentences(block.words)]


def followed(quote: str, before: str, now: str) -> str:
    """Why a quotation cannot be carried over to the text as it stands now; empty where it can.

    A quotation that does not stand once in the text as it was coded was taken from the text as it is now.
    """
    was, found = find_quote(quote, before), find_quote(quote, now)
    if not found:
        return "no longer stands in the text"
    if len(was) != 1:
        return ""
    if len(found) > 1:
        return f"stands in the text {len(found)} times now"
    if neighbours(before, was[0].span) != neighbours(now, found[0].span):
        return "stands in a sentence that has changed"
    return ""


def heard(searched: Collection[str], before: str, now: str) -> str:
    """The first term that the text now holds more often than the text a coder found silent; or nothing.

    Words count by their stems, as they do in searching: "interpreters" holds "interpreter".
    """
    was, found = _stems(before), _stems(now)
    for term in searched:
        stems = _stemmed(term)
        if stems and len(term.split()) <= LONGEST_TERM and found.count(stems) > was.count(stems):
            return term
    return ""


@lru_cache(maxsize=64)
def _stems(reading: str) -> str:
    return _stemmed(fold(reading)[0])


@lru_cache(maxsize=4096)
def _stemmed(text: str) -> str:
    return "".join(f" {stem} " for stem in terms(text))
