"""Positions and divergences as lists to send on: every row is the record's, severest first, dismissed last."""

import csv
import io
import json
import re
import shlex
from dataclasses import replace

import pytest
from hypothesis import given, settings
from listings import HOSTILE, as_read, hostile_table, markdown_cells

from readacross.cli import main
from readacross.library import open_library
from readacross.listing import (
    DIVERGENCE_COLUMNS,
    divergences_csv,
    divergences_markdown,
    found_in,
    list_divergences,
    positions_csv,
    positions_markdown,
)
from readacross.markup import plain
from readacross.model import SEVERITIES, Divergence, Ruling
from readacross.separating import in_markdown
from readacross.tabulating import tabulate, view


@pytest.fixture(scope="module")
def base(small_built):
    return open_library(small_built)


@pytest.fixture(scope="module")
def chosen(base):
    return base.choose(all_versions=True)


@pytest.fixture(scope="module")
def everything(library):
    """All positions and divergences of the repository's five leaflets."""
    versions = library.choose(all_versions=True)
    table = tabulate(library, [], versions)
    return table, list_divergences(library, found_in(library, table), table.view)


def recorded(repository, name):
    return [json.loads(line) for line in (repository / "index" / name).read_text("utf-8").splitlines()]


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_each_row_of_the_positions_is_a_line_of_the_record(repository, everything):
    table, _ = everything
    rows = rows_of(positions_csv(table))
    standing = [
        p
        for p in recorded(repository, "positions.jsonl")
        if p["coded"]["status"] not in ("stale", "suggested")
    ]
    assert [
        (r["question"], r["version"], r["status"], r["force"], r["actor"], r["coded by"], r["coding status"])
        for r in rows
    ] == [
        (
            p["question"],
            p["version"],
            p["status"],
            p["force"] or "",
            p["actor"] or "",
            p["coded"]["by"],
            p["coded"]["status"],
        )
        for p in standing
    ]
    for row, position in zip(rows, standing, strict=True):
        assert row["quotes"] == "\n".join(f"“{plain(quote['quote'])}”" for quote in position["quotes"])
        assert row["passages"] == "\n".join(quote["passage"] for quote in position["quotes"])
        assert row["conditions"] == "\n".join(position["conditions"])
        assert (row["answer"] == "not stated in this leaflet") == (position["status"] == "silent")


def test_each_row_of_the_divergences_is_a_line_of_the_record(repository, everything):
    _, found = everything
    rows = rows_of(divergences_csv(found))

    def key(level, question, kind, severity, versions):
        return level, question, kind, severity, tuple(versions)

    assert sorted(
        key(r["level"], r["question"], r["kind"], r["severity"], r["versions"].split("\n")) for r in rows
    ) == sorted(
        key(d["level"], d["question"], d["kind"], d["severity"], [side["version"] for side in d["positions"]])
        for d in recorded(repository, "divergences.jsonl")
    )
    for row in rows:
        sides = [row["first version"], row["second version"]]
        assert sides == (["", ""] if row["level"] == "group" else row["versions"].split("\n"))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("level", "pair"),
        ("severity", "high"),
        ("kind", "changed_over_time"),
        ("question", "appeal.possible"),
        ("first authority", "Northam (2012)"),
        ("first answer", "an appeal can be made"),
        ("first quotes", "“You can appeal within 21 days of our letter.”"),
        ("first passages", "northam/allotments@2012#can-i-appeal.1"),
        ("first links", "leaflets/northam/allotments/2012.html#can-i-appeal.1"),
        ("second authority", "Northam (2019)"),
        ("second answer", "the decision is final"),
        ("second quotes", "“Our decision is final.”"),
        ("ruling", ""),
    ],
)
def test_a_pair_has_both_sides_in_its_row(base, chosen, column, value):
    found = list_divergences(base, found_in(base, tabulate(base, [], chosen)), view(base, chosen))
    row = next(
        row
        for row in rows_of(divergences_csv(found))
        if row["kind"] == "changed_over_time" and row["level"] == "pair"
    )
    assert row[column] == value


def made(base, level, severity, kind="scope", ruling=None):
    positions = base.positions("appeal.possible")[:2]
    return Divergence(
        "appeal.possible",
        "appeals",
        kind,
        severity,
        f"{level} {severity}",
        "a rule",
        level,
        positions,
        ruling,
    )


def decided(ruling):
    versions = ("northam/allotments@2012", "northam/allotments@2019")
    return Ruling(
        "appeal.possible", versions, ruling, "officer-1", "2026-02-01", "The two say the same.", "digest"
    )


def test_the_severest_comes_first_and_what_was_dismissed_last(base, chosen):
    found = [
        made(base, "pair", "low"),
        made(base, "pair", "high", ruling=decided("dismissed")),
        made(base, "group", "medium"),
        made(base, "pair", "medium", ruling=decided("confirmed")),
        made(base, "pair", "high"),
    ]
    listed = list_divergences(base, found, view(base, chosen))
    assert [(row.divergence.level, row.divergence.severity, row.ruling) for row in listed.rows] == [
        ("pair", "high", ""),
        ("group", "medium", ""),
        ("pair", "medium", "confirmed by officer-1 on 2026-02-01: The two say the same."),
        ("pair", "low", ""),
        ("pair", "high", "dismissed by officer-1 on 2026-02-01: The two say the same."),
    ]
    heads = [line for line in divergences_markdown(listed).splitlines() if line.startswith("## ")]
    assert heads == ["## High severity", "## Medium severity", "## Low severity", "## Dismissed"]
    assert [row["ruling"] for row in rows_of(divergences_csv(listed))] == [
        "",
        "",
        "confirmed",
        "",
        "dismissed",
    ]
    assert "dismissed by officer-1 on 2026-02-01: The two say the same." in divergences_markdown(listed)


@pytest.mark.parametrize(
    ("level", "kind", "compared"),
    [
        ("pair", "scope", "two versions"),
        ("group", "scope", "**all in view**"),
        ("answers", "scope", "two answers"),
        ("leaflet", "scope", "within one leaflet"),
        ("pair", "baseline", "against the baseline"),
    ],
)
def test_what_was_compared_is_said(base, chosen, level, kind, compared):
    listed = list_divergences(base, [made(base, level, "low", kind)], view(base, chosen))
    assert f"| {compared} |" in divergences_markdown(listed)


def test_a_tension_within_one_leaflet_names_the_other_question(base, chosen):
    here, there = (base.positions(question)[0] for question in ("appeal.possible", "appeal.time_limit"))
    tension = replace(made(base, "leaflet", "low"), positions=(here, there))
    listed = list_divergences(base, [tension], view(base, chosen))
    assert "Northam (2012), on “How long is there to appeal?”:" in divergences_markdown(listed)
    (row,) = rows_of(divergences_csv(listed))
    assert (row["first question"], row["second question"]) == ("appeal.possible", "appeal.time_limit")


@pytest.mark.parametrize(("folded", "shown"), [(True, 0), (False, 2)])
def test_silence_is_folded_away_in_markdown_and_kept_in_csv(base, folded, shown):
    versions = base.choose()
    listed = list_divergences(
        base, found_in(base, tabulate(base, [], versions)), view(base, versions), folded=folded
    )
    marked = divergences_markdown(listed)
    assert len(list(markdown_cells(marked))) == len(listed.shown) == shown
    assert ("Left out: where one leaflet speaks and another is silent, on 1 question." in marked) == folded
    assert {row["kind"] for row in rows_of(divergences_csv(listed))} == {"one_silent"}


def test_where_nothing_differs_that_is_said(base, chosen):
    assert "Nothing differs." in divergences_markdown(list_divergences(base, [], view(base, chosen)))


def test_markdown_has_one_row_a_position_and_no_word_is_lost(everything):
    table, _ = everything
    positions = [cell for row in table.rows for cell in row.cells if cell.position]
    rows = list(markdown_cells(positions_markdown(table)))
    assert len(rows) == len(positions)
    for (_, authority, answer, _, words), cell in zip(rows, positions, strict=True):
        assert authority == table.view.called[cell.version.id]
        assert answer == cell.words
        assert all(f"“{quote}”" in words for quote in cell.quotes)


def test_markdown_of_divergences_is_severest_first_and_has_both_sides(everything):
    _, found = everything
    rows = list(markdown_cells(divergences_markdown(found)))
    assert len(rows) == len(found.shown)
    for (question, _, _, summary, words), row in zip(rows, found.shown, strict=True):
        assert (question, summary) == (row.question.question, row.divergence.summary)
        quotes = [quote for side in row.sides for quote in side.quotes]
        assert row.divergence.level == "group" or all(f"“{quote}”" in words for quote in quotes)
    severities = [SEVERITIES.index(row.divergence.severity) for row in found.rows]
    assert severities == sorted(severities, reverse=True)


@given(words=HOSTILE, quote=HOSTILE)
@settings(max_examples=60)
def test_hostile_words_stay_in_their_cells(base, chosen, words, quote):
    table = hostile_table(tabulate(base, ["appeals"], chosen), words, quote)
    for cells in markdown_cells(positions_markdown(table)):
        assert len(cells) == 5
        assert cells[0] == as_read(words)
    pair = replace(made(base, "pair", "low", ruling=replace(decided("dismissed"), why=words)), summary=words)
    listed = list_divergences(base, [pair], table.view)
    ((_, _, _, summary, _, ruling),) = markdown_cells(divergences_markdown(listed))
    assert summary == as_read(words)
    assert ruling.endswith(as_read(words))
    (row,) = csv.reader(io.StringIO(divergences_csv(listed).partition("\r\n")[2], newline=""))
    assert len(row) == len(DIVERGENCE_COLUMNS)
    assert not [field for field in row if field.startswith(tuple("=+-@\t\r"))]


@given(text=HOSTILE)
def test_words_in_markdown_are_one_line(text):
    assert len(in_markdown(text).splitlines() or [""]) == 1


GUIDE = "docs/guide/comparing.md"


def test_every_example_of_the_guide_does_what_it_says(repository, library, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    text = (repository / GUIDE).read_text("utf-8")
    examples = re.findall(r"^\$ readacross (.+)$", text, re.MULTILINE)
    assert {line.split()[0] for line in examples} == {"compare", "positions", "divergences", "history"}
    for line in examples:
        assert main([*shlex.split(line), "--root", str(repository)]) == 0, line
        named = re.search(r"--out (\S+)", line)
        assert named is None or (tmp_path / named[1]).stat().st_size > 1000, line
        assert named or capsys.readouterr().out.strip(), line
