"""Occasions: what a question is about goes without saying, and people say it all the same.

"Do I have to go?" is asked as "Do I have to go to the conference?" too.  So a recogniser is fitted on wordings as they
are and with such words after them: qa/occasions.yaml lists the words, and those that say already what it is about.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from readacross.analysing import terms
from readacross.phrasing import Phrasing
from readacross.records import Record, read_yaml

OCCASIONS = Path("qa/occasions.yaml")

LONGEST = 16
"""Words: a longer wording has told what it is about in its own way."""

COUNTS = 0.4
"""How much a wording with its occasion counts beside one as it was written."""

END = re.compile(r"[\s.?!…]*\Z")
"""The marks at the end of a wording."""


class Occasions(NamedTuple):
    """What may be said after a question ("at the conference"), and words with which it need not be."""

    said_after: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


def load_occasions(root: Path) -> Occasions:
    """The occasions; none where the file is missing.  Raises SourceError."""
    if not (root / OCCASIONS).exists():
        return Occasions()
    file = read_yaml(root / OCCASIONS, OCCASIONS)
    record = file if isinstance(file, Record) else Record(OCCASIONS, {}, {}, 1)
    record.only(("said_after", "unless"))
    said = record.texts("said_after")
    if not said:
        raise record.wrong("said_after", "nothing is listed", 'list words such as "at the conference"')
    return Occasions(said, record.texts("unless"))


def with_occasions(phrasings: Sequence[Phrasing], occasions: Occasions) -> Iterator[Phrasing]:
    """The short wordings that do not say what they are about, with words after them that do.

    Which words is told by a digest of the wording, so that another wording changes nothing for it.
    """
    said, unless = occasions.said_after, [_spaced(words) for words in occasions.unless]
    for phrasing in phrasings if said else ():
        spaced = _spaced(phrasing.words)
        if len(phrasing.words.split()) <= LONGEST and not any(words in spaced for words in unless):
            end = END.search(phrasing.words)
            at = end.start() if end else len(phrasing.words)
            after = said[crc32(phrasing.words.encode()) % len(said)]
            words = f"{phrasing.words[:at]} {after}{phrasing.words[at:]}"
            yield phrasing._replace(words=words, counts=COUNTS)


def _spaced(words: str) -> str:
    """The terms of some words, a blank before and after each."""
    return f" {' '.join(terms(words))} "
