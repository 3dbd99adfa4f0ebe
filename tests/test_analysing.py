"""The analyser: what a text is found by."""

from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readacross.analysing import ANALYSER, STOP_WORDS, terms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # folding
        ("Child Protection", ["child", "protect"]),
        ("ﬁnd", ["find"]),
        ("Ｃｏｎｆｅｒｅｎｃｅ", ["confer"]),
        ("STRASSE straße", ["strass", "strass"]),
        ("café naïve Siân", ["cafe", "naiv", "sian"]),
        ("cafe\u0301", ["cafe"]),
        ("con\u00adference", ["confer"]),
        # splitting
        ("re-arrange", ["re", "arrang"]),
        ("child_protection", ["child", "protect"]),
        ("review, report; plan.", ["review", "report", "plan"]),
        ("儿童保护", ["儿童保护"]),
        ("😀 sad 😀", ["sad"]),
        # digits
        ("within 15 working days", ["within", "15", "work", "day"]),
        ("01483 517838", ["01483", "517838"]),
        ("1st", ["1st"]),
        ("½ hour", ["1", "2", "hour"]),
        # apostrophes
        ("child's", ["child"]),
        ("child’s", ["child"]),
        ("children’s parents'", ["children", "parent"]),
        ("can't can’t", ["cant", "cant"]),
        ("don`t", ["dont"]),
        ("O'Brien", ["obrien"]),
        ("King's Lynn", ["king", "lynn"]),
        ("'quoted'", ["quot"]),
        # stems
        ("appeal appeals appealed appealing", ["appeal"] * 4),
        ("decision decisions", ["decis"] * 2),
        ("disagree disagreement", ["disagre", "disagr"]),
        # nothing left
        ("", []),
        ("the of and", []),
        (" \n\t—…!", []),
        ("\u0301", []),
        ("\ud800", []),
    ],
)
def test_terms(text, expected):
    assert terms(text) == expected


@pytest.mark.parametrize(
    "word",
    [
        "not",
        "no",
        "nor",
        "cannot",
        "must",
        "may",
        "should",
        "shall",
        "can",
        "will",
        "before",
        "after",
        "within",
        "without",
        "against",
        "who",
        "when",
        "where",
        "how",
    ],
)
def test_words_that_carry_meaning_stay(word):
    assert terms(word)
    assert word not in STOP_WORDS


def test_name_holds_the_stemmers_version():
    assert ANALYSER.endswith(f"snowballstemmer-{version('snowballstemmer')}")


@given(st.text() | st.text("aeiosy'’bdglnrtu \u0301\u00ad"))
def test_any_text_gives_terms_without_blanks(text):
    for term in terms(text):
        assert term
        assert term == "".join(term.split())


@given(st.text(), st.text())
def test_two_paragraphs_give_the_terms_of_both(one, other):
    assert terms(f"{one}\n{other}") == terms(one) + terms(other)


def test_threads_agree():
    words = [
        f"{stem}{end}"
        for stem in ("decid", "protect", "review")
        for end in ("ing", "ed", "ion", "s")
        for _ in range(50)
    ]
    expected = [terms(word) for word in words]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(terms, words)) == expected
