"""Every way Readacross can fail on purpose.

ReadacrossError         base; `str(error)` is one line: what, where, remedy; exit status 2
  BadInput              a command was given something it cannot use
  SourceError           a file under sources/, index/ or qa/ is not what it should be
    NotFaithful         a reading text and its original do not hold the same words
  GenerationError       the built knowledge base is missing, damaged or cannot be written
  CitationError         a quotation does not stand where it is said to stand
"""

from pathlib import Path


class ReadacrossError(Exception):
    """Base of all errors raised on purpose."""


class BadInput(ReadacrossError):
    """A command was given something it cannot use."""


class SourceError(ReadacrossError):
    """A file that people look after is missing, unreadable or wrong.

    The message is `file:line: what. remedy`.
    """

    def __init__(self, file: Path | str, what: str, remedy: str, line: int | None = None) -> None:
        where = f"{file}:{line}" if line else f"{file}"
        super().__init__(f"{where}: {what}. {remedy}.")
        self.file, self.line, self.what, self.remedy = Path(file), line, what, remedy


class NotFaithful(SourceError):
    """A reading text loses, invents or reorders words of its original."""


class GenerationError(ReadacrossError):
    """The built knowledge base is missing, damaged or cannot be written."""


class CitationError(ReadacrossError):
    """A quotation does not stand where it is said to stand."""
