"""What one cold question costs, as a whole process: Readacross against llama-index's default path.

    python benchmarks/cold_question.py [--runs 5] [--json] [--root DIR]

Processor seconds (user and system) and peak memory are those the operating system counted for the process, so
Linux and macOS only. Needs a built knowledge base and the extras `build` and `llama`. Writes
`benchmarks/results/cold_question.md`.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
QUESTION = "Can I appeal against the decision of the conference?"
ASK = ("-m", "readacross", "ask", QUESTION, "--json")
PEER = HERE / "peers" / "llama_index_default.py"
CPU_TARGET, MEMORY_TARGET = 1 / 15, 1 / 3
_TOP = 10


@dataclass(frozen=True)
class Cost:
    """One process: processor seconds and peak memory in MB (10^6 bytes)."""

    cpu_seconds: float
    peak_mb: float


@dataclass(frozen=True)
class Order:
    """How far the light encoder's ranking is that of sentence-transformers."""

    questions: int
    passages: int
    same_order: int
    largest_difference: float


def run(arguments: Sequence[str], root: Path) -> Cost:
    """Run Python with these arguments in `root` and read what it cost; stop the benchmark where it fails.

    A child's peak memory begins at its parent's, so nothing heavy may be imported here before the last run.
    """
    path = os.pathsep.join(filter(None, [str(HERE.parent), os.environ.get("PYTHONPATH")]))
    with tempfile.TemporaryFile() as output:
        child = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=root,
            env=os.environ | {"PYTHONPATH": path},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        if child.returncode:
            said = output.read().decode(errors="replace").strip().splitlines()[-3:]
            sys.exit(f"{' '.join(arguments[:3])}: exit status {child.returncode}: {' / '.join(said)}")
    unit = 1 if sys.platform == "darwin" else 1024
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit / 1e6)


def alternate(root: Path, model: Path, runs: int) -> tuple[list[Cost], list[Cost]]:
    """Costs of Readacross and of llama-index, run in turns after one run each that is not counted."""
    with tempfile.TemporaryDirectory() as store:
        run([str(PEER), "build", store, str(model), str(root / "sources")], root)
        ours, theirs = [], []
        for _ in range(runs + 1):
            ours.append(run(ASK, root))
            theirs.append(run([str(PEER), "ask", store, str(model), QUESTION], root))
    return ours[1:], theirs[1:]


def same_order(root: Path, setting: str) -> Order:
    """Top-10 order over the current generation's passages: light encoder against sentence-transformers."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    import numpy as np
    from sentence_transformers import SentenceTransformer

    from readacross.encoding import load_encoder
    from readacross.models import model_folder, model_sha256

    generations = root / "index" / "generations"
    current = (generations / "CURRENT").read_text(encoding="utf-8").strip()
    vectors = np.load(generations / current / "vectors.npy", mmap_mode="r", allow_pickle=False)
    light = load_encoder(generations / "encoders" / model_sha256(setting)[:16])
    reference = SentenceTransformer(str(model_folder(setting)), device="cpu", local_files_only=True)
    questions = (HERE / "questions.txt").read_text(encoding="utf-8").split("\n")
    questions = [question for question in questions if question.strip()]
    same, largest = 0, 0.0
    for question in questions:
        one, other = light.encode(question), reference.encode([question], normalize_embeddings=True)[0]
        orders = [np.argsort(-(vectors @ vector), kind="stable")[:_TOP].tolist() for vector in (one, other)]
        same += orders[0] == orders[1]
        largest = max(largest, float(np.abs(one - other).max()))
    return Order(len(questions), len(vectors), same, largest)


def row(name: str, values: Sequence[float], digits: int) -> str:
    shown = (min(values), statistics.median(values), max(values))
    return f"| {name} | " + " | ".join(f"{value:.{digits}f}" for value in shown) + " |"


def verdict(name: str, ours: Sequence[float], theirs: Sequence[float], target: float) -> str:
    ratio = statistics.median(ours) / statistics.median(theirs)
    return f"| {name} | 1/{1 / ratio:.1f} | 1/{1 / target:.0f} | {'met' if ratio <= target else 'missed'} |"


def page(ours: Sequence[Cost], theirs: Sequence[Cost], order: Order) -> str:
    """The result as Markdown."""
    cpu = [[cost.cpu_seconds for cost in costs] for costs in (ours, theirs)]
    memory = [[cost.peak_mb for cost in costs] for costs in (ours, theirs)]
    lines = [
        "# One cold question",
        "",
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}.",
        f"Python {platform.python_version()}.",
        f"{len(ours)} runs of each in turns, whole processes, after one of each that is not counted.",
        "",
        "| | min | median | max |",
        "|---|---|---|---|",
        row("Readacross, processor seconds", cpu[0], 2),
        row("llama-index default path, processor seconds", cpu[1], 2),
        row("Readacross, peak memory in MB", memory[0], 0),
        row("llama-index default path, peak memory in MB", memory[1], 0),
        "",
        "| Readacross / llama-index, medians | ratio | target: at most | |",
        "|---|---|---|---|",
        verdict("processor seconds", *cpu, CPU_TARGET),
        verdict("peak memory", *memory, MEMORY_TARGET),
        "",
        "## Same top-10 order as sentence-transformers",
        "",
        f"{order.same_order} of {order.questions} questions: the same order over {order.passages} passages.",
        f"The largest difference between two vectors is {order.largest_difference:.1e}.",
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description="What one cold question costs, against llama-index.")
    parser.add_argument("--runs", type=int, default=5, help="runs of each (default 5)")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument(
        "--root", type=Path, default=HERE.parent, help="the knowledge base (default: this checkout)"
    )
    options = parser.parse_args()
    if not hasattr(os, "wait4"):
        sys.exit("this benchmark reads the operating system's accounts by wait4: Linux and macOS only")
    sys.path.insert(0, str(HERE.parent))
    from readacross.models import DEFAULT_MODEL, model_folder

    root, model = options.root.resolve(), model_folder(DEFAULT_MODEL)
    if model is None:
        sys.exit(f'model {DEFAULT_MODEL}: not on this machine. Run: pip install "readacross[build]"')
    if not (root / "index" / "generations" / "CURRENT").is_file():
        sys.exit(f"{root}: no knowledge base has been built. Run: readacross build")
    ours, theirs = alternate(root, model, max(options.runs, 1))
    order = same_order(root, DEFAULT_MODEL)
    text = page(ours, theirs, order)
    results = HERE / "results"
    results.mkdir(exist_ok=True)
    (results / "cold_question.md").write_text(text, encoding="utf-8", newline="\n")
    figures = {
        "readacross": [asdict(cost) for cost in ours],
        "llama_index": [asdict(cost) for cost in theirs],
        "order": asdict(order),
    }
    print(json.dumps(figures, indent=1) if options.json else text)


if __name__ == "__main__":
    main()
