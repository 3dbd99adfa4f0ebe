"""The order of an answer: what is likest meant first, each authority once before any twice, headings after their words."""

import pytest

from readacross.model import Answer, Citation, Passage, Span, Statement
from readacross.ordering import in_order


def passage(id_, kind="paragraph"):
    return Passage(f"v#{id_}", "v", kind, 0, Span(0, 1), (), "", id_, "", "", ())


def answer(*told):
    """An answer of statements, each an authority, a question and the names of the passages that it cites."""
    citations, statements = [], []
    for authority, question, cited in told:
        numbers = []
        for name in cited:
            kind = "heading" if name.isupper() else "paragraph"
            numbers.append(len(citations))
            citations.append(Citation(passage(name, kind), name, Span(0, 1), (), "exact", 0.0))
        statements.append(Statement("", authority, tuple(numbers), question))
    questions = tuple(dict.fromkeys(question for _, question, _ in told if question))
    return Answer("?", None, "answered", tuple(statements), tuple(citations), (), (), (), questions)


def likelihood(passage):
    """Passages are as likely as their names stand early in the alphabet; a heading would be likeliest."""
    return 100.0 if passage.kind == "heading" else -float(ord(passage.text))


@pytest.mark.parametrize(
    ("told", "order"),
    [
        ([("east", "q", "b"), ("west", "q", "a")], "west:a east:b"),
        ([("east", "q", "a"), ("east", "q", "b"), ("west", "q", "c")], "east:a west:c east:b"),
        ([("east", "with", "a"), ("west", "q", "b")], "west:b east:a"),
        ([("west", None, "a"), ("west", "q", "c"), ("east", "q", "b")], "east:b west:c west:a"),
        ([("west", "also", "a"), ("east", "q", "b")], "east:b west:a"),
        ([("west", "also", "b"), ("west", None, "a"), ("east", "with", "c")], "west:a west:b east:c"),
        ([("east", "q", "Hd"), ("west", "q", "c")], "west:c east:dH"),
        ([("east", "q", "db"), ("west", "q", "c")], "east:db west:c"),
        ([("east", "q", "H")], "east:H"),
        ([("east", "q", "a"), ("west", "q", "a")], "east:a west:a"),
        ([], ""),
    ],
    ids=[
        "likeliest first", "each authority once", "what goes with it last", "said besides after what is likest meant",
        "meant just as well after what is likest meant", "said besides is likest meant",
        "a heading after its words, and not counted", "by the likeliest passage", "a heading alone", "even", "nothing",
    ],
)  # fmt: skip
def test_statements_stand_in_order_and_citations_are_numbered_by_them(told, order):
    found = in_order(answer(*told), ["q", "also"], likelihood)
    cited = [
        f"{item.authority}:{''.join(found.citations[number].quote for number in item.citations)}"
        for item in found.statements
    ]
    assert " ".join(cited) == order
    assert [number for item in found.statements for number in item.citations] == list(
        range(len(found.citations))
    )
