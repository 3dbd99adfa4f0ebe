"""Everything the pages show, gathered from one generation and its sources, and checked to fit together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from readacross.certificate import Certificate
from readacross.comparing import divergences
from readacross.errors import GenerationError
from readacross.library import Library, open_library
from readacross.model import Divergence, Passage, Position, Version
from readacross.naming import namer, names
from readacross.records import read_text
from readacross.storing import read_certificate


@dataclass(frozen=True)
class Text:
    """A version with its two texts, its passages and the certificate that ties them."""

    version: Version
    reading: str
    original: str
    passages: tuple[Passage, ...]
    certificate: Certificate


@dataclass(frozen=True)
class Shelf:
    """All leaflets of a generation, what is coded of them, and where they differ.

    `differences` holds, for each question, the divergences among the latest versions; `changes` those
    between versions of one leaflet.  `called` is what each version is called among all of them.
    """

    library: Library
    texts: Mapping[str, Text]
    positions: Mapping[str, tuple[Position, ...]]
    differences: Mapping[str, tuple[Divergence, ...]]
    changes: Mapping[str, tuple[Divergence, ...]]
    called: Mapping[str, str]

    @property
    def fingerprint(self) -> str:
        """The name of the generation: what everything here was made of."""
        return self.library.folder.name

    def passage(self, id_: str) -> Passage:
        """The passage with an id."""
        found = self.texts[id_.partition("#")[0]].passages
        return next(passage for passage in found if passage.id == id_)


def gather(root: Path) -> Shelf:
    """The shelf of a knowledge base's current generation.  Raises GenerationError where there is none."""
    library = open_library(root)
    current = {version.id for version in library.current()}
    positions = {id_: library.positions(id_) for id_ in library.questions}
    latest = {id_: [item for item in found if item.version in current] for id_, found in positions.items()}
    changes = {
        id_: tuple(item for item in found if item.level == "pair" and item.kind == "changed_over_time")
        for id_, found in _differences(library, positions, library.versions.values()).items()
    }
    return Shelf(
        library,
        {version.id: _text(library, version) for version in library.versions.values()},
        positions,
        _differences(library, latest, library.current()),
        changes,
        names(library.authorities.values(), library.versions.values()),
    )


def _differences(
    library: Library, positions: Mapping[str, Sequence[Position]], versions: Iterable[Version]
) -> dict[str, tuple[Divergence, ...]]:
    """The divergences among some versions' positions, by question."""
    name = namer(library.authorities.values(), versions)
    leaflet = {version.id: version.leaflet for version in library.versions.values()}
    return {
        id_: divergences(library.questions[id_], found, name, leaflet) for id_, found in positions.items()
    }


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
