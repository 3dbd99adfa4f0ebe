"""Restricted Markdown: what a reading text may hold, what is refused, and that nothing falls between."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readacross.ink import original_ink, reading_ink
from readacross.markup import MarkupError, parse, plain

ACCEPTED = [
    # text, and its blocks as kind, level and words
    ("# Title", [("heading", 1, "Title")]),
    ("#### Deep", [("heading", 4, "Deep")]),
    ("One line\nand the next", [("paragraph", 0, "One line\nand the next")]),
    ("One\n\nTwo", [("paragraph", 0, "One"), ("paragraph", 0, "Two")]),
    ("- One\n- Two\n  - Within", [("item", 1, "One"), ("item", 1, "Two"), ("item", 2, "Within")]),
    ("- One\n  goes on", [("item", 1, "One\n  goes on")]),
    ("# Title\nright below", [("heading", 1, "Title"), ("paragraph", 0, "right below")]),
    ("[[a note]]", [("note", 0, "a note")]),
    (r"\- not an item", [("paragraph", 0, r"\- not an item")]),
    ("2017 and 1. not a list", [("paragraph", 0, "2017 and 1. not a list")]),
    ("-5 degrees", [("paragraph", 0, "-5 degrees")]),
    ("", []),
    ("   \n\n", []),
]


@pytest.mark.parametrize(("text", "blocks"), ACCEPTED)
def test_accepted(text, blocks):
    assert [(block.kind, block.level, block.span.of(text)) for block in parse(text)[0]] == blocks


REFUSED = [
    # text, line, what the message says, what the remedy says
    ("##### Five", 1, "a heading has one to four #", "write"),
    ("ok\n\n#hashtag", 3, "a heading has one to four #", "write"),
    ("* star", 1, "list items begin with '- '", "use '- '"),
    ("ok\n+ plus", 2, "list items begin with '- '", "use '- '"),
    ("-  two blanks", 1, "too deep or badly spaced", "use '- '"),
    ("- One\n  - Two\n    - Three", 3, "too deep or badly spaced", "use '- '"),
    ("> quoted", 1, "block quotations", "write"),
    ("| a | b |", 1, "tables", "write sentences"),
    ("Title\n=====", 2, "underlined headings", "delete the line"),
    ("a\n\n---", 3, "rules", "delete the line"),
    ("- - -", 1, "rules", "delete the line"),
    ("    code", 1, "indented", "use '- '"),
    ("ok\n\n`code`", 3, "'`' is markup", "backslash"),
    ("a *b* c", 1, "'*' is markup", "backslash"),
    ("a <b> c", 1, "'<' is markup", "backslash"),
    ("one\ntwo [x] three", 2, "'[' is markup", "backslash"),
    ("[x](javascript:alert)", 1, "'[' is markup", "backslash"),
    ("[x](//example.org)", 1, "'[' is markup", "backslash"),
    ("[a **b** c](https://example.org)", 1, "stands inside a link's words", "plain"),
    ("**[a](https://example.org)**", 1, "a link inside bold", "bold marks away"),
    ("one\ntwo **three", 2, "** opens bold", "closing **"),
    ("a **** b", 1, "nothing between", "delete"),
    ("a ** ** b", 1, "nothing between", "delete"),
    ("ends with \\", 1, "is markup", "backslash"),
    ("a\r\nb", 1, "U+000D", "plain line ends"),
    ("a\n\tb", 2, "U+0009", "plain blank"),
    ("a\u2003b", 1, "U+2003", "plain blank"),
    ("can\u200bnot", 1, "nobody can see", "delete"),
    ("\ufeffFirst", 1, "nobody can see", "delete"),
    ("a\n\u202etxet", 2, "turns the order", "delete"),
    ("a\x00b", 1, "nobody can see", "delete"),
    ("a\ud800b", 1, "nobody can see", "delete"),
]


@pytest.mark.parametrize(("text", "line", "what", "remedy"), REFUSED)
def test_refused(text, line, what, remedy):
    with pytest.raises(MarkupError) as caught:
        parse(text)
    assert caught.value.line == line
    assert what in caught.value.what
    assert remedy in caught.value.remedy


PLAIN = [
    ("**bold** words", "bold words"),
    ("see [our page](https://example.org/a_b) now", "see our page now"),
    ("two\\\nlines", "two lines"),
    (r"5 \* 3 \[sic\]", "5 * 3 [sic]"),
    ("no\u00a0break   blanks", "no break blanks"),
]


@pytest.mark.parametrize(("marked", "words"), PLAIN)
def test_plain(marked, words):
    assert plain(marked) == words


def test_runs():
    text = r"a **b** [c](tel:101) \*d"
    (block,) = parse(text)[0]
    assert [(run.style, run.span.of(text), run.target) for run in block.runs] == [
        ("plain", "a ", ""), ("bold", "b", ""), ("plain", " ", ""), ("link", "c", "tel:101"),
        ("plain", " ", ""), ("plain", "*d", ""),
    ]  # fmt: skip


some_text = (
    st.text()
    | st.text(alphabet="ab1 \n#-*[]()\\>|=`<:/.\u00a0_")
    | st.lists(
        st.sampled_from(
            ["# ", "- ", "  - ", "**", "[[", "]]", "[a](tel:1)", "\\", "\n", "\n\n", "word", " ", "*"]
        )
    ).map("".join)
)


@given(some_text)
def test_parse_raises_nothing_else_and_leaves_nothing_out(text):
    try:
        blocks, marks = parse(text)
    except MarkupError as bad:
        refused = bad
    else:
        refused = None
    if refused:
        assert 1 <= refused.line <= text.count("\n") + 1
        assert "\n" not in refused.what + refused.remedy
        return
    within = {at for block in blocks for at in range(*block.span)} | {
        at for mark in marks for at in range(*mark)
    }
    assert all(text[at].isspace() for at in range(len(text)) if at not in within)
    spans = [span for block in blocks for span in (block.span,)]
    assert all(a.end <= b.start for a, b in pairwise(spans))
    runs = [at for block in blocks if block.kind != "note" for run in block.runs for at in range(*run.span)]
    assert len(runs) == len(set(runs))
    shown = set(runs) | {at for block in blocks for run in block.runs for at in targets_of(run)}
    assert [at for at in reading_ink(text) if text[at].isalnum() and at not in shown] == []


def targets_of(run):
    """Where a link's target stands: two characters after its words."""
    return range(run.span.end + 2, run.span.end + 2 + len(run.target))


ORIGINALS = [
    # media, original, its ink
    ("text/plain", "• One\n– two – three\n-5 degrees\n* four *", "Onetwo–three-5degreesfour*"),
    ("text/plain", "\ufeff• One", "One"),
    ("text/plain", "# not a mark **either**", "#notamark**either**"),
    ("text/plain", "• One\r\n• Two\r\n", "OneTwo"),
    ("text/markdown", "\ufeff## **Title**\n- One\n> quoted\n---\n", "TitleOnequoted"),
    (
        "text/markdown",
        "see [the page](https://a.uk/b_c_d*) and ![alt](pic.png)",
        "seethepagehttps://a.uk/b_c_d*andaltpic.png",
    ),
    ("text/markdown", r"\*conditions \_apply\_ 5\. \[x\](y)", "*conditions_apply_5.[x](y)"),
    ("text/markdown", "a_name@example.org _really_ __so__ `code`", "a_name@example.orgreallysocode"),
    ("text/markdown", "| cell | <b>html</b> |", "|cell|<b>html</b>|"),
]


@pytest.mark.parametrize(("media", "original", "ink"), ORIGINALS)
def test_ink_of_originals(media, original, ink):
    assert "".join(original[at] for at in original_ink(original, media)) == ink


@given(st.sampled_from(["text/plain", "text/markdown"]), some_text)
def test_no_mark_hides_a_letter_or_digit(media, text):
    ink = set(original_ink(text, media))
    assert [at for at, character in enumerate(text) if character.isalnum() and at not in ink] == []


def test_promoted_glyphs_are_ink():
    text = "* Terms apply"
    assert original_ink(text, "text/markdown", (0,))[0] == 0
    assert original_ink(text, "text/plain", (0,))[0] == 0
