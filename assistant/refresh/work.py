"""Writing the histories: profiles computed by the statements of `semantic_layer.tags`, kept ones copied under today's columns.

In: a connection with the data as views, the old profile as `kept` (where there is one) and the new one as `fresh`. Out: rows in
`fresh`, and what each profile took. Fails with `ConfigError` (memory, disk) and `QueryFailed` (a definition that does not run).
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import duckdb

from assistant.errors import ConfigError, QueryFailed
from assistant.refresh.files import columns, dates, identifier, literal
from semantic_layer.model import SemanticModel, profile_history
from semantic_layer.tags import profile_statement


@dataclass(frozen=True, slots=True)
class Refreshed:
    """One profile that was computed. `peak_memory`: the most that the engine held for it, in bytes, where it tells."""

    entity: str
    as_of: date
    rows: int
    seconds: float
    peak_memory: int | None


@dataclass(frozen=True, slots=True)
class Work:
    """One refresh under way: who computes what as of which days. `file`: the name of the profile file."""

    connection: duckdb.DuckDBPyConnection
    model: SemanticModel
    days: tuple[date, ...]
    file: str

    def steps(self, entity: str) -> Iterator[date]:
        """Copies what is kept and yields each day when its turn comes: oldest first, so that a date lies in few blocks."""
        self._create(entity)
        for day in sorted({*self.days, *self._kept(entity)}):
            if day in self.days:
                yield day
            else:
                self._copy(entity, day)

    def compute(self, entity: str, day: date) -> Refreshed:
        """Writes an entity's profile as of a day."""
        started = time.perf_counter()
        with self._explained(entity, day):
            self.connection.execute(f"INSERT INTO {_fresh(entity)} {self._profile(entity, day)}")
            ((rows,),) = self.connection.fetchall()
        return Refreshed(entity, day, rows, time.perf_counter() - started, self._peak_memory())

    def _profile(self, entity: str, day: date) -> str:
        statement = profile_statement(self.model, entity, day).sql(dialect="duckdb")
        return f"SELECT DATE {literal(day)} AS as_of, profile.* FROM ({statement}) AS profile"

    def _create(self, entity: str) -> None:
        day = self.days[-1] if self.days else date.max
        with self._explained(entity, day):
            self.connection.execute(f"CREATE TABLE {_fresh(entity)} AS {self._profile(entity, day)} LIMIT 0")

    def _kept(self, entity: str) -> tuple[date, ...]:
        """The dates that can be copied; none where the members have another key now."""
        key = self.model.tables[self.model.entities[entity].table].primary_key
        table = profile_history(entity)
        return dates(self.connection, "kept", table) if set(key) <= columns(self.connection, "kept", table).keys() else ()

    def _copy(self, entity: str, day: date) -> None:
        """Rows of a kept date: a column that was not there is null, so is a value that does not fit its new type."""
        table = profile_history(entity)
        had = columns(self.connection, "kept", table)
        picked = (
            f"TRY_CAST({identifier(name)} AS {type_})" if name in had else "NULL"
            for name, type_ in columns(self.connection, "fresh", table).items()
        )
        source = f"SELECT {', '.join(picked)} FROM kept.{identifier(table)} WHERE as_of = DATE {literal(day)}"
        with self._explained(entity, day):
            self.connection.execute(f"INSERT INTO {_fresh(entity)} {source}")

    def _peak_memory(self) -> int | None:
        tell = getattr(self.connection, "get_profiling_information", None)
        peak = json.loads(tell()).get("system", {}).get("peak_buffer_memory") if tell is not None else None
        return int(peak) if peak is not None else None

    @contextmanager
    def _explained(self, entity: str, day: date) -> Iterator[None]:
        """What the engine says, as what someone can do about it; its own words may hold values of the data."""
        try:
            yield
        except duckdb.OutOfMemoryException as error:
            raise ConfigError("refresh-out-of-memory", entity=entity, as_of=day.isoformat()) from error
        except duckdb.IOException as error:
            raise ConfigError("refresh-not-written", file=self.file) from error
        except duckdb.Error as error:
            raise QueryFailed("refresh-failed", entity=entity, as_of=day.isoformat()) from error


def _fresh(entity: str) -> str:
    return f"fresh.{identifier(profile_history(entity))}"
