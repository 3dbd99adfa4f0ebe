"""What readers can take away: everything as JSON, CSV and a workbook, and a dictionary of every field."""

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from weakref import WeakKeyDictionary

from readacross.contract import version_json
from readacross.library import Chosen, Library
from readacross.listing import divergences_csv, found_in, list_divergences
from readacross.model import Json
from readacross.separating import as_csv, csv_file
from readacross.shapes import pack
from readacross.sheets import comparison_book
from readacross.site.dictionary import meaning
from readacross.site.gathering import Shelf
from readacross.site.rendering import Above, Page, Place, render_page
from readacross.site.reusing import digest_of, edition
from readacross.tabulating import Table, comma_separated, table_json, tabulate
from readacross.workbook import workbook_bytes

BUILT = ("passages.jsonl", "positions.jsonl", "divergences.jsonl")
"""Files of the index that the site hands on as they are."""

MOST = 30
"""With more versions than this there is no list of every pair that differs, and no workbook, and tables list only coded ones."""

ABOUT = {
    "who-says-what.xlsx": "The whole comparison as a workbook: who says what, what differs, who is silent, every quote, and every word explained.",
    "who-says-what.csv": "One row for each question and each of the latest leaflets: the answer, its quotes, and who coded it.",
    "who-says-what.json": "The same, question by question.",
    "answers.csv": "One row for each question and every version, superseded ones too.",
    "differences.csv": "One row for each difference, severest first, with both sides and their quotes.",
    "authorities.csv": "The authorities that publish the leaflets.",
    "versions.csv": "Every version held: title, publisher, dates and how they are known, licence.",
    "questions.csv": "Every question, its topic, why it matters, and what counts as silent.",
    "passages.csv": "Every passage of every version, in the leaflet’s own words.",
    "authorities.jsonl": "The authorities, one JSON object a line.",
    "versions.jsonl": "The versions, with all evidence for their dates.",
    "topics.jsonl": "The topics.",
    "questions.jsonl": "The questions with their answers, and how any two answers stand to each other.",
    "passages.jsonl": "The passages, each with its place in the reading text and in the original.",
    "positions.jsonl": "What each version says on each question, each quotation with its place.",
    "divergences.jsonl": "The differences, worked out from the positions, with all sides and quotes.",
}  # fmt: skip
"""The files, and what is in each."""


@dataclass(frozen=True, slots=True)
class File:
    """A file of the data: its name, what it holds, its size, how many rows, and its fields."""

    name: str
    about: str
    size: int
    rows: int
    fields: tuple[tuple[str, str], ...]


_made: WeakKeyDictionary[Shelf, dict[str, bytes]] = WeakKeyDictionary()


def data_files(shelf: Shelf) -> dict[str, bytes]:
    """Every file of the data by its name; the same edition makes the same bytes."""
    if shelf not in _made:
        _made[shelf] = _make(shelf)
    return _made[shelf]


def _make(shelf: Shelf) -> dict[str, bytes]:
    library = shelf.library
    lists = _lists(library)
    found = {f"{name}.jsonl": _lines(rows) for name, rows in lists.items()}
    for name in BUILT:
        path = library.root / "index" / name
        if path.is_file():
            found[name] = path.read_bytes()
    found |= {f"{name}.csv": _table(lists[name]) for name in ("authorities", "versions", "questions")}
    found["passages.csv"] = _passages(shelf, found.get("passages.jsonl", b""))
    found |= _comparison(library)
    return {name: found[name] for name in ABOUT if name in found}


def _comparison(library: Library) -> dict[str, bytes]:
    """The comparison in each of its forms."""
    latest = tabulate(library, (), _listed(library, library.choose()))
    document = json.dumps(table_json(latest), ensure_ascii=False, indent=1) + "\n"
    found = {
        "who-says-what.csv": comma_separated(latest).encode(),
        "who-says-what.json": document.encode(),
    }
    everything = tabulate(library, (), _listed(library, library.choose(all_versions=True)))
    found["answers.csv"] = csv_file(comma_separated(everything))
    if len(library.versions) <= MOST:
        found["differences.csv"] = csv_file(_differences(library, everything))
        listed = list_divergences(library, found_in(library, latest), latest.view)
        found["who-says-what.xlsx"] = workbook_bytes(comparison_book(latest, listed, ".."))
    return found


def _listed(library: Library, chosen: Sequence[Chosen]) -> Sequence[Chosen]:
    """The versions that the tables list: of many only those of which something is coded."""
    if len(library.versions) <= MOST:
        return chosen
    coded = {item.version for id_ in library.questions for item in library.coded(id_)}
    return [item for item in chosen if item.version.id in coded]


def _differences(library: Library, table: Table) -> str:
    return divergences_csv(list_divergences(library, found_in(library, table), table.view, folded=False))


def _lists(library: Library) -> dict[str, list[dict[str, Json]]]:
    """The lists of things, as records."""
    return {
        "authorities": [_record(item) for item in library.authorities.values()],
        "versions": [_object(version_json(item)) for item in library.versions.values()],
        "topics": [_record(item) for item in library.topics.values()],
        "questions": [_record(item) for item in library.questions.values()],
    }


def _record(item: object) -> dict[str, Json]:
    return _object(pack(item))


def _object(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


def _lines(rows: Iterable[Mapping[str, Json]]) -> bytes:
    return "".join(f"{_ENCODER.encode(row)}\n" for row in rows).encode()


def _passages(shelf: Shelf, built: bytes) -> bytes:
    """The passages as CSV, those of a version that is as it was as the last edition has them."""
    lines = built.splitlines(keepends=True)
    numbers = {id_: shelf.library.numbers(id_) for id_ in shelf.texts}
    if len(lines) != sum(map(len, numbers.values())):
        return _table([json.loads(line) for line in lines])
    columns = list(json.loads(lines[0])) if lines else []
    parts = [as_csv(columns, ())]
    for id_, held in numbers.items():
        rows = lines[held.start : held.stop]
        key = digest_of(*rows, json.dumps(columns).encode())
        parts.append(edition().piece("table", id_, key, partial(_rows, rows, columns)))
    return csv_file("".join(parts))


def _rows(lines: Iterable[bytes], columns: Sequence[str]) -> str:
    rows = map(json.loads, lines)
    return as_csv((), ([_field(row[name]) for name in columns] for row in rows)).partition("\r\n")[2]


def _table(rows: list[dict[str, Json]]) -> bytes:
    """Records as CSV: text and numbers as they are, all else as JSON."""
    columns = list(rows[0]) if rows else []
    return csv_file(as_csv(columns, ([_field(row[name]) for name in columns] for row in rows)))


_ENCODER = json.JSONEncoder(ensure_ascii=False)


def _field(value: Json) -> str:
    if isinstance(value, str):
        return value
    if value is None or value in ([], {}):
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return _ENCODER.encode(value)


def downloads_page(shelf: Shelf, top: Above, data: Mapping[str, bytes]) -> Page:
    """The page of everything that can be taken away, with what each field means."""
    described = [_described(name, content) for name, content in data.items()]
    fields = sorted({field for file in described for field, _ in file.fields})
    used = {field: [file.name for file in described if field in dict(file.fields)] for field in fields}
    dictionary = [(field, meaning(field), used[field]) for field in fields]
    return render_page(
        Place("downloads", "Downloads", top), "downloads.html", shelf, files=described, dictionary=dictionary,
        most=MOST,
    )  # fmt: skip


def _described(name: str, content: bytes) -> File:
    rows, fields = _contents(name, content)
    return File(name, ABOUT[name], len(content), rows, tuple((field, meaning(field)) for field in fields))


def _contents(name: str, content: bytes) -> tuple[int, list[str]]:
    """How many rows a file has, and the names of its fields."""
    if name.endswith(".csv"):
        head = content.partition(b"\r\n")[0].decode("utf-8-sig")
        return content.count(b"\r\n") - 1, next(csv.reader([head]), [])
    if name.endswith(".jsonl"):
        first = content.partition(b"\n")[0]
        return content.count(b"\n"), list(json.loads(first)) if first else []
    if name.endswith(".json"):
        found = json.loads(content)
        return len(found), list(found[0]) if found else []
    return 0, []
