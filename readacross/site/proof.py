"""Proving a built site: what its pages show is what the model holds, and every link leads somewhere.

The HTML is read back with the standard library's parser.  A passage, quotation, dropped text or original
that differs from the model in one character, one that is missing, an element that does not belong in a
leaflet's words, and a link to nowhere each stop the site from being put in place.
"""

import posixpath
from collections import Counter
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from readacross.contract import link
from readacross.errors import ReadacrossError
from readacross.markup import plain
from readacross.model import Passage, Span
from readacross.site.gathering import Shelf, Text

VERBATIM = ("data-passage", "data-quote", "data-part", "data-drop", "data-original", "data-redline")
"""Attributes of elements that hold a leaflet's words, with the id of what they hold."""

INNER = {
    "strong": (), "a": ("href", "rel"), "br": (), "mark": (), "s": ("title",), "del": (), "ins": (),
    "span": ("class", "id", "data-n", "data-character"),
}  # fmt: skip
"""Elements that may stand within a leaflet's words, and their attributes."""

ADDRESSES = ("http://", "https://", "mailto:", "tel:")
VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())  # noqa: SIM905
MARKED = frozenset("*[\\")
"""Characters that may be markup in a reading text; a passage without them is shown as it stands."""


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
        self.ids: Counter[str] = Counter()
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
            self.ids[given["id"]] += 1
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


def prove(site: Path, shelf: Shelf) -> int:
    """Read every page back and return how many quotations were compared.  Raises Unfit."""
    pages = {path.relative_to(site).as_posix(): _read(site, path) for path in sorted(site.rglob("*.html"))}
    quotes = _quotes(shelf)
    passages = {passage.id: passage for text in shelf.texts.values() for passage in text.passages}
    compared = 0
    for name, page in pages.items():
        for held in page.held:
            _compare(name, held, shelf, passages, quotes)
            compared += 1
    for text in shelf.texts.values():
        address = link(text.version)
        _check_whole(text, pages.get(address) or Reader(address))
    _check_positions(shelf, pages)
    files = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    for name, page in pages.items():
        _check_links(files, name, page, pages)
    return compared


def _read(site: Path, path: Path) -> Reader:
    reader = Reader(path.relative_to(site).as_posix())
    reader.feed(path.read_bytes().decode("utf-8").replace("\r\n", "\n"))
    reader.close()
    if twice := [id_ for id_, count in reader.ids.items() if count > 1]:
        raise Unfit(f"{reader.page}: the id {twice[0]!r} is used twice, so links to it are not sure.")
    return reader


def _quotes(shelf: Shelf) -> dict[str, set[str]]:
    """The quotations that positions rest on, by passage, as readers see them."""
    found: dict[str, set[str]] = {}
    for positions in shelf.positions.values():
        for position in positions:
            for quote in position.quotes:
                found.setdefault(quote.passage, set()).add(plain(quote.quote))
    return found


def _compare(
    page: str, held: Held, shelf: Shelf, passages: Mapping[str, Passage], quotes: Mapping[str, set[str]]
) -> None:
    """Compare the words an element shows with those the model holds."""
    shown = "".join(held.text)
    if held.kind == "data-passage":
        same = held.id in passages and _same(shown, passages[held.id].text)
    elif held.kind == "data-quote":
        same = shown in quotes.get(held.id, ()) and shown in plain(passages[held.id].text)
    elif held.kind == "data-part":
        same = bool(shown) and held.id in passages and shown in plain(passages[held.id].text)
    elif held.kind == "data-redline":
        same = _both(held, passages)
    else:
        same = held.id in shelf.texts and shown == _original(shelf.texts[held.id], held)
    if not same:
        raise Unfit(
            f"{page}: {held.id}: the page shows “{' '.join(shown.split())[:50]}”, which is not what the leaflet says there."
        )


def _both(held: Held, passages: Mapping[str, Passage]) -> bool:
    """Whether a paragraph of a redline holds the words of both its passages, each in their order."""
    sides = zip(held.id.split("|"), (held.older, held.newer), strict=True)
    return all(
        "".join(shown).split() == (plain(passages[id_].text).split() if id_ in passages else [])
        for id_, shown in sides
    )


def _same(shown: str, text: str) -> bool:
    """Whether a passage is shown as it stands; blanks are folded only where markup was rendered."""
    return shown == text if MARKED.isdisjoint(text) else " ".join(shown.split()) == plain(text)


def _original(text: Text, held: Held) -> str | None:
    """The stretch of an original that an element must show, after the line break that opens a `pre`.

    A page has one kind of line end, so carriage returns do not count.
    """
    if held.kind == "data-original":
        return "\n" + text.original.replace("\r", "")
    spans = {_range(drop.span): drop.span for drop in text.certificate.drops}
    return "\n" + spans[held.span].of(text.original).replace("\r", "") if held.span in spans else None


def _range(span: Span) -> str:
    return f"{span.start}-{span.end}"


def _check_whole(text: Text, page: Reader) -> None:
    """Raise Unfit unless a version's page shows all of it, once and in order."""
    shown: dict[str, list[str]] = {kind: [] for kind in VERBATIM}
    for held in page.held:
        shown[held.kind].append(held.span or held.id)
    passages = [passage.id for passage in text.passages]
    id_ = text.version.id
    if shown["data-passage"] != passages:
        raise Unfit(f"{page.page}: the passages shown are not all those of {id_}, in their order.")
    drops = [_range(drop.span) for drop in text.certificate.drops]
    if shown["data-original"] != [id_] or shown["data-drop"] != drops:
        raise Unfit(f"{page.page}: the original or what is left out of it is not shown whole for {id_}.")
    for passage in passages:
        if passage.partition("#")[2] not in page.ids:
            raise Unfit(f"{page.page}: {passage}: the passage has no address on the page.")


def _check_positions(shelf: Shelf, pages: Mapping[str, Reader]) -> None:
    """Raise Unfit unless each question's and topic's page shows every quotation that its positions rest on."""
    for id_, positions in shelf.positions.items():
        for address in (f"questions/{id_}.html", f"topics/{shelf.library.questions[id_].topic}.html"):
            held = pages[address].held if address in pages else []
            shown = {(item.id, "".join(item.text)) for item in held if item.kind == "data-quote"}
            for quote in (quote for position in positions for quote in position.quotes):
                if (quote.passage, plain(quote.quote)) not in shown:
                    raise Unfit(f"{address}: {quote.passage}: a quotation on {id_} is missing from the page.")


def _check_links(files: AbstractSet[str], name: str, page: Reader, pages: Mapping[str, Reader]) -> None:
    """Raise Unfit for a link within the site that leads nowhere."""
    for target in dict.fromkeys(page.links):
        address = urlsplit(target)
        if address.scheme or address.netloc:
            continue
        path = unquote(address.path)
        if name == "404.html":
            path = _from_top(files, path)
        to = posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) if path else name
        if to not in files:
            raise Unfit(f"{name}: a link leads to {target!r}, and there is no such page.")
        fragment = unquote(address.fragment)
        if fragment and to in pages and fragment not in pages[to].ids:
            raise Unfit(f"{name}: a link leads to {target!r}, and that page has no such place.")


def _from_top(files: AbstractSet[str], path: str) -> str:
    """A path of the page that is shown at any address, without the folders that the site may stand in."""
    parts = path.lstrip("/").split("/")
    paths = ("/".join(parts[number:]) for number in range(len(parts)))
    return next((found for found in paths if found in files), path)
