"""Columns of lists, in a sentence of their own, in front of the word for showing, or asked for later; and what else lists are told by."""

import pytest

from assistant import Assistant
from tests.assistant.planners.test_general_zh import asked, query


def columns(found: dict[str, object]) -> list[str]:
    return [c.get("member") or c.get("metric") for c in found["columns"]]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("gold members in Shanghai. Show number of orders and level", {"lifetime_orders", "member_level"}),
        ("gold members with level and number of orders, most orders first", {"lifetime_orders", "member_level"}),
        ("上海金卡客户，等级和近一年消费写上", {"member_level", "spend_365d"}),
        ("华南金卡女客户，按累计消费从高到低，金额也列上", {"lifetime_spend"}),
        ("近180天提过5张以上工单的是哪些客户，把张数写上，多的放前面", {"tickets_180d"}),
    ],
)
def test_columns_wherever_they_are_said(wenke: Assistant, question: str, wanted: set[str]) -> None:
    found = query(asked(wenke, question))
    assert found["entity"] == "customer"
    assert set(columns(found)) == wanted


def test_a_column_that_is_added_is_of_those_in_the_list(wenke: Assistant) -> None:
    """The sales of all customers were told until 2026-11-28."""
    thread = wenke.thread("ops")
    thread.ask("高价值客户名单")
    found = query(thread.ask("带上近一年的消费金额，从高到低排"))
    assert (columns(found), found["order"]) == (["spend_365d"], [{"by": "spend_365d"}])
    assert found["where"]["values"] == ["高价值"]


def test_a_list_word_says_that_people_are_meant(wenke: Assistant) -> None:
    found = query(asked(wenke, "名单：华东高价值，近90天没下单，带上最近下单日期"))
    assert (found["entity"], columns(found)) == ("customer", ["last_order_date"])
    assert [part.get("behaviour") for part in found["where"]["filters"]].count("purchase") == 1


@pytest.mark.parametrize(
    ("question", "values"),
    [("消费能力高、流失风险也高的客户列个名单", {"spending_power": ["高"], "churn_risk": ["高"]}),
     ("活动敏感度特别高的女客户名单", {"promo_sensitivity": ["高"], "gender": ["女"]})],
)  # fmt: skip
def test_words_of_degree_stand_between_a_tag_and_its_value(wenke: Assistant, question: str, values: dict[str, list[str]]) -> None:
    found = query(asked(wenke, question))
    assert {part["member"]: part["values"] for part in found["where"]["filters"]} == values


def test_longer_than_so_many_days_is_that_long_too(wenke: Assistant) -> None:
    """Whose last order was 60 days ago has not ordered in 60 days or more, but did in the last 60."""
    more, last = (len(asked(wenke, text).rows) for text in ("60天以上没下单的客户", "近60天没下单的客户"))
    assert more > last
    assert len(asked(wenke, "customers who haven't ordered in 60 days or more").rows) == more


def test_a_dimension_that_is_no_longer_wanted(wenke: Assistant) -> None:
    thread = wenke.thread(role="manager")
    thread.ask("最近30天新注册了多少人")
    thread.ask("按注册渠道分一下")
    found = query(thread.ask("渠道不看了，换城市，top5"))
    assert ([g["member"] for g in found["group_by"]], found["limit"]) == (["city"], 5)


def test_the_first_half_of_a_year_is_no_last_half_year(wenke: Assistant) -> None:
    """上半年来投诉过 was the last 180 days until 2026-11-28."""
    found = query(asked(wenke, "上半年来投诉过的客户有多少"))
    assert found["where"]["period"] == {"start": "2026-01-01", "end": "2026-07-01"}


@pytest.mark.parametrize(("slip", "meant"), [("各渠到", "各渠道"), ("各门点", "各门店"), ("各城事", "各城市")])
def test_two_characters_that_sound_like_a_name(wenke: Assistant, slip: str, meant: str) -> None:
    answer = asked(wenke, f"上个月{slip}的销售额")
    assert query(answer) == query(asked(wenke, f"上个月{meant}的销售额"))
    assert f"“{slip[1:]}”" in answer.text


def test_a_definition_may_ask_which_of_two_ways(wenke: Assistant) -> None:
    answer = wenke.ask("我刚来，想问问折扣率到底咋算的，分母是原价还是实付呀", role="ops")
    assert answer.status == "answered"
    assert "**折扣率**" in answer.text


@pytest.mark.parametrize("question", ["今年发的唤醒券，一波一波列出来，每波打开率多少", "今年发的唤醒券，一场一场列，打开率多少"])
def test_one_by_one_is_each_of_them(wenke: Assistant, question: str) -> None:
    assert [g["member"] for g in query(asked(wenke, question))["group_by"]] == ["campaign_name"]
