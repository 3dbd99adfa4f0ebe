"""How familiar the words of a question are: fitted on wordings, the same each time, told by single words and pairs."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readacross.familiarity import ALWAYS, DIGITS, familiarity, fit_familiarity, traits
from readacross.library import open_library
from readacross.searching import Index

ANSWERED = ("when is the tap on", "who pays for the tap", "is the tap mended", "when does the rent fall due", "what is the rent", "who raises the rent")  # fmt: skip
NOT_ANSWERED = ("is there wifi", "what is the wifi called", "who pays the manager", "does the manager park here", "can the manager park a van", "where can I park")  # fmt: skip
WORDINGS = (*ANSWERED, *NOT_ANSWERED)
FLAGS = (*[True] * len(ANSWERED), *[False] * len(NOT_ANSWERED))


@pytest.fixture(scope="module")
def weights():
    return fit_familiarity(WORDINGS, FLAGS)


def test_a_question_is_told_by_its_terms_and_pairs_of_neighbours_each_once():
    assert traits("Who pays the chair, who?") == ["who", "pay", "chair", "who pay", "pay chair", "chair who"]
    assert traits("") == []


@pytest.mark.parametrize(
    ("question", "familiar"),
    [
        ("how much is the rent", True),
        ("has the tap burst", True),
        ("the wifi password", False),
        ("may the manager come", False),
        ("park", False),
    ],
)
def test_words_of_what_is_answered_speak_for_it_and_others_against(weights, question, familiar):
    assert (familiarity(weights, question) > familiarity(weights, "zzz")) is familiar


def test_what_stands_in_one_wording_alone_and_pairs_in_two_count_for_nothing(weights):
    assert "mend" not in weights
    assert {"tap", "rent", "wifi", "manag"} <= set(weights)
    assert not any(" " in trait for trait in weights)
    more = fit_familiarity((*WORDINGS, "who pays now", "the one who pays"), (*FLAGS, True, False))
    assert "who pay" in more
    assert familiarity(weights, "zzz") == weights.get(ALWAYS, 0)


def test_as_many_of_one_side_again_change_nothing_for_the_other():
    """Each side counts as much as the other, however many wordings it has."""
    even = fit_familiarity(WORDINGS * 3, FLAGS * 3)
    more = fit_familiarity((*WORDINGS * 3, *NOT_ANSWERED * 9), (*FLAGS * 3, *[False] * 9 * len(NOT_ANSWERED)))
    assert more == pytest.approx(even, abs=2 * 10**-DIGITS)


@given(st.permutations(range(len(WORDINGS))), st.text(max_size=80))
def test_the_order_of_wordings_does_not_matter_and_any_text_has_a_familiarity(order, text):
    shuffled = fit_familiarity([WORDINGS[n] for n in order], [FLAGS[n] for n in order])
    assert shuffled == pytest.approx(fit_familiarity(WORDINGS, FLAGS), abs=2 * 10**-DIGITS)
    assert json.loads(json.dumps(shuffled)) == shuffled
    assert familiarity(shuffled, text) == round(familiarity(shuffled, text), DIGITS)


def test_it_is_built_where_something_is_recognised_and_only_there(library, small_built):
    small = open_library(small_built)
    assert len(Index(library).familiar) > 1000
    assert Index(small).familiar == {}
    assert not list(small.folder.glob("familiarity*"))
