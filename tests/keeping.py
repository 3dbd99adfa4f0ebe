"""Answers to keep and to send on, for tests: of one's own making, and one that wishes harm."""

from hashlib import sha256

from small import NORTHAM_2, NORTHAM_2_READING, make

from readacross.answering import Asked
from readacross.building import build
from readacross.library import open_library
from readacross.markup import plain
from readacross.model import Answer, Statement
from readacross.proving import Prover
from readacross.saving import freeze

OLD, NEW, SUDLEY = "northam/allotments@2012", "northam/allotments@2019", "sudley/plots@undated"
ON, SITE = "2026-02-01", "https://leaflets.example/"
STAMP = "read on 1 February 2026"
QUESTIONS = [
    Asked("Can I appeal?", all_versions=True),
    Asked("Can I appeal?", as_at="2013"),
    Asked("Can I keep hens?"),
    Asked("What is the price of fish?"),
]
APPEAL = QUESTIONS[0]


def letters(text):
    return "".join(character for character in text if character.isalnum())


def rebuilt(root):
    build(root, lambda _: None)
    return open_library(root)


def quoting(library, version, *quotes, question=None):
    """An answer that quotes these words of a version, and nothing else."""
    prover = Prover(library, library.choose(all_versions=True))
    citations = [
        prover.cite(next(p for p in library.passages(version) if words in p.text), words) for words in quotes
    ]
    said = Statement("So it is", version.partition("/")[0], tuple(range(len(citations))), question)
    return Answer("How is it?", None, "answered", (said,), tuple(citations), (), (), ())


def kept(library, version, *quotes, question=None):
    return freeze(quoting(library, version, *quotes, question=question), library, ON, Asked("How is it?"))


def places_hold(found, library):
    """Every text shown as the text of now stands where it is said to stand, in both texts."""
    for item in found:
        if item.now:
            version = library.versions[item.now.passage.version]
            original = (library.root / version.folder / version.original).read_bytes().decode()
            assert item.now.reading.of(library.reading(version.id)) == item.now.quote
            assert letters("".join(span.of(original) for span in item.now.original)) == letters(
                item.now.quote
            )


def shown_quotes(answer):
    """The quotations that a reader of an answer sees, from its citations."""
    cited = [answer.citations[number] for said in answer.statements for number in said.citations]
    return sorted(f"“{plain(citation.quote)}”" for citation in (*cited, *answer.nearest))


WORDS = "=cmd|' /C calc'!A0 <script>alert(1)</script> [x](javascript:1) {:type: bill} $x$ &lt; **no** 1. \\"
ESCAPED = "=cmd|' /C calc'!A0 \\<script>alert(1)\\</script> \\[x\\](javascript:1) {:type: bill} $x$ &lt; \\*\\*no\\*\\* 1. \\\\"

TITLE = "<b>Plots</b> [x](javascript:1) {:type: bill}"


def hostile_answer(root):
    """A knowledge base with a leaflet that wishes harm to whoever opens the answer, and an answer quoting it."""
    make(root)
    folder = root / "sources/northam/allotments"
    original = f"{NORTHAM_2}x {WORDS}\n"
    (folder / "2019/original.txt").write_text(original, "utf-8")
    (folder / "2019/reading.md").write_text(f"{NORTHAM_2_READING}\nx {ESCAPED}\n", "utf-8")
    toml = (folder / "leaflet.toml").read_text("utf-8")
    toml = toml.replace('title = "Allotments in Northam"', f'title = "{TITLE}"')
    toml = toml.replace(*(sha256(text.encode()).hexdigest() for text in (NORTHAM_2, original)))
    toml = toml.replace(
        'publisher = "The council"', 'publisher = "<img src=x>"\naddress = "javascript:alert(1)"'
    )
    (folder / "leaflet.toml").write_text(toml, "utf-8")
    build(root, lambda _: None)
    library = open_library(root)
    passage = list(library.passages(NEW))[-1]
    citation = Prover(library, ()).cite(passage)
    said = Statement("<i>So</i> it is", "northam", (0,))
    return library, Answer("Is <u>it</u> so?", None, "answered", (said,), (citation,), (), (), ())
