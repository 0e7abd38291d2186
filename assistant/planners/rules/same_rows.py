"""What became of the very things that were asked about: 唤醒券触达了多少人, then 其中点击了的; who got the SMS, then who opened it.

In: a condition of a follow-up message on what people did, and the query before it. Out: the condition with what limits the rows before it
(the campaign, the time), where one row can be both: a message that was sent and opened, not an order that is done and given back. Any
other condition is returned as it is. Never fails.
"""

from dataclasses import replace

from assistant.planners.rules.draft import Test, ValueTest, VerbTest
from assistant.planners.rules.edits import parts_of
from assistant.planners.rules.kin import rows_where
from assistant.planners.rules.reading import Reading
from semantic_layer.model import BehaviourType
from semantic_layer.query import Aggregate, Behaviour, Filter, MetricUse, Period, Predicate, Records


def of_same_rows(r: Reading, test: Test, last: Aggregate | Records) -> Test:
    """The condition, of the rows that the query before is of."""
    timed = any(t.time is not None for t in r.tokens) or r.period is not None
    if not isinstance(test, VerbTest) or test.objects or timed or test.same:
        return test
    deed = r.world.behaviour(test.behaviours[0])
    if deed is None or test.after is not None or test.behind is not None:
        return test
    found = [f for f in (*_deeds(r, deed, last.where), *_counted(r, deed, last)) if f is not None]
    if len(found) != 1:
        return test
    limits, period = found[0]
    told = ((p, tuple(v for v in p.values if isinstance(v, str | bool | int))) for p in limits)
    objects = tuple(ValueTest(test.at, ((p.member, values),), negated=p.op in ("!=", "not in")) for p, values in told)
    return replace(test, objects=objects, period=period)


Rows = tuple[tuple[Predicate, ...], Period | None]


def _deeds(r: Reading, deed: BehaviourType, where: Filter | None) -> list[Rows | None]:
    """What other deeds in the same rows are limited by."""
    told = [p for p in parts_of(where) if isinstance(p, Behaviour) and p.did and p.after is None and not p.first]
    known = [(p, b) for p in told if (b := r.world.behaviour(p.behaviour)) is not None and b.name != deed.name]
    return [_limits(r, deed, parts_of(p.where), p.period) for p, b in known if b.time == deed.time and _alike(r, b, deed)]


def _counted(r: Reading, deed: BehaviourType, last: Aggregate | Records) -> list[Rows | None]:
    """What a number of people is limited by that is taken from the same rows."""
    names = [m.metric for m in last.metrics if isinstance(m, MetricUse)] if isinstance(last, Aggregate) else []
    ours = len(names) == 1 and r.world.counts_people(names[0]) and r.world.tables_of(names[0])[:1] == (deed.table,)
    plain = not any(b.table == deed.table and b.where and _apart(r, b, deed) for b in r.world.model.behaviours.values())
    if not ours or not plain or not isinstance(last, Aggregate):
        return []
    own = {r.world.model.entities[r.world.model.domain.entity].table}
    told = [p for p in parts_of(last.where) if isinstance(p, Predicate) and not own & set(r.world.homes(p.member))]
    return [_limits(r, deed, tuple(told), last.period)]


def _limits(r: Reading, deed: BehaviourType, parts: tuple[Filter, ...], period: Period | None) -> Rows | None:
    """What limits the rows, where a deed can be limited by that and is not itself what is so: a complaint is no logistics ticket."""
    own = rows_where(r.world, deed.table, deed.where) if deed.where else None
    plain = tuple(p for p in parts if isinstance(p, Predicate) and p.op in ("=", "in", "!=", "not in"))
    if len(plain) < len(parts) or (own is not None and any(p.member == own[0] for p in plain)):
        return None
    if not all(isinstance(v, str | bool | int) for p in plain for v in p.values):
        return None  # names of rows, and no measures of them
    return (plain, period) if plain or period is not None else None


def _alike(r: Reading, one: BehaviourType, other: BehaviourType) -> bool:
    """Whether one row can be both deeds."""
    return one.table == other.table and not _apart(r, one, other)


def _apart(r: Reading, one: BehaviourType, other: BehaviourType) -> bool:
    """Whether no row can be both: an order that is done, and one that is cancelled."""
    a, b = (rows_where(r.world, x.table, x.where) if x.where else None for x in (one, other))
    return a is not None and b is not None and a[0] == b[0] and a[1] != b[1]
