"""Suggested passages: found again when a document's coding is left out, explained, exact, never learnt from it."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small import SUDLEY, coding, make, version

from readacross.analysing import terms
from readacross.building import build
from readacross.errors import BadInput
from readacross.forces import Force
from readacross.library import Library, open_library
from readacross.model import FORCES, Span
from readacross.rehearsing import leave_one_out, scores_json, scores_lines
from readacross.scoring import FLOORS, MUST_MENTION_ALONE, Scorer, footing, in_terms, known, mean, mentions
from readacross.searching import Index
from readacross.suggesting import SHOWN, Suggested, Suggestion, suggest, suggestion_json, suggestion_lines

STAFFORDSHIRE = "staffordshire/child-protection-conferences@2017-03"
NORTHAM, NORTHAM_OLD, SUDLEY_ONLY = (
    "northam/allotments@2019",
    "northam/allotments@2012",
    "sudley/plots@undated",
)


@pytest.fixture(scope="module")
def scorer(library):
    return Scorer(Index(library))


@pytest.fixture(scope="module")
def scores(library, scorer):
    return {by: leave_one_out(library, by, scorer) for by in ("version", "leaflet")}


@pytest.fixture(scope="module")
def suggested(library, scorer):
    return suggest(library, STAFFORDSHIRE, scorer)


@pytest.fixture(scope="module")
def allotments(small_built):
    return open_library(small_built)


class Recoded(Library):
    """A library in which the coding of one version says something else: silent where it spoke, and the reverse."""

    version = ""

    def positions(self, question):
        found = super().positions(question)
        spoken = next((position for position in found if position.quotes), None)
        return tuple(self._other(position, spoken) for position in found)

    def _other(self, position, spoken):
        if position.version != self.version or spoken is None:
            return position
        return replace(
            position,
            status="silent" if position.quotes else "stated",
            quotes=() if position.quotes else spoken.quotes,
        )


class Uncoded(Library):
    """A library that nobody has coded yet."""

    def positions(self, question):
        return ()


def as_(kind, library, **more):
    """The same library, read as another kind or with other facts."""
    return kind(library.root, library.folder, library.facts, {**library.corpus, **more})


# What is reached, less a little: (document left out, signals, among the first n, share of stated cells).
FIGURES = [
    ("version", "signals", "five", 0.96),
    ("version", "signals", "ten", 0.98),
    ("leaflet", "signals", "five", 0.96),
    ("leaflet", "signals", "ten", 0.98),
    ("leaflet", "no_must_mention", "five", 0.93),
    ("leaflet", "no_must_mention", "ten", 0.97),
    ("leaflet", "question", "five", 0.84),
    ("leaflet", "must_mention", "five", 0.82),
]


@pytest.mark.parametrize(("by", "way", "among", "least"), FIGURES)
def test_the_right_passage_is_suggested_when_a_documents_coding_is_left_out(scores, by, way, among, least):
    tally = getattr(scores[by].total, way)
    assert tally.cells > 200
    assert getattr(tally, among) / tally.cells >= least


@pytest.mark.parametrize("by", ["version", "leaflet"])
def test_no_document_is_far_below_the_others(scores, by):
    for row in scores[by].documents:
        assert row.signals.five / row.signals.cells >= 0.92, row.document


@pytest.mark.parametrize("by", ["version", "leaflet"])
def test_few_stated_cells_and_many_silent_ones_find_nothing(scores, by):
    total = scores[by].total
    assert total.silenced / total.signals.cells <= 0.035
    assert total.quiet / total.silent >= 0.38


def test_every_cell_is_counted_once(library, scores):
    coded = [position for question in library.questions for position in library.positions(question)]
    stated = sum(position.status == "stated" for position in coded)
    for found in scores.values():
        assert found.total.signals.cells == stated
        assert found.total.silent == len(coded) - stated
        for way in ("signals", "no_must_mention", "question", "must_mention"):
            tallies = [getattr(row, way) for row in found.documents]
            assert tuple(map(sum, zip(*tallies, strict=True))) == getattr(found.total, way)
            assert all(t.first <= t.five <= t.ten <= t.cells for t in tallies)
    assert [row.document for row in scores["version"].documents] == list(library.versions)
    assert [row.document for row in scores["leaflet"].documents] == list(library.leaflets)


def test_a_document_is_a_version_or_a_leaflet(library):
    with pytest.raises(BadInput, match="one of: version, leaflet"):
        leave_one_out(library, "authority")


@pytest.mark.parametrize("without", [(), MUST_MENTION_ALONE, "quotes", (*MUST_MENTION_ALONE, "quotes")])
def test_each_fixed_floor_silences_few_stated_cells(library, scorer, without):
    best, low = 0, 0
    for question in library.questions.values():
        for position in library.positions(question.id):
            if position.status == "stated":
                signals = scorer.signals(
                    known(library, question, {position.version}), scorer.text(position.version)
                )
                kept = {
                    name: signal
                    for name, signal in signals.items()
                    if name not in without and not ("quotes" in without and name.startswith("quotes"))
                }
                best += 1
                low += mean(kept).max() < FLOORS[footing(kept)]
    assert low / best <= 0.03


def test_what_is_learnt_never_comes_from_the_document_left_out(library):
    for id_, left in library.versions.items():
        leaflet = {other.id for other in library.versions.values() if other.leaflet == left.leaflet}
        for question in library.questions.values():
            for left_out in ({id_}, leaflet):
                learnt = {
                    quote.passage.partition("#")[0] for quote in known(library, question, left_out).quotes
                }
                assert not learnt & left_out


RECODED = [
    # whose coding is turned round, for whom passages are suggested, whether that may change them
    (NORTHAM, NORTHAM, False),
    (NORTHAM_OLD, NORTHAM_OLD, False),
    (NORTHAM_OLD, NORTHAM, True),
]


@pytest.mark.parametrize(("recoded", "for_", "changes"), RECODED)
def test_a_versions_own_coding_changes_nothing(allotments, recoded, for_, changes):
    turned = as_(Recoded, allotments)
    object.__setattr__(turned, "version", recoded)
    assert (suggest(turned, for_) != suggest(allotments, for_)) is changes


def test_the_coding_of_the_real_leaflets_is_not_learnt_from_for_themselves(library, scorer, suggested):
    turned = as_(Recoded, library)
    object.__setattr__(turned, "version", STAFFORDSHIRE)
    assert suggest(turned, STAFFORDSHIRE, scorer) == suggested


def test_suggestions_are_exact_words_of_passages_best_first(library, suggested):
    reading = library.reading(STAFFORDSHIRE)
    assert [item.question for item in suggested] == list(library.questions)
    for item in suggested:
        assert len(item.passages) <= SHOWN
        assert [found.score for found in item.passages] == sorted(
            (found.score for found in item.passages), reverse=True
        )
        for found in item.passages:
            passage = library.find_passage(found.passage)
            assert passage is not None
            assert passage.kind != "heading"
            assert found.text == found.reading.of(reading)
            assert found.text in passage.text
            assert not found.text.endswith("\\"), "cut at the end of a line of an address"
            assert 0 < found.score <= 1
            assert found.because
            assert found.force.force in FORCES


SEEN = [
    # version, question, its first passage, words that are shown, amounts and force read in them
    (
        NORTHAM_OLD,
        "appeal.time_limit",
        "can-i-appeal.1",
        "You can appeal within 21 days",
        ["duration"],
        "permission",
    ),
    (
        NORTHAM_OLD,
        "appeal.possible",
        "can-i-appeal.1",
        "You can appeal within 21 days",
        ["duration"],
        "permission",
    ),
    (NORTHAM, "appeal.possible", "can-i-appeal.1", "Our decision is final.", [], "description"),
]


@pytest.mark.parametrize(("id_", "question", "place", "words", "kinds", "force"), SEEN)
def test_what_is_suggested_and_what_is_read_in_it(allotments, id_, question, place, words, kinds, force):
    found = {item.question: item.passages for item in suggest(allotments, id_)}[question][0]
    assert found.passage == f"{id_}#{place}"
    assert found.text.startswith(words)
    assert [amount.kind for amount in found.amounts] == kinds
    assert found.force.force == force


REASONS = [
    "is near in meaning to the question",
    "is near in meaning to “",
    "holds words of the question: “",
    "shares “",
    "mentions “",
]


@pytest.mark.parametrize("begins", REASONS)
def test_every_signal_is_told_in_words_where_it_spoke(suggested, begins):
    reasons = [reason for item in suggested for passage in item.passages for reason in passage.because]
    assert any(reason.startswith(begins) for reason in reasons)
    assert not any(STAFFORDSHIRE in reason for reason in reasons)


def test_an_amount_is_a_reason_where_one_is_asked_for(allotments):
    found = {item.question: item.passages for item in suggest(allotments, NORTHAM_OLD)}
    assert "holds a duration, which the question asks for" in found["appeal.time_limit"][0].because


def test_a_silent_leaflet_finds_nothing(allotments):
    assert [item.passages for item in suggest(allotments, SUDLEY_ONLY)] == [(), ()]


def test_a_knowledge_base_that_nobody_has_coded_is_suggested_from_words_alone(allotments):
    uncoded = as_(Uncoded, allotments)
    found = {item.question: item.passages for item in suggest(uncoded, NORTHAM_OLD)}
    assert found["appeal.possible"][0].passage == f"{NORTHAM_OLD}#can-i-appeal.1"
    assert leave_one_out(uncoded).documents == ()
    assert list(scores_lines(leave_one_out(uncoded))) == [
        "No document is coded: there is nothing to look for again."
    ]


def test_a_version_that_is_not_known_is_refused_with_a_remedy(allotments):
    with pytest.raises(BadInput, match=r"northam@1066: there is no such version. .*readacross versions"):
        suggest(allotments, "northam@1066")


def test_a_bank_without_questions_gives_nothing_and_says_so(allotments):
    empty = as_(Library, allotments, questions=[])
    assert suggest(empty, NORTHAM) == ()
    assert "holds no question" in "\n".join(suggestion_lines((), empty, NORTHAM))


def test_a_version_with_headings_alone_gives_nothing_and_says_so(tmp_path):
    root = make(tmp_path / "base")
    folder = root / "sources/sudley/plots"
    text = SUDLEY.partition("\n")[0] + "\n"
    (folder / "undated/original.txt").write_text(text)
    (folder / "undated/reading.md").write_text(f"## {text}")
    (folder / "undated/coding.yaml").write_text(coding().replace("positions:", "positions: []"))
    about = 'title = "How to get a plot"\naudience = "residents"\ngenre = "web page"\n'
    (folder / "leaflet.toml").write_text(about + version("undated", text, 'from = "../2021"'))
    build(root, lambda _: None)
    library = open_library(root)
    assert suggest(library, SUDLEY_ONLY) == ()
    assert list(suggestion_lines((), library, SUDLEY_ONLY)) == [f"{SUDLEY_ONLY} holds no passage to suggest."]
    assert [row.document for row in leave_one_out(library).documents] == [NORTHAM_OLD, NORTHAM]


def test_json_and_lines_say_when_nothing_is_found(library, suggested):
    documents = json.loads(json.dumps([suggestion_json(item) for item in suggested]))
    assert {row["status"] for row in documents} == {"suggested", "nothing found"}
    for row, item in zip(documents, suggested, strict=True):
        assert (row["status"] == "nothing found") == (not row["passages"])
        assert [shown["passage"] for shown in row["passages"]] == [found.passage for found in item.passages]
    lines = list(suggestion_lines(suggested, library, STAFFORDSHIRE))
    assert lines.count("  nothing found; only a coder can say that it is not stated") == sum(
        not item.passages for item in suggested
    )


def test_hostile_words_are_spelt_out_in_a_terminal(allotments):
    found = Suggested(
        "a#b", "red \x1b[31m", Span(0, 9), 0.5, (), Force("description"), ("shares “\x07” with “\u202e”",)
    )
    shown = "\n".join(suggestion_lines((Suggestion("appeal.possible", (found,)),), allotments, NORTHAM))
    assert not {"\x1b", "\x07", "\u202e"} & set(shown)
    assert "[U+001B]" in shown


def test_the_scores_are_told_in_lines_and_json(scores):
    told = "\n".join(scores_lines(scores["version"]))
    data = json.loads(json.dumps(scores_json(scores["version"])))
    total = scores["version"].total
    assert f"among five {total.signals.five}/{total.signals.cells} (" in told
    assert data["total"]["signals"]["five"] == total.signals.five
    assert len(data["documents"]) == len(scores["version"].documents)
    assert set(data["floors"]) == set(FLOORS)


WORDS = st.lists(
    st.sampled_from(["the", "appeals", "panel", "hears", "complaints", "about", "plots", "within", "days"]),
    max_size=12,
)


@given(WORDS, st.data())
@settings(max_examples=200)
def test_a_run_of_a_texts_own_words_is_mentioned_by_it(words, data):
    start = data.draw(st.integers(0, len(words)))
    run = " ".join(words[start : data.draw(st.integers(start, len(words)))])
    assert mentions([in_terms(" ".join(words))], [run]) == ((run,) if terms(run) else ())


MENTIONED = [
    ("You may appeal before the panel.", ["appeals panel"], ()),
    ("The Appeals Panel meets.", ["appeal panel"], ("appeal panel",)),
    ("The panel hears appeals.", ["appeal", "hearing", "the"], ("appeal", "hearing")),
]


@pytest.mark.parametrize(("text", "wanted", "found"), MENTIONED)
def test_terms_are_mentioned_word_after_word_in_any_form(text, wanted, found):
    assert mentions([in_terms(text)], wanted) == found


@given(st.text(max_size=60))
@settings(max_examples=100)
def test_every_signal_is_a_share(scorer, words):
    shares = scorer.shares(words, scorer.text(STAFFORDSHIRE))
    assert ((shares >= 0) & (shares <= 1 + 1e-9)).all()
    assert abs(scorer.share(words, terms(words)) - bool(terms(words))) < 1e-9
