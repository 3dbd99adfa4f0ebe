"""Reading a question once more, by the upper layers of the network as they were adapted to tell what is meant.

What is adapted is a difference of low rank to each matrix of these layers (LoRA: Hu and others, 2021), so that it is
small; the layers below, and the vectors of passages, stay what they are.  `readacross.training` finds the differences.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from readacross.encoding import Encoder, Vector
from readacross.stepping import Stepped, stepped

PARTS = ("attend", "gather", "widen", "narrow")
"""The matrices of a layer."""


class Halves(NamedTuple):
    """A difference to a matrix [out, in] as two narrow ones: float32 [rank, in] and [rank, out]."""

    down: Vector
    up: Vector


_FIRST = ".down.steps"
"""What the name of the first of the arrays of a difference ends with."""

IN_STEPS = (_FIRST, ".down.scales", ".up.steps", ".up.scales")
"""What the names of all of them end with."""

Changes = Mapping[str, Halves]
"""The differences by the name of the matrix that they change, as in "layer.3.attend"; none where nothing is adapted."""


@dataclass(frozen=True)
class _Adapted(Encoder):
    """An encoder with differences to some of its matrices."""

    changes: Changes

    def linear(self, name: str, state: Vector) -> Vector:
        """The state through a stored matrix, and through its difference."""
        made = super().linear(name, state)
        if name in self.changes:
            down, up = self.changes[name]
            made += (state @ down.T) @ up
        return made


def depths(encoder: Encoder, text: str, changes: Changes) -> Vector:
    """A text's vectors after some layers, see Encoder.depths; first, where layers are adapted, what these make of it.

    float32 [depths, hidden], each of length 1.
    """
    if not changes:
        return encoder.depths(text)
    states = list(encoder.all_states(encoder.token_ids(text)))
    same = {field.name: getattr(encoder, field.name) for field in fields(Encoder)}
    adapted, first = _Adapted(**same, changes=changes), first_changed(changes)
    *_, last = adapted.above(states[first], first)
    return np.vstack([encoder.pooled(last), encoder.at_depths(states)])


def first_changed(changes: Changes) -> int:
    """The number of the lowest layer that is adapted, from 0."""
    return min(int(name.split(".")[1]) for name in changes)


def in_steps(changes: Changes) -> dict[str, NDArray[np.generic]]:
    """The differences as they are kept, a byte for each number: arrays by name."""
    found: dict[str, NDArray[np.generic]] = {}
    for name, halves in changes.items():
        for half, table in halves._asdict().items():
            steps, scales = stepped(table)
            found |= {f"{name}.{half}.steps": steps, f"{name}.{half}.scales": scales}
    return found


def from_steps(kept: Mapping[str, NDArray[np.generic]]) -> Changes:
    """The differences that are kept among other arrays.  Raises KeyError where a part of one is missing."""

    def table(name: str) -> Vector:
        steps, scales = kept[f"{name}.steps"], kept[f"{name}.scales"]
        return Stepped(steps.astype(np.int8), scales.astype(np.float32)).table

    names = [key.removesuffix(_FIRST) for key in kept if key.endswith(_FIRST)]
    return {name: Halves(table(f"{name}.down"), table(f"{name}.up")) for name in names}
