"""What leaflets say besides: read from its file, recognised, told in the leaflets' own words, never called silence."""

import pytest
from hearing import hearing
from small import make

from readacross.answering import OUT_OF_VIEW, UNRECORDED, Asked, ask
from readacross.besides import BESIDES, load_besides
from readacross.building import build, stale
from readacross.errors import SourceError
from readacross.library import open_library

ENTRY = '- about: hens\n  question: "May I keep hens?"\n  passages: ["{}"]\n  asked_as: ["are chickens all right"]\n'
UNASKED = '- about: "parking"\n  asked_as: ["where do I leave the van"]\n'


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """Allotments, with what nobody asks and what is said besides."""
    root = make(tmp_path_factory.mktemp("besides") / "base")
    build(root, lambda _: None)
    known = [
        passage.id for id_ in open_library(root).versions for passage in open_library(root).passages(id_)
    ]
    (root / "qa").mkdir()
    (root / "qa/unasked.yaml").write_text(UNASKED, "utf-8")
    hens = next(id_ for id_ in known if id_.startswith("sudley") and id_.endswith(".4"))
    late = next(id_ for id_ in known if id_.startswith("northam") and "@2012" in id_ and id_.endswith(".1"))
    second = ENTRY.format(late).replace("hens", "letters")
    (root / BESIDES).write_text(ENTRY.format(hens) + second, "utf-8")
    build(root, lambda _: None)
    return root


def recognising(root, **speaks):
    """A library, and an index that hears so much for each class whatever is asked."""
    names = {"appeal": "appeal.possible", "hens": "+hens", "letters": "+letters", "parking": "~parking"}
    library = open_library(root)
    return library, hearing(library, {names[name]: weight for name, weight in speaks.items()})


@pytest.mark.parametrize(
    ("speaks", "asked", "status", "read_as"),
    [
        ({"appeal": 5, "hens": 7, "parking": 0}, Asked("?"), "answered", "May I keep hens?"),
        ({"appeal": 5, "hens": 5.9, "parking": 0}, Asked("?"), "answered", "Can the decision be appealed?"),
        ({"appeal": 0, "hens": 7, "parking": 6.5}, Asked("?"), "not_found", None),
        ({"appeal": 5, "hens": 7, "parking": 0}, Asked("?", authorities=("northam",)), "answered", "Can the decision be appealed?"),
        ({"appeal": 5, "hens": 7, "parking": 0}, Asked("?", topics=("appeals",)), "answered", "Can the decision be appealed?"),
        ({"appeal": 5, "letters": 7, "parking": 0}, Asked("?"), "answered", "Can the decision be appealed?"),
        ({"appeal": 5, "letters": 7, "parking": 0}, Asked("?", as_at="2013"), "answered", "May I keep letters?"),
    ],
    ids=["likelier", "not clearly", "nobody speaks of it", "not in view", "a topic is asked for", "superseded", "as at"],
)  # fmt: skip
def test_it_is_told_where_it_is_clearly_meant_and_a_version_in_view_says_it(
    base, speaks, asked, status, read_as
):
    library, index = recognising(base, **speaks)
    answer = ask(library, asked, index)
    assert answer.status == status
    assert [remark for remark in answer.remarks if remark.startswith("Read as")] == (
        [f"Read as: {read_as}"] if read_as else []
    )


@pytest.mark.parametrize(
    ("speaks", "asked", "told"),
    [
        ({"appeal": 1, "letters": 7, "parking": 0}, Asked("?"), True),
        ({"appeal": 1, "letters": 30, "parking": 0}, Asked("?"), True),
        ({"appeal": 1, "letters": 7, "parking": 0}, Asked("?", authorities=("northam",)), True),
        ({"appeal": 1, "letters": 7, "parking": 0}, Asked("?", authorities=("sudley",)), False),
        ({"appeal": 1, "letters": 7, "parking": 6.5}, Asked("?"), False),
        ({"appeal": 0.5, "letters": 0.9, "parking": 0}, Asked("?"), False),
        ({"appeal": 1, "hens": 7, "parking": 6.5}, Asked("?"), False),
        ({"appeal": 1, "hens": 7, "parking": 0}, Asked("?", authorities=("northam",)), False),
    ],
    ids=["superseded", "superseded, beyond doubt", "of whom is asked", "of somebody else", "nobody speaks of it", "not clearly", "in view", "another leaflet"],
)  # fmt: skip
def test_a_refusal_tells_of_a_version_out_of_view_that_says_it(base, speaks, asked, told):
    library, index = recognising(base, **speaks)
    answer = ask(library, asked, index)
    assert answer.status == "not_found"
    away = [remark for remark in answer.remarks if not remark.startswith("Perhaps you mean: ")]
    assert away == ([OUT_OF_VIEW.format("Northam (2012)")] if told else [])
    assert answer.statements == ()


def test_it_is_told_in_the_leaflets_words_and_nobody_is_called_silent(base):
    library, index = recognising(base, appeal=1, hens=7, parking=0)
    answer = ask(library, Asked("Can I have chickens?"), index)
    assert [(item.authority, item.text) for item in answer.statements] == [
        ("sudley", "Keeping hens is not allowed.")
    ]
    assert [item.quote for item in answer.citations] == ["Keeping hens is not allowed."]
    assert (answer.silent, answer.questions, answer.divergences) == ((), (), ())
    assert answer.remarks[-1] == UNRECORDED


def test_nothing_is_stale_after_a_build_and_a_new_wording_is_noticed(base):
    assert stale(base) == []
    kept = (base / BESIDES).read_bytes()
    (base / BESIDES).write_bytes(kept.replace(b"chickens all right", b"ducks all right"))
    assert stale(base) == ["qa/recogniser.npz"]
    (base / BESIDES).write_bytes(kept)


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        (ENTRY.format("sudley@2020#gone.1"), 3, "there is no passage 'sudley@2020#gone.1'"),
        (ENTRY.format("a#b.1").replace('["a#b.1"]', "[]"), 3, "no passage is named"),
        (ENTRY.format("a#b.1").replace("passages", "passage"), 3, "'passage' means nothing here"),
        (ENTRY.format("a#b.1") * 2, 5, "'hens' stands twice"),
        (ENTRY.format("a#b.1").replace('"May I keep hens?"', ""), 1, "'question' is missing"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path, text, line, what):
    (tmp_path / "qa").mkdir()
    (tmp_path / BESIDES).write_text(text, "utf-8")
    with pytest.raises(SourceError) as raised:
        load_besides(tmp_path, {"a#b.1"})
    assert f"qa/besides.yaml:{line}: " in str(raised.value)
    assert what in str(raised.value)


def test_where_nothing_is_listed_that_nobody_asks_it_is_left_out(small):
    """A recogniser is fitted only where qa/unasked.yaml is there; without it nothing said besides is recognised."""
    build(small, lambda _: None)
    id_ = next(passage.id for passage in open_library(small).passages("northam/allotments@2019"))
    (small / "qa").mkdir(exist_ok=True)
    (small / BESIDES).write_text(ENTRY.format(id_), "utf-8")
    build(small, lambda _: None)
    library = open_library(small)
    assert library.corpus["recognised"] == []
    assert set(map(str, library.corpus["phrases"])) <= set(library.questions)
    assert ask(library, Asked("Can I appeal?")).questions[0] == "appeal.possible"
