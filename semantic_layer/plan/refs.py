"""What a plan reads: columns seen from a base table, columns as they were on a day, metrics per member."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from semantic_layer.joins import Path
from semantic_layer.model import ColumnType, MaskKind

if TYPE_CHECKING:
    from semantic_layer.plan import AggregatePlan


@dataclass(frozen=True, slots=True)
class ColumnRef:
    """A SQL scalar over `table`, which is reached from the base by `path` (empty: the base itself). `pii`: mask what is shown."""

    path: Path
    table: str
    sql: str
    type: ColumnType
    pii: str | None = None
    mask: MaskKind | None = None


@dataclass(frozen=True, slots=True)
class HistoryRef:
    """A column of an entity's profile as it was on a date; `key` finds the member from the base."""

    key: ColumnRef
    table: str
    table_key: str
    column: str
    as_of: date
    type: ColumnType


@dataclass(frozen=True, slots=True)
class MemberRef:
    """A metric per member of an entity; `key` finds the member from the base. `zero`: a member without facts has 0."""

    key: ColumnRef
    source: "AggregatePlan"
    zero: bool
    type: ColumnType = "number"


Ref = ColumnRef | HistoryRef | MemberRef
