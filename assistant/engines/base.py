"""What every engine shares: how much it may take, and what it gives back.

In: numbers; rows and column names as a driver gave them. Out: frozen values. Nothing here knows a driver; pyarrow is imported
only when somebody asks for Arrow.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """How much an engine may take. None: a share of the machine.

    `timeout`: seconds for internal statements. `max_concurrent`: statements that run at a time; others wait. `outside_memory`:
    bytes of address space that SQL from outside may add to its own process.
    """

    threads: int | None = None
    memory_limit: str | None = None
    timeout: float = 30.0
    max_rows: int = 1_000_000
    max_concurrent: int | None = None
    outside_memory: int = 2 << 30


@dataclass(frozen=True, slots=True)
class Fetched:
    """Rows as Python values (Decimal, date, datetime; None for NaN and infinity), and whether there were more."""

    rows: tuple[Row, ...]
    truncated: bool
    names: tuple[str, ...] = ()
    types: tuple[str, ...] = ()

    @property
    def total(self) -> int | None:
        """How many rows there are; None where only "more than" is known."""
        return None if self.truncated else len(self.rows)

    @property
    def arrow(self) -> "pa.Table":
        """The same rows as an Arrow table."""
        import pyarrow as pa

        columns = list(zip(*self.rows, strict=True)) if self.rows else [()] * len(self.names)
        return pa.Table.from_arrays([pa.array(list(column)) for column in columns], names=list(self.names))


def finite(rows: Sequence[Row], floats: Iterable[int]) -> Sequence[Row]:
    """`rows` with None where one of the columns `floats` is not a finite number."""
    places = tuple(floats)
    if not places:
        return rows
    return [_finite(row, places) for row in rows]


def _finite(row: Row, places: tuple[int, ...]) -> Row:
    for place in places:
        if row[place] is not None and not math.isfinite(row[place]):
            return tuple(None if isinstance(v, float) and not math.isfinite(v) else v for v in row)
    return row
