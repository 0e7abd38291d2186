"""Where one domain's things lie, and whether its tags are there: the database, the profile file, what it was computed from.

In: a domain, its database, the folders of this user. Out: a `Place`; `ensure_tags` computes what is missing. The profile file is
named by what identifies a database: a rebuilt one has another, one that only grew keeps its own. What may fail: as `refresh`.
"""

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.cache import Cache
from assistant.domains import Domain
from assistant.errors import ConfigError
from assistant.settings import EngineSettings

if TYPE_CHECKING:
    from assistant.refresh import RefreshReport

KEPT_MONTH_ENDS = 3
HEADER = 4096
"""Bytes of a DuckDB file that never change and hold its random identifier."""
PATIENCE = 1800.0
"""Seconds to wait for another process that computes the same tags."""
TagProgress = Callable[[date, int, int], None]


class _Note(BaseModel):
    """What is known of a profile file without opening it. `kept`: the dates by entity."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    definitions: str
    stamp: tuple[int, int]
    kept: Mapping[str, tuple[date, ...]]


@dataclass(frozen=True, slots=True)
class Place:
    """A domain over one database. `profile`: the file of its tags."""

    domain: Domain
    database: Path
    profile: Path
    cache: Cache

    @classmethod
    def of(cls, domain: Domain, database: Path, data: Path, cache: Cache) -> "Place":
        """The place of `domain` over a database that exists; profiles lie under the folder `data`."""
        identity = hashlib.sha256(f"{database}\0".encode() + _identity(database)).hexdigest()[:16]
        return cls(domain, database, data / "profiles" / f"{domain.name}-{identity}.duckdb", cache)

    def ensure_tags(self, today: date, limits: EngineSettings, progress: TagProgress | None = None) -> "RefreshReport | None":
        """Computes tags as of `today` where they are missing or defined otherwise; the first time also those of month ends.

        Another process that does the same is waited for.
        """
        if self.has_tags(today):
            return None
        from assistant.refresh import month_ends

        until = time.monotonic() + PATIENCE
        while not self.has_tags(today):
            days = (today,) if self.profile.exists() else (*month_ends(today, KEPT_MONTH_ENDS), today)
            try:
                return self.refresh(days, limits, progress)
            except ConfigError as error:
                if error.issue.code != "refresh-running" or time.monotonic() > until:
                    raise
                time.sleep(0.3)
        return None

    def has_tags(self, today: date) -> bool:
        """Whether the profile holds the tags of `today` as they are defined now; True for a domain without tags."""
        entities = {tag.entity for tag in self.domain.model.tags.values()}
        if not entities:
            return True
        noted = self._noted()
        if noted is None or noted.definitions != self._definitions():
            return False
        return all(today in noted.kept.get(entity, ()) for entity in entities)

    def refresh(self, days: Sequence[date], limits: EngineSettings, progress: TagProgress | None = None) -> "RefreshReport":
        """Computes tags as of each of `days`; other dates that are kept stay."""
        from assistant.refresh import refresh

        try:
            self.profile.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as failed:
            raise ConfigError("path-unwritable", path=str(self.profile.parent), problem=failed.strerror or "") from failed
        report = refresh(
            self.domain.model,
            self.database,
            self.profile,
            as_of=days,
            progress=progress,
            memory_limit=limits.memory,
            threads=limits.threads,
        )
        note = _Note(definitions=self._definitions(), stamp=_stamp(self.profile), kept=report.kept)
        self._note_file().write_text(note.model_dump_json(), encoding="utf-8")
        return report

    def forget_tags(self) -> None:
        """Removes the profile of a database that is about to be replaced."""
        for path in (self.profile, self._note_file()):
            with suppress(OSError):
                path.unlink()

    def _note_file(self) -> Path:
        return self.profile.with_suffix(".json")

    def _noted(self) -> "_Note | None":
        """What the last refresh wrote down, where it is about the profile that is there."""
        try:
            note = _Note.model_validate_json(self._note_file().read_bytes())
        except (OSError, ValidationError):
            return None
        return note if note.stamp == _stamp(self.profile) else None

    def _definitions(self) -> str:
        """What the tags of this domain are, in short: changes when one of them is defined otherwise."""
        model = self.domain.model

        def make() -> str:
            from semantic_layer.tags import profile_statement

            entities = sorted({tag.entity for tag in model.tags.values()})
            statements = (profile_statement(model, entity, date(2000, 1, 1)).sql(dialect="duckdb") for entity in entities)
            return hashlib.sha256("\0".join(statements).encode()).hexdigest()

        return self.cache.get("tags", self.domain.key, make, str)


def _stamp(path: Path) -> tuple[int, int]:
    """What changes when a file is replaced; zeros where there is none."""
    try:
        found = path.stat()
    except OSError:
        return (0, 0)
    return (found.st_size, found.st_mtime_ns)


def _identity(database: Path) -> bytes:
    """What tells this database from another one in the same place."""
    try:
        if database.is_dir():
            files = sorted(path for path in database.iterdir() if path.suffix.lower() in (".parquet", ".csv"))
            return "\n".join(f"{path.name} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in files).encode()
        with database.open("rb") as file:
            return file.read(HEADER)
    except OSError as failed:
        raise ConfigError("path-unreadable", path=str(database), problem=failed.strerror or "") from failed
