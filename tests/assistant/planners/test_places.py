"""The second, the third, the next ten: those behind the first of the same question, and never the first or all of them."""

import pytest

from assistant.app import Assistant
from tests.assistant.planners.test_read_wrongly_once import told


@pytest.mark.parametrize(
    ("turns", "whole", "place"),
    [
        (("上个月销售额第二高的品类",), "上个月各品类销售额从高到低", 2),
        (("上个月销售额排第二的城市是哪个",), "上个月各城市销售额从高到低", 2),
        (("今年销量第三的商品",), "今年各商品销量从高到低", 3),
        (("第二多的工单类型",), "各工单类型的工单数从高到低", 2),
        (("今年NPS第二低的大区",), "今年各大区NPS从低到高", 2),
        (("second best category by sales last month",), "上个月各品类销售额从高到低", 2),
        (("third largest channel by orders this year",), "今年各渠道订单数从高到低", 3),
        (("which region is second in sales last month",), "上个月各大区销售额从高到低", 2),
        (("which store ranks third by orders this year",), "今年各门店订单数从高到低", 3),
        (("上个月各城市订单数", "第二名呢"), "上个月各城市订单数从高到低", 2),
        (("上个月销售额第二高的品类", "第三名呢"), "上个月各品类销售额从高到低", 3),
        (("top 5 cities by sales this year", "and the second?"), "今年各城市销售额从高到低", 2),
    ],
)
def test_the_one_in_that_place(quiet: Assistant, turns: tuple[str, ...], whole: str, place: int) -> None:
    assert told(quiet, *turns) == ("answered", told(quiet, whole)[1][place - 1 : place])


@pytest.mark.parametrize(
    ("turns", "whole", "first", "last"),
    [
        (("今年销售额排名第6到第10名的门店",), "今年各门店销售额从高到低", 6, 10),
        (("上个月销售额前10的门店", "再来10个"), "上个月各门店销售额从高到低", 11, 20),
        (("上个月销售额前10的门店", "再来10个", "再来5个"), "上个月各门店销售额从高到低", 21, 25),
        (("top 5 cities by sales this year", "next 5"), "今年各城市销售额从高到低", 6, 10),
    ],
)
def test_those_in_these_places(quiet: Assistant, turns: tuple[str, ...], whole: str, first: int, last: int) -> None:
    assert told(quiet, *turns) == ("answered", told(quiet, whole)[1][first - 1 : last])


def test_people_in_a_place(quiet: Assistant) -> None:
    thread = quiet.thread(role="ops", channel="eval")
    ten = thread.ask("消费金额最高的10个客户").rows
    assert thread.ask("接下来10个").rows[0][0] not in [row[0] for row in ten]
    assert quiet.ask("消费第二高的客户", role="ops").rows == ten[1:2]


def test_what_is_asked_next_is_of_the_one_in_that_place(quiet: Assistant) -> None:
    second = told(quiet, "上个月各门店销售额从高到低")[1][1][0]
    assert told(quiet, "上个月销售额第2名的门店", "客单价呢")[1][0][0] == second


@pytest.mark.parametrize("question", ["上个月哪个门店排第二", "第三高的是谁", "the second most complained category this year"])
def test_a_place_in_no_order_is_asked_about(quiet: Assistant, question: str) -> None:
    assert told(quiet, question)[0] == "clarify"


@pytest.mark.parametrize(("question", "same"), [("第二季度销售额", "Q2销售额"), ("上个月第二周的订单数", "9月7日到13日订单数")])
def test_other_seconds_are_no_places(quiet: Assistant, question: str, same: str) -> None:
    assert told(quiet, question) == told(quiet, same)


def test_the_answer_says_which_place(quiet: Assistant) -> None:
    assert "从高到低排第 2 的品类" in quiet.ask("上个月销售额第二高的品类").text
