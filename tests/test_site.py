"""The published site: every word as the leaflet has it, every link good, and nothing in a leaflet alive."""

import io
import json
import re
import shutil
import sys
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import docutils_namespace, patch_docutils

from readacross.building import build
from readacross.contract import link
from readacross.errors import BadInput, ReadacrossError
from readacross.markup import plain
from readacross.publishing import publish_site, serve_site, site_server
from readacross.site.gathering import gather
from readacross.site.laying import seen
from readacross.site.looking import form, look_up

# MyST uses names of Sphinx that a later Sphinx will drop; that is theirs to mend.
pytestmark = pytest.mark.filterwarnings("ignore:'myst_parser:PendingDeprecationWarning")

ROOT = Path(__file__).parents[1]


def quiet(_: str) -> None:
    """Say nothing."""


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


class Page(HTMLParser):
    """The elements of a page with their attributes, and the text of those that hold a passage."""

    def __init__(self, path):
        super().__init__()
        self.elements, self.passages, self.open = [], {}, None
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.elements.append((tag, given))
        if "data-passage" in given:
            self.open = (tag, given["data-passage"])
            self.passages[given["data-passage"]] = ""

    def handle_endtag(self, tag):
        if self.open and tag == self.open[0]:
            self.open = None

    def handle_data(self, data):
        if self.open:
            self.passages[self.open[1]] += data


def page_of(site, version):
    return site / "leaflets" / version.leaflet / f"{version.label}.html"


def test_every_passage_of_every_version_is_shown_word_for_word(site, shelf):
    for text in shelf.texts.values():
        shown = Page(page_of(site, text.version)).passages
        assert list(shown) == [passage.id for passage in text.passages]
        for passage in text.passages:
            assert " ".join(shown[passage.id].split()) == plain(passage.text)


def test_originals_can_be_taken_away_as_they_came(site, shelf):
    for text in shelf.texts.values():
        beside = page_of(site, text.version).with_suffix("")
        assert sha256((beside / "original.txt").read_bytes()).hexdigest() == text.version.sha256


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("index.html", ["Where they differ most", "The decision cannot be challenged", "Last built from"]),
        ("topics/complaints.html", ["not yet confirmed by an officer", "Not stated in this leaflet"]),
        ("topics/childcare.html", ["The parent is to arrange childcare"]),
        (
            "leaflets/surrey/child-protection-conferences/board.html",
            ["Superseded", "Inferred, not printed", "Uncertain words"],
        ),
        (
            "leaflets/staffordshire/child-protection-conferences/2017-03.html",
            ["March 2017", "4,678 of 4,704 characters"],
        ),
        ("authorities/surrey.html", ["county council"]),
        ("guide/files.html", ["leaflet.toml"]),
    ],
)
def test_pages_say_what_they_must(site, address, words):
    text = (site / address).read_text("utf-8")
    for word in words:
        assert word in text


def test_a_topic_that_nobody_has_coded_says_so(small, tmp_path):
    topics, bank = small / "index/topics.yaml", small / "index/questions.yaml"
    topics.write_text(
        topics.read_text("utf-8") + "- id: hens\n  title: Hens\n  about: Keeping hens.\n", "utf-8"
    )
    more = '- id: hens.allowed\n  topic: hens\n  question: "May hens be kept?"\n  answer_type: bool\n  silence: low\n'
    bank.write_text(bank.read_text("utf-8") + more, "utf-8")
    page = publish_site(small, tmp_path / "out", lambda _: None).parent / "topics/hens.html"
    assert "Not coded yet" in page.read_text("utf-8")


def test_an_inferred_date_is_always_said_to_be_inferred(site, shelf):
    for text in shelf.texts.values():
        shown = page_of(site, text.version).read_text("utf-8")
        printed = any(item.bound == "printed" for item in text.version.evidence)
        assert printed != ("Inferred, not printed" in shown)


def test_no_page_loads_anything_from_elsewhere_or_holds_inline_code(site):
    for path in site.rglob("*.html"):
        for tag, given in Page(path).elements:
            assert not any(name.startswith("on") or name == "style" for name in given), path
            if tag == "script" and given.get("type") != "application/ld+json":
                ours = (
                    "_static/words.js?v=",
                    "_static/search.js",
                    "_static/reading.js",
                    "_static/kept.js",
                    "_static/keeping.js",
                    "_static/matrix.js",
                    "_static/ask/",
                )
                assert given["src"].removeprefix("../" * given["src"].count("../")).startswith(ours)
            if tag == "link":
                assert not given["href"].startswith(("http", "//"))
            assert tag not in ("iframe", "object", "embed", "img", "base")


@pytest.mark.parametrize(
    "name", ["_static/basic.css", "_static/doctools.js", "searchindex.js", "genindex.html"]
)
def test_what_no_page_uses_is_not_shipped(site, name):
    assert not (site / name).exists()


def test_the_same_sources_make_the_same_bytes(base, site, tmp_path):
    again = publish_site(base, tmp_path / "again", quiet).parent
    files = sorted(path.relative_to(site) for path in site.rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(again) for path in again.rglob("*") if path.is_file())
    for file in files:
        assert (site / file).read_bytes() == (again / file).read_bytes(), file


def test_a_second_run_has_nothing_to_do(base, site):
    before = (site / "index.html").stat().st_mtime_ns
    said = []
    publish_site(base, None, said.append)
    assert said[-1].startswith("up to date")
    assert (site / "index.html").stat().st_mtime_ns == before


PAGE = "leaflets/staffordshire/child-protection-conferences/2017-03.html"


def run_sphinx(docs, out, **settings):
    """Sphinx over a folder, warnings and all; returns what it warned of."""
    warnings = io.StringIO()
    with patch_docutils(docs), docutils_namespace():
        app = Sphinx(
            docs, docs, out, out.with_name("doctrees"), "html", {"nitpicky": True} | settings,
            status=None, warning=warnings, freshenv=True,
        )  # fmt: skip
        app.build()
    return warnings.getvalue()


def test_smart_quotes_are_refused(base, tmp_path):
    with pytest.raises(ExtensionError, match="smartquotes is on"):
        run_sphinx(base / "docs", tmp_path / "out", smartquotes=True)


def test_sphinx_alone_makes_the_site_without_a_warning(base, tmp_path):
    assert run_sphinx(base / "docs", tmp_path / "out") == ""
    assert (tmp_path / "out" / PAGE).is_file()


def test_another_sphinx_site_can_cite_a_passage_and_a_version(base, site, tmp_path):
    passage = (
        "staffordshire/child-protection-conferences@2017-03#what-if-i-do-not-agree-with-the-conference.1"
    )
    docs = tmp_path / "docs"
    docs.mkdir()
    inventory = {"leaflets": ("https://leaflets.example/", str(site / "objects.inv"))}
    (docs / "conf.py").write_text(
        f"extensions = ['sphinx.ext.intersphinx']\nintersphinx_mapping = {inventory!r}\n"
    )
    (docs / "index.rst").write_text(
        "Here\n====\n\n"
        f":external+leaflets:ref:`so they say <{passage}>`\n\n"
        f":external+leaflets:ref:`{passage.partition('#')[0]}`\n"
    )
    assert run_sphinx(docs, tmp_path / "out") == ""
    shown = (tmp_path / "out" / "index.html").read_text("utf-8")
    address = f"https://leaflets.example/{PAGE}"
    assert f'href="{address}#what-if-i-do-not-agree-with-the-conference.1"' in shown
    assert f'href="{address}"' in shown


def test_every_id_is_in_the_inventory(site, shelf):
    from sphinx.util.inventory import InventoryFile

    inventory = InventoryFile.loads((site / "objects.inv").read_bytes(), uri="")
    for kind, ids in [
        ("ra:passage", [passage.id for text in shelf.texts.values() for passage in text.passages]),
        ("ra:version", list(shelf.texts)),
        ("ra:topic", list(shelf.library.topics)),
        ("ra:question", list(shelf.library.questions)),
        ("ra:authority", list(shelf.library.authorities)),
    ]:
        assert sorted(inventory.data[kind]) == sorted(ids)
    assert set(shelf.texts) <= set(inventory.data["std:label"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("{ra:topic}`nothing`", "nothing in the knowledge base is the topic"),
        ("[x](nowhere.md)", "nowhere"),
    ],
)
def test_a_wrong_document_is_one_line_and_leaves_the_old_site(base, site, tmp_path, words, said):
    page = base / "docs" / "guide" / "asking.md"
    before = page.read_text("utf-8")
    try:
        page.write_text(before + f"\n{words}\n", "utf-8")
        with pytest.raises(ReadacrossError, match=said) as caught:
            publish_site(base, None, quiet)
    finally:
        page.write_text(before, "utf-8")
    assert "\n" not in str(caught.value)
    assert "docs/guide/asking.md:" in str(caught.value)
    assert (site / "index.html").is_file()
    assert [path.name for path in site.parent.iterdir()] == ["site"]


@pytest.mark.parametrize("name", ["sources", "."])
def test_a_folder_that_is_not_a_site_is_never_replaced(base, name):
    with pytest.raises(BadInput):
        publish_site(base, base / name, quiet)
    assert (base / "sources" / "authorities.toml").is_file()


def test_serving_is_quiet_and_a_taken_port_is_one_line(base, site, capfd):
    from threading import Thread
    from urllib.request import urlopen

    with site_server(base, None, 0, quiet) as server:
        assert server.server_address[0] == "127.0.0.1"
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            with urlopen(f"http://127.0.0.1:{server.server_port}/search.html?q=secret") as answer:
                assert answer.headers["Referrer-Policy"] == "no-referrer"
                assert b"Search" in answer.read()
            with pytest.raises(BadInput, match="--port"):
                serve_site(base, None, server.server_port, quiet)
        finally:
            server.shutdown()
            thread.join()
    assert "secret" not in "".join(capfd.readouterr())


@pytest.mark.parametrize(
    ("word", "folded"),
    [
        ("Children’s", "children"),
        ("Café", "cafe"),
        ("don't", "dont"),
        ("ﬁnd", "find"),
        ("REVIEWS", "reviews"),
    ],
)
def test_words_are_folded_as_the_analyser_folds_them(word, folded):
    assert form(word) == folded


def test_the_words_for_the_browser_are_the_leaflets(site, shelf):
    data = json.loads(
        (site / "_static" / "words.js").read_text("ascii").removeprefix("window.READACROSS=")[:-2]
    )
    passages = [passage for text in shelf.texts.values() for passage in text.passages]
    assert len(data["passages"]) == len(passages)
    for row, passage in zip(data["passages"], passages, strict=True):
        assert data["versions"][row[0]][2] == link(shelf.library.versions[passage.version])
        assert row[1] == passage.place
        assert row[4] == ("" if passage.kind == "heading" else plain(passage.text))
        assert not passage.doubts or passage.kind == "heading" or row[5]


def test_the_browser_knows_every_word_of_every_passage(shelf):
    from readacross.analysing import STOP_WORDS, terms
    from readacross.weighing import load

    data = look_up(shelf)
    columns = load(shelf.library.folder).vocabulary
    for text in shelf.texts.values():
        for passage in text.passages:
            for word in re.findall(r"[^\W_]+(?:['’][^\W_]+)*", plain(passage.text)):
                folded = form(word)
                assert (
                    folded in STOP_WORDS
                    or not terms(word)
                    or data["forms"][folded] == columns[terms(word)[0]]
                )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain\ttext\n", [("plain\ttext\n", "")]),
        ("a\u202eb", [("a", ""), ("\u202e", "202E"), ("b", "")]),
        ("a\r\nb", [("a\nb", "")]),
        ("\x00", [("\x00", "0000")]),
    ],
)
def test_characters_that_nobody_sees_are_shown_by_number(text, shown):
    assert [tuple(item) for item in seen(text)] == shown


def test_an_empty_knowledge_base_has_a_site_too(tmp_path):
    from readacross.starting import start

    start(tmp_path / "empty")
    page = publish_site(tmp_path / "empty", None, quiet)
    assert "There are no leaflets yet." in page.read_text("utf-8")


def test_a_stale_generation_is_refused(base, tmp_path):
    root = tmp_path / "stale"
    shutil.copytree(base, root, ignore=shutil.ignore_patterns("build"))
    reading = root / "sources/southwark/child-protection-conferences/undated/reading.md"
    reading.write_text(reading.read_text("utf-8").replace("\n\n", "\n\n\n", 1), "utf-8")
    from readacross.drafting import draft
    from readacross.sources import load_sources
    from readacross.storing import certificate_json

    made = draft(root)
    for source, certificate in zip(load_sources(root, []).sources, made.certificates, strict=True):
        (root / source.file("certificate.json")).write_text(certificate_json(certificate), "utf-8")
    with pytest.raises(ReadacrossError, match="readacross build"):
        gather(root)
    build(root, quiet)
    gather(root)


def test_the_engine_does_not_load_sphinx_to_publish_nothing():
    assert "readacross.publishing" in sys.modules
    code = "import sys, readacross.publishing; assert not {'sphinx', 'docutils', 'jinja2'} & set(sys.modules)"
    import subprocess

    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
