"""Questions whose words were all read and that no query held: what is ranked by a noun in front, counted in pairs, held by one order."""

import duckdb
import pytest

from assistant.app import Assistant

O = "(SELECT *, CAST(order_time AS DATE) AS d FROM orders WHERE status = '已完成')"  # noqa: E741 - as the tests call it


def told(quiet: Assistant, question: str) -> tuple[str, list[tuple[object, ...]]]:
    answer = quiet.thread(role="ops").ask(question)
    return answer.status, [tuple(row) for row in answer.rows]


SAME = [
    ("5 best sellers in beauty this year by quantity", "top 5 beauty products this year by units sold"),
    ("our 10 best sellers of the last 30 days by number of pieces", "top 10 products of the last 30 days by units sold"),
    (
        "this year's wake-up coupons, conversion ranking",
        "conversion rate of each wake-up coupon campaign this year, highest first",
    ),
    ("Member-day campaigns this year: campaign conversion of each, best first", "今年各场会员日活动的活动转化率，从高到低"),
    ("今年给会员发的那些活动，哪五个打开来看的比例最大", "今年打开率最高的5个活动"),
    ("今年的唤醒券，按转化率排个序", "今年各场唤醒券的活动转化率，从高到低"),
    ("广州的几家店按今年客单价从高到低排一下", "guangzhou stores ranked by AOV this year"),
    ("stores in Guangzhou, AOV this year, highest first", "guangzhou stores ranked by AOV this year"),
    ("北京的几家门店今年业绩排名", "our Beijing stores: sales of each this year, best first"),
    ("5 most viewed shoes in the app, past 2 months", "浏览最多的5款鞋，近60天，APP上的"),
    ("how many pairs of boots did we sell in December?", "12月卖了多少双靴子"),
    ("pairs of shoes sold last week, by subcategory", "上周鞋靴各子品类的销量"),
    ("how many bottles of perfume did we sell in September?", "9月香水销量"),
    ("三季度优惠订单占比", "share of discounted orders in Q3"),
    (
        "Which five stores are the home store of the most gold and diamond members?",
        "which 5 stores have the most gold and diamond members?",
    ),
    ("which store is the home store of the most members?", "which store has the most members?"),
    ("which channel is the preferred channel of the most customers", "客户最多的偏好渠道是哪个"),
    ("what share of 2025 sales came from the top 10 customers", "2025年消费最高的10个客户占2025年销售额的比例"),
    ("top 10 customers: their share of 2025 sales", "2025年消费最高的10个客户占2025年销售额的比例"),
    ("近一年买得最多的100个客户占总营收百分之几", "近一年消费最高的100个客户占总营收的百分之几"),
    ("active gold members this month vs the same days of last month", "本月活跃金卡会员数环比"),
    ("how many new female customers joined in September", "9月注册的女客户有多少"),
    ("how many customers bought this year but not in stores", "今年买过但今年没在门店买过的客户有多少"),
    ("how many customers bought shoes in Q3 but nothing in October", "三季度买过鞋靴、10月没下过单的客户有多少"),
]


@pytest.mark.parametrize(("asked", "plain"), SAME, ids=[asked for asked, _ in SAME])
def test_both_say_the_same(quiet: Assistant, asked: str, plain: str) -> None:
    mine, its = told(quiet, asked), told(quiet, plain)
    assert mine[0] == its[0] == "answered"
    assert mine[1]
    assert sorted(map(str, mine[1])) == sorted(map(str, its[1]))


ITEMS = f"{O} o JOIN order_items i USING (order_id) JOIN products p USING (product_id)"
BOTH = (
    f"SELECT count(*) FROM (SELECT order_id FROM {ITEMS} WHERE d >= DATE '2026-01-01' GROUP BY 1"
    " HAVING bool_or(p.subcategory = '连衣裙') AND bool_or(p.category = '鞋靴'))"
)
NOT_BEAUTY = (
    f"SELECT count(*) FROM (SELECT o.customer_id FROM {ITEMS} WHERE d >= DATE '2026-01-01' GROUP BY 1"
    " HAVING bool_or(p.category = '鞋靴') AND bool_or(p.category = '配饰') AND NOT bool_or(p.category = '美妆'))"
)
LEFT_US = (
    f"SELECT count(DISTINCT customer_id) FROM {O} WHERE d BETWEEN DATE '2025-01-01' AND DATE '2025-12-31'"
    f" AND customer_id NOT IN (SELECT customer_id FROM {O} WHERE d >= DATE '2026-01-01')"
)
SQL = [
    ("how many orders this year had both a dress and a pair of shoes in them?", BOTH),
    ("今年有多少订单同时有连衣裙和鞋", BOTH),
    ("今年多少订单里既有连衣裙又有鞋", BOTH),
    ("No. of customers who bought both shoes and accessories this year, but no beauty in that time", NOT_BEAUTY),
    ("how many customers bought in 2025 but not so far in 2026, and what did they spend in 2025?", LEFT_US),
]


@pytest.mark.parametrize(("question", "sql"), SQL, ids=[question for question, _ in SQL])
def test_the_number_is_that_of_sql(quiet: Assistant, demo: duckdb.DuckDBPyConnection, question: str, sql: str) -> None:
    status, rows = told(quiet, question)
    assert status == "answered"
    assert rows[0][0] == demo.execute(sql).fetchall()[0][0]


ASKED = [
    "how many customers bought shoes this year but not in stores",
    "new dormant customers",
    "promo orders share Q3",
    "美妆销售额从高到低",
    "连衣裙销售额从高到低",
]


@pytest.mark.parametrize("question", ASKED)
def test_what_may_mean_several_things_is_asked(quiet: Assistant, question: str) -> None:
    assert told(quiet, question)[0] == "clarify"
