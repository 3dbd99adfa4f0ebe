"""What speaks against an answer, as tables of questions and passages, and the model that weighs it."""

import json
from pathlib import Path
from runpy import run_path

import numpy as np
import pytest

from readacross.errors import GenerationError
from readacross.opposing import answers, denied, keys_of, words_of
from readacross.refusing import Question, answer_near, compare_words, load_refusal, missing

PASSAGE = (
    "Rent is due on 1 April each year. It is 40 pounds. Sheds may be no taller than two metres. "
    "Bonfires are not allowed in summer. The largest plots are in Milton."
)


def asked(question: str) -> Question:
    words = words_of(question)
    says = np.array([float(bool(word.term)) for word in words])
    return Question(tuple(words), says, np.arange(len(words)))


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        ("Which plots are the largest?", 4, {}),
        ("Which plots are the smallest?", 4, {"turned": 1, "turned_all": 1, "can_turn": 1}),
        ("Which plots are not in Milton?", 4, {"denied_asked": 1, "denied_either": 1}),
        ("When are bonfires allowed?", 3, {"denied_matched": 1, "denied_either": 1}),
        ("When are bonfires not allowed?", 3, {}),
        ("When are bonfires disallowed?", 3, {"turned": 1, "turned_all": 1}),
    ],
)
def test_what_is_denied_or_turned_round(question, sentence, expected):
    found = compare_words(words_of(question), words_of(PASSAGE), sentence)
    assert {name: value for name, value in found.items() if value} == expected


@pytest.mark.parametrize(
    ("question", "words", "figures"),
    [
        ("How tall may sheds in Milton be?", 1, 0),
        ("Is rent due in April?", 0, 0),
        ("Is rent due in April 2019?", 1, 1),
        ("Is rent due in Hull?", 0, 0),
        ("Who repairs organs?", 2, 0),
    ],
)
def test_what_is_missing(question, words, figures):
    found = missing(words_of(question), [keys_of(PASSAGE)])
    assert (found["missing"], found["missing_figures"]) == (words, figures)


def test_what_one_of_the_passages_has_is_not_missing():
    passages = [keys_of(PASSAGE), keys_of("Ann repairs organs.")]
    assert missing(words_of("Who repairs organs?"), passages)["missing"] == 0


@pytest.mark.parametrize(
    ("question", "could"),
    [
        ("How many plots are there?", ["1", "40", "two"]),
        ("When is rent due?", ["1", "April", "40"]),
        ("Where are the largest plots?", ["April", "Milton"]),
        ("Who has the largest plots?", ["April", "Milton"]),
    ],
)
def test_which_words_could_answer(question, could):
    fits = answers(words_of(question))
    assert [word.written for word in words_of(PASSAGE) if fits(word)] == could


def test_an_answer_nearer_the_question_s_words_counts_more():
    told = [
        words_of(text) for text in ("Rent is 40 pounds.", "Rent is due. Ask Ann. It is 40.", "Rent is due.")
    ]
    question = asked("How much is rent?")
    near, further, none = (answer_near(question, passage) for passage in told)
    assert near > further > none == 0


def test_a_negation_denies_what_follows_it_in_its_sentence():
    assert denied(words_of("Dogs may not enter. Hens may. Don't feed them.")) == {"enter", "feed"}


def test_questions_of_no_words_have_no_answer_near():
    assert answer_near(asked("?"), words_of(PASSAGE)) == 0
    assert answer_near(asked("Is rent due?"), []) == 0


def test_the_model_that_is_shipped_weighs_denial_against_an_answer():
    model = load_refusal()
    usual = dict(zip(model.names, model.mean.tolist(), strict=True))
    assert model.confidence(usual | {"denied_either": 1.0}) < model.confidence(usual)
    assert model.confidence(usual | {"sentence": 1.0}) > model.confidence(usual)


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"evidence": {}}', json.dumps({"evidence": {"words": [1]}, "constant": 0})]
)
def test_a_damaged_model_is_named(tmp_path, content):
    file = tmp_path / "refusal.json"
    file.write_text(content)
    with pytest.raises(GenerationError, match="Install Readacross again"):
        load_refusal(file)


FITTING = Path(__file__).parent.parent / "benchmarks" / "fit_refusal.py"


def test_no_title_is_both_fitted_on_and_tested():
    titles = np.array(list("aaabbbbcddeeeeefgghhiijjkkll"))
    held = run_path(str(FITTING))["folds"](titles, 1)
    assert sum(fold.astype(int) for fold in held).tolist() == [1] * len(titles)
    assert not any(set(titles[fold]) & set(titles[~fold]) for fold in held)


def test_a_fitted_model_is_written_and_read_back(tmp_path):
    fitting = run_path(str(FITTING))
    answered = np.arange(40) % 2 == 0
    table = np.column_stack((answered + np.arange(40) / 40, np.ones(40)))
    ones = np.ones(40)
    model = fitting["fit"](fitting["Examples"](["like", "same"], table, answered, ones, ones, ones))
    fitting["write"](tmp_path / "refusal.json", model, "a set")
    read = load_refusal(tmp_path / "refusal.json")
    sure = [read.confidence(dict(zip(read.names, row, strict=True))) for row in table]
    assert min(np.array(sure)[answered]) > max(np.array(sure)[~answered])
