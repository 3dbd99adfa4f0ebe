"""The pages of authorities: who they are, their leaflets through time, where they stand alone, how they read."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from readacross.model import Authority, Version
from readacross.site.asking import Asked, Coded, Digest, by_version, coded_by_topic
from readacross.site.gathering import Shelf
from readacross.site.readability import AGE, LONG, Readability, readability
from readacross.site.rendering import Above, Page, Place, Planned, render_page
from readacross.site.reusing import key_of
from readacross.site.wording import Said


class Alone(NamedTuple):
    """An answer, or a silence, that no other of the latest leaflets shares."""

    asked: Asked
    said: Said


class Stated(NamedTuple):
    """The answers to a question, each with how many of the latest leaflets give it, and how many were asked."""

    words: Counter[str]
    asked: int


class Standing(NamedTuple):
    """Where an authority stands alone: it alone says otherwise, it alone speaks, it alone is silent."""

    otherwise: tuple[Alone, ...]
    speaks: tuple[Alone, ...]
    silent: tuple[Alone, ...]


def authority_pages(shelf: Shelf, found: Sequence[Digest], top: Above) -> Iterator[Page | Planned]:
    """The index of authorities, and a page for each."""
    yield render_page(Place("authorities/index", "Authorities", top), "authorities.html", shelf)
    coded, latest = by_version(found), by_authority(found)
    for authority in shelf.library.authorities.values():
        above = (*top, ("Authorities", "authorities/index"))
        at = Place(f"authorities/{authority.slug}", authority.name, above)
        yield _authority_page(shelf, authority, at, coded, standing(latest.get(authority.slug, ())))


def _authority_page(shelf: Shelf, authority: Authority, at: Place, coded: Coded, stands: Standing) -> Planned:
    """The page of an authority."""
    held = shelf.of_authority.get(authority.slug, ())
    said = coded_by_topic(coded, [version.id for version in held])
    texts = [
        (shelf.texts[version.id].key, shelf.called[version.id], shelf.library.leaflets[version.leaflet])
        for version in held
    ]
    alone = [[(item.asked.question, item.said) for item in rows] for rows in stands]
    return Planned(
        at.name, key_of(at, authority, held, texts, said, alone),
        lambda: render_page(
            at, "authority.html", shelf, authority=authority, held=held, coded=said, standing=stands,
            read=_read(shelf, held), longest=LONG, age=AGE,
        ),
    )  # fmt: skip


def by_authority(found: Sequence[Digest]) -> Mapping[str, Sequence[tuple[Alone, Stated]]]:
    """What each authority's latest leaflets say where at least three speak, beside how all answer."""
    rows: dict[str, list[tuple[Alone, Stated]]] = {}
    for one in (one for digest in found for one in digest.asked if len(one.said) > 2):
        stated = Stated(Counter(item.words for item in one.stated), len(one.said))
        for said in one.said:
            rows.setdefault(said.version.authority, []).append((Alone(one, said), stated))
    return rows


def standing(rows: Iterable[tuple[Alone, Stated]]) -> Standing:
    """Where an authority's latest leaflets stand alone among those of at least three."""
    otherwise, speaks, silent = [], [], []
    for alone, stated in rows:
        number = stated.words.total()
        if alone.said.silent:
            silent += [alone] if number == stated.asked - 1 else []
        elif number == 1:
            speaks.append(alone)
        elif _apart_from_all(alone, stated):
            otherwise.append(alone)
    return Standing(tuple(otherwise), tuple(speaks), tuple(silent))


def _apart_from_all(alone: Alone, stated: Stated) -> bool:
    """Whether at least two others give one and the same answer, and this is not it."""
    one, said = alone
    return (
        stated.words.total() > 2
        and len(stated.words) == 2
        and stated.words[said.words] == 1
        and said.version.id in one.apart
    )


def _read(shelf: Shelf, held: Sequence[Version]) -> list[tuple[Version, Readability]]:
    """How each version reads, the latest first; only English is measured."""
    rows = []
    for version in reversed(held):
        measured = readability(shelf.texts[version.id].passages)
        if measured and shelf.library.leaflets[version.leaflet].language.startswith("en"):
            rows.append((version, measured))
    return rows
