"""Budgets, asserted loosely: a busy machine must not fail the build, a slip of three times must."""

import duckdb

from semantic_layer.compiler import compile_plan
from semantic_layer.model import SemanticModel
from semantic_layer.resolve import resolve
from semantic_layer.scope import Scope, restrict
from tests.bench.budgets import percentile, planning
from tests.bench.cases import CASES


def test_planning_is_a_few_milliseconds(retail: SemanticModel) -> None:
    """The goal is 2.5 ms for resolve + compile in the median and 3 ms for the guard at the 95th percentile."""
    found = planning(restrict(retail, Scope("admin", {})), times=3)
    assert percentile(found["resolve + compile"], 0.5) < 7.5
    assert percentile(found["guard"], 0.95) < 9


def test_hand_written_sql_gives_the_same_rows(retail: SemanticModel, demo: duckdb.DuckDBPyConnection) -> None:
    """The bench compares equals with equals."""
    restricted = restrict(retail, Scope("admin", {}))
    for name, (query, by_hand) in CASES.items():
        ours = demo.execute(compile_plan(resolve(query, restricted), restricted).sql).fetchall()
        theirs = demo.execute(by_hand).fetchall()
        assert len(ours) == len(theirs), name
        for mine, other in zip(sorted(ours, key=repr), sorted(theirs, key=repr), strict=True):
            assert [round(float(v), 6) if isinstance(v, float) else v for v in mine] == [
                round(float(v), 6) if isinstance(v, float) else v for v in other
            ], name
