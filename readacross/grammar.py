"""The grammar of amounts: patterns over classes of words, and what the parts of a match say.

A pattern is written in the names of the lexicon's classes and of the macros below; what it finds is read
part by part: the numbers, the limit that stands before or after them, and what they count from.
"""

import re
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from math import prod
from typing import NamedTuple

from readacross.lexicon import CODES, Token

NAMES = {
    "minute": ("taker", "takers", "taking", "book", "books"),
    "day": ("centre", "centres", "care", "nursery", "nurseries", "hospital", "hospitals", "service", "services", "case",
            "cases", "trip", "trips", "out", "off", "surgery", "school", "schools", "room", "ticket", "pass"),
    "month": ("end",),
    "year": ("group", "groups", "book", "books", "end"),
}  # fmt: skip
"""Words that make a unit before them part of a name."""

DEADLINES = (
    "period", "limit", "deadline", "notice", "wait", "delay", "window", "target", "rule", "turnaround",
)  # fmt: skip
"""What "24-hour" stands before where it is a time; elsewhere it says that something never closes."""

ROUND_THE_CLOCK = (
    ("24", "hour", "day"),
    ("7", "day", "week"),
    ("365", "day", "year"),
    ("52", "week", "year"),
)

CHANGES = ("extend", "increas", "reduc", "shorten", "lengthen", "delay", "postpone", "adjourn", "overdue")
"""How words before "by three months" begin where it says by how much, not by when."""

MACROS = {
    "COUNT": "(?P<times>ONCE(?:OR ONCE)?|QUANTITY(?:(?:TO|OR|DASH)QUANTITY)?[TIMES EVENT])",
    "QUANTITIES": "(?P<number>QUANTITY(?:DASH?(?:COMMA?AND|COMMA?OR|COMMA|TO|DASH)DASH?QUANTITY){0,5}+)",
    "QUANTITY": "NUMBER GLYPH?(?:DASH?AND DASH?ARTICLE?DASH?[FRACTION QUARTER])?(?:OPEN NUMBER CLOSE)?",
    "PART": "(?P<part>(?:ARTICLE?FRACTION|(?:ARTICLE|NUMBER DASH?)?QUARTER|GLYPH)OF?ARTICLE?)",
    "HALF": "(?P<half>AND(?:ARTICLE FRACTION|(?:ARTICLE|NUMBER DASH?)QUARTER))?",
    "ONE_SPELL": "ADJECTIVES(?P<unit>UNIT)OWN?",
    "SPELL": "ADJECTIVES TIME OWN?",
    "ADJECTIVES": "DASH?(?P<adjectives>[FILL QUALIFIER]{0,3})DASH?",
    "TIME": "(?P<unit>[UNIT UNITS])",
    "LEFT": "(?P<left>(?:(?:LIMIT|EXTREME(?:WORD?OF)?|SIDE|BETWEEN)[THE ARTICLE]?FILL{0,2}){0,3})",
    "TAIL": "(?P<tail>TRAIL|ORMORE|EXTREME|LIMIT(?=STOP|$))?",
    "PLUS": "(?P<inner>TRAIL|ORMORE)?",
    "FREE": "(?=$|[ENDS AND OR TO FUNCTION MODAL BE PRONOUN SIDE LATE LIMIT TRAIL ORMORE THE IF])",
    "ENDS": "STOP COMMA OPEN CLOSE",
    "UNNAMED": "(?=$|[^WORD PERSON CHILD EVENT SUM LABEL UNIT UNITS DASH ANNUAL TIMELY OLD])",
    "EACH": "(?:[ARTICLE PER EVERY]|IN ARTICLE?)",
    "AGED": "(?P<left>[LIMIT SIDE BETWEEN UNTIL]?)THE?AGE(?P<inner>[LIMIT BETWEEN]?)",
    "WHO": "[PERSON CHILD PRONOUN]",
    "START": "(?:^|(?<=[STOP OPEN DASH IF FOR]))[BE MODAL]{0,2}",
}
"""Parts of patterns that have a name."""


def pattern(written: str) -> re.Pattern[str]:
    """A pattern over classes, from its written form in names of classes and macros."""
    for name, body in MACROS.items():
        written = re.sub(rf"\b{name}\b", body, written)
    return re.compile(re.sub("[A-Z]{2,}", lambda match: CODES[match[0]], written).replace(" ", ""))


ROUND = pattern("(?:EACH|OF THE?)(?P<each>UNIT)")
RATE = pattern("[ARTICLE PER]UNIT")
QUANTITY = pattern("QUANTITY")
BEGINS = pattern(
    "[^WORD STOP COMMA OPEN CLOSE DASH OPAQUE OWN AND OR TO OF FOR IF IN FUNCTION EVENT SUM LABEL OLD]"
)
ANCHOR = pattern(
    "(?:PRONOUN[MODAL BE OWN]{0,3})?"
    "[^STOP COMMA OPEN CLOSE AND OR TO FOR IF IN MODAL BE FUNCTION LIMIT UNTIL EVERY]{1,10}"
)


class Reading(NamedTuple):
    """A text, its tokens, and their classes as one string."""

    text: str
    tokens: list[Token]
    codes: str

    def part(self, match: re.Match[str], name: str) -> list[Token]:
        """The tokens of a named part of what a pattern found."""
        start, end = match.span(name) if name in match.re.groupindex else (0, 0)
        return self.tokens[start:end] if start >= 0 else []

    def kind(self, at: int) -> str:
        """The class of the token at a place, STOP where there is none."""
        return self.tokens[at].kind if 0 <= at < len(self.tokens) else "STOP"

    def word(self, at: int) -> str:
        """The word at a place, empty where there is none."""
        return self.tokens[at].word if 0 <= at < len(self.tokens) else ""


class Value(NamedTuple):
    """A number or a range, and the first and last of the tokens that say it."""

    low: Fraction
    high: Fraction
    first: int
    last: int


def values_of(reading: Reading, match: re.Match[str]) -> list[Value]:
    """The numbers of a measure: one, a range, or several in a list ("at 8, 12 and 16 weeks")."""
    first, last = match.start("left") if "left" in match.re.groupindex else match.start(), match.end() - 1
    fixed = _product(reading.part(match, "part") or reading.part(match, "nth"))
    values = [Value(fixed, fixed, first, last)]
    if "number" in match.re.groupindex and match.start("number") >= 0:
        values = _quantities(reading, *match.span("number"))
        if values and values[0].first == match.start("number"):
            values[0] = values[0]._replace(first=first)
    if half := reading.part(match, "half"):
        more = _product(half)
        values = [value._replace(low=value.low + more, high=value.high + more) for value in values]
    if or_two := reading.part(match, "more"):
        values = [value._replace(high=or_two[-1].value) for value in values]
    return values


def _product(tokens: Sequence[Token]) -> Fraction:
    """What a fraction in words comes to: "three quarters of an" is three times one quarter."""
    return prod((token.value for token in tokens), start=Fraction(1))


def _quantities(reading: Reading, start: int, end: int) -> list[Value]:
    """The numbers between two tokens, as a range or as a list; none where they make neither."""
    values: list[Value] = []
    for match in QUANTITY.finditer(reading.codes, start, end):
        number = _quantity(reading.tokens[match.start() : match.end()])
        if number is None:
            return []
        values.append(Value(number, number, match.start(), match.end() - 1))
    before = reading.kind(start - 1)
    if len(values) == 1 or before in ("LABEL", "UNIT"):
        return values[-1:]
    joins = [{token.kind for token in reading.tokens[a.last + 1 : b.first]} for a, b in pairwise(values)]
    ascending = all(a.low < b.low for a, b in pairwise(values))
    between = len(values) == 2 and "between" in (reading.word(start - 1), reading.word(start - 2))
    if between or all(join <= {"TO", "OR", "DASH"} for join in joins):
        return [Value(values[0].low, values[-1].low, start, end - 1)] if ascending else []
    listed = ascending and before != "WORD" and joins[-1] & {"AND", "OR"}
    return values if listed else values[-1:]


def _quantity(tokens: Sequence[Token]) -> Fraction | None:
    """The number that tokens say; "seven (7)" says it twice, and must say the same."""
    said = [token.value for token in tokens if token.kind in ("NUMBER", "GLYPH", "FRACTION", "QUARTER")]
    again = said.pop() if tokens[-1].kind == "CLOSE" else None
    return sum(said, Fraction(0)) if again in (None, sum(said)) else None


def limit_of(reading: Reading, match: re.Match[str]) -> tuple[str, str]:
    """The limit that stands before or after an amount, and the side that stands before it."""
    limit = side = ""
    for at in range(*match.span("left")):
        token = reading.tokens[at]
        if token.kind in ("LIMIT", "EXTREME"):
            limit = "at" if _spread(reading, at) else token.meaning
        elif token.kind == "SIDE":
            side = token.meaning
    for token in (*reading.part(match, "inner"), *reading.part(match, "tail")):
        limit = token.meaning
    return limit, side


def _spread(reading: Reading, at: int) -> bool:
    """Whether "over the next year" says throughout it, or "extended by a week" by how much."""
    if reading.word(at) == "over":
        return reading.kind(at + 1) in ("THE", "ARTICLE") and reading.kind(at + 2) not in ("UNIT", "UNITS")
    return reading.word(at) == "by" and any(reading.word(n).startswith(CHANGES) for n in range(at - 6, at))


def qualifier_of(reading: Reading, match: re.Match[str]) -> str | None:
    """What kind of days or weeks an amount counts: working, school, calendar."""
    said = [token.word for token in reading.part(match, "adjectives") if token.kind == "QUALIFIER"]
    return said[-1] if said else None


def is_name(reading: Reading, at: int) -> bool:
    """Whether a unit belongs to the word after it: "day centres"."""
    return reading.word(at + 1) in NAMES.get(reading.word(at), ())


def is_year(unit: Token, values: Sequence[Value]) -> bool:
    """Whether a number is the name of a year ("the 2017 year")."""
    return unit.kind == "UNIT" and values[-1].high >= 1900


def is_meant(reading: Reading, match: re.Match[str]) -> bool:
    """Whether "a week" or "one day" measures: both may be no more than "any week" and "some day"."""
    first, unit, end = match.start("left"), match.start("unit"), match.end()
    number = [token.word for token in reading.part(match, "number")]
    one_day = number == ["one"] and reading.word(unit) == "day" and unit == match.end("number")
    if "lone" not in match.re.groupindex and not one_day:
        return True
    if reading.kind(first - 1) == "OF" and not reading.part(match, "left"):
        return False
    if reading.kind(first - 2) in ("UNIT", "UNITS"):
        return reading.kind(first - 1) in ("TO", "OR", "AND")
    return (
        any(reading.part(match, name) for name in ("left", "half", "more", "tail"))
        or reading.kind(first - 1) in ("SUPPORT", "IN", "FOR", "FILL")
        or reading.kind(end - 1) == "OWN"
        or reading.kind(end) in ("SIDE", "LATE")
        or reading.word(end) == "from"
        or reading.word(unit) == "fortnight"
        or bool(one_day and RATE.match(reading.codes, end))
    )


def never_closes(reading: Reading, match: re.Match[str], values: Sequence[Value]) -> bool:
    """Whether a time is how a leaflet says "always": 24 hours a day, a 24-hour helpline."""
    unit, number = reading.tokens[match.start("unit")], values[-1].high
    name = unit.meaning.partition(" ")[2]
    if each := ROUND.match(reading.codes, match.end()):
        every = reading.tokens[each.start("each")].meaning.partition(" ")[2]
        if (str(number), name, every) in ROUND_THE_CLOCK:
            return True
    adjective = number == 24 and name == "hour" and unit.kind == "UNIT"
    return adjective and reading.word(match.end()) not in DEADLINES


def counted_from(reading: Reading, at: int, limit: str, unit: str) -> tuple[str, str, int]:
    """The side on which a duration lies, what it counts from, and the token after the words for the side."""
    kind, word = reading.kind(at), reading.word(at)
    if kind == "LATE":
        return reading.tokens[at].meaning, "", at + 1
    if kind == "SIDE":
        return reading.tokens[at].meaning, _anchor(reading, at + 1), at + 1
    dated = limit == "within" or unit.endswith(("day", "week", "month", "year"))
    if word == "from" and dated and reading.kind(at + 1) != "NUMBER":
        return "after", _anchor(reading, at + 1), at + 1
    if kind == "OF" and limit == "within":
        return "", _anchor(reading, at + 1), at
    return "", "", at


def _anchor(reading: Reading, at: int) -> str:
    """The words that a duration counts from."""
    match = ANCHOR.match(reading.codes, at)
    end = match.end() if match else at
    while end > at and reading.kind(end - 1) in ("DASH", "THE", "ARTICLE", "PRONOUN", "OF"):
        end -= 1
    words = reading.text[reading.tokens[at].start : reading.tokens[end - 1].end] if end > at else ""
    return " ".join(re.sub(r"[*_\[\]]", "", words).split())
