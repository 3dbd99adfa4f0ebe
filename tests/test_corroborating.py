"""Numbers of coded times against the numbers that their quotes give."""

import pytest

from readacross.checking import check
from readacross.corroborating import unread
from readacross.model import Coded, Position, Quote, Span


def position(value, *quotes):
    found = tuple(Quote(words, "v#p", Span(0, len(words)), (), "exact") for words in quotes)
    return Position("q", "t", "v", "stated", value, None, None, (), found, Coded("c", "2026-01-31", "coded"))


@pytest.mark.parametrize(
    ("answer_type", "value", "quotes", "missing"),
    [
        ("duration", {"n": 28, "unit": "day", "rel": "within"}, ["within 28 days"], ()),
        ("duration", {"n": 28, "unit": "day", "rel": "within"}, ["within 14 days"], ("28 day",)),
        ("duration", {"n": 4, "unit": "week"}, ["within 28 days"], ()),
        ("duration", {"n": 30, "unit": "minute"}, ["half an hour early"], ()),
        ("duration", {"n": 10, "unit": "day", "qual": "working"}, ["in 10 days"], ("10 working day",)),
        ("frequency", {"every": [4, 6], "unit": "week"}, ["every 4-6 weeks"], ()),
        ("frequency", {"every": [4, 6], "unit": "week"}, ["every six weeks"], ("28 to 42 day",)),
        ("duration", {"vague": "soon after"}, ["soon after"], ()),
        (
            "duration",
            {"any_of": [{"n": 28, "unit": "day"}, {"n": 3, "unit": "month"}], "combine": "latest"},
            ["within 28 days", "or 14 days after"],
            ("3 month",),
        ),
        ("integer", 3, ["nobody says"], ()),
    ],
)
def test_a_coded_number_stands_in_a_quote(answer_type, value, quotes, missing):
    assert unread(position(value, *quotes), answer_type) == missing


def test_every_number_coded_of_the_repository_stands_in_its_quotes(library):
    for question in library.questions.values():
        for found in library.positions(question.id):
            assert unread(found, question.answer_type) == (), (found.version, found.question)


def test_check_names_the_line_of_a_number_that_its_quotes_do_not_give(small):
    path = small / "sources/northam/allotments/2012/coding.yaml"
    path.write_text(path.read_text("utf-8").replace("{n: 21,", "{n: 12,"), "utf-8")
    found = [notice for notice in check(small).notices if "do not seem to say 12 day" in notice]
    assert len(found) == 1
    assert found[0].startswith("sources/northam/allotments/2012/coding.yaml:")
