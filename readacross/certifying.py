"""Making and renewing certificates: from the aligner's proposal, or from the certificate that is there.

A certificate that still fits is kept.  Where only blanks, line breaks or marks of the reading text have
changed, it is renewed in silence.  Where the order of the words or their boundaries have changed, or the
words were never in the original's own order, a person signs.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from readacross.aligning import UNPLACED, align, tiles
from readacross.certificate import Certificate, Signature, Unproven, digest, verify
from readacross.explaining import Texts, different, misread, moved, parted, unproven
from readacross.ink import original_ink, original_marks, reading_ink
from readacross.markup import MarkupError
from readacross.sources import Source
from readacross.structure import Structure, structure


class _Mapping(NamedTuple):
    """Where each ink character of a reading text stands in the original."""

    places: Sequence[int]
    mapped: Sequence[int]
    ink: Sequence[int]
    promoted: tuple[int, ...]


def certify(source: Source, sign: Signature | None = None) -> Certificate:
    """The proof for a version's reading text; signed anew if `sign` is given.

    Raises NotFaithful, naming file and line, where the words differ from the original's or have been
    moved since they were signed.
    """
    try:
        mapping = _mapping(source, sign)
        new = _certificate(source, mapping)
        verify(new, source.reading, source.original, source.version.media)
        signed = sign or _signature(source, new, mapping)
        if not signed:
            _refuse_pieces_of_words(source, new.structure, mapping)
    except MarkupError as bad:
        raise misread(source, bad) from None
    except Unproven as bad:
        raise unproven(source, bad) from None
    return replace(new, signed=signed)


def _refuse_pieces_of_words(source: Source, found: Structure, mapping: _Mapping) -> None:
    """Refuse, where nobody has signed, an order that takes words of the original to pieces."""
    letters = {at for at in mapping.mapped if source.original[at].isalnum()}
    starts, ends = {block.start for block in found.blocks}, {block.end for block in found.blocks}
    for number, at in enumerate(mapping.mapped):
        cut = (at in starts and at - 1 in letters) or (at + 1 in ends and at + 1 in letters)
        if cut and at in letters:
            what = "this is made of pieces of the original's words, and nobody has signed for it"
            raise Unproven(what, mapping.places[number], "reading")


def check(certificate: Certificate, source: Source) -> None:
    """Prove a certificate and its structure report against the texts.  Raises Unproven."""
    reading, original, media = source.reading, source.original, source.version.media
    mapped = verify(certificate, reading, original, media)
    if certificate.version != source.version.id:
        raise Unproven("the certificate is another version's", 0, "reading")
    if certificate.drops != source.drops:
        raise Unproven("the drops have changed since it was certified", 0, "original")
    places, ink = reading_ink(reading), original_ink(original, media, set(certificate.promoted))
    if tiles(places, mapped, ink) != certificate.tiles:
        raise Unproven("the tiles are not the longest ones", 0, "reading")
    if structure(reading, places, original, mapped, sorted(mapped)) != certificate.structure:
        raise Unproven("the structure is not the one certified", 0, "reading")


def _mapping(source: Source, sign: Signature | None) -> _Mapping:
    """The settled mapping, the original's own order, or else what the aligner proposes.

    Raises NotFaithful or Unproven where the texts do not hold the same ink, or hold it in an order that
    only a signature could settle.
    """
    old = _fitting(source)
    ink = original_ink(source.original, source.version.media, old.promoted if old else ())
    dropped = {at for drop in source.drops for at in range(*drop.span)}
    used = [at for at in ink if at not in dropped]
    settled = [at for at in _order(old, ink) if at not in dropped] if old else used
    places = reading_ink(source.reading)
    ours = [source.reading[at] for at in places]
    for mapped in (settled, used):
        if ours == [source.original[at] for at in mapped] and sorted(mapped) == used:
            return _Mapping(places, mapped, ink, old.promoted if old else ())
    extra, missing = Counter(ours), Counter(source.original[at] for at in used)
    glyphs = {source.original[mark.start] for mark in original_marks(source.original, source.version.media)}
    texts = Texts(source.reading, places, source.original, settled)
    if missing - extra or not glyphs.issuperset(extra - missing):
        raise different(source, texts, settled=old is not None)
    if old and _settled(old) and not sign and extra == missing:
        raise moved(source, texts)
    return _propose(source, places, ink, dropped)


def _fitting(source: Source) -> Certificate | None:
    """The certificate that is there, if it is for this original."""
    old = source.certificate
    return old if old and old.original_sha256 == source.version.sha256 else None


def _order(old: Certificate, ink: Sequence[int]) -> list[int]:
    """The places of the original's ink in the order of a certificate's tiles."""
    mapped: list[int] = []
    for tile in old.tiles:
        mapped += ink[bisect_left(ink, tile.original_start) : bisect_left(ink, tile.original_end)]
    return mapped


def _settled(old: Certificate) -> bool:
    """Whether the order of the words needs a person to change it."""
    return old.signed is not None or old.structure.plain


def _signature(source: Source, new: Certificate, mapping: _Mapping) -> Signature | None:
    """The signature that goes on to hold.  Raises NotFaithful where a new one is needed."""
    old = source.certificate
    if old and _fitting(source) and new.structure == old.structure:
        return old.signed
    if not old or not _settled(old) or new.structure.plain:
        return None
    texts = Texts(source.reading, mapping.places, source.original, mapping.mapped)
    raise parted(source, texts, _first_parted(old.structure, new.structure, mapping.mapped))


def _first_parted(old: Structure, new: Structure, mapped: Sequence[int]) -> int:
    """The ink number of the first place whose words are joined, parted or ordered otherwise than before."""
    places = {after for _, after in set(old.joins) ^ set(new.joins)} | (set(old.splits) ^ set(new.splits))
    places = places or {block.start for block in new.blocks if block not in old.blocks}
    return next((number for number, at in enumerate(mapped) if at in places), 0)


def _propose(source: Source, places: Sequence[int], ink: Sequence[int], dropped: set[int]) -> _Mapping:
    """The aligner's mapping.  Raises Unproven where it finds no place for some word."""
    promoted: tuple[int, ...] = ()
    mapped: list[int] = []
    for _ in range(2):
        ink = original_ink(source.original, source.version.media, promoted)
        mapped = align(source.reading, places, source.original, [at for at in ink if at not in dropped])
        if UNPLACED not in mapped:
            break
        promoted = _glyphs_that_are_text(source, places, mapped)
    if UNPLACED in mapped:
        raise Unproven("these words are not in the original", places[mapped.index(UNPLACED)], "reading")
    return _Mapping(places, mapped, ink, promoted)


def _glyphs_that_are_text(source: Source, places: Sequence[int], mapped: Sequence[int]) -> tuple[int, ...]:
    """Bullet-like glyphs of the original that the reading text has as text, before the same words."""
    glyphs = {mark.end: mark.start for mark in original_marks(source.original, source.version.media)}
    found = []
    for k, at in enumerate(mapped[:-1]):
        if at == UNPLACED and mapped[k + 1] != UNPLACED:
            end = mapped[k + 1]
            while end > 0 and source.original[end - 1].isspace():
                end -= 1
            if end in glyphs and source.original[glyphs[end]] == source.reading[places[k]]:
                found.append(glyphs[end])
    return tuple(sorted(found))


def _certificate(source: Source, mapping: _Mapping) -> Certificate:
    """The certificate for a mapping, not yet proven nor signed."""
    places, mapped, ink, promoted = mapping
    return Certificate(
        source.version.id,
        source.version.sha256,
        digest(source.reading),
        tiles(places, mapped, ink),
        source.drops,
        promoted,
        structure(source.reading, places, source.original, mapped, sorted(mapped)),
        None,
    )
