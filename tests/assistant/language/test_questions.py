"""The periods of the development questions, against the dates in their gold SQL."""

import json
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from assistant.language.calendar import Calendar
from assistant.language.text import normalise
from assistant.language.time_relations import Times, comparison_period, read_times
from semantic_layer.query import Period

QUESTIONS = Path(__file__).parents[4] / "shared/retail/questions.dev.jsonl"
CALENDAR = Calendar(date(2026, 10, 20))
# rows that need no dates in SQL because the profile holds the window already (spend_365d)
_BETWEEN = re.compile(r"BETWEEN DATE '([\d-]+)' AND DATE '([\d-]+)'|= DATE '([\d-]+)'")

pytestmark = pytest.mark.skipif(not QUESTIONS.exists(), reason="needs ../shared/retail/questions.dev.jsonl")


def questions() -> list[Any]:
    lines = QUESTIONS.read_text(encoding="utf-8").splitlines() if QUESTIONS.exists() else []
    rows = [json.loads(line) for line in lines]
    return [row for row in rows if not row["context"] and row["gold_sql"]]


def gold(sql: str) -> set[tuple[str, str]]:
    """The days, both included, that a gold query names."""
    return {(match[1] or match[3], match[2] or match[3]) for match in _BETWEEN.finditer(sql)}


def days(period: Period | None) -> tuple[str, str]:
    assert period is not None and period.start is not None and period.end is not None
    return str(period.start), str(period.end - timedelta(days=1))


def said(times: Times) -> set[tuple[str, str]]:
    """What a planner makes of the time words: complete units where the breakdown is by them, and what they are compared with."""
    months = any(grain.grain == "month" for grain in times.grains)
    periods = [mention.calendar if mention.calendar and months else mention.period for mention in times.periods]
    return {
        *map(days, periods),
        *(days(comparison_period(period, one, CALENDAR)) for period in periods for one in times.comparators),
    }


@pytest.mark.parametrize("row", questions(), ids=lambda row: str(row["id"]))
def test_days_of_the_gold_query(row: Any) -> None:
    found = said(read_times(normalise(row["question"]), CALENDAR))
    expected = gold(row["gold_sql"])
    if row["kind"] == "why":
        assert found <= expected
    elif expected:
        assert found == expected
    else:  # no dates in the query: all data, or a window that the profile holds already
        assert not found or "gold.profile" in row["gold_sql"]
