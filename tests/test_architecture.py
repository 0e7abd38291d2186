"""The house: who may import whom, how long a room is, what words are not used, what is in the wheel."""

import ast
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGES = ("assistant", "semantic_layer", "prompts")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
LONGEST = 400
LONGER: dict[str, int] = {}
"""Rooms that still have to be split: what stands here may only shrink."""
VAGUE = re.compile(r"manager|handler|helper|util|common$|core$|impl$", re.IGNORECASE)
CLOCKS = {("datetime", "now"), ("datetime", "today"), ("date", "today"), ("datetime", "utcnow")}
MAY_LOOK_AT_THE_CLOCK = {"assistant/app.py"}
MAY_READ_THE_ENVIRONMENT = ("assistant/settings.py", "assistant/app.py", "assistant/channels/")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def calls(path: Path) -> Iterator[tuple[str, str]]:
    """Every `a.b` that is called in a module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
            yield node.func.value.id, node.func.attr


def test_imports_point_one_way() -> None:
    found = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"], cwd=ROOT, capture_output=True, check=False
    )
    assert found.returncode == 0, found.stdout.decode()


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_can_be_held_in_the_head(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= LONGER.get(name_of(path), LONGEST)
    tree = ast.parse("\n".join(lines))
    assert not lines or ast.get_docstring(tree), "the module's docstring says what comes in, what goes out, what may fail"


def test_no_vague_words() -> None:
    modules = [name_of(path) for path in MODULES if VAGUE.search(path.stem)]
    classes = [
        f"{name_of(path)}: {node.name}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and VAGUE.search(node.name)
    ]
    assert modules + classes == []


def test_nobody_looks_at_the_clock() -> None:
    found = {name_of(path) for path in MODULES for call in calls(path) if call in CLOCKS}
    assert found <= MAY_LOOK_AT_THE_CLOCK


def test_the_environment_is_read_at_the_edge() -> None:
    reading = [name_of(path) for path in MODULES if re.search(r"os\.environ|os\.getenv", path.read_text(encoding="utf-8"))]
    assert [name for name in reading if not name.startswith(MAY_READ_THE_ENVIRONMENT)] == []


def test_one_place_catches_everything() -> None:
    """`except Exception` stands where an answer, a command or a run must survive whatever happened; nowhere else."""
    allowed = {"assistant/service.py", "assistant/cache.py", "assistant/evaluate.py"}
    found = {
        name_of(path)
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler) and isinstance(node.type, ast.Name) and node.type.id == "Exception"
    }
    assert {name for name in found if not name.startswith("assistant/channels/")} <= allowed


def test_the_wheel_has_everything_that_is_read_at_run_time(tmp_path: Path) -> None:
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr.decode()
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        inside = set(wheel.namelist())
    read = [
        path for package in PACKAGES for path in (ROOT / package).rglob("*") if path.is_file() and "__pycache__" not in path.parts
    ]
    missing = [name_of(path) for path in read if name_of(path) not in inside]
    assert missing == []
    endings = {path.suffix for path in read}
    assert {".yaml", ".py"} <= endings
    assert endings & {".otf", ".ttf", ".woff2"}, "charts need the font that we ship"
    assert not any(name.startswith("tests") for name in inside)
