"""`wenke eval`: any set of questions in the format of retail/README.md, put to an assistant and judged.

In: a JSONL file, an assistant, gold rows. Out: `Outcome`s, a question each, and a `Summary` by verdict, kind and language. What
may fail: a line that is no question (`ConfigError` `question-invalid`). A question that makes the assistant raise is a crash
in the report, never one of the run.

Verdicts: right · wrong_given (answered, and not what was asked: the worst) · asked (a question back where an answer was
expected) · refused · crashed (failed or raised). Where a question back or a refusal is expected, that is what is right.
"""

import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.compare import cell, close, same_answer
from assistant.errors import ConfigError
from assistant.qa import Answer

Verdict = Literal["right", "wrong_given", "asked", "refused", "crashed"]
VERDICTS: tuple[Verdict, ...] = ("right", "wrong_given", "asked", "refused", "crashed")
Expect = Literal["answer", "explain", "define", "catalog", "clarify", "refuse"]


class Case(BaseModel):
    """A line of a question set. Keys that we do not know are let pass: sets of others may say more."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    question: str
    expect: Expect = "answer"
    lang: str = "zh"
    persona: str | None = None
    kind: str = ""
    context: tuple[str, ...] = ()
    gold_sql: str | None = None
    order_matters: bool = False
    chart: tuple[str, ...] = ()
    note: str = ""


class Asked(Protocol):
    """A conversation that can be asked: what is needed of `service.Thread`."""

    def ask(self, question: str, /) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one question. `why`: what is not right, in a word; `chart_fits`: None where no chart is judged."""

    case: Case
    verdict: Verdict
    why: str = ""
    ms: float = 0.0
    chart_fits: bool | None = None
    driver_named: bool | None = None
    answer: Answer | None = None
    expected: tuple[tuple[Any, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts of verdicts, in all and by kind, language and expectation; the share of charts that fit; latencies in ms."""

    total: int
    verdicts: Mapping[str, int]
    by: Mapping[str, Mapping[str, Mapping[str, int]]] = field(default_factory=dict)
    chart_fit: float | None = None
    p50: float = 0.0
    p95: float = 0.0

    def share(self, verdict: Verdict) -> float:
        """The share of questions with this verdict, 0 … 1."""
        return self.verdicts.get(verdict, 0) / self.total if self.total else 0.0


def read_cases(path: Path) -> tuple[Case, ...]:
    """The questions of a JSONL file.

    Raises:
        ConfigError: `path-missing`, or `question-invalid` with the line.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise ConfigError("path-missing", path=str(path)) from None
    cases = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            cases.append(Case.model_validate_json(line))
        except ValidationError as wrong:
            first = wrong.errors(include_url=False, include_input=False)[0]
            problem = f"{'.'.join(map(str, first['loc']))}: {first['msg']}".lstrip(": ")
            raise ConfigError("question-invalid", file=path.name, line=str(number), problem=problem) from None
    return tuple(cases)


def evaluate(
    cases: Iterable[Case],
    thread: Callable[[Case], Asked],
    gold: Callable[[str], tuple[tuple[Any, ...], ...]],
    *,
    members: frozenset[str] = frozenset(),
    tick: Callable[[Case], None] = lambda _case: None,
) -> tuple[Outcome, ...]:
    """Every case asked in a new conversation (`thread`), after the questions of its context; judged against `gold`.

    `members`: the names of the model, which a note may use to say what must be defined.
    """
    outcomes = []
    for case in cases:
        outcomes.append(_one(case, thread(case), gold, members))
        tick(case)
    return tuple(outcomes)


def _one(case: Case, thread: Asked, gold: Callable[[str], tuple[tuple[Any, ...], ...]], members: frozenset[str]) -> Outcome:
    expected = gold(case.gold_sql) if case.gold_sql else ()
    try:
        for earlier in case.context:
            thread.ask(earlier)
        began = time.perf_counter()
        answer = thread.ask(case.question)
        ms = (time.perf_counter() - began) * 1000
    except Exception as broken:  # noqa: BLE001 - a crash is a finding of the run, not its end
        return Outcome(case, "crashed", f"{type(broken).__name__}: {broken}", expected=expected)
    verdict, why = judge(case, answer, expected, members)
    fits = answer.chart is not None and answer.chart.kind in case.chart if case.chart and answer.status == "answered" else None
    return Outcome(case, verdict, why, ms, fits, _driver_named(case, answer), answer, expected)


# --- verdicts -----------------------------------------------------------------------------------------------------------


def judge(
    case: Case, answer: Answer, expected: Sequence[tuple[Any, ...]], members: frozenset[str] = frozenset()
) -> tuple[Verdict, str]:
    """The verdict on one answer, and why it is not right."""
    if answer.status == "failed":
        return "crashed", answer.error_code or "failed"
    wanted = {"clarify": "clarify", "refuse": "refused"}.get(case.expect, "answered")
    if answer.status != wanted:
        given: dict[str, Verdict] = {"answered": "wrong_given", "clarify": "asked", "refused": "refused"}
        return given[answer.status], f"expected {case.expect}, got {answer.status} {answer.error_code or ''}".rstrip()
    why = _what_is_wrong(case, answer, expected, members)
    return ("wrong_given", why) if why else ("right", "")


def _what_is_wrong(case: Case, answer: Answer, expected: Sequence[tuple[Any, ...]], members: frozenset[str]) -> str:
    match case.expect:
        case "answer":
            roles = [column.role for column in answer.columns]
            return same_answer(expected, answer.rows, ordered=case.order_matters, roles=roles).reason
        case "explain":
            return _explained(answer, expected)
        case "define":
            return _defined(case, answer, members)
        case "catalog":
            return "" if answer.rows and answer.text.strip() else "empty"
        case "clarify" | "refuse":
            return "" if answer.text.strip() else "empty"


def _explained(answer: Answer, expected: Sequence[tuple[Any, ...]]) -> str:
    """Current and previous agree (the change may stand beside them), and drivers are named."""
    if len(answer.rows) != 1 or not expected or len(answer.rows[0]) < len(expected[0]):
        return "rows"
    if not all(close(cell(a), cell(b)) for a, b in zip(expected[0], answer.rows[0], strict=False)):
        return "values"
    return "" if answer.drivers else "no drivers"


def _defined(case: Case, answer: Answer, members: frozenset[str]) -> str:
    """The text says something, and the reading names the members that the note defines (`name: …`, `name = …`)."""
    if not answer.text.strip():
        return "empty"
    asked = {name for name in re.findall(r"\b([A-Za-z_]\w*)\b\s*[:=]", case.note) if name.lower() in members}
    reading = answer.interpretation
    items = () if reading is None else (*reading.metrics, *reading.filters, *reading.grouping)
    named = {item.member for item in items} | {str(row[0]) for row in answer.rows if row}
    missing = sorted(name for name in asked if name.lower() not in named)
    return f"not defined: {', '.join(missing)}" if missing else ""


def _driver_named(case: Case, answer: Answer) -> bool | None:
    """Whether the note names one of the drivers found; None where no driver is asked for. A hint, not a verdict."""
    if case.expect != "explain":
        return None
    return any(part and part in case.note for driver in answer.drivers[:3] for part in re.split(r"\s*[·×,+/]\s*", driver.label))


# --- the summary ----------------------------------------------------------------------------------------------------------


def summarise(outcomes: Sequence[Outcome]) -> Summary:
    """The counts of a run."""
    keys: dict[str, Callable[[Outcome], str]] = {
        "kind": lambda o: o.case.kind,
        "lang": lambda o: o.case.lang,
        "expect": lambda o: o.case.expect,
    }
    by = {name: _tally(outcomes, key) for name, key in keys.items()}
    fits = [o.chart_fits for o in outcomes if o.chart_fits is not None]
    times = sorted(o.ms for o in outcomes if o.answer is not None)
    counts = Counter(o.verdict for o in outcomes)
    return Summary(
        total=len(outcomes),
        verdicts={verdict: counts[verdict] for verdict in VERDICTS},
        by=by,
        chart_fit=sum(fits) / len(fits) if fits else None,
        p50=_percentile(times, 0.5),
        p95=_percentile(times, 0.95),
    )


def _tally(outcomes: Sequence[Outcome], key: Callable[[Outcome], str]) -> dict[str, dict[str, int]]:
    found: dict[str, Counter[str]] = {}
    for outcome in outcomes:
        found.setdefault(key(outcome), Counter())[outcome.verdict] += 1
    return {name: {verdict: count[verdict] for verdict in VERDICTS} for name, count in found.items()}


def _percentile(times: Sequence[float], share: float) -> float:
    return times[min(len(times) - 1, int(share * len(times)))] if times else 0.0


def as_json(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """The summary and every outcome as plain values."""
    summary = summarise(outcomes)
    head = {
        "total": summary.total,
        "verdicts": dict(summary.verdicts),
        "shares": {verdict: round(summary.share(verdict), 4) for verdict in VERDICTS},
        "chart_fit": summary.chart_fit,
        "latency_ms": {"p50": round(summary.p50, 1), "p95": round(summary.p95, 1)},
        "by": summary.by,
    }
    return {**head, "questions": [_plain(outcome) for outcome in outcomes]}


def _plain(outcome: Outcome) -> dict[str, Any]:
    answer, case = outcome.answer, outcome.case
    told = {"id": case.id, "lang": case.lang, "kind": case.kind, "question": case.question, "context": list(case.context)}
    judged = {"expect": case.expect, "verdict": outcome.verdict, "why": outcome.why, "ms": round(outcome.ms, 1)}
    more = {"chart_fits": outcome.chart_fits, "driver_named": outcome.driver_named, "gold_sql": case.gold_sql, "note": case.note}
    if answer is None:
        return {**told, **judged, **more}
    reading = answer.interpretation.query if answer.interpretation is not None else None
    ours = {
        "status": answer.status,
        "text": answer.text,
        "error_code": answer.error_code,
        "incident": answer.incident,
        "query": None if reading is None else json.loads(reading.model_dump_json(exclude_none=True)),
        "sql": answer.sql,
        "chart": None if answer.chart is None else answer.chart.kind,
        "rows": len(answer.rows),
        "got": [[str(cell) for cell in row] for row in answer.rows[:5]],
        "expected_rows": len(outcome.expected),
        "expected": [[str(cell) for cell in row] for row in outcome.expected[:5]],
    }
    return {**told, **judged, **more, **ours}
