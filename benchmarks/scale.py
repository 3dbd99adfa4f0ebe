"""How deriving divergences grows with the number of authorities.

    python benchmarks/scale.py [--root DIR] [--authorities 15 50 150] [--seed 1]

Makes as many authorities as asked, each with three versions of one leaflet, by varying the real positions of
index/positions.jsonl: options, members, numbers, forces, silences and statuses are permuted with a seed, and a
later version keeps most of what the one before it says.  Derives every divergence on every question as a build
does, makes the lines of index/divergences.jsonl without keeping them, and prints what was found, the CPU seconds
and the peak memory of the process so far; then how each figure grows, and what the long way costs: comparing every
two versions, and a line for each two that differ.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path
from random import Random
from typing import Literal, NamedTuple

from readacross.comparing import Differences, compare, derive
from readacross.contract import divergence_json
from readacross.errors import SourceError
from readacross.model import FORCES, Coded, Divergence, Json, Position, Question, Quote, Span, Version
from readacross.questions import load_questions, load_topics
from readacross.sources import load_sources
from readacross.storing import json_line

VERSIONS = 3
KEPT = 0.7
"""The share of answers that a later version keeps."""

STATUSES: Sequence[Literal["coded", "confirmed", "stale", "suggested"]] = (
    *("coded",) * 16, *("confirmed",) * 2, "stale", "suggested",
)  # fmt: skip


class Made(NamedTuple):
    """A knowledge base of invented authorities: their versions, and every position by question."""

    versions: Mapping[str, Version]
    positions: Mapping[str, Sequence[Position]]


class Row(NamedTuple):
    """What was found among some authorities, and what it cost."""

    authorities: int
    versions: int
    positions: int
    answers: int
    compared: int
    differ: int
    groups: int
    pairs: int
    lines: int
    megabytes: float
    derive: float
    write: float
    peak: float


HEADS = (
    "authorities", "versions", "positions", "answers", "compared", "differ", "groups", "version pairs", "lines",
    "MB", "derive, s", "write, s", "peak, MiB",
)  # fmt: skip


def real_positions(root: Path) -> Iterator[Position]:
    """The positions of index/positions.jsonl."""
    for line in (root / "index" / "positions.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        quotes = tuple(
            Quote(
                quote["quote"],
                quote["passage"],
                Span(quote["reading"]["start"], quote["reading"]["end"]),
                tuple(Span(*span) for span in quote["original"]["spans"]),
                quote["match"],
            )
            for quote in row["quotes"]
        )
        yield Position(
            row["question"], row["topic"], row["version"], row["status"], row["value"], row["force"], row["actor"],
            tuple(row["conditions"]), quotes, Coded(**row["coded"]), searched=tuple(row["searched"]),
        )  # fmt: skip


def varied(question: Question, position: Position, dice: Random) -> Position:
    """A real position with another answer, force or status, as chance has it."""
    coded = Coded(position.coded.by, position.coded.on, dice.choice(STATUSES))
    if position.status == "silent":
        return replace(position, coded=coded)
    if dice.random() < 0.1:
        return replace(position, status="silent", value=None, force=None, actor=None, quotes=(), coded=coded)
    force = dice.choice(FORCES) if dice.random() < 0.3 else position.force
    return replace(position, value=another(question, position.value, dice), force=force, coded=coded)


def another(question: Question, value: Json, dice: Random) -> Json:
    """A value of a question's type, near another one."""
    options = [option.id for option in question.options]
    if question.answer_type == "bool":
        return bool(value) ^ (dice.random() < 0.2)
    if question.answer_type == "enum" and options and dice.random() < 0.4:
        return dice.choice(options)
    if isinstance(value, list) and options:
        return [id_ for id_ in options if (id_ in value) ^ (dice.random() < 0.15)] or value
    if isinstance(value, dict):
        return {key: another_number(item, dice) for key, item in value.items()}
    return another_number(value, dice)


def another_number(value: Json, dice: Random) -> Json:
    """A number, or the numbers of a list, somewhat larger or smaller; anything else as it is."""
    if isinstance(value, list):
        return [another_number(item, dice) for item in value]
    if isinstance(value, int) and not isinstance(value, bool):
        return max(1, value + dice.choice((-2, -1, 0, 0, 0, 1, 2, 5)))
    return value


def make(
    bank: Mapping[str, Question], real: Sequence[Position], first: Version, authorities: int, seed: int
) -> Made:
    """As many authorities as asked, three versions each, with a position of each on every question."""
    dice = Random(seed)
    on: dict[str, list[Position]] = {id_: [] for id_ in bank}
    for position in real:
        on[position.question].append(position)
    versions: dict[str, Version] = {}
    made: dict[str, list[Position]] = {id_: [] for id_ in bank}
    for number in range(authorities):
        authority = f"authority-{number + 1:03}"
        said: dict[str, Position] = {}
        for year in range(VERSIONS):
            id_ = f"{authority}/leaflet@{2010 + 4 * year}"
            versions[id_] = replace(first, id=id_, leaflet=f"{authority}/leaflet", authority=authority)
            for question in bank.values():
                if question.id not in said or dice.random() > KEPT:
                    said[question.id] = varied(question, dice.choice(on[question.id]), dice)
                made[question.id].append(replace(said[question.id], version=id_))
    return Made(versions, made)


def derived(bank: Mapping[str, Question], made: Made) -> Iterator[Differences]:
    """What differs on each question, as a build derives it."""
    leaflet = {version.id: version.leaflet for version in made.versions.values()}
    names = {id_: f"{version.authority} ({id_[-4:]})" for id_, version in made.versions.items()}
    for id_, positions in made.positions.items():
        yield derive(bank[id_], positions, lambda position: names[position.version], leaflet)


def measure(bank: Mapping[str, Question], made: Made) -> Row:
    """Derive everything, make the lines of the index, and count."""
    start = time.process_time()
    found = list(derived(bank, made))
    groups = sum(differences.group is not None for differences in found)
    halfway = time.process_time()
    lines, megabytes = written(made, (line for differences in found for line in differences.outline()))
    answers = [len(set(differences.given)) for differences in found]
    return Row(
        len(made.versions) // VERSIONS,
        len(made.versions),
        sum(len(differences.positions) for differences in found),
        sum(answers),
        sum(count * (count - 1) // 2 for count in answers),
        sum(len(differences.found) for differences in found),
        groups,
        sum(differences.count for differences in found),
        lines,
        megabytes,
        halfway - start,
        time.process_time() - halfway,
        peak(),
    )


def written(made: Made, divergences: Iterable[Divergence]) -> tuple[int, float]:
    """How many lines divergences make in the index, and how many megabytes."""
    sizes = [len(json_line(divergence_json(item, made.versions)).encode()) + 1 for item in divergences]
    return len(sizes), sum(sizes) / 1e6


def peak() -> float:
    """The most memory that the process has held so far, in MiB; not known on Windows."""
    if sys.platform == "win32":
        return float("nan")
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used / (2**20 if sys.platform == "darwin" else 2**10)


def the_long_way(bank: Mapping[str, Question], made: Made, pairs: int) -> str:
    """What comparing every two versions costs, checked to find as many pairs as were derived."""
    start, count = time.process_time(), 0
    for id_, positions in made.positions.items():
        standing = [position for position in positions if position.stands]
        for a, b in combinations(standing, 2):
            one_leaflet = made.versions[a.version].leaflet == made.versions[b.version].leaflet
            count += compare(bank[id_], a, b, one_leaflet=one_leaflet) is not None
    cpu = time.process_time() - start
    if count != pairs:
        sys.exit(f"{pairs:,} version pairs were derived to differ, but {count:,} do")
    lines, megabytes = written(made, (pair for found in derived(bank, made) for pair in found.pairs()))
    return (
        f"every two versions of {len(made.versions) // VERSIONS} authorities compared: {count:,} pairs differ, "
        f"{cpu:.1f} s; with a line for each: {lines:,} lines, {megabytes:,.1f} MB"
    )


def table(rows: Iterable[Sequence[str]]) -> str:
    """Cells in columns, right-aligned."""
    rows = [list(row) for row in rows]
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows
    )


def cells(row: Row) -> list[str]:
    """A row's figures, for reading."""
    return [f"{value:,.1f}" if isinstance(value, float) else f"{value:,}" for value in row]


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent)
    parser.add_argument("--authorities", type=int, nargs="+", default=[15, 50, 150])
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    problems: list[SourceError] = []
    first = load_sources(options.root, problems).sources[0].version
    bank = {item.id: item for item in load_questions(options.root, load_topics(options.root))}
    real = list(real_positions(options.root))
    rows = []
    for count in sorted(options.authorities):
        rows.append(measure(bank, make(bank, real, first, count, options.seed)))
        print(f"{count} authorities done", file=sys.stderr)
    print(f"{len(bank)} questions, {VERSIONS} versions an authority; CPU seconds\n")
    print(table([HEADS, *map(cells, rows)]))
    print("\nhow many times as much as in the row before\n")
    grown = [[f"{b / a:.1f}" for a, b in zip(*two, strict=True)] for two in pairwise(rows)]
    print(table([HEADS, *grown]))
    print()
    print(the_long_way(bank, make(bank, real, first, rows[0].authorities, options.seed), rows[0].pairs))
    print(f"the whole run: {time.process_time():.1f} s, peak {peak():,.0f} MiB")


if __name__ == "__main__":
    main()
