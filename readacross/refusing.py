"""Whether a corpus answers a question: evidence from the best passages, weighed by a fitted logistic model.

The model is in `data/refusal.json`, fitted by `benchmarks/fit_refusal.py`.
"""

import json
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from readacross.encoding import Vector
from readacross.errors import GenerationError
from readacross.likeness import Asked, compare_with, take_apart
from readacross.opposing import Word, answers, can_turn, denied, keys_of, turned, words_of
from readacross.ranking import Hit, hits, load_ranker
from readacross.shortlisting import Scores
from readacross.signals import Numbers, Signals

MODEL = Path(__file__).parent / "data" / "refusal.json"

LOOKED_AT = 3
"""How many of the best passages are looked at."""

REACH = 8.0
"""Within about so many words of a matched word an answer counts as near it."""

APART = 15
"""A word in another sentence counts as so many words further off."""

LIMIT = 4.0
"""No evidence counts for more than so many standard deviations."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question's words, their rarity (0 where they say nothing), and for each token the place of its word or -1."""

    words: tuple[Word, ...]
    rarity: Scores
    word_of: Numbers


@dataclass(frozen=True)
class Refusal:
    """The evidence looked at, its mean and spread where the model was fitted, its weights, and the constant."""

    names: tuple[str, ...]
    mean: Scores
    spread: Scores
    weights: Scores
    constant: float

    def confidence(self, found: Mapping[str, float]) -> float:
        """The logarithm of the odds that a question is answered; only its order means anything elsewhere."""
        values = np.array([found[name] for name in self.names])
        standard = np.clip((values - self.mean) / self.spread, -LIMIT, LIMIT)
        return round(float(standard @ self.weights) + self.constant, 6)


@lru_cache(maxsize=2)
def load_refusal(file: Path = MODEL) -> Refusal:
    """The fitted model.  Raises GenerationError where its file is missing or damaged."""
    try:
        facts = json.loads(file.read_text(encoding="utf-8"))
        rows = facts["evidence"]
        mean, spread, weights = np.array([rows[name] for name in rows], dtype=float).reshape(len(rows), 3).T
        return Refusal(tuple(rows), mean, spread, weights, float(facts["constant"]))
    except (OSError, ValueError, KeyError, TypeError) as bad:
        raise GenerationError(
            f"{file}: the model of refusal cannot be read ({bad}). Install Readacross again"
        ) from bad


def search_with_confidence(
    signals: Signals, texts: Sequence[str], question: str, top: int
) -> tuple[list[Hit], float]:
    """The best passages for a question, best first, and how sure it is that they answer it."""
    looked = look(signals, question)
    best = hits(looked.numbers, looked.found, looked.scores, top)
    return best, load_refusal().confidence(evidence(signals, texts, looked))


class Looked(NamedTuple):
    """A question taken apart, the numbers of its candidates, their signals and their scores."""

    asked: Asked
    numbers: Numbers
    found: Mapping[str, Scores]
    scores: Scores


def look(signals: Signals, question: str) -> Looked:
    """What a question finds."""
    asked = take_apart(signals, question)
    numbers, found = compare_with(signals, asked)
    return Looked(asked, numbers, found, load_ranker().score(found))


def evidence(signals: Signals, texts: Sequence[str], looked: Looked) -> dict[str, float]:
    """What speaks for and against an answer, by name; `texts` are those of all passages."""
    asked, numbers, found, scores = looked
    best = np.lexsort((numbers, -scores))[:LOOKED_AT]
    question = question_of(signals, asked)
    first, *others = (texts[number] for number in numbers[best].tolist())
    told = words_of(first)
    near, sentence = nearness(signals, asked, question, int(numbers[best[0]]))
    return {
        "sentence": float(found["sentence"][best].max()),
        "whole": float(found["whole"][best[0]]),
        "words": float(len(question.words)),
        "names": float(sum(word.is_name for word in question.words)),
        "answer_near": answer_near(question, told),
        **compare_nearness(question, [word for word in told if word.sentence == sentence], near),
        **missing(question.words, [{word.key for word in told}, *map(keys_of, others)]),
        **compare_words(question.words, told, sentence),
    }


def question_of(signals: Signals, asked: Asked) -> Question:
    """A question as its words."""
    words = words_of(asked.text)
    begins = [word.begin for word in words]
    offsets = signals.encoder.offsets(asked.text)
    inner = offsets[1:-1] if len(offsets) > 2 else offsets
    of = [bisect_right(begins, begin) - 1 for begin, _ in inner]
    word_of = [
        place if place >= 0 and begin < begins[place] + len(words[place].written) else -1
        for place, (begin, _) in zip(of, inner, strict=True)
    ]
    vocabulary, rarity = signals.whole_words.vocabulary, signals.rarity.terms
    most = float(rarity.max())
    rare = [
        (float(rarity[vocabulary[word.term] + 1]) if word.term in vocabulary else most) if word.term else 0.0
        for word in words
    ]
    return Question(tuple(words), np.array(rare), np.array(word_of, dtype=np.int64))


def nearness(signals: Signals, asked: Asked, question: Question, number: int) -> tuple[Scores, int]:
    """How near a passage's best sentence comes to each word of a question, and which sentence that is."""
    first, end = signals.tokens.starts[number : number + 2]
    tokens = signals.tokens.values[first:end].astype(np.float32)
    first, end = signals.part_tokens.starts[number : number + 2]
    begins = signals.part_tokens.values[first:end].astype(np.int64)
    near: Vector = np.maximum.reduceat(tokens @ (asked.tokens.T / np.float32(127)), begins)
    best = int((near @ asked.rarity).argmax())
    return by_word(near[best], question), best


def by_word(near: Vector, question: Question) -> Scores:
    """The mean over the tokens of each word."""
    held = question.word_of >= 0
    places, size = question.word_of[held], len(question.words)
    means: Scores = np.bincount(places, near[held], size) / np.maximum(np.bincount(places, minlength=size), 1)
    return means


def compare_nearness(question: Question, sentence: Iterable[Word], near: Scores) -> dict[str, float]:
    """How near a sentence comes to the words it lacks and to the rare ones."""
    says = question.rarity > 0
    held = {word.term for word in sentence}
    lacking = near[says & np.array([word.term not in held for word in question.words], dtype=bool)]
    surprise = question.rarity * (1 - near)
    return {
        "lacking_near": float(lacking.mean()) if len(lacking) else 1.0,
        "least_near": float(near[says].min(initial=1.0)),
        "surprise": float(surprise.max(initial=0.0)),
        "surprises": float(surprise.sum()),
    }


def missing(words: Sequence[Word], passages: Sequence[AbstractSet[str]]) -> dict[str, float]:
    """How many words and figures of a question the passage lacks that lacks the fewest."""
    lacking = [[word for word in words if word.key not in held] for held in passages]
    return {
        "missing": float(min(sum(bool(word.term) and not word.is_name for word in row) for row in lacking)),
        "missing_figures": float(min(sum(word.written[0].isdigit() for word in row) for row in lacking)),
    }


def compare_words(words: Sequence[Word], told: Sequence[Word], best: int) -> dict[str, float]:
    """What a passage denies or turns round, in its best sentence and in all."""
    sentence = [word for word in told if word.sentence == best]
    whole, part = {word.key for word in told}, {word.key for word in sentence}
    lows, all_lows = {word.low for word in sentence}, {word.low for word in told}
    lacking = [word for word in words if word.key not in whole]
    ours, theirs = denied(words), denied(sentence)
    shared = {word.term for word in words if word.term in part}
    says_no = any(word.denies for word in words)
    return {
        "denied_asked": float(says_no and not any(word.denies for word in sentence)),
        "denied_matched": float(len((theirs - ours) & shared)),
        "denied_either": float(len((ours ^ theirs) & shared)),
        "turned": float(sum(turned(word, part, lows) for word in words if word.key not in part)),
        "turned_all": float(sum(turned(word, whole, all_lows) for word in lacking)),
        "can_turn": float(sum(can_turn(word) for word in lacking)),
    }


def answer_near(question: Question, told: Sequence[Word]) -> float:
    """How much of a question's rare words stands close before or after one word that could answer it."""
    stands: dict[str, list[int]] = {}
    for place, word in enumerate(told):
        stands.setdefault(word.term, []).append(place)
    line = np.arange(len(told)) + APART * np.array([word.sentence for word in told], dtype=np.int64)
    close = np.zeros(len(told))
    for word, rare in zip(question.words, question.rarity.tolist(), strict=True):
        if rare and (here := stands.get(word.term)):
            close += rare * np.exp(-np.abs(line[:, None] - line[here]).min(axis=1) / REACH)
    fits, own = answers(question.words), {word.term for word in question.words}
    could = np.array([fits(word) and word.term not in own for word in told], dtype=bool)
    return float(close[could].max(initial=0.0)) / max(float(question.rarity.sum()), 1e-6)
