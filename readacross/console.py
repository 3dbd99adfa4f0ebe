"""What commands share: finding the knowledge base, printing lines or JSON, and the exit status."""

import json
import sys
from argparse import Namespace
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from readacross.errors import BadInput
from readacross.library import Chosen, Library, find_root, open_library
from readacross.model import Json

DONE, FOUND, WRONG = 0, 1, 2
"""Exit status: done; a check or search found a problem or nothing; wrong usage or bad input."""


def root_of(options: Namespace) -> Path:
    """The knowledge base that --root names, or the one around the current folder.  Raises BadInput."""
    root: Path | None = getattr(options, "root", None)
    if root is None:
        return find_root(Path.cwd())
    if not (root / "sources").is_dir():
        raise BadInput(
            f"--root {root}: this is not a knowledge base: it holds no sources/. Make one: readacross init DIR"
        )
    return root


def opened(options: Namespace) -> Library:
    """The current generation of the knowledge base."""
    return open_library(root_of(options))


def chosen(library: Library, options: Namespace) -> Sequence[Chosen]:
    """The versions that the common filters let through."""
    return library.choose(options.authority, options.as_at, all_versions=options.all_versions)


def as_json(options: Namespace) -> bool:
    """Whether --json was given."""
    return bool(getattr(options, "json", False))


def put(options: Namespace, document: Json, lines: Iterable[str]) -> None:
    """Print the JSON document or the lines, as asked."""
    if as_json(options):
        print(json_document(document), end="")
    else:
        for line in lines:
            print(line)


def say(line: str) -> None:
    """Print a message on standard error."""
    print(line, file=sys.stderr)


def shaped(options: Namespace, shapes: Mapping[str, Callable[[], str]]) -> str:
    """The text in the form asked for; --json is a form too."""
    return shapes["json" if as_json(options) else options.format]()


def json_document(value: Json) -> str:
    """A JSON document as commands print it."""
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def joined(lines: Iterable[str]) -> str:
    """Lines as one text."""
    return "\n".join(lines) + "\n"


def today() -> str:
    """The date on this machine, as it is written into signatures and rulings."""
    return datetime.now().astimezone().date().isoformat()
