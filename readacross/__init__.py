"""Readacross: who says what, with exact quotes.

>>> import readacross
>>> kb = readacross.open()                 # doctest: +SKIP
>>> kb.compare("complaints")               # doctest: +SKIP
"""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from readacross.consulting import Base

__all__ = ["open"]


def open(root: Path | str | None = None) -> "Base":  # noqa: A001 - the word that readers expect
    """Open a built knowledge base: the one at `root`, else the nearest around the current folder.

    Raises ReadacrossError, in one line, where there is none or it has not been built.
    """
    from readacross.consulting import open_base

    return open_base(root)
