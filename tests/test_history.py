"""What changed from one version to the next: answers lost, gained and changed, and the words of the text."""

import csv
import io
import json
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readacross.building import build
from readacross.errors import BadInput
from readacross.history import (
    COLUMNS,
    history,
    history_csv,
    history_json,
    history_lines,
    history_markdown,
)
from readacross.library import open_library
from readacross.redlining import pair, redline

SURREY = "surrey/child-protection-conferences"


def paragraphs(count, words=6):
    """Paragraphs that share no word, all of one length."""
    return [" ".join(f"p{p}w{w}" for w in range(words)) for p in range(count)]


def counts(found):
    return tuple(found.count(what) for what in ("moved", "edited", "added", "removed"))


A, B, C, D, E = (f"{name}1 {name}2 {name}3 {name}4" for name in "abcde")

REDLINES = [
    # before, after, kinds in the newer text's order
    ([A, B], [A, B], ["stayed", "stayed"]),
    ([A, B, C], [A, C], ["stayed", "removed", "stayed"]),
    ([A, C], [A, B, C], ["stayed", "added", "stayed"]),
    ([A, B], [B, A], ["stayed", "moved"]),
    ([A, B, C, D], [D, A, B, C], ["moved", "stayed", "stayed", "stayed"]),
    ([A, B, C, D, E], [C, D, E, A, B], ["stayed", "stayed", "stayed", "moved", "moved"]),
    ([A, B], ["a1 a2 a3 new", B], ["edited", "stayed"]),
    ([A, B, C], [B, C, "a1 a2 a3 new"], ["stayed", "stayed", "moved and edited"]),
    ([A, B, C], [A, "a1 x y z", C], ["stayed", "removed", "added", "stayed"]),
    ([f"{A}\n  {B}"], [f"{A} {B}"], ["stayed"]),
    (["Yes.", A, "Yes.", B], [A, "Yes.", B], ["removed", "stayed", "stayed", "stayed"]),
    (["***", A], ["***", A], ["stayed", "stayed"]),
    ([], [], []),
    ([A], [], ["removed"]),
    ([], [A], ["added"]),
]


@pytest.mark.parametrize(("before", "after", "kinds"), REDLINES)
def test_kinds(before, after, kinds):
    assert [paragraph.kind for paragraph in redline(before, after).paragraphs] == kinds


WORDS = [
    # older, newer, runs
    ("within 28 days of it", "within 14 days of it", [("kept", "within"), ("removed", "28"), ("added", "14"), ("kept", "days of it")]),
    ("you must come", "you must not come", [("kept", "you must"), ("added", "not"), ("kept", "come")]),
    ("two working days before", "two days before", [("kept", "two"), ("removed", "working"), ("kept", "days before")]),
    ("come, please", "come please", [("removed", "come,"), ("added", "come"), ("kept", "please")]),
]  # fmt: skip


@pytest.mark.parametrize(("older", "newer", "runs"), WORDS)
def test_words_changed(older, newer, runs):
    (paragraph,) = redline([older], [newer]).paragraphs
    assert [(run.kind, " ".join(run.words)) for run in paragraph.runs] == runs


@given(st.integers(2, 12), st.data())
def test_a_move_is_one_moved_and_nothing_edited(count, data):
    before = paragraphs(count)
    source = data.draw(st.integers(0, count - 1))
    target = data.draw(st.integers(0, count - 1).filter(lambda place: place != source))
    after = before[:source] + before[source + 1 :]
    after.insert(target, before[source])
    found = redline(before, after)
    assert counts(found) == (1, 0, 0, 0)
    assert found.alike == 1


@given(st.integers(1, 8), st.integers(1, 8))
def test_a_block_moved_past_another_moves_the_smaller(first, second):
    before = paragraphs(first + second)
    assert counts(redline(before, before[first:] + before[:first])) == (min(first, second), 0, 0, 0)


@given(st.integers(2, 12), st.data())
def test_a_swap_of_neighbours_is_one_moved_and_of_others_two(count, data):
    after = paragraphs(count)
    i, j = sorted(data.draw(st.lists(st.integers(0, count - 1), min_size=2, max_size=2, unique=True)))
    after[i], after[j] = after[j], after[i]
    assert counts(redline(paragraphs(count), after)) == (1 if j == i + 1 else 2, 0, 0, 0)


@given(st.integers(1, 12), st.data())
def test_one_word_edited_is_one_paragraph_edited_and_that_word(count, data):
    after = paragraphs(count)
    place, word = data.draw(st.integers(0, count - 1)), data.draw(st.integers(0, 5))
    words = after[place].split()
    words[word] = "other"
    after[place] = " ".join(words)
    found = redline(paragraphs(count), after)
    assert counts(found) == (0, 1, 0, 0)
    (edited,) = (paragraph for paragraph in found.paragraphs if paragraph.edited)
    assert (edited.before, edited.after) == (place, place)
    changed = {run.kind: run.words for run in edited.runs if run.kind != "kept"}
    assert changed == {"removed": (f"p{place}w{word}",), "added": ("other",)}


@given(st.integers(1, 12), st.data())
def test_a_paragraph_put_in_is_added_and_taken_out_again_is_removed(count, data):
    fewer, more = paragraphs(count), paragraphs(count)
    place = data.draw(st.integers(0, count))
    more.insert(place, "something entirely new here")
    assert counts(redline(fewer, more)) == (0, 0, 1, 0)
    back = redline(more, fewer)
    assert counts(back) == (0, 0, 0, 1)
    assert back.paragraphs[place].before == place


TEXTS = st.lists(st.text("ab c.é\u00a0\n", max_size=20), max_size=8)


@given(TEXTS, TEXTS)
def test_the_redline_gives_both_texts_back_word_for_word(before, after):
    found = redline(before, after)
    older = sorted(
        (p for p in found.paragraphs if p.before is not None), key=lambda paragraph: paragraph.before
    )
    newer = [p for p in found.paragraphs if p.after is not None]
    assert [list(p.old) for p in older] == [text.split() for text in before]
    assert [list(p.new) for p in newer] == [text.split() for text in after]
    assert [p.before for p in older] == list(range(len(before)))
    assert [p.after for p in newer] == list(range(len(after)))


@given(TEXTS, TEXTS)
def test_the_same_texts_give_the_same_redline(before, after):
    assert redline(before, after) == redline(list(before), list(after))


@given(TEXTS, TEXTS)
def test_pairs_are_one_to_one(before, after):
    pairs = pair(before, after)
    assert len({*pairs.values()}) == len(pairs)
    assert 0 <= redline(before, after).alike <= 1


@given(TEXTS)
def test_a_text_and_itself_are_the_same(texts):
    found = redline(texts, texts)
    assert counts(found) == (0, 0, 0, 0)
    assert (found.offered, found.statement) == (True, "The two texts are the same, paragraph by paragraph.")


OFFERS = [
    # paragraphs shared, paragraphs new, offered, words of the statement
    (4, 0, True, "the same"),
    (3, 1, True, "3 of the 4 paragraphs of the newer text stand in the older one too"),
    (2, 2, True, "0 moved, 0 edited. 2 added, 2 removed."),
    (1, 3, False, "share few paragraphs: 1 of the 4"),
    (0, 4, False, "share few paragraphs: 0 of the 4"),
]


@pytest.mark.parametrize(("shared", "new", "offered", "words"), OFFERS)
def test_no_redline_is_offered_where_few_paragraphs_pair(shared, new, offered, words):
    before = paragraphs(4)
    found = redline(before, before[:shared] + [f"n{n} m{n} o{n}" for n in range(new)])
    assert (found.offered, found.alike) == (offered, shared / 4)
    assert words in found.statement


@pytest.fixture(scope="module")
def surrey(library):
    return history(library, SURREY)


@pytest.fixture(scope="module")
def northam(small_built):
    return history(open_library(small_built), "northam/allotments")


def said(changes):
    return {change.question.id: change for change in changes}


SURREY_CHANGES = [
    # question, what happened, words of the older quote, words of the newer one
    ("complaint.time_limit", "lost", "within 28 days of the child protection conference", None),
    ("reports.notice_initial", "lost", "two working days before an initial conference", None),
    ("reports.notice_review", "lost", "five days before a review conference", None),
    ("attend.child_min_age", "lost", "children over 12 can come with you", None),
    ("communication.interpreter", "lost", "You can ask for an interpreter", None),
    ("attend.child", "changed", "children over 12 can come with you", "if we think they are old enough"),
    ("plan.parental_status", "gained", None, "does not affect your legal status as a parent"),
]


@pytest.mark.parametrize(("question", "what", "older", "newer"), SURREY_CHANGES)
def test_surrey_lost_gained_and_changed(surrey, library, question, what, older, newer):
    (step,) = surrey
    change = said(step.groups[what])[question]
    for position, words, shown in zip(
        (change.before, change.after), (older, newer), change.words, strict=True
    ):
        assert any(words in quote.quote for quote in position.quotes) if words else not position.quotes
        assert (shown == "not stated") == (words is None)
        reading = library.reading(position.version)
        assert all(quote.reading.of(reading) == quote.quote for quote in position.quotes)


def test_surrey_accounts_for_every_question_once(surrey, library):
    (step,) = surrey
    found = [change.question.id for changes in step.groups.values() for change in changes]
    assert max(Counter(found).values()) == 1
    assert len(found) + step.neither + step.uncoded == len(library.questions)
    assert step.neither
    for changes in step.groups.values():
        ranks = [("none", "low", "medium", "high").index(change.severity) for change in changes]
        assert ranks == sorted(ranks, reverse=True)


def test_a_new_address_for_complaints_is_a_change(surrey):
    assert {"complaint.address", "contact.general"} <= said(surrey[0].changed).keys()
    assert "complaint.police" in said(surrey[0].lost)


def test_surrey_has_no_redline_and_says_why(surrey):
    (step,) = surrey
    assert not step.redline.offered
    assert step.redline.alike < 0.5
    assert "share few paragraphs" in step.redline.statement
    text = " ".join("\n".join(history_lines(surrey)).split())
    assert "share few paragraphs" in text
    assert "[-" not in text


def test_the_terminal_tells_what_was_lost_first(surrey):
    lines = "\n".join(history_lines(surrey)).splitlines()
    text = " ".join(" ".join(lines).split())
    assert text.startswith(
        "Surrey County Council, some time up to December 2020 (inferred), after Surrey Safeguarding Children Board, "
        "some time between April 2006 and June 2015 (inferred): "
    )
    assert (
        text.index("answers lost")
        < text.index("LOST")
        < text.index("GAINED")
        < text.index("CHANGED")
        < text.index("KEPT")
    )
    assert "begins on page 3; the cover and the pages before it are not in it" in text
    assert "note: the text as received begins on page 3; the pages before it could not be read" in text
    assert "after: not stated" in text
    assert max(len(line) for line in lines) <= 100


def test_northam_lost_its_appeal(northam):
    (step,) = northam
    assert (step.before.label, step.after.label) == ("2012", "2019")
    (changed,), (lost,) = step.changed, step.lost
    assert (changed.question.id, changed.severity) == ("appeal.possible", "high")
    assert changed.words == ("an appeal can be made", "the decision is final")
    assert (lost.question.id, lost.severity) == ("appeal.time_limit", "high")
    assert lost.words == ("within 21 days of the letter", "not stated")
    assert step.head == (
        "Northam (2019), 15 January 2019, after Northam (2012), May 2012: 1 answer lost, 0 gained, 1 changed, 0 kept"
    )


def test_northam_has_a_redline(northam):
    found = northam[0].redline
    assert found.offered
    assert counts(found) == (0, 1, 1, 1)
    text = " ".join("\n".join(history_lines(northam)).split())
    assert "edited: You [-must-] {+can+} apply [-in writing.-] {+on our website.+} We will reply" in text
    assert "removed: [-You can appeal within 21 days of our letter.-]" in text
    marked = history_markdown(northam)
    assert "edited: You ~~must~~ **can** apply" in marked
    assert "added: **Our decision is final.**" in marked


def test_markdown_shows_words_as_they_are(northam):
    (step,) = northam
    (changed,) = step.changed
    odd = replace(step, changed=(replace(changed, words=("<b>*x*</b> | ~y~", "\x1b[31m")),))
    marked = history_markdown([odd])
    assert r"\<b\>\*x\*\</b\> \| \~y\~" in marked
    assert "\x1b" not in marked
    rows = [line for line in marked.splitlines() if line.startswith("|")]
    assert {line.replace(r"\|", "").count("|") for line in rows} == {5}


def test_comma_separated_has_one_row_an_answer(surrey):
    rows = list(csv.DictReader(io.StringIO(history_csv(surrey))))
    (step,) = surrey
    assert len(rows) == sum(len(changes) for changes in step.groups.values())
    assert tuple(rows[0]) == COLUMNS
    (limit,) = (row for row in rows if row["question"] == "complaint.time_limit")
    assert (limit["change"], limit["severity"], limit["after answer"]) == ("lost", "high", "not stated")
    assert "28 days" in limit["before quotes"]


def test_json_holds_both_sides_with_their_places(surrey, repository):
    document = json.loads(json.dumps(history_json(surrey)))
    (step,) = document["steps"]
    assert (step["before"]["version"], step["after"]["version"]) == (f"{SURREY}@board", f"{SURREY}@council")
    (limit,) = (change for change in step["lost"] if change["question"] == "complaint.time_limit")
    assert (
        limit["after"] | {"words": "not stated", "value": None, "force": None, "quotes": []} == limit["after"]
    )
    (quote,) = limit["before"]["quotes"]
    original = (repository / quote["original"]["file"]).read_text("utf-8")
    assert "28 days" in "".join(original[start:end] for start, end in quote["original"]["spans"])
    assert {"alike", "offered", "statement", "moved", "edited", "added", "removed"} <= step["redline"].keys()
    assert (step["redline"]["offered"], step["redline"]["paragraphs"]) == (False, [])


def test_json_of_a_redline_names_passages(northam):
    (step,) = history_json(northam)["steps"]
    (edited,) = (row for row in step["redline"]["paragraphs"] if row["kind"] == "edited")
    assert (edited["before"], edited["after"]) == (
        "northam/allotments@2012#how-do-i-apply.1",
        "northam/allotments@2019#how-do-i-apply.1",
    )
    assert edited["runs"][1] == ["removed", "must"]


def test_versions_that_supersede_none_follow_in_the_order_listed(small):
    file = small / "sources/northam/allotments/leaflet.toml"
    file.write_text(file.read_text("utf-8").replace('supersedes = "2012"', ""), "utf-8")
    build(small, lambda _: None)
    (step,) = history(open_library(small), "northam/allotments")
    assert (step.before.label, step.after.label) == ("2012", "2019")


def test_questions_not_coded_for_both_are_counted_apart(small):
    (small / "sources/northam/allotments/2019/coding.yaml").unlink()
    build(small, lambda _: None)
    (step,) = history(open_library(small), "northam/allotments")
    assert (step.lost, step.uncoded) == ((), 2)
    assert "not yet coded for both, and left out here: 2" in " ".join(
        "\n".join(history_lines([step])).split()
    )


REFUSED = [
    ("nowhere/leaflet", "nowhere/leaflet: there is no such leaflet. Use one of: northam/allotments, sudley/plots."),
    ("sudley/plots", "sudley/plots: only one version of this leaflet is held, so it has no history here."),
]  # fmt: skip


@pytest.mark.parametrize(("leaflet", "message"), REFUSED)
def test_what_has_no_history_is_said_in_one_line(small_built, leaflet, message):
    with pytest.raises(BadInput) as bad:
        history(open_library(small_built), leaflet)
    assert str(bad.value).startswith(message)
    assert "\n" not in str(bad.value)
