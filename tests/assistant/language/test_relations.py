"""Grains and comparators, and how they share the words of a question with its periods."""

from datetime import date, timedelta

import pytest

from assistant.language.calendar import Calendar, Shift
from assistant.language.text import normalise
from assistant.language.time_relations import Times, comparison_period, find_comparators, find_grains, read_times
from semantic_layer.query import Grain

CALENDAR = Calendar(date(2026, 10, 20))


def times(text: str) -> Times:
    return read_times(normalise(text), CALENDAR)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("近一周每天的订单数", ["day"]),
        ("8月每周的工单量趋势", ["week"]),
        ("今年每个月的销售额走势", ["month"]),
        ("各季度的复购率", ["quarter"]),
        ("逐月看", ["month"]),
        ("按月看", ["month"]),
        ("按季度", ["quarter"]),
        ("分月销售额", ["month"]),
        ("历年销售额", ["year"]),
        ("月度趋势", ["month"]),
        ("哪个月卖得最好", ["month"]),
        ("今年 sales by 月份 和 渠道", ["month"]),
        ("按渠道和月份", ["month"]),
        ("monthly revenue", ["month"]),
        ("DAU last week, day by day", ["day"]),
        ("过去6个月 MAU by month", ["month"]),
        ("quarterly NPS", ["quarter"]),
        ("weekly trend", ["week"]),
        ("revenue per quarter", ["quarter"]),
        ("sales by region and month", ["month"]),
        ("by channel, by week", ["week"]),
        ("month x channel", ["month"]),
        ("each year", ["year"]),
        ("hourly sales", []),
        ("按天猫和京东", []),
        ("每周一的订单", []),
        ("按年龄段", []),
        ("日用品销售额", []),
        ("9月份的销售额", []),
        ("生日月份", []),
        ("sales in the month of May", []),
        ("compare this month and month before", []),
    ],
)
def test_grain(text: str, expected: list[Grain]) -> None:
    assert [mention.grain for mention in find_grains(normalise(text))] == expected


@pytest.mark.parametrize(
    ("text", "current", "previous"),
    [
        # the periods of retail/questions.dev.jsonl and their like; days are inclusive
        ("9月销售额同比增长多少", "2026-09-01..2026-09-30", "2025-09-01..2025-09-30"),
        ("YoY growth in orders this year", "2026-01-01..2026-10-19", "2025-01-01..2025-10-19"),
        ("new customers last week vs the week before", "2026-10-12..2026-10-18", "2026-10-05..2026-10-11"),
        ("本月到现在的客单价跟上个月同期比怎么样", "2026-10-01..2026-10-19", "2026-09-01..2026-09-19"),
        (
            "compare active customers in the last 30 days with the 30 days before that",
            "2026-09-20..2026-10-19",
            "2026-08-21..2026-09-19",
        ),
        ("这周到现在的订单数，环比上周", "2026-10-19..2026-10-19", "2026-10-12..2026-10-12"),
        ("Q4 so far vs the same days last year", "2026-10-01..2026-10-19", "2025-10-01..2025-10-19"),
        ("国庆销售额同比", "2026-10-01..2026-10-07", "2025-10-01..2025-10-07"),
        ("MoM sales growth in September", "2026-09-01..2026-09-30", "2026-08-01..2026-08-31"),
        ("上个月环比", "2026-09-01..2026-09-30", "2026-08-01..2026-08-31"),
        ("近30天环比", "2026-09-20..2026-10-19", "2026-08-21..2026-09-19"),
        ("近30天和之前30天对比", "2026-09-20..2026-10-19", "2026-08-21..2026-09-19"),
        ("近7天订单数比前7天", "2026-10-13..2026-10-19", "2026-10-06..2026-10-12"),
        ("本月销售额比上月多多少", "2026-10-01..2026-10-19", "2026-09-01..2026-09-19"),
        ("本月较去年同期", "2026-10-01..2026-10-19", "2025-10-01..2025-10-19"),
        ("今年与去年相比", "2026-01-01..2026-10-19", "2025-01-01..2025-10-19"),
        ("sales this year vs last year", "2026-01-01..2026-10-19", "2025-01-01..2025-10-19"),
        ("this month compared to last month", "2026-10-01..2026-10-19", "2026-09-01..2026-09-19"),
        ("this quarter vs the previous quarter", "2026-10-01..2026-10-19", "2026-07-01..2026-07-19"),
        ("sales in September compared with August", "2026-09-01..2026-09-30", "2026-08-01..2026-08-31"),
        ("9月比8月", "2026-09-01..2026-09-30", "2026-08-01..2026-08-31"),
        ("昨天比上周同期", "2026-10-19..2026-10-19", "2026-10-12..2026-10-12"),
        ("yesterday WoW", "2026-10-19..2026-10-19", "2026-10-12..2026-10-12"),
        ("Q3 QoQ", "2026-07-01..2026-09-30", "2026-04-01..2026-06-30"),
        ("上季度和上上季度对比", "2026-07-01..2026-09-30", "2026-04-01..2026-06-30"),
        ("9月份的销售额与去年9月相比", "2026-09-01..2026-09-30", "2025-09-01..2025-09-30"),
        ("2026年Q1对比2025年Q1", "2026-01-01..2026-03-31", "2025-01-01..2025-03-31"),
        ("2024年双11 vs 2023年双11", "2024-11-01..2024-11-11", "2023-11-01..2023-11-11"),
        ("September growth over the previous month", "2026-09-01..2026-09-30", "2026-08-01..2026-08-31"),
    ],
)
def test_compared_days(text: str, current: str, previous: str) -> None:
    found = times(text)
    assert len(found.periods) == len(found.comparators) == 1
    base = found.periods[0].period
    other = comparison_period(base, found.comparators[0], CALENDAR)
    assert other is not None
    shown = [f"{p.start}..{p.end - timedelta(days=1)}" for p in (base, other) if p.end is not None]
    assert shown == [current, previous]


@pytest.mark.parametrize(
    ("text", "kind", "shift"),
    [
        ("环比呢", "previous_period", None),
        ("同比", "same_period_last_year", Shift("year", -1)),
        ("和去年比", "same_period_last_year", Shift("year", -1)),
        ("跟去年同期比", "same_period_last_year", Shift("year", -1)),
        ("和上个月比", "previous_period", Shift("month", -1)),
        ("跟前一周相比", "previous_period", Shift("week", -1)),
        ("vs last month", "previous_period", Shift("month", -1)),
        ("vs the previous period", "previous_period", None),
        ("year over year", "same_period_last_year", Shift("year", -1)),
        ("vs a year ago", "same_period_last_year", Shift("year", -1)),
        ("vs 2024", "period", None),
        ("比双十一", "period", None),
    ],
)
def test_comparator_alone(text: str, kind: str, shift: Shift | None) -> None:
    found = find_comparators(normalise(text), CALENDAR)
    assert [(one.kind, one.shift) for one in found] == [(kind, shift)]


@pytest.mark.parametrize(
    "text",
    ["各渠道占比上个月", "销售额上个月", "revenue over the last 12 months", "growth over the last 12 months", "orders on Monday",
     "今年618和去年618的销售额对比", "性价比", "回购率同上", "other than last month", "9月和8月"],
)  # fmt: skip
def test_no_comparator(text: str) -> None:
    assert find_comparators(normalise(text), CALENDAR) == ()


def test_words_are_used_once() -> None:
    found = times("本月每天的订单数，较上月")
    assert [len(part) for part in (found.periods, found.grains, found.comparators)] == [1, 1, 1]


def test_last_years_days_alone_are_a_period() -> None:
    found = times("去年同期的销售额")
    assert found.comparators == ()
    period = found.periods[0].period
    assert (period.start, period.end) == (date(2025, 1, 1), date(2025, 10, 20))
    assert found.periods[0].shift == Shift("year", -1)


def test_open_periods_cannot_be_moved() -> None:
    found = times("2025年之前的销售额同比")
    assert comparison_period(found.periods[0].period, found.comparators[0], CALENDAR) is None


def test_change_between_the_ends_of_a_range() -> None:
    mention = times("how did sales change from Q2 to Q3").periods[0]
    assert mention.ends is not None
    assert [str(period.start) for period in mention.ends] == ["2026-04-01", "2026-07-01"]
