"""Which rows, and whose: refunded orders and their money, one kind of ticket and its rate, buyers by what they bought on, of each.

Each next to SQL, or to a question in other words that was not misread. Threads: what a message goes on from, next to one message.
"""

import duckdb
import pytest

from assistant.app import Assistant
from tests.assistant.planners.test_read_wrongly_once import assert_is_that_of, assert_same_rows, number, told

DONE = "SELECT *, CAST(order_time AS DATE) AS day FROM orders WHERE status = '已完成'"

SAME = [
    # the money of rows of one kind
    ("9月退款订单金额", "9月退款金额"),
    ("9月各渠道的退款订单金额", "9月各渠道的退款金额"),
    ("上季度退款订单金额最大的10个城市", "上季度退款金额最高的10个城市"),
    ("9月退款订单金额最高的10个客户", "9月退款金额最高的10个客户"),
    ("近半年退款订单有4笔及以上的客户", "近半年退款4次以上的客户名单"),
    ("有4笔以上退款订单的客户", "退款4次以上的客户名单"),
    ("近三个月提过2次及以上投诉的客户是哪些", "近90天投诉过2次以上的客户名单"),
    # a kind of things, and a number of theirs
    ("last month: how many complaints, resolution rate?", "上个月投诉有多少，解决率是多少"),
    ("how many return tickets last month, and what was the resolution rate", "上个月退换货工单有多少，解决率多少"),
    ("what were last month's service tickets about?", "上个月各类工单有多少"),
    # of each
    ("Tmall and JD: orders of each in September", "9月天猫和京东各有多少订单"),
    ("sales of each of the Guangzhou stores in September", "9月广州各门店的销售额"),
    ("Beijing stores by orders this year", "今年北京各门店的订单数"),
    ("women's wear brands by sales this year", "今年女装各品牌的销售额"),
    ("9月各渠道卖得怎么样", "9月各渠道的销售额"),
    ("9月卖了10万以上的城市", "9月销售额在10万以上的城市"),
    ("which cities sold more than 1.5 million in the past year", "近一年销售额超过150万的城市"),
    ("3 community stores with the smallest average basket in Q3", "三季度客单价最低的3家社区店"),
    ("which 5 flagships are home store to the most gold or diamond members?", "金卡或钻石会员最多的5家旗舰店"),
    ("近90天华南客户买得最多的五个品牌，看件数", "近90天华南客户销量最高的五个品牌"),
    ("今年最能卖的是哪家店", "今年卖得最好的是哪家店"),
    # who they are
    ("沉睡的客人都多大年纪", "沉睡的客户按年龄段"),
    ("frequent buyers who mostly shop in store: age groups?", "frequent buyers who mostly shop in store by age group"),
    ("gold members whose home store is in Guangzhou", "归属门店在广州的金卡会员名单"),
    ("logged in this month but no order this month", "本月登录过、本月没下单的客户"),
    ("customers who bought at least 5 times this year, show the number of orders", "今年买过5次以上的客户，带上订单数"),
    ("今年退款4次以上的客户，要ID、次数", "今年退款4次以上的客户，带上次数"),
    ("orders in September, Tmall left out", "9月订单数，不算天猫"),
    ("how many bought this year?", "今年有多少人买过"),
    ("9月卖得比8月好吗", "9月销售额和8月比"),
    ("average order value of discounted orders by channel, this year", "今年用了优惠的订单的客单价，按渠道"),
    ("return rate per shoe brand, last 90 days", "近90天鞋靴的退款率，按品牌"),
    ("10 best selling dresses this year", "今年销售额最高的10款连衣裙"),
    ("金卡会员平均多大年纪", "金卡会员的平均年龄"),
    ("鞋子里标价500以上的有几款", "标价500以上的鞋靴商品有几款"),
    ("这个月工单都是哪几类", "本月各类工单有多少"),
    ("women's wear sales from 2026年女王节 and from 2025年女王节", "2026年女王节和2025年女王节的女装商品销售额分别多少"),
    ("whose home store is 北京王府井旗舰店 and spent over 3000 in the last 90 days? show the spend",
     "归属门店是北京王府井旗舰店、近90天消费超过3000的客户，带近90天消费"),
    ("customers with 3 or more refunded orders in the past year, and how many each", "近一年退款3次以上的客户，带上次数"),
    ("list everyone with 3 or more refunded orders in the last 365 days, show how many refunds each", "近一年退款3次以上的客户，带上次数"),
    ("diamond members who spent more than 8000 in the last 365 days, with that spend", "近一年消费超过8000的钻石会员，带近一年消费"),
    ("dissatisfied customers who had an order refunded in the past 90 days", "近90天退过款的不满意客户"),
    ("价格敏感、偏好天猫、近30天没下过单的客户几个", "偏好渠道是天猫、价格敏感、近30天没下过单的客户有多少"),
    ("没下过单但来咨询过的客户有多少", "咨询过、从来没下过单的客户有多少"),
    ("天猫首单的客户有多少", "how many customers placed their first order on Tmall"),
    ("首单在天猫的客户有多少", "how many customers placed their first order on Tmall"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "other"), SAME)
def test_it_is_read_like_the_other_words_for_it(quiet: Assistant, question: str, other: str) -> None:
    assert_same_rows(told(quiet, question), told(quiet, other))


THREADS = [
    # deeds of the rows before, and those who did not
    (("2026年十月会员日发了多少人", "打开的名单"), "打开过2026年十月会员日的客户名单"),
    (("how many gold members", "how many bought this year?", "and who didn't?"), "gold members who did not buy this year"),
    (("钻石会员有多少", "这个月买过的有几个", "没买的列出来"), "这个月没买过的钻石会员名单"),
    (("9月华东有多少人下单", "没下单的有多少"), "华东9月没下单的客户有多少"),
    (("现在一共多少会员", "从来没买过东西的有几个"), "从来没买过东西的会员有多少"),
    (
        ("华南的流失客户，只要同意营销的", "近30天收到过短信的去掉，还剩多少人"),
        "华南同意营销、近30天没收到过短信的流失客户有多少",
    ),
    # a number of people, in its time
    (("上周注册了多少人", "跟上上周比呢"), "上周新客数和上上周比"),
    (("9月有多少人下单", "跟8月比呢"), "9月购买客户数和8月比"),
    (("今年注册的会员有多少", "按月看"), "今年每月新客数"),
    # which of the rows, and their money
    (("tickets raised in store last month by type", "just the complaints, per month this year"), "今年门店的投诉工单，按月"),
    (("9月一共有多少笔退款单", "金额呢"), "9月退款金额"),
    (("how many refunds in September", "how much was that?"), "refund amount in September"),
    (("sales by channel this month", "add the region"), "本月销售额按渠道和大区"),
    (("国庆七天卖得比去年好吗", "哪个区涨得最猛"), "国庆七天哪个区销售额同比涨得最快"),
    (("今年最能卖的是哪家店", "垫底的三家呢"), "今年销售额最低的三家店"),
    (("each channel's share of Q3 revenue", "and in the same quarter of 2025?"), "2025年三季度各渠道销售额占比"),
    (("refund rate this year", "by channel", "only orders with women's wear"), "今年女装订单的退款率，按渠道"),
    (("show me Southwest revenue month by month since January", "split that by city for September only"), "9月西南的销售额，按城市"),
    (("初棠今年逐月的销量", "这个牌子的配饰和美妆分开画"), "初棠今年逐月的销量，配饰和美妆分开看"),
    (("what % of gold members are promo-sensitive", "and silver?"), "银卡会员里价格敏感的占多少"),
    (("沉睡会员占全部会员多少", "金卡及以上呢"), "金卡及以上会员里沉睡的占多少"),
    (("How many customers bought something last month?", "how many bought twice or more?"), "上个月买过2次以上的客户有多少"),
    (("how many loyal customers do we have in Zhejiang?", "and without any ticket in the last 180 days?",
      "ok list them, with 365-day spend"), "浙江近180天没有工单的忠诚客户，带近一年消费"),
    (("8月首单在天猫的客户有多少", "7月呢"), "7月首单在天猫的客户有多少"),
    (("9月哪个渠道退款率最高", "它的客单价呢"), "9月天猫的客单价"),
    (("9月哪个渠道退款率最高", "这个渠道的销售额按周看"), "9月天猫的销售额按周"),
    (("which channel had the highest refund rate in September", "and its average order value?"), "9月天猫的客单价"),
    (("9月各省销售额", "只看华东几个省"), "9月华东各省销售额"),
    (("三季度客服平均首响时长", "怎么比二季度慢了这么多"), "三季度平均首响时长为什么比二季度长"),
]  # fmt: skip


@pytest.mark.parametrize(("turns", "other"), THREADS)
def test_a_message_goes_on_from_the_one_before(quiet: Assistant, turns: tuple[str, ...], other: str) -> None:
    assert_same_rows(told(quiet, *turns), told(quiet, other))


NUMBERS = [
    ("9月退款订单金额", "SELECT sum(amount) FROM orders WHERE status = '已退款' AND order_time >= DATE '2026-09-01' "
     "AND order_time < DATE '2026-10-01'"),
    ("9月退款订单平均每单多少钱", "SELECT avg(amount) FROM orders WHERE status = '已退款' AND order_time >= DATE '2026-09-01' "
     "AND order_time < DATE '2026-10-01'"),
    ("取消订单的客单价", "SELECT avg(amount) FROM orders WHERE status = '已取消'"),
    ("what % of this year's store buyers also bought on the app this year", "SELECT count(*) FILTER (a) / count(*) FROM (SELECT "
     f"bool_or(channel = '门店') AS s, bool_or(channel = 'APP') AS a FROM ({DONE}) WHERE day >= DATE '2026-01-01' GROUP BY customer_id) "
     "WHERE s"),
    ("how many Tmall buyers of 2025 have bought nothing at all this year?", "SELECT count(*) FROM (SELECT customer_id FROM "
     f"({DONE}) WHERE channel = '天猫' AND year(day) = 2025 EXCEPT SELECT customer_id FROM ({DONE}) WHERE year(day) = 2026)"),
    ("归属门店是社区店的会员里，钻石有多少", "SELECT count(*) FROM customers JOIN stores ON store_id = home_store_id "
     "WHERE store_type = '社区店' AND member_level = '钻石'"),
    ("how many of the August beauty buyers came back for home goods in September?", "WITH i AS (SELECT customer_id, category, day FROM "
     f"({DONE}) JOIN order_items USING (order_id) JOIN products USING (product_id)) SELECT count(*) FROM (SELECT customer_id FROM i "
     "WHERE category = '美妆' AND day BETWEEN DATE '2026-08-01' AND DATE '2026-08-31' INTERSECT SELECT customer_id FROM i "
     "WHERE category = '家居' AND day BETWEEN DATE '2026-09-01' AND DATE '2026-09-30')"),
    ("首单在天猫、后来在小程序也买过的客户有多少", f"WITH o AS ({DONE}), f AS (SELECT * FROM o QUALIFY order_time = min(order_time) "
     "OVER (PARTITION BY customer_id)) SELECT count(DISTINCT f.customer_id) FROM f JOIN o USING (customer_id) WHERE f.channel = '天猫' "
     "AND o.channel = '小程序' AND o.order_time > f.order_time"),
    ("of the customers whose first order was in August, what share has ordered again since?", "SELECT count(*) FILTER (n > 1) / count(*) "
     f"FROM (SELECT count(*) AS n, min(day) AS d FROM ({DONE}) GROUP BY customer_id) WHERE d BETWEEN DATE '2026-08-01' "
     "AND DATE '2026-08-31'"),
    ("近90天头一回买美妆的客户有几个", f"SELECT count(*) FROM (SELECT customer_id FROM ({DONE}) JOIN order_items USING (order_id) "
     "JOIN products USING (product_id) WHERE category = '美妆' GROUP BY 1 HAVING min(day) >= DATE '2026-07-22')"),
    ("8月头一回买美妆的客户有几个", f"SELECT count(*) FROM (SELECT customer_id FROM ({DONE}) JOIN order_items USING (order_id) "
     "JOIN products USING (product_id) WHERE category = '美妆' GROUP BY 1 HAVING year(min(day)) = 2026 AND month(min(day)) = 8)"),
    ("How many customers bought women's wear and later bought shoes, this year?", "WITH i AS (SELECT customer_id, category, order_time "
     f"FROM ({DONE}) JOIN order_items USING (order_id) JOIN products USING (product_id) WHERE day >= DATE '2026-01-01') SELECT "
     "count(DISTINCT a.customer_id) FROM i a JOIN i b USING (customer_id) WHERE a.category = '女装' AND b.category = '鞋靴' "
     "AND b.order_time > a.order_time"),
    ("customers we sent more than 3 messages in the last 90 days who opened none of them, count", "SELECT count(*) FROM (SELECT 1 FROM "
     "campaign_touches WHERE sent_time >= DATE '2026-07-22' GROUP BY customer_id HAVING count(*) > 3 AND NOT bool_or(opened))"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "sql"), NUMBERS)
def test_the_number_is_that_of_sql(quiet: Assistant, demo: duckdb.DuckDBPyConnection, question: str, sql: str) -> None:
    assert_is_that_of(quiet, demo, question, sql)


@pytest.mark.parametrize(
    "turns",
    [
        ("今年取消订单金额最高的10个客户",),  # their money is declared nowhere
        ("9月取消了多少单", "金额呢"),
        ("2026年十月会员日的打开率", "打开了没下单的有多少人"),  # since when?
        ("is the store doing ok?",),
        ("帮我看看会员这块",),
        ("list customers who buy a lot of shoes",),
        ("what portion of Q3 orders went out with a discount",),
        ("8月首单的客户有多少", "和7月比呢"),  # none before August says nothing of July
        ("8月首单在天猫的客户有多少", "跟7月比"),  # it was all buyers on Tmall
    ],
)
def test_is_asked_about(quiet: Assistant, turns: tuple[str, ...]) -> None:
    assert told(quiet, *turns)[0] == "clarify"


def test_values_before_each_are_told_apart_by_day_too(quiet: Assistant) -> None:
    rows = told(quiet, "国庆那几天微信和支付宝每天各多少单")[1]
    assert {row[0] for row in rows} == {"微信", "支付宝"}
    assert len(rows) == 14


def test_what_a_list_is_wanted_for_is_told_and_no_order_to_us(quiet: Assistant) -> None:
    for question in ("list the dormant gold members, I want to send them a coupon", "沉睡的金卡会员名单，我要给他们发券"):
        answer = quiet.thread().ask(question)
        assert answer.status == "answered"
        assert "send them" in answer.text or "发券" in answer.text
    for order in ("send them a coupon", "给沉睡的金卡会员发券", "list the gold members and send them a coupon"):
        assert quiet.thread().ask(order).error_code == "refuse-action"


def test_what_a_number_is_made_of_is_its_definition(quiet: Assistant) -> None:
    for turns in (
        ("refund rate in September", "are cancelled orders counted in that?"),
        ("refund rate last month", "and how is that calculated, do cancelled orders count?"),
        ("complaint rate by region this year", "what exactly goes into that rate?"),
        ("are refunded orders included in sales?",),
        ("does the refund rate count cancelled orders?",),
    ):
        thread = quiet.thread()
        answer = [thread.ask(turn) for turn in turns][-1]
        assert answer.status == "answered"
        assert not answer.rows
        assert ("Sales" if turns[0].endswith("sales?") else "rate") in answer.text.split("**")[1]


def test_deeds_of_a_campaign_are_of_that_campaign(quiet: Assistant, demo: duckdb.DuckDBPyConnection) -> None:
    rows = told(quiet, "2026年十月会员日发了多少人", "打开了但没点击的名单")[1]
    sql = (
        "SELECT customer_id FROM campaign_touches JOIN campaigns USING (campaign_id) WHERE campaign_name = '2026年十月会员日' "
        "GROUP BY 1 HAVING bool_or(opened) AND NOT bool_or(clicked)"
    )
    assert set(rows) == set(demo.execute(sql).fetchall())


def test_how_many_there_are_stands_beside_their_sales(quiet: Assistant) -> None:
    assert told(quiet, "社区店有多少，9月销售额多少")[1][0] == (number(quiet, "社区店有几家"), number(quiet, "9月社区店的销售额"))
