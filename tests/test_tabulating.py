"""Who says what, side by side: the same answers in every form, and nothing in them runs."""

import csv
import io
import json

import pytest

from readacross.cli import main
from readacross.library import open_library
from readacross.tabulating import COLUMNS, comma_separated, markdown, table_lines, tabulate, write_workbook

ALL = {"all_versions": True}


@pytest.fixture(scope="module")
def table(small_built):
    library = open_library(small_built)
    return tabulate(library, ["appeals"], library.choose(**ALL))


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
    assert table.stamp in marked


def test_comma_separated_has_one_row_an_answer(table):
    rows = list(csv.reader(io.StringIO(comma_separated(table))))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == 1 + 6
    assert all(len(row) == len(COLUMNS) for row in rows)


def test_the_workbook_opens_with_frozen_heads_and_no_formula(table, tmp_path):
    from openpyxl import load_workbook

    path = tmp_path / "x.xlsx"
    write_workbook(table, path)
    book = load_workbook(path)
    assert book.sheetnames == ["Who says what", "Answers and quotes", "Definitions", "About"]
    matrix = book["Who says what"]
    assert matrix.freeze_panes == "C2"
    assert matrix.max_row == 3
    assert "“Our decision is final.”" in matrix["D2"].value
    assert "f" not in {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}


def test_words_that_look_like_a_formula_or_markup_stay_words(small, tmp_path, capsys):
    from openpyxl import load_workbook

    bank = small / "index/questions.yaml"
    bank.write_text(
        bank.read_text("utf-8").replace("the decision is final", "=HYPERLINK(1) | <b>*x*</b>"), "utf-8"
    )
    assert main(["build", "--root", str(small)]) == 0
    out = tmp_path / "x.xlsx"
    assert main(["compare", "--root", str(small), "--format", "xlsx", "--out", str(out)]) == 0
    cell = load_workbook(out)["Who says what"]["C2"]
    assert cell.data_type == "s"
    assert cell.value.startswith("=HYPERLINK(1) | <b>*x*</b>")
    capsys.readouterr()
    assert main(["compare", "--root", str(small), "--format", "md"]) == 0
    assert r"=HYPERLINK(1) \| \<b\>\*x\*\</b\>" in capsys.readouterr().out


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
