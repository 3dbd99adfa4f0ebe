"""Proving citations: each is checked against the built reading text and the original on disk when it is made."""

from collections.abc import Sequence
from hashlib import sha256

from readacross.citing import cite, merge, verify_citation
from readacross.errors import CitationError
from readacross.library import Chosen, Library
from readacross.model import Citation, Passage


class Prover:
    """Makes citations and proves each against the built reading text and the original on disk."""

    def __init__(self, library: Library, chosen: Sequence[Chosen]) -> None:
        self.library, self.chosen = library, chosen
        self.certainty = {item.version.id: item.certainty for item in chosen}
        self._texts: dict[str, tuple[str, str]] = {}

    def cite(self, passage: Passage, words: str | None = None, score: float = 0.0) -> Citation:
        """Words of a passage, or the whole of it, cited and verified.  Raises CitationError."""
        reading, original = self._both(passage.version)
        cited = cite(passage, words, score=score)
        citation = Citation(
            passage, cited.quote, cited.reading, merge(cited.original, original), cited.match, score,
            self.certainty.get(passage.version),
        )  # fmt: skip
        verify_citation(citation, reading, original)
        return citation

    def _both(self, id_: str) -> tuple[str, str]:
        """The built reading text of a version and its original, which must be the one that was built from."""
        if id_ not in self._texts:
            version = self.library.versions[id_]
            file = self.library.root / version.folder / version.original
            shown = f"{version.folder}/{version.original}"
            try:
                data = file.read_bytes()
            except OSError as bad:
                raise CitationError(
                    f"{shown}: the original cannot be read ({bad.strerror}). Restore it as received."
                ) from None
            if sha256(data).hexdigest() != version.sha256:
                raise CitationError(
                    f"{shown}: the original has changed since it was built. Restore it as received."
                )
            self._texts[id_] = self.library.reading(id_), data.decode()
        return self._texts[id_]
