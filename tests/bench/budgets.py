"""`make bench`: what planning costs, and our SQL against hand-written SQL.

`python -m tests.bench.budgets` prints resolve, compile and guard times over the hand-written queries. With
`WENKE_BENCH_DATABASE` (a demo database, say scale 50) also our SQL against a careful person's, and what `Assistant.query` adds.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from semantic_layer.compiler import tree_of
from semantic_layer.guard import guard
from semantic_layer.loader import domain_folder, load
from semantic_layer.model import SemanticModel
from semantic_layer.resolve import resolve
from semantic_layer.scope import Restricted, Scope, restrict
from semantic_layer.tags import profile_statement
from tests.bench.cases import CASES
from tests.semantic_layer.dev_queries import QUERIES


def _ms(run: Callable[[], object], times: int) -> float:
    """The best of `times`, in milliseconds."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        found.append((time.perf_counter() - start) * 1000)
    return min(found)


def planning(restricted: Restricted, times: int = 3) -> dict[str, list[float]]:
    """Milliseconds of each query: resolve + compile (to SQL text), and guard alone."""
    found: dict[str, list[float]] = {"resolve + compile": [], "guard": []}
    for query in QUERIES.values():
        tree = tree_of(resolve(query, restricted), restricted)
        found["resolve + compile"].append(
            _ms(lambda q=query: tree_of(resolve(q, restricted), restricted).sql(dialect="duckdb"), times)  # type: ignore[misc]
        )
        found["guard"].append(_ms(lambda t=tree: guard(t, restricted), times))  # type: ignore[misc]
    return found


def percentile(values: list[float], part: float) -> float:
    """The value below which `part` of all lie."""
    return sorted(values)[min(int(len(values) * part), len(values) - 1)]


def connect(database: Path, profile: Path, model: SemanticModel) -> duckdb.DuckDBPyConnection:
    """A connection that sees the tables under the names of the model, and a profile table."""
    connection = duckdb.connect(str(profile))
    connection.execute(f"ATTACH '{database}' AS data (READ_ONLY)")
    for table in model.tables.values():
        if not table.name.startswith("customer_profile"):
            connection.execute(f'CREATE TEMP VIEW "{table.name}" AS SELECT * FROM data.main."{table.source or table.name}"')
    statement = profile_statement(model, "customer", date(2026, 10, 20)).sql("duckdb")
    connection.execute(f"CREATE TABLE customer_profile AS {statement}")
    return connection


def against_hand_written(
    connection: duckdb.DuckDBPyConnection, restricted: Restricted, times: int = 4
) -> dict[str, tuple[float, float]]:
    """name -> (our milliseconds, hand-written milliseconds), best of several, both fetched as Arrow."""
    found = {}
    for name, (query, by_hand) in CASES.items():
        ours = tree_of(resolve(query, restricted), restricted).sql(dialect="duckdb")
        mine, theirs = (_ms(lambda s=sql: connection.sql(s).to_arrow_table(), times) for sql in (ours, by_hand))  # type: ignore[misc]
        found[name] = (min(mine, _ms(lambda s=ours: connection.sql(s).to_arrow_table(), times)), theirs)  # type: ignore[misc]
    return found


def main() -> None:
    """Prints the tables."""
    model = load(domain_folder("retail"))
    restricted = restrict(model, Scope("admin", {}))
    out = sys.stdout.write
    for name, values in planning(restricted).items():
        out(f"{name:20s} p50 {percentile(values, 0.5):6.2f} ms   p95 {percentile(values, 0.95):6.2f} ms   n={len(values)}\n")
    database = os.environ.get("WENKE_BENCH_DATABASE")
    if not database:
        out("Set WENKE_BENCH_DATABASE to a demo database to compare our SQL with hand-written SQL.\n")
        return
    with TemporaryDirectory() as folder:
        connection = connect(Path(database), Path(folder) / "profile.duckdb", model)
        ratios = []
        for name, (ours, theirs) in against_hand_written(connection, restricted).items():
            ratios.append(ours / theirs)
            out(f"{name:28s} ours {ours:9.1f} ms   by hand {theirs:9.1f} ms   x {ours / theirs:.2f}\n")
        out(f"median x {statistics.median(ratios):.2f}   worst x {max(ratios):.2f}\n")
        connection.close()


if __name__ == "__main__":
    main()
