"""Rulings on divergences: which divergence one is about, and what it makes of it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from readacross.comparing import QUIET
from readacross.model import SEVERITIES, Divergence, Ruling


class About(NamedTuple):
    """What a ruling is about: a question of some versions; for a tension, the other question too."""

    question: str
    versions: frozenset[str]
    against: str = ""


def about_ruling(ruling: Ruling) -> About:
    """What a ruling is about."""
    return About(ruling.question, frozenset(ruling.versions), ruling.against)


def about_divergence(divergence: Divergence) -> About:
    """What a ruling on a divergence is about."""
    versions = frozenset(position.version for position in divergence.positions)
    against = divergence.positions[1].question if divergence.level == "leaflet" else ""
    return About(divergence.question, versions, against)


def dismissed(divergence: Divergence) -> bool:
    """Whether a person has ruled that this is no divergence."""
    return divergence.ruling is not None and divergence.ruling.ruling == "dismissed"


def attach(found: Sequence[Divergence], rulings: Mapping[About, Ruling]) -> tuple[Divergence, ...]:
    """Divergences with the rulings made on them; a group is as severe as what is left of it."""
    touched = {about.question for about in rulings}
    single = [_ruled(item, rulings) if item.level != "group" else item for item in found]
    pairs = [item for item in single if item.level == "pair" and item.question in touched]
    return tuple(
        _left(item, [pair for pair in pairs if pair.question == item.question])
        if item.level == "group" and item.question in touched
        else item
        for item in single
    )


def _ruled(divergence: Divergence, rulings: Mapping[About, Ruling]) -> Divergence:
    ruling = rulings.get(about_divergence(divergence))
    if ruling is None:
        return divergence
    return replace(divergence, ruling=ruling, severity=ruling.severity or divergence.severity)


def _left(group: Divergence, pairs: Sequence[Divergence]) -> Divergence:
    """A group with the kind and severity of the pairs that nobody dismissed."""
    left = [pair for pair in pairs if not dismissed(pair)]
    if not left:
        return replace(group, ruling=pairs[0].ruling) if pairs else group
    sharpest = max(left, key=lambda pair: (pair.kind not in QUIET, SEVERITIES.index(pair.severity)))
    return replace(group, kind=sharpest.kind, severity=sharpest.severity, rule=sharpest.rule)
