"""The columns of a model's query are called by us: what it calls them would stand in an answer as if it were ours.

In: a query, the model as its asker sees it, a language. Out: the same query without names, but for names of ours where one metric
is measured twice or a step of a funnel comes again; orders and tests that used the names follow. Pure; nothing fails.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from assistant.qa import Lang
from semantic_layer.model import SemanticModel
from semantic_layer.query import SemanticQuery, from_json

_MOST = 40
"""Characters of a name."""
_Json = dict[str, Any]


def named_by_us(query: SemanticQuery, model: SemanticModel, lang: Lang) -> SemanticQuery:
    """The query with our names in it and in the queries inside it."""
    body = query.model_dump(mode="json")
    for node in _dicts(body):
        if node.get("kind") == "funnel":
            _name_steps(node["steps"], model, lang)
        elif "metrics" in node or "columns" in node:
            _name_columns(node, model, lang)
    return from_json(json.dumps(body, ensure_ascii=False))


def unnamed(body: _Json) -> _Json:
    """A query as short JSON without any name: what an earlier one was called may hold values."""
    for node in _dicts(body):
        renamed = {use["name"]: _own(use) for use in _uses(node) if use.get("name")}
        _rename((*(node.get("order") or ()), *(node.get("having") or ())), renamed)
        for part in (*_uses(node), *(node.get("steps") or ())):
            part.pop("name", None)
    return body


def _uses(node: _Json) -> list[_Json]:
    """What a query or a list measures."""
    return [use for use in node.get("metrics") or node.get("columns") or () if use["kind"] in ("metric", "calculation")]


def _dicts(node: Any) -> Iterator[_Json]:  # noqa: ANN401 - JSON of any shape
    if isinstance(node, dict):
        yield node
    for item in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _dicts(item)


def _name_steps(steps: list[_Json], model: SemanticModel, lang: Lang) -> None:
    """Steps are shown under the names of their behaviours."""
    done = Counter[str]()
    for step in steps:
        done[step["behaviour"]] += 1
        again = f"{model.label(step['behaviour'], lang)} {done[step['behaviour']]}"
        step["name"] = again if done[step["behaviour"]] > 1 else None


def _name_columns(node: _Json, model: SemanticModel, lang: Lang) -> None:
    uses = _uses(node)
    ours = [_own(use) for use in uses]
    several = {name for name, count in Counter(ours).items() if count > 1}
    taken, renamed = set[str](), dict[str, str]()
    for use, own in zip(uses, ours, strict=True):
        before = use["name"]
        use["name"] = _free(_told_apart(use, model, lang), taken) if own in several else None
        taken.add(use["name"] or own)
        if before is not None:
            renamed.setdefault(before, use["name"] or own)
    _rename((*(node.get("order") or ()), *(node.get("having") or ())), renamed)


def _rename(users: Iterable[_Json], renamed: Mapping[str, str]) -> None:
    for user in users:
        user["by"] = renamed.get(user["by"], user["by"])


def _own(use: _Json) -> str:
    """What a column is called that nobody named."""
    return str(use["metric"]) if use["kind"] == "metric" else f"{use['agg']}_{use['member']}"


def _told_apart(use: _Json, model: SemanticModel, lang: Lang) -> str:
    """The label with what narrows this use: the values of its conditions, its dates."""
    values = [str(value) for node in _dicts(use.get("where")) for value in node.get("values") or ()]
    days = [day for day in (use.get("period") or {}).values() if day]
    narrows = ", ".join((*values, *days))[:_MOST]
    label = model.label(use.get("metric") or use["member"], lang)
    return (f"{label} ({narrows})" if narrows else label).replace(":", " ")  # behind a colon stands a part of a metric


def _free(name: str, taken: set[str]) -> str:
    found, count = name, 1
    while found in taken:
        count += 1
        found = f"{name} {count}"
    return found
