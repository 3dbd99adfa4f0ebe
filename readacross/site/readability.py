"""How hard a leaflet is to read: two published measures that count letters, words and sentences, nothing more.

Measures that count syllables are left out: they would need a pronouncing dictionary.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from readacross.markup import plain
from readacross.model import Passage
from readacross.sentences import sentences

LONG = 20
"""Words that a sentence has at most in plain English."""

AGE = 9
"""The reading age that plain-English guides for public bodies in the United Kingdom aim at."""

SCHOOL = 5
"""The age at which the first grade of a school that a measure counts by is lower than the reader's."""

UNSPOKEN = re.compile(r"[^\w\s]|_")
"""What is neither a letter, nor a digit, nor a blank."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a leaflet, its number of words, and the passage that it stands in."""

    words: str
    length: int
    passage: Passage


@dataclass(frozen=True, slots=True)
class Readability:
    """A leaflet by its sentences: how many, how long, how hard."""

    sentences: int
    words: int
    age: int
    lix: int
    long: tuple[Sentence, ...]

    @property
    def average(self) -> float:
        """Words of a sentence, on average."""
        return self.words / self.sentences


def readability(passages: Iterable[Passage]) -> Readability | None:
    """The measures of a leaflet's paragraphs and list items; None where it has no sentence."""
    found = [
        sentence for passage in passages if passage.kind != "heading" for sentence in _sentences(passage)
    ]
    if not found:
        return None
    words = [word for item in found for word in _words(item.words)]
    lengths = [*map(len, words)]
    letters = sum(lengths)
    longer = len([length for length in lengths if length > 6])
    longest = sorted((item for item in found if item.length > LONG), key=lambda item: -item.length)
    return Readability(
        len(found),
        len(words),
        _age(letters, len(words), len(found)),
        _lix(longer, len(words), len(found)),
        tuple(longest),
    )


def _sentences(passage: Passage) -> Iterator[Sentence]:
    text = plain(passage.text)
    for span in sentences(text):
        words = span.of(text)
        if length := len(_words(words)):
            yield Sentence(words, length, passage)


def _words(text: str) -> list[str]:
    """The words of a text, each by its letters and digits alone."""
    return UNSPOKEN.sub("", text).split()


def _age(letters: int, words: int, count: int) -> int:
    """The reading age by the Automated Readability Index (Smith and Senter, 1967)."""
    return max(SCHOOL, round(4.71 * letters / words + 0.5 * words / count - 21.43) + SCHOOL)


def _lix(long: int, words: int, count: int) -> int:
    """Lix (Björnsson, 1968): words in a sentence, and words of more than six letters in a hundred."""
    return round(words / count + 100 * long / words)
