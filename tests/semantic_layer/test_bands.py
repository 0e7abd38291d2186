"""Bands of a number: which side an edge is on, those without a value, rows that fan out, order, JSON, labels in both languages."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from assistant.answers.ranges import range_labels, ranges_said
from semantic_layer.errors import QueryError
from semantic_layer.query import Aggregate, ByBucket, ByDimension, MetricUse, Order, Period, Share, from_json, to_json
from semantic_layer.resolve import resolve
from semantic_layer.scope import Scope, restrict
from tests.semantic_layer.traps.tiny import Tiny, join, table, tiny


@pytest.fixture
def shop() -> Tiny:
    """1 bought for 200 and 500, 2 for 500.01 and 10, 3 (no age) for 0, 4 nothing; an order without an amount; two items in each order."""
    orders: list[tuple[Any, ...]] = [
        (1, 1, "2026-01-10", 200), (2, 1, "2026-02-10", 500), (3, 2, "2026-02-11", 500.01), (4, 2, "2026-02-12", 10),
        (5, 3, "2026-02-13", 0), (6, 3, "2026-02-14", None),
    ]  # fmt: skip
    return tiny(
        {
            "people": table("id integer, age integer"),
            "orders": table("order_id integer, person integer, at date, amount decimal", "at"),
            "items": table("item_id integer, order_id integer, pieces integer"),
        },
        {
            "people": [(1, 30), (2, 45), (3, None), (4, 46)],
            "orders": orders,
            "items": [(10 * o + i, o, 1) for o in range(1, 7) for i in (1, 2)],
        },
        joins=[join("orders", "people", "person=id"), join("items", "orders", "order_id=order_id", detail=True)],
        dimensions={
            "age": {"table": "people", "type": "integer"},
            "name": {"table": "people", "expr": "cast(id AS varchar)"},
            "amount": {"table": "orders", "type": "decimal", "format": "currency"},
        },
        measures={
            "rows": {"table": "orders", "agg": "count"},
            "money": {"table": "orders", "agg": "sum", "expr": "amount"},
            "heads": {"table": "people", "agg": "count"},
            "pieces": {"table": "items", "agg": "sum", "expr": "pieces"},
        },
        metrics={
            "orders_made": {"kind": "simple", "measure": "rows"},
            "sales": {"kind": "simple", "measure": "money"},
            "headcount": {"kind": "simple", "measure": "heads", "timeless": True},
            "units": {"kind": "simple", "measure": "pieces", "time": "orders.at"},
            "aov": {"kind": "ratio", "numerator": "sales", "denominator": "orders_made"},
        },
    )


def by(measured: str, /, **bucket: Any) -> Aggregate:
    return Aggregate(metrics=(MetricUse(metric=measured),), group_by=(ByBucket(**bucket),))


def codes(model: Tiny, query: Aggregate) -> set[str]:
    with pytest.raises(QueryError) as caught:
        resolve(query, restrict(model.model, Scope("all", {})))
    return {i.code for i in caught.value.issues}


def test_an_edge_is_in_the_band_above_it_or_below(shop: Tiny) -> None:
    assert shop.ask(by("orders_made", member="amount", edges=(200, 500))) == [(None, 2), (200, 1), (500, 2)]
    assert shop.ask(by("orders_made", member="amount", edges=(200, 500), below=(500,))) == [(None, 2), (200, 2), (500, 1)]
    assert shop.ask(by("orders_made", member="amount", edges=(200, 500), below=(200, 500))) == [(None, 3), (200, 1), (500, 1)]
    assert shop.ask(by("orders_made", member="amount", edges=(0, 200), below=(0,))) == [(None, 1), (0, 1), (200, 3)]


def test_the_order_without_an_amount_is_in_no_band(shop: Tiny) -> None:
    rows = shop.ask(by("orders_made", member="amount", edges=(200,), below=(200,)))
    assert sum(count for _, count in rows) == 5
    assert shop.ask(by("headcount", member="age", edges=(30, 45), below=(45,))) == [(30, 2), (45, 1)]


def test_detail_rows_count_each_order_once(shop: Tiny) -> None:
    """Two items in each order: money by band is that of the orders, pieces are those of the items."""
    assert shop.ask(by("units", member="amount", edges=(200, 500), below=(500,))) == [(None, 4), (200, 4), (500, 2)]
    assert shop.ask(by("sales", member="amount", edges=(200, 500), below=(500,))) == [
        (None, 10),
        (200, 700),
        (500, Decimal("500.01")),
    ]


def test_a_number_of_each_member_has_edges_too(shop: Tiny) -> None:
    """Spend: 1 has 700, 2 has 510.01, 3 and 4 have none of it."""
    assert shop.ask(by("headcount", metric="sales", edges=(0, 700), below=(0, 700))) == [(None, 2), (0, 2)]
    february = Period(start=date(2026, 2, 1), end=date(2026, 3, 1))
    assert shop.ask(by("headcount", metric="orders_made", period=february, edges=(0, 1, 2))) == [(0, 1), (1, 1), (2, 2)]
    assert shop.ask(by("headcount", metric="aov", edges=(300,))) == [(None, 2), (300, 1)]  # 4 has none at all


def test_the_lowest_band_comes_first_and_unknown_last(shop: Tiny) -> None:
    two = Aggregate(
        metrics=(MetricUse(metric="orders_made"),), group_by=(ByBucket(member="amount", edges=(200,)), ByDimension(member="age"))
    )
    assert [row[:2] for row in shop.ask(two)] == [(None, 45), (None, None), (200, 30), (200, 45)]
    falling = by("orders_made", member="amount", edges=(200, 500)).model_copy(update={"order": (Order(by="amount"),)})
    assert [key for key, _ in shop.ask(falling)] == [500, 200, None]
    assert [key for key, _ in shop.ask(by("orders_made", member="amount", width=500))] == [
        0,
        500,
        None,
    ]  # unknown, of equal widths


def test_shares_are_of_what_is_in_a_band(shop: Tiny) -> None:
    query = by("orders_made", member="amount", edges=(200,)).model_copy(update={"share": Share()})
    assert shop.ask(query) == [(None, 2, 0.4), (200, 3, 0.6)]


def test_what_is_no_band_is_refused(shop: Tiny) -> None:
    for wrong in (
        {"member": "age", "edges": (30,), "below": (40,)},
        {"member": "age", "edges": (40, 30)},
        {"member": "age", "width": 10, "below": (10,)},
        {"member": "age", "metric": "sales", "edges": (1,)},
        {"member": "age"},
    ):
        with pytest.raises(ValidationError):
            ByBucket.model_validate(wrong)
    assert codes(shop, by("headcount", member="name", edges=(1,))) == {"not-numeric"}
    assert codes(shop, by("headcount", member="nothing", edges=(1,))) == {"unknown-dimension"}


def test_old_queries_read_as_before() -> None:
    old = (
        '{"kind": "aggregate", "metrics": [{"kind": "metric", "metric": "sales"}], '
        '"group_by": [{"kind": "bucket", "member": "age", "edges": [25, 35]}]}'
    )
    query = from_json(old)
    assert query == by("sales", member="age", edges=(25, 35))
    new = by("sales", member="age", edges=(25, 35), below=(35,))
    assert from_json(to_json(new)) == new


def test_labels_say_the_ends(shop: Tiny) -> None:
    money = ByBucket(member="amount", edges=(200, 500), below=(500,))
    assert [text for _, text in range_labels(money, (), shop.model, "en")] == ["under ¥200", "¥200–¥500", "over ¥500"]
    assert ranges_said(money, shop.model, "en") == "under ¥200; ¥200 to ¥500, both ends in; over ¥500"
    assert ranges_said(money, shop.model, "zh") == "¥200 以下；¥200 到 ¥500（两端都含）；¥500 以上（不含）"
    age = ByBucket(member="age", edges=(30, 45), below=(45,))
    assert range_labels(age, (), shop.model, "zh") == ((None, "30 以下"), (30, "30–45"), (45, "46 及以上"))
    lower = ByBucket(member="amount", edges=(200, 500), below=(200,))
    assert [text for _, text in range_labels(lower, (), shop.model, "en")] == ["up to ¥200", "over ¥200–¥500", "¥500 and over"]
    assert range_labels(ByBucket(member="age", width=10), (30, 40), shop.model, "en") == ((30, "30–39"), (40, "40–49"))
