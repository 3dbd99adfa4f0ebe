"""The pages about the site itself: what it is, its words, how to cite it, what is missing, how old, who can read it."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path

from readacross.errors import SourceError
from readacross.glossary import terms
from readacross.model import Doubt, Passage, Version
from readacross.periods import bounds
from readacross.records import read_text
from readacross.site.asking import Digest
from readacross.site.baseline import outlived
from readacross.site.coding import unanswered
from readacross.site.gathering import Shelf
from readacross.site.rendering import Above, Page, Place, render_page
from readacross.site.wording import count

CHECKED = Path("qa/accessibility.json")
"""What axe found when the pages were last gone through: made by `make accessible`."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A run of axe over the site: when, with what, and what it found."""

    on: str
    tool: str
    browser: str
    rules: int
    widths: tuple[int, ...]
    kinds: tuple[str, ...]
    findings: int


def notice_pages(shelf: Shelf, found: Sequence[Digest], top: Above) -> Iterator[Page]:
    """All of them."""
    for name, title in (
        ("about", "About this site"),
        ("privacy", "Privacy"),
        ("404", "Page not found"),
    ):
        yield render_page(Place(name, title, () if name == "404" else top), f"{name}.html", shelf)
    yield render_page(Place("cite", "How to cite", top), "cite.html", shelf, example=_example(shelf))
    yield render_page(Place("glossary", "Glossary", top), "glossary.html", shelf, groups=_groups())
    yield render_page(
        Place("accessibility", "Accessibility statement", top), "accessibility.html", shelf,
        checked=_checked(shelf.library.root),
    )  # fmt: skip
    yield _gaps_page(shelf, found, top)
    yield render_page(
        Place("staleness", "How old this is", top), "staleness.html", shelf,
        ages=[(version, _age(version)) for version in shelf.library.versions.values()],
        outlived=outlived(shelf), waiting=[item for items in shelf.waiting.values() for item in items],
    )  # fmt: skip
    at = Place("whole", "The whole comparison", top)
    yield render_page(at, "whole.html", shelf, digests=found, versions=shelf.library.current())


def _example(shelf: Shelf) -> tuple[Version, Passage] | None:
    """A passage to show how passages are cited: the first paragraph of the first leaflet that has one."""
    for version in shelf.library.current():
        for passage in shelf.texts[version.id].passages:
            if passage.kind == "paragraph":
                return version, passage
    return None


def _groups() -> list[tuple[str, list[tuple[str, str]]]]:
    """The words of the comparison by what sort they are."""
    return [
        (sort, [(term.name, term.meaning) for term in together])
        for sort, together in groupby(terms(), key=lambda term: term.sort)
    ]


def _gaps_page(shelf: Shelf, found: Sequence[Digest], top: Above) -> Page:
    """What this collection does not know, as far as it knows that."""
    versions = shelf.library.versions.values()
    doubted = [
        (text.version, passage, doubt)
        for text in shelf.texts.values()
        if text.doubtful
        for passage in text.passages
        for doubt in passage.doubts
    ]
    return render_page(
        Place("gaps", "Known gaps", top), "gaps.html", shelf,
        undated=[item for item in versions if not item.printed],
        unlicensed=[item for item in versions if item.licence == "unknown"],
        noted=[item for item in versions if item.note], doubted=_by_version(doubted),
        uncoded=[question for digest in found for question in digest.uncoded], unanswered=unanswered(found),
        unchecked=[fact for fact in shelf.library.baseline.facts if fact.verified != "P"] if shelf.library.baseline else [],
    )  # fmt: skip


def _by_version(
    found: Sequence[tuple[Version, Passage, Doubt]],
) -> list[tuple[Version, list[tuple[Passage, Doubt]]]]:
    return [
        (
            next(item for item, _, _ in found if item.id == id_),
            [(passage, doubt) for _, passage, doubt in rows],
        )
        for id_, rows in groupby(found, key=lambda row: row[0].id)
    ]


def _age(version: Version) -> str:
    """How old a version was, at least and at most, when it was taken in."""
    taken = _day(version.recorded)
    oldest, newest = version.valid.earliest_start, version.valid.latest_start
    least = _years(newest, taken) if newest else None
    most = _years(oldest, taken) if oldest else None
    if least is not None and least == most:
        return count(least, "year") if least else "less than a year"
    if least is None and most is None:
        return "not known"
    if most is None:
        return f"at least {count(least or 0, 'year')}"
    return f"between {least or 0} and {count(most, 'year')}"


def _day(recorded: str) -> date | None:
    """The last day on which a version may have been taken in."""
    try:
        return bounds(recorded)[1]
    except ValueError:
        return None


def _years(since: date, taken: date | None) -> int | None:
    if taken is None or since.year <= 1:
        return None
    return max(0, taken.year - since.year - ((taken.month, taken.day) < (since.month, since.day)))


def _checked(root: Path) -> Checked | None:
    """The record of the last run of axe, None where there is none."""
    if not (root / CHECKED).is_file():
        return None
    try:
        found = json.loads(read_text(root / CHECKED, CHECKED))
        return Checked(
            found["on"], found["tool"], found["browser"], found["rules"], tuple(found["widths"]),
            tuple(found["pages"]), len(found["findings"]),
        )  # fmt: skip
    except (ValueError, KeyError, TypeError) as bad:
        raise SourceError(CHECKED, f"the record cannot be read ({bad})", "run: make accessible") from None
