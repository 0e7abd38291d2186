"""Chainlit's data layer over our store: threads, steps and elements of whoever is signed in, and of nobody else.

In: calls of Chainlit, mostly from inside somebody's session. Out: what Chainlit shows. A thread that is read back is looked at
with the rights of today: an answer given under other rights is withheld, its rows are not sent. What may fail: nothing on
purpose; a write to somebody else's thread does nothing.
"""

import asyncio
import json
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from chainlit.context import ChainlitContextException, context
from chainlit.data.base import BaseDataLayer
from chainlit.data.utils import queue_until_user_message
from chainlit.element import Element, ElementDict
from chainlit.step import StepDict
from chainlit.types import Feedback, PageInfo, PaginatedResponse, Pagination, ThreadDict, ThreadFilter
from chainlit.user import PersistedUser, User
from chainlit.utils import utc_now

from assistant.channels.chat.store import Json, Kept, Store

Withheld = Callable[[Kept], str | None]
"""What to say instead of an answer that its owner may not see any more; None where it may be shown."""


class HistoryLayer(BaseDataLayer):
    """Keeps conversations; see the module."""

    def __init__(self, store: Store, withheld: Withheld) -> None:
        self._store = store
        self._withheld = withheld
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="history")  # what is said first is written first

    # --- people ------------------------------------------------------------------------------------------------------

    async def get_user(self, identifier: str) -> PersistedUser | None:
        """Somebody who has been here before."""
        found = await asyncio.to_thread(self._store.person, identifier)
        return None if found is None else _person(found)

    async def create_user(self, user: User) -> PersistedUser | None:
        """Somebody, known from now on."""
        found = await asyncio.to_thread(self._store.add_person, user.identifier, str(uuid.uuid4()), utc_now())
        return _person(found)

    # --- threads -----------------------------------------------------------------------------------------------------

    async def get_thread_author(self, thread_id: str) -> str:
        """Whose a thread is; empty where there is none."""
        return await asyncio.to_thread(self._store.owner, thread_id) or ""

    async def delete_thread(self, thread_id: str) -> None:
        """Forgets a thread; Chainlit has asked whose it is."""
        await asyncio.to_thread(self._store.drop_thread, thread_id)

    async def list_threads(self, pagination: Pagination, filters: ThreadFilter) -> PaginatedResponse[ThreadDict]:
        """A page of somebody's threads, without what was said in them."""
        owner = await asyncio.to_thread(self._name_of, filters.userId)
        first = max(1, min(pagination.first, 100))
        page = {"first": first + 1, "after": pagination.cursor, "search": filters.search, "value": filters.feedback}
        found = [] if owner is None else await asyncio.to_thread(lambda: self._store.threads(owner, **page))  # type: ignore[arg-type]
        shown = [_thread(row, [], []) for row in found[:first]]
        ends = (shown[0]["id"], shown[-1]["id"]) if shown else (None, None)
        return PaginatedResponse(pageInfo=PageInfo(len(found) > first, *ends), data=shown)

    async def get_thread(self, thread_id: str) -> ThreadDict | None:
        """A thread with everything in it that its owner may see today; what is still being kept comes first."""
        await self._write(_nothing)
        return await asyncio.to_thread(self._read, thread_id)

    async def update_thread(
        self,
        thread_id: str,
        name: str | None = None,
        user_id: str | None = None,  # noqa: ARG002 - whoever is signed in
        metadata: Json | None = None,
        tags: list[str] | None = None,  # noqa: ARG002 - not used
    ) -> None:
        """Names a thread, or keeps its session's state."""
        owner = _who() or await asyncio.to_thread(self._store.owner, thread_id)
        if owner is not None:
            await self._write(self._store.touch_thread, thread_id, owner, utc_now(), name, metadata)

    def _name_of(self, user_id: str | None) -> str | None:
        return self._store.name_of(user_id) if user_id else None

    def _read(self, thread_id: str) -> ThreadDict | None:
        found = self._store.thread(thread_id)
        if found is None:
            return None
        row, steps, elements = found
        answers = self._store.answers(thread_id)
        hidden = {a.id: text for a in answers if (text := self._withheld(a)) is not None}
        opinions = self._store.feedback_of(thread_id)
        said = {key: opinions[a.id] for a in answers if a.id in opinions for key in (a.id, a.run)}
        shown: list[Any] = []
        for step in steps:
            opinion = said.get(step["id"])
            if opinion is not None:
                fields = ("id", "value", "comment")
                step["feedback"] = {"forId": step["id"], **{name: opinion[name] for name in fields}}
            shown.append({**step, "output": hidden[step["id"]]} if step["id"] in hidden else step)
        return _thread(row, shown, [element for element in elements if element.get("forId") not in hidden])

    # --- steps and elements ------------------------------------------------------------------------------------------

    @queue_until_user_message()
    async def create_step(self, step_dict: StepDict) -> None:
        """Keeps a step."""
        owner = _who()
        if owner is not None:
            await self._write(self._store.put_step, step_dict, owner, utc_now())

    @queue_until_user_message()
    async def update_step(self, step_dict: StepDict) -> None:
        """Keeps a step as it is now."""
        await self.create_step(step_dict)

    @queue_until_user_message()
    async def delete_step(self, step_id: str) -> None:
        """Forgets a step."""
        owner = _who()
        if owner is not None:
            await self._write(self._store.drop_step, step_id, owner)

    @queue_until_user_message()
    async def create_element(self, element: Element) -> None:
        """Keeps an element."""
        owner = _who()
        if owner is not None:
            kept = json.loads(json.dumps(element.to_dict(), default=str))
            await self._write(self._store.put_element, kept, owner, utc_now())

    async def get_element(self, thread_id: str, element_id: str) -> ElementDict | None:
        """An element of a thread, where its owner may see it today."""
        found = await asyncio.to_thread(self._read, thread_id)
        elements = (found["elements"] or []) if found is not None else []
        return next((element for element in elements if element["id"] == element_id), None)

    @queue_until_user_message()
    async def delete_element(self, element_id: str, thread_id: str | None = None) -> None:
        """Nothing: what was answered goes with its message."""

    async def _write(self, write: Callable[..., Any], *arguments: Any) -> None:  # noqa: ANN401 - passed on
        await asyncio.get_running_loop().run_in_executor(self._writer, write, *arguments)

    # --- the rest ----------------------------------------------------------------------------------------------------

    async def upsert_feedback(self, feedback: Feedback) -> str:
        """Never kept here: Chainlit does not say whose it is. Our own route does (`page`)."""
        raise PermissionError(feedback.forId)

    async def delete_feedback(self, feedback_id: str) -> bool:
        """As `upsert_feedback`."""
        raise PermissionError(feedback_id)

    async def get_favorite_steps(self, user_id: str) -> list[StepDict]:  # noqa: ARG002 - there are none
        """Nothing is marked."""
        return []

    async def build_debug_url(self) -> str:
        """There is none."""
        return ""

    async def close(self) -> None:
        """Lets go of the database."""
        self._writer.shutdown()
        self._store.close()


def _nothing() -> None:
    """What a writer does when asked whether it has done what came before."""


def _who() -> str | None:
    """Who is signed in to the session that this call belongs to; None outside of one."""
    try:
        user = context.session.user
    except ChainlitContextException:  # a plain request (a new name for a thread): Chainlit has asked whose it is
        return None
    return None if user is None else str(user.identifier)


def _person(row: Json) -> PersistedUser:
    return PersistedUser(id=row["id"], createdAt=row["created"], identifier=row["name"], metadata={})


def _thread(row: Json, steps: list[Any], elements: list[Any]) -> ThreadDict:
    return ThreadDict(
        id=row["id"],
        createdAt=row["created"],
        name=row["name"],
        userId=row["owner"],
        userIdentifier=row["owner"],
        tags=[],
        metadata=json.loads(row["metadata"]),
        steps=steps,
        elements=elements,
    )
