"""The composition root, the only place that wires things: settings, domain, database, tags, engine, planner -> Assistant.

In: what a caller or a person says (a domain, a database, a day, a planner, settings). Out: an open `Assistant`; on the way it
builds a demo database that is missing and computes tags that are missing. What may fail: `ConfigError` (settings, files),
`ModelError` (the YAML), `EngineError` (the database cannot be opened).
"""

import logging
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, get_args

from assistant import service
from assistant.audit import Audit
from assistant.cache import Cache, fingerprint
from assistant.domains import Domain, Progress, database_of, ensure_database, load_domain
from assistant.egress import Egress
from assistant.engines.base import EngineSettings
from assistant.errors import ConfigError
from assistant.language.calendar import Calendar, DomainFestival
from assistant.language.values import ValueIndex
from assistant.lessons import Lessons
from assistant.places import Place, TagProgress
from assistant.planners.base import Grounds
from assistant.planners.rules import RulesPlanner
from assistant.ports import Engine, Planner
from assistant.qa import Lang
from assistant.settings import Folders, Settings, folders, read
from semantic_layer.catalog import nearest
from semantic_layer.model import Dimension, NamedPeriod, SemanticModel, profile_history, profile_table
from semantic_layer.model import Domain as BusinessDomain

PLANNERS, ENGINES = "wenke.planners", "wenke.engines"
"""The entry point groups; ours are registered like anybody's (pyproject.toml)."""
STARTERS = 6
"""Questions that a role is offered to begin with."""
MOST_INDEXED = 200_000
"""Stored values of one dimension that are indexed."""


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
        **settings: Any,  # noqa: ANN401 - sections of the settings, checked by them
    ) -> "Assistant":
        """An assistant over a built-in domain or a domain folder; builds what is missing.

        Args:
            domain: a name or a path; default: what the settings say, else "retail".
            database: its data, where not the domain's own: a DuckDB file, or a folder of Parquet or CSV files.
            today: the first day without data, where not the domain's own.
            planner: auto, or a name of the entry point group `wenke.planners`.
            settings: sections of `assistant.settings.Settings` as mappings, such as `limits={"seconds": 5}`.

        Raises:
            ConfigError, ModelError, EngineError: see the module.
        """
        return cls(assemble(settings_of(domain, database, today, planner, settings)))


@dataclass(frozen=True, slots=True)
class Told:
    """Who hears of what takes long: a demo database that is built, tags that are computed."""

    build: Progress | None = None
    tags: TagProgress | None = None


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
        merged["domain"] = {**more.get("domain", {}), **own}
    if planner not in (None, "auto"):
        merged["planner"] = {**more.get("planner", {}), "name": planner}
    return read(**merged)


def assemble(settings: Settings, told: Told | None = None) -> service.Parts:
    """Everything that an assistant needs, from the settings; `told` hears what takes long."""
    told = told or Told()
    where = folders(settings)
    keep_log(where)
    place = find_place(settings, where, told)
    today = day_of(settings, place)
    place.ensure_tags(today, settings.engine, told.tags)
    engine = open_engine(settings, place, today)
    try:
        rules = rules_over(place, engine, today)
        floor = floor_over(rules, place.domain)
        planner = choose_planner(settings, place, engine, (rules, floor), egress_of(settings, where))
    except BaseException:
        engine.close()
        raise
    return service.Parts(
        model=place.domain.model,
        engine=engine,
        planner=planner,
        floor=floor,
        today=today,
        policy=_policy(settings, place.domain),
        audit=Audit(where.data / "audit.jsonl", _now) if settings.answers.audit else None,
        lessons=lessons_of(where) if settings.answers.learn else None,
        starters=_starters(place.domain),
        starters_of=_starters_of(place.domain),
        close=partial(_close, planner, engine),
    )


def _close(planner: Planner, engine: Engine) -> None:
    """Ends what a planner keeps open, if it keeps anything, and the engine."""
    getattr(planner, "close", lambda: None)()
    engine.close()


# --- the parts --------------------------------------------------------------------------------------------------------


def find_place(settings: Settings, where: Folders, told: Told) -> Place:
    """The domain and its database, built where it is missing and can be."""
    cache = Cache(where.cache)
    domain = load_domain(settings.domain.name, cache, where.data)
    database = database_of(domain, settings.domain.database, where)
    ensure_database(domain, database, settings.domain.scale, told.build)
    return Place.of(domain, database, where.data, cache)


def day_of(settings: Settings, place: Place) -> date:
    """The first day without data: as set, as the domain says, or the day after the last one in the data (at most today)."""
    said = settings.domain.today or place.domain.model.domain.today
    if said != "data":
        return said
    with closing(open_engine(settings, place, date.max)) as engine:
        days = [day for sql in _last_days(place.domain.model) for (day,) in engine.values(sql) if day is not None]
    now = _now().date()
    return min(max(days) + timedelta(days=1), now) if days else now


def open_engine(settings: Settings, place: Place, today: date) -> Engine:
    """The engine of that name over the data and the tags of `today`."""
    make = plugin(ENGINES, settings.engine.name, "unknown-engine")
    limits = EngineSettings(
        threads=settings.engine.threads,
        memory_limit=settings.engine.memory,
        timeout=settings.limits.seconds,
        max_rows=settings.limits.rows,
    )
    engine: Engine = make(place.domain.model, place.database, place.profile, limits, today=today)
    return engine


def rules_over(place: Place, engine: Engine, today: date) -> RulesPlanner:
    """The rules over the words of this domain and the values in its data."""
    model = place.domain.model
    key = fingerprint(place.domain.key, engine.data_version())
    index = place.cache.get("index", key, lambda: build_index(model, engine), ValueIndex)
    planner: RulesPlanner = plugin(PLANNERS, "rules", "unknown-planner")(index, calendar_of(model.domain, today))
    return planner


def floor_over(rules: RulesPlanner, domain: Domain) -> Planner:
    """What answers without a language model: the rules, over a draft that nobody has tuned the plain reader before them, and the
    questions that a person verified, where there are any."""
    floor: Planner = rules
    if domain.model.domain.draft:
        from assistant.planners.plain import PlainFirst

        floor = PlainFirst(rules)
    if not domain.verified:
        return floor
    from assistant.planners.verified import VerifiedPlanner

    return VerifiedPlanner(floor, rules.index, rules.calendar, domain.model, domain.verified)


def choose_planner(
    settings: Settings, place: Place, engine: Engine, floors: tuple[RulesPlanner, Planner], egress: Egress
) -> Planner:
    """The planner of that name; `auto` is the rules, and a language model where they do not understand, if one is set.

    `floors`: the rules, and what stands on them without a model.
    """
    (rules, floor), name = floors, settings.planner.name
    if name == "rules" or (name == "auto" and not settings.llm.model):
        return floor
    grounds = Grounds(
        floor=floor,
        index=rules.index,
        calendar=rules.calendar,
        model=place.domain.model,
        engine=engine,
        llm=settings.llm,
        egress=egress,
        questions=_starters(place.domain),
        key=place.domain.key,
        mode="auto" if name == "auto" else "agent",
        verified=place.domain.verified,
    )
    planner: Planner = plugin(PLANNERS, "agent" if name == "auto" else name, "unknown-planner")(grounds)
    return planner


def egress_of(settings: Settings, where: Folders) -> Egress:
    """The log of what leaves for a model."""
    llm = settings.llm
    return Egress(where.data / "egress.jsonl", _now, most=round(llm.egress_mb * 1_000_000), files=llm.egress_files)


def lessons_of(where: Folders) -> Lessons:
    """What askers of this user's domains teach."""
    return Lessons(where.data / "lessons.jsonl", _now)


def calendar_of(domain: BusinessDomain, today: date) -> Calendar:
    """What relative dates of a domain are counted from."""
    return Calendar(
        today=today,
        week_start=domain.week_start,
        fiscal_year_start_month=domain.fiscal_year_start,
        first_day=domain.first_day,
        last_day=today - timedelta(days=1),
        festivals=tuple(_festival(period) for period in domain.periods),
    )


def _festival(period: NamedPeriod) -> DomainFestival:
    words = (period.label.zh, period.label.en, *period.synonyms.zh, *period.synonyms.en)
    first, last = ((int(day[:2]), int(day[3:])) for day in (period.start, period.end))
    return DomainFestival(period.label.en, words, first, last)


def build_index(model: SemanticModel, engine: Engine) -> ValueIndex:
    """Every name of the model, and the stored values of the dimensions that say so; never personal data."""
    indexed = [d for d in model.dimensions.values() if d.index_values and d.pii is None]
    return ValueIndex.build({d.name: _stored(d, engine) for d in indexed}, model)


def _stored(dimension: Dimension, engine: Engine) -> Sequence[str]:
    value, table = dimension.expression(dimension.table), dimension.table
    distinct = f'SELECT DISTINCT CAST({value} AS VARCHAR) AS v FROM "{table}" WHERE {value} IS NOT NULL'
    sql = f"{distinct} ORDER BY v LIMIT {MOST_INDEXED}"
    return tuple(text for (text,) in engine.values(sql))


def _last_days(model: SemanticModel) -> tuple[str, ...]:
    """Statements that give the last day of each table with a time of its own."""
    profiles = {name(entity) for entity in model.entities for name in (profile_table, profile_history)}
    timed = ((table.name, table.column(table.time or "")) for table in model.tables.values() if table.name not in profiles)
    return tuple(f'SELECT CAST(max("{time.name}") AS DATE) FROM "{table}"' for table, time in timed if time is not None)


def plugin(group: str, name: str, unknown: str) -> Callable[..., Any]:
    """What is registered under `name` in an entry point group.

    Raises:
        ConfigError: `unknown`, with the nearest names that there are.
    """
    found = entry_points(group=group)
    for entry in found:
        if entry.name == name:
            loaded: Callable[..., Any] = entry.load()
            return loaded
    known = tuple(entry.name for entry in found)
    raise ConfigError(unknown, name=name, suggestions=nearest(name, known) or known)


def _policy(settings: Settings, domain: Domain) -> service.Policy:
    return service.Policy(
        role=settings.scope.role or domain.model.domain.default_role,
        attributes=settings.scope.attributes,
        seconds=settings.limits.seconds,
        rows=settings.limits.rows,
        sql_rows=settings.limits.sql_rows,
        prove=settings.answers.proof,
        suggestions=settings.answers.suggestions,
        lang=None if settings.lang == "auto" else settings.lang,
    )


def _starters(domain: Domain) -> Mapping[Lang, tuple[str, ...]]:
    return {lang: tuple(getattr(question, lang) for question in domain.questions) for lang in get_args(Lang)}


def _starters_of(domain: Domain) -> Mapping[tuple[Lang, str], tuple[str, ...]]:
    """For each role the first question of each kind, a handful spread over all kinds."""
    found: dict[tuple[Lang, str], tuple[str, ...]] = {}
    for role in {question.role for question in domain.questions if question.role}:
        first = {q.kind: q for q in reversed(domain.questions) if q.role == role}
        kinds = [first[kind] for kind in dict.fromkeys(q.kind for q in domain.questions) if kind in first]
        step = max(1, len(kinds) // STARTERS)
        for lang in get_args(Lang):
            found[lang, role] = tuple(getattr(question, lang) for question in kinds[::step][:STARTERS])
    return found


def _now() -> datetime:
    """The one look at the clock: for the audit log, and for live data that runs into today."""
    return datetime.now().astimezone()


def keep_log(where: Folders) -> None:
    """Sends what goes wrong inside to a file of this user, never to a terminal."""
    logger = logging.getLogger("assistant")
    if any(isinstance(handler, logging.FileHandler) for handler in logger.handlers):
        return
    try:
        where.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(where.data / "wenke.log", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.close(handle)
        handler = logging.FileHandler(where.data / "wenke.log", encoding="utf-8", delay=True)
    except OSError:
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logger.addHandler(handler)
