"""Pieces: what large files say of each version, made once and taken over while the version stays as it is."""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, partial
from itertools import pairwise

from readacross.model import Json
from readacross.site.gathering import Shelf, Text
from readacross.site.reusing import edition, key_of
from readacross.weighing import load, shortest


def compact(value: Json) -> str:
    """JSON as our scripts hold it."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))


def script(name: str, parts: Mapping[str, str]) -> str:
    """A classic script that sets one value, given what it holds as JSON."""
    return f"window.{name}={{{','.join(f'{compact(key)}:{value}' for key, value in parts.items())}}};\n"


def all_rows(shelf: Shelf, kind: str, make: Callable[[int, Text], list[Json]]) -> str:
    """The rows that each version comes to, given its number, as one list of JSON."""
    rows = (
        edition().piece(kind, id_, key_of(number, text.key), partial(_rows, make, number, text))
        for number, (id_, text) in enumerate(shelf.texts.items())
    )
    return f"[{','.join(filter(None, rows))}]"


def _rows(make: Callable[[int, Text], list[Json]], number: int, text: Text) -> str:
    return compact(make(number, text))[1:-1]


def each(shelf: Shelf, kind: str, make: Callable[[Text], str], *more: object) -> Iterator[tuple[Text, str]]:
    """What each version comes to; it hangs on the version's texts and on what it is called, and on nothing else."""
    for id_, text in shelf.texts.items():
        key = key_of(text.key, text.version, shelf.called[id_], *more)
        yield text, edition().piece(kind, id_, key, partial(make, text))


@lru_cache(maxsize=1)
def weights_json(shelf: Shelf) -> str:
    """For each term the passages that hold it and its weight in each, as float32 writes it, as JSON."""
    weights = load(shelf.library.folder)
    documents: list[int] = weights.documents.tolist()
    found = shortest(weights)
    edges = pairwise(weights.starts.tolist())
    return compact([[[*documents[start:end]], [*found[start:end]]] for start, end in edges])
