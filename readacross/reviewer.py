"""The command of people who rule on what others coded: review."""

from argparse import Namespace
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from readacross.console import DONE, put, root_of, say, today
from readacross.drafting import Draft, draft
from readacross.errors import BadInput
from readacross.prompting import item_lines, walk
from readacross.recording import read_sheet, record, renew, sheet
from readacross.reviewing import Item, item_json, queue
from readacross.storing import plain_errors


def review(options: Namespace) -> int:
    """List what needs a person, or record what a person decides on it."""
    root = root_of(options)
    if options.renew:
        shown = renew(root, options.renew)
        put(options, {"written": shown.as_posix()}, [f"wrote {shown}. Now: readacross build"])
        return DONE
    made = draft(root)
    items = queue(root, made, coded=options.kind == "coded")
    if options.apply:
        decisions = read_sheet(options.apply, items)
        record(root, decisions, _by(options), today())
        put(options, {"recorded": len(decisions)}, [_recorded(len(decisions))])
        return DONE
    waiting = [item for item in items if _wanted(item, made, options)]
    if options.out:
        with plain_errors("The sheet cannot be written"):
            options.out.write_bytes(sheet(waiting).encode())
        say(f"wrote {options.out}. Fill it in, then: readacross review --apply {options.out} --by YOUR-NAME")
    elif options.by:
        _sit(root, waiting, options.by)
    else:
        authorities = {version.id: version.authority for version in made.versions}
        put(options, [item_json(item, authorities) for item in waiting], _lines(waiting))
    return DONE


def _by(options: Namespace) -> str:
    """Who decides.  Raises BadInput where nobody says."""
    if not options.by or not options.by.strip():
        raise BadInput("--by is missing: a ruling names who made it. Add --by YOUR-NAME.")
    name: str = options.by.strip()
    return name


def _wanted(item: Item, made: Draft, options: Namespace) -> bool:
    """Whether the filters let an item through."""
    versions = {version.id: version for version in made.versions}
    topics = {question.id: question.topic for question in made.questions}
    held = [versions[id_] for id_ in item.versions]
    return (
        options.kind in (None, item.kind)
        and (not options.topic or topics.get(item.question) in options.topic)
        and (not options.authority or any(version.authority in options.authority for version in held))
        and (options.all_versions or any(version.status == "current" for version in held))
    )


def _lines(waiting: Sequence[Item]) -> list[str]:
    lines = [line for item in waiting for line in item_lines(item)]
    counts = Counter(item.kind for item in waiting)
    said = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    if not waiting:
        return ["nothing needs a person"]
    return [*lines, f"{len(waiting)} to decide: {said}. Rule on them: readacross review --by YOUR-NAME"]


def _sit(root: Path, waiting: Sequence[Item], by: str) -> None:
    """Put the queue to the person at the terminal, and record each ruling as it is made."""
    made = 0
    for decision in walk(waiting, input, print):
        record(root, [decision], by, today())
        made += 1
    print(_recorded(made))


def _recorded(count: int) -> str:
    return f"{count} ruling{'' if count == 1 else 's'} recorded in index/rulings.yaml. Now: readacross build"
