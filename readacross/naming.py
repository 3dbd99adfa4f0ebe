"""What versions are called in sentences: the authority's name, and the time where one name is not enough."""

from collections import Counter
from collections.abc import Callable, Iterable

from readacross.model import Authority, Position, Version
from readacross.periods import in_words


def namer(authorities: Iterable[Authority], versions: Iterable[Version]) -> Callable[[Position], str]:
    """A function that names a position's source among these versions."""
    called = names(authorities, versions)
    return lambda position: called[position.version]


def names(authorities: Iterable[Authority], versions: Iterable[Version]) -> dict[str, str]:
    """Each version's name among the others: "Staffordshire", or "Surrey (Surrey County Council)".

    Where an authority has several versions in view they are told apart by publisher, or by label.
    """
    versions = list(versions)
    known = {authority.slug: authority.name for authority in authorities}
    often = Counter(version.authority for version in versions)
    publishers = Counter((version.authority, version.publisher) for version in versions)
    found = {}
    for version in versions:
        name = known.get(version.authority, version.authority)
        if often[version.authority] > 1:
            unique = publishers[version.authority, version.publisher] == 1 and version.publisher != "unknown"
            name += f" ({version.publisher if unique else version.label})"
        found[version.id] = name
    return found


def dated(version: Version) -> str:
    """When a version dates from, as a reader would say it; an inferred date is said to be inferred."""
    words = in_words(version.valid.from_)
    if words == "not known":
        return "date not known"
    return words if version.printed else f"{words} (inferred)"
