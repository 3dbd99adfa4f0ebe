"""Verifying a sentence that a language model wrote: it may say nothing that its quotes do not say.

What a sentence rests on is read as whole sentences, with the words that a list item hangs from, so that a
quotation cannot leave a "not" behind.  A sentence that breaks one rule is dropped.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import NamedTuple

from readacross.acting import beginning, doer, force, reach, subject, turned, voice
from readacross.contrasting import (
    Claim,
    address,
    amounts,
    authority,
    characters,
    condition,
    figures,
    negation,
    new_words,
)
from readacross.markup import plain
from readacross.model import Span
from readacross.quoting import find_quote
from readacross.sentences import sentences

LONGEST_SENTENCE = 300
"""Characters; what is longer is not plain words."""

LONGEST_QUOTE = 2000
MOST_QUOTES = 8

RULES = {
    "shape": "not a sentence with what it rests on",
    "length": "too short or too long, or one too many",
    "statement": "not one statement",
    "passage": "a passage that was not shown",
    "quote": "words quoted that do not stand there",
    "source": "more than one version in one sentence",
    "authority": "another authority named",
    "address": "an address that is not in the quotes",
    "characters": "characters that are not in the quotes",
    "number": "a number that is not in the quotes",
    "negation": "a “not” lost or added",
    "force": "a “must”, “may” or the like lost or changed",
    "subject": "the wrong one acting",
    "condition": "an “if”, “only” or the like lost or added",
    "words": "words that are not in the quotes",
    "reach": "a “not”, “only” or “must” moved",
}
"""The rules in words for readers, in the order in which they are tried."""

CHECKS: tuple[tuple[str, Callable[[Claim], str]], ...] = (
    ("authority", authority),
    ("address", address),
    ("characters", characters),
    ("number", amounts),
    ("number", figures),
    ("negation", negation),
    ("force", force),
    ("subject", voice),
    ("subject", beginning),
    ("subject", subject),
    ("subject", turned),
    ("condition", condition),
    ("words", new_words),
    ("subject", doer),
    ("reach", reach),
)
"""What a sentence is held against, in this order, by rule; each says what is wrong, or nothing."""


class Shown(NamedTuple):
    """A passage as a language model was shown it: whole sentences around the words that an answer cites."""

    number: int
    citation: int
    authority: str
    name: str
    version: str
    text: str
    lead_in: str
    headings: tuple[str, ...]


class Rest(NamedTuple):
    """Words of a reading text that a sentence rests on, and the number of the citation they belong to."""

    citation: int
    quote: str


class Broken(NamedTuple):
    """The rule that a sentence breaks, and how."""

    rule: str
    why: str


def cleaned(text: str) -> str:
    """A text in composed form, with blanks folded and without characters that control or cannot be seen."""
    seen = (
        " " if character.isspace() else "" if unicodedata.category(character)[0] == "C" else character
        for character in unicodedata.normalize("NFC", text)
    )
    return " ".join("".join(seen).split())


def verify(
    sentence: str, rests_on: Sequence[tuple[Shown, str]], names: Sequence[str]
) -> tuple[Rest, ...] | Broken:
    """The verbatim quotes that a sentence rests on, or the first rule that it breaks."""
    if broken := _misshapen(sentence, rests_on):
        return broken
    found: list[Rest] = []
    whole: dict[tuple[int, Span], tuple[str, str]] = {}
    for shown, quote in rests_on:
        places = find_quote(quote, shown.text)
        if not places:
            return Broken("quote", f"the quoted words do not stand in passage {shown.number}")
        found.append(Rest(shown.citation, places[0].span.of(shown.text)))
        for place in places:
            span = whole_sentences(shown.text, place.span)
            whole[shown.number, span] = plain(span.of(shown.text)), plain(shown.lead_in)
    claim = _claim(sentence, tuple(whole.values()), [shown for shown, _ in rests_on], names)
    for rule, check in CHECKS:
        if why := check(claim):
            return Broken(rule, why)
    return tuple(dict.fromkeys(found))


def _misshapen(sentence: str, rests_on: Sequence[tuple[Shown, str]]) -> Broken | None:
    """What is wrong with the form of a sentence, or of what it is said to rest on."""
    if len(sentence) > LONGEST_SENTENCE or len(sentence.split()) < 3:
        return Broken("length", f"a sentence has 3 words or more, and at most {LONGEST_SENTENCE} characters")
    if "?" in sentence or len(list(sentences(sentence))) != 1:
        return Broken("statement", "this is not one statement")
    if not 0 < len(rests_on) <= MOST_QUOTES or max(len(quote) for _, quote in rests_on) > LONGEST_QUOTE:
        return Broken("quote", f"a sentence rests on 1 to {MOST_QUOTES} quotes")
    if len({shown.version for shown, _ in rests_on}) > 1:
        return Broken("source", "it rests on more than one version: who says what could be mixed up")
    return None


def whole_sentences(text: str, span: Span) -> Span:
    """The whole sentences that a span of a reading text touches; a line break within one ends none."""
    found = [
        each for each in sentences(text.replace("\n", " ")) if each.start < span.end and span.start < each.end
    ]
    start, end = (
        min([span.start, *(each.start for each in found)]),
        max([span.end, *(each.end for each in found)]),
    )
    return Span(start, end)


def _claim(
    sentence: str, sources: tuple[tuple[str, str], ...], shown: Sequence[Shown], names: Sequence[str]
) -> Claim:
    """A sentence with all that it rests on; words that several items hang from count once."""
    parts = dict.fromkeys(part for source, lead_in in sources for part in (lead_in, source) if part)
    context = dict.fromkeys(part for each in shown for part in (*each.headings, each.name))
    name = shown[0].name
    return Claim(
        _unattributed(sentence, name), sources, "\n".join(parts), "\n".join(context), name, tuple(names)
    )


def _unattributed(sentence: str, name: str) -> str:
    """A sentence without the words that say whose leaflet says so, where they name the one that is cited."""
    who = rf"(?:the )?{re.escape(name)}(?:['’]s? leaflet)?"
    said = rf"(?:{who} (?:says|states) that |(?:according to|in) {who}, ?)(?=\w)"
    found = re.match(said, sentence, re.IGNORECASE)
    return sentence[found.end() :] if found else sentence
