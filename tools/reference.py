"""Write docs/reference/commands.md and the README's answer from the tool itself: `make regen`."""

import argparse
import contextlib
import io
import os
import re
import sys
from pathlib import Path

from readacross.cli import build_parser, main

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = ROOT / "docs" / "reference" / "commands.md"
README = ROOT / "README.md"
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


if __name__ == "__main__":
    COMMANDS.parent.mkdir(parents=True, exist_ok=True)
    COMMANDS.write_text(commands(), encoding="utf-8", newline="\n")
    README.write_text(readme(), encoding="utf-8", newline="\n")
    sys.exit(0)
