"""The assistant: a question in, an Answer out. This page is the program; every stage is a room of its own.

    Question -> planner -> Interpretation -> resolve -> compile -> guard -> engine -> narrate, chart, reading -> Answer

In: what someone asks (or a semantic query, or SQL), as which role. Out: an `Answer`, always: whatever goes wrong becomes one with
status `failed`, a stable code and an incident id. Safe for many threads at once; the asks of one `Thread` wait for each other.
"""

import logging
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from types import TracebackType
from typing import Any, Self

from assistant import replies
from assistant.answers.export import exported
from assistant.audit import Audit, Entry
from assistant.conversation import Conversation
from assistant.errors import EngineError
from assistant.execution import Execution, Limits, Outcome, Scopes, Stopwatch
from assistant.explanation import Explanation, explain
from assistant.language.text import detect_language
from assistant.lessons import Lessons, Told
from assistant.ports import Engine, Planner
from assistant.proof import prove
from assistant.qa import Answer, Choice, Interpretation, Lang, Question
from assistant.thread import Asker, Thread
from assistant.trial import Trial
from semantic_layer.errors import QueryError
from semantic_layer.model import SemanticModel
from semantic_layer.query import SemanticQuery, to_json

logger = logging.getLogger(__name__)
MOST_READINGS = 4


@dataclass(frozen=True, slots=True)
class Policy:
    """What holds for every ask unless it says otherwise: who asks, limits, what is added to an answer."""

    role: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 30.0
    rows: int = 1_000_000
    sql_rows: int = 10_000
    prove: bool = False
    suggestions: int = 3
    lang: Lang | None = None


@dataclass(frozen=True, slots=True)
class Parts:
    """What an assistant is made of; `app` puts it together. `today`: the first day without data; `floor`: reads what we suggest,
    where `planner` costs more than milliseconds."""

    model: SemanticModel
    engine: Engine
    planner: Planner
    today: date
    policy: Policy
    audit: Audit | None = None
    lessons: Lessons | None = None
    floor: Planner | None = None
    starters: Mapping[Lang, tuple[str, ...]] = field(default_factory=dict)
    starters_of: Mapping[tuple[Lang, str], tuple[str, ...]] = field(default_factory=dict)
    close: Callable[[], None] = lambda: None


class Assistant:
    """Answers questions about one domain. `open` (in `assistant`) makes one."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._scopes = Scopes(parts.model)

    # --- what can be asked -------------------------------------------------------------------------------------------

    def ask(  # noqa: PLR0913 - a contract (design.md, section 6)
        self,
        question: str,
        *,
        role: str | None = None,
        attributes: Mapping[str, str] | None = None,
        thread: Thread | None = None,
        lang: Lang | None = None,
        timeout: float | None = None,
        prove: bool | None = None,
        channel: str = "python",
    ) -> Answer:
        """The answer to `question`; within a `thread` as its next one (with the thread's role)."""
        if thread is not None:
            return thread.ask(question, lang=lang, timeout=timeout, prove=prove)
        return self._turn(question, self._asker(role, attributes, channel, lang, timeout, prove), Conversation())

    def query(
        self,
        query: SemanticQuery,
        *,
        role: str | None = None,
        attributes: Mapping[str, str] | None = None,
        lang: Lang | None = None,
        timeout: float | None = None,
        prove: bool | None = None,
    ) -> Answer:
        """The answer to a semantic query: everything that happens after planning."""
        asker = self._asker(role, attributes, "python", lang, timeout, prove)
        reading = Interpretation(queries=(query,), planner="none")
        return self._guarded(to_json(query), asker, lambda run: self._reply(reading, run, asker), "query")

    def sql(
        self,
        text: str,
        *,
        role: str | None = None,
        attributes: Mapping[str, str] | None = None,
        lang: Lang | None = None,
        timeout: float | None = None,
        channel: str = "python",
    ) -> Answer:
        """The rows of one SELECT over the tables that the asker may see (design.md, section 7)."""
        asker = self._asker(role, attributes, channel, lang, timeout, False)
        return self._guarded(text, asker, lambda run: self._governed(text, run), "sql")

    def explain(
        self,
        question: str,
        *,
        role: str | None = None,
        attributes: Mapping[str, str] | None = None,
        lang: Lang | None = None,
    ) -> Explanation:
        """How `question` is understood: mentions, queries, SQL. Nothing runs.

        Raises:
            QueryError: the role or its attributes do not do.
        """
        asker = self._asker(role, attributes, "python", lang, None, None)
        run = self._execution(asker, self._lang(question, asker))
        return explain(self._read(question, run, Conversation(), dry=True), run)

    def thread(
        self,
        role: str | None = None,
        attributes: Mapping[str, str] | None = None,
        *,
        channel: str = "python",
        by: str | None = None,
    ) -> Thread:
        """A new conversation of this asker. `by`: their name, where it is known."""
        asker = self._asker(role, attributes, channel, None, None, None)
        return Thread(self._turn, self.export, replace(asker, by=by))

    def export(
        self,
        answer: Answer,
        kind: str,
        *,
        role: str | None = None,
        attributes: Mapping[str, str] | None = None,
        clear: bool = False,
        channel: str = "python",
    ) -> bytes:
        """The rows of an answer as a file: "csv" or "xlsx". `clear`: personal data unmasked, which is a right of its own.

        Raises:
            AccessDenied: the role may not export, or not in the clear.
        """
        asker = self._asker(role, attributes, channel, answer.lang, None, False)
        run = self._execution(asker, answer.lang)
        told = replies.exportable(answer, run, clear=clear)
        self._record(kind, asker, told, "export")
        return exported(told, kind)

    def starters(self, lang: Lang, role: str | None = None) -> tuple[str, ...]:
        """Questions of the domain to begin with; with a `role` a few of different kinds that it asks, where it has its own."""
        own = self._parts.starters_of.get((lang, role), ()) if role is not None else ()
        return own or self._parts.starters.get(lang, ())

    def warm(self) -> None:
        """Reads a question of each language, so that no asker waits, and fifty at once not fifty times, for words to be loaded."""
        for asked in self._parts.starters.values():
            for question in asked[:1]:
                with suppress(QueryError):  # a role whose attributes only its askers have
                    self.explain(question)

    @property
    def model(self) -> SemanticModel:
        """The whole model, whoever asks: for evaluation and checks, not for askers."""
        return self._parts.model

    @property
    def today(self) -> date:
        """The day that counts as today: the first one without data."""
        return self._parts.today

    def interrupt(self, thread: int) -> None:
        """Stops the statement that runs for the thread of that ident, if one does: its asker no longer waits for it."""
        self._parts.engine.interrupt(thread)

    def close(self) -> None:
        """Lets go of the database; asks after it fail."""
        self._parts.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    # --- the pipeline ------------------------------------------------------------------------------------------------

    def _turn(self, question: str, asker: Asker, state: Conversation) -> Answer:
        """One question with what is known of its conversation."""

        def respond(run: Execution) -> Answer:
            with run.watch.stage("plan"):
                reading = self._read(question, run, state, guesses=asker.channel != "eval")  # nobody picks there
            with self._parts.engine.session():
                answer = self._reply(reading, run, asker)
                parts = tuple(self._reply(rest, run, asker) for rest in reading.rest)
            return replace(answer, parts=parts, suggestions=self._suggestions(answer, run))

        answer = self._guarded(question, replace(asker, lang=self._lang(question, asker)), respond, "ask")
        if self._parts.lessons is not None and asker.channel != "eval":
            who = Told(self.model.domain.name, self.today, asker.role, asker.channel, asker.by)
            self._parts.lessons.heed(question, state, answer, who)
        return answer

    def _read(
        self,
        question: str,
        run: Execution,
        state: Conversation,
        planner: Planner | None = None,
        *,
        dry: bool = False,
        guesses: bool = True,
    ) -> Interpretation:
        """What the planner makes of the question, or the choice that it picks (or picked) of a question of ours. `dry`: nothing runs;
        `guesses`: where it asks back, it works out what can be chosen."""
        planner = planner or self._parts.planner
        picked = state.pending.picked(question) if state.pending is not None else None
        if picked is not None and picked.query is not None:
            return Interpretation(queries=(picked.query,), planner=planner.name)
        meant = state.meant(question, self._parts.today - timedelta(days=1))
        if meant is not None:
            return Interpretation(queries=(meant,), planner=planner.name)
        text = picked.question if picked is not None and picked.question else question
        asked = Question(text, run.lang, self._parts.today, guesses=guesses)
        return planner.plan(asked, run.model, Trial(state, run, dry))

    def _reply(self, reading: Interpretation, run: Execution, asker: Asker) -> Answer:
        """The answer to one reading of a question."""
        if reading.refusal is not None:
            return replies.refused(reading.refusal, run)
        if reading.export:
            replies.check_export(run, clear=False)
        if reading.clarification is not None:
            back = replies.clarified(reading.clarification, self._numbered(reading.choices, run), run)
            notes = tuple(issue for issue in reading.issues if issue.code == replies.UNREACHABLE)
            return replies.noted(replace(back, planner=reading.planner), notes, run)
        if reading.describe is not None:
            return replies.described(reading.describe, run, self._parts.today)
        if reading.sql is not None:
            return replies.noted(replace(self._governed(reading.sql, run), planner=reading.planner), reading.issues, run)
        outcomes = self._outcomes(reading, run)
        if len(outcomes) > 1:
            return replies.several(outcomes, run)
        return self._answer(outcomes[0], reading, run, asker)

    def _outcomes(self, reading: Interpretation, run: Execution) -> tuple[Outcome, ...]:
        """What the readings give; those with equal results count once. Raises what went wrong with the first where none of them can
        run: one that fails takes no answer away from another."""
        found: list[Outcome] = []
        failures: list[QueryError | EngineError] = []
        for query in reading.queries[:MOST_READINGS]:
            try:
                outcome = replies.run_query(query, run)
            except (QueryError, EngineError) as error:
                failures.append(error)
                continue
            if not any(replies.same(outcome, other) for other in found):
                found.append(outcome)
        if not found:
            raise failures[0] if failures else QueryError((replies.NOT_UNDERSTOOD,))
        return tuple(found)

    def _answer(self, outcome: Outcome, reading: Interpretation, run: Execution, asker: Asker) -> Answer:
        """The answer with all that belongs to it; `as_of` is the last complete day."""
        answer = replies.answered(outcome, reading, run, self._parts.today)
        if asker.prove if asker.prove is not None else self._parts.policy.prove:
            with run.watch.stage("proof"):
                answer = replace(answer, proof=prove(outcome, run.model, run.run, run.lang))
        return answer

    def _numbered(self, choices: tuple[Choice, ...], run: Execution) -> tuple[Choice, ...]:
        """The choices with their numbers, where they can be run; a choice that cannot run is none."""
        numbered = []
        for choice in choices:
            if choice.query is None or choice.value is not None:
                numbered.append(choice)
                continue
            try:
                numbered.append(replace(choice, value=replies.in_short(replies.run_query(choice.query, run), run.lang)))
            except QueryError:
                continue
            except EngineError:
                numbered.append(choice)  # the time is up: the choice stands, without its number
        return tuple(numbered)

    def _suggestions(self, answer: Answer, run: Execution) -> tuple[str, ...]:
        """Follow-ups that are known to work: the planner reads what is meant by them, and it can be run."""
        most = self._parts.policy.suggestions
        if answer.status != "answered" or not most:
            return answer.suggestions
        state = Conversation().after("", answer)
        kept: list[str] = []
        with run.watch.stage("suggest"):
            for candidate in replies.follow_ups(answer, run, self._parts.today):
                if (
                    len(kept) < most
                    and run.resolves(candidate.query)
                    and self._reads(candidate.text, candidate.query, run, state)
                ):
                    kept.append(candidate.text)
        return tuple(kept) or answer.suggestions

    def _reads(self, text: str, query: SemanticQuery, run: Execution, state: Conversation) -> bool:
        """Whether the planner takes `text` for `query`."""
        reading = self._read(text, run, state, self._parts.floor)
        return reading.clarification is None and reading.refusal is None and reading.queries[:1] == (query,)

    def _governed(self, text: str, run: Execution) -> Answer:
        """Governed SQL: refused, or run in a process of its own."""
        return replies.governed(
            text, replace(run, limits=replace(run.limits, rows=self._parts.policy.sql_rows)), self._parts.today
        )

    # --- around it ---------------------------------------------------------------------------------------------------

    def _guarded(self, text: str, asker: Asker, respond: Callable[[Execution], Answer], action: Any) -> Answer:  # noqa: ANN401
        """`respond`, timed and audited; the one place where an exception becomes an answer."""
        watch, lang = Stopwatch(asker.told), asker.lang or self._parts.policy.lang or "zh"
        seen: SemanticModel | None = None
        try:
            run = self._execution(asker, lang, watch)
            seen = run.model
            answer = respond(run)
        except Exception as error:
            incident = uuid.uuid4().hex[:10]
            answer = replies.failed(error, seen, lang, incident)
            if not isinstance(error, QueryError) and answer.status == "failed":
                logger.exception("incident %s", incident)
        answer = replace(answer, timings=watch.read())
        self._record(text, asker, answer, action)
        return answer

    def _execution(self, asker: Asker, lang: Lang, watch: Stopwatch | None = None) -> Execution:
        limits = Limits(asker.timeout or self._parts.policy.seconds, self._parts.policy.rows)
        return Execution(self._scopes.of(asker.role, asker.attributes), self._parts.engine, limits, lang, watch or Stopwatch())

    def _lang(self, question: str, asker: Asker) -> Lang:
        return asker.lang or self._parts.policy.lang or detect_language(question)

    def _asker(
        self,
        role: str | None,
        attributes: Mapping[str, str] | None,
        channel: str,
        lang: Lang | None,
        timeout: float | None,
        prove: bool | None,
    ) -> Asker:
        policy = self._parts.policy
        own = dict(policy.attributes) if role is None or role == policy.role else {}
        return Asker(role or policy.role, dict(attributes) if attributes else own, channel, lang, timeout, prove)

    def _record(self, text: str, asker: Asker, answer: Answer, action: Any) -> None:  # noqa: ANN401
        if self._parts.audit is None:
            return
        reading = answer.interpretation
        query = reading.query if reading is not None else None
        entry = Entry(
            action,
            text,
            asker.role,
            answer.status,
            channel=asker.channel,
            attributes=asker.attributes,
            query=None if query is None else to_json(query),
            sql=answer.sql,
            rows=len(answer.rows),
            ms=answer.timings.get("total"),
            code=answer.error_code,
            incident=answer.incident,
        )
        self._parts.audit.record(entry)
