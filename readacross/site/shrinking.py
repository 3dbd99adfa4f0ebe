"""Shrinking the encoder for a browser: weights as one byte each, a scale for every 32, in one packed file.

What is computed from them stays in float32.  The file is gzip, so that it is as small on the wire from a
server that packs nothing; it begins with a JSON head that says where each table stands.
"""

import gzip
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from readacross.encoding import Encoder, Vector, depths_of, load_encoder
from readacross.errors import BadInput
from readacross.model import Json
from readacross.site.rounding import SENTENCES, rounded, seen_by, sentences
from readacross.site.spelling import spelt_out, unreachable

FORMAT = 4
"""To be raised with every change to what is packed or how, so that it is packed anew."""

LARGEST, LARGEST_PLACE = 127, 32_767

RARER, STEPS = (10_000, 20_000), (LARGEST, 64, 40)
"""From which numbers on tokens are rare and rarer (vocabularies number them so), and the steps to either side of zero for
those before, between and after."""

GROUP = 32
"""How many weights of a row share a scale; a row that does not part so has one."""

FILE = f"browser-{FORMAT}-{GROUP}-{crc32(repr((RARER, STEPS)).encode() + SENTENCES.read_bytes()):08x}.gz"
"""The packed encoder, beside the one it is made from: made once on each machine, anew when it is made otherwise."""

Bytes = NDArray[np.int8]
Shorts = NDArray[np.int16] | NDArray[np.uint16]


def packed_encoder(folder: Path) -> Path:
    """The packed file of the encoder in a folder, made where it is not there yet.

    Raises BadInput where a browser cannot run it.
    """
    file = folder / FILE
    if not file.is_file():
        aside = folder / f".{FILE}.{os.getpid()}"
        aside.write_bytes(_packed(load_encoder(folder)))
        aside.replace(file)
    return file


def _packed(encoder: Encoder) -> bytes:
    if encoder.hidden % 8 or any(
        tensor.ndim == 2 and tensor.shape[1] % 8 for tensor in encoder.tensors.values()
    ):
        raise BadInput(
            f"model {encoder.model}: a browser takes eight numbers at a time, and its rows do not fit"
        )
    spelt = spelt_out(encoder.tokenizer)
    places: dict[str, Json] = {}
    data = bytearray()
    for name, table in _tables(encoder, unreachable(spelt)):
        data += b"\0" * (-len(data) % 16)
        places[name] = [len(data), *table.shape]
        data += table.tobytes()
    head: dict[str, Json] = {
        "format": FORMAT,
        "model": encoder.model,
        "layers": encoder.layers,
        "depths": [*depths_of(encoder.layers)],
        "heads": encoder.heads,
        "hidden": encoder.hidden,
        "eps": encoder.eps,
        "longest": encoder.max_length,
        "pooling": encoder.pooling,
        "network": _list(places["places"])[0],
        "tables": places,
        "tokenizer": spelt,
    }
    return packed(head, bytes(data))


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def packed(head: dict[str, Json], data: bytes) -> bytes:
    """A head and what it describes in one gzip file: the head's length, the head, the data, each on an edge of 16."""
    text = json.dumps(head, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
    text += b" " * (-(len(text) + 4) % 16)
    return gzip.compress(len(text).to_bytes(4, "little") + text + data, 9, mtime=0)


def _tables(encoder: Encoder, idle: Sequence[int]) -> Iterator[tuple[str, Vector | Bytes | Shorts]]:
    """The tables by name: what the kernel works on first, then those of which a question reads single rows."""
    seen = seen_by(encoder, sentences())
    scales: dict[str, Vector] = {}
    for name, tensor in encoder.tensors.items():
        if name in ("places", "words"):
            continue
        if tensor.ndim == 2:
            width = GROUP if tensor.shape[1] % GROUP == 0 else tensor.shape[1]
            scales[name] = scaled(np.asarray(tensor).reshape(-1, width), LARGEST)
            steps = np.repeat(scales[name].astype(np.float64), width).reshape(tensor.shape)
            yield name, rounded(tensor.astype(np.float64), steps, seen[name.removesuffix(".weight")], LARGEST)
        else:
            yield name, np.asarray(tensor)
    places, scales["places"] = shrunk(
        np.asarray(encoder.tensors["places"])[: encoder.max_length], LARGEST_PLACE
    )
    yield "places", places.astype(np.int16)
    table = np.asarray(encoder.tensors["words"])
    most = np.array(STEPS)[np.searchsorted(RARER, np.arange(len(table)), side="right")]
    words, scales["words"] = shrunk(table, most)
    words[[*idle]] = 0
    yield "words", words.astype(np.int8)
    yield from ((f"{name}.scales", halved(found)) for name, found in scales.items())


def scaled(table: Vector, steps: int | NDArray[np.int64]) -> Vector:
    """The scale of each row by which it takes at most so many steps to either side: a number that can be halved."""
    exact = np.maximum(np.abs(table).max(axis=1), np.float32(1e-12)) / np.asarray(steps, dtype=np.float32)
    up = exact.astype(np.float32).view(np.uint32) + np.uint32(0xFFFF)
    found: Vector = (up & np.uint32(0xFFFF0000)).view(np.float32)
    return found


def halved(scales: Vector) -> NDArray[np.uint16]:
    """The first two bytes of each scale, which are all that it has."""
    return (scales.view(np.uint32) >> np.uint32(16)).astype(np.uint16)


def shrunk(table: Vector, steps: int | NDArray[np.int64]) -> tuple[Vector, Vector]:
    """A table as whole numbers of at most so many steps, and the scale of each row."""
    scales = scaled(table, steps)
    return np.rint(table / scales[:, None]), scales
