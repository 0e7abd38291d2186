"""Domains on this machine: the model of a folder (from the cache where nothing changed), its database, building demo data.

In: a name or a folder, where files lie. Out: a `Domain`; the path of its data; a built database. What may fail: `ModelError` (the
YAML), `ConfigError` `no-database`, `no-builder`, `database-exists`, `building`, `build-failed`.
"""

import hashlib
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
from semantic_layer.learned import Verified
from semantic_layer.locate import DOMAINS, content_hash, domain_folder
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
    """A domain that passed every check. `key` changes with any of its files. `overlay`: where what was learnt lies, of a domain
    whose own folder is not to be written."""

    folder: Path
    model: SemanticModel
    questions: tuple[Starter, ...]
    key: str
    verified: tuple[Verified, ...] = ()
    overlay: Path | None = None

    @property
    def name(self) -> str:
        return self.model.domain.name


def overlay_of(folder: Path, data: Path) -> Path:
    """Where what a domain learnt lies in the data folder: for one that comes with a package, or that this user cannot write."""
    if folder.is_relative_to(DOMAINS.resolve()):
        return data / "learned" / folder.name
    return data / "learned" / f"{folder.name}-{hashlib.sha256(str(folder).encode()).hexdigest()[:8]}"


def writable(folder: Path) -> bool:
    """Whether a domain's own folder is the place for what it learns: not one that comes with a package."""
    return not folder.is_relative_to(DOMAINS.resolve()) and os.access(folder, os.W_OK)


def load_domain(name: str | Path, cache: Cache, data: Path | None = None) -> Domain:
    """The domain of that name or folder; `data`: the data folder, where overlays lie.

    Raises:
        ModelError: there is none, or its YAML is wrong; every issue has file and line.
    """
    folder = domain_folder(name).resolve()
    overlay = overlay_of(folder, data) if data is not None else None
    learned = content_hash(overlay) if overlay is not None and overlay.is_dir() else ""
    key = fingerprint(str(folder), content_hash(folder), learned)

    def make() -> Domain:
        from semantic_layer.loader import read

        loaded = read(folder, overlay)
        return Domain(folder, loaded.model, loaded.questions, key, loaded.verified, overlay)

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
