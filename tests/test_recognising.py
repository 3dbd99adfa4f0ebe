"""Recognising what is meant: a classifier that is the same each time, and prefers what it was shown."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readacross.recognising import Recogniser, classes_of, fit, is_unasked, rounded
from readacross.stepping import MOST


def wordings(classes, each, seed, spread=0.1):
    """Vectors of length 1 around a direction for each class, and what each means."""
    made = np.random.default_rng(seed)
    centres = made.normal(size=(len(classes), 16))
    vectors = np.concatenate([centre + spread * made.normal(size=(each, 16)) for centre in centres])
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float32), [name for name in classes for _ in range(each)]


@settings(max_examples=5)
@given(st.integers(0, 100))
def test_wordings_that_lie_together_are_recognised(seed):
    vectors, meant = wordings(["b.x", "~parking", "a.y"], 6, seed)
    recogniser = Recogniser(classes_of(meant), fit(vectors, meant))
    for vector, means in zip(vectors, meant, strict=True):
        assert recogniser.classes[int(np.argmax(recogniser.logits(vector)))] == means


def test_the_same_wordings_give_the_same_weights():
    vectors, meant = wordings(["a", "b", "~parking"], 5, 1)
    first, again = fit(vectors, meant), fit(vectors.copy(), list(meant))
    assert first.tobytes() == again.tobytes()
    assert first.shape == (17, 3)
    assert first.dtype == np.float32


@settings(max_examples=50)
@given(st.integers(0, 1000), st.sampled_from([0.0, 1e-6, 1.0, 300.0]))
def test_rounded_weights_are_near_and_rounding_again_changes_nothing(seed, size):
    weights = (size * np.random.default_rng(seed).normal(size=(9, 4))).astype(np.float32)
    once = rounded(weights)
    again = rounded(once.weights)
    assert (again.steps == once.steps).all()
    assert again.weights == pytest.approx(once.weights, rel=1e-6)
    assert (np.abs(once.weights - weights)[:-1] <= once.scales * 0.501).all()
    assert (once.offsets == weights[-1]).all()
    assert np.abs(once.steps).max(initial=0) == (MOST if size else 0)


def test_what_all_wordings_have_in_common_tells_nothing_and_comes_back_in_the_offsets():
    vectors, meant = wordings(["a", "b", "~parking"], 5, 1)
    moved = vectors + np.float32(3)
    plain, shifted = (Recogniser(classes_of(meant), fit(some, meant)) for some in (vectors, moved))
    for vector, far in zip(vectors, moved, strict=True):
        assert shifted.logits(far) == pytest.approx(plain.logits(vector), abs=1e-3)


def test_classes_stand_in_order_and_what_nobody_asks_is_told_by_its_name():
    assert classes_of(["b", "a", "~parking", "b"]) == ("a", "b", "~parking")
    assert [is_unasked(name) for name in ("a", "~parking")] == [False, True]


def test_a_class_of_few_wordings_is_not_drowned_by_one_of_many():
    few, _ = wordings(["few"], 3, 3)
    many, _ = wordings(["many"], 60, 4)
    vectors, meant = np.concatenate([few, many]), ["few"] * 3 + ["many"] * 60
    recogniser = Recogniser(classes_of(meant), fit(vectors, meant))
    assert [int(np.argmax(recogniser.logits(vector))) for vector in few] == [0, 0, 0]


@pytest.mark.parametrize(
    ("words", "answered"),
    [
        ("complaint", True),
        ("may I bring my mum", True),
        ("SELECT * FROM passages; DROP TABLE passages", False),
        ("asdf jkl qwerty", False),
        ("What is the capital of France?", False),
        ("Quelle est la hauteur de la tour Eiffel ?", False),
        ("你好", False),
    ],
)
def test_what_is_off_the_subject_is_far_from_every_comparison_question(library, words, answered):
    from readacross.answering import Asked, evidence
    from readacross.gauging import ENOUGH_MARGIN

    assert (evidence(library, Asked(words)) >= ENOUGH_MARGIN) is answered


def test_a_wording_that_counts_for_nothing_changes_nothing():
    vectors = np.eye(4, dtype=np.float32)[[0, 0, 1, 2]]
    alone = fit(vectors[:3], ["a", "a", "b"])
    with_another = fit(vectors, ["a", "a", "b", "b"], [1, 1, 1, 0])
    assert with_another.shape == alone.shape
    assert np.argmax(vectors[3] @ with_another[:-1]) == np.argmax(vectors[3] @ alone[:-1])
    assert not with_another[2, 0] + with_another[2, 1]
