"""Who comes in, in a real browser: through a reverse proxy, through OAuth; names of conversations, and rights after a restart."""

import html
import json
import re
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.assistant.channels.browser import ANSWER, Server, Visitor, eventually, key_of, name_of, serving, threads_of
from tests.domains.clinic_data import CLINIC, write_duckdb

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("chat-people")]
Visit = Callable[..., Visitor]
QUESTION = {"zh-CN": "今年各城区的诊疗收入", "en-US": "takings by district this year"}
USERS = {"li": {"roles": ["owner"]}, "wang": {"roles": ["reception"]}}
BY_HEADER = {"WENKE_SIGN_IN__MODE": "header", "WENKE_SIGN_IN__HEADER": "X-Remote-User"}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The test clinic as one file."""
    file = tmp_path_factory.mktemp("clinic") / "clinic.duckdb"
    write_duckdb(file)
    return file


@pytest.fixture(scope="module")
def proxied(engine: Any, database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:  # noqa: ARG001
    """A server that believes a proxy on this machine."""
    told = BY_HEADER | {"WENKE_SIGN_IN__USERS": json.dumps(USERS)}
    with serving(database, tmp_path_factory.mktemp("proxied"), "--domain", str(CLINIC), **told) as server:
        yield server


@contextmanager
def relay(address: str, port: int) -> Iterator[int]:
    """A port of ours that passes everything on to `port`, which sees it come from `address`."""
    listening = socket.create_server(("127.0.0.1", 0))

    ends: list[socket.socket] = [listening]

    def pump(source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)

    def accept() -> None:
        with suppress(OSError):
            while True:
                here, _ = listening.accept()
                there = socket.create_connection(("127.0.0.1", port), source_address=(address, 0))
                ends.extend((here, there))
                for pair in ((here, there), (there, here)):
                    threading.Thread(target=pump, args=pair, daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield int(listening.getsockname()[1])
    finally:
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


# --- a reverse proxy ---------------------------------------------------------------------------------------------------


def test_a_proxy_says_who_comes_and_their_role_decides_what_is_seen(visit: Visit, proxied: Server) -> None:
    for name, downloads in (("li", 2), ("wang", 0)):
        who = visit(proxied, extra_http_headers={"X-Remote-User": name})
        who.page.goto(who.url)
        who.ready()
        assert who.page.locator("input[type=password]").count() == 0
        answer = who.ask("今年各牙医的就诊量")
        assert answer.get_attribute("data-status") == "answered"
        assert answer.locator("[data-testid=wk-csv], [data-testid=wk-xlsx]").count() == downloads
        assert key_of(who, "今年各牙医的就诊量")
        assert {thread["userIdentifier"] for thread in threads_of(who)} == {name}
        assert who.complaints == []


def test_whom_the_proxy_does_not_name_or_nobody_knows_stays_outside(visit: Visit, proxied: Server) -> None:
    for headers in ({}, {"X-Remote-User": "nobody"}, {"X-Forwarded-User": "li"}):
        who = visit(proxied, extra_http_headers=headers)
        who.page.goto(who.url)
        who.page.wait_for_url("**/login**")
        who.page.wait_for_timeout(500)
        assert who.page.locator("#chat-input").count() == 0
        assert who.page.request.get(f"{who.url}/project/thread/x").status == 401


def test_a_header_from_an_address_that_is_no_proxy_counts_for_nothing(visit: Visit, proxied: Server) -> None:
    port = urlsplit(proxied.url).port or 0
    with relay("127.0.0.3", port) as other, relay("127.0.0.1", port) as trusted:
        for own, comes_in in ((trusted, True), (other, False)):
            who = visit(proxied, extra_http_headers={"X-Remote-User": "li"})
            who.url = proxied.url.replace(str(port), str(own))
            who.page.goto(who.url)
            if comes_in:
                who.ready()
            else:
                who.page.wait_for_url("**/login**")
                assert who.page.request.post(f"{who.url}/auth/header").status == 401


def test_a_session_is_over_when_the_proxy_names_somebody_else(visit: Visit, proxied: Server) -> None:
    who = visit(proxied, extra_http_headers={"X-Remote-User": "li"})
    who.page.goto(who.url)
    who.ready()
    who.ask("今年的诊疗收入")
    mine = key_of(who, "今年的诊疗收入")
    who.page.set_extra_http_headers({"X-Remote-User": "wang"})  # the same browser, its cookie still there
    cookie = "; ".join(f"{c['name']}={c['value']}" for c in who.page.context.cookies())
    assert "wenke_session" in cookie
    for header in ({"X-Remote-User": "wang"}, {"X-Remote-User": ""}):
        asked = who.page.request.get(f"{who.url}/project/thread/{mine}", headers=header | {"Cookie": cookie})
        assert asked.status == 401
    who.page.goto(who.url)
    who.ready()
    assert mine not in [thread["id"] for thread in threads_of(who)]


# --- names of conversations, and a restart -------------------------------------------------------------------------------

MENU = {"zh-CN": ("重命名", "删除", "确认"), "en-US": ("Rename", "Delete", "Confirm")}


def entry_of(who: Visitor, key: str) -> Any:
    """A conversation in the sidebar."""
    return who.page.locator(f"[id='thread-{key}']")


def menu_of(who: Visitor, key: str, item: str) -> None:
    """Opens what can be done with a conversation, and takes one."""
    entry_of(who, key).hover()
    entry_of(who, key).locator("#thread-options").click(force=True)
    who.page.get_by_role("menuitem", name=item).click()


@pytest.mark.parametrize("locale", QUESTION)
def test_a_conversation_is_renamed_and_deleted_by_its_owner_only(visit: Visit, proxied: Server, locale: str) -> None:
    rename, delete, confirm = MENU[locale]
    who, other = (visit(proxied, locale, extra_http_headers={"X-Remote-User": name}) for name in ("li", "wang"))
    for one in (who, other):
        one.page.goto(one.url)
        one.ready()
    who.ask(QUESTION[locale])
    key, said = key_of(who, QUESTION[locale]), f"{locale} {secrets.token_hex(3)}"

    menu_of(who, key, rename)
    box = who.page.get_by_role("dialog").locator("input")
    box.fill(said)
    who.page.get_by_role("dialog").get_by_role("button", name=re.compile(f"{confirm}|{rename}")).click()
    entry_of(who, key).get_by_text(said).wait_for()
    eventually(lambda: name_of(who, key) == said)

    site = other.url
    assert other.page.request.put(f"{site}/project/thread", data={"threadId": key, "name": "taken"}).status == 401
    assert other.page.request.delete(f"{site}/project/thread", data={"threadId": key}).status == 401
    assert name_of(who, key) == said

    menu_of(who, key, delete)
    who.page.get_by_role("alertdialog").get_by_role("button", name=re.compile(f"{confirm}|{delete}|Continue|继续")).click()
    entry_of(who, key).wait_for(state="detached")
    eventually(lambda: name_of(who, key) is None)
    assert who.page.request.get(f"{who.url}/project/thread/{key}").status in (401, 404)
    assert who.complaints == []


def test_after_a_restart_what_was_deleted_is_gone_and_old_answers_need_the_rights_of_today(visit: Visit, proxied: Server) -> None:
    who = visit(proxied, extra_http_headers={"X-Remote-User": "li"})
    who.page.goto(who.url)
    who.ready()
    who.ask("去年的诊疗收入")
    gone = key_of(who, "去年的诊疗收入")
    assert who.page.request.delete(f"{who.url}/project/thread", data={"threadId": gone}).ok
    who.page.goto(who.url)
    who.ready()
    who.ask("去年各牙医的就诊量")
    kept = key_of(who, "去年各牙医的就诊量")
    assert who.page.request.put(f"{who.url}/project/thread", data={"threadId": kept, "name": "留下的"}).ok

    proxied.stop()
    proxied.environment["WENKE_SIGN_IN__USERS"] = json.dumps({**USERS, "li": {"roles": ["reception"]}})
    proxied.start()
    who.url = proxied.url
    who.page.goto(f"{who.url}/thread/{kept}")
    who.page.get_by_text("不再显示").first.wait_for()
    assert who.page.locator(ANSWER).count() == 0  # no row of it is sent
    assert "O'Hara" not in who.page.content()
    names = {thread["id"]: thread["name"] for thread in threads_of(who)}
    assert names[kept] == "留下的"
    assert gone not in names
    assert who.page.request.get(f"{who.url}/project/thread/{gone}").status in (401, 404)
    assert who.ask("今年各牙医的就诊量").get_attribute("data-status") == "answered"  # and it goes on, as who they are today


# --- OAuth ---------------------------------------------------------------------------------------------------------------


class Provider:
    """An OAuth 2 provider on this machine: a page where somebody is chosen, codes that hold once, tokens, who has a token."""

    def __init__(self, *people: str) -> None:
        self.people = people
        self.codes: dict[str, tuple[str, str]] = {}
        self.tokens: dict[str, str] = {}
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def settings(self) -> dict[str, str]:
        """What a client is told."""
        return {
            "generic_client_id": "wenke",
            "generic_client_secret": "secret",
            "generic_auth_url": f"{self.url}/authorize",
            "generic_token_url": f"{self.url}/token",
            "generic_user_info_url": f"{self.url}/who",
            "generic_scopes": "openid email",
            "generic_name": "clinic-sso",
        }

    def page(self, query: dict[str, str]) -> str:
        """Who are you? A link for each; each leads back with a code of theirs."""
        links = []
        for name in self.people:
            code = secrets.token_hex(8)
            self.codes[code] = (name, query["redirect_uri"])
            back = f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"
            links.append(f'<a href="{html.escape(back)}">{html.escape(name)}</a>')
        return "<title>SSO</title>" + "<br>".join(links)

    def token(self, form: dict[str, str]) -> dict[str, str] | None:
        """A token for a code, once, to the client that knows the secret and comes from where the code was sent."""
        name, address = self.codes.pop(form.get("code", ""), ("", ""))
        known = (form.get("client_id"), form.get("client_secret"), form.get("grant_type"))
        if known != ("wenke", "secret", "authorization_code") or not name or form.get("redirect_uri") != address:
            return None
        token = secrets.token_hex(16)
        self.tokens[token] = name
        return {"access_token": token, "token_type": "Bearer"}

    def _handler(provider) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                """Says nothing."""

            def _send(self, status: int, kind: str, text: str) -> None:
                body = text.encode()
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                if parts.path == "/authorize" and query.get("client_id") == "wenke" and query.get("response_type") == "code":
                    return self._send(200, "text/html", provider.page(query))
                name = provider.tokens.get(self.headers.get("Authorization", "").removeprefix("Bearer "))
                if parts.path == "/who" and name is not None:
                    return self._send(200, "application/json", json.dumps({"email": name, "sub": "1"}))
                return self._send(403, "text/plain", "no")

            def do_POST(self) -> None:
                sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
                found = provider.token({name: values[0] for name, values in parse_qs(sent).items()})
                self._send(200 if found else 400, "application/json", json.dumps(found or {"error": "invalid_grant"}))

        return Handler


def test_oauth_signs_in_whom_the_provider_names_with_the_roles_of_the_settings(
    visit: Visit,
    engine: Any,  # noqa: ARG001
    database: Path,
    tmp_path: Path,
) -> None:
    provider = Provider("li@clinic.example", "wang@clinic.example", "stranger@clinic.example")
    users = {"li@clinic.example": {"roles": ["owner"]}, "wang@clinic.example": {"roles": ["reception"]}}
    told = {"WENKE_SIGN_IN__MODE": "oauth", "WENKE_SIGN_IN__USERS": json.dumps(users)}
    told["WENKE_SIGN_IN__OAUTH"] = json.dumps(provider.settings())
    with serving(database, tmp_path, "--domain", str(CLINIC), **told) as server:
        for name, locale, downloads in (("li@clinic.example", "zh-CN", 2), ("wang@clinic.example", "en-US", 0)):
            who = visit(server, locale)
            who.page.goto(who.url)
            who.page.get_by_role("button", name=re.compile("clinic-sso", re.IGNORECASE)).click()
            who.page.get_by_role("link", name=name).click()
            who.ready()
            answer = who.ask(QUESTION[locale] if downloads else "visits by dentist this year")
            assert answer.get_attribute("data-status") == "answered"
            assert answer.locator("[data-testid=wk-csv], [data-testid=wk-xlsx]").count() == downloads
            assert key_of(who, QUESTION[locale] if downloads else "visits by dentist this year")
            assert {thread["userIdentifier"] for thread in threads_of(who)} == {name}
            assert all(url.startswith(provider.url) for url in who.outside())
        stranger = visit(server, "en-US")
        stranger.page.goto(stranger.url)
        stranger.page.get_by_role("button", name=re.compile("clinic-sso", re.IGNORECASE)).click()
        stranger.page.get_by_role("link", name="stranger@clinic.example").click()
        stranger.page.get_by_text(re.compile("Sign in failed|not", re.IGNORECASE)).first.wait_for()
        assert stranger.page.locator("#chat-input").count() == 0
        forged = stranger.page.request.get(f"{stranger.url}/auth/oauth/clinic-sso/callback?code=x&state=y", max_redirects=0)
        assert "error" in forged.headers["location"]
    provider.server.shutdown()
    provider.server.server_close()
