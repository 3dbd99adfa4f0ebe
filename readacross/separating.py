"""Words in tables that others open: CSV that a spreadsheet shows and never computes, Markdown on one line."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from readacross.showing import escaped, visible


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Rows as CSV (RFC 4180) that a spreadsheet shows and never computes."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(map(_cell, row) for row in rows)
    return written.getvalue()


@lru_cache(maxsize=4096)
def _cell(text: str) -> str:
    """A field of a row: most are shown as they are."""
    return text if text.isalnum() else harmless(shown(text))


def csv_file(text: str) -> bytes:
    """CSV as the bytes of a file: the mark at its beginning tells Excel that it is UTF-8."""
    return text.encode("utf-8-sig")


FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""Characters with which a spreadsheet takes a field for a formula."""

UNHELD = re.compile(r"[\ud800-\udfff\ufffe\uffff]")


def harmless(field: str) -> str:
    """A field with an apostrophe before anything that a spreadsheet would compute."""
    return f"'{field}" if field.startswith(FORMULA) else field


def shown(text: str) -> str:
    """A text as a file holds it: its lines kept, and characters that act on a reader's screen spelt out."""
    if text.isprintable():
        return text
    return "\n".join(visible(line) for line in _held(text).split("\n"))


def in_markdown(text: str) -> str:
    """A text that Markdown shows as it is, on one line."""
    return " ".join(escaped(_held(text)).splitlines())


def _held(text: str) -> str:
    """A text with what no UTF-8 file or XML can hold spelt out."""
    return UNHELD.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)
