"""Charts: what is drawn stands where the figures say, in words too, and the same figures make the same bytes."""

import re
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import readacross
from readacross import charting
from readacross.charting import Mark
from readacross.drawing import LEFT, SIDE, TOP, WIDE, Bar, Dot, Shade, dots, heat_map, short, timeline
from readacross.tagging import Grid

GRID = Grid("Figures", ("What", "How many"), (("a", 1),))


def drawn(chart):
    """The elements of a chart by their names and classes, parsed as XML as strictly as can be."""
    root = ET.fromstring(chart.to_svg())
    found = {}
    for element in root.iter():
        name = element.tag.rpartition("}")[2]
        found.setdefault(f"{name}.{element.get('class', '')}".rstrip("."), []).append(element)
    return found


def words(chart):
    return [element.text for element in drawn(chart)["text"]]


@pytest.fixture(scope="module")
def kb(small_built):
    return readacross.open(small_built)


def test_a_heat_map_has_a_cell_for_each_figure_and_a_shade_for_how_much():
    rows = [("Hens", [Shade("0 of 4", 0.0), Shade("2 of 4", 0.5)]), ("Bees", [Shade("4 of 4", 1.0), Shade("1 of 4", 0.25)])]  # fmt: skip
    chart = heat_map("How much", "Two topics.", ["Northam", "Sudley"], rows)
    cells = drawn(chart)["rect.cell"]
    shades = [float(cell.get("fill-opacity")) for cell in cells]
    assert [round(shade / 0.48, 2) for shade in shades] == [0, 0.5, 1, 0.25]
    assert [cell.get("stroke-dasharray") is None for cell in cells] == [False, True, True, True]
    assert [word for word in words(chart) if " of " in word] == ["0 of 4", "2 of 4", "4 of 4", "1 of 4"]
    assert chart.figures.rows == (("Hens", "0 of 4", "2 of 4"), ("Bees", "4 of 4", "1 of 4"))


@pytest.mark.parametrize(
    ("columns", "heads"),
    [
        (["Northam", "Sudley"], ["Northam", "Sudley"]),
        (["North Northam", "Sudley"], ["North Northam", "Sudley"]),
        (["Northambythewater", "b", "c", "d", "e"], ["1", "2", "3", "4", "5"]),
    ],
)
def test_heads_that_do_not_fit_are_numbered_with_a_key(columns, heads):
    shown = words(heat_map("t", "s", columns, [("x", [Shade("y", 1.0)] * len(columns))]))
    assert shown[: len(heads)] == heads
    if heads[0] == "1":
        assert shown[-5] == "1: Northambythewater"


@pytest.mark.parametrize(
    ("possible", "certain", "left", "width"),
    [
        ((2000, 2020), None, 0, WIDE),
        ((2010, 2020), (2010, 2015), WIDE / 2, WIDE / 4),
        ((1990, 2005), (2000, 2005), 0, WIDE / 4),
    ],
)
def test_a_timeline_puts_years_where_they_belong(possible, certain, left, width):
    chart = timeline("t", "s", [Bar("Northam", possible, None, certain, "2015")], (2000, 2020), GRID)
    bar = drawn(chart)["rect.mark" if certain else "rect.outline"][0]
    assert float(bar.get("x")) == pytest.approx(left, abs=0.01)
    assert float(bar.get("width")) == pytest.approx(width, abs=0.01)


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 50)), min_size=1, max_size=8))
def test_shares_stand_where_their_figures_say(rows):
    chart = charting.shares("t", "s", [(f"row {n}", min(a, b), b) for n, (a, b) in enumerate(rows)])
    for mark, bar, row in zip(drawn(chart)["circle.mark"], drawn(chart)["line.range"], chart.figures.rows, strict=True):  # fmt: skip
        assert (float(mark.get("cx")) - 8) / (WIDE - 16) == pytest.approx(row[1] / row[2], abs=0.001)
        low, high = float(bar.get("x1")), float(bar.get("x2"))
        assert low - 0.01 <= float(mark.get("cx")) <= high + 0.01
        assert row[3] == f"{100 * row[1] / row[2]:.0f} %"


def test_a_value_of_another_scale_stands_where_it_belongs():
    chart = dots("t", "s", [Dot("kappa", 0.5, None, "0.50")], 1.0, GRID)
    assert float(drawn(chart)["circle.mark"][0].get("cx")) == WIDE / 2
    assert "line.range" not in drawn(chart)


MARKS = [Mark(0.9, True, False), Mark(0.8, True, False), Mark(0.5, False, False), Mark(0.4, True, True), Mark(0.2, False, True)]  # fmt: skip


def test_refusals_ring_what_the_tool_does_and_draw_what_it_might():
    chart = charting.refusals({"test": MARKS})
    ring = drawn(chart)["circle"][0]
    assert float(ring.get("cx")) == pytest.approx(LEFT + SIDE / 3, abs=0.01)
    assert float(ring.get("cy")) == pytest.approx(TOP + SIDE / 2, abs=0.01)
    path = drawn(chart)["path.curve"][0].get("d")
    points = [tuple(map(float, point)) for point in re.findall(r"[ML]([\d.]+) ([\d.]+)", path)]
    shares = [(round((x - LEFT) / SIDE, 2), round(1 - (y - TOP) / SIDE, 2)) for x, y in points]
    assert shares == [(0, 0), (0, 0.5), (0.33, 0.5), (0.33, 1), (0.67, 1), (1, 1)]
    assert chart.figures.rows[0] == ("0 % wrongly", "50 %")
    assert chart.figures.rows[-1] == ("as it is set", "50 % (wrongly 33 %)")


def test_calibration_counts_each_question_once():
    chart = charting.calibration(MARKS, parts=2)
    assert [(row[1], row[2]) for row in chart.figures.rows] == [(1, 2), (2, 3)]


def test_the_charts_of_results_hold_what_the_results_hold(kb):
    answers = kb.compare("appeals", all_versions=True).chart()
    assert [row[1:] for row in answers.figures.rows] == [
        ("a: an appeal can be made", "b: the decision is final", "not stated in this leaflet"),
        ("a: within 21 days of the letter", "not stated in this leaflet", "not stated in this leaflet"),
    ]
    assert "on 1 of them answers differ; 3 of 6 cells are silence" in answers.says
    assert kb.compare().coverage().figures.rows == (("Appeals", "1 of 2 questions", "0 of 2 questions"),)
    held = kb.versions().chart()
    assert held.figures.rows[0][:4] == ("Northam (2012)", "2012", "2012", "2019")
    assert len(drawn(held)["rect.outline"]) == 3


def test_nothing_in_a_picture_is_code_or_leads_elsewhere():
    chart = heat_map("<script>", "</svg><script>x</script>", ["<b>"], [("<i>", [Shade("<u>", 1.0)])])
    assert "script" not in drawn(chart)
    shown = chart._repr_html_()
    assert "<script" not in shown
    assert "http" not in shown
    assert shown.count('role="img"') == 1
    assert "<title>&lt;script&gt;</title>" in shown


def test_the_same_figures_make_the_same_bytes(kb):
    first, second = (kb.compare("appeals").chart() for _ in range(2))
    assert first._repr_html_() == second._repr_html_()
    assert str(date.today().year) not in re.sub(r"20(12|19|15)", "", first._repr_html_())  # noqa: DTZ011


@pytest.mark.parametrize(("text", "room", "cut"), [("Hens", 300, "Hens"), ("A very long name", 36, "A ve…"), ("ab", 1, "…")])  # fmt: skip
def test_words_are_cut_to_their_room(text, room, cut):
    assert short(text, room, 12) == cut
