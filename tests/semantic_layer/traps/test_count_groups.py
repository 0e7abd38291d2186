"""How many groups there are: a group without a name is none, what groups are chosen by holds, and several facts still meet once.

sales of A: 100 in January, 50 in February; of B: 30 in February; of nobody: 20 in February (`test_second_look._shop`)
"""

import pytest

from semantic_layer.query import Aggregate, Compare, Having, Share
from tests.semantic_layer.traps.test_second_look import FEBRUARY, MONTH, _shop, by, codes, metric
from tests.semantic_layer.traps.tiny import Tiny


@pytest.fixture(scope="module")
def shop() -> Tiny:
    return _shop()


def test_a_group_without_a_name_is_none(shop: Tiny) -> None:
    groups = Aggregate(metrics=metric("sales_amount"), group_by=by("grp"))
    assert [row[0] for row in shop.ask(groups)] == ["A", "B", None]
    assert shop.ask(groups.model_copy(update={"count_groups": True})) == [(2,)]


def test_what_groups_are_chosen_by_holds(shop: Tiny) -> None:
    over = Aggregate(
        metrics=metric("sales_amount"),
        group_by=by("grp"),
        having=(Having(by="sales_amount", op=">", values=(40,)),),
        count_groups=True,
    )
    assert shop.ask(over) == [(1,)]
    none = over.model_copy(update={"having": (Having(by="sales_amount", op=">", values=(4000,)),)})
    assert shop.ask(none) == [(0,)]


def test_groups_that_changed_are_counted(shop: Tiny) -> None:
    fell = Aggregate(
        metrics=metric("sales_amount"),
        group_by=by("grp"),
        period=FEBRUARY,
        compare=Compare(kind="previous_period"),
        having=(Having(by="sales_amount", part="growth", op="<", values=(0,)),),
        count_groups=True,
    )
    assert shop.ask(fell) == [(1,)]


def test_groups_of_two_facts_are_counted_once(shop: Tiny) -> None:
    both = Aggregate(metrics=metric("sales_amount", "sale_count"), group_by=by("grp"), count_groups=True)
    assert shop.ask(both) == [(2,)]


def test_what_cannot_be_counted_is_refused(shop: Tiny) -> None:
    plain = Aggregate(metrics=metric("sales_amount"), count_groups=True)
    assert codes(shop, plain) == {"counting-needs-groups"}
    assert codes(shop, plain.model_copy(update={"group_by": MONTH})) == {"counting-needs-groups"}
    shared = plain.model_copy(update={"group_by": by("grp"), "share": Share()})
    assert codes(shop, shared) == {"counting-alone"}
