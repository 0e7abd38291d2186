"""Every period expression that people write, Chinese and English, against days worked out by hand from the spec."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from assistant.language.calendar import Calendar, Shift
from assistant.language.dates import PeriodMention, find_periods
from assistant.language.text import normalise
from semantic_layer.query import Period

CALENDAR = Calendar(date(2026, 10, 20), first_day=date(2024, 1, 1), last_day=date(2026, 10, 19))
HERE = Path(__file__).parent


def table(name: str) -> list[tuple[str, str]]:
    """The rows of a table: an expression and its periods."""
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    rows = [line.partition("|") for line in lines if line.strip() and not line.startswith("#")]
    return [(text.strip(), expected.strip()) for text, _, expected in rows]


def find(text: str) -> tuple[PeriodMention, ...]:
    return find_periods(normalise(text), CALENDAR)


def days(period: Period) -> str:
    """A period as 2026-09-01..2026-09-30, the last day included, open sides empty."""
    end = "" if period.end is None else (period.end - timedelta(days=1)).isoformat()
    return f"{period.start or ''}..{end}"


@pytest.mark.parametrize(("text", "expected"), [*table("periods_zh.txt"), *table("periods_en.txt")])
def test_days(text: str, expected: str) -> None:
    assert " ".join(days(mention.period) for mention in find(text)) == expected


@pytest.mark.parametrize(
    ("text", "kind", "grain", "count", "running"),
    [
        ("上个月", "relative", "month", 1, False),
        ("2025年9月", "absolute", "month", 1, False),
        ("本月", "running", "month", 1, True),
        ("Q4", "running", "quarter", 1, True),
        ("2026年", "running", "year", 1, True),
        ("近30天", "rolling", "day", 30, False),
        ("近三个月", "rolling", "day", 90, False),
        ("last two quarters", "relative", "quarter", 2, False),
        ("昨天", "point", "day", 1, False),
        ("今天", "point", "day", 1, True),
        ("8月15日", "point", "day", 1, False),
        ("双十一", "festival", "day", 11, False),
        ("上半年", "absolute", "quarter", 2, False),
        ("1月到6月", "range", "month", 6, False),
        ("2024到2025年", "range", "year", 2, False),
        ("8月1号到15号", "range", "day", 15, False),
        ("since July", "open", "month", 1, True),
        ("before 2025", "open", "year", 1, False),
        ("next month", "future", "month", 1, False),
        ("明天", "future", "day", 1, False),
        ("有史以来", "all", "day", 1, False),
        ("the week before", "anchored", "week", 1, False),
    ],
)
def test_what_it_is_made_of(text: str, kind: str, grain: str, count: int, running: bool) -> None:
    mention = find(text)[0]
    assert (mention.kind, mention.grain, mention.count, mention.running) == (kind, grain, count, running)


def test_running_periods_keep_their_uncut_days() -> None:
    assert days(find("本月")[0].whole) == "2026-10-01..2026-10-31"
    assert days(find("10月15日到10月25日")[0].whole) == "2026-10-15..2026-10-25"


@pytest.mark.parametrize(
    ("text", "expected", "grain"),
    [
        ("monthly revenue over the past 12 months", "2025-10-01..2026-09-30", "month"),
        ("过去6个月 MAU by month", "2026-04-01..2026-09-30", "month"),
        ("近4周每周", "2026-09-21..2026-10-18", "week"),
        ("过去三年每年", "2023-01-01..2025-12-31", "year"),
        ("近一个季度", "2026-07-22..2026-10-19", "day"),
    ],
)
def test_the_other_reading_of_a_window(text: str, expected: str, grain: str) -> None:
    mention = find(text)[0]
    assert mention.calendar is not None
    assert (days(mention.calendar), mention.calendar_grain) == (expected, grain)
    assert find("近30天")[0].calendar is None


def test_anchored_periods_say_what_they_hang_on() -> None:
    base, before = find("new customers last week vs the week before")
    assert before.anchor == (base.start, base.end)
    assert before.shift == Shift("week", -1)
    alone = find("and the year before?")[0]
    assert (alone.kind, alone.anchor, alone.shift) == ("anchored", None, Shift("year", -1))
    assert find("前一周呢")[0].shift == Shift("week", -1)


def test_vague_words_say_so() -> None:
    assert [mention.vague for mention in find("月初, 年底, past few days, early October, mid-September, 上旬, 上个月")] == [
        True, True, True, True, True, False, False,
    ]  # fmt: skip


def test_the_ends_of_a_range() -> None:
    mention = find("from Q2 to Q3")[0]
    assert mention.ends is not None
    assert [days(end) for end in mention.ends] == ["2026-04-01..2026-06-30", "2026-07-01..2026-09-30"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("看下８月１号 到 １５号的单量", ["８月１号 到 １５号"]),
        ("近 30 天", ["近 30 天"]),
        ("銷售額 上個月 怎麼樣", ["上個月"]),
        ("sales  from  January to June, please", ["from  January to June"]),
        ("自去年6月以来的客户", ["自去年6月以来"]),
        ("去年9月和近30天", ["去年9月", "近30天"]),
    ],
)
def test_spans_in_the_words_of_the_asker(text: str, shown: list[str]) -> None:
    normal = normalise(text)
    assert [normal.shown(m.start, m.end) for m in find_periods(normal, CALENDAR)] == shown
