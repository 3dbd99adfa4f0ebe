"""Asking in the browser, for tests: a plain server of the built site, and a page that is ready to answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from playwright.sync_api import BrowserContext, Page

READY = "html[data-meaning=ready]"
ASK = """async given => {
  const words = READACROSS_WORDS, answer = await readacross.ask({authorities: [], ...given});
  const cited = one => {
    const [version, place] = words.passages[one.passage];
    return [words.versions[version].id + "#" + place, one.quote, one.start, one.end, one.spans, one.certainty];
  };
  return {
    status: answer.status, questions: answer.questions, silent: answer.silent, remarks: answer.remarks,
    alert: answer.alert, as_at: answer.asAt, citations: answer.citations.map(cited), nearest: answer.nearest.map(cited),
    statements: answer.statements.map(one => [one.authority, one.citations, one.question]),
    divergences: answer.divergences.map(one => [one.question, one.level, one.kind, one.severity, one.summary]),
  };
}"""
"""What the page answers, in the shape of `told`."""


def told(answer: dict) -> dict:
    """An answer of the tool, as JSON, in the shape in which the page tells its own."""

    def cited(one):
        place = one["reading"]["start"], one["reading"]["end"], one["original"]["spans"]
        return [one["passage"], one["quote"], *place, one["in_force"]]

    differences = (
        [item["question"], item["level"], item["kind"], item["severity"], item["summary"]]
        for item in answer["divergences"]
        if item["level"] == "group" or item["kind"] == "changed_over_time"
    )
    return {
        **{name: answer[name] for name in ("status", "questions", "silent", "remarks", "as_at")},
        "alert": answer["alert"] or "",
        "citations": [cited(one) for one in answer["citations"]],
        "nearest": [cited(one) for one in answer["nearest"]],
        "statements": [[s["authority"], s["citations"], s["question"]] for s in answer["statements"]],
        "divergences": [*differences],
    }


@dataclass
class Served:
    """A folder being served, and every path that was asked for."""

    address: str
    asked: list[str] = field(default_factory=list)
    server: ThreadingHTTPServer | None = None

    def stop(self) -> None:
        """Stop serving, as a site that is gone."""
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.server = None


@contextmanager
def serving(
    folder: Path, handler: type[SimpleHTTPRequestHandler] = SimpleHTTPRequestHandler
) -> Iterator[Served]:
    """Serve a folder as any static host would."""
    served = Served("")

    class Heard(handler):
        def log_message(self, *_):
            served.asked.append(self.path)

    served.server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Heard, directory=str(folder)))
    served.address = f"http://127.0.0.1:{served.server.server_port}/"
    Thread(target=served.server.serve_forever, daemon=True).start()
    try:
        yield served
    finally:
        served.stop()


def ready(context: BrowserContext, address: str, question: str = "") -> Page:
    """The Ask page, ready to answer by meaning."""
    page = context.new_page()
    page.goto(f"{address}ask.html#q={question}")
    page.wait_for_selector(READY, timeout=60_000)
    return page


def until(page: Page, asked: str) -> None:
    """Wait until an asynchronous question put to the page is answered by yes."""
    page.evaluate(
        f"async () => {{ while (!await ({asked})()) await new Promise(go => setTimeout(go, 50)); }}"
    )
