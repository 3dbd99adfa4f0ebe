"""Nouns as lines for a terminal."""

import shutil
import textwrap
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from readacross.library import Library
from readacross.markup import plain
from readacross.model import Answer, Citation, Divergence, Passage, Statement, Version
from readacross.naming import dated, names

WIDEST = 100

STATUS = {
    "answered": "The sources answer.",
    "partly": "The sources answer in part.",
    "authorities_differ": "THE AUTHORITIES DIFFER.",
    "not_found": "The sources do not answer this question.",
    "out_of_scope": "This knowledge base is not about that.",
}


def _wrap(text: str, indent: int = 0, hang: int | None = None) -> str:
    width = min(shutil.get_terminal_size((WIDEST, 24)).columns, WIDEST)
    first, rest = " " * indent, " " * (indent if hang is None else hang)
    return textwrap.fill(
        visible(text), width, initial_indent=first, subsequent_indent=rest, break_long_words=False
    )


def visible(text: str) -> str:
    """A text with characters that act on a terminal, or cannot be seen, spelt out as [U+001B]."""
    return "".join(f"[U+{ord(c):04X}]" if unicodedata.category(c) in ("Cc", "Cf", "Co") else c for c in text)


def answer_lines(answer: Answer, library: Library) -> Iterator[str]:
    """An answer as a reader at a terminal wants it: who says what, the words, who differs, who is silent."""
    yield visible(answer.question)
    yield STATUS[answer.status] + (f" As at {answer.as_at}." if answer.as_at else "")
    used = {
        answer.citations[number].passage.version for item in answer.statements for number in item.citations
    }
    versions = [version for id_, version in library.versions.items() if id_ in used]
    called = names(library.authorities.values(), versions)
    for version in _in_order(answer, versions):
        yield ""
        yield _wrap(f"{called[version.id]} – {version.title}, {dated(version)}", 0, 2)
        certainty = {c.certainty for c in answer.citations if c.passage.version == version.id} - {None}
        if certainty:
            yield f"  in force at that date: {'for certain' if 'certain' in certainty else 'possibly'}"
        for statement in answer.statements:
            if statement.citations and answer.citations[statement.citations[0]].passage.version == version.id:
                yield from _statement_lines(statement, answer)
    if answer.silent:
        yield ""
        who = ", ".join(library.authorities[slug].name for slug in answer.silent)
        yield _wrap(f"Not stated: {who}. That is silence, not “no”.", 0, 2)
    yield from _divergence_lines(answer.divergences)
    if answer.nearest:
        yield ""
        yield "Nearest passages (they do not answer the question):"
        for citation in answer.nearest:
            yield from _citation_lines(citation, 2)


def _in_order(answer: Answer, versions: Sequence[Version]) -> list[Version]:
    """Versions in the order in which the answer's statements first cite them."""
    order = [
        answer.citations[number].passage.version for item in answer.statements for number in item.citations
    ]
    return sorted(versions, key=lambda version: order.index(version.id))


def _statement_lines(statement: Statement, answer: Answer) -> Iterator[str]:
    if statement.position is not None:
        yield _wrap(statement.text + ("" if statement.text.endswith(".") else "."), 2, 4)
    for number in statement.citations:
        citation = answer.citations[number]
        if statement.position is None and citation.passage.lead_in:
            yield _wrap(citation.passage.lead_in, 4)
        yield from _citation_lines(citation, 4)


def _citation_lines(citation: Citation, indent: int) -> Iterator[str]:
    yield _wrap(f"“{plain(citation.quote)}”", indent, indent + 1)
    yield f"{' ' * indent}[{citation.passage.id}]"
    for doubt in citation.passage.doubts:
        if doubt.span.start < citation.reading.end and citation.reading.start < doubt.span.end:
            yield _wrap(f"uncertain: {doubt.note}", indent, indent + 2)


def _divergence_lines(found: Sequence[Divergence]) -> Iterator[str]:
    between = [d for d in found if d.level == "group" and d.kind not in ("one_silent", "changed_over_time")]
    over_time = [d for d in found if d.level == "pair" and d.kind == "changed_over_time"]
    for title, rows in (("Where they differ:", between), ("Between versions of one leaflet:", over_time)):
        if rows:
            yield ""
            yield title
        for row in rows:
            yield _wrap(f"- {row.summary}. ({row.kind.replace('_', ' ')}, {row.severity} severity)", 2, 4)


def version_lines(version: Version, name: str) -> Iterator[str]:
    """A version in a few lines."""
    yield f"{version.id}  ({version.status})"
    yield _wrap(f"{name}: {version.title}", 2, 4)
    yield _wrap(f"published by {version.publisher}; {dated(version)}; {version.valid.basis}", 2, 4)
    yield f"  sha256 {version.sha256}"


def passage_lines(passage: Passage, versions: Mapping[str, Version]) -> Iterator[str]:
    """A passage with its headings and its place in both texts."""
    version = versions[passage.version]
    yield passage.id
    if passage.headings:
        yield _wrap(" > ".join(passage.headings), 2, 4)
    if passage.lead_in:
        yield _wrap(passage.lead_in, 2, 4)
    yield _wrap(f"“{plain(passage.text)}”", 2, 3)
    places = ", ".join(f"{tile.original_start}–{tile.original_end}" for tile in passage.tiles)
    yield _wrap(f"reading.md {passage.span.start}–{passage.span.end}; {version.original} {places}", 2, 4)
    for doubt in passage.doubts:
        yield _wrap(f"uncertain: {doubt.note} ({doubt.by})", 2, 4)
