"""How far two coders agree: percent and Cohen's kappa, topic by topic, and every cell on which they do not.

The second coding stands beside the first as `coding-2.yaml`, made without sight of it.  A cell is one
question of one version.  Two coders agree on a cell when both call it silent, or both state the same value
(in canonical form); where an answer is free text, a contact or a set of conditions, when both state it.
Kappa corrects for chance over the categories met in a topic (Cohen 1960).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from readacross.coding import load_positions
from readacross.drafting import Draft
from readacross.model import Position, Question
from readacross.storing import json_line
from readacross.values import canonical

SECOND = "coding-2.yaml"
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


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two coders agree on some cells: counts, percent, and kappa where chance leaves room for it."""

    name: str
    cells: int
    agreed: int
    kappa: float | None

    @property
    def percent(self) -> float:
        """The share of cells on which they agree, in percent."""
        return 100 * self.agreed / self.cells if self.cells else 0.0


def second_coding(root: Path, made: Draft) -> tuple[Cell, ...]:
    """Every cell that both coders have coded, in the order of the question bank."""
    bank = {question.id: question for question in made.questions}
    first = {(position.version, position.question): position for position in made.positions}
    cells = []
    for source, passages in zip(made.sources.sources, made.passages, strict=True):
        for position in load_positions(root, source, passages, bank, SECOND):
            if before := first.get((position.version, position.question)):
                cells.append(Cell(bank[position.question], before, position))
    order = {id_: number for number, id_ in enumerate(bank)}
    return tuple(sorted(cells, key=lambda cell: order[cell.question.id]))


def _category(question: Question, position: Position) -> str:
    if position.status == "silent":
        return "silent"
    if question.answer_type in FREE:
        return "stated"
    value = position.value
    if isinstance(value, dict):
        value = {key: item for key, item in value.items() if key not in OWN_WORDS}
    return json_line(canonical(question.answer_type, value))


def agreement(name: str, cells: Sequence[Cell]) -> Agreement:
    """Percent agreement and Cohen's kappa over some cells."""
    pairs = [cell.categories for cell in cells]
    agreed = sum(first == second for first, second in pairs)
    return Agreement(name, len(pairs), agreed, _kappa(pairs, agreed))


def _kappa(pairs: Sequence[tuple[str, str]], agreed: int) -> float | None:
    """(observed - expected) / (1 - expected); None where both coders used one category throughout."""
    if not pairs:
        return None
    total = len(pairs)
    first, second = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    expected = sum(first[name] * second[name] for name in first) / total**2
    return None if expected == 1 else (agreed / total - expected) / (1 - expected)


def by_topic(made: Draft, cells: Sequence[Cell]) -> tuple[Agreement, ...]:
    """Agreement for each topic that has cells, and for all of them together, last."""
    rows = []
    for topic in made.topics:
        on = [cell for cell in cells if cell.question.topic == topic.id]
        if on:
            rows.append(agreement(topic.title, on))
    return (*rows, agreement("all topics", cells))
