"""Answers kept in a file: the question, what was said, and what each citation rests on.

A kept answer freezes its sources: the hash of each original and each reading text, where the words quoted
stand in both, and the sentence around them.  `rechecking` says what has become of them since.
"""

import json
import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Union, get_args, get_origin, get_type_hints

from readacross.certificate import digest
from readacross.citing import verify_citation
from readacross.contract import link
from readacross.errors import BadInput, CitationError, SourceError
from readacross.library import Library
from readacross.model import Answer, Citation, Json, Passage, Span, Statement
from readacross.naming import dated
from readacross.quoting import find_quote
from readacross.records import read_text
from readacross.shapes import pack, unpack
from readacross.storing import plain_errors, write_atomically
from readacross.tracking import neighbours

if TYPE_CHECKING:
    from readacross.answering import Asked

FORMAT = 1
"""The layout of a kept answer; it stands in the file."""

KIND = "answer kept by Readacross"
HOLDS = (
    "This file holds the question in the words in which it was asked. Keep it as you would keep the question."
)
AGAIN = "Take the file from a copy, or ask again"


@dataclass(frozen=True, slots=True)
class Filters:
    """What a question was narrowed to, its date aside."""

    authorities: tuple[str, ...]
    topics: tuple[str, ...]
    all_versions: bool
    top: int


@dataclass(frozen=True, slots=True)
class Said:
    """A statement as it was kept, and the numbers of the citations it rests on."""

    text: str
    authority: str
    question: str | None
    force: str | None
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Differed:
    """A divergence as it was kept."""

    question: str
    level: str
    kind: str
    severity: str
    summary: str


@dataclass(frozen=True, slots=True)
class Original:
    """Where words stood in an original, and its hash."""

    file: str
    sha256: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """A citation as it was kept: the words, where they stood in both texts, and the sentence around them.

    `times` is how often the words stood in such a sentence of their version; where that is not once, they
    cannot be followed into another text.
    """

    authority: str
    version: str
    passage: str
    headings: tuple[str, ...]
    quote: str
    match: str
    reading: Span
    original: Original
    neighbours: str
    times: int
    in_force: str | None
    link: str


@dataclass(frozen=True, slots=True)
class Held:
    """A version as it was when it was cited; `passages` are the digests of all its passages, in order."""

    version: str
    leaflet: str
    title: str
    publisher: str
    licence: str
    dated: str
    status: str
    original_sha256: str
    reading_sha256: str
    passages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Saved:
    """An answer as it was kept: when, from which edition, and everything that was shown."""

    saved: str
    edition: str
    question: str
    filters: Filters
    as_at: str | None
    status: str
    alert: str
    remarks: tuple[str, ...]
    statements: tuple[Said, ...]
    silent: tuple[str, ...]
    divergences: tuple[Differed, ...]
    questions: tuple[str, ...]
    citations: tuple[Kept, ...]
    nearest: tuple[Kept, ...]
    versions: tuple[Held, ...]


class Texts(NamedTuple):
    """The two texts of a version."""

    reading: str
    original: str


class Place(NamedTuple):
    """Where words stand: the passage, and the span of the reading text."""

    passage: Passage
    span: Span


def texts(library: Library, id_: str) -> Texts:
    """A version's reading text as built, and its original, which must be the one that was built from."""
    version = library.versions[id_]
    file = f"{version.folder}/{version.original}"
    original = read_text(library.root / file, Path(file))
    if digest(original) != version.sha256:
        raise CitationError(
            f"{file}: the original has changed since it was built. Restore it as received, or run: readacross build"
        )
    return Texts(library.reading(id_), original)


def prove(answer: Answer, library: Library) -> Mapping[str, Texts]:
    """Verify every citation of an answer again, and return the texts of the versions that it cites.

    Raises CitationError for the first one whose words do not stand where it says.
    """
    citations = (*answer.citations, *answer.nearest)
    found = {id_: texts(library, id_) for id_ in dict.fromkeys(item.passage.version for item in citations)}
    for citation in citations:
        verify_citation(citation, *found[citation.passage.version])
    return found


def places(words: str, passages: Sequence[Passage]) -> Iterator[Place]:
    """Every place in the passages of a version where words stand, but for how they are typed."""
    for passage in passages:
        for found in find_quote(words, passage.text):
            start, end = found.span
            yield Place(passage, Span(passage.span.start + start, passage.span.start + end))


# Keeping


def save(answer: Answer, library: Library, path: Path, on: str, asked: "Asked") -> Saved:
    """Keep an answer in a new file, whole or not at all; `asked` holds its filters and `on` is the day.

    Raises CitationError where a citation does not hold, BadInput where there is something at the path, and
    GenerationError where the disk refuses.
    """
    if path.exists():
        raise BadInput(
            f"{path}: there is something here already, and a kept answer is not overwritten. Name a new file."
        )
    kept = freeze(answer, library, on, asked)
    with plain_errors("The answer cannot be kept"):
        write_atomically(path, saved_json(kept))
    return kept


def freeze(answer: Answer, library: Library, on: str, asked: "Asked") -> Saved:
    """An answer with everything that its citations rest on.  Raises CitationError where one does not hold."""
    found = prove(answer, library)
    passages = {id_: tuple(library.passages(id_)) for id_ in found}

    def kept(citation: Citation) -> Kept:
        id_ = citation.passage.version
        return _kept(citation, library, found[id_].reading, passages[id_])

    return Saved(
        on, library.folder.name, answer.question,
        Filters(asked.authorities, asked.topics, asked.all_versions, asked.top),
        answer.as_at, answer.status, answer.alert, answer.remarks, tuple(map(_said, answer.statements)), answer.silent,
        tuple(Differed(d.question, d.level, d.kind, d.severity, d.summary) for d in answer.divergences),
        answer.questions, tuple(map(kept, answer.citations)), tuple(map(kept, answer.nearest)),
        tuple(_held(library, id_, found[id_].reading, passages[id_]) for id_ in found),
    )  # fmt: skip


def _said(statement: Statement) -> Said:
    force = statement.position.force if statement.position else None
    return Said(statement.text, statement.authority, statement.question, force, statement.citations)


def _kept(citation: Citation, library: Library, reading: str, passages: Sequence[Passage]) -> Kept:
    passage, version = citation.passage, library.versions[citation.passage.version]
    around = neighbours(reading, citation.reading)
    alike = [p for p in places(citation.quote, passages) if neighbours(reading, p.span) == around]
    file = f"{version.folder}/{version.original}"
    return Kept(
        version.authority, version.id, passage.id, passage.headings, citation.quote, citation.match,
        citation.reading, Original(file, version.sha256, citation.original), around, len(alike),
        citation.certainty, link(version, passage.place),
    )  # fmt: skip


def _held(library: Library, id_: str, reading: str, passages: Sequence[Passage]) -> Held:
    version = library.versions[id_]
    return Held(
        id_, version.leaflet, version.title, version.publisher, version.licence, dated(version),
        version.status, version.sha256, digest(reading), tuple(passage.digest for passage in passages),
    )  # fmt: skip


def saved_json(saved: Saved) -> str:
    """A kept answer as it is stored; the seal at its end tells whether anything has been altered since."""
    body: dict[str, Json] = {"kind": KIND, "format": FORMAT, "note": HOLDS}
    body |= {field.name: pack(getattr(saved, field.name)) for field in fields(saved)}
    return json.dumps(body | {"seal": _seal(body)}, ensure_ascii=False, indent=1) + "\n"


def _seal(body: Mapping[str, Json]) -> str:
    """The hash of what a kept answer says, however it is laid out."""
    return digest(json.dumps(dict(body), sort_keys=True, separators=(",", ":")))


# Reading again


def load(path: Path) -> Saved:
    """A kept answer from its file.  Raises SourceError where it is none, or has been altered."""
    try:
        body = _unsealed(path, json.loads(read_text(path, path)))
    except json.JSONDecodeError as bad:
        raise _no_answer(path, "it is not JSON", bad.lineno) from None
    except (ValueError, RecursionError):
        raise _no_answer(path, "it holds a number too long, or is nested too deep") from None
    if not _fits(Saved, body):
        raise _no_answer(path, "something in it has another shape")
    saved = unpack(Saved, body)
    if not _hangs_together(saved):
        raise _no_answer(path, "it cites what it does not hold")
    return saved


def _no_answer(path: Path, why: str, line: int = 1) -> SourceError:
    return SourceError(path, f"this is not a kept answer: {why}", AGAIN, line)


def _unsealed(path: Path, data: Json) -> dict[str, Json]:
    """What a kept answer says, once its kind, format and seal are found to be right."""
    if not isinstance(data, dict) or data.get("kind") != KIND:
        remedy = "Name a file that was written by: readacross ask --save FILE"
        raise SourceError(path, "this is not a kept answer", remedy, 1)
    if data.get("format") != FORMAT:
        what = f"this kept answer has the format {data.get('format')!r}, and only {FORMAT} can be read"
        raise SourceError(path, what, "Read it with the version of Readacross that wrote it", 1)
    if data.pop("seal", None) != _seal(data):
        what = "the file has been altered since it was saved: its seal does not fit"
        raise SourceError(path, what, AGAIN, 1)
    return {key: value for key, value in data.items() if key not in ("kind", "format", "note")}


def _fits(kind: object, data: Json) -> bool:
    """Whether plain data is of the form that a declared type unpacks from."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return any(_fits(one, data) for one in arguments)
    if origin is tuple:
        return isinstance(data, list) and all(_fits(arguments[0], item) for item in data)
    if kind is Span:
        return _is_span(data)
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        return (
            isinstance(data, dict)
            and data.keys() == hints.keys()
            and all(_fits(hint, data[name]) for name, hint in hints.items())
        )
    return type(data) is kind


def _is_span(data: Json) -> bool:
    places = [at for at in data if isinstance(at, int) and type(at) is int] if isinstance(data, list) else []
    return isinstance(data, list) and len(places) == len(data) == 2 and 0 <= places[0] <= places[1]


def _hangs_together(saved: Saved) -> bool:
    """Whether everything that a kept answer points at is in it, and said of it in the same way twice."""
    held = {item.version: item.original_sha256 for item in saved.versions}
    cited = [number for statement in saved.statements for number in statement.citations]
    return all(0 <= number < len(saved.citations) for number in cited) and all(
        held.get(kept.version) == kept.original.sha256 for kept in (*saved.citations, *saved.nearest)
    )
