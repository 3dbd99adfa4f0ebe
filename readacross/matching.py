"""Matching a question: to the comparison questions it may mean, and to the words of a passage that hold it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from readacross.analysing import terms
from readacross.encoding import Vector
from readacross.library import Chosen, Library
from readacross.markup import plain
from readacross.model import Passage, Question
from readacross.naming import names
from readacross.recognising import is_besides, is_unasked
from readacross.searching import Index, question_terms
from readacross.sentences import sentences

BY_MEANING = 0.8
"""The weight of the cosine in that likeness; the rest is the share of the asked question's rare words that
the ways to put the comparison question hold.  Meaning alone takes "take my child away" for "talk to my
child without me"."""

CANDIDATES = 12
"""How many comparison questions are looked at: the nearest by cosine, weighed by their words too, or the likeliest."""

CLEARLY = 1.0
"""How much more must speak for something said besides than for a comparison question to be as likely meant, in
natural logarithms of odds: comparison questions are answered for every leaflet, so they are preferred."""

TOLD_ALREADY = 2.0
"""How much less speaks for what the question before was likeliest taken to ask, in natural logarithms of odds: nobody
who asks on asks the same again.  See docs/decisions/0025-asking-on.md."""

LONGEST_QUOTE = 320
"""Characters of a passage that are quoted at most, unless one sentence has more."""


class Spoken:
    """The words that the passages use, in any of their forms: `"parents" in Spoken(index)`."""

    def __init__(self, index: Index) -> None:
        self._vocabulary = index.weights.vocabulary

    def __contains__(self, word: object) -> bool:
        stems = terms(str(word))
        return not stems or all(stem in self._vocabulary for stem in stems)


class Rarity:
    """How rare each of a question's words is in the passages, and which words of a passage hold them."""

    def __init__(self, index: Index, words: Sequence[str]) -> None:
        weights = index.weights
        starts = weights.starts
        self.rarity: dict[str, float] = {}
        for word in words:
            column = weights.vocabulary.get(word)
            count = 0 if column is None else int(starts[column + 1] - starts[column])
            self.rarity[word] = float(np.log(1 + (weights.count - count + 0.5) / (count + 0.5)))

    def held(self, text: str) -> float:
        """The share of the question's rarity that a text holds, 0 to 1."""
        total = sum(self.rarity.values())
        words = set(question_terms(text))
        return sum(rarity for word, rarity in self.rarity.items() if word in words) / total if total else 0.0

    def coverage(self, passage: Passage) -> float:
        """The share of the question's rarity that a passage holds in its context, 0 to 1."""
        return self.held("\n".join([*passage.headings, passage.lead_in, plain(passage.text)]))

    def best_words(self, passage: Passage) -> str:
        """The passage if it is short, else the run of its sentences that holds most of the question."""
        if len(passage.text) <= LONGEST_QUOTE:
            return passage.text
        runs = list(_runs(passage.text))
        return max(runs, key=lambda run: (self.held(run), -len(run)))


def _runs(text: str) -> Iterator[str]:
    """Runs of whole sentences of a passage, none longer than a quote may be unless a sentence is."""
    found = list(sentences(text))
    for first, (start, _) in enumerate(found):
        for last, (_, end) in enumerate(found[first:]):
            if last and end - start > LONGEST_QUOTE:
                break
            yield text[start:end]


class Meant(NamedTuple):
    """The comparison questions that a question may mean, the likest first, each with its likeness.

    `besides` are the names of things said besides that it may mean, each with its likeness less CLEARLY, the
    likest first.  `other` is the likeness to the likest subject that no leaflet speaks of, in natural logarithms
    of odds as all likenesses then are; None where no such subject is listed.
    """

    questions: tuple[tuple[float, Question], ...]
    besides: tuple[tuple[float, str], ...] = ()
    other: float | None = None

    @property
    def likeness(self) -> float:
        """The likeness to the nearest comparison question; 0 where there is none."""
        return self.questions[0][0] if self.questions else 0.0

    @property
    def question(self) -> Question | None:
        """The nearest comparison question."""
        return self.questions[0][1] if self.questions else None


class Heard(NamedTuple):
    """The depths of a question, and those of the one that it may lean on; None where it leans on none."""

    depths: Vector
    before: Vector | None = None


def meant_by(index: Index, heard: Heard, rare: Rarity, topics: Sequence[str]) -> Meant:
    """What a question as it is heard and its rare words may mean, among the questions of these topics, or of any.

    Where qa/ lists what people ask that no comparison question covers, a recogniser fitted on it decides;
    elsewhere the bank's own wordings are too few for that, and the nearest wording and the words that are
    shared decide.
    """
    bank = index.library.questions
    if index.recogniser is not None:
        logits = dict(zip(index.recogniser.classes, index.recogniser.logits(heard.depths), strict=True))
        if heard.before is not None:
            told = index.recogniser.classes[int(index.recogniser.logits(heard.before).argmax())]
            logits[told] -= 0.0 if is_unasked(told) else TOLD_ALREADY
        return _recognised(logits, [bank[id_] for id_ in logits if id_ in bank], topics)
    cosines: dict[str, float] = {}
    ids = index.library.corpus["phrases"]
    if isinstance(ids, list) and ids:
        for id_, cosine in zip(map(str, ids), index.phrases @ heard.depths[-1], strict=True):
            cosines[id_] = max(float(cosine), cosines.get(id_, -1.0))
    wanted = [id_ for id_ in cosines if not topics or bank[id_].topic in topics]
    ordered = sorted(wanted, key=lambda id_: (-cosines[id_], id_))[:CANDIDATES]
    weighed = sorted(
        ((_likeness(cosines[id_], bank[id_], rare), id_) for id_ in ordered), key=lambda p: (-p[0], p[1])
    )
    return Meant(tuple((likeness, bank[id_]) for likeness, id_ in weighed))


def _recognised(logits: Mapping[str, float], bank: Sequence[Question], topics: Sequence[str]) -> Meant:
    """The likeliest questions, the likeliest things said besides, and the likeliest of what nobody speaks of."""
    asked = [item for item in bank if not topics or item.topic in topics]
    likely = sorted(asked, key=lambda item: (-round(logits[item.id], 6), item.id))[:CANDIDATES]
    said = sorted(
        ((logits[name] - CLEARLY, name) for name in logits if is_besides(name) and not topics),
        key=lambda pair: (-round(pair[0], 6), pair[1]),
    )
    other = max(logits[name] for name in logits if is_unasked(name))
    return Meant(
        tuple((float(logits[item.id]), item) for item in likely),
        tuple((float(likeness), name) for likeness, name in said[:CANDIDATES]),
        float(other),
    )


def said_in_view(library: Library, name: str, chosen: Sequence[Chosen]) -> list[int]:
    """The numbers of the passages of the versions in view that say something besides, the best first."""
    ranges = [library.numbers(item.version.id) for item in chosen]
    return [place for place in library.besides[name].passages if any(place in range_ for range_ in ranges)]


def said_out_of_view(library: Library, meant: Meant, chosen: Sequence[Chosen], least: float) -> list[str]:
    """What versions out of view are called that say besides what is likeliest meant, of leaflets in view.

    None where less than `least` more speaks for it than for what nobody speaks of.
    """
    if meant.other is None or not meant.besides:
        return []
    (likeness, name), leaflets = meant.besides[0], {item.version.leaflet for item in chosen}
    likely = likeness > meant.likeness and likeness + CLEARLY - meant.other >= least
    if not likely or said_in_view(library, name, chosen):
        return []
    saying = dict.fromkeys(library.passage(place).version for place in library.besides[name].passages)
    called = names(library.authorities.values(), library.versions.values())
    return [called[id_] for id_ in saying if library.versions[id_].leaflet in leaflets]


def _likeness(cosine: float, question: Question, rare: Rarity) -> float:
    """How likely it is that a question was meant: by meaning, and by the rare words it shares."""
    return BY_MEANING * cosine + (1 - BY_MEANING) * rare.held("\n".join(question.phrasings))
