"""Two codings of one version: where the coders differ, and what they settled on.

A second coding is made blind to the first and kept as it was made; so is the first.  What the coders agreed
on where they differed stands in index/settlements.yaml, with the reason: the review sheet.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from readacross.coding import Text, read_position
from readacross.model import Coded, Position, Question
from readacross.records import Record, yaml_records
from readacross.storing import json_line
from readacross.values import canonical

SETTLEMENTS = Path("index/settlements.yaml")
KEYS = ("question", "version", "keeps", "position", "by", "on", "why")

FREE = ("text", "contact", "condition")
"""Answer types whose wording is the coder's own; agreement is on whether the leaflet states it."""

OWN_WORDS = ("anchor", "rel")
"""Fields of a time that coders name in their own words; agreement is on number, unit and qualifier."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One question of one version, as two coders recorded it."""

    question: Question
    first: Position
    second: Position

    @property
    def categories(self) -> tuple[str, str]:
        """What each coder recorded, as a category."""
        return _category(self.question, self.first), _category(self.question, self.second)

    @property
    def agreed(self) -> bool:
        """Whether they recorded the same."""
        first, second = self.categories
        return first == second


def _category(question: Question, position: Position) -> str:
    if position.status == "silent":
        return "silent"
    if question.answer_type in FREE:
        return "stated"
    value = position.value
    if isinstance(value, dict):
        value = {key: item for key, item in value.items() if key not in OWN_WORDS}
    return json_line(canonical(question.answer_type, value))


def cells(
    questions: Mapping[str, Question], first: Sequence[Position], second: Sequence[Position]
) -> tuple[Cell, ...]:
    """Every cell that both coders have coded, in the order of the question bank; stale ones left out."""
    before = {(item.version, item.question): item for item in first if item.coded.status != "stale"}
    found = [
        Cell(questions[item.question], before[item.version, item.question], item)
        for item in second
        if item.coded.status != "stale" and (item.version, item.question) in before
    ]
    order = {id_: number for number, id_ in enumerate(questions)}
    return tuple(sorted(found, key=lambda cell: order[cell.question.id]))


def load_settlements(
    root: Path, questions: Mapping[str, Question], versions: Collection[str]
) -> dict[tuple[str, str], Record]:
    """What coders settled, by question and version; none where the file is missing.  Raises SourceError."""
    if not (root / SETTLEMENTS).exists():
        return {}
    found: dict[tuple[str, str], Record] = {}
    for entry in yaml_records(root / SETTLEMENTS, SETTLEMENTS):
        entry.only(KEYS)
        about = (entry.text("question"), entry.text("version"))
        for key, name, known in zip(("question", "version"), about, (questions, versions), strict=True):
            if name not in known:
                raise entry.wrong(key, f"there is no {key} {name!r}", "use an id as the commands print it")
        if about in found:
            raise entry.wrong("question", "this cell is settled twice", "keep one of them")
        entry.choice("keeps", ("first", "second", "neither"))
        found[about] = entry
    return found


def settle(cell: Cell, entry: Record | None, text: Text) -> Position:
    """The position that a cell comes to: the first coder's, disputed where the coders differ unsettled."""
    if entry is None:
        disputed = replace(cell.first, coded=replace(cell.first.coded, status="disputed"))
        return cell.first if cell.agreed else disputed
    kept = {"first": cell.first, "second": cell.second}.get(entry.text("keeps"))
    if kept is None:
        maker = Coded(entry.text("by"), entry.text("on"), "coded")
        kept = read_position(entry.table("position"), maker, text, cell.question)
    return replace(kept, settled=entry.text("why"))
