"""What a query may make the semantic layer enumerate: no more than takes a moment, and a plain sentence where it is more."""

import time
from datetime import date

import pytest

import prompts
from semantic_layer.compiler import compile_plan
from semantic_layer.errors import QueryError
from semantic_layer.model import SemanticModel
from semantic_layer.query import Aggregate, ByTime, Compare, Grain, MetricUse, Period
from semantic_layer.resolve import resolve
from semantic_layer.resolve.aggregates import MOST_YEARS
from semantic_layer.scope import Restricted, Scope, restrict

ALL_TIME = Period(start=date(2, 1, 1), end=date(9999, 1, 1))
METRICS = (
    MetricUse(metric="sales"),
    MetricUse(metric="order_count"),
    MetricUse(metric="aov"),
    MetricUse(metric="complaint_rate"),
)


@pytest.fixture
def manager(retail: SemanticModel) -> Restricted:
    return restrict(retail, Scope(role="manager"))


def compared(kind: str, grain: Grain, period: Period, metrics: tuple[MetricUse, ...] = METRICS[:1]) -> Aggregate:
    compare = Compare.model_validate({"kind": kind})
    return Aggregate(metrics=metrics, group_by=(ByTime(grain=grain),), period=period, compare=compare)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_days_of_too_many_years_are_not_compared_with_those_a_year_before(manager: Restricted, lang: str) -> None:
    """It took 16 seconds, and was too large for the guard then."""
    began = time.monotonic()
    with pytest.raises(QueryError) as wrong:
        resolve(compared("same_period_last_year", "day", ALL_TIME), manager)
    assert time.monotonic() - began < 1
    assert [issue.code for issue in wrong.value.issues] == ["too-many-days"]
    told = prompts.issue_text(wrong.value.issues[0], lang)
    assert str(MOST_YEARS) in told
    assert ("按月" if lang == "zh" else "by month") in told


@pytest.mark.parametrize("grain", ["day", "week", "month", "quarter", "year", None])
@pytest.mark.parametrize("kind", ["same_period_last_year", "previous_period"])
def test_all_else_is_compared_over_all_time(manager: Restricted, kind: str, grain: Grain | None) -> None:
    began = time.monotonic()
    query = compared(kind, grain or "day", ALL_TIME)
    if grain is None:
        late = Period(start=date(5001, 1, 1), end=date(9999, 1, 1))  # whose previous one is in a calendar
        query = query.model_copy(update={"group_by": (), "period": late})
    if (kind, grain) != ("same_period_last_year", "day"):
        assert compile_plan(resolve(query, manager), manager).sql
    assert time.monotonic() - began < 1


def test_the_most_that_is_compared_passes_the_guard(manager: Restricted) -> None:
    """Each of several metrics leaves out each of the days that the year before has not."""
    most = Period(start=date(1926, 1, 1), end=date(1926 + MOST_YEARS, 1, 1))
    began = time.monotonic()
    assert compile_plan(resolve(compared("same_period_last_year", "day", most, METRICS), manager), manager).sql
    assert time.monotonic() - began < 2
