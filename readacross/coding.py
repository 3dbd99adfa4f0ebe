"""Coded positions: what each version says on each question, read from coding.yaml with every quote checked.

A quote is found in the reading text exactly, or exactly but for how it is typed; it must stand in one
passage.  A position without a quote is refused; a question that the file leaves out has no position, which
is not the same as silence: only a coder says "not stated".
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, cast

from readacross.citing import merge, original_spans
from readacross.errors import SourceError
from readacross.model import FORCES, Coded, Json, Passage, Position, Question, Quote, Span
from readacross.quoting import Found, find_quote
from readacross.records import Record, read_yaml
from readacross.sources import Source

KEYS = (
    "question",
    "silent",
    "searched",
    "value",
    "force",
    "actor",
    "conditions",
    "quotes",
    "note",
    "by",
    "on",
    "status",
)
STATUSES = ("suggested", "coded", "disputed", "confirmed", "stale", "superseded")


def load_positions(
    root: Path,
    source: Source,
    passages: Sequence[Passage],
    questions: Mapping[str, Question],
    name: str = "coding.yaml",
) -> tuple[Position, ...]:
    """The positions of a version, in the order of the question bank.  Raises SourceError."""
    shown = source.file(name)
    if not (root / shown).exists():
        return ()
    file = read_yaml(root / shown, shown)
    if not isinstance(file, Record):
        raise SourceError(shown, "the file is a bare list", "begin it with by, on, status and positions", 1)
    file.only(("by", "on", "status", "positions"))
    found: dict[str, Position] = {}
    for entry in file.records("positions"):
        entry.only(KEYS)
        id_ = entry.text("question")
        if id_ not in questions:
            raise entry.wrong(
                "question", f"there is no question {id_!r}", "use an id of index/questions.yaml"
            )
        if id_ in found:
            raise entry.wrong("question", f"{id_!r} is coded twice", "keep one of them")
        found[id_] = _position(entry, file, source, passages, questions[id_])
    return tuple(found[id_] for id_ in questions if id_ in found)


def _position(
    entry: Record, file: Record, source: Source, passages: Sequence[Passage], question: Question
) -> Position:
    silent = entry.values.get("silent") is True
    value = entry.json("value")
    quotes = tuple(_quote(words, entry, source, passages) for words in entry.texts("quotes"))
    if silent and (quotes or value is not None):
        raise entry.wrong(
            "silent", "a silent position has no value and no quotes", "remove them, or remove silent"
        )
    if silent and not entry.texts("searched"):
        raise entry.wrong(
            "silent", "nothing says what was searched", "add searched: [what was read or looked for]"
        )
    if not silent and not quotes:
        raise entry.wrong(
            "question", "a stated position has no quote", "add the leaflet's own words under quotes"
        )
    if not silent:
        _check_value(entry, question, value)
    maker = entry if entry.maybe("by") else file
    status = entry.maybe("status") or file.choice("status", STATUSES)
    return Position(
        question=question.id,
        topic=question.topic,
        version=source.version.id,
        status="silent" if silent else "stated",
        value=value,
        force=entry.choice("force", FORCES) if entry.maybe("force") else None,
        actor=entry.maybe("actor"),
        conditions=entry.texts("conditions"),
        quotes=quotes,
        coded=Coded(
            maker.text("by"),
            entry.maybe("on") or file.text("on"),
            cast("Literal['suggested', 'coded', 'disputed', 'confirmed', 'stale', 'superseded']", status),
        ),
        note=entry.maybe("note"),
        searched=entry.texts("searched"),
    )


SHAPES = {
    "bool": bool,
    "enum": str,
    "set": list,
    "integer": int,
    "duration": dict,
    "frequency": dict,
    "contact": dict,
}


def _check_value(entry: Record, question: Question, value: Json) -> None:
    """Refuse a value that does not have the shape of its question's answer type."""
    shape = SHAPES.get(question.answer_type)
    if shape and (not isinstance(value, shape) or (shape is int and isinstance(value, bool))):
        raise entry.wrong(
            "value", f"the value is not a {question.answer_type}", f"{question.id} is answered by one"
        )
    known = {option.id for option in question.options}
    values = value if isinstance(value, list) else [value]
    if question.answer_type in ("enum", "set") and known:
        for item in values:
            if item not in known:
                raise entry.wrong(
                    "value", f"{item!r} is not an option of {question.id}", "add the option to the bank"
                )


def _quote(words: str, entry: Record, source: Source, passages: Sequence[Passage]) -> Quote:
    found = find_quote(words, source.reading)
    homes = [(place, passage) for place in found if (passage := _home(place, passages))]
    if len(homes) != 1:
        what = (
            f"stands in {source.file('reading.md').name} {len(homes)} times" if homes
            else "runs over more than one passage" if found
            else f"is not in {source.file('reading.md')}"
        )  # fmt: skip
        raise entry.wrong(
            "quotes", f"the quote “{words[:50]}” {what}", "quote the words of one passage, once"
        )
    place, passage = homes[0]
    spans = merge(original_spans(passage.tiles, place.span), source.original)
    return Quote(place.span.of(source.reading), passage.id, place.span, spans, place.match)


def _home(found: Found, passages: Sequence[Passage]) -> Passage | None:
    """The passage in which a found quote stands whole."""
    span: Span = found.span
    for passage in passages:
        if passage.span.start <= span.start and span.end <= passage.span.end:
            return passage
    return None
