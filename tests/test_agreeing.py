"""Agreement between coders: counts and kappa by hand, and a second coding read beside the first."""

import pytest

from readacross.agreeing import agreement, by_topic
from readacross.drafting import draft
from readacross.model import Coded, Position, Question
from readacross.settling import Cell

BOOL = Question("q", "t", "Is it?", "bool", "high")


def position(value):
    status = "silent" if value is None else "stated"
    return Position("q", "t", "v", status, value, None, None, (), (), Coded("c", "2026-01-31", "coded"))


def cells(pairs, question=BOOL):
    return [Cell(question, position(first), position(second)) for first, second in pairs]


@pytest.mark.parametrize(
    ("pairs", "agreed", "kappa"),
    [
        # the example of many textbooks: 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no gives 0.4
        ([(True, True)] * 20 + [(True, False)] * 5 + [(False, True)] * 10 + [(False, False)] * 15, 35, 0.4),
        ([(True, True)] * 3 + [(None, None)] * 3, 6, 1.0),
        ([(True, None)] * 2 + [(None, True)] * 2, 0, -1.0),
        ([(True, True)] * 4, 4, None),
        ([], 0, None),
    ],
)
def test_percent_and_kappa(pairs, agreed, kappa):
    found = agreement("t", cells(pairs))
    assert (found.cells, found.agreed) == (len(pairs), agreed)
    assert found.kappa == (None if kappa is None else pytest.approx(kappa))


def test_the_same_time_in_other_units_agrees_and_free_text_agrees_on_being_stated():
    weeks, days = {"n": 2, "unit": "week"}, {"n": 14, "unit": "day"}
    assert Cell(Question("q", "t", "?", "duration", "low"), position(weeks), position(days)).agreed
    assert Cell(Question("q", "t", "?", "text", "low"), position("one way"), position("another")).agreed
    assert not Cell(BOOL, position(True), position(None)).agreed


def test_a_second_coding_is_read_beside_the_first(small):
    folder = small / "sources/northam/allotments/2012"
    text = (folder / "coding.yaml").read_text("utf-8")
    (folder / "coding-2.yaml").write_text(
        text.replace("coder-1", "coder-2").replace("{n: 21,", "{n: 3,"), "utf-8"
    )
    made = draft(small)
    found = made.cells
    assert [(cell.question.id, cell.agreed) for cell in found] == [
        ("appeal.possible", True),
        ("appeal.time_limit", False),
    ]
    assert [(row.name, row.percent) for row in by_topic(made.topics, found)] == [
        ("Appeals", 50.0),
        ("all topics", 50.0),
    ]
