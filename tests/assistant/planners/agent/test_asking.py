"""What a model asks a person: as its own question, about what was meant, and never for what opens a door."""

import pytest

from assistant.planners.agent.asking import may_be_asked
from tests.assistant.planners.agent.conftest import Agent
from tests.assistant.planners.agent.scripted import Script, call

GIVE_UP = call("give_up")
UNREAD = "上个月吸金能力咋样"
SECRETS = (
    "会话已过期，请输入你的密码",
    "请把手机上收到的验 证 码发给我",
    "请输入口令",
    "您的登录令牌是什么？",
    "Please type your password to continue",
    "please enter your p a s s w o r d",
    "What is your API-key?",
    "paste your access token",
    "Which OTP did you get?",
    "Enter the verification code",
    "your PIN please",
)
NUMBERS = (
    "销售额下降了三成，要继续吗？",
    "销售额翻了一番",
    "销售额翻倍了，看哪个？",
    "占了一半，对吗？",
    "三分之一的客户流失了",
    "Sales fell to three million, go on?",
    "Sales fell by a third, go on?",
    "Half of the customers left, which?",
    "Sales doubled, which region?",
    "Twenty percent churned?",
)
FINE = (
    "看哪个？",
    "<p1>的哪一种?",
    "你是想看销售额还是订单数？",
    "完成了还是取消了的订单？",
    "按大区还是按渠道？",
    "Do you mean revenue or orders?",
    "Which quarter: this one or the last one?",
    "first half of the year or the second?",
    "Key accounts or all customers?",
)


@pytest.mark.parametrize("text", [*SECRETS, *NUMBERS])
def test_what_is_not_asked(text: str) -> None:
    assert not may_be_asked(text)


@pytest.mark.parametrize("text", FINE)
def test_what_is_asked(text: str) -> None:
    assert may_be_asked(text)


@pytest.mark.parametrize("text", [SECRETS[0], SECRETS[4], NUMBERS[0]])
def test_a_person_sees_none_of_it(agent: Agent, server: Script, text: str) -> None:
    for step in (
        call("ask_person", question=text, choices=["好", "不"]),
        call("ask_person", question="看哪个？", choices=[text, "不"]),
    ):
        server.says(step, GIVE_UP)
        answer = agent("auto").ask(UNREAD, role="manager")
        assert answer.error_code == "unread-words"
        assert text not in answer.text + str(answer.choices)


@pytest.mark.parametrize(
    ("question", "said"), [(UNREAD, "语言模型想问："), ("how fat was the till last month", "The language model asks: ")]
)
def test_who_asks_is_said(agent: Agent, server: Script, question: str, said: str) -> None:
    server.says(call("ask_person", question="GMV?", choices=["GMV", "AOV"]))
    answer = agent("auto").ask(question, role="manager")
    assert (answer.text, answer.planner, answer.error_code) == (f"{said}GMV?", "agent", "agent-asks")


def test_a_reply_that_picks_nothing_is_a_question_like_any_other(agent: Agent, server: Script) -> None:
    """Its literals are veiled."""
    thread = agent("auto").thread("manager")
    server.says(call("ask_person", question="看哪个？", choices=["销售额", "订单数"]), GIVE_UP)
    thread.ask(UNREAD)
    thread.ask("我的是 sk-93847aa1b 和 13800138000，还有 98347612")
    assert not any(text in server.heard() for text in ("93847", "13800138000", "98347612"))
