"""Coded positions: what each version says on each question, read from coding.yaml with every quote checked.

A quote is found in the reading text exactly, or exactly but for how it is typed; it must stand in one
passage.  A position without a quote is refused; a question that the file leaves out has no position, which
is not the same as silence: only a coder says "not stated".

The text as the coder read it is kept as coded.md.  Where the text has changed since, each quote is followed
into it (`tracking`): a position whose words stand as they stood is carried over, any other is stale.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, NamedTuple, cast

from readacross.citing import merge, original_spans
from readacross.errors import SourceError
from readacross.model import FORCES, Coded, Json, Passage, Position, Question, Quote
from readacross.nearing import nearest
from readacross.quoting import Found, find_quote
from readacross.records import Record, read_text, read_yaml
from readacross.sources import Source
from readacross.tracking import LONGEST_TERM, changed, followed, heard, kept

CODING, SECOND, CODED = "coding.yaml", "coding-2.yaml", "coded.md"
"""The coding that is published, the blind second coding, and the reading text as the coder read it."""

KEYS = (
    "question", "silent", "searched", "value", "force", "actor", "conditions", "quotes", "note", "settled",
    "by", "on", "status",
)  # fmt: skip
STATUSES = ("suggested", "coded", "superseded")
"""How far a coder says a position has got; disputed, stale and confirmed follow from other files."""

Status = Literal["suggested", "coded", "disputed", "confirmed", "stale", "superseded"]
MOSTLY = 0.5
"""The share of a text's sentences that must be old for silence to be carried over to it."""

CARRIED = "carried over: the text has changed since, but not these words"


@dataclass(frozen=True)
class Text:
    """A version's text as it stands, and as it was when it was coded, if somebody has coded it."""

    source: Source
    passages: Sequence[Passage]
    before: str
    changed: bool
    coded: bool = False


def coded_text(root: Path, source: Source, passages: Sequence[Passage]) -> Text:
    """A version's text beside the text as its coder read it: coded.md, or the same where there is none."""
    shown = source.file(CODED)
    before = read_text(root / shown, shown) if (root / shown).exists() else source.reading
    coded = (root / source.file(CODING)).exists()
    return Text(source, passages, before, changed(before, source.reading), coded)


def load_positions(
    root: Path,
    source: Source,
    passages: Sequence[Passage],
    questions: Mapping[str, Question],
    name: str = CODING,
) -> tuple[Position, ...]:
    """The positions of a version, in the order of the question bank.  Raises SourceError."""
    shown = source.file(name)
    if not (root / shown).exists():
        return ()
    file = read_yaml(root / shown, shown)
    if not isinstance(file, Record):
        raise SourceError(shown, "the file is a bare list", "begin it with by, on, status and positions", 1)
    file.only(("by", "on", "status", "positions"))
    text = coded_text(root, source, passages)
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
        found[id_] = read_position(entry, _maker(entry, file), text, questions[id_])
    return tuple(found[id_] for id_ in questions if id_ in found)


def _maker(entry: Record, file: Record) -> Coded:
    """Who coded an entry, when, and how far it has got, as the entry or the head of its file says."""
    maker = entry if entry.maybe("by") else file
    status = (entry if entry.maybe("status") else file).choice("status", STATUSES)
    return Coded(maker.text("by"), entry.maybe("on") or file.text("on"), cast("Status", status))


def read_position(entry: Record, maker: Coded, text: Text, question: Question) -> Position:
    """The position that an entry records on a question, followed into the text as it stands now."""
    _check_shape(entry, question)
    silent = entry.values.get("silent") is True
    position = Position(
        question=question.id,
        topic=question.topic,
        version=text.source.version.id,
        status="silent" if silent else "stated",
        value=entry.json("value"),
        force=entry.choice("force", FORCES) if entry.maybe("force") else None,
        actor=entry.maybe("actor"),
        conditions=entry.texts("conditions"),
        quotes=(),
        coded=maker,
        note=entry.maybe("note"),
        searched=entry.texts("searched"),
        settled=entry.maybe("settled") or "",
    )
    if silent:
        return _silence(position, text, question)
    return _quoted(position, _follow(entry.texts("quotes"), text, entry), text)


def carry(position: Position, text: Text, question: Question) -> Position:
    """A position of the version before, followed into the text of the version that supersedes it."""
    quotes = tuple(quote.quote for quote in position.quotes)
    moved = replace(position, version=text.source.version.id, quotes=(), lost=())
    if position.status == "silent":
        return _silence(moved, text, question)
    return _quoted(moved, _follow((*quotes, *position.lost), text), text)


def _check_shape(entry: Record, question: Question) -> None:
    """Refuse an entry that neither states something with a quote nor says what was searched."""
    silent, quotes, value = entry.values.get("silent") is True, entry.texts("quotes"), entry.json("value")
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


def _silence(position: Position, text: Text, question: Question) -> Position:
    """A silent position; stale where most of the text is new, or holds more of what was searched for."""
    now = text.source.reading
    searched = [term for term in position.searched if len(term.split()) <= LONGEST_TERM]
    near = nearest(" ".join([*searched, *question.must_mention]), text.passages)
    position = replace(position, nearest=tuple(found.passage for found in near))
    if not text.changed:
        return position
    if kept(text.before, now) < MOSTLY:
        return _stale(position, "most of the text is new since")
    term = heard(question.must_mention or position.searched, text.before, now)
    if not term:
        return replace(position, followed=CARRIED)
    return _stale(position, f"the text has changed since and now holds “{term}”")


class Followed(NamedTuple):
    """Quotes that stand as they stood when they were coded, those that do not, and why the last does not."""

    quotes: tuple[Quote, ...]
    lost: tuple[str, ...]
    why: str


def _follow(quoted: Sequence[str], text: Text, entry: Record | None = None) -> Followed:
    """Quoted words in the text as it stands now; the error names the entry for words that never stood there."""
    quotes, lost, why = [], [], ""
    for words in quoted:
        reason = followed(words, text.before, text.source.reading) if text.changed else ""
        homes = _homes(words, text)
        if not reason and len(homes) == 1:
            quotes.append(_quote(*homes[0], text.source))
        elif entry is None or (text.changed and len(find_quote(words, text.before)) == 1):
            lost.append(words)
            why = f"“{words}” {reason or 'no longer stands in one passage'}"
        else:
            raise _unfound(words, entry, text, homes)
    return Followed(tuple(quotes), tuple(lost), why)


def _quoted(position: Position, found: Followed, text: Text) -> Position:
    """A stated position with its quotes; stale where the words of one do not stand as they stood."""
    position = replace(position, quotes=found.quotes, lost=found.lost)
    if found.lost:
        return _stale(position, found.why)
    return replace(position, followed=CARRIED) if text.changed else position


def _stale(position: Position, why: str) -> Position:
    return replace(position, followed=why, coded=replace(position.coded, status="stale"))


def requote(position: Position, text: Text) -> Position:
    """A position with those lost quotes that still stand once, somewhere: a person has read them there."""
    homes = {words: _homes(words, text) for words in position.lost}
    found = [_quote(*places[0], text.source) for places in homes.values() if len(places) == 1]
    lost = tuple(words for words, places in homes.items() if len(places) != 1)
    return replace(position, quotes=(*position.quotes, *found), lost=lost)


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


def _quote(place: Found, passage: Passage, source: Source) -> Quote:
    spans = merge(original_spans(passage.tiles, place.span), source.original)
    return Quote(place.span.of(source.reading), passage.id, place.span, spans, place.match)


def _unfound(words: str, entry: Record, text: Text, homes: Sequence[tuple[Found, Passage]]) -> SourceError:
    """The error for a quote that stands in no passage, or in several."""
    reading = text.source.file("reading.md")
    what = (
        f"stands in {reading.name} {len(homes)} times" if homes
        else "runs over more than one passage" if find_quote(words, text.source.reading)
        else f"is not in {reading}"
    )  # fmt: skip
    return entry.wrong("quotes", f"the quote “{words[:50]}” {what}", "quote the words of one passage, once")


def _homes(words: str, text: Text) -> list[tuple[Found, Passage]]:
    """Where some words stand in a version's text, with the passage in which they stand whole."""
    found = find_quote(words, text.source.reading)
    return [(place, passage) for place in found if (passage := _home(place, text.passages))]


def _home(found: Found, passages: Sequence[Passage]) -> Passage | None:
    """The passage in which a found quote stands whole."""
    for passage in passages:
        if passage.span.start <= found.span.start and found.span.end <= passage.span.end:
            return passage
    return None
