"""Remembering what a build has read and written, so that what is unchanged is not read and proven again.

Every file is known by its bytes, never by its time.  A file more, less or changed, another model or another engine,
and the build reads and proves everything again.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple, TypeAlias

from readacross.certificate import Certificate
from readacross.generations import GENERATIONS
from readacross.model import Json
from readacross.models import model_sha256
from readacross.settings import Settings
from readacross.sources import Source
from readacross.storing import certificate_json, json_line, write_atomically

MEMORY = GENERATIONS / "UNCHANGED"
"""What the last build read, beside the generations."""

MADE = frozenset((GENERATIONS.as_posix(), "index/__pycache__", "qa/__pycache__"))
"""Folders beside what a build reads that it does not read."""

PROVEN = GENERATIONS / "PROVEN"
"""The certificates that this engine has proven, each by a hash of all that it was proven from."""

State: TypeAlias = Mapping[str, str]
"""The files that a build reads, each with its hash."""


class Remembered(NamedTuple):
    """What an unchanged knowledge base was built to: generation, passages, and what was said of it."""

    generation: str
    passages: int
    remarks: tuple[str, ...]


def state(root: Path) -> State:
    """The files as they are."""
    return dict(_hashed(root))


def _hashed(root: Path) -> Iterator[tuple[str, str]]:
    for top in ("sources", "index", "qa"):
        for folder, folders, names in os.walk(root / top):
            above = os.path.relpath(folder, root).replace(os.sep, "/")
            folders[:] = [name for name in folders if f"{above}/{name}" not in MADE]
            yield from ((f"{above}/{name}/", _link(Path(folder, name))) for name in folders)
            yield from ((f"{above}/{name}", _hash(Path(folder, name))) for name in names)


def _link(path: Path) -> str:
    """Where a link leads to, "" for a plain file or folder."""
    return f"link to {path.readlink()}" if path.is_symlink() else ""


def _hash(path: Path) -> str:
    """The hash of a file's bytes."""
    try:
        return _link(path) or sha256(path.read_bytes()).hexdigest()
    except OSError as bad:
        return f"not read: {bad.strerror}"


@cache
def _engine() -> str:
    """What reads and proves: every module of this package."""
    parts = (path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
    return sha256(b"\0".join(parts)).hexdigest()


def _digest(files: State, settings: Settings) -> str:
    rows = [f"{name} {files[name]}" for name in sorted(files)]
    return sha256("\n".join([_engine(), model_sha256(settings.model), *rows]).encode()).hexdigest()


def remember(
    root: Path, read: State, written: Mapping[Path, str], settings: Settings, what: Remembered
) -> None:
    """Keep what a build came to, once it has written its files; `read` are the files as they were before.

    A disk that refuses costs nothing but time: the next build reads everything again.
    """
    files = {path.as_posix(): sha256(text.encode()).hexdigest() for path, text in written.items()}
    digest = _digest({**read, **files}, settings)
    kept: Json = [digest, what.generation, what.passages, [*what.remarks]]
    with suppress(OSError):
        write_atomically(root / MEMORY, json_line(kept) + "\n")


def remembered(root: Path, read: State, settings: Settings) -> Remembered | None:
    """What the last build came to, if it read these very files; None where it must be built."""
    try:
        digest, generation, passages, remarks = json.loads((root / MEMORY).read_text("utf-8"))
    except (OSError, ValueError, TypeError):
        return None
    if digest != _digest(read, settings):
        return None
    return Remembered(str(generation), int(passages), tuple(map(str, remarks)))


def proof_of(source: Source, certificate: Certificate) -> str:
    """What a certificate was proven from: the engine, both texts, what is left out, and itself."""
    texts = (source.version.id, source.version.media, source.original, source.reading, repr(source.drops))
    parts = (_engine(), *texts, certificate_json(certificate))
    return sha256("\0".join(f"{len(part)} {part}" for part in parts).encode()).hexdigest()


def proven(root: Path) -> frozenset[str]:
    """What was proven before, in any build of this knowledge base."""
    try:
        return frozenset((root / PROVEN).read_text("ascii").split())
    except (OSError, UnicodeDecodeError):
        return frozenset()


def keep_proven(root: Path, proofs: Iterable[str]) -> None:
    """Keep what holds now; what was proven of texts that are gone is forgotten."""
    with suppress(OSError):
        write_atomically(root / PROVEN, "".join(f"{proof}\n" for proof in sorted(proofs)))
