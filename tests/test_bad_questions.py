"""Bad input to `ask`: a clear status or one line, never a traceback, and never slow."""

import random
import string
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readacross.answering import LONGEST_QUESTION, Asked, ask
from readacross.errors import BadInput
from readacross.searching import Index

STATUSES = {"answered", "partly", "authorities_differ", "not_found", "out_of_scope"}


@pytest.fixture(scope="module")
def put(library):
    """A question put to the five leaflets: its status, or "refused as input"."""
    index = Index(library)
    ask(library, Asked("Can I bring a friend?"), index)

    def asked(words):
        try:
            return ask(library, Asked(words), index).status
        except BadInput as bad:
            assert "\n" not in str(bad)  # noqa: PT017 - one line is part of what is asked
            return "refused as input"

    return asked


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", "refused as input"),
        ("   \t\n", "refused as input"),
        ("why " * 2500, "refused as input"),
        ("x" * LONGEST_QUESTION, "not_found"),
        ("?", "not_found"),
        ("\x00\x01\x1b[31m", "not_found"),
        ("\u202egnorw si siht\u202c", "not_found"),
        ("'; DROP TABLE passages; --", "not_found"),
        ("$(rm -rf /) && `reboot`", "not_found"),
        ("{{ 7 * 7 }} {% include '/etc/passwd' %}", "not_found"),
        ("Où est la bibliothèque ?", "not_found"),
        ("ฉันสามารถจอดรถได้ที่ไหน", "not_found"),
        ("\ud800", "not_found"),
        ("👩‍👧‍👦" * 20, "not_found"),
    ],
)
def test_bad_input_has_a_clear_status(put, words, expected):
    assert put(words) == expected


def test_a_time_from_which_no_leaflet_is_held_is_not_answered(library):
    assert ask(library, Asked("Can I complain?", as_at="1950")).status == "not_found"


def random_words(made):
    kinds = [
        lambda: "".join(made.choices(string.printable, k=made.randrange(1, 40))),
        lambda: "".join(chr(made.randrange(1, 0x2FFF)) for _ in range(made.randrange(1, 30))),
        lambda: " ".join("".join(made.choices(string.ascii_lowercase, k=made.randrange(1, 8))) for _ in range(made.randrange(1, 12))),
        lambda: "Can I " + "".join(made.choices("abc ?!'\"\\;%_\u200b\u202e", k=made.randrange(1, 80))),
    ]  # fmt: skip
    return made.choice(kinds)()


def test_a_thousand_random_strings_have_a_status_and_ninety_nine_in_a_hundred_within_a_second(put):
    made, spent = random.Random(7), []
    for _ in range(1000):
        began = time.process_time()
        assert put(random_words(made)) in STATUSES | {"refused as input"}
        spent.append(time.process_time() - began)
    assert sorted(spent)[990] < 1, "processor seconds of the 990th of 1,000"


@pytest.mark.parametrize(
    "words", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))"]
)
def test_markup_has_a_status_whatever_it_is_taken_to_ask(put, words):
    assert put(words) in STATUSES


@settings(max_examples=25)
@given(st.text(max_size=300))
def test_any_text_has_a_status(put, words):
    assert put(words) in STATUSES | {"refused as input"}
