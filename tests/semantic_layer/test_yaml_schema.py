"""The JSON Schema of a domain folder: the built-in domains fit it, what the loader refuses for its shape does not."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

import prompts
from semantic_layer.errors import ModelError
from semantic_layer.loader import domain_folder, json_schema, load
from semantic_layer.yaml_marks import plain, read_tree
from tests.domains.clinic_data import CLINIC

Schema = dict[str, Any]
_TYPES = {
    "string": str,
    "object": dict,
    "array": list,
    "boolean": bool,
    "null": type(None),
    "integer": int,
    "number": (int, float),
}


def violations(schema: Schema, value: object, root: Schema, path: str = "") -> list[str]:
    """What a small validator finds: only the words of JSON Schema that ours uses."""
    if "$ref" in schema:
        return violations(root["$defs"][schema["$ref"].rsplit("/", 1)[-1]], value, root, path)
    found: list[str] = []
    for branches in (schema.get("anyOf"), schema.get("oneOf")):
        results = [violations(branch, value, root, path) for branch in branches or ()]
        if results and all(results):
            found += sorted(results, key=len)[0]
    if not _is_of_type(schema.get("type"), value):
        found.append(f"{path}: {value!r} is no {schema['type']}")
    elif value not in schema.get("enum", [value]) or value != schema.get("const", value):
        found.append(f"{path}: {value!r}")
    elif isinstance(value, dict):
        found += _in_object(schema, value, root, path)
    elif isinstance(value, list) and isinstance(schema.get("items"), dict):
        found += [v for i, item in enumerate(value) for v in violations(schema["items"], item, root, f"{path}/{i}")]
    return found


def _is_of_type(wanted: str | list[str] | None, value: object) -> bool:
    names = [wanted] if isinstance(wanted, str) else wanted or []
    return not names or any(isinstance(value, _TYPES[name]) for name in names)  # type: ignore[arg-type]


def _in_object(schema: Schema, value: dict[str, object], root: Schema, path: str) -> list[str]:
    known, extra = schema.get("properties", {}), schema.get("additionalProperties", True)
    found = [f"{path}: needs {key}" for key in schema.get("required", []) if key not in value]
    for key, item in value.items():
        below = known.get(key, extra)
        if below is False:
            found.append(f"{path}: {key}")
        elif isinstance(below, dict):
            found += violations(below, item, root, f"{path}/{key}")
    return found


def folder_as_json(folder: Path) -> dict[str, object]:
    trees = {path.name: read_tree(path, path.name)[0] for path in folder.glob("*.yaml")}
    return {name: plain(tree) for name, tree in trees.items() if tree is not None}


@pytest.mark.parametrize("folder", [CLINIC, domain_folder("retail")], ids=["clinic", "retail"])
def test_the_domains_fit(folder: Path) -> None:
    schema = json_schema()
    assert violations(schema, folder_as_json(folder), schema) == []


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("metrics", "measure: fee_sum", "mesure: fee_sum"),
        ("tags", "last_date: attend", "last_dat: attend"),
        ("tables", "primary_key: visit_id", "primary: visit_id"),
        ("domain", "currency: €", "curency: €"),
        ("domain", "entity: patient\n", ""),
        ("dimensions", "index_values: true", "index_values: 1.5"),
        ("dimensions", "en: female,", "english: female,"),
        ("roles", "may_list: true", "may_list: 2"),
        ("joins", "detail: true", "details: true"),
        ("segments", "where: {visit_habit: regular}", "where: regular"),
    ],
)
def test_what_the_loader_refuses_does_not_fit(tmp_path: Path, file: str, old: str, new: str) -> None:
    folder = tmp_path / "clinic"
    shutil.copytree(CLINIC, folder)
    path = folder / f"{file}.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    schema = json_schema()
    assert violations(schema, folder_as_json(folder), schema)
    with pytest.raises(ModelError):
        load(folder)


def _keys(node: object) -> set[str]:
    if isinstance(node, list):
        return {key for item in node for key in _keys(item)}
    if not isinstance(node, dict):
        return set()
    own = set(node.get("properties", {}))
    return own | {key for item in node.values() for key in _keys(item)}


def test_every_key_is_in_the_readme() -> None:
    text = (Path(prompts.FOLDER).parent / "semantic_layer" / "README.md").read_text(encoding="utf-8")
    missing = {key for key in _keys(json_schema()) if not re.search(rf"(?<!\w){re.escape(key)}(?!\w)", text)}
    assert missing == set()


def test_the_python_and_the_metric_of_the_readme_work(tmp_path: Path) -> None:
    text = (Path(prompts.FOLDER).parent / "semantic_layer" / "README.md").read_text(encoding="utf-8")
    (python,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    exec(python, {})  # noqa: S102 - our own documentation
    metric = re.findall(r"```yaml\n# metrics.yaml\n(.*?)```", text, re.DOTALL)[0]
    folder = tmp_path / "retail"
    shutil.copytree(domain_folder("retail"), folder)
    with (folder / "metrics.yaml").open("a", encoding="utf-8") as out:
        out.write("\n" + metric)
    assert "weekend_orders" in load(folder).metrics
