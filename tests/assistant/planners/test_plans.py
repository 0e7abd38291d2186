"""What the asker plans or is, said in front of the question: set aside where it can be no condition, and told."""

import pytest

from assistant import Assistant
from tests.assistant.planners.test_general_zh import asked, query

ASIDES = (
    (
        "we are preparing a beauty mailing. give me the female gold members in Shanghai",
        "give me the female gold members in Shanghai",
    ),
    (
        "Hi! I'm putting together a win-back push for next week. at-risk customers in Zhejiang",
        "at-risk customers in Zhejiang",
    ),
    (
        "I want to send a text message campaign; list the gold members in Beijing",
        "list the gold members in Beijing",
    ),
    ("下周要做一轮企微一对一回访，帮我拉华东的钻石客户", "帮我拉华东的钻石客户"),
    ("下周想搞个美妆促销，高价值客户有多少", "高价值客户有多少"),
    ("短信名单：华南，金卡，女，30天内没买过", "名单：华南，金卡，女，30天内没买过"),
    ("SMS list: gold members in Shanghai with marketing consent", "list: gold members in Shanghai with marketing consent"),
    (
        "我想评估下唤醒券到底有没有用：点击过唤醒券的客户，近三个月有多少人下过单？",
        "点击过唤醒券的客户，近三个月有多少人下过单？",
    ),
    ("想看看哪种渠道拉来的人更爱回头，按注册渠道给一下近半年的回购率吧", "按注册渠道给一下近半年的回购率"),
)


@pytest.mark.parametrize(("question", "plain"), ASIDES, ids=[question for question, _ in ASIDES])
def test_what_is_planned_sets_no_condition_and_is_told(wenke: Assistant, question: str, plain: str) -> None:
    answer = asked(wenke, question)
    assert query(answer) == query(asked(wenke, plain))
    assert "was not taken as a condition" in answer.text or "没有当作条件" in answer.text


@pytest.mark.parametrize(
    "question",
    [
        "我们准备做一波华东的召回，给我金卡客户名单",
        "We're planning a mailing for gold members. How many customers agreed to marketing?",
        "我们要做会员日活动，金卡客户的转化率多少",
        "We're preparing the September campaign. Customers in Beijing who bought shoes?",
    ],
)
def test_a_plan_that_may_limit_who_is_meant_is_not_set_aside(wenke: Assistant, question: str) -> None:
    """华东 of a campaign may well be where the people are, its conversion rate that of the campaign: asked, not guessed."""
    assert wenke.ask(question, role="ops").status == "clarify"


@pytest.mark.parametrize(
    ("question", "what"),
    [
        ("我刚入职一周还不太熟，想先问问这里面能查哪些指标呀？", None),
        ("Hello, I just joined the service team. What numbers about tickets and complaints can I ask you for?", "10"),
        ("新人请教下，咱们给客户都打了些什么标签？", None),
    ],
)
def test_who_is_new_says_so_and_asks(wenke: Assistant, question: str, what: str | None) -> None:
    answer = wenke.ask(question, role="ops")
    assert answer.status == "answered", answer.text
    assert len(answer.rows) > 9
    assert what is None or f"**{what}**" in answer.text


@pytest.mark.parametrize(
    "question",
    ["what metrics about tickets can I ask for", "what can I ask about tickets", "有哪些工单方面的指标可以查", "工单能查什么"],
)
def test_a_catalogue_may_be_of_one_topic(wenke: Assistant, question: str) -> None:
    """what can I ask about tickets was how many there are, until 2026-11-28."""
    answer = wenke.ask(question, role="ops")
    names = {row[0] for row in answer.rows}
    assert names & {"解决率", "Resolution rate", "resolution rate"}
    assert not names & {"销售额", "Sales", "sales"}


@pytest.mark.parametrize(
    "question", ["可以问下销售额吗", "can you tell me sales", "能查销售额吗", "can I ask how many tickets we had last month"]
)
def test_a_polite_question_is_no_catalogue(wenke: Assistant, question: str) -> None:
    assert len(wenke.ask(question, role="ops").rows) == 1
