"""What asking in the browser costs and how far it agrees with the tool.

    python benchmarks/browser.py [--questions 200] [--mbit 50] [--json]

Builds the site of this repository aside, serves it as a static host would, held to a line of that many megabit a
second, and asks in Chromium.  Needs the extras `build`, `site` and `dev`.  Times are of the machine it runs on,
whatever else runs there.
"""

import argparse
import gzip
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from threading import Lock

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from playwright.sync_api import BrowserContext, Page  # noqa: E402

from readacross.answering import Asked, ask  # noqa: E402
from readacross.contract import answer_json  # noqa: E402
from readacross.library import Library, open_library  # noqa: E402
from readacross.publishing import publish_site  # noqa: E402
from readacross.records import Record, read_yaml, yaml_records  # noqa: E402
from readacross.searching import Index  # noqa: E402
from tests.asking import ASK, READY, serving, told  # noqa: E402
from tests.browsers import browser  # noqa: E402

HEAVY = ("encoder.bin", "vectors.bin", "worker.js", "kernel.wasm")
MARK = "name => performance.getEntriesByName(name)[0].startTime"
SHEET = 16_384


class Line:
    """A line that carries so many bytes a second, whoever asks."""

    def __init__(self, mbit: float) -> None:
        self.seconds, self.free, self.lock = 8 / mbit / 1e6, 0.0, Lock()

    def carry(self, size: int) -> None:
        """Wait until so many bytes have gone through."""
        with self.lock:
            self.free = max(self.free, time.monotonic()) + size * self.seconds
            left = self.free - time.monotonic()
        if left > 0:
            time.sleep(left)


def paced(line: Line) -> type[SimpleHTTPRequestHandler]:
    """A handler of a static server at the end of a line."""

    class Paced(SimpleHTTPRequestHandler):
        def copyfile(self, source, outputfile):  # noqa: ANN001, ANN202 - the base's own names
            while sheet := source.read(SHEET):
                line.carry(len(sheet))
                outputfile.write(sheet)

    return Paced


def questions(count: int) -> list[str]:
    """Questions from the test bank and from how people put the comparison questions."""
    bank = [
        entry.text("question")
        for entry in yaml_records(ROOT / "qa/questions.yaml", Path("qa/questions.yaml"))
    ]
    file = read_yaml(ROOT / "qa/phrasings.yaml", Path("qa/phrasings.yaml"))
    ways = [words for id_ in file.values for words in file.texts(id_)] if isinstance(file, Record) else []
    chance = random.Random(20261122)
    return chance.sample(bank, min(len(bank), count * 3 // 4)) + chance.sample(
        ways, min(len(ways), count // 4)
    )


def weights(site: Path) -> dict[str, int]:
    """Bytes on the wire, packed: what words need beside the passages, and what meaning needs once."""
    held = {path.name: len(gzip.compress(path.read_bytes(), 9)) for path in (site / "_static/ask").iterdir()}
    page = sum(
        len(gzip.compress((site / name).read_bytes(), 9)) for name in ("ask.html", "_static/readacross.css")
    )
    meaning = sum(held.pop(name) for name in HEAVY)
    data = json.loads((site / "_static/ask/words.js").read_text("utf-8").partition("=")[2].rstrip(";\n"))
    passages = len(gzip.compress(json.dumps(data["passages"]).encode(), 9))
    answers = held.pop("answers.js")
    words = sum(held.values()) + page - passages
    return {"words": words, "passages": passages, "what is coded": answers, "meaning": meaning}


@contextmanager
def opened(context: BrowserContext, address: str) -> Iterator[Page]:
    """The Ask page, ready."""
    page = context.new_page()
    page.goto(address + "ask.html")
    page.wait_for_selector(READY, timeout=120_000)
    yield page
    page.close()


def agreement(library: Library, page: Page, asked: list[str]) -> dict[str, float]:
    """How long a question takes and how far the page's answers are the tool's."""
    index = Index(library)
    ours = [told(answer_json(ask(library, Asked(words), index), library.versions, {})) for words in asked]
    spent, theirs = [], []
    for words in asked:
        made, took = page.evaluate(
            f"async given => {{ const begun = performance.now(), made = await ({ASK})(given); return [made, performance.now() - begun]; }}",
            {"question": words},
        )
        theirs.append(made)
        spent.append(took)

    def top(answer: dict, most: int) -> list[str]:
        return [one[0] for one in answer["citations"] + answer["nearest"]][:most]

    def overlap(a: list[str], b: list[str]) -> float:
        return len({*a} & {*b}) / len({*a} | {*b}) if a or b else 1.0

    pairs = [*zip(ours, theirs, strict=True)]
    return {
        "questions": len(pairs),
        "p50 ms": round(statistics.median(spent), 1),
        "p95 ms": round(statistics.quantiles(spent, n=20)[-1], 1),
        "same first passage %": round(100 * statistics.mean(top(a, 1) == top(b, 1) for a, b in pairs), 2),
        "overlap of ten": round(statistics.mean(overlap(top(a, 10), top(b, 10)) for a, b in pairs), 4),
        "same status %": round(100 * statistics.mean(a["status"] == b["status"] for a, b in pairs), 2),
    }


def measure(count: int, mbit: float) -> dict[str, float]:
    """Every figure of one run."""
    with tempfile.TemporaryDirectory() as aside:
        site = Path(aside) / "site"
        publish_site(ROOT, site, lambda _: None)
        found: dict[str, float] = {f"bytes for {name}": size for name, size in weights(site).items()}
        with browser() as started, serving(site, paced(Line(mbit))) as host:
            context = started.new_context()
            with opened(context, host.address) as page:
                found["words ready ms"] = round(page.evaluate(MARK, "words-ready"))
                found[f"meaning ready ms at {mbit:g} Mbit/s"] = round(page.evaluate(MARK, "meaning-ready"))
                found |= agreement(open_library(ROOT), page, questions(count))
                page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
            host.stop()
            again = []
            for _ in range(5):
                with opened(context, host.address) as page:
                    again.append(page.evaluate(MARK, "meaning-ready"))
            found["later visit ms, server stopped"] = round(statistics.median(again))
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--mbit", type=float, default=50)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = measure(given.questions, given.mbit)
    if given.json:
        print(json.dumps(found))
    else:
        for name, value in found.items():
            print(f"{name:36} {value:>14,}")


if __name__ == "__main__":
    main()
