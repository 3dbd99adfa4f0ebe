"""The embedding cache: vectors already made, by model and text."""

import sqlite3
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from readacross.encoding import Vector
from readacross.errors import GenerationError

_CORRUPT, _NO_DATABASE = 11, 26  # SQLite's result codes, https://sqlite.org/rescode.html
TOGETHER = 500
"""Vectors asked for at once: older SQLite takes no more than 999 values."""


class EmbeddingCache:
    """Vectors already made, by model and text, in one SQLite file; use it in a `with` block.

    What `put_many` has returned from survives a kill. A damaged file is set aside as `<name>.damaged` and a
    new one begun: its vectors are made again. Raises GenerationError where the file cannot be written or
    stays locked.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._open()
        except sqlite3.DatabaseError as error:
            self._begin_again(error)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; further use is an error."""
        self._database.close()

    def get_many(self, model: str, texts: Sequence[str]) -> dict[str, Vector]:
        """The vectors there are, by text digest, for a model's and texts' digests (SHA-256, hex)."""
        try:
            return dict(self._rows(model, texts))
        except sqlite3.DatabaseError as error:
            self._begin_again(error)
            return {}

    def put_many(self, model: str, vectors: Mapping[str, Vector]) -> None:
        """Keep vectors by text digest for a model's digest, replacing older ones."""
        try:
            self._write(model, vectors)
        except sqlite3.DatabaseError as error:
            self._begin_again(error)
            self._write(model, vectors)

    def _open(self) -> None:
        self._database = sqlite3.connect(self.path, timeout=60)
        self._database.execute(
            "CREATE TABLE IF NOT EXISTS vectors_1 "
            "(model BLOB, text BLOB, vector BLOB, crc INTEGER, PRIMARY KEY (model, text)) WITHOUT ROWID"
        )

    def _rows(self, model: str, texts: Sequence[str]) -> Iterator[tuple[str, Vector]]:
        """Each stored vector that is still what was written."""
        key, wanted = bytes.fromhex(model), [bytes.fromhex(text) for text in dict.fromkeys(texts)]
        for start in range(0, len(wanted), TOGETHER):
            some = wanted[start : start + TOGETHER]
            places = ",".join("?" * len(some))
            select = f"SELECT text, vector, crc FROM vectors_1 WHERE model = ? AND text IN ({places})"  # noqa: S608
            for text, vector, crc in self._database.execute(select, (key, *some)):
                if isinstance(vector, bytes) and zlib.crc32(vector) == crc:
                    yield text.hex(), np.frombuffer(vector, dtype="<f4")

    def _write(self, model: str, vectors: Mapping[str, Vector]) -> None:
        blobs = {text: vector.astype("<f4").tobytes() for text, vector in vectors.items()}
        with self._database:
            self._database.executemany(
                "INSERT OR REPLACE INTO vectors_1 VALUES (?, ?, ?, ?)",
                [
                    (bytes.fromhex(model), bytes.fromhex(text), blob, zlib.crc32(blob))
                    for text, blob in blobs.items()
                ],
            )

    def _begin_again(self, error: sqlite3.DatabaseError) -> None:
        """Set a damaged file aside and start a new one; any other trouble is the user's to mend."""
        if hasattr(self, "_database"):
            self._database.close()
        if getattr(error, "sqlite_errorcode", 0) & 0xFF not in (_CORRUPT, _NO_DATABASE):
            remedy = "Make sure that it can be written and that no other build is running"
            raise GenerationError(
                f"{self.path}: the embedding cache cannot be used ({error}). {remedy}"
            ) from error
        for suffix in ("-journal", "-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
        self.path.replace(self.path.with_name(self.path.name + ".damaged"))
        self._open()
