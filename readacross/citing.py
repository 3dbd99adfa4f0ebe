"""Quote, and prove it: citations are made from a passage's words and checked against the original."""

import re
from collections.abc import Sequence

from readacross.errors import CitationError
from readacross.model import Citation, Passage, Span, Tile
from readacross.quoting import Found, find_quote

ALNUM = re.compile(r"[^\W_]")
"""A letter or a digit."""

UNSPOKEN = re.compile(r"[\W_]+")
"""What is neither."""


def cite(passage: Passage, words: str | None = None, *, score: float = 0.0) -> Citation:
    """Cite words of a passage, or all of it.  Raises CitationError where the words are not there."""
    found = [Found(Span(0, len(passage.text)), "exact")] if words is None else find_quote(words, passage.text)
    if not found:
        cited, there = (" ".join(text.split())[:60] for text in (words or "", passage.text))
        what = f"cited “{cited}”, but the passage reads “{there}…”"
        raise CitationError(f"{passage.id}: {what}. Quote its own words.")
    span, match = found[0].span, found[0].match
    reading = Span(passage.span.start + span.start, passage.span.start + span.end)
    quote = span.of(passage.text)
    return Citation(passage, quote, reading, original_spans(passage.tiles, reading), match, score)


def original_spans(tiles: Sequence[Tile], reading: Span) -> tuple[Span, ...]:
    """Where the words of a span of the reading text stand in the original, in reading order."""
    spans = []
    for r0, r1, o0, _ in tiles:
        start, end = max(r0, reading.start), min(r1, reading.end)
        if start < end:
            spans.append(Span(o0 + start - r0, o0 + end - r0))
    return tuple(spans)


def merge(spans: Sequence[Span], original: str) -> tuple[Span, ...]:
    """Spans joined where nothing but blanks and layout marks stands between them."""
    merged: list[Span] = []
    for span in spans:
        if merged and merged[-1].end <= span.start and not _has_words(original[merged[-1].end : span.start]):
            merged[-1] = Span(merged[-1].start, span.end)
        else:
            merged.append(Span(*span))
    return tuple(merged)


def _has_words(text: str) -> bool:
    return ALNUM.search(text) is not None


def verify_citation(citation: Citation, reading: str, original: str) -> None:
    """Raise CitationError unless the quoted words stand where the citation says, in both texts."""
    if citation.reading.of(reading) != citation.quote:
        raise CitationError(
            f"{citation.passage.id}: the reading text has other words there. Run: readacross build"
        )
    theirs = "".join(_letters(span.of(original)) for span in citation.original)
    if theirs != _letters(citation.quote):
        raise CitationError(
            f"{citation.passage.id}: the original has other words there. Run: readacross check"
        )


def _letters(text: str) -> str:
    """The letters and digits of a text, in order."""
    return UNSPOKEN.sub("", text)
