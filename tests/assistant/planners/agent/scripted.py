"""A scripted OpenAI-compatible server on a real socket: it answers chat completions as a test says, and keeps what it was sent.

In: steps, taken in turn (the last one again and again): tool calls, text, an HTTP error, silence, a broken body, a closed
connection. Streamed where the request says so. Out: `requests`: the bodies and headers that arrived, in order, and over how many
`connections`.
"""

import json
import socket
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal


@dataclass(frozen=True)
class Step:
    """One reply. `calls`: (tool, arguments or their text); `seconds`: silence before it; `trickle`: between pieces; `thoughts`: what a
    thinking model says beside it; `drop`: the connection is closed instead.

    Of a stream: `size`: characters of a piece of a call; `events`: what is sent instead, as JSON or word for word; `done`: says so in
    the end; `end`: of the body: as it should be, cut off, or held back for some seconds; `framed`: its length is told in chunks, so that
    the connection can serve again."""

    calls: tuple[tuple[str, Mapping[str, Any] | str], ...] = ()
    text: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: str | None = None
    seconds: float = 0.0
    trickle: float = 0.0
    thoughts: str = ""
    drop: bool = False
    size: int = 24
    events: tuple[Any, ...] | None = None
    done: bool = True
    end: Literal["whole", "cut", "held"] = "whole"
    framed: bool = True


def call(tool: str, **arguments: Any) -> Step:
    """A reply that calls one tool."""
    return Step(calls=((tool, arguments),))


def query(body: Mapping[str, Any]) -> Step:
    """A reply that runs a query."""
    return call("run_query", query=body)


def sql(text: str) -> Step:
    """A reply that runs SQL."""
    return call("run_sql", sql=text)


@dataclass
class Script:
    """What the server says, and what it heard."""

    base_url: str
    steps: list[Step] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    connections: int = 0
    open: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def says(self, *steps: Step) -> None:
        """Starts a new script."""
        with self.lock:
            self.steps, self.requests, self.headers, self.connections = list(steps), [], [], 0

    def next(self, body: dict[str, Any], headers: dict[str, str]) -> Step:
        with self.lock:
            self.requests.append(body)
            self.headers.append(headers)
            return self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]

    def open_now(self) -> int:
        """Connections that are open."""
        with self.lock:
            return self.open

    def heard(self) -> str:
        """Everything that arrived in bodies, unescaped."""
        return json.dumps(self.requests, ensure_ascii=False).replace("\\", "")

    def told(self) -> list[str]:
        """What tools answered, in order, as the last request holds it."""
        return [str(m["content"]) for m in self.requests[-1]["messages"] if m["role"] == "tool"]


HELD = 3.0
"""Seconds for which the end of a stream is held back."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else a reply in two pieces waits 40 ms for the other side
    script: Script

    def setup(self) -> None:
        super().setup()
        with self.script.lock:
            self.script.connections += 1
            self.script.open += 1

    def finish(self) -> None:
        super().finish()
        with self.script.lock:
            self.script.open -= 1

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        step = self.script.next(body, dict(self.headers))
        time.sleep(step.seconds)
        if step.drop:
            self.close_connection = True
            self.connection.close()
            return
        if step.status != 200 or step.raw is not None:
            self._send(step.raw or json.dumps({"error": {"message": "no", "type": "x"}}), step, "application/json")
        elif body.get("stream"):
            self._stream(step, bool((body.get("stream_options") or {}).get("include_usage")))
        else:
            self._send(json.dumps(_whole(step)), step, "application/json")

    def _send(self, text: str, step: Step, kind: str) -> None:
        data = text.encode()
        self.send_response(step.status)
        for name, value in {"content-type": kind, "content-length": str(len(data)), **step.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def _stream(self, step: Step, usage: bool) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header(*(("transfer-encoding", "chunked") if step.framed else ("connection", "close")))
        self.end_headers()
        self.close_connection = not step.framed
        try:
            for event in _deltas(step, usage) if step.events is None else step.events:
                time.sleep(step.trickle)
                self._piece(event if isinstance(event, str) else f"data: {json.dumps(event)}\n\n", step)
            if step.done:
                self._piece("data: [DONE]\n\n", step)
            if step.end == "held":
                time.sleep(HELD)
            if step.end == "cut":
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
            elif step.framed:
                self.wfile.write(b"0\r\n\r\n")
        except OSError:
            self.close_connection = True

    def _piece(self, text: str, step: Step) -> None:
        data = text.encode()
        self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data) if step.framed else data)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Quiet."""


def _tool_calls(step: Step) -> list[dict[str, Any]]:
    return [
        {
            "index": i,
            "id": f"call_{time.monotonic_ns()}_{i}",
            "type": "function",
            "function": {"name": name, "arguments": given if isinstance(given, str) else json.dumps(given, ensure_ascii=False)},
        }
        for i, (name, given) in enumerate(step.calls)
    ]


def _whole(step: Step) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": step.text or None}
    if step.thoughts:
        message["reasoning_content"] = step.thoughts
    if step.calls:
        message["tool_calls"] = [{k: v for k, v in one.items() if k != "index"} for one in _tool_calls(step)]
    choice = {"index": 0, "message": message, "finish_reason": "tool_calls" if step.calls else "stop"}
    usage = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
    return {"id": "c1", "object": "chat.completion", "created": 1, "model": "scripted", "choices": [choice], "usage": usage}


def _deltas(step: Step, usage: bool) -> Iterator[dict[str, Any]]:
    def chunk(delta: Mapping[str, Any], finish: str | None = None) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "scripted", "choices": [choice]}

    yield chunk({"role": "assistant", "content": ""})
    for at in range(0, len(step.thoughts), 8):
        yield chunk({"reasoning_content": step.thoughts[at : at + 8], "content": None})
    for at in range(0, len(step.text), 8):
        yield chunk({"content": step.text[at : at + 8]})
    for one in _tool_calls(step):
        text = one["function"]["arguments"]
        yield chunk({"tool_calls": [{**one, "function": {**one["function"], "arguments": ""}}]})
        for at in range(0, len(text), step.size):
            yield chunk({"tool_calls": [{"index": one["index"], "function": {"arguments": text[at : at + step.size]}}]})
    yield chunk({}, "tool_calls" if step.calls else "stop")
    if usage:
        counted = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
        yield {**chunk({}), "choices": [], "usage": counted}


@contextmanager
def served(steps: Sequence[Step] = ()) -> Iterator[Script]:
    """A running server."""
    handler = type("Handler", (_Handler,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    script = Script(f"http://127.0.0.1:{server.server_address[1]}/v1", list(steps))
    handler.script = script  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield script
    finally:
        server.shutdown()
        server.server_close()
