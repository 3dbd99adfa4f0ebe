"""The matrix: every question down, the latest leaflets across, each answer in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from readacross.model import Question, Topic, Version
from readacross.site.asking import Asked, Digest
from readacross.site.gathering import Shelf
from readacross.site.rendering import Above, Page, Place, render_page
from readacross.site.wording import Said

FITS = 6
"""How many leaflets stand beside each other on a page; more of them scroll in a region of their own."""

MOST = 30
"""With more leaflets than this each topic has its table on a page of its own."""


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


def matrix(shelf: Shelf, found: Sequence[Digest]) -> tuple[Block, ...]:
    """The matrix of the latest leaflets, topic by topic."""
    versions = shelf.library.current()
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
    return Line(one.question, cells, one.severity, kind)


def _cell(version: Version, said: Said | None, differs: bool) -> Cell:
    if said is None:
        return Cell(version, None, "uncoded")
    return Cell(version, said, "silent" if said.silent else "differs" if differs else "says")


def matrix_pages(shelf: Shelf, found: Sequence[Digest], top: Above, data: str) -> Iterator[Page]:
    """The page of the matrix, and one for each topic where there are many leaflets."""
    place, blocks = Place("matrix", "Who says what", top), matrix(shelf, found)
    if len(shelf.library.current()) <= MOST:
        yield _page(shelf, place, blocks, data)
        return
    yield render_page(
        place, "matrices.html", shelf, blocks=blocks, versions=shelf.library.current(), data=data
    )
    for block in blocks:
        at = Place(
            f"matrix/{block.topic.id}",
            f"Who says what: {block.topic.title}",
            (*top, ("Who says what", "matrix")),
        )
        yield _page(shelf, at, (block,), data)


def _page(shelf: Shelf, at: Place, blocks: Sequence[Block], data: str) -> Page:
    """A page with a table of some topics; `data` is the address of the same as a table to take away."""
    lines = [line for block in blocks for line in block.lines]
    versions = shelf.library.current()
    return render_page(
        at, "matrix.html", shelf, ("_static/matrix.js",),
        blocks=blocks, versions=versions, data=data, fits=len(versions) <= FITS, total=len(lines),
        differing=sum(line.differs for line in lines), severe=sum(line.severity == "high" for line in lines),
    )  # fmt: skip
