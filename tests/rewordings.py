"""An answer to put in other words, and a language model that says what a test wants."""

from fake_openai import resting

from readacross.model import Answer, Citation, Passage, Span, Statement
from readacross.rewording import reword

NAMES = {"northam": "Northam", "sudley": "Sudley", "sudley-bay": "Sudley Bay"}


def passage(words, lead_in="", authority="northam", number=1, heading="Can I appeal?"):
    version = f"{authority}/allotments@2019"
    return Passage(
        f"{version}#can-i-appeal.{number}", version, "paragraph", 2, Span(100, 100 + len(words)), (heading,),
        "can-i-appeal", words, "0" * 16, lead_in, (),
    )  # fmt: skip


def answer_of(*passages, quotes=(), question="Can I appeal?"):
    """An answer with one statement for each passage, citing the whole of it or these quotes."""
    citations, statements = [], []
    for index, each in enumerate(passages):
        quote = quotes[index] if index < len(quotes) else each.text
        start = each.span.start + each.text.index(quote)
        citations.append(Citation(each, quote, Span(start, start + len(quote)), (), "exact", 1.0))
        statements.append(Statement(quote, each.version.partition("/")[0], (index,)))
    return Answer(question, None, "answered", tuple(statements), tuple(citations), (), (), ())


class Says:
    """A language model that says one thing, and remembers what it was asked."""

    def __init__(self, said):
        self.said, self.asked = said, []

    def complete(self, prompt):
        self.asked.append(prompt)
        if isinstance(self.said, Exception):
            raise self.said
        return self.said


APPEAL = passage("You can appeal within 21 days of our letter.")
FINAL = passage("Our decision is final.", authority="sudley")
BOTH = answer_of(APPEAL, FINAL)
GOOD = resting(
    "You can appeal within 21 days of the letter.", (1, "You can appeal within 21 days of our letter.")
)


def reworded_by(said, answer=BOTH, **more):
    return reword(answer, Says(said), NAMES, model="small-model", **more)
