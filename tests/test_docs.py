"""Documents say what the tool does: the reference and the README's answer are made from it."""

import importlib.util
import re

import pytest

from readacross.cli import build_parser

COMMANDS = sorted(next(a for a in build_parser()._actions if a.choices).choices)


@pytest.fixture(scope="module")
def reference(repository, library):
    spec = importlib.util.spec_from_file_location("reference", repository / "tools" / "reference.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("file", ["COMMANDS", "README", "AGREEMENT", "FIRST"])
def test_generated_documents_are_up_to_date(reference, request, monkeypatch, file):
    monkeypatch.setenv("COLUMNS", "100")
    path = getattr(reference, file)
    made = getattr(reference, file.lower())()
    if request.config.getoption("--regen"):
        path.write_text(made, "utf-8")
    assert path.read_text("utf-8") == made, "run: make regen"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_reference(repository, command):
    assert f"## readacross {command}\n" in (repository / "docs/reference/commands.md").read_text("utf-8")


def test_every_module_of_the_map_is_there(repository):
    readme = (repository / "README.md").read_text("utf-8")
    section = readme[readme.index("In `readacross/`") :]
    named = set(re.findall(r"`([a-z_]+)/?`", section[: section.index("## Read on")])) - {"readacross"}
    there = {path.stem for path in (repository / "readacross").glob("*.py")} - {"__init__", "__main__"}
    assert named == there | {"site"}


def test_links_of_the_readme_lead_somewhere(repository):
    readme = (repository / "README.md").read_text("utf-8")
    links = re.findall(r"\]\(([^)#]+)\)", readme)
    assert len(links) >= 4
    assert [link for link in links if not link.startswith("http") and not (repository / link).exists()] == []


def test_make_and_make_bat_have_the_same_targets(repository):
    targets = set(re.findall(r"^([a-z]+):", (repository / "Makefile").read_text("utf-8"), re.MULTILINE))
    batch = (repository / "make.bat").read_text("utf-8")
    for target in ("build", "site", "serve", "check", "test", "bench", "help"):
        assert target in targets
        assert f'"%TARGET%"=="{target}"' in batch
