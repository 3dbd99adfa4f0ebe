"""The matrix: every question down, the latest leaflets across, each answer in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from readacross.model import Question, Topic, Version
from readacross.site.asking import Asked, Digest
from readacross.site.gathering import Shelf
from readacross.site.narrowing import as_at, times
from readacross.site.rendering import Above, Page, Place, render_page
from readacross.site.wording import Said

FITS = 6
"""How many leaflets stand beside each other on a page; more of them scroll in a region of their own."""

MOST = 30
"""With more leaflets than this each topic has its table on a page of its own, and only coded ones stand in it."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What one leaflet says on one question, and its sign: says, differs, silent or uncoded."""

    version: Version
    said: Said | None
    sign: Literal["says", "differs", "silent", "uncoded"]

    @property
    def words(self) -> str:
        """The answer in words; silence is never “no”."""
        if self.said is None:
            return "Not coded yet"
        return "Not stated" if self.said.silent else self.said.words


@dataclass(frozen=True, slots=True)
class Line:
    """One question, and what each of the latest leaflets says on it."""

    question: Question
    cells: tuple[Cell, ...]
    severity: str
    kind: str

    @property
    def differs(self) -> bool:
        """Whether two leaflets that answer differ."""
        return any(cell.sign == "differs" for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Block:
    """A topic and its lines."""

    topic: Topic
    lines: tuple[Line, ...]

    @property
    def differing(self) -> int:
        """On how many of its questions leaflets differ."""
        return sum(line.differs for line in self.lines)

    @property
    def severe(self) -> int:
        """On how many of its questions leaflets differ with high severity."""
        return sum(line.severity == "high" for line in self.lines)


def columns(shelf: Shelf) -> tuple[Version, ...]:
    """The leaflets of the matrix: the latest, or of many the latest of which something is coded."""
    latest = shelf.library.current()
    if not split(shelf):
        return latest
    coded = {item.version for positions in shelf.positions.values() for item in positions}
    return tuple(version for version in latest if version.id in coded)


def matrix(versions: Sequence[Version], found: Sequence[Digest]) -> tuple[Block, ...]:
    """The matrix of some versions, topic by topic."""
    blocks = []
    for digest in found:
        coded = [_line(one, versions) for one in digest.asked]
        uncoded = [
            Line(question, tuple(Cell(version, None, "uncoded") for version in versions), "none", "")
            for question in digest.uncoded
        ]
        if lines := (*coded, *uncoded):
            blocks.append(Block(digest.topic, lines))
    return tuple(blocks)


def _line(one: Asked, versions: Sequence[Version]) -> Line:
    said = {item.version.id: item for item in one.said}
    cells = tuple(_cell(version, said.get(version.id), version.id in one.apart) for version in versions)
    kind = one.differing[0].kind if one.differing else ""
    differs = any(cell.sign == "differs" for cell in cells)
    return Line(one.question, cells, one.severity if differs else "none", kind)


def _cell(version: Version, said: Said | None, differs: bool) -> Cell:
    if said is None:
        return Cell(version, None, "uncoded")
    return Cell(version, said, "silent" if said.silent else "differs" if differs else "says")


class Cut(NamedTuple):
    """A table on a page of its own: what it is narrowed to, and where it stands."""

    sort: Literal["topic", "authority", "time"]
    words: str
    page: str


class Table(NamedTuple):
    """A table and its columns; `cut` is what it is narrowed to, None for the whole."""

    blocks: Sequence[Block]
    versions: Sequence[Version]
    cut: Cut | None = None


def split(shelf: Shelf) -> bool:
    """Whether leaflets are so many that each topic has its table on a page of its own."""
    return len(shelf.library.current()) > MOST


def matrix_pages(shelf: Shelf, found: Sequence[Digest], top: Above, data: str) -> Iterator[Page]:
    """The page of the matrix, and one for each topic; where leaflets are few also for authorities and times.

    `data` is the address of the whole as a table to take away.
    """
    place, versions = Place("matrix", "Who says what", top), columns(shelf)
    blocks = matrix(versions, found)
    topics = [
        Table((block,), versions, Cut("topic", block.topic.title, f"matrix/{block.topic.id}"))
        for block in blocks
    ]
    if split(shelf):
        held = shelf.library.current()
        yield render_page(
            place, "matrices.html", shelf, blocks=blocks, versions=held, data=data, shown=len(versions)
        )
        tables, cuts = topics, []
    else:
        tables = [*topics, *_narrowed(shelf, found)] if blocks else []
        cuts = [table.cut for table in tables]
        yield _page(shelf, place, Table(blocks, versions), data=data, cuts=cuts)
    for table in tables:
        if table.cut:
            above = (*top, ("Who says what", "matrix"))
            at = Place(table.cut.page, f"Who says what: {table.cut.words}", above)
            yield _page(shelf, at, table, data=data, cuts=cuts)


def _narrowed(shelf: Shelf, found: Sequence[Digest]) -> Iterator[Table]:
    """The tables of one authority and those of one time."""
    for slug, authority in shelf.library.authorities.items():
        if held := [version for version in shelf.library.current() if version.authority == slug]:
            yield Table(matrix(held, found), held, Cut("authority", authority.name, f"matrix/of/{slug}"))
    for time in times(shelf.library):
        cut = Cut("time", time.words, f"matrix/as-at/{time.first or f'until-{time.last}'}")
        yield Table(matrix(time.versions, [*as_at(shelf, found, time.versions)]), time.versions, cut)


def _page(shelf: Shelf, at: Place, table: Table, *, data: str, cuts: Sequence[Cut | None]) -> Page:
    """A page with a table; a form narrows it further where no page stands for that."""
    lines = [line for block in table.blocks for line in block.lines]
    time = table.cut is not None and table.cut.sort == "time"
    script = table.cut is None or not cuts
    uncoded = len(shelf.library.current()) - len(table.versions) if split(shelf) else 0
    return render_page(
        at, "matrix.html", shelf, ("_static/matrix.js",) if script else (),
        blocks=table.blocks, versions=table.versions, data=data, fits=len(table.versions) <= FITS,
        total=len(lines), differing=sum(line.differs for line in lines),
        severe=sum(line.severity == "high" for line in lines),
        cuts=cuts, here=at.name, script=script, uncoded=uncoded, time=time,
        named=shelf.called if time else shelf.known_as,
    )  # fmt: skip
