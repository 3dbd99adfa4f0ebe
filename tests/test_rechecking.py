"""Kept answers looked at again: each citation is the same, moved, changed or gone, and never roughly so."""

import json
import shutil
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keeping import APPEAL, NEW, OLD, ON, SUDLEY, kept, places_hold, quoting, rebuilt
from small import make
from test_reviewing import newer, rewrite

from readacross.cli import main
from readacross.drafting import draft
from readacross.errors import CitationError
from readacross.model import Answer, Statement
from readacross.proving import Prover
from readacross.quoting import fold
from readacross.rechecking import all_same, recheck, rechecked_json, rechecked_lines
from readacross.saving import freeze


@pytest.fixture
def base(small):
    return rebuilt(small)


# What has become of a citation


@pytest.mark.parametrize(
    ("version", "quote", "old", "new", "state", "why", "now"),
    [
        # nothing has happened to this version
        (NEW, "Our decision is final.", None, None, "same", "", "Our decision is final."),
        (OLD, "within 21 days", None, None, "same", "", "within 21 days"),
        # another sentence has changed: the words stand where they stood, or further on
        (NEW, "two weeks", "is final", "stands", "moved", "the same passage", "two weeks"),
        (NEW, "Our decision is final.", "two weeks", "fourteen days", "moved", "the original and the reading text changed", "Our decision is final."),
        # the same words, typed in another way
        (NEW, "Our decision is final.", "Our decision", "OUR decision", "moved", "typed in another way", "OUR decision is final."),
        (NEW, "Our decision is final.", "decision is", "decision  is", "moved", "typed in another way", "Our decision  is final."),
        # under another heading
        (NEW, "Our decision is final.", "Can I appeal?", "What then?", "moved", "#what-then.1, under other headings", "Our decision is final."),
        # the words stand, and their sentence or what it hangs from does not
        (OLD, "within 21 days of our", "You can appeal", "You cannot appeal", "changed", "in a sentence that has changed", "You cannot appeal within 21 days of our letter."),
        (SUDLEY, "Write to the clerk", "You should:", "You must:", "changed", "in a sentence that has changed", "Write to the clerk"),
        # the words do not stand any more, and their passage has others
        (NEW, "Our decision is final.", "is final", "is not final", "changed", "the passage has other words now", "Our decision is not final."),
        (OLD, "within 21 days", "21 days", "28 days", "changed", "the passage has other words now", "You can appeal within 28 days of our letter."),
        (OLD, "You must apply", "must", "may", "changed", "the passage has other words now", "You may apply in writing. We will reply within 10 working days."),
        # words said twice cannot be told apart
        (NEW, "two weeks.", "is final.", "is final. We will reply within two weeks.", "changed", "the words stood once in such a sentence, and stand so 2 times now", "We will reply within two weeks."),
        # neither the words nor the passage stand; another passage may have its number now
        (NEW, "Our decision is final.", "Our decision is final.", "", "gone", "neither the words nor their passage", None),
        (SUDLEY, "Write to the clerk", "- Write to the clerk\n", "", "gone", "neither the words nor their passage", None),
    ],
)  # fmt: skip
def test_what_has_become_of_a_citation(base, version, quote, old, new, state, why, now):
    saved = kept(base, version, quote)
    if old is not None:
        rewrite(base.root, version, old, new)
    library = rebuilt(base.root)
    (found,) = recheck(saved, library)
    assert (found.state, found.now.quote if found.now else None) == (state, now)
    assert why in found.why
    assert bool(found.why) == (state != "same")
    assert all_same([found]) == (state == "same")
    places_hold([found], library)


def test_words_said_twice_are_the_same_while_nothing_changes_and_never_moved(base):
    twice = "Our decision is final. Please write. Our decision is final."
    rewrite(base.root, NEW, "Our decision is final.", twice)
    library = rebuilt(base.root)
    saved = kept(library, NEW, "Our decision is final.")
    assert saved.citations[0].times == 2
    assert recheck(saved, library)[0].state == "same"
    rewrite(base.root, NEW, "Please write. Our decision is final.", "Please write.")
    (found,) = recheck(saved, rebuilt(base.root))
    assert found.state == "changed", "which of the two was cited cannot be told"
    assert "the words stood 2 times in such a sentence, and stand so once now" in found.why


def test_words_that_are_said_elsewhere_too_are_followed_by_their_sentence(base):
    saved = kept(base, OLD, "within 21 days of our letter")
    rewrite(base.root, OLD, "You must apply in writing.", "Pay within 21 days of our letter.")
    (found,) = recheck(saved, rebuilt(base.root))
    assert (found.state, found.now.passage.id) == ("moved", f"{OLD}#can-i-appeal.1")


def test_a_reading_text_set_anew_is_told_from_a_changed_original(base):
    saved = kept(base, NEW, "Our decision is final.")
    path = base.root / "sources/northam/allotments/2019/reading.md"
    path.write_text(path.read_text("utf-8").replace("website. We", "website.\n\nWe"), "utf-8")
    (found,) = recheck(saved, rebuilt(base.root))
    assert (found.state, found.why) == (
        "moved", "the reading text changed, the same words stand in the same passage",
    )  # fmt: skip


def test_an_original_typed_in_another_way_is_another_file(base):
    saved = kept(base, NEW, "Our decision is final.")
    folder = base.root / "sources/northam/allotments"
    original = (folder / "2019/original.txt").read_bytes()
    edited = original.replace(b"website. We", b"website.\nWe")
    (folder / "2019/original.txt").write_bytes(edited)
    toml = (folder / "leaflet.toml").read_text("utf-8")
    hashes = (sha256(original).hexdigest(), sha256(edited).hexdigest())
    (folder / "leaflet.toml").write_text(toml.replace(*hashes), "utf-8")
    (found,) = recheck(saved, rebuilt(base.root))
    assert (found.state, found.why) == (
        "moved", "the original changed, the same words stand in the same passage",
    )  # fmt: skip


def test_a_version_that_is_withdrawn_or_removed_is_gone(base):
    saved = kept(base, SUDLEY, "Write to the clerk")
    path = base.root / "sources/sudley/plots/leaflet.toml"
    path.write_text(
        path.read_text("utf-8").replace("[version.valid]", 'withdrawn = "2026"\n[version.valid]'), "utf-8"
    )
    withdrawn = rebuilt(base.root)
    (found,) = recheck(saved, withdrawn)
    assert (found.state, found.why) == ("gone", "its version has been withdrawn")
    again = kept(withdrawn, SUDLEY, "Write to the clerk")
    assert recheck(again, withdrawn)[0].state == "same", "it was withdrawn when it was cited"
    shutil.rmtree(path.parent)
    (found,) = recheck(saved, rebuilt(base.root))
    assert (found.state, found.why) == ("gone", "its version is no longer in the knowledge base")
    assert found.newer is None


def test_an_original_changed_behind_the_build_cannot_be_relied_on(base):
    saved = kept(base, NEW, "Our decision is final.")
    path = base.root / "sources/northam/allotments/2019/original.txt"
    path.write_text(path.read_text("utf-8") + "More.\n", "utf-8")
    with pytest.raises(CitationError, match="the original has changed since it was built"):
        recheck(saved, base)


def test_nearest_passages_are_rechecked_too(base):
    answer = quoting(base, NEW, "Our decision is final.")
    answer = replace(answer, status="not_found", statements=(), citations=(), nearest=answer.citations)
    saved = freeze(answer, base, ON, APPEAL)
    rewrite(base.root, NEW, "is final", "is not final")
    library = rebuilt(base.root)
    found = recheck(saved, library)
    assert [item.state for item in found] == ["changed"]
    assert any("a nearest passage, not an answer" in line for line in rechecked_lines(saved, found))
    assert rechecked_json(saved, found, library.versions)["citations"][0]["answers"] is False


# A newer version


def test_a_superseded_citation_says_what_the_newer_version_says(base):
    saved = kept(base, OLD, "within 21 days of our letter", question="appeal.possible")
    (found,) = recheck(saved, base)
    assert (found.state, found.newer.version.id) == ("same", NEW)
    assert all_same([found]), "a newer version is a remark"
    (reply,) = found.newer.replies
    assert reply.words == "the decision is final"
    assert [citation.quote for citation in reply.citations] == ["Our decision is final."]


def test_the_newer_version_may_be_silent_or_not_coded(base):
    (silent,) = recheck(kept(base, OLD, "21 days", question="appeal.time_limit"), base)
    assert [reply.words for reply in silent.newer.replies] == ["not stated in this leaflet"]
    (uncoded,) = recheck(kept(base, OLD, "You must apply in writing."), base)
    assert (uncoded.newer.version.id, uncoded.newer.replies) == (NEW, ())
    (latest,) = recheck(kept(base, NEW, "Our decision is final."), base)
    assert latest.newer is None


def test_the_latest_of_several_newer_versions_speaks(base):
    saved = kept(base, OLD, "within 21 days of our letter", question="appeal.possible")
    text = (base.root / "sources/northam/allotments/2019/reading.md").read_text("utf-8")
    newer(base.root, text + "\nPlots are let in spring.\n")
    library = rebuilt(base.root)
    (found,) = recheck(saved, library)
    assert found.newer.version.id == "northam/allotments@2024"
    assert [reply.words for reply in found.newer.replies] == ["the decision is final"]
    lines = " ".join(" ".join(rechecked_lines(saved, [found])).split())
    assert "A newer version: northam/allotments@2024, 15 January 2024." in lines
    assert "Can the decision be appealed? The decision is final. “Our decision is final.”" in lines


def test_a_withdrawn_newer_version_does_not_speak(base):
    saved = kept(base, OLD, "within 21 days of our letter", question="appeal.possible")
    path = base.root / "sources/northam/allotments/leaflet.toml"
    old, new = path.read_text("utf-8").rsplit("[version.valid]", 1)
    path.write_text(f'{old}withdrawn = "2026"\n[version.valid]{new}', "utf-8")
    (found,) = recheck(saved, rebuilt(base.root))
    assert (found.state, found.newer) == ("same", None)


def test_where_a_version_is_removed_the_latest_of_its_leaflet_speaks(base):
    saved = kept(base, OLD, "within 21 days of our letter", question="appeal.possible")
    other = "northam/allotments@2011"
    saved = replace(
        saved,
        citations=(replace(saved.citations[0], version=other),),
        versions=(replace(saved.versions[0], version=other),),
    )
    (found,) = recheck(saved, base)
    assert (found.state, found.newer.version.id) == ("gone", NEW)
    assert [reply.words for reply in found.newer.replies] == ["the decision is final"]


# What is shown


def test_lines_and_data_count_the_states_and_say_why(base):
    saved = kept(base, NEW, "Our decision is final.", "two weeks")
    rewrite(base.root, NEW, "is final", "stands")
    library = rebuilt(base.root)
    found = recheck(saved, library)
    lines = list(rechecked_lines(saved, found))
    assert lines[:2] == [
        "How is it?",
        f"Kept on {ON} from edition {base.folder.name}. Citations: 1 moved, 1 changed.",
    ]
    assert f"1. CHANGED  [{NEW}#can-i-appeal.1]" in lines
    assert "   “Our decision is final.”" in lines
    assert "   the passage has other words now." in lines
    assert "   now: “Our decision stands.”" in lines
    data = rechecked_json(saved, found, library.versions)
    assert data["counts"] == {"same": 0, "moved": 1, "changed": 1, "gone": 0}
    assert data["all_same"] is False
    assert [row["state"] for row in data["citations"]] == ["changed", "moved"]
    assert data["citations"][0]["kept"]["quote"] == "Our decision is final."
    assert data["citations"][0]["now"]["quote"] == "Our decision stands."
    assert json.loads(json.dumps(data)) == data


def test_nothing_in_a_kept_answer_acts_on_a_terminal(base):
    saved = replace(kept(base, NEW, "Our decision is final."), question="Why\x1b[2J\u202e?")
    found = [replace(recheck(saved, base)[0], state="gone", why="\x07")]
    found = [replace(found[0], kept=replace(found[0].kept, quote="a\x1b[31mb", passage="x\x1by"))]
    text = "\n".join(rechecked_lines(saved, found))
    assert "a[U+001B][31mb" in text
    assert not {"\x1b", "\x07", "\u202e"} & set(text)


# Any text, any edit


SENTENCES = (
    "You can appeal.", "You cannot appeal.", "Write to us.", "Write to us within 21 days.", "We reply.",
    "We reply within 21 days.", "Our decision is final.", "Keep a copy.",
)  # fmt: skip
TEXTS = st.lists(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=3), min_size=1, max_size=4).map(
    lambda blocks: [" ".join(block) for block in blocks]
)
LEAFLET = 'title = "Notes"\naudience = "residents"\ngenre = "leaflet"\nlanguage = "en"\n\n[[version]]\nlabel = "1"\nsha256 = "{}"\n'


def shelf(root, blocks):
    """One leaflet of these paragraphs as a library would show it, without building embeddings."""
    folder = root / "sources/northam/notes"
    (folder / "1").mkdir(parents=True, exist_ok=True)
    original, reading = "\n".join(blocks) + "\n", "\n\n".join(blocks) + "\n"
    (folder / "1/original.txt").write_text(original, "utf-8")
    (folder / "1/reading.md").write_text(reading, "utf-8")
    (folder / "leaflet.toml").write_text(LEAFLET.format(sha256(original.encode()).hexdigest()), "utf-8")
    made = draft(root)
    id_ = "northam/notes@1"
    versions = {version.id: version for version in made.versions}
    passages = {id_: next(found for found in made.passages if found and found[0].version == id_)}
    return SimpleNamespace(
        root=root, folder=Path("edition"), versions=versions, passages=passages.get,
        reading={id_: reading}.get, positions=lambda _: (), questions={}, current=lambda: (),
        numbers=lambda _: range(0), choose=lambda **_: (),
    )  # fmt: skip


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """A knowledge base of one town and no leaflet."""
    root = make(tmp_path_factory.mktemp("bare") / "base")
    shutil.rmtree(root / "sources/northam/allotments")
    shutil.rmtree(root / "sources/sudley")
    (root / "sources/authorities.toml").write_text(
        '[northam]\nname = "Northam"\nkind = "town council"\njurisdiction = "England"\n', "utf-8"
    )
    return root


@settings(max_examples=120)
@given(st.data(), TEXTS, TEXTS)
def test_a_citation_is_never_followed_into_other_words(bare, data, before, other):
    now = data.draw(
        st.sampled_from([before, other, before[1:] + before[:1], [*before, *other], before[1:] + other[:1]])
    )
    library = shelf(bare, before)
    id_ = "northam/notes@1"
    passage = data.draw(st.sampled_from(library.passages(id_)))
    words = passage.text.split()
    first = data.draw(st.integers(0, len(words) - 1))
    quote = " ".join(words[first : data.draw(st.integers(first + 1, len(words)))])
    saved = freeze(quoting_passage(library, passage, quote), library, ON, APPEAL)
    library = shelf(bare, now)
    (found,) = recheck(saved, library)
    stands = [p for p in library.passages(id_) if f" {quote} " in f" {p.text} "]
    assert (found.state == "same") == (now == before)
    places_hold([found], library)
    if found.state in ("same", "moved"):
        assert fold(found.now.quote)[0] == fold(quote)[0]
        assert found.now.passage in stands
    if found.state == "moved":
        assert saved.citations[0].times == 1
    if found.state == "gone":
        assert not stands
    if found.state == "changed" and stands:
        assert quote in found.now.quote


def quoting_passage(library, passage, quote):
    citation = Prover(library, ()).cite(passage, quote)
    return Answer(
        "How is it?", None, "answered", (Statement("So", "northam", (0,)),), (citation,), (), (), ()
    )


def test_an_answer_is_kept_and_looked_at_again_from_the_command_line(small, tmp_path, capsys):
    path = tmp_path / "kept.json"
    root = ["--root", str(small)]
    assert main([*root, "build"]) == 0
    assert main([*root, "ask", "Can I appeal?", "--authority", "northam", "--save", str(path)]) == 0
    assert main([*root, "recheck", str(path)]) == 0
    rewrite(small, NEW, "Our decision is final.", "Our decision is not final.")
    assert main([*root, "build"]) == 0
    capsys.readouterr()
    assert main([*root, "recheck", str(path), "--json"]) == 1
    assert "changed" in capsys.readouterr().out
