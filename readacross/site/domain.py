"""The Sphinx domain `ra`: roles and inventory entries for passages, versions, topics, questions, authorities.

It answers from the model, so `{ra:passage}` points at a page that no document made; passages and versions
are plain labels too, so that any Sphinx site can cite one with `:ref:` and intersphinx.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.builders import Builder
from sphinx.domains import Domain, ObjType
from sphinx.environment import BuildEnvironment
from sphinx.roles import XRefRole
from sphinx.util.nodes import make_refnode

from readacross.contract import link
from readacross.markup import plain
from readacross.naming import dated
from readacross.site.gathering import Shelf, Text
from readacross.site.pieces import each

KINDS = ("passage", "version", "topic", "question", "authority")
LONGEST = 60
"""Characters of a passage that its entry in an inventory shows."""


class Entry(NamedTuple):
    """Where a thing is on the site, and what it is called."""

    page: str
    anchor: str
    title: str


class ReadacrossDomain(Domain):
    """Passages, versions, topics, questions and authorities of a knowledge base."""

    name = "ra"
    label = "Readacross"
    object_types = {kind: ObjType(kind, kind) for kind in KINDS}  # noqa: RUF012 - Sphinx declares it so
    roles = {kind: XRefRole(warn_dangling=True, innernodeclass=nodes.inline) for kind in KINDS}  # noqa: RUF012
    initial_data = {"entries": {kind: {} for kind in KINDS}, "labels": []}  # noqa: RUF012
    dangling_warnings = {  # noqa: RUF012
        kind: f"nothing in the knowledge base is the {kind} %(target)r" for kind in KINDS
    }

    def entry(self, kind: str, id_: str) -> Entry | None:
        """Where a thing is, None where there is no such thing."""
        found = self.data["entries"][kind].get(id_)
        return Entry(*found) if found else None

    def fill(self, shelf: Shelf) -> None:
        """Take in a shelf, in place of what an earlier build knew."""
        entries: dict[str, dict[str, Entry]] = {kind: {} for kind in KINDS}
        for kind, id_, entry in _entries(shelf):
            entries[kind][id_] = entry
        self.data["entries"] = entries
        standard = self.env.domains.standard_domain
        for label in self.data["labels"]:
            standard.labels.pop(label, None)
            standard.anonlabels.pop(label, None)
        labels = entries["version"] | entries["passage"]
        for id_, (page, anchor, title) in labels.items():
            standard.labels[id_] = (page, anchor, title)
            standard.anonlabels[id_] = (page, anchor)
        self.data["labels"] = list(labels)

    def resolve_xref(  # noqa: PLR0913, PLR0917 - Sphinx calls it so
        self, env: BuildEnvironment, fromdocname: str, builder: Builder, typ: str, target: str,
        node: pending_xref, contnode: nodes.Element,
    ) -> nodes.reference | None:  # fmt: skip
        """A link to what a role names; without words of its own it takes the thing's title."""
        del env
        found = self.entry(typ, target)
        if found is None:
            return None
        words = contnode if node.get("refexplicit") else nodes.inline(found.title, found.title)
        return make_refnode(builder, fromdocname, found.page, found.anchor, words, found.title)

    def resolve_any_xref(  # noqa: PLR0913, PLR0917 - Sphinx calls it so
        self, env: BuildEnvironment, fromdocname: str, builder: Builder, target: str, node: pending_xref,
        contnode: nodes.Element,
    ) -> list[tuple[str, nodes.reference]]:  # fmt: skip
        """Links to everything that has an id, for the role `any`."""
        found = [
            (f"ra:{kind}", self.resolve_xref(env, fromdocname, builder, kind, target, node, contnode))
            for kind in KINDS
        ]
        return [(role, reference) for role, reference in found if reference is not None]

    def get_objects(self) -> Iterator[tuple[str, str, str, str, str, int]]:
        """Every entry, for the inventory that other sites read."""
        for kind, entries in self.data["entries"].items():
            for id_, (page, anchor, title) in entries.items():
                yield id_, title, kind, page, anchor, 1

    def merge_domaindata(self, docnames: AbstractSet[str], otherdata: dict[str, object]) -> None:
        """Nothing to merge: every process answers from the same model."""


def _entries(shelf: Shelf) -> Iterator[tuple[str, str, Entry]]:
    library = shelf.library
    for authority in library.authorities.values():
        yield "authority", authority.slug, Entry(f"authorities/{authority.slug}", "", _line(authority.name))
    for topic in library.topics.values():
        yield "topic", topic.id, Entry(f"topics/{topic.id}", "", _line(topic.title))
    for question in library.questions.values():
        yield "question", question.id, Entry(f"questions/{question.id}", "", _line(question.label))
    for text, shown in each(shelf, "inventory", _shown):
        id_, page = text.version.id, link(text.version).removesuffix(".html")
        name = _line(shelf.called[id_])
        yield "version", id_, Entry(page, "", _line(f"{text.version.title} ({name}, {dated(text.version)})"))
        for line in shown.splitlines():
            place, _, words = line.partition(" ")
            yield "passage", f"{id_}#{place}", Entry(page, place, f"{name}: “{words}”")


def _shown(text: Text) -> str:
    """The passages of a version by place, each with its first words, a line each."""
    lines = []
    for passage in text.passages:
        words = plain(passage.text)
        shown = words if len(words) <= LONGEST else words[:LONGEST].rpartition(" ")[0] + " …"
        lines.append(f"{passage.place} {_line(shown)}")
    return "\n".join(lines)


def _line(words: str) -> str:
    """Words on one line, as an inventory wants them."""
    return " ".join(words.split())
