"""The pages that policy officers come for: matrix, questions, comparisons, history, guidance, coding."""

import json
import re
import shutil
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from readacross.agreeing import by_topic
from readacross.comparing import compare
from readacross.contract import link
from readacross.drafting import draft
from readacross.errors import SourceError
from readacross.history import history
from readacross.markup import plain
from readacross.model import Ruling
from readacross.publishing import publish_site
from readacross.site import coding, pairs
from readacross.site.asking import digests
from readacross.site.coding import coding_page, counts
from readacross.site.gathering import gather
from readacross.site.matrix import columns, matrix, matrix_pages
from readacross.site.pages import pages
from readacross.site.pairs import pair_pages
from readacross.site.quality import Quality, Rate
from readacross.site.questions import question_pages
from readacross.site.wording import said
from tests.test_site import ROOT, quiet

# MyST uses names of Sphinx that a later Sphinx will drop; that is theirs to mend.
pytestmark = pytest.mark.filterwarnings("ignore:'myst_parser:PendingDeprecationWarning")

SURREY = "surrey/child-protection-conferences"
TOP = (("Readacross", "index"),)


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


class Words(HTMLParser):
    """The words of a page as they are read."""

    def __init__(self, page):
        super().__init__()
        self.words = []
        self.feed(page)

    def handle_data(self, data):
        self.words.append(data)

    def __str__(self):
        return " ".join(" ".join(self.words).split())


def read(site, address):
    return str(Words((site / address).read_text("utf-8")))


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("index.html", ["Who says what", "What changed", "Compare two", "Against national guidance"]),
        ("matrix.html", ["only where they differ", "The decision cannot be challenged", "not stated"]),
        (
            "questions/complaint.decision_challengeable.html",
            [
                "Can a parent complain about or challenge the decision itself?",
                "contradiction, high severity",
                "decision cannot be challenged.",
                "prohibition (cannot, must not)",
                "not yet confirmed by an officer",
                "Counts as not stated when",
                "Can I appeal against the decision?",
                "Cite it as",
                "contradict each other",
            ],
        ),
        ("questions/complaint.time_limit.html", ["None of the latest leaflets answers this", "28 days"]),
        ("questions/review.first.html", ["Secondary source, unchecked", "Within 3 months"]),
        (
            f"history/{SURREY}.html",
            [
                "No longer said, of high severity",
                "Within 28 days of the conference or 14 days after receiving the minutes",
                "2 working days before the initial conference",
                "The parent can ask for an interpreter",
                "children over 12",
                "The text as received begins on page 3",
                "The two texts share few paragraphs",
            ],
        ),
        ("history/index.html", ["24 answers lost", "Only one version held", "Southwark"]),
        ("compare/index.html", ["Versions of one leaflet", "differ"]),
        ("compare/staffordshire-and-surrey.html", ["that neither leaflet answers", "Only Surrey says"]),
        (f"compare/{SURREY}/board-and-council.html", ["changed over time", "superseded"]),
        (
            "baseline.html",
            [
                "Secondary source, unchecked",
                "Announced",
                "Nothing is measured against it",
                "Keeps to it",
                "Local Safeguarding Children Board ended on 29 September 2019",
            ],
        ),
        ("coding.html", ["510 answers coded", "kappa", "Where they disagree", "Gaps in the codebook"]),
        ("topics/complaints.html", ["Challenging the decision"]),
    ],
)
def test_pages_say_what_they_must(site, address, words):
    text = read(site, address)
    for word in words:
        assert word in text, word


ROW = re.compile(
    r'<tr(?: class="([^"]*)")?><th scope="row"><a href="questions/([^"]+)\.html">(.*?)</tr>', re.DOTALL
)


def test_the_matrix_on_the_page_is_the_data(site, shelf):
    page = (site / "matrix.html").read_text("utf-8")
    rows = {id_: (kind, rest) for kind, id_, rest in ROW.findall(page)}
    assert list(rows) == [q.id for topic in shelf.library.topics for q in _on(shelf, topic)]
    for id_, (kind, rest) in rows.items():
        cells = re.findall(r"<td[^>]*>(.*?)</td>", rest, re.DOTALL)
        by_version = {position.version: position for position in shelf.positions[id_]}
        positions = [by_version[version.id] for version in shelf.library.current()]
        apart = _apart(shelf, id_, positions)
        assert ("differ" in kind.split()) == any(apart)
        for cell, position, differs in zip(cells, positions, apart, strict=True):
            shown = str(Words(cell))
            name = shelf.known_as[position.version]
            if position.status == "silent":
                assert shown == f"{name}: not stated"
                continue
            words = said(shelf, position).words
            assert shown == f"{name}: {words}" + (" differs" if differs else "")
            quote = position.quotes[0].passage
            version = shelf.library.versions[position.version]
            assert f'href="{link(version, quote.partition("#")[2])}"' in cell


def _on(shelf, topic):
    return [question for question in shelf.library.questions.values() if question.topic == topic]


def _apart(shelf, id_, positions):
    """For each position, whether it answers otherwise than another that answers."""
    question = shelf.library.questions[id_]
    found = []
    for one in positions:
        against = (compare(question, one, other) for other in positions if other is not one)
        found.append(any(item is not None and item.kind != "one_silent" for item in against))
    return found


def test_every_position_is_on_its_questions_page_in_words(site, shelf):
    for id_, positions in shelf.positions.items():
        text = read(site, f"questions/{id_}.html")
        for position in positions:
            shown = said(shelf, position)
            version = shelf.library.versions[position.version]
            assert shown.coded[:20] in text.replace("Coded", "coded")
            if position.status == "silent":
                assert "Not stated" in text
                assert all(word in text for word in position.searched)
            else:
                assert shown.words in text
                assert all(plain(quote.quote) in text for quote in position.quotes)
                assert shown.name in text
                assert version.status != "superseded" or "superseded" in text


def test_nothing_that_readers_see_is_a_name_out_of_the_data(shelf):
    raw = re.compile(r"\b[a-z]+_[a-z_]+\b")
    for positions in shelf.positions.values():
        for position in positions:
            shown = said(shelf, position)
            for words in (shown.words, shown.strength, shown.actor, *shown.conditions):
                assert not raw.search(re.sub(r"\S+@\S+", "", words)), words
            assert "{" not in shown.words


@pytest.mark.parametrize(
    ("question", "version", "words"),
    [
        ("attend.family_members", "", "; if the parent would like support"),
        ("formats.contact", "staffordshire", "Communications Team (Families First); telephone 01785 277135"),
        ("document.date", "staffordshire", "March 2017"),
        ("conference.confidential", "", "; except: "),
        ("complaint.address", "surrey", "; or: Customer Relations Manager, "),
    ],
)
def test_an_answer_of_many_parts_is_read_out(shelf, question, version, words):
    found = [said(shelf, item).words for item in shelf.positions[question] if version in item.version]
    assert any(words in item for item in found), found


def test_a_question_that_nobody_has_coded_says_so_and_not_that_leaflets_are_silent(small, tmp_path):
    bank = small / "index/questions.yaml"
    more = '- id: appeal.fee\n  topic: appeals\n  question: "Is there a fee?"\n  answer_type: bool\n  silence: low\n'
    bank.write_text(bank.read_text("utf-8") + more, "utf-8")
    site = publish_site(small, tmp_path / "out", quiet).parent
    page = read(site, "questions/appeal.fee.html")
    assert "Not coded yet." in page
    assert "Not stated" not in page
    row = next(
        rest for _, id_, rest in ROW.findall((site / "matrix.html").read_text("utf-8")) if id_ == "appeal.fee"
    )
    assert str(Words(row)).count("not coded yet") == 2
    assert "not stated" not in str(Words(row))


def _ruled(shelf, question, decision, silent):
    """A shelf on which a person has ruled on the first difference of a kind between two leaflets."""
    pairs_ = [item for item in shelf.differences[question] if item.level == "pair"]
    first, *others = sorted(pairs_, key=lambda item: (item.kind == "one_silent") != silent)
    versions = tuple(side.version for side in first.positions)
    ruling = Ruling(question, versions, decision, "officer-1", "2026-12-01", "they mean the same", "0")
    group = [item for item in shelf.differences[question] if item.level == "group"]
    found = (*group, replace(first, ruling=ruling), *others)
    return replace(shelf, differences={**shelf.differences, question: found})


@pytest.mark.parametrize("silent", [False, True])
@pytest.mark.parametrize(
    ("decision", "folded"), [("dismissed", True), ("confirmed", False), ("corrected", False)]
)
def test_what_a_person_ruled_stands_with_the_difference(shelf, decision, folded, silent):
    question = "complaint.decision_challengeable"
    ruled = _ruled(shelf, question, decision, silent)
    pages = question_pages(ruled, digests(ruled), TOP, "Readacross")
    page = next(item.html for item in pages if item.name.endswith(question))
    words = f"{decision.capitalize()} by officer-1 on 1 December 2026: they mean the same."
    assert words in page
    assert ("Dismissed as no difference: 1" in page) == folded
    assert (page.index(words) > page.index("What each leaflet says")) == (folded or silent)


def test_a_dismissed_difference_is_no_sign_in_the_matrix(shelf):
    question = "complaint.decision_challengeable"
    ruled = _ruled(shelf, question, "dismissed", silent=False)
    only = tuple(item for item in ruled.differences[question] if item.ruling)
    found = replace(shelf, differences={**shelf.differences, question: only})
    line = next(
        line
        for block in matrix(found.library.current(), digests(found))
        for line in block.lines
        if line.question.id == question
    )
    assert [cell.sign for cell in line.cells] == ["says", "silent", "says", "says"]


@pytest.mark.parametrize("name", ["central-bedfordshire-and-southwark", "staffordshire-and-surrey"])
def test_a_comparison_sorts_every_question_once(site, shelf, name):
    text = read(site, f"compare/{name}.html")
    slugs = name.split("-and-")
    versions = [version for version in shelf.library.current() if version.authority in slugs]
    found = Counter()
    for id_, positions in shelf.positions.items():
        a, b = (next(p for p in positions if p.version == version.id) for version in versions)
        quiet_ = [a.status == "silent", b.status == "silent"]
        differs = compare(shelf.library.questions[id_], a, b)
        found["neither" if all(quiet_) else "only" if any(quiet_) else "differ" if differs else "alike"] += 1
    assert f"They differ on {found['differ']} " in text
    assert f"No difference on {found['alike']} " in text
    assert f"{found['neither']} questions that neither leaflet answers" in text
    only = [int(number) for number in re.findall(r"Only [\w ]+: (\d+)", text)]
    assert sum(only) == found["only"]


def test_many_leaflets_are_compared_only_where_they_differ_gravely(shelf, monkeypatch):
    monkeypatch.setattr(pairs, "MANY", 3)
    made = {page.name: page.html for page in pair_pages(shelf, digests(shelf), TOP)}
    assert "compare/southwark-and-surrey" not in made
    assert "compare/staffordshire-and-surrey" in made
    assert "only the 5 pairs of 6 that differ with high severity" in made["compare/index"]


def test_the_history_page_is_the_history(site, shelf):
    page = (site / f"history/{SURREY}.html").read_text("utf-8")
    text = str(Words(page))
    (step,) = history(shelf.library, SURREY)
    for what, changes in step.groups.items():
        assert f"{what.capitalize()}: {len(changes)}" in text
        for change in changes:
            assert f'id="c:council:{change.question.id}"' in page
            for position in (change.before, change.after):
                assert all(plain(quote.quote) in text for quote in position.quotes)
    order = [page.index(f'id="c:council:{change.question.id}"') for change in step.lost]
    assert order == sorted(order)
    grave = [change for change in step.lost if change.severity == "high"]
    assert grave == list(step.lost[: len(grave)])
    first = page.index("No longer said, of high severity")
    assert all(0 < page.index(f'href="#c:council:{c.question.id}"') - first < 4000 for c in grave)


def test_guidance_is_measured_as_the_engine_does(site, shelf):
    text = read(site, "baseline.html")
    current = {version.id for version in shelf.library.current()}
    found = Counter(item.outcome for item in shelf.judged if item.position.version in current)
    for outcome, words in (
        ("meets", "Keeps to it"),
        ("silent", "not stated"),
        ("not_covered", "not covered"),
    ):
        assert f"{words}: {found[outcome]}" in text
    for fact in shelf.library.baseline.facts:
        assert fact.says[1:] in text
        for item in shelf.judged:
            if item.fact.id == fact.id and item.position.status == "stated":
                assert all(plain(quote.quote) in text for quote in item.position.quotes)


def test_every_figure_about_the_coding_is_from_the_data(base, site, shelf):
    text = read(site, "coding.html")
    everything = [item for found in shelf.positions.values() for item in found]
    stated = sum(item.status == "stated" for item in everything)
    assert counts(shelf).coded == len(everything)
    assert f"{stated} are stated" in text
    assert f"{len(everything) - stated} are “not stated”" in text
    agreed = by_topic(shelf.library.topics.values(), draft(base).cells)[-1]
    assert f"They agree on {agreed.agreed} of {agreed.cells}" in text
    assert f"Where they disagree: {agreed.cells - agreed.agreed}" in text


def test_what_was_measured_stands_on_the_page_only_where_it_was(shelf, monkeypatch):
    found = digests(shelf)
    assert "Sentences accounted for" not in coding_page(shelf, found, TOP).html
    measured = Quality(coverage=(Rate("Surrey", "45 of 60"),), basis="Counted by hand.")
    monkeypatch.setattr(coding, "quality", lambda _: measured)
    html = coding_page(shelf, found, TOP).html
    assert "Sentences accounted for" in html
    assert "45 of 60" in html
    assert "Differences found" not in html


def test_the_figures_of_an_evaluation_are_those_of_its_report(base, shelf):
    (base / "qa").mkdir()
    shutil.copy(ROOT / "qa/report.json", base / "qa/report.json")
    html = coding_page(shelf, digests(shelf), TOP).html
    (base / "qa/report.json").write_text("{}", "utf-8")
    with pytest.raises(SourceError, match=r"qa/report\.json.*run: readacross evaluate"):
        coding_page(shelf, digests(shelf), TOP)
    shutil.rmtree(base / "qa")
    found = json.loads((ROOT / "qa/report.json").read_text("utf-8"))
    for row in found["coverage"]:
        assert f"{row['used']} quoted, {row['explained']} set aside, {row['open']} open" in html
    both = found["flags"][-1]
    assert f"{both['precision']['percent']:.0f} % (" in html
    assert f"{both['recall']['looked_at']} pairs looked at" in html


def test_of_many_leaflets_the_matrix_holds_those_that_are_coded(shelf, monkeypatch):
    monkeypatch.setattr("readacross.site.matrix.MOST", 3)
    everyone = [version.id for version in shelf.library.current()]
    assert [version.id for version in columns(shelf)] == everyone
    silent = dict.fromkeys(shelf.positions, ())
    question = "complaint.decision_challengeable"
    said = tuple(item for item in shelf.positions[question] if item.version in everyone[:2])
    few = replace(shelf, positions={**silent, question: said})
    assert [version.id for version in columns(few)] == everyone[:2]


def test_where_many_leaflets_are_coded_only_the_question_s_own_page_shows_each(shelf, monkeypatch):
    monkeypatch.setattr("readacross.site.asking.SHOWN", 3)
    made = {page.name: page.html for page in pages(shelf, "Readacross")}
    for name in ("topics/complaints", "whole"):
        assert "decision cannot be challenged.</q>" not in made[name]
        assert "The decision cannot be challenged" in made[name]
        assert "3 leaflets of 4 answer" in made[name]
        assert "questions/complaint.decision_challengeable.html" in made[name]
    assert "decision cannot be challenged.</q>" in made["questions/complaint.decision_challengeable"]


def test_a_matrix_of_many_leaflets_scrolls_in_a_region_of_its_own(shelf, monkeypatch):
    assert "matrix-wide" not in next(matrix_pages(shelf, digests(shelf), TOP, "x.csv")).html
    monkeypatch.setattr("readacross.site.matrix.FITS", 3)
    html = next(matrix_pages(shelf, digests(shelf), TOP, "x.csv")).html
    assert "matrix-wide" in html
    assert 'class="grid" role="region" aria-labelledby="s:matrix" tabindex="0"' in html


def test_the_matrix_can_be_taken_away_as_a_table(site, shelf):
    rows = (site / "data/who-says-what.csv").read_text("utf-8").splitlines()
    assert rows[0].startswith("topic,question,asked,authority")
    assert sum(",not stated in this leaflet," in row for row in rows) > 100


@pytest.mark.parametrize(
    ("page", "target", "why"),
    [
        ("index.html", "matrix.html", "who lets parents challenge: one step from the front page"),
        ("index.html", "questions/complaint.decision_challengeable.html", "in what words: one step"),
        ("index.html", "history/index.html", "what did Surrey drop: two steps"),
        ("history/index.html", f"{SURREY}.html", "and the second"),
        ("topics/complaints.html", "../questions/complaint.time_limit.html", "topics lead to questions"),
        ("search.html", "matrix.html", "every page leads to the matrix"),
    ],
)
def test_an_officer_gets_there_in_a_step(site, page, target, why):
    assert f'{target}"' in (site / page).read_text("utf-8"), why


def test_a_question_is_found_by_its_name_on_other_sites(site):
    from sphinx.util.inventory import InventoryFile

    inventory = InventoryFile.loads((site / "objects.inv").read_bytes(), uri="")
    entry = inventory.data["ra:question"]["complaint.time_limit"]
    assert entry.uri == "questions/complaint.time_limit.html"


def test_headers_of_tables_say_what_they_head(site):
    for page in ("matrix", "baseline", "coding", "compare/index"):
        for head in re.findall(r"<th\b[^>]*>", (site / f"{page}.html").read_text("utf-8")):
            assert re.search(r'scope="(col|row|rowgroup)"', head)


def test_no_page_is_heavy(site):
    import gzip

    for path in site.rglob("*.html"):
        assert len(gzip.compress(path.read_bytes())) < 30_000, path


def test_with_many_leaflets_each_topic_has_a_table_of_its_own_and_every_link_leads_somewhere(
    small, monkeypatch
):
    for limit in ("matrix.MOST", "pairs.TOO_MANY", "downloads.MOST"):
        monkeypatch.setattr(f"readacross.site.{limit}", 1)
    site = publish_site(small, None, lambda _: None).parent
    assert "Our decision is final" not in (site / "matrix.html").read_text("utf-8")
    assert 'href="matrix/appeals.html"' in (site / "matrix.html").read_text("utf-8")
    assert "the decision is final" in (site / "matrix/appeals.html").read_text("utf-8").lower()
    assert "too many for a page for every two of them" in (site / "compare/index.html").read_text("utf-8")
    assert not (site / "compare/northam-and-sudley.html").exists()
    assert not (site / "data/who-says-what.xlsx").exists()
    assert "there is no workbook here" in (site / "downloads.html").read_text("utf-8")


def test_of_many_pairs_those_that_differ_most_gravely_have_a_page(shelf, monkeypatch):
    monkeypatch.setattr(pairs, "MANY", 3)
    monkeypatch.setattr(pairs, "PAGES", 2)
    made = {page.name: page.html for page in pair_pages(shelf, digests(shelf), TOP)}
    often = sorted((found.high for found in pairs.tally(shelf).values()), reverse=True)
    assert often[1] > 0
    assert sum(name.count("/") == 1 and name != "compare/index" for name in made) == 2
    assert "only 2 of the 5 pairs that differ with high severity" in made["compare/index"]
