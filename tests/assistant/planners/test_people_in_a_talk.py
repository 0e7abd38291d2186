"""People through a conversation, and what begins anew in it: how many of them, who did not, who is left, a question of something else.

Each conversation is beside SQL, or beside the plain question that means the same; what limits nothing is asked about.
"""

import duckdb
import pytest

from assistant.app import Assistant
from tests.assistant.planners.test_read_wrongly_once import assert_same_rows, told

BOUGHT = "customer_id IN (SELECT customer_id FROM orders WHERE status = '已完成')"
SEPTEMBER = "register_date BETWEEN DATE '2026-09-01' AND DATE '2026-09-30'"
THIS_YEAR = "CAST({} AS DATE) BETWEEN DATE '2026-01-01' AND DATE '2026-10-19'"
CONTACTED = (
    "SELECT customer_id FROM campaign_touches JOIN campaigns USING (campaign_id) WHERE campaign_type = '会员日' AND clicked "
    "AND CAST(sent_time AS DATE) BETWEEN DATE '2026-10-01' AND DATE '2026-10-19'"
)
ORDERED = (
    "SELECT customer_id FROM orders WHERE status = '已完成' "
    "AND CAST(order_time AS DATE) BETWEEN DATE '2026-10-01' AND DATE '2026-10-19'"
)

PAID = "SELECT customer_id FROM orders WHERE status = '已完成' AND order_time >= DATE '2026-09-01' AND order_time < DATE '2026-10-01'"

OF_SQL = [
    # of the same time
    (
        ("customers who paid by WeChat in September, how many", "and how many of those also paid with alipay"),
        f"SELECT count(*) FROM customers WHERE customer_id IN ({PAID} AND payment_method = '微信') "
        f"AND customer_id IN ({PAID} AND payment_method = '支付宝')",
    ),
    # one number of those who were counted, whatever they were broken down by
    (("9月新增会员按渠道分布", "有几个已经下过单了"), f"SELECT count(*) FROM customers WHERE {SEPTEMBER} AND {BOUGHT}"),
    (
        ("new members in September by age group", "how many of them have bought something by now"),
        f"SELECT count(*) FROM customers WHERE {SEPTEMBER} AND {BOUGHT}",
    ),
    (
        ("9月新增会员按渠道分布", "有几个已经下过单了", "没下单的按区域分一下"),
        f"SELECT region, count(*) FROM customers WHERE {SEPTEMBER} AND NOT ({BOUGHT}) GROUP BY 1",
    ),
    # of those who complained, in the time that is spoken of
    (
        ("spend per customer this year", "of those who complained"),
        f"SELECT sum(amount) / count(DISTINCT customer_id) FROM orders WHERE status = '已完成' AND {THIS_YEAR.format('order_time')} AND "
        f"customer_id IN (SELECT customer_id FROM tickets WHERE ticket_type = '投诉' AND {THIS_YEAR.format('created_time')})",
    ),
    # the time behind what was clicked is when it was clicked
    (
        ("how many customers clicked a member day message sent this month but haven't ordered this month",),
        f"SELECT count(*) FROM customers WHERE customer_id IN ({CONTACTED}) AND customer_id NOT IN ({ORDERED})",
    ),
]

SAME = [
    # one number, and no longer one of each month
    (
        ("今年每个月拉新多少人", "小程序占百分之多少", "小程序来的这批新会员里有多少人下过单"),
        ("今年新增会员", "从小程序注册的", "其中多少人下过单"),
    ),
    (
        ("new members this year by region", "how many of them bought beauty", "and how many never ordered"),
        ("new members this year", "how many of them never ordered"),
    ),
    # those whose rows were counted
    (("上周有多少投诉", "这些投诉的人里有几个是高价值客户"), ("上周投诉过的高价值客户有多少",)),
    (
        ("complaints in September by region", "how many of these customers are high value"),
        ("how many high value customers complained in September",),
    ),
    (("how many refunds in September", "how many customers are behind those refunds"), ("how many customers had a refund in September",)),
    (
        ("how many complaints last week", "which regions", "list the customers behind the complaints, with region and member level"),
        ("list the customers who complained last week, with region and member level",),
    ),
    # rows, and nobody
    (("complaints in September", "how many of them are from gold members"), ("complaints of gold members in September",)),
    # those who are left
    (("高价值客户有多少", "去掉最近30天买过的", "剩下的按区域看"), ("最近30天没买过的高价值客户按区域看",)),
    (
        ("how many gold members", "exclude those who complained in 2026", "the rest by region"),
        ("gold members who did not complain in 2026 by region",),
    ),
    (("金卡客户有多少", "剩下的呢"), ("银卡、钻石和普通会员各有多少",)),
    # the other way round
    (("第三季度买过的客户有多少", "其中二季度没买的有几个", "反过来呢"), ("二季度买了三季度没买的客户有多少",)),
    (
        ("gold members who bought in September, how many", "how many of them did not buy in August",
            "the other way around: bought in August but not September"),
        ("how many gold members bought in August but not in September",),
    ),
    # a number of those people only
    (("客户平均年龄", "买过美妆的呢"), ("买过美妆的客户平均年龄",)),
    (("客户平均年龄", "买过美妆的", "投诉过的呢"), ("投诉过的客户平均年龄",)),
    (("average customer age", "who bought beauty"), ("average age of customers who bought beauty",)),
    (
        ("new members in Q3", "split by sign-up channel", "only the ones who never bought"),
        ("new members in Q3 who never bought, by sign-up channel",),
    ),
    (
        (
            "discount rate by channel during 618 this year",
            "something else: how many new customers signed up over those same 18 days, in total?",
        ),
        ("new customers during 618 this year",),
    ),
    # whom we may write to
    (("沉睡客户有多少", "只要能发短信的"), ("同意营销的沉睡客户有多少",)),
    (("how many high value customers", "only the ones we can text"), ("how many high value customers agreed to marketing",)),
    # something else, without anything of what went before
    (("9月华东销售额", "换个话题：各会员等级的客单价"), ("各会员等级的客单价",)),
    (("9月华东女装销售额", "新问题：各区域的投诉量"), ("各区域的投诉量",)),
    (("上周小程序活跃用户多少", "换个问题，上周加购了但没支付的客户有多少，不分渠道"), ("上周加购了但没支付的客户有多少",)),
    (("今年活动转化率最高的5场活动", "另外，现在还没处理完的投诉有多少件"), ("处理中的投诉有多少件",)),
    (("September sales in East China", "new question: how many complaints are still open"), ("how many complaints are still open",)),
    (("September sales in East China", "how many complaints are still open"), ("how many complaints are still open",)),
    (("September sales in East China", "ok forget that. repeat purchase rate this year"), ("repeat purchase rate this year",)),
    (("September sales for Tmall", "going back to complaints: how many in August, all channels"), ("how many complaints in August",)),
    (
        ("refund rate this year by month", "Tmall only", "back to refunds: rate for each category in September, any channel"),
        ("refund rate for each category in September",),
    ),
]  # fmt: skip

ASKED = [
    ("sales by channel in September", "only members"),
    ("9月各渠道销售额", "只看会员"),
    ("9月华东销售额", "换个问题，上周的库存周转是多少"),
    ("how many people got a wake-up coupon this year?", "and how many of them bought something with it?"),
]


@pytest.mark.parametrize(("turns", "sql"), OF_SQL)
def test_the_people_are_those_of_the_sql(
    quiet: Assistant, demo: duckdb.DuckDBPyConnection, turns: tuple[str, ...], sql: str
) -> None:
    assert_same_rows(told(quiet, *turns), ("answered", tuple(demo.execute(sql).fetchall())))


@pytest.mark.parametrize(("turns", "plain"), SAME)
def test_a_talk_means_the_plain_question(quiet: Assistant, turns: tuple[str, ...], plain: tuple[str, ...]) -> None:
    assert_same_rows(told(quiet, *turns), told(quiet, *plain))


@pytest.mark.parametrize("turns", ASKED)
def test_what_limits_nothing_is_asked_about(quiet: Assistant, turns: tuple[str, ...]) -> None:
    assert told(quiet, *turns)[0] in ("clarify", "refused")
