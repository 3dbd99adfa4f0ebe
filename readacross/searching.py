"""Search: meaning and words, fused; exact under every filter.

Meaning is the cosine between the question's vector and each passage's; words are BM25 with the
generation's own weights.  The two rankings are fused by reciprocal rank (Cormack, Clarke and Büttcher
2009, k = 60).  Both look at every passage that the filter lets through, so a filter never loses a result;
ties break by passage id.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from readacross.adapting import Changes, depths, from_steps
from readacross.analysing import terms
from readacross.embedding import QueryEncoder, open_encoder
from readacross.encoding import Encoder, Vector
from readacross.errors import GenerationError
from readacross.familiarity import UNFAMILIAR, Familiar
from readacross.library import ADAPTED, FAMILIARITY, HEADING, Library
from readacross.recognising import Recogniser
from readacross.weighing import Weights, load, score

FUSION = 60
"""The constant of reciprocal rank fusion, from its paper."""

DEPTH = 200
"""How far down each ranking the fusion looks."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found: its number, fused score, cosine, and BM25 score."""

    number: int
    score: float
    cosine: float
    words: float


@dataclass(frozen=True)
class Index:
    """The searchable side of an open library; arrays are memory-mapped."""

    library: Library

    @cached_property
    def encoder(self) -> QueryEncoder:
        """What turns a question into a vector."""
        facts = self.library.facts
        return open_encoder(self.library.root / str(facts["encoder"]), str(facts["model"]))

    @cached_property
    def vectors(self) -> Vector:
        """The passages' vectors: float32 [passages, dimensions], of length 1."""
        return _mapped(self.library.folder / "vectors.npy")

    @cached_property
    def phrases(self) -> Vector:
        """The vectors of the ways to put each comparison question: float32 [phrases, dimensions]."""
        return _mapped(self.library.folder / "phrases.npy")

    @cached_property
    def recogniser(self) -> Recogniser | None:
        """What tells which comparison question is meant; None where no list of what none of them asks is kept."""
        classes = self.library.corpus["recognised"]
        if not isinstance(classes, list) or not classes:
            return None
        return Recogniser(tuple(map(str, classes)), _mapped(self.library.folder / "recogniser.npy"))

    @cached_property
    def changes(self) -> Changes:
        """How upper layers are adapted to recognise what is meant; nothing where none are."""
        if self.recogniser is None:
            return {}
        with np.load(self.library.folder / ADAPTED, allow_pickle=False) as kept:
            return from_steps(kept)

    def depths(self, question: str) -> Vector:
        """The vectors by which a question is looked at, the last its own: float32 [depths, dimensions].

        Raises GenerationError where the encoder whose layers were adapted is not there.
        """
        if isinstance(self.encoder, Encoder):
            return depths(self.encoder, question, self.changes)
        if self.changes:
            raise GenerationError("the encoder whose layers were adapted is missing. Run: readacross build")
        return self.encoder.depths(question)

    @cached_property
    def familiar(self) -> Familiar:
        """What makes a question familiar; nothing where no recogniser is kept."""
        if self.recogniser is None:
            return UNFAMILIAR
        found = json.loads((self.library.folder / FAMILIARITY).read_text("utf-8"))
        return Familiar(found["traits"], found["meaning"])

    @cached_property
    def columns(self) -> NDArray[np.int32]:
        """Version, kind and id rank of each passage: int32 [passages, 3]."""
        columns: NDArray[np.int32] = np.load(
            self.library.folder / "columns.npy", mmap_mode="r", allow_pickle=False
        )
        return columns

    @cached_property
    def weights(self) -> Weights:
        """The BM25 weights."""
        return load(self.library.folder)

    def allowed(self, versions: Sequence[str], topics: Sequence[str] = ()) -> NDArray[np.bool_]:
        """Which passages a filter lets through: bool [passages]; headings never."""
        places = {id_: number for number, id_ in enumerate(self.library.versions)}
        chosen = np.zeros(len(places), dtype=bool)
        chosen[[places[id_] for id_ in versions]] = True
        allowed: NDArray[np.bool_] = chosen[self.columns[:, 0]] & (self.columns[:, 1] != HEADING)
        if topics:
            on = np.zeros(len(allowed), dtype=bool)
            for topic in topics:
                on[list(self.library.on_topic(topic))] = True
            allowed &= on
        return allowed


def _mapped(path: Path) -> Vector:
    array: Vector = np.load(path, mmap_mode="r", allow_pickle=False)
    return array


def search(
    index: Index, vector: Vector, words: Sequence[str], allowed: NDArray[np.bool_], top: int
) -> list[Hit]:
    """The best passages for a question's vector and terms among those allowed, best first."""
    places = np.flatnonzero(allowed)
    if not len(places):
        return []
    few = len(places) * 5 < len(allowed)
    cosines = np.round((index.vectors[places] if few else index.vectors) @ vector, 6)
    cosines = cosines if few else cosines[places]
    bm25 = np.round(score(index.weights, words)[places], 6)
    ranks = index.columns[places, 2]
    fused = _reciprocal(cosines, ranks, DEPTH) + _reciprocal(np.where(bm25 > 0, bm25, -np.inf), ranks, DEPTH)
    order = np.lexsort((ranks, -fused))[:top]
    return [
        Hit(int(places[at]), float(fused[at]), float(cosines[at]), float(bm25[at]))
        for at in order
        if fused[at] > 0
    ]


def _reciprocal(scores: NDArray[np.floating], ties: NDArray[np.int32], depth: int) -> NDArray[np.float64]:
    """1 / (k + rank) for the best `depth` scores, 0 for the rest and for -inf."""
    found = np.zeros(len(scores))
    if len(scores) > depth:
        edge = np.partition(scores, len(scores) - depth)[len(scores) - depth]
        candidates = np.flatnonzero(scores >= edge)
    else:
        candidates = np.arange(len(scores))
    candidates = candidates[np.isfinite(scores[candidates])]
    order = candidates[np.lexsort((ties[candidates], -scores[candidates]))][:depth]
    found[order] = 1.0 / (FUSION + np.arange(1, len(order) + 1))
    return found


def question_terms(question: str) -> list[str]:
    """The terms of a question, each once, in order."""
    return list(dict.fromkeys(terms(question)))
