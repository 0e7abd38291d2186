"""Growth unit by unit, the unit before another one, and windows that belong to something: numbers against the plain question that
means the same, or against SQL where both could be wrong together.
"""

import duckdb
import pytest

from assistant.app import Assistant
from tests.assistant.planners.test_read_wrongly_once import assert_is_that_of, assert_same_rows, told

SAME = [
    # growth unit by unit is each one with the one before it, and no row of levels
    ("monthly growth rate of orders this year", "今年每月订单数的环比增长率"),
    ("今年销售额月度增长率", "今年每月销售额的环比增长率"),
    ("今年各月新客增长了多少", "今年每月新客数的环比增长率"),
    ("sales growth by month this year", "monthly sales this year, month over month growth"),
    ("销售额月度增长率", "今年每月销售额的环比增长率"),
    ("每月销售额环比增长率", "今年每月销售额的环比增长率"),
    ("quarterly growth rate of sales", "2025年1月1日到2026年10月19日每季度销售额的环比增长率"),
    ("今年销售额增长趋势按月", "今年每月销售额"),
    # the unit before the one that is named
    ("上周的前一周的销售额", "上上周的销售额"),
    ("上个月的前一个月销售额", "8月的销售额"),
    ("上上个月的前一个月的订单数", "7月的订单数"),
    ("上个月的上个月订单数", "8月的订单数"),
    ("前一个季度的前一季度销售额", "Q2销售额"),
    ("9月的前一个月客单价", "8月客单价"),
    ("去年的前一年销售额", "2024年销售额"),
    ("8月的后一个月销售额", "9月销售额"),
    ("近30天的前30天销售额", "2026年8月21日到9月19日销售额"),
    ("sales for the month before last month", "sales in August"),
    ("去年前三个月销售额", "2025年1月到3月销售额"),
    # so soon after the deed in front of it, and not in the days before today
    ("注册一个月内下单的客户数", "how many customers ordered within 30 days of registering"),
    ("注册7天内就加购的客户有多少", "注册后7天内加购的客户有多少"),
    ("收到唤醒券7天内下单的客户数", "收到唤醒券之后7天内下单的客户有多少"),
    ("注册不到7天就下单的客户数", "注册后6天内下单的客户数"),
    ("注册超过一年没下过单的客户数", "注册超过一年的客户有多少没下过单"),
    ("注册一个月以上没下过单的客户数", "2026年9月21日之前注册的客户有多少没下过单"),
    ("注册不到30天的客户有多少下过单", "近30天注册的客户有多少下过单"),
    # of those who could have
    ("what percent of buyers bought more than once last month", "上个月复购客户占购买客户的比例"),
    ("购买客户中上个月买过两次以上的占多少", "上个月复购客户占购买客户的比例"),
    ("what share of buyers ordered on Tmall last month", "上个月下单客户里在天猫买过的占多少"),
    # which word a number is of
    ("最近90天下单3次以上且满意度不满意的客户", "近90天下单3次以上且不满意的客户"),
    ("投诉2次以上、满意度不满意的客户数", "投诉2次以上的不满意客户有多少"),
    ("工单3张以上且满意度不满意的客户数", "工单3张以上且不满意的客户数"),
    ("lifetime spend between 5k and 10k customers", "customers with lifetime spend between 5k and 10k"),
    ("lifetime orders over 10 customers", "customers with over 10 lifetime orders"),
    ("age between 30 and 40 customers", "customers aged 30 to 40"),
    # things by their places, and no people
    ("上海的门店9月业绩前五名", "9月上海门店中销售额最高的5家门店"),
    ("北京的门店今年销售额前五名", "北京的门店今年销售额前五"),
    ("华东的城市9月销售额前三名", "9月华东销售额最高的3个城市"),
    # what was bought in a window, and not what people like best or where they joined
    ("钻石客户近一年消费最多的品类", "2025年10月20日到2026年10月19日钻石客户销售额最高的品类"),
    ("钻石客户近90天消费最多的渠道", "2026年7月22日到10月19日钻石客户销售额最高的渠道"),
    ("近90天订单数最多的品类", "2026年7月22日到10月19日订单数最高的品类"),
    # a campaign by the days that it is named after
    ("618活动的转化率", "2026年618年中大促的活动转化率"),
    ("618 campaign conversion", "2026年618年中大促的活动转化率"),
    ("情人节活动打开率", "2026年情人节尝鲜的打开率"),
    ("Double 11 campaign open rate", "2025年双十一狂欢的打开率"),
    ("sales from campaigns as a share of total", "活动销售额占比"),
    ("现在有多少客户", "客户数"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_both_say_the_same(quiet: Assistant, one: str, other: str) -> None:
    assert_same_rows(told(quiet, one), told(quiet, other))


ASKED = [
    "今年各大区销售额增长额最高的是哪个",  # growth is ranked by its rate
    "which region grew most in yuan this year",
    "注册超过一年才下单的客户数",
    "30天内复购率",  # of the last 30 days, or bought again within 30 days
    "repurchase rate within 30 days",
    "conversion rate by category last month",  # a payment has no product
    "女装的转化率上个月",
    "campaigns running now",
    "正在进行的活动数",
    "现在有几个活动",
]


@pytest.mark.parametrize("question", ASKED)
def test_what_no_query_says_is_asked_about(quiet: Assistant, question: str) -> None:
    assert told(quiet, question)[0] == "clarify"


_AFTER_JOINING = (
    "SELECT count(DISTINCT c.customer_id) FROM customers c JOIN orders o USING (customer_id) WHERE o.status = '已完成'"
    " AND CAST(o.order_time AS DATE) - c.register_date BETWEEN 0 AND {days}"
)
_FIRST = """WITH x AS (SELECT customer_id, order_time, row_number() OVER (PARTITION BY customer_id ORDER BY order_time, order_id) n
    FROM orders WHERE status = '已完成'), f AS (SELECT * FROM x WHERE n = 1)
    SELECT count(DISTINCT x.customer_id) / (SELECT count(*) FROM f) FROM x JOIN f USING (customer_id)
    WHERE x.order_time > f.order_time AND CAST(x.order_time AS DATE) <= CAST(f.order_time AS DATE) + 30"""
NUMBERS = [
    ("注册一个月内下单的客户数", _AFTER_JOINING.format(days=30)),
    ("注册不到一个月就下单的客户有多少", _AFTER_JOINING.format(days=29)),
    ("首单后30天内复购的客户占比", _FIRST),
]


@pytest.mark.parametrize(("question", "sql"), NUMBERS)
def test_the_number_is_that_of_sql(quiet: Assistant, demo: duckdb.DuckDBPyConnection, question: str, sql: str) -> None:
    assert_is_that_of(quiet, demo, question, sql)
