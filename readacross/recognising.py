"""Recognising which comparison question is meant: a linear classifier over the depths of ways to put each.

The depths of a question are its vectors after some of the network's layers, side by side.  Softmax regression, fitted
when building on the question bank's wordings, on qa/phrasings.yaml, and on qa/unasked.yaml, each of whose subjects is one
more class, named with a "~" before it, as are those of qa/besides.yaml with a "+".  Classes with few wordings count more,
by the square root; unasked subjects less.  Fitting is full-batch Adam (Kingma and Ba, Adam, 2015) from noughts, stopped
early: the same wordings give the same weights.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from readacross.encoding import Vector
from readacross.phrasing import SAID_BESIDES, UNASKED_ABOUT
from readacross.stepping import Stepped, stepped

PENALTY = 3e-6
"""The weight of the squared coefficients (ridge) beside the mean log loss."""

STEPS, RATE, KEPT, KEPT_SQUARES = 80, 0.2, 0.9, 0.999
"""How many steps of Adam, how long, and how much of the running means each keeps."""

UNASKED_COUNTS = 0.25
"""How much a wording of something that no question asks counts beside a wording of a question: such subjects are
many, each with few wordings, and would outweigh the questions."""


class Recogniser(NamedTuple):
    """The classes in order, and the weights: float32 [depths * dimensions + 1, classes], the last row the offsets."""

    classes: tuple[str, ...]
    weights: Vector

    def logits(self, depths: Vector) -> NDArray[np.float64]:
        """How much speaks for each class, in natural logarithms of odds; only differences mean anything.

        Of the depths as many numbers are looked at as there are weights, from the first on.
        """
        scores: Vector = depths.ravel()[: len(self.weights) - 1] @ self.weights[:-1] + self.weights[-1]
        return scores.astype(np.float64)


class Rounded(NamedTuple):
    """The weights of a recogniser as they are kept and sent: whole numbers, and what they stand for.

    `steps` is int8 [classes, depths * dimensions], `scales` and `offsets` float32 [classes].
    """

    steps: NDArray[np.int8]
    scales: Vector
    offsets: Vector

    @property
    def weights(self) -> Vector:
        """The weights they stand for, see Recogniser."""
        return np.vstack([Stepped(self.steps, self.scales).table.T, self.offsets]).astype(np.float32)


def rounded(weights: Vector) -> Rounded:
    """Weights as whole numbers: those of each class in 127 steps to either side.  Rounding again changes nothing."""
    return Rounded(*stepped(np.ascontiguousarray(weights[:-1].T)), np.array(weights[-1]))


def is_unasked(name: str) -> bool:
    """Whether a class is something that no comparison question asks."""
    return name.startswith(UNASKED_ABOUT)


def is_besides(name: str) -> bool:
    """Whether a class is something that leaflets say besides what the comparison questions ask."""
    return name.startswith(SAID_BESIDES)


def classes_of(meant: Sequence[str]) -> tuple[str, ...]:
    """The classes of wordings in order."""
    return tuple(sorted(set(meant)))


def numbered(meant: Sequence[str]) -> tuple[NDArray[np.int64], Vector]:
    """The number of the class of each wording, and how much it counts beside others: less where its class has many."""
    classes = {name: number for number, name in enumerate(classes_of(meant))}
    column = np.array([classes[name] for name in meant])
    unasked = np.array([is_unasked(name) for name in meant])
    shares = np.where(unasked, UNASKED_COUNTS, 1) / np.sqrt(np.bincount(column)[column])
    return column, shares.astype(np.float32)


def fit(vectors: Vector, meant: Sequence[str], counts: Sequence[float] | None = None) -> Vector:
    """The weights of a recogniser, from the depths of wordings and what each means; see Recogniser.

    What all wordings have in common is taken off their depths while fitting, and comes back in the offsets.
    `counts` is how much each wording counts beside the others; left out, all alike.
    """
    column, shares = numbered(meant)
    shares = shares * np.array(1.0 if counts is None else counts, dtype=np.float32)
    shares = shares / shares.sum()
    classes = classes_of(meant)
    common = shares @ vectors
    inputs = np.column_stack([vectors - common, np.ones(len(vectors))]).astype(np.float32)
    penalty = np.full((inputs.shape[1], 1), PENALTY, dtype=np.float32)
    penalty[-1] = 0
    weights = np.zeros((inputs.shape[1], len(classes)), dtype=np.float32)
    mean, square = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, STEPS + 1):
        chances = _chances(inputs @ weights)
        chances[np.arange(len(column)), column] -= 1
        slope = inputs.T @ (chances * shares[:, None]) + penalty * weights
        mean = KEPT * mean + (1 - KEPT) * slope
        square = KEPT_SQUARES * square + (1 - KEPT_SQUARES) * slope**2
        length = np.sqrt(square / (1 - KEPT_SQUARES**step)) + 1e-8
        weights -= (RATE * (mean / (1 - KEPT**step)) / length).astype(np.float32)
    weights[-1] -= common @ weights[:-1]
    return weights


def _chances(logits: Vector) -> Vector:
    """Chances of each class, from its logit: each row sums to 1."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    chances: Vector = powers / powers.sum(axis=1, keepdims=True)
    return chances
