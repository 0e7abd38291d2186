"""One turn of the agent: what its tools do, and what came of them.

In: what the model calls, with placeholders. Out: texts for the model (a status, counts, names, issues; never a value) and in the
end an `Interpretation`, or none where the model gave up, ran out of repairs or of budget. Nothing a model can say makes it raise.
"""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from pydantic import ValidationError
from rapidfuzz import fuzz, process

import prompts
from assistant.language.values import ValueIndex
from assistant.planners.agent.asking import may_be_asked, placeholders
from assistant.planners.agent.kept import left_out_of, lost, made_up, missing, unused
from assistant.planners.agent.members import explained, nearest
from assistant.planners.agent.naming import named_by_us
from assistant.planners.agent.veiling import Veiled
from assistant.ports import Attempt, Workplace
from assistant.qa import Choice, Description, Interpretation, Lang
from semantic_layer.catalog import suggest
from semantic_layer.issues import Issue
from semantic_layer.model import SemanticModel
from semantic_layer.query import SemanticQuery, from_json

MOST_REPAIRS = 2
MOST_ASKS = 4
"""Asks of one message."""
_MOST_FOUND = 10
_MOST_CHOICES = 4
_MOST_TEXT = 300
_MOST_WRITTEN = 10_000
"""Characters of a query; those of people have some hundreds."""
READ_BY_MODEL = Issue("agent-read", "assumption")


@dataclass(slots=True)
class Turn:
    """The state of one turn. `at_desk` runs what touches the data in the asker's own thread, where it can be interrupted."""

    lang: Lang
    model: SemanticModel
    index: ValueIndex
    asked: Veiled
    workplace: Workplace
    question: str
    elsewhere: frozenset[str] = frozenset()
    """Metrics that rules measure themselves."""
    at_desk: Callable[[Callable[[], Attempt]], Attempt] = lambda job: job()
    outcome: Interpretation | None = None
    done: str | None = None
    repairs: int = 0
    trail: list[str] = field(default_factory=list)
    doing: str = "model"
    _empty: str | None = None
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def breathe(self) -> None:
        """Tells whoever waits what goes on; raises where nobody waits any more."""
        self.workplace.breathe(self.doing)

    # --- tools ---------------------------------------------------------------------------------------------------------

    def run_query(self, query: Any, rest: Sequence[Any] = ()) -> str:  # noqa: ANN401 - whatever a model writes
        """Tries a semantic query, and those for the further asks of the message; where they run, the turn ends with them."""
        with self._lock:
            if self.done:
                return self._say("ended")
            bodies = (query, *rest)
            try:
                written = json.dumps(bodies, ensure_ascii=False, sort_keys=True, default=str)
                if len(written) > _MOST_WRITTEN:
                    return self._repair("not-a-query", self._say("not_a_query", problems=f"length > {_MOST_WRITTEN}"))
                queries = tuple(dict.fromkeys(self._read(body) for body in bodies))
                left_out = self._left_out(bodies, queries)
            except ValidationError as wrong:
                return self._repair("not-a-query", self._say("not_a_query", problems=_problems(wrong)))
            except RecursionError:
                return self._repair("not-a-query", self._say("not_a_query", problems="depth"))
            return self._repair("left-out", left_out) if left_out else self._tried(queries, written)

    def _read(self, body: Any) -> SemanticQuery:  # noqa: ANN401
        read = from_json(json.dumps(self.asked.veil.restored(body), ensure_ascii=False, default=str))
        return named_by_us(read, self.model, self.lang)

    def _tried(self, queries: Sequence[SemanticQuery], written: str) -> str:
        """What comes of queries that leave nothing out: all of them must run."""
        told = ""
        made = [Interpretation(queries=(each,), planner="agent", issues=(READ_BY_MODEL,)) for each in queries]
        whole = replace(made[0], rest=tuple(made[1:]))
        for each in reversed(queries):  # the first one ends the turn, the others have run by then
            attempt = self.at_desk(partial(self.workplace.attempt, each))
            told = self._judged(attempt, written, whole if each is queries[0] else None)
            if each is not queries[0] and not attempt.ran:
                break
        return told

    def run_sql(self, sql: str) -> str:
        """Tries governed SQL; where it runs, the turn ends with it."""
        with self._lock:
            if self.done:
                return self._say("ended")
            text = self.asked.veil.sql(sql)
            left_out = left_out_of(sql, self.asked)
            if left_out:
                return self._repair("left-out", self._say("unused_sql", names=", ".join(left_out)))
            invented = made_up(sql, self.asked)
            if invented:
                return self._repair("made-up", self._say("made_up", names=", ".join(invented)[:_MOST_TEXT]))
            attempt = self.at_desk(lambda: self.workplace.attempt_sql(text))
            return self._judged(attempt, sql, Interpretation(sql=text, planner="agent"))

    def look_up(self, words: str) -> str:
        """Members, declared values, stored values (as placeholders), tables with their columns."""
        with self._lock:
            if self.done:
                return self._say("ended")
            self.doing = "look_up"
            plain = self.asked.veil.text(words)[:_MOST_TEXT]
            near = [one for one in nearest(self.model, plain, ()) if one.score > 0][:_MOST_FOUND]
            lines = [f"{one.room}: {explained(one.member, self.lang)}" for one in near]
            lines += [*self._stored(plain), *self._tables(plain)]
            self.trail.append("look_up")
            return self.asked.veil.hide("\n".join(lines)) or self._say("nothing_found")

    def ask_person(self, question: str, choices: Sequence[str]) -> str:
        """Ends the turn with a question to the person."""
        with self._lock:
            if self.done:
                return self._say("ended")
            said = (question, *choices)
            unknown = any(name not in self.asked.veil.literals for t in said for name in placeholders(t))
            if unknown or not all(may_be_asked(t) for t in said):
                return self._repair("asks-numbers", self._say("asks_numbers"))
            text, *ways = (_one_line(self.asked.veil.text(part)) for part in said)
            picks = tuple(Choice(way, question=f"{self.question} ({way})") for way in dict.fromkeys(ways) if way)
            self._end("asked", Interpretation(
                clarification=Issue("agent-asks", params={"text": text}), choices=picks[:_MOST_CHOICES], planner="agent"
            ))  # fmt: skip
            return self._say("ended")

    def describe(self, members: Sequence[str]) -> str:
        """Ends the turn with the definition of members."""
        with self._lock:
            if self.done:
                return self._say("ended")
            named = tuple(dict.fromkeys(members))
            if len(named) > _MOST_FOUND:
                return self._repair("unknown-member", f"members: length > {_MOST_FOUND}")
            unknown = [name[:_MOST_TEXT] for name in named if not any(name in found for found in self._described())]
            if unknown or not named:
                near = [name for text in unknown for name in suggest(self.model, "metrics", text)]
                return self._repair("unknown-member", f"{', '.join(unknown)} ? {', '.join(near)}")
            self._end("described", Interpretation(describe=Description("define", named), planner="agent"))
            return self._say("ended")

    def give_up(self) -> str:
        """Ends the turn without an answer."""
        with self._lock:
            if not self.done:
                self._end("gave-up", None)
            return self._say("ended")

    def talked(self, text: str) -> str | None:
        """A reply without a tool: a query in it counts as one; else what to tell the model. None: the turn is over."""
        body = _json_in(text)
        answer = self.run_query(body) if body is not None else self._repair("no-tool", self._say("use_a_tool"))
        return None if self.done else answer

    def misused(self, usage: str) -> str:
        """A call that cannot be made: what can be called."""
        with self._lock:
            return self._say("ended") if self.done else self._repair("not-a-call", self._say("not_a_call", usage=usage))

    # --- what comes of an attempt ------------------------------------------------------------------------------------

    def stop(self, why: str) -> None:
        """Ends the turn where nothing has ended it yet."""
        with self._lock:
            if not self.done:
                self._end(why, None)

    def _judged(self, attempt: Attempt, written: str, made: Interpretation | None) -> str:
        """What an attempt says to the model; with `made` the turn ends where it ran."""
        if not attempt.ran:
            told = (prompts.issue_text(issue, self.lang) for issue in attempt.issues)
            return self._repair(attempt.issues[0].code, " ".join(dict.fromkeys(told)))
        if made is not None and attempt.rows == 0 and self._empty != written and attempt.columns:
            self._empty = written
            return self.asked.veil.hide(self._say("ran_empty", columns=", ".join(attempt.columns)))
        if made is not None:
            self._end("answered", made)
        more = "+" if attempt.more else ""
        return self.asked.veil.hide(f"status ok, {attempt.rows}{more} rows, columns {', '.join(attempt.columns)}")

    def _repair(self, code: str, problems: str) -> str:
        """Issues go back to the model, at most twice."""
        self.trail.append(code)
        self.repairs += 1
        if self.repairs > MOST_REPAIRS:
            self._end("gave-up", None)
        return self.asked.veil.hide(self._say("wrong", problems=problems))

    def _end(self, why: str, outcome: Interpretation | None) -> None:
        self.done, self.outcome = why, outcome
        self.trail.append(why)

    def _left_out(self, bodies: Sequence[Any], queries: Sequence[SemanticQuery]) -> str:
        """What the question has and the queries have not: placeholders, values or segments that rules understood, metrics."""
        names = [f"<{name}>" for name in unused(self.asked, bodies)]
        if names:
            return self._say("unused", names=" ".join(names))
        conditions = lost(self.asked, queries, self.model)
        if conditions:
            return self._say("lost", names=", ".join(conditions))
        metrics = missing(self.asked, queries, self.elsewhere)
        return self._say("missing", names=", ".join(metrics)) if metrics else ""

    # --- looking up --------------------------------------------------------------------------------------------------

    def _stored(self, words: str) -> Iterator[str]:
        names = {name: (dimension, value) for name, dimension, value in self.index.names if dimension in self.model.dimensions}
        for name, _, _ in process.extract(words.lower(), list(names), scorer=fuzz.ratio, score_cutoff=60.0, limit=3):
            dimension, value = names[name]
            if not self.at_desk(partial(self.workplace.sees, dimension, str(value))).rows:
                continue
            known = frozenset(self.asked.veil.literals)
            place = self.asked.veil.name("v", str(value), dimension, spelled=name, needed=False)
            self.asked.veil.looked_up |= {place.strip("<>")} - known
            yield self._say("found_value", place=place, dimensions=dimension)

    def _tables(self, words: str) -> Iterator[str]:
        for name, columns in self.workplace.tables().items():
            table = self.model.tables[name]
            if any(text.lower() in words.lower() for text in (name, table.label.zh, table.label.en)):
                yield f"table {name}({', '.join(columns)})"

    def _described(self) -> tuple[Any, ...]:
        return self.model.metrics, self.model.dimensions, self.model.segments

    def _say(self, name: str, **variables: str) -> str:
        return prompts.render(f"agent.{name}", self.lang, **variables)


def _problems(wrong: ValidationError) -> str:
    """The first few problems by their paths; never the input."""
    found = wrong.errors(include_url=False, include_input=False, include_context=False)
    return "; ".join(f"{'.'.join(str(part) for part in each['loc'])}: {each['msg']}" for each in found[:6])


def _one_line(text: str) -> str:
    return " ".join("".join(c for c in text if c.isprintable() or c.isspace()).split())[:_MOST_TEXT]


def _json_in(text: str) -> Any:  # noqa: ANN401
    """The JSON object that a reply holds, if it looks like a query or the call of one; thoughts written before it are none."""
    text = text.rpartition("</think>")[2]
    start, end = text.find("{"), text.rfind("}")
    if not 0 <= start < end:
        return None
    try:
        body = json.loads(text[start : end + 1])
    except (ValueError, RecursionError):
        return None
    if isinstance(body, dict) and body.get("name") == "run_query" and isinstance(body.get("arguments"), dict):
        body = body["arguments"].get("query", body["arguments"])
    return body if isinstance(body, dict) and "kind" in body else None
