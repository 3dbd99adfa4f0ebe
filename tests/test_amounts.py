"""The reader of numbers: a table of leaflets' words, what counts as equal, and what no text may do to it."""

import time
import tomllib
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from readacross.amounts import BOUNDS, read_amounts, value_of
from readacross.values import canonical_table

ROOT = Path(__file__).parents[1]
HALVES = tomllib.loads(Path(__file__).with_name("amounts.toml").read_text("utf-8"))
UNITS = {"minute", "hour", "day", "week", "month", "year"}
FLOOR = 0.98


def written(amount):
    """An amount as the table writes it: "duration 4-6 working day within"."""
    numbers = f"{amount.low}" if amount.low == amount.high else f"{amount.low}-{amount.high}"
    return " ".join(filter(None, (amount.kind, numbers, amount.qualifier, amount.unit, amount.bound)))


def compared(cases):
    """What was read rightly, read wrongly and missed, and the cases in which anything was amiss."""
    right, wrong, missed, amiss = Counter(), Counter(), Counter(), []
    for text, expected in cases.items():
        read, wanted = Counter(map(written, read_amounts(text))), Counter(expected)
        right += read & wanted
        wrong += read - wanted
        missed += wanted - read
        if read != wanted:
            amiss.append(f"{text!r}: expected {sorted(wanted.elements())}, read {sorted(read.elements())}")
    return right.total(), wrong.total(), missed.total(), amiss


@pytest.mark.parametrize("half", HALVES)
def test_table(half):
    right, wrong, missed, amiss = compared(HALVES[half])
    precision, recall = right / (right + wrong), right / (right + missed)
    assert min(precision, recall) >= FLOOR, "\n".join(
        [f"{half}: precision {precision:.3f}, recall {recall:.3f}", *amiss]
    )


def test_table_is_large_and_full_of_traps():
    cases = [expected for half in HALVES.values() for expected in half.values()]
    assert len(cases) >= 250
    assert sum(not expected for expected in cases) * 3 >= len(cases)
    kinds = {amount.split()[0] for expected in cases for amount in expected}
    bounds = {amount.split()[-1] for expected in cases for amount in expected}
    assert kinds == set(BOUNDS)
    assert bounds == {bound for bounds in BOUNDS.values() for bound in bounds}


WORDS = [
    # text, the words of each amount, what it counts from
    ("Complain within 28 days of the conference or 14 days after receiving the minutes (the record).",
     [("within 28 days", "the conference"), ("14 days after", "receiving the minutes")]),
    ("Tell us no later than 5 working days before the hearing is held.",
     [("no later than 5 working days before", "the hearing")]),
    ("You have 14 days from the date of this letter to reply.", [("14 days from", "the date of this letter")]),
    ("It is 10 minutes from the station.", [("10 minutes", "")]),
    ("We need at least 8 weeks of payslips.", [("at least 8 weeks", "")]),
    ("Reply within **ten** days of\nthe visit, please.", [("within **ten** days", "the visit")]),
    ("Reviews are at 8, 12 and 16 weeks.", [("8", ""), ("12", ""), ("16 weeks", "")]),
    ("In stage 2 and 3 weeks later", [("3 weeks later", "")]),
    ("It lasts for 1 hour 30 minutes.", [("1 hour 30 minutes", "")]),
    ("Children under 16 or over 60", [("under 16", ""), ("over 60", "")]),
    ("You must give ten days’ notice.", [("ten days’", "")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), WORDS)
def test_words_and_what_they_count_from(text, expected):
    assert [(amount.words, amount.anchor) for amount in read_amounts(text)] == expected


ALIKE = [
    ("half an hour", "30 minutes"),
    ("an hour and a half", "90 minutes"),
    ("1½ hours", "1.5 hours"),
    ("1 hour 30 mins", "one and a half hours"),
    ("two weeks", "14 days"),
    ("in a fortnight", "two weeks"),
    ("2 years", "24 months"),
    ("half a year", "6 months"),
    ("within 28 days of the decision", "WITHIN TWENTY-EIGHT DAYS OF A DECISION"),
    ("within 28 days after the decision", "within 28 days of the decision"),
    ("fortnightly", "every two weeks"),
    ("six-monthly", "every half year"),
    ("twice a year", "six-monthly"),
    ("once a year", "annually"),
    ("quarterly", "every 3 months"),
    ("every other week", "every 14 days"),
    ("aged 12 or over", "aged 12+"),
    ("a 2-year-old", "24 months old"),
]
UNLIKE = [
    ("10 days", "10 working days"),
    ("10 school days", "10 working days"),
    ("three months", "12 weeks"),
    ("one month", "one calendar month"),
    ("4-6 weeks", "6 weeks"),
    ("within 10 days", "after 10 days"),
    ("at least 10 days", "up to 10 days"),
    ("at least two days before", "at least two days after"),
    ("every six weeks", "at least every six weeks"),
    ("24 hours", "one working day"),
    ("over 12", "aged 12 and over"),
]


def canonical(text):
    (amount,) = read_amounts(text)
    return canonical_table(value_of(amount))


@pytest.mark.parametrize(("a", "b"), ALIKE)
def test_alike(a, b):
    assert canonical(a) == canonical(b)


@pytest.mark.parametrize(("a", "b"), UNLIKE)
def test_unlike(a, b):
    assert canonical(a) != canonical(b)


VALUES = [
    ("within 28 days of the conference", {"n": 28, "unit": "day", "rel": "within", "anchor": "conference"}),
    ("two working days before an initial conference",
     {"n": 2, "unit": "day", "qual": "working", "rel": "before", "anchor": "initial conference"}),
    ("half an hour", {"n": 30, "unit": "minute"}),
    ("4-6 weeks", {"n": [4, 6], "unit": "week"}),
    ("every 4-6 weeks", {"every": [4, 6], "unit": "week"}),
    ("at least every 10 working days",
     {"every": [10, 10], "unit": "day", "qual": "working", "bound": "at_least_as_often"}),
    ("at least five days before your appeal",
     {"n": 5, "unit": "day", "rel": "at_least", "side": "before", "anchor": "appeal"}),
    ("over 12", {"n": 12, "unit": "year", "rel": "over"}),
    ("aged 5 to 11", {"n": [5, 11], "unit": "year", "rel": "between"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), VALUES)
def test_value_as_coded(text, expected):
    (amount,) = read_amounts(text)
    assert value_of(amount) == expected


def coded_amounts():
    """Every duration and frequency that coders found in the leaflets here, with its quotes."""
    for file in sorted(ROOT.glob("sources/*/*/*/coding.yaml")):
        for position in yaml.safe_load(file.read_text("utf-8"))["positions"]:
            value = position.get("value")
            for one in value.get("any_of", [value]) if isinstance(value, dict) else ():
                if "n" in one or "every" in one:
                    yield pytest.param(
                        one, position["quotes"], id=f"{file.parts[-4]}-{position['question']}-{one['unit']}"
                    )


@pytest.mark.parametrize(("value", "quotes"), list(coded_amounts()))
def test_reads_what_coders_read(value, quotes):
    def numbers(value):
        table = canonical_table(value)
        first, *more = table["every"] if "every" in table else [table["n"]]
        return first, (more or [first])[-1], table["unit"], table.get("qual")

    assert numbers(value) in [numbers(value_of(amount)) for quote in quotes for amount in read_amounts(quote)]


def check(text):
    """What holds of the amounts in any text."""
    end = 0
    for amount in read_amounts(text):
        assert amount.span.start >= end, "spans overlap or are out of order"
        assert amount.words == amount.span.of(text) != ""
        assert 0 <= amount.low <= amount.high
        assert amount.unit in UNITS
        assert amount.bound in BOUNDS[amount.kind]
        assert isinstance(canonical_table(value_of(amount)), dict)
        end = amount.span.end


TABLE = [text for half in HALVES.values() for text in half]
PIECES = st.sampled_from(
    [
        *sorted({word for text in TABLE for word in text.split()}),
        "\n\n",
        "**",
        "(7)",
        "six-",
        "-monthly",
        "and over",
    ]
)


@given(st.lists(PIECES, max_size=14).map(" ".join))
def test_any_words(text):
    check(text)


@given(st.lists(PIECES, max_size=10).map("".join))
def test_any_words_run_together(text):
    check(text)


@given(st.text())
def test_any_text(text):
    check(text)


@given(
    st.sampled_from([text for half in HALVES.values() for text, amounts in half.items() if amounts]),
    st.data(),
)
def test_how_it_is_typed_does_not_matter(text, data):
    typed = text.replace(" ", data.draw(st.sampled_from(["  ", "\n", "\u00a0", " \n "])))
    assert list(map(written, read_amounts(typed))) == list(map(written, read_amounts(text)))


digits = st.text("0123456789", min_size=1, max_size=7)
references = st.lists(digits, min_size=1, max_size=4).flatmap(
    lambda groups: st.sampled_from([" ", "-", "/", ".", ":", ","]).map(lambda mark: mark.join(groups))
)
telephones = st.tuples(
    st.sampled_from(["0{} {} {}", "(0{}) {} {}", "+44 {} {} {}", "0{}-{}-{}"]),
    st.integers(20, 1999), st.integers(100, 9999), st.integers(100, 9999),
).map(lambda row: row[0].format(*row[1:]))  # fmt: skip


@given(references)
def test_no_amount_in_digits(number):
    assert read_amounts(f"Quote {number} when you write to Room {number}, page {number}.") == ()


@given(telephones)
def test_no_amount_in_telephone_numbers(number):
    assert read_amounts(f"Tel: {number}. You may ring {number} on any day, or text us.") == ()


@given(st.integers(0, 23), st.integers(0, 59), st.integers(1, 28), st.integers(1990, 2040))
def test_no_amount_in_times_and_dates(hour, minute, day, year):
    assert (
        read_amounts(f"Come at {hour}:{minute:02} or {hour % 12 + 1}.{minute:02}pm on {day} May {year}.")
        == ()
    )
    assert (
        read_amounts(
            f"It was {day}/5/{year}, in the {year}/{(year + 1) % 100:02} year, at {hour:02}{minute:02} hours."
        )
        == ()
    )


@given(st.integers(0, 999), st.sampled_from(["minute", "hour", "day", "week", "month", "year"]))
def test_every_number_of_units(number, unit):
    (amount,) = read_amounts(f"It takes {number} {unit}s.")
    assert (amount.low, amount.high, amount.unit) == (number, number, unit)


ONES = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


@given(st.integers(0, 9), st.integers(0, 7), st.integers(0, 9), st.sampled_from(["-", " ", "‑"]))
def test_number_words(hundreds, tens, ones, joined):
    below = TENS[tens] + (joined + ONES[ones - 1] if ones else "")
    words = f"{ONES[hundreds - 1]} hundred and {below}" if hundreds else below
    (amount,) = read_amounts(f"It takes {words} days.")
    assert amount.low == hundreds * 100 + (tens + 2) * 10 + ones


def test_fractions_are_exact():
    (amount,) = read_amounts("three times a week")
    assert amount.low == Fraction(1, 3)


HOSTILE = [
    "1" * 200_000, "1 " * 100_000, "1-" * 100_000, "-" * 200_000, "six-" * 50_000, "one " * 50_000, "a" * 200_000,
    "hundred " * 25_000, "no later than " * 14_000, "0800 " * 40_000, "\n " * 100_000, "1/2/" * 50_000, "(0" * 100_000,
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: f"{text[:14]!r}")
def test_hostile_text_takes_time_in_proportion(text):
    """A text eight times as long may take about eight times as long; a square would be sixty-four times."""
    short = text[: len(text) // 8]
    started = time.process_time()
    read_amounts(short)
    halfway = time.process_time()
    read_amounts(text)
    took, before = time.process_time() - halfway, halfway - started
    assert took < 24 * before + 0.5
