"""Domains on this machine: the model of a folder (from the cache where nothing changed), its database, building demo data.

In: a name or a folder, where files lie. Out: a `Domain`; the path of its data; a built database. What may fail: `ModelError` (the
YAML), `ConfigError` `no-database`, `no-builder`, `database-exists`, `building`, `build-failed`.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Protocol, cast

from assistant.cache import Cache, fingerprint
from assistant.errors import ConfigError
from assistant.locks import locked
from assistant.settings import Folders
from semantic_layer.folder import Starter
from semantic_layer.locate import content_hash, domain_folder
from semantic_layer.model import SemanticModel

BUILDERS = "wenke.builders"
"""The entry point group of functions that build a demo database."""
PATIENCE = 600.0
"""Seconds to wait for another process that builds the same database."""
Progress = Callable[[str, float], None]


class Builder(Protocol):
    """Builds a database at a path that does not exist yet; tells `progress` a stage and the fraction done."""

    def __call__(self, path: Path, *, scale: float, progress: Progress | None) -> object: ...


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain that passed every check. `key` changes with any of its files."""

    folder: Path
    model: SemanticModel
    questions: tuple[Starter, ...]
    key: str

    @property
    def name(self) -> str:
        return self.model.domain.name


def load_domain(name: str | Path, cache: Cache) -> Domain:
    """The domain of that name or folder.

    Raises:
        ModelError: there is none, or its YAML is wrong; every issue has file and line.
    """
    folder = domain_folder(name).resolve()
    key = fingerprint(str(folder), content_hash(folder))

    def make() -> Domain:
        from semantic_layer.loader import read

        loaded = read(folder)
        return Domain(folder, loaded.model, loaded.questions, key)

    return cache.get("domain", key, make, Domain)


def database_of(domain: Domain, given: Path | None, folders: Folders) -> Path:
    """Where the data of a domain lies: as given, as `domain.yaml` says (relative to it), or a demo database of this user.

    Raises:
        ConfigError: `no-database`: none of the three.
    """
    if given is not None:
        return given.expanduser().absolute()
    if domain.model.domain.database is not None:
        return (domain.folder / domain.model.domain.database).expanduser().resolve()
    if domain.model.domain.builder is None:
        raise ConfigError("no-database", domain=domain.name)
    return folders.data / "domains" / f"{domain.name}.duckdb"


def ensure_database(domain: Domain, path: Path, scale: float, progress: Progress | None = None) -> bool:
    """Builds the demo database where it is missing; True where it was built here. Another process that builds it is waited for.

    Raises:
        ConfigError: `database-missing` (and nothing can build it), or as `build_database`.
    """
    if path.exists():
        return False
    if domain.model.domain.builder is None:
        raise ConfigError("database-missing", path=str(path))
    with _building(path):
        if path.exists():
            return False
        _build(domain, path, scale, progress)
    return True


def build_database(domain: Domain, path: Path, scale: float, *, force: bool, progress: Progress | None = None) -> None:
    """Builds the demo database; one that is there is replaced only with `force`.

    Raises:
        ConfigError: `no-builder`, `database-exists`, `building`, `build-failed`.
    """
    if domain.model.domain.builder is None:
        raise ConfigError("no-builder", domain=domain.name)
    with _building(path):
        if path.exists() and not force:
            raise ConfigError("database-exists", path=str(path))
        _build(domain, path, scale, progress)


def _build(domain: Domain, path: Path, scale: float, progress: Progress | None) -> None:
    """Writes beside and renames: whoever asks meanwhile sees the old database or the new one, never half of one."""
    beside = path.with_name(f".{path.stem}.building{path.suffix}")
    for leftover in (beside, beside.with_name(beside.name + ".wal")):
        leftover.unlink(missing_ok=True)
    try:
        _builder(str(domain.model.domain.builder))(beside, scale=scale, progress=progress)
        beside.replace(path)
    except OSError as failed:
        raise ConfigError("build-failed", path=str(path), problem=failed.strerror or type(failed).__name__) from failed
    except ValueError as wrong:
        raise ConfigError("build-failed", path=str(path), problem=str(wrong)) from wrong
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def _builder(name: str) -> Builder:
    for entry in entry_points(group=BUILDERS, name=name):
        return cast("Builder", entry.load())
    raise ConfigError("no-builder", domain=name)


@contextmanager
def _building(path: Path) -> Iterator[None]:
    """Holds the lock on building `path`; waits for another process that has it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as failed:
        raise ConfigError("build-failed", path=str(path), problem=failed.strerror or "") from failed
    lock = path.with_name(f".{path.name}.lock")
    until = time.monotonic() + PATIENCE
    while True:
        held = locked(lock, "building")
        try:
            held.__enter__()
            break
        except ConfigError:
            if time.monotonic() > until or not os.access(path.parent, os.W_OK):
                raise
            time.sleep(0.2)
    try:
        yield
    finally:
        held.__exit__(None, None, None)
