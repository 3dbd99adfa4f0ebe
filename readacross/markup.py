r"""The restricted Markdown of a reading text, and nothing else.

A reading text holds headings (`#` to `####`), paragraphs, one kind of list (`- `) with two levels,
`**bold**`, a hard break (`\` at the end of a line), `[text](target)` links, and notes of the editor
(`[[…]]` alone in a paragraph).  A backslash before a punctuation character makes it text.  Everything
else is refused with its line, so no reading text can carry a directive, a table, raw HTML or front matter.

Every character is either a *mark* (it shapes the page) or text; marks are not quoted as words.  Characters
that nobody sees (control characters, zero-width blanks, byte order marks) or that turn the order in which
words are shown are refused too.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from readacross.model import Span

Style = Literal["plain", "bold", "link"]
Kind = Literal["heading", "paragraph", "item", "note"]


class MarkupError(ValueError):
    """A line that is not restricted Markdown."""

    def __init__(self, line: int, what: str, remedy: str) -> None:
        super().__init__(what)
        self.line, self.what, self.remedy = line, what, remedy


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one style; `span` leaves the marks out."""

    span: Span
    style: Style = "plain"
    target: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, paragraph, list item or editor's note; `span` leaves the leading mark out."""

    kind: Kind
    level: int
    span: Span
    runs: tuple[Run, ...]


HEADING = re.compile(r"(#{1,4}) +(?=\S)")
ITEM = re.compile(r"(- |  - )(?=\S)")
NOTE = re.compile(r"\[\[(?P<words>[^\[\]\n]+)\]\]")
RULE = re.compile(r" *(?:[-=_] *){3,}$")
REFUSED = (
    (RULE, "rules and underlined headings are not used", "delete the line"),
    (re.compile(r"#"), "a heading has one to four # and a blank, or is text", r"write \# for the character"),
    (re.compile(r"[*+](?:\s|$)"), "list items begin with '- '", "use '- ', or put a backslash before it"),
    (
        re.compile(r"-(?:\s|$)"),
        "this list item is too deep or badly spaced",
        "use '- ' or two blanks and '- '",
    ),
    (re.compile(r">"), "block quotations are not used", r"write \> for the character"),
    (re.compile(r"\|"), "tables are not used", r"write sentences, or \| for the character"),
    (re.compile(r"\s"), "the line is indented and not a list item", "use '- ' or two blanks and '- '"),
)
TARGET = r"(?:https?://|mailto:|tel:)[!-'*-;=?-Z_a-z~%]+"
LINK = re.compile(rf"\[(?P<words>[^\[\]\n]+)\]\((?P<target>{TARGET})\)")
ESCAPE = r"\\(?P<escaped>[!-/:-@\[-`{-~])"
SPECIAL = re.compile(
    rf"{ESCAPE}|(?P<breaks>\\(?=\n))|(?P<bold>\*\*)|(?P<link>{LINK.pattern})|(?P<odd>[*`<\[\]\\])"
)
ODD = re.compile(
    r"(?P<blank>[^\S \n\u00a0])|(?P<turning>[\u202a-\u202e\u2066-\u2069])"
    r"|[\x00-\x08\x0e-\x1b\x7f-\x9f\u200b\u2060\ufeff\ud800-\udfff]"
)


@lru_cache(maxsize=16)
def parse(text: str) -> tuple[tuple[Block, ...], tuple[Span, ...]]:
    """The blocks of a reading text in order, and the spans of its marks (notes included).

    Raises MarkupError with the line number where the text is not restricted Markdown.
    """
    blocks: list[Block] = []
    marks: list[Span] = []
    _refuse_odd_characters(text)
    for kind, level, mark, span in _outline(text):
        marks.append(mark)
        if kind == "note":
            marks.append(span)
            words = Span(span.start + 2, span.end - 2)
            blocks.append(Block("note", 0, words, (Run(words),)))
            continue
        runs, inner = _runs(text, span)
        marks += inner
        blocks.append(Block(kind, level, span, runs))
    return tuple(blocks), tuple(sorted(mark for mark in marks if mark.start < mark.end))


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _refuse_odd_characters(text: str) -> None:
    """Refuse characters that a reader cannot see or cannot tell from a plain blank."""
    if not (found := ODD.search(text)):
        return
    name, remedy = f"U+{ord(found[0]):04X}", "delete it; if the original has it, say so in drops.toml"
    if found["blank"]:
        what = f"{name} is a blank that readers cannot tell from others"
        remedy = "save the file with plain line ends" if found[0] == "\r" else "use a plain blank"
    elif found["turning"]:
        what = f"{name} turns the order in which words are shown"
    else:
        what = f"{name} is a character that nobody can see"
    raise MarkupError(_line(text, found.start()), what, remedy)


def _outline(text: str) -> Iterator[tuple[Kind, int, Span, Span]]:
    """Kind, level, leading mark and span of each block; lines of one paragraph are read together."""
    open_block: tuple[Kind, int, Span] | None = None
    at = end = 0
    for number, line in enumerate(text.split("\n"), 1):
        begins, start = _begins(line, number, open_block is not None), at
        at += len(line) + 1
        if open_block and begins != "more":
            yield *open_block, Span(open_block[2].end, end)
            open_block = None
        end = start + len(line.rstrip(" \u00a0"))
        if begins == "heading" and (mark := HEADING.match(line)):
            yield "heading", len(mark[1]), Span(start, start + mark.end()), Span(start + mark.end(), end)
        elif begins == "note":
            yield "note", 0, Span(start, start), Span(start, end)
        elif begins == "item" and (mark := ITEM.match(line)):
            open_block = ("item", 1 if mark[1] == "- " else 2, Span(start, start + mark.end()))
        elif begins == "paragraph":
            open_block = ("paragraph", 0, Span(start, start))
    if open_block:
        yield *open_block, Span(open_block[2].end, end)


def _begins(line: str, number: int, inside: bool) -> Kind | Literal["blank", "more"]:
    """What a line begins; a plain line inside an open block goes on with it."""
    if not line.strip():
        return "blank"
    if HEADING.match(line):
        return "heading"
    if ITEM.match(line) and not RULE.match(line):
        return "item"
    if NOTE.fullmatch(line.rstrip()):
        return "note"
    words = line.lstrip(" ") if inside else line
    for pattern, what, remedy in REFUSED:
        if pattern.match(words):
            raise MarkupError(number, what, remedy)
    return "more" if inside else "paragraph"


def _runs(text: str, span: Span) -> tuple[tuple[Run, ...], list[Span]]:
    """The styled runs of a block and the marks between them."""
    runs: list[Run] = []
    marks: list[Span] = []
    opened: int | None = None
    at = begin = span.start
    while found := SPECIAL.search(text, at, span.end):
        start, at = found.span()
        _add(runs, Span(begin, start), "plain" if opened is None else "bold")
        begin = at
        if found["escaped"]:
            begin = start + 1
            marks.append(Span(start, begin))
        elif found["link"] and opened is None:
            marks += _link(text, found, runs)
        elif found["bold"] or found["breaks"]:
            marks.append(Span(start, at))
            if found["bold"]:
                opened = _toggled(text, opened, start)
        else:
            odd = "a link inside bold" if found["link"] else repr(found[0])
            remedy = "take the bold marks away" if found["link"] else "put a backslash before it"
            raise MarkupError(_line(text, start), f"{odd} is markup that reading texts do not use", remedy)
    if opened is not None:
        remedy = "add the closing ** in the same paragraph"
        raise MarkupError(_line(text, opened), "** opens bold and nothing closes it", remedy)
    _add(runs, Span(begin, span.end), "plain")
    return tuple(runs), marks


def _toggled(text: str, opened: int | None, at: int) -> int | None:
    """Where bold is open after the `**` at a place: there, or nowhere if it closes one."""
    if opened is None:
        return at
    if not text[opened + 2 : at].strip(" \n\u00a0\\"):
        raise MarkupError(_line(text, opened), "there is nothing between ** and **", "delete them")
    return None


def _link(text: str, found: re.Match[str], runs: list[Run]) -> list[Span]:
    """The marks of a link, whose words are added to the runs."""
    words, target = Span(*found.span("words")), Span(*found.span("target"))
    if inner := SPECIAL.search(text, *words):
        what = f"{inner[0]!r} stands inside a link's words"
        raise MarkupError(_line(text, inner.start()), what, "keep a link's words plain")
    if not words.of(text).strip():
        raise MarkupError(_line(text, found.start()), "a link has no words", "give it words or delete it")
    runs.append(Run(words, "link", target.of(text)))
    return [Span(found.start(), words.start), Span(words.end, target.start), Span(target.end, found.end())]


def _add(runs: list[Run], span: Span, style: Style) -> None:
    if span.start < span.end:
        runs.append(Run(span, style))


SHOWN = re.compile(rf"{LINK.pattern}|{ESCAPE}|\\\n|\*\*")


def plain(quote: str) -> str:
    """Words of a reading text as a reader sees them: no marks, a link as its words, blanks folded."""
    if not ("*" in quote or "\\" in quote or "[" in quote):
        return " ".join(quote.split())

    def shown(found: re.Match[str]) -> str:
        return found["words"] or found["escaped"] or ("" if found[0] == "**" else " ")

    return " ".join(SHOWN.sub(shown, quote).split())
