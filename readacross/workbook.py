"""Writing a book of sheets as an Excel workbook: nothing in it runs, and the same book gives the same bytes."""

import io
import os
import re
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple
from zipfile import ZipFile

from readacross.archiving import EPOCH, untimed
from readacross.errors import BadInput
from readacross.glossary import CHECK
from readacross.separating import FORMULA, shown
from readacross.storing import plain_errors

if TYPE_CHECKING:
    from openpyxl.styles import NamedStyle
    from openpyxl.worksheet.worksheet import Worksheet

Style = Literal["plain", "quiet", "strong", "set aside", "head"]


class Field(NamedTuple):
    """One cell of a sheet: its words or number, how it looks, and where it leads ("" for nowhere).

    A place without a page is a cell of the workbook itself.
    """

    value: str | int
    style: Style = "plain"
    page: str = ""
    place: str = ""

    @property
    def leads(self) -> bool:
        """Whether it leads anywhere."""
        return bool(self.page or self.place)


class Column(NamedTuple):
    """A column's heading and its width in characters."""

    head: str
    width: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its columns, its rows, how many columns stay in sight, and whether it can be filtered."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Field, ...], ...]
    fixed: int = 0
    filtered: bool = True


class Book(NamedTuple):
    """A workbook: its title, its edition, and its sheets."""

    title: str
    edition: str
    sheets: tuple[Sheet, ...]


LONGEST = 32_000
"""Characters that fit into a cell with room to spare; Excel's own limit is 32 767."""

LINKS = 60_000
"""Links that fit into a sheet with room to spare; Excel's own limit is 65 530."""

ENCODED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
"""The underscore of `_x0041_`, which a workbook would show as another character."""

INK, GREY, BLUE, DARK, RULE, WHITE = "FF000000", "FF595959", "FF1F4E79", "FF1F3864", "FFBFBFBF", "FFFFFFFF"


def write_workbook(book: Book, path: Path) -> None:
    """Write a book to a file, whole or not at all.

    Raises BadInput for a folder, and GenerationError where the disk refuses.
    """
    if path.is_dir():
        raise BadInput(f"{path}: this is a folder. Name the file to write: {path / 'readacross.xlsx'}")
    data = workbook_bytes(book)
    aside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with plain_errors("The workbook cannot be written"):
        try:
            aside.write_bytes(data)
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)


def workbook_bytes(book: Book) -> bytes:
    """A book as the bytes of an .xlsx file.  Raises BadInput where openpyxl is not installed."""
    try:
        from openpyxl import Workbook
        from openpyxl.writer.excel import ExcelWriter
    except ModuleNotFoundError:
        raise BadInput('a workbook needs openpyxl. Install it: pip install "readacross[tables]"') from None

    written = Workbook()
    for empty in written.worksheets:
        written.remove(empty)
    for style in _styles():
        written.add_named_style(style)
    written.calculation.fullCalcOnLoad = False
    properties = written.properties
    properties.creator, properties.title = "Readacross", book.title
    properties.subject, properties.description = f"Edition {book.edition}", CHECK
    properties.created = properties.modified = EPOCH
    for sheet in book.sheets:
        _write(written.create_sheet(sheet.title), sheet, book.edition)
    archive = io.BytesIO()
    with ZipFile(archive, "w") as entries:
        ExcelWriter(written, entries).save()
    return untimed(archive.getvalue())


def _styles() -> "list[NamedStyle]":
    """How cells look; the words of a cell always say as much as its look."""
    from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side

    thin = Side(style="thin", color=RULE)
    fonts = {
        "plain": Font(color=INK),
        "quiet": Font(color=GREY, italic=True),
        "strong": Font(color=INK, bold=True),
        "set aside": Font(color=GREY),
        "head": Font(color=WHITE, bold=True),
        "linked": Font(color=BLUE),
    }
    return [
        NamedStyle(
            f"readacross {name}",
            font,
            fill=PatternFill("solid", fgColor=DARK) if name == "head" else PatternFill(),
            border=Border(thin, thin, thin, thin),
            alignment=Alignment(wrap_text=True, vertical="top"),
        )
        for name, font in fonts.items()
    ]


def _write(into: "Worksheet", sheet: Sheet, edition: str) -> None:
    """Write a sheet with its header, and set how it scrolls, filters and prints."""
    from openpyxl.utils import get_column_letter

    for number, column in enumerate(sheet.columns, 1):
        into.column_dimensions[get_column_letter(number)].width = column.width
    links = count()
    for at, row in enumerate((tuple(Field(column.head, "head") for column in sheet.columns), *sheet.rows), 1):
        for number, field in enumerate(row, 1):
            full = field.leads and next(links) >= LINKS
            _put(into, at, number, field._replace(page="", place="") if full else field)
    into.freeze_panes = f"{get_column_letter(sheet.fixed + 1)}2"
    if sheet.filtered:
        into.auto_filter.ref = f"A1:{get_column_letter(len(sheet.columns))}{len(sheet.rows) + 1}"
    _print_set_up(into, edition)


def _print_set_up(into: "Worksheet", edition: str) -> None:
    """A4, landscape, as wide as the page, with the header on every page and the edition below."""
    from openpyxl.worksheet.properties import PageSetupProperties

    into.print_title_rows = "1:1"
    into.page_setup.orientation, into.page_setup.paperSize = "landscape", 9
    into.page_setup.fitToWidth, into.page_setup.fitToHeight = 1, 0
    into.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    into.page_margins.left = into.page_margins.right = 0.4
    if (footer := into.oddFooter) is not None:
        footer.left.text = f"Edition {edition.replace('&', '&&')}. {CHECK}"
        footer.center.text, footer.right.text = "&A", "Page &P of &N"


def _put(into: "Worksheet", at: int, number: int, field: Field) -> None:
    """Write a field into a cell as text or as a number, never as a formula."""
    from openpyxl.worksheet.hyperlink import Hyperlink

    words = fitting(field.value) if isinstance(field.value, str) else field.value
    cell = into.cell(at, number, words if words != "" else None)
    cell.style = f"readacross {'linked' if field.leads and field.style == 'plain' else field.style}"
    if isinstance(words, str) and words:
        cell.data_type = "s"
        cell.quotePrefix = words.startswith(FORMULA)
    if field.leads:
        tip = "Read the passage" if field.place else "Read the leaflet"
        page, place = field.page or None, field.place or None
        cell.hyperlink = Hyperlink(cell.coordinate, target=page, location=place, tooltip=tip)


def fitting(text: str) -> str:
    """A text as a cell can hold it: nothing that acts, nothing that would be shown as something else."""
    words = ENCODED.sub("_x005F_", shown(text))
    cut = " … (cut: a cell holds no more; read the passage)"
    return words if len(words) <= LONGEST else words[:LONGEST] + cut
