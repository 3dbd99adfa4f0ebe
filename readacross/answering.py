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
from readacross.gauging import NOT_HELD, OTHERS, LookedUp, look_up
from readacross.joining import joined
from readacross.library import Library
from readacross.matching import Rarity, Spoken, said_in_view, said_out_of_view
from readacross.model import SEVERITIES, Answer, Citation, Divergence, Passage, Position, Question, Statement
from readacross.ordering import in_order
from readacross.proving import Prover
from readacross.rulings import dismissed
from readacross.searching import Hit, Index, question_terms
from readacross.supposing import Reading, in_view, stated
from readacross.understanding import Part, understand
from readacross.values import in_words
from readacross.verbatim import in_their_words
from readacross.wording import Crisis, load_wording

LONGEST_QUESTION = 1000
"""Characters; a longer text is not a question."""

UNRECORDED = "No comparison question asks this, so it is not recorded which leaflets are silent."
"""What is said where an answer comes from qa/besides.yaml."""

TOGETHER = "Heard together with: "
"""What is said before the questions that another may lean on."""

OUT_OF_VIEW = (
    "A version that is not in view speaks of this: {}. Ask of all versions, superseded ones too, to read it."
)
"""What is said where only a version that was not asked of says besides what seems to be meant."""

AS_GOOD = 0.7
"""The share of the best passage's evidence that a passage needs to be a statement of its own."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its filters; `after` are the questions that it follows and may lean on, the earliest first."""

    question: str
    authorities: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    as_at: str | None = None
    all_versions: bool = False
    top: int = 5
    after: tuple[str, ...] = ()


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
        found = [_answer(index, asked, part) for part in parts]
        answer = replace(joined(found), question=asked.question, as_at=asked.as_at)
    if asked.after:
        answer = replace(answer, remarks=(f"{TOGETHER}{' '.join(asked.after)}", *answer.remarks))
    return _alerted(library, asked, answer, wording.crisis) if wording.is_crisis(asked.question) else answer


def _read(index: Index, asked: Asked) -> tuple[Asked, tuple[Part, ...], tuple[str, ...]]:
    """A question with the filters that it names, each question in it, and whom it names whose leaflets are not here."""
    question, after = _checked(asked.question), tuple(filter(None, map(_tidied, asked.after)))
    understood = understand(question, index.library.authorities.values(), Spoken(index))
    asked = replace(
        asked,
        question=question,
        after=after,
        authorities=asked.authorities or understood.authorities,
        as_at=understood.as_at if asked.as_at is None else asked.as_at,
    )
    unknown = () if asked.authorities else tuple(understood.unknown)
    first, *others = understood.parts
    return asked, (first._replace(after=" ".join(after)), *others), unknown


def _checked(text: str) -> str:
    question = _tidied(text)
    if not question:
        raise BadInput('The question is empty. Ask in plain words: readacross ask "Can I bring a friend?"')
    if len(question) > LONGEST_QUESTION:
        raise BadInput(
            f"The question has {len(question):,} characters; at most {LONGEST_QUESTION:,} can be asked. Ask one thing at a time."
        )
    return question


def _tidied(text: str) -> str:
    return " ".join(text.encode("utf-8", "replace").decode().split())


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
        for position in stated(in_view(library, library.questions[id_], prover.chosen))
    ]
    contacts = Answer(
        asked.question, asked.as_at, answer.status, tuple(statements), tuple(citations), (), (), ()
    )
    return replace(joined([contacts, answer], answer.status), alert=crisis.says)


def _answer(index: Index, asked: Asked, part: Part) -> Answer:
    """The answer to one of the questions asked."""
    found, asked = _look_up(index, asked, part), replace(asked, question=part.question)
    prover = Prover(index.library, found.chosen)
    if not found.taken:
        answers = found.enough and found.hits
        return (_from_passages if answers else _not_answered)(prover, asked, found)
    main, *others = [
        (_from_besides if reading.besides else _from_positions)(prover, asked, found, reading)
        for reading in found.taken
    ]
    answer = _with_others(main, others) if others else main
    answer = in_order(answer, [reading.name for reading in found.taken], found.likelihood)
    further = (
        _further(prover, answer.citations, found.hits, asked.top)
        if answer.questions and answer.statements
        else ()
    )
    return replace(
        answer,
        citations=(*answer.citations, *further),
        divergences=_severest_first(answer),
        remarks=tuple(_read_as(found)),
    )


def _look_up(index: Index, asked: Asked, part: Part) -> LookedUp:
    """What one of the questions asked finds."""
    chosen = index.library.choose(asked.authorities, asked.as_at, all_versions=asked.all_versions)
    return look_up(index, part, asked.topics, chosen, max(asked.top * 3, 20))


def _with_others(main: Answer, others: Sequence[Answer]) -> Answer:
    """An answer with the statements of what may be meant just as well; silence is told of what is likest meant.

    Nothing of what is likest meant is left out.  Of the others, what is quoted for a position is not quoted once
    more without one.
    """
    answer = joined([main, *others])
    coded = {id_ for item in answer.statements if item.question for id_ in _quoted(answer, item)}
    statements = list(answer.statements[: len(main.statements)])
    statements += [
        item
        for item in answer.statements[len(main.statements) :]
        if item.question or not _quoted(answer, item) <= coded
    ]
    return replace(answer, statements=tuple(statements), silent=main.silent)


def _severest_first(answer: Answer) -> tuple[Divergence, ...]:
    """The divergences of an answer: on the likeliest reading, between all in view, the severest; then the others."""
    places = {id_: place for place, id_ in enumerate(answer.questions)}

    def key(one: Divergence) -> tuple[bool, bool, int, int]:
        return (
            places[one.question] > 0,
            one.level != "group",
            -SEVERITIES.index(one.severity),
            places[one.question],
        )

    return tuple(sorted(answer.divergences, key=key))


def _quoted(answer: Answer, statement: Statement) -> set[str]:
    """The passages that a statement quotes."""
    return {answer.citations[number].passage.id for number in statement.citations}


def _read_as(found: LookedUp) -> Iterator[str]:
    """What a question was taken to ask, and what it may ask just as well: the reader is the judge."""
    main, library = found.taken[0], found.index.library
    yield f"Read as: {_asks(library, main)}"
    others = [_asks(library, reading) for reading in found.just_as_well if reading != main]
    if others:
        yield f"It may also ask: {' '.join(others[:OTHERS])}"
    if main.besides:
        yield UNRECORDED


def _asks(library: Library, reading: Reading) -> str:
    """A reading as a question."""
    if reading.besides:
        return library.besides[reading.name].question
    return library.questions[reading.name].question


def _from_positions(prover: Prover, asked: Asked, found: LookedUp, reading: Reading) -> Answer:
    """Answer with a line for each version that states a position; of the likeliest reading what goes with it too.

    Where every version in view is coded as silent the answer is that they do not say; nearest is then what each
    authority says on what goes with the question.
    """
    library, main, first = prover.library, prover.library.questions[reading.name], reading == found.taken[0]
    positions = in_view(library, main, prover.chosen)
    said = stated(positions)
    related = [
        library.questions[id_] for id_ in main.goes_with if id_ in library.questions and said and first
    ]
    alone = {item.name for item in found.taken}
    views = [(main, positions)]
    views += [(other, in_view(library, other, prover.chosen)) for other in related if other.id not in alone]
    citations: list[Citation] = []
    statements: list[Statement] = []
    differ: list[Divergence] = []
    for question, view in views:
        for position in stated(view):
            plain = first and question is main
            statements.append(_statement(prover, question, position, citations, first=plain))
        differ += _differences(prover, question, view, told=first and question is main)
    heard = {library.versions[position.version].authority for position in said}
    quiet = [library.versions[position.version].authority for position in positions if position not in said]
    conflict = any(d.kind not in QUIET and d.question == main.id for d in differ)
    nearest = () if said else _near_by(prover, main.goes_with, found.hits)
    return Answer(
        asked.question, asked.as_at,
        "not_found" if not said else "authorities_differ" if conflict else "answered",
        tuple(statements), tuple(citations), tuple(slug for slug in dict.fromkeys(quiet) if slug not in heard),
        tuple(differ), nearest, (main.id, *(question.id for question in related)),
    )  # fmt: skip


def _near_by(prover: Prover, names: Sequence[str], hits: Sequence[Hit]) -> tuple[Citation, ...]:
    """What is nearest where nothing answers: what each authority says on the first of some readings on which it speaks.

    Where none speaks on any of them, the best passages.
    """
    library = prover.library
    found: dict[str, Citation] = {}
    for passage, words in (spoken for name in names for spoken in _spoken(prover, name)):
        authority = library.versions[passage.version].authority
        if authority not in found:
            found[authority] = prover.cite(passage, words)
    return tuple(found.values()) or tuple(_further(prover, (), hits, 3))


def _spoken(prover: Prover, name: str) -> Iterator[tuple[Passage, str | None]]:
    """What the versions in view say on a reading, a passage of each and the words that count in it, or all of it."""
    library = prover.library
    if name in library.besides:
        yield from ((library.passage(number), None) for number in said_in_view(library, name, prover.chosen))
    elif name in library.questions:
        for position in stated(in_view(library, library.questions[name], prover.chosen)):
            if passage := library.find_passage(position.quotes[0].passage):
                yield passage, position.quotes[0].quote


def _differences(
    prover: Prover, question: Question, view: Sequence[Position], *, told: bool
) -> list[Divergence]:
    """How the versions in view differ on a question, and from the versions they supersede.

    Silence against speech is told only where `told`: once, for what is likeliest meant.
    """
    library, versions = prover.library, prover.library.versions
    seen = [item.version for item in prover.chosen]
    found = [
        d
        for d in differing(library, question, view, seen)
        if d.kind != "one_silent" or (told and d.level == "group")
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
    asked, parts, unknown = _read(index, asked)
    return NOT_HELD if unknown else max(_look_up(index, asked, part).evidence for part in parts)


def _not_answered(prover: Prover, asked: Asked, found: LookedUp) -> Answer:
    """The answer that nothing answers, with what is nearest and what the reader may have meant."""
    nearest = _near_by(prover, [reading.name for reading in found.offered[:1]], found.hits)
    answer = Answer(asked.question, asked.as_at, "not_found", (), (), (), (), nearest)
    return replace(answer, remarks=tuple(_not_read(found)))


def _not_read(found: LookedUp) -> Iterator[str]:
    """What a reader who is not answered may have meant, and who says it that was not asked of."""
    library = found.index.library
    if found.offered:
        yield f"Perhaps you mean: {' '.join(_asks(library, reading) for reading in found.offered)}"
    away = said_out_of_view(library, found.meant, found.chosen, found.least)
    if away:
        yield OUT_OF_VIEW.format("; ".join(away))


def _from_passages(prover: Prover, asked: Asked, found: LookedUp) -> Answer:
    """Answer with the leaflets' own words: the best statement of each authority first, then the others."""
    hits, rare = found.hits, found.rare
    library = prover.library
    passages = {hit.number: library.passage(hit.number) for hit in hits}
    held = {hit.number: (hit.cosine + rare.coverage(passages[hit.number])) / 2 for hit in hits}
    best = max(held.values())
    good = [(passages[hit.number], hit.score) for hit in hits if held[hit.number] >= AS_GOOD * best]
    return _said(asked, *in_their_words(prover, good, rare, asked.top))


def _from_besides(prover: Prover, asked: Asked, found: LookedUp, reading: Reading) -> Answer:
    """Answer with the passages that say what no comparison question asks, the likeliest to answer before the others.

    Of a long passage the words are quoted that hold most of the question, as asked and as it is read.
    """
    library = prover.library
    rare = Rarity(found.index, question_terms(f"{asked.question} {library.besides[reading.name].question}"))
    scores = {hit.number: hit.score for hit in found.hits}
    numbers = said_in_view(library, reading.name, found.chosen)
    said = [(library.passage(number), scores.get(number, 0.0)) for number in numbers]
    said.sort(key=lambda pair: -found.likelihood(pair[0]))
    return _said(asked, *in_their_words(prover, said, rare, asked.top))


def _said(asked: Asked, statements: tuple[Statement, ...], citations: tuple[Citation, ...]) -> Answer:
    """The answer that consists of statements in the leaflets' own words."""
    return Answer(asked.question, asked.as_at, "answered", statements, citations, (), (), ())
