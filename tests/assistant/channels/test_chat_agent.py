"""The chat with a language model, in a real browser: three variables and nothing else, against the scripted server."""

import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.assistant.channels.browser import ANSWER, Server, Visitor, serving
from tests.assistant.planners.agent.scripted import Script, Step, call, query, served

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("chat")]
pytest.importorskip("langchain_openai", reason="the extra `agent` is not installed")
Visit = Callable[..., Visitor]
KEY = "sk-very-secret-key-of-the-chat"
SALES = {"kind": "aggregate", "metrics": [{"kind": "metric", "metric": "sales"}]}
BY_REGION = query({**SALES, "group_by": [{"kind": "dimension", "member": "region"}], "period": "<t1>"})
UNREAD = "上个月各大区的吸金能力咋样"


@dataclass
class Talk:
    """A chat whose planner asks a scripted server."""

    model: Script
    chat: Server


@pytest.fixture(scope="module")
def talk(engine: Any, demo_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Talk]:  # noqa: ARG001
    with served() as model:
        env = {"WENKE_LLM__BASE_URL": model.base_url, "WENKE_LLM__API_KEY": KEY, "WENKE_LLM__MODEL": "scripted"}
        with serving(demo_file, tmp_path_factory.mktemp("agent"), **env) as chat:
            yield Talk(model, chat)


@pytest.fixture
def manager(visit: Visit, talk: Talk) -> Visitor:
    return visit(talk.chat).sign_in("manager").ready()


def test_wording_that_rules_cannot_read_is_answered(manager: Visitor, talk: Talk) -> None:
    talk.model.says(call("look_up", words="大区"), BY_REGION)
    answer = manager.ask(UNREAD)
    assert answer.get_attribute("data-status") == "answered", manager.text(answer)
    assert answer.locator("[data-testid=wk-table] tbody tr").count() == 7
    assert "语言模型" in manager.text(answer)
    assert len(talk.model.requests) == 2
    assert all(body["stream"] for body in talk.model.requests)
    then = manager.ask("只看华东")  # rules go on from what the model read
    assert "华东" in then.locator("[data-testid=wk-reading]").inner_text()
    assert len(talk.model.requests) == 2
    assert manager.complaints == []
    assert manager.outside() == []


def test_the_step_tells_what_the_model_does(manager: Visitor, talk: Talk) -> None:
    bad = query({"kind": "aggregate", "metrics": [{"kind": "metric", "metric": "salez"}], "period": "<t1>"})
    talk.model.says(Step(calls=bad.calls, seconds=1.4), Step(calls=BY_REGION.calls, seconds=1.4))
    manager.page.evaluate(
        "() => { window.seen = new Set(); new MutationObserver(() => { for (const line of document.body.innerText.split('\\n'))"
        " if (line.includes('模型')) window.seen.add(line); })"
        ".observe(document.body, {subtree: true, childList: true, characterData: true}); }"
    )
    manager.ask(f"{UNREAD}呀")
    seen = manager.page.evaluate("Array.from(window.seen)")
    assert any(re.search(r"问语言模型", line) for line in seen), seen
    assert any(re.search(r"请语言模型改正", line) for line in seen), seen
    assert any(re.search(r"模型.* · 已用 [1-9] 秒", line) for line in seen), seen


def test_a_question_of_the_model_is_answered_by_a_button(manager: Visitor, talk: Talk) -> None:
    talk.model.says(call("ask_person", question="看哪个？", choices=["销售额", "订单数"]), BY_REGION)
    asked = manager.ask(f"{UNREAD}哦")
    assert asked.get_attribute("data-status") == "clarify"
    assert "看哪个" in manager.text(asked)
    before = manager.page.locator(ANSWER).count()
    asked.locator("[data-testid=wk-choice]").first.click()
    assert manager.answer(before).get_attribute("data-status") == "answered"


def test_stop_is_heard_while_the_model_thinks(manager: Visitor, talk: Talk) -> None:
    talk.model.says(Step(text="嗯" * 4000, trickle=0.05))
    manager.page.locator("#chat-input").click()
    manager.page.keyboard.insert_text(f"{UNREAD}嗯")
    manager.page.locator("#chat-submit:not([disabled])").click()
    manager.page.get_by_text("问语言模型").first.wait_for()
    began = time.perf_counter()
    manager.page.locator("#stop-button").click()
    manager.page.get_by_text("已停止。").last.wait_for()
    assert time.perf_counter() - began < 3
    sent = len(talk.model.requests)
    talk.model.says(BY_REGION)
    answer = manager.ask(f"{UNREAD}嗯")  # nothing of the stopped turn is kept, and the chat goes on
    assert answer.get_attribute("data-status") == "answered"
    assert sent == 1


TROUBLE = {"坏": Step(status=500), "断": Step(drop=True), "乱": Step(raw="<html>busy</html>"), "扯": Step(text="It is 98765!")}


@pytest.mark.parametrize("name", TROUBLE)
def test_a_provider_in_trouble_leaves_an_honest_question(manager: Visitor, talk: Talk, name: str) -> None:
    trouble = TROUBLE[name]
    talk.model.says(trouble)
    asked = manager.ask(f"{UNREAD}{name}")
    assert asked.get_attribute("data-status") == "clarify"
    assert "吸金能力" in manager.text(asked)
    assert "98765" not in manager.text(asked)
    talk.model.says(trouble)
    answer = manager.ask("上个月的销售额是多少？")  # rules answer what they read
    assert answer.get_attribute("data-status") == "answered"
    assert manager.complaints == []


def test_an_answer_with_a_thumb_up_can_be_kept(manager: Visitor, talk: Talk) -> None:
    from assistant.review import plain
    from assistant.settings import read

    talk.model.says(BY_REGION)
    question = "上个月各大区的捞金本事"
    answer = manager.ask(question)
    manager.thumb(answer, "positive")
    place = {"name": "retail", "database": talk.chat.database, "today": "2026-10-20"}
    found = plain(read(data_dir=talk.chat.data, domain=place))
    assert [(each["kind"], each["question"]) for each in found if each.get("question") == question] == [("question", question)]


def test_the_key_is_nowhere(manager: Visitor, talk: Talk) -> None:
    """In no file of the data folder and in nothing that the server said; it did reach the provider."""
    talk.model.says(BY_REGION)
    manager.ask("上个月各大区的揽财本领咋样")  # asked nowhere else: an answer that is kept asks no provider
    assert any(KEY in header for headers in talk.model.headers for header in headers.values())
    for path in talk.chat.data.rglob("*"):
        if path.is_file() and path.suffix in (".jsonl", ".log", ".txt", ".db", ".toml", ".json"):
            assert KEY.encode() not in path.read_bytes(), path
    told = [json.loads(line) for line in (talk.chat.data / "egress.jsonl").read_text("utf-8").splitlines()]
    assert told
    assert "Traceback" not in talk.chat.errors()
