"""What the chat does when somebody asks, without the pages: whose turn, with which rights, from which point of the conversation.

In: the name of who is signed in, a question. Out: answers, what is kept of them, files. Rights are looked up with every ask,
every download and whenever an old answer is shown: the account and its role as they are now. What may fail: `AccessDenied` for a
download.
"""

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass

import prompts
from assistant.accounts import Account, Accounts
from assistant.answers import format as words
from assistant.channels.chat.store import Kept, Store
from assistant.conversation import Conversation
from assistant.errors import AccessDenied, AssistantError
from assistant.qa import Answer, Lang
from assistant.service import Assistant
from assistant.settings import SignInSettings
from semantic_layer.query import SemanticQuery, to_json
from semantic_layer.query import from_json as query_of


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody who asks, as the role they chose among theirs."""

    account: Account
    role: str


@dataclass(frozen=True, slots=True)
class Turn:
    """What was asked. `message`: its id; `run`: the step around question and answer; `before`: the conversation so far."""

    text: str
    message: str
    run: str
    thread: str
    before: str
    now: str


class Stop:
    """One running question that may be stopped from another thread."""

    def __init__(self, interrupt: Callable[[int], None], told: Callable[[str], None]) -> None:
        self._interrupt = interrupt
        self._told = told
        self._wanted = threading.Event()
        self._done = threading.Event()
        self._thread = 0

    def begin(self) -> None:
        """This thread asks."""
        self._thread = threading.get_ident()

    def end(self) -> None:
        """This thread is done."""
        self._done.set()

    def stage(self, name: str) -> None:
        """A stage begins.

        Raises:
            AssistantError: `stopped`, where that is wanted.
        """
        if self._wanted.is_set():
            raise AssistantError("stopped")
        self._told(name)

    def stop(self) -> None:
        """Stops the question: the statement that runs now, and all that would follow. Returns when it is over."""
        self._wanted.set()
        while not self._done.wait(0.05):
            self._interrupt(self._thread)


class Desk:
    """Asks on behalf of people who are signed in."""

    def __init__(self, assistant: Assistant, accounts: Accounts, sign_in: SignInSettings, store: Store) -> None:
        self.assistant = assistant
        self.accounts = accounts
        self.sign_in = sign_in
        self.store = store

    # --- who ---------------------------------------------------------------------------------------------------------

    def seat(self, name: str, role: str | None) -> Seat | None:
        """Where somebody sits today, as `role` if they hold it, else as their usual one; None for who is not known any more."""
        account = self.accounts.vouched(name)
        if account is None or not account.roles:
            return None
        return Seat(account, role if role in account.roles else account.roles[0])

    def rights(self, seat: Seat) -> str:
        """A fingerprint of everything that decides what this asker sees; changes when the role or its definition changes."""
        model = self.assistant.model
        role = model.roles[seat.role]
        masked = sorted((d.name, d.pii or "") for d in model.dimensions.values())
        told = f"{role.model_dump_json()}{sorted(seat.account.attributes_for(role).items())}{masked}"
        return hashlib.sha256(told.encode()).hexdigest()[:24]

    def may_export(self, seat: Seat) -> bool:
        """Whether this role may take files away."""
        return self.assistant.model.roles[seat.role].may_export

    def withheld(self, kept: Kept) -> str | None:
        """What is said instead of an old answer, where its asker's rights are not what they were; else None."""
        seat = self.seat(kept.owner, kept.role)
        if seat is not None and seat.role == kept.role and self.rights(seat) == kept.rights:
            return None
        return prompts.render("chat.withheld", kept.lang)

    # --- asking ------------------------------------------------------------------------------------------------------

    def ask(self, seat: Seat, turn: Turn, stop: Stop) -> tuple[Answer, str]:
        """The answer, and the conversation after it as JSON."""
        attributes = seat.account.attributes_for(self.assistant.model.roles[seat.role])
        thread = self.assistant.thread(seat.role, attributes, channel="chat", by=seat.account.name)
        if turn.before:
            thread = thread.from_json(turn.before)
        stop.begin()
        try:
            answer = thread.ask(_picked(turn.text, thread.state), told=stop.stage)
        finally:
            stop.end()
        return answer, thread.to_json()

    def keep(self, seat: Seat, turn: Turn, answer: Answer, after: str, keys: tuple[str, ...]) -> None:
        """Keeps an answer with its parts; `keys`: the messages that show them."""
        for number, (one, key) in enumerate(zip((answer, *answer.parts), keys, strict=True)):
            query = one.interpretation.query if one.interpretation is not None else None
            self.store.put_answer(
                Kept(
                    id=key,
                    thread=turn.thread,
                    owner=seat.account.name,
                    asked_by=turn.message,
                    run=turn.run,
                    asked=turn.now,
                    question=turn.text,
                    lang=one.lang,
                    role=seat.role,
                    rights=self.rights(seat),
                    status=one.status,
                    text=one.text,
                    before=turn.before,
                    after=after,
                    number=number,
                    code=one.error_code,
                    query=None if query is None else to_json(query),
                    sql=one.sql,
                )
            )

    def export(self, kept: Kept, kind: str) -> bytes:
        """All rows of an answer as a file, with the rights of today: asked again, not taken from what was kept.

        Raises:
            AccessDenied: the role is gone, or may not export, or there is nothing to take.
        """
        seat = self.seat(kept.owner, kept.role)
        if seat is None or seat.role != kept.role or kept.query is None:
            raise AccessDenied("may-not-export")
        if not self.may_export(seat):
            raise AccessDenied("may-not-export")
        attributes = seat.account.attributes_for(self.assistant.model.roles[seat.role])
        lang: Lang = "en" if kept.lang == "en" else "zh"
        answer = self.assistant.query(_query(kept.query), role=seat.role, attributes=attributes, lang=lang)
        if answer.status != "answered":
            raise AccessDenied("not-exportable")
        return self.assistant.export(answer, kind, role=seat.role, attributes=attributes, channel="chat")

    def starters(self, lang: Lang, role: str) -> tuple[str, ...]:
        """Questions to begin with, for a role."""
        return self.assistant.starters(lang, role)


def _query(text: str) -> SemanticQuery:
    return query_of(text)


def _picked(text: str, state: Conversation) -> str:
    """The number of the choice whose label the page shows as `text`; else the text."""
    choices = state.pending.choices if state.pending is not None else ()
    for i, choice in enumerate(choices, 1):
        if text == words.unescaped(choice.label):
            return str(i)
    return text
