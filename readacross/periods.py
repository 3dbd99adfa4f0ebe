"""Dates that are only partly known: a small part of EDTF (ISO 8601-2), and what follows from it.

Read are a year, month or day (`2017`, `2017-03`, `2017-03-01`), each with `~` (about), `?` (doubtful) or
`%` (both), and an interval of two of these in which either side may be `..` (open) or empty (unknown).
A start given as `2006-04/2015-06` means: on some day in that range.  A bound that the words do not give
stays None; none is invented.  About and doubtful dates keep the bounds of their words: the mark is shown
to readers, never turned into a number of days.
"""

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Literal

from readacross.model import Period, Version

LAST_YEAR = 9998
"""The year after it stands for a time that has no end."""

Certainty = Literal["certain", "possibly", "not"]

DATE = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?)?(?P<mark>[~?%])?")


def bounds(edtf: str) -> tuple[date | None, date | None]:
    """The first and the last day that an EDTF date or interval may mean.  Raises ValueError."""
    first, slash, last = edtf.strip().partition("/")
    if not slash:
        return _date(first)
    start = None if first in ("", "..") else _date(first)[0]
    end = None if last == "" else date.max if last == ".." else _date(last)[1]
    if start and end and start > end:
        raise ValueError(f"{edtf!r} ends before it begins")
    return start, end


def _date(words: str) -> tuple[date, date]:
    found = DATE.fullmatch(words)
    if not found:
        raise ValueError(f"{words!r} is not a date such as 2017, 2017-03 or 2017-03-01")
    year, month, day = int(found["year"]), found["month"], found["day"]
    if not 1 <= year <= LAST_YEAR:
        raise ValueError(f"{words!r} is not a year of the calendar")
    if month and not 1 <= int(month) <= 12:
        raise ValueError(f"{words!r} is not a month of the calendar")
    first, last = int(month or 1), int(month or 12)
    days = monthrange(year, last)[1]
    if day and not 1 <= int(day) <= days:
        raise ValueError(f"{words!r} is not a day of the calendar")
    return date(year, first, int(day or 1)), date(year, last, int(day or days))


def period(from_: str | None, until: str | None, basis: str) -> Period:
    """A period from EDTF words, with the bounds that its own words give.  Raises ValueError."""
    earliest_start, latest_start = bounds(from_) if from_ else (None, None)
    if until == "..":
        return Period(from_, until, basis, earliest_start, latest_start, date.max, date.max)
    earliest_end, latest_end = bounds(until) if until else (None, None)
    if earliest_start and latest_end and latest_end < earliest_start:
        raise ValueError(f"the period ends ({until!r}) before it begins ({from_!r})")
    return Period(from_, until, basis, earliest_start, latest_start, earliest_end, latest_end)


def settle(versions: Sequence[Version]) -> tuple[Version, ...]:
    """Tighten the periods of one leaflet's versions, oldest first, by each other.

    A version begins no later than its successor, and ends at the latest when that one begins.
    """
    by_id = {version.id: version for version in versions}
    for old, new in _successions(versions):
        valid = by_id[new].valid
        start = _later(valid.earliest_start, by_id[old].valid.earliest_start)
        by_id[new] = replace(by_id[new], valid=replace(valid, earliest_start=start))
    for old, new in reversed(_successions(versions)):
        valid, end = by_id[old].valid, by_id[new].valid.latest_start
        begun, ended = _earlier(valid.latest_start, end), _earlier(valid.latest_end, end)
        by_id[old] = replace(by_id[old], valid=replace(valid, latest_start=begun, latest_end=ended))
    return tuple(by_id[version.id] for version in versions)


def _successions(versions: Sequence[Version]) -> list[tuple[str, str]]:
    known = {version.id for version in versions}
    return [(v.supersedes, v.id) for v in versions if v.supersedes in known and v.supersedes]


def contradicts_itself(valid: Period) -> bool:
    """Whether a period's bounds leave no day on which it could have begun, or ended."""
    pairs = (
        (valid.earliest_start, valid.latest_start),
        (valid.earliest_end, valid.latest_end),
        (valid.earliest_start, valid.latest_end),
    )
    return any(first and last and first > last for first, last in pairs)


def _later(a: date | None, b: date | None) -> date | None:
    return max((day for day in (a, b) if day), default=None)


def _earlier(a: date | None, b: date | None) -> date | None:
    return min((day for day in (a, b) if day), default=None)


def in_force(valid: Period, as_at: str) -> Certainty:
    """Whether a version held at some time in a day, month or year: for certain, possibly or not.

    Certain means: whenever it began and ended within its bounds, it held in that time.  A version whose
    end is not known held for certain only at a time that all of its possible first days lie in.
    """
    first, last = bounds(as_at)
    first, last = first or date.min, last or date.max
    if valid.earliest_start and valid.earliest_start > last:
        return "not"
    if valid.latest_end and valid.latest_end < first:
        return "not"
    latest_start = _earlier(valid.latest_start, valid.latest_end)
    earliest_end = _later(valid.earliest_end, valid.earliest_start)
    if latest_start and latest_start <= last and earliest_end and earliest_end >= first:
        return "certain"
    return "possibly"


MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip


def in_words(edtf: str | None) -> str:
    """An EDTF date as a reader would say it; an uncertain one as a range.

    >>> in_words("2017-03"), in_words("2006-04/2015-06"), in_words("../2020-12")
    ('March 2017', 'some time between April 2006 and June 2015', 'some time up to December 2020')
    """
    if not edtf:
        return "not known"
    if edtf == "..":
        return "still in force"
    first, slash, last = edtf.strip().partition("/")
    if not slash:
        return _spoken(first)
    start, end = (None if words in ("", "..") else _spoken(words) for words in (first, last))
    if start and end:
        return f"some time between {start} and {end}"
    return f"some time after {start}" if start else f"some time up to {end}" if end else "not known"


def _spoken(words: str) -> str:
    found = DATE.fullmatch(words)
    if not found:
        return words
    about = {"~": "about ", "?": "perhaps ", "%": "perhaps about "}.get(found["mark"] or "", "")
    parts = [str(int(found["day"]))] if found["day"] else []
    parts += [MONTHS[int(found["month"]) - 1]] if found["month"] else []
    return about + " ".join([*parts, found["year"]])
