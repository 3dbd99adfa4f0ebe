"""Rounding the weights of an encoder so that what comes out of each layer changes least.

Columns are rounded in order, those with the largest inputs first, and the error of each is made up for by those
not yet rounded (GPTQ: Frantar, Ashkboos, Hoefler and Alistarh, 2023).  Which inputs go together is seen by
running the encoder over everyday sentences that have nothing to do with any knowledge base.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from readacross.encoding import Encoder, Vector

SENTENCES = Path(__file__).parents[1] / "data" / "calibration.txt"
DAMPING = 0.1
"""What is added to the square of each input, as a share of the mean: keeps rare inputs from being leant on."""

AT_ONCE = 16
"""How many sentences are run, and how many columns rounded, before what they did is summed up."""

Exact: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True)
class _Watched(Encoder):
    """An encoder that keeps what enters each of its layers."""

    seen: dict[str, list[Vector]] = field(default_factory=dict)

    def linear(self, name: str, state: Vector) -> Vector:
        """The state through a stored matrix, noted."""
        self.seen.setdefault(name, []).append(state)
        return super().linear(name, state)


def sentences() -> list[str]:
    """The everyday sentences."""
    return SENTENCES.read_text(encoding="utf-8").splitlines()


def seen_by(encoder: Encoder, texts: Sequence[str]) -> dict[str, Exact]:
    """How the inputs of each layer go together while an encoder reads texts: the sum of the products of each two."""
    sums: dict[str, Exact] = {}
    watched = _Watched(**{item.name: getattr(encoder, item.name) for item in fields(Encoder)})
    for begin in range(0, len(texts), AT_ONCE):
        watched.seen.clear()
        for text in texts[begin : begin + AT_ONCE]:
            watched.encode(text)
        for name, states in watched.seen.items():
            rows = np.concatenate(states)
            sums[name] = sums.get(name, 0) + (rows.T @ rows).astype(np.float64)
    return sums


def rounded(weights: Exact, steps: Exact, seen: Exact, most: int) -> NDArray[np.int8]:
    """Weights [outputs, inputs] as whole numbers of at most `most` steps, the step of each weight given."""
    order = np.argsort(-np.diag(seen), kind="stable")
    passed_on = _passed_on(seen[np.ix_(order, order)])
    left, steps = weights.T[order], steps.T[order]
    found = np.empty(left.shape)
    for begin in range(0, len(order), AT_ONCE):
        end = begin + AT_ONCE
        errors = np.empty(left[begin:end].shape)
        for at in range(begin, min(end, len(order))):
            found[at] = np.clip(np.rint(left[at] / steps[at]), -most, most)
            errors[at - begin] = left[at] - found[at] * steps[at]
            left[at + 1 : end] -= np.outer(passed_on[at, at + 1 : end], errors[at - begin])
        left[end:] -= passed_on[begin:end, end:].T @ errors
    whole = np.empty(weights.shape, dtype=np.int8)
    whole[:, order] = found.T
    return whole


def _passed_on(seen: Exact) -> Exact:
    """How much of the error in one column goes to each later one [column, later column]."""
    damping = DAMPING * np.trace(seen) / len(seen)
    upper: Exact = np.linalg.cholesky(np.linalg.inv(seen + np.eye(len(seen)) * (damping or 1))).T
    shares: Exact = upper / np.diag(upper)[:, None]
    return shares
