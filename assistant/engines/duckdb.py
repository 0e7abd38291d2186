"""DuckDB, embedded: runs guarded statements, read-only and locked, from many threads.

In: SQL that `semantic_layer.guard` has passed, a timeout, a row cap. Out: `Fetched`. What may fail: `EngineUnavailable` (the data
is missing, does not fit the model, or too many ask), `QueryTimeout` (interrupted), `QueryFailed` (an incident, see `fetching`).

One connection serves all threads, a cursor per statement. When a data or profile file is replaced on disk, the next ask opens a
new connection; whoever is running keeps the old one until done.
"""

import logging
import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import duckdb

from assistant.engines.base import EngineSettings, Fetched, Row
from assistant.engines.fetching import fetch
from assistant.engines.opening import Opening, connect, opening, stamp, view_statements
from assistant.engines.worker import Outside
from assistant.errors import EngineError, EngineUnavailable
from semantic_layer.model import SemanticModel

_log = logging.getLogger(__name__)
Stamp = tuple[tuple[int, ...], ...]
_SHORTEST = 0.001


@dataclass(slots=True)
class _Generation:
    """One state of the files, open. `users`: statements and sessions that need it; closed when retired and unused."""

    connection: duckdb.DuckDBPyConnection
    how: Opening
    stamp: Stamp
    users: int = 0
    is_retired: bool = False


@dataclass(frozen=True, slots=True)
class _Sources:
    """What an engine is opened from."""

    model: SemanticModel
    database: Path
    profile: Path | None
    today: date | None
    settings: EngineSettings

    def stamp(self) -> Stamp:
        return stamp((self.database, self.profile))

    def open(self) -> _Generation:
        seen = self.stamp()
        how = opening(self.database, self.profile, self.settings)
        views: list[str] = []

        def build(connection: duckdb.DuckDBPyConnection) -> Sequence[str]:
            views.extend(view_statements(connection, how, self.model, self.today))
            return views

        connection = connect(how, build)
        return _Generation(connection, replace(how, views=tuple(views)), seen)


class DuckDBEngine:
    """Implements `assistant.ports.Engine`."""

    def __init__(self, sources: _Sources) -> None:
        self._sources = sources
        self._lock = threading.Lock()
        self._opening = threading.Lock()
        self._held = threading.local()
        self._running: dict[int, duckdb.DuckDBPyConnection] = {}
        self._slots = threading.BoundedSemaphore(sources.settings.max_concurrent or max(4, 2 * (os.cpu_count() or 1)))
        self._current = sources.open()
        self._outside = Outside(sources.settings)

    @classmethod
    def open(
        cls,
        model: SemanticModel,
        database: Path,
        profile: Path | None = None,
        settings: EngineSettings | None = None,
        *,
        today: date | None = None,
    ) -> "DuckDBEngine":
        """An engine over a DuckDB file, or over a folder of Parquet or CSV files (one per table).

        Args:
            model: its tables become views.
            database: the data; never written.
            profile: the file of kept profiles; where it does not exist, tags have no rows.
            settings: how much it may take.
            today: the date as of which current tags are read (default: the latest kept).

        Raises:
            EngineUnavailable: data-missing, data-unreadable, data-mismatch.
        """
        return cls(_Sources(model, database, profile, today, settings or EngineSettings()))

    # --- statements ------------------------------------------------------------------------------------------------------

    def run(self, sql: str, *, timeout: float, max_rows: int) -> Fetched:
        """The rows of one guarded SELECT, at most `max_rows`; interrupted after `timeout` seconds, waiting included."""
        deadline = time.monotonic() + timeout
        with self._admitted(timeout), self._generation() as generation:
            with self._lock:
                cursor = self._running[threading.get_ident()] = generation.connection.cursor()
            try:
                return fetch(cursor, sql, max(deadline - time.monotonic(), _SHORTEST), max_rows)
            finally:
                with self._lock:
                    self._running.pop(threading.get_ident(), None)
                cursor.close()

    def interrupt(self, thread: int) -> None:
        """Stops the statement that `thread` runs, if it does; its run fails as any other."""
        with self._lock:
            cursor = self._running.get(thread)
            if cursor is not None:
                cursor.interrupt()
        self._outside.interrupt(thread)

    def run_outside(self, sql: str, *, timeout: float, max_rows: int) -> Fetched:
        """The rows of governed SQL, run in a process of its own that is killed when it takes too long or too much."""
        deadline = time.monotonic() + timeout
        with self._admitted(timeout), self._generation() as generation:
            left = max(deadline - time.monotonic(), _SHORTEST)
            return self._outside.run(generation.how, generation.stamp, sql, left, max_rows)

    def values(self, sql: str) -> Sequence[Row]:
        """All rows of a small internal statement."""
        settings = self._sources.settings
        return self.run(sql, timeout=settings.timeout, max_rows=settings.max_rows).rows

    def data_version(self) -> str:
        """Changes when the data or the profile change."""
        with self._generation() as generation:
            return sha256(repr(generation.stamp).encode()).hexdigest()[:16]

    def view_columns(self) -> dict[str, tuple[str, ...]]:
        """View -> its columns: what SQL can name."""
        rows = self.values(
            "SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = 'memory' ORDER BY column_index"
        )
        names = dict.fromkeys(table for table, _ in rows)
        return {name: tuple(column for table, column in rows if table == name) for name in names}

    # --- life ------------------------------------------------------------------------------------------------------------

    @contextmanager
    def session(self) -> Iterator[None]:
        """Holds the data and the profile still for this thread; a session inside a session changes nothing."""
        with self._generation() as generation:
            outer = getattr(self._held, "generation", None)
            self._held.generation = generation
            try:
                yield
            finally:
                self._held.generation = outer

    def close(self) -> None:
        """Ends the engine; statements that run may finish."""
        self._outside.close()
        with self._lock:
            self._current.is_retired = True
        self._close_if_unused(self._current)

    @contextmanager
    def _generation(self) -> Iterator[_Generation]:
        """The state of the files that this thread's session holds, else the current one."""
        held: _Generation | None = getattr(self._held, "generation", None)
        if held is None:
            self._follow_files()
        with self._lock:
            generation = held or self._current
            if generation.is_retired and generation.users == 0:
                raise EngineUnavailable("engine-unavailable")
            generation.users += 1
        try:
            yield generation
        finally:
            with self._lock:
                generation.users -= 1
            self._close_if_unused(generation)

    def _follow_files(self) -> None:
        """Opens the files again where they are not those that are open; one thread does, the others go on with what there is."""
        if self._sources.stamp() == self._current.stamp or not self._opening.acquire(blocking=False):
            return
        try:
            fresh = self._sources.open()
            with self._lock:
                old, self._current = self._current, fresh
                fresh.is_retired, old.is_retired = old.is_retired, True
            self._close_if_unused(old)
        except EngineError:
            _log.exception("the replaced data could not be opened; going on with what is open")
        finally:
            self._opening.release()

    def _close_if_unused(self, generation: _Generation) -> None:
        with self._lock:
            is_done = generation.is_retired and generation.users == 0
        if is_done:
            generation.connection.close()

    @contextmanager
    def _admitted(self, timeout: float) -> Iterator[None]:
        """A few statements at a time; the others wait their turn."""
        if not self._slots.acquire(timeout=timeout):
            raise EngineUnavailable("engine-busy")
        try:
            yield
        finally:
            self._slots.release()
