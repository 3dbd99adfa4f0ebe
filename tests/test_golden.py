"""Golden files: what a reader sees for the questions asked first; `pytest --regen` rewrites them."""

import pytest

from readacross.answering import Asked, ask
from readacross.showing import answer_lines

CASES = {
    "challenge": Asked("Can I challenge the decision of the conference?"),
    "challenge-all-versions": Asked("Can I challenge the decision of the conference?", all_versions=True),
    "time-limit-2012": Asked("What is the time limit for a complaint?", as_at="2012"),
    "core-group": Asked("How often does the core group meet?"),
    "friend": Asked("Can I bring a friend?"),
    "parking": Asked("Is there parking at the venue?"),
}


@pytest.mark.parametrize("name", CASES)
def test_answer(name, library, golden, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    golden(f"{name}.txt", "\n".join(answer_lines(ask(library, CASES[name]), library)) + "\n")
