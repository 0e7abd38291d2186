"""What the README says is done: its commands run, its code runs, its YAML makes a shop; settings and commands are all named."""

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant.__main__ import main
from assistant.settings import Settings, shown
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    language: str
    text: str


BLOCKS = tuple(Block(*found) for found in BLOCK.findall(README))
COMMANDS = [
    line.split("#")[0].strip()
    for block in BLOCKS
    if block.language == "sh"
    for line in block.text.splitlines()
    if line.startswith("wenke ")
]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working directory with the README's shop, and a little data in it."""
    here = tmp_path_factory.mktemp("readme")
    data = here / "shop" / "data"
    data.mkdir(parents=True)
    for block in BLOCKS:
        name = re.match(r"# (\w+\.yaml)\n", block.text)
        if block.language == "yaml" and name is not None:
            (here / "shop" / name[1]).write_text(block.text, encoding="utf-8")
    (data / "customers.csv").write_text("customer_id,city\n1,上海\n2,北京\n", encoding="utf-8")
    orders = "order_id,customer_id,order_time,amount\n1,1,2026-09-01 10:00:00,30.00\n2,2,2026-09-02 11:00:00,12.50\n"
    (data / "orders.csv").write_text(orders, encoding="utf-8")
    return here


@pytest.fixture
def user(shop: Path, demo_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user in that directory, with the demo data built."""
    (shop / "home").mkdir(exist_ok=True)
    for name in [name for name in os.environ if name.startswith("WENKE")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("WENKE_DATA_DIR", str(shop / "home"))
    built = shop / "home" / "domains" / "retail.duckdb"
    if not built.exists():
        built.parent.mkdir()
        os.link(demo_file, built)
    monkeypatch.chdir(shop)


@pytest.mark.usefixtures("user")
@pytest.mark.parametrize("command", [line for line in COMMANDS if " eval " not in line])
def test_a_command_of_the_readme_runs(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(shlex.split(command)[1:]) == 0, capsys.readouterr()
    out = capsys.readouterr().out
    assert out.strip()
    if "--domain shop" in command and " ask " in command:
        assert "30" in out
        assert "上海" in out


@pytest.mark.usefixtures("user")
@pytest.mark.parametrize("code", [block.text for block in BLOCKS if block.language == "python"])
def test_the_python_of_the_readme_runs(code: str) -> None:
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=120, check=False)
    assert found.returncode == 0, found.stderr.decode()
    assert found.stdout.decode().count("\n") >= 3


def test_make_has_every_target_of_the_readme() -> None:
    wanted = set(re.findall(r"^make (\w+)", README, re.MULTILINE)) | {"chat", "test"}
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert wanted <= targets


def test_the_yaml_of_the_readme_is_short() -> None:
    lines = [line for block in BLOCKS if block.language == "yaml" for line in block.text.splitlines() if line and line[0] != "#"]
    assert len(lines) <= 36


def test_every_setting_is_in_the_readme() -> None:
    own = {name for name in shown(Settings()) if not name.startswith(("server.", "sign_in."))}
    assert sorted(name for name in own if f"`{name}`" not in README) == []


def test_every_command_is_in_the_readme() -> None:
    from assistant.channels.cli import COMMANDS as known

    assert sorted(name for name in known if f"wenke {name}" not in README) == []


def test_every_entry_point_group_is_in_the_readme() -> None:
    groups = re.findall(r'entry-points\."([\w.]+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert groups
    assert sorted(group for group in groups if f"`{group}`" not in README) == []


def test_the_readme_stays_short_and_the_changes_are_written_down() -> None:
    assert len(README.splitlines()) <= 250
    assert (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").startswith("# Changes")
    assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")
