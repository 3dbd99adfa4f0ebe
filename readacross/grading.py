"""How good the flags are: precision and recall on pairs that a reader judged without sight of the coding.

The reader is not the measure of truth, only another pair of eyes: a list that names one more member is a
difference to one officer and none to another.  Figures are given for all pairs, and for those the reader
was sure of.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

from readacross.comparing import compare
from readacross.errors import SourceError
from readacross.library import Library
from readacross.model import Position
from readacross.records import Record, read_yaml

PAIRS = Path("qa/pairs.yaml")
STRATA = ("flagged", "silent", "unflagged")
JUDGEMENTS = ("same", "differ", "one_silent", "both_silent")
KINDS = ("contradiction", "number_or_time", "strength", "scope", "one_silent")
SPOKEN = KINDS[:-1]
"""The kinds in which both versions speak."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A pair of versions on one question, as a reader judged it; it stands for `weight` pairs like it."""

    question: str
    versions: tuple[str, ...]
    kind: str
    sure: bool
    weight: float


@dataclass(frozen=True, slots=True)
class Share:
    """A share of some pairs, weighed by how many pairs each stands for, and how many were looked at."""

    part: float
    whole: float
    looked_at: int

    @property
    def percent(self) -> float | None:
        """The share in percent; None of nothing."""
        return 100 * self.part / self.whole if self.whole else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval of the share in percent, for the number looked at (Wilson 1927)."""
        if not self.whole:
            return None
        n, p, z = self.looked_at, self.part / self.whole, 1.96
        middle, half = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return (
            max(0.0, 100 * (middle - half) / (1 + z * z / n)),
            min(100.0, 100 * (middle + half) / (1 + z * z / n)),
        )


@dataclass(frozen=True, slots=True)
class Grade:
    """For a kind: the share of our flags that the reader sees too, and of the reader's that we flag."""

    kind: str
    precision: Share
    recall: Share


def load_pairs(root: Path) -> tuple[Judged, ...]:
    """The judged pairs of qa/pairs.yaml; none where the file is missing.  Raises SourceError."""
    if not (root / PAIRS).exists():
        return ()
    file = read_yaml(root / PAIRS, PAIRS)
    if not isinstance(file, Record):
        raise SourceError(PAIRS, "the file is a bare list", "begin it with drawn: and pairs:", 1)
    file.only(("drawn", "pairs"))
    drawn = file.table("drawn")
    weights = {name: _weight(drawn.table(name)) for name in drawn.values}
    return tuple(_judged(entry, weights) for entry in file.records("pairs"))


def _weight(entry: Record) -> float:
    of, taken = entry.number("of"), entry.number("taken")
    if not of or not taken:
        raise entry.wrong(None, "of and taken are not numbers above 0", "write {of: 100, taken: 20}")
    return of / taken


def _judged(entry: Record, weights: Mapping[str, float]) -> Judged:
    judgement = entry.choice("judgement", JUDGEMENTS)
    kind = entry.choice("kind", SPOKEN) if judgement == "differ" else judgement
    weight = weights[entry.choice("drawn", tuple(weights))]
    return Judged(
        entry.text("question"), entry.texts("versions"), kind, entry.values.get("sure") is True, weight
    )


def grade(library: Library, pairs: Sequence[Judged], *, sure: bool = False) -> tuple[Grade, ...]:
    """Precision and recall by kind, then of all kinds in which both versions speak, last.

    A flag of one kind that the reader calls another counts as seen: readers agree on whether two leaflets
    differ far more than on the name of the difference.
    """
    rows = [(pair, found) for pair in pairs if (found := _flag(library, pair)) and (pair.sure or not sure)]
    grades = [_grade(kind, (kind,), rows) for kind in KINDS]
    return (*grades, _grade("all in which both speak", SPOKEN, rows))


def _grade(name: str, kinds: Sequence[str], rows: Sequence[tuple[Judged, str]]) -> Grade:
    same = SPOKEN if set(kinds) <= set(SPOKEN) else kinds
    flagged = [pair for pair, found in rows if found in kinds]
    judged = [(pair, found) for pair, found in rows if pair.kind in kinds]
    return Grade(
        name,
        _share([(pair, pair.kind in same) for pair in flagged]),
        _share([(pair, found in same) for pair, found in judged]),
    )


def _share(rows: Sequence[tuple[Judged, bool]]) -> Share:
    whole = sum(pair.weight for pair, _ in rows)
    return Share(sum(pair.weight for pair, right in rows if right), whole, len(rows))


def _flag(library: Library, pair: Judged) -> str:
    """The kind of divergence that the rules find between two versions, "same" for none; "" where uncoded."""
    on_it: dict[str, Position] = {item.version: item for item in library.positions(pair.question)}
    if not set(pair.versions) <= on_it.keys():
        return ""
    a, b = (on_it[version] for version in pair.versions)
    leaflets = {library.versions[version].leaflet for version in pair.versions}
    found = compare(library.questions[pair.question], a, b, one_leaflet=len(leaflets) == 1)
    return found.kind if found else "same"
