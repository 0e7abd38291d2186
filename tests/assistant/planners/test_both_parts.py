"""Two parts of one question: shares of each, one without the other, the same number twice, and questions for yes or no about a group.

Each next to SQL; what has two readings is asked back.
"""

import duckdb
import pytest

from assistant.app import Assistant
from assistant.compare import same_answer
from semantic_layer.query import Aggregate, ByDimension, MetricUse, Predicate, Share
from tests.assistant.planners.test_read_wrongly_once import assert_same_rows, told

DONE = "(SELECT *, CAST(order_time AS DATE) AS day FROM orders WHERE status = '已完成')"
ITEMS = (
    f"(SELECT p.category, i.amount, o.day, o.customer_id FROM {DONE} o JOIN order_items i USING (order_id) "
    "JOIN products p USING (product_id))"
)
SEPTEMBER = "day BETWEEN DATE '2026-09-01' AND DATE '2026-09-30'"
THIS_YEAR = "day >= DATE '2026-01-01'"
OF_PEOPLE = f"(SELECT o.*, c.member_level, c.region, c.city FROM {DONE} o JOIN customers c USING (customer_id))"


def shares(key: str, of: str, rows: str, where: str, only: str) -> str:
    """Each of some, of all there are."""
    return (
        f"SELECT * FROM (SELECT {key} AS k, {of} AS v, {of} / CAST(sum({of}) OVER () AS DOUBLE) AS s FROM {rows} WHERE {where} GROUP BY 1) "
        f"WHERE k IN ({only})"
    )


OF_SQL = [
    # shares of each, of the whole
    ("微信支付和支付宝支付的订单分别占多少", shares("payment_method", "count(*)", DONE, "true", "'微信', '支付宝'")),
    ("What percent of orders were paid by WeChat and by Alipay?", shares("payment_method", "count(*)", DONE, "true", "'微信', '支付宝'")),
    ("男装和女装的销售额分别占多少，上个月", shares("category", "sum(amount)", ITEMS, SEPTEMBER, "'男装', '女装'")),
    ("Share of women's wear and men's wear in sales, separately", shares("category", "sum(amount)", ITEMS, "true", "'男装', '女装'")),
    ("金卡和钻石客户的订单占比分别是", shares("member_level", "count(*)", OF_PEOPLE, "true", "'金卡', '钻石'")),
    ("华东和华南的销售额占比", shares("region", "sum(amount)", OF_PEOPLE, "true", "'华东', '华南'")),
    ("天猫和京东的订单各占多少，9月", shares("channel", "count(*)", DONE, SEPTEMBER, "'天猫', '京东'")),
    ("What percentage of customers are gold and what percentage diamond?",
     shares("member_level", "count(*)", "customers", "true", "'金卡', '钻石'")),
    ("What share of September tickets were complaints and what share logistics?",
     shares("ticket_type", "count(*)", "(SELECT *, CAST(created_time AS DATE) AS day FROM tickets)", SEPTEMBER, "'投诉', '物流'")),
    # put together, or of the two alone
    ("微信或支付宝的订单占多少", f"SELECT avg((payment_method IN ('微信', '支付宝'))::INT) FROM {DONE}"),
    ("what % of sales comes from Tmall and JD combined",
     f"SELECT sum(amount) FILTER (channel IN ('天猫', '京东')) / sum(amount) FROM {DONE}"),
    ("how do Q3 sales split between Tmall and JD, in percent",
     f"SELECT channel, sum(amount), sum(amount) / sum(sum(amount)) OVER () FROM {DONE} WHERE channel IN ('天猫', '京东') "
     "AND day BETWEEN DATE '2026-07-01' AND DATE '2026-09-30' GROUP BY 1"),
    ("天猫加京东今年占总销售额多少",
     f"SELECT sum(amount) FILTER (channel IN ('天猫', '京东')) / sum(amount) FROM {DONE} WHERE {THIS_YEAR}"),
    # with and without
    ("Sales with and without discount, last month",
     f"SELECT discount_amount > 0, sum(amount) FROM {DONE} WHERE {SEPTEMBER} GROUP BY 1"),
    ("9月有优惠和没优惠的销售额", f"SELECT discount_amount > 0, sum(amount) FROM {DONE} WHERE {SEPTEMBER} GROUP BY 1"),
    ("同意营销和不同意营销的客户数", "SELECT consent_marketing, count(*) FROM customers GROUP BY 1"),
    # the one without the other, the same number twice
    ("app sales minus mini-program sales last month",
     f"SELECT channel, sum(amount) FROM {DONE} WHERE {SEPTEMBER} AND channel IN ('APP', '小程序') GROUP BY 1"),
    ("APP销售额减去小程序销售额，上个月",
     f"SELECT channel, sum(amount) FROM {DONE} WHERE {SEPTEMBER} AND channel IN ('APP', '小程序') GROUP BY 1"),
    ("9月的门店销售额减去上海客户的销售额",
     f"SELECT sum(amount) FILTER (channel = '门店'), sum(amount) FILTER (city = '上海') FROM {OF_PEOPLE} WHERE {SEPTEMBER}"),
    ("上海门店的销售额和上海客户的销售额分别是多少",
     "SELECT sum(amount) FILTER (s.city = '上海'), sum(amount) FILTER (o.city = '上海') "
     f"FROM {OF_PEOPLE} o LEFT JOIN stores s USING (store_id)"),
    # each of those that are left
    ("除了现金以外的支付方式，订单数分别多少",
     f"SELECT payment_method, count(*) FROM {DONE} WHERE payment_method <> '现金' GROUP BY 1"),
    # in percent alone, and a part that the whole cannot have at once
    ("Of the diamond members, how many spent over 10,000 this year, in percent?",
     f"SELECT avg((coalesce(s, 0) > 10000)::INT) FROM customers LEFT JOIN (SELECT customer_id, sum(amount) AS s FROM {DONE} "
     f"WHERE {THIS_YEAR} GROUP BY 1) USING (customer_id) WHERE member_level = '钻石'"),
    ("how many of our orders had a discount on them in september, in percent?",
     f"SELECT avg((discount_amount > 0)::INT) FROM {DONE} WHERE {SEPTEMBER}"),
    ("of this years kids wear buyers, what % also bought womens wear this year",
     f"SELECT avg(w::INT) FROM (SELECT bool_or(category = '女装') AS w FROM {ITEMS} WHERE {THIS_YEAR} GROUP BY customer_id "
     "HAVING bool_or(category = '童装'))"),
    ("今年童装购买客户中女装占比",
     f"SELECT avg(w::INT) FROM (SELECT bool_or(category = '女装') AS w FROM {ITEMS} WHERE {THIS_YEAR} GROUP BY customer_id "
     "HAVING bool_or(category = '童装'))"),
    # a line for each
    ("天猫和京东今年每月销售额",
     f"SELECT channel, CAST(date_trunc('month', day) AS DATE), sum(amount) FROM {DONE} WHERE {THIS_YEAR} AND channel IN ('天猫', '京东') "
     "GROUP BY 1, 2"),
    ("gold and diamond members' sales by month this year",
     f"SELECT CAST(date_trunc('month', day) AS DATE), sum(amount) FROM {OF_PEOPLE} WHERE {THIS_YEAR} AND member_level IN ('金卡', '钻石') "
     "GROUP BY 1"),
    ("天猫和京东9月销售额", f"SELECT sum(amount) FROM {DONE} WHERE {SEPTEMBER} AND channel IN ('天猫', '京东')"),
    # yes or no, about a group
    ("Are all tickets from last month resolved?",
     "SELECT avg((status = '已解决')::INT) FROM tickets WHERE created_time >= DATE '2026-09-01' AND created_time < DATE '2026-10-01'"),
    ("上个月的工单都解决了吗",
     "SELECT avg((status = '已解决')::INT) FROM tickets WHERE created_time >= DATE '2026-09-01' AND created_time < DATE '2026-10-01'"),
    ("Did everyone who added to cart also pay last month?",
     "SELECT avg(p::INT) FROM (SELECT bool_or(event_type = '支付') AS p FROM events WHERE event_time >= DATE '2026-09-01' "
     "AND event_time < DATE '2026-10-01' GROUP BY customer_id HAVING bool_or(event_type = '加购'))"),
    ("钻石会员上个月都下单了吗",
     f"SELECT avg((customer_id IN (SELECT customer_id FROM {DONE} WHERE {SEPTEMBER}))::INT) FROM customers WHERE member_level = '钻石'"),
    ("do gold members order more than silver?",
     f"SELECT member_level, count(*) FROM {OF_PEOPLE} WHERE member_level IN ('金卡', '银卡') GROUP BY 1"),
    ("did gold members buy more in September than in August?",
     f"SELECT a, b, a / b - 1 FROM (SELECT count(*) FILTER ({SEPTEMBER})::DOUBLE AS a, count(*) FILTER (day BETWEEN DATE '2026-08-01' "
     f"AND DATE '2026-08-31')::DOUBLE AS b FROM {OF_PEOPLE} WHERE member_level = '金卡')"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "sql"), OF_SQL)
def test_the_rows_are_those_of_sql(quiet: Assistant, demo: duckdb.DuckDBPyConnection, question: str, sql: str) -> None:
    status, rows = told(quiet, question)
    assert status == "answered"
    assert same_answer(demo.execute(sql).fetchall(), rows, ordered=False).agrees


ALIKE = [
    (("are gold members satisfied?",), ("what share of gold members are satisfied?",)),
    (("高价值客户投诉多吗",), ("高价值客户中投诉过的占多少",)),
    (("天猫和京东的订单各占多少，9月", "8月呢"), ("天猫和京东的订单各占多少，8月",)),
    (("Why did satisfaction fall in Q3", "is it only in South China"), ("satisfaction by region, Q3 against Q2",)),
    (("三季度满意度为什么下降", "是不是只有华南"), ("各大区三季度满意度环比",)),
]


@pytest.mark.parametrize(("turns", "other"), ALIKE)
def test_a_thread_says_the_same_as_one_question(quiet: Assistant, turns: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert_same_rows(told(quiet, *turns), told(quiet, *other))


def test_two_comparisons_are_two_answers(quiet: Assistant) -> None:
    answer = quiet.thread().ask("上个月营收，同比和环比都给我")
    assert "同比" in answer.text
    assert [more.status for more in answer.parts] == ["answered"]


@pytest.mark.parametrize("question", ["所有门店昨天都有销售吗", "did every channel sell something yesterday?"])
def test_what_cannot_be_told_of_all_is_asked_about(quiet: Assistant, question: str) -> None:
    assert told(quiet, question)[0] == "clarify"


def test_anybody_is_no_group(quiet: Assistant) -> None:
    assert len(told(quiet, "did anyone complain yesterday")[1]) > 1


def test_a_share_of_more_than_is_listed(quiet: Assistant, demo: duckdb.DuckDBPyConnection) -> None:
    """`over`: the total runs over all channels, within each region."""
    query = Aggregate(
        metrics=(MetricUse(metric="order_count"),),
        group_by=(ByDimension(member="region"), ByDimension(member="channel")),
        where=Predicate(member="channel", op="in", values=("天猫", "京东")),
        share=Share(over=("channel",), within=("region",)),
    )
    sql = (
        "SELECT * FROM (SELECT region, channel, count(*) AS n, count(*) / CAST(sum(count(*)) OVER (PARTITION BY region) AS DOUBLE) "
        f"FROM {OF_PEOPLE} GROUP BY 1, 2) WHERE channel IN ('天猫', '京东')"
    )
    assert same_answer(demo.execute(sql).fetchall(), quiet.query(query).rows, ordered=False).agrees


def test_a_part_has_no_whole_of_groups() -> None:
    with pytest.raises(ValueError, match="over"):
        Share(over=("channel",), part=Predicate(member="channel", op="=", values=("APP",)))
