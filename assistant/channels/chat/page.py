"""The chat's pages inside our application: nothing from outside, and the routes that Chainlit lacks or does not guard.

In: the application and the desk. Out: Chainlit mounted under a path, without links to fonts and style sheets of the internet;
before it our own routes: downloads, which look at the rights of today, and feedback, which looks at whose answer it is. What may
fail: 401, 404, and 403 where the role may not export.
"""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from urllib.parse import quote

from chainlit import server
from chainlit.auth import get_current_user, get_token_from_cookies
from chainlit.auth.jwt import decode_jwt
from chainlit.types import DeleteFeedbackRequest, UpdateFeedbackRequest
from chainlit.user import PersistedUser, User
from chainlit.utils import utc_now
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from jwt import InvalidTokenError
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

import prompts
from assistant.channels.chat.desk import Desk
from assistant.channels.chat.folder import without_outside
from assistant.channels.chat.store import Opinion
from assistant.errors import AccessDenied

KINDS = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
_LONGEST_COMMENT = 4_000
SignedIn = Annotated[User | PersistedUser | None, Depends(get_current_user)]


def attach(app: FastAPI, desk: Desk, path: str) -> None:
    """Mounts the chat; our own routes stand before Chainlit's of the same path."""
    stock: Callable[[str], str] = server.get_html_template
    server.get_html_template = lambda root_path: without_outside(stock(root_path))
    app.include_router(_routes(desk), prefix=path)
    app.add_api_route("/", lambda: RedirectResponse(f"{path}/"), include_in_schema=False)
    app.mount(path, server.app)  # as chainlit's mount_chainlit does, without its module to load and its middleware


def _routes(desk: Desk) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/answers/{answer_id}/data.{kind}")
    async def download(answer_id: str, kind: str, user: SignedIn) -> Response:
        """All rows of an answer as a file."""
        kept = await asyncio.to_thread(desk.store.answer, answer_id)
        if user is None or kept is None or kept.owner != user.identifier or kind not in KINDS:
            raise HTTPException(404 if user else 401)
        try:
            content = await asyncio.to_thread(desk.export, kept, kind)
        except AccessDenied as denied:
            raise HTTPException(403, prompts.issue_text(denied.issue, kept.lang)) from None
        name = f"{prompts.render('chat.file_name', kept.lang)}-{kept.asked[:10]}.{kind}"
        headers = {
            "Content-Disposition": f"attachment; filename=\"wenke.{kind}\"; filename*=UTF-8''{quote(name)}",
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        }
        return Response(content, media_type=KINDS[kind], headers=headers)

    _add_user(router)
    _add_feedback(router, desk)
    return router


def _add_user(router: APIRouter) -> None:
    @router.get("/user")
    async def who(request: Request) -> Response:
        """Who is signed in; for nobody an empty answer, which the page understands as it does a 401, and browsers do not log."""
        token = get_token_from_cookies(request.cookies)
        try:
            user = await get_current_user(token) if token else None
        except HTTPException:
            user = None
        return Response(status_code=200) if user is None else JSONResponse(user.to_dict())


def _add_feedback(router: APIRouter, desk: Desk) -> None:
    @router.put("/feedback")
    async def give(update: UpdateFeedbackRequest, user: SignedIn) -> JSONResponse:
        """Keeps what somebody says of an answer of theirs."""
        said = update.feedback
        if user is None:
            raise HTTPException(401)
        comment = said.comment[:_LONGEST_COMMENT] if said.comment else None
        opinion = Opinion(said.forId, user.identifier, int(said.value), comment, utc_now())
        key = await asyncio.to_thread(desk.store.put_feedback, opinion, str(uuid.uuid4()))
        if key is None:
            raise HTTPException(404)
        return JSONResponse({"success": True, "feedbackId": key})

    @router.delete("/feedback")
    async def withdraw(payload: DeleteFeedbackRequest, user: SignedIn) -> JSONResponse:
        """Forgets it."""
        if user is None:
            raise HTTPException(401)
        if not await asyncio.to_thread(desk.store.drop_feedback, payload.feedbackId, user.identifier):
            raise HTTPException(404)
        return JSONResponse({"success": True})


class Trusted:
    """Takes the header that says who somebody is from every request that no trusted proxy sent, and the chat's own cookie from
    every request that is not of whom the proxy names: nobody goes around the proxy, or stays who they were before."""

    def __init__(self, app: ASGIApp, header: str, proxies: tuple[str, ...]) -> None:
        self._app = app
        self._name = header.lower().encode()
        self._proxies = proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on."""
        if scope["type"] in ("http", "websocket"):
            scope = {**scope, "headers": self._believed(scope)}
        passed: Awaitable[None] = self._app(scope, receive, send)
        await passed

    def _believed(self, scope: Scope) -> list[tuple[bytes, bytes]]:
        client: Any = scope.get("client")
        headers: list[tuple[bytes, bytes]] = list(scope["headers"])
        if client is None or client[0] not in self._proxies:
            headers = [pair for pair in headers if pair[0].lower() != self._name]
        vouched = next((value.decode("latin-1") for name, value in headers if name.lower() == self._name), "")
        if vouched and _signed_in(scope) == vouched:
            return headers
        return [pair for pair in headers if pair[0].lower() != b"cookie"]


def _signed_in(scope: Scope) -> str | None:
    """Whose the cookie is."""
    token = get_token_from_cookies(HTTPConnection(scope).cookies)
    try:
        return str(decode_jwt(token).identifier) if token else None
    except InvalidTokenError:
        return None
