"""Comparing passages with a question: the signals that the learned model weighs.

Only for shortlisted passages are sentences, tokens, rare words and runs of letters compared.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from readacross.analysing import terms
from readacross.encoding import Vector
from readacross.sentences import sentences
from readacross.shortlisting import Scores, Wanted, shortlist
from readacross.signals import BUCKETS, Numbers, Ragged, Signals, along, grams_of, pairs_of

RAREST = 3
"""How many of a question's rarest words are looked for one by one."""


class Asked(NamedTuple):
    """A question taken apart: vectors of all and of its last sentence, token states and rarities, terms."""

    text: str
    vectors: Vector
    tokens: Vector
    rarity: Vector
    terms: list[str]
    last: list[str]


def take_apart(signals: Signals, question: str) -> Asked:
    """A question as it is compared."""
    encoder = signals.encoder
    spans = list(sentences(question))
    last = question[spans[-1].start : spans[-1].end] if spans else question
    ids = encoder.token_ids(question)
    states = encoder.states(ids)
    whole = encoder.pooled(states)
    vectors = np.stack((whole, encoder.encode(last) if len(spans) > 1 else whole))
    inner = slice(1, -1) if len(ids) > 2 else slice(None)
    known = signals.rarity.tokens
    rarity = np.array([known[id_] if id_ < len(known) else known.max() for id_ in ids[inner]], np.float32)
    return Asked(question, vectors, along(states[inner], signals.axes), rarity, terms(question), terms(last))


def compare(signals: Signals, question: str) -> tuple[Numbers, dict[str, Scores]]:
    """The candidates for a question, rising, and every signal of each by name."""
    return compare_with(signals, take_apart(signals, question))


def compare_with(signals: Signals, asked: Asked) -> tuple[Numbers, dict[str, Scores]]:
    """The candidates for a question taken apart, rising, and every signal of each by name."""
    numbers, found = shortlist(signals, Wanted(asked.vectors, asked.terms, asked.last))
    _compare_sentences(signals, asked, numbers, found)
    _compare_words(signals, asked, numbers, found)
    _compare_tokens(signals, asked, numbers, found)
    _compare_neighbours(signals, numbers, found)
    return numbers, found


def _compare_sentences(signals: Signals, asked: Asked, numbers: Numbers, found: dict[str, Scores]) -> None:
    """The best sentence of each passage: by meaning, by rare words, and by both together."""
    parts, begins = signals.parts.of(numbers)
    cosines = parts.astype(np.float32) @ asked.vectors.T
    best = np.maximum.reduceat(cosines, begins, axis=0).astype(float)
    found["sentence"], found["last_sentence"] = best[:, 0], best[:, 1]
    counts = signals.parts.starts[numbers + 1] - signals.parts.starts[numbers]
    places = np.arange(len(parts)) + np.repeat(signals.parts.starts[numbers] - begins, counts)
    weights = _wanted(signals, asked.terms)
    covered = _covered(signals.part_terms, places, weights) / max(float(weights.sum()), 1e-6)
    found["sentence_words"] = np.maximum.reduceat(covered, begins)
    found["sentence_both"] = np.maximum.reduceat(covered + cosines[:, 0], begins)


def _wanted(signals: Signals, asked: Sequence[str]) -> Vector:
    """The rarity of each term that is asked for, 0 for all others, by column."""
    vocabulary, rarity = signals.whole_words.vocabulary, signals.rarity.terms
    weights = np.zeros(len(rarity), dtype=np.float32)
    columns = [vocabulary[term] + 1 for term in asked if term in vocabulary]
    weights[columns] = rarity[columns]
    return weights


def _covered(rows: Ragged, numbers: Numbers, weights: Vector) -> Scores:
    """The sum of the weights of what each passage holds."""
    held, begins = rows.of(numbers)
    sums: Scores = np.add.reduceat(weights[held], begins).astype(float)
    return sums


def _compare_words(signals: Signals, asked: Asked, numbers: Numbers, found: dict[str, Scores]) -> None:
    """How much of the question's words, rare words, neighbouring words and runs of letters is covered."""
    vocabulary, rarity = signals.whole_words.vocabulary, signals.rarity.terms
    known = {term: vocabulary[term] + 1 for term in asked.terms if term in vocabulary}
    all_, last = _wanted(signals, asked.terms), _wanted(signals, asked.last)
    for name, rows, weights in (
        ("covered", signals.text_terms, all_),
        ("covered_whole", signals.whole_terms, all_),
        ("covered_last", signals.whole_terms, last),
    ):
        found[name] = _covered(rows, numbers, weights) / max(float(weights.sum()), 1e-6)
    rarest = np.zeros(len(rarity), dtype=np.float32)
    rarest[sorted(set(known.values()), key=lambda column: (-rarity[column], column))[:RAREST]] = 1
    found["rarest"] = _covered(signals.whole_terms, numbers, rarest)
    pairs = np.zeros(BUCKETS * 4 + 1, dtype=np.float32)
    pairs[pairs_of(asked.terms, known)] = 1
    pairs[0] = 0
    found["pairs"] = _covered(signals.pairs, numbers, pairs)
    letters = np.zeros(BUCKETS, dtype=np.float32)
    runs = grams_of(asked.text)
    letters[runs] = signals.rarity.grams[runs]
    found["letters"] = _covered(signals.grams, numbers, letters)
    sizes = (signals.grams.starts[numbers + 1] - signals.grams.starts[numbers]).astype(float)
    found["letters_for_length"] = found["letters"] / np.sqrt(50 + sizes)


def _compare_tokens(signals: Signals, asked: Asked, numbers: Numbers, found: dict[str, Scores]) -> None:
    """Late interaction: for each token of the question the nearest of the passage's, averaged.

    Source: Khattab & Zaharia, ColBERT (2020); here over the token states of the sentence encoder.
    """
    shares = asked.rarity / max(float(asked.rarity.sum()), 1e-6)
    third = max(len(asked.tokens) // 3, 1)
    near = asked.tokens / np.float32(127)
    for name, rows in (("tokens", signals.tokens), ("tokens_whole", signals.whole_tokens)):
        if name == "tokens_whole" and rows is signals.tokens:
            found |= {f"tokens_whole{kind}": found[f"tokens{kind}"] for kind in ("", "_rare", "_worst")}
            continue
        nearness, begins = _nearness(rows, numbers, near)
        if name == "tokens":
            best = _compare_windows(signals, numbers, nearness, shares, found)
        else:
            best = np.maximum.reduceat(nearness, begins, axis=0)
        found[name] = best.mean(axis=1).astype(float)
        found[f"{name}_rare"] = (best @ shares).astype(float)
        worst = np.partition(best, third - 1, axis=1)[:, :third]
        found[f"{name}_worst"] = worst.mean(axis=1).astype(float)


def _nearness(rows: Ragged, numbers: Numbers, near: Vector) -> tuple[Vector, Numbers]:
    """How near each token of some passages is to each of the question's, and where each passage begins.

    One passage at a time, so that what is turned into floats stays in the processor's own memory.
    """
    edges = zip(rows.starts[numbers].tolist(), rows.starts[numbers + 1].tolist(), strict=True)
    asked = np.ascontiguousarray(near.T)
    blocks = [rows.values[start:end].astype(np.float32) @ asked for start, end in edges]
    return np.concatenate(blocks), np.cumsum([0, *map(len, blocks[:-1])])


def _compare_windows(
    signals: Signals, numbers: Numbers, nearness: Vector, shares: Vector, found: dict[str, Scores]
) -> Vector:
    """Late interaction within the best sentence, and within the best two that follow each other.

    Returned is that within each passage as a whole: nearness [passages, tokens of the question].
    """
    sizes = signals.tokens.starts[numbers + 1] - signals.tokens.starts[numbers]
    begins = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    starts, passages = signals.part_tokens.of(numbers)
    counts = np.diff(np.concatenate((passages, [len(starts)])))
    best = np.maximum.reduceat(nearness, starts.astype(np.int64) + np.repeat(begins, counts), axis=0)
    after = np.minimum(np.arange(len(best)) + 1, np.repeat(passages + counts - 1, counts))
    alone, two = best @ shares, np.maximum(best, best[after]) @ shares
    found["sentence_tokens"] = np.maximum.reduceat(alone, passages).astype(float)
    found["window_tokens"] = np.maximum.reduceat(two, passages).astype(float)
    whole: Vector = np.maximum.reduceat(best, passages, axis=0)
    return whole


def _standard(values: Scores) -> Scores:
    standard: Scores = (values - values.mean()) / (values.std() + 1e-6)
    return standard


def _compare_neighbours(signals: Signals, numbers: Numbers, found: dict[str, Scores]) -> None:
    """What the best candidates say of the others: likeness to them, and how well their context does."""
    measures = ("text", "whole", "words", "words_whole", "sentence", "tokens_whole", "letters_for_length")
    together = np.sum([_standard(found[name]) for name in measures], axis=0)
    order = np.lexsort((numbers, -np.round(together, 6)))
    found["together"] = together
    vectors = signals.whole[numbers]
    found["like_best"] = (vectors @ vectors[order[:3]].mean(axis=0)).astype(float)
    groups = signals.groups[numbers]
    of, size = np.unique(groups, return_inverse=True, return_counts=True)[1:]
    ranked = order[np.argsort(of[order], kind="stable")]
    begins = np.concatenate(([0], np.cumsum(size)[:-1]))
    best = together[ranked[begins]]
    within = np.arange(len(ranked)) - np.repeat(begins, size)
    three = np.add.reduceat(np.where(within < 3, together[ranked], 0.0), begins) / 3
    place = np.empty(len(best))
    place[np.argsort(-best, kind="stable")] = np.arange(len(best))
    found["group_best"], found["group_three"] = best[of], three[of]
    found["group_near"] = (1 / (1 + place))[of]
    found["group_share"] = (size / len(numbers))[of]
    found["length"] = signals.lengths[numbers].astype(float)
