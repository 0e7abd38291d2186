"""What holds for every query: it compiles, passes the guard and runs; parts add up; conditions and rights only take away.

Random queries over the retail model and its demo data. A query that does not resolve is fine, one that resolves must run.
"""

import re
from dataclasses import fields
from datetime import date, timedelta
from decimal import Decimal

import duckdb
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from semantic_layer.compiler import compile_plan
from semantic_layer.errors import QueryError
from semantic_layer.model import SemanticModel, SimpleMetric
from semantic_layer.query import (
    Aggregate,
    And,
    Attribute,
    Behaviour,
    ByDimension,
    ByTime,
    ByTimePart,
    Compare,
    Filter,
    Funnel,
    Having,
    InGroups,
    InSet,
    MetricPredicate,
    MetricUse,
    Not,
    Or,
    Order,
    Period,
    Predicate,
    Records,
    Retention,
    SemanticQuery,
    Share,
    Step,
    from_json,
    to_json,
)
from semantic_layer.resolve import resolve
from semantic_layer.scope import Restricted, Scope, restrict

METRICS = (
    "sales", "gmv", "order_count", "buyers", "aov", "units", "repurchase_rate", "refund_rate", "customer_count",
    "new_customers", "active_customers", "conversion_rate", "csat", "nps", "ticket_count", "complaint_rate", "open_rate",
)  # fmt: skip
ADDITIVE = ("sales", "gmv", "order_count", "units", "ticket_count", "new_customers", "customer_count", "touch_count")
GROUPS = (
    "region",
    "gender",
    "member_level",
    "channel",
    "category",
    "store_type",
    "value_tier",
    "preferred_category",
    "ticket_type",
)
VALUES = {
    "region": ("华东", "华南", "西北"),
    "gender": ("男", "女"),
    "member_level": ("普通", "金卡", "钻石"),
    "channel": ("APP", "门店", "天猫"),
    "category": ("女装", "食品"),
    "value_tier": ("高价值", "一般"),
    "activity": ("沉睡", "高活跃"),
}
BEHAVIOURS = ("purchase", "login", "complain", "open_touch")

days = st.dates(date(2024, 6, 1), date(2026, 10, 19))
periods = st.builds(lambda start, length: Period(start=start, end=start + timedelta(days=length)), days, st.integers(1, 500))
maybe_period = st.none() | periods


def _tests(member: str) -> st.SearchStrategy[Predicate]:
    values, ops = st.sampled_from(VALUES[member]), st.sampled_from(["=", "!="])
    return st.builds(lambda v, op: Predicate(member=member, op=op, values=(v,)), values, ops)


predicates = st.sampled_from(list(VALUES)).flatmap(_tests)
numbers = st.builds(
    lambda m, op, v: Predicate(member=m, op=op, values=(v,)),
    st.sampled_from(["age", "spend_365d", "orders_90d", "lifetime_orders"]),
    st.sampled_from([">", "<=", ">="]),
    st.integers(0, 5000),
)
deeds = st.builds(Behaviour, behaviour=st.sampled_from(BEHAVIOURS), period=maybe_period, first=st.booleans())
behaviours = st.builds(
    Behaviour,
    behaviour=st.sampled_from(BEHAVIOURS),
    did=st.booleans(),
    period=maybe_period,
    at_least=st.integers(1, 3),
    after=st.none() | deeds,
)
member_metrics = st.builds(
    MetricPredicate,
    metric=st.sampled_from(["sales", "order_count", "aov", "csat"]),
    op=st.sampled_from([">", "<", ">="]),
    value=st.integers(0, 3000).map(float),
    period=maybe_period,
)
member_groups = st.builds(
    lambda name, metric, limit, down: InGroups(
        groups=Aggregate(
            metrics=(MetricUse(metric=metric),),
            group_by=(ByDimension(member=name),),
            order=(Order(by=metric, descending=down),),
            limit=limit,
        )
    ),
    st.sampled_from(["city", "member_level", "age_group"]),
    st.sampled_from(["sales", "order_count", "csat"]),
    st.none() | st.integers(1, 5),
    st.booleans(),
)
leaves: st.SearchStrategy[Filter] = predicates | numbers | behaviours | member_metrics | member_groups
filters: st.SearchStrategy[Filter] = st.recursive(
    leaves,
    lambda inner: (
        st.builds(lambda fs: And(filters=tuple(fs)), st.lists(inner, min_size=1, max_size=3))
        | st.builds(lambda fs: Or(filters=tuple(fs)), st.lists(inner, min_size=1, max_size=3))
        | st.builds(lambda f: Not(filter=f), inner)
    ),
    max_leaves=4,
)
group_by = st.lists(
    st.builds(lambda m: ByDimension(member=m), st.sampled_from(GROUPS))
    | st.builds(lambda g: ByTime(grain=g), st.sampled_from(["month", "quarter", "year", "week"]))
    | st.builds(lambda p: ByTimePart(part=p), st.sampled_from(["weekday", "weekend", "hour"])),
    max_size=2,
).map(tuple)


part_shares = st.builds(lambda f, b: Share(part=f, beside=b), predicates, st.sampled_from([None, "part", "whole"]))


@st.composite
def aggregates(draw: st.DrawFn) -> Aggregate:
    names = draw(st.lists(st.sampled_from(METRICS), min_size=1, max_size=2, unique=True))
    compare = draw(st.none() | st.sampled_from(["previous_period", "same_period_last_year"]))
    parts = ["value"] + (["growth"] if compare else [])
    return Aggregate(
        metrics=tuple(MetricUse(metric=n) for n in names),
        group_by=draw(group_by),
        where=draw(st.none() | filters),
        period=draw(periods) if compare else draw(maybe_period),
        compare=Compare(kind=compare) if compare else None,
        share=None if compare else draw(st.none() | st.just(Share()) | part_shares),
        having=tuple(
            draw(st.lists(st.builds(lambda: Having(by=names[0], op=">", values=(1.0,))), max_size=1)),
        ),
        order=tuple(draw(st.lists(st.builds(lambda p: Order(by=names[0], part=p), st.sampled_from(parts)), max_size=1))),
        limit=draw(st.none() | st.integers(1, 5)),
    )


records = st.builds(
    lambda columns, where, order, limit: Records(
        entity="customer",
        columns=tuple(Attribute(member=c) for c in columns),
        where=where,
        order=(Order(by=order),) if order else (),
        limit=limit,
    ),
    st.lists(st.sampled_from(["region", "value_tier", "spend_365d", "last_order_date", "member_level"]), max_size=3, unique=True),
    st.none() | filters,
    st.none() | st.sampled_from(["spend_365d", "age", "member_level"]),
    st.none() | st.integers(1, 50),
)
in_sets = st.builds(
    lambda r, m: Aggregate(metrics=(MetricUse(metric=m),), where=InSet(records=r)),
    records,
    st.sampled_from(["sales", "customer_count"]),
)
steps = st.lists(st.sampled_from(["browse", "add_to_cart", "submit_order", "pay"]), min_size=2, max_size=4, unique=True)
funnels = st.builds(
    lambda names, period, where, within: Funnel(
        entity="customer", steps=tuple(Step(behaviour=n) for n in names), period=period, where=where, within_days=within
    ),
    steps,
    periods,
    st.none() | predicates,
    st.none() | st.integers(1, 30),
)
retentions = st.builds(
    lambda start, grain, period: Retention(
        entity="customer", start=start, back="purchase", grain=grain, period=period, offsets=4
    ),
    st.sampled_from(["purchase", "register_date"]),
    st.sampled_from(["month", "quarter"]),
    periods,
)
queries: st.SearchStrategy[SemanticQuery] = aggregates() | records | in_sets | funnels | retentions

quick = settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


class _Seen(Restricted):
    """A restricted model that does not print itself into every failing example."""

    def __repr__(self) -> str:
        return f"restricted for {self.role.name}"


def _seen(model: SemanticModel, role: str, **attributes: str) -> Restricted:
    r = restrict(model, Scope(role, attributes))
    return _Seen(**{f.name: getattr(r, f.name) for f in fields(r)})


@pytest.fixture(scope="module")
def everything(retail: SemanticModel) -> Restricted:
    return _seen(retail, "admin")


@pytest.fixture(scope="module")
def east(retail: SemanticModel) -> Restricted:
    return _seen(retail, "regional_manager", region="华东")


def rows(query: SemanticQuery, restricted: Restricted, demo: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    """The rows; a query that does not resolve is not what these tests are about."""
    try:
        plan = resolve(query, restricted)
    except QueryError:
        assume(False)
        raise
    return demo.execute(compile_plan(plan, restricted).sql).fetchall()


def _ranks(where: Filter | None) -> bool:
    """Whether a condition takes the first few groups: under a scope, those are the first few of what one may see."""
    return re.search(r"limit=\d", str(where)) is not None


@quick
@given(query=queries)
def test_what_resolves_runs(query: SemanticQuery, everything: Restricted, demo: duckdb.DuckDBPyConnection) -> None:
    assert from_json(to_json(query)) == query
    plan = None
    try:
        plan = resolve(query, everything)
    except QueryError:
        assume(False)
    assert plan is not None
    result = demo.execute(compile_plan(plan, everything).sql)
    assert [d[0] for d in result.description or ()] == [c.name for c in plan.columns]


@quick
@given(name=st.sampled_from(ADDITIVE), group=st.sampled_from(GROUPS), where=st.none() | filters, period=maybe_period)
def test_parts_add_up(
    name: str,
    group: str,
    where: Filter | None,
    period: Period | None,
    everything: Restricted,
    demo: duckdb.DuckDBPyConnection,
) -> None:
    """The sum over the groups is the total, for additive metrics at their own grain, where no row is dropped."""
    metric = everything.model.metrics[name]
    assert isinstance(metric, SimpleMetric)
    total = Aggregate(metrics=(MetricUse(metric=name),), where=where, period=period)
    grouped = total.model_copy(update={"group_by": (ByDimension(member=group),)})
    try:
        finer = any(i.code in ("finer-metric", "finer-measure") for i in resolve(grouped, everything).issues)
    except QueryError:
        assume(False)
        raise
    counts_twice = group == "category" and name == "order_count"  # an order of two categories stands in both
    of_no_order = group == "store_type" or (group == "channel" and name in ("touch_count", "ticket_count"))
    assume(not finer and not counts_twice and not of_no_order)  # a row that leads to no order has no channel to stand in
    whole = rows(total, everything, demo)[0][0] or 0
    parts = sum(Decimal(str(row[1] or 0)) for row in rows(grouped, everything, demo))
    assert parts == Decimal(str(whole))


@quick
@given(query=records, more=filters)
def test_one_more_condition_never_adds_rows(
    query: Records, more: Filter, everything: Restricted, demo: duckdb.DuckDBPyConnection
) -> None:
    bare = query.model_copy(update={"limit": None, "columns": (), "order": ()})
    narrowed = bare.model_copy(update={"where": more if bare.where is None else And(filters=(bare.where, more))})
    assert {r[0] for r in rows(narrowed, everything, demo)} <= {r[0] for r in rows(bare, everything, demo)}


@quick
@given(query=records)
def test_a_list_under_a_scope_is_part_of_the_list(
    query: Records, everything: Restricted, east: Restricted, demo: duckdb.DuckDBPyConnection
) -> None:
    bare = query.model_copy(update={"limit": None, "order": ()})
    assume(not _ranks(bare.where))
    seen, whole = rows(bare, east, demo), rows(bare, everything, demo)
    mine = {
        r[0]
        for r in rows(Records(entity="customer", where=Predicate(member="region", op="=", values=("华东",))), everything, demo)
    }
    assert sorted(seen, key=repr) == sorted((r for r in whole if r[0] in mine), key=repr)


@quick
@given(query=aggregates())
def test_an_aggregate_under_a_scope_is_the_filter_added(
    query: Aggregate, everything: Restricted, east: Restricted, demo: duckdb.DuckDBPyConnection
) -> None:
    region = Predicate(member="region", op="=", values=("华东",))
    filtered = query.model_copy(update={"where": region if query.where is None else And(filters=(query.where, region))})
    assume("store_type" not in str(query) and not _ranks(query.where))  # stores have a row filter of their own
    assert rows(query, east, demo) == rows(filtered, everything, demo)
