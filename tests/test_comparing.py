"""From positions to divergences: tables of cases that a policy officer can read."""

from dataclasses import replace

import pytest

from readacross.comparing import compare, divergences
from readacross.model import Coded, Option, Position, Question, Relation
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


@pytest.mark.parametrize(
    ("kind", "a", "b", "expected"),
    [
        ("bool", True, False, "contradiction"),
        ("bool", True, True, None),
        ("integer", 12, 10, "number_or_time"),
        ("integer", 12, 12, None),
        ("set", ["x", "y"], ["y", "x"], None),
        ("set", ["x", "y"], ["y", "z"], "scope"),
        ("condition", {"age": 12}, {"age": 10}, "scope"),
        ("contact", {"tel": "1"}, {"tel": "2"}, None),
        ("text", "one thing", "another", None),
    ],
)
def test_other_answer_types(kind, a, b, expected):
    found = compare(question(kind), says(a), says(b))
    assert (found and found.kind) == expected


def test_the_same_answer_with_a_force_two_levels_apart_is_a_difference_in_strength():
    assert compare(ENUM, says("yes", "permission"), says("yes", "obligation")).kind == "strength"
    assert compare(ENUM, says("yes", "request"), says("yes", "expectation")) is None
    assert compare(ENUM, says("yes", "permission", "parent"), says("yes", "obligation", "board")) is None


def test_what_is_expected_to_differ_is_not_compared():
    assert compare(question("date", differs="none"), says("2017"), says("2018")) is None


def test_silence_against_speech_and_silence_against_silence():
    assert compare(ENUM, says("yes"), silent()) == ("one_silent", "high", "one states, one is silent", "")
    assert compare(ENUM, silent("a"), silent("b")) is None


def test_pairs_and_the_group():
    positions = [says("yes", version="a"), says("no", version="b"), silent("c"), says("no", version="d")]
    found = divergences(ENUM, positions, lambda p: p.version.upper(), {v: v for v in "abcd"})
    assert [(d.level, d.kind, "".join(p.version for p in d.positions)) for d in found] == [
        ("group", "contradiction", "abcd"),
        ("pair", "contradiction", "ab"),
        ("pair", "one_silent", "ac"),
        ("pair", "contradiction", "ad"),
        ("pair", "one_silent", "bc"),
        ("pair", "one_silent", "cd"),
    ]
    assert found[0].summary == "It: A – yes; B and D – no; C – not stated"
    assert found[1].summary == "It: A – yes; B – no (one does, one does not)"


def test_versions_of_one_leaflet_differ_over_time():
    found = divergences(
        ENUM, [says("yes", version="a"), says("no", version="b")], lambda p: p.version, {"a": "l", "b": "l"}
    )
    assert {d.kind for d in found} == {"changed_over_time"}


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
