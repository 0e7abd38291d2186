"""What every rule looks at: the model, where it was written, its join graph; and how a rule says what it found.

In: a model and its origins. Out: issues with file and line. Names that were written but did not pass the shape checks count as
declared, so that one mistake is reported once. Nothing is raised.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter

from semantic_layer.catalog import nearest
from semantic_layer.issues import Issue, Severity
from semantic_layer.joins import JoinGraph
from semantic_layer.model import Dimension, Join, SemanticModel, Table
from semantic_layer.origins import Origins

At = tuple[str | int, ...]
"""Kind, name, and the path of a field: ("metrics", "sales", "where")."""

_UNDECLARED = {
    "tables": "undeclared-table",
    "entities": "undeclared-entity",
    "dimensions": "undeclared-dimension",
    "measures": "undeclared-measure",
    "metrics": "undeclared-metric",
    "behaviours": "undeclared-behaviour",
    "segments": "undeclared-segment",
    "roles": "undeclared-role",
}


@dataclass(slots=True)
class Subject:
    """One model under lint. `joins`: those that were written, by their number in joins.yaml; `numbers`: of all joins."""

    model: SemanticModel
    origins: Origins
    graph: JoinGraph = field(init=False)
    joins: dict[str, Join] = field(init=False)
    numbers: tuple[str, ...] = field(init=False)
    _names: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.graph = JoinGraph(self.model)
        written = tuple(self.origins.names("joins"))
        self.joins = dict(zip(written, self.model.joins, strict=False))  # the loader's own joins come last
        self.numbers = (*written, *(f"profile {i}" for i in range(len(self.model.joins) - len(written))))

    def issue(self, code: str, at: At, suggestions: tuple[str, ...] = (), severity: Severity = "error", **params: str) -> Issue:
        """An issue at a field of a member."""
        kind, name, *path = at
        return Issue(code, severity, self.origins.place(str(kind), str(name), *path), params, suggestions)

    def names(self, kind: str) -> tuple[str, ...]:
        """Every declared name of a kind, also of members that did not pass."""
        if kind not in self._names:
            declared = (*getattr(self.model, kind), *self.origins.names(kind))
            self._names[kind] = tuple(dict.fromkeys(declared))
        return self._names[kind]

    def declared(self, kind: str, name: str, at: At) -> Iterator[Issue]:
        """Nothing, or that no member of that kind has that name."""
        if name not in self.names(kind):
            yield self.issue(_UNDECLARED[kind], at, nearest(name, self.names(kind)), name=name)

    def column(self, table: str, column: str, at: At) -> Iterator[Issue]:
        """Nothing, or that a table that passed has no such column."""
        found = self.model.tables.get(table)
        if found is not None and found.column(column) is None:
            yield self.no_column(found, column, at)

    def no_column(self, table: Table, column: str, at: At) -> Issue:
        """That a table has no such column."""
        near = nearest(column, (c.name for c in table.columns))
        return self.issue("undeclared-column", at, near, column=column, table=table.name)

    def reaches(self, table: str, dimension: Dimension) -> bool:
        """Does a row of `table` belong to at most one value of the dimension?"""
        reachable = self.graph.reachable(table)
        return any(home in reachable for home in (dimension.table, *dimension.also))

    def touches(self, table: str, dimension: Dimension) -> bool:
        """Does a row of `table`, or one of its detail rows, belong to at most one value of the dimension?"""
        return any(self.reaches(home, dimension) for home in (table, *self.graph.details(table)))

    def filled(self, places: Iterable[tuple[str | None, At]]) -> Iterator[tuple[str, At]]:
        """The texts of optional fields that were given."""
        return ((text, at) for text, at in places if text is not None)


def circles(graph: dict[str, set[str]]) -> Iterator[tuple[str, ...]]:
    """The circles of a dependency graph, one at a time, each as a path that ends where it begins."""
    graph = dict(graph)
    while True:
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            circle = tuple(reversed(error.args[1]))
            yield circle
            graph = {name: needs for name, needs in graph.items() if name not in circle}
        else:
            return
