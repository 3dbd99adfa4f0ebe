"""Two questions in one breath: a short second one may lean on the first, or stand by itself."""

import numpy as np
import pytest

from readacross.answering import Asked, ask
from readacross.gauging import look_up
from readacross.searching import Index
from readacross.understanding import Part


def test_a_part_that_may_lean_is_heard_half_by_itself_and_half_with_the_one_before(library):
    index, chosen = Index(library), library.choose()
    part = Part("who is in it?", "What is the core group")
    both = [index.depths(words)[-1] for words in ("who is in it?", "What is the core group who is in it?")]
    found = look_up(index, part, (), chosen, 5)
    assert np.allclose(found.vector, np.mean(both, axis=0), atol=1e-7)
    alone = look_up(index, part._replace(after=""), (), chosen, 5)
    assert np.array_equal(alone.vector, both[0])


@pytest.mark.parametrize(
    ("question", "first", "second"),
    [
        ("Can I bring my solicitor and will they be allowed to speak?", "supporter.allowed_persons", "supporter.may_speak"),
        ("What is the core group and who is in it?", "core.purpose", "core.members"),
        ("Who is in the core group and how often do they meet?", "core.members", "core.frequency"),
        ("Can I complain about the decision? How long have I got?", "complaint.decision_challengeable", "complaint.time_limit"),
        ("When is the first review and how often are they after that?", "review.first", "review.subsequent"),
        ("Can they keep me out and do they have to tell me why?", "attend.exclusion_possible", "attend.exclusion_safeguards"),
        ("Who is in the core group and can I bring a solicitor to the conference?", "core.members", "supporter.allowed_persons"),
        ("Is the meeting recorded and will the police be there?", "record.audio", "attend.police"),
    ],
)  # fmt: skip
def test_each_of_two_questions_is_read_as_it_is_meant(question, first, second, library):
    answer = ask(library, Asked(question))
    read = [remark for remark in answer.remarks if remark.startswith("Read as: ")]
    assert read[:2] == [f"Read as: {library.questions[id_].question}" for id_ in (first, second)]


def test_a_part_that_is_not_answered_is_named_as_it_was_asked(library):
    answer = ask(library, Asked("Is an interpreter provided and where do I leave the car?"))
    assert answer.status == "partly"
    assert "The sources do not answer: where do I leave the car?" in answer.remarks
