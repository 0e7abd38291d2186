"""Fixtures of the assistant's rooms: one assistant over the demo, whose files lie in a folder of the test run."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from assistant.app import Assistant, assemble, settings_of
from assistant.ports import Context
from assistant.qa import Interpretation, Question
from assistant.service import Assistant as Service
from assistant.service import Parts
from semantic_layer.model import SemanticModel
from semantic_layer.query import SemanticQuery


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the assistants of this worker keep their files."""
    return tmp_path_factory.mktemp("wenke-data")


@pytest.fixture(scope="session")
def wenke(demo_file: Path, data_dir: Path) -> Iterator[Assistant]:
    """An assistant over the retail demo."""
    with Assistant.open("retail", database=demo_file, data_dir=data_dir) as opened:
        yield opened


@pytest.fixture(scope="session")
def quiet(demo_file: Path, data_dir: Path) -> Iterator[Assistant]:
    """The same without follow-ups to its answers, each of which is planned too: for tests of what is understood."""
    with Assistant.open("retail", database=demo_file, data_dir=data_dir, answers={"suggestions": 0}) as opened:
        yield opened


@dataclass
class QueuePlanner:
    """Plans what it was told to, in turn; the last plan again and again. An exception in the queue is raised."""

    plans: list[Interpretation | Exception]
    name: str = "queue"
    seen: list[tuple[str, SemanticQuery | None]] = field(default_factory=list)

    def plan(self, question: Question, model: SemanticModel, context: Context) -> Interpretation:  # noqa: ARG002
        self.seen.append((question.text, context.last))
        plan = self.plans.pop(0) if len(self.plans) > 1 else self.plans[0]
        if isinstance(plan, Exception):
            raise plan
        return plan


Planned = Callable[..., Service]


@pytest.fixture(scope="session")
def demo_parts(demo_file: Path, data_dir: Path) -> Iterator[Parts]:
    """The parts of an assistant over the demo, for tests that change one of them."""
    parts = assemble(settings_of("retail", demo_file, date(2026, 10, 20), None, {"data_dir": data_dir}))
    yield parts
    parts.close()


@pytest.fixture
def planned(demo_parts: Parts) -> Planned:
    """An assistant over the demo whose planner says what the test says; other parts may be replaced by name."""
    from dataclasses import replace

    def make(*plans: Interpretation | Exception, **parts: Any) -> Service:
        quiet = replace(demo_parts.policy, suggestions=0)  # suggestions ask the planner too
        told = replace(demo_parts, planner=QueuePlanner(list(plans)), policy=quiet)
        return Service(replace(told, **parts))

    return make
