"""Who says what, side by side: the same answers in every form, and nothing in them runs."""

import csv
import io
import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from listings import HOSTILE, as_read, hostile_table, markdown_cells

from readacross.cli import main
from readacross.errors import BadInput
from readacross.library import open_library
from readacross.separating import csv_file, harmless, shown
from readacross.tabulating import (
    COLUMNS,
    at,
    comma_separated,
    markdown,
    table_lines,
    tabulate,
)

ALL = {"all_versions": True}


@pytest.fixture(scope="module")
def small_library(small_built):
    return open_library(small_built)


@pytest.fixture(scope="module")
def table(small_library):
    return tabulate(small_library, ["appeals"], small_library.choose(**ALL))


def test_every_version_answers_every_question_or_is_said_not_to(table):
    found = {(row.question.id, cell.version.id): cell.words for row in table.rows for cell in row.cells}
    assert found == {
        ("appeal.possible", "northam/allotments@2012"): "an appeal can be made",
        ("appeal.possible", "northam/allotments@2019"): "the decision is final",
        ("appeal.possible", "sudley/plots@undated"): "not stated in this leaflet",
        ("appeal.time_limit", "northam/allotments@2012"): "within 21 days of the letter",
        ("appeal.time_limit", "northam/allotments@2019"): "not stated in this leaflet",
        ("appeal.time_limit", "sudley/plots@undated"): "not stated in this leaflet",
    }


def test_lines_and_markdown_hold_words_and_quotes(table):
    lines = "\n".join(table_lines(table))
    marked = markdown(table)
    for text in (lines, marked):
        assert "Sudley" in text
        assert "“Our decision is final.”" in text
    assert "| Can the decision be appealed? |" in marked
    assert table.view.edition in marked


@pytest.mark.parametrize(
    ("as_at", "all_versions", "says"),
    [
        (None, False, "the latest version held of each leaflet: Northam, 15 January 2019; Sudley, some time up to 2021"),
        (None, True, "every version held, superseded ones too: Northam (2012), May 2012; Northam (2019)"),
        ("2012", False, "the versions in force, for certain or possibly, at 2012: Northam, May 2012, in force at 2012"),
        ("2012", True, "each marked by whether it was in force at 2012: Northam (2012), May 2012, in force at 2012"),
        ("2012", True, "Northam (2019), 15 January 2019, not in force at 2012"),
        ("2012", True, "Sudley, some time up to 2021, possibly in force at 2012"),
    ],
)  # fmt: skip
def test_the_stamp_says_what_was_in_view(small_library, as_at, all_versions, says):
    chosen = small_library.choose(as_at=as_at, all_versions=all_versions)
    stamp = tabulate(small_library, [], chosen, as_at).view.stamp
    assert stamp.startswith(f"Edition {small_library.folder.name}. In view: ")
    assert says in stamp
    assert stamp.endswith("Not stated is silence, not “no”. Check the leaflet before use.")


def test_an_answer_that_is_not_published_is_not_shown_as_one(small_library, monkeypatch):
    coded = small_library.coded("appeal.possible")
    stale = tuple(replace(item, coded=replace(item.coded, status="stale")) for item in coded)
    monkeypatch.setattr(type(small_library), "coded", lambda _, __: stale)
    table = tabulate(small_library, ["appeal.possible"], small_library.choose(**ALL))
    assert {cell.words for cell in table.rows[0].cells} == {
        "to be read again; the text has changed since it was coded"
    }
    assert not any(cell.position for cell in table.rows[0].cells)


def test_comma_separated_has_one_row_an_answer(table):
    rows = list(csv.reader(io.StringIO(comma_separated(table))))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == 1 + 6
    assert all(len(row) == len(COLUMNS) for row in rows)


@pytest.mark.parametrize(
    ("field", "in_the_file"),
    [
        ("=1+1", "'=1+1"),
        ("+44 20", "'+44 20"),
        ("-5 days", "'-5 days"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("＝1+1", "'＝1+1"),
        ("\t=1+1", "[U+0009]=1+1"),
        ("5 - 3 = 2", "5 - 3 = 2"),
        ("“=1+1”", "“=1+1”"),
        ("two\nlines", "two\nlines"),
        ("a\rb\x1bc\x00", "a[U+000D]b[U+001B]c[U+0000]"),
        ("\u202eback", "[U+202E]back"),
        ("\ud800 \ufffe", "[U+D800] [U+FFFE]"),
        ("", ""),
    ],
)
def test_a_field_of_a_csv_file_is_words(field, in_the_file):
    assert harmless(shown(field)) == in_the_file


def test_a_csv_file_says_that_it_is_utf_8(table, tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes(csv_file(comma_separated(table)))
    assert path.read_bytes().startswith(b"\xef\xbb\xbftopic,")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["quotes"] for row in rows if row["status"] == "stated"] == [
        "“You can appeal within 21 days of our letter.”",
        "“Our decision is final.”",
        "“within 21 days of our letter”",
    ]
    assert not comma_separated(table).startswith("\ufeff")


@given(words=HOSTILE, quote=HOSTILE)
@settings(max_examples=60)
def test_hostile_words_keep_their_place_in_a_csv_file(table, words, quote):
    written = csv_file(comma_separated(hostile_table(table, words, quote))).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(written, newline="")))
    assert len(rows) == 1 + 6
    assert {len(row) for row in rows} == {len(COLUMNS)}
    assert not [field for row in rows for field in row if field.startswith(tuple("=+-@\t\r"))]
    assert [row[COLUMNS.index("asked")] for row in rows[1:]] == [harmless(shown(words))] * 6


@given(words=HOSTILE, quote=HOSTILE)
@settings(max_examples=60)
def test_hostile_words_stay_in_their_cells_of_a_markdown_table(table, words, quote):
    for cells in markdown_cells(markdown(hostile_table(table, words, quote))):
        assert len(cells) == 1 + 3
        assert cells[0] == as_read(words)


@pytest.mark.parametrize("site", ["javascript:alert(1)", "file:///etc", "leaflets.example", "data:,x", "//x"])
def test_a_site_is_a_web_address_or_a_folder(site):
    with pytest.raises(BadInput, match="not where a site can stand"):
        at(site)


def test_words_that_look_like_markup_stay_words(small, capsys):
    bank = small / "index/questions.yaml"
    bank.write_text(
        bank.read_text("utf-8").replace("the decision is final", "=HYPERLINK(1) | <b>*x*</b>"), "utf-8"
    )
    assert main(["build", "--root", str(small)]) == 0
    capsys.readouterr()
    assert main(["compare", "--root", str(small), "--format", "md"]) == 0
    assert r"=HYPERLINK(1) \| \<b\>\*x\*\</b\>" in capsys.readouterr().out
    assert main(["compare", "--root", str(small), "--format", "csv"]) == 0
    assert ",'=HYPERLINK(1) | <b>*x*</b>," in capsys.readouterr().out


def test_json_says_the_same(small_built, capsys):
    assert main(["compare", "appeal.possible", "--root", str(small_built), "--all-versions", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert [(answer["version"], answer["words"], answer["status"]) for answer in row["answers"]] == [
        ("northam/allotments@2012", "an appeal can be made", "stated"),
        ("northam/allotments@2019", "the decision is final", "stated"),
        ("sudley/plots@undated", "not stated in this leaflet", "silent"),
    ]


def test_divergences_fold_silence_on_a_terminal_and_keep_it_in_json(small_built, capsys):
    assert main(["divergences", "--root", str(small_built), "--all-versions"]) == 0
    assert "Appealing" in capsys.readouterr().out
    assert main(["divergences", "--root", str(small_built), "--all-versions", "--json"]) == 0
    kinds = {item["kind"] for item in json.loads(capsys.readouterr().out)}
    assert kinds == {"changed_over_time", "one_silent"}
    assert main(["divergences", "--root", str(small_built), "--json"]) == 0
    assert {item["kind"] for item in json.loads(capsys.readouterr().out)} == {"one_silent"}


def test_all_questions_are_coded_for_all_five_leaflets(library):
    coded = [position for id_ in library.questions for position in library.positions(id_)]
    assert len(coded) == len(library.questions) * len(library.versions)
    assert all(position.quotes for position in coded if position.status == "stated")
    assert all(position.searched for position in coded if position.status == "silent")
