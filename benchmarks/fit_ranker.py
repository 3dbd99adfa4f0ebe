"""Fit the ranker on test sets, say how it does on sets left out of the fit, and write readacross/data/ranker.json.

What it reaches is written to benchmarks/results/ranker.json.

    python benchmarks/fit_ranker.py ../shared/bench/condqa-dev ../shared/bench/d2d-dev-first ../shared/bench/squad2-dev

The linear model first, listwise: its weights make the answering passages likely under a softmax over each
query's candidates (Cao et al., Learning to rank: from pairwise to listwise approach, 2007), every set
counting the same, large weights dear.  Then trees by lambda-rank.  Needs torch, which building needs
anyway, and lightgbm, which nothing else needs: pip install lightgbm.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np

from readacross import benchmarking, likeness, ranking
from readacross.models import DEFAULT_MODEL

FIGURES = Path(__file__).parent / "results" / "ranker.json"

DEAR = 0.03
"""The price of the squares of the weights."""

STEPS = 150

TREES = 120

LAMBDA_RANK = {
    "objective": "lambdarank",
    "lambdarank_truncation_level": 15,
    "num_leaves": 8,
    "learning_rate": 0.06,
    "min_data_in_leaf": 100,
    "lambda_l2": 20.0,
    "feature_fraction": 0.4,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "max_bin": 63,
    "seed": 1,
    "num_threads": 1,
    "deterministic": True,
    "verbose": -1,
}
"""How the trees grow: small and slowly, so that they hold on sets they have not seen."""


class Example(NamedTuple):
    """A query's candidates: their signals by name, which of them answer, and the grades of all that do."""

    found: Mapping[str, likeness.Scores]
    answers: np.ndarray
    grades: Mapping[str, int]
    ids: Sequence[str]


def examples(folder: Path) -> list[Example]:
    """The judged queries of a test set, each with its candidates' signals."""
    collection = benchmarking.read_collection(folder)
    made = []
    with TemporaryDirectory() as aside:
        signals = benchmarking.index_collection(
            collection, DEFAULT_MODEL, Path(aside) / "encoder", progress=sys.stderr.isatty()
        )
        for query, grades in collection.judged.items():
            numbers, found = likeness.compare(signals, collection.queries[query])
            ids = [collection.passages[number].id for number in numbers]
            made.append(Example(found, np.array([id_ in grades for id_ in ids], float), grades, ids))
    return made


def fit(sets: Sequence[Sequence[Example]], names: Sequence[str], trees: int = TREES) -> ranking.Ranker:
    """The model that puts answering passages first: the linear one, then the trees over its best."""
    linear = ranking.Ranker(tuple(names), fit_linear(sets, names), ranking.side_by_side(()))
    return replace(linear, trees=ranking.side_by_side(fit_trees(sets, linear, trees))) if trees else linear


def fit_linear(sets: Sequence[Sequence[Example]], names: Sequence[str]) -> np.ndarray:
    """The weights of the linear model, every set counting the same."""
    import torch

    torch.manual_seed(0)
    batches = [_batch([item for item in made if item.answers.any()], names) for made in sets]
    weights = torch.full((2 * len(names),), 0.05, requires_grad=True)
    chosen = torch.optim.Adam([weights], lr=0.05)
    for _ in range(STEPS):
        chosen.zero_grad()
        loss = DEAR * (weights**2).sum()
        for inputs, answers, missing in batches:
            likely = torch.log_softmax((inputs @ weights).masked_fill(missing, -1e9), dim=1)
            loss = loss - (answers * likely).masked_fill(missing, 0).sum(dim=1).mean() / len(batches)
        loss.backward()
        chosen.step()
    return weights.detach().numpy().astype(float).round(5)


def fit_trees(
    sets: Sequence[Sequence[Example]], linear: ranking.Ranker, count: int
) -> list[dict[str, list[float]]]:
    """Trees by lambda-rank over the linear model's best, as lists of nodes.

    A set weighs as much as the root of its size.
    """
    import lightgbm

    tables, answers, groups, weights = [], [], [], []
    for made in sets:
        for item in made:
            table, scores = linear.first(item.found)
            again = ranking.best_of(scores)
            tables.append(ranking.tree_inputs(item.found, table, scores, again))
            answers.append(item.answers[again])
            groups.append(len(again))
            weights.append(np.full(len(again), len(made) ** -0.5))
    data = lightgbm.Dataset(
        np.concatenate(tables),
        np.concatenate(answers),
        group=groups,
        weight=np.concatenate(weights) / np.concatenate(weights).mean(),
    )
    return [
        _nodes(tree["tree_structure"])
        for tree in lightgbm.train(LAMBDA_RANK, data, count).dump_model()["tree_info"]
    ]


def _nodes(root: dict) -> dict[str, list[float]]:
    """A tree of the library's as lists of nodes, the root first."""
    nodes: dict[str, list[float]] = {name: [] for name in ("input", "limit", "left", "right", "value")}

    def add(node: dict) -> int:
        place = len(nodes["input"])
        leaf = "leaf_value" in node
        row = (
            (ranking.LEAF, 0, 0, 0, node["leaf_value"])
            if leaf
            else (node["split_feature"], node["threshold"], 0, 0, 0)
        )
        for name, value in zip(nodes, row, strict=True):
            nodes[name].append(value)
        if not leaf:
            nodes["left"][place] = add(node["left_child"])
            nodes["right"][place] = add(node["right_child"])
        return place

    add(root)
    return nodes


def _batch(made: Sequence[Example], names: Sequence[str]) -> tuple:
    """Inputs, shares of the answers, and which places are empty, of queries with as many places each."""
    import torch

    longest = max(len(item.ids) for item in made)
    inputs = np.zeros((len(made), longest, 2 * len(names)), np.float32)
    answers = np.zeros((len(made), longest), np.float32)
    missing = np.ones((len(made), longest), bool)
    for row, item in enumerate(made):
        inputs[row, : len(item.ids)] = ranking.inputs([item.found[name] for name in names])
        answers[row, : len(item.ids)] = item.answers / item.answers.sum()
        missing[row, : len(item.ids)] = False
    return torch.from_numpy(inputs), torch.from_numpy(answers), torch.from_numpy(missing)


def quality(made: Sequence[Example], ranker: ranking.Ranker) -> float:
    """nDCG@10 of a model on a test set."""
    total = 0.0
    for item in made:
        order = np.argsort(-ranker.score(item.found), kind="stable")[:10]
        total += benchmarking.ndcg([item.ids[at] for at in order], item.grades)
    return total / len(made)


def by_thirds(sets: Sequence[Sequence[Example]], names: Sequence[str]) -> list[float]:
    """nDCG@10 on each set, in thirds in the order of its file, each ranked by a model fitted on the others."""
    gains = [0.0] * len(sets)
    for third in range(3):
        edges = [(third * len(made) // 3, (third + 1) * len(made) // 3) for made in sets]
        ranker = fit([[*made[:a], *made[b:]] for made, (a, b) in zip(sets, edges, strict=True)], names)
        for at, (made, (a, b)) in enumerate(zip(sets, edges, strict=True)):
            gains[at] += quality(made[a:b], ranker) * (b - a) / len(made)
    return gains


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", metavar="DIR", type=Path, nargs="+", help="test sets to fit on")
    parser.add_argument("--out", type=Path, default=ranking.MODEL)
    options = parser.parse_args()
    sets = {folder.name: examples(folder) for folder in options.folders}
    names = list(next(iter(sets.values()))[0].found)
    ranker = fit(list(sets.values()), names)
    write(options.out, ranker, sorted(sets))
    figures = reached(sets, names, ranker)
    FIGURES.parent.mkdir(exist_ok=True)
    FIGURES.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8", newline="\n")
    print(f"wrote {options.out} and {FIGURES}")


def reached(
    sets: Mapping[str, Sequence[Example]], names: Sequence[str], ranker: ranking.Ranker
) -> dict[str, dict[str, float]]:
    """nDCG@10 on each set: left out of the fit, by thirds of every set, and with the model fitted on all."""
    found: dict[str, dict[str, float]] = {name: {} for name in sets}
    for left_out in sets if len(sets) > 1 else ():
        without = fit([made for name, made in sets.items() if name != left_out], names)
        found[left_out]["left out"] = round(quality(sets[left_out], without), 4)
    for name, gain in zip(sets, by_thirds(list(sets.values()), names), strict=True):
        found[name] |= {"by thirds": round(gain, 4), "fitted on all": round(quality(sets[name], ranker), 4)}
        print(f"{name}: nDCG@10 {found[name]}", flush=True)
    return found


def write(file: Path, ranker: ranking.Ranker, fitted_on: Sequence[str]) -> None:
    """Write a model as the file that the package carries, a tree a line."""
    trees = ranker.trees
    facts = {"fitted_on": list(fitted_on), "signals": ranker.names, "linear": ranker.weights.tolist()}
    rows = [
        json.dumps({name: getattr(trees, name)[at].tolist() for name in trees.__dataclass_fields__})
        for at in range(len(trees.input))
    ]
    head = json.dumps(facts, indent=1).removesuffix("\n}")
    file.parent.mkdir(exist_ok=True)
    file.write_text(head + ',\n "trees": [\n' + ",\n".join(rows) + "\n]}\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
