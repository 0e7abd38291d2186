"""What askers teach, end to end: an unknown word, a choice or another wording, `wenke learn`, and the word is understood."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from assistant import learn
from assistant.__main__ import main
from assistant.app import Assistant
from assistant.conversation import Conversation, Pending
from assistant.errors import ConfigError
from assistant.learn import Right, proposals
from assistant.lessons import Lessons, Told, replaced
from assistant.planners.rules import RulesPlanner
from assistant.planners.verified import VerifiedPlanner
from assistant.qa import Answer, Choice, Question, Reading
from assistant.review import _ground
from assistant.service import Parts
from assistant.settings import Settings, read
from semantic_layer.learned import Synonym, Verified
from semantic_layer.loader import read as read_domain
from semantic_layer.query import Aggregate, MetricUse
from tests.domains.clinic_data import clinic_folder

DAY = date(2026, 10, 20)
WORD = "吸金能力"


@pytest.fixture
def user(demo_file: Path, data_dir: Path) -> Iterator[dict[str, Any]]:
    """Settings of somebody who has learnt nothing yet; the tags of the demo are computed once."""
    _forget(data_dir)
    yield {"data_dir": data_dir, "domain": {"name": "retail", "database": demo_file, "today": DAY}}
    _forget(data_dir)


def _forget(data_dir: Path) -> None:
    (data_dir / "lessons.jsonl").unlink(missing_ok=True)
    shutil.rmtree(data_dir / "learned", ignore_errors=True)


@pytest.fixture
def ask(user: dict[str, Any]) -> Callable[..., list[Answer]]:
    """Opens the assistant anew and asks one thread some questions."""

    def run(*questions: str, role: str = "manager", channel: str = "python", by: str | None = None, **more: Any) -> list[Answer]:
        domain = user["domain"]
        place = {"database": domain.get("database"), "today": domain.get("today"), "data_dir": user["data_dir"]}
        with Assistant.open(domain["name"], planner="rules", **place, **more) as wenke:
            thread = wenke.thread(role, channel=channel, by=by)
            return [thread.ask(question) for question in questions]

    return run


Cli = Callable[..., str]


@pytest.fixture
def cli(user: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Cli:
    """`wenke learn …` as this user: what it printed, after its exit code."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WENKE_DATA_DIR", str(user["data_dir"]))
    monkeypatch.delenv("WENKE_LANG", raising=False)
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    domain = user["domain"]
    where = ["--domain", str(domain["name"])]
    where += ["--database", str(domain["database"])] if domain.get("database") else []
    where += ["--today", str(domain["today"])] if domain.get("today") else []

    def run(*words: str, code: int = 0) -> str:
        assert main(["learn", *words, *where]) == code
        out, err = capsys.readouterr()
        return out + err

    return run


def settings(user: dict[str, Any]) -> Settings:
    return read(**user)


# --- a word --------------------------------------------------------------------------------------------------------------


def test_a_word_is_asked_about_taught_accepted_and_understood(ask: Callable[..., list[Answer]], cli: Cli) -> None:
    asked, meant = ask(f"上个月各大区的{WORD}", "上个月各大区的销售额", by="小王")
    assert (asked.status, meant.status) == ("clarify", "answered")
    told = cli()
    assert WORD in told
    assert "小王" in told
    kept = cli("accept", "1")
    assert "synonyms.yaml" in kept
    assert "Nothing to decide" in cli()
    again, monthly = ask(f"上个月各大区的{WORD}", f"今年每个月的{WORD}")
    assert (again.status, again.rows) == ("answered", meant.rows)
    assert monthly.status == "answered"


def test_a_picked_choice_teaches_its_word(ask: Callable[..., list[Answer]], cli: Cli) -> None:
    asked, meant = ask("上个月华西的销售额", "1")
    assert (asked.status, meant.status) == ("clarify", "answered")
    label = asked.choices[0].label
    found = json.loads(cli("--json"))[0]
    assert (found["kind"], found["word"], found["member"]) == ("synonym", "华西", "region")
    assert found["value"] in label
    cli("accept", "1")
    assert ask("上个月华西的销售额")[0].rows == meant.rows


def test_a_choice_that_leaves_a_word_out_teaches_nothing(ask: Callable[..., list[Answer]], cli: Cli) -> None:
    asked = ask("上个月华西的销售额")[0]
    last = asked.choices[-1]
    assert last.label == "上个月的销售额"
    ask("上个月华西的销售额", str(len(asked.choices)))
    assert "Nothing to decide" in cli()


def test_a_value_is_taught_too(ask: Callable[..., list[Answer]], cli: Cli) -> None:
    asked, meant = ask("上个月江浙沪地界的销售额", "上个月华东的销售额")
    assert (asked.status, meant.status) == ("clarify", "answered")
    assert "华东" in cli()
    cli("accept", "1")
    again = ask("上个月江浙沪地界的销售额")[0]
    assert again.rows == meant.rows


def test_the_domains_own_file_keeps_its_comments(user: dict[str, Any], ask: Callable[..., list[Answer]], tmp_path: Path) -> None:
    folder = clinic_folder(tmp_path)
    metrics = folder / "metrics.yaml"
    metrics.write_text("# the numbers of the clinic\n" + metrics.read_text("utf-8"), "utf-8")
    before = metrics.read_text("utf-8")
    user["domain"] = {"name": str(folder)}
    asked, meant = ask("今年各区的吸金能力", "今年各区的诊疗收入", role="owner")
    assert (asked.status, meant.status) == ("clarify", "answered"), (asked.text, meant.text)
    with _ground(settings(user)) as ground:
        number = next(each.id for each in proposals(ground) if each.kind == "synonym")
        _, path = learn.decide(ground, number, "accepted")
    assert path == metrics
    assert metrics.read_text("utf-8") == before.replace("诊费收入]", "诊费收入, 吸金能力]", 1)
    assert ask("今年各区的吸金能力", role="owner")[0].rows == meant.rows


def test_a_folder_that_cannot_be_written_has_an_overlay(
    user: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = clinic_folder(tmp_path)
    user["domain"] = {"name": str(folder)}
    word = Synonym(member="takings", lang="zh", word="吸金能力")
    with _ground(settings(user)) as ground:
        assert learn.home(ground.domain) == ground.domain.folder
    monkeypatch.setattr("os.access", lambda _path, mode: mode != os.W_OK)  # root may write everywhere
    before = {path: path.read_bytes() for path in folder.glob("*.yaml")}
    with _ground(settings(user)) as ground:
        assert learn._keep_word(word, ground.domain).is_relative_to(user["data_dir"])
    assert before == {path: path.read_bytes() for path in folder.glob("*.yaml")}
    with _ground(settings(user)) as ground:
        assert "吸金能力" in ground.domain.model.metrics["takings"].synonyms.zh


def test_a_rejected_word_is_not_listed_again(ask: Callable[..., list[Answer]], cli: Cli) -> None:
    ask(f"上个月各大区的{WORD}", "上个月各大区的销售额")
    assert "Dropped" in cli("reject", "1")
    cli("reject", "1q")
    ask(f"上个月各大区的{WORD}", "上个月各大区的销售额")
    assert "Nothing to decide" in cli()
    assert ask(f"上个月各大区的{WORD}")[0].status == "clarify"


def test_numbers_stay_when_another_is_decided(ask: Callable[..., list[Answer]], cli: Cli) -> None:
    ask(f"上个月各大区的{WORD}", "上个月各大区的销售额")
    ask("上个月江浙沪地界的销售额", "上个月华东的销售额")
    assert {"1", "1q", "2", "2q"} <= {each["id"] for each in json.loads(cli("--json"))}
    cli("reject", "1")
    assert {"2", "2q"} <= {each["id"] for each in json.loads(cli("--json"))}
    assert "no proposal 1" in cli("accept", "1", code=2)


def test_the_same_lesson_counts_once(ask: Callable[..., list[Answer]], cli: Cli) -> None:
    for name in ("甲", "乙", "甲"):
        ask(f"上个月各大区的{WORD}", "上个月各大区的销售额", by=name)
    first = json.loads(cli("--json"))[0]
    assert (first["times"], first["by"], first["word"], first["member"]) == (3, ["甲", "乙"], WORD, "sales")


COLLIDING = (
    ("营收", "gmv", None, "learn-collides"),
    ("华东", "sales", None, "learn-collides"),
    ("女装", "sales", None, "learn-collides"),
    ("上个月", "sales", None, "learn-means-already"),
    ("华东销售额", "gmv", None, "learn-means-already"),
    ("最高", "sales", None, "learn-means-already"),
)


@pytest.mark.parametrize(("word", "member", "value", "code"), COLLIDING, ids=[c[0] for c in COLLIDING])
def test_a_word_with_another_meaning_is_refused(
    user: dict[str, Any], word: str, member: str, value: str | None, code: str
) -> None:
    with _ground(settings(user)) as ground, pytest.raises(ConfigError) as told:
        learn.check_word(Synonym(member=member, value=value, lang="zh", word=word), ground)
    assert told.value.issue.code == code
    assert told.value.issue.params["word"] == word


def test_somebodys_name_is_no_synonym(user: dict[str, Any], demo: Any) -> None:
    name = demo.execute("SELECT email FROM customers WHERE email IS NOT NULL ORDER BY customer_id LIMIT 1").fetchall()[0][0]
    with _ground(settings(user)) as ground, pytest.raises(ConfigError) as told:
        learn.check_word(Synonym(member="sales", lang="en", word=name), ground)
    assert told.value.issue.code == "learn-personal"


def test_somebodys_name_is_no_synonym_in_another_spelling(user: dict[str, Any], demo: Any) -> None:
    """What the YAML declares leaves for a model."""
    name = demo.execute("SELECT name FROM customers WHERE length(name) = 3 AND name LIKE '张%' ORDER BY 1 LIMIT 1").fetchall()[0][
        0
    ]
    with _ground(settings(user)) as ground:
        for word in (f"張{name[1:]}", f"{name[0]} {name[1:]}"):
            with pytest.raises(ConfigError) as told:
                learn.check_word(Synonym(member="sales", lang="zh", word=word), ground)
            assert told.value.issue.code == "learn-personal"


def test_a_word_that_changes_a_question_of_the_domain_is_refused(user: dict[str, Any]) -> None:
    with _ground(settings(user)) as ground, pytest.raises(ConfigError) as told:
        learn.check_word(Synonym(member="gmv", lang="zh", word="和近"), ground)
    assert told.value.issue.code == "learn-changes"


# --- a question ----------------------------------------------------------------------------------------------------------


def test_a_verified_question_is_understood_on_other_days_and_values(ask: Callable[..., list[Answer]], cli: Cli) -> None:
    ask(f"上个月各大区{WORD}咋样", "上个月各大区销售额咋样")
    listed = {each["id"]: each for each in json.loads(cli("--json")) if each["kind"] == "question"}
    number = next(key for key, each in listed.items() if WORD in each["question"])
    assert "verified.yaml" in cli("accept", number)
    first, other, unlike = (ask(text)[0] for text in (f"上个月各大区{WORD}咋样", f"8月各大区{WORD}咋样", f"8月各城市{WORD}咋样"))
    assert first.status == other.status == "answered"
    assert other.rows == ask("8月各大区销售额")[0].rows
    assert first.rows != other.rows
    assert unlike.status == "clarify"
    assert first.interpretation is not None
    assert any("确认" in item.label for item in first.interpretation.assumptions)


def test_a_verified_question_gives_no_right(demo_parts: Parts) -> None:
    """Whoever may not see a member of the query is asked back as if nobody had verified it."""
    one = verified("上个月吸金能力咋样", period={"start": "2026-09-01", "end": "2026-10-01"})
    floor = demo_parts.floor
    assert isinstance(floor, RulesPlanner)
    planner = VerifiedPlanner(floor, floor.index, floor.calendar, demo_parts.model, (one,))
    asked = Question("8月吸金能力咋样", "zh", DAY)
    assert planner.plan(asked, demo_parts.model, _Fresh()).queries
    less = {name: metric for name, metric in demo_parts.model.metrics.items() if name != "sales"}
    hidden = demo_parts.model.model_copy(update={"metrics": less})
    assert planner.plan(asked, hidden, _Fresh()).clarification is not None


def test_a_value_of_another_dimension_is_another_question(demo_parts: Parts, demo: Any) -> None:
    """The same words but for a campaign where the verified question has a store: it was asked of a store of that name."""
    shop, other = (
        str(demo.execute(f"SELECT store_name FROM stores ORDER BY store_id LIMIT 1 OFFSET {i}").fetchall()[0][0]) for i in (0, 1)
    )
    (campaign,) = demo.execute("SELECT campaign_name FROM campaigns ORDER BY campaign_id LIMIT 1").fetchall()[0]
    where = {"kind": "predicate", "member": "store_name", "op": "=", "values": [shop]}
    one = verified(f"上个月{shop}在各个渠道的吸金能力咋样", period={"start": "2026-09-01", "end": "2026-10-01"}, where=where)
    floor = demo_parts.floor
    assert isinstance(floor, RulesPlanner)
    planner = VerifiedPlanner(floor, floor.index, floor.calendar, demo_parts.model, (one,))
    asked = [Question(f"上个月{name}在各个渠道的吸金能力咋样", "zh", DAY) for name in (other, campaign)]
    readings = [planner.plan(question, demo_parts.model, _Fresh()) for question in asked]
    assert "verified-read" in [issue.code for issue in readings[0].issues]
    assert "verified-read" not in [issue.code for issue in readings[1].issues]


class _Fresh:
    last = None


def verified(question: str, **query: Any) -> Verified:
    made = Aggregate(metrics=(MetricUse(metric="sales"),), **query)
    return Verified(question=question, lang="zh", as_of=DAY, query=made)


def test_a_query_with_more_than_the_words_is_not_kept(user: dict[str, Any]) -> None:
    period = {"start": "2026-01-01", "end": "2026-02-01"}
    with _ground(settings(user)) as ground:
        for one in (verified("吸金能力咋样", period=period), verified("上个月吸金能力咋样")):
            with pytest.raises(ConfigError) as told:
                learn.check_question(one, ground)
            assert told.value.issue.code == "learn-not-general"
        learn.check_question(verified("上个月吸金能力咋样", period={"start": "2026-09-01", "end": "2026-10-01"}), ground)


def test_a_thumb_up_is_a_proposal(user: dict[str, Any]) -> None:
    one = verified("上个月吸金能力咋样", period={"start": "2026-09-01", "end": "2026-10-01"})
    right = Right("ab12cd34", one.question, "zh", one.query.model_dump_json(), (date(2020, 1, 1), DAY), "ops")
    with _ground(settings(user)) as ground:
        from dataclasses import replace as changed

        found = proposals(changed(ground, rights=(right,)))
        assert [(each.id, each.kind) for each in found] == [("ab12cd34", "question")]
        assert found[0].verified == one.model_copy(update={"by": "ops"})


# --- what is noted -------------------------------------------------------------------------------------------------------


def test_nothing_is_noted_of_an_evaluation_or_where_it_is_off(ask: Callable[..., list[Answer]], user: dict[str, Any]) -> None:
    ask(f"上个月各大区的{WORD}", "上个月各大区的销售额", channel="eval")
    ask(f"上个月各大区的{WORD}", "上个月各大区的销售额", answers={"learn": False})
    assert not (user["data_dir"] / "lessons.jsonl").exists()


def test_another_question_teaches_nothing(ask: Callable[..., list[Answer]], user: dict[str, Any]) -> None:
    ask(f"上个月各大区的{WORD}", "沉睡客户有多少？")
    assert not (user["data_dir"] / "lessons.jsonl").exists()


def test_only_the_owner_reads_the_notes(ask: Callable[..., list[Answer]], user: dict[str, Any]) -> None:
    ask(f"上个月各大区的{WORD}", "上个月各大区的销售额")
    assert ((user["data_dir"] / "lessons.jsonl").stat().st_mode & 0o777) == 0o600


def test_a_file_that_cannot_be_written_or_read_fails_no_answer(tmp_path: Path) -> None:
    lessons = Lessons(tmp_path, lambda: datetime(2026, 10, 20, tzinfo=UTC))  # a folder
    query = Aggregate(metrics=(MetricUse(metric="sales"),))
    answer = Answer("answered", "", "zh", interpretation=Reading(query=query))
    before = Conversation(pending=Pending(question="?", choices=(Choice("a", query),), code="several-readings"))
    lessons.heed("1", before, answer, Told("retail", DAY, "manager", "cli"))
    assert list(lessons.notes("retail")) == []
    broken = tmp_path / "lessons.jsonl"
    broken.write_text('{"question": 1}\nnonsense\n[]\n', "utf-8")
    assert list(Lessons(broken, lambda: datetime(2026, 10, 20, tzinfo=UTC)).notes("retail")) == []


@pytest.mark.parametrize(
    ("asked", "meant", "expected"),
    [
        ("上个月各大区的吸金能力", "上个月各大区的销售额", ("吸金能力", "销售额")),
        ("flurbs by region?", "sales by region", ("flurbs", "sales")),
        ("sales of flurbage last month", "sales of florals last month", ("flurbage", "florals")),
        ("今天天气怎么样", "销售额", None),
        ("销售额", "销售额", None),
        ("", "", None),
    ],
)
def test_what_was_replaced(asked: str, meant: str, expected: tuple[str, str] | None) -> None:
    swap = replaced(asked, meant)
    assert (None if swap is None else (swap.old, swap.new)) == expected


# --- an overlay ----------------------------------------------------------------------------------------------------------


def test_a_broken_overlay_warns_and_stops_nothing(tmp_path: Path) -> None:
    folder, overlay = clinic_folder(tmp_path), tmp_path / "overlay"
    overlay.mkdir()
    words = "- {member: nothing, lang: zh, word: 甲}\n- {member: takings, lang: zh, word: 乙}\n"
    words += "- {member: takings, value: x, lang: zh, word: 丙}\n"
    (overlay / "synonyms.yaml").write_text(words + "- {word: 丁}\n", "utf-8")
    (overlay / "roles.yaml").write_text("owner: {label: x}\n", "utf-8")
    loaded = read_domain(folder, overlay)
    assert "乙" in loaded.model.metrics["takings"].synonyms.zh
    assert loaded.model.roles == read_domain(folder).model.roles
    assert {issue.code for issue in loaded.warnings} >= {"undeclared-name", "undeclared-value", "unknown-file"}
    places = {str(issue.where) for issue in loaded.warnings if issue.code == "undeclared-name"}
    assert places == {"overlay/synonyms.yaml:1"}
