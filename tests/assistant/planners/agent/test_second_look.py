"""A second attack on what leaves: values in unusual forms, in words of ours that go back, in examples."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb
import pytest

from assistant.planners.agent.personal import PersonalValues
from assistant.planners.agent.veil import Veil
from assistant.planners.agent.veiling import Veiled, veiled
from assistant.planners.rules import RulesPlanner
from assistant.service import Parts
from semantic_layer.query import Period
from tests.assistant.planners.agent.conftest import Agent
from tests.assistant.planners.agent.scripted import Script, call, query

GIVE_UP = call("give_up")


def hidden(parts: Parts, text: str, *personal: str) -> Veiled:
    floor = parts.floor
    assert isinstance(floor, RulesPlanner)
    return veiled(text, floor.index, floor.calendar, parts.model, personal)


@pytest.fixture(scope="session")
def somebody(demo: duckdb.DuckDBPyConnection) -> str:
    """A customer's name of three characters that no other name is part of."""
    (row,) = demo.execute(
        "SELECT name FROM customers c WHERE length(name) = 3 AND name NOT LIKE '%''%' "
        "AND NOT EXISTS (SELECT 1 FROM customers o WHERE o.name <> c.name AND contains(c.name, o.name)) "
        "ORDER BY customer_id LIMIT 1"
    ).fetchall()
    return str(row[0])


# --- names ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("between", [" ", "·", "、", "-", " · ", "_", "　", "|"])
def test_a_name_with_something_between_its_characters(agent: Agent, server: Script, somebody: str, between: str) -> None:
    said = f"{somebody[0]}{between}{somebody[1:]}"
    server.says(GIVE_UP)
    agent("auto").ask(f"{said} 最近败家吗", role="admin")
    assert server.requests
    assert somebody[1:] not in server.heard()


@dataclass(frozen=True)
class Names:
    """The part of an engine that is needed, over a table of customers."""

    connection: duckdb.DuckDBPyConnection

    def values(self, sql: str) -> list[tuple[object, ...]]:
        return self.connection.execute(sql).fetchall()

    def data_version(self) -> str:
        return "1"

    @contextmanager
    def session(self) -> Iterator[None]:
        yield


@pytest.fixture
def kept(demo_parts: Parts) -> Iterator[PersonalValues]:
    """Customers whose names are written otherwise than they are asked for."""
    connection = duckdb.connect(":memory:")
    columns = ", ".join(f'"{c.name}" VARCHAR' for c in demo_parts.model.tables["customers"].columns)
    connection.execute(f"CREATE TABLE customers ({columns})")
    for name in ("李大成  ", "沈乾明"):
        connection.execute("INSERT INTO customers (name) VALUES (?)", [name])
    yield PersonalValues(Names(connection))  # type: ignore[arg-type]
    connection.close()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("李大成最近败家吗", "李大成"),  # padded in the data
        ("沈乾明最近敗家嗎", "沈乾明"),  # its second character is simplified with the words around it, and not alone
    ],
)
def test_a_name_that_is_written_otherwise(demo_parts: Parts, kept: PersonalValues, text: str, name: str) -> None:
    found = kept.inside(text, demo_parts.model)
    left = hidden(demo_parts, text, *found).text
    assert "<p1>" in left
    assert not any(char in left for char in name)


def test_what_cannot_be_found_does_not_leave(demo_parts: Parts) -> None:
    """The engine says that a value is in the text, and it is nowhere: then nothing leaves that holds it."""
    assert "欧阳锋" in hidden(demo_parts, "败家吗", "欧阳锋").veil.secrets


def test_a_lone_surrogate_is_a_question_like_any_other(agent: Agent, server: Script) -> None:
    server.says(GIVE_UP)
    answer = agent("auto").ask("\ud800 吸金能力咋样", role="manager")
    assert (answer.status, answer.error_code) == ("clarify", "unread-words")
    assert server.requests


def test_a_name_is_hidden_wherever_it_stands(agent: Agent, server: Script) -> None:
    """The gate alone would stop the whole turn, or let a part of the name through."""
    for text, name in (
        ("客户欧阳娜娜的订单和欧阳娜娜的退款败家吗", "欧阳娜娜"),
        ("how splurgy was customer John Smithson and did Smithson return", "smithson"),
    ):
        server.says(GIVE_UP)
        agent("auto").ask(text, role="admin")
        assert server.requests
        assert name not in server.heard().lower()


def test_a_name_inside_a_quoted_text(demo_parts: Parts) -> None:
    """The rest of what is quoted is quoted too."""
    left = hidden(demo_parts, "“欧阳锋的神秘礼盒”吸金吗", "欧阳锋").text
    assert left == '"<x1>"吸金吗'
    assert hidden(demo_parts, "“欧阳锋”吸金吗", "欧阳锋").text == '"<p1>"吸金吗'


# --- numbers and dates ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ("幺三八零零一三八零零零 败家吗", "零零"),
        ("手机尾号八八四八的败家吗", "八八四八"),
        ("壹叁捌壹贰叁肆伍陆柒捌 败家吗", "壹叁捌"),
        ("消費超過叁仟伍佰圓的败家客户", "叁"),
        ("3f2504e0-4f89-11d3-9a0c-0305e82c3301 败家吗", "a0c"),
        ("会员 deadbeefcafe01 败家吗", "deadbeef"),
        ("foo . bar @ corp . example 败家吗", "corp"),
        ("foo.bar(at)corp.example 败家吗", "corp"),
    ],
)
def test_no_literal_in_an_unusual_form_leaves(demo_parts: Parts, text: str, literal: str) -> None:
    assert literal not in hidden(demo_parts, text).text


@pytest.mark.parametrize("text", ["一二线城市败家吗", "千万别败家", "万一败家呢", "王者荣耀败家吗"])
def test_words_with_numerals_are_words(demo_parts: Parts, text: str) -> None:
    assert hidden(demo_parts, text).text == text


@pytest.mark.parametrize("day", ["一九九〇年三月八日", "一九九零年三月八号", "1990年3月8日"])
def test_a_day_in_words_does_not_leave_beside_its_placeholder(agent: Agent, server: Script, day: str) -> None:
    server.says(GIVE_UP)
    agent("auto").ask(f"{day}出生的客户败家吗", role="admin")
    assert server.requests
    assert day not in server.heard()
    assert "1990-03-08" not in server.heard()


def test_how_long_a_period_in_plain_words_is_stays_told(agent: Agent, server: Script) -> None:
    server.says(GIVE_UP)
    agent("auto").ask("上个月吸金能力咋样", role="manager")
    assert "2026-09-01" in server.heard()


WRONG = (
    {"kind": "<t1.start>"},
    {"kind": "aggregate", "metrics": [{"kind": "metric", "metric": "<t1.end>"}], "limit": "<n1>", "period": "<t1>"},
    {"kind": "aggregate", "metrics": [{"kind": "metric", "metric": "sales"}], "period": "<t1>",
     "where": {"kind": "predicate", "member": "region", "op": "=", "values": ["<n1>"]}},
)  # fmt: skip


@pytest.mark.parametrize("body", WRONG, ids=["a day for a kind", "a day for a metric", "a number for a region"])
def test_what_is_wrong_with_a_query_is_told_without_its_literals(agent: Agent, server: Script, body: dict[str, object]) -> None:
    server.says(query(body), GIVE_UP)
    agent("auto").ask("2026年3月18日到4月2日吸金1,234,567.5元咋样", role="manager")
    assert len(server.requests) == 2
    told = "\n".join(server.told())
    assert "error" in told
    assert not any(text in told for text in ("2026-03-18", "2026-04-0", "1234567", "1,234,567"))


def test_numbers_are_hidden_however_we_write_them() -> None:
    veil = Veil()
    veil.name("n", 1234567, spelled="123.4567万")
    veil.name("x", "7", spelled="7")
    veil.name("t", Period.model_validate({"start": "2026-03-18", "end": "2026-04-03"}), spelled="3月18日到4月2日")
    told = veil.hide("1234567, 1,234,567, 第7. 2026-03-18 … 2026-04-03, 1234567.")
    assert told == "<n1>, <n1>, 第<x1>. <t1.start> … <t1.end>, <n1>."
    assert "1234567" in veil.secrets


def test_an_earlier_name_stays_here_when_it_is_asked_about_again(agent: Agent, server: Script, somebody: str) -> None:
    """The choice that somebody picks holds the question with its name; it is veiled again."""
    thread = agent("auto").thread("admin")
    server.says(call("ask_person", question="<p1>的哪一种?", choices=["订单", "退款"]))
    first = thread.ask(f"{somebody}最近败家吗")
    assert somebody in first.text
    server.says(GIVE_UP)
    thread.ask("1")
    assert server.requests
    assert somebody not in json.dumps(server.requests, ensure_ascii=False)
