"""The light encoder against sentence-transformers, and what it must not load."""

import json
import math
import os
import subprocess
import sys

import numpy as np
import pytest

from readacross import embedding
from readacross.encoding import _gelu, load_encoder
from readacross.errors import GenerationError
from readacross.exporting import export_encoder
from readacross.models import DEFAULT_MODEL, model_folder

PASSAGES = [
    f"{who} {what} {when}."
    for who in ("Parents", "Children over 12", "The social worker", "A solicitor", "The chair")
    for what in (
        "may attend the conference",
        "will get the report",
        "can make a complaint",
        "must be told of the plan",
    )
    for when in (
        "within 15 working days",
        "before the meeting",
        "at least two days beforehand",
        "after three months",
    )
]
ODD = [
    "",
    " ",
    "\n\t",
    ".",
    "a",
    "[CLS] [SEP] [MASK] [PAD]",
    "café naïve Siân cafe\u0301",
    "STRASSE straße ﬁnd Ｃｏｎｆ",
    "儿童保护会议什么时候举行？",
    "子どもの会議 مؤتمر حماية الطفل конференция",
    "😀 👨‍👩‍👧 🏴󠁧󠁢󠁷󠁬󠁳󠁿",
    "con\u00adference\u200bplan\u0000x\ufffd",
    "pneumonoultramicroscopicsilicovolcanoconiosis" * 4,
    "x" * 5_000,
    "the child protection plan " * 20,
    "the child protection plan " * 63 + "ab",
    "the child protection plan " * 64,
    "the child protection plan " * 500,
    "I can't, won't; don't! (e.g. 01483 517 838) £5.00 50% a@b.uk",
]
QUESTIONS = [
    *ODD,
    *PASSAGES[::7],
    "Can I appeal?",
    "WHO WILL BE THERE",
    "what if i do not agree with the decision",
    "rain in spain",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("encoders") / "light"
    export_encoder(DEFAULT_MODEL, folder)
    return folder


@pytest.fixture(scope="module")
def reference():
    """Vectors by sentence-transformers itself, one text at a time."""
    pytest.importorskip("sentence_transformers")
    model = embedding._load_model(model_folder(DEFAULT_MODEL))
    return {text: model.encode([text], show_progress_bar=False)[0] for text in {*QUESTIONS, *PASSAGES}}


@pytest.mark.parametrize("text", QUESTIONS, ids=lambda text: ascii(text[:30]))
def test_same_vector_as_sentence_transformers(folder, reference, text):
    vector = load_encoder(folder).encode(text)
    assert vector.dtype == np.float32
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-6)
    assert np.abs(vector - reference[text]).max() < 1e-6


def test_same_top_ten_as_sentence_transformers(folder, reference):
    encoder = load_encoder(folder)
    matrix = np.stack([reference[text] for text in PASSAGES])
    for text in [*QUESTIONS, *PASSAGES]:
        ours, theirs = (
            np.argsort(-(matrix @ vector), kind="stable")[:10]
            for vector in (encoder.encode(text), reference[text])
        )
        assert ours.tolist() == theirs.tolist(), text


def test_half_a_surrogate_pair_is_read_as_unreadable(folder):
    encoder = load_encoder(folder)
    assert encoder.encode("plan \ud800").tolist() == encoder.encode("plan ?").tolist()


def test_gelu_is_the_error_function_one():
    x = np.linspace(-12, 12, 20_001, dtype=np.float32)
    exact = np.array([0.5 * value * (1 + math.erf(value / math.sqrt(2))) for value in x.tolist()])
    assert np.abs(_gelu(x) - exact).max() < 1e-6
    assert np.abs(_gelu(x[np.abs(x) < 4]) - exact[np.abs(x) < 4]).max() < 5e-7


def test_weights_are_mapped_not_read(folder):
    words = load_encoder(folder).tensors["words"]
    while isinstance(words.base, np.ndarray):
        words = words.base
    assert isinstance(words, np.memmap)
    assert not words.flags.writeable


@pytest.mark.parametrize("name", ["encoder.json", "weights.npy", "tokenizer.json"])
@pytest.mark.parametrize("damage", ["missing", "empty", "half", "nonsense"])
def test_damage_is_one_line(folder, tmp_path, name, damage):
    for file in folder.iterdir():
        if file.name != name:
            (tmp_path / file.name).symlink_to(file)
    if damage != "missing":
        whole = (folder / name).read_bytes()
        (tmp_path / name).write_bytes(
            {"empty": b"", "half": whole[: len(whole) // 2], "nonsense": b"nonsense"}[damage]
        )
    with pytest.raises(GenerationError, match="readacross build") as error:
        load_encoder(tmp_path)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("field", "value"), [("format", 99), ("pooling", "max"), ("layers", "x"), ("tensors", []), ("eps", None)]
)
def test_another_format_is_refused(folder, tmp_path, field, value):
    for name in ("weights.npy", "tokenizer.json"):
        (tmp_path / name).symlink_to(folder / name)
    facts = json.loads((folder / "encoder.json").read_text())
    (tmp_path / "encoder.json").write_text(json.dumps({**facts, field: value}))
    with pytest.raises(GenerationError):
        load_encoder(tmp_path)


HEAVY = "torch transformers sentence_transformers llama_index pandas scipy sklearn sphinx safetensors tqdm huggingface_hub"


@pytest.mark.parametrize(
    "module", ["encoding", "analysing", "weighing", "embedding", "models", "caching", "exporting"]
)
def test_imports_nothing_heavy(module):
    code = f"import sys, readacross.{module}; print(*sorted(set({HEAVY.split()!r}) & set(sys.modules)))"
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert run.stdout.split() == []


def test_asking_imports_nothing_heavy(folder):
    code = (
        "import sys; from pathlib import Path; from readacross.embedding import open_encoder; from readacross.models import DEFAULT_MODEL;"
        f"open_encoder(Path({str(folder)!r}), DEFAULT_MODEL).encode('Can I appeal?');"
        f"print(*sorted(set({HEAVY.split()!r}) & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert run.stdout.split() == []
