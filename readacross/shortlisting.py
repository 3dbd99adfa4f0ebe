"""Shortlisting: which passages of a corpus are worth comparing closely with a question.

They are the union of the best passages by each of eight cheap measures, taken of every passage: the cosine and BM25
of the whole question and of its last sentence, with the passage alone and with its context.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from readacross.encoding import Vector
from readacross.signals import Narrow, Numbers, Signals
from readacross.weighing import score

DEPTH = 60
"""How many passages each measure puts forward."""

OVER = 10
"""How many times as many are compared whole where a measure is first taken of the main axes alone."""

SPARSE = 64
"""A measure is looked through for its best passages by a bound that every so many-th of its values gives."""

Scores = NDArray[np.float64]


class Wanted(NamedTuple):
    """What every passage is measured by: the vectors and terms of a question, and those of its last sentence."""

    vectors: Vector
    terms: Sequence[str]
    last: Sequence[str]


def shortlist(signals: Signals, wanted: Wanted) -> tuple[Numbers, dict[str, Scores]]:
    """The numbers of the best passages by any measure, rising, and every measure of each by name."""
    words = _by_words(signals, wanted)
    alone = bool(np.array_equal(*wanted.vectors))
    vectors = wanted.vectors[:1] if alone else wanted.vectors
    chosen = np.zeros(len(signals), dtype=bool)
    for measure in {id(measure): measure for measure in words.values()}.values():
        chosen[best(measure, DEPTH)] = True
    for nearest in _by_meaning(signals, vectors):
        chosen[nearest] = True
    numbers = np.flatnonzero(chosen)
    text = vectors @ signals.text[numbers].T
    whole = text if signals.whole is signals.text else vectors @ signals.whole[numbers].T
    measures = {"text": text[0], "whole": whole[0], "last": text[-1], "last_whole": whole[-1]}
    measures |= {name: measure[numbers] for name, measure in words.items()}
    return numbers, {name: values.astype(float) for name, values in measures.items()}


def _by_words(signals: Signals, wanted: Wanted) -> dict[str, Vector]:
    """BM25 of every passage, with and without context."""
    words, whole = score(signals.text_words, wanted.terms), score(signals.whole_words, wanted.terms)
    same = wanted.last == wanted.terms
    return {
        "words": words,
        "words_whole": whole,
        "last_words": words if same else score(signals.text_words, wanted.last),
        "last_words_whole": whole if same else score(signals.whole_words, wanted.last),
    }


def _by_meaning(signals: Signals, vectors: Vector) -> Iterator[Numbers]:
    """The passages nearest to each vector, alone and with their context."""
    plain = signals.whole is signals.text
    for matrix in (signals.text,) if plain else (signals.text, signals.whole):
        narrow = signals.narrow_text if matrix is signals.text else signals.narrow_whole
        for vector in vectors:
            yield nearest(matrix, narrow, vector, DEPTH)


def nearest(matrix: Vector, narrow: Narrow | None, vector: Vector, depth: int) -> Numbers:
    """The numbers of the `depth` rows nearest to a vector.

    Where the rows are known along their main axes, too, all are measured along these and only the best of them whole.
    """
    if narrow is None or len(matrix) <= depth * OVER:
        return best(matrix @ vector, depth)
    near = best(narrow.rows @ (vector @ narrow.axes), depth * OVER)
    return near[best(matrix[near] @ vector, depth)]


def best(measure: Vector, depth: int) -> Numbers:
    """The numbers of the `depth` passages that a measure is highest of; all, where there are no more."""
    count = len(measure)
    if count <= depth:
        return np.arange(count)
    sample = measure[::SPARSE]
    take = 4 * depth // SPARSE + 4
    if take < len(sample):
        bound = np.partition(sample, len(sample) - take)[len(sample) - take]
        above = np.flatnonzero(measure > bound)
        if len(above) >= depth:
            return above[np.argpartition(measure[above], len(above) - depth)[len(above) - depth :]]
    return np.argpartition(measure, count - depth)[count - depth :]
