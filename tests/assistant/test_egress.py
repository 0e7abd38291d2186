"""The log of what left: files of a bounded size that nobody else can read, whoever writes to them at once."""

import json
import multiprocessing
import os
import threading
from datetime import datetime
from pathlib import Path

import pytest

from assistant.app import egress_of
from assistant.egress import MOST_BYTES, MOST_FILES, Egress
from assistant.locks import locked
from assistant.settings import folders, read

BODY = {"messages": [{"role": "user", "content": "x" * 400}]}


def egress_at(path: Path, most: int = 2000, files: int = 3) -> Egress:
    return Egress(path, lambda: datetime(2026, 10, 20), most=most, files=files)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "egress.jsonl"


def turns(file: Path) -> list[str]:
    return [json.loads(line)["turn"] for line in file.read_text("utf-8").splitlines()]


def logged(path: Path) -> list[str]:
    """All turns that are still known, the oldest file's first."""
    files = [*sorted(path.parent.glob("egress.jsonl.[0-9]*"), key=lambda file: -int(file.suffix[1:])), path]
    return [turn for file in files for turn in turns(file)]


def names(path: Path) -> set[str]:
    return {file.name for file in path.parent.iterdir()} - {"egress.jsonl.lock"}


def test_a_full_file_is_moved_on_and_the_oldest_goes(path: Path) -> None:
    egress = egress_at(path)
    for number in range(20):
        egress.record(str(number), "host", BODY)
    assert names(path) == {"egress.jsonl", "egress.jsonl.1", "egress.jsonl.2"}
    assert all(file.stat().st_size <= 2000 for file in path.parent.iterdir())
    known = logged(path)
    assert known == [str(number) for number in range(20 - len(known), 20)], "the newest are kept, in order"
    assert len(known) > 6


def test_a_line_longer_than_a_file_is_written_whole(path: Path) -> None:
    egress = egress_at(path, most=100)
    for turn in "ab":
        egress.record(turn, "host", BODY)
    assert (turns(path), turns(path.with_name("egress.jsonl.1"))) == (["b"], ["a"])


def test_nought_never_begins_a_new_file(path: Path) -> None:
    egress = egress_at(path, most=0)
    for _ in range(9):
        egress.record("t", "host", BODY)
    assert (names(path), len(turns(path))) == ({"egress.jsonl"}, 9)


@pytest.mark.skipif(os.name != "posix", reason="rights of files")
def test_a_file_that_others_can_read_is_closed_to_them(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    path.chmod(0o666)
    egress = egress_at(path)
    for _ in range(9):
        egress.record("t", "host", BODY)
    assert {file.stat().st_mode & 0o777 for file in path.parent.iterdir()} == {0o600}


def test_who_comes_while_another_moves_files_writes_on(path: Path) -> None:
    """Nobody waits, and nothing is lost; the file is moved on the next time."""
    egress = egress_at(path)
    for turn in "abc":
        egress.record(turn, "host", BODY)
    with locked(path.with_name("egress.jsonl.lock"), "taken"):
        egress.record("d", "host", BODY)
    assert turns(path)[-1] == "d"
    egress.record("e", "host", BODY)
    assert (turns(path), turns(path.with_name("egress.jsonl.1"))[-1]) == (["e"], "d")


def test_where_nothing_can_be_moved_the_log_goes_on(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    egress = egress_at(path)
    monkeypatch.setattr(Path, "replace", refused)
    for _ in range(9):
        egress.record("t", "host", BODY)
    assert len(turns(path)) == 9
    assert "cannot begin a new file" in caplog.text


def _write(path: Path, name: str, times: int) -> None:
    """Four threads of one process."""
    egress = egress_at(path, most=20_000, files=60)

    def lines(thread: int) -> None:
        for number in range(times):
            egress.record(f"{name}.{thread}.{number}", "host", BODY)

    threads = [threading.Thread(target=lines, args=(thread,)) for thread in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_many_processes_and_threads_lose_no_line(path: Path) -> None:
    """Every line is whole and there once, while the files are moved on under their writers."""
    context = multiprocessing.get_context("spawn")
    others = [context.Process(target=_write, args=(path, name, 60)) for name in "abc"]
    for other in others:
        other.start()
    for other in others:
        other.join(60)
    assert {other.exitcode for other in others} == {0}
    known = logged(path)
    assert len(known) == len(set(known)) == 3 * 4 * 60
    assert len(names(path)) > 10


def test_how_large_and_how_many_are_settings(tmp_path: Path) -> None:
    given = read(llm={"egress_mb": 0.5, "egress_files": 3}, data_dir=tmp_path)
    own, usual = (egress_of(settings, folders(settings)) for settings in (given, read(data_dir=tmp_path)))
    assert (own.most, own.files) == (500_000, 3)
    assert (usual.most, usual.files) == (MOST_BYTES, MOST_FILES)
