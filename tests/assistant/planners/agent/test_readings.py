"""Readings beside each other: one that fails takes no answer away from another, and no two look the same."""

from datetime import date

import pytest

from assistant import replies
from assistant.answers.apart import apart
from assistant.errors import QueryTimeout
from assistant.execution import Execution, Outcome
from assistant.qa import Column, Interpretation, ResultSet
from semantic_layer.query import Aggregate, ByDimension, MetricUse, Period, SemanticQuery
from tests.assistant.conftest import Planned

SEPTEMBER = Period(start=date(2026, 9, 1), end=date(2026, 10, 1))


def total(*metrics: str, by: str | None = None) -> Aggregate:
    uses = tuple(MetricUse(metric=name) for name in metrics)
    return Aggregate(metrics=uses, period=SEPTEMBER, group_by=(ByDimension(member=by),) if by else ())


SALES, GMV = total("sales"), total("gmv")


def test_a_reading_that_fails_in_the_engine_takes_no_answer_away(planned: Planned, monkeypatch: pytest.MonkeyPatch) -> None:
    run_query, slow = replies.run_query, [GMV]

    def run(query: SemanticQuery, run: Execution) -> Outcome:
        if query in slow:
            raise QueryTimeout("query-timeout", seconds="30")
        return run_query(query, run)

    monkeypatch.setattr(replies, "run_query", run)
    for readings in ((GMV, SALES), (SALES, GMV)):
        answer = planned(Interpretation(queries=readings)).ask("卖了多少")
        assert (answer.status, answer.columns[0].name) == ("answered", "sales")
    slow.append(SALES)
    answer = planned(Interpretation(queries=(GMV, SALES))).ask("卖了多少")
    assert (answer.status, answer.error_code) == ("failed", "query-timeout")


def test_readings_show_all_their_values(planned: Planned) -> None:
    readings = (total("sales", "order_count"), total("sales", "gmv"))
    choices = planned(Interpretation(queries=readings)).ask("卖了多少").choices
    shown = [str(choice.value) for choice in choices]
    assert "订单数" in shown[0]
    assert "GMV" in shown[1]
    assert all("销售额 ¥" in text for text in shown)


def test_grouped_readings_never_look_the_same(planned: Planned) -> None:
    readings = (total("sales", by="region"), total("gmv", by="region"))
    choices = planned(Interpretation(queries=readings)).ask("卖了多少").choices
    assert len({choice.value for choice in choices}) == 2
    assert all("行" in str(choice.value) and "¥" in str(choice.value) for choice in choices)


def test_the_first_row_that_differs_is_shown() -> None:
    columns = (Column("region", "大区", "key", "text"), Column("n", "数", "value", "integer", "integer"))
    one = ResultSet(columns, (("华东", 5), ("华南", 12_345_678)))
    other = ResultSet(columns, (("华东", 5), ("华南", 12_345_679)))
    assert apart([one, other], "zh") == ("2 行，其中 华南 12,345,678", "2 行，其中 华南 12,345,679")
