"""Peers' retrievers at their own defaults, all with the same all-MiniLM-L6-v2: texts in, a search function out.

Each function takes the passages, in order, and the model's folder, and returns what turns a query into the
numbers of its best ten passages.  A peer that is not installed raises ImportError.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

TOP = 10
Search = Callable[[str], list[int]]


def bm25s(texts: Sequence[str], model: str) -> Search:  # noqa: ARG001 - every peer is called alike
    import bm25s
    from bm25s import tokenize

    index = bm25s.BM25()
    index.index(tokenize(list(texts), show_progress=False), show_progress=False)

    def search(query: str) -> list[int]:
        numbers, scores = index.retrieve(
            tokenize(query, show_progress=False), k=min(TOP, len(texts)), show_progress=False
        )
        return [int(number) for number, score in zip(numbers[0], scores[0], strict=True) if score > 0]

    return search


def sentence_transformers(texts: Sequence[str], model: str) -> Search:
    from sentence_transformers import SentenceTransformer, util

    encoder = SentenceTransformer(model, device="cpu")
    vectors = encoder.encode(list(texts), convert_to_tensor=True)

    def search(query: str) -> list[int]:
        asked = encoder.encode(query, convert_to_tensor=True)
        return [hit["corpus_id"] for hit in util.semantic_search(asked, vectors, top_k=TOP)[0]]

    return search


def _llama_index(texts: Sequence[str], model: str) -> tuple[Any, Any, list[Any]]:
    from llama_index.core import Settings, VectorStoreIndex
    from llama_index.core.schema import TextNode
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding

    Settings.llm = None
    encoder = HuggingFaceEmbedding(model_name=model, device="cpu")
    nodes = [TextNode(id_=str(number), text=text) for number, text in enumerate(texts)]
    index = VectorStoreIndex(nodes, embed_model=encoder)
    return index, index.as_retriever(similarity_top_k=TOP), nodes


def _numbers(retriever: Any) -> Search:
    return lambda query: [int(hit.node.node_id) for hit in retriever.retrieve(query)]


def llama_index_vector(texts: Sequence[str], model: str) -> Search:
    return _numbers(_llama_index(texts, model)[1])


def llama_index_bm25(texts: Sequence[str], model: str) -> Search:  # noqa: ARG001 - every peer is called alike
    from llama_index.core.schema import TextNode
    from llama_index.retrievers.bm25 import BM25Retriever

    nodes = [TextNode(id_=str(number), text=text) for number, text in enumerate(texts)]
    return _numbers(BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=TOP))


def llama_index_fusion(texts: Sequence[str], model: str) -> Search:
    from llama_index.core.retrievers import QueryFusionRetriever
    from llama_index.retrievers.bm25 import BM25Retriever

    _, dense, nodes = _llama_index(texts, model)
    words = BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=TOP)
    both = QueryFusionRetriever(
        [dense, words], similarity_top_k=TOP, num_queries=1, mode="reciprocal_rerank", use_async=False
    )
    return _numbers(both)


def haystack_hybrid(texts: Sequence[str], model: str) -> Search:
    from haystack import Document
    from haystack.components.joiners import DocumentJoiner
    from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore
    from sentence_transformers import SentenceTransformer

    encoder = SentenceTransformer(model, device="cpu")
    store = InMemoryDocumentStore()
    vectors = encoder.encode(list(texts)).tolist()
    rows = [
        Document(id=str(number), content=text, embedding=vector)
        for number, (text, vector) in enumerate(zip(texts, vectors, strict=True))
    ]
    store.write_documents(rows)
    words, dense = InMemoryBM25Retriever(store), InMemoryEmbeddingRetriever(store)
    joiner = DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=TOP)

    def search(query: str) -> list[int]:
        found = [
            words.run(query=query)["documents"],
            dense.run(query_embedding=encoder.encode(query).tolist())["documents"],
        ]
        return [int(item.id) for item in joiner.run(documents=found)["documents"]]

    return search


def txtai_hybrid(texts: Sequence[str], model: str) -> Search:
    from txtai import Embeddings

    index = Embeddings(path=model, hybrid=True, gpu=False)
    index.index(list(texts))
    return lambda query: [int(number) for number, _ in index.search(query, TOP)]


def lancedb_hybrid(texts: Sequence[str], model: str) -> Search:
    import lancedb
    from sentence_transformers import SentenceTransformer

    encoder = SentenceTransformer(model, device="cpu")
    vectors = encoder.encode(list(texts))
    rows = [
        {"number": number, "text": text, "vector": vector.tolist()}
        for number, (text, vector) in enumerate(zip(texts, vectors, strict=True))
    ]
    table = lancedb.connect(mkdtemp()).create_table("passages", rows)
    table.create_fts_index("text")

    def search(query: str) -> list[int]:
        plain = "".join(letter if letter.isalnum() else " " for letter in query)
        found = table.search(query_type="hybrid").vector(encoder.encode(query)).text(plain).limit(TOP)
        return [row["number"] for row in found.to_list()]

    return search


def readacross(texts: Sequence[str], model: str, contexts: Sequence[str] = ()) -> Search:  # noqa: ARG001
    from readacross.benchmarking import Collection, Passage, index_collection
    from readacross.models import DEFAULT_MODEL
    from readacross.ranking import search as ranked

    passages = [
        Passage(str(number), text, contexts[number] if contexts else "") for number, text in enumerate(texts)
    ]
    collection = Collection(tuple(passages), {}, {})
    signals = index_collection(collection, DEFAULT_MODEL, Path(mkdtemp()) / "encoder", progress=False)
    return lambda query: [hit.number for hit in ranked(signals, query, TOP)]


PEERS = {
    "bm25s": bm25s,
    "sentence-transformers": sentence_transformers,
    "llama-index vector": llama_index_vector,
    "llama-index BM25": llama_index_bm25,
    "llama-index fusion": llama_index_fusion,
    "Haystack hybrid": haystack_hybrid,
    "txtai hybrid": txtai_hybrid,
    "LanceDB hybrid": lancedb_hybrid,
    "readacross": readacross,
}
