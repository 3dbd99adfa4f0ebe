"""Recording rulings: from a review sheet or from answers at a terminal into index/rulings.yaml.

A ruling is written only where the whole knowledge base can still be read with it; otherwise the file stays
as it was.  A sheet is a YAML file with one entry for each item of the queue; what is left blank is skipped.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from readacross.coding import CODED
from readacross.deciding import DECISIONS, RULINGS
from readacross.drafting import draft
from readacross.errors import BadInput, SourceError
from readacross.markup import plain
from readacross.model import SEVERITIES, Json
from readacross.records import Record, yaml_records
from readacross.reviewing import Item
from readacross.rulings import About
from readacross.storing import plain_errors, write_atomically

HEAD = "# Rulings: what a person has confirmed, corrected or dismissed, with reason and date.\n"
SHEET = """\
# A review sheet. For each entry write ruling: confirmed, corrected or dismissed, and why; leave it blank to skip.
# corrected: add position: {value: …, force: …, quotes: ["…"]} for one version, or severity: low for a difference.
# Then: readacross review --apply THIS-FILE --by YOUR-NAME
"""
KEYS = (
    "kind", "says", "reason", "quotes", "nearest", "question", "versions", "against", "rests_on", "ruling",
    "why", "position", "severity",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided on an item of the queue, before it is recorded."""

    item: Item
    ruling: str
    why: str
    position: Json = None
    severity: str | None = None


def sheet(items: Sequence[Item]) -> str:
    """The queue as a sheet to fill in."""
    return SHEET + "".join("\n" + _yaml([_entry(item)]) for item in items)


def _entry(item: Item) -> dict[str, Json]:
    entry: dict[str, Json] = {"kind": item.kind, "says": item.says, "reason": item.why}
    entry["quotes"] = [plain(words) for words in item.quotes]
    if item.nearest:
        entry["nearest"] = [f"{near.passage}: {plain(near.text)}" for near in item.nearest]
    if item.question:
        entry |= {"question": item.question, "versions": list(item.versions)}
        entry |= {"against": item.against} if item.against else {}
        entry |= {"rests_on": item.rests_on, "ruling": "", "why": ""}
    return entry


def read_sheet(path: Path, items: Sequence[Item]) -> list[Decision]:
    """The decisions of a filled-in sheet.  Raises SourceError for an entry that cannot be recorded."""
    waiting = {item.about: item for item in items if item.question}
    found = []
    for entry in yaml_records(path, path):
        entry.only(KEYS)
        if not entry.values.get("ruling"):
            continue
        about = About(
            entry.text("question"), frozenset(entry.texts("versions")), entry.maybe("against") or ""
        )
        item = waiting.get(about)
        if item is None or item.rests_on != entry.text("rests_on"):
            raise entry.wrong(
                "question", "this does not wait for a ruling as the sheet shows it", "write the sheet anew"
            )
        found.append(_decision(entry, item))
    return found


def _decision(entry: Record, item: Item) -> Decision:
    ruling = entry.choice("ruling", DECISIONS)
    if ruling == "confirmed" and not item.confirmable:
        raise entry.wrong(
            "ruling", "its quotation no longer stands in the text", "correct it with a quotation that does"
        )
    if ruling == "corrected" and not {"position", "severity"} & entry.values.keys():
        raise entry.wrong("ruling", "nothing says what is right", "add position: or severity:")
    severity = entry.choice("severity", SEVERITIES) if entry.maybe("severity") else None
    return Decision(item, ruling, entry.text("why"), entry.json("position"), severity)


def record(root: Path, decisions: Sequence[Decision], by: str, on: str) -> None:
    """Add rulings to index/rulings.yaml.  Raises SourceError, changing nothing, where one cannot be."""
    if not decisions:
        return
    path = root / RULINGS
    before = path.read_text("utf-8") if path.exists() else HEAD
    kept = re.sub(r"(?m)^\[\]\s*$\n?", "", before)
    entries = [_ruling(decision, by, on) for decision in decisions]
    with plain_errors("The rulings cannot be written"):
        write_atomically(path, kept.rstrip("\n") + "\n" + "".join("\n" + _yaml([e]) for e in entries))
    try:
        draft(root)
    except SourceError:
        write_atomically(path, before)
        raise


def _ruling(decision: Decision, by: str, on: str) -> dict[str, Json]:
    item = decision.item
    entry: dict[str, Json] = {"question": item.question}
    one = len(item.versions) == 1
    entry |= {"version": item.versions[0]} if one else {"versions": list(item.versions)}
    entry |= {"against": item.against} if item.against else {}
    entry |= {"ruling": decision.ruling, "by": by, "on": on, "why": decision.why, "rests_on": item.rests_on}
    entry |= {"position": decision.position} if decision.position is not None else {}
    return entry | ({"severity": decision.severity} if decision.severity else {})


def _yaml(entries: Sequence[Mapping[str, Json]]) -> str:
    import yaml

    text: str = yaml.safe_dump(
        [dict(entry) for entry in entries], sort_keys=False, allow_unicode=True, width=100
    )
    return text


def renew(root: Path, version: str) -> Path:
    """Take a version's text as it stands as the text it is coded from.  Raises BadInput while it is stale."""
    made = draft(root)
    if version not in made.texts:
        raise BadInput(f"{version}: there is no such version. List them: readacross versions --all-versions")
    stale = [
        item.question for item in made.positions if item.version == version and item.coded.status == "stale"
    ]
    if stale:
        raise BadInput(f"{version}: stale positions are left ({', '.join(stale[:3])}…). Rule on them first.")
    text = made.texts[version]
    shown = text.source.file(CODED)
    with plain_errors("The coded text cannot be written"):
        write_atomically(root / shown, text.source.reading)
    return shown
