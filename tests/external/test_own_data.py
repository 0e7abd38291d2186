"""Two databases of our own making, asked at once after they were drafted: floors that only rise, and kinds of question one by one."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from assistant.app import Assistant
from assistant.inspection import inspect
from assistant.qa import Answer
from semantic_layer.drafting import draft
from tests.external.own_data import FILE, ask_all, write
from tests.external.real_data import questions


def test_the_questions_are_in_both_languages() -> None:
    assert {name: len(own) for name, own in questions(FILE).items()} == {"inn": 52, "jianshenfang": 52}


@pytest.mark.slow
@pytest.mark.parametrize(("name", "zh", "en"), [("inn", 12, 20), ("jianshenfang", 20, 21)])
def test_what_nobody_described_is_answered_or_asked_back(name: str, zh: int, en: int) -> None:
    found = [outcome for _, outcome in ask_all(only=name)]
    right = {lang: sum(o.verdict == "right" for o in found if o.question["lang"] == lang) for lang in ("zh", "en")}
    assert (right["zh"] >= zh, right["en"] >= en) == (True, True), right
    wrong = [o.question["question"] for o in found if o.verdict in ("wrong_given", "failed")]
    assert wrong in ([], ["What is the largest number of nights of any booking?"])  # answered, with the booking beside it


class Drafted:
    """A database of ours with a draft of it, to be asked and queried."""

    def __init__(self, name: str, place: Path) -> None:
        self.folder = write(name, place / "data_of")
        domain = place / name
        domain.mkdir()
        for file, text in draft(inspect(self.folder)).files.items():
            (domain / file).write_text(text, "utf-8")
        settings: dict[str, Any] = {"answers": {"suggestions": 0, "audit": False}, "scope": {"role": "owner"}}
        self.wenke = Assistant.open(domain, data_dir=place / "data", **settings)

    def ask(self, question: str) -> Answer:
        return self.wenke.ask(question, lang="en" if question.isascii() else "zh")

    def one(self, sql: str) -> Any:
        with duckdb.connect(":memory:") as connection:
            for path in self.folder.glob("*.parquet"):
                connection.execute(f"CREATE VIEW \"{path.stem}\" AS SELECT * FROM read_parquet('{path}')")
            row = connection.execute(sql).fetchone()
        return row[0] if row else None


@pytest.fixture(scope="module")
def inn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drafted]:
    made = Drafted("inn", tmp_path_factory.mktemp("inn"))
    yield made
    made.wenke.close()


@pytest.fixture(scope="module")
def gym(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drafted]:
    made = Drafted("jianshenfang", tmp_path_factory.mktemp("gym"))
    yield made
    made.wenke.close()


@pytest.mark.parametrize(
    ("question", "sql"),
    [
        (
            "How many guests had bookings in March 2025?",
            "SELECT count(DISTINCT guest) FROM bookings WHERE booked_on >= '2025-03-01' AND booked_on < '2025-04-01'",
        ),
        (
            "How many guests had no bookings in March 2025?",
            "SELECT count(*) FROM guests WHERE guest_id NOT IN "
            "(SELECT guest FROM bookings WHERE booked_on >= '2025-03-01' AND booked_on < '2025-04-01')",
        ),
        ("How many bookings were cancelled?", "SELECT count(*) FROM bookings WHERE status = 'cancelled'"),
        (
            "What share of bookings was cancelled?",
            "SELECT avg(CASE WHEN status = 'cancelled' THEN 1.0 ELSE 0 END) FROM bookings",
        ),
        (
            "What share of website bookings was cancelled?",
            "SELECT avg(CASE WHEN status = 'cancelled' THEN 1.0 ELSE 0 END) FROM bookings WHERE channel = 'website'",
        ),
        ("How many rooms have a rate below 100 or higher than 250?", "SELECT count(*) FROM rooms WHERE rate < 100 OR rate > 250"),
        ("How many different extras have been sold?", "SELECT count(DISTINCT extra) FROM booking_extras"),
        ("How many rooms on floor 2 have a sea view?", "SELECT count(*) FROM rooms WHERE floor = 2 AND sea_view = 'yes'"),
    ],
)
def test_numbers_of_the_inn(inn: Drafted, question: str, sql: str) -> None:
    answer = inn.ask(question)
    assert answer.status == "answered", answer.text
    assert [float(row[0]) for row in answer.rows] == [pytest.approx(float(inn.one(sql)))]


@pytest.mark.parametrize(
    ("question", "sql"),
    [
        ("女会员有多少人？", "SELECT count(*) FROM 会员 WHERE 性别 = '女'"),
        ("How many female members are there?", "SELECT count(*) FROM 会员 WHERE 性别 = '女'"),
        ("约课的到课率是多少？", "SELECT avg(是否到课) FROM 约课记录"),
        ("黑卡会员占全部会员的比例是多少？", "SELECT avg(CASE WHEN 会员等级 = '黑卡' THEN 1.0 ELSE 0 END) FROM 会员"),
        ("不是全职的教练有多少？", "SELECT count(*) FROM 教练 WHERE 是否全职 = 0"),
        ("用wx充值过的会员有多少人？", "SELECT count(DISTINCT hybh) FROM 充值记录 WHERE 支付方式 = 'wx'"),
    ],
)
def test_numbers_of_the_gym(gym: Drafted, question: str, sql: str) -> None:
    answer = gym.ask(question)
    assert answer.status == "answered", answer.text
    assert [float(row[0]) for row in answer.rows] == [pytest.approx(float(gym.one(sql)))]


@pytest.mark.parametrize(
    "question",
    [
        "Which rooms have a rate above the average?",
        "Which rooms are more expensive than the average rate?",
        "Which countries have more than 10 guests or the tier gold?",
        "Which guests live in Germany and have the tier gold or the country Italy?",
    ],
)
def test_what_one_query_cannot_tell_is_asked_back(inn: Drafted, question: str) -> None:
    assert inn.ask(question).status == "clarify"


def test_members_who_share_a_name_are_told_apart(inn: Drafted) -> None:
    answer = inn.ask("Who are the top 3 guests by total booking amount?")
    most = inn.one("SELECT max(total) FROM (SELECT sum(amount) AS total FROM bookings GROUP BY guest)")
    assert answer.columns[0].name == "guest_id"
    assert answer.rows[0][-1] == most


def test_money_without_a_name_is_the_only_amount_there_is(gym: Drafted) -> None:
    answer = gym.ask("每种支付方式充值了多少钱？")
    assert {row[0]: row[1] for row in answer.rows}["wx"] == gym.one("SELECT sum(充值金额) FROM 充值记录 WHERE 支付方式 = 'wx'")


def test_a_ranking_shows_its_number_where_it_is_asked_for_too(inn: Drafted) -> None:
    assert inn.ask("Which city has the most hotels, and how many?").rows == [("Lisbon", 3)]


def test_all_information_holds_references_too(inn: Drafted) -> None:
    answer = inn.ask("Show all information about bookings.")
    assert len(answer.columns) == inn.one("SELECT count(*) FROM information_schema.columns WHERE table_name = 'bookings'")
