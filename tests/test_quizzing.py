"""The test questions of this knowledge base: those asked first are answered, and none of them was learnt."""

import pytest

from readacross.besides import load_besides
from readacross.phrasing import load_phrasings
from readacross.quizzing import load_quiz, quiz, scores


def folded(words):
    return "".join(character for character in words.lower() if character.isalnum())


@pytest.fixture(scope="module")
def marked(library):
    return quiz(library, [item for item in load_quiz(library.root) if item.asked_first])


def test_twenty_questions_are_asked_first_and_none_of_them_is_refused(marked):
    assert len(marked) == 20
    assert [item.quizzed.question for item in marked if item.refused] == []


def test_what_is_asked_first_has_a_row_of_its_own(marked):
    (row,) = (score for score in scores(marked) if score.name == "asked first")
    right_first = sum(item.rank == 1 for item in marked)
    assert (row.answered, row.first, row.wrongly_refused) == (20, right_first, 0)


def test_no_test_question_is_a_listed_wording(library):
    asked = {folded(item.question) for item in load_quiz(library.root)}
    listed = [item.words for item in load_phrasings(library.root, library.questions)]
    passages = {passage.id for version in library.versions for passage in library.passages(version)}
    besides = load_besides(library.root, passages)
    listed += [words for said in besides for words in said.asked_as]
    assert [words for words in listed if folded(words) in asked] == []
