"""Kinds that the tenth round of strangers taught: deeds on several occasions, values said first, deeds as nouns, sides of a table."""

from typing import Any

import pytest

from assistant import Assistant
from tests.assistant.planners.test_general_zh import asked, by, days, query

JULY, AUGUST, SEPTEMBER = (days(f"2026-0{m}-01", f"2026-{n}-01") for m, n in ((7, "08"), (8, "09"), (9, "10")))


def deeds(found: dict[str, Any]) -> list[tuple[str, bool, dict[str, str] | None]]:
    where = found["where"]
    return [(p["behaviour"], p.get("did", True), p.get("period")) for p in where.get("filters", [where]) if "behaviour" in p]


# --- when something was done --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("七月八月都买过，九月没买的，几个人", [(True, JULY), (True, AUGUST), (False, SEPTEMBER)]),
        ("7月和8月都买过东西的会员有多少", [(True, JULY), (True, AUGUST)]),
        ("how many customers bought in both July and August", [(True, JULY), (True, AUGUST)]),
        ("7月和8月都没买过的客户有多少", [(False, JULY), (False, AUGUST)]),
        ("连续三个月都下单的客户有几个", [(True, JULY), (True, AUGUST), (True, SEPTEMBER)]),
        ("customers who ordered three months in a row", [(True, JULY), (True, AUGUST), (True, SEPTEMBER)]),
        (
            "customers who shopped in both July and August but not in September",
            [(True, JULY), (True, AUGUST), (False, SEPTEMBER)],
        ),
    ],
)
def test_each_occasion_holds(wenke: Assistant, question: str, expected: list[tuple[bool, dict[str, str]]]) -> None:
    assert [(did, period) for _, did, period in deeds(query(asked(wenke, question)))] == expected


def test_several_times_without_a_word_for_each_are_asked_about(wenke: Assistant) -> None:
    assert asked(wenke, "7月、8月买过的会员有多少").status == "clarify"


def test_a_chinese_time_belongs_to_the_verb_behind_it(wenke: Assistant) -> None:
    assert deeds(query(asked(wenke, "买过女装、上个月没登录的会员有多少"))) == [
        ("purchase", True, None),
        ("login", False, SEPTEMBER),
    ]
    october = days("2026-10-01", "2026-10-20")
    assert deeds(query(asked(wenke, "8月在门店买过、10月没来的客户有多少"))) == [
        ("purchase", True, AUGUST),
        ("any_event", False, october),
    ]


def test_the_time_of_the_later_deed_is_not_lent_back(wenke: Assistant) -> None:
    found = query(asked(wenke, "打开过活动却在10月1号到7号一单都没买的有多少人"))
    assert deeds(found) == [("open_touch", True, None), ("purchase", False, days("2026-10-01", "2026-10-08"))]


# --- values and nouns ---------------------------------------------------------------------------------------------------------


def test_a_value_said_first_is_of_the_deed_that_has_it(wenke: Assistant) -> None:
    parts = query(asked(wenke, "2026年国庆狂欢这个活动，打开过消息却在10月1号到7号一单都没买的，数一下多少人"))["where"][
        "filters"
    ]
    held = {p["behaviour"]: p.get("where", {}).get("values") for p in parts}
    assert held == {"open_touch": ["2026年国庆狂欢"], "purchase": None}


@pytest.mark.parametrize(
    ("question", "metric", "dimension"),
    [
        ("上个月的投诉，各大区分别多少", "complaints", "region"),
        ("第三季度的投诉按渠道占比", "complaints", "ticket_channel"),
        ("9月的退款各渠道占几成", "refunded_orders", "channel"),
        ("上个月各渠道注册了多少", "new_customers", "register_channel"),
    ],
)
def test_a_deed_as_a_noun_is_counted(wenke: Assistant, question: str, metric: str, dimension: str) -> None:
    found = query(asked(wenke, question))
    assert ([use["metric"] for use in found["metrics"]], found["group_by"]) == ([metric], by(dimension))


@pytest.mark.parametrize("question", ["前年男的女的各有多少人买过东西", "how many men in Zhejiang have gone dormant"])
def test_what_people_did_is_no_noun(wenke: Assistant, question: str) -> None:
    assert [use["metric"] for use in query(asked(wenke, question))["metrics"]] == ["customer_count"]


def test_the_last_of_a_list_of_values_is_no_breakdown(wenke: Assistant) -> None:
    found = query(asked(wenke, "第三季度投诉量电话、在线、微信、门店各占几成"))
    assert (found["group_by"], found["where"]["values"]) == (by("ticket_channel"), ["电话", "在线", "微信", "门店"])


def test_a_name_without_its_year_is_no_list(wenke: Assistant) -> None:
    found = query(asked(wenke, "今年春日唤醒券那一波，短信微信邮件推送点击率各是多少"))
    assert found["group_by"] == by("touch_channel")
    assert ["短信", "微信", "邮件", "APP推送"] in [p["values"] for p in found["where"]["filters"]]


def test_complaints_come_in_by_their_own_channel(wenke: Assistant) -> None:
    assert query(asked(wenke, "complaints last week by the channel they came in through"))["group_by"] == by("ticket_channel")
    assert query(asked(wenke, "new members this year by the channel they came in through"))["group_by"] == by("register_channel")


def test_who_of_two_kinds(wenke: Assistant) -> None:
    found = query(asked(wenke, "flagship stores or community stores, who had the bigger average order in Q3"))
    assert (found["group_by"], found["where"]["values"]) == (by("store_type"), ["旗舰店", "社区店"])


def test_the_best_growth_is_one_ranking(wenke: Assistant) -> None:
    found = query(asked(wenke, "Fastest growing brands: 5 with the best sales growth in Q3 over Q3 of last year"))
    assert (found["group_by"], found["limit"], found["order"][0]["part"]) == (by("brand"), 5, "growth")


@pytest.mark.parametrize(
    ("question", "day"),
    [
        ("双十一当天的销售额", "2025-11-11"),
        ("去年双11那天的订单数", "2025-11-11"),
        ("618当天的销售额", "2026-06-18"),
        ("国庆当天的销售额", "2026-10-01"),
    ],
)
def test_the_day_itself_of_a_promotion(wenke: Assistant, question: str, day: str) -> None:
    assert query(asked(wenke, question))["period"]["start"] == day


def test_both_sides_written_as_one_word(wenke: Assistant) -> None:
    assert query(asked(wenke, "各年龄段男女会员人数"))["group_by"] == by("age_group", "gender")


# --- which of them, and what part ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "kind", "limit"),
    [
        ("今年业绩排前五的社区店", "store_name", 5),
        ("Of our member day campaigns in 2026, name the three with the top open rate", "campaign_name", 3),
    ],
)
def test_a_number_of_the_things_that_a_value_is_a_kind_of(wenke: Assistant, question: str, kind: str, limit: int) -> None:
    found = query(asked(wenke, question))
    assert (found["group_by"], found["limit"]) == (by(kind), limit)


@pytest.mark.parametrize(
    "question", ["去年哪个年龄段的人回购率高啊，全列出来我看看", "which city has the highest AOV this year, list them all"]
)
def test_all_of_them_are_wanted(wenke: Assistant, question: str) -> None:
    found = query(asked(wenke, question))
    assert ([order["by"] for order in found["order"]], "limit" in found) == ([found["metrics"][0]["metric"]], False)


def test_the_last_time_is_no_rank(wenke: Assistant) -> None:
    found = query(asked(wenke, "近一年消费满8000、最后一次评价却不满意的，列个表，附等级和消费额"))
    assert {"member": "satisfaction", "op": "=", "values": ["不满意"]} in found["where"]["filters"]
    assert "limit" not in found


def test_people_by_what_they_did_are_nothing_to_define(wenke: Assistant) -> None:
    assert query(asked(wenke, "买过童装的会员都是什么年龄段的"))["group_by"] == by("age_group")


@pytest.mark.parametrize(
    "question",
    [
        "what share of complaints got resolved each month this year",
        "return/exchange tickets: share that got resolved, per month, this year so far",
        "share of women's wear in sales by month this year",
        "每月女装销售额占比，今年",
        "members: share who are women, by level",
    ],
)
def test_a_part_is_of_each_group(wenke: Assistant, question: str) -> None:
    answer = asked(wenke, question)
    assert "part" in query(answer)["share"]
    assert {column.part for column in answer.columns if column.role == "value"} == {"share"}
    told = [word for word in ("合计", "The total is", "向好", "变差", "for the better", "for the worse") if word in answer.text]
    assert told == []  # parts of different wholes add up to nothing, and which way is good is known of the whole alone


# --- how it is to be shown ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "question",
    ["交叉表 行大区 列触点 填近180天的NPS", "NPS as a grid, regions down, touchpoints across, last 180 days"],
)
def test_the_sides_of_a_table(wenke: Assistant, question: str) -> None:
    found = query(asked(wenke, question))
    assert (found["group_by"], "compare" in found) == (by("region", "touchpoint"), False)


@pytest.mark.parametrize(
    "question", ["行放大区，列放季度，格子里填销售额，今年的", "sales this year, quarters as columns and regions as rows"]
)
def test_a_unit_of_time_on_a_side(wenke: Assistant, question: str) -> None:
    groups = query(asked(wenke, question))["group_by"]
    assert {g.get("member") or g.get("grain") for g in groups} == {"region", "quarter"}


def test_a_verb_in_two_parts_leaves_out_what_is_between(wenke: Assistant) -> None:
    found = query(asked(wenke, "number of orders per channel in September", "leave the physical stores out"))
    assert (found["where"]["member"], found["where"]["op"], found["where"]["values"]) == ("channel", "!=", ["门店"])


def test_values_in_brackets_that_go_on_only_illustrate(wenke: Assistant) -> None:
    found = query(asked(wenke, "open rate in September, by how we sent them (sms, push...)"))
    assert (found["group_by"], "where" in found) == (by("touch_channel"), False)


def test_a_breakdown_by_nothing_known_is_asked_about(wenke: Assistant) -> None:
    assert asked(wenke, "open rate in September, by how we sent them").status == "clarify"


@pytest.mark.parametrize(
    "question",
    [
        "customers who used a coupon at least twice but never complained, by age group",
        "customers who used a coupon at least twice and never complained",
    ],
)
def test_what_stands_before_a_denial_is_not_denied(wenke: Assistant, question: str) -> None:
    """It was people who had not complained with a discount twice."""
    denied = [p for p in query(asked(wenke, question)).get("where", {}).get("filters", []) if p.get("did") is False]
    assert asked(wenke, question).status == "clarify" or all("where" not in p and "at_least" not in p for p in denied)


@pytest.mark.parametrize(
    ("question", "attribute"),
    [
        ("customers with no orders in the last 90 days, by region", "orders_90d"),
        ("members with no spend in the last 365 days", "spend_365d"),
    ],
)
def test_no_number_of_something_is_nought(wenke: Assistant, question: str, attribute: str) -> None:
    """Who ordered nothing has 0 orders there; the number is never missing, so "is null" was nobody."""
    answer = asked(wenke, question)
    assert query(answer)["where"] == {"member": attribute, "op": "=", "values": [0]}
    assert answer.rows
