"""The cache: made once, made again when it cannot be trusted or read."""

import os
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.cache import MOST_KEPT, Cache, fingerprint


def counting() -> tuple[Callable[[], dict[str, int]], list[int]]:
    calls: list[int] = []

    def make() -> dict[str, int]:
        calls.append(1)
        return {"calls": len(calls)}

    return make, calls


def test_a_value_is_made_once(tmp_path: Path) -> None:
    make, calls = counting()
    cache = Cache(tmp_path / "cache")
    assert cache.get("model", "k", make, dict) == cache.get("model", "k", make, dict) == {"calls": 1}
    assert len(calls) == 1
    assert (tmp_path / "cache").stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="Windows folders have no such modes")
@pytest.mark.parametrize("loosen", ["folder", "file", "link"])
def test_what_others_could_have_written_is_never_unpickled(tmp_path: Path, loosen: str) -> None:
    make, _calls = counting()
    folder = tmp_path / "cache"
    Cache(folder).get("model", "k", make, dict)
    file = next(folder.glob("*.pickle"))
    if loosen == "folder":
        folder.chmod(0o777)
    elif loosen == "file":
        file.chmod(0o666)
    else:
        planted = tmp_path / "planted"
        planted.write_bytes(pickle.dumps({"calls": 99}))
        planted.chmod(0o600)
        file.unlink()
        file.symlink_to(planted)
    assert Cache(folder).get("model", "k", make, dict) == {"calls": 2}


@pytest.mark.parametrize("content", [b"", b"\x80\x05broken", pickle.dumps(["another", "type"])])
def test_what_cannot_be_read_is_made_again(tmp_path: Path, content: bytes) -> None:
    make, _calls = counting()
    cache = Cache(tmp_path / "cache")
    cache.get("model", "k", make, dict)
    file = next((tmp_path / "cache").glob("*.pickle"))
    file.write_bytes(content)
    assert cache.get("model", "k", make, dict) == {"calls": 2}
    assert cache.get("model", "k", make, dict) == {"calls": 2}


def test_old_files_go_and_a_folder_that_cannot_be_made_is_no_failure(tmp_path: Path) -> None:
    make, _ = counting()
    cache = Cache(tmp_path / "cache")
    for index in range(MOST_KEPT + 3):
        cache.get("model", str(index), make, dict)
    assert len(list((tmp_path / "cache").glob("*.pickle"))) == MOST_KEPT
    (tmp_path / "file").write_text("in the way")
    assert Cache(tmp_path / "file" / "cache").get("model", "k", make, dict)["calls"] > 0


def test_a_fingerprint_tells_its_parts_apart() -> None:
    assert fingerprint("ab", "c") != fingerprint("a", "bc")
