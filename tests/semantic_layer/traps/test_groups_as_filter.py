"""One of the groups that another aggregate lists: the cities that sold most, those over a limit, the one that is worst."""

import pytest

from semantic_layer.errors import QueryError
from semantic_layer.query import Aggregate, ByDimension, Having, InGroups, MetricUse, Not, Order
from tests.semantic_layer.traps.tiny import Tiny, join, table, tiny


@pytest.fixture(scope="module")
def shop() -> Tiny:
    """City A sold 100 in two orders, B 90 in one, C 10 in five, and nobody's city 500."""
    orders = [(1, 1, 60), (2, 1, 40), (3, 2, 90), (4, 4, 500), *((5 + i, 3, 2) for i in range(5))]
    return tiny(
        {
            "people": table("id integer, city text"),
            "orders": table("order_id integer, person integer, amount decimal"),
            "tickets": table("ticket_id integer, person integer"),
        },
        {
            "people": [(1, "A"), (2, "B"), (3, "C"), (4, None)],
            "orders": orders,
            "tickets": [(1, 1), (2, 2), (3, 3), (4, 3), (5, 4)],
        },
        joins=[join("orders", "people", "person=id"), join("tickets", "people", "person=id")],
        dimensions={"id": {"table": "people", "type": "integer"}, "city": {"table": "people"}},
        measures={
            "amount": {"table": "orders", "agg": "sum", "expr": "amount"},
            "rows": {"table": "orders", "agg": "count"},
            "opened": {"table": "tickets", "agg": "count"},
        },
        metrics={
            "sales": {"kind": "simple", "measure": "amount"},
            "orders_made": {"kind": "simple", "measure": "rows"},
            "complaints": {"kind": "simple", "measure": "opened"},
        },
        roles={"not_a": {"rows": [{"table": "people", "where": "city <> 'A'"}]}},
    )


def uses(*names: str) -> tuple[MetricUse, ...]:
    return tuple(MetricUse(metric=name) for name in names)


CITY = (ByDimension(member="city"),)
TOP2 = Aggregate(metrics=uses("sales"), group_by=CITY, order=(Order(by="sales"),), limit=2)
"""A and B: no ranking counts those without a name."""


def test_the_groups_stay_whatever_is_measured_then(shop: Tiny) -> None:
    """The top cities by sales, their orders: not the top cities by orders."""
    assert shop.ask(Aggregate(metrics=uses("orders_made"), group_by=CITY, where=InGroups(groups=TOP2))) == [("A", 2), ("B", 1)]


def test_the_groups_of_one_fact_limit_another(shop: Tiny) -> None:
    assert shop.ask(Aggregate(metrics=uses("complaints"), where=InGroups(groups=TOP2))) == [(2,)]


def test_a_group_without_a_name_keeps_nobody_out(shop: Tiny) -> None:
    """NOT IN a list with a null would be nothing at all."""
    others = Aggregate(metrics=uses("complaints"), group_by=CITY, where=Not(filter=InGroups(groups=TOP2)))
    assert shop.ask(others) == [("C", 2)]


def test_groups_over_a_limit(shop: Tiny) -> None:
    over = Aggregate(metrics=uses("orders_made"), group_by=CITY, having=(Having(by="orders_made", op=">=", values=(2,)),))
    assert shop.ask(Aggregate(metrics=uses("sales"), where=InGroups(groups=over))) == [(110,)]


def test_the_groups_are_those_that_the_asker_sees(shop: Tiny) -> None:
    first = TOP2.model_copy(update={"limit": 1})
    assert shop.ask(Aggregate(metrics=uses("orders_made"), group_by=CITY, where=InGroups(groups=first)), "not_a") == [("B", 1)]


@pytest.mark.parametrize("groups", [(), (ByDimension(member="city"), ByDimension(member="id"))])
def test_only_the_groups_of_one_dimension_are_a_condition(shop: Tiny, groups: tuple[ByDimension, ...]) -> None:
    wrong = InGroups(groups=Aggregate(metrics=uses("sales"), group_by=groups))
    with pytest.raises(QueryError) as failed:
        shop.ask(Aggregate(metrics=uses("sales"), where=wrong))
    assert [issue.code for issue in failed.value.issues] == ["not-one-group"]
