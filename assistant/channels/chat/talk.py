"""The conversation in the browser: who signs in, what is offered at the beginning, what happens with a message.

In: Chainlit's events. Out: for each question a step that tells how far it is, and a message with the sentence and one element
that shows the rest. What goes wrong inside becomes a sentence with the number of an incident; a stopped question ends in the
engine too.
"""

import asyncio
import logging
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import chainlit as cl
from chainlit.config import config
from chainlit.context import context, init_ws_context
from chainlit.oauth_providers import get_configured_oauth_providers
from chainlit.server import sio
from chainlit.session import WebsocketSession
from chainlit.types import ThreadDict
from chainlit.utils import utc_now
from starlette.datastructures import Headers

import prompts
from assistant.channels.chat.desk import Desk, Seat, Stop, Turn
from assistant.channels.chat.folder import ELEMENT, charts_file
from assistant.channels.chat.joining import Joining
from assistant.channels.chat.layer import HistoryLayer
from assistant.channels.chat.view import view
from assistant.errors import ConfigError
from assistant.language.text import detect_language
from assistant.qa import Answer, Lang

logger = logging.getLogger(__name__)
ICON = "/chat/public/avatars/wenke.svg"
MOST_STARTERS = 6
WORKERS = 12
STATE = "wenke_state"


def register(desk: Desk) -> None:
    """Tells Chainlit what to do; before it is mounted."""
    talk = _Talk(desk)
    cl.data_layer(lambda: HistoryLayer(desk.store, desk.withheld))
    _register_sign_in(desk)
    cl.set_chat_profiles(talk.profiles)
    cl.set_starters(talk.starters)
    cl.on_chat_resume(talk.resume)
    cl.on_message(talk.message)
    WebsocketSession.config = config  # else Chainlit asks for the profiles in a way that cannot work inside a running loop
    Joining().register()
    sio.on("stop", _stop)  # Chainlit's own says so in English only


def _register_sign_in(desk: Desk) -> None:
    async def by_password(username: str, password: str) -> cl.User | None:
        account = await asyncio.to_thread(desk.accounts.signed_in, username.strip(), password)
        return None if account is None else cl.User(identifier=account.name)

    async def by_header(headers: Headers) -> cl.User | None:
        account = desk.accounts.vouched(headers.get(desk.sign_in.header, ""))
        return None if account is None else cl.User(identifier=account.name)

    async def by_oauth(
        provider_id: str,  # noqa: ARG001 - Chainlit's signature
        token: str,  # noqa: ARG001
        raw_user_data: dict[str, str],  # noqa: ARG001
        default_app_user: cl.User,
        id_token: str | None = None,  # noqa: ARG001
    ) -> cl.User | None:
        account = desk.accounts.vouched(default_app_user.identifier or "")
        return None if account is None else cl.User(identifier=account.name)

    match desk.sign_in.mode:
        case "password":
            cl.password_auth_callback(by_password)
        case "header":
            cl.header_auth_callback(by_header)
        case "oauth":
            if not get_configured_oauth_providers():
                raise ConfigError("oauth-incomplete")
            cl.oauth_callback(by_oauth)


async def _stop(sid: str) -> None:
    session = WebsocketSession.get(sid)
    if session is not None:
        init_ws_context(session)
        if session.current_task is not None:
            session.current_task.cancel()


class _Talk:
    """What happens in somebody's session."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="chat")

    # --- the beginning -----------------------------------------------------------------------------------------------

    async def profiles(self, user: cl.User | None, language: str | None) -> list[cl.ChatProfile]:
        """One profile for each role of who is signed in: the greeting, and the questions to begin with."""
        seat = self._desk.seat(user.identifier, None) if user is not None else None
        if seat is None:
            return []
        lang = _lang(language)
        roles = self._desk.assistant.model.roles
        greeting = prompts.render("chat.welcome", lang)
        return [
            cl.ChatProfile(name=role, markdown_description=greeting, icon=ICON, display_name=roles[role].label[lang])
            for role in seat.account.roles
        ]

    async def starters(self, user: cl.User | None, language: str | None) -> list[cl.Starter]:
        """Questions of the domain for the role of who is signed in."""
        seat = self._desk.seat(user.identifier, None) if user is not None else None
        if seat is None:
            return []
        found = self._desk.starters(_lang(language), seat.role)
        return [cl.Starter(label=text, message=text) for text in found[:MOST_STARTERS]]

    async def resume(self, thread: ThreadDict) -> None:
        """Goes on where the thread ended."""
        answers = await asyncio.to_thread(self._desk.store.answers, thread["id"])
        cl.user_session.set(STATE, answers[-1].after if answers else "")

    # --- a message ---------------------------------------------------------------------------------------------------

    async def message(self, message: cl.Message) -> None:
        """Answers it."""
        session = context.session
        session.current_task = asyncio.current_task()  # an edited message has none of its own
        lang = detect_language(message.content)
        user = session.user
        seat = self._desk.seat(user.identifier, session.chat_profile) if user is not None else None
        if seat is None:
            await cl.Message(content=prompts.render("chat.no_rights", lang)).send()
            return
        try:
            await self._answer(seat, message, lang)
        except Exception:
            incident = uuid.uuid4().hex[:10]
            logger.exception("incident %s", incident)
            await cl.Message(content=prompts.render("chat.failed", lang, incident=incident)).send()

    async def _answer(self, seat: Seat, message: cl.Message, lang: Lang) -> None:
        thread = context.session.thread_id
        name = seat.account.name
        again = await asyncio.to_thread(self._desk.store.rewind, thread, message.id, name)
        before = again if again is not None else cl.user_session.get(STATE) or ""
        run = context.current_step.id if context.current_step else ""
        turn = Turn(message.content, message.id, run, thread, before, utc_now())
        progress = _Progress(lang)
        await progress.open()
        stop = Stop(self._desk.assistant.interrupt, progress.hear)
        asking = asyncio.get_running_loop().run_in_executor(self._workers, self._desk.ask, seat, turn, stop)
        try:
            answer, after = await progress.follow(asking)
        except asyncio.CancelledError:
            await asyncio.to_thread(stop.stop)
            with suppress(Exception):
                await asking
            await progress.close(None)
            await cl.Message(content=prompts.render("chat.stopped", lang)).send()
            return
        await progress.close(answer)
        cl.user_session.set(STATE, after)
        parts = (answer, *answer.parts)
        keys = tuple(str(uuid.uuid4()) for _ in parts)
        await asyncio.to_thread(self._desk.keep, seat, turn, answer, after, keys)
        for part, key in zip(parts, keys, strict=True):
            await self._show(seat, part, key)

    async def _show(self, seat: Seat, answer: Answer, key: str) -> None:
        """The sentence, and the element with the rest."""
        shown = view(answer, answer_id=key, may_export=self._desk.may_export(seat))
        shown["library"] = f"/public/{charts_file()}"
        element = cl.CustomElement(name=ELEMENT, props=shown, display="inline")
        await cl.Message(content=answer.text, id=key, elements=[element]).send()


class _Progress:
    """The step of a question: which stage runs, for how long; afterwards how long each took."""

    def __init__(self, lang: Lang) -> None:
        self._lang = lang
        self._loop = asyncio.get_running_loop()
        self._began = time.perf_counter()
        above = context.current_step
        self._step = cl.Step(
            name=self._say("working"), type="tool", icon="timer", parent_id=above.id if above else None, show_input=False
        )
        self._stages: asyncio.Queue[str] = asyncio.Queue()
        self._stage = "working"

    def hear(self, stage: str) -> None:
        """A stage begins, in the thread that asks."""
        self._loop.call_soon_threadsafe(self._stages.put_nowait, stage)

    async def open(self) -> None:
        """Shows the step."""
        self._step.start = utc_now()
        await self._step.send()

    async def follow(self, asking: "asyncio.Future[tuple[Answer, str]]") -> tuple[Answer, str]:
        """Tells the stages while `asking` runs, and after a second how long it has been; then its result."""
        while not asking.done():
            hearing = asyncio.ensure_future(self._stages.get())
            waited: set[asyncio.Future[Any]] = {asking, hearing}
            await asyncio.wait(waited, timeout=1.0, return_when=asyncio.FIRST_COMPLETED)
            stage = hearing.result() if hearing.done() and not hearing.cancelled() else None
            hearing.cancel()
            if asking.done():
                break
            await self._tell(stage)
        return await asking

    async def close(self, answer: Answer | None) -> None:
        """How long it took, and what for."""
        seconds = f"{time.perf_counter() - self._began:.2f}"
        self._step.name = self._say("done", seconds=seconds) if answer is not None else prompts.render("chat.stopped", self._lang)
        timings = answer.timings if answer is not None else {}
        lines = [
            self._say("line", stage=self._say(name), ms=f"{ms:.0f}")
            for name, ms in timings.items()
            if name in ("plan", "compile", "run", "narrate", "chart", "proof", "suggest")
        ]
        self._step.output = "\n".join(f"- {line}" for line in lines)
        self._step.end = utc_now()
        await self._step.update()

    async def _tell(self, stage: str | None) -> None:
        self._stage = stage or self._stage
        spent, doing = int(time.perf_counter() - self._began), self._say(self._stage)
        told = self._say("still", stage=doing, seconds=spent) if spent >= 1 else doing
        if told == self._step.name:
            return
        self._step.name = told
        await context.emitter.update_step(self._step.to_dict())

    def _say(self, name: str, **values: object) -> str:
        return prompts.render(f"chat.steps.{name}", self._lang, **values)


def _lang(language: str | None) -> Lang:
    """Our language for a browser's."""
    return "en" if (language or "").lower().startswith("en") else "zh"
