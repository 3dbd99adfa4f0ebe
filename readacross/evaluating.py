"""Evaluating a knowledge base: how far its coding, its flags and its suggestions can be relied on.

Every figure is counted from files: two codings, the sentences left over, pairs judged by a reader, and each
document's coding left out in turn.  The report stands in qa/, for the site and for whoever reviews a change.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from readacross.agreeing import Agreement, by_topic
from readacross.covering import cover
from readacross.drafting import Draft, draft
from readacross.grading import Grade, Share, grade, load_pairs
from readacross.library import Library
from readacross.model import Json
from readacross.quizzing import (
    Marked,
    Score,
    load_quiz,
    marked_json,
    quiz,
    score_json,
    score_words,
    scores,
    telling_words,
)
from readacross.rehearsing import SuggestionScores, Tally, leave_one_out, scores_json
from readacross.storing import json_line, plain_errors, write_atomically

REPORT = Path("qa/report.md")
FIGURES = Path("qa/report.json")
MARKED = Path("qa/marked.jsonl")
"""What became of each test question, one a line: notebooks draw from it."""


@dataclass(frozen=True, slots=True)
class Covered:
    """Of the sentences of a version, how many are quoted, explained, and open."""

    version: str
    used: int
    explained: int
    open: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What was measured; a part for which there is no data is empty."""

    agreement: tuple[Agreement, ...]
    coverage: tuple[Covered, ...]
    flags: tuple[Grade, ...]
    sure_flags: tuple[Grade, ...]
    suggestions: SuggestionScores
    answers: tuple[Score, ...]
    marked: tuple[Marked, ...] = ()


def evaluate(root: Path, library: Library, *, answers: bool = True) -> Evaluation:
    """Measure a knowledge base, with its test questions if wanted.  Raises SourceError for what cannot be read."""
    made = draft(root)
    pairs = load_pairs(root)
    marked = quiz(library, load_quiz(root)) if answers else ()
    return Evaluation(
        by_topic(made.topics, made.cells) if made.cells else (),
        tuple(_covered(root, made)),
        grade(library, pairs) if pairs else (),
        grade(library, pairs, sure=True) if pairs else (),
        leave_one_out(library, "leaflet"),
        scores(marked),
        marked,
    )


def _covered(root: Path, made: Draft) -> Iterator[Covered]:
    """The sentences of every version that is coded."""
    for id_, text in made.texts.items():
        positions = [position for position in made.positions if position.version == id_]
        if positions:
            states = [sentence.state for sentence in cover(root, text, positions)]
            yield Covered(id_, states.count("used"), states.count("explained"), states.count("open"))


def write_report(root: Path, found: Evaluation) -> tuple[Path, ...]:
    """Write the report, its figures and what became of each test question under qa/, and return where."""
    with plain_errors("The report cannot be written"):
        (root / REPORT).parent.mkdir(exist_ok=True)
        write_atomically(root / REPORT, report(found))
        write_atomically(root / FIGURES, json.dumps(figures(found), indent=1, ensure_ascii=False) + "\n")
        lines = "".join(json_line(marked_json(item)) + "\n" for item in found.marked)
        write_atomically(root / MARKED, lines)
    return REPORT, FIGURES, MARKED


def figures(found: Evaluation) -> Json:
    """Everything that was measured, as data."""
    return {
        "agreement": [
            {
                "topic": row.name,
                "cells": row.cells,
                "agreed": row.agreed,
                "kappa": None if row.kappa is None else round(row.kappa, 4),
            }
            for row in found.agreement
        ],
        "coverage": [
            {"version": row.version, "used": row.used, "explained": row.explained, "open": row.open}
            for row in found.coverage
        ],
        "flags": [_grade_json(row) for row in found.flags],
        "flags_where_sure": [_grade_json(row) for row in found.sure_flags],
        "suggestions": scores_json(found.suggestions),
        "answers": [score_json(row) for row in found.answers],
    }


def _grade_json(row: Grade) -> Json:
    return {"kind": row.kind, "precision": _share_json(row.precision), "recall": _share_json(row.recall)}


def _share_json(share: Share) -> Json:
    interval = share.interval
    return {
        "percent": None if share.percent is None else round(share.percent, 1),
        "interval": None if interval is None else [round(edge, 1) for edge in interval],
        "looked_at": share.looked_at,
    }


def report(found: Evaluation) -> str:
    """The report as Markdown."""
    lines = ["# How far this knowledge base can be relied on", "", "Made by `readacross evaluate`.", ""]
    lines += _section("Agreement of two coders", "topic | cells | agreed | kappa", _agreement_rows(found))
    lines += _section(
        "Sentences", "version | quoted | explained | open",
        [f"{row.version} | {row.used} | {row.explained} | {row.open}" for row in found.coverage],
    )  # fmt: skip
    for heading, grades in (
        ("Flags against a reader’s judgement", found.flags),
        ("Flags, where the reader was sure", found.sure_flags),
    ):
        rows = [f"{row.kind} | {_percent(row.precision)} | {_percent(row.recall)}" for row in grades]
        lines += _section(heading, "kind | precision | recall", rows)
    lines += _section(
        "Suggestions, each leaflet’s own coding left out",
        "leaflet | stated cells | right first | among five | among ten | question alone, among five",
        list(_suggestion_rows(found.suggestions)),
    )
    lines += _section(
        "Answers to the test questions",
        "part | questions | area under the curve | right passage first | among three | wrongly refused | rightly refused",
        [score_words(row) for row in found.answers],
    )
    lines += _section(
        "Who is told of in the answers",
        "part | authorities that answer and are told of | warned where authorities differ | citations exact",
        [telling_words(row) for row in found.answers],
    )
    return "\n".join(lines).rstrip("\n") + "\n"


def _section(heading: str, head: str, rows: Sequence[str]) -> list[str]:
    if not rows:
        return []
    rule = "|".join("---" for _ in head.split("|"))
    return [f"## {heading}", "", f"| {head} |", f"|{rule}|", *(f"| {row} |" for row in rows), ""]


def _agreement_rows(found: Evaluation) -> list[str]:
    return [
        f"{row.name} | {row.cells} | {row.agreed} ({row.percent:.0f} %) | "
        + ("–" if row.kappa is None else f"{row.kappa:.2f}")
        for row in found.agreement
    ]


def _percent(share: Share) -> str:
    if share.percent is None or share.interval is None:
        return "–"
    low, high = share.interval
    return f"{share.percent:.0f} % ({low:.0f} to {high:.0f}), {share.looked_at} pairs"


def _suggestion_rows(scores: SuggestionScores) -> Iterator[str]:
    for row in (*scores.documents, *([scores.total] if scores.documents else [])):
        shares = [_of(row.signals, part) for part in row.signals[1:]]
        yield " | ".join(
            [row.document, str(row.signals.cells), *shares, _of(row.question, row.question.five)]
        )


def _of(tally: Tally, part: int) -> str:
    return f"{100 * part / tally.cells:.0f} %" if tally.cells else "–"
