"""The knowledge base from Python: what the commands answer, as values that show themselves in a notebook."""

import contextlib
import io
import json
import re
import subprocess
import sys
from dataclasses import FrozenInstanceError, replace
from datetime import date
from html.parser import HTMLParser

import pytest

import readacross
from readacross.errors import BadInput, ReadacrossError
from readacross.picturing import passages_html
from readacross.showing import answer_lines
from readacross.tagging import STYLE, Grid, Html, said, tag

pandas = pytest.importorskip("pandas")


@pytest.fixture(scope="module")
def kb(small_built):
    return readacross.open(small_built)


class Elements(HTMLParser):
    """The elements of some HTML with their attributes, the words of each kind, and whether all are closed."""

    def __init__(self, html):
        super().__init__()
        self.found, self.words, self._open = [], {}, []
        self.feed(html)
        assert self._open == []

    def handle_starttag(self, name, attrs):
        self.found.append((name, dict(attrs)))
        if name != "br":
            self._open.append(name)

    def handle_endtag(self, name):
        assert self._open.pop() == name

    def handle_data(self, data):
        for name in self._open:
            self.words.setdefault(name, []).append(data)

    def names(self):
        return {name for name, _ in self.found}


def test_importing_the_package_loads_nothing_heavy():
    code = "import readacross, sys; print([n for n in sys.modules if n.split('.')[0] in ('numpy', 'pandas', 'yaml', 'sphinx')])"
    assert (
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
        == "[]\n"
    )


@pytest.mark.parametrize("inside", ["", "sources/northam", "notebooks"])
def test_it_is_found_from_within(small, monkeypatch, inside):
    (small / inside).mkdir(exist_ok=True)
    monkeypatch.chdir(small / inside)
    assert repr(readacross.open()).startswith(
        "Readacross: 2 authorities, 3 versions of 2 leaflets, 2 questions under 1 topic"
    )


def test_where_there_is_none_it_says_so(tmp_path):
    with pytest.raises(BadInput, match="this is not a knowledge base"):
        readacross.open(tmp_path)


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda kb: kb.compare("hens"), "hens: neither a question nor a topic"),
        (lambda kb: kb.compare(authorities="westby"), "westby: there is no such authority"),
        (lambda kb: kb.compare(as_at="soon"), "'soon'"),
        (lambda kb: kb.history("sudley"), "only one version"),
        (lambda kb: kb.history("westby"), "there is no such leaflet"),
        (lambda kb: kb.history("northam", "hens"), "hens: neither a question nor a topic"),
        (lambda kb: kb.divergences(kind="loud"), "loud: there is no such thing"),
        (lambda kb: kb.ask(""), "The question is empty"),
        (lambda kb: kb.passages("hens"), "hens: there is no such topic"),
        (lambda kb: kb.judged(), "qa/report.json"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(kb, ask, says):
    with pytest.raises(ReadacrossError, match=re.escape(says)) as bad:
        ask(kb)
    assert "\n" not in str(bad.value)


@pytest.mark.parametrize(
    ("about", "narrowed", "cells"),
    [
        ((), {}, ["the decision is final", "not stated", "not stated", "not stated"]),
        (("appeals",), {"authorities": "northam"}, ["the decision is final", "not stated"]),
        (("appeal.possible",), {"authorities": ["northam"], "as_at": 2013}, ["an appeal can be made"]),
        (("appeal.possible",), {"as_at": date(2020, 1, 1)}, ["the decision is final", "not stated"]),
        (("appeal.time_limit",), {"all_versions": True}, ["within 21 days", "not stated", "not stated"]),
    ],
)
def test_comparing_looks_at_what_is_asked_for(kb, about, narrowed, cells):
    found = [cell.words for row in kb.compare(*about, **narrowed) for cell in row.cells]
    assert len(found) == len(cells)
    assert all(words.startswith(start) for words, start in zip(found, cells, strict=True))


def test_results_are_frozen_and_can_be_gone_through(kb):
    found = kb.compare("appeals")
    assert len(found) == 2
    assert found[1].question.id == "appeal.time_limit"
    with pytest.raises(FrozenInstanceError):
        found.rows = ()


def test_a_comparison_is_a_table_with_headers_quotes_and_their_places(kb):
    shown = kb.compare("appeals", all_versions=True)._repr_html_()
    read = Elements(shown.replace(STYLE, ""))
    assert read.words["caption"] == ["Who says what"]
    assert {given["scope"] for name, given in read.found if name == "th"} == {"col", "row", "rowgroup"}
    places = [given["data-quote"] for name, given in read.found if name == "q"]
    assert places == ["northam/allotments@2012#can-i-appeal.1", "northam/allotments@2019#can-i-appeal.1",
                      "northam/allotments@2012#can-i-appeal.1"]  # fmt: skip
    assert "Our decision is final." in read.words["q"]
    assert "changed over time, high severity" in read.words["th"]
    assert "Not stated is silence" in " ".join(read.words["p"])


def test_a_comparison_is_a_data_frame_and_markdown(kb):
    found = kb.compare("appeals")
    frame = found.to_frame()
    assert list(frame["status"]) == ["stated", "silent", "silent", "silent"]
    assert frame.loc[0, "quotes"] == ["Our decision is final."]
    assert frame.loc[0, "passages"] == ["northam/allotments@2019#can-i-appeal.1"]
    assert found.to_markdown().startswith("## Appeals\n\n| question | Northam, 15 January 2019 |")
    assert kb.compare("appeals", as_at=1990, authorities="northam").to_frame().empty


def test_an_answer_shows_what_the_command_prints(kb):
    found = kb.ask("Can I appeal?", as_at=2013)
    assert str(found) == "\n".join(answer_lines(found.answer, kb.library))
    read = Elements(found._repr_html_().replace(STYLE, ""))
    assert read.words["caption"] == ["Can I appeal?"]
    assert "Northam – Allotments in Northam, May 2012; possibly in force then" in read.words["th"]
    assert "You can appeal within 21 days of our letter." in read.words["q"]
    assert list(found.to_frame()["name"].unique()) == ["Northam"]
    assert "You can appeal within 21 days of our letter." in found.to_markdown(on="2026-02-01")
    [reference] = json.loads(found.to_csl_json(on=date(2026, 2, 1)))
    assert reference["title"] == "Allotments in Northam"
    assert found.to_docx(on="2026-02-01")[:2] == b"PK"


def test_an_answer_that_is_none_shows_what_is_near_as_no_answer(kb):
    found = kb.ask("What does the mayor earn?")
    assert found.status == "not_found"
    assert len(found) == 0
    assert "not taken as an answer" in found._repr_html_()
    assert list(found.to_frame().columns)[:2] == ["authority", "name"]


def test_a_history_is_counted_shown_and_narrowed(kb):
    found = kb.history("northam")
    assert list(found.to_frame()["change"]) == ["lost", "changed"]
    assert "1 answer lost, 0 gained, 1 changed, 0 kept" in found._repr_html_()
    assert "“Our decision is final.”" in str(found)
    assert list(kb.history("northam", "appeal.time_limit").to_frame()["change"]) == ["lost"]
    assert found.to_markdown().startswith("# northam/allotments")


def test_divergences_are_those_of_the_command(kb):
    found = kb.divergences(all_versions=True)
    frame = found.to_frame()
    assert set(frame["kind"]) == {"changed_over_time", "one_silent"}
    assert "Where they differ" in found._repr_html_()
    silent = kb.divergences(kind="one_silent")
    assert len(silent) == 2
    assert set(silent.to_frame()["kind"]) == {"one_silent"}
    assert "Nothing differs." in kb.divergences("appeals")._repr_html_()


def test_versions_say_whether_they_held(kb):
    frame = kb.versions(as_at=2013).to_frame()
    assert list(frame["in_force"]) == [
        "possibly in force at 2013",
        "not in force at 2013",
        "possibly in force at 2013",
    ]
    assert "Northam (2012)" in kb.versions()._repr_html_()


def test_passages_can_be_of_a_topic_or_of_an_authority(kb):
    assert [row.place for row in kb.passages("appeals")] == ["can-i-appeal.1"]
    assert len(kb.passages(authorities="sudley")) == 5


HOSTILE = '<script>alert(1)</script><img src=x onerror=alert(1)> & "quoted" \u202e\u200b'


def test_what_a_leaflet_says_stays_text(kb):
    passage = replace(kb.passages()[1], text=HOSTILE.replace("<", "\\<"), headings=(HOSTILE,))
    shown = passages_html([passage])
    read = Elements(shown.replace(STYLE, ""))
    assert read.names() <= {"div", "table", "caption", "thead", "tbody", "tr", "th", "td", "span", "q"}
    assert "<script>alert(1)</script>" in "".join(read.words["q"])
    assert "\u202e" not in shown
    assert "[U+202E]" in shown


@pytest.mark.parametrize(
    ("made", "html"),
    [
        (tag("td", "<b>"), "<td>&lt;b&gt;</td>"),
        (tag("td", Html("<b>x</b>"), 3), "<td><b>x</b>3</td>"),
        (tag("a", "x", href='"><script>'), '<a href="&quot;&gt;&lt;script&gt;">x</a>'),
        (tag("td", "x", class_=None, data_id="1"), '<td data-id="1">x</td>'),
        (tag("br"), "<br>"),
        (said("a\u200bb", "part", "p"), '<q data-part="p">a<span class="unseen" data-character="200B">[U+200B]</span>b</q>'),
    ],
)  # fmt: skip
def test_tags_escape_what_is_no_tag(made, html):
    assert made == html


def test_a_table_reads_as_text_too():
    grid = Grid("Plots", ("Site", "How many"), (("Northam", 12), ("Sudley", 3)))
    assert repr(grid) == "Plots\nSite     How many\nNortham  12\nSudley   3"


def examples(repository):
    guide = (repository / "docs/guide/python.md").read_text("utf-8")
    return re.findall(r"^```python\n(.*?)^```\n(?:\n```text\n(.*?)^```$)?", guide, re.MULTILINE | re.DOTALL)


def test_the_guide_runs_and_prints_what_it_says(repository, small_built, monkeypatch):
    monkeypatch.chdir(small_built)
    found, names = examples(repository), {}
    assert len(found) >= 8
    for code, says in found:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(code, "docs/guide/python.md", "exec"), names)
        assert re.fullmatch(re.escape(says).replace("…", ".*"), printed.getvalue()), printed.getvalue()
