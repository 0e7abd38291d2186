"""The composition root: the only place that wires things. Settings -> domain -> database -> tags -> engine -> planner -> Assistant.

In: what a caller or a person says (a domain, a database, a day, a planner, settings). Out: an open `Assistant`; on the way it
builds a demo database that is missing and computes tags that are missing for today. What may fail: `ConfigError` (settings, files),
`ModelError` (the YAML), `EngineError` (the database cannot be opened).
"""

import hashlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from assistant import service
from assistant.audit import Audit
from assistant.cache import Cache, fingerprint
from assistant.domains import Domain, Progress, database_of, ensure_database, load_domain
from assistant.errors import ConfigError
from assistant.language.values import ValueIndex
from assistant.ports import Engine, Planner
from assistant.qa import Lang
from assistant.settings import Folders, Settings, folders, read

PLANNERS, ENGINES = "wenke.planners", "wenke.engines"
"""The entry point groups; ours are registered like anybody's (pyproject.toml)."""
KEPT_MONTHS = 3


class Assistant(service.Assistant):
    """Answers questions about one domain; `open` makes one."""

    @classmethod
    def open(
        cls,
        domain: str | Path | None = None,
        *,
        database: str | Path | None = None,
        today: date | str | None = None,
        planner: str = "auto",
        progress: Progress | None = None,
        **settings: Any,  # noqa: ANN401 - sections of the settings, checked by them
    ) -> "Assistant":
        """An assistant over a built-in domain or a domain folder; builds what is missing.

        Args:
            domain: a name or a path; default: what the settings say, else "retail".
            database: its data, where not the domain's own: a DuckDB file, or a folder of Parquet or CSV files.
            today: the first day without data, where not the domain's own.
            planner: auto, or a name of the entry point group `wenke.planners`.
            progress: told a stage and the fraction done while a demo database is built.
            settings: sections of `assistant.settings.Settings` as mappings, such as `limits={"seconds": 5}`.

        Raises:
            ConfigError, ModelError, EngineError: see the module.
        """
        return cls(assemble(settings_of(domain, database, today, planner, settings), progress))


def settings_of(
    domain: str | Path | None,
    database: str | Path | None,
    today: date | str | None,
    planner: str | None,
    more: Mapping[str, Any],
) -> Settings:
    """The settings with what a caller says in their places."""
    said = {"name": str(domain) if domain is not None else None, "database": database, "today": today}
    own = {name: value for name, value in said.items() if value is not None}
    merged = dict(more)
    if own:
        merged["domain"] = {**dict(more.get("domain", {})), **own}
    if planner not in (None, "auto"):
        merged["planner"] = {**dict(more.get("planner", {})), "name": planner}
    return read(**merged)


def assemble(settings: Settings, told: "Told | None" = None) -> service.Parts:
    """Everything that an assistant needs, from the settings; `told` hears what takes long."""
    where = folders(settings)
    keep_log(where)
    place = find_place(settings, where, told)
    today = day_of(settings, place)
    place.ensure_tags(today, settings.engine, told.tags if told else None)
    engine = open_engine(settings, place, today)
    try:
        planner = choose_planner(settings.planner.name, place, engine)
    except BaseException:
        engine.close()
        raise
    return service.Parts(
        model=place.domain.model,
        engine=engine,
        planner=planner,
        today=today,
        policy=_policy(settings, place.domain),
        audit=Audit(where.data / "audit.jsonl", _now) if settings.answers.audit else None,
        starters=_starters(place.domain),
        close=engine.close,
    )


def find_place(settings: Settings, where: Folders, told: "Told | None" = None) -> Place:
    """The domain and its database, built where it is missing and can be."""
    cache = Cache(where.cache)
    domain = load_domain(settings.domain.name, cache)
    database = database_of(domain, settings.domain.database, where)
    ensure_database(domain, database, settings.domain.scale, told.build if told else None)
    return Place.of(domain, database, where.data, cache)


def day_of(settings: Settings, place: Place) -> date:
    """The first day without data: as set, as the domain says, or the day after the last one in the data (at most today)."""
    said = settings.domain.today or place.domain.model.domain.today
    if said != "data":
        return said
    with closing(open_engine(settings, place, date.max)) as engine:
        days = [day for sql in last_days(place.domain.model) for (day,) in engine.values(sql) if day is not None]
    now = _now().date()
    return min(max(days) + timedelta(days=1), now) if days else now


def last_days(model: SemanticModel) -> tuple[str, ...]:
    """Statements that give the last day of each table that has a time."""
    timed = (table for table in model.tables.values() if table.time is not None and not table.name.endswith(PROFILES))
    return tuple(f'SELECT CAST(max("{table.time}") AS DATE) FROM "{table.name}"' for table in timed)


def choose_planner(name: str, place: Place, engine: Engine) -> Planner:
    """The planner of that name over the words of this domain and the values in its data."""
    wanted = "rules" if name == "auto" else name
    index = place.cache.get("index", fingerprint(place.domain.key, engine.data_version()), lambda: _index(place, engine), ValueIndex)
    planner: Planner = plugin(PLANNERS, wanted, "unknown-planner")(place.domain.model, index)
    return planner
