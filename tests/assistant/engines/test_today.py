"""Asked as of a past day, the data end the day before: nothing that came later is seen, by anybody, in any statement."""

from datetime import date
from pathlib import Path

import duckdb

from assistant.engines.base import EngineSettings
from assistant.engines.duckdb import DuckDBEngine
from tests.models import tiny_retail, write_tiny_retail


def test_rows_of_later_days_are_not_there(tmp_path: Path) -> None:
    data, profile = write_tiny_retail(tmp_path)
    with duckdb.connect(str(data), read_only=True) as plain:
        row = plain.execute("SELECT CAST(median(order_time) AS DATE), count(*) FROM orders").fetchone()
        assert row is not None
        middle, everything = row
        expected = plain.execute("SELECT count(*) FROM orders WHERE order_time < ?", [middle]).fetchone()
    assert isinstance(middle, date)
    for today, count in ((middle, expected[0] if expected else None), (date(2030, 1, 1), everything)):
        engine = DuckDBEngine.open(tiny_retail(), data, profile, EngineSettings(threads=1), today=today)
        assert engine.run("SELECT count(*) FROM orders", timeout=5, max_rows=1).rows == ((count,),)
        engine.close()
