"""Requests of people who mean no good, over a real port, to the server as it is served: whom a header names, and what a body holds."""

import json
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from assistant.accounts import Accounts
from assistant.app import Assistant
from assistant.settings import SignInSettings, read

httpx = pytest.importorskip("httpx")
uvicorn = pytest.importorskip("uvicorn")
pytest.importorskip("fastapi")

USERS = {"boss": {"roles": ["manager"]}, "li": {"roles": ["ops"]}}
HERE, ELSEWHERE = "127.0.0.1", "10.0.0.1"
QUESTION = "上个月的销售额是多少"


@contextmanager
def served(wenke: Assistant, folder: Path, *proxies: str) -> Iterator[str]:
    """A server that believes these proxies who asks."""
    from assistant.serving import build, listen, server_config

    sign_in = SignInSettings.model_validate({"mode": "header", "users": USERS, "header": "X-User", "proxies": proxies})
    settings = read(data_dir=folder, sign_in=sign_in.model_dump())
    app = build(wenke, Accounts(sign_in, wenke.model.roles), settings, chat=False)
    server = uvicorn.Server(server_config(app))
    with listen(HERE, 0) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        yield f"http://{HERE}:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(5)


@pytest.fixture(scope="module")
def url(wenke: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(wenke, tmp_path_factory.mktemp("front"), HERE) as address:
        yield address


def asked(url: str, *headers: tuple[str, str]) -> tuple[int, str | None]:
    """The status, and as whom somebody with these headers is known."""
    found = httpx.get(f"{url}/api/catalog", headers=list(headers))
    return found.status_code, found.json().get("role")


def post(url: str, body: Any, **headers: str) -> Any:
    return httpx.post(f"{url}/api/ask", content=body, headers={"Content-Type": "application/json", **headers}, timeout=60)


# --- who it is -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("forwarded", [ELSEWHERE, f"{ELSEWHERE}, 1.2.3.4", "::1", "unknown"])
def test_a_forwarded_address_makes_nobody_a_proxy(wenke: Assistant, tmp_path: Path, forwarded: str) -> None:
    """Whoever could reach the server from its own machine, through any other proxy there too, was whom they said."""
    with served(wenke, tmp_path, ELSEWHERE, "::1") as url:
        assert asked(url, ("X-User", "boss"), ("X-Forwarded-For", forwarded)) == (401, None)


def test_a_proxy_that_forwards_addresses_stays_one(url: str) -> None:
    """Nobody could come in through a proxy that tells whom it forwards, as most do."""
    assert asked(url, ("X-User", "li"), ("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Proto", "https")) == (200, "ops")


def test_a_name_beside_that_of_the_proxy_is_nobodys(url: str) -> None:
    """A proxy that adds its header behind the client's would let the client choose."""
    assert asked(url, ("X-User", "boss"), ("X-User", "li")) == (401, None)
    assert asked(url, ("x-user", "li"), ("X-USER", "li")) == (401, None)
    assert asked(url, ("X-User", "boss, li")) == (401, None)


@pytest.mark.parametrize(("told", "scheme"), [("https", "https"), ("http", "http"), ("javascript", "http"), (None, "http")])
def test_redirects_lead_to_where_the_browser_came_from(url: str, told: str | None, scheme: str) -> None:
    headers = {"X-User": "boss", **({"X-Forwarded-Proto": told} if told else {})}
    found = httpx.get(f"{url}/healthz/", headers=headers)
    assert found.status_code == 307
    assert found.headers["location"].partition(":")[0] == scheme


def test_who_is_no_proxy_tells_no_scheme(wenke: Assistant, tmp_path: Path) -> None:
    with served(wenke, tmp_path, ELSEWHERE) as url:
        assert httpx.get(f"{url}/healthz/", headers={"X-Forwarded-Proto": "https"}).headers["location"].startswith("http:")


# --- what it holds ---------------------------------------------------------------------------------------------------------------


class Endless:
    """A body without end; `given`: bytes that were taken of it."""

    def __init__(self) -> None:
        self.given = 0

    def __iter__(self) -> Iterator[bytes]:
        while self.given < 100_000_000:
            self.given += 100_000
            yield b"x" * 100_000


@pytest.mark.parametrize("who", [{}, {"X-User": "boss"}], ids=["nobody", "boss"])
def test_a_body_without_end_is_not_heard_out(url: str, who: dict[str, str]) -> None:
    """It was kept in memory whole, before anybody asked who sent it."""
    body = Endless()
    with suppress(httpx.TransportError):  # closed while we still talk
        assert post(url, body, **who, **{"Accept-Language": "en"}).json() == {"detail": "That is too much for one request."}
    assert body.given < 20_000_000
    assert asked(url, ("X-User", "boss"))[0] == 200


def test_a_body_that_says_how_long_it_is_is_not_begun(url: str) -> None:
    found = post(url, b"x" * 2_000_001)
    assert (found.status_code, found.json()) == (413, {"detail": "一次请求的内容太多了。"})


def test_a_long_question_is_still_one(url: str) -> None:
    body = json.dumps({"question": QUESTION + "😀" * 3000})
    assert post(url, body, **{"X-User": "boss"}).status_code == 200


@pytest.mark.parametrize("body", [
    b'{"question": NaN}',
    b'{"question": "x", "lang": Infinity}',
    rb'{"question": "\ud800"}',
    rb'{"question": "x", "thread_id": "\udfff"}',
    rb'{"question": "x", "a\ud800": 1}',
    b"[" * 50_000,
    b'{"question": ' + b"9" * 5000 + b"}",
    b"\xff\xfe",
    b"null",
    b"",
], ids=str)  # fmt: skip
def test_what_is_no_request_is_said_so_whatever_it_holds(url: str, body: bytes, caplog: pytest.LogCaptureFixture) -> None:
    """It is not repeated either: an answer cannot hold all that JSON can, and a failure would put it into a log."""
    with caplog.at_level(logging.WARNING, "uvicorn.error"):
        found = post(url, body, **{"X-User": "boss"})
    assert found.status_code in (400, 422)
    assert "input" not in found.text
    assert caplog.text == ""
