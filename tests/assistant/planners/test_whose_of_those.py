"""Rows that are somebody's, and things that are somewhere: 9月的订单里有多少是女客户下的, 上海哪家店.

Each next to the question that says the same plainly.
"""

import pytest

from assistant.app import Assistant
from tests.assistant.planners.test_read_wrongly_once import told

SAME = [
    # nouns beside each other are numbers, each of them
    ("9月各渠道的订单和消费", "9月各渠道的订单数和销售额"),
    ("各大区的订单、消费和投诉，9月", "9月各大区的订单数、销售额和投诉量"),
    # the stretch that was named before, and not the half of the year that runs
    ("近半年投诉过的客户，这半年一共花了多少钱", "近半年投诉过的客户，近半年的销售额"),
    # those that did worse
    ("9月有哪些省的销售额还不如去年同期", "9月销售额比去年同期下降的省有哪些"),
    # the money of those rows
    ("total amount of refunded orders last month", "refund amount last month"),
    ("what was the total amount of orders last week", "sales last week"),
    # what is scored, and no mean of each score
    (
        "how many surveys gave us 1, 2, 3, 4 and 5 on satisfaction last month?",
        "number of survey responses by csat rating last month",
    ),
    # the rows in front are counted, and not the people behind
    ("9月的订单里有多少是女客户下的", "9月女客户的订单数"),
    ("9月的订单里有多少是新客下的", "9月生命周期为新客的订单数"),
    ("今年的投诉里有多少是钻石会员提的", "今年钻石会员的投诉量"),
    ("上个月的工单有多少是华东客户提的", "上个月华东客户的工单数"),
    # where the shops are, and not where the customers live
    ("上海哪家店同比跌得最多", "门店城市为上海的门店里，同比跌得最多的是哪家"),
    ("上海哪几家门店卖得最好，9月", "9月上海各门店的销售额，从高到低"),
]


@pytest.mark.parametrize(("said", "plain"), SAME)
def test_other_words_say_the_same(quiet: Assistant, said: str, plain: str) -> None:
    status, rows = told(quiet, said)
    assert (status, rows) == told(quiet, plain)
    assert status == "answered"


def test_a_pace_is_not_passed_over(quiet: Assistant) -> None:
    assert told(quiet, "10月到现在卖了多少，按这个速度")[0] == "clarify"


def test_a_column_that_is_added_adds_no_value(quiet: Assistant) -> None:
    """换成华南 takes the place of 华东, though 也 says that a column comes too."""
    said = told(quiet, "华东的金卡客户名单", "换成华南，同意营销的出个名单，最后下单日期也带上")
    assert said == told(quiet, "华南、同意营销的金卡客户名单，带上最后下单日期")
    assert said[0] == "answered"


def test_who_has_both_is_a_condition(quiet: Assistant) -> None:
    assert told(quiet, "订单和退款都有的客户") == told(quiet, "下过单也退过款的客户名单")


def test_where_the_problem_lies_is_asked_of_a_change(quiet: Assistant) -> None:
    answer = quiet.ask("三季度满意度比二季度掉了，到底是哪块出的问题", role="ops")
    assert answer.status == "answered"
    assert "华南" in answer.text


@pytest.mark.parametrize(
    "question", ["how does a customer get tagged as high value?", "when does a member get flagged as dormant"]
)
def test_how_people_get_a_tag_is_its_definition(quiet: Assistant, question: str) -> None:
    status, rows = told(quiet, question)
    assert (status, rows) == ("answered", ())
