"""The aligner: proposes which span of the original each span of a reading text is.

Nothing rests on it: `certificate.verify` checks what it proposes.  Leaflets laid out in columns come out
of a PDF as whole lines in the wrong order, so it places the longest chains of whole original lines
first (preferring a place next to one already placed), then tiles what is left greedily, longest common
pieces first, after Wise's greedy string tiling (1993).  Each character is used once.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from heapq import heapify, heappop, heappush
from itertools import islice

from readacross.model import Tile
from readacross.quoting import occurrences

PIECES = (24, 12, 6, 3, 1)
"""The lengths, in ink characters, at which left-over text is tiled, longest first."""

UNPLACED = -1


SHORTEST = 3
"""A line shorter than this, such as a letter broken off its word, is placed last, where it is wanted."""

MOST = 64
"""How many places a piece of text may be tried at, so that texts that have nothing in common end soon."""


def align(
    reading: str,
    places: Sequence[int],
    original: str,
    ink: Sequence[int],
    pieces: Sequence[int] = PIECES,
) -> list[int]:
    """The offset in the original of each ink character of the reading text, UNPLACED where there is none.

    `places` are the offsets of the reading text's ink, `ink` those of the original's ink to be used.
    """
    ours = "".join(reading[at] for at in places)
    theirs = "".join(original[at] for at in ink)
    table = _Table(ours, theirs)
    _place_lines(table, _lines(original, ink), _line_starts(reading, places))
    for length in pieces:
        while _place_pieces(table, length):
            pass
    _exchange_twins(table)
    return [ink[at] if at != UNPLACED else UNPLACED for at in table.mapped]


class _Table:
    """Which character of the original each character of the reading text is, as far as it is placed."""

    def __init__(self, ours: str, theirs: str) -> None:
        self.ours, self.theirs = ours, theirs
        self.mapped = [UNPLACED] * len(ours)
        self.used = bytearray(len(theirs))

    def free(self, here: int, there: int, length: int) -> int:
        """How many characters from these two places on are free on both sides, at most `length`."""
        for step in range(length):
            if self.mapped[here + step] != UNPLACED or self.used[there + step]:
                return step
        return length

    def goes_back(self, here: int, there: int) -> bool:
        """Whether the free common piece at these two places begins before them."""
        if here == 0 or there == 0 or self.mapped[here - 1] != UNPLACED or self.used[there - 1]:
            return False
        return self.ours[here - 1] == self.theirs[there - 1]

    def place(self, here: int, there: int, length: int) -> None:
        self.mapped[here : here + length] = range(there, there + length)
        self.used[there : there + length] = b"\1" * length

    def beside(self, here: int, there: int, length: int) -> int:
        """How many of the two neighbours of a stretch are already placed right next to it."""
        before = here > 0 and there > 0 and self.mapped[here - 1] == there - 1
        after = here + length < len(self.ours) and self.mapped[here + length] == there + length
        return int(before) + int(after)


def _lines(original: str, ink: Sequence[int]) -> list[tuple[int, int]]:
    """The ink of each line of the original that has any, as ranges of ink numbers."""
    lines: list[tuple[int, int]] = []
    start = 0
    for number in range(1, len(ink) + 1):
        if number == len(ink) or "\n" in original[ink[number - 1] : ink[number]]:
            lines.append((start, number))
            start = number
    return lines


def _line_starts(reading: str, places: Sequence[int]) -> set[int]:
    """The ink numbers at which a line of the reading text begins."""
    return {0} | {k for k in range(1, len(places)) if "\n" in reading[places[k - 1] : places[k]]}


def _place_lines(table: _Table, lines: list[tuple[int, int]], starts: set[int]) -> None:
    """Place chains of whole original lines, longest first; what is taken meanwhile shortens a chain."""
    chains = _chains(table, lines)
    heap = [
        (-length, 0, here not in starts, here, there) for here, there, length in chains if length >= SHORTEST
    ]
    heapify(heap)
    while heap:
        length, beside, odd, here, there = heappop(heap)
        free, near = table.free(here, there, -length), table.beside(here, there, -length)
        if free == -length and near <= -beside:
            table.place(here, there, free)
        elif free == -length:
            heappush(heap, (length, -near, odd, here, there))
        elif (shorter := _whole(lines, there, free)) >= SHORTEST:
            heappush(heap, (-shorter, 0, odd, here, there))


def _whole(lines: list[tuple[int, int]], there: int, free: int) -> int:
    """The length of the whole lines that begin at `there` and end within `free` characters."""
    longest = 0
    for number in range(bisect_left(lines, (there, 0)), len(lines)):
        if lines[number][1] - there > free:
            break
        longest = lines[number][1] - there
    return longest


def _chains(table: _Table, lines: list[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """Every place in the reading text where one or more whole original lines stand, as long as can be."""
    found: dict[int, set[int]] = {}
    for number, (start, end) in enumerate(lines):
        found[number] = set(islice(occurrences(table.ours, table.theirs[start:end]), MOST))
    lengths: dict[tuple[int, int], int] = {}
    for number in range(len(lines) - 1, -1, -1):
        start, end = lines[number]
        for here in found[number]:
            lengths[number, here] = end - start + lengths.get((number + 1, here + end - start), 0)
    for (number, here), length in lengths.items():
        yield here, lines[number][0], length


def _place_pieces(table: _Table, length: int) -> bool:
    """Place common pieces of at least `length` characters, longest first; false when there are none."""
    if UNPLACED not in table.mapped:
        return False
    grams: dict[str, list[int]] = defaultdict(list)
    for there in range(len(table.theirs) - length + 1):
        if not any(table.used[there : there + length]):
            grams[table.theirs[there : there + length]].append(there)
    pieces: list[tuple[int, int, int, int]] = []
    for here in range(len(table.ours) - length + 1):
        if all(at == UNPLACED for at in table.mapped[here : here + length]):
            for there in grams.get(table.ours[here : here + length], [])[:MOST]:
                if table.goes_back(here, there):
                    continue
                size = _common(table, here, there)
                pieces.append((-size, -table.beside(here, there, size), here, there))
    placed = False
    for size, _, here, there in sorted(pieces):
        if table.free(here, there, -size) == -size:
            table.place(here, there, -size)
            placed = True
    return placed


def _exchange_twins(table: _Table) -> None:
    """Give two like letters each other's place where that puts more of them next to their neighbours."""
    mapped = table.mapped
    whose = {there: here for here, there in enumerate(mapped) if there != UNPLACED}
    for here in range(len(mapped) - 1):
        there, wanted = mapped[here], mapped[here + 1] - 1
        twin = whose.get(wanted)
        if wanted in (there, UNPLACED) or twin is None or there == UNPLACED:
            continue
        if table.theirs[wanted] != table.ours[here] or twin == here + 1:
            continue
        now = table.beside(here, there, 1) + table.beside(twin, wanted, 1)
        if table.beside(here, wanted, 1) + table.beside(twin, there, 1) > now:
            mapped[here], mapped[twin] = wanted, there
            whose[wanted], whose[there] = here, twin


def _common(table: _Table, here: int, there: int) -> int:
    """The length of the free common piece that begins at these two places."""
    size = 0
    limit = min(len(table.ours) - here, len(table.theirs) - there)
    while (
        size < limit
        and table.mapped[here + size] == UNPLACED
        and not table.used[there + size]
        and table.ours[here + size] == table.theirs[there + size]
    ):
        size += 1
    return size


def tiles(places: Sequence[int], mapped: Sequence[int], ink: Sequence[int]) -> tuple[Tile, ...]:
    """Tiles from a complete mapping: the longest stretches that stand alike, step for step, on both sides.

    `ink` is all ink of the original, dropped or not; a tile never spans ink that is not its own.
    """
    rank = {at: number for number, at in enumerate(ink)}
    found: list[Tile] = []
    start = 0
    for k in range(1, len(places) + 1):
        alike = (
            k < len(places)
            and places[k] - places[k - 1] == mapped[k] - mapped[k - 1]
            and rank[mapped[k]] == rank[mapped[k - 1]] + 1
        )
        if not alike and k > start:
            found.append(Tile(places[start], places[k - 1] + 1, mapped[start], mapped[k - 1] + 1))
            start = k
    return tuple(found)
