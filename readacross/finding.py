"""Finding anything by its id, and showing it with its place in the original."""

from collections.abc import Iterator
from pathlib import Path

from readacross.contract import passage_json, position_json, version_json
from readacross.errors import BadInput
from readacross.library import Library
from readacross.model import Json, Question
from readacross.naming import names
from readacross.records import read_text
from readacross.shapes import pack
from readacross.showing import passage_lines, version_lines
from readacross.values import in_words


def find(library: Library, id_: str) -> tuple[Json, list[str]]:
    """What an id names, as JSON and as lines.  Raises BadInput for an id that names nothing."""
    if "#" in id_:
        return _passage(library, id_)
    if id_ in library.versions:
        version = library.versions[id_]
        return version_json(version), list(
            version_lines(version, library.authorities[version.authority].name)
        )
    if id_ in library.questions:
        return _question(library, library.questions[id_])
    if id_ in library.leaflets:
        leaflet = library.leaflets[id_]
        held = [version for version in library.versions.values() if version.leaflet == id_]
        document: Json = {**_table(leaflet), "versions": [version.id for version in held]}
        return document, [
            f"{leaflet.id}: {leaflet.title}",
            *(f"  {version.id} ({version.status})" for version in held),
        ]
    if id_ in library.authorities:
        authority = library.authorities[id_]
        published = [leaflet.id for leaflet in library.leaflets.values() if leaflet.authority == id_]
        lines = [
            f"{authority.name}: {authority.kind}, {authority.jurisdiction}",
            *(f"  {name}" for name in published),
        ]
        return {**_table(authority), "leaflets": [*published]}, lines
    if id_ in library.topics:
        topic = library.topics[id_]
        questions = [question for question in library.questions.values() if question.topic == id_]
        lines = [
            f"{topic.title}: {topic.about}",
            *(f"  {question.id}  {question.question}" for question in questions),
        ]
        return {**_table(topic), "questions": [question.id for question in questions]}, lines
    raise BadInput(f"{id_}: nothing has this id. Ids are printed by: readacross versions, passages, ask")


def _table(noun: object) -> dict[str, Json]:
    packed = pack(noun)
    return packed if isinstance(packed, dict) else {}


def _passage(library: Library, id_: str) -> tuple[Json, list[str]]:
    passage = library.find_passage(id_)
    if passage:
        version = library.versions[passage.version]
        file = f"{version.folder}/{version.original}"
        original = read_text(library.root / file, Path(file))
        return passage_json(passage, version, original), list(passage_lines(passage, library.versions))
    raise BadInput(f"{id_}: there is no such passage. List them: readacross passages --all-versions")


def _question(library: Library, question: Question) -> tuple[Json, list[str]]:
    positions = library.positions(question.id)
    document: Json = {
        **_table(question),
        "positions": [position_json(p, library.versions) for p in positions],
    }
    called = names(library.authorities.values(), library.versions.values())

    def lines() -> Iterator[str]:
        yield f"{question.id}: {question.question}"
        for position in positions:
            yield f"  {called[position.version]}: {in_words(question, position)}"
            yield from (f"    “{quote.quote}”" for quote in position.quotes)
        if not positions:
            yield "  not coded yet"

    return document, list(lines())
