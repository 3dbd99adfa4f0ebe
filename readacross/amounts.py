"""Amounts: the durations, frequencies and ages that stand in the text of a leaflet.

A small grammar: patterns over the classes of the lexicon say what an amount looks like, and functions read
what its parts say.  A number is an amount only where its words make it one: the modal "may", telephone
numbers, vague words ("several weeks"), round-the-clock phrases ("24 hours a day") and names ("a day centre")
are none.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal, NamedTuple

from readacross.grammar import (
    BEGINS,
    Reading,
    Value,
    counted_from,
    is_meant,
    is_name,
    is_year,
    limit_of,
    never_closes,
    pattern,
    qualifier_of,
    values_of,
)
from readacross.lexicon import codes_of, tokens_of
from readacross.model import Json, Span
from readacross.values import DAYS, MINUTES, MONTHS

BOUNDS = {
    "duration": ("at", "within", "before", "after", "at_least", "at_most", "over", "under"),
    "frequency": ("every", "at_least_as_often", "at_most_as_often"),
    "age": ("at", "between", "at_least", "at_most", "over", "under"),
}
"""How an amount may be bounded, by kind."""

OFTEN = {"at_least": "at_least_as_often", "over": "at_least_as_often"} | {
    "at_most": "at_most_as_often", "under": "at_most_as_often"
}  # fmt: skip
INVERSE = {"at_least": "at_most", "over": "under", "at_most": "at_least", "under": "over"}
AGED = {"before": "under", "after": "over", "within": "at_most"}
"""What limits mean of how often, of the time between, and of ages ("before the age of five")."""

AGE_LIMITS = ("over", "under", "older than", "younger than")
"""Limits that say an age by themselves: "more than 12" may be of anything."""

ONE_THING = ("intervals", "basis")
"""Words in s after which "six monthly" is every six months, not six things a month."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A duration, a frequency (the time from one occurrence to the next) or an age, and its words.

    `anchor` is what a duration counts from, `side` the side of it on which it lies: "at least two days before
    the hearing" is at least two days, before "the hearing".
    """

    kind: Literal["duration", "frequency", "age"]
    span: Span
    words: str
    low: int | Fraction
    high: int | Fraction
    unit: str
    qualifier: str | None
    bound: str
    anchor: str = ""
    side: str = ""


class Found(NamedTuple):
    """An amount, and the tokens it begins and ends with."""

    amount: Amount
    first: int
    end: int


def read_amounts(text: str) -> tuple[Amount, ...]:
    """The amounts in a text, in order; their spans never overlap."""
    tokens = tokens_of(text)
    reading = Reading(text, tokens, codes_of(tokens))
    found: list[Found] = []
    begins = BEGINS.search(reading.codes)
    while begins:
        amounts, at = _at(reading, begins.start())
        found += amounts
        begins = BEGINS.search(reading.codes, at)
    return tuple(item.amount for item in _joined(reading, found))


def _at(reading: Reading, at: int) -> tuple[list[Found], int]:
    """What is read at a token, and the token to go on from."""
    for looks_like, read in RULES:
        match = looks_like.match(reading.codes, at)
        amounts = read(reading, match) if match else None
        if match and amounts is not None:
            return amounts, max(match.end(), *(item.end for item in amounts), at + 1)
    return [], at + 1


def _placed(reading: Reading, values: Sequence[Value], end: int, unit: str, said: Amount) -> list[Found]:
    """What is said of each value, with its numbers and its place; the last of a list reaches to the end."""
    factor, _, name = unit.partition(" ")
    placed = []
    for value in values:
        stop = end if value is values[-1] else value.last + 1
        span = Span(reading.tokens[value.first].start, reading.tokens[stop - 1].end)
        low, high = (_whole(number * int(factor)) for number in (value.low, value.high))
        amount = replace(said, span=span, words=span.of(reading.text), low=low, high=high, unit=name)
        placed.append(Found(amount, value.first, stop))
    return placed


def _whole(number: Fraction) -> int | Fraction:
    return number.numerator if number.denominator == 1 else number


def _said(kind: Literal["duration", "frequency", "age"], bound: str, qualifier: str | None = None) -> Amount:
    return Amount(kind, Span(0, 0), "", 0, 0, "", qualifier, bound)


def _duration(reading: Reading, match: re.Match[str]) -> list[Found] | None:
    """A duration: how long, within what limit, on which side of what."""
    at, values = match.start("unit"), values_of(reading, match)
    unit = reading.tokens[at]
    if values and (is_name(reading, at) or is_year(unit, values) or not is_meant(reading, match)):
        return None
    if not values or never_closes(reading, match, values):
        return []
    limit, before = limit_of(reading, match)
    side, anchor, end = counted_from(reading, match.end(), limit, unit.meaning)
    side, limit = side or before, "" if limit == "at" else limit
    if side == "before" and "later than" in " ".join(token.word for token in reading.part(match, "left")):
        limit = "at_least"
    said = _said("duration", limit or side or "at", qualifier_of(reading, match))
    said = replace(said, anchor=anchor, side=side)
    return _placed(reading, values, end, unit.meaning, said)


def _frequency(reading: Reading, match: re.Match[str]) -> list[Found] | None:
    """A frequency: the time from one occurrence to the next, or so many times in a time."""
    at, values = match.start("unit"), values_of(reading, match)
    if not values or is_name(reading, at):
        return None
    if times := reading.part(match, "times"):
        counts = [token.value for token in times if token.kind in ("NUMBER", "ONCE")]
        values = [each._replace(low=each.low / max(counts), high=each.high / min(counts)) for each in values]
    limit = limit_of(reading, match)[0] if "left" in match.re.groupindex else ""
    if reading.kind(match.start()) == "INTERVALS":
        limit = INVERSE.get(limit, limit)
        values = [values[0]._replace(first=match.start())]
    said = _said("frequency", OFTEN.get(limit, "every"), qualifier_of(reading, match))
    return _placed(reading, values[-1:], match.end(), reading.tokens[at].meaning, said)


def _timely(reading: Reading, match: re.Match[str]) -> list[Found] | None:
    """A frequency in one word ("weekly", "six-monthly"); "two weekly visits" are weekly, and two."""
    before, after = reading.kind(match.start() - 1), reading.word(match.end())
    if before == "DASH" and reading.kind(match.start() - 2) == "WORD":
        return None
    plural = after.endswith("s") and reading.kind(match.end()) in ("WORD", "EVENT") and after not in ONE_THING
    if reading.part(match, "number") and plural and reading.kind(match.start("unit") - 1) != "DASH":
        return None
    return _frequency(reading, match)


def _age(reading: Reading, match: re.Match[str]) -> list[Found] | None:
    """An age: at, over or under so many years, or between two."""
    values = values_of(reading, match)
    if not values or values[-1].high > 120:
        return None
    unit = next((token.meaning for token in reading.part(match, "unit")), "1 year")
    limits = [token for name in ("left", "inner", "tail") for token in reading.part(match, name)]
    meant = [token.meaning for token in limits if token.kind not in ("THE", "ARTICLE", "FILL", "OF", "WORD")]
    bound = AGED.get(meant[-1], meant[-1]) if meant else "at"
    if values[-1].low < values[-1].high:
        bound = "between"
    return _placed(reading, values, match.end(), unit, _said("age", bound))


def _person(reading: Reading, match: re.Match[str]) -> list[Found] | None:
    """The age of a person who is named: "adults over 65", "babies under 12 months", "you are 18"."""
    whose, unit = reading.kind(match.start()), reading.part(match, "unit")
    limits = [*reading.part(match, "left"), *reading.part(match, "tail")]
    of_age = not unit or unit[0].meaning == "1 year" or whose == "CHILD"
    return _bare(reading, match) if of_age and all(limit.meaning in INVERSE for limit in limits) else None


def _bare(reading: Reading, match: re.Match[str]) -> list[Found] | None:
    """An age without a word that says so: a whole number, and not the word "one"."""
    number = [token.word for token in reading.part(match, "number")]
    whole = all(value.low.denominator == 1 for value in values_of(reading, match))
    return _age(reading, match) if whole and number != ["one"] else None


def _unnamed(reading: Reading, match: re.Match[str]) -> list[Found] | None:
    """An age that begins a sentence ("Over 12?"): a limit of another kind says nothing of age."""
    return _bare(reading, match) if reading.part(match, "left")[0].word in AGE_LIMITS else None


def _group(reading: Reading, match: re.Match[str]) -> list[Found] | None:
    """The ages of a group ("over-60s"); with a capital it is the name of one, unless it does something."""
    first = reading.text[reading.tokens[match.start()].start]
    named = first.isupper() and reading.kind(match.end()) not in ("BE", "MODAL")
    over_or_under = reading.part(match, "left")[0].word in AGE_LIMITS
    return _age(reading, match) if over_or_under and not named else None


def _years(reading: Reading, match: re.Match[str]) -> list[Found] | None:
    """An age such as "18 years and over" or "six months or older"."""
    years, old = reading.part(match, "unit")[0].meaning == "1 year", reading.part(match, "tail")[0].word
    return _age(reading, match) if years or old.endswith(("older", "younger")) else None


Reader = Callable[[Reading, "re.Match[str]"], list[Found] | None]

RULES: tuple[tuple[re.Pattern[str], Reader], ...] = tuple(
    (pattern(written), reader)
    for written, reader in (
        ("LEFT EVERY FILL{0,2}(?:(?P<nth>ORDINAL)|QUANTITIES|PART)?SPELL HALF TAIL", _frequency),
        ("LEFT COUNT DASH?EACH DASH?(?:(?P<nth>ORDINAL)|(?P<number>QUANTITY))?SPELL TAIL", _frequency),
        ("LEFT(?:COUNT DASH?|QUANTITIES DASH?|PART DASH?)?(?P<unit>TIMELY)(?!SUM)TAIL", _timely),
        ("(?P<unit>ANNUAL)(?=WORD{0,2}EVENT)", _frequency),
        ("(?P<nth>ALTERNATE)(?P<unit>UNITS)", _frequency),
        ("INTERVALS LEFT QUANTITIES ADJECTIVES TIME", _frequency),
        ("AGED QUANTITIES(?:DASH?TIME)?(?:DASH?OLD)?(?P<tail>ORMORE)?", _age),
        ("LEFT QUANTITIES DASH?TIME DASH?OLD(?P<tail>ORMORE)?", _age),
        ("WHO[MODAL BE OWN]{0,4}(?P<left>LIMIT)QUANTITIES(?:TIME|FREE)", _person),
        ("[PERSON CHILD](?P<left>LIMIT)QUANTITIES(?=WORD)", _person),
        ("WHO[MODAL BE OWN]{0,4}OF?(?P<left>LIMIT?)QUANTITIES TIME?(?P<tail>ORMORE)", _person),
        ("WHO[MODAL OWN]{0,3}BE MODAL{0,2}(?P<left>)QUANTITIES FREE", _person),
        ("(?P<left>)QUANTITIES TIME(?P<tail>ORMORE)", _years),
        ("START(?P<left>LIMIT)QUANTITIES FREE", _unnamed),
        ("START(?P<left>)QUANTITIES(?P<tail>ORMORE)FREE", _bare),
        ("(?<=[AND OR])(?P<left>LIMIT)QUANTITIES FREE", _unnamed),
        ("(?P<left>LIMIT)DASH?(?P<nth>PLURAL)", _group),
        ("LEFT PART ONE_SPELL TAIL", _duration),
        ("LEFT(?P<lone>ARTICLE)ONE_SPELL HALF(?P<more>OR NUMBER)?TAIL(?:(?<=OWN)|UNNAMED)", _duration),
        ("LEFT QUANTITIES PLUS SPELL HALF TAIL", _duration),
    )
)  # fmt: skip
"""What amounts look like, and who reads them; the first that reads something is right."""


def _joined(reading: Reading, found: Sequence[Found]) -> list[Found]:
    """Amounts with those that are one in two units joined: "1 hour 30 minutes", "18 months to 3 years"."""
    kept: list[Found] = []
    for item in found:
        whole = _whole_of(reading, kept[-1], item) if kept else None
        kept[len(kept) - bool(whole) :] = [whole or item]
    return kept


def _whole_of(reading: Reading, found: Found, more: Found) -> Found | None:
    """Two amounts as one range or one sum, where they are."""
    a, b = found.amount, more.amount
    scale = next((table for table in (MINUTES, DAYS, MONTHS) if {a.unit, b.unit} <= set(table)), None)
    single = a.low == a.high and b.low == b.high
    if not (scale and single and b.kind == "duration" and a.kind != "frequency"):
        return None
    unit = min(a.unit, b.unit, key=lambda name: scale[name])
    low, high = (Fraction(each.low * scale[each.unit], scale[unit]) for each in (a, b))
    between = [token.kind for token in reading.tokens[found.end : more.first]]
    whole = replace(a, span=Span(a.span.start, b.span.end), unit=unit)
    whole = replace(whole, words=whole.span.of(reading.text))
    if between == ["TO"] or (between == ["AND"] and a.words.casefold().startswith("between")):
        ranged = low < high and a.bound in ("at", b.bound)
        bound = "between" if a.kind == "age" else b.bound
        whole = replace(whole, low=_whole(low), high=_whole(high), bound=bound, side=b.side, anchor=b.anchor)
        return Found(whole, found.first, more.end) if ranged else None
    added = between in ([], ["AND"]) and a.unit != unit and high < Fraction(scale[a.unit], scale[unit])
    if not added or a.anchor or b.bound not in ("at", b.side):
        return None
    bound, side = a.bound if a.bound != "at" else b.bound, a.side or b.side
    whole = replace(whole, low=_whole(low + high), high=_whole(low + high), bound=bound, side=side)
    return Found(replace(whole, anchor=b.anchor), found.first, more.end)


FINER = {"hour": ("minute", 60), "week": ("day", 7), "year": ("month", 12)}
"""The unit in which a part of an hour, a week or a year may be whole."""


def value_of(amount: Amount) -> Json:
    """An amount as it is written in coding.yaml; equal amounts are equal by `values.canonical_table`."""
    (low, high), unit = _written(amount)
    value: dict[str, Json] = {"unit": unit}
    if amount.qualifier:
        value["qual"] = amount.qualifier
    if amount.kind == "frequency":
        bound: dict[str, Json] = {} if amount.bound == "every" else {"bound": amount.bound}
        return {"every": [low, high], **value, **bound}
    value = {"n": low if low == high else [low, high], **value}
    if amount.bound != "at":
        value["rel"] = amount.bound
    if amount.side not in ("", amount.bound) and (amount.bound, amount.side) != ("within", "after"):
        value["side"] = amount.side
    if anchor := _plain(amount.anchor):
        value["anchor"] = anchor
    return value


def _written(amount: Amount) -> tuple[tuple[int | float, int | float], str]:
    """The numbers of an amount and their unit, a finer one where that makes them whole."""
    low, high, unit = Fraction(amount.low), Fraction(amount.high), amount.unit
    finer, factor = FINER.get(unit, (unit, 1))
    whole = low.denominator == high.denominator == 1
    if not whole and (low * factor).denominator == (high * factor).denominator == 1:
        low, high, unit = low * factor, high * factor, finer
    return (_number(low), _number(high)), unit


def _number(number: Fraction) -> int | float:
    return number.numerator if number.denominator == 1 else float(number)


def _plain(anchor: str) -> str:
    """What an amount counts from, without the articles that differ from leaflet to leaflet."""
    words = [word for word in anchor.casefold().split() if word not in ("the", "a", "an")]
    return " ".join(words[words[:1] in (["your"], ["our"], ["this"], ["that"]) :])
