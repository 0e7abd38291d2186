"""`wenke domain draft`: a database of a stranger becomes a folder that loads, passes the check and answers at once."""

import os
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from assistant import Assistant
from assistant.__main__ import main
from assistant.errors import ConfigError
from assistant.inspection import write_draft
from semantic_layer.query import Attribute, Records

SCHEMA = """
CREATE TABLE Members (member_id INTEGER PRIMARY KEY, full_name VARCHAR, phone VARCHAR, town VARCHAR, joined DATE);
CREATE TABLE Club_Visits (visit_id INTEGER PRIMARY KEY, member_id INTEGER REFERENCES Members, spent DECIMAL(8,2), visited DATE);
INSERT INTO Members VALUES (1, 'Ann', '13800000001', 'York', '2026-01-01'), (2, 'Bob', '13800000002', 'Leeds', '2026-02-01');
INSERT INTO Club_Visits VALUES (1, 1, 10, '2026-03-01'), (2, 1, 5, '2026-03-02'), (3, 2, 7, '2026-03-03');
"""


@pytest.fixture
def club(tmp_path: Path) -> Path:
    """A database with keys that it declares."""
    database = tmp_path / "club.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute(SCHEMA)
    return database


@pytest.fixture
def wenke(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Runs a command of a user with nothing set."""
    for name in list(os.environ):
        if name.startswith(("WENKE", "LC_", "LANG")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("WENKE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        return (code, *capsys.readouterr())

    return run


def test_the_command_writes_a_folder_and_says_how_to_ask_it(club: Path, wenke: Callable[..., tuple[int, str, str]]) -> None:
    code, out, _ = wenke("domain", "draft", str(club), "--name", "club")
    folder = club.parent / "club"
    assert code == 0
    assert "2 tables, 1 joins" in out
    assert f"wenke check --domain {folder}" in out
    code, out, _ = wenke("check", "--domain", str(folder))
    assert code == 0, out
    code, out, _ = wenke("ask", "total spent by town", "--domain", str(folder))
    assert code == 0
    assert "York" in out
    assert "15" in out


def test_a_folder_with_something_in_it_is_left_alone(club: Path, wenke: Callable[..., tuple[int, str, str]]) -> None:
    folder = club.parent / "mine"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine", "utf-8")
    code, _, err = wenke("domain", "draft", str(club), "--out", str(folder))
    assert code == 2
    assert "--force" in err
    assert [path.name for path in folder.iterdir()] == ["notes.txt"]
    assert wenke("domain", "draft", str(club), "--out", str(folder), "--force")[0] == 0
    assert (folder / "notes.txt").read_text("utf-8") == "mine"
    assert (folder / "domain.yaml").exists()


def test_what_cannot_be_written_or_read_is_said(club: Path, wenke: Callable[..., tuple[int, str, str]]) -> None:
    blocked = club.parent / "file"
    blocked.write_text("", "utf-8")
    with pytest.raises(ConfigError, match="path-unwritable"):
        write_draft(club, blocked / "below", None, force=False)
    code, _, err = wenke("domain", "draft", "nowhere.duckdb")
    assert code != 0
    assert "nowhere" in err


def test_personal_data_is_for_the_owner_only(club: Path) -> None:
    written = write_draft(club, club.parent / "mine", "club", force=False)
    assert written.model.domain.default_role == "analyst"
    with Assistant.open(written.folder, data_dir=club.parent / "data") as assistant:
        phones = Records(entity="member_entity", columns=(Attribute(member="phone"),))
        masked, clear = assistant.query(phones), assistant.query(phones, role="owner")
    assert masked.status == clear.status == "answered"
    assert "13800000001" not in str(masked.rows)
    assert "13800000001" in str(clear.rows)
