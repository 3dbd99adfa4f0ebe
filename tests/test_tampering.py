"""Certificates that were tampered with: none is accepted, whatever was changed."""

import json
import random
from dataclasses import fields, replace
from pathlib import Path

import pytest

from readacross.certificate import Certificate, Drop, Signature, Unproven, check_drop, verify
from readacross.certifying import certify, check
from readacross.errors import SourceError
from readacross.model import Span, Tile
from readacross.sources import load_sources
from readacross.storing import certificate_json, read_certificate

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def signed():
    found = []
    for source in load_sources(ROOT, []).sources:
        certificate = certify(source, sign=Signature("coder-1", "2026-11-22"))
        check(certificate, source)
        found.append((source, certificate))
    assert len(found) >= 5
    return found


def tile_shifted(chance, c):
    k, side, by = (
        chance.randrange(len(c.tiles)),
        chance.randrange(4),
        chance.choice((-2, -1, 1, 2, 10**9, -(10**9))),
    )
    tile = list(c.tiles[k])
    tile[side] += by
    return replace(c, tiles=(*c.tiles[:k], Tile(*tile), *c.tiles[k + 1 :]))


def tile_moved(chance, c):
    k, by = chance.randrange(len(c.tiles)), chance.choice((-3, -1, 1, 3))
    r0, r1, o0, o1 = c.tiles[k]
    return replace(c, tiles=(*c.tiles[:k], Tile(r0, r1, o0 + by, o1 + by), *c.tiles[k + 1 :]))


def tile_widened(chance, c):
    k = chance.randrange(len(c.tiles))
    r0, r1, o0, o1 = c.tiles[k]
    a, b = chance.choice(((1, 0), (0, 1), (1, 1)))
    return replace(c, tiles=(*c.tiles[:k], Tile(r0 - a, r1 + b, o0 - a, o1 + b), *c.tiles[k + 1 :]))


def tile_dropped(chance, c):
    k = chance.randrange(len(c.tiles))
    return replace(c, tiles=c.tiles[:k] + c.tiles[k + 1 :])


def tile_repeated(chance, c):
    k, at = chance.randrange(len(c.tiles)), chance.randrange(len(c.tiles) + 1)
    return replace(c, tiles=(*c.tiles[:at], c.tiles[k], *c.tiles[at:]))


def tiles_reordered(chance, c):
    a, b = sorted(chance.sample(range(len(c.tiles)), 2))
    tiles = list(c.tiles)
    tiles[a], tiles[b] = tiles[b], tiles[a]
    return replace(c, tiles=tuple(tiles))


def tile_split(chance, c):
    k = chance.choice([k for k, tile in enumerate(c.tiles) if tile.reading_end - tile.reading_start > 4])
    r0, r1, o0, o1 = c.tiles[k]
    at = chance.randrange(1, r1 - r0)
    return replace(
        c,
        tiles=(
            *c.tiles[:k],
            Tile(r0, r0 + at, o0, o0 + at),
            Tile(r0 + at, r1, o0 + at, o1),
            *c.tiles[k + 1 :],
        ),
    )


def tile_empty(chance, c):
    at, place = chance.randrange(len(c.tiles) + 1), chance.choice((0, -1, 5, 10**9))
    return replace(c, tiles=(*c.tiles[:at], Tile(place, place, place, place), *c.tiles[at:]))


def targets_swapped(chance, c):
    a, b = sorted(chance.sample(range(len(c.tiles)), 2))
    tiles = list(c.tiles)
    tiles[a], tiles[b] = Tile(*tiles[a][:2], *tiles[b][2:]), Tile(*tiles[b][:2], *tiles[a][2:])
    return replace(c, tiles=tuple(tiles))


def drop_added(chance, c):
    tile = chance.choice(c.tiles)
    start = chance.randrange(tile.original_start, tile.original_end)
    return replace(
        c, drops=(*c.drops, Drop(Span(start, start + chance.randint(1, 9)), "navigation", "coder-1"))
    )


def drop_widened(chance, c):
    if not c.drops:
        return None
    k, a, b = chance.randrange(len(c.drops)), chance.randint(0, 3), chance.randint(0, 3)
    span = c.drops[k].span
    return replace(
        c,
        drops=(*c.drops[:k], replace(c.drops[k], span=Span(span.start - a, span.end + b)), *c.drops[k + 1 :]),
    )


def drop_lost(chance, c):
    k = chance.randrange(len(c.drops)) if c.drops else 0
    return replace(c, drops=c.drops[:k] + c.drops[k + 1 :])


def drop_renamed(chance, c):
    if not c.drops:
        return None
    drop = chance.choice(c.drops)
    other = replace(
        drop,
        reason=chance.choice(("dull", "page number", "soft hyphen", "running header")),
        by=chance.choice((None, "x")),
    )
    return replace(c, drops=tuple(other if d is drop else d for d in c.drops))


def hashes_swapped(chance, c):
    return chance.choice((
        replace(c, original_sha256=c.reading_sha256, reading_sha256=c.original_sha256),
        replace(c, original_sha256="0" * 64),
        replace(c, reading_sha256=c.reading_sha256.upper()),
        replace(c, reading_sha256=""),
    ))  # fmt: skip


def version_changed(chance, c):
    return replace(c, version=c.version + chance.choice(("x", "~2", " ")))


def promoted_added(chance, c):
    return replace(c, promoted=(*c.promoted, chance.randrange(-1, 8000)))


def structure_edited(chance, c):
    s, at = c.structure, chance.randrange(5000)
    k = chance.randrange(len(s.blocks))
    block = Span(s.blocks[k].start, s.blocks[k].end + chance.choice((-1, 1)))
    return replace(c, structure=chance.choice((
        replace(s, blocks=(*s.blocks[:k], block, *s.blocks[k + 1 :])),
        replace(s, blocks=(*s.blocks, Span(at, at + 1))),
        replace(s, blocks=s.blocks[1:]),
        replace(s, cuts=(*s.cuts, at)),
        replace(s, joins=(*s.joins, (at, at + 1))),
        replace(s, joins=s.joins[1:], cuts=s.cuts or (at,)),
        replace(s, splits=(*s.splits, at)),
    )))  # fmt: skip


TAMPERED = (
    tile_shifted, tile_moved, tile_widened, tile_dropped, tile_repeated, tiles_reordered, tile_split, tile_empty,
    targets_swapped, drop_added, drop_widened, drop_lost, drop_renamed, hashes_swapped, version_changed,
    promoted_added, structure_edited,
)  # fmt: skip
EACH = 40


@pytest.mark.parametrize("tamper", TAMPERED, ids=lambda tamper: tamper.__name__)
def test_no_tampered_certificate_is_accepted(signed, tamper):
    made = 0
    for number, (source, certificate) in enumerate(signed):
        chance = random.Random(f"{tamper.__name__} {number}")
        for _ in range(EACH):
            other = tamper(chance, certificate)
            if other is None or other == certificate:
                continue
            made += 1
            with pytest.raises(Unproven) as caught:
                check(other, source)
            assert caught.value.side in ("reading", "original")
            assert 0 <= caught.value.at <= max(len(source.reading), len(source.original))
    few = {drop_widened: 100, drop_lost: 100, drop_renamed: 100}
    print(f"\n{tamper.__name__:18} made {made}")
    assert made >= few.get(tamper, 150)


def test_three_thousand_are_tried():
    assert (len(TAMPERED) - 3) * 200 + 300 >= 3_000


def test_every_field_is_tampered_with():
    assert {field.name for field in fields(Certificate)} - {"signed"} == {
        "version", "original_sha256", "reading_sha256", "tiles", "drops", "promoted", "structure",
    }  # fmt: skip


def test_certificates_of_other_texts(signed):
    for source, _ in signed:
        for other, certificate in signed:
            if other is not source:
                with pytest.raises(Unproven):
                    check(certificate, source)
                with pytest.raises(Unproven):
                    verify(certificate, source.reading, source.original, source.version.media)


NUMBERS = "Come within\n28\ndays, or 14 days. Page\n 3 \nEnd\u00ad."
DROPS = [
    # words, reason, by whom, whether they may be left out
    ("28", "page number", None, True),
    ("28", "page number", "coder-1", True),
    ("14", "page number", None, False),
    ("14", "page number", "coder-1", True),
    ("days", "page number", "coder-1", False),
    ("days", "navigation", None, False),
    ("days", "navigation", "coder-1", True),
    ("days", "boring", "coder-1", False),
    (" 3 ", "page number", None, True),
    ("3", "page number", None, True),
    ("\u00ad", "soft hyphen", None, True),
    ("d\u00ad", "soft hyphen", None, False),
]


@pytest.mark.parametrize(("words", "reason", "by", "allowed"), DROPS)
def test_drops(words, reason, by, allowed):
    at = NUMBERS.index(words)
    drop = Drop(Span(at, at + len(words)), reason, by)
    if allowed:
        check_drop(drop, NUMBERS)
    else:
        with pytest.raises(Unproven):
            check_drop(drop, NUMBERS)


@pytest.mark.parametrize("span", [(-3, 2), (5, 5), (6, 5), (0, 10_000), (-5, -1)])
def test_drops_outside_the_original(span):
    with pytest.raises(Unproven):
        check_drop(Drop(Span(*span), "navigation", "coder-1"), NUMBERS)


def test_stored_and_read_again(signed, tmp_path):
    for _, certificate in signed:
        (tmp_path / "certificate.json").write_text(certificate_json(certificate), encoding="utf-8")
        assert read_certificate(tmp_path, Path("certificate.json")) == certificate
    assert read_certificate(tmp_path, Path("none.json")) is None


BROKEN = [
    # a change to the stored certificate
    lambda data: data.pop("tiles"),
    lambda data: data.update(ink="ink-0"),
    lambda data: data.update(tiles=[[1, 2, 3]]),
    lambda data: data.update(tiles=[[1, 2, 3, -4]]),
    lambda data: data.update(tiles=[[1, 2, 3, True]]),
    lambda data: data.update(tiles=[[1, 2, 3, 4.0]]),
    lambda data: data.update(tiles={"a": 1}),
    lambda data: data.update(tiles="abcd"),
    lambda data: data.update(drops=[[1, 2]]),
    lambda data: data.update(drops=[{"span": [1, 2], "reason": "navigation", "by": 5}]),
    lambda data: data.update(drops=[{"span": [1, 2], "reason": None, "by": None}]),
    lambda data: data.update(drops=[{"span": [1, 2], "reason": "navigation"}]),
    lambda data: data.update(version=5),
    lambda data: data.update(original_sha256=None),
    lambda data: data.update(signed={"by": "coder-1"}),
    lambda data: data.update(signed="coder-1"),
    lambda data: data.update(signed={"by": "", "on": "2026-11-22"}),
    lambda data: data.update(joins=[[1]]),
    lambda data: data.update(promoted=5),
]


@pytest.mark.parametrize("number", range(len(BROKEN)))
def test_broken_certificate_files(signed, tmp_path, number):
    data = json.loads(certificate_json(signed[0][1]))
    BROKEN[number](data)
    (tmp_path / "certificate.json").write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        read_certificate(tmp_path, Path("certificate.json"))
    assert str(caught.value).startswith("certificate.json:1: this is not a certificate")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "{", "[]", "5", "null", '"x"', "[" * 100_000, '{"a":' * 50_000, "\x00"])
def test_files_that_are_no_certificate(tmp_path, text):
    (tmp_path / "certificate.json").write_text(text, encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        read_certificate(tmp_path, Path("certificate.json"))
    assert "\n" not in str(caught.value)
