"""The files that go with every site: feeds, rules for robots, and what it is in JSON-LD."""

from collections.abc import Iterator

from readacross.contract import link
from readacross.site.catalogue import CATALOGUE, dataset, linked_data, robots, work
from readacross.site.changes import FEED, Change, atom, changes, feeds
from readacross.site.downloads import data_files
from readacross.site.gathering import Shelf
from readacross.site.history import histories

LD = "application/ld+json"
ABOUT = "about.jsonld"
"""The description of a version, beside its original."""


def furniture(shelf: Shelf, name: str, base: str) -> Iterator[tuple[str, bytes]]:
    """The files of a site called `name` that will stand at `base`, or nobody knows where."""
    found = changes(shelf, histories(shelf))
    own: dict[str, list[Change]] = {"": [*found]}
    for item in found:
        own.setdefault(item.authority, []).append(item)
    for feed, authority in feeds(shelf, name):
        yield feed.address, atom(feed, own.get(authority, ()), base)
    yield "robots.txt", robots(base).encode()
    yield CATALOGUE, linked_data(dataset(shelf, name, base or "../", data_files(shelf)))
    for version in shelf.library.versions.values():
        yield f"{link(version).removesuffix('.html')}/{ABOUT}", linked_data(work(shelf, version, base))


def linked(shelf: Shelf, page: str) -> tuple[tuple[str, str, str, str], ...]:
    """What the head of a page points at: relation, kind of file, address and title."""
    found = [("alternate", "application/atom+xml", FEED, "Changes")]
    if page == "index":
        found.append(("alternate", LD, CATALOGUE, "What this site holds"))
    parts = page.split("/")
    if parts[0] == "authorities" and parts[-1] in shelf.library.authorities:
        name = shelf.library.authorities[parts[-1]].name
        found.append(("alternate", "application/atom+xml", f"{page}.atom", f"Changes: {name}"))
    if parts[0] == "leaflets" and parts[-1] != "index":
        found.append(("alternate", LD, f"{page}/{ABOUT}", "What this page describes"))
    return tuple(found)
