"""Spelling a tokenizer out: what it makes of each character, in tables that a browser looks up.

The tables are found by asking the tokenizer itself, character by character, so that a browser needs to know
neither its rules nor the edition of Unicode it was made with.
"""

import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

from tokenizers import Tokenizer

from readacross.errors import BadInput
from readacross.model import Json

BAR = "|"
"""A character that tokenizers leave as it is, to stand between others."""

SHEET = 0x8000


def spelt_out(tokenizer: Tokenizer) -> dict[str, Json]:
    """The tables of a tokenizer.  Raises BadInput for one that does not look up words piece by piece."""
    model = tokenizer.model
    if type(model).__name__ != "WordPiece" or type(tokenizer.pre_tokenizer).__name__ != "BertPreTokenizer":
        raise BadInput("a browser reads tokenizers of BERT only; another model is asked by words alone")
    written = tokenizer.get_vocab(with_added_tokens=True)
    before, after = _around(tokenizer)
    changed, gone, spaced = _normalised(tokenizer)
    blank, apart = _parted(tokenizer)
    return {
        "tokens": "\n".join(sorted(written, key=written.__getitem__)),
        "special": {token.content: id_ for id_, token in tokenizer.get_added_tokens_decoder().items()},
        "before": before,
        "after": after,
        "unknown": written[model.unk_token],
        "within": model.continuing_subword_prefix,
        "longest": model.max_input_chars_per_word,
        "changed": {**dict(changed)},
        "gone": _ranges(gone),
        "spaced": _ranges(spaced),
        "blank": _ranges(blank),
        "apart": _ranges(apart),
    }


def _around(tokenizer: Tokenizer) -> tuple[list[Json], list[Json]]:
    """The tokens that stand before and after those of any text."""
    bare, full = (tokenizer.encode("a", add_special_tokens=special).ids for special in (False, True))
    at = full.index(bare[0])
    return [*full[:at]], [*full[at + len(bare) :]]


def _normalised(tokenizer: Tokenizer) -> tuple[list[tuple[str, str]], list[int], list[int]]:
    """Characters that become others, that go, and that get a blank on either side."""
    changed: list[tuple[str, str]] = []
    gone: list[int] = []
    spaced: list[int] = []
    for letter, made in _made_of_each(tokenizer):
        if made == letter:
            continue
        if not made:
            gone.append(ord(letter))
        elif made == f" {letter} ":
            spaced.append(ord(letter))
        else:
            changed.append((letter, made))
    return changed, gone, spaced


def _made_of_each(tokenizer: Tokenizer) -> Iterator[tuple[str, str]]:
    """Every character with what it is turned into before words are looked up."""
    for start in range(0, sys.maxunicode + 1, SHEET):
        letters = [
            chr(at) for at in range(start, start + SHEET) if not 0xD800 <= at < 0xE000 and chr(at) != BAR
        ]
        made = tokenizer.normalizer.normalize_str(BAR.join(letters)).split(BAR) if letters else []
        yield from zip(letters, made, strict=True)


def _parted(tokenizer: Tokenizer) -> tuple[list[int], list[int]]:
    """Characters that part words and are left out, and those that are words of their own."""
    blank, apart = [], []
    letters = [
        at for at in range(sys.maxunicode + 1) if unicodedata.category(chr(at)) not in ("Cn", "Co", "Cs")
    ]
    for start in range(0, len(letters), SHEET):
        sheet = letters[start : start + SHEET]
        pieces = tokenizer.pre_tokenizer.pre_tokenize_str(" ".join(f"a{chr(at)}a" for at in sheet))
        held: list[list[str]] = [[] for _ in sheet]
        for piece, (first, _) in pieces:
            held[first // 4].append(piece)
        for at, found in zip(sheet, held, strict=True):
            if found == ["a", "a"]:
                blank.append(at)
            elif len(found) == 3:
                apart.append(at)
    return blank, apart


def _ranges(places: Iterable[int]) -> list[Json]:
    """Rising numbers as the first and last of each run, one after the other."""
    runs: list[int] = []
    for place in places:
        if runs and runs[-1] == place - 1:
            runs[-1] = place
        else:
            runs += [place, place]
    return [*runs]


def unreachable(tables: Mapping[str, Json]) -> list[int]:
    """Tokens that no text leads to, such as "[unused7]": a character that is always a word stands within."""
    runs, special = tables["apart"], tables["special"]
    if not isinstance(runs, list) or not isinstance(special, dict):
        return []
    ends = [int(str(end)) for end in runs]
    alone = {
        chr(at) for first, last in zip(ends[::2], ends[1::2], strict=True) for at in range(first, last + 1)
    }
    tokens = [token.removeprefix(str(tables["within"])) for token in str(tables["tokens"]).split("\n")]
    return [
        number
        for number, token in enumerate(tokens)
        if len(token) > 1 and token not in special and alone & set(token)
    ]
