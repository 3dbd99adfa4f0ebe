"""What `ask` does with an answer beside printing it: sent on, and put in other words below it."""

import json

import docx
import pytest
from fake_openai import repeating, serving

from readacross.cli import main

QUESTION = "Can I appeal?"
HENS = "Is keeping hens allowed?"


@pytest.fixture
def asked(small_built, capsys):
    def run(*options, question=QUESTION):
        status = main(["ask", question, *options, "--root", str(small_built)])
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return run


def test_markdown_is_printed_with_its_references(asked):
    status, printed, _ = asked("--format", "md")
    assert status == 0
    assert printed.startswith("# ")
    assert "\n1. " in printed
    assert "[1]" in printed.replace("\\", "")


def test_word_and_csl_json_are_written_where_named(asked, tmp_path):
    document, listed = tmp_path / "answer.docx", tmp_path / "answer.json"
    assert asked("--format", "docx", "--out", str(document))[::2] == (0, f"wrote {document}\n")
    assert asked("--format", "csl-json", "--out", str(listed))[0] == 0
    items = json.loads(listed.read_text("utf-8"))
    assert QUESTION in "\n".join(paragraph.text for paragraph in docx.Document(str(document)).paragraphs)
    assert {"id", "title", "note"} <= set(items[0])


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--format", "docx"), "cannot be printed. Name a file: --out answer.docx"),
        (("--format", "md", "--json"), "Leave out --reword and --json"),
        (("--format", "md", "--reword"), "Leave out --reword and --json"),
        (("--out", "x.md"), "say what to write. Add --format"),
        (("--chat", "--reword"), "Leave out --format, --reword, --save and --json"),
        (("--chat", "--save", "never-written.json"), "Leave out --format, --reword, --save and --json"),
        (("--chat", "--json"), "Leave out --format, --reword, --save and --json"),
        (("--reword",), "no language model is set up. Add a table [language_model]"),
    ],
)
def test_options_that_do_not_go_together_are_told_apart(asked, options, says):
    status, printed, told = asked(*options)
    assert (status, printed) == (2, "")
    assert says in told
    assert len(told.strip().splitlines()) == 1


@pytest.fixture
def set_up(small_built):
    """A language model on this machine that repeats the passages it is shown, set up for the length of a test."""
    settings = small_built / "index/settings.toml"
    assert not settings.exists()
    with serving(repeating) as server:
        settings.write_text(f'[language_model]\naddress = "{server.address}"\nmodel = "m"\n', "utf-8")
        yield server
    settings.unlink()


def test_other_words_stand_below_the_answer_and_change_nothing_in_it(asked, set_up):
    plain, told = asked(question=HENS)[1], asked("--reword", question=HENS)
    assert told[1].startswith(plain)
    assert "In other words (written by m" in told[1]
    assert told[2] == "", "an address on this machine needs no warning"


def test_other_words_have_their_own_key_in_json(asked, set_up):
    plain = json.loads(asked("--json", question=HENS)[1])
    reworded = json.loads(asked("--json", "--reword", question=HENS)[1])
    assert reworded["reworded"]["sentences"]
    assert {key: value for key, value in reworded.items() if key != "reworded"} == plain
    assert len(set_up.asked) == 1


def test_nothing_is_sent_unless_it_is_asked_for(asked, set_up):
    asked()
    assert set_up.asked == []
