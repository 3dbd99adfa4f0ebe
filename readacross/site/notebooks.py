"""Notebooks on the site: in its own looks, their quotes leading to their passages, no file of others needed."""

import re
from collections.abc import Mapping
from html import escape, unescape
from itertools import count
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx

from readacross.contract import link
from readacross.site import shelf_of
from readacross.site.gathering import Shelf
from readacross.tagging import STYLE

FOLDER = "notebooks/"
CITE = re.compile(r"<cite>([^<>]*)</cite>")
"""A passage named by a result of ours; what is between has no markup."""

FRAME = tuple(
    (re.compile(pattern, re.DOTALL), instead)
    for pattern, instead in (
        (r"<style scoped>.*?</style>", ""),
        (r' style="text-align: [a-z]+;"', ""),
        (r'<table border="1" class="dataframe">', '<div class="frame" role="region" aria-label="Data frame" tabindex="0"><table>'),
        (r"</table>", "</table></div>"),
        (r"<tr>\s*<th></th>((?:(?!</tr>).)*)</tr>\s*<tr>\s*<th>([^<]+)</th>(?:\s*<th></th>)*\s*</tr>\s*</thead>", r"<tr><th>\2</th>\1</tr></thead>"),
        (r"<tr>\s*<th>([^<]+)</th>((?:(?!</tr>).)*)</tr>\s*<tr>\s*<th>([^<]+)</th>(?:\s*<th></th>)*\s*</tr>\s*</thead>", r"<tr><th>\3, by \1</th>\2</tr></thead>"),
        (r"<th></th>", "<td></td>"),
    )
)  # fmt: skip
"""What is changed in the HTML that pandas makes."""

LABEL = re.compile(r'aria-label="Data frame"')
"""The name of a data frame, to be told apart from others on its page by a number."""


def _resolved(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Give results the looks of the site, and lead from each passage named to the leaflet."""
    if docname.startswith(FOLDER):
        shelf, number = shelf_of(app), count(1)
        for node in list(doctree.findall(nodes.raw)):
            shown = _framed(node.astext().replace(STYLE, ""))
            shown = LABEL.sub(lambda found: f'{found[0][:-1]} {next(number)}"', shown)
            shown = CITE.sub(lambda found: _led(shelf, found, "../" * docname.count("/")), shown)
            node.children = [nodes.Text(shown)]


def _led(shelf: Shelf, found: re.Match[str], up: str) -> str:
    """A passage's name as a link to it, where it is one."""
    version, _, place = unescape(found[1]).partition("#")
    if version not in shelf.library.versions or not place:
        return found[0]
    address = up + link(shelf.library.versions[version], place)
    hidden = f'<span class="unseen-words">: {found[1]}</span>'
    return f'<a class="source" href="{escape(address)}">Read it in the leaflet{hidden}</a>'


def _framed(shown: str) -> str:
    """A pandas data frame as our tables are: no style in it, a header for each column and row."""
    if 'class="dataframe"' not in shown:
        return shown
    for pattern, instead in FRAME:
        shown = pattern.sub(instead, shown)
    return shown


def _context(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, object], doctree: nodes.document | None
) -> None:
    """Leave out the style sheet of myst-nb: ours has what notebooks need."""
    del app, pagename, templatename, doctree
    sheets = context.get("css_files")
    if isinstance(sheets, list):
        sheets[:] = [sheet for sheet in sheets if "mystnb." not in str(sheet.filename)]


def _finish(app: Sphinx, failure: Exception | None) -> None:
    """Take away the style sheet that no page uses."""
    if failure is None:
        for path in (Path(app.outdir) / "_static").glob("mystnb*.css"):
            path.unlink()


def setup(app: Sphinx) -> Mapping[str, object]:
    """Register with Sphinx, after myst-nb and the site."""
    app.connect("doctree-resolved", _resolved)
    app.connect("html-page-context", _context)
    app.connect("build-finished", _finish, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
