"""The traps that make BI tools lie, each with its right number and the wrong one that a naive join gives."""

from datetime import date

import pytest

from semantic_layer.errors import QueryError
from semantic_layer.query import (
    Aggregate,
    Behaviour,
    ByBucket,
    ByDimension,
    ByTime,
    Compare,
    Filter,
    MetricPredicate,
    MetricTerm,
    MetricUse,
    Not,
    Order,
    Period,
    Predicate,
    Records,
    SemanticQuery,
    Share,
)
from semantic_layer.resolve import resolve
from semantic_layer.scope import Scope, restrict
from tests.semantic_layer.traps.tiny import Tiny, join, table, tiny


def metric(*names: str) -> tuple[MetricUse, ...]:
    return tuple(MetricUse(metric=n) for n in names)


def by(name: str) -> ByDimension:
    return ByDimension(member=name)


def eq(member: str, value: str | int) -> Filter:
    return Predicate(member=member, op="=", values=(value,))


def codes(model: Tiny, query: SemanticQuery, role: str = "all") -> set[str]:
    with pytest.raises(QueryError) as caught:
        resolve(query, restrict(model.model, Scope(role, {})))
    return {i.code for i in caught.value.issues}


@pytest.fixture
def shop() -> Tiny:
    """Two facts and a detail table.

    customers          orders (completed, o4 cancelled)          items                    tickets
    1 A                o1 1 100 Jan   o2 1 50 Feb                o1: x 60, y 40, y 20     t1 1, t2 1, t3 2, t4 none
    2 B                o3 2 30 Feb    o4 2 999 Feb (cancelled)   o2: x 50   o3: y 30
    3 none             o5 nobody 7 Feb                           o4: x 999
    """
    return tiny(
        {
            "people": table("id integer, grp text, joined date", "joined"),
            "orders": table("order_id integer, person integer, at timestamp, shipped date, amount decimal, state text", "at"),
            "items": table("item_id integer, order_id integer, kind text, price decimal"),
            "tickets": table("ticket_id integer, person integer, opened timestamp", "opened"),
        },
        {
            "people": [(1, "A", date(2025, 1, 1)), (2, "B", date(2025, 1, 1)), (3, None, date(2025, 2, 1))],
            "orders": [
                (1, 1, "2026-01-10 10:00:00", date(2026, 2, 1), 100, "ok"),
                (2, 1, "2026-02-10 10:00:00", date(2026, 2, 11), 50, "ok"),
                (3, 2, "2026-02-11 10:00:00", date(2026, 3, 1), 30, "ok"),
                (4, 2, "2026-02-12 10:00:00", None, 999, "no"),
                (5, None, "2026-02-13 10:00:00", None, 7, "ok"),
            ],
            "items": [(1, 1, "x", 60), (2, 1, "y", 40), (3, 1, "y", 20), (4, 2, "x", 50), (5, 3, "y", 30), (6, 4, "x", 999)],
            "tickets": [
                (1, 1, "2026-02-01 09:00:00"),
                (2, 1, "2026-02-02 09:00:00"),
                (3, 2, "2026-02-03 09:00:00"),
                (4, None, "2026-02-04 09:00:00"),
            ],
        },
        joins=[
            join("orders", "people", "person=id"),
            join("items", "orders", "order_id=order_id", detail=True),
            join("tickets", "people", "person=id"),
        ],
        dimensions={
            "id": {"table": "people", "type": "integer"},
            "grp": {"table": "people"},
            "kind": {"table": "items"},
            "state": {"table": "orders"},
            "shipped": {"table": "orders", "type": "date"},
            "order_amount": {"table": "orders", "expr": "amount", "type": "decimal"},
            "is_big": {"table": "orders", "expr": "amount > 90", "type": "boolean"},
        },
        measures={
            "amount": {"table": "orders", "agg": "sum", "expr": "amount"},
            "rows": {"table": "orders", "agg": "count"},
            "buyer": {"table": "orders", "agg": "count_distinct", "expr": "person"},
            "price": {"table": "items", "agg": "sum", "expr": "price"},
            "median_amount": {"table": "orders", "agg": "median", "expr": "amount"},
            "opened": {"table": "tickets", "agg": "count"},
            "heads": {"table": "people", "agg": "count"},
        },
        metrics={
            "sales": {"kind": "simple", "measure": "amount", "where": "state = 'ok'", "finer": "item_sales"},
            "item_sales": {"kind": "simple", "measure": "price", "where": "orders.state = 'ok'", "time": "orders.at"},
            "plain_sales": {"kind": "simple", "measure": "amount", "where": "state = 'ok'"},
            "orders_made": {"kind": "simple", "measure": "rows", "where": "state = 'ok'"},
            "buyers": {"kind": "simple", "measure": "buyer", "where": "state = 'ok'"},
            "median": {"kind": "simple", "measure": "median_amount", "where": "state = 'ok'"},
            "complaints": {"kind": "simple", "measure": "opened"},
            "complaint_rate": {"kind": "ratio", "numerator": "complaints", "denominator": "orders_made"},
            "aov": {"kind": "ratio", "numerator": "sales", "denominator": "orders_made"},
            "repeaters": {"kind": "members", "entity": "member", "metric": "orders_made", "at_least": 2},
            "repeat_rate": {"kind": "ratio", "numerator": "repeaters", "denominator": "buyers"},
            "headcount": {"kind": "simple", "measure": "heads", "timeless": True},
            "total_ever": {"kind": "cumulative", "metric": "plain_sales"},
            "converted": {"kind": "conversion", "entity": "member", "base": "complain", "to": "buy", "days": 20},
        },
        behaviours={
            "buy": {"table": "orders", "entity": "member", "where": "state = 'ok'"},
            "complain": {"table": "tickets", "entity": "member"},
        },
        roles={"only_a": {"rows": [{"table": "people", "where": "grp = 'A'"}], "may_list": True}},
    )


def test_fan_out(shop: Tiny) -> None:
    """Order amounts joined to items would count o1 three times (300 + …): by kind it is what the items cost."""
    rows = shop.ask(Aggregate(metrics=metric("sales"), group_by=(by("kind"),)))
    assert rows == [("x", 110), ("y", 90)]


def test_counts_at_a_finer_grain_count_each_row_once(shop: Tiny) -> None:
    """o1 has two items of kind y: still one order."""
    assert shop.ask(Aggregate(metrics=metric("orders_made"), group_by=(by("kind"),))) == [("x", 2), ("y", 2)]
    assert shop.ask(Aggregate(metrics=metric("aov"), where=eq("kind", "y"))) == [(45.0,)]
    assert shop.ask(Aggregate(metrics=metric("buyers"), where=eq("kind", "x"))) == [(1,)]


def test_a_sum_without_a_finer_form_is_refused(shop: Tiny) -> None:
    assert codes(shop, Aggregate(metrics=metric("plain_sales"), group_by=(by("kind"),))) == {"grain-too-fine"}
    assert codes(shop, Aggregate(metrics=metric("median"), where=eq("kind", "x"))) == {"grain-too-fine"}


def test_chasm(shop: Tiny) -> None:
    """Orders × tickets of one person would give A 2 × 150 and 2 × 2: each fact is aggregated alone, null keys meet."""
    rows = shop.ask(Aggregate(metrics=metric("sales", "complaints"), group_by=(by("grp"),)))
    assert rows == [("A", 150, 2), ("B", 30, 1), (None, 7, 1)]


def test_where_two_facts_meet_a_missing_count_is_0_and_a_ratio_none(shop: Tiny) -> None:
    month = (ByTime(grain="month"),)
    rows = shop.ask(Aggregate(metrics=metric("complaints", "sales", "complaint_rate"), group_by=month))
    assert rows == [(date(2026, 1, 1), 0, 100, 0.0), (date(2026, 2, 1), 4, 87, 4 / 3)]
    march = Aggregate(metrics=metric("complaint_rate"), period=Period(start=date(2026, 3, 1), end=date(2026, 4, 1)))
    assert shop.ask(march) == [(None,)]


def test_role_playing_dates(shop: Tiny) -> None:
    """By order month o1 is January; by shipping month it is February."""
    ordered = shop.ask(Aggregate(metrics=metric("sales"), group_by=(ByTime(grain="month"),)))
    shipped = shop.ask(Aggregate(metrics=metric("sales"), group_by=(ByTime(grain="month", member="shipped"),)))
    assert ordered == [(date(2026, 1, 1), 100), (date(2026, 2, 1), 87)]
    assert shipped == [(date(2026, 2, 1), 150), (date(2026, 3, 1), 30), (None, 7)]


def test_a_rate_counts_inside_each_group(shop: Tiny) -> None:
    """Person 1 bought twice, but once in each month."""
    assert shop.ask(Aggregate(metrics=metric("repeat_rate"))) == [(0.5,)]
    rows = shop.ask(Aggregate(metrics=metric("repeat_rate"), group_by=(ByTime(grain="month"),)))
    assert rows == [(date(2026, 1, 1), 0.0), (date(2026, 2, 1), 0.0)]


def test_not_having_done_something_survives_null_keys(shop: Tiny) -> None:
    """NOT IN over a list with a null would keep nobody: person 3 never bought."""
    query = Records(entity="member", where=Behaviour(behaviour="buy", did=False))
    assert shop.ask(query) == [(3,)]
    assert shop.ask(query.model_copy(update={"where": Not(filter=Behaviour(behaviour="buy"))})) == [(3,)]


def test_behaviours_with_counts_periods_and_detail_conditions(shop: Tiny) -> None:
    def who(**conditions: object) -> list[tuple[int]]:
        return shop.ask(Records(entity="member", where=Behaviour(behaviour="buy", **conditions)))

    assert who(at_least=2) == [(1,)]
    assert who(at_most=1) == [(2,)]
    assert who(where=eq("kind", "y"), at_least=2) == []
    assert who(where=eq("kind", "y")) == [(1,), (2,)]
    assert who(period=Period(end=date(2026, 2, 1))) == [(1,)]


def test_a_member_without_facts_has_nothing_not_null(shop: Tiny) -> None:
    """Spent less than 40: person 2 (30) and person 3 (0)."""
    less = Records(entity="member", where=MetricPredicate(metric="sales", op="<", value=40))
    assert shop.ask(less) == [(2,), (3,)]
    assert shop.ask(less.model_copy(update={"where": MetricPredicate(metric="sales", op=">=", value=40)})) == [(1,)]
    average = MetricPredicate(metric="aov", op="<", value=40)
    assert shop.ask(less.model_copy(update={"where": average})) == [(2,)]


def test_a_member_against_itself(shop: Tiny) -> None:
    """Spend fell by half: 1 spent 100 in January and 50 in February; those who had nothing before are not falling."""
    january, february = Period(end=date(2026, 2, 1)), Period(start=date(2026, 2, 1))
    fell = MetricPredicate(
        metric="sales", op="<=", period=february, against=MetricTerm(metric="sales", period=january, factor=0.5)
    )
    assert shop.ask(Records(entity="member", where=fell)) == [(1,)]


def test_buckets_of_a_metric_per_member(shop: Tiny) -> None:
    """People by number of orders: 3 has none, 2 one, 1 two."""
    query = Aggregate(metrics=metric("headcount"), group_by=(ByBucket(metric="orders_made", edges=(0, 1, 2)),))
    assert shop.ask(query) == [(0, 1), (1, 1), (2, 1)]


def test_shares_are_of_what_is_listed_before_the_limit(shop: Tiny) -> None:
    query = Aggregate(metrics=metric("sales"), group_by=(by("grp"),), share=Share(), order=(Order(by="sales"),), limit=1)
    assert shop.ask(query) == [("A", 150, 150 / 187)]
    assert codes(shop, query.model_copy(update={"metrics": metric("aov"), "order": ()})) == {"not-additive"}


def test_a_comparison_by_month_moves_the_buckets(shop: Tiny) -> None:
    """February against January: 87 and 100."""
    query = Aggregate(
        metrics=metric("sales"),
        group_by=(ByTime(grain="month"),),
        period=Period(start=date(2026, 2, 1), end=date(2026, 3, 1)),
        compare=Compare(kind="previous_period"),
    )
    ((month, value, previous, growth),) = shop.ask(query)
    assert (month, value, previous) == (date(2026, 2, 1), 87, 100)
    assert growth == pytest.approx(-0.13)


def test_an_expression_stays_one_thing(shop: Tiny) -> None:
    """amount > 90 = FALSE is not (amount > 90) = FALSE."""
    small = Aggregate(metrics=metric("orders_made"), where=Predicate(member="is_big", op="=", values=(False,)))
    assert shop.ask(small) == [(3,)]
    assert shop.ask(Aggregate(metrics=metric("orders_made"), group_by=(by("is_big"),))) == [(False, 3), (True, 1)]


def test_running_and_cumulative(shop: Tiny) -> None:
    """Running totals start at the period, a cumulative metric at the beginning of the data."""
    february = Period(start=date(2026, 2, 1), end=date(2026, 3, 1))
    month = (ByTime(grain="month"),)
    running = Aggregate(metrics=metric("plain_sales"), group_by=month, period=february, running_total=True)
    assert shop.ask(running) == [(date(2026, 2, 1), 87)]
    assert shop.ask(Aggregate(metrics=metric("total_ever"), group_by=month, period=february)) == [(date(2026, 2, 1), 187)]


def test_conversion_counts_who_came_in_time(shop: Tiny) -> None:
    """1 complained on 1 February and bought on the 10th; 2 on the 3rd and bought on the 11th: both within 20 days."""
    assert shop.ask(Aggregate(metrics=metric("converted"))) == [(1.0,)]


def test_limit_per_group_and_null_groups_last(shop: Tiny) -> None:
    query = Aggregate(
        metrics=metric("complaints"), group_by=(by("grp"),), order=(Order(by="complaints", descending=False),), limit=2
    )
    assert shop.ask(query) == [("B", 1), ("A", 2)]
    per = Aggregate(
        metrics=metric("sales"),
        group_by=(by("grp"), by("kind")),
        order=(Order(by="sales"),),
        limit=1,
        limit_per=("grp",),
    )
    assert shop.ask(per) == [("A", "x", 110), ("B", "y", 30)]


def test_rows_under_a_scope_are_the_filter_added(shop: Tiny) -> None:
    everything = Aggregate(metrics=metric("sales", "complaints", "headcount"))
    assert shop.ask(everything, "only_a") == shop.ask(everything.model_copy(update={"where": eq("grp", "A")}))
    assert shop.ask(Records(entity="member"), "only_a") == [(1,)]
    assert shop.ask(Aggregate(metrics=metric("item_sales"), group_by=(by("kind"),)), "only_a") == [("x", 110), ("y", 60)]


def test_semi_additive() -> None:
    """Balances do not add up over time: at the end of February 20 + 5, not 10 + 20 + 7 + 5."""
    bank = tiny(
        {
            "accounts": table("account integer, owner text"),
            "balances": table("balance_id integer, account integer, at date, amount decimal", "at"),
        },
        {
            "accounts": [(1, "a"), (2, "b")],
            "balances": [
                (1, 1, date(2026, 1, 31), 10),
                (2, 2, date(2026, 1, 31), 7),
                (3, 1, date(2026, 2, 28), 20),
                (4, 2, date(2026, 2, 28), 5),
            ],
        },
        joins=[join("balances", "accounts", "account=account")],
        dimensions={"owner": {"table": "accounts"}},
        measures={"held": {"table": "balances", "agg": "sum", "expr": "amount", "semi_additive": {"take": "last"}}},
        metrics={"balance": {"kind": "simple", "measure": "held"}},
    )
    assert bank.ask(Aggregate(metrics=metric("balance"))) == [(25,)]
    assert bank.ask(Aggregate(metrics=metric("balance"), group_by=(ByTime(grain="month"),))) == [
        (date(2026, 1, 1), 17),
        (date(2026, 2, 1), 25),
    ]
    january = Period(end=date(2026, 2, 1))
    assert bank.ask(Aggregate(metrics=metric("balance"), group_by=(by("owner"),), period=january)) == [("a", 10), ("b", 7)]


def test_many_to_many_is_never_walked() -> None:
    """A bridge of both sides would multiply: there is no path, and the dimension is said to be out of reach."""
    school = tiny(
        {"pupils": table("pupil integer, name text"), "clubs": table("club integer, title text")},
        {"pupils": [(1, "a")], "clubs": [(1, "c"), (1, "d")]},
        joins=[join("pupils", "clubs", "pupil=club", cardinality="many_to_many")],
        dimensions={"title": {"table": "clubs"}},
        measures={"count": {"table": "pupils", "agg": "count"}},
        metrics={"pupil_count": {"kind": "simple", "measure": "count"}},
    )
    assert codes(school, Aggregate(metrics=metric("pupil_count"), group_by=(by("title"),))) == {"unreachable-dimension"}


def test_rows_that_belong_to_nothing_are_unknown_or_dropped_as_the_model_says() -> None:
    """One visit has no place: a question by place drops it, one without it counts it."""
    spec = {"places": table("place integer, town text"), "visits": table("visit integer, place integer")}
    rows = {"places": [(1, "p")], "visits": [(1, 1), (2, None)]}

    def visits(missing: str) -> Tiny:
        return tiny(
            spec,
            rows,  # type: ignore[arg-type]
            joins=[join("visits", "places", "place=place", missing=missing)],
            dimensions={"town": {"table": "places"}},
            measures={"count": {"table": "visits", "agg": "count"}},
            metrics={"visits_made": {"kind": "simple", "measure": "count"}},
        )

    query = Aggregate(metrics=metric("visits_made"), group_by=(by("town"),))
    assert visits("unknown").ask(query) == [("p", 1), (None, 1)]
    assert visits("drop").ask(query) == [("p", 1)]
    assert visits("drop").ask(Aggregate(metrics=metric("visits_made"))) == [(2,)]
    part = Aggregate(metrics=metric("visits_made"), share=Share(part=eq("town", "p")))
    assert visits("drop").ask(part) == [(0.5,)]
