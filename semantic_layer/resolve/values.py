"""Tests of a dimension: the column as seen from a base, and the values that it is compared with.

In: a `Predicate` and the base table. Out: a `Test` with literals of the dimension's type, or None with issues noted: what cannot be
reached, may not be read, is of another type, or is no value of the dimension.
"""

from datetime import datetime

from semantic_layer.catalog import nearest
from semantic_layer.model import Dimension
from semantic_layer.plan import Condition, Literals, Ref, Test
from semantic_layer.query import Predicate, Scalar
from semantic_layer.resolve.context import Resolution

_NUMERIC = ("integer", "decimal", "number")
_RISING = (">", ">=", "<", "<=", "between")


def tested(r: Resolution, where: Predicate, base: str, path: str) -> Condition | None:
    dimension = r.dimension(where.member, path)
    if dimension is None:
        return None
    ref: Ref | None
    if where.as_of is not None:
        ref = r.history(dimension, where, base, path)
    else:
        ref = r.column(dimension, base)
        if ref is None:
            r.note("unreachable-dimension", path, dimension=dimension.name, table=base)
    if ref is None or not _may_test(r, dimension, where, path):
        return None
    if dimension.ordered and where.op in _RISING:
        return _ordered(r, dimension, where, ref, path)
    values = _values(r, dimension, where, path)
    return None if values is None else Test(ref, where.op, values)


def stored_values(r: Resolution, where: Predicate, path: str) -> Literals | None:
    """The values that a condition names, as they stand in the column; None with issues noted."""
    dimension = r.dimension(where.member, path)
    return None if dimension is None or not _may_test(r, dimension, where, path) else _values(r, dimension, where, path)


def _may_test(r: Resolution, dimension: Dimension, where: Predicate, path: str) -> bool:
    """Personal data may not be filtered by, unless clear for the role, or looked up by exact value."""
    if dimension.pii is None or r.restricted.masks.get(dimension.pii) == "clear":
        return True
    if dimension.pii in r.restricted.role.lookup and where.op == "=":
        return True
    r.note("personal-data", path, name=dimension.name)
    return False


def _ordered(r: Resolution, dimension: Dimension, where: Predicate, ref: Ref, path: str) -> Condition | None:
    """金卡及以上: the declared values from there on."""
    stored = [v.value for v in dimension.values]
    bounds = [v for v in where.values if v in stored]
    if len(bounds) != len(where.values):
        _unknown_value(r, dimension, next(v for v in where.values if v not in stored), path)
        return None
    at = [stored.index(v) for v in bounds if not isinstance(v, float)]
    chosen = {
        ">=": stored[at[0] :],
        ">": stored[at[0] + 1 :],
        "<=": stored[: at[0] + 1],
        "<": stored[: at[0]],
        "between": stored[min(at) : max(at) + 1],
    }[where.op]
    if not chosen:
        r.note("empty-range", path, name=dimension.name, value=str(where.values[0]))
        return None
    return Test(ref, "in", tuple(chosen))


def _unknown_value(r: Resolution, dimension: Dimension, value: Scalar, path: str) -> None:
    names = [str(v.value) for v in dimension.values]
    close = nearest(str(value), names) or tuple(names[:3])
    r.note("unknown-value", path, suggestions=close, dimension=dimension.name, value=str(value))


def _values(r: Resolution, dimension: Dimension, where: Predicate, path: str) -> Literals | None:
    """The literals of a test, of the dimension's type; notes `type-mismatch` and `unknown-value`."""
    if where.op in ("contains", "starts with") and dimension.type != "text":
        r.note("type-mismatch", path, dimension=dimension.name, value=str(where.values[0]), type=dimension.type)
        return None
    if where.op in _RISING and dimension.type in ("text", "boolean"):
        r.note("not-ordered", path, dimension=dimension.name)
        return None
    for value in where.values:
        if not _fits(value, dimension):
            r.note("type-mismatch", path, dimension=dimension.name, value=str(value), type=dimension.type)
            return None
        closed = dimension.values and not dimension.index_values and where.op in ("=", "!=", "in", "not in")
        if closed and value not in [v.value for v in dimension.values]:
            _unknown_value(r, dimension, value, path)
            return None
    values = tuple(_stored(value, dimension) for value in where.values)
    return tuple(sorted(values)) if where.op == "between" else values


def _fits(value: Scalar, dimension: Dimension) -> bool:
    if dimension.type in _NUMERIC:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if dimension.type == "boolean":
        return isinstance(value, bool)
    if dimension.type in ("date", "timestamp"):
        return isinstance(value, str) and _moment(value) is not None
    return isinstance(value, str)


def _moment(text: str) -> datetime | None:
    """The date or time that an ISO text means; None where it is none, or has a time zone."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if found.tzinfo is not None else found


def _stored(value: Scalar, dimension: Dimension) -> Scalar:
    """Dates in the one form that every engine reads; a timestamp compared with a day stays a day."""
    moment = _moment(value) if isinstance(value, str) and dimension.type in ("date", "timestamp") else None
    if moment is None:
        return value
    day_only = dimension.type == "date" or len(str(value)) <= len("2026-01-01")
    return moment.date().isoformat() if day_only else moment.isoformat(sep=" ")
