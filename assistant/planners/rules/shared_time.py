"""When several deeds were done: 近一年买过女装但没买过男装, 今年里A和B都有买、C没买过: which of them share a period.

In: a `Reading` and the tests of its verbs, each with its own period or none. Out: the same tests, with the periods that they share.
Never fails: a verb that nothing says a time of keeps none.
"""

import re
from dataclasses import replace

from assistant.planners.rules.draft import VerbTest
from assistant.planners.rules.reading import Reading, is_light
from semantic_layer.query import Period


def shared_periods(r: Reading, tests: list[VerbTest]) -> list[VerbTest]:
    """近一年买过女装但没买过男装: verbs of one chain share the period that only one of them has."""
    out: list[VerbTest] = []
    for place, test in enumerate(tests):
        if test.same:  # 上个月在门店买过、但同期没在APP买过: the period of the verb before it
            earlier = next((t for t in reversed(tests[:place]) if t.period is not None), None)
            out.append(replace(test, period=earlier.period, same=False) if earlier is not None else test)
            continue
        if test.period is not None or (not test.did and _is_never(r, test.at)):
            out.append(test)
            continue
        near = [
            t
            for t in (tests[place - 1] if place else None, tests[place + 1] if place + 1 < len(tests) else None)
            if t is not None and t.at != test.at  # bought before but not in the last 60 days: the before has no period
        ]
        lender = next((t for t in near if _lends(r, t, test)), None)
        out.append(replace(test, period=lender.period) if lender else test)
    return out


def _lends(r: Reading, lender: VerbTest, to: VerbTest) -> bool:
    """Whether a period holds for both verbs; 打开过但近30天没买过: one between them belongs to the later alone."""
    if lender.period is None or _happens_once(r, lender):
        return False
    if not _chained(r, lender.at, to.at):
        return _opens_with(r, lender.period) and lender.at < to.at
    return not any((time := r.tokens[i].time) is not None and time.period == lender.period for i in range(to.at, lender.at))


def _opens_with(r: Reading, period: Period) -> bool:
    """今年里美妆、家居都有买，食品完全没下过单的: the only period, in front of everything, in Chinese."""
    times = [t.time for t in r.tokens if t.time is not None]
    first = next((t for t in r.tokens if not is_light(t) and t.role != "break"), None)
    return (
        len(times) == 1
        and first is not None
        and first.time is not None
        and first.time.period == period
        and not first.text.isascii()
    )


def _is_never(r: Reading, at: int) -> bool:
    """complained this year but never opened a campaign, 从没打开过: at no time, whatever time stands beside it."""
    before = r.step(at, -1)
    return before is not None and re.search(r"(?<![a-z])never(?![a-z])|从", r.tokens[before].text) is not None


def _happens_once(r: Reading, test: VerbTest) -> bool:
    """Whether a verb is a date of the people themselves (registered in September), whose period is its own."""
    behaviours = [b for name in test.behaviours if (b := r.world.behaviour(name))]
    return any(b.table == r.world.model.entities[b.entity].table for b in behaviours)


def _chained(r: Reading, a: int, b: int) -> bool:
    """Whether only objects of the verbs and words like but, and, not stand between two verbs."""
    between = [r.tokens[i] for i in r.between(a, b)]
    return all(
        t.role != "break" and not t.has("who") and not any(s.kind in ("metric", "entity") for s in t.senses) for t in between
    )
