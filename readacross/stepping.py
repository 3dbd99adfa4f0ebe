"""Tables of numbers in a byte each: whole steps, and how long a step is in each row."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from readacross.encoding import Vector

MOST = 127
"""The most steps to either side that a byte holds."""


class Stepped(NamedTuple):
    """A table as it is kept and sent: `steps` int8 [rows, columns] and `scales` float32 [rows]."""

    steps: NDArray[np.int8]
    scales: Vector

    @property
    def table(self) -> Vector:
        """The numbers that the steps stand for: float32 [rows, columns]."""
        return (self.steps * self.scales[:, None]).astype(np.float32)


def stepped(table: Vector, most: int = MOST) -> Stepped:
    """A table in steps, the largest number of each row in `most` of them.  Doing so again changes nothing."""
    scales = (np.abs(table).max(axis=1) / most).astype(np.float32)
    steps = np.rint(table / np.maximum(scales, np.float32(1e-12))[:, None])
    return Stepped(steps.astype(np.int8), scales)
