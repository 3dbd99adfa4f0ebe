"""How the second of two questions put in one breath is read.

    python benchmarks/one_breath.py

Asks the questions of benchmarks/one_breath.jsonl of the leaflets of this repository.  In each the second part `leans` on the
first or `stands` by itself; `second` lists what it may rightly be read as.  One set was used to choose the limit, the other was
written without sight of the rule and asked once it stood.  Prints, for each set and kind and for each way of hearing a second
part, of how many the likest reading is right.  Questions that are not taken apart are counted aside.
"""

import json
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from readacross.gauging import look_up  # noqa: E402
from readacross.library import open_library  # noqa: E402
from readacross.searching import Index  # noqa: E402
from readacross.understanding import SHORT, Part, parts  # noqa: E402

NEVER, ALWAYS = -1, 1_000
LIMITS = (NEVER, SHORT - 1, SHORT, SHORT + 1, ALWAYS)
"""Terms up to which a second part is heard with the first too."""


def together(part: Part) -> Part:
    """A part as one text with the one before."""
    return Part(f"{part.after} {part.question}".strip())


def heard(question: str) -> dict[str, Part] | None:
    """The second part of a question in every way in which it may be heard; None where the question is not taken apart."""
    found = {}
    for limit in LIMITS:
        both = list(parts(question, limit))
        if len(both) == 1:
            return None
        name = {NEVER: "by itself", ALWAYS: "both ways"}.get(limit, f"both ways up to {limit}")
        found[name] = both[1]
    return found | {"together": together(found["both ways"])}


def main() -> None:
    """Measure and print."""
    library = open_library(ROOT)
    index, chosen = Index(library), library.choose()
    right: Counter[tuple[str, str, str]] = Counter()
    asked: Counter[tuple[str, str]] = Counter()
    whole = 0
    for line in (ROOT / "benchmarks/one_breath.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        ways = heard(row["question"])
        if ways is None:
            whole += 1
            continue
        asked[row["set"], row["kind"]] += 1
        for way, part in ways.items():
            taken = look_up(index, part, (), chosen, 20).taken
            right[row["set"], row["kind"], way] += bool(taken) and taken[0].name in row["second"]
    for (name, kind), count in sorted(asked.items()):
        print(f"{name}, {kind}: {count}")
        for (of, sort, way), found in right.items():
            if (of, sort) == (name, kind):
                print(f"  {way:<20} {found:>4}")
    print(f"not taken apart: {whole}")


if __name__ == "__main__":
    main()
