"""The notebooks of this repository, executed into its site once: what they show, and that it is what the data say."""

import json
import re
from html import unescape
from pathlib import Path

import pytest

import readacross
from readacross import executing
from readacross.errors import ReadacrossError
from readacross.publishing import publish_site

pytest.importorskip("myst_nb")

# These packages use names that later Sphinx, docutils and Python will drop; that is theirs to mend.
pytestmark = [
    pytest.mark.filterwarnings("ignore:'myst_parser:PendingDeprecationWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::PendingDeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.md"))


def quiet(_: str) -> None:
    """Say nothing."""


@pytest.fixture(scope="module")
def site(tmp_path_factory, library):
    """The site of this repository; what is executed for it is kept for the next site and the next test."""
    return publish_site(ROOT, tmp_path_factory.mktemp("site") / "site", quiet).parent


@pytest.fixture(scope="module")
def kb(library):
    return readacross.open(ROOT)


def page(site, name):
    return (site / f"notebooks/{name}.html").read_text("utf-8")


def tables(html):
    """The tables of a page by their captions: the words of their rows, without the heads repeated in cells."""
    found = {}
    for table in re.findall(r"<table>(.*?)</table>", html, re.DOTALL):
        caption = re.search(r"<caption>(.*?)</caption>", table)
        rows = [
            [unescape(re.sub(r'<span class="narrow">.*?</span>|<[^>]+>', "", cell)) for _, cell in cells]
            for cells in (
                re.findall(r"<(th|td)\b[^>]*>(.*?)</\1>", row) for row in re.findall(r"<tr>(.*?)</tr>", table)
            )
        ]
        if caption:
            found[unescape(caption[1])] = rows
    return found


def test_there_are_four():
    assert NOTEBOOKS == ["comparing", "cookbook", "judging", "through-time"]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_is_kept_without_outputs_and_opens_as_one(name):
    text = (ROOT / f"notebooks/{name}.md").read_text("utf-8")
    assert "format_name: myst" in text
    assert "<svg" not in text
    assert max(len(line) for line in re.findall(r"```\{code-cell\}.*?```", text, re.DOTALL) for line in line.split("\n")) <= 110  # fmt: skip


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_every_cell_is_shown_executed(site, name):
    text, html = (ROOT / f"notebooks/{name}.md").read_text("utf-8"), page(site, name)
    assert html.count('class="cell docutils') == text.count("{code-cell}")
    assert html.count('class="cell_output') >= text.count("{code-cell}") - 1
    assert "Traceback" not in html
    assert f'href="notebooks/{name}.html"' in (site / "index.html").read_text("utf-8")


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_nothing_runs_and_nothing_comes_from_elsewhere(site, name):
    html = page(site, name)
    main = html[html.index("<main") : html.index("</main>")]
    for sign in (
        "<script",
        "<style",
        " style=",
        "<iframe",
        "<img",
        "http://",
        "https://",
        "javascript:",
        " on",
    ):
        found = [part for part in re.findall(r"<[^>]*>", main) if sign in part]
        assert found == [], sign
    sheets = re.findall(r'<link rel="stylesheet"[^>]*href="([^"?]+)', html)
    assert [Path(sheet).name for sheet in sheets] == ["readacross.css"]
    assert list(site.glob("_static/mystnb*")) == []


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_every_chart_has_words_and_a_table(site, name):
    html = page(site, name)
    charts = re.findall(r'<figure class="chart">(.*?)</figure>', html, re.DOTALL)
    assert len(charts) == html.count("<svg ")
    for chart in charts:
        assert 'role="img"' in chart
        title, says = re.search(r"<title>([^<]+)</title><desc>([^<]{20,})</desc>", chart).groups()
        assert f"<figcaption><strong>{title}</strong><br>{says}</figcaption>" in chart
        assert re.search(r'<details>.*<caption>[^<]+</caption>.*scope="col".*scope="row"', chart, re.DOTALL)


def test_how_much_is_stated_is_what_is_coded(site, kb):
    rows = tables(page(site, "comparing"))["How much each leaflet states"]
    frame = kb.compare().to_frame()
    stated = frame[frame["status"] == "stated"].groupby(["topic", "authority"]).size()
    asked = frame.groupby("topic")["question"].nunique()
    names = rows[0][1:]
    assert len(rows) == 1 + len(asked)
    for topic, row in zip(kb.topics.values(), rows[1:], strict=True):
        for name, words in zip(names, row[1:], strict=True):
            assert words == f"{stated.get((topic.id, name), 0)} of {asked[topic.id]} questions"


def test_who_says_what_is_what_is_coded(site, kb):
    rows = tables(page(site, "comparing"))["Who agrees with whom"]
    for row, words in zip(kb.compare("complaints"), rows[1:], strict=True):
        assert words[0] == row.question.label
        assert [word.removeprefix(f"{word[0]}: ") for word in words[1:]] == [cell.words for cell in row.cells]


def test_what_was_judged_is_what_the_report_says(site):
    found = tables(page(site, "judging"))
    report = json.loads((ROOT / "qa/report.json").read_text("utf-8"))
    test = {row["part"].removeprefix("test: "): row for row in report["answers"]}
    for title, share in (
        ("A right passage among the first three", "right_among_three"),
        ("Refused, as it should be", "rightly_refused"),
    ):
        for name, how_many, of, *_ in found[title][1:]:
            counted = test["test" if name == "all of them" else name][share]
            assert (int(how_many), int(of)) == (counted["count"], counted["of"])
    kappas = {row["topic"]: row["kappa"] for row in report["agreement"] if row["kappa"] is not None}
    assert {row[0]: row[1] for row in found["Agreement of two coders"][1:]} == {
        topic: f"{kappa:.2f}" for topic, kappa in kappas.items()
    }
    flags = {row["kind"].replace("_", " "): row["precision"] for row in report["flags"]}
    for kind, share, *_ in found["Differences flagged that a reader sees too"][1:]:
        assert share == f"{flags[kind]['percent']:.0f} %"


def test_retrieval_in_the_notebook_is_what_the_benchmarks_wrote(site, kb):
    found = tables(page(site, "judging"))
    results = ROOT / "benchmarks/results"
    peers = json.loads((results / "retrieval.json").read_text("utf-8"))
    ours = json.loads((results / "ranker.json").read_text("utf-8"))
    for name in ("squad2-dev", "d2d-dev-first"):
        rows = {row[0]: row[1:] for row in found[f"Passages ranked on {name}"][1:]}
        assert len(rows) == len(peers[name]) - 1 + 3
        for peer, row in peers[name].items():
            if peer != "readacross":
                assert rows[peer][0] == f"{row['ndcg']:.3f}"
                assert rows[peer][1:] == [
                    f"{row[what]:.0f}" for what in ("query_ms", "index_seconds", "peak_mb")
                ]
        assert rows["Readacross, fitted on other sets"][0] == f"{ours[name]['left out']:.3f}"
        shipped = ours[name]["fitted on all"]
        assert rows["Readacross, fitted on it"][0] == f"{shipped:.3f}"
        assert abs(shipped - peers[name]["readacross"]["ndcg"]) < 0.003
    with pytest.raises(ReadacrossError, match=r"retrieval was not measured on this set\. Measured: "):
        kb.judged().retrieval("no-such-set")


def test_what_became_of_each_question_agrees_with_the_report():
    report = json.loads((ROOT / "qa/report.json").read_text("utf-8"))
    marked = [json.loads(line) for line in (ROOT / "qa/marked.jsonl").read_text("utf-8").splitlines()]
    for row in report["answers"][:2]:
        mine = [item for item in marked if item["split"] == row["part"]]
        refused = [item for item in mine if item["status"] in ("not_found", "out_of_scope")]
        wrongly = [item for item in refused if item["expect"] == "answered"]
        found = [item for item in mine if item["rank"] is not None and item["rank"] <= 3]
        assert len(mine) == row["answered"] + row["refused"]
        kept, right = row["not_wrongly_refused"], row["rightly_refused"]
        assert (len(wrongly), len(refused) - len(wrongly)) == (kept["of"] - kept["count"], right["count"])
        assert len(found) == row["right_among_three"]["count"]


def test_changes_through_time_are_those_of_the_history(site, kb):
    html = page(site, "through-time")
    step = kb.history("surrey", "complaints")[0]
    assert step.head.split(": ")[-1] in unescape(html)
    for change in (*step.lost, *step.changed):
        assert change.question.question in unescape(html)
    assert "28 days" in html


def test_quotes_lead_to_their_passages(site):
    html = page(site, "comparing")
    links = re.findall(r'<a class="source" href="\.\./(leaflets/[^"#]+)#([^"]+)">', html)
    assert len(links) >= 8
    for address, place in links:
        assert f'id="{unescape(place)}"' in (site / unescape(address)).read_text("utf-8")


WRONG = """() => {
  for (const folded of document.querySelectorAll('details')) folded.open = true;
  const wrong = [...document.querySelectorAll('main th:empty, main svg:not([role]), main [tabindex="0"]:not([aria-label])')];
  const outside = [...document.querySelectorAll('svg text')].filter(words => {
    const box = words.getBoundingClientRect(), picture = words.ownerSVGElement.getBoundingClientRect();
    return box.left < picture.left - 1 || box.right > picture.right + 1;
  });
  const wide = document.documentElement.scrollWidth > innerWidth ? [document.body] : [];
  return [...wrong, ...outside, ...wide].map(element => element.outerHTML.slice(0, 80));
}"""
"""What is empty or unnamed, what stands outside its picture, and the page itself where it is too wide."""


@pytest.mark.parametrize(("width", "scheme"), [(1280, "dark"), (768, "light"), (320, "light")])
def test_in_a_browser_everything_fits_and_nothing_is_asked_for_elsewhere(site, chromium, width, scheme):
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    opened, wrong = context.new_page(), []
    opened.on("console", lambda line: wrong.append(line.text))
    opened.on("request", lambda request: wrong.append(request.url))
    for name in NOTEBOOKS:
        opened.goto(f"{site.as_uri()}/notebooks/{name}.html")
        assert opened.evaluate(WRONG) == [], name
    assert [url for url in wrong if not url.startswith((site.as_uri(), "data:"))] == []
    context.close()


def test_without_the_packages_notebooks_are_left_out_and_that_is_said(monkeypatch):
    said = []
    monkeypatch.setattr(executing, "NEEDED", ("no_such_package",))
    with executing.with_notebooks(ROOT, ROOT / "docs", said.append) as docs:
        assert docs == ROOT / "docs"
    assert said == [executing.MISSING]


def test_a_base_without_notebooks_is_read_where_it_is(small):
    (small / "docs").mkdir()
    (small / "docs/index.md").write_text("# Allotments\n", "utf-8")
    with executing.with_notebooks(small, small / "docs", quiet) as docs:
        assert docs == small / "docs"
    assert not (small / "build").exists()


CELL = (
    "---\nfile_format: mystnb\nkernelspec:\n  name: python3\n---\n\n# A notebook\n\n```{code-cell}\n%s\n```\n"
)


def test_a_cell_that_fails_stops_the_site_with_one_line(small, tmp_path):
    from readacross.starting import FILES

    for name in ("docs/conf.py", "docs/index.md"):
        (small / name).parent.mkdir(exist_ok=True)
        (small / name).write_text(FILES[name], "utf-8")
    (small / "notebooks").mkdir()
    (small / "notebooks/bad.md").write_text(CELL % "1 / 0", "utf-8")
    with pytest.raises(ReadacrossError) as bad:
        publish_site(small, tmp_path / "out", quiet)
    assert str(bad.value) == (
        "notebooks/bad.md: a cell fails: ZeroDivisionError: division by zero. "
        "correct it, then run: readacross site."
    )
    assert not (tmp_path / "out").exists()
    assert [path.name for path in (small / "build").iterdir()] == ["notebooks"]
