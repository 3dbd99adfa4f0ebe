"""The files by which a browser answers: the kernel, the shrunk encoder, the tokenizer's tables, the engine's data."""

import gzip
import json
import re

import numpy as np
import pytest

from readacross import answering, gauging
from readacross.errors import BadInput
from readacross.searching import Index
from readacross.site import handing, offline, pieces
from readacross.site.assembling import AssemblyError, assemble
from readacross.site.gathering import gather
from readacross.site.shrinking import FILE, halved, packed, packed_encoder, scaled, shrunk
from readacross.site.spelling import spelt_out, unreachable


@pytest.fixture(scope="module")
def encoder(library):
    return Index(library).encoder


@pytest.fixture(scope="module")
def tables(encoder):
    return spelt_out(encoder.tokenizer)


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("(i32.add (i32.const 1) (i32.const 2))", "41 01 41 02 6a"),
        ("(i32.const 64)", "41 c0 00"),
        ("(i32.const -1)", "41 7f"),
        ("(local.set $b (local.get $a))", "20 00 21 01"),
        ("(v128.store offset=16 (local.get $a) (local.get $v))", "20 00 20 02 fd 0b 04 10"),
        ("(loop $l (br_if $l (local.get $a)))", "03 40 20 00 0d 00 0b"),
        ("(f32x4.convert_i32x4_s (local.get $v)) ;; said\n", "20 02 fd fa 01"),
    ],
)
def test_text_becomes_the_bytes_that_the_standard_gives_it(text, body):
    module = f'(module (memory (export "m") 1) (func $f (export "f") (param $a i32) (local $b i32) (local $v v128) {text}))'
    made = assemble(module)
    assert made.startswith(b"\0asm\1\0\0\0")
    assert made.endswith(bytes.fromhex(body) + b"\x0b")


@pytest.mark.parametrize(
    "text", ["", "(module", "(module (table 1))", "(module (func $f (f64.add)))", "hello"]
)
def test_what_the_assembler_does_not_read_is_refused(text):
    with pytest.raises(AssemblyError):
        assemble(text)


@pytest.mark.parametrize("steps", [127, 64])
def test_a_shrunk_weight_is_half_a_step_off_at_most(steps):
    table = np.random.default_rng(1).normal(size=(30, 128)).astype(np.float32)
    table[3] = 0
    rows, scales = shrunk(table, steps)
    assert np.abs(rows).max() <= steps
    assert (rows == rows.astype(np.int8)).all()
    assert (np.abs(rows * scales[:, None] - table) <= scales[:, None] * 0.5001).all()


@pytest.mark.parametrize("largest", [0, 1e-9, 0.0123, 1, 127, 1e6])
def test_a_scale_has_no_more_than_its_first_two_bytes(largest):
    scale = scaled(np.array([[largest, -largest / 3]], dtype=np.float32), 127)
    stored = halved(scale)
    assert stored.dtype == np.uint16
    assert (stored.astype(np.uint32) << 16).view(np.float32) == scale
    assert largest <= scale * 127 <= max(largest, 1e-12) * 1.01


def test_the_same_encoder_is_packed_into_the_same_bytes():
    one, two = (packed({"b": 1, "a": "é"}, b"12345") for _ in range(2))
    assert one == two
    held = gzip.decompress(one)
    size = int.from_bytes(held[:4], "little")
    assert (size + 4) % 16 == 0
    assert json.loads(held[4 : 4 + size]) == {"a": "é", "b": 1}
    assert held[4 + size :] == b"12345"


def test_the_packed_encoder_lies_beside_its_own_and_is_made_once(library):
    folder = library.root / str(library.facts["encoder"])
    file = packed_encoder(folder)
    before = file.stat().st_mtime_ns
    assert packed_encoder(folder) == folder / FILE
    assert file.stat().st_mtime_ns == before
    assert file.stat().st_size < 21_500_000


@pytest.mark.parametrize(
    ("letter", "made"),
    [("É", "e"), ("ß", None), ("\0", ""), ("\u00ad", ""), ("\t", " "), ("中", " 中 "), ("a", None)],
)
def test_a_tokenizer_is_spelt_out_letter_by_letter(tables, letter, made):
    def within(runs):
        return any(first <= ord(letter) <= last for first, last in zip(runs[::2], runs[1::2], strict=True))

    found = (
        ""
        if within(tables["gone"])
        else f" {letter} "
        if within(tables["spaced"])
        else tables["changed"].get(letter)
    )
    assert found == made


def test_only_tokens_that_no_text_leads_to_are_left_out(tables):
    tokens = tables["tokens"].split("\n")
    idle = {tokens[number] for number in unreachable(tables)}
    assert "[unused7]" in idle
    assert not idle & {"[CLS]", "[SEP]", "[UNK]", "the", "##ing", ".", "…"}
    assert tables["before"] == [101]
    assert tables["after"] == [102]


def test_what_the_browser_decides_by_is_what_the_tool_decides_by(monkeypatch):
    monkeypatch.setattr(gauging, "ENOUGH_MARGIN", 0.7)
    found = handing.constants()
    assert found["ENOUGH_MARGIN"] == 0.7
    assert found["AS_GOOD"] == answering.AS_GOOD
    assert found["MISSED"] == ["not_found", "out_of_scope"]


def test_patterns_are_spelt_as_javascript_spells_them():
    for text, flags in handing.patterns().values():
        assert "(?P" not in text
        assert not re.search(r"\\[bdwW]", text)
        assert "u" in flags


def test_constants_are_not_typed_again_in_scripts():
    numbers = {f"{value:g}" for value in handing.constants().values() if isinstance(value, float)}
    for script in offline.SOURCES.glob("*.js"):
        found = set(re.findall(r"(?<![\d.])0\.\d+", script.read_text("utf-8")))
        assert not found & numbers, script.name


@pytest.fixture(scope="module")
def shelf(library):
    return gather(library.root)


def test_addresses_change_with_the_bytes_and_the_keeper_knows_them(shelf):
    files = offline.ask_files(shelf)
    keeper = dict(offline.site_files(shelf))[offline.KEEPER].decode()
    for item in files.values():
        assert item.address in keeper
    assert offline.kept("a.js", b"1").address != offline.kept("a.js", b"2").address


def test_where_a_browser_cannot_run_the_model_words_still_find(shelf, monkeypatch):
    def refuse(_):
        raise BadInput("the light encoder cannot run it")

    monkeypatch.setattr(offline, "packed_encoder", refuse)
    files = offline.ask_files.__wrapped__(shelf)
    assert set(files) == {"words", "answers", "page"}
    assert b'"encoder"' not in files["page"].data.partition(b"\n")[0]


def test_leaflets_cannot_end_the_script_that_carries_them():
    assert pieces.script("X", {"words": pieces.compact("</script>\u2028")}).isascii()
