"""How a question that may lean on another is read.

    python benchmarks/asking_on.py

Asks, of the leaflets of this repository, the second of two questions: of benchmarks/one_breath.jsonl, where both are put in one
breath, and of benchmarks/asking_on.jsonl, where the second is typed after the first was answered.  It `leans` on the first or
`stands` by itself; `second` lists what it may rightly be read as.  Some were used to choose how it is heard; those held out were
written without sight of the rule and asked once it stood.  Prints, for each set and for each way of hearing the second, of how
many the likest reading is right.  Questions in one breath that are not taken apart are counted aside.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from readacross.gauging import look_up  # noqa: E402
from readacross.library import open_library  # noqa: E402
from readacross.searching import Index, question_terms  # noqa: E402
from readacross.understanding import SHORT, Part, parts  # noqa: E402

ALWAYS = 1_000
LIMITS = (SHORT - 1, SHORT, SHORT + 1, ALWAYS)
"""Terms up to which the second question is heard with the first too."""


def pairs(name: str) -> Iterator[tuple[tuple[str, str, str], Part | None, list[str]]]:
    """Of each row where it is from, the second question after the first, and what it may rightly be read as.

    None stands in place of a question that is not taken apart.
    """
    for line in (ROOT / f"benchmarks/{name}.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        both = (
            list(parts(row["question"], ALWAYS))[:2]
            if "question" in row
            else [Part(row["then"], row["first"])]
        )
        second = both[-1] if both[-1].after else None
        yield (name, row["set"], row["kind"]), second, row["second"]


def heard(second: Part) -> dict[str, Part]:
    """The second question in every way in which it may be heard."""
    few = len(question_terms(second.question))
    found = {"by itself": Part(second.question), "together": Part(f"{second.after} {second.question}")}
    for limit in LIMITS:
        name = "both ways" + ("" if limit == ALWAYS else f", up to {limit} terms")
        after = second.after if few <= limit else ""
        found[name] = second._replace(after=after, anew=False)
        found[f"{name}, told already"] = second._replace(after=after)
    return found


def main() -> None:
    """Measure and print."""
    library = open_library(ROOT)
    index, chosen = Index(library), library.choose()
    right: Counter[tuple[tuple[str, str, str], str]] = Counter()
    asked: Counter[tuple[str, str, str]] = Counter()
    whole = 0
    for where, second, wanted in (row for name in ("one_breath", "asking_on") for row in pairs(name)):
        if second is None:
            whole += 1
            continue
        asked[where] += 1
        for way, part in heard(second).items():
            taken = look_up(index, part, (), chosen, 20).taken
            right[where, way] += bool(taken) and taken[0].name in wanted
    for where, count in sorted(asked.items()):
        print(f"{', '.join(where)}: {count}")
        for (of, way), found in right.items():
            if of == where:
                print(f"  {way:<40} {found:>4}")
    print(f"not taken apart: {whole}")


if __name__ == "__main__":
    main()
