"""The lexicon: the words in which leaflets speak of time, and a text as tokens of known classes.

Each word, number or mark is a token; each token, or phrase of tokens, is put in a class: "no later than" is
a LIMIT, "weeks" are UNITS, "£7" is OPAQUE, for nothing in it can be an amount of time.
"""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import takewhile
from typing import NamedTuple

LEXICON = """
LIMIT within: within, no later than, not later than, inside, by
LIMIT at_least: at least, not less than, no less than, no fewer than, not fewer than, no sooner than
LIMIT at_least: no earlier than
LIMIT at_least: no less often than, no less frequently than, no younger than, not younger than
LIMIT at_most: up to, at most, no more than, not more than, no longer than, not longer than, no greater than
LIMIT at_most: not exceeding, no more often than, no older than, not older than
LIMIT over: over, more than, longer than, above, exceeding, in excess of, upwards of, older than
LIMIT over: greater than
LIMIT under: under, less than, fewer than, below, shorter than, younger than
LIMIT at: spread over, run over, runs over, held over, paid over, repaid over, take place over
LIMIT at: takes place over
EXTREME at_least: minimum | at_most: maximum
BETWEEN at_least: between, from
UNTIL under: until, till
TRAIL at_least: or more, or longer, as a minimum, at a minimum, or more often, or more frequently
TRAIL at_most: or less, or fewer, as a maximum, or shorter | within: at the latest
ORMORE at_least: and over, or over, and above, or above, or older, and older, +
ORMORE at_most: and under, or under, and below, or below, or younger, and younger
SIDE before: before, prior to, ahead of, in advance of, preceding | after: after, following, since
LATE before: early, earlier, ago, beforehand, in advance | after: late, later, afterwards
ARTICLE: a, an
THE: the, this, these, your, our, their, its, his, her, my
FILL: first, last, next, past, previous, further, full, whole, complete, consecutive, continuous, more
FILL: extra
FILL: additional, another, remaining, initial, final, entire, single, period of, total of
QUALIFIER: working, business, school, calendar, clear
UNIT 1 minute: minute, min | 1 hour: hour, hr | 1 day: day | 1 week: week, wk | 2 week: fortnight
UNIT 1 month: month, mth | 1 year: year, yr
EVERY: every, each
IN: in, in every, in each, in any
ORDINAL 2: other, second | 3: third | 4: fourth
ALTERNATE 2: alternate
ONCE 1: once | 2: twice
TIMELY 1 hour: hourly | 1 day: daily | 1 week: weekly | 2 week: fortnightly | 1 month: monthly
TIMELY 3 month: quarterly, every quarter, each quarter | 1 year: yearly, annually
ANNUAL 1 year: annual
EVENT: review, check, visit, meeting, inspection, assessment, test, appointment, update, statement, survey
EVENT: basis
EVENT: session, lesson, class, contact
SUM: rent, income, salary, wage, earnings, cost, charge, amount, allowance, rate, pay, budget, price, fee
SUM: premium
SUM: limit, total, bill, travel, pass, ticket, living, life, lives, activity, activities, routine
INTERVALS: intervals of, interval of
FRACTION 1/2: half
QUARTER 1/4: quarter
AGE: age, aged, ages, age of, ages of, the age of, the ages of, age group, age range
OLD: old, of age
CHILD: child, children, baby, babies, infant, toddler, boy, girl, son, daughter, kid, sibling, teenager
CHILD: grandchild, grandchildren
PERSON: people, person, adult, anyone, someone, everyone, anybody, those, woman, women, man, men, pupil
PERSON: student
PERSON: tenant, patient, resident, parent, carer, applicant, visitor, volunteer, worker, learner, pensioner
PERSON: claimant, passenger, driver, relative, partner, customer, employee
PRONOUN: you, they, he, she, i, who
BE: am, is, are, was, were, be, been, being, turn, turned, turning, reach, reaches, reached, become
MODAL: must, should, may, can, will, might, could, would, shall, not, also, still, just, already, only, both
IF: if, when, unless, but, whether, while, where
SUPPORT: about, around, nearly, almost, take, took, taking, lasts, lasting, allow, wait, spend, than
SUPPORT: roughly
SUPPORT: approximately
SELF: and, or, to, of, for, per, times, hundred
FUNCTION: at, on, with, without, as, so, because, it, that, there, here, what, which, how, why, do, does
FUNCTION: did, has
FUNCTION: have, had, no, nor, yet, then, however, some, any, most, many, all, whichever, them, us, we
LABEL: stage, step, page, room, section, part, form, chapter, paragraph, table, figure, phase, level, tier
LABEL: band
LABEL: grade, ward, zone, route, bus, option, question, item
MEASURE: mile, metre, kilometre, foot, feet, inch, inches, stone, pound, kg, cm, m, ml, litre, percent
MEASURE: point, degree
WORD: annual general meeting, week day, week days
NUMBER 0: zero | 1: one | 2: two | 3: three | 4: four | 5: five | 6: six | 7: seven | 8: eight | 9: nine
NUMBER 10: ten | 11: eleven | 12: twelve | 13: thirteen | 14: fourteen | 15: fifteen | 16: sixteen | 17: seventeen
NUMBER 18: eighteen | 19: nineteen | 20: twenty | 30: thirty | 40: forty | 50: fifty | 60: sixty
NUMBER 70: seventy | 80: eighty | 90: ninety
"""
"""What words and phrases are: a class, what it means where it means something, and the phrases."""

PLURALS = {"UNIT": "UNITS", "NUMBER": "PLURAL", "BE": "BE"} | {
    name: name
    for name in ("EVENT", "SUM", "QUARTER", "OLD", "CHILD", "PERSON", "SUPPORT", "LABEL", "MEASURE")
}
"""Classes whose words may take an s, and the class they then have."""

ONE = Fraction(1)
GLYPHS = {"½": "1/2", "¼": "1/4", "¾": "3/4", "⅓": "1/3", "⅔": "2/3"}

TOKEN = re.compile(
    r"""
    (?P<OPAQUE>  [£$€#]\s?[0-9][0-9,.]*+                                        # prices, numbers of things
      | [0-9][0-9,.:]*+\s?(?:%|[ap]\.?m\b)                                      # shares, times of day
      | (?:(?:[01]?[0-9]|2[0-3])[.:](?:00|15|30|45)|(?:[01][0-9]|2[0-3])[0-5][0-9])\s?(?:hours|hrs)\b
      | LETTER++[0-9]\w*+(?:\s[0-9][a-z]{2}\b)?                                 # paper sizes, postcodes
      | \(?(?:\+\s?[0-9]|0)[0-9]++(?:[\s()-]{1,2}[0-9]{3,}+)* )                 # telephone numbers
    | (?P<ORDINAL> [0-9]{1,3}(?:st|nd|rd|th)\b )
    | (?P<PLURAL>  [0-9]{1,3}s\b )
    | (?P<NUMBER>  [0-9]++(?:[,.:/][0-9]++)*+
                   (?!(?!(?:mins?|minutes?|h(?:ou)?rs?|days?|w(?:ee)?ks?|mths?|months?|ye?a?rs?)\b)LETTER) )
    | (?P<GLYPH>   [½¼¾⅓⅔] )
    | (?P<WORD>    LETTER++(?:\u00adLETTER++)*+(?:\((?:s|es|ren)\)|/ren\b)? | (?<=[0-9])\+ )
    | (?P<OWN>     (?<=[^\W_])[’'](?:(?:s|re|m|ll|ve|d|t)\b|(?!\w)) )
    | (?P<DASH>    [-‐‑‒–—−] ) | (?P<COMMA> , ) | (?P<OPEN> \( ) | (?P<CLOSE> \) )
    | (?P<STOP>    \n[^\S\n]*+\n | \w+ | [^\s*_\\\[\]] )
    """.replace("LETTER", r"[^\W\d_½¼¾⅓⅔¹²³]"),
    re.VERBOSE | re.IGNORECASE,
)
NUMERAL = re.compile(r"0|[1-9][0-9]{0,3}|[1-9][0-9]{0,2}(?:,[0-9]{3}){1,2}|(?:0|[1-9][0-9]{0,2})\.[0-9]{1,2}")

SELF = tuple(word.upper() for word in "".join(re.findall(r"(?m)^SELF: (.*)$", LEXICON)).split(", "))
"""Words that are classes of their own."""

CLASSES = (*re.findall(r"(?m)^[A-Z]+", LEXICON), *TOKEN.groupindex, *PLURALS.values(), *SELF)
CODES = {name: chr(192 + number) for number, name in enumerate(dict.fromkeys(CLASSES))}
"""One character for each class: the tokens of a text are a string that patterns run over."""


class Token(NamedTuple):
    """A word, number or mark, or a phrase of words: where it stands, its class, and what it means."""

    start: int
    end: int
    word: str
    kind: str
    meaning: str = ""
    value: Fraction = ONE


def _phrases() -> Iterator[tuple[tuple[str, ...], tuple[str, str]]]:
    """The lexicon's lines, phrase by phrase."""
    for name, entries in re.findall(r"(?m)^([A-Z]+) ?(.*)$", LEXICON):
        for entry in entries.split(" | "):
            meaning, _, phrases = entry.rpartition(": ")
            for phrase in phrases.split(", "):
                yield tuple(phrase.split()), (phrase.upper() if name == "SELF" else name, meaning)


PHRASES = dict(_phrases())
"""Every phrase of the lexicon, as words: its class and its meaning."""

LONGEST = max(len(words) for words in PHRASES)
BEGIN_NEW = {words[0] for words, (kind, _) in PHRASES.items() if kind in ("NUMBER", "AGE")} | {"the"}
"""Words that begin something new after "or over"."""


def _token(match: re.Match[str]) -> Token:
    kind, word, value = match.lastgroup or "STOP", match[0].replace("\u00ad", "").casefold(), ONE
    if kind == "WORD":
        word = re.sub("[(/].*", "", word)
    elif kind == "NUMBER":
        kind, value = _numeral(word)
    elif kind == "GLYPH":
        value = Fraction(GLYPHS[word])
    elif kind in ("ORDINAL", "PLURAL"):
        value = Fraction(re.sub("[a-z]", "", word))
    elif kind == "OWN" and word[1:] not in ("", "s"):
        kind = "BE" if word[1:] in ("re", "m") else "MODAL"
    return Token(match.start(), match.end(), word, kind, "", value)


def _numeral(word: str) -> tuple[str, Fraction]:
    """The class and the value of figures: a number, a fraction, or something that counts nothing."""
    if word in GLYPHS.values():
        return "GLYPH", Fraction(word)
    return ("NUMBER", Fraction(word.replace(",", ""))) if NUMERAL.fullmatch(word) else ("OPAQUE", ONE)


def _phrased(tokens: Sequence[Token]) -> Iterator[Token]:
    """Tokens with the longest phrases that the lexicon knows joined and classed."""
    at = 0
    while at < len(tokens):
        token, length = tokens[at], 1
        if token.kind == "WORD":
            words, (kind, meaning) = _longest(tokens, at)
            length = len(words)
            value = Fraction(meaning) if re.fullmatch("[0-9/]+", meaning) else token.value
            token = Token(token.start, tokens[at + length - 1].end, " ".join(words), kind, meaning, value)
        yield token
        at += length


def _longest(tokens: Sequence[Token], at: int) -> tuple[tuple[str, ...], tuple[str, str]]:
    """The longest phrase known that begins with a word, or the word alone, with its class and meaning."""
    words = tuple(
        token.word for token in takewhile(lambda token: token.kind == "WORD", tokens[at : at + LONGEST])
    )
    for length in range(len(words), 0, -1):
        if words[:length] in PHRASES and not _goes_on(words[:length], tokens[at + length : at + length + 1]):
            return words[:length], PHRASES[words[:length]]
    kind, meaning = PHRASES.get((words[0].removesuffix("s"),), ("", ""))
    return words[:1], (PLURALS[kind], meaning) if kind in PLURALS else ("WORD", "")


def _goes_on(words: tuple[str, ...], after: Sequence[Token]) -> bool:
    """Whether "or over" begins something new ("or over 60") and does not end what stands before it."""
    numbered = any(token.kind in ("NUMBER", "PLURAL") or token.word in BEGIN_NEW for token in after)
    return PHRASES[words][0] == "ORMORE" and words[0] in ("and", "or") and numbered


def _counted(tokens: Iterator[Token]) -> list[Token]:
    """Tokens with number words added up: "one hundred and twenty-one" is one token."""
    kept = [Token(0, 0, "", "STOP")]
    for token in tokens:
        link = kept[-1].kind if kept[-1].kind in ("DASH", "AND") else ""
        number = kept[-2] if link else kept[-1]
        if token.kind == "HUNDRED" and number.value < 10 and (number.kind == "NUMBER" or number.word == "a"):
            kept[-1] = number._replace(end=token.end, kind="NUMBER", value=number.value * 100)
        elif _adds(number, link, token):
            del kept[len(kept) - 1 - bool(link) :]
            kept.append(number._replace(end=token.end, value=number.value + token.value))
        else:
            kept.append(token)
    return kept[1:]


def _adds(number: Token, link: str, token: Token) -> bool:
    """Whether a number word goes on with another: twenty and one, a hundred and twenty."""
    if not (number.kind == token.kind == "NUMBER" and number.word.isalpha() and token.word.isalpha()):
        return False
    if number.value % 100 == 0:
        return number.value > 0 and link != "DASH" and token.value < 100
    return number.value % 10 == 0 and number.value % 100 > 10 and link != "AND" and 0 < token.value < 10


def tokens_of(text: str) -> list[Token]:
    """A text as tokens: phrases joined and classed, number words added up."""
    return _counted(_phrased([_token(match) for match in TOKEN.finditer(text)]))


def codes_of(tokens: Sequence[Token]) -> str:
    """The classes of tokens, one character for each."""
    return "".join(CODES[token.kind] for token in tokens)
