"""How much the passages of a version speak to a comparison question: a weighted mean of a few signals.

Every signal is 0 to 1 and can be told in words.  What is learnt from coding comes from other documents
only; where a signal cannot speak (nobody else is coded, no must-mention terms) it is left out of the mean.
The weights are fixed: 1 for each way to be like what is asked or was answered, a half for a mere hint.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from math import log1p
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from readacross.analysing import terms
from readacross.encoding import Vector
from readacross.library import Library
from readacross.markup import plain
from readacross.model import Passage, Question, Quote
from readacross.searching import Index

Scores = NDArray[np.float64]

WEIGHTS = {
    "quotes by meaning": 1.0,
    "quotes by words": 1.0,
    "question by meaning": 1.0,
    "question by words": 1.0,
    "must-mention": 1.0,
    "amounts": 0.5,
}
"""What each signal weighs in the mean."""

FLOORS = {
    "quotes and must-mention": 0.28,
    "quotes": 0.20,
    "must-mention": 0.18,
    "question alone": 0.14,
}
"""The score below which nothing is found, by what it rests on beside the question.

Each is where about 2 in 100 stated positions of a document score lower when its coding is left out."""

QUESTION_ALONE = ("question by meaning", "question by words")
MUST_MENTION_ALONE = ("must-mention",)

TIMED = ("duration", "frequency")
"""Answer types that are kinds of amounts: a passage can hardly answer without one."""

LEARNT = ("coded", "confirmed")
"""Status of the positions that are learnt from."""


class Known(NamedTuple):
    """A question, and the quotes with which other documents answer it."""

    question: Question
    quotes: tuple[Quote, ...]

    @property
    def asked(self) -> str:
        """The question's own words: every way to put it, and its label."""
        return "\n".join([*self.question.phrasings, self.question.label])


def known(library: Library, question: Question, left_out: Collection[str]) -> Known:
    """A question with the quotes of every version but those left out."""
    return Known(
        question,
        tuple(
            quote
            for position in library.positions(question.id)
            if position.version not in left_out and position.coded.status in LEARNT
            for quote in position.quotes
        ),
    )


@dataclass(frozen=True)
class Text:
    """The passages of a version that may be suggested, and which of them hold which terms; headings not."""

    passages: tuple[Passage, ...]
    numbers: tuple[int, ...]

    @cached_property
    def bare(self) -> tuple[str, ...]:
        """The words of each passage, without its headings."""
        return tuple(plain(passage.text) for passage in self.passages)

    @cached_property
    def parts(self) -> tuple[tuple[str, ...], ...]:
        """The terms of each passage, part by part: its headings, the sentence it hangs from, its own words."""
        return tuple(
            tuple(in_terms(part) for part in (*passage.headings, passage.lead_in, words))
            for passage, words in zip(self.passages, self.bare, strict=True)
        )

    @cached_property
    def holding(self) -> Mapping[str, NDArray[np.bool_]]:
        """Which passages hold a term in any of their parts."""
        found: dict[str, NDArray[np.bool_]] = {}
        for place, parts in enumerate(self.parts):
            for term in set("".join(parts).split()):
                found.setdefault(term, np.zeros(len(self.parts), dtype=bool))[place] = True
        return found

    @cached_property
    def amounts(self) -> tuple[frozenset[str], ...]:
        """The kinds of amounts that the reader of numbers sees in each passage's own words."""
        from readacross.amounts import read_amounts

        return tuple(frozenset(amount.kind for amount in read_amounts(words)) for words in self.bare)


@lru_cache(maxsize=4096)
def in_terms(text: str) -> str:
    """A text as its terms in order, a blank before and after each."""
    return f" {' '.join(terms(text))} "


def mentions(parts: Iterable[str], wanted: Iterable[str]) -> tuple[str, ...]:
    """Those of the wanted terms that a text, given as its terms, mentions: word after word, in any form."""
    parts = tuple(parts)
    return tuple(
        term for term in wanted if in_terms(term).strip() and any(in_terms(term) in p for p in parts)
    )


@dataclass(frozen=True)
class Scorer:
    """What scoring needs of an open library; vectors of texts met once are kept."""

    index: Index
    _vectors: dict[str, Vector] = field(default_factory=dict)
    _texts: dict[str, Text] = field(default_factory=dict)

    @property
    def library(self) -> Library:
        """The library that is read."""
        return self.index.library

    def text(self, version: str) -> Text:
        """The passages of a version that may be suggested."""
        if version not in self._texts:
            numbers = np.flatnonzero(self.index.allowed([version])).tolist()
            passages = tuple(self.library.passage(number) for number in numbers)
            self._texts[version] = Text(passages, tuple(numbers))
        return self._texts[version]

    def vectors(self, texts: Sequence[str]) -> Vector:
        """The vectors of texts, in their order; new ones are made two at a time."""
        missing = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        if missing:
            first, rest = missing[0], missing[1:]
            self._vectors[first] = self.index.encoder.encode(first)  # loads the encoder, once
            with ThreadPoolExecutor(2) as pool:
                self._vectors.update(zip(rest, pool.map(self.index.encoder.encode, rest), strict=True))
        if not texts:
            return np.zeros((0, self.index.vectors.shape[1]), dtype=np.float32)
        return np.stack([self._vectors[text] for text in texts])

    def read(self, known_of: Iterable[Known], versions: Iterable[str]) -> None:
        """Make the vectors of all quotes and passages at once, which is quicker than one by one."""
        texts = [plain(quote.quote) for asked in known_of for quote in asked.quotes]
        self.vectors([*texts, *(words for version in versions for words in self.text(version).bare)])

    @cached_property
    def phrases(self) -> Mapping[str, Vector]:
        """The vectors of the ways to put each question, made when the library was built."""
        ids = self.library.corpus["phrases"]
        rows: dict[str, list[int]] = {}
        for row, id_ in enumerate(ids if isinstance(ids, list) else []):
            rows.setdefault(str(id_), []).append(row)
        return {id_: np.asarray(self.index.phrases[found]) for id_, found in rows.items()}

    def rarity(self, term: str) -> float:
        """How rare a term is in the passages: its BM25 inverse document frequency."""
        weights = self.index.weights
        column = weights.vocabulary.get(term)
        count = 0 if column is None else int(weights.starts[column + 1] - weights.starts[column])
        return log1p((weights.count - count + 0.5) / (count + 0.5))

    def share(self, words: str, among: Iterable[str]) -> float:
        """The share of the rarity of some words that stands among others, 0 to 1."""
        wanted = {term: self.rarity(term) for term in terms(words)}
        held = set(among) & wanted.keys()
        return sum(wanted[term] for term in sorted(held)) / sum(wanted.values()) if held else 0.0

    def shares(self, words: str, text: Text) -> Scores:
        """The share of the rarity of some words that each passage of a text holds, 0 to 1."""
        wanted = {term: self.rarity(term) for term in terms(words)}
        scores = np.zeros(len(text.passages))
        for term, rarity in wanted.items():
            if term in text.holding:
                scores += rarity * text.holding[term]
        return scores / sum(wanted.values()) if wanted else scores

    def signals(self, asked: Known, text: Text) -> dict[str, Scores]:
        """What speaks for each passage of a text, by signal; one that cannot speak is not there."""
        question = asked.question
        bare = self.vectors(text.bare)
        found = {"question by words": self.shares(asked.asked, text)}
        if question.id in self.phrases:
            context = self.index.vectors[list(text.numbers)]
            found["question by meaning"] = (context @ self.phrases[question.id].T).mean(axis=1)
        if asked.quotes:
            quotes = [plain(quote.quote) for quote in asked.quotes]
            found["quotes by meaning"] = _mean_and_best(bare @ self.vectors(quotes).T)
            found["quotes by words"] = _mean_and_best(
                np.stack([self.shares(q, text) for q in quotes], axis=1)
            )
        if question.must_mention:
            found["must-mention"] = _yes(bool(mentions(parts, question.must_mention)) for parts in text.parts)
        if question.answer_type in TIMED:
            found["amounts"] = _yes(question.answer_type in kinds for kinds in text.amounts)
        return {name: np.clip(np.round(scores, 6), 0.0, 1.0) for name, scores in found.items()}


def _yes(there: Iterable[bool]) -> Scores:
    """1 for each passage in which something is there, else 0."""
    return np.array([float(yes) for yes in there])


def _mean_and_best(likeness: NDArray[np.floating]) -> Scores:
    """Each passage's likeness to all quotes and to the nearest, halved: what several say counts, and one too."""
    both: Scores = (likeness.mean(axis=1) + likeness.max(axis=1)).astype(np.float64) / 2
    return both


def mean(signals: Mapping[str, Scores], names: Collection[str] = tuple(WEIGHTS)) -> Scores:
    """The weighted mean of the named signals that are there; nothing where none is."""
    there = [name for name in names if name in signals]
    if not there:
        return np.zeros(len(next(iter(signals.values()))))
    total = sum(WEIGHTS[name] for name in there)
    weighed = np.stack([WEIGHTS[name] * signals[name] for name in there])
    scores: Scores = np.round(weighed.sum(axis=0) / total, 6)
    return scores


def footing(signals: Mapping[str, Scores]) -> str:
    """What scores rest on beside the question's own text: the key of their floor."""
    there = [
        name
        for name, signal in (("quotes", "quotes by words"), ("must-mention", "must-mention"))
        if signal in signals
    ]
    return " and ".join(there) or "question alone"


def ranked(scores: Scores) -> list[int]:
    """The places of the passages that score at all, best first; ties in reading order."""
    order: list[int] = np.argsort(-scores, kind="stable").tolist()
    return [place for place in order if scores[place] > 0]
