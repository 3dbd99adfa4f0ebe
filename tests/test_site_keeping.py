"""Keeping the site offline: every page where the reader asks for it, one edition at a time, and nothing else."""

import json
import shutil

import pytest

from readacross.site import keeping
from tests.asking import serving, until

pytestmark = pytest.mark.filterwarnings("ignore:'myst_parser:PendingDeprecationWarning")

STORED = """async () => {
  const found = {};
  for (const name of await caches.keys()) found[name] = (await (await caches.open(name)).keys()).map(one => new URL(one.url).pathname);
  return [found, JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie, (await indexedDB.databases()).length];
}"""
"""Everything that a browser stores of a site."""

TOP = '<main id="s:main" tabindex="-1">'


@pytest.fixture
def site(small_base, tmp_path):
    """A copy of the small site, to be changed and served."""
    return shutil.copytree(small_base / "build" / "site", tmp_path / "site")


@pytest.fixture
def window(chromium):
    context = chromium.new_context()
    page = context.new_page()
    page.wrong = []
    page.on("pageerror", lambda bad: page.wrong.append(str(bad)))
    yield page
    assert page.wrong == []
    context.close()


def listed(site):
    return json.loads((site / keeping.LIST).read_text("utf-8").partition("=")[2].rstrip(";\n"))


def keep(page, address):
    page.goto(address + "offline.html")
    page.get_by_role("button", name="Keep every page").click()
    page.locator("#state", has_text="Kept since").wait_for()


def test_the_list_holds_every_page_and_what_pages_need_and_changes_with_their_bytes(site):
    before = listed(site)
    pages = {path.relative_to(site).as_posix() for path in site.rglob("*.html")} - {"404.html"}
    assert pages <= before["files"].keys()
    assert {"_static/readacross.css", "_static/words.js"} <= before["files"].keys()
    assert before["pages"] == len(pages)
    (site / "matrix.html").write_text("changed", "utf-8")
    keeping.list_files(site)
    after = listed(site)
    assert after["edition"] != before["edition"]
    assert [name for name in pages if after["files"][name] != before["files"][name]] == ["matrix.html"]


def test_a_site_that_is_too_large_is_not_offered(site, window, monkeypatch):
    monkeypatch.setattr(keeping, "LARGEST", 1000)
    keeping.list_files(site)
    assert listed(site)["files"] == {}
    with serving(site) as host:
        window.goto(host.address + "offline.html")
        assert "too large" in window.locator("#state").inner_text()
        assert window.locator("main button:visible").count() == 0


def test_nothing_is_kept_before_the_reader_asks_for_it(site, window):
    with serving(site) as host:
        window.goto(host.address + "offline.html")
        assert "Nothing is kept" in window.locator("#state").inner_text()
        window.goto(host.address + "matrix.html")
        assert window.evaluate(STORED)[0] == {}
        assert not window.evaluate("navigator.serviceWorker.getRegistration().then(Boolean)")


def test_every_page_is_read_with_the_site_gone_and_says_that_it_is_kept(site, window):
    with serving(site) as host:
        keep(window, host.address)
        window.goto(host.address + "matrix.html")
        assert "kept copy" not in window.locator("main").inner_text()
        host.stop()
        for path in (
            "",
            "matrix.html",
            "questions/appeal.possible.html",
            "history/northam/allotments.html",
            "offline.html",
        ):
            window.goto(host.address + path)
            assert (
                "A kept copy. The site cannot be reached."
                in window.locator("main .banner").first.inner_text()
            ), path
            assert (
                window.evaluate("getComputedStyle(document.querySelector('.top')).backgroundColor")
                != "rgba(0, 0, 0, 0)"
            )
        window.goto(host.address + "search.html#q=appeal")
        window.locator("#results q").first.wait_for()
        stored, *others = window.evaluate(STORED)
        assert others == ["{}", "{}", "", 0]
        (paths,) = stored.values()
        assert {path.lstrip("/") for path in paths} == {*listed(site)["files"], keeping.LIST, "kept-pages"}
        window.goto(host.address + "offline.html")
        window.get_by_role("button", name="Remove what is kept").click()
        window.locator("#state", has_text="Nothing is kept").wait_for()
        assert window.evaluate(STORED)[0] == {}


def edited(site, name, words):
    """A new edition of a site: one page says something else."""
    path = site / name
    path.write_text(path.read_text("utf-8").replace(TOP, f"{TOP}<p>{words}</p>"), "utf-8")
    keeping.list_files(site)


def test_a_new_edition_takes_the_place_of_the_old_one_whole(site, window):
    with serving(site) as host:
        keep(window, host.address)
        old = listed(site)["edition"]
        edited(site, "matrix.html", "The second edition.")
        assert listed(site)["edition"] != old
        before = len(host.asked)
        window.goto(host.address + "index.html")
        window.evaluate("navigator.serviceWorker.getRegistration().then(one => one.update())")
        edition = listed(site)["edition"]
        until(window, f"async () => String(await caches.keys()) === 'readacross-pages-{edition}'")
        fetched = {path.partition("?")[0] for path in host.asked[before:]}
        assert "/matrix.html" in fetched
        assert "/coding.html" not in fetched
        host.stop()
        window.goto(host.address + "matrix.html")
        assert "The second edition." in window.locator("main").inner_text()
        window.goto(host.address + "offline.html")
        window.locator("#state", has_text="Kept since").wait_for()


def test_a_file_that_is_not_of_the_edition_is_not_kept_and_that_is_said(site, window):
    with serving(site) as host:
        (site / "about.html").write_text("<p>put in by the host", "utf-8")
        keep(window, host.address)
        assert "not what this edition holds: 1" in window.locator("#state").inner_text()
        host.stop()
        assert window.evaluate("caches.match('about.html').then(Boolean)") is False


def test_a_page_that_cannot_be_had_is_said_and_what_was_kept_stays(site, window):
    with serving(site) as host:
        (site / "about.html").unlink()
        window.goto(host.address + "offline.html")
        window.get_by_role("button", name="Keep every page").click()
        window.locator("#state", has_text="does not give out about.html").wait_for()


def test_from_a_folder_and_without_a_script_the_page_says_what_else_to_do(site, window, chromium):
    window.goto((site / "offline.html").as_uri())
    assert "from a web server" in window.locator("#state").inner_text()
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "offline.html").as_uri())
    assert "This needs JavaScript" in page.locator("main").inner_text()
    context.close()
