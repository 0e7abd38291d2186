"""Rights over the retail model: what is asked under a scope is what is asked without it, with the filter of the scope added.

In: the hand-written queries of the development questions. Out: equal rows for aggregates, fewer for lists, and no hidden name.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.engines.base import EngineSettings, Row
from assistant.engines.duckdb import DuckDBEngine
from assistant.refresh import refresh
from semantic_layer.compiler import compile_plan
from semantic_layer.errors import QueryError
from semantic_layer.governed import governed
from semantic_layer.model import RowFilter, SemanticModel
from semantic_layer.query import Aggregate, And, Predicate, Records, SemanticQuery
from semantic_layer.resolve import resolve
from semantic_layer.scope import Restricted, Scope, restrict
from tests.conftest import TODAY
from tests.semantic_layer.dev_queries import QUERIES

EAST = Predicate(member="region", op="=", values=("华东",))
AGGREGATES = sorted(name for name, query in QUERIES.items() if isinstance(query, Aggregate))
LISTS = sorted(name for name, query in QUERIES.items() if isinstance(query, Records) and query.limit is None)


@pytest.fixture(scope="module")
def engine(retail: SemanticModel, demo_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBEngine]:
    profile = tmp_path_factory.mktemp("rights") / "profile.duckdb"
    refresh(retail, demo_file, profile, as_of=[TODAY])
    opened = DuckDBEngine.open(retail, demo_file, profile, EngineSettings(threads=2, memory_limit="2GB"), today=TODAY)
    yield opened
    opened.close()


def rows(engine: DuckDBEngine, query: SemanticQuery, restricted: Restricted) -> list[Row]:
    sql = compile_plan(resolve(query, restricted), restricted).sql
    return sorted(engine.run(sql, timeout=60, max_rows=1_000_000).rows, key=repr)


@pytest.mark.parametrize("name", AGGREGATES)
def test_an_aggregate_under_a_scope_is_the_one_with_its_filter(name: str, engine: DuckDBEngine, retail: SemanticModel) -> None:
    query = QUERIES[name]
    assert isinstance(query, Aggregate)
    filtered = query.model_copy(update={"where": EAST if query.where is None else And(filters=(query.where, EAST))})
    east = restrict(retail, Scope("regional_manager", {"region": "华东"}))
    assert rows(engine, query, east) == rows(engine, filtered, restrict(retail, Scope("manager")))


@pytest.mark.parametrize("name", LISTS)
def test_a_list_under_a_scope_is_among_the_one_without(name: str, engine: DuckDBEngine, retail: SemanticModel) -> None:
    query = QUERIES[name]
    east = restrict(retail, Scope("regional_manager", {"region": "华东"}))
    assert set(rows(engine, query, east)) <= set(rows(engine, query, restrict(retail, Scope("manager"))))


def test_a_hidden_member_stands_in_no_statement(retail: SemanticModel) -> None:
    """Whatever still resolves without tickets and regions does not speak of them."""
    role = retail.roles["ops"].model_copy(update={"name": "x", "hidden": ("tickets", "region")})
    hidden = restrict(retail.model_copy(update={"roles": {"x": role}}), Scope("x"))
    resolved = 0
    for query in QUERIES.values():
        try:
            sql = compile_plan(resolve(query, hidden), hidden).sql
        except QueryError as error:
            text = str([(i.params, i.suggestions) for i in error.issues])
            assert "工单" not in text
            assert not {"tickets", "ticket_count", "region"} & {s for i in error.issues for s in i.suggestions}
            continue
        resolved += 1
        assert "tickets" not in sql
        assert "region" not in sql
    assert 10 < resolved < len(QUERIES)


def test_row_filters_of_a_role_may_name_several_attributes(engine: DuckDBEngine, retail: SemanticModel) -> None:
    filters = (RowFilter(table="customers", where="region = :region AND member_level = :level"),)
    role = retail.roles["ops"].model_copy(update={"name": "x", "rows": filters, "attributes": ("region", "level")})
    model = retail.model_copy(update={"roles": {"x": role}})
    scope = Scope("x", {"region": "华东", "level": "金卡"})
    sql = governed("SELECT DISTINCT region, member_level FROM customers", restrict(model, scope)).sql("duckdb")
    assert engine.run_outside(sql, timeout=30, max_rows=10).rows == (("华东", "金卡"),)
