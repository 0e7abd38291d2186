"""Attacks made directly on the hardened connection, past every guard: none reaches a file, the network, the environment, an
extension, a setting or a Python object, and the data cannot be written."""

import os
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from assistant.engines.base import EngineSettings
from assistant.engines.opening import connect, opening, view_statements
from tests.models import tiny_retail, write_tiny_retail

MODEL = tiny_retail()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hardened")
    (folder / "secret.csv").write_text("a\nsecret\n")
    write_tiny_retail(folder)
    return folder


@pytest.fixture(scope="module")
def connection(place: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    how = opening(place / "data.duckdb", place / "profile.duckdb", EngineSettings(threads=2, memory_limit="1GB"))
    opened = connect(how, lambda c: view_statements(c, how, MODEL, None))
    yield opened
    opened.close()


ATTACKS = (
    "SELECT * FROM read_csv('{secret}')",
    "SELECT * FROM read_csv_auto('/etc/passwd')",
    "SELECT * FROM '{secret}'",
    "SELECT * FROM read_text('/proc/self/environ')",
    "SELECT * FROM read_blob('/etc/passwd')",
    "SELECT * FROM read_json_auto('/etc/passwd')",
    "SELECT * FROM read_parquet('x.parquet')",
    "SELECT * FROM parquet_kv_metadata('x.parquet')",
    "SELECT * FROM sniff_csv('/etc/passwd')",
    "SELECT * FROM read_duckdb('{data}')",
    "SELECT * FROM read_csv('https://attacker.example/x.csv')",
    "SELECT * FROM read_csv('s3://attacker/x.csv')",
    "SELECT * FROM postgres_scan('host=10.0.0.1', 'public', 'users')",
    "SELECT * FROM sqlite_scan('/etc/passwd', 'x')",
    "COPY (SELECT * FROM customers) TO '{out}'",
    "COPY customers TO '{data}.wal'",
    "EXPORT DATABASE '{out}'",
    "IMPORT DATABASE '{out}'",
    "ATTACH '{other}' AS o",
    "ATTACH '{data}' AS again (READ_WRITE)",
    "ATTACH 'https://attacker.example/x.db' AS e",
    "INSTALL httpfs",
    "INSTALL httpfs FROM community",
    "LOAD httpfs",
    "LOAD '{out}'",
    "SET enable_external_access = true",
    "SET disabled_filesystems = ''",
    "SET lock_configuration = false",
    "SET GLOBAL lock_configuration = false",
    "RESET lock_configuration",
    "SET memory_limit = '100GB'",
    "SET threads = 64",
    "SET temp_directory = '/tmp'",
    "SET autoinstall_known_extensions = true",
    "SET allow_community_extensions = true",
    "SET allow_persistent_secrets = true",
    "SET python_enable_replacements = true",
    "SET allowed_directories = ['/']",
    "PRAGMA enable_profiling = 'json'",
    "PRAGMA profiling_output = '{out}'",
    "SET log_query_path = '{out}'",
    "CREATE PERSISTENT SECRET s (TYPE http, BEARER_TOKEN 'x')",
    "SELECT getenv('HOME')",
    "SELECT * FROM python_object",
    "INSERT INTO _data.main.customers SELECT * FROM _data.main.customers",
    "DELETE FROM _data.main.orders",
    "UPDATE _data.main.orders SET amount = 0",
    "DROP TABLE _data.main.orders",
    "CREATE TABLE _data.main.x AS SELECT 1",
    "ALTER TABLE _data.main.orders ADD COLUMN x INT",
    "TRUNCATE _data.main.orders",
    "INSERT INTO _profile.main.customer_profile_history SELECT * FROM _profile.main.customer_profile_history",
    "CONNECT 'quack:attacker.example'",
)


@pytest.mark.parametrize("attack", ATTACKS)
def test_each_fails(connection: duckdb.DuckDBPyConnection, place: Path, attack: str) -> None:
    python_object = {"a": 1}
    names = {"secret": place / "secret.csv", "data": place / "data.duckdb", "out": place / "out", "other": place / "other.duckdb"}
    text = attack
    for name, path in names.items():
        text = text.replace(f"{{{name}}}", str(path))
    cursor = connection.cursor()
    with pytest.raises(duckdb.Error):
        cursor.execute(text).fetchall()
    cursor.close()
    assert python_object
    assert sorted(p.name for p in place.iterdir()) == ["data.duckdb", "profile.duckdb", "secret.csv"]
    assert connection.cursor().execute("SELECT count(*) FROM customers").fetchall() == [(40,)]


def test_what_is_set(connection: duckdb.DuckDBPyConnection) -> None:
    values = dict(connection.cursor().execute("SELECT name, value FROM duckdb_settings()").fetchall())
    assert values["lock_configuration"] == "true"
    assert values["enable_external_access"] == "false"
    assert values["threads"] == "2"
    assert values["temp_directory"] == ""
    assert values["autoload_known_extensions"] == values["autoinstall_known_extensions"] == "false"
    assert values["allow_persistent_secrets"] == values["allow_community_extensions"] == "false"


def test_limits_come_from_the_machine_where_none_are_given(place: Path) -> None:
    how = opening(place / "data.duckdb", None, EngineSettings())
    assert how.threads == os.cpu_count()
    assert int(how.memory.removesuffix("B")) >= 256 << 20
