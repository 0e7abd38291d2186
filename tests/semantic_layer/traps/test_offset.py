"""The second group, the second member: the first ones are passed over, in an order, and a set keeps its place.

sales of A: 150, of B: 30, of nobody: 20 (`test_second_look._shop`)
"""

import pytest

from semantic_layer.query import Aggregate, Attribute, InGroups, InSet, MetricColumn, Order, Records
from tests.semantic_layer.traps.test_second_look import _shop, by, codes, metric
from tests.semantic_layer.traps.tiny import Tiny

SECOND = Aggregate(metrics=metric("sales_amount"), group_by=by("grp"), order=(Order(by="sales_amount"),), limit=1, offset=1)


@pytest.fixture(scope="module")
def shop() -> Tiny:
    return _shop()


def test_the_second_group(shop: Tiny) -> None:
    assert shop.ask(SECOND) == [("B", 30)]
    assert shop.ask(SECOND.model_copy(update={"offset": 0, "limit": 2})) == [("A", 150), ("B", 30)]
    assert [row[0] for row in shop.ask(SECOND.model_copy(update={"limit": None}))] == ["B", None]


def test_it_stays_the_second_as_a_condition(shop: Tiny) -> None:
    inside = Aggregate(metrics=metric("sale_count"), where=InGroups(groups=SECOND))
    assert shop.ask(inside) == [(1,)]


def test_the_second_member_as_a_list_and_as_a_set(shop: Tiny) -> None:
    listed = Records(
        entity="member", columns=(MetricColumn(metric="sales_amount"),), order=(Order(by="sales_amount"),), limit=1, offset=1
    )
    assert shop.ask(listed) == [(2, 30)]
    assert shop.ask(Aggregate(metrics=metric("sales_amount"), where=InSet(records=listed))) == [(30,)]
    rest = listed.model_copy(update={"limit": None})
    assert shop.ask(Aggregate(metrics=metric("sales_amount"), where=InSet(records=rest))) == [(30,)]


def test_without_an_order_there_is_no_second(shop: Tiny) -> None:
    assert codes(shop, SECOND.model_copy(update={"order": ()})) == {"offset-needs-order"}
    assert codes(shop, SECOND.model_copy(update={"limit_per": ("grp",)})) == {"offset-needs-order"}
    assert codes(shop, Records(entity="member", offset=1)) == {"offset-needs-order"}


def test_the_first_members_of_each_group(shop: Tiny) -> None:
    """People 1 in A, 2 in B, 3 in none: one of each; as a set too."""
    first = Records(
        entity="member",
        columns=(Attribute(member="grp"), MetricColumn(metric="sales_amount")),
        order=(Order(by="sales_amount"),),
        limit=1,
        limit_per=("grp",),
    )
    assert shop.ask(first) == [(1, "A", 150), (2, "B", 30), (3, None, 0)]
    assert shop.ask(Aggregate(metrics=metric("sales_amount"), where=InSet(records=first))) == [(180,)]
    assert codes(shop, first.model_copy(update={"limit": None})) == {"limit-per-needs-limit"}
    assert codes(shop, first.model_copy(update={"limit_per": ("nobody",)})) == {"unknown-dimension"}
    bare = first.model_copy(update={"columns": (MetricColumn(metric="sales_amount"),)})
    assert shop.ask(bare) == [(1, 150), (2, 30), (3, 0)]
