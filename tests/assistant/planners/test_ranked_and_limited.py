"""Who is first, of people and within groups; which numbers a threshold is of; shares of what a number describes; what sold nothing.

Each next to SQL, or asked back where the query language cannot say it.
"""

import duckdb
import pytest

from assistant.app import Assistant
from tests.assistant.planners.test_read_wrongly_once import assert_same_rows, told

DONE = "SELECT *, CAST(order_time AS DATE) AS day FROM orders WHERE status = '已完成'"
YEAR = f"SELECT * FROM ({DONE}) WHERE day BETWEEN DATE '2026-01-01' AND DATE '2026-10-19'"
IN_SEPTEMBER = "day BETWEEN DATE '2026-09-01' AND DATE '2026-09-30'"
SOLD = f"SELECT i.*, o.day FROM ({DONE}) o JOIN order_items i USING (order_id)"
FIRST_OF_YEAR = f"SELECT customer_id, sum(amount) FROM ({YEAR}) GROUP BY 1 ORDER BY 2 DESC LIMIT 1"
OF_BEST = (
    "SELECT sum(amount) FILTER (WHERE customer_id IN (SELECT customer_id FROM o GROUP BY 1 ORDER BY sum(amount) DESC LIMIT {n})) "
    "/ sum(amount) FROM o"
)
UNSOLD = "SELECT count(*) FROM products WHERE product_id NOT IN (SELECT product_id FROM ({sold}) WHERE {when})"
CLICKS = (
    "SELECT campaign_name, avg(clicked::INT) AS v FROM campaign_touches JOIN campaigns USING (campaign_id) GROUP BY 1 "
    "HAVING count(*) > 1000 ORDER BY v LIMIT 1"
)
STORE_SALES = f"SELECT isodow(day), sum(amount) AS v FROM ({DONE}) WHERE channel = '门店' GROUP BY 1 ORDER BY v DESC LIMIT 1"

OF_SQL = [
    # one of the people
    ("Which customer spent the most this year?", FIRST_OF_YEAR),
    ("今年消费最多的客户是谁", FIRST_OF_YEAR),
    ("哪个客户今年买得最多", FIRST_OF_YEAR),
    ("Who is our biggest customer this year?", FIRST_OF_YEAR),
    ("top spender this year", FIRST_OF_YEAR),
    ("哪个客户下单最多", f"SELECT customer_id, count(*) FROM ({DONE}) GROUP BY 1 ORDER BY 2 DESC LIMIT 1"),
    ("哪个客户投诉最多", "SELECT customer_id, count(*) FROM tickets WHERE ticket_type = '投诉' GROUP BY 1 ORDER BY 2 DESC LIMIT 1"),
    ("the customer with the most refunds",
     "SELECT customer_id, count(*) FROM orders WHERE status = '已退款' GROUP BY 1 ORDER BY 2 DESC LIMIT 1"),
    ("今年买得最多的10个客户", f"SELECT customer_id, sum(amount) FROM ({YEAR}) GROUP BY 1 ORDER BY 2 DESC LIMIT 10"),
    # one of the groups that pass a test, and what the test is of
    ("点击率最低但发送量超过1000的活动", CLICKS),
    ("Which campaign had the lowest click rate but more than 1000 sends?", CLICKS),
    ("AOV最高但订单数超过10000的渠道是哪个",
     f"SELECT channel, avg(amount) FROM ({DONE}) GROUP BY 1 HAVING count(*) > 10000 ORDER BY 2 DESC LIMIT 1"),
    ("哪几天的订单数低于200", f"SELECT day, count(*) FROM ({DONE}) GROUP BY 1 HAVING count(*) < 200"),
    ("哪些天的订单数超过500", f"SELECT day, count(*) FROM ({DONE}) GROUP BY 1 HAVING count(*) > 500"),
    ("哪几个月的订单数低于5000", f"SELECT date_trunc('month', day)::DATE, count(*) FROM ({DONE}) GROUP BY 1 HAVING count(*) < 5000"),
    ("average order value of orders over 500", f"SELECT avg(amount) FROM ({DONE}) WHERE amount > 500"),
    ("revenue from orders over 2000 in September", f"SELECT sum(amount) FROM ({DONE}) WHERE amount > 2000 AND {IN_SEPTEMBER}"),
    ("上周哪几家门店的销售额没到5万？",
     f"SELECT store_name, sum(amount) FROM ({DONE}) JOIN stores USING (store_id) "
     "WHERE day BETWEEN DATE '2026-10-12' AND DATE '2026-10-18' GROUP BY 1 HAVING sum(amount) < 50000"),
    # a part of the time is ranked
    ("Best day of the week for store sales", STORE_SALES),
    ("Which weekday do stores sell the most?", STORE_SALES),
    ("what day of the week is best for store revenue", STORE_SALES),
    ("Best weekday for app sales",
     f"SELECT isodow(day), sum(amount) AS v FROM ({DONE}) WHERE channel = 'APP' GROUP BY 1 ORDER BY v DESC LIMIT 1"),
    ("每个渠道周几订单最多",
     f"SELECT channel, d, n FROM (SELECT channel, isodow(day) AS d, count(*) AS n FROM ({DONE}) GROUP BY 1, 2) "
     "QUALIFY row_number() OVER (PARTITION BY channel ORDER BY n DESC) = 1"),
    # the largest, the cheapest
    ("max order amount last month", f"SELECT max(amount) FROM ({DONE}) WHERE {IN_SEPTEMBER}"),
    ("今年最大订单金额是多少", f"SELECT max(amount) FROM ({YEAR})"),
    ("the single largest order last month", f"SELECT order_id, amount FROM ({DONE}) WHERE {IN_SEPTEMBER} ORDER BY 2 DESC LIMIT 1"),
    ("the cheapest product in beauty",
     "SELECT product_id, product_name, list_price FROM products WHERE category = '美妆' ORDER BY 3 LIMIT 1"),
    # shares of what a number describes
    ("单价100以下的商品占销量多少", f"SELECT sum(quantity) FILTER (WHERE unit_price < 100) / sum(quantity) FROM ({SOLD})"),
    ("share of sales from products with list price over 500",
     f"SELECT sum(s.amount) FILTER (WHERE list_price > 500) / sum(s.amount) FROM ({SOLD}) s JOIN products USING (product_id)"),
    ("500元以上的订单占比，按渠道", f"SELECT channel, avg((amount >= 500)::INT) FROM ({DONE}) GROUP BY 1"),
    ("满意度4分以上的问卷占比，按门店类型",
     "SELECT store_type, avg((csat_score >= 4)::INT) FROM surveys JOIN customers USING (customer_id) "
     "LEFT JOIN stores ON home_store_id = store_id GROUP BY 1"),
    # the first so many, as a part of all
    ("what percentage of this year's sales comes from our 100 biggest spenders", f"WITH o AS ({YEAR}) {OF_BEST.format(n=100)}"),
    ("what share of this year's revenue came from our 50 biggest customers?", f"WITH o AS ({YEAR}) {OF_BEST.format(n=50)}"),
    # nothing sold, and launched
    ("how many products sold nothing at all in the last 30 days",
     UNSOLD.format(sold=SOLD, when="day BETWEEN DATE '2026-09-20' AND DATE '2026-10-19'")),
    (
        "近30天一件都没卖出去的商品有几款",
        UNSOLD.format(sold=SOLD, when="day BETWEEN DATE '2026-09-20' AND DATE '2026-10-19'"),
    ),
    ("上个月有多少款商品没卖出去", UNSOLD.format(sold=SOLD, when=IN_SEPTEMBER)),
    ("how many products did we launch this year", "SELECT count(*) FROM products WHERE launch_date BETWEEN '2026-01-01' AND '2026-10-19'"),
    ("今年上了几款新品", "SELECT count(*) FROM products WHERE launch_date BETWEEN '2026-01-01' AND '2026-10-19'"),
    ("how much did the stores that opened in 2025 turn over this year? per store",
     f"SELECT store_name, sum(amount) FROM ({YEAR}) JOIN stores USING (store_id) WHERE year(open_date) = 2025 GROUP BY 1"),
]  # fmt: skip


def _cell(value: object) -> object:
    try:
        return round(float(str(value)), 6)
    except ValueError:
        return str(value)


@pytest.mark.parametrize(("question", "sql"), OF_SQL)
def test_the_rows_are_those_of_sql(quiet: Assistant, demo: duckdb.DuckDBPyConnection, question: str, sql: str) -> None:
    status, rows = told(quiet, question)
    assert status == "answered"
    wanted = {tuple(map(_cell, row)) for row in demo.execute(sql).fetchall()}
    assert {tuple(map(_cell, row)) for row in rows} == wanted


UNSOLD_THINGS = [
    ("哪几款商品上个月没有卖出去",
     f"SELECT product_id FROM products WHERE product_id NOT IN (SELECT product_id FROM ({SOLD}) WHERE {IN_SEPTEMBER})"),
    ("哪些商品上个月没有卖出去",
     f"SELECT product_id FROM products WHERE product_id NOT IN (SELECT product_id FROM ({SOLD}) WHERE {IN_SEPTEMBER})"),
    ("9月没有卖出过的商品有哪些",
     f"SELECT product_id FROM products WHERE product_id NOT IN (SELECT product_id FROM ({SOLD}) WHERE {IN_SEPTEMBER})"),
    ("Are there any stores with no sales last week?",
     f"SELECT store_id FROM stores WHERE store_id NOT IN (SELECT store_id FROM ({DONE}) WHERE store_id IS NOT NULL "
     "AND day BETWEEN DATE '2026-10-12' AND DATE '2026-10-18')"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "sql"), UNSOLD_THINGS)
def test_things_of_which_nothing_was_sold_are_listed(
    quiet: Assistant, demo: duckdb.DuckDBPyConnection, question: str, sql: str
) -> None:
    status, rows = told(quiet, question)
    assert status == "answered"
    assert {row[0] for row in rows} == {row[0] for row in demo.execute(sql).fetchall()}


SAME = [
    ("点击率超过15的活动", "点击率超过15%的活动"),
    ("退款率大于8的品类", "退款率大于8%的品类"),
    ("各大区哪个月销售额最高", "which month had the highest sales in each region"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_other_words_say_the_same(quiet: Assistant, one: str, other: str) -> None:
    if "region" in other:
        status, rows = told(quiet, one)
        assert status == "answered"
        assert {frozenset(map(str, row)) for row in rows} == {frozenset(map(str, row)) for row in told(quiet, other)[1]}
        assert len(rows) == 7
    else:
        assert_same_rows(told(quiet, one), told(quiet, other))


ASKED = [
    # people within each group
    "每个省消费最高的客户是谁",
    "每家门店消费最高的会员",
    "Top customer by spend in each city",
    "Best 3 customers of each store",
    "各门店的消费冠军是谁",
    "每个渠道下单最多的10个客户名单",
    # over a number of months, or of stores
    "revenue per store in Q3, by store type",
    "orders per store by region",
    # a rate is never so large, a number of what has none, new since when
    "click rate over 1000",
    "AOV with more than 20 orders",
    "客单价，订单数超过500",
    "新品中卖得最好的三款",
    "list the products that sold nothing in September by category",
]


@pytest.mark.parametrize("question", ASKED)
def test_what_no_query_says_is_asked(quiet: Assistant, question: str) -> None:
    assert told(quiet, question)[0] == "clarify"


@pytest.mark.parametrize(
    "question", ["客户数最多的3个大区", "哪个城市的客户最多", "top 5 regions by customers", "sales by store and store type in Q3"]
)
def test_groups_are_still_ranked(quiet: Assistant, question: str) -> None:
    assert told(quiet, question)[0] == "answered"


def test_what_was_opened_is_measured_later(quiet: Assistant, demo: duckdb.DuckDBPyConnection) -> None:
    sql = f"SELECT sum(amount) FROM ({YEAR}) JOIN stores USING (store_id) WHERE year(open_date) = 2025"
    status, rows = told(quiet, "how many stores did we open in 2025", "how much did they turn over this year")
    assert status == "answered"
    assert rows[0][0] == demo.execute(sql).fetchall()[0][0]


@pytest.mark.parametrize("question", ["25到34岁客户最喜欢什么品类", "客户最喜欢什么品类"])
def test_an_unknown_group_is_no_favourite(quiet: Assistant, question: str) -> None:
    answer = quiet.thread(role="ops").ask(question)
    assert "最高的是 **女装" in answer.text
    assert "另有未知" in answer.text


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        (
            "From the worst category down to the best, how high was the return rate in Q3?",
            "return rate by category in Q3, highest first",
        ),
        ("from the highest to the lowest: return rate by category in Q3", "return rate by category in Q3, highest first"),
        ("列一下9月各品类退款率，从最高到最低", "9月各品类退款率，从高到低"),
        ("9月各店满意度从最低到最高排", "9月各店满意度，从低到高"),
        ("上个月各渠道退款率，由最差到最好", "上个月各渠道退款率，从高到低"),
    ],
)
def test_from_one_end_to_the_other_is_all_of_them_in_order(quiet: Assistant, said: str, plain: str) -> None:
    status, rows = told(quiet, said)
    assert (status, rows) == told(quiet, plain)
    assert status == "answered"
    assert len(rows) > 1
