"""Reading `sources/`: authorities, leaflets, versions, and each version's original, reading text and drops.

Nothing here trusts a file: an original must have the sha256 that leaflet.toml states, paths never leave
the folder, and links in the file system are not followed.
"""

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, cast

from readacross.certificate import (
    DROP_REASONS,
    UNSIGNED_REASONS,
    Certificate,
    Drop,
    Unproven,
    check_drop,
    digest,
)
from readacross.errors import SourceError
from readacross.model import Authority, Doubt, Evidence, Leaflet, Period, Span, Version
from readacross.periods import bounds, contradicts_itself, period, settle
from readacross.quoting import find_quote, occurrences
from readacross.records import Record, read_text, read_toml
from readacross.storing import read_certificate

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LABEL = re.compile(r"[a-z0-9]+(?:[-.~][a-z0-9]+)*")
OURS = (
    "reading.md", "drops.toml", "certificate.json", "coding.yaml", "coding-2.yaml", "coded.md", "unused.yaml",
    ".", "..",
)  # fmt: skip
"""Names in a version's folder that no original can have."""

MEDIA = {".txt": "text/plain", ".md": "text/markdown"}


@dataclass(frozen=True, slots=True)
class Source:
    """A version with its texts: the original as received, the reading text, what is left out and doubted."""

    version: Version
    original: str
    reading: str
    drops: tuple[Drop, ...]
    doubts: tuple[Doubt, ...]
    certificate: Certificate | None

    def file(self, name: str) -> Path:
        """A file of this version, relative to the knowledge base."""
        return Path(self.version.folder) / name


@dataclass(frozen=True, slots=True)
class Sources:
    """All that stands under sources/, in order of authority, leaflet and time."""

    authorities: tuple[Authority, ...]
    leaflets: tuple[Leaflet, ...]
    sources: tuple[Source, ...]


def load_sources(root: Path, problems: list[SourceError]) -> Sources:
    """Everything under sources/ that can be read; what cannot is added to `problems`."""
    authorities: list[Authority] = []
    leaflets: list[Leaflet] = []
    sources: list[Source] = []
    try:
        authorities = _authorities(root)
    except SourceError as bad:
        problems.append(bad)
    known = {authority.slug for authority in authorities}
    for folder in _folders(root / "sources"):
        if folder.name not in known and authorities:
            remedy = f"add [{folder.name}] to sources/authorities.toml, or rename the folder"
            problems.append(SourceError(folder.relative_to(root), "this authority is not known", remedy))
            continue
        for place in _folders(folder):
            try:
                leaflet, found = _leaflet(root, place, problems)
            except SourceError as bad:
                problems.append(bad)
                continue
            leaflets.append(leaflet)
            sources += found
    return Sources(tuple(authorities), tuple(leaflets), tuple(sources))


def _folders(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))


def _authorities(root: Path) -> list[Authority]:
    shown = Path("sources/authorities.toml")
    record = read_toml(_unlinked(root, shown), shown)
    found = []
    for slug in record.values:
        if not SLUG.fullmatch(slug):
            raise record.wrong(slug, f"{slug!r} is not a slug", "use small letters, digits and hyphens")
        entry = record.table(slug)
        entry.only(("name", "kind", "jurisdiction", "address", "successors"))
        found.append(
            Authority(
                slug,
                entry.text("name"),
                entry.text("kind", "unknown"),
                entry.text("jurisdiction", "unknown"),
                entry.maybe("address"),
                entry.texts("successors"),
            )
        )
    return sorted(found, key=lambda authority: authority.slug)


LEAFLET_KEYS = ("title", "audience", "genre", "language", "version")
VERSION_KEYS = (
    "label", "title", "publisher", "licence", "address", "received", "original", "media", "sha256",
    "recorded", "supersedes", "withdrawn", "note", "valid", "evidence",
)  # fmt: skip


def _leaflet(root: Path, folder: Path, problems: list[SourceError]) -> tuple[Leaflet, list[Source]]:
    shown = folder.relative_to(root)
    if not SLUG.fullmatch(folder.name):
        raise SourceError(shown, "the folder's name is not a slug", "use small letters, digits and hyphens")
    record = read_toml(_unlinked(root, shown / "leaflet.toml"), shown / "leaflet.toml")
    record.only(LEAFLET_KEYS)
    authority = folder.parent.name
    leaflet = Leaflet(
        f"{authority}/{folder.name}", authority, record.text("title"), record.text("audience", "unknown"),
        record.text("genre", "unknown"), record.text("language", "en"),
    )  # fmt: skip
    entries = record.records("version")
    if not entries:
        raise record.wrong(
            "version", "the leaflet has no version", "add a [[version]] table for each version held"
        )
    versions = _versions(leaflet, entries, shown)
    _no_strangers(folder, shown, {version.label for version in versions})
    sources = []
    for version, entry in zip(versions, entries, strict=True):
        try:
            sources.append(_source(root, version, entry))
        except SourceError as bad:
            problems.append(bad)
    return leaflet, sources


def _no_strangers(folder: Path, shown: Path, labels: set[str]) -> None:
    for path in _folders(folder):
        if path.name not in labels:
            remedy = "add a [[version]] with this label to leaflet.toml, or remove the folder"
            raise SourceError(shown / path.name, "this version is not in leaflet.toml", remedy)


def _versions(leaflet: Leaflet, entries: list[Record], folder: Path) -> list[Version]:
    """The versions of a leaflet, oldest first, with their periods settled by each other."""
    labels = [entry.text("label") for entry in entries]
    versions = []
    for entry, label in zip(entries, labels, strict=True):
        entry.only(VERSION_KEYS)
        if not LABEL.fullmatch(label) or labels.count(label) > 1:
            raise entry.wrong(
                "label", f"the label {label!r} is not usable or is used twice", "use letters, digits, - . ~"
            )
        before = entry.maybe("supersedes")
        if before is not None and before not in labels[: labels.index(label)]:
            raise entry.wrong(
                "supersedes", f"no earlier version has the label {before!r}", "list versions oldest first"
            )
        versions.append(_version(leaflet, entry, label, folder / label))
    replaced = {version.supersedes for version in versions}
    marked = [
        replace(v, status="superseded") if v.id in replaced and v.status == "current" else v for v in versions
    ]
    settled = list(settle(marked))
    for version, entry in zip(settled, entries, strict=True):
        if contradicts_itself(version.valid):
            what = "the dates leave no day on which this version could have held"
            raise entry.wrong("valid", what, "correct its dates or those of the versions before and after it")
    return settled


def _version(leaflet: Leaflet, entry: Record, label: str, folder: Path) -> Version:
    original = entry.text("original", "original.txt")
    media = entry.choice("media", tuple(MEDIA.values()), MEDIA.get(Path(original).suffix, "text/plain"))
    recorded = entry.text("recorded", "unknown")
    if recorded != "unknown":
        _edtf(entry, "recorded", recorded)
    if Path(original).name != original or original in OURS or not original.isprintable():
        remedy = "name the file as received in the version's folder"
        raise entry.wrong("original", f"{original!r} cannot be the name of an original", remedy)
    before = entry.maybe("supersedes")
    return Version(
        id=f"{leaflet.id}@{label}",
        leaflet=leaflet.id,
        authority=leaflet.authority,
        label=label,
        title=entry.text("title", leaflet.title),
        publisher=entry.text("publisher", "unknown"),
        licence=entry.text("licence", "unknown"),
        received=entry.text("received", "unknown"),
        address=entry.maybe("address"),
        media=cast("Literal['text/plain', 'text/markdown']", media),
        folder=folder.as_posix(),
        original=original,
        sha256=entry.text("sha256"),
        recorded=recorded,
        valid=_period(entry),
        evidence=tuple(_evidence(item) for item in entry.records("evidence")),
        supersedes=f"{leaflet.id}@{before}" if before else None,
        status="withdrawn" if entry.maybe("withdrawn") else "current",
        note=entry.maybe("note"),
    )


def _period(entry: Record) -> Period:
    if "valid" not in entry.values:
        return period(None, None, "no date is known")
    valid = entry.table("valid")
    valid.only(("from", "until", "basis"))
    try:
        return period(valid.maybe("from"), valid.maybe("until"), valid.text("basis"))
    except ValueError as bad:
        remedy = "write EDTF, such as 2017-03, 2006-04/2015-06 or ../2020-12"
        raise valid.wrong("from", str(bad), remedy) from None


def _edtf(entry: Record, key: str, words: str) -> None:
    try:
        bounds(words)
    except ValueError as bad:
        raise entry.wrong(key, str(bad), "write EDTF, such as 2017-03") from None


def _evidence(entry: Record) -> Evidence:
    entry.only(("says", "quote", "source", "bound", "date", "strength"))
    _edtf(entry, "date", entry.text("date"))
    return Evidence(
        entry.text("says"),
        cast("Literal['not_before', 'not_after', 'printed']", entry.choice("bound", ("not_before", "not_after", "printed"))),
        entry.text("date"),
        cast("Literal['hard', 'soft']", entry.choice("strength", ("hard", "soft"))),
        entry.maybe("quote"),
        entry.maybe("source"),
    )  # fmt: skip


def _source(root: Path, version: Version, entry: Record) -> Source:
    folder = Path(version.folder)
    original = _original(root, version, entry)
    reading = read_text(_unlinked(root, folder / "reading.md"), folder / "reading.md")
    if not reading.strip():
        remedy = "write the original's words as restricted Markdown"
        raise SourceError(folder / "reading.md", "the reading text holds no words", remedy, 1)
    for item in entry.records("evidence"):
        quote = item.maybe("quote")
        if quote and " ".join(quote.split()) not in " ".join(original.split()):
            raise item.wrong("quote", f"{quote!r} is not in the original", "quote the original's own words")
    drops: tuple[Drop, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    if (root / folder / "drops.toml").exists():
        record = read_toml(_unlinked(root, folder / "drops.toml"), folder / "drops.toml")
        record.only(("drop", "uncertain"))
        found = (_drop(item, original) for item in record.records("drop"))
        drops = tuple(sorted(found, key=lambda drop: drop.span))
        doubts = tuple(_doubt(item, reading) for item in record.records("uncertain"))
    certificate = read_certificate(root, folder / "certificate.json")
    return Source(version, original, reading, drops, doubts, certificate)


def _unlinked(root: Path, shown: Path) -> Path:
    """The path of a file of ours.  Raises SourceError where it, or a folder on the way to it, is a link."""
    for part in (shown, *shown.parents[:-1]):
        if (root / part).is_symlink():
            raise SourceError(part, "this is a link", "put the file or folder itself there")
    return root / shown


def _original(root: Path, version: Version, entry: Record) -> str:
    """The decoded original, newlines as stored, once its bytes are those that were received."""
    shown = Path(version.folder) / version.original
    text = read_text(_unlinked(root, shown), shown)
    found = digest(text)
    if found != version.sha256:
        remedy = f"restore the file as received, or add it as a new version (its sha256 is {found})"
        what = f"the original is not the file that was received (sha256 {version.sha256[:12]!r}…)"
        raise SourceError(shown, what, remedy)
    if not text.strip("\ufeff \t\r\n\f\v\u00a0"):
        raise entry.wrong("original", "the original holds no words", "check that the right file was received")
    return text


def _drop(entry: Record, original: str) -> Drop:
    entry.only(("text", "line", "reason", "by"))
    text, line, reason = (
        entry.text("text").strip("\n"),
        entry.number("line"),
        entry.choice("reason", DROP_REASONS),
    )
    if reason not in UNSIGNED_REASONS and not entry.maybe("by"):
        raise entry.wrong("reason", f"a drop for {reason!r} needs a curator", 'add by = "…"')
    words = text.replace("\n", "\r\n") if "\r\n" in original else text
    places = [at for at in occurrences(original, words) if line in (None, original.count("\n", 0, at) + 1)]
    if len(places) != 1:
        what = "is not in the original" if not places else f"stands in the original {len(places)} times"
        what += f" on line {line}" if line else ""
        remedy = "copy the words exactly and give the line they begin on"
        raise entry.wrong("text", f"{text[:40]!r} {what}", remedy)
    drop = Drop(Span(places[0], places[0] + len(words)), reason, entry.maybe("by"))
    try:
        check_drop(drop, original)
    except Unproven as bad:
        raise entry.wrong(
            "reason", f"{text[:40]!r}: {bad.what}", 'give another reason, or add by = "…"'
        ) from None
    return drop


def _doubt(entry: Record, reading: str) -> Doubt:
    entry.only(("quote", "note", "by"))
    found = find_quote(entry.text("quote"), reading)
    if len(found) != 1:
        what = "is not in the reading text" if not found else f"stands in the reading text {len(found)} times"
        raise entry.wrong(
            "quote", f"{entry.text('quote')!r} {what}", "quote enough of reading.md to find it once"
        )
    return Doubt(found[0].span, entry.text("note"), entry.text("by"))
