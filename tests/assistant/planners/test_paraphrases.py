"""Kinds that paraphrases and two more rounds of strangers taught: the same meaning in other words gives the same query.

Each pair is a question that was given and wrong, or asked back, beside a plain one that was right: the two must be one query.
"""

import pytest

from assistant import Assistant
from tests.assistant.planners.test_general_zh import asked, by, days, query

SAME = [
    # done with each of several: no one row has both
    ("how many customers shopped both on Tmall and in the mini-program this year", "今年既在天猫又在小程序买过的客户数"),
    ("有多少人今年天猫、小程序两边都买过东西", "今年既在天猫又在小程序买过的客户数"),
    ("how many customers bought both in stores and online this year", "今年既在门店又在线上买过的客户数"),
    ("今年在门店买过也在线上买过的客户数", "今年既在门店又在线上买过的客户数"),
    ("APP上买过东西、门店却一次都没买过的客户有几个", "在APP买过但没在门店买过的客户有几个"),
    # one deed in two words
    ("Q3 CSAT of customers who had a logistics ticket created in Q3", "Q3 CSAT of customers who had a logistics ticket in Q3"),
    # a number that parts a verb
    ("近90天下了5单以上的客户数", "近90天购买5次以上的客户数"),
    ("今年只下了一单的客户有多少", "今年只购买过1次的客户有多少"),
    # one thing in place of another
    ("上月NPS问卷回收数", "NPS survey responses last month"),
    # restated
    ("双11期间大家都用什么付款，每种多少单", "双11期间各支付方式的订单数"),
    ("Oct 1 to 7: takings per region", "sales by region from Oct 1 to Oct 7"),
    ("sales between june 1 and 18", "sales from june 1 to june 18"),
    ("members by churn risk, how many at each level", "number of members by churn risk"),
    ("RFM每一层的人数，外加近30天各层的销售额", "近30天各RFM的客户数和销售额"),
    # which of two
    ("9月的转化率，是APP高还是小程序高？", "9月APP和小程序的转化率对比"),
    ("did the app or the mini-program have the better conversion rate last month?", "上月APP和小程序的转化率对比"),
    # who is counted
    ("今年客单价多少？只算点过我们短信活动的那些人", "点过短信活动的客户今年的客单价"),
    ("三季度提过物流工单的那批客户，他们三季度问卷的满意度", "三季度提过物流工单的客户，三季度的满意度"),
    ("customers with a Tmall or JD order in the last 30 days", "customers who bought on Tmall or JD in the last 30 days"),
    # names
    ("9月活跃客户数", "9月的活跃客户数"),
    ("10月1日销售额", "10月1日的销售额"),
    ("Q3GMV", "Q3的GMV"),
    ("三季度每周活跃客户数", "三季度每周的活跃客户数"),
    # order and shares
    ("3 brands with the worst QoQ fall in sales last quarter", "上季度销售额环比跌得最狠的3个品牌"),
    ("a pie chart of this year's sales across channels", "share of this year's sales by channel, as a pie chart"),
    ("每个大区的客户里头，有百分之几属于流失客户", "各大区流失客户占比"),
    ("7月到9月各卖了多少", "7月到9月每月的销售额"),
    ("customers whose preferred channel is store", "customers whose preferred channel is physical store"),
]


@pytest.mark.parametrize(("question", "plain"), SAME)
def test_the_same_in_other_words(wenke: Assistant, question: str, plain: str) -> None:
    assert query(asked(wenke, question)) == query(asked(wenke, plain)) != {}


@pytest.mark.parametrize(
    ("messages", "plain"),
    [
        (("上月各大区销售额", "把大区换成渠道"), "上月各渠道销售额"),
        (("上月各大区销售额", "那渠道呢"), "上月各渠道销售额"),
        (("上月华东销售额", "把华东换成华南"), "上月华南销售额"),
        (("orders by channel last month", "sales instead of orders"), "sales by channel last month"),
        (("orders by channel last month", "by category instead of by channel"), "orders by category last month"),
        (("上月各大区销售额", "看件数不看金额"), "上月各大区销量"),
        (("上个月GMV按渠道拆", "已退款的单子不算"), "上个月未退款订单的GMV按渠道拆"),
        (("sales by region in Q2", "with Q1 beside it and the change"), "sales by region in Q2 compared with Q1"),
        (("sales by channel last month", "drop JD"), "sales by channel last month excluding JD"),
        (("今年618的GMV是多少", "跟去年618比呢", "国庆也这么比一下"), "今年国庆的GMV同比"),
    ],
)
def test_the_same_in_a_conversation(wenke: Assistant, messages: tuple[str, ...], plain: str) -> None:
    assert query(asked(wenke, *messages)) == query(asked(wenke, plain)) != {}


def test_a_list_gets_shorter_by_those_who_are_taken_out(wenke: Assistant) -> None:
    where = query(asked(wenke, "dormant customers list", "remove everyone who churned"))["where"]
    assert {(f["member"], f["op"]) for f in where["filters"]} == {("activity", "="), ("lifecycle", "!=")}
    where = query(asked(wenke, "dormant customers list", "drop everyone who hasn't spent over 3000 in total"))["where"]
    assert {(f["member"], f["op"]) for f in where["filters"]} == {("activity", "="), ("lifetime_spend", ">")}
    where = query(asked(wenke, "高价值客户名单", "把近30天买过的剔除"))["where"]
    assert [f.get("did") for f in where["filters"] if "behaviour" in f] == [False]


@pytest.mark.parametrize(
    "message",
    [
        "bump everyone in east china to gold",
        "get rid of all the dormant customers in the database",
        "沉睡的客户都从系统里清掉吧",
        "这批客户帮我全部调成金卡",
        "往订单表里加一条测试数据",
        "drop JD",
    ],
)
def test_orders_to_change_are_refused_however_they_are_said(wenke: Assistant, message: str) -> None:
    assert asked(wenke, message).error_code == "refuse-write"


@pytest.mark.parametrize("message", ["remove everyone who churned from the database", "drop table orders"])
def test_behind_a_result_too(wenke: Assistant, message: str) -> None:
    assert asked(wenke, "dormant customers list", message).error_code == "refuse-write"


@pytest.mark.parametrize(
    "question",
    [
        "Send me the ten products with the highest sales last month",
        "which buyers ordered again last month and order most",
        "for the forecast call: revenue last month by region",
    ],
)
def test_these_are_no_orders(wenke: Assistant, question: str) -> None:
    assert asked(wenke, question).status != "refused"


def test_what_goes_on_from_an_unread_limit_is_asked_about(wenke: Assistant) -> None:
    answer = asked(wenke, "流失风险高的客户有多少", "其中爱蓝鲸的呢", "按偏好渠道拆一下")
    assert (answer.status, answer.error_code) == ("clarify", "after-unanswered")
    assert "其中爱蓝鲸的呢" in answer.text
    assert query(asked(wenke, "流失风险高的客户有多少", "蓝鲸客户有多少", "按偏好渠道拆一下")) != {}, (
        "another question limits nothing"
    )


@pytest.mark.parametrize(
    ("question", "member"),
    [("campaign sales last month", "campaign_name")],
)
def test_some_of_the_rows_are_not_all_of_them(wenke: Assistant, question: str, member: str) -> None:
    """A noun that only some of a metric's rows have was passed over, and the total given."""
    assert query(asked(wenke, question))["where"] == {"member": member, "op": "is not null"}


@pytest.mark.parametrize(
    "question",
    [
        "上月线上的NPS",
        "上月各支付方式的满意度",
        "上月各是否打开的满意率",
        "今年大家用各种方式付款，对应的客单价分别是多少",
        "customers whose preferred channel is Paris",
    ],
)
def test_what_does_not_fit_is_never_cut_into_words_that_do(wenke: Assistant, question: str) -> None:
    """线上 became 线 and 上, 支付方式 became 支付 and 方式, and the rest was answered."""
    assert asked(wenke, question).status == "clarify"


def test_the_words_of_a_metric_come_before_another_ones_plural(wenke: Assistant) -> None:
    assert query(asked(wenke, "conversions last month"))["metrics"] == [{"metric": "converted_touches"}]
    assert query(asked(wenke, "refunded orders last 30 days"))["metrics"] == [{"metric": "refunded_orders"}]


def test_each_of_the_things_of_a_kind(wenke: Assistant) -> None:
    found = query(asked(wenke, "去年各场会员日的活动转化率"))
    assert found["group_by"] == by("campaign_name")
    assert found["period"] == days("2025-01-01", "2026-01-01")


def test_a_week_is_the_weekend_that_is_over(wenke: Assistant) -> None:
    assert query(asked(wenke, "刚过去的这个周末卖了多少钱"))["period"] == days("2026-10-17", "2026-10-19")


def test_as_many_as_before(wenke: Assistant) -> None:
    plain = query(asked(wenke, "active users in the last 30 days compared with the previous 30 days"))
    assert query(asked(wenke, "active users: past 30 days against the previous 30")) == plain != {}
