"""What strangers of the ninth session said and was misread, and what was found beside it: each kind next to words that never were."""

import pytest

from assistant.app import Assistant
from tests.assistant.planners.test_read_wrongly_once import assert_same_rows, number, told

SAME = [
    ("5 worst stores, Q3 sales growth QoQ", "the 5 stores whose sales fell most in Q3 against Q2, in percent"),
    ("customers who bought nothing last week but added a product to the cart that week", "上周加过购、上周没下过单的客户"),
    ("how many members made no purchases in August", "8月没下过单的客户有多少"),
    ("members who made no purchase this year but opened an email", "今年没下过单、今年打开过邮件的客户"),
    ("今年没有购买但打开过邮件的会员有多少", "今年没下过单、今年打开过邮件的客户有多少"),
    ("鞋靴今年没买过、女装今年买过的客户有多少", "今年买过女装，没买过鞋靴的客户有多少"),
    ("从1月1号到昨天，有多少客户买了女装，同期却没买鞋靴？", "今年买过女装，没买过鞋靴的客户有多少"),
    (
        "from 1 January to yesterday, how many customers bought women's wear but no shoes in that period",
        "今年买过女装，没买过鞋靴的客户有多少",
    ),
    (
        "average spend over the last 90 days of customers who filed a complaint in those 90 days",
        "近90天投诉过的客户，近90天人均消费",
    ),
    ("customers who complained in the last 60 days and bought in the same 60 days", "近60天投诉过、近60天买过的客户"),
    ("What was the campaign conversion of this year's wake-up coupon sends on each channel?", "今年唤醒券的活动转化率按触达渠道"),
    ("share of satisfied customers per region last quarter, from the surveys", "上季度各大区满意率"),
    ("how much did our flagship stores sell last week", "上周旗舰店的销售额"),
    ("how many at-risk customers like shoes best", "偏好品类是鞋靴的流失风险高的客户有多少"),
    ("how many promo sensitive customers belong to stores in Guangzhou", "门店城市是广州的活动敏感度高的客户有多少"),
    ("what share of orders were refunded last month, for app and Tmall each", "上个月APP和天猫的退款率"),
    ("what share of orders were refunded last month on the app", "上个月APP的退款率"),
    ("what share of tickets were resolved last month in Shanghai", "上个月上海的工单解决率"),
    ("上季度有多少订单是带优惠成交的，给个比例就行", "上季度订单数中有优惠的占多少"),
    ("有多少笔成交单是上个月在天猫、京东以外的渠道下的", "上个月除了天猫和京东的订单数"),
    ("天猫京东先不看，其他几个渠道加起来，9月做成了多少单", "9月除了天猫和京东的订单数"),
    ("近三个月投诉数大于15的省份有哪些，分别多少件", "近三个月投诉量超过15件的省份的投诉量"),
    ("上季度每种类型的门店里，销售额最高的是哪家", "上季度每个门店类型销售额最高的门店"),
    ("上个月业绩最好的5家", "上个月销售额最高的5个门店"),
    ("近三个月女装卖得最多的10款，按件数排", "近三个月女装销量最高的10个商品"),
    ("9月各触点的满意度打分", "9月各触点的满意度"),
    ("今年哪些城市超过2000单了，各是多少", "今年订单数超过2000的城市"),
    ("今年几次唤醒券的打开率各是多少", "今年每场唤醒券的打开率"),
    ("do men or women return more? refund rate this year", "今年男性和女性的退款率，分开看"),
    ("how many Tmall orders in September had a discount of at least 100 yuan", "9月天猫优惠金额不少于100元的订单数"),
    ("上个月哪家卖得最好", "上个月销售额最高的门店"),
    ("9月女装天猫的销售额不如去年吗", "9月女装天猫的销售额同比"),
    ("sales since August started", "sales since 1 August"),
    ("sales over National Day vs the same holiday last year", "国庆销售额同比"),
    ("十一那几天一共卖了多少钱", "国庆销售额"),
    ("上个月各大区首响要多久，慢的放前面", "上个月各大区平均首次响应时长，从高到低"),
    (
        "how many complaints did we get from gold members last month, and what share were resolved",
        "上个月金卡会员工单类型为投诉的工单数和解决率",
    ),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_both_say_the_same(quiet: Assistant, one: str, other: str) -> None:
    assert_same_rows(told(quiet, one), told(quiet, other))


TURNS = [
    (("sales this month vs the same days last year", "only store orders, by store type"), "本月门店渠道的销售额按门店类型，同比"),
    (
        ("how many tickets of each type in September", "could you put the first response time next to those counts?"),
        "9月各工单类型的工单数和平均首次响应时长",
    ),
    (("9月各城市的好评率", "问卷不到20份的城市去掉", "最低的5个给我"), "9月问卷数不少于20份的城市里好评率最低的5个"),
    (("refund rate by city last month", "drop cities with fewer than 50 orders"), "上个月订单数不少于50单的城市的退款率"),
    (("上个月APP的销售额", "小程序和官网也一起列出来"), "上个月APP、小程序、官网的销售额，分开看"),
    (("sales on the app last month", "list the mini program and the website too"), "上个月APP、小程序、官网的销售额，分开看"),
    (("上个月短信、微信各发了多少条", "那发出去的里头，每种有多大比例被打开了"), "上个月短信和微信的打开率，分开看"),
    (("sends by channel last month", "what share of them were opened"), "上个月各触达渠道的打开率"),
    (("高价值客户一共有多少", "把这里面最近一个月没有成交过的客户列出来给我"), "近30天没下过单的高价值客户名单"),
    (("高价值客户一共有多少", "给我个单子"), "高价值客户名单"),
    (("今年每个月的退款率", "加筛选：渠道=天猫，其余不变"), "今年天猫每个月的退款率"),
    (("上周北京王府井旗舰店的销售额", "那家店的客单价"), "上周北京王府井旗舰店的客单价"),
    (("上周华东的销售额", "这个大区的客单价"), "上周华东的客单价"),
    (("国庆期间销售额最高的5个子品类", "去年国庆是哪5个"), "去年国庆销售额最高的5个子品类"),
    (("sales by region this year", "show me the shares"), "今年各大区销售额占比"),
    (("how many at-risk customers do we have?", "only those who like shoes best"), "偏好品类是鞋靴的流失风险高的客户有多少"),
]


@pytest.mark.parametrize(("turns", "other"), TURNS)
def test_a_message_that_goes_on(quiet: Assistant, turns: tuple[str, ...], other: str) -> None:
    assert_same_rows(told(quiet, *turns), told(quiet, other))


ASKED_BACK = [
    (("new customers by city tier this year",), "a city tier is no city"),
    (("上周各门店的销售额", "那家店单独拎出来看看"), "one of many stores, and which is not said"),
    (("上季度每种店里，销售额最高的是哪家",), "each kind is not passed over"),
    (("9月各城市的好评率", "问卷多得离谱的城市去掉", "最低的5个给我"), "the message before was not understood"),
    (("what do gold members like",), "not who they are"),
]


@pytest.mark.parametrize(("turns", "why"), ASKED_BACK)
def test_is_asked_about(quiet: Assistant, turns: tuple[str, ...], why: str) -> None:
    assert told(quiet, *turns)[0] == "clarify", why


def test_a_share_of_completed_orders_is_of_all_orders(quiet: Assistant) -> None:
    """It was 100 %: orders are those that were completed, where nothing else is said."""
    completed, everything = number(quiet, "9月订单数"), number(quiet, "9月全部状态订单数")
    assert number(quiet, "what share of orders were completed in September") == pytest.approx(completed / everything)  # type: ignore[operator]


def test_what_those_people_are_is_the_tag_that_chose_them(quiet: Assistant) -> None:
    thread = quiet.thread(role="ops")
    thread.ask("how many early adopters are there")
    assert "30 days after their launch" in thread.ask("what does that mean exactly?").text


def test_scores_are_read_along_their_scale(quiet: Assistant) -> None:
    answer = quiet.thread(role="ops").ask("how are the 1-5 scores spread in this year's in-store surveys?")
    assert [row[0] for row in answer.rows] == [1, 2, 3, 4, 5]
    assert answer.chart is not None
    assert [str(point["csat_score"]) for point in answer.chart.points] == ["1", "2", "3", "4", "5"]


def test_the_purchases_of_each_are_counted_once(quiet: Assistant) -> None:
    """近一年买过的客户里，买1次的…: who bought is one condition, though it is said of all and of each number."""
    answer = quiet.thread(role="ops").ask("近一年买过的客户里，买1次的多少人、买2次的多少人，这样往下列")
    assert answer.status == "answered"
    assert answer.text.count("有过购买") == 1


def test_messages_that_people_opened_are_counted_and_no_others(quiet: Assistant) -> None:
    """How many messages did gold members open was the number of all that they were sent, and 多少条 was a number of people."""
    sent, opened = number(quiet, "上个月金卡会员的触达人次"), number(quiet, "上个月金卡会员的打开量")
    assert number(quiet, "how many messages did gold members open last month") == opened != sent
    assert number(quiet, "上个月女性会员点开了多少条短信") == number(quiet, "上个月女性会员短信的打开量")
    assert number(quiet, "how many of our messages did women click this year") == number(quiet, "今年女性会员点击的触达人次")
    assert number(quiet, "上个月金卡会员投诉的工单数") == number(quiet, "上个月金卡会员的投诉量")


def test_how_many_people_there_are_with_each_number(quiet: Assistant) -> None:
    rows = told(quiet, "近90天买过东西的人，每个单数各有多少人")[1]
    assert [row[0] for row in rows[:3]] == [1, 2, 3]
    assert sum(int(str(row[1])) for row in rows) == number(quiet, "近90天买过的客户有多少")


def test_a_share_of_each_of_two_is_of_those_that_were_counted(quiet: Assistant) -> None:
    """It was how those who bought split over the two cities."""
    found = told(quiet, "what share of gold members bought in September, in Shanghai and Beijing each")[1]
    rows = {str(row[0]): row[1] for row in found}
    for city in ("上海", "北京"):
        bought, members = number(quiet, f"9月买过的{city}金卡会员有多少"), number(quiet, f"{city}金卡会员有多少")
        assert rows[city] == pytest.approx(bought / members)  # type: ignore[operator]
