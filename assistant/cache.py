"""What is dear to compute and depends on nothing but its key, kept between runs in a folder that only this user can touch.

In: a folder, a kind, a key (a hash of everything that the value depends on), a function that makes the value. Out: the value. The
files are pickles, which run code when they are read: so a folder or file that others could have written is neither read nor
written. Nothing here fails: without a cache the value is made again.
"""

import hashlib
import os
import pickle
import platform
import stat
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
MOST_KEPT = 8
"""Files of one kind that are kept; older ones are removed."""


def fingerprint(*parts: str) -> str:
    """One key for all of `parts`, this Python, this release of the libraries whose objects are kept, and the code that made them."""
    import pydantic

    versions = (platform.python_version(), pydantic.VERSION, _code())
    return hashlib.sha256("\0".join((*parts, *versions)).encode()).hexdigest()[:32]


@cache
def _code() -> str:
    """When the files that say what a kept value is made of were last written: after an upgrade nothing old is read."""
    packages = (Path(str(files("semantic_layer"))) / "model", Path(__file__).parent / "language")
    changed = sorted(
        (path.name, path.stat().st_mtime_ns, path.stat().st_size) for folder in packages for path in folder.iterdir()
    )
    return repr(changed)


class Cache:
    """A folder of pickles by kind and key."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, kind: str, key: str, make: Callable[[], T], expected: type[T]) -> T:
        """The value kept under `key`, or what `make` returns, which is then kept."""
        path = self._folder / f"{kind}-{key}.pickle"
        kept = self._read(path)
        if isinstance(kept, expected):
            return kept
        made = make()
        self._write(path, made)
        self._forget_old(kind)
        return made

    def _read(self, path: Path) -> object:
        try:
            if not (_private(self._folder) and _private(path)):
                return None
            return pickle.loads(path.read_bytes())  # noqa: S301 - a file that only this user can have written
        except Exception:  # noqa: BLE001 - cut off, of another release: anything unreadable is made again
            return None

    def _write(self, path: Path, value: object) -> None:
        beside = path.with_name(f"{path.name}.{os.getpid()}")
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not _private(self._folder):
                return
            handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                pickle.dump(value, file, protocol=pickle.HIGHEST_PROTOCOL)
            beside.replace(path)
        except (OSError, pickle.PicklingError, TypeError, AttributeError):
            with suppress(OSError):
                beside.unlink(missing_ok=True)

    def _forget_old(self, kind: str) -> None:
        try:
            kept = sorted(self._folder.glob(f"{kind}-*.pickle"), key=lambda path: path.stat().st_mtime, reverse=True)
            for path in kept[MOST_KEPT:]:
                path.unlink(missing_ok=True)
        except OSError:
            return


def _private(path: Path) -> bool:
    """Whether `path` belongs to this user and nobody else may write it (folders: nor look into it)."""
    try:
        found = path.lstat()
    except OSError:
        return False
    if stat.S_ISLNK(found.st_mode):
        return False
    if not hasattr(os, "getuid"):  # Windows: the profile folder is private
        return True
    return found.st_uid == os.getuid() and not found.st_mode & 0o077
