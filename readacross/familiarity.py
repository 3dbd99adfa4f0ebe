"""How familiar a question is: like what leaflets answer, or like what people ask and none answers.

Logistic regression over the terms of a question, its pairs of neighbouring terms and its depths, fitted on the same
wordings as the recogniser, each side counting as much as the other.  What a vector of meaning passes over, a single
word gives away: who "pays" the chair, what the "wifi" is called.  Fitting is full-batch Adam (Kingma and Ba, Adam,
2015) from noughts, stopped early: the same wordings give the same weights.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from readacross.analysing import terms
from readacross.encoding import Vector

SEEN, SEEN_BESIDE = 3, 6
"""In how many wordings a term, or a pair of neighbouring terms, must stand to count."""

PENALTY = 1e-5
"""The weight of half the squared coefficients (ridge) beside the mean log loss."""

STEPS, RATE, KEPT, KEPT_SQUARES = 60, 0.1, 0.9, 0.999
"""How many steps of Adam, how long, and how much of the running means each keeps."""

DIGITS = 3
"""Weights are kept with so many digits after the point, so that every engine adds the same numbers."""

ALWAYS = ""
"""What stands for the constant among the weights."""

Numbers = NDArray[np.float64]


def traits(text: str) -> list[str]:
    """What a question is told by: its terms, and its pairs of neighbouring terms, each once."""
    found = terms(text)
    return list(dict.fromkeys([*found, *map(" ".join, pairwise(found))]))


class Familiar(NamedTuple):
    """What makes a question familiar: the weight of each trait, and those of its depths, one a dimension."""

    traits: Mapping[str, float]
    meaning: Sequence[float]

    def judge(self, text: str, depths: Vector) -> float:
        """How much more a question speaks for its being answered than not, in logarithms of odds.

        Of the depths as many numbers are looked at as there are weights, the last ones.
        """
        told = self.traits.get(ALWAYS, 0.0) + sum(self.traits.get(trait, 0.0) for trait in traits(text))
        if self.meaning:
            told += float(np.array(self.meaning) @ depths.ravel()[-len(self.meaning) :].astype(np.float64))
        return round(told, DIGITS)


UNFAMILIAR = Familiar({}, ())
"""Where nothing was fitted: every question is as familiar as any other."""


def fit_familiar(wordings: Sequence[str], vectors: Vector, answered: Sequence[bool]) -> Familiar:
    """What makes a question familiar, from wordings, their depths, and whether each asks what leaflets answer."""
    found = [traits(words) for words in wordings]
    seen = Counter(trait for row in found for trait in row)
    known = sorted(trait for trait, count in seen.items() if count >= (SEEN_BESIDE if " " in trait else SEEN))
    columns = {trait: number for number, trait in enumerate(known)}
    held = [[columns[trait] for trait in row if trait in columns] + [len(known)] for row in found]
    rows = np.repeat(np.arange(len(held)), [len(row) for row in held])
    places = np.array([number for row in held for number in row])
    weights, meaning = _fit(rows, places, vectors.astype(np.float64), np.array(answered, dtype=float))
    kept = {
        trait: round(float(weight), DIGITS) for trait, weight in zip([*known, ALWAYS], weights, strict=True)
    }
    return Familiar(
        {trait: weight for trait, weight in kept.items() if weight},
        tuple(round(float(weight), DIGITS) for weight in meaning),
    )


def _fit(
    rows: NDArray[np.int64], columns: NDArray[np.int64], vectors: Numbers, answered: Numbers
) -> tuple[Numbers, Numbers]:
    """The weight of each column and each dimension; `rows` and `columns` say which trait stands in which wording."""
    many, count = int(columns.max()) + 1, len(answered)
    sides = np.where(answered > 0, answered.sum(), count - answered.sum())
    weights = np.zeros(many + vectors.shape[1])
    mean, square = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, STEPS + 1):
        told = np.bincount(rows, weights[columns], count) + vectors @ weights[many:]
        wrong = (1 / (1 + np.exp(-told)) - answered) / sides / 2
        slope = np.concatenate([np.bincount(columns, wrong[rows], many), wrong @ vectors]) + PENALTY * weights
        mean = KEPT * mean + (1 - KEPT) * slope
        square = KEPT_SQUARES * square + (1 - KEPT_SQUARES) * slope**2
        length = np.sqrt(square / (1 - KEPT_SQUARES**step)) + 1e-8
        weights -= RATE * (mean / (1 - KEPT**step)) / length
    return weights[:many], weights[many:]
