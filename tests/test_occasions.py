"""What goes without saying and is said all the same: wordings with their occasion, each the same each time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readacross.errors import SourceError
from readacross.occasions import COUNTS, LONGEST, OCCASIONS, Occasions, load_occasions, with_occasions
from readacross.phrasing import Phrasing

ALLOTMENTS = Occasions(("on the allotment",), ("allotment", "water board"))


@pytest.mark.parametrize(
    ("words", "with_occasion"),
    [
        ("May I keep hens?", "May I keep hens on the allotment?"),
        ("may i keep hens", "may i keep hens on the allotment"),
        ("Hens. Allowed?!", "Hens. Allowed on the allotment?!"),
        ("hens …", "hens on the allotment …"),
        ("Are hens allowed on allotments?", None),
        ("What does the Water Board charge?", None),
        ("What does the board say of water?", "What does the board say of water on the allotment?"),
        ("hens " * LONGEST, "hens " * (LONGEST - 1) + "hens on the allotment "),
        ("hens " * (LONGEST + 1), None),
    ],
)
def test_a_short_wording_that_does_not_name_the_occasion_is_put_once_more_with_it(words, with_occasion):
    found = [*with_occasions([Phrasing("hens.allowed", words)], ALLOTMENTS)]
    assert found == ([Phrasing("hens.allowed", with_occasion, COUNTS)] if with_occasion else [])


@given(st.lists(st.text(max_size=60), max_size=8), st.lists(st.text(min_size=1), min_size=1, max_size=3))
def test_each_wording_gets_the_same_words_whatever_stands_beside_it(texts, said):
    occasions, wordings = Occasions(tuple(said)), [Phrasing("q", text) for text in texts]
    alone = [found for wording in wordings for found in with_occasions([wording], occasions)]
    assert [*with_occasions(wordings, occasions)] == alone
    for found in alone:
        assert any(f" {words}" in found.words for words in said)


def test_without_a_file_nothing_is_added(tmp_path):
    assert load_occasions(tmp_path) == Occasions()
    assert [*with_occasions([Phrasing("q", "why")], Occasions())] == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("said_after: []\n", "nothing is listed"),
        ("- at the show\n", "is not a table"),
        ('said_after: ["at the show"]\nuntil: ["show"]\n', "'until' means nothing here"),
        ("said_after: at the show\n", "is not a list of words"),
    ],
)
def test_what_is_wrong_is_said_with_its_file(tmp_path, text, what):
    (tmp_path / "qa").mkdir()
    (tmp_path / OCCASIONS).write_text(text, "utf-8")
    with pytest.raises(SourceError) as raised:
        load_occasions(tmp_path)
    assert "qa/occasions.yaml" in str(raised.value)
    assert what in str(raised.value)


def test_a_reader_may_name_the_occasion_or_not(library):
    """The questions that are asked most, put with their occasion and without, are read alike."""
    from readacross.answering import Asked, ask
    from readacross.searching import Index

    index = Index(library)
    for question in ("Do I have to go{}?", "Can my child come{}?", "Can I bring a friend{}?"):
        ways = [
            question.format(after) for after in ("", " to the meeting", " to the child protection conference")
        ]
        read = {ask(library, Asked(words), index).questions[:1] for words in ways}
        assert len(read) == 1, (ways, read)
        assert read != {()}
