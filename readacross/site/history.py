"""The pages of leaflets' histories: what a newer version no longer says, says otherwise, or says for the first time."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from readacross.history import MEANINGS, Change, Read, Step, history, recorded
from readacross.model import Passage
from readacross.redlining import Paragraph
from readacross.site.gathering import Shelf
from readacross.site.rendering import Above, Page, Place, Planned, render_page
from readacross.site.reusing import key_of
from readacross.site.wording import Said, said
from readacross.site.writing import redline_html

ORDER = ("lost", "changed", "gained", "kept")
"""What happened to answers, in the order in which readers ask."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A change with both its sides as a page shows them."""

    change: Change
    before: Said
    after: Said


@dataclass(frozen=True, slots=True)
class Told:
    """A step from one version to the next, and its changes with their quotes."""

    step: Step
    groups: dict[str, tuple[Changed, ...]]

    @property
    def redline(self) -> tuple[tuple[Paragraph, str, str], ...]:
        """The paragraphs of the redline, each with the ids of its passages; none where none is offered."""
        found = self.step.redline
        return tuple(_marked(self.step, paragraph) for paragraph in found.paragraphs) if found.offered else ()

    @property
    def gravest(self) -> tuple[Changed, ...]:
        """The answers lost that matter most."""
        return self.lost("high")

    def lost(self, severity: str) -> tuple[Changed, ...]:
        """The answers lost that matter so much."""
        return tuple(item for item in self.groups["lost"] if item.change.severity == severity)


@lru_cache(maxsize=1)
def histories(shelf: Shelf) -> dict[str, tuple[Told, ...]]:
    """The steps of every leaflet that has more than one version, the latest first."""
    said = recorded(position for found in shelf.positions.values() for position in found)
    held = Counter(version.leaflet for version in shelf.library.versions.values())
    return {
        leaflet: tuple(
            _told(shelf, step) for step in reversed(history(shelf.library, leaflet, said, _read(shelf)))
        )
        for leaflet in shelf.library.leaflets
        if held[leaflet] > 1
    }


def _read(shelf: Shelf) -> Read:
    return lambda version: shelf.texts[version].passages


def _told(shelf: Shelf, step: Step) -> Told:
    groups = {
        what: tuple(
            Changed(change, said(shelf, change.before), said(shelf, change.after)) for change in changes
        )
        for what, changes in ((what, step.groups[what]) for what in ORDER)
    }
    return Told(step, groups)


def _marked(step: Step, paragraph: Paragraph) -> tuple[Paragraph, str, str]:
    """A paragraph of a redline with the ids of its passages."""
    older, newer = step.passages
    return paragraph, _id(older, paragraph.before), _id(newer, paragraph.after)


def _id(passages: tuple[Passage, ...], number: int | None) -> str:
    return "" if number is None else passages[number].id


def history_page_name(leaflet: str) -> str:
    """The address of a leaflet's history, without `.html`."""
    return f"history/{leaflet}"


def history_pages(shelf: Shelf, top: Above) -> Iterator[Page | Planned]:
    """The index of histories, and a page for each leaflet that has one."""
    found = histories(shelf)
    single = [leaflet for leaflet in shelf.library.leaflets.values() if leaflet.id not in found]
    at = Place("history/index", "What changed", top)
    yield render_page(at, "histories.html", shelf, histories=found, single=single, address=history_page_name)
    for id_, steps in found.items():
        yield _history_page(shelf, id_, steps, (*top, ("What changed", "history/index")))


def _history_page(shelf: Shelf, leaflet: str, steps: Sequence[Told], above: Above) -> Planned:
    """The page of a leaflet's history."""
    authority = shelf.library.authorities[shelf.library.leaflets[leaflet].authority]
    latest = steps[0].step.after
    at = Place(history_page_name(leaflet), f"What changed: {authority.name}, {latest.title}", above)
    texts = [shelf.texts[version.id].key for version in shelf.of_leaflet[leaflet]]
    told = [replace(told, step=replace(told.step, edition="")) for told in steps]
    return Planned(
        at.name, key_of(at, authority, latest, texts, told),
        lambda: render_page(
            at, "history.html", shelf, authority=authority, latest=latest, steps=steps, meanings=MEANINGS,
            redlined=redline_html,
        ),
    )  # fmt: skip
