"""One month of a ranking of months, spoken of afterwards: that month, why, by channel; the other end of things that were fixed."""

from datetime import date
from typing import Any

import pytest

from assistant import Assistant
from assistant.conversation import Conversation
from semantic_layer.query import Period


def last_rows(wenke: Assistant, conversation: str) -> list[tuple[Any, ...]]:
    thread = wenke.thread(role=None)
    for message in conversation.split(" // "):
        answer = thread.ask(message)
    assert answer.status == "answered", (answer.error_code, answer.text)
    return [tuple(row) for row in answer.rows]


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("which month sold best this year // by channel", "sales by channel in June 2026"),
        ("sales by month this year // best month // worst // that month by channel", "sales by channel in February 2026"),
        ("今年哪个月卖得最好 // 那个月分渠道", "2026年6月销售额分渠道"),
        ("今年哪个月卖得最好 // 各渠道呢", "2026年6月销售额分渠道"),
        ("今年哪个月卖得最好 // 那个月新客多少", "2026年6月新客数"),
        ("今年哪个月卖得最好 // 那个月分渠道 // 那个月客单价多少", "2026年6月客单价"),
        ("天猫今年哪个月卖得最好 // 那个月客单价多少", "2026年6月天猫客单价"),
        ("which month had most orders this year // which store sold most that month", "which store sold most in June 2026"),
        ("双十一哪天卖得最多 // 那天哪个门店卖得最好", "2025年11月11日哪个门店卖得最好"),
        ("which day had most complaints last month // who complained that day", "who complained on 8 September 2026"),
        ("今年哪个季度销售额最高 // 那个季度客单价多少", "2026年二季度客单价"),
    ],
)
def test_that_time_is_the_one_that_was_shown(wenke: Assistant, asked: str, meant: str) -> None:
    assert last_rows(wenke, asked) == last_rows(wenke, meant)


@pytest.mark.parametrize("asked", ["which month sold best this year // why", "今年哪个月卖得最好 // 为什么"])
def test_why_is_of_that_month_against_the_month_before(wenke: Assistant, asked: str) -> None:
    may, june = (float(last_rows(wenke, f"sales in {month} 2026")[0][0]) for month in ("May", "June"))
    assert float(last_rows(wenke, asked)[0][0]) == pytest.approx(june)
    assert may in [
        pytest.approx(float(v)) for v in last_rows(wenke, asked)[0][1:] if isinstance(v, int | float) or hasattr(v, "real")
    ]


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("which month sold best this year // worst", "which month sold least this year"),
        ("which month sold best this year // and last year", "which month sold best last year"),
        ("今年哪个月卖得最好 // 只看天猫", "天猫今年哪个月卖得最好"),
    ],
)
def test_another_end_or_year_is_of_all_the_months(wenke: Assistant, asked: str, meant: str) -> None:
    assert last_rows(wenke, asked) == last_rows(wenke, meant)


def test_the_moment_is_kept_while_its_time_is_spoken_of(wenke: Assistant) -> None:
    thread = wenke.thread(role=None)
    june = Period(start=date(2026, 6, 1), end=date(2026, 7, 1))
    seen = []
    for message in ("今年哪个月卖得最好", "那个月分渠道", "去年销售额"):
        thread.ask(message)
        seen.append(Conversation.from_json(thread.to_json()).moment)
    assert seen == [june, june, None]


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        (
            "Top 5 stores by sales this quarter // their orders too // and the bottom 5",
            "bottom 5 stores by sales this quarter with order count",
        ),
        ("这个季度销售前五的门店 // 订单数也带上 // 后五名呢", "这个季度销售额后五的门店，带上订单数"),
    ],
)
def test_the_other_end_is_of_all_things(wenke: Assistant, asked: str, meant: str) -> None:
    assert last_rows(wenke, asked) == last_rows(wenke, meant)


def test_by_which_of_two_numbers_is_asked(wenke: Assistant) -> None:
    thread = wenke.thread(role=None)
    for message in ("Top 5 stores by sales this quarter", "and their AOV", "the bottom 5"):
        answer = thread.ask(message)
    assert answer.status == "clarify"
