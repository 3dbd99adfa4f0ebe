"""Starting a knowledge base: an empty folder of the right shape, with comments that say what goes where."""

from pathlib import Path

from readacross.errors import BadInput
from readacross.storing import plain_errors, write_atomically

FILES = {
    "sources/authorities.toml": """\
# Who publishes. One table for each authority; its name here is the folder's name under sources/.
#
# [northshire]
# name = "Northshire"
# kind = "county council"
# jurisdiction = "England"
# address = "https://www.northshire.example"
""",
    "index/topics.yaml": """\
# The topics that group the comparison questions, in the order in which readers see them.
#
# - id: complaints
#   title: "Complaints"
#   about: "What somebody can do who is unhappy."
[]
""",
    "index/questions.yaml": """\
# The question bank: what is compared between leaflets.
#
# - id: complaint.time_limit
#   topic: complaints
#   question: "What is the time limit for a complaint?"
#   answer_type: duration
#   silence: high
[]
""",
    "docs/conf.py": """\
project = "Our leaflets, side by side"
extensions = ["myst_parser", "readacross.site"]
html_theme = "readacross"
smartquotes = False
exclude_patterns = ["_build"]
""",
    "docs/index.md": """\
# Our leaflets, side by side

What each authority's leaflets say, in their own words.
""",
    ".gitattributes": """\
# Leaflets are kept byte for byte: no line-ending conversion on any platform.
sources/** -text
""",
    ".gitignore": """\
/index/generations/
/docs/_build/
/build/
""",
}


def start(folder: Path) -> list[str]:
    """Make an empty knowledge base and return what was written.  Raises BadInput where one is there."""
    if (folder / "sources").exists() or (folder / "index").exists():
        raise BadInput(f"{folder}: there is a knowledge base here already. Choose a new folder.")
    if folder.exists() and not folder.is_dir():
        raise BadInput(f"{folder}: this is a file. Choose a folder.")
    with plain_errors("The knowledge base cannot be made"):
        for name, text in FILES.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            if not (folder / name).exists():
                write_atomically(folder / name, text)
    return list(FILES)
