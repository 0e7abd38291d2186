"""Several times, values and nouns in one breath: 今天、本周、本月; 七八九月分别; 华东的门店和华南的门店; 金、银卡; campaign orders."""

from typing import Any

import pytest

from assistant.app import Assistant
from semantic_layer.query import Aggregate, MetricUse

SAME = [
    ("华东的门店和华南的门店今年各做了多少业绩？", "今年华东和华南门店的销售额分别多少"),
    ("sales this year of stores in East China and stores in South China, each", "今年华东和华南门店的销售额分别多少"),
    ("金、银卡会员今年的销售额", "金卡和银卡会员今年的销售额"),
    ("高、中流失风险的客户各多少", "高流失风险和中流失风险的客户各多少"),
    ("旗舰、标准店今年的销售额分别多少", "旗舰店和标准店今年的销售额分别多少"),
    ("今年活动订单和非活动订单的销售额", "今年销售额按活动归属看"),
    ("AOV of campaign orders vs non-campaign orders this year", "今年客单价按活动归属看"),
    ("七八九月的投诉量分别是多少", "7月、8月、9月的投诉量分别是多少"),
    ("近三个月分别卖了多少", "近三个月每月销售额"),
    ("昨天和前天各多少单", "昨天和前天的订单数"),
    ("上周和上上周各卖了多少", "上周和上上周的销售额"),
    ("这90天里，天猫上的单退得多还是京东的单退得多，按比例说", "近90天天猫和京东的退款率分别多少"),
    ("which city orders the most, in rmb", "which city has the highest sales"),
    ("which 3 provinces buy the most women's wear this year, in yuan", "top 3 provinces by women's wear sales this year"),
]


@pytest.mark.parametrize(("question", "plain"), SAME)
def test_the_same_rows_as_the_plain_question(question: str, plain: str, quiet: Assistant) -> None:
    answer, other = quiet.ask(question), quiet.ask(plain)
    assert answer.status == other.status == "answered", (answer.text, other.text)
    assert sorted(map(str, answer.rows)) == sorted(map(str, other.rows)) != []


SEVERAL = [
    ("昨天、上周和上个月的订单数", ["昨天的订单数", "上周的订单数", "上个月的订单数"]),
    ("sales MTD, QTD and YTD", ["sales this month", "sales this quarter", "sales this year"]),
    ("本周和本月的销售额", ["本周的销售额", "本月的销售额"]),
    ("2024、2025、2026年9月的销售额", ["2024年9月的销售额", "2025年9月的销售额", "2026年9月的销售额"]),
    ("国庆、五一、元旦各多少单", ["国庆多少单", "五一多少单", "元旦多少单"]),
]


@pytest.mark.parametrize(("question", "each"), SEVERAL)
def test_one_number_over_several_times(question: str, each: list[str], quiet: Assistant) -> None:
    answer = quiet.ask(question)
    assert answer.status == "answered", answer.text
    assert list(answer.rows[0]) == [quiet.ask(one).rows[0][0] for one in each]
    query: Any = answer.interpretation.query if answer.interpretation else None
    assert isinstance(query, Aggregate)
    assert all(isinstance(metric, MetricUse) and metric.period for metric in query.metrics)
    assert "全部数据" not in answer.text
    assert "all the data" not in answer.text


NOT_GUESSED = [
    "国庆APP和小程序谁的单多",
    "what do our diamond members buy most, by money, since the start of the year",
    "conversion of 2026年秋日唤醒券 for people who have complained before vs everyone else",
]


@pytest.mark.parametrize("question", NOT_GUESSED)
def test_what_would_be_another_number_is_asked_about(question: str, quiet: Assistant) -> None:
    assert quiet.ask(question).status == "clarify"


def test_two_times_alike_are_still_compared(quiet: Assistant) -> None:
    query: Any = getattr(quiet.ask("本月和上月的销售额").interpretation, "query", None)
    assert query.compare is not None


def test_orders_of_a_campaign_are_a_condition_of_what_was_asked(quiet: Assistant) -> None:
    thread = quiet.thread()
    thread.ask("What is our average order value this year?")
    answer = thread.ask("And only for orders that came from a campaign?")
    wanted = quiet.sql(
        "SELECT sum(amount) / count(*) FROM orders WHERE status = '已完成' AND campaign_id IS NOT NULL AND order_time >= '2026-01-01'"
    )
    assert float(answer.rows[0][0]) == pytest.approx(float(wanted.rows[0][0]))
