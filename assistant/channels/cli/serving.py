"""The commands around the server: serve, the chat in the browser, the secret of a user, what people thought and taught.

In: parsed arguments and the composition root. Out: an exit code; the server runs until it is stopped. What may fail: as the root.
"""

import argparse
import getpass
import json
import os
import sys
import webbrowser
from typing import TYPE_CHECKING

import prompts

if TYPE_CHECKING:
    from assistant.channels.cli import Options, Root


def serve(arguments: argparse.Namespace, root: "Root", options: "Options", lang: str, *, open_page: bool) -> int:
    """Serves the HTTP API and the chat; tells the address once it can be used."""

    def ready(address: str, users: tuple[str, ...], password: str) -> None:
        _say(prompts.render("chat.serving", lang, url=address))
        if users:
            _say(
                prompts.render("chat.demo", lang, names=prompts.render("app.list_separator", lang).join(users), password=password)
            )
        if open_page and _has_screen():
            webbrowser.open(address)

    root.serve(options, arguments.host, arguments.port, not getattr(arguments, "api_only", False), ready)
    return 0


def secret(root: "Root", lang: str) -> int:
    """Prints what the settings keep of a password, which is typed twice, or read from a pipe."""
    if not sys.stdin.isatty():
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = getpass.getpass(prompts.render("chat.secret.ask", lang))
        if getpass.getpass(prompts.render("chat.secret.again", lang)) != password:
            print(prompts.render("chat.secret.differ", lang), file=sys.stderr)  # noqa: T201 - this is the command line
            return 1
    if not password:
        return 1
    _say(root.secret(password))
    return 0


def feedback(arguments: argparse.Namespace, root: "Root", lang: str) -> int:
    """Lists what people thought of answers, or adds one of them to an evaluation set."""
    if arguments.add is not None:
        line = root.feedback_case(arguments.add, arguments.gold_sql)
        with arguments.to.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
        _say(prompts.render("chat.feedback.written", lang, count=1, file=arguments.to))
        return 0
    if arguments.json:
        _say(json.dumps(root.feedback(), ensure_ascii=False, indent=2))
    else:
        _say("\n".join(root.feedback_lines(lang)))
    return 0


def learn(arguments: argparse.Namespace, root: "Root", options: "Options", lang: str) -> int:
    """Lists what askers taught, or accepts or rejects one of it."""
    if arguments.verdict is not None:
        _say(root.learn_decide(options, arguments.number or "", f"{arguments.verdict}ed", lang))
    elif arguments.json:
        _say(json.dumps(root.learn_plain(options), ensure_ascii=False, indent=2))
    else:
        _say("\n".join(root.learn(options, lang)))
    return 0


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - this is the command line


def _has_screen() -> bool:
    """Whether a browser would open in a window, not in this terminal."""
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
