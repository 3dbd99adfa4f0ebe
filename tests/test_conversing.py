"""Questions that follow questions."""

from dataclasses import replace

import pytest

from readacross.answering import TOGETHER, Asked, ask
from readacross.conversing import converse, following
from readacross.gauging import look_up
from readacross.matching import TOLD_ALREADY, Heard, Rarity, meant_by
from readacross.searching import Index
from readacross.understanding import understand
from tests.following import BEFORE, FOLLOWING
from tests.hearing import hearing
from tests.test_unanswered import PARKING

PREVIOUS = Asked(*BEFORE)


@pytest.mark.parametrize(("question", "asked", "authorities", "after"), FOLLOWING)
def test_a_question_that_follows_is_asked_with_what_it_leaves_out(
    library, question, asked, authorities, after
):
    found = following(library, PREVIOUS, question)
    assert (found.question, found.authorities, found.after) == (asked, authorities, after)


def test_what_leans_on_what_leant_may_lean_on_both_and_on_no_more(library):
    second = following(library, Asked("Can I appeal?"), "how long have I got?")
    assert second.after == ("Can I appeal?",)
    third = following(library, second, "and in writing?")
    assert third.after == ("Can I appeal?", "how long have I got?")
    assert following(library, third, "who to?").after == ("Can I appeal?", "and in writing?")
    assert following(library, third, "and in Surrey?") == replace(third, authorities=("surrey",))
    assert following(library, third, "When may my parents be told about the meeting?").after == ()


@pytest.mark.parametrize("after", [(), ("",), (" \n",)])
def test_what_follows_nothing_is_heard_by_itself(library, after):
    alone = ask(library, Asked("Is it recorded?"))
    assert ask(library, Asked("Is it recorded?", after=after)) == alone
    assert not any(remark.startswith(TOGETHER) for remark in alone.remarks)


def test_an_answer_says_what_it_was_heard_together_with(library):
    answer = ask(library, Asked("how old must she be?", after=("Can my\ndaughter come?", "to all of it?")))
    assert answer.question == "how old must she be?"
    assert answer.remarks[0] == f"{TOGETHER}Can my daughter come? to all of it?"


def test_what_was_just_told_is_not_told_again(library):
    first, then = "When is the first review?", "and after that?"
    assert ask(library, Asked(first)).questions[0] == "review.first"
    assert ask(library, Asked(then, after=(first,))).questions[0] == "review.subsequent"


@pytest.mark.parametrize(("word", "same"), [("and", False), ("or", True)])
def test_what_an_or_sets_beside_a_question_may_ask_the_same(library, word, same):
    index = Index(library)
    first, then = understand(f"Can I appeal {word} is it final?", (), ()).parts
    chosen = library.choose()

    def likeness(part):
        return {
            question.id: likeness
            for likeness, question in look_up(index, part, (), chosen, 5).meant.questions
        }

    (told, _), *_ = likeness(first).items()
    lowered = likeness(then._replace(anew=True))[told]
    assert likeness(then)[told] == pytest.approx(lowered + TOLD_ALREADY * same)


def test_nothing_is_held_against_what_could_not_be_told(library):
    name = next(iter(library.questions))
    index = hearing(library, {name: 0.0, PARKING: 5.0})
    rare = Rarity(index, ["park"])
    depths = index.depths("Is there parking?")
    alone, after = (meant_by(index, Heard(depths, before), rare, ()) for before in (None, depths))
    assert alone == after


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
