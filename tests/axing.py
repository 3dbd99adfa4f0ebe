"""Running axe-core in a browser: every rule it has, on every kind of page, in every window a reader may have."""

import re
from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT

WIDTHS = (320, 768, 1280)
SCHEMES = ("light", "dark")
MODES = tuple((width, scheme) for width in WIDTHS for scheme in SCHEMES)

RUN = """async only => {
  const rules = only.length ? only : axe.getRules().map(rule => rule.ruleId);
  const options = {resultTypes: ['violations'], preload: false, runOnly: {type: 'rule', values: rules}};
  const found = await axe.run(document, options);
  return found.violations.map(rule => [rule.id, rule.nodes.map(node => node.html.slice(0, 120))]);
}"""
"""Every rule: all levels of WCAG, best practices, and those that axe calls experimental; or some of them."""

COLOURS = ["color-contrast", "color-contrast-enhanced", "link-in-text-block"]
"""The rules that ask for colours: all that a second scheme of colours at the same width can change."""


MARKUP = re.compile(r'<([a-z][a-z0-9]*(?: class="[^"]*"| role="[^"]*"| open)*)')
"""The sorts of element: tag, class and role."""


def kinds(site: Path) -> dict[str, str]:
    """One page of every kind, the one of most sorts of markup: kinds are folders, and pages of the first folder.

    The page for a wrong address needs a server; `test_site_serving` looks at it.
    """
    found: dict[str, tuple[int, int, Path]] = {}
    for path in sorted(set(site.rglob("*.html")) - {site / "404.html"}):
        parts, text = path.relative_to(site).parts, path.read_text("utf-8")
        if len(parts) == 1 or parts[-1] == "index.html":
            kind = "/".join(parts).removesuffix(".html")
        else:
            kind = f"{parts[0]}/…" if (site / f"{parts[0]}.html").is_file() else parts[0]
        weight = len(set(MARKUP.findall(text))), -len(text), path
        found[kind] = max(found.get(kind, weight), weight)
    return {kind: path.relative_to(site).as_posix() for kind, (*_, path) in found.items()}


def rules(page) -> int:
    """How many rules axe has, on a page where it runs."""
    return page.evaluate("axe.getRules().length")


LAID_OUT = "* { content-visibility: visible !important; }"
"""What is out of view is laid out too: axe measures where everything stands."""


def findings(page, address: str, modes=MODES) -> dict[tuple[int, str], list]:
    """What axe finds on a page, by the modes in which it finds anything; the page is loaded once."""
    page.goto(address)
    page.evaluate(AXE_SCRIPT)
    page.add_style_tag(content=LAID_OUT)
    found, looked = {}, set()
    for width, scheme in modes:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        if wrong := page.evaluate(RUN, COLOURS if width in looked else []):
            found[width, scheme] = wrong
        looked.add(width)
    return found
