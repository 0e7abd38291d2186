"""Queries as JSON text and back.

In: a query, or text. Out: the other. What may fail: text that is no query (pydantic `ValidationError`).
"""

from typing import Any

from pydantic import TypeAdapter

from semantic_layer.query.queries import SemanticQuery

_ADAPTER: TypeAdapter[SemanticQuery] = TypeAdapter(SemanticQuery)


def from_json(text: str | bytes) -> SemanticQuery:
    """The query that `text` holds.

    >>> from_json('{"kind": "aggregate", "metrics": [{"kind": "metric", "metric": "sales"}]}').metrics[0].metric
    'sales'
    """
    return _ADAPTER.validate_json(text)


def to_json(query: SemanticQuery) -> str:
    """The query as compact JSON; `from_json(to_json(q)) == q`."""
    return query.model_dump_json(exclude_defaults=False)


def json_schema() -> dict[str, Any]:
    """The JSON schema of a query: what a planner outside this process is given."""
    return _ADAPTER.json_schema()
