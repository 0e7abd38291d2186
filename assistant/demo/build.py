"""In: a path, a scale, a seed. Out: the retail demo as one DuckDB file, and a report of what was written.

Facts are made month by month and stay sorted by time, so that a scale of 50 streams in bounded memory and a question about a
period reads little. Fails with FileExistsError when the path is taken, ValueError on a scale out of range, and
duckdb's errors when the file cannot be written; then no half-written file stays behind.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.demo.arrays import stream
from assistant.demo.calendar import Month, months
from assistant.demo.campaigns import Touches, campaign_rows, reawaken, touches_of
from assistant.demo.care import Surveys, Tickets, by_month, surveys_of, tickets_of
from assistant.demo.orders import Orders, orders_of
from assistant.demo.people import customer_rows
from assistant.demo.schema import Warehouse
from assistant.demo.visits import events_of
from assistant.demo.world import CUSTOMERS, World, create

Progress = Callable[[str, float], None]
_SMALLEST, _LARGEST = 0.005, 500


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What was built: rows by table, seconds it took, bytes of the file."""

    rows: Mapping[str, int]
    seconds: float
    bytes: int


@dataclass(slots=True)
class _Ledger:
    """What one month hands to the next: waiting tickets and surveys, and the sessions counted so far."""

    tickets: Tickets | None = None
    surveys: Surveys | None = None
    sessions: int = 0


def _converted(orders: Orders, touches: Touches) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return for each touch the id of the order it led to, 0 without one."""
    order_id = np.zeros(len(touches.sent), dtype=np.int64)
    led = np.flatnonzero(orders.bought.touch >= 0)
    order_id[orders.bought.touch[led]] = orders.first_id + led
    return order_id


def _write_month(warehouse: Warehouse, world: World, month: Month, ledger: _Ledger) -> None:
    rows = warehouse.rows
    touches = touches_of(world.campaigns, world.population, month, world.seed)
    orders, items = orders_of(world, month, touches, rows["orders"] + 1)
    reawaken(world.population, world.campaigns, touches, month, world.seed)
    events, sessions = events_of(world, month, orders)
    tickets = tickets_of(world, month, orders)
    surveys = surveys_of(world, month, orders, tickets)
    due_tickets, ledger.tickets = by_month(tickets, ledger.tickets, month)
    due_surveys, ledger.surveys = by_month(surveys, ledger.surveys, month)
    rng = stream(world.seed, "writing", month.index)
    warehouse.append("campaign_touches", touches.rows(rows["campaign_touches"] + 1, _converted(orders, touches)))
    warehouse.append("order_items", items.rows(rows["order_items"] + 1, orders.first_id))
    warehouse.append("orders", orders.rows())
    warehouse.append("events", events.rows(rows["events"] + 1, ledger.sessions + 1))
    warehouse.append("tickets", due_tickets.rows(rng, world, rows["tickets"] + 1))
    warehouse.append("surveys", due_surveys.rows(rng, world, rows["surveys"] + 1))
    ledger.sessions += sessions


def _write(warehouse: Warehouse, world: World, progress: Progress) -> None:
    warehouse.append("stores", world.places.rows())
    warehouse.append("products", world.catalogue.rows())
    warehouse.append("campaigns", campaign_rows(world.campaigns, world.scale, world.seed))
    ledger, calendar = _Ledger(), months()
    for month in calendar:
        progress(f"{month.start:%Y-%m}", month.index / (len(calendar) + 2))
        _write_month(warehouse, world, month, ledger)
    progress("customers", len(calendar) / (len(calendar) + 2))
    for chunk in customer_rows(world.population, world.places, world.vocabulary, world.seed):
        warehouse.append("customers", chunk)
    progress("checkpoint", (len(calendar) + 1) / (len(calendar) + 2))


def build_retail(path: Path, *, scale: float = 1.0, seed: int = 7, progress: Progress | None = None) -> BuildReport:
    """Write the retail demo to `path`, which must not exist, and return rows by table, seconds and bytes.

    `scale` multiplies the number of customers (1: 20,000 customers, about 200,000 orders); the same scale and seed give the
    same rows. `progress` is called with a stage (a month, "customers", "checkpoint", "done") and the fraction done.
    """
    if not _SMALLEST <= scale <= _LARGEST:
        raise ValueError(
            f"scale {scale} is out of range: from {_SMALLEST} ({round(CUSTOMERS * _SMALLEST)} customers) to {_LARGEST}"
        )
    began = time.perf_counter()
    tell = progress or (lambda _stage, _fraction: None)
    warehouse = Warehouse(path)
    try:
        with warehouse:
            _write(warehouse, create(scale, seed), tell)
    except BaseException:
        for rest in (path, path.with_name(path.name + ".wal")):
            rest.unlink(missing_ok=True)
        raise
    tell("done", 1.0)
    return BuildReport(dict(warehouse.rows), time.perf_counter() - began, path.stat().st_size)
