"""Words of Chinese and English as data: in `zh.yaml` and `en.yaml`, out a frozen, checked `Lexicon`.

Fails with a pydantic ValidationError where a file of ours is malformed; the tests load both.
"""

import re
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict

Op = Literal[">=", ">", "<=", "<", "="]


class Words(BaseModel):
    """A frozen part of a lexicon."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class NumberWords(Words):
    """How a language writes numbers."""

    digits: dict[str, int]
    scales: dict[str, int]
    suffixes: dict[str, int]
    stop: tuple[str, ...]
    ordinal: tuple[str, ...]
    rank: tuple[str, ...]
    rank_last: tuple[str, ...]
    about_before: tuple[str, ...]
    about_after: tuple[str, ...]
    over: tuple[str, ...]
    percent_before: tuple[str, ...]
    percent_after: tuple[str, ...]
    permille_before: tuple[str, ...]
    half: tuple[str, ...]
    factors: dict[str, int]
    times: dict[str, int]
    factor_after: tuple[str, ...]
    tenths_after: tuple[str, ...]
    discount_after: tuple[str, ...]
    range: tuple[str, ...]
    range_and: tuple[str, ...]
    between_before: tuple[str, ...]
    between_after: tuple[str, ...]


class CompareWords(Words):
    """Words before and after a number that compare with it."""

    before: dict[Op, tuple[str, ...]]
    after: dict[Op, tuple[str, ...]]
    filler: tuple[str, ...]


class Lexicon(Words):
    """All words of one language."""

    frame: tuple[str, ...]
    openers: tuple[str, ...]
    numbers: NumberWords
    unit_traps: tuple[str, ...]
    units: dict[str, tuple[str, ...]]
    compare: CompareWords

    @property
    def frame_pattern(self) -> re.Pattern[str]:
        """Matches any of the grammar words."""
        return _compiled(self.frame)


@cache
def _compiled(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(either(words))


def either(words: Iterable[str]) -> str:
    """A regular expression for any of the words, longest first, an English one only as a whole word.

    >>> either(["up", "up to", "超过"])
    '(?:(?<![a-z])up to(?![a-z])|超过|(?<![a-z])up(?![a-z]))'
    """
    parts = []
    for word in sorted(set(words), key=len, reverse=True):
        head = r"(?<![a-z])" if word[:1].isascii() and word[:1].isalpha() else ""
        tail = r"(?![a-z])" if word[-1:].isascii() and word[-1:].isalpha() else ""
        parts.append(f"{head}{re.escape(word).replace(chr(92) + ' ', ' ')}{tail}")
    return f"(?:{'|'.join(parts)})" if parts else r"(?!)"


@cache
def load_lexicon(language: Literal["zh", "en"]) -> Lexicon:
    """The words of one language."""
    text = resources.files(__package__).joinpath(f"{language}.yaml").read_text(encoding="utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return Lexicon.model_validate(yaml.load(text, Loader=loader))  # noqa: S506 - a safe loader, in C where it is there
