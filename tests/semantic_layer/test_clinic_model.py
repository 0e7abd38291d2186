"""A second domain, other tables and words, no code of its own: everything in it runs, the numbers are counted by hand."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from semantic_layer.compiler import compile_plan
from semantic_layer.loader import load
from semantic_layer.model import SemanticModel
from semantic_layer.query import Aggregate, ByDimension, InSegment, MetricUse, Records, SemanticQuery
from semantic_layer.resolve import resolve
from semantic_layer.scope import Restricted, Scope, restrict
from semantic_layer.tags import profile_statement
from tests.domains.clinic_data import CLINIC, TODAY, rows, write_csv, write_duckdb, write_parquet

VISITS = [
    dict(zip(("id", "patient", "dentist", "time", "kind", "state", "fee", "wait"), v, strict=True)) for v in rows()["visits"]
]
DONE = [v for v in VISITS if v["state"] == "done"]


@pytest.fixture(scope="module")
def clinic() -> SemanticModel:
    return load(CLINIC)


@pytest.fixture(scope="module")
def owner(clinic: SemanticModel) -> Restricted:
    return restrict(clinic, Scope("owner", {}))


@pytest.fixture(scope="module")
def data(clinic: SemanticModel, tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The clinic as our statements see it: its tables, and the patients' profile."""
    path = tmp_path_factory.mktemp("clinic") / "clinic.duckdb"
    write_duckdb(path)
    with duckdb.connect(str(path)) as connection:
        profile = profile_statement(clinic, "patient", TODAY).sql("duckdb")
        connection.execute(f"CREATE TABLE patient_profile AS {profile}")
        yield connection


def run(query: SemanticQuery, owner: Restricted, data: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return data.execute(compile_plan(resolve(query, owner), owner).sql).fetchall()


def test_numbers_are_those_counted_by_hand(owner: Restricted, data: duckdb.DuckDBPyConnection) -> None:
    returning = sum(n >= 2 for n in Counter(v["patient"] for v in DONE).values())
    expected = {
        "takings": sum((Decimal(str(v["fee"])) for v in DONE), Decimal()),
        "visit_count": len(DONE),
        "no_show_rate": sum(v["state"] == "no_show" for v in VISITS) / len(VISITS),
        "patients_seen": len({v["patient"] for v in DONE}),
        "return_rate": returning / len({v["patient"] for v in DONE}),
        "patient_count": 24,
    }
    for name, value in expected.items():
        ((found,),) = run(Aggregate(metrics=(MetricUse(metric=name),)), owner, data)
        assert float(found) == pytest.approx(float(value)), name  # type: ignore[arg-type]


def test_takings_by_procedure_are_those_of_the_items(owner: Restricted, data: duckdb.DuckDBPyConnection) -> None:
    prices: Counter[str] = Counter()
    done = {v["id"] for v in DONE}
    for _, visit, procedure, _, price in rows()["treatments"]:
        if visit in done:
            prices[str(procedure)] += int(str(price))
    query = Aggregate(metrics=(MetricUse(metric="takings"),), group_by=(ByDimension(member="procedure"),))
    assert {key: float(str(value)) for key, value in run(query, owner, data)} == prices


def test_tags_are_those_counted_by_hand(owner: Restricted, data: duckdb.DuckDBPyConnection) -> None:
    recent = Counter(v["patient"] for v in DONE if 0 < (TODAY - v["time"].date()).days <= 180)  # type: ignore[attr-defined]
    regular = sorted(patient for patient, n in recent.items() if n >= 2)  # type: ignore[type-var]
    listed = run(Records(entity="patient", where=InSegment(segment="regulars")), owner, data)
    assert sorted(row[0] for row in listed) == regular  # type: ignore[type-var]
    assert regular


def test_everything_runs(clinic: SemanticModel, owner: Restricted, data: duckdb.DuckDBPyConnection) -> None:
    for metric in clinic.metrics.values():
        for driver in metric.drivers:
            run(Aggregate(metrics=(MetricUse(metric=metric.name),), group_by=(ByDimension(member=driver),)), owner, data)
    for name, segment in clinic.segments.items():
        run(Records(entity=segment.entity, where=InSegment(segment=name)), owner, data)


def test_the_same_rows_come_as_parquet_and_csv(tmp_path: Path) -> None:
    write_parquet(tmp_path / "parquet")
    write_csv(tmp_path / "csv")
    for name, expected in rows().items():
        for file in (tmp_path / "parquet" / f"{name}.parquet", tmp_path / "csv" / f"{name}.csv"):
            assert duckdb.execute(f"SELECT count(*) FROM '{file}'").fetchone() == (len(expected),)
