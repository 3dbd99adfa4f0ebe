"""Following quotations into a changed text: every change of meaning is found, and hardly any other is.

Run this file with -s to see how many edits were made, and how many positions went back to a person.
"""

import random
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readacross.coding import CODING, Text, read_position
from readacross.drafting import draft
from readacross.markup import MarkupError, parse
from readacross.model import Coded, Span
from readacross.quoting import fold
from readacross.records import read_yaml
from readacross.tracking import changed, followed, heard, kept, neighbours

ROOT = Path(__file__).parents[1]
BEFORE = """## Complaints

You can complain within 28 days. The decision stands meanwhile.

You should:

- write to the chair, and
- keep a copy.
"""


@pytest.mark.parametrize(
    ("quote", "old", "new", "why"),
    [
        ("within 28 days", "28", "14", "no longer stands"),
        ("You can complain", "can", "may", "no longer stands"),
        ("You can complain", "28", "14", "in a sentence that has changed"),
        ("write to the chair", "should", "may", "in a sentence that has changed"),
        ("The decision stands meanwhile.", "28", "14", ""),
        ("keep a copy.", "write to", "ring", ""),
        ("within 28 days", "within 28 days", "within  28\ndays", ""),
        ("The decision stands", "The decision", "THE DECISION", ""),
        ("keep a copy.", "keep a copy.", "keep a copy.\n\nPlease keep a copy.", "stands in the text 2 times"),
        ("You can complain", "## Complaints", "## If you are not happy", ""),
    ],
)
def test_a_quotation_is_carried_over_where_its_sentence_stands(quote, old, new, why):
    now = BEFORE.replace(old, new)
    assert changed(BEFORE, now) is (fold(BEFORE)[0].split() != fold(now)[0].split())
    found = followed(quote, BEFORE, now)
    assert (why in found) if why else found == ""


def test_words_coded_from_the_text_as_it_is_now_are_new_not_stale():
    assert followed("within 14 days", BEFORE, BEFORE.replace("28", "14")) == ""


@pytest.mark.parametrize(
    ("terms", "new", "found"),
    [
        (["interpreter"], "You can have an interpreter.", "interpreter"),
        (["Interpreter"], "An INTERPRETER will come.", "Interpreter"),
        (["complain"], "Nobody complains.", "complain"),
        (["compliment"], "Nobody complains.", ""),
        (["copy"], "Nothing new.", ""),
        (["the whole leaflet, read from beginning to end"], "the whole leaflet", ""),
    ],
)
def test_silence_is_broken_by_more_of_what_was_searched_for(terms, new, found):
    assert heard(terms, BEFORE, BEFORE + "\n" + new + "\n") == found


def test_a_list_item_hangs_from_its_lead_in():
    at = BEFORE.index("keep a copy")
    assert neighbours(BEFORE, Span(at, at + 11)) == "you should: keep a copy."


def test_how_much_of_a_text_is_old():
    assert kept(BEFORE, BEFORE) == 1.0
    assert kept(BEFORE, "Quite another text. It says nothing.\n") == 0.0


@given(st.text(max_size=60), st.text(max_size=60))
def test_following_never_fails(quote, now):
    assert isinstance(followed(quote, BEFORE, "x" + re.sub(r"[^a-z .]", "", now)), str)


@cache
def made():
    return draft(ROOT)


@cache
def entries(folder):
    return read_yaml(ROOT / folder / CODING, Path(folder) / CODING).records("positions")


@cache
def bank():
    return {question.id: question for question in made().questions}


def recoded(text, reading):
    """The positions of a version as they come to stand when its reading text is another."""
    passages = []
    for old, block in zip(text.passages, [b for b in parse(reading)[0] if b.kind != "note"], strict=True):
        tiles = tuple(tile._replace(reading_start=0, reading_end=1) for tile in old.tiles[:1])
        passages.append(replace(old, span=block.span, text=block.span.of(reading), tiles=tiles))
    before = text.source.reading
    now = Text(replace(text.source, reading=reading), passages, before, changed(before, reading))
    maker = Coded("coder-1", "2026-11-22", "coded")
    return [
        read_position(entry, maker, now, bank()[entry.text("question")])
        for entry in entries(text.source.version.folder)
    ]


MEANING = {
    "must": "may", "may": "must", "should": "could", "can": "cannot", "cannot": "can", "will": "might",
    "not": "also", "always": "sometimes", "sometimes": "always", "before": "after", "after": "before",
    "all": "some", "any": "no", "every": "most", "and": "or", "or": "and", "you": "they", "your": "their",
    "child": "adult", "parents": "police", "chair": "clerk", "first": "last", "within": "after",
}  # fmt: skip


def number(words):
    return str(int(words) + 3) if words.isdecimal() else None


def meaning_edits(text):
    """One-word edits that turn the meaning of words some position quotes."""
    reading = text.source.reading
    spans = {quote.reading for position in recoded(text, reading) for quote in position.quotes}
    seen = set()
    for span in sorted(spans):
        for found in re.finditer(r"[^\W_]+", span.of(reading)):
            start = span.start + found.start()
            other = number(found[0]) or MEANING.get(found[0].lower())
            if other and start not in seen:
                seen.add(start)
                yield Span(start, start + len(found[0])), other


def test_every_change_of_meaning_sends_exactly_the_touched_positions_back():
    edits = heard_anew = 0
    for text in made().texts.values():
        reading = text.source.reading
        first = recoded(text, reading)
        assert not [item for item in first if item.coded.status == "stale"]
        for span, other in list(meaning_edits(text))[::2]:
            edited = reading[: span.start] + other + reading[span.end :]
            stale = {item.question for item in recoded(text, edited) if item.coded.status == "stale"}
            quoting = {item.question for item in first if any(holds(q.reading, span) for q in item.quotes)}
            near = {
                item.question for item in first if any(hangs(reading, q.reading, span) for q in item.quotes)
            }
            about = (text.source.version.id, span.of(reading), other)
            assert quoting <= stale, (*about, quoting - stale)
            silent = {item.question for item in first if item.status == "silent"}
            assert stale <= quoting | near | silent, (*about, stale - quoting - near)
            edits += 1
            heard_anew += len(stale & silent)
    print(f"{edits} edits that turn the meaning: all found; {heard_anew} silent positions heard a term anew")
    assert edits >= 275
    assert heard_anew <= edits / 50


def holds(quote, span):
    return quote.start <= span.start and span.end <= quote.end


def hangs(reading, quote, span):
    """Whether a quotation stands in the sentence of a span, or in a list item that hangs from it."""
    sentence = neighbours(reading, span)
    return sentence in neighbours(reading, quote) or neighbours(reading, quote) in sentence


def number_of_blocks(reading):
    try:
        return len(parse(reading)[0])
    except MarkupError:
        return None


def blanks(chance, reading):
    at = chance.choice([m.start() for m in re.finditer(r"(?<=[^\W_]) (?=[^\W_])", reading)])
    broken = reading[:at] + "\n" + reading[at + 1 :]
    if chance.random() < 0.5 and number_of_blocks(broken) == number_of_blocks(reading):
        return broken
    return reading[:at] + chance.choice(["  ", "\u00a0"]) + reading[at + 1 :]


def marks(chance, reading):
    places = [m.start() for m in re.finditer("[‘’“”'\"]", reading)]
    if not places:
        return reading
    at = chance.choice(places)
    swaps = {"‘": "'", "’": "'", "“": '"', "”": '"', "'": "’", '"': "”"}
    return reading[:at] + swaps[reading[at]] + reading[at + 1 :]


def dashes(chance, reading):
    places = [
        m.start() for m in re.finditer("(?<=[^\\W_] )[-–—](?= [^\\W_])|(?<=[^\\W_])-(?=[^\\W_])", reading)
    ]
    if not places:
        return reading
    at = chance.choice(places)
    return reading[:at] + chance.choice("‐‑–—") + reading[at + 1 :]


def case(chance, reading):
    at = chance.choice([m.start() for m in re.finditer(r"\b[^\W\d_]", reading)])
    return reading[:at] + reading[at].swapcase() + reading[at + 1 :]


def test_hardly_any_harmless_edit_sends_a_position_back():
    chance, edits, cells, sent = random.Random(1), 0, 0, []
    for _ in range(52):
        for text in made().texts.values():
            for edit in (blanks, marks, dashes, case):
                reading = edit(chance, text.source.reading)
                found = recoded(text, reading)
                stale = [item.question for item in found if item.coded.status == "stale"]
                edits, cells = edits + 1, cells + len(found)
                sent += [(edit.__name__, text.source.version.id, stale)] if stale else []
    print(f"{edits} harmless edits, {len(sent)} sent back:", *sent, sep="\n")
    assert edits >= 1000
    assert len(sent) <= edits / 100
