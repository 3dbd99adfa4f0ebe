"""Nodes held for a llama-index vector store: kept as they are, filtered by metadata, found exactly.

A shelf never changes: writing makes another one, so a reader sees all of a write or nothing of it.  Every
node is looked at in every search, so a filter never loses a result; ties break by node id.
"""

import json
import operator
from base64 import b64decode, b64encode
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from hashlib import sha256
from typing import Any

import numpy as np
from llama_index.core.schema import BaseNode, Document, ImageNode, IndexNode, MetadataMode, Node, TextNode
from llama_index.core.vector_stores.types import (
    FilterCondition,
    FilterOperator,
    MetadataFilter,
    MetadataFilters,
    VectorStoreQuery,
    VectorStoreQueryMode,
)
from numpy.typing import NDArray

from readacross.analysing import terms
from readacross.encoding import Vector
from readacross.errors import BadInput
from readacross.model import Json
from readacross.searching import FUSION, question_terms
from readacross.weighing import Weights, score, weigh

FORMAT = "readacross vector store 1"
"""The first words of a persisted store."""

Scores = NDArray[np.float64]
Metadata = Mapping[str, object]
Test = Callable[[Metadata], bool]

_KINDS: Mapping[str, type[BaseNode]] = {
    kind.class_name(): kind for kind in (TextNode, IndexNode, ImageNode, Node, Document)
}
_OPS, _MODES = FilterOperator, VectorStoreQueryMode
_BY_WORDS = (_MODES.SPARSE, _MODES.TEXT_SEARCH)
_SUPPORTED = (_MODES.DEFAULT, *_BY_WORDS, _MODES.HYBRID, _MODES.MMR)


@dataclass(frozen=True, slots=True)
class Kept:
    """A node as it is kept: its JSON, its embedding as given, and what else it is found by."""

    node: str
    vector: Vector
    document: str
    metadata: Metadata
    words: str


def keep(node: BaseNode) -> Kept:
    """A node made ready to be kept.  Raises BadInput where it could not be given back unchanged."""
    name = f"node {node.node_id!r}"
    if _KINDS.get(node.class_name()) is not type(node):
        raise BadInput(f"{name}: a {type(node).__name__} cannot be kept. Add a TextNode or a Document.")
    if isinstance(node, Node) and (node.image_resource or node.audio_resource or node.video_resource):
        raise BadInput(f"{name}: images, sound and film are not kept. Add its text alone.")
    try:
        text = json.dumps(_encoded(node.to_dict(exclude={"embedding"})), separators=(",", ":"))
        metadata = _decoded(text)["metadata"]
    except (TypeError, ValueError, RecursionError) as bad:
        remedy = "Metadata may hold text, numbers, dates, lists and tables"
        raise BadInput(f"{name}: it cannot be kept as it is ({bad}). {remedy}.") from None
    vector = _vector(node.embedding, name)
    return Kept(text, vector, node.ref_doc_id or node.node_id, metadata, node.get_content(MetadataMode.EMBED))


def node_of(kept: Kept, *, embedded: bool = False) -> BaseNode:
    """The node that was kept, anew each time, so that changing it changes nothing here."""
    data = _decoded(kept.node)
    node = _KINDS[data["class_name"]].from_dict(data)
    node.embedding = kept.vector.tolist() if embedded else None
    return node


def _vector(numbers: list[float] | None, name: str) -> Vector:
    """An embedding in single precision.  Raises BadInput where there is none, or not of plain numbers."""
    with np.errstate(over="ignore"):
        vector = np.asarray([] if numbers is None else numbers, dtype="<f4")
    if not len(vector) or not np.isfinite(vector).all():
        raise BadInput(f"{name}: it has no embedding of plain numbers. Embed it first.")
    return vector


_TAG = "$readacross"
_TAGGED: Mapping[str, tuple[type, Callable[[Any], Json], Callable[[Any], object]]] = {
    "date": (date, date.isoformat, date.fromisoformat),
    "datetime": (datetime, datetime.isoformat, datetime.fromisoformat),
    "tuple": (tuple, lambda held: [_encoded(item) for item in held], tuple),
    "table": (dict, lambda held: [[_encoded(key), _encoded(held[key])] for key in held], dict),
}


def _encoded(value: object) -> Json:
    """A value as JSON that reads back equal; what JSON lacks is tagged."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list):
        return [_encoded(item) for item in value]
    if isinstance(value, dict) and all(isinstance(key, str) and key != _TAG for key in value):
        return {key: _encoded(item) for key, item in value.items()}
    for name, (kind, write, _) in _TAGGED.items():
        if type(value) is kind:
            return {_TAG: [name, write(value)]}
    raise TypeError(f"it holds a value of type {type(value).__name__}")


def _decoded(text: str) -> Any:
    """What `_encoded` was given."""
    return json.loads(text, object_hook=_untagged)


def _untagged(table: dict[str, Any]) -> object:
    if _TAG not in table:
        return table
    name, held = table[_TAG]
    return _TAGGED[name][2](held)


@dataclass(frozen=True)
class Shelf:
    """Nodes by id, and what searching them needs, made when it is first needed."""

    kept: Mapping[str, Kept] = field(default_factory=dict)

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The ids in order: what breaks ties."""
        return tuple(sorted(self.kept))

    @cached_property
    def width(self) -> int:
        """How many numbers an embedding has; 0 where nothing is kept."""
        return next((len(kept.vector) for kept in self.kept.values()), 0)

    @cached_property
    def vectors(self) -> Vector:
        """The embeddings in the order of ids, each of length 1: float32 [nodes, width]."""
        rows = [self.kept[id_].vector for id_ in self.ids]
        return _of_length_one(np.array(rows, dtype=np.float32).reshape(len(rows), self.width))

    @cached_property
    def weights(self) -> Weights:
        """The BM25 weights of the words that llama-index would embed."""
        return weigh([terms(self.kept[id_].words) for id_ in self.ids])

    def adding(self, more: Mapping[str, Kept]) -> "Shelf":
        """A shelf with more nodes; one with an id that is there takes its place."""
        together = Shelf({**self.kept, **more})
        widths = sorted({len(kept.vector) for kept in together.kept.values()})
        if len(widths) > 1:
            what = f"{widths[0]} and {widths[-1]} numbers cannot be compared"
            raise BadInput(f"nodes: embeddings of {what}. Embed all nodes with the same model.")
        return together

    def without(self, ids: Collection[str]) -> "Shelf":
        """A shelf that lacks some nodes."""
        gone = set(ids)
        return Shelf({id_: kept for id_, kept in self.kept.items() if id_ not in gone})

    def chosen(self, ids: Collection[str] | None, filters: MetadataFilters | None) -> list[str]:
        """The ids there are among some, or of all, whose metadata pass; in the order asked for."""
        test = passes(filters)
        asked = self.ids if ids is None else dict.fromkeys(ids)
        return [id_ for id_ in asked if id_ in self.kept and test(self.kept[id_].metadata)]

    def of_documents(self, documents: Collection[str]) -> list[str]:
        """The ids of the nodes that come from some documents; a node from none is its own document."""
        wanted = set(documents)
        return [id_ for id_ in self.ids if self.kept[id_].document in wanted]


def _of_length_one(rows: Vector) -> Vector:
    """Rows scaled to length 1; a row of noughts stays one."""
    lengths = np.linalg.norm(rows.astype(np.float64), axis=-1, keepdims=True)
    scaled: Vector = (rows / np.where(lengths > 0, lengths, 1.0)).astype(np.float32)
    return scaled


def shelf_text(shelf: Shelf) -> str:
    """A shelf as lines of JSON, the same for the same nodes; the first line seals the others."""
    body = "".join(
        f'{{"embedding":"{b64encode(kept.vector.tobytes()).decode()}","node":{kept.node}}}\n'
        for kept in (shelf.kept[id_] for id_ in shelf.ids)
    )
    facts = {"format": FORMAT, "nodes": len(shelf.ids), "sha256": sha256(body.encode()).hexdigest()}
    return json.dumps(facts) + "\n" + body


def read_shelf(text: str) -> Shelf:
    """A shelf from its lines.  Raises ValueError, KeyError or TypeError where they are not whole."""
    first, _, body = text.partition("\n")
    facts = json.loads(first)
    if facts["format"] != FORMAT or facts["sha256"] != sha256(body.encode()).hexdigest():
        raise ValueError("it is cut off or changed, or of another format")
    kept = {}
    for line in body.splitlines():
        row = _decoded(line)
        node = _KINDS[row["node"]["class_name"]].from_dict(row["node"])
        node.embedding = np.frombuffer(b64decode(row["embedding"]), dtype="<f4").tolist()
        kept[node.node_id] = keep(node)
    return Shelf(kept)


def passes(filters: MetadataFilters | None) -> Test:
    """What tells whether metadata pass filters, nested to any depth; an empty group lets everything pass.

    Raises BadInput for a filter that cannot mean anything, such as `in` with a single value.
    """
    if filters is None or not filters.filters:
        return lambda _: True
    tests = [passes(item) if isinstance(item, MetadataFilters) else _test(item) for item in filters.filters]
    if filters.condition == FilterCondition.OR:
        return lambda metadata: any(test(metadata) for test in tests)
    if filters.condition == FilterCondition.NOT:
        return lambda metadata: not any(test(metadata) for test in tests)
    return lambda metadata: all(test(metadata) for test in tests)


def _test(wanted: MetadataFilter) -> Test:
    """What tells whether metadata pass one filter; what is missing is only unlike, and in no list."""
    kinds, words = _NEEDS.get(wanted.operator, ((object,), "a value"))
    if not isinstance(wanted.value, kinds):
        what = f"{wanted.operator.value!r} needs {words}, not {wanted.value!r}"
        raise BadInput(f"filter on {wanted.key!r}: {what}. Change the operator or the value.")
    missing, compare = wanted.operator in (_OPS.NE, _OPS.NIN, _OPS.IS_EMPTY), _COMPARE[wanted.operator]

    def test(metadata: Metadata) -> bool:
        held = _comparable(metadata.get(wanted.key))
        return missing if held is None else compare(held, wanted.value)

    return test


def _comparable(held: object) -> object:
    """A value as filters see it: dates as text in ISO 8601, tuples as lists."""
    if isinstance(held, list | tuple):
        return [_comparable(item) for item in held]
    return held.isoformat() if isinstance(held, date) else held


def _holds(held: Any, value: object) -> bool:
    """Whether a list holds a value, or a text a part."""
    if isinstance(held, str):
        return isinstance(value, str) and value in held
    return isinstance(held, list) and value in held


def _alike(held: object, value: object) -> bool:
    """Whether two values can be put in order: numbers with numbers, text with text."""
    return any(isinstance(held, kind) and isinstance(value, kind) for kind in (str, int | float))


_NEEDS: Mapping[FilterOperator, tuple[tuple[type, ...], str]] = {
    **dict.fromkeys((_OPS.GT, _OPS.GTE, _OPS.LT, _OPS.LTE, _OPS.CONTAINS), ((str, int, float), "one value")),
    **dict.fromkeys((_OPS.IN, _OPS.NIN, _OPS.ANY, _OPS.ALL), ((list,), "a list")),
    **dict.fromkeys((_OPS.TEXT_MATCH, _OPS.TEXT_MATCH_INSENSITIVE), ((str,), "text")),
}
_COMPARE: Mapping[FilterOperator, Callable[[Any, Any], bool]] = {
    _OPS.EQ: operator.eq,
    _OPS.NE: operator.ne,
    _OPS.GT: lambda held, value: _alike(held, value) and held > value,
    _OPS.GTE: lambda held, value: _alike(held, value) and held >= value,
    _OPS.LT: lambda held, value: _alike(held, value) and held < value,
    _OPS.LTE: lambda held, value: _alike(held, value) and held <= value,
    _OPS.IN: lambda held, values: held in values,
    _OPS.NIN: lambda held, values: held not in values,
    _OPS.ANY: lambda held, values: any(_holds(held, value) for value in values),
    _OPS.ALL: lambda held, values: all(_holds(held, value) for value in values),
    _OPS.CONTAINS: _holds,
    _OPS.TEXT_MATCH: lambda held, value: isinstance(held, str) and value in held,
    _OPS.TEXT_MATCH_INSENSITIVE: lambda held, value: (
        isinstance(held, str) and value.casefold() in held.casefold()
    ),
    _OPS.IS_EMPTY: lambda held, _: held in ("", []),
}


def find(shelf: Shelf, query: VectorStoreQuery) -> list[tuple[str, float]]:
    """The ids and scores of the best nodes for a query, best first; exact in every mode.

    Raises BadInput for a mode that is not supported and for a query that lacks what its mode needs.
    """
    mode = _mode(query)
    top = _top(query, mode)
    allowed = _allowed(shelf, query)
    if mode == _MODES.MMR:
        share = _share(query.mmr_threshold, "mmr_threshold")
        return _varied(shelf, _cosines(shelf, query, allowed), share, top)
    if mode == _MODES.HYBRID:
        alpha = _share(query.alpha, "alpha")
        meaning, words = (_reciprocal(rank(shelf, query, allowed)) for rank in (_cosines, _bm25))
        fused = alpha * meaning + (1 - alpha) * words
        scores = np.where(fused > 0, fused, -np.inf)
    else:
        scores = (_bm25 if mode in _BY_WORDS else _cosines)(shelf, query, allowed)
    order = _in_order(scores)[:top]
    return [(shelf.ids[place], float(scores[place])) for place in order]


def _mode(query: VectorStoreQuery) -> VectorStoreQueryMode:
    """The mode of a query, which must be one that is supported, with what it needs."""
    modes = ", ".join(mode.value for mode in _SUPPORTED)
    if query.mode not in _SUPPORTED:
        asked = query.mode.value if isinstance(query.mode, _MODES) else query.mode
        raise BadInput(f"query mode {asked!r}: this store has no such mode. Use one of: {modes}.")
    mode = _MODES(query.mode)
    if mode not in _BY_WORDS and query.query_embedding is None:
        raise BadInput(f"query mode {mode.value!r}: there is no embedding. Give one, or use text_search.")
    if mode in (*_BY_WORDS, _MODES.HYBRID) and query.query_str is None:
        raise BadInput(f"query mode {mode.value!r}: there are no words. Give query_str, or use default.")
    return mode


def _top(query: VectorStoreQuery, mode: VectorStoreQueryMode) -> int:
    """How many results are wanted."""
    own = {_MODES.HYBRID: query.hybrid_top_k}.get(mode, query.sparse_top_k if mode in _BY_WORDS else None)
    top = query.similarity_top_k if own is None else own
    if top < 0:
        raise BadInput(f"{top} results cannot be given. Ask for 0 or more.")
    return top


def _share(given: float | None, name: str) -> float:
    """A weight between 0 and 1, a half where none is given."""
    share = 0.5 if given is None else given
    if not 0 <= share <= 1:
        raise BadInput(f"{name} {share!r}: this is no share. Give a number from 0 to 1.")
    return share


def _allowed(shelf: Shelf, query: VectorStoreQuery) -> NDArray[np.bool_]:
    """Which nodes a query may find: bool [nodes].

    An empty list of node ids is how llama-index says "all"; an empty list of documents means none.
    """
    among = set(shelf.chosen(query.node_ids or None, query.filters))
    if query.doc_ids is not None:
        among &= set(shelf.of_documents(query.doc_ids))
    return np.array([id_ in among for id_ in shelf.ids], dtype=bool)


def _cosines(shelf: Shelf, query: VectorStoreQuery, allowed: NDArray[np.bool_]) -> Scores:
    """The cosine of each allowed node with the query; -inf for the others."""
    asked = _vector(query.query_embedding, "query")
    if not shelf.kept:
        return np.zeros(0)
    if len(asked) != shelf.width:
        what = f"its embedding has {len(asked)} numbers, those of the store {shelf.width}"
        raise BadInput(f"query: {what}. Embed with the same model.")
    cosines = np.round((shelf.vectors @ _of_length_one(asked)).astype(np.float64), 6)
    return np.where(allowed, cosines, -np.inf)


def _bm25(shelf: Shelf, query: VectorStoreQuery, allowed: NDArray[np.bool_]) -> Scores:
    """The BM25 score of each allowed node that shares a word with the query; -inf for the others."""
    scores = np.round(score(shelf.weights, question_terms(query.query_str or "")).astype(np.float64), 6)
    return np.where(allowed & (scores > 0), scores, -np.inf)


def _in_order(scores: Scores) -> NDArray[np.intp]:
    """The places that were found, best first, ties in the order of ids."""
    order = np.lexsort((np.arange(len(scores)), -scores))
    return order[np.isfinite(scores[order])]


def _reciprocal(scores: Scores) -> Scores:
    """1 / (k + rank) for every place that was found, 0 for the others."""
    order = _in_order(scores)
    ranks = np.zeros(len(scores))
    ranks[order] = 1.0 / (FUSION + np.arange(1, len(order) + 1))
    return ranks


def _varied(shelf: Shelf, cosines: Scores, share: float, top: int) -> list[tuple[str, float]]:
    """Results unlike one another: each the best by its cosine less its likeness to those before it.

    Carbonell and Goldstein 1998; the score given is the cosine with the query.
    """
    left = _in_order(cosines).tolist()
    likeness = np.full(len(cosines), -np.inf)
    found: list[tuple[str, float]] = []
    while left and len(found) < top:
        penalty = (1 - share) * likeness[left] if found else 0.0
        best = left.pop(int(np.argmax(np.round(share * cosines[left] - penalty, 6))))
        found.append((shelf.ids[best], float(cosines[best])))
        likeness = np.maximum(likeness, shelf.vectors @ shelf.vectors[best])
    return found
