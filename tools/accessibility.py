"""Go through every kind of page with axe-core and write what it found to qa/accessibility.json: `make accessible`.

The accessibility statement of the site is made from that file.
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from axing import MODES, SCHEMES, WIDTHS, findings, kinds, rules  # noqa: E402
from browsers import browser  # noqa: E402

from readacross.publishing import publish_site  # noqa: E402


def main() -> int:
    """Check one page of each kind in every mode; 1 where anything is found."""
    site = publish_site(ROOT, None, print).parent
    chosen = kinds(site)
    found: dict[str, object] = {}
    with browser() as chromium:
        page = chromium.new_context(bypass_csp=True).new_page()
        for kind, path in chosen.items():
            print(f"{kind}: {path}", flush=True)
            if wrong := findings(page, (site / path).as_uri(), MODES):
                found[path] = {f"{width} px, {scheme}": rows for (width, scheme), rows in wrong.items()}
        record = {
            "on": datetime.now(UTC).date().isoformat(),
            "tool": page.evaluate("axe.version"),
            "browser": chromium.version,
            "rules": rules(page),
            "widths": list(WIDTHS),
            "schemes": list(SCHEMES),
            "pages": chosen,
            "findings": found,
        }
    text = json.dumps(record, indent=1, ensure_ascii=False) + "\n"
    (ROOT / "qa" / "accessibility.json").write_text(text, encoding="utf-8", newline="\n")
    print(f"{len(chosen)} pages, {len(found)} with findings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
