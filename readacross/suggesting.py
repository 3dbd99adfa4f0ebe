"""Suggesting passages: for each comparison question, where a version may answer it; for a person to read.

A suggestion is never a position: nothing here writes to a coding file.  A machine says "nothing found";
only a coder says "not stated".
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from readacross.analysing import terms
from readacross.errors import BadInput
from readacross.library import Library
from readacross.markup import plain
from readacross.model import Json, Passage, Span
from readacross.scoring import (
    FLOORS,
    TIMED,
    Known,
    Scorer,
    Text,
    footing,
    in_terms,
    known,
    mean,
    mentions,
    ranked,
)
from readacross.searching import Index
from readacross.sentences import sentences
from readacross.showing import wrap

if TYPE_CHECKING:
    from readacross.amounts import Amount
    from readacross.forces import Force

SHOWN = 5
"""How many passages are suggested for a question, at most."""

SPEAKS = 0.3
"""How strong a signal must be for its words to stand among the reasons; the strongest always does."""

WORDS_SHOWN = 4
"""How many shared words a reason names, the rarest."""

LONGEST_REASON = 90
"""Characters of a quote in a reason; a longer one is cut."""

HARD_BREAK = "\\\n"
"""What sets a passage line by line."""

WORD = re.compile(r"\w+(?:['’]\w+)*")


@dataclass(frozen=True, slots=True)
class Suggested:
    """Words of a passage that may answer a question: how strongly, why, and what was read in them.

    `text` is exactly the characters at `reading` in the version's reading text.
    """

    passage: str
    text: str
    reading: Span
    score: float
    amounts: "tuple[Amount, ...]"
    force: "Force"
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The passages that may answer one question, best first; none where nothing was found."""

    question: str
    passages: tuple[Suggested, ...]


def suggest(library: Library, version_id: str, scorer: Scorer | None = None) -> tuple[Suggestion, ...]:
    """For each question, in the order of the bank, up to five passages of a version that may answer it.

    Nothing is learnt from the version's own coding.  A version without passages, or a bank without
    questions, gives nothing; a scorer used before spares making vectors again.  Raises BadInput for a
    version that is not known.
    """
    if version_id not in library.versions:
        raise BadInput(
            f"{version_id}: there is no such version. List them: readacross versions --all-versions"
        )
    scorer = scorer or Scorer(Index(library))
    text = scorer.text(version_id)
    if not text.passages:
        return ()
    every = [known(library, question, {version_id}) for question in library.questions.values()]
    scorer.read(every, [version_id])
    return tuple(_suggestion(scorer, asked, text) for asked in every)


class _Found(NamedTuple):
    """A passage found for a question: its text and place there, and the strength of each signal."""

    asked: Known
    text: Text
    place: int
    signals: Mapping[str, float]

    @property
    def passage(self) -> Passage:
        return self.text.passages[self.place]

    @property
    def context(self) -> str:
        """The passage as it is matched: under its headings, after the sentence it hangs from."""
        return "\n".join([*self.passage.headings, self.passage.lead_in, self.text.bare[self.place]])


def _suggestion(scorer: Scorer, asked: Known, text: Text) -> Suggestion:
    signals = scorer.signals(asked, text)
    scores = mean(signals)
    floor = FLOORS[footing(signals)]
    passages = []
    for place in ranked(scores)[:SHOWN]:
        if scores[place] >= floor:
            strengths = {name: float(strength[place]) for name, strength in signals.items()}
            passages.append(_suggested(scorer, _Found(asked, text, place, strengths), float(scores[place])))
    return Suggestion(asked.question.id, tuple(passages))


def _suggested(scorer: Scorer, found: _Found, score: float) -> Suggested:
    from readacross.amounts import read_amounts
    from readacross.forces import read_force

    passage = found.passage
    words = _best_words(scorer, found)
    text = words.of(passage.text)
    return Suggested(
        passage=passage.id,
        text=text,
        reading=Span(passage.span.start + words.start, passage.span.start + words.end),
        score=score,
        amounts=read_amounts(plain(text)),
        force=read_force(plain(text), passage.lead_in),
        because=tuple(_reasons(scorer, found)),
    )


def _best_words(scorer: Scorer, found: _Found) -> Span:
    """The sentence that speaks most of a passage; the whole of one that is set line by line, as addresses are."""
    text = found.passage.text
    spans = list(sentences(text))
    if len(spans) < 2 or HARD_BREAK in text:
        return Span(0, len(text))
    return max(spans, key=lambda span: _speaks(scorer, found.asked, plain(span.of(text))))


def _speaks(scorer: Scorer, asked: Known, sentence: str) -> float:
    """How much a sentence speaks to a question, by words, by must-mention terms, and by an amount if asked for."""
    from readacross.amounts import read_amounts

    held = terms(sentence)
    quotes = [scorer.share(plain(quote.quote), held) for quote in asked.quotes]
    learnt = sum(quotes) / len(quotes) if quotes else 0.0
    mentioned = bool(mentions([in_terms(sentence)], asked.question.must_mention))
    timed = asked.question.answer_type in TIMED and any(
        amount.kind == asked.question.answer_type for amount in read_amounts(sentence)
    )
    return scorer.share(asked.asked, held) + learnt + mentioned + timed / 2


def _reasons(scorer: Scorer, found: _Found) -> Iterator[str]:
    """The signals that spoke for a passage, in words, strongest first."""
    order = sorted(found.signals, key=lambda name: (-found.signals[name], name))
    for name in order:
        if found.signals[name] >= SPEAKS or name == order[0]:
            yield _reason(scorer, found, name)


def _reason(scorer: Scorer, found: _Found, name: str) -> str:
    if name.startswith("quotes"):
        return _like_a_quote(scorer, found, by_words=name == "quotes by words")
    if name == "must-mention":
        there = mentions(found.text.parts[found.place], found.asked.question.must_mention)
        return f"mentions {_listed(there)}"
    return {
        "question by meaning": "is near in meaning to the question",
        "question by words": f"holds words of the question: {_shared(scorer, found.context, found.asked.asked)}",
        "amounts": f"holds a {found.asked.question.answer_type}, which the question asks for",
    }[name]


def _like_a_quote(scorer: Scorer, found: _Found, *, by_words: bool) -> str:
    """What a passage has in common with the quote of another document that it is most like."""
    quotes = found.asked.quotes
    if by_words:
        held = terms(found.context)
        nearest = max(quotes, key=lambda quote: scorer.share(plain(quote.quote), held))
        start = f"shares {_shared(scorer, found.context, plain(nearest.quote))} with"
    else:
        bare = scorer.vectors([found.text.bare[found.place]])[0]
        nearest = quotes[int(np.argmax(scorer.vectors([plain(quote.quote) for quote in quotes]) @ bare))]
        start = "is near in meaning to"
    return f"{start} “{_short(plain(nearest.quote))}” ({nearest.passage.partition('#')[0]})"


def _shared(scorer: Scorer, text: str, other: str) -> str:
    """The rarest words that a text shares with another, as the text spells them."""
    stems = set(terms(other))
    spelt: dict[str, str] = {}
    for word in WORD.findall(text):
        for stem in stems.intersection(terms(word)):
            spelt.setdefault(stem, word.lower())
    rarest = sorted(spelt, key=lambda stem: (-scorer.rarity(stem), stem))[:WORDS_SHOWN]
    return _listed(spelt[stem] for stem in rarest)


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"“{word}”" for word in words)


def _short(words: str) -> str:
    return words if len(words) <= LONGEST_REASON else words[:LONGEST_REASON].rpartition(" ")[0] + " …"


def suggestion_json(suggestion: Suggestion) -> Json:
    """The suggestions for one question; amounts with the values that coding.yaml would hold."""
    return {
        "question": suggestion.question,
        "status": "suggested" if suggestion.passages else "nothing found",
        "passages": [_suggested_json(found) for found in suggestion.passages],
    }


def _suggested_json(found: Suggested) -> Json:
    from readacross.amounts import value_of

    return {
        "passage": found.passage,
        "quote": found.text,
        "reading": {"start": found.reading.start, "end": found.reading.end},
        "score": found.score,
        "amounts": [
            {"kind": amount.kind, "words": amount.words, "value": value_of(amount)}
            for amount in found.amounts
        ],
        "force": found.force.force,
        "force_words": found.force.words,
        "because": list(found.because),
    }


def suggestion_lines(suggestions: Sequence[Suggestion], library: Library, version_id: str) -> Iterator[str]:
    """Suggestions for a terminal: each question, the words that may answer it, and why."""
    if not library.questions:
        yield "The question bank holds no question: write one in index/questions.yaml."
    elif not suggestions:
        yield f"{version_id} holds no passage to suggest."
    for suggestion in suggestions:
        yield wrap(f"{suggestion.question}  {library.questions[suggestion.question].question}", 0, 2)
        if not suggestion.passages:
            yield "  nothing found; only a coder can say that it is not stated"
        for found in suggestion.passages:
            yield from _suggested_lines(found)


def _suggested_lines(found: Suggested) -> Iterator[str]:
    yield wrap(f"{found.score:.2f}  “{plain(found.text)}”", 2, 8)
    yield f"        [{found.passage}]"
    shown = f" (“{found.force.words}”)" if found.force.words else ""
    read = [f"{amount.kind} “{amount.words}”" for amount in found.amounts]
    yield wrap("; ".join([f"reads as {found.force.force}{shown}", *read]), 8, 10)
    for reason in found.because:
        yield wrap(f"- {reason}", 8, 10)
