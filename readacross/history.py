"""How a leaflet changed: the answers lost, gained, changed and kept from each version to the next.

Silence in both versions is no answer and is only counted.  A contact or free text is expected to differ between
authorities, but in one leaflet another one is a change.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import TypeAlias

from readacross.comparing import Finding, compare
from readacross.contract import position_json, version_json
from readacross.errors import BadInput
from readacross.library import Library
from readacross.markup import plain
from readacross.model import SEVERITIES, Json, Passage, Position, Question, Version
from readacross.naming import dated, names
from readacross.redlining import Paragraph, Redline, redline
from readacross.separating import as_csv
from readacross.showing import escaped, visible, wrap
from readacross.values import canonical, in_words

MEANINGS = {
    "lost": "stated before, not stated after",
    "gained": "not stated before, stated after",
    "changed": "stated in both, and differs",
    "kept": "stated in both, and the same",
}


@dataclass(frozen=True, slots=True)
class Change:
    """What two successive versions say on one question, in words, and how much the difference matters."""

    question: Question
    before: Position
    after: Position
    severity: str
    words: tuple[str, str]
    why: str = ""


@dataclass(frozen=True)
class Step:
    """From one version of a leaflet to the next; `names` are what the two are called, older first.

    `neither` counts the questions that neither version answers, `uncoded` those not yet asked of both.
    """

    before: Version
    after: Version
    names: tuple[str, str]
    lost: tuple[Change, ...]
    gained: tuple[Change, ...]
    changed: tuple[Change, ...]
    kept: tuple[Change, ...]
    neither: int
    uncoded: int
    edition: str
    read: "Read" = field(repr=False, compare=False)

    @cached_property
    def passages(self) -> tuple[tuple[Passage, ...], tuple[Passage, ...]]:
        """The passages of both versions."""
        return self.read(self.before.id), self.read(self.after.id)

    @cached_property
    def redline(self) -> Redline:
        """What became of the words."""
        older, newer = ([plain(passage.text) for passage in side] for side in self.passages)
        return redline(older, newer)

    @property
    def groups(self) -> Mapping[str, tuple[Change, ...]]:
        """The changes by what happened, what was lost first."""
        return {"lost": self.lost, "gained": self.gained, "changed": self.changed, "kept": self.kept}

    @property
    def head(self) -> str:
        """Which version follows which, and how many answers were lost, gained, changed and kept."""
        counts = [f"{len(found)} {what}" for what, found in self.groups.items()]
        counts[0] = f"{len(self.lost)} {'answer' if len(self.lost) == 1 else 'answers'} lost"
        newer, older = f"{self.names[1]}, {dated(self.after)}", f"{self.names[0]}, {dated(self.before)}"
        return f"{newer}, after {older}: {', '.join(counts)}"

    @property
    def remarks(self) -> Iterator[str]:
        """What a reader must know of the two texts, and of what is not counted."""
        for which, version in (("older", self.before), ("newer", self.after)):
            if version.note:
                yield f"Note on the {which} text: {version.note}"
        if self.neither:
            yield f"Questions that neither answers: {self.neither}."
        if self.uncoded:
            yield f"Questions not yet coded for both, and left out here: {self.uncoded}."


Read: TypeAlias = Callable[[str], tuple[Passage, ...]]
"""What gives the passages of a version."""

Recorded: TypeAlias = Mapping[str, Mapping[str, Position]]
"""What stands as said, by version and question."""


def recorded(positions: Iterable[Position]) -> Recorded:
    """Positions by version and question."""
    found: dict[str, dict[str, Position]] = {}
    for position in positions:
        found.setdefault(position.version, {})[position.question] = position
    return found


def history(
    library: Library, leaflet_id: str, said: Recorded | None = None, read: Read | None = None
) -> tuple[Step, ...]:
    """What changed from each version of a leaflet to the next, oldest first.

    `said` and `read` spare reading what stands as said, and passages, where these are known already.  A version that names none it supersedes follows the one listed before it.  Raises BadInput for a leaflet
    that is not known or of which there is only one version.
    """
    if leaflet_id not in library.leaflets:
        known = ", ".join(library.leaflets)
        raise BadInput(f"{leaflet_id}: there is no such leaflet. Use one of: {known}.")
    versions = library.of_leaflet.get(leaflet_id, ())
    authority = library.leaflets[leaflet_id].authority
    if len(versions) < 2:
        raise BadInput(
            f"{leaflet_id}: only one version of this leaflet is held, so it has no history here. "
            "Add an older or newer version to its leaflet.toml, or set it beside others: readacross compare"
        )
    called = names([library.authorities[authority]] if authority in library.authorities else (), versions)
    publishers = {version.publisher for version in versions} - {"unknown"}
    if len(publishers) == len(versions):
        called = {version.id: version.publisher for version in versions}
    steps = [(library.versions.get(new.supersedes or "", old), new) for old, new in pairwise(versions)]
    if said is None:
        said = recorded(item for question in library.questions for item in library.positions(question))
    read = read or (lambda version: tuple(library.passages(version)))
    return tuple(
        _step(library, said, (old, new), (called[old.id], called[new.id]), read) for old, new in steps
    )


def _step(
    library: Library, said: Recorded, pair: tuple[Version, Version], called: tuple[str, str], read: Read
) -> Step:  # fmt: skip
    old, new = pair
    ours, theirs = said.get(old.id, {}), said.get(new.id, {})
    found: dict[str, list[Change]] = {what: [] for what in MEANINGS}
    neither = uncoded = 0
    for question in library.questions.values():
        before, after = ours.get(question.id), theirs.get(question.id)
        if before is None or after is None:
            uncoded += 1
        elif before.status == after.status == "silent":
            neither += 1
        else:
            what, change = _change(question, before, after)
            found[what].append(change)
    ordered = {what: tuple(sorted(changes, key=_severest)) for what, changes in found.items()}
    return Step(
        old, new, called, **ordered, neither=neither, uncoded=uncoded, edition=library.folder.name, read=read
    )


def _severest(change: Change) -> int:
    return -SEVERITIES.index(change.severity)


def _change(question: Question, before: Position, after: Position) -> tuple[str, Change]:
    """What happened to an answer that at least one of two versions gives."""
    words = in_words(question, before), in_words(question, after)
    if "silent" in (before.status, after.status):
        what = "gained" if before.status == "silent" else "lost"
        return what, Change(question, before, after, question.silence, words)
    found = compare(question, before, after) or _expected(question, before, after)
    if found is None:
        return "kept", Change(question, before, after, "none", words)
    return "changed", Change(question, before, after, found.severity, words, found.why)


def _expected(question: Question, before: Position, after: Position) -> Finding | None:
    """A difference that is expected between authorities, but is a change in one leaflet."""
    if question.answer_type not in ("contact", "text") and question.differs != "none":
        return None
    if canonical(question.answer_type, before.value) == canonical(question.answer_type, after.value):
        return None
    return Finding("changed_over_time", question.differs, "other details")


MARKS = {"kept": ("", ""), "removed": ("[-", "-]"), "added": ("{+", "+}")}
MARKDOWN_MARKS = {"kept": ("", ""), "removed": ("~~", "~~"), "added": ("**", "**")}


def history_lines(steps: Sequence[Step]) -> Iterator[str]:
    """The history for a terminal: what was lost first, both sides in words and quotes."""
    for number, step in enumerate(steps):
        if number:
            yield ""
        yield wrap(step.head, 0, 2)
        for remark in step.remarks:
            yield wrap(remark, 2, 4)
        for what, changes in step.groups.items():
            if changes:
                yield ""
                yield f"{what.upper()} ({len(changes)}): {MEANINGS[what]}"
            if changes and what == "kept":
                yield wrap(", ".join(change.question.id for change in changes), 2)
            else:
                for change in changes:
                    yield from _change_lines(change)
        yield ""
        yield "THE TEXT"
        yield from _redline_lines(step.redline)
    yield ""
    yield "Not stated is silence, not “no”."


def _change_lines(change: Change) -> Iterator[str]:
    why = f" ({change.why})" if change.why else ""
    yield wrap(f"{change.severity}: {change.question.question}{why}  [{change.question.id}]", 0, 2)
    for side, position, words in zip(
        ("before", "after"), (change.before, change.after), change.words, strict=True
    ):
        force = f" ({position.force})" if position.force else ""
        yield wrap(f"{side}: {words}{force}", 2, 4)
        for quote in position.quotes:
            yield wrap(f"“{plain(quote.quote)}”", 6, 7)
        if position.note:
            yield wrap(f"note: {position.note}", 6, 8)


def _redline_lines(found: Redline) -> Iterator[str]:
    yield wrap(found.statement, 2)
    for paragraph in _altered(found):
        yield wrap(f"{paragraph.kind}: {_marked(paragraph, MARKS, visible)}", 2, 4)


def _altered(found: Redline) -> Iterator[Paragraph]:
    """The paragraphs to show: none where no redline is offered."""
    if found.offered:
        yield from (paragraph for paragraph in found.paragraphs if paragraph.kind != "stayed")


def _marked(paragraph: Paragraph, marks: Mapping[str, tuple[str, str]], shown: Callable[[str], str]) -> str:
    """A paragraph with its removed and added words between marks."""
    return " ".join(
        marks[run.kind][0] + shown(" ".join(run.words)) + marks[run.kind][1] for run in paragraph.runs
    )


def history_markdown(steps: Sequence[Step]) -> str:
    """The history as Markdown: a section for each step, a table for each thing that happened."""
    lines: list[str] = []
    for step in steps:
        lines += [f"## {escaped(step.head)}", ""]
        lines += [f"- {escaped(remark)}" for remark in step.remarks]
        for what, changes in step.groups.items():
            if changes:
                lines += ["", f"### {what.capitalize()}: {MEANINGS[what]} ({len(changes)})", ""]
                lines += ["| severity | question | before | after |", "|---|---|---|---|"]
            lines += [f"| {' | '.join(_cells(change))} |" for change in changes]
        lines += ["", "### The text", "", step.redline.statement]
        for paragraph in _altered(step.redline):
            lines += ["", f"{paragraph.kind}: {_marked(paragraph, MARKDOWN_MARKS, escaped)}"]
        lines += [""]
    stamp = f"Edition {steps[0].edition}. Not stated is silence, not “no”. Check the leaflet before use."
    return "\n".join([f"# {escaped(steps[0].after.leaflet)}", "", *lines, stamp, ""])


def _cells(change: Change) -> Iterator[str]:
    yield change.severity
    yield escaped(change.question.question + (f" ({change.why})" if change.why else ""))
    for position, words in zip((change.before, change.after), change.words, strict=True):
        quotes = [f"“{escaped(plain(quote.quote))}”" for quote in position.quotes]
        notes = [f"Note: {escaped(position.note)}"] if position.note else []
        force = f" ({position.force})" if position.force else ""
        yield "<br>".join([escaped(words + force), *quotes, *notes])


SIDES = ("version", "dated", "answer", "force", "quotes", "passages", "note", "coding status")
COLUMNS = (
    "change", "severity", "topic", "question", "asked",
    *(f"{side} {field}" for side in ("before", "after") for field in SIDES), "why", "edition",
)  # fmt: skip


def history_csv(steps: Sequence[Step]) -> str:
    """The history as CSV under COLUMNS: one row an answer, those kept too."""
    return as_csv(COLUMNS, list(history_rows(steps)))


def history_rows(steps: Sequence[Step]) -> Iterator[tuple[str, ...]]:
    """One row an answer, under COLUMNS."""
    for step in steps:
        for what, changes in step.groups.items():
            for change in changes:
                yield (
                    what, change.severity, change.question.topic, change.question.id, change.question.question,
                    *_fields(step.before, change.before, change.words[0]),
                    *_fields(step.after, change.after, change.words[1]), change.why, step.edition,
                )  # fmt: skip


def _fields(version: Version, position: Position, words: str) -> tuple[str, ...]:
    """One side of a row, under SIDES."""
    return (
        version.id, dated(version), words, position.force or "",
        "\n".join(f"“{plain(quote.quote)}”" for quote in position.quotes),
        "\n".join(quote.passage for quote in position.quotes), position.note or "", position.coded.status,
    )  # fmt: skip


def history_json(steps: Sequence[Step]) -> Json:
    """The history as JSON: every step with both versions, the answers by what happened, and the redline."""
    return {
        "leaflet": steps[0].after.leaflet,
        "edition": steps[0].edition,
        "steps": [
            {
                "before": _version(step.before, step.names[0]),
                "after": _version(step.after, step.names[1]),
                "head": step.head,
                **{
                    what: [_change_json(change, step) for change in changes]
                    for what, changes in step.groups.items()
                },
                "neither": step.neither,
                "uncoded": step.uncoded,
                "redline": _redline_json(step),
            }
            for step in steps
        ],
    }


def _version(version: Version, name: str) -> Json:
    row = version_json(version)
    more: dict[str, Json] = {"name": name, "dated": dated(version), "note": version.note}
    return row | more if isinstance(row, dict) else row


def _change_json(change: Change, step: Step) -> Json:
    return {
        "question": change.question.id,
        "topic": change.question.topic,
        "asked": change.question.question,
        "severity": change.severity,
        "why": change.why,
        "before": _side(change.before, step.before, change.words[0]),
        "after": _side(change.after, step.after, change.words[1]),
    }


def _side(position: Position, version: Version, words: str) -> Json:
    """A position in words, beside its value, force and quotes with their places."""
    row = position_json(position, {version.id: version})
    return {"words": words, **row} if isinstance(row, dict) else row


def _redline_json(step: Step) -> Json:
    """The redline with its counts; its paragraphs only where it is offered."""
    found = step.redline
    old, new = step.passages
    return {
        "alike": round(found.alike, 6),
        "offered": found.offered,
        "statement": found.statement,
        "moved": found.count("moved"),
        "edited": found.count("edited"),
        "added": found.count("added"),
        "removed": found.count("removed"),
        "paragraphs": [
            {
                "kind": paragraph.kind,
                "before": old[paragraph.before].id if paragraph.before is not None else None,
                "after": new[paragraph.after].id if paragraph.after is not None else None,
                "runs": [[run.kind, " ".join(run.words)] for run in paragraph.runs],
            }
            for paragraph in (found.paragraphs if found.offered else ())
        ],
    }
