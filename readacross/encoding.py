"""Turn a question into a vector without torch: a BERT forward pass in numpy over a memory-mapped export.

The export is a folder written by `readacross.embedding.export_encoder`:

    encoder.json     format, model name and sha256, shape of the network, and where each tensor stands
    weights.npy      every tensor, one after the other, as one flat float32 array
    tokenizer.json   the model's own tokenizer

Loading touches no weights; a question then reads the network's layers (43 MB for the default model) and
only the few rows of the word table (47 MB) that it needs.
"""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from readacross.errors import GenerationError

FORMAT = 1
Vector = NDArray[np.float32]

_LENGTHS = ("layers", "heads", "hidden", "max_length")


@dataclass(frozen=True)
class Encoder:
    """A sentence encoder: the network's shape, its tokenizer and its tensors by name."""

    model: str
    sha256: str
    layers: int
    heads: int
    hidden: int
    eps: float
    max_length: int
    pooling: Literal["mean", "cls"]
    tokenizer: Tokenizer
    tensors: Mapping[str, Vector]

    def encode(self, text: str) -> Vector:
        """The text's vector: float32 [hidden], of length 1.

        Text beyond `max_length` tokens is left out, as sentence-transformers does.
        """
        return self.pooled(self.states(self.token_ids(text)))

    def depths(self, text: str) -> Vector:
        """The text's vectors after some of the network's layers, see `depths_of`: float32 [depths, hidden]."""
        return self.at_depths(list(self.all_states(self.token_ids(text))))

    def at_depths(self, states: Sequence[Vector]) -> Vector:
        """The vectors after some of the network's layers, of what enters the first and what every layer makes of it."""
        return np.stack([self.pooled(states[layer]) for layer in depths_of(self.layers)])

    def token_ids(self, text: str) -> list[int]:
        """The numbers of the text's tokens, the marks of its beginning and end among them."""
        ids: list[int] = self.tokenizer.encode(_readable(text)).ids
        return ids

    def offsets(self, text: str) -> list[tuple[int, int]]:
        """Where each of the text's tokens begins and ends, the marks of its beginning and end among them."""
        offsets: list[tuple[int, int]] = self.tokenizer.encode(_readable(text)).offsets
        return offsets

    def states(self, ids: list[int]) -> Vector:
        """What the network makes of each token: float32 [tokens, hidden]."""
        *_, state = self.all_states(ids)
        return state

    def all_states(self, ids: list[int]) -> Iterator[Vector]:
        """What enters the first layer, and what every layer makes of it."""
        yield (state := _first_state(self, ids))
        yield from self.above(state, 0)

    def above(self, state: Vector, first: int) -> Iterator[Vector]:
        """What each layer from `first` on makes of what enters that one."""
        for layer in range(first, self.layers):
            yield (state := _layer(self, f"layer.{layer}.", state))

    def linear(self, name: str, state: Vector) -> Vector:
        """The state through one stored weight matrix [out, in] and bias [out].

        Weights stand first in the product: a question has few tokens, and matrix libraries are quicker when
        the narrow side is the second.
        """
        result: Vector = np.ascontiguousarray((self.tensors[name + ".weight"] @ state.T).T)
        result += self.tensors[name + ".bias"]
        return result

    def pooled(self, states: Vector) -> Vector:
        """The vector of a text whose tokens have these states: float32 [hidden], of length 1."""
        pooled: Vector = states[0] if self.pooling == "cls" else states.mean(axis=0)
        return pooled / np.float32(max(float(np.linalg.norm(pooled)), 1e-12))


def depths_of(layers: int) -> tuple[int, ...]:
    """After which of a network's layers a question is looked at: half way, the last but one, and the last.

    Earlier layers tell words apart that the last takes for much the same.
    """
    return tuple(sorted({layers // 2, max(layers - 1, 0), layers}))


def _readable(text: str) -> str:
    """The text without half a surrogate pair, which is no text."""
    return text.encode("utf-8", "replace").decode("utf-8")


def load_encoder(folder: Path) -> Encoder:
    """Open an exported encoder, its weights mapped into memory rather than read.

    Raises GenerationError where the export is missing, damaged or of another format.
    """
    try:
        facts = json.loads((folder / "encoder.json").read_text(encoding="utf-8"))
        if facts["format"] != FORMAT or facts["pooling"] not in ("mean", "cls"):
            raise GenerationError(f"{folder}: the encoder is of another format. Run: readacross build")
        flat = np.asarray(np.load(folder / "weights.npy", mmap_mode="r", allow_pickle=False))
        tensors = {
            name: flat[offset : offset + math.prod(shape)].reshape(shape)
            for name, (offset, shape) in facts["tensors"].items()
        }
        layers, heads, hidden, longest = (int(facts[name]) for name in _LENGTHS)
        model, sha256, eps, pooling = facts["model"], facts["sha256"], float(facts["eps"]), facts["pooling"]
    except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise GenerationError(
            f"{folder}: the encoder cannot be read ({error}). Run: readacross build"
        ) from error
    tokenizer = _tokenizer(folder / "tokenizer.json", longest)
    return Encoder(model, sha256, layers, heads, hidden, eps, longest, pooling, tokenizer, tensors)


def _tokenizer(file: Path, longest: int) -> Tokenizer:
    """The model's tokenizer, cut where sentence-transformers cuts: the file may say 128 and padding."""
    try:
        tokenizer = Tokenizer.from_buffer(file.read_bytes())
    except (OSError, ValueError) as error:
        raise GenerationError(
            f"{file}: the tokenizer cannot be read ({error}). Run: readacross build"
        ) from error
    tokenizer.enable_truncation(max_length=longest)
    tokenizer.no_padding()
    return tokenizer


def _first_state(encoder: Encoder, ids: list[int]) -> Vector:
    """What enters the first layer: each token's word row plus its place, normalised, [tokens, hidden].

    The stored places already hold the row of the first (and only) text's token type.
    """
    state = encoder.tensors["words"][ids] + encoder.tensors["places"][: len(ids)]
    return _normalised(encoder, "first.", state)


def _layer(encoder: Encoder, name: str, state: Vector) -> Vector:
    """One transformer layer: attention, then widening and narrowing, each added to its input, normalised."""
    seen = _attention(encoder.linear(name + "attend", state), encoder.heads)
    state = _normalised(encoder, name + "attended.", state + encoder.linear(name + "gather", seen))
    wide = _gelu(encoder.linear(name + "widen", state))
    return _normalised(encoder, name + "narrowed.", state + encoder.linear(name + "narrow", wide))


def _attention(joined: Vector, heads: int) -> Vector:
    """Scaled dot-product attention over queries, keys and values that stand side by side in `joined`."""
    tokens, width = len(joined), joined.shape[1] // 3
    query, key, value = joined.reshape(tokens, 3, heads, width // heads).transpose(1, 2, 0, 3)
    scores: Vector = query @ key.transpose(0, 2, 1)
    scores *= np.float32(1 / math.sqrt(width // heads))
    scores -= scores.max(axis=-1, keepdims=True)
    np.exp(scores, out=scores)
    scores /= scores.sum(axis=-1, keepdims=True)
    mixed: Vector = (scores @ value).transpose(1, 0, 2).reshape(tokens, width)
    return mixed


def _normalised(encoder: Encoder, name: str, state: Vector) -> Vector:
    """Each row with mean 0 and variance 1, then scaled and shifted as stored (layer normalisation)."""
    state = state - state.mean(axis=-1, keepdims=True)
    state /= np.sqrt(np.square(state).mean(axis=-1, keepdims=True) + np.float32(encoder.eps))
    state *= encoder.tensors[name + "weight"]
    state += encoder.tensors[name + "bias"]
    return state


def _gelu(x: Vector) -> Vector:
    """The exact (error function) Gaussian unit: max(x, 0) - |x| / 2 * erfc(|x| / sqrt 2).

    erfc is Abramowitz & Stegun, Handbook of Mathematical Functions (1964), formula 7.1.26 (after Hastings,
    1955), right to 1.5e-7, which is float32's own accuracy.
    """
    size = np.abs(x)
    part = size * np.float32(math.sqrt(0.5))
    t = 1 / (1 + np.float32(0.3275911) * part)
    tail = np.full(t.shape, 1.061405429, dtype=np.float32)
    for factor in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        tail *= t
        tail += np.float32(factor)
    tail *= t
    np.square(part, out=part)
    tail *= np.exp(np.negative(part, out=part), out=part)
    tail *= size
    tail *= np.float32(0.5)
    result: Vector = np.maximum(x, 0) - tail
    return result
