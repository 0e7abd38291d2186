"""One process at a time: a lock file that the operating system lets go when its holder dies.

In: the path of the lock file, and the code to fail with. Out: a context that holds it. The file stays behind, empty: removing it
would let two processes hold two files of one name. Fails with `ConfigError` of that code when another process (or thread) has it.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.errors import ConfigError

if sys.platform == "win32":
    import msvcrt

    def _seize(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _seize(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def locked(path: Path, code: str) -> Iterator[None]:
    """Holds the lock file `path` meanwhile; raises ConfigError(code) at once when it is taken."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            _seize(handle)
        except OSError as taken:
            raise ConfigError(code) from taken
        yield
    finally:
        os.close(handle)
