"""What each command does: from parsed options to printed lines or JSON, and the exit status."""

import json
import sys
from argparse import Namespace
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from readacross.errors import BadInput
from readacross.library import Library, find_root, open_library
from readacross.model import Json

DONE, FOUND, WRONG = 0, 1, 2
"""Exit status: done; a check or search found a problem or nothing; wrong usage or bad input."""


def _root(options: Namespace) -> Path:
    root: Path | None = getattr(options, "root", None)
    if root is None:
        return find_root(Path.cwd())
    if not (root / "sources").is_dir():
        raise BadInput(
            f"--root {root}: this is not a knowledge base: it holds no sources/. Make one: readacross init DIR"
        )
    return root


def _open(options: Namespace) -> Library:
    return open_library(_root(options))


def _print(options: Namespace, document: Json, lines: Iterable[str]) -> None:
    """The JSON document or the lines, as asked."""
    if getattr(options, "json", False):
        print(json.dumps(document, ensure_ascii=False, indent=1))
    else:
        for line in lines:
            print(line)


def _say(line: str) -> None:
    print(line, file=sys.stderr)


def init(options: Namespace) -> int:
    """Make an empty knowledge base."""
    from readacross.starting import start

    written = start(options.folder)
    lines = [f"made {options.folder}/{name}" for name in written]
    lines += [
        f"next: add authorities and leaflets under {options.folder}/sources, then: readacross build --root {options.folder}"
    ]
    _print(options, {"root": str(options.folder), "files": list(written)}, lines)
    return DONE


def build(options: Namespace) -> int:
    """Build, or with --check say what is stale."""
    from readacross.building import build as build_all
    from readacross.building import stale

    root = _root(options)
    if options.check:
        found = stale(root)
        _print(
            options,
            {"stale": list(found)},
            [f"{name}: stale. Run: readacross build" for name in found] or ["everything built is up to date"],
        )
        return FOUND if found else DONE
    folder = build_all(
        root,
        _say,
        sign=options.sign,
        today=datetime.now().astimezone().date().isoformat(),
        progress=sys.stderr.isatty(),
    )
    _print(options, {"generation": folder.name}, [])
    return DONE


def check(options: Namespace) -> int:
    """List what is wrong."""
    from readacross.checking import check as check_all

    found = check_all(_root(options))
    _print(options, list(found), found or ["nothing is wrong"])
    return FOUND if found else DONE


def ask(options: Namespace) -> int:
    """Answer a question."""
    from readacross.answering import Asked
    from readacross.answering import ask as answer_to
    from readacross.contract import answer_json
    from readacross.showing import answer_lines

    library = _open(options)
    asked = Asked(
        options.question, tuple(options.authority), tuple(options.topic), options.as_at,
        options.all_versions, options.top,
    )  # fmt: skip
    answer = answer_to(library, asked)
    called = {slug: authority.name for slug, authority in library.authorities.items()}
    _print(options, answer_json(answer, library.versions, called), answer_lines(answer, library))
    return FOUND if options.fail and answer.status in ("not_found", "out_of_scope") else DONE


def versions(options: Namespace) -> int:
    """List versions."""
    from readacross.contract import version_json
    from readacross.showing import version_lines

    library = _open(options)
    library.check_topics(options.topic)
    chosen = library.choose(options.authority, options.as_at, all_versions=options.all_versions)
    rows: list[Json] = []
    lines: list[str] = []
    for version, certainty in chosen:
        if options.topic and not any(
            n in library.numbers(version.id) for t in options.topic for n in library.on_topic(t)
        ):
            continue
        row = version_json(version)
        rows.append(row | {"in_force": certainty} if isinstance(row, dict) else row)
        lines += [*version_lines(version, library.authorities[version.authority].name)]
        lines += [f"  in force at {options.as_at}: {certainty}"] if certainty else []
    _print(options, rows, lines or ["no version fits"])
    return DONE


def passages(options: Namespace) -> int:
    """List passages."""
    from readacross.contract import passage_json
    from readacross.showing import passage_lines

    library = _open(options)
    library.check_topics(options.topic)
    wanted = {number for topic in options.topic for number in library.on_topic(topic)}
    rows: list[Json] = []
    lines: list[str] = []
    for version, _ in library.choose(options.authority, options.as_at, all_versions=options.all_versions):
        original = _original(library, version.folder, version.original)
        for number in library.numbers(version.id):
            if options.topic and number not in wanted:
                continue
            passage = library.passage(number)
            rows.append(passage_json(passage, version, original))
            lines += passage_lines(passage, library.versions)
    _print(options, rows, lines or ["no passage fits"])
    return DONE


def _original(library: Library, folder: str, name: str) -> str:
    from readacross.records import read_text

    return read_text(library.root / folder / name, Path(folder) / name)


def show(options: Namespace) -> int:
    """Show what an id names."""
    from readacross.finding import find

    document, lines = find(_open(options), options.id)
    _print(options, document, lines)
    return DONE


def site(options: Namespace) -> int:
    """Build the site."""
    from readacross.publishing import publish_site

    page = publish_site(_root(options), options.out, _say)
    _print(options, {"index": str(page)}, [f"site: {page}"])
    return DONE


def serve(options: Namespace) -> int:
    """Serve the site until stopped."""
    from readacross.publishing import serve_site

    serve_site(_root(options), options.out, options.port, _say)
    return DONE
