"""Results as records, and records as a pandas data frame: one row an answer, a difference, a change, a passage."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias

from readacross.errors import BadInput
from readacross.history import COLUMNS as CHANGE_COLUMNS
from readacross.history import Step, history_rows
from readacross.library import Library
from readacross.listing import DIVERGENCE_COLUMNS, Listing, divergence_rows
from readacross.markup import plain
from readacross.model import Answer, Passage, Version
from readacross.naming import dated
from readacross.periods import in_words
from readacross.tabulating import COLUMNS, Table, answer_rows

if TYPE_CHECKING:
    from pandas import DataFrame

Record: TypeAlias = "dict[str, str | None | list[str]]"

SEVERAL = ("conditions", "quotes", "uncertain words", "passages", "links", "searched", "versions")
"""Columns that hold several texts, as lists; one side of a pair has its own, "first quotes"."""


def framed(records: Sequence[Record], columns: Sequence[str]) -> "DataFrame":
    """Records as a data frame with these columns, also where there is none.  Raises BadInput without pandas."""
    try:
        from pandas import DataFrame
    except ModuleNotFoundError:
        raise BadInput('a data frame needs pandas. Install it: pip install "readacross[notebooks]"') from None
    return DataFrame(records, columns=[named(column) for column in columns])


def named(column: str) -> str:
    """A column's name in a data frame: `coding status` is `coding_status`."""
    return column.replace(" ", "_")


def _record(columns: Sequence[str], row: Sequence[str]) -> Record:
    """A row under its columns; what holds several texts as a list of them, a quote without its marks."""
    return {
        named(column): _several(column, value) if column.endswith(SEVERAL) else value
        for column, value in zip(columns, row, strict=True)
    }


def _several(column: str, value: str) -> list[str]:
    texts = [text for text in value.split("\n") if text]
    return [text[1:-1] for text in texts] if column.endswith("quotes") else texts


def comparison_frame(table: Table) -> "DataFrame":
    """A comparison, one row an answer, as in the CSV of `readacross compare`."""
    return framed([_record(COLUMNS, row) for row in answer_rows(table)], COLUMNS)


def divergences_frame(found: Listing) -> "DataFrame":
    """Divergences, one row each, as in the CSV of `readacross divergences`."""
    return framed([_record(DIVERGENCE_COLUMNS, row) for row in divergence_rows(found)], DIVERGENCE_COLUMNS)


def history_frame(steps: Sequence[Step]) -> "DataFrame":
    """A history, one row an answer, as in the CSV of `readacross history`."""
    return framed([_record(CHANGE_COLUMNS, row) for row in history_rows(steps)], CHANGE_COLUMNS)


PASSAGE_COLUMNS = ("passage", "version", "kind", "headings", "lead_in", "words", "digest")


def passages_frame(passages: Sequence[Passage]) -> "DataFrame":
    """Passages, one row each, with their words as a reader sees them."""
    return framed(
        [
            {
                "passage": item.id,
                "version": item.version,
                "kind": item.kind,
                "headings": list(item.headings),
                "lead_in": item.lead_in,
                "words": plain(item.text),
                "digest": item.digest,
            }
            for item in passages
        ],
        PASSAGE_COLUMNS,
    )


VERSION_COLUMNS = (
    "version", "leaflet", "authority", "title", "publisher", "licence", "dated", "from", "until", "basis",
    "status", "in_force", "sha256",
)  # fmt: skip


def versions_frame(versions: Sequence[Version], held: Sequence[str]) -> "DataFrame":
    """Versions, one row each, with whether they held at the date asked for."""
    return framed(
        [
            {
                "version": item.id, "leaflet": item.leaflet, "authority": item.authority, "title": item.title,
                "publisher": item.publisher, "licence": item.licence, "dated": dated(item),
                "from": item.valid.from_, "until": in_words(item.valid.until), "basis": item.valid.basis,
                "status": item.status, "in_force": when, "sha256": item.sha256,
            }
            for item, when in zip(versions, held, strict=True)
        ],
        VERSION_COLUMNS,
    )  # fmt: skip


STATEMENT_COLUMNS = ("authority", "name", "version", "dated", "question", "says", "force", "quote", "passage")


def answer_frame(answer: Answer, library: Library) -> "DataFrame":
    """An answer, one row a quotation."""
    return framed(list(_quoted(answer, library)), STATEMENT_COLUMNS)


def _quoted(answer: Answer, library: Library) -> Iterator[Record]:
    for statement in answer.statements:
        for number in statement.citations:
            citation = answer.citations[number]
            version = library.versions[citation.passage.version]
            yield {
                "authority": statement.authority,
                "name": library.authorities[statement.authority].name,
                "version": version.id,
                "dated": dated(version),
                "question": statement.question,
                "says": statement.text,
                "force": statement.position.force if statement.position else None,
                "quote": plain(citation.quote),
                "passage": citation.passage.id,
            }
