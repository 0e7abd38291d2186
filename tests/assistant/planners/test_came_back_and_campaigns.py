"""Came back, still, since then, and what campaigns did: which deed came after which, in whose time, and of which campaign.

Each next to SQL, or asked back where no query says it. Threads: what a message goes on from.
"""

import duckdb
import pytest

from assistant.app import Assistant
from tests.assistant.planners.test_read_wrongly_once import told

DONE = "SELECT *, CAST(order_time AS DATE) AS day FROM orders WHERE status = '已完成'"
COUNTS = f"SELECT customer_id, count(*) AS n, sum(amount) AS s, min(order_time) AS t FROM ({DONE}) GROUP BY 1"
THIS_YEAR = f"SELECT customer_id FROM ({DONE}) WHERE year(day) = 2026"
LAST_YEAR = f"SELECT customer_id FROM ({DONE}) WHERE year(day) = 2025"
COMPLAINED = "SELECT customer_id, created_time AS t FROM tickets WHERE ticket_type = '投诉'"
BOUGHT = f"SELECT o.*, p.category FROM ({DONE}) o JOIN order_items i USING (order_id) JOIN products p USING (product_id)"
TOUCHED = "SELECT t.*, campaign_type, campaign_name FROM campaign_touches t JOIN campaigns USING (campaign_id)"
LOW = "SELECT customer_id, survey_time AS t FROM surveys WHERE csat_score <= 2"
IN_90 = "sent_time >= DATE '2026-07-22' AND sent_time < DATE '2026-10-20'"
OF_618 = f"({DONE}) JOIN campaigns USING (campaign_id) WHERE campaign_name = '2026年618年中大促'"


def later(first: str, second: str = DONE, *, within: int | None = None, where: str = "true") -> str:
    """How many did the second after the first."""
    near = f"AND CAST(b.order_time AS DATE) <= CAST(a.t AS DATE) + {within}" if within else ""
    return (
        f"SELECT count(DISTINCT a.customer_id) FROM ({first}) a JOIN ({second}) b ON a.customer_id = b.customer_id "
        f"AND b.order_time > a.t {near} WHERE {where}"
    )


COMPLAINED_AND_BOUGHT = later(COMPLAINED)
SOON = later(LOW, within=30)
BOTH_YEARS = f"SELECT count(DISTINCT customer_id) FROM ({LAST_YEAR}) WHERE customer_id IN ({THIS_YEAR})"
ONCE = f"SELECT count(*) FROM ({COUNTS}) WHERE n = 1"
LOW_AND_LATELY = (
    "SELECT count(*) FROM (SELECT customer_id, csat_score FROM surveys QUALIFY row_number() OVER (PARTITION BY customer_id "
    f"ORDER BY survey_time DESC, survey_id DESC) = 1) WHERE csat_score < 3 AND customer_id IN (SELECT customer_id FROM ({DONE}) "
    "WHERE day >= DATE '2026-09-20')"
)
SEPTEMBER = (
    "SELECT customer_id, sent_time AS t FROM ({}) WHERE campaign_type = '唤醒券' "
    "AND sent_time >= DATE '2026-09-01' AND sent_time < DATE '2026-10-01'"
)
AUGUST_COMPLAINTS = f"SELECT * FROM ({COMPLAINED}) WHERE month(t) = 8 AND year(t) = 2026"
FEW = (
    f"SELECT count(*) FROM (SELECT customer_id FROM ({DONE}) WHERE year(day) = 2026 GROUP BY 1 "
    "HAVING count(*) >= 3 AND sum(amount) < 1000)"
)
NONE_OPENED = (
    f"SELECT count(*) FROM (SELECT customer_id FROM ({TOUCHED}) JOIN customers USING (customer_id) WHERE member_level = '钻石' AND {IN_90} "
    "GROUP BY 1 HAVING NOT bool_or(opened))"
)
SPENT = (
    f"SELECT sum(amount) FROM ({DONE}) WHERE customer_id IN (SELECT customer_id FROM orders WHERE status = '已退款' "
    "AND month(order_time) = 9 AND year(order_time) = 2026)"
)
IN_A_LATER_ORDER = (
    f"SELECT count(DISTINCT a.customer_id) FROM ({BOUGHT}) a JOIN ({BOUGHT}) b ON a.customer_id = b.customer_id "
    "AND b.order_time > a.order_time WHERE a.category = '{}' AND b.category = '{}'"
)

OF_SQL = [
    # still
    (("投诉过但还在继续购买的客户有多少",), COMPLAINED_AND_BOUGHT),
    (("投诉过还一直在买的客户有多少",), COMPLAINED_AND_BOUGHT),
    (("how many customers complained but are still buying",), COMPLAINED_AND_BOUGHT),
    (("how many customers who complained keep buying",), COMPLAINED_AND_BOUGHT),
    # soon after
    (("how many customers gave 1 or 2 and bought again within a month",), SOON),
    (("rated us 1 or 2 and then bought within 30 days, how many customers",), SOON),
    (("打了1分或2分、一个月内又买了的客户有多少",), SOON),
    # did they?
    (("评分低于3分的客户近30天有没有再买", "有多少人"), LOW_AND_LATELY),
    (("满意度2分及以下的客户近30天有没有下单", "有多少人"), LOW_AND_LATELY),
    # came back
    (("How many of last year's buyers came back this year?",), BOTH_YEARS),
    (("去年的买家今年回来了多少",), BOTH_YEARS),
    (("去年买过的客户今年又回来的有多少",), BOTH_YEARS),
    (("how many customers bought only once and never came back",), ONCE),
    (("how many customers bought and never bought again",), ONCE),
    (("只买过一次就没再来的客户有多少",), ONCE),
    (("买过一次就再没来过的客户有多少",), ONCE),
    (("what share of buyers never came back",), f"SELECT avg((n = 1)::INT) FROM ({COUNTS})"),
    # whose money, and of when
    (("customers with a refund last month, how much did they spend",), SPENT),
    (("上个月有退款的客户一共花了多少钱",), SPENT),
    (("今年下单3次以上但总消费不到1000元的客户有几个",), FEW),
    (("how many customers ordered at least 3 times this year but spent less than 1000 in total",), FEW),
    # the same deed said again, and the very messages
    (
        ("Of the customers who received a wake-up coupon in September, how many have ordered since they got it?",),
        later(SEPTEMBER.format(TOUCHED)),
    ),
    (("9月收到唤醒券的客户，收到之后下过单的有多少",), later(SEPTEMBER.format(TOUCHED))),
    (
        ("8月投诉过的客户里，投诉之后又下单的占多少",),
        f"SELECT ({later(AUGUST_COMPLAINTS)}) / (SELECT count(DISTINCT customer_id) FROM ({AUGUST_COMPLAINTS}))::DOUBLE",
    ),
    (("how many diamond members we messaged in the last 90 days opened none of it",), NONE_OPENED),
    (("钻石会员里近90天收到过消息但一条都没打开的有多少",), NONE_OPENED),
    # in a later order, at some point, before all those
    (("how many customers bought shoes and later, in another order, bought beauty?",), IN_A_LATER_ORDER.format("鞋靴", "美妆")),
    (
        ("how many customers bought beauty this year and food in a later order this year?",),
        IN_A_LATER_ORDER.format("美妆", "食品") + " AND year(a.day) = 2026 AND year(b.day) = 2026",
    ),
    (
        ("how many customers opened a campaign at some point but never clicked one",),
        f"SELECT count(*) FROM (SELECT customer_id FROM ({TOUCHED}) GROUP BY 1 HAVING bool_or(opened) AND NOT bool_or(clicked))",
    ),
    (
        ("以前买过、今年3到8月一单没下、9月又回来下单的有多少人",),
        f"SELECT count(*) FROM (SELECT customer_id FROM ({DONE}) GROUP BY 1 HAVING bool_or(day < DATE '2026-03-01') "
        "AND NOT bool_or(day >= DATE '2026-03-01' AND day < DATE '2026-09-01') "
        "AND bool_or(day >= DATE '2026-09-01' AND day < DATE '2026-10-01'))",
    ),
    (
        ("上半年投诉过的客户，投诉完又来下过单的有多少人",),
        later(f"SELECT * FROM ({COMPLAINED}) WHERE t >= DATE '2026-01-01' AND t < DATE '2026-07-01'"),
    ),
    (
        ("第一单就用了优惠的客户，后来又下过单的占多少",),
        f"SELECT avg((n > 1)::INT) FROM ({COUNTS}) JOIN ({DONE}) o USING (customer_id) WHERE o.order_time = t AND discount_amount > 0",
    ),
    (
        ("signed up in august and still no order, how many is that",),
        "SELECT count(*) FROM customers WHERE register_date >= DATE '2026-08-01' AND register_date < DATE '2026-09-01' "
        f"AND customer_id NOT IN (SELECT customer_id FROM ({DONE}))",
    ),
    # a campaign by its days, and what it brought
    (("How many orders did the 618 campaign bring",), f"SELECT count(*) FROM {OF_618}"),
    (("618活动带来多少订单",), f"SELECT count(*) FROM {OF_618}"),
    (("what revenue did the 618 campaign bring",), f"SELECT sum(amount) FROM {OF_618}"),
    (("2026年618年中大促带来多少订单",), f"SELECT count(*) FROM {OF_618}"),
    (("2026年618年中大促带来多少订单", "多少客户"), f"SELECT count(DISTINCT customer_id) FROM {OF_618}"),
    (("2026年618年中大促带来多少订单", "多少客户", "销售额"), f"SELECT sum(amount) FROM {OF_618}"),
]  # fmt: skip


@pytest.mark.parametrize(("turns", "sql"), OF_SQL)
def test_the_number_is_that_of_sql(quiet: Assistant, demo: duckdb.DuckDBPyConnection, turns: tuple[str, ...], sql: str) -> None:
    status, rows = told(quiet, *turns)
    assert status == "answered"
    assert len(rows) == 1
    assert float(str(rows[0][0])) == pytest.approx(float(demo.execute(sql).fetchall()[0][0]))


def test_a_second_count_is_a_number_beside_the_first(quiet: Assistant, demo: duckdb.DuckDBPyConnection) -> None:
    wanted = demo.execute(f"SELECT campaign_type, count(*), count(converted_order_id) FROM ({TOUCHED}) GROUP BY 1").fetchall()
    status, rows = told(quiet, "messages by type and how many converted")
    assert status == "answered"
    assert set(rows) == set(wanted)


ASKED_BACK = [
    "customers registered before 2024 who are still active",
    "2024年以前注册还在活跃的客户",
    "customers who joined in 2023 and are still around",
    "customers who still buy shoes",
    "Customers who came back after 90 days",
    "customers who bought again after 60 days",
    "投诉过的客户又回来的有多少",
    "How many customers moved from active to dormant since last month",
    "上个月以来由活跃转为沉睡的客户有几个",
    "How many dormant customers did the wake-up coupon bring back",
    "customers brought back by the wake-up coupon",
    "会员日那几天卖了多少",
    "sales on member days",
]


@pytest.mark.parametrize("question", ASKED_BACK)
def test_it_is_asked_back(quiet: Assistant, question: str) -> None:
    assert told(quiet, question)[0] == "clarify"


@pytest.mark.parametrize(
    ("question", "same"),
    [
        ("customers who brought back shoes last month", "上个月退过鞋靴的客户"),
        ("members who still have an open ticket", "有处理中工单的客户名单"),
        ("近90天下单5次以上、累计消费低于2000元的客户", "累计消费低于2000元、近90天下单5次以上的客户"),
    ],
)
def test_what_only_looks_like_it_is_answered(quiet: Assistant, question: str, same: str) -> None:
    a, b = told(quiet, question), told(quiet, same)
    assert a[0] == b[0] == "answered"
    assert {row[0] for row in a[1]} == {row[0] for row in b[1]} != set()
