"""Values that are said first and belong to what somebody did: 国庆狂欢这个活动，打开过消息的; for the spring sale, how many opened it.

In: the tests of a reading and the tables that its numbers come from. Out: the same tests, where a value that those rows do not have
themselves has become an object of the deeds that are nearest to it. Never fails: what no deed has is left where it was.
"""

from collections.abc import Sequence
from dataclasses import replace

from assistant.planners.rules.choose import nearest_dimensions, nearest_values
from assistant.planners.rules.draft import Test, ValueTest, VerbTest
from assistant.planners.rules.reading import Reading


def to_deeds(r: Reading, tests: Sequence[Test], tables: tuple[str, ...]) -> list[Test]:
    """The tests, values that only a deed has handed to it; one beside people (女装客户) says what they bought and stays."""
    found = list(tests)
    for test in tests:
        if (
            not isinstance(test, ValueTest)
            or test.negated
            or test.beside
            or nearest_values(r.world, test.options, tables, test.hints)
        ):
            continue
        steps = {place: far for place, other in enumerate(found) if (far := _distance(r, other, test)) is not None}
        if not steps:
            continue
        first = min(steps, key=lambda place: (steps[place], abs(found[place].at - test.at)))
        for place in steps:  # opened but did not click: one campaign
            if _tables(r, found[place]) == _tables(r, found[first]):
                found[place] = _with(found[place], test)
        found.remove(test)
    return found


def _with(deed: Test, test: Test) -> Test:
    return replace(deed, objects=(*deed.objects, test)) if isinstance(deed, VerbTest) else deed


def _tables(r: Reading, deed: Test) -> list[str]:
    return [b.table for name in deed.behaviours if (b := r.world.behaviour(name))] if isinstance(deed, VerbTest) else []


def _distance(r: Reading, deed: Test, test: ValueTest) -> int | None:
    """How far the rows of a deed are from such a value; None where they have none, or another of the kind was named for it."""
    if not isinstance(deed, VerbTest):
        return None
    own = {d for o in deed.objects if isinstance(o, ValueTest) for d, _ in o.options}
    names = [d for d, _ in test.options if d not in own]
    tables = _tables(r, deed)
    found = [r.world.distance(table, d) for table in tables for d in nearest_dimensions(r.world, names, (table,), test.hints)[:1]]
    return min((far for far in found if far is not None), default=None)
