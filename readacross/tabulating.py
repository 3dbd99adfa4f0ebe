"""Who says what, as a table: questions down, versions across, in words with quotes.

One table, many forms: lines for a terminal, Markdown, CSV (one row an answer), JSON; `sheets` makes a workbook.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote as percent

from readacross.contract import link
from readacross.errors import BadInput
from readacross.glossary import CHECK, NOT_CODED, NOT_STATED, UNSETTLED, UNSTATED
from readacross.library import Chosen, Library
from readacross.markup import plain
from readacross.model import Json, Passage, Position, Question, Quote, Version
from readacross.naming import dated, names
from readacross.separating import as_csv, in_markdown
from readacross.showing import wrap
from readacross.values import in_words


@dataclass(frozen=True, slots=True)
class Cell:
    """What one version says on one question; the position is None where none is published.

    `doubts` says for each quote why its words may be damaged, and is empty for most; `around` is the
    passage that each quote stands in, under its headings.
    """

    version: Version
    position: Position | None
    words: str
    doubts: tuple[str, ...] = ()
    around: tuple[str, ...] = ()

    @property
    def quotes(self) -> tuple[str, ...]:
        """The quotes as a reader sees them."""
        return tuple(plain(quote.quote) for quote in self.position.quotes) if self.position else ()

    @property
    def passages(self) -> tuple[str, ...]:
        """The ids of the passages quoted, in the order of the quotes."""
        return tuple(quote.passage for quote in self.position.quotes) if self.position else ()

    @property
    def status(self) -> str:
        """Whether the version states an answer, is silent, or is not coded."""
        return self.position.status if self.position else NOT_CODED


PASSAGES = "Passages"
"""The sheet of a workbook that holds the passages quoted in it."""


class Site(NamedTuple):
    """Where passages can be read: an address, "." for the workbook's own folder, or "" for the workbook itself.

    `rows` are the rows of the workbook's own passages.
    """

    base: str = ""
    rows: Mapping[str, int] = {}

    def place(self, cell: Cell, number: int = 0) -> tuple[str, str]:
        """The page of the passage that a cell's quote stands in, and the place on it."""
        if number >= len(cell.passages):
            return "", ""
        if not self.base:
            row = self.rows.get(cell.passages[number])
            return "", f"{PASSAGES}!A{row}" if row else ""
        return self.page(cell.version), percent(cell.passages[number].partition("#")[2])

    def page(self, version: Version) -> str:
        """The page of a version."""
        before = "" if self.base in (".", "./") else self.base.rstrip("/") + "/"
        return before + percent(link(version)) if self.base else ""


def at(site: str, cells: Iterable[Cell] = ()) -> Site:
    """Where the passages of cells can be read.  Raises BadInput for what is neither a web address nor a folder."""
    if site and not site.startswith(("https://", "http://", ".")):
        raise BadInput(
            f"{site}: this is not where a site can stand. Write https://… or, for a workbook that will lie in "
            "the site's own folder, a dot."
        )
    passages = dict.fromkeys(passage for cell in cells for passage in cell.passages)
    return Site(site, {passage: row for row, passage in enumerate(passages, 2)})


@dataclass(frozen=True, slots=True)
class Row:
    """One question, and what each version in view says on it."""

    question: Question
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class View:
    """What a table looks at: the edition, the versions chosen and their names, and what it was narrowed to."""

    edition: str
    chosen: tuple[Chosen, ...]
    called: Mapping[str, str]
    topics: Mapping[str, str]
    questions: Mapping[str, Question]
    as_at: str | None = None
    narrowed: tuple[str, ...] = ()

    @property
    def versions(self) -> tuple[Version, ...]:
        """The versions in view."""
        return tuple(item.version for item in self.chosen)

    @property
    def rule(self) -> str:
        """By what rule the versions were chosen, in words."""
        if self.as_at is not None and any(item.certainty == "not" for item in self.chosen):
            return f"all versions, each marked by whether it was in force at {self.as_at}"
        if self.as_at is not None:
            return f"the versions in force, for certain or possibly, at {self.as_at}"
        current = all(version.status == "current" for version in self.versions)
        return (
            "the latest version held of each leaflet"
            if current
            else "every version held, superseded ones too"
        )

    @property
    def stamp(self) -> str:
        """Edition and view in a line, for the foot of a table."""
        who = "; ".join(self.heading(item) for item in self.chosen) or "none"
        only = f"; only {', '.join(self.narrowed)}" if self.narrowed else ""
        return f"Edition {self.edition}. In view: {self.rule}{only}: {who}. {UNSTATED} {CHECK}"

    def heading(self, item: Chosen) -> str:
        """A version's name and date, and whether it was in force where a date was asked for."""
        return f"{self.called[item.version.id]}, {self.dated(item.version)}"

    def dated(self, version: Version) -> str:
        """When a version dates from, and whether it was in force at the date asked for."""
        return ", ".join(filter(None, (dated(version), self.held(version.id))))

    def held(self, version: str) -> str:
        """Whether a version was in force at the date asked for, in words; empty where none was."""
        if self.as_at is None:
            return ""
        words = {"certain": "in force", "possibly": "possibly in force", "not": "not in force"}
        found = {item.version.id: item.certainty for item in self.chosen}[version]
        return f"{words[found]} at {self.as_at}" if found else ""


@dataclass(frozen=True, slots=True)
class Table:
    """A comparison: what it looks at, and its rows."""

    view: View
    rows: tuple[Row, ...]


def view(
    library: Library, chosen: Sequence[Chosen], as_at: str | None = None, narrowed: Iterable[str] = ()
) -> View:
    """What a listing of these versions looks at; `narrowed` are its filters in words ("topic complaints")."""
    called = names(library.authorities.values(), [item.version for item in chosen])
    titles = {topic.id: topic.title for topic in library.topics.values()}
    bank = library.questions
    return View(library.folder.name, tuple(chosen), called, titles, bank, as_at, tuple(narrowed))


def tabulate(
    library: Library,
    wanted: Sequence[str],
    chosen: Sequence[Chosen],
    as_at: str | None = None,
    narrowed: Iterable[str] = (),
) -> Table:
    """The comparison of the versions chosen on these questions or topics; on all that are coded, if none.

    `as_at` is the date and `narrowed` the filters by which they were chosen.  Raises BadInput for a name that
    is neither a question nor a topic.
    """
    for name in wanted:
        if name not in library.questions and name not in library.topics:
            raise BadInput(
                f"{name}: neither a question nor a topic. List them: readacross show TOPIC, or see index/topics.yaml"
            )
    rows = []
    for question in library.questions.values():
        if wanted and question.id not in wanted and question.topic not in wanted:
            continue
        by_version = {position.version: position for position in library.coded(question.id)}
        cells = tuple(
            cell(library, question, item.version, by_version.get(item.version.id)) for item in chosen
        )
        if wanted or any(cell.position for cell in cells):
            rows.append(Row(question, cells))
    return Table(view(library, chosen, as_at, (*wanted, *narrowed)), tuple(rows))


def cell(library: Library, question: Question, version: Version, position: Position | None) -> Cell:
    """What a version says on a question, in words."""
    if position is None or not position.stands:
        return Cell(version, None, UNSETTLED.get(position.coded.status, NOT_CODED) if position else NOT_CODED)
    words = NOT_STATED if position.status == "silent" else in_words(question, position)
    found = [library.find_passage(quote.passage) for quote in position.quotes]
    return Cell(
        version,
        position,
        words,
        tuple(_doubts(passage, quote) for passage, quote in zip(found, position.quotes, strict=True)),
        tuple(_around(passage) for passage in found),
    )


def _around(passage: Passage | None) -> str:
    """A passage under its headings, as a reader sees it."""
    if passage is None:
        return ""
    above = [" > ".join(passage.headings), passage.lead_in]
    return "\n".join(part for part in (*above, plain(passage.text)) if part)


def _doubts(passage: Passage | None, quote: Quote) -> str:
    """Why the words of a quote may be damaged in the text as received."""
    start, end = quote.reading
    doubts = passage.doubts if passage else ()
    return " ".join(doubt.note for doubt in doubts if doubt.span.start < end and start < doubt.span.end)


def table_lines(table: Table) -> Iterator[str]:
    """The comparison for a terminal: question by question, one authority a line."""
    topic = None
    for row in table.rows:
        if row.question.topic != topic:
            topic = row.question.topic
            yield f"== {topic} =="
        yield wrap(f"{row.question.question}  [{row.question.id}]", 0, 2)
        for cell in row.cells:
            yield wrap(f"{table.view.called[cell.version.id]}: {cell.words}", 2, 4)
            for quote, doubt in zip(cell.quotes, cell.doubts, strict=True):
                yield wrap(f"“{quote}”", 6, 7)
                if doubt:
                    yield wrap(f"uncertain words: {doubt}", 6, 8)
    if not table.rows:
        yield "nothing is coded on this for the versions in view"


def markdown(table: Table) -> str:
    """The comparison as Markdown tables, one a topic."""
    heads = ["question", *(table.view.heading(item) for item in table.view.chosen)]
    lines: list[str] = []
    for topic, rows in by_topic(table):
        body = [[in_markdown(row.question.question), *map(_marked, row.cells)] for row in rows]
        lines += [f"## {in_markdown(topic)}", "", *markdown_table(heads, body), ""]
    return "\n".join([*lines, in_markdown(table.view.stamp), ""])


def by_topic(table: Table) -> Iterator[tuple[str, list[Row]]]:
    """The rows of a table under the titles of their topics, in order."""
    found: dict[str, list[Row]] = {}
    for row in table.rows:
        found.setdefault(row.question.topic, []).append(row)
    for topic, rows in found.items():
        yield table.view.topics.get(topic, topic), rows


def markdown_table(heads: Sequence[str], body: Iterable[Sequence[str]]) -> Iterator[str]:
    """The lines of a Markdown table; the cells of the body are Markdown already."""
    yield f"| {' | '.join(map(in_markdown, heads))} |"
    yield "|---" * len(heads) + "|"
    for cells in body:
        yield f"| {' | '.join(cells)} |"


def _marked(cell: Cell) -> str:
    return "<br>".join([in_markdown(cell.words), *marked_quotes(cell)])


def marked_quotes(cell: Cell) -> list[str]:
    """The quotes of a cell as Markdown, each with what is uncertain about its words."""
    return [
        f"“{in_markdown(quote)}”" + (f" (uncertain words: {in_markdown(doubt)})" if doubt else "")
        for quote, doubt in zip(cell.quotes, cell.doubts, strict=True)
    ]


COLUMNS = (
    "topic", "question", "asked", "authority", "version", "dated", "in force", "status", "answer", "force",
    "actor", "conditions", "quotes", "uncertain words", "passages", "links", "note", "searched", "coded by", "coded on",
    "coding status", "edition",
)  # fmt: skip


def answer_rows(table: Table, *, coded: bool = False) -> Iterator[tuple[str, ...]]:
    """One row an answer, under COLUMNS; with `coded`, only positions, silent ones too."""
    for row in table.rows:
        for cell in row.cells:
            if cell.position or not coded:
                yield (
                    row.question.topic, row.question.id, row.question.question,
                    table.view.called[cell.version.id], cell.version.id, dated(cell.version),
                    table.view.held(cell.version.id), *cell_fields(cell), *_coding_fields(cell.position), table.view.edition,
                )  # fmt: skip


def cell_fields(cell: Cell) -> tuple[str, ...]:
    """Status, answer, force, actor, conditions, quotes, uncertain words, passages and links of a cell."""
    position = cell.position
    return (
        cell.status, cell.words, (position.force or "") if position else "",
        (position.actor or "") if position else "", "\n".join(position.conditions) if position else "",
        "\n".join(f"“{quote}”" for quote in cell.quotes), "\n".join(filter(None, cell.doubts)),
        "\n".join(cell.passages), "\n".join(link(cell.version, id_.partition("#")[2]) for id_ in cell.passages),
    )  # fmt: skip


def _coding_fields(position: Position | None) -> tuple[str, ...]:
    """Note, what was searched, and by whom and when a position was coded."""
    if position is None:
        return ("",) * 5
    coded = position.coded
    return position.note or "", "\n".join(position.searched), coded.by, coded.on, coded.status


def comma_separated(table: Table) -> str:
    """The comparison as CSV, one row an answer."""
    return as_csv(COLUMNS, answer_rows(table))


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
