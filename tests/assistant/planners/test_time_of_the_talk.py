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
    # the weekend of the week that is spoken of
    (("上周三订单数", "上周四呢", "周末呢"), "10月17日至10月18日订单数"),
    (("昨天订单数", "周末呢"), "10月17日至10月18日订单数"),
    (("上周一销售额", "工作日呢"), "10月12日至10月16日销售额"),
    (("orders last Wednesday", "on weekends?"), "orders from 2026-10-17 to 2026-10-18"),
    (("今年订单数", "周末呢"), "今年周末的订单数"),
    # when they joined, which is no time of what is measured
    (("金卡客户今年的客单价", "今年注册的呢"), "今年注册的金卡客户今年的客单价"),
    (("AOV of gold members this year", "registered this year?"), "AOV this year of gold members who registered this year"),
    (("AOV of gold members this year", "those who registered this year?"), "AOV this year of gold members who registered this year"),
    (("各注册渠道客户的客单价", "复购率呢", "只看今年注册的"), "今年注册的客户的复购率按注册渠道"),
    (("9月新客多少", "8月注册的呢"), "8月新客数"),
    # where the customers live, and not the stores
    (("华东门店销售额今年", "华南客户呢"), "今年华南客户的销售额"),
    (("上海门店上个月销售额", "上海客户呢"), "上个月上海客户的销售额"),
    (("华东门店销售额今年", "华南呢"), "今年华南门店销售额"),
    (("sales of Shanghai stores last month", "and Shanghai customers?"), "sales of customers in Shanghai last month"),
    (("6月销售额", "下个月呢"), "7月销售额"),
    (("sales in June", "next month?"), "sales in July"),
    # another number beside the one that was shown, and as a ratio to what is named behind per
    (("GMV上个月", "和销售额差多少"), "上个月GMV和销售额"),
    (("sales last month", "how does it compare with GMV"), "sales and GMV last month"),
    (("orders by channel last month", "per customer"), "orders per buyer by channel last month"),
    (("sales by store type last month", "per order"), "AOV by store type last month"),
    (("各渠道9月订单数", "每个客户呢"), "9月各渠道人均订单数"),
    # the last two answers together
    (("APP上个月的活跃用户", "小程序呢", "合起来呢"), "上个月APP和小程序的活跃用户"),
    (("app and mini-program active users last month", "combined?"), "app and mini-program active users last month"),
    (("8月订单数", "9月呢", "一共多少"), "8月1日至9月30日订单数"),
    (("sales in East China last month", "South China?", "in total?"), "sales in East China and South China last month"),
    (("各渠道上个月销售额", "合计呢"), "上个月销售额"),
    (("8月订单数", "9月呢", "变化多少"), "9月订单数和8月比"),
    (("orders in September", "August?", "how much did it change"), "orders in September vs August"),
    (("8月订单数", "变化多少"), "8月订单数环比"),
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


@pytest.mark.parametrize(
    ("turns", "current", "previous"),
    [
        (("本月复购率", "上个月呢", "为什么降了"), "本月复购率", "上个月复购率"),
        (("NPS this quarter", "last quarter?", "why the change"), "NPS this quarter", "NPS last quarter"),
        (("6月销售额", "9月呢", "为什么"), "9月销售额", "6月销售额"),
        (("上季度NPS", "这季度呢", "变化了多少"), "这季度NPS", "上季度NPS"),
    ],
)
def test_it_is_of_the_two_that_were_seen(quiet: Assistant, turns: tuple[str, ...], current: str, previous: str) -> None:
    """It was the one before the last, whichever had been seen."""
    status, rows = told(quiet, *turns)
    assert status == "answered"
    assert rows[0][:2] == (told(quiet, current)[1][0][0], told(quiet, previous)[1][0][0])


@pytest.mark.parametrize(
    "turns",
    [
        ("华东本月销售额", "华南呢", "为什么差这么多"),  # it was why the sum of both had grown
        ("sales in East China last month", "South China?", "why the gap"),
        ("为什么9月华东比华南卖得多",),
        ("6月销售额", "9月呢", "合起来呢"),  # two stretches
        ("GMV上个月", "和销售额差多少", "为什么"),  # it was why sales had grown
        ("sessions last week", "by channel", "per user"),  # it was how many users there are
    ],
)
def test_is_asked_about(quiet: Assistant, turns: tuple[str, ...]) -> None:
    assert told(quiet, *turns)[0] == "clarify"


def test_per_order_is_of_the_same_five(quiet: Assistant) -> None:
    """It was how many orders there were, nowhere in particular."""
    five = told(quiet, "complaints by city this year", "top 5")[1]
    rates = told(quiet, "complaints by city this year", "top 5", "per order")[1]
    every = {row[0]: row[1] for row in told(quiet, "complaint rate by city this year")[1]}
    assert {row[0]: row[1] for row in rates} == {row[0]: every[row[0]] for row in five}
