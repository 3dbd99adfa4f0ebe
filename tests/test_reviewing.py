"""What needs a person, and what becomes of it when the person has ruled: from texts on disk to what is published."""

import json
from hashlib import sha256

import pytest
from small import SILENT, STATED, coding

from readacross.building import build
from readacross.cli import main
from readacross.covering import cover
from readacross.drafting import draft
from readacross.errors import BadInput, SourceError
from readacross.nearing import nearest
from readacross.prompting import walk
from readacross.recording import Decision, read_sheet, record, renew, sheet
from readacross.reviewing import queue

OLD, NEW = "northam/allotments@2012", "northam/allotments@2019"


def quiet(_):
    """Say nothing."""


def rewrite(root, version, old, new):
    """Change words of a version in its original, its reading text, and the hash of the original."""
    leaflet, _, label = version.partition("@")
    folder = root / "sources" / leaflet
    toml = (folder / "leaflet.toml").read_text("utf-8")
    original = (folder / label / "original.txt").read_bytes()
    assert old.encode() in original
    edited = original.replace(old.encode(), new.encode())
    (folder / label / "original.txt").write_bytes(edited)
    reading = (folder / label / "reading.md").read_text("utf-8")
    (folder / label / "reading.md").write_text(reading.replace(old, new), "utf-8")
    hashes = (sha256(original).hexdigest(), sha256(edited).hexdigest())
    (folder / "leaflet.toml").write_text(toml.replace(*hashes), "utf-8")


def position(made, question, version):
    return next(p for p in made.positions if (p.question, p.version) == (question, version))


@pytest.fixture
def built(small):
    build(small, quiet)
    return small


def test_nothing_waits_where_all_is_coded_and_agreed(built):
    found = queue(built, draft(built))
    assert [item.kind for item in found if item.kind != "open"] == []


def test_a_changed_sentence_makes_what_rests_on_it_stale_and_nothing_else(built):
    rewrite(built, NEW, "Our decision is final.", "Our decision is not final.")
    made = draft(built)
    stale = position(made, "appeal.possible", NEW)
    assert (stale.coded.status, stale.lost, stale.stands) == ("stale", ("Our decision is final.",), False)
    assert [p.coded.status for p in made.positions if p is not stale] == ["coded"] * 5
    assert not any(stale in found.positions for found in made.divergences), "stale is not published"
    item = queue(built, made)[0]
    assert (item.kind, item.question, item.severity, item.confirmable) == (
        "stale",
        "appeal.possible",
        "high",
        False,
    )
    assert item.nearest[0].text == "Our decision is not final."


def test_a_stale_position_is_no_answer_and_no_silence(built, capsys):
    rewrite(built, NEW, "Our decision is final.", "Our decision is not final.")
    assert main(["--root", str(built), "build"]) == 0
    assert main(["--root", str(built), "positions", "--json"]) == 0
    rows = {(row["question"], row["version"]): row for row in json.loads(capsys.readouterr().out)}
    row = rows["appeal.possible", NEW]
    assert (row["coded"]["status"], row["quotes"], row["lost"]) == ("stale", [], ["Our decision is final."])
    assert main(["--root", str(built), "ask", "Can I appeal?", "--authority", "northam", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert "northam" not in answer["silent"]
    assert not any(line["question"] == "appeal.possible" for line in answer["statements"])


@pytest.mark.parametrize(
    "harmless", ["Our  decision is final.", "Our\ndecision is final.", "OUR decision is final."]
)
def test_how_words_are_typed_touches_nothing(built, harmless):
    rewrite(built, NEW, "Our decision is final.", harmless)
    found = position(draft(built), "appeal.possible", NEW)
    assert (found.coded.status, found.followed) == ("coded", "")


def test_words_that_stand_while_others_change_are_carried_over_and_marked(built):
    rewrite(built, OLD, "21 days", "28 days")
    made = draft(built)
    assert position(made, "appeal.time_limit", OLD).coded.status == "stale"
    rewrite(built, OLD, "28 days", "21 days")
    assert position(draft(built), "appeal.time_limit", OLD).followed == ""


def test_a_quotation_that_never_stood_in_the_text_is_still_an_error(built):
    path = built / "sources/northam/allotments/2019/coding.yaml"
    path.write_text(path.read_text("utf-8").replace("is final", "is not final"), "utf-8")
    with pytest.raises(SourceError, match=r"coding\.yaml:\d+: the quote .* is not in"):
        draft(built)


def test_the_text_as_coded_is_renewed_once_nothing_is_stale(built):
    rewrite(built, NEW, "Our decision is final.", "Our decision is not final.")
    with pytest.raises(BadInput, match="stale positions are left"):
        renew(built, NEW)
    path = built / "sources/northam/allotments/2019/coding.yaml"
    path.write_text(path.read_text("utf-8").replace("is final", "is not final"), "utf-8")
    assert renew(built, NEW).name == "coded.md"
    assert position(draft(built), "appeal.possible", NEW).followed == ""
    with pytest.raises(BadInput, match="no such version"):
        renew(built, "northam/allotments@1812")


def newer(root, text):
    """A third version of the leaflet, not coded yet."""
    folder = root / "sources/northam/allotments"
    (folder / "2024").mkdir()
    original = text.replace("## ", "").replace("# ", "")
    (folder / "2024" / "original.txt").write_text(original, "utf-8")
    (folder / "2024" / "reading.md").write_text(text, "utf-8")
    toml = (folder / "leaflet.toml").read_text("utf-8").replace('until = ".."', 'until = "2024"')
    added = toml[toml.rindex("[[version]]") :].replace('"2019"', '"2024"').replace('"2012"', '"2019"')
    added = added.replace("2019-01-15", "2024-01-15").replace('until = "2024"', 'until = ".."')
    old = (folder / "2019" / "original.txt").read_bytes()
    added = added.replace(sha256(old).hexdigest(), sha256(original.encode()).hexdigest())
    (folder / "leaflet.toml").write_text(toml + "\n" + added, "utf-8")


def test_a_new_version_takes_over_what_stands_word_for_word(built):
    text = (built / "sources/northam/allotments/2019/reading.md").read_text("utf-8")
    newer(built, text + "\nPlots are let in spring.\n")
    found = position(draft(built), "appeal.possible", "northam/allotments@2024")
    assert (found.coded.status, found.value) == ("coded", "no")
    assert found.followed.startswith("carried over")
    assert position(draft(built), "appeal.time_limit", "northam/allotments@2024").status == "silent"


def test_a_new_version_is_read_again_where_its_words_are_others(built):
    text = (built / "sources/northam/allotments/2019/reading.md").read_text("utf-8")
    newer(built, text.replace("Our decision is final.", "You may appeal."))
    made = draft(built)
    assert position(made, "appeal.possible", "northam/allotments@2024").coded.status == "stale"
    assert queue(built, made)[0].versions == ("northam/allotments@2024",)


# Rulings


def decide(root, question, versions, ruling, **more):
    """Record a ruling on an item of the queue, everything that is coded included."""
    items = [*queue(root, draft(root), coded=True)]
    item = next(i for i in items if i.question == question and set(i.versions) == set(versions))
    record(root, [Decision(item, ruling, "we asked the council", **more)], "officer-1", "2026-02-01")


def test_a_confirmed_position_says_who_confirmed_it_until_its_words_change(built):
    decide(built, "appeal.possible", [NEW], "confirmed")
    found = position(draft(built), "appeal.possible", NEW)
    assert (found.coded.status, found.coded.by, found.coded.on) == ("confirmed", "officer-1", "2026-02-01")
    rewrite(built, NEW, "Our decision is final.", "Our decision is nearly final.")
    assert position(draft(built), "appeal.possible", NEW).coded.status == "stale"


def test_a_ruling_whose_ground_has_changed_waits_again(built):
    decide(built, "appeal.possible", [NEW], "confirmed")
    path = built / "sources/northam/allotments/2019/coding.yaml"
    path.write_text(path.read_text("utf-8").replace("value: no", "value: yes"), "utf-8")
    made = draft(built)
    assert position(made, "appeal.possible", NEW).coded.status == "coded"
    item = queue(built, made)[0]
    assert item.kind == "reopened"
    assert "confirmed by officer-1 on 2026-02-01" in item.why


def test_a_corrected_position_is_what_the_person_says_and_still_quotes(built):
    right = {
        "value": {"n": 21, "unit": "day", "rel": "within"},
        "force": "right",
        "quotes": ["within 21 days of our letter"],
    }
    decide(built, "appeal.time_limit", [OLD], "corrected", position=right)
    found = position(draft(built), "appeal.time_limit", OLD)
    assert (found.force, found.coded.status, found.coded.by) == ("right", "confirmed", "officer-1")
    assert found.quotes[0].quote == "within 21 days of our letter"


def test_a_ruling_that_cannot_be_read_changes_nothing(built):
    before = (built / "index/rulings.yaml").read_bytes() if (built / "index/rulings.yaml").exists() else None
    wrong = {"value": {"n": 3, "unit": "day"}, "quotes": ["words that stand nowhere"]}
    with pytest.raises(SourceError, match=r"rulings\.yaml:\d+: the quote"):
        decide(built, "appeal.time_limit", [OLD], "corrected", position=wrong)
    if before is None:
        assert position(draft(built), "appeal.time_limit", OLD).coded.status != "confirmed"
    else:
        assert (built / "index/rulings.yaml").read_bytes() == before


def test_a_dismissed_position_is_gone(built):
    decide(built, "appeal.possible", [NEW], "dismissed")
    assert not [p for p in draft(built).positions if (p.question, p.version) == ("appeal.possible", NEW)]


def debatable(root):
    """Let the relation between yes and no be debatable, so that the divergence waits for a person."""
    path = root / "index/questions.yaml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("{a: yes, b: no, kind", "{a: yes, b: no, debatable: true, kind"), "utf-8")


def the_pair(made):
    return next(d for d in made.divergences if d.level == "pair" and d.question == "appeal.possible")


def test_a_debatable_divergence_waits_and_a_ruling_goes_with_it(built, capsys):
    debatable(built)
    waiting = [item for item in queue(built, draft(built)) if item.kind == "debatable"]
    assert {item.question for item in waiting} == {"appeal.possible"}
    decide(built, "appeal.possible", [OLD, NEW], "corrected", severity="low")
    found = the_pair(draft(built))
    assert (found.severity, found.ruling.by, found.ruling.why) == ("low", "officer-1", "we asked the council")
    assert main(["--root", str(built), "build"]) == 0
    assert main(["--root", str(built), "divergences", "--all-versions", "--json"]) == 0
    rows = [d for d in json.loads(capsys.readouterr().out) if d["question"] == "appeal.possible"]
    ruled = next(d for d in rows if d["level"] == "pair" and d["ruling"])
    assert (ruled["ruling"]["ruling"], ruled["severity"]) == ("corrected", "low")


def test_a_ruling_on_a_divergence_falls_when_either_side_changes(built):
    debatable(built)
    decide(built, "appeal.possible", [OLD, NEW], "dismissed")
    assert the_pair(draft(built)).ruling.ruling == "dismissed"
    path = built / "sources/northam/allotments/2012/coding.yaml"
    path.write_text(path.read_text("utf-8").replace("permission", "right"), "utf-8")
    assert the_pair(draft(built)).ruling is None
    assert "reopened" in {item.kind for item in queue(built, draft(built))}


# Sheets and the terminal


def test_a_sheet_is_written_filled_in_and_recorded(built, capsys):
    debatable(built)
    path = built / "sheet.yaml"
    root = ["--root", str(built)]
    assert main([*root, "review", "--all-versions", "--kind", "debatable", "--out", str(path)]) == 0
    text = path.read_text("utf-8")
    path.write_text(
        text.replace("ruling: ''", "ruling: confirmed").replace("why: ''", "why: it is so"), "utf-8"
    )
    assert main([*root, "review", "--apply", str(path)]) == 2
    assert "--by is missing" in capsys.readouterr().err
    assert main([*root, "review", "--apply", str(path), "--by", "officer-1"]) == 0
    assert "1 ruling recorded" in capsys.readouterr().out
    assert the_pair(draft(built)).ruling.why == "it is so"
    assert main([*root, "review", "--apply", str(path), "--by", "officer-1"]) == 2
    assert "sheet.yaml" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("ruling: ''", "ruling: perhaps", "ruling is 'perhaps'"),
        ("ruling: ''", "ruling: confirmed", "'why' is not text"),
        ("ruling: ''", "ruling: corrected", "nothing says what is right"),
        ("rests_on: ", "rests_on: x", "does not wait for a ruling as the sheet shows it"),
    ],
)
def test_a_sheet_filled_in_wrongly_is_refused_with_its_line(built, old, new, says):
    items = queue(built, draft(built), coded=True)
    path = built / "sheet.yaml"
    text = sheet(items[:1]).replace(old, new)
    path.write_text(
        text if "ruling: ''" not in text else text.replace("ruling: ''", "ruling: confirmed"), "utf-8"
    )
    with pytest.raises(SourceError, match=says) as caught:
        read_sheet(path, items)
    assert caught.value.line


def test_a_sheet_left_blank_records_nothing(built):
    items = queue(built, draft(built), coded=True)
    path = built / "sheet.yaml"
    path.write_text(sheet(items), "utf-8")
    assert read_sheet(path, items) == []


@pytest.mark.parametrize(
    ("typed", "rulings"),
    [
        (["c", "it is so", "q"], ["confirmed"]),
        (["s", "", "d", "not meant"], ["dismissed"]),
        (["q"], []),
        ([], []),
        (["z", "c", "", "because"], ["confirmed"]),
        (["x", "false", "prohibition", "Our decision is final.", "", "read again"], ["corrected"]),
    ],
)
def test_one_item_after_the_other_at_a_terminal(built, typed, rulings):
    answers = iter(typed)

    def ask(_):
        try:
            return next(answers)
        except StopIteration:
            raise EOFError from None

    told = []
    found = list(walk(queue(built, draft(built), coded=True), ask, told.append))
    assert [decision.ruling for decision in found] == rulings
    assert all(decision.why for decision in found)
    if rulings == ["corrected"]:
        assert found[0].position == {
            "value": False, "force": "prohibition", "quotes": ["Our decision is final."],
        }  # fmt: skip
    assert told


# Two codings


def second(root, text):
    (root / "sources/northam/allotments/2019/coding-2.yaml").write_text(
        text.replace("coder-1", "coder-2"), "utf-8"
    )


OTHER = coding(STATED.format("appeal.possible", "yes", "permission", "Our decision is final."))


def settlement(root, more):
    (root / "index/settlements.yaml").write_text(
        f'- {{question: appeal.possible, version: "{NEW}", by: "coder-1 and coder-2", on: "2026-02-01", '
        f'why: "read together", {more}}}\n',
        "utf-8",
    )


def test_two_coders_who_differ_make_a_dispute_and_settle_it(small):
    second(small, OTHER)
    made = draft(small)
    assert position(made, "appeal.possible", NEW).coded.status == "disputed"
    assert queue(small, made)[0].kind == "disputed"
    for keeps, value in (("first", "no"), ("second", "yes")):
        settlement(small, f"keeps: {keeps}")
        found = position(draft(small), "appeal.possible", NEW)
        assert (found.coded.status, found.value, found.settled) == ("coded", value, "read together")
    settlement(
        small, 'keeps: neither, position: {value: no, force: obligation, quotes: ["Our decision is final."]}'
    )
    found = position(draft(small), "appeal.possible", NEW)
    assert (found.force, found.coded.by) == ("obligation", "coder-1 and coder-2")


def test_a_settlement_changes_no_figure_of_agreement(small):
    second(small, OTHER)
    before = [cell.agreed for cell in draft(small).cells]
    settlement(small, "keeps: second")
    assert [cell.agreed for cell in draft(small).cells] == before == [False]


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ("keeps: both", "keeps is 'both'"),
        ("keeps: neither", "the table 'position' is missing"),
    ],
)
def test_a_settlement_that_cannot_be_read_is_refused(small, more, says):
    second(small, OTHER)
    settlement(small, more)
    with pytest.raises(SourceError, match=says):
        draft(small)


# Coverage


def states(root):
    made = draft(root)
    text = made.texts[NEW]
    return {s.text: s.state for s in cover(root, text, [p for p in made.positions if p.version == NEW])}


def test_every_sentence_is_used_explained_or_open(small):
    found = states(small)
    assert found["Our decision is final."] == "used"
    opened = [text for text, state in found.items() if state == "open"]
    assert opened
    path = small / "sources/northam/allotments/2019/unused.yaml"
    path.write_text(f'- {{words: "{opened[0]}", why: not asked, by: coder-1}}\n', "utf-8")
    assert states(small)[opened[0]] == "explained"
    path.write_text('- {words: "Nobody wrote this.", why: not asked, by: coder-1}\n', "utf-8")
    with pytest.raises(SourceError, match=r"unused\.yaml:1: “Nobody wrote this\.” is not in"):
        states(small)


def test_the_leaflets_of_the_repository_leave_no_sentence_open(repository):
    made = draft(repository)
    for id_, text in made.texts.items():
        found = cover(repository, text, [p for p in made.positions if p.version == id_])
        assert [sentence.text for sentence in found if sentence.state == "open"] == []
        assert sum(sentence.state == "used" for sentence in found) > len(found) / 2


def test_the_nearest_passages_share_the_rare_words(small):
    passages = draft(small).texts[OLD].passages
    found = list(nearest("appeal within thirty days", passages))
    assert "appeal" in found[0].text
    assert list(nearest("zebra", passages)) == []


def test_a_queue_in_words_and_as_data(built, capsys):
    rewrite(built, NEW, "Our decision is final.", "Our decision is not final.")
    root = ["--root", str(built)]
    assert main([*root, "review", "--kind", "stale"]) == 0
    out = capsys.readouterr().out
    assert "STALE (high)" in out
    assert "near: “Our decision is not final.”" in " ".join(out.split())
    assert main([*root, "review", "--kind", "stale", "--json"]) == 0
    row = json.loads(capsys.readouterr().out)[0]
    assert (row["kind"], row["question"], row["authorities"]) == ("stale", "appeal.possible", ["northam"])
    assert main([*root, "review", "--authority", "sudley", "--kind", "stale"]) == 0
    assert "nothing needs a person" in capsys.readouterr().out


def test_silence_waits_again_when_the_text_speaks(built):
    path = built / "index/questions.yaml"
    path.write_text(path.read_text("utf-8") + '  must_mention: ["deadline"]\n', "utf-8")
    assert SILENT.format("appeal.time_limit") in (
        built / "sources/northam/allotments/2019/coding.yaml"
    ).read_text("utf-8")
    rewrite(built, NEW, "Our decision is final.", "Our decision is final. The deadline is short.")
    made = draft(built)
    assert position(made, "appeal.time_limit", NEW).coded.status == "stale"
    assert position(made, "appeal.possible", NEW).followed.startswith("carried over")


def test_silence_records_where_the_search_came_nearest(small):
    found = position(draft(small), "appeal.time_limit", NEW)
    assert found.status == "silent"
    path = small / "sources/northam/allotments/2019/coding.yaml"
    path.write_text(path.read_text("utf-8").replace("the whole leaflet", "reply within weeks"), "utf-8")
    near = position(draft(small), "appeal.time_limit", NEW).nearest
    assert near[0].endswith("#how-do-i-apply.1")
