"""One statement on one cursor: streamed, capped, interrupted in time.

In: a cursor that nobody else uses, SQL, seconds, rows. Out: `Fetched`. What may fail: `QueryTimeout`, `QueryFailed` — with the
number of an incident; DuckDB's own words go to the log under it and nowhere else, since they may hold values of the data.
"""

import logging
import threading
from uuid import uuid4

import duckdb

from assistant.engines.base import Fetched, Row, finite
from assistant.errors import QueryFailed, QueryTimeout

_log = logging.getLogger(__name__)
_CHUNK = 10_000
_FLOATS = frozenset({"FLOAT", "DOUBLE"})


def fetch(cursor: duckdb.DuckDBPyConnection, sql: str, timeout: float, max_rows: int) -> Fetched:
    """The rows of one SELECT; stops after `timeout` seconds or one row more than `max_rows`."""
    stopped = threading.Event()

    def stop() -> None:
        stopped.set()
        cursor.interrupt()

    timer = threading.Timer(timeout, stop)
    timer.daemon = True
    timer.start()
    try:
        return _read(cursor, sql, max_rows)
    except duckdb.Error as error:
        if stopped.is_set():
            raise QueryTimeout(seconds=f"{timeout:.3g}") from None
        raise _failed(error) from None
    finally:
        timer.cancel()


def _read(cursor: duckdb.DuckDBPyConnection, sql: str, max_rows: int) -> Fetched:
    statements = cursor.extract_statements(sql)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise duckdb.InvalidInputException("not one SELECT")
    cursor.execute(statements[0])
    described = cursor.description or []
    names, types = tuple(d[0] for d in described), tuple(str(d[1]) for d in described)
    rows: list[Row] = []
    while len(rows) <= max_rows:
        chunk = cursor.fetchmany(min(_CHUNK, max_rows + 1 - len(rows)))
        rows.extend(chunk)
        if not chunk:
            break
    shown = finite(rows[:max_rows], (i for i, kind in enumerate(types) if kind in _FLOATS))
    return Fetched(tuple(shown), len(rows) > max_rows, names, types)


def _failed(error: duckdb.Error) -> QueryFailed:
    incident = uuid4().hex[:8]
    _log.error("incident %s: %s", incident, error)
    if isinstance(error, duckdb.OutOfMemoryException):
        return QueryFailed("query-too-large", incident=incident)
    return QueryFailed(incident=incident)
