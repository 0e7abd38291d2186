"""The verbs of the command line beside asking: build, refresh, check, evaluate; and what an error means to who typed.

In: the options of a command. Out: sentences and plain values for the command line to print. Progress bars go to stderr, and only
where somebody watches. What may fail: as `app`.
"""

import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from logging import getLogger
from pathlib import Path
from typing import TYPE_CHECKING, Any

import prompts
from assistant.app import Assistant, Told, assemble, day_of, find_place, settings_of
from assistant.cache import Cache
from assistant.channels.base import EXIT_CODES, USAGE
from assistant.channels.cli import Options, Ready
from assistant.domains import build_database, database_of, load_domain, overlay_of
from assistant.errors import AccessDenied, AssistantError, ConfigError
from assistant.places import Place
from assistant.settings import Settings, folders, shown
from semantic_layer.errors import ModelError, QueryError
from semantic_layer.issues import Issue
from semantic_layer.locate import domain_folder

if TYPE_CHECKING:
    from assistant.channels.chat.store import Store
    from assistant.evaluate import Case, Outcome
    from assistant.thread import Thread

logger = getLogger("assistant")


class Workshop:
    """The composition root as the command line sees it."""

    def assistant(self, options: Options) -> Assistant:
        """An assistant over the domain; builds what is missing, with a progress bar."""
        with _bars(options.lang or "en") as told:
            return Assistant(assemble(_settings(options), told))

    def build(self, name: str, *, scale: float | None, database: Path | None, force: bool, lang: str) -> str:
        """Builds a domain's demo database and its tags; a sentence about it."""
        more = {"scale": scale} if scale is not None else {}
        settings = settings_of(name, database, None, None, {"domain": more})
        where = folders(settings)
        domain = load_domain(settings.domain.name, Cache(where.cache), where.data)
        path = database_of(domain, settings.domain.database, where)
        began = time.perf_counter()
        with _bars(lang) as told:
            if path.exists() and force:
                Place.of(domain, path, where.data, Cache(where.cache)).forget_tags()
            build_database(domain, path, settings.domain.scale, force=force, progress=told.build)
            place = Place.of(domain, path, where.data, Cache(where.cache))
            place.ensure_tags(day_of(settings, place), settings.engine, told.tags)
        size = f"{path.stat().st_size / 2**20:,.0f} MB"
        seconds = f"{time.perf_counter() - began:.1f}"
        return prompts.render("app.build.done", lang, domain=domain.name, path=path, size=size, seconds=seconds)

    def draft(self, database: Path, *, out: Path | None, name: str | None, force: bool, lang: str) -> str:
        """Drafts a domain folder (default: named like the database, here) from what the database holds; what to do with it."""
        from assistant.inspection import write_draft

        written = write_draft(database, out, name, force=force)
        counted = {kind: f"{count:,}" for kind, count in written.counts.items()}
        return prompts.render("app.draft.done", lang, folder=written.folder, question=written.question(lang), **counted)

    def refresh(self, options: Options, lang: str) -> str:
        """Computes the tags of today again; a sentence about it."""
        settings = _settings(options)
        with _bars(lang) as told:
            place = find_place(settings, folders(settings), told)
            today = day_of(settings, place)
            found = place.refresh((today,), settings.engine, told.tags)
        kept = sorted({day for days in found.kept.values() for day in days})
        count = sum(done.rows for done in found.refreshed)
        words = {"day": today.isoformat(), "count": f"{count:,}", "seconds": f"{found.seconds:.1f}"}
        return prompts.render("app.refresh.done", lang, kept=", ".join(map(str, kept)), **words)

    def check(self, options: Options, lang: str) -> tuple[dict[str, Any], bool]:
        """Settings and findings about the model, and whether there is no error among them."""
        from semantic_layer.loader import read as read_domain

        settings = _settings(options)
        where = folders(settings)
        about: dict[str, Any] | None = None
        try:
            folder = domain_folder(settings.domain.name).resolve()
            loaded = read_domain(folder, overlay_of(folder, where.data))
            issues, model = loaded.warnings, loaded.model
            counts = {"metrics": len(model.metrics), "dimensions": len(model.dimensions), "roles": len(model.roles)}
            about = {"domain": model.domain.name, **counts}
        except ModelError as error:
            issues = error.issues
        found = {
            "settings": dict(shown(settings)),
            "folders": {"data": str(where.data), "cache": str(where.cache)},
            "model": about,
            "issues": [_finding(issue, lang) for issue in issues],
        }
        return found, all(issue.severity != "error" for issue in issues)

    def schema(self) -> dict[str, Any]:
        """The JSON schema of the YAML of a domain."""
        from semantic_layer.loader import json_schema

        return json_schema()

    def evaluate(self, questions: Path, options: Options, views: Path | None) -> "Evaluated":
        """Runs a question set: each question in a conversation of its own, as the role of its persona where there is one."""
        from assistant.evaluate import evaluate, read_cases
        from assistant.gold import Gold

        settings = _settings(options)
        cases = read_cases(questions)
        own = questions.parent / "gold_views.sql"
        with self.assistant(options) as wenke, Gold(self._data(settings), views or (own if own.is_file() else None)) as gold:
            roles, members = wenke.model.roles, frozenset((*wenke.model.metrics, *wenke.model.dimensions))

            def thread(case: "Case") -> "Thread":
                role = options.role or (case.persona if case.persona in roles else None)
                return wenke.thread(role=role, attributes=options.attributes, channel="eval")

            return Evaluated(evaluate(cases, thread, gold.rows, members=members))

    def serve(self, options: Options, host: str | None, port: int | None, chat: bool, ready: Ready) -> None:
        """Serves the HTTP API, and the chat where it is wanted, until the process is stopped."""
        from assistant.serving import Wanted, serve

        settings = _settings(options)
        server = settings.server
        with _bars(options.lang or "en") as told:
            serve(settings, Wanted(host or server.host, server.port if port is None else port, chat, ready), told)

    def secret(self, password: str) -> str:
        """What the settings keep of a password."""
        from assistant.accounts import hash_secret

        return hash_secret(password)

    def feedback(self) -> list[dict[str, Any]]:
        """What people thought of answers in the chat, as plain values."""
        from assistant.channels.chat.opinions import plain

        with _history(_settings(Options())) as store:
            return [plain(said) for said in store.feedback()]

    def feedback_lines(self, lang: str) -> list[str]:
        """The same to read."""
        from assistant.channels.chat.opinions import lines

        with _history(_settings(Options())) as store:
            return list(lines(store.feedback(), lang))

    def feedback_case(self, key: str, gold_sql: str | None) -> dict[str, Any]:
        """One of them as a line of an evaluation set."""
        from assistant.channels.chat.opinions import case

        with _history(_settings(Options())) as store:
            found = next((said for said in store.feedback() if said.id.startswith(key)), None)
            if found is None:
                raise ConfigError("feedback-missing", id=key)
            return case(found, store, gold_sql)

    def learn(self, options: Options, lang: str) -> list[str]:
        """What askers taught, to read."""
        from assistant.review import listed

        return listed(_settings(options), lang)

    def learn_plain(self, options: Options) -> list[dict[str, Any]]:
        """The same as plain values."""
        from assistant.review import plain

        return plain(_settings(options))

    def learn_decide(self, options: Options, number: str, verdict: str, lang: str) -> str:
        """Accepts or rejects one of it; a sentence about it."""
        from assistant.review import decided

        return decided(_settings(options), number, "accepted" if verdict == "accepted" else "rejected", lang)

    def history_file(self) -> Path:
        """Where the terminal's own history of lines lies."""
        return folders(_settings(Options())).data / "history"

    def explain_error(self, error: BaseException, lang: str) -> tuple[str, int]:
        """A sentence about what went wrong, and the exit code that it deserves."""
        match error:
            case AccessDenied():
                return prompts.issue_text(error.issue, lang), EXIT_CODES["refused"]
            case AssistantError():
                return prompts.issue_text(error.issue, lang), USAGE if isinstance(error, ConfigError) else EXIT_CODES["failed"]
            case ModelError() | QueryError():
                lines = (f"{issue.where}: {prompts.issue_text(issue, lang)}".removeprefix(": ") for issue in error.issues)
                return "\n".join(lines), USAGE
        incident = uuid.uuid4().hex[:10]
        logger.error("incident %s", incident, exc_info=error)
        incident_text = prompts.render("app.terminal.incident", lang, incident=incident)
        return f"{prompts.render('app.failed', lang)} {incident_text}", EXIT_CODES["failed"]

    @staticmethod
    def _data(settings: Settings) -> Path:
        where = folders(settings)
        return database_of(load_domain(settings.domain.name, Cache(where.cache), where.data), settings.domain.database, where)


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What an evaluation found, in the forms that can be printed."""

    outcomes: "tuple[Outcome, ...]"

    def json(self) -> dict[str, Any]:
        """Everything as plain values."""
        from assistant.evaluate import as_json

        return as_json(self.outcomes)

    def overview(self, lang: str) -> str:
        """The counts."""
        from assistant.evaluate import summarise
        from assistant.report import overview

        return overview(summarise(self.outcomes), lang)

    def markdown(self, lang: str) -> str:
        """The counts and each question that was not answered right."""
        from assistant.report import to_markdown

        return to_markdown(self.outcomes, lang)


@contextmanager
def _history(settings: Settings) -> Iterator["Store"]:
    """The database of the chat, open for a moment."""
    from assistant.serving import open_history

    store = open_history(settings)
    try:
        yield store
    finally:
        store.close()


def _settings(options: Options) -> Settings:
    scope: dict[str, Any] = {}
    if options.role is not None:
        scope["role"] = options.role
    if options.attributes:
        scope["attributes"] = dict(options.attributes)
    more: dict[str, Any] = {"scope": scope} if scope else {}
    return settings_of(options.domain, options.database, options.today, options.planner, more)


def _finding(issue: Issue, lang: str) -> dict[str, str]:
    return {
        "code": issue.code,
        "severity": issue.severity,
        "where": str(issue.where),
        "text": prompts.issue_text(issue, lang),
        "suggestions": prompts.render("app.list_separator", lang).join(issue.suggestions),
    }


@contextmanager
def _bars(lang: str) -> Iterator[Told]:
    """Progress bars on stderr, made when there is something to tell and somebody watches."""
    if not sys.stderr.isatty():
        yield Told()
        return
    bars = _Bars(lang)
    try:
        yield Told(bars.build, bars.tags)
    finally:
        bars.stop()


class _Bars:
    """One bar for the build and one for the tags. rich is imported when the first of them moves."""

    def __init__(self, lang: str) -> None:
        self._lang = lang
        self._bar: Any = None
        self._tasks: dict[str, Any] = {}

    def build(self, stage: str, done: float) -> None:
        """Moves the bar of the build."""
        self._move("stage", done, stage)

    def tags(self, day: date, done: int, total: int) -> None:
        """Moves the bar of the tags."""
        self._move("tags", done / max(total, 1), day.isoformat())

    def stop(self) -> None:
        """Ends the bars where there are any."""
        if self._bar is not None:
            self._bar.stop()

    def _move(self, name: str, done: float, stage: str) -> None:
        if self._bar is None:
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

            columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[stage]}"), TimeElapsedColumn())
            self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self._bar.start()
        if name not in self._tasks:
            self._tasks[name] = self._bar.add_task(prompts.render(f"app.build.{name}", self._lang), total=1.0, stage="")
        self._bar.update(self._tasks[name], completed=done, stage=stage)
