"""Measuring positions against the baseline, and finding names of bodies that no longer exist."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, NamedTuple

from readacross.baseline import AMOUNTS, VERIFIED, Baseline, Edition, Fact, Institution
from readacross.comparing import Namer, relation
from readacross.markup import LINK, parse, plain
from readacross.model import Authority, Divergence, Json, Period, Position, Question, Span, Version
from readacross.periods import Certainty, in_force, period
from readacross.periods import in_words as date_in_words
from readacross.quoting import fold
from readacross.values import canonical, canonical_table, in_words

Outcome = Literal["meets", "more_generous", "less", "silent", "not_covered", "cannot_be_compared"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """A position measured against a fact, with the reason in words."""

    fact: Fact
    position: Position
    outcome: Outcome
    why: str


@dataclass(frozen=True, slots=True)
class StaleName:
    """A body named in a reading text that outlived it: the words, their place, and the line they stand in."""

    version: str
    institution: Institution
    quote: str
    reading: Span
    line: int
    context: str
    certainty: Certainty


# Measuring


def judge(fact: Fact, question: Question, position: Position) -> Judgement:
    """A position measured against a fact.

    What is left to each area, or stands on another question, is not covered.  Force ("should", "will") and
    conditions are not measured: a leaflet that says "should take place within 10 days" is measured by the
    10 days.
    """
    if fact.question != question.id or position.question != question.id:
        return Judgement(fact, position, "not_covered", "the baseline's fact is on another question")
    if fact.comparator == "local":
        return Judgement(fact, position, "not_covered", "the baseline leaves it to each area")
    if position.status == "silent":
        return Judgement(fact, position, "silent", "the leaflet does not say")
    if fact.value is None:
        return Judgement(fact, position, "cannot_be_compared", "the baseline gives words and no value")
    measure = _measure_amount if question.answer_type in AMOUNTS else _measure_choice
    return Judgement(fact, position, *measure(fact, question, position))


class Found(NamedTuple):
    """An outcome and its reason."""

    outcome: Outcome
    why: str


class Stretch(NamedTuple):
    """An amount of time in one unit, and the fewest and most calendar days that it can be."""

    n: float
    unit: str
    shortest: float
    longest: float

    def __str__(self) -> str:
        return f"{self.n:g} {self.unit}{'' if self.n == 1 else 's'}" if self.unit else f"{self.n:g}"


class Reach(NamedTuple):
    """The shortest and the longest time that a position allows; None where its words set no such end."""

    low: Stretch | None
    high: Stretch | None


def _stretch(value: Mapping[str, Json]) -> Stretch | None:
    """An amount with its range in calendar days; None for a unit or qualifier that is not known.

    Minutes, days and plain numbers are exact.  A month has 28 to 31 days.  Working days, counted from a working day, take
    at least a whole week for each five of them (10 working days: 14 days at the earliest, later with every
    holiday); they take at most a week for each and the rest of the first week, as every week holds at least
    one working day.
    """
    qualifier = value.get("qual") if value.get("qual") != "calendar" else None
    table = canonical_table({"n": value.get("n"), "unit": value.get("unit"), "qual": qualifier})
    n, unit = table.get("n"), table.get("unit")
    if not isinstance(n, int | float) or isinstance(n, bool):
        return None
    days = {"": (n, n), "minute": (n / 1440, n / 1440), "day": (n, n), "month": (28 * n, 31 * n)}
    if qualifier == "working" and unit == "day":
        return Stretch(n, "working day", n // 5 * 7 + n % 5, 7 * n + 6)
    return Stretch(n, unit, *days[unit]) if isinstance(unit, str) and unit in days and not qualifier else None


def _no_longer(a: Stretch, b: Stretch) -> bool | None:
    """Whether a time is at most another; None where the units leave it open.

    One unit is compared by its numbers.  Across units the answer is plain only where the ranges in calendar
    days do not overlap: 10 days are within 10 working days, 12 weeks within 3 months; 15 days and
    10 working days, or 13 weeks and 3 months, may fall either way.
    """
    if a.unit == b.unit:
        return a.n <= b.n
    if a.longest <= b.shortest:
        return True
    return False if a.shortest > b.longest else None


def _unclear(value: Json, limit: Mapping[str, Json]) -> str | None:
    """Why an amount cannot be measured at all; None where it can be."""
    if not isinstance(value, dict):
        return None if isinstance(value, int | float) else "no number is given"
    if value.get("vague"):
        return f"no number is given: “{value['vague']}”"
    if value.get("any_of"):
        return "it counts from more than one event"
    if limit.get("anchor") and value.get("anchor") and limit["anchor"] != value["anchor"]:
        return f"it counts from the {value['anchor']}, the baseline from the {limit['anchor']}"
    return None


def _reach(value: Json, limit: Mapping[str, Json]) -> Reach | None:
    """The times that a position allows; None where its unit is not known.

    "Within" sets the longest time, and the shortest only where the fact is itself a time limit.  "After"
    sets the shortest alone: a review "three months after" a conference may be at that time or later, and
    coders record both readings alike.  A frequency is read by its interval, so "at least every 15 days"
    sets the longest.
    """
    table = value if isinstance(value, dict) else {"n": value, "unit": ""}
    every = table.get("every")
    ends = [every[0], every[-1]] if isinstance(every, list) and every else [table.get("n")] * 2
    low, high = (_stretch({**table, "n": end}) for end in ends)
    if low is None or high is None:
        return None
    words = table.get("rel") or table.get("bound")
    if words == "at_least_as_often" or (words == "within" and limit.get("rel") != "within"):
        return Reach(None, high)
    return Reach(low, None) if words in ("after", "at_most_as_often") else Reach(low, high)


def _measure_amount(fact: Fact, question: Question, position: Position) -> Found:
    """An amount measured by the fact's comparator, once it is clear what both amounts are."""
    table = fact.value if isinstance(fact.value, dict) else {"n": fact.value, "unit": ""}
    limit, reach = _stretch(table), _reach(position.value, table)
    if why := _unclear(position.value, table):
        return Found("cannot_be_compared", why)
    if limit is None or reach is None:
        return Found("cannot_be_compared", "one of the two counts in a unit that cannot be measured")
    said, asked = in_words(question, position), f"{ASKED[fact.comparator]} {limit}"
    if _is_kinder(fact.better, reach, limit):
        return Found("more_generous", f"“{said}” is plainly {fact.better} than {limit}")
    fits = _fits(fact.comparator, reach, limit)
    if fits is None:
        return Found("cannot_be_compared", f"“{said}” may or may not be {asked}")
    return Found("meets" if fits else "less", f"“{said}” is {'' if fits else 'not '}{asked}")


ASKED = {
    "at_most": "at most",
    "at_least": "at least",
    "equal": "the same as",
    "common_practice": "the same as",
}


def _is_kinder(better: str | None, reach: Reach, limit: Stretch) -> bool:
    """Whether a position lies plainly, and wholly, on the kinder side of the baseline."""
    if better == "less":
        return reach.high is not None and _no_longer(limit, reach.high) is False
    return better == "more" and reach.low is not None and _no_longer(reach.low, limit) is False


def _fits(comparator: str, reach: Reach, limit: Stretch) -> bool | None:
    """Whether everything that a position allows is within the baseline; None where that is open."""
    if comparator == "at_most":
        return _keeps(reach.high, reach.low, lambda end: _no_longer(end, limit))
    if comparator == "at_least":
        return _keeps(reach.low, reach.high, lambda end: _no_longer(limit, end))
    below = _keeps(reach.high, reach.low, lambda end: _no_longer(end, limit))
    above = _keeps(reach.low, reach.high, lambda end: _no_longer(limit, end))
    return False if False in (below, above) else None if None in (below, above) else True


def _keeps(far: Stretch | None, near: Stretch | None, fits: Callable[[Stretch], bool | None]) -> bool | None:
    """Whether the far end fits; where the words set none, the near end can only show that it does not."""
    if far is not None:
        return fits(far)
    return False if near is not None and fits(near) is False else None


def _measure_choice(fact: Fact, question: Question, position: Position) -> Found:
    """An option, a set or true and false, measured.

    Equal values meet, and so do options that the question bank calls the same and a set that names all the
    baseline does.  Another yes or no, an option that contradicts, or a set that leaves something out is
    less, unless `better` says that it is kinder.  Whatever else differs cannot be compared.
    """
    said = in_words(question, position)
    a, b = position.value, fact.value
    if canonical(question.answer_type, a) == canonical(question.answer_type, b):
        return Found("meets", f"it says the same: {said}")
    if isinstance(a, bool) and isinstance(b, bool):
        kinder = fact.better == ("more" if a else "less")
        return Found("more_generous" if kinder else "less", f"it says otherwise: {said}")
    if isinstance(a, list) and isinstance(b, list):
        missing = [question.words(str(item)) for item in b if item not in a]
        return (
            Found("less", f"it leaves out: {'; '.join(missing)}")
            if missing
            else Found("meets", "it names all")
        )
    related = relation(question, str(a), str(b))
    if related and related.kind == "same":
        return Found("meets", f"it says the same in other words: {said}")
    if related and related.kind == "contradicts":
        return Found("less", f"it says otherwise: {said}")
    return Found("cannot_be_compared", f"nothing says how “{said}” stands to the baseline")


# Finding


def judgements(
    baseline: Baseline,
    questions: Mapping[str, Question],
    positions: Iterable[Position],
    versions: Iterable[Version],
    authorities: Iterable[Authority],
) -> tuple[Judgement, ...]:
    """Every position of the baseline's jurisdiction measured against every fact that may have held with it.

    A fact may have held with a version unless its edition surely ended before the version began, or began
    after the version had ended; one that is only announced holds with none.
    """
    within = {version.id: version.valid for version in _of_jurisdiction(baseline, versions, authorities)}
    found = []
    positions = [position for position in positions if position.version in within]
    for fact in baseline.facts:
        held = baseline.held(fact)
        for position in positions:
            if held and position.question == fact.question and _overlap(held, within[position.version]):
                found.append(judge(fact, questions[fact.question], position))
    return tuple(found)


def _of_jurisdiction(
    baseline: Baseline, versions: Iterable[Version], authorities: Iterable[Authority]
) -> Iterator[Version]:
    slugs = {item.slug for item in authorities if item.jurisdiction == baseline.jurisdiction}
    return (version for version in versions if version.authority in slugs)


def _overlap(a: Period, b: Period) -> bool:
    """Whether two periods may share a day."""
    return not any(
        first.latest_end and then.earliest_start and first.latest_end < then.earliest_start
        for first, then in ((a, b), (b, a))
    )


def baseline_divergences(
    baseline: Baseline,
    questions: Mapping[str, Question],
    judged: Iterable[Judgement],
    name: Namer,
) -> tuple[Divergence, ...]:
    """What falls short of the baseline, or is silent on it: one divergence for each position and fact.

    Less than guidance is as severe as the question's silence; departing from common practice, which binds
    nobody, and silence are low.
    """
    found = []
    for judgement in judged:
        if judgement.outcome not in ("less", "silent"):
            continue
        fact, question = judgement.fact, questions[judgement.position.question]
        binds = judgement.outcome == "less" and fact.comparator != "common_practice"
        severity = question.silence if binds else "low"
        summary = _sentence(baseline, question, judgement, name(judgement.position))
        rule = f"baseline {fact.id}, {fact.comparator.replace('_', ' ')}: {judgement.outcome}"
        about = (question.id, question.topic, "baseline", severity, summary, rule)
        found.append(Divergence(*about, "pair", (judgement.position,)))
    return tuple(found)


def _sentence(baseline: Baseline, question: Question, judgement: Judgement, name: str) -> str:
    """Who says what, what the baseline says, and where that is known from, in one line."""
    fact = judgement.fact
    said = (
        "does not say" if judgement.outcome == "silent" else f"says: {in_words(question, judgement.position)}"
    )
    against = "common practice" if fact.comparator == "common_practice" else "the baseline"
    origin = f"{edition_in_words(baseline.edition(fact))}; {VERIFIED[fact.verified]}"
    return f"{question.label or question.question}: {name} {said}; {against}: “{fact.says}” ({origin})"


def edition_in_words(edition: Edition | None) -> str:
    """The edition that a fact is known from, and whether another has taken its place."""
    if edition is None:
        return "edition not recorded"
    return edition.title + (", since superseded" if edition.status == "superseded" else "")


def stale_names(
    baseline: Baseline,
    versions: Iterable[Version],
    authorities: Iterable[Authority],
    readings: Mapping[str, str],
) -> tuple[StaleName, ...]:
    """Bodies named in reading texts of the baseline's jurisdiction that may have been in use after their end.

    Names are whole words, however they are typed, with an authority's name before them where there is one.
    A version that surely ended before the body did is not flagged: it was right while it held.
    """
    authorities = tuple(authorities)
    places = [authority.name for authority in authorities]
    patterns = [
        (body, [_letters(name) for name in (body.name, *body.also)], _pattern(body, places))
        for body in baseline.institutions
    ]
    found = []
    for version in _of_jurisdiction(baseline, versions, authorities):
        text = readings[version.id]
        letters = _letters(text)
        for body, names, pattern in patterns:
            held = any(name in letters for name in names)
            if held and (certainty := _outlived(version, body)) != "not":
                for span, block in _named(pattern, text):
                    line, context = text.count("\n", 0, span.start) + 1, plain(block.of(text))
                    found.append(
                        StaleName(version.id, body, plain(span.of(text)), span, line, context, certainty)
                    )
    return tuple(sorted(found, key=lambda name: (name.version, name.reading)))


def _letters(text: str) -> str:
    """The letters and digits of a text, however it is typed: where a name's are missing, so is the name."""
    bare = unicodedata.normalize("NFKC", LINK.sub(r"\g<words>", text)).casefold()
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", bare)))


def _outlived(version: Version, body: Institution) -> Certainty:
    """Whether a version was in force after a body had ended."""
    ended = period(None, body.until, "").latest_end
    if ended is None or ended == date.max:
        return "not"
    return in_force(version.valid, f"{(ended + timedelta(days=1)).isoformat()}/..")


def _pattern(body: Institution, places: Iterable[str]) -> re.Pattern[str]:
    """A body's names as they stand in folded text: the longest first, with a place before them or without."""
    names, before = (
        "|".join(re.escape(fold(word)[0]) for word in sorted(words, key=len, reverse=True))
        for words in ((body.name, *body.also), places)
    )
    return re.compile(rf"(?<!\w)(?:(?:{before}) )?(?:{names})(?!\w)")


def _named(pattern: re.Pattern[str], text: str) -> list[tuple[Span, Span]]:
    """Where a reading text, its editor's notes aside, holds a name, and the block that it stands in."""
    blocks = [block.span for block in parse(text)[0] if block.kind != "note"]
    folded, places = fold(text)
    spans = [Span(places[at.start()], places[at.end() - 1] + 1) for at in pattern.finditer(folded)]
    return [
        (span, block)
        for span in spans
        for block in blocks
        if block.start <= span.start and span.end <= block.end
    ]


def stale_in_words(name: StaleName) -> str:
    """One line on a body that is no more."""
    ended = date_in_words(name.institution.until)
    after = f"; its place was taken by: {name.institution.successor}" if name.institution.successor else ""
    return f"names “{name.quote}”, which ended on {ended}{after}"
