"""Running axe-core in a browser: every rule it has, on every kind of page, in every window a reader may have."""

from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT

WIDTHS = (320, 768, 1280)
SCHEMES = ("light", "dark")
MODES = tuple((width, scheme) for width in WIDTHS for scheme in SCHEMES)

RUN = """async () => {
  const rules = axe.getRules().map(rule => rule.ruleId);
  const options = {resultTypes: ['violations'], preload: false, runOnly: {type: 'rule', values: rules}};
  const found = await axe.run(document, options);
  return found.violations.map(rule => [rule.id, rule.nodes.map(node => node.html.slice(0, 120))]);
}"""
"""Every rule: all levels of WCAG, best practices, and those that axe calls experimental."""


def kinds(site: Path) -> dict[str, str]:
    """One page of every kind, the heaviest of its kind: kinds are folders, and pages of the first folder.

    The page for a wrong address needs a server; `test_site_serving` looks at it.
    """
    found: dict[str, Path] = {}
    for path in sorted(set(site.rglob("*.html")) - {site / "404.html"}):
        parts = path.relative_to(site).parts
        if len(parts) == 1 or parts[-1] == "index.html":
            kind = "/".join(parts).removesuffix(".html")
        else:
            kind = parts[0]
        if kind not in found or path.stat().st_size > found[kind].stat().st_size:
            found[kind] = path
    return {kind: path.relative_to(site).as_posix() for kind, path in found.items()}


def rules(page) -> int:
    """How many rules axe has, on a page where it runs."""
    return page.evaluate("axe.getRules().length")


def findings(page, address: str, modes=MODES) -> dict[tuple[int, str], list]:
    """What axe finds on a page, by the modes in which it finds anything."""
    page.goto(address)
    page.evaluate(AXE_SCRIPT)
    found = {}
    for width, scheme in modes:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        if wrong := page.evaluate(RUN):
            found[width, scheme] = wrong
    return found
