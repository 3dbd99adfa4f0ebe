"""What each command does: from parsed options to printed lines or JSON, and the exit status."""

import sys
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from readacross.console import (
    DONE,
    FOUND,
    chosen,
    joined,
    json_document,
    opened,
    put,
    root_of,
    say,
    shaped,
    today,
)
from readacross.errors import BadInput
from readacross.library import Library
from readacross.model import Divergence, Json
from readacross.shapes import pack

if TYPE_CHECKING:
    from readacross.baseline import Baseline
    from readacross.measuring import Judgement
    from readacross.workbook import Book


def init(options: Namespace) -> int:
    """Make an empty knowledge base."""
    from readacross.starting import start

    written = start(options.folder)
    lines = [f"made {options.folder}/{name}" for name in written]
    lines += [
        f"next: add authorities and leaflets under {options.folder}/sources, then: readacross build --root {options.folder}"
    ]
    put(options, {"root": str(options.folder), "files": list(written)}, lines)
    return DONE


def build(options: Namespace) -> int:
    """Build, or with --check say what is stale."""
    from readacross.building import build as build_all
    from readacross.building import stale

    root = root_of(options)
    if options.check:
        found = stale(root)
        put(
            options,
            {"stale": list(found)},
            [f"{name}: stale. Run: readacross build" for name in found] or ["everything built is up to date"],
        )
        return FOUND if found else DONE
    folder = build_all(
        root,
        say,
        sign=options.sign,
        today=today(),
        progress=sys.stderr.isatty(),
    )
    put(options, {"generation": folder.name}, [])
    return DONE


def check(options: Namespace) -> int:
    """List what is wrong."""
    from readacross.checking import check as check_all

    found = check_all(root_of(options))
    for notice in found.notices:
        say(f"note: {notice}")
    put(options, list(found.problems), found.problems or ["nothing is wrong"])
    return FOUND if found.problems else DONE


def versions(options: Namespace) -> int:
    """List versions."""
    from readacross.contract import version_json
    from readacross.showing import version_lines

    library = opened(options)
    library.check_topics(options.topic)
    rows: list[Json] = []
    lines: list[str] = []
    for version, certainty in chosen(library, options):
        if options.topic and not any(
            n in library.numbers(version.id) for t in options.topic for n in library.on_topic(t)
        ):
            continue
        row = version_json(version)
        rows.append(row | {"in_force": certainty} if isinstance(row, dict) else row)
        lines += [*version_lines(version, library.authorities[version.authority].name)]
        lines += [f"  in force at {options.as_at}: {certainty}"] if certainty else []
    put(options, rows, lines or ["no version fits"])
    return DONE


def passages(options: Namespace) -> int:
    """List passages."""
    from readacross.contract import passage_json
    from readacross.showing import passage_lines

    library = opened(options)
    library.check_topics(options.topic)
    wanted = {number for topic in options.topic for number in library.on_topic(topic)}
    rows: list[Json] = []
    lines: list[str] = []
    for version, _ in chosen(library, options):
        original = _original(library, version.folder, version.original)
        for number in library.numbers(version.id):
            if options.topic and number not in wanted:
                continue
            passage = library.passage(number)
            rows.append(passage_json(passage, version, original))
            lines += passage_lines(passage, library.versions)
    put(options, rows, lines or ["no passage fits"])
    return DONE


def _original(library: Library, folder: str, name: str) -> str:
    from readacross.records import read_text

    return read_text(library.root / folder / name, Path(folder) / name)


def positions(options: Namespace) -> int:
    """List positions, silent ones too."""
    from readacross import listing, sheets, tabulating
    from readacross.contract import position_json
    from readacross.sending import narrowed, send
    from readacross.showing import position_lines

    library = opened(options)
    library.check_topics(options.topic)
    table = tabulating.tabulate(
        library, options.topic, chosen(library, options), options.as_at, narrowed(options)
    )
    called = table.view.called
    found = [
        (question, position)
        for question in library.questions.values()
        if not options.topic or question.topic in options.topic
        for position in library.coded(question.id)
        if position.version in called
    ]
    return send(
        options,
        {
            "json": lambda: json_document([position_json(item, library.versions) for _, item in found]),
            "md": lambda: listing.positions_markdown(table),
            "csv": lambda: listing.positions_csv(table),
            "table": lambda: joined(
                [line for asked, item in found for line in position_lines(asked, item, called[item.version])]
                or ["no position is coded for the versions in view"]
            ),
        },
        lambda: sheets.positions_book(table, options.site),
    )


def divergences(options: Namespace) -> int:
    """List what differs among the versions in view, or falls short of the baseline."""
    from readacross import listing, sheets, tabulating
    from readacross.contract import divergence_json
    from readacross.sending import narrowed, send
    from readacross.showing import divergence_lines

    library = opened(options)
    library.check_topics(options.topic)
    wanted = _below_baseline if options.baseline or options.kind == "baseline" else _differing
    found = [
        divergence
        for divergence in wanted(library, options)
        if options.kind in (None, divergence.kind) and options.severity in (None, divergence.severity)
    ]
    view = tabulating.view(
        library, chosen(library, options), options.as_at, (*options.topic, *narrowed(options))
    )
    listed = listing.list_divergences(library, found, view, folded=options.kind is None)
    return send(
        options,
        {
            "json": lambda: json_document([divergence_json(item, library.versions) for item in found]),
            "md": lambda: listing.divergences_markdown(listed),
            "csv": lambda: listing.divergences_csv(listed),
            "table": lambda: joined(
                list(divergence_lines(found, folded=listed.folded)) or ["nothing differs"]
            ),
        },
        lambda: sheets.divergences_book(listed, options.site),
    )


def _differing(library: Library, options: Namespace) -> Iterator[Divergence]:
    """Every divergence among the versions in view and within each, question by question."""
    from readacross.differing import differing, within

    in_view = [item.version for item in chosen(library, options)]
    ids = {version.id for version in in_view}
    asked = [item for item in library.questions.values() if not options.topic or item.topic in options.topic]
    inside = list(within(library, asked, in_view))
    for question in asked:
        positions = [position for position in library.positions(question.id) if position.version in ids]
        yield from differing(library, question, positions, in_view)
        yield from (item for item in inside if item.question == question.id)


def _measured(library: Library, options: Namespace) -> tuple["Baseline", tuple["Judgement", ...]]:
    """The baseline, and the positions in view measured against it.  Raises BadInput where there is none."""
    from readacross.measuring import judgements

    if library.baseline is None:
        raise BadInput("index/baseline.yaml: there is no baseline. Write one; see the guide to the files.")
    versions = [item.version for item in chosen(library, options)]
    held = library.baseline.at(options.as_at) if options.as_at else library.baseline
    asked = [item for item in library.questions.values() if not options.topic or item.topic in options.topic]
    positions = [position for question in asked for position in library.positions(question.id)]
    return held, judgements(held, library.questions, positions, versions, library.authorities.values())


def _below_baseline(library: Library, options: Namespace) -> tuple[Divergence, ...]:
    """The divergences of the versions in view from the baseline."""
    from readacross.measuring import baseline_divergences
    from readacross.naming import namer

    held, judged = _measured(library, options)
    name = namer(library.authorities.values(), [item.version for item in chosen(library, options)])
    return baseline_divergences(held, library.questions, judged, name)


def baseline(options: Namespace) -> int:
    """Measure versions against the baseline, and list the bodies they name that are no more."""
    from readacross.contract import judgement_json
    from readacross.measuring import stale_in_words, stale_names
    from readacross.naming import names
    from readacross.showing import judgement_lines, wrap

    library = opened(options)
    library.check_topics(options.topic)
    held, judged = _measured(library, options)
    versions = [item.version for item in chosen(library, options)]
    called = names(library.authorities.values(), versions)
    readings = {version.id: library.reading(version.id) for version in versions}
    stale = stale_names(held, versions, library.authorities.values(), readings)
    lines = [line for item in judged for line in judgement_lines(item, called[item.position.version], held)]
    lines += [wrap(f"{item.version}: {stale_in_words(item)} “{item.context}”", 0, 2) for item in stale]
    document: Json = {
        "judgements": [judgement_json(item, library.versions) for item in judged],
        "stale_names": [pack(item) for item in stale],
    }
    put(options, document, lines or ["nothing to measure for the versions in view"])
    return DONE


def compare(options: Namespace) -> int:
    """Print or write who says what."""
    from readacross import listing, sheets, tabulating
    from readacross.sending import narrowed, send

    library = opened(options)
    table = tabulating.tabulate(
        library, options.about, chosen(library, options), options.as_at, narrowed(options)
    )

    def book() -> "Book":
        found = listing.list_divergences(library, listing.found_in(library, table), table.view)
        return sheets.comparison_book(table, found, options.site)

    return send(
        options,
        {
            "json": lambda: json_document(tabulating.table_json(table)),
            "md": lambda: tabulating.markdown(table),
            "csv": lambda: tabulating.comma_separated(table),
            "table": lambda: joined(tabulating.table_lines(table)),
        },
        book,
    )


def history(options: Namespace) -> int:
    """Print what changed from one version of a leaflet to the next."""
    from readacross import history as changes

    steps = changes.history(opened(options), options.leaflet)
    text = shaped(
        options,
        {
            "json": lambda: json_document(changes.history_json(steps)),
            "md": lambda: changes.history_markdown(steps),
            "csv": lambda: changes.history_csv(steps),
            "table": lambda: joined(changes.history_lines(steps)),
        },
    )
    print(text, end="")
    return DONE


def review(options: Namespace) -> int:
    """List what needs a person, or record rulings."""
    from readacross.reviewer import review as review_all

    return review_all(options)


def suggest(options: Namespace) -> int:
    """Offer passages of a version for each question, for a coder to read."""
    from readacross.suggesting import suggest as suggest_all
    from readacross.suggesting import suggestion_json, suggestion_lines

    library = opened(options)
    library.check_topics(options.topic)
    found = [
        item
        for item in suggest_all(library, options.version)
        if not options.topic or library.questions[item.question].topic in options.topic
    ]
    put(options, [suggestion_json(item) for item in found], suggestion_lines(found, library, options.version))
    return DONE


def evaluate(options: Namespace) -> int:
    """Measure how far coding, flags and suggestions can be relied on, and write the report."""
    from readacross.evaluating import evaluate as evaluate_all
    from readacross.evaluating import figures, report, write_report

    root = root_of(options)
    if options.floors:
        return _check_floors(options, root)
    found = evaluate_all(root, opened(options))
    for path in write_report(root, found):
        say(f"wrote {path}")
    if options.raise_floors:
        from readacross.floors import FLOORS, load_floors, raised, write_floors

        write_floors(root, raised(root, load_floors(root), found.answers))
        say(f"wrote {FLOORS}")
    put(options, figures(found), report(found).splitlines())
    return DONE


def _check_floors(options: Namespace, root: Path) -> int:
    """Ask the test questions, and say which figures are below their floors."""
    from readacross.floors import FLOORS, below, load_floors
    from readacross.quizzing import load_quiz, quiz, scores

    floors = load_floors(root)
    if floors is None:
        raise BadInput(f"{FLOORS}: there are no floors. Set them: readacross evaluate --raise-floors")
    found = list(below(root, floors, scores(quiz(opened(options), load_quiz(root)))))
    put(options, list(found), found or [f"none of {len(floors.floors)} figures is below its floor"])
    return FOUND if found else DONE


def benchmark(options: Namespace) -> int:
    """Measure retrieval on a test set."""
    from readacross.benchmarking import benchmark as benchmark_all
    from readacross.benchmarking import figure_lines
    from readacross.models import DEFAULT_MODEL

    figures = benchmark_all(options.folder, options.run_file, DEFAULT_MODEL, progress=sys.stderr.isatty())
    put(options, figures, figure_lines(figures))
    return DONE


def show(options: Namespace) -> int:
    """Show what an id names."""
    from readacross.finding import find

    document, lines = find(opened(options), options.id)
    put(options, document, lines)
    return DONE


def site(options: Namespace) -> int:
    """Build the site."""
    from readacross.publishing import publish_site

    page = publish_site(root_of(options), options.out, say)
    put(options, {"index": str(page)}, [f"site: {page}"])
    return DONE


def serve(options: Namespace) -> int:
    """Serve the site until stopped."""
    from readacross.publishing import serve_site

    serve_site(root_of(options), options.out, options.port, say)
    return DONE
