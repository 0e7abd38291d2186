"""The last look before an answer: whether a query holds everything that was read for it (promise 1: nothing is dropped in silence).

In: a finished `Reading` and the query made of it. Out: what of the reading the query does not hold. The passes and the building of
the query are many small rules; a condition that one of them read and another lost must become a question back, never a number.
"""

import re
from collections.abc import Iterator
from typing import Any

from assistant.planners.rules.adding import between_stops
from assistant.planners.rules.clauses import describes_people, did_something
from assistant.planners.rules.draft import (
    AnyOf,
    DateTest,
    MissingTest,
    NumberTest,
    SegmentTest,
    SetTest,
    Test,
    ValueTest,
    VerbTest,
)
from assistant.planners.rules.headless import describes_members
from assistant.planners.rules.kin import doers, is_rate
from assistant.planners.rules.lengths import bare_days
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.unheld import is_of_metric, unheld
from semantic_layer.model import BehaviourType
from semantic_layer.query import Aggregate, ByDimension, ByTime, Calculation, Change, MetricUse, Period, Records, SemanticQuery


def lost(r: Reading, query: SemanticQuery) -> tuple[int, ...]:
    """The places of what was read and is not in the query."""
    held = set(_scalars(query.model_dump(mode="json")))
    found = [test.at for test in r.tests if not _holds(r, held, test)]
    if r.period is not None and r.period_at is not None and not _has_dates(held, r):
        found.append(r.period_at)
    if isinstance(query, Aggregate) and r.follows is None:
        found += _of_numbers(r, query, held)
        found += _times(r, query, held)
    if isinstance(query, Aggregate) and not query.group_by and len(query.metrics) == 1 and r.follows is None:
        found += [
            i
            for i, t in enumerate(r.tokens)
            if (i not in r.used or (t.has("each_other") and t.has("count")))  # 分别有多少人 counts, and of each
            and not t.has("filler", "both")
            and ((t.has("by") and _EACH.match(t.text)) or (t.has("each_other") and not t.has("by")))
        ]
    if isinstance(query, Aggregate) and r.follows is None and query.period is None:
        found += _taken_period(r)
    if isinstance(query, Aggregate) and r.follows is None and _asks_twice(r):
        found += [a.at for a in r.asked]
    found += _part_beside_number(r, query) or _people_dropped(r, query) or _which_people(r, query) or _length_asked(r, query)
    found += _undeclared_ratio(r, query)
    alone = isinstance(query, Aggregate) and not query.group_by and len(query.metrics) == 1 and r.follows is None
    last = [i for i, token in enumerate(r.tokens) if token.role != "break"][-1:]
    found += [i for i in last if alone and r.tokens[i].text in ("each", "of each", "for each")]  # refund rate of each
    if r.trend and isinstance(query, Records):
        found.append(
            next((i for i, token in enumerate(r.tokens) if token.has("trend")), 0)
        )  # the trend for gold members: of what?
    if r.ranking is not None and not r.ranking.anyhow and isinstance(query, Aggregate | Records) and not query.order:
        found.append(r.ranking.at)
    found += _not_compared(r, query) + _tests_nobody(r, query) + unheld(r, query, held)
    found += [i for i in r.where("define") if r.tokens[i].ops == {"define"} and not r.tokens[i].senses and r.follows is None]
    if r.share and isinstance(query, Aggregate) and query.share is None:
        found.append(next(iter(r.used), 0))
    if r.head == "change" and not isinstance(query, Change):
        found.append(next(iter(r.used), 0))
    return tuple(found)


def _tests_nobody(r: Reading, query: SemanticQuery) -> list[int]:
    """which products sold more than 150 units, as the units of those who bought so many: nobody was spoken of."""
    if not isinstance(query, Aggregate) or query.group_by or r.follows is not None or r.has_person():
        return []
    told = any(t.has("people", "who") or t.of("segment") or t.of("behaviour") for t in r.tokens)
    counts = any(r.world.counts_people(m.metric) for m in query.metrics if isinstance(m, MetricUse))
    shown = {m.metric for m in query.metrics if isinstance(m, MetricUse)}
    numbers = [t for t in r.tests if isinstance(t, NumberTest) and t.metrics]
    same = [t.at for t in numbers if set(t.metrics) & shown]
    tables = {table for name in shown for table in r.world.tables_of(name)}
    rows = [t.at for t in numbers if r.world.is_count(t.metrics[0]) and tables & set(r.world.tables_of(t.metrics[0]))]
    said = any(t.has("people", "who") or t.of("segment") for t in r.tokens)
    return (rows if not (said or counts) else []) or ([] if told or counts else same)


def _not_compared(r: Reading, query: SemanticQuery) -> list[int]:
    """A change of which only one side is shown: which province lost the most customers; a list that has nothing to compare with."""
    if r.compare is not None and isinstance(query, Records) and r.follows is None:
        return [r.period_at or 0]
    grown = r.ranking is not None and r.ranking.part == "growth"
    alone = grown and isinstance(query, Aggregate) and query.compare is None
    return [r.ranking.at] if alone and r.ranking is not None else []


_EACH = re.compile(
    "各$|各种|各类|各个|每$|每一$|每一个$|分开|分别|不同|每种|每类|每个|挨个|逐个|逐一|each$|each one$|each of them$"
)
"""用各种方式付款，客单价分别是多少: a breakdown that was marked."""


def _times(r: Reading, query: Aggregate, held: set[Any]) -> list[int]:
    """Times that were read beside another one and that nothing in the query begins or ends with."""
    told = [i for i, t in enumerate(r.tokens) if i in r.used and t.time is not None and t.time.period is not None]
    if len(told) < 2 or query.compare is not None or query.period is None:
        return []
    found = [(i, time.period) for i in told if (time := r.tokens[i].time) is not None and time.period is not None]
    by_time = any(isinstance(g, ByTime) for g in query.group_by)  # 7月、8月、9月的订单数: each of them is a row
    return [
        i
        for i, period in found
        if not (
            _bounds(period) & held
            or bare_days(r, i) in held
            or _holds_all(period, query.period)
            or (by_time and _holds_all(query.period, period))
        )
    ]


def _holds_all(outer: Period, inner: Period) -> bool:
    """Double 11 back in 2023: the year that the days are of."""
    if None in (outer.start, outer.end, inner.start, inner.end):
        return False
    return outer.start <= inner.start and inner.end <= outer.end  # type: ignore[operator]


def _bounds(period: Period | None) -> set[str]:
    days = (period.start, period.end) if period is not None else ()
    return {day.isoformat() for day in days if day is not None}


def _taken_period(r: Reading) -> list[int]:
    """近30天从浏览到支付的转化率: the only period went to a deed of the very facts that the metric is made of, and left it none."""
    tables = {t for a in r.asked for name in a.names if not r.world.is_timeless(name) for t in r.world.tables_of(name)}
    timed = [t for t in r.tests if isinstance(t, VerbTest) and t.period is not None]
    own = [t for t in timed if any((b := r.world.behaviour(n)) is not None and _is_of(b, tables, r) for n in t.behaviours)]
    return [t.at for t in own if not (r.has_person() and _of_other_rows(r, t))]


def _of_other_rows(r: Reading, test: VerbTest) -> bool:
    """customers with a refund last month, how much did they spend: what was paid back is no part of what they spent."""
    done = [b for name in test.behaviours if (b := r.world.behaviour(name)) is not None]
    usual = [r.world.usual_rows(b.table) for b in done]
    rows = [r.world.value_where(b.table, b.where) if b.where else None for b in done]
    return all(u is not None and row is not None and row != u for u, row in zip(usual, rows, strict=True))


def _is_of(behaviour: BehaviourType, tables: set[str], r: Reading) -> bool:
    """Whether a deed is one of these facts; what happens once to every member (每月注册的会员) is a date of theirs, which holds it."""
    return behaviour.table in tables and behaviour.table != r.world.model.entities[behaviour.entity].table


def _asks_twice(r: Reading) -> bool:
    """how many emails did we send, and how many were opened: two counts, of which only one is shown."""
    words = [at for at in r.count_words if r.tokens[at].text.isascii() and not r.tokens[at].has("filler", "each_other")]
    of_them = next((m for m in _OF_THEM.finditer(r.text.text)), None)  # 多少客户打开过短信？其中下单的有几个
    if of_them is not None and len(r.asked) == 1:
        asks = [t.start for t in r.tokens if _HOW_MANY.search(t.text)]
        return any(at < of_them.start() for at in asks) and any(at > of_them.start() for at in asks)
    return len(words) > max(len(r.asked), 1) or _counts_elsewhere(r) or _counts_dropped(r) or _counts_those_too(r)


def _counts_those_too(r: Reading) -> bool:
    """上个月新客有多少，下单的有多少: how many there were, and how many of them did something, of which one number is shown."""
    found = [at for at in r.count_words if _HOW_MANY_WHO.fullmatch(r.tokens[at].text)]
    apart = len(found) > 1 and any(r.is_break(i) for i in r.between(found[0], found[-1]))
    told = apart and any(t.of("behaviour") for t in r.tokens[found[0] + 1 : found[-1]])
    return told and len(r.asked) == 1 and not (r.groups or r.share)


_HOW_MANY_WHO = re.compile("(?:一?共|总共)?有?(?:多少|几)[人个位名]?")


def _counts_dropped(r: Reading) -> bool:
    """sales by number of orders: what is counted there is a metric, and not one of those that are shown."""
    shown = {name for asked in r.asked for name in asked.names}
    places = {asked.at for asked in r.asked}
    for at in r.count_words if shown else ():
        to = r.step(at, 1) if r.tokens[at].text.isascii() else None
        if to is None or r.is_person(to) or places & {at, to} or to not in r.used:
            continue
        counts = {c for s in r.tokens[to].of("entity") if (c := r.world.counts.get(s.name)) is not None}
        if counts and not counts & shown and not r.tokens[to].of("dimension"):
            return True
    return False


_HOW_MANY_OF = re.compile("[有共]?(?:多少|几)[件笔单条张]|(?:一?共|总共)?有多少")


def _counts_elsewhere(r: Reading) -> bool:
    """618期间各类工单有多少，首响平均要几分钟: a clause that asks how many, and whose number is not among those that are shown."""
    asked = {a.at for a in r.asked if 0 <= a.at < len(r.tokens)}
    counted = any(r.world.is_count(name) or r.world.counts_people(name) for a in r.asked for name in a.names)
    for at in r.count_words if asked and not (counted or r.share) else ():
        said = r.text.text[: r.tokens[at].start][-1:] + r.tokens[at].text if r.tokens[at].text == "多少" else r.tokens[at].text
        if not _HOW_MANY_OF.fullmatch(said):
            continue
        if not asked & between_stops(r, at):
            return True
    return False


def _part_beside_number(r: Reading, query: SemanticQuery) -> list[int]:
    """how many people bought, and what % came back: a number and a part, of which only one is shown."""
    if not isinstance(query, Aggregate) or len(query.metrics) > 1 or query.compare or (query.share and query.share.part is None):
        return []
    if query.share is not None and query.share.beside:
        return []
    line = r.text.text
    counts = [found for found in _NUMBER_ASKED.finditer(line) if not _PART_ASKED.search(line[: found.end()][-8:])]
    parts = list(_PART_ASKED.finditer(line))
    apart = any(
        _APART.search(line[min(n.end(), p.end()) : max(n.start(), p.start())]) for n in counts for p in parts if not _meet(n, p)
    )
    return [next(iter(r.used), 0)] if apart else []


def _people_dropped(r: Reading, query: SemanticQuery) -> list[int]:
    """how many women bought beauty, and what did they spend: people are counted, and only the money is shown."""
    if not isinstance(query, Aggregate) or query.share:
        return []
    own = [to for at in r.count_words if (to := at if r.tokens[at].has("people") else r.step(at, 1)) is not None]
    own = [to for to in own if (to in r.count_words or r.is_person(to) or describes_people(r, to)) and did_something(r, to)]
    shown = sum(map(r.world.counts_people, _names(query)))
    if own and not shown and not query.group_by:
        return own[:1]
    apart = [to for to in own if to > 0 and r.is_break(to - 1)]  # 唤醒券发给了多少人，多少人打开了
    others = [i for i in range(min(apart, default=0)) if any(r.world.counts_people(s.name) for s in r.tokens[i].of("metric"))]
    return apart[:1] if shown == 1 and any(not r.is_person(i) and r.tokens[i].text.endswith("人") for i in others) else []


def _undeclared_ratio(r: Reading, query: SemanticQuery) -> list[int]:
    """refund amount as a percent of sales, 退款金额占销售额的比例: a ratio that nobody declared, and no share of either."""
    if not isinstance(query, Aggregate) or r.follows is not None:
        return []
    found = []
    for at in (i for i, t in enumerate(r.tokens) if t.has("share") and not t.senses):
        sides = [{s.name for s in r.tokens[i].of("metric")} if i is not None else set() for i in (r.step(at, -1), r.step(at, 1))]
        declared = any(is_rate(r.world, name) for side in sides for name in side)
        found += [at] if all(sides) and not sides[0] & sides[1] and not declared else []
    return found


def _which_people(r: Reading, query: SemanticQuery) -> list[int]:
    """上个月销售额前三的门店，哪些客户买的: people are asked for, and shown is no number of theirs."""
    if not isinstance(query, Aggregate) or r.follows is not None:
        return []
    counted = any(map(r.world.counts_people, _names(query))) and not query.group_by
    grouped = [g.member for g in query.group_by if isinstance(g, ByDimension)]
    if counted or query.share or any(describes_members(r, name) for name in grouped):
        return []
    which = [at for at, t in enumerate(r.tokens[:-1]) if t.has("which") and not t.is_content and not t.text.startswith("what")]
    asks = [at for at in which if r.is_person(at + 1)]
    return [at + 1 for at in asks if not r.tokens[at + 1].of("value") and not r.tokens[at + 1].of("segment")]


def _length_asked(r: Reading, query: SemanticQuery) -> list[int]:
    """金卡会员多久买一次, how long do members stay: a length of time, where people are listed or something is counted."""
    found = _HOW_LONG.search(r.text.text) if r.follows is None else None
    named = isinstance(query, Aggregate) and any(isinstance(m, Calculation) for m in query.metrics)  # 平均多久没下单了
    counted = isinstance(query, Aggregate) and not (query.compare or named) and all(map(r.world.is_count, _names(query)))
    if found is None or not (counted or (isinstance(query, Records) and not query.columns)):
        return []
    return [next((i for i, t in enumerate(r.tokens) if t.start < found.end() and found.start() < t.end), 0)]


_HOW_LONG = re.compile(r"多久|多长时间|隔几天|(?<![a-z])how long(?![a-z])")


def _names(query: Aggregate) -> list[str]:
    return [use.metric for use in query.metrics if isinstance(use, MetricUse)]


def _meet(a: "re.Match[str]", b: "re.Match[str]") -> bool:
    return a.start() < b.end() and b.start() < a.end()


_NUMBER_ASKED = re.compile(
    r"(?<![a-z])how (?:many|much)(?![a-z])|多少(?!比例|百分)[个人位名单件条次张]|(?<![占百分之])(?:有|共|总共|是)多少(?!比例|百分)"
)
_PART_ASKED = re.compile(
    r"(?<![a-z])(?:what|which) (?:share|percent\w*|%|proportion|portion|part|fraction)(?![a-z])"
    r"|百分之(?:几|多少)|[占有](?:了)?几成|多大比例|占(?:了|比)?多少"
)
_APART = re.compile(r"[,，、;；。.?？]| and |plus|以及|还有")


def asks_how_many(text: str) -> bool:
    """Whether a sentence asks for a number of its own: 其中下单的有几个."""
    return _HOW_MANY.search(text.lower()) is not None


_OF_THEM = re.compile(r"(?<=[?.。!,，])\s*(?:其中|当中|of (?:them|those|these|which)(?![a-z]))")
_HOW_MANY = re.compile(r"多少|几[个人位名]|how many")


def _scalars(value: Any) -> Iterator[Any]:  # noqa: ANN401 - any JSON
    """Everything that stands in a JSON value."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _scalars(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _scalars(inner)
    else:
        yield value


def _has_dates(held: set[Any], r: Reading) -> bool:
    """Whether the days of the period stand in the query: an attribute of people may hold a window that ends yesterday."""
    period = r.period
    moved = r.follows is not None and r.mention is not None and r.mention.shift is not None  # the year before: of the last query
    if period is None or r.period_used or moved:
        return True
    first = period.start.isoformat() if period.start is not None else None
    end = period.end.isoformat() if period.end is not None else None
    days = (period.end - period.start).days if period.start is not None and period.end is not None else 0
    windows = {name for (_, length), name in r.world.attributes.windows.items() if length == days}
    return (first in held if first is not None else end in held) or (period.end == r.today and bool(windows & held))


def _of_numbers(r: Reading, query: Aggregate, held: set[Any]) -> list[int]:
    """Metrics and breakdowns that are not shown."""
    finer = {name: r.world.model.metrics[name].finer for a in r.asked for name in a.names}
    places = [
        a.at
        for a in r.asked
        if not held & {*a.names, *(finer[name] for name in a.names), *a.dimensions, *_windows(r, a.dimensions)}
    ]
    if len(query.group_by) < len({(g.dimensions, g.grain, g.part) for g in r.groups}):
        places += [g.at for g in r.groups]
    if r.compare is not None and query.compare is None:
        places += [r.period_at or 0]
    return places


def _windows(r: Reading, dimensions: tuple[str, ...]) -> Iterator[str]:
    for name in dimensions:
        yield from (metric for (metric, _), attribute in r.world.attributes.windows.items() if attribute == name)
        for agg in ("avg", "sum"):
            declared = r.world.declared(name, agg)
            if declared is not None:
                yield declared


def _holds(r: Reading, held: set[Any], test: Test) -> bool:
    match test:
        case AnyOf():
            return all(_holds(r, held, inner) for inner in test.tests)
        case SegmentTest():
            return test.name in held
        case SetTest():
            return _holds_set(held, test)
        case DateTest() | MissingTest():
            return bool(held & set(test.dimensions))
        case VerbTest():
            behaviours = [b for name in test.behaviours if (b := r.world.behaviour(name))]
            own = any(b.table == r.world.model.entities[b.entity].table for b in behaviours)
            first = test.after is None or _holds(r, held, test.after)
            there = own or (bool(held & set(test.behaviours)) and all(_holds(r, held, inner) for inner in test.objects))
            return first and (there or _counts_doers(r, held, test))
        case NumberTest(metrics=(), dimensions=()):
            return bool(held & set(test.values))  # of whatever number was shown before
        case NumberTest():
            return bool(held & {*test.metrics, *test.dimensions, *_attributes(r, test.metrics)})
        case ValueTest() if test.negated and r.follows is not None:
            return True  # 不要钻石了: what a follow-up takes out
        case ValueTest():
            told = any(name in held and (test.rank is not None or held & set(values)) for name, values in test.options)
            return told or is_of_metric(r, held, test)


def _holds_set(held: set[Any], test: SetTest) -> bool:
    """The 100 who spent most; orders with both beauty and home, which are a set of orders each."""
    if test.records.limit is None:
        return set(_scalars(test.records.model_dump(mode="json"))) <= held
    return test.records.limit in held and bool({o.by for o in test.records.order} & held)


def _counts_doers(r: Reading, held: set[Any], test: VerbTest) -> bool:
    """多少人买的, behind orders by channel: the metric that is shown counts who did it."""
    plain = test.did and not test.objects and test.period is None and test.at_least == 1
    return plain and r.follows is not None and any(doers(r.world, name) in held for name in test.behaviours)


def _attributes(r: Reading, metrics: tuple[str, ...]) -> set[str]:
    """The attributes of people that hold these metrics."""
    known = {name for (metric, _), name in r.world.attributes.windows.items() if metric in metrics}
    return known | {name for metric, name in r.world.attributes.latest.items() if metric in metrics}
