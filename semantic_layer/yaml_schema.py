"""The JSON Schema of a domain folder: what an editor needs to complete and check the YAML.

In: the model classes (`folder`). Out: one schema with a property per file, short forms included. Names that must agree with each
other are `lint`'s matter, not a schema's. Nothing fails.
"""

from copy import deepcopy
from typing import Any

from semantic_layer.folder import DOMAIN, KINDS, LISTS, OF_DIMENSION

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_WORD: Schema = {"type": ["string", "number"]}
_VALUE_NAMES: Schema = {
    "type": "object",
    "properties": {
        "zh": _TEXT,
        "en": _TEXT,
        "label": {"$ref": "#/$defs/Text"},
        "synonyms": {"$ref": "#/$defs/Words"},
        "definition": {"$ref": "#/$defs/Text"},
    },
    "additionalProperties": False,
}


def json_schema() -> Schema:
    """A JSON Schema (2020-12): an object with a property for each file of the folder."""
    definitions: Schema = {}
    files: Schema = {"domain.yaml": _entry(DOMAIN.adapter.json_schema(), definitions)}
    for kind, shape in KINDS.items():
        entry = _entry(
            _plain_query(shape.adapter.json_schema()) if kind == "verified" else shape.adapter.json_schema(), definitions
        )
        if kind not in LISTS:
            _named_by_its_key(entry, definitions)
        files[f"{kind}.yaml"] = (
            {"type": "array", "items": entry} if kind in LISTS else {"type": "object", "additionalProperties": entry}
        )
    _short_forms(files, definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Wenke domain folder",
        "type": "object",
        "properties": files,
        "required": ["domain.yaml", "tables.yaml", "roles.yaml"],
        "additionalProperties": False,
        "$defs": definitions,
    }


def _plain_query(schema: Schema) -> Schema:
    """A query is written by `wenke learn`, and read by `SemanticQuery`: an editor need not know its parts."""
    query: Schema = {"type": "object", "description": "A SemanticQuery, as wenke ask --json shows it"}
    return {**schema, "properties": {**schema["properties"], "query": query}, "$defs": {}}


def _entry(schema: Schema, definitions: Schema) -> Schema:
    """A schema whose definitions moved to the common ones."""
    entry = deepcopy(schema)
    definitions.update(entry.pop("$defs", {}))
    return entry


def _named_by_its_key(entry: Schema, definitions: Schema) -> None:
    """The name of an entry is its key in the file, not a field."""
    for branch in entry.get("oneOf", [entry]):
        target = definitions[branch["$ref"].rsplit("/", 1)[-1]] if "$ref" in branch else branch
        target["properties"].pop("name", None)
        target["required"] = [key for key in target.get("required", []) if key != "name"]


def _short_forms(files: Schema, definitions: Schema) -> None:
    """What `shorthand` accepts beside the fields of the model."""
    text = definitions["Text"]
    definitions["Text"] = {"anyOf": [_TEXT, text]}
    for words in definitions["Words"]["properties"].values():
        words.pop("items", None)
        words.update({"type": ["array", "string", "number"], "items": _WORD})
    files["domain.yaml"]["required"] = [key for key in files["domain.yaml"]["required"] if key != "name"]
    _tables(files["tables.yaml"]["additionalProperties"]["properties"], definitions)
    on = files["joins.yaml"]["items"]["properties"]
    on["on"] = {"anyOf": [_TEXT, {"type": "object", "additionalProperties": _TEXT}, on["on"]]}
    dimension = files["dimensions.yaml"]["additionalProperties"]["properties"]
    _values(dimension, definitions)
    del dimension["tag"]
    segment = files["segments.yaml"]["additionalProperties"]
    segment["properties"]["where"] = {"type": "object", "description": "A filter: {tag: value}, all, any, not; or kind …"}
    segment["required"] = ["label", "where"]
    _tags(files["tags.yaml"]["additionalProperties"], dimension)


def _tables(table: Schema, definitions: Schema) -> None:
    column = {key: deepcopy(value) for key, value in definitions["TableColumn"]["properties"].items() if key != "name"}
    short = {"anyOf": [column["type"], {"type": "object", "properties": column, "additionalProperties": False}]}
    table["columns"] = {"anyOf": [{"type": "object", "additionalProperties": short}, table["columns"]]}
    table["primary_key"] = {"anyOf": [_TEXT, table["primary_key"]]}


def _values(dimension: Schema, definitions: Schema) -> None:
    value = definitions["Value"]
    value["properties"] |= {"zh": _TEXT, "en": _TEXT}
    value["required"] = ["value"]
    named = {"type": "object", "additionalProperties": {"anyOf": [_TEXT, _VALUE_NAMES]}}
    dimension["values"] = {"anyOf": [_TEXT, named, dimension["values"]]}


def _tags(entry: Schema, dimension: Schema) -> None:
    """A tag's own keys, those of its dimension, and its computation under the name of its kind."""
    entry["properties"] |= {key: deepcopy(dimension[key]) for key in OF_DIMENSION}
    entry["properties"] |= {
        "window": {"$ref": "#/$defs/Window"},
        "latest": {"$ref": "#/$defs/Latest"},
        "favourite": {"$ref": "#/$defs/Favourite"},
        "last_date": {"anyOf": [_TEXT, {"$ref": "#/$defs/LastDate"}]},
        "expression": {"anyOf": [_TEXT, {"$ref": "#/$defs/Expression"}]},
        "cases": {"type": "array", "items": {"$ref": "#/$defs/Case"}, "minItems": 1},
    }
    entry["required"] = []
    ways = ("compute", "window", "latest", "favourite", "last_date", "expression", "cases")
    entry["oneOf"] = [{"required": [way]} for way in ways]
