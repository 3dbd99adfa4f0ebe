"""What ink alone cannot see: the order of the words, and where words begin and end.

Moving a "not" from one sentence to another leaves the same ink.  The structure of a reading text is the
list of *blocks* (stretches of the original read in its own order), *cuts* (block ends inside a line of
the original), *joins* (a word of the reading text made of two pieces of the original) and *splits* (a
word of the original parted by a blank).  All are places in the original, so re-wrapping a reading text
or making a heading bold changes none of them; swapping two words changes several.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from readacross.model import Span


@dataclass(frozen=True, slots=True)
class Structure:
    """Blocks in reading order, and the cuts, joins and splits between them, as places in the original."""

    blocks: tuple[Span, ...]
    cuts: tuple[int, ...]
    joins: tuple[tuple[int, int], ...]
    splits: tuple[int, ...]

    @property
    def plain(self) -> bool:
        """Whether the original is read straight through, word for word: nothing that needs a signature."""
        return len(self.blocks) <= 1 and not (self.cuts or self.joins or self.splits)

    def counts(self) -> str:
        """In words, for messages and pages."""
        return (
            f"{_count(len(self.blocks), 'block')}, {_count(len(self.cuts), 'cut')} inside a line, "
            f"{_count(len(self.joins), 'joined word')}, {_count(len(self.splits), 'parted word')}"
        )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")


def structure(
    reading: str, places: Sequence[int], original: str, mapped: Sequence[int], ink: Sequence[int]
) -> Structure:
    """The structure of a reading text.

    `places` are the offsets of the reading text's ink, `mapped` the offset in the original of each of
    them, `ink` the offsets of the original's ink that is not dropped, in order.
    """
    rank = {at: number for number, at in enumerate(ink)}
    blocks: list[Span] = []
    joins: list[tuple[int, int]] = []
    splits: list[int] = []
    start = 0
    for k in range(1, len(mapped) + 1):
        if k < len(mapped) and places[k] - places[k - 1] == 1 == mapped[k] - mapped[k - 1]:
            continue
        together = k < len(mapped) and rank[mapped[k]] == rank[mapped[k - 1]] + 1
        if not together:
            blocks.append(Span(mapped[start], mapped[k - 1] + 1))
            start = k
        if k == len(mapped):
            break
        apart_here = apart(reading, places[k - 1], places[k])
        apart_there = not together or apart(original, mapped[k - 1], mapped[k])
        if apart_there and not apart_here:
            joins.append((mapped[k - 1], mapped[k]))
        elif apart_here and not apart_there:
            splits.append(mapped[k])
    return Structure(tuple(blocks), _cuts(blocks, original, ink, rank), tuple(joins), tuple(splits))


def apart(text: str, before: int, after: int) -> bool:
    """Whether a blank stands between two characters of a text."""
    return after != before + 1 and any(map(str.isspace, text[before + 1 : after]))


def _cuts(
    blocks: Sequence[Span], original: str, ink: Sequence[int], rank: Mapping[int, int]
) -> tuple[int, ...]:
    """The ends of blocks that part a line of the original which holds other ink."""
    starts = [0] + [at + 1 for at, character in enumerate(original) if character == "\n"]

    def one_line(a: int, b: int) -> bool:
        return bisect_right(starts, ink[a]) == bisect_right(starts, ink[b])

    cuts: set[int] = set()
    for block in blocks:
        first, last = rank[block.start], rank[block.end - 1]
        if first > 0 and one_line(first - 1, first):
            cuts.add(block.start)
        if last + 1 < len(ink) and one_line(last, last + 1):
            cuts.add(block.end)
    return tuple(sorted(cuts))
