"""Printing or writing a listing in the form asked for: lines, Markdown, CSV, JSON, or a workbook."""

from argparse import Namespace
from collections.abc import Callable, Mapping
from pathlib import Path

from readacross.console import DONE, as_json, say, shaped
from readacross.separating import csv_file
from readacross.storing import plain_errors
from readacross.workbook import Book, write_workbook

WORKBOOK = Path("readacross.xlsx")
"""Where a workbook goes that nobody named: it cannot be printed."""


def send(options: Namespace, shapes: Mapping[str, Callable[[], str]], book: Callable[[], Book]) -> int:
    """Print a listing or write it to the file named by --out, and return the exit status.

    Raises GenerationError where the disk refuses.
    """
    if options.format == "xlsx" and not as_json(options):
        path = options.out or WORKBOOK
        write_workbook(book(), path)
        say(f"wrote {path}")
        return DONE
    text = shaped(options, shapes)
    if options.out is None:
        print(text, end="")
        return DONE
    comma_separated = options.format == "csv" and not as_json(options)
    with plain_errors("The table cannot be written"):
        options.out.write_bytes(csv_file(text) if comma_separated else text.encode())
    say(f"wrote {options.out}")
    return DONE


def narrowed(options: Namespace) -> tuple[str, ...]:
    """The filters of a listing in words, its topics or questions aside."""
    words = [f"authority {slug}" for slug in options.authority]
    words += [f"kind {options.kind}"] if getattr(options, "kind", None) else []
    words += [f"severity {options.severity}"] if getattr(options, "severity", None) else []
    return tuple(words)
