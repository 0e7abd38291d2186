"""Kinds that the tenth round of strangers taught: what is said twice, what a list is for, lists of those counted before."""

import pytest

from assistant import Assistant
from tests.assistant.planners.test_general_zh import asked, by, days, query
from tests.assistant.planners.test_strangers import metrics


@pytest.mark.parametrize(
    ("question", "plain"),
    [
        ("9月的转化率、加购率、活跃客户数，三个数麻烦一起给", "9月的转化率、加购率、活跃客户数"),
        ("近90天提过物流工单的客户，同样这90天的销售额多少", "近90天提过物流工单的客户，近90天的销售额多少"),
        ("今年打的NPS各大区怎么样", "今年各大区NPS怎么样"),
        ("average first reply time yesterday in minutes", "average first reply time yesterday"),
        ("9月各大区首响时长，单位分钟", "9月各大区首响时长"),
    ],
)
def test_what_is_said_again_changes_nothing(wenke: Assistant, question: str, plain: str) -> None:
    assert query(asked(wenke, question)) == query(asked(wenke, plain)) != {}


@pytest.mark.parametrize("question", ["9月的转化率、加购率，三个数", "近90天的销售额，同样这60天"])
def test_what_says_something_else_is_asked_about(wenke: Assistant, question: str) -> None:
    assert asked(wenke, question).status == "clarify"


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("need a list for the beauty launch: early adopters whose favourite category is beauty", "for the beauty launch"),
        ("要投一批券：华东的、爱用优惠券的、近30天没成交的，给客户ID就行", "要投一批券"),
    ],
)
def test_what_a_list_is_for_is_set_aside_and_said(wenke: Assistant, question: str, told: str) -> None:
    answer = asked(wenke, question)
    assert answer.status == "answered"
    assert f"“{told}”" in answer.text


@pytest.mark.parametrize(
    "question",
    [
        "for the zorp people: sales last month",
        "for the Bluewhale brand: sales last month",
        "sales last month for zorp: by region",
        "list for gold zorps: early adopters",
        "is zorp doing well? sales last month",
        "Did zorp customers spend more? sales last month by level",
        "我要蓝鲸：上个月销售额",
        "要蓝鲸的：上个月销售额",
        "为了蓝鲸：上个月销售额",
        "想要蓝鲸冰沙：各大区销售额",
        "蓝鲸卖得怎么样？上个月销售额",
    ],
)
def test_an_unknown_condition_in_front_is_asked_about(wenke: Assistant, question: str) -> None:
    assert asked(wenke, question).status == "clarify"


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("近半年买过美妆的女会员有多少个", "名单给我 带城市跟最近一年消费金额，花钱多的在上面"),
        ("近半年买过美妆的女会员有多少个", "列出来，带上城市和最近一年花了多少，花得多的排前面"),
        (
            "how many diamond members do we have in Chengdu",
            "give me the list with city and spend in the last 365 days, highest first",
        ),
    ],
)
def test_a_list_of_nobody_in_particular_is_of_those_before(wenke: Assistant, first: str, then: str) -> None:
    counted, found = query(asked(wenke, first)), query(asked(wenke, first, then))
    assert found["where"] == counted["where"]
    assert [c["member"] for c in found["columns"]] == ["city", "spend_365d"]
    assert found["order"][0]["by"] == "spend_365d"


def test_a_list_of_something_else_is_a_new_question(wenke: Assistant) -> None:
    assert query(asked(wenke, "有多少钻石会员", "列出上个月销售额前10的商品"))["limit"] == 10


@pytest.mark.parametrize("then", ["打开率也一并带上", "open rate 也带上", "再带上打开率"])
def test_what_is_shown_as_well_stays_beside(wenke: Assistant, then: str) -> None:
    found = query(asked(wenke, "今年以来各类活动的活动转化率", then))
    assert (metrics(found), found["group_by"]) == (["campaign_conversion", "open_rate"], by("campaign_type"))


def test_only_for_some_rows_keeps_the_metric(wenke: Assistant) -> None:
    found = query(asked(wenke, "satisfied share by region, last quarter", "and just for app surveys"))
    assert (metrics(found), found["where"]["values"], found["period"]) == (
        ["satisfied_share"],
        ["APP"],
        days("2026-07-01", "2026-10-01"),
    )


def test_a_part_of_a_private_word_is_not_the_word() -> None:
    wenke = Assistant.open()
    try:
        assert wenke.thread("manager").ask("投诉过的客户微信号都拉给我").status == "refused"
    finally:
        wenke.close()


@pytest.mark.parametrize(
    "question", ["生命周期里的衰退是按什么标准划的", "高价值客户是凭什么条件判定的", "衰退客户到底怎么给界定出来的"]
)
def test_how_something_is_decided_is_its_definition(wenke: Assistant, question: str) -> None:
    answer = asked(wenke, question)
    assert answer.status == "answered"
    assert "近90天没有已完成订单" in answer.text or "近365天消费不低于5000元" in answer.text
