"""A process of its own for SQL from outside: what cannot be interrupted can be killed, and memory has an end.

In (parent): how to open the data, SQL that `semantic_layer.governed` has rewritten, limits. Out: `Fetched`. What may fail:
`QueryTimeout` (the process was killed), `QueryFailed` (an incident, or more memory than it may have), `EngineUnavailable`.
The process starts on first use, opens the same files in the same hardened way, serves one statement at a time, and is started
anew after a kill or when the files change. Between the two run length-prefixed pickles of plain values over pipes; the child gets
no environment of ours. A child also ends itself: by an alarm, and when its parent closes the pipe.
"""

import io
import logging
import pickle
import select
import signal
import struct
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from assistant.engines.base import EngineSettings, Fetched
from assistant.engines.fetching import fetch
from assistant.engines.opening import Opening, connect
from assistant.errors import EngineError, EngineUnavailable, QueryFailed, QueryTimeout

_log = logging.getLogger(__name__)
_GRACE = 1.0
"""Seconds beyond its timeout that the child has to report its own interrupt before it is killed."""
_STARTING = 30.0
_LARGEST = 64 << 20
"""Bytes of a reply; ten thousand rows of long texts would fill the parent otherwise."""
_HEAD = struct.Struct(">Q")
_PLAIN = frozenset(
    {("decimal", "Decimal"), ("datetime", "date"), ("datetime", "datetime"), ("datetime", "time"), ("datetime", "timedelta")}
)


@dataclass(slots=True)
class Outside:
    """The parent's end: one child, one statement at a time."""

    settings: EngineSettings
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _child: "subprocess.Popen[bytes] | None" = None
    _opened: object = None
    _asker: int | None = None

    def run(self, how: Opening, version: object, sql: str, timeout: float, max_rows: int) -> Fetched:
        """The rows of one statement over the files of `version`."""
        if not self._lock.acquire(timeout=timeout):
            raise EngineUnavailable("engine-busy")
        self._asker = threading.get_ident()
        try:
            child = self._started(how, version)
            reply = self._ask(child, ("run", sql, timeout, max_rows), timeout + _GRACE)
            if reply is None:
                raise QueryTimeout(seconds=f"{timeout:.3g}")
            return _unpacked(reply)
        finally:
            self._asker = None
            self._lock.release()

    def interrupt(self, thread: int) -> None:
        """Ends the child if it works for that thread, which is told that its time is over."""
        child = self._child
        if child is not None and self._asker == thread:
            child.kill()

    def close(self) -> None:
        """Ends the child."""
        child, self._child, self._opened = self._child, None, None
        if child is not None:
            child.kill()
            child.wait()
            for pipe in (child.stdin, child.stdout):
                if pipe is not None:
                    pipe.close()

    def _started(self, how: Opening, version: object) -> "subprocess.Popen[bytes]":
        if self._child is not None and self._child.poll() is None and self._opened == version:
            return self._child
        self.close()
        root = str(Path(__file__).resolve().parents[2])
        command = f"import sys; sys.path.insert(0, {root!r}); from assistant.engines.worker import serve; serve()"
        self._child = subprocess.Popen(  # noqa: S603 - our own interpreter, our own text
            [sys.executable, "-c", command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}
        )
        self._opened = version
        if self._ask(self._child, (how.plain(), self.settings.outside_memory), _STARTING) != ("ready",):
            self.close()
            raise EngineUnavailable("engine-unavailable")
        return self._child

    def _ask(self, child: "subprocess.Popen[bytes]", message: tuple[Any, ...], patience: float) -> Any:  # noqa: ANN401
        """The child's reply; None where it died, or was killed, before it gave one."""
        try:
            _send(child.stdin, message)
            ready = child.stdout is not None and select.select([child.stdout], [], [], patience)[0]
            reply = _receive(child.stdout) if ready else None
        except (OSError, EOFError, pickle.UnpicklingError):
            reply = None
        if reply is None:
            self.close()
        return reply


def _unpacked(reply: Any) -> Fetched:  # noqa: ANN401 - what the child pickled
    match reply:
        case ("rows", rows, truncated, names, types):
            return Fetched(rows, truncated, names, types)
        case ("timeout", seconds):
            raise QueryTimeout(seconds=seconds)
        case ("failed", code, params, words):
            _log.error("in the process for outside SQL: %s", words)
            raise QueryFailed(code, **params)
    raise QueryFailed(incident="-")


# --- the child -------------------------------------------------------------------------------------------------------------


def serve() -> None:
    """The child's loop: opens once, then answers until the pipe closes."""
    words = _Words()
    logging.getLogger().addHandler(words)
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    plain, memory = _receive(source)
    how = Opening(**plain)
    connection = connect(how, lambda _: how.views)
    _bound_memory(memory)
    _send(sink, ("ready",))
    while True:
        try:
            _, sql, timeout, max_rows = _receive(source)
        except EOFError:
            return
        signal.setitimer(signal.ITIMER_REAL, timeout + 2 * _GRACE)  # its default action ends the process, wherever it is
        cursor = connection.cursor()
        reply: tuple[Any, ...]
        try:
            found = fetch(cursor, sql, timeout, max_rows)
            reply = ("rows", found.rows, found.truncated, found.names, found.types)
        except QueryTimeout as error:
            reply = ("timeout", error.issue.params["seconds"])
        except EngineError as error:
            reply = ("failed", error.issue.code, dict(error.issue.params), words.last)
        except MemoryError:
            reply = ("failed", "query-too-large", {"incident": "-"}, "MemoryError")
        signal.setitimer(signal.ITIMER_REAL, 0)
        _send(sink, reply if len(pickle.dumps(reply)) <= _LARGEST else ("failed", "query-too-large", {"incident": "-"}, "rows"))


class _Words(logging.Handler):
    """Keeps the last thing that was logged, for the parent's log."""

    last = ""

    def emit(self, record: logging.LogRecord) -> None:
        self.last = record.getMessage()


def _bound_memory(more: int) -> None:
    """No more address space than what is taken now and `more` bytes."""
    import resource

    taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (taken + more, taken + more))


# --- between the two -------------------------------------------------------------------------------------------------------


class _PlainUnpickler(pickle.Unpickler):
    """Builds plain values only: whoever takes over the child gains nothing here."""

    def find_class(self, module: str, name: str) -> Any:  # noqa: ANN401
        if (module, name) not in _PLAIN:
            raise pickle.UnpicklingError(f"{module}.{name}")
        return super().find_class(module, name)


def _send(pipe: IO[bytes] | None, message: tuple[Any, ...]) -> None:
    if pipe is None:
        raise OSError("no pipe")
    body = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    pipe.write(_HEAD.pack(len(body)))
    pipe.write(body)
    pipe.flush()


def _receive(pipe: IO[bytes] | None) -> Any:  # noqa: ANN401 - the other end's message
    if pipe is None:
        raise EOFError
    head = pipe.read(_HEAD.size)
    if len(head) < _HEAD.size:
        raise EOFError
    (size,) = _HEAD.unpack(head)
    body = pipe.read(size)
    if len(body) < size:
        raise EOFError
    return _PlainUnpickler(io.BytesIO(body)).load()
