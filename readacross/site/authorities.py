"""The pages of authorities: who they are, their leaflets through time, where they stand alone, how they read."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from readacross.model import Authority, Version
from readacross.site.asking import Asked, Digest, coded_by_topic
from readacross.site.gathering import Shelf
from readacross.site.readability import AGE, LONG, Readability, readability
from readacross.site.rendering import Above, Page, Place, render_page
from readacross.site.wording import Said


class Alone(NamedTuple):
    """An answer, or a silence, that no other of the latest leaflets shares."""

    asked: Asked
    said: Said


class Standing(NamedTuple):
    """Where an authority stands alone: it alone says otherwise, it alone speaks, it alone is silent."""

    otherwise: tuple[Alone, ...]
    speaks: tuple[Alone, ...]
    silent: tuple[Alone, ...]


def authority_pages(shelf: Shelf, found: Sequence[Digest], top: Above) -> Iterator[Page]:
    """The index of authorities, and a page for each."""
    yield render_page(Place("authorities/index", "Authorities", top), "authorities.html", shelf)
    for authority in shelf.library.authorities.values():
        above = (*top, ("Authorities", "authorities/index"))
        held = [item for item in shelf.library.versions.values() if item.authority == authority.slug]
        yield render_page(
            Place(f"authorities/{authority.slug}", authority.name, above), "authority.html", shelf,
            authority=authority, held=held, coded=coded_by_topic(found, {version.id for version in held}),
            standing=standing(found, authority), read=_read(shelf, held), longest=LONG, age=AGE,
        )  # fmt: skip


def standing(found: Sequence[Digest], authority: Authority) -> Standing:
    """Where an authority's latest leaflets stand alone among those of at least three."""
    otherwise, speaks, silent = [], [], []
    for one in (one for digest in found for one in digest.asked if len(one.said) > 2):
        for said in one.said:
            if said.version.authority != authority.slug:
                continue
            if said.silent:
                silent += [Alone(one, said)] if len(one.stated) == len(one.said) - 1 else []
            elif len(one.stated) == 1:
                speaks.append(Alone(one, said))
            elif _apart_from_all(one, said):
                otherwise.append(Alone(one, said))
    return Standing(tuple(otherwise), tuple(speaks), tuple(silent))


def _apart_from_all(one: Asked, said: Said) -> bool:
    """Whether at least two others give one and the same answer, and this is not it."""
    others = {item.words for item in one.stated if item.version.id != said.version.id}
    return (
        len(one.stated) > 2 and len(others) == 1 and said.words not in others and said.version.id in one.apart
    )


def _read(shelf: Shelf, held: Sequence[Version]) -> list[tuple[Version, Readability]]:
    """How each version reads, the latest first; only English is measured."""
    rows = []
    for version in reversed(held):
        measured = readability(shelf.texts[version.id].passages)
        if measured and shelf.library.leaflets[version.leaflet].language.startswith("en"):
            rows.append((version, measured))
    return rows
