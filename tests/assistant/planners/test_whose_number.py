"""Whose number it is, and in which time: people who are counted beside a sum, what is said of a whole, a period that moves deeds."""

from typing import Any

import pytest

from assistant import Assistant
from tests.assistant.planners.test_general_zh import asked, by, days, metrics, query

Q3 = days("2026-07-01", "2026-10-01")


@pytest.mark.parametrize(
    "question",
    [
        "how many customers bought in Q3 and how much did they spend?",
        "三季度有多少客户下单，花了多少钱",
        "How many customers bought something in Q3, and what did they spend in total?",
    ],
)
def test_people_who_are_counted_are_those_of_the_verb(wenke: Assistant, question: str) -> None:
    """It was all customers until 2026-11-28: the verb was taken for that of the sum."""
    (row,) = asked(wenke, question).rows
    assert row[0] == asked(wenke, "三季度购买客户数").rows[0][0]
    assert row[1] == asked(wenke, "三季度销售额").rows[0][0]


def test_what_they_spent_is_of_the_time_when_they_bought(wenke: Assistant) -> None:
    found = query(asked(wenke, "近90天投诉过的客户，在这同一段时间里有下单的是多少人，一共花了多少钱"))
    assert found["period"] == days("2026-07-22", "2026-10-20")


@pytest.mark.parametrize(
    ("question", "member"),
    [
        ("For tickets opened in August, what proportion got resolved, broken out by ticket type?", "ticket_type"),
        ("Per member level: of everyone who bought in the last 180 days, which share bought at least twice?", "member_level"),
        ("今年下过单的人里有多少比例投诉过，分会员等级看", "member_level"),
    ],
)
def test_what_is_said_of_a_whole_is_of_each_group(wenke: Assistant, question: str, member: str) -> None:
    """Each group's own part, and not how the part spreads over the groups."""
    answer = asked(wenke, question)
    found = query(answer)
    assert found["group_by"] == by(member)
    assert "part" in found["share"]
    assert sum(row[-1] for row in answer.rows) != pytest.approx(1.0)


def test_the_same_deed_is_counted_in_the_same_time(wenke: Assistant) -> None:
    found = query(asked(wenke, "of everyone who bought this year what share bought at least three times?"))
    assert found["share"]["part"]["period"] == found["where"]["period"]


def test_a_share_of_people_by_the_channel_of_what_they_did_is_asked_about(wenke: Assistant) -> None:
    answer = asked(wenke, "逛了的人里有多大比例会加购?三季度的,APP、小程序、官网分开算")
    assert answer.status == "clarify"


@pytest.mark.parametrize(
    "messages",
    [
        ("how many customers complained", "in Q3?"),
        ("投诉过的客户有多少", "三季度的呢"),
    ],
)
def test_a_period_that_follows_is_when_they_did_it(wenke: Assistant, messages: tuple[str, ...]) -> None:
    """The number stayed that of all time, under the heading of the quarter, until 2026-11-28."""
    found = query(asked(wenke, *messages))
    assert (found["where"]["period"], found.get("period")) == (Q3, None)


def test_a_period_that_limits_nothing_is_asked_about_behind_an_answer_too(wenke: Assistant) -> None:
    answer = asked(wenke, "how many customers by region", "in Q3?")
    assert (answer.status, answer.error_code) == ("clarify", "period-not-used")


def test_groups_are_chosen_by_a_number_that_is_not_shown(wenke: Assistant) -> None:
    answer = asked(wenke, "NPS by store in Q3, only stores with at least 20 survey responses")
    found: dict[str, Any] = query(answer)
    assert found["metrics"] == metrics("nps")
    assert found["where"]["groups"]["having"] == [{"by": "survey_count", "op": ">=", "values": [20.0]}]
    assert "survey responses is at least 20" in answer.text
    assert len(asked(wenke, "survey responses by store in Q3").rows) > len(answer.rows)


@pytest.mark.parametrize(
    ("question", "period"),
    [
        ("I'd like to see this year's 618 day by day, number of orders.", days("2026-06-01", "2026-06-19")),
        ("sales during 618 last year, week by week", days("2025-06-01", "2025-06-19")),
    ],
)
def test_a_festival_by_day_is_no_number_of_days(wenke: Assistant, question: str, period: dict[str, str]) -> None:
    """this year's 618 day by day was the whole year until 2026-11-28."""
    assert query(asked(wenke, question))["period"] == period


@pytest.mark.parametrize(
    ("question", "level"),
    [("二季度投诉过的客户里，三季度又下单的有多少人？", 1), ("今年又下过单的客户有多少", 2)],
)
def test_again_behind_another_deed_is_then(wenke: Assistant, question: str, level: int) -> None:
    found = query(asked(wenke, question))["where"]
    bought = next(part for part in found.get("filters", [found]) if part["behaviour"] == "purchase")
    assert bought.get("at_least", 1) == level


@pytest.mark.parametrize("question", ["列出上个月的投诉客户", "List the customers who complained in September"])
def test_a_list_is_of_people_though_their_number_has_a_name(wenke: Assistant, question: str) -> None:
    assert "metrics" not in query(asked(wenke, question))


def test_a_list_of_those_with_a_complaint_is_no_number(wenke: Assistant) -> None:
    a, b = asked(wenke, "List the customers with a complaint in September"), asked(wenke, "9月投诉过的客户名单")
    assert a.status == b.status == "answered"
    assert a.rows == b.rows


@pytest.mark.parametrize(
    "question",
    [
        "钻石会员里有几成最近半年没下过单？按大区",
        "钻石会员有百分之几投诉过，按大区",
        "今年各大区有多少比例的订单用了优惠",
        "今年销售额里女装占几成，按大区",
        "三季度投诉占工单的比例，各大区分别多少",
    ],
)
def test_a_part_that_is_asked_for_in_chinese_is_of_each_group(wenke: Assistant, question: str) -> None:
    """Each of them was how the part spreads over the regions until 2026-11-28."""
    answer = asked(wenke, question)
    found = query(answer)
    assert (found["group_by"], "part" in found["share"]) == (by("region"), True)
    assert sum(row[-1] for row in answer.rows) != pytest.approx(1.0)


@pytest.mark.parametrize(
    "question",
    ["多少客户上个月打开过短信？其中下单的有几个", "How many customers opened an SMS last month? Of them, how many ordered?"],
)
def test_of_them_asks_for_a_second_number(wenke: Assistant, question: str) -> None:
    answer = asked(wenke, question)
    (rest,) = answer.parts
    assert answer.rows[0][0] > rest.rows[0][0] > 0
