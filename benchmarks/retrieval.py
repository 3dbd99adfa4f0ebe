"""All peers beside Readacross on test sets, in one command; writes docs/method/peers.md.

    make peers SETS="../shared/bench/condqa-dev ../shared/bench/d2d-dev-first"

Every retriever runs in a process of its own, with its own defaults and the same embedding model.  Peers are
given passages with their title before them and without; the better of the two counts.  One that is not
installed is left out, and a line says so.  The figures are in benchmarks/results/retrieval.json, too; those of
sets that are not named stay as they are.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import TypedDict

HERE = Path(__file__).parent

RESULTS = HERE / "results" / "retrieval.json"

PATIENCE = 7200
"""Seconds for one retriever on one set; some hang when two of their libraries bring threads of their own."""


class Row(TypedDict, total=False):
    """What one retriever did on one set."""

    ndcg: float
    index_seconds: float
    query_ms: float
    query_ms_95: float
    peak_mb: float
    cold_seconds: float
    missing: str


def run_one(peer: str, folder: Path, *, titled: bool) -> Row:
    """Index and search one set with one retriever in this process."""
    began = time.perf_counter()
    sys.path[:0] = [str(HERE.parent), str(HERE / "peers")]
    os.environ |= {"HF_HUB_OFFLINE": "1", "HAYSTACK_TELEMETRY_ENABLED": "False"}
    import retrieving

    from readacross.benchmarking import ndcg, percentile, read_collection
    from readacross.models import DEFAULT_MODEL, found_folder

    collection = read_collection(folder)
    model, ours = str(found_folder(DEFAULT_MODEL)), peer == "readacross"
    contexts = [item.context if titled else "" for item in collection.passages]
    texts = [
        f"{context}. {item.text}" if context and not ours else item.text
        for item, context in zip(collection.passages, contexts, strict=True)
    ]
    try:
        retrieving.PEERS[peer](texts[:20], model, *([contexts[:20]] if ours else []))("warm up")
        cold = time.perf_counter() - began
        start = time.perf_counter()
        search = retrieving.PEERS[peer](texts, model, *([contexts] if ours else []))
        indexed = time.perf_counter() - start
    except ImportError as bad:
        return {"missing": bad.name or str(bad)}
    spent, gains = [], []
    for query, grades in collection.judged.items():
        before = time.process_time()
        found = search(collection.queries[query])
        spent.append((time.process_time() - before) * 1000)
        gains.append(ndcg([collection.passages[number].id for number in found], grades))
    return {
        "ndcg": sum(gains) / len(gains),
        "index_seconds": indexed,
        "query_ms": percentile(spent, 50),
        "query_ms_95": percentile(spent, 95),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "cold_seconds": cold,
    }


def run_apart(peer: str, folder: Path, *, titled: bool) -> Row:
    """The same in a process of its own."""
    words = [sys.executable, __file__, "--peer", peer, *(["--titled"] if titled else []), str(folder)]
    ours = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    env = os.environ | (ours if peer == "readacross" else {})  # as its command sets them itself
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=PATIENCE, env=env)
    except subprocess.TimeoutExpired:
        return {"missing": f"it did not end within {PATIENCE} s"}
    if done.returncode:
        return {"missing": (done.stderr.strip().splitlines() or ["it failed"])[-1]}
    row: Row = json.loads(done.stdout.splitlines()[-1])
    return row


def better(peer: str, folder: Path) -> Row:
    """The better of the runs with and without titles; ours is given both apart."""
    if peer == "readacross":
        return run_apart(peer, folder, titled=True)
    rows = [run_apart(peer, folder, titled=titled) for titled in (True, False)]
    return max(rows, key=lambda row: row.get("ndcg", -1.0))


HEAD = "| | nDCG@10 | index, s | query, CPU ms (p50 / p95) | peak memory, MB | cold start, s |\n|---|---|---|---|---|---|"

READING = """Made by `make peers SETS="DIR …"`, which takes an hour and more on two processor cores. All retrievers use the
same all-MiniLM-L6-v2 and otherwise their own defaults.

How to read it: nDCG@10 is the mean over the queries that have an answer, 1 where the passages that answer come first;
peers get passages with and without titles, and the better run counts. Index is wall time for the whole set, the model
loaded. Query is processor time of one warm query, everything included. Memory is the most that the process held, the
indexing among it. Cold start is from the start of the process to the first answer over twenty passages. A retriever that
uses several cores takes more processor than wall time. All of one set ran one after the other on one machine, which had
more or less other work beside, so times are to be compared within a set, not taken for what they are.

The ranker that is shipped was fitted on these very sets, so its line flatters it: what it reaches on a set that is left
out of the fit is told on [the page on ranking](retrieval.md)."""

DENSE = "sentence-transformers"
"""The peer that does the least beyond the model itself; what we cost is told beside it."""

COSTS = {
    "index_seconds": "the time to index",
    "query_ms": "the processor time of a query",
    "peak_mb": "the memory",
    "cold_seconds": "the cold start",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", metavar="DIR", type=Path, nargs="+")
    parser.add_argument("--peer", help="run only this one, here, and print its figures as JSON")
    parser.add_argument("--titled", action="store_true", help="with --peer: passages with their titles")
    parser.add_argument("--out", type=Path, default=HERE.parent / "docs" / "method" / "peers.md")
    options = parser.parse_args()
    if options.peer:
        print(json.dumps(run_one(options.peer, options.folders[0], titled=options.titled)))
        return
    sys.path[:0] = [str(HERE.parent), str(HERE / "peers")]
    from retrieving import PEERS

    options.out.parent.mkdir(exist_ok=True)
    figures: dict[str, dict[str, Row]] = json.loads(RESULTS.read_text("utf-8")) if RESULTS.is_file() else {}
    for folder in options.folders:
        figures[folder.name] = measured(folder, list(PEERS))
        write(options.out, figures)
    print(f"wrote {options.out}")


def write(file: Path, figures: dict[str, dict[str, Row]]) -> None:
    """Write the tables of all sets, and beside them the same figures as JSON."""
    tables = [f"## {name}\n\n{HEAD}\n" + "\n".join(lines(rows)) for name, rows in sorted(figures.items())]
    text = "\n\n".join(["# Retrieval beside the peers", READING, *tables]) + "\n"
    file.write_text(text, encoding="utf-8", newline="\n")
    RESULTS.write_text(
        json.dumps(dict(sorted(figures.items())), indent=1) + "\n", encoding="utf-8", newline="\n"
    )


def measured(folder: Path, peers: list[str]) -> dict[str, Row]:
    """What each retriever that is installed did on one set."""
    rows: dict[str, Row] = {}
    for peer in peers:
        row = better(peer, folder)
        if "missing" in row:
            print(f"{peer}: left out ({row['missing']})", file=sys.stderr)
            continue
        rows[peer] = row
        print(f"{folder.name}: {peer}: nDCG@10 {row['ndcg']:.3f}", file=sys.stderr)
    return rows


def lines(rows: dict[str, Row]) -> list[str]:
    """The table's rows for one set, and where our quality stands against the best."""
    made = [
        f"| {peer} | {row['ndcg']:.3f} | {row['index_seconds']:.1f} | {row['query_ms']:.1f} / "
        f"{row['query_ms_95']:.1f} | {row['peak_mb']:.0f} | {row['cold_seconds']:.1f} |"
        for peer, row in rows.items()
    ]
    others = {peer: row for peer, row in rows.items() if peer != "readacross"}
    if "readacross" in rows and others:
        best = max(others, key=lambda peer: others[peer]["ndcg"])
        made.append(
            f"\nReadacross has {rows['readacross']['ndcg'] / others[best]['ndcg']:.3f} times the nDCG@10 of the "
            f"best peer, {best}."
        )
    if "readacross" in rows and DENSE in rows:
        ours, dense = rows["readacross"], rows[DENSE]
        costs = [f"{ours[name] / dense[name]:.1f} times {words}" for name, words in COSTS.items()]
        made.append(f"\nWhat it costs, beside {DENSE}: {', '.join(costs)}.")
    return made


if __name__ == "__main__":
    main()
