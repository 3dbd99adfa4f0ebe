"""Reading the TOML and YAML files that people write, so that every error names its file and line.

YAML is read as data only: plain `true` and `false` are the only booleans (so an option may be called
`no`), dates stay words, and anchors, tags and repeated keys are refused.
"""

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, cast

from readacross.errors import SourceError
from readacross.model import Json

if TYPE_CHECKING:
    from yaml import Event

    Value: TypeAlias = "Json | Record | list[Record]"
else:
    Value = object

LARGEST = 5_000_000
"""Bytes; a file written by people is far smaller."""


@dataclass(frozen=True)
class Record:
    """A table of a TOML or YAML file: values by name, and the line on which each stands."""

    file: Path
    values: Mapping[str, Value]
    lines: Mapping[str, int]
    line: int = 1

    def wrong(self, key: str | None, what: str, remedy: str) -> SourceError:
        """The error for a value of this record."""
        return SourceError(self.file, what, remedy, self.lines.get(key or "", self.line))

    def only(self, keys: Collection[str]) -> None:
        """Refuse keys that mean nothing here."""
        for key in self.values:
            if key not in keys:
                raise self.wrong(key, f"{key!r} means nothing here", f"use one of: {', '.join(sorted(keys))}")

    def text(self, key: str, default: str | None = None) -> str:
        """A piece of text that must be there, unless a default is given."""
        value = self.values.get(key)
        if value is None:
            if default is not None:
                return default
            raise self.wrong(None, f"{key!r} is missing", f'add {key}, or "unknown" where it is not known')
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(key, f"{key!r} is not text", "write words in quotation marks")
        return value

    def maybe(self, key: str) -> str | None:
        """A piece of text that may be left out."""
        return self.text(key) if self.values.get(key) is not None else None

    def choice(self, key: str, allowed: Sequence[str], default: str | None = None) -> str:
        """One of a closed list of words."""
        value = self.text(key, default)
        if value not in allowed:
            raise self.wrong(key, f"{key} is {value!r}", f"use one of: {', '.join(allowed)}")
        return value

    def number(self, key: str) -> int | None:
        """A whole number that may be left out."""
        value = self.values.get(key)
        if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
            raise self.wrong(key, f"{key!r} is not a whole number", "write digits only")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of pieces of text; empty where it is left out."""
        value = self.values.get(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.wrong(key, f"{key!r} is not a list of words", 'write ["…", "…"]')
        return tuple(item for item in value if isinstance(item, str))

    def records(self, key: str) -> list["Record"]:
        """A list of tables; empty where it is left out."""
        value = self.values.get(key)
        if value is None or value == []:
            return []
        if not isinstance(value, list) or not all(isinstance(item, Record) for item in value):
            raise self.wrong(
                key, f"{key!r} is not a list of tables", "see the guide to the files of a knowledge base"
            )
        return [item for item in value if isinstance(item, Record)]

    def table(self, key: str) -> "Record":
        """A table that must be there."""
        value = self.values.get(key)
        if not isinstance(value, Record):
            raise self.wrong(key, f"the table {key!r} is missing", f"add [{key}] or {key}:")
        return value

    def json(self, key: str) -> Json:
        """A value of any shape, as plain data."""
        return _plain(self.values.get(key))


def _plain(value: object) -> Json:
    if isinstance(value, Record):
        return {key: _plain(item) for key, item in value.values.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return str(value)


def read_text(path: Path, shown: Path) -> str:
    """The text of a UTF-8 file, newlines as stored; `shown` is how errors name it."""
    try:
        if path.stat().st_size > LARGEST:
            raise SourceError(shown, f"the file is larger than {LARGEST // 1_000_000} MB", "split it")
        if not path.is_file():
            raise SourceError(shown, "this is not a file", "put a plain file there")
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise SourceError(shown, "the file is missing", "restore it, or remove what refers to it") from None
    except UnicodeDecodeError as bad:
        line = bad.object.count(b"\n", 0, bad.start) + 1
        raise SourceError(shown, f"byte {bad.start} is not UTF-8", "save the file as UTF-8", line) from None
    except OSError as bad:
        what = f"the file cannot be read ({bad.strerror})"
        raise SourceError(shown, what, "check its permissions") from None


def read_toml(path: Path, shown: Path) -> Record:
    """A TOML file as a record.  Raises SourceError with the line."""
    text = read_text(path, shown).removeprefix("\ufeff")
    try:
        data = tomllib.loads(text)
        return _toml_record(shown, data, _without_long_strings(text).splitlines(), 1, ())
    except tomllib.TOMLDecodeError as bad:
        at = re.search(r"\(at line (\d+)", str(bad))
        line = int(at[1]) if at else text.count("\n") + 1
        what = f"this is not TOML: {' '.join(str(bad).split(' (at')[0].lower().split())}"
        raise SourceError(shown, what, "correct the line", line) from None
    except RecursionError:
        raise SourceError(shown, "tables stand too deep in each other", "write it flatter", 1) from None


STRINGS = re.compile(
    r"""#[^\n]*|(?P<long>\"{3}(?:[^\\]|\\.)*?\"{3}|'{3}.*?'{3})|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""", re.DOTALL
)


def _without_long_strings(text: str) -> str:
    """A TOML text whose strings of several lines hold nothing but line ends."""

    def emptied(found: re.Match[str]) -> str:
        return "\n" * found[0].count("\n") if found["long"] else found[0]

    return STRINGS.sub(emptied, text)


def _toml_record(
    file: Path, data: Mapping[str, object], lines: list[str], start: int, path: tuple[str, ...]
) -> Record:
    """A TOML table; tomllib keeps no lines, so they are found by the headers and keys in the text."""
    values: dict[str, Value] = {}
    where: dict[str, int] = {}
    for key, value in data.items():
        name = r"\s*\.\s*".join(rf"[\"']?{re.escape(part)}[\"']?" for part in (*path, key))
        dotted = ".".join((*path, key))
        where[key] = _find(
            lines, start, key, (f"{key} =", f"[{dotted}]", f"[[{dotted}]]"),
            rf"\s*(?:[\"']?{re.escape(key)}[\"']?\s*[=.]|\[+\s*{name}\s*[\].])",
        )  # fmt: skip
        if isinstance(value, dict):
            values[key] = _toml_record(file, value, lines, where[key], (*path, key))
        elif isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
            rows: list[Record] = []
            at = start - 1
            for item in value:
                at = _find(lines, at + 1, key, (f"[[{dotted}]]",), rf"\s*\[\[\s*{name}\s*\]\]")
                rows.append(_toml_record(file, item, lines, at, (*path, key)))
            values[key] = rows
        else:
            values[key] = _plain(value)
    return Record(file, values, where, start)


def _find(lines: list[str], start: int, key: str, plainly: tuple[str, ...], pattern: str) -> int:
    """The number of the first line from `start` on that holds a key and begins plainly so or matches, or `start`."""
    begins = max(start, 1)
    for number, line in enumerate(islice(lines, begins - 1, None), begins):
        if key in line and (line.startswith(plainly) or re.match(pattern, line)):
            return number
    return start


DEEPEST = 30
"""How deep lists and tables of a YAML file may stand in each other."""


def read_yaml(path: Path, shown: Path) -> Record | list[Record]:
    """A YAML file as a record or a list of records.  Raises SourceError with the line."""
    import yaml

    text = read_text(path, shown).removeprefix("\ufeff")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        value = _YamlReader(shown, iter(yaml.parse(text, Loader=loader))).document()
    except yaml.YAMLError as bad:
        mark = getattr(bad, "problem_mark", None)
        what = getattr(bad, "problem", None) or getattr(bad, "reason", None) or "it cannot be read"
        what = f"this is not YAML: {' '.join(str(what).split())}"
        raise SourceError(shown, what, "correct the line", mark.line + 1 if mark else 1) from None
    if isinstance(value, Record):
        return value
    rows = [item for item in value if isinstance(item, Record)] if isinstance(value, list) else None
    if rows is None or len(rows) != len(value if isinstance(value, list) else ()):
        raise SourceError(
            shown, "the file is not a table or a list of tables", "see the guide to the files", 1
        )
    return rows


def yaml_records(path: Path, shown: Path) -> list[Record]:
    """A YAML file that is a list of tables."""
    found = read_yaml(path, shown)
    if isinstance(found, Record):
        raise SourceError(shown, "the file is one table", "begin each entry with '- '", found.line)
    return found


class _YamlReader:
    """Builds plain data and records from the events of a YAML file, and refuses what data does not need."""

    def __init__(self, file: Path, events: "Iterator[Event]") -> None:
        self.file, self.events = file, events

    def document(self) -> Value:
        """The one document of the file; an empty list where it holds nothing."""
        from yaml import DocumentStartEvent, StreamEndEvent

        found: list[Value] = []
        while not isinstance(event := next(self.events), StreamEndEvent):
            if isinstance(event, DocumentStartEvent):
                if found:
                    raise self._wrong(event, "a second document begins", "take the --- away")
                found.append(self._value(next(self.events), 0))
        return found[0] if found and found[0] is not None else []

    def _value(self, event: "Event", depth: int) -> Value:
        from yaml import MappingStartEvent, ScalarEvent, SequenceEndEvent, SequenceStartEvent

        if depth > DEEPEST:
            raise self._wrong(event, "lists and tables stand too deep in each other", "write it flatter")
        if getattr(event, "anchor", None) is not None or getattr(event, "tag", None) is not None:
            raise self._wrong(event, "anchors and tags are not used", "write the value out")
        if isinstance(event, ScalarEvent):
            return str(event.value) if event.style else _yaml_scalar(event.value)
        if isinstance(event, MappingStartEvent):
            return self._record(event, depth)
        if not isinstance(event, SequenceStartEvent):
            raise self._wrong(event, "there is no value here", "write one")
        items: list[Value] = []
        while not isinstance(item := next(self.events), SequenceEndEvent):
            items.append(self._value(item, depth + 1))
        return cast("Value", items)

    def _record(self, event: "Event", depth: int) -> Record:
        from yaml import MappingEndEvent, ScalarEvent

        values: dict[str, Value] = {}
        lines: dict[str, int] = {}
        while not isinstance(name := next(self.events), MappingEndEvent):
            if not isinstance(name, ScalarEvent) or name.anchor is not None or name.tag is not None:
                raise self._wrong(name, "a key is not a plain word", "correct the line")
            key = str(name.value)
            if key in values:
                raise self._wrong(name, f"{key!r} is given twice", "keep one of them")
            values[key] = self._value(next(self.events), depth + 1)
            lines[key] = _line(name)
        return Record(self.file, values, lines, _line(event))

    def _wrong(self, event: "Event", what: str, remedy: str) -> SourceError:
        return SourceError(self.file, what, remedy, _line(event))


def _line(event: "Event") -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _yaml_scalar(words: str) -> Json:
    """A plain YAML scalar: true, false, null, a number, or words."""
    known: dict[str, Json] = {"true": True, "false": False, "null": None, "~": None, "": None}
    if words in known:
        return known[words]
    if re.fullmatch(r"-?(?:0|[1-9][0-9]{0,15})", words):
        return int(words)
    if re.fullmatch(r"-?[0-9]{1,15}\.[0-9]{1,15}", words):
        return float(words)
    return words
