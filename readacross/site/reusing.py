"""Reusing: what is known of a site's last edition, so that what has not changed is neither made nor proven again.

A page is known by all that it is made of (its key) and by its bytes without the stamp of its edition.  It is taken
from the last edition where both are as they were, so an altered file is made again; what a page points at is kept
beside it.  A piece is part of a larger file, known by what it is made of.  Nothing that another program, other
documents or other settings made is taken over.
"""

import json
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import closing, contextmanager, suppress
from contextvars import ContextVar
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple, TypeAlias

from readacross.generations import GENERATIONS

KEPT = GENERATIONS / "site.sqlite"
"""What is known of the last edition, beside the generations."""

STAMP = b'<p class="small edition">Last built from edition <code>'
TABLE = "CREATE TABLE IF NOT EXISTS kept (kind TEXT, name TEXT, key TEXT, text TEXT, crc INTEGER, PRIMARY KEY (kind, name))"

Row: TypeAlias = tuple[str, str]
"""What a thing is made of, and what it came to."""


class Shown(NamedTuple):
    """What was read back of a page: its bytes without the stamp, its ids, its links to other pages, what was compared."""

    digest: str
    ids: AbstractSet[str]
    links: Sequence[str]
    compared: int


class Edition:
    """An edition of a site in the making, and what is known of the one before it in a folder."""

    def __init__(
        self, before: Path | None = None, known: Mapping[tuple[str, str], Row] | None = None
    ) -> None:
        self.before = before
        self.known = known or {}
        self.made: dict[tuple[str, str], Row] = {}
        self.keys: dict[str, str] = {}
        self.taken: dict[str, Shown] = {}

    def piece(self, kind: str, name: str, key: str, make: Callable[[], str]) -> str:
        """Part of a file: the one that the same things came to before, or a new one."""
        row = self.known.get((kind, name))
        text = row[1] if row and row[0] == key else make()
        self.made[kind, name] = (key, text)
        return text

    def holds(self, kind: str, name: str, key: str) -> bool:
        """Whether what the same things came to before is known."""
        return self.known.get((kind, name), ("", ""))[0] == key

    def page(self, name: str, key: str, edition: str) -> bytes | None:
        """A page as the last edition has it, with the stamp of this one; None where it must be made."""
        self.keys[name] = key
        row = self.known.get(("page", name))
        if self.before is None or row is None or row[0] != key:
            return None
        try:
            head, _, tail = stamped((self.before / f"{name}.html").read_bytes())
        except (OSError, ValueError):
            return None
        shown = _shown(row[1])
        if digest_of(head, tail) != shown.digest:
            return None
        self.taken[name], self.made["page", name] = shown, row
        return head + edition.encode() + tail

    def as_proven(self, name: str, data: bytes, edition: str) -> Shown | None:
        """What was read back of a page that was taken over, if its bytes still are those that were proven."""
        shown = self.taken.get(name)
        if shown is None:
            return None
        with suppress(ValueError):
            head, stamp, tail = stamped(data)
            if stamp == edition.encode() and digest_of(head, tail) == shown.digest:
                return shown
        return None

    def keep(self, name: str, data: bytes, ids: Iterable[str], links: Iterable[str], compared: int) -> None:
        """Keep what was read back of a page that can be taken over by the next edition."""
        if name in self.keys:
            with suppress(ValueError):
                head, _, tail = stamped(data)
                others = [link for link in links if not link.startswith("#") or "%" in link]
                text = json.dumps(
                    [digest_of(head, tail), sorted(ids), others, compared], separators=(",", ":")
                )
                self.made["page", name] = (self.keys[name], text)


def _shown(text: str) -> Shown:
    digest, ids, links, compared = json.loads(text)
    return Shown(digest, frozenset(ids), links, compared)


def stamped(page: bytes) -> tuple[bytes, bytes, bytes]:
    """A page parted at the stamp of its edition.  Raises ValueError where it has none."""
    start = page.rindex(STAMP) + len(STAMP)
    end = page.index(b"<", start)
    return page[:start], page[start:end], page[end:]


def digest_of(*parts: bytes) -> str:
    """The digest of bytes that follow each other."""
    digest = sha256()
    for part in parts:
        digest.update(part)
    return digest.hexdigest()


def key_of(*parts: object) -> str:
    """What a thing is made of, as a digest of all of it."""
    return sha256("\0".join(map(repr, parts)).encode("utf-8", "surrogatepass")).hexdigest()


_making: ContextVar[Edition | None] = ContextVar("edition in the making", default=None)


def edition() -> Edition:
    """The edition in the making; outside of one nothing is known, and nothing is kept."""
    return _making.get() or Edition()


@contextmanager
def making(one: Edition) -> Iterator[None]:
    """While an edition is made, it is at hand."""
    before = _making.set(one)
    try:
        yield
    finally:
        _making.reset(before)


def last_edition(root: Path, out: Path, program: str) -> Edition:
    """An edition in the making, with all that is known of the last one that the same program made."""
    known: dict[tuple[str, str], Row] = {}
    with suppress(sqlite3.Error), closing(_opened(root)) as kept:
        rows = kept.execute("SELECT kind, name, key, text, crc FROM kept")
        known = {(kind, name): (key, text) for kind, name, key, text, crc in rows if crc == _crc(key, text)}
    if known.get(("", "program")) != (program, ""):
        known = {}
    made = Edition(out if out.is_dir() else None, known)
    made.made["", "program"] = (program, "")
    return made


def keep_edition(root: Path, made: Edition) -> None:
    """Keep what an edition came to.  A disk that refuses costs nothing but time."""
    gone = made.known.keys() - made.made.keys()
    new = {at: row for at, row in made.made.items() if made.known.get(at) != row}
    try:
        _write(root, gone, new, anew=not made.known)
    except sqlite3.Error:
        with suppress(OSError):
            (root / KEPT).unlink(missing_ok=True)


def _write(
    root: Path, gone: AbstractSet[tuple[str, str]], new: Mapping[tuple[str, str], Row], *, anew: bool
) -> None:
    with closing(_opened(root)) as kept, kept:
        if anew:
            kept.execute("DELETE FROM kept")
        kept.executemany("DELETE FROM kept WHERE kind = ? AND name = ?", sorted(gone))
        rows = ((*at, *row, _crc(*row)) for at, row in sorted(new.items()))
        kept.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?, ?, ?, ?)", rows)


def _opened(root: Path) -> sqlite3.Connection:
    kept = sqlite3.connect(root / KEPT, timeout=60)
    kept.execute(TABLE)
    return kept


def _crc(key: str, text: str) -> int:
    return zlib.crc32(text.encode("utf-8", "surrogatepass"), zlib.crc32(key.encode()))
