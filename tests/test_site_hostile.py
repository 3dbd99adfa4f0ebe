"""A hostile leaflet on the site: whatever it holds is shown as text, and the guide's examples work."""

import re
from dataclasses import replace
from hashlib import sha256
from random import Random
from types import SimpleNamespace

import pytest

from readacross.library import open_library
from readacross.markup import parse
from readacross.publishing import publish_site
from readacross.site.gathering import gather
from readacross.site.laying import lay_out
from readacross.site.rendering import templates
from readacross.site.scanning import Reader
from tests.test_site import ROOT, Page, quiet

# MyST uses names of Sphinx that a later Sphinx will drop; that is theirs to mend.
pytestmark = pytest.mark.filterwarnings("ignore:'myst_parser:PendingDeprecationWarning")

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "{{ config }} {% include 'layout.html' %} {{ ''.__class__ }}",
    "```{include} /etc/passwd",
    "{download}`/etc/passwd` {ra:topic}`x` :ref:`x`",
    ".. raw:: html",
    ":::{note}",
    "<!-- --><![CDATA[ ]]>&lt;&amp;&#60;",
    "</p></pre></main></html><style>*{display:none}</style>",
    "\"quotes\" 'single' -- --- ... (c)",
    "%(title)s $$x$$ \\(y\\) \u00a0 Ünïcödé 你好 ﬁ",
    "[[not a note]] and [x](javascript:alert)",
    "javascript:alert(1) data:text/html,x",
    "x" * 20_000,
    "--- title: x ---",
]
PIECES = [
    *HOSTILE[:14],
    "<svg onload=",
    "'\"><b>",
    "&quot;",
    "<",
    ">",
    "{{",
    "}}",
    "`",
    "${x}",
    "]]>",
    "<!--",
    "|x|",
    "word",
]


def escaped(words):
    """Words as they are written in a reading text to mean just themselves."""
    return re.sub(r"([*`<\[\]\\])", r"\\\1", words)


def lines():
    """More than 500 paragraphs, each as hostile as it can be."""
    random = Random(7)
    made = [" ".join(random.choice(PIECES) for _ in range(random.randint(1, 6))) for _ in range(520)]
    return [f"{number}: {words}" for number, words in enumerate([*HOSTILE, *made])]


@pytest.fixture(scope="module")
def synthetic(tmp_path_factory):
    """The knowledge base of the guide to the files, with a hostile leaflet beside its own."""
    root = tmp_path_factory.mktemp("synthetic")
    _write_guide(root)
    hostile = root / "sources" / "northshire" / "hostile"
    (hostile / "undated").mkdir(parents=True)
    original = "\ufeff" + "\n".join(lines()) + "\nturned \u202eround\u202c\n"
    (hostile / "undated" / "original.txt").write_bytes(original.encode())
    (hostile / "undated" / "drops.toml").write_text(
        '[[drop]]\ntext = "turned \\u202eround\\u202c"\nreason = "scanning artefact"\nby = "<b>coder</b>"\n',
        "utf-8",
    )
    reading = "\n\n".join(escaped(line) for line in lines()) + "\n"
    (hostile / "undated" / "reading.md").write_bytes(reading.encode())
    (hostile / "leaflet.toml").write_text(
        'title = "<script>alert(\'title\')</script> {{ 7*7 }}"\n[[version]]\nlabel = "undated"\n'
        f'sha256 = "{sha256(original.encode()).hexdigest()}"\nnote = "</dd><script>alert(2)</script>"\n',
        "utf-8",
    )
    publish_site(root, None, quiet)
    return root


def _write_guide(root):
    """Write every example of the guide to the files into a folder, as a reader of it would."""
    guide = (ROOT / "docs" / "guide" / "files.md").read_text("utf-8")
    folder = "sources/northshire/child-protection/2017-03"
    homes = {
        "authorities.toml": "sources", "leaflet.toml": "sources/northshire/child-protection", "original.txt": folder,
        "reading.md": folder, "drops.toml": folder, "coding.yaml": folder, "topics.yaml": "index",
        "questions.yaml": "index", "baseline.yaml": "index",
    }  # fmt: skip
    examples = dict(re.findall(r"## (\S+)\n.*?```\w+\n(.*?)```\n", guide, re.DOTALL))
    digest = sha256(examples["original.txt"].encode()).hexdigest()
    for name, place in homes.items():
        (root / place).mkdir(parents=True, exist_ok=True)
        text = examples[name].replace("0f6f…", digest)
        (root / place / name).write_bytes(text.encode())
    assert "model" in examples["settings.toml"]


def test_the_examples_of_the_guide_make_a_knowledge_base(synthetic):
    library = open_library(synthetic)
    assert "northshire/child-protection@2017-03" in library.versions
    assert library.positions("complaint.time_limit")[0].quotes
    page = (synthetic / "build/site/leaflets/northshire/child-protection/2017-03.html").read_text("utf-8")
    assert '<a href="https://www.northshire.example" rel="noopener noreferrer">our website</a>' in page
    assert "<strong>You can bring a friend.</strong>" in page
    assert "<br>" in page
    assert "<mark>Tel: 0808 802 000</mark>" in page
    assert "Not part of the leaflet." in page


def test_a_hostile_leaflet_is_text_and_nothing_else(synthetic):
    path = synthetic / "build/site/leaflets/northshire/hostile/undated.html"
    page = Page(path)
    assert len(lines()) > 500
    assert list(page.passages.values()) == lines()
    for tag, given in page.elements:
        assert tag not in ("style", "img", "svg", "iframe", "b"), given
        assert tag != "script" or given["src"] == "../../../_static/reading.js", given
        assert not any(name.startswith("on") for name in given)
        assert not (given.get("href") or "").lower().startswith(("javascript", "data:text"))
    for other in (synthetic / "build/site").rglob("*.html"):
        assert not [
            tag
            for tag, given in Page(other).elements
            if tag == "script" and not given.keys() & {"src", "type"}
        ]


def test_a_hostile_leaflet_is_text_in_the_words_for_the_browser_too(synthetic):
    script = (synthetic / "build/site/_static/words.js").read_text("ascii")
    assert script.count("\n") == 1
    assert "undefined" not in script


def test_characters_that_turn_words_are_shown_by_number_on_the_page(synthetic):
    page = (synthetic / "build/site/leaflets/northshire/hostile/undated.html").read_text("utf-8")
    assert "[U+202E]" in page
    assert "\u202e" not in page.split("<main")[1].replace('data-character="202E">[U+202E]', "")


def test_a_browser_finds_nothing_alive_in_a_hostile_leaflet(chromium, synthetic):
    page = chromium.new_page()
    wrong = []
    page.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
    page.on("console", lambda line: wrong.append(line.text))
    page.on("request", lambda request: wrong.append(request.url) if "site/" not in request.url else None)
    page.goto((synthetic / "build/site/leaflets/northshire/hostile/undated.html").as_uri())
    alive = "main :is(script, style, img, svg, iframe, object, embed, form, input, base, meta, link)"
    assert page.locator(alive).count() == 0
    assert page.locator("[data-passage]").count() == len(lines())
    assert page.evaluate(
        "[...document.querySelectorAll('main *')].every(e => [...e.attributes].every(a => !a.name.startsWith('on')))"
    )
    assert [url for url in wrong if not url.startswith("data:,")] == []
    page.close()


SHOWN = """{% import "macros.html" as m with context %}{% for group in groups %}{% for part in group.parts %}
<p data-passage="{{ part.passage.id }}">{{ m.words(part.pieces) }}</p>{% endfor %}{% endfor %}"""
"""How the page of a version writes its passages."""


def test_five_thousand_hostile_blocks_come_back_from_the_page_as_they_were(synthetic):
    shelf = gather(synthetic)
    sample = shelf.texts["northshire/hostile@undated"]
    random = Random(11)
    blocks = [" ".join(random.choice(PIECES) for _ in range(random.randint(1, 5))) for _ in range(5200)]
    words = [f"{number}: {block}" for number, block in enumerate([*blocks, "<script>" * 25_000])]
    reading = "\n\n".join(escaped(line) for line in words) + "\n"
    passages = [
        replace(sample.passages[0], id=f"p{number}", kind="paragraph", span=block.span, doubts=())
        for number, block in enumerate(parse(reading)[0])
    ]
    groups = lay_out(SimpleNamespace(reading=reading, passages=tuple(passages)), 3)
    reader = Reader("hostile.html")
    reader.feed(templates().from_string(SHOWN).render(groups=groups))
    shown = [("".join(held.text), held.id) for held in reader.held]
    assert shown == [(line, f"p{number}") for number, line in enumerate(words)]
    assert reader.links == []
