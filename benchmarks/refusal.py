"""How well the evidence tells questions that the sources answer from those they do not.

    python benchmarks/refusal.py [--root DIR]

Reads qa/questions.yaml and prints, for each signal and for their mean, the area under the curve (0.5 is
chance, 1 is perfect), and what the threshold in use does.  These are development questions: the threshold
was set on them.
"""

import argparse
from pathlib import Path

from readacross.answering import ENOUGH_EVIDENCE, Asked, ask, evidence
from readacross.library import open_library
from readacross.records import yaml_records

SIGNALS = (
    "best cosine of a passage",
    "best share of rare words",
    "likeness to a comparison question",
    "mean of the three",
)


def area(high: list[float], low: list[float]) -> float:
    """The chance that a value of `high` is above one of `low`, ties counting half."""
    wins = sum((a > b) + 0.5 * (a == b) for a in high for b in low)
    return wins / (len(high) * len(low))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent)
    root = parser.parse_args().root
    library = open_library(root)
    rows: dict[str, list[tuple[float, ...]]] = {"answered": [], "refused": []}
    right = {"answered": 0, "refused": 0}
    for record in yaml_records(root / "qa" / "questions.yaml", Path("qa/questions.yaml")):
        expect, question = record.choice("expect", ("answered", "refused")), record.text("question")
        signals = evidence(library, Asked(question))
        rows[expect].append((*signals, sum(signals) / len(signals)))
        refused = ask(library, Asked(question)).status == "not_found"
        right[expect] += refused == (expect == "refused")
    print("| signal | area under the curve |\n|---|---|")
    for number, name in enumerate(SIGNALS):
        high, low = ([row[number] for row in rows[expect]] for expect in ("answered", "refused"))
        print(f"| {name} | {area(high, low):.2f} |")
    for expect, found in rows.items():
        print(
            f"\n{expect} as it should be, at a threshold of {ENOUGH_EVIDENCE}: {right[expect]} of {len(found)}",
            end="",
        )
    print()


if __name__ == "__main__":
    main()
