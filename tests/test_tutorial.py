"""The tutorial, from an empty folder to a published one: every file written and every command run as it says."""

import re
import shlex
import shutil
from pathlib import Path

import pytest

from readacross.cli import main

pytestmark = pytest.mark.filterwarnings("ignore:'myst_parser:PendingDeprecationWarning")

STEP = re.compile(r"^(?P<before>[^\n]*)\n\n```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
WRITE, PUT = re.compile(r"Write `([^`]+)`:$"), re.compile(r"In `([^`]+)`, put it in place of `([^`]+)`:$")


def commands(text):
    """The commands of a block, each with what it is said to print; `…` stands for anything."""
    for part in text.split("$ ")[1:]:
        command, _, says = part.partition("\n")
        yield shlex.split(command), re.escape(says).replace("…", ".*")


def follow(tutorial, capsys, monkeypatch):
    """Do what the tutorial says; yields each command with what it printed and what it is said to print."""
    for step in STEP.finditer(tutorial):
        before, text = step["before"], step["text"]
        if found := WRITE.search(before):
            path = Path(found[1])
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        elif found := PUT.search(before):
            path = Path(found[1])
            path.write_text(path.read_text("utf-8").replace(found[2], text.strip()), "utf-8")
        else:
            assert step["kind"] == "console", before
            for (program, *given), says in commands(text):
                if program == "cd":
                    monkeypatch.chdir(*given)
                    continue
                capsys.readouterr()
                main(given)
                yield given, capsys.readouterr(), says


def test_the_tutorial_works_and_prints_what_it_says(repository, small_built, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    tutorial = (repository / "docs/guide/tutorial.md").read_text("utf-8")
    ran = []
    for given, printed, says in follow(tutorial, capsys, monkeypatch):
        assert re.fullmatch(f"(?s:{says})", printed.err + printed.out), (given, printed)
        ran.append(given[0])
        if given[0] == "init":  # the packed encoder takes long to make, and is the same for all
            shutil.copytree(small_built / "index/generations/encoders", "plots/index/generations/encoders")
    assert ran == ["init", "check", "build", "build", "check", "divergences", "ask", "site"]
    page = Path("public/questions/appeal.possible.html").read_text("utf-8")
    assert "You can appeal within 21 days of our letter." in page
    assert "contradiction" in page
