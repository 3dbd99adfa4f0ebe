"""Proving a built site: what its pages show is what the model holds, and every link leads somewhere.

The HTML is read back from the files; a page that was proven for the last edition, and whose bytes and all that it
is made of are as they were, need not be read again, but where its links lead is seen to.  A passage, quotation, dropped text or original
that differs from the model in one character, one that is missing, an element that does not belong in a
leaflet's words, and a link to nowhere each stop the site from being put in place.
"""

import os
import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from urllib.parse import unquote, urlsplit

from readacross.contract import link
from readacross.markup import plain
from readacross.model import Passage, Span
from readacross.site.asking import SHOWN
from readacross.site.gathering import Shelf, Text
from readacross.site.reusing import edition
from readacross.site.scanning import VERBATIM, Held, Scanned, Unfit, scan

PLAIN = re.compile(r"(?!//)[\w./-]*(?:#[\w.:~-]*)?", re.ASCII)
"""A link that is nothing but a path and a place."""

MARKED = frozenset("*[\\")
"""Characters that may be markup in a reading text; a passage without them is shown as it stands."""


def prove(site: Path, shelf: Shelf) -> int:
    """Read every page back and return how many quotations were compared.  Raises Unfit."""
    quotes = _quotes(shelf)
    passages = shelf.passages
    whole = {link(text.version): text for text in shelf.texts.values()}
    wanted = _wanted(shelf)
    files = dict(_files(site))
    compared = 0
    places: dict[str, AbstractSet[str]] = {}
    links: dict[str, Sequence[str]] = {}
    made = edition()
    for name in sorted(name for name in files if name.endswith(".html")):
        data = files[name].read_bytes()
        plain_name = name.removesuffix(".html")
        if shown := made.as_proven(plain_name, data, shelf.fingerprint):
            whole.pop(name, None)
            compared += shown.compared
            places[name], links[name] = shown.ids, shown.links
            continue
        page = scan(name, data.decode("utf-8").replace("\r\n", "\n"))
        for held in page.held:
            _compare(name, held, shelf, passages, quotes)
        compared += len(page.held)
        if name in whole:
            _check_whole(whole.pop(name), page)
        _check_positions(page, wanted.pop(name, ()))
        places[name], links[name] = page.ids, page.links
        made.keep(plain_name, data, page.ids, page.links, len(page.held))
    for address, text in whole.items():
        _check_whole(text, Scanned(address, (), frozenset(), ()))
    for address, missing in wanted.items():
        _check_positions(Scanned(address, (), frozenset(), ()), missing)
    _check_links(files.keys(), links, places)
    return compared


def _files(site: Path) -> Iterator[tuple[str, Path]]:
    """Every file of a site by its address."""
    for folder, _, names in os.walk(site):
        above = Path(folder).relative_to(site).as_posix()
        for name in names:
            yield name if above == "." else f"{above}/{name}", Path(folder, name)


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


def _check_whole(text: Text, page: Scanned) -> None:
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


def _wanted(shelf: Shelf) -> dict[str, list[tuple[str, str, str]]]:
    """The quotations that each question's page, and its topic's if not crowded, must show: question, passage, words."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    latest = {version.id for version in shelf.library.current()}
    for id_, positions in shelf.positions.items():
        crowded = len([item for item in positions if item.version in latest]) > SHOWN
        rows = [
            (id_, quote.passage, plain(quote.quote)) for position in positions for quote in position.quotes
        ]
        topic = f"topics/{shelf.library.questions[id_].topic}.html"
        for address in (f"questions/{id_}.html", *(() if crowded else (topic,))):
            found.setdefault(address, []).extend(rows)
    return found


def _check_positions(page: Scanned, wanted: Sequence[tuple[str, str, str]]) -> None:
    """Raise Unfit unless a page shows every quotation that the positions on it rest on."""
    shown = (
        {(item.id, "".join(item.text)) for item in page.held if item.kind == "data-quote"} if wanted else ()
    )
    for id_, passage, words in wanted:
        if (passage, words) not in shown:
            raise Unfit(f"{page.page}: {passage}: a quotation on {id_} is missing from the page.")


def _check_links(
    files: AbstractSet[str], links: Mapping[str, Sequence[str]], places: Mapping[str, AbstractSet[str]]
) -> None:
    """Raise Unfit for a link within the site that leads nowhere."""
    led: dict[tuple[str, str], tuple[str, str] | None] = {}
    for name, targets in links.items():
        folder = name if name == "404.html" else posixpath.dirname(name)
        for target in targets:
            if target.startswith("#") and "%" not in target:
                to, fragment = name, target[1:]
            else:
                if (folder, target) not in led:
                    led[folder, target] = _leads(files, name, target)
                if (found := led[folder, target]) is None:
                    continue
                to, fragment = found[0] or name, found[1]
            if fragment and to in places and fragment not in places[to]:
                raise Unfit(f"{name}: a link leads to {target!r}, and that page has no such place.")


def _leads(files: AbstractSet[str], name: str, target: str) -> tuple[str, str] | None:
    """The page and place that a link leads to, the page "" where it is its own; None for another host."""
    if PLAIN.fullmatch(target):
        path, _, fragment = target.partition("#")
    else:
        address = urlsplit(target)
        if address.scheme or address.netloc:
            return None
        path, fragment = unquote(address.path), unquote(address.fragment)
    if name == "404.html":
        path = _from_top(files, path)
    to = posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) if path else ""
    if to and to not in files:
        raise Unfit(f"{name}: a link leads to {target!r}, and there is no such page.")
    return to, fragment


def _from_top(files: AbstractSet[str], path: str) -> str:
    """A path of the page that is shown at any address, without the folders that the site may stand in."""
    parts = path.lstrip("/").split("/")
    paths = ("/".join(parts[number:]) for number in range(len(parts)))
    return next((found for found in paths if found in files), path)
