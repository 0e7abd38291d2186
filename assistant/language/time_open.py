"""What opens a period on one side: since July, 9月以来, before 2025, 双十一之前, as of 2026-09-30, 截至9月底, 9月到现在.

In: a line and the span of a period expression; out: the side that is open and the span with the opening words.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from assistant.language.lexicon import either, load_lexicon

Side = Literal["since", "after", "before", "until"]

_REACH = 24


@dataclass(frozen=True, slots=True)
class Opening:
    """since X includes X and ends today, after X begins behind it, before X ends where it begins, until X includes it."""

    side: Side
    start: int
    end: int


_NO_QUESTION = r"(?!\s(?:how|what|which|whose|average|the|our|their|each|every|all|total)(?![a-z]))"
"""in Q3 and on how many orders: no time that goes on."""


@cache
def _patterns() -> tuple[dict[str, re.Pattern[str]], dict[str, re.Pattern[str]]]:
    zh, en = load_lexicon("zh").time, load_lexicon("en").time

    def before(words: Iterable[str]) -> re.Pattern[str]:
        return re.compile(rf"{either(words)}\s?(?:the )?(?:(?:year|month|week|day)(?: of)? )?$")

    def after(words: Iterable[str], rest: str = "") -> re.Pattern[str]:
        return re.compile(rf"(?:的|,)?\s?{either(words)}{rest}")

    not_rank = r"(?!\d|一(?!直)|[二三四五六七八九十百几两]|后|端|台|置|名|[来续]|面|期)"
    since, now = either((*zh.from_, *en.from_, *en.since_before)), either((*zh.until_now, *en.until_now))
    heads = {
        "from": before((*zh.from_, *en.from_)),
        "since": before((*zh.since_before, *en.since_before)),
        "until": before((*zh.until_before, *en.until_before)),
        "on_or_before": re.compile(r"(?<![a-z])(?:on|at) or before\s?(?:the )?$"),
        "on_or_after": re.compile(r"(?<![a-z])(?:on|at) or after\s?(?:the )?$"),
        "before": before((*zh.before_before, *en.before_before)),
        "after": re.compile(rf"(?:{since}\s)?{before((*zh.after_before, *en.after_before)).pattern}"),
        "by": re.compile(r"(?:(?<![a-z])by|到|至|直到)\s?$"),
    }
    tails = {
        "before_or": after((*zh.before_or, *en.before_or)),
        "after_or": after((*zh.after_or, *en.after_or)),
        "since": after((*zh.since_after, *en.since_after, *zh.until_now, *en.until_now), rf"(?!来|点|价){_NO_QUESTION}"),
        "from": after((*zh.since_after_from, *en.since_after_from, "x" * 20), _NO_QUESTION),
        "until": after((*zh.until_after, *en.until_after)),
        "before": after((*zh.before_after, *en.before_after), not_rank),
        "after": after((*zh.after_after, *en.after_after), rf"(?:一?直?{now}|{not_rank})"),
    }
    return heads, tails


def opening(line: str, span: tuple[int, int], bounds: tuple[int, int], *, at_end: bool) -> Opening | None:
    """What opens the span of a line; words outside `bounds` belong to its neighbours. `at_end`: it names the end of something."""
    (start, end), (floor, ceiling) = span, bounds
    heads, tails = _patterns()
    head = {name: pattern.search(line[max(floor, start - _REACH) : start]) for name, pattern in heads.items()}
    tail = {name: match for name, pattern in tails.items() if (match := pattern.match(line, end)) and match.end() <= ceiling}
    tail = {name: match for name, match in tail.items() if not _leads_on(match, ceiling, len(line))}
    begin = {name: start - len(match.group()) for name, match in head.items() if match}
    for name, side in (("before_or", "until"), ("after_or", "since")):
        if name in tail:
            return Opening(side, min(begin.get("from", start), start), tail[name].end())  # type: ignore[arg-type]
    if "since" in tail and "after" in begin:
        return Opening("after", begin["after"], tail["since"].end())  # after National Day until now
    if "since" in tail:
        return Opening("since", min(begin.get("from", start), begin.get("since", start)), tail["since"].end())
    if "from" in tail and "from" in begin:
        return Opening("since", begin["from"], tail["from"].end())
    for name, side in (("on_or_before", "until"), ("on_or_after", "since")):
        if name in begin:
            return Opening(side, begin[name], end)  # type: ignore[arg-type]
    if "until" in begin or "until" in tail:
        return Opening("until", begin.get("until", begin.get("by", start)), tail["until"].end() if "until" in tail else end)
    if at_end and "by" in begin:
        return Opening("until", begin["by"], end)
    return _plain(begin, tail, start, end)


def _leads_on(match: re.Match[str], ceiling: int, size: int) -> bool:
    """Whether `or after` belongs to the period behind it (before 2010 or after 2018)."""
    return (
        match.group().isascii() and ceiling < size and match.group().endswith(("before", "after")) and ceiling - match.end() <= 5
    )


def _plain(begin: dict[str, int], tail: dict[str, re.Match[str]], start: int, end: int) -> Opening | None:
    """since, before and after in front of a period, 之前 and 之后 behind it."""
    sides: tuple[Side, ...] = ("since", "before", "after")
    for side in sides:
        if side in begin:
            return Opening(side, begin[side], end)
    for side in sides[1:]:
        if side in tail:
            return Opening(side, start, tail[side].end())
    return None
