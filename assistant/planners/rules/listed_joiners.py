"""Those who joined, where a list of them is asked for: 上周新注册、没下过单的客户名单, 本月新客有哪些.

In: a `Reading` whose verbs and values are read, before its numbers are. Out: a noun that counts those who joined is the condition that they
did so then, and no number; of no time of their own, they are those whom a tag calls new. Never fails: where a number is asked for as
well, or nothing is listed, it stays a number.
"""

import re

from assistant.planners.rules.draft import ValueTest, VerbTest
from assistant.planners.rules.lists import columns_asked
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.those_people import called_new

_WHO = re.compile("(?:[都]?有哪些|[都]?有谁|是谁|(?:是|有)?哪些人|(?:是|有)?哪几[个位])[呢啊呀]?$")


def list_joiners(r: Reading) -> None:
    """The condition of those who joined, in the place of their count."""
    if (
        not (r.listed or _WHO.search(r.text.text))
        or r.counted
        or r.groups
        or r.share
        or r.compare is not None
        or r.follows is not None
    ):
        return
    places = [at for at in range(len(r.tokens)) if r.metrics(at)]
    columns = columns_asked(r)[1]
    joined = [at for at in places if _joining(r, at) is not None and at not in columns]
    if len(joined) != 1 or any(at not in columns and not r.entities(at) for at in places if at not in joined):
        return
    at = joined[0]
    count = _joining(r, at)
    when = r.step(at, -1)
    time = r.tokens[when].time if when is not None and r.free(when) else None
    tag = called_new(r.world, r.metrics(at)[0])
    if time is None and tag is not None:
        r.tests.append(ValueTest(at, (tag,)))
    elif count is not None:
        r.tests.append(VerbTest(at, (count,), period=time.period if time is not None else None, same=time is None, verb=at))
        r.take(when if time is not None else None)
    r.take(at)
    r.listed = True
    r.of_people = True


def _joining(r: Reading, at: int) -> str | None:
    """The deed of joining that a noun counts."""
    names = r.metrics(at)
    return next((b for b in r.world.model.behaviours for n in names if r.world.count_of_joining(b) == n), None)
