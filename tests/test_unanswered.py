"""What a reader is told where nothing answers: what is said near by, and what the question may have meant."""

from dataclasses import replace

import pytest
from hearing import hearing

from readacross.answering import Asked, ask
from readacross.gauging import ENOUGH_MARGIN, NEAR_BY
from readacross.library import open_library
from readacross.matching import CLEARLY

CHILD, AGE = "attend.child", "attend.child_min_age"
PARKING = "~parking"


def recognising(library, **likely):
    """An index that hears so much for each question whatever is asked, and nothing for parking."""
    return hearing(
        library, {name.replace("__", "."): weight for name, weight in likely.items()} | {PARKING: 0}
    )


def of_each(library, question):
    """The first quote of each authority in force on a question: the passage, and its words."""
    current = {item.id for item in library.current()}
    stated = [item for item in library.positions(question) if item.version in current and item.quotes]
    return {item.version: (item.quotes[0].passage, item.quotes[0].quote) for item in stated}


def test_where_all_are_silent_the_nearest_is_what_they_say_on_what_goes_with_it(library):
    index = recognising(library, attend__child_min_age=9)
    answer = ask(library, Asked("How old must he be?"), index)
    assert (answer.status, answer.questions, answer.statements) == ("not_found", (AGE,), ())
    assert library.questions[AGE].goes_with[0] == CHILD
    nearest = {item.passage.version: (item.passage.id, item.quote) for item in answer.nearest}
    assert nearest == of_each(library, CHILD)
    assert len(nearest) == len(answer.nearest) == 4


def test_it_is_of_those_that_are_asked_of_only(library):
    index = recognising(library, attend__child_min_age=9)
    answer = ask(library, Asked("How old must he be?", authorities=("southwark",)), index)
    assert [item.passage.version.partition("/")[0] for item in answer.nearest] == ["southwark"]


def test_where_nothing_that_goes_with_it_is_said_the_best_passages_are_nearest(library):
    library = open_library(library.root)
    library.__dict__["questions"] = {**library.questions, AGE: replace(library.questions[AGE], goes_with=())}
    index = recognising(library, attend__child_min_age=9)
    answer = ask(library, Asked("How old must he be?"), index)
    assert (answer.questions, len(answer.nearest)) == ((AGE,), 3)


@pytest.mark.parametrize(
    ("ahead", "offered"),
    [(ENOUGH_MARGIN - 0.1, True), (ENOUGH_MARGIN - NEAR_BY, True), (ENOUGH_MARGIN - NEAR_BY - 0.1, False)],
    ids=["nearly enough", "just near", "too far"],
)
def test_what_may_have_been_meant_is_offered_where_it_is_near(library, ahead, offered):
    answer = ask(library, Asked("Can he come?"), recognising(library, attend__child=ahead))
    assert answer.status == "not_found"
    asked = library.questions[CHILD].question
    assert answer.remarks == ((f"Perhaps you mean: {asked}",) if offered else ())


def test_what_is_offered_first_is_quoted_as_nearest(library):
    index = recognising(library, attend__child=0.9, supporter__allowed_persons=0.2)
    answer = ask(library, Asked("Can he come?"), index)
    nearest = {item.passage.version: (item.passage.id, item.quote) for item in answer.nearest}
    assert nearest == of_each(library, CHILD)


def test_of_what_is_said_besides_a_passage_of_each_is_nearest(library):
    name, said = next(item for item in library.besides.items() if len(set(item[1].passages)) > 2)
    answer = ask(library, Asked("Can he come?"), hearing(library, {name: 0.9 - CLEARLY, PARKING: 0}))
    assert answer.remarks == (f"Perhaps you mean: {said.question}",)
    current = {item.id for item in library.current()}
    in_view = [passage for number in said.passages if (passage := library.passage(number)).version in current]
    first = {passage.version.partition("/")[0]: passage.id for passage in reversed(in_view)}
    assert {item.passage.version.partition("/")[0]: item.passage.id for item in answer.nearest} == first


def test_only_what_somebody_in_view_speaks_on_is_offered_and_at_most_two_the_likest_first(library):
    likely = {"attend__child_min_age": 0.9, "supporter__allowed_persons": 0.2, "attend__child": 0.5}
    index = recognising(library, **likely, attend__obligation=-0.5)
    answer = ask(library, Asked("Can he come?"), index)
    wanted = [library.questions[id_].question for id_ in (CHILD, "supporter.allowed_persons")]
    assert answer.remarks == (f"Perhaps you mean: {' '.join(wanted)}",)


def test_what_is_answered_offers_nothing(library):
    answer = ask(library, Asked("Can he come?"), recognising(library, attend__child=ENOUGH_MARGIN + 0.1))
    assert answer.statements
    assert not any(remark.startswith("Perhaps you mean") for remark in answer.remarks)
