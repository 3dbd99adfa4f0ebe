"""The last two sheets of every workbook: its words explained, and what it is and looked at."""

from collections import Counter
from collections.abc import Iterable

from readacross.glossary import (
    ANSWERS,
    CODINGS,
    NOT_STATED,
    answers_in_words,
    capital,
    compared_in_words,
    terms,
)
from readacross.model import Question, Version
from readacross.tabulating import Site, Table, View
from readacross.workbook import Column, Field, Sheet


def closing(
    title: str, questions: Iterable[Question], view: View, site: Site, table: Table | None = None
) -> tuple[Sheet, Sheet]:
    """The sheets that end a book: definitions of all its words, and what the book is."""
    return definitions(questions, view), about(title, view, site, table)


DEFINITION_COLUMNS = (
    Column("What", 16), Column("Name", 34), Column("Meaning", 64), Column("Why it matters", 36),
    Column("What counts as not stated", 40), Column("Answers that it can have", 46), Column("Id", 24),
)  # fmt: skip


def definitions(questions: Iterable[Question], view: View) -> Sheet:
    """The words of the tables, then every question with its answers and how they compare."""
    rows = [_words(*term) for term in terms()]
    for question in questions:
        rows.append(_question(question, view))
        rows += [
            _words("comparison", question.label or question.question, capital(how), question.id)
            for how in compared_in_words(question, view.questions)
        ]
    return Sheet("Definitions", DEFINITION_COLUMNS, tuple(rows), fixed=2)


def _words(what: str, name: str, meaning: str, id_: str = "") -> tuple[Field, ...]:
    return (Field(what), Field(name, "strong"), Field(meaning), *[Field("")] * 3, Field(id_))


def _question(question: Question, view: View) -> tuple[Field, ...]:
    about = f"{question.question} (topic: {view.topics.get(question.topic, question.topic)}; silence on it: "
    return (
        Field("question"),
        Field(question.label or question.question, "strong"),
        Field(f"{about}{question.silence} severity)"),
        Field(question.why),
        Field(question.silent_when),
        Field(answers_in_words(question)),
        Field(question.id),
    )


def about(title: str, view: View, site: Site, table: Table | None) -> Sheet:
    """What the book is, what it looked at, and how far it can be relied on."""
    coded = (
        "Positions are recorded from the leaflets by a coder, with exact quotes, and divergences are worked out "
        "from positions. Read the quotation, and the leaflet, before relying on one."
    )
    rows = [
        ("What this is", f"{title}: what public authorities’ leaflets say on the same questions, in their own words."),
        ("Edition", f"{view.edition}. The same edition, asked in the same way, makes the same workbook."),
        ("In view", capital(view.rule)),
        ("As at", view.as_at or "No date was asked for."),
        ("Narrowed to", ", ".join(view.narrowed) or "Nothing: all that is coded."),
        ("Check before use", coded),
        ("Not stated", ANSWERS[NOT_STATED]),
        ("Links", _links(site)),
        *([("Coding", _coding(table))] if table else []),
    ]  # fmt: skip
    fields: list[tuple[Field, ...]] = [(Field(name, "strong"), Field(words)) for name, words in rows]
    fields += [_version(version, view, table, site) for version in view.versions]
    return Sheet("About", (Column("About this workbook", 36), Column("", 110)), tuple(fields), filtered=False)


def _links(site: Site) -> str:
    if not site.base:
        return (
            "A quote leads to the sheet Passages, which holds the passage it stands in. With --site ADDRESS it "
            "leads to the passage on the published site."
        )
    where = "the site in whose folder this workbook lies" if site.base.startswith(".") else site.base
    return (
        f"Blue words lead to their passage on {where}. A cell leads to its first quote; the sheet Quotes has one "
        "row for each. Nothing else leads out of this workbook."
    )


def _coding(table: Table) -> str:
    """How far the positions of a table have got."""
    often = Counter(cell.position.coded.status for row in table.rows for cell in row.cells if cell.position)
    return "\n".join(f"{count} {status}: {CODINGS[status]}" for status, count in sorted(often.items()))


def _version(version: Version, view: View, table: Table | None, site: Site) -> tuple[Field, ...]:
    """A version in view: what it is, when it held, and how much it states."""
    lines = [
        f"{version.title}. Published by {version.publisher}.",
        f"Dated: {view.dated(version)}. {capital(version.valid.basis)}",
        *([_counts(version, table)] if table else []),
        f"{version.id}; sha256 of the original: {version.sha256}",
    ]
    page = site.page(version)
    return Field(view.called[version.id], "strong"), Field("\n".join(lines), "plain", page)


def _counts(version: Version, table: Table) -> str:
    cells = [cell for row in table.rows for cell in row.cells if cell.version.id == version.id]
    often = Counter(cell.status for cell in cells)
    rest = len(cells) - often["stated"] - often["silent"]
    return f"Of {len(cells)} questions: {often['stated']} stated, {often['silent']} not stated" + (
        f", {rest} not coded yet" if rest else ""
    )
