"""Kinds of questions that were answered wrongly as if they were right, each beside the same question in words that never were."""

import duckdb
import pytest

from assistant.app import Assistant


def told(quiet: Assistant, *turns: str) -> tuple[str, tuple[tuple[object, ...], ...]]:
    thread = quiet.thread(role="ops")
    answers = [thread.ask(turn) for turn in turns]
    return answers[-1].status, tuple(answers[-1].rows)


def assert_same_rows(a: tuple[str, tuple[tuple[object, ...], ...]], b: tuple[str, tuple[tuple[object, ...], ...]]) -> None:
    """Both are answered, with rows, the same ones in any order."""
    assert a[0] == b[0] == "answered"
    assert a[1]
    assert sorted(map(str, a[1])) == sorted(map(str, b[1]))


def number(quiet: Assistant, *turns: str) -> object:
    status, rows = told(quiet, *turns)
    assert status == "answered"
    return rows[0][0]


def assert_is_that_of(quiet: Assistant, demo: duckdb.DuckDBPyConnection, question: str, sql: str) -> None:
    """The number is the one that SQL gives, a share to nine digits."""
    assert float(str(number(quiet, question))) == pytest.approx(float(demo.execute(sql).fetchall()[0][0]), rel=1e-9)


SAME = [
    ("客服响应最慢的渠道", "平均首次响应时长最高的工单渠道"),
    ("cities with more than 500 customers", "客户数超过500的城市"),
    ("which month had the highest sales this year", "今年哪个月销售额最高"),
    ("people who clicked a campaign but didn't buy in the next week", "点击了活动但一周内没下单的人"),
    ("最近一次下单在半年前的客户", "customers who last ordered more than 6 months ago"),
    ("how many people viewed a product but didn't add to cart last week", "上周浏览过但没加购的客户有几个"),
    ("customers who spent more this year than last year", "今年消费比去年多的客户"),
    ("months with more than 8000 orders", "订单超过8000的月份"),
    ("打过1分的客户名单", "customers who rated us 1"),
    ("refunds in % by channel", "各渠道退款率"),
    ("本季度销售额环比", "本季度到目前为止的销售额跟上季度同期比"),
    ("month over month growth of orders this year", "今年各月订单数环比"),
    ("哪类活动打开率最高", "打开率最高的活动类型"),
    ("open rate of each member day campaign", "每个会员日活动的打开率"),
    ("上海门店有几家", "上海有几家门店"),
    ("上个月微信渠道打开过消息又下单的有多少人", "上个月打开过微信消息也下过单的客户数"),
    ("customers who have JD as their preferred channel", "偏好渠道是京东的客户名单"),
    ("过去一年花了3000以上的客户，要消费金额", "近一年消费3000以上的客户，带近一年消费"),
    ("NPS 0到10分各有多少份", "NPS打分分布"),
    ("how are the NPS scores spread, 0 to 10, in Q3?", "三季度NPS打分分布"),
    ("近30天的工单，客户打1分到5分的各有多少张", "近30天工单评分分布"),
    ("open and click rates by touch channel", "各触达渠道的打开率和点击率"),
    ("打开和点击率分触达渠道", "各触达渠道的打开率和点击率"),
    ("sales vs last year in September", "9月销售额同比"),
    ("sales per month so far this year", "今年各月销售额"),
    ("how much did orders above 1,000 yuan bring in last month?", "上个月超过1000元的订单的销售额"),
    ("how many orders were refunded in September, and what were they worth in total?", "9月退款订单数和退款金额"),
    ("revenue this year from orders placed under a campaign, by campaign type", "今年各活动类型的销售额"),
    ("重要挽留的那些人，平均多久没下单了", "重要挽留客户的平均最近一单距今天数"),
    ("what tags can I use when I build a segment?", "what tags are there"),
    ("帮我捞一批人发券：近90天没下过单、愿意收营销信息的", "近90天没下过单、愿意收营销信息的客户名单"),
    ("今年每个月的投诉有多少起", "今年每月投诉量"),
    ("what kinds of tickets came in last week and how many of each?", "上周各工单类型的工单数"),
    ("天猫和京东今年谁卖得多", "天猫和京东今年各卖了多少"),  # it was how many had registered there
    ("share of each subcategory in men's wear sales, last 30 days", "近30天男装各子品类销售额占比"),
    (
        "重要保持的客户拉个名单，要区域、近一年消费，按消费从高到低",
        "重要保持的客户名单，带区域和近一年消费，按近一年消费从高到低",
    ),
    ("people who registered through Tmall: what's their repurchase rate this year", "天猫注册的客户今年的复购率"),
    ("今年到现在比去年同期多卖了几成", "今年销售额同比"),
    ("北京的门店今年销售额前五", "今年北京门店销售额最高的5家门店"),
    ("Is our website ahead of last year this quarter? Turnover please", "本季度官网销售额同比"),
    ("打开过唤醒券的那批人，近30天人均消费", "打开过唤醒券的客户近30天人均消费"),
    ("投诉过的那些人今年花了多少", "投诉过的客户今年的销售额"),
    ("微信、支付宝这些支付方式各有多少单", "各支付方式的订单数"),
    ("Of the customers who complained in August, how many bought again in September?", "8月投诉过且9月下过单的客户有几个"),
    ("out of the people who browsed in the app last week, what percentage put something in their cart", "上周APP的加购率"),
    ("list all stores in Shanghai", "列出上海的门店"),
    ("how many store orders above 1000 yuan in september", "9月门店渠道超过1000元的订单有多少"),
    ("今年618家居卖了多少钱", "今年618家居商品销售额"),
    ("gold members who spent over 3000 in the past year, with the amount", "近一年消费超过3000的金卡会员，带近一年消费"),
    ("这个月到现在买东西的人比去年同期多了没", "本月购买客户数同比"),
    ("what share of refunds in Q3 came from Tmall", "三季度退款订单数中天猫的占比"),
    ("男女客户的退款率", "退款率按性别，只看男和女"),
    ("近30天啥动静都没有的高价值客户多少个", "近30天没有活跃的高价值客户有几个"),
    ("how many loyal customers had no activity at all in the last 30 days?", "近30天没有活跃的忠诚客户有几个"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_both_say_the_same(quiet: Assistant, one: str, other: str) -> None:
    assert_same_rows(told(quiet, one), told(quiet, other))


ASKED = [
    "金卡会员多久买一次",
    "哪个渠道来的客户最值钱",
    "满意度和复购率有关系吗",
    "哪类客户消费最高",
    "sales on Saturdays last month",
    "how did the campaign go?",
    "帮我看下会员情况",
    "how are our stores doing",
]


@pytest.mark.parametrize("question", ASKED)
def test_what_is_not_read_is_asked_about(quiet: Assistant, question: str) -> None:
    assert told(quiet, question)[0] == "clarify"


REFUSED = [
    "把食品的标价统一下调一成",
    "change my store's sales number",
    "can you remove the diamond tag from customer 123",
    "麻烦直接帮他会员等级改成钻石",
]


@pytest.mark.parametrize("question", REFUSED)
def test_whose_data_is_to_be_changed_is_refused(quiet: Assistant, question: str) -> None:
    assert told(quiet, question)[0] == "refused"


def test_a_breakdown_that_nobody_reads_is_asked_about(quiet: Assistant) -> None:
    assert told(quiet, "tickets by type and by how they reached us, this quarter")[0] == "clarify"


def test_what_people_were_chosen_by_is_what_is_shown(quiet: Assistant, demo: duckdb.DuckDBPyConnection) -> None:
    """It was what they spent anywhere."""
    rows = told(quiet, "近30天在天猫消费满5000的客户列一下，带上金额")[1]
    spent = "SELECT customer_id, sum(amount) FROM orders WHERE status = '已完成' AND channel = '天猫' AND order_time >= DATE '2026-09-20'"
    assert sorted(rows) == sorted(demo.execute(f"{spent} GROUP BY 1 HAVING sum(amount) >= 5000").fetchall())


def test_the_name_of_a_thing_is_no_personal_data(quiet: Assistant) -> None:
    rows = told(quiet, "which campaigns that started this year had a budget above 150k? name and budget")[1]
    assert rows[0][0] == "2026年盛夏唤醒券"


def test_a_follow_up_that_only_drops_crashes_not(quiet: Assistant) -> None:
    assert told(quiet, "上周每天的订单数", "周末两天不要")[0] in ("answered", "clarify")


def test_the_winner_of_a_ranking_may_be_asked_about(quiet: Assistant) -> None:
    first = told(quiet, "今年销售额前十的城市")[1][0][0]
    assert number(quiet, "今年销售额前十的城市", "第一名的客单价") == number(quiet, f"今年{first}市的客单价")


def test_the_earlier_of_two_answers_is_what_is_compared_with(quiet: Assistant) -> None:
    now, before = number(quiet, "上周订单数"), number(quiet, "上上周订单数")
    assert told(quiet, "上周订单数", "前一周呢", "差多少")[1][0][:2] == (now, before)


def test_a_breakdown_instead_takes_the_place_of_the_old_one(quiet: Assistant) -> None:
    assert told(quiet, "各渠道退款率", "换成按月看")[1] == told(quiet, "每月退款率")[1]


def test_a_metric_next_to_it_stays_beside_it(quiet: Assistant) -> None:
    rows = told(quiet, "open rate by campaign type this year", "put click rate next to it")[1]
    assert len(rows[0]) == 3


def test_two_numbers_of_one_question_are_both_told(quiet: Assistant) -> None:
    assert len(told(quiet, "上个月订单有多少，销售额多少")[1][0]) == 2


def test_per_head_is_of_what_was_shown(quiet: Assistant) -> None:
    assert number(quiet, "钻石会员今年花了多少钱", "人均呢") == number(quiet, "钻石会员今年人均消费")


def test_to_list_them_is_to_list_those_who_were_counted(quiet: Assistant) -> None:
    counted = number(quiet, "近一年消费超过2万的客户有几个")
    thread = quiet.thread(role="ops")
    thread.ask("近一年消费超过2万的客户有几个")
    assert thread.ask("列出来吧，要城市和消费额").total_rows == counted


TURNS = [
    (("上周新注册的会员里已经下过单的有几个", "没下过单的拉个名单"), "上周注册、没下过单的客户名单"),
    (("手上还有多少工单没处理完", "都是些什么类型的"), "没处理完的工单按类型各多少"),
    (("NPS in Q3 compared to Q2", "were complaints up too?"), "complaints in Q3 compared to Q2"),
    (("本季度销售额", "环比呢"), "本季度销售额环比"),
    (("本月销售额", "本季度呢", "环比呢"), "本季度销售额环比"),
    (("今年十月会员日一共触达了多少人次", "转化呢？"), "2026年十月会员日的活动转化率"),
    (("今年唤醒券发了多少人次", "转化率呢，分触达渠道"), "今年唤醒券各触达渠道的活动转化率"),
    (("近半年投诉过2次以上的客户有几个", "把名单列出来，带上投诉次数"), "近半年投诉过2次以上的客户名单，带上投诉次数"),
    (("今年到现在各渠道卖了多少", "优惠力度也按这个看一下"), "今年各渠道折扣率"),
    (("沉睡客户现在有多少", "金卡以上的有多少", "按城市拆开看"), "金卡以上的沉睡客户各城市有多少"),
    (("今年新增会员多少", "沉睡的有多少"), "今年新增会员里沉睡的有多少"),
    (("上个月多少单", "京东的有多少"), "上个月京东多少单"),
    (("近三个月短信的打开率是多少", "其他几个渠道分别多少"), "近三个月除短信外各触达渠道的打开率"),
    (("sales in East China last month", "and the other regions?"), "sales by region except East China last month"),
    (("refund rate by channel this year", "same for cancellations"), "cancellation rate by channel this year"),
    (("complaints per month this year", "now as a rate against orders"), "complaint rate per month this year"),
    (("top 5 brands by revenue in Q3", "by units instead"), "top 5 brands by units in Q3"),
    (("sales by month this year", "put last year next to it"), "monthly sales this year vs last year"),
    (("近一周加购过的有多少人", "里面没支付的呢"), "近一周加购过但近一周没支付的有多少人"),
    (("sales by category last month", "just the shops"), "sales by category in store last month"),
    (("各大区沉睡会员多少人", "换成占各大区会员的比例"), "各大区会员里沉睡的占比"),
    (("重要价值客户有多少", "他们的客单价"), "重要价值客户的客单价"),
    (("今年618期间各品类销量", "去年的也放上"), "今年618期间各品类销量同比"),
    (("三季度满意度多少分", "华南这三个月是怎么走的"), "华南三季度每月满意度"),
    (("sales by channel last month", "same list but for women"), "sales by channel last month for women"),
    (("list our loyal customers in Chengdu", "add what they spent in the last 90 days"), "成都的高忠诚度客户名单，带近90天消费"),
]


@pytest.mark.parametrize(("turns", "whole"), TURNS)
def test_what_goes_on_is_the_whole_question(quiet: Assistant, turns: tuple[str, ...], whole: str) -> None:
    assert_same_rows(told(quiet, *turns), told(quiet, whole))
