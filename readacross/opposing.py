"""A question's words against a passage's: what is missing, what is denied, what is turned into its opposite."""

import re
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from readacross.analysing import terms
from readacross.sentences import sentences

OPPOSITES = Path(__file__).parent / "data" / "opposites.txt"

ASKING = frozenset("who whose whom when where why how what which many much".split())  # noqa: SIM905
NEGATIONS = frozenset("not no never none neither nor cannot without nobody nothing fail failed fails".split())  # noqa: SIM905
AGAINST = ("un", "in", "im", "ir", "il", "non", "dis", "de", "mis", "a")
"""What is put before a word to say the opposite."""

SHORTEST = 4
"""Shorter words are not looked for behind a prefix."""

COUNTED = frozenset(
    """
    two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion
    trillion half dozen twice once single second third fourth fifth sixth seventh eighth ninth tenth
    """.split()  # noqa: SIM905
)
MONTHS = frozenset(
    "january february march april may june july august september october november december".split()  # noqa: SIM905
)

DENIED = 4
"""A negation denies the words of so many places after it."""

_WORD = re.compile(r"\d[\d.,]*\d|[^\W_]+(?:['’][^\W_]+)*")
_YEAR = re.compile(r"1\d{3}s?|20\d{2}s?|\d{1,2}(?:st|nd|rd|th)?")


class Word(NamedTuple):
    """A word as written and in lower case, its term ("" where it says nothing), where it begins, its sentence."""

    written: str
    low: str
    term: str
    begin: int
    sentence: int
    opens: bool

    @property
    def key(self) -> str:
        """What it is compared by."""
        return self.term or self.low

    @property
    def is_name(self) -> bool:
        """Whether it is written with a capital where none is due."""
        return self.written[0].isupper() and not self.opens

    @property
    def is_number(self) -> bool:
        """Whether it is a number, in figures or in letters."""
        return self.written[0].isdigit() or self.low in COUNTED

    @property
    def denies(self) -> bool:
        """Whether it is a negation."""
        return self.low in NEGATIONS or self.low.endswith("n't")


@lru_cache(maxsize=50_000)
def _known(written: str) -> tuple[str, str]:
    """A word in lower case, and the term it is found by."""
    low = written.lower().replace("’", "'")
    return low, "" if low in ASKING else "".join(terms(low)[:1])


def words_of(text: str) -> list[Word]:
    """The words of a text, sentence by sentence."""
    made = []
    for number, span in enumerate(sentences(text)):
        opens = True
        for found in _WORD.finditer(text, span.start, span.end):
            made.append(Word(found[0], *_known(found[0]), found.start(), number, opens))
            opens = False
    return made


def keys_of(text: str) -> set[str]:
    """What the words of a text are compared by."""
    known = {_known(found) for found in _WORD.findall(text)}
    return {term or low for low, term in known}


@cache
def _opposites() -> dict[str, frozenset[str]]:
    """For each word with an opposite, by its term, all the terms of its line."""
    known: dict[str, frozenset[str]] = {}
    for line in OPPOSITES.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            group = frozenset(_known(word)[1] or word for word in line.split())
            for term in group:
                known[term] = known.get(term, frozenset()) | group
    return known


def turned(word: Word, keys: AbstractSet[str], lows: AbstractSet[str]) -> bool:
    """Whether the opposite of a word is among others, given by what they are compared by and in lower case."""
    group = _opposites().get(word.key)
    return (group is not None and not group.isdisjoint(keys)) or any(
        form in lows for form in _forms(word.low)
    )


@lru_cache(maxsize=10_000)
def _forms(low: str) -> tuple[str, ...]:
    """A word with each prefix that turns it round, and without the one that it has."""
    bare = (low.removeprefix(before) for before in AGAINST if low.startswith(before))
    longer = (before + low for before in AGAINST) if len(low) >= SHORTEST else ()
    return (*longer, *(form for form in bare if len(form) >= SHORTEST))


def can_turn(word: Word) -> bool:
    """Whether a word has an opposite."""
    return word.key in _opposites()


def denied(words: Sequence[Word]) -> set[str]:
    """The terms that a negation comes shortly before."""
    return {
        item.term
        for place, word in enumerate(words)
        if word.denies
        for item in words[place + 1 : place + 1 + DENIED]
        if item.term and item.sentence == word.sentence
    }


def answers(asked: Sequence[Word]) -> Callable[[Word], bool]:
    """Which words could answer a question: a number for how many, a date for when, a name for who and where."""
    said = " ".join(word.low for word in asked)
    for pattern, fits in _KINDS:
        if pattern.search(said):
            return fits
    return lambda word: bool(word.term)


def _is_date(word: Word) -> bool:
    month = word.low in MONTHS and word.written[0].isupper()
    return month or bool(_YEAR.fullmatch(word.low)) or word.low in ("century", "decade")


_KINDS: tuple[tuple[re.Pattern[str], Callable[[Word], bool]], ...] = (
    (
        re.compile(
            r"\bhow (many|much|long|old|far|tall|large|big|high|often|fast|deep|wide)\b"
            r"|\bwhat (percent|percentage|number|amount|proportion|share)\b"
        ),
        lambda word: word.is_number,
    ),
    (re.compile(r"\bwhen\b|\b(what|which) (year|date|month|day|decade|century)\b"), _is_date),
    (
        re.compile(r"\bwh(o|ose|om)\b|\bwhich (person|king|leader|president|author)\b"),
        lambda word: word.is_name,
    ),
    (
        re.compile(
            r"\bwhere\b|\b(what|which) (city|country|state|place|region|town|area|river|county|street)\b"
        ),
        lambda word: word.is_name,
    ),
)
