"""Answering a question: from coded positions where a comparison question fits, else from the best passages.

Every statement rests on citations that are verified against the reading text and the original when they
are made; an answer whose citation does not hold is an error and is never shown.  Nothing here writes a
sentence of its own about a leaflet: statements are the wording of coded options, or the leaflet's words.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from readacross.comparing import QUIET
from readacross.differing import differing
from readacross.errors import BadInput, CitationError
from readacross.joining import joined
from readacross.library import Chosen, Library
from readacross.matching import (
    Meant,
    Rarity,
    Spoken,
    likeliest_besides,
    meant_by,
    said_in_view,
    said_out_of_view,
)
from readacross.model import SEVERITIES, Answer, Citation, Divergence, Position, Question, Statement
from readacross.proving import Prover
from readacross.rulings import dismissed
from readacross.searching import Hit, Index, question_terms, search
from readacross.understanding import understand
from readacross.values import in_words
from readacross.verbatim import in_their_words
from readacross.wording import Crisis, load_wording

LONGEST_QUESTION = 1000
"""Characters; a longer text is not a question."""

SAME_QUESTION = 0.7
"""The likeness from which a question in plain words is taken to be a comparison question put another way."""

ENOUGH_EVIDENCE = 0.46
"""The mean of three signals, each 0 to 1, from which the sources are taken to answer: the best cosine of a
passage, the best share of the question's rare words that one passage holds, and the likeness to the nearest
comparison question (where there is a question bank)."""

ENOUGH_MARGIN = 3.8
"""Where qa/ lists what no comparison question asks: how much more must speak for a comparison question than
for that, STATED added, for the sources to be taken to answer.  See docs/decisions/0014-recogniser.md."""

NOT_HELD = -10.0
"""The evidence for a question about somebody whose leaflets are not here: less than there is for any other."""

STATED = 2.0
"""What is added where some leaflet in view states an answer to the likest comparison question."""

JUST_AS_WELL, OTHERS = 1.5, 2
"""How little more may speak for the likest comparison question than for others, for these to be meant just as well;
how many of them are named."""

UNRECORDED = "No comparison question asks this, so it is not recorded which leaflets are silent."
"""What is said where an answer comes from qa/besides.yaml."""

OUT_OF_VIEW = (
    "A version that is not in view speaks of this: {}. Ask of all versions, superseded ones too, to read it."
)
"""What is said where only a version that was not asked of says besides what seems to be meant."""

AS_GOOD = 0.7
"""The share of the best passage's evidence that a passage needs to be a statement of its own."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its filters."""

    question: str
    authorities: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    as_at: str | None = None
    all_versions: bool = False
    top: int = 5


def ask(library: Library, asked: Asked, index: Index | None = None) -> Answer:
    """Answer a question.  Raises BadInput for one that cannot be asked, CitationError where proof fails.

    Whoever asks many gives the same `index` each time: opening the model takes longer than an answer.

    Authorities and a date that the question names are filters, unless others are given; each question in it
    is answered.
    """
    index, wording = index or Index(library), load_wording(library.root)
    asked, parts, unknown = _read(index, asked)
    if unknown:
        answer = _not_held(asked, unknown)
    else:
        found = [_answer(index, part) for part in parts]
        answer = replace(joined(found), question=asked.question, as_at=asked.as_at)
    return _alerted(library, asked, answer, wording.crisis) if wording.is_crisis(asked.question) else answer


def _read(index: Index, asked: Asked) -> tuple[Asked, list[Asked], tuple[str, ...]]:
    """A question with the filters that it names, each question in it, and whom it names whose leaflets are not here."""
    question = _checked(asked.question)
    understood = understand(question, index.library.authorities.values(), Spoken(index))
    asked = replace(
        asked,
        question=question,
        authorities=asked.authorities or understood.authorities,
        as_at=understood.as_at if asked.as_at is None else asked.as_at,
    )
    unknown = () if asked.authorities else tuple(understood.unknown)
    return asked, [replace(asked, question=part) for part in understood.parts], unknown


def _checked(text: str) -> str:
    question = " ".join(text.encode("utf-8", "replace").decode().split())
    if not question:
        raise BadInput('The question is empty. Ask in plain words: readacross ask "Can I bring a friend?"')
    if len(question) > LONGEST_QUESTION:
        raise BadInput(
            f"The question has {len(question):,} characters; at most {LONGEST_QUESTION:,} can be asked. Ask one thing at a time."
        )
    return question


def _not_held(asked: Asked, unknown: Sequence[str]) -> Answer:
    """The answer to a question about somebody whose leaflets are not here."""
    remark = f"No leaflet of {' or '.join(unknown)} is held here."
    return Answer(asked.question, asked.as_at, "out_of_scope", (), (), (), (), (), (), "", (remark,))


def _alerted(library: Library, asked: Asked, answer: Answer, crisis: Crisis) -> Answer:
    """An answer that begins with what to do in danger, and with whom the leaflets say to ring."""
    prover = Prover(library, library.choose(asked.authorities, asked.as_at, all_versions=asked.all_versions))
    citations: list[Citation] = []
    statements = [
        _statement(prover, library.questions[id_], position, citations, first=False)
        for id_ in crisis.contacts
        if id_ in library.questions
        for position in _stated(_in_view(library, library.questions[id_], prover.chosen))
    ]
    contacts = Answer(
        asked.question, asked.as_at, answer.status, tuple(statements), tuple(citations), (), (), ()
    )
    return replace(joined([contacts, answer], answer.status), alert=crisis.says)


def _answer(index: Index, asked: Asked) -> Answer:
    """The answer to one question."""
    found = _look_up(index, asked)
    prover = Prover(index.library, found.chosen)
    if found.besides and found.enough:
        return _from_besides(index, prover, asked, found)
    meant, positions = found.taken
    if meant is None or not positions:
        return _from_passages(prover, asked, found)
    answer = _from_positions(prover, asked, (meant, positions), found.hits)
    return replace(answer, remarks=tuple(_read_as(meant, found.just_as_well)))


@dataclass(frozen=True)
class _LookedUp:
    """What a question finds: the versions in view, passages, its rare words, and the question it may mean."""

    library: Library
    chosen: tuple[Chosen, ...]
    hits: list[Hit]
    rare: Rarity
    meant: Meant
    signals: tuple[float, ...]
    margin: float | None
    besides: str = ""

    @property
    def evidence(self) -> float:
        """How much speaks for it that the sources answer: by the margin where there is one."""
        return sum(self.signals) / len(self.signals) if self.margin is None else self.margin

    @property
    def means(self) -> bool:
        """Whether it is taken to be the nearest comparison question, put another way."""
        return self.enough if self.margin is not None else self.meant.likeness >= SAME_QUESTION

    @property
    def just_as_well(self) -> list[Question]:
        """The comparison questions that it may mean just as well, the likest first; one where nothing is recognised."""
        near = [
            item for likeness, item in self.meant.questions if self.meant.likeness - likeness < JUST_AS_WELL
        ]
        return near if self.margin is not None else near[:1]

    @property
    def taken(self) -> tuple[Question | None, list[Position]]:
        """The comparison question it is taken to be, with the positions in view.

        Of those that may be meant just as well the likest that some version in view answers, if any does.
        """
        views = [(item, _in_view(self.library, item, self.chosen)) for item in self.just_as_well]
        if not views or not self.means:
            return None, []
        return next((view for view in views if _stated(view[1])), views[0])

    @property
    def enough(self) -> bool:
        """Whether the sources are taken to answer."""
        return self.evidence >= (ENOUGH_EVIDENCE if self.margin is None else ENOUGH_MARGIN)


def _look_up(index: Index, asked: Asked) -> _LookedUp:
    library = index.library
    library.check_topics(asked.topics)
    chosen = library.choose(asked.authorities, asked.as_at, all_versions=asked.all_versions)
    vector, words = index.encoder.encode(asked.question), question_terms(asked.question)
    allowed = index.allowed([item.version.id for item in chosen], asked.topics)
    hits = search(index, vector, words, allowed, max(asked.top * 3, 20))
    rare = Rarity(index, words)
    meant = meant_by(index, vector, rare, asked.topics)
    besides = likeliest_besides(library, meant, chosen)
    margin = _margin(library, meant, chosen) if besides is None else besides[0] + STATED
    signals = _signals(library, hits, rare, meant) if margin is None else ()
    return _LookedUp(library, chosen, hits, rare, meant, signals, margin, besides[1] if besides else "")


def _signals(library: Library, hits: Sequence[Hit], rare: Rarity, meant: Meant) -> tuple[float, ...]:
    """The best cosine, the best coverage of rare words, and the likeness to a comparison question if any."""
    if not hits:
        return (0.0,)
    covered = max(rare.coverage(library.passage(hit.number)) for hit in hits[:5])
    signals = (max(hit.cosine for hit in hits), covered)
    return (*signals, meant.likeness) if meant.questions else signals


def _read_as(meant: Question, near: Sequence[Question]) -> Iterator[str]:
    """What a question was taken to ask, and what it may ask just as well: the reader is the judge."""
    yield f"Read as: {meant.question}"
    others = [question.question for question in near if question is not meant]
    if others:
        yield f"It may also ask: {' '.join(others[:OTHERS])}"


def _margin(library: Library, meant: Meant, chosen: Sequence[Chosen]) -> float | None:
    """How much more speaks for a comparison question than for what none of them asks."""
    if meant.question is None or meant.other is None:
        return None
    return (
        meant.likeness - meant.other + (STATED if _stated(_in_view(library, meant.question, chosen)) else 0.0)
    )


def _stated(positions: Sequence[Position]) -> list[Position]:
    """The positions that state an answer."""
    return [position for position in positions if position.status == "stated"]


def _in_view(library: Library, question: Question, chosen: Sequence[Chosen]) -> list[Position]:
    """The positions on a question of the versions in view, in their order."""
    by_version = {position.version: position for position in library.positions(question.id)}
    return [by_version[item.version.id] for item in chosen if item.version.id in by_version]


def _from_positions(
    prover: Prover, asked: Asked, found: tuple[Question, list[Position]], hits: Sequence[Hit]
) -> Answer:
    """Answer with one line for each version that states a position, and those on questions that go with it.

    Where every version in view is coded as silent the answer is that they do not say.
    """
    library, (main, positions) = prover.library, found
    stated = _stated(positions)
    related = [library.questions[id_] for id_ in main.goes_with if id_ in library.questions] if stated else []
    views = [(main, positions)] + [(other, _in_view(library, other, prover.chosen)) for other in related]
    citations: list[Citation] = []
    statements: list[Statement] = []
    differ: list[Divergence] = []
    for question, view in views:
        for position in _nearest_first(library, view, hits):
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


def _nearest_first(library: Library, positions: Sequence[Position], hits: Sequence[Hit]) -> list[Position]:
    """What is stated, in the order in which the passages quoted were found."""
    places = {library.passage(hit.number).id: place for place, hit in enumerate(hits)}

    def place(position: Position) -> int:
        return min((places.get(quote.passage, len(places)) for quote in position.quotes), default=len(places))

    return sorted(_stated(positions), key=place)


def _differences(
    prover: Prover, question: Question, view: Sequence[Position], main: Question
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
    prover: Prover, question: Question, position: Position, citations: list[Citation], *, first: bool
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


def _further(prover: Prover, citations: Sequence[Citation], hits: Sequence[Hit], top: int) -> list[Citation]:
    """The best passages that are not cited yet, as further reading."""
    cited = {citation.passage.id for citation in citations}
    passages = [(prover.library.passage(hit.number), hit.score) for hit in hits[:top]]
    return [prover.cite(passage, score=score) for passage, score in passages if passage.id not in cited]


def evidence(library: Library, asked: Asked, index: Index | None = None) -> float:
    """How much speaks for it that the sources answer a question; only the order of questions means anything.

    Of several questions in one the most; NOT_HELD where it is about somebody whose leaflets are not here.
    """
    index = index or Index(library)
    _, parts, unknown = _read(index, asked)
    return NOT_HELD if unknown else max(_look_up(index, part).evidence for part in parts)


def _from_passages(prover: Prover, asked: Asked, found: _LookedUp) -> Answer:
    """Answer with the leaflets' own words: the best statement of each authority first, then the others."""
    hits, rare = found.hits, found.rare
    library = prover.library
    passages = {hit.number: library.passage(hit.number) for hit in hits}
    held = {hit.number: (hit.cosine + rare.coverage(passages[hit.number])) / 2 for hit in hits}
    if not found.enough or not hits:
        nearest = tuple(prover.cite(passages[hit.number], score=hit.score) for hit in hits[:3])
        away = said_out_of_view(library, found.meant, found.chosen, ENOUGH_MARGIN - STATED)
        remarks = (OUT_OF_VIEW.format("; ".join(away)),) if away else ()
        answer = Answer(asked.question, asked.as_at, "not_found", (), (), (), (), nearest)
        return replace(answer, remarks=remarks)
    best = max(held.values())
    good = [(passages[hit.number], hit.score) for hit in hits if held[hit.number] >= AS_GOOD * best]
    return _said(asked, *in_their_words(prover, good, rare, asked.top))


def _from_besides(index: Index, prover: Prover, asked: Asked, found: _LookedUp) -> Answer:
    """Answer with the passages that say what no comparison question asks, what was found first before the others.

    Of a long passage the words are quoted that hold most of the question, as asked and as it is read.
    """
    library, read_as = prover.library, prover.library.besides[found.besides].question
    rare = Rarity(index, question_terms(f"{asked.question} {read_as}"))
    places = {hit.number: (place, hit.score) for place, hit in enumerate(found.hits)}
    numbers = said_in_view(library, found.besides, found.chosen)
    numbers.sort(key=lambda number: places.get(number, (len(places), 0.0))[0])
    said = [(library.passage(number), places.get(number, (0, 0.0))[1]) for number in numbers]
    answer = _said(asked, *in_their_words(prover, said, rare, asked.top))
    return replace(answer, remarks=(f"Read as: {read_as}", UNRECORDED))


def _said(asked: Asked, statements: tuple[Statement, ...], citations: tuple[Citation, ...]) -> Answer:
    """The answer that consists of statements in the leaflets' own words."""
    return Answer(asked.question, asked.as_at, "answered", statements, citations, (), (), ())
