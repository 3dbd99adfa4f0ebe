"""Questions that follow another, and what they are taken to ask: one table for the tool and for the browser."""

FIRST = "What is the time limit for a complaint?"
BEFORE = (FIRST, ("staffordshire",))

FOLLOWING = [
    ("And in Surrey?", FIRST, ("surrey",), ()),
    ("what about Southwark?", FIRST, ("southwark",), ()),
    ("And Surrey or Southwark?", FIRST, ("southwark", "surrey"), ()),
    ("What does Surrey say?", FIRST, ("surrey",), ()),
    ("is it the same at Surrey County Council?", FIRST, ("surrey",), ()),
    ("Can I bring a friend to the first meeting?", "Can I bring a friend to the first meeting?", (), ()),
    ("Is there parking?", "Is there parking?", (), (FIRST,)),
    ("how long before?", "how long before?", (), (FIRST,)),
    ("Is there parking in Surrey?", "Is there parking in Surrey?", (), (FIRST,)),
    ("he is hitting me", "he is hitting me", (), ()),
    ("Why?", "Why?", ("staffordshire",), (FIRST,)),
    ("and in writing?", "and in writing?", ("staffordshire",), (FIRST,)),
    ("Who decides it?", "Who decides it?", ("staffordshire",), (FIRST,)),
    ("and in writing in Surrey?", "and in writing in Surrey?", ("surrey",), (FIRST,)),
    (
        "and how soon must the chairperson write back to me in Surrey?",
        "and how soon must the chairperson write back to me in Surrey?",
        ("surrey",),
        (),
    ),
    (
        "and how soon must the council write back to me?",
        "and how soon must the council write back to me?",
        ("staffordshire",),
        (),
    ),
]
"""The question as it is put, the question asked, of whom, and what it may lean on."""
