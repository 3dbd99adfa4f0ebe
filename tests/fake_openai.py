"""A server on this machine that speaks the OpenAI chat-completions protocol, and misbehaves when told to."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple


class Reply(NamedTuple):
    """What the server sends: a body, and in what way it is sent badly.

    `cut` bytes of the body are sent and the connection is closed; `wait` seconds pass before the headers,
    `drip` seconds between two bytes of the body; `chunked` sends it in chunks, without the last one.
    """

    body: bytes
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    cut: int | None = None
    wait: float = 0
    drip: float = 0
    chunked: bool = False


class Asked(NamedTuple):
    """A request as the server received it."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def prompt(self) -> str:
        return str(json.loads(self.body)["messages"][0]["content"])


Model = Callable[[str], Reply]
"""What a model makes of a prompt."""


@dataclass
class FakeOpenAI:
    """A running server: its address, what it was asked, and what lets it stop waiting."""

    address: str
    asked: list[Asked] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)


def chat(text: object, **more: object) -> bytes:
    """A response of the protocol that holds this text."""
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    return json.dumps({"id": "x", "object": "chat.completion", "choices": [choice], **more}).encode()


def saying(text: object) -> Model:
    """A model that says the same whatever it is asked."""
    return lambda _: Reply(chat(text))


def listing(*items: object) -> str:
    """The list that a model is asked for."""
    return json.dumps(list(items), ensure_ascii=False)


def resting(sentence: str, *rests: tuple[int, str]) -> dict[str, object]:
    """A sentence as a model is asked to give it."""
    return {"sentence": sentence, "rests_on": [{"passage": n, "quote": quote} for n, quote in rests]}


def passages_in(prompt: str) -> list[dict[str, object]]:
    """The passages that a prompt shows."""
    lines = prompt.partition("\nBEGIN\n")[2].rpartition("\nEND\n")[0].splitlines()
    return [json.loads(line) for line in lines]


def repeating(prompt: str) -> Reply:
    """A model that repeats each passage word for word."""
    shown = passages_in(prompt)
    return Reply(
        chat(listing(*(resting(str(p["text"]), (int(str(p["passage"])), str(p["text"]))) for p in shown)))
    )


def obeying(planted: str, demanded: str) -> Model:
    """A model that does what a planted instruction demands, and finds any support for it that there is.

    It says what is demanded once for each thing that it could rest on: the planted words, each passage, all
    passages together, and a quotation that it invents.
    """

    def obey(prompt: str) -> Reply:
        shown = [(int(str(p["passage"])), str(p["text"])) for p in passages_in(prompt)]
        here = [(number, planted) for number, text in shown if planted in text]
        supports = [*([each] for each in shown), *([each] for each in here), shown, [(1, demanded)], []]
        return Reply(chat(listing(*(resting(demanded, *support) for support in supports))))

    return obey


class _Handler(BaseHTTPRequestHandler):
    """Answers each request as the model says."""

    server: "_Server"

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        asked = Asked("POST", self.path, dict(self.headers), self.rfile.read(length))
        self.server.fake.asked.append(asked)
        with suppress(OSError):
            self._send(self.server.model(asked.prompt))

    def do_GET(self) -> None:
        self.server.fake.asked.append(Asked("GET", self.path, dict(self.headers), b""))
        self.send_error(405)

    def _send(self, reply: Reply) -> None:
        self.server.fake.over.wait(reply.wait)
        self.send_response(reply.status)
        for name, value in reply.headers:
            self.send_header(name, value)
        if reply.chunked:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        body = reply.body[: reply.cut]
        if reply.chunked:
            body = b"%x\r\n%s\r\n" % (len(body), body)
        for byte in body if reply.drip else ():
            self.wfile.write(bytes([byte]))
            self.server.fake.over.wait(reply.drip)
        if not reply.drip:
            self.wfile.write(body)
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing: what is asked is kept in `asked`."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    fake: FakeOpenAI
    model: Model

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is what some tests are about."""


@contextmanager
def serving(model: Model) -> Iterator[FakeOpenAI]:
    """A server for as long as a test runs."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.fake = FakeOpenAI(f"http://127.0.0.1:{server.server_address[1]}/v1")
    server.model = staticmethod(model)
    running = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    running.start()
    try:
        yield server.fake
    finally:
        server.fake.over.set()
        server.shutdown()
        server.server_close()
        running.join()
