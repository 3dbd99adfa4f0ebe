"""Contrasting a sentence with the words it rests on: each check is one way in which other words go wrong.

The checks compare words.  They refuse much that is right, and cannot see all that other words may do where
the same words stand in another order.

Every word that says something must stand in the quotes.  A share of them is not enough: of 68 right sentences
about five leaflets, written for a trial, and 305 made from them by putting in one other word, asking for
four words in five kept 48 and 97, for nine in ten 46 and 14, for all of them 46 and 8.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from readacross.amounts import Amount, read_amounts, value_of
from readacross.analysing import terms
from readacross.forces import CUE
from readacross.lexicon import tokens_of
from readacross.model import Span
from readacross.quoting import fold
from readacross.values import canonical_table

NEGATION = re.compile(
    r"\b\w*n't\b|\b(?:not|no|never|none|nor|neither|nobody|nothing|nowhere|without|hardly|cannot|unable|unlikely"
    r"|impossible|refus\w*|den(?:y|ies|ied|ying)|fail\w*|forbid\w*|prohibit\w*|prevent\w*|exclu\w*|reject\w*"
    r"|declin\w*|withh[eo]ld\w*|avoid\w*|lack\w*|cancel\w*)\b"
)
"""Words that turn a statement round, in folded text; they are counted."""

NOT = re.compile(r"\w*n't|not|no|never|none|nor|neither|cannot")
"""Those of them that may stand for each other."""

KEPT = frozenset(
    """
    if unless except only until when whether provided otherwise although
    usually normally generally sometimes often occasionally rarely mostly mainly always
    some most many few several approximately roughly nearly almost least
    consent permission approval circumstances appropriate necessary possible reasonable exceptional
    say says said tell tells told claim claims think thinks believe believes feel feels want wants wish
    hope suppose pretend imagine assume ignore disregard forget answer reply respond repeat output print
    """.split()  # noqa: SIM905 - a list of words is read more easily than a list of strings
)
"""Words that limit, weaken or report what is said: losing one or adding one makes another statement."""

JOINING = frozenset(("and", "or", "but", "than"))
"""Words that join things: "in person or in writing" is not "in person and in writing"."""

LIGHT = frozenset(terms("also still just make get give take hold go come"))
"""Terms so light that they may stand in a sentence whose quotes do not hold them."""

FORMS = {
    terms(part)[0]: terms(whole)[0]
    for whole, parts in re.findall(
        r"(\w+): ([^,]+)",
        "hold: held, send: sent, make: made, give: given gave, take: taken took, tell: told, see: seen, keep: kept, "
        "say: said, meet: met, write: written wrote, show: shown, bring: brought, find: found, get: got, speak: spoken, "
        "know: known, hear: heard, child: children, person: people, decide: decision, late: later latest",
    )
    for part in parts.split()
}
"""Forms of common words that stemming leaves apart, by term, and the term they are compared as."""

SAME_BEGINNING = 6
"""Letters from which a term that begins another is the same word: "complain" and "complaint"."""

PLAIN_MARKS = frozenset(" .,;:'\"()-–—’‘“”/!%&£€…")
"""Marks that a sentence may hold whether its quotes do or not; letters outside ASCII must be in the quotes."""

NO_MARKS = frozenset("<>{}[]|^~`\\")
"""Marks of markup and of programs, which no sentence holds."""

WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
ADDRESS = re.compile(
    r"\b(?:https?:|mailto:|tel:|www\.)\S+|\S+@\S+|\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}\b\S*"
)
LABEL = re.compile(r"([^:]*):(?!//)\W*\w")
"""What stands before a colon: "Fax: 0300 111 8001", "If you are late: …"."""

COUNTS = ("NUMBER", "GLYPH", "PLURAL")
AROUND = 200
"""Characters before or after a word that are read for what it goes with."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence, and all that it rests on.

    `sources` are whole sentences with the words they hang from, `evidence` both as one text, `context` the
    headings above them and the authority's name, `names` all authorities' names.
    """

    sentence: str
    sources: tuple[tuple[str, str], ...]
    evidence: str
    context: str
    name: str
    names: tuple[str, ...]


def folded(text: str) -> str:
    """A text as it is compared."""
    return fold(text)[0]


def words_of(text: str) -> list[str]:
    """The words of a text as they are compared."""
    return WORD.findall(folded(text))


def characters(claim: Claim) -> str:
    """Characters outside plain English that the quotes do not hold: look-alikes, marks, pictures."""
    held = f"{claim.evidence}{claim.context}"
    for character in claim.sentence:
        known = character in PLAIN_MARKS or character in held or character.casefold() in held.casefold()
        if character in NO_MARKS or not (known or (character.isascii() and character.isalnum())):
            return f"the character U+{ord(character):04X} does not stand in its quotes"
    return ""


def authority(claim: Claim) -> str:
    """The name of an authority that is not the one cited, even one that the quotes name."""
    left = _in_capitals(claim.sentence)
    for name in sorted(claim.names, key=len, reverse=True):
        said = _in_capitals(name)
        if said.strip() and said in left:
            if name != claim.name:
                return f"it names {name}, and rests on {claim.name}"
            left = left.replace(said, "  ")
    return ""


def _in_capitals(text: str) -> str:
    """The words of a text as they are typed: Reading is a town, and reading is not."""
    return f" {' '.join(WORD.findall(text))} "


def address(claim: Claim) -> str:
    """A web address, e-mail address or the like that is not in the quotes."""
    heard = folded(claim.evidence)
    for found in ADDRESS.findall(folded(claim.sentence)):
        if found.rstrip(".,;:!)'") not in heard:
            return "it gives an address that its quotes do not give"
    return ""


def amounts(claim: Claim) -> str:
    """Durations, frequencies and ages that the quotes do not give in that sense; some of several, or a limit, lost."""
    ours, theirs = read_amounts(claim.sentence), read_amounts(claim.evidence)
    for amount in ours:
        if not any(_same(amount, other) for other in theirs):
            return f"“{amount.words}” is not an amount that the quotes give"
    for other in theirs:
        if not any(_value(amount) == _value(other) for amount in ours):
            return f"“{other.words}” is lost"
    return ""


def figures(claim: Claim) -> str:
    """Other numbers that the quotes do not give of the same thing."""
    theirs: dict[str, list[Span]] = {}
    for figure, span in _figures(claim.evidence):
        theirs.setdefault(figure, []).append(span)
    for figure, span in _figures(claim.sentence):
        beside = _beside(claim.sentence, span)
        heard = {term for place in theirs.get(figure, ()) for term in _beside(claim.evidence, place)}
        if figure not in theirs or (beside and not beside & heard):
            return f"“{figure}” is not a number that the quotes give of that"
    return ""


def _beside(text: str, span: Span) -> set[str]:
    """The terms that say something before and after a place, marked as the one and the other."""
    before, after = text[max(span.start - AROUND, 0) : span.start], text[span.end : span.end + AROUND]
    return {*(f"{term} …" for term in telling(before)[-1:]), *(f"… {term}" for term in telling(after)[:1])}


def _same(amount: Amount, other: Amount) -> bool:
    """Whether an amount says what another says; it may count from less, and from nothing else."""
    return _value(amount) == _value(other) and set(terms(amount.anchor)) <= set(terms(other.anchor))


def _value(amount: Amount) -> str:
    value = value_of(amount)
    table = {key: item for key, item in value.items() if key != "anchor"} if isinstance(value, dict) else {}
    return amount.kind + json.dumps(canonical_table(table), sort_keys=True)


def _figures(text: str) -> Iterator[tuple[str, Span]]:
    """The numbers of a text outside its amounts, by value or as typed, and where they stand."""
    taken = [amount.span for amount in read_amounts(text)]
    for token in tokens_of(text):
        counted = token.kind in COUNTS
        if not counted and not any(map(str.isdigit, token.word)):
            continue
        if not any(token.start < span.end and span.start < token.end for span in taken):
            figure = str(token.value) if counted else re.sub(r"[\s()-]", "", token.word)
            yield figure, Span(token.start, token.end)


def negation(claim: Claim) -> str:
    """More or fewer words that turn a statement round."""
    ours, theirs = (len(NEGATION.findall(folded(text))) for text in (claim.sentence, claim.evidence))
    return f"it has {ours} negations, its quotes {theirs}" if ours != theirs else ""


def condition(claim: Claim) -> str:
    """A word that limits, weakens or reports, lost or added; or things joined in another way."""
    ours, theirs = set(words_of(claim.sentence)), set(words_of(claim.evidence))
    if changed := KEPT & (ours ^ theirs):
        word = min(changed)
        return f"“{word}” is {'added' if word in ours else 'lost'}"
    if added := (JOINING & ours) - theirs:
        return f"“{min(added)}” is added"
    told = set(telling(claim.sentence))
    heads = [set(telling(found[1])) for source, _ in claim.sources if (found := LABEL.match(source))]
    return (
        "it leaves out what its quotes say before a colon" if any(h and not h & told for h in heads) else ""
    )


def new_words(claim: Claim) -> str:
    """Words that say something and do not stand in the quotes or above them."""
    held = set(formed(f"{claim.evidence}\n{claim.context}"))
    new = (term for term in telling(claim.sentence) if not _is_held(term, held))
    term = next(new, "")
    return f"“{term}” does not stand in its quotes" if term else ""


def formed(text: str) -> list[str]:
    """The terms of a text in the forms in which they are compared."""
    return [FORMS.get(term, term) for term in terms(text)]


def telling(text: str) -> list[str]:
    """The terms of a text that say something; amounts, words of force and the like have checks of their own."""
    text = text.replace("’", "'")
    for amount in reversed(read_amounts(text)):
        text = f"{text[: amount.span.start]} {text[amount.span.end :]}"
    words = [word for word in words_of(CUE.sub(" ", text)) if word not in KEPT and not NOT.fullmatch(word)]
    told = formed(" ".join(word for word in words if not any(t.kind in COUNTS for t in tokens_of(word))))
    return [term for term in told if term not in LIGHT]


def _is_held(term: str, held: set[str]) -> bool:
    return term in held or any(
        min(len(term), len(other)) >= SAME_BEGINNING and (term.startswith(other) or other.startswith(term))
        for other in held
    )
