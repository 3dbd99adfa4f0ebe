"""The command line: `readacross COMMAND`, each with --root, --json and --help."""

import argparse
import io
import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import NoReturn

from readacross.errors import BadInput, ReadacrossError
from readacross.library import Library, find_root, open_library
from readacross.model import Json

for _threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_threads, "1")  # one question is too small a task to share out

DONE, FOUND, WRONG = 0, 1, 2
"""Exit status: done; a check or search found a problem or nothing; wrong usage or bad input."""


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one line with a remedy."""

    def error(self, message: str) -> NoReturn:
        """End with the error and where help is."""
        self.exit(WRONG, f"{self.prog}: {message}. See: {self.prog} --help\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    parser = build_parser()
    options = parser.parse_args(arguments)
    try:
        status: int = options.run(options)
    except ReadacrossError as bad:
        print(f"readacross: {bad}", file=sys.stderr)
        return WRONG
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        print("readacross: stopped; nothing that was there before is lost.", file=sys.stderr)
        return WRONG
    except OSError as bad:
        where = f" ({bad.filename})" if bad.filename else ""
        print(f"readacross: {bad.strerror or bad}{where}. Check the disk and run it again.", file=sys.stderr)
        return WRONG
    return status


def build_parser() -> Parser:
    """Every command with its options; the command reference is made from this."""
    common = _common()
    parser = Parser(
        prog="readacross", parents=[common], formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Who says what: compare what public authorities' leaflets say, with exact quotes.",
        epilog='Example:\n  readacross ask "Can I challenge the decision of the conference?"',
    )  # fmt: skip
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(name: str, run: Callable[[argparse.Namespace], int], does: str, example: str) -> Parser:
        added: Parser = commands.add_parser(
            name, parents=[common], help=does, description=does, epilog=f"Example:\n  {example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )  # fmt: skip
        added.set_defaults(run=run)
        return added

    added = command("init", _init, "Make an empty knowledge base.", "readacross init our-leaflets")
    added.add_argument("folder", metavar="DIR", type=Path, help="a new folder")
    added = command(
        "build",
        _build,
        "Prove the sources, and build passages, positions, divergences and the search index.",
        "readacross build",
    )
    added.add_argument(
        "--check",
        action="store_true",
        help="write nothing; exit 1 if a built file is not what the sources make",
    )
    added.add_argument(
        "--sign",
        metavar="NAME",
        help="sign the order of the reading texts as the curator who has read them against the originals",
    )
    command(
        "check",
        _check,
        "List everything that is wrong with sources and index, with file, line and remedy.",
        "readacross check",
    )
    added = command(
        "ask",
        _ask,
        "Answer a question from the leaflets, with exact quotes.",
        'readacross ask "Can I bring a friend?" --authority southwark',
    )
    added.add_argument("question", metavar="QUESTION", help="a question in plain words")
    _filters(added)
    added.add_argument(
        "--top",
        metavar="N",
        type=_count,
        default=5,
        help="how many passages to give at most beside coded answers (default 5)",
    )
    added.add_argument("--fail", action="store_true", help="exit 1 when no answer is found")
    added = command(
        "versions",
        _versions,
        "List the versions of leaflets: publisher, dates and their basis, hash.",
        "readacross versions --all-versions",
    )
    _filters(added)
    added = command(
        "passages",
        _passages,
        "List passages with their places in the original.",
        "readacross passages --authority staffordshire",
    )
    _filters(added)
    added = command(
        "show",
        _show,
        "Show an authority, leaflet, version, passage, topic or question by its id.",
        "readacross show complaint.time_limit",
    )
    added.add_argument("id", metavar="ID", help="an id as printed by the other commands")
    added = command("site", _site, "Build the reference site.", "readacross site --out public")
    added.add_argument("--out", metavar="DIR", type=Path, help="where to put it (default: build/site)")
    added = command("serve", _serve, "Serve the built site on this machine.", "readacross serve --port 8000")
    added.add_argument(
        "--port", metavar="N", type=_count, default=8000, help="the port on 127.0.0.1 (default 8000)"
    )
    added.add_argument(
        "--out", metavar="DIR", type=Path, help="the folder of the built site (default: build/site)"
    )
    return parser


def _common() -> Parser:
    """The options that stand before or after any command."""
    common = Parser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument(
        "--root",
        metavar="DIR",
        type=Path,
        help="the knowledge base (default: the nearest parent that holds sources/)",
    )
    common.add_argument(
        "--json", action="store_true", help="print one JSON document and nothing else on standard output"
    )
    return common


def _filters(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--authority",
        metavar="SLUG",
        action="append",
        default=[],
        help="only this authority; may be repeated",
    )
    parser.add_argument(
        "--topic",
        metavar="T",
        action="append",
        default=[],
        help="only passages coded under this topic; may be repeated",
    )
    parser.add_argument(
        "--as-at",
        metavar="DATE",
        help="versions in force, for certain or possibly, at 2012, 2012-06 or 2012-06-30",
    )
    parser.add_argument("--all-versions", action="store_true", help="superseded versions too")


def _count(words: str) -> int:
    if not words.isdigit() or not 1 <= int(words) <= 65535:
        raise argparse.ArgumentTypeError(f"{words!r} is not a whole number above 0")
    return int(words)


def _root(options: argparse.Namespace) -> Path:
    root: Path | None = getattr(options, "root", None)
    if root is None:
        return find_root(Path.cwd())
    if not (root / "sources").is_dir():
        raise BadInput(
            f"--root {root}: this is not a knowledge base: it holds no sources/. Make one: readacross init DIR"
        )
    return root


def _open(options: argparse.Namespace) -> Library:
    return open_library(_root(options))


def _wants_json(options: argparse.Namespace) -> bool:
    return bool(getattr(options, "json", False))


def _print(options: argparse.Namespace, document: Json, lines: Iterable[str]) -> None:
    """The JSON document or the lines, as asked."""
    if _wants_json(options):
        print(json.dumps(document, ensure_ascii=False, indent=1))
    else:
        for line in lines:
            print(line)


def _say(line: str) -> None:
    print(line, file=sys.stderr)


def _init(options: argparse.Namespace) -> int:
    from readacross.starting import start

    written = start(options.folder)
    lines = [f"made {options.folder}/{name}" for name in written]
    lines += [
        f"next: add authorities and leaflets under {options.folder}/sources, then: readacross build --root {options.folder}"
    ]
    _print(options, {"root": str(options.folder), "files": list(written)}, lines)
    return DONE


def _build(options: argparse.Namespace) -> int:
    from readacross.building import build, stale

    root = _root(options)
    if options.check:
        found = stale(root)
        _print(
            options,
            {"stale": list(found)},
            [f"{name}: stale. Run: readacross build" for name in found] or ["everything built is up to date"],
        )
        return FOUND if found else DONE
    folder = build(
        root,
        _say,
        sign=options.sign,
        today=datetime.now().astimezone().date().isoformat(),
        progress=sys.stderr.isatty(),
    )
    _print(options, {"generation": folder.name}, [])
    return DONE


def _check(options: argparse.Namespace) -> int:
    from readacross.checking import check

    found = check(_root(options))
    _print(options, list(found), found or ["nothing is wrong"])
    return FOUND if found else DONE


def _ask(options: argparse.Namespace) -> int:
    from readacross.answering import Asked, ask
    from readacross.contract import answer_json
    from readacross.showing import answer_lines

    library = _open(options)
    asked = Asked(
        options.question, tuple(options.authority), tuple(options.topic), options.as_at,
        options.all_versions, options.top,
    )  # fmt: skip
    answer = ask(library, asked)
    called = {slug: authority.name for slug, authority in library.authorities.items()}
    _print(options, answer_json(answer, library.versions, called), answer_lines(answer, library))
    return FOUND if options.fail and answer.status in ("not_found", "out_of_scope") else DONE


def _versions(options: argparse.Namespace) -> int:
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


def _passages(options: argparse.Namespace) -> int:
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


def _show(options: argparse.Namespace) -> int:
    from readacross.finding import find

    document, lines = find(_open(options), options.id)
    _print(options, document, lines)
    return DONE


def _site(options: argparse.Namespace) -> int:
    from readacross.publishing import publish_site

    page = publish_site(_root(options), options.out, _say)
    _print(options, {"index": str(page)}, [f"site: {page}"])
    return DONE


def _serve(options: argparse.Namespace) -> int:
    from readacross.publishing import serve_site

    serve_site(_root(options), options.out, options.port, _say)
    return DONE


if __name__ == "__main__":
    sys.exit(main())
