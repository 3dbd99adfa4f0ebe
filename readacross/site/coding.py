"""The page on how the leaflets were coded, and how good the coding is: every figure from the data."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from readacross.agreeing import by_topic
from readacross.coding import SECOND
from readacross.drafting import draft
from readacross.model import Divergence, Question, Version
from readacross.settling import Cell
from readacross.site.asking import BETWEEN, Digest, mildness
from readacross.site.gathering import Shelf
from readacross.site.quality import quality
from readacross.site.rendering import Above, Page, Place, render_page
from readacross.site.wording import CODED, Said, said

GAP = "gap in the question bank"
"""What the rule of a divergence says where no relation is written between two answers."""

STATUSES = {
    "suggested": "suggested by a machine; no person has read it yet",
    "coded": "coded by a person, not yet confirmed by an officer",
    "disputed": "coded, and a second coder disagrees",
    "confirmed": "confirmed by an officer",
    "stale": "coded; the text it rests on has changed since",
    "superseded": "coded anew since",
}


@dataclass(frozen=True, slots=True)
class Counts:
    """How many cells there are, and what became of them; a cell is one question of one version."""

    stated: int
    silent: int
    uncoded: int
    by_version: tuple[tuple[Version, int, int, int], ...]
    statuses: tuple[tuple[str, int], ...]
    coders: tuple[tuple[str, int], ...]
    quotes: int

    @property
    def coded(self) -> int:
        """The cells that are coded."""
        return self.stated + self.silent


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A cell that two coders recorded otherwise, in words."""

    first: Said
    second: Said
    settled: str
    severity: str


def coding_page(shelf: Shelf, found: Sequence[Digest], top: Above) -> Page:
    """Who coded what, how far two coders agree, and what is not answered."""
    cells = second_cells(shelf)
    agreements = by_topic(shelf.library.topics.values(), cells) if cells else ()
    gaps = [
        (shelf.library.questions[id_], item)
        for id_, items in shelf.differences.items()
        for item in items
        if item.level in BETWEEN and GAP in item.rule
    ]
    return render_page(
        Place("coding", "How this was coded, and how good it is", top), "coding.html", shelf,
        counts=counts(shelf), agreements=agreements, second=len(cells), gaps=gaps, unanswered=unanswered(found),
        disagreements=[_disagreement(shelf, cell) for cell in cells if not cell.agreed],
        flags=_flags(shelf), quality=quality(shelf),
        waiting=sum(len(items) for items in shelf.waiting.values()),
    )  # fmt: skip


def counts(shelf: Shelf) -> Counts:
    """What is coded of every version on every question."""
    everything = [position for found in shelf.positions.values() for position in found]
    status = Counter((position.version, position.status) for position in everything)
    asked = len(shelf.library.questions)
    by_version = tuple(
        (version, stated, silent, asked - stated - silent)
        for version in shelf.library.versions.values()
        for stated, silent in [(status[version.id, "stated"], status[version.id, "silent"])]
    )
    statuses = Counter[str](position.coded.status for position in everything)
    return Counts(
        sum(row[1] for row in by_version),
        sum(row[2] for row in by_version),
        sum(row[3] for row in by_version),
        by_version,
        tuple((STATUSES[name], statuses[name]) for name in CODED if statuses[name]),
        tuple(sorted(Counter(position.coded.by for position in everything).items())),
        sum(len(position.quotes) for position in everything),
    )


def second_cells(shelf: Shelf) -> tuple[Cell, ...]:
    """The cells that two coders have coded; none where no second coding is kept beside the first."""
    folders = (shelf.library.root / version.folder for version in shelf.library.versions.values())
    if not any((folder / SECOND).is_file() for folder in folders):
        return ()
    return draft(shelf.library.root).cells


def _disagreement(shelf: Shelf, cell: Cell) -> Disagreement:
    published = (item for item in shelf.positions[cell.question.id] if item.version == cell.first.version)
    settled = next((item.settled for item in published), "")
    return Disagreement(said(shelf, cell.first), said(shelf, cell.second), settled, cell.question.silence)


def unanswered(found: Sequence[Digest]) -> tuple[Question, ...]:
    """The questions that every leaflet was asked and none answers, in any version."""
    return tuple(
        one.question
        for digest in found
        for one in digest.asked
        if all(item.silent for item in (*one.said, *one.earlier))
    )


def _flags(shelf: Shelf) -> list[tuple[str, int, int, int]]:
    """The differences between two of the latest leaflets by kind: high, medium, low."""
    pairs: list[Divergence] = [
        item for items in shelf.differences.values() for item in items if item.level in BETWEEN
    ]
    found = Counter((item.kind, item.severity) for item in sorted(pairs, key=mildness))
    kinds = dict.fromkeys(kind for kind, _ in found)
    return [(kind, found[kind, "high"], found[kind, "medium"], found[kind, "low"]) for kind in kinds]
