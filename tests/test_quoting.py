"""Quoted words are found exactly, or but for how they are typed, and never roughly."""

import random
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readacross.markup import parse
from readacross.quoting import find_quote, fold

ROOT = Path(__file__).parents[1]

FOUND = [
    # quote, text, the words found, how
    ("must attend", "You must attend.", "must attend", "exact"),
    ("MUST attend", "You must attend.", "must attend", "normalised"),
    ("child's plan", "Your child’s plan is", "child’s plan", "normalised"),
    ("'harm' is", "defines “harm” is", "“harm” is", "normalised"),
    ("4-6 weeks", "in 4–6 weeks", "4–6 weeks", "normalised"),
    ("28 days", "within 28\u00a0days of", "28\u00a0days", "normalised"),
    ("28 days", "within 28\n   days of", "28\n   days", "normalised"),
    ("28   days", "within 28 days of", "28 days", "normalised"),
    ("conference", "the confer\u00adence is", "confer\u00adence", "normalised"),
    ("you should come", "**you** should come", "you** should come", "normalised"),
    ("do **not** come", "do not come", "do not come", "normalised"),
    ("see our page for more", "see [our page](https://example.org) for more", "see [our page](https://example.org) for more", "normalised"),
    ("5 * 3", r"is 5 \* 3 here", r"5 \* 3", "exact"),
    ("first second", "first\\\nsecond", "first\\\nsecond", "normalised"),
    ("office", "the oﬃce is", "oﬃce", "normalised"),
    ("café", "the cafe\u0301 is", "cafe\u0301", "normalised"),
    ("cafe\u0301", "the café is", "café", "normalised"),
    ("your child", "your child/ren’s", "your child", "exact"),
    ("conference", "conference²", "conference", "exact"),
    (" attend", "You may attend", " attend", "exact"),
]  # fmt: skip


@pytest.mark.parametrize(("quote", "text", "words", "match"), [row for row in FOUND if row[0] != "5 * 3"])
def test_found(quote, text, words, match):
    (found,) = find_quote(quote, text)
    assert (found.span.of(text), found.match) == (words, match)


NOT_FOUND = [
    # quote, text
    ("may attend", "You must attend."),
    ("14 days", "within 28 days"),
    ("8 days", "within 28 days"),
    ("within 2", "within 28 days"),
    ("5 hours", "for 2.5 hours"),
    ("000 children", "7,000 children"),
    ("can", "you can’t come"),
    ("can", "you can't come"),
    ("You can", "You can**not** come"),
    ("not come", "You can**not** come"),
    ("attendance", "non-attendance"),
    ("can not", "you cannot come"),
    ("cannot", "you can not come"),
    ("of", "the oﬃce"),
    ("fice", "the oﬃce"),
    ("cafe", "a café"),
    ("cafe", "a cafe\u0301"),
    ("may", "the mayor"),
    ("attend the", "attend a"),
    ("naïve", "naive"),
    ("сhild", "child"),
    ("chi\u200bld", "child"),
    ("", "anything"),
    (" ", "any thing"),
    ("**", "**bold**"),
    ("’", "child’s"),
    ("https://example.com", "[page](https://example.org)"),
]


@pytest.mark.parametrize(("quote", "text"), NOT_FOUND)
def test_not_found(quote, text):
    assert find_quote(quote, text) == []


def test_every_place_is_found():
    text = "You may come. Others may come. You May Come."
    assert [found.span.start for found in find_quote("may come", text)] == [4, 21]
    assert len(find_quote("MAY COME", text)) == 3


LEAFLETS = [path.read_text(encoding="utf-8") for path in sorted(ROOT.glob("sources/*/*/*/reading.md"))]
WORD = re.compile(r"[^\W_]+(?:[’'-][^\W_]+)*")
SWAPS = {
    "must": "may", "may": "must", "should": "can", "will": "may", "can": "cannot", "cannot": "can",
    "not": "now", "all": "some", "before": "after", "after": "before", "is": "is not", "and": "or", "or": "and",
}  # fmt: skip


def quotes(chance, text, number):
    """Real quotations of six to fourteen words, each within one block and one style."""
    runs = [run.span.of(text) for block in parse(text)[0] if block.kind != "note" for run in block.runs]
    long = [run for run in runs if len(WORD.findall(run)) > 8]
    for _ in range(number):
        run = chance.choice(long)
        words = [found.span() for found in WORD.finditer(run)]
        first = chance.randrange(max(1, len(words) - 6))
        last = min(len(words) - 1, first + chance.randint(5, 13))
        yield run[words[first][0] : words[last][1]]


def changed(chance, quote):
    """A quotation with one word changed so that it says something else."""
    words = [found.span() for found in WORD.finditer(quote)]
    known = [(a, b) for a, b in words if quote[a:b] in SWAPS or quote[a:b].isdecimal()]
    start, end = chance.choice(known or words)
    word = quote[start:end]
    new = str(int(word) + 1) if word.isdecimal() else SWAPS.get(word, "not " + word)
    return quote[:start] + new + quote[end:]


def test_changed_quotations_are_never_found():
    tried = 0
    for number, text in enumerate(LEAFLETS):
        chance = random.Random(number)
        for quote in quotes(chance, text, 100):
            assert find_quote(quote, text), quote
            edit = changed(chance, quote)
            assert find_quote(edit, text) == [], edit
            typed = edit.replace("’", "'").replace(" ", "\u00a0").upper()
            assert find_quote(typed, text) == [], edit
            tried += 1
    assert tried >= 300


@pytest.mark.parametrize("number", range(len(LEAFLETS)))
def test_typed_otherwise_is_found_at_the_same_place(number):
    text, chance = LEAFLETS[number], random.Random(number)
    for quote in quotes(chance, text, 60):
        there = {found.span for found in find_quote(quote, text)}
        for typed in (
            quote.upper(),
            quote.replace(" ", "\n"),
            quote.replace("’", "'").replace("–", "-"),
            f"  {quote} ",
        ):
            assert there <= {found.span for found in find_quote(typed, text)}, typed


some_text = st.text(max_size=60) | st.text(alphabet="ab’'-–. \n\u00ad*\\é\u0301ﬁ2", max_size=60)


@given(some_text, st.data())
def test_spans_hold_the_quotation(text, data):
    start = data.draw(st.integers(0, len(text)))
    quote = text[start : data.draw(st.integers(start, len(text)))]
    for found in find_quote(quote, text):
        words = found.span.of(text)
        assert 0 <= found.span.start < found.span.end <= len(text)
        if found.match == "exact":
            assert words == quote
        assert fold(words)[0].strip() == fold(quote)[0].strip()


@given(some_text, some_text)
def test_what_is_found_is_the_same_words(quote, text):
    for found in find_quote(quote, text):
        assert fold(found.span.of(text))[0].strip() == fold(quote)[0].strip()


@given(st.text())
def test_fold_points_into_the_text(text):
    folded, places = fold(text)
    assert len(folded) == len(places)
    assert places == sorted(places)
    assert all(0 <= at < len(text) for at in places)
    assert "  " not in folded
