"""Sentences that pages say about versions, certificates and positions."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from readacross.certificate import Certificate
from readacross.contract import link
from readacross.ink import original_ink, reading_ink
from readacross.markup import plain
from readacross.model import Coded, Divergence, Evidence, Position, Question, Quote, Span, Version
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
    words: str
    silent: bool
    detail: str
    quotes: tuple[Cited, ...]
    coded: str
    note: str

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
        shelf.called[version.id],
        "Not stated in this leaflet" if silent else sentence(in_words(question, position)),
        silent,
        _detail(position),
        tuple(cited(shelf, version, quote) for quote in position.quotes),
        coded(position.coded),
        position.note or "",
    )


def cited(shelf: Shelf, version: Version, quote: Quote) -> Cited:
    """Quoted words with the address of their passage, and why some of them may be damaged."""
    passage, (start, end) = shelf.passage(quote.passage), quote.reading
    doubts = (doubt.note for doubt in passage.doubts if doubt.span.start < end and start < doubt.span.end)
    return Cited(plain(quote.quote), passage.id, link(version, passage.place), tuple(doubts))


def sentence(words: str) -> str:
    """Words with a capital first."""
    return words[:1].upper() + words[1:]


def _detail(position: Position) -> str:
    """The force, actor and conditions of a position."""
    if position.status == "silent":
        return "searched: " + "; ".join(position.searched) if position.searched else ""
    force = position.force.replace("_", " ") if position.force else ""
    actor = f"actor: {position.actor.replace('_', ' ')}" if position.actor else ""
    strength = f"strength: {force}" if force else ""
    conditions = f"only {'; '.join(position.conditions)}" if position.conditions else ""
    return "; ".join(part for part in (strength, actor, conditions) if part)


def coded(by: Coded) -> str:
    """Who recorded a position, and how far it has got."""
    return CODED[by.status].format(by=by.by, on=by.on)


def kind_in_words(divergence: Divergence) -> str:
    """The kind and severity of a divergence."""
    kind = divergence.kind.replace("number_or_time", "number or time").replace("_", " ")
    return f"{kind}, {divergence.severity} severity"


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
    used = len(reading_ink(text.reading))
    everything = original_ink(text.original, text.version.media, text.certificate.promoted)
    left = len(everything) - used
    if not left:
        return f"Every word accounted for: all {used:,} characters of the original used; nothing left out."
    reasons = Counter[str]()
    for drop in text.certificate.drops:
        reasons[drop.reason] += sum(drop.span.start <= at < drop.span.end for at in everything)
    why = "; ".join(f"{reason} ({count:,})" for reason, count in reasons.most_common() if count)
    return (
        f"Every word accounted for: {used:,} of {len(everything):,} characters of the original used; "
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
