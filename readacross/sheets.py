"""What the sheets of a workbook hold, as plain values; `workbook` writes them.

Three books: who says what (`comparison_book`), a list of positions, a list of divergences.  Each ends with
the words explained and with what the book is: edition, what was in view, and when to be careful.
"""

from collections.abc import Iterable

from readacross.glossary import CODINGS, NOT_CODED, NOT_STATED, capital, compared, dismissed, spoken
from readacross.legend import closing
from readacross.listing import Listed, Listing
from readacross.model import SEVERITIES, Position
from readacross.tabulating import PASSAGES, Cell, Row, Site, Table, View, at
from readacross.workbook import Book, Column, Field, Sheet, Style


def comparison_book(table: Table, found: Listing, site: str = "") -> Book:
    """The book of a comparison: who says what, what differs, who is silent, every answer and quote."""
    cells = [cell for row in table.rows for cell in row.cells]
    base, title = at(site, cells), "Who says what"
    sheets = (
        _matrix(table, found, base),
        _divergences("Divergences", found.shown, found.view, base),
        _silences(table),
        _answers(table, base),
        _quotes(table, base),
        _passages(cells, table.view),
    )
    questions = [row.question for row in table.rows]
    return Book(title, table.view.edition, (*sheets, *closing(title, questions, table.view, base, table)))


def positions_book(table: Table, site: str = "") -> Book:
    """The book of a list of positions: every answer, every quote."""
    cells = [cell for row in table.rows for cell in row.cells]
    base, title = at(site, cells), "Positions"
    sheets = (_answers(table, base), _quotes(table, base), _passages(cells, table.view))
    questions = [row.question for row in table.rows]
    return Book(title, table.view.edition, (*sheets, *closing(title, questions, table.view, base, table)))


def divergences_book(found: Listing, site: str = "") -> Book:
    """The book of a list of divergences, and, apart from them, those in which one side only is silent."""
    cells = [side for row in (*found.shown, *found.silent) for side in row.sides]
    base, title = at(site, cells), "Divergences"
    sheets = [_divergences(title, found.shown, found.view, base)]
    if found.silent:
        sheets += [_divergences("One is silent", found.silent, found.view, base)]
    sheets += [_passages(cells, found.view)]
    questions = list({row.question.id: row.question for row in found.rows}.values())
    return Book(title, found.view.edition, (*sheets, *closing(title, questions, found.view, base)))


# Who says what


def _matrix(table: Table, found: Listing, site: Site) -> Sheet:
    severest = _severest(found)
    heads = [Column(table.view.heading(item), 38) for item in table.view.chosen]
    rows = tuple(
        (
            Field(_topic(row, table.view)),
            Field(row.question.question, "strong"),
            Field(*_differing(row, severest.get(row.question.id, ""))),
            *(_spoken(cell, site) for cell in row.cells),
        )
        for row in table.rows
    )
    columns = (Column("Topic", 15), Column("Question", 32), Column("Where they differ", 14), *heads)
    return Sheet("Who says what", columns, rows, fixed=2)


def _topic(row: Row, view: View) -> str:
    return view.topics.get(row.question.topic, row.question.topic)


def _severest(found: Listing) -> dict[str, str]:
    """For each question how the versions in view differ, taken together."""
    return {
        row.question.id: "dismissed"
        if dismissed(row.divergence)
        else f"{row.divergence.severity}: {row.kind}"
        for row in found.rows
        if row.divergence.level == "group"
    }


def _differing(row: Row, found: str) -> tuple[str, Style]:
    """How the versions in view differ on a question, or why nothing is said of that."""
    statuses = [cell.status for cell in row.cells if cell.position]
    if found:
        return found, "plain"
    if not compared(row.question):
        return "not compared", "quiet"
    if "stated" not in statuses:
        return "nobody states it" if statuses else NOT_CODED, "quiet"
    return "no difference found" if len(statuses) > 1 else "nothing to compare", "quiet"


def _spoken(cell: Cell, site: Site) -> Field:
    """A cell of the matrix: the answer, its conditions, its quotes, and what to be careful about."""
    position = cell.position
    if position is None:
        return Field(cell.words, "quiet")
    lines = [cell.words + _strength(position)]
    lines += [f"Only: {'; '.join(position.conditions)}"] if position.conditions else []
    lines += [f"“{quote}”" for quote in cell.quotes]
    lines += [f"Uncertain words: {doubt}" for doubt in cell.doubts if doubt]
    status = position.coded.status
    lines += [f"{capital(status)} {capital(CODINGS[status])}"] if status not in ("coded", "confirmed") else []
    return Field("\n".join(lines), "quiet" if position.status == "silent" else "plain", *site.place(cell))


def _strength(position: Position) -> str:
    """How binding an answer is, where it is more than a description."""
    return f" ({spoken(position.force)})" if position.force not in (None, "description") else ""


# Divergences


DIFFERENCE_COLUMNS = (
    Column("Severity", 11), Column("Kind", 14), Column("Topic", 15), Column("Question", 30),
    Column("Compared", 12), Column("What differs", 40), Column("First", 24), Column("First: its words", 36),
    Column("Second", 24), Column("Second: its words", 36), Column("Ruling", 22),
)  # fmt: skip


def _divergences(title: str, rows: Iterable[Listed], view: View, site: Site) -> Sheet:
    return Sheet(title, DIFFERENCE_COLUMNS, tuple(_difference(row, view, site) for row in rows), fixed=1)


def _difference(row: Listed, view: View, site: Site) -> tuple[Field, ...]:
    """A divergence with both sides apart; a group has its sides in its pairs, in rows of their own."""
    item = row.divergence
    style: Style = "set aside" if dismissed(item) else "strong" if item.level == "group" else "plain"
    sides = row.sides[:2] if item.level != "group" else ()
    fields = [field for side in sides for field in _side(row, side, view, site, style)]
    if item.level == "group":
        fields = [Field("see the pairs", "quiet")] * 4
    if item.kind == "baseline":
        fields += [Field("the baseline", style), Field("see “What differs”", "quiet")]
    severity = f"dismissed ({item.severity})" if dismissed(item) else item.severity
    about = (severity, row.kind, view.topics.get(item.topic, item.topic), row.question.question)
    return (
        *(Field(words, style) for words in about),
        Field(row.compared, style),
        Field(item.summary, "set aside" if style == "set aside" else "plain"),
        *fields,
        Field(row.ruling, style),
    )


def _side(row: Listed, side: Cell, view: View, site: Site, style: Style) -> tuple[Field, Field]:
    words = [f"“{quote}”" for quote in side.quotes]
    words += [f"Uncertain words: {doubt}" for doubt in side.doubts if doubt]
    silent = not side.position or side.position.status == "silent"
    unquoted = NOT_STATED if silent else "no words are quoted"
    says = Field(f"{row.who(side, view)}: {side.words}", "quiet" if silent else style)
    return says, Field("\n".join(words) or unquoted, "quiet" if silent else style, *site.place(side))


# Silences


def _silences(table: Table) -> Sheet:
    """The questions on which somebody is silent, those first where silence matters most."""
    rows = [_silence(row, table) for row in table.rows if "silent" in {cell.status for cell in row.cells}]
    columns = (
        Column("Severity of silence", 12), Column("Topic", 18), Column("Question", 44),
        Column("Not stated: how many", 12), Column("Stated: how many", 12), Column("Not coded yet: how many", 12),
        Column("Not stated in", 40), Column("Stated in", 40), Column("What counts as not stated", 50),
    )  # fmt: skip
    rows.sort(key=lambda row: -SEVERITIES.index(str(row[0].value)))
    return Sheet("Silences", columns, tuple(rows), fixed=3)


def _silence(row: Row, table: Table) -> tuple[Field, ...]:
    by_status: dict[str, list[str]] = {"silent": [], "stated": []}
    for cell in row.cells:
        by_status.setdefault(cell.status, []).append(table.view.called[cell.version.id])
    silent, stated = by_status["silent"], by_status["stated"]
    return (
        Field(row.question.silence),
        Field(_topic(row, table.view)),
        Field(row.question.question, "strong"),
        Field(len(silent)),
        Field(len(stated)),
        Field(len(row.cells) - len(silent) - len(stated)),
        Field("\n".join(silent)),
        Field("\n".join(stated)),
        Field(row.question.silent_when),
    )


# Answers and quotes


ANSWER_COLUMNS = (
    Column("Topic", 13), Column("Question", 28), Column("Question id", 24), Column("Authority", 18),
    Column("Dated", 17), Column("Stated or silent", 9), Column("Answer", 30), Column("Strength", 13),
    Column("Who", 11), Column("Only", 18), Column("Words of the leaflet", 44), Column("Note", 28),
    Column("Searched", 22), Column("Coded", 14), Column("Version", 22),
)  # fmt: skip


def _answers(table: Table, site: Site) -> Sheet:
    """One row a position."""
    rows = tuple(
        _answer(row, cell, cell.position, table.view, site)
        for row in table.rows
        for cell in row.cells
        if cell.position
    )
    return Sheet("Answers", ANSWER_COLUMNS, rows, fixed=2)


def _answer(row: Row, cell: Cell, position: Position, view: View, site: Site) -> tuple[Field, ...]:
    style: Style = "quiet" if position.status == "silent" else "plain"
    coded = position.coded
    return (
        Field(_topic(row, view)),
        Field(row.question.question, "strong"),
        Field(row.question.id),
        Field(view.called[cell.version.id]),
        Field(view.dated(cell.version)),
        Field(cell.status, style),
        Field(cell.words, style),
        Field(spoken(position.force or "")),
        Field(spoken(position.actor or "")),
        Field("\n".join(position.conditions)),
        Field("\n".join(f"“{quote}”" for quote in cell.quotes), "plain", *site.place(cell)),
        Field(position.note or ""),
        Field("; ".join(position.searched)),
        Field(f"{coded.status}: {coded.by}, {coded.on}"),
        Field(cell.version.id),
    )


QUOTE_COLUMNS = (
    Column("Topic", 15), Column("Question", 34), Column("Authority", 22), Column("Answer", 32),
    Column("Words of the leaflet", 60), Column("Passage", 44), Column("Uncertain words", 30),
)  # fmt: skip


def _quotes(table: Table, site: Site) -> Sheet:
    """One row a quote, each leading to its passage."""
    rows = tuple(
        (
            Field(_topic(row, table.view)),
            Field(row.question.question, "strong"),
            Field(table.view.called[cell.version.id]),
            Field(cell.words),
            Field(f"“{quote}”", "plain", *site.place(cell, number)),
            Field(cell.passages[number], "plain", *site.place(cell, number)),
            Field(cell.doubts[number]),
        )
        for row in table.rows
        for cell in row.cells
        for number, quote in enumerate(cell.quotes)
    )
    return Sheet("Quotes", QUOTE_COLUMNS, rows, fixed=2)


PASSAGE_COLUMNS = (
    Column("Authority", 22), Column("Dated", 20), Column("The passage, under its headings", 90), Column("Passage", 44),
)  # fmt: skip


def _passages(cells: Iterable[Cell], view: View) -> Sheet:
    """Every passage that is quoted, once, so that a quote can be read in its place without the site."""
    found: dict[str, tuple[Field, ...]] = {}
    for cell in cells:
        for passage, words in zip(cell.passages, cell.around, strict=True):
            found.setdefault(
                passage,
                (
                    Field(view.called[cell.version.id]),
                    Field(view.dated(cell.version)),
                    Field(words),
                    Field(passage),
                ),
            )
    return Sheet(PASSAGES, PASSAGE_COLUMNS, tuple(found.values()), fixed=1)
