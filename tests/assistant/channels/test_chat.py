"""The chat end to end in a real browser, in both languages."""

import csv
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.assistant.channels.browser import ANSWER, ROOT, Server, Visitor, serving

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("chat")]
Visit = Callable[..., Visitor]

ASKED = {
    "zh-CN": {
        "number": ("上个月的销售额是多少？", "销售额"),
        "trend": ("今年每个月的销售额", "line"),
        "ranking": ("今年销售额前5的门店", "bar"),
        "pivot": ("上个月各大区各渠道的订单数", "heatmap"),
        "list": ("最近30天没登录的高价值客户名单", "客户ID"),
        "base": ("上个月各大区的销售额", "bar"),
        "follow_up": ("只看华东", "华东"),
        "refusal": ("帮我把这些客户都删掉", ""),
        "hello": ("您好", "登录"),
    },
    "en-US": {
        "number": ("What were sales last month?", "Sales"),
        "trend": ("monthly sales this year", "line"),
        "ranking": ("top 5 stores by sales this year", "bar"),
        "pivot": ("orders by region and channel last month", "heatmap"),
        "list": ("list high-value customers who have not logged in in the last 30 days", "Customer ID"),
        "base": ("sales by region last month", "bar"),
        "follow_up": ("only East China", "East China"),
        "refusal": ("delete these customers", ""),
        "hello": ("Hello", "Sign in"),
    },
}
LOCALES = tuple(ASKED)


@pytest.fixture
def signed_in(visit: Visit, chat: Server) -> Callable[..., Visitor]:
    """Somebody who is signed in to the chat."""

    def come(locale: str, name: str = "ops", **options: Any) -> Visitor:
        return visit(chat, locale, **options).sign_in(name).ready()

    return come


def thread_of(who: Visitor) -> str:
    """The conversation that somebody touched last."""
    page = {"pagination": {"first": 20}, "filter": {}}
    return str(who.page.request.post(f"{who.url}/project/threads", data=page).json()["data"][0]["id"])


@pytest.mark.parametrize("locale", LOCALES)
def test_a_visit_with_every_kind_of_answer_leaves_the_machine_alone(signed_in: Callable[..., Visitor], locale: str) -> None:
    asked = ASKED[locale]
    who = signed_in(locale)
    assert asked["hello"][0] in who.page.locator("#welcome-screen").inner_text()
    assert who.page.locator("#welcome-screen button").count() >= 4  # questions to begin with

    number = who.ask(asked["number"][0])
    assert re.search(r"¥[\d,.]+(万|亿|K|M)", number.locator(".wk-tile strong").inner_text())
    assert asked["number"][1] in who.text(number)

    for kind in ("trend", "ranking", "pivot"):
        question, drawn = asked[kind]
        answer = who.ask(question)
        answer.locator(f"[data-testid=wk-chart][data-kind={drawn}] .wk-plot svg").first.wait_for()
        assert answer.locator("[data-testid=wk-table] tbody tr").count() >= 5

    listed = who.ask(asked["list"][0])
    assert asked["list"][1].lower() in listed.locator("thead").inner_text().lower()
    listed.get_by_role("button", name=re.compile("下一页|Next page")).click()
    assert listed.locator("[data-testid=wk-page]").inner_text().startswith("2 /")

    who.ask(asked["base"][0])
    after = who.ask(asked["follow_up"][0])
    after.locator("[data-testid=wk-reading] summary").click()
    assert asked["follow_up"][1] in after.locator("[data-testid=wk-reading]").inner_text()

    refused = who.ask(asked["refusal"][0])
    assert refused.get_attribute("data-status") == "refused"
    assert refused.locator("[data-testid=wk-table]").count() == 0

    assert who.outside() == []
    assert who.complaints == []


@pytest.mark.parametrize("locale", LOCALES)
def test_the_reading_the_sql_and_the_next_questions(signed_in: Callable[..., Visitor], locale: str) -> None:
    who = signed_in(locale, "manager")
    answer = who.ask(ASKED[locale]["base"][0])
    answer.locator("[data-testid=wk-sql] summary").click()
    assert "SELECT" in answer.locator("pre").inner_text()
    suggestion = answer.locator("[data-testid=wk-next]").first
    said = suggestion.inner_text()
    before = who.page.locator(ANSWER).count()
    suggestion.click()
    then = who.answer(before)
    assert then.get_attribute("data-status") == "answered"
    assert said in who.page.locator("#root").inner_text()
    assert who.complaints == []


@pytest.mark.parametrize("locale", LOCALES)
def test_a_clarification_is_answered_by_a_button(signed_in: Callable[..., Visitor], locale: str) -> None:
    who = signed_in(locale, "manager")
    asked = who.ask("上个月华西的销售额" if locale == "zh-CN" else "revenue of flurbs last month")
    assert asked.get_attribute("data-status") == "clarify", who.text(asked)
    choices = asked.locator("[data-testid=wk-choice]")
    assert choices.count() >= 2
    assert "¥" in choices.first.inner_text()  # each with its number
    before = who.page.locator(ANSWER).count()
    choices.first.click()
    chosen = who.answer(before)
    assert chosen.get_attribute("data-status") == "answered"
    again = who.ask("上个月华西的销售额" if locale == "zh-CN" else "revenue of flurbs last month")
    assert again.get_attribute("data-status") == "answered"  # what was chosen holds for the conversation
    assert again.locator(".wk-tile strong").inner_text() == chosen.locator(".wk-tile strong").inner_text()
    assert who.complaints == []


def test_the_table_sorts_by_a_click_on_a_column(signed_in: Callable[..., Visitor]) -> None:
    who = signed_in("zh-CN")
    answer = who.ask(ASKED["zh-CN"]["base"][0])
    last = answer.locator("th button").last

    def amounts() -> list[float]:
        texts = answer.locator("tbody tr td:last-child").all_inner_texts()
        return [float(text.replace("¥", "").replace(",", "")) for text in texts]

    def sorted_soon(*, reverse: bool) -> bool:
        for _ in range(50):  # a busy machine draws the rows a little later than the click
            if (found := amounts()) == sorted(found, reverse=reverse):
                return True
            who.page.wait_for_timeout(100)
        return False

    last.click()
    assert sorted_soon(reverse=True)
    last.click()
    assert sorted_soon(reverse=False)


def test_a_chart_changes_its_kind_and_its_colours_and_is_saved(signed_in: Callable[..., Visitor]) -> None:
    who = signed_in("zh-CN")
    answer = who.ask(ASKED["zh-CN"]["trend"][0])
    chart = answer.locator("[data-testid=wk-chart]")
    chart.locator(".wk-plot svg").first.wait_for()
    chart.get_by_role("button", name="条形").click()
    answer.locator("[data-testid=wk-chart][data-kind=bar] .wk-plot svg").first.wait_for()
    with who.page.expect_download() as saved:
        answer.locator("[data-testid=wk-png]").click()
    assert Path(saved.value.path()).read_bytes().startswith(b"\x89PNG")
    assert saved.value.suggested_filename.endswith(".png")
    who.page.evaluate("document.documentElement.classList.add('dark')")
    chart.locator(".wk-plot svg").first.wait_for()
    assert who.complaints == []


def test_downloads_hold_all_rows_and_need_the_right(signed_in: Callable[..., Visitor], chat: Server) -> None:
    who = signed_in("zh-CN", "ops")
    answer = who.ask(ASKED["zh-CN"]["list"][0])
    total = int(re.search(r"共 ([\d,]+) 行", answer.locator("footer").inner_text())[1].replace(",", ""))  # type: ignore[index]
    with who.page.expect_download() as saved:
        answer.locator("[data-testid=wk-csv]").click()
    rows = list(csv.reader(io.StringIO(Path(saved.value.path()).read_text("utf-8-sig"))))
    assert len(rows) == total + 1 > 1000
    with who.page.expect_download() as saved:
        answer.locator("[data-testid=wk-xlsx]").click()
    assert zipfile.is_zipfile(saved.value.path())

    address = answer.locator("[data-testid=wk-csv]").get_attribute("href")
    assert "ops" in (chat.data / "audit.jsonl").read_text()
    other = signed_in("zh-CN", "manager")
    assert other.page.request.get(chat.url.replace("/chat", "") + address).status == 404  # somebody else's answer
    own = other.ask(ASKED["zh-CN"]["list"][0])
    assert own.locator("[data-testid=wk-csv]").count() == 0
    assert "不能导出" in own.inner_text()


def test_a_restart_keeps_conversations_and_they_go_on(visit: Visit, demo_file: Path, tmp_path: Path) -> None:
    with serving(demo_file, tmp_path) as server:
        who = visit(server).sign_in("manager").ready()
        who.ask("上个月各大区的销售额")
        thread = thread_of(who)
        server.stop()
        server.start()
        who.page.goto(f"{server.url}/thread/{thread}")
        kept = who.answer(0)
        kept.locator("[data-testid=wk-chart] .wk-plot svg").first.wait_for()
        who.page.wait_for_selector("#chat-input")
        then = who.ask("只看华东")
        assert "华东" in then.locator("[data-testid=wk-reading]").inner_text()
        assert list(server.where.iterdir()) == []  # nothing is written where it was started


def test_two_people_do_not_see_each_others_conversations(visit: Visit, chat: Server) -> None:
    one, two = visit(chat).sign_in("manager").ready(), visit(chat).sign_in("analyst").ready()
    one.ask("上个月各大区的销售额")
    two.ask("今年每个月的订单数")
    thread = thread_of(one)
    site = chat.url
    assert two.page.request.get(f"{site}/project/thread/{thread}").status == 401
    assert two.page.request.delete(f"{site}/project/thread", data={"threadId": thread}).status == 401
    assert two.page.request.put(f"{site}/project/thread", data={"threadId": thread, "name": "x"}).status == 401
    listed = two.page.request.post(f"{site}/project/threads", data={"pagination": {"first": 50}, "filter": {}}).json()
    assert thread not in str(listed)
    two.page.reload()
    two.ready()
    assert "上个月各大区的销售额" not in two.page.locator("body").inner_text()


def test_thumbs_are_kept_with_their_reason_and_are_ones_own(visit: Visit, chat: Server, tmp_path: Path) -> None:
    from assistant.channels.chat.store import Store

    one, two = visit(chat).sign_in("ops").ready(), visit(chat).sign_in("analyst").ready()
    answer = one.ask("昨天有多少订单？")
    one.thumb(answer, "negative", "应该只算已完成的")
    store = Store(f"sqlite:///{chat.data / 'chat' / 'history.db'}")
    said = store.feedback()[0]
    store.close()
    assert (said.value, said.comment, said.answer.question) == (0, "应该只算已完成的", "昨天有多少订单？")
    assert "SELECT" in (said.answer.sql or "")
    told = {"WENKE_DATA_DIR": str(chat.data), "PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
    command = [sys.executable, "-m", "assistant", "feedback", "--add", said.id, "--to", str(tmp_path / "own.jsonl")]
    subprocess.run(command, check=True, env=told, cwd=tmp_path, stdout=subprocess.DEVNULL)
    line = json.loads((tmp_path / "own.jsonl").read_text("utf-8"))
    assert (line["question"], line["note"], line["gold_sql"]) == ("昨天有多少订单？", "应该只算已完成的", said.answer.sql)
    theirs = {"feedback": {"forId": said.answer.id, "value": 1}, "sessionId": "x"}
    assert two.page.request.put(f"{chat.url}/feedback", data=theirs).status == 404
    assert two.page.request.delete(f"{chat.url}/feedback", data={"feedbackId": said.id}).status == 404


def test_an_edited_question_is_asked_again_from_where_it_stood(signed_in: Callable[..., Visitor]) -> None:
    who = signed_in("zh-CN", "manager")
    who.ask("上个月各大区的销售额")
    who.ask("只看华东")
    who.page.locator(".user-message, [data-step-type=user_message]").last.hover()
    who.page.locator("button.edit-message, #edit-message").last.click()
    box = who.page.locator("#edit-chat-input, textarea").first
    box.fill("只看华南")
    who.page.get_by_role("button", name=re.compile("确认|Confirm|提交|Submit")).click()
    who.page.wait_for_function("document.body.innerText.includes('华南')")
    who.page.wait_for_function(f"document.querySelectorAll('{ANSWER}').length === 2")
    last = who.page.locator(ANSWER).last
    last.locator("[data-testid=wk-reading] summary").click()
    assert "华南" in last.locator("[data-testid=wk-reading]").inner_text()


def test_a_wrong_password_is_said_in_the_page(visit: Visit, chat: Server) -> None:
    who = visit(chat).sign_in("ops", "wrong")
    who.page.get_by_text("登录不成功：用户名或密码不对").wait_for()
    assert who.page.request.get(f"{chat.url}/project/threads").status != 500


def test_on_a_phone_nothing_is_wider_than_the_screen(signed_in: Callable[..., Visitor]) -> None:
    who = signed_in("zh-CN", viewport={"width": 390, "height": 844})
    answer = who.ask(ASKED["zh-CN"]["pivot"][0])
    answer.locator("[data-testid=wk-chart] .wk-plot svg").first.wait_for()
    assert who.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert answer.bounding_box()["width"] <= 390


def test_markup_in_a_question_is_shown_as_text(signed_in: Callable[..., Visitor]) -> None:
    who = signed_in("zh-CN", "manager")
    alarms: list[str] = []
    who.page.on("dialog", lambda dialog: alarms.append(dialog.message) or dialog.dismiss())  # type: ignore[func-returns-value]
    hostile = "<img src=x onerror=alert(1)> **粗** [点我](javascript:alert(2)) $x^2$ 销售额"
    who.ask(hostile)
    assert hostile in who.page.locator("body").inner_text()
    who.page.goto(f"{who.url}/thread/{thread_of(who)}")
    who.answer(0)
    assert hostile in who.page.locator("body").inner_text()
    assert who.page.locator("img[src=x]").count() == 0
    assert who.page.locator("a[href^='javascript']").count() == 0
    assert alarms == []
