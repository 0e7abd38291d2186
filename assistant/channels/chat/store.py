"""What the chat remembers, in one database: people, threads with their steps and elements, answers with their readings, feedback.

In: plain values. Out: plain values. SQLite (a file that only its owner reads) or whatever SQLAlchemy speaks. Every write that
names a thread says whose it must be and does nothing where it is somebody else's. Synchronous and safe for many threads. What may
fail: `ConfigError` `history-unusable` when it is opened.
"""

import json
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from pydantic import SecretStr
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from assistant.errors import ConfigError

Json = dict[str, Any]
_META = sa.MetaData()
_ID = sa.String(64)

PEOPLE = sa.Table(
    "people",
    _META,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("name", sa.String(320), nullable=False, unique=True),
    sa.Column("created", sa.String(40), nullable=False),
)
THREADS = sa.Table(
    "threads",
    _META,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("owner", sa.String(320), nullable=False, index=True),
    sa.Column("name", sa.Text),
    sa.Column("created", sa.String(40), nullable=False),
    sa.Column("touched", sa.String(40), nullable=False),
    sa.Column("metadata", sa.Text, nullable=False),
)
DROPPED = sa.Table(  # a page that is still open writes once more when it closes; what was deleted stays deleted
    "dropped",
    _META,
    sa.Column("thread", _ID, primary_key=True),
)
STEPS = sa.Table(
    "steps",
    _META,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("thread", _ID, nullable=False, index=True),
    sa.Column("created", sa.String(40), nullable=False),
    sa.Column("step", sa.Text, nullable=False),
)
ELEMENTS = sa.Table(
    "elements",
    _META,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("thread", _ID, nullable=False, index=True),
    sa.Column("step", _ID, nullable=False),
    sa.Column("element", sa.Text, nullable=False),
)
ANSWERS = sa.Table(
    "answers",
    _META,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("thread", _ID, nullable=False, index=True),
    sa.Column("owner", sa.String(320), nullable=False),
    sa.Column("asked_by", _ID, nullable=False),
    sa.Column("run", _ID, nullable=False, index=True),
    sa.Column("asked", sa.String(40), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    *(sa.Column(name, sa.Text) for name in ("question", "lang", "role", "rights", "status", "code", "text", "query", "sql")),
    *(sa.Column(name, sa.Text) for name in ("before", "after")),
)
FEEDBACK = sa.Table(
    "feedback",
    _META,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("answer", _ID, nullable=False, unique=True),
    sa.Column("thread", _ID, nullable=False, index=True),
    sa.Column("owner", sa.String(320), nullable=False),
    sa.Column("value", sa.Integer, nullable=False),
    sa.Column("comment", sa.Text),
    sa.Column("given", sa.String(40), nullable=False),
)
_OF_A_STEP = ((ELEMENTS, ELEMENTS.c.step), (ANSWERS, ANSWERS.c.id), (FEEDBACK, FEEDBACK.c.answer))


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it is kept. `id`: its message; `asked_by`: the message that asked; `run`: the step around both, that thumbs
    are for; `rights`: what the asker's rights were, as a fingerprint; `before`, `after`: the conversation around it; `number`:
    which part of the reply it is, from 0."""

    id: str
    thread: str
    owner: str
    asked_by: str
    run: str
    asked: str
    question: str
    lang: str
    role: str
    rights: str
    status: str
    text: str
    before: str
    after: str
    number: int = 0
    code: str | None = None
    query: str | None = None
    sql: str | None = None


@dataclass(frozen=True, slots=True)
class Opinion:
    """What `owner` says of an answer of theirs (`answer`: it, or its run). `value`: 1 up, 0 down."""

    answer: str
    owner: str
    value: int
    comment: str | None
    given: str


@dataclass(frozen=True, slots=True)
class Said:
    """A feedback with the answer it is about. `value`: 1 up, 0 down."""

    id: str
    value: int
    comment: str | None
    given: str
    answer: Kept


class Store:
    """The database of the chat."""

    def __init__(self, url: str) -> None:
        self._lock = threading.Lock()
        try:
            self._engine = sa.create_engine(url, pool_pre_ping=not url.startswith("sqlite"))
            if self._engine.dialect.name == "sqlite":
                _private(self._engine.url.database)
                sa.event.listen(self._engine, "connect", _tune)
            _META.create_all(self._engine)
        except (SQLAlchemyError, ImportError, OSError) as failed:
            raise ConfigError("history-unusable", problem=type(failed).__name__) from failed

    def close(self) -> None:
        """Lets go of the database."""
        self._engine.dispose()

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        """One transaction at a time: Chainlit tells of a thread and of its steps at the same moment."""
        with self._lock, self._engine.begin() as connection:
            yield connection

    # --- people ------------------------------------------------------------------------------------------------------

    def person(self, name: str) -> Json | None:
        """id, name and created of somebody, or None."""
        with self._engine.connect() as c:
            return _one(c.execute(sa.select(PEOPLE).where(PEOPLE.c.name == name)))

    def name_of(self, key: str) -> str | None:
        """The name of the person of that id."""
        with self._engine.connect() as c:
            return c.execute(sa.select(PEOPLE.c.name).where(PEOPLE.c.id == key)).scalar()

    def add_person(self, name: str, new_id: str, now: str) -> Json:
        """The person of that name, made where there is none."""
        found = self.person(name)
        if found is not None:
            return found
        with suppress(IntegrityError), self._writing() as c:  # somebody else may be quicker
            c.execute(PEOPLE.insert().values(id=new_id, name=name, created=now))
        found = self.person(name)
        assert found is not None  # noqa: S101 - it is there now
        return found

    # --- threads -----------------------------------------------------------------------------------------------------

    def owner(self, thread: str) -> str | None:
        """Whose the thread is; None where there is none."""
        with self._engine.connect() as c:
            return c.execute(sa.select(THREADS.c.owner).where(THREADS.c.id == thread)).scalar()

    def touch_thread(self, thread: str, owner: str, now: str, name: str | None = None, metadata: Json | None = None) -> bool:
        """Makes or changes a thread of `owner`; False where it is somebody else's, or was deleted."""
        changed: Json = {} if name is None else {"name": name[:200]}
        if metadata is not None:
            changed["metadata"] = _dump(metadata)
        with suppress(IntegrityError):
            return self._touch(thread, owner, now, changed)
        return self._touch(thread, owner, now, changed)  # another process has made it meanwhile

    def _touch(self, thread: str, owner: str, now: str, changed: Json) -> bool:
        with self._writing() as c:
            held = c.execute(sa.select(THREADS.c.owner).where(THREADS.c.id == thread)).scalar()
            if held is None and _is_dropped(c, thread):
                return False
            if held is None:
                values = {"name": None, "metadata": "{}", **changed}
                c.execute(THREADS.insert().values(id=thread, owner=owner, created=now, touched=now, **values))
                return True
            if held == owner and changed:
                c.execute(THREADS.update().where(THREADS.c.id == thread).values(**changed))
            return bool(held == owner)

    def threads(self, owner: str, *, first: int, after: str | None, search: str | None, value: int | None) -> list[Json]:
        """Threads of `owner`, the latest first, after the one called `after`; `value`: those with such feedback. No steps."""
        query = sa.select(THREADS).where(THREADS.c.owner == owner).order_by(THREADS.c.touched.desc(), THREADS.c.id)
        if search:
            like = f"%{_escaped(search)}%"
            within = sa.select(ANSWERS.c.thread).where(ANSWERS.c.question.like(like, escape="\\"))
            query = query.where(sa.or_(THREADS.c.name.like(like, escape="\\"), THREADS.c.id.in_(within)))
        if value is not None:
            query = query.where(THREADS.c.id.in_(sa.select(FEEDBACK.c.thread).where(FEEDBACK.c.value == value)))
        with self._engine.connect() as c:
            if after is not None:
                last = c.execute(sa.select(THREADS.c.touched).where(THREADS.c.id == after, THREADS.c.owner == owner)).scalar()
                if last is not None:
                    later = sa.and_(THREADS.c.touched == last, THREADS.c.id > after)
                    query = query.where(sa.or_(THREADS.c.touched < last, later))
            return [dict(row._mapping) for row in c.execute(query.limit(first))]

    def thread(self, thread: str) -> tuple[Json, list[Json], list[Json]] | None:
        """A thread, its steps in order and its elements; None where there is none."""
        with self._engine.connect() as c:
            found = _one(c.execute(sa.select(THREADS).where(THREADS.c.id == thread)))
            if found is None:
                return None
            steps = c.execute(sa.select(STEPS.c.step).where(STEPS.c.thread == thread).order_by(STEPS.c.created, STEPS.c.id))
            elements = c.execute(sa.select(ELEMENTS.c.element).where(ELEMENTS.c.thread == thread))
            return found, [json.loads(s) for s in steps.scalars()], [json.loads(e) for e in elements.scalars()]

    def drop_thread(self, thread: str) -> None:
        """Forgets a thread and all that belongs to it."""
        with self._writing() as c:
            for table in (STEPS, ELEMENTS, ANSWERS, FEEDBACK):
                c.execute(table.delete().where(table.c.thread == thread))
            c.execute(THREADS.delete().where(THREADS.c.id == thread))
            if not _is_dropped(c, thread):
                c.execute(DROPPED.insert().values(thread=thread))

    # --- steps and elements ------------------------------------------------------------------------------------------

    def put_step(self, step: Mapping[str, Any], owner: str, now: str) -> bool:
        """Keeps a step of a thread of `owner`; False where the thread or the step belongs elsewhere."""
        thread, key = str(step["threadId"]), str(step["id"])
        if not self.touch_thread(thread, owner, now):
            return False
        with self._writing() as c:
            held = c.execute(sa.select(STEPS.c.thread).where(STEPS.c.id == key)).scalar()
            if held is None:
                created = str(step.get("createdAt") or now)
                c.execute(STEPS.insert().values(id=key, thread=thread, created=created, step=_dump(step)))
                c.execute(THREADS.update().where(THREADS.c.id == thread).values(touched=now))
            elif held == thread:
                c.execute(STEPS.update().where(STEPS.c.id == key).values(step=_dump(step)))
            return held in (None, thread)

    def drop_step(self, key: str, owner: str) -> None:
        """Forgets a step of a thread of `owner` with its elements, answer and feedback."""
        own = sa.select(THREADS.c.id).where(THREADS.c.owner == owner)
        with self._writing() as c:
            gone = c.execute(STEPS.delete().where(STEPS.c.id == key, STEPS.c.thread.in_(own))).rowcount
            for table, column in _OF_A_STEP if gone else ():
                c.execute(table.delete().where(column == key))

    def put_element(self, element: Mapping[str, Any], owner: str, now: str) -> bool:
        """Keeps an element of a thread of `owner`, once: what is kept is what was answered."""
        thread, key = str(element["threadId"]), str(element["id"])
        if not self.touch_thread(thread, owner, now):
            return False
        with self._writing() as c:
            if c.execute(sa.select(ELEMENTS.c.id).where(ELEMENTS.c.id == key)).scalar() is not None:
                return False
            step = str(element.get("forId") or "")
            c.execute(ELEMENTS.insert().values(id=key, thread=thread, step=step, element=_dump(element)))
            return True

    # --- answers -----------------------------------------------------------------------------------------------------

    def put_answer(self, answer: Kept) -> None:
        """Keeps an answer, where its thread was not deleted meanwhile."""
        with self._writing() as c:
            if not _is_dropped(c, answer.thread):
                c.execute(ANSWERS.insert().values(**asdict(answer)))

    def answer(self, key: str) -> Kept | None:
        """An answer by its message."""
        with self._engine.connect() as c:
            return _kept(_one(c.execute(sa.select(ANSWERS).where(ANSWERS.c.id == key))))

    def answer_of(self, run: str) -> Kept | None:
        """The first answer of a run."""
        query = sa.select(ANSWERS).where(ANSWERS.c.run == run).order_by(ANSWERS.c.number)
        with self._engine.connect() as c:
            return _kept(_one(c.execute(query)))

    def answers(self, thread: str) -> tuple[Kept, ...]:
        """The answers of a thread, oldest first."""
        query = sa.select(ANSWERS).where(ANSWERS.c.thread == thread).order_by(ANSWERS.c.asked, ANSWERS.c.number)
        with self._engine.connect() as c:
            found = (_kept(dict(row._mapping)) for row in c.execute(query))
            return tuple(answer for answer in found if answer is not None)

    def rewind(self, thread: str, asked_by: str, owner: str) -> str | None:
        """The conversation before a message was asked, which is then asked again: what was answered since is forgotten."""
        answers = self.answers(thread)
        first = next((i for i, a in enumerate(answers) if a.asked_by == asked_by and a.owner == owner), None)
        if first is None:
            return None
        with self._writing() as c:
            gone = [a.id for a in answers[first:]]
            c.execute(ANSWERS.delete().where(ANSWERS.c.id.in_(gone)))
            c.execute(FEEDBACK.delete().where(FEEDBACK.c.answer.in_(gone)))
        return answers[first].before

    # --- feedback ----------------------------------------------------------------------------------------------------

    def put_feedback(self, said: Opinion, new_id: str) -> str | None:
        """Keeps what somebody says of an answer of theirs; its id, or None where it is no answer of theirs."""
        held = self.answer_of(said.answer) or self.answer(said.answer)
        if held is None or held.owner != said.owner:
            return None
        with self._writing() as c:
            values = {**asdict(said), "answer": held.id}
            known: str | None = c.execute(sa.select(FEEDBACK.c.id).where(FEEDBACK.c.answer == held.id)).scalar()
            if known is not None:
                c.execute(FEEDBACK.update().where(FEEDBACK.c.id == known).values(**values))
                return known
            c.execute(FEEDBACK.insert().values(id=new_id, thread=held.thread, **values))
        return new_id

    def drop_feedback(self, key: str, owner: str) -> bool:
        """Forgets a feedback of `owner`; False where it is somebody else's."""
        with self._writing() as c:
            return c.execute(FEEDBACK.delete().where(FEEDBACK.c.id == key, FEEDBACK.c.owner == owner)).rowcount > 0

    def feedback_of(self, thread: str) -> Mapping[str, Json]:
        """Feedback of a thread by answer."""
        with self._engine.connect() as c:
            rows = c.execute(sa.select(FEEDBACK).where(FEEDBACK.c.thread == thread))
            return {row.answer: dict(row._mapping) for row in rows}

    def feedback(self) -> Sequence[Said]:
        """All feedback with its answers, the latest first."""
        with self._engine.connect() as c:
            rows = [dict(row._mapping) for row in c.execute(sa.select(FEEDBACK).order_by(FEEDBACK.c.given.desc()))]
        pairs = ((row, self.answer(row["answer"])) for row in rows)
        return [Said(r["id"], r["value"], r["comment"], r["given"], a) for r, a in pairs if a is not None]


def history_url(setting: SecretStr | None, folder: Path) -> str:
    """The database that the settings name, else a file of ours."""
    return setting.get_secret_value() if setting is not None else f"sqlite:///{folder / 'history.db'}"


def _is_dropped(connection: sa.Connection, thread: str) -> bool:
    return connection.execute(sa.select(DROPPED.c.thread).where(DROPPED.c.thread == thread)).scalar() is not None


def _one(result: sa.CursorResult[Any]) -> Json | None:
    row = result.first()
    return None if row is None else dict(row._mapping)


def _kept(row: Json | None) -> Kept | None:
    return None if row is None else Kept(**row)


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _private(path: str | None) -> None:
    """The file is its owner's alone: rows of answers lie in it."""
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _tune(connection: Any, _record: Any) -> None:  # noqa: ANN401 - the driver's own types
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=10000"):
        connection.execute(f"PRAGMA {pragma}")
