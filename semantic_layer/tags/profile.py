"""What all tags of one profile share: the model, the entity, the day, and where facts have their time.

In: names that tags use. Out: columns, literals, free names. Fails with `ModelError` at the tag whose names are not there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NoReturn

from sqlglot import exp

from semantic_layer.catalog import nearest
from semantic_layer.compiler import nodes
from semantic_layer.errors import ModelError
from semantic_layer.issues import Issue, Place
from semantic_layer.joins import JoinGraph
from semantic_layer.model import ColumnType, Entity, SemanticModel, Table, Tag

SQL_TYPES: Mapping[ColumnType, str] = {
    "integer": "BIGINT",
    "decimal": "DECIMAL",
    "number": "DOUBLE",
    "text": "VARCHAR",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "boolean": "BOOLEAN",
}


def fail(code: str, tag: str, suggestions: tuple[str, ...] = (), **params: str) -> NoReturn:
    """Raises ModelError with one issue at a tag."""
    raise ModelError((Issue(code, "error", Place(path=f"tags.{tag}"), {"tag": tag, **params}, suggestions),))


@dataclass(frozen=True, slots=True)
class Moment:
    """The column that dates a row."""

    column: exp.Column
    type: ColumnType

    def before(self, day: date) -> exp.Expr:
        """The row is older than `day`."""
        return self.column.copy() < nodes.day(day, self.type)

    def since(self, day: date) -> exp.Expr:
        """The row is of `day` or later."""
        return self.column.copy() >= nodes.day(day, self.type)


@dataclass(frozen=True)
class Profile:
    """One entity's profile as of one day, while its statement is built."""

    model: SemanticModel
    entity: Entity
    today: date

    @cached_property
    def graph(self) -> JoinGraph:
        """The joins of the model."""
        return JoinGraph(self.model)

    @cached_property
    def tags(self) -> dict[str, Tag]:
        """The entity's tags in the order of their declaration."""
        return {t.name: t for t in self.model.tags.values() if t.entity == self.entity.name}

    @cached_property
    def home(self) -> Table:
        """The entity's own table."""
        return self.model.tables[self.entity.table]

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that tell members apart."""
        return self.home.primary_key

    def free_name(self, name: str) -> str:
        """`name`, made longer where a table has it: no CTE hides a table."""
        while name in self.model.tables:
            name += "_"
        return name

    def exists(self) -> tuple[exp.Expr, ...]:
        """Who was a member before today; members of unknown date always were."""
        if self.entity.since is None:
            return ()
        column = self.home.column(self.entity.since)
        if column is None:
            names = (c.name for c in self.home.columns)
            fail("tag-unknown-name", self.entity.name, nearest(self.entity.since, names), name=self.entity.since)
        first = Moment(exp.column(column.name, table=self.home.name), column.type)
        return (exp.Or(this=first.before(self.today), expression=nodes.is_null(first.column.copy())),)

    def time(self, tag: str, table: str, declared: str | None = None) -> Moment | None:
        """The time of a fact: a declared one, the table's, or that of the table whose rows it is a part of."""
        text = declared or self.model.tables[table].time
        if text is None:
            whole = next((j.to for j in self.model.joins if j.detail and j.table == table), None)
            return self.time(tag, whole) if whole is not None else None
        home, _, name = text.rpartition(".")
        home = home or table
        column = self.model.tables[home].column(name) if home in self.model.tables else None
        if column is None:
            fail("tag-unknown-name", tag, name=text)
        return Moment(exp.column(name, table=home), column.type)

    def needed_time(self, tag: str, table: str, declared: str | None = None) -> Moment:
        """The time of a fact that has to have one."""
        return self.time(tag, table, declared) or fail("tag-no-time", tag, table=table)
