"""The baseline: what leaflets say, measured against national guidance, in tables a policy officer can read."""

from dataclasses import replace
from datetime import date

import pytest

from readacross.baseline import BASELINE, Baseline, Edition, Fact, Institution, load_baseline
from readacross.drafting import draft
from readacross.errors import SourceError
from readacross.measuring import baseline_divergences, judge, judgements, stale_in_words, stale_names
from readacross.model import Authority, Coded, Option, Position, Question, Relation
from readacross.naming import namer
from readacross.periods import period
from readacross.shapes import pack, unpack

CODED = Coded("coder-1", "2026-01-31", "coded")


def question(answer_type, *options, relations=(), silence="high"):
    words = tuple(Option(option, option) for option in options)
    return Question("q", "t", "When is it?", answer_type, silence, words, tuple(relations), label="It")


def says(value, version="v"):
    return Position("q", "t", version, "stated", value, "commitment", None, (), (), CODED)


SILENT = Position("q", "t", "v", "silent", None, None, None, (), (), CODED, None, ("all of it",))


def fact(comparator, value, better=None, **more):
    known = Fact("f", "q", "as it should be", comparator, value, "S1", None, None, None, better)
    return replace(known, **more)


def time(words):
    """An amount from words: "within 10 working days", "2 weeks", "3 months after"."""
    parts = words.split()
    after = parts.pop() if parts[-1] in ("after", "before") else None
    rel = "within" if parts[0] == "within" else after
    *_, unit = parts
    n = int(next(part for part in parts if part[0].isdigit()))
    return {"n": n, "unit": unit.rstrip("s"), "qual": "working" if "working" in parts else None, "rel": rel}


@pytest.mark.parametrize(
    ("comparator", "baseline", "leaflet", "outcome"),
    [
        # one unit: by the numbers
        ("at_most", "3 months", "within 3 months", "meets"),
        ("at_most", "3 months", "3 months", "meets"),
        ("at_most", "3 months", "2 months", "meets"),
        ("at_most", "3 months", "within 4 months", "less"),
        ("at_most", "10 working days", "within 10 working days", "meets"),
        ("at_most", "10 working days", "within 11 working days", "less"),
        ("at_most", "14 days", "within 2 weeks", "meets"),
        ("at_most", "1 year", "within 12 months", "meets"),
        # "after" says at the earliest: it may be at that time, or later
        ("at_most", "3 months", "3 months after", "cannot_be_compared"),
        ("at_most", "3 months", "2 months after", "cannot_be_compared"),
        ("at_most", "3 months", "4 months after", "less"),
        # days and working days: 10 working days are 14 days at the earliest
        ("at_most", "10 working days", "within 10 days", "meets"),
        ("at_most", "10 working days", "within 14 days", "meets"),
        ("at_most", "10 working days", "within 15 days", "cannot_be_compared"),
        ("at_most", "10 working days", "within 76 days", "cannot_be_compared"),
        ("at_most", "10 working days", "within 77 days", "less"),
        ("at_most", "10 days", "within 10 working days", "less"),
        ("at_most", "14 days", "within 10 working days", "cannot_be_compared"),
        ("at_most", "3 days", "within 3 working days", "cannot_be_compared"),
        ("at_most", "3 months", "within 10 working days", "meets"),
        ("at_most", "2 working days", "within 48 hours", "meets"),
        # months have 28 to 31 days
        ("at_most", "3 months", "within 12 weeks", "meets"),
        ("at_most", "3 months", "within 13 weeks", "cannot_be_compared"),
        ("at_most", "3 months", "within 14 weeks", "less"),
        # notice: the more the better
        ("at_least", "3 days", "3 days before", "meets"),
        ("at_least", "3 days", "5 days before", "meets"),
        ("at_least", "3 days", "30 minutes before", "less"),
        ("at_least", "2 days", "2 working days before", "meets"),
        ("at_least", "2 working days", "2 days before", "cannot_be_compared"),
        ("at_least", "2 working days", "1 day before", "less"),
        # "within" says at the latest: it may be sooner
        ("at_least", "3 days", "within 5 days", "cannot_be_compared"),
        ("at_least", "3 days", "within 2 days", "less"),
        ("at_least", "3 days", "5 days after", "meets"),
        # the same
        ("equal", "3 months", "3 months", "meets"),
        ("equal", "3 months", "4 months", "less"),
        ("equal", "3 months", "2 months", "less"),
        ("equal", "3 months", "within 3 months", "cannot_be_compared"),
        ("equal", "1 day", "24 hours", "meets"),
        ("common_practice", "28 days", "4 weeks", "meets"),
        ("common_practice", "28 days", "14 days", "less"),
        # set locally: never a deviation
        ("local", "28 days", "within 1 day", "not_covered"),
    ],
)
def test_times(comparator, baseline, leaflet, outcome):
    judgement = judge(fact(comparator, time(baseline)), question("duration"), says(time(leaflet)))
    assert (judgement.outcome, bool(judgement.why)) == (outcome, True)


@pytest.mark.parametrize(
    ("comparator", "baseline", "leaflet", "better", "outcome"),
    [
        ("at_most", "3 months", "within 2 months", None, "meets"),
        ("at_most", "3 months", "within 2 months", "less", "more_generous"),
        ("at_most", "3 months", "within 2 months", "more", "meets"),
        ("at_most", "3 months", "within 3 months", "less", "meets"),
        ("at_most", "3 months", "within 4 months", "less", "less"),
        ("at_most", "3 months", "2 months after", "less", "cannot_be_compared"),
        ("at_most", "10 working days", "within 10 days", "less", "more_generous"),
        ("at_most", "10 working days", "within 14 days", "less", "meets"),
        ("at_least", "28 days", "56 days", "more", "more_generous"),
        ("at_least", "28 days", "56 days", None, "meets"),
        ("at_least", "28 days", "14 days", "more", "less"),
        ("equal", "28 days", "56 days", "more", "more_generous"),
        ("equal", "28 days", "14 days", "more", "less"),
        ("common_practice", "28 days", "56 days", "more", "more_generous"),
    ],
)
def test_better_says_what_is_more_generous(comparator, baseline, leaflet, better, outcome):
    assert (
        judge(fact(comparator, time(baseline), better), question("duration"), says(time(leaflet))).outcome
        == outcome
    )


def test_a_time_limit_is_measured_by_its_length_where_the_fact_is_one_too():
    limit = fact("at_least", time("within 28 days"), "more")
    for leaflet, outcome in (
        ("within 28 days", "meets"),
        ("within 56 days", "more_generous"),
        ("within 14 days", "less"),
    ):
        assert judge(limit, question("duration"), says(time(leaflet))).outcome == outcome


@pytest.mark.parametrize(
    ("comparator", "leaflet", "outcome"),
    [
        ("at_most", {"every": [6, 6], "unit": "month"}, "meets"),
        ("at_most", {"every": [1, 1], "unit": "year"}, "less"),
        ("at_most", {"every": [4, 6], "unit": "month"}, "meets"),
        ("at_most", {"every": [4, 8], "unit": "month"}, "less"),
        ("at_most", {"every": [4, 6], "unit": "week"}, "meets"),
        ("at_most", {"every": [26, 26], "unit": "week"}, "cannot_be_compared"),
        ("at_most", {"every": [3, 3], "unit": "month", "bound": "at_least_as_often"}, "meets"),
        ("at_most", {"every": [3, 3], "unit": "month", "bound": "at_most_as_often"}, "cannot_be_compared"),
        ("at_least", {"every": [4, 8], "unit": "month"}, "less"),
        ("equal", {"every": [6, 6], "unit": "month"}, "meets"),
        ("equal", {"every": [4, 8], "unit": "month"}, "less"),
        ("at_most", {"vague": "regular"}, "cannot_be_compared"),
    ],
)
def test_intervals_against_six_months(comparator, leaflet, outcome):
    assert judge(fact(comparator, time("6 months")), question("frequency"), says(leaflet)).outcome == outcome


@pytest.mark.parametrize(
    ("leaflet", "why"),
    [
        ({"vague": "soon after", "anchor": "conference"}, "no number is given: “soon after”"),
        (
            {"any_of": [time("28 days"), time("14 days after")], "combine": "latest"},
            "it counts from more than one event",
        ),
        (
            {**time("10 days"), "anchor": "letter"},
            "it counts from the letter, the baseline from the conference",
        ),
        ({**time("10 days"), "qual": "school"}, "one of the two counts in a unit that cannot be measured"),
        ({**time("2 weeks"), "qual": "working"}, "one of the two counts in a unit that cannot be measured"),
        ("soon", "no number is given"),
        (time("15 days"), "“15 days” may or may not be at most 10 working days"),
    ],
)
def test_in_doubt_nothing_is_claimed_and_the_reason_is_given(leaflet, why):
    known = fact("at_most", {**time("10 working days"), "anchor": "conference"})
    judgement = judge(known, question("duration"), says(leaflet))
    assert (judgement.outcome, judgement.why) == ("cannot_be_compared", why)


@pytest.mark.parametrize(
    ("comparator", "baseline", "leaflet", "outcome"),
    [
        ("at_least", 2, 3, "meets"),
        ("at_least", 2, 1, "less"),
        ("at_most", 12, 12, "meets"),
        ("equal", 12, 10, "less"),
    ],
)
def test_numbers(comparator, baseline, leaflet, outcome):
    assert judge(fact(comparator, baseline), question("integer"), says(leaflet)).outcome == outcome


ENUM = question(
    "enum", "yes", "surely", "no", "perhaps",
    relations=(Relation("yes", "surely", "same", "low"), Relation("yes", "no", "contradicts", "high"),
               Relation("yes", "perhaps", "stronger", "medium")),
)  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "baseline", "leaflet", "better", "outcome"),
    [
        (question("bool"), True, True, None, "meets"),
        (question("bool"), True, False, None, "less"),
        (question("bool"), True, False, "more", "less"),
        (question("bool"), True, False, "less", "more_generous"),
        (question("bool"), False, True, "more", "more_generous"),
        (ENUM, "yes", "yes", None, "meets"),
        (ENUM, "yes", "surely", None, "meets"),
        (ENUM, "yes", "no", None, "less"),
        (ENUM, "yes", "perhaps", None, "cannot_be_compared"),
        (ENUM, "surely", "no", None, "cannot_be_compared"),
        (question("set"), ["a", "b"], ["b", "a"], None, "meets"),
        (question("set"), ["a", "b"], ["a", "b", "c"], None, "meets"),
        (question("set"), ["a", "b"], ["a", "c"], None, "less"),
        (question("text"), "one thing", "One thing", None, "meets"),
        (question("text"), "one thing", "another", None, "cannot_be_compared"),
    ],
)
@pytest.mark.parametrize("comparator", ["equal", "common_practice"])
def test_yes_and_no_options_and_sets(comparator, asked, baseline, leaflet, better, outcome):
    assert judge(fact(comparator, baseline, better), asked, says(leaflet)).outcome == outcome


@pytest.mark.parametrize(
    ("comparator", "value", "position", "outcome"),
    [
        ("at_most", time("3 months"), SILENT, "silent"),
        ("equal", True, SILENT, "silent"),
        ("common_practice", None, SILENT, "silent"),
        ("local", None, SILENT, "not_covered"),
        ("local", None, says(time("2 days")), "not_covered"),
        ("common_practice", None, says(time("2 days")), "cannot_be_compared"),
    ],
)
def test_silence_and_facts_in_words_only(comparator, value, position, outcome):
    assert judge(fact(comparator, value), question("duration"), position).outcome == outcome


def test_a_fact_on_another_question_covers_nothing():
    assert judge(fact("equal", True, question="other"), question("bool"), says(True)).outcome == "not_covered"


# A small baseline: two editions, one announced, a body that ended


EDITIONS = (
    Edition("first", "Guidance, first edition", "2010-01", None, "superseded", "second"),
    Edition("second", "Guidance, second edition", "2018-07", None, "in force", None),
    Edition("third", "Guidance, third edition", None, "2026-06/2026-09", "announced", None),
)
AUTHORITIES = (
    Authority("north", "Northam", "council", "England"),
    Authority("west", "Westford", "council", "Wales"),
)
BANK = {"q": question("duration")}


def guidance(*facts, institutions=()):
    return Baseline("England", EDITIONS, facts, tuple(institutions))


@pytest.fixture
def a_version(made):
    def make(authority="north", from_=None, until=None):
        return replace(made.versions[0], id="v", authority=authority, valid=period(from_, until, "printed"))

    return make


@pytest.mark.parametrize(
    ("edition", "from_", "until", "measured"),
    [
        (None, "2005", "2006", True),
        ("second", "2019", "..", True),
        ("second", "2010", "2017", False),  # it ended before the edition began
        ("second", "2017-03", None, True),  # it may still have been in use
        ("first", "2019", "..", False),  # the edition had been superseded
        ("first", "2018-07", "..", True),  # in the month of the change
        ("first", "2012", "2013", True),
        ("third", "2026", "..", False),  # only announced
    ],
)
def test_a_leaflet_is_measured_against_editions_that_may_have_held_with_it(
    a_version, edition, from_, until, measured
):
    known = fact("at_most", time("3 months"), edition=edition)
    versions = [a_version("north", from_, until)]
    found = judgements(guidance(known), BANK, [says(time("4 months"))], versions, AUTHORITIES)
    assert [item.outcome for item in found] == (["less"] if measured else [])


def test_as_at_a_date_only_the_edition_of_that_date_counts():
    facts = [fact("local", None, id=id_, edition=id_) for id_ in ("first", "second", "third")] + [
        fact("local", None)
    ]
    held = [
        [item.id for item in guidance(*facts).at(day).facts] for day in ("2009", "2012", "2018-07-15", "2020")
    ]
    assert held == [["f"], ["first", "f"], ["first", "second", "f"], ["second", "f"]]


def test_a_leaflet_of_another_jurisdiction_is_never_measured(a_version):
    known = guidance(fact("at_most", time("3 months")))
    assert judgements(known, BANK, [says(time("4 months"))], [a_version("west")], AUTHORITIES) == ()


@pytest.mark.parametrize(
    ("known", "position", "severity", "summary"),
    [
        (
            fact("at_most", time("3 months"), edition="first"), says(time("4 months")), "high",
            "It: Northam says: 4 months; the baseline: “as it should be” (Guidance, first edition, since superseded; secondary source, unchecked: S1, two or more independent public pages, at least one naming the edition)",
        ),
        (
            fact("at_most", time("3 months"), edition="second", verified="P"), SILENT, "low",
            "It: Northam does not say; the baseline: “as it should be” (Guidance, second edition; checked in the edition itself)",
        ),
        (
            fact("common_practice", time("3 months"), verified="S3"), says(time("4 months")), "low",
            "It: Northam says: 4 months; common practice: “as it should be” (edition not recorded; secondary source, unchecked: S3, one page)",
        ),
        (fact("at_most", time("3 months")), says(time("3 months")), None, None),
        (fact("at_most", time("3 months"), "less"), says(time("2 months")), None, None),
        (fact("at_most", time("3 months")), says({"vague": "soon"}), None, None),
        (fact("local", None), SILENT, None, None),
    ],
)  # fmt: skip
def test_only_less_and_silence_are_divergences_and_the_summary_names_the_source(
    known, position, severity, summary
):
    baseline = guidance(known)
    found = baseline_divergences(baseline, BANK, [judge(known, BANK["q"], position)], lambda _: "Northam")
    assert [(d.kind, d.level, d.severity, d.summary, d.positions) for d in found] == (
        [("baseline", "pair", severity, summary, (position,))] if severity else []
    )


BOARD = Institution("National Plot Board", "2006-04", "2019-09-29", "the partners", ("Plot Board",))


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("Write to the National Plot Board.", ["National Plot Board"]),
        ("Write to the Plot Board.", ["Plot Board"]),
        ("The Northam Plot Board’s rules.", ["Northam Plot Board"]),
        ("## northam plot board", ["northam plot board"]),
        ("NORTHAM  **Plot\nBoard**, now", ["NORTHAM Plot Board"]),
        ("Elsewhere Plot Board", ["Plot Board"]),
        ("The Plot Board and the Plot Board", ["Plot Board", "Plot Board"]),
        ("The Plot Boards", []),
        ("The Subplot Board", []),
        ("Plot\n\nBoard", []),
        ("[[The Plot Board is no more]]", []),
    ],
)
def test_names_of_bodies_are_whole_words_however_they_are_typed(a_version, text, quotes):
    found = stale_names(guidance(institutions=[BOARD]), [a_version()], AUTHORITIES, {"v": text})
    assert [name.quote for name in found] == quotes
    for name in found:
        assert " ".join(name.reading.of(text).replace("**", "").split()) == name.quote


@pytest.mark.parametrize(
    ("authority", "from_", "until", "certainty"),
    [
        ("north", "2020", "..", "certain"),
        ("north", "2012", None, "possibly"),
        ("north", "2012", "2019-09", "possibly"),
        ("north", "2012", "2019-09-29", None),  # it ended with the body: it was right while it held
        ("west", "2020", "..", None),  # the body of another jurisdiction
    ],
)
def test_a_name_is_stale_where_the_leaflet_outlived_the_body(a_version, authority, from_, until, certainty):
    known = guidance(
        institutions=[BOARD, Institution("Plot", None, None, None), Institution("Board", None, "..", None)]
    )
    found = stale_names(
        known, [a_version(authority, from_, until)], AUTHORITIES, {"v": "# A\n\nThe Plot Board\\\nof Northam"}
    )
    assert [(n.certainty, n.line, n.context) for n in found] == (
        [(certainty, 3, "The Plot Board of Northam")] if certainty else []
    )
    assert all(
        stale_in_words(n)
        == "names “Plot Board”, which ended on 29 September 2019; its place was taken by: the partners"
        for n in found
    )


# The five real leaflets


@pytest.fixture(scope="module")
def made(repository):
    return draft(repository)


@pytest.fixture(scope="module")
def baseline(repository, made):
    return load_baseline(repository, made.questions)


@pytest.fixture(scope="module")
def judged(made, baseline):
    bank = {question.id: question for question in made.questions}
    return judgements(baseline, bank, made.positions, made.versions, made.sources.authorities)


C_BEDS, SOUTHWARK, STAFFS = "central-bedfordshire@undated", "southwark@undated", "staffordshire@2017-03"
BOARD_2006, COUNCIL = "surrey@board", "surrey@council"


@pytest.mark.parametrize(
    ("known", "outcomes"),
    [
        ("first-core-group", {C_BEDS: "silent", SOUTHWARK: "cannot_be_compared", STAFFS: "silent", BOARD_2006: "meets", COUNCIL: "silent"}),
        ("core-group-frequency", dict.fromkeys((C_BEDS, SOUTHWARK, STAFFS, BOARD_2006, COUNCIL), "not_covered")),
        # “within 3 months” meets; “three months after” and “after three months” leave open whether it is later
        ("first-review", {C_BEDS: "cannot_be_compared", SOUTHWARK: "silent", STAFFS: "meets", BOARD_2006: "cannot_be_compared", COUNCIL: "cannot_be_compared"}),
        ("later-reviews", {C_BEDS: "meets", SOUTHWARK: "silent", STAFFS: "meets", BOARD_2006: "meets", COUNCIL: "meets"}),
        ("chair-independent", {C_BEDS: "meets", SOUTHWARK: "meets", STAFFS: "silent", BOARD_2006: "meets", COUNCIL: "meets"}),
        ("decision-stands", {C_BEDS: "meets", SOUTHWARK: "silent", STAFFS: "silent", BOARD_2006: "silent", COUNCIL: "silent"}),
        ("complaint-matters", {C_BEDS: "cannot_be_compared", SOUTHWARK: "silent", STAFFS: "cannot_be_compared", BOARD_2006: "cannot_be_compared", COUNCIL: "cannot_be_compared"}),
        ("complaint-deadline", dict.fromkeys((C_BEDS, SOUTHWARK, STAFFS, BOARD_2006, COUNCIL), "not_covered")),
        ("report-notice", dict.fromkeys((C_BEDS, SOUTHWARK, STAFFS, BOARD_2006, COUNCIL), "not_covered")),
        ("conference-timing", {}),
    ],
)  # fmt: skip
def test_the_five_leaflets(judged, known, outcomes):
    found = {
        item.position.version.replace("/child-protection-conferences", ""): item.outcome
        for item in judged
        if item.fact.id == known
    }
    assert found == outcomes


def test_every_divergence_from_the_real_baseline_says_that_its_source_is_unchecked(made, baseline, judged):
    bank = {question.id: question for question in made.questions}
    found = baseline_divergences(baseline, bank, judged, namer(made.sources.authorities, made.versions))
    assert len(found) == sum(item.outcome in ("less", "silent") for item in judged) > 0
    assert all("secondary source, unchecked" in item.summary for item in found)
    assert {item.severity for item in found} == {"low"}


def test_the_stale_names_of_the_five_leaflets(made, baseline):
    readings = {source.version.id: source.reading for source in made.sources.sources}
    found = stale_names(baseline, made.versions, made.sources.authorities, readings)
    assert [(name.version.split("/")[0], name.line, name.quote, name.certainty) for name in found] == [
        ("central-bedfordshire", 49, "Central Bedfordshire Safeguarding Children Board", "possibly"),
        ("central-bedfordshire", 51, "Central Bedfordshire Safeguarding Children Board", "possibly"),
        ("central-bedfordshire", 62, "Safeguarding Children Board", "possibly"),
        ("southwark", 67, "Southwark safeguarding children board", "possibly"),
        ("surrey", 83, "Independent Police Complaints Commission", "possibly"),
    ]
    for name in found:
        assert name.reading.of(readings[name.version]) == name.quote
        assert name.quote in name.context


def test_a_baseline_packs_and_unpacks_to_an_equal_one(baseline):
    assert unpack(Baseline, pack(baseline)) == baseline


# Mistakes in the file


def test_a_knowledge_base_without_a_baseline_has_none(tmp_path):
    assert load_baseline(tmp_path, ()) is None


GOOD = """\
jurisdiction: England
editions:
  - {id: first, title: First, published: "2018-07", superseded_by: second}
  - {id: second, title: Second, published: "2023-12", status: in force}
facts:
  - id: one
    question: q
    says: within 3 months
    comparator: at_most
    value: {n: 3, unit: month}
    verified: S1
    edition: first
institutions:
  - {name: Board, from: "2006-04", until: "2019-09-29"}
"""


def loaded(tmp_path, text, *questions):
    (tmp_path / "index").mkdir()
    (tmp_path / BASELINE).write_text(text, "utf-8")
    return load_baseline(tmp_path, questions or (question("duration"),))


def test_a_good_file_is_read(tmp_path):
    found = loaded(tmp_path, GOOD)
    assert found.facts[0].value == {"n": 3, "unit": "month", "qual": None}
    assert found.edition(found.facts[0]).title == "First"
    assert found.held(found.facts[0]).latest_end == date(2023, 12, 31)


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ("jurisdiction: England", "nation: England", 1, "'nation' means nothing here"),
        ("question: q", "question: other", 7, "there is no question 'other'"),
        ("comparator: at_most", "comparator: around", 9, "comparator is 'around'"),
        ("verified: S1", "verified: S9", 11, "verified is 'S9'"),
        ("    verified: S1\n", "", 6, "'verified' is missing"),
        ("edition: first", "edition: last", 12, "there is no edition 'last'"),
        ("edition: first", "better: nicer", 12, "better is 'nicer'"),
        ("edition: first", "colour: blue", 12, "'colour' means nothing here"),
        ("superseded_by: second", "superseded_by: third", 3, "there is no edition 'third'"),
        ("2018-07", "July 2018", 3, "'July 2018' is not a date"),
        ('published: "2018-07"', 'consultation: "2026-13"', 3, "not a month of the calendar"),
        ("2018-07", "2024", 3, "the period ends"),
        ("status: in force", "status: fine", 4, "status is 'fine'"),
        (", status: in force", "", 4, "'status' is missing"),
        ("id: second", "id: first", 4, "'first' is given twice"),
        ("2006-04", "2020", 14, "the period ends"),
        ("2019-09-29", "2019-09-31", 14, "not a day of the calendar"),
        ("{n: 3, unit: month}", "{n: 3, unit: moon}", 10, "unit is 'moon'"),
        ("{n: 3, unit: month}", "{n: three, unit: month}", 10, "n is not a number above 0"),
        ("{n: 3, unit: month}", "{n: 3, unit: day, qualifier: school}", 10, "qualifier is 'school'"),
        ("{n: 3, unit: month}", "{n: 3, unit: day, qual: working}", 10, "'qual' means nothing here"),
        ("{n: 3, unit: month}", "3", 10, "the value is not what is asked for"),
        ("{n: 3, unit: month}", "true", 10, "the value is not what is asked for"),
        ("    value: {n: 3, unit: month}\n", "", 9, "at_most has no value"),
    ],
)
def test_mistakes_name_file_line_and_remedy(tmp_path, old, new, line, what):
    with pytest.raises(SourceError) as caught:
        loaded(tmp_path, GOOD.replace(old, new, 1))
    assert str(caught.value).startswith(f"index/baseline.yaml:{line}: ")
    assert what in caught.value.what
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("asked", "comparator", "value"),
    [
        (question("bool"), "equal", "{n: 3, unit: month}"),
        (question("bool"), "equal", "maybe"),
        (question("bool"), "at_most", "true"),
        (question("enum", "yes"), "equal", "no"),
        (question("set", "a"), "equal", "[a, b]"),
        (question("set", "a"), "equal", "a"),
        (question("integer"), "at_most", "true"),
    ],
)
def test_a_value_has_the_shape_of_its_question(tmp_path, asked, comparator, value):
    text = GOOD.replace("{n: 3, unit: month}", value).replace("at_most", comparator)
    with pytest.raises(SourceError, match=r"index/baseline\.yaml:10: "):
        loaded(tmp_path, text, asked)


def test_a_bare_list_is_refused(tmp_path):
    with pytest.raises(SourceError, match=r"index/baseline\.yaml:1: the file is a bare list"):
        loaded(tmp_path, "- id: x\n")


def test_the_commands_measure_the_leaflets_and_name_bodies_that_are_no_more(library, capsys):
    import json

    from readacross.cli import main

    root = str(library.root)
    assert main(["baseline", "--root", root, "--all-versions", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    outcomes = {
        (row["fact"]["id"], row["position"]["version"].partition("@")[2]): row["outcome"]
        for row in found["judgements"]
    }
    assert outcomes["first-review", "2017-03"] == "meets"
    assert outcomes["first-core-group", "board"] == "meets"
    assert outcomes["core-group-frequency", "council"] == "not_covered"
    assert {name["quote"] for name in found["stale_names"]} >= {"Independent Police Complaints Commission"}
    assert main(["divergences", "--baseline", "--root", root, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {row["kind"] for row in rows} == {"baseline"}
    assert all("secondary source, unchecked" in row["summary"] for row in rows)
