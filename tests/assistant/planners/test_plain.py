"""Plain questions over a model that nobody has tuned: what they become, what they never become; other models are the rules'."""

import random
from collections.abc import Iterator
from datetime import date

import duckdb
import pytest

from assistant.app import Assistant
from assistant.inspection import write_draft
from semantic_layer.model import SemanticModel

SCHEMA = """
CREATE TABLE Clubs (club_id INTEGER PRIMARY KEY, club_name VARCHAR, town VARCHAR, open_year INTEGER, seats INTEGER);
CREATE TABLE Members (member_id INTEGER PRIMARY KEY, member_name VARCHAR, age INTEGER, club_id INTEGER REFERENCES Clubs);
CREATE TABLE Visits (visit_id INTEGER PRIMARY KEY, member_id INTEGER REFERENCES Members, spent DECIMAL(8,2));
INSERT INTO Clubs VALUES (1, 'Oak', 'York', 1999, 50), (2, 'Elm', 'York', 2005, 80), (3, 'Ash', 'Leeds', 2010, 20);
INSERT INTO Members VALUES (1, 'Ann', 30, 1), (2, 'Bob', 40, 1), (3, 'Cat', 50, 2);
INSERT INTO Visits VALUES (1, 1, 10), (2, 1, 5), (3, 2, 7);
"""


@pytest.fixture(scope="module")
def club(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """An assistant over a drafted domain, its owner asking."""
    home = tmp_path_factory.mktemp("plain")
    with duckdb.connect(str(home / "club.duckdb")) as connection:
        connection.execute(SCHEMA)
    folder = write_draft(home / "club.duckdb", home / "club", None, force=False).folder
    with Assistant.open(folder, data_dir=home / "data", scope={"role": "owner"}) as opened:
        yield opened


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("How many members are there?", [(3,)]),
        ("What is the average and maximum age of all members?", [(40, 50)]),
        ("Show the name of each club and the number of members.", [("Elm", 1), ("Oak", 2)]),
        ("What are the town and the number of clubs in each town?", [("Leeds", 1), ("York", 2)]),
        ("How many clubs opened after 2000?", [(2,)]),
        ("How many members have an age above 35?", [(2,)]),
        ("Which town has the most clubs?", [("York", 2)]),
        ("What is the name of the member with the most visits?", [("Ann", 2)]),
        ("Which members have at least two visits?", [("Ann", 2)]),
        ("How many different towns are there?", [(2,)]),
        ("What is the town with the most clubs?", [("York", 2)]),
        ("How many clubs were opened before 2000 or after 2009?", [(2,)]),
        ("What is the average age of the members of each club?", [("Elm", 50), ("Oak", 35)]),
        ("What is the total amount spent by each member?", [("Ann", 15), ("Bob", 7)]),
        ("Who is the oldest member?", [(3, "Cat")]),
        ("Which members have never visited?", [(3, "Cat")]),
        ("How many members have no visits?", [(1,)]),
        ("How many clubs have more than 30 seats?", [(2,)]),
        ("What is the number of seats of the clubs in York?", [(130,)]),
        ("What is the minimum number of seats in each town?", [("Leeds", 20), ("York", 50)]),
        ("Which members visited more than once?", [("Ann", 2)]),
        ("List the members and the number of their visits, sorted from most to least", [("Ann", 2), ("Bob", 1)]),
        ("Find the names of members whose name contains 'nn'.", [(1, "Ann")]),
        ("每个俱乐部有多少成员？", [("Elm", 1), ("Oak", 2)]),
        ("访问最多的会员是谁", [("Ann", 2)]),
        ("会员的平均年龄是多少", [(40,)]),
        ("年龄大于35的会员有多少？", [(2,)]),
        ("有多少位会员的年龄大于35？", [(2,)]),
        ("2000年以后开业的俱乐部的平均座位数是多少？", [(50,)]),
        ("年龄最大的会员的姓名是什么？", [(3, "Cat")]),
        ("最年轻的会员是谁？", [(1, "Ann")]),
        ("会员最多的俱乐部叫什么名字？", [("Oak", 2)]),
        ("没有访问的会员有哪些？", [(3, "Cat")]),
        ("哪些会员至少有两次访问？", [("Ann", 2)]),
        ("35岁以上的会员有几位？", [(2,)]),
        ("按年龄降序列出每位会员的姓名和年龄", [(1, "Ann", 30), (2, "Bob", 40), (3, "Cat", 50)]),
        ("每个俱乐部有多少会员？列出名称和人数。", [("Elm", 1), ("Oak", 2)]),
        ("给出年龄最大的2个会员的姓名和年龄", [(2, "Bob", 40), (3, "Cat", 50)]),
        ("每个俱乐部会员的平均年龄和最大年龄是多少？", [("Elm", 50, 50), ("Oak", 35, 40)]),
        ("返回每个城镇的俱乐部数量，按数量降序排列。", [("Leeds", 1), ("York", 2)]),
        ("有哪些不同的城镇？", [("Leeds",), ("York",)]),
        ("哪些年份有俱乐部开业？", [(1999,), (2005,), (2010,)]),
        ("访问次数最多的会员叫什么名字？", [("Ann", 2)]),
        ("Which member visited most often?", [("Ann", 2)]),
        ("统计每个城镇的俱乐部数量", [("Leeds", 1), ("York", 2)]),
        ("不同城镇的数量是多少？", [(2,)]),
        ("哪两个俱乐部的会员最多？", [("Elm", 1), ("Oak", 2)]),
        ("会员人数超过1人的俱乐部有哪些？", [("Oak", 2)]),
        ("年龄的平均值、最大值和最小值各是多少？", [(40, 50, 30)]),
        ("名字以A开头的会员有哪些？", [(1, "Ann")]),
        ("哪些会员没有任何访问？", [(3, "Cat")]),
        ("What are the different towns?", [("Leeds",), ("York",)]),
        ("What is the age of the member with id 2?", [(2, 40)]),
        ("How many types of towns are there?", [(2,)]),
        ("How many clients have at least one visit?", None),
    ],
)
def test_plain_questions(club: Assistant, question: str, rows: list[tuple[object, ...]] | None) -> None:
    answer = club.ask(question)
    if rows is None:
        assert answer.status == "clarify", answer.rows
    else:
        assert answer.status == "answered", answer.text
        assert sorted(answer.rows) == rows


@pytest.mark.parametrize("question", ["俱乐部的库存是多少？", "What is the profit of the clubs?"])
def test_what_strangers_data_are_not_about_nobody_knows(club: Assistant, question: str) -> None:
    """The words that are outside of a tuned domain are only unread here."""
    answer = club.ask(question)
    assert (answer.status, answer.error_code) == ("clarify", "unread-words")


@pytest.mark.parametrize("word", ["frobnicated", "purple", "seventeenth"])
def test_a_word_that_nothing_explains_is_never_dropped(club: Assistant, word: str) -> None:
    for question in (f"How many {word} members are there?", f"Show the name of each {word} club and the number of members."):
        assert club.ask(question).status != "answered", question


@pytest.mark.parametrize(
    "question",
    [
        "How many members were cancelled?",
        "How many members cost more than 20?",
        "Which clubs opened in both 1999 and 2005?",
        "Show the members in order",
        "会员的访问次数率是多少",
        "所有会员项的名称",
        "会员的访问和工作",
        "Which members visited the most in their clubs?",
    ],
)
def test_what_is_not_understood_is_asked_back(club: Assistant, question: str) -> None:
    assert club.ask(question).status != "answered"


def test_what_is_read_in_part_is_a_choice_and_no_answer(club: Assistant) -> None:
    answer = club.ask("每个俱乐部的会员多少钱")
    assert answer.status == "clarify"


def test_other_words_for_a_name_are_understood(club: Assistant) -> None:
    assert club.ask("How many different cities are there?").rows == [(2,)]


def test_a_new_question_in_a_conversation_is_read_anew_and_a_follow_up_is_not(club: Assistant) -> None:
    thread = club.thread()
    assert thread.ask("How many members are there?").rows == [(3,)]
    assert sorted(thread.ask("Show the name of each club and the number of members.").rows) == [("Elm", 1), ("Oak", 2)]
    assert thread.ask("only Oak").rows == [(2,)]


def test_no_order_of_words_breaks_the_reader(club: Assistant) -> None:
    english = (
        "members clubs visits town age name seats most least average number of each by with who not no or and sorted descending"
    )
    more = "more than 3 2 York Oak total different oldest top in 1999 before contains 'x' never visited how many list 最多 每个 会员 数量"
    words = f"{english} {more}".split(" ")
    lot = random.Random(7)
    for _ in range(400):
        question = " ".join(lot.choices(words, k=lot.randint(1, 9)))
        assert club.ask(question).status in ("answered", "clarify", "refused"), question


def test_a_number_that_has_no_place_is_never_dropped(club: Assistant) -> None:
    assert club.ask("How many 7 members 9 are there?").status != "answered"


def test_only_a_draft_is_read_so(retail: SemanticModel, club: Assistant) -> None:
    assert not retail.domain.draft
    assert club.model.domain.draft


# --- rows without a key of their own ---------------------------------------------------------------------------------------------

SALES = """
CREATE TABLE sales (customer_id INTEGER, sale_date DATE, quantity INTEGER, amount DECIMAL(8,2), returned BOOLEAN,
  payment_method VARCHAR);
INSERT INTO sales VALUES (1, '2024-01-05', 2, 20, false, 'Cash'), (1, '2024-01-05', 2, 20, false, 'Cash'),
  (2, '2024-02-03', 1, 8, true, 'Check'), (3, '2024-02-07', 5, 50, false, 'Cash'), (NULL, '2024-03-01', 1, 2, false, 'Check');
"""


@pytest.fixture(scope="module")
def sales(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """An assistant over the draft of one table that has no key, only the ids of customers."""
    home = tmp_path_factory.mktemp("sales")
    with duckdb.connect(str(home / "shop.duckdb")) as connection:
        connection.execute(SALES)
    folder = write_draft(home / "shop.duckdb", home / "shop", None, force=False).folder
    with Assistant.open(folder, data_dir=home / "data", scope={"role": "owner"}) as opened:
        yield opened


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("How many sales were there?", [(5,)]),
        ("How many customers are there?", [(3,)]),
        ("一共有多少个客户？", [(3,)]),
        ("What is the total amount?", [(100,)]),
        ("总金额是多少？", [(100,)]),
        ("What is the total quantity?", [(11,)]),
        ("What is the quantity of sales in February 2024?", [(6,)]),
        ("没有退回的销售有几笔？", [(4,)]),
        ("使用现金付款的销售有几笔？", [(3,)]),
        ("支票付款的总金额是多少？", [(10,)]),
        ("金额最高的客户是谁？", [(3, 50)]),
        ("退回的销售有多少？", [(1,)]),
        ("按月统计退回的销售数", [(date(2024, 2, 1), 1)]),
        ("Which customers have at least 2 sales?", [(1, 2)]),
        ("每笔销售的平均金额是多少？", [(20,)]),
        ("Which customer has the most sales?", [(1, 2)]),
        ("How many sales were returned?", [(1,)]),
        ("每个月的销售金额是多少？", [(date(2024, 1, 1), 40), (date(2024, 2, 1), 58), (date(2024, 3, 1), 2)]),
    ],
)
def test_rows_without_a_key_are_about_something(sales: Assistant, question: str, rows: list[tuple[object, ...]]) -> None:
    answer = sales.ask(question)
    assert answer.status == "answered", answer.text
    assert sorted(answer.rows) == rows
