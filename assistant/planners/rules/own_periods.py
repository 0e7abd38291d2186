"""The time beside a number per member is its own: 近一年消费超过1万, spent over 5,000 in the last 90 days.

In: a `Reading` of people whose comparisons are read. Out: each test of a number with the free period nearest to it. Never fails.
"""

from collections.abc import Iterator
from dataclasses import replace

from assistant.planners.rules.draft import NumberTest
from assistant.planners.rules.reading import Reading


def read_own_periods(r: Reading) -> None:
    """近一年消费超过1万: the period beside a number per member is its own."""
    people = r.head == "records" or (not r.groups and (r.has_person() or r.of_people))
    for place, test in enumerate(r.tests):
        if not isinstance(test, NumberTest) or not test.metrics or not people:
            continue
        for at in _beside(r, test.at):
            time = r.tokens[at].time
            if time is not None and r.free(at):
                r.tests[place] = _with_period(test, at, r)
                break


def _with_period(test: NumberTest, at: int, r: Reading) -> NumberTest:
    time = r.tokens[at].time
    r.take(at)
    return replace(test, period=time.period if time is not None else None)


def _beside(r: Reading, at: int) -> Iterator[int]:
    """Free places up to three tokens around a comparison, nearest first, within its stretch."""
    for distance in (1, 2, 3):
        for by in (-1, 1):
            to: int | None = at
            for _ in range(distance):
                to = r.step(to, by) if to is not None else None
            if to is not None and r.free(to):
                yield to
