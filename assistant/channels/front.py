"""What every request passes before a channel sees it: bodies of a bounded size, and nobody's word for who sends it but the proxy's.

In: the application, the settings of signing in. Out: the same application. A body that is too large is refused before it is read,
signed in or not; a header of identity that stands there twice stands for nobody (a proxy that adds to what a client sent would let
the client say who it is); of what a proxy forwards only the scheme is believed, never an address. What may fail: nothing; whoever
sends too much gets a 413.
"""

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import prompts
from assistant.channels.base import language_of
from assistant.settings import SignInSettings

MOST_BYTES = 2_000_000
"""Of a body: what the pages of the chat send is far below it."""
_SECURE = {"http": "https", "websocket": "wss"}


class Front:
    """See the module's text."""

    def __init__(self, app: ASGIApp, settings: SignInSettings, most: int = MOST_BYTES) -> None:
        self._app = app
        self._most = most
        self._header = settings.header.lower().encode() if settings.mode == "header" else None
        self._proxies = settings.proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, or refuses it."""
        if scope["type"] not in _SECURE:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if scope["type"] == "http" and _announced(headers) > self._most:
            refused = _too_large(headers)
            await JSONResponse({"detail": refused.detail}, refused.status_code, refused.headers)(scope, receive, send)
            return
        bounded = self._bounded(receive, headers) if scope["type"] == "http" else receive
        await self._app({**scope, "headers": self._believed(scope), "scheme": self._scheme(scope, headers)}, bounded, send)

    def _bounded(self, receive: Receive, headers: Headers) -> Receive:
        """A body whose length nobody announced is counted as it comes."""
        heard = 0

        async def hear() -> Message:
            nonlocal heard
            message = await receive()
            heard += len(message.get("body", b""))
            if heard > self._most:
                raise _too_large(headers)
            return message

        return hear

    def _believed(self, scope: Scope) -> list[tuple[bytes, bytes]]:
        headers: list[tuple[bytes, bytes]] = list(scope["headers"])
        if sum(1 for name, _ in headers if name.lower() == self._header) > 1:
            return [pair for pair in headers if pair[0].lower() != self._header]
        return headers

    def _scheme(self, scope: Scope, headers: Headers) -> str:
        """The scheme that the browser used, where a trusted proxy tells it: else its redirects would lead to plain HTTP."""
        client, own = scope.get("client"), str(scope.get("scheme", "http"))
        told = client is not None and client[0] in self._proxies and headers.get("x-forwarded-proto", "").strip() == "https"
        return _SECURE[scope["type"]] if told else own


def _too_large(headers: Headers) -> HTTPException:
    """What is said of it; the connection is closed, else the rest would be heard out."""
    said = prompts.render("chat.api.too_large", language_of(headers.get("accept-language", "")))
    return HTTPException(413, said, {"Connection": "close"})


def _announced(headers: Headers) -> int:
    """How long the body is said to be."""
    said = headers.get("content-length", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 20 else 0
