"""A or B between conditions: dormant, or no order in half a year; 潜力客户和快要流失的客户都算上.

In: a `Reading` whose conditions are read. Out: the conditions on both sides as one that either may meet; the words used. Never fails.
"""

from itertools import pairwise

from assistant.planners.rules.draft import AnyOf, Test
from assistant.planners.rules.reading import Reading


def join_or(r: Reading) -> None:
    """A or B: the tests on both sides of an `or` between conditions of different dimensions."""
    for at in r.where("or"):
        before = max((t for t in r.tests if t.at < at), key=lambda t: t.at, default=None)
        after = min((t for t in r.tests if t.at > at), key=lambda t: t.at, default=None)
        if before is None or after is None:
            continue
        r.take(at)
        if r.tokens[at].text == "还是":
            continue  # 消费过一万但等级还是普通: still; which of two is never asked of conditions of different kinds
        rest: list[Test] = [t for t in r.tests if t is not before and t is not after]
        parts = (*(before.tests if isinstance(before, AnyOf) else (before,)), after)
        r.tests = [*rest, AnyOf(after.at, parts)]
    for at in r.where("either"):
        r.take(at)
    _join_all(r)


def _join_all(r: Reading) -> None:
    """潜力客户和快要流失的客户都算上: those of either kind, together."""
    for at in (i for i in r.where("union") if not r.tokens[i].is_content):
        start = next((i for i in range(at - 1, -1, -1) if r.is_break(i)), -1)
        joined = sorted((t for t in r.tests if start < t.at < at), key=lambda t: t.at)
        ties = all(any(r.tokens[i].has("and") for i in r.between(a.at, b.at)) for a, b in pairwise(joined))
        if len(joined) > 1 and ties:
            r.take(at)
            r.tests = [*(t for t in r.tests if t not in joined), AnyOf(joined[-1].at, tuple(joined))]
