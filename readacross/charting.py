"""Which charts results make: who says what, how much is said, what held when, and how well answers were judged."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from readacross.comparing import compare
from readacross.drawing import Bar, Chart, Curve, Dot, Shade, curves, dots, heat_map, timeline
from readacross.glossary import compared
from readacross.grading import Share
from readacross.model import Position, Version
from readacross.naming import dated
from readacross.tabulating import Row, Table, by_topic
from readacross.tagging import Grid

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def answers(table: Table) -> Chart:
    """Questions down, versions across: answers between which no difference is found share a letter and a shade."""
    heads = [table.view.called[version.id] for version in table.view.versions]
    rows = [(row.question.label or row.question.question, _shades(row)) for row in table.rows]
    split = sum(len({cell.words for cell in cells if cell.level}) > 1 for _, cells in rows)
    silent = sum(cell.words == "silent" for _, cells in rows for cell in cells)
    says = (
        f"{len(rows)} questions to {len(heads)} leaflets: on {split} of them answers differ; "
        f"{silent} of {sum(len(cells) for _, cells in rows)} cells are silence. "
        "Answers with the same letter agree; what each says is in the table."
    )
    return heat_map("Who agrees with whom", says, heads, rows)


def _shades(row: Row) -> list[Shade]:
    """The cells of a question, each with the letter of its answer."""
    found: list[Position] = []
    cells = []
    for cell in row.cells:
        if cell.position is None:
            cells.append(Shade("not coded", 0.0, cell.words))
        elif cell.position.status == "silent":
            cells.append(Shade("silent", 0.0, cell.words))
        elif not compared(row.question):
            cells.append(Shade("stated", 0.3, cell.words))
        else:
            at = _place(row, cell.position, found)
            cells.append(
                Shade(LETTERS[at % 26], min(0.3 + 0.35 * at, 1.0), f"{LETTERS[at % 26]}: {cell.words}")
            )
    return cells


def _place(row: Row, position: Position, found: list[Position]) -> int:
    """Which of the answers found so far a position agrees with; a new one is added to them."""
    for at, other in enumerate(found):
        if compare(row.question, other, position) is None:
            return at
    found.append(position)
    return len(found) - 1


def coverage(table: Table) -> Chart:
    """Topics down, versions across: on how many of a topic's questions a version states an answer."""
    heads = [table.view.called[version.id] for version in table.view.versions]
    rows = []
    for topic, asked in by_topic(table):
        stated = [sum(row.cells[at].status == "stated" for row in asked) for at in range(len(heads))]
        cells = [
            Shade(f"{n} of {len(asked)}", n / len(asked), f"{n} of {len(asked)} questions") for n in stated
        ]
        rows.append((topic, cells))
    count = sum(cell.status == "stated" for row in table.rows for cell in row.cells)
    says = (
        f"{len(heads)} leaflets state {count} of {len(table.rows) * len(heads)} answers asked of them. "
        "The more of a topic’s questions a leaflet answers, the stronger its cell."
    )
    return heat_map("How much each leaflet states", says, heads, rows)


def held(versions: Sequence[Version], called: Mapping[str, str]) -> Chart:
    """Versions on a line of years: an outline while one may have been in force, filled while it was for certain."""
    days = [day for version in versions for day in _days(version)]
    years = min(days).year, max(days).year + 1
    bars = [_bar(version, called[version.id], years) for version in versions]
    certain = sum(bar.certain is not None for bar in bars)
    says = (
        f"{len(bars)} versions on a line from {years[0]} to {years[1]}: an outline where a version may have been in force, "
        f"pale where it may have begun, filled where it was in force for certain ({certain or 'none'} of them)."
    )
    rows = tuple(
        (
            called[version.id], *_when(bar.begun, years), *_when(bar.possible, years)[1:], *_when(bar.certain, years),
            dated(version), version.valid.basis,
        )
        for version, bar in zip(versions, bars, strict=True)
    )  # fmt: skip
    heads = (
        "Version", "Begun from", "Begun by", "Ended by", "In force for certain from", "until", "Dated", "Known from",
    )  # fmt: skip
    return timeline(
        "When each version was in force", says, bars, years, Grid("Versions and years", heads, rows)
    )


def _days(version: Version) -> list[date]:
    """The days that are known of a version's time, the day it was recorded among them."""
    valid = version.valid
    known = (valid.earliest_start, valid.latest_start, valid.earliest_end, valid.latest_end)
    return [*(day for day in known if day and day != date.max), date.fromisoformat(version.recorded)]


def _bar(version: Version, name: str, years: tuple[int, int]) -> Bar:
    valid, (first, last) = version.valid, years
    earliest = _year(valid.earliest_start, first)
    latest = _year(valid.latest_end, last)
    begun = min(_year(valid.latest_start, last), latest)
    ended = max(_year(valid.earliest_end, first), earliest)
    certain = (begun, ended) if begun < ended else None
    return Bar(name, (earliest, latest), (earliest, begun), certain, dated(version))


def _year(day: date | None, otherwise: int) -> float:
    """A day as a number of years."""
    if day is None or day == date.max:
        return float(otherwise)
    return round(day.year + (day.timetuple().tm_yday - 1) / 366, 3)


def _when(span: tuple[float, float] | None, years: tuple[int, int]) -> tuple[str, str]:
    """Both ends of a time as years; an end that lies beyond the picture is not known."""
    if span is None:
        return "–", "–"
    begin, end = span
    return str(int(begin)) if begin > years[0] else "not known", str(int(end)) if end < years[
        1
    ] else "not known"


def shares(title: str, says: str, rows: Iterable[tuple[str, int, int]]) -> Chart:
    """How many of how many, as percentages, each with the range in which the true share lies 19 times in 20."""
    found = [(name, part, whole, Share(part, whole, whole)) for name, part, whole in rows if whole]
    drawn = [
        Dot(name, share.percent or 0.0, share.interval, f"{part} of {whole}")
        for name, part, whole, share in found
    ]
    table = tuple((name, part, whole, *_percent(share)) for name, part, whole, share in found)
    heads = ("What", "How many", "Of", "Per cent", "From", "To")
    return dots(title, says, drawn, 100.0, Grid(title, heads, table))


def _percent(share: Share) -> tuple[str, str, str]:
    low, high = share.interval or (0.0, 100.0)
    return f"{share.percent:.0f} %", f"{low:.0f} %", f"{high:.0f} %"


class Mark(NamedTuple):
    """A test question: how much evidence there was, whether the sources answer it, and whether it was refused."""

    evidence: float
    answered: bool
    refused: bool


def refusals(parts: Mapping[str, Sequence[Mark]]) -> Chart:
    """What refusing from another amount of evidence would do: refused rightly, against refused wrongly."""
    found = [Curve(name, _curve(marks), _used(marks)) for name, marks in parts.items()]
    told = "; ".join(
        f"of the {c.name} questions {c.used[1]:.0f} % that must be refused are, and {c.used[0]:.0f} % wrongly"
        for c in found
    )
    says = f"As it is set, {told}. The dotted line is chance."
    title = "Refused rightly against refused wrongly"
    steps = range(0, 101, 10)
    rows = tuple(
        (f"{wrong} % wrongly", *(f"{_at(curve.points, wrong):.0f} %" for curve in found)) for wrong in steps
    )
    ringed = ("as it is set", *(f"{c.used[1]:.0f} % (wrongly {c.used[0]:.0f} %)" for c in found))
    heads = ("Refused though answered", *(f"Refused rightly, {curve.name}" for curve in found))
    axes = ("wrongly refused, per cent", "rightly refused, per cent")
    return curves(title, says, axes, found, Grid(title, heads, (*rows, ringed)))


def _curve(marks: Sequence[Mark]) -> list[tuple[float, float]]:
    """Share refused wrongly and rightly, for every amount of evidence from which one might answer."""
    answered = sorted(mark.evidence for mark in marks if mark.answered)
    rest = sorted(mark.evidence for mark in marks if not mark.answered)
    points = [(0.0, 0.0)]
    for level in sorted({mark.evidence for mark in marks}):
        wrong = 100 * bisect_right(answered, level) / max(len(answered), 1)
        points.append((wrong, 100 * bisect_right(rest, level) / max(len(rest), 1)))
    return points


def _used(marks: Sequence[Mark]) -> tuple[float, float]:
    """Share refused wrongly and rightly, as the tool answered."""
    wrong = [mark.refused for mark in marks if mark.answered]
    right = [mark.refused for mark in marks if not mark.answered]
    return 100 * sum(wrong) / max(len(wrong), 1), 100 * sum(right) / max(len(right), 1)


def _at(points: Sequence[tuple[float, float]], wrong: float) -> float:
    """The most that is refused rightly while no more than this share is refused wrongly."""
    return max(right for x, right in points if x <= wrong)


def calibration(marks: Sequence[Mark], parts: int = 5) -> Chart:
    """Whether evidence means something: questions in equal parts by evidence, and how many of each are answered."""
    ordered = sorted(marks, key=lambda mark: mark.evidence)
    edges = [len(ordered) * at // parts for at in range(parts + 1)]
    groups = [ordered[start:end] for start, end in pairwise(edges) if start < end]
    rows = [
        (f"evidence {group[0].evidence:.2f} to {group[-1].evidence:.2f}", sum(mark.answered for mark in group), len(group))
        for group in groups
    ]  # fmt: skip
    says = (
        f"{len(ordered)} test questions in {len(groups)} parts by how much evidence there was: the share of each "
        "that the leaflets do answer. Where evidence means something, it rises from line to line."
    )
    return shares("Evidence, and whether the leaflets answer", says, rows)
