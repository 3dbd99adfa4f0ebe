"""Gauging whether the sources answer a question: what it finds, what it may mean, and how much speaks for it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log

import numpy as np

from readacross.encoding import Vector
from readacross.library import Chosen
from readacross.matching import CLEARLY, Heard, Meant, Rarity, meant_by
from readacross.model import Passage
from readacross.searching import Hit, Index, question_terms, search
from readacross.supposing import LEAST_CHANCE, Reading, chances, readings
from readacross.understanding import Part

SAME_QUESTION = 0.7
"""The likeness from which a question in plain words is taken to be a comparison question put another way."""

ENOUGH_EVIDENCE = 0.46
"""The mean of three signals, each 0 to 1, from which the sources are taken to answer: the best cosine of a
passage, the best share of the question's rare words that one passage holds, and the likeness to the nearest
comparison question (where there is a question bank)."""

ENOUGH_MARGIN = 1.5
"""Where qa/ lists what no comparison question asks: how much more must speak for a reading than for that, for it to
be taken to be meant, in natural logarithms of odds.  See docs/decisions/0014-recogniser.md,
0020-adapted-layers.md, and 0023-offered.md, where it was set."""

NOT_HELD = -10.0
"""The evidence where no leaflet in view says anything that may be meant, or where a question is about somebody whose
leaflets are not here: less than there is for any other."""

FAMILIAR = 0.4
"""How much the familiarity of a question counts beside what speaks for a reading."""

UNCODED = 2.0
"""How much more must speak for it where no version in view is coded for the reading: nobody has looked whether
they answer."""

JUST_AS_WELL, OTHERS = 3.0, 2
"""How little more may speak for the likest reading than for others, for these to be meant just as well; how many
of them are named."""

ANSWERED_TOO = (2.0, 1.0)
"""How little more may speak for the reading that is answered than for a second one and a third, for these to be
answered too.  See docs/decisions/0021-fewer-readings.md."""

NEAR_BY = 4.5
"""How much less may speak for a reading than is enough, for it to be offered where nothing is answered.  See
docs/decisions/0023-offered.md."""


@dataclass(frozen=True)
class LookedUp:
    """What a question finds: the versions in view, passages, its rare words, and what it may mean."""

    index: Index
    vector: Vector
    chosen: tuple[Chosen, ...]
    hits: list[Hit]
    rare: Rarity
    meant: Meant
    readings: list[Reading]
    familiar: float

    @property
    def recognised(self) -> bool:
        """Whether a recogniser told what is meant, so that likenesses are logarithms of odds."""
        return self.meant.other is not None

    @property
    def evidence(self) -> float:
        """How much speaks for it that the sources answer; of readings on which all are silent nothing."""
        if self.recognised:
            return max(
                (self._margin(item) for item in self.readings if item.says is not False), default=NOT_HELD
            )
        signals = self._signals()
        return sum(signals) / len(signals)

    @property
    def enough(self) -> bool:
        """Whether the sources are taken to answer."""
        return self.evidence >= (ENOUGH_MARGIN if self.recognised else ENOUGH_EVIDENCE)

    @property
    def just_as_well(self) -> list[Reading]:
        """What it may mean just as well, the likest first; one reading where nothing is recognised."""
        if not self.recognised:
            return [reading for reading in self.readings[:1] if reading.likeness >= SAME_QUESTION]
        best = self.readings[0].likeness if self.readings else 0.0
        return [reading for reading in self.readings if best - reading.likeness < JUST_AS_WELL]

    @property
    def taken(self) -> list[Reading]:
        """What is answered: of what may be meant just as well that on which some version in view speaks.

        Where all are silent it is the likest, where that is clearly meant; none where nothing is coded.
        """
        said = [reading for reading in self.just_as_well if reading.says]
        if said and (self.enough or not self.recognised):
            return [*said[:1], *self._answered_too(said)]
        clear = [item for item in self.just_as_well[:1] if item.says is False]
        return [item for item in clear if not self.recognised or self._margin(item) >= ENOUGH_MARGIN]

    @property
    def offered(self) -> list[Reading]:
        """What a reader who is not answered may have meant, the likest first: only what some version in view speaks on."""
        near = ENOUGH_MARGIN - NEAR_BY
        found = [item for item in self.readings if item.says and self._margin(item) >= near]
        return found[:OTHERS] if self.recognised else []

    @staticmethod
    def _answered_too(said: Sequence[Reading]) -> Iterator[Reading]:
        """Those of the readings after the first that are near enough to it."""
        for reading, near in zip(said[1:], ANSWERED_TOO, strict=False):
            if said[0].likeness - reading.likeness < near:
                yield reading

    def _margin(self, reading: Reading) -> float:
        """How much more speaks for a reading than for what nobody speaks of, and for its being familiar."""
        likeness = reading.likeness + (CLEARLY if reading.besides else 0.0)
        likeness += FAMILIAR * self.familiar
        return likeness - (self.meant.other or 0.0) - (UNCODED if reading.says is None else 0.0)

    @property
    def least(self) -> float:
        """How much more must speak for a reading by the recogniser alone than for what nobody speaks of."""
        return ENOUGH_MARGIN - FAMILIAR * self.familiar

    def _signals(self) -> tuple[float, ...]:
        """The best cosine, the best coverage of rare words, and the likeness to a comparison question if any."""
        if not self.hits:
            return (0.0,)
        library = self.index.library
        covered = max(self.rare.coverage(library.passage(hit.number)) for hit in self.hits[:5])
        signals = (max(hit.cosine for hit in self.hits), covered)
        return (*signals, self.meant.likeness) if self.meant.questions else signals

    @cached_property
    def _chances(self) -> Mapping[str, float]:
        return chances(self.index.library, self.readings, self.chosen) if self.recognised else {}

    def likelihood(self, passage: Passage) -> float:
        """How likely a passage is to hold the answer: by what may be meant, and by its likeness; only order counts.

        Where nothing is recognised, by the order in which passages were found.
        """
        library = self.index.library
        number = library.number(passage.id)
        if not self.recognised or number is None:
            return -float(
                next((place for place, hit in enumerate(self.hits) if hit.number == number), len(self.hits))
            )
        cosine = float(self.index.vectors[number] @ self.vector)
        return round(log(self._chances.get(passage.id, 0.0) + LEAST_CHANCE) + cosine, 6)


def look_up(
    index: Index, part: Part, topics: Sequence[str], chosen: tuple[Chosen, ...], top: int
) -> LookedUp:
    """What a question finds in the versions in view, on some topics or any; `top` passages.  Raises BadInput."""
    index.library.check_topics(topics)
    question, heard = part.question, _heard(index, part)
    words = question_terms(question)
    vector = heard.depths[-1]
    allowed = index.allowed([item.version.id for item in chosen], topics)
    hits = search(index, vector, words, allowed, top)
    rare = Rarity(index, words)
    meant = meant_by(index, heard, rare, topics)
    return LookedUp(
        index,
        vector,
        chosen,
        hits,
        rare,
        meant,
        readings(index.library, meant, chosen),
        index.familiar.judge(question, heard.depths),
    )


def _heard(index: Index, part: Part) -> Heard:
    """A question as it is heard; one that may lean on another half by itself, half together with that."""
    alone = index.depths(part.question)
    if not part.after:
        return Heard(alone)
    both = index.depths(f"{part.after} {part.question}")
    return Heard((alone + both) * np.float32(0.5), index.depths(part.after) if part.anew else None)
