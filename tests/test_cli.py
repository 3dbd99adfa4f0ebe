"""The command line as others use it: JSON alone on standard output, one-line errors, exit status."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from readacross.cli import build_parser, main

COMMANDS = sorted(next(a for a in build_parser()._actions if a.choices).choices)


def run(*arguments, root=None, cwd=None):
    command = [sys.executable, "-m", "readacross", *map(str, arguments)]
    if root:
        command += ["--root", str(root)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=environment, check=False)


def one_line(done, status=2):
    assert done.returncode == status, done.stderr
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr.strip()


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command, capsys):
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    printed = capsys.readouterr().out
    assert f"Example:\n  readacross {command}" in printed
    assert "--root" in printed
    assert "--json" in printed


@pytest.mark.parametrize(
    "arguments",
    [
        ("build",),
        ("build", "--check"),
        ("check",),
        ("ask", "Can I appeal?"),
        ("ask", "zyzzyva"),
        ("versions", "--all-versions"),
        ("passages", "--topic", "appeals"),
        ("positions", "--all-versions"),
        ("divergences", "--all-versions"),
        ("compare", "appeals"),
        ("history", "northam/allotments"),
        ("show", "northam/allotments@2012#can-i-appeal.1"),
        ("show", "northam/allotments@2012"),
        ("show", "northam/allotments"),
        ("show", "northam"),
        ("show", "appeal.possible"),
        ("show", "appeals"),
    ],
)
def test_json_is_one_document_and_nothing_else(small, arguments):
    done = run(*arguments, "--json", root=small)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) is not None


def test_options_stand_before_or_after_the_command(small):
    first = run("--root", small, "--json", "versions")
    second = run("versions", "--json", "--root", small)
    assert first.stdout == second.stdout
    assert json.loads(first.stdout)


def test_the_root_is_the_nearest_parent_with_sources(small):
    assert run("versions", cwd=small / "sources" / "northam").stdout == run("versions", root=small).stdout


def test_versions_have_the_fixed_keys(small):
    rows = json.loads(run("versions", "--all-versions", "--json", root=small).stdout)
    assert [row["status"] for row in rows] == ["superseded", "current", "current"]
    for row in rows:
        assert row.keys() >= {
            "authority",
            "leaflet",
            "version",
            "title",
            "publisher",
            "sha256",
            "valid",
            "recorded",
            "status",
        }
        assert row["valid"].keys() >= {"from", "until", "basis"}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "COMMAND"),
        (("aks", "Why?"), "invalid choice"),
        (("ask",), "QUESTION"),
        (("ask", "Why?", "--top", "0"), "above 0"),
        (("ask", "Why?", "--top", "many"), "whole number"),
        (("ask", ""), "empty"),
        (("ask", "x" * 10_000), "10,000 characters"),
        (("ask", "Why?", "--authority", "atlantis"), "no such authority"),
        (("ask", "Why?", "--as-at", "yesterday"), "2012-06-30"),
        (("versions", "--authority", "atlantis"), "no such authority"),
        (("positions", "--topic", "weather"), "no such topic"),
        (("divergences", "--kind", "quarrel"), "invalid choice"),
        (("baseline",), "there is no baseline"),
        (("divergences", "--baseline"), "there is no baseline"),
        (("history", "nowhere/nothing"), "nowhere/nothing"),
        (("history", "sudley/plots"), "sudley/plots"),
        (("compare", "weather"), "neither a question nor a topic"),
        (("compare", "--format", "pdf"), "invalid choice"),
        (("compare", "--format", "xlsx", "--out", "no/such/folder/x.xlsx"), "No such file"),
        (("versions", "--topic", "weather"), "no such topic"),
        (("show", "nothing/at@all"), "nothing has this id"),
        (("show", "northam/allotments@2012#nowhere.9"), "no such passage"),
    ],
)
def test_wrong_usage_is_one_line_and_status_2(small, arguments, says):
    assert says in one_line(run(*arguments, root=small))


def test_fail_is_asked_for(small):
    assert run("ask", "zyzzyva", root=small).returncode == 0
    assert run("ask", "zyzzyva", "--fail", root=small).returncode == 1
    assert run("ask", "Can I appeal?", "--fail", root=small).returncode == 0


def test_a_folder_that_is_no_knowledge_base(tmp_path):
    assert "readacross init" in one_line(run("versions", root=tmp_path))
    assert "readacross init" in one_line(run("versions", cwd=tmp_path))


def test_a_knowledge_base_that_is_not_built(small):
    shutil.rmtree(small / "index" / "generations")
    assert "Run: readacross build" in one_line(run("ask", "Can I appeal?", root=small))


def test_init_makes_an_empty_one_that_builds_and_answers(tmp_path):
    root = tmp_path / "new"
    assert run("init", root).returncode == 0
    assert "already" in one_line(run("init", root))
    done = run("build", root=root)
    assert done.returncode == 0, done.stderr
    found = json.loads(run("ask", "Can I appeal?", "--json", root=root).stdout)
    assert found["status"] == "not_found"
    assert json.loads(run("versions", "--json", root=root).stdout) == []


BROKEN = [
    (
        "sources/northam/allotments/2019/original.txt",
        "final",
        "open",
        r"original.txt: the original is not the file that was received",
    ),
    ("sources/northam/allotments/2012/reading.md", "21 days", "28 days", r"reading.md:9: "),
    ("sources/northam/allotments/2012/reading.md", "must apply", "may apply", r"reading.md:5: "),
    (
        "sources/northam/allotments/2012/reading.md",
        "# Allotments",
        "<script>\n\n# Allotments",
        r"reading.md:1: ",
    ),
    ("sources/northam/allotments/leaflet.toml", 'title = "', "title = ", r"leaflet.toml:1: this is not TOML"),
    (
        "sources/northam/allotments/leaflet.toml",
        'from = "2012-05"',
        'from = "May 2012"',
        r"leaflet.toml:\d+: ",
    ),
    (
        "sources/northam/allotments/leaflet.toml",
        'supersedes = "2012"',
        'supersedes = "2011"',
        r"leaflet.toml:\d+: no earlier version",
    ),
    (
        "sources/authorities.toml",
        "[sudley]",
        "[sudley-on-sea]",
        r"sources/sudley: this authority is not known",
    ),
    ("sources/northam/allotments/2012/drops.toml", 'text = "7"', 'text = "8"', r"drops.toml:2: "),
    ("sources/northam/allotments/2012/drops.toml", "page number", "boring", r"drops.toml:4: "),
    (
        "sources/northam/allotments/2012/coding.yaml",
        "value: yes",
        "value: perhaps",
        r"coding.yaml:6: 'perhaps' is not an option",
    ),
    (
        "sources/northam/allotments/2012/coding.yaml",
        "within 21 days",
        "within 28 days",
        r"coding.yaml:\d+: the quote",
    ),
    (
        "sources/northam/allotments/2012/coding.yaml",
        "appeal.possible",
        "appeal.posible",
        r"coding.yaml:5: there is no question",
    ),
    (
        "index/questions.yaml",
        "answer_type: enum",
        "answer_type: emum",
        r"questions.yaml:\d+: answer_type is 'emum'",
    ),
    (
        "index/questions.yaml",
        "- id: appeal.possible",
        "- id: [appeal",
        r"questions.yaml:\d+: this is not YAML",
    ),
    (
        "index/topics.yaml",
        "- id: appeals",
        "- id: appeals\n  id: again",
        r"topics.yaml:2: 'id' is given twice",
    ),
]


@pytest.mark.parametrize(
    ("file", "old", "new", "says"), BROKEN, ids=[f"{Path(case[0]).name}-{case[2][:12]}" for case in BROKEN]
)
def test_a_broken_source_is_one_line_with_file_line_and_remedy(small, capsys, file, old, new, says):
    import re

    path = small / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    before = sorted(item.name for item in (small / "index/generations").iterdir())
    assert main(["build", "--root", str(small)]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert len(printed.err.strip().splitlines()) == 1, printed.err
    assert re.search(says, printed.err), printed.err
    assert printed.err.strip().endswith("."), "a remedy ends the line"
    assert sorted(item.name for item in (small / "index/generations").iterdir()) == before
    assert main(["check", "--root", str(small)]) == 1
    assert re.search(says, capsys.readouterr().out)
    assert main(["versions", "--root", str(small)]) == 0, "the old generation serves"


@pytest.mark.parametrize(
    "file", ["sources/northam/allotments/2019/original.txt", "sources/northam/allotments/2019/reading.md"]
)
def test_a_missing_file_is_named(small, capsys, file):
    (small / file).unlink()
    assert main(["build", "--root", str(small)]) == 2
    assert f"{file}: the file is missing" in capsys.readouterr().err


def test_check_lists_everything_that_is_wrong(small, capsys):
    for folder in ("2012", "2019"):
        (small / f"sources/northam/allotments/{folder}/reading.md").write_text("# Nothing\n", "utf-8")
    assert main(["check", "--root", str(small)]) == 1
    assert len(capsys.readouterr().out.strip().splitlines()) == 2


HEAVY = {
    "torch",
    "transformers",
    "sentence_transformers",
    "llama_index",
    "sphinx",
    "pandas",
    "scipy",
    "sklearn",
    "yaml",
}


@pytest.mark.parametrize(
    "arguments",
    [
        ["ask", "Can I appeal?"],
        ["ask", "Can I appeal?", "--json"],
        ["versions"],
        ["passages"],
        ["positions"],
        ["divergences"],
        ["compare"],
        ["show", "northam"],
    ],
)
def test_answering_imports_nothing_heavy(small, arguments):
    code = (
        "import sys; from readacross.cli import main\n"
        f"assert main({[*arguments, '--root', str(small)]!r}) == 0\n"
        f"print('HEAVY', sorted({HEAVY!r} & {{name.partition('.')[0] for name in sys.modules}}))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "HEAVY []"
