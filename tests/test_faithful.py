"""The five real leaflets are certified, and so is any document that is scrambled as PDFs scramble them."""

import random
import re
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readacross.certificate import Drop, Unproven, digest, verify
from readacross.certifying import certify, check
from readacross.citing import cite, merge, original_spans, verify_citation
from readacross.errors import NotFaithful, SourceError
from readacross.ink import original_ink, reading_ink
from readacross.model import Span
from readacross.sources import load_sources
from readacross.splitting import split

ROOT = Path(__file__).parents[1]
LEAFLETS = [
    # version, ink of the original, left out, blocks, joined words, parted words
    ("central-bedfordshire/child-protection-conferences@undated", 5204, 237, 1, 0, 0),
    ("southwark/child-protection-conferences@undated", 3878, 709, 1, 0, 0),
    ("staffordshire/child-protection-conferences@2017-03", 4704, 26, 21, 0, 0),
    ("surrey/child-protection-conferences@board", 5788, 2, 8, 5, 0),
    ("surrey/child-protection-conferences@council", 7004, 0, 1, 0, 0),
]
IDS = [row[0] for row in LEAFLETS]


@cache
def loaded():
    problems = []
    sources = {source.version.id: source for source in load_sources(ROOT, problems).sources}
    assert not problems
    return sources


@cache
def certified(version):
    return certify(loaded()[version])


@cache
def passages(version):
    return split(loaded()[version], certified(version))


@pytest.mark.parametrize(("version", "ink", "left_out", "blocks", "joins", "splits"), LEAFLETS)
def test_counts(version, ink, left_out, blocks, joins, splits):
    source, certificate = loaded()[version], certified(version)
    check(certificate, source)
    theirs = original_ink(source.original, source.version.media)
    mapped = verify(certificate, source.reading, source.original, source.version.media)
    assert len(theirs) == ink
    assert len(mapped) == len(reading_ink(source.reading)) == ink - left_out
    shape = certificate.structure
    assert (len(shape.blocks), len(shape.cuts), len(shape.joins), len(shape.splits)) == (
        blocks,
        0,
        joins,
        splits,
    )


def test_joined_words():
    source = loaded()["surrey/child-protection-conferences@board"]
    joins = certified(source.version.id).structure.joins
    pieces = [(source.original[a], re.match(r"\w+", source.original[b:])[0]) for a, b in joins]
    assert Counter(pieces) == {("T", "he"): 2, ("O", "ther"): 1, ("I", "f"): 1, ("Y", "ou"): 1}


@pytest.mark.parametrize("version", IDS)
def test_passages_cover_every_word_once(version):
    source = loaded()[version]
    within = Counter(at for passage in passages(version) for at in range(*passage.span))
    assert all(within[at] == 1 for at in reading_ink(source.reading))
    for passage in passages(version):
        assert passage.span.of(source.reading) == passage.text
        assert all(
            passage.span.start <= tile.reading_start < tile.reading_end <= passage.span.end
            for tile in passage.tiles
        )
        tiled = {at for tile in passage.tiles for at in range(tile.reading_start, tile.reading_end)}
        assert [
            at for at in reading_ink(source.reading) if at in range(*passage.span) and at not in tiled
        ] == []


@pytest.mark.parametrize("version", IDS)
def test_every_passage_is_cited_exactly(version):
    source = loaded()[version]
    for passage in passages(version):
        citation = cite(passage)
        assert citation.reading.of(source.reading) == citation.quote == passage.text
        verify_citation(citation, source.reading, source.original)
        verify_citation(
            replace(citation, original=merge(citation.original, source.original)),
            source.reading,
            source.original,
        )


def test_ids_are_unique_and_last():
    ids = [passage.id for version in IDS for passage in passages(version)]
    assert len(ids) == len(set(ids))
    for version in IDS:
        source = loaded()[version]
        lines = [
            line if line.startswith(("#", "[[")) else line.replace(" the ", " the\n")
            for line in source.reading.split("\n")
        ]
        again = replace(source, reading="\n".join(lines).replace(" of ", "  of "))
        assert [p.id for p in split(again, certify(again))] == [p.id for p in passages(version)]


letters = "".join


@settings(max_examples=300)
@given(st.sampled_from(IDS), st.data())
def test_any_words_of_a_passage_are_in_the_original(version, data):
    source = loaded()[version]
    passage = data.draw(st.sampled_from(passages(version)))
    start = data.draw(st.integers(0, len(passage.text) - 1))
    end = data.draw(st.integers(start + 1, len(passage.text)))
    span = Span(passage.span.start + start, passage.span.start + end)
    spans = original_spans(passage.tiles, span)
    ours = letters(c for c in span.of(source.reading) if c.isalnum())
    assert letters(c for there in spans for c in there.of(source.original) if c.isalnum()) == ours
    joined = merge(spans, source.original)
    assert letters(c for there in joined for c in there.of(source.original) if c.isalnum()) == ours


@pytest.mark.parametrize("version", IDS)
def test_a_changed_original_is_refused(version, tmp_path):
    """Any changed byte of an original is noticed: by its sha256 when read, and by the verifier."""
    source, chance = loaded()[version], random.Random(version)
    for _ in range(20):
        at = chance.randrange(len(source.original))
        other = (
            source.original[:at] + ("x" if source.original[at] != "x" else "y") + source.original[at + 1 :]
        )
        with pytest.raises(Unproven):
            verify(certified(version), source.reading, other, source.version.media)
    folder = Path(source.version.folder)
    for name in ("sources/authorities.toml", folder.parent / "leaflet.toml", folder / "reading.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    (tmp_path / folder / source.version.original).write_bytes(source.original.encode() + b"\n")
    problems: list[SourceError] = []
    load_sources(tmp_path, problems)
    assert any("not the file that was received" in bad.what for bad in problems)


# Documents made as badly as extraction makes them, from the real reading texts.


def words_of(version):
    """The paragraphs of a real leaflet as plain words, so that they are also restricted Markdown."""
    found = [" ".join(re.sub(r"[^\w’',.?:; ]", " ", passage.text).split()) for passage in passages(version)]
    return [paragraph for paragraph in found if len(paragraph) > 3 and paragraph[0].isalpha()]


def wrapped(paragraph, width):
    lines, line = [], ""
    for word in paragraph.split(" "):
        if line and len(line) + len(word) >= width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return [*lines, line]


def scrambled(chance, paragraphs):
    """An original: wrapped to a column, some bullets broken off their first letter, columns in any order."""
    width, lines = chance.randint(25, 80), []
    for paragraph in paragraphs:
        whole = wrapped(paragraph, width)
        bullet = chance.random()
        if bullet < 0.15:
            whole = [f"• {whole[0][0]}", " " + whole[0][1:], *whole[1:]]
        elif bullet < 0.4:
            whole = [f"• {whole[0]}", *whole[1:]]
        lines += [*whole, ""]
    cuts = sorted(chance.sample(range(1, len(lines)), min(chance.randint(0, 8), len(lines) - 1)))
    panels = [lines[a:b] for a, b in zip([0, *cuts], [*cuts, len(lines)], strict=True)]
    chance.shuffle(panels)
    return panels


def with_page_numbers(panels):
    """The text of the panels with a number under each, and the drops for these."""
    text, drops = "", []
    for number, panel in enumerate(panels, 1):
        text += "\n".join(panel) + "\n"
        drops.append(Drop(Span(len(text), len(text) + len(str(number))), "page number", None))
        text += f"{number}\n\n"
    return text, tuple(drops)


def made(seed):
    """A synthetic version: its reading text in the right order, its original scrambled."""
    chance = random.Random(seed)
    paragraphs = words_of(chance.choice(IDS))
    first = chance.randrange(max(1, len(paragraphs) - 12))
    paragraphs = paragraphs[first : first + chance.randint(4, 30)]
    original, drops = with_page_numbers(scrambled(chance, paragraphs))
    marks = ("", "", "- ", "## ")
    reading = "\n\n".join(
        chance.choice(marks) + "\n".join(wrapped(p, chance.randint(40, 500))) for p in paragraphs
    )
    template = loaded()[IDS[0]]
    version = replace(template.version, sha256=digest(original), media="text/plain")
    return replace(
        template,
        version=version,
        original=original,
        reading=reading,
        drops=drops,
        doubts=(),
        certificate=None,
    )


@pytest.mark.parametrize("batch", range(10))
def test_scrambled_documents_are_aligned_and_proven(batch):
    for seed in range(batch * 24, batch * 24 + 24):
        source = made(seed)
        certificate = certify(source)
        check(certificate, source)
        for passage in split(source, certificate):
            verify_citation(cite(passage), source.reading, source.original)


@pytest.mark.parametrize("seed", range(20))
def test_scrambled_documents_with_a_wrong_word_are_refused_at_its_line(seed):
    source, chance = made(1000 + seed), random.Random(seed)
    spans = [found.span() for found in re.finditer(r"(?<= )[a-z]{3,}(?= )", source.reading)]
    start, end = chance.choice(spans)
    reading = source.reading[:start] + "never" + source.reading[end:]
    if reading == source.reading:
        return
    with pytest.raises(NotFaithful) as caught:
        certify(replace(source, reading=reading))
    assert "\n" not in str(caught.value)
    assert caught.value.file.name in ("reading.md", "original.txt")
    assert abs(caught.value.line - reading.count("\n", 0, start) - 1) <= 1
    assert "never" in caught.value.what


MESSAGES = [
    # words of the reading text, changed to, the message
    ("at least 10 working", "at least 12 working", "“12” is not in the original at this place; the original has “10” (original.txt:3)"),
    ("You must attend", "You may attend", "“may” is not in the original at this place; the original has “must” (original.txt:2)"),
    ("cannot", "can not", "“can not” is joined, parted or placed otherwise than was settled; the original has “cannot” (original.txt:4)"),
    ("do not bring", "do bring", "“not” of the original (original.txt:5) is left out before this and no drop says why"),
    ("Others can come", "Others can never come", "“never come” is not in the original at this place; the original has “come” (original.txt:6)"),
    ("come here", "here come", "“here come” has moved since the order of the words was settled; the original has “come here” (original.txt:7)"),
]  # fmt: skip
PLAIN = "Title\nYou must attend\nfor at least 10 working days\nand you cannot go\nand do not bring\nOthers can come\nor come here\n"


@pytest.mark.parametrize(("before", "after", "message"), MESSAGES, ids=range(len(MESSAGES)))
def test_messages_name_the_word(before, after, message):
    template = loaded()["southwark/child-protection-conferences@undated"]
    version = replace(template.version, sha256=digest(PLAIN))
    source = replace(
        template,
        version=version,
        original=PLAIN,
        reading=PLAIN.replace("\n", "\n\n"),
        drops=(),
        doubts=(),
        certificate=None,
    )
    source = replace(source, certificate=certify(source))
    assert certify(source) == source.certificate
    reading = source.reading.replace(before, after)
    line = source.reading.count("\n", 0, source.reading.index(before)) + 1
    with pytest.raises(NotFaithful) as caught:
        certify(replace(source, reading=reading))
    assert str(caught.value).startswith(
        f"sources/southwark/child-protection-conferences/undated/reading.md:{line}: {message}. "
    )


def test_glyphs_that_are_text_after_all():
    """A star that begins a line may be a footnote's: the reading text decides, and nothing is lost."""
    template = loaded()["southwark/child-protection-conferences@undated"]
    original = "• Fees apply to all who come\n* Ask us about these fees\n- 5 degrees is cold\n"
    reading = "- Fees apply to all who come\n\n\\* Ask us about these fees\n\n\\- 5 degrees is cold\n"
    version = replace(template.version, sha256=digest(original))
    source = replace(
        template, version=version, original=original, reading=reading, drops=(), doubts=(), certificate=None
    )
    certificate = certify(source)
    check(certificate, source)
    assert [original[at] for at in certificate.promoted] == ["*", "-"]
    assert certify(replace(source, certificate=certificate)) == certificate


def test_words_are_not_made_of_pieces_without_a_signature():
    """A first build may put whole words in another order, but not their pieces."""
    template = loaded()["southwark/child-protection-conferences@undated"]
    version = replace(template.version, sha256=digest("in 28 days\nor 14 weeks\n"))
    blank = replace(
        template, version=version, original="in 28 days\nor 14 weeks\n", drops=(), doubts=(), certificate=None
    )
    assert certify(replace(blank, reading="or 14 weeks\n\nin 28 days\n")).signed is None
    for reading in ("in 24 days\nor 18 weeks\n", "in 82 days or 14 weeks", "in 28 weeys or 14 daks"):
        with pytest.raises(NotFaithful, match="pieces of the original's words"):
            certify(replace(blank, reading=reading))
