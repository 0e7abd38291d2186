"""One number over several times that are no neighbours: 今天、本周、本月的订单数; sales MTD, QTD and YTD; September of three years.

In: a `Reading` whose numbers are read, before its time is. Out: the number once for each time, with that time as its own; the times and
the words between them are used. Two times are meant so where they are not alike (本周和本月); two alike are compared (本月和上月), and
neighbours of one unit are a breakdown (7月、8月、9月): both are `read_period`'s. Never fails: where something else is asked of them
(a trend, a comparison, a ranking, a share) the times stay as they are.
"""

import re
from dataclasses import replace
from itertools import pairwise

from assistant.language.dates import PeriodMention
from assistant.planners.rules.reading import Reading
from semantic_layer.periods import shift
from semantic_layer.query import Period

_MOST = 6


def read_several_times(r: Reading) -> None:
    """Gives the number that is asked for each of the times."""
    places = [at for at, t in enumerate(r.tokens) if r.free(at) and t.time is not None]
    mentions = _of_each_year(r, places, [time for at in places if (time := r.tokens[at].time) is not None])
    if not 2 <= len(places) <= _MOST or not _is_one_number(r) or not _are_listed(r, places) or not _are_apart(mentions):
        return
    asked = r.asked[0]
    r.asked = [replace(asked, at=at, period=mention.period) for at, mention in zip(places, mentions, strict=True)]
    joints = (i for a, b in pairwise(places) for i in r.between(a, b) if not r.tokens[i].is_content)
    r.take(*places, *joints)
    r.take(*(at for at in r.where("each_other") if not r.tokens[at].is_content))
    r.take(*(at for at, t in enumerate(r.tokens) if t.text == "各" and not t.is_content))


def _of_each_year(r: Reading, places: list[int], mentions: list[PeriodMention]) -> list[PeriodMention]:
    """2024、2025、2026年9月: bare years in front of a part of a year are that part of each."""
    last = mentions[-1] if mentions else None
    if last is None or last.grain == "year" or last.whole.start is None or last.whole.end is None:
        return mentions
    found = []
    for at, mention in zip(places, mentions, strict=True):
        start = mention.whole.start
        if start is not None and re.fullmatch(r"\d{4}", r.tokens[at].text):
            back = 12 * (start.year - last.whole.start.year)
            part = Period(start=shift(last.whole.start, "month", back), end=shift(last.whole.end, "month", back))
            found.append(replace(mention, period=part, whole=part, grain=last.grain, count=last.count))
        else:
            found.append(mention)
    return found


def _is_one_number(r: Reading) -> bool:
    """Whether one declared number is asked for, and nothing that needs one time."""
    put = r.share or r.trend or r.moved or r.compare or r.ranking or r.per or any(g.grain for g in r.groups)
    moved = any(t.has("grow", "shrink", "why") or t.comparator is not None for t in r.tokens)
    one = len(r.asked) == 1 and len(r.asked[0].names) == 1 and not r.world.is_timeless(r.asked[0].names[0])
    return r.head == "aggregate" and r.follows is None and one and not put and not moved


def _are_listed(r: Reading, places: list[int]) -> bool:
    """Whether nothing but a joint stands between each and the next."""
    between = [r.tokens[i] for a, b in pairwise(places) for i in r.between(a, b)]
    versus = len(places) > 2
    return all(t.has("and", "comma") or (versus and t.has("versus", "with")) for t in between) and all(
        b - a > 1 for a, b in pairwise(places)
    )


def _are_apart(mentions: list[PeriodMention]) -> bool:
    """Whether they are times that differ, no two alike, no neighbours of one unit."""
    if len({m.whole for m in mentions}) < len(mentions) or any(m.kind in ("anchored", "all", "open") for m in mentions):
        return False
    kinds = {(m.grain, m.count) for m in mentions}
    if len(mentions) == 2:
        return len(kinds) == 2
    ordered = sorted(mentions, key=lambda m: (m.period.start is not None, m.period.start))
    return len(kinds) > 1 or any(a.whole.end != b.whole.start for a, b in pairwise(ordered))
