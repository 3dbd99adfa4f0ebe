"""llama-index at the edges: leaflets as documents, our search as a retriever, our answers as a query engine.

    >>> from readacross.llama import ReadacrossQueryEngine             # doctest: +SKIP
    >>> ReadacrossQueryEngine(library).query("Can I bring a friend?")  # doctest: +SKIP

Loading this module or `readacross.llama_store` loads llama-index; no other module does, or loads these two.
No language model is used and llama-index's global settings are left alone.  What a leaflet says is data: it
goes into texts and metadata, never into a template or an instruction.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Protocol, Self, TypedDict, Unpack

try:
    from llama_index.core.base.base_query_engine import BaseQueryEngine
    from llama_index.core.base.base_retriever import BaseRetriever
    from llama_index.core.base.embeddings.base import BaseEmbedding
    from llama_index.core.base.response.schema import Response
    from llama_index.core.bridge.pydantic import Field
    from llama_index.core.prompts.mixin import PromptMixinType
    from llama_index.core.schema import (
        BaseNode,
        Document,
        NodeRelationship,
        NodeWithScore,
        ObjectType,
        QueryBundle,
        RelatedNodeInfo,
        TextNode,
    )
    from llama_index.core.vector_stores.simple import DEFAULT_VECTOR_STORE, NAMESPACE_SEP
    from llama_index.core.vector_stores.types import (
        DEFAULT_PERSIST_FNAME,
        BasePydanticVectorStore,
        MetadataFilters,
        VectorStoreQuery,
        VectorStoreQueryResult,
    )
except ImportError as missing:
    raise ImportError(f'{missing}. Run: pip install "readacross[llama]"', name=missing.name) from missing
from pydantic import InstanceOf
from typing_extensions import override

from readacross.answering import Asked, ask
from readacross.contract import answer_json, citation_json, version_json
from readacross.embedding import QueryEncoder, open_encoder
from readacross.errors import BadInput, GenerationError
from readacross.library import HEADING, Chosen, Library
from readacross.llama_store import Shelf, find, keep, node_of, read_shelf, shelf_text
from readacross.model import Citation, Json, Version
from readacross.proving import Prover
from readacross.searching import Index, question_terms, search
from readacross.showing import answer_lines
from readacross.storing import plain_errors, write_atomically

SHOWN = ("title", "publisher", "valid_from", "valid_until", "dates_basis", "version", "context")
"""The metadata that a language model is shown beside the words; only "context" is embedded with them."""


def leaflets_as_documents(library: Library) -> list[Document]:
    """Every version as a document: its reading text, and what is known of it, under the version's id."""
    return [_document(library, version) for version in library.versions.values()]


def _document(library: Library, version: Version) -> Document:
    leaflet, authority = library.leaflets[version.leaflet], library.authorities[version.authority]
    metadata = _about(version) | {
        "authority_name": authority.name,
        "jurisdiction": authority.jurisdiction,
        "audience": leaflet.audience,
        "language": leaflet.language,
    }
    return Document(
        id_=version.id,
        text=library.reading(version.id),
        metadata=metadata,
        excluded_embed_metadata_keys=list(metadata),
        excluded_llm_metadata_keys=_unshown(metadata),
    )


def _about(version: Version) -> dict[str, Json]:
    """What `readacross versions --json` says of a version, each fact under a name to filter by."""
    told = _table(version_json(version))
    told.pop("evidence")
    named = {"from": "valid_from", "until": "valid_until", "basis": "dates_basis"}
    return told | {named.get(key, key): value for key, value in _table(told.pop("valid")).items()}


def _table(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


def _unshown(metadata: Mapping[str, Json]) -> list[str]:
    return [key for key, value in metadata.items() if key not in SHOWN or value is None]


def _node(citation: Citation, version: Version, **more: Json) -> TextNode:
    """Words of a leaflet as a node, with all that `readacross ask --json` says of a citation.

    A whole passage has the passage's id; a part of one has its place in the reading text added to it.
    """
    passage, (start, end) = citation.passage, citation.reading
    metadata = _about(version) | _table(citation_json(citation, {version.id: version})) | more
    metadata["context"] = "\n".join(part for part in (*passage.headings, passage.lead_in) if part)
    source = RelatedNodeInfo(node_id=version.id, node_type=ObjectType.DOCUMENT, hash=version.sha256)
    return TextNode(
        id_=passage.id if citation.quote == passage.text else f"{passage.id}:{start}-{end}",
        text=citation.quote,
        start_char_idx=start,
        end_char_idx=end,
        metadata=metadata,
        excluded_embed_metadata_keys=[key for key in metadata if key != "context"],
        excluded_llm_metadata_keys=_unshown(metadata),
        relationships={NodeRelationship.SOURCE: source},
    )


def _passage_nodes(library: Library, chosen: Sequence[Chosen], scores: Mapping[int, float]) -> list[TextNode]:
    """Passages of versions in view as nodes, proven, by number and score, with the topics they are quoted on."""
    prover = Prover(library, chosen)
    topics: dict[int, list[Json]] = {number: [] for number in scores}
    for topic in library.topics:
        for number in topics.keys() & library.on_topic(topic):
            topics[number].append(topic)
    citations = {
        number: prover.cite(library.passage(number), score=score) for number, score in scores.items()
    }
    return [
        _node(citation, library.versions[citation.passage.version], topics=topics[number])
        for number, citation in citations.items()
    ]


class Filters(TypedDict, total=False):
    """What narrows a question, as the options of the commands do."""

    authorities: tuple[str, ...]
    topics: tuple[str, ...]
    as_at: str | None
    all_versions: bool
    top: int


def _asked(filters: Filters) -> Asked:
    """The filters of questions to come; lists will do for tuples."""
    asked = Asked("", **filters)
    if asked.top < 1:
        raise BadInput(f"top={asked.top}: at least one result must be asked for.")
    return replace(asked, authorities=tuple(asked.authorities), topics=tuple(asked.topics))


class ReadacrossRetriever(BaseRetriever):
    """Our search, by meaning and by words, as a retriever: proven passages, best first, with fused scores."""

    def __init__(self, library: Library, **filters: Unpack[Filters]) -> None:
        super().__init__()
        self.library, self.asked, self._index = library, _asked(filters), Index(library)

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        library, asked, index = self.library, self.asked, self._index
        question = " ".join(query_bundle.query_str.split())
        if not question:
            raise BadInput("The question is empty. Ask in plain words.")
        library.check_topics(asked.topics)
        chosen = library.choose(asked.authorities, asked.as_at, all_versions=asked.all_versions)
        allowed = index.allowed([item.version.id for item in chosen], asked.topics)
        vector, words = index.encoder.encode(question), question_terms(question)
        scores = {hit.number: hit.score for hit in search(index, vector, words, allowed, asked.top)}
        nodes = _passage_nodes(library, chosen, scores)
        return [NodeWithScore(node=node, score=scores[n]) for n, node in zip(scores, nodes, strict=True)]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await asyncio.to_thread(self._retrieve, query_bundle)


class ReadacrossQueryEngine(BaseQueryEngine):
    """Our answers as a query engine: no language model, every source node a proven citation.

    `response` is the answer in words, as `readacross ask` prints it; `source_nodes` are its citations, in the
    order in which the statements in `metadata` number them; `metadata` also holds the status, who is silent,
    what diverges, and the nearest passages where the sources do not answer: those are no source.
    """

    def __init__(self, library: Library, **filters: Unpack[Filters]) -> None:
        super().__init__(callback_manager=None)
        self.library, self.asked, self._index = library, _asked(filters), Index(library)

    def _get_prompt_modules(self) -> PromptMixinType:
        return {}

    def _query(self, query_bundle: QueryBundle) -> Response:
        library = self.library
        answer = ask(library, replace(self.asked, question=query_bundle.query_str), self._index)
        names = {slug: authority.name for slug, authority in library.authorities.items()}
        told = _table(answer_json(answer, library.versions, names))
        told.pop("citations")
        sources = [
            NodeWithScore(node=_node(item, library.versions[item.passage.version]), score=item.score)
            for item in answer.citations
        ]
        return Response("\n".join(answer_lines(answer, library)), sources, told)

    async def _aquery(self, query_bundle: QueryBundle) -> Response:
        return await asyncio.to_thread(self._query, query_bundle)


class ReadacrossEmbedding(BaseEmbedding):
    """The model that a knowledge base was built with, run without torch and without a network."""

    folder: Path

    @classmethod
    @override
    def class_name(cls) -> str:
        return "ReadacrossEmbedding"

    @classmethod
    def from_library(cls, library: Library) -> Self:
        """The model of an open knowledge base."""
        facts = library.facts
        return cls(model_name=str(facts["model"]), folder=library.root / str(facts["encoder"]))

    def _get_text_embedding(self, text: str) -> list[float]:
        numbers: list[float] = _encoder(self.folder, self.model_name).encode(text).tolist()
        return numbers

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return await asyncio.to_thread(self._get_text_embedding, query)

    async def _aget_text_embedding(self, text: str) -> list[float]:
        return await asyncio.to_thread(self._get_text_embedding, text)


@lru_cache(maxsize=4)
def _encoder(folder: Path, model: str) -> QueryEncoder:
    """An encoder, opened once; its folder is named by the model's digest."""
    return open_encoder(folder, model)


class Files(Protocol):
    """What persisting needs of an fsspec file system."""

    protocol: str | tuple[str, ...]

    def pipe_file(self, path: str, value: bytes) -> None:
        """Write a file."""

    def cat_file(self, path: str) -> bytes:
        """Read a file."""


_WRITING = Lock()


class ReadacrossVectorStore(BasePydanticVectorStore):
    """A vector store in memory: exact under every filter, upserting, written whole or not at all.

    Nodes come back as they were added, metadata unchanged; what could not is refused when it is added.  An
    operation that fails has changed nothing.
    """

    stores_text: bool = True
    held: InstanceOf[Shelf] = Field(default_factory=Shelf, exclude=True, repr=False)

    @classmethod
    @override
    def class_name(cls) -> str:
        return "ReadacrossVectorStore"

    @classmethod
    def from_library(
        cls,
        library: Library,
        *,
        authorities: Collection[str] = (),
        as_at: str | None = None,
        all_versions: bool = False,
    ) -> Self:
        """A store filled with passages, headings left out, and the vectors they were built with.

        They are copies: whatever is added or deleted here, the knowledge base stays as it is.
        """
        index, store = Index(library), cls()
        for chosen in library.choose(authorities, as_at, all_versions=all_versions):
            numbers = library.numbers(chosen.version.id)
            scores = {number: 0.0 for number in numbers if index.columns[number, 1] != HEADING}
            nodes = _passage_nodes(library, [chosen], scores)
            for number, node in zip(scores, nodes, strict=True):
                node.embedding = index.vectors[number].tolist()
            store.add(nodes)
        return store

    @property
    @override
    def client(self) -> None:
        return None

    @override
    def add(self, nodes: Sequence[BaseNode], **kwargs: object) -> list[str]:
        """Keep nodes; one whose id is there already takes its place.  Raises BadInput, nothing kept."""
        kept = {node.node_id: keep(node) for node in nodes}
        with _WRITING:
            self.held = self.held.adding(kept)
        return [node.node_id for node in nodes]

    @override
    def delete(self, ref_doc_id: str, **delete_kwargs: object) -> None:
        """Delete the nodes of a document."""
        with _WRITING:
            self.held = self.held.without(self.held.of_documents([ref_doc_id]))

    @override
    def delete_nodes(
        self,
        node_ids: list[str] | None = None,
        filters: MetadataFilters | None = None,
        **delete_kwargs: object,
    ) -> None:
        """Delete the nodes among some ids, or of all, whose metadata pass; nothing where nothing is given."""
        if node_ids is None and (filters is None or not filters.filters):
            return
        with _WRITING:
            self.held = self.held.without(self.held.chosen(node_ids, filters))

    @override
    def clear(self) -> None:
        """Delete everything."""
        with _WRITING:
            self.held = Shelf()

    @override
    def get_nodes(
        self, node_ids: list[str] | None = None, filters: MetadataFilters | None = None
    ) -> list[BaseNode]:
        """The nodes among some ids, or of all in the order of ids, whose metadata pass; with embeddings."""
        shelf = self.held
        return [node_of(shelf.kept[id_], embedded=True) for id_ in shelf.chosen(node_ids, filters)]

    @override
    def query(
        self, query: VectorStoreQuery, mmr_threshold: float | None = None, **kwargs: object
    ) -> VectorStoreQueryResult:
        """The best nodes for a query: see the guide for its modes.  Raises BadInput where it has none."""
        shelf = self.held
        if mmr_threshold is not None:
            query = replace(query, mmr_threshold=mmr_threshold)
        found = find(shelf, query)
        return VectorStoreQueryResult(
            nodes=[node_of(shelf.kept[id_]) for id_, _ in found],
            similarities=[score for _, score in found],
            ids=[id_ for id_, _ in found],
        )

    @override
    def persist(self, persist_path: str, fs: Files | None = None) -> None:
        """Write the store to one file, whole or not at all.  Raises GenerationError where the disk refuses."""
        text = shelf_text(self.held)
        if fs is not None and "file" not in ((fs.protocol,) if isinstance(fs.protocol, str) else fs.protocol):
            fs.pipe_file(persist_path, text.encode())
            return
        with plain_errors("The vector store cannot be written"), _WRITING:
            Path(persist_path).parent.mkdir(parents=True, exist_ok=True)
            write_atomically(Path(persist_path), text)

    @classmethod
    def from_persist_path(cls, persist_path: str, fs: Files | None = None) -> Self:
        """The store in a file.  Raises GenerationError where it is missing, cut off or changed."""
        try:
            data = Path(persist_path).read_bytes() if fs is None else fs.cat_file(persist_path)
            return cls(held=read_shelf(data.decode()))
        except (OSError, ValueError, KeyError, TypeError, RecursionError, BadInput) as bad:
            what = f"{persist_path}: the vector store cannot be read ({bad})"
            raise GenerationError(f"{what}. Add its nodes to a new one.") from None

    @classmethod
    def from_persist_dir(
        cls, persist_dir: str, namespace: str = DEFAULT_VECTOR_STORE, fs: Files | None = None
    ) -> Self:
        """The store in a folder to which a StorageContext was persisted."""
        name = f"{namespace}{NAMESPACE_SEP}{DEFAULT_PERSIST_FNAME}"
        return cls.from_persist_path(f"{persist_dir}/{name}", fs)
