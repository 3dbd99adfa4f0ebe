"""The pages of questions: where leaflets differ on one, what each says in its own words, and who is silent."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from readacross.baseline import VERIFIED
from readacross.measuring import Judgement, edition_in_words
from readacross.model import Divergence, Question, Relation
from readacross.site.asking import Asked, Digest
from readacross.site.gathering import Shelf
from readacross.site.rendering import Above, Page, Place, render_page
from readacross.site.wording import Said, said

MOST = 30
"""How many differences a page shows with both quotes; the rest are on the pages that compare two leaflets."""

ANSWERS = {
    "enum": "one of the answers listed below",
    "set": "any number of the answers listed below",
    "bool": "yes or no",
    "condition": "a rule, with who, when and on what condition",
    "duration": "a length of time, and what it counts from",
    "frequency": "how often",
    "integer": "a whole number",
    "date": "a date",
    "contact": "names, addresses and numbers",
    "text": "words",
}
RELATIONS = {
    "same": "say the same in other words",
    "stronger": "differ in strength",
    "other_grounds": "rest on other grounds",
    "contradicts": "contradict each other",
}
OUTCOMES = {
    "meets": "keeps to it",
    "more_generous": "more generous",
    "less": "falls short of it",
    "silent": "not stated",
    "not_covered": "not covered",
    "cannot_be_compared": "cannot be compared",
}
"""The outcomes of measuring, in the words shown to readers."""


class Difference(NamedTuple):
    """A divergence, and its sides as a page shows them."""

    divergence: Divergence
    sides: tuple[Said, ...]


class Measured(NamedTuple):
    """A fact of the baseline, and how each version stands to it."""

    says: str
    origin: str
    unchecked: bool
    latest: tuple[tuple[Said, Judgement], ...]
    earlier: tuple[tuple[Said, Judgement], ...]


def question_pages(shelf: Shelf, found: Sequence[Digest], above: Above, site: str) -> Iterator[Page]:
    """A page for every question, coded or not; `site` is what the site is called."""
    order = [question for digest in found for question in _in_order(digest)]
    for digest in found:
        known = {one.question.id: one for one in digest.asked}
        for question in _in_order(digest):
            place = order.index(question)
            neighbours = order[place - 1] if place else None, (*order[place + 1 : place + 2], None)[0]
            yield _question_page(shelf, digest, known.get(question.id), question, (above, site, neighbours))


def _in_order(digest: Digest) -> tuple[Question, ...]:
    return (*(one.question for one in digest.asked), *digest.uncoded)


def _question_page(
    shelf: Shelf,
    digest: Digest,
    one: Asked | None,
    question: Question,
    around: tuple[Above, str, tuple[Question | None, Question | None]],
) -> Page:
    above, site, (before, after) = around
    topic = digest.topic
    at = Place(f"questions/{question.id}", question.question, (*above, (topic.title, f"topics/{topic.id}")))
    return render_page(
        at, "question.html", shelf,
        question=question, topic=topic, one=one, site=site, before=before, after=after,
        differing=differences(shelf, one.differing[:MOST]) if one else (),
        silences=differences(shelf, one.ruled_silences) if one else (),
        tensions=differences(shelf, one.tensions) if one else (),
        dismissed=differences(shelf, one.dismissed) if one else (),
        measured=measured(shelf, one.judged) if one else (),
        chosen=_chosen(one) if one else {},
        answers=ANSWERS, relations=_related(question), outcomes=OUTCOMES,
    )  # fmt: skip


def differences(shelf: Shelf, found: Sequence[Divergence]) -> tuple[Difference, ...]:
    """Divergences with their sides in words and quotes."""
    return tuple(Difference(item, tuple(said(shelf, side) for side in item.positions)) for item in found)


def measured(shelf: Shelf, judged: Sequence[Judgement]) -> tuple[Measured, ...]:
    """The facts that positions were measured against, each with how every version stands to it."""
    baseline = shelf.library.baseline
    rows = []
    for fact in dict.fromkeys(item.fact.id for item in judged):
        on = [item for item in judged if item.fact.id == fact]
        sides = [(said(shelf, item.position), item) for item in on]
        first = on[0].fact
        origin = (
            f"{edition_in_words(baseline.edition(first) if baseline else None)}; {VERIFIED[first.verified]}"
        )
        rows.append(
            Measured(
                first.says, origin, first.verified != "P",
                tuple(side for side in sides if side[0].version.status == "current"),
                tuple(side for side in sides if side[0].version.status != "current"),
            )
        )  # fmt: skip
    return tuple(rows)


def _chosen(one: Asked) -> dict[str, list[str]]:
    """For each answer that the question allows, the latest leaflets that give it."""
    chosen: dict[str, list[str]] = {option.id: [] for option in one.question.options}
    for item in one.said:
        values = item.value if isinstance(item.value, list) else [item.value]
        for value in values:
            key = str(value).lower() if isinstance(value, bool) else str(value)
            if key in chosen:
                chosen[key].append(item.name)
    return chosen


def _related(question: Question) -> list[tuple[str, str, str, Relation]]:
    """How the answers stand to each other, in words."""
    return [
        (question.words(item.a), question.words(item.b), RELATIONS[item.kind], item)
        for item in question.relations
    ]
