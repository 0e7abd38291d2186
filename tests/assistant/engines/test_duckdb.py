"""The embedded engine: rows, caps, timeouts, threads, files that are replaced while it runs."""

import logging
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from assistant.engines.base import EngineSettings, Fetched
from assistant.engines.duckdb import DuckDBEngine
from assistant.errors import EngineError, EngineUnavailable, QueryFailed, QueryTimeout
from semantic_layer.model import SemanticModel, Table, TableColumn
from tests.models import tiny_retail, write_tiny_retail

MODEL = tiny_retail()
SMALL = EngineSettings(threads=2, memory_limit="1GB")
ENDLESS = "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range + b.range = 3"


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    return write_tiny_retail(tmp_path)


@pytest.fixture
def engine(files: tuple[Path, Path]) -> Iterator[DuckDBEngine]:
    opened = DuckDBEngine.open(MODEL, *files, SMALL)
    yield opened
    opened.close()


def one(engine: DuckDBEngine, sql: str) -> object:
    return engine.run(sql, timeout=10, max_rows=10).rows[0][0]


def profile(path: Path, tier: str, as_of: str = "2026-10-20") -> None:
    """Writes another profile file over the old one, as a refresh does."""
    fresh = path.with_suffix(".new")
    with duckdb.connect(str(fresh)) as connection:
        connection.execute(
            f"CREATE TABLE customer_profile_history AS SELECT i::BIGINT AS customer_id, '{tier}' AS value_tier, "
            f"'x' AS age_group, 30 AS age, 1 AS orders_365d, 'y' AS ticket_tier, DATE '{as_of}' AS as_of FROM range(1, 6) t(i)"
        )
    fresh.replace(path)


class TestRows:
    def test_values_are_python_values(self, engine: DuckDBEngine) -> None:
        sql = (
            "SELECT 1.50::DECIMAL(12,2), DATE '2026-10-20', TIMESTAMP '2026-10-20 08:30:00', true, '华东', NULL, sum(i), "
            "0.5::DOUBLE FROM range(3) t(i)"
        )
        (row,) = engine.run(sql, timeout=5, max_rows=5).rows
        assert row == (Decimal("1.50"), date(2026, 10, 20), datetime(2026, 10, 20, 8, 30), True, "华东", None, 3, 0.5)
        assert [type(v) for v in row[:3]] == [Decimal, date, datetime]
        assert type(row[6]) is int

    def test_what_is_no_number_is_nothing(self, engine: DuckDBEngine) -> None:
        sql = "SELECT 1.0 / 0 AS a, 'nan'::DOUBLE AS b, '-inf'::FLOAT AS c, 2.5::DOUBLE AS d, NULL::DOUBLE AS e, 'inf' AS f"
        assert engine.run(sql, timeout=5, max_rows=5).rows == ((None, None, None, 2.5, None, "inf"),)

    def test_a_row_cap_says_so(self, engine: DuckDBEngine) -> None:
        capped = engine.run("SELECT order_id FROM orders ORDER BY 1", timeout=5, max_rows=10)
        assert (len(capped.rows), capped.truncated, capped.total) == (10, True, None)
        whole = engine.run("SELECT order_id FROM orders", timeout=5, max_rows=300)
        assert (len(whole.rows), whole.truncated, whole.total) == (300, False, 300)

    def test_a_cap_bounds_what_is_read(self, engine: DuckDBEngine) -> None:
        start = time.monotonic()
        fetched = engine.run("SELECT range FROM range(10000000000)", timeout=20, max_rows=25_000)
        assert (len(fetched.rows), fetched.truncated) == (25_000, True)
        assert time.monotonic() - start < 5

    def test_names_types_and_arrow(self, engine: DuckDBEngine) -> None:
        fetched = engine.run("SELECT customer_id, region AS x, region AS x FROM customers ORDER BY 1", timeout=5, max_rows=3)
        assert fetched.names == ("customer_id", "x", "x")
        assert fetched.types == ("BIGINT", "VARCHAR", "VARCHAR")
        assert fetched.arrow.num_rows == 3
        assert fetched.arrow.column_names == ["customer_id", "x", "x"]
        assert Fetched((), False, ("a",)).arrow.column_names == ["a"]

    def test_values_gives_all_rows_of_a_small_statement(self, engine: DuckDBEngine) -> None:
        assert engine.values("SELECT DISTINCT region FROM customers ORDER BY 1") == (("华东",), ("华北",), ("华南",))

    def test_views_have_the_columns_of_the_model_and_no_other(self, engine: DuckDBEngine) -> None:
        columns = engine.view_columns()
        assert set(columns) == set(MODEL.tables)
        assert columns["stores"] == ("store_id", "store_name", "region", "store_type")
        assert "as_of" in columns["customer_profile_history"]
        assert "as_of" not in columns["customer_profile"]


class TestErrors:
    def test_a_timeout_really_interrupts(self, engine: DuckDBEngine) -> None:
        start = time.monotonic()
        with pytest.raises(QueryTimeout) as caught:
            engine.run(ENDLESS, timeout=0.3, max_rows=10)
        assert time.monotonic() - start < 3
        assert caught.value.issue.code == "query-timeout"
        assert one(engine, "SELECT 42") == 42

    @pytest.mark.parametrize(
        "sql", ["SELECT error('secret 13800000000')", "SELECT CAST(phone AS DATE) FROM customers", "SELECT nope FROM customers"]
    )
    def test_the_drivers_words_go_to_the_log_only(self, engine: DuckDBEngine, sql: str, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.ERROR), pytest.raises(QueryFailed) as caught:
            engine.run(sql, timeout=5, max_rows=5)
        error = caught.value
        assert set(error.issue.params) == {"incident"}
        assert error.issue.params["incident"] in caplog.text
        assert error.__cause__ is None
        assert "1380" not in str(error)

    def test_memory_is_bounded(self, files: tuple[Path, Path]) -> None:
        small = DuckDBEngine.open(MODEL, *files, EngineSettings(threads=1, memory_limit="64MB"))
        try:
            with pytest.raises(QueryFailed) as caught:
                small.run("SELECT i, count(*) FROM range(20000000) t(i) GROUP BY i ORDER BY 2", timeout=30, max_rows=10)
            assert caught.value.issue.code == "query-too-large"
            assert one(small, "SELECT 1") == 1
        finally:
            small.close()

    @pytest.mark.parametrize("sql", ["SELECT 1; SELECT 2", "", "DROP VIEW customers", "CREATE TABLE x AS SELECT 1", "USE _data",
                                     "DETACH _data", "SET threads = 1", "ATTACH ':memory:' AS e", "PREPARE p AS SELECT 1",
                                     "CALL pragma_version()", "EXPLAIN SELECT 1", "BEGIN"])  # fmt: skip
    def test_only_one_select_runs(self, engine: DuckDBEngine, sql: str) -> None:
        with pytest.raises(QueryFailed):
            engine.run(sql, timeout=5, max_rows=5)
        assert one(engine, "SELECT count(*) FROM customers") == 40

    def test_no_data(self, tmp_path: Path) -> None:
        with pytest.raises(EngineUnavailable) as caught:
            DuckDBEngine.open(MODEL, tmp_path / "nowhere.duckdb")
        assert (caught.value.issue.code, caught.value.issue.params) == ("data-missing", {"file": "nowhere.duckdb"})

    def test_no_database(self, tmp_path: Path) -> None:
        (tmp_path / "x.duckdb").write_text("this is no database")
        with pytest.raises(EngineUnavailable) as caught:
            DuckDBEngine.open(MODEL, tmp_path / "x.duckdb")
        assert caught.value.issue.code == "data-unreadable"

    def test_data_that_does_not_fit_the_model(self, files: tuple[Path, Path]) -> None:
        stores = MODEL.tables["stores"]
        wider = stores.model_copy(update={"columns": (*stores.columns, TableColumn(name="rent", type="decimal"))})
        tables = {**MODEL.tables, "stores": wider, "moon": stores.model_copy(update={"name": "moon"})}
        with pytest.raises(EngineUnavailable) as caught:
            DuckDBEngine.open(MODEL.model_copy(update={"tables": tables}), *files)
        assert caught.value.issue.code == "data-mismatch"
        assert caught.value.issue.params["missing"] == "stores.rent, moon"

    def test_a_closed_engine(self, files: tuple[Path, Path]) -> None:
        closed = DuckDBEngine.open(MODEL, *files, SMALL)
        closed.close()
        with pytest.raises(EngineUnavailable):
            closed.run("SELECT 1", timeout=1, max_rows=1)


class TestProfiles:
    def test_without_a_profile_file_there_are_no_tags_but_questions_work(self, files: tuple[Path, Path], tmp_path: Path) -> None:
        for nothing in (None, tmp_path / "later.duckdb"):
            bare = DuckDBEngine.open(MODEL, files[0], nothing, SMALL)
            sql = "SELECT count(*), count(value_tier) FROM customers LEFT JOIN customer_profile USING (customer_id)"
            assert bare.run(sql, timeout=5, max_rows=5).rows == ((40, 0),)
            assert bare.values("SELECT * FROM customer_profile_history") == ()
            assert bare.values("SELECT typeof(any_value(age)), typeof(any_value(value_tier)) FROM customer_profile") == (
                ("BIGINT", "VARCHAR"),
            )
            bare.close()

    def test_current_tags_are_those_of_today(self, files: tuple[Path, Path]) -> None:
        for today, rows in ((None, 40), (date(2026, 10, 1), 40), (date(2026, 10, 2), 0)):
            opened = DuckDBEngine.open(MODEL, *files, SMALL, today=today)
            assert one(opened, "SELECT count(*) FROM customer_profile") == rows
            assert one(opened, "SELECT count(DISTINCT as_of) FROM customer_profile_history") == 2
            opened.close()

    def test_a_tag_that_the_kept_profiles_lack_fails_where_it_is_asked_for(self, files: tuple[Path, Path]) -> None:
        table: Table = MODEL.tables["customer_profile"]
        newer = table.model_copy(update={"columns": (*table.columns, TableColumn(name="mood", type="text"))})
        model: SemanticModel = MODEL.model_copy(update={"tables": {**MODEL.tables, "customer_profile": newer}})
        opened = DuckDBEngine.open(model, *files, SMALL)
        assert one(opened, "SELECT count(value_tier) FROM customer_profile") == 40
        with pytest.raises(QueryFailed):
            one(opened, "SELECT count(mood) FROM customer_profile")
        opened.close()


class TestReplacedFiles:
    def test_the_next_ask_sees_the_new_file(self, engine: DuckDBEngine, files: tuple[Path, Path]) -> None:
        before = engine.data_version()
        profile(files[1], "新")
        assert one(engine, "SELECT any_value(value_tier) FROM customer_profile") == "新"
        assert engine.data_version() != before
        assert engine.data_version() == engine.data_version()

    def test_a_profile_that_appears_later(self, files: tuple[Path, Path], tmp_path: Path) -> None:
        opened = DuckDBEngine.open(MODEL, files[0], tmp_path / "later.duckdb", SMALL)
        assert one(opened, "SELECT count(*) FROM customer_profile") == 0
        profile(tmp_path / "later.duckdb", "新")
        assert one(opened, "SELECT count(*) FROM customer_profile") == 5
        opened.close()

    def test_a_session_holds_the_data_still(self, engine: DuckDBEngine, files: tuple[Path, Path]) -> None:
        with engine.session():
            version = engine.data_version()
            profile(files[1], "新")
            with engine.session():
                assert one(engine, "SELECT count(*) FROM customer_profile") == 40
            assert engine.data_version() == version
            assert one(engine, "SELECT count(*) FROM customer_profile") == 40
        assert one(engine, "SELECT count(*) FROM customer_profile") == 5

    def test_a_file_that_cannot_be_opened_leaves_what_is_open(self, engine: DuckDBEngine, files: tuple[Path, Path]) -> None:
        broken = files[1].with_suffix(".broken")
        broken.write_text("no database")
        broken.replace(files[1])
        assert one(engine, "SELECT count(*) FROM customer_profile") == 40
        profile(files[1], "新")
        assert one(engine, "SELECT count(*) FROM customer_profile") == 5

    def test_queries_that_run_are_not_disturbed(self, engine: DuckDBEngine, files: tuple[Path, Path]) -> None:
        """Eight threads ask while the profile is replaced again and again: each answer is of one profile, whole."""
        wrong: list[object] = []
        done = threading.Event()

        def ask() -> None:
            sql = "SELECT count(DISTINCT value_tier), count(*) FROM customer_profile, range(2000) r"
            while not done.is_set():
                try:
                    row = engine.run(sql, timeout=20, max_rows=5).rows[0]
                    if row not in ((1, 10_000), (2, 80_000)):
                        wrong.append(row)
                except EngineError as error:
                    wrong.append(error)

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for round_ in range(10):
            profile(files[1], f"第{round_}次")
            time.sleep(0.05)
        done.set()
        for thread in threads:
            thread.join()
        assert wrong == []
        assert one(engine, "SELECT any_value(value_tier) FROM customer_profile") == "第9次"


class TestThreads:
    def test_many_threads_each_get_their_own_answer(self, engine: DuckDBEngine) -> None:
        found: dict[int, object] = {}

        def ask(number: int) -> None:
            found[number] = one(engine, f"SELECT count(*) * 0 + {number} FROM orders, range(1000) r")

        threads = [threading.Thread(target=ask, args=(n,)) for n in range(32)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == {n: n for n in range(32)}

    def test_one_timeout_does_not_stop_the_others(self, engine: DuckDBEngine) -> None:
        stopped: list[Exception] = []

        def endless() -> None:
            try:
                engine.run(ENDLESS, timeout=0.5, max_rows=1)
            except QueryTimeout as error:
                stopped.append(error)

        thread = threading.Thread(target=endless)
        thread.start()
        while thread.is_alive():
            assert one(engine, "SELECT count(*) FROM orders") == 300
        assert len(stopped) == 1

    def test_who_cannot_be_served_in_time_is_told(self, files: tuple[Path, Path]) -> None:
        narrow = DuckDBEngine.open(MODEL, *files, replace(SMALL, max_concurrent=1))

        def endless() -> None:
            with pytest.raises(QueryTimeout):
                narrow.run(ENDLESS, timeout=1.0, max_rows=1)

        thread = threading.Thread(target=endless)
        thread.start()
        time.sleep(0.2)
        with pytest.raises(EngineUnavailable) as caught:
            narrow.run("SELECT 1", timeout=0.2, max_rows=1)
        assert caught.value.issue.code == "engine-busy"
        thread.join()
        assert one(narrow, "SELECT 1") == 1
        narrow.close()


class TestFolders:
    @pytest.mark.parametrize("kind", ["parquet", "csv", "parts"])
    def test_a_folder_of_files_is_a_database(self, files: tuple[Path, Path], tmp_path: Path, kind: str) -> None:
        folder = tmp_path / "folder's"
        folder.mkdir()
        with duckdb.connect(str(files[0]), read_only=True) as connection:
            for (table,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall():
                target = folder / f"{table}.{kind}"
                if kind == "parts":
                    (folder / table).mkdir()
                    target = folder / table / "one.parquet"
                quoted = str(target).replace("'", "''")
                connection.execute(
                    f"COPY {table} TO '{quoted}' ({'' if kind != 'csv' else 'HEADER, '}FORMAT {target.suffix[1:]})"
                )
        opened = DuckDBEngine.open(MODEL, folder, files[1], SMALL)
        plain = DuckDBEngine.open(MODEL, *files, SMALL)
        sql = "SELECT region, sum(amount), min(order_time), count(value_tier) FROM orders JOIN customers USING (customer_id) " \
              "JOIN customer_profile USING (customer_id) GROUP BY 1 ORDER BY 1"  # fmt: skip
        assert opened.values(sql) == plain.values(sql)
        before = opened.data_version()
        for file in ("/etc/passwd", str(files[0])):
            for call in (f"read_csv('{file}')", f"read_text('{file}')", f"glob('{file}')", f"'{file}'"):
                with pytest.raises(QueryFailed):
                    opened.values(f"SELECT * FROM {call}")
        os.utime(next(p for p in folder.rglob("*") if p.is_file()), (1, 1))
        assert opened.data_version() != before
        opened.close()
        plain.close()
