"""What a corpus is searched by: vectors of passages, sentences and tokens, word weights, runs of letters.

A passage is a text and the context it stands in (title, headings).  Everything is made once, when
indexing, by all-MiniLM-L6-v2 and by counting; `readacross.ranking` compares a question with it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from readacross.analysing import terms
from readacross.embedding import states
from readacross.encoding import Encoder, Vector
from readacross.sentences import sentences
from readacross.weighing import Weights, weigh

TOKEN_WIDTH = 192
"""Dimensions kept of a token's vector: the main axes of the corpus' own tokens. Fewer lose places."""

GRAM = 4
BUCKETS = 1 << 16
"""Runs of four bytes, hashed into this many buckets."""

SAMPLE = 256
"""How many passages the main axes of the tokens are found from."""

_BLANKS = re.compile(r"\W+")

MANY, MAIN = 5000, 128
"""From so many passages on their vectors are kept along so many main axes, too: the best of all are looked for there."""

Numbers = NDArray[np.int64]


class Narrow(NamedTuple):
    """Vectors along their main axes: float32 [dimensions, MAIN], and float32 [vectors, MAIN]."""

    axes: Vector
    rows: Vector


def narrowed(vectors: Vector) -> Narrow | None:
    """Vectors along their main axes; None where they are few, since all can then be looked at whole."""
    if len(vectors) <= MANY:
        return None
    axes = turned(vectors.T @ vectors)[:, :MAIN]
    return Narrow(axes, np.ascontiguousarray(vectors @ axes))


def turned(spread: Vector) -> Vector:
    """The axes of what is spread so, the main one first: float32 [dimensions, dimensions]."""
    axes: Vector = np.linalg.eigh(spread.astype(np.float64))[1][:, ::-1].astype(np.float32)
    return np.ascontiguousarray(axes)


class Ragged(NamedTuple):
    """A list of rows of different lengths: row `i` is `values[starts[i]:starts[i + 1]]`."""

    values: NDArray[np.generic]
    starts: Numbers

    def of(self, rows: Numbers) -> tuple[NDArray[np.generic], Numbers]:
        """The values of some rows, one row after the other, and where each begins; no row may be empty."""
        first, lengths = self.starts[rows], self.starts[rows + 1] - self.starts[rows]
        begins = np.concatenate(([0], np.cumsum(lengths)[:-1]))
        places = np.arange(int(lengths.sum())) + np.repeat(first - begins, lengths)
        return self.values[places], begins


def ragged(rows: Sequence[Sequence[int] | NDArray[np.generic]], kind: type[np.generic]) -> Ragged:
    """Rows of numbers put one after the other; an empty row becomes a single 0, which stands for nothing."""
    filled = [row if len(row) else (0,) for row in rows]
    lengths = np.fromiter((len(row) for row in filled), np.int64, len(filled))
    values = np.concatenate([np.asarray(row, dtype=kind) for row in filled])
    return Ragged(values, np.concatenate(([0], np.cumsum(lengths))))


@dataclass(frozen=True)
class Signals:
    """A corpus as it is searched; `whole` is a passage with its context before it.

    `parts` are sentences: `part_terms` has a row for each of them, `part_tokens` a row for each passage
    with the places among its tokens where they begin.  In `part_terms`, `text_terms`, `whole_terms`, `pairs` and `grams` the number 0 stands for nothing, and the others
    count from 1: terms by their column in `whole_words`.
    """

    text: Vector
    whole: Vector
    parts: Ragged
    part_terms: Ragged
    part_tokens: Ragged
    tokens: Ragged
    whole_tokens: Ragged
    axes: Vector
    text_words: Weights
    whole_words: Weights
    text_terms: Ragged
    whole_terms: Ragged
    pairs: Ragged
    grams: Ragged
    groups: Numbers
    lengths: Vector
    rarity: "Rarity"
    narrow_text: Narrow | None
    narrow_whole: Narrow | None
    encoder: Encoder

    def __len__(self) -> int:
        return len(self.text)


class Rarity(NamedTuple):
    """ln(1 + (N - n + 1/2) / (n + 1/2)) of each term, run of letters and token, n of N passages holding it."""

    terms: Vector
    grams: Vector
    tokens: Vector


def index_signals(
    texts: Sequence[str], contexts: Sequence[str], setting: str, encoder: Encoder, *, progress: bool
) -> Signals:
    """Everything that the passages of a corpus are searched by."""
    wholes = [
        f"{context}. {text}" if context else text for text, context in zip(texts, contexts, strict=True)
    ]
    parts = [[text[span.start : span.end] for span in sentences(text)] or [text] for text in texts]
    encoded = _encode(texts, wholes, parts, setting, progress=progress)
    text_terms = [terms(text) for text in texts]
    whole_terms = [terms(whole) for whole in wholes]
    words = weigh(whole_terms)
    grams = ragged([grams_of(text) for text in texts], np.uint16)
    columns = {term: column + 1 for term, column in words.vocabulary.items()}
    spoken = [terms(part) for found in parts for part in found]
    return Signals(
        text=encoded.text,
        whole=encoded.whole,
        parts=encoded.parts,
        part_terms=_columns_of(spoken, columns),
        part_tokens=encoded.part_tokens,
        tokens=encoded.tokens,
        whole_tokens=encoded.whole_tokens,
        axes=encoded.axes,
        text_words=weigh(text_terms),
        whole_words=words,
        text_terms=_columns_of(text_terms, columns),
        whole_terms=_columns_of(whole_terms, columns),
        pairs=ragged([pairs_of(found, columns) for found in text_terms], np.uint32),
        grams=grams,
        groups=np.unique(np.array(contexts), return_inverse=True)[1].astype(np.int64),
        lengths=np.log1p([len(found) for found in text_terms]).astype(np.float32),
        rarity=Rarity(
            rarity(np.concatenate(([0], np.diff(words.starts))), len(texts)),
            rarity(np.bincount(grams.values, minlength=BUCKETS), len(texts)),
            rarity(encoded.held, len(texts)),
        ),
        narrow_text=narrowed(encoded.text),
        narrow_whole=None if encoded.whole is encoded.text else narrowed(encoded.whole),
        encoder=encoder,
    )


def _columns_of(found: Sequence[Sequence[str]], columns: Mapping[str, int]) -> Ragged:
    """The terms of each text as numbers, each once."""
    return ragged([sorted({columns[term] for term in row if term in columns}) for row in found], np.int32)


def rarity(holding: NDArray[np.integer], count: int) -> Vector:
    """The rarity of things, each held by so many of `count` passages; that of thing 0, nothing, is 0."""
    values = np.log1p((count - holding + 0.5) / (holding + 0.5)).astype(np.float32)
    values[0] = 0
    return values


def grams_of(text: str) -> NDArray[np.uint16]:
    """The buckets of a text's runs of four bytes, each once; bucket 0 is kept free."""
    folded = f" {_BLANKS.sub(' ', text.casefold()).strip()} ".encode("utf-8", "replace")
    letters = np.frombuffer(folded, dtype=np.uint8).astype(np.uint32)
    if len(letters) < GRAM:
        return np.zeros(0, dtype=np.uint16)
    runs = letters[:-3] | letters[1:-2] << 8 | letters[2:-1] << 16 | letters[3:] << 24
    mixed = (runs ^ runs >> 15) * np.uint32(2654435761)
    return np.unique(np.maximum(mixed >> 16, 1).astype(np.uint16))


def pairs_of(found: Sequence[str], columns: dict[str, int]) -> list[int]:
    """The buckets of the neighbouring terms of a text, each once."""
    numbers = [columns.get(term, 0) for term in found]
    return sorted({pair_bucket(first, second) for first, second in pairwise(numbers)})


def pair_bucket(first: int, second: int) -> int:
    """The bucket of two neighbouring terms; never 0."""
    return (first * 2654435761 + second * 40503) % (BUCKETS * 4 - 1) + 1


class _Encoded(NamedTuple):
    text: Vector
    whole: Vector
    parts: Ragged
    part_tokens: Ragged
    tokens: Ragged
    whole_tokens: Ragged
    axes: Vector
    held: NDArray[np.int64]


def _encode(
    texts: Sequence[str],
    wholes: Sequence[str],
    parts: Sequence[Sequence[str]],
    setting: str,
    *,
    progress: bool,
) -> _Encoded:
    """Vectors of texts, texts with context and sentences; tokens of the first two."""
    axes = main_axes(wholes, setting)
    place = {text: at for at, text in enumerate(dict.fromkeys((*texts, *wholes)))}
    first = (len(place), len(set(texts)))
    for part in (part for found in parts for part in found):
        place.setdefault(part, len(place))
    read = _read(list(place), first, axes, setting, progress=progress)
    of_text = np.array([place[text] for text in texts])
    of_whole = np.array([place[text] for text in wholes])
    same = bool(np.array_equal(of_text, of_whole))
    text, tokens = read.vectors[of_text], stacked([read.tokens[at] for at in of_text])
    numbers = [[place[part] for part in found] for found in parts]
    joined = ragged(numbers, np.int64)
    begins = [
        part_starts([int(read.sizes[number]) for number in row], len(read.tokens[at]))
        for row, at in zip(numbers, of_text, strict=True)
    ]
    return _Encoded(
        text,
        text if same else read.vectors[of_whole],
        Ragged(read.vectors.astype(np.float16)[joined.values.astype(np.int64)], joined.starts),
        ragged(begins, np.int32),
        tokens,
        tokens if same else stacked([read.tokens[at] for at in of_whole]),
        axes,
        read.held,
    )


class _Read(NamedTuple):
    """Of each string its vector and size in tokens; of the first ones tokens; how many of them hold a token."""

    vectors: Vector
    sizes: Numbers
    tokens: list[NDArray[np.int8]]
    held: Numbers


def _read(
    strings: Sequence[str], first: tuple[int, int], axes: Vector, setting: str, *, progress: bool
) -> _Read:
    """Each string read once by the model; the first so many keep their tokens, fewer of them are counted."""
    with_tokens, counted = first
    vectors = np.empty((len(strings), len(axes)), dtype=np.float32)
    sizes = np.zeros(len(strings), dtype=np.int64)
    kept: list[NDArray[np.int8]] = [np.zeros((0, 0), dtype=np.int8)] * with_tokens
    held = np.zeros(0, dtype=np.int64)
    for at, vector, tokens, ids in states(strings, setting, progress=progress):
        vectors[at], sizes[at] = vector, max(len(ids) - 2, 1)
        if at < with_tokens:
            kept[at] = small(tokens[1:-1] if len(tokens) > 2 else tokens, axes)
        if at < counted:
            held = _counted(held, ids)
    return _Read(vectors, sizes, kept, held)


def stacked(rows: Sequence[NDArray[np.int8]]) -> Ragged:
    """Blocks of token directions put one under the other."""
    return Ragged(np.concatenate(rows), np.concatenate(([0], np.cumsum([len(row) for row in rows]))))


def part_starts(sizes: Sequence[int], count: int) -> list[int]:
    """Where each sentence begins among its passage's tokens; those cut off begin at the last token."""
    return [min(begin, count - 1) for begin in (0, *accumulate(sizes[:-1]))]


def _counted(held: NDArray[np.int64], ids: Sequence[int]) -> NDArray[np.int64]:
    """How many texts hold each token, one more text seen."""
    longest = max(ids) + 1
    if longest > len(held):
        held = np.concatenate((held, np.zeros(longest - len(held) + 1000, dtype=np.int64)))
    held[np.unique(ids)] += 1
    return held


def main_axes(texts: Sequence[str], setting: str) -> Vector:
    """The main axes of the tokens of a sample of texts: float32 [dimensions, TOKEN_WIDTH or fewer]."""
    sample = list(dict.fromkeys(texts))
    sample = sample[:: max(len(sample) // SAMPLE, 1)][:SAMPLE]
    spread: Vector | None = None
    for _, _, tokens, _ in states(sample, setting, progress=False):
        unit = _unit(tokens)
        spread = unit.T @ unit if spread is None else spread + unit.T @ unit
    if spread is None:
        return np.zeros((0, 0), dtype=np.float32)
    return turned(spread)[:, :TOKEN_WIDTH]


def _unit(rows: Vector) -> Vector:
    lengths: Vector = np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.float32(1e-12))
    return rows / lengths


def along(tokens: Vector, axes: Vector) -> Vector:
    """The directions of tokens along the main axes."""
    found: Vector = _unit(tokens) @ axes
    return found


def small(tokens: Vector, axes: Vector) -> NDArray[np.int8]:
    """The directions of tokens along the main axes, in 127ths."""
    return np.rint(along(tokens, axes) * 127).astype(np.int8)
