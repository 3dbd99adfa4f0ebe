"""Where versions of an open knowledge base differ, with the rulings made on it."""

from collections.abc import Iterable, Iterator, Sequence

from readacross.comparing import divergences
from readacross.library import Library
from readacross.model import Divergence, Position, Question, Version
from readacross.naming import namer
from readacross.rulings import attach
from readacross.tensions import tensions


def differing(
    library: Library, question: Question, positions: Sequence[Position], versions: Iterable[Version]
) -> tuple[Divergence, ...]:
    """The divergences among some positions on a question, each source named among these versions."""
    leaflets = {version.id: version.leaflet for version in library.versions.values()}
    name = namer(library.authorities.values(), versions)
    return attach(divergences(question, positions, name, leaflets), library.rulings)


def within(
    library: Library, questions: Sequence[Question], versions: Sequence[Version]
) -> Iterator[Divergence]:
    """The tensions within each of these versions, where the question they stand under is one of these."""
    seen, wanted = {version.id for version in versions}, {question.id for question in questions}
    asked = {*wanted, *(tension.with_ for question in questions for tension in question.tensions)}
    positions = [
        position
        for id_ in library.questions
        if id_ in asked
        for position in library.positions(id_)
        if position.version in seen
    ]
    name = namer(library.authorities.values(), versions)
    found = tensions(library.questions.values(), positions, name)
    yield from attach([item for item in found if item.question in wanted], library.rulings)
