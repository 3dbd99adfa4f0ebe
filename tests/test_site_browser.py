"""The site in a browser: from disk and from a server, wide and narrow, with and without JavaScript."""

from itertools import pairwise
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest

from readacross.publishing import site_server
from readacross.searching import question_terms
from readacross.site.gathering import gather
from readacross.weighing import load, score

pytestmark = pytest.mark.filterwarnings("ignore:'myst_parser:PendingDeprecationWarning")

ROOT = Path(__file__).parents[1]
VERSION = "leaflets/staffordshire/child-protection-conferences/2017-03.html"
CHALLENGED = "what-if-i-do-not-agree-with-the-conference.1"
PAGES = (
    "index.html",
    VERSION,
    "topics/complaints.html",
    "search.html#q=challenge",
    "topics/index.html",
    "guide/files.html",
    "matrix.html",
    "questions/complaint.decision_challengeable.html",
    "compare/index.html",
    "compare/staffordshire-and-surrey.html",
    "history/index.html",
    "history/surrey/child-protection-conferences.html",
    "baseline.html",
    "coding.html",
)
WIDTHS = (1280, 320)


CONTRAST = """() => {
  const parse = c => { const m = c.match(/[\\d.]+/g).map(Number); return m.length < 4 || m[3] > 0 ? m.slice(0, 3) : null; };
  const light = c => { const [r, g, b] = c.map(v => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b; };
  const behind = e => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c) return c; }
    return parse(getComputedStyle(document.body).backgroundColor); };
  const bad = [];
  for (const e of document.querySelectorAll('body *')) {
    if (!e.checkVisibility() || ![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
    const [a, b] = [light(parse(getComputedStyle(e).color)), light(behind(e))];
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) bad.push([e.outerHTML.slice(0, 80), ratio.toFixed(2)]);
  }
  return bad;
}"""
"""Words of a page that have less than 4.5 : 1 of contrast with what is behind them."""


def quiet(_: str) -> None:
    """Say nothing."""


@pytest.fixture(scope="module")
def base(real_base):
    return real_base


@pytest.fixture(scope="module", params=["file", "http"])
def address(request, base):
    """The site's address: a folder on disk, and a server on this machine."""
    if request.param == "file":
        yield (base / "build" / "site").as_uri() + "/"
        return
    with site_server(base, None, 0, quiet) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def disk(base):
    """The site's address on disk."""
    return (base / "build" / "site").as_uri() + "/"


class Visit:
    """A page in a window, with what it asked for and what it complained of."""

    def __init__(self, chromium, address, width=1280, **options):
        self.context = chromium.new_context(viewport={"width": width, "height": 800}, **options)
        self.page, self.address, self.wrong = self.context.new_page(), address, []
        self.page.on("console", lambda line: self.wrong.append(line.text))
        self.page.on("pageerror", lambda bad: self.wrong.append(str(bad)))
        self.page.on("request", lambda request: self._check(request.url))

    def _check(self, url):
        if not url.startswith((self.address, "data:")) or "?q=" in url:
            self.wrong.append(f"asked for {url}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.context.close()

    def open(self, path):
        self.page.goto(self.address + path)
        return self.page


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_asks_for_nothing_elsewhere_and_has_its_landmarks(chromium, address, path, width):
    with Visit(chromium, address, width) as visit:
        page = visit.open(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for landmark in ("h1", "main", "header.top", "footer.bottom", "nav[aria-label='Site']", ".skip"):
            assert page.locator(landmark).count() == 1, landmark
        assert page.locator("html[lang]").count() == 1
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert page.evaluate(CONTRAST) == []
        levels = page.evaluate(
            "[...document.querySelectorAll('main :is(h1,h2,h3,h4,h5,h6)')].map(h => +h.tagName[1])"
        )
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(levels)), levels
        assert visit.wrong == []


@pytest.mark.parametrize("width", WIDTHS)
def test_a_permalink_shows_and_marks_its_passage_and_leads_to_the_original(chromium, address, width):
    with Visit(chromium, address, width) as visit:
        page = visit.open(f"{VERSION}#{CHALLENGED}")
        passage = page.locator(".passage:target")
        assert "decision cannot be challenged" in passage.inner_text()
        assert _in_view(page, ".passage:target")
        passage.locator(".to-original").click()
        stretch = page.locator(".held:target")
        assert "explained" in stretch.inner_text()
        assert _in_view(page, ".held:target")
        assert visit.wrong == []


def _in_view(page, selector):
    box = page.locator(selector).bounding_box()
    return box is not None and 0 <= box["y"] < 800


@pytest.mark.parametrize("width", WIDTHS)
def test_searching_from_any_page_finds_a_passage_and_leads_to_it(chromium, address, width):
    with Visit(chromium, address, width) as visit:
        page = visit.open("leaflets/index.html")
        page.get_by_label("Words to search for").fill("challenge")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search.html#q=challenge")
        assert "the decision cannot be challenged" in page.locator("#results").inner_text()
        page.locator("#results section:last-child a").first.click()
        assert urlsplit(page.url).fragment == CHALLENGED
        assert _in_view(page, ".passage:target")
        assert visit.wrong == []


def test_asking_from_the_home_page_is_answered_on_the_page_for_it(chromium, address):
    with Visit(chromium, address) as visit:
        page = visit.open("index.html")
        page.get_by_label("Ask the leaflets").fill("Can I challenge the decision?")
        page.keyboard.press("Enter")
        page.wait_for_url("**/ask.html#q=Can+I+challenge+the+decision%3F")
        page.locator("#answer", has_text="challenged").wait_for()
        assert visit.wrong == []


@pytest.mark.parametrize(
    ("typed", "finds"),
    [
        ("intepreter", "Is an interpreter provided"),
        ("complian", "complain"),
        ("chalenge", "challenge"),
        ("Surey", "Surrey"),
        ("faithfulnes", "Faithfulness"),
        ("comparing", "Comparing"),
    ],
)
def test_search_forgives_slips_and_finds_while_one_types(chromium, disk, typed, finds):
    with Visit(chromium, disk) as visit:
        page = visit.open("search.html")
        page.get_by_label("Words or a question").press_sequentially(typed)
        page.locator("#results", has_text=finds).wait_for()
        page.wait_for_url(lambda url: url.endswith("#q=" + typed))
        assert visit.wrong == []


def test_searching_finds_the_question_that_is_asked(chromium, disk):
    with Visit(chromium, disk) as visit:
        page = visit.open("search.html#q=Can+I+appeal+against+the+decision")
        first = page.locator("#results section:first-child a").first
        assert first.inner_text() == "Can a parent complain about or challenge the decision itself?"
        first.click()
        assert page.url.endswith("questions/complaint.decision_challengeable.html")
        assert visit.wrong == []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("complaining", "words that begin alike"),
        ("meet", "passages"),
        ("challengings", "One passage"),
        ("zzzz qqqq", "No leaflet holds: zzzz, qqqq"),
        ("the of and", "No passage holds these words"),
        ("<img src=x onerror=alert(1)>", "No passage"),
        ("constructor hasOwnProperty", "No passage"),
    ],
)
def test_search_says_what_it_found(chromium, disk, words, found):
    with Visit(chromium, disk) as visit:
        page = visit.open("search.html")
        page.get_by_label("Words or a question").fill(words)
        page.keyboard.press("Enter")
        page.wait_for_function("document.getElementById('found').textContent")
        assert found in page.locator("#found").inner_text()
        assert page.locator("#results img").count() == 0
        assert visit.wrong == []


def test_search_can_be_narrowed_and_widened(chromium, address):
    with Visit(chromium, address) as visit:
        page = visit.open("search.html#q=core+group")
        page.get_by_label("Authority").select_option("surrey")
        page.wait_for_url("**authority=surrey")
        shown = page.locator("#results section:last-child .detail").all_inner_texts()
        assert shown
        assert all("Surrey" in line for line in shown if "2" in line)
        assert not any("superseded" in line for line in shown)
        page.get_by_label("Superseded versions too").check()
        page.wait_for_url("**all=1")
        assert any("superseded" in line for line in page.locator("#results .detail").all_inner_texts())


@pytest.mark.parametrize(
    "question",
    [
        "Can I challenge the decision?",
        "how often does the core group meet",
        "Who takes notes of the meeting?",
    ],
)
def test_the_browser_ranks_as_the_engine_does(chromium, disk, base, question):
    shelf = gather(base)
    scores = score(load(shelf.library.folder), question_terms(question)).round(6)
    passages = [passage for text in shelf.texts.values() for passage in text.passages]
    current = {version.id for version in shelf.library.current()}
    rows = [
        (-float(scores[number]), passage.id)
        for number, passage in enumerate(passages)
        if scores[number] > 0 and passage.kind != "heading" and passage.version in current
    ]
    with Visit(chromium, disk) as visit:
        page = visit.open("search.html#q=" + question.replace(" ", "+"))
        links = page.locator("#results section:last-child li > a").evaluate_all(
            "all => all.map(a => a.getAttribute('href'))"
        )
    places = [id_.partition("#")[2] for _, id_ in sorted(rows)[:20]]
    assert [urlsplit(link).fragment for link in links] == places


@pytest.mark.parametrize("path", ["index.html", VERSION, "topics/complaints.html"])
def test_pages_are_read_without_javascript(chromium, disk, path):
    with Visit(chromium, disk, java_script_enabled=False) as visit:
        page = visit.open(path)
        assert "cannot be challenged" in page.locator("main").inner_text()
        assert page.locator("form.search:visible").count() == 0


def test_without_javascript_the_search_page_says_so_and_lists_topics(chromium, address):
    with Visit(chromium, address, java_script_enabled=False) as visit:
        main = visit.open("search.html").locator("main")
        assert "Searching needs JavaScript" in main.inner_text()
        assert main.get_by_role("link", name="Disagreeing and complaining").count() == 1


@pytest.mark.parametrize(
    "path",
    ["index.html", VERSION, "topics/complaints.html", "matrix.html", "questions/complaint.time_limit.html"],
)
def test_every_stop_of_the_keyboard_is_seen(chromium, disk, path):
    with Visit(chromium, disk) as visit:
        page = visit.open(path)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        for _ in range(25):
            style = page.evaluate(
                "(() => {const s = getComputedStyle(document.activeElement); return [s.outlineStyle, s.boxShadow]})()"
            )
            assert style[0] != "none", page.evaluate("document.activeElement.outerHTML")
            page.keyboard.press("Tab")


def _shown(page):
    """The questions of the matrix that a reader sees."""
    return page.locator("tbody tr:visible:not(.topic)").count()


@pytest.mark.parametrize("width", WIDTHS)
def test_the_matrix_is_narrowed_without_javascript(chromium, disk, width):
    with Visit(chromium, disk, width, java_script_enabled=False) as visit:
        page = visit.open("matrix.html")
        every = _shown(page)
        for words, kind in (("only where they differ", ".differ"), ("only differences of high", ".high")):
            label = page.locator("label", has_text=words)
            label.click()
            number = int(label.inner_text().rpartition(" ")[2])
            assert _shown(page) == page.locator(f"tr{kind}").count() == number < every
        assert page.locator("tbody:visible").count() < page.locator("tbody").count()
        page.locator("label", has_text="every question").click()
        assert _shown(page) == every


def test_the_matrix_is_narrowed_by_keyboard(chromium, disk):
    with Visit(chromium, disk, java_script_enabled=False) as visit:
        page = visit.open("matrix.html")
        every = _shown(page)
        page.locator("#all").focus()
        page.keyboard.press("ArrowDown")
        assert page.locator("#only-differ").is_checked()
        assert _shown(page) < every


def test_heads_of_the_matrix_stay_in_view_where_it_is_wide(chromium, disk):
    with Visit(chromium, disk) as visit:
        page = visit.open("matrix.html#t:complaints")
        head, topic = page.locator("thead th").last, page.locator("[id='t:complaints'] th").first
        assert head.bounding_box()["y"] == 0
        assert head.bounding_box()["height"] <= topic.bounding_box()["y"] + 2 <= 300


def test_the_matrix_is_stacked_where_it_is_narrow(chromium, disk):
    with Visit(chromium, disk, 320) as visit:
        page = visit.open("matrix.html")
        page.locator("tr.high").first.scroll_into_view_if_needed()
        cells = page.locator("tr.high").first.locator("td")
        boxes = [cells.nth(number).bounding_box() for number in range(cells.count())]
        assert all(before["y"] < after["y"] for before, after in pairwise(boxes))
        assert all(box["x"] == boxes[0]["x"] and box["width"] > 200 for box in boxes)
        names = [text.partition(":")[0] for text in cells.all_inner_texts()]
        assert names == ["Central Bedfordshire", "Southwark", "Staffordshire", "Surrey"]


def test_a_wide_matrix_scrolls_in_its_region_and_the_page_does_not(chromium, disk):
    with Visit(chromium, disk) as visit:
        page = visit.open("matrix.html")
        page.evaluate("document.querySelector('.matrix').classList.add('matrix-wide')")
        page.set_viewport_size({"width": 900, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth") <= 900
        region = page.locator(".grid")
        assert region.evaluate("e => e.scrollWidth > e.clientWidth && e.scrollHeight > e.clientHeight")
        region.evaluate("e => e.scrollTo(150, 900)")
        first = page.locator("tbody tr.differ th").first
        assert first.bounding_box()["x"] < 60
        assert page.locator("thead th").last.bounding_box()["y"] - region.bounding_box()["y"] < 5


def test_printing_shows_what_is_folded_and_hides_what_cannot_be_used(chromium, disk):
    with Visit(chromium, disk) as visit:
        page = visit.open("questions/complaint.time_limit.html")
        page.emulate_media(media="print")
        assert page.get_by_text("Searched for:").first.is_visible()
        page.goto(disk + "matrix.html")
        assert page.locator("fieldset:visible, form:visible").count() == 0


def test_an_officer_finds_who_lets_parents_challenge_and_what_surrey_dropped(chromium, disk):
    with Visit(chromium, disk, java_script_enabled=False) as visit:
        page = visit.open("index.html")
        page.get_by_role("link", name="Challenging the decision").first.click()
        main = page.locator("main").inner_text()
        for words in (
            "can be considered at a second stage",
            "decision cannot be challenged",
            "raise your concerns",
        ):
            assert words in main
        page.get_by_role("navigation", name="Site").get_by_role("link", name="What changed").click()
        page.locator("main h2 a").first.click()
        banner = page.locator(".banner").first.inner_text()
        for words in ("28 days", "2 working days before", "interpreter", "12"):
            assert words in banner
        assert visit.wrong == []
