"""A version's page: a passage is marked in the reading text and in the original, with a script and without one."""

import pytest

from readacross.site.laying import marks
from tests.small import NORTHAM_1

pytestmark = pytest.mark.filterwarnings("ignore:'myst_parser:PendingDeprecationWarning")

PAGE = "leaflets/staffordshire/child-protection-conferences/2017-03.html"
PLACE = "what-if-i-do-not-agree-with-the-conference.1"
MARKED = """() => [...document.querySelectorAll('[data-n]')].filter(e => !/[ /,] 0\\)$/.test(getComputedStyle(e).backgroundColor))
  .map(e => [e.classList[0], e.textContent.trim().replace(/\\s+/g, ' ').slice(0, 30)])"""
"""What looks marked: in which text, and how it begins."""


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def visit(request, chromium, real_base):
    """The page of a leaflet whose columns were scrambled, opened at a place."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, java_script_enabled=request.param)
    page = context.new_page()

    def opened(place, width=1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto((real_base / "build/site" / PAGE).as_uri() + place)
        return page

    opened.scripted = request.param
    yield opened
    context.close()


@pytest.mark.parametrize("place", [f"#{PLACE}", f"#o:{PLACE}"])
def test_the_passage_in_the_address_is_marked_in_both_texts_and_no_other_is(visit, place):
    found = visit(place).evaluate(MARKED)
    assert found == [
        ["passage", "As we have previously explaine"],
        ["held", "As we have previously explaine"],
    ]


def test_nothing_is_marked_at_first(visit):
    assert visit("").evaluate(MARKED) == []


def test_every_stretch_of_a_passage_that_was_torn_apart_is_marked(visit):
    page = visit("")
    torn = page.evaluate(
        """() => {
          const held = [...document.querySelectorAll('.held')].map(one => one.dataset.n);
          return document.querySelector(`.passage[data-n="${held.find((n, at) => held.indexOf(n) < at)}"]`).id;
        }"""
    )
    stretches = [kind for kind, _ in visit(f"#{torn}").evaluate(MARKED)]
    assert stretches[0] == "passage"
    assert stretches.count("held") > 1


@pytest.mark.parametrize("width", [1280, 320])
def test_links_lead_to_the_original_and_back(visit, width):
    page = visit(f"#{PLACE}", width)
    page.locator(".to-original:visible").click()
    assert page.locator(".held:target").bounding_box()["y"] < 800
    back = page.locator(".back a")
    assert 0 <= back.bounding_box()["y"] < 800
    back.click()
    assert page.url.endswith(f"#{PLACE}" if visit.scripted else "#s:reading")


def test_what_is_pointed_at_is_marked_and_brought_into_view_beside_it(chromium, real_base):
    page = chromium.new_page(viewport={"width": 1280, "height": 800})
    page.goto((real_base / "build/site" / PAGE).as_uri())
    passage = page.locator(f"[id='{PLACE}']")
    passage.hover()
    assert [kind for kind, _ in page.evaluate(MARKED)] == ["passage", "held"]
    page.goto((real_base / "build/site" / PAGE).as_uri() + f"#{PLACE}")
    box, region = (
        page.locator(f"[id='o:{PLACE}']").bounding_box(),
        page.locator(".original pre").bounding_box(),
    )
    assert region["y"] <= box["y"] <= region["y"] + region["height"]
    page.locator(".held", has_text="The Social Worker").first.click()
    assert not page.url.endswith(PLACE)
    assert page.locator(".passage:target").count() == 1
    page.close()


def test_at_most_one_stop_of_the_keyboard_more_for_each_passage(chromium, real_base):
    page = chromium.new_page()
    page.goto((real_base / "build/site" / PAGE).as_uri())
    passages = page.locator(".passage").count()
    assert page.locator(".columns a:visible").count() <= passages + 3
    page.close()


def test_numbers_have_three_digits_and_end_there(small_built):
    from readacross.site.gathering import gather

    shelf = gather(small_built)
    text = next(item for item in shelf.texts.values() if item.original == NORTHAM_1)
    assert list(marks(text).values())[:2] == ["h0 t0 u0", "h0 t0 u1"]
