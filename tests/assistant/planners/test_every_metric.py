"""Every metric beside every kind of period, written as one word: the metric and the period are read, and nothing else.

9月活跃客户数 was nine months of activity, 10月1日销售额 a daily sale, 9月活动数 nothing at all: none of them had ever been asked.
"""

import pytest

from assistant import Assistant
from tests.assistant.planners.test_general_zh import asked, days, query

PERIODS = {
    "9月": days("2026-09-01", "2026-10-01"),
    "上周": days("2026-10-12", "2026-10-19"),
    "10月1日": days("2026-10-01", "2026-10-02"),
    "Q3": days("2026-07-01", "2026-10-01"),
    "近30天": days("2026-09-20", "2026-10-20"),
    "8月到9月": days("2026-08-01", "2026-10-01"),
    " last 30 days": days("2026-09-20", "2026-10-20"),
    " in September": days("2026-09-01", "2026-10-01"),
}

AUGUST = days("2026-08-01", "2026-09-01")
WORDINGS = (
    "8月一共多少{}",
    "8月的{}有多少",
    "8月{}总计",
    "how much {} in August",
    "what was the total {} in August",
    "in August, what was our {}?",
)
"""一共多少销售额 was a number of orders until 2026-11-28, the total product sales were products and sales."""


@pytest.mark.parametrize("words", PERIODS)
def test_a_metric_and_a_period_are_just_that(wenke: Assistant, words: str) -> None:
    wrong = {}
    for name, metric in wenke.model.metrics.items():
        if getattr(metric, "timeless", False):
            continue
        text = f"{metric.label.en}{words}" if words.startswith(" ") else f"{words}{metric.label.zh}"
        found = query(asked(wenke, text))
        if found != {"metrics": [{"metric": name}], "period": PERIODS[words]}:
            wrong[text] = found
    assert not wrong


@pytest.mark.parametrize("words", WORDINGS)
def test_a_metric_is_itself_however_it_is_asked_for(wenke: Assistant, words: str) -> None:
    wrong = {}
    for name, metric in wenke.model.metrics.items():
        if not getattr(metric, "timeless", False):
            text = words.format(metric.label.en if words.isascii() else metric.label.zh)
            found = query(asked(wenke, text))
            if found != {"metrics": [{"metric": name}], "period": AUGUST}:
                wrong[text] = found
    assert not wrong
