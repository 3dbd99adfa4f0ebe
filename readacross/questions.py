"""The question bank: topics, actors and comparison questions, read from index/ and checked.

Here each entry has the right shape; whether the bank as a whole hangs together is for `linting` to say.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, cast

from readacross.errors import SourceError
from readacross.model import ANSWER_TYPES, SEVERITIES, Option, Question, Relation, Tension, Topic
from readacross.records import Record, read_yaml, yaml_records

TOPICS = Path("index/topics.yaml")
QUESTIONS = Path("index/questions.yaml")
ACTORS = Path("index/actors.yaml")
ID = re.compile(r"[a-z0-9_]+(?:[.-][a-z0-9_]+)*")
RELATIONS = ("same", "stronger", "other_grounds", "contradicts")
TENSIONS = ("contradiction", "number_or_time", "strength", "scope")
KEYS = (
    "id", "topic", "question", "label", "why", "silent_when", "answer_type", "silence", "differs", "actor",
    "options", "relations", "tensions", "asked_as", "goes_with", "must_mention", "baseline",
)  # fmt: skip


def load_topics(root: Path) -> tuple[Topic, ...]:
    """The topics in the order in which readers see them; none where the file is missing."""
    if not (root / TOPICS).exists():
        return ()
    found: dict[str, Topic] = {}
    for entry in yaml_records(root / TOPICS, TOPICS):
        entry.only(("id", "title", "about"))
        topic = Topic(_id(entry), entry.text("title"), entry.text("about", "-").strip("-"))
        if topic.id in found:
            raise entry.wrong("id", f"the topic {topic.id!r} is given twice", "keep one of them")
        found[topic.id] = topic
    return tuple(found.values())


def load_questions(root: Path, topics: Sequence[Topic]) -> tuple[Question, ...]:
    """The comparison questions in order; none where the file is missing.  Raises SourceError."""
    if not (root / QUESTIONS).exists():
        return ()
    entries = yaml_records(root / QUESTIONS, QUESTIONS)
    found: dict[str, Question] = {}
    for entry in entries:
        question = _question(entry, {topic.id for topic in topics})
        if question.id in found:
            raise entry.wrong("id", f"the question {question.id!r} is given twice", "keep one of them")
        found[question.id] = question
    for entry in entries:
        for other in entry.texts("goes_with"):
            if other not in found:
                raise entry.wrong(
                    "goes_with", f"there is no question {other!r}", "use the id of a question in this file"
                )
    return tuple(found.values())


def load_actors(root: Path) -> dict[str, str]:
    """Who may act in an answer, each in words; empty where index/actors.yaml is missing.  Raises SourceError."""
    if not (root / ACTORS).exists():
        return {}
    found = read_yaml(root / ACTORS, ACTORS)
    if not isinstance(found, Record):
        raise SourceError(
            ACTORS, "the file is a list", 'write one actor a line: parent: "a parent or carer"', 1
        )
    return {name: found.text(name) for name in found.values}


def _question(entry: Record, topics: set[str]) -> Question:
    entry.only(KEYS)
    if entry.text("topic") not in topics:
        raise entry.wrong(
            "topic", f"there is no topic {entry.text('topic')!r}", f"add it to {TOPICS.as_posix()}"
        )
    options = _options(entry)
    return Question(
        id=_id(entry),
        topic=entry.text("topic"),
        question=entry.text("question"),
        answer_type=entry.choice("answer_type", ANSWER_TYPES),
        silence=entry.choice("silence", SEVERITIES),
        options=options,
        relations=tuple(
            _relation(item, {option.id for option in options}) for item in entry.records("relations")
        ),
        asked_as=_words(entry, "asked_as"),
        goes_with=entry.texts("goes_with"),
        label=entry.text("label", entry.text("question")),
        why=entry.maybe("why") or "",
        silent_when=entry.maybe("silent_when") or "",
        differs=entry.choice("differs", SEVERITIES, "low"),
        actor=entry.maybe("actor") or "",
        must_mention=_words(entry, "must_mention"),
        baseline=entry.texts("baseline"),
        tensions=tuple(_tension(item) for item in entry.records("tensions")),
    )


def _id(entry: Record) -> str:
    """An id that can stand in an address: `complaint.time_limit`."""
    if not ID.fullmatch(entry.text("id")):
        raise entry.wrong(
            "id", f"{entry.text('id')!r} is not an id", "use small letters, digits, _ and . as in a.b_c"
        )
    return entry.text("id")


def _words(entry: Record, key: str) -> tuple[str, ...]:
    """A list of words or phrases, none of them blank."""
    found = entry.texts(key)
    if not all(item.strip() for item in found):
        raise entry.wrong(key, f"{key!r} holds an empty piece of text", "write words, or take it out")
    return found


def bare_options(entry: Record) -> bool:
    """Whether options are given as bare ids, without the words that readers see."""
    value = entry.values.get("options")
    return bool(value) and isinstance(value, list) and all(isinstance(item, str) for item in value)


def _options(entry: Record) -> tuple[Option, ...]:
    """Options with their words; an option given as a bare id has the id's words until it is worded."""
    options = []
    if bare_options(entry):
        options = [Option(item, item.replace("_", " ")) for item in _words(entry, "options")]
    else:
        for item in entry.records("options"):
            item.only(("id", "words"))
            options.append(Option(item.text("id"), item.text("words")))
    ids = [option.id for option in options]
    if len(set(ids)) < len(ids):
        raise entry.wrong("options", "an option is given twice", "keep one of them")
    return tuple(options)


def _relation(entry: Record, options: set[str]) -> Relation:
    entry.only(("a", "b", "kind", "severity", "why", "debatable"))
    for side in ("a", "b"):
        if entry.text(side) not in options:
            raise entry.wrong(
                side, f"{entry.text(side)!r} is not an option of this question", "use an option's id"
            )
    if not isinstance(entry.values.get("debatable", False), bool):
        raise entry.wrong("debatable", "'debatable' is not true or false", "write true, or leave it out")
    kind = cast(
        "Literal['same', 'stronger', 'other_grounds', 'contradicts']", entry.choice("kind", RELATIONS)
    )
    return Relation(
        entry.text("a"),
        entry.text("b"),
        kind,
        entry.choice("severity", SEVERITIES),
        entry.maybe("why") or "",
        debatable=entry.values.get("debatable") is True,
    )


def _tension(entry: Record) -> Tension:
    """Two answers that sit ill in one leaflet; that they exist is checked with the rest of the vocabulary."""
    entry.only(("answer", "with", "and", "kind", "severity", "why"))
    return Tension(
        entry.text("answer"),
        entry.text("with"),
        entry.text("and"),
        entry.choice("kind", TENSIONS),
        entry.choice("severity", SEVERITIES),
        entry.text("why"),
    )


def question_of(questions: Sequence[Question], id_: str, entry: Record) -> Question:
    """The question with an id, for a record that names it.  Raises SourceError."""
    for question in questions:
        if question.id == id_:
            return question
    raise SourceError(
        entry.file, f"there is no question {id_!r}", f"use an id of {QUESTIONS.as_posix()}", entry.line
    )
