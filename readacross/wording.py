"""The words that answers are given in: qa/wording.toml, with a default for everything it leaves out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from readacross.analysing import terms
from readacross.model import ANSWER_STATUSES
from readacross.records import read_toml

WORDING = Path("qa/wording.toml")
STATUS = {
    "answered": "The sources answer.",
    "partly": "The sources answer in part.",
    "authorities_differ": "THE AUTHORITIES DIFFER.",
    "not_found": "The sources do not answer this question.",
    "out_of_scope": "This knowledge base is not about that.",
}


@dataclass(frozen=True, slots=True)
class Crisis:
    """When a question may come from somebody who needs help now, and what is said then, before all else.

    `contacts` are the comparison questions whose answers are contacts to give.
    """

    phrases: tuple[str, ...] = ()
    says: str = ""
    contacts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of answers: a line for each status, and what comes first in a crisis."""

    status: Mapping[str, str] = field(default_factory=lambda: dict(STATUS))
    crisis: Crisis = Crisis()

    def is_crisis(self, question: str) -> bool:
        """Whether a question holds one of the phrases of a crisis, in any form of its words."""
        asked = _stems(question)
        return any(stems in asked for phrase in self.crisis.phrases if (stems := _stems(phrase)))


def _stems(text: str) -> str:
    return "".join(f" {stem} " for stem in terms(text))


def load_wording(root: Path) -> Wording:
    """The wording of a knowledge base.  Raises SourceError for a file that cannot be read."""
    if not (root / WORDING).exists():
        return Wording()
    record = read_toml(root / WORDING, WORDING)
    record.only(("status", "crisis"))
    status = dict(STATUS)
    if "status" in record.values:
        given = record.table("status")
        given.only(ANSWER_STATUSES)
        status |= {name: given.text(name) for name in given.values}
    if "crisis" not in record.values:
        return Wording(status)
    crisis = record.table("crisis")
    crisis.only(("phrases", "says", "contacts"))
    return Wording(status, Crisis(crisis.texts("phrases"), crisis.text("says"), crisis.texts("contacts")))
