"""What a build takes over from the former generation: the same files come of it as of a build from nothing."""

import shutil
from hashlib import sha256
from pathlib import Path

import pytest
from small import NORTHAM_2, NORTHAM_2_READING

from readacross.building import build
from readacross.former import FORMER, former
from readacross.generations import CURRENT, GENERATIONS

LEAFLET = "sources/northam/allotments"


@pytest.fixture
def base(small_built, tmp_path):
    """A copy of the small knowledge base, built."""
    return Path(shutil.copytree(small_built, tmp_path / "base"))


def reworded(base):
    """The words of one leaflet."""
    after = NORTHAM_2.replace("two weeks", "three weeks")
    (base / LEAFLET / "2019/original.txt").write_text(after, "utf-8")
    (base / LEAFLET / "2019/reading.md").write_text(
        NORTHAM_2_READING.replace("two weeks", "three weeks"), "utf-8"
    )
    digests = [sha256(text.encode()).hexdigest() for text in (NORTHAM_2, after)]
    table = base / LEAFLET / "leaflet.toml"
    table.write_text(table.read_text("utf-8").replace(*digests), "utf-8")


def doubted(base):
    """What is doubted of a leaflet."""
    path = base / LEAFLET / "2012/drops.toml"
    path.write_text(
        path.read_text("utf-8") + '\n[[uncertain]]\nquote = "21 days"\nnote = "smudged"\nby = "a"\n', "utf-8"
    )


def taken_out(base):
    """A leaflet less, before others."""
    shutil.rmtree(base / LEAFLET)


def files(base):
    """The files of a built knowledge base's generation, and its readable passages."""
    folder = base / GENERATIONS / (base / GENERATIONS / CURRENT).read_text("utf-8").strip()
    found = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return found | {Path("index"): (base / "index/passages.jsonl").read_bytes()}


def quiet(_: str) -> None:
    """Say nothing."""


@pytest.mark.parametrize("change", [reworded, doubted, taken_out])
def test_what_is_taken_over_is_what_is_made_anew(base, tmp_path, change):
    assert len(former(base).held) == 3
    change(base)
    copy = Path(shutil.copytree(base, tmp_path / "copy"))
    (copy / FORMER).unlink()
    for root in (base, copy):
        build(root, quiet)
    assert files(base) == files(copy)


def swapped(data: bytes) -> bytes:
    """A file of the same length that is another."""
    return data.replace(b"appeal", b"repeal")


@pytest.mark.parametrize("name", ["FORMER", "passages.jsonl", "index"])
def test_nothing_is_taken_over_from_a_file_that_has_been_altered(base, name):
    pointer = (base / GENERATIONS / CURRENT).read_text("utf-8").strip()
    places = {"FORMER": FORMER, "index": "index/passages.jsonl"}
    path = base / places.get(name, GENERATIONS / pointer / name)
    assert swapped(path.read_bytes()) != path.read_bytes()
    path.write_bytes(swapped(path.read_bytes()))
    assert not former(base).held


@pytest.mark.parametrize("text", ["", "{}", "[]\n", '{"generation": 1}'])
def test_what_was_kept_may_be_lost(base, text):
    (base / FORMER).write_text(text, "utf-8")
    assert not former(base).held
