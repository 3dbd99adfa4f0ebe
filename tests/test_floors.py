"""Floors: a figure that falls is said, and one that is lowered needs a reason."""

import json
from dataclasses import replace

import pytest

from readacross.errors import SourceError
from readacross.floors import CORPUS, FLOORS, below, corpus_hash, load_floors, measured, raised, write_floors
from readacross.quizzing import Score

GOOD = Score("test", 100, 50, 80, 90, 5, 45, 0.9, 150, 200, 400, 400, 18, 20)


@pytest.fixture
def root(tmp_path):
    for path in CORPUS:
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(str(path), "utf-8")
    write_floors(tmp_path, raised(tmp_path, None, [GOOD]))
    return tmp_path


def change(root, name, **facts):
    data = json.loads((root / FLOORS).read_text("utf-8"))
    data["floors"][name] |= facts
    (root / FLOORS).write_text(json.dumps(data), "utf-8")


def test_floors_leave_room_for_one_question_and_none_for_a_false_citation(root):
    floors = load_floors(root).floors
    assert floors["test.right_first"].floor == 0.79
    assert floors["test.auroc"].floor == 0.895
    assert floors["test.citations_exact"].floor == 1


@pytest.mark.parametrize(
    ("worse", "falls"),
    [
        ({"first": 79}, []),
        ({"first": 78}, ["test.right_first: 0.7800 is below its floor of 0.79"]),
        ({"wrongly_refused": 7}, ["test.not_wrongly_refused: 0.9300 is below its floor of 0.94"]),
        ({"exact": 399}, ["test.citations_exact: 0.9975 is below its floor of 1"]),
        ({"area": 0.8}, ["test.auroc: 0.8000 is below its floor of 0.895"]),
        ({"warned": 16, "told": 100}, ["test.authorities_told: 0.5000 is below its floor of 0.745", "test.warned_where_they_differ: 0.8000 is below its floor of 0.85"]),
    ],
)  # fmt: skip
def test_what_falls_below_its_floor_is_said(root, worse, falls):
    assert list(below(root, load_floors(root), [replace(GOOD, **worse)])) == falls


def test_floors_are_for_one_corpus(root):
    (root / CORPUS[0]).write_text("changed", "utf-8")
    (line,) = below(root, load_floors(root), [GOOD])
    assert "have changed since the floors were set" in line
    write_floors(root, raised(root, load_floors(root), [GOOD]))
    assert list(below(root, load_floors(root), [GOOD])) == []
    assert load_floors(root).corpus == corpus_hash(root)


def test_raising_never_lowers(root):
    before = load_floors(root).floors
    worse, better = replace(GOOD, first=50), replace(GOOD, first=95)
    assert raised(root, load_floors(root), [worse]).floors == before
    assert raised(root, load_floors(root), [better]).floors["test.right_first"].floor == 0.94


def test_a_lower_floor_needs_a_reason(root):
    change(root, "test.right_first", floor=0.5)
    with pytest.raises(SourceError, match=r"the floor was 0\.79 and is 0\.5.*Say why it is lower"):
        load_floors(root)
    change(root, "test.right_first", why="twenty harder questions were added")
    assert load_floors(root).floors["test.right_first"].floor == 0.5


@pytest.mark.parametrize("text", ["", "[]", '{"corpus": "x", "floors": {"a": 1}}', '{"corpus": "x", "floors": {"a": {"floor": 2, "highest": 2}}}'])  # fmt: skip
def test_a_damaged_file_is_said_in_one_line(root, text):
    (root / FLOORS).write_text(text, "utf-8")
    with pytest.raises(SourceError) as caught:
        load_floors(root)
    assert "\n" not in str(caught.value)


def test_a_figure_that_is_gone_is_said(root):
    floors = load_floors(root)
    assert any("there is no such figure any more" in line for line in below(root, floors, []))
    assert set(measured([GOOD])) == set(floors.floors)
