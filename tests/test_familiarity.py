"""How familiar a question is: fitted on wordings, the same each time, told by words, pairs of them and the vector."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from readacross.familiarity import ALWAYS, DIGITS, SEEN, SEEN_BESIDE, UNFAMILIAR, fit_familiar, traits
from readacross.library import open_library
from readacross.searching import Index

ANSWERED = ("when is the tap on", "who pays for the tap", "is the tap mended", "when does the rent fall due", "what is the rent", "who raises the rent")  # fmt: skip
NOT_ANSWERED = ("is there wifi", "what is the wifi called", "who pays the manager", "does the manager park here", "can the manager park a van", "where can I park")  # fmt: skip
WORDINGS = (*ANSWERED, *NOT_ANSWERED)
FLAGS = (*[True] * len(ANSWERED), *[False] * len(NOT_ANSWERED))


NOWHERE = np.zeros(2, dtype=np.float32)


def fit(wordings, answered, vectors=None):
    """What is familiar; the vectors tell nothing where none are given."""
    return fit_familiar(wordings, np.zeros((len(wordings), 2)) if vectors is None else vectors, answered)


def judged(familiar, question):
    return familiar.judge(question, NOWHERE)


@pytest.fixture(scope="module")
def familiar():
    return fit(WORDINGS, FLAGS)


def test_a_question_is_told_by_its_terms_and_pairs_of_neighbours_each_once():
    assert traits("Who pays the chair, who?") == ["who", "pay", "chair", "who pay", "pay chair", "chair who"]
    assert traits("") == []


@pytest.mark.parametrize(
    ("question", "known"),
    [
        ("how much is the rent", True),
        ("has the tap burst", True),
        ("the wifi password", False),
        ("may the manager come", False),
        ("park", False),
    ],
)
def test_words_of_what_is_answered_speak_for_it_and_others_against(familiar, question, known):
    assert (judged(familiar, question) > judged(familiar, "zzz")) is known


@pytest.mark.parametrize(
    ("trait", "wordings", "least"),
    [("mend", ["mend", "zzz"], SEEN), ("who pay", ["who pays", "zzz"], SEEN_BESIDE)],
    ids=["a term", "a pair of neighbours"],
)
def test_what_stands_in_few_wordings_counts_for_nothing(trait, wordings, least):
    told = [fit(wordings * times, [True, False] * times) for times in (least - 1, least)]
    assert [trait in familiar.traits for familiar in told] == [False, True]
    assert judged(told[1], "yyy") == told[1].traits.get(ALWAYS, 0)


def test_what_is_meant_counts_where_no_word_is_known():
    """Vectors that lean to one side with the answered wordings, to the other with those that are not."""
    vectors = np.array([[1, 0] if answered else [0, 1] for answered in FLAGS], dtype=np.float32)
    leaning = fit(WORDINGS, FLAGS, vectors)
    near, far = leaning.judge("zzz", vectors[0]), leaning.judge("zzz", vectors[-1])
    assert near > leaning.judge("zzz", NOWHERE) > far
    assert UNFAMILIAR.judge("how much is the rent", vectors[0]) == 0


def test_as_many_of_one_side_again_change_nothing_for_the_other():
    """Each side counts as much as the other, however many wordings it has."""
    times = max(SEEN, SEEN_BESIDE)
    even = fit(WORDINGS * times, FLAGS * times)
    again = NOT_ANSWERED * times * 3
    more = fit((*WORDINGS * times, *again), (*FLAGS * times, *[False] * len(again)))
    assert more.traits == pytest.approx(even.traits, abs=2 * 10**-DIGITS)


@given(st.permutations(range(len(WORDINGS))), st.text(max_size=80))
def test_the_order_of_wordings_does_not_matter_and_any_text_has_a_familiarity(order, text):
    shuffled = fit([WORDINGS[n] for n in order], [FLAGS[n] for n in order])
    assert shuffled.traits == pytest.approx(fit(WORDINGS, FLAGS).traits, abs=2 * 10**-DIGITS)
    assert judged(shuffled, text) == round(judged(shuffled, text), DIGITS)


def test_it_is_built_where_something_is_recognised_and_only_there(library, small_built):
    small = open_library(small_built)
    index = Index(library)
    assert len(index.familiar.traits) > 1000
    assert len(index.familiar.meaning) == index.encoder.depths("").size
    assert Index(small).familiar == UNFAMILIAR
    assert not list(small.folder.glob("familiarity*"))
