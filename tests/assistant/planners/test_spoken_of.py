"""Those who were spoken of: how many such, there, another number of them, what a condition takes the place of, what nobody understood.

Each next to SQL, or to a question in other words that was not misread. Threads: what a message goes on from.
"""

import duckdb
import pytest

from assistant.app import Assistant
from tests.assistant.planners.test_read_wrongly_once import assert_same_rows, told

DONE = "SELECT *, CAST(order_time AS DATE) AS day FROM orders WHERE status = '已完成'"
BOUGHT = f"SELECT o.*, p.category FROM ({DONE}) o JOIN order_items i USING (order_id) JOIN products p USING (product_id)"
SEPTEMBER = "day BETWEEN DATE '2026-09-01' AND DATE '2026-09-30'"
SHOES = f"SELECT customer_id FROM ({BOUGHT}) WHERE category = '鞋靴' AND {SEPTEMBER}"
IN_SEPTEMBER = "created_time >= DATE '2026-09-01' AND created_time < DATE '2026-10-01'"
SALES = f"SELECT sum(amount) FROM ({DONE}) JOIN customers USING (customer_id) WHERE day >= DATE '2026-01-01'"

OF_SQL = [
    # how many such, of nobody in particular
    (("上个月买了鞋靴的客户名单", "有多少是女的"), f"SELECT count(*) FROM customers WHERE gender = '女' AND customer_id IN ({SHOES})"),
    (("customers who bought shoes last month", "how many men"),
     f"SELECT count(*) FROM customers WHERE gender = '男' AND customer_id IN ({SHOES})"),
    (
        ("9月注册的客户有多少", "多少人下单了"),
        f"SELECT count(*) FROM customers WHERE CAST(register_date AS DATE) BETWEEN DATE '2026-09-01' AND DATE '2026-09-30' "
        f"AND customer_id IN (SELECT customer_id FROM ({DONE}))",
    ),
    (("上个月买了鞋靴的客户有多少", "有多少也买了女装"),
     f"SELECT count(DISTINCT customer_id) FROM ({BOUGHT}) WHERE category = '女装' AND {SEPTEMBER} AND customer_id IN ({SHOES})"),
    (("我们有多少家门店", "华南几家"), "SELECT count(*) FROM stores WHERE region = '华南'"),
    # since they joined, and another length of time
    (
        ("How many customers registered in May?", "How many of them have bought since?"),
        f"SELECT count(DISTINCT c.customer_id) FROM customers c JOIN ({DONE}) o ON o.customer_id = c.customer_id "
        "WHERE c.register_date >= DATE '2026-05-01' AND c.register_date < DATE '2026-06-01' AND o.order_time > c.register_date",
    ),
    (
        ("8月投诉过的客户有多少", "30天内又下单的呢", "7天内呢"),
        f"SELECT count(DISTINCT t.customer_id) FROM tickets t JOIN ({DONE}) o ON o.customer_id = t.customer_id "
        "AND o.order_time > t.created_time AND CAST(o.order_time AS DATE) <= CAST(t.created_time AS DATE) + 7 "
        "WHERE ticket_type = '投诉' AND created_time >= DATE '2026-08-01' AND created_time < DATE '2026-09-01'",
    ),
    # there
    (("Sales in Guangdong last month", "tickets there"),
     f"SELECT count(*) FROM tickets JOIN customers USING (customer_id) WHERE province = '广东' AND {IN_SEPTEMBER}"),
    (("广东上个月的销售额", "那边的客户数"), "SELECT count(*) FROM customers WHERE province = '广东'"),
    (
        ("哪个大区9月投诉最多", "那里有多少客户"),
        f"SELECT count(*) FROM customers WHERE region = (SELECT region FROM tickets JOIN customers USING (customer_id) "
        f"WHERE ticket_type = '投诉' AND {IN_SEPTEMBER} GROUP BY 1 ORDER BY count(*) DESC LIMIT 1)",
    ),
    # days that are left out
    (("今年每月销售额", "去掉10月", "不按月"),
     f"SELECT sum(amount) FROM ({DONE}) WHERE day BETWEEN DATE '2026-01-01' AND DATE '2026-09-30'"),
    (("sales this year excluding October",),
     f"SELECT sum(amount) FROM ({DONE}) WHERE day BETWEEN DATE '2026-01-01' AND DATE '2026-09-30'"),
    (("sales this year", "take stores out"), f"SELECT sum(amount) FROM ({DONE}) WHERE channel <> '门店' AND day >= DATE '2026-01-01'"),
    # what gives way
    (("今年上海和北京谁的销售额高", "广州呢"), f"{SALES} AND city = '广州'"),
    (("买过美妆又买过食品的客户有多少", "只买过美妆的呢"),
     f"SELECT count(*) FROM (SELECT customer_id FROM ({BOUGHT}) GROUP BY 1 HAVING bool_and(category = '美妆'))"),
    (("logistics tickets in September", "complaints instead"),
     f"SELECT count(*) FROM tickets WHERE ticket_type = '投诉' AND {IN_SEPTEMBER}"),
    (
        ("今年先买了女装、之后又买配饰的客户数", "换成鞋靴"),
        f"SELECT count(DISTINCT a.customer_id) FROM ({BOUGHT}) a JOIN ({BOUGHT}) b ON a.customer_id = b.customer_id "
        "AND b.order_time > a.order_time WHERE a.category = '女装' AND b.category = '鞋靴' AND a.day >= DATE '2026-01-01' "
        "AND b.day >= DATE '2026-01-01'",
    ),
    # who is left out did not do it; both of the last two
    (
        ("how many churned customers are there", "leave out people who never ordered"),
        "SELECT count(*) FROM customers WHERE register_date < DATE '2026-04-23' AND "
        f"customer_id IN (SELECT customer_id FROM ({DONE}) GROUP BY 1 HAVING max(day) < DATE '2026-04-23')",
    ),
    (("sales on Tmall last month", "and on JD?", "refund rate for both"),
     "SELECT count(*) FILTER (status = '已退款') / count(*) FILTER (status <> '已取消') FROM orders WHERE channel IN ('天猫', '京东') "
     "AND order_time >= DATE '2026-09-01' AND order_time < DATE '2026-10-01' GROUP BY channel"),
    # from a share back to a number
    (("9月工单多少", "物流的占多少", "还没解决的有多少"),
     f"SELECT count(*) FROM tickets WHERE ticket_type = '物流' AND status <> '已解决' AND {IN_SEPTEMBER}"),
    # up to today is when nothing came of it
    (
        ("who clicked 2026年秋日唤醒券 and still has no order in the last 30 days",),
        "SELECT DISTINCT customer_id FROM campaign_touches JOIN campaigns USING (campaign_id) WHERE clicked "
        f"AND campaign_name = '2026年秋日唤醒券' AND customer_id NOT IN (SELECT customer_id FROM ({DONE}) WHERE day >= DATE '2026-09-20')",
    ),
    (("how many sends did 2026年国庆狂欢 have", "how many of them were opened?"),
     "SELECT count(*) FROM campaign_touches JOIN campaigns USING (campaign_id) WHERE campaign_name = '2026年国庆狂欢' AND opened"),
]  # fmt: skip


@pytest.mark.parametrize(("turns", "sql"), OF_SQL)
def test_the_rows_are_those_of_sql(quiet: Assistant, demo: duckdb.DuckDBPyConnection, turns: tuple[str, ...], sql: str) -> None:
    status, rows = told(quiet, *turns)
    assert status == "answered"
    expected = demo.execute(sql).fetchall()
    assert sorted(float(str(row[-1])) for row in rows) == pytest.approx(sorted(float(str(row[0])) for row in expected))


OTHER_WORDS = [
    (("流失风险高的客户有多少", "其中忠诚度高的"), "流失风险高、忠诚度高的客户有多少"),  # 高 is another thing of each
    (("昨天有多少人下单", "其中新客多少", "老客多少"), "昨天有多少老客下单"),
    (("近30天新客下了多少单", "老客呢"), "近30天老客下了多少单"),
    (("今年销售额中老客占多少", "新客呢"), "今年销售额中新客占多少"),
    (("去年注册的会员有多少", "改成今年上半年注册的"), "今年上半年注册的会员有多少"),
    (("订单数超过3000的城市有哪些", "一共几个"), "订单数超过3000的城市有几个"),
    (("Stores with sales under 3000 in September", "how many are there"), "how many stores had sales under 3000 in September"),
    (("How many cities had sales over 100k last month", "which ones"), "cities with sales over 100k last month"),
    (("Which city has the most diamond members", "how many"), "how many diamond members in Shanghai"),
    (("9月各品类的退款率", "最高的"), "9月退款率最高的品类"),
    (("哪些客户投诉了三次以上", "有几个人", "他们是什么等级"), "投诉三次以上的客户有多少，按会员等级"),
    (("9月各品类销售额同比", "女装单独看下", "为啥比别的品类涨得少"), "9月女装销售额同比为什么涨得少"),
    (("男装今年卖了多少件", "哪个商品卖得最多"), "今年男装销量最高的商品"),
    (("今年华南每个月的物流工单数", "平均多久才首次响应？也按月"), "今年华南物流工单的平均首次响应时长，按月"),
    (("tickets by type, last 90 days", "from gold members", "complaints only, by region"),
     "complaints of gold members by region, last 90 days"),
    (("今年哪类活动的营销转化率最高？五类都列一下",), "今年各类活动的营销转化率"),
    (("RFM各层有多少人", "重要价值的占比", "他们上个月的销售额"), "重要价值客户上个月的销售额"),
    (("Tickets this month by type", "what share is unresolved"), "share of unresolved tickets of each ticket type this month"),
]  # fmt: skip


@pytest.mark.parametrize(("turns", "other"), OTHER_WORDS)
def test_it_is_read_like_the_other_words_for_it(quiet: Assistant, turns: tuple[str, ...], other: str) -> None:
    assert_same_rows(told(quiet, *turns), told(quiet, other))


@pytest.mark.parametrize(
    "turns",
    [
        ("customers whose last order was in June", "how many have complained since"),  # it was at any time
        ("sales this year", "minus June"),  # two stretches are left
        ("开学季活动发了多少", "多少人打开"),  # it was of any campaign
        ("开学季活动发了多少", "多少人打开", "花了多少钱"),
        ("哪些客户今年消费比去年多", "有多少人"),  # it was everybody
        ("Which touch channel works best for dormant customers", "open rate"),
        ("北京的门店", "哪家卖得最好"),  # it was a store of Shanghai
        ("How many customers bought on both app and in store", "only in store"),  # it was where they registered
        ("sales by channel last month", "refund rate for both"),
        ("9月销售额", "留存率怎么样"),  # it was why sales moved
        ("近30天新客数", "老客呢"),  # it was 0
        ("国庆门店销售", "线上呢", "各占多少"),  # it was one of them
        ("how many return/exchange tickets in Q3", "split by the channel the order was placed in"),  # it was of all orders
    ],
)
def test_is_asked_about(quiet: Assistant, turns: tuple[str, ...]) -> None:
    assert told(quiet, *turns)[0] == "clarify"


def test_which_of_those_listed(quiet: Assistant, demo: duckdb.DuckDBPyConnection) -> None:
    """Those of the first twenty who did it, and not the first twenty of those who did."""
    twenty = f"SELECT customer_id FROM ({DONE}) WHERE day >= DATE '2026-01-01' GROUP BY 1 ORDER BY sum(amount) DESC LIMIT 20"
    expected = demo.execute(
        f"SELECT DISTINCT customer_id FROM tickets WHERE ticket_type = '投诉' AND customer_id IN ({twenty})"
    ).fetchall()
    status, rows = told(quiet, "Who are our top 20 customers by spend this year", "which of them complained")
    assert status == "answered"
    assert sorted(str(row[0]) for row in rows) == sorted(str(row[0]) for row in expected)


def test_another_number_of_those_that_were_shown(quiet: Assistant) -> None:
    """The ten products stay the ten; the store stays the one."""
    first, then = (told(quiet, *turns)[1] for turns in (("女装上个月销量前10的商品",), ("女装上个月销量前10的商品", "退款率呢")))
    assert {row[0] for row in first} == {row[0] for row in then}
    cities = told(quiet, "top 5 cities by sales this year")[1]
    assert {row[0] for row in cities} == {row[0] for row in told(quiet, "top 5 cities by sales this year", "orders?")[1]}
    assert told(quiet, "上个月哪家门店客单价最高", "订单数呢")[1][0][0] == told(quiet, "上个月哪家门店客单价最高")[1][0][0]
