"""A small knowledge base that is not about child protection: two towns' leaflets on allotments."""

from hashlib import sha256
from pathlib import Path

NORTHAM_1 = """Allotments in Northam

How do I apply?
You must apply in writing. We
will reply within 10 working days.

Can I appeal?
You can appeal within 21 days of our
letter.
7
"""
NORTHAM_1_READING = """# Allotments in Northam

## How do I apply?

You must apply in writing. We will reply within 10 working days.

## Can I appeal?

You can appeal within 21 days of our letter.
"""
NORTHAM_2 = """Allotments in Northam

How do I apply?
You can apply on our website. We will reply within two weeks.

Can I appeal?
Our decision is final.
"""
NORTHAM_2_READING = """# Allotments in Northam

## How do I apply?

You can apply on our website. We will reply within two weeks.

## Can I appeal?

Our decision is final.
"""
SUDLEY = """How to get a plot
You should:
- Write to the clerk
- Say which site you want
Keeping hens is not allowed.
"""
SUDLEY_READING = """## How to get a plot

You should:

- Write to the clerk
- Say which site you want

Keeping hens is not allowed.
"""
QUESTIONS = """
- id: appeal.possible
  topic: appeals
  question: "Can the decision be appealed?"
  label: "Appealing"
  answer_type: enum
  silence: high
  options:
    - {id: yes, words: "an appeal can be made"}
    - {id: no, words: "the decision is final"}
  relations:
    - {a: yes, b: no, kind: contradicts, severity: high, why: "one allows an appeal, the other does not"}
  asked_as: ["Can I appeal?", "Can I appeal against the decision?"]
  goes_with: [appeal.time_limit]
- id: appeal.time_limit
  topic: appeals
  question: "How long is there to appeal?"
  label: "Time limit"
  answer_type: duration
  silence: high
  asked_as: ["How long do I have to appeal?"]
"""


def coding(*entries: str) -> str:
    return 'by: coder-1\non: "2026-01-31"\nstatus: coded\npositions:\n' + "".join(entries)


STATED = '  - question: {}\n    value: {}\n    force: {}\n    actor: applicant\n    quotes: ["{}"]\n'
SILENT = '  - question: {}\n    silent: true\n    searched: ["the whole leaflet"]\n'


def version(label: str, text: str, valid: str = "", more: str = "") -> str:
    digest = sha256(text.encode()).hexdigest()
    return (
        f'\n[[version]]\nlabel = "{label}"\npublisher = "The council"\nlicence = "unknown"\nreceived = "typed in"\n'
        f'sha256 = "{digest}"\nrecorded = "2026-01-31"\n{more}\n[version.valid]\n{valid or "from = " + chr(34) + "2015" + chr(34)}\n'
        'basis = "printed on the leaflet"\n'
        '[[version.evidence]]\nsays = "It is printed."\nbound = "printed"\ndate = "2015"\nstrength = "hard"\n'
    )


def make(root: Path) -> Path:
    """Write the knowledge base under a folder."""
    files = {
        "sources/authorities.toml": '[northam]\nname = "Northam"\nkind = "town council"\njurisdiction = "England"\n'
        '\n[sudley]\nname = "Sudley"\nkind = "town council"\njurisdiction = "Wales"\n',
        "sources/northam/allotments/leaflet.toml": 'title = "Allotments in Northam"\naudience = "residents"\ngenre = "leaflet"\n'
        + version("2012", NORTHAM_1, 'from = "2012-05"')
        + version("2019", NORTHAM_2, 'from = "2019-01-15"\nuntil = ".."', 'supersedes = "2012"'),
        "sources/northam/allotments/2012/original.txt": NORTHAM_1,
        "sources/northam/allotments/2012/reading.md": NORTHAM_1_READING,
        "sources/northam/allotments/2012/drops.toml": '[[drop]]\ntext = "7"\nline = 10\nreason = "page number"\n',
        "sources/northam/allotments/2012/coding.yaml": coding(
            STATED.format(
                "appeal.possible", "yes", "permission", "You can appeal within 21 days of our letter."
            ),
            STATED.format(
                "appeal.time_limit",
                "{n: 21, unit: day, rel: within, anchor: letter}",
                "obligation",
                "within 21 days of our letter",
            ),
        ),
        "sources/northam/allotments/2019/original.txt": NORTHAM_2,
        "sources/northam/allotments/2019/reading.md": NORTHAM_2_READING,
        "sources/northam/allotments/2019/coding.yaml": coding(
            STATED.format("appeal.possible", "no", "prohibition", "Our decision is final."),
            SILENT.format("appeal.time_limit"),
        ),
        "sources/sudley/plots/leaflet.toml": 'title = "How to get a plot"\naudience = "residents"\ngenre = "web page"\n'
        + version("undated", SUDLEY, 'from = "../2021"'),
        "sources/sudley/plots/undated/original.txt": SUDLEY,
        "sources/sudley/plots/undated/reading.md": SUDLEY_READING,
        "sources/sudley/plots/undated/coding.yaml": coding(
            SILENT.format("appeal.possible"), SILENT.format("appeal.time_limit")
        ),
        "index/topics.yaml": "- id: appeals\n  title: Appeals\n  about: What to do after a refusal.\n",
        "index/questions.yaml": QUESTIONS,
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(text.encode())
    return root
