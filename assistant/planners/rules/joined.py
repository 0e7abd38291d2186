"""Those who joined: 今年新注册客户的复购率, the AOV of customers acquired through Tmall: whose number it is, no second metric.

In: a `Reading` whose metrics are known. Out: a metric that counts how people joined becomes a condition of the number beside it.
"""

import re
from dataclasses import replace

from assistant.planners.rules.draft import Test, ValueTest, VerbTest
from assistant.planners.rules.reading import Reading
from semantic_layer.query import Period


def those_who_joined(r: Reading) -> None:
    """今年新注册客户的复购率, the AOV of customers acquired through Tmall: whose number it is, no second metric."""
    entity = r.world.entity
    joining = next((n for n, b in r.world.model.behaviours.items() if entity is not None and b.table == entity.table), None)
    for asked in list(r.asked):
        others = [a for a in r.asked if a.at != asked.at and a.names]
        joins = asked.names and entity is not None and r.world.tables_of(asked.names[0]) == (entity.table,)
        if joining is None or not joins or r.world.is_timeless(asked.names[0]) or not others:
            continue
        near = min(others, key=lambda a: abs(a.at - asked.at))
        if not _is_whose(r, asked.at, near.at):
            continue
        r.asked.remove(asked)
        r.tests = [_theirs(r, t, asked.at) for t in r.tests]
        when = _own_time(r, asked.at, near.at)
        r.tests.append(VerbTest(asked.at, (joining,), period=when, same=when is None))


def _is_whose(r: Reading, people: int, number: int) -> bool:
    """Whether one noun belongs to the other: X的Y, Y of X; not X and Y, X、Y, X Y."""
    first, last = sorted((people, number))
    between = r.text.text[r.tokens[first].end : r.tokens[last].start]
    if not between.isascii() or not r.tokens[people].text.isascii():
        return people < number and (between in ("", "的") or _leads_to(r, people, number))
    return number < people and between.strip() in ("of", "for", "from", "among")


_BROUGHT = re.compile("贡献|带来|产生|创造")


def _leads_to(r: Reading, people: int, number: int) -> bool:
    """今年新注册客户今年的销售额, 今年新注册的客户，给今年贡献了几成销售额: nothing between but when, and that it came from them."""
    inner = [i for i in range(people + 1, number) if not (r.is_person(i) and i == people + 1)]
    plain = all(r.tokens[i].time is not None or not (r.tokens[i].senses or r.tokens[i].number) for i in inner)
    joins = [r.tokens[i] for i in inner if not r.tokens[i].has("comma")]
    tied = any(t.has("and", "or", "with", "versus", "per_group", "by", "neg") for t in joins)
    stops = any(r.is_break(i) or r.tokens[i].has("comma") for i in inner)
    brought = _BROUGHT.search(r.text.text[r.tokens[people].end : r.tokens[number].start]) is not None
    times = any(r.tokens[i].time is not None for i in inner)
    return plain and not tied and (brought or (times and not stops))


def _own_time(r: Reading, people: int, number: int) -> Period | None:
    """The time in front of those who joined, where the number has one of its own behind them."""
    before = r.step(people, -1)
    inner = [i for i in range(people + 1, number) if r.tokens[i].time is not None]
    time = r.tokens[before].time if before is not None and inner else None
    if time is None or before is None:
        return None
    r.take(before)
    return time.period


def _theirs(r: Reading, test: Test, at: int) -> Test:
    """The value beside those who joined is of them: acquired through Tmall is how they came."""
    entity = r.world.entity
    if not isinstance(test, ValueTest) or entity is None or test.at not in (r.step(at, 1), r.step(at, -1)):
        return test
    own = tuple(d for d, _ in test.options if entity.table in r.world.homes(d))
    return replace(test, hints=(*own, *test.hints))
