"""Embedding when building: the cache, independence of a text from its neighbours, models found and refused."""

import hashlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys

import numpy as np
import pytest

from readacross import embedding
from readacross.caching import EmbeddingCache
from readacross.embedding import SlowEncoder, embed, open_encoder
from readacross.encoding import Encoder
from readacross.errors import BadInput, GenerationError
from readacross.exporting import UnsupportedModel, export_encoder
from readacross.models import DEFAULT_MODEL, model_folder, model_sha256

MODEL, TEXT, OTHER = "ab" * 32, "cd" * 32, "ef" * 32
VECTOR = np.array([0.6, 0.8], dtype=np.float32)

needs_model = pytest.mark.skipif(model_folder(DEFAULT_MODEL) is None, reason="no model on this machine")


# --- the cache ---


def test_cache_keeps_vectors_between_builds(tmp_path):
    path = tmp_path / "deep" / "cache.sqlite"
    with EmbeddingCache(path) as cache:
        assert cache.get_many(MODEL, [TEXT]) == {}
        cache.put_many(MODEL, {TEXT: VECTOR})
    with EmbeddingCache(path) as cache:
        assert cache.get_many(MODEL, [TEXT, OTHER])[TEXT].tobytes() == VECTOR.tobytes()
        assert set(cache.get_many(MODEL, [TEXT, OTHER])) == {TEXT}
        assert cache.get_many(OTHER, [TEXT]) == {}
        cache.put_many(MODEL, {TEXT: VECTOR[::-1]})
        assert cache.get_many(MODEL, [TEXT])[TEXT].tolist() == VECTOR[::-1].tolist()


@pytest.mark.parametrize("damage", [b"nonsense" * 1000, b"", b"SQLite format 3\0" + b"\xff" * 5000])
def test_damaged_cache_is_set_aside(tmp_path, damage):
    path = tmp_path / "cache.sqlite"
    path.write_bytes(damage)
    with EmbeddingCache(path) as cache:
        cache.put_many(MODEL, {TEXT: VECTOR})
        assert set(cache.get_many(MODEL, [TEXT])) == {TEXT}
    if damage:
        assert (tmp_path / "cache.sqlite.damaged").read_bytes() == damage


@pytest.mark.parametrize("action", ["get", "put"])
def test_damage_met_on_the_way_is_survived(tmp_path, action):
    path = tmp_path / "cache.sqlite"
    keys = [hashlib.sha256(bytes([n % 256, n // 256])).hexdigest() for n in range(2000)]
    with EmbeddingCache(path) as cache:
        cache.put_many(MODEL, dict.fromkeys(keys, VECTOR))
    whole = bytearray(path.read_bytes())
    whole[4096:] = b"\xff" * (len(whole) - 4096)
    path.write_bytes(whole)
    with EmbeddingCache(path) as cache:
        if action == "get":
            assert cache.get_many(MODEL, keys) == {}
        cache.put_many(MODEL, dict.fromkeys(keys[:5], VECTOR))
        assert set(cache.get_many(MODEL, keys)) == set(keys[:5])


def test_changed_vector_is_not_believed(tmp_path):
    path = tmp_path / "cache.sqlite"
    with EmbeddingCache(path) as cache:
        cache.put_many(MODEL, {TEXT: VECTOR})
    database = sqlite3.connect(path)
    database.execute("UPDATE vectors_1 SET vector = ?", (VECTOR[::-1].tobytes(),))
    database.commit()
    database.close()
    with EmbeddingCache(path) as cache:
        assert cache.get_many(MODEL, [TEXT]) == {}


def test_a_folder_in_the_way_is_one_line(tmp_path):
    with pytest.raises(GenerationError, match="Make sure") as error:
        EmbeddingCache(tmp_path)
    assert "\n" not in str(error.value)


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL")
def test_killed_writer_loses_nothing_written(tmp_path):
    path = tmp_path / "cache.sqlite"
    code = (
        "import sys, hashlib, numpy as np; from pathlib import Path; from readacross.caching import EmbeddingCache\n"
        "cache = EmbeddingCache(Path(sys.argv[1]))\n"
        "for n in range(10**6):\n"
        "    cache.put_many('ab' * 32, {hashlib.sha256(str(n).encode()).hexdigest(): np.full(384, n, np.float32)})\n"
        "    print(n, flush=True)\n"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    writer = subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True, env=environment
    )
    with writer:
        last = [int(writer.stdout.readline()) for _ in range(30)][-1]
        writer.send_signal(signal.SIGKILL)
    keys = [hashlib.sha256(str(n).encode()).hexdigest() for n in range(last + 1)]
    with EmbeddingCache(path) as cache:
        assert [int(cache.get_many(MODEL, [key])[key][0]) for key in keys] == list(range(last + 1))
    assert not (tmp_path / "cache.sqlite.damaged").exists()


# --- which model ---


@pytest.mark.parametrize(
    "setting", ["no-such/model", "no-such-model", "", ".", "../..", "a/b/c", "nul\0byte"]
)
def test_unknown_model_is_one_line(tmp_path, monkeypatch, setting):
    monkeypatch.chdir(tmp_path)
    assert model_folder(setting) is None
    with pytest.raises(BadInput, match="not on this machine") as error:
        model_sha256(setting)
    assert "\n" not in str(error.value)


def test_name_in_the_download_cache_is_found(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    snapshot = tmp_path / "models--owner--name" / "snapshots" / "123"
    snapshot.mkdir(parents=True)
    (snapshot / "config.json").write_text("{}")
    (tmp_path / "models--owner--name" / "refs").mkdir()
    (tmp_path / "models--owner--name" / "refs" / "main").write_text("123")
    assert model_folder("owner/name") == snapshot
    assert model_folder("owner/other") is None


def test_model_sha256_is_of_names_and_bytes(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    before = model_sha256(str(tmp_path))
    (tmp_path / "README.md").write_text("words about the model")
    assert model_sha256(str(tmp_path)) == before
    (tmp_path / "config.json").rename(tmp_path / "modules.json")
    renamed = model_sha256(str(tmp_path))
    (tmp_path / "modules.json").write_text("{ }")
    assert len({before, renamed, model_sha256(str(tmp_path))}) == 3
    shutil.copytree(tmp_path, tmp_path / "copy")
    assert (
        model_sha256(str(tmp_path / "copy"))
        == hashlib.sha256(f"modules.json\0{hashlib.sha256(b'{ }').hexdigest()}\n".encode()).hexdigest()
    )


# --- embedding ---


@pytest.fixture(scope="module")
def texts():
    words = [
        "the",
        "parents",
        "may",
        "attend",
        "a",
        "conference",
        "child",
        "protection",
        "worker",
        "must",
        "decide",
        "fifteen",
        "days",
        "review",
        "plan",
        "report",
        "😀",
        "café",
    ]
    dice = random.Random(7)
    return [
        " ".join(dice.choices(words, k=dice.choice([1, 3, 9, 20, 40, 300]))) + f" {n}" for n in range(60)
    ] + ["", "\ud800"]


@pytest.fixture(scope="module")
def vectors(texts, tmp_path_factory):
    pytest.importorskip("sentence_transformers")
    with EmbeddingCache(tmp_path_factory.mktemp("whole") / "cache.sqlite") as cache:
        return embed(texts, DEFAULT_MODEL, cache, progress=False)


@needs_model
def test_vectors_are_those_of_sentence_transformers(texts, vectors):
    model = embedding._load_model(model_folder(DEFAULT_MODEL))
    readable = [text.encode("utf-8", "replace").decode() for text in texts]
    reference = model.encode(readable, show_progress_bar=False)
    assert vectors.shape == reference.shape
    assert vectors.dtype == np.float32
    assert np.abs(vectors - reference).max() < 1e-6
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-6)


@needs_model
def test_depths_end_with_the_vector_and_are_those_of_the_light_encoder(texts, vectors, tmp_path):
    export_encoder(DEFAULT_MODEL, tmp_path / "light")
    light = open_encoder(tmp_path / "light", DEFAULT_MODEL)
    with EmbeddingCache(tmp_path / "cache.sqlite") as cache:
        found = embed(texts[:8], DEFAULT_MODEL, cache, progress=False, depths=True)
        plain = embed(texts[:8], DEFAULT_MODEL, cache, progress=False)
    assert plain.tobytes() == vectors[:8].tobytes()
    assert found[:, -vectors.shape[1] :] == pytest.approx(plain, abs=1e-6)
    for text, depths in zip(texts, found, strict=False):
        assert light.depths(text).ravel() == pytest.approx(depths, abs=2e-6)
        assert light.depths(text)[-1].tobytes() == light.encode(text).tobytes()
        assert np.linalg.norm(light.depths(text), axis=1) == pytest.approx(1, abs=1e-6)


@needs_model
@pytest.mark.parametrize("seed", range(5))
def test_a_vector_does_not_depend_on_the_other_new_texts(texts, vectors, tmp_path, seed):
    some = random.Random(seed).sample(range(len(texts)), [1, 2, 5, 17, 40][seed])
    with EmbeddingCache(tmp_path / "cache.sqlite") as cache:
        again = embed([texts[n] for n in some], DEFAULT_MODEL, cache, progress=False)
    assert again.tobytes() == vectors[some].tobytes()


@needs_model
@pytest.mark.parametrize("threads", [1, 2, 3, 8])
def test_a_vector_does_not_depend_on_the_threads(texts, vectors, tmp_path, monkeypatch, threads):
    import torch

    before = torch.get_num_threads()
    monkeypatch.setattr(embedding, "_THREADS", threads)
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    with EmbeddingCache(tmp_path / "cache.sqlite") as cache:
        assert embed(texts[:30], DEFAULT_MODEL, cache, progress=False).tobytes() == vectors[:30].tobytes()
    assert torch.get_num_threads() == before


@needs_model
def test_repeated_texts_are_embedded_once_and_stand_in_order(vectors, texts, tmp_path, capsys):
    with EmbeddingCache(tmp_path / "cache.sqlite") as cache:
        twice = embed([texts[1], texts[0], texts[1]], DEFAULT_MODEL, cache, progress=True)
        assert "2/2" in capsys.readouterr().err
        embed([texts[1]], DEFAULT_MODEL, cache, progress=True)
        assert capsys.readouterr().err == ""
    assert twice.tobytes() == vectors[[1, 0, 1]].tobytes()


@needs_model
def test_no_texts_still_have_dimensions(tmp_path):
    with EmbeddingCache(tmp_path / "cache.sqlite") as cache:
        assert embed([], DEFAULT_MODEL, cache, progress=False).shape == (0, 384)


@needs_model
def test_second_build_loads_no_torch(texts, vectors, tmp_path):
    with EmbeddingCache(tmp_path / "cache.sqlite") as cache:
        embed(texts[:3], DEFAULT_MODEL, cache, progress=False)
    code = (
        "import sys; from pathlib import Path; from readacross.caching import *; from readacross.embedding import *; from readacross.exporting import *; from readacross.models import *\n"
        f"with EmbeddingCache(Path({str(tmp_path / 'cache.sqlite')!r})) as cache:\n"
        f"    made = embed({texts[:3]!r}, DEFAULT_MODEL, cache, progress=True)\n"
        "export_encoder(DEFAULT_MODEL, Path('light'))\n"
        "print(made.shape, *sorted({'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)))"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
        cwd=tmp_path,
    )
    assert run.stdout.strip() == "(3, 384)"
    assert run.stderr == ""


def test_unloadable_model_is_bad_input(tmp_path):
    pytest.importorskip("sentence_transformers")
    (tmp_path / "config.json").write_text('{"model_type": "no-such-type"}')
    with (
        EmbeddingCache(tmp_path / "cache.sqlite") as cache,
        pytest.raises(BadInput, match="cannot load") as error,
    ):
        embed(["x"], str(tmp_path), cache, progress=False)
    assert "\n" not in str(error.value)


# --- the light encoder's export ---


@pytest.fixture
def copied(tmp_path):
    """A copy of the model that a test may change."""
    source = model_folder(DEFAULT_MODEL)
    shutil.copytree(source, tmp_path / "model", symlinks=True, copy_function=os.link)
    return tmp_path / "model"


def change(file, **facts):
    before = json.loads(file.read_text()) if file.exists() else {}
    file.unlink(missing_ok=True)
    file.write_text(json.dumps({**before, **facts}))


@needs_model
@pytest.mark.parametrize(
    ("name", "facts", "reason"),
    [
        ("config.json", {"model_type": "mpnet"}, "not a BERT"),
        ("config.json", {"is_decoder": True}, "not a BERT"),
        ("config.json", {"position_embedding_type": "relative_key"}, "not absolute"),
        ("config.json", {"hidden_act": "relu"}, "not gelu"),
        ("config.json", {"num_hidden_layers": 7}, "tensors of a BERT"),
        ("sentence_bert_config.json", {"do_lower_case": True}, "lower-cased outside"),
        ("1_Pooling/config.json", {"pooling_mode_max_tokens": True}, "pooling"),
        ("1_Pooling/config.json", {"pooling_mode_mean_tokens": False}, "pooling"),
        ("1_Pooling/config.json", {"pooling_mode": "lasttoken"}, "pooling"),
        ("modules.json", {}, "not just a network"),
    ],
)
def test_other_models_are_refused(copied, tmp_path, name, facts, reason):
    if name == "modules.json":
        (copied / name).unlink()
        (copied / name).write_text(
            '[{"type": "a.Transformer", "path": ""}, {"type": "a.Dense", "path": "1"}]'
        )
    else:
        change(copied / name, **facts)
    with pytest.raises(UnsupportedModel, match=reason) as error:
        export_encoder(str(copied), tmp_path / "light")
    assert "\n" not in str(error.value)
    assert not (tmp_path / "light").exists()


@needs_model
@pytest.mark.parametrize(
    "pooling", [{"pooling_mode": "cls"}, {"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}]
)
def test_first_token_pooling_and_shorter_limit_agree(copied, tmp_path, pooling):
    pytest.importorskip("sentence_transformers")
    change(copied / "1_Pooling" / "config.json", **pooling)
    change(copied / "sentence_bert_config.json", max_seq_length=20)
    export_encoder(str(copied), tmp_path / "light")
    for text in ("short", "a long text about the plan " * 20):
        light, slow = open_encoder(tmp_path / "light", str(copied)), SlowEncoder(copied)
        assert isinstance(light, Encoder)
        assert np.abs(light.encode(text) - slow.encode(text)).max() < 1e-6
        assert np.abs(light.depths(text) - slow.depths(text)).max() < 2e-6


@needs_model
def test_export_is_whole_repeatable_and_left_alone(tmp_path):
    for name in ("one", "two"):
        export_encoder(DEFAULT_MODEL, tmp_path / name)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["one", "two"]
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes()
    stamp = (tmp_path / "one").stat().st_mtime_ns
    export_encoder(DEFAULT_MODEL, tmp_path / "one")
    assert (tmp_path / "one").stat().st_mtime_ns == stamp
    change(tmp_path / "one" / "encoder.json", sha256="another model")
    export_encoder(DEFAULT_MODEL, tmp_path / "one")
    assert (tmp_path / "one" / "encoder.json").read_bytes() == (
        tmp_path / "two" / "encoder.json"
    ).read_bytes()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["one", "two"]


@needs_model
def test_which_encoder_opens(copied, tmp_path):
    light = tmp_path / "light"
    assert isinstance(open_encoder(light, str(copied)), SlowEncoder)
    export_encoder(str(copied), light)
    assert isinstance(open_encoder(light, str(copied)), Encoder)
    change(copied / "tokenizer_config.json", model_max_length=99)
    assert isinstance(open_encoder(light, str(copied)), SlowEncoder)
    assert isinstance(open_encoder(light, "a-model/not-here"), Encoder)
    with pytest.raises(BadInput):
        open_encoder(tmp_path / "nothing", "a-model/not-here")
