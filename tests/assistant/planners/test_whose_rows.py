"""Whose rows a number is of, and what is asked of people: their tickets, their satisfaction, how they spread, what they bought.

Each next to SQL or to a plain question that means the same; what no query can say is asked about.
"""

import duckdb
import pytest

from assistant.app import Assistant
from tests.assistant.planners.test_read_wrongly_once import assert_is_that_of, assert_same_rows, told

SEPTEMBER = "BETWEEN DATE '2026-09-01' AND DATE '2026-09-30'"
BEAUTY = (
    "(SELECT o.customer_id FROM orders o JOIN order_items i USING (order_id) JOIN products p USING (product_id) "
    "WHERE o.status = '已完成' AND p.category = '美妆')"
)
AGE_OF_THE_BEST = (
    "SELECT avg(date_part('year', age(DATE '2026-10-20', birth_date))) FROM customers WHERE customer_id IN "
    "(SELECT customer_id FROM orders WHERE status = '已完成' GROUP BY 1 ORDER BY sum(amount) DESC LIMIT 100)"
)
NUMBERS = [
    # the things that people made are counted, and not the people
    (
        "上个月金卡会员提交的工单",
        f"SELECT count(*) FROM tickets JOIN customers USING (customer_id) WHERE member_level = '金卡' AND created_time::DATE {SEPTEMBER}",
    ),
    (
        "tickets opened by diamond members last month",
        f"SELECT count(*) FROM tickets JOIN customers USING (customer_id) WHERE member_level = '钻石' AND created_time::DATE {SEPTEMBER}",
    ),
    (
        "上个月金卡会员退款的订单",
        "SELECT count(*) FROM orders JOIN customers USING (customer_id) WHERE member_level = '金卡' AND status = '已退款' "
        f"AND order_time::DATE {SEPTEMBER}",
    ),
    (
        "上个月华东客户的退款",
        "SELECT count(*) FROM orders JOIN customers USING (customer_id) WHERE region = '华东' AND status = '已退款' "
        f"AND order_time::DATE {SEPTEMBER}",
    ),
    (
        "金卡会员上个月的投诉",
        "SELECT count(*) FROM tickets JOIN customers USING (customer_id) WHERE member_level = '金卡' AND ticket_type = '投诉' "
        f"AND created_time::DATE {SEPTEMBER}",
    ),
    # the score of those who bought it, and no tag
    ("美妆客户的满意度", f"SELECT avg(csat_score) FROM surveys WHERE customer_id IN {BEAUTY}"),
    ("beauty customers' satisfaction", f"SELECT avg(csat_score) FROM surveys WHERE customer_id IN {BEAUTY}"),
    (
        "上季度美妆客户的满意度",
        f"SELECT avg(csat_score) FROM surveys WHERE customer_id IN {BEAUTY} "
        "AND survey_time::DATE BETWEEN DATE '2026-07-01' AND DATE '2026-09-30'",
    ),
    # a store by where it stands; customers by how they joined
    (
        "广州门店的满意度",
        "SELECT avg(csat_score) FROM surveys JOIN customers c USING (customer_id) JOIN stores s ON c.home_store_id = s.store_id "
        "WHERE s.city = '广州'",
    ),
    (
        "APP客户的满意度",
        "SELECT avg(csat_score) FROM surveys JOIN customers USING (customer_id) WHERE register_channel = 'APP'",
    ),
    # in every month, after the other deed, for the first time of all
    (
        "how many customers bought every month in Q3",
        "SELECT count(*) FROM (SELECT customer_id FROM orders WHERE status = '已完成' AND order_time >= DATE '2026-07-01' "
        "AND order_time < DATE '2026-10-01' GROUP BY 1 HAVING count(DISTINCT month(order_time)) = 3)",
    ),
    (
        "how many customers returned an order and bought again",
        "SELECT count(*) FROM (SELECT customer_id, min(order_time) AS t FROM orders WHERE status = '已退款' GROUP BY 1) f "
        "WHERE EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = f.customer_id AND o.status = '已完成' AND o.order_time > f.t)",
    ),
    (
        "上个月首购的客户数",
        "SELECT count(*) FROM (SELECT customer_id FROM orders WHERE status = '已完成' GROUP BY 1 "
        f"HAVING min(order_time)::DATE {SEPTEMBER})",
    ),
    # one number of the first hundred
    ("消费最高的100个客户的平均年龄", AGE_OF_THE_BEST),
    (
        "average age of the top 100 customers by spend",
        AGE_OF_THE_BEST,
    ),
    # one time in front of who they are and of what they spent
    (
        "上个月活跃用户的消费",
        f"SELECT sum(amount) FROM orders WHERE status = '已完成' AND order_time::DATE {SEPTEMBER} "
        f"AND customer_id IN (SELECT customer_id FROM events WHERE event_time::DATE {SEPTEMBER})",
    ),
    ("sales after discounts", "SELECT sum(amount) FROM orders WHERE status = '已完成'"),
]


@pytest.mark.parametrize(("question", "sql"), NUMBERS)
def test_the_number_is_that_of_sql(quiet: Assistant, demo: duckdb.DuckDBPyConnection, question: str, sql: str) -> None:
    assert_is_that_of(quiet, demo, question, sql)


SAME = [
    ("surveys filled by dormant customers", "沉睡客户的问卷数"),
    ("沉睡客户填写的问卷", "沉睡客户的问卷数"),
    ("上个月上海客户的投诉有多少", "上个月上海客户的投诉量"),
    ("昨天的投诉明细", "昨天投诉工单明细"),
    ("age distribution of customers who bought beauty", "买过美妆的客户数按年龄段"),
    ("浏览用户的年龄分布", "浏览过的客户数按年龄段"),
    ("favourite category of customers in their 30s", "30到39岁的客户数按偏好品类"),
    ("金卡会员的偏好品类", "金卡会员数按偏好品类"),
    ("favourite channel of customers who complained", "投诉过的客户数按偏好渠道"),
    ("成都门店的满意度", "satisfaction of stores in Chengdu"),
    ("上海门店的NPS上季度", "NPS of Shanghai stores last quarter"),
    (
        "stores with fewer than 10 surveys excluded, lowest satisfaction",
        "excluding stores with fewer than 10 surveys, which store has the lowest satisfaction",
    ),
    ("问卷少于10份的门店不算，满意度最低的是哪家", "问卷数不少于10的门店里满意度最低的是哪家"),
    ("工单少于100件的城市不算，满意度最低的是哪个", "cities with fewer than 100 tickets excluded, lowest satisfaction"),
    ("上个月订单超过20单的门店", "上个月订单数超过20的门店"),
    ("女装客户满意度", "satisfaction of women's wear customers"),
]


@pytest.mark.parametrize(("question", "other"), SAME)
def test_both_say_the_same(quiet: Assistant, question: str, other: str) -> None:
    assert_same_rows(told(quiet, question), told(quiet, other))


@pytest.mark.parametrize(
    ("question", "sql"),
    [
        (
            "提交过工单的金卡会员",
            "SELECT DISTINCT customer_id FROM tickets JOIN customers USING (customer_id) WHERE member_level = '金卡'",
        ),
        ("投诉客户", "SELECT DISTINCT customer_id FROM tickets WHERE ticket_type = '投诉'"),
    ],
)
def test_people_who_are_asked_for_are_listed(quiet: Assistant, demo: duckdb.DuckDBPyConnection, question: str, sql: str) -> None:
    assert {row[0] for row in told(quiet, question)[1]} == {row[0] for row in demo.execute(sql).fetchall()}


@pytest.mark.parametrize(
    "question",
    [
        "what do customers complain about",
        "客户都在投诉什么",
        "what do people buy on weekends",
        "金卡会员上个月买了什么",
        "who should we win back",
        "customers to win back",
        "AOV after discounts",
        "各省会城市的客户数",
        "how many customers came back this month",
        "首购客户占比",
        "NPS贬损者有多少人",
        "女装和美妆客户的满意度",  # each of them, or both: not those who are satisfied
    ],
)
def test_is_asked_about(quiet: Assistant, question: str) -> None:
    assert told(quiet, question)[0] == "clarify"


@pytest.mark.parametrize("question", ["orders by category last month", "各品类退款订单数上个月", "9月份各子品类订单数"])
def test_groups_that_share_rows_have_no_total(quiet: Assistant, question: str) -> None:
    text = quiet.ask(question).text
    assert "total" not in text
    assert "合计" not in text
    assert "占" not in text


def test_groups_apart_have_one(quiet: Assistant) -> None:
    assert "合计" in quiet.ask("各品类销量上个月").text
    assert "合计" in quiet.ask("各品类销售额上个月").text
    assert "合计" in quiet.ask("各城市订单数上个月").text


def test_how_many_groups_there_were_is_told(quiet: Assistant) -> None:
    assert "110" in quiet.ask("销售额超过50万的门店有几家今年").text
    assert "8 项" in quiet.ask("有几个品类同比下降").text


def test_what_the_data_does_not_hold_is_said(quiet: Assistant) -> None:
    assert "begins on 1 Jan 2024" in quiet.ask("sales over the past 3 years by year").text
    assert "2024年1月1日开始" in quiet.ask("2023年以来的销售额").text
    assert "开始" not in quiet.ask("2023年以来的新客数").text  # they joined before the data of what they did
    assert "没有说时间" not in quiet.ask("上个月浏览过的客户的销售额").text
