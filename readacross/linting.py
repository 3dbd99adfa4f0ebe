"""Linting the vocabulary: whether topics, questions, actors and baseline hang together as one bank.

The shape of each entry is checked when it is read; here one is held against the others, and against what has
been coded. A problem makes the bank say two things, or point at nothing. A notice is a gap that somebody may
wish to close: a bank with gaps can be used.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations
from pathlib import Path
from typing import Literal, NamedTuple

from readacross.analysing import terms
from readacross.baseline import BASELINE, Baseline
from readacross.errors import SourceError
from readacross.model import Position, Question, Tension, Topic
from readacross.questions import QUESTIONS, TOPICS, bare_options, load_actors
from readacross.records import Record, read_yaml, yaml_records


class Remark(NamedTuple):
    """What the linter finds: a problem or a notice, with its file, line and remedy."""

    level: Literal["problem", "notice"]
    error: SourceError

    def __str__(self) -> str:
        return str(self.error)


@dataclass(frozen=True)
class Vocabulary:
    """All that is held against each other, with the records that say on which line it stands."""

    questions: Mapping[str, Question]
    entries: Mapping[str, Record]
    actors: Mapping[str, str]
    topics: Mapping[str, Record]
    facts: Mapping[str, Record]
    positions: Sequence[Position]
    root: Path

    def pairs(self) -> Iterator[tuple[Question, Record]]:
        """Each question with the record it was read from."""
        return ((question, self.entries[id_]) for id_, question in self.questions.items())


def lint(
    root: Path,
    questions: Sequence[Question],
    topics: Sequence[Topic],
    positions: Sequence[Position],
    baseline: Baseline | None,
) -> tuple[Remark, ...]:
    """What is wrong with a vocabulary and what is missing from it, in the order of files and lines."""
    if not (root / QUESTIONS).exists():
        return ()
    entries = yaml_records(root / QUESTIONS, QUESTIONS)
    facts = read_yaml(root / BASELINE, BASELINE) if baseline else None
    vocabulary = Vocabulary(
        {question.id: question for question in questions},
        {entry.text("id"): entry for entry in entries},
        load_actors(root),
        {entry.text("id"): entry for entry in yaml_records(root / TOPICS, TOPICS)} if topics else {},
        {entry.text("id"): entry for entry in facts.records("facts")} if isinstance(facts, Record) else {},
        positions,
        root,
    )
    remarks = chain.from_iterable(check(vocabulary) for check in CHECKS)
    return tuple(sorted(remarks, key=lambda remark: (remark.error.file.as_posix(), remark.error.line or 0)))


def _problem(record: Record, key: str | None, what: str, remedy: str) -> Remark:
    return Remark("problem", record.wrong(key, what, remedy))


def _notice(record: Record, key: str | None, what: str, remedy: str) -> Remark:
    return Remark("notice", record.wrong(key, what, remedy))


# Words


def _folded(words: str) -> str:
    """Words as a reader compares them: without case, spacing and the mark at the end."""
    return " ".join(words.casefold().replace("’", "'").split()).rstrip("?.! ")


def _repeats(vocabulary: Vocabulary) -> Iterator[Remark]:
    """Labels and phrasings that two questions share, so that nobody can tell which is meant."""
    labels: dict[str, str] = {}
    phrasings: dict[str, str] = {}
    for question, entry in vocabulary.pairs():
        if "label" in entry.values:
            yield from _shared(labels, question, entry, "label", question.label)
        yield from _shared(phrasings, question, entry, "question", question.question)
        for words in question.asked_as:
            yield from _shared(phrasings, question, entry, "asked_as", words)


def _shared(
    seen: dict[str, str], question: Question, entry: Record, key: str, words: str
) -> Iterator[Remark]:
    first = seen.setdefault(_folded(words), question.id)
    if first != question.id:
        yield _problem(
            entry, key, f"“{words}” also stands under {first}", "word one of them so that it fits only one"
        )


LEFT_OUT = ("label", "why", "silent_when", "must_mention")
"""What a question can do without, and readers and coders would rather not."""


def _left_out(vocabulary: Vocabulary) -> Iterator[Remark]:
    """Questions that do not say why they are asked, what counts as silence, and the like."""
    keys = (*LEFT_OUT, "actor") if vocabulary.actors else LEFT_OUT
    for question, entry in vocabulary.pairs():
        if missing := [key for key in keys if not entry.values.get(key)]:
            yield _notice(entry, None, f"{question.id} leaves out {', '.join(missing)}", "write them")


def _options(vocabulary: Vocabulary) -> Iterator[Remark]:
    """Options whose words readers cannot read, or cannot tell apart."""
    for question, entry in vocabulary.pairs():
        if question.answer_type in ("enum", "set") and not question.options:
            yield _notice(entry, None, f"{question.id} has no options: any answer passes", "write options")
        if bare_options(entry):
            yield _notice(entry, "options", "the options are bare ids", "give each its words")
        seen: dict[str, str] = {}
        for option in question.options:
            first = seen.setdefault(_folded(option.words), option.id)
            if first != option.id:
                what = f"the options {first} and {option.id} have the same words"
                yield _problem(_option(entry, option.id), "words", what, "word them apart, or keep one")
            if "_" in option.words:
                what = f"the words of {option.id} hold an underscore"
                yield _notice(
                    _option(entry, option.id), "words", what, "write them as readers should see them"
                )


def _option(entry: Record, id_: str) -> Record:
    """The record of an option, or of its question where options are bare ids."""
    rows = [] if bare_options(entry) else entry.records("options")
    return next((row for row in rows if row.text("id") == id_), entry)


def _terms(vocabulary: Vocabulary) -> Iterator[Remark]:
    """Words to look for that are looked for twice, or cannot be looked for at all."""
    for question, entry in vocabulary.pairs():
        seen: dict[tuple[str, ...], str] = {}
        for words in question.must_mention:
            found = tuple(terms(words))
            if not found:
                what = f"“{words}” holds no word that can be looked for"
                yield _problem(entry, "must_mention", what, "write a word that stands out")
            elif found in seen:
                what = f"“{words}” finds the same as “{seen[found]}”"
                yield _problem(entry, "must_mention", what, "keep one of them")
            seen.setdefault(found, words)


# Relations


def _relations(vocabulary: Vocabulary) -> Iterator[Remark]:
    """Pairs of options that are related twice, or to themselves, or not at all."""
    for question, entry in vocabulary.pairs():
        written: set[frozenset[str]] = set()
        for row in entry.records("relations"):
            a, b = row.text("a"), row.text("b")
            if a == b:
                yield _problem(row, "a", f"{a} is related to itself", "take the relation out")
            elif {a, b} in written:
                what = f"{a} and {b} are related twice"
                yield _problem(row, "a", what, "keep one: a relation is read both ways")
            written.add(frozenset((a, b)))
        if question.relations and question.answer_type not in ("enum", "bool"):
            what = f"relations are not used in a {question.answer_type}"
            yield _notice(entry, "relations", what, "take them out, or make the question an enum")
        if question.answer_type == "enum":
            yield from _gaps(question, entry, written, _used(vocabulary, question))


def _used(vocabulary: Vocabulary, question: Question) -> set[str]:
    """The answers that some version gives to a question of one option."""
    return {
        position.value
        for position in vocabulary.positions
        if position.question == question.id and isinstance(position.value, str)
    }


def _gaps(
    question: Question, entry: Record, written: set[frozenset[str]], used: set[str]
) -> Iterator[Remark]:
    """Pairs of options that nobody has related: a problem where leaflets give both answers."""
    key = "relations" if "relations" in entry.values else "options"
    ids = [option.id for option in question.options]
    missing = [pair for pair in combinations(ids, 2) if frozenset(pair) not in written]
    for a, b in missing:
        if {a, b} <= used:
            what = f"no relation is written between {a} and {b}, and both are coded"
            yield _problem(entry, key, what, "add one under relations")
    rest = [f"{a} and {b}" for a, b in missing if not {a, b} <= used]
    if rest:
        what = f"no relation is written between {'; '.join(rest)}"
        yield _notice(entry, key, what, "add one for each pair under relations")


# Links


def _goes_with(vocabulary: Vocabulary) -> Iterator[Remark]:
    """Questions that go with themselves, or twice with another."""
    for question, entry in vocabulary.pairs():
        if question.id in question.goes_with:
            yield _notice(entry, "goes_with", f"{question.id} goes with itself", "take it out")
        if len(set(question.goes_with)) < len(question.goes_with):
            yield _notice(entry, "goes_with", "a question is named twice", "keep one of them")


def _tensions(vocabulary: Vocabulary) -> Iterator[Remark]:
    """Tensions that name no question or answer, or stand there twice."""
    written: set[frozenset[tuple[str, str]]] = set()
    for question, entry in vocabulary.pairs():
        for tension, row in zip(question.tensions, entry.records("tensions"), strict=True):
            pair = frozenset({(question.id, tension.answer), (tension.with_, tension.and_)})
            if pair in written:
                yield _problem(row, None, "this tension is written twice", "keep one: it is read both ways")
            written.add(pair)
            yield from _tension(vocabulary, question, tension, row)


def _tension(vocabulary: Vocabulary, question: Question, tension: Tension, row: Record) -> Iterator[Remark]:
    other = vocabulary.questions.get(tension.with_)
    if other is None:
        what = f"there is no question {tension.with_!r}"
        yield _problem(row, "with", what, "use the id of a question in this file")
    elif other is question:
        what = f"{question.id} is set against itself"
        yield _problem(row, "with", what, "use the id of another question")
    for key, answer, asked in (("answer", tension.answer, question), ("and", tension.and_, other)):
        known = _answers(asked) if asked else ()
        if known and answer not in known:
            what = f"{answer!r} is not an answer to {asked.id if asked else ''}"
            yield _problem(row, key, what, f"use one of: {', '.join(known)}")
    if tension.answer == tension.and_ == "silent":
        yield _problem(row, None, "both sides are silence", "name an answer on one side")


def _answers(question: Question) -> tuple[str, ...]:
    """The answers by which a tension may name what a leaflet says; none where anything may be said."""
    ids = tuple(option.id for option in question.options)
    if question.answer_type == "bool":
        return ("true", "false", "*", "silent")
    if question.answer_type in ("enum", "set", "condition", "text"):
        return (*ids, "*", "silent") if ids else ()
    return ("*", "silent")


def _actors(vocabulary: Vocabulary) -> Iterator[Remark]:
    """Actors that are not listed, in the bank or in what was coded."""
    known = vocabulary.actors
    if not known:
        return
    remedy = f"use one of: {', '.join(known)}"
    for question, entry in vocabulary.pairs():
        if question.actor and question.actor not in known:
            yield _problem(entry, "actor", f"there is no actor {question.actor!r}", remedy)
    for position in vocabulary.positions:
        if position.actor and position.actor not in known:
            what = f"there is no actor {position.actor!r} (on {position.question})"
            yield Remark("notice", coding_entry(vocabulary.root, position).wrong("actor", what, remedy))


def coding_entry(root: Path, position: Position) -> Record:
    """The entry of coding.yaml that a position was read from, or the file where it stands no more."""
    file = Path("sources", *position.version.split("@"), "coding.yaml")
    found = read_yaml(root / file, file) if (root / file).exists() else None
    rows = found.records("positions") if isinstance(found, Record) else []
    named = (row for row in rows if row.text("question") == position.question)
    return next(named, Record(file, {}, {}))


def _facts(vocabulary: Vocabulary) -> Iterator[Remark]:
    """Facts of the baseline and questions that do not name each other."""
    for question, entry in vocabulary.pairs():
        for id_ in question.baseline:
            fact = vocabulary.facts.get(id_)
            if fact is None:
                what = f"there is no fact {id_!r}"
                yield _problem(entry, "baseline", what, f"use an id of {BASELINE.as_posix()}")
            elif fact.maybe("question") != question.id:
                what = f"the fact {id_} does not measure {question.id}"
                yield _problem(entry, "baseline", what, f"change its question in {BASELINE.as_posix()}")
    for id_, fact in vocabulary.facts.items():
        question_id = fact.maybe("question") or ""
        if question_id in vocabulary.questions and id_ not in vocabulary.questions[question_id].baseline:
            what = f"{question_id} does not name the fact {id_}"
            remark = _problem if "baseline" in vocabulary.entries[question_id].values else _notice
            yield remark(fact, "question", what, f"add it to its baseline in {QUESTIONS.as_posix()}")


def _unanswered(vocabulary: Vocabulary) -> Iterator[Remark]:
    """Questions that no version answers, once something is coded, and topics without a question."""
    answered = {position.question for position in vocabulary.positions if position.status == "stated"}
    for question, entry in vocabulary.pairs():
        if vocabulary.positions and question.id not in answered:
            yield _notice(
                entry, None, f"no version answers {question.id}", "code it, or ask whether it is needed"
            )
    used = {question.topic for question in vocabulary.questions.values()}
    for id_, record in vocabulary.topics.items():
        if id_ not in used:
            yield _notice(record, None, f"the topic {id_} has no question", "add one, or take the topic out")


CHECKS: tuple[Callable[[Vocabulary], Iterator[Remark]], ...] = (
    _repeats, _left_out, _options, _terms, _relations, _goes_with, _tensions, _actors, _facts, _unanswered,
)  # fmt: skip
