"""A build may be killed at any moment: readers are served a whole generation, old or new."""

import errno
import os
import random
import signal
import sys
import time
from pathlib import Path

import pytest

from readacross import generations, storing
from readacross.answering import Asked, ask
from readacross.building import build
from readacross.errors import GenerationError
from readacross.generations import current, damage
from readacross.library import open_library

KILLS = 220

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kill -9 needs fork")


def quiet(_: str) -> None:
    pass


def toggle(root: Path, number: int) -> None:
    """Make the next build a new one: the leaflet's genre is one of three."""
    path = root / "sources/sudley/plots/leaflet.toml"
    head, _, tail = path.read_text("utf-8").partition('genre = "')
    storing.write_atomically(
        path, f'{head}genre = "{("web page", "poster", "card")[number % 3]}"{tail.partition(chr(34))[2]}'
    )


def build_for_ever(root: Path) -> None:
    number = 0
    while True:
        toggle(root, number)
        build(root, quiet)
        number += 1


def read_for_ever(root: Path, report: int, passages: int) -> None:
    """Open and read all of the knowledge base until killed; each bad read is one byte."""
    while True:
        try:
            library = open_library(root)
            found = sum(1 for version in library.versions for _ in library.passages(version))
            good = found == passages and library.leaflets["sudley/plots"].genre in (
                "web page",
                "poster",
                "card",
            )
        except Exception:  # noqa: BLE001 - anything at all is a bad read
            good = False
        os.write(report, b"." if good else b"!")


def child(work, *arguments) -> int:
    pid = os.fork()
    if pid == 0:
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            work(*arguments)
        finally:
            os._exit(1)
    return pid


def end(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def test_killed_two_hundred_times_and_never_torn(small):
    random.seed(20260131)
    for number in range(3):  # every state once, so that no model is needed
        toggle(small, number)
        build(small, quiet)
    inlet, outlet = os.pipe()
    library = open_library(small)
    passages = sum(1 for version in library.versions for _ in library.passages(version))
    reader = child(read_for_ever, small, outlet, passages)
    os.close(outlet)
    seen = set()
    try:
        for _ in range(KILLS):
            builder = child(build_for_ever, small)
            time.sleep(random.uniform(0.01, 0.25))
            end(builder)
            folder = current(small)
            assert damage(folder) == []
            seen.add(folder.name)
    finally:
        end(reader)
    reads = os.read(inlet, 1 << 20)
    os.close(inlet)
    assert len(reads) > 100
    assert reads.count(b"!") == 0
    assert len(seen) == 3, "the builds were killed before any of them published"
    build(small, quiet)
    left = [
        path.name
        for path in (small / generations.GENERATIONS).iterdir()
        if path.name.startswith((".tmp-", ".bad-"))
    ]
    assert left == []


WRITES = ("mkdir", "rename", "replace", "fsync", "write_text", "write_bytes")


def failing(monkeypatch, turn: int, code: int) -> list[int]:
    """Make the `turn`-th call that writes fail; returns the list of calls seen."""
    calls: list[int] = []

    def wrap(owner, name):
        real = getattr(owner, name)

        def maybe(*args, **kwargs):
            calls.append(1)
            if len(calls) == turn:
                raise OSError(code, os.strerror(code))
            return real(*args, **kwargs)

        monkeypatch.setattr(owner, name, maybe)

    for name in ("mkdir", "rename", "replace", "write_text", "write_bytes"):
        wrap(Path, name)
    wrap(os, "fsync")
    return calls


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EACCES])
def test_each_write_fails_once_and_the_old_generation_serves(small, monkeypatch, code):
    old = current(small).name
    total = None
    turn = 1
    while total is None or turn <= total:
        toggle(small, 1)
        with monkeypatch.context() as patched:
            calls = failing(patched, turn, code)
            failed = None
            try:
                build(small, quiet)
            except GenerationError as bad:
                failed = bad
        total = len(calls) if failed is None else total
        if failed is not None:
            assert "\n" not in str(failed)
            assert "untouched" in str(failed)
        assert damage(current(small)) == []
        assert open_library(small).versions
        if failed is None and current(small).name != old:
            break
        turn += 1
    assert turn > 5


def test_a_full_disk_is_one_line(small, monkeypatch):
    """A real limit on file size stands for the full disk: the kernel refuses the write."""
    import resource
    import subprocess

    toggle(small, 1)
    command = [sys.executable, "-m", "readacross", "build", "--root", str(small)]

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))

    before = current(small).name
    done = subprocess.run(command, capture_output=True, text=True, preexec_fn=limit, check=False)
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Traceback" not in done.stderr
    assert current(small).name == before
    assert ask(open_library(small), Asked("Can I appeal?")).statements
