"""The audit log: whole lines from many threads, private, and never the reason that an answer fails."""

import json
import logging
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest

from assistant.audit import Audit, Entry

NOON = datetime(2026, 10, 20, 12)


def test_many_threads_write_whole_lines_into_a_private_file(tmp_path: Path) -> None:
    path = tmp_path / "new" / "audit.jsonl"
    audit = Audit(path, lambda: NOON)
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda i: audit.record(Entry("ask", f"问题{i}\nsecond line", "ops", "answered", rows=i)), range(400)))
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert sorted(line["question"] for line in lines) == sorted(f"问题{i}\nsecond line" for i in range(400))
    assert lines[0]["time"] == "2026-10-20T12:00:00.000"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_it_appends_to_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    Audit(path, lambda: NOON).record(Entry("ask", "one", "ops", "answered"))
    Audit(path, lambda: NOON).record(Entry("export", "two", "ops", "answered", rows=7, channel="chat"))
    first, second = (json.loads(line) for line in path.read_text().splitlines())
    assert (first["question"], second["action"], second["rows"], second["channel"]) == ("one", "export", 7, "chat")


def test_a_log_that_cannot_be_written_is_said_once_and_stops_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("in the way")
    audit = Audit(tmp_path / "file" / "audit.jsonl", lambda: NOON)
    with caplog.at_level(logging.WARNING):
        audit.record(Entry("ask", "one", "ops", "answered"))
        audit.record(Entry("ask", "\ud800 lone surrogate", "ops", "answered"))
    assert len(caplog.records) == 1
