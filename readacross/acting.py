"""Acting: who does what under which word of force, compared between a sentence and the words it rests on."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from readacross.analysing import STOP_WORDS
from readacross.contrasting import AROUND, KEPT, NEGATION, NOT, Claim, folded, formed, telling, words_of
from readacross.forces import BREAK, CUE, KNOWN, read_force

FIRST_PERSON = frozenset(("i", "me", "my", "mine", "we", "us", "our", "ours", "ourselves", "myself"))

WHO = {"you": "you", "we": "we", "they": "they", "he": "they", "she": "they"}
"""Words for the reader, for the authority and for others."""

MEANT = {"you": {"you", ""}, "we": {"we", ""}, "they": {"they", "we", ""}}
"""Whom a sentence may mean by such a word: the authority is "they" in it, and somebody not named may be any."""

BE = frozenset(("am", "is", "are", "was", "were", "be", "been", "being"))

NEARBY = 3
"""Words before a word of force in which its subject is looked for."""

ON_THE_NEXT = ("not", "only")
"""Words that bear on the term that follows: negation, and "only"."""

AMONG = 3
"""Terms after a word of force, where the quotes hold several, among which the one it bears on stands."""


class Cue(NamedTuple):
    """A word of force: how it binds, who stands before it, and its place."""

    force: str
    negated: bool
    who: str
    start: int
    end: int


class Bearing(NamedTuple):
    """A word of force, of negation, or "only": the terms before it and after it, the nearest first."""

    said: str
    before: list[str]
    after: list[str]


def voice(claim: Claim) -> str:
    """A sentence in which somebody says “we”: a reader would not know who."""
    return "it speaks in the first person" if FIRST_PERSON.intersection(words_of(claim.sentence)) else ""


def force(claim: Claim) -> str:
    """Other words of force than the quotes have, or none."""
    ours, theirs = (
        {(cue.force, cue.negated) for cue in _cues(text, "")} for text in (claim.sentence, claim.evidence)
    )
    if ours != theirs:
        return "its words do not bind, allow or forbid as its quotes do"
    said = {read_force(source, lead_in).force for source, lead_in in claim.sources}
    own = read_force(claim.sentence).force
    return "" if own in said else f"it is a {own}, its quotes are not".replace("_", " ")


def _cues(text: str, name: str) -> Iterator[Cue]:
    """The words of force in a text, with who they are about."""
    text = text.replace("’", "'")
    for match in CUE.finditer(text):
        phrase, kind, negated = KNOWN[(match.lastindex or 1) - 1]
        if kind != "description":
            kind = "shall" if phrase == "shall" else kind
            yield Cue(kind, negated, _who(text[: match.start()], name), *match.span())


def _who(before: str, name: str) -> str:
    """Who stands nearest before a word, in its clause: the reader, the authority, others, or nobody named."""
    own = words_of(name)[-1:]
    for word in reversed(words_of(BREAK.split(before)[-1])[-NEARBY:]):
        if word in WHO or word in own:
            return WHO.get(word, "we")
    return ""


def subject(claim: Claim) -> str:
    """What one does said of another: of the reader, the authority, or others."""
    theirs: dict[str, set[str]] = {}
    for cue in _cues(claim.evidence, ""):
        theirs.setdefault(cue.force, set()).add(cue.who)
    for cue in _cues(claim.sentence, claim.name):
        if not MEANT.get(cue.who, theirs[cue.force]) & theirs[cue.force]:
            return "it says of one what its quotes say of another"
    return ""


def beginning(claim: Claim) -> str:
    """A sentence that begins with the reader where its quotes begin with the authority, or the like."""
    own = _first(claim.sentence, claim.name)
    meant = MEANT.get(own, set())
    if own and all(_first(source, "") not in meant for source, _ in claim.sources):
        return "it begins with one where its quotes begin with another"
    return ""


def _first(text: str, name: str) -> str:
    """Who a sentence begins with."""
    return _who(" ".join(words_of(text)[: max(len(words_of(name)), 1)]), name)


def turned(claim: Claim) -> str:
    """What is done to somebody said to be done by them: “you should give” for “you should be given”."""
    theirs: dict[tuple[str, str], set[bool]] = {}
    for who, term, done_to in _deeds(claim.evidence, ""):
        theirs.setdefault((who, term), set()).add(done_to)
    for who, term, done_to in _deeds(claim.sentence, claim.name):
        if done_to not in theirs.get((who, term), {done_to}):
            return f"“{term}” is done by one to whom it is done, or the other way round"
    return ""


def _deeds(text: str, name: str) -> Iterator[tuple[str, str, bool]]:
    """Who is named, the term that follows, and whether it is done to them."""
    text = folded(text)
    who = "|".join(map(re.escape, [*WHO, *words_of(name)[-1:]]))
    for match in re.finditer(rf"\b(?:{who})\b", text):
        done_to = False
        for word in words_of(CUE.sub(" ", text[match.end() : match.end() + AROUND])):
            done_to = done_to or word in BE
            if not (word in STOP_WORDS or word in KEPT or NOT.fullmatch(word)):
                yield "you" if match[0] == "you" else "they", "".join(formed(word)), done_to
                break


def reach(claim: Claim) -> str:
    """A “not”, an “only” or a word of force that bears on another word than it does in the quotes."""
    theirs = _by_word(claim.evidence)
    several = AMONG if len(theirs.keys() - set(ON_THE_NEXT)) > 1 else 0
    for said, _, after in _bearings(claim.sentence):
        size = 1 if said in ON_THE_NEXT else several
        known = {term for other in theirs.get(said, ()) for term in other.after[:size]}
        if after and known and after[0] not in known:
            return f"“{said}” bears on “{after[0]}”".replace("_", " ")
    return ""


def doer(claim: Claim) -> str:
    """Somebody or something said to do, or not to do, what the quotes say of another."""
    theirs = _by_word(claim.evidence)
    for said, before, after in _bearings(claim.sentence):
        same = [other.before[:NEARBY] for other in theirs.get(said, ()) if other.after[:1] == after[:1]]
        if before and same and all(doers and before[0] not in doers for doers in same):
            return f"“{before[0]}” stands where its quotes have another"
    return ""


def _by_word(text: str) -> dict[str, list[Bearing]]:
    """What bears on what in a text, by the word that bears."""
    found: dict[str, list[Bearing]] = {}
    for bearing in _bearings(text):
        found.setdefault(bearing.said, []).append(bearing)
    return found


def _bearings(text: str) -> Iterator[Bearing]:
    """Each word of negation, “only” or force in a text, with the terms around it."""
    text = folded(text)
    cues = list(_cues(text, ""))
    found = [("not" if cue.negated else cue.force, cue.start, cue.end) for cue in cues]
    for match in re.finditer(rf"{NEGATION.pattern}|\bonly\b", text):
        if not any(cue.start < match.end() and match.start() < cue.end for cue in cues):
            found.append(("only" if match[0] == "only" else "not", *match.span()))
    for said, start, end in found:
        before = telling(text[max(start - AROUND, 0) : start])[::-1]
        yield Bearing(said, before, telling(text[end : end + AROUND]))
