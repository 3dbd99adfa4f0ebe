"""Everything the pages show, gathered from one generation and its sources, and checked to fit together."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from readacross.certificate import Certificate
from readacross.comparing import Differences, derive
from readacross.errors import GenerationError
from readacross.library import Library, open_library
from readacross.measuring import Judgement, judgements
from readacross.model import Divergence, Passage, Position, Version
from readacross.naming import namer, names
from readacross.records import read_text
from readacross.rulings import attach
from readacross.site.reusing import edition, key_of
from readacross.storing import read_certificate
from readacross.tensions import tensions

CERTIFICATE = "certificate.json"
UNDOUBTED = b'"doubts":[]'
"""How a passage is written of which nothing is doubted; within a text the quotation marks would be escaped."""


@dataclass(frozen=True, eq=False)
class Text:
    """A version with its two texts, its passages and the certificate that ties them.

    `key` changes with any of these.  Passages and certificate are read when they are asked for.
    """

    version: Version
    reading: str
    original: str
    key: str
    library: Library

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """The passages, in reading order."""
        return tuple(self.library.passages(self.version.id))

    @cached_property
    def certificate(self) -> Certificate:
        """The certificate.  Raises GenerationError where it is not for these texts."""
        found = read_certificate(self.library.root, Path(self.version.folder) / CERTIFICATE)
        hashes = (_sha256(self.original), _sha256(self.reading))
        if not found or hashes != (found.original_sha256, found.reading_sha256):
            raise GenerationError(
                f"{self.version.id}: the text has changed since the knowledge base was built. Run: readacross build"
            )
        return found

    @property
    def doubtful(self) -> bool:
        """Whether words of a passage are doubted, told without reading the passages."""
        return self.library.rows(self.version.id).count(UNDOUBTED) < len(
            self.library.numbers(self.version.id)
        )


class _Passages(Mapping[str, Passage]):
    """Every passage by its id, in order, those of a version read when one of them is asked for."""

    def __init__(self, library: Library, texts: Mapping[str, Text]) -> None:
        self._library, self._texts = library, texts
        self._read: dict[str, dict[str, Passage]] = {}

    def __getitem__(self, id_: str) -> Passage:
        version = id_.partition("#")[0]
        if version not in self._read:
            self._read[version] = {passage.id: passage for passage in self._texts[version].passages}
        return self._read[version][id_]

    def __iter__(self) -> Iterator[str]:
        return (passage.id for text in self._texts.values() for passage in text.passages)

    def __len__(self) -> int:
        return sum(len(self._library.numbers(version)) for version in self._texts)


@dataclass(frozen=True, eq=False)
class Shelf:
    """All leaflets of a generation, what is coded of them, and where they differ.

    `positions` are those that stand; `waiting` those that a person has yet to read again.  `apart` is what
    differs among the latest versions, `differences` the same spelt out, with tensions within one leaflet;
    `changes` differ between versions of one leaflet; `judged` are positions measured against the baseline.
    `called` is what each version is called among all of them, `known_as` the latest among themselves.
    """

    library: Library
    texts: Mapping[str, Text]
    positions: Mapping[str, tuple[Position, ...]]
    waiting: Mapping[str, tuple[Position, ...]]
    apart: Mapping[str, Differences]
    differences: Mapping[str, tuple[Divergence, ...]]
    changes: Mapping[str, tuple[Divergence, ...]]
    judged: tuple[Judgement, ...]
    called: Mapping[str, str]
    known_as: Mapping[str, str]

    @property
    def fingerprint(self) -> str:
        """The name of the generation: what everything here was made of."""
        return self.library.folder.name

    def passage(self, id_: str) -> Passage:
        """The passage with an id."""
        return self.passages[id_]

    @cached_property
    def passages(self) -> Mapping[str, Passage]:
        """Every passage by its id, in order."""
        return _Passages(self.library, self.texts)

    @cached_property
    def of_leaflet(self) -> Mapping[str, tuple[Version, ...]]:
        """The versions of each leaflet, oldest first."""
        return self.library.of_leaflet

    @cached_property
    def of_authority(self) -> Mapping[str, tuple[Version, ...]]:
        """The versions of each authority."""
        return _sorted_by(lambda version: version.authority, self.library.versions.values())

    @cached_property
    def newer(self) -> Mapping[str, Version]:
        """The version that supersedes another, by the other's id; the first of several."""
        found = reversed([*self.library.versions.values()])
        return {version.supersedes: version for version in found if version.supersedes}


def _sorted_by(
    key: Callable[[Version], str], versions: Iterable[Version]
) -> Mapping[str, tuple[Version, ...]]:
    """Versions that belong together, in their order."""
    found: dict[str, list[Version]] = {}
    for version in versions:
        found.setdefault(key(version), []).append(version)
    return {name: tuple(held) for name, held in found.items()}


_at_hand: ContextVar[tuple[Path, Shelf] | None] = ContextVar("shelf at hand", default=None)


@contextmanager
def at_hand(root: Path, shelf: Shelf) -> Iterator[None]:
    """While its site is made, a knowledge base's shelf is gathered once."""
    before = _at_hand.set((root.resolve(), shelf))
    try:
        yield
    finally:
        _at_hand.reset(before)


def gathered(root: Path) -> Shelf:
    """The shelf of a knowledge base: the one at hand, or else a new one."""
    held = _at_hand.get()
    return held[1] if held and held[0] == root.resolve() else gather(root)


def gather(root: Path) -> Shelf:
    """The shelf of a knowledge base's current generation.  Raises GenerationError where there is none.

    A certificate that was held against these very texts for the last edition is not held against them again.
    """
    library = open_library(root)
    coded = {id_: library.coded(id_) for id_ in library.questions}
    positions = {id_: tuple(item for item in found if item.stands) for id_, found in coded.items()}
    latest = _derived(library, positions, library.current())
    over_time = _derived(library, positions, library.versions.values())
    return Shelf(
        library,
        {version.id: _text(library, version) for version in library.versions.values()},
        positions,
        {id_: tuple(item for item in found if not item.stands) for id_, found in coded.items()},
        latest,
        _spelt_out(library, positions, latest),
        {id_: attach(tuple(found.over_time()), library.rulings) for id_, found in over_time.items()},
        _judged(library, positions),
        names(library.authorities.values(), library.versions.values()),
        names(library.authorities.values(), library.current()),
    )


def _derived(
    library: Library, positions: Mapping[str, Sequence[Position]], versions: Iterable[Version]
) -> dict[str, Differences]:
    """What differs among some versions, by question."""
    versions = list(versions)
    wanted = {version.id for version in versions}
    name = namer(library.authorities.values(), versions)
    leaflet = {version.id: version.leaflet for version in versions}
    return {
        id_: derive(library.questions[id_], [item for item in found if item.version in wanted], name, leaflet)
        for id_, found in positions.items()
    }


def _spelt_out(
    library: Library, positions: Mapping[str, Sequence[Position]], latest: Mapping[str, Differences]
) -> dict[str, tuple[Divergence, ...]]:
    """The divergences among the latest versions and within each of them, with what was ruled on them."""
    current = library.current()
    ids = {version.id for version in current}
    everything = [item for found in positions.values() for item in found if item.version in ids]
    within = tensions(
        tuple(library.questions.values()), everything, namer(library.authorities.values(), current)
    )
    return {
        id_: attach((*found.outline(), *(item for item in within if _about(item, id_))), library.rulings)
        for id_, found in latest.items()
    }


def _about(divergence: Divergence, question: str) -> bool:
    return any(position.question == question for position in divergence.positions)


def _judged(library: Library, positions: Mapping[str, Sequence[Position]]) -> tuple[Judgement, ...]:
    """Every position measured against the baseline, where the knowledge base has one."""
    if library.baseline is None:
        return ()
    everything = (position for found in positions.values() for position in found)
    versions, authorities = library.versions.values(), library.authorities.values()
    return judgements(library.baseline, library.questions, everything, versions, authorities)


def _text(library: Library, version: Version) -> Text:
    """A version's texts, which must be those that the generation was built from."""
    folder = Path(version.folder)
    original = read_text(library.root / folder / version.original, folder / version.original)
    reading = library.reading(version.id)
    certificate = library.root / folder / CERTIFICATE
    proof = certificate.read_bytes() if certificate.is_file() else b""
    made_of = (original, reading, sha256(proof).hexdigest(), sha256(library.rows(version.id)).hexdigest())
    text = Text(version, reading, original, key_of(*made_of), library)
    edition().piece("text", version.id, text.key, lambda: _agreed(text))
    return text


def _agreed(text: Text) -> str:
    """Hold a certificate against its texts."""
    return text.certificate.version


def _sha256(text: str) -> str:
    return sha256(text.encode()).hexdigest()
