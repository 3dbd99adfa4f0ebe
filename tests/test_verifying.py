"""Sentences and the quotes they rest on: what is kept, what is dropped, and by which rule."""

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from rewordings import NAMES

from readacross.verifying import RULES, Broken, Shown, cleaned, verify


def shown(words, lead_in="", heading="", number=1, authority="northam", version=""):
    return Shown(
        number,
        number - 1,
        authority,
        NAMES[authority],
        version or f"{authority}/a@1",
        words,
        lead_in,
        (heading,),
    )


def rule_of(sentence, words, lead_in="", heading="", quote=None):
    """The rule that drops a sentence resting on these words, or "kept"."""
    found = verify(
        cleaned(sentence), [(shown(words, lead_in, heading), quote or words)], tuple(NAMES.values())
    )
    return found.rule if isinstance(found, Broken) else "kept"


# What is kept and what is dropped: the quote, the sentence, the rule.

DEADLINE = "You must complain within 28 days of the conference."
REPLY = "We will reply within 10 working days."
FRIEND = "You can bring a friend or a relative."
MATTERS = [
    (DEADLINE, "You must complain within 28 days of the conference.", "kept"),
    (DEADLINE, "You must complain within four weeks of the conference.", "kept"),
    (DEADLINE, "You need to complain within 28 days.", "kept"),
    (DEADLINE, "Northam says that you must complain within 28 days.", "kept"),
    (DEADLINE, "In Northam, you must complain within 28 days.", "kept"),
    (DEADLINE, "In Sudley, you must complain within 28 days.", "authority"),
    (DEADLINE, "You must complain within 29 days of the conference.", "number"),
    (DEADLINE, "You must complain within 28 working days of the conference.", "number"),
    (DEADLINE, "You must complain within 28 weeks of the conference.", "number"),
    (DEADLINE, "You must complain at least 28 days before the conference.", "number"),
    (DEADLINE, "You must complain 28 days after the conference.", "number"),
    (DEADLINE, "You must complain within 28 days of the letter.", "number"),
    (DEADLINE, "You must complain to 28 people within 28 days of the conference.", "number"),
    (DEADLINE, "You may complain within 28 days of the conference.", "force"),
    (DEADLINE, "You should complain within 28 days of the conference.", "force"),
    (DEADLINE, "You complain within 28 days of the conference.", "force"),
    (DEADLINE, "You must not complain within 28 days of the conference.", "negation"),
    (DEADLINE, "You must usually complain within 28 days of the conference.", "condition"),
    (REPLY, "Northam will reply within 10 working days.", "kept"),
    (REPLY, "They will reply within 10 working days.", "kept"),
    (REPLY, "Northam will reply within 10 days.", "number"),
    (REPLY, "Sudley will reply within 10 working days.", "authority"),
    (REPLY, "Sudley Bay will reply within 10 working days.", "authority"),
    (REPLY, "You will reply within 10 working days.", "subject"),
    (REPLY, "We will reply within 10 working days.", "subject"),
    ("You must write to the clerk.", "Northam must write to the clerk.", "subject"),
    (FRIEND, "You may bring a friend or relative.", "kept"),
    (FRIEND, "You can bring a friend.", "kept"),
    (FRIEND, "You can bring a solicitor.", "words"),
    (FRIEND, "You can bring one friend.", "number"),
    (FRIEND, "You can bring a friend and a relative.", "condition"),
    (FRIEND, "You can only bring a friend.", "condition"),
    (FRIEND, "You can bring a friend or relative if the chair agrees.", "condition"),
    (FRIEND, "You can always bring a friend.", "condition"),
    (FRIEND, "You can bring a friend, see www.northam.example.", "address"),
    (FRIEND, "You can bring a friend or write to help@northam.example.", "address"),
    (FRIEND, "You can bring a friend, call 0300 111 8000.", "number"),
    ("Ask Sudley for a plot there.", "Ask Sudley for a plot there.", "authority"),
    ("Reading the letter helps.", "Reading the letter helps.", "kept"),
    ("Note: the office moved.", "The office moved.", "condition"),
    ("Last year: plots are free.", "Plots are free.", "condition"),
    (FRIEND, "Y\N{CYRILLIC SMALL LETTER O}u can bring a friend.", "characters"),
    (FRIEND, "You can bring a friend \N{CROSS MARK} or relative.", "characters"),
    (FRIEND, "You can bring ~~a friend~~ or relative.", "characters"),
    (FRIEND, "<b>You can bring a friend</b> or relative.", "characters"),
    (FRIEND, "You \x1b[8mcan\u202e bring a friend\x07.", "characters"),
    (FRIEND, "You can\u200b bring\x00 a friend.", "kept"),
    (FRIEND, "You can bring a friend. You can bring a relative.", "statement"),
    (FRIEND, "Can you bring a friend?", "statement"),
    (FRIEND, "You can.", "length"),
    (FRIEND, "You can bring a friend " + "or a relative " * 30, "length"),
    ("The decision cannot be challenged.", "You cannot challenge the decision.", "kept"),
    ("The decision cannot be challenged.", "The decision can't be challenged.", "kept"),
    ("The decision cannot be challenged.", "The decision can be challenged.", "negation"),
    ("The decision can be challenged.", "The decision cannot be challenged.", "negation"),
    ("If the chair agrees, you can bring a friend.", "You can bring a friend.", "condition"),
    ("If the chair agrees, you can bring a friend.", "You can bring a friend if the chair agrees.", "kept"),
    ("Some people think the decision is final.", "The decision is final for some people.", "condition"),
    ("The decision is usually final.", "The decision is final.", "condition"),
    ("The clerk can refuse to let you speak.", "The clerk can let you speak.", "negation"),
    ("Children over 12 can come with you.", "Children over 12 can come.", "kept"),
    ("Children over 12 can come with you.", "Children can come with you.", "number"),
    ("The decision is final and not open to review.", "The decision is not final and open to review.", "reach"),
    ("Only a court can order a move.", "A court can only order a move.", "reach"),
    ("We may visit you and you must let us in.", "Northam must visit you and you may be let in.", "force"),
    ("You can speak but you must write first.", "You can write but you must speak first.", "reach"),
    ("Tel: 0300 111 8000\\\nFax: 0300 111 8001", "Tel: 0300 111 8000", "kept"),
    ("Tel: 0300 111 8000\\\nFax: 0300 111 8001", "The tel is 0300 111 8001.", "number"),
    ("See [our page](https://northam.example/a) to apply.", "See https://northam.example/a to apply.", "address"),
    # Wrong in one thing, about the first five leaflets.
    ("They can’t say anything but can advise you.", "You can’t say anything but can advise them.", "force"),
    ("They will be able to support you.", "You will be able to support them.", "subject"),
    ("The social worker will write a report for the police.", "The police will write a report for the social worker.", "subject"),
    ("A child can bring a parent.", "A parent can bring a child.", "subject"),
    ("You will be given copies of reports.", "You will give copies of reports.", "subject"),
    ("You may be asked your views.", "You may ask your views.", "force"),
    ("You are invited to the meeting by letter.", "You invite the meeting by letter.", "subject"),
    ("The conference decides if your child is at risk.", "The conference decides your child is at risk.", "condition"),
    ("A recording will be made with your consent.", "A recording will be made.", "condition"),
    ("Your child may attend where appropriate.", "Your child may attend.", "condition"),
    ("Your child may attend for some of the meeting.", "Your child may attend the meeting.", "condition"),
    ("Sometimes a police officer will be present.", "A police officer will be present.", "force"),
    ("It can in certain circumstances be considered by the board.", "It can be considered by the board.", "condition"),
    ("You should be shown this two working days before a first and five days before a later meeting.", "You should be shown this five days before a first meeting.", "number"),
    ("Complain within 28 days of the conference, or 14 days after receiving the minutes.", "Complain within 28 days of the conference.", "number"),
    ("A core group must meet every six weeks.", "A core group must meet.", "number"),
    ("It helps with 28 homes in 14 towns.", "It helps with 14 homes in 28 towns.", "number"),
    ("The plan is not looked at again.", "The plan is looked at again.", "negation"),
    ("It cannot take children into care.", "It can take children into care.", "negation"),
    ("The chair decides, not the social worker.", "The social worker decides, not the chair.", "reach"),
    ("Calls are not free from mobiles.", "Calls are free, not from mobiles.", "reach"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "sentence", "rule"), MATTERS)
def test_a_sentence_says_nothing_that_its_quotes_do_not_say(words, sentence, rule):
    assert rule_of(sentence, words) == rule


@pytest.mark.parametrize(
    ("lead_in", "item", "sentence", "rule"),
    [
        ("You must not:", "bring dogs", "You must not bring dogs.", "kept"),
        ("You must not:", "bring dogs", "You must bring dogs.", "negation"),
        ("You must not:", "bring dogs", "You bring dogs in.", "negation"),
        ("You should:", "write to the clerk", "You should write to the clerk.", "kept"),
        ("You should:", "write to the clerk", "You must write to the clerk.", "force"),
        ("You should:", "write to the clerk", "Write to the clerk.", "force"),
        ("If you are late:", "you can wait outside", "You can wait outside.", "condition"),
    ],
)
def test_what_an_item_hangs_from_counts_as_part_of_it(lead_in, item, sentence, rule):
    assert rule_of(sentence, item, lead_in) == rule


@pytest.mark.parametrize(
    ("quote", "rule"),
    [
        ("You must not bring dogs to the site.", "negation"),  # the whole sentence
        ("bring dogs to the site", "negation"),  # a piece that leaves the "not" behind
        ("bring dogs", "negation"),
        ("ring dogs", "quote"),  # begins inside a word
        ("bring cats", "quote"),
        ("You must bring dogs to the site.", "quote"),  # a word left out
        ("", "quote"),
    ],
)
def test_a_quote_cannot_leave_the_rest_of_its_sentence_behind(quote, rule):
    words = "You must not bring dogs to the site. You can bring a cart."
    found = verify("You bring dogs to the site.", [(shown(words), quote)], ())
    assert isinstance(found, Broken)
    assert found.rule == rule


def test_a_quote_that_is_typed_differently_is_given_back_as_it_stands_there():
    words = "**You can’t** bring\ndogs – or cats."
    found = verify("You cannot bring dogs or cats.", [(shown(words), "you can't bring dogs - or cats")], ())
    assert [rest.quote for rest in found] == ["You can’t** bring\ndogs – or cats"]


def test_a_line_break_within_a_sentence_hides_nothing():
    assert (
        rule_of("You bring dogs to the site.", "You must not\nbring dogs to the site.", quote="bring dogs")
        == "negation"
    )


def test_a_sentence_rests_on_one_version_so_that_nobody_is_taken_for_another():
    both = [(shown(FRIEND), FRIEND), (shown(FRIEND, number=2, authority="sudley"), FRIEND)]
    found = verify("You can bring a friend or relative.", both, ())
    assert isinstance(found, Broken)
    assert found.rule == "source"


def test_two_quotes_of_one_leaflet_may_be_joined():
    first, second = "You can bring a friend.", "You must write to the clerk and say so."
    both = [(shown(first), first), (shown(second, number=2), second)]
    found = verify("You can bring a friend, and you must write to the clerk and say so.", both, ())
    assert [rest.citation for rest in found] == [0, 1]


def test_each_rule_is_named_for_readers():
    used = {rule for _, _, rule in MATTERS} | {"quote", "source", "shape", "passage", "kept"}
    assert set(RULES) | {"kept"} == used


# A trial: sentences that put leaflets right in other words.  The checks drop what they cannot be sure of.

WORDS = tomllib.loads((Path(__file__).parent / "rewordings.toml").read_text("utf-8"))["words"]
TRIAL = [
    (entry["heading"], entry.get("lead_in", ""), entry["quote"], sentence, rule)
    for entry in WORDS
    for rule in entry.keys() - {"heading", "lead_in", "quote"}
    for sentence in entry[rule]
]
TRIAL.sort()

KEPT = [row[:4] for row in TRIAL if row[4] == "kept"] + [
    ("", "", words, sentence) for words, sentence, rule in MATTERS if rule == "kept" and "\\" not in words
]
"""Heading, lead-in, quote and sentence of all that is kept."""


@pytest.mark.parametrize(("heading", "lead_in", "words", "sentence", "rule"), TRIAL)
def test_the_trial(heading, lead_in, words, sentence, rule):
    assert rule_of(sentence, words, lead_in, heading) == rule


def test_the_guide_tells_how_the_trial_went(repository):
    rules = [row[4] for row in TRIAL]
    told = (repository / "docs/guide/language-model.md").read_text("utf-8")
    assert f"{rules.count('kept')} of {len(rules)}" in told


# Mutations: what is kept is dropped as soon as a number, a negation or a word of force changes.

kept_rows = st.sampled_from(KEPT)
MODALS = ("must", "must not", "should", "may", "can", "cannot", "will", "have to", "might", "need not")
quickly = settings(max_examples=150, suppress_health_check=[HealthCheck.filter_too_much])


def dropped(row, sentence):
    heading, lead_in, words, _ = row
    return rule_of(sentence, words, lead_in, heading) != "kept"


@given(kept_rows, st.sampled_from(("not", "no", "never", "without", "nor", "hardly")), st.integers(0, 40))
@quickly
def test_a_negation_put_in_anywhere_is_caught(row, negation, at):
    said = row[3].split()
    at = min(at, len(said) - 1)
    assert dropped(row, " ".join([*said[:at], negation, *said[at:]]))


@given(kept_rows, st.data())
@quickly
def test_a_negation_taken_out_is_caught(row, data):
    found = list(re.finditer(r"\b(?:not|no|cannot|don['’]t|can['’]t|without) ?", row[3]))
    assume(found)
    gone = data.draw(st.sampled_from(found))
    instead = {"c": "can ", "d": "do "}.get(gone[0][0], "")
    assert dropped(row, row[3][: gone.start()] + instead + row[3][gone.end() :])


@given(kept_rows, st.sampled_from(MODALS), st.data())
@quickly
def test_a_word_of_force_swapped_is_caught(row, modal, data):
    alike = [{"must", "have to", "need to", "needs to"}, {"can", "may"}]
    found = list(re.finditer(r"\b(?:must|should|may|can|will|needs? to|have to)\b", row[3]))
    assume(found)
    old = data.draw(st.sampled_from(found))
    assume(old[0] != modal and not any({old[0], modal} <= same for same in alike))
    assume((old[0], modal) != ("may", "might"))  # "you may wish to" and "you might wish to" are one
    # Where the quotes hold both, one may stand for the other only if it bears on the same words.
    assume(modal not in row[2] and modal not in row[1])
    assert dropped(row, row[3][: old.start()] + modal + row[3][old.end() :])


@given(kept_rows, st.integers(1, 400), st.data())
@quickly
def test_a_number_changed_is_caught(row, other, data):
    words = "one|two|three|four|five|six|ten|half an"
    found = list(re.finditer(rf"\b(?:[0-9]+|{words})\b", row[3]))
    assume(found)
    old = data.draw(st.sampled_from(found))
    assume(not re.search(rf"\b{other}\b", row[2]) and old[0] != str(other))
    changed = row[3][: old.start()] + str(other) + row[3][old.end() :]
    assume({"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ten": 10}.get(old[0]) != other)
    assume("30 minutes" not in changed and "4 weeks" not in changed)  # half an hour, and 28 days
    assert dropped(row, changed)


@given(
    kept_rows,
    st.sampled_from(("caravan", "solicitors", "Barchester", "free", "tomorrow", "fourteen")),
    st.integers(0, 40),
)
@quickly
def test_a_word_that_nobody_said_is_caught(row, word, at):
    assume(word not in row[2] and "solicitor" not in row[2])
    said = row[3].split()
    at = min(at, len(said) - 1)
    assert dropped(row, " ".join([*said[:at], word, *said[at:]]))


@given(st.text(max_size=200), st.text(max_size=80))
@settings(max_examples=200)
def test_any_text_is_judged_and_none_breaks_the_judge(sentence, quote):
    found = verify(cleaned(sentence), [(shown(FRIEND), cleaned(quote))], tuple(NAMES.values()))
    assert isinstance(found, Broken) or found[0].quote in FRIEND
