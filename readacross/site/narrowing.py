"""Narrowed tables: the matrix of one topic, one authority or one time, each a page that needs no script."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from readacross.differing import differing
from readacross.library import Library
from readacross.model import Version
from readacross.periods import in_force
from readacross.rulings import dismissed
from readacross.site.asking import BETWEEN, Asked, Digest
from readacross.site.gathering import Shelf

MOST_TIMES = 12
"""With more times than this at which the picture changed there is no page for each: too many to choose from."""


@dataclass(frozen=True, slots=True)
class Time:
    """A run of years in which the same versions may have been in force; None where it has no known end."""

    first: int | None
    last: int | None
    versions: tuple[Version, ...]

    @property
    def words(self) -> str:
        """The years in words."""
        if self.first is None:
            return f"until {self.last}"
        if self.last is None:
            return f"since {self.first}"
        return str(self.first) if self.first == self.last else f"{self.first} to {self.last}"


def times(library: Library) -> tuple[Time, ...]:
    """The times at which other versions may have been in force than the latest, the oldest first."""
    versions = tuple(library.versions.values())
    begins = {item.valid.earliest_start.year for item in versions if item.valid.earliest_start}
    ends = {item.valid.latest_end.year + 1 for item in versions if item.valid.latest_end}
    years = sorted(year for year in begins | ends if date.min.year < year <= date.max.year)
    if not years:
        return ()
    looks = [(year, _held(versions, year)) for year in (years[0] - 1, *years)]
    runs = [(next(run)[0], held) for held, run in groupby(looks, key=lambda look: look[1])]
    lasts = [*(first - 1 for first, _ in runs[1:]), None]
    found = tuple(
        Time(first if first in years else None, last, held)
        for (first, held), last in zip(runs, lasts, strict=True)
        if held and held != library.current()
    )
    return found if len(found) <= MOST_TIMES else ()


def _held(versions: Sequence[Version], year: int) -> tuple[Version, ...]:
    """The versions that may have been in force in a year."""
    return tuple(item for item in versions if in_force(item.valid, f"{year:04}") != "not")


def as_at(shelf: Shelf, found: Sequence[Digest], versions: Sequence[Version]) -> Iterator[Digest]:
    """What some versions say, which need not be the latest, and how they differ among themselves."""
    for digest in found:
        asked = tuple(_asked_of(shelf, one, versions) for one in digest.asked)
        yield Digest(digest.topic, asked, digest.uncoded)


def _asked_of(shelf: Shelf, one: Asked, versions: Sequence[Version]) -> Asked:
    wanted = {version.id for version in versions}
    positions = [item for item in shelf.positions[one.question.id] if item.version in wanted]
    found = differing(shelf.library, one.question, positions, versions)
    apart = tuple(
        item
        for item in found
        if item.level in BETWEEN
        and not dismissed(item)
        and all(side.status == "stated" for side in item.positions)
    )
    return replace(
        one,
        said=tuple(item for item in (*one.said, *one.earlier) if item.version.id in wanted),
        differences=apart,
        apart=frozenset(side.version for item in apart for side in item.positions),
    )
