"""The pages that compare two: two authorities' latest leaflets, or two versions of one leaflet."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeAlias

from readacross.comparing import compare
from readacross.model import SEVERITIES, Divergence, Position, Question, Topic, Version
from readacross.rulings import About, attach, dismissed
from readacross.site.asking import Digest
from readacross.site.gathering import Shelf
from readacross.site.rendering import Above, Page, Place, render_page
from readacross.site.wording import Said
from readacross.telling import Sides

MANY = 20
"""How many latest leaflets are compared each with each; beyond that only pairs that differ gravely have a page."""

PAGES = 100
"""How many pairs have a page where not all have one: those that differ most often with high severity."""

TOO_MANY = 100
"""With more of the latest leaflets than this no two are compared on a page of their own."""

VERSIONS = 30
"""With more versions than this two of one leaflet have a page only where both are coded."""

Answers: TypeAlias = Mapping[tuple[str, str], tuple[Position, Said]]
"""What a version says on a question, by the ids of both."""


@dataclass(frozen=True, slots=True)
class Two:
    """Two versions set side by side: their names, and the address of their page without `.html`."""

    versions: tuple[Version, Version]
    names: tuple[str, str]
    page: str


@dataclass(frozen=True, slots=True)
class Beside:
    """What two versions say on one question, and the divergence between them, if any."""

    question: Question
    sides: tuple[Said, Said]
    divergence: Divergence | None


@dataclass(frozen=True, slots=True)
class Sorted:
    """Two versions' answers by how they stand to each other; `only` are those that one of them gives alone.

    `neither` counts the questions that neither answers, `uncoded` those not coded for both.
    """

    differing: tuple[Beside, ...]
    alike: tuple[tuple[Topic, tuple[Beside, ...]], ...]
    only: tuple[tuple[Beside, ...], tuple[Beside, ...]]
    dismissed: tuple[Beside, ...]
    neither: int
    uncoded: int

    @property
    def agreeing(self) -> int:
        """On how many questions both answer and no difference is found."""
        return sum(len(rows) for _, rows in self.alike)


@dataclass(frozen=True, slots=True)
class Tally:
    """How often two leaflets that both answer differ, and how often gravely."""

    differing: int
    high: int


def pair_pages(shelf: Shelf, found: Sequence[Digest], top: Above) -> Iterator[Page]:
    """The index of comparisons, a page for two authorities, and one for two versions of a leaflet."""
    compared = len(shelf.library.current()) <= TOO_MANY
    tallies = tally(shelf) if compared else {}
    abreast, successive = tuple(_abreast(shelf)) if compared else (), tuple(_successive(shelf))
    shown = tuple(_with_page(abreast, tallies) if len(shelf.library.current()) > MANY else abreast)
    yield render_page(
        Place("compare/index", "Compare two", top), "compare.html", shelf,
        versions=shelf.library.current(), links={_key(two): two.page for two in shown}, tallies=tallies,
        shown=shown, every=len(abreast), successive=successive, most=MANY, too_many=TOO_MANY,
        some=len(shelf.library.versions) > VERSIONS,
        grave=sum(found.high > 0 for found in tallies.values()),
    )  # fmt: skip
    above, given = (*top, ("Compare two", "compare/index")), answers(shelf, found)
    for two in (*shown, *successive):
        at = Place(two.page, " and ".join(two.names), above)
        yield render_page(at, "pair.html", shelf, two=two, rows=set_beside(shelf, found, two, given))


def _with_page(abreast: Sequence[Two], tallies: Mapping[tuple[str, str], Tally]) -> Iterator[Two]:
    """Those of many pairs that have a page: the ones that differ most often with high severity."""
    grave = [(_key(two), tallies[_key(two)]) for two in abreast if tallies[_key(two)].high]
    grave.sort(key=lambda row: (-row[1].high, -row[1].differing))
    kept = {key for key, _ in grave[:PAGES]}
    return (two for two in abreast if _key(two) in kept)


def _key(two: Two) -> tuple[str, str]:
    return two.versions[0].id, two.versions[1].id


def tally(shelf: Shelf) -> Mapping[tuple[str, str], Tally]:
    """How often any two of the latest leaflets differ; what a person has dismissed does not count."""
    severities: Counter[tuple[str, str, str]] = Counter()
    for question, differences in shelf.apart.items():
        given = zip(differences.positions, differences.given, strict=True)
        for (a, number), (b, other) in combinations(given, 2):
            item = differences.found.get((min(number, other), max(number, other)))
            if item is None or item.kind == "one_silent":
                continue
            ruling = shelf.library.rulings.get(About(question, frozenset((a.version, b.version))))
            if ruling is None or ruling.ruling != "dismissed":
                severity = (ruling and ruling.severity) or item.severity
                severities[a.version, b.version, severity] += 1
    pairs = combinations((version.id for version in shelf.library.current()), 2)
    return {
        (a, b): Tally(sum(severities[a, b, grade] for grade in SEVERITIES), severities[a, b, "high"])
        for a, b in pairs
    }


def _abreast(shelf: Shelf) -> Iterator[Two]:
    """The latest leaflets of different authorities, each with each."""
    versions = shelf.library.current()
    often = Counter(version.authority for version in versions)
    slug = {
        version.id: version.authority if often[version.authority] == 1 else version.leaflet.replace("/", "--")
        for version in versions
    }
    for a, b in combinations(versions, 2):
        if a.authority != b.authority:
            names = shelf.known_as[a.id], shelf.known_as[b.id]
            yield Two((a, b), names, f"compare/{_joined(slug[a.id], slug[b.id])}")


def _successive(shelf: Shelf) -> Iterator[Two]:
    """The versions of each leaflet, each with each, the older first."""
    coded = {item.version for positions in shelf.positions.values() for item in positions}
    every = len(shelf.library.versions) <= VERSIONS
    for leaflet in shelf.library.leaflets:
        held = shelf.of_leaflet.get(leaflet, ())
        publishers = {version.publisher for version in held} - {"unknown"}
        for a, b in combinations(held, 2):
            if not every and not {a.id, b.id} <= coded:
                continue
            told_apart = len(publishers) == len(held)
            names = (a.publisher, b.publisher) if told_apart else (shelf.called[a.id], shelf.called[b.id])
            yield Two((a, b), names, f"compare/{leaflet}/{_joined(a.label, b.label)}")


def _joined(a: str, b: str) -> str:
    """Two names as one address that can be taken apart again."""
    return f"{a}--and--{b}" if "-and-" in a + b else f"{a}-and-{b}"


def answers(shelf: Shelf, found: Sequence[Digest]) -> Answers:
    """What every version says on every question, as it is recorded and as pages show it."""
    spoken = {
        (item.version.id, one.question.id): item
        for digest in found
        for one in digest.asked
        for item in (*one.said, *one.earlier)
    }
    return {
        (item.version, question): (item, spoken[item.version, question])
        for question, positions in shelf.positions.items()
        for item in positions
        if (item.version, question) in spoken
    }


def set_beside(shelf: Shelf, found: Sequence[Digest], two: Two, given: Answers) -> Sorted:
    """What two versions say on every question, sorted by how they stand to each other."""
    rows: dict[str, list[Beside]] = {"differ": [], "dismissed": [], "first": [], "second": []}
    alike: list[tuple[Topic, tuple[Beside, ...]]] = []
    neither = uncoded = 0
    for digest in found:
        same: list[Beside] = []
        uncoded += len(digest.uncoded)
        for one in digest.asked:
            a, b = (given.get((version.id, one.question.id)) for version in two.versions)
            if a is None or b is None:
                uncoded += 1
            elif a[1].silent and b[1].silent:
                neither += 1
            else:
                row = _beside(shelf, one.question, (a, b), two)
                rows.get(_where(row), same).append(row)
        if same:
            alike.append((digest.topic, tuple(same)))
    rows["differ"].sort(key=_mildness)
    only = tuple(rows["first"]), tuple(rows["second"])
    return Sorted(tuple(rows["differ"]), tuple(alike), only, tuple(rows["dismissed"]), neither, uncoded)


def _mildness(row: Beside) -> int:
    return -SEVERITIES.index(row.divergence.severity if row.divergence else "none")


def _where(row: Beside) -> str:
    """Where a row belongs: with those that differ, are dismissed, are alike, or that one side gives alone."""
    if row.sides[1].silent:
        return "first"
    if row.sides[0].silent:
        return "second"
    if row.divergence is None:
        return "alike"
    return "dismissed" if dismissed(row.divergence) else "differ"


def _beside(
    shelf: Shelf, question: Question, given: tuple[tuple[Position, Said], tuple[Position, Said]], two: Two
) -> Beside:
    positions, sides = (given[0][0], given[1][0]), (given[0][1], given[1][1])
    found = None if any(side.silent for side in sides) else compare(question, *positions, Sides(*two.names))
    if found is None:
        return Beside(question, sides, None)
    kind = "changed_over_time" if two.versions[0].leaflet == two.versions[1].leaflet else found.kind
    about = question.id, question.topic, kind, found.severity, found.why, found.rule
    divergence = Divergence(*about, "pair", positions)
    return Beside(question, sides, attach((divergence,), shelf.library.rulings)[0])
