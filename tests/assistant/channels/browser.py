"""A server of its own process and a headless browser: what the end-to-end tests of the chat drive."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
ANSWER = "[data-testid=wk-answer]"
SECONDS = 30_000


def chromium() -> str | None:
    """Debian's browser, or what CHROMIUM says."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@dataclass
class Server:
    """`wenke serve` on a free port. `where` is its working directory, `data` its data folder, `options` what else it is told."""

    database: Path
    data: Path
    where: Path
    environment: dict[str, str] = field(default_factory=dict)
    options: tuple[str, ...] = ("--today", "2026-10-20")
    url: str = ""
    running: "subprocess.Popen[str] | None" = None

    def start(self) -> float:
        """Starts it; the seconds until it told its address."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("WENKE", "CHAINLIT"))}
        own = {"WENKE_DATA_DIR": str(self.data), "PYTHONUNBUFFERED": "1", "PYTHONWARNINGS": "default", "LC_ALL": "C.UTF-8"}
        own["PYTHONPATH"] = str(ROOT)  # the code beside these tests, wherever the package is installed from
        command = [sys.executable, "-m", "assistant", "serve", "--port", "0", "--database", str(self.database)]
        command += self.options
        began = time.perf_counter()
        with (self.data / "stderr.txt").open("a") as errors:
            self.running = subprocess.Popen(
                command, cwd=self.where, env=clean | own | self.environment, stdout=subprocess.PIPE, stderr=errors, text=True
            )
        assert self.running.stdout is not None
        line = self.running.stdout.readline()
        if "http://" not in line:
            self.stop()
            raise AssertionError(self.errors())
        self.url = next(word for word in line.split() if word.startswith("http://"))
        return time.perf_counter() - began

    def stop(self) -> None:
        """Ends it as Ctrl+C does."""
        if self.running is None:
            return
        self.running.send_signal(signal.SIGINT)
        try:
            self.running.wait(15)
        except subprocess.TimeoutExpired:
            self.running.kill()
            self.running.wait(5)
        assert self.running.stdout is not None
        self.running.stdout.close()
        self.running = None

    def errors(self) -> str:
        """What it said on stderr."""
        return (self.data / "stderr.txt").read_text()


@contextmanager
def serving(database: Path, folder: Path, *options: str, **environment: str) -> Iterator[Server]:
    """A running server whose files lie in `folder`; `options` instead of the demo's."""
    (folder / "data").mkdir(parents=True, exist_ok=True)
    (folder / "cwd").mkdir(exist_ok=True)
    server = Server(database, folder / "data", folder / "cwd", environment, options or Server.options)
    prepared = database.with_suffix(".prepared")
    for name in KEPT:
        if (prepared / name).is_dir():
            shutil.copytree(prepared / name, folder / "data" / name, dirs_exist_ok=True)
    server.start()  # it tells its address once its tags and its index are there
    _keep(folder / "data", prepared)
    try:
        yield server
    finally:
        server.stop()


KEPT = ("cache", "profiles")
"""What a server works out from a database: its tags, and the index of its values. The next one over the same file finds them."""


def _keep(data: Path, prepared: Path) -> None:
    """Keeps what the first server over a database worked out, whole or not at all: other processes may be at it as well."""
    if prepared.exists() or not all((data / name).is_dir() for name in KEPT):
        return
    partial = prepared.with_suffix(f".{os.getpid()}")
    for name in KEPT:
        shutil.copytree(data / name, partial / name)
    try:
        partial.rename(prepared)
    except OSError:  # somebody was first
        shutil.rmtree(partial)


class Visitor:
    """Somebody at a browser: signs in, asks, reads. Remembers what the page asked for and complained of."""

    def __init__(self, context: Any, url: str) -> None:
        self.url = url
        self.page = context.new_page()
        self.page.set_default_timeout(SECONDS)
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hear(self, told: Any) -> None:
        if told.type == "error":
            self.complaints.append(f"{told.text} {told.location.get('url', '')}".strip())

    def sign_in(self, name: str, password: str = "wenke") -> "Visitor":  # noqa: S107 - the demo's
        """Through the form."""
        self.page.goto(self.url)
        self.page.wait_for_selector("input[type=password]")
        self.page.fill("#email", name)
        self.page.fill("#password", password)
        self.page.keyboard.press("Enter")
        return self

    def ready(self) -> "Visitor":
        """Once questions can be typed."""
        self.page.wait_for_selector("#chat-input")
        self.page.wait_for_selector("#welcome-screen button, .message-content")
        return self

    def ask(self, question: str) -> Any:
        """Types a question; the element of its answer, once it is there."""
        before = self.page.locator(ANSWER).count()
        self.page.locator("#chat-input").click()
        self.page.keyboard.insert_text(question)
        self.page.locator("#chat-submit:not([disabled])").click()  # not before it is connected
        return self.answer(before)

    def answer(self, before: int) -> Any:
        """The answer after the first `before`."""
        found = self.page.locator(ANSWER).nth(before)
        found.wait_for(state="attached")
        return found

    def thumb(self, answer: Any, side: str, comment: str = "") -> None:
        """Presses a message's thumb, "positive" or "negative", and sends the dialog; returns once the page shows that it is kept.

        Not before the turn is over, and once more if no dialog came: chainlit draws a message anew when its turn ends, and a
        dialog that was open in it is gone (the CI of 2026-11-28 failed on that).
        """
        from playwright.sync_api import TimeoutError as PlaywrightTimeout  # only here: it need not be installed

        self.page.locator("#stop-button").wait_for(state="hidden")
        message = answer.locator("xpath=ancestor::*[contains(@class, 'ai-message')]").first
        dialog = self.page.get_by_role("dialog")
        for _ in range(3):
            message.locator(f"button.{side}-feedback-off").click()
            with suppress(PlaywrightTimeout):
                dialog.locator("#submit-feedback").wait_for(timeout=4_000)
                break
        if comment:
            dialog.locator("textarea").fill(comment)
        dialog.locator("#submit-feedback").click()
        message.locator(f"button.{side}-feedback-on").wait_for()

    def text(self, answer: Any) -> str:
        """The whole message that an answer stands in: its sentence and its element."""
        return str(answer.locator("xpath=ancestor::*[contains(@class, 'ai-message')]").first.inner_text())

    def outside(self) -> list[str]:
        """Addresses of other machines that were asked for."""
        own = self.url.split("/chat")[0]
        return [url for url in self.requests if not url.startswith((own, own.replace("http", "ws"), "data:", "blob:"))]


def threads_of(who: Visitor) -> list[dict[str, Any]]:
    """Somebody's conversations, as their page lists them."""
    found = who.page.request.post(f"{who.url}/project/threads", data={"pagination": {"first": 20}, "filter": {}})
    return list(found.json()["data"]) if found.ok else []


def name_of(who: Visitor, key: str) -> str | None:
    """What somebody's conversation is called, where it is theirs."""
    return next((thread["name"] for thread in threads_of(who) if thread["id"] == key), None)


def key_of(who: Visitor, name: str, *, before: Container[str] = ()) -> str:
    """The id of somebody's latest conversation of that name, once it is kept; those that they had `before` are not meant."""

    def kept() -> list[str]:
        return [str(thread["id"]) for thread in threads_of(who) if thread["name"] == name and thread["id"] not in before]

    eventually(lambda: bool(kept()))
    return kept()[0]


def eventually(holds: Callable[[], bool]) -> None:
    """Waits until it holds: the page shows a change before the server has it."""
    for _ in range(60):
        if holds():
            return
        time.sleep(0.1)
    assert holds()
