"""Collecting positions: what coders recorded of every version, what they settled, and what persons ruled."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from readacross.coding import SECOND, Text, carry, load_positions
from readacross.deciding import Rulings, rule_on
from readacross.model import Position, Question
from readacross.settling import Cell, cells, load_settlements, settle
from readacross.tracking import changed


def collect(
    root: Path, texts: Mapping[str, Text], bank: Mapping[str, Question], rulings: Rulings
) -> tuple[tuple[Position, ...], tuple[Cell, ...]]:
    """The positions of every version in the order of the bank, and the cells that were coded twice.

    A version on which a question is not coded yet takes over what the version before it says, as far as
    its words stand.  Raises SourceError.
    """
    first: dict[str, tuple[Position, ...]] = {}
    second: list[Position] = []
    for id_, text in texts.items():
        made = load_positions(root, text.source, text.passages, bank)
        first[id_] = (*made, *_carried(text, made, first, texts, bank))
        second += load_positions(root, text.source, text.passages, bank, SECOND)
    order = {id_: number for number, id_ in enumerate(bank)}
    coded = [position for made in first.values() for position in made]
    coded.sort(key=lambda position: order[position.question])
    twice = cells(bank, coded, second)
    settled = _settled(root, texts, bank, twice)
    positions = (
        ruled
        for item in coded
        for ruled in rule_on(
            settled.get((item.version, item.question), item),
            rulings,
            texts[item.version],
            bank[item.question],
        )
    )
    return tuple(positions), twice


def _carried(
    text: Text,
    made: Sequence[Position],
    before: Mapping[str, Sequence[Position]],
    texts: Mapping[str, Text],
    bank: Mapping[str, Question],
) -> Iterator[Position]:
    """What the version before says on the questions that nobody has coded for this one yet."""
    older = texts.get(text.source.version.supersedes or "")
    if older is None or not before.get(older.source.version.id):
        return
    coded = {position.question for position in made}
    now, was = text.source.reading, older.source.reading
    moved = Text(text.source, text.passages, was, changed(was, now))
    for position in before.get(older.source.version.id, ()):
        if position.question not in coded:
            yield carry(position, moved, bank[position.question])


def _settled(
    root: Path, texts: Mapping[str, Text], bank: Mapping[str, Question], twice: Sequence[Cell]
) -> dict[tuple[str, str], Position]:
    """What each cell that was coded twice comes to, by version and question."""
    settlements = load_settlements(root, bank, texts)
    return {
        (cell.first.version, cell.question.id): settle(
            cell, settlements.get((cell.question.id, cell.first.version)), texts[cell.first.version]
        )
        for cell in twice
    }
