"""How people spread over a number of theirs: distributions, histograms, numbers that go on, ranges of a stated width."""

from typing import Any

import pytest

from assistant import Assistant
from tests.assistant.planners.test_general_zh import asked, days, metrics, query

Q3 = days("2026-07-01", "2026-10-01")


def bucket(found: dict[str, Any]) -> dict[str, Any]:
    """The only breakdown of a query, without what is not said."""
    (group,) = found["group_by"]
    return dict(group)


@pytest.mark.parametrize(
    ("question", "member"),
    [
        ("近一年订单数的分布", "orders_365d"),
        ("distribution of orders in the last 365 days", "orders_365d"),
        ("how many customers have 0 orders in the past 90 days, how many have 1, how many 2, and so on?", "orders_90d"),
        ("How many members placed 0, 1, 2, 3 … orders in the last 365 days?", "orders_365d"),
        ("spread of latest satisfaction score", "latest_csat"),
    ],
)
def test_counts_go_one_by_one(wenke: Assistant, question: str, member: str) -> None:
    answer = asked(wenke, question)
    assert bucket(query(answer)) == {"member": member, "width": 1.0}
    assert query(answer)["metrics"] == metrics("customer_count")
    everybody = asked(wenke, "客户数").rows[0][0]
    assert sum(row[1] for row in answer.rows) == everybody


def test_money_goes_by_edges_that_are_told(wenke: Assistant) -> None:
    answer = asked(wenke, "histogram of lifetime spend")
    assert bucket(query(answer))["edges"][:3] == [100.0, 200.0, 500.0]
    assert "cut at 100, 200, 500" in answer.text
    assert answer.chart is not None
    assert answer.chart.kind == "histogram"


def test_days_go_by_the_usual_spans(wenke: Assistant) -> None:
    found = query(asked(wenke, "金卡会员距上次下单天数的分布"))
    assert bucket(found)["edges"] == [7.0, 30.0, 60.0, 90.0, 180.0, 365.0]
    assert found["where"]["member"] == "member_level"


@pytest.mark.parametrize(
    "question", ["按近一年消费每1000元一档看客户数", "spend in the last 365 days in steps of 1000, how many customers"]
)
def test_a_stated_width_is_kept(wenke: Assistant, question: str) -> None:
    assert bucket(query(asked(wenke, question))) == {"member": "spend_365d", "width": 1000.0}


def test_how_often_each_did_it_is_counted_in_the_time_of_the_question(wenke: Assistant) -> None:
    answer = asked(wenke, "三季度有成交的客户，买1单的多少人、2单的多少人、3单的……这样一路列下去")
    assert bucket(query(answer)) == {"metric": "order_count", "width": 1.0, "period": Q3}
    assert sum(row[1] for row in answer.rows) == asked(wenke, "三季度购买客户数").rows[0][0]


def test_an_age_has_its_own_groups(wenke: Assistant) -> None:
    (group,) = query(asked(wenke, "客户年龄分布"))["group_by"]
    assert group["member"] == "age_group"


def test_a_condition_between_the_numbers_is_not_lost(wenke: Assistant) -> None:
    answer = asked(
        wenke, "How many customers have 0 orders in the past 90 days, how many gold members have 1, how many 2, and so on?"
    )
    assert answer.status == "clarify" or "金卡" in str(query(answer))
