"""Floors: figures on the test questions below which a change may not fall, kept in qa/floors.json.

They hold for one corpus and one set of test questions, whose hash stands beside them.  A floor that is lower
than it once was must say why.
"""

import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from readacross.errors import SourceError
from readacross.model import Json
from readacross.quizzing import QUESTIONS, Score, measures
from readacross.storing import plain_errors, write_atomically

FLOORS = Path("qa/floors.json")
CORPUS = (Path("index/passages.jsonl"), Path("index/positions.jsonl"), QUESTIONS)
"""The files that floors hold for."""


@dataclass(frozen=True, slots=True)
class Floor:
    """A figure, 0 to 1, that may not be missed; the highest that it ever was, and why it is lower now."""

    floor: float
    highest: float
    why: str


@dataclass(frozen=True, slots=True)
class Floors:
    """The floors by part and measure, as in "test.right_first", and the hash of what they hold for."""

    corpus: str
    floors: Mapping[str, Floor]


def corpus_hash(root: Path) -> str:
    """The hash of the passages, positions and test questions of a knowledge base."""
    digest = hashlib.sha256()
    for path in CORPUS:
        digest.update((root / path).read_bytes() if (root / path).exists() else b"")
    return digest.hexdigest()


def measured(scores: Sequence[Score]) -> dict[str, float]:
    """Every figure that a floor may be set for."""
    found: dict[str, float] = {}
    for score in scores:
        shares = {name: part / whole for name, (part, whole) in measures(score).items() if whole}
        areas = {} if score.area is None else {"auroc": score.area}
        found |= {f"{score.name}.{name}": value for name, value in (shares | areas).items()}
    return found


def load_floors(root: Path) -> Floors | None:
    """The floors of a knowledge base; None where it has none.  Raises SourceError."""
    if not (root / FLOORS).exists():
        return None
    remedy = "Restore it, or set floors anew: readacross evaluate --raise-floors"
    try:
        data = json.loads((root / FLOORS).read_text("utf-8"))
        floors = {
            str(name): Floor(float(row["floor"]), float(row["highest"]), str(row.get("why", "")))
            for name, row in data["floors"].items()
        }
        corpus = str(data["corpus"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as bad:
        raise SourceError(FLOORS, f"this is no list of floors ({bad})", remedy) from None
    for name, row in floors.items():
        if not 0 <= row.floor <= 1:
            raise SourceError(FLOORS, f"{name}: a floor of {row.floor:g}", "Write a share from 0 to 1")
        if row.floor < row.highest and not row.why.strip():
            what = f"{name}: the floor was {row.highest:g} and is {row.floor:g}"
            raise SourceError(FLOORS, what, 'Say why it is lower, in "why"')
    return Floors(corpus, floors)


def below(root: Path, floors: Floors, scores: Sequence[Score]) -> Iterator[str]:
    """What falls below its floor, a line each; and that the floors are for another corpus, where they are."""
    if floors.corpus != corpus_hash(root):
        yield f"{FLOORS}: passages, positions or test questions have changed since the floors were set. Look at qa/report.md, then: readacross evaluate --raise-floors"
    figures = measured(scores)
    for name, row in floors.floors.items():
        figure = figures.get(name)
        if figure is None:
            yield f"{name}: there is no such figure any more, and its floor is {row.floor:g}. Remove the floor"
        elif figure < row.floor:
            yield f"{name}: {figure:.4f} is below its floor of {row.floor:g}"


def raised(root: Path, floors: Floors | None, scores: Sequence[Score]) -> Floors:
    """Floors for the corpus as it is: each raised to what is measured now, none lowered.

    What is measured is rounded down to one question less, as processors round differently.
    """
    before = floors.floors if floors else {}
    rows = dict(before)
    for name, figure in _tolerant(scores).items():
        old = before.get(name)
        if old is None or figure > old.floor:
            highest = max(figure, old.highest if old else 0.0)
            rows[name] = Floor(figure, highest, old.why if old and figure < highest else "")
    return Floors(corpus_hash(root), rows)


def _tolerant(scores: Sequence[Score]) -> dict[str, float]:
    """The figures of the development and the test part, each as if one question had gone worse."""
    found: dict[str, float] = {}
    for score in scores[:2]:
        for name, (part, whole) in measures(score).items():
            spared = 0 if name == "citations_exact" else 1
            if whole:
                found[f"{score.name}.{name}"] = _down(max(part - spared, 0) / whole)
        if score.area is not None:
            found[f"{score.name}.auroc"] = _down(score.area - 0.005)
    return found


def _down(share: float) -> float:
    return math.floor(share * 10_000) / 10_000


def write_floors(root: Path, floors: Floors) -> None:
    """Write the floors of a knowledge base."""
    rows: dict[str, Json] = {
        name: {"floor": row.floor, "highest": row.highest} | ({"why": row.why} if row.why else {})
        for name, row in floors.floors.items()
    }
    data: Json = {"corpus": floors.corpus, "floors": rows}
    with plain_errors("The floors cannot be written"):
        write_atomically(root / FLOORS, json.dumps(data, indent=1, ensure_ascii=False) + "\n")
