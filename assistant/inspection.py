"""Reads what a database is made of: tables, columns, keys, what its columns hold. The input of `semantic_layer.drafting`.

In: a DuckDB file, or a folder of Parquet / CSV files (a table each). Out: `SchemaFacts`; or `Written`, a domain folder drafted
from them that can be asked at once. The data are only counted, never copied. What may fail: `EngineUnavailable` where nothing can
be read, `ConfigError` `folder-not-empty` (never without `force`) and `path-unwritable`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

import duckdb

import prompts
from assistant.errors import ConfigError, EngineUnavailable
from semantic_layer.drafting import ColumnFacts, Reference, SchemaFacts, TableFacts, draft
from semantic_layer.loader import load
from semantic_layer.model import ColumnType, SemanticModel

_MOSTLY = 0.95
"""The share of a text column's values that are numbers, from which on it holds numbers (and a word for what is missing)."""
_FEW = 2
"""How many different values are worth keeping: those of yes-or-no columns."""
_MOST_PAIRED = 5
"""Among how many first columns a key of two is sought."""
_MOST_CHECKED = 2000
"""How many pairs of columns are compared at most: the check of one is quick, but they grow with the square."""
_SUFFIXES = {".parquet": "read_parquet", ".csv": "read_csv"}


def inspect(database: Path) -> SchemaFacts:
    """The facts of a database file, or of a folder of files."""
    try:
        return _folder(database) if database.is_dir() else _file(database)
    except duckdb.Error as failed:
        raise EngineUnavailable("database-unreadable", path=str(database)) from failed


def _folder(folder: Path) -> SchemaFacts:
    found = sorted(p for p in folder.iterdir() if p.suffix.lower() in _SUFFIXES)
    if not found:
        raise EngineUnavailable("database-empty", path=str(folder))
    with duckdb.connect(":memory:") as connection:
        for path in found:
            reader = _SUFFIXES[path.suffix.lower()]
            connection.execute(f"CREATE VIEW {_quoted(path.stem)} AS SELECT * FROM {reader}({_text(str(path))})")
        tables = tuple(_table(connection, path.stem, ()) for path in found)
        within = _within(connection, tables)
    return SchemaFacts(folder.resolve().name, tables, (), str(folder.resolve()), within)


def _file(path: Path) -> SchemaFacts:
    if not path.is_file():
        raise EngineUnavailable("database-missing", path=str(path))
    with duckdb.connect(str(path), read_only=True) as connection:
        keys, references = _constraints(connection)
        names = connection.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'main' ORDER BY table_name"
        ).fetchall()
        tables = tuple(_table(connection, str(name), keys.get(str(name), ())) for (name,) in names)
        within = _within(connection, tables)
    if not tables:
        raise EngineUnavailable("database-empty", path=str(path))
    return SchemaFacts(path.stem, tables, references, str(path.resolve()), within)


def _constraints(connection: duckdb.DuckDBPyConnection) -> tuple[dict[str, tuple[str, ...]], tuple[Reference, ...]]:
    """Declared primary keys, and foreign keys of one column."""
    rows = connection.execute(
        "SELECT table_name, constraint_type, constraint_column_names, referenced_table, referenced_column_names "
        "FROM duckdb_constraints() WHERE schema_name = 'main'"
    ).fetchall()
    keys = {str(t): tuple(columns) for t, kind, columns, _, _ in rows if kind == "PRIMARY KEY"}
    pairs = (
        Reference(str(table), columns[0], str(to), targets[0])
        for table, kind, columns, to, targets in rows
        if kind == "FOREIGN KEY" and len(columns) == 1 and len(targets) == 1
    )
    return keys, tuple(pairs)


def _table(connection: duckdb.DuckDBPyConnection, name: str, key: tuple[str, ...]) -> TableFacts:
    described = connection.execute(f"DESCRIBE {_quoted(name)}").fetchall()
    row = connection.execute(f"SELECT count(*) FROM {_quoted(name)}").fetchone()
    columns = tuple(_column(connection, name, str(c[0]), str(c[1])) for c in described if column_type(str(c[1])) is not None)
    rows = int(row[0]) if row else 0
    return TableFacts(name, rows, columns, key, pair=() if key else _pair(connection, name, rows, columns))


def _pair(connection: duckdb.DuckDBPyConnection, table: str, rows: int, columns: tuple[ColumnFacts, ...]) -> tuple[str, ...]:
    """The first two whole numbers or texts that tell the rows of a table apart, where no column alone does."""
    plain = [c for c in columns[:_MOST_PAIRED] if c.type in ("integer", "text") and c.nulls == 0]
    if rows < _FEW or any(c.distinct == rows and c.nulls == 0 for c in columns):
        return ()
    for first, second in combinations(plain, 2):
        if first.distinct * second.distinct >= rows:
            both = f"count(DISTINCT ({_quoted(first.name)}, {_quoted(second.name)}))"
            found = connection.execute(f"SELECT {both} FROM {_quoted(table)}").fetchone()
            if found is not None and int(found[0]) == rows:
                return (first.name, second.name)
    return ()


def _within(connection: duckdb.DuckDBPyConnection, tables: tuple[TableFacts, ...]) -> tuple[Reference, ...]:
    """Columns of whole numbers or texts whose values are all among those that tell the rows of another table apart."""
    found: list[Reference] = []
    unique = [(t, c) for t in tables for c in t.columns if _may_refer(c) and c.nulls == 0 and c.distinct == t.rows >= _FEW]
    checks = 0
    for table in tables:
        for column in table.columns:
            for other, key in unique:
                fits = _may_refer(column) and column.type == key.type and 1 < column.distinct <= key.distinct
                if other is table or not fits or checks >= _MOST_CHECKED:
                    continue
                checks += 1
                if not _has_stranger(connection, (table.name, column.name), (other.name, key.name)):
                    found.append(Reference(table.name, column.name, other.name, key.name))
    return tuple(found)


def _may_refer(column: ColumnFacts) -> bool:
    return column.type in ("integer", "text")


def _has_stranger(connection: duckdb.DuckDBPyConnection, here: tuple[str, str], there: tuple[str, str]) -> bool:
    """Whether a column holds a value that another has not."""
    (table, column), (other, key) = (tuple(map(_quoted, pair)) for pair in (here, there))
    inside = f"EXISTS (SELECT 1 FROM {other} b WHERE b.{key} = a.{column})"
    return (
        connection.execute(f"SELECT 1 FROM {table} a WHERE a.{column} IS NOT NULL AND NOT {inside} LIMIT 1").fetchone()
        is not None
    )


def _column(connection: duckdb.DuckDBPyConnection, table: str, name: str, stored: str) -> ColumnFacts:
    type_ = column_type(stored) or "text"
    column = _quoted(name)
    numeric = f"avg(CASE WHEN TRY_CAST({column} AS DOUBLE) IS NULL THEN 0 ELSE 1 END) FILTER ({column} IS NOT NULL)"
    number = f"count({column}) > 0 AND {numeric} >= {_MOSTLY}" if type_ == "text" else "false"
    row = connection.execute(
        f"SELECT count(DISTINCT {column}), count(*) FILTER ({column} IS NULL), {number} FROM {_quoted(table)}"
    ).fetchone()
    distinct, nulls, numeric = row if row else (0, 0, False)
    few = f"SELECT DISTINCT {column}::VARCHAR FROM {_quoted(table)} WHERE {column} IS NOT NULL ORDER BY 1"
    sample = tuple(str(v) for (v,) in connection.execute(few).fetchall()) if 0 < distinct <= _FEW else ()
    return ColumnFacts(name, type_, int(distinct), int(nulls), sample=sample, numeric_text=bool(numeric))


def column_type(stored: str) -> ColumnType | None:
    """The model's type of a stored type; None for what cannot be asked (lists, structs, blobs).

    >>> column_type("DECIMAL(12,2)"), column_type("VARCHAR"), column_type("INTEGER[]")
    ('decimal', 'text', None)
    """
    name = stored.upper().partition("(")[0]
    if stored.endswith("]") or name in ("STRUCT", "MAP", "UNION", "BLOB", "LIST"):
        return None
    return next((kind for kind, names in _TYPES if name in names), "text")


_TYPES: tuple[tuple[ColumnType, Iterable[str]], ...] = (
    ("integer", ("BIGINT", "INTEGER", "SMALLINT", "TINYINT", "HUGEINT", "UBIGINT", "UINTEGER", "USMALLINT", "UTINYINT")),
    ("decimal", ("DECIMAL", "NUMERIC")),
    ("number", ("DOUBLE", "FLOAT", "REAL")),
    ("date", ("DATE",)),
    ("timestamp", ("TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS")),
    ("boolean", ("BOOLEAN",)),
)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


# --- the folder ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Written:
    """A drafted domain: where it lies, what it holds."""

    folder: Path
    model: SemanticModel

    @property
    def counts(self) -> dict[str, int]:
        """How many tables, joins, entities, dimensions and metrics there are."""
        m = self.model
        sizes = {"tables": m.tables, "entities": m.entities, "dimensions": m.dimensions, "metrics": m.metrics}
        return {"joins": len(m.joins), **{kind: len(members) for kind, members in sizes.items()}}

    def question(self, lang: str) -> str:
        """A first question that the domain is sure to answer."""
        entity = self.model.entities[self.model.domain.entity]
        return prompts.render("app.draft.question", lang, things=entity.label[lang])


def write_draft(database: Path, out: Path | None, name: str | None, *, force: bool) -> Written:
    """Writes the draft of a database as a domain folder; one that is not empty is only written over with `force`."""
    facts = inspect(database.expanduser())
    called = name or facts.name
    folder = (out or Path(called)).expanduser().absolute()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())) and not force:
        raise ConfigError("folder-not-empty", path=str(folder))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, text in draft(replace(facts, name=called)).files.items():
            (folder / file).write_text(text, "utf-8")
    except OSError as failed:
        raise ConfigError("path-unwritable", path=str(folder), problem=failed.strerror or "") from failed
    return Written(folder, load(folder))
