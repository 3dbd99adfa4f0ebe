"""For tests of tables and lists: hostile words, and Markdown read as a browser reads it."""

from dataclasses import replace

from hypothesis import strategies as st
from markdown_it import MarkdownIt

from readacross.separating import shown

HOSTILE = st.text() | st.lists(
    st.sampled_from(
        ["=cmd|' /C calc'!A0", "|", "\\", "\n", "\r", "\t", "<script>", "&lt;", "`", "*", "[x](javascript:1)", "\x00",
         '"', "'", ",", ";", "_x0041_", "_", "]]>", "\u202e", "\ufffe", "\ud800", "\ufeff", "@", "+", "-", "💷", "é"]
    )
).map("".join)  # fmt: skip
"""What a leaflet may hold if whoever wrote it wished harm to whoever opens the table."""


def hostile_table(table, words, quote):
    """The table with its first cell, question and topic in hostile words, and every quote hostile."""
    rows = []
    for row in table.rows:
        cells = []
        for cell in row.cells:
            quotes = tuple(replace(item, quote=quote) for item in cell.position.quotes)
            position = replace(cell.position, quotes=quotes, note=words, conditions=(words,))
            cells.append(replace(cell, position=position, words=words if quotes else cell.words))
        rows.append(
            replace(row, question=replace(row.question, question=words, label=words), cells=tuple(cells))
        )
    return replace(table, view=replace(table.view, topics={"appeals": words}), rows=tuple(rows))


def as_read(words):
    """Words as a reader of Markdown gets them: visible, blanks at the ends aside."""
    return shown(words).replace("\n", "[U+000A]").strip()


def markdown_cells(text):
    """The rows of all tables of a Markdown text as a browser would show them; fails on anything but text in them."""
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    row, body = [], False
    for token in tokens:
        body = {"tbody_open": True, "tbody_close": False}.get(token.type, body)
        row = [] if token.type == "tr_open" else row
        if token.type == "inline" and body:
            kinds = [(child.type, child.content) for child in token.children]
            assert [
                kind
                for kind in kinds
                if kind[0] not in ("text", "text_special", "html_inline", "strong_open", "strong_close")
            ] == []
            assert {content for kind, content in kinds if kind == "html_inline"} <= {"<br>"}
            row.append("".join("\n" if content == "<br>" else content for _, content in kinds).strip())
        if token.type == "tr_close" and body:
            yield row
