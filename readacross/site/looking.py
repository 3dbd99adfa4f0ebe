"""What the browser needs to look passages up: every word form, the weights of terms, and the passages.

It is a classic script that sets one value, so that it loads from a folder on disk as from a server, and
nothing is asked of anybody while a reader searches.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from readacross.analysing import STOP_WORDS, terms
from readacross.contract import link
from readacross.markup import plain
from readacross.model import Json, Passage
from readacross.naming import dated
from readacross.site.gathering import Shelf, Text
from readacross.site.pieces import all_rows, compact, each, script, weights_json
from readacross.weighing import load

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


class Title(NamedTuple):
    """A page by its title, what kind of page it is, its address, and the words by which it is found."""

    title: str
    kind: str
    address: str
    words: str


def words_script(shelf: Shelf, documents: Iterable[Title] = ()) -> str:
    """The script `words.js`: the one value that `search.js` reads; `documents` are the narrative pages.

    Passages, titles, terms and weights by number; the order of passages is the generation's.
    """
    columns = dict(load(shelf.library.folder).vocabulary)
    titles = [*_titles(shelf), *documents]
    for title in titles:
        for term in terms(title.words):
            columns.setdefault(term, len(columns))
    found: list[Json] = [
        [title.title, title.kind, title.address, [*sorted({columns[t] for t in terms(title.words)})]]
        for title in titles
    ]
    return script(
        "READACROSS",
        {
            "stop": compact([*sorted(STOP_WORDS)]),
            "forms": compact(_forms(columns, _words(shelf, titles))),
            "weights": weights_json(shelf),
            "versions": compact([_version(shelf, id_) for id_ in shelf.texts]),
            "passages": all_rows(shelf, "look up", lambda n, text: [_passage(p, n) for p in text.passages]),
            "titles": compact(found),
        },
    )


def look_up(shelf: Shelf, documents: Iterable[Title] = ()) -> dict[str, Json]:
    """The value that `words.js` sets."""
    text = words_script(shelf, documents)
    found: dict[str, Json] = json.loads(text[text.index("=") + 1 : text.rindex(";")])
    return found


def form(word: str) -> str:
    """A word as `search.js` folds it: compatibility form, small letters, no accents, no apostrophes."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", word).lower())
    letters = "".join(letter for letter in folded if not unicodedata.combining(letter)).replace("’", "'")
    return unicodedata.normalize("NFC", letters).removesuffix("'s").replace("'", "")


def _forms(columns: dict[str, int], words: Iterable[str]) -> dict[str, Json]:
    """The term of every form of a word that stands in a text, so that the browser needs no stemmer."""
    found: dict[str, Json] = {}
    for word in dict.fromkeys(words):
        known = [columns[term] for term in terms(word) if term in columns]
        if known and (folded := form(word)):
            found.setdefault(folded, known[0])
    return dict(sorted(found.items()))


def _words(shelf: Shelf, titles: Iterable[Title]) -> Iterator[str]:
    """Every word of the passages and titles."""
    for _, words in each(shelf, "words", _words_of):
        yield from words.split()
    for title in titles:
        yield from WORD.findall(title.words)


def _words_of(text: Text) -> str:
    """The words of a version's passages, each once."""
    shown = dict.fromkeys(
        part for item in text.passages for part in (*item.headings, item.lead_in, plain(item.text))
    )
    return " ".join(dict.fromkeys(word for part in shown for word in WORD.findall(part)))


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
