"""Saying where a reading text leaves its original: the word that stands there, and the original's own.

Nothing rests on it: it only makes a refusal useful.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from readacross.aligning import UNPLACED, align
from readacross.certificate import Unproven
from readacross.errors import NotFaithful
from readacross.markup import MarkupError
from readacross.sources import Source
from readacross.structure import apart

LONGEST = 400
"""How long a changed stretch may be for its first word to be called the one that is wrong."""

SHOWN = 60
TAKE = "take the words from the original; an editor's note stands alone between [[ and ]]"
SIGN = "put it back, or read it against the original and run: readacross build --sign NAME"


class Texts(NamedTuple):
    """A reading text and its original, and the places of the ink of each, in the order to compare."""

    reading: str
    places: Sequence[int]
    original: str
    expected: Sequence[int]


class Change(NamedTuple):
    """A stretch of the reading text's ink, and the stretch of the expected ink it stands for."""

    start: int
    end: int
    their_start: int
    their_end: int


def different(source: Source, texts: Texts, *, settled: bool) -> NotFaithful:
    """The error for a reading text that has other ink than its original.

    Where the order of the words is not settled, or much has changed, the first wrong word is looked for
    between words that stand near each other on both sides.
    """
    change = _first_change(texts)
    longest = max(change.end - change.start, change.their_end - change.their_start)
    if longest > (LONGEST if settled else SHOWN):
        straight = texts._replace(expected=sorted(texts.expected))
        near = next(_near_changes(straight), None)
        texts, change = (straight, near) if near else (texts, change)
    left_out = change.start == change.end and not (
        _inside(texts, change.start, change.their_start) or _inside(texts, change.end, change.their_end)
    )
    if left_out and change.start < len(texts.places):
        return _left_out(source, texts, change)
    return _error(source, texts, change, "{ours} is not in the original at this place", TAKE)


def _left_out(source: Source, texts: Texts, change: Change) -> NotFaithful:
    """The error for words of the original that the reading text lacks."""
    words = _words(texts.original, texts.expected[change.their_start : change.their_end])
    their_line = _line(texts.original, texts.expected[change.their_start])
    place = f"{source.version.original}:{their_line}"
    what = f"{_quoted(words)} of the original ({place}) is left out before this and no drop says why"
    remedy = "put the words back, or say in drops.toml why they are left out"
    line = _line(texts.reading, texts.places[change.start])
    return NotFaithful(source.file("reading.md"), what, remedy, line)


def moved(source: Source, texts: Texts) -> NotFaithful:
    """The error for a reading text with the right ink in an order that nobody has settled."""
    what = "{ours} has moved since the order of the words was settled"
    return _error(source, texts, _first_change(texts), what, SIGN)


def parted(source: Source, texts: Texts, number: int) -> NotFaithful:
    """The error for a word that is joined or parted otherwise than was settled, by its ink number."""
    change = Change(number, number, number, number)
    what = "{ours} is joined, parted or placed otherwise than was settled"
    return _error(source, texts, change, what, SIGN)


def unproven(source: Source, bad: Unproven) -> NotFaithful:
    """The error for a place that a certificate does not prove."""
    if bad.side == "reading":
        return _plain_error(source, "reading.md", source.reading, bad, TAKE)
    remedy = f"put them into {source.file('reading.md')}, or say in drops.toml why they are left out"
    return _plain_error(source, source.version.original, source.original, bad, remedy)


def misread(source: Source, bad: MarkupError) -> NotFaithful:
    """The error for a reading text that is not restricted Markdown."""
    return NotFaithful(source.file("reading.md"), bad.what, bad.remedy, bad.line)


def _plain_error(source: Source, name: str, text: str, bad: Unproven, remedy: str) -> NotFaithful:
    start = max(text.rfind(blank, 0, bad.at + 1) for blank in " \n\u00a0") + 1
    what = f"{bad.what}: {_quoted(text[start:])}"
    return NotFaithful(source.file(name), what, remedy, _line(text, bad.at))


def _error(source: Source, texts: Texts, change: Change, what: str, remedy: str) -> NotFaithful:
    """The error for a change, which is widened to whole words first."""
    start, end, their_start, their_end = _whole_words(texts, change)
    ours = _words(texts.reading, texts.places[start:end])
    theirs = _words(texts.original, texts.expected[their_start:their_end])
    line = _line(texts.reading, texts.places[min(start, len(texts.places) - 1)]) if texts.places else 1
    said = what.format(ours=_quoted(ours) if ours else "what stands here")
    if theirs:
        their_line = _line(texts.original, texts.expected[their_start])
        said += f"; the original has {_quoted(theirs)} ({source.version.original}:{their_line})"
    return NotFaithful(source.file("reading.md"), said, remedy, line)


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _quoted(words: str) -> str:
    shown = " ".join(words[: 2 * SHOWN].split())
    return f"“{shown}”" if len(shown) <= SHOWN else f"“{shown[:SHOWN]}…”"


def _words(text: str, offsets: Sequence[int]) -> str:
    """The ink at some places of a text as words."""
    words = text[offsets[0]] if offsets else ""
    for before, after in pairwise(offsets):
        words += (" " if _parted(text, before, after) else "") + text[after]
    return words


def _parted(text: str, before: int, after: int) -> bool:
    return after < before or apart(text, before, after)


def _first_change(texts: Texts) -> Change:
    """What is left of both sides without their common beginning and end."""
    ours = [texts.reading[at] for at in texts.places]
    theirs = [texts.original[at] for at in texts.expected]
    least = min(len(ours), len(theirs))
    head = next((k for k in range(least) if ours[k] != theirs[k]), least)
    tail = next((k for k in range(least - head) if ours[-1 - k] != theirs[-1 - k]), least - head)
    return Change(head, len(ours) - tail, head, len(theirs) - tail)


def _near_changes(texts: Texts) -> Iterator[Change]:
    """Changes between placed words: first those that are near on both sides, then those at a loose end."""
    mapped = align(*texts, pieces=(24, 12, 6))
    rank = {at: number for number, at in enumerate(texts.expected)}
    used = set(mapped)
    placed = [k for k, at in enumerate(mapped) if at != UNPLACED]
    loose: list[Change] = []
    for before, after in pairwise([*placed, len(mapped)]):
        start = rank[mapped[before]] + 1
        end = rank[mapped[after]] if after < len(mapped) else UNPLACED
        near = start <= end <= start + LONGEST and used.isdisjoint(texts.expected[start:end])
        if not near:
            following = range(start, min(start + LONGEST, len(texts.expected)))
            end = next((k for k in following if texts.expected[k] in used), following.stop)
        change = Change(before + 1, after, start, end)
        ours = [texts.reading[at] for at in texts.places[change.start : change.end]]
        theirs = [texts.original[at] for at in texts.expected[change.their_start : change.their_end]]
        if near and ours != theirs:
            yield change
        elif ours and ours != theirs:
            loose.append(change)
    yield from loose


def _whole_words(texts: Texts, change: Change) -> Change:
    """A change widened to whole words, and to the next word where one side would be empty."""
    start, end, their_start, their_end = change
    while min(start, their_start) > 0 and _inside(texts, start, their_start):
        start, their_start = start - 1, their_start - 1
    if start == end or their_start == their_end:
        end, their_end = end + 1, their_end + 1
    while _inside(texts, end, their_end):
        end, their_end = end + 1, their_end + 1
    return Change(start, min(end, len(texts.places)), their_start, min(their_end, len(texts.expected)))


def _inside(texts: Texts, ours: int, theirs: int) -> bool:
    """Whether a word goes on from the ink before a place to the ink at it, on either side."""
    return any(
        0 < number < len(offsets) and not _parted(text, offsets[number - 1], offsets[number])
        for number, offsets, text in (
            (ours, texts.places, texts.reading),
            (theirs, texts.expected, texts.original),
        )
    )
