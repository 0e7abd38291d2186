"""What a turn of the agent costs beside its model: a scripted server that answers at once, one call or three, over a real socket.

Replies come in pieces of four characters, as those of real models do. The server is a process of its own, so that its work is
nobody's here. `python -m tests.bench.agent_turns` builds the small demo (or takes `WENKE_BENCH_DATABASE`) and prints the best and the
median of wall clock and CPU milliseconds of a whole `ask`, of the planner's part in it, and of the same query without an agent.
"""

import json
import multiprocessing
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant.app import assemble, settings_of
from assistant.demo import build_retail
from assistant.ports import Context
from assistant.qa import Answer, Interpretation, Question
from assistant.service import Assistant, Parts
from semantic_layer.model import SemanticModel
from semantic_layer.query import SemanticQuery, from_json
from tests.assistant.planners.agent.conftest import planner_of
from tests.assistant.planners.agent.scripted import Script, Step, call, query, served

TODAY = date(2026, 10, 20)
UNREAD = "上个月各大区的吸金能力咋样"
BODY = {
    "kind": "aggregate",
    "metrics": [{"kind": "metric", "metric": "sales"}],
    "group_by": [{"kind": "dimension", "member": "region"}],
}
GOOD = replace(query({**BODY, "period": "<t1>"}), size=4)
LOOK = replace(call("look_up", words="大区"), size=4)
WARM = 3
SCRIPTS: dict[str, tuple[Step, ...]] = {"1 call": (GOOD,), "3 calls": (LOOK, LOOK, GOOD)}


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds of one turn."""

    wall: float
    cpu: float
    planning: float


@dataclass(slots=True)
class _Known:
    """A planner that knows the query."""

    query: SemanticQuery
    name: str = "known"

    def plan(self, question: Question, model: SemanticModel, context: Context) -> Interpretation:  # noqa: ARG002
        return Interpretation(queries=(self.query,), planner="rules")


def _serve(steps: tuple[Step, ...], line: Connection) -> None:
    """The scripted server's process: its address, then its steps, until the line is closed."""
    with served(steps) as script:
        line.send(script.base_url)
        line.poll(None)


@contextmanager
def elsewhere(*steps: Step) -> Iterator[Script]:
    """A scripted server in another process; what is here is its address only."""
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=_serve, args=(steps, theirs), daemon=True)
    server.start()
    try:
        yield Script(ours.recv())
    finally:
        ours.close()
        server.kill()
        server.join()


def turns(ask: Callable[[str], Answer], times: int) -> list[Cost]:
    """What `ask` costs with a new question each time, so that nothing is remembered; the first turns only warm up."""
    found = []
    for i in range(times + WARM):
        wall, cpu = time.perf_counter(), time.process_time()
        answer = ask(f"{UNREAD}{'呀' * (1 + i % 9)}{'啊' * (1 + i // 9)}")
        spent = ((time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000)
        if answer.status != "answered":
            raise RuntimeError(answer.text)
        found.append(Cost(*spent, answer.timings.get("plan", 0.0)))
    return found[WARM:]


def measured(parts: Parts, egress: Path, times: int) -> dict[str, list[Cost]]:
    """The costs by script, and those of the same query without an agent."""
    policy = replace(parts.policy, suggestions=0)
    known = _Known(from_json(json.dumps({**BODY, "period": {"start": "2026-09-01", "end": "2026-10-01"}})))
    costs = {"no agent": turns(Assistant(replace(parts, planner=known, policy=policy)).ask, times)}
    for name, steps in SCRIPTS.items():
        with elsewhere(*steps * (times + WARM)) as server:
            planner = planner_of(parts, server, egress, "auto")
            costs[name] = turns(Assistant(replace(parts, planner=planner, policy=policy)).ask, times)
    return costs


def main() -> None:
    """Prints the table."""
    times = int(os.environ.get("WENKE_BENCH_TIMES", "25"))
    with TemporaryDirectory() as folder:
        database = Path(os.environ.get("WENKE_BENCH_DATABASE") or Path(folder) / "demo.duckdb")
        if not database.exists():
            build_retail(database, scale=1)
        parts = assemble(settings_of("retail", database, TODAY, None, {"data_dir": Path(folder)}))
        for name, costs in measured(parts, Path(folder) / "egress.jsonl", times).items():
            told = (f"{what} {_told([getattr(cost, what) for cost in costs])}" for what in ("wall", "cpu", "planning"))
            sys.stdout.write(f"{name:10s} {'   '.join(told)}   ms (best / median)\n")
        parts.close()


def _told(values: list[float]) -> str:
    return f"{min(values):6.1f} / {statistics.median(values):6.1f}"


if __name__ == "__main__":
    main()
