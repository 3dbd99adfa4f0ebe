"""Answers sent on: every quotation is its source's, every reference is whole, and hostile text stays text."""

import json
from dataclasses import replace
from types import SimpleNamespace

import pytest
from hypothesis import assume, given
from keeping import NEW, ON, QUESTIONS, SITE, STAMP, TITLE, WORDS, hostile_answer, shown_quotes
from listings import HOSTILE
from markdown_it import MarkdownIt

from readacross.answering import ask
from readacross.errors import BadInput
from readacross.library import open_library
from readacross.markup import plain
from readacross.model import Answer
from readacross.referencing import Part, as_markdown, csl_json, markdown, one_line, parts, references

FIELDS = {
    "type", "id", "categories", "language", "journalAbbreviation", "shortTitle", "author", "chair", "collection-editor",
    "compiler", "composer", "container-author", "contributor", "curator", "director", "editor", "editorial-director",
    "executive-producer", "illustrator", "interviewer", "organizer", "original-author", "performer", "producer",
    "recipient", "reviewed-author", "translator", "accessed", "available-date", "container", "event-date", "issued",
    "original-date", "submitted", "abstract", "annote", "archive", "archive_collection", "archive_location",
    "archive-place", "authority", "call-number", "chapter-number", "citation-number", "citation-label",
    "collection-number", "collection-title", "container-title", "container-title-short", "dimensions", "division",
    "DOI", "edition", "event", "event-place", "first-reference-note-number", "genre", "ISAN", "ISBN", "ISCI", "ISMN",
    "ISRC", "ISSN", "issue", "ISWC", "jurisdiction", "keyword", "locator", "medium", "note", "number",
    "number-of-pages", "number-of-volumes", "original-publisher", "original-publisher-place", "original-title", "page",
    "page-first", "part", "part-title", "PMCID", "PMID", "printing", "publisher", "publisher-place", "references",
    "reviewed-title", "scale", "section", "source", "status", "supplement", "title", "title-short", "translated-title",
    "translated-title-short", "URL", "version", "volume", "year-suffix", "custom",
}  # fmt: skip
"""The fields of csl-data.json, the schema of the Citation Style Language; any other is refused by it."""

LEAFLET_TYPES = {"pamphlet", "webpage", "report", "document"}


@pytest.fixture(scope="module")
def library(small_built):
    return open_library(small_built)


@pytest.fixture(scope="module", params=QUESTIONS, ids=lambda asked: f"{asked.question} {asked.as_at or ''}")
def answer(request, library):
    return ask(library, request.param)


@pytest.fixture(scope="module")
def appeal(library):
    return ask(library, QUESTIONS[0])


def read_markdown(text):
    """Each paragraph of a Markdown text as a browser would show it: the marks around it, and its words.

    Fails on anything but text and links in a paragraph.
    """
    around = []
    for token in MarkdownIt("commonmark").parse(text):
        if token.nesting:
            around = [*around, token.tag] if token.nesting > 0 else around[:-1]
        elif token.type == "inline":
            kinds = {child.type for child in token.children}
            assert kinds <= {"text", "text_special", "link_open", "link_close"}, token.content
            yield "/".join(around), "".join(child.content for child in token.children)
        else:
            raise AssertionError(token.type)


# References


def test_references_are_numbered_as_they_come_and_each_passage_once(appeal, library):
    found = references(appeal, library, ON)
    assert [item.number for item in found] == [1, 2]
    assert [item.passage.id for item in found] == [
        "northam/allotments@2012#can-i-appeal.1", "northam/allotments@2019#can-i-appeal.1",
    ]  # fmt: skip
    assert found[0].quotes == ("You can appeal within 21 days of our letter.", "within 21 days of our letter")


def test_a_reference_says_who_what_when_where_and_from_which_file(appeal, library):
    words = references(appeal, library, ON)[1].words
    digest = library.versions[NEW].sha256
    assert words == (
        "Northam. Allotments in Northam. Version 2019, 15 January 2019. Publisher: The council. "
        f"Passage {NEW}#can-i-appeal.1, in original.txt with the sha256 {digest[:12]}…. "
        f"Licence as recorded: not known. Edition {library.folder.name}, {STAMP}."
    )


def test_an_inferred_date_is_said_to_be_inferred(appeal, library):
    first = references(appeal, library, ON)[0]
    version = replace(first.version, evidence=(), valid=replace(first.version.valid, from_="2006-04/2015-06"))
    inferred = replace(first, version=version)
    assert "Version 2012, some time between April 2006 and June 2015 (inferred)." in inferred.words


@pytest.mark.parametrize(
    ("site", "page"),
    [
        ("", ""),
        ("https://leaflets.example", "https://leaflets.example/leaflets/northam/allotments/2012.html#can-i-appeal.1"),
        ("https://leaflets.example/a/", "https://leaflets.example/a/leaflets/northam/allotments/2012.html#can-i-appeal.1"),
    ],
)  # fmt: skip
def test_a_reference_leads_to_its_passage_where_there_is_a_site(appeal, library, site, page):
    assert references(appeal, library, ON, site)[0].page == page
    assert (f"<{page}>" in markdown(appeal, library, ON, site)) == bool(page)


def test_what_cannot_be_a_site_is_refused(appeal, library):
    with pytest.raises(BadInput, match="not where a site can stand"):
        references(appeal, library, ON, "javascript:alert(1)")


# Markdown


def test_markdown_says_what_ask_says_and_quotes_what_the_sources_say(answer, library):
    found = list(read_markdown(markdown(answer, library, ON, SITE)))
    assert found[0] == ("h1", answer.question)
    quotes = [words.rpartition(" [") for where, words in found if where == "blockquote/p"]
    assert sorted(quote for quote, _, _ in quotes) == shown_quotes(answer)
    listed = [words for where, words in found if where == "ol/li/p"]
    numbered = references(answer, library, ON, SITE)
    assert len(listed) == len(numbered)
    for item, words in zip(numbered, listed, strict=True):
        assert words.startswith(item.words)
        said = {f"“{plain(quote)}”" for quote in item.quotes}
        assert {quote for quote, _, number in quotes if number == f"{item.number}]"} == said
    assert found[-1][1].startswith(f"Edition {library.folder.name}, {STAMP}.")
    assert found[-1][1].endswith("Check the leaflet before use.")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (0, ["The sources answer.", "An appeal can be made.", "The decision is final.", "Sudley. That is silence, not “no”.",
             "Northam (2012) – Allotments in Northam, May 2012", "Between versions of one leaflet", "References"]),
        (1, ["As at 2013.", "In force at that date: possibly."]),
        (3, ["The sources do not answer this question.", "Nearest passages (not taken as an answer)"]),
    ],
)  # fmt: skip
def test_every_part_of_an_answer_is_exported(library, asked, words):
    text = "\n".join(part.words for part in parts(ask(library, QUESTIONS[asked]), library, ON))
    assert [word for word in words if word not in text] == []


def test_an_alert_comes_first_and_remarks_are_kept(appeal, library):
    told = replace(appeal, alert="Ring 999.", remarks=("Read as a question about Northam.",))
    assert [part.words for part in parts(told, library, ON)][:4] == [
        appeal.question, "Ring 999.", "The sources answer.", "Read as a question about Northam.",
    ]  # fmt: skip


def test_an_answer_without_citations_has_no_list_of_references(library):
    empty = Answer("Why?", None, "out_of_scope", (), (), (), (), ())
    assert [part.style for part in parts(empty, library, ON)] == ["title", "text", "stamp"]


@given(HOSTILE)
def test_hostile_words_stay_words_in_markdown(words):
    assume(one_line(words).strip())
    styles = {"title": "h1", "heading": "h2", "text": "p", "quote": "blockquote/p", "item": "ul/li/p"}
    for style, where in styles.items():
        ((found, shown),) = read_markdown(as_markdown([Part(style, words)]))
        assert found == where
        assert shown == (f"“{one_line(words).strip()}”" if style == "quote" else one_line(words).strip())


@pytest.mark.parametrize(
    "words",
    [
        "1. one",
        "1) one",
        "- one",
        "+ one",
        "= one",
        "--- ",
        "===",
        "    one",
        "#",
        "> a",
        "$x$",
        "@a",
        "a^b^",
    ],
)
def test_words_that_look_like_marks_are_words(words):
    ((where, shown),) = read_markdown(as_markdown([Part("text", words)]))
    assert (where, shown) == ("p", words.strip())


def test_marks_that_pandoc_reads_are_escaped_too():
    assert as_markdown([Part("text", "$x$ @a a^b^")]) == "\\$x\\$ \\@a a\\^b\\^\n"


# CSL-JSON


def test_csl_json_holds_the_fields_of_its_schema_and_no_other(answer, library):
    items = json.loads(csl_json(answer, library, ON, SITE))
    numbered = references(answer, library, ON, SITE)
    assert [item["id"] for item in items] == [item.passage.id for item in numbered]
    assert len({item["id"] for item in items}) == len(items)
    for item, reference in zip(items, numbered, strict=True):
        assert item.keys() <= FIELDS
        assert item["type"] in LEAFLET_TYPES
        assert item["author"] == [{"literal": reference.authority}]
        assert item["language"] == "en"
        for quote in reference.quotes:
            assert f"“{plain(quote)}”" in item["note"]
        assert reference.passage.id in item["note"]
        assert f"Edition {library.folder.name}, {STAMP}" in item["note"]
        assert "\n" not in item["note"]
        assert item["URL"] == reference.page
        assert item["accessed"] == {"date-parts": [[2026, 2, 1]]}


@pytest.mark.parametrize(
    ("from_", "printed", "issued"),
    [
        ("2017", True, {"date-parts": [[2017]]}),
        ("2017-03", True, {"date-parts": [[2017, 3]]}),
        ("2017-03-05", True, {"date-parts": [[2017, 3, 5]]}),
        ("2017-03", False, {"literal": "March 2017 (inferred)"}),
        ("2011-05~", True, {"literal": "about May 2011"}),
        ("2006-04/2015-06", False, {"literal": "some time between April 2006 and June 2015 (inferred)"}),
        ("../2020-12", False, {"literal": "some time up to December 2020 (inferred)"}),
        (None, False, None),
    ],
)
def test_a_date_is_a_date_only_where_it_is_certain(appeal, library, from_, printed, issued):
    version = library.versions[NEW]
    evidence = version.evidence if printed else ()
    dated = replace(version, valid=replace(version.valid, from_=from_), evidence=evidence)
    (item,) = items_of(appeal, library, dated)
    assert item.get("issued") == issued


@pytest.mark.parametrize(
    ("genre", "publisher", "address", "found"),
    [
        ("leaflet", "The council", None, {"type": "pamphlet", "publisher": "The council"}),
        ("web page", "The council", "https://a.example/b_(c)", {"type": "webpage", "publisher": "The council"}),
        ("report", "unknown", "https://a.example/b", {"type": "report", "URL": "https://a.example/b"}),
        ("song", "unknown", "javascript:alert(1)", {"type": "document"}),
    ],
)  # fmt: skip
def test_what_is_not_known_is_left_out(appeal, library, genre, publisher, address, found):
    version = replace(library.versions[NEW], publisher=publisher, address=address)
    (item,) = items_of(appeal, library, version, genre)
    assert {key: item[key] for key in ("type", "publisher", "URL", "accessed") if key in item} == found
    assert "accessed" not in item, "nobody says when the address was read"
    assert (f"Found at: {address}" in item["note"]) == (address is not None)


def items_of(answer, library, version, genre="leaflet"):
    """The CSL item of one citation of a version whose record is another."""
    answer = replace(
        answer,
        statements=(),
        citations=(),
        nearest=tuple(c for c in answer.citations if c.passage.version == NEW)[:1],
    )
    leaflet = replace(library.leaflets[version.leaflet], genre=genre)
    other = SimpleNamespace(
        root=library.root, folder=library.folder, reading=library.reading, authorities=library.authorities,
        versions={version.id: version}, leaflets={leaflet.id: leaflet},
    )  # fmt: skip
    return json.loads(csl_json(answer, other, ON))


# A hostile leaflet


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    return hostile_answer(tmp_path_factory.mktemp("hostile") / "base")


def test_a_hostile_leaflet_is_quoted_to_the_letter_in_markdown(hostile):
    library, answer = hostile
    found = list(read_markdown(markdown(answer, library, ON, SITE)))
    assert ("blockquote/p", f"“x {WORDS}” [1]") in found
    assert found[0] == ("h1", "Is <u>it</u> so?")
    assert ("h2", f"Northam – {TITLE}, 15 January 2019") in found


def test_a_hostile_leaflet_sets_no_field_in_csl_json(hostile):
    library, answer = hostile
    (item,) = json.loads(csl_json(answer, library, ON))
    assert "URL" not in item
    assert "{:" not in item["note"]
    assert "[U+007B]:type: bill}" in item["note"]
    assert item["title"] == TITLE
