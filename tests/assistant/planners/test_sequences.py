"""What was done after something else, however it is said; and where the order is not said, it is not made up."""

from typing import Any

import pytest

from assistant import Assistant
from tests.assistant.planners.test_general_zh import asked, days, query

JULY, AUGUST = days("2026-07-01", "2026-08-01"), days("2026-08-01", "2026-09-01")
Order = tuple[str, bool, dict[str, str] | None, int | None]


def order(found: dict[str, Any]) -> list[Order]:
    """The deeds of a condition, the last one first: what, whether it was done, when, within how many days of the one before."""
    where: dict[str, Any] | None = next((p for p in found["where"].get("filters", [found["where"]]) if "after" in p), None)
    out: list[Order] = []
    while where is not None:
        out.append((where["behaviour"], where.get("did", True), where.get("period"), where.get("within_days")))
        where = where.get("after")
    return out


@pytest.mark.parametrize(
    ("question", "late", "early"),
    [
        ("7月投诉过之后又下过单的客户有多少", ("purchase", True, None, None), ("complain", True, JULY, None)),
        ("先投诉过再下单的人有多少", ("purchase", True, None, None), ("complain", True, None, None)),
        ("下单之前投诉过的客户", ("purchase", True, None, None), ("complain", True, None, None)),
        ("7月投诉过，后来又买了的客户有多少", ("purchase", True, None, None), ("complain", True, JULY, None)),
        ("先加购后付款的客户数", ("pay", True, None, None), ("add_to_cart", True, None, None)),
        ("打开过活动消息后7天内下单的客户", ("purchase", True, None, 7), ("open_touch", True, None, None)),
        ("注册后30天内下过单的客户数", ("purchase", True, None, 30), ("register", True, None, None)),
        ("加购之后没付款的客户有多少人", ("pay", False, None, None), ("add_to_cart", True, None, None)),
        ("投诉过之后就没再买过的客户", ("purchase", False, None, None), ("complain", True, None, None)),
        ("7月投诉过没再买过的客户数", ("purchase", False, None, None), ("complain", True, JULY, None)),
        ("customers who complained in July and then bought", ("purchase", True, None, None), ("complain", True, JULY, None)),
        ("how many customers bought again after complaining?", ("purchase", True, None, None), ("complain", True, None, None)),
        ("customers who complained before buying", ("purchase", True, None, None), ("complain", True, None, None)),
        ("customers who bought within 7 days of complaining", ("purchase", True, None, 7), ("complain", True, None, None)),
        (
            "customers who opened a campaign and then bought within 30 days",
            ("purchase", True, None, 30),
            ("open_touch", True, None, None),
        ),
        ("7月在天猫买过、后来又买了的客户有多少", ("purchase", True, None, None), ("purchase", True, JULY, None)),
        ("8月投诉过，随后下单的客户数", ("purchase", True, None, None), ("complain", True, AUGUST, None)),
        ("7月买过、再也没买过的客户有多少", ("purchase", False, None, None), ("purchase", True, JULY, None)),
        (
            "How many customers bought in July and later complained",
            ("complain", True, None, None),
            ("purchase", True, JULY, None),
        ),
        ("customers who returned an order and later bought again", ("purchase", True, None, None), ("refund", True, None, None)),
    ],
)
def test_what_came_later_came_later(wenke: Assistant, question: str, late: Order, early: Order) -> None:
    assert order(query(asked(wenke, question))) == [late, early]


def test_three_deeds_follow_each_other(wenke: Assistant) -> None:
    found = order(query(asked(wenke, "用户浏览之后加购、然后下单的人数")))
    assert [name for name, *_ in found] == ["purchase", "add_to_cart", "browse"]


@pytest.mark.parametrize(
    "question",
    [
        "7月投诉过但近30天没再来的客户",
        "how many people opened a message but then bought nothing at all between Oct 1 and Oct 7?",
        "买过女装也买过鞋的客户有多少",
    ],
)
def test_a_time_of_its_own_or_no_word_of_order_is_and(wenke: Assistant, question: str) -> None:
    found = query(asked(wenke, question))["where"]
    assert not any("after" in part for part in found["filters"])


@pytest.mark.parametrize("question", ["customers who bought after a complaint", "买过之后三次投诉的客户有多少"])
def test_an_order_that_ties_no_two_deeds_is_not_dropped(wenke: Assistant, question: str) -> None:
    answer = asked(wenke, question)
    assert answer.status == "clarify" or order(query(answer))


def test_the_answer_says_the_order(wenke: Assistant) -> None:
    assert "有过投诉，此后有过购买" in asked(wenke, "先投诉过再下单的人有多少").text
    assert "最后一次之后没有购买" in asked(wenke, "投诉过之后就没再买过的客户").text
    assert "after that" in asked(wenke, "customers who complained before buying").text
