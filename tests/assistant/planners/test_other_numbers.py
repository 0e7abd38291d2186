"""Another number of what was shown, and what goes on from it: its own breakdown, those and when, the same rows in another order.

Each next to SQL, or to a question in other words that was not misread. Threads: what a message goes on from.
"""

import duckdb
import pytest

from assistant.app import Assistant
from tests.assistant.planners.test_read_wrongly_once import told
from tests.assistant.planners.test_spoken_of import BOUGHT

LAST_90 = "day BETWEEN DATE '2026-07-22' AND DATE '2026-10-19'"

OTHER_WORDS = [
    # a breakdown of its own
    (("sales by channel last month", "and tickets?"), "tickets by channel last month"),
    (("各渠道上个月销售额", "投诉量呢"), "上个月投诉量按工单渠道"),
    (("各渠道今年销售额", "触达次数呢"), "今年触达次数按触达渠道"),
    (("sales by channel this year", "new customers"), "new customers by registration channel this year"),
    (("各渠道今年销售额", "新客数呢"), "今年新客数按注册渠道"),
    (("各渠道今年销售额", "退款率呢"), "今年退款率按订单渠道"),
    (("上个月天猫销售额", "客户数呢", "新客数呢"), "上个月天猫注册的新客数"),
    (("sales by region last month", "tickets"), "tickets by region last month"),
    (("sales by category last month", "orders"), "orders by category last month"),
    # a share of all of those that are named
    (("近90天同时买过女装和美妆的客户数", "占所有女装客户的多少"), "近90天买过女装的客户中，近90天买过美妆的占多少"),
    (("近90天同时买过女装和美妆的客户数", "占全部美妆客户的比例"), "近90天买过美妆的客户中，近90天买过女装的占多少"),
    (("how many gold members in Shanghai", "what share of all gold members"), "what share of gold members are in Shanghai"),
    # those who joined
    (("哪个渠道拉新最好", "上个月", "拉来的人客单价呢"), "上个月APP注册的客户上个月的客单价"),
    (("which channel brought the most new customers last month", "AOV of the customers it brought in"),
     "上个月APP注册的客户上个月的客单价"),
    (("上个月哪个渠道新客最多", "带来的客户客单价呢"), "上个月APP注册的客户上个月的客单价"),
    (("上个月各渠道新客数", "拉来的人客单价呢"), "上个月注册的客户上个月的客单价，按注册渠道"),
    (("APP拉来的客户客单价",), "APP注册的客户客单价"),
    # nothing but that
    (("只买过女装的客户有多少", "鞋靴呢"), "只买过鞋靴的客户有多少"),
    (("customers who bought only women's wear", "what about shoes"), "customers who bought only shoes"),
    (("只在天猫买过的客户有多少", "换成京东"), "只在京东买过的客户有多少"),
    # what was left out is back
    (("各渠道销售额上个月", "去掉门店和京东", "加上门店"), "上个月各渠道销售额，不含京东"),
    (("上个月销售额，不含门店", "加上门店"), "上个月销售额"),
    # as many, from the other end
    (("门店销售额前五上个月", "倒数的呢"), "上个月销售额最低的5家门店"),
    (("top 5 stores by sales last month", "the worst ones?"), "bottom 5 stores by sales last month"),
    (("top 5 stores by sales last month", "the worst?"), "bottom 1 store by sales last month"),
    (("各渠道销售额上个月", "倒数的"), "上个月销售额最低的渠道"),
]  # fmt: skip


@pytest.mark.parametrize(("turns", "other"), OTHER_WORDS)
def test_it_is_read_like_the_other_words_for_it(quiet: Assistant, turns: tuple[str, ...], other: str) -> None:
    """The last column; what was shown before may name the one group that it was of."""
    (status, rows), (wanted, others) = told(quiet, *turns), told(quiet, other)
    assert status == wanted == "answered"
    assert rows
    assert sorted(str(row[-1]) for row in rows) == sorted(str(row[-1]) for row in others)


OF_SQL = [
    (("近90天同时买过女装和美妆的客户数", "其中金卡", "占所有女装客户的多少"),
     f"SELECT (SELECT count(DISTINCT customer_id) FROM ({BOUGHT}) JOIN customers USING (customer_id) WHERE category = '女装' "
     f"AND member_level = '金卡' AND {LAST_90} AND customer_id IN "
     f"(SELECT customer_id FROM ({BOUGHT}) WHERE category = '美妆' AND {LAST_90})) / "
     f"(SELECT count(DISTINCT customer_id) FROM ({BOUGHT}) WHERE category = '女装' AND {LAST_90})"),
    (("今年买过鞋靴的金卡有多少", "占所有客户的多少"),
     f"SELECT count(DISTINCT customer_id) FILTER (member_level = '金卡' AND category = '鞋靴' AND day >= DATE '2026-01-01') / 20000 "
     f"FROM ({BOUGHT}) JOIN customers USING (customer_id)"),
]  # fmt: skip


@pytest.mark.parametrize(("turns", "sql"), OF_SQL)
def test_the_number_is_that_of_sql(quiet: Assistant, demo: duckdb.DuckDBPyConnection, turns: tuple[str, ...], sql: str) -> None:
    status, rows = told(quiet, *turns)
    assert status == "answered"
    assert [float(str(rows[0][-1]))] == pytest.approx([float(demo.execute(sql).fetchall()[0][0])])


def test_the_rows_are_those_of_sql(quiet: Assistant, demo: duckdb.DuckDBPyConnection) -> None:
    """Complaints without an order are of some channel too."""
    sql = (
        "SELECT channel, count(*) FROM tickets WHERE ticket_type = '投诉' AND created_time >= DATE '2026-09-01' "
        "AND created_time < DATE '2026-10-01' GROUP BY 1"
    )
    status, rows = told(quiet, "sales by channel last month", "thanks, what about complaints")
    assert status == "answered"
    assert sorted(map(str, rows)) == sorted(map(str, demo.execute(sql).fetchall()))


@pytest.mark.parametrize(
    "turns",
    [
        ("sales by category last month", "complaints"),  # it was all of them
        ("sales by category last month", "and NPS?"),
        ("各品类上个月销售额", "投诉量"),
        ("上个月女装销售额", "NPS"),
        ("tickets by channel last month", "and sales?"),
        ("各品类今年销售额", "新客数呢"),  # it was the sales of new customers
        ("平均复购间隔", "女装", "按会员等级"),  # it was the number of all customers
        ("热线组解决率上个月", "按工单类型"),
        ("average discount gap", "split by region"),
        ("top 10 customers by spend this year", "what did they buy"),  # it was the ten again
        ("上海金卡有多少", "他们买了什么"),
        ("what did gold members buy this year",),
        ("上海客户买过什么",),
        ("how many gold members in Shanghai", "what did they complain about"),
        ("复购客单价",),  # it was that of all orders
        ("首单客单价", "复购客单价呢"),
        ("本月客单价", "复购客单价呢"),
        ("复购订单数上个月",),
        ("add-to-cart rate this month", "conversion", "funnel"),  # it was one number
        ("这个月转化率", "漏斗"),
        ("上个月退款的客户有多少", "他们后来又买了吗", "买了多少"),  # it was all they ever bought
        ("customers who complained in August", "and bought again afterwards", "how much did they spend"),
        ("投诉过的客户", "之后又下单的", "下了多少单"),
        ("customers who bought only women's wear", "and shoes too"),  # it was only women's wear
        ("只在天猫买过的客户有多少", "加上京东"),
        ("各渠道销售额上个月", "去掉门店", "加上天猫"),  # it was Tmall alone
        ("sales by channel last month", "add Tmall"),
    ],
)
def test_is_asked_about(quiet: Assistant, turns: tuple[str, ...]) -> None:
    assert told(quiet, *turns)[0] == "clarify"


def test_the_time_of_a_list_is_that_of_what_orders_it(quiet: Assistant, demo: duckdb.DuckDBPyConnection) -> None:
    """The twenty by their orders of those days, and not of all time."""
    thread = quiet.thread(role="ops")
    thread.ask("列出上海近30天消费前20的客户")
    days = "CAST(order_time AS DATE) BETWEEN DATE '2026-09-20' AND DATE '2026-10-19'"
    counted = dict(
        demo.execute(f"SELECT customer_id, count(*) FROM orders WHERE status = '已完成' AND {days} GROUP BY 1").fetchall()
    )
    rows = thread.ask("按订单数排").rows
    shown = [counted.get(row[0], 0) for row in rows]
    assert len(shown) == 20
    assert shown == sorted(shown, reverse=True)
    people = demo.execute("SELECT customer_id FROM customers WHERE province = '上海'").fetchall()
    assert sum(shown) == sum(sorted((counted.get(one, 0) for (one,) in people), reverse=True)[:20])


def test_another_number_of_a_list_is_of_its_year(quiet: Assistant, demo: duckdb.DuckDBPyConnection) -> None:
    sql = (
        "SELECT count(*) AS n FROM orders WHERE status = '已完成' AND order_time >= DATE '2026-01-01' GROUP BY customer_id "
        "ORDER BY n DESC LIMIT 10"
    )
    status, rows = told(quiet, "top 10 customers by spend this year", "sort by number of orders")
    assert status == "answered"
    assert [row[-1] for row in rows] == [row[0] for row in demo.execute(sql).fetchall()]
