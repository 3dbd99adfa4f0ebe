"""How good the coding is, as far as `readacross evaluate` measured it: what stands on the page about coding."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from readacross.errors import SourceError
from readacross.evaluating import FIGURES
from readacross.model import Json
from readacross.records import read_text
from readacross.site.gathering import Shelf


class Rate(NamedTuple):
    """A share that was measured, and what it says in words."""

    name: str
    says: str


@dataclass(frozen=True, slots=True)
class Quality:
    """What was measured of the coding and the flags; a part that was not measured is empty."""

    coverage: Sequence[Rate] = ()
    precision: Sequence[Rate] = ()
    recall: Sequence[Rate] = ()
    suggestions: Sequence[Rate] = ()
    basis: str = ""

    @property
    def parts(self) -> tuple[tuple[str, str, Sequence[Rate]], ...]:
        """The parts that were measured, each with its heading and what it means."""
        everything = (
            ("Sentences accounted for", "Every sentence of a leaflet is quoted by an answer, set aside with a reason, or still open.", self.coverage),
            ("Differences flagged that are differences", "Of the flags raised, those where a reader, who saw the leaflets and not the coding, sees a difference too (precision).", self.precision),
            ("Differences found", "Of the differences that this reader sees, those that are flagged (recall).", self.recall),
            ("Machine suggestions", "The machine suggests passages to a coder. How often a right one is among its first five, for each leaflet with its own coding left out.", self.suggestions),
        )  # fmt: skip
        return tuple(part for part in everything if part[2])


BASIS = (
    "Figures made by readacross evaluate. In brackets the range in which the true share lies, 19 times in 20."
)


def quality(shelf: Shelf) -> Quality:
    """What was measured of a knowledge base, from qa/report.json; nothing where that is missing."""
    path = shelf.library.root / FIGURES
    if not path.is_file():
        return Quality()
    try:
        found = json.loads(read_text(path, FIGURES))
        called = {id_: name for id_, name in shelf.called.items() if id_ in shelf.library.versions}
        flags = found["flags"]
        return Quality(
            tuple(
                Rate(called.get(row["version"], row["version"]), _covered(row)) for row in found["coverage"]
            ),
            tuple(_rates(flags, "precision")),
            tuple(_rates(flags, "recall")),
            tuple(_suggested(shelf, found["suggestions"]["documents"])),
            BASIS,
        )
    except (ValueError, KeyError, TypeError) as bad:
        raise SourceError(
            FIGURES, f"the figures cannot be read ({bad})", "run: readacross evaluate"
        ) from None


def _covered(row: dict[str, int]) -> str:
    return f"{row['used']} quoted, {row['explained']} set aside, {row['open']} open"


def _rates(rows: Sequence[dict[str, Json]], part: str) -> Iterator[Rate]:
    """Precision or recall by kind, where any pair was looked at."""
    for row in rows:
        share = row[part]
        if isinstance(share, dict) and isinstance(share["interval"], list):
            low, high = (round(float(str(edge))) for edge in share["interval"])
            percent = round(float(str(share["percent"])))
            pairs = "pair" if share["looked_at"] == 1 else "pairs"
            says = f"{percent} % ({low} to {high} %; {share['looked_at']} {pairs} looked at)"
            yield Rate(str(row["kind"]).replace("_", " "), says)


def _suggested(shelf: Shelf, rows: Sequence[dict[str, dict[str, int]]]) -> Iterator[Rate]:
    for row in rows:
        leaflet, tally = str(row["document"]), row["signals"]
        named = shelf.library.leaflets.get(leaflet)
        name = shelf.library.authorities[named.authority].name if named else leaflet
        if tally["cells"]:
            yield Rate(
                name,
                f"{tally['five']} of {tally['cells']} answers ({100 * tally['five'] / tally['cells']:.0f} %)",
            )
