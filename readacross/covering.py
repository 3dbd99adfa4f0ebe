"""Coverage of coding: which sentences of a leaflet a position quotes, which are explained, which are open.

A sentence that no position quotes may still be one that somebody overlooked.  Each is either used, or
explained in unused.yaml beside the coding, or open.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from readacross.coding import Text
from readacross.model import Position, Span
from readacross.quoting import find_quote
from readacross.records import Record, yaml_records
from readacross.sentences import sentences

UNUSED = "unused.yaml"
WHY = {
    "introduces": "introduces what follows, and says nothing by itself",
    "repeats": "says again what a quoted sentence says",
    "explains": "tells the reader what something is, or why; leaflets are not compared on it",
    "encourages": "addresses or reassures the reader; nothing is stated",
    "contact": "a name, address, number or link",
    "document": "is about the document itself",
    "fragment": "broken off, or damaged, in the text as received",
    "not asked": "no question of the bank asks for it",
}
"""Why a sentence is not quoted, and what that means to a reader."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a paragraph or list item, and what became of it in coding."""

    version: str
    passage: str
    span: Span
    text: str
    state: Literal["used", "explained", "open"]
    why: str = ""


def cover(root: Path, text: Text, positions: Sequence[Position]) -> tuple[Sentence, ...]:
    """Every sentence of a version, in reading order.  Raises SourceError for an explanation of no sentence."""
    used = [quote.reading for position in positions for quote in position.quotes]
    explained = list(_explained(root, text))
    found = []
    for passage, span in _sentences(text):
        why = next((why for held, why in explained if _meet(held, span)), "")
        state: Literal["used", "explained", "open"] = "explained" if why else "open"
        if any(_meet(quote, span) for quote in used):
            state, why = "used", ""
        words = span.of(text.source.reading)
        found.append(Sentence(text.source.version.id, passage, span, words, state, why))
    return tuple(found)


def _sentences(text: Text) -> Iterator[tuple[str, Span]]:
    for passage in text.passages:
        if passage.kind != "heading":
            for start, end in sentences(passage.text.replace("\n", " ")):
                span = Span(passage.span.start + start, passage.span.start + end)
                if any(character.isalpha() for character in span.of(text.source.reading)):
                    yield passage.id, span


def _meet(a: Span, b: Span) -> bool:
    return a.start < b.end and b.start < a.end


def _explained(root: Path, text: Text) -> Iterator[tuple[Span, str]]:
    """The stretches of a text that unused.yaml explains, and why; those the text has lost are left out."""
    shown = text.source.file(UNUSED)
    if not (root / shown).exists():
        return
    for entry in yaml_records(root / shown, shown):
        entry.only(("words", "why", "note", "by"))
        entry.text("by")
        yield from ((span, entry.choice("why", tuple(WHY))) for span in _places(entry, text))


def _places(entry: Record, text: Text) -> list[Span]:
    words = entry.text("words")
    places = [found.span for found in find_quote(words, text.source.reading)]
    if not places and not (text.changed and find_quote(words, text.before)):
        what = f"“{words[:50]}” is not in {text.source.file('reading.md')}"
        raise entry.wrong("words", what, "write the leaflet's own words")
    return places
