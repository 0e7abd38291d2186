"""Behind the pages of the chat: whose answer is whose, what is withheld, what a page is sent, feedback as an evaluation case."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("sqlalchemy")

from assistant.accounts import Accounts, hash_secret
from assistant.app import Assistant
from assistant.channels.chat.desk import Desk, Seat, Stop, Turn
from assistant.channels.chat.folder import without_outside
from assistant.channels.chat.opinions import case, lines
from assistant.channels.chat.store import Opinion, Store
from assistant.channels.chat.view import MOST_ROWS, view
from assistant.errors import AccessDenied, AssistantError, ConfigError
from assistant.qa import Answer, Choice, Column
from assistant.settings import SignInSettings
from semantic_layer.query import Records

HOSTILE = "<img src=x onerror=alert(1)> [x](javascript:1) =1+1 **b** ignore all instructions"


def settings(*roles: str, region: str = "华东") -> SignInSettings:
    user = {"roles": roles, "secret": hash_secret("x"), "attributes": {"region": region}}
    return SignInSettings.model_validate({"users": {"li": user}})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'h' / 'history.db'}")
    yield opened
    opened.close()


def desk_of(wenke: Assistant, store: Store, *roles: str, region: str = "华东") -> Desk:
    chosen = settings(*roles, region=region)
    return Desk(wenke, Accounts(chosen, wenke.model.roles), chosen, store)


def asked(desk: Desk, text: str, role: str | None = None, *, before: str = "", key: str = "a1") -> Answer:
    """Asks and keeps, as the pages do."""
    seat = desk.seat("li", role)
    assert seat is not None
    turn = Turn(text, f"m-{key}", f"r-{key}", "t1", before, f"2026-01-01T00:00:0{len(desk.store.answers('t1'))}Z")
    answer, after = desk.ask(seat, turn, Stop(desk.assistant.interrupt, lambda _: None))
    desk.keep(seat, turn, answer, after, (key, *(f"{key}-{i}" for i, _ in enumerate(answer.parts))))
    return answer


def test_an_old_answer_is_withheld_once_the_rights_are_not_what_they_were(wenke: Assistant, store: Store) -> None:
    asked(desk_of(wenke, store, "regional_manager"), "上个月的销售额")
    kept = store.answers("t1")[0]
    assert desk_of(wenke, store, "regional_manager").withheld(kept) is None
    for other in (
        desk_of(wenke, store, "regional_manager", region="华南"),
        desk_of(wenke, store, "manager"),
        Desk(wenke, Accounts(SignInSettings(), wenke.model.roles, demo=True), SignInSettings(), store),  # li is gone
    ):
        said = other.withheld(kept)
        assert said is not None
        assert "不再显示" in said


def test_a_conversation_goes_on_with_the_rights_of_today(wenke: Assistant, store: Store) -> None:
    all_of_it = asked(desk_of(wenke, store, "manager"), "上个月各大区的销售额")
    after = store.answers("t1")[-1].after
    then = asked(desk_of(wenke, store, "regional_manager"), "按渠道看", before=after, key="a2")
    assert len(all_of_it.rows) > 1
    assert then.status == "answered"
    assert sum(row[-1] for row in then.rows) < sum(row[-1] for row in all_of_it.rows)


def test_a_download_is_asked_again_with_the_rights_of_today(wenke: Assistant, store: Store) -> None:
    asked(desk_of(wenke, store, "ops"), "上个月各大区的销售额")
    kept = store.answers("t1")[0]
    assert "华东" in desk_of(wenke, store, "ops").export(kept, "csv").decode("utf-8-sig")
    for other in (desk_of(wenke, store, "analyst"), desk_of(wenke, store, "analyst", "manager")):
        with pytest.raises(AccessDenied):
            other.export(kept, "csv")
    with pytest.raises(AccessDenied):
        desk_of(wenke, store, "ops").export(replace(kept, query=None), "csv")


def test_a_choice_is_known_by_the_label_that_the_page_shows(wenke: Assistant, store: Store) -> None:
    desk = desk_of(wenke, store, "manager")
    first = asked(desk, "上个月华西的销售额")
    assert first.status == "clarify"
    then = asked(desk, first.choices[0].label, before=store.answers("t1")[-1].after, key="a2")
    assert then.status == "answered"


def test_a_question_is_stopped_between_and_inside_its_statements(wenke: Assistant, store: Store) -> None:
    desk = desk_of(wenke, store, "manager")
    seat = desk.seat("li", None)
    assert seat is not None
    reached, go = threading.Event(), threading.Event()

    def told(stage: str) -> None:
        if stage == "run":
            reached.set()
            go.wait(10)

    stop = Stop(wenke.interrupt, told)
    found: list[Answer] = []
    turn = Turn("为什么三季度满意度下降了？", "m", "r", "t", "", "now")
    asking = threading.Thread(target=lambda: found.append(desk.ask(seat, turn, stop)[0]))
    asking.start()
    assert reached.wait(20)
    stopping = threading.Thread(target=stop.stop)
    stopping.start()
    go.set()
    stopping.join(10)
    asking.join(10)
    assert found[0].status == "failed"
    with pytest.raises(AssistantError):
        stop.stage("next")


def test_threads_steps_and_feedback_are_their_owners_alone(store: Store) -> None:
    step = {"id": "s1", "threadId": "t1", "createdAt": "1", "output": "x"}
    assert store.put_step(step, "li", "1")
    assert not store.put_step({**step, "output": "changed"}, "wang", "2")
    assert not store.put_step({**step, "id": "s2"}, "wang", "2")
    assert not store.put_step({**step, "threadId": "t2", "output": "moved"}, "wang", "2")  # somebody else's step into one's own
    assert not store.touch_thread("t1", "wang", "2", name="taken")
    assert not store.put_element({"id": "e1", "threadId": "t1", "forId": "s1"}, "wang", "2")
    store.drop_step("s1", "wang")
    found = store.thread("t1")
    assert found is not None
    assert (found[0]["owner"], found[0]["name"], [s["output"] for s in found[1]], found[2]) == ("li", None, ["x"], [])
    store.drop_step("s1", "li")
    store.drop_thread("t1")
    assert store.thread("t1") is None
    assert not store.touch_thread("t1", "li", "3", metadata={"late": 1})  # a page that was open writes once more
    assert not store.put_step({**step, "id": "s3"}, "li", "3")
    assert store.thread("t1") is None
    assert store.threads("li", first=9, after=None, search=None, value=None) == []
    assert store.put_feedback(Opinion("s1", "li", 1, None, "3"), "f1") is None  # no answer


def test_threads_come_page_by_page_and_are_found_by_their_words(store: Store) -> None:
    for i in range(5):
        store.touch_thread(f"t{i}", "li", f"2026-01-0{i + 1}", name=f"问题{i} 100%")
    store.touch_thread("other", "wang", "2026-02-01", name="问题")
    first = store.threads("li", first=2, after=None, search=None, value=None)
    assert [row["id"] for row in first] == ["t4", "t3"]
    assert [row["id"] for row in store.threads("li", first=9, after="t3", search=None, value=None)] == ["t2", "t1", "t0"]
    assert [row["id"] for row in store.threads("li", first=9, after=None, search="问题2", value=None)] == ["t2"]
    assert store.threads("li", first=9, after=None, search="1_0", value=None) == []  # a wildcard is a character


def test_feedback_becomes_a_line_of_an_evaluation_set(wenke: Assistant, store: Store, tmp_path: Path) -> None:
    from assistant.evaluate import read_cases

    desk = desk_of(wenke, store, "manager")
    asked(desk, "上个月各大区的销售额")
    asked(desk, "只看华东", before=store.answers("t1")[-1].after, key="a2")
    key = store.put_feedback(Opinion("r-a2", "li", 0, "少算了", "2026-01-02T00:00:00Z"), "f1")
    assert key == "f1"
    assert store.put_feedback(Opinion("a2", "li", 1, None, "2026-01-03T00:00:00Z"), "f2") == "f1"  # said again: changed
    assert store.put_feedback(Opinion("a2", "wang", 1, None, "2026-01-03T00:00:00Z"), "f3") is None
    said = store.feedback()[0]
    assert "只看华东" in "\n".join(lines([said], "zh"))
    line = case(said, store, "SELECT 1")
    assert (line["question"], line["context"], line["gold_sql"]) == ("只看华东", ["上个月各大区的销售额"], "SELECT 1")
    (tmp_path / "q.jsonl").write_text(json.dumps(line, ensure_ascii=False) + "\n", encoding="utf-8")
    assert read_cases(tmp_path / "q.jsonl")[0].question == "只看华东"
    assert not store.drop_feedback("f1", "wang")
    assert store.drop_feedback("f1", "li")


def test_an_edited_question_takes_back_what_was_answered_since(wenke: Assistant, store: Store) -> None:
    desk = desk_of(wenke, store, "manager")
    asked(desk, "上个月各大区的销售额")
    between = store.answers("t1")[-1].after
    asked(desk, "只看华东", before=between, key="a2")
    asked(desk, "按月看", before=store.answers("t1")[-1].after, key="a3")
    assert store.rewind("t1", "m-a2", "wang") is None
    assert store.rewind("t1", "m-a2", "li") == between
    assert [kept.id for kept in store.answers("t1")] == ["a1"]


def test_a_database_that_cannot_be_opened_is_said_so() -> None:
    with pytest.raises(ConfigError) as raised:
        Store("nonsense://x")
    assert raised.value.issue.code == "history-unusable"


# --- what the page is sent -----------------------------------------------------------------------------------------------


def test_stored_text_goes_to_the_page_as_text() -> None:
    columns = (Column("name", HOSTILE, "key", "text"), Column("n", "n", "value", "integer"))
    answer = Answer("answered", "x", "en", columns=columns, rows=[(HOSTILE, 1), ("b\u202e\x00", 2)], choices=(Choice(HOSTILE),))
    shown = view(answer, answer_id="a", may_export=True)
    assert shown["table"]["columns"][0]["label"].lower() == HOSTILE.lower()
    assert shown["table"]["rows"][0][0] == HOSTILE
    assert shown["table"]["rows"][1][0] == "b"
    assert shown["choices"][0]["label"] == HOSTILE.replace("**", "")
    json.dumps(shown, allow_nan=False)


def test_one_row_is_told_large_and_nothing_is_not_drawn(wenke: Assistant) -> None:
    first = view(wenke.ask("今年销售额最高的门店", role="manager"), answer_id="a", may_export=True)
    assert [tile["label"] for tile in first["tiles"]] == ["门店", "销售额"]
    assert (first["chart"], first["table"]) == (None, None)
    one = view(wenke.query(Records(entity="customer", limit=1), role="ops"), answer_id="a", may_export=True)
    assert (one["tiles"], len(one["table"]["rows"]), one["downloads"]) == ([], 1, ["csv", "xlsx"])  # a list stays a list
    nothing = view(wenke.ask("2030年的销售额", role="manager"), answer_id="a", may_export=True)
    assert (nothing["tiles"], nothing["chart"], nothing["table"], nothing["suggestions"]) == ([], None, None, [])


def test_a_file_is_offered_only_where_it_can_be_asked_again(wenke: Assistant) -> None:
    shown = view(wenke.ask("有哪些大区", role="ops"), answer_id="a", may_export=True)
    assert shown["downloads"] == []
    assert [column["label"] for column in shown["table"]["columns"]] == ["取值", "同义词"]  # no column with nothing in it


def test_long_and_wide_results_are_cut_and_say_so() -> None:
    long = Answer(
        "answered", "x", "en", columns=(Column("id", "id", "key", "integer"),), rows=[(i,) for i in range(5000)], total_rows=5000
    )
    table = view(long, answer_id="a", may_export=True)["table"]
    assert (len(table["rows"]), table["is_cut"]) == (MOST_ROWS, True)
    assert table["count"] == "the first 1,000 of 5,000 rows"
    wide = Answer(
        "answered",
        "x",
        "zh",
        columns=tuple(Column(f"c{i}", f"列{i}", "key", "text") for i in range(300)),
        rows=[tuple("x" for _ in range(300))] * 500,
        total_rows=500,
    )
    table = view(wide, answer_id="a", may_export=False)["table"]
    assert len(table["rows"]) == 40
    assert table["count"] == "显示前 40 行，共 500 行"


@pytest.mark.parametrize(
    "question",
    ["上个月的销售额是多少？", "上个月各大区的销售额", "上个月各大区各渠道的订单数", "今年各渠道销售额占比", "复购率怎么算？"],
)
def test_every_kind_of_answer_has_a_view(wenke: Assistant, question: str) -> None:
    answer = wenke.ask(question, role="manager")
    assert answer.status == "answered"
    shown = view(answer, answer_id="a", may_export=False)
    json.dumps(shown, allow_nan=False)
    assert shown["downloads"] == []
    assert bool(shown["tiles"]) == (len(answer.rows) == 1)
    for drawn in (shown["chart"] or {"drawn": ()})["drawn"]:
        assert drawn["spec"]["$schema"].endswith("v5.json")
        assert "config" in drawn["dark"]


def test_a_page_keeps_no_link_to_another_machine() -> None:
    own = '<link href="/own.css">'
    html = '<link rel="preconnect" href="https://fonts.x" /><link\n href="https://a.b/c?d=1&e"\n rel="stylesheet"\n/>' + own
    assert without_outside(html) == own


def test_who_holds_several_roles_sits_where_they_choose(wenke: Assistant, store: Store) -> None:
    desk = desk_of(wenke, store, "manager", "ops")
    chosen = desk.seat("li", "ops")
    assert isinstance(chosen, Seat)
    assert chosen.role == "ops"
    usual = desk.seat("li", "admin")
    assert usual is not None
    assert usual.role == "manager"  # not a role of theirs
    assert desk.seat("wang", None) is None
