"""The ranker in numpy is the ranker that was fitted; the same question gets the same ranking, to the last bit."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from readacross.errors import GenerationError
from readacross.ranking import AGAIN, LEAF, Ranker, best_of, inputs, load_ranker, side_by_side
from readacross.signals import BUCKETS, along, grams_of, part_starts, ragged, rarity, small

CASES = json.loads((Path(__file__).parent / "ranker_cases.json").read_text("utf-8"))

VALUES = arrays(float, (3, 12), elements=st.floats(-5, 5, width=32))


def test_trees_score_as_the_library_that_fitted_them():
    found = side_by_side(CASES["trees"]).score(np.array(CASES["rows"]))
    assert found == pytest.approx(np.array(CASES["scores"]), abs=1e-9)


def walk(tree, row, node=0):
    """A tree followed by hand."""
    if tree["input"][node] == LEAF:
        return tree["value"][node]
    side = "left" if row[tree["input"][node]] <= tree["limit"][node] else "right"
    return walk(tree, row, tree[side][node])


@given(arrays(float, (6, 5), elements=st.floats(-3, 3)))
def test_trees_side_by_side_are_the_trees_one_by_one(rows):
    found = side_by_side(CASES["trees"]).score(rows)
    assert found == pytest.approx([sum(walk(tree, row) for tree in CASES["trees"]) for row in rows])


def test_the_shipped_model_is_whole():
    ranker = load_ranker()
    assert len(ranker.weights) == 2 * len(ranker.names)
    assert len(set(ranker.names)) == len(ranker.names)
    assert ranker.trees.input.max() < 2 + 2 * len(ranker.names) + 3


@pytest.mark.parametrize("text", ["", "{}", '{"signals": ["a"], "linear": [1], "trees": []}'])
def test_a_damaged_model_is_said_in_one_line(tmp_path, text):
    (tmp_path / "ranker.json").write_text(text, "utf-8")
    with pytest.raises(
        GenerationError, match=r"ranker\.json: the ranker.* Install Readacross again"
    ) as caught:
        load_ranker(tmp_path / "ranker.json")
    assert "\n" not in str(caught.value)


def signals_for(count: int, seed: int) -> dict[str, np.ndarray]:
    made = np.random.default_rng(seed)
    return {name: made.normal(size=count) for name in load_ranker().names}


@pytest.mark.parametrize("count", [1, 2, AGAIN, AGAIN + 1, 300])
def test_the_best_by_trees_stand_before_all_others(count):
    ranker, found = load_ranker(), signals_for(count, count)
    scores = ranker.score(found)
    again = best_of(ranker.first(found)[1])
    rest = np.setdiff1d(np.arange(count), again)
    assert np.isfinite(scores).all()
    assert not len(rest) or scores[again].min() > scores[rest].max()
    assert scores.tobytes() == ranker.score(found).tobytes()


def test_without_trees_the_linear_model_decides():
    found = {"a": np.array([1.0, 3.0, 2.0])}
    ranker = Ranker(("a",), np.array([1.0, 0.0]), side_by_side(()))
    assert np.argsort(-ranker.score(found)).tolist() == [1, 2, 0]


@given(VALUES)
def test_inputs_are_standardised_and_fall_from_the_top(values):
    table = inputs(list(values))
    standard, near = table[:, :3], table[:, 3:]
    assert standard.mean(axis=0) == pytest.approx([0, 0, 0], abs=1e-6)
    assert (sorted(near[:, 0], reverse=True) == 1 / (1 + np.arange(12) / 5)).all()
    assert values[0][near[:, 0].argmax()] == pytest.approx(values[0].max(), abs=1e-5)


@given(VALUES, st.permutations(range(12)))
def test_the_order_of_candidates_changes_no_standardised_value(values, order):
    assert inputs(list(values))[order][:, :3] == pytest.approx(inputs(list(values[:, order]))[:, :3])


@given(st.lists(st.lists(st.integers(1, 9)), min_size=1), st.data())
def test_ragged_rows_come_back(rows, data):
    table = ragged(rows, np.int32)
    picked = data.draw(st.lists(st.integers(0, len(rows) - 1), min_size=1))
    values, begins = table.of(np.array(picked))
    assert [part.tolist() for part in np.split(values, begins[1:])] == [rows[at] or [0] for at in picked]


@given(st.text())
def test_runs_of_letters_do_not_depend_on_case_or_punctuation(text):
    runs = grams_of(text)
    assert runs.tolist() == grams_of(f"  {text} .").tolist()
    assert not len(runs) or 0 < runs.min() <= runs.max() < BUCKETS


@pytest.mark.parametrize(
    ("sizes", "count", "begins"),
    [([3], 3, [0]), ([3, 2, 4], 9, [0, 3, 5]), ([3, 2, 4], 4, [0, 3, 3])],
)
def test_where_sentences_begin_among_tokens(sizes, count, begins):
    assert part_starts(sizes, count) == begins


def test_rare_things_weigh_more_and_nothing_weighs_nothing():
    weights = rarity(np.array([5, 1, 3, 10]), 10)
    assert weights[0] == 0
    assert weights[1] > weights[2] > weights[3] > 0


@given(arrays(np.float32, (4, 6), elements=st.floats(-1, 1, width=32)))
def test_small_tokens_stay_within_half_a_step(tokens):
    axes = np.eye(6, dtype=np.float32)
    assert np.abs(small(tokens, axes) / 127 - along(tokens, axes)).max() <= 0.5 / 127 + 1e-6
