"""What the attributes of a domain's entity hold, worked out from how their tags are computed.

In: a `SemanticModel` as one asker may see it. Out: `Attributes`: look-ups from what a question says (a metric in a window, the
last date of a behaviour, the favourite of a dimension) to the attribute that holds it. Never fails.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from pydantic import TypeAdapter

from assistant.language.values import Scalar
from semantic_layer.model import (
    Cases,
    Expression,
    Favourite,
    LastDate,
    Latest,
    SemanticModel,
    SimpleMetric,
    Window,
)
from semantic_layer.query import Filter, Predicate

NUMBERS = ("integer", "decimal", "number")
"""The types of dimensions that numbers can be compared with."""
_FILTER: TypeAdapter[Filter] = TypeAdapter(Filter)
_NO_NAMES = frozenset({"and", "or", "not"})


@dataclass(frozen=True, slots=True)
class Attributes:
    """`windows`: (metric, days or None) -> attribute; `latest`: metric -> attribute with each member's latest value; `lasts`,
    `days_since`: behaviour -> attribute with its last date, or days since; `favourite_of`: dimension -> attribute; `bands`:
    number -> the attribute that cuts it into bands; `segment_values`: segment -> the one dimension and value that it is."""

    windows: dict[tuple[str, int | None], str] = field(default_factory=dict)
    latest: dict[str, str] = field(default_factory=dict)
    lasts: dict[str, str] = field(default_factory=dict)
    days_since: dict[str, str] = field(default_factory=dict)
    favourite_of: dict[str, str] = field(default_factory=dict)
    favourites: frozenset[str] = frozenset()
    bands: dict[str, str] = field(default_factory=dict)
    segment_values: dict[str, tuple[str, Scalar]] = field(default_factory=dict)

    def window_of(self, name: str) -> tuple[str, int | None] | None:
        """The metric and the days (None: all time) that an attribute holds."""
        return next((key for key, attribute in self.windows.items() if attribute == name), None)


def attributes_of(model: SemanticModel) -> Attributes:
    """The look-ups of a model; where two attributes hold the same, the first counts."""
    kept = [(name, tag) for name, tag in model.tags.items() if name in model.dimensions]
    favourites = frozenset(name for name, tag in kept if isinstance(tag.compute, Favourite))
    found = Attributes(favourites=favourites, segment_values=_segment_values(model))
    for name, tag in kept:
        match tag.compute:
            case Window(metric=metric, days=days):
                found.windows.setdefault((metric, days), name)
            case LastDate(behaviour=behaviour):
                found.lasts.setdefault(behaviour, name)
            case Latest():
                for metric in _averaged(model, tag.compute):
                    found.latest.setdefault(metric, name)
            case Favourite(dimension=dimension):
                found.favourite_of.setdefault(dimension, name)
            case Cases(cases=cases):
                number = _banded(model, (case.when for case in cases if case.when))
                if number is not None:
                    found.bands.setdefault(number, name)
            case _:
                pass
    _read_days_since(model, found.days_since)
    return found


def _read_days_since(model: SemanticModel, into: dict[str, str]) -> None:
    """Attributes that are today minus the last date of a behaviour."""
    lasts = {name: tag.compute.behaviour for name, tag in model.tags.items() if isinstance(tag.compute, LastDate)}
    for name, tag in model.tags.items():
        found = re.fullmatch(r"\s*today\s*-\s*(\w+)\s*", tag.compute.expr) if isinstance(tag.compute, Expression) else None
        if found is not None and found[1] in lasts and name in model.dimensions:
            into.setdefault(lasts[found[1]], name)


def _banded(model: SemanticModel, conditions: Iterable[str]) -> str | None:
    """The one number that all conditions of a tag are about: age, for the age group."""
    used = {word for when in conditions for word in re.findall(r"[A-Za-z_]\w*", when) if word.lower() not in _NO_NAMES}
    number = next(iter(used)) if len(used) == 1 else ""
    dimension = model.dimensions.get(number)
    return number if dimension is not None and dimension.type in NUMBERS else None


def _averaged(model: SemanticModel, latest: Latest) -> list[str]:
    """The metrics that average what an attribute holds the latest of."""
    found = []
    for name, metric in model.metrics.items():
        measure = model.measures.get(metric.measure) if isinstance(metric, SimpleMetric) else None
        if measure is not None and (measure.table, measure.expr, measure.agg) == (latest.table, latest.expr, "avg"):
            found.append(name)
    return found


def _segment_values(model: SemanticModel) -> dict[str, tuple[str, Scalar]]:
    """Segments that are one value of one dimension are read as that value."""
    found: dict[str, tuple[str, Scalar]] = {}
    for name, segment in model.segments.items():
        where = _FILTER.validate_json(segment.where)
        if isinstance(where, Predicate) and where.op == "=" and where.member in model.dimensions and where.as_of is None:
            value = where.values[0]
            if not isinstance(value, float):
                found[name] = (where.member, value)
    return found
