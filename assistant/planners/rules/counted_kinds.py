"""How many there are of one kind, and a rate of theirs: 退换货工单有多少，解决率多少; how many complaints, resolution rate?

In: a `Reading` that asks for another number beside them. Out: the count of those things as its first number, and the kind as a
condition of both. Never fails; a kind that is counted alone is read elsewhere.
"""

from dataclasses import replace

from assistant.planners.rules.clauses import ends_in_number, is_how_many
from assistant.planners.rules.draft import Asked, ValueTest
from assistant.planners.rules.kin import kind_of
from assistant.planners.rules.reading import Reading
from semantic_layer.model import RatioMetric, SimpleMetric


def of_one_kind(r: Reading) -> None:
    """Both: the kind as a condition, or as what the first number is limited to."""
    _kinds_counted(r)
    _rates_of_kind(r)


def _kinds_counted(r: Reading) -> None:
    """退换货工单有多少，解决率多少: how many there are stands beside what they are, and is asked for beside the rate."""
    shown = {name for a in r.asked for name in a.names}
    if not shown or any(map(r.world.is_count, shown)) or r.share or r.groups:
        return
    for at in range(len(r.tokens)):
        kind = kind_of(r, r.tokens[at], by_word=not ends_in_number(r, at))  # 投诉有多少，解决率多少
        count = r.world.counts.get(kind) if kind is not None else None
        told = count is not None and any(t.at == at and not t.negated for t in r.tests_of_values())
        if count is None or not told or not (ends_in_number(r, at) or (at > 0 and is_how_many(r, at - 1))):
            continue
        near = {table for name in shown for table in r.world.tables_of(name)}
        if not near & set(r.world.tables_of(count)):  # 社区店有多少，9月销售额多少: two numbers that no query has both of
            r.used.discard(at)
            r.strict.add(at)
        else:
            r.asked.append(Asked(at, (count,)))
            r.take(at + 1 if ends_in_number(r, at) else at - 1)
            r.count_words = tuple(i for i in r.count_words if abs(i - at) > 1)
            return


def _rates_of_kind(r: Reading) -> None:
    """how many complaints, resolution rate?, 投诉有多少，解决率多少: the rate is of those that are counted before it."""
    if len(r.asked) != 2 or r.follows is not None or any(len(a.names) != 1 for a in r.asked):
        return
    count, rate = sorted(r.asked, key=lambda a: a.at)
    limit = _limit(r, count.names[0])
    everything = next(
        (n for n in r.world.counts.values() if limit is not None and _measure(r, n) == _measure(r, count.names[0])), None
    )
    if limit is None or everything is None or _is_part(r, count.names[0], rate.names[0]):
        return
    same = set(r.world.tables_of(everything)) & set(r.world.tables_of(rate.names[0]))
    if same and r.world.is_average(rate.names[0]) and not any(t.of("metric") for t in r.tokens[: count.at]):
        r.asked = [replace(count, names=(everything,)), rate]
        r.tests.append(ValueTest(count.at, ((limit[0], (limit[1],)),)))


def _measure(r: Reading, name: str) -> str | None:
    metric = r.world.model.metrics.get(name)
    return metric.measure if isinstance(metric, SimpleMetric) else None


def _limit(r: Reading, name: str) -> tuple[str, str] | None:
    """The kind that a count is of: complaints, of tickets; orders that are done are the usual ones, and no kind of them."""
    metric = r.world.model.metrics.get(name)
    table = (r.world.tables_of(name) or ("",))[0]
    value = r.world.value_where(table, metric.where) if isinstance(metric, SimpleMetric) and metric.where else None
    usual = r.world.usual_rows(table)
    return value if value is not None and (usual is None or usual[0] != value[0]) and r.world.is_count(name) else None


def _is_part(r: Reading, count: str, rate: str) -> bool:
    """Whether a rate is of that count itself: complaints and the complaint rate."""
    metric = r.world.model.metrics.get(rate)
    return isinstance(metric, RatioMetric) and count in (metric.numerator, metric.denominator)
