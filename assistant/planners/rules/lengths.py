"""Lengths of time that begin with something else: 7天内, within 30 days, 不到一个月就; and the deed that one of them begins with.

In: a `Reading` and a place in it. Out: how many days; the later of two verbs that stand on both sides of such a length (注册一个月内下单)
is done so soon after the earlier one, and not in the days before today. Never fails.
"""

import re

from assistant.planners.rules.deed_times import DAYS
from assistant.planners.rules.reading import Reading


def bare_days(r: Reading, at: int) -> int | None:
    """How many days a length of time has that is said without a beginning of its own: 7天内, within 30 days; not the last 30 days."""
    token = r.tokens[at]
    period = token.time.period if token.time is not None else None
    if period is not None:
        if (coming := _COMING.fullmatch(token.text)) is not None:  # the next week, behind a deed of the past
            return DAYS[coming["unit"]] * int(coming["count"] or 1)
        if (after := _AFTER_IT.fullmatch(token.text)) is not None:  # within 30 days after it
            return DAYS[after["unit"]] * int(after["count"])
        bare = _BARE_LENGTH.match(token.text) is not None and period.start is not None and period.end == r.today
        return (period.end - period.start).days if bare and period.start and period.end else None
    number, found = token.number, token.comparison
    ahead = next((r.tokens[i] for i in (at - 1,) if i >= 0 and not r.tokens[i].is_content), None)
    inside = token.text.endswith("内") or (ahead is not None and (ahead.has("within") or ahead.text in ("following", "next")))
    if found is not None and (found.op in ("<", "<=") or inside):
        return _length(found.plain[0], found.unit)
    return _length(number.plain, number.unit) if number is not None and inside else None


def _length(count: object, unit: str | None) -> int | None:
    days = DAYS.get(unit or "")
    return count * days if days is not None and isinstance(count, int) and 0 < count <= 1000 else None


_COMING = re.compile(r"the (?:next|following) (?:(?P<count>[0-9]{1,3}) )?(?P<unit>day|week|month)s?")
_AFTER_IT = re.compile(
    r"(?:within |in )?(?:the )?(?P<count>[0-9]{1,3}) (?P<unit>day|week|month)s? (?:after|of|from|following) (?:it|that|this|then|the first)"
)
_BARE_LENGTH = re.compile(r"(?:with)?in (?!the )|[0-9一二两三四五六七八九十半].*内$")


_SO_SOON = re.compile(r"\s*(?:就|便|即|又|再)?(?:又|再)?\s*")
_DONE = re.compile("[过了着]|且|并|而|也|又|[,，、;；。]")
_UNDER = re.compile("不到|不满|未满|没到|不足|没满|未到")


def tied_by_length(r: Reading, first: int, second: int) -> tuple[int, int] | None:
    """注册一个月内下单, 打开短信3天内购买, 注册不到7天就下单: the length between two verbs, and its days.

    Only with nothing but its object behind the first: 投诉过且30天内下单的 may mean the last 30 days."""
    at = second - 1
    while at > first and (r.is_only(at, "filler", "then_after_first") or r.is_only(at, "also")):
        at -= 1
    days = bare_days(r, at) if first < at and r.free(at) else None
    if days is None or r.tokens[second].text.isascii():
        return None
    line, token = r.text.text, r.tokens[at]
    before, behind = line[r.tokens[first].start : token.start], line[token.end : r.tokens[second].start]
    soon = _SO_SOON.fullmatch(behind) is not None
    under = _UNDER.match(token.text) is not None  # 注册不到30天的客户: how old they are, unless something is done so soon
    plain = all(r.tokens[i].of("value") or r.is_only(i, "filler", "particle") for i in r.between(first, at))
    if not soon or not plain or _DONE.search(before) or (under and not behind.strip()):
        return None
    return at, days - 1 if under else days
