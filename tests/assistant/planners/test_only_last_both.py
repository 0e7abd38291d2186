"""Ages, only, the last one, orders by what is in them, and kinds of tickets, each beside SQL; what no query says is asked about."""

import duckdb
import pytest

from assistant.app import Assistant
from tests.assistant.planners.test_read_wrongly_once import assert_same_rows, told

DONE = "SELECT *, CAST(order_time AS DATE) AS day FROM orders WHERE status = '已完成'"
AGED = "SELECT customer_id, gender, region, member_level, date_diff('year', birth_date, DATE '2026-10-20') - (strftime(birth_date, '%m%d') > '1020')::INT AS age FROM customers"  # noqa: E501
BOUGHT = f"SELECT o.*, p.category FROM ({DONE}) o JOIN order_items i USING (order_id) JOIN products p USING (product_id)"
Q3 = "day >= DATE '2026-07-01' AND day < DATE '2026-10-01'"
SEPTEMBER = "day >= DATE '2026-09-01' AND day < DATE '2026-10-01'"
COMPLAINED = "SELECT customer_id, CAST(created_time AS DATE) AS day FROM tickets WHERE ticket_type = '投诉'"


def who(condition: str, sql: str) -> str:
    return f"SELECT count(DISTINCT customer_id) FROM ({AGED}) JOIN ({sql}) USING (customer_id) WHERE {condition}"


def only(test: str, rows: str = DONE) -> str:
    """How many customers did nothing but this."""
    return f"SELECT count(*) FROM (SELECT 1 FROM ({rows}) GROUP BY customer_id HAVING bool_and({test}))"


def last(test: str) -> str:
    """How many customers did this the last time that they ordered."""
    rows = "SELECT *, max(order_time) OVER (PARTITION BY customer_id) AS newest FROM"
    return f"SELECT count(DISTINCT customer_id) FROM ({rows} ({BOUGHT})) WHERE order_time = newest AND {test}"


def holding(*tests: str, of: str = "count(*)", when: str = "true") -> str:
    """How many orders (or what of them) are such by what is in them."""
    having = " AND ".join(tests)
    return (
        f"SELECT {of} FROM (SELECT order_id, any_value(amount) AS amount FROM ({BOUGHT}) WHERE {when} GROUP BY 1 HAVING {having})"
    )


def has(category: str) -> str:
    return f"bool_or(category = '{category}')"


OF_SQL = [
    # how old people are
    ("How many customers under 25 bought beauty in Q3?", who(f"age < 25 AND category = '美妆' AND {Q3}", BOUGHT)),
    ("Number of customers over 35 who bought shoes in Q3", who(f"age > 35 AND category = '鞋靴' AND {Q3}", BOUGHT)),
    ("How many members between 30 and 40 complained this year?", who("age BETWEEN 30 AND 40 AND year(day) = 2026", COMPLAINED)),
    ("How many shoppers under 25 are there?", f"SELECT count(*) FROM ({AGED}) WHERE age < 25"),
    ("How many customers under 40 have diamond level?", f"SELECT count(*) FROM ({AGED}) WHERE age < 40 AND member_level = '钻石'"),
    ("How many people over 50 shop in the app?", who("age > 50 AND channel = 'APP'", DONE)),
    (
        "How many women over 45 bought shoes last year?",
        who("gender = '女' AND age > 45 AND category = '鞋靴' AND year(day) = 2025", BOUGHT),
    ),
    ("How many customers over 60 with complaints", who("age > 60", COMPLAINED)),
    ("how many members in East China with tickets", who("region = '华东'", "SELECT customer_id FROM tickets")),
    # only
    ("只用支付宝付过款的客户数", only("payment_method = '支付宝'")),
    ("how many customers only paid with Alipay", only("payment_method = '支付宝'")),
    ("只在APP和小程序下过单的客户数", only("channel IN ('APP', '小程序')")),
    ("how many customers only bought shoes and accessories", only("category IN ('鞋靴', '配饰')", BOUGHT)),
    ("有多少客户只买折扣订单", only("discount_amount > 0")),
    ("只在线上买、从不去门店的客户有多少", only("channel <> '门店'")),
    (
        "在华东门店买过的客户有多少",
        f"SELECT count(DISTINCT customer_id) FROM ({DONE}) JOIN stores USING (store_id) WHERE region = '华东'",
    ),
    (
        "how many customers bought in South China stores last month",
        f"SELECT count(DISTINCT customer_id) FROM ({DONE}) JOIN stores USING (store_id) WHERE region = '华南' AND {SEPTEMBER}",
    ),
    # the last one
    ("最近一次购买是女装的客户有多少", last("category = '女装'")),
    ("how many customers' last purchase was on JD?", last("channel = '京东'")),
    ("最后一单在天猫的客户数", last("channel = '天猫'")),
    # orders by what is in them
    ("同时包含女装和鞋靴的订单有多少", holding(has("女装"), has("鞋靴"))),
    ("how many orders with both women's wear and shoes", holding(has("女装"), has("鞋靴"))),
    ("orders with beauty and home together, September", holding(has("美妆"), has("家居"), when=SEPTEMBER)),
    (
        "number of orders last month with both shoes and accessories in the basket",
        holding(has("鞋靴"), has("配饰"), when=SEPTEMBER),
    ),
    ("不含女装的订单有多少", holding(f"NOT {has('女装')}")),
    ("Orders without beauty in September", holding(f"NOT {has('美妆')}", when=SEPTEMBER)),
    ("Orders containing beauty but not food", holding(has("美妆"), f"NOT {has('食品')}")),
    ("orders that include food and home, average value", holding(has("食品"), has("家居"), of="avg(amount)")),
    ("orders with beauty or home in September", holding(f"({has('美妆')} OR {has('家居')})", when=SEPTEMBER)),
    # a length of time, in whatever unit it is wanted
    (
        "Resolution time in hours for complaints",
        "SELECT avg(date_diff('minute', created_time, resolved_time)) FROM tickets WHERE ticket_type = '投诉'",
    ),
    ("平均解决时长是多少小时", "SELECT avg(date_diff('minute', created_time, resolved_time)) FROM tickets"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "sql"), OF_SQL)
def test_the_number_is_that_of_sql(quiet: Assistant, demo: duckdb.DuckDBPyConnection, question: str, sql: str) -> None:
    status, rows = told(quiet, question)
    assert status == "answered"
    assert len(rows) == 1
    assert float(str(rows[0][0])) == pytest.approx(float(demo.execute(sql).fetchall()[0][0]))


@pytest.mark.parametrize(
    ("question", "plain"),
    [
        ("average resolution time by channel, hours", "average resolution time by channel"),
        ("首次响应时长是几小时，按大区", "各大区的首次响应时长"),
        ("customers with refunds last month", "上个月退过款的客户名单"),
        ("gold customers with tickets this year", "今年提过工单的金卡客户名单"),
        ("cities with customers over 500", "客户数超过500的城市"),  # no age of theirs
        ("customers over 100 orders", "累计订单数超过100的客户名单"),
        ("AOV of orders with both beauty and food by channel", "各渠道里同时含美妆和食品的订单的客单价"),
    ],
)
def test_other_words_are_read_alike(quiet: Assistant, question: str, plain: str) -> None:
    assert_same_rows(told(quiet, question), told(quiet, plain))


def test_the_unit_of_the_answer_is_said(quiet: Assistant) -> None:
    assert "in minutes, not in hours" in quiet.thread().ask("First response time in hours by region").text
    assert "没有换算成小时" in quiet.thread().ask("平均解决时长是多少小时").text
    assert len(told(quiet, "first response time by hour")[1]) > 10  # the hour of the day


@pytest.mark.parametrize(
    "question",
    [
        "物流类投诉占多少",  # a ticket is of one kind
        "What percentage of complaints are about logistics?",
        "delivery complaints last month",
        "退换货类的投诉有几件",
        "Customers whose last order was refunded",  # which is none of the orders that are done
        "最近一次购买退款的客户",
        "customers whose last purchase was in Shanghai",  # the store's city, or theirs
        "customers who only bought during promotions",
        "只在9月买过的客户",
        "Revenue by first purchase channel",
        "只含一种品类的订单有多少",
        "orders with only one category",
        "refunded orders without beauty",
    ],
)
def test_is_asked_about(quiet: Assistant, question: str) -> None:
    assert told(quiet, question)[0] == "clarify"
