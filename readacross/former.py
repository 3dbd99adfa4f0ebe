"""The former generation: what a build takes over from it of every version whose texts and certificate are as they were.

What it holds of a version are its passages as they were written, in the generation and in the readable index, their
terms and their vectors.  A version is known by a hash of all that its passages are made of; the files, by their own.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import overload

import numpy as np

from readacross.encoding import Vector
from readacross.errors import GenerationError
from readacross.generations import GENERATIONS, MANIFEST, current
from readacross.library import HEADING, Rows
from readacross.model import Json, Passage
from readacross.shapes import unpack
from readacross.storing import json_line, write_atomically

FORMER = GENERATIONS / "FORMER"
"""What each version of the former generation was made of, and the terms of its passages, a line each."""

INDEX = Path("index/passages.jsonl")
BEGINS = b'{"id":"'
FILES = ("passages.jsonl", "passages.offsets", "columns.npy", "vectors.npy")
"""The files of a generation that are taken over."""


@dataclass(frozen=True, eq=False)
class Held(Sequence[Passage]):
    """The passages of a version as the former generation holds them, read when they are asked for."""

    rows: tuple[bytes, ...]
    lines: str
    terms: tuple[str, ...]
    headings: tuple[bool, ...]
    vectors: Vector
    model: str

    @cached_property
    def _read(self) -> tuple[Passage, ...]:
        return tuple(unpack(Passage, json.loads(row)) for row in self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, at: int) -> Passage: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Passage]: ...
    def __getitem__(self, at: int | slice) -> Passage | Sequence[Passage]:
        return self._read[at]

    def __iter__(self) -> Iterator[Passage]:
        return iter(self._read)

    @property
    def ids(self) -> list[str]:
        """The ids of the passages, told without reading them."""
        return [row[len(BEGINS) : row.index(b'"', len(BEGINS))].decode() for row in self.rows]


def ids_of(passages: Sequence[Passage]) -> list[str]:
    """The ids of the passages of a version."""
    return passages.ids if isinstance(passages, Held) else [passage.id for passage in passages]


@dataclass(frozen=True, eq=False)
class Former:
    """The former generation: where the passages of each version begin and end, by what they were made of."""

    held: Mapping[str, range]
    rows: Rows | None = None
    lines: Sequence[str] = ()
    terms: Sequence[str] = ()
    columns: Sequence[Sequence[int]] = ()
    vectors: Vector | None = None
    model: str = ""

    def of(self, key: str) -> Held | None:
        """The passages of a version that was made of the same; None where there is none."""
        places = self.held.get(key)
        if places is None or self.rows is None or self.vectors is None:
            return None
        some = slice(places.start, places.stop)
        return Held(
            tuple(self.rows.between(number, number + 1) for number in places),
            "".join(f"{line}\n" for line in self.lines[some]),
            tuple(self.terms[some]),
            tuple(row[1] == HEADING for row in self.columns[some]),
            self.vectors[some],
            self.model,
        )


NOTHING = Former({})


def former(root: Path) -> Former:
    """The former generation, nothing where there is none or a file of it is not as it was written."""
    try:
        head, *terms = (root / FORMER).read_text("utf-8").split("\n")
        facts = json.loads(head)
        folder = current(root)
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        index = (root / INDEX).read_bytes()
        whole = all(_sha256((folder / name).read_bytes()) == manifest["files"][name] for name in FILES)
        lines = index.decode().split("\n")[:-1]
        same = (folder.name, _sha256(index), _sha256("\n".join(terms).encode()))
        if not whole or same != (facts["generation"], facts["index"], facts["terms"]):
            return NOTHING
        starts = facts["versions"]
        held = {key: range(start, end) for key, start, end in starts}
        columns = np.load(folder / "columns.npy").tolist()
        vectors = np.load(folder / "vectors.npy", mmap_mode="r")
        return Former(
            held, Rows(folder / "passages.jsonl"), lines, terms, columns, vectors, manifest["model_sha256"]
        )
    except (OSError, ValueError, KeyError, TypeError, GenerationError):
        return NOTHING


def keep_former(
    root: Path,
    generation: str,
    index: str,
    made_of: Iterable[tuple[str, int]],
    terms: Sequence[Sequence[str]],
) -> None:
    """Keep what the versions of a generation were made of and how many passages each has, and all terms.

    A disk that refuses costs nothing but time.
    """
    versions: list[Json] = []
    start = 0
    for key, count in made_of:
        versions.append([key, start, start + count])
        start += count
    lines = "\n".join(map(" ".join, terms))
    facts: dict[str, Json] = {
        "generation": generation, "index": _sha256(index.encode()), "terms": _sha256(lines.encode()),
        "versions": versions,
    }  # fmt: skip
    with suppress(OSError):
        write_atomically(root / FORMER, f"{json_line(facts)}\n{lines}")


def _sha256(data: bytes) -> str:
    return sha256(data).hexdigest()
