"""Fitting the recogniser, or taking the one that is kept beside the wordings it was fitted on.

Embedding thousands of wordings takes minutes, so what is fitted is kept in qa/recogniser.npz, to be committed with
the wordings: a copy of a knowledge base builds in seconds, and recognises exactly as the one it is a copy of.
It is fitted anew when the wordings, the model or the way of fitting change, or when the file is removed.
"""

import io
import json
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from readacross.encoding import Vector
from readacross.phrasing import Phrasing
from readacross.recognising import KEPT, KEPT_SQUARES, PENALTY, RATE, STEPS, UNASKED_COUNTS, fit
from readacross.storing import plain_errors, write_atomically

KEPT_IN = Path("qa/recogniser.npz")

Embed = Callable[[Sequence[str]], Vector]
"""Turns texts into their vectors: float32 [texts, dimensions]."""


def recogniser_weights(root: Path, phrasings: Sequence[Phrasing], model: str, embed: Embed) -> Vector:
    """The weights of the recogniser of these phrasings, see Recogniser; kept for the next build where fitted anew.

    `model` is the hash of the model that embeds.  Raises GenerationError where the disk refuses.
    """
    kept = _kept(root / KEPT_IN)
    if kept and kept[:2] == (wordings(phrasings), model):
        return kept[2].astype(np.float32)
    vectors = embed([phrasing.words for phrasing in phrasings])
    meant, counts = [item.question for item in phrasings], [item.counts for item in phrasings]
    weights = fit(vectors, meant, counts).astype(np.float16)
    with plain_errors(f"{KEPT_IN.as_posix()} cannot be written"):
        write_atomically(root / KEPT_IN, _packed(wordings(phrasings), model, weights))
    return weights.astype(np.float32)


def is_fitted(root: Path, phrasings: Sequence[Phrasing]) -> bool:
    """Whether the recogniser that is kept was fitted on these phrasings, with whichever model."""
    kept = _kept(root / KEPT_IN)
    return kept is not None and kept[0] == wordings(phrasings)


def wordings(phrasings: Sequence[Phrasing]) -> str:
    """What a recogniser is fitted on and how, in hex digits; the model is told apart from it."""
    how = [STEPS, RATE, KEPT, KEPT_SQUARES, PENALTY, UNASKED_COUNTS]
    return sha256(json.dumps([how, [list(phrasing) for phrasing in phrasings]]).encode()).hexdigest()


def _packed(made_of: str, model: str, weights: NDArray[np.float16]) -> bytes:
    """The file of a recogniser: the same bytes for the same weights."""
    about = np.frombuffer(json.dumps({"wordings": made_of, "model": model}).encode(), dtype=np.uint8)
    file = io.BytesIO()
    np.savez_compressed(file, about=about, weights=weights)
    return file.getvalue()


def _kept(path: Path) -> tuple[str, str, NDArray[np.float16]] | None:
    """What the kept recogniser was fitted on, the model, and its weights; None where there is none to be read."""
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            about, weights = json.loads(file["about"].tobytes()), file["weights"]
        return str(about["wordings"]), str(about["model"]), weights
    except (OSError, EOFError, ValueError, KeyError, TypeError, BadZipFile):
        return None
