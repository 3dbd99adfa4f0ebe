"""The reader of force: a table of sentences, list items under their lead-ins, and what coders coded."""

import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readacross.certifying import certify
from readacross.coding import load_positions
from readacross.forces import read_force
from readacross.markup import plain
from readacross.model import FORCES
from readacross.questions import load_questions, load_topics
from readacross.sources import load_sources
from readacross.splitting import split

ROOT = Path(__file__).parents[1]

SENTENCES = {
    "prohibition": [
        ("You must not smoke in the building.", "must not"),
        ("You cannot appeal against this decision.", "cannot"),
        ("You can’t bring pets.", "can’t"),
        ("Visitors are not normally allowed on the ward after 8pm.", "are not normally allowed"),
        ("You may not sublet your home.", "may not"),
        ("Do not drive for 24 hours.", "Do not drive"),
        ("If you feel unwell, do not come in.", "do not come"),
        ("Never leave a child alone in the pool.", "Never leave"),
        ("Barbecues are forbidden.", "are forbidden"),
        ("The form can only be signed by a parent.", "can only be"),
        ("You will not be able to change your booking.", "will not be able to"),
    ],
    "no_obligation": [
        ("You do not have to come.", "do not have to"),
        ("You don't need to book.", "don't need to"),
        ("You need not answer every question.", "need not"),
        ("You are not obliged to take part, but we will listen.", "not obliged to"),
        ("Membership is voluntary.", "is voluntary"),
        ("There is no need to ring first.", "no need to"),
        ("It is up to you whether you reply.", "is up to you"),
    ],
    "permission": [
        ("You can bring a friend.", "can"),
        ("You may bring a supporter.", "may"),
        ("Your child(ren) may attend if they wish.", "may"),
        ("Children over 12 can come with you.", "can"),
        ("Parents are welcome to stay.", "are welcome to"),
        ("You are free to leave at any time.", "are free to"),
        ("You may wish to take notes.", "may wish to"),
        ("Pupils are allowed to cycle to school.", "are allowed"),
        ("You will be able to ask questions.", "will be able to"),
        ("Complaints can be made by letter.", "can"),
        ("If you do not agree with what was decided you can ask us to look again.", "can"),
    ],
    "possibility": [
        ("You may be asked for proof of address.", "may"),
        ("There may be a delay.", "may"),
        ("Your rent may change.", "may"),
        ("The treatment might hurt a little.", "might"),
        ("Sometimes a trainee is there.", "Sometimes"),
        ("It can take six weeks.", "can"),
        ("Side effects can include a headache.", "can"),
        ("You may feel sore.", "may"),
        ("You may have to wait.", "may have to"),
        ("The panel may ask for more time.", "may"),
        ("Moving home can be difficult.", "can"),
        ("The bus could be late.", "could"),
    ],
    "request": [
        ("Please ring the bell.", "Please"),
        ("If you are late please call the desk.", "please"),
        ("We ask you to keep your dog on a lead.", "ask you to"),
        ("Bring your letter with you.", "Bring"),
        ("Call 111 if you feel worse.", "Call"),
        ("If you cannot come, tell us.", "tell"),
        ("You are asked to arrive early.", "asked to"),
        ("Can you please fill in the form?", "please"),
    ],
    "expectation": [
        ("You should arrive on time.", "should"),
        ("You should not eat before the test.", "should not"),
        ("Parents are expected to attend.", "expected to"),
        ("You are advised to get legal help.", "advised to"),
        ("It is important that you tell us.", "is important"),
        ("Tenants ought to insure what they own.", "ought to"),
        ("We recommend that you keep a copy.", "We recommend"),
        ("You should be told what was said.", "should"),
    ],
    "commitment": [
        ("We will write to you.", "will"),
        ("We’ll call you back.", "’ll"),
        ("You will be sent a copy.", "will"),
        ("The council will not share your details.", "will not"),
        ("We aim to reply within ten days.", "aim to"),
        ("We promise to listen.", "promise to"),
        ("When you must leave, the door will open.", "will"),
        ("The officer who will visit you is trained.", "will"),
    ],
    "obligation": [
        ("You must complete every page.", "must"),
        ("You have to pay the fee.", "have to"),
        ("You need to bring proof of address.", "need to"),
        ("Applicants are required to give two names.", "are required"),
        ("Your landlord has to repair the roof.", "has to"),
        ("Attendance is compulsory.", "is compulsory"),
        ("You will need to sign the form.", "will need to"),
        ("A claim must be made within 28 days, and you can ask for help with it.", "must"),
        ("The tenant shall pay the rent weekly.", "shall"),
    ],
    "right": [
        ("You have the right to see your file.", "the right to"),
        ("You are still entitled to a free test.", "entitled to"),
        ("You have a right to complain.", "a right to"),
        ("You are not entitled to a refund.", "not entitled to"),
    ],
    "description": [
        ("The library opens at nine.", ""),
        ("The meeting is held in May.", ""),
        ("May is a busy month.", ""),
        ("We met in May 2017.", ""),
        ("The will of the people was heard.", ""),
        ("There is a need to have a plan.", ""),
        ("Can I bring a friend?", ""),
        ("Do I have to come?", ""),
        ("What should I do if I must leave?", ""),
        ("Will my child be there", ""),
        ("If you cannot come", ""),
        ("Contact number:", ""),
        ("Plan of the building", ""),
        ("", ""),
    ],
}
ROWS = [(sentence, force, words) for force, rows in SENTENCES.items() for sentence, words in rows]


@pytest.mark.parametrize(("sentence", "force", "words"), ROWS)
def test_sentence(sentence, force, words):
    read = read_force(sentence)
    assert (read.force, read.words, read.from_lead_in) == (force, words, False)
    assert read.span.of(sentence) == words


def test_table_is_large_and_has_every_force():
    assert len(ROWS) >= 80
    assert set(SENTENCES) == set(FORCES)


ITEMS = [
    # lead-in, item, force, the words that show it, whether they stand in the lead-in
    ("You should:", "be told why", "expectation", "should", True),
    ("You should:", "Be able to ask questions", "expectation", "should", True),
    ("You must:", "ring the office", "obligation", "must", True),
    ("To get ready, you need to:", "Read the report.", "obligation", "need to", True),
    ("You may wish to:", "bring a friend", "permission", "may wish to", True),
    ("You must not:", "smoke", "prohibition", "must not", True),
    ("We will:", "write to you if you cannot come", "commitment", "will", True),
    ("You have the right to:", "see your file", "right", "the right to", True),
    ("You can complain about the following:", "The way the meeting was run.", "permission", "can", True),
    ("Please bring:", "your passport", "request", "Please", True),
    ("You do not have to:", "answer every question", "no_obligation", "do not have to", True),
    ("The reasons are as follows:", "When a file is missing.", "description", "", False),
    ("If a plan is made:", "A group will be set up.", "commitment", "will", False),
    ("You can do two things at the desk:", "You must show your card first.", "obligation", "must", False),
    ("At the meeting", "You can speak to the chair.", "permission", "can", False),
]  # fmt: skip


@pytest.mark.parametrize(("lead_in", "item", "force", "words", "above"), ITEMS)
def test_list_item_takes_the_force_of_its_lead_in(lead_in, item, force, words, above):
    read = read_force(item, lead_in)
    assert (read.force, read.words, read.from_lead_in) == (force, words, above)
    assert read.span.of(lead_in if above else item) == words


NEGATED = [
    ("You must not smoke.", True), ("You must ring.", False), ("You need not come.", True), ("You can come.", False),
    ("You should not eat.", True), ("We will not tell.", True), ("You are not entitled to it.", True),
    ("Do not run.", True), ("Please do not run.", True), ("It is voluntary.", False), ("It may not be ready.", True),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "negated"), NEGATED)
def test_negated(sentence, negated):
    assert read_force(sentence).negated is negated


AGREEMENT = 0.74
"""The share of coded forces that the first quote and its lead-in are read as: 190 of 250 when measured."""


def coded_forces():
    """Each coded force here, with the first quote it rests on and the words that quote hangs from."""
    sources = load_sources(ROOT, []).sources
    bank = {question.id: question for question in load_questions(ROOT, load_topics(ROOT))}
    for source in sources:
        passages = split(source, certify(source))
        lead_ins = {passage.id: passage.lead_in for passage in passages}
        for position in load_positions(ROOT, source, passages, bank):
            if position.force and position.quotes:
                yield position.force, plain(position.quotes[0].quote), lead_ins[position.quotes[0].passage]


def test_agrees_with_the_coders():
    """A coder reads the whole leaflet and the reader one quote, so that they share much and not all."""
    cells = Counter((force, read_force(quote, lead_in).force) for force, quote, lead_in in coded_forces())
    agreed, total = sum(count for (coded, read), count in cells.items() if coded == read), cells.total()
    apart = [
        f"{coded} read as {read}: {count}" for (coded, read), count in cells.most_common() if coded != read
    ]
    shown = "\n".join([f"{agreed} of {total} coded forces are read alike ({agreed / total:.0%})", *apart])
    print(shown)
    assert agreed / total >= AGREEMENT, shown


PIECES = st.sampled_from(
    [
        *sorted({word for sentence, _, _ in ROWS for word in sentence.split()}),
        ":",
        ",",
        ".",
        "?",
        "\n",
        "if",
        "that",
    ]
)


@given(st.lists(PIECES, max_size=14).map(" ".join), st.lists(PIECES, max_size=6).map(" ".join))
def test_any_words(sentence, lead_in):
    read = read_force(sentence, lead_in)
    assert read.force in FORCES
    assert read.words == read.span.of(lead_in if read.from_lead_in else sentence)
    assert bool(read.words) == (read.force != "description")


@given(st.text(), st.text())
def test_any_text(sentence, lead_in):
    read = read_force(sentence, lead_in)
    assert read.words == read.span.of(lead_in if read.from_lead_in else sentence)


HOSTILE = [
    "can " * 50_000,
    "not " * 50_000,
    "must" + " " * 200_000,
    "if " * 66_000,
    "ly" * 100_000,
    "- " * 100_000,
    ", ask the " * 20_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: f"{text[:10]!r}")
def test_hostile_text_takes_time_in_proportion(text):
    """A text eight times as long may take about eight times as long; a square would be sixty-four times."""
    started = time.process_time()
    read_force(text[: len(text) // 8])
    halfway = time.process_time()
    read_force(text)
    took, before = time.process_time() - halfway, halfway - started
    assert took < 24 * before + 0.5
