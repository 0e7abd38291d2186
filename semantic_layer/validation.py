"""One entry of the YAML checked against its model class.

In: a tree in full and the class (or union) it should be. Out: the value, or issues with a line, what was expected and near
misses. Nothing is raised for what a file can hold.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from semantic_layer.catalog import nearest
from semantic_layer.issues import Issue, Place
from semantic_layer.yaml_marks import Mapped, Tree, line_at, plain

T = TypeVar("T")
_LANGUAGES = ("zh", "en")
_CODES: Mapping[str, str] = {
    "string_type": "needs-text",
    "bool_type": "needs-true-or-false",
    "bool_parsing": "needs-true-or-false",
    "int_type": "needs-number",
    "int_parsing": "needs-number",
    "int_from_float": "needs-number",
    "float_type": "needs-number",
    "float_parsing": "needs-number",
    "tuple_type": "needs-list",
    "list_type": "needs-list",
    "dict_type": "needs-mapping",
    "mapping_type": "needs-mapping",
    "model_type": "needs-mapping",
    "model_attributes_type": "needs-mapping",
    "date_from_datetime_parsing": "needs-date",
    "date_parsing": "needs-date",
}


@dataclass(frozen=True, slots=True)
class Shape(Generic[T]):
    """What an entry must look like. `adapter` validates it; the JSON schema (made only for issues) knows its keys."""

    adapter: TypeAdapter[T]

    def check(self, tree: Tree, file: str, name: str | None = None) -> tuple[T | None, tuple[Issue, ...]]:
        """The value of a tree (with `name` added), or what is wrong with it, each with file and line."""
        fields = plain(tree)
        if name is not None and isinstance(fields, dict):
            fields = {**fields, "name": name}
        try:
            return self.adapter.validate_python(fields), ()
        except ValidationError as error:
            schema = self.adapter.json_schema()
            found = (_issue(detail, tree, file, schema) for detail in error.errors(include_url=False, include_context=True))
            return None, _distinct(found)


def _distinct(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """A union reports a mistake once for each of its branches: once is enough."""
    seen: dict[tuple[str, int | None, str], Issue] = {}
    for issue in issues:
        seen.setdefault((issue.code, issue.where.line, issue.params.get("key", "")), issue)
    return tuple(seen.values())


def _issue(detail: ErrorDetails, tree: Tree, file: str, schema: dict[str, Any]) -> Issue:
    path: tuple[str | int, ...] = tuple(detail["loc"])
    kind, key = str(detail["type"]), str(path[-1]) if path else ""
    where = Place(file=file, line=line_at(tree, path))
    if kind == "extra_forbidden":
        known = _keys_at(schema, path[:-1])
        return Issue("unknown-key", where=where, params={"key": key}, suggestions=nearest(key, known) or known[:3])
    if kind == "missing":
        code = "missing-language" if key in _LANGUAGES else "missing-key"
        return Issue(
            code, where=where, params={"key": key, "owner": _owner(path)}, suggestions=_typed_instead(tree, path, schema)
        )
    value = str(detail.get("input", ""))[:80]
    if kind in ("literal_error", "union_tag_invalid"):
        allowed = _choices(detail)
        params = {"key": key, "value": value, "allowed": ", ".join(allowed)}
        return Issue("unknown-choice", where=where, params=params, suggestions=nearest(value, allowed) or allowed[:3])
    if kind in _CODES:
        return Issue(_CODES[kind], where=where, params={"key": key, "value": value})
    return Issue("wrong-value", where=where, params={"key": key, "value": value, "problem": str(detail["msg"])})


def _owner(path: tuple[str | int, ...]) -> str:
    names = [str(step) for step in path[:-1] if isinstance(step, str)]
    return names[-1] if names else "entry"


def _choices(detail: ErrorDetails) -> tuple[str, ...]:
    """The values that the error's own text lists: 'a', 'b' or 'c'."""
    context = detail.get("ctx", {})
    listed = str(context.get("expected") or context.get("expected_tags") or "")
    return tuple(word.strip().strip("'") for word in listed.replace(" or ", ", ").split(",") if word.strip())


def _typed_instead(tree: Tree, path: tuple[str | int, ...], schema: dict[str, Any]) -> tuple[str, ...]:
    """Where the missing key was perhaps misspelt: the unknown key that is most like it."""
    here: Tree = tree
    for step in path[:-1]:
        if isinstance(here, Mapped) and str(step) in here.items:
            here = here.items[str(step)]
    if not isinstance(here, Mapped):
        return ()
    known = set(_keys_at(schema, path[:-1]))
    near = nearest(str(path[-1]), (key for key in here.items if key not in known), limit=1)
    return tuple(f"{key} → {path[-1]}" for key in near)


# --- which keys a place of the schema knows ------------------------------------------------------------------------------


def _keys_at(schema: dict[str, Any], path: tuple[str | int, ...]) -> tuple[str, ...]:
    """The keys that the schema allows at a path of an error."""
    definitions: dict[str, Any] = schema.get("$defs", {})
    nodes = _branches(schema, definitions)
    for step in path:
        nodes = [b for node in nodes for child in _children(node, step) for b in _branches(child, definitions)] or nodes
    keys = dict.fromkeys(key for node in nodes for key in node.get("properties", {}))
    return tuple(key for key in keys if key != "name" or len(path) > 0)


def _branches(node: dict[str, Any], definitions: dict[str, Any]) -> list[dict[str, Any]]:
    if "$ref" in node:
        return _branches(definitions[str(node["$ref"]).rsplit("/", 1)[-1]], definitions)
    parts = node.get("anyOf") or node.get("oneOf")
    return [branch for part in parts for branch in _branches(part, definitions)] if parts else [node]


def _children(node: dict[str, Any], step: str | int) -> list[dict[str, Any]]:
    """What lies one step down: a key, an item of a list, or the branch of a union with that tag (which is the node itself)."""
    properties: dict[str, Any] = node.get("properties", {})
    if isinstance(step, int):
        return [node["items"]] if isinstance(node.get("items"), dict) else []
    if step in properties:
        return [properties[step]]
    if any(isinstance(p, dict) and p.get("const") == step for p in properties.values()):
        return [node]
    extra = node.get("additionalProperties")
    return [extra] if isinstance(extra, dict) else []
