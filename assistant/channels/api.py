"""The HTTP API: POST /api/ask, GET /api/catalog, GET /healthz; its description at /api/openapi.json. Nothing is loaded from
outside.

In: requests of somebody who is signed in (HTTP Basic, or the header of a trusted proxy) and the assistant. Out: answers as JSON,
with the attribute names of `Answer` as keys. What may fail: 401 not signed in, 403 a role that the asker does not hold, 422 a
request that is none; what goes wrong with a question is an answer with status `failed` and HTTP 200, as in every channel.
"""

import base64
import binascii
from collections import OrderedDict
from threading import Lock
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

import prompts
from assistant.accounts import Account, Accounts
from assistant.channels.base import language_of, plain, to_plain
from assistant.qa import Lang
from assistant.service import Assistant
from assistant.settings import SignInSettings
from assistant.thread import Thread
from semantic_layer.errors import QueryError
from semantic_layer.model import Member
from semantic_layer.scope import Scope, restrict

MOST_THREADS = 2_000
LONGEST_QUESTION = 4_000


class Ask(BaseModel):
    """One question. `thread_id`: a name of the caller's own for the conversation it belongs to; `role`: one that the caller
    holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: str = Field(min_length=1, max_length=LONGEST_QUESTION)
    thread_id: str | None = Field(default=None, min_length=1, max_length=100)
    role: str | None = None
    lang: Lang | None = None


class Conversations:
    """The threads of the API by caller, role and name; the last used are kept, in memory."""

    def __init__(self, assistant: Assistant, most: int = MOST_THREADS) -> None:
        self._assistant = assistant
        self._most = most
        self._lock = Lock()
        self._kept: OrderedDict[tuple[str, str, str], Thread] = OrderedDict()

    def of(self, account: Account, role: str, name: str | None) -> Thread:
        """The conversation of that name, begun where there is none; without a name a new one that is not kept."""
        attributes = account.attributes_for(self._assistant.model.roles[role])
        if name is None:
            return self._assistant.thread(role, attributes, channel="api")
        key = (account.name, role, name)
        with self._lock:
            thread = self._kept.get(key) or self._assistant.thread(role, attributes, channel="api")
            self._kept[key] = thread
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return thread


class Gate:
    """Who a request comes from, by the way of signing in that the settings say."""

    def __init__(self, accounts: Accounts, settings: SignInSettings) -> None:
        self._accounts = accounts
        self._settings = settings

    def account(self, request: Request) -> Account:
        """The account behind a request.

        Raises:
            HTTPException: 401, nobody that we know.
        """
        found = self._by_header(request) if self._settings.mode == "header" else self._by_password(request)
        if found is None:
            challenge = {} if self._settings.mode == "header" else {"WWW-Authenticate": 'Basic realm="Wenke", charset="UTF-8"'}
            raise HTTPException(401, prompts.render("chat.api.sign_in", _language(request)), headers=challenge)
        return found

    def _by_header(self, request: Request) -> Account | None:
        if request.client is None or request.client.host not in self._settings.proxies:
            return None
        return self._accounts.vouched(request.headers.get(self._settings.header, ""))

    def _by_password(self, request: Request) -> Account | None:
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            name, colon, password = base64.b64decode(given, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        return self._accounts.signed_in(name, password) if colon else None


def create_app(assistant: Assistant, gate: Gate) -> FastAPI:
    """The application with the API in it; channels of the same process mount themselves beside it."""
    app = FastAPI(title="Wenke", openapi_url="/api/openapi.json", docs_url=None, redoc_url=None)
    app.add_exception_handler(RequestValidationError, _not_a_request)
    app.include_router(_router(assistant, gate))
    return app


def _router(assistant: Assistant, gate: Gate) -> APIRouter:
    router, conversations = APIRouter(), Conversations(assistant)
    Caller = Annotated[Account, Depends(gate.account)]

    @router.get("/healthz")
    def healthz() -> dict[str, str]:
        """Whether the process answers, and which day counts as today."""
        return {"status": "ok", "domain": assistant.model.domain.name, "today": assistant.today.isoformat()}

    @router.post("/api/ask")
    def ask(asked: Ask, account: Caller, request: Request) -> JSONResponse:
        """The answer to a question."""
        role = _role(account, asked.role, request)
        thread = conversations.of(account, role, asked.thread_id)
        return JSONResponse(to_plain(thread.ask(asked.question, lang=asked.lang)))

    @router.get("/api/catalog")
    def catalog(account: Caller, request: Request, role: str | None = None, lang: Lang = "zh") -> JSONResponse:
        """What can be asked about, as far as the role sees it."""
        held = _role(account, role, request)
        try:
            scope = Scope(held, account.attributes_for(assistant.model.roles[held]))
            model = restrict(assistant.model, scope).model
        except QueryError as error:
            raise HTTPException(403, prompts.issue_text(error.issues[0], lang)) from None
        rooms = {"metrics": model.metrics, "dimensions": model.dimensions, "segments": model.segments, "entities": model.entities}
        found = {room: [_entry(member, lang) for member in members.values()] for room, members in rooms.items()}
        return JSONResponse({"domain": model.domain.name, "role": held, "roles": list(account.roles), **found})

    return router


def _role(account: Account, wanted: str | None, request: Request) -> str:
    """The role to ask as: the one that is wanted, where the account holds it.

    Raises:
        HTTPException: 403.
    """
    if wanted is None:
        return account.roles[0]
    if wanted not in account.roles:
        raise HTTPException(403, prompts.render("chat.api.role", _language(request)))
    return wanted


def _language(request: Request) -> Lang:
    return language_of(request.headers.get("Accept-Language", ""))


async def _not_a_request(_: Request, wrong: Exception) -> JSONResponse:
    """What is wrong with a request, without repeating it: parts of it may be nothing that JSON can say."""
    found = wrong.errors() if isinstance(wrong, RequestValidationError) else ()
    return JSONResponse({"detail": [plain({"type": e["type"], "loc": e["loc"], "msg": e["msg"]}) for e in found]}, 422)


def _entry(member: Member, lang: Lang) -> dict[str, Any]:
    text = getattr(member, "description", None)
    words = getattr(member.synonyms, lang, ()) if hasattr(member, "synonyms") else ()
    return {
        "name": member.name,
        "label": getattr(member.label, lang),
        "description": None if text is None else getattr(text, lang),
        "synonyms": list(words),
    }
