"""Publishing: build the site aside, prove it, put it in place whole; and serve it on this machine."""

import gc
import io
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

from readacross.building import build
from readacross.errors import BadInput, ReadacrossError
from readacross.executing import with_notebooks
from readacross.starting import FILES
from readacross.storing import plain_errors

if TYPE_CHECKING:
    from readacross.site.reusing import Edition

Report = Callable[[str], None]
Written = dict[Path, tuple[int, int]]

SITE = Path("build/site")
"""Where a knowledge base's site goes unless another folder is asked for."""

STAMP = ".readacross.json"
"""The file of a published site that says what it was made of, and that the folder is ours to replace."""


SELDOM = (100_000, 50, 1000)
"""New objects before the garbage collector looks at the youngest, and how often it looks at older ones."""

LOOK = 0.5
"""Seconds between two looks at whether a source has changed, while the site is served."""


CERTIFICATE = "certificate.json"
"""The one file among the sources that a build writes."""


class SiteError(ReadacrossError):
    """The site cannot be made."""


def publish_site(root: Path, out: Path | None, report: Report) -> Path:
    """Build the site of a knowledge base into a folder and return its first page.

    The knowledge base is built first where that is needed.  Raises ReadacrossError, the old site still in
    place, where a document is wrong or a page does not show what the model holds.
    """
    generation = build(root, report).name
    out = (out or root / SITE).absolute()
    program = _program(root)
    made_of = sha256(f"{generation}\n{program}".encode()).hexdigest()[:16]
    if _stamp(out) == made_of:
        report(f"up to date: {out}")
        return out / "index.html"
    _refuse_strangers(root, out)
    from readacross.site.reusing import keep_edition, last_edition

    with plain_errors("The site cannot be written"):
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as aside:
            site = Path(aside) / "site"
            made = last_edition(root, out, program)
            compared = _make(root, site, Path(aside), report, made)
            (site / STAMP).write_text(json.dumps({"made_of": made_of}) + "\n", "utf-8")
            (site / ".nojekyll").touch()
            _put_in_place(site, out, Path(aside) / "old")
            keep_edition(root, made)
    report(f"{compared} passages, quotations and originals read back and found word for word")
    return out / "index.html"


def _program(root: Path) -> str:
    """What a site is made of but for its generation, as a digest: documents, settings, figures, and this program."""
    import sphinx

    parts = [sphinx.__version__]
    figures = root / "benchmarks" / "results"
    for folder in (root / "docs", root / "notebooks", root / "qa", figures, Path(__file__).parent):
        found = (path for path in sorted(folder.rglob("*")) if path.is_file())
        parts += [
            f"{path.relative_to(folder).as_posix()} {sha256(path.read_bytes()).hexdigest()}"
            for path in found
            if not {"_build", "__pycache__"} & set(path.parts)
        ]
    return sha256("\n".join(parts).encode()).hexdigest()


def _documents(root: Path, aside: Path) -> Path:
    """The knowledge base's own documents, or those that a new one begins with, written aside."""
    if (root / "docs" / "conf.py").is_file():
        return root / "docs"
    for name, text in FILES.items():
        if name.startswith("docs/"):
            (aside / name).parent.mkdir(parents=True, exist_ok=True)
            (aside / name).write_text(text, "utf-8")
    return aside / "docs"


def _stamp(out: Path) -> str | None:
    """What a published site was made of, None where there is none."""
    try:
        made_of = json.loads((out / STAMP).read_text("utf-8"))["made_of"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return made_of if isinstance(made_of, str) and (out / "index.html").is_file() else None


def _refuse_strangers(root: Path, out: Path) -> None:
    """Refuse to replace a folder that is not a site of ours, or one that holds the knowledge base."""
    if root.resolve().is_relative_to(out.resolve()) or out.is_symlink():
        raise BadInput(f"--out {out}: the site would replace this folder. Choose a new one.")
    if out.exists() and not (out.is_dir() and ((out / STAMP).is_file() or not any(out.iterdir()))):
        raise BadInput(f"--out {out}: there is something else here. Choose a new or empty folder.")


def _make(root: Path, site: Path, aside: Path, report: Report, made: "Edition") -> int:
    """Make the site in an empty folder and prove it; returns how much was compared."""
    from readacross.site.gathering import at_hand, gather
    from readacross.site.proof import prove
    from readacross.site.reusing import making

    with making(made), _seldom():
        shelf = gather(root)
        with with_notebooks(root, _documents(root, aside), report) as docs, at_hand(root, shelf), _frozen():
            _run_sphinx(root, docs, site, aside / "doctrees")
        (site / ".buildinfo").unlink(missing_ok=True)
        return prove(site, shelf)


@contextmanager
def _seldom() -> Iterator[None]:
    """Let the garbage collector look seldom: nearly all that a site is made of is wanted to the end."""
    before = gc.get_threshold()
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)


@contextmanager
def _frozen() -> Iterator[None]:
    """Spare the garbage collector all that is in memory now: a shelf is large, and stays until the site is made."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _run_sphinx(root: Path, docs: Path, site: Path, doctrees: Path) -> None:
    """Run Sphinx over the documents, every warning an error.  Raises SiteError with its first line."""
    from sphinx.application import Sphinx
    from sphinx.errors import SphinxError
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    warnings = io.StringIO()
    settings: dict[str, object] = {"nitpicky": True, "readacross_root": str(root.resolve())}
    try:
        with _no_dates(), patch_docutils(docs), docutils_namespace():
            app = Sphinx(
                docs, docs, site, doctrees, "html", settings,
                status=None, warning=warnings, freshenv=True, warningiserror=True, exception_on_warning=False,
            )  # fmt: skip
            app.build()
    except SphinxError as bad:
        raise SiteError(f"{_first_line(str(bad))} Correct it and run: readacross site") from bad
    if app.statuscode or warnings.getvalue():
        line = _first_line(warnings.getvalue()).replace(f"{docs}{os.sep}", "docs/")
        line = line.replace("docs/notebooks/", "notebooks/")
        raise SiteError(f"{line} Correct it and run: readacross site")


def _first_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    line = lines[0] if lines else "Sphinx failed without saying why"
    return line if line.endswith((".", "!", "?")) else line + "."


@contextmanager
def _no_dates() -> Iterator[None]:
    """Keep the time of the build out of the pages, so that the same sources make the same bytes."""
    before = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = before or "0"
    try:
        yield
    finally:
        if before is None:
            del os.environ["SOURCE_DATE_EPOCH"]


def _put_in_place(site: Path, out: Path, old: Path) -> None:
    """Swap a finished site into its place; where that fails the old one goes back."""
    if out.exists():
        out.rename(old)
    try:
        site.rename(out)
    except OSError:
        if old.exists():
            old.rename(out)
        raise


class _Quiet(SimpleHTTPRequestHandler):
    """Serves the site and writes nothing down, so that no question is kept."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base's
        """Say nothing."""

    def end_headers(self) -> None:
        """Ask browsers to take files as what they are, and to tell nobody where a reader comes from."""
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        super().end_headers()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """An error; where there is no page, the site's own page says so."""
        page = Path(self.directory) / "404.html"
        if code != HTTPStatus.NOT_FOUND or not page.is_file():
            super().send_error(code, message, explain)
            return
        content = page.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def list_directory(self, path: str | os.PathLike[str]) -> None:
        """Folders are not listed."""
        del path
        self.send_error(404)


def site_server(root: Path, out: Path | None, port: int, report: Report) -> ThreadingHTTPServer:
    """A server of the site on 127.0.0.1, listening; the site is built where there is none.

    Raises BadInput where the port is taken.
    """
    folder = (out or root / SITE).absolute()
    if _stamp(folder) is None:
        publish_site(root, out, report)
    try:
        return ThreadingHTTPServer(("127.0.0.1", port), partial(_Quiet, directory=str(folder)))
    except OSError as bad:
        raise BadInput(f"--port {port}: it cannot be used ({bad.strerror}). Choose another one.") from None


def serve_site(root: Path, out: Path | None, port: int, report: Report) -> None:
    """Serve the site on this machine until it is stopped, and build it again whenever a source changes."""
    stop = Event()
    with site_server(root, out, port, report) as server:
        report(f"http://127.0.0.1:{server.server_port}/ – stop with Ctrl-C")
        watched = (root, out, report, stop, written(root))
        Thread(target=follow, args=watched, daemon=True).start()
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            report("stopped")
        finally:
            stop.set()


def follow(root: Path, out: Path | None, report: Report, stop: Event, seen: Written) -> None:
    """Build the site again each time that what people write changes; an error is said, and the old site stays."""
    while not stop.wait(LOOK):
        now = written(root)
        if now == seen:
            continue
        seen = now
        try:
            publish_site(root, out, report)
        except ReadacrossError as bad:
            report(str(bad))
        else:
            report("built again; reload the page")


def written(root: Path) -> Written:
    """Every file that people write, with its time and size."""
    folders = (root / "sources", root / "docs")
    found = [path for folder in folders for path in folder.rglob("*") if "_build" not in path.parts]
    found = [path for path in found if path.is_file() and path.name != CERTIFICATE]
    return {path: _mark(path) for path in (*found, *(root / "index").glob("*.yaml"))}


def _mark(path: Path) -> tuple[int, int]:
    try:
        state = path.stat()
    except OSError:
        return 0, 0
    return state.st_mtime_ns, state.st_size
