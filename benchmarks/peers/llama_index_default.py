"""A question the way llama-index documents it: a persisted VectorStoreIndex and a Hugging Face embedding.

    python benchmarks/peers/llama_index_default.py build STORE MODEL SOURCES
    python benchmarks/peers/llama_index_default.py ask STORE MODEL QUESTION

STORE is a folder for the index, MODEL the folder of the embedding model, SOURCES the folder whose
`*/*/*/reading.md` are read. All other settings are llama-index's own defaults.
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")

from llama_index.core import (
    Document,
    StorageContext,
    VectorStoreIndex,
    load_index_from_storage,
)
from llama_index.embeddings.huggingface import HuggingFaceEmbedding


def build(store: str, model: str, sources: str) -> None:
    texts = sorted(Path(sources).glob("*/*/*/reading.md"))
    documents = [
        Document(text=text.read_text(encoding="utf-8"), metadata={"file": str(text)}) for text in texts
    ]
    index = VectorStoreIndex.from_documents(documents, embed_model=HuggingFaceEmbedding(model_name=model))
    index.storage_context.persist(store)


def ask(store: str, model: str, question: str) -> None:
    storage = StorageContext.from_defaults(persist_dir=store)
    index = load_index_from_storage(storage, embed_model=HuggingFaceEmbedding(model_name=model))
    for found in index.as_retriever(similarity_top_k=10).retrieve(question):
        print(f"{found.score:.4f}  {found.node.get_content()[:100]!r}")


if __name__ == "__main__":
    {"build": build, "ask": ask}[sys.argv[1]](*sys.argv[2:])
