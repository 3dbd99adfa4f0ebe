"""An open knowledge base: one generation, read as far as it is needed.

    >>> library = open_library(root)                        # doctest: +SKIP
    >>> [version.id for version in library.current()]       # doctest: +SKIP

Opening reads one small file; passages and positions are read row by row when asked for.
"""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import NamedTuple, TypeVar

from readacross.baseline import Baseline
from readacross.errors import BadInput, GenerationError
from readacross.generations import MANIFEST, REMEDY, current
from readacross.model import Authority, Json, Leaflet, Passage, Position, Question, Ruling, Topic, Version
from readacross.periods import Certainty, bounds, in_force
from readacross.rulings import About, about_ruling
from readacross.shapes import unpack

ADAPTED = "adapted.npz"
"""The file of how upper layers are adapted to recognise what is meant; only where there is a recogniser."""

FAMILIARITY = "familiarity.json"
"""The file of what makes a question familiar; only where there is a recogniser."""

FORMAT = 12
"""The layout of a generation; a generation of another layout is built anew."""

HEADING = 1
"""The kind column of passages that are headings: citable, but no answer by themselves."""

Noun = TypeVar("Noun")


class Chosen(NamedTuple):
    """A version that a question looks at, and whether it was in force at the date asked for."""

    version: Version
    certainty: Certainty | None


class Said(NamedTuple):
    """Something that leaflets say and no comparison question asks: as a question, and the numbers of its passages."""

    question: str
    passages: tuple[int, ...]


def _said(row: Json) -> Said:
    question, numbers = row if isinstance(row, list) else ("", [])
    places = numbers if isinstance(numbers, list) else []
    return Said(str(question), tuple(place for place in places if isinstance(place, int)))


RECENT_PASSAGES, RECENT_QUESTIONS = 4096, 64
"""How many passages, and how many questions' positions, stay read: those that were asked for last."""


class Rows:
    """The lines of a JSONL file, each read when asked for; `.offsets` beside it says where they begin."""

    def __init__(self, path: Path) -> None:
        self._text = _mapped(path)
        self._offsets = memoryview(_mapped(path.with_suffix(".offsets"))).cast("q")

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, number: int) -> Json:
        row: Json = json.loads(self._text[self._offsets[number] : self._offsets[number + 1]])
        return row

    def between(self, start: int, end: int) -> bytes:
        """The lines from one number up to another, as they are written."""
        return self._text[self._offsets[start] : self._offsets[end]]

    def begins(self, number: int, text: bytes) -> bool:
        """Whether a line begins so; tells rows apart without reading them."""
        start = self._offsets[number]
        return self._text[start : start + len(text)] == text


def _mapped(path: Path) -> mmap | bytes:
    """A file in memory, mapped where it holds anything."""
    with path.open("rb") as file:
        return mmap(file.fileno(), 0, access=ACCESS_READ) if path.stat().st_size else b""


@dataclass(frozen=True)
class Library:
    """One generation of a knowledge base at `root`."""

    root: Path
    folder: Path
    facts: Mapping[str, Json]
    corpus: Mapping[str, Json]

    @cached_property
    def authorities(self) -> Mapping[str, Authority]:
        """The authorities by slug."""
        return {item.slug: item for item in self._all(Authority, "authorities")}

    @cached_property
    def leaflets(self) -> Mapping[str, Leaflet]:
        """The leaflets by id."""
        return {item.id: item for item in self._all(Leaflet, "leaflets")}

    @cached_property
    def versions(self) -> Mapping[str, Version]:
        """The versions by id; those of one leaflet oldest first."""
        return {item.id: item for item in self._all(Version, "versions")}

    @cached_property
    def topics(self) -> Mapping[str, Topic]:
        """The topics by id."""
        return {item.id: item for item in self._all(Topic, "topics")}

    @cached_property
    def questions(self) -> Mapping[str, Question]:
        """The comparison questions by id."""
        return {item.id: item for item in self._all(Question, "questions")}

    @cached_property
    def baseline(self) -> Baseline | None:
        """The national baseline, where the knowledge base has one."""
        data = self.corpus.get("baseline")
        return unpack(Baseline, data) if isinstance(data, dict) else None

    @cached_property
    def rulings(self) -> Mapping[About, Ruling]:
        """The rulings on divergences that rest on what stands now."""
        return {about_ruling(item): item for item in self._all(Ruling, "rulings")}

    def _all(self, noun: type[Noun], name: str) -> list[Noun]:
        rows = self.corpus[name]
        return [unpack(noun, row) for row in rows] if isinstance(rows, list) else []

    @cached_property
    def _passages(self) -> Rows:
        return Rows(self.folder / "passages.jsonl")

    @cached_property
    def _positions(self) -> Rows:
        return Rows(self.folder / "positions.jsonl")

    def passage(self, number: int) -> Passage:
        """The passage with a number: its place in the generation's order."""
        return self._recent_passages(number)

    @cached_property
    def _recent_passages(self) -> Callable[[int], Passage]:
        return lru_cache(RECENT_PASSAGES)(lambda number: unpack(Passage, self._passages[number]))

    def find_passage(self, id_: str) -> Passage | None:
        """The passage with an id; None where there is none."""
        number = self.number(id_)
        return None if number is None else self.passage(number)

    def number(self, id_: str) -> int | None:
        """The number of the passage with an id; None where there is none."""
        begins = f'{{"id":{json.dumps(id_, ensure_ascii=False)},'.encode()
        numbers = self.numbers(id_.partition("#")[0])
        return next((number for number in numbers if self._passages.begins(number, begins)), None)

    def passages(self, version: str) -> Iterator[Passage]:
        """The passages of a version, in reading order."""
        for number in self._range("passages_of", version):
            yield self.passage(number)

    def positions(self, question: str) -> tuple[Position, ...]:
        """The positions on a question that stand as what their versions say, in the order of versions."""
        return tuple(position for position in self.coded(question) if position.stands)

    def coded(self, question: str) -> tuple[Position, ...]:
        """Everything that is coded on a question: what stands, and what a person has yet to read again."""
        return self._recent_positions(question)

    @cached_property
    def _recent_positions(self) -> Callable[[str], tuple[Position, ...]]:
        def read(question: str) -> tuple[Position, ...]:
            numbers = self._range("positions_on", question)
            return tuple(unpack(Position, self._positions[number]) for number in numbers)

        return lru_cache(RECENT_QUESTIONS)(read)

    def rows(self, version: str) -> bytes:
        """The passages of a version as they are written."""
        numbers = self.numbers(version)
        return self._passages.between(numbers.start, numbers.stop)

    @cached_property
    def of_leaflet(self) -> Mapping[str, tuple[Version, ...]]:
        """The versions of each leaflet, oldest first."""
        found: dict[str, list[Version]] = {}
        for version in self.versions.values():
            found.setdefault(version.leaflet, []).append(version)
        return {leaflet: tuple(versions) for leaflet, versions in found.items()}

    @cached_property
    def besides(self) -> Mapping[str, Said]:
        """What leaflets say besides what the comparison questions ask, by name; see readacross.besides."""
        rows = self.corpus["besides"]
        return {name: _said(row) for name, row in rows.items()} if isinstance(rows, dict) else {}

    def numbers(self, version: str) -> range:
        """The numbers of a version's passages."""
        return self._range("passages_of", version)

    def on_topic(self, topic: str) -> tuple[int, ...]:
        """The numbers of the passages that a coded position on a topic quotes."""
        topics = self.corpus["passages_on"]
        found = topics.get(topic) if isinstance(topics, dict) else None
        return tuple(number for number in found if isinstance(number, int)) if isinstance(found, list) else ()

    def _range(self, table: str, key: str) -> range:
        ranges = self.corpus[table]
        found = ranges.get(key) if isinstance(ranges, dict) else None
        if not isinstance(found, list):
            return range(0)
        start, end = found
        return range(start, end) if isinstance(start, int) and isinstance(end, int) else range(0)

    def reading(self, version: str) -> str:
        """The reading text of a version as it was built."""
        name = version.replace("/", "~").replace("@", "~") + ".md"
        return (self.folder / "readings" / name).read_bytes().decode()

    def current(self) -> tuple[Version, ...]:
        """The latest version of each leaflet."""
        return tuple(version for version in self.versions.values() if version.status == "current")

    def choose(
        self, authorities: Collection[str] = (), as_at: str | None = None, *, all_versions: bool = False
    ) -> tuple[Chosen, ...]:
        """The versions a question looks at: the latest, those possibly in force at a date, or all.

        Raises BadInput for an authority that is not known or a date that is none.
        """
        for slug in authorities:
            if slug not in self.authorities:
                known = ", ".join(self.authorities)
                raise BadInput(f"--authority {slug}: there is no such authority. Use one of: {known}.")
        wanted = [v for v in self.versions.values() if not authorities or v.authority in authorities]
        if as_at is not None:
            _check_date(as_at)
            dated = [Chosen(version, in_force(version.valid, as_at)) for version in wanted]
            return tuple(dated if all_versions else [chosen for chosen in dated if chosen.certainty != "not"])
        return tuple(Chosen(v, None) for v in wanted if all_versions or v.status == "current")

    def check_topics(self, topics: Sequence[str]) -> None:
        """Raise BadInput for a topic that is not known."""
        for topic in topics:
            if topic not in self.topics:
                known = ", ".join(self.topics) or "none yet; add some to index/topics.yaml"
                raise BadInput(f"--topic {topic}: there is no such topic. Use one of: {known}.")


def _check_date(as_at: str) -> None:
    remedy = "Write a year, month or day: 2012, 2012-06 or 2012-06-30"
    if "/" in as_at or not as_at.strip():
        raise BadInput(f"--as-at {as_at!r}: this is not one date. {remedy}.")
    try:
        bounds(as_at)
    except ValueError as bad:
        raise BadInput(f"--as-at {as_at!r}: {bad}. {remedy}.") from None


def open_library(root: Path) -> Library:
    """Open the current generation of a knowledge base.  Raises GenerationError where it cannot be."""
    folder = current(root)
    try:
        facts = json.loads((folder / MANIFEST).read_text("utf-8"))
        corpus = json.loads((folder / "corpus.json").read_text("utf-8"))
        if facts["format"] != FORMAT:
            raise GenerationError(f"{folder}: this generation has another format. {REMEDY}.")
    except (OSError, ValueError, KeyError, TypeError) as bad:
        raise GenerationError(f"{folder}: the generation is damaged ({bad}). {REMEDY}.") from None
    return Library(root, folder, facts, corpus)


def find_root(start: Path) -> Path:
    """The nearest folder, from here upwards, that holds sources/.  Raises BadInput."""
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / "sources").is_dir():
            return folder
    raise BadInput(
        f"{start}: no knowledge base here or above. Use --root DIR, or make one: readacross init DIR"
    )
