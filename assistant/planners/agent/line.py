"""Two threads of one turn: the asker's, which waits and touches the data, and a worker's, which talks to the model.

In: the work, a deadline, a way to tell that work goes on. Out: nothing, or the kind of failure that ended the work. While the
worker waits for a provider, the asker's thread hears stops at once and runs what the worker asks of it, where an interrupt finds
it. What may fail: whatever `breathe` or a job raises; never what the worker meets.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from queue import Empty, Queue
from typing import Any, TypeVar

T = TypeVar("T")
_BREATH = 0.1
"""Seconds between two looks at whether somebody still waits."""


class TurnOver(Exception):
    """The turn has ended: its time is up, or nobody waits any more."""


class Line:
    """Runs one worker at a time; see the module's text."""

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds
        self._jobs: Queue[tuple[Callable[[], Any], Future[Any]] | None] = Queue()
        self.over = threading.Event()

    def seconds_left(self) -> float:
        """What is left until the deadline, never below 0."""
        return max(0.0, self._until - time.monotonic())

    def at_desk(self, job: Callable[[], T]) -> T:
        """The worker's side: `job`, run in the asker's thread."""
        done: Future[T] = Future()
        self._jobs.put((job, done))
        while True:
            try:
                return done.result(timeout=_BREATH)
            except TimeoutError:
                if self.over.is_set():
                    raise TurnOver from None

    def pause(self, seconds: float) -> None:
        """The worker's side: waits; raises TurnOver where the turn ends meanwhile or would before."""
        if seconds >= self.seconds_left() or self.over.wait(seconds):
            raise TurnOver

    def serve(self, work: Callable[[], None], breathe: Callable[[], None], leave: Callable[[], None]) -> str | None:
        """The asker's side: None once `work` is done, else what kind of failure ended it. `leave` is called at the end."""
        pool = ThreadPoolExecutor(1, thread_name_prefix="agent")
        try:
            worker = pool.submit(work)
            worker.add_done_callback(lambda _: self._jobs.put(None))
            while not worker.done():
                breathe()
                left = self.seconds_left()
                if not left:
                    return TurnOver.__name__
                self._serve_one(min(_BREATH, left))
            failed = worker.exception()
            return type(failed).__name__ if failed is not None else None
        finally:
            self.over.set()
            leave()
            pool.shutdown(wait=False, cancel_futures=True)

    def _serve_one(self, patience: float) -> None:
        try:
            waiting = self._jobs.get(timeout=patience)
        except Empty:
            return
        if waiting is not None:
            job, done = waiting
            done.set_result(job())
