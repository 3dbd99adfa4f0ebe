"""The proof of a built site: whatever a page shows otherwise than the model holds it is caught."""

import re
import shutil

import pytest

from readacross.site.gathering import gather
from readacross.site.proof import Unfit, prove
from tests.test_site import PAGE

# MyST uses names of Sphinx that a later Sphinx will drop; that is theirs to mend.
pytestmark = pytest.mark.filterwarnings("ignore:'myst_parser:PendingDeprecationWarning")


@pytest.fixture(scope="module")
def base(real_base):
    """A copy of this knowledge base with its site."""
    return real_base


@pytest.fixture(scope="module")
def site(base):
    return base / "build" / "site"


@pytest.fixture(scope="module")
def shelf(base):
    return gather(base)


@pytest.fixture(scope="module")
def small_site(small_base):
    """The site of the small knowledge base about allotments."""
    return small_base / "build" / "site"


@pytest.fixture
def spoilt(site, tmp_path):
    """A copy of the site that a test may spoil."""
    return shutil.copytree(site, tmp_path / "site")


def test_every_quotation_passage_and_original_is_compared(site, shelf):
    passages = sum(len(text.passages) for text in shelf.texts.values())
    quotes = sum(len(item.quotes) for found in shelf.positions.values() for item in found)
    assert prove(site, shelf) >= passages + 2 * quotes + len(shelf.texts)


@pytest.mark.parametrize(
    ("page", "words", "instead", "said"),
    [
        (PAGE, "cannot be challenged", "can be challenged", "not what the leaflet says"),
        (PAGE, "<pre tabindex", "<pre data-x tabindex", None),
        (PAGE, 'data-passage="', 'data-other="', "not all those of"),
        (
            PAGE,
            "decision cannot be challenged.</p>",
            "decision cannot be challenged.<i>!</i></p>",
            "<i> stands among",
        ),
        (
            PAGE,
            "decision cannot be challenged.</p>",
            "decision cannot be challenged. </p>",
            "not what the leaflet says",
        ),
        (PAGE, 'href="#complaints"', 'href="#complaint"', "no such place"),
        (PAGE, "../../../index.html", "../../../home.html", "no such page"),
        (PAGE, 'id="complaints"', 'id="complaints.1"', "used twice"),
        (PAGE, "data-span", "data-sp", "not what the leaflet says"),
        (
            "topics/complaints.html",
            "decision cannot be challenged.</q>",
            "decision can be challenged.</q>",
            "not what",
        ),
        ("topics/complaints.html", "data-quote", "data-q", "is missing from the page"),
        (
            "index.html",
            "decision cannot be challenged.</q>",
            "decision cannot be  challenged.</q>",
            "not what",
        ),
    ],
)
def test_a_page_that_was_tampered_with_is_caught(spoilt, shelf, page, words, instead, said):
    path = spoilt / page
    text = path.read_text("utf-8")
    assert words in text
    path.write_text(text.replace(words, instead), "utf-8")
    if said is None:
        prove(spoilt, shelf)
        return
    with pytest.raises(Unfit, match=re.escape(said)) as caught:
        prove(spoilt, shelf)
    assert str(caught.value).startswith(page)
    assert "\n" not in str(caught.value)


def test_a_missing_page_is_caught(spoilt, shelf):
    (spoilt / PAGE).unlink()
    with pytest.raises(Unfit):
        prove(spoilt, shelf)


def test_the_redline_is_shown_and_proven_where_texts_are_alike(small_site, small_built):
    page = small_site / "history/northam/allotments.html"
    text = page.read_text("utf-8")
    assert "<del>" in text
    assert "<ins>" in text
    shelf = gather(small_built)
    prove(small_site, shelf)
    page.write_text(text.replace("<ins>", "<ins>not ", 1), "utf-8")
    with pytest.raises(Unfit, match="not what the leaflet says"):
        prove(small_site, shelf)
    page.write_text(text, "utf-8")


@pytest.mark.parametrize(
    ("page", "words", "instead"),
    [
        ("questions/appeal.possible.html", "Our decision is final.</q>", "Our decision is not final.</q>"),
        ("compare/northam/allotments/2012-and-2019.html", "You can appeal within", "You can appeal after"),
        ("history/northam/allotments.html", "Our decision is final.</q>", "Our decision is law.</q>"),
        ("questions/appeal.possible.html", "data-quote", "data-part"),
        ("matrix.html", "#can-i-appeal.1", "#can-i-appeal.9"),
    ],
)
def test_a_page_for_officers_that_was_tampered_with_is_caught(small_site, small_built, page, words, instead):
    path = small_site / page
    before = path.read_text("utf-8")
    assert words in before
    path.write_text(before.replace(words, instead), "utf-8")
    try:
        with pytest.raises(Unfit, match=re.escape(page)):
            prove(small_site, gather(small_built))
    finally:
        path.write_text(before, "utf-8")
