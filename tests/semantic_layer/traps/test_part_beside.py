"""A share with the number of its part, or of the whole, beside it: of the same rows, one column more, and never without a part.

sales of A: 150; of B: 50; kind x of A: 130 (`test_second_look._shop`)
"""

import pytest
from pydantic import ValidationError

from semantic_layer.query import Aggregate, Order, Share
from tests.semantic_layer.traps.test_second_look import _shop, by, eq, metric
from tests.semantic_layer.traps.tiny import Tiny


@pytest.fixture(scope="module")
def shop() -> Tiny:
    return _shop()


def test_the_part_or_the_whole_stands_before_the_share(shop: Tiny) -> None:
    alone = Aggregate(metrics=metric("sales_amount"), share=Share(part=eq("grp", "A")))
    ((share,),) = shop.ask(alone)
    ((whole,),) = shop.ask(Aggregate(metrics=metric("sales_amount")))
    ((part,),) = shop.ask(Aggregate(metrics=metric("sales_amount"), where=eq("grp", "A")))
    assert share == pytest.approx(part / whole)
    beside = alone.model_copy(update={"share": Share(part=eq("grp", "A"), beside="part")})
    assert shop.ask(beside) == [(part, pytest.approx(part / whole))]
    of_all = alone.model_copy(update={"share": Share(part=eq("grp", "A"), beside="whole")})
    assert shop.ask(of_all) == [(whole, pytest.approx(part / whole))]


def test_groups_are_ordered_by_either(shop: Tiny) -> None:
    share = Share(part=eq("kind", "x"), beside="part")
    query = Aggregate(metrics=metric("sales_amount"), group_by=by("grp"), share=share)
    rows = shop.ask(query.model_copy(update={"order": (Order(by="sales_amount", part="share"),)}))
    shares = [row[-1] for row in rows if row[0] is not None]  # a group without a name comes last
    assert shares == sorted(shares, reverse=True)
    rising = query.model_copy(update={"order": (Order(by="sales_amount", descending=False),)})
    values = [row[1] for row in shop.ask(rising) if row[0] is not None]
    assert values == sorted(values)


def test_without_a_part_the_value_is_there_anyway() -> None:
    with pytest.raises(ValidationError, match="belongs to `part`"):
        Share(beside="whole")
