"""What leaflets say besides what the comparison questions ask: how people ask for it, and the passages that answer.

Some of what a leaflet says compares with nothing: an advice to take notes, what a word means, how the day goes.
qa/besides.yaml lists such things with the passages that say them, so that who asks is told in the leaflet's own
words.  Nothing is recorded of leaflets that do not say them.
"""

from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

from readacross.phrasing import SAID_BESIDES, Phrasing
from readacross.records import Record, yaml_records

BESIDES = Path("qa/besides.yaml")


class Besides(NamedTuple):
    """Something that leaflets say and no comparison question asks, named as "+taking notes" is.

    It is put as a question; of the passages that answer it the best is first; then how people ask for it.
    """

    name: str
    question: str
    passages: tuple[str, ...]
    asked_as: tuple[str, ...]

    @property
    def phrasings(self) -> list[Phrasing]:
        """Every way to ask for it."""
        return [Phrasing(self.name, words) for words in (self.question, *self.asked_as)]


def load_besides(root: Path, passages: Collection[str]) -> tuple[Besides, ...]:
    """Everything listed; nothing where the file is missing.  Raises SourceError, also for a passage that is not there."""
    if not (root / BESIDES).exists():
        return ()
    found: dict[str, Besides] = {}
    for entry in yaml_records(root / BESIDES, BESIDES):
        said = _besides(entry, passages)
        if said.name in found:
            what = f"{said.name.removeprefix(SAID_BESIDES)!r} stands twice"
            raise entry.wrong("about", what, "put the two together, or name one otherwise")
        found[said.name] = said
    return tuple(found.values())


def _besides(entry: Record, passages: Collection[str]) -> Besides:
    entry.only(("about", "question", "passages", "asked_as"))
    named = entry.texts("passages")
    if not named:
        raise entry.wrong("passages", "no passage is named", "list the passages that answer")
    for id_ in named:
        if id_ not in passages:
            remedy = "name one of index/passages.jsonl, or run: readacross build"
            raise entry.wrong("passages", f"there is no passage {id_!r}", remedy)
    name = SAID_BESIDES + entry.text("about")
    return Besides(name, entry.text("question"), named, entry.texts("asked_as"))
