"""Consulting a knowledge base from Python: what the commands do, as values that show themselves in a notebook.

    >>> import readacross
    >>> kb = readacross.open()                                   # doctest: +SKIP
    >>> kb.compare("complaints").to_frame()                      # doctest: +SKIP

Every result is frozen, has a length and can be gone through; printed it is what the command prints, in a
notebook a table with quotes, and `to_frame()` makes a pandas data frame of it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sized
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

from readacross import charting, framing, listing, picturing, tabulating
from readacross import history as changes
from readacross.drawing import Chart
from readacross.errors import BadInput
from readacross.library import Chosen, Library, find_root, open_library
from readacross.model import (
    KINDS,
    SEVERITIES,
    Answer,
    Authority,
    Passage,
    Question,
    Statement,
    Topic,
    Version,
)
from readacross.naming import names
from readacross.showing import answer_lines, divergence_lines, passage_lines, version_lines

if TYPE_CHECKING:
    from pandas import DataFrame

    from readacross.judging import Judged

Slugs: TypeAlias = "str | Iterable[str]"
"""One name, or several."""

When: TypeAlias = "str | int | date | None"
"""A year, month or day: 2012, "2012-06", date(2012, 6, 30)."""

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, repr=False)
class Result(Generic[Item]):
    """What a question to a knowledge base found; `rows` are its items, in order."""

    rows: tuple[Item, ...]

    def __iter__(self) -> Iterator[Item]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, number: int) -> Item:
        return self.rows[number]


@dataclass(frozen=True, slots=True, repr=False)
class Comparison(Result[tabulating.Row]):
    """Who says what: each row is a question, and what every version in view says on it."""

    table: tabulating.Table
    differences: listing.Listing

    def __repr__(self) -> str:
        return "\n".join(tabulating.table_lines(self.table))

    def _repr_html_(self) -> str:
        return picturing.comparison_html(self.table, self.differences)

    def to_frame(self) -> "DataFrame":
        """A data frame, one row an answer; quotes and passages are lists of the same length."""
        return framing.comparison_frame(self.table)

    def to_markdown(self) -> str:
        """Markdown tables, one a topic, with the edition they come from."""
        return tabulating.markdown(self.table)

    def chart(self) -> Chart:
        """A picture of who agrees with whom, question by question."""
        return charting.answers(self.table)

    def coverage(self) -> Chart:
        """A picture of how much each version states, topic by topic."""
        return charting.coverage(self.table)


@dataclass(frozen=True, slots=True, repr=False)
class Answered(Result[Statement]):
    """The answer to a question: each row is a statement; `answer` holds its citations and all else."""

    answer: Answer
    library: Library

    @property
    def status(self) -> str:
        """What the sources do: answered, partly, authorities_differ, not_found, out_of_scope."""
        return self.answer.status

    def __repr__(self) -> str:
        return "\n".join(answer_lines(self.answer, self.library))

    def _repr_html_(self) -> str:
        return picturing.answer_html(self.answer, self.library)

    def to_frame(self) -> "DataFrame":
        """A data frame, one row a quotation that a statement rests on."""
        return framing.answer_frame(self.answer, self.library)

    def to_markdown(self, on: When = None) -> str:
        """Markdown with numbered references, as read on a day; on this one, if none is given."""
        return self._exported("md", on).decode()

    def to_csl_json(self, on: When = None) -> str:
        """The references alone, as programs that keep references read them (CSL-JSON)."""
        return self._exported("csl-json", on).decode()

    def to_docx(self, on: When = None) -> bytes:
        """A Word document with numbered references.  Raises BadInput without python-docx."""
        return self._exported("docx", on)

    def _exported(self, form: str, on: When) -> bytes:
        from readacross.document import exported

        day = written(on) or date.today().isoformat()  # noqa: DTZ011 - the reader's own day
        return exported(form, self.answer, self.library, day)


@dataclass(frozen=True, slots=True, repr=False)
class History(Result[changes.Step]):
    """What changed in a leaflet: each row is a step from one version to the next."""

    def __repr__(self) -> str:
        return "\n".join(changes.history_lines(self.rows))

    def _repr_html_(self) -> str:
        return picturing.history_html(self.rows)

    def to_frame(self) -> "DataFrame":
        """A data frame, one row an answer that was lost, gained, changed or kept."""
        return framing.history_frame(self.rows)

    def to_markdown(self) -> str:
        """Markdown, a section for each step."""
        return changes.history_markdown(self.rows)


@dataclass(frozen=True, slots=True, repr=False)
class Divergences(Result[listing.Listed]):
    """Where the versions in view differ, severest first: a row for all of them on a question, and for each pair.

    Where one side only is silent is counted and not shown, unless that kind is asked for.
    """

    listing: listing.Listing

    def __repr__(self) -> str:
        found = [row.divergence for row in self.rows]
        return "\n".join(divergence_lines(found, folded=self.listing.folded)) or "nothing differs"

    def _repr_html_(self) -> str:
        alone = [row for row in self.listing.shown if row.divergence.level != "pair"]
        return picturing.divergences_html(self.listing, alone or self.listing.shown)

    def to_frame(self) -> "DataFrame":
        """A data frame, one row a divergence, pairs of versions and silences too."""
        return framing.divergences_frame(self.listing)

    def to_markdown(self) -> str:
        """Markdown, a table for each severity."""
        return listing.divergences_markdown(self.listing)


@dataclass(frozen=True, slots=True, repr=False)
class Passages(Result[Passage]):
    """Passages, in reading order."""

    versions: Mapping[str, Version]

    def __repr__(self) -> str:
        return "\n".join(line for row in self.rows for line in passage_lines(row, self.versions))

    def _repr_html_(self) -> str:
        return picturing.passages_html(self.rows)

    def to_frame(self) -> "DataFrame":
        """A data frame, one row a passage."""
        return framing.passages_frame(self.rows)


@dataclass(frozen=True, slots=True, repr=False)
class Versions(Result[Version]):
    """Versions of leaflets, those of one leaflet oldest first; `called` are their names among each other."""

    called: Mapping[str, str]
    held: Mapping[str, str]

    def __repr__(self) -> str:
        return "\n".join(line for row in self.rows for line in version_lines(row, self.called[row.id]))

    def _repr_html_(self) -> str:
        named = {self.called[row.id]: row for row in self.rows}
        return picturing.versions_grid(named, self.held)._repr_html_()

    def to_frame(self) -> "DataFrame":
        """A data frame, one row a version."""
        return framing.versions_frame(self.rows, [self.held.get(row.id, "") for row in self.rows])

    def chart(self) -> Chart:
        """A picture of when each version was in force, as far as that is known."""
        return charting.held(self.rows, self.called)


@dataclass(frozen=True, slots=True, repr=False)
class Base:
    """An open knowledge base.  `library` is what the commands and other modules work with."""

    library: Library

    def __repr__(self) -> str:
        library = self.library
        counts = (
            f"{_count(library.authorities, 'authority', 'authorities')}, {_count(library.versions, 'version')} of "
            f"{_count(library.leaflets, 'leaflet')}, {_count(library.questions, 'question')} under "
            f"{_count(library.topics, 'topic')}"
        )
        return f"Readacross: {counts}; edition {library.folder.name}"

    @property
    def authorities(self) -> Mapping[str, Authority]:
        """The authorities by slug."""
        return self.library.authorities

    @property
    def topics(self) -> Mapping[str, Topic]:
        """The topics by id."""
        return self.library.topics

    @property
    def questions(self) -> Mapping[str, Question]:
        """The comparison questions by id."""
        return self.library.questions

    def compare(
        self, *about: str, authorities: Slugs = (), as_at: When = None, all_versions: bool = False
    ) -> Comparison:
        """Who says what on topics or comparison questions, or on all that is coded.

        Looks at the latest version of each leaflet; with `as_at`, at those that were in force then, for certain
        or possibly; with `all_versions`, at superseded ones too.  Raises BadInput for a name that is not known.
        """
        table = self._table(about, authorities, as_at, all_versions)
        found = listing.list_divergences(self.library, listing.found_in(self.library, table), table.view)
        return Comparison(table.rows, table, found)

    def ask(
        self,
        question: str,
        *,
        authority: Slugs = (),
        as_at: When = None,
        all_versions: bool = False,
        top: int = 5,
    ) -> Answered:
        """The answer to a question in plain words, every quotation checked; `top` passages at most beside it."""
        from readacross.answering import Asked, ask

        asked = Asked(question, several(authority), (), written(as_at), all_versions, top)
        answer = ask(self.library, asked)
        return Answered(answer.statements, answer, self.library)

    def history(self, leaflet: str, *about: str) -> History:
        """What changed from one version of a leaflet to the next, on topics or questions, or on everything.

        An authority's name does for its leaflet, where only one has a history.  Raises BadInput.
        """
        for name in about:
            if name not in self.questions and name not in self.topics:
                raise BadInput(f"{name}: neither a question nor a topic. See: readacross show TOPIC")
        steps = changes.history(self.library, self._leaflet(leaflet))
        return History(tuple(_on(step, about) for step in steps) if about else steps)

    def divergences(
        self,
        *about: str,
        authorities: Slugs = (),
        as_at: When = None,
        all_versions: bool = False,
        kind: str | None = None,
        severity: str | None = None,
    ) -> Divergences:
        """Where the versions in view differ on topics or questions, severest first, of one kind or severity."""
        for value, known in ((kind, KINDS), (severity, SEVERITIES)):
            if value is not None and value not in known:
                raise BadInput(f"{value}: there is no such thing. Use one of: {', '.join(known)}.")
        table = self._table(about, authorities, as_at, all_versions)
        found = [
            item
            for item in listing.found_in(self.library, table)
            if kind in (None, item.kind) and severity in (None, item.severity)
        ]
        listed = listing.list_divergences(self.library, found, table.view, folded=kind is None)
        return Divergences(listed.rows, listed)

    def passages(
        self, *topics: str, authorities: Slugs = (), as_at: When = None, all_versions: bool = False
    ) -> Passages:
        """The passages of the versions in view; with topics, those that are quoted under them."""
        library = self.library
        library.check_topics(topics)
        wanted = {number for topic in topics for number in library.on_topic(topic)}
        found = tuple(
            library.passage(number)
            for item in self._chosen(authorities, as_at, all_versions)
            for number in library.numbers(item.version.id)
            if not topics or number in wanted
        )
        return Passages(found, library.versions)

    def versions(self, *, authorities: Slugs = (), as_at: When = None, all_versions: bool = True) -> Versions:
        """The versions held, superseded ones too; with `as_at`, each with whether it was in force then."""
        chosen = self._chosen(authorities, as_at, all_versions)
        looked = tabulating.view(self.library, chosen, written(as_at))
        held = {item.version.id: looked.held(item.version.id) for item in chosen}
        called = names(self.library.authorities.values(), looked.versions)
        return Versions(looked.versions, called, held)

    def judged(self) -> "Judged":
        """How answers, coding and flags were judged, as `readacross evaluate` measured it; drawn as charts."""
        from readacross.judging import judged

        return judged(self.library.root)

    def _chosen(self, authorities: Slugs, as_at: When, all_versions: bool) -> tuple[Chosen, ...]:
        return self.library.choose(several(authorities), written(as_at), all_versions=all_versions)

    def _table(
        self, about: tuple[str, ...], authorities: Slugs, as_at: When, all_versions: bool
    ) -> tabulating.Table:
        chosen = self._chosen(authorities, as_at, all_versions)
        narrowed = [f"authority {slug}" for slug in several(authorities)]
        return tabulating.tabulate(self.library, about, chosen, written(as_at), narrowed)

    def _leaflet(self, name: str) -> str:
        """The id of a leaflet, also where an authority is named that has only one with a history."""
        if name in self.library.leaflets or name not in self.library.authorities:
            return name
        own = [item for item in self.library.leaflets.values() if item.authority == name]
        often = [version.leaflet for version in self.library.versions.values()]
        changed = [item for item in own if often.count(item.id) > 1] or own
        if len(changed) > 1:
            known = ", ".join(item.id for item in changed)
            raise BadInput(f"{name}: this authority has several leaflets. Name one: {known}.")
        return changed[0].id if changed else name


def _on(step: changes.Step, about: tuple[str, ...]) -> changes.Step:
    """A step with the changes on some topics or questions only; what neither states is not counted."""

    def on(found: tuple[changes.Change, ...]) -> tuple[changes.Change, ...]:
        return tuple(item for item in found if {item.question.id, item.question.topic} & {*about})

    return replace(
        step, lost=on(step.lost), gained=on(step.gained), changed=on(step.changed), kept=on(step.kept),
        neither=0, uncoded=0,
    )  # fmt: skip


def _count(things: Sized, one: str, many: str = "") -> str:
    return f"{len(things)} {one if len(things) == 1 else many or one + 's'}"


def several(names: Slugs) -> tuple[str, ...]:
    """One name or several, as a tuple."""
    return (names,) if isinstance(names, str) else tuple(names)


def written(when: When) -> str | None:
    """A date as the commands take it."""
    return None if when is None else str(when)


def open_base(root: Path | str | None) -> Base:
    """Open the knowledge base in a folder, else the nearest around the current one.  Raises ReadacrossError."""
    if root is None:
        return Base(open_library(find_root(Path.cwd())))
    if not (Path(root) / "sources").is_dir():
        raise BadInput(f"{root}: this is not a knowledge base: it holds no sources/.")
    return Base(open_library(Path(root)))
