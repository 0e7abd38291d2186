"""What came after what was asked about, what became of the very rows, the others who did not, and words that seem to say nothing.

Each next to SQL, or to a question in other words that was not misread. Threads: what a message goes on from.
"""

import duckdb
import pytest

from assistant.app import Assistant
from semantic_layer.loader import domain_folder, read
from tests.assistant.planners.test_read_wrongly_once import assert_same_rows, told

DONE = "SELECT *, CAST(order_time AS DATE) AS day FROM orders WHERE status = '已完成'"
FIRST = f"SELECT customer_id, min(order_time) AS t, count(*) AS n FROM ({DONE}) GROUP BY 1"
IN_AUGUST = "t >= DATE '2026-08-01' AND t < DATE '2026-09-01'"
TOUCHED = "SELECT t.* FROM campaign_touches t JOIN campaigns USING (campaign_id)"
BOUGHT = f"SELECT o.*, p.category FROM ({DONE}) o JOIN order_items i USING (order_id) JOIN products p USING (product_id)"

OF_SQL = [
    # one number of them all, and no share of each channel; who they are
    (
        ("new customers last month by channel", "how many of them have bought"),
        "SELECT count(*) FROM customers WHERE register_date BETWEEN DATE '2026-09-01' AND DATE '2026-09-30' "
        f"AND customer_id IN (SELECT customer_id FROM ({DONE}))",
    ),
    (
        ("who has unresolved complaints",),
        "SELECT DISTINCT customer_id FROM tickets WHERE ticket_type = '投诉' AND status = '处理中'",
    ),
    # after what was asked about
    (("8月首单的客户有多少", "7月呢"), f"SELECT count(*) FROM ({FIRST}) WHERE t >= DATE '2026-07-01' AND t < DATE '2026-08-01'"),
    (("8月首单的客户有多少", "其中后来又买过的有几个"), f"SELECT count(*) FROM ({FIRST}) WHERE n > 1 AND {IN_AUGUST}"),
    (("how many customers first bought in August", "how many of them have bought since"),
     f"SELECT count(*) FROM ({FIRST}) WHERE n > 1 AND {IN_AUGUST}"),
    (("how many customers first bought in August", "what share of them bought again"),
     f"SELECT avg((n > 1)::INT) FROM ({FIRST}) WHERE {IN_AUGUST}"),
    (("of the customers whose first order was in August, what share has ordered again since?",),
     f"SELECT avg((n > 1)::INT) FROM ({FIRST}) WHERE {IN_AUGUST}"),
    (("8月首单的客户里又买过的有多少",), f"SELECT count(*) FROM ({FIRST}) WHERE n > 1 AND {IN_AUGUST}"),
    (
        ("of the customers who bought in August, how many bought again",),
        f"SELECT count(DISTINCT a.customer_id) FROM ({DONE}) a JOIN ({DONE}) b ON a.customer_id = b.customer_id "
        "AND b.order_time > a.order_time "
        "WHERE month(a.day) = 8 AND year(a.day) = 2026",
    ),
    (
        ("how many customers complained in August", "how many of them have bought since"),
        f"SELECT count(DISTINCT t.customer_id) FROM tickets t JOIN ({DONE}) o ON o.customer_id = t.customer_id "
        "AND o.order_time > t.created_time "
        "WHERE ticket_type = '投诉' AND t.created_time >= DATE '2026-08-01' AND t.created_time < DATE '2026-09-01'",
    ),
    (
        ("8月投诉过的客户名单", "其中之后30天内又下单的"),
        f"SELECT DISTINCT t.customer_id FROM tickets t JOIN ({DONE}) o ON o.customer_id = t.customer_id "
        "AND o.order_time > t.created_time "
        "AND CAST(o.order_time AS DATE) <= CAST(t.created_time AS DATE) + 30 "
        "WHERE ticket_type = '投诉' AND t.created_time >= DATE '2026-08-01' AND t.created_time < DATE '2026-09-01'",
    ),
    (
        ("投诉过的客户后来又买的占多少",),
        "SELECT avg(later) FROM (SELECT t.customer_id, (bool_or(o.order_time > t.created_time) IS TRUE)::INT AS later FROM tickets t "
        f"LEFT JOIN ({DONE}) o ON o.customer_id = t.customer_id WHERE ticket_type = '投诉' GROUP BY 1)",
    ),
    (
        ("先买了鞋靴，后来又买了配饰的有多少客户，只看今年",),
        f"SELECT count(DISTINCT a.customer_id) FROM ({BOUGHT}) a JOIN ({BOUGHT}) b ON a.customer_id = b.customer_id "
        "AND b.order_time > a.order_time WHERE a.category = '鞋靴' AND b.category = '配饰' AND a.day >= DATE '2026-01-01' "
        "AND b.day >= DATE '2026-01-01'",
    ),
    (
        ("先买了鞋靴、30天内又买配饰的客户数",),
        f"SELECT count(DISTINCT a.customer_id) FROM ({BOUGHT}) a JOIN ({BOUGHT}) b ON a.customer_id = b.customer_id "
        "AND b.order_time > a.order_time AND b.day <= a.day + 30 WHERE a.category = '鞋靴' "
        "AND b.category = '配饰'",
    ),
    (("8月首单的客户有多少", "其中没再买过的有多少"), f"SELECT count(*) FROM ({FIRST}) WHERE n = 1 AND {IN_AUGUST}"),
    (
        ("去年双十一买过的客户有多少", "后来再没买过的", "占多少"),
        f"SELECT avg((last < DATE '2025-11-12')::INT) FROM (SELECT customer_id, max(day) AS last FROM ({DONE}) GROUP BY 1 "
        "HAVING bool_or(day BETWEEN DATE '2025-11-01' AND DATE '2025-11-11'))",
    ),
    # what became of the very rows
    (
        ("唤醒券今年一共触达了多少客户", "其中点击了的有多少人"),
        f"SELECT count(DISTINCT customer_id) FROM ({TOUCHED} WHERE campaign_type = '唤醒券') WHERE clicked "
        "AND sent_time >= DATE '2026-01-01'",
    ),
    (
        ("收到过2026年盛夏唤醒券的客户名单", "其中没打开的"),
        f"SELECT customer_id FROM ({TOUCHED} WHERE campaign_name = '2026年盛夏唤醒券') GROUP BY 1 HAVING NOT bool_or(opened)",
    ),
    (
        ("how many customers received more than three campaign messages in the last 90 days?",),
        "SELECT count(*) FROM (SELECT customer_id FROM campaign_touches WHERE sent_time >= DATE '2026-07-22' "
        "AND sent_time < DATE '2026-10-20' "
        "GROUP BY 1 HAVING count(*) > 3)",
    ),
    (
        ("how many people opened more than 2 campaign messages this year",),
        "SELECT count(*) FROM (SELECT customer_id FROM campaign_touches WHERE opened AND sent_time >= DATE '2026-01-01' "
        "GROUP BY 1 HAVING count(*) > 2)",
    ),
    # there and then
    (
        ("8月首单的客户有多少", "他们当月贡献了多少销售额"),
        f"SELECT sum(amount) FROM ({DONE}) JOIN (SELECT customer_id FROM ({FIRST}) WHERE {IN_AUGUST}) USING (customer_id) "
        "WHERE month(day) = 8 AND year(day) = 2026",
    ),
    (
        ("8月首单的客户有多少", "他们花了多少钱"),
        f"SELECT sum(amount) FROM ({DONE}) JOIN (SELECT customer_id FROM ({FIRST}) WHERE {IN_AUGUST}) USING (customer_id)",
    ),
    (
        ("how many people bought home products last month?", "what % of all buyers is that"),
        f"SELECT count(DISTINCT customer_id) FILTER (category = '家居') / count(DISTINCT customer_id) FROM ({BOUGHT}) "
        "WHERE month(day) = 9 AND year(day) = 2026",
    ),
    (
        ("September sign-ups with no order yet, how many?", "as a share of all September sign-ups"),
        f"SELECT avg((customer_id NOT IN (SELECT customer_id FROM ({DONE})))::INT) FROM customers "
        "WHERE register_date BETWEEN DATE '2026-09-01' AND DATE '2026-09-30'",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("turns", "sql"), OF_SQL)
def test_the_rows_are_those_of_sql(quiet: Assistant, demo: duckdb.DuckDBPyConnection, turns: tuple[str, ...], sql: str) -> None:
    status, rows = told(quiet, *turns)
    assert status == "answered"
    wanted = demo.execute(sql).fetchall()
    assert len(rows) == len(wanted)
    if len(rows) == 1:
        assert float(str(rows[0][0])) == pytest.approx(float(wanted[0][0]))
    else:
        assert {row[:1] for row in rows} == set(wanted)


OTHER_WORDS = [
    # the others
    (("投诉过的会员近一年复购率多少", "没投诉过的呢"), "没投诉过的会员近一年复购率多少"),
    (("gold members who complained: AOV this year", "and those who didn't complain"), "没投诉过的金卡会员今年的客单价"),
    (("gold members who never complained: AOV this year", "and those who complained"), "投诉过的金卡会员今年的客单价"),
    (("没下过单的客户有多少", "下过单的呢"), "下过单的客户有多少"),
    (("list new members of last week who have ordered", "list the ones who haven't"), "上周注册、没下过单的客户名单"),
    (
        ("how many new customers did we get last week?", "how many of them have ordered already?", "list the ones who haven't"),
        "上周注册、没下过单的客户名单",
    ),
    (("list new customers of last week who have bought",), "上周注册、下过单的客户名单"),
    (("list the new customers from September who never ordered",), "9月注册、没下过单的客户名单"),
    (("how many customers have never bought anything?", "show me the ones in North China"), "没下过单的华北客户名单"),
    (("重要挽留的客户有多少", "把人列出来吧"), "重要挽留的客户名单"),
    (
        ("high-value customers who are unhappy, count", "by region", "give me the South China ones with their spend over the past year"),
        "华南不满意的高价值客户名单，带近365天消费",
    ),
    # whose, and of which
    (("how many diamond members do we have?", "and their sales this year"), "今年钻石会员的销售额"),
    (("9月退款的订单有多少", "涉及哪些品类，按单数从多到少排一下"), "9月各品类的退款订单数"),
    (("9月天猫的退款率是多少", "京东也一起看"), "9月天猫和京东的退款率各多少"),
    (("beauty sales by channel in Q3", "what share of that is Tmall?"), "三季度美妆商品销售额里天猫占多少"),
    (("近半年门店买过、小程序也买过的客户数",), "近180天在门店买过、也在小程序买过的客户数"),
    (("who still has an open logistics ticket?",), "有处理中物流工单的客户名单"),
    (("bought beauty in Q2 but nothing at all in Q3, how many customers",), "二季度买过美妆、三季度没下过单的客户有多少"),
    (("customer ids with 3 or more refunded orders in the last 180 days",), "近180天退款3次以上的客户名单"),
    # again, behind a list and with what was bought
    (("gold customers who bought in August", "how many bought again in September"), "8月和9月都下过单的金卡会员有多少"),
    (("8月买过女装的客户有多少", "9月又买女装的有几个"), "8月买过女装、9月也买过女装的客户有多少"),
    (("上个月新注册的客户有多少", "下过单的占多少", "没下过单的名单"), "9月注册、没下过单的客户名单"),
    # a question before the one that measures
    (("In which channel do people come back most? Please show the repeat purchase rate per channel for this year.",),
     "今年各渠道的复购率"),
    (("do diamond members complain more? complaint rate by level this year",), "今年各会员等级的投诉率"),
    (("do high-value customers get deeper discounts? discount rate by value tier, last 365 days",), "近365天各价值分层的折扣率"),
    (("do dissatisfied customers spend less? spend per customer, satisfied vs dissatisfied",), "满意和不满意的客户人均消费各多少"),
    (("what do early adopters buy most? top 5 products by units, last 90 days",), "近90天新品尝鲜客户销量最高的5个商品"),
    (("age groups of our loyal customers",), "忠诚客户按年龄段看人数"),
    (("三季度门店销售额前十名",), "三季度销售额最高的10家门店"),
    (("promo-sensitive women under 35 who never opened anything we sent, how many?",),
     "35岁以下、从没打开过活动的高活动敏感度女性客户有多少"),
    (
        ("members of 广州天河城旗舰店 by lifecycle stage", "how many of the churned ones are gold or diamond?"),
        "归属门店是广州天河城旗舰店的流失客户里，金卡和钻石会员有多少",
    ),
    # most, best, each
    (("Which three stores gained the most new customers this year?",), "今年新客最多的3家门店"),
    (("哪个大区投诉最厉害，今年",), "今年投诉率最高的大区"),
    (("Best sales day this year?",), "今年销售额最高的一天"),
    (("Best sales day this year?", "And the worst?"), "今年销售额最低的一天"),
    (("rank channels by new customers this year",), "今年各注册渠道的新客数排名"),
    (("do customers who agreed to marketing spend more each than those who didn't? this year",),
     "今年同意营销和不同意营销的客户人均消费各多少"),
    (("小程序跟APP谁的复购更好？看近半年",), "近180天小程序和APP的复购率各多少"),
    (("APP和小程序今年每个月的复购率",), "今年APP和小程序每个月的复购率分别多少"),
    (("is September ahead of August in orders?",), "9月订单数和8月比"),
]  # fmt: skip


@pytest.mark.parametrize(("turns", "other"), OTHER_WORDS)
def test_it_is_read_like_the_other_words_for_it(quiet: Assistant, turns: tuple[str, ...], other: str) -> None:
    assert_same_rows(told(quiet, *turns), told(quiet, other))


@pytest.mark.parametrize(
    "turns",
    [
        ("把有问题的客户找出来",),  # it was all of them
        ("how many first orders came from Tmall last month",),  # it was all orders
        ("9月首单有多少",),
        ("first orders this year by month",),
        ("how many customers bought shoes as their first order this year",),
        ("9月转化的客户有多少",),  # it was a rate
        ("谁是消费最高的客户", "他近90天买了几次"),  # it was everybody
        ("how many people bought in September", "how many of them again this month"),
        ("how many who clicked in August bought within 30 days of it",),
        ("首单是门店的客户有多少", "首单是APP的呢"),
        ("上个月买了两次以上的有多少人", "只买一次的呢"),
        ("上个月打开了邮件的人有多少", "只打开没点的"),
        ("有问题的客户有多少",),
        ("2026年国庆狂欢触达转化的那些订单，销售额一共多少",),
        ("流失客户现在几个", "收到过蓝鲸券的有几个", "名单给我"),  # the list is of what was not understood
        ("把会员等级和偏好渠道也带上",),  # it was everybody
        ("投诉过的客户有多少", "没再投诉的有几个"),  # nobody does anything after the last time
        ("who opened 2026年秋日唤醒券 but placed no order after we sent it?",),  # it was no order at all
        ("Tmall's sales growth in September trails every other channel. Why?",),  # trails are no trials
    ],
)
def test_is_asked_about(quiet: Assistant, turns: tuple[str, ...]) -> None:
    assert told(quiet, *turns)[0] == "clarify"


def test_how_many_groups_are_left_is_one_number(quiet: Assistant) -> None:
    for turns in (("Sales per store last month", "How many made over 15k?"), ("上个月各门店销售额", "超过1.5万的有几家")):
        rows = told(quiet, *turns)[1]
        assert rows == ((len(told(quiet, "9月销售额超过15000的门店")[1]),),)


def test_a_word_means_what_it_meant_in_the_answer_before(quiet: Assistant) -> None:
    thread = quiet.thread()
    thread.ask("customers with high churn risk by city")
    assert "Churn risk" in thread.ask("and what does high mean here exactly").text
    assert "Spending power" in quiet.thread().ask("what does high mean").text


def test_a_slip_is_put_right_and_plain_english_is_not(quiet: Assistant) -> None:
    assert_same_rows(told(quiet, "revnue by catgory last month"), told(quiet, "上个月各品类的商品销售额"))
    for word in ("trails", "stuck", "attention", "paste", "tells"):  # trials, stock, attrition, past, sells
        assert told(quiet, f"sales by channel last month, {word}")[0] == "clarify"


def test_a_question_for_yes_or_no_is_no_condition_of_another_one(quiet: Assistant) -> None:
    thread = quiet.thread()
    answer = thread.ask("Is shoes our weakest category this year? And sales by store type.")
    assert answer.rows == quiet.thread().ask("sales by store type").rows
    assert "shoes" in answer.text  # which is said not to be a condition


def test_each_question_that_the_domain_shows_is_answered(quiet: Assistant) -> None:
    for example in read(domain_folder("retail")).questions:
        for text in (example.zh, example.en):
            assert quiet.thread(role=example.role).ask(text).status == "answered", text
