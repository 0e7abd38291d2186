"""Replies without end, over a real socket: they are cut off, cost no memory, and rules answer."""

import gzip
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import pytest

from assistant.planners.agent import pieces
from assistant.planners.agent.pieces import MOST_CALLS, CutShort, TooLong, gathered, measured
from tests.assistant.planners.agent.conftest import Agent
from tests.assistant.planners.agent.scripted import Script, Step, call, query

UNREAD = "上个月吸金能力咋样"
GOOD = query({"kind": "aggregate", "metrics": [{"kind": "metric", "metric": "sales"}], "period": "<t1>"})
PLENTY = 60_000_000
"""Bytes after which the server gives up: nobody bounds what it sends."""
MOST = 2_000_000


def event(delta: object) -> bytes:
    return f"data: {json.dumps({'choices': [{'index': 0, 'delta': delta}]})}\n\n".encode()


@dataclass
class Endless:
    """A server that says a head and then the same again and again. `heard`: the requests; `sent`: bytes, by request."""

    base_url: str
    head: bytes
    again: bytes
    heard: list[bytes] = field(default_factory=list)
    sent: list[int] = field(default_factory=list)

    def serve(self, listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                connection, _ = listening.accept()
                with connection, suppress(OSError):
                    self.heard.append(_request(connection))
                    self.sent.append(0)
                    self._talk(connection)

    def _talk(self, connection: socket.socket) -> None:
        connection.sendall(self.head)
        much = self.again * max(1, 60_000 // len(self.again))
        while self.sent[-1] < PLENTY:
            connection.sendall(much)
            self.sent[-1] += len(much)


def _request(connection: socket.socket) -> bytes:
    got = b""
    while b"\r\n\r\n" not in got:
        got += connection.recv(65536)
    head, _, body = got.partition(b"\r\n\r\n")
    length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
    while len(body) < length:
        body += connection.recv(65536)
    return head


@contextmanager
def endless(head: bytes, again: bytes) -> Iterator[Endless]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = Endless(f"http://127.0.0.1:{listening.getsockname()[1]}/v1", head, again)
        threading.Thread(target=server.serve, args=(listening,), daemon=True).start()
        yield server
        listening.shutdown(socket.SHUT_RDWR)


def head(kind: str, status: str = "200 OK", more: str = "") -> bytes:
    return f"HTTP/1.1 {status}\r\ncontent-type: {kind}\r\n{more}\r\n".encode()


STREAM, WHOLE = head("text/event-stream"), head("application/json")
BODY = b'{"id": "c1", "choices": [{"index": 0, "message": {"role": "assistant", "content": "'
ARGUMENTS = {"tool_calls": [{"index": 0, "function": {"arguments": "z" * 1000}}]}
REPLIES = {
    "words in pieces": (STREAM, event({"content": "z" * 1000})),
    "a call in pieces": (STREAM + event({"tool_calls": [{"index": 0, "id": "a", "function": {"name": "run_query"}}]}), event(ARGUMENTS)),
    "one line": (STREAM + b"data: ", b"z" * 100),
    "comments": (STREAM, b": still here\n\n"),
    "a body": (WHOLE + BODY, b"z" * 1000),
    "an error": (head("application/json", "500 Server Error") + b'{"error": "', b"z" * 1000),
    "a redirect": (head("text/html", "302 Found", "location: /v1/other\r\n"), b"z" * 1000),
}  # fmt: skip


@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])
@pytest.mark.parametrize("reply", REPLIES.values(), ids=REPLIES)
def test_a_reply_without_end_is_cut_off(agent: Agent, reply: tuple[bytes, bytes], *, stream: bool) -> None:
    with endless(*reply) as server:
        began = time.monotonic()
        answer = agent("auto", base_url=server.base_url, stream=stream, reply_mb=MOST / 1e6, retries=0).ask(
            UNREAD, role="manager"
        )
        assert time.monotonic() - began < 10
    assert (answer.status, answer.error_code) == ("clarify", "unread-words")
    assert 0 < sum(server.sent) < PLENTY / 4, "buffers of the system hold some megabytes more than what was read"


def test_one_that_is_too_long_is_not_asked_for_again(agent: Agent) -> None:
    with endless(*REPLIES["words in pieces"]) as server:
        agent("auto", base_url=server.base_url, reply_mb=MOST / 1e6, retries=3).ask(UNREAD, role="manager")
        assert len(server.heard) == 1


def test_a_reply_within_the_most_is_read(agent: Agent, server: Script) -> None:
    server.says(GOOD)
    assert agent("auto", reply_mb=0.01, stream=False).ask(UNREAD, role="manager").status == "answered"
    assert agent("auto", reply_mb=0.0001, stream=False).ask(f"{UNREAD}呀", role="manager").status == "clarify"


def test_what_is_compressed_is_not_unpacked(agent: Agent) -> None:
    """Nobody asked for it, and a kilobyte of it can be a megabyte."""
    packed = head("application/json", more="content-encoding: gzip\r\n") + gzip.compress(b'{"choices": []}')
    with endless(packed, b"\0" * 1000) as server:
        assert agent("auto", base_url=server.base_url, retries=0).ask(UNREAD, role="manager").status == "clarify"
        assert b"accept-encoding: identity" in server.heard[0].lower()
        assert sum(server.sent) < PLENTY / 4


def test_a_stream_that_talks_on_when_it_is_done_holds_nobody_up(agent: Agent) -> None:
    """The reply is whole then, and counts."""
    made = event({"tool_calls": [{"index": 0, "id": "a", "function": {"name": "run_query", "arguments": GOOD_CALL}}]})
    with endless(STREAM + made + b"data: [DONE]\n\n", b": still here\n\n") as server:
        began = time.monotonic()
        answer = agent("auto", base_url=server.base_url, reply_mb=MOST / 1e6, retries=0).ask(UNREAD, role="manager")
        assert time.monotonic() - began < 10
    assert answer.status == "answered"


GOOD_CALL = json.dumps(GOOD.calls[0][1])


def test_a_trickle_after_the_end_holds_nobody_up(agent: Agent, server: Script) -> None:
    """One word in time after another: no single silence ends it."""
    arguments = {"index": 0, "id": "a", "function": {"name": "run_query", "arguments": GOOD_CALL}}
    done = f"{event({'tool_calls': [arguments]}).decode()}data: [DONE]\n\n"
    server.says(Step(events=(done, *[": still here\n\n"] * 200), trickle=0.05, done=False))
    began = time.monotonic()
    assert agent("auto", retries=0).ask(UNREAD, role="manager").status == "answered"
    assert time.monotonic() - began < 5


# --- a reply that ends, and is too long nevertheless -----------------------------------------------------------------------------


@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])
@pytest.mark.parametrize("step", [
    Step(text="z" * 4001),
    Step(text="z", thoughts="z" * 4001),
    Step(calls=(("look_up", {"words": "z" * 4001}),)),
    Step(calls=(("look_up", {"words": "大区"}),) * (MOST_CALLS + 1)),
], ids=["words", "thoughts", "a call", "many calls"])  # fmt: skip
def test_nobody_reads_so_much(agent: Agent, server: Script, step: Step, monkeypatch: pytest.MonkeyPatch, *, stream: bool) -> None:
    """It would go back with each further request of the turn, and each of the calls would be a thread."""
    monkeypatch.setattr(pieces, "MOST_SAID", 4000)
    server.says(step, call("give_up"))
    answer = agent("auto", stream=stream).ask(UNREAD, role="manager")
    assert (answer.status, len(server.requests)) == ("clarify", 1)


def test_many_calls_are_heard_no_further() -> None:
    """To find the call of a piece among all of them takes longer with each."""
    heard = 0

    def coming() -> Iterator[bytes]:
        nonlocal heard
        for number in range(10_000):
            heard += 1
            yield event({"tool_calls": [{"index": number, "id": str(number), "function": {"name": "look_up"}}]})

    with pytest.raises(TooLong):
        gathered(coming())
    assert heard == MOST_CALLS + 1


def test_a_line_in_many_chunks_takes_its_length_once() -> None:
    """It was copied whole with each chunk: a line of megabytes took minutes."""
    began = time.monotonic()
    with pytest.raises(CutShort):
        gathered(b"z" * 20 for _ in range(400_000))
    assert time.monotonic() - began < 5


def test_a_reply_of_a_usual_length_is_one() -> None:
    told = {"choices": [{"message": {"content": "z" * 100_000}}]}
    assert measured(told) is told


@pytest.mark.parametrize(
    "step", [Step(text="嗯" * 30_000), Step(thoughts="x" * 90_000), Step(calls=(("look_up", {"words": "嗯" * 30_000}),))]
)
def test_a_streamed_reply_is_read_as_far_as_its_tokens_go(
    agent: Agent, server: Script, step: Step, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is over is not read, and not asked for again; a budget that is used up is no failure of the service."""
    heard: list[int] = []
    hear = pieces._Reply.hear

    def counted(reply: pieces._Reply, event: dict[str, object]) -> None:
        heard.append(1)
        hear(reply, event)

    monkeypatch.setattr(pieces._Reply, "hear", counted)
    server.says(step)
    answer = agent("auto", tokens=1000).ask("上个月吸金能力咋样", role="manager")
    assert (answer.error_code, len(server.requests)) == ("unread-words", 1)
    assert "没能用上" not in answer.text
    assert len(heard) < 600
