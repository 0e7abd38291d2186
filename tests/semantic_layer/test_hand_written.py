"""Our rows are those of SQL that a person wrote for the same question, for every kind of query."""

import duckdb
import pytest

from assistant.compare import same_answer
from semantic_layer.compiler import compile_plan
from semantic_layer.model import SemanticModel
from semantic_layer.resolve import resolve
from semantic_layer.scope import Scope, restrict
from tests.semantic_layer.hand_written import CASES


@pytest.mark.parametrize("name", CASES)
def test_rows_agree(name: str, retail: SemanticModel, demo: duckdb.DuckDBPyConnection) -> None:
    query, by_hand = CASES[name]
    restricted = restrict(retail, Scope("admin", {}))
    plan = resolve(query, restricted)
    result = demo.execute(compile_plan(plan, restricted).sql)
    names = [d[0] for d in result.description or ()]
    rows, theirs = result.fetchall(), demo.execute(by_hand).fetchall()
    assert names == [c.name for c in plan.columns]
    assert theirs, "the demo data must be alive everywhere"
    match = same_answer(theirs, rows, ordered="ORDER BY" in by_hand.rsplit(")", 1)[-1])
    assert match.agrees, f"{match.reason}\n{compile_plan(plan, restricted).sql}\n{rows[:5]}\n{theirs[:5]}"


def test_there_are_enough() -> None:
    assert len(CASES) >= 60
