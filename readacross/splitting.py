"""Cutting a reading text into passages: the smallest pieces worth citing, each with an address that lasts.

Every heading, paragraph and list item is a passage; together they cover every word of the reading text.
A passage's place is its nearest heading as a slug and a number (`what-if-i-do-not-agree.2`); a heading's
own place is the slug alone.  Words before the first heading stand under `start`.
"""

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator

from readacross.certificate import Certificate, digest
from readacross.markup import Block, parse, plain
from readacross.model import Passage, Span, Tile
from readacross.sources import Source

LONGEST_SLUG = 60


def split(source: Source, certificate: Certificate) -> tuple[Passage, ...]:
    """The passages of a version, in reading order."""
    blocks = [block for block in parse(source.reading)[0] if block.kind != "note"]
    tiles = certificate.tiles
    starts = [tile.reading_start for tile in tiles]
    found = []
    for block, headings, place, lead_in in addressed(source.reading, blocks):
        text = block.span.of(source.reading)
        first = max(bisect_left(starts, block.span.start + 1) - 1, 0)
        found.append(
            Passage(
                id=f"{source.version.id}#{place}",
                version=source.version.id,
                kind="heading"
                if block.kind == "heading"
                else "item"
                if block.kind == "item"
                else "paragraph",
                level=block.level,
                span=block.span,
                headings=headings,
                place=place,
                text=text,
                digest=digest(text)[:16],
                lead_in=lead_in,
                tiles=tuple(_clip(tiles[first : bisect_left(starts, block.span.end)], block.span)),
                doubts=tuple(
                    d
                    for d in source.doubts
                    if d.span.start < block.span.end and block.span.start < d.span.end
                ),
            )
        )
    return tuple(found)


def addressed(reading: str, blocks: list[Block]) -> Iterator[tuple[Block, tuple[str, ...], str, str]]:
    """Each block with its heading path, place and lead-in."""
    path: list[tuple[int, str]] = []
    slugs: Counter[str] = Counter()
    numbers: Counter[str] = Counter()
    here, lead_in, parents = "start", "", ["", ""]
    for block in blocks:
        words = plain(block.span.of(reading))
        if block.kind == "heading":
            path = [(level, title) for level, title in path if level < block.level]
            yield block, tuple(title for _, title in path), (here := _unused(slug(words), slugs)), ""
            path.append((block.level, words))
            lead_in, parents = (words if words.endswith(":") else ""), ["", ""]
            continue
        numbers[here] += 1
        headings = tuple(title for _, title in path)
        if block.kind == "paragraph":
            lead_in, parents = (words if words.endswith(":") else ""), ["", ""]
            yield block, headings, f"{here}.{numbers[here]}", ""
            continue
        parents[block.level - 1] = words
        above = [lead_in] + ([parents[0]] if block.level == 2 else [])
        yield block, headings, f"{here}.{numbers[here]}", " ".join(part for part in above if part)


def slug(words: str) -> str:
    """Words as an address: small letters, digits and hyphens, cut at a word."""
    ascii_words = unicodedata.normalize("NFKD", words.lower().replace("’", "").replace("'", ""))
    found = re.sub(r"[^a-z0-9]+", "-", ascii_words.encode("ascii", "ignore").decode()).strip("-")
    if len(found) > LONGEST_SLUG:
        found = found[: LONGEST_SLUG + 1].rpartition("-")[0] or found[:LONGEST_SLUG]
    return found or "section"


def _unused(name: str, slugs: Counter[str]) -> str:
    slugs[name] += 1
    if slugs[name] == 1 and name != "start":
        return name
    return _unused(f"{name}-{slugs[name] + (name == 'start')}", slugs)


def _clip(tiles: tuple[Tile, ...], span: Span) -> Iterator[Tile]:
    """The parts of tiles that lie within a span of the reading text."""
    for r0, r1, o0, _ in tiles:
        start, end = max(r0, span.start), min(r1, span.end)
        if start < end:
            yield Tile(start, end, o0 + start - r0, o0 + end - r0)
