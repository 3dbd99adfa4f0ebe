"""From two texts to a redline: which paragraphs stayed, moved, came or went, and the words changed in them.

    >>> found = redline(["You must come.", "Bring a friend."], ["Bring a friend.", "You may come."])
    >>> [paragraph.kind for paragraph in found.paragraphs]
    ['stayed', 'moved and edited']

Paragraphs are paired one to one.  Those that stand alike and in the same order in both texts are paired first,
so that a sentence printed twice keeps its neighbours; then the likest remaining pair, again and again, the
earlier paragraph first among equals.  Among the pairs, the weightiest run that keeps its order stayed; the others
moved.  Where too few paragraphs pair, no redline is offered: nearly all of it would be struck out.
"""

import re
from bisect import bisect
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

PAIRED = 0.5
"""How like two paragraphs are at least to be one paragraph edited: the share of their words in common."""

OFFERED = 0.5
"""The share of the newer text's paragraphs that must pair for a redline to be offered."""


class Run(NamedTuple):
    """Words that follow each other and were all kept, removed or added."""

    kind: Literal["kept", "removed", "added"]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of either text by its number in each, None where it is not in it, and what became of its words."""

    before: int | None
    after: int | None
    moved: bool
    runs: tuple[Run, ...]

    @property
    def edited(self) -> bool:
        """Whether it is in both texts, in other words."""
        return None not in (self.before, self.after) and any(run.kind != "kept" for run in self.runs)

    @property
    def kind(self) -> str:
        """What became of the paragraph, in words: stayed, moved, edited, moved and edited, added, removed."""
        if self.before is None:
            return "added"
        if self.after is None:
            return "removed"
        happened = ["moved"] * self.moved + ["edited"] * self.edited
        return " and ".join(happened) or "stayed"

    @property
    def old(self) -> tuple[str, ...]:
        """Its words in the older text."""
        return tuple(word for run in self.runs if run.kind != "added" for word in run.words)

    @property
    def new(self) -> tuple[str, ...]:
        """Its words in the newer text."""
        return tuple(word for run in self.runs if run.kind != "removed" for word in run.words)


@dataclass(frozen=True, slots=True)
class Redline:
    """What became of every paragraph, in the newer text's order, and whether it is worth reading."""

    paragraphs: tuple[Paragraph, ...]
    alike: float
    offered: bool
    statement: str

    def count(self, what: Literal["moved", "edited", "added", "removed"]) -> int:
        """How many paragraphs were moved, edited, added or removed; one may be moved and edited."""
        return _count(self.paragraphs, what)


def redline(before: Sequence[str], after: Sequence[str]) -> Redline:
    """The redline from one sequence of paragraphs to another; blanks between words do not count."""
    older, newer = ([text.split() for text in texts] for texts in (before, after))
    pairs = pair([" ".join(words) for words in older], [" ".join(words) for words in newer])
    stayed = _stayed(pairs, [len(words) for words in newer])
    paired = [
        Paragraph(
            i,
            j,
            moved=i is not None and j not in stayed,
            runs=_runs(older[i] if i is not None else [], words),
        )
        for j, words in enumerate(newer)
        for i in [pairs.get(j)]
    ]
    gone = sorted({*range(len(older))} - {*pairs.values()})
    removed = [Paragraph(i, None, moved=False, runs=_runs(older[i], [])) for i in gone]
    paragraphs = _woven(paired, removed)
    alike = len(pairs) / len(newer) if newer else float(not older)
    offered = alike >= OFFERED
    statement = (
        _statement(paragraphs, len(pairs), len(newer)) if offered else _refusal(len(pairs), len(newer))
    )
    return Redline(paragraphs, alike, offered, statement)


def pair(before: Sequence[str], after: Sequence[str]) -> Mapping[int, int]:
    """For each paragraph of the newer text that is in the older one too, its number there."""
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    pairs = {block.b + n: block.a + n for block in blocks for n in range(block.size)}
    taken = set(pairs.values())
    older = {i: _bag(before[i]) for i in range(len(before)) if i not in taken}
    newer = {j: _bag(after[j]) for j in range(len(after)) if j not in pairs}
    likest = sorted((-found, before[i] != after[j], i, j) for i, j, found in _alike(older, newer))
    for _, _, i, j in likest:
        if i not in taken and j not in pairs:
            taken.add(i)
            pairs[j] = i
    return pairs


def _bag(text: str) -> Counter[str]:
    """The words of a paragraph and how often each stands in it; its signs, where it has no word."""
    return Counter(re.findall(r"\w+", text.casefold()) or text.split())


def _alike(
    older: Mapping[int, Counter[str]], newer: Mapping[int, Counter[str]]
) -> Iterator[tuple[int, int, float]]:
    """The paragraphs that may pair, and the share of their words they have in common, in whatever order."""
    standing: dict[str, list[tuple[int, int]]] = {}
    for j, bag in newer.items():
        for word, often in bag.items():
            standing.setdefault(word, []).append((j, often))
    for i, bag in older.items():
        shared: Counter[int] = Counter()
        for word, often in bag.items():
            for j, there in standing.get(word, ()):
                shared[j] += min(often, there)
        for j, common in shared.items():
            likeness = 2 * common / (bag.total() + newer[j].total())
            if likeness >= PAIRED:
                yield i, j, likeness


def _stayed(pairs: Mapping[int, int], weights: Sequence[int]) -> frozenset[int]:
    """The paragraphs of the newer text that stayed: the pairs with most words in all that keep their order."""
    order = sorted(pairs)
    best: dict[int, int] = {}
    previous: dict[int, int | None] = {}
    for j in order:
        under = [k for k in best if pairs[k] < pairs[j]]
        previous[j] = max(under, key=best.__getitem__, default=None)
        best[j] = max(weights[j], 1) + max((best[k] for k in under), default=0)
    last = max(order, key=best.__getitem__, default=None)
    stayed = set()
    while last is not None:
        stayed.add(last)
        last = previous[last]
    return frozenset(stayed)


def _runs(old: Sequence[str], new: Sequence[str]) -> tuple[Run, ...]:
    """What became of a paragraph's words."""
    if old == new:
        return (Run("kept", tuple(old)),) if old else ()
    runs: list[Run] = []
    for tag, a, a_end, b, b_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            runs.append(Run("kept", tuple(old[a:a_end])))
            continue
        if a < a_end:
            runs.append(Run("removed", tuple(old[a:a_end])))
        if b < b_end:
            runs.append(Run("added", tuple(new[b:b_end])))
    return tuple(runs)


def _woven(paired: Sequence[Paragraph], removed: Sequence[Paragraph]) -> tuple[Paragraph, ...]:
    """The newer text's paragraphs, and behind each that stayed those removed that once followed it."""
    stayed = [p.before for p in paired if p.before is not None and not p.moved]
    behind: dict[int, list[Paragraph]] = {}
    for paragraph in removed:
        behind.setdefault(bisect(stayed, paragraph.before or 0), []).append(paragraph)
    woven = list(behind.get(0, []))
    number = 0
    for paragraph in paired:
        woven.append(paragraph)
        if paragraph.before is not None and not paragraph.moved:
            number += 1
            woven += behind.get(number, [])
    return tuple(woven)


def _count(paragraphs: Sequence[Paragraph], what: str) -> int:
    return sum(what in paragraph.kind.split() for paragraph in paragraphs)


def _statement(paragraphs: Sequence[Paragraph], shared: int, of: int) -> str:
    moved, edited, added, removed = (
        _count(paragraphs, what) for what in ("moved", "edited", "added", "removed")
    )
    if not any((moved, edited, added, removed)):
        return "The two texts are the same, paragraph by paragraph."
    return (
        f"{shared} of the {of} paragraphs of the newer text stand in the older one too: "
        f"{moved} moved, {edited} edited. {added} added, {removed} removed."
    )


def _refusal(shared: int, of: int) -> str:
    return (
        f"The two texts share few paragraphs: {shared} of the {of} in the newer text have a counterpart in the older "
        "one with at least half of their words in common. Marking changed words would mislead, so compare the two "
        "question by question instead."
    )
