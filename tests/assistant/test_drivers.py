"""Why a metric moved: the planted stories are found, contributions add up, labels are in the asker's language."""

from datetime import date

import pytest

from assistant.drivers import explain_change
from assistant.execution import Execution, Limits, Scopes
from assistant.service import Parts
from semantic_layer.query import Change, Compare, Period, Predicate

THIRD_QUARTER = Period(start=date(2026, 7, 1), end=date(2026, 10, 1))


@pytest.fixture(scope="module")
def run(demo_parts: Parts) -> Execution:
    return Execution(Scopes(demo_parts.model).of("analyst", {}), demo_parts.engine, Limits(30, 1_000_000), "en")


@pytest.mark.parametrize("metric", ["csat", "first_response"])
def test_the_planted_driver_stands_first(run: Execution, metric: str) -> None:
    found = explain_change(Change(metric=metric, period=THIRD_QUARTER, compare=Compare(kind="previous_period")), run)
    assert (found.drivers[0].dimension, found.drivers[0].member, found.drivers[0].label) == ("region", "华南", "South China")
    assert len(found.result.rows) == 1
    assert [column.part for column in found.result.columns] == ["value", "previous", "growth"]
    assert found.beside


def test_the_contributions_of_a_dimension_add_up_to_the_change(run: Execution) -> None:
    change = Change(metric="sales", period=THIRD_QUARTER, compare=Compare(kind="previous_period"), dimensions=("channel",))
    found = explain_change(change, run)
    now, before, _ = found.result.rows[0]
    all_of_them = explain_change(change.model_copy(update={"dimensions": ("channel",)}), run).drivers
    assert sum(driver.contribution for driver in all_of_them) == pytest.approx(float(now - before), rel=0.2)
    assert {driver.dimension for driver in all_of_them} == {"channel"}


def test_a_dimension_that_the_question_fixes_explains_nothing(run: Execution) -> None:
    south = Predicate(member="region", op="=", values=("华南",))
    found = explain_change(Change(metric="csat", period=THIRD_QUARTER, compare=Compare(kind="previous_period"), where=south), run)
    assert "region" not in {driver.dimension for driver in found.drivers}
