"""What another number is of, where the message before said it: complaints last month, then average response time; 发了多少条, then
打开的有多少人.

In: a `Reading` of a message and the numbers before it. Out: the new numbers of the same rows and the same time. Never fails: what is
made of other rows stays as it is.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from assistant.language.mentions import Piece
from assistant.planners.rules.chosen import of_the_things
from assistant.planners.rules.conditions import Unbound
from assistant.planners.rules.deed_times import ANY_TIME
from assistant.planners.rules.draft import Test, ValueTest, VerbTest
from assistant.planners.rules.edits import about, joined, parts_of, periods_in, tests
from assistant.planners.rules.kin import doers, is_of_usual_rows, is_rate, rate_of
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.there import says_there
from assistant.planners.rules.those_counted import did, names_people
from assistant.planners.rules.world import World
from semantic_layer.model import CumulativeMetric, DerivedMetric, MembersMetric, RatioMetric, SimpleMetric
from semantic_layer.query import Aggregate, Behaviour, ByDimension, Filter, MetricUse, Period, Predicate, Records, SemanticQuery

# --- the rate of something else ---


_SAME_THING = re.compile(r"(?<![a-z])(?:the )?same(?: thing)?(?: again)? (?:for|with)(?![a-z])|也?同样(?:看|来)|[呢]?也?一样看")


def rates_again(r: Reading, last: Aggregate) -> None:
    """refund rate by channel, then same thing for cancellations: their rate, and not how many there were."""
    rates = [isinstance(m, MetricUse) and is_rate(r.world, m.metric) for m in last.metrics]
    if not rates or not all(rates) or _SAME_THING.search(r.text.text) is None:
        return
    r.asked = [
        replace(a, names=(rate,)) if len(a.names) == 1 and (rate := rate_of(r.world, a.names[0])) is not None else a
        for a in r.asked
    ]


def counts_of_them(r: Reading, last: Aggregate) -> None:
    """how many new members in September, then how many of them bought: of those, and not of all customers."""
    count = r.world.counts.get(r.world.model.domain.entity)
    shown = [m.metric for m in last.metrics if isinstance(m, MetricUse)]
    people = bool(shown) and all(r.world.counts_people(name) and name != count for name in shown)
    told = any(r.is_person(i) for i in range(len(r.tokens))) or not r.tests
    if people and not told and all(a.names == (count,) for a in r.asked):
        r.asked = []
        joined = {r.world.count_of_joining(name) for name in r.world.model.behaviours}
        r.tests = [
            replace(t, period=last.period) if isinstance(t, VerbTest) and in_that_time(r, t) and not joined & set(shown) else t
            for t in r.tests
        ]


def in_that_time(r: Reading, test: VerbTest) -> bool:
    """how many people bought last month, then how many of them complained: last month, where no other time is said."""
    timed = any(t.time is not None for t in r.tokens) or test.period is not None or test.same or test.after is not None
    timed = timed or test.behind is not None
    before = r.step(test.verb, -1) if 0 <= test.verb < len(r.tokens) else None
    joined = any(r.world.count_of_joining(name) is not None for name in test.behaviours)
    if joined and before is not None and r.tokens[before].of("value"):
        return False  # 天猫注册的呢: how they joined, whenever that was
    verb = r.tokens[test.verb].text if 0 <= test.verb < len(r.tokens) else ""
    once = (
        verb.startswith("有过") or verb.endswith(("过", "过的"))
    ) and not test.objects  # 其中投诉过的: at any time; 其中买过女装的: of what they bought then
    return test.did and not timed and not once and ANY_TIME.search(r.text.text) is None


def as_shown(r: Reading, test: Test, shown: tuple[str, ...], deeds: Collection[Period]) -> Test:
    """A condition of a message, as what was shown lets it be understood."""
    if isinstance(test, VerbTest) and (_left_undone(r, test) or in_that_time(r, test)) and len(deeds) == 1:
        return replace(test, period=next(iter(deeds)))
    if isinstance(test, ValueTest) and not test.hints:  # 各城市… then 只要上海的: the city, as it is shown
        return replace(test, hints=tuple(name for name in shown if name in dict(test.options)))
    return test


def _left_undone(r: Reading, test: VerbTest) -> bool:
    """近一周加购过的, then 里面没支付的呢: not then, where it is not said that they never did (没买过)."""
    verb = r.tokens[test.at].text if 0 <= test.at < len(r.tokens) else ""
    never = (
        verb.startswith("有过")
        or verb.endswith(("过", "过的"))
        or re.search(r"从[没未]|(?<![a-z])(?:never|ever|haven't|hasn't|not yet)(?![a-z])", r.text.text)
    )
    plain = test.period is None and test.behind is None and not test.same
    return not test.did and plain and r.period is None and not never


# --- other numbers ---------------------------------------------------------------------------------------------------------


def in_time_of(r: Reading, last: Aggregate, query: Aggregate) -> Aggregate:
    """去年消费过的客户数, then 订单数呢: when they did it is when it is counted, and where (9月app下单的人数, then 人均几单)."""
    timeless = all(isinstance(m, MetricUse) and r.world.is_timeless(m.metric) for m in last.metrics)
    names = [m.metric for m in query.metrics if isinstance(m, MetricUse) and not r.world.is_timeless(m.metric)]
    if not timeless or not names or query.period is not None:
        return query
    when = periods_in(query.where) | periods_in(query.share.part if query.share is not None else None)
    there = any(t.has("same_period") and not t.is_content for t in r.tokens) or query.share is not None
    if there and len(when) == 1:
        return query.model_copy(
            update={"period": next(iter(when))}
        )  # 他们当月花了多少; what share of all buyers is that: of then
    for part in parts_of(query.where):
        behaviour = r.world.behaviour(part.behaviour) if isinstance(part, Behaviour) else None
        if not isinstance(part, Behaviour) or behaviour is None or part.period is None or not part.did or part.at_least > 1:
            continue
        if part.first or not is_of_usual_rows(r.world, behaviour):
            continue  # 8月首单的客户, then 花了多少钱; 上个月退货的客户, then 他们买得最多的品类: who they are
        if part.after is None and all(behaviour.table in r.world.tables_of(name) for name in names):
            own = [p for p in parts_of(part.where) if (name := about(p)) and behaviour.table in r.world.homes(name)]
            whole = len(own) == len(parts_of(part.where))  # women's wear is of the items: they bought more than that
            rest = (*own, *(p for p in parts_of(query.where) if p != part)) if whole else parts_of(query.where)
            return query.model_copy(update={"period": part.period, "where": joined(tuple(rest))})
    return query


def of_those_who_joined(r: Reading, last: Aggregate, query: Aggregate) -> Aggregate:
    """new members in September, then what did they spend: of those who joined then, whenever it was."""
    shown = [m.metric for m in last.metrics if isinstance(m, MetricUse)]
    names = [m.metric for m in query.metrics if isinstance(m, MetricUse)]
    deed = next((d for d in r.world.model.behaviours if shown and r.world.count_of_joining(d) == shown[0]), None)
    pointed = says_they(r) or (last.where is not None and not last.group_by)  # 本月新客, then 来自天猫的, then 复购率呢
    if deed is None or not pointed or not names or any(map(r.world.counts_people, names)) or r.period_at is not None:
        return query
    those = Behaviour(behaviour=deed, period=last.period)
    return query.model_copy(update={"where": joined((those, *parts_of(query.where))), "period": None})


_THEY = re.compile(r"(?<![a-z])(?:they|them|their|these|those)(?![a-z])|[他她]们|这[些批]")


def says_they(r: Reading) -> bool:
    """Whether a pronoun speaks of people: they, their, 他们, 这批."""
    return any(t.has("refer") and _THEY.search(t.text) for t in r.pieces)


def of_its_kind(r: Reading, last: Aggregate, new: Aggregate) -> Aggregate:
    """complaints last month, then average response time: of the tickets that are complaints, which the first number is limited to."""
    names = [m.metric for m in last.metrics if isinstance(m, MetricUse)]
    metric = r.world.model.metrics.get(names[0]) if len(names) == 1 else None
    others = [m.metric for m in new.metrics if isinstance(m, MetricUse) and m.metric not in names]
    if not isinstance(metric, SimpleMetric) or not metric.where or not others or len(others) + 1 < len(new.metrics):
        return new
    table = r.world.tables_of(metric.name)[0]
    kind = r.world.value_where(table, metric.where)
    if kind is None or kind == r.world.usual_rows(table) or tests(new.where, kind[0]) or _names_rows(r, kind[0]):
        return new
    parts = [part for name in others for part in _simple_parts(r.world, name)]
    if not all(r.world.tables_of(p.name) == (table,) and not _is_about(r.world, p, table, kind[0]) for p in parts):
        return new
    return new.model_copy(update={"where": joined((*parts_of(new.where), Predicate(member=kind[0], op="=", values=(kind[1],))))})


def _names_rows(r: Reading, dimension: str) -> bool:
    """Whether the message names all the rows, or other ones: and all tickets, 咨询的呢."""
    named = any(r.world.is_count(s.name) for t in r.tokens for s in t.of("metric"))
    return named or any(dimension in {d for d, _ in t.options} for t in r.tests_of_values())


def _simple_parts(world: World, name: str) -> Iterator[SimpleMetric]:
    match world.model.metrics.get(name):
        case SimpleMetric() as metric:
            yield metric
        case RatioMetric(numerator=above, denominator=below):
            yield from _simple_parts(world, above)
            yield from _simple_parts(world, below)
        case DerivedMetric(metrics=parts):
            for part in parts:
                yield from _simple_parts(world, part)
        case MembersMetric(metric=inner) | CumulativeMetric(metric=inner):
            yield from _simple_parts(world, inner)


def _is_about(world: World, metric: SimpleMetric, table: str, dimension: str) -> bool:
    value = world.value_where(table, metric.where) if metric.where else None
    return value is not None and value[0] == dimension


# --- who did it --------------------------------------------------------------------------------------------------------------


def asks_who_did(r: Reading, last: SemanticQuery) -> bool:
    """2026年国庆狂欢的打开率, then 打开的有多少人, 打开了但没点击的名单: people by deeds without a time, of what the number was made of."""
    deeds = [t for t in r.tokens if t.of("behaviour") and not (t.has("filler") or t.of("metric") or t.of("entity"))]
    undone = [t for t in r.tokens if t not in deeds and _is_flag(r, last, t)]
    rest = [t for t in r.tokens if t not in deeds and t not in undone]
    others = any(t.time or t.grain or t.comparison or t.of("value") or t.of("dimension") or t.of("segment") for t in rest)
    listed = any(t.has("list") and not t.is_content for t in rest)
    people = names_people(r) or listed or any(r.world.counts_people(s.name) for t in rest for s in t.of("metric"))
    same = any(_facts(r, last, [s.name for s in t.of("behaviour")]) is not None for t in deeds[:1])
    return 0 < len(deeds) < 3 and not others and people and same


def _is_flag(r: Reading, last: SemanticQuery, token: Piece) -> bool:
    """没点击: whether each of the rows of the last number is so, said by its own word."""
    tables = {t for m in getattr(last, "metrics", ()) if isinstance(m, MetricUse) for t in r.world.tables_of(m.metric)[:1]}
    names = [s.name for s in token.of("value") if isinstance(s.value, bool)]
    return bool(names) and all(tables & set(r.world.homes(name)) for name in names)


_UNITS = re.compile("[单件笔张条次家场款]$")


def counts_them(r: Reading, last: SemanticQuery) -> bool:
    """how many messages were opened in Q3, then how many people is that: nothing but a number of people, behind one of something else."""
    more = r.tests or r.groups or r.share or r.compare or r.period_at is not None
    if not isinstance(last, Aggregate) or more or says_there(r):
        return False  # sales in Guangdong, then how many customers are there: all that live there
    if any(t.has("count") and _UNITS.search(t.text) for t in r.tokens):
        return False  # 有多少单: no people
    if any(t.has("who", "list") and not t.is_content for t in r.pieces):
        return False  # sales of gold members, then who are they?
    count = r.world.counts.get(r.world.model.domain.entity)
    people = [m.metric for m in last.metrics if isinstance(m, MetricUse) and r.world.counts_people(m.metric)]
    return bool(r.asked) and all(a.names == (count,) for a in r.asked) and not people and len(last.metrics) == 1


def doers_of(r: Reading, last: Aggregate) -> str:
    """The deed whose rows a number counts, or is the money of; nobody did what is nothing that people do."""
    name = next((m.metric for m in last.metrics if isinstance(m, MetricUse)), "")
    tables = r.world.tables_of(name)[:1]
    for deed, behaviour in r.world.model.behaviours.items():
        usual = r.world.usual_rows(behaviour.table)
        where = r.world.value_where(behaviour.table, behaviour.where) if behaviour.where else None
        plain = (
            usual is not None and where == usual and not r.world.is_average(name) and r.world.money_of(behaviour.table) == name
        )
        if r.world.count_of_deeds(deed) == name or (behaviour.table in tables and plain):
            return deed
    raise Unbound("people")


def who_did(r: Reading, last: SemanticQuery) -> Aggregate | Records | None:
    """The people who did it there and then, listed or counted; None where a message asks for something else."""
    if isinstance(last, Aggregate) and counts_them(r, last):
        if last.group_by:
            return _who_did_each(r, last, doers_of(r, last))
        deed = doers_of(r, last)
        people = doers(r.world, deed) if last.where is not None and last.limit is None and not last.having else None
        if (
            people is not None and last.share is None
        ):  # then 销售额: of those very orders, and not all that these people ever spent
            return last.model_copy(update={"metrics": (MetricUse(metric=people),), "order": (), "compare": None})
        return Aggregate(metrics=count_of(r), where=did(r, deed, last.where, last.period))
    deeds = [t for t in r.tests if isinstance(t, VerbTest)]
    plain = all(not t.objects and t.period is None and t.after is None and (t.at_least, t.at_most) == (1, None) for t in deeds)
    if not plain or len(deeds) != len(r.tests) or not deeds or not deeds[0].did or not asks_who_did(r, last):
        return None
    names = [_facts(r, last, t.behaviours) for t in deeds]
    if not isinstance(last, Aggregate) or (last.group_by and len(names) > 1):
        return None
    if last.limit == 1 and len(last.group_by) == 1 and isinstance(last.group_by[0], ByDimension):
        last = of_the_things(last)  # 哪个品类卖得最好, then 谁买的: of that one
    if None in names and last.period is None:
        raise Unbound("period")  # of a campaign: opened it, and bought nothing, since when?
    if last.group_by:
        return _who_did_each(r, last, names[0] or "")
    where = _all_done(r, [(name, t) for name, t in zip(names, deeds, strict=True)], last)
    entity = r.world.model.domain.entity
    counts = any(t.has("count") for t in r.pieces)
    if not counts and (r.listed or any(t.has("who", "which") and not t.is_content for t in r.pieces)):
        return Records(entity=entity, where=where)
    return Aggregate(metrics=count_of(r), where=where)


def _all_done(r: Reading, deeds: Sequence[tuple[str | None, VerbTest]], last: Aggregate) -> Filter | None:
    """That they did each of them, or did not: there and then what the number was of, and then what is of other rows."""
    found: list[Filter] = []
    for name, test in deeds:
        deed = name or test.behaviours[0]
        for part in parts_of(did(r, deed, last.where if name else None, last.period)):
            own = isinstance(part, Behaviour) and part.behaviour == deed
            made = part.model_copy(update={"did": test.did}) if own else part
            found += [made] if made not in found else []
    return joined(tuple(found))


def _who_did_each(r: Reading, last: Aggregate, deed: str) -> Aggregate:
    """各渠道销售额, then 多少人: how many people it was of in each of the groups that were shown."""
    people = doers(r.world, deed)
    if people is None or last.limit is not None or last.having:
        raise Unbound("people")
    return last.model_copy(update={"metrics": (MetricUse(metric=people),), "order": (), "share": None, "compare": None})


def count_of(r: Reading) -> tuple[MetricUse, ...]:
    """How many members there are."""
    count = r.world.counts.get(r.world.model.domain.entity)
    if count is None:
        raise Unbound("metric")
    return (MetricUse(metric=count),)


def _facts(r: Reading, last: SemanticQuery, behaviours: list[str] | tuple[str, ...]) -> str | None:
    """The deed that is recorded in the rows of the last number, where something limits them."""
    if not isinstance(last, Aggregate) or (last.where is None and last.period is None and not last.group_by):
        return None
    tables = {t for m in last.metrics if isinstance(m, MetricUse) for t in r.world.tables_of(m.metric)[:1]}
    found = [n for n in behaviours if (b := r.world.behaviour(n)) is not None and b.table in tables]
    return found[0] if len(found) == 1 else None
