"""The numbers of a list over other facts or in another time: 今年在天猫消费最多的20个, then 换成京东, then 上个月的呢.

In: a `Reading` of the message and the list before it. Out: the list with its columns and its order changed, the values that did so taken
out of the tests. Never fails: a message that says nothing of the kind leaves the list as it is.
"""

from assistant.planners.rules.adding import adds_values
from assistant.planners.rules.conditions import Binder
from assistant.planners.rules.draft import Test, ValueTest
from assistant.planners.rules.edits import each_part, parts_of, periods_in
from assistant.planners.rules.moved import moved_period
from assistant.planners.rules.reading import Reading
from semantic_layer.query import Attribute, Column, MetricColumn, Period, Predicate, Records


def recut(r: Reading, last: Records) -> Records:
    """The list with the numbers that the message changes."""
    columns = [_in_time(r, c, last) for c in last.columns]
    left: list[Test] = []
    for test in r.tests:
        found = [_of_other_facts(r, c, test) for c in columns]
        if not any(found):
            left.append(test)
        columns = [new or old for new, old in zip(found, columns, strict=True)]
    r.tests = left
    names = {_name(old): _name(new) for old, new in zip(last.columns, columns, strict=True)}
    order = tuple(o.model_copy(update={"by": names.get(o.by, o.by)}) for o in last.order)
    return last.model_copy(update={"columns": tuple(columns), "order": order})


def _name(column: Column) -> str:
    return column.member if isinstance(column, Attribute) else column.metric


def _of_other_facts(r: Reading, column: Column, test: Test) -> Column | None:
    if not isinstance(column, MetricColumn) or not isinstance(test, ValueTest) or test.negated:
        return None
    held = [p for p in parts_of(column.where) if isinstance(p, Predicate) and p.member in dict(test.options)]
    if len(held) != 1:
        return None
    old, new = held[0], dict(test.options)[held[0].member]
    values = tuple(dict.fromkeys((*(old.values if adds_values(r) else ()), *new)))
    part = Predicate(member=old.member, op="in" if len(values) > 1 else "=", values=values)
    return column.model_copy(update={"where": each_part(column.where, lambda p: part if p == old else p)})


def _in_time(r: Reading, column: Column, last: Records) -> Column:
    """今年消费最多的20个客户, then 那上个月呢: a bare time is that of the number by which they are ranked."""
    ranked = any(o.by == _name(column) for o in last.order)
    bare = r.period_at is not None and r.period is not None and not (r.asked or r.columns or r.tests or r.groups)
    if not bare or not ranked or r.ranking is not None or periods_in(last.where) - {_period(column)}:
        return column
    held = None if isinstance(column, MetricColumn) else r.world.attributes.window_of(column.member)
    metric = column.metric if isinstance(column, MetricColumn) else held and held[0]
    period = moved_period(r, _period(column))
    if metric is None or period is None:
        return column
    r.period_used = True
    if isinstance(column, MetricColumn) and column.where is not None:
        return column.model_copy(update={"period": period})
    binder = Binder(r.world, (r.world.model.entities[last.entity].table,), r.today, period)
    attribute = binder.attribute(metric, period)
    return Attribute(member=attribute) if attribute is not None else MetricColumn(metric=metric, period=period)


def _period(column: Column) -> Period | None:
    return column.period if isinstance(column, MetricColumn) else None
