"""What a question asks, of whom, and as at when: tables of questions as people put them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readacross.model import Authority
from readacross.understanding import SHORTEST_PART, Part, parts, understand, unframed

AUTHORITIES = [
    Authority(slug, name, "council", "England")
    for slug, name in (
        ("surrey", "Surrey"), ("staffordshire", "Staffordshire"), ("central-bedfordshire", "Central Bedfordshire"),
        ("bedford", "Bedford"), ("st-helens", "St. Helens"), ("reading", "Reading"),
        ("brighton", "Brighton and Hove"),
    )
]  # fmt: skip
VOCABULARY = {"reading", "parent", "meeting", "plan", "child", "police", "friend", "the", "polish", "my"}


def understood(question):
    return understand(question, AUTHORITIES, VOCABULARY)


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("Can I appeal in Staffordshire?", ["staffordshire"]),
        ("can i appeal in staffordshire", ["staffordshire"]),
        ("What is Surrey's time limit?", ["surrey"]),
        ("What is Surrey’s time limit?", ["surrey"]),
        ("surrey council: who takes notes?", ["surrey"]),
        ("Central Beds - who takes notes?", ["central-bedfordshire"]),
        ("Who chairs it in Staffs?", ["staffordshire"]),
        ("Who chairs it in St Helens?", ["st-helens"]),
        ("Who chairs it in Saint Helens?", ["st-helens"]),
        ("Who chairs it in St. Helen's?", []),
        ("Who chairs it in Brighton & Hove?", ["brighton"]),
        ("Does Surrey or Staffordshire pay?", ["staffordshire", "surrey"]),
        ("Who helps with reading the plan?", []),
        ("Who helps in Reading?", ["reading"]),
        ("Who takes notes?", []),
    ],
)
def test_the_authorities_a_question_names(question, named):
    assert sorted(understood(question).authorities) == sorted(named)
    assert understood(question).unknown == () or named == []


@pytest.mark.parametrize(
    ("question", "unknown"),
    [
        ("What does Kent say about friends?", ["Kent"]),
        ("Can I bring a friend in Kent?", ["Kent"]),
        ("does kent council pay for childcare", ["kent"]),
        ("Does Dave have to come?", []),
        ("Does Kent pay for a taxi?", ["Kent"]),
        ("Can Dave's mum come?", []),
        ("Can I have it in Polish?", []),
        ("Is it in Urdu?", []),
        ("Will it be in January?", []),
        ("Kent County Council: who chairs?", ["Kent"]),
        ("In Kent, can I bring a friend?", ["Kent"]),
        ("Mum wants to know if she can bring a friend in Kent", ["Kent"]),
        ("It was awful. What do they do in Kent?", ["Kent"]),
        ("All my family are in Ghana and I have nobody, who would have the twins?", []),
        ("I teach at a primary in Peckham, is it usual for one of us to go?", []),
        ("Caller's wife came over from Brazil and gets by, who will explain it?", []),
        ("Can my mum who lives in Leeds come?", []),
        ("My son is inside at Thameside and it is his baby, can someone be there for him?", []),
        ("Can I bring Dave?", []),
        ("Is Wi-Fi there?", []),
        ("Who decides?", []),
    ],
)
def test_bodies_whose_leaflets_are_not_held(question, unknown):
    assert list(understood(question).unknown) == unknown


@pytest.mark.parametrize(
    ("question", "as_at"),
    [
        ("Could parents appeal in 2012?", "2012"),
        ("What was said in March 2017?", "2017-03"),
        ("As of 2015, who chaired?", "2015"),
        ("Is room 2012 upstairs?", None),
        ("Who decides?", None),
    ],
)
def test_a_date_in_a_question(question, as_at):
    assert understood(question).as_at == as_at


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("Can I bring a friend?", ["Can I bring a friend?"]),
        ("Can I bring a friend? Who takes notes?", ["Can I bring a friend?", "Who takes notes?"]),
        ("Can I bring a friend and who takes the notes?", ["Can I bring a friend", "who takes the notes?"]),
        ("Can I bring my mum and dad?", ["Can I bring my mum and dad?"]),
        ("Can I come and will I be heard?", ["Can I come", "will I be heard?"]),
        ("Why? How?", ["Why? How?"]),
        ("They said no. Can I appeal?", ["They said no. Can I appeal?"]),
    ],
)
def test_the_parts_of_a_question(question, found):
    assert [part.question for part in parts(question)] == found


@pytest.mark.parametrize(
    ("question", "bare"),
    [
        ("Can I appeal in Staffordshire?", "Can I appeal?"),
        ("In Surrey, who takes notes?", "who takes notes?"),
        ("Surrey county council: who takes notes?", "who takes notes?"),
        ("Could parents appeal in 2012 in Surrey?", "Could parents appeal?"),
        ("And Surrey?", "And Surrey?"),
    ],
)
def test_names_and_dates_are_taken_out_of_what_is_looked_up(question, bare):
    assert understood(question).parts == (Part(bare),)


@given(st.text(max_size=200))
def test_any_text_is_understood_somehow(text):
    assert understood(text).parts


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Mum wants to know if she has to come", "Mum has to come"),
        ("I have a mum on the phone who wants to know whether she must attend", "a mum must attend"),
        ("grandma's asking if she can be there", "grandma can be there"),
        ("My child asked if he can come", "My child can come"),
        ("He keeps asking if they can take the kids away", "they can take the kids away"),
        ("Caller asks if they can have a copy", "they can have a copy"),
        ("parent asking if her sister can come", "her sister can come"),
        ("A dad is asking what happens if he doesn't turn up", "what happens if he doesn't turn up"),
        ("Grandmother would like to know who will be there", "who will be there"),
        ("Could you tell me how I complain?", "how I complain?"),
        ("Do you know if they record it?", "they record it?"),
        ("I was wondering whether my son can speak", "my son can speak"),
        ("I need to find out when I get the minutes", "when I get the minutes"),
        ("Who asks what the child wants?", "Who asks what the child wants?"),
        ("What happens if she asks who said it?", "What happens if she asks who said it?"),
        ("Can I ask who will be there?", "Can I ask who will be there?"),
        ("Does the chair want to know if I agree?", "Does the chair want to know if I agree?"),
        ("Mum wants to know why", "Mum wants to know why"),
        ("", ""),
    ],
)
def test_a_question_that_is_handed_on_is_asked_as_its_asker_would(question, asked):
    assert unframed(question) == asked


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        (
            "What will the report say and when do we see it?",
            [Part("What will the report say"), Part("when do we see it?", "What will the report say")],
        ),
        (
            "Who takes notes? Do I get them?",
            [Part("Who takes notes?"), Part("Do I get them?", "Who takes notes")],
        ),
        (
            "Who takes notes and can I appeal? Why is it done?",
            [
                Part("Who takes notes"),
                Part("can I appeal?", "Who takes notes"),
                Part("Why is it done?", "can I appeal"),
            ],
        ),
        (
            "Do I get copies, or do they read it out and can I appeal?",
            [
                Part("Do I get copies"),
                Part("do they read it out", "Do I get copies", anew=False),
                Part("can I appeal?", "do they read it out"),
            ],
        ),
        (
            "Who takes notes and can I appeal against a wrong decision later?",
            [Part("Who takes notes"), Part("can I appeal against a wrong decision later?")],
        ),
    ],
)
def test_a_short_part_may_lean_on_the_part_before(question, asked):
    assert list(parts(question)) == asked


@given(st.text(max_size=200))
def test_any_text_is_handed_on_or_left_as_it_is(text):
    assert unframed(text) == text or len(unframed(text).split()) >= SHORTEST_PART
