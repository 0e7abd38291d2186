"""The HTTP API over a real port: signing in, roles, conversations, the catalogue; answers as JSON."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from assistant.accounts import Accounts, hash_secret
from assistant.app import Assistant
from assistant.serving import listen
from assistant.settings import SignInSettings

httpx = pytest.importorskip("httpx")
uvicorn = pytest.importorskip("uvicorn")
pytest.importorskip("fastapi")

USERS = {
    "boss": {"roles": ["manager", "admin"], "secret": hash_secret("b")},
    "li": {"roles": ["ops"], "secret": hash_secret("l")},
    "east": {"roles": ["regional_manager"], "secret": hash_secret("e"), "attributes": {"region": "华东"}},
    "lost": {"roles": ["regional_manager"], "secret": hash_secret("x")},
}
QUESTION = "上个月的销售额是多少"


def served(wenke: Assistant, sign_in: SignInSettings) -> Iterator[str]:
    """The address of the API for people of `sign_in`."""
    from assistant.channels.api import Gate, create_app

    app = create_app(wenke, Gate(Accounts(sign_in, wenke.model.roles), sign_in))
    listening = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(5)
    listening.close()


@pytest.fixture(scope="module")
def url(wenke: Assistant) -> Iterator[str]:
    yield from served(wenke, SignInSettings.model_validate({"users": USERS}))


@pytest.fixture(scope="module")
def proxied(wenke: Assistant) -> Iterator[str]:
    yield from served(wenke, SignInSettings.model_validate({"mode": "header", "users": USERS, "header": "X-User"}))


def ask(url: str, who: tuple[str, str], **body: object) -> Any:
    return httpx.post(f"{url}/api/ask", auth=who, json={"question": QUESTION, **body}, timeout=30)


def test_health_needs_no_sign_in(url: str) -> None:
    found = httpx.get(f"{url}/healthz")
    assert found.status_code == 200
    assert found.json() == {"status": "ok", "domain": "retail", "today": "2026-10-20"}


def test_an_answer_comes_as_json_with_the_names_of_answer(url: str) -> None:
    found = ask(url, ("boss", "b"))
    assert found.status_code == 200, found.text
    answer = found.json()
    assert answer["status"] == "answered", answer
    assert len(answer["rows"]) == 1
    assert isinstance(answer["rows"][0][-1], int | float)
    assert {"text", "sql", "columns", "total_rows", "as_of", "chart", "interpretation", "suggestions"} <= set(answer)


@pytest.mark.parametrize("who", [None, ("boss", "wrong"), ("nobody", "b")])
def test_who_is_not_signed_in_gets_nothing(url: str, who: tuple[str, str] | None) -> None:
    found = httpx.post(f"{url}/api/ask", auth=who, json={"question": QUESTION}, headers={"Accept-Language": "en"})
    assert found.status_code == 401
    assert found.json() == {"detail": "Sign in first, please."}
    assert "basic" in found.headers["WWW-Authenticate"].lower()
    assert httpx.get(f"{url}/api/catalog", auth=who).status_code == 401


def test_a_role_is_one_that_the_caller_holds(url: str) -> None:
    assert ask(url, ("boss", "b"), role="admin").status_code == 200
    assert ask(url, ("boss", "b"), role="ops").status_code == 403
    assert ask(url, ("li", "l"), role="admin").status_code == 403
    assert ask(url, ("li", "l"), role="no-such-role").status_code == 403
    assert httpx.get(f"{url}/api/catalog", auth=("li", "l"), params={"role": "admin"}).status_code == 403


def test_the_rows_are_those_of_the_callers_own_attributes(url: str) -> None:
    everything = ask(url, ("boss", "b")).json()["rows"][0][-1]
    own = ask(url, ("east", "e")).json()["rows"][0][-1]
    assert 0 < own < everything
    assert ask(url, ("lost", "x")).json()["status"] == "failed"  # a role that wants a region, and no region
    assert httpx.get(f"{url}/api/catalog", auth=("lost", "x")).status_code == 403


def test_a_conversation_goes_on_under_its_name_and_is_the_callers_own(url: str) -> None:
    first = ask(url, ("boss", "b"), question="上个月各大区的销售额", thread_id="t1").json()
    assert len(first["rows"]) > 1
    then = ask(url, ("boss", "b"), question="只看华东", thread_id="t1").json()
    assert "华东" in str(then["interpretation"]["filters"])
    other = ask(url, ("li", "l"), question="只看华东", thread_id="t1").json()
    assert other["rows"] != then["rows"]


def test_what_is_no_request_is_said_so(url: str) -> None:
    for body in ({}, {"question": ""}, {"question": "x", "rolle": "ops"}, {"question": "x" * 5000}):
        assert httpx.post(f"{url}/api/ask", auth=("li", "l"), json=body).status_code == 422


def test_the_catalogue_is_what_the_role_sees(url: str) -> None:
    found = httpx.get(f"{url}/api/catalog", auth=("boss", "b"), params={"lang": "en"}).json()
    assert found["role"] == "manager"
    assert found["roles"] == ["manager", "admin"]
    assert any(metric["name"] == "sales" for metric in found["metrics"])
    assert not any(dimension["name"] == "phone" for dimension in found["dimensions"])
    assert any(d["name"] == "phone" for d in httpx.get(f"{url}/api/catalog", auth=("li", "l")).json()["dimensions"])


def test_the_description_is_served_and_loads_nothing_from_outside(url: str) -> None:
    found = httpx.get(f"{url}/api/openapi.json")
    assert {"/api/ask", "/api/catalog", "/healthz"} <= set(found.json()["paths"])
    for path in ("/docs", "/redoc"):
        assert httpx.get(f"{url}{path}").status_code == 404


def test_a_proxy_on_the_list_says_who_asks(proxied: str) -> None:
    good = httpx.get(f"{proxied}/api/catalog", headers={"X-User": "li"})
    assert good.status_code == 200
    assert good.json()["role"] == "ops"
    assert httpx.get(f"{proxied}/api/catalog", headers={"X-User": "nobody"}).status_code == 401
    assert httpx.get(f"{proxied}/api/catalog", auth=("li", "l")).status_code == 401


def test_the_header_of_somebody_who_is_no_proxy_counts_for_nothing(wenke: Assistant) -> None:
    sign_in = SignInSettings.model_validate({"mode": "header", "users": USERS, "header": "X-User", "proxies": ["10.0.0.1"]})
    for url in served(wenke, sign_in):
        assert httpx.get(f"{url}/api/catalog", headers={"X-User": "boss"}).status_code == 401


def test_many_ask_at_once(url: str) -> None:
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda i: ask(url, ("boss", "b"), thread_id=f"many-{i % 4}").json(), range(32)))
    assert {answer["status"] for answer in found} == {"answered"}
    assert len({str(answer["rows"]) for answer in found}) == 1
