"""Everybody can read the site: axe-core's every rule, 320 px, the keyboard alone, no JavaScript, no motion."""

from itertools import cycle

import pytest

from tests.axing import MODES, findings, kinds

pytestmark = pytest.mark.filterwarnings("ignore:'myst_parser:PendingDeprecationWarning")

VERSION = "leaflets/staffordshire/child-protection-conferences/2017-03.html"
QUESTION = "questions/complaint.decision_challengeable.html"


@pytest.fixture(scope="module")
def site(real_base):
    return real_base / "build" / "site"


@pytest.fixture
def page(chromium):
    """A window whose pages may be looked into: axe is not the site's own, so the site would refuse it."""
    context = chromium.new_context(bypass_csp=True)
    yield context.new_page()
    context.close()


def test_no_kind_of_page_has_a_finding_at_any_width_in_light_or_dark(page, small_base):
    small = small_base / "build" / "site"
    found = {kind: findings(page, (small / path).as_uri()) for kind, path in kinds(small).items()}
    assert len(found) > 12
    assert {kind: wrong for kind, wrong in found.items() if wrong} == {}


def test_a_real_page_of_each_kind_has_no_finding(page, site):
    """One mode each, to be quick; all modes of all kinds are gone through by `make accessible`."""
    found = {
        kind: findings(page, (site / path).as_uri(), [mode])
        for (kind, path), mode in zip(kinds(site).items(), cycle(MODES), strict=False)
        if kind != "authorities" and not kind.endswith("/index")
    }
    assert {kind: wrong for kind, wrong in found.items() if wrong} == {}


SPACED = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; } p { margin-bottom: 2em !important; }"
"""The spacing that WCAG 1.4.12 lets readers set."""


def test_no_page_scrolls_sideways_at_320_px_which_is_a_zoom_of_400_percent(page, site):
    page.set_viewport_size({"width": 320, "height": 700})
    wide = {}
    alike = ("questions", "topics", "decisions")
    many = [path for path in sorted(site.rglob("*.html")) if path.parent.name not in alike]
    for path in (*many, *(site / path for kind, path in kinds(site).items() if kind in alike)):
        page.goto(path.as_uri())
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 320:
            wide[path.relative_to(site).as_posix()] = width
    assert wide == {}


@pytest.mark.parametrize("path", ["index.html", "matrix.html", VERSION, QUESTION])
def test_a_reader_may_space_letters_and_lines_wider(page, site, path):
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto((site / path).as_uri())
    page.add_style_tag(content=SPACED)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


STOP = """async () => {
  const stop = document.activeElement;
  if (stop === document.body) return null;
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  stop.scrollIntoView({block: 'nearest'});
  const style = getComputedStyle(stop), box = stop.getClientRects()[0] || stop.getBoundingClientRect();
  const at = document.elementFromPoint(box.x + Math.min(box.width, 300) / 2, box.y + Math.min(box.height, 20) / 2);
  return {what: stop.outerHTML.slice(0, 90), outlined: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    high: box.height, on: !!at && (stop.contains(at) || at.contains(stop) || (stop.labels && [...stop.labels].some(l => l.contains(at))))};
}"""
"""The element that has the focus: whether that is seen, and whether anything covers it, once what came into view is
laid out."""


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("path", ["index.html", "matrix.html", VERSION, QUESTION])
def test_every_stop_of_the_keyboard_is_outlined_and_nothing_covers_it(page, site, path, backwards):
    page.set_viewport_size({"width": 1280, "height": 700})
    page.goto((site / path).as_uri())
    if backwards:
        page.locator("footer a").last.focus()
    wrong, stops = [], 0
    for _ in range(120):
        page.keyboard.press("Shift+Tab" if backwards else "Tab")
        stop = page.evaluate(STOP)
        if stop is None:
            break
        stops += 1
        if not (stop["outlined"] and stop["on"]):
            wrong.append(stop)
    assert stops > 20
    assert wrong == []


def press(page, words):
    """Go on by Tab to the link or control with these words, and press Enter."""
    for _ in range(150):
        page.keyboard.press("Tab")
        if words in page.evaluate("document.activeElement.innerText || ''"):
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"the keyboard does not come to {words!r}")


def test_an_officer_comes_from_home_to_the_words_in_the_original_by_keyboard_alone(page, site):
    page.goto((site / "index.html").as_uri())
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.tagName") == "MAIN"
    press(page, "Challenging the decision")
    page.wait_for_url("**/complaint.decision_challengeable.html")
    press(page, "Not stated in this leaflet")
    assert page.get_by_text("Searched for:").first.is_visible()
    page.goto((site / QUESTION).as_uri())
    press(page, "Read it in the leaflet")
    page.wait_for_url("**/leaflets/**#*")
    press(page, "Find these words in the original")
    page.wait_for_url("**#o:*")
    assert page.locator(".held:target").count() == 1


def test_nothing_moves(page, site):
    style = (site / "_static" / "readacross.css").read_text("utf-8")
    assert not any(word in style for word in ("animation", "transition", "@keyframes", "smooth"))
    page.goto((site / "index.html").as_uri())
    assert page.evaluate("document.getAnimations().length") == 0


def test_every_kind_of_page_but_those_that_need_it_says_the_same_without_javascript(chromium, site):
    said = []
    for scripts in (True, False):
        context = chromium.new_context(java_script_enabled=scripts)
        page = context.new_page()
        words = {}
        for kind, path in kinds(site).items():
            if kind not in ("index", "search", "ask", "offline"):
                page.goto((site / path).as_uri())
                counted = page.locator("#shown").text_content() if page.locator("#shown").count() else ""
                words[kind] = page.locator("main").text_content().replace(counted or " ", " ")
        said.append(words)
        context.close()
    for kind, words in said[0].items():
        assert words.split() == said[1][kind].split(), kind
