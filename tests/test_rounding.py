"""Rounding weights so that what comes out changes least: nearer than plain rounding, on the grid, the same each time."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readacross.searching import Index
from readacross.site.rounding import rounded, seen_by, sentences
from readacross.site.shrinking import scaled

MOST = 15


def layer(seed, outputs=24, inputs=40, tied=0.9):
    """Weights, the step of each, and inputs that go together as far as they are tied."""
    chance = np.random.default_rng(seed)
    weights = chance.normal(size=(outputs, inputs))
    common = chance.normal(size=(400, 4)) @ chance.normal(size=(4, inputs))
    given = tied * common + (1 - tied) * chance.normal(size=(400, inputs))
    steps = np.repeat(scaled(weights.astype(np.float32), MOST)[:, None].astype(np.float64), inputs, axis=1)
    return weights, steps, given


def amiss(weights, steps, whole, given):
    """How far what comes out is from what came out of the exact weights."""
    return float(np.square(given @ (weights - whole * steps).T).mean())


@settings(max_examples=30)
@given(seed=st.integers(0, 10_000), tied=st.floats(0.7, 1), inputs=st.sampled_from([24, 33, 40, 70]))
def test_what_comes_out_is_nearer_than_with_plain_rounding(seed, tied, inputs):
    weights, steps, given = layer(seed, inputs=inputs, tied=tied)
    whole = rounded(weights, steps, given.T @ given, MOST)
    assert whole.dtype == np.int8
    assert np.abs(whole.astype(int)).max() <= MOST
    plain = np.rint(weights / steps)
    assert amiss(weights, steps, whole, given) < 0.9 * amiss(weights, steps, plain, given)


@pytest.mark.parametrize(
    ("dead", "as_plain"),
    [
        pytest.param(slice(0, 0), False, id="no input is dead"),
        pytest.param(slice(3, 9), False, id="some inputs are always zero"),
        pytest.param(slice(None), True, id="nothing was ever seen"),
    ],
)
def test_weights_of_inputs_that_are_always_zero_are_rounded_too(dead, as_plain):
    weights, steps, given = layer(1)
    given[:, dead] = 0
    whole, plain = rounded(weights, steps, given.T @ given, MOST), np.rint(weights / steps)
    assert (whole == plain).all() == as_plain
    assert (whole == rounded(weights, steps, given.T @ given, MOST)).all()
    assert (np.abs(whole[:, dead] - plain[:, dead]) <= 1).all()


def test_weights_that_lie_on_the_grid_stay():
    _, steps, given = layer(2)
    whole = np.random.default_rng(2).integers(-MOST, MOST + 1, size=steps.shape)
    assert (rounded(whole * steps, steps, given.T @ given, MOST) == whole).all()


def test_every_layer_is_watched_and_no_other_table(library):
    encoder = Index(library).encoder
    seen = seen_by(encoder, sentences()[:40])
    matrices = {name: table for name, table in encoder.tensors.items() if name.startswith("layer.")}
    assert {f"{name}.weight" for name in seen} == {name for name, t in matrices.items() if t.ndim == 2}
    assert all(table.shape == (matrices[f"{name}.weight"].shape[1],) * 2 for name, table in seen.items())
    assert all((np.diag(table) > 0).any() and (table == table.T).all() for table in seen.values())


def test_the_everyday_sentences_are_many_and_all_different():
    found = sentences()
    assert len(set(found)) == len(found) >= 300
    assert all(text == text.strip() and text for text in found)
