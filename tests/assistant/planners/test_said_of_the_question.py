"""What is said around a question or inside it, and is no condition: a lead that the sentence behind it says again, what the list is for,
a unit, yet, to them; and words that are one: rates of a yes or no, rows counted of people, money off, what people belong to.

Each next to SQL, or to a plain question that means the same.
"""

import duckdb
import pytest

from assistant.app import Assistant
from tests.assistant.planners.test_read_wrongly_once import assert_same_rows, told

OF_SQL = [
    ("华南客户今年有多少物流工单",
     "SELECT count(*) FROM tickets JOIN customers USING (customer_id) WHERE region = '华南' AND ticket_type = '物流' "
     "AND created_time >= DATE '2026-01-01' AND created_time < DATE '2026-10-20'"),
    ("钻石会员今年有多少退款订单",
     "SELECT count(*) FROM orders JOIN customers USING (customer_id) WHERE member_level = '钻石' AND status = '已退款' "
     "AND order_time >= DATE '2026-01-01' AND order_time < DATE '2026-10-20'"),
    ("近三个月打开过活动推送的客户有多少",
     "SELECT count(DISTINCT customer_id) FROM campaign_touches WHERE opened AND sent_time >= DATE '2026-07-22'"),
    ("how many completed orders in September had more than 100 yuan off?",
     "SELECT count(*) FROM orders WHERE status = '已完成' AND discount_amount > 100 AND order_time >= DATE '2026-09-01' "
     "AND order_time < DATE '2026-10-01'"),
    ("how many people bought from us in Q3 but haven't bought anything yet in October?",
     "SELECT count(*) FROM (SELECT customer_id FROM orders WHERE status = '已完成' AND order_time >= DATE '2026-07-01' "
     "AND order_time < DATE '2026-10-01' EXCEPT SELECT customer_id FROM orders WHERE status = '已完成' "
     "AND order_time >= DATE '2026-10-01')"),
    ("所属门店是北京王府井旗舰店、近90天买过的客户有多少",
     "SELECT count(DISTINCT customer_id) FROM customers JOIN stores ON home_store_id = store_id JOIN orders o USING (customer_id) "
     "WHERE store_name = '北京王府井旗舰店' AND o.status = '已完成' AND o.order_time >= DATE '2026-07-22'"),
    ("近三个月给他们发过活动但一次都没打开的金卡会员有几个",
     "SELECT count(*) FROM (SELECT customer_id FROM campaign_touches JOIN customers USING (customer_id) WHERE member_level = '金卡' "
     "AND sent_time >= DATE '2026-07-22' GROUP BY 1 HAVING NOT bool_or(opened))"),
]  # fmt: skip

ALIKE = [
    # a lead that adds nothing
    ("are we ahead of last year? sales year to date vs the same stretch of 2025", "sales year to date vs the same period last year"),
    ("How heavily are we discounting? discount rate by month this year", "discount rate by month this year"),
    ("how loyal are they? repurchase rate by member level last 90 days", "repurchase rate by member level last 90 days"),
    ("how well are we doing on returns? refund rate by category this quarter", "refund rate by category this quarter"),
    ("what are people contacting us about this month? tickets by type", "tickets by ticket type this month"),
    ("what are customers calling us about? tickets by type last month", "tickets by ticket type last month"),
    ("which channel gives away the most? discount rate by channel last 90 days", "discount rate by channel last 90 days"),
    ("近三个月哪个销售渠道让利最狠，各渠道的优惠率列一下", "近三个月各渠道的优惠率"),
    ("哪个品类退得最凶，各品类退款率列一下", "各品类退款率"),
    # what it is for
    ("which gold members complained last month? I want to leave them out of the next send", "list gold members who complained last month"),
    ("return rate by category last quarter, so I know where the returns tickets come from", "return rate by category last quarter"),
    ("9月1号到12号每天卖了多少钱，我对下开学季的节奏", "9月1号到12号每天的销售额"),
    # units, and which of the two it was
    ("sales by channel in September, yuan", "sales by channel in September"),
    ("上个月各渠道销售额（元）", "上个月各渠道销售额"),
    ("how much did we knock off in discounts last month, completed orders only (yuan)", "total discount last month, completed orders"),
    ("今年国庆七天比去年国庆多卖了还是少卖了", "今年国庆七天比去年国庆销售额"),
    ("上周业绩比再前一周涨了还是跌了，百分之几", "上周销售额比前一周"),
    ("上周订单数比再上一周", "上周订单数比前一周"),
    # rates of a yes or no
    ("opt-in rate by member level", "percentage opted in by member level"),
    ("各等级的营销同意率", "各等级同意营销的占比"),
    ("consent rate for gold members", "what percentage of gold members opted in"),
    # said once more
    ("今年各等级会员的满意度打分", "今年各会员等级的满意度"),
    ("历史上预算最高的3场活动，预算是多少", "预算最高的3场活动"),
    ("上个月去过门店买东西的有多少人", "上个月在门店买过东西的有多少人"),
    ("上个月活动推送打开率", "上个月消息打开率"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "sql"), OF_SQL)
def test_it_is_the_rows_that_are_meant(quiet: Assistant, demo: duckdb.DuckDBPyConnection, text: str, sql: str) -> None:
    assert told(quiet, text) == ("answered", tuple(demo.execute(sql).fetchall()))


@pytest.mark.parametrize(("text", "plain"), ALIKE)
def test_it_is_the_plain_question(quiet: Assistant, text: str, plain: str) -> None:
    assert_same_rows(told(quiet, text), told(quiet, plain))


@pytest.mark.parametrize(
    ("counted", "money"),
    [
        ("9月有多少退款订单", "这些一共多少钱"),
        ("how many orders got refunded in September?", "and what were they worth in total?"),
    ],
)
def test_what_was_counted_is_worth_the_money_of_those_rows(quiet: Assistant, counted: str, money: str) -> None:
    assert_same_rows(told(quiet, counted, money), told(quiet, "9月的退款金额"))


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("给他们发过去短信", "refused"),  # an order, though 发过 is none
        ("orders by channel, yuan", "clarify"),  # a number of orders is no money
        (
            "which gold and diamond members have an open complaint? I want to leave them out of the next send",
            "clarify",
        ),  # no counts
    ],
)
def test_it_is_not_passed_over(quiet: Assistant, text: str, status: str) -> None:
    assert told(quiet, text)[0] == status


def test_a_lead_with_a_number_of_its_own_is_answered_too(quiet: Assistant) -> None:
    assert len(quiet.thread().ask("how fast do we reply? resolution time by channel this year").parts) == 1
