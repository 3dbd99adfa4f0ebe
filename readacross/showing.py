"""Nouns as lines for a terminal."""

import re
import shutil
import textwrap
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from readacross.baseline import VERIFIED, Baseline
from readacross.library import Library
from readacross.markup import plain
from readacross.measuring import Judgement, edition_in_words
from readacross.model import (
    SEVERITIES,
    Answer,
    Citation,
    Divergence,
    Passage,
    Position,
    Question,
    Span,
    Statement,
    Version,
)
from readacross.naming import dated, names
from readacross.rulings import dismissed
from readacross.values import in_words
from readacross.wording import load_wording

WIDEST = 100


def wrap(text: str, indent: int = 0, hang: int | None = None) -> str:
    """A text filled to the terminal's width, the first line indented and the others hanging."""
    width = min(shutil.get_terminal_size((WIDEST, 24)).columns, WIDEST)
    first, rest = " " * indent, " " * (indent if hang is None else hang)
    return textwrap.fill(
        visible(text), width, initial_indent=first, subsequent_indent=rest, break_long_words=False
    )


def visible(text: str) -> str:
    """A text with characters that act on a terminal, or cannot be seen, spelt out as [U+001B]."""
    if text.isprintable():
        return text
    return "".join(f"[U+{ord(c):04X}]" if unicodedata.category(c) in ("Cc", "Cf", "Co") else c for c in text)


def escaped(text: str) -> str:
    """A text that Markdown shows as it is."""
    return re.sub(r"[\\|<>*_`\[\]~&#]", r"\\\g<0>", visible(text))


def answer_lines(answer: Answer, library: Library) -> Iterator[str]:
    """An answer as a reader at a terminal wants it: who says what, the words, who differs, who is silent."""
    if answer.alert:
        yield wrap(answer.alert)
        yield ""
    yield visible(answer.question)
    status = load_wording(library.root).status[answer.status]
    yield status + (f" As at {answer.as_at}." if answer.as_at else "")
    for remark in answer.remarks:
        yield wrap(remark)
    used = {
        answer.citations[number].passage.version for item in answer.statements for number in item.citations
    }
    versions = [version for id_, version in library.versions.items() if id_ in used]
    called = names(library.authorities.values(), versions)
    quoted: set[tuple[str, Span]] = set()
    for version in _in_order(answer, versions):
        yield ""
        yield wrap(f"{called[version.id]} – {version.title}, {dated(version)}", 0, 2)
        certainty = {c.certainty for c in answer.citations if c.passage.version == version.id} - {None}
        if certainty:
            yield f"  in force at that date: {'for certain' if 'certain' in certainty else 'possibly'}"
        for statement in answer.statements:
            if statement.citations and answer.citations[statement.citations[0]].passage.version == version.id:
                yield from _statement_lines(statement, answer, quoted)
    if answer.silent:
        yield ""
        who = ", ".join(library.authorities[slug].name for slug in answer.silent)
        yield wrap(f"Not stated{on_what(answer, library)}: {who}. That is silence, not “no”.", 0, 2)
    yield from _divergence_lines(answer.divergences)
    if answer.nearest:
        yield ""
        yield "Nearest passages (not taken as an answer):"
        for citation in answer.nearest:
            yield from _led_in_lines(citation, 2)


def on_what(answer: Answer, library: Library) -> str:
    """What those called silent are silent on, where they speak to something else in the answer."""
    speaking = {statement.authority for statement in answer.statements}
    if not answer.questions or speaking.isdisjoint(answer.silent):
        return ""
    return f" on “{library.questions[answer.questions[0]].label}”"


def _in_order(answer: Answer, versions: Sequence[Version]) -> list[Version]:
    """Versions in the order in which the answer's statements first cite them."""
    order = [
        answer.citations[number].passage.version for item in answer.statements for number in item.citations
    ]
    return sorted(versions, key=lambda version: order.index(version.id))


def _statement_lines(statement: Statement, answer: Answer, quoted: set[tuple[str, Span]]) -> Iterator[str]:
    """What a statement says and the words it rests on; where all of them are `quoted` further up, where they stand."""
    if statement.position is not None:
        yield wrap(statement.text + ("" if statement.text.endswith(".") else "."), 2, 4)
    citations = [answer.citations[number] for number in statement.citations]
    places = {(citation.passage.id, citation.reading) for citation in citations}
    if places <= quoted:
        yield from dict.fromkeys(f"    As quoted above: [{citation.passage.id}]" for citation in citations)
        return
    quoted |= places
    for citation in citations:
        yield from (_led_in_lines if statement.position is None else _citation_lines)(citation, 4)


def _led_in_lines(citation: Citation, indent: int) -> Iterator[str]:
    """The words of a passage that stand by themselves, led in as in the leaflet."""
    if citation.passage.lead_in:
        yield wrap(citation.passage.lead_in, indent)
    yield from _citation_lines(citation, indent)


def _citation_lines(citation: Citation, indent: int) -> Iterator[str]:
    yield wrap(f"“{plain(citation.quote)}”", indent, indent + 1)
    yield f"{' ' * indent}[{citation.passage.id}]"
    for doubt in citation.passage.doubts:
        if doubt.span.start < citation.reading.end and citation.reading.start < doubt.span.end:
            yield wrap(f"uncertain: {doubt.note}", indent, indent + 2)


def _divergence_lines(found: Sequence[Divergence]) -> Iterator[str]:
    between = [d for d in found if d.level == "group" and d.kind not in ("one_silent", "changed_over_time")]
    over_time = [d for d in found if d.level == "pair" and d.kind == "changed_over_time"]
    for title, rows in (("Where they differ:", between), ("Between versions of one leaflet:", over_time)):
        if rows:
            yield ""
            yield title
        for row in rows:
            yield wrap(f"- {row.summary}. ({row.kind.replace('_', ' ')}, {row.severity} severity)", 2, 4)


def divergence_lines(found: Sequence[Divergence], *, folded: bool) -> Iterator[str]:
    """Divergences for a terminal, severest first: one line a question; silence counted, where it is folded.

    What lies within one leaflet stands beside what lies between leaflets; what was dismissed stands last.
    """
    spoken = [d for d in found if not folded or d.kind != "one_silent"]
    groups = [d for d in spoken if d.level != "pair"] or spoken
    for divergence in sorted(groups, key=lambda d: (dismissed(d), -SEVERITIES.index(d.severity))):
        within = ", within one leaflet" if divergence.level == "leaflet" else ""
        kind = divergence.kind.replace("_", " ")
        yield f"{kind}, {divergence.severity}{within}  [{divergence.question}]"
        yield wrap(divergence.summary, 2, 4)
        if ruling := divergence.ruling:
            yield wrap(f"{ruling.ruling} by {ruling.by} on {ruling.on}: {ruling.why}", 4, 6)
    silent = sum(1 for d in found if d.kind == "one_silent" and d.level == "group")
    if folded and silent:
        yield f"and {silent} question{'' if silent == 1 else 's'} on which only some speak: --kind one_silent"


def judgement_lines(judgement: Judgement, name: str, baseline: Baseline) -> Iterator[str]:
    """A judgement in two lines: who meets what, and where the fact is known from."""
    fact = judgement.fact
    yield wrap(f"{fact.id}  {name}: {judgement.outcome.replace('_', ' ')} ({judgement.why})", 0, 2)
    yield wrap(f"“{fact.says}” ({edition_in_words(baseline.edition(fact))}; {VERIFIED[fact.verified]})", 4, 5)


def position_lines(question: Question, position: Position, name: str) -> Iterator[str]:
    """A position in a few lines."""
    force = f" ({position.force})" if position.force else ""
    yield wrap(f"{question.id}  {name}: {in_words(question, position)}{force}", 0, 2)
    for quote in position.quotes:
        yield wrap(f"“{plain(quote.quote)}”", 4, 5)
    if position.coded.status != "coded":
        yield wrap(f"{position.coded.status}: by {position.coded.by} on {position.coded.on}", 4, 6)
    for remark, words in (
        ("text", position.followed),
        ("settled", position.settled),
        ("note", position.note),
    ):
        if words:
            yield wrap(f"{remark}: {words}", 4, 6)


def version_lines(version: Version, name: str) -> Iterator[str]:
    """A version in a few lines."""
    yield f"{version.id}  ({version.status})"
    yield wrap(f"{name}: {version.title}", 2, 4)
    yield wrap(f"published by {version.publisher}; {dated(version)}; {version.valid.basis}", 2, 4)
    yield f"  sha256 {version.sha256}"


def passage_lines(passage: Passage, versions: Mapping[str, Version]) -> Iterator[str]:
    """A passage with its headings and its place in both texts."""
    version = versions[passage.version]
    yield passage.id
    if passage.headings:
        yield wrap(" > ".join(passage.headings), 2, 4)
    if passage.lead_in:
        yield wrap(passage.lead_in, 2, 4)
    yield wrap(f"“{plain(passage.text)}”", 2, 3)
    places = ", ".join(f"{tile.original_start}–{tile.original_end}" for tile in passage.tiles)
    yield wrap(f"reading.md {passage.span.start}–{passage.span.end}; {version.original} {places}", 2, 4)
    for doubt in passage.doubts:
        yield wrap(f"uncertain: {doubt.note} ({doubt.by})", 2, 4)
