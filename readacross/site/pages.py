"""The pages that come from the model: each a name, a title and HTML rendered by our own templates.

Templates escape everything; leaflet text enters them as text and leaves them as text.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from readacross.contract import link
from readacross.errors import SourceError
from readacross.markup import plain
from readacross.model import SEVERITIES, Divergence, Question, Topic, Version
from readacross.naming import dated
from readacross.site import laying, wording
from readacross.site.gathering import Shelf

ADDRESS = re.compile(r"[A-Za-z0-9_~-][A-Za-z0-9_.~-]*(?:/[A-Za-z0-9_~-][A-Za-z0-9_.~-]*)*")
"""What the name of a page may look like: it becomes a file of the site."""


DATA = ("passages.jsonl", "positions.jsonl", "divergences.jsonl")


class Place(NamedTuple):
    """Where a page stands: its address without `.html`, its title, and the pages above it."""

    name: str
    title: str
    above: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the site: its address without `.html`, title, the pages above it, and its HTML."""

    name: str
    title: str
    above: tuple[tuple[str, str], ...]
    html: str
    scripts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what every version says on it, the latest versions first."""

    question: Question
    said: tuple[wording.Said, ...]
    earlier: tuple[wording.Said, ...]
    differences: tuple[Divergence, ...]
    changes: tuple[Divergence, ...]

    @property
    def group(self) -> Divergence | None:
        """Where the latest versions differ: the one line that names them all."""
        return next((item for item in self.differences if item.level == "group"), None)

    @property
    def differs(self) -> bool:
        """Whether two versions that speak to the question say different things."""
        return any(item.kind != "one_silent" for item in self.differences)


@dataclass(frozen=True, slots=True)
class Digest:
    """A topic with its questions that somebody has coded, and the number of those nobody has."""

    topic: Topic
    asked: tuple[Asked, ...]
    uncoded: tuple[Question, ...]

    @property
    def differing(self) -> tuple[Asked, ...]:
        """The questions on which leaflets differ, the severest first."""
        found = [asked for asked in self.asked if asked.differs]
        return tuple(
            sorted(
                found, key=lambda asked: -SEVERITIES.index(asked.group.severity if asked.group else "none")
            )
        )

    @property
    def one_sided(self) -> tuple[Asked, ...]:
        """The questions on which some leaflets speak, alike, and others do not."""
        return tuple(asked for asked in self.asked if asked.group and not asked.differs)


@cache
def templates() -> Environment:
    """Our templates: everything is escaped, and a name that is not there is an error."""
    loader = FileSystemLoader(Path(__file__).with_name("templates"))
    found = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    found.filters |= {
        "dated": dated,
        "plain": plain,
        "basis": wording.basis,
        "sentence": wording.sentence,
        "seen": laying.seen,
        "kind": wording.kind_in_words,
    }
    found.globals |= {
        "link": link,
        "began": wording.began,
        "ended": wording.ended,
        "inferred": wording.inferred,
    }
    return found


def render(name: str, page: str, shelf: Shelf, **context: object) -> str:
    """A template's HTML for a page at an address; links are relative, so that the site may lie anywhere."""
    return templates().get_template(name).render(up="../" * page.count("/"), shelf=shelf, **context)


def digests(shelf: Shelf) -> tuple[Digest, ...]:
    """The topics in order, with what is coded on each."""
    questions = shelf.library.questions.values()
    found = []
    for topic in shelf.library.topics.values():
        on_it = [question for question in questions if question.topic == topic.id]
        coded = tuple(asked(shelf, question) for question in on_it if shelf.positions[question.id])
        found.append(Digest(topic, coded, tuple(q for q in on_it if not shelf.positions[q.id])))
    return tuple(found)


def asked(shelf: Shelf, question: Question) -> Asked:
    """A question with everything that is said on it."""
    current = {version.id for version in shelf.library.current()}
    said = [wording.said(shelf, position) for position in shelf.positions[question.id]]
    return Asked(
        question,
        tuple(item for item in said if item.version.id in current),
        tuple(item for item in said if item.version.id not in current),
        shelf.differences[question.id],
        shelf.changes[question.id],
    )


def pages(shelf: Shelf, name: str) -> Iterator[Page]:
    """Every page that comes from the model; `name` is what the site is called.  Raises SourceError."""
    found = digests(shelf)
    taken = {"index"}
    for page in _pages(shelf, found, ((name, "index"),)):
        if not ADDRESS.fullmatch(page.name) or page.name in taken:
            what = f"no page can have the address {page.name!r}, or two would have it"
            raise SourceError(
                "index/topics.yaml", what, "use ids of letters, digits, hyphens and underscores"
            )
        taken.add(page.name)
        yield page


def _pages(shelf: Shelf, found: tuple[Digest, ...], top: tuple[tuple[str, str], ...]) -> Iterator[Page]:
    leaflets = (*top, ("Leaflets", "leaflets/index"))
    topics = (*top, ("Topics", "topics/index"))
    authorities = (*top, ("Authorities", "authorities/index"))
    library = shelf.library
    yield _page(Place("leaflets/index", "Leaflets", top), "leaflets.html", shelf, data=data_files(shelf))
    for version in library.versions.values():
        yield version_page(shelf, found, version, leaflets)
    yield _page(Place("topics/index", "Topics", top), "topics.html", shelf, digests=found)
    for digest in found:
        at = Place(f"topics/{digest.topic.id}", digest.topic.title, topics)
        yield _page(at, "topic.html", shelf, digest=digest)
    yield _page(Place("authorities/index", "Authorities", top), "authorities.html", shelf)
    for authority in library.authorities.values():
        at = Place(f"authorities/{authority.slug}", authority.name, authorities)
        held = [version for version in library.versions.values() if version.authority == authority.slug]
        yield _page(
            at, "authority.html", shelf,
            authority=authority, held=held, coded=coded_by_topic(found, {version.id for version in held}),
        )  # fmt: skip
    scripts = (f"_static/words.js?v={shelf.fingerprint}", "_static/search.js")
    yield _page(Place("search", "Search", top), "search.html", shelf, scripts, digests=found)


def _page(at: Place, template: str, shelf: Shelf, scripts: tuple[str, ...] = (), **context: object) -> Page:
    html = render(template, at.name, shelf, title=at.title, **context)
    return Page(at.name, at.title, at.above, html, scripts)


def version_page(
    shelf: Shelf, found: tuple[Digest, ...], version: Version, above: tuple[tuple[str, str], ...]
) -> Page:
    """A version's page: what it says, where every word stands in the original, and what is coded of it."""
    name = link(version).removesuffix(".html")
    text = shelf.texts[version.id]
    newer = next((item for item in shelf.library.versions.values() if item.supersedes == version.id), None)
    return _page(
        Place(name, f"{version.title} – {shelf.called[version.id]}", above), "version.html", shelf,
        version=version, text=text, authority=shelf.library.authorities[version.authority],
        leaflet=shelf.library.leaflets[version.leaflet], newer=newer,
        older=shelf.library.versions.get(version.supersedes or ""),
        groups=laying.lay_out(text, 3), original=laying.lay_original(text),
        certified=wording.certified(text), ordered=wording.ordered(text.certificate),
        left_out=tuple(wording.left_out(text)), evidence_in_words=wording.evidence_in_words,
        coded=coded_by_topic(found, {version.id}), files=f"{name}/",
    )  # fmt: skip


def coded_by_topic(
    found: tuple[Digest, ...], versions: set[str]
) -> tuple[tuple[Topic, tuple[wording.Said, ...]], ...]:
    """What is coded of some versions, topic by topic."""
    rows = []
    for digest in found:
        said = [
            item for one in digest.asked for item in (*one.said, *one.earlier) if item.version.id in versions
        ]
        if said:
            rows.append((digest.topic, tuple(said)))
    return tuple(rows)


def home(shelf: Shelf) -> str:
    """What the home page says beneath its own words: where leaflets differ most, and what there is."""
    found = digests(shelf)
    sharpest = [
        one
        for digest in found
        for one in digest.asked
        if one.differs and one.group and one.group.severity == "high"
    ]
    sharpest.sort(key=lambda one: one.group is not None and one.group.kind != "contradiction")
    coded = sorted({said.coded for one in sharpest for said in one.said})
    return render(
        "home.html", "index", shelf,
        digests=found, sharpest=sharpest, coded=coded, by_authority=by_authority(shelf),
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
    for name in data_files(shelf):
        yield f"data/{name}", (shelf.library.root / "index" / name).read_bytes()


def data_files(shelf: Shelf) -> tuple[str, ...]:
    """The readable index files, which readers can take away."""
    return tuple(name for name in DATA if (shelf.library.root / "index" / name).is_file())
