"""A second look for wrong numbers: conditions that would go missing, sums that mean nothing, names that collide."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from semantic_layer.change import contributions, expand
from semantic_layer.compiler import compile_plan
from semantic_layer.errors import QueryError
from semantic_layer.model import SemanticModel
from semantic_layer.query import (
    Aggregate,
    Attribute,
    Behaviour,
    ByBucket,
    ByDimension,
    ByTime,
    ByTimePart,
    Calculation,
    Change,
    Compare,
    Filter,
    Funnel,
    Having,
    InSet,
    MetricColumn,
    MetricPredicate,
    MetricUse,
    Or,
    Order,
    Period,
    Predicate,
    Records,
    Retention,
    SemanticQuery,
    Share,
    Step,
)
from semantic_layer.resolve import resolve
from semantic_layer.scope import Scope, restrict
from tests.semantic_layer.traps.tiny import Tiny, join, table, tiny

MONTH = (ByTime(grain="month"),)
FEBRUARY = Period(start=date(2026, 2, 1), end=date(2026, 3, 1))
PAIR = ["sales_amount", "sale_count"]
LAST_MONTH = Compare(kind="previous_period")


def metric(*names: str) -> tuple[MetricUse, ...]:
    return tuple(MetricUse(metric=n) for n in names)


def by(*names: str) -> tuple[ByDimension, ...]:
    return tuple(ByDimension(member=n) for n in names)


def test_(member: str, op: Any, *values: Any) -> Predicate:
    return Predicate(member=member, op=op, values=values)


test_.__test__ = False  # type: ignore[attr-defined]  # a builder, not a test


def eq(member: str, value: Any) -> Filter:
    return test_(member, "=", value)


def told(model: Tiny, query: SemanticQuery) -> list[tuple[str, dict[str, str]]]:
    """Code and facts of each error."""
    with pytest.raises(QueryError) as caught:
        resolve(query, restrict(model.model, Scope("all", {})))
    return [(i.code, dict(i.params)) for i in caught.value.issues]


def codes(model: Tiny, query: SemanticQuery) -> set[str]:
    return {code for code, _ in told(model, query)}


def assumed(model: Tiny, query: SemanticQuery) -> set[str]:
    return {i.code for i in resolve(query, restrict(model.model, Scope("all", {}))).issues}


def _shop(sales: str = "sales", people: str = "people", extra: str = "") -> Tiny:
    """Sales of people, some in a shop, with lines.

    sales: 1 A 100 Jan shop 1, lines x 70, y 40    2 A 50 Feb no shop, line x 60    3 B 30 Feb shop 2, line y 30
           4 nobody 20 Feb shop 1, line x 20
    """
    return tiny(
        {
            people: table("id integer, grp text, joined date", "joined"),
            "shops": table("shop integer, town text, size integer"),
            sales: table(f"sale integer, person integer, shop integer, at timestamp, day date, amount decimal{extra}", "at"),
            "lines": table("line integer, sale integer, kind text, price decimal"),
        },
        {
            people: [(1, "A", date(2025, 1, 1)), (2, "B", date(2025, 1, 1)), (3, None, date(2025, 2, 1))],
            "shops": [(1, "here", 10), (2, "there", None)],
            sales: [
                (1, 1, 1, "2026-01-10 10:00:00", date(2026, 1, 10), 100),
                (2, 1, None, "2026-02-10 10:00:00", date(2026, 2, 10), 50),
                (3, 2, 2, "2026-02-28 23:00:00", date(2026, 2, 28), 30),
                (4, None, 1, "2026-02-13 10:00:00", date(2026, 2, 13), 20),
            ],
            "lines": [(1, 1, "x", 70), (2, 1, "y", 40), (3, 2, "x", 60), (4, 3, "y", 30), (5, 4, "x", 20)],
        },
        joins=[
            join(sales, people, "person=id"),
            join(sales, "shops", "shop=shop", missing="drop"),
            join("lines", sales, "sale=sale", detail=True),
        ],
        entity=people,
        dimensions={
            "grp": {"table": people},
            "who": {"table": people, "expr": "CASE WHEN grp = 'A' THEN 'first' ELSE 'other' END"},
            "joined": {"table": people, "type": "date"},
            "town": {"table": "shops"},
            "shop_size": {"table": "shops", "expr": "size", "type": "integer"},
            "kind": {"table": "lines"},
            "sold_at": {"table": sales, "expr": "at", "type": "timestamp"},
            "sold_on": {"table": sales, "expr": "day", "type": "date"},
            "paid": {"table": sales, "expr": "amount", "type": "decimal", "unit": {"zh": "元", "en": "yuan"}},
        },
        measures={
            "amount": {"table": sales, "agg": "sum", "expr": "amount", "finer": "price"},
            "rows": {"table": sales, "agg": "count"},
            "mean": {"table": sales, "agg": "avg", "expr": "amount"},
            "middle": {"table": sales, "agg": "median", "expr": "amount"},
            "buyer": {"table": sales, "agg": "count_distinct", "expr": "person"},
            "price": {"table": "lines", "agg": "sum", "expr": "price"},
            "heads": {"table": people, "agg": "count"},
        },
        metrics={
            "sales_amount": {"kind": "simple", "measure": "amount", "finer": "line_amount"},
            "line_amount": {"kind": "simple", "measure": "price", "time": f"{sales}.at"},
            "sale_count": {"kind": "simple", "measure": "rows"},
            "average": {"kind": "simple", "measure": "mean"},
            "median_sale": {"kind": "simple", "measure": "middle"},
            "buyers": {"kind": "simple", "measure": "buyer"},
            "headcount": {"kind": "simple", "measure": "heads", "timeless": True},
            "aov": {"kind": "ratio", "numerator": "sales_amount", "denominator": "sale_count"},
            "aov_percent": {
                "kind": "derived",
                "expr": "sales_amount / sale_count * 100",
                "metrics": ["sales_amount", "sale_count"],
            },
            "left_over": {"kind": "derived", "expr": "2 * sales_amount - sale_count", "metrics": PAIR},
            "so_far": {"kind": "cumulative", "metric": "sales_amount"},
            "spenders": {"kind": "members", "entity": "member", "metric": "sales_amount", "at_least": 65},
            "with_sales": {"kind": "members", "entity": "member", "metric": "sales_amount", "at_least": 0},
            "returned": {"kind": "conversion", "entity": "member", "base": "buy", "to": "buy_small", "days": 40},
        },
        behaviours={
            "buy": {"table": sales, "entity": "member"},
            "buy_small": {"table": sales, "entity": "member", "where": "amount < 60"},
        },
    )


@pytest.fixture
def shop() -> Tiny:
    return _shop()


def with_sales_as_entity(shop: Tiny) -> SemanticModel:
    member = shop.model.entities["member"]
    sale = member.model_copy(update={"name": "sale", "table": "sales"})
    return shop.model.model_copy(update={"entities": {"member": member, "sale": sale}})


# --- two sides of the same stuff -------------------------------------------------------------------------------------------


def test_a_part_and_its_whole_are_counted_at_one_grain(shop: Tiny) -> None:
    """Lines of kind x are 150 of 220; of the 200 paid they would be 75 %."""
    share = Aggregate(metrics=metric("sales_amount"), share=Share(part=eq("kind", "x")))
    assert shop.ask(share) == [(150 / 220,)]
    sides = Compare(kind="filter", left=eq("kind", "y"), where=eq("grp", "A"))
    assert shop.ask(Aggregate(metrics=metric("sales_amount"), compare=sides)) == [(70, 170, pytest.approx(70 / 170 - 1))]


def test_a_metric_counted_per_member_stays_counted_per_member_at_a_finer_grain(shop: Tiny) -> None:
    """Who spent 65 on kind x: one (A: 130); not the 150 spent."""
    assert shop.ask(Aggregate(metrics=metric("spenders"), group_by=by("kind"))) == [("x", 1), ("y", 0)]


def test_members_with_any_row(shop: Tiny) -> None:
    assert shop.ask(Aggregate(metrics=metric("with_sales"))) == [(2,)]


def test_a_part_that_is_nowhere_is_0_of_the_whole(shop: Tiny) -> None:
    share = Aggregate(metrics=metric("sales_amount"), group_by=by("grp"), share=Share(part=eq("town", "there")))
    assert shop.ask(share) == [("B", 1.0), ("A", 0.0), (None, 0.0)]


# --- joins ----------------------------------------------------------------------------------------------------------------


def test_either_of_two_conditions_keeps_rows_that_lack_the_table_of_one(shop: Tiny) -> None:
    """A store question is about store sales; a sale without a shop by A still is one by A."""
    either = Or(filters=(eq("town", "there"), eq("grp", "A")))
    assert shop.ask(Aggregate(metrics=metric("sale_count"), where=either)) == [(3,)]
    assert shop.ask(Aggregate(metrics=metric("sale_count"), where=test_("town", "is null"))) == [(1,)]
    assert shop.ask(Aggregate(metrics=metric("sale_count"), where=test_("town", "!=", "there"))) == [(2,)]


def test_a_case_over_a_row_that_is_not_there_is_null(shop: Tiny) -> None:
    """The sale of nobody is not one of the `other` group."""
    assert shop.ask(Aggregate(metrics=metric("sale_count"), group_by=by("who"))) == [("first", 2), ("other", 1), (None, 1)]
    assert shop.ask(Aggregate(metrics=metric("sale_count"), where=eq("who", "other"))) == [(1,)]


def test_a_column_of_a_list_drops_no_member(shop: Tiny) -> None:
    model = shop.model.model_copy(
        update={
            "entities": {
                **shop.model.entities,
                "sale": shop.model.entities["member"].model_copy(update={"name": "sale", "table": "sales"}),
            }
        }
    )
    listed = Records(entity="sale", columns=(Attribute(member="town"),))
    assert Tiny(model, shop.connection).ask(listed) == [(1, "here"), (2, None), (3, "there"), (4, "here")]


def test_conditions_on_members_speak_of_the_domain_s_entity(shop: Tiny) -> None:
    """Sales of people who spent over 120 in all: 150; no single sale is that large."""
    model = shop.model.model_copy(
        update={
            "entities": {
                **shop.model.entities,
                "sale": shop.model.entities["member"].model_copy(update={"name": "sale", "table": "sales"}),
            }
        }
    )
    spent = Aggregate(metrics=metric("sales_amount"), where=MetricPredicate(metric="sales_amount", op=">", value=120))
    assert Tiny(model, shop.connection).ask(spent) == [(150,)]


# --- values ---------------------------------------------------------------------------------------------------------------


def test_a_day_of_a_timestamp_is_the_whole_day(shop: Tiny) -> None:
    def count(op: str, *values: str) -> Any:
        return shop.ask(Aggregate(metrics=metric("sale_count"), where=test_("sold_at", op, *values)))[0][0]

    assert count("between", "2026-02-10", "2026-02-28") == 3
    assert count("between", "2026-02-28", "2026-02-10") == 3
    assert count("<=", "2026-02-28") == 4
    assert count(">", "2026-02-28") == 0
    assert count("=", "2026-02-28") == 1
    assert count("in", "2026-02-28", "2026-02-10") == 2
    assert count("<", "2026-02-28T23:30:00") == 4
    assert count("<", "2026-02-28T22:30:00") == 3


def test_dates_are_read_or_refused_never_passed_on(shop: Tiny) -> None:
    assert shop.ask(Aggregate(metrics=metric("sale_count"), where=eq("sold_on", "20260210"))) == [(1,)]
    for text in ("2026-02-10; DROP", "2026-02-10 late", "10.2.2026", "2026-02-10T00:00:00Z"):
        assert codes(shop, Aggregate(metrics=metric("sale_count"), where=eq("sold_on", text))) == {"type-mismatch"}


def test_names_have_no_order_of_their_own(shop: Tiny) -> None:
    assert codes(shop, Aggregate(metrics=metric("sale_count"), where=test_("grp", ">=", "A"))) == {"not-ordered"}


def test_without_a_value_is_not_under_the_lowest_edge(shop: Tiny) -> None:
    query = Aggregate(metrics=metric("sale_count"), group_by=(ByBucket(member="shop_size", edges=(20,)),))
    assert shop.ask(query) == [(None, 2)]
    assert assumed(shop, query) == {"no-value-left-out"}


def test_queries_that_contradict_themselves_cannot_be_built() -> None:
    one = {"by": "sales_amount"}
    for part, values in ((Having, {**one, "op": "between", "values": (1,)}), (Having, {**one, "op": ">", "values": (1, 2)})):
        with pytest.raises(ValidationError):
            part.model_validate(values)
    with pytest.raises(ValidationError):
        MetricPredicate(metric="sales_amount", op=">", value=float("inf"))
    with pytest.raises(ValidationError):
        Compare(kind="previous_period", left=eq("grp", "A"))
    with pytest.raises(ValidationError):
        Compare(kind="filter", where=eq("grp", "A"), period=FEBRUARY)


# --- what does not add up ---------------------------------------------------------------------------------------------------


def test_shares_of_what_does_not_add_up_are_refused(shop: Tiny) -> None:
    for name in ("average", "median_sale", "aov", "so_far"):
        assert codes(shop, Aggregate(metrics=metric(name), group_by=by("grp"), share=Share())) == {"not-additive"}
    part = Aggregate(metrics=metric("aov"), share=Share(part=eq("grp", "A")))
    assert codes(shop, part) == {"not-additive"}
    rows = shop.ask(Aggregate(metrics=metric("left_over"), group_by=by("grp"), share=Share()))
    assert rows == [("A", 298, 298 / 396), ("B", 59, 59 / 396), (None, 39, 39 / 396)]


def test_distinct_counts_say_where_groups_overlap(shop: Tiny) -> None:
    overlap = Aggregate(metrics=metric("buyers"), group_by=by("kind"), share=Share())
    assert shop.ask(overlap) == [("y", 2, 2 / 3), ("x", 1, 1 / 3)]
    assert "overlapping-groups" in assumed(shop, overlap)
    assert assumed(shop, Aggregate(metrics=metric("buyers"), group_by=by("grp"), share=Share())) == set()


def test_running_totals_of_what_does_not_add_up_over_time_are_refused(shop: Tiny) -> None:
    for name in ("aov", "buyers", "average", "spenders"):
        query = Aggregate(metrics=metric(name), group_by=MONTH, running_total=True)
        assert told(shop, query) == [("not-additive-over-time", {"metric": name})]
    both = Aggregate(metrics=metric("sale_count"), group_by=MONTH, period=FEBRUARY, running_total=True, compare=LAST_MONTH)
    assert codes(shop, both) == {"running-alone"}


def test_a_cumulative_metric_is_compared_and_tested_as_what_it_shows(shop: Tiny) -> None:
    query = Aggregate(metrics=metric("so_far"), group_by=MONTH, period=FEBRUARY, compare=LAST_MONTH)
    assert shop.ask(query) == [(date(2026, 2, 1), 200, 100, 1.0)]
    tested = Aggregate(metrics=metric("so_far"), group_by=MONTH, having=(Having(by="so_far", op=">", values=(150,)),))
    assert shop.ask(tested) == [(date(2026, 2, 1), 200)]
    weekend = Aggregate(metrics=metric("so_far"), group_by=(ByTimePart(part="weekend"), *MONTH), period=FEBRUARY)
    assert shop.ask(weekend) == [(False, date(2026, 2, 1), 70), (True, date(2026, 2, 1), 130)]


def test_what_has_no_time_is_not_compared_over_time(shop: Tiny) -> None:
    query = Aggregate(metrics=metric("headcount"), period=FEBRUARY, compare=LAST_MONTH)
    assert told(shop, query) == [("no-time", {"name": "headcount"})]
    by_month = Aggregate(metrics=metric("sale_count", "headcount"), group_by=MONTH)
    assert told(shop, by_month) == [("no-time", {"name": "headcount"})]


def test_only_the_metric_without_time_is_said_to_ignore_the_period(shop: Tiny) -> None:
    query = Aggregate(metrics=metric("sale_count", "headcount"), period=FEBRUARY)
    assert shop.ask(query) == [(3, 3)]
    plan = resolve(query, restrict(shop.model, Scope("all", {})))
    assert [(i.code, i.params["metric"]) for i in plan.issues] == [("period-not-applied", "headcount")]


def test_a_balance_needs_a_time_of_its_own() -> None:
    bank = tiny(
        {"days": table("day integer, on date"), "balances": table("row integer, day integer, amount decimal", "days.on")},
        {"days": [(1, date(2026, 1, 31))], "balances": [(1, 1, 10)]},
        joins=[join("balances", "days", "day=day")],
        measures={"held": {"table": "balances", "agg": "sum", "expr": "amount", "semi_additive": {"take": "last"}}},
        metrics={"balance": {"kind": "simple", "measure": "held"}},
    )
    assert told(bank, Aggregate(metrics=metric("balance"))) == [("semi-additive-time", {"metric": "balance"})]


def test_hours_of_a_date_are_refused(shop: Tiny) -> None:
    query = Aggregate(metrics=metric("sale_count"), group_by=(ByTimePart(part="hour", member="sold_on"),))
    assert codes(shop, query) == {"no-time-of-day"}


def test_extremes_of_dates_are_dates(shop: Tiny) -> None:
    first = Calculation(agg="min", member="joined")
    query = Aggregate(metrics=(first,), group_by=by("grp"))
    plan = resolve(query, restrict(shop.model, Scope("all", {})))
    assert [(c.name, c.type) for c in plan.columns] == [("grp", "text"), ("min_joined", "date")]
    assert codes(shop, query.model_copy(update={"share": Share()})) >= {"not-numeric"}
    assert codes(shop, Aggregate(metrics=(first,), having=(Having(by="min_joined", op=">", values=(1,)),))) == {"not-numeric"}


# --- names ----------------------------------------------------------------------------------------------------------------


def test_output_names_are_told_apart_or_refused(shop: Tiny) -> None:
    twice = tuple(Calculation(agg="avg", member="paid", where=eq("grp", g)) for g in ("A", "B"))
    assert told(shop, Aggregate(metrics=twice)) == [("duplicate-output", {"name": "avg_paid"})]
    shout = (MetricUse(metric="sale_count"), MetricUse(metric="buyers", name="SALE_COUNT"))
    assert codes(shop, Aggregate(metrics=shout)) == {"duplicate-output"}


def test_a_range_and_a_part_of_a_ratio_may_have_one_name(shop: Tiny) -> None:
    """By number of sales: the key is called sale_count, and so is the denominator of aov."""
    group = (ByBucket(metric="sale_count", edges=(0, 1, 2)),)
    assert shop.ask(Aggregate(metrics=metric("aov", "headcount"), group_by=group)) == [(0, None, 1), (1, 30.0, 1), (2, 75.0, 1)]


@pytest.mark.parametrize(
    ("sales", "people"),
    [("facts", "m"), ("scan", "united"), ("per_member", "steps"), ("cohorts", "sizes"), ("step_1", "listed"),
     ("comebacks", "starters"), ("moments", "chains"), ("Order", "group"), ("per_sale_count", "客户 表")],
)  # fmt: skip
def test_tables_may_be_called_what_we_call_ours(sales: str, people: str, shop: Tiny) -> None:
    other = _shop(sales, people)
    steps = (Step(behaviour="buy"), Step(behaviour="buy_small"))
    queries: tuple[SemanticQuery, ...] = (
        Aggregate(metrics=metric("sales_amount", "headcount"), group_by=by("grp"), share=Share(), limit=1, limit_per=("grp",)),
        Aggregate(metrics=metric("headcount"), group_by=(ByBucket(metric="sale_count", edges=(0, 1, 2)),)),
        Aggregate(metrics=metric("spenders"), where=MetricPredicate(metric="sales_amount", op=">", value=6)),
        Funnel(entity="member", steps=steps, group_by=by("grp")),
        Funnel(entity="member", steps=steps, within_days=40, group_by=by("grp")),
        Retention(entity="member", start="buy", back="buy"),
        Records(entity="member", columns=(MetricColumn(metric="sale_count"),)),
    )
    for query in queries:
        assert other.ask(query) == shop.ask(query)


def test_columns_may_have_any_name() -> None:
    odd = tiny(
        {"visits": {"primary_key": ("Visit ID",), "time": "Visit Day", "columns": [
            {"name": "Visit ID", "type": "integer"}, {"name": "Visit Day", "type": "date"}, {"name": "group", "type": "text"},
            {"name": "客户", "type": "text"}]}},
        {"visits": [(1, date(2026, 1, 1), "a", "甲"), (2, date(2026, 2, 1), "b", "乙")]},
        dimensions={"group": {"table": "visits"}, "客户": {"table": "visits"}, "same": {"table": "visits", "expr": '"group"'}},
        measures={"n": {"table": "visits", "agg": "count"}},
        metrics={"select": {"kind": "simple", "measure": "n"}},
    )  # fmt: skip
    query = Aggregate(metrics=metric("select"), group_by=(*by("group", "客户", "same"), *MONTH), period=FEBRUARY)
    assert odd.ask(query) == [("b", "乙", "b", date(2026, 2, 1), 1)]
    assert odd.ask(Records(entity="member", where=MetricPredicate(metric="select", op=">", value=0))) == [(1,), (2,)]


def test_units_are_there_in_both_languages(shop: Tiny) -> None:
    plan = resolve(Aggregate(metrics=(Calculation(agg="avg", member="paid"),)), restrict(shop.model, Scope("all", {})))
    assert plan.columns[0].unit is not None
    assert (plan.columns[0].unit["zh"], plan.columns[0].unit["en"]) == ("元", "yuan")


# --- rankings -----------------------------------------------------------------------------------------------------------------


def test_the_first_of_each_group_need_a_number(shop: Tiny) -> None:
    query = Aggregate(metrics=metric("sale_count"), group_by=by("grp", "kind"), limit_per=("grp",))
    assert codes(shop, query) == {"limit-per-needs-limit"}


def test_the_largest_share_of_each_group(shop: Tiny) -> None:
    query = Aggregate(
        metrics=metric("line_amount"),
        group_by=by("grp", "kind"),
        share=Share(within=("grp",)),
        order=(Order(by="line_amount", part="share"),),
        limit=1,
        limit_per=("grp",),
    )
    assert shop.ask(query) == [("B", "y", 30, 1.0), ("A", "x", 130, 130 / 170), (None, "x", 20, 1.0)]


def test_a_set_may_be_ranked_by_a_metric(shop: Tiny) -> None:
    best = Records(entity="member", columns=(MetricColumn(metric="sales_amount"),), order=(Order(by="sales_amount"),), limit=1)
    assert shop.ask(Aggregate(metrics=metric("sale_count"), where=InSet(records=best))) == [(2,)]


# --- journeys -----------------------------------------------------------------------------------------------------------------


def _walks() -> Tiny:
    """1 looks on the 1st and the 20th, pays on the 21st; 2 looks and pays in another channel at one moment; 3 only looks."""
    return tiny(
        {"people": table("id integer"), "acts": table("act integer, person integer, at timestamp, what text, via text", "at")},
        {
            "people": [(1,), (2,), (3,)],
            "acts": [
                (1, 1, "2026-01-01 08:00:00", "look", "web"),
                (2, 1, "2026-01-20 08:00:00", "look", "app"),
                (3, 1, "2026-01-21 08:00:00", "pay", "app"),
                (4, 2, "2026-01-05 08:00:00", "look", "app"),
                (5, 2, "2026-01-05 08:00:00", "pay", "web"),
                (6, 3, "2026-01-05 08:00:00", "look", "shop"),
            ],
        },
        joins=[join("acts", "people", "person=id")],
        dimensions={"via": {"table": "acts"}},
        behaviours={
            "look": {"table": "acts", "entity": "member", "where": "what = 'look'"},
            "pay": {"table": "acts", "entity": "member", "where": "what = 'pay'"},
        },
    )


def test_a_window_opens_with_any_first_step() -> None:
    walks, steps = _walks(), (Step(behaviour="look"), Step(behaviour="pay"))
    assert walks.ask(Funnel(entity="member", steps=steps)) == [("look", 3), ("pay", 2)]
    assert walks.ask(Funnel(entity="member", steps=steps, within_days=7)) == [("look", 3), ("pay", 2)]
    assert walks.ask(Funnel(entity="member", steps=(steps[1], steps[0]), within_days=30)) == [("pay", 2), ("look", 1)]


def test_groups_of_a_funnel_are_those_of_the_first_time_and_have_their_zeros() -> None:
    steps = (Step(behaviour="look"), Step(behaviour="pay"))
    rows = [("app", "look", 1), ("app", "pay", 1), ("shop", "look", 1), ("shop", "pay", 0), ("web", "look", 1), ("web", "pay", 1)]
    for days in (None, 30):
        assert _walks().ask(Funnel(entity="member", steps=steps, group_by=by("via"), within_days=days)) == rows


def test_a_step_done_again_is_another_row() -> None:
    again = (Step(behaviour="look"), Step(behaviour="look", name="again"))
    for days in (None, 30):
        assert _walks().ask(Funnel(entity="member", steps=again, within_days=days)) == [("look", 3), ("again", 1)]


def test_a_conversion_by_a_detail(shop: Tiny) -> None:
    """A bought x in January and something small within 40 days; B and A bought small things themselves at once."""
    assert shop.ask(Aggregate(metrics=metric("returned"), group_by=by("kind"))) == [("x", 1.0), ("y", 1.0)]


# --- personal data -------------------------------------------------------------------------------------------------------------


def test_personal_data_is_not_grouped_by_under_any_name(shop: Tiny) -> None:
    hidden = shop.model.dimensions["joined"].model_copy(update={"pii": "birth"})
    role = shop.model.roles["all"].model_copy(update={"pii": {"birth": "mask"}})
    model = shop.model.model_copy(update={"dimensions": {**shop.model.dimensions, "joined": hidden}, "roles": {"all": role}})
    walks = Tiny(model, shop.connection)
    steps = (Step(behaviour="buy"), Step(behaviour="buy_small"))
    queries: tuple[SemanticQuery, ...] = (
        Aggregate(metrics=metric("headcount"), group_by=(ByTime(grain="day", member="joined"),)),
        Aggregate(metrics=metric("headcount"), group_by=(ByTimePart(part="month", member="joined"),)),
        Aggregate(metrics=(Calculation(agg="max", member="joined"),)),
        Funnel(entity="member", steps=steps, group_by=by("joined")),
        Retention(entity="member", start="joined", back="buy"),
    )
    for query in queries:
        assert codes(walks, query) == {"personal-data"}


# --- why ----------------------------------------------------------------------------------------------------------------------


def _change(name: str) -> Change:
    return Change(metric=name, period=FEBRUARY, compare=LAST_MONTH, dimensions=("grp",))


@pytest.mark.parametrize("name", ["sales_amount", "sale_count", "aov", "aov_percent", "average", "left_over"])
def test_contributions_add_up_to_the_change(name: str, shop: Tiny) -> None:
    restricted = restrict(shop.model, Scope("all", {}))
    queries = expand(_change(name), restricted)
    ((current, previous, _),) = shop.ask(queries.total)
    (cut,) = queries.slices
    statement = compile_plan(resolve(cut.query, queries.restricted), queries.restricted)
    found = contributions(cut, shop.connection.execute(statement.sql).fetchall(), ratio=queries.ratio)
    assert sum(c.contribution for c in found) == pytest.approx(float(current) - float(previous))


@pytest.mark.parametrize("name", ["median_sale", "so_far", "returned"])
def test_what_has_no_parts_is_not_explained_by_them(name: str, shop: Tiny) -> None:
    with pytest.raises(QueryError) as caught:
        expand(_change(name), restrict(shop.model, Scope("all", {})))
    assert {i.code for i in caught.value.issues} == {"no-drivers"}


def test_did_not_within_a_filter_of_facts(shop: Tiny) -> None:
    """Sales of people who never bought kind y, or in the shop there: A bought y; nobody is not known to have bought nothing."""
    quiet = Behaviour(behaviour="buy", did=False, where=eq("kind", "x"))
    assert shop.ask(Aggregate(metrics=metric("sale_count"), where=Or(filters=(quiet, eq("town", "here"))))) == [(3,)]
