"""The rows that are each member's first: of whichever time and kind, with what is in them, and nobody's row is nobody's first.

sales: Ann's in January (100) and February (50), Bob's in February (30), nobody's in February (20) (`test_second_look._shop`)
"""

import pytest

from semantic_layer.query import Aggregate, FirstOf, Not
from tests.semantic_layer.traps.test_second_look import FEBRUARY, _shop, by, codes, metric
from tests.semantic_layer.traps.tiny import Tiny

FIRST = FirstOf(behaviour="buy")


@pytest.fixture(scope="module")
def shop() -> Tiny:
    return _shop()


def test_first_ones_alone(shop: Tiny) -> None:
    assert shop.ask(Aggregate(metrics=metric("sales_amount", "sale_count"), where=FIRST)) == [(130, 2)]
    assert shop.ask(Aggregate(metrics=metric("sales_amount"), group_by=by("grp"), where=FIRST)) == [("A", 100), ("B", 30)]


def test_those_of_a_time_are_first_ones_of_all_times(shop: Tiny) -> None:
    """Ann's sale of February is not her first one."""
    assert shop.ask(Aggregate(metrics=metric("sales_amount"), where=FIRST, period=FEBRUARY)) == [(30,)]


def test_what_is_in_them(shop: Tiny) -> None:
    """The lines of Ann's first sale are x and y, of Bob's y."""
    found = shop.ask(Aggregate(metrics=metric("sale_count"), group_by=by("kind"), where=FIRST))
    assert sorted(found) == [("x", 1), ("y", 2)]


def test_the_others(shop: Tiny) -> None:
    others = Aggregate(metrics=metric("sales_amount"), where=Not(filter=FIRST))
    assert shop.ask(others) == [(50,)]  # nobody's row is neither the first nor another one


def test_rows_of_something_else_have_no_first(shop: Tiny) -> None:
    assert codes(shop, Aggregate(metrics=metric("headcount"), where=FIRST)) == {"unreachable-dimension"}
