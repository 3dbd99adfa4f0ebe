"""Statements in the leaflets' own words: passages quoted, the first of each authority before the others."""

from collections.abc import Sequence

from readacross.markup import plain
from readacross.matching import Rarity
from readacross.model import Citation, Passage, Statement
from readacross.ordering import each_once_first
from readacross.proving import Prover


def in_their_words(
    prover: Prover, said: Sequence[tuple[Passage, float]], rare: Rarity, top: int
) -> tuple[tuple[Statement, ...], tuple[Citation, ...]]:
    """Passages, each with its score, as statements with the citations that they rest on.

    At most `top`, unless more authorities speak; of a long passage the words that hold most of the question.
    """
    versions = prover.library.versions
    authorities = [versions[passage.version].authority for passage, _ in said]
    citations: list[Citation] = []
    statements: list[Statement] = []
    for at in each_once_first(authorities)[: max(top, len(set(authorities)))]:
        passage, score = said[at]
        citations.append(prover.cite(passage, rare.best_words(passage), score))
        spoken = " ".join(part for part in (passage.lead_in, plain(citations[-1].quote)) if part)
        statements.append(Statement(spoken, authorities[at], (len(citations) - 1,)))
    return tuple(statements), tuple(citations)
