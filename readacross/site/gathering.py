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
from readacross.storing import read_certificate
from readacross.tensions import tensions


@dataclass(frozen=True)
class Text:
    """A version with its two texts, its passages and the certificate that ties them."""

    version: Version
    reading: str
    original: str
    passages: tuple[Passage, ...]
    certificate: Certificate


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
        return {passage.id: passage for text in self.texts.values() for passage in text.passages}

    @cached_property
    def of_leaflet(self) -> Mapping[str, tuple[Version, ...]]:
        """The versions of each leaflet, oldest first."""
        return _sorted_by(lambda version: version.leaflet, self.library.versions.values())

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
    """The shelf of a knowledge base's current generation.  Raises GenerationError where there is none."""
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
    certificate = read_certificate(library.root, folder / "certificate.json")
    hashes = (_sha256(original), _sha256(reading))
    if not certificate or hashes != (certificate.original_sha256, certificate.reading_sha256):
        raise GenerationError(
            f"{version.id}: the text has changed since the knowledge base was built. Run: readacross build"
        )
    return Text(version, reading, original, tuple(library.passages(version.id)), certificate)


def _sha256(text: str) -> str:
    return sha256(text.encode()).hexdigest()
