"""Where an authority stands alone, how its leaflets read, and the versions of a leaflet on a line."""

from dataclasses import replace

import pytest

from readacross.site.asking import digests
from readacross.site.authorities import by_authority, standing
from readacross.site.gathering import gather
from readacross.site.readability import readability

pytestmark = pytest.mark.filterwarnings("ignore:'myst_parser:PendingDeprecationWarning")


@pytest.fixture(scope="module")
def shelf(real_base):
    return gather(real_base)


@pytest.fixture(scope="module")
def site(real_base):
    return real_base / "build" / "site"


def test_who_alone_speaks_or_is_silent_is_counted_from_the_answers(shelf):
    found = digests(shelf)
    said = by_authority(found)
    for slug in shelf.library.authorities:
        stands = standing(said.get(slug, ()))
        speaks, silent = set(), set()
        for one in (one for digest in found for one in digest.asked):
            stated = [item.version.authority for item in one.said if not item.silent]
            quiet = [item.version.authority for item in one.said if item.silent]
            speaks |= {one.question.id} if stated == [slug] else set()
            silent |= {one.question.id} if quiet == [slug] else set()
        assert {alone.asked.question.id for alone in stands.speaks} == speaks
        assert {alone.asked.question.id for alone in stands.silent} == silent
        for alone in stands.otherwise:
            others = {item.words for item in alone.asked.stated if item.version != alone.said.version}
            assert len(others) == 1
            assert alone.said.words not in others


@pytest.mark.parametrize(
    ("texts", "sentences", "words", "age", "lix", "longest"),
    [
        (["You can bring a friend. We will help you."], 2, 9, 5, 4, []),
        (["Write to the clerk", "Say which site you want"], 2, 9, 5, 4, []),
        (["one two three four five six seven eight nine ten " * 2 + "eleven."], 1, 21, 13, 21, [21]),
        (["Professionals investigate circumstances."], 1, 3, 43, 103, []),
        (["– 7 ·"], 1, 1, 5, 1, []),
    ],
)  # fmt: skip
def test_measures_are_those_of_the_published_formulas(shelf, texts, sentences, words, age, lix, longest):
    sample = next(iter(shelf.texts.values())).passages[1]
    read = readability([replace(sample, kind="paragraph", text=text) for text in texts])
    assert (read.sentences, read.words, read.lix) == (sentences, words, lix)
    assert read.age == age
    assert [item.length for item in read.long] == longest


def test_headings_are_no_sentences_and_nothing_is_measured_of_nothing(shelf):
    heading = next(iter(shelf.texts.values())).passages[0]
    assert heading.kind == "heading"
    assert readability([heading]) is None


def test_long_sentences_are_quoted_and_lead_to_their_passage(site, shelf):
    page = (site / "authorities/surrey.html").read_text("utf-8")
    read = readability(shelf.texts["surrey/child-protection-conferences@council"].passages)
    assert page.count('data-part="surrey/child-protection-conferences@council#') == len(read.long) > 0
    assert "reading age of 9" in page


def test_the_versions_of_a_leaflet_stand_on_a_line_and_the_one_shown_is_named(site):
    page = (site / "leaflets/surrey/child-protection-conferences/board.html").read_text("utf-8")
    line = page[page.index("Versions of this leaflet") :].partition("</nav>")[0]
    assert line.index('aria-current="page">Some time between April 2006') < line.index("council.html")
    assert "Versions of this leaflet" not in (
        site / "leaflets/southwark/child-protection-conferences/undated.html"
    ).read_text("utf-8")


def test_home_names_what_is_new_and_how_much_is_covered(site):
    page = (site / "index.html").read_text("utf-8")
    for words in (
        "Recent changes",
        "What changed: Surrey County Council",
        "510 answers coded",
        "Also of high severity",
    ):
        assert words in page
