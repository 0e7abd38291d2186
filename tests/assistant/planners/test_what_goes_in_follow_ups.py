"""What of the last query a follow-up about numbers leaves: the comparison, the growth ranking, the months, the days.

Each next to the question that says the same plainly.
"""

import pytest

from assistant.app import Assistant
from tests.assistant.planners.test_read_wrongly_once import assert_same_rows, told

SAME = [
    # one side of a comparison is spoken of alone
    (("上周有多少投诉", "比前一周多了还是少了", "上周的主要是哪些区域"), "上周各大区的投诉量"),
    (("这个月新增会员跟上月同期比怎么样", "这个月的都是从哪些渠道注册的"), "这个月各注册渠道的新增会员数"),
    (("本月销售额对比上月", "上月的是哪些渠道卖的"), "上月各渠道的销售额"),
    (
        ("complaints this month compared with last month", "which regions are this month's from"),
        "complaints this month by region",
    ),
    # by region alone keeps what it is compared with
    (("上周投诉量环比", "按大区看"), "上周各大区的投诉量环比"),
    # a growth ranking gives way to a plain one of other things
    (
        ("which categories grew fastest last quarter", "top 5 brands in women's wear, same quarter"),
        "top 5 brands in women's wear by sales last quarter",
    ),
    (("which categories grew fastest last quarter", "which sold most"), "which category had the highest sales last quarter"),
    # the two times that were spoken of, and no stretch of two months up to now
    (("8月退款率", "9月呢", "这两个月对比一下"), "9月退款率环比"),
    (("sales in August", "September?", "compare the two months"), "sales in September vs August"),
    (
        ("Q3 sales vs Q2", "South China's tickets by type, same two quarters"),
        "tickets in South China by ticket type, Q3 2026 vs Q2 2026",
    ),
    # all of the time at once
    (("今年每个月拉新多少人", "合起来看，都是从哪个渠道注册的"), "今年各注册渠道的新增会员数"),
    (("今年各月订单数", "全年加起来各渠道多少"), "今年各渠道的订单数"),
    (("今年每月投诉量", "哪个月最高", "加起来各大区多少"), "今年各大区的投诉量"),
    (("今年每个月的销售额", "总共是多少"), "今年的销售额"),
    (("monthly sales this year", "overall, by channel"), "sales this year by channel"),
    (
        ("monthly new members this year", "overall, what share came from the app"),
        "what share of new members this year came from the app",
    ),
    # each day is only one of the two
    (("近30天每天的订单数", "周末和平时差多少"), "近30天的订单数，按周末和平时"),
    # how much of what was shown
    (("上月销售额", "9月各渠道多少"), "9月各渠道的销售额"),
    (("9月退款金额", "8月各品类有多少"), "8月各品类的退款金额"),
    (
        ("gold members by promo sensitivity", "avg basket this year for each of these groups"),
        "avg basket this year of gold members by promo sensitivity",
    ),
]


@pytest.mark.parametrize(("turns", "plain"), SAME)
def test_what_goes_and_what_stays(quiet: Assistant, turns: tuple[str, ...], plain: str) -> None:
    assert_same_rows(told(quiet, *turns), told(quiet, plain))


@pytest.mark.parametrize(
    ("turns", "dimension"),
    [
        (("各大区三季度满意度环比", "哪个大区拖后腿"), "region"),
        (("sales last month vs the month before", "which region dragged it down"), "region"),
        (("sales last month vs the month before", "which channel is behind it"), "channel"),
    ],
)
def test_the_dimension_that_is_asked_about_explains_it(quiet: Assistant, turns: tuple[str, ...], dimension: str) -> None:
    thread = quiet.thread(channel="eval")
    query = [thread.ask(turn) for turn in turns][-1].interpretation.query  # type: ignore[union-attr]
    assert getattr(query, "dimensions", None) == (dimension,)


@pytest.mark.parametrize("turns", [("退款率最高的品类", "为什么"), ("which store has the lowest sales", "why")])
def test_why_without_a_time_asks_for_it(quiet: Assistant, turns: tuple[str, ...]) -> None:
    thread = quiet.thread(channel="eval")
    assert [thread.ask(turn) for turn in turns][-1].error_code == "missing-period"
