"""Other numbers of what was shown before: 人数呢, per head?, as a rate against orders, same for cancellations, by units instead.

In: a `Reading` of the message and the query before it. Out: that query with the metrics that the message names, beside the old ones or in
their place. Never fails: a message that names none changes nothing. Words that were understood are used up.
"""

import re
from dataclasses import replace

from assistant.planners.rules.adding import adds
from assistant.planners.rules.amongst import counts_among
from assistant.planners.rules.build import bound_metrics
from assistant.planners.rules.conditions import Unbound
from assistant.planners.rules.draft import DateTest, NumberTest, Test, ValueTest, VerbTest
from assistant.planners.rules.edits import parts_of, with_groups, with_metrics
from assistant.planners.rules.headcounts import is_bare_head
from assistant.planners.rules.kin import is_rate, own_limit, per_member, quotient, rate_of
from assistant.planners.rules.leaning import SPLITS, is_of_people
from assistant.planners.rules.nouns import BARE_UNIT
from assistant.planners.rules.of_the_same import of_its_kind
from assistant.planners.rules.own_breakdown import of_its_own
from assistant.planners.rules.portions import declared_rate
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.shown import why_of
from semantic_layer.model import SimpleMetric
from semantic_layer.query import Aggregate, ByDimension, Measured, MetricUse, Predicate


def remeasured(r: Reading, query: Aggregate) -> Aggregate:
    _only_such(r, query)
    _ranked_by_them(r, query)
    if any(t.text == "again" for t in r.tokens) and r.period is not None and not r.tests:
        raise Unbound("again")  # how many bought in September, then how many of them again this month
    if counts_among(r, query) or _asks_how_many(r, query) or _says_whose(r, query):
        return query
    _ask_whose(r)
    if r.counted and not r.asked and (chosen := _how_many_chosen(r, query)) is not None:
        return chosen
    if r.counted and not r.asked:
        changed = r.compare is not None or any(t.has("grow", "shrink") for t in r.tokens)  # 跟8月比涨跌多少: of each of them
        if all(isinstance(g, ByDimension) for g in query.group_by) and not (r.groups or r.tests or changed):
            return with_groups(query, ())
        return query
    r.take(*(at for at in r.where("by") if query.group_by and any(asked.at == at + 1 for asked in r.asked)))  # by units instead
    each = _each_of_them(r, query) or _as_rate(r, query) or _same_for(r, query) or _part_of_shown(r, query)
    found = bound_metrics(r) if each is None else (MetricUse(metric=each),)
    limits = {test.metrics for test in r.tests if isinstance(test, NumberTest) and query.group_by}
    limiting = [t.at for t in r.tests if isinstance(t, NumberTest)]
    if r.asked and all(a.names in limits and min(abs(a.at - at) for at in limiting) <= 1 for a in r.asked):
        return query  # 购买客户不到100人的先剔掉: which groups, and nothing else asked
    rows = all(a.names and _counts_its_rows(r, query, a.names[0]) for a in r.asked)  # only orders placed in stores: which
    if (r.groups or r.ranking) and r.asked and rows and _counts_some(r, query) and all(_is_bare_count(r, a.at) for a in r.asked):
        return query  # 9月退款的订单有多少, then 涉及哪些品类，按单数排: of those orders
    only = any(t.has("only") and not t.is_content for t in r.tokens)
    narrowed = only and (rows or not any(a.firm for a in r.asked))
    if not found or (narrowed and r.tests and not is_of_people(r, query)):
        return query  # 只看钻石会员: whose, and not how many they are
    new = of_its_own(r, query, with_metrics(query, _merged(query.metrics, found) if adds(r) else found))
    return of_its_kind(r, query, _each_rate(r, query, _without_idle_share(r, new)))


def _ask_whose(r: Reading) -> None:
    """split by the channel the order was placed in, behind tickets: whose channel, and no number of orders; raises `Unbound`."""
    nouns = [a for a in r.asked if 0 <= a.at < len(r.tokens) and r.tokens[a.at].of("entity")]
    if SPLITS.match(r.text.text) and r.asked and len(nouns) == len(r.asked):
        raise Unbound("split")


def _without_idle_share(r: Reading, new: Aggregate) -> Aggregate:
    """Shares of what was sent, then the open rate: rates do not add up, and have none."""
    rates = all(isinstance(m, MetricUse) and r.world.is_average(m.metric) for m in new.metrics)
    idle = rates and new.share is not None and new.share.part is None
    return new.model_copy(update={"share": None}) if idle else new


def _how_many_chosen(r: Reading, query: Aggregate) -> Aggregate | None:
    """满意率低于80%的门店有哪些, then 有几家: how many of the groups there are; which city has the most, then how many: that many."""
    if not query.group_by or r.groups or r.tests or r.compare is not None or r.period_at is not None or r.share:
        return None
    if query.having and query.limit is None:
        return query.model_copy(update={"count_groups": True, "order": ()})
    if query.limit is not None and query.limit > 1:
        raise Unbound("count")  # the five best: how many what?
    return why_of(query).model_copy(update={"group_by": ()}) if query.limit == 1 else None


def _ranked_by_them(r: Reading, query: Aggregate) -> None:
    """9月退款的订单有多少, then 涉及哪些品类，按单数排: by the number of those, and not of all orders."""
    said = r.ranking.metrics if r.ranking is not None else ()
    alike = bool(said) and _counts_some(r, query) and all(_counts_its_rows(r, query, name) for name in said)
    if r.ranking is not None and alike and _is_bare_count(r, r.ranking.at):
        r.ranking = replace(r.ranking, metrics=tuple(m.metric for m in query.metrics if isinstance(m, MetricUse)))


def _counts_some(r: Reading, query: Aggregate) -> bool:
    """Whether the one number that is shown counts rows of one kind."""
    names = [m.metric for m in query.metrics if isinstance(m, MetricUse)]
    return len(names) == 1 and r.world.is_count(names[0]) and own_limit(r.world, names[0]) is not False


def _is_bare_count(r: Reading, at: int) -> bool:
    """Whether a word says no more than how many: 单数, the number."""
    return 0 <= at < len(r.tokens) and _BARE_COUNT.fullmatch(r.tokens[at].text) is not None


_BARE_COUNT = re.compile(r"单数|单量|件数|张数|数量|个数|(?:the )?(?:number|count)(?: of orders| of tickets)?")


def _each_rate(r: Reading, last: Aggregate, new: Aggregate) -> Aggregate:
    """三季度华东和华南的投诉件数, then 投诉率也看下: numbers of two add up, their rates do not."""
    rates = all(isinstance(m, MetricUse) and r.world.is_average(m.metric) for m in new.metrics)
    counted = any(isinstance(m, MetricUse) and not r.world.is_average(m.metric) for m in last.metrics)
    some = [p for p in parts_of(new.where) if isinstance(p, Predicate) and p.op == "in"]
    together = any(t.has("together", "total") and not t.is_content for t in r.tokens)
    dropped = any(isinstance(m, MetricUse) and m.metric in names for m in last.metrics for names in r.dropped)
    alone = rates or dropped  # …，不要件数了
    if not alone or not counted or len(some) != 1 or new.group_by or new.share is not None or together or r.groups:
        return new
    return with_groups(new, (ByDimension(member=some[0].member),))


def _only_such(r: Reading, query: Aggregate) -> None:
    """first response time by channel, then and just complaints: which tickets, as what is measured is an average of them."""
    only = any((t.has("only") or t.text in ("and just", "and only")) and not t.is_content for t in r.tokens)
    if only and _only_who_joined(r):
        return
    names = [m.metric for m in query.metrics if isinstance(m, MetricUse)]
    asked = r.asked[0] if len(r.asked) == 1 and r.asked[0].names else None
    metric = r.world.model.metrics.get(asked.names[0]) if asked is not None else None
    limits = [t.metrics for t in r.tests if isinstance(t, NumberTest)]  # 只看订单超过50单的城市: which of them
    if (
        not only
        or asked is None
        or asked.names in limits
        or not isinstance(metric, SimpleMetric)
        or not metric.where
        or not r.world.is_count(asked.names[0])
    ):
        return
    table = r.world.tables_of(asked.names[0])[0]
    limit = own_limit(r.world, asked.names[0])
    measured = [n for n in names if table in r.world.tables_of(n)[:1] and (r.world.is_average(n) or not r.world.is_count(n))]
    if limit is not True and names and measured == names:
        if limit:  # none of only orders with women's wear: of every status that the rate is of
            r.tests.append(ValueTest(asked.at, ((limit[0], (limit[1],)),)))
        r.asked.clear()


def _only_who_joined(r: Reading) -> bool:
    """sales by category this year, then 只算今年新注册的会员买的: whose they are to be, and not how many of them there are."""
    asked = r.asked[0] if len(r.asked) == 1 and r.asked[0].names else None
    metric = r.world.model.metrics.get(asked.names[0]) if asked is not None else None
    joined = isinstance(metric, SimpleMetric) and metric.time is not None and r.world.counts_people(metric.name)
    when = r.period or r.base  # 今年复购率, then 只看新注册的客户: who joined this year
    if asked is None or when is None or not joined or not isinstance(metric, SimpleMetric) or metric.time is None:
        return False
    r.tests = [t for t in r.tests if not (isinstance(t, VerbTest) and t.period is None and not t.objects)]
    r.tests.append(DateTest(asked.at, (metric.time,), when))
    r.asked.clear()
    r.period, r.period_at, r.mention = None, None, None
    return True


def _asks_how_many(r: Reading, query: Aggregate) -> bool:
    """9月新增会员有多少, then 各注册渠道人数: how many of those, whichever number of people was shown."""
    people = all(isinstance(m, MetricUse) and r.world.counts_people(m.metric) for m in query.metrics)
    asked = [r.tokens[a.at] for a in r.asked if 0 <= a.at < len(r.tokens)]
    if len(asked) != len(r.asked) or not asked:
        return False
    units = {u.zh for m in query.metrics if isinstance(m, MetricUse) and (u := r.world.model.metrics[m.metric].unit) is not None}
    bare = [BARE_UNIT.fullmatch(token.text) for token in asked]  # 里面每个城市分别有几件: of the same
    return (people and all(is_bare_head(token) for token in asked)) or all(b is not None and b["unit"] in units for b in bare)


_THOSE = re.compile("(?:those|the ones) who")


def _says_whose(r: Reading, query: Aggregate) -> bool:
    """resolution rate by type, then the same for customers in South China: whose it is to be, and not how many they are."""
    nouns = [r.tokens[a.at] for a in r.asked if 0 <= a.at < len(r.tokens)]
    people = len(nouns) == len(r.asked) > 0 and all(
        (r.is_person(a.at) or _THOSE.match(r.tokens[a.at].text)) and not a.firm for a in r.asked
    )
    others = [m for m in query.metrics if isinstance(m, MetricUse) and not r.world.counts_people(m.metric)]
    told = bool(r.tests) or bool(r.groups)
    return people and told and not r.counted and len(others) == len(query.metrics) and not any(t.has("count") for t in nouns)


def _counts_its_rows(r: Reading, query: Aggregate, name: str) -> bool:
    """Whether a metric counts rows that are measured here: just the shops, of sales, are no rows of them."""
    tables = {t for m in query.metrics if isinstance(m, MetricUse) for t in r.world.tables_of(m.metric)}
    people = r.world.counts_people(name)
    return r.world.is_count(name) and (people or bool(tables & set(r.world.tables_of(name)[:1])))


def of_other_rows(r: Reading, query: Aggregate, test: Test) -> tuple[Aggregate, bool]:
    """今年投诉最多的5个城市, then 那咨询的呢: the metric of the rows of another kind; True where it says of which kind they are itself."""
    if not isinstance(test, ValueTest) or test.negated or test.rank is not None:
        return query, False
    found = {
        m.metric: other
        for m in query.metrics
        if isinstance(m, MetricUse) and (other := r.world.metric_of_rows(m.metric, dict(test.options))) is not None
    }
    if not found or len(found) != len(query.metrics):
        return query, False
    metrics = tuple(MetricUse(metric=other) for other, _ in found.values())
    return with_metrics(query, metrics), all(explained for _, explained in found.values())


def _merged(old: tuple[Measured, ...], new: tuple[Measured, ...]) -> tuple[Measured, ...]:
    return tuple(dict.fromkeys((*old, *new)))


def _each_of_them(r: Reading, last: Aggregate) -> str | None:
    """人均呢, per head?: the declared ratio of the metric that was shown to the people it is of, where a message says nothing else; or to
    what it is to be a percentage of."""
    marks = [at for at, t in enumerate(r.tokens) if (t.has("per_unit") or _PER_HEAD.fullmatch(t.text)) and not t.senses]
    others = [t for at, t in enumerate(r.tokens) if at not in marks and (t.is_content or t.time or t.grain or t.comparator)]
    names = [m.metric for m in last.metrics if isinstance(m, MetricUse)]
    if r.share and len(names) == len(r.asked) == 1 and len(r.asked[0].names) > 0:
        rate = next((q for whole in r.asked[0].names if (q := quotient(r.world, names[0], whole)) is not None), None)
        r.share = r.share and rate is None  # as a percentage of orders, behind complaints
        return rate
    parts = any(t.has("share") and not t.is_content for t in r.tokens)  # what share of the total is each
    found = per_member(r.world, names[0]) if marks and not (others or parts) and len(names) == 1 else None
    if found is not None:
        r.take(*marks)
    return found


_PER_HEAD = re.compile("per (?:head|person|customer|member|buyer|capita)|each|人均|平均每人|每人平均")

_AS_RATE = re.compile(r"(?<![a-z])as (?:a )?(?:rate|ratio)s?(?: (?P<of>of|per|to|over|against|relative to|out of)(?: the)? )?")


def _as_rate(r: Reading, last: Aggregate) -> str | None:
    """complaints per month, then as a rate against orders: the declared ratio of what was shown; to what is named, where something is."""
    said = _AS_RATE.search(r.text.text)
    names = [m.metric for m in last.metrics if isinstance(m, MetricUse)]
    if said is None or len(names) != 1:
        return None
    words = [at for at, t in enumerate(r.tokens) if said.start() <= t.start < said.end()]
    if said["of"] is None:
        found = rate_of(r.world, names[0])
        r.take(*(words if found is not None else ()))
        return found
    behind = [at for at, t in enumerate(r.tokens) if t.start >= said.end()]
    wholes = [m for at in behind for m in (*r.metrics(at), *(r.world.counts.get(e) for e in r.entities(at))) if m is not None]
    asked = [m for a in r.asked for m in a.names]
    found = next((rate for whole in (*wholes, *asked) if (rate := quotient(r.world, names[0], whole)) is not None), None)
    r.take(*((*words, *behind) if found is not None else ()))
    return found


def _part_of_shown(r: Reading, last: Aggregate) -> str | None:
    """短信、微信各发了多少条, then 每种有多大比例被打开了: the declared rate of what became of those that were counted."""
    names = [m.metric for m in last.metrics if isinstance(m, MetricUse)]
    if not r.share or len(names) != 1 or not r.world.is_count(names[0]) or r.world.counts_people(names[0]) or r.tests:
        return None
    tables = set(r.world.tables_of(names[0])[:1])
    for at, token in enumerate(r.tokens):
        if token.of("behaviour") and not token.has("filler"):
            r.used.discard(at)
            rate = declared_rate(r, at, tables)
            r.take(at if rate is not None else None)
            r.strict.update([at] if rate is None else [])
            r.share = r.share and rate is None
            return rate
    return None


def _same_for(r: Reading, last: Aggregate) -> str | None:
    """refund rate by channel, then same for cancellations: the rate of them, as it was a rate that was shown."""
    names = [m.metric for m in last.metrics if isinstance(m, MetricUse)]
    if len(names) != 1 or len(r.asked) != 1 or not is_rate(r.world, names[0]) or not _SAME_FOR.match(r.text.text):
        return None
    found = (rate_of(r.world, name) for name in r.asked[0].names if r.world.is_count(name))
    return next((rate for rate in found if rate is not None and is_rate(r.world, rate)), None)


_SAME_FOR = re.compile(r"(?:and |now |then )*(?:(?:the )?same (?:for|with)|(?:what|how) about|and)(?![a-z])")
