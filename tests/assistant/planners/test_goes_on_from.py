"""Follow-ups that lost what they go on from: another period on top, who also …, how many people, the few that were chosen, all of them.

Each conversation is beside SQL, or beside one question that means the same; what cannot be answered is asked about.
"""

import duckdb
import pytest

from assistant.app import Assistant
from tests.assistant.planners.test_read_wrongly_once import assert_same_rows, told

DONE = "(SELECT *, CAST(order_time AS DATE) AS day FROM orders WHERE status = '已完成')"
ITEMS = f"(SELECT o.*, p.category, p.brand, i.quantity FROM {DONE} o JOIN order_items i USING (order_id) JOIN products p USING (product_id))"  # noqa: E501
SEP = "day >= DATE '2026-09-01' AND day < DATE '2026-10-01'"


def of_people(condition: str, done: str) -> str:
    return f"SELECT customer_id FROM customers WHERE {condition} AND customer_id IN ({done})"


COMPLAINED = "SELECT customer_id FROM tickets WHERE ticket_type = '投诉'"

OF_SQL = [
    # who …, behind a list or a count
    (
        ("customers in Shanghai", "who bought in the last 30 days"),
        of_people("province = '上海'", f"SELECT customer_id FROM {DONE} WHERE day >= DATE '2026-09-20'"),
    ),
    (
        ("gold members", "who complained this year"),
        of_people("member_level = '金卡'", f"{COMPLAINED} AND year(created_time) = 2026"),
    ),
    (
        ("gold members in Beijing", "and who also complained"),
        of_people("member_level = '金卡' AND province = '北京'", COMPLAINED),
    ),
    (
        ("customers in Beijing", "who registered this year", "how many"),
        "SELECT count(*) FROM customers WHERE province = '北京' AND register_date >= DATE '2026-01-01'",
    ),
    # how many people
    (
        ("上个月女装销售额", "有多少客户"),
        f"SELECT count(DISTINCT customer_id) FROM {ITEMS} WHERE category = '女装' AND {SEP}",
    ),
    (
        ("上个月女装销量", "多少人下过单"),
        f"SELECT count(DISTINCT customer_id) FROM {ITEMS} WHERE category = '女装' AND {SEP}",
    ),
    (
        ("今年销量最高的品牌", "有多少人买过"),
        f"SELECT count(DISTINCT customer_id) FROM {ITEMS} WHERE year(day) = 2026 AND brand = (SELECT brand FROM {ITEMS} WHERE year(day) = 2026 GROUP BY 1 ORDER BY sum(quantity) DESC LIMIT 1)",  # noqa: E501
    ),
    (
        ("top brand by units this year", "how many people bought"),
        f"SELECT count(DISTINCT customer_id) FROM {ITEMS} WHERE year(day) = 2026 AND brand = (SELECT brand FROM {ITEMS} WHERE year(day) = 2026 GROUP BY 1 ORDER BY sum(quantity) DESC LIMIT 1)",  # noqa: E501
    ),
    (("金卡会员NPS", "有多少客户"), "SELECT count(*) FROM customers WHERE member_level = '金卡'"),
    (
        ("上个月各品类销量", "多少人买过"),
        f"SELECT category, count(DISTINCT customer_id) FROM {ITEMS} WHERE {SEP} GROUP BY 1",
    ),
    (
        ("sales of the top 5 stores by sales", "多少人"),
        f"WITH o AS (SELECT * FROM {DONE} JOIN stores USING (store_id)) SELECT store_name, count(DISTINCT customer_id) FROM o WHERE store_name IN (SELECT store_name FROM o GROUP BY 1 ORDER BY sum(amount) DESC LIMIT 5) GROUP BY 1",  # noqa: E501
    ),
    # the few that were chosen
    (
        ("top 5 provinces by orders last month", "split by channel"),
        f"WITH o AS (SELECT * FROM {DONE} JOIN (SELECT customer_id, province FROM customers) USING (customer_id) WHERE {SEP}) SELECT province, channel, count(*) FROM o WHERE province IN (SELECT province FROM o GROUP BY 1 ORDER BY count(*) DESC LIMIT 5) GROUP BY 1, 2",  # noqa: E501
    ),
    (
        ("各渠道每月订单数今年", "只看前两名"),
        f"SELECT channel, date_trunc('month', day)::DATE, count(*) FROM {DONE} WHERE year(day) = 2026 AND channel IN (SELECT channel FROM {DONE} WHERE year(day) = 2026 GROUP BY 1 ORDER BY count(*) DESC LIMIT 2) GROUP BY 1, 2",  # noqa: E501
    ),
    (
        ("monthly orders this year", "top 3 channels"),
        f"SELECT date_trunc('month', day)::DATE, channel, count(*) FROM {DONE} WHERE year(day) = 2026 AND channel IN (SELECT channel FROM {DONE} WHERE year(day) = 2026 GROUP BY 1 ORDER BY count(*) DESC LIMIT 3) GROUP BY 1, 2",  # noqa: E501
    ),
    (
        ("今年订单数前三的渠道", "每月走势"),
        f"SELECT channel, date_trunc('month', day)::DATE, count(*) FROM {DONE} WHERE year(day) = 2026 AND channel IN (SELECT channel FROM {DONE} WHERE year(day) = 2026 GROUP BY 1 ORDER BY count(*) DESC LIMIT 3) GROUP BY 1, 2",  # noqa: E501
    ),
    (
        ("上个月订单数前五的城市", "分性别"),
        f"WITH o AS (SELECT * FROM {DONE} JOIN (SELECT customer_id, city, gender FROM customers) USING (customer_id) WHERE {SEP}) SELECT gender, count(*) FROM o WHERE city IN (SELECT city FROM o GROUP BY 1 ORDER BY count(*) DESC LIMIT 5) GROUP BY 1",  # noqa: E501
    ),
    (
        ("各城市订单数上个月", "前五名按渠道拆开"),
        f"WITH o AS (SELECT * FROM {DONE} JOIN (SELECT customer_id, city FROM customers) USING (customer_id) WHERE {SEP}) SELECT city, channel, count(*) FROM o WHERE city IN (SELECT city FROM o GROUP BY 1 ORDER BY count(*) DESC LIMIT 5) GROUP BY 1, 2",  # noqa: E501
    ),
]

SAME = [
    # another period on top
    (("华东8月订单数", "加上9月"), ("华东9月订单数和8月对比",)),
    (("各区域销售额上个月", "加上8月的"), ("各区域9月销售额和8月对比",)),
    (("上个月客单价", "加上8月"), ("9月客单价和8月对比",)),
    (("上个月销售额", "加上上上个月的"), ("9月销售额和8月对比",)),
    (("sales by region last month", "add August"), ("sales by region in September compared with August",)),
    (("sales in August", "plus September"), ("September sales compared with August",)),
    (("sales by region last month", "add August", "and July"), ("sales by region in July, August and September",)),
    (("今年各品类销量", "加上去年的"), ("今年各品类销量同比",)),
    (("今年一季度每月销售额", "加上4月"), ("2026年1月到4月每月销售额",)),
    # whose number it is, behind new ones that were narrowed
    (("本月新客", "女性多少", "客单价呢"), ("本月新客", "女性多少", "她们的客单价")),
    (("本月新客", "来自天猫的", "复购率呢"), ("本月新客", "来自天猫的", "他们的复购率")),
    (("new customers last month", "from Tmall", "average order value?"), ("new customers last month", "from Tmall", "their AOV")),
    (("本月新客有多少", "有多少下单了", "转化率是多少"), ("本月新客有多少", "有多少下单了", "占比多少")),
    # all of a kind
    (("旗舰店上个月的客单价", "社区店呢", "所有门店呢"), ("上个月门店渠道的客单价",)),
    (("flagship store AOV last month", "community stores?", "all stores?"), ("AOV in the store channel last month",)),
    (("gold members' orders last month", "all members"), ("orders last month",)),
    (("金卡会员上个月订单数", "全体会员"), ("上个月订单数",)),
    (("RFM重要价值的客单价", "一般挽留的", "全部客户的"), ("客单价",)),
    (("投诉过的客户的客单价", "全部客户呢"), ("客单价",)),
    (("loyal customers' NPS", "for all customers?"), ("NPS",)),
    (("25-34岁的人均消费", "女性", "全部年龄"), ("女性的人均消费",)),
    (("上个月天猫的客单价", "全渠道呢"), ("上个月客单价",)),
    # another kind of people
    (("gold members' AOV this year", "at-risk customers?"), ("AOV of at-risk customers this year",)),
    (("AOV of gold members this year", "high-value customers?", "dormant ones?"), ("AOV of dormant customers this year",)),
    (("complaint rate of diamond members this year", "frequent buyers?"), ("complaint rate of frequent buyers this year",)),
    (("金卡会员今年的客单价", "高价值客户呢"), ("高价值客户今年的客单价",)),
    (("上海高价值客户今年销售额", "沉睡客户呢"), ("上海沉睡客户今年销售额",)),
    (
        ("repurchase rate this year", "for gold members", "and for new customers?"),
        ("repurchase rate of new customers this year",),
    ),
    (("NPS of gold members", "early adopters?", "new customers?"), ("NPS of new customers",)),
    (("各渠道今年复购率", "只看新注册的客户"), ("今年注册的客户今年各渠道复购率",)),
    (("金卡会员今年的客单价", "只看高价值客户"), ("高价值金卡会员今年的客单价",)),
    (("gold members' AOV this year", "women"), ("AOV of female gold members this year",)),
    # what the few are like
    (("top 5 stores by satisfaction", "which cities"), ("top 5 stores by satisfaction", "which cities are they in")),
    (("门店满意度前五", "在哪些城市"), ("门店满意度前五", "分别在哪些城市")),
    (("今年销量最高的品牌", "有几个商品"), ("top brand by units this year", "how many products")),
    # others in their place, as before
    (("上个月订单数前五的城市", "换成省份"), ("上个月订单数前五的省份",)),
    (("sales last month", "and August?"), ("sales in August",)),
]

ASKED = [
    ("各区域销售额", "加上去年的"),
    ("近30天销售额", "加上10月"),
    ("8月投诉过的客户名单", "加上9月"),
    ("8月各渠道销售额", "加上9月和10月"),
    ("上个月销售额", "加上今年的"),
    ("上个月女装销量", "它占全部的多少", "同比"),
    ("what share of sales came from Tmall last month", "vs the month before"),
]


WHOSE = [
    ("本月新客多少", "客单价呢"),
    ("上个月新客多少", "退款率呢"),
    ("new customers this month", "sales?"),
    ("上个月新客多少", "按注册渠道", "客单价呢"),
]


@pytest.mark.parametrize("turns", WHOSE)
def test_offers_those_who_joined_and_everybody(quiet: Assistant, turns: tuple[str, ...]) -> None:
    """Behind a bare count of new ones a number may be theirs or everybody's: both are offered, theirs first."""
    thread = quiet.thread(role="ops")
    answer = [thread.ask(turn) for turn in turns][-1]
    assert answer.status == "clarify"
    assert len(answer.choices) == 2


@pytest.mark.parametrize(("turns", "sql"), OF_SQL)
def test_goes_on_with_what_sql_finds(quiet: Assistant, demo: duckdb.DuckDBPyConnection, turns: tuple[str, ...], sql: str) -> None:
    assert_same_rows(told(quiet, *turns), ("answered", tuple(demo.execute(sql).fetchall())))


@pytest.mark.parametrize(("turns", "plain"), SAME)
def test_goes_on_like_one_question(quiet: Assistant, turns: tuple[str, ...], plain: tuple[str, ...]) -> None:
    assert_same_rows(told(quiet, *turns), told(quiet, *plain))


@pytest.mark.parametrize("turns", ASKED)
def test_asks_where_two_do_not_fit(quiet: Assistant, turns: tuple[str, ...]) -> None:
    assert told(quiet, *turns)[0] == "clarify"
