"""Plain questions that were once read as other ones: who grew and who fell, within N days of what, of the first hundred, X of Y.

Each next to SQL, or to a question or thread in other words that was not misread.
"""

import duckdb
import pytest

from assistant.app import Assistant
from tests.assistant.planners.test_read_wrongly_once import assert_is_that_of, assert_same_rows, told

SAME = [
    # which of them grew and which fell
    ("which stores sold less in September than in August", "9月销售额比8月下降的门店有哪些"),
    ("哪些门店9月卖得比8月少", "9月销售额比8月下降的门店有哪些"),
    ("which flagship stores sold less in September than in August", "9月销售额比8月下降的旗舰店有哪些"),
    ("how many stores are down vs last year in September", "9月销售额同比下降的门店有几个"),
    ("有几个门店9月销售额同比下滑", "9月销售额同比下降的门店有几个"),
    ("9月哪些城市销售额同比下降，降了多少", "9月销售额同比下降的城市有哪些"),
    ("哪几个区域9月比8月好", "which regions' sales grew from august to september"),
    ("which regions did worse in September than in August", "which regions' sales fell from august to september"),
    ("which regions did not grow in September vs August", "which regions' sales fell from august to september"),
    ("sales by city in September, only cities that fell versus August", "9月销售额比8月下降的城市有哪些"),
    ("sales by city in September, only cities that fell versus August, biggest fall first", "9月销售额比8月下降的城市有哪些"),
    ("stores in Guangdong that sold more in Q3 than in Q2, and by how much", "三季度销售额比二季度上升的广东门店有哪些"),
    # things with a number of each
    ("stores opened in 2025, how much did each sell so far this year", "2025年开业的门店，今年各卖了多少"),
    ("今年预算超过18万的活动有哪些，预算各是多少", "今年预算超过18万的活动的预算，按活动"),
    ("今年发过的几次唤醒券，打开率都列出来", "今年唤醒券的打开率，按活动"),
    ("今年各类活动的活动转化率排个名", "今年各类活动的活动转化率从高到低排"),
    ("上季度各触点满意度对比一下", "上季度各触点满意度"),
    ("今年六个渠道各占多大，按销售额", "今年各渠道销售额占比"),
    ("今年销售额按渠道怎么分的，各占几成", "今年各渠道销售额占比"),
    # conditions and columns of lists
    ("圈一下北京的钻石会员，要同意营销的", "北京同意营销的钻石会员名单"),
    ("diamond members in Beijing with marketing consent", "北京同意营销的钻石会员名单"),
    ("近7天浏览过的客户，按近一年消费从高到低给我50个", "近7天浏览过的客户，按近一年消费从高到低取前50个"),
    ("9月投诉过的客户，带上次数", "9月投诉过的客户，带上投诉次数"),
    ("门店注册的客户有多少", "how many customers registered in a store"),
    ("customers who were never sent 2026年秋日唤醒券", "没收到过2026年秋日唤醒券的客户名单"),
    # what was done, and to what
    (
        "customers who viewed women's coats in the last 14 days and have never bought one",
        "近14天浏览过女士外套、从没买过女士外套的客户",
    ),
    ("customers who added shoes to cart in the last 30 days but did not buy them", "近30天加购过鞋、近30天没买过鞋的客户"),
    ("how many people bought women's wear in July and shoes in August", "7月买过女装、8月买过鞋的客户有多少"),
    ("先买童装、后来又下单买了家居的客户有多少", "先买童装、后来又买了家居的客户有多少"),
    ("members who added to cart in the last 7 days but placed no order in that time", "近7天加购过、近7天没下单的会员"),
    ("上周加购过但那周没成交的客户", "上周加购过、上周没成交的客户"),
    # numbers and their money, rates of what is meant
    ("昨天成交了几单，多少钱", "昨天的订单数和销售额"),
    ("这个月天猫退了多少单、多少钱", "这个月天猫的退款订单数和退款金额"),
    ("which converts better, the app or the mini program", "app vs mini program conversion rate"),
    ("average score customers gave on their tickets, by ticket type, this year", "今年各工单类型的工单满意度"),
    ("customers and orders by region", "各大区的客户数和订单数"),
    ("how many members did we send a campaign message to last month?", "上个月被触达过的客户有多少"),
    ("customers with a ticket still open", "有处理中工单的客户名单"),
    ("gold members with a complaint in September", "9月投诉过的金卡会员名单"),
    ("gold members with no complaint this year", "今年没投诉过的金卡会员名单"),
    ("customers who have had no message this quarter", "本季度没被触达过的客户名单"),
    ("National Day sales, this year against last", "今年国庆销售额同比"),
    ("门店渠道今年卖出件数最多的三个品类是什么？", "今年门店渠道销量最高的3个品类"),
    ("去年APP卖的占公司业绩的百分之几？", "去年销售额中APP占多少"),
    ("tickets and customers by region", "各大区的工单数和客户数"),
    ("今年国庆狂欢给西南发了多少条，打开率多少", "2026年国庆狂欢在西南的触达人次和打开率"),
]


@pytest.mark.parametrize(("question", "other"), SAME)
def test_both_say_the_same(quiet: Assistant, question: str, other: str) -> None:
    assert_same_rows(told(quiet, question), told(quiet, other))


TURNS = [
    (("September sales by province against August", "only the ones that are down"), "9月销售额比8月下降的省份有哪些"),
    (("9月各省销售额跟8月比", "只看下降的"), "9月销售额比8月下降的省份有哪些"),
    (("9月各省销售额跟8月比", "去掉上涨的"), "9月销售额比8月下降的省份有哪些"),
    (("9月各省销售额跟8月比", "下降的有几个"), "9月销售额比8月下降的省份有几个"),
    (("2026年秋日唤醒券整体转化率多少", "哪个大区转化最好"), "2026年秋日唤醒券活动转化率最高的大区"),
    (("2026年秋日唤醒券整体打开率多少", "各大区的打开率"), "2026年秋日唤醒券各大区的打开率"),
    (("orders in September on the app", "only the refunded ones"), "9月APP的退款订单数"),
    (("9月APP的订单", "只看退款的"), "9月APP的退款订单数"),
    (("AOV of high-value customers in Q3", "what about early adopters?"), "AOV of early adopters in Q3"),
    (("shoe revenue by channel this year", "so what % is JD?"), "今年鞋靴销售额中京东占多少"),
    (("satisfaction by region, last quarter", "show me the cities in the worst one"), "上季度华南各城市满意度"),
    (("今年各类活动的活动转化率排个名", "只看微信发的"), "今年微信触达的活动转化率，按活动类型"),
    (("上季度会员日活动的触达人次和活动转化率", "按活动拆开"), "上季度会员日活动的触达人次和活动转化率，按活动"),
    (("上季度会员日活动的触达人次和活动转化率", "按活动拆开，只看转化率"), "上季度会员日活动的活动转化率，按活动"),
    (("今年到现在我们的业绩比去年同期涨了多少", "按渠道拆开，看看哪个涨得快，从高到低排一下"), "今年各渠道销售额同比"),
]


@pytest.mark.parametrize(("turns", "other"), TURNS)
def test_a_message_that_goes_on(quiet: Assistant, turns: tuple[str, ...], other: str) -> None:
    assert_same_rows(told(quiet, *turns), told(quiet, other))


def test_those_five_stay_those_five(quiet: Assistant) -> None:
    shown = told(quiet, "Which five stores sold the least last quarter?")
    again = told(quiet, "Which five stores sold the least last quarter?", "How many orders did each of those five have?")
    assert {row[0] for row in again[1]} == {row[0] for row in shown[1]}


ORDERS = (
    "WITH o AS (SELECT *, CAST(order_time AS DATE) AS day FROM orders WHERE status = '已完成'), "
    "best AS (SELECT customer_id FROM o WHERE day >= DATE '2026-01-01' GROUP BY 1 ORDER BY sum(amount) DESC LIMIT 100) "
)
NUMBERS = [
    # within N days of what was done then
    (
        "9月新注册的客户里，7天内就下单的有多少",
        "WITH o AS (SELECT *, CAST(order_time AS DATE) AS day FROM orders WHERE status = '已完成') SELECT count(*) FROM customers c "
        "WHERE register_date BETWEEN DATE '2026-09-01' AND DATE '2026-09-30' AND EXISTS (SELECT 1 FROM o WHERE "
        "o.customer_id = c.customer_id AND o.day BETWEEN c.register_date AND c.register_date + 7)",
    ),
    (
        "of those who registered in H1, what share ordered within 30 days",
        "WITH o AS (SELECT *, CAST(order_time AS DATE) AS day FROM orders WHERE status = '已完成') SELECT count(*) FILTER (EXISTS "
        "(SELECT 1 FROM o WHERE o.customer_id = c.customer_id AND o.day BETWEEN c.register_date AND c.register_date + 30)) / count(*) "
        "FROM customers c WHERE register_date BETWEEN DATE '2026-01-01' AND DATE '2026-06-30'",
    ),
    (
        "最近7天浏览过、但60天内没成交的有多少人",
        "SELECT count(DISTINCT customer_id) FROM events WHERE event_type = '浏览' AND CAST(event_time AS DATE) BETWEEN "
        "DATE '2026-10-13' AND DATE '2026-10-19' AND customer_id NOT IN (SELECT customer_id FROM orders WHERE status = '已完成' "
        "AND CAST(order_time AS DATE) BETWEEN DATE '2026-08-21' AND DATE '2026-10-19')",
    ),
    # of the first hundred
    ("今年消费最高的100个客户占了今年销售额的几成", ORDERS + "SELECT sum(amount) FILTER (customer_id IN (FROM best)) / sum(amount) "
     "FROM o WHERE day >= DATE '2026-01-01'"),
    ("今年消费最高的100个客户的客单价", ORDERS + "SELECT avg(amount) FROM o WHERE day >= DATE '2026-01-01' AND customer_id IN (FROM best)"),
    ("what share of sales this year comes from our top 100 customers by spend", ORDERS + "SELECT sum(amount) FILTER (customer_id IN "
     "(FROM best)) / sum(amount) FROM o WHERE day >= DATE '2026-01-01'"),
    # the part in front, and what it is a part of behind it
    ("天猫占线上销售额的几成", "SELECT sum(amount) FILTER (channel = '天猫') / sum(amount) FROM orders "
     "WHERE status = '已完成' AND channel <> '门店'"),
    (
        "投诉后还下过单的客户占投诉客户的几成",
        "SELECT count(DISTINCT t.customer_id) FILTER (EXISTS (SELECT 1 FROM orders o WHERE o.status = '已完成' AND "
        "o.customer_id = t.customer_id AND o.order_time > t.created_time)) / count(DISTINCT t.customer_id) FROM tickets t "
        "WHERE ticket_type = '投诉'",
    ),
    ("钻石会员占上海会员多少", "SELECT count(*) FILTER (member_level = '钻石') / count(*) FROM customers WHERE city = '上海'"),
    ("share of gold members in Shanghai members", "SELECT count(*) FILTER (member_level = '金卡') / count(*) FROM customers "
     "WHERE city = '上海'"),
    # those who joined, and what they bought
    (
        "今年新注册客户今年的销售额",
        "SELECT sum(amount) FROM orders JOIN customers USING (customer_id) WHERE status = '已完成' AND order_time >= DATE '2026-01-01' "
        "AND register_date >= DATE '2026-01-01'",
    ),
    (
        "今年新注册的客户，给今年贡献了几成销售额",
        "SELECT sum(amount) FILTER (register_date >= DATE '2026-01-01') / sum(amount) FROM orders JOIN customers USING (customer_id) "
        "WHERE status = '已完成' AND order_time >= DATE '2026-01-01'",
    ),
    # how they came, and not where anything was sold
    (
        "天猫注册的会员今年买了多少钱",
        "SELECT sum(amount) FROM orders JOIN customers USING (customer_id) WHERE status = '已完成' AND order_time >= DATE '2026-01-01' "
        "AND register_channel = '天猫'",
    ),
    (
        "sales this year of customers who registered in a store",
        "SELECT sum(amount) FROM orders JOIN customers USING (customer_id) WHERE status = '已完成' AND order_time >= DATE '2026-01-01' "
        "AND register_channel = '门店'",
    ),
    (
        "天猫注册客户的复购率",
        "SELECT avg((n >= 2)::INT) FROM (SELECT customer_id, count(*) AS n FROM orders WHERE status = '已完成' GROUP BY 1) "
        "JOIN customers USING (customer_id) WHERE register_channel = '天猫'",
    ),
    (
        "8月买过家居的人，30天内又回来买的有几个",
        "WITH o AS (SELECT *, CAST(order_time AS DATE) AS day FROM orders WHERE status = '已完成'), h AS (SELECT DISTINCT o.* FROM o "
        "JOIN order_items USING (order_id) JOIN products USING (product_id) WHERE category = '家居' AND day BETWEEN DATE '2026-08-01' "
        "AND DATE '2026-08-31') SELECT count(DISTINCT h.customer_id) FROM h JOIN o USING (customer_id) "
        "WHERE o.order_time > h.order_time AND CAST(o.order_time AS DATE) <= CAST(h.order_time AS DATE) + 30",
    ),
    # where they came from, how often they bought
    ("门店注册的，至今没买过的多少人", "SELECT count(*) FROM customers WHERE register_channel = '门店' AND customer_id NOT IN "
     "(SELECT customer_id FROM orders WHERE status = '已完成')"),
    ("今年有几场活动打开率超过30%", "SELECT count(*) FROM (SELECT campaign_id FROM campaign_touches JOIN campaigns USING (campaign_id) "
     "WHERE start_date >= DATE '2026-01-01' GROUP BY 1 HAVING avg(opened::INT) > 0.3)"),
    ("9月首单的客户有多少", "SELECT count(*) FROM (SELECT customer_id FROM orders WHERE status = '已完成' GROUP BY 1 "
     "HAVING min(order_time) >= DATE '2026-09-01' AND min(order_time) < DATE '2026-10-01')"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "sql"), NUMBERS)
def test_the_number_is_that_of_sql(quiet: Assistant, demo: duckdb.DuckDBPyConnection, question: str, sql: str) -> None:
    assert_is_that_of(quiet, demo, question, sql)


@pytest.mark.parametrize(
    "turns",
    [
        ("how many members have how many tickets",),  # all members, and all tickets
        ("转化的订单一共卖了多少钱",),  # the sales of all is no answer
        ("Which diamond customers are at risk? show what each spent in the past 365 days",),
        ("promo-sensitive members with a blue badge", "only keep Guangzhou, and add their level"),
        ("how many tickets this year were about orders with a blue badge", "just the complaints"),
        ("9月订单数不少的城市",),
        ("how many dormant customers are there under a blue moon", "split that by member level"),
    ],
)
def test_is_asked_about(quiet: Assistant, turns: tuple[str, ...]) -> None:
    assert told(quiet, *turns)[0] == "clarify"


def test_bands_are_of_the_noun_behind_them(quiet: Assistant, demo: duckdb.DuckDBPyConnection) -> None:
    rows = told(quiet, "how many customers had 1, 2 and 3+ orders this year")[1]
    sql = (
        "SELECT least(n, 3), count(*) FROM (SELECT count(*) AS n FROM orders WHERE status = '已完成' AND "
        "order_time >= DATE '2026-01-01' GROUP BY customer_id) GROUP BY 1"
    )
    assert {(int(str(key)), count) for key, count in rows} == set(demo.execute(sql).fetchall())


def test_what_there_is_to_slice_by_is_a_catalogue(quiet: Assistant) -> None:
    for question in ("how can I slice sales?", "which ways can I slice sales?", "销售额能怎么拆"):
        answer = quiet.thread().ask(question)
        assert answer.status == "answered"
        assert len(answer.rows) > 20
    assert quiet.thread().ask("which customer tags can I use to describe shoppers?").error_code != "refuse-sql"


def test_a_time_that_is_said_of_both_years_was_named(quiet: Assistant) -> None:
    for question in ("sales vs last year in September", "which stores are down vs last year in September"):
        assert "No period was named" not in quiet.thread().ask(question).text
    assert "No period was named" in quiet.thread().ask("sales vs last year").text
