"""The baseline: dated facts that leaflets are measured against, and bodies that no longer exist.

A fact is what an edition of national guidance says on a question, with how far that is verified.  Measuring
is as careful as comparing: where the words leave room the outcome is `cannot_be_compared`, with the reason.
A leaflet of another jurisdiction is never measured, nor one that ended before the fact's edition began.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, cast

from readacross.errors import SourceError
from readacross.model import Json, Period, Question
from readacross.periods import bounds, in_force, period
from readacross.records import Record, read_yaml
from readacross.values import DAYS, MINUTES, MONTHS

BASELINE = Path("index/baseline.yaml")
COMPARATORS = ("at_most", "at_least", "equal", "common_practice", "local")
EDITION_STATUSES = ("in force", "superseded", "announced")
VERIFIED = {
    "P": "checked in the edition itself",
    "S1": "secondary source, unchecked: S1, two or more independent public pages, at least one naming the edition",
    "S2": "secondary source, unchecked: S2, several local procedures agree, edition not shown",
    "S3": "secondary source, unchecked: S3, one page",
}
"""How well a fact is verified, in the words shown to readers."""


@dataclass(frozen=True, slots=True)
class Edition:
    """A dated edition of national guidance; one that is only announced has a consultation and no date."""

    id: str
    title: str
    published: str | None
    consultation: str | None
    status: str
    superseded_by: str | None


@dataclass(frozen=True, slots=True)
class Fact:
    """What the baseline says, and on which question; its value has the shape of a position's.

    `better` says which way is kinder to the reader, where a person has decided that.
    """

    id: str
    question: str | None
    says: str
    comparator: str
    value: Json
    verified: str
    note: str | None
    edition: str | None
    source: str | None
    better: Literal["less", "more"] | None


@dataclass(frozen=True, slots=True)
class Institution:
    """A body that leaflets name: its names, when it existed, and what came after it.

    `also` holds shorter names that a place stands before: "Safeguarding Children Board".
    """

    name: str
    from_: str | None
    until: str | None
    successor: str | None
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Baseline:
    """National guidance for one jurisdiction, as far as it is known."""

    jurisdiction: str
    editions: tuple[Edition, ...]
    facts: tuple[Fact, ...]
    institutions: tuple[Institution, ...]

    def edition(self, fact: Fact) -> Edition | None:
        """The edition that a fact is known from."""
        return next((edition for edition in self.editions if edition.id == fact.edition), None)

    def held(self, fact: Fact) -> Period | None:
        """When a fact's edition was in force; unbounded where no edition or date is known, None if announced."""
        edition = self.edition(fact)
        if edition is None:
            return period(None, None, "edition not recorded")
        after = next((item.published for item in self.editions if item.id == edition.superseded_by), None)
        return None if edition.status == "announced" else period(edition.published, after, "published")

    def at(self, as_at: str) -> "Baseline":
        """The baseline with the facts that may have held at a date."""
        held = ((fact, self.held(fact)) for fact in self.facts)
        return replace(
            self, facts=tuple(fact for fact, when in held if when and in_force(when, as_at) != "not")
        )


# Reading


def load_baseline(root: Path, questions: Sequence[Question]) -> Baseline | None:
    """The baseline of a knowledge base; None where it has none.  Raises SourceError."""
    if not (root / BASELINE).exists():
        return None
    file = read_yaml(root / BASELINE, BASELINE)
    if not isinstance(file, Record):
        raise SourceError(BASELINE, "the file is a bare list", "begin it with jurisdiction: and facts:", 1)
    file.only(("jurisdiction", "editions", "facts", "institutions"))
    editions = file.records("editions")
    facts = file.records("facts")
    for entries, name in ((editions, "id"), (facts, "id"), (file.records("institutions"), "name")):
        _once(entries, name)
    known = tuple(entry.text("id") for entry in editions)
    _in_order(editions)
    bank = {question.id: question for question in questions}
    return Baseline(
        file.text("jurisdiction"),
        tuple(_edition(entry, known) for entry in editions),
        tuple(_fact(entry, known, bank) for entry in facts),
        tuple(_institution(entry) for entry in file.records("institutions")),
    )


def _once(entries: Sequence[Record], key: str) -> None:
    seen: set[str] = set()
    for entry in entries:
        if entry.text(key) in seen:
            raise entry.wrong(key, f"{entry.text(key)!r} is given twice", "keep one of them")
        seen.add(entry.text(key))


def _one_of(entry: Record, key: str, known: Iterable[str], what: str) -> str | None:
    """The id of something else in the knowledge base, where one is given."""
    id_ = entry.maybe(key)
    if id_ is not None and id_ not in known:
        raise entry.wrong(key, f"there is no {what} {id_!r}", f"use an id of {what}s that are there")
    return id_


def _dated(entry: Record, key: str) -> str | None:
    """An EDTF date or interval, where one is given."""
    words = entry.maybe(key)
    try:
        if words is not None:
            bounds(words)
    except ValueError as bad:
        raise entry.wrong(key, str(bad), 'write a date such as "2017-03", in quotation marks') from None
    return words


def _edition(entry: Record, known: Sequence[str]) -> Edition:
    entry.only(("id", "title", "published", "consultation", "status", "superseded_by"))
    superseded_by = _one_of(entry, "superseded_by", known, "edition")
    return Edition(
        id=entry.text("id"),
        title=entry.text("title"),
        published=_dated(entry, "published"),
        consultation=_dated(entry, "consultation"),
        status=entry.choice("status", EDITION_STATUSES, "superseded" if superseded_by else None),
        superseded_by=superseded_by,
    )


def _in_order(entries: Sequence[Record]) -> None:
    """Refuse an edition that was superseded before it was published."""
    published = {entry.text("id"): _dated(entry, "published") for entry in entries}
    for entry in entries:
        try:
            period(published[entry.text("id")], published.get(entry.maybe("superseded_by") or ""), "")
        except ValueError as bad:
            raise entry.wrong("superseded_by", str(bad), "correct one of the dates") from None


def _institution(entry: Record) -> Institution:
    entry.only(("name", "from", "until", "successor", "also"))
    from_ = _dated(entry, "from")
    until = ".." if entry.maybe("until") == ".." else _dated(entry, "until")
    try:
        period(from_, until, "")
    except ValueError as bad:
        raise entry.wrong("until", str(bad), "correct one of the dates") from None
    return Institution(entry.text("name"), from_, until, entry.maybe("successor"), entry.texts("also"))


FACT_KEYS = (
    "id", "question", "says", "comparator", "value", "verified", "note", "edition", "source", "better",
)  # fmt: skip


def _fact(entry: Record, editions: Sequence[str], bank: Mapping[str, Question]) -> Fact:
    entry.only(FACT_KEYS)
    question = _one_of(entry, "question", bank, "question")
    comparator = entry.choice("comparator", COMPARATORS)
    better = entry.choice("better", ("less", "more")) if entry.maybe("better") else None
    return Fact(
        id=entry.text("id"),
        question=question,
        says=entry.text("says"),
        comparator=comparator,
        value=_value(entry, comparator, bank[question] if question else None),
        verified=entry.choice("verified", tuple(VERIFIED)),
        note=entry.maybe("note"),
        edition=_one_of(entry, "edition", editions, "edition"),
        source=entry.maybe("source"),
        better=cast("Literal['less', 'more'] | None", better),
    )


AMOUNTS = ("duration", "frequency", "integer")
ORDERED = ("at_most", "at_least")
UNITS = (*MINUTES, *DAYS, *MONTHS)


def _value(entry: Record, comparator: str, question: Question | None) -> Json:
    """A fact's value, of the shape that its question and comparator need; words alone have none."""
    value = entry.json("value")
    if value is None and comparator in ("common_practice", "local"):
        return None
    if value is None:
        raise entry.wrong("comparator", f"{comparator} has no value", "add value:, or use local")
    kind = question.answer_type if question else ""
    if isinstance(value, dict) and kind in ("duration", "frequency", ""):
        return _amount(entry.table("value"))
    shape = SHAPES.get(kind, object)
    countable = isinstance(value, int) and not isinstance(value, bool)
    if not isinstance(value, shape) or (not countable and (kind == "integer" or comparator in ORDERED)):
        raise entry.wrong(
            "value", "the value is not what is asked for", REMEDIES.get(kind, "write an amount")
        )
    options = {option.id for option in question.options} if question and kind in ("enum", "set") else set()
    for item in value if isinstance(value, list) else [value]:
        if options and item not in options:
            raise entry.wrong(
                "value", f"{item!r} is not an option of {entry.text('question')}", "use an option's id"
            )
    return value


SHAPES: Mapping[str, type] = {
    "bool": bool, "enum": str, "set": list, "integer": int, "duration": dict, "frequency": dict,
}  # fmt: skip
REMEDIES = {
    "bool": "the question is answered by true or false",
    "enum": "the question is answered by an option's id",
    "set": "the question is answered by a list of options",
    "integer": "the question is answered by a whole number",
    "duration": "write value: {n: 10, unit: day}",
    "frequency": "write value: {n: 6, unit: month}",
}


def _amount(table: Record) -> Json:
    """A duration or interval as positions have them: n, unit, and what it counts."""
    table.only(("n", "unit", "qualifier", "rel", "anchor"))
    n = table.values.get("n")
    if not isinstance(n, int | float) or isinstance(n, bool) or n <= 0:
        raise table.wrong("n", "n is not a number above 0", "write digits only")
    qualifier = table.choice("qualifier", ("working", "calendar")) if table.maybe("qualifier") else None
    found: dict[str, Json] = {"n": n, "unit": table.choice("unit", UNITS), "qual": qualifier}
    found |= {key: table.text(key) for key in ("rel", "anchor") if table.maybe(key)}
    return found
