"""Sentences that pages say about versions, certificates and positions."""

from collections import Counter
from collections.abc import Iterator, Sized
from datetime import date
from typing import NamedTuple

from readacross.certificate import Certificate
from readacross.contract import link
from readacross.ink import amounts
from readacross.markup import plain
from readacross.model import (
    Coded,
    Divergence,
    Evidence,
    Json,
    Position,
    Question,
    Quote,
    Ruling,
    Span,
    Version,
)  # fmt: skip
from readacross.periods import in_words as date_in_words
from readacross.site.gathering import Shelf, Text
from readacross.values import in_words

CODED = {
    "suggested": "suggested by {by} on {on}; no person has read it yet",
    "coded": "coded by {by} on {on}, not yet confirmed by an officer",
    "disputed": "coded by {by} on {on}; a second coder disagrees",
    "confirmed": "confirmed by {by} on {on}",
    "stale": "coded by {by} on {on}; the text it rests on has changed since",
    "superseded": "coded by {by} on {on}; coded anew since",
}
BOUNDS = {"not_before": "not before", "not_after": "not after", "printed": "printed:"}
STRENGTHS = {"hard": "rules other dates out", "soft": "makes other dates unlikely"}
FORCES = {
    "prohibition": "prohibition (cannot, must not)",
    "no_obligation": "no obligation (need not)",
    "permission": "permission (can, may)",
    "possibility": "possibility (may happen)",
    "request": "request (please)",
    "expectation": "expectation (should)",
    "commitment": "commitment (will)",
    "obligation": "obligation (must)",
    "right": "right (is entitled to)",
    "description": "description of how things are",
}
"""How firmly a leaflet says a thing, with the words by which a reader knows it."""


class Cited(NamedTuple):
    """Quoted words, the passage they stand in and the address of that passage."""

    words: str
    passage: str
    link: str
    doubts: tuple[str, ...]


class Said(NamedTuple):
    """What a version says on a question, in words, with the quotes that prove it."""

    question: Question
    version: Version
    name: str
    value: Json
    words: str
    silent: bool
    strength: str
    actor: str
    conditions: tuple[str, ...]
    searched: tuple[str, ...]
    quotes: tuple[Cited, ...]
    coded: str
    by: str
    note: str
    settled: str
    followed: str

    @property
    def detail(self) -> str:
        """How firmly, by or for whom, and on what condition; of a silent version, what was searched."""
        if self.silent:
            return f"searched: {'; '.join(self.searched)}" if self.searched else ""
        parts = (("strength", self.strength), ("who", self.actor), ("only", "; ".join(self.conditions)))
        return "; ".join(f"{name}: {words}" for name, words in parts if words)

    @property
    def silence(self) -> str:
        """Who says that the leaflet is silent, and what was searched."""
        return sentence(f"{self.coded}; {self.detail}" if self.detail else self.coded)


class LeftOut(NamedTuple):
    """Words of an original that the reading text leaves out, and why."""

    words: str
    reason: str
    by: str
    start: int
    end: int


def said(shelf: Shelf, position: Position) -> Said:
    """A position as a page shows it."""
    question = shelf.library.questions[position.question]
    version = shelf.library.versions[position.version]
    silent = position.status == "silent"
    return Said(
        question,
        version,
        shelf.known_as.get(version.id, shelf.called[version.id]),
        position.value,
        "Not stated in this leaflet" if silent else sentence(in_words(question, position)),
        silent,
        FORCES.get(position.force or "", readable(position.force or "")),
        readable(position.actor or ""),
        tuple(readable(condition) for condition in position.conditions),
        position.searched,
        tuple(cited(shelf, version, quote) for quote in position.quotes),
        coded(position.coded),
        position.coded.by,
        position.note or "",
        position.settled,
        position.followed,
    )


def readable(name: str) -> str:
    """A name out of the data as words."""
    return name.replace("_", " ")


def cited(shelf: Shelf, version: Version, quote: Quote) -> Cited:
    """Quoted words with the address of their passage, and why some of them may be damaged."""
    passage, (start, end) = shelf.passage(quote.passage), quote.reading
    doubts = (doubt.note for doubt in passage.doubts if doubt.span.start < end and start < doubt.span.end)
    return Cited(plain(quote.quote), passage.id, link(version, passage.place), tuple(doubts))


def sentence(words: str) -> str:
    """Words with a capital first."""
    return words[:1].upper() + words[1:]


def coded(by: Coded) -> str:
    """Who recorded a position, and how far it has got."""
    return CODED[by.status].format(by=by.by, on=date_in_words(by.on))


def kind_in_words(divergence: Divergence) -> str:
    """The kind and severity of a divergence."""
    kind = divergence.kind.replace("number_or_time", "number or time")
    return f"{readable(kind)}, {divergence.severity} severity"


def line(divergence: Divergence, question: Question) -> str:
    """The one line of a divergence, without the question's name that it begins with."""
    words = divergence.summary.removeprefix(f"{question.label or question.question}: ")
    return stopped(sentence(words))


def ruled(ruling: Ruling) -> str:
    """What a person decided on a divergence or position, when and why."""
    told = f"{ruling.ruling} by {ruling.by} on {date_in_words(ruling.on)}: {ruling.why}"
    changed = f" Severity: {ruling.severity}." if ruling.severity else ""
    return stopped(sentence(told)) + changed


def stopped(words: str) -> str:
    """A sentence with its full stop."""
    return words if words.endswith((".", "!", "?")) else f"{words}."


def count(things: Sized | int, one: str, many: str = "") -> str:
    """How many there are, with the noun in the right number."""
    number = things if isinstance(things, int) else len(things)
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def size(octets: int) -> str:
    """The size of a file as a reader would say it."""
    if octets >= 950_000:
        return f"{octets / 1_000_000:.1f} MB"
    return f"{max(1, round(octets / 1000))} kB"


def inferred(version: Version) -> bool:
    """Whether a version's dates are worked out rather than printed on it."""
    return not version.printed


def basis(version: Version) -> str:
    """What an inferred date rests on."""
    words = version.valid.basis
    return words if words.startswith("inferred") else f"inferred: {words}"


def began(version: Version) -> str:
    """When a version began to hold."""
    return sentence(date_in_words(version.valid.from_))


def ended(version: Version) -> str:
    """When a version stopped holding, as far as that is known."""
    if version.valid.until:
        return sentence(date_in_words(version.valid.until))
    latest = version.valid.latest_end
    if latest and latest != date.max:
        return f"Not known; no later than {date_in_words(latest.isoformat())}"
    return "Not known"


def evidence_in_words(evidence: Evidence) -> str:
    """What a piece of evidence bounds, and how firmly."""
    when = date_in_words(evidence.date)
    return f"{BOUNDS[evidence.bound]} {when} ({STRENGTHS[evidence.strength]})"


def certified(text: Text) -> str:
    """The certificate in a sentence: how much of the original is used and what is left out."""
    drops, certificate = text.certificate.drops, text.certificate
    spans = [drop.span for drop in drops]
    everything, dropped = amounts(text.original, text.version.media, certificate.promoted, spans)
    left = sum(dropped)
    used = everything - left
    if not left:
        return f"Every word accounted for: all {used:,} characters of the original used; nothing left out."
    reasons = Counter[str]()
    for drop, amount in zip(drops, dropped, strict=True):
        reasons[drop.reason] += amount
    why = "; ".join(f"{reason} ({count:,})" for reason, count in reasons.most_common() if count)
    return (
        f"Every word accounted for: {used:,} of {everything:,} characters of the original used; "
        f"{left:,} left out: {why}."
    )


def ordered(certificate: Certificate) -> str:
    """How the order of the words compares with the original, and who says it is right."""
    if certificate.structure.plain:
        return "The words stand in the original’s own order."
    signed = certificate.signed
    by = f"read and signed by {signed.by} on {signed.on}" if signed else "not signed by anybody yet"
    return f"The words are put in reading order: {certificate.structure.counts()}; {by}."


def left_out(text: Text) -> Iterator[LeftOut]:
    """What the reading text leaves out of its original."""
    for drop in text.certificate.drops:
        span: Span = drop.span
        yield LeftOut(
            span.of(text.original), drop.reason, drop.by or "follows from the words", span.start, span.end
        )
