"""What one turn at a time uses and the next may use again: connections, whose making costs more than a turn.

In: things that can be closed. Out: the same, to one at a time; what nobody takes again is closed with the store, or with the
program. Safe for many threads. Nothing fails.
"""

import weakref
from collections.abc import Callable
from threading import Lock
from typing import Generic, Protocol, TypeVar

MOST = 8
"""Spares that are kept: as many turns as run beside each other on most days."""


class Closing(Protocol):
    """What can be closed."""

    def close(self) -> None: ...


T = TypeVar("T", bound=Closing)


class Spares(Generic[T]):
    """See the module's text."""

    def __init__(self) -> None:
        self._idle: list[T] = []
        self._lock = Lock()
        self._closed = False
        weakref.finalize(self, _close, self._idle)

    def take(self, make: Callable[[], T]) -> T:
        """The one that was given back last, or a new one; the taker's alone until it is given back."""
        with self._lock:
            return self._idle.pop() if self._idle else make()

    def give(self, one: T) -> None:
        """Keeps one for the next, or closes it where there are enough."""
        with self._lock:
            kept = not self._closed and len(self._idle) < MOST
            if kept:
                self._idle.append(one)
        if not kept:
            one.close()

    def close(self) -> None:
        """Closes what is idle; what is given back later is closed then."""
        with self._lock:
            self._closed = True
            idle, self._idle[:] = list(self._idle), []
        _close(idle)


def _close(idle: list[T]) -> None:
    for one in idle:
        one.close()
