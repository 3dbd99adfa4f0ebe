"""Divergences derived by answer: the same as comparing every two versions, and told in few lines."""

import os
import subprocess
import sys
from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readacross import comparing, telling
from readacross.comparing import MOST_PAIRS, OTHER_FORCE, QUIET, answer, compare, derive, divergences
from readacross.model import SEVERITIES, Coded, Divergence, Option, Position, Question, Relation
from readacross.telling import Sides
from readacross.values import in_words

STATUSES = ("coded", "confirmed", "disputed", "stale", "suggested")


def position(version, value=None, force=None, actor=None, status="coded"):
    coded = Coded("coder-1", "2026-01-31", status)
    stated = "silent" if value is None else "stated"
    return Position("q", "t", version, stated, value, force, actor, (), (), coded)


def question(answer_type, differs="low"):
    options = tuple(Option(id_, f"it is {id_}") for id_ in ("yes", "no", "maybe", "never"))
    relations = (
        Relation("yes", "no", "contradicts", "high", "one does, one does not"),
        Relation("no", "never", "same", "low"),
        Relation("maybe", "yes", "stronger", "medium"),
        Relation("maybe", "no", "other_grounds", "low", "other grounds"),
    )
    return Question(
        "q", "t", "May it?", answer_type, "medium", options, relations, label="It", differs=differs
    )


ENUM = question("enum")


def name(position):
    return position.version.upper()


def alone(versions):
    """Every version in a leaflet of its own."""
    return {version: version for version in versions}


def pair_by_pair(asked, positions, leaflet):
    """What `divergences` must find, the long way: every two versions that stand compared with each other."""
    positions = [item for item in positions if item.coded.status not in ("stale", "suggested")]
    pairs = []
    for a, b in combinations(positions, 2):
        alone = leaflet[a.version] != leaflet[b.version]
        if found := compare(asked, a, b, Sides(name(a), name(b)), one_leaflet=not alone):
            if not alone:
                found = found._replace(kind="changed_over_time", rule=f"between versions: {found.rule}")
            summary = sentence(asked, (a, b)) + (f" ({found.why})" if found.why else "")
            pairs.append(
                Divergence("q", "t", found.kind, found.severity, summary, found.rule, "pair", (a, b))
            )
    if not pairs:
        return ()
    worst = max(pairs, key=lambda pair: (pair.kind not in QUIET, SEVERITIES.index(pair.severity)))
    line = sentence(asked, positions)
    if worst.rule == OTHER_FORCE:
        forces = [(name(item), item.force) for item in positions if item.status == "stated" and item.force]
        line += f" ({telling.who_binds_how(forces)})"
    group = Divergence("q", "t", worst.kind, worst.severity, line, worst.rule, "group", tuple(positions))
    return (group, *pairs)


def sentence(asked, positions):
    return telling.who_says_what(asked, [(name(item), in_words(asked, item)) for item in positions])


def amounts():
    day = st.fixed_dictionaries(
        {"n": st.sampled_from([0.5, 7, 14, 30]), "unit": st.sampled_from(["minute", "hour", "day", "week"])},
        optional={"qual": st.sampled_from([None, "working"]), "rel": st.sampled_from(["within", "after"])},
    )
    return day | st.sampled_from([{"vague": "soon"}, {"vague": "Soon "}, {"vague": "promptly"}])


VALUES = {
    "enum": st.sampled_from(["yes", "no", "maybe", "never", "YES"]),
    "bool": st.booleans(),
    "set": st.lists(st.sampled_from("xyz"), min_size=1, max_size=3),
    "condition": st.dictionaries(st.sampled_from(["age", "with"]), st.sampled_from([None, 12, "a", "A"]), min_size=1),
    "duration": amounts(),
    "frequency": st.builds(
        lambda every, unit: {"every": every, "unit": unit},
        st.sampled_from([[6, 6], [42, 42], [4, 6]]),
        st.sampled_from(["day", "week"]),
    ),
    "integer": st.integers(0, 2),
    "date": st.sampled_from(["2017", "2018"]),
    "contact": st.sampled_from([{"tel": "1"}, {"tel": "2"}]),
    "text": st.sampled_from(["one", "two"]),
}  # fmt: skip
FORCES = st.sampled_from([None, "permission", "request", "obligation", "no_obligation"])


@st.composite
def codings(draw, statuses=STATUSES, most=9):
    """A question, some versions' positions on it, and the leaflet that each version belongs to."""
    asked = question(draw(st.sampled_from(sorted(VALUES))), draw(st.sampled_from(["low", "high", "none"])))
    values = st.none() | VALUES[asked.answer_type]
    count = draw(st.integers(0, most))
    positions = [
        position(
            f"v{number}",
            draw(values),
            draw(FORCES),
            draw(st.sampled_from([None, "parent"])),
            draw(st.sampled_from(statuses)),
        )
        for number in range(count)
    ]
    return asked, positions, {item.version: draw(st.sampled_from("klm")) for item in positions}


@given(codings())
@settings(max_examples=250)
def test_deriving_by_answer_finds_what_comparing_every_two_versions_finds(coding):
    asked, positions, leaflet = coding
    assert divergences(asked, positions, name, leaflet) == pair_by_pair(asked, positions, leaflet)


@given(codings())
def test_pairs_over_time_and_counts_are_those_of_all_pairs(coding):
    asked, positions, leaflet = coding
    found = derive(asked, positions, name, leaflet)
    pairs = [item for item in pair_by_pair(asked, positions, leaflet) if item.level == "pair"]
    assert found.count == len(pairs)
    assert list(found.over_time()) == [item for item in pairs if item.kind == "changed_over_time"]


@given(codings())
def test_there_is_one_line_for_every_two_answers_that_differ_between_leaflets(coding):
    asked, positions, leaflet = coding

    def what(item):
        return frozenset(answer(asked, side) for side in item.positions), item.kind, item.severity, item.rule

    apart = [
        item
        for item in pair_by_pair(asked, positions, leaflet)
        if item.level == "pair" and item.kind != "changed_over_time"
    ]
    lines = Counter(what(item) for item in derive(asked, positions, name, leaflet).by_answer())
    assert lines == Counter({what(item) for item in apart})


@given(codings(statuses=("coded",), most=3))
@settings(max_examples=300)
def test_positions_with_one_answer_compare_alike_with_any_third(coding):
    asked, positions, _ = coding
    for a, b in combinations(positions, 2):
        if answer(asked, a) == answer(asked, b):
            for third in positions:
                assert (compare(asked, a, third) or ())[:3] == (compare(asked, b, third) or ())[:3]


def test_pairs_and_the_group():
    positions = [position("a", "yes"), position("b", "no"), position("c"), position("d", "no")]
    found = divergences(ENUM, positions, name, alone("abcd"))
    assert [(d.level, d.kind, "".join(p.version for p in d.positions)) for d in found] == [
        ("group", "contradiction", "abcd"),
        ("pair", "contradiction", "ab"),
        ("pair", "one_silent", "ac"),
        ("pair", "contradiction", "ad"),
        ("pair", "one_silent", "bc"),
        ("pair", "one_silent", "cd"),
    ]
    assert found[0].summary == "It: A – it is yes; B and D – it is no; C – not stated"
    assert found[1].summary == "It: A – it is yes; B – it is no (one does, one does not)"


@pytest.mark.parametrize("status", ["stale", "suggested"])
def test_what_is_stale_or_only_suggested_takes_no_part(status):
    positions = [position("a", "yes"), position("b", "no", status=status), position("c", "maybe")]
    group, pair = divergences(ENUM, positions, name, alone("abc"))
    assert [p.version for p in group.positions] == [p.version for p in pair.positions] == ["a", "c"]
    assert divergences(ENUM, positions[:2], name, alone("ab")) == ()


def test_versions_of_one_leaflet_differ_over_time():
    found = divergences(ENUM, [position("a", "yes"), position("b", "no")], name, {"a": "l", "b": "l"})
    assert {d.kind for d in found} == {"changed_over_time"}


def test_what_leaflets_say_names_a_group_before_silence_and_change_do():
    leaflet = {"a1": "a", "a2": "a", "b": "b", "c": "c"}
    positions = [position("a1", "yes"), position("a2", "no"), position("b"), position("c", "no")]
    assert derive(ENUM, positions, name, leaflet).group.kind == "contradiction"
    assert derive(ENUM, positions[:3], name, leaflet).group.kind == "changed_over_time"
    assert derive(ENUM, positions[1:3], name, leaflet).group.kind == "one_silent"


def many(*values):
    """Forty versions for each value, in leaflets of two versions."""
    positions = [position(f"v{number:03}", value) for number, value in enumerate(values * 40)]
    return positions, {item.version: str(number // 2) for number, item in enumerate(positions)}


def test_where_pairs_are_many_an_outline_tells_what_changed_over_time_and_each_two_answers():
    positions, leaflet = many("yes", "no", "maybe")
    found = derive(ENUM, positions, name, leaflet)
    assert found.count == 3 * 40 * 40 > MOST_PAIRS
    lines = list(found.outline())
    assert Counter(d.level for d in lines) == {"group": 1, "pair": 60, "answers": 3}
    assert {d.kind for d in lines if d.level == "pair"} == {"changed_over_time"}
    assert [(d.kind, [p.value for p in d.positions], d.summary) for d in lines if d.level == "answers"] == [
        (
            "contradiction",
            ["yes", "no"],
            "It: V000, V003 and 38 others – it is yes; V001, V004 and 38 others – it is no (one does, one does not)",
        ),
        (
            "strength",
            ["yes", "maybe"],
            "It: V000, V003 and 38 others – it is yes; V002, V005 and 38 others – it is maybe",
        ),
        (
            "scope",
            ["no", "maybe"],
            "It: V001, V004 and 38 others – it is no; V002, V005 and 38 others – it is maybe (other grounds)",
        ),
    ]


def test_every_two_answers_are_compared_once_however_many_versions_give_them(monkeypatch):
    compared = []
    monkeypatch.setattr(comparing, "differ", lambda asked, a, b, **_: compared.append((a.value, b.value)))
    positions, leaflet = many("yes", "no", "maybe")
    derive(ENUM, positions, name, leaflet)
    assert compared == [("yes", "no"), ("yes", "maybe"), ("no", "maybe")]


def test_an_answer_that_one_version_alone_gives_is_told_as_a_pair():
    positions, leaflet = many("yes", "no", "maybe")
    found = derive(ENUM, positions[1:3], name, alone(leaflet))
    assert [d.level for d in found.by_answer()] == ["pair"]
    assert list(found.by_answer()) == list(found.pairs())


def test_where_even_answers_are_many_the_group_stands_for_them():
    positions = [position(f"v{number:03}", number) for number in range(50)]
    found = derive(question("integer"), positions, name, alone(item.version for item in positions))
    assert found.count == 50 * 49 / 2 > MOST_PAIRS
    (group,) = found.outline()
    assert len(group.positions) == 50
    assert group.summary.endswith("; V007 – 7; and 42 other answers")


def test_few_versions_are_told_pair_by_pair():
    positions, leaflet = many("yes", "no")
    found = derive(ENUM, positions[:8], name, leaflet)
    assert tuple(found.outline()) == divergences(ENUM, positions[:8], name, leaflet)


@pytest.mark.parametrize(
    ("names", "phrase"),
    [
        (["Aby"], "Aby"),
        (["Aby", "Bcd"], "Aby and Bcd"),
        (list("abcdefgh"), "a, b, c, d, e, f, g and h"),
        (list("abcdefghi"), "a, b and 7 others"),
    ],
)
def test_many_names_are_counted(names, phrase):
    assert telling.listed(names) == phrase


def test_of_many_answers_the_commonest_are_told():
    said = [(f"v{n}", f"answer {n if n < 12 else 11}") for n in range(14)]
    line = telling.who_says_what(ENUM, said)
    assert line.startswith("It: v11, v12 and v13 – answer 11; v0 – answer 0; ")
    assert line.endswith("; v6 – answer 6; and 4 other answers")


def test_answers_that_hold_a_semicolon_are_told_in_sentences():
    line = telling.who_says_what(ENUM, [("Aby", "a friend; a cousin"), ("Bcd", "not stated")])
    assert line == "It: Aby – a friend; a cousin. Bcd – not stated"


def test_the_benchmark_of_scale_prints_its_tables(repository):
    command = [sys.executable, "benchmarks/scale.py", "--authorities", "2", "4"]
    run = subprocess.run(
        command, cwd=repository, env=os.environ | {"PYTHONPATH": str(repository)}, capture_output=True, text=True,
        encoding="utf-8", check=True,
    )  # fmt: skip
    rows = [line.split() for line in run.stdout.splitlines()]
    assert [row[:2] for row in rows if row[:1] in (["2"], ["4"])] == [["2", "6"], ["4", "12"]]
    assert "every two versions of 2 authorities compared" in run.stdout
