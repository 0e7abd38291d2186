"""What strangers and threads of one's own showed next: things by when they came to be, deeds in order, every month, those who were counted.

Each kind next to a question in other words that was not misread, numbers against SQL where both could be wrong together.
"""

from datetime import date

import duckdb
import pytest

from assistant.app import Assistant
from assistant.language.calendar import Calendar
from assistant.language.text import normalise
from assistant.language.time_relations import read_times
from tests.assistant.planners.test_read_wrongly_once import assert_same_rows, number, told

SAME = [
    # who is ranked, and of what
    ("金卡会员里近一年消费最多的20个", "近一年消费最多的20个金卡会员"),
    ("of our gold members, the top 20 by spend in the last year", "top 20 gold members by spend in the last year"),
    ("which flagship store is selling the most this month?", "本月销售额最高的旗舰店"),
    ("哪场唤醒券打开率最高", "打开率最高的唤醒券活动是哪个"),
    ("top 5 accessories products by sales this year", "今年销售额最高的5个配饰商品"),
    ("which stores opened in 2025", "2025年开业的门店有哪些"),
    ("上个月销售额低于5000的旗舰店有哪些", "which flagship stores sold less than 5000 last month"),
    # kinds and breakdowns
    ("8月每种工单平均多久首次响应", "8月各工单类型的平均首次响应时长"),
    ("8月各区域每种工单各有多少件", "8月按大区和工单类型的工单数"),
    ("9月各大区分渠道的销售额", "9月按大区和渠道的销售额"),
    ("which hours of the day are busiest? orders by hour for last month", "orders by hour last month"),
    ("conversion of our campaign messages sent this year, by campaign type", "今年各活动类型的活动转化率"),
    # where it was done, said in front
    ("in the app last week, how many people added to cart?", "how many people added to cart in the app last week"),
    ("上周在APP里，有多少人加购", "上周有多少人在APP加购"),
    ("on tmall this year, how many people bought skincare", "今年在天猫买过护肤的客户有多少"),
    ("how many people browsed, added to cart and paid last week?", "上周浏览、加购、支付各有多少人"),
    ("上个月有多少人浏览、加购、支付", "上个月浏览、加购、支付各有多少人"),
    # who did something, by a noun
    ("how many of our 2025 buyers haven't bought anything this year", "去年买过、今年没买过的客户有多少"),
    ("how many Q2 buyers bought nothing in Q3", "二季度买过、三季度没买过的客户有多少"),
    ("上个月的下单客户里有多少投诉过", "上个月买过、上个月投诉过的客户有多少"),
    ("上个月新客里有多少人下了单", "上个月注册的客户里有多少人下过单"),
    ("how many of September's new members placed a second order", "9月注册，下单至少2次的客户有多少"),
    # deeds in order
    ("how many people bought skincare and then perfume", "先买过护肤、后来又买香水的客户有多少"),
    ("how many people bought skincare and then perfume in a later order?", "先买过护肤、后来又买香水的客户有多少"),
    (
        "how many customers complained in September and placed another order after the complaint?",
        "9月投诉过，之后又下单的客户有多少",
    ),
    ("9月投诉过、投诉之后又下过单的客户有多少", "9月投诉过，之后又下单的客户有多少"),
    ("今年先买了男装、后面又买童装的客户有几个", "今年先买了男装、后来又买童装的客户有几个"),
    (
        "how many customers bought shoes this year and came back later for accessories?",
        "how many customers bought shoes this year and later bought accessories",
    ),
    ("三季度每个月都下过单的会员有几个", "7月、8月、9月都买过的客户有多少"),
    ("customers who bought every month in Q3", "7月、8月、9月都买过的客户名单"),
    ("7、8、9三个月都买过的客户有多少", "7月、8月、9月都买过的客户有多少"),
    ("number of customers who bought in July and in August and in September", "7月、8月、9月都买过的客户有多少"),
    ("9月新注册的人，7天内就下单的占多少", "what share of September's new members ordered within 7 days"),
    # what was not done, and when
    ("diamond members who bought shoes in the last 90 days but never beauty", "近90天买过鞋靴、从没买过美妆的钻石会员"),
    ("9月注册的会员到现在还没成交的占比", "9月注册的会员里没下过单的占比"),
    ("signed up this year but never bought anything: how many per sign-up channel?", "今年注册、没下过单的客户按注册渠道有多少"),
    ("今年注册的里面到现在一单没买的有几个", "今年注册、没下过单的客户有多少"),
    ("how many active users last month placed no order", "上个月活跃、上个月没下单的客户有多少"),
    ("who opened 3 or more tickets in the last 180 days?", "近180天工单数不少于3的客户"),
    # of other times
    ("how did Double 11 last year do against the one in 2024? sales", "2025年双十一和2024年双十一的销售额对比"),
    ("今年到店付现金的订单还有多少比例", "今年门店订单里付现金的占比"),
    ("how many people who signed up through the app ordered last month", "上个月下过单、在APP注册的客户有多少"),
    ("在小程序注册、到现在一单都没买过的有几个人", "注册渠道是小程序、从没买过的客户有多少"),
    ("signed up in the app and bought in stores: how many customers", "注册渠道是APP、在门店买过的客户有多少"),
    (
        "in the last 90 days, which customers bought home goods and after that beauty?",
        "近90天先买过家居、近90天后来又买美妆的客户名单",
    ),
    ("今年买东西的人里，童装女装都买过的占百分之几", "今年买过的客户里，今年买过童装并且今年买过女装的占比"),
    # parts of the week
    ("近三个月门店的单子里，周末占几成", "近三个月门店订单里周末的占比"),
    ("what share of September revenue fell on Saturdays and Sundays?", "9月销售额里周末的占比"),
]


@pytest.mark.parametrize(("question", "other"), SAME)
def test_both_say_the_same(quiet: Assistant, question: str, other: str) -> None:
    assert_same_rows(told(quiet, question), told(quiet, other))


TURNS = [
    # those who were counted, or listed
    (("快要流失的金卡有哪些", "各大区多少人"), "快要流失的金卡各大区有多少人"),
    (("list complaining customers last month", "how many by level"), "上个月投诉过的客户各会员等级有多少人"),
    (("how many new members in September", "how many of them bought"), "9月注册的客户里有多少人下过单"),
    (("how many new customers in Q3", "how many of them are women"), "三季度注册的女客户有多少"),
    (("how many buyers in September", "how many of them complained"), "9月买过、9月投诉过的客户有多少"),
    (("how many people bought last month", "how many of them complained"), "9月买过、9月投诉过的客户有多少"),
    # who did it, in each group that was shown
    (("9月各渠道销售额", "多少人"), "9月各渠道的购买客户数"),
    (("上个月各渠道的订单数", "多少人买的"), "上个月各渠道的购买客户数"),
    (("9月各大区的工单数", "投诉的有多少人"), "9月各大区的投诉客户数"),
    # of those that were shown
    (("9月各渠道销售额", "哪个涨得最多"), "9月比8月销售额增长最快的渠道"),
    (("今年华东人均消费多少", "按区域都列一下"), "今年各大区的人均消费"),
    (("refund rate by channel this year", "same thing for cancellations"), "今年各渠道的取消率"),
    (("sales by payment method in September", "show shares too"), "9月各支付方式的销售额和占比"),
    (("各渠道销售额", "最低的渠道有多少单"), "官网的订单数"),
    (("refund rate by region", "how many orders in the worst region"), "西南的订单数"),
    (("sales by region", "top region by orders"), "订单数最高的大区"),
    # another time
    (("去年双十一卖了多少", "前年同一时候呢"), "2024年双十一的销售额"),
    (("近30天各类工单分别多少", "跟前一个30天比一下"), "近30天各类工单环比"),
    (("2026年十月会员日的打开率多少", "九月那次呢"), "2026年九月会员日的打开率"),
    (("上个月销售额多少", "比前个月呢"), "9月和8月的销售额对比"),
    (("成都上个月销售额多少", "重庆呢"), "上个月城市是重庆的客户的销售额"),
    (("双十一各品类销售额", "跟2024年那次比呢"), "2025年双十一和2024年双十一各品类的销售额对比"),
    (("昨天小程序的销售额", "跟上周同一天比"), "小程序10月19日和10月12日的销售额对比"),
    (("今年的秋日唤醒券发了多少人次", "转化了几单"), "2026年秋日唤醒券的转化订单数"),
    (("9月工单多少", "分类型列一下"), "9月各工单类型的工单数"),
    (
        ("近90天没登录过的钻石会员有多少", "里面近一年花了5000以上的有几个"),
        "近90天没登录、近一年消费不少于5000的钻石会员有多少",
    ),
    (
        (
            "list at-risk gold members in Shenzhen",
            "only those who agreed to marketing, and show their spend over the last 365 days",
        ),
        "深圳流失风险高、同意营销的金卡会员名单，带近一年消费",
    ),
    # what it is sorted by
    (("近一年消费超过2万的客户有哪些", "按消费从高到低排"), "近一年消费超过2万的客户，按近一年消费从高到低排"),
    (("上个月浏览、加购、支付的漏斗", "只看小程序呢"), "小程序上个月浏览、加购、支付的漏斗"),
]


@pytest.mark.parametrize(("turns", "other"), TURNS)
def test_a_message_that_goes_on(quiet: Assistant, turns: tuple[str, ...], other: str) -> None:
    assert_same_rows(told(quiet, *turns), told(quiet, other))


NUMBERS = [
    (
        "how many stores have we opened since January 2025?",
        "SELECT count(*) FROM stores WHERE open_date BETWEEN DATE '2025-01-01' AND DATE '2026-10-19'",
    ),
    (
        "去年12月第一次下单的客户有多少",
        "SELECT count(*) FROM (SELECT min(order_time) AS t FROM orders WHERE status = '已完成' GROUP BY customer_id)"
        " WHERE CAST(t AS DATE) BETWEEN DATE '2025-12-01' AND DATE '2025-12-31'",
    ),
    (
        "how many customers made their first purchase in August",
        "SELECT count(*) FROM (SELECT min(order_time) AS t FROM orders WHERE status = '已完成' GROUP BY customer_id)"
        " WHERE CAST(t AS DATE) BETWEEN DATE '2026-08-01' AND DATE '2026-08-31'",
    ),
    (
        "超过30天还没解决的工单有多少",
        "SELECT count(*) FROM tickets WHERE status <> '已解决' AND CAST(created_time AS DATE) < DATE '2026-09-20'",
    ),
    (
        "how many tickets have been open for over 30 days",
        "SELECT count(*) FROM tickets WHERE status = '处理中' AND CAST(created_time AS DATE) < DATE '2026-09-20'",
    ),
    (
        "how much did we sell on weekends in September?",
        "SELECT sum(amount) FROM orders WHERE status = '已完成' AND isodow(order_time) >= 6"
        " AND CAST(order_time AS DATE) BETWEEN DATE '2026-09-01' AND DATE '2026-09-30'",
    ),
    (
        "number of people active in the app in the last 30 days who have only ever bought in stores",
        "SELECT count(*) FROM (SELECT customer_id FROM orders WHERE status = '已完成' GROUP BY 1 HAVING bool_and(channel = '门店'))"
        " WHERE customer_id IN (SELECT customer_id FROM events WHERE channel = 'APP'"
        " AND CAST(event_time AS DATE) BETWEEN DATE '2026-09-20' AND DATE '2026-10-19')",
    ),
]


@pytest.mark.parametrize(("question", "sql"), NUMBERS)
def test_the_number_is_that_of_sql(quiet: Assistant, demo: duckdb.DuckDBPyConnection, question: str, sql: str) -> None:
    assert number(quiet, question) == demo.execute(sql).fetchall()[0][0]


def test_of_the_top_twenty_only_those_are_counted(quiet: Assistant) -> None:
    """How many of the 20 are in East China was 20: the 20 highest of East China."""
    ((found,),) = told(quiet, "近一年消费最高的20个客户", "这里面在华东的有几个")[1]
    assert isinstance(found, int)
    assert 0 < found < 20


@pytest.mark.parametrize(
    "turns",
    [("国庆期间卖得最好的5个商品", "分别卖了多少件"), ("top 5 stores by sales this month", "refund rate of each")],
)
def test_another_number_of_each_is_of_those_that_were_shown(quiet: Assistant, turns: tuple[str, str]) -> None:
    """The five with the most pieces are five others."""
    shown = {row[0] for row in told(quiet, turns[0])[1]}
    assert {row[0] for row in told(quiet, *turns)[1]} == shown
    assert len(shown) == 5


def test_a_funnel_is_of_the_channel_that_is_named(quiet: Assistant) -> None:
    """It was of those who had registered there; and the sentence says what the steps are limited to."""
    answer = quiet.thread(role="manager").ask("app funnel for September please: browse, add to cart, order, pay")
    ((first, *_), *_) = [[row[1]] for row in answer.rows]
    assert first == number(quiet, "how many people browsed in the app in September")
    assert "channel is app" in answer.text


def test_stores_that_opened_are_told_one_by_one(quiet: Assistant) -> None:
    for question in ("今年开业的几家店，各卖了多少", "今年开业的门店，销售额各多少"):
        rows = told(quiet, question)[1]
        assert len(rows) == 3, question


def test_a_list_says_in_which_time_it_was_ranked(quiet: Assistant) -> None:
    assert "2026" in quiet.thread(role="ops").ask("top 10 customers by orders this year").text
    assert "2026年1月1日至10月19日的销售额" in quiet.thread(role="ops").ask("潜力客户里今年消费最多的20个").text


@pytest.mark.parametrize(
    ("question", "edges"),
    [
        ("近90天下了1单、2单、3单及以上的客户各多少", [1, 2, 3]),
        ("how many customers placed 1, 2-3 and 4 or more orders this year", [1, 2, 4]),
        ("近90天下单1到2单、3到5单、6单以上的客户各多少", [1, 3, 6]),
    ],
)
def test_bands_of_how_often(quiet: Assistant, question: str, edges: list[int]) -> None:
    rows = told(quiet, question)[1]
    assert sorted(int(float(str(low))) for low, _ in rows) == edges


ASKED_BACK = [
    (("show me the trend for gold members",), "the trend of what?"),
    (("refund rate of each",), "of each what?"),
    (("今年首次在门店买的客户有多少",), "the first in a channel is not the first of all"),
    (("上个月新客有多少，下单的有多少",), "two numbers, of which one would be dropped"),
    (
        ("同意营销的女客户里，快要流失的有哪些", "再摁掉近30天来过电话的", "各区域分别多少人"),
        "what went before was not understood",
    ),
]


@pytest.mark.parametrize(("turns", "why"), ASKED_BACK)
def test_is_asked_about(quiet: Assistant, turns: tuple[str, ...], why: str) -> None:
    assert told(quiet, *turns)[0] == "clarify", why


def test_two_tags_are_told_apart(quiet: Assistant) -> None:
    for question in ("流失客户和高流失风险有啥区别", "流失客户和高流失风险的区别"):
        answer = quiet.thread(role="manager").ask(question)
        assert answer.status == "answered"
        assert "生命周期" in answer.text, question
        assert "流失风险" in answer.text, question


def test_months_of_a_list_that_says_how_many_they_are() -> None:
    calendar = Calendar(date(2026, 10, 20))
    months = [m.period.start for m in read_times(normalise("7、8、9三个月的销售额"), calendar).periods]
    assert months == [date(2026, 7, 1), date(2026, 8, 1), date(2026, 9, 1)]
    assert [m.period.start for m in read_times(normalise("前个月的销售额"), calendar).periods] == [date(2026, 8, 1)]
