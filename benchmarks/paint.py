"""What a reader on a slow telephone waits for: the heaviest page of each kind, its largest paint, jumps, bytes.

    python benchmarks/paint.py [--site build/site] [--runs 3] [--only KIND]… [--json]

Serves a built site as a static host that compresses would.  Chromium is held to 1.6 Mbit/s with 150 ms for each
way to the host and back, and to a processor four times slower, each page from an empty cache.  The largest
paint is the middle one of some runs; the processor's time is that of the page, slowed down too.  An empty page is
measured in the same run, for what the line and the machine cost by themselves.  Needs the extras `site` and `dev`;
times are of the machine it runs on, whatever else runs there.
"""

import argparse
import gzip
import io
import json
import statistics
import sys
from functools import cache
from http.server import SimpleHTTPRequestHandler
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from playwright.sync_api import Browser  # noqa: E402

from tests.asking import serving  # noqa: E402
from tests.axing import kinds  # noqa: E402
from tests.browsers import browser  # noqa: E402

SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
SLOWER = 4
SETTLED = 800
"""Milliseconds after loading within which a later, larger paint would come."""

EMPTY, EMPTY_PAGE = "/empty.html", b"<!doctype html><title>Empty</title><p>Nothing to read."
"""A page with nothing to wait for: what the line, the browser and the machine cost by themselves."""

MEASURE = """wait => new Promise(done => {
  const found = {paint: 0, shift: 0};
  new PerformanceObserver(list => list.getEntries().forEach(e => found.paint = e.startTime)).observe({type: 'largest-contentful-paint', buffered: true});
  new PerformanceObserver(list => list.getEntries().forEach(e => found.shift += e.value)).observe({type: 'layout-shift', buffered: true});
  setTimeout(() => done(found), wait);
})"""


@cache
def compressed(path: Path) -> bytes:
    """A file as a static host sends it."""
    return gzip.compress(path.read_bytes(), 6)


class Compressing(SimpleHTTPRequestHandler):
    """A static host that compresses and keeps connections open."""

    protocol_version = "HTTP/1.1"

    def send_head(self):  # noqa: ANN201 - the base's own shape
        """Send headers; return what is to be sent."""
        path = Path(self.translate_path(self.path))
        if not path.is_file() and self.path != EMPTY:
            return super().send_head()
        body = gzip.compress(EMPTY_PAGE) if self.path == EMPTY else compressed(path)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        return io.BytesIO(body)


def visit(chromium: Browser, address: str) -> dict[str, float]:
    """One visit with an empty cache: times in milliseconds, requests, bytes on the wire."""
    context = chromium.new_context(viewport={"width": 390, "height": 800})
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    session.send("Network.emulateNetworkConditions", SLOW_4G)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(address)
    found: dict[str, float] = page.evaluate(MEASURE, SETTLED)
    metrics = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    context.close()
    found["work"] = metrics["TaskDuration"] * 1000
    return found | {"requests": len(sizes), "kB": round(sum(sizes) / 1000, 1)}


def measure(site: Path, runs: int, only: list[str]) -> dict[str, dict[str, float]]:
    """The middle figures of each kind of page; all are visited once before any is again, as machines have moods."""
    wanted = {kind: path for kind, path in kinds(site).items() if not only or kind in only} | {
        "an empty page": EMPTY.lstrip("/")
    }
    visits: dict[str, list[dict[str, float]]] = {kind: [] for kind in wanted}
    with browser() as chromium, serving(site, Compressing) as host:
        for _ in range(runs):
            for kind, path in wanted.items():
                visits[kind].append(visit(chromium, host.address + path))
    return {
        kind: {name: statistics.median(one[name] for one in found) for name in found[0]}
        for kind, found in visits.items()
    }


def main() -> None:
    """Measure and print a table, the slowest kind first."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--site", type=Path, default=ROOT / "build" / "site")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = measure(given.site, given.runs, given.only)
    if given.json:
        print(json.dumps(found))
        return
    print(
        "| kind of page | largest paint, s | processor, ms | jump | requests | kB |\n|---|---|---|---|---|---|"
    )
    for kind, row in sorted(found.items(), key=lambda item: -item[1]["paint"]):
        print(
            f"| {kind} | {row['paint'] / 1000:.2f} | {row['work']:.0f} | {row['shift']:.3f} | {row['requests']:.0f} | {row['kB']:.1f} |"
        )


if __name__ == "__main__":
    main()
