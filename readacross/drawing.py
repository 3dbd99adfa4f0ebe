"""Charts as small SVG pictures, each with its words, and with its figures as a table beside it.

A picture is as wide as a telephone held upright and grows on a wider page.  Nothing is told by colour alone;
whoever cannot see the picture has its title, a sentence on what it shows, and the table.  The same figures
make the same bytes.
"""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from readacross.tagging import Grid, Html, Words, shell, tag, together

WIDE = 300
"""The width of a picture in its own units, about the points of a telephone’s screen."""

NAME, SMALL = 11.5, 10.5
"""How high letters are: of names, and of everything else."""

DARKEST = 0.48
"""How strong the strongest shade of a cell is: words on it stay readable, on white and on black."""

PAINT = "#3b8fae"
LETTER, HEAD = 0.6, 0.52
"""How wide a letter is for its height, on average, and rather too much; the heads of columns may fill theirs."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture with its title, a sentence on what it shows, and its figures."""

    title: str
    says: str
    height: int
    picture: Html
    figures: Grid

    def to_svg(self) -> str:
        """The picture alone, as a file of its own may hold it."""
        return self._drawn(xmlns="http://www.w3.org/2000/svg")

    def _drawn(self, **more: str) -> Html:
        """The picture as part of a page."""
        named = (tag("title", self.title), tag("desc", self.says))
        return tag("svg", *named, self.picture, viewBox=f"0 0 {WIDE} {self.height}", role="img", **more)

    def __repr__(self) -> str:
        return f"{self.says}\n{self.figures!r}"

    def _repr_html_(self) -> str:
        """The picture with its words, and its figures folded beneath."""
        folded = tag("details", tag("summary", "The figures as a table"), self.figures.html)
        caption = tag("figcaption", tag("strong", self.title), tag("br"), self.says)
        return shell(tag("figure", caption, self._drawn(), folded, class_="chart"))


class Shade(NamedTuple):
    """A cell of a heat map: its words, how strong its colour is, from 0 to 1, and what the table says of it."""

    words: str
    level: float
    whole: str = ""


def heat_map(
    title: str, says: str, columns: Sequence[str], rows: Sequence[tuple[str, Sequence[Shade]]]
) -> Chart:
    """Cells under columns, each row beneath its name; a cell has words and a shade."""
    wide = WIDE / max(len(columns), 1)
    heads, keys = _heads(columns, wide)
    drawn = [*heads.parts]
    top = heads.height
    for name, cells in rows:
        drawn.append(text(short(name, WIDE, NAME), 0, top + 12, NAME))
        drawn += [part for at, cell in enumerate(cells) for part in _cell(cell, at * wide, top + 17, wide)]
        top += 43
    drawn += [text(short(key, WIDE, SMALL), 0, top + 12 + 13 * at, SMALL) for at, key in enumerate(keys)]
    height = round(top + 13 * len(keys) + 4)
    told = tuple((name, *(cell.whole or cell.words for cell in cells)) for name, cells in rows)
    grid = Grid(title, ("What", *columns), told)
    return Chart(title, says, height, together(drawn), grid)


class Drawn(NamedTuple):
    """Part of a picture, and how high it is."""

    parts: Sequence[Html]
    height: int


def _heads(columns: Sequence[str], wide: float) -> tuple[Drawn, Sequence[str]]:
    """The heads of columns on lines of their own; numbers with a key beneath, where names do not fit."""
    room = max(int(wide / (SMALL * HEAD)), 1)
    lines = [textwrap.wrap(name, room, break_long_words=False) for name in columns]
    keys: list[str] = []
    if any(len(line) > room for wrapped in lines for line in wrapped) or max(map(len, lines), default=0) > 3:
        keys = [f"{number}: {name}" for number, name in enumerate(columns, 1)]
        lines = [[str(number)] for number in range(1, len(columns) + 1)]
    most = max(map(len, lines), default=0)
    parts = [
        text(line, at * wide + wide / 2, 10 + 12 * (most - len(wrapped) + row), SMALL, "middle")
        for at, wrapped in enumerate(lines)
        for row, line in enumerate(wrapped)
    ]
    return Drawn(parts, 12 * most + 4), keys


def _cell(cell: Shade, left: float, top: float, wide: float) -> Iterator[Html]:
    edge = None if cell.level else "2 2"
    yield tag(
        "rect",
        x=number(left + 1), y=number(top), width=number(wide - 2), height=20, fill=PAINT,
        fill_opacity=number(cell.level * DARKEST), stroke=PAINT, stroke_dasharray=edge, class_="cell",
    )  # fmt: skip
    yield text(short(cell.words, wide - 3, SMALL), left + wide / 2, top + 14, SMALL, "middle")


class Bar(NamedTuple):
    """A time on a line of years: when it may have been, when it may have begun, and when it was for certain."""

    name: str
    possible: tuple[float, float]
    begun: tuple[float, float] | None
    certain: tuple[float, float] | None
    words: str


def timeline(title: str, says: str, bars: Sequence[Bar], years: tuple[int, int], figures: Grid) -> Chart:
    """Times under each other: an outline where a thing may have been, pale where it may have begun, filled where it was."""
    first, last = years
    scale = WIDE / max(last - first, 1)
    drawn, top = [], 0
    for bar in bars:
        words = textwrap.wrap(bar.words, int(WIDE / (SMALL * LETTER)))
        drawn.append(text(short(bar.name, WIDE, NAME), 0, top + 11, NAME))
        drawn += [text(part, 0, top + 25 + 13 * at, SMALL) for at, part in enumerate(words)]
        top += 17 + 13 * len(words)
        for sort, span in (("outline", bar.possible), ("begun", bar.begun), ("mark", bar.certain)):
            if span:
                start, end = (min(max(year, first), last) for year in span)
                width = max((end - start) * scale, 2)
                drawn.append(_bar(min((start - first) * scale, WIDE - width), top, width, sort))
        top += 24
    drawn += _years(first, last, scale, top)
    return Chart(title, says, top + 22, together(drawn), figures)


BARS = {"outline": (15, "none", None, "3 2"), "begun": (15, PAINT, 0.3, None), "mark": (9, PAINT, None, None)}
"""Of each sort of bar: how high it is, its colour, how pale that is, and its dashes."""


def _bar(left: float, top: int, width: float, sort: str) -> Html:
    high, fill, pale, dash = BARS[sort]
    return tag(
        "rect",
        x=number(left), y=number(top + (15 - high) / 2), width=number(width), height=high, fill=fill, fill_opacity=pale,
        stroke=None if sort == "begun" else PAINT, stroke_dasharray=dash, class_=sort,
    )  # fmt: skip


def _years(first: int, last: int, scale: float, top: int) -> Iterator[Html]:
    yield line((0, top), (WIDE, top))
    step = max((last - first) // 5, 1)
    for year in range(first, last + 1, step):
        at = (year - first) * scale
        yield line((at, top), (at, top + 4))
        anchor = "start" if at < 12 else "end" if at > WIDE - 12 else "middle"
        yield text(str(year), at, top + 16, SMALL, anchor)


class Dot(NamedTuple):
    """A value with the range in which the true one lies, where that is known, and both in words."""

    name: str
    value: float
    between: tuple[float, float] | None
    words: str


def dots(title: str, says: str, rows: Sequence[Dot], most: float, figures: Grid) -> Chart:
    """Values from 0 to a most, a line each: a dot, and a bar for the range in which the true value lies."""
    scale, drawn, top = (WIDE - 16) / most, [], 0
    for row in rows:
        room = WIDE - len(row.words) * NAME * LETTER - 6
        drawn.append(text(short(row.name, room, NAME), 0, top + 12, NAME))
        drawn.append(text(row.words, WIDE, top + 12, NAME, "end"))
        drawn.append(line((8, top + 24), (WIDE - 8, top + 24), "grid"))
        if row.between:
            low, high = (8 + edge * scale for edge in row.between)
            drawn.append(line((low, top + 24), (high, top + 24), "range"))
        drawn.append(
            tag("circle", cx=number(8 + row.value * scale), cy=top + 24, r=5, fill=PAINT, class_="mark")
        )
        top += 38
    for at, anchor in ((0.0, "start"), (most / 2, "middle"), (most, "end")):
        edge = {"start": 0.0, "middle": WIDE / 2, "end": float(WIDE)}[anchor]
        drawn.append(text(f"{at:g}", edge, top + 10, SMALL, anchor))
    return Chart(title, says, top + 16, together(drawn), figures)


class Curve(NamedTuple):
    """A line through points, with the point that is in use."""

    name: str
    points: Sequence[tuple[float, float]]
    used: tuple[float, float]


LEFT, TOP, SIDE = 28, 24, 258
DASHES = (None, "5 3", "1 3")


def curves(title: str, says: str, axes: tuple[str, str], found: Sequence[Curve], figures: Grid) -> Chart:
    """Lines from 0 to 100 on both axes, told apart by their dashes; the point in use is ringed."""
    across, up = axes
    drawn = [*_square(), text(across, LEFT + SIDE / 2, TOP + SIDE + 30, NAME, "middle")]
    drawn.append(text(up, LEFT - 22, TOP - 10, NAME))
    for at, curve in enumerate(found):
        dash = DASHES[at % len(DASHES)]
        path = " ".join(f"{'L' if n else 'M'}{_x(x)} {_y(y)}" for n, (x, y) in enumerate(curve.points))
        drawn.append(
            tag(
                "path",
                d=path,
                fill="none",
                stroke=PAINT,
                stroke_width=2,
                stroke_dasharray=dash,
                class_="curve",
            )
        )
        x, y = curve.used
        drawn.append(
            tag("circle", cx=_x(x), cy=_y(y), r=5, fill="none", stroke="currentColor", stroke_width=2)
        )
        top = TOP + SIDE + 48 + 16 * at
        drawn.append(
            tag("path", d=f"M{LEFT} {top}L{LEFT + 30} {top}", stroke=PAINT, stroke_width=2, stroke_dasharray=dash, class_="curve")
        )  # fmt: skip
        drawn.append(text(f"{curve.name}: {y:.0f} % at {x:.0f} %", LEFT + 38, top + 4, NAME))
    return Chart(title, says, TOP + SIDE + 48 + 16 * len(found), together(drawn), figures)


def _square() -> Iterator[Html]:
    """The axes, from 0 to 100 per cent, and the line of chance."""
    for share in (0, 50, 100):
        yield line((_at(share), TOP), (_at(share), TOP + SIDE), "grid")
        yield line((LEFT, _high(share)), (LEFT + SIDE, _high(share)), "grid")
        yield text(str(share), _at(share), TOP + SIDE + 14, SMALL, "middle")
        yield text(str(share), LEFT - 5, _high(share) + 4, SMALL, "end")
    yield line((_at(0), _high(0)), (_at(100), _high(100)), "chance")


def _at(share: float) -> float:
    return LEFT + share * SIDE / 100


def _high(share: float) -> float:
    return TOP + SIDE - share * SIDE / 100


def _x(share: float) -> str:
    return number(_at(share))


def _y(share: float) -> str:
    return number(_high(share))


LINES = {"axis": (1, None), "grid": (0.5, None), "range": (4, None), "chance": (1, "2 4")}
"""How broad each sort of line is, and its dashes."""


def line(start: tuple[float, float], end: tuple[float, float], sort: str = "axis") -> Html:
    """A straight line."""
    broad, dash = LINES[sort]
    painted = sort == "range"
    return tag(
        "line",
        x1=number(start[0]), y1=number(start[1]), x2=number(end[0]), y2=number(end[1]),
        stroke=PAINT if painted else "currentColor", stroke_width=broad, stroke_dasharray=dash,
        stroke_opacity=None if painted or sort == "axis" else 0.5, class_=sort,
    )  # fmt: skip


def text(words: Words, x: float, y: float, size: float, anchor: str = "start") -> Html:
    """Words at a place."""
    return tag(
        "text",
        words,
        x=number(x),
        y=number(y),
        font_size=size,
        text_anchor=None if anchor == "start" else anchor,
        fill="currentColor",
    )


def number(value: float) -> str:
    """A number with two decimals at most, the same on every machine."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def short(words: str, room: float, size: float) -> str:
    """Words cut to a width, where they do not fit."""
    most = max(int(room / (size * LETTER)), 1)
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"
