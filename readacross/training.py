"""Adapting the upper layers of the network to the wordings of a knowledge base: the only module that trains one.

Softmax regression on the mean of a wording's tokens and low-rank differences to the layers below it are fitted
together, by AdamW (Loshchilov and Hutter, Decoupled weight decay regularization, 2019), and the differences are kept.
The lower layers are run once.  The same wordings, model and number of threads give the same differences.
"""

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from readacross.adapting import PARTS, Changes, Halves
from readacross.encoding import Encoder, Vector
from readacross.phrasing import Phrasing
from readacross.recognising import numbered

if TYPE_CHECKING:
    from torch import Tensor

ADAPTED = 3
"""How many of the upper layers are adapted."""

RANK = 32
"""The rank of each difference."""

ROUNDS, LEAST_STEPS = 3, 200
"""How often each wording is seen, and how many steps are made at least: few wordings are seen more often."""

TOGETHER, SORTED_TOGETHER = 128, 2560
"""How many wordings make a step, and among how many those of a step are alike in length."""

RATE, HEAD_RATE, DECAY, WARM = 1e-3, 4e-3, 0.01, 100
"""The length of a step for the differences and for the regression, its decay, and the steps until they are full."""

DROPPED = 0.1
"""The share of what each layer says that is left out at random."""

SHARP = 20.0
"""By how much vectors of length 1 are stretched for the regression."""

SEED = 1
"""What chance begins with."""

SETTINGS = (
    ADAPTED,
    RANK,
    ROUNDS,
    TOGETHER,
    SORTED_TOGETHER,
    RATE,
    HEAD_RATE,
    DECAY,
    WARM,
    DROPPED,
    SHARP,
    SEED,
)
"""Everything that tells one way of training from another."""


class _Texts(NamedTuple):
    """What enters the first adapted layer: the tokens of all texts one after the other, and where each text begins."""

    states: NDArray[np.float16]
    starts: NDArray[np.int64]

    def batch(self, numbers: Sequence[int]) -> "tuple[Tensor, Tensor]":
        """Some texts, float32 [texts, tokens, hidden], and which tokens there are, bool [texts, tokens]."""
        import torch

        lengths = self.starts[np.array(numbers) + 1] - self.starts[numbers]
        states = np.zeros((len(numbers), int(lengths.max()), self.states.shape[1]), dtype=np.float32)
        for row, number in enumerate(numbers):
            states[row, : lengths[row]] = self.states[self.starts[number] : self.starts[number + 1]]
        there = np.arange(states.shape[1]) < lengths[:, None]
        return torch.from_numpy(states), torch.from_numpy(there)


class _Network:
    """The layers of an encoder, with differences to some of their matrices, on batches."""

    def __init__(self, encoder: Encoder, changes: "Mapping[str, tuple[Tensor, Tensor]]") -> None:
        import torch

        self.encoder, self.changes = encoder, changes
        self.tensors = {
            name: torch.from_numpy(np.array(tensor))
            for name, tensor in encoder.tensors.items()
            if name not in ("words", "places")
        }

    def linear(self, name: str, state: "Tensor") -> "Tensor":
        from torch.nn.functional import linear

        made = linear(state, self.tensors[name + ".weight"], self.tensors[name + ".bias"])
        if name in self.changes:
            down, up = self.changes[name]
            made = made + linear(state, down) @ up
        return made

    def normalised(self, name: str, state: "Tensor") -> "Tensor":
        from torch.nn.functional import layer_norm

        weight, bias = self.tensors[name + "weight"], self.tensors[name + "bias"]
        return layer_norm(state, (self.encoder.hidden,), weight, bias, self.encoder.eps)

    def layer(self, number: int, state: "Tensor", there: "Tensor", dropped: float) -> "Tensor":
        """One layer, as readacross.encoding runs it for a single text."""
        from torch.nn.functional import dropout, gelu, scaled_dot_product_attention

        name, heads = f"layer.{number}.", self.encoder.heads
        many, tokens, width = state.shape
        joined = self.linear(name + "attend", state).view(many, tokens, 3, heads, width // heads)
        query, key, value = joined.permute(2, 0, 3, 1, 4)
        seen = scaled_dot_product_attention(query, key, value, there[:, None, None, :], dropped)
        seen = self.linear(name + "gather", seen.transpose(1, 2).reshape(many, tokens, width))
        state = self.normalised(name + "attended.", state + dropout(seen, dropped))
        wide = gelu(self.linear(name + "widen", state))
        return self.normalised(
            name + "narrowed.", state + dropout(self.linear(name + "narrow", wide), dropped)
        )

    def vectors(self, texts: _Texts, numbers: Sequence[int], first: int, dropped: float = 0.0) -> "Tensor":
        """The vectors of some texts, float32 [texts, hidden], each of length 1."""
        from torch.nn.functional import normalize

        state, there = texts.batch(numbers)
        for number in range(first, self.encoder.layers):
            state = self.layer(number, state, there, dropped)
        if self.encoder.pooling == "cls":
            return normalize(state[:, 0], dim=1)
        held = there[:, :, None]
        return normalize((state * held).sum(1) / held.sum(1), dim=1)


class Trained(NamedTuple):
    """What training gives: the differences, and the weights of the regression with them, see Recogniser."""

    changes: Changes
    weights: Vector


class _Regression(NamedTuple):
    """The regression on vectors: a row for each class, and its offset."""

    rows: "Tensor"
    offsets: "Tensor"

    def logits(self, vectors: "Tensor") -> "Tensor":
        return SHARP * vectors @ self.rows.T + self.offsets


def train(encoder: Encoder, phrasings: Sequence[Phrasing], *, progress: bool) -> Trained:
    """The differences and the weights by which wordings tell best what is meant; `progress` shows bars."""
    import torch
    from torch.nn.functional import cross_entropy, dropout
    from tqdm import tqdm  # type: ignore[import-untyped,unused-ignore]

    first = max(encoder.layers - ADAPTED, 0)
    column, shares = numbered([item.question for item in phrasings])
    wanted, weights = torch.from_numpy(column), torch.from_numpy(shares / shares.mean())
    with _learning() as order:
        lower = _lower(encoder, [item.words for item in phrasings], first, progress=progress)
        changes, head = _beginnings(encoder, first), _regression(int(column.max()) + 1, encoder.hidden)
        network = _Network(encoder, changes)
        batches = list(_batches(lower, np.array([item.counts for item in phrasings]), order))
        learnt = [half for halves in changes.values() for half in halves]
        step = _stepper(learnt, [*head], len(batches))
        for numbers in tqdm(batches, desc="adapting", unit="step", file=sys.stderr, disable=not progress):
            vectors = dropout(network.vectors(lower, numbers, first, DROPPED), DROPPED)
            lost = cross_entropy(head.logits(vectors), wanted[numbers], reduction="none")
            step((lost * weights[numbers]).mean())
    rows, offsets = (part.detach().numpy() for part in head)
    kept = {name: Halves(*(half.detach().numpy() for half in halves)) for name, halves in changes.items()}
    return Trained(kept, np.vstack([SHARP * rows.T, offsets]).astype(np.float32))


def _stepper(learnt: "Sequence[Tensor]", head: "Sequence[Tensor]", steps: int) -> "Callable[[Tensor], None]":
    """What makes one step of learning from how wrong a batch was; steps grow at first, and shrink towards the end."""
    import torch

    groups = [
        {"params": [*learnt], "lr": RATE, "weight_decay": 0.0},
        {"params": [*head], "lr": HEAD_RATE, "weight_decay": DECAY},
    ]
    optimiser = torch.optim.AdamW(groups)
    pace = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / WARM, max(0.02, 1 - step / steps))
    )

    def step(wrong: "Tensor") -> None:
        optimiser.zero_grad()
        wrong.backward()  # type: ignore[no-untyped-call,unused-ignore]
        torch.nn.utils.clip_grad_norm_([*learnt, *head], 1.0)
        optimiser.step()
        pace.step()

    return step


def _batches(texts: _Texts, counts: Vector, order: np.random.Generator) -> Iterator[list[int]]:
    """The numbers of the texts of each step, alike in length; each text is seen as often as it counts."""
    lengths = np.diff(texts.starts)
    rounds = max(ROUNDS, ceil(LEAST_STEPS * TOGETHER / max(float(counts.sum()), TOGETHER)))
    for _ in range(rounds):
        numbers = order.permutation(np.flatnonzero(order.random(len(counts)) < counts))
        made = []
        for start in range(0, len(numbers), SORTED_TOGETHER):
            some = numbers[start : start + SORTED_TOGETHER]
            some = some[np.argsort(lengths[some], kind="stable")]
            made += [some[at : at + TOGETHER].tolist() for at in range(0, len(some), TOGETHER)]
        yield from (made[place] for place in order.permutation(len(made)))


@contextmanager
def _learning() -> Iterator[np.random.Generator]:
    """Chance that is the same each time, on as many threads as there are processors."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(os.cpu_count() or 1)
    try:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(SEED)
            yield np.random.default_rng(SEED)
    finally:
        torch.set_num_threads(before)


def _beginnings(encoder: Encoder, first: int) -> "dict[str, tuple[Tensor, Tensor]]":
    """Differences that change nothing yet."""
    import torch

    made = {}
    for name in (f"layer.{number}.{part}" for number in range(first, encoder.layers) for part in PARTS):
        outputs, inputs = encoder.tensors[name + ".weight"].shape
        down = (torch.randn(RANK, inputs) / inputs**0.5).requires_grad_()
        made[name] = (down, torch.zeros(RANK, outputs, requires_grad=True))
    return made


def _regression(classes: int, hidden: int) -> _Regression:
    """A regression for which nothing speaks yet."""
    import torch

    rows, offsets = torch.zeros(classes, hidden, requires_grad=True), torch.zeros(classes, requires_grad=True)
    return _Regression(rows, offsets)


def _lower(encoder: Encoder, texts: Sequence[str], first: int, *, progress: bool) -> _Texts:
    """What the lower layers make of texts, in their order."""
    import torch
    from tqdm import tqdm  # type: ignore[import-untyped,unused-ignore]

    ids = [encoder.token_ids(text) for text in texts]
    lengths = np.array([len(row) for row in ids])
    starts = np.concatenate([[0], np.cumsum(lengths)])
    states = np.empty((int(starts[-1]), encoder.hidden), dtype=np.float16)
    network = _Network(encoder, {})
    words, places = encoder.tensors["words"], encoder.tensors["places"]
    order = np.argsort(lengths, kind="stable")
    with (
        torch.inference_mode(),
        tqdm(total=len(texts), desc="reading", unit="text", file=sys.stderr, disable=not progress) as bar,
    ):
        for at in range(0, len(order), TOGETHER):
            some = order[at : at + TOGETHER]
            longest = int(lengths[some].max())
            entered = np.zeros((len(some), longest, encoder.hidden), dtype=np.float32)
            for row, number in enumerate(some):
                entered[row, : lengths[number]] = words[ids[number]] + places[: lengths[number]]
            there = torch.from_numpy(np.arange(longest) < lengths[some][:, None])
            state = network.normalised("first.", torch.from_numpy(entered))
            for layer in range(first):
                state = network.layer(layer, state, there, 0.0)
            for row, number in enumerate(some):
                states[starts[number] : starts[number + 1]] = state[row, : lengths[number]].numpy()
            bar.update(len(some))
    return _Texts(states, starts)
