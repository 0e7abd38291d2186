"""What disappears from a model for a role: what it names as hidden, and everything that is built from that.

In: a `SemanticModel`, a `Role`, the classes of personal data that the role sees at all. Out: the model without hidden members,
and per table the columns that stay in it only because keys, times or declared expressions need them. Nothing fails: whether the
names in a role exist is `lint`'s question.

What a hidden thing takes along (the smallest set that holds all of these):
- a table: its columns, joins, dimensions, measures, behaviours, entities, and the profile of an entity that lives on it;
- a column: whatever computes with it (but keys and default times may still be joined, counted and bucketed by declared metrics);
- a dimension that is a bare column: that column;
- a measure, metric, behaviour, dimension, entity: metrics, segments, behaviours and tags that are computed from it.
Personal data that is merely not shown takes nothing along: an age is not a birth date, because the data owner says so.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from pydantic import BaseModel

from semantic_layer.model import (
    BehaviourType,
    Computation,
    ConversionMetric,
    CumulativeMetric,
    DerivedMetric,
    Dimension,
    Entity,
    Latest,
    Measure,
    MembersMetric,
    Metric,
    RatioMetric,
    Role,
    SemanticModel,
    SimpleMetric,
    Table,
    Tag,
    profile_history,
    profile_table,
)

_TEXT = re.compile(r"'(?:[^']|'')*'")
_WORD = re.compile(r"[^\W\d]\w*")
_NAMING_KEYS = frozenset({"member", "metric", "behaviour", "segment", "entity", "by"})
_COMPUTING_KEYS = frozenset({"metric", "behaviour", "table", "dimension"})
_SQL_KEYS = frozenset({"expr", "when", "tie_break"})


@lru_cache(maxsize=8192)
def _words(sql: str) -> frozenset[str]:
    """The identifiers (and keywords) of a SQL text, without its literals."""
    return frozenset(_WORD.findall(_TEXT.sub(" ", sql)))


@lru_cache(maxsize=8192)
def _reads(sql: str, table: str) -> frozenset[tuple[str, str]]:
    """Every column of `table` that the text may read."""
    return frozenset((table, word) for word in _words(sql))


def hide(model: SemanticModel, role: Role, shown_pii: frozenset[str]) -> tuple[SemanticModel, Mapping[str, frozenset[str]]]:
    """The model that `role` sees, and table -> columns that stay in it but may not be named."""
    hidden = _Hidden(model, needed=_structural(model))
    if role.hidden:
        hidden.begin(role.hidden)
        hidden.spread()
    return _without(model, hidden, role, shown_pii), _unseen(model, hidden, shown_pii)


@dataclass(slots=True)
class _Hidden:
    """Grows until nothing more follows. `columns` holds (table, column); `names` every kind of member and measure.

    `watched`: the words that make a text worth a closer look."""

    model: SemanticModel
    tables: set[str] = field(default_factory=set)
    columns: set[tuple[str, str]] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    needed: frozenset[tuple[str, str]] = frozenset()
    watched: set[str] = field(default_factory=set)

    def begin(self, hidden: Iterable[str]) -> None:
        for name in hidden:
            table, _, column = name.partition(".")
            if column:
                self.columns.add((table, column))
            elif name in self.model.tables:
                self.tables.add(name)
            else:
                self.names.add(name)

    def spread(self) -> None:
        size = -1
        while size != len(self.tables) + len(self.columns) + len(self.names):
            size = len(self.tables) + len(self.columns) + len(self.names)
            self._tables()
            self._watch()
            self._dimensions()
            self._watch()
            self._members()

    def _watch(self) -> None:
        self.watched = {column for _, column in self.columns} | self.tables

    def _members(self) -> None:
        model, gone = self.model, self.names
        gone.update([n for n, m in model.measures.items() if n not in gone and self._measure(m)])
        gone.update([n for n, b in model.behaviours.items() if n not in gone and self._behaviour(b)])
        gone.update([n for n, m in model.metrics.items() if n not in gone and self._metric(m)])
        gone.update([n for n, s in model.segments.items() if n not in gone and self._any((s.entity, *_named_in(s.where)))])
        gone.update([n for n, t in model.tags.items() if n not in gone and self._tag(t)])

    def _any(self, names: Iterable[str]) -> bool:
        hidden, tables = self.names, self.tables
        return any(name in hidden or name in tables for name in names)

    def computes(self, text: str | None, table: str, follow_pii: bool = True) -> bool:
        """Does `text`, over `table` (other tables qualified), compute with something hidden?"""
        if text is None:
            return False
        words = _words(text)
        if words.isdisjoint(self.watched):
            return False
        if not words.isdisjoint(self.tables):
            return True
        reads = _reads(text, table)
        others = words & self.model.tables.keys()
        if others:
            reads = reads.union(*(_reads(text, other) for other in others))
        hits = (reads & self.columns) - self.needed
        return any(follow_pii or not _is_pii(self.model, t, c) for t, c in hits)

    def _tables(self) -> None:
        for entity in self.model.entities.values():
            if entity.table in self.tables:
                self.tables.update((profile_table(entity.name), profile_history(entity.name)))
                self.names.add(entity.name)
        self.columns.update((t, c.name) for t in self.tables & self.model.tables.keys() for c in self.model.tables[t].columns)

    def _dimensions(self) -> None:
        for name, dimension in self.model.dimensions.items():
            if name not in self.names and self._dimension(dimension):
                self.names.add(name)
            if name in self.names:
                homes = ((t, dimension.expression(t) or "") for t in (dimension.table, *dimension.also))
                self.columns.update((t, column) for t, column in homes if column.isidentifier())
                if dimension.tag:
                    self.columns.update((t, name) for t in self._histories(dimension.table))

    def _histories(self, table: str) -> Iterator[str]:
        return (profile_history(e) for e in self.model.entities if profile_table(e) == table)

    def _dimension(self, d: Dimension) -> bool:
        if d.table in self.tables or (d.table, d.expr or d.name) in self.columns:
            return True
        return self.computes(d.expr or d.name, d.table, follow_pii=d.pii is not None)

    def _measure(self, m: Measure) -> bool:
        return m.table in self.tables or self.computes(m.expr, m.table) or self.computes(m.where, m.table)

    def _behaviour(self, b: BehaviourType) -> bool:
        return (
            b.table in self.tables or self._any((b.entity,)) or self.computes(b.where, b.table) or self.computes(b.time, b.table)
        )

    def _metric(self, m: Metric) -> bool:
        match m:
            case SimpleMetric():
                measure = self.model.measures.get(m.measure)
                home = measure.table if measure is not None else ""
                return self._any((m.measure,)) or self.computes(m.where, home) or self.computes(m.time, home)
            case RatioMetric():
                return self._any((m.numerator, m.denominator))
            case DerivedMetric():
                return self._any(m.metrics) or self._any(_words(m.expr))
            case MembersMetric():
                return self._any((m.entity, m.metric))
            case CumulativeMetric():
                return self._any((m.metric,))
            case ConversionMetric():
                return self._any((m.entity, m.base, m.to))

    def _tag(self, tag: Tag) -> bool:
        entity = self.model.entities.get(tag.entity)
        if tag.name in self.names or entity is None or entity.table in self.tables:
            return True
        names, texts = _needs(tag.compute, _personal(self.model, entity.table))
        home = tag.compute.table if isinstance(tag.compute, Latest) else entity.table
        return self._any(names) or any(self.computes(text, home, follow_pii=False) for text in texts)


@lru_cache(maxsize=8192)
def _needs(compute: Computation, personal: frozenset[str]) -> tuple[frozenset[str], tuple[str, ...]]:
    """What a tag is computed from: names of members and tags (personal data apart), and SQL texts."""
    texts = tuple(_strings(compute, _SQL_KEYS))
    words = {word for text in texts for word in _words(text)}
    return frozenset({*(words - personal), *_strings(compute, _COMPUTING_KEYS)}), texts


def _personal(model: SemanticModel, table: str) -> frozenset[str]:
    return frozenset(c.name for c in model.tables[table].columns if c.pii is not None) if table in model.tables else frozenset()


def _strings(value: object, keys: frozenset[str]) -> Iterator[str]:
    """The texts that stand under one of `keys`, however deep."""
    value = value.__dict__ if isinstance(value, BaseModel) else value
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in keys and isinstance(inner, str):
                yield inner
            else:
                yield from _strings(inner, keys)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _strings(inner, keys)


@lru_cache(maxsize=1024)
def _named_in(where: str) -> frozenset[str]:
    """The members that the JSON of a filter names; nothing from text that is no JSON (`lint` says so)."""
    try:
        return frozenset(_strings(json.loads(where), _NAMING_KEYS))
    except ValueError:
        return frozenset()


def _is_pii(model: SemanticModel, table: str, column: str) -> bool:
    found = model.tables[table].column(column) if table in model.tables else None
    return found is not None and found.pii is not None


# --- the model that is left ------------------------------------------------------------------------------------------------


def _structural(model: SemanticModel) -> frozenset[tuple[str, str]]:
    """Columns that statements need whoever asks: keys and default times."""
    keys = {(t.name, key) for t in model.tables.values() for key in t.primary_key}
    times = {(t.name, t.time) for t in model.tables.values() if t.time is not None}
    joined = {pair for j in model.joins for a, b in j.on for pair in ((j.table, a), (j.to, b))}
    return frozenset(keys | times | joined)


def _unseen(model: SemanticModel, hidden: _Hidden, shown_pii: frozenset[str]) -> dict[str, frozenset[str]]:
    unseen: dict[str, set[str]] = {}
    for table, column in hidden.columns:
        unseen.setdefault(table, set()).add(column)
    for t in model.tables.values():
        personal = {c.name for c in t.columns if c.pii is not None and c.pii not in shown_pii}
        if personal:
            unseen.setdefault(t.name, set()).update(personal)
    return {name: frozenset(columns) for name, columns in unseen.items()}


def _without(model: SemanticModel, hidden: _Hidden, role: Role, shown_pii: frozenset[str]) -> SemanticModel:
    dimensions = {n: d for n, d in model.dimensions.items() if n not in hidden.names and (d.pii is None or d.pii in shown_pii)}
    metrics = {n: m for n, m in model.metrics.items() if n not in hidden.names}
    known = dimensions.keys() | metrics.keys() - hidden.names
    entities = {n: _entity(e, known) for n, e in model.entities.items() if n not in hidden.names}
    seen = model.model_copy(
        update={"dimensions": dimensions, "entities": entities, "roles": {role.name: role.model_copy(update={"hidden": ()})}}
    )
    if not role.hidden:
        return seen
    dimensions = {n: _narrowed(d, hidden) for n, d in dimensions.items()}
    measures = {n: m for n, m in model.measures.items() if n not in hidden.names}
    return seen.model_copy(
        update={
            "tables": {n: _table(t, hidden) for n, t in model.tables.items() if n not in hidden.tables},
            "joins": tuple(j for j in model.joins if j.table not in hidden.tables and j.to not in hidden.tables),
            "dimensions": dimensions,
            "measures": {n: m.model_copy(update={"finer": _one(m.finer, measures)}) for n, m in measures.items()},
            "metrics": {n: _metric(m, dimensions, metrics) for n, m in metrics.items()},
            "behaviours": {n: b for n, b in model.behaviours.items() if n not in hidden.names},
            "segments": {n: s for n, s in model.segments.items() if n not in hidden.names},
            "tags": {n: t for n, t in model.tags.items() if n not in hidden.names},
        }
    )


def _entity(entity: Entity, known: Iterable[str]) -> Entity:
    columns = _kept(entity.columns, known)
    return entity if columns == entity.columns else entity.model_copy(update={"columns": columns})


def _kept(names: Iterable[str], known: Iterable[str]) -> tuple[str, ...]:
    keep = frozenset(known)
    return tuple(n for n in names if n in keep)


def _one(name: str | None, known: Mapping[str, object]) -> str | None:
    return name if name in known else None


def _narrowed(dimension: Dimension, hidden: _Hidden) -> Dimension:
    also = {
        t: e for t, e in dimension.also.items() if t not in hidden.tables and not hidden.computes(e, t, dimension.pii is not None)
    }
    return dimension if len(also) == len(dimension.also) else dimension.model_copy(update={"also": also})


def _table(table: Table, hidden: _Hidden) -> Table:
    """`table` without hidden columns, but for keys, times and personal data (which declared expressions may read)."""
    gone = hidden.columns - hidden.needed
    columns = tuple(c for c in table.columns if (table.name, c.name) not in gone or c.pii is not None)
    return table if len(columns) == len(table.columns) else table.model_copy(update={"columns": columns})


def _metric(metric: Metric, dimensions: Mapping[str, object], metrics: Mapping[str, object]) -> Metric:
    update = {
        "finer": _one(metric.finer, metrics),
        "drivers": _kept(metric.drivers, dimensions),
        "related": _kept(metric.related, metrics),
    }
    return metric.model_copy(update=update)
