"""HTML and SVG put together from elements: whatever is not an element is text, and is escaped.

Leaflet text enters as text and leaves as text; no style, script or address comes with it.  Looks are left to
the page, by classes; STYLE is for a notebook, which has no style sheet of ours.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import TypeAlias

STYLE = (
    "<style>.readacross table{border-collapse:collapse}.readacross caption{text-align:left;font-weight:bold}"
    ".readacross th,.readacross td{text-align:left;vertical-align:top;padding:.3em .8em .3em 0}"
    ".readacross .narrow{display:none}.readacross blockquote{margin:.2em 0 .4em .6em}"
    ".readacross p{margin:.1em 0}.readacross svg{max-width:32rem;width:100%;height:auto}</style>"
)
"""The looks of a result in a notebook; the reference site leaves it out and has its own."""


class Html(str):
    """Text that is HTML already, made by `tag`."""

    __slots__ = ()


Words: TypeAlias = str | int | float


def tag(name: str, *inner: Words, **attributes: Words | None) -> Html:
    """An element; text within it and in its attributes is escaped, an attribute that is None is left out.

    An attribute's name is written with `_` for a hyphen, and with one more `_` where Python has taken it.
    """
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(seen(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if not inner and name in ("br", "path", "rect", "line", "circle"):
        return Html(f"<{name}{given}{'' if name == 'br' else '/'}>")
    return Html(f"<{name}{given}>{together(inner)}</{name}>")


def together(parts: Iterable[Words]) -> Html:
    """Elements and texts one after the other."""
    return Html("".join(part if isinstance(part, Html) else escape(seen(part)) for part in parts))


def seen(value: Words) -> str:
    """A text with characters that nobody sees, or that turn the order of words, spelt out as [U+200B]."""
    return "".join(_spelt(c) if _unseen(c) else c for c in str(value))


def said(text: str, kind: str, id_: str) -> Html:
    """A leaflet's words in quotation marks, marked with the passage they stand in so that a page can be proven.

    Characters that nobody sees are shown by their numbers, and keep them.
    """
    pieces = [
        tag("span", _spelt(c), class_="unseen", data_character=f"{ord(c):04X}") if _unseen(c) else c
        for c in text
    ]
    return tag("q", *pieces, **{f"data_{kind}": id_})


def _spelt(character: str) -> str:
    return f"[U+{ord(character):04X}]"


def _unseen(character: str) -> bool:
    return character not in "\n\t" and unicodedata.category(character) in ("Cc", "Cf", "Co", "Cs")


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of words and numbers: a caption, a head for each column, and rows that begin with what they are of.

    In a notebook it shows itself as a table with a header for each column and row.
    """

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Words, ...], ...]

    def __repr__(self) -> str:
        """The table as lines of text, columns apart."""
        lines = [self.heads, *([plainly(cell) for cell in row] for row in self.rows)]
        widths = [max(len(line[at]) for line in lines) for at in range(len(self.heads))]
        laid = ["  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip() for line in lines]
        return "\n".join([self.caption, *laid])

    def _repr_html_(self) -> str:
        """The table as a notebook shows it."""
        return shell(self.html)

    @property
    def html(self) -> Html:
        """The table as HTML."""
        return table(self.caption, self.heads, tbody(*(tr(self.heads, row) for row in self.rows)))


def plainly(value: Words) -> str:
    """A word or a number of a table; a number with as many places as matter."""
    return f"{value:.3g}" if isinstance(value, float) else seen(value)


def tr(heads: Sequence[str], cells: Sequence[Words]) -> Html:
    """A row: what it is of, then a cell under each head; where columns do not fit, the head comes before."""
    first, *rest = [cell if isinstance(cell, Html) else plainly(cell) for cell in cells]
    return tag(
        "tr",
        tag("th", first, scope="row"),
        *(
            tag("td", tag("span", f"{head}: ", class_="narrow"), cell)
            for head, cell in zip(heads[1:], rest, strict=True)
        ),
    )


def tbody(*rows: Html) -> Html:
    """Rows that belong together."""
    return tag("tbody", *rows)


def table(caption: Words, heads: Sequence[str], *bodies: Html) -> Html:
    """A table with a caption, and a header for each column."""
    head = tag("thead", tag("tr", *(tag("th", words, scope="col") for words in heads)))
    return tag("div", tag("table", tag("caption", caption), head, *bodies), class_="table")


def shell(*parts: Html) -> Html:
    """What a notebook is given to show."""
    return tag("div", Html(STYLE), *parts, class_="readacross")
