"""Answers that sit ill with each other in one leaflet."""

import pytest

from readacross.model import Coded, Option, Position, Question, Tension
from readacross.tensions import meets, tensions


def position(question, value, version="northam@2012", status="coded"):
    coded = Coded("coder-1", "2026-01-31", status)
    stated = "silent" if value is None else "stated"
    return Position(question, "t", version, stated, value, None, None, (), (), coded)


def bank(answer, and_, severity="high"):
    clash = Tension(
        answer, "deadline", and_, "scope", severity, "an appeal is open, but until when is not said"
    )
    appeal = Question(
        "appeal", "appeals", "May it be appealed?", "enum", "high", (Option("yes", "an appeal can be made"),),
        label="Appealing", tensions=(clash,),
    )  # fmt: skip
    return appeal, Question("deadline", "times", "By when?", "duration", "high", label="Time limit")


@pytest.mark.parametrize(
    ("value", "answer", "met"),
    [
        ("yes", "yes", True),
        ("yes", "no", False),
        ("yes", "*", True),
        ("yes", "silent", False),
        ("silent", "silent", False),
        (None, "silent", True),
        (None, "*", False),
        (None, "yes", False),
        (True, "true", True),
        (False, "true", False),
        (False, "false", True),
        (["a", "b"], "b", True),
        (["a", "b"], "c", False),
        ({"who": "clerk", "alone": True}, "clerk", True),
        ({"n": 10, "unit": "day"}, "*", True),
        (12, "12", True),
    ],
)
def test_a_tension_names_an_option_a_member_any_answer_or_silence(value, answer, met):
    assert meets(position("q", value), answer) == met


def test_a_leaflet_whose_answers_clash_is_told_once_with_both_answers_and_why():
    said = [position("appeal", "yes"), position("deadline", None)]
    (found,) = tensions(bank("yes", "silent"), said, lambda p: "Northam")
    assert (found.level, found.question, found.topic, found.kind, found.severity, found.rule) == (
        "leaflet", "appeal", "appeals", "scope", "high", "tension within one leaflet",
    )  # fmt: skip
    assert found.positions == tuple(said)
    assert found.summary == (
        "Northam: Appealing – an appeal can be made; Time limit – not stated "
        "(an appeal is open, but until when is not said)"
    )


def test_each_version_is_held_against_itself_alone():
    said = [
        position("appeal", "yes", "northam@2012"),
        position("appeal", "no", "northam@2019"),
        position("appeal", "yes", "sudley@1"),
        position("deadline", {"n": 10, "unit": "day"}, "northam@2012"),
        position("deadline", None, "northam@2019"),
        position("deadline", None, "sudley@1"),
    ]
    found = tensions(bank("yes", "silent"), said, lambda p: p.version)
    assert [[p.version for p in item.positions] for item in found] == [["sudley@1", "sudley@1"]]


@pytest.mark.parametrize("status", ["stale", "suggested"])
def test_what_is_stale_or_only_suggested_is_in_no_tension(status):
    said = [position("appeal", "yes", status=status), position("deadline", None)]
    assert tensions(bank("yes", "silent"), said, lambda p: "Northam") == ()
    said = [position("appeal", "yes"), position("deadline", None, status=status)]
    assert tensions(bank("yes", "silent"), said, lambda p: "Northam") == ()


def test_a_leaflet_that_is_not_coded_on_the_other_question_is_in_no_tension():
    assert tensions(bank("yes", "silent"), [position("appeal", "yes")], lambda p: "Northam") == ()
