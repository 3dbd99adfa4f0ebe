"""Corroborating numbers: every number of a coded time is one that the reader of amounts sees in its quotes."""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from readacross.amounts import read_amounts, value_of
from readacross.markup import plain
from readacross.model import Json, Position
from readacross.values import canonical_table

Number: TypeAlias = tuple[int | float, int | float, str, str]
"""The lowest and the highest number, the unit in its canonical form, and the qualifier."""

TIMES = ("duration", "frequency")


def unread(position: Position, answer_type: str) -> tuple[str, ...]:
    """The numbers of a stated time that none of its quotes seems to give, in words; mostly none."""
    if answer_type not in TIMES or position.status == "silent" or not isinstance(position.value, dict):
        return ()
    read = {
        number
        for quote in position.quotes
        for amount in read_amounts(plain(quote.quote))
        for number in _numbers(value_of(amount))
    }
    return tuple(_in_words(number) for number in _numbers(position.value) if number not in read)


def _numbers(value: Json) -> Iterator[Number]:
    """The numbers of a time, alternatives one by one."""
    if not isinstance(value, Mapping):
        return
    several = value.get("any_of")
    for item in several if isinstance(several, list) else ():
        yield from _numbers(item)
    table = canonical_table(value)
    numbers = table.get("n", table.get("every"))
    both = numbers if isinstance(numbers, list) else [numbers, numbers]
    low, high = both[0], both[-1]
    if isinstance(low, int | float) and isinstance(high, int | float):
        yield low, high, str(table.get("unit")), str(table.get("qual") or "")


def _in_words(number: Number) -> str:
    low, high, unit, qualifier = number
    amount = f"{low}" if low == high else f"{low} to {high}"
    return " ".join(part for part in (amount, qualifier, unit) if part)
