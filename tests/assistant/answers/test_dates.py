"""Dates, buckets and periods in words."""

from datetime import date

import pytest

from assistant.answers import dates
from semantic_layer.query import Compare, Period


def period(first: str | None, end: str | None) -> Period:
    return Period(start=date.fromisoformat(first) if first else None, end=date.fromisoformat(end) if end else None)


@pytest.mark.parametrize(
    ("of", "zh", "en"),
    [
        (period("2026-09-01", "2026-10-01"), "2026年9月1日至30日", "1–30 Sep 2026"),
        (period("2026-07-01", "2026-10-01"), "2026年三季度（7月1日至9月30日）", "2026 Q3 (1 Jul – 30 Sep)"),
        (period("2025-01-01", "2026-01-01"), "2025年（1月1日至12月31日）", "2025 (1 Jan – 31 Dec)"),
        (period("2026-09-20", "2026-10-20"), "2026年9月20日至10月19日", "20 Sep – 19 Oct 2026"),
        (period("2025-12-20", "2026-01-10"), "2025年12月20日至2026年1月9日", "20 Dec 2025 – 9 Jan 2026"),
        (period("2026-10-19", "2026-10-20"), "2026年10月19日", "19 Oct 2026"),
        (period("2026-07-01", None), "2026年7月1日以来", "since 1 Jul 2026"),
        (period(None, "2026-10-20"), "截至2026年10月19日", "up to 19 Oct 2026"),
        (period(None, None), "全部数据", "all the data"),
    ],
)
def test_periods_name_their_days(of: Period, zh: str, en: str) -> None:
    assert (dates.period(of, "zh"), dates.period(of, "en")) == (zh, en)


def test_a_brief_period_is_its_name() -> None:
    assert dates.period(period("2026-09-01", "2026-10-01"), "zh", brief=True) == "2026年9月"
    assert dates.period(period("2026-09-01", "2026-09-05"), "zh", brief=True) == "2026年9月1日至4日"


@pytest.mark.parametrize(
    ("grain", "zh", "en"),
    [
        ("day", "2026年10月12日", "12 Oct 2026"),
        ("week", "2026年10月12日当周", "week of 12 Oct 2026"),
        ("month", "2026年10月", "Oct 2026"),
        ("quarter", "2026年四季度", "2026 Q4"),
        ("year", "2026年", "2026"),
    ],
)
def test_buckets(grain: str, zh: str, en: str) -> None:
    day = date(2026, 10, 12)
    assert (dates.bucket(day, grain, "zh"), dates.bucket(day, grain, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("value", "part", "zh", "en"),
    [
        (1, "weekday", "周一", "Mon"),
        (7, "weekday", "周日", "Sun"),
        (14, "hour", "14时", "14:00"),
        (9, "month", "9月", "Sep"),
        (3, "quarter", "三季度", "Q3"),
        (True, "weekend", "周末", "weekend"),
        (False, "weekend", "工作日", "working days"),
        (42, "weekday", "42", "42"),
    ],
)
def test_parts_of_a_date(value: int, part: str, zh: str, en: str) -> None:
    assert (dates.time_part(value, part, "zh"), dates.time_part(value, part, "en")) == (zh, en)


def test_the_period_compared_with() -> None:
    september = period("2026-09-01", "2026-10-01")
    assert dates.compared_with(september, Compare(kind="same_period_last_year")) == period("2025-09-01", "2025-10-01")
    assert dates.compared_with(september, Compare(kind="previous_period")) == period("2026-08-01", "2026-09-01")
    assert dates.compared_with(september, Compare(kind="period", period=period("2026-01-01", "2026-02-01"))) == period(
        "2026-01-01", "2026-02-01"
    )
    assert dates.compared_with(None, Compare(kind="previous_period")) is None
    assert dates.compared_with(september, None) is None
