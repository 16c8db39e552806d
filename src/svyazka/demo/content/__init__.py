"""What the invented people and clients are called and say, in Russian and in English."""

from functools import cache
from importlib.resources import files
from random import Random
from typing import Any, Literal

import yaml

Language = Literal["ru", "en"]


@cache
def read(name: str) -> Any:
    """The parsed file ``NAME.yaml`` of this folder."""
    return yaml.safe_load(files(__package__).joinpath(f"{name}.yaml").read_text(encoding="utf-8"))


def say(node: Any, language: Language) -> Any:
    """A node's words in one language."""
    return node[language]


def remark(key: str, language: Language, rng: Random) -> str:
    """One of the things that people write at this step."""
    return str(rng.choice(read("remarks")[key])[language])
