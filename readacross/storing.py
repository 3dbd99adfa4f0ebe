"""Writing files so that a reader never sees half of one, and reading and writing certificates."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from readacross.certificate import Certificate, Drop, Signature
from readacross.errors import GenerationError, SourceError
from readacross.ink import INK
from readacross.model import Json, Span, Tile
from readacross.records import read_text
from readacross.structure import Structure


@contextmanager
def plain_errors(what: str) -> Iterator[None]:
    """Turn a failure of the disk into one line that says what was being done and that nothing is lost."""
    try:
        yield
    except OSError as bad:
        reason = bad.strerror or str(bad)
        where = f" ({bad.filename})" if bad.filename else ""
        remedy = "What was there before is untouched; make room or check permissions and run it again"
        raise GenerationError(f"{what}: {reason}{where}. {remedy}.") from bad


def write_atomically(path: Path, content: str | bytes) -> bool:
    """Write a file whole or not at all, text as UTF-8; false when it already reads so."""
    data = content if isinstance(content, bytes) else content.encode()
    if path.exists() and path.read_bytes() == data:
        return False
    aside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with aside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    sync_folder(path.parent)
    return True


def sync_folder(folder: Path) -> None:
    """Make renames in a folder durable, where the system can."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


_SPACED = json.JSONEncoder(ensure_ascii=False)
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def json_line(value: Json) -> str:
    """A JSON document on one line, the same bytes for the same value."""
    return _ENCODER.encode(value)


def certificate_json(certificate: Certificate) -> str:
    """A certificate as it is stored: one tile, drop or block a line, so that changes show in a diff."""
    structure = certificate.structure
    signed = certificate.signed
    parts: list[tuple[str, object]] = [
        ("version", certificate.version),
        ("ink", INK),
        ("original_sha256", certificate.original_sha256),
        ("reading_sha256", certificate.reading_sha256),
        ("signed", {"by": signed.by, "on": signed.on} if signed else None),
        ("tiles", [list(tile) for tile in certificate.tiles]),
        ("drops", [{"span": list(d.span), "reason": d.reason, "by": d.by} for d in certificate.drops]),
        ("promoted", list(certificate.promoted)),
        ("blocks", [list(block) for block in structure.blocks]),
        ("cuts", list(structure.cuts)),
        ("joins", [list(join) for join in structure.joins]),
        ("splits", list(structure.splits)),
    ]
    return "{\n" + ",\n".join(f' "{name}": {_spread(value)}' for name, value in parts) + "\n}\n"


def _spread(value: object) -> str:
    if isinstance(value, list) and value and isinstance(value[0], list | dict):
        return "[\n" + ",\n".join(f"  {_SPACED.encode(item)}" for item in value) + "\n ]"
    return _SPACED.encode(value)


def read_certificate(root: Path, shown: Path) -> Certificate | None:
    """A stored certificate, None where there is none.  Raises SourceError where it cannot be read."""
    if not (root / shown).exists():
        return None
    try:
        return _certificate(json.loads(read_text(root / shown, shown)))
    except json.JSONDecodeError as bad:
        raise SourceError(shown, "this is not a certificate: it is not JSON", ANEW, bad.lineno) from None
    except KeyError as bad:
        raise SourceError(shown, f"this is not a certificate: {bad} is missing", ANEW, 1) from None
    except (TypeError, ValueError, RecursionError) as bad:
        what = " ".join(str(bad).split())[:100]
        raise SourceError(shown, f"this is not a certificate: {what}", ANEW, 1) from None


ANEW = "delete it; the next build makes a new one, to be signed again if the words were moved"


def _certificate(data: dict[str, Json]) -> Certificate:
    if data["ink"] != INK:
        raise ValueError(f"it is for the rules {data['ink']!r}, and these are {INK!r}")
    signed = data["signed"]
    return Certificate(
        _words(data, "version"),
        _words(data, "original_sha256"),
        _words(data, "reading_sha256"),
        tuple(Tile(*_numbers(tile, 4)) for tile in _rows(data, "tiles")),
        tuple(_drop(drop) for drop in _rows(data, "drops")),
        tuple(_numbers(data["promoted"])),
        Structure(
            tuple(Span(*_numbers(block, 2)) for block in _rows(data, "blocks")),
            tuple(_numbers(data["cuts"])),
            tuple((join[0], join[1]) for join in (_numbers(row, 2) for row in _rows(data, "joins"))),
            tuple(_numbers(data["splits"])),
        ),
        None if signed is None else Signature(_words(signed, "by"), _words(signed, "on")),
    )


def _drop(value: Json) -> Drop:
    if not isinstance(value, dict):
        raise TypeError("a drop is not a table")
    by = None if value["by"] is None else _words(value, "by")
    return Drop(Span(*_numbers(value["span"], 2)), _words(value, "reason"), by)


def _words(value: Json, key: str) -> str:
    """The text under a key of a JSON table."""
    if not isinstance(value, dict) or not isinstance(words := value[key], str) or not words:
        raise TypeError(f"{key!r} is not text")
    return words


def _rows(value: Json, key: str) -> list[Json]:
    """The list under a key of a JSON table."""
    if not isinstance(value, dict) or not isinstance(rows := value[key], list):
        raise TypeError(f"{key!r} is not a list")
    return rows


def _numbers(value: Json, length: int | None = None) -> list[int]:
    """A list of whole numbers, of a given length if one is given."""
    if not isinstance(value, list) or (length is not None and len(value) != length):
        raise ValueError(f"{value!r} is not a list of {length or 'whole'} numbers")
    numbers = [item for item in value if isinstance(item, int) and not isinstance(item, bool) and item >= 0]
    if len(numbers) != len(value):
        raise ValueError(f"{value!r} holds something other than whole numbers")
    return numbers
