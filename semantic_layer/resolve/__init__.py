"""query × model -> Plan, or all issues at once.

In: a `SemanticQuery` and the `Restricted` model of its asker. Out: a `Plan` whose `issues` are the assumptions taken. Fails with
`QueryError` holding every error found: unknown or hidden names (the same issue for both), unreachable dimensions, wrong types,
measures that would fan out, personal data, missing rights.
"""

from semantic_layer.errors import QueryError
from semantic_layer.issues import errors
from semantic_layer.plan import Plan
from semantic_layer.query import Aggregate, Change, Funnel, Records, Retention, SemanticQuery
from semantic_layer.resolve.aggregates import aggregate_plan, output_columns
from semantic_layer.resolve.context import Resolution
from semantic_layer.resolve.lists import funnel_plan, may_list, records_plan, retention_plan
from semantic_layer.resolve.members import member_plan
from semantic_layer.scope import Restricted

__all__ = ["resolve"]


def resolve(query: SemanticQuery, restricted: Restricted) -> Plan:
    """The plan of `query`. A `Change` is several queries: see `semantic_layer.change`."""
    r = Resolution(restricted, member_plan, records_plan, aggregate_plan)
    plan = _plan(r, query)
    found = errors(tuple(r.issues))
    if found or plan is None:
        raise QueryError(found or tuple(r.issues))
    return plan


def _plan(r: Resolution, query: SemanticQuery) -> Plan | None:
    match query:
        case Aggregate():
            planned = aggregate_plan(r, query)
            if planned is None:
                return None
            body, previous = planned
            return Plan(body, output_columns(query, body), tuple(r.issues), query.period, previous)
        case Records():
            listed = records_plan(r, query) if may_list(r, query) else None
            if listed is None:
                return None
            return Plan(listed, tuple(c.column for c in listed.columns), tuple(r.issues), query.period)
        case Funnel():
            funnel = funnel_plan(r, query)
            return None if funnel is None else Plan(funnel[0], funnel[1], tuple(r.issues), query.period)
        case Retention():
            retention = retention_plan(r, query)
            return None if retention is None else Plan(retention[0], retention[1], tuple(r.issues), query.period)
        case Change():
            r.note("change-is-expanded", "kind")
            return None
