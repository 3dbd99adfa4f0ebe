"""Values of positions: in words for readers, and in a form in which equal things are equal.

Half an hour is 30 minutes and two weeks are 14 days; ten days are not ten working days, and three months
are not twelve weeks.
"""

from collections.abc import Iterator, Mapping

from readacross.model import Json, Position, Question
from readacross.periods import in_words as date_in_words

MINUTES = {"minute": 1, "hour": 60}
DAYS = {"day": 1, "week": 7}
MONTHS = {"month": 1, "year": 12}


def in_words(question: Question, position: Position) -> str:
    """What a position says, in the words shown to readers."""
    if position.status == "silent":
        return "not stated"
    value = position.value
    if question.answer_type == "duration" and isinstance(value, dict):
        return _duration(question, value)
    if question.answer_type == "frequency" and isinstance(value, dict):
        return _frequency(value)
    if isinstance(value, bool):
        known = {option.id for option in question.options}
        return (
            question.words(str(value).lower()) if str(value).lower() in known else ("yes" if value else "no")
        )
    if question.answer_type == "date" and isinstance(value, str):
        return date_in_words(value)
    return "; ".join(_fields(question, value)) if isinstance(value, dict) else _plain(question, value)


FIELDS = {
    "tel": "telephone ", "sms": "text message ", "minicom": "minicom ", "fax": "fax ", "email": "e-mail ",
    "web": "website ", "alt": "or: ", "exceptions": "except: ",
}  # fmt: skip
"""What stands before a field of an answer, where its value does not speak for itself."""


def _fields(question: Question, table: Mapping[str, Json]) -> Iterator[str]:
    """A table of details, read out field by field."""
    for name, value in table.items():
        before = FIELDS.get(name, "")
        if isinstance(value, dict):
            yield before + ", ".join(_fields(question, value))
        elif isinstance(value, bool) or (isinstance(value, int | float) and not before):
            yield f"{name.replace('_', ' ')}: {_plain(question, value)}"
        elif value is not None:
            yield before + _plain(question, value)


def _plain(question: Question, value: Json) -> str:
    if isinstance(value, list):
        return "; ".join(_plain(question, item) for item in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    exact = question.answer_type == "contact" or not isinstance(value, str)
    return str(value) if exact else question.words(str(value))


def _duration(question: Question, value: Mapping[str, Json]) -> str:
    """A duration; what it counts from is worded by the question's options, or takes "the"."""
    options = value.get("any_of")
    if isinstance(options, list):
        joined = " or ".join(_duration(question, item) for item in options if isinstance(item, dict))
        last = {"latest": ", whichever is later", "earliest": ", whichever is earlier"}
        return joined + last.get(str(value.get("combine")), "")
    anchor, known = str(value.get("anchor") or ""), {option.id for option in question.options}
    anchored = f" {question.words(anchor) if anchor in known else f'the {anchor}'}" if anchor else ""
    if value.get("vague"):
        return f"{value['vague']}{anchored}"
    relation, side = str(value.get("rel") or "at"), str(value.get("side") or "")
    amount = _amount(value.get("n"), str(value.get("unit")), value.get("qual"))
    if relation in ("before", "after"):
        return f"{amount} {relation}{anchored}"
    joined = f" {side or ('of' if relation == 'within' else 'from')}{anchored}" if anchored else ""
    return f"{RELATIONS.get(relation, '')}{amount}{joined}"


RELATIONS = {
    "within": "within ", "at_least": "at least ", "at_most": "at most ", "over": "over ", "under": "under ",
}  # fmt: skip
BOUNDS = {"at_least_as_often": "at least ", "at_most_as_often": "at most "}


def _frequency(value: Mapping[str, Json]) -> str:
    if value.get("vague"):
        return f"{value['vague']} (no interval given)"
    every, unit = value.get("every"), str(value.get("unit"))
    if not isinstance(every, list) or not every:
        return str(every)
    working = f"{value['qual']} " if value.get("qual") else ""
    bound = BOUNDS.get(str(value.get("bound")), "")
    first, last = every[0], every[-1]
    if first == last == 1:
        return f"{bound}every {working}{unit}"
    between = f"{first}" if first == last else f"{first} to {last}"
    return f"{bound}every {between} {working}{unit}s"


def _amount(n: Json, unit: str, qualifier: Json) -> str:
    working = f"{qualifier} " if qualifier else ""
    if isinstance(n, list) and n:
        return f"{n[0]} to {n[-1]} {working}{unit}s"
    return f"{n} {working}{unit}" + ("" if n == 1 else "s")


def canonical(answer_type: str, value: Json) -> Json:
    """A value in a form in which equal things are equal: units reduced, sets and table keys in order."""
    if answer_type == "set" and isinstance(value, list):
        return sorted(value, key=str)
    if isinstance(value, dict):
        return canonical_table(value)
    if isinstance(value, list):
        return [canonical("", item) for item in value]
    return value.strip().casefold() if isinstance(value, str) else value


def canonical_table(value: Mapping[str, Json]) -> dict[str, Json]:
    """A table in canonical form: empty fields left out, units reduced."""
    return _reduced({key: canonical("", item) for key, item in sorted(value.items()) if item is not None})


def _reduced(value: dict[str, Json]) -> dict[str, Json]:
    """Weeks as days, hours as minutes and years as months, unless a qualifier such as "working" is given."""
    unit = value.get("unit")
    if not isinstance(unit, str) or value.get("qual"):
        return value
    for table, base in ((MINUTES, "minute"), (DAYS, "day"), (MONTHS, "month")):
        if unit in table:
            value["unit"] = base
            for key in ("n", "every"):
                if key in value:
                    value[key] = _times(value[key], table[unit])
    return value


def _times(amount: Json, factor: int) -> Json:
    if isinstance(amount, list):
        return [_times(item, factor) for item in amount]
    return amount * factor if isinstance(amount, int | float) and not isinstance(amount, bool) else amount
