"""The commands that answer: a question answered, put in other words, sent on, kept, and looked at again."""

import sys
from argparse import Namespace
from typing import TYPE_CHECKING

from readacross.console import DONE, FOUND, as_json, opened, put, say, today
from readacross.errors import BadInput
from readacross.library import Library
from readacross.model import Answer, Json

if TYPE_CHECKING:
    from readacross.answering import Asked


def ask(options: Namespace) -> int:
    """Answer a question."""
    from readacross.answering import Asked
    from readacross.answering import ask as answer_to

    library = opened(options)
    asked = Asked(
        options.question, tuple(options.authority), tuple(options.topic), options.as_at,
        options.all_versions, options.top,
    )  # fmt: skip
    _check(options)
    if options.chat:
        return _chat(library, asked)
    answer = answer_to(library, asked)
    if options.save:
        from readacross.saving import save

        save(answer, library, options.save, today(), asked)
        say(f"wrote {options.save}")
    if options.format:
        _send_on(options, answer, library)
    else:
        _print(options, answer, library)
    return FOUND if options.fail and answer.status in ("not_found", "out_of_scope") else DONE


def _check(options: Namespace) -> None:
    """Raise BadInput for options that do not go together."""
    if options.chat and (options.format or options.reword or options.save or as_json(options)):
        raise BadInput(
            "--chat: it prints each answer as it comes. Leave out --format, --reword, --save and --json."
        )
    if options.format and (options.reword or as_json(options)):
        raise BadInput("--format: it sends on the answer alone. Leave out --reword and --json.")
    if options.out and not options.format:
        raise BadInput("--out: say what to write. Add --format md, docx or csl-json.")
    if options.format == "docx" and not options.out:
        raise BadInput("--format docx: a document cannot be printed. Name a file: --out answer.docx")


def _send_on(options: Namespace, answer: Answer, library: Library) -> None:
    """Print or write an answer with its references."""
    from readacross.document import exported, write_exported

    data = exported(options.format, answer, library, today(), options.site)
    if options.out is None:
        sys.stdout.write(data.decode())
        return
    write_exported(data, options.out)
    say(f"wrote {options.out}")


def _print(options: Namespace, answer: Answer, library: Library) -> None:
    """Print an answer, and below it what a language model makes of it, if that is asked for."""
    from readacross.contract import answer_json
    from readacross.showing import answer_lines

    called = {slug: authority.name for slug, authority in library.authorities.items()}
    document, lines = answer_json(answer, library.versions, called), list(answer_lines(answer, library))
    if options.reword:
        from readacross.rewording import reword_as_set_up, reworded_json, reworded_lines

        reworded = reword_as_set_up(library.root, answer, called, say)
        document = _with(document, "reworded", reworded_json(reworded))
        lines = [*lines, *reworded_lines(reworded, answer)]
    put(options, document, lines)


def _with(document: Json, key: str, value: Json) -> Json:
    return {**document, key: value} if isinstance(document, dict) else document


def _chat(library: Library, first: "Asked") -> int:
    """Answer questions at the terminal, each with what the one before it leaves to be understood."""
    from readacross.conversing import converse
    from readacross.showing import answer_lines

    def show(answer: Answer) -> None:
        print("\n".join(answer_lines(answer, library)) + "\n")

    for _ in converse(library, first, lambda: input("? "), show, say):
        pass
    return DONE


def recheck(options: Namespace) -> int:
    """Say what has become of each citation of a kept answer."""
    from readacross.rechecking import all_same, rechecked_json, rechecked_lines
    from readacross.rechecking import recheck as recheck_all
    from readacross.saving import load

    library, saved = opened(options), load(options.file)
    found = recheck_all(saved, library)
    put(options, rechecked_json(saved, found, library.versions), rechecked_lines(saved, found))
    return DONE if all_same(found) else FOUND
