"""What numbers are for, set aside and told; lists of the best in their order; the best and all the others; 触达3次以上."""

from typing import Any

import pytest

from assistant.app import Assistant

OCCASIONS = [
    ("for the weekly pack: revenue, orders and AOV per channel, last week", "revenue, orders and AOV per channel, last week"),
    ("month-end numbers for September: GMV, revenue, orders", "September GMV, revenue, orders"),
    ("revenue for the September close", "September revenue"),
    ("monday kick-off: orders last week by channel", "orders last week by channel"),
    ("Q3 business review: sales by category", "Q3 sales by category"),
    ("KPI pack for last month: sales and orders", "sales and orders last month"),
    ("9月各品类销售额，月度复盘用", "9月各品类销售额"),
    ("上周各渠道订单数，周会要用", "上周各渠道订单数"),
]


@pytest.mark.parametrize(("question", "plain"), OCCASIONS)
def test_what_numbers_are_for_is_set_aside_and_told(question: str, plain: str, quiet: Assistant) -> None:
    answer, other = quiet.ask(question), quiet.ask(plain)
    assert answer.status == other.status == "answered", (answer.text, other.text)
    assert answer.rows
    assert answer.rows == other.rows
    assert "was not taken as a condition" in answer.text or "没有当作条件" in answer.text


def test_a_name_that_nobody_knows_is_no_occasion(quiet: Assistant) -> None:
    assert quiet.ask("Blue Whale numbers: sales last month").status == "clarify"


SAME = [
    ("which region sold the most last month? sales for each region", "sales by region last month"),
    ("哪个渠道退款率最高，各渠道退款率列一下", "各渠道退款率"),
    ("which category gets returned the most, return rate for each, Q3", "return rate by category in Q3"),
    ("上个月被触达3次以上的会员有多少", "上个月收到过至少3次活动的会员有多少"),
    ("how many dormant customers are we actually allowed to mail?", "how many dormant customers agreed to marketing"),
    ("rank the wake-up coupon campaigns sent this year by campaign conversion", "今年各唤醒券活动的活动转化率"),
    ("what did we take in revenue last week?", "revenue last week"),
    ("小程序上周活跃了多少人？", "上周在小程序活跃过的客户数"),
]


@pytest.mark.parametrize(("question", "plain"), SAME)
def test_the_same_rows_as_the_plain_question(question: str, plain: str, quiet: Assistant) -> None:
    answer, other = quiet.ask(question), quiet.ask(plain)
    assert answer.status == other.status == "answered", (answer.text, other.text)
    assert sorted(map(str, answer.rows)) == sorted(map(str, other.rows)) != []


def test_a_list_of_the_best_keeps_their_order(wenke: Assistant) -> None:
    answer = wenke.thread(role="ops").ask("近一年花钱最多的20个会员是谁，列一下消费金额")
    spent: list[Any] = [row[-1] for row in answer.rows]
    assert len(spent) == 20
    assert spent == sorted(spent, reverse=True)


def test_a_complaint_is_no_return(quiet: Assistant) -> None:
    answer = quiet.ask("提过退换货工单但从来没投诉过的客户有多少")
    wanted = quiet.sql(
        "SELECT count(*) FROM customers WHERE customer_id IN (SELECT customer_id FROM tickets WHERE ticket_type = '退换货') "
        "AND customer_id NOT IN (SELECT customer_id FROM tickets WHERE ticket_type = '投诉')"
    )
    assert answer.rows[0][0] == wanted.rows[0][0]


def test_through_a_month_without_a_beginning_is_asked_about(quiet: Assistant) -> None:
    answer = quiet.ask("revenue through June")
    assert (answer.status, answer.error_code) == ("clarify", "open-end")
    assert len(answer.choices) == 2
