"""`wenke chat` in the terminal: one question after another in one thread, with the history of earlier lines.

In: an assistant, a thread, where the history of lines lies. Out: an exit code. A line that begins with `/` is a command:
/sql shows or hides SQL, /new begins a new conversation, /help, /quit. The end of input ends it; Ctrl-C drops the line.
"""

import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import prompts
from assistant.channels.cli.terminal import show

if TYPE_CHECKING:
    from assistant.qa import Lang
    from assistant.service import Assistant
    from assistant.thread import Thread

MOST_LINES = 1000


def converse(wenke: "Assistant", thread: "Thread", history: Path, lang: "Lang", width: int) -> int:
    """Asks and answers until the end of input."""
    remember = _readline(history)
    starters = wenke.starters(lang)
    _say(prompts.render("app.chat.welcome", lang))
    for text in starters[:5]:
        _say(f"  · {text}")
    sql = False
    while (line := _next(prompts.render("app.chat.prompt", lang))) is not None:
        match line.strip():
            case "":
                continue
            case "/quit" | "/exit" | "/q":
                break
            case "/sql":
                sql = not sql
            case "/new":
                thread = thread.anew()
                _say(prompts.render("app.chat.new", lang))
            case text if text.startswith("/"):
                _say(prompts.render("app.chat.help", lang))
            case text:
                _say(show(thread.ask(text), width=width, sql=sql) + "\n")
        remember()
    return 0


def _next(prompt: str) -> str | None:
    while True:
        try:
            return input(prompt)
        except EOFError:
            _say("")
            return None
        except KeyboardInterrupt:
            _say("")


def _readline(path: Path) -> Callable[[], None]:
    """Line editing with history, where the platform has it and someone types; what to call after each line."""
    try:
        import readline
    except ImportError:
        return lambda: None
    if not sys.stdin.isatty():
        return lambda: None
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        readline.read_history_file(str(path))
    readline.set_history_length(MOST_LINES)

    def remember() -> None:
        with suppress(OSError):
            readline.write_history_file(str(path))

    return remember


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - this is the terminal
