"""How machines find the site: what it is as JSON-LD, a map of its pages, and rules for robots."""

import json
from collections.abc import Iterable, Mapping
from urllib.parse import quote
from xml.sax.saxutils import escape

from readacross.contract import link
from readacross.model import Json, Version
from readacross.site.gathering import Shelf

MEDIA = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".jsonl": "application/x-ndjson",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""What kind of file each file of the data is."""

CATALOGUE = "data/catalogue.jsonld"
CONTEXT: dict[str, Json] = {
    "@vocab": "https://schema.org/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
}


def dataset(shelf: Shelf, name: str, up: str, files: Mapping[str, bytes]) -> dict[str, Json]:
    """The whole comparison as a data set of schema.org and DCAT; nothing of a leaflet's words is in it.

    `up` leads to the site's root from where the description lies.
    """
    found: list[Json] = [
        {
            "@type": ["DataDownload", "dcat:Distribution"],
            "name": file,
            "encodingFormat": MEDIA[file[file.rindex(".") :]],
            "contentSize": f"{len(content)} B",
            "contentUrl": f"{up}data/{file}",
            "dcat:downloadURL": {"@id": f"{up}data/{file}"},
        }
        for file, content in files.items()
    ]
    return {
        "@context": CONTEXT,
        "@type": ["Dataset", "dcat:Dataset"],
        "name": name,
        "description": "What public authorities’ leaflets say on the same questions, with exact quotations, who is "
        "silent, and where they differ. Coded by people; check the leaflet before use.",
        "url": f"{up}index.html",
        "version": shelf.fingerprint,
        "inLanguage": "en",
        "isAccessibleForFree": True,
        "spatialCoverage": [*sorted({one.jurisdiction for one in shelf.library.authorities.values()})],
        "variableMeasured": [topic.title for topic in shelf.library.topics.values()],
        "distribution": found,
    }


def work(shelf: Shelf, version: Version, base: str) -> dict[str, Json]:
    """A version of a leaflet as a creative work of schema.org."""
    folder = link(version).removesuffix(".html")
    up = base or "../" * (folder.count("/") + 1)
    authority = shelf.library.authorities[version.authority]
    found: dict[str, Json] = {
        "@context": "https://schema.org/",
        "@type": "CreativeWork",
        "identifier": version.id,
        "name": version.title,
        "version": version.label,
        "url": f"{up}{quote(link(version))}",
        "publisher": {"@type": "GovernmentOrganization", "name": authority.name},
        "inLanguage": shelf.library.leaflets[version.leaflet].language,
        "sha256": version.sha256,
        "encoding": [
            {"@type": "MediaObject", "encodingFormat": "text/plain", "contentUrl": f"{up}{quote(folder)}/{name}"}
            for name in ("original.txt", "reading.txt")
        ],
    }  # fmt: skip
    if version.printed:
        found["datePublished"] = version.valid.from_
    if version.licence != "unknown":
        found["license"] = version.licence
    return found


def linked_data(found: Json) -> bytes:
    """JSON-LD as a file."""
    return f"{json.dumps(found, ensure_ascii=False, indent=1)}\n".encode()


def inline(found: Json) -> str:
    """JSON-LD for within a page: no character of it can end the element that it stands in."""
    written = json.dumps(found, ensure_ascii=True, separators=(",", ":"))
    return written.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def sitemap(pages: Iterable[str], base: str) -> str:
    """The map of a site whose address is known."""
    urls = "".join(f"<url><loc>{escape(base + quote(page))}</loc></url>\n" for page in sorted(pages))
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return f"{head}{urls}</urlset>\n"


def robots(base: str) -> str:
    """Rules for robots: everything may be read; where the map is, if the site's address is known."""
    return "User-agent: *\nAllow: /\n" + (f"\nSitemap: {base}sitemap.xml\n" if base else "")
