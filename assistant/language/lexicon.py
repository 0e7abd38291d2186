"""Words of Chinese and English as data: in `zh.yaml` and `en.yaml`, out a frozen, checked `Lexicon`.

Fails with a pydantic ValidationError where a file of ours is malformed; the tests load both.
"""

import re
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from assistant.language.calendar import Unit
from semantic_layer.query import Grain

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


class TimeWords(Words):
    """Words of periods. `relative` counts units from now, `thirds` and `halves` give a number and the unit that they divide;
    `first` says whether counting goes from the end; the lists of the second half are operators around a period."""

    years: dict[str, int]
    days: dict[str, int]
    relative: dict[str, int]
    units: dict[str, Unit]
    whole: tuple[str, ...]
    rolling: tuple[str, ...]
    beside: tuple[str, ...]
    beside_only: tuple[str, ...]
    few: dict[str, int]
    inside: tuple[str, ...]
    inside_needed: tuple[str, ...]
    lacking: tuple[str, ...]
    not_window_before: tuple[str, ...]
    first: dict[str, bool]
    thirds: dict[str, tuple[int, Unit]]
    third_suffix: dict[str, int]
    halves: dict[str, tuple[int, Unit]]
    half_years: dict[str, int]
    weekdays: dict[str, int]
    weekday_traps: tuple[str, ...]
    months: dict[str, int]
    unit_word_traps: tuple[str, ...]
    month_traps: tuple[str, ...]
    month_cues: tuple[str, ...]
    verb_before: tuple[str, ...]
    verb_after: tuple[str, ...]
    day_traps: tuple[str, ...]
    ordinals: dict[str, int]
    ordinal_traps: tuple[str, ...]
    now: tuple[str, ...]
    all_time: tuple[str, ...]
    fiscal: tuple[str, ...]
    fiscal_quarter: tuple[str, ...]
    to_date: dict[str, Unit]
    festivals: dict[str, tuple[str, ...]]
    festivals_of_a_year: dict[str, str]
    festival_suffix: tuple[str, ...]
    seasons: dict[str, tuple[str, ...]]
    festival_day: tuple[str, ...]
    glue: tuple[str, ...]
    to: tuple[str, ...]
    both: tuple[str, ...]
    list: tuple[str, ...]
    between_after: tuple[str, ...]
    from_: tuple[str, ...] = Field(alias="from")
    since_before: tuple[str, ...]
    since_after: tuple[str, ...]
    since_after_from: tuple[str, ...]
    until_now: tuple[str, ...]
    until_before: tuple[str, ...]
    until_after: tuple[str, ...]
    before_before: tuple[str, ...]
    before_after: tuple[str, ...]
    before_or: tuple[str, ...]
    after_before: tuple[str, ...]
    after_after: tuple[str, ...]
    after_or: tuple[str, ...]
    week_of: tuple[str, ...]
    week_of_after: tuple[str, ...]


class RelationWords(Words):
    """Words that relate periods: the grain of a breakdown, and what a period is compared with."""

    grains: dict[Grain, tuple[str, ...]]
    grain_traps: tuple[str, ...]
    grain_nouns: tuple[str, ...]
    grain_cues: tuple[str, ...]
    same_last_year: tuple[str, ...]
    previous: dict[str, Grain | None]
    against: tuple[str, ...]
    against_with: tuple[str, ...]
    against_after: tuple[str, ...]
    comparing: tuple[str, ...]
    same: tuple[str, ...]
    not_against_before: tuple[str, ...]


class Lexicon(Words):
    """All words of one language."""

    frame: tuple[str, ...]
    openers: tuple[str, ...]
    numbers: NumberWords
    unit_traps: tuple[str, ...]
    units: dict[str, tuple[str, ...]]
    compare: CompareWords
    time: TimeWords
    relations: RelationWords

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
    '(?:(?<![a-z])(?:up\\\\ to|up)(?![a-z])|超过)'
    """
    groups: dict[tuple[bool, bool], list[str]] = {}
    for word in sorted(set(words), key=lambda word: (-len(word), word)):
        groups.setdefault((_is_letter(word[:1]), _is_letter(word[-1:])), []).append(word)
    parts = []
    for head, tail in ((True, False), (True, True), (False, True), (False, False)):
        if (head, tail) in groups:
            listed = "|".join(map(re.escape, groups[head, tail]))
            listed = listed if not (head or tail) else f"(?:{listed})"
            parts.append(f"{'(?<![a-z])' if head else ''}{listed}{'(?![a-z])' if tail else ''}")
    return f"(?:{'|'.join(parts)})" if parts else "(?!)"


def _is_letter(char: str) -> bool:
    return char.isascii() and char.isalpha()


@cache
def load_lexicon(language: Literal["zh", "en"]) -> Lexicon:
    """The words of one language."""
    text = resources.files(__package__).joinpath(f"{language}.yaml").read_text(encoding="utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return Lexicon.model_validate(yaml.load(text, Loader=loader))  # noqa: S506 - a safe loader, in C where it is there
