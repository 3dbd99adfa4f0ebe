"""Completing: reaching the language model that somebody has set up, through llama-index's LLM interface.

Nothing is sent unless a model is set up in `index/settings.toml` and asked for.  A model that fails in any
way gives NoAnswer: one line of ours, never a word of what it or its server said.
"""

import ipaddress
import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from importlib import import_module
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, NamedTuple, Protocol
from urllib.parse import urlsplit

from readacross.errors import BadInput, ReadacrossError
from readacross.records import Record, read_toml
from readacross.settings import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Generator

TIMEOUT = 30
"""Seconds that a model may take for the whole of its answer, where the settings do not say."""

LONGEST_TIMEOUT = 600
LARGEST = 1_000_000
"""Bytes of a server's response; a longer one is not used."""


class LLM(Protocol):
    """Whatever completes a prompt: any LLM of llama-index, or a ChatServer."""

    def complete(self, prompt: str) -> object:
        """What the model says to a prompt; str() of it is the text."""


class NoAnswer(ReadacrossError):
    """A language model could not be reached, or gave nothing that can be used."""


class Package(NamedTuple):
    """A package of llama-index that speaks to one kind of model, and what it calls address and time limit."""

    module: str
    name: str
    address: str
    address_as: str
    timeout_as: str


OPENAI_COMPATIBLE = "openai-compatible"
PACKAGES = {
    "anthropic": Package(
        "llama_index.llms.anthropic", "Anthropic", "https://api.anthropic.com", "base_url", "timeout"
    ),
    "ollama": Package(
        "llama_index.llms.ollama", "Ollama", "http://localhost:11434", "base_url", "request_timeout"
    ),
    "openai": Package(
        "llama_index.llms.openai", "OpenAI", "https://api.openai.com/v1", "api_base", "timeout"
    ),
}
"""The kinds that need a package of their own; OPENAI_COMPATIBLE needs llama-index-core alone."""


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """A language model as it is set up; `key` is the name of the environment variable that holds its key."""

    kind: str
    model: str
    address: str
    key: str | None = None
    timeout: int = TIMEOUT


def load_language_model(root: Path) -> LanguageModel:
    """The language model that a knowledge base has set up.  Raises BadInput for none, SourceError for a wrong one."""
    record = read_toml(root / SETTINGS, SETTINGS) if (root / SETTINGS).exists() else None
    if record is None or "language_model" not in record.values:
        raise BadInput(
            f"{SETTINGS}: no language model is set up. Add a table [language_model]: see docs/guide/language-model.md"
        )
    return _language_model(record.table("language_model"))


def _language_model(table: Record) -> LanguageModel:
    table.only(("kind", "model", "address", "key", "timeout"))
    kind = table.choice("kind", (OPENAI_COMPATIBLE, *PACKAGES), OPENAI_COMPATIBLE)
    usual = PACKAGES[kind].address if kind in PACKAGES else None
    chosen = LanguageModel(
        kind, table.text("model"), table.text("address", usual), _variable(table), _timeout(table)
    )
    if what := _wrong_address(chosen.address):
        raise table.wrong("address", what, 'write one such as "http://localhost:11434/v1"')
    if chosen.key and chosen.address.startswith("http:") and not is_here(chosen.address):
        raise table.wrong(
            "address", "the key would be sent unencrypted", "use https://, or leave the key out"
        )
    return chosen


def _variable(table: Record) -> str | None:
    """The name of the variable that holds the key; a key that is typed in is refused, and not repeated."""
    name = table.maybe("key")
    if name is not None and table.text("kind", OPENAI_COMPATIBLE) == "ollama":
        raise table.wrong("key", "Ollama takes no key", "leave it out")
    if name is not None and not re.fullmatch(r"[A-Z_][A-Z0-9_]{0,63}", name):
        what = "key is not the name of an environment variable in capital letters"
        raise table.wrong("key", what, "write the variable's name here, and never the key itself")
    return name


def _timeout(table: Record) -> int:
    seconds = table.number("timeout")
    if seconds is not None and not 1 <= seconds <= LONGEST_TIMEOUT:
        raise table.wrong("timeout", f"timeout is {seconds}", f"write seconds from 1 to {LONGEST_TIMEOUT}")
    return seconds or TIMEOUT


def _wrong_address(address: str) -> str:
    """What is wrong with an address; user names and passwords have no place in one."""
    try:
        parts = urlsplit(address)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return "address is not a web address"
    if parts.username is not None or parts.password is not None:
        return "address holds a user name or a password"
    sound = sound and address.isascii() and address.isprintable() and not re.search(r"[\s#]", address)
    return "" if sound else "address is not a web address"


def is_here(address: str) -> bool:
    """Whether an address is on this machine: localhost, or a loopback number."""
    host = (urlsplit(address).hostname or "").rstrip(".")
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def where_it_goes(chosen: LanguageModel, passages: int) -> str | None:
    """What to tell the user before anything is sent, unless it stays on this machine."""
    if is_here(chosen.address):
        return None
    open_ = " without encryption" if chosen.address.startswith("http:") else ""
    return (
        f"note: the question and {passages} passage{'' if passages == 1 else 's'} are sent{open_} to {chosen.address} ({chosen.model}), "
        "which is not this machine. Leave --reword out to keep a question to yourself."
    )


@dataclass(frozen=True, slots=True)
class ChatServer:
    """A server that speaks the OpenAI chat-completions protocol, such as Ollama, vLLM or llama.cpp.

    It is spoken to directly: no proxy is used and no redirect is followed, so that a question goes to the
    address that was set up and to no other.
    """

    address: str
    model: str
    key: str = field(default="", repr=False)
    timeout: float = TIMEOUT

    def complete(self, prompt: str) -> str:
        """What the model says to a prompt.  Raises NoAnswer."""
        message = {"role": "user", "content": prompt}
        asked = {"model": self.model, "messages": [message], "temperature": 0, "stream": False}
        try:
            status, body = self._post(json.dumps(asked).encode())
        except (OSError, HTTPException, ValueError) as failed:
            raise NoAnswer(f"{self.address}: no answer came ({_reason(failed)})") from None
        if status != 200:
            remedy = REMEDIES.get(status, "")
            raise NoAnswer(f"{self.address}: the server answers with HTTP {status}{remedy}")
        if len(body) > LARGEST:
            raise NoAnswer(f"{self.address}: the answer is larger than {LARGEST // 1_000_000} MB")
        return self._content(body)

    def _post(self, body: bytes) -> tuple[int, bytes]:
        """Post to the chat endpoint: the status, and the response up to a little more than is allowed."""
        parts = urlsplit(self.address)
        connect = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        connection = connect(parts.hostname or "", parts.port, timeout=self.timeout)
        path = f"{parts.path.rstrip('/')}/chat/completions" + (f"?{parts.query}" if parts.query else "")
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        headers |= {"Authorization": f"Bearer {self.key}"} if self.key else {}
        try:
            connection.request("POST", path, body, headers)
            response = connection.getresponse()
            return response.status, response.read(LARGEST + 1) if response.status == 200 else b""
        finally:
            connection.close()

    def _content(self, body: bytes) -> str:
        """The text in a server's response."""
        try:
            response = json.loads(body)
        except (ValueError, RecursionError):
            raise NoAnswer(f"{self.address}: the answer is cut off or is not JSON") from None
        match response:
            case {"choices": [{"message": {"content": str(text)}}, *_]}:
                return text
        raise NoAnswer(f"{self.address}: the answer is not one of the OpenAI protocol")


def _reason(failed: Exception) -> str:
    """Why no answer came, in words of this machine."""
    if isinstance(failed, TimeoutError):
        return "it took too long"
    return (failed.strerror if isinstance(failed, OSError) else None) or type(failed).__name__


REMEDIES = {
    401: ". Check the key in the environment variable that the settings name",
    403: ". Check the key in the environment variable that the settings name",
    404: ". Check the address (it often ends in /v1) and the model",
    429: ". Too much is asked of it: wait a little",
}


def open_llm(chosen: LanguageModel) -> LLM:
    """The language model that is set up, as an LLM of llama-index.  Raises BadInput where a package is missing."""
    key = _key(chosen.key)
    if chosen.kind == OPENAI_COMPATIBLE:
        return llama_index_llm(ChatServer(chosen.address, chosen.model, key, chosen.timeout))
    package = PACKAGES[chosen.kind]
    try:
        make: Callable[..., LLM] = getattr(import_module(package.module), package.name)
    except ImportError:
        raise BadInput(
            f"language model of kind {chosen.kind}: its package is not installed. "
            f"Run: pip install llama-index-llms-{chosen.kind}"
        ) from None
    options = {package.address_as: chosen.address, package.timeout_as: chosen.timeout}
    return make(model=chosen.model, **options, **({"api_key": key} if key else {}))


def _key(variable: str | None) -> str:
    """The key in an environment variable; it is kept nowhere else."""
    if variable is None:
        return ""
    key = os.environ.get(variable, "").strip()
    if not key or not key.isascii() or not key.isprintable():
        raise BadInput(
            f"{variable}: this environment variable holds no key. Set it, or take `key` out of {SETTINGS}"
        )
    return key


def llama_index_llm(server: ChatServer) -> LLM:
    """A chat server as an LLM of llama-index.  Raises BadInput where llama-index is not installed."""
    try:
        from llama_index.core.llms import CompletionResponse, CustomLLM, LLMMetadata
    except ImportError:
        raise BadInput(
            "llama-index, through which a language model is reached, is not installed. Run: pip install llama-index-core"
        ) from None

    class OpenAICompatible(CustomLLM):  # type: ignore[misc,unused-ignore]
        """A server that speaks the OpenAI protocol, for llama-index."""

        @property
        def metadata(self) -> LLMMetadata:
            return LLMMetadata(model_name=server.model)

        def complete(self, prompt: str, formatted: bool = False, **_: object) -> CompletionResponse:  # noqa: ARG002
            return CompletionResponse(text=server.complete(prompt))

        def stream_complete(
            self, prompt: str, formatted: bool = False, **_: object
        ) -> "Generator[CompletionResponse, None, None]":
            yield self.complete(prompt, formatted)

    return OpenAICompatible()


def complete_within(llm: LLM, prompt: str, seconds: float) -> str:
    """What a model says to a prompt within some seconds, from first to last.  Raises NoAnswer, and nothing else."""
    box: SimpleQueue[str | Exception] = SimpleQueue()

    def work() -> None:
        try:
            box.put(str(llm.complete(prompt)))
        except Exception as failed:  # noqa: BLE001 - a model is anybody's code: whatever it raises is its failure
            box.put(failed)

    Thread(target=work, daemon=True).start()
    try:
        given = box.get(timeout=seconds)
    except Empty:
        raise NoAnswer(f"the language model did not finish within {seconds:g} seconds") from None
    if isinstance(given, NoAnswer):
        raise given
    if isinstance(given, Exception):
        raise NoAnswer(f"the language model failed ({type(given).__name__})")
    return given
