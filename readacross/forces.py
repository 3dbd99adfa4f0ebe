"""The force of a sentence: how far its words bind, allow or forbid, and the words that show it.

Phrases of a closed table show a force ("must not", "are entitled to").  "Can" and "may" depend on who can do
what: what somebody is free to do is a permission, what could happen a possibility.  What a condition says
("if you cannot attend, …") is not what its sentence says.  A list item takes the force of the words that it
hangs from ("You should:").
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from readacross.model import Span

TABLE = """
prohibition not: must not, mustn't, must never, cannot, can not, can't, may never, shall not, is not allowed
prohibition not: are not allowed, aren't allowed, isn't allowed, not be allowed, will not be allowed
prohibition not: won't be allowed, will not be able to, won't be able to, is not permitted
prohibition not: are not permitted
prohibition: is forbidden, are forbidden, is prohibited, are prohibited, is banned, are banned, can only be
prohibition: may only be
no_obligation not: need not, needn't, do not have to, don't have to, does not have to, doesn't have to
no_obligation not: do not need to, don't need to, does not need to, doesn't need to, will not have to
no_obligation not: won't have to, will not need to, won't need to, may not have to, may not need to
no_obligation not: not obliged to, not required, not compulsory, not mandatory, no need to, no obligation to
no_obligation: is optional, are optional, is voluntary, are voluntary, is up to you, can choose whether
right not: not entitled to, no right to, not have the right to, not have a right to
right: the right to, a right to, your right to, rights to, a right of, the right of, entitled to
right: entitles you to
right: will be entitled to
permission: are able to, is able to, be able to, will be able to, are allowed, is allowed, be allowed
permission: 'll be able to, will be allowed, are permitted, is permitted, are free to, feel free to
permission: are welcome to
permission: may wish to, may want to, may like to, might wish to, might want to, might like to
obligation: must, have to, has to, need to, needs to, is required, are required, be required
obligation: will be required
obligation: will have to, will need to, 'll have to, 'll need to, required to, obliged to, is compulsory
obligation: are compulsory, is mandatory, are mandatory, is essential, has a duty to, have a duty to
expectation not: should not, shouldn't, should never, ought not to, not expected to, not supposed to
expectation: should, ought to, expected to, is expected, will be expected to, supposed to, advised to
expectation: is important, so important, we recommend, is recommended, are recommended, advise you
expectation: encouraged to, encourage you, recommend that you, recommend you
request not: please do not, please don't, ask you not to, asked not to
request: please, kindly, ask you to, asked to, ask that you, like you to, grateful if
commitment not: will not, won't
commitment: will, 'll, aim to, promise to, undertake to, guarantee, committed to
possibility not: might not, could not, may not be, may not have
possibility: might, could, possibly, perhaps, sometimes, occasionally, may have to, may need to
possibility: may be able to
possibility: might have to, might need to, might be able to, could have to, could be able to
depends not: may not
depends: can, may, shall
description: a need to, the need to, the will, a will, my will, please note, should you, could you, had to
description: needed to
"""
"""The phrases that show a force, and whether with a "not"; where two begin together the longer is read."""

LISTS = """
happens: include, happen, vary, affect, cause, lead, mean, last, become, occur, take, get, make, feel
happens: reduce, increase, improve, damage, spread, differ, depend, contain, involve, result, change, help
happens: work, have
befalls: be, need, find, hear, want, receive, lose, notice, see, think, know, still
people: you, child, children, parent, parents, carer, carers, anyone, everyone, people, person, tenant
people: tenants, patient, patients, pupil, pupils, student, students, resident, residents, visitor
people: visitors, supporter, supporters, friend, friends, relative, relatives, family, applicant
people: applicants, customer, customers, member, members, learner, learners, adult, adults, mother, father
people: partner, partners, someone, employee, employees
done: made, found, given, seen, taken, sent, brought, held, done, paid, shown, heard, kept, put, told, got
done: left, read, met, bought, taught, written
tells: add, ask, arrange, arrive, attend, apply, avoid, be, bring, book, call, check, choose, collect, come
tells: complete, contact, drink, eat, email, enter, fill, follow, get, give, go, inform, keep, let, listen
tells: look, make, order, pay, phone, plan, put, read, remember, report, return, ring, say, select, send
tells: sign, speak, stay, stop, take, talk, telephone, tell, text, think, try, turn, use, visit, wait, wash
tells: wear, work, write
told: the, a, an, your, our, us, this, that, these, those, any, all, it, them, him, her, to, with, for, on
told: in, at, up, out, off, about, how, what, when, where, whether, if, as, early, someone, everything
told: something, honest, ready, careful, sure, aware, yourself, and, or, by, before, after, from, not
condition: if, when, unless, whether, where, because, although, while, until, once, so, what, how
relative: who, which, that, whom
verb: am, is, are, was, were, do, does, did, has, have, had, need, want, wish, think, feel
auxiliary: can, may, will, shall, should, must, could, might
inverted: i, you, we, they, he, she, it, the, my, a, an, there, anyone
"""
"""Words by what they are here.

happens    what things do, so that "can" before it says what could happen
befalls    what befalls people, so that "may" before it says what could happen
people     those to whom a leaflet gives leave
done       participles that do not end in "ed"
tells      verbs with which a leaflet tells its reader to do something
told       what follows such a verb; after the same word as a noun ("Contact number:") something else does
condition  words that begin what a sentence does not itself say
relative   words that begin a clause about somebody or something
verb       verbs common in conditions
auxiliary  verbs that begin a question ("Can I …") or a condition ("Should you …")
inverted   what follows them there
"""

NEAR = {"condition": 4, "relative": 2}
"""Words within which a verb belongs to the clause that such a word begins, where no comma ends it."""

WORDS = {
    name: frozenset(", ".join(re.findall(rf"(?m)^{name}: (.*)$", LISTS)).split(", "))
    for name in re.findall(r"(?m)^([a-z]+):", LISTS)
}

REACH = 200
"""Characters before a verb that are read for who acts, and for what it depends on."""

NOWHERE = Span(0, 0)


@dataclass(frozen=True, slots=True)
class Force:
    """The force of a sentence, one of model.FORCES, and where the words stand that show it.

    `span` is in the lead-in where the force comes from there, else in the sentence; it is empty for a
    description, which no word shows.  `negated` says that the words forbid, deny or excuse.
    """

    force: str
    span: Span = NOWHERE
    words: str = ""
    negated: bool = False
    from_lead_in: bool = False


class Cue(NamedTuple):
    """Words that show a force, and how much of the sentence hangs on them."""

    start: int
    end: int
    force: str
    negated: bool
    rank: int = 0


GAP = r"\s+(?:(?:also|always|often|then|now|still|only|ever|therefore|[a-z]+ly)\s+){0,2}"


def _known() -> Iterator[tuple[str, str, bool]]:
    """Each phrase of the table, its force, and whether it is negated."""
    for head, phrases in re.findall(r"(?m)^([a-z_]+(?: not)?): (.*)$", TABLE):
        force, _, negated = head.partition(" ")
        yield from ((phrase, force, bool(negated)) for phrase in phrases.split(", "))


KNOWN = sorted(_known(), key=lambda known: -len(known[0]))
CUE = re.compile(
    r"(?:(?<![\w'])(?=[a-z])|(?<=\w)(?='ll))(?:"
    + "|".join(f"({GAP.join(known[0].split())})" for known in KNOWN)
    + r")(?!\w)",
    re.IGNORECASE,
)
INSTRUCTION = re.compile(
    r"(?:\A|(?<=[.!?:;,\n]))[\s•*-]*+(?:(?:also|then|always|first|and)\s+)?"
    r"(?P<said>(?P<not>(?:do not|don't|never)\s+)?(?P<verb>[a-z]++))(?:\s++(?P<next>[\w']+))?",
    re.IGNORECASE,
)
WORD = re.compile(r"\w+(?:\(\w+\))?")
BREAK = re.compile(r"[.!?:;\n–—•]")
END = re.compile(r"[.!?\n]")


def read_force(sentence: str, lead_in: str = "") -> Force:
    """The force of a sentence, or of a list item under the words it hangs from."""
    own, led = _read(sentence), _read(lead_in)
    if led and (own is None or _unfinished(lead_in, led)):
        return _force(led, lead_in, from_lead_in=True)
    return _force(own, sentence, from_lead_in=False) if own else Force("description")


def _force(cue: Cue, text: str, *, from_lead_in: bool) -> Force:
    span = Span(cue.start, cue.end)
    return Force(cue.force, span, span.of(text), cue.negated, from_lead_in)


def _unfinished(lead_in: str, cue: Cue) -> bool:
    """Whether a lead-in breaks off where its items go on: "You should:", "You have the right to:"."""
    return not WORD.search(re.sub(r"\bbe(?: able to)?\b|\bto\b", "", lead_in[cue.end :]))


def _read(text: str) -> Cue | None:
    """What shows the force of a text: the first words of its main clauses, else of its relative ones."""
    text = text.replace("’", "'")
    cues = [*_cues(text), *_instructions(text)]
    return min(cues, key=lambda cue: (cue.rank, cue.start), default=None)


def _cues(text: str) -> Iterator[Cue]:
    """The phrases of the table that stand in a text, where they say something of the sentence."""
    for match in CUE.finditer(text):
        _, force, negated = KNOWN[(match.lastindex or 1) - 1]
        before, after = _around(text, match)
        rank = 0 if force == "request" else _rank(before)
        if (
            rank is None
            or force == "description"
            or _is_asked(match[0], before, after)
            or _is_month(match, after)
        ):
            continue
        if force == "depends":
            force = _resolved(match[0].casefold(), _words(before), _words(after))
        yield Cue(*match.span(), force, negated, rank)


def _around(text: str, match: re.Match[str]) -> tuple[str, str]:
    """What stands before words in their clause, and after them in their sentence."""
    before, after = (
        text[max(match.start() - REACH, 0) : match.start()],
        text[match.end() : match.end() + REACH],
    )
    ends = END.search(after)
    return BREAK.split(before)[-1], after[: ends.end()] if ends else after


def _words(text: str) -> list[str]:
    return [word.casefold() for word in WORD.findall(text)]


def _rank(before: str) -> int | None:
    """0 in a main clause, 1 in a relative one, None in a condition, by what stands before in the clause."""
    words, last = _words(before), _words(before.rpartition(",")[2])
    for distance, word in enumerate(reversed(last)):
        if word in WORDS["relative"] and distance <= NEAR["relative"]:
            return 1
        if word in WORDS["condition"]:
            return (
                None
                if distance <= NEAR["condition"] and not _has_verb(last[-distance:] if distance else [])
                else 0
            )
    return None if words[:1] and words[0] in WORDS["condition"] and last[:1] in (["or"], ["and"]) else 0


def _has_verb(words: list[str]) -> bool:
    """Whether a clause has had its verb, so that another begins a new one: "if you are unhappy you can …"."""
    return any(word in WORDS["verb"] or word.endswith("ed") for word in words)


def _is_asked(said: str, before: str, after: str) -> bool:
    """Whether words ask: "Can I …", or anything that ends with a question mark and does not say please."""
    asked = after.endswith("?") and "please" not in (said + before + after).casefold()
    turned = (
        said.casefold() in WORDS["auxiliary"]
        and not before.strip()
        and bool(WORDS["inverted"].intersection(_words(after)[:1]))
    )
    return asked or turned


def _is_month(match: re.Match[str], after: str) -> bool:
    """Whether "May" is the month."""
    return match[0] == "May" and (match.start() > 0 or bool(re.match(r"\s+(?:[0-9]|is\b|was\b)", after)))


def _resolved(said: str, before: list[str], after: list[str]) -> str:
    """What "can", "may", "may not" and "shall" say, by who acts and what they do."""
    if said == "shall":
        return "commitment" if before[-1:] in (["we"], ["i"]) else "obligation"
    doing = [word for word in after if word not in ("also", "only") and not word.endswith("ly")][:2]
    verb = doing[0] if doing else ""
    person = any(word.partition("(")[0] in WORDS["people"] for word in before[-4:])
    if said == "can":
        acts = person or before[-1:] in (["they"], ["he"], ["she"])
        happens = verb == "include" or (verb in WORDS["happens"] and not acts)
        return "possibility" if happens or (verb == "be" and not _is_done(doing)) else "permission"
    if person and verb not in WORDS["happens"] | WORDS["befalls"]:
        return "prohibition" if said == "may not" else "permission"
    return "possibility"


def _is_done(doing: list[str]) -> bool:
    """Whether something is done to the subject: "be arranged", "be made"."""
    return len(doing) > 1 and (doing[1] in WORDS["done"] or doing[1].endswith("ed"))


def _instructions(text: str) -> Iterator[Cue]:
    """Verbs that tell the reader to do something, at the head of a clause; with a "not", they forbid it."""
    for match in INSTRUCTION.finditer(text):
        verb, then = match["verb"].casefold(), (match["next"] or "").casefold()
        if match["not"] and verb not in ("have", "need"):
            yield Cue(*match.span("said"), "prohibition", negated=True)
        elif verb in WORDS["tells"] and (then in WORDS["told"] or then[:1].isdigit() or verb == "be"):
            yield Cue(*match.span("said"), "request", negated=False)
