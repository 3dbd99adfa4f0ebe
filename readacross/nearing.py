"""The nearest passages to some words: those that share most of the rare ones.

Near is not an answer: it is where a person looks first.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import log
from typing import NamedTuple

from readacross.analysing import terms
from readacross.markup import plain
from readacross.model import Passage

NEAREST = 3


class Near(NamedTuple):
    """A passage to look at."""

    passage: str
    text: str


def nearest(words: str, passages: Sequence[Passage], most: int = NEAREST) -> Iterator[Near]:
    """The passages that share most of the rare words of a piece of text, the nearest first."""
    held, often = _counted(tuple(f"{passage.lead_in} {plain(passage.text)}" for passage in passages))
    wanted = set(terms(plain(words)))
    shared = [sum(log(1 + len(passages) / often[term]) for term in sorted(wanted & found)) for found in held]
    best = sorted(range(len(passages)), key=lambda number: (-shared[number], number))
    for number in best[:most]:
        if shared[number]:
            yield Near(passages[number].id, passages[number].text)


@lru_cache(maxsize=16)
def _counted(texts: tuple[str, ...]) -> tuple[list[frozenset[str]], Counter[str]]:
    """The terms of each text, and how many texts hold each."""
    held = [_terms(text) for text in texts]
    return held, Counter(term for found in held for term in found)


@lru_cache(maxsize=4096)
def _terms(text: str) -> frozenset[str]:
    return frozenset(terms(text))
