"""A shortlist holds the best passages by every measure, however many passages there are."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from readacross.shortlisting import DEPTH, OVER, best, nearest
from readacross.signals import MAIN, MANY, narrowed

MEASURES = st.integers(1, 3000).flatmap(
    lambda count: arrays(np.float32, count, elements=st.floats(-2, 2, width=16), fill=st.just(np.float32(0)))
)


@settings(max_examples=200)
@given(MEASURES, st.integers(1, 100))
def test_the_best_are_those_that_sorting_finds(measure, depth):
    chosen = best(measure, depth)
    assert len(set(chosen.tolist())) == len(chosen) == min(depth, len(measure))
    assert np.sort(measure[chosen])[::-1].tolist() == np.sort(measure)[::-1][:depth].tolist()


@pytest.mark.parametrize("kind", ["all the same", "rising", "falling", "a few above nothing"])
def test_the_best_of_many_values_that_say_little(kind):
    measure = {
        "all the same": np.zeros(10_000, np.float32),
        "rising": np.arange(10_000, dtype=np.float32),
        "falling": np.arange(10_000, 0, -1, dtype=np.float32),
        "a few above nothing": (np.arange(10_000) % 1000 == 7).astype(np.float32),
    }[kind]
    assert np.sort(measure[best(measure, DEPTH)]).tolist() == np.sort(measure)[-DEPTH:].tolist()


def clustered(count: int, seed: int) -> np.ndarray:
    """Vectors of length 1 in clusters, spread along their axes about as those of condqa-dev's passages are."""
    dice = np.random.default_rng(seed)
    spread = 1 / np.sqrt(1 + np.arange(384) / 6)
    centres = dice.standard_normal((200, 384)) * spread
    made = centres[dice.integers(200, size=count)] + 0.7 * dice.standard_normal((count, 384)) * spread
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)


def test_few_vectors_are_all_looked_at_whole():
    assert narrowed(clustered(MANY, 1)) is None
    vectors = clustered(300, 1)
    assert set(nearest(vectors, None, vectors[5], DEPTH)) == set(np.argsort(-(vectors @ vectors[5]))[:DEPTH])


def test_along_main_axes_the_nearest_of_many_are_found():
    vectors, asked = clustered(20_000, 1), clustered(50, 2)
    narrow = narrowed(vectors)
    assert narrow is not None
    assert narrow.rows.shape == (20_000, MAIN)
    assert len(vectors) > DEPTH * OVER
    found = missed = 0
    for vector in asked:
        right = set(np.argsort(-(vectors @ vector), kind="stable")[:DEPTH].tolist())
        chosen = nearest(vectors, narrow, vector, DEPTH).tolist()
        assert int(np.argmax(vectors @ vector)) in chosen
        found += len(right & set(chosen))
        missed += len(right - set(chosen))
    assert missed <= found / 1000
