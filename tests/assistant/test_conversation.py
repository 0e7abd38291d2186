"""The state of a thread: what is remembered after each kind of answer, and a trip through JSON."""

from dataclasses import replace
from datetime import date

import pytest

from assistant.conversation import Conversation, Pending
from assistant.errors import ConfigError
from assistant.qa import Answer, Choice, Reading
from semantic_layer.query import Aggregate, InSet, MetricUse, Period, Predicate, Records

SALES = Aggregate(metrics=(MetricUse(metric="sales"),), period=Period(start=date(2026, 9, 1), end=date(2026, 10, 1)))
LIST = Records(
    entity="customer", where=InSet(records=Records(entity="customer", where=Predicate(member="region", op="=", values=("华东",))))
)


def answered(query: Aggregate | Records) -> Answer:
    return Answer("answered", "…", "zh", interpretation=Reading(query=query))


def test_the_last_query_is_kept_and_the_ones_before_it() -> None:
    state = Conversation().after("销售额", answered(SALES)).after("名单", answered(LIST))
    assert (state.last, state.history) == (LIST, (SALES,))
    assert state.after("名单", answered(LIST)).history == (SALES,)


@pytest.mark.parametrize("status", ["refused", "failed"])
def test_what_was_not_answered_changes_nothing(status: str) -> None:
    state = Conversation().after("销售额", answered(SALES))
    assert state.after("删除所有客户", Answer(status, "…", "zh")) == state  # type: ignore[arg-type]


def test_a_question_back_waits_for_its_answer_and_is_then_forgotten() -> None:
    asked = Answer(
        "clarify", "?", "zh", choices=(Choice("销售额", query=SALES), Choice("只是说明"), Choice("名单", question="客户名单"))
    )
    state = Conversation().after("表现怎么样", asked)
    assert state.pending is not None
    assert [choice.label for choice in state.pending.choices] == ["销售额", "名单"]
    assert state.pending.question == "表现怎么样"
    assert state.after("销售额", answered(SALES)).pending is None


@pytest.mark.parametrize(
    ("said", "label"),
    [
        ("1", "销售额"),
        ("２。", "GMV"),
        ("(2)", "GMV"),
        ("②", "GMV"),
        (" gmv ", "GMV"),
        ("3", None),
        ("0", None),
        ("前2", None),
        ("GMV呢", None),
    ],
)
def test_a_choice_is_picked_by_number_or_label(said: str, label: str | None) -> None:
    picked = Pending(question="?", choices=(Choice("销售额", query=SALES), Choice("GMV", query=LIST))).picked(said)
    assert (picked.label if picked else None) == label


def test_what_was_chosen_is_not_asked_back_again_while_the_data_is_the_same() -> None:
    day = date(2026, 10, 19)
    asked = Answer("clarify", "?", "zh", choices=(Choice("销售额", query=SALES), Choice("名单", query=LIST)))
    state = Conversation().after("表现怎么样", asked).after("1", replace(answered(SALES), as_of=day))
    later = state.after("名单", replace(answered(LIST), as_of=day))
    for one in (state, later, Conversation.from_json(later.to_json())):
        assert one.meant("表现怎么样", day) == SALES
        assert one.meant("表现怎么样", date(2026, 11, 19)) is None  # another day, another "last month"
        assert one.meant("销量怎么样", day) is None
    other = Conversation().after("表现怎么样", asked).after("退款率", replace(answered(LIST), as_of=day))
    assert other.meant("表现怎么样", day) is None  # nothing was chosen


def test_a_conversation_survives_json() -> None:
    asked = Answer("clarify", "?", "zh", choices=(Choice("销售额", query=SALES, value="12"), Choice("名单", question="客户名单")))
    state = Conversation().after("a", answered(SALES)).after("b", answered(LIST)).after("c", asked)
    assert Conversation.from_json(state.to_json()) == state


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"role": "admin"}', '{"last": {"kind": "sql", "text": "DROP TABLE x"}}', "null", b"\xff"]
)
def test_what_is_no_conversation_is_said_to_be_none(text: str | bytes) -> None:
    with pytest.raises(ConfigError) as caught:
        Conversation.from_json(text)
    assert caught.value.issue.code == "thread-invalid"
