"""Remembering: what is unchanged is not proven again, whatever has changed is, and nothing is taken on trust."""

import os

import pytest

from readacross import building, drafting
from readacross.building import build
from readacross.certifying import certify
from readacross.generations import current
from readacross.remembering import MEMORY, PROVEN, state
from tests.test_building import quiet, tree

LEAFLET = "sources/northam/allotments"


@pytest.fixture
def drafts(monkeypatch):
    """Every time that the sources were read and proven."""
    made = []

    def spy(*given):
        made.append(given)
        return drafting.draft(*given)

    monkeypatch.setattr(building, "draft", spy)
    return made


@pytest.fixture
def certified(monkeypatch):
    """The versions that were proven, each time one was."""
    made = []

    def spy(source, sign=None):
        made.append(source.version.id)
        return certify(source, sign)

    monkeypatch.setattr(drafting, "certify", spy)
    return made


def test_what_is_unchanged_is_not_read_again_whatever_its_time(small, drafts):
    lines = []
    build(small, quiet)
    del drafts[:]
    for path in (small / "sources").rglob("*"):
        os.utime(path, (0, 0))
    assert build(small, lines.append) == current(small)
    assert not drafts
    assert [line for line in lines if line.startswith("up to date: ")]


def test_what_was_said_of_the_sources_is_said_again(small):
    first, second = [], []
    (small / MEMORY).unlink(missing_ok=True)
    build(small, first.append)
    build(small, second.append)
    assert first == second


@pytest.mark.parametrize(
    ("file", "what"),
    [
        (f"{LEAFLET}/2019/reading.md", lambda text: text + "\n"),
        (f"{LEAFLET}/leaflet.toml", lambda text: text.replace("residents", "people")),
        (f"{LEAFLET}/2019/coding.yaml", lambda text: text.replace("prohibition", "description")),
        (f"{LEAFLET}/2019/certificate.json", lambda text: text.replace('"tiles"', '"tiles" ')),
        ("index/questions.yaml", lambda text: text.replace("Appealing", "Appeals")),
        ("index/passages.jsonl", lambda text: text.replace("hens", "geese")),
        ("index/positions.jsonl", lambda _: None),
        ("qa/phrasings.yaml", lambda _: 'appeal.possible: ["May I object?"]\n'),
        (MEMORY.as_posix(), lambda text: text.replace('["', '["0', 1)),
        (MEMORY.as_posix(), lambda _: "half of a"),
        (MEMORY.as_posix(), lambda _: None),
    ],
)
def test_whatever_is_changed_added_or_gone_is_read_and_proven_again(small, drafts, file, what):
    build(small, quiet)
    del drafts[:]
    path = small / file
    text = what(path.read_text("utf-8") if path.exists() else "")
    path.parent.mkdir(exist_ok=True)
    if text is None:
        path.unlink()
    else:
        path.write_text(text, "utf-8")
    build(small, quiet)
    assert len(drafts) == 1
    build(small, quiet)
    assert len(drafts) == 1


def test_what_is_made_is_not_read_but_a_leaflet_of_that_name_is(small):
    before = state(small)
    (small / "index/generations/note").write_text("made", "utf-8")
    assert state(small) == before
    (small / "sources/generations").mkdir()
    (small / "sources/generations/note").write_text("read", "utf-8")
    assert state(small).keys() - before.keys() == {"sources/generations/", "sources/generations/note"}


def test_a_damaged_generation_is_built_again(small, drafts):
    folder = build(small, quiet)
    del drafts[:]
    (folder / "passages.jsonl").write_text("{}\n", "utf-8")
    before = tree(build(small, quiet))
    assert drafts
    assert before == tree(current(small))


def test_only_the_changed_leaflet_is_certified_again(small, certified, tmp_path):
    build(small, quiet)
    del certified[:]
    reading = small / f"{LEAFLET}/2019/reading.md"
    reading.write_text(reading.read_text("utf-8").replace("## Can I", "### Can I"), "utf-8")
    folder = build(small, quiet)
    assert set(certified) == {"northam/allotments@2019"}
    (small / PROVEN).unlink()
    (small / MEMORY).unlink()
    kept = tree(small / "sources") | tree(folder)
    assert tree(small / "sources") | tree(build(small, quiet)) == kept
    assert len(set(certified)) == 3


def test_a_certificate_that_was_tampered_with_is_not_taken_for_proven(small, certified):
    build(small, quiet)
    path = small / f"{LEAFLET}/2019/certificate.json"
    before = path.read_bytes()
    path.write_bytes(before.replace(b"[0, 21, 0, 21]", b"[0, 20, 0, 20]").replace(b" 21", b" 20"))
    assert path.read_bytes() != before
    del certified[:]
    build(small, quiet)
    assert "northam/allotments@2019" in certified
    assert path.read_bytes() == before
