"""The order in which an answer tells things: what is likest meant first, each authority once before any twice."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from readacross.model import Answer, Citation, Passage, Statement

Likelihood = Callable[[Passage], float]
"""How likely a passage is to hold the answer; only order counts."""


def in_order(answer: Answer, direct: Sequence[str], likelihood: Likelihood) -> Answer:
    """An answer with its statements in order, and its citations numbered in the order in which they are cited.

    What speaks to the first reading of `direct` comes before what speaks to the others, or to no comparison
    question, and this before what goes with it.  A statement is as likely as the likeliest passage that it cites; a
    heading is cited after the words under it.
    """
    main = direct[0] if direct and direct[0] in answer.questions else None
    by_likelihood = sorted(
        answer.statements, key=lambda item: -_likeliest(item, answer.citations, likelihood)
    )
    near = [item for item in by_likelihood if item.question is None or item.question in direct]
    places = each_once_first([item.authority for item in near])
    told = sorted((near[place] for place in places), key=lambda item: item.question != main)
    ordered = [*told, *(item for item in by_likelihood if item not in near)]
    citations: list[Citation] = []
    statements: list[Statement] = []
    for statement in ordered:
        begin = len(citations)
        cited = [answer.citations[number] for number in statement.citations]
        citations += sorted(cited, key=_is_heading)
        statements.append(replace(statement, citations=tuple(range(begin, len(citations)))))
    return replace(answer, statements=tuple(statements), citations=tuple(citations))


def each_once_first(authorities: Sequence[str]) -> list[int]:
    """The places of authorities in a list: the first of each, then the others."""
    return sorted(range(len(authorities)), key=lambda at: authorities.index(authorities[at]) != at)


def _likeliest(statement: Statement, citations: Sequence[Citation], likelihood: Likelihood) -> float:
    cited = [citations[number] for number in statement.citations]
    said = [citation for citation in cited if not _is_heading(citation)] or cited
    return max((likelihood(citation.passage) for citation in said), default=float("-inf"))


def _is_heading(citation: Citation) -> bool:
    return citation.passage.kind == "heading"
