"""A site built again after a change is, byte for byte, the site that would be built from nothing."""

import shutil
from hashlib import sha256
from pathlib import Path

import pytest
from small import NORTHAM_2, NORTHAM_2_READING

from readacross.errors import ReadacrossError
from readacross.publishing import publish_site
from readacross.site.reusing import KEPT, Edition, key_of, last_edition

# MyST uses names of Sphinx that a later Sphinx will drop; that is theirs to mend.
pytestmark = pytest.mark.filterwarnings("ignore:'myst_parser:PendingDeprecationWarning")

NORTHAM, SUDLEY = "sources/northam/allotments", "sources/sudley/plots"


def quiet(_: str) -> None:
    """Say nothing."""


@pytest.fixture
def base(small_base, tmp_path):
    """A copy of the small knowledge base with its site, which a test may change."""
    return Path(shutil.copytree(small_base, tmp_path / "base"))


def exchange(path, before, after):
    """Write other words into a file."""
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), "utf-8")


def one_leaflet(base):
    """The words of one leaflet."""
    after = NORTHAM_2.replace("two weeks", "three weeks")
    (base / NORTHAM / "2019/original.txt").write_text(after, "utf-8")
    (base / NORTHAM / "2019/reading.md").write_text(
        NORTHAM_2_READING.replace("two weeks", "three weeks"), "utf-8"
    )
    exchange(base / NORTHAM / "leaflet.toml", digest(NORTHAM_2), digest(after))


def digest(text):
    return sha256(text.encode()).hexdigest()


def a_coding(base):
    """What is coded of a version."""
    exchange(base / NORTHAM / "2012/coding.yaml", "permission", "right")


def a_question(base):
    """How a question is put."""
    exchange(base / "index/questions.yaml", 'label: "Appealing"', 'label: "Whether one can appeal"')


def a_doubt(base):
    """Whether words of a leaflet are uncertain."""
    doubt = '\n[[uncertain]]\nquote = "21 days"\nnote = "smudged"\nby = "coder-1"\n'
    path = base / NORTHAM / "2012/drops.toml"
    path.write_text(path.read_text("utf-8") + doubt, "utf-8")


def a_name(base):
    """What an authority is called."""
    exchange(base / "sources/authorities.toml", '"Sudley"', '"Sudley on Sea"')


def a_new_leaflet(base):
    """A leaflet more, of another authority, before all others."""
    shutil.copytree(base / SUDLEY, base / "sources/astley/plots")
    path = base / "sources/authorities.toml"
    path.write_text(
        path.read_text("utf-8") + '\n[astley]\nname = "Astley"\nkind = "parish"\njurisdiction = "Wales"\n',
        "utf-8",
    )


def a_leaflet_less(base):
    """A leaflet less."""
    shutil.rmtree(base / "sources/sudley/plots")


def an_address(base):
    """Where the site will stand, as conf.py learns it from its surroundings."""
    a_setting(base)
    conf = base / "docs/conf.py"
    conf.write_text(
        conf.read_text("utf-8") + "import os\nhtml_baseurl = os.environ.get('WHERE', '')\n", "utf-8"
    )


def a_setting(base):
    """What the site is called."""
    (base / "docs").mkdir()
    conf = 'project = "Plots"\nextensions = ["myst_parser", "readacross.site"]\nhtml_theme = "readacross"\nsmartquotes = False\n'
    (base / "docs/conf.py").write_text(conf, "utf-8")
    (base / "docs/index.md").write_text("# Plots\n", "utf-8")


def shown(folder):
    """Every file of a site with its bytes."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def from_nothing(base, aside):
    """The site of a knowledge base as it is built where there was none."""
    copy = Path(shutil.copytree(base, aside, ignore=shutil.ignore_patterns("build", "site.sqlite*")))
    return shown(publish_site(copy, None, quiet).parent)


CHANGES = [one_leaflet, a_coding, a_question, a_doubt, a_name, a_new_leaflet, a_leaflet_less, a_setting]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_site_built_again_is_the_site_that_is_built_from_nothing(base, tmp_path, change):
    change(base)
    again = shown(publish_site(base, None, quiet).parent)
    whole = from_nothing(base, tmp_path / "copy")
    assert [name for name in again | whole if again.get(name) != whole.get(name)] == []


@pytest.mark.parametrize(
    ("change", "taken", "made"),
    [
        (
            one_leaflet,
            {"leaflets/sudley/plots/undated", "authorities/sudley"},
            {"leaflets/northam/allotments/2019"},
        ),
        (
            a_name,
            {"leaflets/northam/allotments/2019", "authorities/northam"},
            {"leaflets/sudley/plots/undated"},
        ),
        (a_setting, set(), {"leaflets/northam/allotments/2019", "leaflets/sudley/plots/undated"}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_has_not_changed_is_taken_over(base, monkeypatch, change, taken, made):
    found = {}
    page = Edition.page

    def watched(self, name, key, edition):
        found[name] = page(self, name, key, edition) is not None
        return page(self, name, key, edition)

    monkeypatch.setattr(Edition, "page", watched)
    change(base)
    publish_site(base, None, quiet)
    assert {name for name in taken | made if found[name]} == taken


def test_a_setting_that_no_file_holds_is_seen_to(base, tmp_path, monkeypatch):
    an_address(base)
    publish_site(base, None, quiet)
    monkeypatch.setenv("WHERE", "https://plots.example/")
    one_leaflet(base)
    again = shown(publish_site(base, None, quiet).parent)
    assert again == from_nothing(base, tmp_path / "copy")
    assert b"https://plots.example/" in again["leaflets/sudley/plots/undated.html"]


def test_a_page_that_somebody_has_altered_is_made_again(base, tmp_path):
    page = base / "build/site/leaflets/sudley/plots/undated.html"
    exchange(page, "Keeping hens is not allowed.", "Keeping hens is allowed.")
    one_leaflet(base)
    again = shown(publish_site(base, None, quiet).parent)
    assert again == from_nothing(base, tmp_path / "copy")


def test_a_page_altered_while_the_site_is_made_is_read_back_and_refused(base, monkeypatch):
    page = Edition.page

    def altered(self, name, key, edition):
        found = page(self, name, key, edition)
        return found and found.replace(b"Keeping hens is not allowed.", b"Keeping hens is allowed.")

    monkeypatch.setattr(Edition, "page", altered)
    one_leaflet(base)
    with pytest.raises(ReadacrossError, match="not what the leaflet says"):
        publish_site(base, None, quiet)


def test_a_link_of_a_page_taken_over_is_still_seen_to(base, monkeypatch):
    kept = Edition.as_proven

    def elsewhere(self, name, data, edition):
        found = kept(self, name, data, edition)
        return found and found._replace(links=[*found.links, "nowhere.html"])

    monkeypatch.setattr(Edition, "as_proven", elsewhere)
    one_leaflet(base)
    with pytest.raises(ReadacrossError, match="there is no such page"):
        publish_site(base, None, quiet)


@pytest.mark.parametrize(
    "spoil", [b"", b"not a database at all, but something of the same length" * 50, None]
)
def test_what_is_known_of_the_last_edition_may_be_lost(base, tmp_path, spoil):
    if spoil is None:
        (base / KEPT).unlink()
    else:
        (base / KEPT).write_bytes(spoil)
    one_leaflet(base)
    again = shown(publish_site(base, None, quiet).parent)
    assert again == from_nothing(base, tmp_path / "copy")


def test_nothing_that_another_program_made_is_taken_over(base):
    assert last_edition(base, base / "build/site", "another").known == {}


def test_a_key_changes_with_each_thing_it_is_made_of():
    assert len({key_of("a", "b"), key_of("ab"), key_of("a", "c"), key_of("b", "a")}) == 4
