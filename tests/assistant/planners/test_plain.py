"""Plain questions over a model that nobody has tuned: what they become, what they never become; other models are the rules'."""

from collections.abc import Iterator
from dataclasses import replace

import duckdb
import pytest

from assistant.app import Assistant, assemble, settings_of
from assistant.inspection import write_draft
from assistant.planners.plain import PlainFirst, is_plain
from assistant.planners.rules import RulesPlanner
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
    parts = assemble(settings_of(folder, None, None, "rules", {"data_dir": home / "data", "scope": {"role": "owner"}}))
    assert isinstance(parts.planner, RulesPlanner)
    with Assistant(replace(parts, planner=PlainFirst(parts.planner))) as opened:
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


@pytest.mark.parametrize("word", ["frobnicated", "purple", "seventeenth"])
def test_a_word_that_nothing_explains_is_never_dropped(club: Assistant, word: str) -> None:
    for question in (f"How many {word} members are there?", f"Show the name of each {word} club and the number of members."):
        assert club.ask(question).status != "answered", question


def test_a_number_that_has_no_place_is_never_dropped(club: Assistant) -> None:
    assert club.ask("How many 7 members 9 are there?").status != "answered"


def test_a_model_with_words_of_its_own_is_left_to_the_rules(retail: SemanticModel, club: Assistant) -> None:
    assert not is_plain(retail)
    assert is_plain(club.model)
