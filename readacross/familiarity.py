"""How familiar the words of a question are: those of what leaflets answer, or of what people ask and none answers.

Logistic regression over the terms of a question and its pairs of neighbouring terms, fitted when building on the same
wordings as the recogniser, each side counting as much as the other.  What a vector of meaning passes over, a single
word gives away: who "pays" the chair, what the "wifi" is called.  Fitting is full-batch Adam (Kingma and Ba, Adam,
2015) from noughts, stopped early: the same wordings give the same weights.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from readacross.analysing import terms

SEEN, SEEN_BESIDE = 2, 3
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


def familiarity(weights: Mapping[str, float], text: str) -> float:
    """How much more the words of a question speak for its being answered than not, in logarithms of odds."""
    return round(weights.get(ALWAYS, 0.0) + sum(weights.get(trait, 0.0) for trait in traits(text)), DIGITS)


def fit_familiarity(wordings: Sequence[str], answered: Sequence[bool]) -> dict[str, float]:
    """The weight of each trait, from wordings and whether each asks what leaflets answer."""
    found = [traits(words) for words in wordings]
    seen = Counter(trait for row in found for trait in row)
    known = sorted(trait for trait, count in seen.items() if count >= (SEEN_BESIDE if " " in trait else SEEN))
    columns = {trait: number for number, trait in enumerate(known)}
    held = [[columns[trait] for trait in row if trait in columns] + [len(known)] for row in found]
    rows = np.repeat(np.arange(len(held)), [len(row) for row in held])
    weights = _fit(
        rows, np.array([number for row in held for number in row]), np.array(answered, dtype=float)
    )
    kept = {
        trait: round(float(weight), DIGITS) for trait, weight in zip([*known, ALWAYS], weights, strict=True)
    }
    return {trait: weight for trait, weight in kept.items() if weight}


def _fit(rows: NDArray[np.int64], columns: NDArray[np.int64], answered: Numbers) -> Numbers:
    """The weight of each column; `rows` and `columns` say which trait stands in which wording."""
    many, count = int(columns.max()) + 1, len(answered)
    sides = np.where(answered > 0, answered.sum(), count - answered.sum())
    weights, mean, square = np.zeros(many), np.zeros(many), np.zeros(many)
    for step in range(1, STEPS + 1):
        chances = 1 / (1 + np.exp(-np.bincount(rows, weights[columns], count)))
        slope = np.bincount(columns, ((chances - answered) / sides / 2)[rows], many) + PENALTY * weights
        mean = KEPT * mean + (1 - KEPT) * slope
        square = KEPT_SQUARES * square + (1 - KEPT_SQUARES) * slope**2
        length = np.sqrt(square / (1 - KEPT_SQUARES**step)) + 1e-8
        weights -= RATE * (mean / (1 - KEPT**step)) / length
    return weights
