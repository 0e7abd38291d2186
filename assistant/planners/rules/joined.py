"""Those who joined: 今年新注册客户的复购率, the AOV of customers acquired through Tmall: whose number it is, no second metric.

In: a `Reading` whose values are read, and later its metrics. Out: a value beside how people joined says how they came; a metric that
counts how they joined becomes a condition of the number beside it. Never fails.
"""

import re
from dataclasses import replace

from assistant.planners.rules.draft import Test, ValueTest, VerbTest
from assistant.planners.rules.reading import Reading
from semantic_layer.query import Period


def settle_joined(r: Reading) -> None:
    """天猫注册的会员今年买了多少钱, sales of customers who registered on Tmall: how they came, and not where anything was sold."""
    entity = r.world.entity
    said = {t.at for t in r.tests_of_values()}
    for at, token in enumerate(r.tokens) if entity is not None and said else ():
        tables = {b.table for s in token.of("behaviour") if (b := r.world.behaviour(s.name)) is not None}
        if entity is None or tables != {entity.table} or token.of("metric"):
            continue
        before, behind = r.step(at, -1), r.step(at, 1)
        front = r.step(before, -1) if before is not None and before in said else None  # 上海门店注册的
        r.tests = [_as_they_came(r, t, entity.table) if t.at in (front, before, behind) else t for t in r.tests]


def _as_they_came(r: Reading, test: Test, table: str) -> Test:
    """A value beside how they joined, as what is known of that: acquired through Tmall is how they came."""
    if not isinstance(test, ValueTest):
        return test
    dimensions = r.world.model.dimensions
    own = tuple((d, value) for d, value in test.options if dimensions[d].table == table and not dimensions[d].tag)
    return replace(test, options=own) if own else test


def those_who_joined(r: Reading) -> None:
    """今年新注册客户的复购率, the AOV of customers acquired through Tmall: whose number it is, no second metric."""
    entity = r.world.entity
    joining = next((n for n, b in r.world.model.behaviours.items() if entity is not None and b.table == entity.table), None)
    for asked in list(r.asked):
        others = [a for a in r.asked if a.at != asked.at]
        joins = asked.names and entity is not None and r.world.tables_of(asked.names[0]) == (entity.table,)
        if joining is None or not joins or r.world.is_timeless(asked.names[0]) or not others:
            continue
        near = min(others, key=lambda a: abs(a.at - asked.at))
        if not is_whose(r, asked.at, near.at):
            continue
        r.asked.remove(asked)
        beside = (r.step(asked.at, 1), r.step(asked.at, -1))
        r.tests = [_as_they_came(r, t, entity.table) if entity is not None and t.at in beside else t for t in r.tests]
        when = _own_time(r, asked.at, near.at)
        r.tests.append(VerbTest(asked.at, (joining,), period=when, same=when is None))


def is_whose(r: Reading, people: int, number: int) -> bool:
    """Whether one noun belongs to the other: X的Y, Y of X, X's Y; not X and Y, X、Y, X Y. When, and that Y is an average, may stand
    between."""
    first, last = sorted((people, number))
    if not first >= 0 or last >= len(r.tokens):
        return False
    between = _tie(r, first, last)
    if not between.isascii() or not r.tokens[people].text.isascii():
        return people < number and (between in ("", "的") or _leads_to(r, people, number))
    if people < number:
        return between in ("'", "' s", "'s")
    return _OF_WHOM.fullmatch(between) is not None


_OF_WHOM = re.compile(r"(?:of|for|from|among)(?: the| our| all)*(?: ?' ?s?)?")
_AGGREGATES = ("avg", "median", "max", "min", "total")


def _tie(r: Reading, first: int, last: int) -> str:
    """The words between two nouns, without those that say when, and which aggregate the second one is."""
    inner = [t for t in r.tokens[first + 1 : last] if t.time is not None or (t.has(*_AGGREGATES) and not t.senses)]
    at, text = r.tokens[first].end, ""
    for token in inner:
        text += r.text.text[at : token.start]
        at = token.end
    return " ".join((text + r.text.text[at : r.tokens[last].start]).split())


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
