"""The words of a comparison explained, for a reader who has only the table in front of them."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from readacross.model import Divergence, Question, Relation, Ruling, Tension

NOT_STATED = "not stated in this leaflet"
NOT_CODED = "not coded yet"
UNSETTLED = {
    "suggested": "not coded yet; a suggestion waits to be read",
    "stale": "to be read again; the text has changed since it was coded",
}
"""What stands in place of an answer that is recorded but not published, by its coding status."""
UNSTATED = "Not stated is silence, not “no”."
CHECK = "Check the leaflet before use."

ANSWERS = {
    "stated": "The leaflet answers the question; the words that say so are quoted.",
    NOT_STATED: "The leaflet was read for this question and says nothing on it. That is silence, not “no”: it "
    "does not mean that something is refused, or that it does not happen. A leaflet that says “no” is "
    "recorded as stating it, with the words quoted.",
    NOT_CODED: "Nobody has read the leaflet for this question. Nothing follows from it.",
    "uncertain words": "The words quoted may be damaged in the text as received; the reason is given. Read the "
    "leaflet before relying on them.",
}
KINDS = {
    "contradiction": "One leaflet says what the other rules out.",
    "number_or_time": "Another number, time, interval or date, or a number against vague words.",
    "strength": "Much the same answer, but one goes further or binds more: “will” against “may”.",
    "scope": "Other grounds, conditions or members of a list; or two answers of which the question bank does "
    "not say how they stand to each other.",
    "one_silent": "One leaflet speaks and the other does not. Nothing is known of what the silent authority does.",
    "baseline": "The leaflet says less than the national guidance recorded, or is silent on it.",
    "changed_over_time": "Two versions of one leaflet differ.",
}
SEVERITIES = {
    "severity": "A judgement, written in the question bank; it can be changed there.",
    "high": "The question bank counts this difference, or this silence, among those that matter most. Read these first.",
    "medium": "It matters, but less.",
    "low": "Worth knowing.",
    "none": "A difference is to be expected, and is not reported.",
}
FORCES = {
    "prohibition": "somebody must not, or cannot, do it",
    "no_obligation": "nobody has to",
    "permission": "somebody may, or is allowed to",
    "possibility": "it might happen, or can",
    "request": "somebody is asked or advised to",
    "expectation": "it should happen, or somebody is expected to",
    "commitment": "it will happen; the leaflet says so",
    "obligation": "it must happen, or somebody has to",
    "right": "somebody is entitled to it",
    "description": "the leaflet says how things are; nobody is bound",
}
CODINGS = {
    "suggested": "proposed by a program; no person has read it yet",
    "coded": "recorded by a coder, not yet confirmed by an officer",
    "disputed": "recorded by a coder; a second coder disagrees",
    "confirmed": "confirmed by an officer",
    "stale": "the text it rests on has changed since it was recorded",
    "superseded": "recorded anew since",
}
RELATIONS = {
    "same": "both say the same",
    "stronger": "one goes further than the other",
    "other_grounds": "they rest on other grounds",
    "contradicts": "they contradict each other",
}
LEVELS = {
    "group": "all in view",
    "pair": "two versions",
    "answers": "two answers",
    "leaflet": "within one leaflet",
    "baseline": "against the baseline",
}
COMPARED = {
    LEVELS["group"]: "every version in view at once; kind and severity are those of the severest two",
    LEVELS["pair"]: "what two versions say on one question",
    LEVELS[
        "answers"
    ]: "two answers that many versions give; who gives them is said, and one of each is quoted",
    LEVELS["leaflet"]: "two answers of one version, to two questions, that sit ill with each other",
    LEVELS["baseline"]: "what a version says, against the national guidance recorded",
}
RULINGS = {
    "confirmed": "a person has checked it and agrees",
    "corrected": "a person has checked it and changed it",
    "dismissed": "a person has checked it and set it aside; it is listed last, and why is said",
}
TYPES = {
    "enum": "one answer of several",
    "set": "any number of items",
    "bool": "yes or no",
    "condition": "conditions, compared one by one",
    "duration": "a length of time, and what it is counted from",
    "frequency": "how often",
    "integer": "a whole number",
    "date": "a date",
    "contact": "contact details; they are expected to differ and are not compared",
    "text": "words of its own; they are not compared",
}


class Term(NamedTuple):
    """A word that a table uses, what sort of word it is, and what it means."""

    sort: str
    name: str
    meaning: str


def terms() -> Iterator[Term]:
    """Every word that a table uses of any question."""
    tables = (
        ("answer", ANSWERS),
        ("kind of difference", KINDS),
        ("severity", SEVERITIES),
        ("strength", FORCES),
        ("coding status", CODINGS),
        ("compared", COMPARED),
        ("ruling", RULINGS),
    )
    for sort, table in tables:
        for name, meaning in table.items():
            yield Term(sort, spoken(name), capital(meaning))


def spoken(id_: str) -> str:
    """An id of ours, such as `changed_over_time`, as a reader would say it."""
    return id_.replace("_", " ")


def capital(words: str) -> str:
    """Words with a capital first and a full stop last."""
    return words[:1].upper() + words[1:] + ("" if words.endswith((".", "”")) else ".")


def compared(question: Question) -> bool:
    """Whether different answers to a question are differences worth reporting."""
    return question.answer_type not in ("contact", "text") and question.differs != "none"


def answers_in_words(question: Question) -> str:
    """What sort of answer a question has, and the answers that it allows."""
    options = "".join(f"\n• {option.words}" for option in question.options)
    return capital(TYPES.get(question.answer_type, question.answer_type)).removesuffix(".") + (
        f":{options}" if options else ""
    )


def compared_in_words(question: Question, bank: Mapping[str, Question]) -> Iterator[str]:
    """How two answers to a question stand to each other, and its answers to those of other questions."""
    for relation in question.relations:
        yield _relation(question, relation)
    for tension in question.tensions:
        yield _tension(question, tension, bank[tension.with_])


def _relation(question: Question, relation: Relation) -> str:
    both = f"“{question.words(relation.a)}” and “{question.words(relation.b)}”"
    debatable = ", open to debate" if relation.debatable else ""
    severity = "" if relation.kind == "same" else f" ({relation.severity} severity{debatable})"
    return f"{both}: {RELATIONS[relation.kind]}{severity}" + (f": {relation.why}" if relation.why else "")


def _tension(question: Question, tension: Tension, other: Question) -> str:
    here, there = _answer(question, tension.answer), _answer(other, tension.and_)
    return (
        f"{here}, and to “{other.question}” {there}: these sit ill with each other in one leaflet "
        f"({spoken(tension.kind)}, {tension.severity} severity): {tension.why}"
    )


def _answer(question: Question, answer: str) -> str:
    """An answer as tensions name it."""
    words = {"silent": "nothing stated", "*": "any answer"}
    known = {option.id for option in question.options}
    plain = {"true": "yes", "false": "no"} if answer not in known else {}
    return words.get(answer) or f"“{plain.get(answer) or question.words(answer)}”"


def compared_as(divergence: Divergence) -> str:
    """What a divergence compares: two versions, all in view, two answers of one leaflet, or the baseline."""
    return LEVELS["baseline" if divergence.kind == "baseline" else divergence.level]


def ruled(ruling: Ruling | None) -> str:
    """What a person decided on a divergence, who and when; nothing where nobody has."""
    return f"{ruling.ruling} by {ruling.by} on {ruling.on}" if ruling else ""


def dismissed(divergence: Divergence) -> bool:
    """Whether a person has set a divergence aside."""
    return divergence.ruling is not None and divergence.ruling.ruling == "dismissed"
