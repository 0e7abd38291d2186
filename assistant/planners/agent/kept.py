"""What of a question has no place in a query: nothing that somebody said may vanish, wherever else a model writes it.

In: the queries of a model, as it wrote them and as they are read; SQL of a model; the veiled question. Out: texts for the model,
empty where all is kept. A value counts in the `values` of a predicate alone, a segment in `segment`, a metric in `metric`, a number
where a number of its sort belongs; in SQL in what filters rows. A name or a comment keeps nothing. Never fails.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from pydantic import BaseModel

from assistant.language.mentions import Piece
from assistant.language.values import Sense
from assistant.planners.agent.veil import Hidden, Veil
from assistant.planners.agent.veiling import Veiled
from semantic_layer.errors import UnsafeSQLError
from semantic_layer.governed import Conditions, conditions_of
from semantic_layer.model import SemanticModel
from semantic_layer.outside import parse_outside
from semantic_layer.query import InSegment, Period, Predicate
from semantic_layer.shown import constants_shown

_TOKEN = re.compile(r"<([vpxnt]\d{1,3})(?:\.(?:start|end))?>")
_TIMES = frozenset({"period", "start", "end", "as_of", "values"})
_TESTS = frozenset({"values", "value", "at_least", "at_most", "within_days", "factor"})
"""Where a threshold stands: tests of a dimension, of a metric, of how often and how soon something was done."""
_AMOUNTS = _TESTS | {"edges", "width", "offsets", "percentile", "limit"}
_NO_COUNT = frozenset({"currency", "compared", "percent", "fraction", "discount", "factor"})
"""Words of a hint that say that a number counts no rows."""
_FIRST_MARK = 990_017_000


def nodes(part: BaseModel) -> Iterator[BaseModel]:
    """Every piece of a query, itself first."""
    yield part
    for name in type(part).model_fields:
        value = getattr(part, name)
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, BaseModel):
                yield from nodes(item)


def unused(asked: Veiled, written: Iterable[Any]) -> tuple[str, ...]:
    """The placeholders of the question that stand nowhere in these queries, or where they do nothing."""
    used, wasted = set[str](), set[str]()
    for owner, key, text in (place for body in written for place in _places(body)):
        for found in _TOKEN.finditer(text):
            known = asked.veil.literals.get(found[1])
            if known is not None:
                (used if _fits(known, owner, key) else wasted).add(found[1])
    wasted = {name for name in wasted if name.startswith("n")}  # 4321 yuan as a limit is no less odd beside a test of it
    return tuple(n for n, known in asked.veil.literals.items() if (known.needed and n not in used) or n in wasted)


def _places(node: Any, key: str = "", owner: str = "") -> Iterator[tuple[str, str, str]]:  # noqa: ANN401 - JSON of any shape
    """Each text of a query with its field and what that is a field of."""
    if isinstance(node, Mapping):
        own = str(node.get("kind", key))
        for name, item in node.items():
            yield from _places(item, str(name), own)
    elif isinstance(node, list | tuple):
        for item in node:
            yield from _places(item, key, owner)
    elif isinstance(node, str):
        yield owner, key, node


def _fits(known: Hidden, owner: str, key: str) -> bool:
    """Whether a value does something in a field."""
    if known.kind == "t":
        return key in _TIMES
    if known.kind == "n":
        return key in _numeric(known)
    return (owner, key) == ("predicate", "values") or (known.hint == "digits" and key in _AMOUNTS)


def _numeric(known: Hidden) -> frozenset[str]:
    words = set(known.hint.split())
    if "compared" in words:
        return _TESTS
    return _AMOUNTS - {"limit"} if words & _NO_COUNT else _AMOUNTS


def lost(asked: Veiled, queries: Iterable[BaseModel], model: SemanticModel) -> tuple[str, ...]:
    """The declared values and segments of the question that no condition of these queries holds."""
    parts = [node for query in queries for node in nodes(query)]
    return tuple(
        p.text for p in _conditions(asked) if not any(_holds(sense, node, model) for sense in p.senses for node in parts)
    )


def _conditions(asked: Veiled) -> Iterator[Piece]:
    """What rules took for nothing but declared values or segments."""
    for piece in asked.cover:
        if piece.senses and all(sense.kind in ("value", "segment") and not sense.stored for sense in piece.senses):
            yield piece


def _holds(sense: Sense, node: BaseModel, model: SemanticModel) -> bool:
    if sense.kind == "segment":
        return isinstance(node, InSegment) and node.segment == sense.name
    if not isinstance(node, Predicate):
        return False
    if not isinstance(sense.value, str):
        return node.member == sense.name
    return sense.value in node.values and (node.member == sense.name or _declares(node.member, sense.value, model))


def _declares(member: str, value: str, model: SemanticModel) -> bool:
    dimension = model.dimensions.get(member)
    return dimension is not None and any(each.value == value for each in dimension.values)


def missing(asked: Veiled, queries: Iterable[BaseModel], elsewhere: frozenset[str]) -> tuple[str, ...]:
    """The metrics that the question names for certain and no query measures. `elsewhere`: what rules measure."""
    measured = {getattr(node, "metric", None) for query in queries for node in nodes(query)} | elsewhere
    found = []
    for piece in asked.cover:
        certain = piece.quality == 1.0 and piece.senses and all(sense.kind == "metric" for sense in piece.senses)
        if certain and not any(sense.name in measured for sense in piece.senses):
            found.append(piece.text)
    return tuple(found)


# --- SQL -----------------------------------------------------------------------------------------------------------------


def left_out_of(sql: str, asked: Veiled) -> tuple[str, ...]:
    """What the question has and the conditions of a statement have not; nothing of SQL that cannot be read at all, which says so
    when it is tried."""
    marks = _marked(asked.veil)
    try:
        found = conditions_of(marks.sql(sql))
    except UnsafeSQLError:
        return () if _is_broken(asked.veil.sql(sql)) else tuple(f"<{name}>" for name in _needed(asked.veil))
    names = [f"<{name}>" for name in _needed(asked.veil) if not _is_tested(marks.literals[name], found)]
    return (*names, *(piece.text for piece in _conditions(asked) if not any(_in_sql(sense, found) for sense in piece.senses)))


def made_up(sql: str, asked: Veiled) -> tuple[str, ...]:
    """The constants among what a statement shows, but for the question's own numbers; nothing of SQL that cannot be read."""
    marks = _marked(asked.veil)
    try:
        shown = constants_shown(parse_outside(marks.sql(sql)))
    except UnsafeSQLError:
        return ()
    own = tuple(str(mark.content) for mark in marks.literals.values())
    return tuple(sorted(text for text in shown if not any(mark in text for mark in own)))


def _needed(veil: Veil) -> Iterator[str]:
    return (name for name, known in veil.literals.items() if known.needed)


def _is_broken(text: str) -> bool:
    try:
        conditions_of(text)
    except UnsafeSQLError:
        return True
    return False


def _marked(veil: Veil) -> Veil:
    """The same placeholders over contents that nobody writes: where such a literal stands, the placeholder stood."""
    return Veil({name: replace(k, content=_mark(at, k), spelled=()) for at, (name, k) in enumerate(veil.literals.items())})


def _mark(at: int, known: Hidden) -> str | int | Period:
    if isinstance(known.content, Period):
        return Period(start=date(9000 + at, 1, 1), end=date(9000 + at, 12, 31))
    return f"<{known.name}>" if isinstance(known.content, str) else _FIRST_MARK + at


def _is_tested(mark: Hidden, found: Conditions) -> bool:
    content = mark.content
    wanted = (str(content.start), str(content.end)) if isinstance(content, Period) else (str(content),)
    literals = found.literals | (found.limits if mark.kind in "nx" and "limit" in _numeric(mark) else frozenset())
    return any(text in literal for literal in literals for text in wanted)


def _in_sql(sense: Sense, found: Conditions) -> bool:
    """A segment has no name in SQL: whether it is kept, nobody can say."""
    if sense.kind == "segment":
        return False
    if isinstance(sense.value, str):
        return any(sense.value in literal for literal in found.literals)
    return sense.name.lower() in found.columns
