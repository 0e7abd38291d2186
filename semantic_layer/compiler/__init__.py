"""Plan -> sqlglot AST -> Statement: one AST, every dialect.

In: a `Plan` and the `Restricted` model it was resolved for. Out: a `Statement`, guarded: nothing leaves this room that has not
passed `guard`. Fails with `CompileError` or `UnsafeSQLError`, both of them our bugs: what a person can get wrong was an issue of
`resolve`.
"""

from typing import assert_never

from sqlglot import exp

from semantic_layer.compiler.aggregates import aggregate_select, member_select
from semantic_layer.compiler.lists import funnel_select, keys_select, records_select, retention_select
from semantic_layer.compiler.sources import Compilation
from semantic_layer.joins import JoinGraph
from semantic_layer.plan import AggregatePlan, FunnelPlan, Plan, RecordsPlan, RetentionPlan, Statement
from semantic_layer.scope import Restricted

__all__ = ["compile_plan", "tree_of"]


def tree_of(plan: Plan, restricted: Restricted) -> exp.Select:
    """The statement as a tree."""
    c = Compilation(restricted, JoinGraph(restricted.model), member_select, keys_select, aggregate_select)
    body = plan.body
    match body:
        case AggregatePlan():
            return aggregate_select(c, body)
        case RecordsPlan():
            return records_select(c, body)
        case FunnelPlan():
            return funnel_select(c, body)
        case RetentionPlan():
            return retention_select(c, body)
        case _:
            assert_never(body)


def compile_plan(plan: Plan, restricted: Restricted, *, dialect: str = "duckdb") -> Statement:
    """The guarded statement of a plan."""
    from semantic_layer.guard import guard

    tree = tree_of(plan, restricted)
    guard(tree, restricted)
    return Statement(tree.sql(dialect=dialect), plan.columns)
