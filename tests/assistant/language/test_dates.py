"""Every period expression that people write, Chinese and English, against days worked out by hand from the spec."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from assistant.language.calendar import Calendar
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
