"""Where a refresh works: the files beside the profile, and the connection that reads the data and writes the new profile.

In: paths and limits. Out: contexts that clean up after themselves, databases attached as `data`, `kept` and `fresh`. Fails with
`ConfigError`: another refresh is running, a file cannot be opened, or cannot be written.
"""

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from assistant.errors import ConfigError
from assistant.locks import locked
from semantic_layer.model import ColumnType, Table

_STORAGE_VERSION = "v1.4.0"
"""History cannot be computed again once the data has moved on: it stays readable for every DuckDB that is supported."""
_READERS = ((".parquet", "read_parquet"), (".csv", "read_csv"), (".csv.gz", "read_csv"), ("", "read_parquet"))
_TYPES: Mapping[ColumnType, str] = {
    "integer": "BIGINT",
    "decimal": "DECIMAL(18,2)",
    "number": "DOUBLE",
    "text": "VARCHAR",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "boolean": "BOOLEAN",
}
"""As the engine reads the same files."""


@dataclass(frozen=True, slots=True)
class Workbench:
    """Files in the profile's own folder, so that the last step is a rename."""

    profile: Path

    @property
    def fresh(self) -> Path:
        """The profile that is being written."""
        return self._beside("fresh")

    @property
    def spill(self) -> Path:
        """The folder for what does not fit in memory."""
        return self._beside("spill")

    @property
    def lock(self) -> Path:
        """The lock file of this profile."""
        return self._beside("lock")

    def clear(self) -> None:
        """Removes what this refresh, or one that was killed, left behind."""
        self.fresh.unlink(missing_ok=True)
        self._beside("fresh.wal").unlink(missing_ok=True)
        shutil.rmtree(self.spill, ignore_errors=True)

    def swap(self) -> None:
        """The new file takes the name of the old one, once it is on the disk."""
        with self.fresh.open("rb+") as file:
            os.fsync(file.fileno())
        self.fresh.replace(self.profile)

    def _beside(self, ending: str) -> Path:
        return self.profile.with_name(f".{self.profile.name}.{ending}")


@contextmanager
def workbench(profile: Path) -> Iterator[Workbench]:
    """Holds the lock of a profile; leaves nothing behind."""
    bench = Workbench(profile)
    try:
        profile.parent.mkdir(parents=True, exist_ok=True)
        with locked(bench.lock, "refresh-running"):
            bench.clear()
            try:
                yield bench
            finally:
                bench.clear()
    except OSError as error:
        raise ConfigError("refresh-not-written", file=profile.name) from error


@contextmanager
def connected(bench: Workbench, memory_limit: str | None, threads: int | None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that may spill beside the profile and tells how much memory each statement took."""
    config: dict[str, Any] = {"temp_directory": str(bench.spill), "preserve_insertion_order": False}
    config |= {"autoload_known_extensions": False, "autoinstall_known_extensions": False}
    config |= {"memory_limit": memory_limit} if memory_limit else {}
    config |= {"threads": threads} if threads else {}
    try:
        connection = duckdb.connect(":memory:", config=config)
    except duckdb.Error as error:
        raise ConfigError("refresh-limits", memory_limit=str(memory_limit), threads=str(threads)) from error
    with connection:
        connection.execute("SET profiling_coverage = 'ALL'")
        connection.execute("PRAGMA enable_profiling = 'no_output'")
        yield connection


@contextmanager
def looking() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection for a look at a file."""
    with duckdb.connect(":memory:") as connection:
        yield connection


def identifier(name: str) -> str:
    """`name`, quoted."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: object) -> str:
    """`text` as a SQL string."""
    return "'" + str(text).replace("'", "''") + "'"


def attach(connection: duckdb.DuckDBPyConnection, path: Path, name: str, *, writable: bool = False) -> None:
    """Opens a database file under `name`; read-only unless it is to be written."""
    options = f"STORAGE_VERSION {literal(_STORAGE_VERSION)}" if writable else "READ_ONLY"
    try:
        connection.execute(f"ATTACH {literal(path)} AS {name} ({options})")
    except duckdb.Error as error:
        raise ConfigError("refresh-not-written" if writable else "refresh-unreadable", file=path.name) from error


def attach_data(connection: duckdb.DuckDBPyConnection, database: Path, tables: Iterable[Table]) -> None:
    """Makes a view per table over a database file, or over the Parquet or CSV files of a folder."""
    if not database.exists():
        raise ConfigError("refresh-no-database", file=database.name)
    if database.is_file():
        attach(connection, database, "data")
    for table in tables:
        source = table.source or table.name
        select = f"SELECT * FROM data.main.{identifier(source)}" if database.is_file() else _from_folder(database, table)
        if table.distinct:
            columns = ", ".join(identifier(c.name) for c in table.columns)
            keys = " AND ".join(f"{identifier(c)} IS NOT NULL" for c in table.primary_key)
            select = f"SELECT DISTINCT {columns} FROM ({select}) WHERE {keys}"
        try:
            connection.execute(f"CREATE VIEW {identifier(table.name)} AS {select}")
        except duckdb.Error as error:
            raise ConfigError("refresh-no-table", file=database.name, table=source) from error


def _from_folder(folder: Path, table: Table) -> str:
    """SELECT of a table from its file, or from a folder of Parquet parts; what is text in the file gets its declared type."""
    source = table.source or table.name
    for ending, reader in _READERS:
        file = folder / f"{source}{ending}"
        if file.is_file() or (not ending and file.is_dir()):
            found = file if file.is_file() else file / "*.parquet"
            typed = (f"CAST({identifier(c.name)} AS {_TYPES[c.type]}) AS {identifier(c.name)}" for c in table.columns)
            columns = ", ".join(typed) if reader == "read_csv" else "*"
            return f"SELECT {columns} FROM {reader}({literal(found)})"
    raise ConfigError("refresh-no-table", file=folder.name, table=source)


def close_doors(connection: duckdb.DuckDBPyConnection, database: Path) -> None:
    """No file can be read from here on but those that are open; a folder of files has to stay within reach."""
    if database.is_file():
        connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def columns(connection: duckdb.DuckDBPyConnection, database: str, table: str) -> dict[str, str]:
    """The columns of a table with their types; empty where there is no such database or table."""
    found = connection.execute(
        "SELECT column_name, data_type FROM duckdb_columns() WHERE database_name = ? AND table_name = ? ORDER BY column_index",
        [database, table],
    )
    return dict(found.fetchall())


def dates(connection: duckdb.DuckDBPyConnection, database: str, table: str) -> tuple[date, ...]:
    """The dates of a history table, in order; empty where there is no such table."""
    if "as_of" not in columns(connection, database, table):
        return ()
    rows = connection.execute(f"SELECT DISTINCT as_of FROM {database}.{identifier(table)} ORDER BY as_of").fetchall()
    return tuple(day for (day,) in rows)


def finish(connection: duckdb.DuckDBPyConnection, bench: Workbench) -> None:
    """Closes the new file and swaps it in."""
    try:
        connection.execute("CHECKPOINT fresh")
        connection.execute("DETACH fresh")
    except duckdb.Error as error:
        raise ConfigError("refresh-not-written", file=bench.profile.name) from error
    bench.swap()
