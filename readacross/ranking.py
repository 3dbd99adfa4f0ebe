"""Ranking: the small learned model that weighs the signals of candidates, kept as data, evaluated in numpy.

It works in two steps.  A linear model over every signal puts all candidates in order; a boosted ensemble of
small decision trees (LambdaMART: Burges, From RankNet to LambdaRank to LambdaMART, 2010) then orders the
best of them again.  Both are in `data/ranker.json`, fitted by `benchmarks/fit_ranker.py`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from readacross.errors import GenerationError
from readacross.likeness import compare
from readacross.shortlisting import Scores
from readacross.signals import Numbers, Signals

MODEL = Path(__file__).parent / "data" / "ranker.json"

AGAIN = 40
"""How many of the best candidates the trees order again."""

LEAF = -1
"""Stands for the signal of a node that is a leaf."""


class Hit(NamedTuple):
    """A passage found: its number, the model's score, and the cosine of its text."""

    number: int
    score: float
    cosine: float


@dataclass(frozen=True)
class Trees:
    """Decision trees side by side, [trees, nodes]: node 0 is the root, a value at most the limit goes left."""

    input: NDArray[np.int64]
    limit: Scores
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    value: Scores

    def score(self, table: Scores) -> Scores:
        """The sum of the trees' values for each row of inputs."""
        if not len(self.input):
            return np.zeros(len(table))
        tree, row = np.arange(len(self.input))[:, None], np.arange(len(table))[None, :]
        node = np.zeros((len(self.input), len(table)), dtype=np.int64)
        while True:
            looked_at = self.input[tree, node]
            if (looked_at == LEAF).all():
                summed: Scores = self.value[tree, node].sum(axis=0)
                return summed
            goes_left = table[row, looked_at] <= self.limit[tree, node]
            further = np.where(goes_left, self.left[tree, node], self.right[tree, node])
            node = np.where(looked_at == LEAF, node, further)


@dataclass(frozen=True)
class Ranker:
    """The signals looked at, the weights of the linear model over `inputs`, and the trees."""

    names: tuple[str, ...]
    weights: Scores
    trees: Trees

    def first(self, found: Mapping[str, Scores]) -> tuple[Scores, Scores]:
        """What the linear model sees of each candidate, and its score."""
        table = inputs([found[name] for name in self.names])
        scores: Scores = np.round(table @ self.weights, 6)
        return table, scores

    def score(self, found: Mapping[str, Scores]) -> Scores:
        """The score of each candidate, from its signals by name; the best are scored by the trees."""
        table, scores = self.first(found)
        if not len(self.trees.input):
            return scores
        again = best_of(scores)
        made = np.round(self.trees.score(tree_inputs(found, table, scores, again)), 6)
        final: Scores = scores - scores[again[-1]] + made.min() - 1
        final[again] = made
        return final


def inputs(signals: Sequence[Scores]) -> Scores:
    """What the model sees of signals [signals, candidates]: standardised values, then nearness to the top.

    Nearness is 1 / (1 + place / 5), place 0 being the best; ties go to the candidate that stands first.
    """
    table = np.stack(signals)
    standard = (table - table.mean(axis=1, keepdims=True)) / (table.std(axis=1, keepdims=True) + 1e-6)
    order = np.argsort(-np.round(table, 6), axis=1, kind="stable")
    place = np.empty_like(table)
    np.put_along_axis(place, order, np.arange(table.shape[1], dtype=float)[None, :], axis=1)
    both: Scores = np.concatenate((standard, 1 / (1 + place / 5))).T
    return both


def best_of(scores: Scores) -> NDArray[np.intp]:
    """The places of the candidates that the trees look at, best first."""
    best: NDArray[np.intp] = np.argsort(-scores, kind="stable")[:AGAIN]
    return best


def tree_inputs(
    found: Mapping[str, Scores], table: Scores, scores: Scores, again: NDArray[np.intp]
) -> Scores:
    """What the trees see of the best candidates.

    How far behind the best, the place, the linear model's inputs; and of the query how many candidates it
    has, how long they are, and whether it is more than one sentence.
    """
    query = (len(scores) / 100, float(found["length"].mean()), float((found["last"] != found["text"]).any()))
    behind = scores[again] - scores[again[0]]
    made: Scores = np.column_stack(
        (behind, np.arange(len(again)), table[again], np.tile(query, (len(again), 1)))
    )
    return made


@lru_cache(maxsize=2)
def load_ranker(file: Path = MODEL) -> Ranker:
    """The fitted model.  Raises GenerationError where its file is missing or damaged."""
    try:
        facts = json.loads(file.read_text(encoding="utf-8"))
        names = tuple(str(name) for name in facts["signals"])
        weights = np.array(facts["linear"], dtype=float)
        trees = side_by_side(facts["trees"])
    except (OSError, ValueError, KeyError, TypeError, IndexError) as bad:
        raise GenerationError(f"{file}: the ranker cannot be read ({bad}). Install Readacross again") from bad
    if len(weights) != 2 * len(names) or not np.isfinite(weights).all():
        raise GenerationError(
            f"{file}: the ranker's weights do not fit its signals. Install Readacross again"
        )
    return Ranker(names, weights, trees)


def side_by_side(trees: Sequence[Mapping[str, Sequence[float]]]) -> Trees:
    """Trees given as lists of nodes (input, limit, left, right, value), the shorter ones filled up."""
    nodes = max((len(tree["input"]) for tree in trees), default=0)

    def column(name: str, filling: float) -> Scores:
        return np.array(
            [[*tree[name], *[filling] * (nodes - len(tree[name]))] for tree in trees], dtype=float
        )

    return Trees(
        column("input", LEAF).astype(np.int64),
        column("limit", 0),
        column("left", 0).astype(np.int64),
        column("right", 0).astype(np.int64),
        column("value", 0),
    )


def search(signals: Signals, question: str, top: int, ranker: Ranker | None = None) -> list[Hit]:
    """The best passages for a question, best first; ties go to the passage that stands first."""
    numbers, found = compare(signals, question)
    return hits(numbers, found, (ranker or load_ranker()).score(found), top)


def hits(numbers: Numbers, found: Mapping[str, Scores], scores: Scores, top: int) -> list[Hit]:
    """The best candidates, best first; ties go to the passage that stands first."""
    order = np.lexsort((numbers, -scores))[:top]
    return [Hit(int(numbers[at]), float(scores[at]), float(found["text"][at])) for at in order]
