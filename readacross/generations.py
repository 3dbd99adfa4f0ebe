"""Generations: immutable folders of a built knowledge base, and the one pointer that readers follow.

A build writes a generation aside, makes it durable, renames it into place and swaps the pointer.  A
reader follows the pointer once and so never sees half of one; a crash at any moment leaves the old one
serving.  The protocol: fsync every file, then the folder; rename; fsync the parent; write the pointer
aside, fsync, replace, fsync the parent.
"""

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from readacross.errors import GenerationError
from readacross.storing import plain_errors, sync_folder, write_atomically

GENERATIONS = Path("index/generations")
CURRENT = "CURRENT"
MANIFEST = "manifest.json"
KEPT = 3
"""How many generations stay: the current one and those before it."""

GRACE = 120.0
"""Seconds for which an older generation stays, because a slow reader may still be following it."""

REMEDY = "Run: readacross build"


@contextmanager
def build_lock(root: Path) -> Iterator[None]:
    """Hold the one writer's lock of a knowledge base; wait for another build to end."""
    from filelock import FileLock, Timeout

    lock = FileLock(root / GENERATIONS / ".lock", timeout=600)
    try:
        with plain_errors("The knowledge base cannot be written"):
            (root / GENERATIONS).mkdir(parents=True, exist_ok=True)
            lock.acquire()
    except Timeout:
        raise GenerationError(
            f"{root / GENERATIONS}: another build has been running for ten minutes. Wait for it or end it."
        ) from None
    try:
        yield
    finally:
        lock.release()


def current(root: Path) -> Path:
    """The folder of the current generation.  Raises GenerationError where there is none."""
    pointer = root / GENERATIONS / CURRENT
    try:
        name = pointer.read_text("utf-8").strip()
    except FileNotFoundError:
        raise GenerationError(f"{root}: this knowledge base has not been built. {REMEDY}.") from None
    except (OSError, UnicodeDecodeError):
        raise GenerationError(f"{GENERATIONS / CURRENT}: the pointer cannot be read. {REMEDY}.") from None
    folder = root / GENERATIONS / name
    if not name.isalnum() or not (folder / MANIFEST).is_file():
        raise GenerationError(f"{GENERATIONS / CURRENT}: the generation {name[:20]!r} is missing. {REMEDY}.")
    return folder


def publish(root: Path, name: str, write: Callable[[Path], None]) -> Path:
    """Make `write` fill a new generation, and make it the current one; the caller holds the lock.

    `write` gets an empty folder and puts every file of the generation but its manifest's hashes into it.
    Raises GenerationError, the old generation still serving, where the disk refuses.
    """
    folder = root / GENERATIONS
    with plain_errors("The new generation cannot be written"):
        _sweep(folder)
        if not intact(folder / name):
            aside = folder / f".tmp-{os.getpid()}"
            try:
                aside.mkdir()
                write(aside)
                _seal(aside)
                if (folder / name).exists():
                    (folder / name).rename(folder / f".bad-{os.getpid()}")
                aside.rename(folder / name)
                sync_folder(folder)
            finally:
                shutil.rmtree(aside, ignore_errors=True)
        write_atomically(folder / CURRENT, name + "\n")
        (folder / name).touch()
        _retire(folder, name)
    return folder / name


def _seal(folder: Path) -> None:
    """Write the hashes of all files into the manifest and make everything durable."""
    manifest = folder / MANIFEST
    facts = json.loads(manifest.read_text("utf-8")) if manifest.exists() else {}
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path != manifest)
    facts["files"] = {path.relative_to(folder).as_posix(): _sha256(path) for path in files}
    manifest.write_text(json.dumps(facts, indent=1, sort_keys=True) + "\n", "utf-8")
    for path in [*files, manifest]:
        with path.open("rb+") as file:
            os.fsync(file.fileno())
    for inner in {path.parent for path in [*files, manifest]}:
        sync_folder(inner)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        digest = sha256()
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def intact(folder: Path) -> bool:
    """Whether every file of a generation is there and has the hash its manifest states."""
    return not damage(folder)


def damage(folder: Path) -> list[str]:
    """The files of a generation that are missing or changed; the manifest itself where it cannot be read."""
    try:
        files = json.loads((folder / MANIFEST).read_text("utf-8"))["files"]
        return [
            name
            for name, digest in files.items()
            if not (folder / name).is_file() or _sha256(folder / name) != digest
        ]
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return [MANIFEST]


def _sweep(folder: Path) -> None:
    """Remove what builds that were killed have left behind."""
    for path in folder.glob(".*"):
        if path.name.startswith((".tmp-", ".bad-")):
            shutil.rmtree(path, ignore_errors=True)
        elif path.name.endswith(".tmp"):
            path.unlink(missing_ok=True)


def _retire(folder: Path, name: str) -> None:
    """Remove generations older than those that a reader may still have open."""
    others = [path for path in folder.iterdir() if (path / MANIFEST).is_file() and path.name != name]
    others.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in [path for path in others[KEPT - 1 :] if time.time() - path.stat().st_mtime > GRACE]:
        shutil.rmtree(path, ignore_errors=True)
