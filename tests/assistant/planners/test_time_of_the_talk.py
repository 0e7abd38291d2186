"""What a message is of in this conversation: the year and the festival spoken of, the two values just seen, whose number it was.

Each next to SQL, or to the plain question that means the same. Threads: what a message goes on from.
"""

import pytest

from assistant.app import Assistant
from tests.assistant.planners.test_read_wrongly_once import assert_same_rows, told

OTHER_WORDS = [
    # the year that was said is that of a bare month, quarter, festival behind it
    (("去年8月销售额多少", "9月呢"), "2025年9月销售额"),
    (("去年8月销售额多少", "9月呢", "6月呢"), "2025年6月销售额"),
    (("2025年Q1订单数", "Q2呢", "上半年呢"), "2025年上半年订单数"),
    (("sales in March 2025", "and April?"), "sales in April 2025"),
    (("2025 Q3 orders", "Q4?"), "orders in Q4 2025"),
    (("去年国庆销售额", "五一呢"), "2025年五一销售额"),
    (("双十一销售额去年", "618呢"), "2025年618销售额"),
    (("2025年销售额", "8月呢", "各渠道呢"), "2025年8月各渠道销售额"),
    (("去年8月投诉过的客户有多少", "9月呢"), "2025年9月投诉过的客户有多少"),
    (("去年8月注册的客户有多少", "9月呢"), "2025年9月注册的客户有多少"),
    # and not where no year was said
    (("双十一销售额", "618呢"), "2026年618销售额"),
    (("12月销售额", "9月呢"), "2026年9月销售额"),
    (("8月销售额", "去年呢", "9月呢"), "2026年9月销售额"),
    # another year of what was spoken of, festivals on the days that they have there
    (("前年双十一GMV", "去年呢"), "2025年双十一GMV"),
    (("Singles Day 2024 revenue", "2025?"), "Singles Day 2025 revenue"),
    (("national day sales last year", "this year?"), "national day sales 2026"),
    (("去年双十一卖了多少", "618呢", "今年的呢"), "2026年618销售额"),
    (("春节销售额", "去年呢", "前年呢"), "2024年春节销售额"),
    (("去年8月销售额", "今年呢"), "2026年8月销售额"),
    # the week, the month before what is spoken of
    (("双十一销售额去年", "前一周呢"), "2025年10月25日至10月31日销售额"),
    (("national day sales last year", "previous week?"), "sales from 2025-09-24 to 2025-09-30"),
    (("本月销售额", "前一个月呢"), "9月销售额"),
    (("8月注册的客户有多少", "前一个月呢"), "7月注册的客户有多少"),
    (("上个月新客里有多少人下过单", "占比呢", "前一个月呢"), "8月注册的客户中下过单的占多少"),
    (("近7天销售额", "前一周呢"), "10月6日至10月12日销售额"),
]  # fmt: skip


@pytest.mark.parametrize(("turns", "other"), OTHER_WORDS)
def test_it_is_read_like_the_other_words_for_it(quiet: Assistant, turns: tuple[str, ...], other: str) -> None:
    assert_same_rows(told(quiet, *turns), told(quiet, other))


def test_a_festival_that_is_to_come_has_no_data_yet(quiet: Assistant) -> None:
    """It was all of the year so far."""
    assert told(quiet, "去年双十一销售额", "今年呢") == ("answered", ())


def test_what_it_is_compared_with_lies_in_that_year_too(quiet: Assistant) -> None:
    """It was this September."""
    august, september = told(quiet, "2025年8月销售额")[1][0][0], told(quiet, "2025年9月销售额")[1][0][0]
    assert told(quiet, "去年8月销售额", "和9月比")[1][0][:2] == (august, september)
