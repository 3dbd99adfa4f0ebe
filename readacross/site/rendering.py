"""Rendering: a template and what it shows become a page; everything is escaped on the way.

Templates escape everything; leaflet text enters them as text and leaves them as text.
"""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple, TypeAlias

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from readacross.contract import link
from readacross.markup import plain
from readacross.naming import dated
from readacross.periods import in_words as date_in_words
from readacross.site import laying, wording
from readacross.site.gathering import Shelf

FIRST = re.compile(r'<p class="lede">(.*?)</p>', re.DOTALL)
LONGEST = 200
"""Characters of a description."""

Above: TypeAlias = tuple[tuple[str, str], ...]
"""The pages above a page, each by its title and its address without `.html`."""


class Place(NamedTuple):
    """Where a page stands: its address without `.html`, its title, and the pages above it."""

    name: str
    title: str
    above: Above


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the site: its address without `.html`, title, the pages above it, and its HTML."""

    name: str
    title: str
    above: Above
    html: str
    scripts: tuple[str, ...] = ()

    @property
    def description(self) -> str:
        """What the page is about, in its own first words: for those who find or share it."""
        first = FIRST.search(self.html)
        words = Markup(first[1]).striptags() if first else ""  # noqa: S704 - markup only to be taken off
        return words if len(words) <= LONGEST else f"{words[:LONGEST].rpartition(' ')[0]} …"


@dataclass(frozen=True, slots=True)
class Planned:
    """A page that is rendered when it is wanted; `key` changes with all that it is made of."""

    name: str
    key: str
    make: Callable[[], Page]


@cache
def templates() -> Environment:
    """Our templates: everything is escaped, and a name that is not there is an error."""
    loader = FileSystemLoader(Path(__file__).with_name("templates"))
    beside = Path(__file__).with_name("__pycache__")
    found = Environment(
        loader=loader,
        bytecode_cache=FileSystemBytecodeCache(str(beside)) if os.access(beside, os.W_OK) else None,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    found.filters |= {
        "dated": dated,
        "day": date_in_words,
        "plain": plain,
        "basis": wording.basis,
        "sentence": wording.sentence,
        "stopped": wording.stopped,
        "seen": laying.seen,
        "kind": wording.kind_in_words,
        "ruled": wording.ruled,
        "coded": wording.coded,
        "line": wording.line,
        "readable": wording.readable,
        "count": wording.count,
        "size": wording.size,
    }
    found.globals |= {
        "link": link,
        "began": wording.began,
        "ended": wording.ended,
        "inferred": wording.inferred,
    }
    return found


def render(name: str, page: str, shelf: Shelf, **context: object) -> str:
    """A template's HTML for a page at an address; links are relative, so that the site may lie anywhere."""
    return templates().get_template(name).render(up="../" * page.count("/"), shelf=shelf, **context)


def render_page(
    at: Place, template: str, shelf: Shelf, scripts: tuple[str, ...] = (), **context: object
) -> Page:
    """A page at a place."""
    html = render(template, at.name, shelf, title=at.title, **context)
    return Page(at.name, at.title, at.above, html, scripts)
