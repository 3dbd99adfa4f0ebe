"""Who says what, as a table: questions down, versions across, in words with quotes.

One table, many forms: lines for a terminal, Markdown, CSV (one row an answer), a workbook, JSON.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from readacross.contract import link
from readacross.errors import BadInput
from readacross.library import Chosen, Library
from readacross.markup import plain
from readacross.model import Json, Position, Question, Version
from readacross.naming import dated, names
from readacross.showing import escaped, wrap
from readacross.storing import plain_errors
from readacross.values import in_words

NOT_CODED = "not coded yet"
NOT_STATED = "not stated in this leaflet"


@dataclass(frozen=True, slots=True)
class Cell:
    """What one version says on one question; None where it is not coded."""

    version: Version
    position: Position | None
    words: str

    @property
    def quotes(self) -> tuple[str, ...]:
        """The quotes as a reader sees them."""
        return tuple(plain(quote.quote) for quote in self.position.quotes) if self.position else ()


@dataclass(frozen=True, slots=True)
class Row:
    """One question, and what each version in view says on it."""

    question: Question
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A comparison: its versions, what they are called, and its rows."""

    versions: tuple[Version, ...]
    called: dict[str, str]
    rows: tuple[Row, ...]
    stamp: str


def tabulate(library: Library, wanted: Sequence[str], chosen: Sequence[Chosen]) -> Table:
    """The comparison of the versions chosen on these questions or topics; on all that are coded, if none.

    Raises BadInput for a name that is neither a question nor a topic.
    """
    for name in wanted:
        if name not in library.questions and name not in library.topics:
            raise BadInput(
                f"{name}: neither a question nor a topic. List them: readacross show TOPIC, or see index/topics.yaml"
            )
    versions = tuple(item.version for item in chosen)
    rows = []
    for question in library.questions.values():
        if wanted and question.id not in wanted and question.topic not in wanted:
            continue
        by_version = {position.version: position for position in library.positions(question.id)}
        cells = tuple(_cell(question, version, by_version.get(version.id)) for version in versions)
        if wanted or any(cell.position for cell in cells):
            rows.append(Row(question, cells))
    return Table(versions, names(library.authorities.values(), versions), tuple(rows), library.folder.name)


def _cell(question: Question, version: Version, position: Position | None) -> Cell:
    if position is None:
        return Cell(version, None, NOT_CODED)
    return Cell(
        version, position, NOT_STATED if position.status == "silent" else in_words(question, position)
    )


def table_lines(table: Table) -> Iterator[str]:
    """The comparison for a terminal: question by question, one authority a line."""
    topic = None
    for row in table.rows:
        if row.question.topic != topic:
            topic = row.question.topic
            yield f"== {topic} =="
        yield wrap(f"{row.question.question}  [{row.question.id}]", 0, 2)
        for cell in row.cells:
            yield wrap(f"{table.called[cell.version.id]}: {cell.words}", 2, 4)
            for quote in cell.quotes:
                yield wrap(f"“{quote}”", 6, 7)
    if not table.rows:
        yield "nothing is coded on this for the versions in view"


def markdown(table: Table) -> str:
    """The comparison as Markdown tables, one a topic."""
    lines: list[str] = []
    topic = None
    for row in table.rows:
        if row.question.topic != topic:
            topic = row.question.topic
            heads = [escaped(table.called[version.id]) for version in table.versions]
            lines += [
                "",
                f"## {topic}",
                "",
                "| question | " + " | ".join(heads) + " |",
                "|---" * (len(heads) + 1) + "|",
            ]
        cells = [
            " ".join([escaped(cell.words), *(f"“{escaped(quote)}”" for quote in cell.quotes)])
            for cell in row.cells
        ]
        lines.append(f"| {escaped(row.question.question)} | " + " | ".join(cells) + " |")
    return "\n".join([*lines[1:], "", f"Edition {table.stamp}. Check the leaflet before use.", ""])


COLUMNS = (
    "topic", "question", "asked", "authority", "version", "dated", "status", "answer", "force", "quotes",
    "passages", "coded by", "coding status", "edition",
)  # fmt: skip


def long_rows(table: Table) -> Iterator[tuple[str, ...]]:
    """One row an answer, under COLUMNS."""
    for row in table.rows:
        for cell in row.cells:
            position = cell.position
            yield (
                row.question.topic, row.question.id, row.question.question, table.called[cell.version.id],
                cell.version.id, dated(cell.version), position.status if position else NOT_CODED, cell.words,
                (position.force or "") if position else "", "\n".join(f"“{quote}”" for quote in cell.quotes),
                "\n".join(quote.passage for quote in position.quotes) if position else "",
                position.coded.by if position else "", position.coded.status if position else "", table.stamp,
            )  # fmt: skip


def comma_separated(table: Table) -> str:
    """The comparison as CSV, one row an answer."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(long_rows(table))
    return written.getvalue()


def table_json(table: Table) -> Json:
    """The comparison as JSON: questions, each with what every version in view says."""
    return [
        {
            "question": row.question.id,
            "topic": row.question.topic,
            "asked": row.question.question,
            "answers": [
                {
                    "authority": cell.version.authority,
                    "version": cell.version.id,
                    "status": cell.position.status if cell.position else None,
                    "words": cell.words,
                    "force": cell.position.force if cell.position else None,
                    "quotes": [
                        {
                            "quote": quote.quote,
                            "passage": quote.passage,
                            "link": link(cell.version, quote.passage.partition("#")[2]),
                        }
                        for quote in (cell.position.quotes if cell.position else ())
                    ],
                }
                for cell in row.cells
            ],
        }
        for row in table.rows
    ]


def write_workbook(table: Table, path: Path) -> None:
    """The comparison as a workbook that can be sent on: a matrix, every answer with its quotes, definitions."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font

    book = Workbook()
    for empty in book.worksheets:
        book.remove(empty)
    matrix = book.create_sheet("Who says what")
    heads = ["Topic", "Question", *(f"{table.called[v.id]} ({dated(v)})" for v in table.versions)]
    body = [[row.question.topic, row.question.question, *map(_spoken, row.cells)] for row in table.rows]
    answers = book.create_sheet("Answers and quotes")
    definitions = book.create_sheet("Definitions")
    meanings = [
        [row.question.id, row.question.question, row.question.why, row.question.silent_when]
        for row in table.rows
    ]
    _fill(matrix, heads, body, [14, 36, *[38] * len(table.versions)])
    _fill(
        answers,
        list(COLUMNS),
        [list(row) for row in long_rows(table)],
        [14, 24, 36, 22, 30, 22, 10, 40, 12, 60, 40, 10, 12, 18],
    )
    _fill(
        definitions, ["Id", "Question", "Why it matters", "What counts as silent"], meanings, [28, 44, 60, 60]
    )
    notes = book.create_sheet("About")
    _fill(notes, ["About this workbook", ""], [
        ["Edition", table.stamp],
        ["Check before use", "Positions are coded from the leaflets; read the quotation, and the leaflet, before relying on one."],
        ["Not stated", "The leaflet was read and says nothing on the question. That is silence, not “no”."],
        *([version.id, f"{version.title}; {version.publisher}; {dated(version)}; sha256 {version.sha256}"] for version in table.versions),
    ], [36, 110])  # fmt: skip
    for sheet in book.worksheets:
        sheet.freeze_panes = "C2" if sheet is matrix else "A2"
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        for row in sheet.iter_rows():
            for cell in row:
                cell.alignment = Alignment(wrap_text=True, vertical="top")
                cell.data_type = "s"  # a leaflet's words are never a formula
    with plain_errors("The workbook cannot be written"):
        book.save(path)


def _spoken(cell: Cell) -> str:
    return "\n".join([cell.words, *(f"“{quote}”" for quote in cell.quotes)])


def _fill(sheet: object, heads: Sequence[str], body: Sequence[Sequence[str]], widths: Sequence[int]) -> None:
    """Write a header and rows into a sheet, and set the widths of its columns."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.worksheet import Worksheet

    if not isinstance(sheet, Worksheet):
        raise TypeError("not a sheet")
    for row in [heads, *body]:
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("\ufffd", words) for words in row])
    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
