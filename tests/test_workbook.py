"""The workbook: a clerk can read, filter, print and follow it; it holds the record and nothing that runs."""

import csv
import io
import json
import re
import sys
from dataclasses import replace
from urllib.parse import unquote
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from listings import HOSTILE, hostile_table
from openpyxl import load_workbook

from readacross.errors import BadInput, GenerationError
from readacross.glossary import CODINGS, compared_in_words, terms
from readacross.library import open_library
from readacross.listing import found_in, list_divergences
from readacross.markup import plain
from readacross.model import FORCES, KINDS, SEVERITIES, Ruling, Tension
from readacross.separating import shown
from readacross.sheets import comparison_book, divergences_book, positions_book
from readacross.tabulating import tabulate
from readacross.workbook import LONGEST, Book, Column, Field, Sheet, fitting, workbook_bytes, write_workbook

SITE = "https://leaflets.example/"
COMPARISON = [
    "Who says what",
    "Divergences",
    "Silences",
    "Answers",
    "Quotes",
    "Passages",
    "Definitions",
    "About",
]


def opened(book):
    """A workbook as a reader's program opens it."""
    return load_workbook(io.BytesIO(workbook_bytes(book)))


def rows_of(sheet):
    """The rows of a sheet under its header; an empty cell is an empty string."""
    head, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(head, ["" if value is None else value for value in row], strict=True)) for row in rows]


def cells_of(workbook):
    return [cell for sheet in workbook for row in sheet.iter_rows() for cell in row]


@pytest.fixture(scope="module")
def whole(library):
    """The comparison of the repository's five leaflets, and its divergences."""
    table = tabulate(library, [], library.choose(all_versions=True))
    return table, list_divergences(library, found_in(library, table), table.view)


@pytest.fixture(scope="module")
def workbook(whole):
    return opened(comparison_book(*whole, SITE))


@pytest.fixture(scope="module")
def base(small_built):
    return open_library(small_built)


@pytest.fixture(scope="module")
def small_table(base):
    return tabulate(base, [], base.choose(all_versions=True))


@pytest.fixture(scope="module")
def small_found(base, small_table):
    return list_divergences(base, found_in(base, small_table), small_table.view)


@pytest.mark.parametrize(
    ("book", "sheets"),
    [
        ("comparison", COMPARISON),
        ("positions", ["Answers", "Quotes", "Passages", "Definitions", "About"]),
        ("divergences", ["Divergences", "One is silent", "Passages", "Definitions", "About"]),
    ],
)
def test_the_sheets_of_each_book(small_table, small_found, book, sheets):
    books = {
        "comparison": lambda: comparison_book(small_table, small_found),
        "positions": lambda: positions_book(small_table),
        "divergences": lambda: divergences_book(small_found),
    }
    assert opened(books[book]()).sheetnames == sheets


@pytest.mark.parametrize(
    ("sheet", "frozen", "heads"),
    [
        ("Who says what", "C2", ["Topic", "Question", "Where they differ", "Central Bedfordshire, some time between April 2009 and September 2019 (inferred)"]),
        ("Divergences", "B2", ["Severity", "Kind", "Topic", "Question", "Compared", "What differs", "First", "First: its words", "Second", "Second: its words", "Ruling"]),
        ("Silences", "D2", ["Severity of silence", "Topic", "Question", "Not stated: how many", "Stated: how many"]),
        ("Answers", "C2", ["Topic", "Question", "Question id", "Authority", "Dated", "Stated or silent", "Answer", "Strength"]),
        ("Quotes", "C2", ["Topic", "Question", "Authority", "Answer", "Words of the leaflet", "Passage", "Uncertain words"]),
        ("Definitions", "C2", ["What", "Name", "Meaning", "Why it matters", "What counts as not stated"]),
        ("About", "A2", ["About this workbook", None]),
    ],
)  # fmt: skip
def test_a_sheet_keeps_its_header_in_sight_filters_and_prints(workbook, sheet, frozen, heads):
    found = workbook[sheet]
    assert [cell.value for cell in found[1]][: len(heads)] == heads
    assert found.freeze_panes == frozen
    assert found.auto_filter.ref == (None if sheet == "About" else found.dimensions)
    assert found.print_title_rows == "$1:$1"
    assert (found.page_setup.orientation, found.page_setup.fitToWidth, found.page_setup.fitToHeight) == (
        "landscape",
        1,
        0,
    )
    assert found.sheet_properties.pageSetUpPr.fitToPage
    assert found.oddFooter.left.text.endswith("Check the leaflet before use.")
    assert found.oddFooter.right.text == "Page &P of &N"


def test_no_cell_is_cut_off_on_the_screen(workbook):
    """Rows grow to 409 points, which is 27 lines; every cell wraps and fits into that."""
    for sheet in workbook:
        widths = {letter: column.width for letter, column in sheet.column_dimensions.items()}
        assert set(widths.values()) <= set(range(9, 111))
        for row in sheet.iter_rows():
            for cell in row:
                lines = str(cell.value or "").split("\n")
                high = sum(-(-len(line) // int(widths[cell.column_letter])) or 1 for line in lines)
                assert high <= 27, (sheet.title, cell.coordinate)
                assert cell.alignment.wrap_text, (sheet.title, cell.coordinate)


def test_who_says_what_has_a_row_a_question_and_a_cell_a_version(repository, library, workbook):
    sheet = workbook["Who says what"]
    assert [row[1] for row in sheet.iter_rows(min_row=2, values_only=True)] == [
        q.question for q in library.questions.values()
    ]
    columns = {id_: number for number, id_ in enumerate(library.versions, 4)}
    rows = {id_: number for number, id_ in enumerate(library.questions, 2)}
    for line in (repository / "index/positions.jsonl").read_text("utf-8").splitlines():
        position = json.loads(line)
        cell = sheet.cell(rows[position["question"]], columns[position["version"]])
        for quote in position["quotes"]:
            assert f"“{plain(quote['quote'])}”" in cell.value.split("\n")
        assert cell.value.startswith("not stated in this leaflet") == (position["status"] == "silent")
        assert (cell.font.italic, cell.font.color.rgb) == (
            (True, "FF595959") if position["status"] == "silent" else (False, "FF1F4E79")
        )


def test_silence_is_never_no(workbook):
    for sheet in workbook:
        for row in rows_of(sheet):
            assert row.get("Stated or silent") != "silent" or row["Answer"] == "not stated in this leaflet"
    values = {str(cell.value).strip().casefold() for cell in cells_of(workbook) if cell.font.italic}
    assert not values & {"no", "none", "false", "0", "-"}


def test_each_answer_is_a_line_of_the_record(repository, workbook):
    standing = [
        json.loads(line) for line in (repository / "index/positions.jsonl").read_text("utf-8").splitlines()
    ]
    standing = [
        position for position in standing if position["coded"]["status"] not in ("stale", "suggested")
    ]
    rows = rows_of(workbook["Answers"])
    assert [(row["Question id"], row["Version"], row["Stated or silent"]) for row in rows] == [
        (position["question"], position["version"], position["status"]) for position in standing
    ]
    for row, position in zip(rows, standing, strict=True):
        assert row["Words of the leaflet"] == "\n".join(
            f"“{plain(quote['quote'])}”" for quote in position["quotes"]
        )
        assert row["Coded"].startswith(f"{position['coded']['status']}: {position['coded']['by']}")
        assert row["Note"] == (position["note"] or "")
    quotes = [
        (quote["passage"], f"“{plain(quote['quote'])}”")
        for position in standing
        for quote in position["quotes"]
    ]
    assert [(row["Passage"], row["Words of the leaflet"]) for row in rows_of(workbook["Quotes"])] == quotes


def passage_of(cell):
    """The id of the passage that a cell leads to."""
    found = re.fullmatch(re.escape(SITE) + r"leaflets/(.+)/([^/]+)\.html", cell.hyperlink.target)
    return f"{unquote(found[1])}@{unquote(found[2])}" + (
        f"#{unquote(cell.hyperlink.location)}" if cell.hyperlink.location else ""
    )


def test_every_link_leads_to_a_passage_that_is_there(repository, library, workbook):
    passages = {
        json.loads(line)["passage"]
        for line in (repository / "index/passages.jsonl").read_text("utf-8").splitlines()
    }
    linked = [cell for cell in cells_of(workbook) if cell.hyperlink]
    assert {passage_of(cell) for cell in linked} <= passages | set(library.versions)
    assert all(cell.font.color.rgb in ("FF1F4E79", "FF595959") for cell in linked)
    for row in workbook["Quotes"].iter_rows(min_row=2):
        assert passage_of(row[4]) == passage_of(row[5]) == row[5].value


def test_every_stated_answer_leads_to_its_first_quote(whole, workbook):
    table, _ = whole
    sheet = workbook["Who says what"]
    for number, row in enumerate(table.rows, 2):
        for column, cell in enumerate(row.cells, 4):
            found = sheet.cell(number, column)
            assert (passage_of(found) if found.hyperlink else None) == next(iter(cell.passages), None)


@pytest.mark.parametrize(
    ("site", "target", "about"),
    [
        ("", None, "A quote leads to the sheet Passages"),
        (".", "leaflets/northam/allotments/2012.html", "the site in whose folder this workbook lies"),
        ("https://x.example/docs", "https://x.example/docs/leaflets/northam/allotments/2012.html", "passage on https://x.example/docs."),
        ("https://x.example/", "https://x.example/leaflets/northam/allotments/2012.html", "passage on https://x.example/."),
        ("../site", "../site/leaflets/northam/allotments/2012.html", "the site in whose folder"),
    ],
)  # fmt: skip
def test_links_are_made_where_they_can_lead_somewhere(small_table, small_found, site, target, about):
    workbook = opened(comparison_book(small_table, small_found, site))
    link = workbook["Who says what"]["D2"].hyperlink
    assert (link.target, link.location) == (target, "can-i-appeal.1" if target else "Passages!A2")
    if not target:
        assert "You can appeal within 21 days of our letter." in workbook["Passages"]["C2"].value
        assert "Can I appeal?" in workbook["Passages"]["C2"].value
    assert about in {row["About this workbook"]: row for row in rows_of(workbook["About"])}["Links"][None]


def test_a_site_that_is_no_address_is_refused(small_table):
    with pytest.raises(BadInput, match="javascript"):
        positions_book(small_table, "javascript:alert(1)")


def test_divergences_are_severest_first_with_both_sides_apart(whole, workbook):
    _, found = whole
    rows = rows_of(workbook["Divergences"])
    assert len(rows) == len(found.shown)
    severities = [SEVERITIES.index(row["Severity"]) for row in rows]
    assert severities == sorted(severities, reverse=True)
    for row, item in zip(rows, found.shown, strict=True):
        assert row["What differs"] == item.divergence.summary
        if item.divergence.level == "group":
            assert (row["Compared"], row["First: its words"]) == ("all in view", "see the pairs")
            continue
        for side, column in zip(item.sides, ("First", "Second"), strict=True):
            assert row[column] == f"{item.who(side, found.view)}: {side.words}"
            for quote in side.quotes:
                assert f"“{quote}”" in row[f"{column}: its words"]


def test_a_dismissed_divergence_is_last_and_marked(base, small_table, small_found):
    severest = small_found.rows[0]
    ruling = Ruling(
        "appeal.possible", (), "dismissed", "officer-1", "2026-02-01", "Both mean the same.", "digest"
    )
    found = [replace(severest.divergence, ruling=ruling), *(row.divergence for row in small_found.rows[1:])]
    book = divergences_book(list_divergences(base, found, small_table.view))
    sheet = opened(book)["Divergences"]
    last = rows_of(sheet)[-1]
    assert last["Severity"] == "dismissed (high)"
    assert last["Ruling"] == "dismissed by officer-1 on 2026-02-01: Both mean the same."
    assert {cell.font.color.rgb for cell in sheet[sheet.max_row]} == {"FF595959"}
    assert [row["Ruling"] for row in rows_of(sheet)[:-1]] == [""] * (
        len(found) - 2 - len(list_divergences(base, found, small_table.view).silent) + 1
    )


@pytest.mark.parametrize(
    ("question", "severity", "silent", "stated", "who"),
    [
        ("Can the decision be appealed?", "high", 1, 2, "Sudley"),
        ("How long is there to appeal?", "high", 2, 1, "Northam (2019)\nSudley"),
    ],
)
def test_silences_are_counted_and_named(small_table, small_found, question, severity, silent, stated, who):
    rows = {
        row["Question"]: row for row in rows_of(opened(comparison_book(small_table, small_found))["Silences"])
    }
    row = rows[question]
    assert (row["Severity of silence"], row["Not stated: how many"], row["Stated: how many"]) == (
        severity,
        silent,
        stated,
    )
    assert row["Not stated in"] == who


def test_silences_count_what_the_record_counts(repository, library, workbook):
    silent = {}
    for line in (repository / "index/positions.jsonl").read_text("utf-8").splitlines():
        position = json.loads(line)
        if position["status"] == "silent":
            silent[position["question"]] = silent.get(position["question"], 0) + 1
    rows = rows_of(workbook["Silences"])
    assert {row["Question"]: row["Not stated: how many"] for row in rows} == {
        library.questions[id_].question: count for id_, count in silent.items()
    }
    severities = [SEVERITIES.index(row["Severity of silence"]) for row in rows]
    assert severities == sorted(severities, reverse=True)


def test_definitions_hold_every_word_and_every_question(library, workbook):
    rows = rows_of(workbook["Definitions"])
    explained = {(row["What"], row["Name"]) for row in rows if row["Meaning"]}
    for what, names in (
        ("kind of difference", KINDS),
        ("severity", SEVERITIES),
        ("strength", FORCES),
        ("coding status", CODINGS),
    ):
        assert {(what, name.replace("_", " ")) for name in names} <= explained
    assert ("answer", "not stated in this leaflet") in explained
    questions = {row["Id"]: row for row in rows if row["What"] == "question"}
    assert list(questions) == list(library.questions)
    for id_, question in library.questions.items():
        row = questions[id_]
        assert question.question in row["Meaning"]
        assert (row["Why it matters"], row["What counts as not stated"]) == (
            question.why,
            question.silent_when,
        )
        assert all(option.words in row["Answers that it can have"] for option in question.options)
    comparisons = [row for row in rows if row["What"] == "comparison"]
    assert len(comparisons) == sum(len(q.relations) + len(q.tensions) for q in library.questions.values())


def test_what_is_not_stated_is_told_apart_from_no():
    (meaning,) = [term.meaning for term in terms() if term.name == "not stated in this leaflet"]
    assert "That is silence, not “no”" in meaning
    assert "A leaflet that says “no” is recorded as stating it" in meaning


@pytest.mark.parametrize(
    ("answer", "other", "words"),
    [
        ("yes", "*", "“an appeal can be made”, and to “How long is there to appeal?” any answer"),
        ("no", "silent", "“the decision is final”, and to “How long is there to appeal?” nothing stated"),
        ("silent", "true", "nothing stated, and to “How long is there to appeal?” “yes”"),
    ],
)
def test_a_tension_is_told_in_words(base, answer, other, words):
    tension = Tension(answer, "appeal.time_limit", other, "contradiction", "high", "why it matters")
    question = replace(base.questions["appeal.possible"], relations=(), tensions=(tension,))
    assert list(compared_in_words(question, base.questions)) == [
        f"{words}: these sit ill with each other in one leaflet (contradiction, high severity): why it matters"
    ]


@pytest.mark.parametrize(
    ("as_at", "asked", "row", "says"),
    [
        (None, [], "In view", "Every version held, superseded ones too."),
        (None, [], "As at", "No date was asked for."),
        (None, [], "Narrowed to", "Nothing: all that is coded."),
        (None, ["appeals"], "Narrowed to", "appeals"),
        ("2012", [], "As at", "2012"),
        ("2012", [], "Northam (2019)", "Dated: 15 January 2019, not in force at 2012."),
        (None, [], "Sudley", "Of 2 questions: 0 stated, 2 not stated"),
        (None, [], "Not stated", "That is silence, not “no”"),
        (None, [], "Check before use", "Read the quotation, and the leaflet, before relying on one."),
        (None, [], "Coding", "6 coded: recorded by a coder, not yet confirmed by an officer"),
    ],
)
def test_about_says_what_the_workbook_is(base, as_at, asked, row, says):
    table = tabulate(base, asked, base.choose(as_at=as_at, all_versions=True), as_at)
    rows = {
        item["About this workbook"]: item[None] for item in rows_of(opened(positions_book(table))["About"])
    }
    assert says in rows[row]
    assert rows["Edition"].startswith(base.folder.name)


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ({}, "high: changed over time"),
        ({"answer_type": "contact"}, "not compared"),
        ({"differs": "none"}, "not compared"),
        ({"answer_type": "text"}, "not compared"),
    ],
)
def test_each_question_says_whether_answers_differ(base, small_table, question, found):
    changed = replace(base.questions["appeal.possible"], **question)
    rows = tuple(replace(row, question=changed) for row in small_table.rows[:1])
    listed = list_divergences(base, found_in(base, small_table) if not question else (), small_table.view)
    book = comparison_book(replace(small_table, rows=rows), listed)
    assert opened(book)["Who says what"]["C2"].value == found


def test_the_same_edition_makes_the_same_bytes(small_table, small_found, monkeypatch):
    import time

    first = workbook_bytes(comparison_book(small_table, small_found, SITE))
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(2_000_000_000.0))
    assert workbook_bytes(comparison_book(small_table, small_found, SITE)) == first
    with ZipFile(io.BytesIO(first)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = archive.read("docProps/core.xml").decode()
    assert set(re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", core)) == {"1980-01-01T00:00:00Z"}
    assert small_table.view.edition in core


def test_nothing_in_it_runs_and_nothing_leads_out_but_passages(small_table, small_found):
    with ZipFile(io.BytesIO(workbook_bytes(comparison_book(small_table, small_found, SITE)))) as archive:
        names = archive.namelist()
        text = "".join(archive.read(name).decode() for name in names)
    assert not [
        name
        for name in names
        if re.search(r"vba|macro|external|embed|connection|activeX", name, re.IGNORECASE)
    ]
    assert "<f>" not in text
    assert 'fullCalcOnLoad="1"' not in text
    targets = re.findall(r'Target="([^"]+)"[^>]*TargetMode="External"', text)
    assert targets
    assert all(target.startswith(f"{SITE}leaflets/") for target in targets)


@pytest.mark.parametrize(
    ("text", "in_the_cell"),
    [
        ("=1+1", "=1+1"),
        ("a\x00b\x1bc", "a[U+0000]b[U+001B]c"),
        ("\ud800\uffff", "[U+D800][U+FFFF]"),
        ("_x0041_ and _x000D_", "_x005F_x0041_ and _x005F_x000D_"),
        ("snake_case x_y", "snake_case x_y"),
        ("two\nlines", "two\nlines"),
        ("x" * (LONGEST + 1), "x" * LONGEST + " … (cut: a cell holds no more; read the passage)"),
    ],
)
def test_words_fit_into_a_cell_as_they_are(text, in_the_cell):
    assert fitting(text) == in_the_cell
    sheet = Sheet("Sheet", (Column("Head", 20),), ((Field(text),),))
    cell = opened(Book("Book", "edition", (sheet,)))["Sheet"]["A2"]
    assert (cell.value, cell.data_type) == (in_the_cell, "s")
    assert cell.quotePrefix == text.startswith("=")


@given(words=HOSTILE, quote=HOSTILE)
@settings(max_examples=25)
def test_hostile_words_stay_words(base, small_table, words, quote):
    table = hostile_table(small_table, words, quote)
    severest = replace(next(found_in(base, small_table)), summary=words)
    listed = list_divergences(base, [severest], table.view)
    workbook = opened(comparison_book(table, listed, SITE))
    assert workbook.sheetnames == COMPARISON
    cells = cells_of(workbook)
    assert {cell.data_type for cell in cells if isinstance(cell.value, str)} == {"s"}
    assert not [
        cell for cell in cells if str(cell.value or "").startswith(tuple("=+-@\t")) and not cell.quotePrefix
    ]
    assert not [
        cell for cell in cells if re.search(r"[\x00-\x09\x0b-\x1f\u202e\ufffe]", str(cell.value or ""))
    ]
    assert [row["Question"] for row in rows_of(workbook["Who says what"])] == [fitting(words)] * 2
    assert rows_of(workbook["Quotes"])[0]["Words of the leaflet"] == fitting(f"“{plain(quote)}”")
    assert all(cell.hyperlink.target.startswith(f"{SITE}leaflets/") for cell in cells if cell.hyperlink)
    assert shown(words) == fitting(words).replace("_x005F_", "_")


def test_a_workbook_of_nothing_still_opens(base):
    table = tabulate(base, [], ())
    workbook = opened(comparison_book(table, list_divergences(base, [], table.view)))
    assert workbook["Who says what"].max_row == 1
    assert workbook["Silences"].max_row == 1


def test_a_workbook_is_written_whole_or_not_at_all(small_table, tmp_path, monkeypatch):
    path = tmp_path / "x.xlsx"
    write_workbook(positions_book(small_table), path)
    before = path.read_bytes()
    assert before == workbook_bytes(positions_book(small_table))
    monkeypatch.setattr(
        type(path), "replace", lambda *_: (_ for _ in ()).throw(PermissionError(13, "in use", str(path)))
    )
    with pytest.raises(GenerationError, match=r"The workbook cannot be written: in use .* untouched"):
        write_workbook(positions_book(small_table, "."), path)
    assert path.read_bytes() == before
    assert [item.name for item in tmp_path.iterdir()] == ["x.xlsx"]


@pytest.mark.parametrize(("name", "says"), [("", "this is a folder"), ("no/such/x.xlsx", "No such file")])
def test_a_workbook_that_cannot_be_written_is_one_line(small_table, tmp_path, name, says):
    with pytest.raises((BadInput, GenerationError), match=says) as caught:
        write_workbook(positions_book(small_table), tmp_path / name)
    assert "\n" not in str(caught.value)


def test_without_openpyxl_the_remedy_is_said(small_table, monkeypatch):
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(
        BadInput, match=r'a workbook needs openpyxl\. Install it: pip install "readacross\[tables\]"'
    ):
        workbook_bytes(positions_book(small_table))


def test_the_workbook_and_the_csv_file_hold_the_same_answers(whole, workbook):
    from readacross.listing import positions_csv

    rows = list(csv.DictReader(io.StringIO(positions_csv(whole[0]), newline="")))
    assert [row["answer"].removeprefix("'") for row in rows] == [
        row["Answer"] for row in rows_of(workbook["Answers"])
    ]
