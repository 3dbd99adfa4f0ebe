"""Fit what tells queries with an answer from those without, cross-validate it, write readacross/data/refusal.json.

    python benchmarks/fit_refusal.py ../shared/bench/squad2-dev

A logistic model over the evidence of `readacross.refusing`, large weights dear.  It is fitted on two kinds of
queries without an answer: those of the set, and, counting less, those with an answer once more after the
passages that answer are taken away.  Cross-validated by title: no title's queries stand both where it is
fitted and where it is tested.  Every query needs its title as `doc_id`.
"""

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np

from readacross import benchmarking, refusing
from readacross.models import DEFAULT_MODEL

DEAR = 30.0
"""The price of the squares of the weights."""

FOLDS = 10
ROUNDS = 3
"""How often the titles are dealt into folds anew."""

STEPS = 12

TAKEN_AWAY = 0.2
"""What a query counts whose answering passages are taken away, and beside it the same query with them."""


class Examples(NamedTuple):
    """Queries: their evidence by column, which have an answer, what each counts, titles, and best cosine."""

    names: Sequence[str]
    table: np.ndarray
    answered: np.ndarray
    counts: np.ndarray
    titles: np.ndarray
    cosines: np.ndarray

    def only(self, chosen: np.ndarray) -> "Examples":
        """Some of the queries."""
        return Examples(self.names, *(column[chosen] for column in self[1:]))


class Example(NamedTuple):
    """A query's evidence, whether it has an answer, what it counts, its title, and its best cosine."""

    evidence: Mapping[str, float]
    answered: bool
    counts: float
    title: str
    cosine: float


def examples(folder: Path) -> Examples:
    """The queries of a test set with their evidence; those with an answer also with it taken away."""
    collection = benchmarking.read_collection(folder)
    texts = [item.text for item in collection.passages]
    with TemporaryDirectory() as aside:
        signals = benchmarking.index_collection(
            collection, DEFAULT_MODEL, Path(aside) / "encoder", progress=sys.stderr.isatty()
        )
        return gathered(
            collection,
            titles_of(folder),
            lambda query: refusing.look(signals, query),
            lambda looked: refusing.evidence(signals, texts, looked),
        )


def gathered(
    collection: benchmarking.Collection,
    titles: Mapping[str, str],
    look: Callable[[str], refusing.Looked],
    evidence: Callable[[refusing.Looked], dict[str, float]],
) -> Examples:
    """The evidence of each query, by what it finds."""
    places = {item.id: place for place, item in enumerate(collection.passages)}
    made = []
    for id_, query in collection.queries.items():
        looked = look(query)
        gold = [places[passage] for passage in collection.judged.get(id_, ())]
        cases = [(looked, bool(gold), 1.0)]
        if gold:
            cases += [(looked, True, TAKEN_AWAY), (without(looked, gold), False, TAKEN_AWAY)]
        for found, answered, counts in cases:
            cosine = float(found.found["text"][np.argsort(-found.scores)[:5]].max())
            made.append(Example(evidence(found), answered, counts, titles[id_], cosine))
    table = np.array([list(item.evidence.values()) for item in made])
    return Examples(
        list(made[0].evidence), table, *map(np.array, zip(*(item[1:] for item in made), strict=True))
    )


def without(looked: refusing.Looked, gold: Sequence[int]) -> refusing.Looked:
    """What a query finds where some passages are taken away."""
    kept = ~np.isin(looked.numbers, gold)
    found = {name: values[kept] for name, values in looked.found.items()}
    return refusing.Looked(looked.asked, looked.numbers[kept], found, looked.scores[kept])


def titles_of(folder: Path) -> dict[str, str]:
    """The title that each query was written for."""
    lines = (folder / "queries.jsonl").read_text(encoding="utf-8-sig").splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    return {row["_id"]: row["doc_id"] for row in rows}


def fit(made: Examples) -> refusing.Refusal:
    """The logistic model, by Newton's method."""
    mean, spread = made.table.mean(axis=0), made.table.std(axis=0) + 1e-4
    inputs = np.clip((made.table - mean) / spread, -refusing.LIMIT, refusing.LIMIT)
    inputs = np.column_stack((inputs, np.ones(len(inputs))))
    price = np.full(inputs.shape[1], DEAR)
    price[-1] = 1e-6
    weights = np.zeros(inputs.shape[1])
    for _ in range(STEPS):
        likely = 1 / (1 + np.exp(-np.clip(inputs @ weights, -30, 30)))
        slope = inputs.T @ (made.counts * (likely - made.answered)) + price * weights
        bend = (inputs * (made.counts * likely * (1 - likely))[:, None]).T @ inputs + np.diag(price)
        weights -= np.linalg.solve(bend, slope)
    return refusing.Refusal(
        tuple(made.names), mean.round(5), spread.round(5), weights[:-1].round(5), round(float(weights[-1]), 5)
    )


def cross_validated(made: Examples, seed: int) -> tuple[float, float]:
    """The areas under the curve for the set's own queries without an answer, and for answers taken away.

    Each title's queries are scored by a model that has not seen the title.
    """
    scores = np.zeros(len(made.table))
    for held in folds(made.titles, seed):
        scores[held] = confidences(fit(made.only(~held)), made.table[held])
    return areas(scores, made)


def areas(scores: np.ndarray, made: Examples) -> tuple[float, float]:
    """How often a query with an answer scores above one without, for each of the two kinds."""
    own = made.counts == 1
    return tuple(
        benchmarking.auroc(scores[kind & made.answered].tolist(), scores[kind & ~made.answered].tolist())
        for kind in (own, ~own)
    )


def folds(titles: np.ndarray, seed: int) -> list[np.ndarray]:
    """Which queries are held out in turn: whole titles, dealt by chance."""
    names = np.random.default_rng(seed).permutation(np.unique(titles))
    return [np.isin(titles, dealt) for dealt in np.array_split(names, min(FOLDS, len(names)))]


def confidences(model: refusing.Refusal, table: np.ndarray) -> np.ndarray:
    """The confidence of each row of evidence."""
    return np.array([model.confidence(dict(zip(model.names, row, strict=True))) for row in table])


def write(file: Path, model: refusing.Refusal, fitted_on: str) -> None:
    """Write a model as the file that the package carries: of each evidence its mean, spread and weight."""
    rows = zip(model.names, model.mean.tolist(), model.spread.tolist(), model.weights.tolist(), strict=True)
    lines = [f"  {json.dumps(name)}: {json.dumps([round(value, 5) for value in row])}" for name, *row in rows]
    head = f'{{\n "fitted_on": {json.dumps([fitted_on])},\n "constant": {model.constant},\n "evidence": {{\n'
    file.write_text(head + ",\n".join(lines) + "\n }\n}\n", encoding="utf-8", newline="\n")


def say(what: str, both: tuple[float, float]) -> None:
    """Print the two areas."""
    print(f"{what}: {both[0]:.4f} {both[1]:.4f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "folder", metavar="DIR", type=Path, help="a test set with queries that have no answer"
    )
    parser.add_argument("--out", type=Path, default=refusing.MODEL)
    options = parser.parse_args()
    made = examples(options.folder)
    print("area under the curve: queries of the set without an answer; answers taken away")
    say("best cosine alone", areas(made.cosines, made))
    for seed in range(ROUNDS):
        say("cross-validated by title", cross_validated(made, seed))
    model = fit(made)
    say("fitted on all", areas(confidences(model, made.table), made))
    write(options.out, model, options.folder.resolve().name)
    print(f"wrote {options.out}")


if __name__ == "__main__":
    main()
