"""How answers, coding and flags were judged, as `readacross evaluate` left it in qa/: read, and drawn as charts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict

from readacross import charting
from readacross.charting import Mark
from readacross.drawing import Chart, Dot, dots
from readacross.errors import BadInput, SourceError
from readacross.evaluating import FIGURES, MARKED
from readacross.quizzing import REFUSED, SPLITS
from readacross.records import read_text
from readacross.tagging import Grid


class Agreed(TypedDict):
    """How far two coders agree on a topic."""

    topic: str
    cells: int
    agreed: int
    kappa: float | None


class Ratio(TypedDict):
    """A share in per cent, and the range in which the true one lies."""

    percent: float | None
    interval: list[float] | None
    looked_at: int


class Flagged(TypedDict):
    """Of a kind of difference, how many flags a reader sees too, and how many that a reader sees are flagged."""

    kind: str
    precision: Ratio
    recall: Ratio


class Counted(TypedDict):
    """How many of how many."""

    count: int
    of: int


class Quizzed(TypedDict):
    """How a part of the test questions was answered."""

    part: str
    right_among_three: Counted
    rightly_refused: Counted


class Asked(TypedDict):
    """What became of a test question."""

    question: str
    kind: str
    split: str
    expect: str
    status: str
    rank: int | None
    evidence: float


class Retrieved(TypedDict):
    """What a retriever did on a test set; see benchmarks/retrieval.py."""

    ndcg: float
    index_seconds: float
    query_ms: float
    peak_mb: float
    cold_seconds: float


RETRIEVAL = Path("benchmarks/results/retrieval.json")
RANKER = Path("benchmarks/results/ranker.json")
OURS = "readacross"
FITTED = {
    "left out": "Readacross, fitted on other sets",
    "by thirds": "Readacross, fitted on most of it",
    "fitted on all": "Readacross, fitted on it",
}
"""How our ranker is named by what it was fitted on; only the first two say how good it is."""

RANGE = "The bar is the range in which the true share lies, 19 times in 20."


@dataclass(frozen=True, slots=True)
class Judged:
    """What was measured of a knowledge base; each chart has its figures as a table beside it."""

    agreed: tuple[Agreed, ...]
    flagged: tuple[Flagged, ...]
    quizzed: tuple[Quizzed, ...]
    asked: tuple[Asked, ...]
    retrieved: Mapping[str, Mapping[str, Retrieved]] = field(default_factory=dict)
    ranked: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def retrieval(self, name: str) -> Chart:
        """How well retrievers rank the passages of a public test set, ours by what it was fitted on.

        Raises BadInput for a set on which they were not measured.
        """
        if name not in self.retrieved:
            known = ", ".join(self.retrieved) or "none yet; run benchmarks/retrieval.py"
            raise BadInput(f"{name}: retrieval was not measured on this set. Measured: {known}.")
        ours = [(FITTED[how], gain) for how, gain in self.ranked.get(name, {}).items()]
        peers = {peer: row for peer, row in self.retrieved[name].items() if peer != OURS or not ours}
        rows = sorted([*((peer, row["ndcg"]) for peer, row in peers.items()), *ours], key=lambda row: -row[1])
        title = f"Passages ranked on {name}"
        says = "nDCG@10: 1 where the passages that answer come first. What was fitted on the set itself flatters."
        cost = {**self.retrieved[name], **dict.fromkeys(FITTED.values(), self.retrieved[name].get(OURS))}
        told = tuple((who, f"{gain:.3f}", *_cost(cost[who])) for who, gain in rows)
        heads = ("Retriever", "nDCG@10", "Query, CPU ms", "Index, s", "Memory, MB")
        return dots(
            title, says, [Dot(who, gain, None, f"{gain:.3f}") for who, gain in rows], 1.0,
            Grid(title, heads, told),
        )  # fmt: skip

    def found(self) -> Chart:
        """How often a right passage is among the first three cited, for test questions that are answered."""
        rows = [_row(r["part"], r["right_among_three"]) for r in self._test()]
        says = f"Test questions that the leaflets answer, all together and by kind. {RANGE}"
        return charting.shares("A right passage among the first three", says, rows)

    def refused(self) -> Chart:
        """How often a test question that nobody answers is refused."""
        rows = [_row(r["part"], r["rightly_refused"]) for r in self._test()]
        says = f"Test questions that no leaflet answers, all together and by kind. {RANGE}"
        return charting.shares("Refused, as it should be", says, rows)

    def _test(self) -> list[Quizzed]:
        return [row for row in self.quizzed if row["part"].startswith(SPLITS[1])]

    def refusals(self) -> Chart:
        """What refusing from another amount of evidence would do, on each part of the test questions."""
        return charting.refusals(
            {split: self.marks(split) for split in reversed(SPLITS) if self.marks(split)}
        )

    def calibration(self) -> Chart:
        """Whether more evidence means that the leaflets answer more often, on the test part."""
        return charting.calibration(self.marks(SPLITS[1]))

    def marks(self, split: str) -> list[Mark]:
        """The questions of a part, with their evidence."""
        return [
            Mark(item["evidence"], item["expect"] == "answered", item["status"] in REFUSED)
            for item in self.asked
            if item["split"] == split
        ]

    def agreement(self) -> Chart:
        """Kappa of two coders, topic by topic and over all of them."""
        rows = [(row["topic"], row["kappa"], row) for row in self.agreed if row["kappa"] is not None]
        lowest = min(rows, key=lambda row: row[1])
        says = f"Kappa for each topic, and for all of them; the lowest is {lowest[1]:.2f}, for {lowest[0]}."
        title = "Agreement of two coders"
        told = tuple((name, f"{kappa:.2f}", row["agreed"], row["cells"]) for name, kappa, row in rows)
        drawn = [Dot(name, max(kappa, 0.0), None, f"{kappa:.2f}") for name, kappa, _ in rows]
        return dots(title, says, drawn, 1.0, Grid(title, ("Topic", "Kappa", "Agreed", "Of"), told))

    def flags(self) -> Chart:
        """How many of the differences flagged a reader sees too, by kind."""
        rows = [(row, *_shares(row["precision"]), _shares(row["recall"])[0]) for row in self.flagged]
        known = [(row, share, low, high, recall) for row, share, low, high, recall in rows if share >= 0]
        drawn = [
            Dot(row["kind"].replace("_", " "), share, (low, high), f"{share:.0f} %")
            for row, share, low, high, _ in known
        ]
        told = tuple(
            (row["kind"].replace("_", " "), f"{share:.0f} %", f"{low:.0f} %", f"{high:.0f} %",
             f"{recall:.0f} %" if recall >= 0 else "–", row["precision"]["looked_at"])
            for row, share, low, high, recall in known
        )  # fmt: skip
        heads = ("Kind", "Precision", "From", "To", "Recall", "Pairs looked at")
        title = "Differences flagged that a reader sees too"
        return dots(
            title, f"Precision by kind of difference. {RANGE}", drawn, 100.0, Grid(title, heads, told)
        )


def _cost(row: Retrieved | None) -> tuple[str, str, str]:
    """What a retriever costs, where that was measured."""
    if row is None:
        return "–", "–", "–"
    return f"{row['query_ms']:.0f}", f"{row['index_seconds']:.0f}", f"{row['peak_mb']:.0f}"


def _measured(root: Path, file: Path) -> str:
    """The figures of a benchmark by test set, as JSON; none where it was not run."""
    return read_text(root / file, file) if (root / file).is_file() else "{}"


def _row(part: str, counted: Counted) -> tuple[str, int, int]:
    """A part of the test questions as a chart names it, a kind or all of them, and how many of how many."""
    return part.partition(": ")[2] or "all of them", counted["count"], counted["of"]


def _shares(ratio: Ratio) -> tuple[float, float, float]:
    """A share and its range; below 0 where nothing was looked at."""
    if ratio["percent"] is None or ratio["interval"] is None:
        return -1.0, 0.0, 0.0
    low, high = ratio["interval"]
    return ratio["percent"], low, high


def judged(root: Path) -> Judged:
    """What was measured of a knowledge base.  Raises SourceError where it was not, or cannot be read."""
    try:
        report = json.loads(read_text(root / FIGURES, FIGURES))
        lines = read_text(root / MARKED, MARKED).splitlines()
        return Judged(
            tuple(report["agreement"]),
            tuple(report["flags"]),
            tuple(report["answers"]),
            tuple(json.loads(line) for line in lines),
            json.loads(_measured(root, RETRIEVAL)),
            json.loads(_measured(root, RANKER)),
        )
    except (ValueError, KeyError, TypeError) as bad:
        raise SourceError(
            FIGURES, f"the figures cannot be read ({bad})", "run: readacross evaluate"
        ) from None
