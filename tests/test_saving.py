"""Kept answers: what is kept, and what is refused."""

import json
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from keeping import APPEAL, NEW, OLD, ON, kept, places_hold, quoting, rebuilt

from readacross.answering import Asked, ask
from readacross.errors import BadInput, CitationError, GenerationError, SourceError
from readacross.library import open_library
from readacross.rechecking import STATES, all_same, recheck, rechecked_lines
from readacross.saving import HOLDS, _seal, freeze, load, save, saved_json


@pytest.fixture
def base(small):
    return rebuilt(small)


@pytest.fixture(scope="module")
def frozen(small_built):
    """The small knowledge base, not to be changed, and a kept answer to a question asked of it."""
    library = open_library(small_built)
    return library, freeze(ask(library, APPEAL), library, ON, APPEAL)


# What is kept


def test_a_kept_answer_comes_back_as_it_was(base, tmp_path):
    path = tmp_path / "answer.json"
    saved = save(ask(base, APPEAL), base, path, ON, APPEAL)
    assert load(path) == saved
    assert saved.citations
    found = recheck(load(path), base)
    assert [item.state for item in found] == ["same"] * len(found)
    assert all_same(found)
    places_hold(found, base)


def test_a_kept_answer_holds_what_each_citation_rests_on(base):
    rows = json.loads(saved_json(kept(base, OLD, "within 21 days of our letter")))
    original = (base.root / "sources/northam/allotments/2012/original.txt").read_bytes()
    reading = (base.root / "sources/northam/allotments/2012/reading.md").read_bytes()
    (citation,), (version,) = rows["citations"], rows["versions"]
    start, end = citation["reading"]
    assert reading.decode()[start:end] == citation["quote"] == "within 21 days of our letter"
    ((first, last),) = citation["original"]["spans"]
    assert original.decode()[first:last] == "within 21 days of our\nletter"
    assert citation["original"]["sha256"] == version["original_sha256"] == sha256(original).hexdigest()
    assert version["reading_sha256"] == sha256(reading).hexdigest()
    assert citation["neighbours"] == "you can appeal within 21 days of our letter."
    assert (citation["times"], citation["passage"]) == (1, f"{OLD}#can-i-appeal.1")
    assert (rows["saved"], rows["edition"], rows["format"]) == (ON, base.folder.name, 1)
    assert len(version["passages"]) == len(base.numbers(OLD))


def test_filters_date_silence_and_differences_are_kept(base):
    asked = Asked("Can I appeal?", authorities=("northam", "sudley"), as_at="2013", top=3)
    saved = freeze(ask(base, asked), base, ON, asked)
    assert (saved.filters.authorities, saved.filters.top, saved.as_at) == (("northam", "sudley"), 3, "2013")
    assert saved.silent == ("sudley",)
    assert {said.question for said in saved.statements} == {"appeal.possible", "appeal.time_limit"}
    assert [d.kind for d in saved.divergences if d.level == "group"]


def test_a_kept_answer_says_that_it_holds_the_question(frozen):
    rows = json.loads(saved_json(frozen[1]))
    assert rows["note"] == HOLDS
    assert "holds the question" in HOLDS
    assert rows["question"] == "Can I appeal?"


def test_an_answer_that_does_not_hold_is_not_kept(base, tmp_path):
    answer = quoting(base, NEW, "Our decision is final.")
    wrong = replace(answer.citations[0], quote="Our decision is not final.")
    with pytest.raises(CitationError, match="other words there"):
        save(replace(answer, citations=(wrong,)), base, tmp_path / "answer.json", ON, APPEAL)
    assert not list(tmp_path.glob("*.json"))


def test_a_kept_answer_is_not_overwritten(base, tmp_path):
    path = tmp_path / "answer.json"
    answer = quoting(base, NEW, "Our decision is final.")
    save(answer, base, path, ON, APPEAL)
    before = path.read_bytes()
    with pytest.raises(BadInput, match=r"is not overwritten\. Name a new file"):
        save(answer, base, path, "2026-02-02", APPEAL)
    assert path.read_bytes() == before
    with pytest.raises(GenerationError, match="The answer cannot be kept"):
        save(answer, base, tmp_path / "nowhere" / "answer.json", ON, APPEAL)


def test_the_same_answer_makes_the_same_file(base):
    assert saved_json(freeze(ask(base, APPEAL), base, ON, APPEAL)) == saved_json(
        freeze(ask(base, APPEAL), base, ON, APPEAL)
    )


# What is refused


@pytest.mark.parametrize(
    ("where", "value"),
    [
        (["question"], "Can I keep hens?"),
        (["saved"], "2020-01-01"),
        (["edition"], "0" * 16),
        (["status"], "not_found"),
        (["note"], "This file holds nothing."),
        (["statements"], []),
        (["statements", 0, "text"], "An appeal cannot be made"),
        (["citations", 0, "quote"], "You can appeal within 99 days of our letter."),
        (["citations", 0, "reading"], [0, 3]),
        (["citations", 0, "neighbours"], "so it is."),
        (["citations", 0, "original", "sha256"], "0" * 64),
        (["citations", 0, "original", "spans"], []),
        (["versions", 0, "reading_sha256"], "0" * 64),
        (["versions", 0, "original_sha256"], "0" * 64),
    ],
)
def test_an_altered_file_is_refused(frozen, tmp_path, where, value):
    rows = json.loads(saved_json(frozen[1]))
    here = rows
    for step in where[:-1]:
        here = here[step]
    assert here[where[-1]] != value
    here[where[-1]] = value
    path = tmp_path / "answer.json"
    path.write_text(json.dumps(rows), "utf-8")
    with pytest.raises(SourceError, match=r"answer\.json:1: the file has been altered since it was saved"):
        load(path)


def test_hashes_that_contradict_each_other_are_refused_even_under_a_new_seal(frozen, tmp_path):
    saved = frozen[1]
    first = replace(saved.citations[0], original=replace(saved.citations[0].original, sha256="0" * 64))
    path = tmp_path / "answer.json"
    path.write_text(saved_json(replace(saved, citations=(first, *saved.citations[1:]))), "utf-8")
    with pytest.raises(SourceError, match="it cites what it does not hold"):
        load(path)


def test_a_file_laid_out_in_another_way_is_the_same_answer(frozen, tmp_path):
    path = tmp_path / "answer.json"
    rows = json.loads(saved_json(frozen[1]))
    path.write_text(json.dumps(dict(sorted(rows.items())), ensure_ascii=True), "utf-8")
    assert load(path) == frozen[1]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda c: replace(c, quote="You can appeal within 99 days of our letter."), "in the reading text"),
        (lambda c: replace(c, reading=type(c.reading)(0, 44)), "in the reading text"),
        (lambda c: replace(c, original=replace(c.original, spans=((0, 5),))), "in the original"),
        (lambda c: replace(c, original=replace(c.original, spans=())), "in the original"),
    ],
)
def test_words_that_never_stood_there_are_found_even_under_a_new_seal(frozen, tmp_path, change, says):
    library, saved = frozen
    path = tmp_path / "answer.json"
    path.write_text(
        saved_json(replace(saved, citations=(change(saved.citations[0]), *saved.citations[1:]))), "utf-8"
    )
    with pytest.raises(CitationError, match=f"quotes words that do not stand there {says}"):
        recheck(load(path), library)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "it is not JSON"),
        ("{\n 'a': 1}", r"json:2: this is not a kept answer: it is not JSON"),
        ("[" * 100_000, "not JSON|too deep"),
        ("[]", "this is not a kept answer"),
        ('{"kind": "something else"}', "Name a file that was written by: readacross ask --save FILE"),
        ('{"kind": "answer kept by Readacross", "format": 2}', "has the format 2, and only 1 can be read"),
        ('{"kind": "answer kept by Readacross", "format": 1}', "altered"),
        ('{"kind": "answer kept by Readacross", "format": 1, "seal": "\\ud800"}', "altered"),
    ],
)
def test_what_is_no_kept_answer_is_refused_in_one_line(tmp_path, text, says):
    path = tmp_path / "answer.json"
    path.write_text(text, "utf-8")
    with pytest.raises(SourceError, match=says) as refused:
        load(path)
    assert "\n" not in str(refused.value)


def test_a_file_that_is_missing_or_not_text_is_refused(tmp_path):
    with pytest.raises(SourceError, match="the file is missing"):
        load(tmp_path / "answer.json")
    (tmp_path / "answer.json").write_bytes(b"\xff\xfe")
    with pytest.raises(SourceError, match="is not UTF-8"):
        load(tmp_path / "answer.json")


def sealed(path, rows):
    body = {key: value for key, value in rows.items() if key != "seal"}
    path.write_text(json.dumps(body | {"seal": _seal(body)}), "utf-8")


WRONG = [None, True, -1, 3, 1.5, "x", [], {}, [1], [3, 1], [[]], "\ud800"]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_sealed_file_of_another_shape_is_refused_or_read_and_never_a_traceback(frozen, tmp_path, data):
    library, saved = frozen
    rows = json.loads(saved_json(saved))
    here = rows
    while True:
        keys = (
            [key for key in here if key not in ("seal", "kind")]
            if isinstance(here, dict)
            else [*range(len(here))]
        )
        key = data.draw(st.sampled_from(keys))
        if not isinstance(here[key], dict | list) or not here[key] or data.draw(st.booleans()):
            break
        here = here[key]
    if isinstance(here, dict) and data.draw(st.booleans()):
        del here[key]
    else:
        here[key] = data.draw(st.sampled_from(WRONG))
    path = tmp_path / "answer.json"
    sealed(path, rows)
    try:
        found = recheck(load(path), library)
    except (SourceError, CitationError):
        return
    assert {item.state for item in found} <= set(STATES)
    list(rechecked_lines(load(path), found))
