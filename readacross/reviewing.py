"""What needs a person: stale, reopened, disputed, suggested and debatable findings, and open sentences.

Each item says what it is about, what was coded and where to look, and carries the digest of what the person
sees, on which a ruling rests.  The severe and the likely come first.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from readacross.coding import requote
from readacross.comparing import relation
from readacross.covering import cover
from readacross.deciding import Rulings, seen, seen_together
from readacross.drafting import Draft
from readacross.markup import plain
from readacross.model import REVIEWED, SEVERITIES, Divergence, Json, Position, Question, Ruling
from readacross.naming import names
from readacross.nearing import Near, nearest
from readacross.rulings import About, about_divergence
from readacross.shapes import pack
from readacross.values import in_words

LIKELY = dict(zip(REVIEWED, (0.9, 0.8, 0.7, 0.5, 0.3, 0.2, 0.1), strict=True))
"""How likely it is that a person changes something: a judgement, which orders the queue and nothing else."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing for a person to decide, and everything needed to decide it."""

    kind: str
    question: str
    versions: tuple[str, ...]
    severity: str
    says: str
    why: str
    quotes: tuple[str, ...]
    rests_on: str
    against: str = ""
    nearest: tuple[Near, ...] = ()
    confirmable: bool = True

    @property
    def weight(self) -> float:
        """How severe and how likely: what comes first."""
        return SEVERITIES.index(self.severity) * LIKELY[self.kind]

    @property
    def about(self) -> About:
        """What a ruling on this item is about."""
        return About(self.question, frozenset(self.versions), self.against)


def queue(root: Path, made: Draft, *, coded: bool = False) -> tuple[Item, ...]:
    """Everything that needs a person, the severe and likely first; with `coded`, all that nobody confirmed."""
    items = [*_positions(made, coded=coded), *_divergences(made), *_open_sentences(root, made)]
    return tuple(sorted(items, key=lambda item: -item.weight))


def _digests(made: Draft) -> Callable[[Position], str]:
    return lambda position: seen(position, made.texts[position.version].source.reading)


def _positions(made: Draft, *, coded: bool) -> Iterator[Item]:
    """Positions that are stale, disputed or suggested, or whose ruling is open again."""
    called, digest = names(made.sources.authorities, made.versions), _digests(made)
    bank = {question.id: question for question in made.questions}
    for position in made.positions:
        question, rests_on = bank[position.question], digest(position)
        kind = _kind(position, made.rulings, rests_on, coded=coded)
        if kind is None:
            continue
        words = (*(quote.quote for quote in position.quotes), *position.lost)
        lost = " ".join(position.lost) if position.status == "stated" else position.followed
        yield Item(
            kind, question.id, (position.version,), _severity(question),
            f"{question.label}: {called[position.version]} – {in_words(question, position)}",
            _reason(kind, position, made.rulings), words, rests_on,
            nearest=tuple(nearest(lost, made.texts[position.version].passages)) if kind == "stale" else (),
            confirmable=not requote(position, made.texts[position.version]).lost,
        )  # fmt: skip


def _severity(question: Question) -> str:
    return max((question.silence, question.differs), key=SEVERITIES.index)


def _kind(position: Position, rulings: Rulings, rests_on: str, *, coded: bool) -> str | None:
    status = position.coded.status
    if status in ("stale", "disputed", "suggested"):
        return status
    ruled = rulings.get(About(position.question, frozenset([position.version])))
    if ruled and status != "confirmed" and ruled.ruling.rests_on != rests_on:
        return "reopened"
    return "coded" if coded and status == "coded" else None


def _reason(kind: str, position: Position, rulings: Rulings) -> str:
    """Why a position needs a person."""
    if kind == "reopened":
        return _reopened(rulings[About(position.question, frozenset([position.version]))].ruling)
    if kind == "disputed":
        return "a second coder recorded something else"
    if kind == "stale":
        return position.followed
    return f"{kind} by {position.coded.by} on {position.coded.on}, and not confirmed"


def _reopened(ruling: Ruling) -> str:
    what = f"{ruling.ruling} by {ruling.by} on {ruling.on}"
    return f"{what}, but what that rested on has changed since" if ruling.rests_on else f"{what}, not signed"


def _divergences(made: Draft) -> Iterator[Item]:
    """Divergences that rest on a debatable relation, or whose ruling is open again."""
    bank, digest = {question.id: question for question in made.questions}, _digests(made)
    for found in made.divergences:
        if found.level == "group" or found.ruling:
            continue
        ruled = made.rulings.get(about_divergence(found))
        if not ruled and not _debatable(bank[found.question], found):
            continue
        about = about_divergence(found)
        yield Item(
            "reopened" if ruled else "debatable", found.question,
            tuple(dict.fromkeys(position.version for position in found.positions)), found.severity, found.summary,
            _reopened(ruled.ruling) if ruled else "officers may read the two answers as the same",
            tuple(quote.quote for position in found.positions for quote in position.quotes),
            seen_together(found, digest), about.against,
        )  # fmt: skip


def _debatable(question: Question, found: Divergence) -> bool:
    if found.level != "pair" or question.answer_type not in ("enum", "bool"):
        return False
    a, b = (
        str(position.value).lower() if isinstance(position.value, bool) else str(position.value)
        for position in found.positions
    )
    related = relation(question, a, b)
    return related is not None and related.debatable


def _open_sentences(root: Path, made: Draft) -> Iterator[Item]:
    """Sentences that no position quotes and nobody has explained, of versions that are coded."""
    for id_, text in made.texts.items():
        positions = [position for position in made.positions if position.version == id_]
        if not positions:
            continue
        for sentence in cover(root, text, positions):
            if sentence.state == "open":
                yield Item(
                    "open", "", (id_,), "low", f"{sentence.passage}: “{plain(sentence.text)}”",
                    "no position quotes this sentence", (), "",
                    confirmable=False,
                )  # fmt: skip


def item_json(item: Item, versions: Mapping[str, str]) -> Json:
    """An item of the queue as data; `versions` gives each version's authority."""
    return {
        "kind": item.kind,
        "question": item.question or None,
        "against": item.against or None,
        "versions": list(item.versions),
        "authorities": list(dict.fromkeys(versions[version] for version in item.versions)),
        "severity": item.severity,
        "says": item.says,
        "why": item.why,
        "quotes": list(item.quotes),
        "nearest": [pack(dict(near._asdict())) for near in item.nearest],
        "rests_on": item.rests_on,
    }
