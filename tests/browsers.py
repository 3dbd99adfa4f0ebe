"""Finding a browser for the tests that need one: Chromium or Chrome, by its own name or by ours."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")


@contextmanager
def browser() -> Iterator[Browser]:
    """A browser that makes no request of its own; ends with the block."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=_program(playwright.chromium.executable_path), args=[*ARGUMENTS]
        )
        try:
            yield started
        finally:
            started.close()


def _program(carried: str) -> str:
    """The browser to use: READACROSS_CHROMIUM, an installed one, or playwright's own."""
    named = os.environ.get("READACROSS_CHROMIUM")
    candidates = [named] if named else [*(shutil.which(name) for name in NAMES), carried]
    for candidate in candidates:
        if candidate and Path(candidate).is_file():
            return candidate
    raise AssertionError(
        f"{named or 'Chromium'}: no browser is there, and the tests of the site need one. Run `make test`, which "
        "installs playwright’s, or set READACROSS_CHROMIUM to the path of Chromium or Chrome."
    )
