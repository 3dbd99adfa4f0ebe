"""The recogniser that is kept beside its wordings: taken as it is while they are the same, fitted anew when not."""

import numpy as np
import pytest

from readacross.adapting import Halves
from readacross.fitting import KEPT_IN, Learnt, fitted, is_fitted
from readacross.phrasing import Phrasing
from readacross.recognising import fit

WORDINGS = (
    Phrasing("rent.amount", "what does a plot cost"),
    Phrasing("rent.amount", "how much is it a year"),
    Phrasing("water.hours", "when is the tap on"),
    Phrasing("~parking", "where do I leave the van"),
)


class Learner:
    """Learns from vectors of length 1 by a text's letters; counts the texts it was given."""

    def __init__(self):
        self.read = 0

    def __call__(self, phrasings):
        self.read += len(phrasings)
        counts = np.array(
            [[item.words.count(letter) for letter in "aehorstw"] for item in phrasings], dtype=np.float32
        )
        vectors = counts / np.linalg.norm(counts, axis=1, keepdims=True)
        changes = {"layer.5.gather": Halves(vectors[:2], vectors[1:3, :4])}
        return Learnt(changes, fit(vectors, [item.question for item in phrasings]), vectors)


@pytest.fixture
def root(tmp_path):
    (tmp_path / "qa").mkdir()
    return tmp_path


def test_what_is_kept_is_taken_to_the_last_bit_and_nothing_is_read(root):
    learn = Learner()
    first = fitted(root, WORDINGS, "model", learn)
    assert learn.read == 4
    kept_bytes = (root / KEPT_IN).read_bytes()
    again = fitted(root, WORDINGS, "model", learn)
    assert learn.read == 4
    assert again.weights.tobytes() == first.weights.tobytes()
    assert again.familiar == first.familiar
    for (name, halves), (kept_name, kept_halves) in zip(
        first.changes.items(), again.changes.items(), strict=True
    ):
        assert name == kept_name
        assert [half.tobytes() for half in halves] == [half.tobytes() for half in kept_halves]
    assert (first.weights.shape, first.weights.dtype) == ((9, 3), np.dtype(np.float32))
    assert len(first.familiar.meaning) == 8
    (root / KEPT_IN).unlink()
    fitted(root, WORDINGS, "model", learn)
    assert (root / KEPT_IN).read_bytes() == kept_bytes


@pytest.mark.parametrize(
    ("phrasings", "model", "why"),
    [
        ((*WORDINGS[:-1], Phrasing("~parking", "is there a car park")), "model", "another wording"),
        (WORDINGS[1:], "model", "a wording is gone"),
        ((Phrasing("water.hours", WORDINGS[0].words), *WORDINGS[1:]), "model", "it means another question"),
        (WORDINGS, "other", "another model"),
    ],
)
def test_it_is_fitted_anew(root, phrasings, model, why):
    learn = Learner()
    fitted(root, WORDINGS, "model", learn)
    learn.read = 0
    fitted(root, phrasings, model, learn)
    assert learn.read == len(phrasings), why
    assert is_fitted(root, phrasings)
    assert is_fitted(root, WORDINGS) is (phrasings == WORDINGS)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no more", b"not a file of arrays", None])
def test_a_file_that_cannot_be_read_is_fitted_anew(root, content):
    if content is None:
        about = np.frombuffer(b'{"wordings": "", "model": ""}', dtype=np.uint8)
        np.savez(root / KEPT_IN, about=about, weights=np.zeros((9, 3), np.float16))
    else:
        (root / KEPT_IN).write_bytes(content)
    assert not is_fitted(root, WORDINGS)
    learn = Learner()
    fitted(root, WORDINGS, "model", learn)
    assert learn.read == 4
    assert is_fitted(root, WORDINGS)


def test_the_knowledge_base_here_keeps_one_that_fits_its_wordings(repository):
    from readacross.drafting import all_phrasings, draft

    phrasings = all_phrasings(draft(repository))
    assert is_fitted(repository, phrasings)
    assert not is_fitted(repository, phrasings[:-1])
