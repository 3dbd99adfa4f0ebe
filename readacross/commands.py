"""What each command does: from parsed options to printed lines or JSON, and the exit status."""

import json
import sys
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from readacross.errors import BadInput
from readacross.library import Chosen, Library, find_root, open_library
from readacross.model import Divergence, Json
from readacross.shapes import pack
from readacross.storing import plain_errors

if TYPE_CHECKING:
    from readacross.baseline import Baseline
    from readacross.measuring import Judgement

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
        print(_document(document), end="")
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
    rows: list[Json] = []
    lines: list[str] = []
    for version, certainty in _chosen(library, options):
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
    for version, _ in _chosen(library, options):
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


def positions(options: Namespace) -> int:
    """List positions, silent ones too."""
    from readacross.contract import position_json
    from readacross.naming import names
    from readacross.showing import position_lines

    library = _open(options)
    library.check_topics(options.topic)
    in_view = {item.version.id: item.version for item in _chosen(library, options)}
    called = names(library.authorities.values(), in_view.values())
    rows: list[Json] = []
    lines: list[str] = []
    for question in library.questions.values():
        if options.topic and question.topic not in options.topic:
            continue
        for position in library.positions(question.id):
            if position.version in in_view:
                rows.append(position_json(position, library.versions))
                lines += position_lines(question, position, called[position.version])
    _print(options, rows, lines or ["no position is coded for the versions in view"])
    return DONE


def divergences(options: Namespace) -> int:
    """List what differs among the versions in view, or falls short of the baseline."""
    from readacross.contract import divergence_json
    from readacross.showing import divergence_lines

    library = _open(options)
    library.check_topics(options.topic)
    wanted = _below_baseline if options.baseline or options.kind == "baseline" else _differing
    found = [
        divergence
        for divergence in wanted(library, options)
        if options.kind in (None, divergence.kind) and options.severity in (None, divergence.severity)
    ]
    lines = list(divergence_lines(found, folded=options.kind is None))
    _print(options, [divergence_json(item, library.versions) for item in found], lines or ["nothing differs"])
    return DONE


def _differing(library: Library, options: Namespace) -> Iterator[Divergence]:
    """Every divergence among the versions in view, question by question."""
    from readacross.comparing import divergences as derive
    from readacross.naming import namer

    in_view = {item.version.id: item.version for item in _chosen(library, options)}
    name = namer(library.authorities.values(), in_view.values())
    leaflets = {version.id: version.leaflet for version in in_view.values()}
    for question in library.questions.values():
        if not options.topic or question.topic in options.topic:
            positions = [p for p in library.positions(question.id) if p.version in in_view]
            yield from derive(question, positions, name, leaflets)


def _measured(library: Library, options: Namespace) -> tuple["Baseline", tuple["Judgement", ...]]:
    """The baseline, and the positions in view measured against it.  Raises BadInput where there is none."""
    from readacross.measuring import judgements

    if library.baseline is None:
        raise BadInput("index/baseline.yaml: there is no baseline. Write one; see the guide to the files.")
    versions = [item.version for item in _chosen(library, options)]
    held = library.baseline.at(options.as_at) if options.as_at else library.baseline
    asked = [item for item in library.questions.values() if not options.topic or item.topic in options.topic]
    positions = [position for question in asked for position in library.positions(question.id)]
    return held, judgements(held, library.questions, positions, versions, library.authorities.values())


def _below_baseline(library: Library, options: Namespace) -> tuple[Divergence, ...]:
    """The divergences of the versions in view from the baseline."""
    from readacross.measuring import baseline_divergences
    from readacross.naming import namer

    held, judged = _measured(library, options)
    name = namer(library.authorities.values(), [item.version for item in _chosen(library, options)])
    return baseline_divergences(held, library.questions, judged, name)


def baseline(options: Namespace) -> int:
    """Measure versions against the baseline, and list the bodies they name that are no more."""
    from readacross.contract import judgement_json
    from readacross.measuring import stale_in_words, stale_names
    from readacross.naming import names
    from readacross.showing import judgement_lines, wrap

    library = _open(options)
    library.check_topics(options.topic)
    held, judged = _measured(library, options)
    versions = [item.version for item in _chosen(library, options)]
    called = names(library.authorities.values(), versions)
    readings = {version.id: library.reading(version.id) for version in versions}
    stale = stale_names(held, versions, library.authorities.values(), readings)
    lines = [line for item in judged for line in judgement_lines(item, called[item.position.version], held)]
    lines += [wrap(f"{item.version}: {stale_in_words(item)} “{item.context}”", 0, 2) for item in stale]
    document: Json = {
        "judgements": [judgement_json(item, library.versions) for item in judged],
        "stale_names": [pack(item) for item in stale],
    }
    _print(options, document, lines or ["nothing to measure for the versions in view"])
    return DONE


def compare(options: Namespace) -> int:
    """Print or write who says what."""
    from readacross import tabulating

    library = _open(options)
    table = tabulating.tabulate(library, options.about, _chosen(library, options))
    if options.format == "xlsx" and not getattr(options, "json", False):
        path = options.out or Path("readacross.xlsx")
        tabulating.write_workbook(table, path)
        _say(f"wrote {path}")
        return DONE
    text = _shaped(
        options,
        {
            "json": lambda: _document(tabulating.table_json(table)),
            "md": lambda: tabulating.markdown(table),
            "csv": lambda: tabulating.comma_separated(table),
            "table": lambda: _joined(tabulating.table_lines(table)),
        },
    )
    if options.out:
        with plain_errors("The comparison cannot be written"):
            options.out.write_bytes(text.encode())
        _say(f"wrote {options.out}")
    else:
        print(text, end="")
    return DONE


def history(options: Namespace) -> int:
    """Print what changed from one version of a leaflet to the next."""
    from readacross import history as changes

    steps = changes.history(_open(options), options.leaflet)
    text = _shaped(
        options,
        {
            "json": lambda: _document(changes.history_json(steps)),
            "md": lambda: changes.history_markdown(steps),
            "csv": lambda: changes.history_csv(steps),
            "table": lambda: _joined(changes.history_lines(steps)),
        },
    )
    print(text, end="")
    return DONE


def _shaped(options: Namespace, shapes: Mapping[str, Callable[[], str]]) -> str:
    """The text in the form asked for; --json is a form too."""
    return shapes["json" if getattr(options, "json", False) else options.format]()


def _document(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def _joined(lines: Iterable[str]) -> str:
    return "\n".join(lines) + "\n"


def _chosen(library: Library, options: Namespace) -> Sequence[Chosen]:
    """The versions that the common filters let through."""
    return library.choose(options.authority, options.as_at, all_versions=options.all_versions)


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
