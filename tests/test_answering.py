"""Answers from the five leaflets and from a small knowledge base: what is said, cited and refused."""

import json
from dataclasses import replace

import pytest
from hearing import hearing

from readacross import gauging
from readacross.answering import Asked, ask
from readacross.building import build
from readacross.contract import answer_json
from readacross.errors import BadInput, CitationError
from readacross.library import open_library
from readacross.matching import LONGEST_QUOTE
from readacross.showing import answer_lines, on_what

HEADLINE = "Can I challenge the decision of the conference?"


def letters(text):
    return "".join(character for character in text if character.isalnum())


def quotes_of(answer, version):
    return [citation.quote for citation in answer.citations if citation.passage.version.endswith(version)]


@pytest.fixture(scope="module")
def headline(library):
    return ask(library, Asked(HEADLINE, all_versions=True))


@pytest.mark.parametrize(
    ("version", "words"),
    [
        ("staffordshire/child-protection-conferences@2017-03", "decision cannot be challenged"),
        (
            "surrey/child-protection-conferences@board",
            "A decision that the child/ren has or does not have a child protection plan",
        ),
        (
            "surrey/child-protection-conferences@board",
            "A complaint must be lodged within 28 days of the child protection conference",
        ),
        (
            "central-bedfordshire/child-protection-conferences@undated",
            "the decision made by the Conference stands",
        ),
        (
            "surrey/child-protection-conferences@council",
            "You can raise your concerns with the conference chairperson",
        ),
    ],
)
def test_the_headline_cites(headline, version, words):
    assert any(words in quote for quote in quotes_of(headline, version))


def test_the_headline_says_that_authorities_differ_and_who_is_silent(headline):
    assert headline.status == "authorities_differ"
    assert headline.silent == ("southwark",)
    worst = headline.divergences[0]
    assert (worst.question, worst.level, worst.kind, worst.severity) == (
        "complaint.decision_challengeable", "group", "contradiction", "high",
    )  # fmt: skip
    assert headline.statements[0].question == "complaint.decision_challengeable"


@pytest.mark.parametrize(
    "question",
    [
        HEADLINE,
        "Can I bring a friend?",
        "How often does the core group meet?",
        "Is there parking at the venue?",
    ],
)
def test_every_citation_is_exact_in_both_texts(library, repository, question):
    found = answer_json(ask(library, Asked(question, all_versions=True)), library.versions, {})
    citations = found["citations"] + found["nearest"]
    assert citations
    for citation in citations:
        folder = repository / "sources" / citation["version"].replace("@", "/")
        reading = (folder / "reading.md").read_bytes().decode()
        assert reading[citation["reading"]["start"] : citation["reading"]["end"]] == citation["quote"]
        original = (repository / citation["original"]["file"]).read_bytes().decode()
        theirs = "".join(original[start:end] for start, end in citation["original"]["spans"])
        assert letters(theirs) == letters(citation["quote"])


REQUIRED = {
    "answer": {"question", "as_at", "status", "statements", "citations", "silent", "divergences", "nearest"},
    "citation": {
        "authority",
        "leaflet",
        "version",
        "passage",
        "headings",
        "quote",
        "text",
        "match",
        "reading",
        "original",
        "score",
        "link",
    },
    "divergence": {"question", "topic", "kind", "severity", "summary", "positions", "ruling"},
    "side": {"authority", "leaflet", "version", "sha256", "status", "value", "force", "quotes"},
}


def test_the_json_has_the_shape_that_others_build_on(headline, library):
    found = json.loads(json.dumps(answer_json(headline, library.versions, {})))
    assert found.keys() >= REQUIRED["answer"]
    assert all(citation.keys() >= REQUIRED["citation"] for citation in found["citations"])
    assert all(item.keys() >= REQUIRED["divergence"] for item in found["divergences"])
    assert all(side.keys() >= REQUIRED["side"] for item in found["divergences"] for side in item["positions"])
    for statement in found["statements"]:
        assert statement.keys() >= {"text", "authority", "citations"}
        assert all(
            found["citations"][number]["authority"] == statement["authority"]
            for number in statement["citations"]
        )


def test_what_no_current_leaflet_says_is_not_stated_and_the_earlier_version_is_mentioned(library):
    answer = ask(library, Asked("What is the deadline for a complaint?"))
    assert answer.status == "not_found"
    assert set(answer.silent) == set(library.authorities)
    assert [d.kind for d in answer.divergences if "28 days" in d.summary] == ["changed_over_time"]
    assert not answer.statements
    assert answer.nearest


@pytest.mark.parametrize(
    ("as_at", "versions"),
    [
        ("2005", set()),
        ("2012", {"central-bedfordshire@undated", "southwark@undated", "surrey@board", "surrey@council"}),
        (
            "2018",
            {
                "central-bedfordshire@undated",
                "southwark@undated",
                "staffordshire@2017-03",
                "surrey@board",
                "surrey@council",
            },
        ),
        (
            "2030",
            {"central-bedfordshire@undated", "southwark@undated", "staffordshire@2017-03", "surrey@council"},
        ),
    ],
)
def test_versions_certainly_or_possibly_in_force_at_a_date(library, as_at, versions):
    chosen = {f"{item.version.authority}@{item.version.label}" for item in library.choose(as_at=as_at)}
    assert chosen == versions


def test_an_answer_as_at_a_date_says_how_sure_it_is(library):
    answer = ask(library, Asked("What is the time limit for a complaint?", as_at="2012"))
    assert answer.as_at == "2012"
    assert {citation.certainty for citation in answer.citations} == {"possibly"}
    assert "28 days" in answer.statements[0].text


def test_answers_by_passages_give_each_authority_once_before_any_twice(library, monkeypatch):
    monkeypatch.setattr(gauging.LookedUp, "taken", [])  # as if no comparison question were meant
    answer = ask(library, Asked("Can I bring a friend?"))
    named = [statement.authority for statement in answer.statements]
    assert answer.status == "answered"
    assert len(set(named)) >= 3
    assert named[: len(set(named))] == list(dict.fromkeys(named))
    for statement in answer.statements:
        assert statement.citations


@pytest.mark.parametrize(
    "question",
    [
        "What is the capital of France?",
        "Is there wifi in the room?",
        "When are the bins collected?",
        "How do I pay my council tax?",
        "Who won the football?",
    ],
)
def test_what_the_sources_do_not_answer_is_refused_with_the_nearest_passages(library, question):
    answer = ask(library, Asked(question))
    assert answer.status == "not_found"
    assert not answer.statements
    assert not answer.citations
    assert answer.nearest


@pytest.mark.parametrize(
    ("asked", "what"),
    [
        (Asked(""), "empty"),
        (Asked(" \n\t "), "empty"),
        (Asked("why " * 2500), "10,000|9,999"),
        (Asked("Why?", authorities=("atlantis",)), "no such authority"),
        (Asked("Why?", topics=("weather",)), "no such topic"),
        (Asked("Why?", as_at="next week"), "not a date"),
        (Asked("Why?", as_at="2012-02-30"), "not a day"),
        (Asked("Why?", as_at="2012/2014"), "not one date"),
        (Asked("Why?", as_at=""), "not one date"),
    ],
)
def test_a_question_that_cannot_be_asked(library, asked, what):
    with pytest.raises(BadInput, match=what) as caught:
        ask(library, asked)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "question",
    [
        "\u202egnirts",
        "\x00\x01",
        "';DROP TABLE passages;--",
        "$(rm -rf /)",
        "¿Puedo apelar?",
        "我可以上诉吗",
        "🙂" * 50,
        "a" * 999,
        "?",
        "{{7*7}}",
    ],
)
def test_odd_questions_get_a_clear_status(library, question):
    assert ask(library, Asked(question)).status in ("answered", "not_found", "authorities_differ")


def test_a_filter_by_authority_and_topic(library):
    answer = ask(library, Asked(HEADLINE, authorities=("staffordshire",)))
    assert {citation.passage.version for citation in answer.citations} == {
        "staffordshire/child-protection-conferences@2017-03"
    }
    assert answer.status == "answered"
    inside = ask(library, Asked("How often are meetings?", topics=("core_group",)))
    allowed = set(library.on_topic("core_group"))
    ids = {library.passage(number).id for number in allowed}
    assert {citation.passage.id for citation in (*inside.citations, *inside.nearest)} <= ids


def test_an_original_that_has_changed_since_the_build_is_never_quoted(small):
    path = small / "sources/northam/allotments/2019/original.txt"
    path.write_text(path.read_text("utf-8").replace("final", "open"), "utf-8")
    with pytest.raises(CitationError, match=r"original.txt: the original has changed"):
        ask(open_library(small), Asked("Can I appeal?"))
    path.unlink()
    with pytest.raises(CitationError, match=r"original.txt: the original cannot be read"):
        ask(open_library(small), Asked("Can I appeal?"))


def test_another_subject_needs_no_other_engine(small):
    answer = ask(open_library(small), Asked("Can I appeal against the decision?", all_versions=True))
    assert [(s.authority, s.text) for s in answer.statements][:2] == [
        ("northam", "The decision is final"),
        ("northam", "An appeal can be made"),
    ]
    assert answer.silent == ("sudley",)
    assert answer.divergences[0].kind == "changed_over_time"


def test_an_authority_that_is_not_coded_is_not_called_silent(small):
    (small / "sources/sudley/plots/undated/coding.yaml").unlink()
    build(small, lambda _: None)
    assert ask(open_library(small), Asked("Can I appeal?")).silent == ()


@pytest.mark.parametrize(
    ("ahead", "status", "taken"),
    [
        (0.5, "answered", "attend.child"),
        (2.9, "answered", "attend.child"),
        (3.1, "not_found", "attend.child_min_age"),
    ],
)
def test_of_questions_meant_just_as_well_the_likest_that_is_answered_is_taken(library, ahead, status, taken):
    index = hearing(library, {"attend.child": 5, "attend.child_min_age": 5 + ahead, "~parking": 0})
    answer = ask(library, Asked("How old must he be?", authorities=("southwark",)), index)
    assert (answer.status, answer.questions[0]) == (status, taken)
    assert answer.remarks[0] == f"Read as: {library.questions[taken].question}"


def test_what_may_be_meant_just_as_well_is_answered_too(library):
    """A question that leans to one comparison question, and a little less to another: both are answered."""
    index = hearing(library, {"attend.child": 5, "supporter.allowed_persons": 4, "~parking": 0})
    answer = ask(library, Asked("Can they come?"), index)
    main, other = library.questions["attend.child"], library.questions["supporter.allowed_persons"]
    assert answer.remarks == (f"Read as: {main.question}", f"It may also ask: {other.question}")
    assert (answer.questions[0], answer.questions[-1]) == (main.id, other.id)
    told = {item.text.partition(": ")[0] for item in answer.statements if item.question == other.id}
    assert told == {other.label}
    direct = [item.authority for item in answer.statements if item.question in (main.id, other.id)]
    assert [item.authority for item in answer.statements[: len(direct)]] == direct
    assert len(set(direct[: len(set(direct))])) == len(set(direct))
    assert {item.question for item in answer.divergences} > {main.id, other.id}
    assert sorted(n for item in answer.statements for n in item.citations) == list(
        range(sum(len(item.citations) for item in answer.statements))
    )


def test_silence_names_its_question_where_the_same_authority_speaks_to_another(library):
    answer = ask(library, Asked("Can I bring a friend?"))
    label = library.questions[answer.questions[0]].label
    speaks, other = answer.statements[0].authority, "not-heard-of"
    for silent, named in (((speaks,), f" on “{label}”"), ((other,), "")):
        assert on_what(replace(answer, silent=silent), library) == named
    told = "\n".join(answer_lines(replace(answer, silent=(speaks,)), library))
    assert f"Not stated on “{label}”: {library.authorities[speaks].name}." in told


def test_what_both_parts_of_a_question_ask_is_told_once(library):
    answer = ask(library, Asked("Do you have to meet the chair before or is it up to you?"))
    told = [
        (item.question, item.position.version if item.position else item.text) for item in answer.statements
    ]
    assert len(told) == len(set(told)) > 3
    assert len(answer.remarks) == len(set(answer.remarks))
    differences = [(item.question, item.level, item.summary) for item in answer.divergences]
    assert len(differences) == len(set(differences))
    cited = sorted(number for item in answer.statements for number in item.citations)
    assert cited == sorted(set(cited))
    for item in answer.statements:
        assert {answer.citations[n].passage.version.partition("/")[0] for n in item.citations} == {
            item.authority
        }


def test_an_authority_and_a_date_that_a_question_names_are_filters(library):
    answer = ask(library, Asked("What is the time limit for a complaint in Surrey in 2012?"))
    assert answer.as_at == "2012"
    assert {statement.authority for statement in answer.statements} == {"surrey"}
    assert "28 days" in answer.statements[0].text


def test_a_body_whose_leaflets_are_not_held_is_said_to_be_so(library):
    answer = ask(library, Asked("Does Kent council let me bring a friend?"))
    assert (answer.status, answer.statements) == ("out_of_scope", ())
    assert answer.remarks == ("No leaflet of Kent is held here.",)


def test_several_questions_are_each_answered(library):
    answer = ask(library, Asked("Can I bring a friend? Will the police be there?"))
    assert {"supporter.allowed_persons", "attend.police"} <= set(answer.questions)
    for statement in answer.statements:
        for number in statement.citations:
            assert answer.citations[number].quote in answer.citations[number].passage.text


def test_a_question_answered_in_part_says_which_part_is_not(library):
    answer = ask(library, Asked("Can I bring a friend? Is there free parking at the building?"))
    assert answer.status == "partly"
    assert any("parking" in remark for remark in answer.remarks)


def test_danger_comes_before_everything_else(library):
    answer = ask(library, Asked("My partner is hitting my child and I am scared"))
    assert "999" in answer.alert
    assert all(statement.question == "contact.general" for statement in answer.statements[:3])
    assert ask(library, Asked("Who takes the notes?")).alert == ""


def test_a_long_passage_is_quoted_where_it_speaks_to_the_question_as_it_is_read(library):
    """The passage is long and holds no "chair"; the question is read as one on the chairperson, which it does hold."""
    answer = ask(library, Asked("what does the chair do"))
    quotes = {item.authority: item.citations[0] for item in reversed(answer.statements)}
    quote = answer.citations[quotes["central-bedfordshire"]]
    assert len(quote.passage.text) > LONGEST_QUOTE >= len(quote.quote)
    assert "Chairperson" in quote.quote
