"""In: Arrow tables of rows. Out: the retail tables in one DuckDB file, columns and types as the spec's.

Rows reach the file in the order given, in batches large enough to fill row groups, so that facts stay sorted by time and
a filter on a period reads only its part. Fails with duckdb's errors when the file cannot be written.
"""

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

import duckdb
import pyarrow as pa

from assistant.demo.arrays import Column

MONEY = "DECIMAL(12,2)"
TABLES: Mapping[str, Mapping[str, str]] = {
    "stores": {
        "store_id": "BIGINT", "store_name": "VARCHAR", "city": "VARCHAR", "province": "VARCHAR", "region": "VARCHAR",
        "store_type": "VARCHAR", "open_date": "DATE",
    },
    "products": {
        "product_id": "BIGINT", "product_name": "VARCHAR", "category": "VARCHAR", "subcategory": "VARCHAR", "brand": "VARCHAR",
        "list_price": MONEY, "launch_date": "DATE",
    },
    "customers": {
        "customer_id": "BIGINT", "name": "VARCHAR", "gender": "VARCHAR", "birth_date": "DATE", "phone": "VARCHAR",
        "email": "VARCHAR", "wechat_unionid": "VARCHAR", "id_card": "VARCHAR", "province": "VARCHAR", "city": "VARCHAR",
        "region": "VARCHAR", "register_date": "DATE", "register_channel": "VARCHAR", "member_level": "VARCHAR",
        "home_store_id": "BIGINT", "consent_marketing": "BOOLEAN",
    },
    "campaigns": {
        "campaign_id": "BIGINT", "campaign_name": "VARCHAR", "campaign_type": "VARCHAR", "start_date": "DATE",
        "end_date": "DATE", "budget": MONEY,
    },
    "orders": {
        "order_id": "BIGINT", "customer_id": "BIGINT", "order_time": "TIMESTAMP", "channel": "VARCHAR", "store_id": "BIGINT",
        "status": "VARCHAR", "payment_method": "VARCHAR", "campaign_id": "BIGINT", "discount_amount": MONEY, "amount": MONEY,
    },
    "order_items": {
        "order_item_id": "BIGINT", "order_id": "BIGINT", "product_id": "BIGINT", "quantity": "INTEGER", "unit_price": MONEY,
        "amount": MONEY,
    },
    "events": {
        "event_id": "BIGINT", "customer_id": "BIGINT", "event_time": "TIMESTAMP", "event_type": "VARCHAR", "channel": "VARCHAR",
        "product_id": "BIGINT", "session_id": "BIGINT",
    },
    "tickets": {
        "ticket_id": "BIGINT", "customer_id": "BIGINT", "order_id": "BIGINT", "created_time": "TIMESTAMP",
        "ticket_type": "VARCHAR", "channel": "VARCHAR", "first_response_minutes": "INTEGER", "resolved_time": "TIMESTAMP",
        "status": "VARCHAR", "satisfaction_score": "INTEGER", "content": "VARCHAR",
    },
    "surveys": {
        "survey_id": "BIGINT", "customer_id": "BIGINT", "survey_time": "TIMESTAMP", "touchpoint": "VARCHAR",
        "csat_score": "INTEGER", "nps_score": "INTEGER", "comment": "VARCHAR",
    },
    "campaign_touches": {
        "touch_id": "BIGINT", "campaign_id": "BIGINT", "customer_id": "BIGINT", "sent_time": "TIMESTAMP",
        "touch_channel": "VARCHAR", "opened": "BOOLEAN", "clicked": "BOOLEAN", "converted_order_id": "BIGINT",
    },
}  # fmt: skip

_BATCH = 4 * 122_880  # rows: four of DuckDB's row groups


class Warehouse:
    """The database being written: rows are collected by table and appended batch by batch."""

    def __init__(self, path: Path) -> None:
        """Create the file and its tables; FileExistsError when there is something at `path` already."""
        if path.exists():
            raise FileExistsError(f"{path} exists already; build beside it and rename, or remove it first")
        self._connection = duckdb.connect(str(path), config={"memory_limit": "1GB", "checkpoint_threshold": "256MB"})
        self._waiting: dict[str, list[pa.Table]] = {name: [] for name in TABLES}
        self.rows: dict[str, int] = dict.fromkeys(TABLES, 0)
        for name, columns in TABLES.items():
            self._connection.execute(f"CREATE TABLE {name} ({', '.join(f'{c} {t}' for c, t in columns.items())})")

    def append(self, name: str, columns: Mapping[str, Column]) -> None:
        """Add rows to a table; the columns may come in any order but must be exactly the table's."""
        table = pa.table({column: columns[column] for column in TABLES[name]})
        self._waiting[name].append(table)
        self.rows[name] += table.num_rows
        if sum(waiting.num_rows for waiting in self._waiting[name]) >= _BATCH:
            self._flush(name)

    def _flush(self, name: str) -> None:
        if self._waiting[name]:
            parts = [part for table in self._waiting[name] for part in table.to_batches()]
            batch = pa.Table.from_batches(parts, self._waiting[name][0].schema)
            self._waiting[name] = []
            self._connection.register("batch", batch)
            self._connection.execute(f"INSERT INTO {name} SELECT * FROM batch")
            self._connection.unregister("batch")

    def __enter__(self) -> "Warehouse":
        """Return the store itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Write what waits and close; after an error only close."""
        try:
            if kind is None:
                for name in TABLES:
                    self._flush(name)
                self._connection.execute("CHECKPOINT")
        finally:
            self._connection.close()
