"""Shared fixtures: where ../shared is, and one small demo database for the whole run."""

import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from assistant.demo import build_retail
from semantic_layer.loader import domain_folder, load
from semantic_layer.model import SemanticModel
from semantic_layer.tags import profile_statement

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
TODAY = date(2026, 10, 20)


@pytest.fixture(scope="session")
def shared() -> Path:
    """../shared, or a skip: a stranger's clone has none."""
    if not SHARED.is_dir():
        pytest.skip("../shared is not here: its questions and data are not part of the project")
    return SHARED


@pytest.fixture(scope="session")
def retail() -> SemanticModel:
    """The built-in retail model."""
    return load(domain_folder("retail"))


def _built_once(folder: Path) -> Path:
    """One demo database for all workers: the first builds, the others wait."""
    path, marker = folder / "demo.duckdb", folder / "demo.building"
    try:
        os.close(os.open(marker, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        for _ in range(1200):
            if path.exists():
                return path
            time.sleep(0.1)
        raise
    partial = folder / "demo.partial.duckdb"
    build_retail(partial, scale=1)
    partial.rename(path)
    return path


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A retail database of 20,000 customers (fewer leave ties where gold cuts a ranking), as `domain build` makes it."""
    base = tmp_path_factory.getbasetemp()
    return _built_once(base if worker_id == "master" else base.parent)


@pytest.fixture(scope="session")
def demo(demo_file: Path, retail: SemanticModel) -> Iterator[duckdb.DuckDBPyConnection]:
    """A plain connection that sees the demo as our statements do: a view per table, and the profile."""
    connection = duckdb.connect(":memory:")
    connection.execute(f"ATTACH '{demo_file}' AS data (READ_ONLY)")
    for table in retail.tables.values():
        if not table.name.startswith("customer_profile"):
            connection.execute(f'CREATE VIEW "{table.name}" AS SELECT * FROM data.main."{table.source or table.name}"')
    for day, kept in ((TODAY, "customer_profile"), (date(2026, 10, 1), "customer_profile_october")):
        statement = profile_statement(retail, "customer", day).sql("duckdb")
        connection.execute(f"CREATE TABLE {kept} AS {statement}")
    connection.execute(
        "CREATE TABLE customer_profile_history AS SELECT DATE '2026-10-20' AS as_of, * FROM customer_profile "
        "UNION ALL BY NAME SELECT DATE '2026-10-01' AS as_of, * FROM customer_profile_october"
    )
    yield connection
    connection.close()


@dataclass(frozen=True)
class DevQuestions:
    """The development questions by id, and a connection on which their gold SQL runs."""

    by_id: dict[str, dict[str, Any]]
    gold: duckdb.DuckDBPyConnection


@pytest.fixture(scope="session")
def dev(shared: Path, demo: duckdb.DuckDBPyConnection) -> DevQuestions:
    """../shared/retail's questions over the demo."""
    demo.execute((shared / "retail" / "gold_views.sql").read_text("utf-8"))
    lines = (shared / "retail" / "questions.dev.jsonl").read_text("utf-8").splitlines()
    return DevQuestions({q["id"]: q for q in map(json.loads, lines)}, demo)
