"""A page that joins a conversation which already exists: opened again, reloaded, or connected anew by Chainlit itself.

In: Chainlit's events `connection_successful`, `client_message`, `edit_message`. Out: the same, in an order that loses nothing.
Chainlit sends a joining page the whole conversation in place of what it shows, and once more when the page takes over the
conversation's role. A question that reached the server just before would vanish from the page with its answer: so questions wait
until the page has the conversation, and are told to it again. A question that is still being answered for a page that is gone
is sent to the page that joined, once it is there. What may fail: nothing of its own.
"""

import asyncio
from collections import defaultdict
from collections.abc import Coroutine
from typing import Any

from chainlit import socket
from chainlit.config import config
from chainlit.context import init_ws_context
from chainlit.server import sio
from chainlit.session import WebsocketSession
from chainlit.types import MessagePayload


class Joining:
    """Which pages are being told their conversation, and which conversations have a question running."""

    def __init__(self) -> None:
        self._telling: dict[str, asyncio.Event] = {}
        self._running: defaultdict[str, set[asyncio.Task[None]]] = defaultdict(set)

    def register(self) -> None:
        """Takes the place of Chainlit's own."""
        sio.on("connection_successful", self.connected)
        sio.on("client_message", self.asked)
        sio.on("edit_message", self.edited)

    async def connected(self, sid: str) -> None:
        """Tells a page its conversation, and afterwards what became of a question that was running."""
        told = self._telling[sid] = asyncio.Event()
        session = WebsocketSession.get(sid)
        thread = session.thread_id_to_resume if session is not None else None
        running = set(self._running.get(thread, ())) if thread else set()
        try:
            await socket.connection_successful(sid)
        finally:
            told.set()
            self._telling.pop(sid, None)
        if thread and running:
            await self._tell_when_done(sid, thread, running)

    async def asked(self, sid: str, payload: MessagePayload) -> None:
        """A question, once its page has the conversation."""
        await self._until_told(sid)
        session = WebsocketSession.require(sid)
        if session.thread_id_to_resume:
            await session.emit("new_message", payload["message"])  # the page may have lost it; twice is once
        session.current_task = self._run(session.thread_id, socket.process_message(session, payload))

    async def edited(self, sid: str, payload: MessagePayload) -> None:
        """A question in other words, once its page has the conversation."""
        await self._until_told(sid)
        await self._run(WebsocketSession.require(sid).thread_id, socket.edit_message(sid, payload))

    async def _until_told(self, sid: str) -> None:
        if told := self._telling.get(sid):
            await told.wait()

    def _run(self, thread: str, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task: asyncio.Task[None] = asyncio.create_task(work)
        self._running[thread].add(task)
        task.add_done_callback(lambda done: self._forget(thread, done))
        return task

    def _forget(self, thread: str, done: asyncio.Task[None]) -> None:
        self._running[thread].discard(done)
        if not self._running[thread]:
            del self._running[thread]

    async def _tell_when_done(self, sid: str, thread: str, running: set[asyncio.Task[None]]) -> None:
        """The conversation again when its questions are answered, those asked meanwhile too; stopping stops what runs."""
        session = WebsocketSession.get(sid)
        if session is None:
            return
        context = init_ws_context(session)
        if session.current_task is None:
            session.current_task = next(iter(running))
        await context.emitter.emit("task_start", {})
        while running := set(self._running.get(thread, ())):
            await asyncio.wait(running)
        kept = await socket.resume_thread(session)
        if kept is not None and config.code.on_chat_resume is not None:
            await config.code.on_chat_resume(kept)
            await context.emitter.resume_thread(kept)
        await context.emitter.emit("task_end", {})
