"""Questions that follow another, and what they are taken to ask: one table for the tool and for the browser."""

BEFORE = ("What is the time limit for a complaint?", ("staffordshire",))

FOLLOWING = [
    ("And in Surrey?", BEFORE[0], ("surrey",)),
    ("what about Southwark?", BEFORE[0], ("southwark",)),
    ("And Surrey or Southwark?", BEFORE[0], ("southwark", "surrey")),
    ("Can I bring a friend to the conference?", "Can I bring a friend to the conference?", ()),
    ("Is there parking?", "Is there parking?", ()),
    ("he is hitting me", "he is hitting me", ()),
    ("and in writing?", f"{BEFORE[0]} in writing?", BEFORE[1]),
    ("Who decides it?", f"{BEFORE[0]} Who decides it?", BEFORE[1]),
    (
        "and how soon must the council reply in Surrey?",
        "and how soon must the council reply in Surrey?",
        ("surrey",),
    ),
]
"""The question as it is put, the question asked, and of whom."""
