"""Reaching a language model: settings, keys, addresses, time limits, and llama-index."""

import re
import sys
import time
from importlib import import_module

import pytest
from fake_openai import Reply, listing, repeating, saying, serving
from rewordings import BOTH, GOOD, NAMES, Says

from readacross import rewording
from readacross.completing import (
    ChatServer,
    LanguageModel,
    NoAnswer,
    complete_within,
    is_here,
    load_language_model,
    open_llm,
    where_it_goes,
)
from readacross.errors import BadInput, SourceError
from readacross.rewording import reword, reword_as_set_up

LOCAL = 'address = "http://127.0.0.1:8080/v1"\nmodel = "m"\n'


def written(tmp_path, table):
    (tmp_path / "index").mkdir()
    (tmp_path / "index/settings.toml").write_text(table, "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("table", "model"),
    [
        (LOCAL, LanguageModel("openai-compatible", "m", "http://127.0.0.1:8080/v1")),
        (
            LOCAL + "timeout = 90\n",
            LanguageModel("openai-compatible", "m", "http://127.0.0.1:8080/v1", None, 90),
        ),
        (
            LOCAL + 'key = "MY_KEY"\n',
            LanguageModel("openai-compatible", "m", "http://127.0.0.1:8080/v1", "MY_KEY"),
        ),
        ('kind = "ollama"\nmodel = "m"\n', LanguageModel("ollama", "m", "http://localhost:11434")),
        ('kind = "anthropic"\nmodel = "m"\n', LanguageModel("anthropic", "m", "https://api.anthropic.com")),
    ],
)
def test_a_language_model_is_set_up_in_the_settings(tmp_path, table, model):
    assert load_language_model(written(tmp_path, "[language_model]\n" + table)) == model


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ('model = "m"\n', "'address' is missing"),
        ('address = "http://127.0.0.1:1"\n', "'model' is missing"),
        (LOCAL + 'kind = "magic"\n', "kind is 'magic'"),
        (LOCAL + "colour = 1\n", "'colour' means nothing here"),
        (LOCAL + 'key = "sk-live-0123"\n', "key is not the name of an environment variable"),
        (LOCAL + 'key = "abcdef0123456789"\n', "key is not the name of an environment variable"),
        ('kind = "ollama"\nmodel = "m"\nkey = "MY_KEY"\n', "Ollama takes no key"),
        (LOCAL + "timeout = 0\n", "timeout is 0"),
        (LOCAL + "timeout = 9000\n", "timeout is 9000"),
        (LOCAL + 'timeout = "30"\n', "'timeout' is not a whole number"),
        ('address = "ftp://127.0.0.1/v1"\nmodel = "m"\n', "address is not a web address"),
        ('address = "127.0.0.1:8080"\nmodel = "m"\n', "address is not a web address"),
        ('address = "http://127.0.0.1:99999/v1"\nmodel = "m"\n', "address is not a web address"),
        (
            'address = "http://me:secret@127.0.0.1/v1"\nmodel = "m"\n',
            "address holds a user name or a password",
        ),
        (
            'address = "http://model.example/v1"\nmodel = "m"\nkey = "MY_KEY"\n',
            "the key would be sent unencrypted",
        ),
    ],
)
def test_what_is_wrong_in_the_settings_is_told_with_its_line_and_no_key(tmp_path, table, told):
    with pytest.raises(SourceError) as wrong:
        load_language_model(written(tmp_path, "[language_model]\n" + table))
    assert re.match(r"index/settings\.toml:\d+: ", str(wrong.value))
    assert told in str(wrong.value)
    for secret in ("sk-live-0123", "abcdef0123456789", "secret"):
        assert secret not in str(wrong.value)


def test_without_a_language_model_nothing_is_sent_and_the_remedy_is_told(tmp_path):
    with pytest.raises(BadInput, match=r"no language model is set up\. Add a table"):
        load_language_model(tmp_path)
    with pytest.raises(BadInput, match="no language model is set up"):
        load_language_model(written(tmp_path, 'model = "x"\n'))


def test_the_key_comes_from_the_environment_and_is_never_shown(monkeypatch):
    assert import_module("llama_index.core")
    with serving(repeating) as server:
        chosen = LanguageModel("openai-compatible", "m", server.address, "MY_KEY")
        monkeypatch.delenv("MY_KEY", raising=False)
        with pytest.raises(BadInput, match="MY_KEY: this environment variable holds no key"):
            open_llm(chosen)
        monkeypatch.setenv("MY_KEY", "sk-secret\nx")
        with pytest.raises(BadInput) as bad:
            open_llm(chosen)
        monkeypatch.setenv("MY_KEY", "sk-secret")
        llm = open_llm(chosen)
        found = reword(BOTH, llm, NAMES, model="m")
        assert server.asked[0].headers["Authorization"] == "Bearer sk-secret"
    assert "sk-secret" not in "".join(
        [str(bad.value), repr(found), repr(chosen), repr(llm), server.asked[0].body.decode()]
    )
    assert "sk-secret" not in repr(ChatServer("http://127.0.0.1", "m", "sk-secret"))


@pytest.mark.parametrize(
    ("address", "here"),
    [
        ("http://localhost:11434/v1", True),
        ("http://LOCALHOST/v1", True),
        ("http://127.0.0.1:8080", True),
        ("http://127.9.9.9", True),
        ("http://[::1]:8080/v1", True),
        ("http://localhost.evil.example", False),
        ("http://127.0.0.1.evil.example/v1", False),
        ("http://0.0.0.0/v1", False),
        ("http://192.168.1.5/v1", False),
        ("https://api.openai.com/v1", False),
    ],
)
def test_only_loopback_is_this_machine(address, here):
    assert is_here(address) is here
    note = where_it_goes(LanguageModel("openai-compatible", "m", address), 3)
    assert (note is None) is here
    if note:
        assert (
            f"the question and 3 passages are sent{' without encryption' if 'http:' in address else ''} to {address}"
            in note
        )


def test_the_user_is_told_before_a_question_leaves_the_machine(tmp_path, monkeypatch):
    order = []
    root = written(tmp_path, '[language_model]\naddress = "https://model.example/v1"\nmodel = "m"\n')
    model = Says("[]")
    monkeypatch.setattr(model, "complete", lambda prompt: order.append("sent") or "[]")
    monkeypatch.setattr(rewording, "open_llm", lambda chosen: model)
    reword_as_set_up(root, BOTH, NAMES, order.append)
    assert order[0].startswith("note: the question and 2 passages are sent to https://model.example/v1 (m)")
    assert order[1:] == ["sent"]


def test_a_redirect_is_not_followed():
    with serving(repeating) as elsewhere:
        location = (("Location", f"{elsewhere.address}/chat/completions"),)
        with (
            serving(lambda _: Reply(b"", 302, location)) as server,
            pytest.raises(NoAnswer, match="HTTP 302"),
        ):
            ChatServer(server.address, "m", "sk-secret").complete("x")
        assert elsewhere.asked == []


def test_a_server_that_is_not_there_is_told():
    with serving(repeating) as server:
        gone = server.address
    found = reword(BOTH, ChatServer(gone, "m"), NAMES, model="m")
    assert found.failed.startswith(f"{gone}: no answer came (")


def test_a_time_limit_holds_for_any_model():
    class Sleeps:
        def complete(self, prompt):
            time.sleep(3)

    began = time.monotonic()
    with pytest.raises(NoAnswer, match=r"within 0\.2 seconds"):
        complete_within(Sleeps(), "x", 0.2)
    assert time.monotonic() - began < 2


def test_any_llm_of_llama_index_will_do():
    core = import_module("llama_index.core.llms")

    class Own(core.CustomLLM):
        @property
        def metadata(self):
            return core.LLMMetadata()

        def complete(self, prompt, formatted=False, **more):
            return core.CompletionResponse(text=listing(GOOD))

        def stream_complete(self, prompt, formatted=False, **more):
            raise NotImplementedError

    found = reword(BOTH, Own(), NAMES, model="own")
    assert [item.text for item in found.sentences] == [GOOD["sentence"]]


def test_a_server_that_is_set_up_is_an_llm_of_llama_index():
    core = import_module("llama_index.core.llms")
    with serving(saying(listing(GOOD))) as server:
        llm = open_llm(LanguageModel("openai-compatible", "small-model", server.address))
        assert isinstance(llm, core.LLM)
        assert llm.metadata.model_name == "small-model"
        assert str(llm.complete("x")) == listing(GOOD)
        assert [each.text for each in llm.stream_complete("x")] == [listing(GOOD)]
        assert len(reword(BOTH, llm, NAMES, model="small-model").sentences) == 1
    assert "no answer came" in reword(BOTH, llm, NAMES, model="small-model").failed


@pytest.mark.parametrize(
    ("kind", "missing", "remedy"),
    [
        ("openai-compatible", "llama_index.core.llms", "pip install llama-index-core"),
        ("ollama", "llama_index.llms.ollama", "pip install llama-index-llms-ollama"),
        ("anthropic", "llama_index.llms.anthropic", "pip install llama-index-llms-anthropic"),
        ("openai", "llama_index.llms.openai", "pip install llama-index-llms-openai"),
    ],
)
def test_a_package_that_is_missing_is_named(kind, missing, remedy, monkeypatch):
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(BadInput) as bad:
        open_llm(LanguageModel(kind, "m", "http://127.0.0.1:1"))
    assert str(bad.value).endswith(f"Run: {remedy}")


def test_a_chat_server_needs_no_llama_index(monkeypatch):
    monkeypatch.setitem(sys.modules, "llama_index", None)
    with serving(saying(listing(GOOD))) as server:
        assert len(reword(BOTH, ChatServer(server.address, "m"), NAMES, model="m").sentences) == 1
