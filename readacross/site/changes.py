"""What is new: versions taken in, and what they no longer say; as a list, and as feeds for feed readers."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET

from readacross.contract import link
from readacross.naming import dated
from readacross.separating import shown
from readacross.site.gathering import Shelf
from readacross.site.history import Told, history_page_name

ATOM = "http://www.w3.org/2005/Atom"
FEED = "changes.atom"
"""The address of the feed of everything."""

DAY = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")
OLDEST = "1970-01-01"


class Change(NamedTuple):
    """Something new: when it was recorded, what it is in a line and in more words, where to read it, and whose."""

    on: str
    title: str
    words: str
    address: str
    authority: str


def changes(shelf: Shelf, histories: dict[str, tuple[Told, ...]]) -> tuple[Change, ...]:
    """Everything new, the latest first."""
    found = [
        Change(
            version.recorded,
            f"{shelf.called[version.id]}: {version.title}",
            f"Taken in: {version.publisher}, {dated(version)}.",
            link(version),
            version.authority,
        )
        for version in shelf.library.versions.values()
    ]
    for leaflet, steps in histories.items():
        address = f"{history_page_name(leaflet)}.html"
        for told in steps:
            after = told.step.after
            lost = "; ".join(item.change.question.label for item in told.gravest)
            words = f"{told.step.head}." + (f" Lost, of high severity: {lost}." if lost else "")
            title = f"What changed: {told.step.names[1]}"
            found.append(Change(after.recorded, title, words, address, after.authority))
    return tuple(sorted(found, key=lambda item: (_day(item.on), item.title), reverse=True))


def _day(recorded: str) -> str:
    """The first day that a date may mean."""
    known = DAY.match(recorded)
    return "-".join((known[1], known[2] or "01", known[3] or "01")) if known else OLDEST


class Feed(NamedTuple):
    """A feed: its address from the site's root, and its title."""

    address: str
    title: str


def feeds(shelf: Shelf, name: str) -> tuple[tuple[Feed, str], ...]:
    """Every feed with the authority that it is about, "" for all of them."""
    own = (
        (Feed(f"authorities/{one.slug}.atom", f"{name}: {one.name}"), one.slug)
        for one in shelf.library.authorities.values()
    )
    return (Feed(FEED, f"{name}: changes"), ""), *own


def atom(feed: Feed, found: Sequence[Change], base: str) -> bytes:
    """Changes as an Atom feed (RFC 4287); without a base address its links are from where it lies."""
    up = base or "../" * feed.address.count("/")
    root = ET.Element("feed", xmlns=ATOM)
    _text(root, "id", _urn(f"{base}{feed.title} {feed.address}"))
    _text(root, "title", feed.title)
    _text(root, "updated", _moment(found))
    ET.SubElement(root, "link", rel="self", href=f"{up}{feed.address}")
    ET.SubElement(root, "link", rel="alternate", type="text/html", href=f"{up}index.html")
    _text(ET.SubElement(root, "author"), "name", feed.title.partition(":")[0])
    for item in found:
        entry = ET.SubElement(root, "entry")
        _text(entry, "id", _urn(f"{base}{item.address} {item.title}"))
        _text(entry, "title", item.title)
        _text(entry, "updated", _moment([item]))
        ET.SubElement(entry, "link", rel="alternate", type="text/html", href=f"{up}{item.address}")
        _text(entry, "summary", item.words)
    ET.indent(root)
    written = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{written}\n'.encode()


def _text(parent: ET.Element, tag: str, words: str) -> None:
    ET.SubElement(parent, tag).text = shown(words)


def _urn(words: str) -> str:
    return f"urn:uuid:{uuid5(NAMESPACE_URL, words)}"


def _moment(found: Iterable[Change]) -> str:
    return f"{max((_day(item.on) for item in found), default=OLDEST)}T00:00:00Z"
