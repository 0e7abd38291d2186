"""Whose things they are: 近30天的投诉单还在处理中的，是哪些客户, 上个月退款的订单都是哪些客户的.

In: a `Reading` whose values are read. Out: where things that people made are named first and it is asked which people they are of, the
people who made such things, in the time that stands with them. Never fails: a question of the number of things stays one.
"""

import re

from assistant.planners.rules.choose import nearest_values
from assistant.planners.rules.draft import ValueTest, VerbTest
from assistant.planners.rules.reading import Reading

_WHOSE = re.compile("(?:都|分别)?[是属](?:于)?(?:哪些|哪几[个位]|哪[个位]|什么)$")


def read_whose(r: Reading) -> None:
    """Takes the noun of the things, its time and the question."""
    which = next((at for at in range(1, len(r.tokens)) if r.is_person(at) and _asks(r, at)), None)
    things = [(at, deed) for at in range(which or 0) if (deed := _deed(r, at)) is not None]
    if which is None or len(things) != 1 or r.follows is not None or r.groups or r.asked or r.ranking is not None:
        return
    at, deed = things[0]
    behaviour = r.world.model.behaviours[deed]
    times = [i for i in range(which) if r.free(i) and r.tokens[i].time is not None]
    mention = r.tokens[times[0]].time if len(times) == 1 else None
    if len(times) > 1 or any(isinstance(t, VerbTest) for t in r.tests):
        return
    objects = [t for t in r.tests if isinstance(t, ValueTest) and t.at < which and _is_of(r, t, behaviour.table)]
    period = mention.period if mention is not None else None
    r.tests = [t for t in r.tests if t not in objects]
    r.tests.append(VerbTest(at, (deed,), objects=tuple(objects), period=period, verb=at))
    r.take(at, which, which - 1, *times)
    r.listed = True


def _asks(r: Reading, at: int) -> bool:
    before = r.tokens[at - 1]
    return before.has("which") and _WHOSE.search(r.text.text[: r.tokens[at].start]) is not None


def _deed(r: Reading, at: int) -> str | None:
    """The deed whose rows a noun counts."""
    names = r.metrics(at)
    return next((d for d in r.world.model.behaviours for n in names if r.world.count_of_deeds(d) == n), None)


def _is_of(r: Reading, test: ValueTest, table: str) -> bool:
    """Whether a value is one that these things have themselves."""
    found = nearest_values(r.world, test.options, (table,), test.hints)
    return bool(found) and table in r.world.homes(found[0][0])
