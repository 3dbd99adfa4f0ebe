"""A knowledge base with one thing wrong in it: one line that says what, where and how to mend it."""

import os
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest

from readacross.certifying import certify, check
from readacross.errors import NotFaithful
from readacross.sources import load_sources

ROOT = Path(__file__).parents[1]
FOLDER = Path("sources/riverton/visits")
ORIGINAL = (
    "• You must come.\n• You may bring a friend.\n\n7\nCall 01234 567890.\nCall us again. Call us again.\n"
)
READING = "# Visits\n\n- You must come.\n- You may bring a friend.\n\nCall 01234 567890. Call us again. Call us again.\n"
AUTHORITIES = '[riverton]\nname = "Riverton"\nkind = "county council"\njurisdiction = "England"\n'
DROPS = '[[drop]]\ntext = "7"\nline = 4\nreason = "page number"\n'


def leaflet(original):
    return (
        'title = "Visits"\naudience = "parents"\ngenre = "leaflet"\n\n[[version]]\nlabel = "2017-03"\n'
        f'publisher = "Riverton"\noriginal = "original.txt"\nsha256 = "{sha256(original).hexdigest()}"\n'
        'recorded = "2026-11-22"\n\n[version.valid]\nfrom = "2017-03"\nbasis = "printed"\n\n'
        '[[version.evidence]]\nsays = "It says so."\nquote = "You must come"\nbound = "printed"\n'
        'date = "2017-03"\nstrength = "hard"\n'
    )


@pytest.fixture
def root(tmp_path):
    """A small knowledge base with nothing wrong in it."""
    original = ("Visits\n" + ORIGINAL).encode()
    files = {
        "sources/authorities.toml": AUTHORITIES,
        FOLDER / "leaflet.toml": leaflet(original),
        FOLDER / "2017-03/reading.md": READING,
        FOLDER / "2017-03/drops.toml": DROPS.replace("line = 4", "line = 5"),
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8", newline="")
    (tmp_path / FOLDER / "2017-03/original.txt").write_bytes(original)
    return tmp_path


def edit(root, name, old, new):
    path = root / FOLDER / name if name != "authorities.toml" else root / "sources" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="")


def receive(root, original):
    """Put another original there, with its sha256."""
    data = original if isinstance(original, bytes) else original.encode()
    (root / FOLDER / "2017-03/original.txt").write_bytes(data)
    (root / FOLDER / "leaflet.toml").write_text(leaflet(data), encoding="utf-8")


def problems(root):
    found = []
    sources = load_sources(root, found).sources
    for source in sources:
        try:
            certify(source)
        except NotFaithful as bad:
            found.append(bad)
    return [str(bad) for bad in found]


def test_nothing_is_wrong(root):
    assert problems(root) == []


def in_leaflet(old, new):
    return lambda root: edit(root, "leaflet.toml", old, new)


def in_drops(text):
    return lambda root: (root / FOLDER / "2017-03/drops.toml").write_text(text, encoding="utf-8")


def link(name):
    def linked(root):
        path = root / FOLDER / name
        path.rename(root / "elsewhere")
        path.symlink_to(root / "elsewhere")

    return linked


VISITS = "sources/riverton/visits"
WRONG = [
    # what is done, where the error is, what it says
    (lambda root: (root / "sources/authorities.toml").unlink(), "sources/authorities.toml", "the file is missing"),
    (lambda root: edit(root, "authorities.toml", "[riverton]", "[other]"), "sources/riverton", "this authority is not known"),
    (lambda root: edit(root, "authorities.toml", "[riverton]", "[River_ton]"), "sources/authorities.toml:1", "is not a slug"),
    (lambda root: edit(root, "authorities.toml", "kind", "kinds"), "sources/authorities.toml:3", "'kinds' means nothing here"),
    (lambda root: (root / FOLDER / "leaflet.toml").unlink(), f"{VISITS}/leaflet.toml", "the file is missing"),
    (lambda root: (root / FOLDER).rename(root / "sources/riverton/Our visits"), "sources/riverton/Our visits", "not a slug"),
    (lambda root: (root / FOLDER / "2018").mkdir(), f"{VISITS}/2018", "this version is not in leaflet.toml"),
    (lambda root: (root / FOLDER / "2017-03/original.txt").unlink(), f"{VISITS}/2017-03/original.txt", "the file is missing"),
    (lambda root: (root / FOLDER / "2017-03/original.txt").write_text("x"), f"{VISITS}/2017-03/original.txt", "not the file that was received"),
    (lambda root: (root / FOLDER / "2017-03/original.txt").write_bytes(b"a\n\xff"), f"{VISITS}/2017-03/original.txt:2", "is not UTF-8"),
    (lambda root: receive(root, ""), f"{VISITS}/leaflet.toml:8", "the original holds no words"),
    (lambda root: receive(root, "\ufeff \n"), f"{VISITS}/leaflet.toml:8", "the original holds no words"),
    (link("2017-03/original.txt"), f"{VISITS}/2017-03/original.txt", "this is a link"),
    (link("2017-03/reading.md"), f"{VISITS}/2017-03/reading.md", "this is a link"),
    (link("2017-03"), f"{VISITS}/2017-03", "this is a link"),
    (link("leaflet.toml"), f"{VISITS}/leaflet.toml", "this is a link"),
    (lambda root: (root / FOLDER / "2017-03/reading.md").unlink(), f"{VISITS}/2017-03/reading.md", "the file is missing"),
    (lambda root: (root / FOLDER / "2017-03/reading.md").write_text(" \n"), f"{VISITS}/2017-03/reading.md:1", "holds no words"),
    (lambda root: edit(root, "2017-03/reading.md", "must", "may"), f"{VISITS}/2017-03/reading.md:3", "the original has “must” (original.txt:2)"),
    (lambda root: edit(root, "2017-03/reading.md", "- You may", "> You may"), f"{VISITS}/2017-03/reading.md:4", "block quotations"),
    (in_leaflet('title = "Visits"\n', ""), f"{VISITS}/leaflet.toml:1", "'title' is missing"),
    (in_leaflet('genre = "leaflet"', "genre = 5"), f"{VISITS}/leaflet.toml:3", "'genre' is not text"),
    (in_leaflet('genre = "leaflet"', "genre = "), f"{VISITS}/leaflet.toml:3", "this is not TOML"),
    (in_leaflet('publisher = "', 'publishers = "'), f"{VISITS}/leaflet.toml:7", "'publishers' means nothing here"),
    (in_leaflet("basis", "base"), f"{VISITS}/leaflet.toml:14", "'base' means nothing here"),
    (in_leaflet('basis = "printed"\n', ""), f"{VISITS}/leaflet.toml:12", "'basis' is missing"),
    (in_leaflet('from = "2017-03"', 'from = "March"'), f"{VISITS}/leaflet.toml:13", "'March' is not a date"),
    (in_leaflet('from = "2017-03"', 'from = "2017-13"'), f"{VISITS}/leaflet.toml:13", "not a month"),
    (in_leaflet('from = "2017-03"', 'from = "2017-03"\nuntil = "2015"'), f"{VISITS}/leaflet.toml:13", "ends"),
    (in_leaflet('recorded = "2026-11-22"', 'recorded = "today"'), f"{VISITS}/leaflet.toml:10", "'today' is not a date"),
    (in_leaflet('date = "2017-03"', 'date = "then"'), f"{VISITS}/leaflet.toml:20", "'then' is not a date"),
    (in_leaflet('bound = "printed"', 'bound = "told"'), f"{VISITS}/leaflet.toml:19", "bound is 'told'"),
    (in_leaflet('quote = "You must', 'quote = "You may'), f"{VISITS}/leaflet.toml:18", "is not in the original"),
    (in_leaflet('label = "2017-03"', 'label = "March 2017"'), f"{VISITS}/leaflet.toml:6", "is not usable"),
    (in_leaflet('label = "2017-03"', 'label = "2017-03"\nsupersedes = "2016"'), f"{VISITS}/leaflet.toml:7", "no earlier version"),
    (in_leaflet('"original.txt"', '"../original.txt"'), f"{VISITS}/leaflet.toml:8", "cannot be the name of an original"),
    (in_leaflet('"original.txt"', '"reading.md"'), f"{VISITS}/leaflet.toml:8", "cannot be the name of an original"),
    (in_leaflet('"original.txt"', '"a\\nb"'), f"{VISITS}/leaflet.toml:8", "cannot be the name of an original"),
    (in_drops('[[drop]]\ntext = "Bye"\nreason = "page number"\n'), f"{VISITS}/2017-03/drops.toml:2", "is not in the original"),
    (in_drops('[[drop]]\ntext = "7"\nreason = "page number"\n'), f"{VISITS}/2017-03/drops.toml:2", "stands in the original 2 times"),
    (in_drops('[[drop]]\ntext = "7"\nline = 6\nreason = "page number"\n'), f"{VISITS}/2017-03/drops.toml:4", "nobody said so"),
    (in_drops('[[drop]]\ntext = "friend"\nreason = "page number"\nby = "coder-1"\n'), f"{VISITS}/2017-03/drops.toml:3", "not a page number"),
    (in_drops('[[drop]]\ntext = "Call us again."\nreason = "navigation"\nby = "x"\n'), f"{VISITS}/2017-03/drops.toml:2", "2 times"),
    (in_drops('[[drop]]\ntext = "friend"\nreason = "navigation"\n'), f"{VISITS}/2017-03/drops.toml:3", "needs a curator"),
    (in_drops('[[drop]]\ntext = "friend"\nreason = "dull"\n'), f"{VISITS}/2017-03/drops.toml:3", "reason is 'dull'"),
    (in_drops('[[drop]]\ntext = "friend"\nlines = 2\n'), f"{VISITS}/2017-03/drops.toml:3", "'lines' means nothing here"),
    (in_drops('[[drops]]\ntext = "friend"\n'), f"{VISITS}/2017-03/drops.toml:1", "'drops' means nothing here"),
    (in_drops('[[uncertain]]\nquote = "You should"\nnote = "n"\nby = "x"\n'), f"{VISITS}/2017-03/drops.toml:2", "is not in the reading text"),
    (in_drops('[[uncertain]]\nquote = "Call us"\nnote = "n"\nby = "x"\n'), f"{VISITS}/2017-03/drops.toml:2", "2 times"),
    (in_drops(""), f"{VISITS}/2017-03/reading.md:6", "“7” of the original (original.txt:5) is left out"),
    (lambda root: (root / FOLDER / "2017-03/certificate.json").write_text("{"), f"{VISITS}/2017-03/certificate.json:1", "not a certificate"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "where", "what"), WRONG, ids=[f"{n}-{row[2]}" for n, row in enumerate(WRONG)]
)
def test_one_line_says_what_is_wrong(root, wrong, where, what):
    wrong(root)
    (said,) = problems(root)
    assert said.startswith(f"{where}: "), said
    assert what in said
    assert "\n" not in said
    assert said.endswith(".")


def test_versions_that_contradict_each_other(root):
    path = root / FOLDER / "leaflet.toml"
    first = path.read_text(encoding="utf-8")
    second = first[first.index("[[version]]") :].replace('"2017-03"', '"2010"')
    second = second.replace('label = "2010"\n', 'label = "2010"\nsupersedes = "2017-03"\n')
    path.write_text(first + second, encoding="utf-8")
    shutil.copytree(root / FOLDER / "2017-03", root / FOLDER / "2010")
    (said,) = problems(root)
    assert "no day on which this version could have held" in said


@pytest.mark.parametrize(
    "change",
    [lambda text: text.replace("\n", "\r\n"), lambda text: "\ufeff" + text, lambda text: "\ufeff" + text.replace("\n", "\r\n")],
    ids=["CRLF", "BOM", "both"],
)  # fmt: skip
def test_line_ends_and_byte_order_marks_are_not_words(root, change):
    """They stay in the original as received; they are not ink, so the reading text need not have them."""
    receive(root, change("Visits\n" + ORIGINAL))
    assert problems(root) == []
    (source,) = load_sources(root, []).sources
    check(certify(source), source)


def test_drops_of_several_lines_in_an_original_with_windows_line_ends(root):
    receive(root, "Visits\r\n" + ORIGINAL.replace("\n", "\r\n") + "Follow us\r\nShare this\r\n")
    edit(
        root,
        "2017-03/drops.toml",
        "[[drop]]",
        '[[drop]]\ntext = """\nFollow us\nShare this\n"""\nreason = "share links"\nby = "x"\n\n[[drop]]',
    )
    assert problems(root) == []


def test_a_wrong_version_does_not_hide_the_others(root):
    shutil.copytree(root / "sources/riverton/visits", root / "sources/riverton/meetings")
    (root / FOLDER / "2017-03/reading.md").unlink()
    assert len(problems(root)) == 1
    assert [source.version.leaflet for source in load_sources(root, []).sources] == ["riverton/meetings"]


def test_originals_survive_a_checkout_that_converts_line_ends(tmp_path):
    """A clone with the settings of a Windows desktop has the same bytes as were received."""
    first, second = tmp_path / "first", tmp_path / "second"
    shutil.copytree(ROOT / "sources", first / "sources")
    shutil.copy(ROOT / ".gitattributes", first / ".gitattributes")
    (first / "sources/crlf.txt").write_bytes(b"one\r\ntwo\r\n")
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    env = {**kept, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    crlf = ["-c", "core.autocrlf=true", "-c", "core.eol=crlf"]
    for command in (
        ["git", "-c", "init.defaultBranch=main", "init", "-q", str(first)],
        ["git", "-C", str(first), *crlf, "add", "."],
        [
            "git",
            "-C",
            str(first),
            "-c",
            "user.name=t",
            "-c",
            "user.email=t@example.org",
            "commit",
            "-qm",
            "t",
        ],
        ["git", *crlf, "clone", "-q", str(first), str(second)],
    ):
        subprocess.run(command, check=True, env=env, capture_output=True)
    files = [path.relative_to(first) for path in (first / "sources").rglob("*") if path.is_file()]
    assert sum(path.name.startswith("original.") for path in files) >= 5
    for path in files:
        assert (
            sha256((second / path).read_bytes()).digest() == sha256((first / path).read_bytes()).digest()
        ), path
