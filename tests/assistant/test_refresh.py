"""Refreshing: dates are kept and replaced, tags may change, nothing half-written is ever seen, two at once do not happen."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from assistant.engines.duckdb import DuckDBEngine
from assistant.errors import AssistantError, ConfigError, QueryFailed
from assistant.locks import locked
from assistant.refresh import kept_dates, month_ends, refresh
from prompts import issue_codes, issue_text
from semantic_layer.model import SemanticModel
from semantic_layer.profiles import with_profiles
from tests.semantic_layer.gym import MODEL, cases, expression, fill, tagged, window

FIRST, SECOND, THIRD = date(2026, 2, 1), date(2026, 3, 1), date(2026, 3, 31)
VISITS = tagged(
    ("visits_30d", "integer", window("visit_rows", 30)), ("level", "text", cases(("x", "visits_30d > 0"), ("y", None)))
)
HISTORY = "members_profile_history"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A gym where member 1 came in January, 2 in February, nobody in March."""
    path = tmp_path / "gym's data.duckdb"
    rows = [(n, n, datetime(2026, n, 15, 9), "class", 10, "a") for n in (1, 2)]
    with duckdb.connect(path) as connection:
        fill(connection, {"visits": rows})
    return path


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "profile.duckdb"


def rows_of(profile: Path, what: str = "*", where: str = "TRUE") -> list[tuple[Any, ...]]:
    with duckdb.connect(profile, read_only=True) as connection:
        return connection.execute(f"SELECT {what} FROM {HISTORY} WHERE {where} ORDER BY ALL").fetchall()


def left_behind(profile: Path) -> list[str]:
    return sorted(p.name for p in profile.parent.iterdir() if p.name not in (profile.name, f".{profile.name}.lock"))


# --- what is written -----------------------------------------------------------------------------------------------


def test_each_date_has_the_tags_of_that_day(database: Path, profile: Path) -> None:
    report = refresh(VISITS, database, profile, as_of=(THIRD, FIRST, SECOND, FIRST))
    assert rows_of(profile, "as_of, member_id, visits_30d, level", "visits_30d > 0") == [(FIRST, 1, 1, "x"), (SECOND, 2, 1, "x")]
    assert rows_of(profile, "as_of, count(*)", "TRUE GROUP BY ALL") == [(FIRST, 3), (SECOND, 3), (THIRD, 3)]
    assert [(r.entity, r.as_of, r.rows) for r in report.refreshed] == [("members", day, 3) for day in (FIRST, SECOND, THIRD)]
    assert report.kept == {"members": (FIRST, SECOND, THIRD)}
    assert kept_dates(profile, "members") == (FIRST, SECOND, THIRD)
    assert all(r.seconds > 0 and r.peak_memory for r in report.refreshed)
    assert left_behind(profile) == []


def test_other_dates_are_kept_and_the_same_date_is_replaced(database: Path, profile: Path) -> None:
    refresh(VISITS, database, profile, as_of=(FIRST, SECOND))
    with duckdb.connect(database) as connection:
        connection.execute("DELETE FROM visits")
    report = refresh(VISITS, database, profile, as_of=(SECOND, THIRD))
    assert report.kept["members"] == (FIRST, SECOND, THIRD)
    assert rows_of(profile, "as_of, member_id", "visits_30d > 0") == [(FIRST, 1)]
    assert len(rows_of(profile)) == 9


def test_history_survives_a_changed_list_of_tags(database: Path, profile: Path) -> None:
    refresh(VISITS, database, profile, as_of=(FIRST,))
    changed = tagged(
        ("visits_7d", "integer", window("visit_rows", 7)),
        ("level", "integer", expression("5")),
        ("visits_30d", "text", expression("'many'")),
    )
    refresh(changed, database, profile, as_of=(SECOND,))
    columns = "as_of, member_id, visits_7d, level, visits_30d"
    assert rows_of(profile, columns, "member_id = 1") == [(FIRST, 1, None, None, "1"), (SECOND, 1, 0, 5, "many")]
    without = tagged(("visits_7d", "integer", window("visit_rows", 7)))
    assert refresh(without, database, profile, as_of=()).refreshed == ()
    assert rows_of(profile, "*", "member_id = 1") == [(FIRST, 1, None), (SECOND, 1, 0)]


def test_every_entity_with_tags_has_a_history(database: Path, profile: Path) -> None:
    data = VISITS.model_dump()
    data["entities"]["club"] = {**data["entities"]["members"], "name": "club", "table": "clubs"}
    data["tags"]["age"] = {"name": "age", "entity": "club", "type": "integer", "compute": expression("today - opened")}
    seen: list[tuple[date, int, int]] = []
    model = SemanticModel.model_validate(data)
    report = refresh(model, database, profile, as_of=(FIRST, SECOND), progress=lambda *step: seen.append(step))
    assert report.kept == {"members": (FIRST, SECOND), "club": ()}  # no club, so no row of any date
    assert seen == [(FIRST, 0, 4), (SECOND, 1, 4), (FIRST, 2, 4), (SECOND, 3, 4), (SECOND, 4, 4)]


@pytest.mark.parametrize("name", ["visits.parquet", "visits.csv", "visits.csv.gz", "visits/part.parquet"])
def test_a_folder_of_files_is_a_database_too(name: str, database: Path, profile: Path, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    (folder / name).parent.mkdir(parents=True)
    with duckdb.connect(database, read_only=True) as connection:
        for table, file in (("members", "members.csv"), ("visits", name)):
            connection.execute(f"COPY {table} TO '{folder / file}'")
    report = refresh(VISITS, folder, profile, as_of=(FIRST,))
    assert report.refreshed[0].rows == 3
    assert rows_of(profile, "member_id", "visits_30d = 1") == [(1,)]


def test_a_table_may_have_another_name_in_the_database(database: Path, profile: Path) -> None:
    with duckdb.connect(database) as connection:
        connection.execute('ALTER TABLE visits RENAME TO "door log"')
    data = VISITS.model_dump()
    data["tables"]["visits"]["source"] = "door log"
    refresh(SemanticModel.model_validate(data), database, profile, as_of=(FIRST,))
    assert rows_of(profile, "member_id", "visits_30d = 1") == [(1,)]


def test_memory_and_threads_may_be_limited(database: Path, profile: Path) -> None:
    report = refresh(VISITS, database, profile, as_of=(FIRST,), memory_limit="64MB", threads=1)
    assert report.refreshed[0].rows == 3


# --- while others read, write or kill --------------------------------------------------------------------------------


def test_readers_keep_what_they_have_open_and_get_the_new_file_when_they_ask_again(database: Path, profile: Path) -> None:
    refresh(VISITS, database, profile, as_of=(FIRST,))
    with duckdb.connect(":memory:") as serving:
        serving.execute(f"ATTACH '{str(database).replace(chr(39), chr(39) * 2)}' AS data (READ_ONLY)")
        serving.execute(f"ATTACH '{profile}' AS profile (READ_ONLY)")
        refresh(VISITS, database, profile, as_of=(SECOND,))
        count = f"SELECT count(DISTINCT as_of) FROM profile.{HISTORY}"
        assert serving.execute(count).fetchall() == [(1,)]
        serving.execute("DETACH profile")
        serving.execute(f"ATTACH '{profile}' AS profile (READ_ONLY)")
        assert serving.execute(count).fetchall() == [(2,)]


def test_the_engine_serves_the_profile_of_its_day_and_follows_a_refresh(database: Path, profile: Path) -> None:
    model = with_profiles(VISITS)
    refresh(VISITS, database, profile, as_of=(FIRST, SECOND))
    engine = DuckDBEngine.open(model, database, profile, today=SECOND)
    current = "SELECT member_id FROM members_profile WHERE level = 'x'"
    history = f"SELECT as_of, member_id FROM {HISTORY} WHERE level = 'x' ORDER BY as_of"
    assert list(engine.values(current)) == [(2,)]
    assert list(engine.values(history)) == [(FIRST, 1), (SECOND, 2)]
    with duckdb.connect(database, config={"access_mode": "READ_ONLY"}) as still_readable:
        assert still_readable.execute("SELECT count(*) FROM visits").fetchall() == [(2,)]
    before = engine.data_version()
    refresh(tagged(("level", "text", expression("'x'"))), database, profile, as_of=(SECOND,))
    assert len(engine.values(current)) == 3
    assert engine.data_version() != before


def test_two_refreshes_do_not_run_at_once(database: Path, profile: Path) -> None:
    tried: list[AssistantError] = []

    def second(_: date, done: int, __: int) -> None:
        if done:
            return
        with pytest.raises(ConfigError) as caught:
            refresh(VISITS, database, profile, as_of=(SECOND,))
        tried.append(caught.value)

    refresh(VISITS, database, profile, as_of=(FIRST,), progress=second)
    assert [error.issue.code for error in tried] == ["refresh-running"]
    assert kept_dates(profile, "members") == (FIRST,)


def test_the_lock_is_let_go_when_its_holder_dies(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    program = (
        f"from assistant.locks import locked\nfrom pathlib import Path\n"
        f"with locked(Path({str(lock)!r}), 'busy'):\n    print('held', flush=True)\n    input()"
    )
    holder = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None and holder.stdin is not None
    with holder:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(ConfigError) as caught, locked(lock, "busy"):
            pass
        assert caught.value.issue.code == "busy"
        holder.kill()
    with locked(lock, "busy"):
        pass


@pytest.fixture
def interrupted(database: Path, profile: Path) -> Iterator[None]:
    """A refresh that was stopped in its second profile."""
    refresh(VISITS, database, profile, as_of=(FIRST,))

    def stop(_: date, done: int, __: int) -> None:
        if done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        refresh(tagged(("other", "integer", expression("1"))), database, profile, as_of=(SECOND, THIRD), progress=stop)
    yield


@pytest.mark.usefixtures("interrupted")
def test_an_interrupted_refresh_leaves_the_old_file_and_nothing_else(database: Path, profile: Path) -> None:
    assert kept_dates(profile, "members") == (FIRST,)
    assert rows_of(profile, "visits_30d", "member_id = 1") == [(1,)]
    assert left_behind(profile) == []
    assert refresh(VISITS, database, profile, as_of=(SECOND,)).kept["members"] == (FIRST, SECOND)


def test_what_a_killed_refresh_left_is_removed_by_the_next(database: Path, profile: Path) -> None:
    refresh(VISITS, database, profile, as_of=(FIRST,))
    for ending in ("fresh", "fresh.wal"):
        profile.with_name(f".{profile.name}.{ending}").write_bytes(b"half a file")
    (spill := profile.with_name(f".{profile.name}.spill")).mkdir()
    (spill / "duckdb_temp_storage-0.tmp").write_bytes(b"x")
    assert len(left_behind(profile)) == 3
    assert refresh(VISITS, database, profile, as_of=(SECOND,)).kept["members"] == (FIRST, SECOND)
    assert left_behind(profile) == []


def test_threads_that_read_meanwhile_never_see_less_than_a_whole_file(database: Path, profile: Path) -> None:
    refresh(VISITS, database, profile, as_of=(FIRST,))
    seen: set[tuple[date, ...]] = set()
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            seen.add(kept_dates(profile, "members"))

    reader = threading.Thread(target=look)
    reader.start()
    for day in (SECOND, THIRD):
        refresh(VISITS, database, profile, as_of=(day,))
    done.set()
    reader.join()
    assert seen <= {(FIRST,), (FIRST, SECOND), (FIRST, SECOND, THIRD)}
    assert seen


# --- what can go wrong -------------------------------------------------------------------------------------------------


def _refused(model: SemanticModel, database: Path, profile: Path, **more: Any) -> str:
    """The code of the failure; its sentence exists in both languages and names no folder."""
    with pytest.raises(AssistantError) as caught:
        refresh(model, database, profile, as_of=(FIRST,), **more)
    issue = caught.value.issue
    for lang in ("zh", "en"):
        assert str(database.parent) not in issue_text(issue, lang)
    assert not profile.parent.is_dir() or left_behind(profile) == []
    return issue.code


def test_what_is_missing_is_named(database: Path, profile: Path, tmp_path: Path) -> None:
    assert _refused(MODEL, database, profile) == "refresh-no-tags"
    assert _refused(VISITS, tmp_path / "nowhere.duckdb", profile) == "refresh-no-database"
    with duckdb.connect(database) as connection:
        connection.execute("DROP TABLE visits")
    assert _refused(VISITS, database, profile) == "refresh-no-table"
    (tmp_path / "empty").mkdir()
    assert _refused(VISITS, tmp_path / "empty", profile) == "refresh-no-table"
    assert not profile.exists()


def test_what_cannot_be_opened_is_named(database: Path, profile: Path, tmp_path: Path) -> None:
    text = tmp_path / "notes.duckdb"
    text.write_text("no database" * 999)
    assert _refused(VISITS, text, profile) == "refresh-unreadable"
    profile.write_text("no database" * 999)
    assert _refused(VISITS, database, profile) == "refresh-unreadable"
    with pytest.raises(ConfigError) as caught:
        kept_dates(profile, "members")
    assert caught.value.issue.code == "refresh-unreadable"


def test_a_folder_that_is_a_file_cannot_be_written_to(database: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert _refused(VISITS, database, tmp_path / "file" / "profile.duckdb") == "refresh-not-written"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the administrator may write everywhere")
def test_a_folder_without_permission_is_named(database: Path, profile: Path) -> None:
    profile.parent.mkdir()
    profile.parent.chmod(0o500)
    assert _refused(VISITS, database, profile) == "refresh-not-written"


def test_limits_that_mean_nothing_are_named(database: Path, profile: Path) -> None:
    assert _refused(VISITS, database, profile, memory_limit="much") == "refresh-limits"


def test_too_little_memory_is_named_and_changes_nothing(database: Path, profile: Path) -> None:
    refresh(VISITS, database, profile, as_of=(FIRST,))
    with duckdb.connect(database) as connection:
        connection.execute("INSERT INTO visits SELECT range, range, TIMESTAMP '2026-01-15', 'x', 1, 'a' FROM range(10, 300000)")
        connection.execute("INSERT INTO members (member_id) SELECT range FROM range(10, 300000)")
    assert _refused(VISITS, database, profile, memory_limit="3MB") == "refresh-out-of-memory"
    assert len(rows_of(profile)) == 3


def test_a_definition_that_the_engine_refuses_is_named_without_its_words(database: Path, profile: Path) -> None:
    model = tagged(("bad", "integer", expression("CAST('secret' AS INTEGER)")))
    assert _refused(model, database, profile) == "refresh-failed"
    with pytest.raises(QueryFailed) as caught:
        refresh(model, database, profile, as_of=(FIRST,))
    assert "secret" not in str(caught.value)


def test_every_code_has_a_sentence_in_both_languages() -> None:
    codes = {"refresh-running", "refresh-not-written", "refresh-out-of-memory", "refresh-failed", "refresh-no-table"}
    assert codes <= issue_codes("zh").keys() & issue_codes("en").keys()


# --- dates ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "count", "expected"),
    [
        (date(2026, 10, 20), 3, (date(2026, 8, 1), date(2026, 9, 1), date(2026, 10, 1))),
        (date(2026, 10, 1), 2, (date(2026, 9, 1), date(2026, 10, 1))),
        (date(2026, 1, 31), 3, (date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1))),
        (date(2026, 1, 31), 0, ()),
    ],
)
def test_month_ends_are_the_first_days_of_months(today: date, count: int, expected: tuple[date, ...]) -> None:
    assert month_ends(today, count) == expected


def test_nothing_is_kept_where_there_is_no_file_or_no_such_entity(database: Path, profile: Path) -> None:
    assert kept_dates(profile, "members") == ()
    refresh(VISITS, database, profile, as_of=(FIRST,))
    assert kept_dates(profile, "clubs") == ()
