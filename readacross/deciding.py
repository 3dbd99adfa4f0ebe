"""Deciding: what a person ruled on positions and divergences, read from index/rulings.yaml and applied.

A ruling rests on what the person saw: the coded answer, its words and the sentences they stand in.  When any
of it changes, the ruling is open again and changes nothing until it is made anew.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias, cast

from readacross.coding import Text, read_position, requote
from readacross.model import SEVERITIES, Coded, Divergence, Json, Position, Question, Ruling
from readacross.quoting import find_quote, fold
from readacross.records import Record, yaml_records
from readacross.rulings import About, about_divergence, about_ruling
from readacross.storing import json_line
from readacross.tracking import neighbours
from readacross.values import canonical

RULINGS = Path("index/rulings.yaml")
DECISIONS = ("confirmed", "corrected", "dismissed")
KEYS = (
    "question", "version", "versions", "against", "ruling", "by", "on", "why", "rests_on", "position", "severity",
)  # fmt: skip


class Ruled(NamedTuple):
    """A ruling, and the entry that records it."""

    ruling: Ruling
    entry: Record


Rulings: TypeAlias = Mapping[About, Ruled]
"""The last ruling about each position and divergence."""


def load_rulings(root: Path, questions: Mapping[str, Question], versions: Collection[str]) -> Rulings:
    """The rulings of index/rulings.yaml; none where the file is missing.  Raises SourceError."""
    if not (root / RULINGS).exists():
        return {}
    found = {}
    for entry in yaml_records(root / RULINGS, RULINGS):
        entry.only(KEYS)
        ruling = _ruling(entry, questions, versions)
        found[about_ruling(ruling)] = Ruled(ruling, entry)
    return found


def _ruling(entry: Record, questions: Mapping[str, Question], versions: Collection[str]) -> Ruling:
    named = entry.texts("versions") or (entry.text("version"),)
    for key in ("question", "against"):
        if key in entry.values and entry.text(key) not in questions:
            what = f"there is no question {entry.text(key)!r}"
            raise entry.wrong(key, what, "use an id of index/questions.yaml")
    for version in named:
        if version not in versions:
            raise entry.wrong(
                "version" if "version" in entry.values else "versions",
                f"there is no version {version!r}",
                "use an id as readacross versions --all-versions prints it",
            )
    ruling = entry.choice("ruling", DECISIONS)
    if ruling == "corrected" and not {"position", "severity"} & entry.values.keys():
        raise entry.wrong(
            "ruling", "nothing says what is right", "add position: {value, force, quotes}, or severity"
        )
    return Ruling(
        entry.text("question"),
        named,
        cast("Literal['confirmed', 'corrected', 'dismissed']", ruling),
        entry.text("by"),
        entry.text("on"),
        entry.text("why"),
        entry.text("rests_on", "-").strip("-"),
        entry.json("position"),
        entry.choice("severity", SEVERITIES) if entry.maybe("severity") else None,
        entry.maybe("against") or "",
    )


def seen(position: Position, reading: str) -> str:
    """The digest of what a person sees of a position: its answer, its words, and the sentences around them."""
    spans = [quote.reading for quote in position.quotes]
    spans += [found.span for words in position.lost for found in find_quote(words, reading)]
    words = [[fold(span.of(reading))[0], neighbours(reading, span)] for span in spans]
    silence = fold(reading)[0].split() if position.status == "silent" else None
    said = [position.question, position.version, position.status, position.force]
    return _digest([*said, canonical("", position.value), words, list(position.lost), silence])


Digests: TypeAlias = Callable[[Position], str]
"""What a person sees of a position, as a digest."""


def seen_together(divergence: Divergence, digests: Digests) -> str:
    """The digest of what a person sees of a divergence: both positions, and what the rules make of them."""
    return _digest([divergence.kind, divergence.rule, *sorted(map(digests, divergence.positions))])


def rule_on(position: Position, rulings: Rulings, text: Text, question: Question) -> tuple[Position, ...]:
    """A position as a person ruled on it: confirmed, corrected, or gone; as it was, where nobody did.

    A ruling that rests on something else than the position as it is now is open again and changes nothing.
    """
    ruled = rulings.get(About(position.question, frozenset([position.version])))
    if ruled is None or ruled.ruling.rests_on != seen(position, text.source.reading):
        return (position,)
    ruling = ruled.ruling
    maker = Coded(ruling.by, ruling.on, "confirmed")
    if ruling.ruling == "dismissed":
        return ()
    if ruling.ruling == "corrected":
        return (read_position(ruled.entry.table("position"), maker, text, question),)
    again = requote(position, text)
    return (position if again.lost else replace(again, coded=maker),)


def in_force(found: Sequence[Divergence], rulings: Rulings, digests: Digests) -> dict[About, Ruling]:
    """The rulings on divergences that rest on what stands now; any other is open again."""
    return {
        about: made.ruling
        for divergence in found
        if divergence.level != "group"
        and (made := rulings.get(about := about_divergence(divergence)))
        and made.ruling.rests_on == seen_together(divergence, digests)
    }


def _digest(parts: Sequence[object]) -> str:
    return sha256(json_line(cast("list[Json]", list(parts))).encode()).hexdigest()[:16]
