"""Opening DuckDB so that it can read the data and nothing else.

In: where the data lies, the model whose tables become views, limits. Out: a locked, read-only connection whose schema `main` has
one view per table, under the model's names and with the model's columns only. What may fail: `EngineUnavailable` (data-missing,
data-unreadable, data-mismatch). The order of the steps is that of stack.md ("DuckDB 2.0 as the embedded engine") and matters:
everything that needs a file happens before the doors close, and the lock is the last.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from assistant.engines.base import EngineSettings
from assistant.errors import EngineUnavailable
from semantic_layer.model import ColumnType, SemanticModel, Table, profile_history, profile_table

_DATA, _PROFILE = "_data", "_profile"
_READERS = ((".parquet", "read_parquet"), (".csv", "read_csv"), (".csv.gz", "read_csv"))
_TYPES: dict[ColumnType, str] = {
    "integer": "BIGINT",
    "decimal": "DECIMAL(18,2)",
    "number": "DOUBLE",
    "text": "VARCHAR",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "boolean": "BOOLEAN",
}
_CLOSED = (
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET allow_community_extensions = false",
    "SET custom_extension_repository = ''",
    "SET autoinstall_extension_repository = ''",
    "SET allow_persistent_secrets = false",
    "SET python_enable_replacements = false",
    "SET python_scan_all_frames = false",
    "SET temp_directory = ''",
)


@dataclass(frozen=True, slots=True)
class Opening:
    """Everything that opens one connection: plain values, so that another process can open the same."""

    database: str
    profile: str | None
    memory: str
    threads: int
    views: tuple[str, ...] = ()

    def plain(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)


def opening(database: Path, profile: Path | None, settings: EngineSettings) -> Opening:
    """Where and how to open; views are added by `connect`."""
    there = str(profile.resolve()) if profile is not None and profile.exists() else None
    memory = settings.memory_limit or f"{max(_machine_memory() // 2, 256 << 20)}B"
    return Opening(str(database.resolve()), there, memory, settings.threads or os.cpu_count() or 1)


def connect(how: Opening, views: Callable[[duckdb.DuckDBPyConnection], Sequence[str]]) -> duckdb.DuckDBPyConnection:
    """A hardened connection; `views` gives the statements that create its views once the data is attached."""
    path = Path(how.database)
    if not path.exists():
        raise EngineUnavailable("data-missing", file=path.name)
    connection = duckdb.connect(":memory:")
    try:
        _attach(connection, how)
        for statement in views(connection):
            connection.execute(statement)
        _close_doors(connection, how)
    except duckdb.Error as error:
        connection.close()
        raise EngineUnavailable("data-unreadable", file=path.name) from error
    except BaseException:
        connection.close()
        raise
    return connection


def view_statements(
    connection: duckdb.DuckDBPyConnection, how: Opening, model: SemanticModel, today: date | None
) -> tuple[str, ...]:
    """CREATE VIEW per table of the model; raises `EngineUnavailable` (data-mismatch) where the data lacks a table or a column."""
    profiles = {profile_table(e): profile_history(e) for e in model.entities}
    histories = frozenset(profiles.values())
    statements, wrong = [], []
    for table in model.tables.values():
        if table.name in profiles:
            select = _profile(connection, table, profiles[table.name], today)
        elif table.name in histories:
            select = _profile(connection, table, table.name, None)
        else:
            select, missing = _table(connection, how, table)
            wrong.extend(missing)
            if not missing and today is not None:
                select = _until(connection, select, _dated(model, table), today)
        statements.append(f"CREATE VIEW main.{_quoted(table.name)} AS {select}")
    if wrong:
        raise EngineUnavailable("data-mismatch", file=Path(how.database).name, missing=", ".join(wrong))
    return tuple(statements)


def stamp(paths: Sequence[Path | None]) -> tuple[tuple[int, ...], ...]:
    """What changes when one of the files is replaced or written; folders by the files in them."""
    return tuple(_stamp(file) for path in paths if path is not None for file in _files(path))


# --- steps -----------------------------------------------------------------------------------------------------------------


def _attach(connection: duckdb.DuckDBPyConnection, how: Opening) -> None:
    files = ((_DATA, how.database if Path(how.database).is_file() else None), (_PROFILE, how.profile))
    for name, file in files:
        if file is not None:
            connection.execute(f"ATTACH {_literal(file)} AS {name} (READ_ONLY)")


def _close_doors(connection: duckdb.DuckDBPyConnection, how: Opening) -> None:
    for statement in _CLOSED:
        connection.execute(statement)
    connection.execute(f"SET memory_limit = {_literal(how.memory)}")
    connection.execute(f"SET threads = {int(how.threads)}")
    is_file = Path(how.database).is_file()
    if not is_file:
        connection.execute(f"SET allowed_directories = [{_literal(how.database)}]")
    connection.execute("SET enable_external_access = false")
    if is_file:
        connection.execute("SET disabled_filesystems = 'LocalFileSystem'")
    connection.execute("SET lock_configuration = true")


# --- views -----------------------------------------------------------------------------------------------------------------


def _table(connection: duckdb.DuckDBPyConnection, how: Opening, table: Table) -> tuple[str, list[str]]:
    """SELECT of one table's declared columns, and what the data lacks."""
    source = table.source or table.name
    root = Path(how.database)
    if root.is_file():
        origin, known, is_text = f"{_DATA}.main.{_quoted(source)}", _columns(connection, _DATA, source), False
    else:
        file = _file(root, source)
        origin, known, is_text = (file, _described(connection, file), "read_csv" in file) if file else ("", {}, False)
    if not known:
        return "", [source]
    missing = [f"{source}.{c.name}" for c in table.columns if c.name.lower() not in known]
    names = ((_quoted(c.name), _TYPES[c.type]) for c in table.columns)
    columns = (f"CAST({name} AS {kind}) AS {name}" if is_text else name for name, kind in names)
    select = f"SELECT {'DISTINCT ' if table.distinct else ''}{', '.join(columns)} FROM {origin}"
    keys = " AND ".join(f"{_quoted(c)} IS NOT NULL" for c in table.primary_key)
    return f"SELECT * FROM ({select}) WHERE {keys}" if table.distinct else select, missing


def _dated(model: SemanticModel, table: Table) -> tuple[str, ...]:
    """The columns that say when a row came to be: the table's own time, and since when its entity's members are there."""
    since = (e.since for e in model.entities.values() if e.table == table.name)
    return tuple(dict.fromkeys(c for c in (table.time, *since) if c is not None and table.column(c) is not None))


def _until(connection: duckdb.DuckDBPyConnection, select: str, columns: Sequence[str], today: date) -> str:
    """What was not there yet before `today` is not seen: asking as of a past day gives what that day could have given.

    Only where the data go further: a test that every row passes would cost something.
    """
    limit = f"DATE '{today.isoformat()}'"
    tests = []
    for column in columns:
        found = connection.execute(f"SELECT max({_quoted(column)}) >= {limit} FROM ({select})").fetchone()
        if found is not None and found[0]:
            tests.append(f"({_quoted(column)} < {limit} OR {_quoted(column)} IS NULL)")
    return f"{select} WHERE {' AND '.join(tests)}" if tests else select


def _profile(connection: duckdb.DuckDBPyConnection, table: Table, history: str, as_of: date | None) -> str:
    """The kept profiles (of `as_of`; of all dates for the history itself); no rows of the right types where there are none.

    A column that the kept profiles lack is left out: a question that needs it fails, instead of being answered with nulls.
    """
    known = _columns(connection, _PROFILE, history)
    if not known:
        nothing = (f"CAST(NULL AS {_TYPES[c.type]}) AS {_quoted(c.name)}" for c in table.columns)
        return f"SELECT {', '.join(nothing)} WHERE false"
    columns = ", ".join(_quoted(c.name) for c in table.columns if c.name.lower() in known)
    origin = f"{_PROFILE}.main.{_quoted(history)}"
    select = f"SELECT {columns} FROM {origin}"
    if table.name == history:
        return select
    day = f"DATE '{as_of.isoformat()}'" if as_of is not None else f"(SELECT max(as_of) FROM {origin})"
    return f"{select} WHERE as_of = {day}"


def _columns(connection: duckdb.DuckDBPyConnection, catalog: str, table: str) -> dict[str, str]:
    found = connection.execute(
        "SELECT lower(column_name), data_type FROM duckdb_columns() WHERE database_name = ? AND schema_name = 'main'"
        " AND lower(table_name) = lower(?)",
        [catalog, table],
    )
    return dict(found.fetchall())


def _described(connection: duckdb.DuckDBPyConnection, origin: str) -> dict[str, str]:
    return {name.lower(): kind for name, kind, *_ in connection.execute(f"DESCRIBE SELECT * FROM {origin}").fetchall()}


def _file(folder: Path, source: str) -> str | None:
    """The reader call for `source` in a folder: one file, or a folder of Parquet parts."""
    for ending, reader in _READERS:
        if (folder / f"{source}{ending}").is_file():
            return f"{reader}({_literal(folder / f'{source}{ending}')})"
    if (folder / source).is_dir():
        return f"read_parquet({_literal(folder / source / '*.parquet')})"
    return None


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from sorted(p for p in path.rglob("*") if p.is_file())
    elif path.exists():
        yield path


def _stamp(path: Path) -> tuple[int, ...]:
    try:
        status = path.stat()
    except OSError:
        return ()
    return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)


def _machine_memory() -> int:
    """Bytes that this machine, or the container that we run in, has."""
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") if hasattr(os, "sysconf") else 4 << 30
    group = Path("/sys/fs/cgroup/memory.max")
    text = group.read_text().strip() if group.is_file() else ""
    return min(physical, int(text)) if text.isdecimal() else physical


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: object) -> str:
    return "'" + str(text).replace("'", "''") + "'"
