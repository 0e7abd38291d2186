"""Refreshing tags: computes profiles as of given dates, keeps the others, swaps the new file in.

In: a model, the database (a DuckDB file, or a folder of Parquet or CSV files), the profile file, dates. Out: the profile file, a
DuckDB file with a table `<entity>_profile_history` for each entity that has tags (`as_of`, the key, the tags), and a report.
**As of D** means that D is today: what happened up to D - 1 counts. So the state at the end of September is that as of 1 October.

The data is opened read-only and the new file is written beside the old one, so that asking goes on meanwhile; then the new one
takes the old one's name. Whoever has the old one open keeps reading it until they open the name again. An interrupted refresh
leaves the old file as it was, and what it left behind is removed by the next. Memory is bounded: what does not fit spills into
a folder beside the profile file, which is removed afterwards.

What may fail: `ConfigError` (another refresh is running, no tags, no database, a file that cannot be read or written, memory
or disk too small), `QueryFailed` (the engine refused a definition), `ModelError` and `UnsafeSQLError` (a definition that cannot
or may not be computed).
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assistant.errors import ConfigError
from assistant.refresh.files import attach, attach_data, close_doors, connected, dates, finish, looking, workbench
from assistant.refresh.work import Refreshed, Work
from semantic_layer.model import SemanticModel, profile_history
from semantic_layer.periods import add_months
from semantic_layer.tags import profile_statement, tables_read

__all__ = ["Progress", "RefreshReport", "Refreshed", "kept_dates", "month_ends", "refresh"]

Progress = Callable[[date, int, int], None]
"""Called before each profile and after the last: its date, how many are done, how many there are."""


@dataclass(frozen=True, slots=True)
class RefreshReport:
    """What a refresh did. `kept`: the dates that the profile file holds now, by entity. `seconds`: all of it, swap included."""

    refreshed: tuple[Refreshed, ...]
    kept: Mapping[str, tuple[date, ...]]
    seconds: float


def refresh(  # noqa: PLR0913 - two are limits of the engine, which nothing else groups
    model: SemanticModel,
    database: Path,
    profile: Path,
    *,
    as_of: Sequence[date],
    progress: Progress | None = None,
    memory_limit: str | None = None,
    threads: int | None = None,
) -> RefreshReport:
    """Computes the profiles of every entity with tags as of each date of `as_of`; other kept dates stay, with the columns of now.

    Args:
        model: its tags are computed; a tag that is new is null in older profiles, one that is gone leaves them too.
        database: read only.
        profile: written; made where it does not exist.
        as_of: the days that count as today, each once. None of them: the kept profiles get the columns of now.
        progress: told before each profile and after the last.
        memory_limit: as DuckDB writes it ("2GB"); its own default is 80 % of the machine.
        threads: its own default is every core.

    Raises:
        ConfigError, QueryFailed, ModelError, UnsafeSQLError: see the module.
    """
    started = time.perf_counter()
    entities = tuple(dict.fromkeys(tag.entity for tag in model.tags.values()))
    if not entities:
        raise ConfigError("refresh-no-tags")
    days = tuple(sorted(set(as_of)))
    read = sorted(set().union(*(tables_read(profile_statement(model, entity, date.max)) for entity in entities)))
    refreshed: list[Refreshed] = []
    with workbench(profile) as bench, connected(bench, memory_limit, threads) as connection:
        attach_data(connection, database, (model.tables[name] for name in read))
        if profile.exists():
            attach(connection, profile, "kept")
        attach(connection, bench.fresh, "fresh", writable=True)
        close_doors(connection, database)
        work = Work(connection, model, days, profile.name)
        for entity in entities:
            for day in work.steps(entity):
                if progress is not None:
                    progress(day, len(refreshed), len(days) * len(entities))
                refreshed.append(work.compute(entity, day))
        kept = {entity: dates(connection, "fresh", profile_history(entity)) for entity in entities}
        finish(connection, bench)
    if progress is not None and refreshed:
        progress(refreshed[-1].as_of, len(refreshed), len(refreshed))
    return RefreshReport(tuple(refreshed), kept, time.perf_counter() - started)


def kept_dates(profile: Path, entity: str) -> tuple[date, ...]:
    """The dates as of which the profile file keeps an entity's tags, in order; none where there is no file or no such table.

    Raises:
        ConfigError: the file is no DuckDB database, or of a newer version.
    """
    if not profile.exists():
        return ()
    with looking() as connection:
        attach(connection, profile, "kept")
        return dates(connection, "kept", profile_history(entity))


def month_ends(today: date, count: int) -> tuple[date, ...]:
    """The dates to keep so that the state at the last `count` month ends can be asked: first days of months, in order.

    As of 1 October is the state at the end of September (see the module), so these are the first day of the month of `today`
    and of the months before it.

    >>> month_ends(date(2026, 10, 20), 3)
    (datetime.date(2026, 8, 1), datetime.date(2026, 9, 1), datetime.date(2026, 10, 1))
    """
    first = today.replace(day=1)
    return tuple(add_months(first, -back) for back in range(count - 1, -1, -1))
