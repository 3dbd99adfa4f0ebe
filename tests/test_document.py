"""Answers in Word: opened again, every quotation is its source's, and the file names nobody."""

import io
import re
import sys
from dataclasses import replace
from zipfile import ZipFile

import docx
import pytest
from hypothesis import HealthCheck, given, settings
from keeping import ON, QUESTIONS, SITE, STAMP, WORDS, hostile_answer, shown_quotes
from listings import HOSTILE

from readacross.answering import ask
from readacross.document import FORMS, as_word, exported, word_document, write_exported
from readacross.errors import BadInput, CitationError, GenerationError
from readacross.library import open_library
from readacross.markup import plain
from readacross.referencing import Part, one_line, parts, references


@pytest.fixture(scope="module")
def library(small_built):
    return open_library(small_built)


@pytest.fixture(scope="module", params=QUESTIONS, ids=lambda asked: f"{asked.question} {asked.as_at or ''}")
def answer(request, library):
    return ask(library, request.param)


@pytest.fixture(scope="module")
def appeal(library):
    return ask(library, QUESTIONS[0])


def reopened(data):
    return docx.Document(io.BytesIO(data))


@pytest.mark.parametrize("form", FORMS)
def test_an_answer_that_does_not_hold_is_not_exported(appeal, library, form):
    wrong = replace(appeal.citations[0], quote="You can appeal within 99 days of our letter.")
    with pytest.raises(CitationError, match="other words there"):
        exported(form, replace(appeal, citations=(wrong, *appeal.citations[1:])), library, ON)


def test_every_quotation_in_word_is_its_source_s(answer, library):
    written = reopened(word_document(answer, library, ON, SITE))
    quotes = [p for p in written.paragraphs if p.style.name == "Quote"]
    assert sorted(p.runs[0].text for p in quotes) == shown_quotes(answer)
    cited = {c.passage.id: c for c in (*answer.citations, *answer.nearest)}
    listed = {p.text.split("]")[0][1:]: p.text for p in written.paragraphs if p.text.startswith("[")}
    assert len(listed) == len(references(answer, library, ON))
    for paragraph in quotes:
        number = paragraph.text.rpartition("[")[2].rstrip("]")
        passage = listed[number].partition("Passage ")[2].partition(", in ")[0]
        reading = library.reading(passage.partition("#")[0])
        assert paragraph.runs[0].text.strip("“”") in plain(cited[passage].passage.span.of(reading))


def test_word_says_what_markdown_says(answer, library):
    written = reopened(word_document(answer, library, ON, SITE))
    expected = [one_line(part.words) for part in parts(answer, library, ON, SITE) if part.style != "stamp"]
    for words, paragraph in zip(expected, written.paragraphs, strict=True):
        assert words in paragraph.text
    assert (
        written.sections[0].footer.paragraphs[0].text.startswith(f"Edition {library.folder.name}, {STAMP}.")
    )
    styles = [p.style.name for p in written.paragraphs]
    assert styles[0] == "Title"
    assert "Heading 1" in styles


def test_numbers_lead_to_references_and_references_to_passages(appeal, library):
    data = word_document(appeal, library, ON, SITE)
    xml = ZipFile(io.BytesIO(data)).read("word/document.xml").decode()
    written = reopened(data)
    for number in (1, 2):
        assert xml.count(f'w:name="reference-{number}"') == 1
        assert f'w:anchor="reference-{number}"' in xml
    targets = {part.target_ref for part in written.part.rels.values() if part.is_external}
    assert targets == {item.page for item in references(appeal, library, ON, SITE)}
    assert not any(
        part.is_external for part in reopened(word_document(appeal, library, ON)).part.rels.values()
    )


def test_a_word_document_is_in_british_english_and_names_nobody(appeal, library):
    data = word_document(appeal, library, ON)
    properties = reopened(data).core_properties
    assert (properties.author, properties.last_modified_by) == ("Readacross", "Readacross")
    assert (properties.title, properties.language) == ("An answer with references", "en-GB")
    archive = ZipFile(io.BytesIO(data))
    texts = {name: archive.read(name).decode() for name in archive.namelist()}
    languages = {
        found
        for text in texts.values()
        for found in re.findall(r'<w:(?:lang|themeFontLang) w:val="([^"]*)"', text)
    }
    assert languages == {"en-GB"}
    assert not any(appeal.question in text for name, text in texts.items() if name != "word/document.xml")


def test_words_in_another_language_are_marked_so(appeal, library):
    reference = references(appeal, library, ON)[0]
    welsh = replace(reference, leaflet=replace(reference.leaflet, language="cy"))
    for item, marked in ((welsh, True), (reference, False)):
        xml = ZipFile(io.BytesIO(as_word([Part("quote", "Gair", (item,))], "e"))).read("word/document.xml")
        assert (b'<w:lang w:val="cy"/>' in xml) == marked


@pytest.mark.parametrize("form", FORMS)
def test_the_same_answer_makes_the_same_bytes(appeal, library, form):
    data = exported(form, appeal, library, ON, SITE)
    assert data == exported(form, appeal, library, ON, SITE)
    assert data != exported(form, appeal, library, "2026-02-02", SITE)
    if form == "docx":
        times = {entry.date_time for entry in ZipFile(io.BytesIO(data)).infolist()}
        assert times == {(1980, 1, 1, 0, 0, 0)}


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=40)
@given(HOSTILE)
def test_hostile_words_stay_words_in_word(words):
    styles = ("title", "heading", "text", "quote", "item")
    written = reopened(as_word([*(Part(style, words) for style in styles), Part("stamp", words)], "e"))
    found = [paragraph.text for paragraph in written.paragraphs]
    assert [text.strip("“”") for text in found] == [one_line(words).strip("“”")] * len(styles)
    assert written.sections[0].footer.paragraphs[0].text == one_line(words)
    assert not any(part.is_external for part in written.part.rels.values())


def test_without_python_docx_the_remedy_is_said(appeal, library, monkeypatch):
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(BadInput, match=r'pip install "readacross\[documents\]"'):
        word_document(appeal, library, ON)


def test_a_hostile_leaflet_is_quoted_to_the_letter_in_word(tmp_path):
    library, answer = hostile_answer(tmp_path / "base")
    written = reopened(word_document(answer, library, ON, SITE))
    (quote,) = [p.runs[0].text for p in written.paragraphs if p.style.name == "Quote"]
    assert quote == f"“x {WORDS}”"
    targets = {part.target_ref for part in written.part.rels.values() if part.is_external}
    assert targets == {f"{SITE}leaflets/northam/allotments/2019.html#can-i-appeal.2"}


# Writing


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    path = tmp_path / "answer.md"
    write_exported(b"before", path)
    write_exported(b"after", path)
    assert path.read_bytes() == b"after"
    assert [item.name for item in tmp_path.iterdir()] == ["answer.md"]
    with pytest.raises(BadInput, match="this is a folder"):
        write_exported(b"", tmp_path)
    with pytest.raises(GenerationError, match="The answer cannot be written"):
        write_exported(b"", tmp_path / "nowhere" / "answer.md")
