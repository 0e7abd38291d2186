"""What a manager types next, found by asking on: periods of two years, numbers beside shares, those who were counted, what goes on.

Each kind next to a question in other words that never was misread, and numbers against SQL where both could be wrong together.
"""

import duckdb
import pytest

from assistant.app import Assistant
from tests.assistant.planners.test_read_wrongly_once import assert_same_rows, number, told

SAME = [
    # a part of a year, and the two years that it is of
    ("Q3 revenue 2026 vs 2025", "sales in Q3 2026 compared with Q3 2025"),
    ("国庆销售额 2026年vs2025年", "2026年国庆和2025年国庆的销售额对比"),
    ("上半年的订单数，26年跟25年比", "orders in H1 2026 compared with H1 2025"),
    ("September orders, 2025 vs 2026", "2026年9月和2025年9月的订单数对比"),
    ("compare National Day week sales this year and last year", "2026年国庆和2025年国庆的销售额对比"),
    ("orders on 1 October and on 1 September", "10月1日和9月1日的订单数"),
    ("orders on 12 October vs 5 October", "10月12日和10月5日的订单数对比"),
    ("7月、8月、9月的订单数", "三季度每个月的订单数"),
    ("sales in Q1, Q2 and Q3 this year", "1月到9月每个季度的销售额"),
    ("AOV in July and in September", "7月和9月的客单价"),
    ("上周天猫的销售额", "Tmall sales last week"),
    ("近俩礼拜每天的退款率", "近两周每天的退款率"),
    # two numbers in one question
    ("上个月金卡会员下了多少单，花了多少钱", "上个月金卡会员的订单数和销售额"),
    ("9月微信付款的有多少笔、多少钱", "9月微信支付的订单数和销售额"),
    ("9月各类工单有多少，首响平均要几分钟", "9月按工单类型的工单数和平均首次响应时长"),
    ("September tickets by contact channel: how many, and average first reply time", "9月按工单渠道的工单数和平均首次响应时长"),
    ("9月各渠道销售额，订单数客单价也带上", "9月各渠道的销售额、订单数、客单价"),
    ("9月发了多少条活动消息，转化率多少", "9月的触达人次和活动转化率"),
    ("9月点过活动消息的人，这个月有多少人下单，一共花了多少", "9月点过活动消息、本月下过单的有多少人，本月一共花了多少"),
    # what is counted, and of whom
    ("how many emails did we send in September", "9月触达渠道为邮件的触达人次"),
    ("9月投诉有多少件", "9月投诉量"),
    ("how many customers have we lost in each region?", "各大区流失客户数"),
    ("how much did gold members buy this year", "今年金卡会员的销售额"),
    ("customers who mostly buy in stores", "偏好渠道是门店的客户"),
    ("一般在门店买的金卡会员有多少", "偏好渠道是门店的金卡会员有多少"),
    ("what kinds of tickets are coming in this month?", "本月按工单类型的工单数"),
    ("what share of each member level is churned", "各会员等级里流失客户的占比"),
    ("今年各类活动的点击率，从高到低排", "今年各活动类型的点击率"),
    ("which types of campaign convert best this year?", "今年各活动类型的活动转化率"),
    ("8月和9月各大区的退款率，哪个区变差了", "9月比8月退款率上升的大区"),
    ("which regions improved on refund rate from August to September", "9月比8月退款率下降的大区"),
    (
        "of the people who filed a ticket in September, how many have bought something since?",
        "how many people filed a ticket in September and bought something after that",
    ),
    ("华南门店今年的业绩排名", "今年华南各门店的销售额"),
    ("今年各活动类型在短信、微信、邮件、APP推送上的打开率", "今年按活动类型和触达渠道的打开率"),
    ("number of customers by number of orders this year", "今年客户按下单次数分布"),
    ("average order value by gender? Q3 orders", "三季度各性别的客单价"),
]


@pytest.mark.parametrize(("question", "other"), SAME)
def test_both_say_the_same(quiet: Assistant, question: str, other: str) -> None:
    assert_same_rows(told(quiet, question), told(quiet, other))


TURNS = [
    # another value of what was done
    (
        ("how many people ordered on the app last week", "and the mini program?"),
        "how many people ordered on the mini program last week",
    ),
    (("上周APP上有多少人下单", "小程序呢"), "上周小程序上有多少人下单"),
    (("9月买过女装的有多少人", "男装呢"), "9月买过男装的有多少人"),
    (("how many customers bought women's wear in September", "what about men's?"), "9月买过男装的有多少人"),
    (("women's wear sales this year", "what about men's?"), "men's wear sales this year"),
    (("how many people bought last month", "how many of them bought shoes"), "上个月买过鞋靴的有多少人"),
    # whoever was counted is listed, and nobody else
    (("how many buyers in September", "list them"), "customers who bought in September"),
    (("上个月投诉客户数", "列一下是哪些人"), "上个月投诉过的客户名单"),
    (("new customers last month", "list them"), "上个月注册的客户名单"),
    (("how many complaints last month", "who made them"), "上个月投诉过的客户名单"),
    (("sales in Shanghai", "list those customers"), "上海的客户名单"),
    (("how many unhappy customers do we have?", "the ones who opened a ticket this year"), "今年提过工单的不满意客户有多少"),
    # another number is of the same rows and the same time
    (("complaints last month", "average response time"), "上个月投诉工单的平均首次响应时长"),
    (("上个月投诉量", "解决率呢"), "上个月投诉工单的解决率"),
    (("9月app下单的人数", "人均几单"), "9月APP的人均订单数"),
    (("今年买东西人数最多的5个城市", "换成人均消费再排一遍"), "今年人均消费最高的5个城市"),
    (("2026年国庆狂欢的打开率", "打开的有多少人"), "打开过2026年国庆狂欢的客户有多少"),
    (("9月天猫销售额", "下单的有多少人"), "9月在天猫下过单的客户有多少"),
    (("sales in September", "how many people is that"), "9月下过单的客户有多少"),
    (("how many messages were opened in Q3", "how many people is that"), "三季度打开过活动消息的客户有多少"),
    (("上个月投诉量", "是哪些客户投诉的"), "上个月投诉过的客户名单"),
    # what stays, what is added, what is put in its place
    (("今年会员日活动的打开率是多少", "满减的呢，点击率也一起给我"), "今年满减活动的打开率和点击率"),
    (("sales on the app in September", "and Tmall, with orders too"), "9月天猫的销售额和订单数"),
    (("NPS by region this year", "by member level instead, and add the number of responses"), "今年各会员等级的NPS和问卷数"),
    (("三季度各门店的退款率", "只看旗舰店", "退款率最高的5家是哪几家"), "三季度旗舰店里退款率最高的5家门店"),
    (("sales by city in September", "East China only", "which 3 cities have the most orders"), "9月华东订单数最高的3个城市"),
    (("9月app销售额", "跟小程序比比"), "9月APP和小程序的销售额，分开看"),
    (("sales by channel last month", "show them as shares"), "上个月各渠道的销售额占比"),
    (("revenue by category this month", "what share of the total is each?"), "本月各品类的销售额占比"),
    (("complaints per month this year", "as a rate of orders please"), "今年每个月的投诉率"),
    (("近半年的复购率", "跟再往前的半年比呢"), "近半年的复购率环比"),
]


@pytest.mark.parametrize(("turns", "other"), TURNS)
def test_a_message_that_goes_on(quiet: Assistant, turns: tuple[str, ...], other: str) -> None:
    assert_same_rows(told(quiet, *turns), told(quiet, other))


def test_a_drawing_of_what_was_shown_lists_nobody(quiet: Assistant) -> None:
    """It was a list of all 20,000 customers."""
    thread = quiet.thread(role="ops")
    shown = thread.ask("sales by channel")
    drawn = thread.ask("show those as a pie")
    assert drawn.rows == shown.rows
    assert drawn.chart is not None
    assert drawn.chart.kind == "pie"


ASKED_BACK = [
    (("how many tickets last month", "show them"), "tickets are no people"),
    (("top 10 stores by sales", "list them"), "nor are stores"),
    (("sales of gold members in September", "who are they"), "all of them, or those who bought then?"),
    (
        ("how many people got a wake-up coupon this year?", "and how many of them bought something with it?"),
        "with it is a condition",
    ),
    (("sales by number of orders",), "the number of orders is not passed over"),
    (("上个月新注册的会员有多少", "按注册渠道拆一下", "每个渠道里已经下过单的占多大比例"), "who ordered is not passed over"),
    (("refund rate in September", "how many people is that"), "a rate is of nobody"),
    (("open rate in September, by how we sent them",), "a breakdown by nothing known"),
]


@pytest.mark.parametrize(("turns", "why"), ASKED_BACK)
def test_is_asked_about(quiet: Assistant, turns: tuple[str, ...], why: str) -> None:
    assert told(quiet, *turns)[0] == "clarify", why


PARTS = [
    ("现在流失了多少客户，占总客户的百分之几", "流失客户数"),
    ("沉睡客户的人数和占比", "沉睡客户数"),
    ("How many customers are dormant and what share of all customers is that?", "沉睡客户数"),
    ("number of female members and their share", "女性客户数"),
    ("高价值客户有多少人，占比多少", "高价值客户数"),
]


@pytest.mark.parametrize(("question", "alone"), PARTS)
def test_a_part_is_told_with_its_share(quiet: Assistant, question: str, alone: str) -> None:
    """The number was dropped, and only the share shown."""
    part = number(quiet, alone)
    assert isinstance(part, int)
    assert told(quiet, question)[1] == ((part, pytest.approx(part / 20_000)),)


def test_the_whole_is_told_with_the_share_of_a_part(quiet: Assistant) -> None:
    whole, part = number(quiet, "9月工单数"), number(quiet, "9月投诉量")
    assert isinstance(whole, int)
    assert isinstance(part, int)
    for question in ("上个月来了多少工单，投诉占百分之几", "how many tickets came in last month and what share were complaints"):
        rows = told(quiet, question)[1]
        assert rows == ((whole, pytest.approx(part / whole)),), question
    answer = quiet.thread(role="manager").ask("上个月来了多少工单，投诉占百分之几")
    assert f"{whole}" in answer.text
    assert "其中" in answer.text


def test_a_pie_of_a_part_beside_its_number_is_the_part_and_the_rest(quiet: Assistant) -> None:
    thread = quiet.thread(role="ops")
    ((_, share),) = thread.ask("沉睡客户的人数和占比").rows
    drawn = thread.ask("画成饼图").chart
    assert drawn is not None
    assert drawn.kind == "pie"
    numbers = [float(str(value)) for point in drawn.points for name, value in point.items() if name != "part"]
    assert numbers == pytest.approx([float(str(share)), 1 - float(str(share))])


def test_only_the_share_where_only_that_is_wanted(quiet: Assistant) -> None:
    assert len(told(quiet, "上季度有多少订单是带优惠成交的，给个比例就行")[1][0]) == 1
    assert len(told(quiet, "what share of customers are dormant")[1][0]) == 1


def test_numbers_and_shares_of_groups_are_of_what_is_listed(quiet: Assistant) -> None:
    rows = told(quiet, "各大区沉睡客户的人数和占比")[1]
    assert sum(float(str(share)) for *_, share in rows) == pytest.approx(1)


def test_a_festival_moves_with_its_year(quiet: Assistant, demo: duckdb.DuckDBPyConnection) -> None:
    """Spring Festival 2025 was in January, and in February a year later."""
    sql = "SELECT sum(amount) FROM orders WHERE status = '已完成' AND CAST(order_time AS DATE) BETWEEN ? AND ?"
    spans = (("2026-02-17", "2026-02-23"), ("2025-01-29", "2025-02-04"))
    truth = [demo.execute(sql, span).fetchall()[0][0] for span in spans]
    assert list(told(quiet, "春节销售额 2026年和2025年比")[1][0][:2]) == truth
    assert list(told(quiet, "Spring Festival sales 2026 against 2025")[1][0][:2]) == truth


def test_phone_numbers_of_everybody_are_refused_and_of_some_masked(quiet: Assistant) -> None:
    assert told(quiet, "send me the mobile numbers of all customers in Beijing")[0] == "refused"
    assert told(quiet, "列出北京所有客户的手机号")[0] == "refused"
    rows = told(quiet, "mobile numbers of customers in Beijing")[1]
    assert all("****" in str(phone) for _, phone in rows)


DEFINED = [
    (("客单价和人均消费有什么区别",), "人均消费"),
    (("AOV vs spend per customer, whats the difference",), "spend per customer"),
    (("how many lost customers do we have?", "what exactly do you mean by lost?"), "180 days"),
    (("报表上的折扣率是拿什么除什么",), "折扣率"),
]


@pytest.mark.parametrize(("turns", "word"), DEFINED)
def test_what_is_meant_is_defined(quiet: Assistant, turns: tuple[str, ...], word: str) -> None:
    thread = quiet.thread(role="manager")
    answer = [thread.ask(turn) for turn in turns][-1]
    assert answer.status == "answered"
    assert not answer.rows
    assert word in answer.text


@pytest.mark.parametrize(
    "question", ["first response time by ticket type this month, slowest first", "本月各工单类型首响时长，从慢到快"]
)
def test_the_slowest_takes_longest(quiet: Assistant, question: str) -> None:
    minutes = [float(str(row[1])) for row in told(quiet, question)[1]]
    assert minutes == sorted(minutes, reverse=True)
