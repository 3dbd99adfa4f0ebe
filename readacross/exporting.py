"""Handing a model over to the light encoder: its weights as one flat array, its tokenizer, its shape."""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeGuard

import numpy as np

from readacross.encoding import FORMAT, Vector
from readacross.errors import BadInput
from readacross.models import DEFAULT_MODEL, facts_of, found_folder, model_sha256, sketch, whole


class UnsupportedModel(BadInput):
    """The light encoder cannot run this model; sentence-transformers can."""


def export_encoder(setting: str, folder: Path) -> None:
    """Write a model's weights, tokenizer and shape into `folder` for the light encoder; torch is not needed.

    The folder appears whole or not at all, and one that already holds this model is left alone. Raises
    UnsupportedModel where the model is anything but a plain BERT with mean or first-token pooling.
    """
    source, sha256 = found_folder(setting), model_sha256(setting)
    written = facts_of(folder / "encoder.json")
    if written.get("sha256") == sha256 and written.get("format") == FORMAT:
        return
    shape = _shape(source)
    tensors = _tensors(source / shape.network / "model.safetensors", shape)
    aside = folder.with_name(f".{folder.name}.{os.getpid()}")
    shutil.rmtree(aside, ignore_errors=True)
    try:
        aside.mkdir(parents=True)
        places = _write_weights(aside / "weights.npy", tensors)
        shutil.copyfile(source / shape.network / "tokenizer.json", aside / "tokenizer.json")
        facts = {
            "format": FORMAT,
            "model": setting if setting == DEFAULT_MODEL else source.name,
            "sha256": sha256,
            "sketch": sketch(source),
            **{name: value for name, value in asdict(shape).items() if name != "network"},
            "tensors": places,
        }
        text = json.dumps(facts, indent=1) + "\n"
        (aside / "encoder.json").write_text(text, encoding="utf-8", newline="\n")
        _put_in_place(aside, folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


@dataclass(frozen=True)
class _Shape:
    """What the light encoder must know of a network; `network` is where its files lie within the model."""

    network: str
    layers: int
    heads: int
    hidden: int
    eps: float
    max_length: int
    pooling: str


def _shape(source: Path) -> _Shape:
    """The shape of a model, or UnsupportedModel with the reason why the light encoder would get it wrong."""
    network, pooling = _modules(source)
    config = facts_of(source / network / "config.json")
    reading = facts_of(source / network / "sentence_bert_config.json")
    reasons = {
        "it is not a BERT network": config.get("model_type") != "bert" or bool(config.get("is_decoder")),
        "its places are not absolute": config.get("position_embedding_type", "absolute") != "absolute",
        "its activation is not gelu": config.get("hidden_act", "gelu") != "gelu",
        "its text is lower-cased outside the tokenizer": bool(reading.get("do_lower_case")),
        "it has no tokenizer.json": not (source / network / "tokenizer.json").is_file(),
        "its pooling is neither mean nor first token": pooling not in ("mean", "cls"),
    }
    for reason, holds in reasons.items():
        if holds:
            raise _unsupported(source, reason)
    places = whole(config, "max_position_embeddings", 512)
    limit = whole(facts_of(source / network / "tokenizer_config.json"), "model_max_length", places)
    longest = min(whole(reading, "max_seq_length", limit), places)
    layers, heads = whole(config, "num_hidden_layers", 12), whole(config, "num_attention_heads", 12)
    eps = config.get("layer_norm_eps", 1e-12)
    hidden = whole(config, "hidden_size", 768)
    return _Shape(network, layers, heads, hidden, float(str(eps)), longest, pooling)


def _modules(source: Path) -> tuple[str, str]:
    """Where the network lies and how its tokens are pooled: mean, cls, or what else the model says."""
    modules = facts_of(source / "modules.json").get("modules")
    steps = (
        [(str(step["type"]).rsplit(".", 1)[-1], str(step["path"])) for step in modules]
        if _steps(modules)
        else []
    )
    if [kind for kind, _ in steps] not in (
        ["Transformer", "Pooling"],
        ["Transformer", "Pooling", "Normalize"],
    ):
        raise _unsupported(source, "it is not just a network, pooling and normalising")
    facts = facts_of(source / steps[1][1] / "config.json")
    modes = {"pooling_mode_mean_tokens": "mean", "pooling_mode_cls_token": "cls"}
    chosen = [
        modes.get(name, name) for name, on in facts.items() if name.startswith("pooling_mode_") and on is True
    ]
    return steps[0][1], str(facts.get("pooling_mode", "+".join(chosen)))


def _steps(modules: object) -> TypeGuard[list[dict[str, object]]]:
    return isinstance(modules, list) and all(
        isinstance(step, dict) and {"type", "path"} <= set(step) for step in modules
    )


def _unsupported(source: Path, reason: str) -> UnsupportedModel:
    return UnsupportedModel(
        f"model {source.name}: the light encoder cannot run it, since {reason}. "
        "Use another model, or let sentence-transformers embed each question (slow)"
    )


def _sources(layers: int) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each tensor of the export and the model's tensors it is put together from, one under the other."""
    for end in ("weight", "bias"):
        yield f"first.{end}", (f"embeddings.LayerNorm.{end}",)
    for layer in range(layers):
        ours, theirs = f"layer.{layer}.", f"encoder.layer.{layer}."
        for end in ("weight", "bias"):
            attend = (f"{theirs}attention.self.{part}.{end}" for part in ("query", "key", "value"))
            yield f"{ours}attend.{end}", tuple(attend)
            yield f"{ours}gather.{end}", (f"{theirs}attention.output.dense.{end}",)
            yield f"{ours}attended.{end}", (f"{theirs}attention.output.LayerNorm.{end}",)
            yield f"{ours}widen.{end}", (f"{theirs}intermediate.dense.{end}",)
            yield f"{ours}narrow.{end}", (f"{theirs}output.dense.{end}",)
            yield f"{ours}narrowed.{end}", (f"{theirs}output.LayerNorm.{end}",)
    yield "words", ("embeddings.word_embeddings.weight",)


def _tensors(file: Path, shape: _Shape) -> dict[str, Vector]:
    """The export's tensors by name, the word table last, so that what every question reads lies together."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(file, framework="numpy") as stored:
            prefix = "bert." if "bert.embeddings.word_embeddings.weight" in stored.keys() else ""  # noqa: SIM118
            first = stored.get_tensor(f"{prefix}embeddings.token_type_embeddings.weight")[0]
            tensors = {"places": stored.get_tensor(f"{prefix}embeddings.position_embeddings.weight") + first}
            for name, parts in _sources(shape.layers):
                tensors[name] = np.concatenate([stored.get_tensor(prefix + part) for part in parts])
    except (OSError, SafetensorError, TypeError) as error:
        raise _unsupported(
            file.parent, f"{file.name} does not hold the tensors of a BERT network ({error})"
        ) from error
    if any(tensor.dtype != np.float32 for tensor in tensors.values()):
        raise _unsupported(file.parent, "its weights are not float32")
    return tensors


def _write_weights(file: Path, tensors: Mapping[str, Vector]) -> dict[str, tuple[int, tuple[int, ...]]]:
    """Write tensors one after the other as a flat .npy array; where each begins (in numbers), its shape.

    Written, not mapped: a full disk is then an error, not the end of the process.
    """
    total = sum(tensor.size for tensor in tensors.values())
    places, at = {}, 0
    with file.open("wb") as opened:
        header = {"descr": "<f4", "fortran_order": False, "shape": (total,)}
        np.lib.format.write_array_header_1_0(opened, header)
        for name, tensor in tensors.items():
            opened.write(np.ascontiguousarray(tensor, dtype="<f4").tobytes())
            places[name] = (at, tensor.shape)
            at += tensor.size
    return places


def _put_in_place(aside: Path, folder: Path) -> None:
    """Make a finished folder appear under its name, its files on disk first, in place of any older one."""
    for file in aside.iterdir():
        with file.open("rb+") as opened:
            os.fsync(opened.fileno())
    old = folder.with_name(f"{aside.name}.old")
    if folder.exists():
        folder.rename(old)
    aside.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
