"""Understanding a question before it is looked up: its parts, whose leaflets it names, and as at what date.

Nothing here knows the subject: names come from sources/authorities.toml, everything else is how questions
are put in English.
"""

import re
from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from readacross.analysing import terms
from readacross.model import Authority
from readacross.periods import MONTHS

ASKING = (
    "who", "what", "when", "where", "why", "how", "which", "can", "could", "do", "does", "did", "is", "are",
    "will", "would", "should", "may", "must", "has", "have",
)  # fmt: skip
"""Words with which a question begins."""

AND = re.compile(rf"(?:,\s*|\s+)(and|or)\s+(?=(?:{'|'.join(ASKING)})\b)", re.IGNORECASE)
SHORT = 3
"""Terms up to which a question that is asked in one breath after another may lean on it.  See
docs/decisions/0024-in-one-breath.md."""

FRAME = re.compile(
    r"^(?P<who>[^?.!]{0,60}?)(?:^|(?<=\s)|(?=['’]))"
    r"(?:(?:wants?|wanted|needs?|would like|['’]d like|wishes) to (?:know|find out|ask|check|understand)"
    r"|(?:(?:is|was|am|are|keeps?) |['’]s |['’]m )?(?:asking|wondering)|asks|asked|wonders"
    r"|(?:can|could|will|would) you (?:please )?(?:tell|say|check)|do (?:you|we) know)"
    r"(?: me| us)? (?:(?:if|whether) (?P<whom>(?:she|he|they) )?|(?=(?:who|what|when|where|why|how|which)\b))",
    re.IGNORECASE,
)
"""Words that hand on somebody's question: "Mum wants to know if she", "could you tell me how"."""

TOLD_OF = re.compile(
    r"^(?:i have|i['’]ve got|we have|we['’]ve got|there is|there['’]s) | (?:on|here|who|that|in|at)(?: .*)?$",
    re.IGNORECASE,
)
"""What stands around whoever asks: "I've got … on the phone who"."""

NOBODY = (
    "i",
    "we",
    "she",
    "he",
    "they",
    "you",
    "it",
    "somebody",
    "someone",
    "just",
    "caller",
    "a caller",
    "the caller",
)
"""What says nothing of who it is that asks."""

SHORTEST_PART = 3
"""Words that a part of a question must have to be asked by itself."""

WORD = re.compile(r"&|[^\W\d_]+(?:['’.&-][^\W\d_]+)*\.?")
POSSESSIVE = re.compile(r"(?:['’]s|s['’])$")
SAME = {"saint": "st", "and": "&", "beds": "bedfordshire", "staffs": "staffordshire", "lancs": "lancashire",
        "notts": "nottinghamshire", "northants": "northamptonshire", "herts": "hertfordshire",
        "bucks": "buckinghamshire", "berks": "berkshire", "cambs": "cambridgeshire", "glos": "gloucestershire",
        "hants": "hampshire", "leics": "leicestershire", "lincs": "lincolnshire", "oxon": "oxfordshire",
        "shrops": "shropshire", "wilts": "wiltshire", "worcs": "worcestershire", "yorks": "yorkshire",
        "warks": "warwickshire", "derbys": "derbyshire", "middx": "middlesex"}  # fmt: skip
"""Abbreviations of names of places (of counties: those of the Royal Mail) and what they stand for."""

BODIES = ("council", "county", "borough", "city", "district", "authority", "la", "lscb")
"""Words that follow the name of a body that publishes leaflets."""

LED_BY = ("in", "at", "by", "from", "near")
"""Words before a name that make it the place that is asked about."""

DWELLS = (
    "live", "lives", "lived", "living", "stay", "stays", "staying", "work", "works", "working", "moved", "moving",
    "born", "am", "is", "are", "was", "were", "been", "being", "be", "over", "up", "down", "back", "out", "away",
    "family", "relatives", "people", "hospital", "prison", "school", "nursery",
)  # fmt: skip
"""Words before "in Kent" that make it where somebody is, and not whose leaflets are asked about."""

BREAK = re.compile(r"[,.;:!?–—]|\b(?:and|but|so|because|that|although|though|since)\b", re.IGNORECASE)
"""What begins another clause."""

DOES = ("do", "does", "did")
SAYS = (
    "say",
    "offer",
    "pay",
    "allow",
    "let",
    "give",
    "provide",
    "tell",
    "mention",
    "call",
    "publish",
    "charge",
    "hold",
    "send",
    "run",
    "require",
    "accept",
)
"""What a body does that answers a question: "does Kent pay" asks about a body, "does Dave come" does not."""

LANGUAGE = re.compile(
    r"(?:ish|ese|ian|ean|ic|ali|abi|ati|english|urdu|hindi|tamil|turkish|french|dutch|greek|welsh)$"
)
DATE = re.compile(
    rf"\b(?:in|during|as (?:at|of)|back in|around)\s+(?:(?P<month>{'|'.join(MONTHS)})\s+)?(?P<year>(?:19|20)\d\d)\b",
    re.IGNORECASE,
)


class Part(NamedTuple):
    """One of the questions in a question; `after` is the one before it, where it is so short that it may lean on that.

    It asks `anew`, not the same again, unless an "or" sets it beside the one before.
    """

    question: str
    after: str = ""
    anew: bool = True


@dataclass(frozen=True, slots=True)
class Understood:
    """A question as it can be looked up.

    `parts` are the questions in it, one or several, without the names and dates that are told apart here:
    `authorities` the slugs of those it names, `unknown` the names of bodies whose leaflets are not held,
    `as_at` a date it names, or None.
    """

    parts: tuple[Part, ...]
    authorities: tuple[str, ...]
    unknown: tuple[str, ...]
    as_at: str | None


def understand(question: str, authorities: Iterable[Authority], vocabulary: Container[str]) -> Understood:
    """What a question asks, of whom, and as at when; `vocabulary` are words that leaflets use, small letters."""
    words = [Word(found[0], found.start()) for found in WORD.finditer(question)]
    named, taken = _named(words, authorities, vocabulary)
    unknown = tuple(dict.fromkeys(_unknown(question, words, taken, vocabulary)))
    date = DATE.search(question)
    bare = unframed(_without(question, words, taken, date))
    return Understood(tuple(parts(bare)), named, unknown, _as_at(date) if date else None)


def _without(
    question: str, words: Sequence["Word"], taken: Collection[int], date: re.Match[str] | None
) -> str:
    """A question without the authorities and the date it names, and the small words that lead to them."""
    cut = [(date.start(), date.end())] if date else []
    for number in sorted(taken):
        word = words[number]
        cut.append((word.at, word.at + len(word.text)))
        if number and words[number - 1].plain in LED_BY and number - 1 not in taken:
            before = words[number - 1]
            cut.append((before.at, before.at + len(before.text)))
        after = number + 1
        while after < len(words) and words[after].plain in BODIES:
            cut.append((words[after].at, words[after].at + len(words[after].text)))
            after += 1
    left = question
    for start, end in sorted(set(cut), reverse=True):
        left = left[:start] + left[end:]
    left = re.sub(r"\s+([?,.])", r"\1", " ".join(left.split())).strip(" ,:;-–")
    return left if len(left.split()) >= SHORTEST_PART else question


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a question, and where it begins."""

    text: str
    at: int

    @property
    def plain(self) -> str:
        """The word in small letters, without a possessive ending or a full stop, abbreviations spelt out."""
        word = POSSESSIVE.sub("", self.text.rstrip(".")).casefold().rstrip(".")
        return SAME.get(word, word)


def unframed(question: str) -> str:
    """A question that is handed on, as it would be asked; "Mum" for the "she" that "Mum wants to know if she" asks of."""
    found = FRAME.match(question)
    if found is None or (found["who"].split() or [""])[0].casefold() in ASKING:
        return question
    who = TOLD_OF.sub("", found["who"].strip(" ,'’"))
    named = who and who.casefold() not in NOBODY
    whom = found["whom"] or ""
    left = f"{who} {question[found.end() :]}" if whom and named else whom + question[found.end() :]
    return left if len(left.split()) >= SHORTEST_PART else question


def parts(question: str, short: int = SHORT) -> Iterator[Part]:
    """The questions in a question: each sentence that asks, and what follows an "and" that asks anew.

    One of at most `short` terms may lean on the one before it.
    """
    asked = [piece.strip() for piece in re.findall(r"[^?]+\??", question) if piece.strip(" ?")]
    if len(asked) > 1 and not asked[-1].endswith("?"):
        asked = [question]
    found: list[tuple[str, bool]] = []
    for piece in asked:
        halves = ["", *AND.split(piece)]
        found += [
            (part.strip(" ,"), by.casefold() != "or")
            for by, part in zip(halves[::2], halves[1::2], strict=True)
        ]
    if not found or not all(len(part.split()) >= SHORTEST_PART for part, _ in found):
        yield Part(question)
        return
    before = ""
    for part, anew in found:
        leans = len(set(terms(part))) <= short
        yield Part(part, before.rstrip(" ?") if leans else "", anew)
        before = part


def _named(
    words: Sequence[Word], authorities: Iterable[Authority], vocabulary: Container[str]
) -> tuple[tuple[str, ...], set[int]]:
    """The authorities that a question names, and the numbers of the words that name them."""
    plain = [word.plain for word in words]
    found: list[str] = []
    taken: set[int] = set()
    for authority in sorted(authorities, key=lambda item: -len(item.name)):
        name = [Word(part[0], 0).plain for part in WORD.finditer(authority.name)]
        for at in range(len(plain) - len(name) + 1):
            places = set(range(at, at + len(name)))
            common = len(name) == 1 and name[0] in vocabulary and not words[at].text[:1].isupper()
            if name and plain[at : at + len(name)] == name and not places & taken and not common:
                taken |= places
                found.append(authority.slug)
    return tuple(dict.fromkeys(found)), taken


def _unknown(
    question: str, words: Sequence[Word], taken: Collection[int], vocabulary: Container[str]
) -> Iterator[str]:
    """Names of bodies that are asked about, and that no leaflet or authority bears."""
    for number, word in enumerate(words):
        after = words[number + 1].plain if number + 1 < len(words) else ""
        before = words[number - 1].plain if number else ""
        if number in taken or word.plain in vocabulary or len(word.plain) < SHORTEST_PART:
            continue
        if word.plain in BODIES or word.plain in ASKING or LANGUAGE.search(word.plain):
            continue
        name = word.text[:1].isupper() and not _begins(question, word.at)
        body = after in BODIES and (name or before in (*LED_BY, *DOES) or number == 0)
        place = before in LED_BY and _asks_there(question, words[: number - 1], words[number - 1])
        asked = name and (place or (before in DOES and after in SAYS))
        if (body or asked) and word.plain.title() not in MONTHS:
            yield _shown(word)


def _asks_there(question: str, words: Sequence[Word], leading: Word) -> bool:
    """Whether what is led to, "in Kent", is asked about, and not where somebody lives in a story that is told.

    It is where the clause asks or begins with it, or the whole is a question that is handed on.
    """
    if words and words[-1].plain in DWELLS:
        return False
    clause = BREAK.split(question[: leading.at])[-1].split()
    return not clause or clause[0].casefold() in ASKING or FRAME.match(question) is not None


def _shown(word: Word) -> str:
    return POSSESSIVE.sub("", word.text.rstrip("."))


def _begins(question: str, at: int) -> bool:
    """Whether a word is the first of a sentence."""
    before = question[:at].rstrip(" “‘\"'(")
    return not before or before[-1] in ".?!:"


def _as_at(found: re.Match[str]) -> str:
    months = [month.casefold() for month in MONTHS]
    month = found["month"]
    return f"{found['year']}-{months.index(month.casefold()) + 1:02}" if month else found["year"]
