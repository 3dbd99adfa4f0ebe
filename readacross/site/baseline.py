"""The page of the baseline: what national guidance says, how each leaflet stands to it, and bodies that are no more."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from readacross.baseline import VERIFIED, Baseline, Edition, Fact
from readacross.measuring import StaleName, edition_in_words, stale_names
from readacross.model import Json, Question, Version
from readacross.periods import in_words as date_in_words
from readacross.shapes import pack, unpack
from readacross.site import reusing
from readacross.site.gathering import Shelf
from readacross.site.questions import OUTCOMES, Measured, measured
from readacross.site.rendering import Above, Page, Place, render_page

COMPARATORS = {
    "at_most": "at most",
    "at_least": "at least",
    "equal": "just so",
    "common_practice": "common practice, which binds nobody",
    "local": "left to each area",
}
CERTAINTIES = {
    "certain": "in force after that, for certain",
    "possibly": "possibly still in force after that",
    "not": "not in force after that",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A fact, and how the leaflets stand to it, if anything of theirs can be measured."""

    fact: Fact
    question: Question | None
    edition: str
    verified: str
    measured: Measured | None

    @property
    def title(self) -> str:
        """What the guidance says, after the name of the question that it is about."""
        return f"{self.question.label}: {self.fact.says}" if self.question else self.fact.says

    @property
    def unchecked(self) -> bool:
        """Whether nobody has read it in the edition itself."""
        return self.fact.verified != "P"


@dataclass(frozen=True, slots=True)
class Outlived:
    """A body named in a leaflet that outlived it: in words, and the passage whose words name it."""

    name: StaleName
    version: Version
    certainty: str
    passage: str
    place: str
    before: str
    marked: str
    after: str


def baseline_page(shelf: Shelf, top: Above) -> Page:
    """What guidance says, what each leaflet says, and how the two stand to each other."""
    baseline = shelf.library.baseline
    rows = facts(shelf, baseline) if baseline else ()
    return render_page(
        Place("baseline", "Against national guidance", top), "baseline.html", shelf,
        baseline=baseline, rows=rows, editions=_editions(baseline), versions=_measurable(shelf),
        outlived=outlived(shelf), outcomes=OUTCOMES, comparators=COMPARATORS, tally=_tally(rows),
    )  # fmt: skip


def facts(shelf: Shelf, baseline: Baseline) -> tuple[Row, ...]:
    """Every fact of the baseline, measured where a question asks it."""
    by_fact = {}
    for fact in baseline.facts:
        judged = [item for item in shelf.judged if item.fact.id == fact.id]
        by_fact[fact.id] = measured(shelf, judged)[0] if judged else None
    return tuple(
        Row(
            fact,
            shelf.library.questions.get(fact.question or ""),
            edition_in_words(baseline.edition(fact)),
            VERIFIED[fact.verified],
            by_fact[fact.id],
        )
        for fact in baseline.facts
    )


def _tally(rows: Sequence[Row]) -> list[tuple[str, int]]:
    """How often each outcome is met among the latest leaflets, in the order of outcomes."""
    found = Counter[str](judged.outcome for row in rows if row.measured for _, judged in row.measured.latest)
    return [(OUTCOMES[outcome], found[outcome]) for outcome in OUTCOMES if found[outcome]]


def _editions(baseline: Baseline | None) -> list[tuple[Edition, str, str]]:
    """The editions with their dates and their standing in words."""
    rows = []
    for edition in baseline.editions if baseline else ():
        when = (
            f"Published {date_in_words(edition.published)}" if edition.published else "No date of publication"
        )
        if edition.consultation:
            begins, _, ends = edition.consultation.partition("/")
            to = f" to {date_in_words(ends)}" if ends else ""
            when += f"; consultation {date_in_words(begins)}{to}"
        rows.append((edition, when, edition.status))
    return rows


def _measurable(shelf: Shelf) -> tuple[Version, ...]:
    """The latest leaflets of the baseline's jurisdiction."""
    baseline, authorities = shelf.library.baseline, shelf.library.authorities
    return tuple(
        version
        for version in shelf.library.current()
        if baseline and authorities[version.authority].jurisdiction == baseline.jurisdiction
    )


@lru_cache(maxsize=1)
def outlived(shelf: Shelf) -> tuple[Outlived, ...]:
    """The names of bodies that are no more, each with the passage that it stands in."""
    library = shelf.library
    if library.baseline is None:
        return ()
    once: dict[tuple[str, str], Outlived] = {}
    for name, passage, place in _stale(shelf, library.baseline):
        pieces = name.context.partition(name.quote)
        version = library.versions[name.version]
        one = Outlived(name, version, CERTAINTIES[name.certainty], passage, place, *pieces)
        once.setdefault((passage, name.institution.name), one)
    return tuple(once.values())


def _stale(shelf: Shelf, baseline: Baseline) -> list[tuple[StaleName, str, str]]:
    """The names of bodies that are no more, those of a version that is as it was as they were found before."""
    library, made = shelf.library, reusing.edition()
    common = reusing.key_of(baseline.institutions, baseline.jurisdiction, [*library.authorities.values()])
    keys = {id_: reusing.key_of(common, text.key, text.version) for id_, text in shelf.texts.items()}
    new = [text for id_, text in shelf.texts.items() if not made.holds("outlived", id_, keys[id_])]
    found: dict[str, list[Json]] = {text.version.id: [] for text in new}
    readings = {text.version.id: text.reading for text in new}
    versions = [text.version for text in new]
    for name in stale_names(baseline, versions, library.authorities.values(), readings):
        found[name.version].append(_placed(shelf, name))
    kept = (
        made.piece("outlived", id_, key, partial(json.dumps, found.get(id_, []))) for id_, key in keys.items()
    )
    rows = ((unpack(StaleName, name), *where) for text in kept for name, *where in json.loads(text))
    return sorted(rows, key=lambda row: (row[0].version, row[0].reading))


def _placed(shelf: Shelf, name: StaleName) -> Json:
    """A name with the passage that it stands in."""
    start, end = name.reading
    passages = shelf.texts[name.version].passages
    passage = next(item for item in passages if item.span.start <= start and end <= item.span.end)
    return [pack(name), passage.id, passage.place]
