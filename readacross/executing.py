"""Taking notebooks into the site: documents with notebooks beside them, executed by myst-nb, outputs kept.

A notebook is executed anew when it, what it reads or this program changes, and only then.  It is the knowledge
base's own code, and runs with no style, profile or history of whoever builds.
"""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from readacross.errors import SourceError
from readacross.generations import current
from readacross.storing import plain_errors

NOTEBOOKS = Path("notebooks")
KEPT = Path("build/notebooks")
"""Where executed notebooks are kept, in a folder named by what they were made of."""

READ = (
    "qa/report.json", "qa/marked.jsonl", "qa/wording.toml",
    "benchmarks/results/retrieval.json", "benchmarks/results/ranker.json",
)  # fmt: skip
"""What notebooks read beside the generation."""

NEEDED = ("myst_nb", "ipykernel", "pandas", "llama_index.core")
MISSING = 'notebooks are left out: they need more packages. Install them: pip install "readacross[notebooks]"'
SETTINGS = """

extensions = [name for name in extensions if name != "myst_parser"] + ["myst_nb", "readacross.site.notebooks"]
source_suffix = {{".rst": "restructuredtext", ".md": "myst-nb"}}
nb_execution_mode = "cache"
nb_execution_cache_path = {kept!r}
nb_execution_raise_on_error = True
nb_execution_timeout = 600
nb_merge_streams = True
"""
CONTENTS = """

```{{toctree}}
:caption: Notebooks
:hidden:

{names}
```
"""


@contextmanager
def with_notebooks(root: Path, docs: Path, report: Callable[[str], None]) -> Iterator[Path]:
    """The folder that Sphinx reads: the documents, with the notebooks beside them where there are any.

    Without the packages that notebooks need they are left out, and that is said.  Raises SourceError, naming
    the notebook, where one fails.
    """
    found = sorted((root / NOTEBOOKS).glob("*.md"))
    if not found or not (docs / "index.md").is_file():
        yield docs
    elif not all(map(_is_there, NEEDED)):
        report(MISSING)
        yield docs
    else:
        with ExitStack() as held:
            yield held.enter_context(_beside(root, docs, found))


def _is_there(package: str) -> bool:
    """Whether a package can be loaded; it is not."""
    return find_spec(package.partition(".")[0]) is not None and find_spec(package) is not None


@contextmanager
def _beside(root: Path, docs: Path, found: list[Path]) -> Iterator[Path]:
    """A copy of the documents with notebooks, within the knowledge base, so that they find it around them."""
    from filelock import FileLock
    from myst_nb.core.execute.base import ExecutionError

    with ExitStack() as held, plain_errors("The notebooks cannot be executed"):
        (root / KEPT).mkdir(parents=True, exist_ok=True)
        held.enter_context(FileLock(root / KEPT / ".lock", timeout=1200))
        kept = root / KEPT / _made_of(root)
        _retire(kept)
        aside = Path(held.enter_context(TemporaryDirectory(prefix=".documents-", dir=root / "build")))
        shutil.copytree(docs, aside / "docs", ignore=shutil.ignore_patterns("_build", "__pycache__"))
        shutil.copytree(root / NOTEBOOKS, aside / "docs" / "notebooks")
        _append(aside / "docs" / "conf.py", SETTINGS.format(kept=str(kept)))
        names = "\n".join(f"notebooks/{path.stem}" for path in found)
        _append(aside / "docs" / "index.md", CONTENTS.format(names=names))
        _write_profile(aside / "profile")
        held.enter_context(_surroundings(aside))
        try:
            yield aside / "docs"
        except ExecutionError as bad:
            raise _failed(bad) from None


def _failed(bad: Exception) -> SourceError:
    """The error of a notebook in one line."""
    said = getattr(bad.__cause__, "ename", ""), getattr(bad.__cause__, "evalue", "")
    what = " ".join(": ".join(part for part in said if part).split()) or "it takes too long"
    return SourceError(
        NOTEBOOKS / Path(str(bad)).name, f"a cell fails: {what}", "correct it, then run: readacross site"
    )


def _write_profile(folder: Path) -> None:
    """The settings of the program that executes: it says nothing but errors, and keeps no history."""
    (folder / "profile_default").mkdir(parents=True)
    lines = "c.IPKernelApp.log_level = 40\nc.HistoryManager.enabled = False\n"
    (folder / "profile_default" / "ipython_kernel_config.py").write_text(lines, "utf-8")


def _append(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


def _made_of(root: Path) -> str:
    """What executed notebooks rest on beside their own code, in 16 hex digits: generation, figures, program."""
    program = sorted(Path(__file__).parent.glob("*.py"))
    read = [root / name for name in READ if (root / name).is_file()]
    parts = [
        current(root).name,
        sys.version,
        *(sha256(path.read_bytes()).hexdigest() for path in (*program, *read)),
    ]
    return sha256("\n".join(parts).encode()).hexdigest()[:16]


def _retire(kept: Path) -> None:
    """Remove what was kept of other data or of another program."""
    for path in kept.parent.iterdir():
        if path.is_dir() and path != kept:
            shutil.rmtree(path, ignore_errors=True)


@contextmanager
def _surroundings(aside: Path) -> Iterator[None]:
    """The same surroundings for every execution: this program, one thread, lines of one width, no user's profile."""
    wanted = {
        "PYTHONPATH": os.pathsep.join(
            filter(None, [str(Path(__file__).parent.parent), os.environ.get("PYTHONPATH")])
        ),
        "PYTHONHASHSEED": "0",
        "OPENBLAS_NUM_THREADS": "1",
        "COLUMNS": "88",
        "IPYTHONDIR": str(aside / "profile"),
        "JUPYTER_PLATFORM_DIRS": "1",
    }
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
