"""The pages that come from the model, one after the other, and the files beside them."""

import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from itertools import groupby

from readacross.contract import link
from readacross.errors import SourceError
from readacross.model import Version
from readacross.site import laying, wording
from readacross.site.asking import Coded, Digest, by_version, coded_by_topic, digests
from readacross.site.authorities import authority_pages
from readacross.site.baseline import baseline_page
from readacross.site.changes import changes
from readacross.site.coding import coding_page, counts
from readacross.site.downloads import data_files, downloads_page
from readacross.site.gathering import Shelf, Text
from readacross.site.history import histories, history_pages
from readacross.site.keeping import keeping_page
from readacross.site.matrix import matrix_pages, split
from readacross.site.notices import notice_pages
from readacross.site.offline import ask_page, site_files
from readacross.site.pairs import pair_pages
from readacross.site.questions import question_pages
from readacross.site.rendering import Above, Page, Place, Planned, render, render_page
from readacross.site.reusing import key_of
from readacross.site.writing import original_html, reading_html

ADDRESS = re.compile(r"[A-Za-z0-9_~-][A-Za-z0-9_.~-]*(?:/[A-Za-z0-9_~-][A-Za-z0-9_.~-]*)*")
"""What the name of a page may look like: it becomes a file of the site."""

TABLE = "data/who-says-what.csv"
"""The matrix as a table that readers can take away: one row an answer, with its quotes."""


RECENT = 5
"""Changes that the home page names."""

SHARPEST = 4
"""Differences that the home page shows with their quotes; the others it names."""


def pages(shelf: Shelf, name: str) -> Iterator[Page]:
    """Every page that comes from the model, rendered; `name` is what the site is called.  Raises SourceError."""
    for page in planned(shelf, name):
        yield page.make() if isinstance(page, Planned) else page


def planned(shelf: Shelf, name: str) -> Iterator[Page | Planned]:
    """Every page that comes from the model; `name` is what the site is called.  Raises SourceError."""
    taken = {"index"}
    for page in _pages(shelf, name):
        if not ADDRESS.fullmatch(page.name) or page.name in taken:
            what = f"no page can have the address {page.name!r}, or two would have it"
            file = "index/questions.yaml" if page.name.startswith("questions/") else "index/topics.yaml"
            raise SourceError(file, what, "use ids of letters, digits, hyphens and underscores")
        taken.add(page.name)
        yield page


def _pages(shelf: Shelf, name: str) -> Iterator[Page | Planned]:
    top: Above = ((name, "index"),)
    found = digests(shelf)
    yield from _leaflet_pages(shelf, found, top)
    yield from _topic_pages(shelf, found, top)
    yield from question_pages(shelf, found, (*top, ("Topics", "topics/index")), name)
    yield from matrix_pages(shelf, found, top, TABLE)
    yield from pair_pages(shelf, found, top)
    yield from history_pages(shelf, top)
    yield baseline_page(shelf, top)
    yield from notice_pages(shelf, found, top)
    yield downloads_page(shelf, top, data_files(shelf))
    yield coding_page(shelf, found, top)
    yield from authority_pages(shelf, found, top)
    yield ask_page(shelf, found, top)
    yield keeping_page(shelf, top)
    scripts = (f"_static/words.js?v={shelf.fingerprint}", "_static/search.js")
    yield render_page(Place("search", "Search", top), "search.html", shelf, scripts, digests=found)


def _leaflet_pages(shelf: Shelf, found: tuple[Digest, ...], top: Above) -> Iterator[Page | Planned]:
    at = Place("leaflets/index", "Leaflets", top)
    yield render_page(at, "leaflets.html", shelf)
    coded = by_version(found)
    for version in shelf.library.versions.values():
        yield version_page(shelf, coded, version, (*top, ("Leaflets", "leaflets/index")))


def _topic_pages(shelf: Shelf, found: tuple[Digest, ...], top: Above) -> Iterator[Page]:
    yield render_page(Place("topics/index", "Topics", top), "topics.html", shelf, digests=found)
    for digest in found:
        above = (*top, ("Topics", "topics/index"))
        at = Place(f"topics/{digest.topic.id}", digest.topic.title, above)
        yield render_page(at, "topic.html", shelf, digest=digest)


def version_page(shelf: Shelf, coded: Coded, version: Version, above: Above) -> Planned:
    """A version's page: what it says, where every word stands in the original, and what is coded of it."""
    name = link(version).removesuffix(".html")
    at = Place(name, f"{version.title} – {shelf.called[version.id]}", above)
    around: dict[str, object] = {
        "version": version,
        "authority": shelf.library.authorities[version.authority],
        "leaflet": shelf.library.leaflets[version.leaflet],
        "newer": shelf.newer.get(version.id),
        "line": shelf.of_leaflet[version.leaflet],
        "older": shelf.library.versions.get(version.supersedes or ""),
        "coded": coded_by_topic(coded, (version.id,)),
    }
    text = shelf.texts[version.id]
    return Planned(name, key_of(at, text.key, around), lambda: _version_page(shelf, text, at, around))


def _version_page(shelf: Shelf, text: Text, at: Place, around: Mapping[str, object]) -> Page:
    marks = laying.marks(text)
    html = render(
        "version.html", at.name, shelf, **around, title=at.title, text=text, files=f"{at.name}/",
        reading=reading_html(laying.lay_out(text, 3), marks),
        original=original_html(laying.lay_original(text), marks),
        certified=wording.certified(text), ordered=wording.ordered(text.certificate),
        left_out=tuple(wording.left_out(text)), evidence_in_words=wording.evidence_in_words,
    )  # fmt: skip
    return Page(at.name, at.title, at.above, html)


def home(shelf: Shelf) -> str:
    """What the home page says beneath its own words: where leaflets differ most, and what there is."""
    found = digests(shelf)
    sharpest = [one for digest in found for one in digest.asked if one.severity == "high"]
    sharpest.sort(key=lambda one: one.differing[0].kind != "contradiction")
    coded = sorted({said.coded for one in sharpest for said in one.said})
    through_time = histories(shelf)
    steps = [told for steps in through_time.values() for told in steps]
    return render(
        "home.html", "index", shelf,
        digests=found, sharpest=sharpest, coded=coded, by_authority=by_authority(shelf),
        lost=sum(len(told.step.lost) for told in steps), gravest=sum(len(told.gravest) for told in steps),
        recent=changes(shelf, through_time)[:RECENT], counts=counts(shelf), most=SHARPEST,
        split=split(shelf),
    )  # fmt: skip


def by_authority(shelf: Shelf) -> Mapping[str, tuple[Version, ...]]:
    """The versions of each authority, the latest of a leaflet first."""
    newest = reversed(list(shelf.library.versions.values()))
    held = sorted(newest, key=lambda version: version.authority)
    return {slug: tuple(found) for slug, found in groupby(held, key=lambda version: version.authority)}


def files(shelf: Shelf) -> Iterator[tuple[str, bytes]]:
    """The files that go with pages: originals and reading texts as plain text, and the index as data."""
    for version in shelf.library.versions.values():
        folder = link(version).removesuffix(".html")
        original = (shelf.library.root / version.folder / version.original).read_bytes()
        if sha256(original).hexdigest() != version.sha256:
            raise SourceError(version.folder, "the original is not the file that was received", "restore it")
        yield f"{folder}/original.txt", original
        yield f"{folder}/reading.txt", shelf.texts[version.id].reading.encode()
    for name, content in data_files(shelf).items():
        yield f"data/{name}", content
    yield from site_files(shelf)
