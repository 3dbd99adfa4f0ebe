"""Asking the test questions: right passages cited, and silence kept where the sources do not answer.

qa/questions.yaml says of each question whether the sources answer it and with which passages.  Thresholds are
set on its development part; the test part is only reported on.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from readacross.answering import Asked, ask, evidence
from readacross.citing import verify_citation
from readacross.comparing import QUIET
from readacross.differing import differing
from readacross.errors import CitationError, SourceError
from readacross.grading import Share
from readacross.library import Library
from readacross.model import Answer, Citation, Json, Position, Question, Version
from readacross.records import Record, yaml_records
from readacross.rulings import dismissed
from readacross.saving import texts
from readacross.searching import Index

QUESTIONS = Path("qa/questions.yaml")
SPLITS = ("development", "test")
REFUSED = ("not_found", "out_of_scope")
KEYS = (
    "question", "expect", "kind", "split", "authority", "as_at", "passages", "all", "first", "why",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Quizzed:
    """A test question: whether it must be answered or refused, and what must be cited.

    `asked_first` is whether it is one of those that a reader asks first.
    """

    question: str
    answered: bool
    kind: str
    split: str
    authority: str | None
    as_at: str | None
    passages: tuple[str, ...]
    every: bool
    asked_first: bool

    @property
    def asked(self) -> Asked:
        """The question as it is put: a date is a filter, an authority is named in its words."""
        return Asked(self.question, as_at=self.as_at)


@dataclass(frozen=True, slots=True)
class Marked:
    """A test question with what became of it; `rank` is that of the first right citation, if any is.

    `told` and `due` count authorities: whose leaflets in view hold a right passage, and which of these are
    told of.  `exact` and `cited` count citations, and those whose words stand where they say.  `warned` is
    whether it is said that authorities differ; None where they do not on what is asked.
    """

    quizzed: Quizzed
    status: str
    rank: int | None
    evidence: float
    told: int = 0
    due: int = 0
    exact: int = 0
    cited: int = 0
    warned: bool | None = None

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
        entry.values.get("first") is True,
    )


def quiz(
    library: Library, questions: Sequence[Quizzed], step: Callable[[], object] | None = None
) -> tuple[Marked, ...]:
    """Ask each question and mark the answer.  Raises SourceError for a passage that is not there."""
    known = {passage.id for id_ in library.versions for passage in library.passages(id_)}
    index, marked = Index(library), []
    for quizzed in questions:
        for passage in quizzed.passages:
            if passage not in known:
                raise SourceError(QUESTIONS, f"there is no passage {passage!r}", "name one that is built")
        marked.append(_mark(index, quizzed))
        if step:
            step()
    return tuple(marked)


def _mark(index: Index, quizzed: Quizzed) -> Marked:
    """Ask a question, and mark the answer."""
    library = index.library
    answer = ask(library, quizzed.asked, index)
    authority = () if quizzed.authority is None else (quizzed.authority,)
    in_view = [item.version for item in library.choose(authority, quizzed.as_at)]
    right = {passage.partition("#")[0] for passage in quizzed.passages}
    due = {version.authority for version in in_view if version.id in right}
    cited = (*answer.citations, *answer.nearest)
    return Marked(
        quizzed,
        answer.status,
        _rank(quizzed, answer),
        evidence(library, quizzed.asked, index),
        len(due & {statement.authority for statement in answer.statements}),
        len(due),
        sum(_exact(library, citation) for citation in cited),
        len(cited),
        _warned(library, quizzed, answer, in_view),
    )


def _exact(library: Library, citation: Citation) -> bool:
    """Whether the words of a citation stand where it says, read anew from reading text and original."""
    try:
        verify_citation(citation, *texts(library, citation.passage.version))
    except CitationError:
        return False
    return True


ABOUT = 0.5
"""The share that the passages quoted for a comparison question and those that answer a test question must have in
common, of all in either, for the one to be what the other asks."""


def _warned(library: Library, quizzed: Quizzed, answer: Answer, in_view: Sequence[Version]) -> bool | None:
    """Whether an answer says that the versions in view differ; None where they do not on what is asked."""
    ids = {version.id for version in in_view}
    right = {passage for passage in quizzed.passages if passage.partition("#")[0] in ids}
    best, shared = None, ABOUT
    for question in library.questions.values():
        positions = [item for item in library.positions(question.id) if item.version in ids]
        quoted = {quote.passage for item in positions for quote in item.quotes}
        common = len(right & quoted) / len(right | quoted) if right & quoted else 0.0
        if common > shared:
            best, shared = (question, positions), common
    if best is None or not _differ(library, *best, in_view):
        return None
    said = {item.question for item in answer.divergences if item.kind not in QUIET}
    return answer.status == "authorities_differ" or best[0].id in said


def _differ(
    library: Library, question: Question, positions: Sequence[Position], in_view: Sequence[Version]
) -> bool:
    """Whether positions differ in more than that some are silent."""
    found = differing(library, question, positions, in_view)
    return any(item.kind not in QUIET and not dismissed(item) for item in found)


def _rank(quizzed: Quizzed, answer: Answer) -> int | None:
    """The place of the first citation that is right, counted from 1 over different passages.

    Only what statements rest on counts as cited.  Where each of several passages is wanted, the place of the last,
    less one for each of the others: 1 where nothing else stands before it.
    """
    used = sorted({number for statement in answer.statements for number in statement.citations})
    cited = list(dict.fromkeys(answer.citations[number].passage.id for number in used))
    places = [cited.index(passage) + 1 for passage in quizzed.passages if passage in cited]
    if not places or (quizzed.every and len(places) < len(quizzed.passages)):
        return None
    return max(places) - len(places) + 1 if quizzed.every else min(places)


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
    told: int
    due: int
    exact: int
    cited: int
    warned: int
    to_warn: int


def scores(marked: Sequence[Marked]) -> tuple[Score, ...]:
    """The score of each part, of what is asked first, and of each kind of question in the test part."""
    rows = [(split, [item for item in marked if item.quizzed.split == split]) for split in SPLITS]
    rows.append(("asked first", [item for item in marked if item.quizzed.asked_first]))
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
        sum(item.told for item in answered),
        sum(item.due for item in answered),
        sum(item.exact for item in marked),
        sum(item.cited for item in marked),
        sum(item.warned is True for item in marked),
        sum(item.warned is not None for item in marked),
    )


def measures(score: Score) -> dict[str, tuple[int, int]]:
    """The shares of a score, each as a count and what it is of; more is better."""
    return {
        "right_first": (score.first, score.answered),
        "right_among_three": (score.three, score.answered),
        "not_wrongly_refused": (score.answered - score.wrongly_refused, score.answered),
        "rightly_refused": (score.rightly_refused, score.refused),
        "authorities_told": (score.told, score.due),
        "warned_where_they_differ": (score.warned, score.to_warn),
        "citations_exact": (score.exact, score.cited),
    }


def score_json(score: Score) -> Json:
    """A score as data, each share with its 95 % interval in percent."""
    shares: dict[str, Json] = {}
    for name, (part, whole) in measures(score).items():
        interval = Share(part, whole, whole).interval
        edges: Json = None if interval is None else [round(edge, 1) for edge in interval]
        shares[name] = {"count": part, "of": whole, "interval": edges}
    return {
        "part": score.name,
        "answered": score.answered,
        "refused": score.refused,
        **shares,
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
    """What was found and refused, as a row of a table."""
    curve = "–" if score.area is None else f"{score.area:.2f}"
    wrongly = (score.wrongly_refused, score.answered)
    found = measures(score)
    shares = [found["right_first"], found["right_among_three"], wrongly, found["rightly_refused"]]
    return " | ".join(
        [score.name, str(score.answered + score.refused), curve, *(_of(*item) for item in shares)]
    )


def telling_words(score: Score) -> str:
    """Who was told of, and whether it was told where they differ, as a row of a table."""
    found = measures(score)
    shares = [found[name] for name in ("authorities_told", "warned_where_they_differ", "citations_exact")]
    return " | ".join([score.name, *(_of(*item) for item in shares)])


def _of(part: int, whole: int) -> str:
    interval = Share(part, whole, whole).interval
    return "–" if interval is None else f"{part} of {whole} ({interval[0]:.0f} to {interval[1]:.0f} %)"
