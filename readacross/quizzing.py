"""Asking the test questions: right passages cited, and silence kept where the sources do not answer.

qa/questions.yaml says of each question whether the sources answer it and with which passages.  Thresholds are
set on its development part; the test part is only reported on.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from readacross.answering import Asked, ask, evidence
from readacross.errors import SourceError
from readacross.library import Library
from readacross.model import Answer, Json
from readacross.records import Record, yaml_records

QUESTIONS = Path("qa/questions.yaml")
SPLITS = ("development", "test")
REFUSED = ("not_found", "out_of_scope")
KEYS = (
    "question", "expect", "kind", "split", "authority", "as_at", "passages", "all", "first", "why",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Quizzed:
    """A test question: whether it must be answered or refused, and what must be cited."""

    question: str
    answered: bool
    kind: str
    split: str
    authority: str | None
    as_at: str | None
    passages: tuple[str, ...]
    every: bool

    @property
    def asked(self) -> Asked:
        """The question as it is put: a date is a filter, an authority is named in its words."""
        return Asked(self.question, as_at=self.as_at)


@dataclass(frozen=True, slots=True)
class Marked:
    """A test question with what became of it; `rank` is that of the first right citation, if any is."""

    quizzed: Quizzed
    status: str
    rank: int | None
    evidence: float

    @property
    def refused(self) -> bool:
        """Whether the sources were said not to answer."""
        return self.status in REFUSED


def load_quiz(root: Path) -> tuple[Quizzed, ...]:
    """The test questions; none where the file is missing.  Raises SourceError."""
    if not (root / QUESTIONS).exists():
        return ()
    return tuple(_quizzed(entry) for entry in yaml_records(root / QUESTIONS, QUESTIONS))


def _quizzed(entry: Record) -> Quizzed:
    entry.only(KEYS)
    answered = entry.choice("expect", ("answered", "refused")) == "answered"
    passages = entry.texts("passages")
    if answered and not passages:
        raise entry.wrong("passages", "no passage is named", "list the passages that answer")
    return Quizzed(
        entry.text("question"),
        answered,
        entry.text("kind", "fact"),
        entry.choice("split", SPLITS, "development"),
        entry.maybe("authority"),
        entry.maybe("as_at"),
        passages,
        entry.values.get("all") is True,
    )


def quiz(
    library: Library, questions: Sequence[Quizzed], step: Callable[[], object] | None = None
) -> tuple[Marked, ...]:
    """Ask each question and mark the answer.  Raises SourceError for a passage that is not there."""
    known = {passage.id for id_ in library.versions for passage in library.passages(id_)}
    marked = []
    for quizzed in questions:
        for passage in quizzed.passages:
            if passage not in known:
                raise SourceError(QUESTIONS, f"there is no passage {passage!r}", "name one that is built")
        answer = ask(library, quizzed.asked)
        marked.append(
            Marked(quizzed, answer.status, _rank(quizzed, answer), evidence(library, quizzed.asked))
        )
        if step:
            step()
    return tuple(marked)


def _rank(quizzed: Quizzed, answer: Answer) -> int | None:
    """The place of the first citation that is right, counted from 1 over different passages.

    Only what statements rest on counts as cited; where each passage is wanted, the place of the last.
    """
    used = sorted({number for statement in answer.statements for number in statement.citations})
    cited = list(dict.fromkeys(answer.citations[number].passage.id for number in used))
    places = [cited.index(passage) + 1 for passage in quizzed.passages if passage in cited]
    if not places or (quizzed.every and len(places) < len(quizzed.passages)):
        return None
    return max(places) if quizzed.every else min(places)


def area(marked: Sequence[Marked]) -> float | None:
    """The chance that a question that is answered has more evidence than one that is not; ties count half."""
    high = [item.evidence for item in marked if item.quizzed.answered]
    low = [item.evidence for item in marked if not item.quizzed.answered]
    if not high or not low:
        return None
    return sum((a > b) + 0.5 * (a == b) for a in high for b in low) / (len(high) * len(low))


@dataclass(frozen=True, slots=True)
class Score:
    """How a part of the test questions was answered: counts, and how well evidence tells the two kinds apart."""

    name: str
    answered: int
    refused: int
    first: int
    three: int
    wrongly_refused: int
    rightly_refused: int
    area: float | None


def scores(marked: Sequence[Marked]) -> tuple[Score, ...]:
    """The score of each part, and of each kind of question in the test part."""
    rows = [(split, [item for item in marked if item.quizzed.split == split]) for split in SPLITS]
    test = [item for item in marked if item.quizzed.split == "test"]
    kinds = sorted({item.quizzed.kind for item in test})
    rows += [
        (f"test: {kind.replace('_', ' ')}", [i for i in test if i.quizzed.kind == kind]) for kind in kinds
    ]
    return tuple(_score(name, items) for name, items in rows if items)


def _score(name: str, marked: Sequence[Marked]) -> Score:
    answered = [item for item in marked if item.quizzed.answered]
    refused = [item for item in marked if not item.quizzed.answered]
    return Score(
        name,
        len(answered),
        len(refused),
        sum(item.rank == 1 for item in answered),
        sum(item.rank is not None and item.rank <= 3 for item in answered),
        sum(item.refused for item in answered),
        sum(item.refused for item in refused),
        area(marked),
    )


def score_json(score: Score) -> Json:
    """A score as data."""
    return {
        "part": score.name,
        "answered": score.answered,
        "refused": score.refused,
        "right_first": score.first,
        "right_among_three": score.three,
        "wrongly_refused": score.wrongly_refused,
        "rightly_refused": score.rightly_refused,
        "auroc": None if score.area is None else round(score.area, 4),
    }


def marked_json(marked: Marked) -> dict[str, Json]:
    """A test question with what became of it, as data."""
    return {
        "question": marked.quizzed.question,
        "kind": marked.quizzed.kind,
        "split": marked.quizzed.split,
        "expect": "answered" if marked.quizzed.answered else "refused",
        "status": marked.status,
        "rank": marked.rank,
        "evidence": round(marked.evidence, 4),
    }


def score_words(score: Score) -> str:
    """A score as a row of a table."""
    curve = "–" if score.area is None else f"{score.area:.2f}"
    asked = [_of(part, score.answered) for part in (score.first, score.three, score.wrongly_refused)]
    return " | ".join([
        score.name, str(score.answered + score.refused), curve, *asked, _of(score.rightly_refused, score.refused),
    ])  # fmt: skip


def _of(part: int, whole: int) -> str:
    return f"{part} of {whole}" if whole else "–"
