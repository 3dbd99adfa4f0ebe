"""The matrix narrowed to a topic, to authorities, to a year; the choice stays in the address and in this browser."""

import pytest

pytestmark = pytest.mark.filterwarnings("ignore:'myst_parser:PendingDeprecationWarning")


@pytest.fixture
def matrix(chromium, real_base):
    """The matrix in a window that says what it asks for and complains of."""
    page = chromium.new_page()
    page.wrong = []
    page.on("console", lambda line: page.wrong.append(line.text))
    page.goto((real_base / "build/site/matrix.html").as_uri())
    yield page
    assert page.wrong == []
    page.close()


def heads(page):
    return page.locator("thead th[data-of]:visible > a").all_inner_texts()


def test_everything_is_shown_at_first(matrix):
    assert matrix.locator("#shown").inner_text() == "102 questions, 4 leaflets shown."


def test_one_topic(matrix):
    matrix.get_by_label("Topic", exact=True).select_option("complaints")
    assert matrix.locator("tbody:visible").count() == 1
    assert matrix.url.endswith("#topic=complaints")


def test_some_authorities_and_back_to_all(matrix):
    for name in ("Surrey", "Staffordshire"):
        matrix.get_by_label(name).check()
    assert heads(matrix) == ["Staffordshire", "Surrey"]
    assert matrix.locator("tr.high").first.locator("td:visible").count() == 2
    matrix.get_by_label("Surrey").uncheck()
    matrix.get_by_label("Staffordshire").uncheck()
    assert len(heads(matrix)) == 4
    assert "#" not in matrix.url


@pytest.mark.parametrize(("year", "shown"), [("2008", 1), ("2010", 2), ("2018", 4), ("20", 4)])
def test_only_leaflets_that_may_have_been_in_force(matrix, year, shown):
    matrix.get_by_label("May have been in force").fill(year)
    assert len(heads(matrix)) == shown


def test_only_differences_and_a_topic_together(matrix):
    matrix.get_by_label("Topic", exact=True).select_option("complaints")
    matrix.locator("label", has_text="only where they differ").click()
    assert matrix.locator("#shown").inner_text() == "3 questions, 4 leaflets shown."


def test_a_shared_address_shows_what_was_chosen(chromium, real_base):
    page = chromium.new_page()
    page.goto(
        (real_base / "build/site/matrix.html").as_uri()
        + "#topic=supporter&authority=surrey&authority=southwark"
    )
    assert heads(page) == ["Southwark", "Surrey"]
    assert page.get_by_label("Surrey").is_checked()
    assert page.locator("tbody:visible").count() == 1
    page.close()
