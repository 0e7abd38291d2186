"""The next round of strangers and threads: buyers who did something before, people counted a month earlier, dates that are deeds.

Each kind next to a question in other words that was not misread, numbers against SQL where both could be wrong together.
"""

import duckdb
import pytest

from assistant.app import Assistant
from tests.assistant.planners.test_read_wrongly_once import assert_same_rows, number, told

SAME = [
    # deeds of those whom a noun names, in order
    ("how many September buyers had complained before", "先投诉过、后来9月买过的客户有多少"),
    ("9月的买家之前投诉过的有多少", "先投诉过、后来9月买过的客户有多少"),
    ("how many of the September buyers complained afterwards", "9月买过、后来投诉过的客户有多少"),
    ("9月的买家后来投诉过的有多少", "9月买过、后来投诉过的客户有多少"),
    # people by a value and by what they did, and no word that names them
    ("投诉过、金卡的有几个", "投诉过的金卡客户有多少"),
    ("投诉过2次以上、现在还是金卡的有几个", "投诉过2次以上的金卡客户有多少"),
    ("complained and gold, how many", "投诉过的金卡客户有多少"),
    ("added to cart and gold - how many", "加购过的金卡客户有多少"),
    # the columns of a list
    ("上个月投诉过的金卡客户，带上城市和门店", "上个月投诉过的金卡客户，带上城市和所属门店"),
    ("gold customers who complained last month, with city and store", "上个月投诉过的金卡客户，带上城市和门店"),
    (
        "top 15 at-risk customers by spend in the past 365 days, show spend and preferred category",
        "近一年消费最高的15个高流失风险客户，带上消费额和偏好品类",
    ),
    ("15 at-risk gold members who spent the most in the past year", "top 15 at-risk gold members by spend in the past year"),
    # of which facts a number of people is
    ("top 10 customers by app spend this year", "今年在APP消费最多的10个客户"),
    ("who spent the most on shoes last month, top 10", "上个月鞋靴消费最高的10个客户"),
    ("近一年在小程序花了1万以上的有多少人", "how many customers spent at least 10000 on the mini program in the last 365 days"),
    # what was done with what was received
    ("上个月收到唤醒券、打开但没点击的客户有多少", "上个月收到唤醒券、打开过唤醒券、没点击唤醒券的客户有多少"),
    ("who got a win-back coupon last month, opened it but did not click, how many", "上个月收到唤醒券、打开但没点击的客户有多少"),
    # one time for a whole chain of deeds
    ("上周浏览过、加购过但没付款的有多少人", "上周浏览过、上周加购过、上周没付款的客户有多少"),
    ("9月收到唤醒券，打开了但没有下单的客户有多少", "9月收到唤醒券、9月打开过唤醒券、9月没下单的客户有多少"),
    ("customers who got a win-back coupon last month, opened it but didn't buy", "9月收到唤醒券，打开了但没有下单的客户名单"),
    ("who are our top 5 spenders in the mini program this quarter?", "本季度在小程序消费最多的5个客户"),
    # those with more or fewer than then, and not all of them
    ("which of our stores had fewer orders in september than in august", "which stores' orders fell from august to september"),
    ("9月订单比8月少的门店有哪些", "which stores' orders fell from august to september"),
    ("9月订单下降的门店有哪些", "which stores' orders fell from august to september"),
    ("哪些大区三季度的工单比二季度多", "which regions had more tickets in q3 than in q2"),
    ("9月哪些渠道的销售额比8月高", "which channels' sales grew from august to september"),
    # words of people in a hurry
    ("open n click rate by touch channel this year", "open and click rate by touch channel this year"),
    ("sales by mth this year", "今年每个月的销售额"),
    # things by when they opened, and what they have
    ("sales last quarter for each store that opened in 2025", "2025年开业的门店，上季度各卖了多少"),
    ("campaign budget by type this year", "今年各活动类型的活动总预算"),
    ("why is tmall up in september vs last year", "why are tmall sales up in september vs last year"),
    ("why is tmall growth so low in september vs last year", "why are tmall sales up in september vs last year"),
    # whose things they are, and which things
    ("近30天的投诉单到现在还在处理中的，是哪些客户", "近30天有处理中的投诉工单的客户名单"),
    ("上个月退款的订单都是哪些客户的", "上个月退过款的客户名单"),
    ("which dress has sold the most units this year?", "今年销量最高的连衣裙是哪款"),
    ("今年销量前5的连衣裙", "top 5 dresses by units this year"),
    ("which 5 cities have the most loyal customers", "忠诚客户数最多的5个城市"),
    ("还在处理中的工单，每一类有多少件？", "还在处理中的工单数，按工单类型"),
    ("今年各场活动的打开率", "今年的打开率，按活动"),
    ("哪些城市的客户数超过500", "cities with more than 500 customers"),
    ("哪些门店满意度低于4分", "满意度低于4分的门店"),
    ("按门店统计年初至今已退款订单量，保留大于10的", "今年退款订单数超过10的门店"),
    ("Which three flagship stores have sold the least so far this year?", "今年销售额最低的3家旗舰店"),
    ("今年哪个品类退货率最高，都排一下", "今年各品类的退货率从高到低排"),
    # rows by a number of theirs, people by how many
    ("上个月首次响应超过60分钟的投诉有几件", "上个月首次响应超过60分钟的投诉工单数"),
    ("customers who filed at least 2 complaints in the last 90 days", "近90天投诉2次以上的客户名单"),
    ("how many customers have exactly one order", "累计订单数等于1的客户有多少"),
    ("customers with 365-day spend above 30,000, largest first", "近一年消费超过30000的客户，按消费从高到低"),
    ("收到过唤醒券的客户里，后来投诉过的有几个", "收到过唤醒券、后来投诉过的客户有几个"),
    ("近一年消费过一万但等级还是普通或银卡的会员有多少", "近一年消费超过1万的普通或银卡会员有多少"),
    # the time of both deeds, and where people belong
    ("9月里先买了美妆、后来又买女装的客户有多少", "9月先买了美妆、9月后来又买女装的客户有多少"),
    (
        "how many customers bought menswear and later bought shoes this year?",
        "今年先买了男装、后来又买鞋靴的客户有多少",
    ),
    ("近90天花钱最多的20个客户，花了多少也带上", "近90天消费最多的20个客户，带上消费额"),
    ("金卡里近90天花钱最多的20个", "近90天消费最多的20个金卡客户"),
    ("最近一次评价只打了1分的客户有多少", "最近一次满意度等于1的客户有多少"),
    ("who buys coffee? buyers by age group, past year", "近一年买过咖啡的购买客户数，按年龄段"),
    # worst goes by what is good for the number, and joining starts the days
    ("worst 10 stores by refund rate in q3", "10 worst stores by refund rate in q3"),
    ("refund rate by store in q3, worst 10", "三季度退款率最高的10个门店"),
    (
        "5 stores with the worst % change in sales, last quarter vs the quarter before",
        "5 stores with the biggest % drop in sales, last quarter vs the quarter before",
    ),
    ("9月注册的客户里7天内下单的有多少", "9月新注册的人，7天内就下单的有多少"),
    ("今年上架的商品卖了多少钱", "上市日期在今年的商品销售额"),
    # the last survey
    ("最近一次评价不满意的有多少人", "满意度标签为不满意的客户数"),
    ("how many customers whose latest survey was unhappy", "满意度标签为不满意的客户数"),
    ("近一年消费满8000、最后一次评价却不满意的，列个表，附等级", "近一年消费满8000且满意度标签为不满意的客户名单，附等级"),
]


@pytest.mark.parametrize(("question", "other"), SAME)
def test_both_say_the_same(quiet: Assistant, question: str, other: str) -> None:
    assert_same_rows(told(quiet, question), told(quiet, other))


TURNS = [
    (("How many people bought in August", "and the month before"), "7月有多少人买过"),
    (("List customers who bought in August", "the month before"), "7月买过的客户名单"),
    (("8月有多少人下过单", "再往前一个月呢"), "7月有多少人下过单"),
    (("8月的销售额", "再往前一个月呢"), "7月的销售额"),
    (("上个月的销售额", "再上一个月呢"), "8月的销售额"),
    (("sales in August", "previous month"), "7月的销售额"),
    (("8月下单的客户有多少", "里面有多少9月又下单了"), "8月买过、9月也买过的客户有多少"),
    (
        ("how many new customers in september", "how many of them bought within 30 days"),
        "customers who signed up in September and bought within 30 days, how many",
    ),
    (("近一年营收里，高价值客户贡献了几成", "忠诚客户呢"), "近一年营收里，忠诚客户贡献了几成"),
    (("of all tickets last month what % is logistics", "and complaints?"), "上个月的工单里投诉占多少"),
    (("今年每个月的复购率", "门店和天猫分别看"), "今年每个月的复购率，门店和天猫，按渠道"),
    (("上个月的销售额", "分别看门店和天猫"), "上个月门店和天猫的销售额，按渠道"),
    (("今年每个月拉新多少", "门店注册的呢"), "今年每个月在门店注册的新客数"),
    (("上个月多少人下单", "天猫注册的呢"), "上个月下过单的、在天猫注册的客户有多少"),
    (("成都的高价值客户有多少", "快要流失的列出来"), "成都的高价值客户里流失风险高的名单"),
    (("loyal customers by region", "I mean what percent of each region's members"), "各大区会员里忠诚客户的占比"),
    (("今年新开了哪几家店", "它们三季度业绩分别多少"), "今年开业的门店，三季度各卖了多少"),
    (("今年来投诉过的客户有多少人", "他们投诉之后又下过单的有多少人"), "今年投诉过、之后又下单的客户有多少"),
    (("上季度各触点的满意度评分是多少", "NPS也照这样列给我"), "上季度各触点的NPS"),
    (("number of complaints last month", "what channels did they come in through?"), "上个月各工单渠道的投诉量"),
    (("resolution rate by region, last 90 days", "logistics tickets only"), "近90天物流工单的解决率，按大区"),
    (("list our loyal customers in beijing", "which of em havent logged in for 30 days"), "北京的忠诚客户里近30天没登录过的名单"),
    (("今年在天猫消费最多的10个客户", "换成京东"), "今年在京东消费最多的10个客户"),
    (("今年消费最多的20个客户", "那上个月呢"), "上个月消费最多的20个客户"),
    (("近一年消费最多的20个客户", "近90天的呢"), "近90天消费最多的20个客户"),
    (("今年在天猫消费超过5000的客户有多少", "京东呢"), "今年在京东消费超过5000的客户有多少"),
    (("csat by region last quarter", "why did south china drop so much from q2"), "华南三季度的满意度为什么比二季度降了"),
    (("average first response time in Q3 vs Q2", "why is it so high?"), "三季度首次响应时长为什么比二季度高"),
]


@pytest.mark.parametrize(("turns", "other"), TURNS)
def test_a_message_that_goes_on(quiet: Assistant, turns: tuple[str, ...], other: str) -> None:
    assert_same_rows(told(quiet, *turns), told(quiet, other))


NUMBERS = [
    (
        "今年在天猫消费超过5000的客户有多少",
        "SELECT count(*) FROM (SELECT customer_id FROM orders WHERE status = '已完成' AND channel = '天猫'"
        " AND CAST(order_time AS DATE) BETWEEN DATE '2026-01-01' AND DATE '2026-10-19' GROUP BY 1 HAVING sum(amount) > 5000)",
    ),
    (
        "how many customers spent over 3000 on shoes this year",
        "SELECT count(*) FROM (SELECT o.customer_id FROM orders AS o JOIN order_items AS i USING (order_id)"
        " JOIN products AS p USING (product_id) WHERE o.status = '已完成' AND p.category = '鞋靴'"
        " AND CAST(o.order_time AS DATE) BETWEEN DATE '2026-01-01' AND DATE '2026-10-19'"
        " GROUP BY 1 HAVING sum(i.amount) > 3000)",
    ),
    (
        "今年在天猫消费超过5000的客户占多少",
        "SELECT (SELECT count(*) FROM (SELECT customer_id FROM orders WHERE status = '已完成' AND channel = '天猫'"
        " AND CAST(order_time AS DATE) BETWEEN DATE '2026-01-01' AND DATE '2026-10-19' GROUP BY 1 HAVING sum(amount) > 5000))"
        " / count(*) FROM customers",
    ),
    (
        "上个月收到唤醒券、打开但没点击的客户有多少",
        "SELECT count(*) FROM (SELECT customer_id FROM campaign_touches JOIN campaigns USING (campaign_id)"
        " WHERE campaign_type = '唤醒券'"
        " AND CAST(sent_time AS DATE) BETWEEN DATE '2026-09-01' AND DATE '2026-09-30' GROUP BY 1"
        " HAVING bool_or(opened) AND NOT bool_or(clicked))",
    ),
    (
        "how many September buyers had bought before",
        "SELECT count(DISTINCT b.customer_id) FROM orders AS a JOIN orders AS b USING (customer_id) WHERE a.status = '已完成'"
        " AND b.status = '已完成' AND a.order_time < b.order_time"
        " AND CAST(b.order_time AS DATE) BETWEEN DATE '2026-09-01' AND DATE '2026-09-30'",
    ),
]


@pytest.mark.parametrize(("question", "sql"), NUMBERS)
def test_the_number_is_that_of_sql(quiet: Assistant, demo: duckdb.DuckDBPyConnection, question: str, sql: str) -> None:
    assert number(quiet, question) == demo.execute(sql).fetchall()[0][0]


ASKED_BACK = [
    (("今年开了哪些新店",), "the date of stores is no breakdown of what people opened"),
    (("请帮我比较一下华东和华南",), "of what?"),
    (("请把好的客户列出来",), "good in which way?"),
    (("这些店上月投诉几件",), "which stores?"),
    (("满意度低于abc的门店有哪些", "这些店上月投诉几件"), "the message before was not understood"),
    (("6月的销售额同比环比都给我",), "one comparison at a time"),
    (("上个月新注册、注册当天就下单的人拉出来",), "on that very day"),
    (("at-risk customers per member level: headcount and total spend over 365 days",), "over 365 days is no money of 365"),
]


@pytest.mark.parametrize(("turns", "why"), ASKED_BACK)
def test_is_asked_about(quiet: Assistant, turns: tuple[str, ...], why: str) -> None:
    assert told(quiet, *turns)[0] == "clarify", why


@pytest.mark.parametrize(
    ("question", "where"),
    [
        ("今年在天猫花钱最多的20个客户", "channel = '天猫'"),
        ("top 20 customers by app spend this year", "channel = 'APP'"),
        ("金卡会员里今年在门店消费最多的20个", "channel = '门店' AND member_level = '金卡'"),
    ],
)
def test_people_are_ranked_by_the_facts_that_are_named(
    quiet: Assistant, demo: duckdb.DuckDBPyConnection, question: str, where: str
) -> None:
    """They were those who had registered there, by all that they spent."""
    rows = told(quiet, question)[1]
    sql = (
        "SELECT sum(amount) FROM orders JOIN customers USING (customer_id) WHERE status = '已完成'"
        f" AND CAST(order_time AS DATE) BETWEEN DATE '2026-01-01' AND DATE '2026-10-19' AND {where}"
        " GROUP BY customer_id ORDER BY 1 DESC LIMIT 20"
    )
    assert [row[-1] for row in rows] == [amount for (amount,) in demo.execute(sql).fetchall()]


def test_the_sentence_says_of_what_people_are_ranked(quiet: Assistant) -> None:
    thread = quiet.thread(role="ops")
    assert "渠道为天猫" in thread.ask("今年在天猫花钱最多的20个客户").text
    assert "channel is Tmall" in thread.ask("which customers spent the most on Tmall this year, top 10").text


def test_things_by_phone_are_no_orders_to_phone(quiet: Assistant) -> None:
    """phone tickets last month was refused as if somebody was to be phoned."""
    assert told(quiet, "phone tickets last month by region")[0] != "refused"
    assert told(quiet, "call gold customers")[0] == "refused"


def test_the_share_of_each_is_within_what_was_shown(quiet: Assistant) -> None:
    """The share of shoes of each brand was told: 100 % of those that sell nothing else."""
    rows = told(quiet, "shoe sales by brand in Q3", "ok and the share of each?")[1]
    assert len(rows) == 4
    assert sum(float(str(row[-1])) for row in rows) == pytest.approx(1)


def test_a_list_of_things_says_their_names(quiet: Assistant) -> None:
    rows = told(quiet, "which stores opened in 2025", "sales of each in Q3")[1]
    assert len(rows) == 6
    assert all(any(isinstance(cell, str) and "店" in cell for cell in row) for row in rows)


def test_people_of_a_store_are_those_who_belong_to_it(quiet: Assistant, demo: duckdb.DuckDBPyConnection) -> None:
    """They were all who had not bought in that store."""
    found = number(quiet, "归属上海淮海路标准店、近半年没买过东西的会员有多少")
    sql = (
        "SELECT count(*) FROM customers JOIN stores ON store_id = home_store_id WHERE store_name = '上海淮海路标准店'"
        " AND customer_id NOT IN (SELECT customer_id FROM orders WHERE status = '已完成'"
        " AND CAST(order_time AS DATE) BETWEEN DATE '2026-04-23' AND DATE '2026-10-19')"
    )
    assert found == demo.execute(sql).fetchall()[0][0]


def test_the_rate_that_was_shown_is_the_one_that_is_defined(quiet: Assistant) -> None:
    thread = quiet.thread(role="manager")
    thread.ask("今年各场活动的打开率和活动转化率")
    assert "活动转化率" in thread.ask("这里的转化率是怎么定义的").text


def test_a_rate_is_of_those_who_could_have(quiet: Assistant) -> None:
    """do silver members convert on our campaigns? …: 100 % of those who did."""
    rows = told(quiet, "do silver members convert on our campaigns? campaign conversion by campaign type this year, silver only")[
        1
    ]
    assert 0 < max(float(str(row[-1])) for row in rows) < 1
