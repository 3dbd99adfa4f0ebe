"""Grading flags against a reader, and the report of an evaluation."""

import json

import pytest

from readacross.cli import main
from readacross.errors import SourceError
from readacross.evaluating import FIGURES, REPORT, evaluate, report
from readacross.grading import Judged, Share, grade, load_pairs

STAFFORDSHIRE = "staffordshire/child-protection-conferences@2017-03"
BOARD = "surrey/child-protection-conferences@board"
SOUTHWARK = "southwark/child-protection-conferences@undated"


@pytest.mark.parametrize(
    ("part", "whole", "looked_at", "percent", "interval"),
    [
        (8, 10, 10, 80, (49.0, 94.3)),  # Wilson's interval, as in textbooks
        (20, 20, 5, 100, (56.6, 100)),  # weights do not make an interval narrower
        (0, 4, 4, 0, (0, 49.0)),
        (0, 0, 0, None, None),
    ],
)
def test_a_share_and_its_interval(part, whole, looked_at, percent, interval):
    share = Share(part, whole, looked_at)
    assert share.percent == percent
    assert share.interval == (interval and pytest.approx(interval, abs=0.05))


def judged(kind, question="complaint.decision_challengeable", versions=(STAFFORDSHIRE, BOARD), weight=1.0):
    return Judged(question, versions, kind, True, weight)


def shares(library, *pairs):
    return {row.kind: (row.precision.percent, row.recall.percent) for row in grade(library, pairs)}


def test_what_a_reader_sees_too_is_right_whatever_it_is_called(library):
    found = shares(library, judged("contradiction"), judged("scope"))
    assert found["contradiction"] == (100, 100)
    assert found["scope"] == (None, 100)
    assert found["all in which both speak"] == (100, 100)


def test_a_flag_where_the_reader_sees_none_costs_precision_by_its_weight(library):
    found = shares(library, judged("contradiction", weight=3.0), judged("same", weight=1.0))
    assert found["contradiction"] == (75, 100)


def test_a_difference_that_is_not_flagged_costs_recall(library):
    alike = judged("scope", "complaint.effect_on_decision", (STAFFORDSHIRE, STAFFORDSHIRE))
    assert shares(library, judged("contradiction"), alike)["all in which both speak"] == (100, 50)


def test_silence_is_graded_apart(library):
    silent = judged("one_silent", "complaint.decision_challengeable", (SOUTHWARK, BOARD))
    found = shares(library, silent, judged("contradiction", versions=(SOUTHWARK, BOARD)))
    assert found["one_silent"] == (50, 100)
    assert found["contradiction"] == (None, 0)


def test_only_the_sure_where_that_is_asked(library):
    unsure = Judged("complaint.decision_challengeable", (STAFFORDSHIRE, BOARD), "same", False, 1.0)
    rows = {row.kind: row for row in grade(library, [unsure, judged("contradiction")], sure=True)}
    assert rows["contradiction"].precision.looked_at == 1


def test_the_pairs_of_the_repository_were_judged_for_what_is_coded(library, repository):
    pairs = load_pairs(repository)
    assert len(pairs) == 200
    assert all(pair.question in library.questions for pair in pairs)
    assert all(set(pair.versions) <= library.versions.keys() for pair in pairs)
    total = grade(library, pairs)[-1]
    assert total.precision.percent >= 75
    assert total.recall.percent >= 90


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("kind: contradiction", "kind: quarrel", "kind is 'quarrel'"),
        ("judgement: differ", "judgement: perhaps", "judgement is 'perhaps'"),
        ("of: 177", "of: 0", "not numbers above 0"),
        ("drawn: flagged", "drawn: elsewhere", "drawn is 'elsewhere'"),
    ],
)
def test_pairs_that_cannot_be_read_are_refused_with_their_line(repository, tmp_path, old, new, says):
    text = (repository / "qa/pairs.yaml").read_text("utf-8")
    (tmp_path / "qa").mkdir()
    (tmp_path / "qa/pairs.yaml").write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(SourceError, match=says) as caught:
        load_pairs(tmp_path)
    assert caught.value.line


def test_the_report_of_the_repository_is_what_an_evaluation_makes(library, repository):
    found = evaluate(repository, library, answers=False)
    written = (repository / REPORT).read_text("utf-8")
    assert written.startswith(report(found)), "run: readacross evaluate"
    assert "## Answers to the test questions" in written
    assert found.agreement[-1].cells == 510
    assert [row.open for row in found.coverage] == [0] * 5


def test_a_new_knowledge_base_is_evaluated_as_far_as_there_is_anything(small, capsys):
    assert main(["--root", str(small), "evaluate", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["agreement"] == found["flags"] == []
    assert {row["version"] for row in found["coverage"]} >= {"northam/allotments@2019"}
    assert (small / FIGURES).is_file()
    assert "## Sentences" in (small / REPORT).read_text("utf-8")
