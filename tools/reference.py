"""Write what documents take from the tool itself: `make regen`.

docs/reference/commands.md, the README's answer, docs/method/agreement.md and asked-first.md, and qa/report.md.
"""

import argparse
import contextlib
import io
import os
import re
import sys
from itertools import takewhile
from pathlib import Path

from readacross.agreeing import by_topic
from readacross.answering import ask
from readacross.cli import build_parser, main
from readacross.drafting import draft
from readacross.library import open_library
from readacross.markup import plain
from readacross.naming import names
from readacross.quizzing import load_quiz
from readacross.referencing import as_markdown, parts
from readacross.searching import Index
from readacross.showing import escaped
from readacross.values import in_words

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = ROOT / "docs" / "reference" / "commands.md"
README = ROOT / "README.md"
AGREEMENT = ROOT / "docs" / "method" / "agreement.md"
FIRST = ROOT / "docs" / "method" / "asked-first.md"
QUESTION = "Can I challenge the decision of the conference?"
INTRODUCTION = """\
# Commands

Made from the tool's own help by `make regen`; a test compares them.

Every command takes `--root DIR` (default: the nearest parent folder that holds `sources/`) and `--json` (one
JSON document on standard output and nothing else there; progress and messages go to standard error).

Exit status: 0 done; 1 a check found a problem, or no answer was found where `--fail` was asked; 2 wrong usage
or bad input. An error is one line: what, where (file and line), and what to do.
"""


def commands() -> str:
    """The command reference as Markdown."""
    os.environ["COLUMNS"] = "100"
    parser = build_parser()
    chosen = next(action for action in parser._actions if isinstance(action, argparse._SubParsersAction))  # noqa: SLF001
    parts = [INTRODUCTION]
    for name, command in chosen.choices.items():
        parts.append(f"## readacross {name}\n\n```text\n{command.format_help().strip()}\n```\n")
    return "\n".join(parts)


def answer() -> str:
    """What `readacross ask` prints for the question of the README."""
    os.environ["COLUMNS"] = "100"
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        main(["ask", QUESTION, "--root", str(ROOT)])
    return printed.getvalue().strip()


def readme() -> str:
    """The README with the answer as it is now."""
    block = f'<!-- answer -->\n```text\n$ readacross ask "{QUESTION}"\n{answer()}\n```\n<!-- /answer -->'
    return re.sub(
        r"<!-- answer -->.*?<!-- /answer -->", lambda _: block, README.read_text("utf-8"), flags=re.DOTALL
    )


AGREEMENT_HEAD = """\
# How far two coders agree

Every question was coded twice for every version: by coder-1, and by coder-2, who had the question bank and the
reading texts and nothing else. What is published is coder-1's, or what the two settled on where they differed. A cell is one question of one version. Made by
`make regen` from `coding.yaml` and `coding-2.yaml`; the method stands in `readacross/agreeing.py`.

Read these figures with care. The options of the question bank were worded while the first coding was made, which
makes it easier for a second coder to choose the same; times are compared by number, unit and qualifier, free text,
contacts and conditions only by whether the leaflet states them. Agreement says how clearly the leaflets and the
questions speak, not who is right. No position has been confirmed by an officer.

| topic | cells | agreed | percent | Cohen's kappa |
|---|---|---|---|---|
"""


def agreement() -> str:
    """The agreement of two coders as Markdown: by topic, then every cell on which they differ."""
    made = draft(ROOT)
    cells = made.cells
    called = names(made.sources.authorities, made.versions)
    published = {(item.version, item.question): item for item in made.positions}
    rows = [
        f"| {row.name} | {row.cells} | {row.agreed} | {row.percent:.0f} | "
        + ("–" if row.kappa is None else f"{row.kappa:.2f}")
        + " |"
        for row in by_topic(made.topics, cells)
    ]
    apart = [cell for cell in cells if not cell.agreed]
    sheet = [
        f"\n## The review sheet\n\nThe {len(apart)} cells on which they differ, and what they settled on.\n"
    ]
    for cell in apart:
        sheet.append(
            f"\n**{called[cell.first.version]}: {cell.question.question}** (`{cell.question.id}`, {cell.question.silence})\n"
        )
        for position in (cell.first, cell.second):
            said = escaped(in_words(cell.question, position))
            quotes = " ".join(f"“{escaped(plain(quote.quote))}”" for quote in position.quotes)
            note = f" Note: {escaped(position.note)}" if position.note else ""
            sheet.append(f"- {position.coded.by}: {said}. {quotes}{note}")
        kept = published.get((cell.first.version, cell.question.id))
        if kept and kept.settled:
            sheet.append(f"- settled: {escaped(in_words(cell.question, kept))}. {escaped(kept.settled)}")
        else:
            sheet.append("- not settled yet")
    return AGREEMENT_HEAD + "\n".join(rows) + "\n" + "\n".join(sheet) + "\n"


FIRST_HEAD = """\
# What a parent asks first

The {count} questions that a parent asks first, written by us in a parent’s words and none of them a listed wording, and
everything that the tool answers to each, as it does: nothing was chosen or mended by hand. Made by `make regen` from the
questions marked `first` in `qa/questions.yaml`. Where each passage stands is left out; `readacross ask "…" --format md`
gives an answer with its references. For one of them, how long a plan lasts, ten wordings near to it were listed after it had
been refused.

What stands under an authority is its leaflet’s, and no advice. Check the leaflet before use.
"""


def first() -> str:
    """The questions that a parent asks first, each with its answer, as Markdown."""
    library = open_library(ROOT)
    index, sections = Index(library), []
    asked = [item for item in load_quiz(ROOT) if item.asked_first]
    for quizzed in asked:
        told = parts(ask(library, quizzed.asked, index), library, "")
        read = takewhile(lambda part: (part.style, part.words) != ("heading", "References"), told)
        words = as_markdown(part._replace(references=()) for part in read)
        sections.append(re.sub(r"^#", "##", words, flags=re.MULTILINE))
    return "\n".join([FIRST_HEAD.format(count=len(asked)), *sections])


if __name__ == "__main__":
    main(["evaluate", "--root", str(ROOT)])
    AGREEMENT.write_text(agreement(), encoding="utf-8", newline="\n")
    FIRST.write_text(first(), encoding="utf-8", newline="\n")
    COMMANDS.parent.mkdir(parents=True, exist_ok=True)
    COMMANDS.write_text(commands(), encoding="utf-8", newline="\n")
    README.write_text(readme(), encoding="utf-8", newline="\n")
    sys.exit(0)
