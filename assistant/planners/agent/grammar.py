"""The query type as a model reads it: its own JSON schema in a notation that costs a quarter of the tokens.

In: `semantic_layer.query.json_schema()`. Out: one line a type, `Period={start?:date,end?:date}`; a `?` marks a default.
Also queries as short JSON, without what is a default. Pure; nothing fails.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel

from semantic_layer.query import SemanticQuery, json_schema

_SHORT = {"string": "str", "integer": "int", "number": "num", "boolean": "bool", "null": "null"}


@cache
def grammar() -> str:
    """The types of a query, one a line, `Query` first. A union that occurs again has a name of its own."""
    schema = json_schema()
    definitions: Mapping[str, Any] = schema["$defs"]
    named = {
        _union(definitions["And"]["properties"]["filters"]["items"]): "Filter",
        _union(definitions["Aggregate"]["properties"]["group_by"]["items"]): "GroupBy",
        _union(definitions["ByTime"]["properties"]["grain"]): "Grain",
        _union(definitions["Having"]["properties"]["part"]): "OutputPart",
    }
    lines = [f"Query={_union(schema)}"]
    lines += [f"{name}={union}" for union, name in named.items()]
    lines += [f"{name}={{{_fields(body, named)}}}" for name, body in definitions.items()]
    return "\n".join(lines)


def _fields(body: Mapping[str, Any], named: Mapping[str, str]) -> str:
    needed = body.get("required", ())
    fields = []
    for name, field in body["properties"].items():
        if "const" in field:
            fields.append(f'{name}:"{field["const"]}"')
        else:
            fields.append(f"{name}{'' if name in needed else '?'}:{_type(field, named)}")
    return ",".join(fields)


def _type(field: Mapping[str, Any], named: Mapping[str, str]) -> str:
    if "$ref" in field:
        return str(field["$ref"]).rpartition("/")[2]
    if "enum" in field:
        values = "|".join(f'"{value}"' for value in field["enum"])
        return named.get(values, values)
    if "const" in field:
        return f'"{field["const"]}"'
    options = field.get("anyOf") or field.get("oneOf")
    if options:
        kinds = [_type(option, named) for option in options if option.get("type") != "null"]
        union = "|".join(dict.fromkeys(kinds))
        return named.get(union, union)
    if field.get("type") == "array":
        inner = _type(field["items"], named) if "items" in field else "any"
        return f"({inner})[]" if "|" in inner else f"{inner}[]"
    return "date" if field.get("format") == "date" else _SHORT.get(str(field.get("type")), "any")


def _union(field: Mapping[str, Any]) -> str:
    return _type(field, {})


def short(query: SemanticQuery | BaseModel) -> dict[str, Any]:
    """A query as JSON without what is a default; kinds stay.

    >>> from semantic_layer.query import Aggregate, MetricUse
    >>> short(Aggregate(metrics=(MetricUse(metric="sales"),)))
    {'kind': 'aggregate', 'metrics': [{'kind': 'metric', 'metric': 'sales'}]}
    """
    found: dict[str, Any] = {}
    for name, field in type(query).model_fields.items():
        value = getattr(query, name)
        if name == "kind" or value != field.get_default(call_default_factory=True):
            found[name] = _short(value)
    return found


def _short(value: object) -> Any:  # noqa: ANN401 - JSON of any shape
    if isinstance(value, BaseModel):
        return short(value)
    if isinstance(value, tuple):
        return [_short(item) for item in value]
    return value.isoformat() if hasattr(value, "isoformat") else value
