"""What a browser needs to answer by itself: scripts, data, vectors, the encoder, and what keeps them at hand.

Scripts stand in `ask/` as small files and are sent as one for the page and one for its worker.  Every file is
named with a digest of its bytes, so that a browser may keep it for ever and asks again only when it changed.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from readacross.errors import ReadacrossError
from readacross.model import Json
from readacross.recognising import rounded
from readacross.searching import Index
from readacross.site.asking import Digest
from readacross.site.assembling import assemble
from readacross.site.gathering import Shelf
from readacross.site.handing import answers_data, words_data
from readacross.site.keeping import LIST
from readacross.site.rendering import Above, Page, Place, render_page
from readacross.site.shrinking import LARGEST, packed, packed_encoder, shrunk
from readacross.stepping import Stepped, stepped

SOURCES = Path(__file__).with_name("ask")
PAGE = ("stem", "terms", "find", "understand", "follow", "differ", "decide", "answer", "cite", "show", "page")
WORKER = ("tokens", "encoder", "worker")
"""The small scripts that are sent as one, in the order in which they build on each other."""

FOLDER = "_static/ask"
HEAVY = ("vectors", "encoder")
"""The files that are fetched by the worker alone, once, and only where the line is not metered."""

WEIGHT_STEPS, CHANGE_STEPS = 63, 31
"""The most steps to either side that are sent of the recogniser's weights and of what upper layers are adapted by: fewer
than are kept, since fewer pack smaller, and the answers stay the same."""

KEEPER = "keep.js"
"""The service worker: at the site's root, since it answers for what lies beneath it."""


class Kept(NamedTuple):
    """A file that the Ask page needs, its address within the site with a digest, and its bytes."""

    name: str
    address: str
    data: bytes


def kept(name: str, data: bytes) -> Kept:
    """A file under an address that changes with its bytes."""
    return Kept(f"{FOLDER}/{name}", f"{FOLDER}/{name}?v={sha256(data).hexdigest()[:12]}", data)


@lru_cache(maxsize=1)
def ask_files(shelf: Shelf) -> Mapping[str, Kept]:
    """The files of the Ask page by what they are for; without `encoder` where a browser cannot run the model."""
    found = {
        "words": kept("words.js", words_data(shelf).encode()),
        "answers": kept("answers.js", answers_data(shelf).encode()),
    }
    heavy = _encoder(shelf)
    if heavy:
        found["kernel"] = kept("kernel.wasm", assemble((SOURCES / "kernel.wat").read_text("utf-8")))
        found["vectors"] = kept("vectors.bin", _vectors(shelf))
        found["encoder"] = kept("encoder.bin", heavy)
        found["worker"] = kept("worker.js", _joined(WORKER).encode())
    offered = {
        name: [item.address.removeprefix(f"{FOLDER}/"), len(item.data)] for name, item in found.items()
    }
    offer = f"window.READACROSS_FILES={json.dumps(offered, separators=(',', ':'))};\n"
    return found | {"page": kept("ask.js", (offer + _joined(PAGE)).encode())}


def _joined(names: tuple[str, ...]) -> str:
    return "\n".join((SOURCES / f"{name}.js").read_text("utf-8") for name in names)


def _encoder(shelf: Shelf) -> bytes | None:
    """The packed encoder, or None where a browser cannot run the model: words still find."""
    library = shelf.library
    try:
        return packed_encoder(library.root / str(library.facts["encoder"])).read_bytes()
    except ReadacrossError:
        return None


def _vectors(shelf: Shelf) -> bytes:
    """What a question's vector is held against: passages, and the recogniser or else the stored wordings."""
    index, corpus = Index(shelf.library), shelf.library.corpus
    width = int(index.vectors.shape[1])
    recogniser = index.recogniser
    phrases = np.zeros((0, width), np.float32) if recogniser else np.asarray(index.phrases).reshape(-1, width)
    weights = rounded(recogniser.weights if recogniser else np.zeros((width + 1, 0), np.float32))
    changes = index.changes
    head: dict[str, Json] = {
        "dimensions": width,
        "looks": weights.steps.shape[1],
        "changed": {name: [down.shape[1], up.shape[1]] for name, (down, up) in changes.items()},
    }
    data = bytearray()

    def put(name: str, table: NDArray[np.generic]) -> None:
        data.extend(b"\0" * (-len(data) % 16))
        head[name] = [len(data), len(table)]
        data.extend(np.ascontiguousarray(table).tobytes())

    for name, vectors in (("passages", np.asarray(index.vectors).reshape(-1, width)), ("phrases", phrases)):
        rows, scales = shrunk(vectors, LARGEST)
        put(name, rows.astype(np.int8))
        put(f"{name}.scales", scales)
    tables = {"recogniser": stepped(Stepped(weights.steps, weights.scales).table, WEIGHT_STEPS)}
    tables |= {f"{name}.down": stepped(down, CHANGE_STEPS) for name, (down, _) in changes.items()}
    tables |= {f"{name}.up": stepped(up, CHANGE_STEPS) for name, (_, up) in changes.items()}
    for name, found in tables.items():
        put(name, found.steps)
        put(f"{name}.scales", found.scales)
    put("recogniser.offsets", weights.offsets)
    means = {name: corpus[name] for name in ("phrases", "recognised")}
    familiar: dict[str, Json] = {
        "traits": {**index.familiar.traits},
        "meaning": [*index.familiar.meaning],
    }
    return packed({**head, "means": {**means, "familiar": familiar}}, bytes(data))


def ask_page(shelf: Shelf, found: Sequence[Digest], above: Above) -> Page:
    """The page on which a reader asks."""
    files = ask_files(shelf)
    scripts = tuple(files[name].address for name in ("words", "answers", "page"))
    at = Place("ask", "Ask the leaflets", above)
    return render_page(at, "ask.html", shelf, scripts, digests=found)


def site_files(shelf: Shelf) -> Iterator[tuple[str, bytes]]:
    """Every file of the Ask page, and the keeper of those that a later visit needs."""
    found = ask_files(shelf)
    for item in found.values():
        yield item.name, item.data
    small = [item.address for name, item in found.items() if name not in HEAVY]
    heavy = [found[name].address for name in HEAVY if name in found]
    facts = {
        "page": "ask.html",
        "style": "_static/readacross.css",
        "small": small,
        "heavy": heavy,
        "list": LIST,
    }
    yield KEEPER, f"const KEPT = {json.dumps(facts, separators=(',', ':'))};\n{_joined(('keep',))}".encode()
