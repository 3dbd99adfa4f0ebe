"""What a reader waits for: bytes, requests, the largest paint and no jump, on a slow telephone."""

import gzip
import re
from threading import Thread

import pytest

from readacross.publishing import site_server

pytestmark = pytest.mark.filterwarnings("ignore:'myst_parser:PendingDeprecationWarning")

READING = (
    "leaflets/staffordshire/child-protection-conferences/2017-03.html",
    "leaflets/surrey/child-protection-conferences/council.html",
    "questions/complaint.decision_challengeable.html",
    "topics/supporter.html",
    "matrix.html",
)
SCRIPTED = ("index.html", "ask.html", "search.html", "offline.html")
"""Pages on which a script shows something that was hidden: it has its place from the start."""

SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
MEASURE = """() => new Promise(done => {
  const found = {paint: 0, shift: 0};
  new PerformanceObserver(list => list.getEntries().forEach(e => found.paint = e.startTime)).observe({type: 'largest-contentful-paint', buffered: true});
  new PerformanceObserver(list => list.getEntries().forEach(e => found.shift += e.value)).observe({type: 'layout-shift', buffered: true});
  setTimeout(() => done(found), 300);
})"""


@pytest.fixture(scope="module")
def site(real_base):
    return real_base / "build" / "site"


@pytest.fixture(scope="module")
def address(real_base):
    with site_server(real_base, None, 0, lambda _: None) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def asked_for(page, path):
    """The files that a page makes a browser ask for, besides itself."""
    found = re.findall(r'<(?:link rel="stylesheet"[^>]*? href|script defer src)="([^"]+)"', page)
    return [(path.parent / name.partition("?")[0]).resolve() for name in found]


@pytest.mark.parametrize("name", READING)
def test_a_reading_page_is_three_requests_and_thirty_kilobytes_at_most(site, name):
    path = site / name
    files = [path, *asked_for(path.read_text("utf-8"), path)]
    assert len(files) <= 3
    assert sum(len(gzip.compress(file.read_bytes())) for file in files) <= 30_000


@pytest.mark.parametrize("name", READING + SCRIPTED)
def test_nothing_jumps_while_a_page_loads_on_a_slow_telephone(chromium, address, name):
    context = chromium.new_context(viewport={"width": 390, "height": 800})
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW_4G)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.goto(address + name)
    found = page.evaluate(MEASURE)
    context.close()
    assert found["shift"] == 0
    assert 0 < found["paint"] < 6000, (
        "far above the second that is aimed at, so that a busy machine does not fail"
    )
