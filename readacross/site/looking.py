"""What the browser needs to look passages up: every word form, the weights of terms, and the passages.

It is a classic script that sets one value, so that it loads from a folder on disk as from a server, and
nothing is asked of anybody while a reader searches.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from readacross.analysing import STOP_WORDS, terms
from readacross.contract import link
from readacross.markup import plain
from readacross.model import Json, Passage
from readacross.naming import dated
from readacross.site.gathering import Shelf
from readacross.weighing import Weights, load, shortest

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


class Title(NamedTuple):
    """A page by its title, what kind of page it is, its address, and the words by which it is found."""

    title: str
    kind: str
    address: str
    words: str


def words_script(shelf: Shelf, documents: Iterable[Title] = ()) -> str:
    """The script `words.js`: the one value that `search.js` reads; `documents` are the narrative pages."""
    data = json.dumps(look_up(shelf, documents), ensure_ascii=True, separators=(",", ":"))
    return f"window.READACROSS={data};\n"


def look_up(shelf: Shelf, documents: Iterable[Title] = ()) -> dict[str, Json]:
    """Passages, titles, terms and weights by number; the order of passages is the generation's."""
    weights = load(shelf.library.folder)
    columns = dict(weights.vocabulary)
    versions = {id_: number for number, id_ in enumerate(shelf.texts)}
    titles = [*_titles(shelf), *documents]
    for title in titles:
        for term in terms(title.words):
            columns.setdefault(term, len(columns))
    passages = [passage for text in shelf.texts.values() for passage in text.passages]
    return {
        "stop": [*sorted(STOP_WORDS)],
        "forms": _forms(columns, (words for words in _texts(passages, titles))),
        "weights": _weights(weights),
        "versions": [_version(shelf, id_) for id_ in versions],
        "passages": [_passage(passage, versions[passage.version]) for passage in passages],
        "titles": [[title.title, title.kind, title.address, [*sorted({columns[t] for t in terms(title.words)})]] for title in titles],
    }  # fmt: skip


def form(word: str) -> str:
    """A word as `search.js` folds it: compatibility form, small letters, no accents, no apostrophes."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", word).lower())
    letters = "".join(letter for letter in folded if not unicodedata.combining(letter)).replace("’", "'")
    return unicodedata.normalize("NFC", letters).removesuffix("'s").replace("'", "")


def _forms(columns: dict[str, int], texts: Iterable[str]) -> dict[str, Json]:
    """The term of every form of a word that stands in a text, so that the browser needs no stemmer."""
    found: dict[str, Json] = {}
    for word in dict.fromkeys(word for text in dict.fromkeys(texts) for word in WORD.findall(text)):
        known = [columns[term] for term in terms(word) if term in columns]
        if known and (folded := form(word)):
            found.setdefault(folded, known[0])
    return dict(sorted(found.items()))


def _texts(passages: Iterable[Passage], titles: Iterable[Title]) -> Iterator[str]:
    for passage in passages:
        yield from (*passage.headings, passage.lead_in, plain(passage.text))
    for title in titles:
        yield title.words


def _weights(weights: Weights) -> Json:
    """For each term the passages that hold it and its weight in each, as float32 writes it."""
    starts = weights.starts.tolist()
    documents: list[int] = weights.documents.tolist()
    written = shortest(weights)
    return [[[*documents[start:end]], [*written[start:end]]] for start, end in pairwise(starts)]


def _version(shelf: Shelf, id_: str) -> Json:
    version = shelf.library.versions[id_]
    return [
        version.authority,
        f"{shelf.called[id_]}, {dated(version)}",
        link(version),
        int(version.status == "current"),
    ]


def _passage(passage: Passage, version: int) -> Json:
    """Version, place, headings, lead-in, words, doubts; headings are no answers and so have no words."""
    words = "" if passage.kind == "heading" else plain(passage.text)
    doubts = "" if passage.kind == "heading" else " ".join(doubt.note for doubt in passage.doubts)
    return [version, passage.place, " › ".join(passage.headings), passage.lead_in, words, doubts]


def _titles(shelf: Shelf) -> Iterator[Title]:
    """Every page that comes from the model and has something to say of its own, questions among them."""
    library = shelf.library
    for topic in library.topics.values():
        yield Title(topic.title, "topic", f"topics/{topic.id}.html", f"{topic.title} {topic.about}")
    for question in library.questions.values():
        words = " ".join((question.label, *question.phrasings))
        yield Title(question.question, "question", f"questions/{question.id}.html", words)
    for version in library.versions.values():
        title = f"{shelf.called[version.id]}: {version.title}"
        yield Title(title, "leaflet", link(version), title)
    for authority in library.authorities.values():
        yield Title(authority.name, "authority", f"authorities/{authority.slug}.html", authority.name)
