"""Of whom a number is, and what is a part of what: the new ones, those who did something, those who have none.

Each next to SQL, or to a question in other words that was read rightly; what no query says is asked about.
"""

import duckdb
import pytest

from assistant.app import Assistant
from tests.assistant.planners.test_read_wrongly_once import assert_is_that_of, assert_same_rows, told

DONE = "SELECT *, CAST(order_time AS DATE) AS day FROM orders WHERE status = '已完成'"
SEPTEMBER = "day BETWEEN DATE '2026-09-01' AND DATE '2026-09-30'"
NEW = "SELECT customer_id FROM customers WHERE register_date >= DATE '2026-09-20'"
TWICE = f"SELECT customer_id FROM ({DONE}) GROUP BY 1 HAVING count(*) >= 2"
AGE = "date_diff('year', birth_date, DATE '2026-10-20') - CASE WHEN strftime(birth_date, '%m%d') > '1020' THEN 1 ELSE 0 END"

OF_SQL = [
    # new ones of no time are those whom a tag calls new
    ("新会员的客单价", f"SELECT avg(amount) FROM ({DONE}) WHERE customer_id IN ({NEW})"),
    ("新增会员的满意度", f"SELECT avg(csat_score) FROM surveys WHERE customer_id IN ({NEW})"),
    ("satisfaction of new members", f"SELECT avg(csat_score) FROM surveys WHERE customer_id IN ({NEW})"),
    ("new members' AOV", f"SELECT avg(amount) FROM ({DONE}) WHERE customer_id IN ({NEW})"),
    # those who did something, no second number
    ("上个月下单客户的平均年龄",
     f"SELECT avg({AGE}) FROM customers WHERE customer_id IN (SELECT customer_id FROM ({DONE}) WHERE {SEPTEMBER})"),
    ("average age of last month's buyers",
     f"SELECT avg({AGE}) FROM customers WHERE customer_id IN (SELECT customer_id FROM ({DONE}) WHERE {SEPTEMBER})"),
    ("下单客户的平均累计消费", f"SELECT sum(amount) / count(DISTINCT customer_id) FROM ({DONE})"),
    ("活跃用户的客单价", f"SELECT avg(amount) FROM ({DONE}) WHERE customer_id IN (SELECT customer_id FROM events)"),
    ("active users' AOV", f"SELECT avg(amount) FROM ({DONE}) WHERE customer_id IN (SELECT customer_id FROM events)"),
    # returning is buying again
    ("returning customers' AOV", f"SELECT avg(amount) FROM ({DONE}) WHERE customer_id IN ({TWICE})"),
    ("revenue from returning customers", f"SELECT sum(amount) FROM ({DONE}) WHERE customer_id IN ({TWICE})"),
    ("returning buyers share last month",
     f"SELECT avg(CASE WHEN n > 1 THEN 1 ELSE 0 END) FROM (SELECT count(*) n FROM ({DONE}) WHERE {SEPTEMBER} GROUP BY customer_id)"),
    # who belong to none
    ("没有归属门店的客户有多少", "SELECT count(*) FROM customers WHERE home_store_id IS NULL"),
    ("没有门店的会员有多少", "SELECT count(*) FROM customers WHERE home_store_id IS NULL"),
    # what one of them is worth is no total
    ("lifetime value of app customers",
     f"SELECT sum(amount) / (SELECT count(*) FROM customers WHERE register_channel = 'APP') FROM ({DONE}) "
     "JOIN customers USING (customer_id) WHERE register_channel = 'APP'"),
    ("客户生命周期价值", f"SELECT sum(amount) / (SELECT count(*) FROM customers) FROM ({DONE})"),
    # what they contribute is money, and no heads
    ("金卡会员贡献占比",
     f"SELECT sum(CASE WHEN member_level = '金卡' THEN amount END) / sum(amount) FROM ({DONE}) JOIN customers USING (customer_id)"),
    ("contribution of gold members",
     f"SELECT sum(CASE WHEN member_level = '金卡' THEN amount END) / sum(amount) FROM ({DONE}) JOIN customers USING (customer_id)"),
    ("金卡会员的贡献", f"SELECT sum(amount) FROM ({DONE}) JOIN customers USING (customer_id) WHERE member_level = '金卡'"),
    # where it was is of the whole
    ("what share of tickets are about logistics in South China in Q3",
     "SELECT avg(CASE WHEN ticket_type = '物流' THEN 1 ELSE 0 END) FROM tickets JOIN customers USING (customer_id) "
     "WHERE region = '华南' AND created_time >= DATE '2026-07-01' AND created_time < DATE '2026-10-01'"),
    ("what share of orders are on Tmall in East China",
     f"SELECT avg(CASE WHEN channel = '天猫' THEN 1 ELSE 0 END) FROM ({DONE}) JOIN customers USING (customer_id) WHERE region = '华东'"),
    ("没有门店订单的客户有多少",
     f"SELECT count(*) FROM customers WHERE customer_id NOT IN (SELECT customer_id FROM ({DONE}) WHERE channel = '门店')"),
    ("9月没有天猫或京东订单的会员数",
     "SELECT count(*) FROM customers WHERE customer_id NOT IN "
     f"(SELECT customer_id FROM ({DONE}) WHERE channel IN ('天猫', '京东') AND {SEPTEMBER})"),
    ("how many members have no home store", "SELECT count(*) FROM customers WHERE home_store_id IS NULL"),
    ("有归属门店的客户有多少", "SELECT count(*) FROM customers WHERE home_store_id IS NOT NULL"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "sql"), OF_SQL)
def test_it_is_that_of(quiet: Assistant, demo: duckdb.DuckDBPyConnection, question: str, sql: str) -> None:
    assert_is_that_of(quiet, demo, question, sql)


OTHER_WORDS = [
    ("活跃用户的复购率", "repurchase rate of active users"),
    ("新会员的复购率", "repurchase rate of new customers"),
    ("新会员里买过美妆的占比", "新客里买过美妆的占比"),
    ("NPS of returning customers", "复购客户的NPS"),
    ("新增用户的性别比例", "新客的性别比例"),
    ("customer lifetime value by region", "各大区客户的平均累计消费"),
    ("which region has the highest lifetime value", "哪个大区客户生命周期价值最高"),
    ("高价值客户贡献率", "高价值客户销售额占比"),
    ("what proportion of customers are dormant in Shanghai", "上海客户中沉睡的比例"),
    ("early adopters among gold members share", "share of early adopters among gold members"),
    # of each group's own
    ("which region has the highest share of logistics tickets", "哪个大区物流工单占比最高"),
    ("which channel has the highest share of discounted orders", "哪个渠道用优惠的订单占比最高"),
    ("which channel has the highest share of cancelled orders", "取消率最高的渠道"),
    # of each month's own
    ("天猫订单占比每月走势", "Tmall share of orders by month"),
    ("share of logistics tickets by month this year", "今年每月物流工单占比"),
    ("APP销售额占比按月今年", "app share of sales by month this year"),
]


@pytest.mark.parametrize(("question", "other"), OTHER_WORDS)
def test_it_is_read_like_the_other_words_for_it(quiet: Assistant, question: str, other: str) -> None:
    assert_same_rows(told(quiet, question), told(quiet, other))


@pytest.mark.parametrize(
    "question",
    [
        "在至少两个渠道买过的客户有多少",  # it was twice, by channel
        "customers who bought on at least 3 different channels",
        "在3家以上门店买过的客户",
        "买过两个品类的客户有多少",  # it was a breakdown
        "跨渠道购买的客户有多少",
        "跨店购买的客户",
        "cross-category buyers",
        "全渠道客户占比",
        "which cities have no gold members",  # it was those who are not gold
        "哪些门店没有新客",
        "没有金卡会员的城市",
        "which region contributed most to growth this year",  # it was the one that grew fastest
        "今年哪个渠道对销售额增长的贡献最大",
        "没有归属门店的客户上个月销售额",  # the orders without a store are others
    ],
)
def test_is_asked_about(quiet: Assistant, question: str) -> None:
    assert told(quiet, question)[0] == "clarify"


def test_a_part_of_the_month_is_no_part_of_the_year(quiet: Assistant, demo: duckdb.DuckDBPyConnection) -> None:
    part = (
        "SELECT sum(CASE WHEN p.category = '女装' THEN i.amount END) / sum(i.amount) FROM order_items i JOIN products p USING (product_id) "
        "JOIN orders o USING (order_id) WHERE o.status = '已完成' AND o.order_time >= DATE '2026-01-01' "
        "GROUP BY date_trunc('month', o.order_time) ORDER BY date_trunc('month', o.order_time)"
    )
    rows = told(quiet, "女装销售额占比今年每月变化")[1]
    assert [float(str(row[1])) for row in rows] == pytest.approx(
        [float(row[0]) for row in demo.execute(part).fetchall()], rel=1e-9
    )
    assert len(told(quiet, "今年每月销售额占全年的比例")[1][0]) == 3
    months: dict[object, float] = {}
    for month, _, _, share in told(quiet, "今年每月各渠道销售额占比")[1]:
        months[month] = months.get(month, 0.0) + float(str(share))
    assert list(months.values()) == pytest.approx([1.0] * 10)


def test_two_numbers_side_by_side_stay_two(quiet: Assistant) -> None:
    for question in (
        "购买客户和客单价",
        "活跃用户、复购率",
        "buyers and AOV last month",
        "2026年秋日唤醒券发给了多少人，带来几单",
    ):
        assert len(told(quiet, question)[1][0]) == 2
