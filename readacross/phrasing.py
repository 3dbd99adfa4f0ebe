"""How people put questions: other ways to ask the comparison questions, and questions that none of them asks.

They are written without sight of the test questions, and only serve to recognise what is meant; nothing of
them is shown.  A question nearer to one that nobody asks of the leaflets is likely not to be answered.
"""

from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

from readacross.records import Record, read_yaml, yaml_records

PHRASINGS = Path("qa/phrasings.yaml")
UNASKED = Path("qa/unasked.yaml")


UNASKED_ABOUT = "~"
"""What the name of something begins with that no comparison question asks; no id of a question does."""


SAID_BESIDES = "+"
"""What the name of something begins with that leaflets say and no comparison question asks: see readacross.besides."""


class Phrasing(NamedTuple):
    """One way to put a comparison question; or something that none of them asks, as in "~parking".

    `counts` is how much it counts beside other ways where a recogniser is fitted.
    """

    question: str
    words: str
    counts: float = 1.0


def load_phrasings(root: Path, questions: Collection[str]) -> tuple[Phrasing, ...]:
    """The phrasings of both files; none where they are missing.  Raises SourceError."""
    found: list[Phrasing] = []
    if (root / PHRASINGS).exists():
        file = read_yaml(root / PHRASINGS, PHRASINGS)
        record = file if isinstance(file, Record) else Record(PHRASINGS, {}, {}, 1)
        for id_ in record.values:
            if id_ not in questions:
                raise record.wrong(id_, f"there is no question {id_!r}", "use an id of index/questions.yaml")
            found += (Phrasing(id_, words) for words in record.texts(id_))
    if (root / UNASKED).exists():
        for entry in yaml_records(root / UNASKED, UNASKED):
            entry.only(("about", "asked_as"))
            about = UNASKED_ABOUT + entry.text("about")
            found += (Phrasing(about, words) for words in entry.texts("asked_as"))
    return tuple(found)
