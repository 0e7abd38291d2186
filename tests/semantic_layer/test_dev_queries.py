"""Every development question's meaning can be written as a semantic query: the rows agree with gold.

In: hand-written queries, the gold SQL of ../shared. Out: equal rows, no column that was not asked for.
"""

import pytest

from assistant.compare import same_answer
from semantic_layer.compiler import compile_plan
from semantic_layer.model import SemanticModel
from semantic_layer.query import from_json, to_json
from semantic_layer.resolve import resolve
from semantic_layer.scope import Scope, restrict
from tests.conftest import DevQuestions
from tests.semantic_layer.dev_queries import QUERIES


@pytest.mark.parametrize("question", QUERIES)
def test_rows_agree_with_gold(question: str, dev: DevQuestions, retail: SemanticModel) -> None:
    query = QUERIES[question]
    restricted = restrict(retail, Scope("admin", {}))
    statement = compile_plan(resolve(query, restricted), restricted)
    rows = dev.gold.execute(statement.sql).fetchall()
    gold = dev.gold.execute(dev.by_id[question]["gold_sql"]).fetchall()
    match = same_answer(gold, rows, ordered=dev.by_id[question]["order_matters"])
    assert match.agrees, f"{match.reason}: {statement.sql}"
    assert gold, "the demo data must be alive everywhere"


@pytest.mark.parametrize("question", QUERIES)
def test_a_query_survives_json(question: str) -> None:
    assert from_json(to_json(QUERIES[question])) == QUERIES[question]


def test_there_are_enough() -> None:
    assert len(QUERIES) >= 60
