"""From positions to divergences: tables of cases that a policy officer can read."""

from dataclasses import replace

import pytest

from readacross.comparing import compare
from readacross.model import Coded, Option, Position, Question, Relation
from readacross.telling import Sides
from readacross.values import canonical, in_words

CODED = Coded("coder-1", "2026-01-31", "coded")


def says(value, force=None, actor="parent", version="a"):
    return Position("q", "t", version, "stated", value, force, actor, (), (), CODED)


def silent(version="b"):
    return Position("q", "t", version, "silent", None, None, None, (), (), CODED, None, ("all of it",))


def question(answer_type, options=(), relations=(), silence="high", differs="low"):
    return Question(
        "q",
        "t",
        "May it?",
        answer_type,
        silence,
        tuple(Option(o, o) for o in options),
        tuple(relations),
        label="It",
        differs=differs,
    )


ENUM = question(
    "enum",
    ("yes", "stage_2", "concerns", "no", "never"),
    (
        Relation("yes", "no", "contradicts", "high", "one does, one does not"),
        Relation("yes", "stage_2", "stronger", "medium"),
        Relation("stage_2", "concerns", "other_grounds", "low"),
        Relation("no", "never", "same", "low"),
    ),
)


@pytest.mark.parametrize(
    ("a", "b", "kind", "severity"),
    [
        ("yes", "no", "contradiction", "high"),
        ("no", "yes", "contradiction", "high"),
        ("yes", "stage_2", "strength", "medium"),
        ("concerns", "stage_2", "scope", "low"),
        ("no", "never", None, None),
        ("yes", "yes", None, None),
        ("yes", "concerns", "scope", "low"),  # no relation is written: a gap, never guessed
    ],
)
def test_options_differ_as_their_relation_says(a, b, kind, severity):
    found = compare(ENUM, says(a), says(b))
    assert (found and found.kind, found and found.severity) == (kind, severity)


def test_a_missing_relation_is_named_as_a_gap():
    assert compare(ENUM, says("yes"), says("concerns")).rule == "gap in the question bank"


def test_a_relation_holds_however_its_options_are_written():
    asked = question("enum", ("Can", "Cannot"), (Relation("Can", "Cannot", "contradicts", "high"),))
    assert compare(asked, says("Can"), says("Cannot")).kind == "contradiction"


WITHIN = {"unit": "day", "rel": "within", "anchor": "conference"}


@pytest.mark.parametrize(
    ("a", "b", "differ", "severity"),
    [
        ({"n": 28, **WITHIN}, {"n": 14, **WITHIN}, True, "high"),
        ({"n": 2, **WITHIN, "unit": "week"}, {"n": 14, **WITHIN}, False, None),
        ({"n": 10, **WITHIN}, {"n": 10, **WITHIN, "qual": "working"}, True, "high"),
        ({"n": 10, **WITHIN}, {"n": 10, **WITHIN, "qual": None}, False, None),
        ({"n": 0.5, "unit": "hour"}, {"n": 30, "unit": "minute"}, False, None),
        ({"n": 3, "unit": "month"}, {"n": 12, "unit": "week"}, True, "high"),
        ({"n": 1, "unit": "year"}, {"n": 12, "unit": "month"}, False, None),
        ({"n": 28, **WITHIN}, {"n": 28, **WITHIN, "anchor": "minutes"}, True, "high"),
        ({"n": 28, **WITHIN}, {"n": 28, **WITHIN, "rel": "after"}, True, "medium"),
        ({"n": 10, **WITHIN}, {"vague": "soon after", "anchor": "conference"}, True, "medium"),
        ({"vague": "soon"}, {"vague": "promptly"}, True, "low"),
        ({"vague": "Soon"}, {"vague": "soon"}, False, None),
    ],
)
def test_durations_differ_by_number_unit_qualifier_bound_and_anchor(a, b, differ, severity):
    found = compare(question("duration"), says(a), says(b))
    assert (found is not None) == differ
    if found:
        assert (found.kind, found.severity) == ("number_or_time", severity)


@pytest.mark.parametrize(
    ("a", "b", "differ"),
    [
        ({"every": [6, 6], "unit": "week"}, {"every": [4, 6], "unit": "week"}, True),
        ({"every": [6, 6], "unit": "week"}, {"every": [42, 42], "unit": "day"}, False),
        ({"every": [6, 6], "unit": "month"}, {"vague": "regular"}, True),
    ],
)
def test_frequencies(a, b, differ):
    assert (compare(question("frequency"), says(a), says(b)) is not None) == differ


NORTHAM_AND_SUDLEY = Sides("Northam", "Sudley")


CASES = [
    # answer type, what Northam says, what Sudley says: kind, severity, and the explanation
    ("enum", "yes", "no", "contradiction", "high", "one does, one does not"),
    ("enum", "yes", "stage_2", "strength", "medium", ""),
    ("enum", "stage_2", "concerns", "scope", "low", ""),
    ("enum", "yes", "concerns", "scope", "low", "no relation is written between these answers"),
    ("enum", "yes", "YES ", None, None, None),
    ("bool", True, False, "contradiction", "high", "yes in Northam, no in Sudley"),
    ("bool", False, True, "contradiction", "high", "yes in Sudley, no in Northam"),
    ("bool", True, True, None, None, None),
    ("set", ["a_friend", "clerk"], ["clerk", "a_friend"], None, None, None),
    ("set", ["a_friend", "clerk"], ["clerk"], "scope", "low", "only in Northam: a friend"),
    ("set", ["a_friend", "clerk"], ["clerk", "a_cousin", "mum"], "scope", "low", "only in Northam: a friend. Only in Sudley: a cousin; mum"),
    ("set", ["a_friend"], ["clerk"], "scope", "low", "nothing is named by both Northam and Sudley"),
    ("condition", {"over_age": 12}, {"over_age": 12, "with": None}, None, None, None),
    ("condition", {"over_age": 12}, {"over_age": 10}, "scope", "low", "only in Northam: over age 12. Only in Sudley: over age 10"),
    ("condition", {"over_age": 12, "with": "a_parent"}, {"over_age": 12}, "scope", "low", "only in Northam: a parent"),
    ("condition", {"over_age": 12}, {"over_age": 12, "in_writing": True, "paid": False}, "scope", "low", "only in Sudley: in writing; not paid"),
    ("condition", {"days": ["market_day"]}, {"days": ["market_day"], "hours": [9, 5]}, "scope", "low", "only in Sudley: hours 9, 5"),
    ("condition", {"who": "the clerk"}, {"who": "a court"}, "scope", "low", "the conditions of Northam and Sudley differ"),
    ("duration", {"n": 30, "unit": "minute"}, {"n": 0.5, "unit": "hour"}, None, None, None),
    ("duration", {"n": 10, "unit": "day"}, {"n": 10, "unit": "day", "qual": "working"}, "number_or_time", "high", ""),
    ("duration", {"n": 10, "unit": "day"}, {"vague": "soon"}, "number_or_time", "medium", "a number only in Northam"),
    ("duration", {"vague": "promptly"}, {"vague": "soon"}, "number_or_time", "low", "neither gives a number"),
    ("duration", {"n": 3, "unit": "month", "rel": "after"}, {"n": 3, "unit": "month", "rel": "within"}, "number_or_time", "medium", "the number is the same"),
    ("frequency", {"every": [6, 6], "unit": "week"}, {"every": [4, 6], "unit": "week"}, "number_or_time", "high", ""),
    ("frequency", {"vague": "regular"}, {"every": [6, 6], "unit": "week"}, "number_or_time", "medium", "a number only in Sudley"),
    ("frequency", {"every": [6, 6], "unit": "week", "bound": "at_least_as_often"}, {"every": [6, 6], "unit": "week"}, "number_or_time", "medium", "the number is the same"),
    ("frequency", {"every": [1, 1], "unit": "year"}, {"every": [12, 12], "unit": "month"}, None, None, None),
    ("integer", 12, 10, "number_or_time", "high", ""),
    ("integer", 12, 12, None, None, None),
    ("date", "2017-03", "2018-03", "number_or_time", "high", ""),
    ("date", "2017-03", "2017-03", None, None, None),
    ("contact", {"tel": "01632 960001"}, {"tel": "01632 960002"}, None, None, None),
    ("text", "one thing", "another", None, None, None),
]  # fmt: skip


@pytest.mark.parametrize(("answer_type", "northam", "sudley", "kind", "severity", "why"), CASES)
def test_every_answer_type_has_its_rule(answer_type, northam, sudley, kind, severity, why):
    asked = ENUM if answer_type == "enum" else question(answer_type)
    found = compare(asked, says(northam), says(sudley), NORTHAM_AND_SUDLEY)
    assert (found and found.kind, found and found.severity, found and found.why) == (kind, severity, why)


def test_sides_without_a_name_are_the_first_and_the_second():
    assert compare(question("set"), says(["x", "z"]), says(["z"])).why == "only in the first: x"


def test_the_same_answer_with_a_force_of_another_level_is_a_difference_in_strength():
    assert compare(ENUM, says("yes", "permission"), says("yes", "obligation")).kind == "strength"
    assert compare(ENUM, says("yes", "commitment"), says("yes", "obligation")).kind == "strength"
    assert compare(ENUM, says("yes", "permission"), says("yes", "expectation")).kind == "strength"
    assert compare(ENUM, says("yes", "expectation"), says("yes", "commitment")) is None
    assert compare(ENUM, says("yes", "possibility"), says("yes", "permission")) is None
    assert compare(ENUM, says("yes", "permission", "parent"), says("yes", "obligation", "board")) is None
    assert compare(ENUM, says("yes", "no_obligation"), says("yes", "obligation")) is None
    assert compare(question("bool"), says(True, "permission"), says(True, "obligation")).kind == "strength"
    assert compare(question("set"), says(["x"], "permission"), says(["x"], "obligation")) is None


def test_how_binding_either_side_is_stands_in_the_explanation():
    found = compare(ENUM, says("yes", "permission"), says("yes", "obligation"), NORTHAM_AND_SUDLEY)
    assert found.why == "a permission in Northam, an obligation in Sudley"


def test_what_is_expected_to_differ_is_not_compared():
    assert compare(question("date", differs="none"), says("2017"), says("2018")) is None


def test_silence_against_speech_and_silence_against_silence():
    assert compare(ENUM, says("yes"), silent()) == ("one_silent", "high", "one states, one is silent", "")
    assert compare(ENUM, silent("a"), silent("b")) is None


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("duration", {"n": 10, **WITHIN}, "within 10 days of the conference"),
        (
            "duration",
            {"n": 1, "unit": "day", "qual": "working", "rel": "before", "anchor": "conference"},
            "1 working day before the conference",
        ),
        ("duration", {"vague": "soon after", "anchor": "conference"}, "soon after the conference"),
        (
            "duration",
            {
                "any_of": [
                    {"n": 28, **WITHIN},
                    {"n": 14, "unit": "day", "rel": "after", "anchor": "appeal"},
                ],
                "combine": "latest",
            },
            "within 28 days of the conference or 14 days after the appeal, whichever is later",
        ),
        ("frequency", {"every": [6, 6], "unit": "week"}, "every 6 weeks"),
        ("frequency", {"every": [4, 6], "unit": "week"}, "every 4 to 6 weeks"),
        ("frequency", {"every": [1, 1], "unit": "month"}, "every month"),
        (
            "frequency",
            {"every": [15, 15], "unit": "day", "qual": "working", "bound": "at_least_as_often"},
            "at least every 15 working days",
        ),
        ("bool", True, "yes"),
        ("set", ["a_b", "c"], "a b; c"),
    ],
)
def test_values_in_words(kind, value, words):
    assert in_words(question(kind), says(value)) == words


def test_a_question_may_word_what_a_time_counts_from():
    asked = replace(question("duration"), options=(Option("receiving minutes", "receiving the minutes"),))
    value = {"n": 14, "unit": "day", "rel": "after", "anchor": "receiving minutes"}
    assert in_words(asked, says(value)) == "14 days after receiving the minutes"


def test_canonical_does_not_change_what_it_is_given():
    value = {"n": 2, "unit": "week"}
    canonical("duration", value)
    assert value == {"n": 2, "unit": "week"}
