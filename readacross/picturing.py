"""Results as a notebook shows them: tables with quotes, every text escaped, every quote marked with its place."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from readacross.glossary import capital, dismissed, spoken
from readacross.history import MEANINGS, Change, Step
from readacross.library import Library
from readacross.listing import Listed, Listing
from readacross.markup import plain
from readacross.model import Answer, Citation, Passage, Position, Statement, Version
from readacross.naming import dated, names
from readacross.showing import on_what
from readacross.tabulating import Cell, Row, Table, by_topic
from readacross.tagging import Grid, Html, said, shell, table, tag, tbody, together, tr
from readacross.wording import load_wording


def comparison_html(found: Table, differences: Listing) -> Html:
    """Who says what: questions down, versions across."""
    severest = severest_of(differences)
    heads = ("Question", *(found.view.heading(item) for item in found.view.chosen))
    bodies = [
        tbody(
            _band(topic, len(heads)), *(_row(row, heads, severest.get(row.question.id, "")) for row in rows)
        )
        for topic, rows in by_topic(found)
    ]
    if not bodies:
        return shell(tag("p", "Nothing is coded on this for the versions in view."))
    return shell(table("Who says what", heads, *bodies), _small(found.view.stamp))


def severest_of(differences: Listing) -> Mapping[str, str]:
    """For each question how the versions in view differ, taken together."""
    return {
        row.question.id: f"{row.kind}, {row.divergence.severity} severity"
        for row in differences.rows
        if row.divergence.level == "group" and not dismissed(row.divergence)
    }


def _row(row: Row, heads: Sequence[str], differs: str) -> Html:
    asked = together([row.question.question, tag("br"), tag("span", differs, class_="detail")])
    return tr(heads, (asked if differs else row.question.question, *map(_cell, row.cells)))


def _cell(cell: Cell) -> Html:
    """What a version says, and the words that say so; silence in plain type."""
    spoke = cell.position is not None and cell.position.status == "stated"
    parts = [tag("strong", cell.words) if spoke else tag("span", cell.words, class_="silent")]
    parts += _quotes(cell)
    return together(parts)


def _quotes(cell: Cell) -> Iterator[Html]:
    for quote, passage, doubt in zip(cell.quotes, cell.passages, cell.doubts, strict=True):
        yield _block(said(quote, "quote", passage), passage, [doubt] if doubt else [])


def _block(words: Html, passage: str, doubts: Iterable[str]) -> Html:
    """Words quoted, with the passage they stand in, and why some of them may be damaged."""
    wary = [tag("p", "Uncertain words: ", doubt, class_="doubt") for doubt in doubts]
    return tag("blockquote", tag("p", words), tag("p", tag("cite", passage), class_="detail"), *wary)


def _band(words: str, wide: int) -> Html:
    """A row that heads those beneath it."""
    return tag("tr", tag("th", words, scope="rowgroup", colspan=wide), class_="topic")


def _small(words: str) -> Html:
    return tag("p", words, class_="detail")


def answer_html(answer: Answer, library: Library) -> Html:
    """An answer: who says what in which words, who is silent, where they differ."""
    status = load_wording(library.root).status[answer.status]
    lines = [answer.alert, status + (f" As at {answer.as_at}." if answer.as_at else ""), *answer.remarks]
    parts = [tag("p", tag("strong", line)) for line in lines if line]
    if answer.statements:
        parts.append(_statements(answer, library))
    if answer.silent:
        who = ", ".join(library.authorities[slug].name for slug in answer.silent)
        parts.append(tag("p", f"Not stated{on_what(answer, library)}: {who}. That is silence, not “no”."))
    parts += _differences(answer)
    if answer.nearest:
        heads = ("Nearest passage, not taken as an answer", "Its words")
        rows = [tr(heads, (item.passage.id, _cited(item))) for item in answer.nearest]
        parts.append(table(answer.question, heads, tbody(*rows)))
    return shell(*parts)


def _statements(answer: Answer, library: Library) -> Html:
    """The statements of an answer, version by version, in the order in which they stand in it."""
    versions: dict[str, list[Statement]] = {}
    for statement in answer.statements:
        version = answer.citations[statement.citations[0]].passage.version if statement.citations else ""
        versions.setdefault(version, []).append(statement)
    cited = [library.versions[id_] for id_ in versions if id_]
    called = names(library.authorities.values(), cited)
    heads = ("What it says", "In its words")
    bodies = [
        tbody(
            _band(_source(library.versions[id_], called[id_], answer) if id_ else "", 2),
            *(tr(heads, (item.text, _citations(item, answer))) for item in statements),
        )
        for id_, statements in versions.items()
    ]
    return table(answer.question, heads, *bodies)


def _source(version: Version, name: str, answer: Answer) -> str:
    """Whose words they are, from when, and whether they held at the date asked for."""
    held = [item.certainty or "" for item in answer.citations if item.passage.version == version.id]
    when = {
        "certain": "; in force then",
        "possibly": "; possibly in force then",
        "not": "; not in force then",
    }
    return f"{name} – {version.title}, {dated(version)}{when.get(held[0], '')}"


def _citations(statement: Statement, answer: Answer) -> Html:
    return together(_cited(answer.citations[number]) for number in statement.citations)


def _cited(citation: Citation) -> Html:
    passage, (start, end) = citation.passage, citation.reading
    doubts = [doubt.note for doubt in passage.doubts if doubt.span.start < end and start < doubt.span.end]
    return _block(said(plain(citation.quote), "part", passage.id), passage.id, doubts)


def _differences(answer: Answer) -> Iterator[Html]:
    """Where authorities differ, and where versions of one leaflet do."""
    between = [d for d in answer.divergences if d.level == "group" and d.kind not in TIME]
    over_time = [d for d in answer.divergences if d.level == "pair" and d.kind == TIME[1]]
    for title, found in (("Where they differ:", between), ("Between versions of one leaflet:", over_time)):
        if found:
            lines = [f"{item.summary}. ({spoken(item.kind)}, {item.severity} severity)" for item in found]
            yield tag("p", tag("strong", title))
            yield tag("ul", *(tag("li", line) for line in lines))


TIME = ("one_silent", "changed_over_time")
"""Kinds that do not stand between the authorities that speak."""


def history_html(steps: Sequence[Step]) -> Html:
    """What was lost, gained and changed from each version to the next; what was kept is counted."""
    return shell(*(part for step in steps for part in _step(step)))


def _step(step: Step) -> Iterator[Html]:
    heads = ("Question", f"Before: {step.names[0]}", f"After: {step.names[1]}")
    bodies = [
        tbody(_band(f"{what.capitalize()}: {MEANINGS[what]} ({len(found)})", 3), *(_change(c, heads) for c in found))
        for what, found in step.groups.items()
        if found and what != "kept"
    ]  # fmt: skip
    yield table(step.head, heads, *bodies)
    yield from map(_small, (*step.remarks, step.redline.statement))


def _change(change: Change, heads: Sequence[str]) -> Html:
    why = f" {capital(change.why)}" if change.why else ""
    asked = together(
        [
            change.question.question,
            tag("br"),
            tag("span", f"{change.severity} severity.{why}", class_="detail"),
        ]
    )
    sides = zip((change.before, change.after), change.words, strict=True)
    return tr(heads, (asked, *(_side(position, words) for position, words in sides)))


def _side(position: Position, words: str) -> Html:
    quotes = [_block(said(plain(q.quote), "quote", q.passage), q.passage, ()) for q in position.quotes]
    strong = position.status == "stated"
    return together([tag("strong", words) if strong else tag("span", words, class_="silent"), *quotes])


def divergences_html(found: Listing, rows: Sequence[Listed]) -> Html:
    """Where the versions in view differ, severest first."""
    heads = ("Question", "Severity", "Kind", "What differs")
    lines = [
        tr(heads, (row.question.question, row.divergence.severity, row.kind, _told(row))) for row in rows
    ]
    left = [found.left_out] if found.silent else []
    shown = table("Where they differ", heads, tbody(*lines)) if lines else tag("p", "Nothing differs.")
    return shell(shown, *map(_small, (*left, found.view.stamp)))


def _told(row: Listed) -> Html:
    """What a divergence says, and how a person has ruled on it."""
    ruling = [tag("p", row.ruling, class_="detail")] if row.ruling else []
    return together([row.divergence.summary, *ruling])


def passages_html(passages: Sequence[Passage]) -> Html:
    """Passages under their headings, in reading order."""
    heads = ("Passage", "Headings", "Words")
    rows = [
        tr(heads, (item.id, " › ".join(item.headings), said(plain(item.text), "part", item.id)))
        for item in passages
    ]
    return shell(table(f"Passages: {len(passages)}", heads, tbody(*rows)))


def versions_grid(versions: Mapping[str, Version], held: Mapping[str, str]) -> Grid:
    """Versions by the names they are called, with their dates and what those rest on."""
    heads = ("Version", "Title", "Dated", "Basis", "Status", "Id")
    rows = [
        (name, item.title, dated(item) + (f"; {held[item.id]}" if held.get(item.id) else ""),
         item.valid.basis, item.status, tag("cite", item.id))
        for name, item in versions.items()
    ]  # fmt: skip
    return Grid(f"Versions: {len(rows)}", heads, tuple(rows))
