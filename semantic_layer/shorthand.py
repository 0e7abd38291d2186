"""The short forms that YAML may use, written out as the fields of the model.

In: the tree of one entry as its author wrote it. Out: the tree that `model` (or `query`, for filters) describes. Nothing fails:
what no short form explains is passed on as it is, and the model says what is wrong with it, at its line.
"""

from collections.abc import Callable, Mapping
from typing import Literal

from semantic_layer.yaml_marks import Leaf, Listed, Mapped, Plain, Tree, leaf

Kind = Literal[
    "tables",
    "joins",
    "entities",
    "dimensions",
    "measures",
    "metrics",
    "behaviours",
    "segments",
    "tags",
    "roles",
    "questions",
    "synonyms",
    "verified",
]
_COMPUTATIONS = ("window", "last_date", "latest", "favourite", "expression", "cases")
_METRIC_SIGNS = (
    ("measure", "simple"),
    ("numerator", "ratio"),
    ("at_least", "members"),
    ("expr", "derived"),
    ("base", "conversion"),
    ("metric", "cumulative"),
)
_OPERATORS = frozenset(
    ("=", "!=", ">", ">=", "<", "<=", "in", "not in", "between", "is null", "is not null", "contains", "starts with")
)
_TEXTS = ("label", "description", "definition", "unit")
_WORDS = ("synonyms", "verbs")


def in_full(kind: Kind, tree: Tree) -> Tree:
    """An entry of a file of that kind with its short forms written out."""
    if not isinstance(tree, Mapped):
        return tree
    tree = _words_and_texts(tree)
    extra = _BY_KIND.get(kind)
    return extra(tree) if extra is not None else tree


def _change(tree: Mapped, **ways: Callable[[Tree], Tree]) -> Mapped:
    return tree.with_items(**{key: way(tree.items[key]) for key, way in ways.items() if key in tree.items})


def _words_and_texts(tree: Mapped) -> Mapped:
    return _change(tree, **dict.fromkeys(_TEXTS, _text), **dict.fromkeys(_WORDS, _words))


def _text(tree: Tree) -> Tree:
    """`¥` stands for `{zh: ¥, en: ¥}`."""
    if isinstance(tree, Leaf) and tree.value is not None:
        same = leaf(tree.text, tree.line)
        return Mapped(tree.line, {"zh": same, "en": same}, {"zh": tree.line, "en": tree.line})
    return tree


def _words(tree: Tree) -> Tree:
    """A word may be written as a number (618), and a single one without a list."""
    if not isinstance(tree, Mapped):
        return tree
    return tree.with_items(**{lang: _texts(words) for lang, words in tree.items.items()})


def _texts(tree: Tree) -> Tree:
    if isinstance(tree, Leaf):
        return Listed(tree.line, (leaf(tree.text, tree.line),))
    if isinstance(tree, Listed):
        return Listed(tree.line, tuple(leaf(w.text, w.line) if isinstance(w, Leaf) else w for w in tree.items))
    return tree


def _one_or_more(tree: Tree) -> Tree:
    return Listed(tree.line, (tree,)) if isinstance(tree, Leaf) else tree


# --- tables and joins ----------------------------------------------------------------------------------------------------


def _columns(tree: Tree) -> Tree:
    """`{order_id: integer, phone: {type: text, pii: phone}}` stands for a list of columns."""
    if not isinstance(tree, Mapped):
        return tree
    return Listed(tree.line, tuple(_column(name, tree.lines[name], column) for name, column in tree.items.items()))


def _column(name: str, line: int, tree: Tree) -> Mapped:
    fields = tree if isinstance(tree, Mapped) else Mapped(line, {"type": tree}, {"type": line})
    return Mapped(line, {"name": leaf(name, line), **fields.items}, {"name": line, **fields.lines})


def _table(tree: Mapped) -> Tree:
    return _change(tree, primary_key=_one_or_more, columns=_columns)


def _on(tree: Tree) -> Tree:
    """`customer_id` stands for the pair (customer_id, customer_id), `{home_store_id: store_id}` for that pair."""
    if isinstance(tree, Leaf):
        return Listed(tree.line, (Listed(tree.line, (tree, tree)),))
    if isinstance(tree, Mapped):
        pairs = tuple(Listed(tree.lines[a], (leaf(a, tree.lines[a]), b)) for a, b in tree.items.items())
        return Listed(tree.line, pairs)
    return tree


def _join(tree: Mapped) -> Tree:
    return _change(tree, on=_on)


# --- dimensions and their values -----------------------------------------------------------------------------------------


def values_in_full(tree: Tree, type_: str) -> Tree:
    """`{华东: East China}` and `{华东: {en: East China, synonyms: …}}` stand for a list of values; `type_` is the dimension's."""
    if isinstance(tree, Mapped):
        return Listed(tree.line, tuple(_named_value(key, tree.lines[key], item, type_) for key, item in tree.items.items()))
    if isinstance(tree, Listed):
        return Listed(tree.line, tuple(_value(item) for item in tree.items))
    return tree


def _named_value(key: str, line: int, tree: Tree, type_: str) -> Tree:
    value = leaf(_typed(key, type_), line)
    if isinstance(tree, Leaf):
        english = leaf(tree.text, tree.line)
        tree = Mapped(line, {"zh": leaf(key, line), "en": english}, {"zh": line, "en": tree.line})
    if not isinstance(tree, Mapped):
        return tree
    if "label" not in tree.items and "zh" not in tree.items:
        tree = tree.with_items(zh=leaf(key, line))
    return _value(Mapped(line, {"value": value, **tree.items}, {"value": line, **tree.lines}))


def _typed(key: str, type_: str) -> Plain:
    if type_ == "boolean" and key in ("true", "false"):
        return key == "true"
    return int(key) if type_ == "integer" and key.lstrip("-").isdigit() else key


def _value(tree: Tree) -> Tree:
    """`zh` and `en` of a value are its label."""
    if not isinstance(tree, Mapped):
        return tree
    names = tree.only(("zh", "en"))
    if "label" not in tree.items and names.items:
        tree = tree.without("zh", "en").with_items(label=Mapped(tree.line, names.items, names.lines))
    return _words_and_texts(tree)


def type_of(tree: Mapped) -> str:
    """The `type` that a dimension or tag declares, or the usual one."""
    declared = tree.items.get("type")
    return declared.text if isinstance(declared, Leaf) else "text"


def _dimension(tree: Mapped) -> Tree:
    return _change(tree, values=lambda values: values_in_full(values, type_of(tree)))


# --- metrics and tags ----------------------------------------------------------------------------------------------------


def _metric(tree: Mapped) -> Tree:
    """The kind of a metric follows from its keys."""
    if "kind" in tree.items:
        return tree
    kind = next((kind for key, kind in _METRIC_SIGNS if key in tree.items), "simple")
    return tree.with_items(kind=leaf(kind, tree.line))


def _tag(tree: Mapped) -> Tree:
    """`window: {…}` stands for `compute: {kind: window, …}`; so do `cases: […]` and `expression: "…"`."""
    kinds = [kind for kind in _COMPUTATIONS if kind in tree.items]
    if len(kinds) == 1 and "compute" not in tree.items:
        kind = kinds[0]
        line, body = tree.lines[kind], tree.items[kind]
        tree = tree.without(kind)
        tree = tree.with_items(compute=_computation(kind, line, body))
        if "type" not in tree.items:
            tree = _with_usual_type(tree, kind, body)
    return _dimension(tree)


def _computation(kind: str, line: int, body: Tree) -> Mapped:
    short = {"cases": "cases", "expression": "expr", "last_date": "behaviour"}.get(kind)
    if short is not None and not isinstance(body, Mapped):
        body = Mapped(line, {short: body}, {short: line})
    fields = body if isinstance(body, Mapped) else Mapped(line, {kind: body}, {kind: line})
    return Mapped(line, {"kind": leaf(kind, line), **fields.items}, {"kind": line, **fields.lines})


def _with_usual_type(tree: Mapped, kind: str, body: Tree) -> Mapped:
    """Cases give text (or truth values), a last date a date, a favourite a text; anything else has to say."""
    if kind == "cases":
        items = body.items if isinstance(body, Listed) else ()
        given = [i.items["value"] for i in items if isinstance(i, Mapped) and "value" in i.items]
        is_boolean = bool(given) and all(isinstance(v, Leaf) and isinstance(v.value, bool) for v in given)
        return tree.with_items(type=leaf("boolean" if is_boolean else "text", tree.line))
    usual = {"last_date": "date", "favourite": "text"}.get(kind)
    return tree.with_items(type=leaf(usual, tree.line)) if usual is not None else tree


# --- filters of the query language ---------------------------------------------------------------------------------------


def filter_in_full(tree: Tree) -> Tree:
    """`{value_tier: 高价值}`, `{age: {">=": 35}}`, `{all: […]}`, `{any: […]}`, `{not: …}` as filters of the query language."""
    if not isinstance(tree, Mapped) or "kind" in tree.items:
        return tree
    tests = tuple(_test(key, tree.lines[key], item) for key, item in tree.items.items())
    return tests[0] if len(tests) == 1 else _node("and", tree.line, filters=Listed(tree.line, tests))


def _test(key: str, line: int, tree: Tree) -> Tree:
    if key in ("all", "any") and isinstance(tree, Listed):
        filters = Listed(tree.line, tuple(filter_in_full(item) for item in tree.items))
        return _node("and" if key == "all" else "or", line, filters=filters)
    if key == "not":
        return _node("not", line, filter=filter_in_full(tree))
    if isinstance(tree, Mapped) and len(tree.items) == 1 and next(iter(tree.items)) in _OPERATORS:
        ((operator, values),) = tree.items.items()
        return _predicate(key, line, operator, values)
    return _predicate(key, line, "in" if isinstance(tree, Listed) else "=", tree)


def _predicate(member: str, line: int, operator: str, values: Tree) -> Mapped:
    return _node("predicate", line, member=leaf(member, line), op=leaf(operator, line), values=_one_or_more(values))


def _node(kind: str, line: int, **fields: Tree) -> Mapped:
    return Mapped(line, {"kind": leaf(kind, line), **fields}, dict.fromkeys(("kind", *fields), line))


_BY_KIND: Mapping[str, Callable[[Mapped], Tree]] = {
    "tables": _table,
    "joins": _join,
    "dimensions": _dimension,
    "metrics": _metric,
    "tags": _tag,
}
