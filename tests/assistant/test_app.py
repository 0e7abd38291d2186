"""The composition root: what is missing is built or computed, once; domains by path; what cannot be opened says why."""

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import duckdb
import pytest

from assistant import Assistant
from assistant.demo import build_retail
from assistant.errors import AssistantError, ConfigError
from assistant.refresh import kept_dates
from semantic_layer.errors import ModelError
from semantic_layer.loader import domain_folder
from semantic_layer.query import Aggregate, ByDimension, MetricUse, Predicate
from tests.domains.clinic_data import clinic_folder

BY_TIER = Aggregate(metrics=(MetricUse(metric="customer_count"),), group_by=(ByDimension(member="value_tier"),))


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Demo data that is built here has 200 customers."""
    monkeypatch.setenv("WENKE_DOMAIN__SCALE", "0.01")


@pytest.fixture(scope="module")
def small_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("small") / "small.duckdb"
    build_retail(path, scale=0.01)
    return path


@pytest.fixture(scope="module")
def settled(small_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which everything was computed before."""
    folder = tmp_path_factory.mktemp("settled")
    Assistant.open("retail", database=small_file, data_dir=folder).close()
    return folder


def test_the_package_exports_the_assistant_and_loads_it_late() -> None:
    late = "'assistant.service' in sys.modules"
    code = f"import sys, assistant; assert not {late}; assistant.Assistant; assert {late}"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_what_is_missing_is_built_and_the_tags_of_the_last_month_ends_too(tmp_path: Path) -> None:
    with Assistant.open("retail", data_dir=tmp_path) as wenke:
        assert wenke.today == date(2026, 10, 20)
        answer = wenke.query(BY_TIER)
        assert answer.status == "answered"
        assert sum(row[1] for row in answer.rows) == 200
    profile = next((tmp_path / "profiles").glob("*.duckdb"))
    assert kept_dates(profile, "customer") == (date(2026, 8, 1), date(2026, 9, 1), date(2026, 10, 1), date(2026, 10, 20))
    assert [path.name for path in (tmp_path / "domains").iterdir() if not path.name.startswith(".")] == ["retail.duckdb"]


def test_opening_again_computes_nothing(small_file: Path, settled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.refresh.refresh", lambda *_a, **_k: pytest.fail("tags were computed again"))
    monkeypatch.setattr("semantic_layer.loader.read", lambda *_a, **_k: pytest.fail("the YAML was read again"))
    monkeypatch.setattr("assistant.app.build_index", lambda *_a, **_k: pytest.fail("the index was built again"))
    Assistant.open("retail", database=small_file, data_dir=settled).close()


def test_another_today_has_tags_of_its_own(small_file: Path, settled: Path) -> None:
    with Assistant.open("retail", database=small_file, data_dir=settled) as wenke:
        now = wenke.query(BY_TIER).rows
    with Assistant.open("retail", database=small_file, today="2026-09-15", data_dir=settled) as wenke:
        assert wenke.today == date(2026, 9, 15)
        then = wenke.query(BY_TIER)
        assert then.as_of == date(2026, 9, 14)
        assert then.rows != now


def test_a_database_that_was_replaced_gets_tags_of_its_own(tmp_path: Path) -> None:
    database = tmp_path / "d.duckdb"
    sizes = []
    for scale in (0.01, 0.02):
        database.unlink(missing_ok=True)
        build_retail(database, scale=scale)
        with Assistant.open("retail", database=database, data_dir=tmp_path) as wenke:
            sizes.append(sum(row[1] for row in wenke.query(BY_TIER).rows))
    assert sizes == [200, 400]


def test_a_tag_that_is_defined_otherwise_is_computed_again(small_file: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(domain_folder("retail"), tmp_path / "shop"))
    with Assistant.open(folder, database=small_file, data_dir=tmp_path) as wenke:
        before = wenke.query(BY_TIER).rows
    tags = folder / "tags.yaml"
    tags.write_text(tags.read_text(encoding="utf-8").replace("5000", "1"), encoding="utf-8")
    with Assistant.open(folder, database=small_file, data_dir=tmp_path) as wenke:
        assert wenke.query(BY_TIER).rows != before


def test_many_who_open_a_new_domain_at_once_build_it_once(tmp_path: Path) -> None:
    script = tmp_path / "open.py"
    script.write_text(
        "import sys\n"
        "from pathlib import Path\n"
        "from assistant import Assistant\n"
        "with Assistant.open(data_dir=Path(sys.argv[1])) as wenke:\n"
        "    print(wenke.ask('customers by member level').status)\n",
        encoding="utf-8",
    )
    running = [subprocess.Popen([sys.executable, str(script), str(tmp_path / "data")], stdout=subprocess.PIPE) for _ in range(3)]
    assert [process.communicate(timeout=120)[0].decode().strip() for process in running] == ["answered"] * 3


def test_threads_of_one_process_may_open_at_once(small_file: Path, tmp_path: Path) -> None:
    with ThreadPoolExecutor(3) as pool:
        opened = list(pool.map(lambda _: Assistant.open("retail", database=small_file, data_dir=tmp_path), range(3)))
    assert {len(wenke.query(BY_TIER).rows) for wenke in opened} == {len(opened[0].query(BY_TIER).rows)}
    for wenke in opened:
        wenke.close()


# --- domains by path ---------------------------------------------------------------------------------------------------


def test_a_folder_of_files_is_a_domain(tmp_path: Path) -> None:
    folder = clinic_folder(tmp_path)
    with Assistant.open(folder, data_dir=tmp_path / "data") as wenke:
        assert wenke.today == date(2025, 6, 16)
        answer = wenke.query(Aggregate(metrics=(MetricUse(metric=next(iter(wenke.model.metrics))),)))
        assert answer.status == "answered"
        assert answer.rows


def test_today_is_the_day_after_the_last_one_in_the_data(tmp_path: Path) -> None:
    folder = clinic_folder(tmp_path)
    about = folder / "domain.yaml"
    about.write_text(about.read_text(encoding="utf-8").replace("today: 2025-06-16", "today: data"), encoding="utf-8")
    with Assistant.open(folder, data_dir=tmp_path / "data") as wenke:
        timed = [t for t in wenke.model.tables.values() if t.column(t.time or "") is not None and "profile" not in t.name]
        with duckdb.connect() as plain:
            last = max(
                plain.execute(f"SELECT CAST(max({t.time}) AS DATE) FROM '{folder / 'data' / t.name}.parquet'").fetchall()[0][0]
                for t in timed
            )
        assert (wenke.today - last).days == 1


# --- what cannot be opened ---------------------------------------------------------------------------------------------


def test_what_is_wrong_is_said_with_the_nearest_names(small_file: Path, settled: Path) -> None:
    with pytest.raises(ModelError) as unknown:
        Assistant.open("retial", data_dir=settled)
    assert unknown.value.issues[0].suggestions == ("retail",)
    with pytest.raises(ConfigError) as planner:
        Assistant.open("retail", database=small_file, data_dir=settled, planner="ruels")
    assert planner.value.issue.code == "unknown-planner"
    assert planner.value.issue.suggestions == ("rules",)
    with pytest.raises(ConfigError) as engine:
        Assistant.open("retail", database=small_file, data_dir=settled, engine={"name": "duckbd"})
    assert (engine.value.issue.code, engine.value.issue.suggestions) == ("unknown-engine", ("duckdb",))


def test_a_database_that_is_none_is_said_to_be_none(tmp_path: Path) -> None:
    broken = tmp_path / "broken.duckdb"
    broken.write_bytes(b"this is no database" * 1000)
    with pytest.raises(AssistantError):
        Assistant.open("retail", database=broken, data_dir=tmp_path)
    folder = clinic_folder(tmp_path)
    shutil.rmtree(folder / "data")
    with pytest.raises(ConfigError) as missing:
        Assistant.open(folder, data_dir=tmp_path)
    assert missing.value.issue.code == "database-missing"


def test_an_interrupted_build_leaves_nothing_that_looks_like_a_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(path: Path, **_more: object) -> None:
        path.write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr("assistant.domains._builder", lambda _name: broken)
    with pytest.raises(KeyboardInterrupt):
        Assistant.open("retail", data_dir=tmp_path)
    assert [path for path in (tmp_path / "domains").iterdir() if path.suffix == ".duckdb"] == []


def test_personal_data_is_never_indexed(wenke: Assistant) -> None:
    from assistant.app import build_index

    asked: list[str] = []

    class Reader:
        def values(self, sql: str) -> list[tuple[str]]:
            asked.append(sql)
            return [("someone",)]

    phone = wenke.model.dimensions["phone"].model_copy(update={"index_values": True})
    model = wenke.model.model_copy(update={"dimensions": {**wenke.model.dimensions, "phone": phone}})
    build_index(model, Reader())  # type: ignore[arg-type]
    assert asked
    assert not any("phone" in sql for sql in asked)


def test_a_condition_on_a_tag_is_as_of_today(wenke: Assistant) -> None:
    high = Predicate(member="value_tier", op="=", values=("高价值",))
    counted = wenke.query(Aggregate(metrics=(MetricUse(metric="customer_count"),), where=high)).rows[0][0]
    assert ("高价值", counted) in wenke.query(BY_TIER).rows
