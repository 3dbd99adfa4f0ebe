"""The one analyser: which terms a text is found by, the same when building and when asking."""

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

import snowballstemmer
from snowballstemmer.english_stemmer import EnglishStemmer

# Words that say nothing about a passage. Words of obligation, negation and time (must, may, should, can,
# will, not, no, nor, before, after, within, without, against) stay, since leaflets differ by exactly these.
# "Who", "when", "where", "how" and "why" stay because leaflets put them in headings ("Who will be there?");
# "what" and "which" go, because nearly every question holds one of them.
STOP_WORDS = frozenset(
    """
    a an the this that these those of to in on at by for from with into as and or but so than then also
    is are was were be been being am has have had having do does did doing it its itself he him his
    she her hers they them their theirs we us our ours you your yours i me my mine there here what which such
    """.split()  # noqa: SIM905 - a list of words is read more easily than a list of strings
)

_JOINERS = dict.fromkeys(map(ord, "\u00ad\u200c\u200d\u2060\ufeff"))  # unseen within a word: dropped
_APOSTROPHES = dict.fromkeys(map(ord, "\u2018\u2019\u02bc\u0060\u00b4"), "'")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


def _stemmer_version() -> str:
    """The installed version of snowballstemmer, read from its folder's name.

    `importlib.metadata` says the same but costs 0.07 s of processor time to import, a fifth of a whole
    question.
    """
    beside = Path(snowballstemmer.__file__).parent.parent
    found = [entry.name.split("-")[1] for entry in beside.glob("snowballstemmer-*.dist-info")]
    if len(found) == 1:
        return found[0].removesuffix(".dist")
    from importlib.metadata import version

    return version("snowballstemmer")


ANALYSER = f"readacross-english-1+snowballstemmer-{_stemmer_version()}"
"""Name and version of the analyser: an index made by another one must be rebuilt."""


def terms(text: str) -> list[str]:
    """The terms of a text in their order, repeats kept: folded, split, without stop words, stemmed.

    Any string is accepted; no term is empty. Stems are those of the Snowball English
    stemmer (Porter2).
    """
    return [_stem(word) for word in _words(_folded(text)) if word not in STOP_WORDS]


def _folded(text: str) -> str:
    """The text in compatibility form and lower case, without accents and invisible joiners."""
    if text.isascii():
        return text.lower().replace("`", "'")
    plain = unicodedata.normalize("NFKC", text.translate(_JOINERS).translate(_APOSTROPHES)).casefold()
    apart = unicodedata.normalize("NFKD", plain)
    return unicodedata.normalize("NFC", "".join(mark for mark in apart if not unicodedata.combining(mark)))


def _words(folded: str) -> list[str]:
    """Runs of letters and digits; a possessive 's is dropped, other apostrophes in a word are closed up."""
    words: list[str] = _WORD.findall(folded)
    return [word.removesuffix("'s").replace("'", "") for word in words] if "'" in folded else words


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    """The stem of one folded word, by a stemmer of its own: one keeps state, and threads share this."""
    stem: str = EnglishStemmer().stemWord(word)
    return stem or word
