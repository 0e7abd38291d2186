"""Fixtures: a scripted server, and assistants over the demo whose planner is the agent of that server."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from assistant.egress import Egress
from assistant.planners.agent import AgentPlanner, open_planner
from assistant.planners.agent.examples import Examples
from assistant.planners.base import Grounds
from assistant.planners.rules import RulesPlanner
from assistant.service import Assistant, Parts
from assistant.settings import LlmSettings
from tests.assistant.planners.agent.scripted import Script, served

KEY = "sk-very-secret-key-1234567890"


@pytest.fixture(scope="session")
def server() -> Iterator[Script]:
    """The scripted server; langchain is loaded here, so that no turn's seconds go to it on a busy machine."""
    import_module("assistant.planners.agent.provider")
    with served() as script:
        yield script


@pytest.fixture
def egress_file(tmp_path: Path) -> Path:
    return tmp_path / "egress.jsonl"


Agent = Callable[..., Assistant]


@pytest.fixture
def agent(demo_parts: Parts, server: Script, egress_file: Path) -> Agent:
    """An assistant whose planner asks the scripted server; keywords are settings of the model."""

    def make(mode: str = "agent", **llm: Any) -> Assistant:
        planner = planner_of(demo_parts, server, egress_file, mode, **llm)
        quiet = replace(demo_parts.policy, suggestions=0, seconds=20.0)
        return Assistant(replace(demo_parts, planner=planner, policy=quiet))

    return make


EXAMPLES: dict[int, Examples] = {}
"""Of each floor: a plan of every question of the domain, which no test needs made anew."""


def planner_of(parts: Parts, server: Script, egress_file: Path, mode: str, **llm: Any) -> AgentPlanner:
    """The agent over the parts of an assistant; what it shows as examples is made once for all agents over the same parts."""
    floor = parts.floor
    assert isinstance(floor, RulesPlanner)
    settings = LlmSettings.model_validate(
        {"base_url": server.base_url, "api_key": KEY, "model": "scripted", "retries": 1, "timeout": 5, **llm}
    )
    planner = open_planner(
        Grounds(
            floor=floor,
            index=floor.index,
            calendar=floor.calendar,
            model=parts.model,
            engine=parts.engine,
            llm=settings,
            egress=Egress(egress_file, lambda: datetime(2026, 10, 20)),
            questions=parts.starters,
            key="demo",
            mode="auto" if mode == "auto" else "agent",
        )
    )
    planner.examples = EXAMPLES.setdefault(id(floor), planner.examples)
    return planner
