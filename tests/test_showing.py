"""Answers at a terminal: words in their setting, and none of them twice under one authority."""

import pytest
from hearing import hearing

from readacross.answering import Asked, ask
from readacross.showing import answer_lines

NEAREST = "Nearest passages (not taken as an answer):"


@pytest.fixture(scope="module")
def relative(library):
    """An answer with two positions that rest on the same words."""
    index = hearing(library, {"supporter.allowed_persons": 9, "~parking": 0})
    return ask(library, Asked("Who may come?"), index)


def test_a_statement_that_rests_on_words_quoted_further_up_names_their_passages(relative, library):
    rests = [
        {
            (relative.citations[number].passage.id, relative.citations[number].reading)
            for number in item.citations
        }
        for item in relative.statements
    ]
    lines = list(answer_lines(relative, library))
    above = [line.partition(": ")[2] for line in lines if line.startswith("    As quoted above: ")]
    again = [words for place, words in enumerate(rests) if words <= set().union(*rests[:place])]
    assert sorted(above) == sorted(f"[{passage}]" for passage, _ in set().union(*again))
    assert again
    assert sum(line.startswith("    “") for line in lines) == sum(map(len, rests)) - sum(map(len, again))


@pytest.mark.parametrize("name", ["communication.physical_access", "attend.obligation"])
def test_what_is_nearest_is_led_in_as_in_the_leaflet(name, library):
    answer = ask(library, Asked("Where can I park?"), hearing(library, {name: 0, "~parking": 0}))
    lines = list(answer_lines(answer, library))
    shown = [line.strip() for line in lines[lines.index(NEAREST) + 1 :]]
    led = [item.passage.lead_in for item in answer.nearest if item.passage.lead_in]
    assert answer.nearest
    assert [line for line in shown if line[0] not in "“[" and line in led] == led
    assert bool(led) == (name == "communication.physical_access")
