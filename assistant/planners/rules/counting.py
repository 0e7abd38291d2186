"""How many people, counted where they did it: 各渠道有多少人下单, daily logins of customers, 浏览、加购、支付各有多少人.

In: a `Reading` that counts the domain's entity, with a breakdown that only the facts have (their time, their channel). Out: the same
reading with the distinct count over those facts instead; unchanged where the entity itself can be broken down.
"""

import re
from dataclasses import replace

from assistant.planners.rules.clauses import describes_people
from assistant.planners.rules.conditions import Unbound
from assistant.planners.rules.draft import Asked, Group, Test, ValueTest, VerbTest
from assistant.planners.rules.kin import all_rows_of, own_limit, rate_of, rows_where
from assistant.planners.rules.percents import is_implied
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.shares import share_part
from semantic_layer.model import RatioMetric
from semantic_layer.query import Period


def by_facts(r: Reading) -> Reading:
    """The reading, counted over facts where its breakdowns need them."""
    count = r.world.counts.get(r.world.model.domain.entity)
    if r.share or not any(a.names == (count,) for a in r.asked):
        return r
    if len(r.asked) > 1:
        _beside_others(r, (count,))
        return r
    verbs = [t for t in r.tests if isinstance(t, VerbTest)]
    if len(verbs) == 1:
        _from_verb(r, verbs[0])
    elif not verbs:
        _from_values(r)
    return r


def of_rows(r: Reading) -> Reading:
    """退款订单数, sales of cancelled orders: the metric of the rows that a condition names, where the usual one is of other rows."""
    _of_all_rows(r)
    tests = [t for t in r.tests if isinstance(t, ValueTest) and not t.negated and t.rank is None]
    said: list[set[int]] = []
    for place, asked in enumerate(r.asked):
        said.append(set())
        if asked.names and of_other_rows(r, asked.names[0]) and (number := _averaged(r, asked.names[0])) is not None:
            r.asked[place] = Asked(asked.at, agg="avg", dimensions=(number,), firm=asked.firm, period=asked.period)
            continue
        for test in tests:
            usual = asked.names[0] if asked.names else r.world.declared(asked.dimensions[0], asked.agg or "avg")
            found = r.world.metric_of_rows(usual, dict(test.options)) if usual is not None else None
            if found is None:
                continue
            r.asked[place] = Asked(asked.at, (_of_these(r, asked, test, found[0]),), firm=asked.firm, period=asked.period)
            said[-1].update([id(test)] if found[1] else [])
            break
    shown = {name for asked in r.asked for name in asked.names}
    own = [said[place] for place, asked in enumerate(r.asked) if not _is_rate_of(r, asked, shown)]
    named = set.intersection(*own) if own else set()  # 退款的单数和金额: both numbers say it themselves
    r.tests = [t for t in r.tests if id(t) not in named]
    return r


def _is_rate_of(r: Reading, asked: Asked, shown: set[str]) -> bool:
    """退款订单的数量和退款率: a rate says itself which of its rows the other number counts."""
    metric = r.world.model.metrics.get(asked.names[0]) if asked.names else None
    return isinstance(metric, RatioMetric) and bool({metric.numerator, metric.denominator} & shown)


def _of_these(r: Reading, asked: Asked, test: ValueTest, name: str) -> str:
    """The metric of the rows that a condition names, or the rate that is made of it."""
    if _is_listed_with(r, asked.at, test):
        raise Unbound(name)  # 浏览、加购、支付的人数: of those that pay as well
    if _INCLUDING.search(r.text.text[: r.tokens[test.at].start]):
        raise Unbound(name)  # 销售额包含退款的: those too, and not those alone
    rate = rate_of(r.world, name) if r.share and test in share_part(r, r.tests, by_group=False)[0] else None
    if rate is not None:  # what percent of orders were refunded: the declared rate
        r.share = False
    return rate or name


def _is_listed_with(r: Reading, at: int, test: ValueTest) -> bool:
    """Whether a number with rows of its own stands last in a list of values of which its rows are another."""
    names = [s.name for s in r.tokens[at].of("metric")] if 0 <= at < len(r.tokens) else []
    own = [limit for name in names if isinstance(limit := own_limit(r.world, name), tuple)]
    members = {d for d, _ in test.options}
    return at > 0 and r.tokens[at - 1].text in ("、", "和") and any(limit[0] in members for limit in own)


def ranked_by_rows(r: Reading) -> None:
    """退款订单金额最高的10个客户, 买得最多的10个客户，按金额: who has most of a number that rows have, of the rows that are meant."""
    ranking = r.ranking
    again = len(r.columns) == 1 and any(t.has("that_value") for t in r.tokens)  # 附近90天消费金额，金额高的排前面
    if ranking is None or ranking.metrics or len(ranking.dimensions) != 1 or again:
        return
    number, entity = ranking.dimensions[0], r.world.entity
    total = r.world.declared(number, "sum")
    if total is None or (entity is not None and r.world.model.dimensions[number].table == entity.table):
        return
    for test in r.tests:
        done = r.world.behaviour(test.behaviours[0]) if isinstance(test, VerbTest) and _is_plain(test) else None
        value = rows_where(r.world, done.table, done.where) if done is not None and done.where else None
        options = {value[0]: (value[1],)} if value is not None else dict(test.options) if isinstance(test, ValueTest) else {}
        found = r.world.metric_of_rows(total, options)
        if found is not None and not found[1]:
            raise Unbound(number)  # the money of cancelled orders is declared nowhere
        if found is not None:
            period = test.period if isinstance(test, VerbTest) else None
            r.tests = [t for t in r.tests if t is not test]
            r.ranking = replace(ranking, metrics=(found[0],), dimensions=(), period=ranking.period or period)
            return
    deeds = [t for t in r.tests if isinstance(t, VerbTest) and _is_plain(t)]
    period = deeds[0].period if len(deeds) == 1 else None
    r.ranking = replace(ranking, metrics=(total,), dimensions=(), period=ranking.period or period)


def _is_plain(test: VerbTest) -> bool:
    """Whether a deed is of anything, and not how often it was done, or after what."""
    return test.did and not test.objects and test.after is None and (test.at_least, test.at_most) == (1, None)


def of_other_rows(r: Reading, name: str) -> bool:
    """退款订单平均每单多少钱: the rows of an average are those that were done, and others were named."""
    metric = r.world.model.metrics.get(name)
    told = [t for t in r.tests if isinstance(t, ValueTest) and not t.negated and t.rank is None]
    ratio = metric.numerator if isinstance(metric, RatioMetric) else ""
    return any(r.world.metric_of_rows(ratio, dict(t.options)) is not None for t in told)


def _averaged(r: Reading, name: str) -> str | None:
    """The number that a metric is the average of, a row each: AOV, the amount of an order."""
    return next((d for d in r.world.model.dimensions if r.world.is_number(d) and r.world.declared(d, "avg") == name), None)


def _of_all_rows(r: Reading) -> None:
    """what share of orders were completed: of all of them, though a count of orders is of those that were completed."""
    part = share_part(r, r.tests, by_group=bool(r.groups))[0] if r.share else []
    if not part or not all(is_implied(r, test) for test in part):
        return
    for place, asked in enumerate(r.asked):
        everything = all_rows_of(r.world, asked.names[0]) if asked.names else None
        if everything is None:
            raise Unbound("share")
        r.asked[place] = Asked(asked.at, (everything,), firm=asked.firm, period=asked.period)


_SOLD = re.compile("(?<![a-z])(?:sell|sells|sold|selling)(?![a-z])|[卖售]")


def count_sold(r: Reading) -> None:
    """how many boots did our stores sell: how many pieces, where things are named by what they are and nothing else is counted."""
    if r.asked or not r.count_words or r.follows is not None or _SOLD.search(r.text.text) is None or r.has_person():
        return
    at = r.count_words[0]
    thing = r.step(at, 1)
    facts = r.world.fact_tables()
    names = [d for t in r.tests_of_values() if t.at == thing for d, _ in t.options if any(r.world.is_detail(f, d) for f in facts)]
    pieces = next((m for name in names if (m := r.world.pieces_with(name)) is not None), None)
    if pieces is not None and not any(isinstance(t, VerbTest) for t in r.tests):
        r.asked.append(Asked(at, (pieces,)))
        r.take(at)


def count_averaged(r: Reading) -> None:
    """How big was the average order, and how many were there? How many of what an average is of, which is named nowhere else."""
    averages = [a for a in r.asked if a.names and r.world.is_average(a.names[0])]
    counts = [at for at in r.count_words if r.tokens[at].text.endswith("how many") and not r.tokens[at].is_content]
    if len(averages) != 1 or len(counts) != 1 or any(r.world.is_count(n) for a in r.asked for n in a.names):
        return
    behind = r.step(counts[0], 1)
    while behind is not None and (r.tokens[behind].has("refer", "by") or r.tokens[behind].time):
        behind = r.step(behind, 1)
    entity = r.world.entity_of(r.world.tables_of(averages[0].names[0])[0])
    count = r.world.counts.get(entity.name) if entity is not None else None
    if count is not None and (behind is None or r.tokens[behind].has("with") or r.metrics(behind)):
        r.asked.append(Asked(counts[0], (count,)))
        r.take(counts[0])


_INCLUDING = re.compile(
    r"(?:包含|包括|含|算上|加上|连同)(?:了|有)?$|(?<![a-z])(?:including|incl|include|counting|with) (?:the )?$"
)


def counts_those(r: Reading) -> bool:
    """近30天下过单但没投诉的金卡有多少: a value that people have, behind what they did, and nothing else is counted."""
    if any(t.of("metric") or t.of("entity") for t in r.tokens):
        return False
    if _people_did(r):
        return True
    ends = [at for at in range(len(r.tokens) - 1) if describes_people(r, at) and r.tokens[at + 1].has("count")]
    text, last = r.text.text, len(r.tokens) - 1
    apart = last > 1 and r.tokens[last].has("count") and r.is_break(last - 1)
    if apart and any(describes_people(r, at) for at in range(last)):
        return True  # added to cart and gold - how many
    return any(  # 投诉过、金卡的有几个
        text[: r.tokens[at].start].endswith("的") or text[r.tokens[at].end : r.tokens[at + 1].start] == "的" for at in ends
    )


def _people_did(r: Reading) -> bool:
    """how many women over 45 bought shoes: people by one of their values, right between how many and what they did."""
    starts = [at + 1 for at in range(len(r.tokens) - 2) if r.tokens[at].has("count") and not r.tokens[at].senses]
    for at in (i for i in starts if describes_people(r, i) and r.tokens[i].text.isascii()):
        behind = at + 2 if r.tokens[at + 1].comparison is not None else at + 1
        verb = r.tokens[behind] if behind < len(r.tokens) else None
        if verb is not None and verb.of("behaviour") and not verb.of("value"):
            return True
    return False


def of_its_own(r: Reading, at: int) -> bool:
    """拉了多少新、多少人下单、人均花了多少: those who did something are one more number in a list of numbers."""
    ends = [i < 0 or i >= len(r.tokens) or r.is_break(i) or r.tokens[i].has("and") for i in (at - 1, at + 2)]
    verb = at + 1 < len(r.tokens) and bool(r.tokens[at + 1].of("behaviour"))
    return at > 0 and all(ends) and verb and len(r.asked) > 1


def _beside_others(r: Reading, count: tuple[str | None, ...]) -> None:
    """每个渠道卖了多少钱、多少人买: those who did it are counted over its rows, as the other metrics are."""
    verbs = [t for t in r.tests if isinstance(t, VerbTest) and t.did and not t.objects and t.at_least == 1]
    periods = {t.period for t in verbs}
    if len(periods) != 1 or not periods <= {None, r.period or next(iter(periods))}:
        return  # who bought in August, and the sales of September
    same = len({t.behaviours[0] for t in verbs}) == 1  # 多少人买、成交多少单: the second verb says how the orders came
    behaviour = r.world.behaviour(verbs[0].behaviours[0]) if same else None
    metric = r.world.distinct_of(behaviour.table, behaviour.where) if behaviour is not None else None
    others = [n for a in r.asked if a.names != count for n in a.names]
    around = r.world.around(behaviour.table) if behaviour is not None else frozenset()
    listed = any(a.names == count and 0 <= a.at < len(r.tokens) and of_its_own(r, a.at) for a in r.asked)
    if metric is None or not (listed or all(set(r.world.tables_of(n)) & around for n in others)):
        return
    r.asked = [replace(a, names=(metric,)) if a.names == count else a for a in r.asked]
    r.tests = [t for t in r.tests if t not in verbs]
    r.period = r.period or next(iter(periods))


def _from_verb(r: Reading, verb: VerbTest) -> None:
    """One deed, broken down by its own time or by what describes it."""
    if not verb.did or verb.at_least != 1 or verb.at_most is not None:
        return
    for name in verb.behaviours:
        behaviour = r.world.behaviour(name)
        if behaviour is None or not _needs_facts(r, r.groups, behaviour.table):
            continue
        metric = r.world.distinct_of(behaviour.table, behaviour.where)
        extra: tuple[Test, ...] = ()
        if metric is None and behaviour.where is not None:
            metric = r.world.distinct_of(behaviour.table, None)
            value = r.world.value_where(behaviour.table, behaviour.where)
            if value is None:
                continue
            extra = (ValueTest(verb.at, ((value[0], (value[1],)),)),)
        if metric is not None:
            r.asked = [Asked(r.asked[0].at, (metric,))]
            r.tests = [*(t for t in r.tests if t is not verb), *verb.objects, *extra]
            r.period = _both(verb.period, r.period)
            return


def _both(own: Period | None, main: Period | None) -> Period | None:
    return own or main


def _needs_facts(r: Reading, groups: list[Group], table: str) -> bool:
    """Whether a breakdown is by the time of the facts, or by something that only they reach."""
    entity = r.world.entity
    if entity is None:
        return False
    return any(
        g.grain or g.part or (not _reaches(r, entity.table, g.dimensions) and _reaches(r, table, g.dimensions)) for g in groups
    ) or any(g.dimensions and _is_nearer(r, table, entity.table, g.dimensions) for g in groups)


def _reaches(r: Reading, table: str, dimensions: tuple[str, ...]) -> bool:
    return any(r.world.distance(table, name) is not None for name in dimensions)


def _is_nearer(r: Reading, table: str, entity: str, dimensions: tuple[str, ...]) -> bool:
    """Whether the first meaning of a breakdown word belongs to the facts: the channel of an order, not of the registration."""
    own = [d for d in dimensions if table in r.world.homes(d)]
    theirs = [d for d in dimensions if entity in r.world.homes(d)]
    return bool(own) and bool(theirs)


def _from_values(r: Reading) -> None:
    """Values of facts set side by side, each with its count of people."""
    entity = r.world.entity
    if entity is None or not r.groups:
        return
    homes = {home for g in r.groups for d in g.dimensions for home in r.world.homes(d)}
    named = [g.dimensions for g in r.groups if g.dimensions]
    if all(_reaches(r, entity.table, names) for names in named):
        return
    for table in r.world.fact_tables():
        metric = r.world.distinct_of(table, None)
        if table in homes and metric is not None and all(_reaches(r, table, names) for names in named):
            r.asked = [Asked(r.asked[0].at, (metric,))]
            return


def only_how_much(r: Reading) -> bool:
    """sales in September, then 各渠道多少: how much of what was shown, and nobody and nothing that could be counted is named."""
    words = [r.tokens[at] for at in r.count_words] or [t for t in r.tokens if t.has("count")]
    return bool(words) and all(t.has("how_much") or _HOW_MUCH.fullmatch(t.text) for t in words)


_HOW_MUCH = re.compile("[都各]?[有是]多少")
