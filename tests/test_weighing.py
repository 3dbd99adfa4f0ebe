"""BM25 weights against the textbook, and their files."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from readacross.errors import GenerationError
from readacross.weighing import load, save, score, weigh

LEAFLETS = [
    ["parents", "may", "attend", "the", "conference"],
    ["parents", "must", "attend"],
    ["children", "may", "come"],
    [],
    ["the", "conference", "may", "decide", "the", "plan", "the", "plan"],
]


def textbook(documents, question, k1=1.2, b=0.75):
    """BM25 as it is written down, one sum at a time."""
    mean = sum(map(len, documents)) / len(documents)
    scores = []
    for document in documents:
        total = 0.0
        for term in set(question):
            tf, n = document.count(term), sum(term in other for other in documents)
            idf = math.log(1 + (len(documents) - n + 0.5) / (n + 0.5))
            if tf:
                total += idf * tf * (k1 + 1) / (tf + k1 * (1 - b + b * len(document) / mean))
        scores.append(total)
    return scores


words = st.sampled_from(["a", "b", "c", "d", "e", "f", "g"])
corpora = st.lists(st.lists(words, max_size=12), min_size=1, max_size=12)


@given(corpora, st.lists(words, max_size=6), st.floats(0.1, 3), st.floats(0, 1))
def test_same_as_textbook(documents, question, k1, b):
    ours = score(weigh(documents, k1, b), question)
    assert ours.dtype == np.float32
    assert ours == pytest.approx(
        textbook(documents, question, k1, b) if any(documents) else [0.0] * len(documents), rel=1e-5
    )


@pytest.mark.parametrize(
    ("question", "best"),
    [("parents attend", 1), ("plan", 4), ("children", 2), ("must", 1), ("conference parents", 0)],
)
def test_best_document(question, best):
    assert int(np.argmax(score(weigh(LEAFLETS), question.split()))) == best


@pytest.mark.parametrize(
    ("question", "same_as"),
    [("plan plan plan", "plan"), ("may plan", "plan may"), ("plan unheard", "plan")],
)
def test_repeats_order_and_unknown_terms_change_nothing(question, same_as):
    weights = weigh(LEAFLETS)
    assert score(weights, question.split()).tobytes() == score(weights, same_as.split()).tobytes()


@pytest.mark.parametrize("documents", [[], [[]], [[], []]])
def test_nothing_to_weigh(documents, tmp_path):
    weights = weigh(documents)
    save(weights, tmp_path)
    for each in (weights, load(tmp_path)):
        assert score(each, ["anything"]).tolist() == [0.0] * len(documents)


def test_vocabulary_is_sorted_and_documents_rise():
    weights = weigh(LEAFLETS)
    assert list(weights.vocabulary) == sorted(weights.vocabulary)
    assert list(weights.vocabulary.values()) == list(range(len(weights.vocabulary)))
    for start, end in zip(weights.starts, weights.starts[1:], strict=False):
        assert (np.diff(weights.documents[start:end]) > 0).all()
    assert (weights.weights > 0).all()


@given(corpora)
def test_same_documents_same_bytes(documents):
    one, other = weigh(documents), weigh([list(document) for document in documents])
    assert list(one.vocabulary.items()) == list(other.vocabulary.items())
    for name in ("starts", "documents", "weights"):
        assert getattr(one, name).tobytes() == getattr(other, name).tobytes()


def test_saved_and_loaded(tmp_path):
    weights = weigh(LEAFLETS)
    save(weights, tmp_path)
    again = load(tmp_path)
    assert (again.vocabulary, again.count) == (weights.vocabulary, weights.count)
    for name in ("starts", "documents", "weights"):
        assert getattr(again, name).dtype == getattr(weights, name).dtype
        assert getattr(again, name).tobytes() == getattr(weights, name).tobytes()
    (tmp_path / "again").mkdir()
    save(again, tmp_path / "again")
    for file in (tmp_path / "again").iterdir():
        assert file.read_bytes() == (tmp_path / file.name).read_bytes()


@pytest.mark.parametrize("name", ["starts.npy", "documents.npy", "weights.npy", "vocabulary.json"])
@pytest.mark.parametrize("damage", ["missing", "empty", "half", "nonsense"])
def test_damage_is_one_line(tmp_path, name, damage):
    save(weigh(LEAFLETS), tmp_path)
    file = tmp_path / name
    whole = file.read_bytes()
    file.unlink()
    if damage != "missing":
        file.write_bytes({"empty": b"", "half": whole[: len(whole) // 2], "nonsense": b"nonsense"}[damage])
    with pytest.raises(GenerationError, match="readacross build") as error:
        load(tmp_path)
    assert "\n" not in str(error.value)


def test_files_that_do_not_fit_together(tmp_path):
    save(weigh(LEAFLETS), tmp_path)
    vocabulary = json.loads((tmp_path / "vocabulary.json").read_text())
    (tmp_path / "vocabulary.json").write_text(json.dumps({**vocabulary, "terms": vocabulary["terms"][:-1]}))
    with pytest.raises(GenerationError, match="do not fit together"):
        load(tmp_path)
