"""What the last answers showed, pointed at: these cities, the worst region, the two of them; narrowed by a number; added to."""

from typing import Any

import pytest

from assistant import Assistant
from tests.assistant.planners.test_general_zh import asked, by, days, metrics, one, query

Q3 = days("2026-07-01", "2026-10-01")


def chosen(found: dict[str, Any]) -> dict[str, Any]:
    """The groups that a query is bound to."""
    parts = found["where"].get("filters", [found["where"]])
    return next(part["groups"] for part in parts if "groups" in part)


@pytest.mark.parametrize(
    ("messages", "member", "metric"),
    [
        (("三季度销售额前5的城市", "这些城市的客单价呢"), "city", "aov"),
        (("Top 5 provinces by sales in Q3", "AOV of these provinces"), "province", "aov"),
        (("Top 5 provinces by sales in Q3", "what is their refund rate"), "province", "refund_rate"),
    ],
)
def test_the_groups_stay_when_another_number_is_asked(
    wenke: Assistant, messages: tuple[str, ...], member: str, metric: str
) -> None:
    """It was the top five by the new number, which are other cities, until 2026-11-28."""
    found = query(asked(wenke, *messages))
    groups = chosen(found)
    assert (groups["metrics"], groups["limit"]) == (metrics("sales"), 5)
    assert (found["metrics"], found["group_by"], found.get("limit")) == (metrics(metric), by(member), None)


@pytest.mark.parametrize(
    ("messages", "member", "descending", "then"),
    [
        (("NPS for every region last quarter?", "drill into the worst region, city by city"), "region", False, "city"),
        (("9月各大区销售额", "最高的那个大区按省份看"), "region", True, "province"),
        (("今年前三季度销售额前10的城市", "排第一的那个城市，分渠道看占比"), "city", True, "channel"),
        (("sales by channel last month", "for the top channel, show sales by category"), "channel", True, "category"),
    ],
)
def test_one_group_is_broken_down(wenke: Assistant, messages: tuple[str, ...], member: str, descending: bool, then: str) -> None:
    found = query(asked(wenke, *messages))
    groups = chosen(found)
    assert (groups["group_by"], groups["limit"]) == (by(member), 1)
    assert groups["order"][0].get("descending", True) is descending
    assert found["group_by"] == by(then)


def test_a_limit_is_one_for_each_of_them(wenke: Assistant) -> None:
    found = query(asked(wenke, "Top 5 provinces by sales in Q3", "for each of them, which three product categories sell best?"))
    assert chosen(found)["limit"] == 5
    assert (found["group_by"], found["limit"], found["limit_per"]) == (by("province", "category"), 3, ["province"])


def test_which_one_is_asked_about(wenke: Assistant) -> None:
    assert asked(wenke, "9月各大区销售额", "那个大区按省份看").status == "clarify"


@pytest.mark.parametrize(
    ("messages", "member", "values"),
    [
        (
            ("how many active users on the mini program last month", "and on app?", "show the two of them day by day"),
            "channel",
            2,
        ),
        (("上个月小程序的活跃客户数", "APP呢", "这两个放一起按天看"), "channel", 2),
    ],
)
def test_the_last_two_stand_side_by_side(wenke: Assistant, messages: tuple[str, ...], member: str, values: int) -> None:
    found = query(asked(wenke, *messages))
    assert len(found["where"]["values"]) == values
    assert found["group_by"] == [{"member": member}, {"grain": "day"}]


def test_two_periods_are_compared(wenke: Assistant) -> None:
    found = query(
        asked(wenke, "tickets by type in Q3", "and in Q2?", "put the two quarters next to each other with the % change")
    )
    assert found["period"] == Q3
    assert found["compare"]["period"] == days("2026-04-01", "2026-07-01")


@pytest.mark.parametrize(
    ("messages", "having"),
    [
        (("9月各大区的投诉率", "哪些高于1.25%"), {"by": "complaint_rate", "op": ">", "values": [0.0125]}),
        (
            ("complaint rate by region for September", "which ones are above 1.25%"),
            {"by": "complaint_rate", "op": ">", "values": [0.0125]},
        ),
        (("9月各城市的销售额", "只看销售额超过10万的"), {"by": "sales", "op": ">", "values": [100000.0]}),
        (("今年各城市的销售额，剔除低于100万的",), {"by": "sales", "op": ">=", "values": [1000000.0]}),
        (("今年各城市的订单数，不足700单的城市就别算进来了",), {"by": "order_count", "op": ">=", "values": [700.0]}),
    ],
)
def test_a_number_chooses_groups_not_people(wenke: Assistant, messages: tuple[str, ...], having: dict[str, Any]) -> None:
    """只看销售额超过10万的, behind sales by city, was customers who spent so much until 2026-11-28."""
    found = query(asked(wenke, *messages))
    assert found["having"] == [having]
    assert "where" not in found


def test_a_limit_is_said_with_all_its_digits(wenke: Assistant) -> None:
    assert "1.25%" in asked(wenke, "9月各大区的投诉率", "哪些高于1.25%").text
    assert "¥12,345" in asked(wenke, "9月各城市的销售额", "只留12345以上的").text


def test_groups_by_a_number_that_is_not_shown(wenke: Assistant) -> None:
    found = query(asked(wenke, "上半年复购率最高的5个城市", "购买客户不到100人的城市先剔掉再排"))
    assert chosen(found)["having"] == [{"by": "buyers", "op": ">=", "values": [100.0]}]
    assert (found["metrics"], found["limit"]) == (metrics("repurchase_rate"), 5)


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        (("近30天各渠道的转化率", "加购率也加上"), ("conversion_rate", "add_to_cart_rate")),
        (("open rate for each campaign type this year", "also click rate"), ("open_rate", "click_rate")),
        (("open rate and click rate for each campaign type this year", "drop click rate"), ("open_rate",)),
    ],
)
def test_numbers_come_and_go(wenke: Assistant, messages: tuple[str, ...], expected: tuple[str, ...]) -> None:
    found = query(asked(wenke, *messages))
    assert found["metrics"] == metrics(*expected)
    assert "period" in found


def test_one_value_takes_the_place_of_another(wenke: Assistant) -> None:
    found = query(asked(wenke, "refund rate per category for Q3", "only the Tmall orders", "swap Tmall for JD"))
    assert found["where"] == one("channel", "京东")


def test_a_question_without_a_time_is_of_the_time_before(wenke: Assistant) -> None:
    answer = asked(wenke, "今年各品类的销量", "每个品类卖得最多的是哪个商品")
    assert query(answer)["period"] == days("2026-01-01", "2026-10-20")


@pytest.mark.parametrize(
    "messages", [("上季度复购率", "这个怎么算的"), ("repurchase rate for Q3", "how exactly is that figure worked out?")]
)
def test_what_was_shown_is_defined(wenke: Assistant, messages: tuple[str, ...]) -> None:
    answer = asked(wenke, *messages)
    assert answer.status == "answered"
    assert "÷" in answer.text


@pytest.mark.parametrize("question", ["8月一共有多少营收", "一共多少销售额 8月", "how many revenue in August"])
def test_how_much_money_is_money(wenke: Assistant, question: str) -> None:
    assert query(asked(wenke, question))["metrics"] == metrics("sales")


def test_two_sentences_are_one_ask(wenke: Assistant) -> None:
    found = query(asked(wenke, "上季度工单量环比涨幅最大的5个省份是哪些？上季度工单不足50张的省份就别算进来了"))
    assert found["having"] == [{"by": "ticket_count", "op": ">=", "values": [50.0]}]
    which = "Which cities had at least 700 orders this year and a refund rate above 7%?"
    assert query(asked(wenke, f"{which} Show the orders and the refund rate, highest rate first."))["order"] == [
        {"by": "refund_rate"}
    ]


def test_every_number_of_a_comparison_is_said(wenke: Assistant) -> None:
    """Only the first one was, whatever stood in the table, until 2026-11-28."""
    text = asked(wenke, "近30天各渠道的转化率和加购率，跟再往前30天比").text
    assert "转化率" in text
    assert "加购率" in text


@pytest.mark.parametrize(
    ("question", "part"),
    [
        ("哪个省的金卡会员占比最高", one("member_level", "金卡")),
        ("which region has the highest share of gold members", one("member_level", "金卡")),
    ],
)
def test_the_highest_share_is_of_each_group(wenke: Assistant, question: str, part: dict[str, Any]) -> None:
    """It was the place with the most of them until 2026-11-28."""
    answer = asked(wenke, question)
    assert query(answer)["share"] == {"part": part}
    assert any(word in answer.text for word in ("占比最高", "the share of"))


@pytest.mark.parametrize("question", ["门店销售额前10里面华东的有几家", "销售额前10的门店里有几家在华东"])
def test_how_many_of_those_ranked_is_not_a_ranking_of_fewer(wenke: Assistant, question: str) -> None:
    assert asked(wenke, question).status == "clarify"


def test_times_do_not_count_people(wenke: Assistant) -> None:
    found = query(asked(wenke, "今年买过3次以上的新客有多少"))
    assert found["where"]["at_least"] == 3


@pytest.mark.parametrize(
    ("messages", "period"),
    [
        (
            ("September sales by city for South China", "which of those had over 100 orders in the month?"),
            days("2026-09-01", "2026-10-01"),
        ),
        (("September sign-ups by registration channel", "And for the same month in 2025?"), days("2025-09-01", "2025-10-01")),
        (("complaint rate by province, last 90 days", "refund rate over the same 90 days"), days("2026-07-22", "2026-10-20")),
    ],
)
def test_the_time_of_the_conversation_is_pointed_at(wenke: Assistant, messages: tuple[str, ...], period: dict[str, str]) -> None:
    assert query(asked(wenke, *messages))["period"] == period


def test_a_time_said_again_in_brackets_is_the_same(wenke: Assistant) -> None:
    found = query(asked(wenke, "How many different people bought something over this year's National Day week (1-7 Oct)?"))
    assert (found["where"]["period"], found.get("period")) == (days("2026-10-01", "2026-10-08"), None)
