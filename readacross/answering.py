"""Answering a question: from coded positions where a comparison question fits, else from the best passages.

Every statement rests on citations that are verified against the reading text and the original when they
are made; an answer whose citation does not hold is an error and is never shown.  Nothing here writes a
sentence of its own about a leaflet: statements are the wording of coded options, or the leaflet's words.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

import numpy as np

from readacross.citing import cite, merge, verify_citation
from readacross.comparing import QUIET
from readacross.differing import differing
from readacross.encoding import Vector
from readacross.errors import BadInput, CitationError
from readacross.library import Chosen, Library
from readacross.markup import plain
from readacross.model import SEVERITIES, Answer, Citation, Divergence, Passage, Position, Question, Statement
from readacross.rulings import dismissed
from readacross.searching import Hit, Index, question_terms, search
from readacross.sentences import sentences
from readacross.values import in_words

LONGEST_QUESTION = 1000
"""Characters; a longer text is not a question."""

SAME_QUESTION = 0.7
"""The likeness from which a question in plain words is taken to be a comparison question put another way."""

BY_MEANING = 0.8
"""The weight of the cosine in that likeness; the rest is the share of the asked question's rare words that
the ways to put the comparison question hold.  Meaning alone takes "take my child away" for "talk to my
child without me"."""

CANDIDATES = 12
"""How many comparison questions, nearest by cosine, are weighed by their words too."""

ENOUGH_EVIDENCE = 0.46
"""The mean of three signals, each 0 to 1, from which the sources are taken to answer: the best cosine of a
passage, the best share of the question's rare words that one passage holds, and the likeness to the nearest
comparison question (where there is a question bank).  Provisional, see docs/decisions/0006-refusal.md."""

AS_GOOD = 0.7
"""The share of the best passage's evidence that a passage needs to be a statement of its own."""

LONGEST_QUOTE = 320


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its filters."""

    question: str
    authorities: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    as_at: str | None = None
    all_versions: bool = False
    top: int = 5


def ask(library: Library, asked: Asked) -> Answer:
    """Answer a question.  Raises BadInput for one that cannot be asked, CitationError where proof fails."""
    question = " ".join(asked.question.encode("utf-8", "replace").decode().split())
    if not question:
        raise BadInput('The question is empty. Ask in plain words: readacross ask "Can I bring a friend?"')
    if len(question) > LONGEST_QUESTION:
        raise BadInput(
            f"The question has {len(question):,} characters; at most {LONGEST_QUESTION:,} can be asked. Ask one thing at a time."
        )
    asked = replace(asked, question=question)
    found = _look_up(library, asked)
    prover = _Prover(library, found.chosen)
    if found.meant and found.likeness >= SAME_QUESTION:
        positions = _in_view(library, found.meant, found.chosen)
        if positions:
            return _from_positions(prover, asked, (found.meant, positions), found.hits)
    return _from_passages(prover, asked, found)


@dataclass(frozen=True)
class _LookedUp:
    """What a question finds: the versions in view, passages, its rare words, and the question it may mean."""

    chosen: tuple[Chosen, ...]
    hits: list[Hit]
    rare: "_Rarity"
    meant: Question | None
    likeness: float


def _look_up(library: Library, asked: Asked) -> _LookedUp:
    library.check_topics(asked.topics)
    chosen = library.choose(asked.authorities, asked.as_at, all_versions=asked.all_versions)
    index = Index(library)
    vector, words = index.encoder.encode(asked.question), question_terms(asked.question)
    allowed = index.allowed([item.version.id for item in chosen], asked.topics)
    hits = search(index, vector, words, allowed, max(asked.top * 3, 20))
    rare = _Rarity(index, words)
    likeness, meant = next(iter(_nearest_questions(index, vector, rare, asked.topics)), (0.0, None))
    return _LookedUp(chosen, hits, rare, meant, likeness)


class _Prover:
    """Makes citations and proves each against the built reading text and the original on disk."""

    def __init__(self, library: Library, chosen: Sequence[Chosen]) -> None:
        self.library, self.chosen = library, chosen
        self.certainty = {item.version.id: item.certainty for item in chosen}
        self._texts: dict[str, tuple[str, str]] = {}

    def cite(self, passage: Passage, words: str | None = None, score: float = 0.0) -> Citation:
        reading, original = self._both(passage.version)
        citation = cite(passage, words, score=score)
        citation = replace(
            citation,
            original=merge(citation.original, original),
            certainty=self.certainty.get(passage.version),
        )
        verify_citation(citation, reading, original)
        return citation

    def _both(self, id_: str) -> tuple[str, str]:
        """The built reading text of a version and its original, which must be the one that was built from."""
        if id_ not in self._texts:
            version = self.library.versions[id_]
            file = self.library.root / version.folder / version.original
            shown = f"{version.folder}/{version.original}"
            try:
                data = file.read_bytes()
            except OSError as bad:
                raise CitationError(
                    f"{shown}: the original cannot be read ({bad.strerror}). Restore it as received."
                ) from None
            if sha256(data).hexdigest() != version.sha256:
                raise CitationError(
                    f"{shown}: the original has changed since it was built. Restore it as received."
                )
            self._texts[id_] = self.library.reading(id_), data.decode()
        return self._texts[id_]


def _nearest_questions(
    index: Index, vector: Vector, rare: "_Rarity", topics: Sequence[str]
) -> list[tuple[float, Question]]:
    """The comparison questions on these topics (on any, where none is given) by likeness, best first."""
    phrases = index.library.corpus["phrases"]
    if not isinstance(phrases, list) or not phrases:
        return []
    cosines = index.phrases @ vector
    best: dict[str, float] = {}
    for at in np.argsort(-cosines, kind="stable"):
        question = index.library.questions[str(phrases[at])]
        if question.id not in best and (not topics or question.topic in topics):
            best[question.id] = float(cosines[at])
        if len(best) == CANDIDATES:
            break
    weighed = [(_likeness(cosine, index.library.questions[id_], rare), id_) for id_, cosine in best.items()]
    weighed.sort(key=lambda pair: (-pair[0], pair[1]))
    return [(likeness, index.library.questions[id_]) for likeness, id_ in weighed]


def _likeness(cosine: float, question: Question, rare: "_Rarity") -> float:
    """How likely it is that a question was meant: by meaning, and by the rare words it shares."""
    return BY_MEANING * cosine + (1 - BY_MEANING) * rare.held("\n".join(question.phrasings))


def _in_view(library: Library, question: Question, chosen: Sequence[Chosen]) -> list[Position]:
    """The positions on a question of the versions in view, in their order."""
    by_version = {position.version: position for position in library.positions(question.id)}
    return [by_version[item.version.id] for item in chosen if item.version.id in by_version]


def _from_positions(
    prover: _Prover, asked: Asked, found: tuple[Question, list[Position]], hits: Sequence[Hit]
) -> Answer:
    """Answer with one line for each version that states a position, and those on questions that go with it.

    Where every version in view is coded as silent the answer is that they do not say.
    """
    library, (main, positions) = prover.library, found
    stated = [position for position in positions if position.status == "stated"]
    related = [library.questions[id_] for id_ in main.goes_with if id_ in library.questions] if stated else []
    views = [(main, positions)] + [(other, _in_view(library, other, prover.chosen)) for other in related]
    citations: list[Citation] = []
    statements: list[Statement] = []
    differ: list[Divergence] = []
    for question, view in views:
        for position in view:
            if position.status == "stated":
                statements.append(_statement(prover, question, position, citations, first=question is main))
        differ += _differences(prover, question, view, main)
    heard = {library.versions[position.version].authority for position in stated}
    quiet = [library.versions[position.version].authority for position in positions if position not in stated]
    differ.sort(key=lambda d: (d.question != main.id, d.level != "group", -SEVERITIES.index(d.severity)))
    conflict = any(d.kind not in QUIET and d.question == main.id for d in differ)
    nearest = () if stated else tuple(_further(prover, citations, hits, 3))
    citations += _further(prover, citations, hits, asked.top) if stated else ()
    return Answer(
        asked.question, asked.as_at,
        "not_found" if not stated else "authorities_differ" if conflict else "answered",
        tuple(statements), tuple(citations), tuple(slug for slug in dict.fromkeys(quiet) if slug not in heard),
        tuple(differ), nearest, (main.id, *(question.id for question in related)),
    )  # fmt: skip


def _differences(
    prover: _Prover, question: Question, view: Sequence[Position], main: Question
) -> list[Divergence]:
    """How the versions in view differ on a question, and from the versions they supersede.

    Silence against speech is told once, for the main question.
    """
    library, versions = prover.library, prover.library.versions
    seen = [item.version for item in prover.chosen]
    found = [
        d
        for d in differing(library, question, view, seen)
        if d.kind != "one_silent" or (d.question == main.id and d.level == "group")
    ]
    earlier = {position.version: position for position in library.positions(question.id)}
    for position in view:
        before = versions[position.version].supersedes
        if before in earlier and versions[before] not in seen:
            pair = differing(library, question, [earlier[before], position], versions.values())
            found += [d for d in pair if d.level == "pair"]
    return [d for d in found if not dismissed(d)]


def _statement(
    prover: _Prover, question: Question, position: Position, citations: list[Citation], *, first: bool
) -> Statement:
    """One line of what a version says, resting on its coded quotes."""
    numbers = []
    for quote in position.quotes:
        passage = prover.library.find_passage(quote.passage)
        if passage is None:
            raise CitationError(
                f"{quote.passage}: a position quotes what is not built. Run: readacross build"
            )
        citations.append(prover.cite(passage, quote.quote, 1.0))
        numbers.append(len(citations) - 1)
    words = in_words(question, position)
    text = words[:1].upper() + words[1:] if first else f"{question.label}: {words}"
    authority = prover.library.versions[position.version].authority
    return Statement(text, authority, tuple(numbers), question.id, position)


def _further(prover: _Prover, citations: Sequence[Citation], hits: Sequence[Hit], top: int) -> list[Citation]:
    """The best passages that are not cited yet, as further reading."""
    cited = {citation.passage.id for citation in citations}
    passages = [(prover.library.passage(hit.number), hit.score) for hit in hits[:top]]
    return [prover.cite(passage, score=score) for passage, score in passages if passage.id not in cited]


def evidence(library: Library, asked: Asked) -> tuple[float, ...]:
    """The signals by which it is decided whether the sources answer; see ENOUGH_EVIDENCE."""
    return _signals(library, _look_up(library, asked))


def _signals(library: Library, found: _LookedUp) -> tuple[float, ...]:
    """The best cosine, the best coverage of rare words, and the likeness to a comparison question if any."""
    if not found.hits:
        return (0.0,)
    covered = max(found.rare.coverage(library.passage(hit.number)) for hit in found.hits[:5])
    signals = (max(hit.cosine for hit in found.hits), covered)
    return (*signals, found.likeness) if found.meant else signals


def _from_passages(prover: _Prover, asked: Asked, found: _LookedUp) -> Answer:
    """Answer with the leaflets' own words: the best statement of each authority first, then the others."""
    hits, rare = found.hits, found.rare
    library = prover.library
    passages = {hit.number: library.passage(hit.number) for hit in hits}
    held = {hit.number: (hit.cosine + rare.coverage(passages[hit.number])) / 2 for hit in hits}
    signals = _signals(library, found)
    if sum(signals) / len(signals) < ENOUGH_EVIDENCE:
        nearest = tuple(prover.cite(passages[hit.number], score=hit.score) for hit in hits[:3])
        return Answer(asked.question, asked.as_at, "not_found", (), (), (), (), nearest)
    best = max(held.values())
    good = [hit for hit in hits if held[hit.number] >= AS_GOOD * best]
    by_authority: dict[str, Hit] = {}
    for hit in good:
        by_authority.setdefault(library.versions[passages[hit.number].version].authority, hit)
    first = list(by_authority.values())
    ordered = first + [hit for hit in good if hit not in first]
    citations: list[Citation] = []
    statements: list[Statement] = []
    for hit in ordered[: max(asked.top, len(first))]:
        passage = passages[hit.number]
        citations.append(prover.cite(passage, rare.best_words(passage), hit.score))
        spoken = " ".join(part for part in (passage.lead_in, plain(citations[-1].quote)) if part)
        authority = library.versions[passage.version].authority
        statements.append(Statement(spoken, authority, (len(citations) - 1,)))
    return Answer(asked.question, asked.as_at, "answered", tuple(statements), tuple(citations), (), (), ())


class _Rarity:
    """How rare each of a question's words is in the passages, and which words of a passage hold them."""

    def __init__(self, index: Index, words: Sequence[str]) -> None:
        weights = index.weights
        starts = weights.starts
        self.rarity: dict[str, float] = {}
        for word in words:
            column = weights.vocabulary.get(word)
            count = 0 if column is None else int(starts[column + 1] - starts[column])
            self.rarity[word] = float(np.log(1 + (weights.count - count + 0.5) / (count + 0.5)))

    def held(self, text: str) -> float:
        """The share of the question's rarity that a text holds, 0 to 1."""
        total = sum(self.rarity.values())
        words = set(question_terms(text))
        return sum(rarity for word, rarity in self.rarity.items() if word in words) / total if total else 0.0

    def coverage(self, passage: Passage) -> float:
        """The share of the question's rarity that a passage holds in its context, 0 to 1."""
        return self.held("\n".join([*passage.headings, passage.lead_in, plain(passage.text)]))

    def best_words(self, passage: Passage) -> str:
        """The passage if it is short, else the run of its sentences that holds most of the question."""
        if len(passage.text) <= LONGEST_QUOTE:
            return passage.text
        runs = list(_runs(passage.text))
        return max(runs, key=lambda run: (self.held(run), -len(run)))


def _runs(text: str) -> Iterator[str]:
    """Runs of whole sentences of a passage, none longer than a quote may be unless a sentence is."""
    found = list(sentences(text))
    for first, (start, _) in enumerate(found):
        for last, (_, end) in enumerate(found[first:]):
            if last and end - start > LONGEST_QUOTE:
                break
            yield text[start:end]
