"""The right rows of an evaluation set: gold SQL on a plain DuckDB connection of its own, apart from our engine and its views.

In: the database file (or a folder of Parquet / CSV), the SQL of the reference views, gold SQL. Out: rows; a statement runs once.
What may fail: `ConfigError` `database-missing`, `gold-failed` (the SQL of the question set does not run here).
"""

import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb

from assistant.errors import ConfigError

Rows = tuple[tuple[Any, ...], ...]


class Gold:
    """Runs gold SQL. The reference views are computed once, so that a hundred questions do not compute them a hundred times."""

    def __init__(self, database: Path, views: Path | None = None) -> None:
        if not database.exists():
            raise ConfigError("database-missing", path=str(database))
        self._connection = duckdb.connect(":memory:")
        self._lock = threading.Lock()
        self._rows: dict[str, Rows] = {}
        try:
            self._attach(database)
            if views is not None:
                self._materialise(views.read_text(encoding="utf-8"))
        except duckdb.Error as failed:
            self._connection.close()
            raise ConfigError("gold-failed", sql=str(views or database), problem=_first_line(failed)) from None

    def rows(self, sql: str) -> Rows:
        """The rows of `sql`; a statement that was run before is not run again."""
        with self._lock:
            if sql not in self._rows:
                try:
                    self._rows[sql] = tuple(self._connection.execute(sql).fetchall())
                except duckdb.Error as failed:
                    raise ConfigError("gold-failed", sql=sql, problem=_first_line(failed)) from None
            return self._rows[sql]

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _attach(self, database: Path) -> None:
        """Every table of the database as a view in schema main, under its own name."""
        if database.is_dir():
            for file in sorted((*database.glob("*.parquet"), *database.glob("*.csv"))):
                self._connection.execute(f"CREATE VIEW {_name(file.stem)} AS SELECT * FROM {_text(str(file))}")
            return
        self._connection.execute(f"ATTACH {_text(str(database))} AS source (READ_ONLY)")
        listed = "SELECT table_name FROM duckdb_tables() WHERE database_name = 'source' AND schema_name = 'main'"
        for (table,) in self._connection.execute(listed).fetchall():
            self._connection.execute(f"CREATE VIEW {_name(table)} AS SELECT * FROM source.main.{_name(table)}")

    def _materialise(self, views: str) -> None:
        self._connection.execute(views)
        listed = "SELECT schema_name, view_name FROM duckdb_views() WHERE database_name = 'memory' AND NOT internal"
        found = [row for row in self._connection.execute(listed).fetchall() if row[0] != "main"]
        for schema, view in found:
            self._connection.execute(
                f"CREATE TABLE {_name(schema)}.{_name(view + '__rows')} AS FROM {_name(schema)}.{_name(view)}"
            )
        for schema, view in found:
            self._connection.execute(f"DROP VIEW {_name(schema)}.{_name(view)}")
            self._connection.execute(f"ALTER TABLE {_name(schema)}.{_name(view + '__rows')} RENAME TO {_name(view)}")


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
