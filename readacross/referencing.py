"""An answer with numbered references, to be sent on: as Markdown or CSL-JSON here, in Word by `document`.

Each passage quoted is one reference.  Every citation is verified again before anything is written; leaflet
text goes in as text, whatever it holds; the same answer on the same day gives the same bytes.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, NamedTuple
from urllib.parse import quote as percent

from readacross.glossary import CHECK, UNSTATED, spoken
from readacross.library import Library
from readacross.markup import plain
from readacross.model import Answer, Citation, Divergence, Json, Leaflet, Passage, Statement, Version
from readacross.naming import dated, names
from readacross.periods import DATE, in_words
from readacross.saving import prove
from readacross.separating import in_markdown, shown
from readacross.showing import on_what
from readacross.tabulating import at
from readacross.wording import load_wording

WEB = re.compile(r"https?://[!#-'*-;=?-Z_a-z~%]+")
"""A web address that ends no mark of Markdown."""

GENRES = {"leaflet": "pamphlet", "booklet": "pamphlet", "web page": "webpage", "report": "report"}
"""What CSL calls the genres of leaflets; any other is a document."""

Style = Literal["title", "heading", "text", "quote", "item", "reference", "stamp"]


@dataclass(frozen=True, slots=True)
class Reference:
    """A passage that an answer quotes: its number, its source, the words quoted, and its page on the site."""

    number: int
    passage: Passage
    version: Version
    leaflet: Leaflet
    authority: str
    quotes: tuple[str, ...]
    read: str
    page: str

    @property
    def words(self) -> str:
        """Who says it, in what, of when; and where its words stand."""
        version = self.version
        publisher = "not known" if version.publisher == "unknown" else version.publisher
        return f"{self.authority}. {version.title}. {self.dated}. Publisher: {publisher}. {self.place}"

    @property
    def dated(self) -> str:
        """Which version it is and when that dates from; an inferred date is said to be inferred."""
        return f"Version {self.version.label}, {dated(self.version)}"

    @property
    def place(self) -> str:
        """Where its words stand, in which file, under what licence, and in which edition they were read."""
        version = self.version
        licence = "not known" if version.licence == "unknown" else version.licence
        return (
            f"Passage {self.passage.id}, in {version.original} with the sha256 {version.sha256[:12]}…. "
            f"Licence as recorded: {licence}. {self.read}."
        )

    @property
    def addresses(self) -> tuple[tuple[str, str], ...]:
        """Where it was found, and where it can be read in the reference site; each said first."""
        found = (("Found at", self.version.address or ""), ("The passage", self.page))
        return tuple((label, address) for label, address in found if address)


class Part(NamedTuple):
    """A paragraph of an exported answer: how it looks, its words, and the references it rests on."""

    style: Style
    words: str
    references: tuple[Reference, ...] = ()


def references(answer: Answer, library: Library, on: str, site: str = "") -> tuple[Reference, ...]:
    """The passages that an answer shows, numbered as they come; each citation is verified again.

    Raises CitationError where one does not hold, BadInput for a site that can be none.
    """
    prove(answer, library)
    quotes: dict[str, tuple[Passage, dict[str, None]]] = {}
    for citation in _shown(answer):
        quotes.setdefault(citation.passage.id, (citation.passage, {}))[1][citation.quote] = None
    base, read = at(site), f"Edition {library.folder.name}, read on {in_words(on)}"
    found = []
    for number, (passage, said) in enumerate(quotes.values(), 1):
        version = library.versions[passage.version]
        page = base.page(version) and f"{base.page(version)}#{percent(passage.place)}"
        leaflet, name = library.leaflets[version.leaflet], library.authorities[version.authority].name
        found.append(Reference(number, passage, version, leaflet, name, tuple(said), read, page))
    return tuple(found)


def _shown(answer: Answer) -> Iterator[Citation]:
    """The citations that a reader sees, in the order in which they stand."""
    for _, statements in _by_version(answer):
        for statement in statements:
            yield from (answer.citations[number] for number in statement.citations)
    yield from answer.nearest


def _by_version(answer: Answer) -> Iterator[tuple[str, list[Statement]]]:
    """The statements of an answer under the versions that they cite, in the order of the first of each."""

    def version(statement: Statement) -> str:
        return answer.citations[statement.citations[0]].passage.version

    cited = [statement for statement in answer.statements if statement.citations]
    order = list(dict.fromkeys(map(version, cited)))
    for id_, found in groupby(sorted(cited, key=lambda item: order.index(version(item))), version):
        yield id_, list(found)


# Paragraph by paragraph


def parts(answer: Answer, library: Library, on: str, site: str = "") -> Iterator[Part]:
    """An answer as it is exported, paragraph by paragraph: what `ask` shows, then its references."""
    numbered = {item.passage.id: item for item in references(answer, library, on, site)}
    yield Part("title", answer.question)
    if answer.alert:
        yield Part("text", answer.alert)
    status = load_wording(library.root).status[answer.status]
    yield Part("text", status + (f" As at {answer.as_at}." if answer.as_at else ""))
    yield from (Part("text", remark) for remark in answer.remarks)
    called = names(library.authorities.values(), [library.versions[id_] for id_, _ in _by_version(answer)])
    for id_, statements in _by_version(answer):
        version = library.versions[id_]
        yield Part("heading", f"{called[id_]} – {version.title}, {dated(version)}")
        yield from _in_force(answer, id_)
        for statement in statements:
            yield from _statement(statement, answer, numbered)
    yield from _silence(answer, library)
    yield from _differences(answer.divergences)
    if answer.nearest:
        yield Part("heading", "Nearest passages (not taken as an answer)")
    for citation in answer.nearest:
        yield from _led_in(citation, numbered)
    if numbered:
        yield Part("heading", "References")
    yield from (Part("reference", item.words, (item,)) for item in numbered.values())
    yield Part("stamp", f"Edition {library.folder.name}, read on {in_words(on)}. {UNSTATED} {CHECK}")


def _in_force(answer: Answer, version: str) -> Iterator[Part]:
    """Whether a version was in force at the date asked for, where one was."""
    certainty = {c.certainty for c in answer.citations if c.passage.version == version} - {None}
    if certainty:
        sure = "for certain" if "certain" in certainty else "possibly"
        yield Part("text", f"In force at that date: {sure}.")


def _statement(statement: Statement, answer: Answer, numbered: dict[str, Reference]) -> Iterator[Part]:
    citations = [answer.citations[number] for number in statement.citations]
    if statement.position is not None:
        yield Part("text", statement.text + ("" if statement.text.endswith(".") else "."))
    quoted = _led_in if statement.position is None else _quotation
    for citation in citations:
        yield from quoted(citation, numbered)


def _led_in(citation: Citation, numbered: dict[str, Reference]) -> Iterator[Part]:
    """The words of a passage that stand by themselves, led in as in the leaflet."""
    if citation.passage.lead_in:
        yield Part("text", citation.passage.lead_in)
    yield from _quotation(citation, numbered)


def _quotation(citation: Citation, numbered: dict[str, Reference]) -> Iterator[Part]:
    """The words cited, and why they may be damaged."""
    passage, (start, end) = citation.passage, citation.reading
    yield Part("quote", plain(citation.quote), (numbered[passage.id],))
    for doubt in passage.doubts:
        if doubt.span.start < end and start < doubt.span.end:
            yield Part("text", f"Uncertain words: {doubt.note}")


def _silence(answer: Answer, library: Library) -> Iterator[Part]:
    if answer.silent:
        who = ", ".join(library.authorities[slug].name for slug in answer.silent)
        yield Part("heading", f"Not stated{on_what(answer, library)}")
        yield Part("text", f"{who}. That is silence, not “no”.")


def _differences(found: Sequence[Divergence]) -> Iterator[Part]:
    between = [d for d in found if d.level == "group" and d.kind not in ("one_silent", "changed_over_time")]
    over_time = [d for d in found if d.level == "pair" and d.kind == "changed_over_time"]
    for title, rows in (("Where they differ", between), ("Between versions of one leaflet", over_time)):
        if rows:
            yield Part("heading", title)
        for row in rows:
            yield Part("item", f"{row.summary}. ({spoken(row.kind)}, {row.severity} severity)")


# Markdown


BEGINNING = re.compile(r"(?P<number>\d{1,9})(?=[.)])|(?=[-+=])")
"""How a line of text begins that Markdown would take for a list item, a rule or an underlined heading."""


def markdown(answer: Answer, library: Library, on: str, site: str = "") -> str:
    """An answer with its references as Markdown."""
    return as_markdown(parts(answer, library, on, site))


def as_markdown(paragraphs: Iterable[Part]) -> str:
    """Paragraphs as Markdown that shows them as they are."""
    return "\n\n".join(map(_marked, paragraphs)) + "\n"


def _marked(part: Part) -> str:
    words = _text(part.words)
    numbers = "".join(rf" \[{item.number}\]" for item in part.references)
    if part.style == "reference":
        (item,) = part.references
        where = "".join(f" {label}: {_address(address)}" for label, address in item.addresses)
        return f"{item.number}. {words}{where}"
    return {"title": f"# {words}", "heading": f"## {words}", "item": f"- {words}"}.get(
        part.style, f"> “{words}”{numbers}" if part.style == "quote" else words
    )


def _text(words: str) -> str:
    """Words that Markdown, pandoc's too, shows as they are on a line of their own."""
    line = re.sub(r"[$^@]", r"\\\g<0>", in_markdown(one_line(words)).strip())
    begins = BEGINNING.match(line)
    return line if begins is None else f"{begins['number'] or ''}\\{line[begins.end() :]}"


def _address(address: str) -> str:
    return f"<{address}>" if WEB.fullmatch(address) else _text(address)


# CSL-JSON


def csl_json(answer: Answer, library: Library, on: str, site: str = "") -> str:
    """The references of an answer as CSL-JSON, for a reference manager."""
    items: list[Json] = [_item(reference, on) for reference in references(answer, library, on, site)]
    return json.dumps(items, ensure_ascii=False, indent=1) + "\n"


def _item(reference: Reference, on: str) -> Json:
    version, leaflet = reference.version, reference.leaflet
    page, address = (
        where if WEB.fullmatch(where or "") else None for where in (reference.page, version.address)
    )
    item: dict[str, Json] = {
        "id": reference.passage.id,
        "type": GENRES.get(leaflet.genre.casefold(), "document"),
        "title": one_line(version.title),
        "author": [{"literal": one_line(reference.authority)}],
        "publisher": None if version.publisher == "unknown" else one_line(version.publisher),
        "issued": _issued(version),
        "language": one_line(leaflet.language),
        "genre": one_line(leaflet.genre),
        "URL": page or address,
        "accessed": {"date-parts": [_day(on)]} if page else None,
        "note": _note(reference),
    }
    return {key: value for key, value in item.items() if value is not None}


def _issued(version: Version) -> Json:
    """When a version was issued: a date where it is printed and certain, else the range in words."""
    from_ = version.valid.from_ or ""
    found = DATE.fullmatch(from_)
    if found and not found["mark"] and version.printed:
        return {"date-parts": [_day(from_)]}
    return {"literal": dated(version)} if in_words(version.valid.from_) != "not known" else None


def _day(day: str) -> list[Json]:
    return [int(part) for part in day.split("-")]


def _note(reference: Reference) -> str:
    """The words quoted and where they stand; `{:` would set a field in programs that read notes for fields."""
    quotes = " ".join(f"“{plain(quote)}”" for quote in reference.quotes)
    where = "".join(f" {label}: {address}" for label, address in reference.addresses)
    return one_line(f"Quoted: {quotes} {reference.dated}. {reference.place}{where}").replace(
        "{:", "[U+007B]:"
    )


def one_line(words: str) -> str:
    """Words on one line, with characters that act on a reader's screen spelt out."""
    return " ".join(shown(words).splitlines())
