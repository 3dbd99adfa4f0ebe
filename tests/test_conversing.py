"""Questions that follow questions."""

import pytest

from readacross.answering import Asked
from readacross.conversing import converse, following
from tests.following import BEFORE, FOLLOWING

PREVIOUS = Asked(*BEFORE)


@pytest.mark.parametrize(("question", "asked", "authorities"), FOLLOWING)
def test_a_question_that_follows_is_asked_with_what_it_leaves_out(library, question, asked, authorities):
    found = following(library, PREVIOUS, question)
    assert (found.question, found.authorities) == (asked, authorities)


def test_the_first_question_stands_alone(library):
    assert following(library, None, "And in Surrey?") == Asked("And in Surrey?")


def test_a_conversation_goes_on_until_somebody_ends_it(library):
    typed = iter(["", "And in Surrey?", "quit", "never asked"])
    shown, said = [], []
    first = Asked("Who takes the notes?")
    answers = list(converse(library, first, lambda: next(typed), shown.append, said.append))
    assert [answer.question for answer in answers] == ["Who takes the notes?", "Who takes the notes?"]
    assert shown == answers
    assert "empty" in said[0]
    assert {statement.authority for statement in answers[1].statements} <= {"surrey"}


def test_a_conversation_ends_with_its_input(library):
    def end():
        raise EOFError

    assert len(list(converse(library, Asked("Who takes the notes?"), end, lambda _: None, print))) == 1
