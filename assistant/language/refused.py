"""Words of what this assistant does not do: orders to change or send, personal data, subjects outside the data; as data, by language.

In: `refusals.zh.yaml`, `refusals.en.yaml`. Out: the words under each key, in lower case. Fails only where a file of our own is missing.
"""

import re
from functools import cache
from importlib import resources
from typing import Any

import yaml


@cache
def refused_words(lang: str) -> dict[str, tuple[str, ...]]:
    """The words of one language, by what they are."""
    text = resources.files(__package__).joinpath(f"refusals.{lang}.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - a safe loader
    return {key: tuple(str(word).lower() for word in words) for key, words in loaded.items()}


@cache
def refused_vocabulary() -> frozenset[str]:
    """Every English word of them: spelt as it should be, whatever it resembles (assistants is no slip of assistant)."""
    return frozenset(word for words in refused_words("en").values() for phrase in words for word in re.findall(r"[a-z]+", phrase))
