"""How good suggestions are: each document's coding left out in turn, and its positions looked for again.

A cell is one question of one version.  A stated cell is found among the first n suggestions where one of
them is a passage that a coder's quote stands in; a cell that rests on a heading alone is never found, since
headings are not suggested.  A silent cell should find nothing.  The floors for "nothing found" are set
anew for each document, from the other documents' cells.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from readacross.errors import BadInput
from readacross.library import Library
from readacross.model import Json, Position
from readacross.scoring import (
    FLOORS,
    LEARNT,
    MUST_MENTION_ALONE,
    QUESTION_ALONE,
    WEIGHTS,
    Known,
    Scorer,
    footing,
    known,
    mean,
    ranked,
)
from readacross.searching import Index
from readacross.showing import wrap

MISSED = 0.02
"""The share of stated cells that the floor may wrongly silence."""

BY = ("version", "leaflet")

WAYS = {
    "signals": tuple(WEIGHTS),
    "no_must_mention": tuple(name for name in WEIGHTS if name not in MUST_MENTION_ALONE),
    "question": QUESTION_ALONE,
    "must_mention": MUST_MENTION_ALONE,
}
"""Which signals each figure of a document rests on."""

SHOWN_AS = {
    "signals": "all signals",
    "no_must_mention": "all but must-mention",
    "question": "question text alone",
    "must_mention": "must-mention alone",
}


class Tally(NamedTuple):
    """Of some stated cells, how many have a right passage first, among the first five, the first ten."""

    cells: int
    first: int
    five: int
    ten: int


@dataclass(frozen=True, slots=True)
class DocumentScores:
    """How well the passages of one document are found when its own coding is left out.

    `signals` uses all signals, `no_must_mention` all but the must-mention terms, `question` the question's
    text alone, and `must_mention` must-mention terms alone (in the cells of questions that have any).
    `quiet` counts the silent cells that rightly find nothing, `silenced` the stated cells that wrongly do.
    """

    document: str
    signals: Tally
    no_must_mention: Tally
    question: Tally
    must_mention: Tally
    silent: int
    quiet: int
    silenced: int


@dataclass(frozen=True, slots=True)
class SuggestionScores:
    """The scores of every document, and of all together; `floors` are what the cells of all would set."""

    by: str
    documents: tuple[DocumentScores, ...]
    total: DocumentScores
    floors: Mapping[str, float]


class _Cell(NamedTuple):
    """A coded cell: what it rests on, its best score, and the rank of its first right passage in each way, if any."""

    document: str
    stated: bool
    footing: str
    score: float
    ranks: Mapping[str, int | None]
    must_mention: bool


def leave_one_out(
    library: Library, by: Literal["version", "leaflet"] = "version", scorer: Scorer | None = None
) -> SuggestionScores:
    """Leave out each document's coding in turn and look for its positions again.

    A document is a version, or a leaflet with all its versions; a scorer used before spares making vectors
    again.  Raises BadInput for another `by`.
    """
    if by not in BY:
        raise BadInput(f"by={by!r}: a document is one of: {', '.join(BY)}.")
    scorer = scorer or Scorer(Index(library))
    cells = list(_cells(scorer, by))
    documents = dict.fromkeys(cell.document for cell in cells)
    scores = [
        _scores(
            document,
            [cell for cell in cells if cell.document == document],
            _floors([cell for cell in cells if cell.document != document]),
        )
        for document in documents
    ]
    return SuggestionScores(by, tuple(scores), _sum(scores), _floors(cells))


def _cells(scorer: Scorer, by: str) -> Iterator[_Cell]:
    """Every coded cell of every version, scored without the coding of its document."""
    library = scorer.library
    every = [known(library, question, ()) for question in library.questions.values()]
    scorer.read(every, library.versions)
    for version in library.versions.values():
        document = version.leaflet if by == "leaflet" else version.id
        left_out = {other.id for other in library.versions.values() if document in (other.id, other.leaflet)}
        for question in library.questions.values():
            for position in library.positions(question.id):
                if position.version == version.id and position.coded.status in LEARNT:
                    yield _cell(scorer, known(library, question, left_out), position, document)


def _cell(scorer: Scorer, asked: Known, position: Position, document: str) -> _Cell:
    text = scorer.text(position.version)
    signals = scorer.signals(asked, text)
    right = {quote.passage for quote in position.quotes}
    ranks = {}
    for way, names in WAYS.items():
        order = [text.passages[place].id for place in ranked(mean(signals, names))]
        ranks[way] = next((rank for rank, id_ in enumerate(order) if id_ in right), None)
    best = float(mean(signals).max(initial=0.0))
    return _Cell(
        document,
        position.status == "stated",
        footing(signals),
        best,
        ranks,
        bool(asked.question.must_mention),
    )


def _floors(cells: Sequence[_Cell]) -> dict[str, float]:
    """The highest floors that silence no more stated cells than may be missed; the fixed ones without cells."""
    floors = dict(FLOORS)
    for footing_ in floors:
        scores = sorted(cell.score for cell in cells if cell.stated and cell.footing == footing_)
        if scores:
            floors[footing_] = scores[int(MISSED * len(scores))]
    return floors


def _scores(document: str, cells: Sequence[_Cell], floors: Mapping[str, float]) -> DocumentScores:
    stated = [cell for cell in cells if cell.stated]
    silent = [cell for cell in cells if not cell.stated]
    tallies = {way: _tally([cell.ranks[way] for cell in stated]) for way in WAYS}
    tallies["must_mention"] = _tally([cell.ranks["must_mention"] for cell in stated if cell.must_mention])
    return DocumentScores(
        document=document,
        silent=len(silent),
        quiet=sum(cell.score < floors[cell.footing] for cell in silent),
        silenced=sum(cell.score < floors[cell.footing] for cell in stated),
        **tallies,
    )


def _tally(ranks: Sequence[int | None]) -> Tally:
    there = [rank for rank in ranks if rank is not None]
    return Tally(len(ranks), *(sum(rank < n for rank in there) for n in (1, 5, 10)))


def _sum(scores: Sequence[DocumentScores]) -> DocumentScores:
    return DocumentScores(
        document="all documents",
        silent=sum(score.silent for score in scores),
        quiet=sum(score.quiet for score in scores),
        silenced=sum(score.silenced for score in scores),
        **{way: _added(getattr(score, way) for score in scores) for way in WAYS},
    )


def _added(tallies: Iterable[Tally]) -> Tally:
    columns = list(zip(*tallies, strict=True)) or [()] * 4
    return Tally(*(sum(column) for column in columns))


def scores_json(scores: SuggestionScores) -> Json:
    """How good suggestions are, with every count."""
    return {
        "by": scores.by,
        "floors": dict(scores.floors),
        "documents": [_document_json(row) for row in scores.documents],
        "total": _document_json(scores.total),
    }


def _document_json(row: DocumentScores) -> Json:
    tallies: dict[str, Json] = {way: dict(getattr(row, way)._asdict()) for way in WAYS}
    counts: dict[str, Json] = {"silent": row.silent, "quiet": row.quiet, "silenced": row.silenced}
    return {"document": row.document, **tallies, **counts}


def scores_lines(scores: SuggestionScores) -> Iterator[str]:
    """How good suggestions are, for a terminal: one block a document, and all together."""
    if not scores.documents:
        yield "No document is coded: there is nothing to look for again."
        return
    yield f"Suggestions, each {scores.by}’s own coding left out: a right passage is"
    for row in (*scores.documents, scores.total):
        yield row.document
        for way, name in SHOWN_AS.items():
            tally: Tally = getattr(row, way)
            if tally.cells:
                shares = [f"{part}/{tally.cells} ({100 * part / tally.cells:.1f} %)" for part in tally[1:]]
                yield f"  {name:21} first {shares[0]}, among five {shares[1]}, among ten {shares[2]}"
        yield wrap(
            f"nothing found: {row.quiet} of {row.silent} silent cells, rightly; "
            f"{row.silenced} of {row.signals.cells} stated cells, wrongly",
            2,
            4,
        )
