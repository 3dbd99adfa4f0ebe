"""Shared by all tests: the repository's own knowledge base, and a small one to break."""

import os
import shutil
import warnings
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")  # speed is measured by benchmarks

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ["COLUMNS"] = "100"

REPOSITORY = Path(__file__).parent.parent


def pytest_addoption(parser):
    parser.addoption(
        "--regen", action="store_true", help="rewrite golden files instead of comparing with them"
    )


@pytest.fixture(scope="session")
def repository():
    return REPOSITORY


@pytest.fixture(scope="session", autouse=True)
def packed_once():
    """The model's encoder is packed for browsers once for all tests: it is the same for every knowledge base."""
    from readacross.site import shrinking

    pack, made = shrinking._packed, {}

    def once(encoder):
        if encoder.hidden < 384:
            return pack(encoder)
        if encoder.sha256 not in made:
            kept = sorted((REPOSITORY / "index/generations/encoders").glob(f"*/{shrinking.FILE}"))
            made[encoder.sha256] = kept[0].read_bytes() if len(kept) == 1 else pack(encoder)
        return made[encoder.sha256]

    shrinking._packed = once
    yield
    shrinking._packed = pack


@pytest.fixture(scope="session")
def library():
    """The knowledge base of the five real leaflets, built."""
    from readacross.building import build
    from readacross.library import open_library

    build(REPOSITORY, lambda _: None)
    return open_library(REPOSITORY)


@pytest.fixture(scope="session")
def small_built(tmp_path_factory):
    """A small knowledge base, built once, its encoder packed for browsers; copy it before changing anything."""
    from small import make

    from readacross.building import build
    from readacross.library import open_library
    from readacross.site.shrinking import packed_encoder

    root = make(tmp_path_factory.mktemp("small") / "base")
    build(root, lambda _: None)
    packed_encoder(root / str(open_library(root).facts["encoder"]))
    return root


@pytest.fixture(scope="session")
def real_base(tmp_path_factory):
    """A copy of the repository's knowledge base with its site; leave it as it is."""
    root = tmp_path_factory.mktemp("real")
    for name in ("sources", "docs", "index"):
        ignored = shutil.ignore_patterns("_build", ".lock")
        shutil.copytree(REPOSITORY / name, root / name, ignore=ignored)
    return _published(root)


@pytest.fixture(scope="session")
def small_base(small_built, tmp_path_factory):
    """A copy of the small knowledge base with its site; leave it as it is."""
    return _published(Path(shutil.copytree(small_built, tmp_path_factory.mktemp("small-site") / "base")))


def _published(root):
    """A knowledge base with its site; what MyST says of a later Sphinx is theirs to mend."""
    from readacross.publishing import publish_site

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "'myst_parser", PendingDeprecationWarning)
        publish_site(root, None, lambda _: None)
    return root


@pytest.fixture(scope="session")
def chromium():
    """The browser that all tests share."""
    from browsers import browser

    with browser() as started:
        yield started


@pytest.fixture
def small(small_built, tmp_path):
    """A copy of the small knowledge base to do anything with; its embeddings come along."""
    return Path(shutil.copytree(small_built, tmp_path / "base"))


@pytest.fixture
def golden(request):
    """Compare a text with tests/golden/NAME, or rewrite it with --regen."""

    def compare(name: str, text: str) -> None:
        path = REPOSITORY / "tests" / "golden" / name
        if request.config.getoption("--regen"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8")
        assert text == path.read_text("utf-8"), f"{name} differs; if the change is right: pytest --regen"

    return compare
