"""Search is exact under every filter, and ties break by passage id."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readacross.analysing import terms
from readacross.searching import FUSION, Index, _reciprocal, question_terms, search
from readacross.weighing import score

QUESTIONS = [
    "Can I challenge the decision?",
    "Who comes to the meeting?",
    "interpreter",
    "How often does the core group meet?",
]


@pytest.fixture(scope="module")
def index(library):
    return Index(library)


def brute_force(index, vector, words, allowed):
    """The ranking by definition: every allowed passage, plain Python."""
    ids = [index.library.passage(number).id for number in range(len(allowed))]
    cosines = {n: round(float(index.vectors[n] @ vector), 6) for n in np.flatnonzero(allowed)}
    bm25 = {n: round(float(s), 6) for n, s in enumerate(score(index.weights, words)) if allowed[n]}
    fused = dict.fromkeys(cosines, 0.0)
    for ranking in (cosines, {n: s for n, s in bm25.items() if s > 0}):
        for rank, n in enumerate(sorted(ranking, key=lambda n: (-ranking[n], ids[n])), 1):
            fused[n] += 1 / (FUSION + rank)
    return sorted(fused, key=lambda n: (-fused[n], ids[n]))


def filters(library):
    for authorities, as_at, every in itertools.product(
        [(), ("surrey",), ("southwark", "staffordshire")], [None, "2012", "2018"], [False, True]
    ):
        yield [item.version.id for item in library.choose(authorities, as_at, all_versions=every)]


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_filter_gives_the_brute_force_ranking(index, question):
    vector, words = index.encoder.encode(question), question_terms(question)
    for versions in filters(index.library):
        for topics in ((), ("complaints",), ("core_group", "complaints"), ("review",)):
            allowed = index.allowed(versions, topics)
            found = [hit.number for hit in search(index, vector, words, allowed, 10)]
            assert found == brute_force(index, vector, words, allowed)[:10]


def test_headings_are_citable_but_not_found(index):
    allowed = index.allowed(list(index.library.versions))
    kinds = {index.library.passage(int(number)).kind for number in np.flatnonzero(allowed)}
    assert kinds == {"paragraph", "item"}


@given(st.lists(st.integers(0, 5), max_size=60), st.integers(1, 20))
@settings(max_examples=200)
def test_the_depth_cut_keeps_the_best_and_breaks_ties_by_rank(values, depth):
    scores = np.array(values, dtype=float)
    ties = np.arange(len(values), dtype=np.int32)[::-1].copy()
    found = _reciprocal(scores, ties, depth)
    order = sorted(range(len(values)), key=lambda n: (-values[n], ties[n]))[:depth]
    expected = np.zeros(len(values))
    for rank, n in enumerate(order, 1):
        expected[n] = 1 / (FUSION + rank)
    assert np.allclose(found, expected)


def test_words_that_nobody_uses_leave_the_ranking_to_meaning(index):
    vector = index.encoder.encode("interpreter")
    allowed = index.allowed(list(index.library.versions))
    hits = search(index, vector, terms("zyzzyva"), allowed, 5)
    assert [hit.words for hit in hits] == [0.0] * 5
    assert [hit.cosine for hit in hits] == sorted((hit.cosine for hit in hits), reverse=True)
