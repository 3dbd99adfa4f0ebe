"""The Sphinx extension: narrative documents beside pages, a domain and a search that come from the model.

extensions = ["myst_parser", "readacross.site"]
html_theme = "readacross"
smartquotes = False
# readacross_root = "…"     the knowledge base; by default the folder above the documents
# html_baseurl = "https://…/"   where the site will stand, for its map, feeds and canonical addresses
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, TypeAlias, cast
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from docutils import nodes
from markupsafe import Markup, escape
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError

from readacross.errors import ReadacrossError
from readacross.site.catalogue import dataset, inline, sitemap
from readacross.site.domain import ReadacrossDomain
from readacross.site.downloads import data_files
from readacross.site.furnishing import furniture, linked
from readacross.site.gathering import Shelf, gathered
from readacross.site.keeping import list_files
from readacross.site.looking import Title, words_script
from readacross.site.pages import files, home, planned
from readacross.site.rendering import Page, Planned
from readacross.site.reusing import edition, key_of

Context: TypeAlias = dict[str, object]


class Way(Protocol):
    """What gives the address of a page or file from the page that is shown."""

    def __call__(self, name: str, resource: bool = False) -> str:
        """The address."""


THEME = "readacross"
UNUSED = (
    "basic.css", "doctools.js", "documentation_options.js", "file.png", "language_data.js", "minus.png",
    "plus.png", "pygments.css", "searchtools.js", "sphinx_highlight.js",
)  # fmt: skip
"""Files that Sphinx puts into every site and that no page of our theme uses."""

OURS = frozenset(("readacross", "sphinx", "sphinxcontrib", "alabaster", "myst_parser", "myst_nb"))
"""Whose part in a page is known: theirs is the same wherever the documents, the settings and this program are."""

NO_BOX = ("ask", "search", "404")
"""Pages without a search box above them: they have one of their own, or stand at any address.  Nor has one a page
with a script of its own: three requests are the most that a page makes."""

_listed: WeakKeyDictionary[Sphinx, list[tuple[str, list[tuple[str, str]]]]] = WeakKeyDictionary()
_ways: WeakKeyDictionary[Sphinx, dict[tuple[str, str, bool], str]] = WeakKeyDictionary()
_shelves: WeakKeyDictionary[Sphinx, Shelf] = WeakKeyDictionary()


class _Body(Markup):
    """The HTML of a page, rendered by our templates, which escape everything."""

    def __repr__(self) -> str:
        """Short: Sphinx writes out what it passes on, for every page."""
        return f"<{len(self)} characters>"


@contextmanager
def _one_line_errors() -> Iterator[None]:
    """Let Sphinx show an error of ours as the line it is."""
    try:
        yield
    except ReadacrossError as bad:
        raise ExtensionError(str(bad)) from bad


def shelf_of(app: Sphinx) -> Shelf:
    """The shelf that a build shows, gathered once."""
    if app not in _shelves:
        root = Path(app.config.readacross_root) if app.config.readacross_root else Path(app.srcdir).parent
        with _one_line_errors():
            _shelves[app] = gathered((Path(app.confdir) / root).resolve())
    return _shelves[app]


def _settle(app: Sphinx, config: Config) -> None:
    """Refuse settings that would change quotations; leave out what our theme does not use."""
    if config.smartquotes:
        raise ExtensionError(
            "conf.py: smartquotes is on and would change the words of quotations. Write: smartquotes = False"
        )
    if config.html_theme == THEME:
        config.html_permalinks = False
        config.html_copy_source = False
        config.html_use_index = False
    del app


def _no_own_search(app: Sphinx) -> None:
    """Keep Sphinx from making its search: ours has the same address."""
    if app.builder.format == "html":
        app.builder.search = False  # type: ignore[attr-defined]


def _fill(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Make the model known to the domain before documents are read."""
    del docnames
    domain = env.domains["ra"]
    if isinstance(domain, ReadacrossDomain):
        domain.fill(shelf_of(app))


def _outdated(app: Sphinx, env: BuildEnvironment, *changes: set[str]) -> list[str]:
    """Every document: each may show or point at what has changed in the model."""
    del app, changes
    return sorted(env.found_docs)


def _collect(app: Sphinx) -> Iterator[tuple[str, Context, str]]:
    """The pages that come from the model, and the files beside them."""
    shelf, out = shelf_of(app), Path(app.outdir)
    with _one_line_errors():
        about = furniture(shelf, app.config.project, _base(app))
        words = words_script(shelf, _guides(app)).encode()
        for name, data in (*files(shelf), *about, ("_static/words.js", words)):
            _write(out, name, data)
        made, reuse, frame = edition(), _only_ours(app), _frame(app)
        for plan in planned(shelf, app.config.project):
            if plan.name in app.env.found_docs:
                continue
            if isinstance(plan, Planned):
                if reuse and (kept := made.page(plan.name, key_of(plan.key, frame), shelf.fingerprint)):
                    _write(out, f"{plan.name}.html", kept)
                    continue
                plan = plan.make()  # noqa: PLW2901 - the page itself
            yield plan.name, _around(plan), "page.html"


def _around(page: Page) -> Context:
    """What the theme is given of a page."""
    return {
        "title": escape(page.title),
        "body": _Body(page.html),
        "above": page.above,
        "our_scripts": page.scripts,
        "description": page.description,
    }


def _write(out: Path, name: str, data: bytes) -> None:
    """Write a file of the site."""
    path = f"{out}/{name}"
    try:
        file = open(path, "wb")  # noqa: PTH123, SIM115 - thousands of files
    except FileNotFoundError:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        file = Path(path).open("wb")  # noqa: SIM115 - closed below
    with file:
        file.write(data)


def _frame(app: Sphinx) -> str:
    """What the theme is given for every page, as a digest: conf.py may have it from anywhere."""
    given: Context = app.builder.globalcontext  # type: ignore[attr-defined]
    plain = {name: value for name, value in given.items() if isinstance(value, str | int | None)}
    return key_of(sorted(plain.items()), _documents(app), _base(app))


def _only_ours(app: Sphinx) -> bool:
    """Whether nobody else is told of every page: an extension that is must be told of those that did not change, too."""
    told = app.events.listeners.get("html-page-context", ())
    return all(listener.handler.__module__.partition(".")[0] in OURS for listener in told)


def _guides(app: Sphinx) -> Iterator[Title]:
    """The narrative documents, found by their headings."""
    for caption, documents in _documents(app):
        for name, title in documents:
            headings = app.env.tocs[name].astext() if name in app.env.tocs else title
            yield Title(title, caption.lower(), f"{name}.html", " ".join(headings.split()))


def _context(
    app: Sphinx, pagename: str, templatename: str, context: Context, doctree: nodes.document | None
) -> None:
    """What the theme shows around every page, and the home page's own part."""
    del templatename
    shelf, base = shelf_of(app), _base(app)
    context["pathto"] = _shortened(app, pagename, cast("Way", context["pathto"]))
    context["documents"], context["edition"] = _documents(app), shelf.fingerprint
    context["linked"] = linked(shelf, pagename)
    if pagename == "404":
        _from_anywhere(context, base)
    if pagename == app.config.root_doc:
        with _one_line_errors():
            context["beneath"] = Markup(home(shelf))  # noqa: S704 - as above
            context["dataset"] = inline(dataset(shelf, app.config.project, base, data_files(shelf)))
    elif pagename not in NO_BOX and not context.get("our_scripts"):
        context["finds"] = True
    if context.get("finds") or pagename == app.config.root_doc:
        context["our_scripts"] = ("_static/reading.js",)
    if doctree is not None and pagename != app.config.root_doc:
        context["above"] = ((app.config.project, app.config.root_doc),)


def _shortened(app: Sphinx, pagename: str, pathto: Way) -> Way:
    """The same way from a page to others, looked up once for every folder of pages."""
    known = _ways.setdefault(app, {})
    folder = pagename.rpartition("/")[0]

    def way(name: str, resource: bool = False) -> str:
        if name == pagename:
            return pathto(name, resource)
        key = (folder, name, resource)
        if key not in known:
            known[key] = pathto(name, resource)
        return known[key]

    return way


def _base(app: Sphinx) -> str:
    """The address that the site is known to have (html_baseurl of conf.py), with a slash last; "" without one."""
    given: str = app.config.html_baseurl
    return given if given.endswith("/") or not given else f"{given}/"


def _from_anywhere(context: Context, base: str) -> None:
    """Make a page's links start at the top of its host, as it is shown at addresses of any depth."""
    top = urlsplit(base).path or "/"

    def pathto(name: str, resource: bool = False) -> str:
        return f"{top}{name}" + ("" if resource else ".html")

    body = str(context["body"])
    context["body"] = Markup(re.sub(r'href="(?=[\w/]+\.html)', f'href="{escape(top)}', body))  # noqa: S704 - as above
    context["pathto"] = pathto
    context["css_tag"] = lambda css: (
        f'<link rel="stylesheet" href="{escape(pathto(css.filename, resource=True))}">'
    )


def _documents(app: Sphinx) -> list[tuple[str, list[tuple[str, str]]]]:
    """The narrative documents by the captions of the first document's tables of contents, looked up once."""
    if app not in _listed:
        _listed[app] = _found_documents(app)
    return _listed[app]


def _found_documents(app: Sphinx) -> list[tuple[str, list[tuple[str, str]]]]:
    found = []
    for toctree in app.env.tocs[app.config.root_doc].findall(addnodes.toctree):
        entries = [
            (name, words or app.env.titles[name].astext())
            for words, name in toctree["entries"]
            if name in app.env.titles
        ]
        found.append((str(toctree.get("caption") or "Guides"), entries))
    return found


def _finish(app: Sphinx, failure: Exception | None) -> None:
    """Take away the files that no page uses; draw the map of a site whose address is known."""
    if failure is None and app.config.html_theme == THEME and app.builder.format == "html":
        for name in UNUSED:
            (Path(app.outdir) / "_static" / name).unlink(missing_ok=True)
        if base := _base(app):
            out = Path(app.outdir)
            found = (
                path.relative_to(out).as_posix() for path in out.rglob("*.html") if path.name != "404.html"
            )
            (out / "sitemap.xml").write_text(sitemap(found, base), "utf-8")


def _list(app: Sphinx, failure: Exception | None) -> None:
    """List the files of a finished site, for those who keep it."""
    if failure is None and app.config.html_theme == THEME and app.builder.format == "html":
        list_files(Path(app.outdir))


def setup(app: Sphinx) -> Mapping[str, object]:
    """Register the theme, the domain and the pages with Sphinx."""
    app.add_config_value("readacross_root", None, "env", (str,))
    app.add_html_theme(THEME, str(Path(__file__).with_name("theme")))
    app.add_domain(ReadacrossDomain)
    app.connect("config-inited", _settle)
    app.connect("builder-inited", _no_own_search)
    app.connect("env-before-read-docs", _fill)
    app.connect("env-get-outdated", _outdated)
    app.connect("html-collect-pages", _collect)
    app.connect("html-page-context", _context)
    app.connect("build-finished", _finish)
    app.connect("build-finished", _list, priority=950)  # when extensions have taken away what they do not use
    return {"env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
