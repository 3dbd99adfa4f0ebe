"""A question bank that does not hang together is told so, with the line; a bank with gaps is not refused."""

from dataclasses import replace

import pytest
from small import make
from test_site_hostile import _write_guide

from readacross.baseline import load_baseline
from readacross.certifying import certify
from readacross.coding import load_positions
from readacross.errors import SourceError
from readacross.linting import lint
from readacross.model import Coded, Position
from readacross.questions import load_questions, load_topics
from readacross.sources import load_sources
from readacross.splitting import split

TOPICS = """\
- {id: appeals, title: Appeals}
- {id: hens, title: Hens}
"""
ACTORS = """\
applicant: "who asks for a plot"
council: "who lets it"
"""
BANK = """\
- id: appeal.possible
  topic: appeals
  question: "Can the decision be appealed?"
  label: "Appealing"
  why: "It may be wrong."
  silent_when: "No appeal is mentioned."
  answer_type: enum
  silence: high
  actor: applicant
  options:
    - {id: may, words: "an appeal can be made"}
    - {id: final, words: "the decision is final"}
    - {id: reasons, words: "only reasons are given"}
  relations:
    - {a: may, b: final, kind: contradicts, severity: high}
    - {a: may, b: reasons, kind: stronger, severity: low}
    - {a: final, b: reasons, kind: same, severity: low, debatable: true}
  tensions:
    - {answer: final, with: appeal.time_limit, and: "*", kind: contradiction, severity: high, why: "w"}
    - {answer: may, with: hens.allowed, and: "true", kind: scope, severity: low, why: "w"}
  asked_as: ["Can I appeal?"]
  goes_with: [appeal.time_limit]
  must_mention: ["appeal", "final decision"]
- id: appeal.time_limit
  topic: appeals
  question: "How long is there to appeal?"
  label: "Time limit"
  why: "It runs out."
  silent_when: "No time is given."
  answer_type: duration
  silence: high
  actor: applicant
  must_mention: ["within", "deadline"]
  baseline: [appeal-weeks]
- id: hens.allowed
  topic: hens
  question: "May hens be kept?"
  label: "Hens"
  why: "Many ask."
  silent_when: "No animal is named."
  answer_type: bool
  silence: low
  actor: council
  must_mention: ["hen", "poultry"]
"""
BASELINE = """\
jurisdiction: England
facts:
  - id: appeal-weeks
    question: appeal.time_limit
    says: "three weeks to appeal"
    comparator: at_least
    value: {n: 3, unit: week}
    verified: S1
  - {id: plots, says: "plots for all", comparator: local, verified: S3}
"""
FILES = {"topics": TOPICS, "actors": ACTORS, "questions": BANK, "baseline": BASELINE}


def said(question, value, version="northam/allotments@2012", actor=None):
    coded = Coded("coder-1", "2026-01-31", "coded")
    status = "silent" if value is None else "stated"
    return Position(question, "", version, status, value, None, actor, (), (), coded)


ANSWERS = (said("appeal.possible", "may"), said("appeal.time_limit", {"n": 21, "unit": "day"}))
ALL = (*ANSWERS, said("hens.allowed", value=False))


def write(root, changes=()):
    """The bank above, with words replaced, as files."""
    (root / "index").mkdir()
    files = dict(FILES)
    for name, old, new in changes:
        assert old in files[name]
        files[name] = files[name].replace(old, new, 1)
    for name, text in files.items():
        (root / "index" / f"{name}.yaml").write_text(text, "utf-8")
    return root


def remarks(root, positions=ALL):
    """What the linter says, each as `level file:line: what. remedy.`"""
    topics = load_topics(root)
    questions = load_questions(root, topics)
    found = lint(root, questions, topics, positions, load_baseline(root, questions))
    return [f"{remark.level} {remark}".replace("index/", "") for remark in found]


def test_a_bank_that_hangs_together_is_not_remarked_on(tmp_path):
    assert remarks(write(tmp_path)) == []


BROKEN = {
    "a label twice": (
        "questions", 'label: "Hens"', 'label: "time  limit"',
        "problem questions.yaml:38: “time  limit” also stands under appeal.time_limit",
    ),
    "a question worded twice": (
        "questions", '"May hens be kept?"', '"how long is there to appeal"',
        "problem questions.yaml:37: “how long is there to appeal” also stands under appeal.time_limit",
    ),
    "a phrasing that is another question": (
        "questions", '["Can I appeal?"]', '["Can I appeal?", "May hens be kept?"]',
        "problem questions.yaml:37: “May hens be kept?” also stands under appeal.possible",
    ),
    "a phrasing twice": (
        "questions", '  must_mention: ["hen"', '  asked_as: ["can I appeal"]\n  must_mention: ["hen"',
        "problem questions.yaml:44: “can I appeal” also stands under appeal.possible",
    ),
    "bare options": (
        "questions", "  answer_type: bool\n", "  answer_type: set\n  options: [some_hens, cocks]\n",
        "notice questions.yaml:42: the options are bare ids",
    ),
    "no options": (
        "questions", "answer_type: bool", "answer_type: set",
        "notice questions.yaml:35: hens.allowed has no options: any answer passes",
    ),
    "options worded alike": (
        "questions", '"only reasons are given"', '"The decision is final."',
        "problem questions.yaml:13: the options final and reasons have the same words",
    ),
    "words with an underscore": (
        "questions", '"only reasons are given"', '"only_reasons"',
        "notice questions.yaml:13: the words of reasons hold an underscore",
    ),
    "no relation": (
        "questions", "    - {a: final, b: reasons, kind: same, severity: low, debatable: true}\n", "",
        "notice questions.yaml:14: no relation is written between final and reasons",
    ),
    "a pair related twice": (
        "questions", "a: final, b: reasons", "a: reasons, b: may",
        "problem questions.yaml:17: reasons and may are related twice",
    ),
    "an option related to itself": (
        "questions", "a: final, b: reasons", "a: final, b: final",
        "problem questions.yaml:17: final is related to itself",
    ),
    "relations of a set": (
        "questions", "answer_type: enum", "answer_type: set",
        "notice questions.yaml:14: relations are not used in a set",
    ),
    "a question that goes with itself": (
        "questions", "goes_with: [appeal.time_limit]", "goes_with: [appeal.possible]",
        "notice questions.yaml:22: appeal.possible goes with itself",
    ),
    "a question named twice": (
        "questions", "[appeal.time_limit]", "[appeal.time_limit, appeal.time_limit]",
        "notice questions.yaml:22: a question is named twice",
    ),
    "a tension with no question": (
        "questions", "with: hens.allowed", "with: hens.alowed",
        "problem questions.yaml:20: there is no question 'hens.alowed'",
    ),
    "a tension with itself": (
        "questions", 'with: hens.allowed, and: "true"', "with: appeal.possible, and: final",
        "problem questions.yaml:20: appeal.possible is set against itself",
    ),
    "a tension of no answer": (
        "questions", "answer: may", "answer: maybe",
        "problem questions.yaml:20: 'maybe' is not an answer to appeal.possible. use one of: may, final, reasons, *",
    ),
    "a tension with no answer": (
        "questions", 'and: "true"', "and: yes",
        "problem questions.yaml:20: 'yes' is not an answer to hens.allowed. use one of: true, false, *, silent.",
    ),
    "a tension with a time": (
        "questions", 'and: "*"', 'and: "21 days"',
        "problem questions.yaml:19: '21 days' is not an answer to appeal.time_limit. use one of: *, silent.",
    ),
    "a tension of silences": (
        "questions", 'answer: may, with: hens.allowed, and: "true"', "answer: silent, with: hens.allowed, and: silent",
        "problem questions.yaml:20: both sides are silence",
    ),
    "a tension twice": (
        "questions", '  must_mention: ["hen"',
        '  tensions: [{answer: "true", with: appeal.possible, and: may, kind: scope, severity: low, why: w}]\n  must_mention: ["hen"',
        "problem questions.yaml:44: this tension is written twice",
    ),
    "words to look for twice": (
        "questions", '["appeal", "final decision"]', '["appeal", "final decision", "appeals"]',
        "problem questions.yaml:23: “appeals” finds the same as “appeal”",
    ),
    "the same words to look for": (
        "questions", '["hen", "poultry"]', '["hen", "hen"]',
        "problem questions.yaml:44: “hen” finds the same as “hen”",
    ),
    "nothing to look for": (
        "questions", '["hen", "poultry"]', '["hen", "of the"]',
        "problem questions.yaml:44: “of the” holds no word that can be looked for",
    ),
    "an actor that is not listed": (
        "questions", "actor: council", "actor: councl",
        "problem questions.yaml:43: there is no actor 'councl'. use one of: applicant, council.",
    ),
    "a fact that is not there": (
        "questions", "baseline: [appeal-weeks]", "baseline: [appeal-weeks, appeal-days]",
        "problem questions.yaml:34: there is no fact 'appeal-days'",
    ),
    "a fact on another question": (
        "questions", "baseline: [appeal-weeks]", "baseline: [appeal-weeks, plots]",
        "problem questions.yaml:34: the fact plots does not measure appeal.time_limit",
    ),
    "a question that does not name its fact": (
        "baseline", "{id: plots,", "{id: plots, question: appeal.time_limit,",
        "problem baseline.yaml:9: appeal.time_limit does not name the fact plots",
    ),
    "a question that names no facts": (
        "baseline", "{id: plots,", "{id: plots, question: hens.allowed,",
        "notice baseline.yaml:9: hens.allowed does not name the fact plots",
    ),
    "a topic without a question": (
        "topics", "- {id: hens, title: Hens}", "- {id: hens, title: Hens}\n- {id: bees, title: Bees}",
        "notice topics.yaml:3: the topic bees has no question",
    ),
    "what a question leaves out": (
        "questions", '  why: "Many ask."\n  silent_when: "No animal is named."\n', "",
        "notice questions.yaml:35: hens.allowed leaves out why, silent_when",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_a_bank_that_does_not_hang_together(tmp_path, case):
    file, old, new, says = BROKEN[case]
    found = remarks(write(tmp_path, [(file, old, new)]))
    assert [remark for remark in found if remark.startswith(says)], found
    assert all(remark.endswith(".") for remark in found), "a remedy ends the line"


def test_a_missing_relation_is_a_problem_where_leaflets_give_both_answers(tmp_path):
    gap = "    - {a: may, b: final, kind: contradicts, severity: high}\n"
    root = write(tmp_path, [("questions", gap, "")])
    what = "questions.yaml:14: no relation is written between may and final"
    assert remarks(root) == [f"notice {what}. add one for each pair under relations."]
    other = said("appeal.possible", "final", "sudley/plots@undated")
    assert remarks(root, (*ALL, other)) == [f"problem {what}, and both are coded. add one under relations."]


def test_a_question_that_no_version_answers_is_listed_once_something_is_coded(tmp_path):
    root = write(tmp_path)
    unanswered = "notice questions.yaml:35: no version answers hens.allowed"
    for coded, expected in ((ANSWERS, 1), ((*ANSWERS, said("hens.allowed", None)), 1), ((), 0), (ALL, 0)):
        found = remarks(root, coded)
        assert len(found) == expected
        assert all(remark.startswith(unanswered) for remark in found)


def test_an_actor_in_what_was_coded_is_named_with_the_line_of_the_coding(tmp_path):
    root = make(tmp_path)
    (root / "index/actors.yaml").write_text("tenant: who has a plot\n", "utf-8")
    found = [remark for remark in remarks(root, coded(root)) if "applicant" in remark]
    assert found[0] == (
        "notice sources/northam/allotments/2012/coding.yaml:8: "
        "there is no actor 'applicant' (on appeal.possible). use one of: tenant."
    )
    gone = replace(coded(root)[0], version="northam/allotments@2031")
    found = [remark for remark in remarks(root, (gone,)) if "applicant" in remark]
    assert found[0].startswith("notice sources/northam/allotments/2031/coding.yaml:1: there is no actor")


@pytest.mark.parametrize(
    ("answer_type", "allowed", "refused"),
    [
        ("bool", ["true", "false", "*", "silent"], "yes"),
        ("enum", ["hens", "silent", "*"], "cocks"),
        ("set", ["hens", "silent", "*"], "hens and bees"),
        ("condition", ["hens", "silent", "*"], "if it is quiet"),
        ("integer", ["silent", "*"], "3"),
        ("contact", ["silent", "*"], "the clerk"),
    ],
)
def test_which_answers_a_tension_may_name(tmp_path, answer_type, allowed, refused):
    for number, answer in enumerate([*allowed, refused]):
        (tmp_path / str(number)).mkdir()
        options = "" if answer_type == "bool" else "  options: [{id: hens, words: hens}]\n"
        changes = [
            ("questions", "answer_type: bool\n", f"answer_type: {answer_type}\n{options}"),
            ("questions", 'hens.allowed, and: "true"', f'hens.allowed, and: "{answer}"'),
        ]
        found = remarks(write(tmp_path / str(number), changes))
        what = f"problem questions.yaml:20: {answer!r} is not an answer to hens.allowed"
        assert any(remark.startswith(what) for remark in found) == (answer == refused)


WRONG_SHAPES = [
    ("    - {id: final,", "    - {id: may,", 10, "an option is given twice"),
    ('["hen", "poultry"]', "hen", 44, "'must_mention' is not a list of words"),
    ('["hen", "poultry"]', '["hen", " "]', 44, "'must_mention' holds an empty piece of text"),
    ('["Can I appeal?"]', '[""]', 21, "'asked_as' holds an empty piece of text"),
    ("  answer_type: bool\n", "  answer_type: set\n  options: [cocks, cocks]\n", 42, "an option is given twice"),
    ("debatable: true", "debatable: perhaps", 17, "'debatable' is not true or false"),
    ("kind: scope", "kind: silence", 20, "kind is 'silence'"),
    ("baseline: [appeal-weeks]", "baseline: appeal-weeks", 34, "'baseline' is not a list of words"),
    ("goes_with: [appeal.time_limit]", "goes_with: [appeal.time]", 22, "there is no question 'appeal.time'"),
    ("- id: hens.allowed", "- id: appeal.possible", 35, "the question 'appeal.possible' is given twice"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "line", "says"), WRONG_SHAPES, ids=[row[3][:30] for row in WRONG_SHAPES]
)
def test_an_entry_of_the_wrong_shape_is_refused_when_it_is_read(tmp_path, old, new, line, says):
    root = write(tmp_path, [("questions", old, new)])
    with pytest.raises(SourceError) as caught:
        load_questions(root, load_topics(root))
    assert str(caught.value).startswith(f"index/questions.yaml:{line}: {says}")


# Whole knowledge bases


def coded(root):
    """The positions of every version, without building anything."""
    bank = {question.id: question for question in load_questions(root, load_topics(root))}
    sources = load_sources(root, []).sources
    return tuple(
        position
        for source in sources
        for position in load_positions(root, source, split(source, certify(source)), bank)
    )


@pytest.mark.parametrize("base", [make, _write_guide], ids=["small", "guide"])
def test_a_minimal_bank_has_gaps_but_no_problem(tmp_path, base):
    base(tmp_path)
    found = remarks(tmp_path, coded(tmp_path))
    assert [remark for remark in found if remark.startswith("problem")] == []


def test_no_bank_no_remarks(tmp_path):
    assert lint(tmp_path, (), (), (), None) == ()


def test_the_bank_of_the_five_leaflets_hangs_together(repository):
    found = remarks(repository, coded(repository))
    assert [remark for remark in found if remark.startswith("problem")] == []
    assert [remark for remark in found if "questions.yaml" in remark] == []


def test_every_question_of_the_bank_says_who_acts_and_what_to_look_for(repository):
    bank = load_questions(repository, load_topics(repository))
    assert [question.id for question in bank if not (question.actor and question.why)] == []
    assert [question.id for question in bank if not 2 <= len(question.must_mention) <= 10] == []
    related = [relation for question in bank for relation in question.relations]
    assert 0 < sum(relation.debatable for relation in related) < len(related) / 2
