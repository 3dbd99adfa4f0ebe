"""What a warm query costs as the corpus grows, beside what the model costs that reads the query.

    python benchmarks/query_growth.py ../shared/bench/d2d-dev-first [--passages 2000 10000 100000] [--write FILE]

Indexes a test set once and grows it: beside all its passages some are drawn again and again with a seed, their
vectors moved a little so that no two are alike; words, sentences and tokens are taken over.  Every query of the set
is then searched as `readacross benchmark` searches it, confidence included, on one thread.  Processor time only; what
is found is not judged, since copies of an answer answer too.
"""

import argparse
import os
import resource
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

for threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(threads, "1")

sys.path[:0] = [str(Path(__file__).resolve().parents[1])]

import numpy as np  # noqa: E402

from readacross.analysing import terms  # noqa: E402
from readacross.benchmarking import DEPTH, Collection, index_collection, percentile, read_collection  # noqa: E402
from readacross.encoding import Vector  # noqa: E402
from readacross.models import DEFAULT_MODEL  # noqa: E402
from readacross.refusing import search_with_confidence  # noqa: E402
from readacross.signals import BUCKETS, Numbers, Ragged, Rarity, Signals, narrowed, rarity  # noqa: E402
from readacross.weighing import weigh  # noqa: E402

MOVED = 0.2
"""How far a copy's vector is moved, as a share of its length; about what tells two passages of one page apart."""

HEADS = ("passages", "query, ms (p50 / p95)", "the model alone, ms", "times the model", "memory, MB")

RESULT = """# What a query costs as the corpus grows

Made by `python benchmarks/query_growth.py ../shared/bench/{name} --write docs/method/growth.md`, which grows that test
set: beside all its passages some are drawn again and again, their vectors moved a little. Every query of the set is
then searched as `readacross benchmark` searches it, its confidence included.

How to read it: processor time of a warm query on one thread, everything included, and beside it that of the model alone
reading the query. A machine that lends its cores to others may be twice as slow at one time as at another, so the ratio
says more than the milliseconds. Memory is the most that the process held so far; nearly all of it are the token vectors.

{table}

Made on {cores} processor cores, load {load:.1f} at the end.
"""


def taken(rows: Ragged, numbers: Numbers) -> Ragged:
    """Some rows again, in this order."""
    values, begins = rows.of(numbers)
    return Ragged(values, np.concatenate((begins, [len(values)])))


def moved(vectors: Vector, numbers: Numbers, dice: np.random.Generator) -> Vector:
    """Some vectors again, each moved a little, of length 1."""
    found = vectors[numbers]
    found += dice.standard_normal(found.shape, dtype=np.float32) * np.float32(MOVED / np.sqrt(found.shape[1]))
    found /= np.linalg.norm(found, axis=1, keepdims=True)
    return found


def grown(signals: Signals, collection: Collection, numbers: Numbers, seed: int) -> Signals:
    """An index of passages drawn from another, each at least once, so that words keep their columns."""
    dice, plain = np.random.default_rng(seed), signals.whole is signals.text
    texts = [terms(item.text) for item in collection.passages]
    wholes = [terms(f"{item.context}. {item.text}") for item in collection.passages]
    parts = Ragged(np.arange(len(signals.parts.values)), signals.parts.starts)
    text, tokens = moved(signals.text, numbers, dice), taken(signals.tokens, numbers)
    whole = text if plain else moved(signals.whole, numbers, dice)
    words = weigh([wholes[number] for number in numbers])
    grams = taken(signals.grams, numbers)
    return replace(
        signals,
        text=text,
        whole=whole,
        narrow_text=narrowed(text),
        narrow_whole=None if plain else narrowed(whole),
        parts=taken(signals.parts, numbers),
        part_terms=taken(signals.part_terms, parts.of(numbers)[0]),
        part_tokens=taken(signals.part_tokens, numbers),
        tokens=tokens,
        whole_tokens=tokens if plain else taken(signals.whole_tokens, numbers),
        text_words=weigh([texts[number] for number in numbers]),
        whole_words=words,
        text_terms=taken(signals.text_terms, numbers),
        whole_terms=taken(signals.whole_terms, numbers),
        pairs=taken(signals.pairs, numbers),
        grams=grams,
        groups=signals.groups[numbers] + len(collection.passages) * np.arange(len(numbers)) // 1000,
        lengths=signals.lengths[numbers],
        rarity=Rarity(
            rarity(np.concatenate(([0], np.diff(words.starts))), len(numbers)),
            rarity(np.bincount(grams.values, minlength=BUCKETS), len(numbers)),
            signals.rarity.tokens,
        ),
    )


def measured(signals: Signals, texts: Sequence[str], queries: Sequence[str]) -> Iterator[tuple[float, float]]:
    """Milliseconds of processor time of each query, and of the model alone on it."""
    search_with_confidence(signals, texts, queries[0], DEPTH)
    for query in queries:
        before = time.process_time()
        search_with_confidence(signals, texts, query, DEPTH)
        between = time.process_time()
        signals.encoder.encode(query)
        yield (between - before) * 1000, (time.process_time() - between) * 1000


def rows(
    signals: Signals, collection: Collection, sizes: Sequence[int], seed: int
) -> Iterator[Mapping[str, str]]:
    """The rows of the table."""
    queries = [collection.queries[query] for query in collection.judged]
    dice = np.random.default_rng(seed)
    for size in sizes:
        held = len(collection.passages)
        if size < held:
            sys.exit(f"--passages {size}: the set has {held:,}. Give as many or more.")
        numbers = np.concatenate((np.arange(held), dice.integers(held, size=size - held)))
        made = grown(signals, collection, numbers, seed)
        texts = [collection.passages[number].text for number in numbers]
        spent, alone = zip(*measured(made, texts, queries), strict=True)
        query, model = percentile(spent, 50), percentile(alone, 50)
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        cells = (
            f"{size:,}",
            f"{query:.1f} / {percentile(spent, 95):.1f}",
            f"{model:.1f}",
            f"{query / model:.1f}",
            f"{most:,.0f}",
        )
        yield dict(zip(HEADS, cells, strict=True))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", metavar="DIR", type=Path)
    parser.add_argument("--passages", type=int, nargs="+", default=[2000, 10_000, 100_000])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", type=Path, help="write the table here too, with what was run")
    options = parser.parse_args()
    collection = read_collection(options.folder)
    with TemporaryDirectory(ignore_cleanup_errors=True) as aside:
        signals = index_collection(
            collection, DEFAULT_MODEL, Path(aside) / "encoder", progress=sys.stderr.isatty()
        )
        lines = [f"| {' | '.join(HEADS)} |", "|" + "---|" * len(HEADS)]
        print(*lines, sep="\n")
        for row in rows(signals, collection, options.passages, options.seed):
            lines.append(f"| {' | '.join(row.values())} |")
            print(lines[-1], flush=True)
    if options.write:
        text = RESULT.format(
            name=options.folder.name, cores=os.cpu_count(), load=os.getloadavg()[0], table="\n".join(lines)
        )
        options.write.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
