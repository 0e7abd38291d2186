"""Who joined long ago and has done nothing since: 注册超过30天没下过单, 入会一年以上还没加购过; 注册超过一年才下单.

In: a `Reading` before its verbs are read. Out: the test of when people joined; what they did not do keeps no time of its own, as
nothing was done since. That something was done only after so long (才) is said by no
query, and asked about. Never fails.
"""

import re
from collections.abc import Iterator
from datetime import timedelta

from assistant.planners.rules.deed_times import DAYS
from assistant.planners.rules.draft import DateTest
from assistant.planners.rules.reading import Reading
from semantic_layer.query import Period

_NOTHING = re.compile(r"[，,]?\s*(?:的?(?:客户|会员|用户)里?[，,]?)?(?:都|却|也|仍|仍然|一直|至今)?[还仍]?(?:从来?)?[没未]")
_ONLY_THEN = re.compile(r"\s*(?:之?后)?才")


def read_joined_long(r: Reading) -> None:
    """Each such length right behind the word that somebody joined."""
    entity = r.world.entity
    if entity is None or entity.since is None:
        return
    for at, bound in _lengths(r):
        if r.free(at) and _NOTHING.match(r.text.text[r.tokens[at].end :]):
            r.tests.append(DateTest(at - 1, (entity.since,), Period(end=r.today - timedelta(days=bound))))
            r.take(at - 1, at)


def only_so_late(r: Reading) -> list[int]:
    """The places of lengths that somebody waited: 注册超过一年才下单, as all who have ordered and joined that long ago."""
    return [at for at, _ in _lengths(r) if _ONLY_THEN.match(r.text.text[r.tokens[at].end :])]


def _lengths(r: Reading) -> Iterator[tuple[int, int]]:
    for at in range(1, len(r.tokens)):
        names = [s.name for s in r.tokens[at - 1].of("behaviour")]
        bound = _over(r, at) if any(r.world.count_of_joining(name) is not None for name in names) else None
        if bound is not None:
            yield at, bound


def _over(r: Reading, at: int) -> int | None:
    """How many days must have passed: 超过30天, 一个月以上."""
    token = r.tokens[at]
    found, time = token.comparison, token.time
    if found is not None and found.op in (">", ">=") and found.unit in DAYS and isinstance(found.plain[0], int):
        return found.plain[0] * DAYS[found.unit] - (found.op == ">=")
    days = (time.period.end - time.period.start).days if time is not None and time.period.start and time.period.end else None
    if days is None or not (_OVER.match(token.text) or token.text.endswith("以上")):
        return None
    return days - (not token.text.startswith("超"))


_OVER = re.compile("超过?|满|已满|至少")
