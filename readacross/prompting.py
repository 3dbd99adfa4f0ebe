"""Reviewing at a terminal: one item after the other, each confirmed, corrected, dismissed or left."""

import json
from collections.abc import Callable, Iterator, Sequence

from readacross.model import FORCES, SEVERITIES, Json
from readacross.nearing import Near
from readacross.recording import Decision
from readacross.reviewing import Item
from readacross.showing import wrap

Ask = Callable[[str], str]
"""Puts a question to the person and gives back the line typed; raises EOFError at the end of input."""

Tell = Callable[[str], None]

KEYS = {"c": "confirmed", "x": "corrected", "d": "dismissed"}


def item_lines(item: Item) -> Iterator[str]:
    """An item of the queue for a terminal."""
    yield wrap(f"{item.kind.upper()} ({item.severity}): {item.says}", 0, 2)
    yield wrap(f"why it is here: {item.why}", 2, 4)
    for quote in item.quotes:
        yield wrap(f"“{quote}”", 4, 5)
    for near in item.nearest:
        yield from _near(near)
    about = f"{item.question}  {' | '.join(item.versions)}".strip()
    yield f"  [{about}]"


def _near(near: Near) -> Iterator[str]:
    yield wrap(f"near: “{near.text}”", 4, 6)
    yield f"      [{near.passage}]"


def walk(items: Sequence[Item], ask: Ask, tell: Tell) -> Iterator[Decision]:
    """Put each item that can be ruled on to a person; ends when they quit or the input ends."""
    waiting = [item for item in items if item.question]
    for number, item in enumerate(waiting, 1):
        tell(f"\n{number} of {len(waiting)}")
        for line in item_lines(item):
            tell(line)
        try:
            decision = _decide(item, ask, tell)
        except EOFError:
            return
        if decision == "quit":
            return
        if isinstance(decision, Decision):
            yield decision


def _decide(item: Item, ask: Ask, tell: Tell) -> Decision | str:
    """What the person decides on an item: a decision, or the word skip or quit."""
    choices = "[c]onfirm  " if item.confirmable else ""
    while True:
        answer = ask(f"{choices}[x] correct  [d]ismiss  [s]kip  [q]uit: ").strip().lower()[:1]
        if answer in ("s", "", "q"):
            return "quit" if answer == "q" else "skip"
        if answer in KEYS and (answer != "c" or item.confirmable):
            break
        tell("Type one of the letters.")
    position, severity = None, None
    if answer == "x":
        if len(item.versions) > 1 or item.against:
            severity = _one_of("severity", SEVERITIES, ask, tell)
        else:
            position = _position(ask, tell)
    return Decision(item, KEYS[answer], _words("why: ", ask, tell), position, severity)


def _position(ask: Ask, tell: Tell) -> Json:
    """A corrected position, field by field."""
    position: dict[str, Json] = {"value": _value(ask("value (as in coding.yaml; words, true, 3 or JSON): "))}
    if force := _one_of("force, or nothing", ("", *FORCES), ask, tell):
        position["force"] = force
    quotes: list[Json] = []
    while quote := ask("quote (the leaflet's own words; nothing to end): ").strip():
        quotes.append(quote)
    return {**position, "quotes": quotes}


def _value(words: str) -> Json:
    try:
        value: Json = json.loads(words)
    except ValueError:
        return words.strip()
    return value


def _one_of(what: str, allowed: Sequence[str], ask: Ask, tell: Tell) -> str:
    while (answer := ask(f"{what} ({', '.join(filter(None, allowed))}): ").strip()) not in allowed:
        tell("Type one of these words.")
    return answer


def _words(prompt: str, ask: Ask, tell: Tell) -> str:
    while not (answer := ask(prompt).strip()):
        tell("A ruling needs a reason.")
    return answer
