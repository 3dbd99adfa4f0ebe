"""How the site grows with the number of leaflet versions, and what the same texts cost with MkDocs Material.

    python benchmarks/site_growth.py [--versions 60 200:5] [--seed 1] [--mkdocs PYTHON] [--profile FILE]

Makes knowledge bases of as many versions as asked, three to an authority, by varying the real leaflets: words
are exchanged in the original, the reading text and the quotations alike, and answers are varied as in
benchmarks/scale.py.  After a colon stands how many versions are coded against the question bank; by default all.
Vectors are drawn from the digest of a text, so that nothing is embedded.  Each site is built in a process of its
own by the function that `readacross site` calls; its CPU seconds are those of the whole process.  `start` is
the same Sphinx over the same two documents without the knowledge base.  MkDocs Material, with a pruned menu,
gets the reading texts, a page a version, where the Python given to `--mkdocs` has it, up to 1,000 versions: it
writes its whole menu on every page, so more take it very long.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import NamedTuple, ParamSpec, TypeVar

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import numpy as np  # noqa: E402
from scale import another, peak, real_positions  # noqa: E402

from readacross import embedding, publishing  # noqa: E402
from readacross.building import build  # noqa: E402
from readacross.encoding import Vector  # noqa: E402
from readacross.errors import SourceError  # noqa: E402
from readacross.model import FORCES, Json, Position, Question  # noqa: E402
from readacross.questions import load_questions, load_topics  # noqa: E402
from readacross.site import proof  # noqa: E402
from readacross.sources import load_sources  # noqa: E402

P = ParamSpec("P")
R = TypeVar("R")

VERSIONS = 3
"""How many versions each authority has of its leaflet."""

SWAPS = {
    "decide": "resolve", "concerns": "worries", "information": "facts", "meeting": "gathering", "talk": "speak",
    "important": "essential", "attend": "join", "explain": "describe", "usually": "often", "help": "assist",
    "discuss": "consider", "written": "typed",
}  # fmt: skip
"""Words that may be exchanged for others."""

CONF = 'project = "Many leaflets"\nsmartquotes = False\n'
OURS = CONF + 'extensions = ["myst_parser", "readacross.site"]\nhtml_theme = "readacross"\n'
EMPTY = CONF + 'extensions = ["myst_parser"]\nhtml_theme = "basic"\n\n\ndef setup(app):\n'
EMPTY += '    app.add_config_value("readacross_root", None, "env")\n'
MKDOCS_MOST = 1000
"""How many versions MkDocs is given at most."""

MKDOCS = "site_name: Many leaflets\ntheme:\n  name: material\n  font: false\n  features: [navigation.prune]\n"

RESULT = """# How the site grows

Made by `benchmarks/site_growth.py`; it says there what is made and measured. CPU seconds are those of the whole
process that makes the site: `check` is reading and proving the sources, `making` all pages and files, `proof` reading
every page back. What is changed is built within the same process. A machine of two cores, load {load:.1f} at the end.

{table}
"""

HEADS = (
    "what",
    "versions",
    "coded",
    "pages",
    "MB",
    "CPU, s",
    "check",
    "making",
    "proof",
    "wall, s",
    "peak, MiB",
)


class Leaflet(NamedTuple):
    """A real version to vary: its texts, what is left out of the original, and what is coded of it."""

    file: str
    original: str
    reading: str
    drops: str
    positions: Sequence[Position]


def real_leaflets() -> list[Leaflet]:
    """The real versions."""
    problems: list[SourceError] = []
    positions = list(real_positions(ROOT))
    found = []
    for source in load_sources(ROOT, problems).sources:
        version, folder = source.version, ROOT / source.version.folder
        drops = folder / "drops.toml"
        found.append(
            Leaflet(
                version.original,
                (folder / version.original).read_bytes().decode(),
                (folder / "reading.md").read_bytes().decode(),
                drops.read_text("utf-8") if drops.is_file() else "",
                [item for item in positions if item.version == version.id],
            )
        )
    return found


def exchanged(text: str, swaps: Sequence[str]) -> str:
    """A text with some words exchanged."""
    return re.sub(rf"\b({'|'.join(swaps)})\b", lambda found: SWAPS[found[1]], text) if swaps else text


def coding(leaflet: Leaflet, bank: Mapping[str, Question], swaps: Sequence[str], dice: Random) -> str:
    """What a varied version says, its quotations in its own words; JSON is YAML too."""
    entries: list[Json] = []
    for item in leaflet.positions:
        if item.status == "silent":
            entries.append({"question": item.question, "silent": True, "searched": [*item.searched]})
            continue
        value = another(bank[item.question], item.value, dice) if dice.random() < 0.4 else item.value
        force = dice.choice(FORCES) if dice.random() < 0.3 else item.force
        quotes: list[Json] = [exchanged(quote.quote, swaps) for quote in item.quotes]
        entry: dict[str, Json] = {"question": item.question, "value": value, "force": force, "quotes": quotes}
        entries.append(entry | ({"actor": item.actor} if item.actor else {}))
    made: Json = {"by": "coder-1", "on": "2026-01-31", "status": "coded", "positions": entries}
    return json.dumps(made, ensure_ascii=False)


def make(root: Path, versions: int, coded: int, seed: int) -> None:
    """Write the sources of a knowledge base of so many versions, so many of them coded."""
    dice, real = Random(seed), real_leaflets()
    bank = {item.id: item for item in load_questions(ROOT, load_topics(ROOT))}
    _common(root)
    named = []
    for number in range(-(-versions // VERSIONS)):
        slug, leaflet = f"authority-{number + 1:04}", dice.choice(real)
        named.append(
            f'[{slug}]\nname = "Authority {number + 1:04}"\nkind = "council"\njurisdiction = "England"\n'
        )
        folder, before = root / "sources" / slug / "leaflet", ""
        made = [
            'title = "Child protection conferences"\naudience = "parents"\ngenre = "leaflet"\nlanguage = "en"\n'
        ]
        for at in range(number * VERSIONS, min(versions, (number + 1) * VERSIONS)):
            label, swaps = str(2012 + 4 * (at % VERSIONS)), dice.sample(sorted(SWAPS), 5)
            said = coding(leaflet, bank, swaps, dice) if at < coded else ""
            made.append(_version(folder / label, leaflet, swaps, before, said))
            before = label
        (folder / "leaflet.toml").write_text("\n".join(made), "utf-8")
    (root / "sources" / "authorities.toml").write_text("\n".join(named), "utf-8")


def _common(root: Path) -> None:
    """The question bank, the narrative documents, and the encoder where this repository has made it."""
    (root / "index" / "generations").mkdir(parents=True)
    for name in ("topics", "questions", "actors", "baseline"):
        shutil.copy(ROOT / "index" / f"{name}.yaml", root / "index")
    for name in ("embeddings.sqlite", "encoders"):
        if (kept := ROOT / "index" / "generations" / name).exists():
            copy = shutil.copytree if kept.is_dir() else shutil.copy
            copy(kept, root / "index" / "generations" / name)
    (root / "docs").mkdir()
    (root / "docs" / "conf.py").write_text(OURS, "utf-8")
    (root / "docs" / "index.md").write_text("# Many leaflets\n\nMade to be measured.\n", "utf-8")


def _version(folder: Path, leaflet: Leaflet, swaps: Sequence[str], before: str, said: str) -> str:
    """Write one version's files and return its table of leaflet.toml."""
    folder.mkdir(parents=True)
    original = exchanged(leaflet.original, swaps).encode()
    texts = {"reading.md": exchanged(leaflet.reading, swaps), "drops.toml": exchanged(leaflet.drops, swaps)}
    (folder / leaflet.file).write_bytes(original)
    for name, text in (texts | {"coding.yaml": said}).items():
        if text:
            (folder / name).write_bytes(text.encode())
    facts = {
        "label": folder.name, "title": f"Child protection conferences ({folder.name})", "publisher": "The council",
        "licence": "unknown", "received": "varied", "original": leaflet.file, "recorded": "2026-01-31",
        "sha256": sha256(original).hexdigest(),
    } | ({"supersedes": before} if before else {})  # fmt: skip
    lines = [f"{name} = {json.dumps(value)}" for name, value in facts.items()]
    valid = f'[version.valid]\nfrom = "{folder.name}"\nbasis = "made up"\n'
    return "\n".join(["[[version]]", *lines, "", valid])


def drawn(texts: Mapping[str, str], setting: str, *, progress: bool) -> Iterator[dict[str, Vector]]:
    """Vectors drawn from the digests of texts, in the place of the model's."""
    del setting, progress
    for digest in texts:
        vector = np.random.default_rng(int(digest[:16], 16)).standard_normal(384).astype(np.float32)
        yield {digest: vector / np.linalg.norm(vector)}


def timed(spent: dict[str, float], name: str, run: Callable[P, R]) -> Callable[P, R]:
    """The same function, whose CPU seconds are noted."""

    def wrapped(*given: P.args, **named: P.kwargs) -> R:
        start = time.process_time()
        try:
            return run(*given, **named)
        finally:
            spent[name] = spent.get(name, 0.0) + time.process_time() - start

    return wrapped


def make_site(root: Path, profile: Path | None) -> None:
    """In a process of its own: make the site as `readacross site` does, and print what it cost."""
    spent: dict[str, float] = {}
    embedding._fresh = drawn  # noqa: SLF001
    publishing.build = timed(spent, "check", build)
    publishing._run_sphinx = timed(spent, "making", publishing._run_sphinx)  # noqa: SLF001
    proof.prove = timed(spent, "proof", proof.prove)
    if profile:
        import cProfile

        watch = cProfile.Profile()
        watch.runcall(publishing.publish_site, root, None, lambda _: None)
        watch.dump_stats(profile)
    else:
        publishing.publish_site(root, None, lambda _: None)
    print(json.dumps(spent | {"CPU, s": time.process_time(), "peak, MiB": peak()}))


def make_empty(folder: Path) -> None:
    """In a process of its own: Sphinx over the narrative documents alone."""
    publishing._run_sphinx(folder, folder / "docs", folder / "site", folder / "doctrees")  # noqa: SLF001
    print(json.dumps({"CPU, s": time.process_time(), "peak, MiB": peak()}))


def cost(*given: object) -> dict[str, float]:
    """What a process of its own says it cost, and how long it took."""
    start = time.perf_counter()
    done = subprocess.run([*map(str, given)], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr[-2000:])
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found | {"wall, s": time.perf_counter() - start}


def size(site: Path) -> dict[str, float]:
    """How many pages a site has, and how many megabytes."""
    files = [path for path in site.rglob("*") if path.is_file()]
    return {
        "pages": sum(path.suffix == ".html" for path in files),
        "MB": sum(path.stat().st_size for path in files) / 1e6,
    }


def with_mkdocs(python: str, root: Path, aside: Path) -> dict[str, float] | None:
    """What MkDocs Material costs on the same reading texts, None where it is not there."""
    run = "import time; from mkdocs.__main__ import cli; import material, json, resource\n"
    run += "cli(['build', '-q'], standalone_mode=False)\n"
    run += "used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024\n"
    run += "print(json.dumps({'CPU, s': time.process_time(), 'peak, MiB': used}))"
    if subprocess.run([python, "-c", "import material, mkdocs"], capture_output=True, check=False).returncode:
        return None
    (aside / "docs").mkdir(parents=True)
    (aside / "mkdocs.yml").write_text(MKDOCS, "utf-8")
    (aside / "docs" / "index.md").write_text("# Many leaflets\n\nMade to be measured.\n", "utf-8")
    for path in (root / "sources").rglob("reading.md"):
        at = aside / "docs" / path.parent.relative_to(root / "sources")
        at.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, at.with_suffix(".md"))
    found = cost("env", "-C", aside, python, "-c", run)
    return found | size(aside / "site")


def change_one(root: Path) -> None:
    """Exchange one word more in the last authority's last version."""
    folder = max((root / "sources").glob("authority-*")) / "leaflet"
    version = max(path for path in folder.iterdir() if path.is_dir())
    table = (folder / "leaflet.toml").read_text("utf-8")
    for path in version.iterdir():
        before = path.read_bytes()
        after = re.sub(rb"\byou\b", b"ye", before)
        path.write_bytes(after)
        table = table.replace(sha256(before).hexdigest(), sha256(after).hexdigest())
    if table == (folder / "leaflet.toml").read_text("utf-8"):
        raise SystemExit(f"{version}: nothing to change")
    (folder / "leaflet.toml").write_text(table, "utf-8")


def measure(
    aside: Path, versions: int, coded: int, options: argparse.Namespace
) -> Iterator[dict[str, float | str]]:
    """The rows for a knowledge base of so many versions: the site, one leaflet changed, MkDocs."""
    root = aside / str(versions)
    make(root, versions, coded, options.seed)
    build(root, lambda _: None)
    profile = ["--profile", options.profile] if options.profile else []
    facts: dict[str, float | str] = {"versions": versions, "coded": coded}
    child = (sys.executable, __file__, "--site", root, *profile)
    yield {"what": "site", **facts, **cost(*child), **size(root / publishing.SITE)}
    if options.change:
        yield {"what": "nothing changed", **facts, **cost(*child), **size(root / publishing.SITE)}
        change_one(root)
        yield {"what": "one leaflet changed", **facts, **cost(*child), **size(root / publishing.SITE)}
    if versions > MKDOCS_MOST:
        return
    if other := with_mkdocs(options.mkdocs, root, aside / f"mkdocs-{versions}"):
        yield {"what": "MkDocs Material", **facts, "coded": 0, **other}


def sizes(given: str) -> tuple[int, int]:
    """How many versions, and how many of them are coded, from "200" or "200:5"."""
    versions, _, coded = given.partition(":")
    return int(versions), min(int(versions), int(coded or versions))


def cells(row: Mapping[str, float | str]) -> str:
    """A row of the table."""
    shown = [row.get(head, "") for head in HEADS]
    return f"| {' | '.join(f'{cell:,.1f}' if isinstance(cell, float) else str(cell) for cell in shown)} |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--versions", type=sizes, nargs="+", default=[(60, 60), (200, 5)], metavar="N[:CODED]"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mkdocs", default=sys.executable)
    parser.add_argument("--change", action="store_true", help="measure nothing and one leaflet changed too")
    parser.add_argument("--write", type=Path, help="write the table here too, with what was run")
    parser.add_argument("--profile", type=Path, help="write cProfile's statistics of the last site here")
    parser.add_argument("--site", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--empty", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.site or options.empty:
        make_site(options.site, options.profile) if options.site else make_empty(options.empty)
        return
    embedding._fresh = drawn  # noqa: SLF001
    with tempfile.TemporaryDirectory() as folder:
        aside = Path(folder)
        (aside / "docs").mkdir()
        (aside / "docs" / "conf.py").write_text(EMPTY, "utf-8")
        (aside / "docs" / "index.md").write_text("# Many leaflets\n\nMade to be measured.\n", "utf-8")
        lines = [f"| {' | '.join(HEADS)} |", "|" + "---|" * len(HEADS)]
        print(*lines, sep="\n")
        for row in rows(aside, options):
            lines.append(cells(row))
            print(lines[-1], flush=True)
    if options.write:
        options.write.write_text(RESULT.format(load=os.getloadavg()[0], table="\n".join(lines)), "utf-8")


def rows(aside: Path, options: argparse.Namespace) -> Iterator[dict[str, float | str]]:
    """Every row of the table, Sphinx's own start first."""
    start = cost(sys.executable, __file__, "--empty", aside)
    yield {"what": "Sphinx’s start", **start, **size(aside / "site")}
    for versions, coded in options.versions:
        yield from measure(aside, versions, coded, options)


if __name__ == "__main__":
    main()
