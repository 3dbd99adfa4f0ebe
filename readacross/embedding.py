"""Embedding passages when building; the only module that loads sentence-transformers, and only for new texts."""

import hashlib
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from readacross.caching import EmbeddingCache
from readacross.encoding import Vector, depths_of, load_encoder
from readacross.errors import BadInput
from readacross.models import facts_of, found_folder, model_folder, model_sha256, sketch, whole

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from torch import Tensor

_SHEET = 16  # texts embedded together, always this many, so that a vector depends on its text alone
_STEP = 16  # tokens: a text is padded to the next multiple
_THREADS = 4  # at most: more gain nothing on texts this short


class QueryEncoder(Protocol):
    """Anything that turns a question into a vector of length 1."""

    def encode(self, text: str) -> Vector:
        """The text's vector: float32 [dimensions], of length 1."""

    def depths(self, text: str) -> Vector:
        """Its vectors after some of the network's layers, the last the text's own: float32 [depths, dimensions]."""


def embed(
    texts: Sequence[str], setting: str, cache: EmbeddingCache, *, progress: bool, depths: bool = False
) -> Vector:
    """The vectors of texts, in their order: float32 [texts, dimensions], each of length 1.

    With `depths` those after some of the network's layers side by side, see `readacross.encoding.depths_of`:
    float32 [texts, depths * dimensions], each of length 1.

    Texts in the cache load no model. The others are embedded by sentence-transformers on the processor, in
    sheets of a fixed size, so that a text's vector does not depend on which others are new; `progress`
    shows a bar on standard error. Raises BadInput where the model is not on this machine or cannot be
    loaded.
    """
    model = model_sha256(setting)
    model = hashlib.sha256(f"{model} depths".encode()).hexdigest() if depths else model
    digests = [hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() for text in texts]
    vectors = cache.get_many(model, digests)
    missing = {digest: text for digest, text in zip(digests, texts, strict=True) if digest not in vectors}
    make = _fresh_depths if depths else _fresh
    for fresh in make(missing, setting, progress=progress) if missing else ():
        cache.put_many(model, fresh)
        vectors |= fresh
    if not texts:
        return np.empty((0, _dimensions(found_folder(setting))), dtype=np.float32)
    return np.stack([vectors[digest] for digest in digests])


def _dimensions(folder: Path) -> int:
    """How many numbers a vector of this model has, as its config.json says."""
    return whole(facts_of(folder / "config.json"), "hidden_size", 0)


def _fresh(texts: Mapping[str, str], setting: str, *, progress: bool) -> Iterator[dict[str, Vector]]:
    """New vectors by digest, a sheet at a time, short texts first."""
    return _in_sheets(texts, setting, _sheet_vectors, progress=progress)


def _fresh_depths(texts: Mapping[str, str], setting: str, *, progress: bool) -> Iterator[dict[str, Vector]]:
    """New vectors of some layers side by side, by digest, a sheet at a time, short texts first."""

    def joined(model: "SentenceTransformer", sheet: Sequence[str], length: int) -> Vector:
        return _sheet_depths(model, sheet, length).reshape(len(sheet), -1)

    return _in_sheets(texts, setting, joined, progress=progress)


def _in_sheets(
    texts: Mapping[str, str],
    setting: str,
    make: Callable[["SentenceTransformer", Sequence[str], int], Vector],
    *,
    progress: bool,
) -> Iterator[dict[str, Vector]]:
    from tqdm import tqdm  # type: ignore[import-untyped,unused-ignore]

    model = _load_model(found_folder(setting))
    lengths = {digest: _padded_length(model, text) for digest, text in texts.items()}
    ordered = sorted(texts, key=lambda digest: (lengths[digest], digest))
    with tqdm(total=len(texts), desc="embedding", unit="text", file=sys.stderr, disable=not progress) as bar:
        for length, group in groupby(ordered, key=lengths.__getitem__):
            digests = list(group)
            for start in range(0, len(digests), _SHEET):
                sheet = digests[start : start + _SHEET]
                made = make(model, [texts[digest] for digest in sheet], length)
                yield dict(zip(sheet, made, strict=True))
                bar.update(len(sheet))


def states(
    texts: Sequence[str], setting: str, *, progress: bool
) -> Iterator[tuple[int, Vector, Vector, list[int]]]:
    """Each text's number, vector of length 1, states of its tokens [tokens, dimensions] and their numbers.

    They come short texts first. Raises BadInput where the model is not on this machine.
    """
    import torch
    from tqdm import tqdm  # type: ignore[import-untyped,unused-ignore]

    model = _load_model(found_folder(setting))
    read: list[list[int]] = model.tokenizer(
        [_readable(text) for text in texts], truncation=True, max_length=_longest(model)
    )["input_ids"]
    ordered = sorted(range(len(texts)), key=lambda number: (len(read[number]), number))
    torch.set_num_threads(min(_THREADS, os.cpu_count() or 1))
    with tqdm(total=len(texts), desc="encoding", unit="text", file=sys.stderr, disable=not progress) as bar:
        for start in range(0, len(ordered), 2 * _SHEET):
            sheet = ordered[start : start + 2 * _SHEET]
            tokens = model.tokenizer.pad({"input_ids": [read[at] for at in sheet]}, return_tensors="pt")
            with torch.inference_mode():
                made = model(dict(tokens))
            pooled = made["sentence_embedding"].numpy().astype(np.float32)
            pooled /= np.maximum(np.linalg.norm(pooled, axis=1, keepdims=True), np.float32(1e-12))
            for number, vector, state in zip(sheet, pooled, made["token_embeddings"].numpy(), strict=True):
                yield number, vector, state[: len(read[number])], read[number]
            bar.update(len(sheet))


@lru_cache(maxsize=1)
def _load_model(folder: Path) -> "SentenceTransformer":
    """The model on the processor, loaded from its folder with no look at the network."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging
    except ImportError as error:
        raise BadInput(f'embedding needs {error.name}. Run: pip install "readacross[build]"') from error
    logging.disable_progress_bar()  # type: ignore[no-untyped-call,unused-ignore]
    try:
        return SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    except (OSError, ValueError, KeyError) as error:
        said = " ".join(str(error).split())
        raise BadInput(
            f"{folder}: sentence-transformers cannot load it ({said}). Give another model"
        ) from error


def _longest(model: "SentenceTransformer") -> int:
    """The most tokens the model reads of one text."""
    return int(model.max_seq_length or min(model.tokenizer.model_max_length, 512))


def _padded_length(model: "SentenceTransformer", text: str) -> int:
    """The text's length in tokens, rounded up to the next step."""
    longest = _longest(model)
    tokens = len(model.tokenizer(_readable(text), truncation=True, max_length=longest)["input_ids"])
    return min(-(-tokens // _STEP) * _STEP, longest)


def _readable(text: str) -> str:
    """The text with any half of a surrogate pair replaced, as the light encoder does."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _sheet_vectors(model: "SentenceTransformer", texts: Sequence[str], length: int) -> Vector:
    """Vectors of up to one sheet of texts, the sheet filled up and each text padded to `length` tokens.

    Matrix products round differently for different shapes; with the shape fixed by the text alone, its
    vector is the same to the last bit in every build on one kind of processor, whatever the number of
    threads.
    """
    with _threads():
        raw = model(_tokens(model, texts, length))["sentence_embedding"]
    return _of_length_1(raw[: len(texts)].numpy())


def _sheet_depths(model: "SentenceTransformer", texts: Sequence[str], length: int) -> Vector:
    """The same after some of the network's layers, see `depths_of`: float32 [texts, depths, dimensions]."""
    tokens = _tokens(model, texts, length)
    with _threads():
        network = model.get_submodule("0.auto_model")
        states = network(**tokens, output_hidden_states=True).hidden_states
        pooled = [
            model[1]({"token_embeddings": states[layer], "attention_mask": tokens["attention_mask"]})
            for layer in depths_of(len(states) - 1)
        ]
    found = [_of_length_1(part["sentence_embedding"][: len(texts)].numpy()) for part in pooled]
    return np.stack(found, axis=1)


def _tokens(model: "SentenceTransformer", texts: Sequence[str], length: int) -> dict[str, "Tensor"]:
    """The tokens of up to one sheet of texts, filled up."""
    filled = [_readable(text) for text in texts] + [""] * (_SHEET - len(texts))
    return dict(
        model.tokenizer(filled, padding="max_length", truncation=True, max_length=length, return_tensors="pt")
    )


@contextmanager
def _threads() -> Iterator[None]:
    """Run the network on as many threads as are of use, and learn nothing."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(min(_THREADS, os.cpu_count() or 1))
    try:
        with torch.inference_mode():
            yield
    finally:
        torch.set_num_threads(before)


def _of_length_1(raw: Vector) -> Vector:
    vectors: Vector = raw.astype(np.float32)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), np.float32(1e-12))
    return vectors


@dataclass(frozen=True)
class SlowEncoder:
    """The fallback for models the light encoder cannot run: about 6 s and 600 MB to start."""

    folder: Path

    def encode(self, text: str) -> Vector:
        """The text's vector: float32 [dimensions], of length 1."""
        model = _load_model(self.folder)
        vector: Vector = _sheet_vectors(model, [text], _padded_length(model, text))[0]
        return vector

    def depths(self, text: str) -> Vector:
        """Its vectors after some of the network's layers: float32 [depths, dimensions]."""
        model = _load_model(self.folder)
        vectors: Vector = _sheet_depths(model, [text], _padded_length(model, text))[0]
        return vectors


def open_encoder(folder: Path, setting: str) -> QueryEncoder:
    """The light encoder exported to `folder` where it was made from this model, else sentence-transformers.

    An export whose model is not on this machine is taken as it is: answering needs no model package. Raises
    BadInput where there is neither an export nor a model.
    """
    model = model_folder(setting)
    if (folder / "encoder.json").is_file():
        seen = facts_of(folder / "encoder.json").get("sketch")
        if model is None or seen == sketch(model):
            return load_encoder(folder)
    return SlowEncoder(found_folder(setting))
