"""The server of one process: the HTTP API, and the chat beside it. Wires settings, accounts, assistant and channels together.

In: settings, where to listen, whether the chat is wanted. Out: a running server (`serve` returns when it is stopped). What may
fail: `ConfigError` `port-in-use`, `chat-not-installed`, `no-users` and what `app` raises; all before the first request.
"""

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from assistant.accounts import DEMO_PASSWORD, Accounts
from assistant.app import Told, assemble
from assistant.errors import ConfigError
from assistant.service import Assistant
from assistant.settings import ScopeSettings, Settings, folders

if TYPE_CHECKING:
    import uvicorn
    from fastapi import FastAPI

    from assistant.channels.chat.store import Store

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where to listen, and what is served. `ready` hears the address once it can be used, and the demo users if there are any."""

    host: str
    port: int
    chat: bool
    ready: Callable[[str, tuple[str, ...], str], None]


def serve(settings: Settings, wanted: Wanted, told: Told) -> None:
    """Serves until the process is told to stop."""
    for package in ("fastapi", "uvicorn", *(("chainlit",) if wanted.chat else ())):
        if find_spec(package) is None:
            raise ConfigError("chat-not-installed")
    listening = listen(wanted.host, wanted.port)
    # whoever asks is known by name here: the settings' own asker is for the command line
    with listening, Assistant(assemble(settings.model_copy(update={"scope": ScopeSettings()}), told)) as wenke:
        wenke.warm()
        accounts = Accounts(settings.sign_in, wenke.model.roles, demo=wanted.host in LOOPBACK)
        app = build(wenke, accounts, settings, chat=wanted.chat)
        asyncio.run(_run(app, listening, wanted, accounts))


def build(wenke: Assistant, accounts: Accounts, settings: Settings, *, chat: bool) -> "FastAPI":
    """The application: the API, and the chat where it is wanted."""
    from assistant.channels.api import Gate, create_app
    from assistant.channels.front import Front

    app = create_app(wenke, Gate(accounts, settings.sign_in))
    if chat:
        from assistant.channels.chat import Room, mount

        server = settings.server
        mount(app, Room(wenke, accounts, settings.sign_in, server.history, folders(settings).data / "chat", server.url))
    app.add_middleware(Front, settings=settings.sign_in)  # added last, it comes first
    return app


def open_history(settings: Settings) -> "Store":
    """The database of the chat, for commands beside the server.

    Raises:
        ConfigError: `chat-not-installed`, `history-unusable`.
    """
    if find_spec("sqlalchemy") is None:
        raise ConfigError("chat-not-installed")
    from assistant.channels.chat.store import Store, history_url

    return Store(history_url(settings.server.history, folders(settings).data / "chat"))


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there; port 0 takes any.

    Raises:
        ConfigError: `port-in-use`.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(128)
    except OSError:
        listening.close()
        raise ConfigError("port-in-use", port=str(port)) from None
    return listening


def server_config(app: "FastAPI") -> "uvicorn.Config":
    """How the application is served. An address that a header tells is nobody's: who is a trusted proxy is who has connected."""
    import uvicorn

    return uvicorn.Config(
        app, log_level="warning", access_log=False, timeout_graceful_shutdown=3, lifespan="on", proxy_headers=False
    )


async def _run(app: "FastAPI", listening: socket.socket, wanted: Wanted, accounts: Accounts) -> None:
    import uvicorn

    server = uvicorn.Server(server_config(app))
    running = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started and not running.done():
        await asyncio.sleep(0.02)
    if server.started:
        port = listening.getsockname()[1]
        host = "127.0.0.1" if wanted.host in ("0.0.0.0", "::") else wanted.host  # noqa: S104 - compared, not listened on
        address = f"http://{f'[{host}]' if ':' in host else host}:{port}/{'chat' if wanted.chat else ''}"
        wanted.ready(address, accounts.names if accounts.is_demo else (), DEMO_PASSWORD)
    await running
