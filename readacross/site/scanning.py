"""Scanning: a built page read back, the words it shows as a leaflet's, its ids and its links.

Nearly every page keeps to the small grammar in which our templates write, and is read by a few patterns. A
page that does not, or whose leaflet's words hold anything but the few elements that belong there, is read by the
standard library's parser, which decides: so nothing is taken for right that the parser would refuse.
"""

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser

from readacross.errors import ReadacrossError

VERBATIM = ("data-passage", "data-quote", "data-part", "data-drop", "data-original", "data-redline")
"""Attributes of elements that hold a leaflet's words, with the id of what they hold."""

INNER = {
    "strong": (), "a": ("href", "rel"), "br": (), "mark": (), "s": ("title",), "del": (), "ins": (),
    "span": ("class", "id", "data-n", "data-character"),
}  # fmt: skip
"""Elements that may stand within a leaflet's words, and their attributes."""

ADDRESSES = ("http://", "https://", "mailto:", "tel:")
VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())  # noqa: SIM905


NAME = "[a-z][a-z0-9]*+"
ATTRIBUTE = r'\s++[a-z][a-z0-9-]*+(?:="[^"<>]*+(?<!=)")?+'
PAGE = re.compile(rf'<!DOCTYPE html>(?:[^<>"]++|<{NAME}(?:{ATTRIBUTE})*+\s*+/?+>|</{NAME}>)*+')
"""The grammar in which our templates write: no quotation mark in a text, and no value with an equals sign last,
so that `="` always opens the value of the attribute whose name stands before it."""

RAW = re.compile(
    r"<(?:style|textarea|xmp|iframe|noembed|noframes|noscript|plaintext|template)\b|<script\b[^<>]*+>(?!</script>)"
)
"""Elements whose content is no HTML."""

HELD = re.compile(
    rf'data-(?<=\sdata-)({"|".join(kind.removeprefix("data-") for kind in VERBATIM)})="([^"]*+)"([^<>]*+)>'
    rf"([^<]*+)(?:</({NAME})>)?+"
)
"""A leaflet's words: what they are, whose, other attributes, and the words up to the next tag, if that ends them."""

ID = re.compile(r'id="(?<=\sid=")([^"]*+)"')
LINKS = re.compile(r'href="(?<=\shref=")([^"]*+)"'), re.compile(r'src="(?<=\ssrc=")([^"]*+)"')
SPAN = re.compile(r'\sdata-span="([^"]*+)"')
TAG = re.compile(rf"<(/?)({NAME})([^<>]*+)>")
GIVEN = re.compile(r'\s([a-z][a-z0-9-]*+)(?:="([^"]*+)")?+')


class Unfit(ReadacrossError):
    """A built page does not show what the model holds; the site is not put in place."""


@dataclass
class Held:
    """An element that holds a leaflet's words: which, whose, where in the original, and the words.

    `older` and `newer` are its words without those that a redline marks as added, or as removed.
    """

    kind: str
    id: str
    span: str
    text: list[str] = field(default_factory=list)
    older: list[str] = field(default_factory=list)
    newer: list[str] = field(default_factory=list)


class Reader(HTMLParser):
    """Reads a page: the words it shows as a leaflet's, its ids and its links."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.page = page
        self.held: list[Held] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self._open: list[str] = []
        self._depth = 0
        self._skip = 0

    def updatepos(self, i: int, j: int) -> int:
        """Keep no count of lines: nothing asks for them."""
        del i
        return j

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note ids and links; begin or go on with a leaflet's words."""
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.ids.append(given["id"])
        self.links += [given[name] for name in ("href", "src") if name in given]
        if self._depth:
            self._inner(tag, given)
        for kind in VERBATIM:
            if kind in given:
                self.held.append(Held(kind, given[kind], given.get("data-span", "")))
                self._depth = len(self._open) + 1
        if tag not in VOID:
            self._open.append(tag)

    def _inner(self, tag: str, given: Mapping[str, str]) -> None:
        """An element within a leaflet's words: one of the few that belong there."""
        held = self.held[-1]
        if tag not in INNER or not set(given) <= set(INNER[tag]):
            raise Unfit(
                f"{self.page}: {held.id}: <{tag}> stands among the leaflet’s words. Report this as a defect."
            )
        if tag == "a" and not given.get("href", "").startswith(ADDRESSES):
            raise Unfit(
                f"{self.page}: {held.id}: a link leads to {given.get('href', '')[:40]!r}. Report this as a defect."
            )
        if "data-character" in given:
            held.text.append(chr(int(given["data-character"], 16)))
            self._skip = len(self._open) + 1

    def handle_endtag(self, tag: str) -> None:
        """End the innermost element of this name."""
        while self._open and self._open.pop() != tag:
            pass
        self._depth = self._depth if len(self._open) >= self._depth else 0
        self._skip = self._skip if len(self._open) >= self._skip else 0

    def handle_data(self, data: str) -> None:
        """Text: the leaflet's, where an element holds its words."""
        if self._depth and not self._skip:
            held, within = self.held[-1], self._open[self._depth :]
            held.text.append(data)
            held.older += [data] if "ins" not in within else []
            held.newer += [data] if "del" not in within else []


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a page shows: a leaflet's words, its ids, and where its links lead."""

    page: str
    held: Sequence[Held]
    ids: AbstractSet[str]
    links: Sequence[str]


def scan(page: str, text: str) -> Scanned:
    """Read a page back.  Raises Unfit for an id used twice, and for an element among a leaflet's words."""
    held = _held(text) if PAGE.fullmatch(text) and not RAW.search(text) else None
    if held is None:
        return _parsed(page, text)
    ids = [_plain(id_) for id_ in ID.findall(text)]
    links = dict.fromkeys(link for pattern in LINKS for link in pattern.findall(text))
    return Scanned(page, held, _unique(page, ids), [_plain(link) for link in links])


def _parsed(page: str, text: str) -> Scanned:
    """The same by the standard library's parser, which reads any page."""
    reader = Reader(page)
    reader.feed(text)
    reader.close()
    return Scanned(page, reader.held, _unique(page, reader.ids), list(dict.fromkeys(reader.links)))


def _unique(page: str, ids: Sequence[str]) -> AbstractSet[str]:
    found = set(ids)
    if len(found) < len(ids):
        twice = next(id_ for number, id_ in enumerate(ids) if id_ in ids[:number])
        raise Unfit(f"{page}: the id {twice!r} is used twice, so links to it are not sure.")
    return found


def _plain(text: str) -> str:
    return unescape(text) if "&" in text else text


def _held(text: str) -> list[Held] | None:
    """The leaflets' words of a page that keeps to the grammar; None where the parser must decide."""
    held: list[Held] = []
    end = 0
    for found in HELD.finditer(text):
        kind, id_, more, words, closed = found.groups()
        tag, given = _tag(text, found.start())
        if found.start() < end or tag in VOID or "data-" in given + more.replace("data-span", ""):
            return None
        span = SPAN.search(more) if more else None
        item = Held(f"data-{kind}", _plain(id_), _plain(span[1]) if span else "")
        held.append(item)
        if closed == tag:
            item.text.append(_plain(words))
            if kind == "redline":
                item.older, item.newer = item.text, item.text
            continue
        end = text.find(f"</{tag}>", found.start(4))
        if end < 0 or not _take_in(item, text[found.start(4) : end]):
            return None
    return held


def _tag(text: str, at: int) -> tuple[str, str]:
    """The name of the tag that an attribute stands in, and what stands between the two."""
    name, _, given = text[text.rindex("<", 0, at) + 1 : at].partition(" ")
    return name, given


def _take_in(held: Held, content: str) -> bool:
    """Take in words with elements among them; false where these are not the few that belong there."""
    within: list[str] = []
    at = skip = 0
    for found in TAG.finditer(content):
        if at < found.start() and not skip:
            _add(held, _plain(content[at : found.start()]), within)
        at = found.end()
        ends, tag, attributes = found.groups()
        if ends:
            if not within or within.pop() != tag:
                return False
            skip = skip if len(within) >= skip else 0
            continue
        given = dict(GIVEN.findall(attributes))
        if attributes.endswith("/") or not _belongs(tag, given):
            return False
        if "data-character" in given:
            held.text.append(chr(int(given["data-character"], 16)))
            skip = len(within) + 1
        if tag not in VOID:
            within.append(tag)
    _add(held, _plain(content[at:]), within)
    return not within


def _belongs(tag: str, given: Mapping[str, str]) -> bool:
    """Whether an element may stand among a leaflet's words."""
    if tag not in INNER or not given.keys() <= set(INNER[tag]):
        return False
    return tag != "a" or given.get("href", "").startswith(ADDRESSES)


def _add(held: Held, words: str, within: Sequence[str]) -> None:
    if words:
        held.text.append(words)
        if "ins" not in within:
            held.older.append(words)
        if "del" not in within:
            held.newer.append(words)
