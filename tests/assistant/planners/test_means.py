"""The mean per day, per month, per store: however it is said, split, compared, asked behind something else."""

import duckdb
import pytest

from assistant.app import Assistant
from tests.assistant.planners.test_read_wrongly_once import told

SEPTEMBER = "order_date BETWEEN DATE '2026-09-01' AND DATE '2026-09-30'"
ORDERS = "(SELECT *, CAST(order_time AS DATE) AS order_date FROM orders WHERE status = '已完成')"
DAILY = f"SELECT sum(amount) / 30 FROM {ORDERS} WHERE {SEPTEMBER}"
COUNT = f"SELECT count(*) / 30 FROM {ORDERS} WHERE {SEPTEMBER}"
PER_STORE = f"SELECT sum(amount) / count(DISTINCT store_id) FROM {ORDERS} WHERE {SEPTEMBER} AND store_id IS NOT NULL"
VISITORS = (
    "SELECT sum(n) / 30 FROM (SELECT count(DISTINCT customer_id) AS n FROM events "
    "WHERE event_time >= DATE '2026-09-01' AND event_time < DATE '2026-10-01' GROUP BY CAST(event_time AS DATE))"
)
JOINED = "SELECT count(*) / 10 FROM customers WHERE register_date BETWEEN DATE '2026-01-01' AND DATE '2026-10-19'"
TICKETS = "SELECT count(*) / 43 FROM tickets WHERE created_time >= DATE '2026-01-01' AND created_time < DATE '2026-10-20'"


@pytest.mark.parametrize(
    ("turns", "sql"),
    [
        (("9月日均销售额",), DAILY),
        (("上个月平均每天卖多少钱",), DAILY),
        (("9月平均一天卖多少钱",), DAILY),
        (("average daily sales last month",), DAILY),
        (("sales per day on average in September",), DAILY),
        (("average sales per day in September",), DAILY),  # average sales alone may be of an order
        (("9月销售额", "日均呢"), DAILY),
        (("sales in September", "per day on average?"), DAILY),
        (("8月日均销售额", "9月呢"), DAILY),
        (("上个月平均每天多少单",), COUNT),
        (("daily average orders in September",), COUNT),
        (("how many orders do we get a day in September",), COUNT),
        (("日均订单", "9月"), COUNT),  # it was asked over which time
        (("上个月平均每家门店卖多少",), PER_STORE),
        (("上个月平均一家门店做了多少业绩",), PER_STORE),
        (("average sales per store last month",), PER_STORE),
        (("店均销售额", "上个月呢"), PER_STORE),
        (("9月日均活跃用户",), VISITORS),
        (("今年平均每个月新增多少会员",), JOINED),
        (("average number of tickets per week this year",), TICKETS),
    ],
)
def test_the_mean_is_that_of_sql(quiet: Assistant, demo: duckdb.DuckDBPyConnection, turns: tuple[str, ...], sql: str) -> None:
    status, rows = told(quiet, *turns)
    assert status == "answered"
    assert [float(str(value)) for value in rows[0]] == [pytest.approx(float(demo.execute(sql).fetchall()[0][0]))]


def test_it_is_split_and_compared(quiet: Assistant) -> None:
    by_channel, total = told(quiet, "9月各渠道日均订单数")[1], told(quiet, "9月日均订单数")[1]
    assert len(by_channel) == 6
    assert sum(float(str(row[1])) for row in by_channel) == pytest.approx(float(str(total[0][0])))
    now, before, _ = told(quiet, "9月日均订单比8月多多少")[1][0]
    assert [float(str(v)) for v in (now, before)] == [pytest.approx(7875 / 30), pytest.approx(7459 / 31)]
    months = told(quiet, "今年各月的日均订单数")[1]
    assert float(str(months[8][1])) == pytest.approx(7875 / 30)  # September by its own 30 days


def test_of_weekends_only_weekends_count(quiet: Assistant) -> None:
    split = {row[0]: row[1] for row in told(quiet, "工作日和周末的日均销售额，上个月")[1]}
    assert split[True] == pytest.approx(told(quiet, "上个月周末日均销售额")[1][0][0])


def test_the_whole_beside_its_mean(quiet: Assistant) -> None:
    whole, daily = told(quiet, "9月销售额和日均销售额")[1][0]
    assert float(str(daily)) == pytest.approx(float(str(whole)) / 30)


@pytest.mark.parametrize("question", ["9月日均客单价", "上个月月均复购率", "9月日均订单超过10单的客户名单"])
def test_what_has_no_such_mean_is_asked_back(quiet: Assistant, question: str) -> None:
    assert told(quiet, question)[0] == "clarify"


@pytest.mark.parametrize(
    ("question", "same"),
    [
        ("average order value per month this year", "AOV by month this year"),
        ("平均每单多少钱", "客单价"),
        ("average orders per customer", "人均订单数"),
        ("各等级会员的平均年龄", "按会员等级看平均年龄"),
        ("最近6个月退换货的工单，每个月平均多久才首次响应", "最近6个月退换货工单每月的平均首次响应时长"),
    ],
)
def test_other_averages_stay_what_they_were(quiet: Assistant, question: str, same: str) -> None:
    assert told(quiet, question) == told(quiet, same)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("9月日均销售额", "日均销售额"),
        ("average sales per store last month", "average sales per store"),
        ("今年平均每个月新增多少会员", "按时间段里涉及的 10 个月平均，其中首个或最后一个不完整"),
        ("上个月平均每家门店卖多少", "只对有数据的门店求平均"),
    ],
)
def test_the_answer_says_what_the_mean_is_over(quiet: Assistant, question: str, words: str) -> None:
    assert words in quiet.ask(question).text


def test_of_each_kind_that_is_named(quiet: Assistant) -> None:
    """It was one number of all three."""
    named = told(quiet, "旗舰店、标准店、社区店，今年平均一家店卖多少")
    assert named[0] == "answered"
    assert set(named[1]) == set(told(quiet, "average sales per store by store type, this year")[1])


def test_a_rolling_window_is_of_whole_months(quiet: Assistant) -> None:
    """April to September, and no part of October."""
    months = told(quiet, "最近6个月每月订单数")[1]
    mean = told(quiet, "最近6个月月均订单数")[1][0][0]
    assert len(months) == 6
    assert float(str(mean)) == pytest.approx(sum(int(str(row[1])) for row in months) / 6)
