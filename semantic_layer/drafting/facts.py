"""What a draft is made from: a database's tables, keys and what its columns hold. Plain values; somebody else read them.

In and out: nothing but data.
"""

from dataclasses import dataclass

from semantic_layer.model import ColumnType


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """A column as it is. `distinct` and `nulls` count over all rows; `numeric_text`: text whose every value is a number; `sample`:
    the values of a column that has two at most."""

    name: str
    type: ColumnType
    distinct: int
    nulls: int
    label: str | None = None
    sample: tuple[str, ...] = ()
    numeric_text: bool = False


@dataclass(frozen=True, slots=True)
class TableFacts:
    """A table as it is. `key`: the declared primary key, if any; `pair`: two columns that tell its rows apart, where none alone
    does. `of`: the table that repeats its rows, where it has none itself."""

    name: str
    rows: int
    columns: tuple[ColumnFacts, ...]
    key: tuple[str, ...] = ()
    label: str | None = None
    of: str | None = None
    pair: tuple[str, ...] = ()

    def column(self, name: str) -> ColumnFacts | None:
        """The column of that name, whatever its case, or None."""
        return next((c for c in self.columns if c.name.lower() == name.lower()), None)


@dataclass(frozen=True, slots=True)
class Reference:
    """A declared foreign key of one column; or a column whose values are all among those of another."""

    table: str
    column: str
    to: str
    to_column: str


@dataclass(frozen=True, slots=True)
class SchemaFacts:
    """A database as it is. `database`: what `domain.yaml` says of where it lies; `within`: columns whose values are all among those of
    a column that tells the rows of another table apart."""

    name: str
    tables: tuple[TableFacts, ...]
    references: tuple[Reference, ...] = ()
    database: str | None = None
    within: tuple[Reference, ...] = ()
