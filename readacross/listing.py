"""Positions and divergences as lists to send on: Markdown, and CSV with one row a position or a divergence.

Divergences stand severest first; what a person has dismissed stands last and says so.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from readacross.differing import differing, within
from readacross.glossary import UNSTATED, capital, compared_as, dismissed, ruled, spoken
from readacross.library import Library
from readacross.model import SEVERITIES, Divergence, Question
from readacross.naming import dated
from readacross.separating import as_csv, in_markdown
from readacross.tabulating import (
    COLUMNS,
    Cell,
    Table,
    View,
    answer_rows,
    by_topic,
    cell,
    cell_fields,
    markdown_table,
    marked_quotes,
)

POSITION_HEADS = ("question", "authority", "answer", "strength", "words of the leaflet")
DIFFERENCE_HEADS = ("question", "kind", "compared", "what differs", "words of the leaflets")


@dataclass(frozen=True, slots=True)
class Listed:
    """A divergence with its question and, for each position, what a reader sees of it."""

    divergence: Divergence
    question: Question
    sides: tuple[Cell, ...]

    @property
    def kind(self) -> str:
        """The kind of the divergence in words."""
        return spoken(self.divergence.kind)

    @property
    def compared(self) -> str:
        """What was compared, in words."""
        return compared_as(self.divergence)

    def who(self, side: Cell, view: View) -> str:
        """Who speaks on a side, and on what where that is another question."""
        name = view.called[side.version.id]
        if self.divergence.level == "answers":
            name += ", and all who answer alike"
        other = side.position.question if side.position else self.question.id
        return name if other == self.question.id else f"{name}, on “{view.questions[other].question}”"

    @property
    def ruling(self) -> str:
        """What a person decided on it, and why; empty where nobody has."""
        ruling = self.divergence.ruling
        return f"{ruled(ruling)}: {ruling.why}" if ruling else ""


@dataclass(frozen=True, slots=True)
class Listing:
    """The divergences among the versions in view, severest first, what was dismissed last.

    `folded` where those in which one side only is silent are counted and not shown.
    """

    view: View
    rows: tuple[Listed, ...]
    folded: bool = True

    @property
    def shown(self) -> tuple[Listed, ...]:
        """The divergences to show."""
        return tuple(row for row in self.rows if not self.folded or row.divergence.kind != "one_silent")

    @property
    def silent(self) -> tuple[Listed, ...]:
        """The divergences that are folded away, as nobody speaks on the other side."""
        return tuple(row for row in self.rows if self.folded and row.divergence.kind == "one_silent")

    @property
    def left_out(self) -> str:
        """On how much the divergences are folded away, in a sentence."""
        number = len({row.question.id for row in self.silent})
        questions = "1 question" if number == 1 else f"{number} questions"
        return f"Left out: where one leaflet speaks and another is silent, on {questions}. {UNSTATED}"


def found_in(library: Library, table: Table) -> Iterator[Divergence]:
    """Every divergence among the versions of a table and within each, question by question."""
    asked, versions = [row.question for row in table.rows], table.view.versions
    inside = list(within(library, asked, versions))
    for row in table.rows:
        positions = [cell.position for cell in row.cells if cell.position]
        yield from differing(library, row.question, positions, versions)
        yield from (item for item in inside if item.question == row.question.id)


def list_divergences(
    library: Library, found: Iterable[Divergence], view: View, *, folded: bool = True
) -> Listing:
    """These divergences in the order in which a reader should meet them."""
    order = sorted(found, key=lambda item: (dismissed(item), -SEVERITIES.index(item.severity)))
    return Listing(view, tuple(_listed(library, item) for item in order), folded)


def _listed(library: Library, divergence: Divergence) -> Listed:
    sides = tuple(
        cell(library, library.questions[position.question], library.versions[position.version], position)
        for position in divergence.positions
    )
    return Listed(divergence, library.questions[divergence.question], sides)


def positions_markdown(table: Table) -> str:
    """Positions as Markdown, one row each, a table for each topic."""
    lines: list[str] = []
    for topic, rows in by_topic(table):
        body = [
            [
                in_markdown(row.question.question),
                in_markdown(table.view.called[said.version.id]),
                in_markdown(said.words),
                in_markdown(spoken(said.position.force or "")),
                "<br>".join(marked_quotes(said)),
            ]
            for row in rows
            for said in row.cells
            if said.position
        ]
        lines += [f"## {in_markdown(topic)}", "", *markdown_table(POSITION_HEADS, body), ""]
    return "\n".join([*lines, in_markdown(table.view.stamp), ""])


def positions_csv(table: Table) -> str:
    """Positions as CSV, one row each, silent ones too."""
    return as_csv(COLUMNS, answer_rows(table, coded=True))


def divergences_markdown(found: Listing) -> str:
    """Divergences as Markdown: a table for each severity, and one for what was dismissed."""
    lines: list[str] = []
    for title, rows in _sections(found):
        heads = (*DIFFERENCE_HEADS, "ruling") if any(row.ruling for row in rows) else DIFFERENCE_HEADS
        body = [list(_marked(row, found.view))[: len(heads)] for row in rows]
        lines += [f"## {title}", "", *markdown_table(heads, body), ""]
    if found.silent:
        lines += [found.left_out, ""]
    if not found.rows:
        lines += ["Nothing differs.", ""]
    return "\n".join([*lines, in_markdown(found.view.stamp), ""])


def _sections(found: Listing) -> Iterator[tuple[str, list[Listed]]]:
    """The divergences to show under the titles of their severities."""
    titles: dict[str, list[Listed]] = {}
    for row in found.shown:
        title = "Dismissed" if dismissed(row.divergence) else capital(f"{row.divergence.severity} severity")
        titles.setdefault(title.removesuffix("."), []).append(row)
    yield from titles.items()


def _marked(row: Listed, view: View) -> Iterator[str]:
    """The cells of a divergence in Markdown; the quotes of a group stand with its pairs."""
    yield in_markdown(row.question.question)
    yield in_markdown(row.kind)
    yield f"**{in_markdown(row.compared)}**" if row.divergence.level == "group" else in_markdown(row.compared)
    yield in_markdown(row.divergence.summary)
    sides = row.sides if row.divergence.level != "group" else ()
    yield "<br>".join(
        " ".join(
            [f"{in_markdown(row.who(side, view))}:", *(marked_quotes(side) or [in_markdown(side.words)])]
        )
        for side in sides
    )
    yield in_markdown(row.ruling)


SIDE = (
    "question", "authority", "version", "dated", "status", "answer", "force", "actor", "conditions", "quotes",
    "uncertain words", "passages", "links",
)  # fmt: skip
DIVERGENCE_COLUMNS = (
    "level", "severity", "kind", "topic", "question", "asked", "summary", "rule", "versions",
    *(f"{side} {field}" for side in ("first", "second") for field in SIDE),
    "ruling", "ruled by", "ruled on", "ruled why", "edition",
)  # fmt: skip


def divergences_csv(found: Listing) -> str:
    """Divergences as CSV under DIVERGENCE_COLUMNS: one row each, also where one side only is silent."""
    return as_csv(DIVERGENCE_COLUMNS, divergence_rows(found))


def divergence_rows(found: Listing) -> Iterator[tuple[str, ...]]:
    """One row a divergence, under DIVERGENCE_COLUMNS."""
    yield from (_fields(row, found.view) for row in found.rows)


def _fields(row: Listed, view: View) -> tuple[str, ...]:
    """One row: a group names its versions and leaves both sides empty, as its pairs follow."""
    item = row.divergence
    ruling = item.ruling
    sides = [] if item.level == "group" else [_side(side, view) for side in row.sides[:2]]
    sides += [("",) * len(SIDE)] * (2 - len(sides))
    return (
        item.level, item.severity, item.kind, item.topic, item.question, row.question.question, item.summary,
        item.rule, "\n".join(position.version for position in item.positions), *sides[0], *sides[1],
        *((ruling.ruling, ruling.by, ruling.on, ruling.why) if ruling else ("",) * 4), view.edition,
    )  # fmt: skip


def _side(side: Cell, view: View) -> tuple[str, ...]:
    question = side.position.question if side.position else ""
    return (question, view.called[side.version.id], side.version.id, dated(side.version), *cell_fields(side))
