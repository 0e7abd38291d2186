"""What a question says of days, of changes and of things that do something, which no query says: on member days, moved from A to B.

In: a finished `Reading` and the query made of it. Out: the places of such words, for `misread`: the answer would be about something else.
Never fails.
"""

import re

from assistant.planners.rules.deed_times import DAYS
from assistant.planners.rules.draft import ValueTest, VerbTest
from assistant.planners.rules.lengths import bare_days
from assistant.planners.rules.reading import Reading
from semantic_layer.model import RatioMetric
from semantic_layer.query import SemanticQuery


def unsaid(r: Reading, query: SemanticQuery) -> list[int]:
    """The places of all such words."""
    return [*long_gone(r), *on_those_days(r), *moved_between(r, query), *brought_back(r), *how_soon(r)]


def long_gone(r: Reading) -> list[int]:
    """came back after 90 days, as in the last 90 days: how long they had been away, or had waited."""
    lengths = [i for i, t in enumerate(r.tokens) if i in r.used and _AFTER_SO_LONG.search(r.text.text[: t.start]) is not None]
    numbers = {i: n for i in lengths if (n := r.tokens[i].number) is not None}
    return [i for i in lengths if (i in numbers and numbers[i].unit in DAYS) or bare_days(r, i) is not None]


_AFTER_SO_LONG = re.compile(r"(?<![a-z])after (?:about |around |more than |over |at least |some |being away )*$")


def how_soon(r: Reading) -> list[int]:
    """30天内复购率, repurchase rate within 30 days, as the rate of the last 30 days: how soon people did the one after the other?"""
    rates = [
        a.at for a in r.asked for n in a.names[:1] if isinstance(m := r.world.model.metrics[n], RatioMetric) and _of_people(r, m)
    ]
    for at in rates if r.follows is None else ():
        near = (r.step(at, -1), r.step(at, 1)) if 0 <= at < len(r.tokens) else ()
        found = [i for i in near if i is not None and r.tokens[i].time is not None and 0 < (bare_days(r, i) or 0) < _A_YEAR]
        if found:
            return found
    return []


def _of_people(r: Reading, metric: RatioMetric) -> bool:
    return r.world.counts_people(metric.numerator) and r.world.counts_people(metric.denominator)


_A_YEAR = 365
"""一年内 is the last year more often than how soon."""


def on_those_days(r: Reading) -> list[int]:
    """会员日那几天卖了多少, sales on member days: days that something else is known by, as all that is tied to it at any time."""
    if r.follows is not None or any(t.time is not None for t in r.tokens):
        return []
    for test in (t for t in r.tests if isinstance(t, ValueTest) and not t.negated and 0 <= t.at < len(r.tokens)):
        token = r.tokens[test.at]
        behind = test.at + 1
        noun = behind < len(r.tokens) and bool(r.tokens[behind].of("entity") or r.tokens[behind].of("dimension"))
        on = _ON.search(r.text.text[: token.start]) is not None and _A_DAY.search(token.text) is not None
        if (on and not noun) or _THOSE_DAYS.match(r.text.text, token.end) is not None:
            return [test.at]
    return []


_THOSE_DAYS = re.compile("的?(?:[那这][几两三些]?天|当[天日]|期间|前后|[那这]段(?:时间|日子)|[那这]阵子?|[那这]周)")
_ON = re.compile(r"(?<![a-z])(?:on|during|over|around) (?:the |our |all |each |every )*$")
_A_DAY = re.compile(r"(?<![a-z])days?$")


def moved_between(r: Reading, query: SemanticQuery) -> list[int]:
    """moved from active to dormant since last month: what they were then, which only a tag of that day says."""
    found = _MOVED.search(r.text.text)
    if found is None or "as_of" in query.model_dump_json(exclude_none=True):
        return []
    inside = [i for i, t in enumerate(r.tokens) if found.start() <= t.start and t.end <= found.end() + _WORD]
    tested = {place for t in r.tests for place in (t.at, getattr(t, "verb", t.at))}
    times = any(r.tokens[i].time is not None or r.tokens[i].number is not None for i in inside)
    return [] if times else [i for i in inside if i in tested][:1]


_WORD = 20
"""How long the name behind `to` may be."""
_MOVED = re.compile(
    r"(?<![a-z])(?:mov(?:e|ed|ing)|went|gone|go|going|shift(?:ed|ing)?|slip(?:ped|ping)?|dropp?(?:ed|ing)?|f[ae]ll(?:en)?|turn(?:ed|ing)?"
    r"|switch(?:ed|ing)?|chang(?:e|ed|ing)|migrated?|convert(?:ed)?|bec[oa]me) (?:back |over |down |up )?from [^,.;?]{2,40}? (?:to|into) "
    r"|[从由][^,，。;；?？]{1,12}?(?:(?:变|转|降|升|掉|滑|跌|流转|转化)(?:成了?|为了?|到了?|入了?))"
)


def brought_back(r: Reading) -> list[int]:
    """did the coupon bring back, brought back by the coupon: a thing that wins people back, and nobody who returned what they bought."""
    for test in (t for t in r.tests if isinstance(t, VerbTest) and 0 <= t.verb < len(r.tokens)):
        token = r.tokens[test.verb]
        objects = {o.at for o in test.objects}
        by = r.text.text[token.end :].startswith(" by ") and any(at > test.verb for at in objects)
        did = test.verb - 1 in objects and _SUBJECT.search(r.text.text[: token.start]) is not None
        if _BACK.search(token.text) is not None and (by or did):
            return [test.verb]
    return []


_BACK = re.compile(r"(?<![a-z])(?:bring|brings|brought|win|wins|won|get|gets|got|lured?|draws?|drew) back$")
_SUBJECT = re.compile(r"(?<![a-z])(?:did|do|does|has|have|the|our|that|this) [^,.;?]+ $")
