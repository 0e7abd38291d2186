"""Kinds that the sixth to eighth round of strangers taught: asides, both sides, people taken out, what is missing, whose time it is."""

from typing import Any

import pytest

from assistant import Assistant
from tests.assistant.planners.test_general_zh import asked, by, days, query

SEPTEMBER = days("2026-09-01", "2026-10-01")
AUGUST = days("2026-08-01", "2026-09-01")


def metrics(found: dict[str, Any]) -> list[str]:
    return [use["metric"] for use in found["metrics"]]


# --- what the asker tells of themselves ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "aside"),
    [
        ("刚开完会老板追着问，上个月销售额多少", "刚开完会老板追着问"),
        ("客服这边问下，上周物流工单每个大区多少张", "客服这边问下"),
        ("要做一波召回，广东的高价值客户有多少", "要做一波召回"),
        ("the cfo wants a memo by noon, sales last month", "the cfo wants a memo by noon"),
        ("quick one before my 9am standup: sales last month", "quick one before my 9am standup"),
    ],
)
def test_an_aside_is_set_aside_and_said(wenke: Assistant, question: str, aside: str) -> None:
    answer = asked(wenke, question)
    assert answer.status == "answered"
    assert f"“{aside}”" in answer.text
    without = asked(wenke, question.replace(aside, ""))
    assert query(answer) == query(without)


@pytest.mark.parametrize(
    "question",
    [
        "上个月销售额，我只要蓝鲸的",
        "我们蓝鲸的，上个月销售额多少",
        "我要蓝鲸，上个月销售额多少",
        "上个月销售额，蓝鲸冰沙",
        "上个月销售额，激活蓝鲸",
        "我是负责华东的，上个月销售额多少",
        "华东这边，刚开完会老板追着问，上个月蓝鲸销售额多少",
        "sales last month, blorp mailing",
        "sales last month, for our flagshipping",
        "sales last month, only blorp ones",
        "蓝鲸老板的上个月销售额",
    ],
)
def test_an_unknown_condition_is_no_aside(wenke: Assistant, question: str) -> None:
    assert asked(wenke, question).status in ("clarify", "refused")


def test_a_time_in_an_aside_counts_unless_the_question_has_its_own(wenke: Assistant) -> None:
    assert asked(wenke, "上周开会老板追着问，销售额多少").status == "clarify"
    assert query(asked(wenke, "明天开会老板追着问，上个月销售额多少"))["period"] == SEPTEMBER


# --- what is pointed at -------------------------------------------------------------------------------------------------------


def test_within_what_was_just_named_points_at_no_answer(wenke: Assistant) -> None:
    first = query(asked(wenke, "金卡及以上里面沉睡的有几个"))
    assert {part["member"] for part in first["where"]["filters"]} == {"member_level", "activity"}
    again = query(asked(wenke, "上个月各渠道销售额", "金卡及以上里面沉睡的有几个"))
    assert again == first


def test_those_people_of_the_same_breath(wenke: Assistant) -> None:
    found = query(asked(wenke, "近180天提过两次及以上工单的这批客户，近一年总共消费了多少"))
    assert metrics(found) == ["sales"]
    assert found["where"]["at_least"] == 2


@pytest.mark.parametrize("question", ["List them with city", "list those, with member level"])
def test_a_list_of_nobody_named_leans_on_nothing(wenke: Assistant, question: str) -> None:
    answer = asked(wenke, question)
    assert answer.status == "clarify"


# --- both sides, and who is taken out -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "question",
    [
        "spend per customer last month, early adopters against non early adopters",
        "early adopters vs everybody else: spend per customer last month",
        "Do early adopters spend more than everybody else? Spend per customer last month, both groups",
    ],
)
def test_both_sides_are_a_breakdown(wenke: Assistant, question: str) -> None:
    found = query(asked(wenke, question))
    assert metrics(found) == ["arpu"]
    assert found["group_by"] == by("early_adopter")
    assert "where" not in found
    assert found["period"] == SEPTEMBER


@pytest.mark.parametrize(
    "question",
    [
        "近90天在天猫买过的客户有多少，剔除在门店买过的",
        "how many customers bought on Tmall in the last 90 days, minus those who bought in a store",
        "how many customers bought on Tmall in the last 90 days, except anyone who bought in a store",
    ],
)
def test_people_are_taken_out_by_what_they_did(wenke: Assistant, question: str) -> None:
    did = {part["where"]["values"][0]: part.get("did", True) for part in query(asked(wenke, question))["where"]["filters"]}
    assert did == {"天猫": True, "门店": False}


def test_bought_before_but_not_lately(wenke: Assistant) -> None:
    parts = query(asked(wenke, "how many customers have bought from us before but not in the last 60 days"))["where"]["filters"]
    assert [(p.get("did", True), p.get("period")) for p in parts] == [(True, None), (False, days("2026-08-21", "2026-10-20"))]


@pytest.mark.parametrize(
    ("question", "op"),
    [
        ("没有偏好渠道的客户有多少", "is null"),
        ("how many customers have no preferred channel", "is null"),
        ("customers by preferred channel, excluding those with no preferred channel", "is not null"),
    ],
)
def test_what_is_missing(wenke: Assistant, question: str, op: str) -> None:
    assert query(asked(wenke, question))["where"] == {"member": "preferred_channel", "op": op}


# --- times ------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "question",
    ["which categories grew fastest from August to September", "从8月到9月销售额涨得最快的品类"],
)
def test_growth_from_one_to_another_compares_the_two(wenke: Assistant, question: str) -> None:
    found = query(asked(wenke, question))
    assert found["period"] == SEPTEMBER
    assert found["compare"] == {"kind": "period", "period": AUGUST}


def test_as_many_days_are_as_many_days(wenke: Assistant) -> None:
    found = query(asked(wenke, "本月到昨天的销售额和上月同样那么多天比"))
    assert found["compare"] == {"kind": "period", "period": days("2026-09-01", "2026-09-20")}


def test_a_split_by_week_from_a_day(wenke: Assistant) -> None:
    found = query(asked(wenke, "sign-ups by week from 1 August onwards"))
    assert found["period"] == days("2026-08-01", "2026-10-20")
    assert found["group_by"][0]["grain"] == "week"


@pytest.mark.parametrize(
    ("first", "then"), [("今年每月新客数", "时间换成去年"), ("new customers by month this year", "change the dates to last year")]
)
def test_the_dates_are_changed(wenke: Assistant, first: str, then: str) -> None:
    found = query(asked(wenke, first, then))
    assert found["period"] == days("2025-01-01", "2026-01-01")
    assert "compare" not in found


def test_a_year_earlier_with_growth_is_compared(wenke: Assistant) -> None:
    found = query(asked(wenke, "sales last month by city", "how was it a year earlier, with growth"))
    assert found["period"] == SEPTEMBER
    assert found["compare"] == {"kind": "same_period_last_year"}


def test_a_correction_of_the_split(wenke: Assistant) -> None:
    found = query(asked(wenke, "sales this year by month", "no no, by week not by month"))
    assert [group["grain"] for group in found["group_by"]] == ["week"]


# --- numbers and shares -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("question", ["how many people older than 60 do we have", "how many customers older than 60"])
def test_older_is_of_age(wenke: Assistant, question: str) -> None:
    where = query(asked(wenke, question))["where"]
    assert (where["member"], where["op"], where["values"]) == ("age", ">", [60])


def test_two_numbers_have_two_measures(wenke: Assistant) -> None:
    parts = query(asked(wenke, "how many customers older than 60 with lifetime spend over 10000"))["where"]["filters"]
    assert {(p["member"], p["values"][0]) for p in parts} == {("age", 60), ("lifetime_spend", 10000)}


@pytest.mark.parametrize(
    "question", ["for each region, what fraction of our members have churned", "what % of members have churned, by region"]
)
def test_a_part_of_each_group(wenke: Assistant, question: str) -> None:
    answer = asked(wenke, question)
    assert query(answer)["share"]["part"]["member"] == "lifecycle"
    assert query(answer)["group_by"] == by("region")
    assert "total" not in answer.text
    assert answer.chart is not None
    assert answer.chart.kind == "bar"  # of each region: they are no parts of one whole

    assert "churned" in (answer.chart.note or "")
    assert any("churned" in column.label for column in answer.columns)


def test_how_a_rate_is_written_is_no_share(wenke: Assistant) -> None:
    assert "share" not in query(asked(wenke, "conversion rate, app vs mini program, last 30 days, as a percentage each"))


def test_examples_limit_nothing(wenke: Assistant) -> None:
    found = query(asked(wenke, "open rate this year by sending channel (sms, wechat and so on)"))
    assert found["group_by"] == by("touch_channel")
    assert "where" not in found


@pytest.mark.parametrize(
    ("question", "metric"),
    [("今年每个月投诉多少件", "complaints"), ("去年买了多少件女装", "units"), ("今年每个月投诉了几次", "complaints")],
)
def test_a_measure_word_is_of_what_was_done(wenke: Assistant, question: str, metric: str) -> None:
    assert metrics(query(asked(wenke, question))) == [metric]


def test_what_they_like_is_no_deed(wenke: Assistant) -> None:
    where = query(asked(wenke, "how many loyal customers prefer buying in store"))["where"]
    assert {part["member"] for part in where["filters"]} == {"loyalty", "preferred_channel"}


def test_a_column_behind_a_list_is_no_count(wenke: Assistant) -> None:
    found = query(asked(wenke, "list gold members in Wuhan with age group and how many orders in the last 90 days"))
    assert found["entity"] == "customer"
    assert len(found["columns"]) == 2


def test_numbers_of_nothing_are_asked_about(wenke: Assistant) -> None:
    assert asked(wenke, "numbers for Shanghai pls").status == "clarify"


@pytest.mark.parametrize("question", ["把他的会员等级改成钻石", "客户 8812 打电话来要升级，帮我把他的会员等级改成钻石"])
def test_a_change_of_one_person_is_refused(wenke: Assistant, question: str) -> None:
    assert asked(wenke, question).status == "refused"


def test_a_day_that_is_none_crashes_nothing(wenke: Assistant) -> None:
    assert asked(wenke, "2月30日1/1的销售额").status == "clarify"


# --- follow-ups and lists -----------------------------------------------------------------------------------------------------------


def test_only_one_of_what_was_shown(wenke: Assistant) -> None:
    found = query(asked(wenke, "今年到现在每个渠道的营收", "只留门店的，按月展开"))
    assert [group.get("grain") for group in found["group_by"]] == ["month"]
    assert (found["where"]["member"], found["where"]["values"]) == ("channel", ["门店"])


def test_one_part_is_split_further(wenke: Assistant) -> None:
    found = query(asked(wenke, "上个月工单按工单类型分", "物流那块再拆到大区"))
    assert found["group_by"] == by("region")
    assert found["where"]["values"] == ["物流"]


def test_only_the_most_keeps_the_condition(wenke: Assistant) -> None:
    found = query(asked(wenke, "高价值客户有多少人", "分到省份看看", "太多了，只留人数最多的五个省"))
    assert found["where"]["values"] == ["高价值"]
    assert found["limit"] == 5


def test_a_list_of_those_with_their_numbers(wenke: Assistant) -> None:
    found = query(asked(wenke, "金卡及以上里面沉睡的有几个", "把这批人拉出来，我还想看每个人末次购买日期跟累计消费金额"))
    assert [column["member"] for column in found["columns"]] == ["last_order_date", "lifetime_spend"]


def test_which_of_those(wenke: Assistant) -> None:
    found = query(asked(wenke, "dormant customers by province", "which 5 of those provinces have the most?"))
    assert (found["limit"], found["group_by"]) == (5, by("province"))


# --- Chinese phrases ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("phrase", ["每段都列上", "都给我摆出来", "做成一张表", "列清楚就行", "一人一行", "去重后"])
def test_phrases_of_showing_carry_nothing(wenke: Assistant, phrase: str) -> None:
    plain = query(asked(wenke, "分年龄段看三季度的好评率"))
    assert query(asked(wenke, f"分年龄段看三季度的好评率，{phrase}")) == plain


@pytest.mark.parametrize(
    ("question", "behaviour"),
    [
        ("三个月没来的会员有多少", "any_event"),
        ("半年没来的老会员有多少", "any_event"),
        ("最近60天一单都没有的会员有多少", "purchase"),
        ("最近60天一单没下的会员有多少", "purchase"),
    ],
)
def test_verbs_that_deny_themselves(wenke: Assistant, question: str, behaviour: str) -> None:
    where = query(asked(wenke, question))["where"]
    parts = where.get("filters", [where])
    assert [(p["behaviour"], p["did"]) for p in parts if "behaviour" in p] == [(behaviour, False)]


def test_a_ranking_of_what_stands_before_its_measure(wenke: Assistant) -> None:
    found = query(asked(wenke, "最近30天门店业绩排名，前8家"))
    assert (found["group_by"], found["limit"]) == (by("store_name"), 8)


def test_what_is_not_meant_is_not_shown(wenke: Assistant) -> None:
    found = query(asked(wenke, "上个月卖得最多的top10单品 看件数不看金额"))
    assert (metrics(found), found["limit"]) == (["units"], 10)


def test_a_name_without_its_year(wenke: Assistant) -> None:
    where = query(asked(wenke, "今年秋日唤醒券各触达渠道的打开率"))["where"]
    assert where["member"] == "campaign_name"
    assert "2026年秋日唤醒券" in where["values"]


def test_a_deed_limits_the_rows_of_the_last_answer(wenke: Assistant) -> None:
    found = query(asked(wenke, "昨天进了多少工单", "前天呢，看投诉"))
    assert (found["where"]["member"], found["where"]["values"]) == ("ticket_type", ["投诉"])


def test_other_rows_than_those_of_the_metric_are_the_metric_of_them(wenke: Assistant) -> None:
    a, b = asked(wenke, "上个月订单数", "退款的呢"), asked(wenke, "上个月退款订单数")
    assert a.status == b.status == "answered"
    assert a.rows == b.rows


def test_what_was_denied_again_has_its_own_object(wenke: Assistant) -> None:
    parts = query(asked(wenke, "2025年买过女装、可今年一件女装都没再买的客户有多少"))["where"]["filters"]
    assert [part["where"]["values"] for part in parts] == [["女装"], ["女装"]]


def test_kinds_named_before_are_no_rank(wenke: Assistant) -> None:
    found = query(asked(wenke, "满减、折扣、新品试用、会员日、唤醒券，今年这五类活动的点击率各自多少"))
    assert found["group_by"] == by("campaign_type")
    assert "limit_per" not in found


@pytest.mark.parametrize("aside", ["排班用", "复盘用的"])
def test_what_it_is_for_is_an_aside(wenke: Assistant, aside: str) -> None:
    answer = asked(wenke, f"{aside}，近两周每天多少张工单")
    assert answer.status == "answered"
    assert query(answer)["group_by"][0]["grain"] == "day"


def test_who_asks_is_an_aside_where_the_question_says_it_again(wenke: Assistant) -> None:
    answer = asked(wenke, "我是做女装采购的，今年女装的商品销售额多少")
    assert "我是做女装采购的" in answer.text
    assert query(answer)["where"]["values"] == ["女装"]


@pytest.mark.parametrize("question", ["which province lost the most customers", "流失客户涨得最快的省份"])
def test_a_change_with_one_side_is_no_number(wenke: Assistant, question: str) -> None:
    answer = asked(wenke, question)
    assert answer.status == "clarify" or "compare" in query(answer)


@pytest.mark.parametrize(
    "question", ["how many customers complained this year but never opened a campaign", "今年投诉过、从没打开过活动的客户有多少"]
)
def test_never_is_at_no_time(wenke: Assistant, question: str) -> None:
    parts = query(asked(wenke, question))["where"]["filters"]
    assert [(p["behaviour"], p.get("period")) for p in parts] == [
        ("complain", days("2026-01-01", "2026-10-20")),
        ("open_touch", None),
    ]
