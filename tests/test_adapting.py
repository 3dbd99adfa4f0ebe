"""Adapted layers: what is added to each matrix, what is kept of it, and how it is found."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readacross.adapting import PARTS, Halves, depths, first_changed, from_steps, in_steps
from readacross.phrasing import Phrasing
from readacross.recognising import Recogniser, classes_of
from readacross.searching import Index

TEXTS = ("Can I appeal?", "who takes the minutes", "", "Is there parking? " * 40, "你好")

WORDINGS = (
    "When is the tap on?", "what hours does the water run", "Water times", "can I fill a can at six",
    "What does a plot cost?", "how much is the rent", "Rent for a year", "is it dear to have one",
    "Where do I park?", "is there a car park", "Parking", "somewhere to leave my van",
)  # fmt: skip
MEANT = ("water.hours", "rent.amount", "~parking")
PHRASINGS = tuple(Phrasing(MEANT[number // 4], words) for number, words in enumerate(WORDINGS))


@pytest.fixture(scope="module")
def encoder(library):
    return Index(library).encoder


def changes_to(encoder, first, size=0.02, seed=1):
    """Differences by chance to every matrix from one layer on."""
    made = np.random.default_rng(seed)
    found = {}
    for name in (f"layer.{number}.{part}" for number in range(first, encoder.layers) for part in PARTS):
        outputs, inputs = encoder.tensors[name + ".weight"].shape
        halves = (size * made.normal(size=(4, width)) for width in (inputs, outputs))
        found[name] = Halves(*(half.astype(np.float32) for half in halves))
    return found


def test_where_nothing_is_adapted_a_question_is_looked_at_as_ever(encoder):
    for text in TEXTS:
        assert depths(encoder, text, {}).tobytes() == encoder.depths(text).tobytes()


@pytest.mark.parametrize("first", [0, 3, 5])
def test_the_adapted_layers_come_first_and_the_others_stay(encoder, first):
    changes = changes_to(encoder, first)
    assert first_changed(changes) == first
    whole = {
        f"{name}.weight": np.asarray(encoder.tensors[f"{name}.weight"]) + up.T @ down
        for name, (down, up) in changes.items()
    }
    merged = type(encoder)(**{**vars(encoder), "tensors": {**encoder.tensors, **whole}})
    for text in TEXTS:
        adapted, *others = depths(encoder, text, changes)
        assert np.stack(others).tobytes() == encoder.depths(text).tobytes()
        assert adapted == pytest.approx(merged.encode(text), abs=2e-5)
        assert np.linalg.norm(adapted) == pytest.approx(1, abs=1e-5)
        assert float(adapted @ others[-1]) < 0.9999


def test_differences_of_nothing_change_nothing(encoder):
    changes = {name: Halves(down, 0 * up) for name, (down, up) in changes_to(encoder, 3).items()}
    for text in TEXTS:
        adapted, *_, own = depths(encoder, text, changes)
        assert adapted == pytest.approx(own, abs=1e-6)


@settings(max_examples=50)
@given(st.integers(0, 1000), st.sampled_from([0.0, 1e-6, 1.0, 300.0]))
def test_what_is_kept_is_near_and_keeping_it_again_changes_nothing(seed, size):
    made = np.random.default_rng(seed)
    halves = Halves(*((size * made.normal(size=(3, width))).astype(np.float32) for width in (8, 12)))
    once = from_steps(in_steps({"layer.5.gather": halves}))
    again = from_steps(in_steps(once))
    for before, kept, twice in zip(halves, once["layer.5.gather"], again["layer.5.gather"], strict=True):
        assert kept == pytest.approx(before, abs=float(np.abs(before).max()) / 127 * 0.51)
        assert twice == pytest.approx(kept, rel=1e-6)


def test_a_part_that_is_missing_is_no_difference(encoder):
    kept = in_steps(changes_to(encoder, 5))
    del kept["layer.5.gather.up.scales"]
    with pytest.raises(KeyError, match=r"layer\.5\.gather\.up\.scales"):
        from_steps(kept)
    assert from_steps({"weights": np.zeros(3)}) == {}


@pytest.fixture(scope="module")
def trained(encoder):
    pytest.importorskip("torch")
    from readacross.training import train

    return train(encoder, PHRASINGS, progress=False)


def test_wordings_are_recognised_by_what_was_learnt_and_by_the_light_encoder(encoder, trained):
    recogniser = Recogniser(classes_of([item.question for item in PHRASINGS]), trained.weights)
    assert recogniser.weights.shape == (encoder.hidden + 1, 3)
    for phrasing in PHRASINGS:
        told = recogniser.logits(depths(encoder, phrasing.words, trained.changes))
        assert recogniser.classes[int(told.argmax())] == phrasing.question
    asked = recogniser.logits(depths(encoder, "which hours is there water", trained.changes))
    assert recogniser.classes[int(asked.argmax())] == "water.hours"


def test_the_same_wordings_teach_the_same(encoder, trained):
    from readacross.training import train

    again = train(encoder, PHRASINGS, progress=False)
    assert again.weights.tobytes() == trained.weights.tobytes()
    for name, halves in trained.changes.items():
        assert [half.tobytes() for half in again.changes[name]] == [half.tobytes() for half in halves]


def test_texts_read_together_are_read_as_the_light_encoder_reads_each(encoder):
    torch = pytest.importorskip("torch")
    from readacross import training

    changes = changes_to(encoder, 3)
    lower = training._lower(encoder, TEXTS, 3, progress=False)
    halves = {name: tuple(map(torch.from_numpy, change)) for name, change in changes.items()}
    with torch.inference_mode():
        found = training._Network(encoder, halves).vectors(lower, range(len(TEXTS)), 3).numpy()
    for text, vector in zip(TEXTS, found, strict=True):
        assert vector == pytest.approx(depths(encoder, text, changes)[0], abs=2e-3)
