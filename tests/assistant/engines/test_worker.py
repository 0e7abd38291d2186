"""The process for SQL from outside: what cannot be interrupted is killed, memory ends, and the next statement is served."""

import io
import os
import pickle
import threading
import time
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from assistant.engines import worker
from assistant.engines.base import EngineSettings
from assistant.engines.duckdb import DuckDBEngine
from assistant.errors import EngineError, EngineUnavailable, QueryFailed, QueryTimeout
from tests.assistant.engines.test_duckdb import ENDLESS, profile
from tests.models import tiny_retail, write_tiny_retail

MODEL = tiny_retail()


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    return write_tiny_retail(tmp_path)


@pytest.fixture
def engine(files: tuple[Path, Path]) -> Iterator[DuckDBEngine]:
    opened = DuckDBEngine.open(MODEL, *files, EngineSettings(threads=2, memory_limit="1GB", outside_memory=1 << 30))
    yield opened
    opened.close()


def test_rows_are_those_of_the_engine(engine: DuckDBEngine) -> None:
    sql = "SELECT order_id, amount, order_time, DATE '2026-01-01' AS d, 1.0 / 0 AS x FROM orders ORDER BY 1"
    inside, outside = (run(sql, timeout=10, max_rows=7) for run in (engine.run, engine.run_outside))
    assert outside == inside
    assert outside.truncated
    assert [type(v) for v in outside.rows[0][1:4:2]] == [Decimal, date]


BOMBS = (
    "SELECT length(lpad('a', 2000000000, 'b'))",
    "SELECT length(replace(repeat('a', 100000), 'a', repeat('b', 100000)))",
    "SELECT levenshtein(repeat('a', 200000), repeat('b', 200000))",
    "SELECT length(string_agg(a.name, ',')) FROM customers a, customers b, customers c, customers d, customers e",
    "SELECT sum(hash(i)) FROM generate_series(1, 100000000000) t(i)",
    "SELECT count(*) FROM orders a, orders b, orders c, orders d WHERE hash(a.order_id, b.order_id, c.order_id, d.order_id) = 1",
    "SELECT unnest(range(1000000000)) AS x ORDER BY x",
)


@pytest.mark.slow
@pytest.mark.parametrize("bomb", BOMBS)
def test_bombs_end_and_the_next_statement_runs(engine: DuckDBEngine, bomb: str) -> None:
    start = time.monotonic()
    with pytest.raises(EngineError):
        engine.run_outside(bomb, timeout=1.0, max_rows=10)
    assert time.monotonic() - start < 6
    assert engine.run_outside("SELECT 42", timeout=10, max_rows=10).rows == ((42,),)
    assert engine.run("SELECT 42", timeout=10, max_rows=10).rows == ((42,),)


def test_the_drivers_words_stay_in_the_log(engine: DuckDBEngine, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(QueryFailed) as caught:
        engine.run_outside("SELECT error('secret 13800000000')", timeout=10, max_rows=1)
    assert set(caught.value.issue.params) == {"incident"}
    assert caught.value.issue.params["incident"] in caplog.text
    assert "1380" not in str(caught.value)


def test_the_child_has_no_environment_of_ours(engine: DuckDBEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENKE_LLM__API_KEY", "sk-secret")
    engine.run_outside("SELECT 1", timeout=10, max_rows=1)
    child = engine._outside._child
    assert child is not None
    assert b"sk-secret" not in Path(f"/proc/{child.pid}/environ").read_bytes()


def test_a_child_that_died_is_replaced(engine: DuckDBEngine) -> None:
    engine.run_outside("SELECT 1", timeout=10, max_rows=1)
    child = engine._outside._child
    assert child is not None
    child.kill()
    child.wait()
    assert engine.run_outside("SELECT 2", timeout=10, max_rows=1).rows == ((2,),)


def test_a_replaced_file_means_a_new_child(engine: DuckDBEngine, files: tuple[Path, Path]) -> None:
    count = "SELECT count(*) FROM customer_profile"
    assert engine.run_outside(count, timeout=10, max_rows=1).rows == ((40,),)
    profile(files[1], "新")
    assert engine.run_outside(count, timeout=10, max_rows=1).rows == ((5,),)


def test_close_ends_the_child(files: tuple[Path, Path]) -> None:
    opened = DuckDBEngine.open(MODEL, *files, EngineSettings(threads=1))
    opened.run_outside("SELECT 1", timeout=10, max_rows=1)
    child = opened._outside._child
    assert child is not None
    opened.close()
    assert child.poll() is not None
    with pytest.raises(ProcessLookupError):
        os.kill(child.pid, 0)


def test_a_child_that_cannot_open_its_files_says_so(engine: DuckDBEngine, files: tuple[Path, Path]) -> None:
    how = engine._current.how
    gone = type(how)(str(files[0].with_name("gone.duckdb")), None, how.memory, how.threads, how.views)
    with pytest.raises(EngineUnavailable):
        worker.Outside(EngineSettings()).run(gone, "v", "SELECT 1", 5, 1)


def test_rows_that_would_fill_the_parent_are_too_large(engine: DuckDBEngine) -> None:
    with pytest.raises(QueryFailed) as caught:
        engine.run_outside("SELECT repeat('x', 50000) || i FROM range(3000) t(i)", timeout=20, max_rows=10_000)
    assert caught.value.issue.code == "query-too-large"
    assert engine.run_outside("SELECT 1", timeout=10, max_rows=1).rows == ((1,),)


def test_stop_ends_the_statement_of_that_thread_only(engine: DuckDBEngine) -> None:
    engine.run_outside("SELECT 1", timeout=10, max_rows=1)
    stopped: list[float] = []

    def ask() -> None:
        start = time.monotonic()
        with pytest.raises(QueryTimeout):
            engine.run_outside(ENDLESS, timeout=20, max_rows=1)
        stopped.append(time.monotonic() - start)

    thread = threading.Thread(target=ask)
    thread.start()
    time.sleep(0.3)
    engine.interrupt(0)
    assert thread.is_alive()
    assert thread.ident is not None
    engine.interrupt(thread.ident)
    thread.join(timeout=5)
    assert stopped
    assert stopped[0] < 5
    assert engine.run_outside("SELECT 1", timeout=10, max_rows=1).rows == ((1,),)


def test_only_plain_values_come_back() -> None:
    evil = pickle.dumps(os.getcwd)
    with pytest.raises(pickle.UnpicklingError):
        worker._PlainUnpickler(io.BytesIO(evil)).load()


def test_who_waits_too_long_is_told(engine: DuckDBEngine) -> None:
    engine.run_outside("SELECT 1", timeout=10, max_rows=1)

    def wait() -> None:
        with pytest.raises(QueryTimeout):
            engine.run_outside(ENDLESS, timeout=1.0, max_rows=1)

    thread = threading.Thread(target=wait)
    thread.start()
    time.sleep(0.3)
    with pytest.raises(EngineUnavailable) as caught:
        engine.run_outside("SELECT 1", timeout=0.2, max_rows=1)
    assert caught.value.issue.code == "engine-busy"
    thread.join()
