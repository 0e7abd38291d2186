"""The chat in the browser, on Chainlit: its pages under /chat of the same process as the HTTP API.

In: the application, and a `Room`: the assistant, who may sign in, where the history is kept, a folder for generated files. Out:
the application with the chat mounted. Chainlit keeps its state in its modules, so a process holds one chat. What may fail:
`ConfigError` `history-unusable`, `oauth-incomplete`. Importing this package loads nothing heavy; `mount` does.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from assistant.accounts import Accounts
from assistant.service import Assistant
from assistant.settings import SignInSettings

if TYPE_CHECKING:
    from fastapi import FastAPI

PATH = "/chat"


@dataclass(frozen=True, slots=True)
class Room:
    """What a chat is made of. `history`: a database URL of SQLAlchemy (None: a file in `folder`); `url`: where people reach the
    server, where that is not where it listens."""

    assistant: Assistant
    accounts: Accounts
    sign_in: SignInSettings
    history: SecretStr | None
    folder: Path
    url: str | None = None


def mount(app: "FastAPI", room: Room) -> None:
    """Adds the chat to `app`."""
    from assistant.channels.chat.folder import auth_secret, prepare

    prepare(room.folder)
    _settle(
        {
            "CHAINLIT_APP_ROOT": str(room.folder),  # read when chainlit is imported
            "CHAINLIT_AUTH_SECRET": auth_secret(room.folder),
            "CHAINLIT_ROOT_PATH": PATH,
            "CHAINLIT_AUTH_COOKIE_NAME": "wenke_session",
            **({"CHAINLIT_URL": room.url} if room.url else {}),
            **_provider(room.sign_in),
        }
    )
    for foreign in ("DATABASE_URL", "LITERAL_API_KEY", "SLACK_BOT_TOKEN", "DISCORD_BOT_TOKEN", "TEAMS_APP_ID"):
        os.environ.pop(foreign, None)  # chainlit would act on them by itself
    from assistant.channels.chat.desk import Desk
    from assistant.channels.chat.page import Trusted, attach
    from assistant.channels.chat.store import Store, history_url
    from assistant.channels.chat.talk import register

    store = Store(history_url(room.history, room.folder))
    desk = Desk(room.assistant, room.accounts, room.sign_in, store)
    register(desk)
    attach(app, desk, PATH)
    if room.sign_in.mode == "header":
        app.add_middleware(Trusted, header=room.sign_in.header, proxies=room.sign_in.proxies)


def _provider(sign_in: SignInSettings) -> dict[str, str]:
    """What Chainlit's OAuth providers read when they are imported."""
    given = sign_in.oauth if sign_in.mode == "oauth" else {}
    return {f"OAUTH_{name.upper()}": value.get_secret_value() for name, value in given.items()}


def _settle(variables: Mapping[str, str]) -> None:
    os.environ.update(variables)
