"""Dates that are partly known: how they are read, and what they say about a day."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from readacross.model import Version
from readacross.periods import bounds, contradicts_itself, in_force, in_words, period, settle

READ = [
    # EDTF, first day, last day
    ("2017", "2017-01-01", "2017-12-31"),
    ("2017-03", "2017-03-01", "2017-03-31"),
    ("2016-02", "2016-02-01", "2016-02-29"),
    ("2017-03-09", "2017-03-09", "2017-03-09"),
    ("2011-05~", "2011-05-01", "2011-05-31"),
    ("2011?", "2011-01-01", "2011-12-31"),
    ("2011%", "2011-01-01", "2011-12-31"),
    ("2006-04/2015-06", "2006-04-01", "2015-06-30"),
    ("2011-05~/2019-09", "2011-05-01", "2019-09-30"),
    ("../2020-12", None, "2020-12-31"),
    ("/2020-12", None, "2020-12-31"),
    ("2006/", "2006-01-01", None),
    ("2006/..", "2006-01-01", "9999-12-31"),
    ("/", None, None),
]


@pytest.mark.parametrize(("edtf", "first", "last"), READ)
def test_bounds(edtf, first, last):
    assert tuple(day and day.isoformat() for day in bounds(edtf)) == (first, last)


@pytest.mark.parametrize(
    "edtf",
    ["", "..", "17", "2017-3", "2017-13", "2017-00", "2017-02-29", "2017-03-00", "2017-03-32", "0000", "9999",
     "March 2017", "2017-03-01T10:00", "201X", "2017-21", "2019/2011", "2006//2007", "2006/2007/2008", "２０１７", "-2017"],
)  # fmt: skip
def test_refused(edtf):
    with pytest.raises(ValueError) as caught:
        bounds(edtf)
    assert "\n" not in str(caught.value)


FOUR_BOUNDS = [
    # from, until, earliest start, latest start, earliest end, latest end
    ("2017-03", None, "2017-03-01", "2017-03-31", None, None),
    ("2006-04/2015-06", None, "2006-04-01", "2015-06-30", None, None),
    ("2017-03", "2019", "2017-03-01", "2017-03-31", "2019-01-01", "2019-12-31"),
    ("2017-03", "..", "2017-03-01", "2017-03-31", "9999-12-31", "9999-12-31"),
    (None, "2019/2020", None, None, "2019-01-01", "2020-12-31"),
    (None, None, None, None, None, None),
]


@pytest.mark.parametrize(("start", "until", "a", "b", "c", "d"), FOUR_BOUNDS)
def test_period(start, until, a, b, c, d):
    found = period(start, until, "as printed")
    days = (found.earliest_start, found.latest_start, found.earliest_end, found.latest_end)
    assert tuple(day and day.isoformat() for day in days) == (a, b, c, d)
    assert (found.from_, found.until, found.basis) == (start, until, "as printed")


def test_period_that_ends_before_it_begins():
    with pytest.raises(ValueError, match="ends"):
        period("2017", "2015", "as printed")


def version(label, start, until=None, supersedes=None):
    return Version(
        label, "l", "a", label, "t", "p", "unknown", "r", None, "text/plain", "f", "o", "s", "unknown",
        period(start, until, "inferred"), (), supersedes, "current",
    )  # fmt: skip


OLDER, NEWER = settle(
    [version("older", "2006-04/2015-06"), version("newer", "../2020-12", supersedes="older")]
)
STAFFORDSHIRE = version("staffordshire", "2017-03")
DATED = version("dated", "2017-03", "2019-06")
CURRENT = version("current", "2017-03", "..")
UNKNOWN = version("unknown", None)

IN_FORCE = [
    # asked as at       older Surrey   newer Surrey  Staffordshire  2017-03 to   2017-03 and   nothing
    #                   (2006 to 2015) (up to 2020)  (March 2017)   June 2019    still held    known
    ("2005",            "not",         "not",        "not",         "not",       "not",        "possibly"),
    ("2012",            "possibly",    "possibly",   "not",         "not",       "not",        "possibly"),
    ("2012-05-04",      "possibly",    "possibly",   "not",         "not",       "not",        "possibly"),
    ("2016",            "possibly",    "possibly",   "not",         "not",       "not",        "possibly"),
    ("2017-03",         "possibly",    "possibly",   "certain",     "certain",   "certain",    "possibly"),
    ("2017-03-15",      "possibly",    "possibly",   "possibly",    "possibly",  "possibly",   "possibly"),
    ("2017",            "possibly",    "possibly",   "certain",     "certain",   "certain",    "possibly"),
    ("2018",            "possibly",    "possibly",   "possibly",    "certain",   "certain",    "possibly"),
    ("2019-06-15",      "possibly",    "possibly",   "possibly",    "possibly",  "certain",    "possibly"),
    ("2020-12",         "possibly",    "possibly",   "possibly",    "not",       "certain",    "possibly"),
    ("2022",            "not",         "possibly",   "possibly",    "not",       "certain",    "possibly"),
    ("2000/2030",       "certain",     "certain",    "certain",     "certain",   "certain",    "possibly"),
]  # fmt: skip


@pytest.mark.parametrize("row", IN_FORCE, ids=lambda row: row[0])
def test_in_force(row):
    held = tuple(in_force(v.valid, row[0]) for v in (OLDER, NEWER, STAFFORDSHIRE, DATED, CURRENT, UNKNOWN))
    assert held == row[1:]


def test_versions_settle_each_other():
    assert NEWER.valid.earliest_start == date(2006, 4, 1)
    assert OLDER.valid.latest_end == date(2020, 12, 31)
    first, second, third = settle(
        [version("a", None), version("b", None, supersedes="a"), version("c", "2015", supersedes="b")]
    )
    assert first.valid.latest_end == second.valid.latest_end == third.valid.latest_start
    assert first.valid.latest_start == date(2015, 12, 31)


def test_versions_in_an_impossible_order():
    old, new = settle([version("old", "2019"), version("new", "2010", supersedes="old")])
    assert contradicts_itself(old.valid)
    assert contradicts_itself(new.valid)
    assert not contradicts_itself(OLDER.valid)


WORDS = [
    (None, "not known"), ("", "not known"), ("/", "not known"), ("..", "still in force"), ("2017-03", "March 2017"),
    ("2017-03-09", "9 March 2017"), ("2011-05~", "about May 2011"), ("2011?", "perhaps 2011"), ("2011%", "perhaps about 2011"),
    ("2006-04/2015-06", "some time between April 2006 and June 2015"), ("../2020-12", "some time up to December 2020"),
    ("2006/..", "some time after 2006"),
]  # fmt: skip


@pytest.mark.parametrize(("edtf", "words"), WORDS)
def test_in_words(edtf, words):
    assert in_words(edtf) == words


days = st.dates(date(1990, 1, 1), date(2040, 12, 31))
dates = st.builds(lambda day, size: day.isoformat()[:size], days, st.sampled_from([4, 7, 10]))
claims = st.none() | dates | st.builds("{}/{}".format, dates | st.just(".."), dates)


@given(claims, claims, dates, st.data())
def test_certain_and_not_hold_for_every_possible_period(start, until, as_at, data):
    try:
        valid = period(start, until, "inferred")
    except ValueError:
        assume(False)
    assume(not contradicts_itself(valid))
    low, high = date(1980, 1, 1), date(2050, 12, 31)
    a, b = valid.earliest_start or low, min(valid.latest_start or high, valid.latest_end or high)
    assert a <= b
    begun = data.draw(st.dates(a, b))
    c, d = max(valid.earliest_end or low, begun), max(valid.latest_end or high, begun)
    ended = data.draw(st.dates(min(c, d), d))
    first, last = bounds(as_at)
    held = begun <= last and ended >= first
    assert in_force(valid, as_at) in (("certain", "possibly") if held else ("not", "possibly"))


@given(dates)
def test_bounds_are_ordered_and_within(edtf):
    first, last = bounds(edtf)
    assert first <= last
    assert last - first <= timedelta(days=366)
    assert bounds(f"{edtf}/{edtf}") == (first, last)


@given(st.text())
def test_other_words_are_refused_in_one_way(words):
    try:
        bounds(words)
    except ValueError:
        return
    in_words(words)
