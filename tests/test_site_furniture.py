"""What goes with every site: feeds, downloads and what their fields mean, maps for machines, pages about the site."""

import csv
import io
import json
import re
import shutil
from xml.etree import ElementTree as ET

import pytest

from readacross.markup import plain
from readacross.publishing import publish_site
from readacross.site import downloads
from readacross.site.catalogue import inline
from readacross.site.changes import changes
from readacross.site.dictionary import MEANINGS, meaning
from readacross.site.gathering import gather
from readacross.site.history import histories
from readacross.site.notices import _age
from readacross.site.wording import size

pytestmark = pytest.mark.filterwarnings("ignore:'myst_parser:PendingDeprecationWarning")

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def site(small_base):
    return small_base / "build" / "site"


@pytest.fixture(scope="module")
def shelf(small_base):
    return gather(small_base)


@pytest.fixture(scope="module")
def placed(small_base, tmp_path_factory):
    """The small site, told where it will stand."""
    root = tmp_path_factory.mktemp("placed") / "base"
    shutil.copytree(small_base, root, ignore=shutil.ignore_patterns("build"))
    (root / "docs").mkdir(exist_ok=True)
    (root / "docs/index.md").write_text("# Allotments <b>\n", "utf-8")
    (root / "docs/privacy.md").write_text("---\norphan: true\n---\n# Our own notice\n\nOurs.\n", "utf-8")
    (root / "docs/conf.py").write_text(
        'project = "Allotments & hens"\nextensions = ["myst_parser", "readacross.site"]\n'
        'html_theme = "readacross"\nsmartquotes = False\nhtml_baseurl = "https://plots.example/a/"\n',
        "utf-8",
    )
    return publish_site(root, None, lambda _: None).parent


def entries(path):
    return [
        (entry.find(f"{ATOM}title").text, entry.find(f"{ATOM}link").get("href"))
        for entry in ET.fromstring(path.read_text("utf-8")).iter(f"{ATOM}entry")
    ]


def test_the_feed_says_what_is_new_and_every_link_of_it_leads_somewhere(site):
    found = entries(site / "changes.atom")
    assert len(found) == 4
    assert ("What changed: Northam (2019)", "history/northam/allotments.html") in found
    for _, address in found:
        assert (site / address).is_file()


@pytest.mark.parametrize(("authority", "number"), [("northam", 3), ("sudley", 1)])
def test_each_authority_has_a_feed_of_its_own(site, authority, number):
    found = entries(site / f"authorities/{authority}.atom")
    assert len(found) == number
    assert all((site / "authorities" / address).resolve().is_file() for _, address in found)


def test_a_feed_has_the_marks_of_one_and_none_of_the_clock(site, placed):
    root = ET.fromstring((site / "changes.atom").read_text("utf-8"))
    ids = [item.text for item in root.iter(f"{ATOM}id")]
    assert len(ids) == len(set(ids))
    assert root.find(f"{ATOM}updated").text == "2026-01-31T00:00:00Z"
    assert "https://plots.example/a/changes.atom" in (placed / "changes.atom").read_text("utf-8")


def test_what_was_lost_between_versions_stands_in_the_feed(shelf):
    words = [item.words for item in changes(shelf, histories(shelf)) if item.title.startswith("What changed")]
    assert "1 answer lost" in words[0]
    assert "Lost, of high severity: Time limit." in words[0]


def test_a_map_and_addresses_stand_only_where_the_site_knows_where_it_is(site, placed):
    assert not (site / "sitemap.xml").exists()
    assert "Sitemap" not in (site / "robots.txt").read_text("utf-8")
    assert 'rel="canonical"' not in (site / "matrix.html").read_text("utf-8")
    located = re.findall(
        r"<loc>https://plots.example/a/(.*?)</loc>", (placed / "sitemap.xml").read_text("utf-8")
    )
    assert sorted(located) == sorted(
        path.relative_to(placed).as_posix() for path in placed.rglob("*.html") if path.name != "404.html"
    )
    assert "Sitemap: https://plots.example/a/sitemap.xml" in (placed / "robots.txt").read_text("utf-8")
    page = (placed / "matrix.html").read_text("utf-8")
    assert '<link rel="canonical" href="https://plots.example/a/matrix.html">' in page
    assert '<meta property="og:url" content="https://plots.example/a/matrix.html">' in page


@pytest.mark.parametrize(("which", "top"), [("site", "/"), ("placed", "/a/")])
def test_the_page_for_a_wrong_address_works_at_any_depth(request, which, top):
    page = (request.getfixturevalue(which) / "404.html").read_text("utf-8")
    links = re.findall(r'(?:href|src)="([^"#]+)"', page)
    local = [address for address in links if not address.startswith(("data:", "https:"))]
    assert len(local) > 20
    assert all(address.startswith(top) for address in local)


def test_a_document_of_ones_own_takes_the_place_of_ours(placed):
    assert "Ours." in (placed / "privacy.html").read_text("utf-8")


def test_every_page_says_what_it_is_to_those_who_share_it_and_from_what_it_was_built(site, shelf):
    for path in site.rglob("*.html"):
        page = path.read_text("utf-8")
        assert '<meta property="og:title" content="' in page
        assert f"Last built from edition <code>{shelf.fingerprint}</code>" in page, path
    assert '<meta name="description" content="Every question down' in (site / "matrix.html").read_text(
        "utf-8"
    )


def test_the_home_page_describes_the_data_to_machines_and_nothing_can_break_out(placed):
    page = (placed / "index.html").read_text("utf-8")
    written = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1]
    found = json.loads(written)
    assert found["@type"] == ["Dataset", "dcat:Dataset"]
    assert found["name"] == "Allotments & hens"
    assert all(
        item["contentUrl"].startswith("https://plots.example/a/data/") for item in found["distribution"]
    )
    assert not set("<>&") & set(written)
    assert "<" not in inline({"name": "</script><script>alert(1)</script>"})


def test_each_version_is_described_beside_its_original(site):
    found = json.loads((site / "leaflets/northam/allotments/2012/about.jsonld").read_text("utf-8"))
    assert found["publisher"]["name"] == "Northam"
    assert found["datePublished"] == "2012-05"
    for item in found["encoding"]:
        assert (site / "leaflets/northam/allotments/2012" / item["contentUrl"]).resolve().is_file()


def test_a_browser_takes_the_description_for_data_and_complains_of_nothing(chromium, placed):
    page = chromium.new_page()
    wrong = []
    page.on("console", lambda line: wrong.append(line.text))
    page.goto((placed / "index.html").as_uri())
    assert page.locator('script[type="application/ld+json"]').count() == 1
    assert wrong == []
    page.close()


def fields(name, data):
    return downloads._contents(name, data)[1]


def test_the_dictionary_explains_every_field_of_every_file_and_no_other(shelf, site):
    found = {field for name, data in downloads.data_files(shelf).items() for field in fields(name, data)}
    assert {field for field in found if not meaning(field)} == set()
    plain_fields = {field.removeprefix("first ").removeprefix("second ") for field in found}
    assert set(MEANINGS) - plain_fields == set()
    page = (site / "downloads.html").read_text("utf-8")
    assert all(f"<code>{field}</code>" in page for field in found)


def test_every_file_is_on_the_page_with_as_many_rows_as_it_has(shelf, site):
    page = (site / "downloads.html").read_text("utf-8")
    for name, data in downloads.data_files(shelf).items():
        assert (site / "data" / name).read_bytes() == data
        assert f'href="data/{name}"' in page
    rows = list(csv.DictReader(io.StringIO((site / "data/answers.csv").read_text("utf-8-sig"), newline="")))
    assert len(rows) == 6
    assert {row["quotes"] for row in rows} >= {"“Our decision is final.”"}


@pytest.mark.parametrize(
    ("octets", "words"), [(10, "1 kB"), (173_900, "174 kB"), (949_999, "950 kB"), (1_391_349, "1.4 MB")]
)
def test_sizes_are_said_in_words(octets, words):
    assert size(octets) == words


def test_one_page_holds_the_whole_comparison_with_every_quotation(site, shelf):
    page = (site / "whole.html").read_text("utf-8")
    latest = {version.id for version in shelf.library.current()}
    quotes = [
        quote
        for positions in shelf.positions.values()
        for position in positions
        if position.version in latest
        for quote in position.quotes
    ]
    assert quotes
    for quote in quotes:
        assert f'<q data-quote="{quote.passage}">{plain(quote.quote)}</q>' in page
    assert "Check before use." in page


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("about.html", ["asked the same 2 questions", "2 authorities, 2 leaflets, 3 versions"]),
        ("cite.html", ["northam/allotments@2019#", "objects.inv"]),
        ("glossary.html", ["One leaflet says what the other rules out.", "The smallest piece"]),
        ("gaps.html", ["Licence not known", "0 of 6 answers"]),
        ("staleness.html", ["Northam (2012)", "13 years", "7 years"]),
        ("accessibility.html", ["No run of an automatic check is recorded"]),
        ("privacy.html", ["stays in this browser"]),
    ],
)
def test_pages_about_the_site_say_what_they_must(site, address, words):
    page = re.sub(r"<[^>]+>", "", (site / address).read_text("utf-8"))
    for word in words:
        assert word in page, word


def test_the_statement_says_what_the_last_run_of_axe_found(small_base):
    from readacross.site.asking import digests
    from readacross.site.notices import notice_pages

    record = {
        "on": "2026-02-03", "tool": "4.12.1", "browser": "147.0.1", "rules": 105, "widths": [320, 1280],
        "pages": {"matrix": "matrix.html"}, "findings": {},
    }  # fmt: skip
    (small_base / "qa").mkdir()
    (small_base / "qa/accessibility.json").write_text(json.dumps(record), "utf-8")
    shelf = gather(small_base)
    pages = {page.name: page.html for page in notice_pages(shelf, digests(shelf), ())}
    shutil.rmtree(small_base / "qa")
    assert "On 3 February 2026" in pages["accessibility"]
    assert "axe-core 4.12.1 in Chromium 147, at 320, 1280 px: all 105 rules" in pages["accessibility"]
    assert "<strong>no finding</strong>" in pages["accessibility"]


@pytest.mark.parametrize(
    ("begun", "recorded", "age"),
    [
        ("2017-03", "2026-11-22", "9 years"),
        ("2006-04/2015-06", "2026-11-22", "between 11 and 20 years"),
        ("../2020-12", "2026-11-22", "at least 5 years"),
        ("2017-03", "unknown", "not known"),
        ("2026-11", "2026-11-22", "less than a year"),
    ],
)
def test_the_age_of_a_leaflet_is_as_sure_as_its_date(shelf, begun, recorded, age):
    from dataclasses import replace

    from readacross.periods import bounds

    version = shelf.library.versions["northam/allotments@2012"]
    earliest, latest = bounds(begun)
    period = replace(version.valid, from_=begun, earliest_start=earliest, latest_start=latest)
    assert _age(replace(version, valid=period, recorded=recorded)) == age
