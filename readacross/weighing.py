"""Weigh terms in documents (BM25), once per generation, so that every engine only adds stored numbers."""

import json
import math
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from readacross.errors import GenerationError

Number = TypeVar("Number", np.int32, np.float32)


@dataclass(frozen=True)
class Weights:
    """The weight of every term in every document, kept by term.

    The documents holding term `t` are `documents[starts[c]:starts[c + 1]]` with `c = vocabulary[t]`, in
    rising order, and their weights stand at the same places in `weights`.
    """

    vocabulary: Mapping[str, int]
    starts: NDArray[np.int64]
    documents: NDArray[np.int32]
    weights: NDArray[np.float32]
    count: int


def weigh(documents: Sequence[Sequence[str]], k1: float = 1.2, b: float = 0.75) -> Weights:
    """The BM25 weight of each term in each document, given as its terms.

        weight = idf * tf * (k1 + 1) / (tf + k1 * (1 - b + b * length / mean length))
        idf    = ln(1 + (N - n + 0.5) / (n + 0.5))

    with tf the count of the term in the document, lengths in terms, N documents, n of them holding the term.
    Source: Robertson & Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009), with the 1
    inside the logarithm that Lucene adds so that no weight is negative. The same documents in the same order
    give the same bytes.
    """
    counts = [Counter(document) for document in documents]
    vocabulary = {term: column for column, term in enumerate(sorted(set().union(*counts)))}
    lengths = np.array([count.total() for count in counts], dtype=np.float64)
    columns, rows, often = array("q"), array("q"), array("d")
    for row, count in enumerate(counts):
        columns.extend(vocabulary[term] for term in count)
        rows.extend([row] * len(count))
        often.extend(count.values())
    column, row_of = np.frombuffer(columns, dtype=np.int64), np.frombuffer(rows, dtype=np.int64)
    order = np.lexsort((row_of, column))
    column, row_of, tf = column[order], row_of[order], np.frombuffer(often, dtype=np.float64)[order]
    holding = np.bincount(column, minlength=len(vocabulary))
    idf = np.array(
        [math.log1p((len(counts) - n + 0.5) / (n + 0.5)) for n in holding.tolist()], dtype=np.float64
    )
    mean = lengths.mean() if lengths.any() else 1.0
    damping = k1 * (1 - b + b * lengths / mean)
    weights = idf[column] * tf * (k1 + 1) / (tf + damping[row_of])
    starts = np.concatenate(([0], np.cumsum(holding))).astype(np.int64)
    return Weights(vocabulary, starts, row_of.astype(np.int32), weights.astype(np.float32), len(counts))


def score(weights: Weights, terms: Iterable[str]) -> NDArray[np.float32]:
    """How well each document matches a question's terms: float32 [documents], 0 where no term is shared.

    A term counts once however often the question repeats it: repeats in a short question are accidents of
    wording. Terms are added in alphabetical order, so the sum is the same to the last bit wherever it is
    made.
    """
    scores = np.zeros(weights.count, dtype=np.float32)
    for column in sorted({weights.vocabulary[term] for term in terms if term in weights.vocabulary}):
        held = slice(int(weights.starts[column]), int(weights.starts[column + 1]))
        scores[weights.documents[held]] += weights.weights[held]
    return scores


def save(weights: Weights, folder: Path) -> None:
    """Write the weights into an existing folder: three .npy files and vocabulary.json."""
    np.save(folder / "starts.npy", weights.starts, allow_pickle=False)
    np.save(folder / "documents.npy", weights.documents, allow_pickle=False)
    np.save(folder / "weights.npy", weights.weights, allow_pickle=False)
    vocabulary = {"documents": weights.count, "terms": list(weights.vocabulary)}
    (folder / "vocabulary.json").write_text(
        json.dumps(vocabulary, ensure_ascii=True), encoding="utf-8", newline="\n"
    )


def load(folder: Path) -> Weights:
    """Read weights back, the arrays mapped into memory rather than read.

    Raises GenerationError where a file is missing, damaged or disagrees with the others.
    """
    try:
        vocabulary = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
        terms, count = vocabulary["terms"], int(vocabulary["documents"])
        starts = np.load(folder / "starts.npy", allow_pickle=False)
        documents = _mapped(folder / "documents.npy", np.int32)
        weights = _mapped(folder / "weights.npy", np.float32)
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise GenerationError(
            f"{folder}: term weights cannot be read ({error}). Run: readacross build"
        ) from error
    if len(starts) != len(terms) + 1 or not int(starts[-1]) == len(documents) == len(weights):
        raise GenerationError(f"{folder}: term weights do not fit together. Run: readacross build")
    return Weights({term: column for column, term in enumerate(terms)}, starts, documents, weights, count)


def _mapped(file: Path, kind: type[Number]) -> NDArray[Number]:
    """A stored array whose pages are read only when touched."""
    return np.asarray(np.load(file, mmap_mode="r", allow_pickle=False), dtype=kind)


def shortest(weights: Weights) -> list[float]:
    """Every weight as float32 writes it, in the fewest digits that tell it from all others."""
    values, places = np.unique(weights.weights, return_inverse=True)
    written = [float(str(value)) for value in values]
    return [written[place] for place in places.tolist()]
