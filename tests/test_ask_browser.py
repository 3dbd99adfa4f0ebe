"""Asking in a real browser: the same answers as the tool, nothing sent, nothing kept, and all of it offline."""

import json
import random
import re
import unicodedata
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import numpy as np
import pytest
import yaml
from playwright.sync_api import expect
from snowballstemmer.english_stemmer import EnglishStemmer

from readacross.analysing import terms
from readacross.answering import Asked, ask
from readacross.contract import answer_json
from readacross.publishing import publish_site
from readacross.searching import Index
from readacross.site.handing import LETTERS
from readacross.site.spelling import spelt_out
from readacross.understanding import Part
from tests.asking import ASK, READY, ready, serving, told, until
from tests.following import BEFORE, FOLLOWING

pytestmark = pytest.mark.filterwarnings("ignore:'myst_parser:PendingDeprecationWarning")

ROOT = Path(__file__).parents[1]
SCRIPTS = ROOT / "readacross" / "site" / "ask"
ODD = [
    "", " ", "\n\t", ".", "?", "a", "[CLS] [SEP] [MASK] [PAD] [UNK] [unused5]", "café naïve Siân cafe\u0301", "##ing",
    "STRASSE straße ﬁnd Ｃｏｎｆ İstanbul ŉ ΣΊΣΥΦΟΣ Ꭰꭰ", "儿童保护会议什么时候举行？", "子どもの会議 مؤتمر حماية конференция",
    "😀 👨‍👩‍👧 한국어 회의", "con\u00adference\u200bplan\u0000x\ufffd", "pneumono" * 30, "x" * 1000, "the plan " * 200,
    "I can't, won't; don't! (e.g. 01483 517 838) £5.00 50% a@b.uk", "parents’ parents' child's o`clock", "x_y __ a-b–c—d",
    "\ud7ff\ue000\U0010fffd", "\u0130\u0345\u20dd\ufe0f\u1680\u2003\u3000\u0085\u2028",
]  # fmt: skip
"""Texts that nobody asks and that somebody will."""

KEPT = """async () => {
  const names = READACROSS_FILES, wanted = ["ask.html", ...["encoder", "vectors"].map(name => "_static/ask/" + names[name][0])];
  return (await Promise.all(wanted.map(name => caches.match(name)))).every(Boolean);
}"""
"""Whether the browser holds all that the next visit needs."""


def quiet(_: str) -> None:
    """Say nothing."""


def noise(count):
    """Texts of letters from everywhere, of those that this Python knows; a browser may know newer ones."""
    chance = random.Random(11)
    ranges = ((32, 127), (0x80, 0x600), (0x600, 0xD800), (0xE000, 0x10000), (0x10000, 0x110000))
    letters = [lambda low=low, high=high: chr(chance.randrange(low, high)) for low, high in ranges]
    words = [lambda: chance.choice(("[CLS]", " the ", "plan", "İ", "\u0301", "\t", "'s", "’", "中", "ﬁ"))]
    return [
        "".join(c for c in made if unicodedata.category(c) not in ("Cn", "Cs"))
        for made in (_letters(chance, letters + words) for _ in range(count))
    ]


def _letters(chance, makers):
    return "".join(chance.choice(makers)() for _ in range(chance.randrange(1, 50)))


@pytest.fixture(scope="module")
def site(library, tmp_path_factory):
    """The site of the five leaflets, with everything that people ask of them."""
    out = tmp_path_factory.mktemp("asked") / "site"
    publish_site(ROOT, out, quiet)
    return out


@pytest.fixture(scope="module")
def questions():
    """Questions from the test bank and from the ways in which people put the comparison questions."""
    bank = [item["question"] for item in yaml.safe_load((ROOT / "qa/questions.yaml").read_text("utf-8"))]
    ways = yaml.safe_load((ROOT / "qa/phrasings.yaml").read_text("utf-8"))
    chance = random.Random(7)
    return [*chance.sample(bank, 150), *(chance.choice(found) for found in ways.values())][:210]


@pytest.fixture(scope="module")
def served(site):
    with serving(site) as found:
        yield found


@pytest.fixture(scope="module")
def page(chromium, served):
    """One page that is ready, shared: nothing that is asked of it stays."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    yield ready(context, served.address)
    context.close()


def asked(page, question):
    """Ask as a reader does who begins anew, and wait for the answer to that question."""
    page.evaluate("location.hash = ''")
    page.wait_for_function("() => !document.querySelector('#answer').firstChild")
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")
    page.wait_for_function("words => readacross.answer && readacross.answer.question === words", arg=question)
    return page.locator("#answer")


def reading(answer):
    """What a question was taken to ask, in order; of readings nearly as good the rounding may take or leave one."""
    main = [remark for remark in answer["remarks"] if not remark.startswith("It may also ask")]
    return answer["questions"], main


def test_the_browser_answers_as_the_tool_does(page, library, questions):
    index = Index(library)
    names = {slug: item.name for slug, item in library.authorities.items()}
    ours = [
        told(answer_json(ask(library, Asked(words), index), library.versions, names)) for words in questions
    ]
    theirs = [page.evaluate(ASK, {"question": words}) for words in questions]
    pairs = [*zip(ours, theirs, strict=True)]

    def share(same):
        return sum(map(same, pairs)) / len(pairs)

    def top(answer, most):
        return [one[0] for one in answer["citations"] + answer["nearest"]][:most]

    def overlap(pair):
        a, b = (set(top(answer, 10)) for answer in pair)
        return len(a & b) / len(a | b) if a | b else 1.0

    assert len(pairs) >= 200
    assert share(lambda pair: top(pair[0], 1) == top(pair[1], 1)) >= 0.99
    assert share(overlap) >= 0.98
    assert share(lambda pair: pair[0]["status"] == pair[1]["status"]) >= 0.99
    assert share(lambda pair: {*pair[0]["questions"][:1]} <= {*pair[1]["questions"]}) >= 0.99
    assert share(lambda pair: {*pair[0]["questions"]} == {*pair[1]["questions"]}) >= 0.97
    agreed = [pair for pair in pairs if reading(pair[0]) == reading(pair[1])]
    assert len(agreed) >= 0.97 * len(pairs)
    assert all(a["divergences"] == b["divergences"] and a["silent"] == b["silent"] for a, b in agreed)


@pytest.mark.parametrize(
    "given",
    [
        {"question": "Can I bring a friend in Surrey and who takes notes?"},
        {"question": "What does Kent say about friends?"},
        {"question": "what was the time limit to complain in 2010?"},
        {"question": "who chairs it in Staffs and can I appeal?"},
        {"question": "Who is in the core group and how often do they meet?"},
        {"question": "Is there an interpreter? Where do I leave the car?"},
        {"question": "he is hitting me, can I come in by another door"},
        {"question": "Is there parking at the venue?"},
        {"question": "What is meant by neglect?"},
        {"question": "what does the chair do"},
        {"question": "Mum wants to know if she has to come"},
        {"question": "I've got a dad on the phone who is asking whether he can bring a solicitor in Surrey"},
        {"question": "The school’s asking how they complain"},
        {"question": "Could you tell me who will be there and who takes notes of it?"},
        {"question": "What is meant by neglect?", "allVersions": True},
        {"question": "What counts as emotional abuse?", "authorities": ["southwark"]},
        {"question": "Can I appeal?", "allVersions": True},
        {"question": "Can I appeal?", "authorities": ["surrey"], "asAt": "2012-06"},
        {"question": "Who will be there?", "authorities": ["southwark", "staffordshire"]},
        {"question": "How long does it take?", "topics": ["complaints"]},
        {"question": "Can I appeal?", "topics": ["chair"], "authorities": ["surrey"]},
        {"question": "what about parking", "topics": ["attendance", "contact"]},
        {"question": "Can my child come and will there be a creche?", "allVersions": True, "asAt": "2016"},
        {"question": "When is the first review or when is the next one?"},
        {"question": "When is the first review and when is the next one?"},
    ],
    ids=lambda given: given["question"],
)
def test_names_dates_and_parts_are_understood_as_by_the_tool(page, library, given):
    wanted = Asked(
        given["question"],
        tuple(given.get("authorities", ())),
        tuple(given.get("topics", ())),
        given.get("asAt"),
        given.get("allVersions", False),
    )
    ours = told(answer_json(ask(library, wanted), library.versions, {}))
    theirs = page.evaluate(ASK, given)
    alike = ["status", "silent", "as_at", "alert"]
    if reading(theirs)[0] == reading(ours)[0]:
        alike += ["questions", "divergences"]
    assert {name: theirs[name] for name in alike} == {name: ours[name] for name in alike}
    assert reading(theirs)[1] == reading(ours)[1]
    assert theirs["citations"][:1] == ours["citations"][:1]


def test_every_text_is_cut_into_the_same_tokens(page, library, questions):
    tokenizer = Index(library).encoder.tokenizer
    texts = [*ODD, *questions, *noise(400)]
    page.evaluate((SCRIPTS / "tokens.js").read_text("utf-8"))
    found = page.evaluate(
        "([tables, texts]) => JSON.parse(texts).map(readacross.tokenizer(tables, 256))",
        [spelt_out(tokenizer), json.dumps(texts)],
    )
    assert len(texts) >= 500
    for text, ids in zip(texts, found, strict=True):
        assert ids == tokenizer.encode(text).ids, ascii(text)


def test_every_text_has_the_same_terms(page, library):
    texts = [
        *ODD,
        *noise(600),
        *(passage for v in library.versions for p in library.passages(v) for passage in (p.text,)),
    ]
    found = page.evaluate(
        "texts => JSON.parse(texts).map(readacross.analyser(READACROSS_WORDS).terms)", json.dumps(texts)
    )
    for text, theirs in zip(texts, found, strict=True):
        assert theirs == terms(text), ascii(text)


def test_every_word_has_the_same_stem(page, library):
    chance = random.Random(3)
    words = [
        word for word in Index(library).encoder.tokenizer.get_vocab() if word.isalpha() and word.islower()
    ]
    endings = (
        "s", "ies", "ied", "eed", "edly", "ing", "ying", "ingly", "ly", "tional", "ational", "ization", "alism",
        "iveness", "fulness", "ousness", "ogist", "ogi", "icate", "ative", "alize", "ical", "ness", "ance", "able",
        "ive", "ize", "ion", "sion", "ous", "ant", "ement", "e", "ll", "lessly", "tt", "bbed",
    )  # fmt: skip
    words = sorted(words) + [chance.choice(words) + chance.choice(endings) for _ in range(20_000)]
    stemmer = EnglishStemmer()
    found = page.evaluate("words => words.map(readacross.stem)", words)
    assert [*zip(words, found, strict=True)] == [(word, stemmer.stemWord(word)) for word in words]


def test_a_question_has_nearly_the_same_vector(page, library, questions):
    encoder = Index(library).encoder
    texts = [*questions[:25], *ODD[:12]]
    found = page.evaluate(
        "async texts => { const all = []; for (const text of texts) all.push(Array.from((await readacross.near({ question: text })).vector)); return all; }",
        texts,
    )
    cosines = [float(np.dot(encoder.encode(text), vector)) for text, vector in zip(texts, found, strict=True)]
    assert min(cosines[:25]) >= 0.9998
    assert min(cosines) >= 0.9995


def test_the_adapted_layers_read_a_question_nearly_alike(page, library, questions):
    index = Index(library)
    assert index.changes
    texts = [*questions[:25], *ODD[:6]]
    found = page.evaluate(
        "async texts => { const all = []; for (const text of texts) all.push(Array.from((await readacross.near({ question: text })).depths)); return all; }",
        texts,
    )
    for text, read in zip(texts, found, strict=True):
        depths = index.depths(text)
        cosines = (np.array(read).reshape(depths.shape) * depths).sum(axis=1)
        assert cosines.min() >= 0.998, text


def test_a_short_part_is_heard_with_the_one_before_as_by_the_tool(page, library):
    index, part = Index(library), Part("how often do they meet?", "Who is in the core group")
    alone, both = (index.depths(words) for words in (part.question, f"{part.after} {part.question}"))
    read = np.array(
        page.evaluate("async part => Array.from((await readacross.near(part)).depths)", part._asdict())
    ).reshape(alone.shape)

    def likeness(depths):
        return float((read * depths).sum() / np.linalg.norm(read) / np.linalg.norm(depths))

    assert likeness((alone + both) / 2) >= 0.998 > max(likeness(alone), likeness(both))
    remarks = page.evaluate(
        "async question => (await readacross.ask({ question })).remarks", f"{part.after} and {part.question}"
    )
    assert f"Read as: {library.questions['core.frequency'].question}" in remarks


def test_without_the_kernel_the_vector_is_the_same(page):
    until(page, KEPT)
    for name in ("tokens", "encoder"):
        page.evaluate((SCRIPTS / f"{name}.js").read_text("utf-8"))
    slow, fast = page.evaluate(
        """async text => {
          const kept = await caches.match("_static/ask/" + READACROSS_FILES.encoder[0]);
          const made = await readacross.encoder(await kept.arrayBuffer(), null);
          return [made.encode(text), (await readacross.near({ question: text })).vector].map(vector => Array.from(vector));
        }""",
        "Can I appeal against the decision?",
    )
    np.testing.assert_allclose(slow, fast, atol=1e-5)


def test_nothing_is_sent_and_nothing_is_kept_when_a_question_is_asked(chromium, served):
    context = chromium.new_context()
    page = ready(context, served.address)
    until(page, KEPT)
    sent = []
    context.on("request", lambda request: sent.append(request.url))
    before = len(served.asked)
    for question in ("Can I appeal?", "Who takes the zebra's minutes?", "Is there parking?", "he hits me"):
        asked(page, question)
    assert sent == []
    assert served.asked[before:] == []
    assert not any("zebra" in path or "appeal" in path for path in served.asked)
    kept = page.evaluate(
        """async () => {
          const found = [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie];
          found.push(...(await indexedDB.databases()).map(one => one.name));
          for (const name of await caches.keys()) found.push(...(await (await caches.open(name)).keys()).map(one => one.url));
          return found.join(" ");
        }"""
    )
    assert "encoder.bin" in kept
    assert not re.search(r"zebra|appeal|\?q=|#q=", kept)
    context.close()


def test_the_next_visit_answers_with_the_site_gone(chromium, site):
    context = chromium.new_context()
    with serving(site) as host:
        page = ready(context, host.address)
        until(page, KEPT)
        fetched = [path for path in host.asked if "encoder.bin" in path]
        host.stop()
        page.goto(host.address + "ask.html#q=Can+I+appeal+against+the+decision%3F")
        page.reload()
        page.wait_for_selector(READY)
        page.wait_for_function("() => readacross.answer && readacross.answer.status === 'authorities_differ'")
        assert "decision cannot be challenged" in page.locator("#answer").inner_text()
        assert len(fetched) == 1
        page.get_by_role("button", name="Remove the download").click()
        page.get_by_text("Removed.").wait_for()
        assert page.evaluate("caches.keys()") == []
    context.close()


def test_from_a_folder_words_find_and_the_page_says_what_it_cannot_do(chromium, site):
    context = chromium.new_context()
    page = context.new_page()
    wrong = []
    page.on("pageerror", lambda bad: wrong.append(str(bad)))
    page.on("console", lambda line: wrong.append(line.text))
    page.goto((site / "ask.html").as_uri() + "#q=Can+I+challenge+the+decision")
    assert "decision cannot be challenged" in page.locator("#answer").inner_text()
    assert "not judged" in page.locator("#told").inner_text()
    assert "Words only" in page.locator("#meaning").inner_text()
    assert (
        page.locator("#answer").get_by_role("link", name="Can a parent complain about or challenge").count()
        == 1
    )
    assert wrong == []
    context.close()


def test_on_a_metered_line_the_reader_is_asked_first(chromium, served):
    context = chromium.new_context()
    page = context.new_page()
    page.add_init_script("Object.defineProperty(navigator, 'connection', {value: {saveData: true}})")
    sent = []
    context.on("request", lambda request: sent.append(request.url))
    page.goto(served.address + "ask.html#q=complain")
    button = page.get_by_role("button", name="Download")
    button.wait_for()
    assert "metered line" in page.locator("#meaning").inner_text()
    assert not any(name in url for url in sent for name in ("encoder.bin", "vectors.bin"))
    assert page.locator("#answer q").count() > 0
    button.click()
    page.wait_for_selector(READY, timeout=60_000)
    assert any("encoder.bin" in url for url in sent)
    context.close()


def test_without_javascript_the_page_says_so_and_leads_to_topics(chromium, served):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(served.address + "ask.html")
    main = page.locator("main")
    assert "Asking needs JavaScript" in main.inner_text()
    assert main.get_by_role("link", name="Disagreeing and complaining").count() == 1
    assert page.locator("form:visible").count() == 0
    context.close()


def test_the_best_of_each_authority_comes_first_then_all_in_order(page):
    shown = asked(page, "Can I appeal against the decision?")
    rows = shown.locator("section").first.locator("dl.sides > div > dt").all_inner_texts()
    assert [row.splitlines()[0] for row in rows] == [
        "Central Bedfordshire",
        "Staffordshire",
        "Surrey",
        "Southwark",
    ]
    assert "Silence is not “no”" in shown.locator("dl.sides > div").last.inner_text()
    titles = shown.locator("h2").all_inner_texts()
    assert titles == [
        "Who says what", "Where they differ", "Between versions of one leaflet", "Everything found, in order",
        "Compared on this site",
    ]  # fmt: skip
    assert "THE AUTHORITIES DIFFER" in page.locator("#told[role=status]").inner_text()


def test_it_is_used_by_keyboard_alone_and_shared_as_a_link(page):
    box = page.get_by_label("Your question")
    box.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("How often does the core group meet?")
    page.keyboard.press("Enter")
    page.wait_for_function("() => readacross.answer && readacross.answer.question.startsWith('How often')")
    assert page.url.endswith("#q=How+often+does+the+core+group+meet%3F")
    assert page.evaluate("document.activeElement.id") == "question"
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.parentElement.className") == "cite":
            break
    page.keyboard.press("Enter")
    page.locator("details.cite[open] button").nth(2).wait_for()
    page.go_back()
    page.wait_for_function("() => !readacross.answer.question.startsWith('How often')")


def test_a_citation_can_be_copied_in_three_forms(page, served, library):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=served.address)
    shown = asked(page, "Who takes notes?")
    folded = shown.locator("details.cite").first
    folded.locator("summary").click()
    copies = {}
    for name in ("Plain", "BibTeX", "JSON"):
        folded.get_by_role("button", name=f"Copy as {name}").click()
        page.get_by_text(f"Copied as {name}.").wait_for(state="attached")
        copies[name] = page.evaluate("navigator.clipboard.readText()")
    found = json.loads(copies["JSON"])
    assert found["quote"] in found["text"]
    assert found["passage"] in copies["Plain"]
    assert found["address"] in copies["Plain"]
    assert copies["BibTeX"].startswith("@misc{")
    original = (ROOT / found["original"]["file"]).read_bytes().decode()
    words = "".join(original[start:end] for start, end in found["original"]["spans"])
    assert re.sub(r"\W", "", words) == re.sub(r"\W", "", found["quote"])
    start, end = found["reading"]["start"], found["reading"]["end"]
    assert library.reading(found["version"])[start:end] == found["quote"]


def test_a_question_that_follows_is_read_as_by_the_tool(page):
    found = page.evaluate(
        """([[question, authorities], all]) => {
          const { follow } = readacross.engine(READACROSS_WORDS, READACROSS_ANSWERS), before = { question, authorities, after: [] };
          return all.map(([asked]) => follow(before, { question: asked, authorities: [], after: [] })).map(one => [one.question, one.authorities, one.after]);
        }""",
        [BEFORE, FOLLOWING],
    )
    assert found == [[question, [*authorities], [*after]] for _, question, authorities, after in FOLLOWING]


def test_every_letter_compares_alike_as_in_the_tool(page):
    letters = [chr(at) for at in range(LETTERS) if unicodedata.category(chr(at)) not in ("Cn", "Cs")]
    found = page.evaluate(
        "letters => JSON.parse(letters).map(readacross.analyser(READACROSS_WORDS).caseless)",
        json.dumps(letters),
    )
    assert [(a, b) for a, b in zip(letters, found, strict=True) if a.casefold() != b] == []


@pytest.mark.parametrize(
    ("question", "after"),
    [
        ("and after that?", ("When is the first review?",)),
        ("how often?", ("What is the core group?",)),
        ("what do I put in it?", ("How do I complain?", "who do I send it to?")),
        ("how much is it?", ("Is there parking?",)),
    ],
)
def test_a_question_that_leans_on_others_is_answered_as_by_the_tool(page, library, question, after):
    answer = ask(library, Asked(question, after=after), Index(library))
    read = page.evaluate(
        "async asked => (({ status, questions, remarks }) => [status, questions, remarks])(await readacross.ask(asked))",
        {"question": question, "after": after},
    )
    assert read == [answer.status, [*answer.questions], [*answer.remarks]]


def test_a_reader_asks_on_in_few_words_and_the_address_says_all_of_it(page, served):
    page.goto(served.address + "ask.html#q=" + "What+is+the+time+limit+for+a+complaint%3F&topic=complaints")
    page.wait_for_function("() => readacross.answer?.question.startsWith('What is the time')")
    box, line = page.get_by_label("Your question"), page.locator("#followed")
    box.fill("And in Surrey?")
    page.keyboard.press("Enter")
    page.wait_for_url("**authority=surrey**")
    assert page.url.partition("#")[2] == (
        "q=What+is+the+time+limit+for+a+complaint%3F&authority=surrey&topic=complaints"
    )
    expect(line).to_contain_text("Taken to follow")
    box.fill("Who takes the notes of the whole meeting?")
    page.keyboard.press("Enter")
    page.wait_for_url("**#q=Who+takes+the+notes+of+the+whole+meeting%3F&topic=complaints")
    expect(line).to_be_empty()
    expect(page.get_by_label("Authority")).to_have_value("")
    box.fill("and in Surrey or Southwark?")
    page.keyboard.press("Enter")
    page.wait_for_url("**authority=southwark&authority=surrey**")
    expect(page.get_by_label("Authority").locator("option:checked")).to_have_text("Southwark, Surrey")
    line.get_by_role("link", name="by itself").click()
    page.wait_for_url("**#q=and+in+Surrey+or+Southwark%3F&topic=complaints")
    expect(line).to_be_empty()


def test_a_reader_asks_on_in_few_words_that_lean_on_the_question_before(page, served):
    page.goto(served.address + "ask.html#q=When+is+the+first+review%3F")
    page.wait_for_selector(READY)
    box, line = page.get_by_label("Your question"), page.locator("#followed")
    box.fill("and after that?")
    page.keyboard.press("Enter")
    page.wait_for_url("**#q=and+after+that%3F&after=When+is+the+first+review%3F")
    expect(box).to_have_value("and after that?")
    answer = page.locator("#answer")
    expect(answer).to_contain_text("Heard together with: When is the first review?")
    expect(answer).to_contain_text("How often are review conferences held after the first?")
    page.get_by_label("Authority").select_option("surrey")
    page.get_by_role("button", name="Ask", exact=True).click()
    page.wait_for_url("**#q=and+after+that%3F&after=When+is+the+first+review%3F&authority=surrey")
    page.goto("about:blank")
    page.goto(served.address + "ask.html#q=and+after+that%3F&after=When+is+the+first+review%3F")
    expect(answer).to_contain_text("Heard together with: When is the first review?")
    line.get_by_role("link", name="Ask “and after that?” by itself").click()
    page.wait_for_url("**#q=and+after+that%3F")
    expect(line).to_be_empty()
    expect(answer).not_to_contain_text("Heard together")


def test_a_reader_narrows_an_answer_to_a_topic_and_shares_it(page, served):
    page.goto("about:blank")
    page.goto(served.address + "ask.html#q=Can+I+appeal%3F")
    page.wait_for_selector(READY)
    page.get_by_label("Topic").select_option("chair")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Ask", exact=True).click()
    page.wait_for_url("**#q=Can+I+appeal%3F&topic=chair")
    page.wait_for_function("() => readacross.answer.status !== 'authorities_differ'")
    page.goto("about:blank")
    page.goto(served.address + "ask.html#q=Can+I+appeal%3F&topic=chair&topic=nobody&as-at=2012&all=1")
    page.wait_for_selector(READY)
    assert page.get_by_label("Topic").input_value() == "chair"
    assert page.get_by_label("As at").input_value() == "2012"
    assert page.get_by_label("Superseded versions too").is_checked()


def test_what_may_have_been_meant_is_asked_by_a_link_and_narrowed_to_the_same(page, library, questions):
    index, whom = Index(library), "staffordshire"
    refused, offered = next(
        (question, remark.removeprefix("Perhaps you mean: "))
        for question in questions
        for remark in ask(library, Asked(question, authorities=(whom,)), index).remarks
        if remark.startswith("Perhaps you mean: ") and remark.count("?") == 1
    )
    page.goto(page.url.partition("#")[0] + "#" + urlencode({"q": refused, "authority": whom}))
    page.get_by_role("link", name=offered, exact=True).click()
    page.wait_for_url(
        lambda address: parse_qs(urlsplit(address).fragment) == {"q": [offered], "authority": [whom]}
    )
    page.wait_for_function("words => readacross.answer.question === words", arg=offered)
    assert page.evaluate("readacross.answer.statements.length") > 0


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("#q=" + "x" * 1100, "at most 1000 can be asked"),
        ("#q=appeal&as-at=13", "write a year or a month"),
        ("#q=Can+I+appeal+against+the+decision%3F&authority=nobody", "AUTHORITIES DIFFER"),
        ("#q=What+does+Kent+pay+for%3F", "not about that"),
        ("#q=<img src=x onerror=alert(1)> <script>", "leaflets"),
        ("#q=constructor+__proto__", "leaflets"),
    ],
)
def test_what_cannot_be_answered_is_said_in_a_line(page, served, address, said):
    page.goto(served.address + "ask.html" + address)
    page.wait_for_function("words => document.getElementById('told').textContent.includes(words)", arg=said)
    assert page.locator("main img, main script").count() == 0


@pytest.mark.parametrize("width", [1280, 320])
def test_it_fits_wide_and_narrow(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    asked(page, "Can I appeal against the decision?")
    page.locator("details.cite").first.locator("summary").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    levels = page.evaluate("[...document.querySelectorAll('main :is(h1,h2,h3)')].map(one => +one.tagName[1])")
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
