"""What has become of the citations of a kept answer: each is the same, moved, changed or gone.

- same: the same characters at the same places of files with the same hashes;
- moved: a file has changed, and the same words stand once in the same sentence, there or elsewhere;
- changed: the words stand in another sentence now, or their passage has other words now;
- gone: neither the words nor their passage are there any more, or their version is not.

Words are compared exactly but for how they are typed (`quoting.fold`), never roughly.  What is shown as the
words of now is verified against both texts, as any citation is.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple, get_args

from readacross.certificate import digest
from readacross.citing import cite, merge, original_spans, verify_citation
from readacross.contract import citation_json
from readacross.errors import CitationError
from readacross.glossary import NOT_STATED, capital
from readacross.library import Library
from readacross.markup import plain
from readacross.model import Citation, Json, Passage, Position, Question, Span, Version
from readacross.naming import dated
from readacross.saving import Held, Kept, Place, Saved, Texts, places, texts
from readacross.sentences import sentences
from readacross.shapes import pack
from readacross.showing import visible, wrap
from readacross.tracking import neighbours
from readacross.values import in_words

State = Literal["same", "moved", "changed", "gone"]
STATES: tuple[State, ...] = get_args(State)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a newer version of a leaflet says on a question that a kept statement answered."""

    question: str
    asked: str
    words: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Newer:
    """The version that has taken a cited version's place, and what it says on the same questions."""

    version: Version
    replies: tuple[Reply, ...]


@dataclass(frozen=True, slots=True)
class Rechecked:
    """What has become of a kept citation, why that is said, and the words that stand there now."""

    kept: Kept
    state: State
    why: str = ""
    now: Citation | None = None
    newer: Newer | None = None


def recheck(saved: Saved, library: Library) -> tuple[Rechecked, ...]:
    """Each citation of a kept answer as it is now: what it rests on first, then the nearest passages.

    Raises CitationError where a kept quotation never stood in the text it names, or a text cannot be relied on.
    """
    held = {item.version: item for item in saved.versions}
    views = {id_: _view(library, item) for id_, item in held.items() if id_ in library.versions}
    asked: list[dict[str, None]] = [{} for _ in (*saved.citations, *saved.nearest)]
    for statement in saved.statements:
        for number in statement.citations:
            asked[number] |= {statement.question: None} if statement.question else {}
    found = []
    for kept, questions in zip((*saved.citations, *saved.nearest), asked, strict=True):
        outcome = _follow(kept, held[kept.version], views.get(kept.version))
        newer = _latest(library, kept.version, held[kept.version].leaflet)
        found.append(replace(outcome, newer=_newer(library, newer, questions) if newer else None))
    return tuple(found)


def all_same(found: Sequence[Rechecked]) -> bool:
    """Whether nothing has become of any citation; a newer version alone is nothing."""
    return all(item.state == "same" for item in found)


# Following a citation


class _View(NamedTuple):
    """A version as it is now: its texts, its passages, and which of its hashes are as they were."""

    version: Version
    texts: Texts
    passages: tuple[Passage, ...]
    same_original: bool
    same_reading: bool


def _view(library: Library, held: Held) -> _View:
    version, now = library.versions[held.version], texts(library, held.version)
    same_reading = digest(now.reading) == held.reading_sha256
    same_original = version.sha256 == held.original_sha256
    return _View(version, now, tuple(library.passages(version.id)), same_original, same_reading)


def _follow(kept: Kept, held: Held, view: _View | None) -> Rechecked:
    """What has become of a citation in its own version."""
    if view is None:
        return Rechecked(kept, "gone", "its version is no longer in the knowledge base")
    if view.version.status == "withdrawn" != held.status:
        return Rechecked(kept, "gone", "its version has been withdrawn")
    _refuse_false(kept, view)
    found = list(places(kept.quote, view.passages))
    alike = [place for place in found if neighbours(view.texts.reading, place.span) == kept.neighbours]
    if place := _there(kept, view) or (alike[0] if len(alike) == 1 == kept.times else None):
        return _standing(kept, _cite(place, view.texts), view)
    return _changed(kept, found, alike, view) if found else _missing(kept, held, view)


def _standing(kept: Kept, now: Citation, view: _View) -> Rechecked:
    """A citation that stands: where and as it stood, or otherwise."""
    where = (now.passage.id, now.original) == (kept.passage, kept.original.spans)
    if view.same_original and view.same_reading and where:
        return Rechecked(kept, "same", now=now)
    return Rechecked(kept, "moved", _how_moved(kept, now, view), now)


def _refuse_false(kept: Kept, view: _View) -> None:
    """Raise CitationError where a text that is as it was does not hold what is kept as its words."""
    where = f"{kept.passage}: the kept answer quotes words that do not stand there in the"
    remedy = "though it has not changed since. The file has been altered; take it from a copy, or ask again."
    if view.same_reading and kept.reading.of(view.texts.reading) != kept.quote:
        raise CitationError(f"{where} reading text, {remedy}")
    theirs = "".join(span.of(view.texts.original) for span in kept.original.spans)
    if view.same_original and [*filter(str.isalnum, theirs)] != [*filter(str.isalnum, kept.quote)]:
        raise CitationError(f"{where} original, {remedy}")


def _there(kept: Kept, view: _View) -> Place | None:
    """The place of a citation in a reading text that is as it was."""
    if not view.same_reading:
        return None
    start, end = kept.reading
    over = [p for p in view.passages if p.span.start <= start and end <= p.span.end]
    return Place(over[0], kept.reading) if over else None


def _cite(place: Place, now: Texts) -> Citation:
    """The words at a place, proven."""
    passage, span = place
    original = merge(original_spans(passage.tiles, span), now.original)
    citation = Citation(passage, span.of(now.reading), span, original, "exact", 0.0)
    verify_citation(citation, *now)
    return citation


def _how_moved(kept: Kept, now: Citation, view: _View) -> str:
    """Which file has changed, and where the words stand now."""
    files = [] if view.same_original else ["the original"]
    files += [] if view.same_reading else ["the reading text"]
    parts = [f"{' and '.join(files)} changed" if files else "the same files are read in another way now"]
    if now.passage.id != kept.passage:
        parts += [f"the same words stand in {now.passage.id}"]
    else:
        parts += ["the same words stand in the same passage"]
    parts += ["under other headings"] if now.passage.headings != kept.headings else []
    parts += ["typed in another way"] if now.quote != kept.quote else []
    return ", ".join(parts)


def _changed(kept: Kept, found: Sequence[Place], alike: Sequence[Place], view: _View) -> Rechecked:
    """A citation whose words stand, but not surely in the sentence that was cited."""
    why = "the words stand in a sentence that has changed"
    if alike:
        why = (
            f"the words stood {_times(kept.times)} in such a sentence, and stand so {_times(len(alike))} now; "
            "which of them was cited cannot be told"
        )
    near = [place for place in alike or found if place.passage.id == kept.passage] or alike or found
    return Rechecked(kept, "changed", why, _cite(_around(near[0]), view.texts))


def _around(place: Place) -> Place:
    """The sentences that the words at a place stand in."""
    passage, (start, end) = place
    begins = passage.span.start
    touched = [s for s in sentences(passage.text) if begins + s.start < end and start < begins + s.end]
    first, last = (touched[0].start, touched[-1].end) if touched else (start - begins, end - begins)
    return Place(passage, Span(begins + first, begins + last))


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _missing(kept: Kept, held: Held, view: _View) -> Rechecked:
    """A citation whose words no longer stand: its passage has others, or is not there either.

    A passage of then that now has the number of the one cited is another passage that has moved up.
    """
    for passage in view.passages:
        if passage.id == kept.passage and passage.digest not in held.passages:
            now = _cite(Place(passage, passage.span), view.texts)
            return Rechecked(kept, "changed", "the passage has other words now", now)
    return Rechecked(kept, "gone", "neither the words nor their passage stand in the version any more")


# What a newer version says


def _latest(library: Library, id_: str, leaflet: str) -> Version | None:
    """The last version that supersedes another, directly or not; the latest of its leaflet where that is gone."""
    after = {version.supersedes: version for version in library.versions.values() if version.supersedes}
    latest = None
    while later := after.pop(id_, None):
        latest, id_ = (latest if later.status == "withdrawn" else later), later.id
    if latest is None and id_ not in library.versions:
        return next((version for version in library.current() if version.leaflet == leaflet), None)
    return latest


def _newer(library: Library, version: Version, questions: Iterable[str]) -> Newer:
    now = texts(library, version.id)
    replies = []
    for id_ in questions:
        found = [item for item in library.positions(id_) if item.version == version.id]
        replies += [_reply(library, library.questions[id_], position, now) for position in found]
    return Newer(version, tuple(replies))


def _reply(library: Library, question: Question, position: Position, now: Texts) -> Reply:
    words = NOT_STATED if position.status == "silent" else in_words(question, position)
    citations = []
    for quote in position.quotes:
        passage = library.find_passage(quote.passage)
        if passage is None:
            raise CitationError(
                f"{quote.passage}: a position quotes what is not built. Run: readacross build"
            )
        citations.append(_cite(Place(passage, cite(passage, quote.quote).reading), now))
    return Reply(question.id, question.question, words, tuple(citations))


# Showing


def rechecked_lines(saved: Saved, found: Sequence[Rechecked]) -> Iterator[str]:
    """What has become of a kept answer, for a terminal."""
    yield visible(saved.question)
    counts = Counter(item.state for item in found)
    told = ", ".join(f"{counts[state]} {state}" for state in STATES if counts[state]) or "it cites nothing"
    yield wrap(f"Kept on {saved.saved} from edition {saved.edition}. Citations: {told}.", 0, 2)
    for number, item in enumerate(found, 1):
        near = " (a nearest passage, not an answer)" if number > len(saved.citations) else ""
        yield ""
        yield f"{number}. {item.state.upper()}{near}  [{visible(item.kept.passage)}]"
        yield from _item_lines(item)


def _item_lines(item: Rechecked) -> Iterator[str]:
    if item.state != "same":
        yield wrap(f"“{plain(item.kept.quote)}”", 3, 4)
        yield wrap(f"{item.why}.", 3, 5)
    if item.now and item.now.quote != item.kept.quote:
        yield wrap(f"now: “{plain(item.now.quote)}”", 3, 5)
    if item.newer:
        version = item.newer.version
        yield wrap(f"A newer version: {version.id}, {dated(version)}.", 3, 5)
        for reply in item.newer.replies:
            quotes = "".join(f" “{plain(citation.quote)}”" for citation in reply.citations)
            yield wrap(f"{reply.asked} {capital(reply.words)}{quotes}", 5, 7)


def rechecked_json(saved: Saved, found: Sequence[Rechecked], versions: Mapping[str, Version]) -> Json:
    """What has become of a kept answer, as data: its citations in their order, then the nearest passages."""
    counts = Counter(item.state for item in found)
    return {
        "question": saved.question,
        "saved": saved.saved,
        "edition": saved.edition,
        "all_same": all_same(found),
        "counts": {state: counts[state] for state in STATES},
        "citations": [
            {
                "number": number,
                "answers": number <= len(saved.citations),
                "state": item.state,
                "why": item.why,
                "kept": pack(item.kept),
                "now": citation_json(item.now, versions) if item.now else None,
                "newer": _newer_json(item.newer, versions) if item.newer else None,
            }
            for number, item in enumerate(found, 1)
        ],
    }


def _newer_json(newer: Newer, versions: Mapping[str, Version]) -> Json:
    return {
        "version": newer.version.id,
        "dated": dated(newer.version),
        "replies": [
            {
                "question": reply.question,
                "asked": reply.asked,
                "words": reply.words,
                "citations": [citation_json(citation, versions) for citation in reply.citations],
            }
            for reply in newer.replies
        ],
    }
