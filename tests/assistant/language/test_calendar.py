"""Units, weeks, fiscal years, festivals: plain arithmetic on dates."""

from datetime import date, timedelta

import pytest

from assistant.language import festivals
from assistant.language.calendar import (
    Calendar,
    DomainFestival,
    Shift,
    Unit,
    fiscal_start,
    fiscal_year_start,
    moved,
    period_days,
    shift_period,
    unit_before,
    unit_shift,
    unit_start,
    week_one,
)
from assistant.language.dates import find_periods
from assistant.language.festivals import festival_day, festival_days
from assistant.language.text import normalise
from semantic_layer.query import Period

TODAY = date(2026, 10, 20)
CALENDAR = Calendar(TODAY)


@pytest.mark.parametrize(
    ("unit", "start"),
    [
        ("day", date(2026, 10, 20)),
        ("week", date(2026, 10, 19)),
        ("month", date(2026, 10, 1)),
        ("quarter", date(2026, 10, 1)),
        ("half", date(2026, 7, 1)),
        ("year", date(2026, 1, 1)),
    ],
)
def test_unit_start(unit: Unit, start: date) -> None:
    assert unit_start(TODAY, unit, CALENDAR) == start


def test_moved() -> None:
    assert moved(date(2026, 1, 31), "month", 1) == date(2026, 2, 28)
    assert moved(TODAY, "fortnight", -1) == date(2026, 10, 6)
    assert unit_shift("half", -1) == Shift("month", -6)


def test_weeks_may_begin_on_sunday() -> None:
    sunday = Calendar(TODAY, week_start=6)
    assert unit_start(TODAY, "week", sunday) == date(2026, 10, 18)
    period = find_periods(normalise("上周"), sunday)[0].period
    assert (period.start, period.end) == (date(2026, 10, 11), date(2026, 10, 18))
    assert week_one(2026, sunday) == date(2026, 1, 4)


def test_fiscal_years() -> None:
    april = Calendar(TODAY, fiscal_year_start_month=4)
    assert fiscal_year_start(date(2026, 3, 31), april) == date(2025, 4, 1)
    assert fiscal_start(TODAY, "quarter", april) == date(2026, 10, 1)
    expected = {
        "FY2026": (date(2025, 4, 1), date(2026, 4, 1)),
        "2026财年": (date(2025, 4, 1), date(2026, 4, 1)),
        "FY26 Q1": (date(2025, 4, 1), date(2025, 7, 1)),
        "2026财年Q1": (date(2025, 4, 1), date(2025, 7, 1)),
        "this fiscal year": (date(2026, 4, 1), TODAY),
        "上个财年": (date(2025, 4, 1), date(2026, 4, 1)),
        "last fiscal quarter": (date(2026, 7, 1), date(2026, 10, 1)),
        "Q1": (date(2026, 1, 1), date(2026, 4, 1)),
    }
    for text, days in expected.items():
        period = find_periods(normalise(text), april)[0].period
        assert (period.start, period.end) == days, text


def test_moving_periods() -> None:
    september = Period(start=date(2026, 9, 1), end=date(2026, 10, 1))
    quarter = Period(start=date(2026, 7, 1), end=date(2026, 10, 1))
    assert unit_before(september, Shift("month", -1)) == Period(start=date(2026, 8, 1), end=date(2026, 9, 1))
    assert unit_before(september, Shift("year", -1)) == Period(start=date(2025, 9, 1), end=date(2025, 10, 1))
    assert unit_before(quarter, Shift("month", -1)) == Period(start=date(2026, 6, 1), end=date(2026, 7, 1))
    assert unit_before(quarter, Shift("week", 1)) == Period(start=date(2026, 10, 1), end=date(2026, 10, 8))
    assert unit_before(Period(end=TODAY), Shift("year", -1)) == Period(end=date(2025, 10, 20))
    assert shift_period(Period(start=TODAY), "month", 1) == Period(start=date(2026, 11, 20))
    assert (period_days(september), period_days(Period(end=TODAY))) == (30, None)


def test_lunar_table_is_whole_lunar_months() -> None:
    """New year to lantern festival is 14 days; the other festivals lie whole lunar months (29.53 days) and some days apart."""
    table = {
        name: {year: date.fromisoformat(f"{year}-{day}") for year, day in days.items()} for name, days in festivals._LUNAR.items()
    }
    assert all(set(days) == set(range(2020, 2031)) for days in table.values())
    for year in range(2020, 2031):
        assert (table["lantern"][year] - table["spring_festival"][year]).days == 14
        assert (table["mid_autumn"][year] - table["qixi"][year]).days in (37, 38)
        assert (table["double_ninth"][year] - table["mid_autumn"][year]).days in (23, 24)
        assert table["qingming"][year].month == 4
        for name, day in (("spring_festival", 1), ("dragon_boat", 5), ("qixi", 7), ("mid_autumn", 15), ("double_ninth", 9)):
            age = (table[name][year] - date(2000, 1, 6)).days % 29.530588
            assert abs((age - (day - 1) + 15) % 29.530588 - 15) < 2, (name, year)


@pytest.mark.parametrize(
    ("name", "year", "first", "days"),
    [
        ("double_11", 2025, date(2025, 11, 1), 11),
        ("618", 2026, date(2026, 6, 1), 18),
        ("national_day", 2026, date(2026, 10, 1), 7),
        ("labour_day", 2026, date(2026, 5, 1), 5),
        ("spring_festival", 2026, date(2026, 2, 17), 7),
        ("new_year_eve_lunar", 2026, date(2026, 2, 16), 1),
        ("new_year_goods", 2026, date(2026, 1, 20), 28),
        ("mothers_day", 2026, date(2026, 5, 10), 1),
        ("fathers_day", 2026, date(2026, 6, 21), 1),
        ("black_friday", 2025, date(2025, 11, 28), 1),
        ("cyber_monday", 2025, date(2025, 12, 1), 1),
        ("thanksgiving", 2026, date(2026, 11, 26), 1),
        ("winter", 2025, date(2025, 12, 1), 90),
    ],
)
def test_festivals(name: str, year: int, first: date, days: int) -> None:
    assert festival_days(name, year, CALENDAR) == (first, first + timedelta(days=days))


def test_the_day_itself() -> None:
    assert festival_day("double_11", 2025, CALENDAR) == (date(2025, 11, 11), date(2025, 11, 12))
    assert festival_day("national_day", 2025, CALENDAR) == (date(2025, 10, 1), date(2025, 10, 2))


def test_festivals_outside_the_table() -> None:
    assert festival_days("mid_autumn", 2035, CALENDAR) is None
    assert find_periods(normalise("2035年中秋节"), CALENDAR)[0].period.start == date(2035, 1, 1)
    assert festival_days("nothing", 2026, CALENDAR) is None


def test_a_domain_names_its_own() -> None:
    own = (
        DomainFestival("anniversary", ("店庆", "Anniversary Sale"), (3, 10), (3, 20)),
        DomainFestival("double_11", (), (10, 20), (11, 11)),
    )
    calendar = Calendar(TODAY, festivals=own)
    for text, days in {
        "去年店庆": (date(2025, 3, 10), date(2025, 3, 21)),
        "anniversary sale": (date(2026, 3, 10), date(2026, 3, 21)),
        "2025年双11": (date(2025, 10, 20), date(2025, 11, 12)),
    }.items():
        period = find_periods(normalise(text), calendar)[0].period
        assert (period.start, period.end) == days
