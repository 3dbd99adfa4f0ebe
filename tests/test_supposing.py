"""What a question may mean, whether that is enough to answer, and which passage is likeliest to hold the answer."""

from math import exp, isclose, log
from pathlib import Path

import pytest
from hearing import hearing
from small import make

from readacross.answering import Asked, ask
from readacross.besides import BESIDES
from readacross.building import build
from readacross.familiarity import ALWAYS, Familiar
from readacross.gauging import ANSWERED_TOO, ENOUGH_MARGIN, FAMILIAR, JUST_AS_WELL, NOT_HELD, UNCODED, look_up
from readacross.library import open_library
from readacross.matching import CLEARLY
from readacross.supposing import LEAST_CHANCE, UNLIKELY
from readacross.understanding import Part

ENTRY = '- about: hens\n  question: "May I keep hens?"\n  passages: ["{}"]\n  asked_as: ["are chickens all right"]\n'
UNASKED = '- about: "parking"\n  asked_as: ["where do I leave the van"]\n'
ROOT = Path(__file__).parents[1]
NAMES = {"hens": "+hens", "parking": "~parking"}


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """Allotments, with what nobody asks and what is said besides."""
    root = make(tmp_path_factory.mktemp("supposing") / "base")
    build(root, lambda _: None)
    library = open_library(root)
    known = [passage.id for id_ in library.versions for passage in library.passages(id_)]
    (root / "qa").mkdir()
    (root / "qa/unasked.yaml").write_text(UNASKED, "utf-8")
    hens = next(id_ for id_ in known if id_.startswith("sudley") and id_.endswith(".4"))
    (root / BESIDES).write_text(ENTRY.format(hens), "utf-8")
    build(root, lambda _: None)
    return root


def looked_up(root, speaks, authorities=(), familiar=0.0):
    """What is found by a recogniser that hears so much for each class, whatever is asked."""
    library = open_library(root)
    named = {NAMES.get(name, name): weight for name, weight in speaks.items()}
    index = hearing(library, named, Familiar({ALWAYS: familiar}, ()))
    return look_up(index, Part("May I?"), (), library.choose(authorities), 20), index


def questions(root, *says):
    """A question on which some current version speaks, one on which all are silent, or one that none is coded for."""
    library = open_library(root)
    current = {version.id for version in library.current()}
    found = {}
    for id_ in library.questions:
        coded = [item for item in library.positions(id_) if item.version in current]
        found.setdefault(any(item.status == "stated" for item in coded) if coded else None, []).append(id_)
    return [found[kind].pop(0) for kind in says]


LITTLE = 0.01


@pytest.mark.parametrize(
    ("speaks", "taken"),
    [
        ({"stated": ENOUGH_MARGIN + LITTLE}, ["stated"]),
        ({"stated": ENOUGH_MARGIN - LITTLE}, []),
        ({"stated": 9, "hens": 9 - ANSWERED_TOO[0] + LITTLE + CLEARLY}, ["stated", "+hens"]),
        ({"stated": 9, "hens": 9 - ANSWERED_TOO[0] - LITTLE + CLEARLY}, ["stated"]),
        ({"silent": 9, "stated": 8}, ["stated"]),
        ({"silent": 9, "stated": 9 - JUST_AS_WELL - LITTLE}, ["silent"]),
        ({"silent": ENOUGH_MARGIN + LITTLE}, ["silent"]),
        ({"silent": ENOUGH_MARGIN - LITTLE}, []),
    ],
    ids=[
        "enough", "not enough", "two nearly as well", "one more clearly", "the silent one is likest", "silent clearly",
        "all silent", "all silent, not enough",
    ],
)  # fmt: skip
def test_what_is_answered(base, speaks, taken):
    stated, silent = questions(base, True, False)
    named = {"stated": stated, "silent": silent}
    found, _ = looked_up(
        base, {named.get(name, name): more for name, more in speaks.items()} | {"parking": 0}
    )
    assert [reading.name for reading in found.taken] == [named.get(name, name) for name in taken]


def test_no_more_than_some_are_answered_at_once():
    asked = questions(ROOT, *[True] * (len(ANSWERED_TOO) + 2))
    found, _ = looked_up(ROOT, {**dict.fromkeys(asked, 9), "parking": 0})
    assert [reading.name for reading in found.taken] == sorted(asked)[: len(ANSWERED_TOO) + 1]


@pytest.mark.parametrize(
    ("behind", "taken"),
    [
        ((ANSWERED_TOO[0] - LITTLE, ANSWERED_TOO[0] - LITTLE), 2),
        ((ANSWERED_TOO[1] - LITTLE, ANSWERED_TOO[1] + LITTLE), 2),
        ((ANSWERED_TOO[1] - LITTLE, ANSWERED_TOO[1] - LITTLE), 3),
        ((ANSWERED_TOO[0] + LITTLE, ANSWERED_TOO[0] + LITTLE), 1),
    ],
)
def test_a_third_reading_must_be_nearer_than_a_second(behind, taken):
    """The others are named as what it may also ask, so that the reader can ask them."""
    first, *others = sorted(questions(ROOT, *[True] * 3))
    speaks = {first: 9.0} | {name: 9 - less for name, less in zip(others, behind, strict=True)}
    found, _ = looked_up(ROOT, {**speaks, "parking": 0})
    assert len(found.taken) == taken
    assert [reading.name for reading in found.just_as_well] == [first, *others]


@pytest.mark.parametrize(("more", "enough"), [(LITTLE, True), (-LITTLE, False)])
def test_where_nobody_has_looked_more_must_speak_for_it(base, more, enough):
    (asked,) = questions(base, True)
    _, index = looked_up(base, {asked: ENOUGH_MARGIN + UNCODED + more, "parking": 0})
    index.library.__dict__["_recent_positions"] = lambda _: ()
    found = look_up(index, Part("May I?"), (), index.library.choose(), 20)
    assert (found.readings[0].says, found.taken, found.enough) == (None, [], enough)


@pytest.mark.parametrize(("familiar", "enough"), [(1.0, True), (-1.0, False), (0.0, False)])
def test_familiar_words_make_up_for_a_likeness_and_strange_ones_take_from_it(base, familiar, enough):
    (asked,) = questions(base, True)
    found, _ = looked_up(base, {asked: ENOUGH_MARGIN - FAMILIAR / 2, "parking": 0}, familiar=familiar)
    assert found.enough is enough
    assert isclose(found.evidence, ENOUGH_MARGIN - FAMILIAR / 2 + FAMILIAR * familiar, abs_tol=1e-6)


def test_the_evidence_is_that_of_the_likeliest_reading_on_which_somebody_speaks(base):
    asked = questions(base, True, False)
    found, _ = looked_up(base, {asked[0]: 3, asked[1]: 6, "parking": 1})
    assert isclose(found.evidence, 2)
    found, _ = looked_up(base, {asked[1]: 6, "parking": 1})
    assert found.evidence == NOT_HELD


@pytest.mark.parametrize(
    ("speaks", "authorities", "read"),
    [
        (1.01, (), ["+hens", "q"]),
        (0.99, (), ["q", "+hens"]),
        (5, ("northam",), ["q"]),
        (CLEARLY - UNLIKELY + 0.01, (), ["q", "+hens"]),
        (CLEARLY - UNLIKELY, (), ["q"]),
        (CLEARLY + UNLIKELY, (), ["+hens"]),
    ],
    ids=["likelier", "not so likely", "not in view", "just likely", "unlikely", "the question is unlikely"],
)
def test_readings_stand_by_likeness_and_the_unlikely_are_none(base, speaks, authorities, read):
    (asked,) = questions(base, True)
    found, _ = looked_up(base, {asked: 0, "hens": speaks, "parking": -9}, authorities)
    assert [reading.name.replace(asked, "q") for reading in found.readings] == read


def test_a_passage_is_as_likely_as_the_readings_together_that_it_is_quoted_for(base):
    (asked,) = questions(base, True)
    found, index = looked_up(base, {asked: 1, "hens": CLEARLY, "parking": -9})
    library = index.library
    current = [version.id for version in library.current()]
    position = next(p for p in library.positions(asked) if p.status == "stated" and p.version in current)
    quoted = position.quotes[0].passage
    hens = library.passage(library.besides["+hens"].passages[0])
    other = next(
        library.passage(hit.number)
        for hit in found.hits
        if hit.number not in (library.number(quoted), library.number(hens.id))
    )
    chance = exp(1) / (exp(1) + 1)
    for passage, held in ((library.find_passage(quoted), chance), (hens, 1 - chance), (other, 0)):
        cosine = float(index.vectors[library.number(passage.id)] @ found.vector)
        assert isclose(found.likelihood(passage), log(held + LEAST_CHANCE) + cosine, abs_tol=1e-6)


@pytest.mark.parametrize(
    ("more", "read_as", "told"),
    [(-0.5, None, ["position"]), (0.5, "Read as: May I keep hens?", ["words", "position"])],
    ids=["told by the position alone", "what is likest meant is told all the same"],
)
def test_the_same_words_are_not_told_with_a_position_and_once_more_without(base, more, read_as, told):
    """A thing said besides, quoted from a passage that a position quotes too."""
    (asked,) = questions(base, True)
    _, index = looked_up(base, {asked: 0, "hens": CLEARLY + more, "parking": -9})
    library = index.library
    current = [version.id for version in library.current()]
    position = next(p for p in library.positions(asked) if p.status == "stated" and p.version in current)
    number = library.number(position.quotes[0].passage)
    library.__dict__["besides"] = {"+hens": library.besides["+hens"]._replace(passages=(number,))}
    answer = ask(library, Asked("May I?"), index)
    assert answer.remarks[0] == (read_as or f"Read as: {library.questions[asked].question}")
    assert list(dict.fromkeys("position" if item.question else "words" for item in answer.statements)) == told
    assert {item.question for item in answer.statements} <= {asked, None}
    assert number in {library.number(citation.passage.id) for citation in answer.citations}
