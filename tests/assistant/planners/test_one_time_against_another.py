"""One time against another: which of the two had more, unit by unit, and what follows on such a question.

Each next to the question that says the same plainly.
"""

import pytest

from assistant.app import Assistant
from tests.assistant.planners.test_read_wrongly_once import told

SAME = [
    # which of two times: they are compared, and no things are ranked
    (("9月和8月哪个月订单多",), ("9月的订单数，和8月比",)),
    (("8月和9月比哪个月客单价高",), ("9月的客单价，和8月比",)),
    (("which month had more orders, August or September?",), ("orders in September compared with August",)),
    (("which sold more last year, 618 or Double 11?",), ("sales in Double 11 last year compared with 618 last year",)),
    (("did we sell more in September or in August?",), ("sales in September compared with August",)),
    # day by day with the days of the other week, and not each day with the one before it
    (
        ("sales by day last week compared with the week before",),
        ("sales by day from 12 to 18 October, compared with 5 to 11 October",),
    ),
    (("最近7天每天的活跃客户数，和前7天比",), ("10月13日到10月19日每天的活跃客户数，和10月6日到10月12日比",)),
    (("最近7天每天的活跃客户数", "和前7天比"), ("10月13日到10月19日每天的活跃客户数，和10月6日到10月12日比",)),
    # a time that does not go on: and on how many
    (("total discount in Q3 and on how many orders",), ("total discount and orders in Q3",)),
]


@pytest.mark.parametrize(("said", "plain"), SAME)
def test_other_words_say_the_same(quiet: Assistant, said: tuple[str, ...], plain: tuple[str, ...]) -> None:
    status, rows = told(quiet, *said)
    assert (status, rows) == told(quiet, *plain)
    assert status == "answered"


@pytest.mark.parametrize("question", ["去年双11和618哪个卖得多", "今年618和去年双11哪个订单多"])
def test_days_of_two_occasions_are_two_numbers(quiet: Assistant, question: str) -> None:
    status, rows = told(quiet, question)
    assert status == "answered"
    assert [len(row) for row in rows] == [2]


def test_each_month_is_still_compared_with_the_one_before(quiet: Assistant) -> None:
    rows = told(quiet, "今年每月销售额环比")[1]
    assert [row[2] for row in rows[1:9]] == [
        row[1] for row in rows[:8]
    ]  # October, which still runs, is compared with as many days


@pytest.mark.parametrize(
    "question", ["sales last week and the one before", "orders on the last Double 11 and the one before that"]
)
def test_the_one_before_is_not_passed_over(quiet: Assistant, question: str) -> None:
    assert told(quiet, question)[0] == "clarify"


def test_scores_in_front_of_a_month_are_no_days_of_it(quiet: Assistant) -> None:
    """It was how many were between 1 and 3 on the fifth, against the fourth."""
    status, rows = told(quiet, "how many surveys gave us 1, 2, 3, 4 and 5 last month?")
    assert status == "answered"
    assert [row[0] for row in rows] == [1, 2, 3, 4, 5]
    assert len(told(quiet, "sales on 4 and 5 last month")[1][0]) == 3
