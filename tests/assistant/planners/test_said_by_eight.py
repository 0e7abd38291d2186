"""What eight people say in eight ways: each kind that one of them was misread in, beside the same in words that never were."""

import pytest

from assistant.app import Assistant
from tests.assistant.planners.test_read_wrongly_once import assert_same_rows, number, told

SAME = [
    ("上季度各区投诉最多的城市", "上季度各大区投诉量最高的城市"),
    ("沉睡客户各区人数", "沉睡客户按大区分的人数"),
    ("上季度每个大区里投诉件数最多的是哪个城市，各有多少件", "上季度各大区投诉量最高的城市"),
    ("for each region, the city that has brought in the most new customers this year", "今年各大区新客数最高的城市"),
    ("三季度各大区业绩同比，从差到好排", "三季度各大区销售额同比，按增速从低到高排"),
    ("工单的满意度", "工单满意度"),
    ("上个月门店渠道进来的工单平均多久首次响应", "上个月工单渠道为门店的平均首次响应时长"),
    ("上季度各客服渠道首响中位数", "median first response time by ticket channel last quarter"),
    ("不要平均值，要中位数：上季度每个工单渠道的首次响应时长", "median first response time by ticket channel last quarter"),
    ("9月门店订单金额的平均值与中位数", "9月门店客单价和订单金额中位数"),
    ("今年退款订单数超过10单的门店，并注明各有多少单", "今年退款订单数超过10单的门店"),
    ("今年退款单>10的店 还有退了几单", "今年退款订单数超过10单的门店"),
    ("三季度退款率大于6%的店铺是哪些，分别是百分之几", "三季度退款率高于6%的门店"),
    ("unhappy custs by province only above 40 pls", "不满意客户超过40人的省份"),
    ("women's wear share of Tmall sales this year", "今年天猫销售额里女装占多少"),
    ("app share of orders by region in September", "9月各大区订单数中APP的占比"),
    ("gold members' share of sales by channel this year", "今年各渠道销售额中金卡会员的占比"),
    ("flagship stores as % of total store-channel sales, 2026 Q3", "三季度门店渠道销售额里旗舰店占多少"),
    ("上季度女装占全部品类销售额的多少", "上季度女装占全部销售额的多少"),
    ("orders with a discount in September as a percentage of all orders", "9月订单数中有优惠的占多少"),
    ("active customers in each of the past 12 months", "近12个月每个月的活跃客户数"),
    ("which regions' active customers grew fastest from August to September", "9月各大区活跃客户数环比，按增速从高到低"),
    ("偏好品类=童装 且 流失风险=高，输出客户ID", "偏好品类是童装且流失风险高的客户名单"),
    ("how many high value customers with no tickets ever", "从没提过工单的高价值客户有几个"),
    ("钻石会员里有多少人一份问卷都没做过", "从没填过问卷的钻石会员有几个"),
    ("钻石会员今年消费了，一单也没退过，有多少人", "今年买过且今年没退过款的钻石会员有几个"),
    (
        "are diamond members happier than the regular ones? satisfaction score for both, this year",
        "今年钻石和普通会员的满意度，分开看",
    ),
    ("上个月哪类货退得最凶？把各品类退款率从高到低排一下", "上个月各品类退款率从高到低"),
    ("units by category last month excluding the categories food and home", "上个月各品类销量，不含食品和家居"),
    ("8月份以来每周活跃客户数", "8月以来每周活跃客户数"),
    ("今年那几场唤醒券活动，打开率和转化率分别是多少", "今年每场唤醒券活动的打开率和活动转化率"),
    ("银卡和金卡今年人均花了多少", "今年银卡和金卡的人均消费，分开看"),
    ("近90天消费满3000、但还是普通会员的客户名单", "近90天消费不低于3000的普通会员名单"),
    ("今年有成交订单、今年又没有任何退款订单的钻石会员共多少人", "今年买过且今年没退过款的钻石会员有几个"),
    ("rank this year's wake-up coupon campaigns by campaign conversion rate", "今年每场唤醒券活动的活动转化率"),
    ("北京有几家旗舰店", "北京旗舰店的门店数"),
    ("9月有几场会员日", "9月会员日活动的活动数"),
    ("三季度哪些门店卖了4万以上", "三季度销售额不低于4万的门店"),
    ("which products sold more than 150 units in August", "8月销量超过150件的商品"),
    ("stores that sold for more than 40,000 yuan last quarter, with the amount for each", "三季度销售额超过4万的门店"),
    ("what percentage of our store revenue last quarter came from the flagship stores?", "上季度门店渠道销售额里旗舰店占多少"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_both_say_the_same(quiet: Assistant, one: str, other: str) -> None:
    assert_same_rows(told(quiet, one), told(quiet, other))


TURNS = [
    (("9月各大区销售额", "跟8月比涨跌多少"), "9月各大区销售额环比"),
    (("9月各旗舰店卖了多少", "比8月多了多少"), "9月各旗舰店销售额环比"),
    (("sales by region in Q3", "how much did each grow on Q2"), "sales by region in Q3 compared with Q2"),
    (("sales by region in Q3", "growth on Q2"), "sales by region in Q3 compared with Q2"),
    (("sales by region in Q3", "how much has each grown since Q2"), "sales by region in Q3 compared with Q2"),
    (("华东有哪些标准店", "上季度各区投诉最多的城市"), "上季度各大区投诉量最高的城市"),
    (("9月新增会员有多少", "按注册渠道拆一下人数"), "9月新增会员按注册渠道"),
    (("9月新增会员有多少", "这些人哪来的？每个注册渠道带来多少人"), "9月新增会员按注册渠道"),
    (("高价值客户一共有多少", "会员等级不同的，人数分开列"), "高价值客户按会员等级"),
    (("沉睡客户有多少人", "金卡及以上名单，带城市"), "沉睡的金卡及以上会员名单，带城市"),
    (("沉睡客户有多少人", "里头金卡钻石的 要名单 要城市"), "沉睡的金卡及以上会员名单，带城市"),
    (
        ("how many high-value customers are unhappy?", "customer IDs plus last order date"),
        "不满意的高价值客户名单，带最近一次下单日期",
    ),
    (
        ("how many high-value customers are unhappy?", "can I see these customers one by one, with their last order date?"),
        "不满意的高价值客户名单，带最近一次下单日期",
    ),
    (("dormant customers by member level", "and in % of all members of each level?"), "各会员等级里沉睡客户占多少"),
    (
        ("resolution rate by ticket type in the last 90 days", "could I see the same for customers in South China?"),
        "近90天华南各工单类型的解决率",
    ),
    (
        ("open rate by message channel last quarter", "is it possible to see the click rate together with the open rate?"),
        "上季度各触达渠道的打开率和点击率",
    ),
    (("how many tickets did we get in September?", "only logistics and returns"), "9月物流和退换货工单一共多少"),
    (
        ("how many units did each category sell last month?", "exclude the categories food and home"),
        "上个月各品类销量，不含食品和家居",
    ),
    (("上季度NPS是多少", "再和它前一个季度对比一下"), "上季度NPS环比"),
    (("上季度NPS是多少", "加个q2做对照 看变化"), "上季度NPS环比"),
    (("今年唤醒券活动的转化率", "也看下满减类的活动"), "今年满减活动的转化率"),
    (("上季度满意率是多少", "按客户所在大区分组"), "上季度各大区满意率"),
    (("上季度满意率是多少", "各区呢"), "上季度各大区满意率"),
    (("上个月各渠道的订单数", "那有优惠的单子各渠道是几单"), "上个月有优惠的订单数按渠道"),
    (
        ("do gold or diamond members get more refunds?", "the refund rate of each for last quarter"),
        "上季度金卡和钻石会员的退款率，分开看",
    ),
]


@pytest.mark.parametrize(("turns", "alone"), TURNS)
def test_a_later_message_is_of_what_was_asked_before(quiet: Assistant, turns: tuple[str, ...], alone: str) -> None:
    a, b = told(quiet, *turns), told(quiet, alone)
    assert a[0] == b[0] == "answered"
    assert a[1]
    assert sorted(str(sorted(map(str, row))) for row in a[1]) == sorted(str(sorted(map(str, row))) for row in b[1])


ASKED = [
    "side-by-side of both campaigns, please",
    "我想看这两家门店之间有什么差别，可以吗？",
    "咱们这些会员现在好不好啊",
    "9月各渠道的数据",
]


@pytest.mark.parametrize("question", ASKED)
def test_what_was_never_named_is_asked_about(quiet: Assistant, question: str) -> None:
    assert told(quiet, question)[0] == "clarify"


def test_what_was_sent_is_no_order_to_send(quiet: Assistant) -> None:
    assert told(quiet, "今年给会员发的那些活动，打开率最高的5个")[0] != "refused"


def test_the_others_are_dropped_from_what_was_shown(quiet: Assistant) -> None:
    kept = told(quiet, "sales by region in September", "keep the customers from South China and drop the other regions")
    assert kept[0] != "refused"


def test_a_message_that_leans_and_is_not_read_is_not_answered_for_all(quiet: Assistant) -> None:
    assert number(quiet, "金卡客户有多少") != 0
    assert told(quiet, "沉睡客户有多少人", "人数按天王星分开")[0] == "clarify"


def test_a_message_behind_one_that_was_not_answered_is_not_of_everything(quiet: Assistant) -> None:
    thread = quiet.thread(role="ops")
    assert thread.ask("今年唤醒券发飞了多少条").status == "clarify"
    answer = thread.ask("打开率呢")
    assert (answer.status, answer.error_code) == ("clarify", "after-unanswered")


def test_who_signed_up_is_moved_to_another_time(quiet: Assistant) -> None:
    turns = ("how many people signed up in Q3", "by registration channel", "and in Q2?")
    assert told(quiet, *turns)[1] == told(quiet, "customers who signed up in Q2 by registration channel")[1]
