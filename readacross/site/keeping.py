"""Keeping a site in the reader's browser: the page that offers it, and the list of an edition's files and bytes."""

import json
from hashlib import sha256
from pathlib import Path

from readacross.site.gathering import Shelf
from readacross.site.rendering import Above, Page, Place, render_page

LIST = "_static/kept.js"
"""The list of every file that can be kept, each with a digest of its bytes: read by the page and by the keeper."""

LARGEST = 60_000_000
"""Bytes that a browser is asked to keep at most; a larger site is not offered as a whole."""

LEFT_OUT = ("404.html", LIST)


def keeping_page(shelf: Shelf, top: Above) -> Page:
    """The page on which a reader lets the browser keep every page."""
    return render_page(
        Place("offline", "Keep it offline", top), "offline.html", shelf, (LIST, "_static/keeping.js")
    )


def list_files(site: Path) -> None:
    """Write the list of a finished site: its pages, styles and scripts."""
    pages, shown = sorted(site.rglob("*.html")), sorted((site / "_static").glob("*.[cj]s*"))
    held = {path.relative_to(site).as_posix(): path.read_bytes() for path in (*pages, *shown)}
    held = {name: data for name, data in held.items() if name not in LEFT_OUT}
    files = {name: sha256(data).hexdigest()[:12] for name, data in held.items()}
    size = sum(map(len, held.values()))
    fits = size <= LARGEST
    facts = {
        "edition": sha256(json.dumps(files).encode()).hexdigest()[:16],
        "pages": sum(name.endswith(".html") for name in files) if fits else 0,
        "bytes": size,
        "files": files if fits else {},
    }
    text = json.dumps(facts, separators=(",", ":"))
    (site / LIST).write_text(f"globalThis.READACROSS_KEPT={text};\n", "utf-8")
