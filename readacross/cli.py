"""The command line: `readacross COMMAND`, each with --root, --json and --help."""

import argparse
import io
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, NoReturn

from readacross import commands, replying
from readacross.console import DONE, WRONG
from readacross.errors import ReadacrossError
from readacross.model import KINDS, REVIEWED, SEVERITIES

for _threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_threads, "1")  # one question is too small a task to share out


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
    options = build_parser().parse_args(arguments)
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


class Command(NamedTuple):
    """A command: what runs it, what it does, an example, and what adds its options."""

    name: str
    run: Callable[[argparse.Namespace], int]
    does: str
    example: str
    options: Sequence[Callable[[Parser], object]] = ()


def _in_view(parser: Parser) -> None:
    parser.add_argument(
        "--authority",
        metavar="SLUG",
        action="append",
        default=[],
        help="only this authority; may be repeated",
    )
    parser.add_argument(
        "--as-at",
        metavar="DATE",
        help="versions in force, for certain or possibly, at 2012, 2012-06 or 2012-06-30",
    )
    parser.add_argument("--all-versions", action="store_true", help="superseded versions too")


def _filters(parser: Parser) -> None:
    _in_view(parser)
    parser.add_argument(
        "--topic",
        metavar="T",
        action="append",
        default=[],
        help="only what is coded under this topic; may be repeated",
    )


def _init(parser: Parser) -> None:
    parser.add_argument("folder", metavar="DIR", type=Path, help="a new folder")


def _build(parser: Parser) -> None:
    parser.add_argument(
        "--check",
        action="store_true",
        help="write nothing; exit 1 if a built file is not what the sources make",
    )
    parser.add_argument(
        "--sign",
        metavar="NAME",
        help="sign the order of the reading texts as the curator who has read them against the originals",
    )


def _ask(parser: Parser) -> None:
    parser.add_argument("question", metavar="QUESTION", help="a question in plain words")
    parser.add_argument(
        "--top",
        metavar="N",
        type=_count,
        default=5,
        help="how many passages to give at most beside coded answers (default 5)",
    )
    parser.add_argument("--fail", action="store_true", help="exit 1 when no answer is found")
    parser.add_argument(
        "--chat", action="store_true", help="go on asking: what follows is understood from what came before"
    )
    parser.add_argument(
        "--save",
        metavar="FILE",
        type=Path,
        help="keep the answer with the hashes of its sources; see recheck",
    )
    parser.add_argument(
        "--format",
        metavar="FORM",
        choices=("md", "docx", "csl-json"),
        help="send the answer on with its references: md, docx, or csl-json for a reference manager",
    )
    parser.add_argument(
        "--out", metavar="FILE", type=Path, help="write it to a file, with --format (needed for docx)"
    )
    parser.add_argument(
        "--site", metavar="ADDRESS", default="", help="where the reference site stands, for links to passages"
    )
    parser.add_argument(
        "--reword",
        action="store_true",
        help="also let the language model of index/settings.toml put it in other words, each sentence checked",
    )


def _differing(parser: Parser) -> None:
    parser.add_argument("--kind", metavar="K", choices=KINDS, help=f"only this kind: {', '.join(KINDS)}")
    parser.add_argument(
        "--severity", metavar="S", choices=SEVERITIES[1:], help="only this severity: low, medium, high"
    )
    parser.add_argument(
        "--baseline", action="store_true", help="what falls short of national guidance, or is silent on it"
    )


def _table(parser: Parser) -> None:
    parser.add_argument(
        "about",
        metavar="QUESTION-ID-or-TOPIC",
        nargs="*",
        help="questions or topics (default: all that is coded)",
    )


def _sent(parser: Parser) -> None:
    parser.add_argument(
        "--format",
        choices=("table", "md", "csv", "xlsx", "json"),
        default="table",
        help="how to print it (default table)",
    )
    parser.add_argument(
        "--out", metavar="FILE", type=Path, help="write it to a file (default for xlsx: readacross.xlsx)"
    )
    parser.add_argument(
        "--site",
        metavar="ADDRESS",
        default="",
        help="where the reference site stands, for the links of a workbook; a dot for the folder it lies in",
    )


def _history(parser: Parser) -> None:
    parser.add_argument(
        "leaflet", metavar="LEAFLET", help="a leaflet's id: what stands before the @ of a version's id"
    )
    parser.add_argument(
        "--format",
        choices=("table", "md", "csv", "json"),
        default="table",
        help="how to print it (default table)",
    )


def _review(parser: Parser) -> None:
    parser.add_argument(
        "--authority",
        metavar="SLUG",
        action="append",
        default=[],
        help="only this authority; may be repeated",
    )
    parser.add_argument(
        "--topic", metavar="T", action="append", default=[], help="only this topic; may be repeated"
    )
    parser.add_argument("--all-versions", action="store_true", help="superseded versions too")
    parser.add_argument(
        "--kind", metavar="K", choices=tuple(REVIEWED), help=f"only this kind: {', '.join(REVIEWED)}"
    )
    parser.add_argument("--by", metavar="NAME", help="who rules; without a sheet, go through the list here")
    parser.add_argument("--out", metavar="FILE", type=Path, help="write the list as a sheet to fill in")
    parser.add_argument("--apply", metavar="FILE", type=Path, help="record the rulings of a filled-in sheet")
    parser.add_argument(
        "--renew",
        metavar="VERSION",
        help="take a changed text as the text that is coded, once nothing of the version is stale",
    )


def _suggest(parser: Parser) -> None:
    parser.add_argument("version", metavar="VERSION", help="a version's id, as readacross versions prints it")
    parser.add_argument(
        "--topic",
        metavar="T",
        action="append",
        default=[],
        help="only questions of this topic; may be repeated",
    )


def _evaluate(parser: Parser) -> None:
    parser.add_argument(
        "--floors",
        action="store_true",
        help="write nothing; exit 1 if a figure is below its floor in qa/floors.json",
    )
    parser.add_argument(
        "--raise-floors",
        action="store_true",
        help="raise the floors to what is measured, less one question, for the corpus as it is",
    )


def _benchmark(parser: Parser) -> None:
    parser.add_argument(
        "folder",
        metavar="DIR",
        type=Path,
        help="a folder that holds corpus.jsonl, queries.jsonl and qrels.tsv",
    )
    parser.add_argument(
        "--run", metavar="FILE", type=Path, dest="run_file", help="write the rankings as a TREC run file too"
    )


def _recheck(parser: Parser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help="an answer kept with readacross ask --save")


def _show(parser: Parser) -> None:
    parser.add_argument("id", metavar="ID", help="an id as printed by the other commands")


def _out(parser: Parser) -> None:
    parser.add_argument(
        "--out", metavar="DIR", type=Path, help="the folder of the site (default: build/site)"
    )


def _port(parser: Parser) -> None:
    parser.add_argument(
        "--port", metavar="N", type=_count, default=8000, help="the port on 127.0.0.1 (default 8000)"
    )


COMMANDS = (
    Command("init", commands.init, "Make an empty knowledge base.", "readacross init our-leaflets", [_init]),
    Command("build", commands.build, "Prove the sources, and build passages, positions, divergences and the search index.", "readacross build", [_build]),
    Command("check", commands.check, "List everything that is wrong with sources and index, with file, line and remedy.", "readacross check"),
    Command("ask", replying.ask, "Answer a question from the leaflets, with exact quotes.", 'readacross ask "Can I bring a friend?" --authority southwark', [_ask, _filters]),
    Command("recheck", replying.recheck, "Say of a kept answer whether each citation is the same, moved, changed or gone.", "readacross recheck answer.json", [_recheck]),
    Command("versions", commands.versions, "List the versions of leaflets: publisher, dates and their basis, hash.", "readacross versions --all-versions", [_filters]),
    Command("passages", commands.passages, "List passages with their places in the original.", "readacross passages --authority staffordshire", [_filters]),
    Command("positions", commands.positions, "List what each version says on each question, silence too.", "readacross positions --topic complaints --format xlsx", [_filters, _sent]),
    Command("divergences", commands.divergences, "List where the versions in view differ, severest first.", "readacross divergences --severity high", [_filters, _differing, _sent]),
    Command("compare", commands.compare, "Put versions side by side: who says what, with quotes.", "readacross compare complaints --format md", [_table, _sent, _in_view]),
    Command("baseline", commands.baseline, "Measure what leaflets say against national guidance; list bodies named that are no more.", "readacross baseline --authority staffordshire", [_filters]),
    Command("history", commands.history, "Show what changed from one version of a leaflet to the next.", "readacross history surrey/child-protection-conferences", [_history]),
    Command("review", commands.review, "List what needs a person, severe and likely first, and record rulings.", "readacross review --kind stale", [_review]),
    Command("suggest", commands.suggest, "Offer passages of a version for each question, for a coder to read.", "readacross suggest southwark/child-protection-conferences@undated --topic complaints", [_suggest]),
    Command("evaluate", commands.evaluate, "Measure how far coding, flags and suggestions can be relied on; write qa/report.md.", "readacross evaluate --floors", [_evaluate]),
    Command("benchmark", commands.benchmark, "Measure retrieval on a BEIR-style folder of passages, queries and judgements.", "readacross benchmark bench/condqa-dev --run condqa.run", [_benchmark]),
    Command("show", commands.show, "Show an authority, leaflet, version, passage, topic or question by its id.", "readacross show complaint.time_limit", [_show]),
    Command("site", commands.site, "Build the reference site.", "readacross site --out public", [_out]),
    Command("serve", commands.serve, "Serve the built site on this machine.", "readacross serve --port 8000", [_port, _out]),
)  # fmt: skip


def build_parser() -> Parser:
    """Every command with its options; the command reference is made from this."""
    common = _common()
    parser = Parser(
        prog="readacross", parents=[common], formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Who says what: compare what public authorities' leaflets say, with exact quotes.",
        epilog='Example:\n  readacross ask "Can I challenge the decision of the conference?"',
    )  # fmt: skip
    adding = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        added: Parser = adding.add_parser(
            command.name, parents=[common], help=command.does, description=command.does,
            epilog=f"Example:\n  {command.example}", formatter_class=argparse.RawDescriptionHelpFormatter,
        )  # fmt: skip
        added.set_defaults(run=command.run)
        for add in command.options:
            add(added)
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


def _count(words: str) -> int:
    if not words.isascii() or not words.isdigit() or not 1 <= int(words[:6]) <= 65535:
        raise argparse.ArgumentTypeError(f"{words!r} is not a whole number above 0")
    return int(words)


if __name__ == "__main__":
    sys.exit(main())
