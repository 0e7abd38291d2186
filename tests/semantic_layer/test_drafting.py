"""A draft loads, has the joins and metrics that a person would expect, and marks every entry with its reason."""

from pathlib import Path

import duckdb
import pytest

from assistant.inspection import inspect
from semantic_layer.compiler import compile_plan
from semantic_layer.drafting import draft
from semantic_layer.drafting.words import chinese, further_chinese, plural, singular, spelt
from semantic_layer.loader import load
from semantic_layer.model import SemanticModel
from semantic_layer.query import Aggregate, ByDimension, MetricUse, Predicate, Records
from semantic_layer.resolve import resolve
from semantic_layer.scope import Scope, restrict

SCHEMA = """
CREATE TABLE Members (member_id INTEGER PRIMARY KEY, full_name VARCHAR, phone VARCHAR, town VARCHAR, joined DATE);
CREATE TABLE Club_Visits (visit_id INTEGER PRIMARY KEY, member_id INTEGER, spent DECIMAL(8,2), minutes VARCHAR,
    open_year INTEGER);
INSERT INTO Members VALUES (1, 'Ann', '13800000001', 'York', '2026-01-01'), (2, 'Bob', '13800000002', 'Leeds', '2026-02-01');
INSERT INTO Club_Visits VALUES (1, 1, 10, '30', 2001), (2, 1, 5, '45', 2002), (3, 2, 7, '20', 2002);
"""


@pytest.fixture
def club(tmp_path: Path) -> tuple[SemanticModel, Path, Path]:
    """The draft's model, its folder, the database."""
    database, folder = tmp_path / "club.duckdb", tmp_path / "club"
    with duckdb.connect(str(database)) as connection:
        connection.execute(SCHEMA)
    folder.mkdir()
    for name, text in draft(inspect(database)).files.items():
        (folder / name).write_text(text, "utf-8")
    return load(folder), folder, database


def test_what_is_drafted(club: tuple[SemanticModel, Path, Path]) -> None:
    model, folder, _ = club
    assert {m.label.en for m in model.metrics.values()} >= {
        "number of members",
        "number of club visits",
        "total spent",
        "average minutes",
    }
    assert not any("year" in m.label.en for m in model.metrics.values()), "years are not amounts"
    assert [(j.table, j.to) for j in model.joins] == [("club_visits", "members")]
    assert model.dimensions["phone"].pii == "phone"
    assert model.entities[model.domain.entity].table == "members"
    assert "会员" in model.metrics["member_count"].label.zh
    for file in ("metrics", "dimensions", "joins"):
        assert "# draft:" in (folder / f"{file}.yaml").read_text("utf-8")


def test_a_draft_can_be_asked_at_once(club: tuple[SemanticModel, Path, Path]) -> None:
    model, _, database = club
    restricted = restrict(model, Scope("owner", {}))
    query = Aggregate(metrics=(MetricUse(metric="total_club_visit_spent"),), group_by=(ByDimension(member="town"),))
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"ATTACH '{database}' AS d (READ_ONLY); CREATE VIEW members AS FROM d.main.Members")
        connection.execute("CREATE VIEW club_visits AS FROM d.main.Club_Visits")
        assert connection.execute(compile_plan(resolve(query, restricted), restricted).sql).fetchall() == [
            ("York", 15),
            ("Leeds", 7),
        ]
        who = Records(entity="member_entity", where=Predicate(member="town", op="=", values=("York",)))
        assert connection.execute(compile_plan(resolve(who, restricted), restricted).sql).fetchall() == [(1,)]


@pytest.mark.parametrize(
    ("name", "words"), [("CUST_ID", "customer id"), ("orderItems", "order items"), ("no_of_loans", "number of loans")]
)
def test_names_become_words(name: str, words: str) -> None:
    assert spelt(name) == words


@pytest.mark.parametrize("one", ["order", "company", "address", "branch", "person"])
def test_plural_and_singular_are_inverse(one: str) -> None:
    assert singular(plural(one)) == one or plural(one) == "persons"


def test_every_foreign_database_gives_a_model(shared: Path, tmp_path: Path) -> None:
    """16 databases that others wrote: without their declared keys, from the data alone."""
    for database in sorted((shared / "external" / "spider_crm" / "databases").iterdir()):
        folder = tmp_path / database.name
        folder.mkdir()
        for name, text in draft(inspect(database)).files.items():
            (folder / name).write_text(text, "utf-8")
        assert load(folder).metrics, database.name


def test_no_column_is_called_like_its_neighbour(tmp_path: Path) -> None:
    """A quantity is also called an amount, but not beside an amount."""
    database, folder = tmp_path / "shop.duckdb", tmp_path / "shop"
    with duckdb.connect(str(database)) as connection:
        connection.execute("CREATE TABLE sales (sale_id INTEGER PRIMARY KEY, quantity INTEGER, amount DECIMAL(8,2))")
        connection.execute("INSERT INTO sales VALUES (1, 2, 20)")
    folder.mkdir()
    for name, text in draft(inspect(database)).files.items():
        (folder / name).write_text(text, "utf-8")
    model = load(folder)
    quantity, amount = model.dimensions["quantity"], model.dimensions["amount"]
    assert not {"amount", "sale amount"} & set(quantity.synonyms.en)
    assert not {amount.label.zh, f"销售{amount.label.zh}"} & set(quantity.synonyms.zh)


def test_rows_without_a_key_get_a_table_of_what_they_are_about(tmp_path: Path) -> None:
    database, folder = tmp_path / "shop.duckdb", tmp_path / "shop"
    with duckdb.connect(str(database)) as connection:
        connection.execute("CREATE TABLE orders (customer_id INTEGER, amount DECIMAL(8,2))")
        connection.execute("INSERT INTO orders VALUES (1, 20), (1, 20), (2, 5)")
    folder.mkdir()
    for name, text in draft(inspect(database)).files.items():
        (folder / name).write_text(text, "utf-8")
    model = load(folder)
    customers = model.tables["customers"]
    assert (customers.source, customers.distinct, customers.primary_key) == ("orders", True, ("customer_id",))
    assert [(j.table, j.to) for j in model.joins] == [("orders", "customers")]
    assert model.entities[model.domain.entity].table == "customers"


def test_names_have_chinese_for_all_that_they_are_called() -> None:
    assert chinese("school artist") == "学校艺术家"
    assert "学校年级" in further_chinese("school grade")
    assert chinese("total") == "总额"
    assert chinese("unknown blorp") == "unknown blorp"
