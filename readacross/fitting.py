"""Fitting what recognises a question, or taking what is kept beside the wordings it was fitted on.

Learning from thousands of wordings takes minutes, so what is fitted is kept in qa/recogniser.npz, to be committed with
the wordings: a copy of a knowledge base builds in seconds, and recognises exactly as the one it is a copy of.
It is fitted anew when the wordings, the model or the way of fitting change, or when the file is removed.
"""

import io
import json
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from readacross import familiarity, training
from readacross.adapting import IN_STEPS, Changes, from_steps, in_steps
from readacross.encoding import Vector
from readacross.familiarity import Familiar, fit_familiar
from readacross.phrasing import Phrasing
from readacross.recognising import (
    KEPT,
    KEPT_SQUARES,
    PENALTY,
    RATE,
    STEPS,
    UNASKED_COUNTS,
    Rounded,
    is_unasked,
    rounded,
)
from readacross.storing import plain_errors, write_atomically

KEPT_IN = Path("qa/recogniser.npz")


class Learnt(NamedTuple):
    """What is learnt from wordings: how upper layers are adapted, the weights of the recogniser, and depths.

    `changes` is empty where no layer was adapted; `weights` see Recogniser; `depths` are those of each wording by which
    it is told how familiar it is, float32 [wordings, numbers].
    """

    changes: Changes
    weights: Vector
    depths: Vector


Learn = Callable[[Sequence[Phrasing]], Learnt]
"""Learns what wordings mean."""


class Fitted(NamedTuple):
    """What is fitted on wordings: how upper layers are adapted, the recogniser's weights, and what is familiar."""

    changes: Changes
    weights: Vector
    familiar: Familiar


class _Kept(NamedTuple):
    """What is kept: the hashes of the wordings and of the model it was fitted on, and what was fitted."""

    wordings: str
    model: str
    changes: Mapping[str, NDArray[np.generic]]
    rounded: Rounded
    familiar: Familiar


def fitted(root: Path, phrasings: Sequence[Phrasing], model: str, learn: Learn) -> Fitted:
    """What these phrasings give; kept for the next build where fitted anew.

    `model` is the hash of the model that embeds.  Raises GenerationError where the disk refuses.
    """
    kept = _kept(root / KEPT_IN)
    if not kept or (kept.wordings, kept.model) != (wordings(phrasings), model):
        kept = _Kept(wordings(phrasings), model, *_fit(phrasings, learn))
        with plain_errors(f"{KEPT_IN.as_posix()} cannot be written"):
            write_atomically(root / KEPT_IN, _packed(kept))
    return Fitted(from_steps(kept.changes), kept.rounded.weights, kept.familiar)


def _fit(
    phrasings: Sequence[Phrasing], learn: Learn
) -> tuple[Mapping[str, NDArray[np.generic]], Rounded, Familiar]:
    learnt = learn(phrasings)
    answered = [not is_unasked(item.question) for item in phrasings]
    familiar = fit_familiar([item.words for item in phrasings], learnt.depths, answered)
    return in_steps(learnt.changes), rounded(learnt.weights), familiar


def is_fitted(root: Path, phrasings: Sequence[Phrasing]) -> bool:
    """Whether the recogniser that is kept was fitted on these phrasings, with whichever model."""
    kept = _kept(root / KEPT_IN)
    return kept is not None and kept.wordings == wordings(phrasings)


def wordings(phrasings: Sequence[Phrasing]) -> str:
    """What a recogniser is fitted on and how, in hex digits; the model is told apart from it."""
    how: list[float] = [STEPS, RATE, KEPT, KEPT_SQUARES, PENALTY, UNASKED_COUNTS, *training.SETTINGS]
    how += [
        familiarity.STEPS,
        familiarity.RATE,
        familiarity.PENALTY,
        familiarity.SEEN,
        familiarity.SEEN_BESIDE,
    ]
    return sha256(json.dumps([how, [list(phrasing) for phrasing in phrasings]]).encode()).hexdigest()


def _packed(kept: _Kept) -> bytes:
    """The file of what is kept: the same bytes for the same weights."""
    about = {"wordings": kept.wordings, "model": kept.model}
    file = io.BytesIO()
    familiar = _bytes(kept.familiar._asdict())
    tables = {**kept.rounded._asdict(), **kept.changes}
    np.savez_compressed(file, about=_bytes(about), familiar=familiar, **tables)
    return file.getvalue()


def _bytes(facts: Mapping[str, object]) -> NDArray[np.uint8]:
    return np.frombuffer(json.dumps(facts).encode(), dtype=np.uint8)


def _kept(path: Path) -> _Kept | None:
    """What is kept; None where there is nothing to be read."""
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            about, familiar = json.loads(file["about"].tobytes()), json.loads(file["familiar"].tobytes())
            weights = Rounded(*(file[name] for name in Rounded._fields))
            changes = {name: file[name] for name in file if name.endswith(IN_STEPS)}
        found = Familiar(dict(familiar["traits"]), tuple(familiar["meaning"]))
        return _Kept(str(about["wordings"]), str(about["model"]), changes, weights, found)
    except (OSError, EOFError, ValueError, KeyError, TypeError, BadZipFile):
        return None
