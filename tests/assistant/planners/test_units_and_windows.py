"""Growth unit by unit, the unit before another one, and windows that belong to something: numbers against the plain question that
means the same, or against SQL where both could be wrong together.
"""

import duckdb
import pytest

from assistant.app import Assistant
from tests.assistant.planners.test_read_wrongly_once import assert_is_that_of, assert_same_rows, told

SAME = [
    # growth unit by unit is each one with the one before it, and no row of levels
    ("monthly growth rate of orders this year", "今年每月订单数的环比增长率"),
    ("今年销售额月度增长率", "今年每月销售额的环比增长率"),
    ("今年各月新客增长了多少", "今年每月新客数的环比增长率"),
    ("sales growth by month this year", "monthly sales this year, month over month growth"),
    ("销售额月度增长率", "今年每月销售额的环比增长率"),
    ("每月销售额环比增长率", "今年每月销售额的环比增长率"),
    ("quarterly growth rate of sales", "2025年1月1日到2026年10月19日每季度销售额的环比增长率"),
    ("今年销售额增长趋势按月", "今年每月销售额"),
    # the unit before the one that is named
    ("上周的前一周的销售额", "上上周的销售额"),
    ("上个月的前一个月销售额", "8月的销售额"),
    ("上上个月的前一个月的订单数", "7月的订单数"),
    ("上个月的上个月订单数", "8月的订单数"),
    ("前一个季度的前一季度销售额", "Q2销售额"),
    ("9月的前一个月客单价", "8月客单价"),
    ("去年的前一年销售额", "2024年销售额"),
    ("8月的后一个月销售额", "9月销售额"),
    ("近30天的前30天销售额", "2026年8月21日到9月19日销售额"),
    ("sales for the month before last month", "sales in August"),
    ("去年前三个月销售额", "2025年1月到3月销售额"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_both_say_the_same(quiet: Assistant, one: str, other: str) -> None:
    assert_same_rows(told(quiet, one), told(quiet, other))


ASKED = [
    "今年各大区销售额增长额最高的是哪个",  # growth is ranked by its rate
    "which region grew most in yuan this year",
]


@pytest.mark.parametrize("question", ASKED)
def test_what_no_query_says_is_asked_about(quiet: Assistant, question: str) -> None:
    assert told(quiet, question)[0] == "clarify"
