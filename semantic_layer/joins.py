"""The join graph: which tables a row of a table belongs to, and by which keys.

In: the joins of a model. Out: the cheapest many-to-one path between two tables, and the detail tables below one. A path never
multiplies rows of where it starts: many-to-many is refused by `lint`, one-to-many is never walked. No path → None.
"""

import heapq
from dataclasses import dataclass, field

from semantic_layer.model import Join, SemanticModel


@dataclass(frozen=True, slots=True)
class Edge:
    """One step to a table that each row belongs to at most once. `on`: pairs (column of `table`, column of `to`)."""

    table: str
    to: str
    on: tuple[tuple[str, str], ...]
    missing: str
    distance: int
    as_text: bool = False


Path = tuple[Edge, ...]


def _edges(join: Join) -> tuple[Edge, ...]:
    there = Edge(join.table, join.to, join.on, join.missing, join.distance, join.as_text)
    if join.cardinality == "one_to_one":
        back = Edge(join.to, join.table, tuple((b, a) for a, b in join.on), "unknown", join.distance, join.as_text)
        return there, back
    return () if join.cardinality == "many_to_many" else (there,)


@dataclass(slots=True)
class JoinGraph:
    """Paths of one model; remembers those it has found."""

    model: SemanticModel
    _out: dict[str, list[Edge]] = field(default_factory=dict)
    _paths: dict[str, dict[str, Path]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for join in self.model.joins:
            for edge in _edges(join):
                self._out.setdefault(edge.table, []).append(edge)

    def path(self, table: str, to: str) -> Path | None:
        """The cheapest path from `table` to `to` (empty where they are the same), or None. Ties: declared first."""
        return self.reachable(table).get(to)

    def reachable(self, table: str) -> dict[str, Path]:
        """Every table that a row of `table` belongs to, with the path there."""
        if table not in self._paths:
            self._paths[table] = self._search(table)
        return self._paths[table]

    def _search(self, table: str) -> dict[str, Path]:
        found: dict[str, Path] = {}
        queue: list[tuple[int, int, str, Path]] = [(0, 0, table, ())]
        pushed = 0
        while queue:
            cost, _, here, path = heapq.heappop(queue)
            if here in found:
                continue
            found[here] = path
            for edge in self._out.get(here, ()):
                if edge.to not in found:
                    pushed += 1
                    heapq.heappush(queue, (cost + edge.distance, pushed, edge.to, (*path, edge)))
        return found

    def details(self, table: str) -> tuple[str, ...]:
        """Tables whose rows are parts of a row of `table`, nearest first (items of an order)."""
        level, found = [table], []
        while level:
            level = [j.table for j in self.model.joins if j.detail and j.to in level and j.table not in found]
            found.extend(level)
        return tuple(found)

    def distance(self, table: str, to: str) -> int | None:
        """The cost of the cheapest path, or None."""
        path = self.path(table, to)
        return None if path is None else sum(e.distance for e in path)
