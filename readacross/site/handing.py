"""Handing the answer engine's data to the browser: what words find, and what is answered.

Two classic scripts that set one value each, so that they load from a folder on disk as from a server.  Every
quotation in them is proven when it is written, and every constant comes from the module that decides by it.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import combinations

import numpy as np

from readacross import (
    answering,
    comparing,
    conversing,
    familiarity,
    gauging,
    joining,
    markup,
    matching,
    phrasing,
    searching,
    supposing,
    telling,
    understanding,
)
from readacross.analysing import STOP_WORDS, terms
from readacross.citing import merge, original_spans
from readacross.comparing import answer, compare, differ
from readacross.contract import link
from readacross.library import Library
from readacross.matching import LONGEST_QUOTE, _runs
from readacross.model import Citation, Json, Passage, Position, Question, Span, Version
from readacross.naming import dated
from readacross.periods import MONTHS
from readacross.proving import Prover
from readacross.site.gathering import Shelf
from readacross.site.pieces import all_rows, compact, script, weights_json
from readacross.telling import Sides
from readacross.values import in_words
from readacross.weighing import load
from readacross.wording import Wording, load_wording

LETTERS = 0x20000
"""Characters from here on are ideographs, tags and private ones: none of them folds or combines."""

HERE, THERE = "\ue000", "\ue001"
"""What stands for the names of two sides in an explanation until the browser knows them."""


def words_data(shelf: Shelf) -> str:
    """The script that finds passages by words: the analyser's data, weights of terms, passages, versions."""
    weights = load(shelf.library.folder)
    ranks: list[Json] = [*np.load(shelf.library.folder / "columns.npy")[:, 2].tolist()]
    around: dict[str, Json] = {
        "stop": [*sorted(STOP_WORDS)],
        "folds": _folds(),
        "marks": _marks(),
        "terms": [*weights.vocabulary],
        "rank": ranks,
        "constants": constants(),
        "patterns": patterns(),
        "authorities": {item.slug: item.name for item in shelf.library.authorities.values()},
        "versions": [_version(version) for version in shelf.library.versions.values()],
    }
    return script(
        "READACROSS_WORDS",
        {name: compact(value) for name, value in around.items()}
        | {
            "weights": weights_json(shelf),
            "passages": all_rows(shelf, "find", lambda n, text: [_passage(n, p) for p in text.passages]),
        },
    )


def answers_data(shelf: Shelf) -> str:
    """The script that answers: questions, positions with their proven quotations, differences, the wording."""
    library = shelf.library
    prover = Prover(library, library.choose(all_versions=True))
    places = {id_: number for number, id_ in enumerate(library.versions)}
    passages = _Numbered(shelf)
    around: dict[str, Json] = {
        "wording": _wording(load_wording(library.root)),
        "questions": {question.id: _question(shelf, question) for question in library.questions.values()},
        "positions": {
            id_: [
                {"version": places[item.version]} | _position(library.questions[id_], item, prover, passages)
                for item in found
            ]
            for id_, found in shelf.positions.items()
        },
        "besides": {name: [said.question, *said.passages] for name, said in library.besides.items()},
        "rulings": _rulings(library),
        "made_of": shelf.fingerprint,
    }
    return script(
        "READACROSS_ANSWERS",
        {name: compact(value) for name, value in around.items()}
        | {
            "places": all_rows(
                shelf, "places", lambda _, text: [_place(shelf, prover, passage) for passage in text.passages]
            )
        },
    )


class _Numbered:
    """Passages with their numbers, by id."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._read: dict[str, dict[str, tuple[int, Passage]]] = {}

    def __getitem__(self, id_: str) -> tuple[int, Passage]:
        version = id_.partition("#")[0]
        if version not in self._read:
            numbered = enumerate(
                self._shelf.texts[version].passages, self._shelf.library.numbers(version).start
            )
            self._read[version] = {passage.id: (number, passage) for number, passage in numbered}
        return self._read[version][id_]


CONSTANTS = {
    answering: ("LONGEST_QUESTION", "AS_GOOD", "UNRECORDED", "OUT_OF_VIEW", "TOGETHER"),
    gauging: ("SAME_QUESTION", "ENOUGH_EVIDENCE", "ENOUGH_MARGIN", "UNCODED", "FAMILIAR", "JUST_AS_WELL", "OTHERS", "ANSWERED_TOO", "NEAR_BY"),
    familiarity: ("ALWAYS", "DIGITS"),
    supposing: ("UNLIKELY", "LEAST_CHANCE"),
    matching: ("BY_MEANING", "CANDIDATES", "CLEARLY", "TOLD_ALREADY"),
    phrasing: ("UNASKED_ABOUT", "SAID_BESIDES"),
    searching: ("FUSION", "DEPTH"),
    comparing: ("QUIET", "OTHER_FORCE"),
    telling: ("MANY",),
    joining: ("MISSED",),
    understanding: ("SHORTEST_PART", "ASKING", "SAME", "BODIES", "LED_BY", "DWELLS", "DOES", "SAYS", "NOBODY", "SHORT"),
    conversing: ("FEW", "NOTHING_NEW"),
}  # fmt: skip
"""The constants by which the browser decides as the tool does, and whose they are."""


def constants() -> dict[str, Json]:
    """Every constant of the engine that the browser decides by."""
    found: dict[str, Json] = {"SEVERITIES": ["none", "low", "medium", "high"], "MONTHS": [*MONTHS]}
    for module, names in CONSTANTS.items():
        found |= {name: json.loads(json.dumps(getattr(module, name))) for name in names}
    return found


PATTERNS = {
    understanding: ("AND", "WORD", "POSSESSIVE", "LANGUAGE", "DATE", "FRAME", "TOLD_OF", "BREAK"),
    conversing: ("FOLLOWING", "POINTING"),
    markup: ("SHOWN",),
}
"""The patterns by which a question is understood and a reading text is shown, and whose they are."""

SPELT = (
    ("(?P<", "(?<"),
    (r"[^\W\d_]", r"[\p{L}\p{Nl}\p{No}]"),
    (r"\d", r"\p{Nd}"),
    (r"\b(?:in|", r"(?<![\p{L}\p{N}_])(?:in|"),
    (r"\b(?:it|", r"(?<![\p{L}\p{N}_])(?:it|"),
    (r"\b", r"(?![\p{L}\p{N}_])"),
)
"""How a pattern of Python is spelt in JavaScript, whose `\\b` knows no letters but those of ASCII."""


def patterns() -> dict[str, Json]:
    """The patterns that the browser reads by, as JavaScript spells them."""
    found: dict[str, Json] = {}
    for module, names in PATTERNS.items():
        for name in names:
            pattern: re.Pattern[str] = getattr(module, name)
            found[name] = [_spelt(pattern.pattern), "iu" if pattern.flags & re.IGNORECASE else "u"]
    return found


def _spelt(text: str) -> str:
    for ours, theirs in SPELT:
        text = text.replace(ours, theirs)
    return text


@cache
def _folds() -> dict[str, Json]:
    """The letters that fold otherwise than to the small letter of their capital, Cherokee ones to the capital."""
    letters = (chr(at) for at in range(LETTERS) if not 0xD800 <= at < 0xE000)
    return {letter: folded for letter in letters if (folded := letter.casefold()) != _ruled(letter)}


def _ruled(letter: str) -> str:
    """A letter as the browser folds one that has no rule of its own."""
    capital = letter.upper()
    return capital if "CHEROKEE" in unicodedata.name(letter, "") else capital.lower()


@cache
def _marks() -> str:
    """The characters that combine with others, as the inside of a JavaScript character class."""
    runs: list[list[int]] = []
    for at in range(LETTERS):
        if unicodedata.combining(chr(at)):
            if runs and runs[-1][1] == at - 1:
                runs[-1][1] = at
            else:
                runs.append([at, at])
    return "".join(f"\\u{{{first:x}}}-\\u{{{last:x}}}" for first, last in runs)


def _version(version: Version) -> Json:
    valid = version.valid
    bounds = (valid.earliest_start, valid.latest_start, valid.earliest_end, valid.latest_end)
    return {
        "id": version.id,
        "leaflet": version.leaflet,
        "authority": version.authority,
        "label": version.label,
        "title": version.title,
        "publisher": version.publisher,
        "dated": dated(version),
        "link": link(version),
        "current": version.status == "current",
        "supersedes": version.supersedes,
        "valid": [day.isoformat() if day else None for day in bounds],
        "sha256": version.sha256,
        "file": f"{version.folder}/{version.original}",
    }


def _passage(version: int, passage: Passage) -> Json:
    """A passage as words find it: version, place, headings, lead-in, text, and whether it is a heading."""
    heading = int(passage.kind == "heading")
    return [version, passage.place, [*passage.headings], passage.lead_in, passage.text, heading]


def _place(shelf: Shelf, prover: Prover, passage: Passage) -> Json:
    """Where a passage stands in both texts, what is doubted in it, and the runs of it that may be quoted."""
    original = merge(original_spans(passage.tiles, passage.span), shelf.texts[passage.version].original)
    runs = dict.fromkeys(_runs(passage.text)) if len(passage.text) > LONGEST_QUOTE else ()
    return [
        passage.span.start,
        _spans(original),
        [[*doubt.span, doubt.note] for doubt in passage.doubts],
        [[*(found := prover.cite(passage, run)).reading, _spans(found.original)] for run in runs],
    ]


def _spans(spans: Iterable[Span]) -> list[Json]:
    return [[*span] for span in spans]


def _question(shelf: Shelf, question: Question) -> Json:
    """A comparison question, and what differs between the answers that are given to it."""
    library, positions = shelf.library, shelf.positions[question.id]
    given = {
        found: number for number, found in enumerate(dict.fromkeys(answer(question, p) for p in positions))
    }
    found, changed = (_found(question, [*given], one_leaflet=one) for one in (False, True))
    return {
        "topic": question.topic,
        "question": question.question,
        "label": question.label or question.question,
        "link": f"questions/{question.id}.html",
        "phrasings": [*question.phrasings],
        "goes_with": [id_ for id_ in question.goes_with if id_ in library.questions],
        "given": [given[answer(question, position)] for position in positions],
        "found": found,
        **({"changed": changed} if changed != found else {}),
        "why": _explained(library, question, positions),
    }


def _found(question: Question, given: Sequence[comparing.Answer], *, one_leaflet: bool) -> Json:
    """What differs between every two answers, by their numbers."""
    found: dict[str, Json] = {}
    for a, b in combinations(range(len(given)), 2):
        if finding := differ(question, given[a], given[b], one_leaflet=one_leaflet):
            found[f"{a}-{b}"] = [finding.kind, finding.severity, finding.rule]
    return found


def _explained(library: Library, question: Question, positions: Sequence[Position]) -> Json:
    """Why two versions of one leaflet differ, with signs for their names."""
    found: dict[str, Json] = {}
    held: dict[str, list[int]] = {}
    for number, position in enumerate(positions):
        held.setdefault(library.versions[position.version].leaflet, []).append(number)
    for i, j in sorted(pair for numbers in held.values() for pair in combinations(numbers, 2)):
        finding = compare(question, positions[i], positions[j], Sides(HERE, THERE), one_leaflet=True)
        if finding and finding.why:
            found[f"{i}-{j}"] = finding.why
    return found


def _position(question: Question, position: Position, prover: Prover, passages: _Numbered) -> dict[str, Json]:
    """A position in words, with its quotations, each proven."""
    cited = ((passages[quote.passage], quote.quote) for quote in position.quotes)
    return {
        "stated": position.status == "stated",
        "words": in_words(question, position),
        "force": position.force,
        "quotes": [_citation(number, prover.cite(passage, words)) for (number, passage), words in cited],
    }


def _citation(number: int, citation: Citation) -> Json:
    return [number, *citation.reading, _spans(citation.original)]


def _rulings(library: Library) -> list[Json]:
    """What people ruled on differences between versions, for the group of a question to follow."""
    versions = [*library.versions]
    return [
        {
            "question": about.question,
            "versions": [*sorted(versions.index(id_) for id_ in about.versions if id_ in versions)],
            "dismissed": ruling.ruling == "dismissed",
            "severity": ruling.severity,
        }
        for about, ruling in library.rulings.items()
        if not about.against
    ]


def _wording(wording: Wording) -> Json:
    return {
        "status": dict(wording.status),
        "says": wording.crisis.says,
        "contacts": [*wording.crisis.contacts],
        "crisis": ["".join(f" {term} " for term in terms(phrase)) for phrase in wording.crisis.phrases],
    }
