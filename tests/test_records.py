"""Files that people write: read as plain data, and every mistake named with its file and line."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readacross.errors import SourceError
from readacross.records import read_text, read_toml, read_yaml, yaml_records

SHOWN = Path("index/file")


def made(tmp_path, content):
    path = tmp_path / "file"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


YAML_REFUSED = [
    # content, line, what
    ("a: 1\nb: ]", 2, "not YAML"),
    ("a: 1\na: 2", 2, "'a' is given twice"),
    ("a: 1\nb: &x 2", 2, "anchors and tags"),
    ("a: &x 1\nb: *x", 1, "anchors and tags"),
    ("a: 1\nb: !!python/object/apply:os.system [ls]", 2, "anchors and tags"),
    ("a: 1\nb: !!str 5", 2, "anchors and tags"),
    ("a: 1\n? [1, 2]\n: 3", 2, "a key is not a plain word"),
    ("a: 1\n&k b: 3", 2, "a key is not a plain word"),
    ("a: 1\n---\nb: 1", 2, "a second document"),
    ("just words", 1, "not a table or a list of tables"),
    ("- 1\n- 2", 1, "not a table or a list of tables"),
    ("a: 1\n\tb: 2", 2, "not YAML"),
    ("a: 'open", 1, "not YAML"),
    (b"a: 1\nb: \xff", 2, "not UTF-8"),
    ("a: \x00", 1, "not YAML"),
    ("a: " + "[" * 40 + "]" * 40, 1, "too deep"),
    ("[" * 100_000, 1, "too deep"),
    ("- " * 50_000, 1, "too deep"),
    ("a: {" * 5_000, 1, "too deep"),
]


@pytest.mark.parametrize(("content", "line", "what"), YAML_REFUSED, ids=range(len(YAML_REFUSED)))
def test_yaml_refused(tmp_path, content, line, what):
    with pytest.raises(SourceError) as caught:
        read_yaml(made(tmp_path, content), SHOWN)
    assert what in caught.value.what
    assert caught.value.line == line
    assert str(caught.value).startswith(f"{SHOWN}:{caught.value.line}: ")
    assert "\n" not in str(caught.value)


TOML_REFUSED = [
    ("a = 1\nb = ", 2, "not TOML"),
    ("a = 1\na = 2", 2, "not TOML"),
    ("a = 1\nb = 'open", 2, "not TOML"),
    ("[a]\nb = 1\n[a]", 3, "not TOML"),
    (b"a = 1\nb = '\xff'", 2, "not UTF-8"),
    ("a = " + "[" * 20_000, 1, "too deep"),
    ("a = {" + "b = {" * 20_000, 1, ""),
]


@pytest.mark.parametrize(("content", "line", "what"), TOML_REFUSED, ids=range(len(TOML_REFUSED)))
def test_toml_refused(tmp_path, content, line, what):
    with pytest.raises(SourceError) as caught:
        read_toml(made(tmp_path, content), SHOWN)
    assert what in caught.value.what
    assert caught.value.line == line
    assert "\n" not in str(caught.value)


def test_missing_huge_and_odd_files(tmp_path):
    with pytest.raises(SourceError, match="missing"):
        read_text(tmp_path / "none", SHOWN)
    with pytest.raises(SourceError, match="larger than 5 MB"):
        read_text(made(tmp_path, b"a" * 5_000_001), SHOWN)
    with pytest.raises(SourceError, match="not a file"):
        read_text(tmp_path, SHOWN)


SCALARS = [
    # as written, as read
    ("no", "no"), ("yes", "yes"), ("No", "No"), ("on", "on"), ("true", True), ("false", False), ("True", "True"),
    ("null", None), ("~", None), ("", None), ("5", 5), ("-5", -5), ("0", 0), ("05", "05"), ("1.5", 1.5),
    ("1_000", "1_000"), ("12:30", "12:30"), ("1e3", "1e3"), ("0x1F", "0x1F"), ("2017-03-01", "2017-03-01"),
    ("'true'", "true"), ('"5"', "5"), (".inf", ".inf"), ("<<", "<<"), ("9" * 40, "9" * 40),
]  # fmt: skip


@pytest.mark.parametrize(("written", "read"), SCALARS)
def test_scalars(tmp_path, written, read):
    record = read_yaml(made(tmp_path, f"key: {written}\n"), SHOWN)
    assert record.json("key") == read
    assert type(record.json("key")) is type(read)


def test_lines_of_yaml(tmp_path):
    text = "# comment\n- id: a\n  words: |\n    id: b\n    more\n  list: [x, no]\n\n- id: b\n  in:\n    deep: 1\n"
    first, second = yaml_records(made(tmp_path, text), SHOWN)
    assert (first.line, first.lines) == (2, {"id": 2, "words": 3, "list": 6})
    assert (second.line, second.lines) == (8, {"id": 8, "in": 9})
    assert second.table("in").lines == {"deep": 10}
    assert first.texts("list") == ("x", "no")
    assert str(second.wrong("in", "it is wrong", "mend it")) == "index/file:9: it is wrong. mend it."


def test_lines_of_toml(tmp_path):
    text = (
        'title = "t"\nlong = """\n[[version]]\nlabel = "no"\n"""\n\n# [[version]]\n[[version]]\nlabel = "a"\n'
        '[version.valid]\nfrom = "2017"\n[[version.evidence]]\nsays = "x"\n[[version.evidence]]\nsays = "y"\n'
        '\n[[ version ]]\n"label" = "b"\n[version.valid]\nfrom = "2018"\n'
    )
    record = read_toml(made(tmp_path, text), SHOWN)
    a, b = record.records("version")
    assert (a.line, a.lines["label"], a.table("valid").lines["from"]) == (8, 9, 11)
    assert [row.lines["says"] for row in a.records("evidence")] == [13, 15]
    assert (b.line, b.lines["label"], b.table("valid").lines["from"]) == (17, 18, 20)


@pytest.mark.parametrize("content", ["", "# only a comment\n", "---\n", "\n\n"])
def test_empty_yaml(tmp_path, content):
    assert read_yaml(made(tmp_path, content), SHOWN) == []
    assert yaml_records(made(tmp_path, content), SHOWN) == []


def test_byte_order_marks_are_no_mistake(tmp_path):
    assert read_toml(made(tmp_path, "\ufeffa = 1"), SHOWN).number("a") == 1
    assert read_yaml(made(tmp_path, "\ufeffa: 1"), SHOWN).number("a") == 1


WRONG_TYPES = [
    # content, reading it, line, what
    ("x: 1\na: 5", lambda r: r.text("a"), 2, "'a' is not text"),
    ("x: 1\na: ' '", lambda r: r.text("a"), 2, "'a' is not text"),
    ("x: 1", lambda r: r.text("a"), 1, "'a' is missing"),
    ("x: 1\na: b", lambda r: r.number("a"), 2, "not a whole number"),
    ("x: 1\na: true", lambda r: r.number("a"), 2, "not a whole number"),
    ("x: 1\na: [1]", lambda r: r.texts("a"), 2, "not a list of words"),
    ("x: 1\na: b", lambda r: r.texts("a"), 2, "not a list of words"),
    ("x: 1\na: [b]", lambda r: r.records("a"), 2, "not a list of tables"),
    ("x: 1\na: {b: 1}", lambda r: r.records("a"), 2, "not a list of tables"),
    ("x: 1\na: b", lambda r: r.table("a"), 2, "table 'a' is missing"),
    ("x: 1\na: b", lambda r: r.choice("a", ("c", "d")), 2, "a is 'b'"),
    ("x: 1\na: b", lambda r: r.only(("x",)), 2, "'a' means nothing here"),
]


@pytest.mark.parametrize(("content", "reading", "line", "what"), WRONG_TYPES, ids=range(len(WRONG_TYPES)))
def test_wrong_types(tmp_path, content, reading, line, what):
    record = read_yaml(made(tmp_path, content), SHOWN)
    with pytest.raises(SourceError, match=what) as caught:
        reading(record)
    assert caught.value.line == line


@given(st.binary(max_size=200) | st.text(alphabet="ab:-[]{}&*!'\"|> \n#=.,1", max_size=80).map(str.encode))
def test_anything_is_read_or_refused(tmp_path_factory, content):
    path = made(tmp_path_factory.mktemp("records"), content)
    for reader in (read_toml, read_yaml):
        said = ""
        try:
            reader(path, SHOWN)
        except SourceError as bad:
            said = str(bad)
        assert "\n" not in said
