"""The agent over a real socket: what it asks, what it answers, and what happens where the model is of no use."""

from tests.assistant.planners.agent.conftest import Agent
from tests.assistant.planners.agent.scripted import Script, query

SALES = {"kind": "aggregate", "metrics": [{"kind": "metric", "metric": "sales"}]}
UNREAD = "上个月各大区的吸金能力咋样"
BY_REGION = {**SALES, "group_by": [{"kind": "dimension", "member": "region"}], "period": "<t1>"}


def test_wording_that_rules_cannot_read(agent: Agent, server: Script) -> None:
    server.says(query(BY_REGION))
    answer = agent("auto").ask(UNREAD, role="manager")
    assert (answer.status, answer.planner) == ("answered", "agent"), answer.text
    assert len(answer.rows) == 7
    assert answer.interpretation is not None
    assert "agent-read" not in answer.text
    assert len(server.requests) == 1
