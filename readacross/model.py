"""The nouns: frozen values, free of behaviour that needs a file or a model.

An Authority publishes Leaflets; a Leaflet has Versions through time; a Version's reading text is cut
into Passages; a Position is what one Version says on one Question; a Divergence is two or more Positions
that differ.  A Citation ties words to the one place where they stand.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple, TypeAlias

Json: TypeAlias = "None | bool | int | float | str | list[Json] | dict[str, Json]"
"""A value as it stands in a JSON, YAML or TOML file."""

ANSWER_TYPES = (
    "enum", "set", "bool", "condition", "duration", "frequency", "integer", "date", "contact", "text",
)  # fmt: skip
FORCES = (
    "prohibition", "no_obligation", "permission", "possibility", "request",
    "expectation", "commitment", "obligation", "right", "description",
)  # fmt: skip
SEVERITIES = ("none", "low", "medium", "high")
KINDS = (
    "contradiction", "number_or_time", "strength", "scope", "one_silent", "baseline", "changed_over_time",
)  # fmt: skip
REVIEWED = ("stale", "reopened", "disputed", "suggested", "debatable", "open", "coded")
"""What may need a person, the likeliest to change first."""
ANSWER_STATUSES = ("answered", "partly", "authorities_differ", "not_found", "out_of_scope")


class Span(NamedTuple):
    """A half-open range of characters in a named text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The characters this span covers."""
        return text[self.start : self.end]


class Tile(NamedTuple):
    """A span of the reading text and the span of the original that holds the same words."""

    reading_start: int
    reading_end: int
    original_start: int
    original_end: int


@dataclass(frozen=True, slots=True)
class Authority:
    """A public body that publishes leaflets."""

    slug: str
    name: str
    kind: str
    jurisdiction: str
    address: str | None = None
    successors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Period:
    """From when until when a version held, as far as it is known.

    `from_` and `until` are EDTF dates or ranges in which the start and the end lie, None where unknown;
    the four bounds follow from them and from the versions before and after.
    """

    from_: str | None
    until: str | None
    basis: str
    earliest_start: date | None = None
    latest_start: date | None = None
    earliest_end: date | None = None
    latest_end: date | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A reason for a bound on a date: words of the source, and the fact they are read against."""

    says: str
    bound: Literal["not_before", "not_after", "printed"]
    date: str
    strength: Literal["hard", "soft"]
    quote: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Leaflet:
    """One publication through time: `staffordshire/child-protection-conferences`."""

    id: str
    authority: str
    title: str
    audience: str
    genre: str
    language: str


@dataclass(frozen=True, slots=True)
class Version:
    """A leaflet at one time, with one original file: `…/child-protection-conferences@2017-03`."""

    id: str
    leaflet: str
    authority: str
    label: str
    title: str
    publisher: str
    licence: str
    received: str
    address: str | None
    media: Literal["text/plain", "text/markdown"]
    folder: str
    original: str
    sha256: str
    recorded: str
    valid: Period
    evidence: tuple[Evidence, ...]
    supersedes: str | None
    status: Literal["current", "superseded", "withdrawn"]
    note: str | None = None

    @property
    def printed(self) -> bool:
        """Whether its date stands on it, by the evidence recorded; otherwise the date is inferred."""
        return any(item.bound == "printed" for item in self.evidence)


@dataclass(frozen=True, slots=True)
class Doubt:
    """Words of a reading text that may be damaged in the text as received, and why we think so."""

    span: Span
    note: str
    by: str


@dataclass(frozen=True, slots=True)
class Passage:
    """The smallest citable piece of a reading text, and where its words stand in the original.

    `span` is in the reading text as stored (`reading.md`); `text` is exactly those characters. `tiles`
    cover the passage's words; each ties a part of it to the original. `lead_in` is the sentence a list
    item hangs from ("You should:").
    """

    id: str
    version: str
    kind: Literal["heading", "paragraph", "item"]
    level: int
    span: Span
    headings: tuple[str, ...]
    place: str
    text: str
    digest: str
    lead_in: str
    tiles: tuple[Tile, ...]
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class Topic:
    """A group of comparison questions."""

    id: str
    title: str
    about: str


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that a question allows, in the words shown to readers."""

    id: str
    words: str


@dataclass(frozen=True, slots=True)
class Relation:
    """How two options of a question stand to each other; written once, read both ways."""

    a: str
    b: str
    kind: Literal["same", "stronger", "other_grounds", "contradicts"]
    severity: str
    why: str = ""
    debatable: bool = False


@dataclass(frozen=True, slots=True)
class Tension:
    """Two answers that sit ill with each other in one leaflet: `answer` here, `and_` to another question."""

    answer: str
    with_: str
    and_: str
    kind: str
    severity: str
    why: str


@dataclass(frozen=True, slots=True)
class Question:
    """A comparison question: asked of every version in the same words."""

    id: str
    topic: str
    question: str
    answer_type: str
    silence: str
    options: tuple[Option, ...] = ()
    relations: tuple[Relation, ...] = ()
    asked_as: tuple[str, ...] = ()
    goes_with: tuple[str, ...] = ()
    label: str = ""
    why: str = ""
    silent_when: str = ""
    differs: str = "low"
    actor: str = ""
    must_mention: tuple[str, ...] = ()
    baseline: tuple[str, ...] = ()
    tensions: tuple[Tension, ...] = ()

    @property
    def phrasings(self) -> tuple[str, ...]:
        """The ways the question may be put by somebody who asks."""
        return (self.question, *self.asked_as)

    def words(self, value: str) -> str:
        """The words shown to readers for an option, or the option's id made readable."""
        known = {option.id: option.words for option in self.options}
        return known.get(value, value.replace("_", " "))


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a reading text, checked: where they stand there and in the original."""

    quote: str
    passage: str
    reading: Span
    original: tuple[Span, ...]
    match: Literal["exact", "normalised"]


@dataclass(frozen=True, slots=True)
class Coded:
    """Who recorded a position, when, and how far it has got."""

    by: str
    on: str
    status: Literal["suggested", "coded", "disputed", "confirmed", "stale", "superseded"]


@dataclass(frozen=True, slots=True)
class Position:
    """What one version says on one question, or that it is silent.

    `lost` are quotations as they were coded that cannot be carried over to the text as it stands now;
    `followed` says in words what became of the text since.  `settled` is why two coders who differed
    agreed on this answer.  `nearest` are the passages that share most with what was searched for in vain.
    """

    question: str
    topic: str
    version: str
    status: Literal["stated", "silent"]
    value: Json
    force: str | None
    actor: str | None
    conditions: tuple[str, ...]
    quotes: tuple[Quote, ...]
    coded: Coded
    note: str | None = None
    searched: tuple[str, ...] = ()
    followed: str = ""
    lost: tuple[str, ...] = ()
    settled: str = ""
    nearest: tuple[str, ...] = ()

    @property
    def stands(self) -> bool:
        """Whether it is published as what its version says; a stale or suggested position is not."""
        return self.coded.status not in ("suggested", "stale", "superseded")


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a person decided on a position (one version) or a divergence (two or more), and why.

    `rests_on` is the digest of what the person saw: when the text or the coding changes, the ruling is
    open again.  A correction gives the position anew, or the severity of a divergence.  `against` is the
    other question of a divergence within one leaflet.
    """

    question: str
    versions: tuple[str, ...]
    ruling: Literal["confirmed", "corrected", "dismissed"]
    by: str
    on: str
    why: str
    rests_on: str
    position: Json = None
    severity: str | None = None
    against: str = ""


@dataclass(frozen=True, slots=True)
class Divergence:
    """Two or more positions that differ; computed, never typed in.

    A pair holds two versions' positions on one question, a group all of them.  Level `answers` stands for
    every pair of versions that give two answers, and holds one position for each answer.  Level `leaflet`
    holds two positions of one version, on two questions, that sit ill with each other.
    """

    question: str
    topic: str
    kind: str
    severity: str
    summary: str
    rule: str
    level: Literal["pair", "answers", "group", "leaflet"]
    positions: tuple[Position, ...]
    ruling: Ruling | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """Words quoted, the passage they stand in, and their place in the original; verified when made."""

    passage: Passage
    quote: str
    reading: Span
    original: tuple[Span, ...]
    match: Literal["exact", "normalised", "nearest", "gone"]
    score: float
    certainty: Literal["certain", "possibly", "not"] | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """One line of an answer: what an authority says, and the citations it rests on (by index)."""

    text: str
    authority: str
    citations: tuple[int, ...]
    question: str | None = None
    position: Position | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a question as at a date: every statement cited, silence named, differences shown.

    `alert` comes before everything else: what to do where somebody may be in danger.  `remarks` say how the
    question was understood.
    """

    question: str
    as_at: str | None
    status: str
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    silent: tuple[str, ...]
    divergences: tuple[Divergence, ...]
    nearest: tuple[Citation, ...]
    questions: tuple[str, ...] = ()
    alert: str = ""
    remarks: tuple[str, ...] = ()
