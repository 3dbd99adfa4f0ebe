"""Supposing what a question means: its readings, and how likely each passage is to hold the answer.

A reading is a comparison question, or something that leaflets say besides.  The recogniser tells how likely each
is; a passage is as likely to hold the answer as the readings together are that it is quoted for.  Where several
readings are likely, the passage that most of them share comes first, and each of them is answered.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from readacross.library import Chosen, Library
from readacross.matching import Meant, said_in_view
from readacross.model import Position, Question
from readacross.recognising import is_besides

UNLIKELY = 5.0
"""A reading for which so much less speaks than for the likest is none, in natural logarithms of odds."""

LEAST_CHANCE = 1e-3
"""Added to the chance that a passage holds the answer, so that no passage is ruled out by the recogniser alone."""


class Reading(NamedTuple):
    """One thing that a question may mean, and how much speaks for it.

    `says` is whether a version in view says something on it; None where none of them is coded for it.
    """

    likeness: float
    name: str
    says: bool | None

    @property
    def besides(self) -> bool:
        """Whether it is something said besides what the comparison questions ask."""
        return is_besides(self.name)


def readings(library: Library, meant: Meant, chosen: Sequence[Chosen]) -> list[Reading]:
    """What a question may mean, the likest first; of what is said besides only what a version in view says."""
    supposed = [(likeness, item.id) for likeness, item in meant.questions] + list(meant.besides)
    supposed.sort(key=lambda pair: (-round(pair[0], 6), pair[1]))
    least = supposed[0][0] - UNLIKELY if supposed else 0.0
    found = (
        Reading(likeness, name, _says(library, name, chosen))
        for likeness, name in supposed
        if likeness > least
    )
    return [reading for reading in found if reading.says or not reading.besides]


def _says(library: Library, name: str, chosen: Sequence[Chosen]) -> bool | None:
    if is_besides(name):
        return bool(said_in_view(library, name, chosen))
    positions = in_view(library, library.questions[name], chosen)
    return bool(stated(positions)) if positions else None


def in_view(library: Library, question: Question, chosen: Sequence[Chosen]) -> list[Position]:
    """The positions on a question of the versions in view, in their order."""
    by_version = {position.version: position for position in library.positions(question.id)}
    return [by_version[item.version.id] for item in chosen if item.version.id in by_version]


def stated(positions: Sequence[Position]) -> list[Position]:
    """The positions that state an answer."""
    return [position for position in positions if position.status == "stated"]


def chances(library: Library, supposed: Sequence[Reading], chosen: Sequence[Chosen]) -> Mapping[str, float]:
    """How likely each passage, by its id, holds the answer: the chances of the readings that it is quoted for."""
    powers = np.exp([reading.likeness - supposed[0].likeness for reading in supposed])
    found: Counter[str] = Counter()
    for reading, power in zip(supposed, (powers / powers.sum()).tolist(), strict=True):
        for id_ in _quoted(library, reading, chosen):
            found[id_] += power
    return found


def _quoted(library: Library, reading: Reading, chosen: Sequence[Chosen]) -> set[str]:
    """The passages that are quoted for a reading in the versions in view."""
    if reading.besides:
        return {library.passage(number).id for number in said_in_view(library, reading.name, chosen)}
    positions = in_view(library, library.questions[reading.name], chosen)
    return {quote.passage for position in positions for quote in position.quotes}
