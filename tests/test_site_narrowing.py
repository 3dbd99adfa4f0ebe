"""The matrix of one topic, one authority or one time: pages that say the same as the whole, without a script."""

from dataclasses import replace
from datetime import date

import pytest

from readacross.model import Period
from readacross.site import matrix as matrices
from readacross.site import narrowing
from readacross.site.asking import digests
from readacross.site.gathering import gather
from readacross.site.matrix import matrix, matrix_pages
from readacross.site.narrowing import as_at, times
from readacross.site.pages import home

pytestmark = pytest.mark.filterwarnings("ignore:'myst_parser:PendingDeprecationWarning")

TOP = (("Readacross", "index"),)


@pytest.fixture(scope="module")
def shelf(real_base):
    return gather(real_base)


@pytest.fixture(scope="module")
def found(shelf):
    return digests(shelf)


class Held:
    """Versions as a library holds them, each from a year to a year; None where that is not known."""

    def __init__(self, versions, years):
        made = []
        for version, (first, last) in zip(versions, years, strict=True):
            from_ = date(first, 4, 1) if first else None
            until = date(last, 6, 30) if last else None
            made.append(replace(version, valid=Period(None, None, "", from_, None, None, until)))
        self.versions = {version.id: version for version in made}

    def current(self):
        return tuple(version for version in self.versions.values() if version.status == "current")


@pytest.mark.parametrize(
    ("years", "told"),
    [
        # central bedfordshire, southwark, staffordshire, surrey's board (superseded), surrey's council
        ([(None, None)] * 3 + [(None, 2015), (None, None)], ["until 2015"]),
        ([(2009, None), (2011, None), (2017, None), (2006, 2020), (2006, None)],
         ["2006 to 2008", "2009 to 2010", "2011 to 2016", "2017 to 2020"]),
        ([(2010, None)] * 3 + [(2010, None), (2010, None)], ["since 2010"]),
        ([(2010, None)] * 3 + [(2008, 2009), (2010, None)], ["2008 to 2009"]),
        ([(2010, None)] * 3 + [(2009, 2009), (2010, None)], ["2009"]),
        ([(None, None)] * 5, []),
    ],
)  # fmt: skip
def test_times_are_the_years_in_which_other_versions_may_have_been_in_force(shelf, years, told):
    held = Held(shelf.library.versions.values(), years)
    assert [time.words for time in times(held)] == told


def test_too_many_times_to_choose_from_are_left_out(shelf, monkeypatch):
    monkeypatch.setattr(narrowing, "MOST_TIMES", 3)
    assert times(shelf.library) == ()


def test_the_table_of_a_time_shows_the_versions_of_then_and_how_they_differed(shelf, found):
    first = times(shelf.library)[0]
    assert [version.label for version in first.versions] == ["board", "council"]
    lines = [
        line
        for block in matrix(first.versions, [*as_at(shelf, found, first.versions)])
        for line in block.lines
    ]
    by_question = {line.question.id: line for line in lines}
    challenged = by_question["complaint.decision_challengeable"]
    assert [cell.sign for cell in challenged.cells] == ["differs", "differs"]
    assert (challenged.kind, challenged.severity) == ("changed_over_time", "high")
    limit = by_question["complaint.time_limit"]
    assert [cell.sign for cell in limit.cells] == ["says", "silent"]
    assert len(lines) == len(shelf.library.questions)


def test_a_table_of_a_topic_or_an_authority_holds_what_the_whole_holds(shelf, found):
    whole = matrix(shelf.library.current(), found)
    surrey = [version for version in shelf.library.current() if version.authority == "surrey"]
    own = matrix(surrey, found)
    for all_, some in zip(whole, own, strict=True):
        for line, narrowed in zip(all_.lines, some.lines, strict=True):
            assert [cell for cell in line.cells if cell.version in surrey] == list(narrowed.cells)
            assert narrowed.severity == (line.severity if narrowed.differs else "none")


def test_there_is_a_page_for_each_topic_authority_and_time_and_none_needs_a_script(shelf, found):
    pages = {page.name: page for page in matrix_pages(shelf, found, TOP, "data/x.csv")}
    assert {f"matrix/{digest.topic.id}" for digest in found if digest.asked} <= pages.keys()
    assert {f"matrix/of/{slug}" for slug in shelf.library.authorities} <= pages.keys()
    assert {"matrix/as-at/2006", "matrix/as-at/2017"} <= pages.keys()
    for name, page in pages.items():
        assert bool(page.scripts) == (name == "matrix")
        assert all(f'{other}.html"' in page.html or other == name for other in pages if other != "matrix")


def test_many_leaflets_have_a_page_for_each_topic_alone_and_the_home_page_says_so(shelf, found, monkeypatch):
    assert "in one table" in home(shelf)
    monkeypatch.setattr(matrices, "MOST", 3)
    assert "in one table" not in home(shelf)
    assert "in a table for each topic" in home(shelf)
    pages = {page.name: page for page in matrix_pages(shelf, found, TOP, "data/x.csv")}
    assert not any(name.startswith(("matrix/of/", "matrix/as-at/")) for name in pages)
    assert pages["matrix/complaints"].scripts
    assert 'class="narrowing"' in pages["matrix/complaints"].html


def test_a_reader_without_a_script_comes_to_one_authority_and_one_time(chromium, real_base):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((real_base / "build/site/matrix.html").as_uri())
    for words, heads in (("Surrey", 1), ("2011 to 2016", 4)):
        page.get_by_text("Tables of one topic").click()
        page.locator("main .inline").get_by_role("link", name=words, exact=True).click()
        assert page.locator("thead th[data-of]").count() == heads
        assert page.locator("form:visible").count() == 0
    context.close()
