"""How far two coders agree: percent and Cohen's kappa, topic by topic, and every cell on which they do not.

The second coding stands beside the first as `coding-2.yaml`, made without sight of it.  A cell is one
question of one version.  Two coders agree on a cell when both call it silent, or both state the same value
(in canonical form); where an answer is free text, a contact or a set of conditions, when both state it.
Kappa corrects for chance over the categories met in a topic (Cohen 1960).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from readacross.model import Topic
from readacross.settling import Cell


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


def by_topic(topics: Iterable[Topic], cells: Sequence[Cell]) -> tuple[Agreement, ...]:
    """Agreement for each topic that has cells, and for all of them together, last."""
    rows = []
    for topic in topics:
        on = [cell for cell in cells if cell.question.topic == topic.id]
        if on:
            rows.append(agreement(topic.title, on))
    return (*rows, agreement("all topics", cells))
