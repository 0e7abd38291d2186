"""The chat's history in a real PostgreSQL: a server of our own for the run, by the setting `server.history`.

Skips where PostgreSQL's programs are not installed (`apt-get install postgresql`). They refuse to run as root, so that a run as
root starts them as `nobody`.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sqlalchemy")
pytest.importorskip("psycopg", reason="the extra `postgres` is not installed")

from assistant.accounts import Accounts, hash_secret
from assistant.app import Assistant
from assistant.channels.chat.desk import Desk, Stop, Turn
from assistant.channels.chat.store import Opinion, Store
from assistant.errors import ConfigError
from assistant.serving import open_history
from assistant.settings import SignInSettings, read

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("postgres")]


def programs() -> Path | None:
    """Where initdb lies: on the path, or where Debian keeps it."""
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).parent
    kept = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return kept[-1].parent if kept else None


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """The URL of an empty database of a server that lives as long as this module."""
    where = programs()
    if where is None:
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="wenke-pg-"))
    user: dict[str, Any] = {}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.STDOUT, "cwd": folder, **user}
    password = folder / "password"
    password.write_text("pass word/1")
    password.chmod(0o644)
    first = [str(where / "initdb"), "-D", str(folder / "data"), "-U", "wenke", "-A", "scram-sha-256", "-E", "UTF8", "-N"]
    first.append(f"--pwfile={password}")
    subprocess.run(first, check=True, **quiet)
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
    command = [str(where / "pg_ctl"), "-D", str(folder / "data"), "-w", "-l", str(folder / "log")]
    subprocess.run([*command, "-o", options, "start"], check=True, **quiet)
    try:
        yield f"postgresql+psycopg://wenke:pass%20word%2F1@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*command, "-m", "immediate", "stop"], check=False, **quiet)
        shutil.rmtree(folder, ignore_errors=True)


def test_what_was_said_is_kept_there_for_the_next_process(cluster: str, wenke: Assistant, tmp_path: Path) -> None:
    settings = read(server={"history": cluster}, data_dir=tmp_path)
    sign_in = SignInSettings.model_validate({"users": {"李": {"roles": ["manager"], "secret": hash_secret("x")}}})
    store = open_history(settings)
    desk = Desk(wenke, Accounts(sign_in, wenke.model.roles), sign_in, store)
    seat = desk.seat("李", None)
    assert seat is not None
    assert store.add_person("李", "p1", "2026-01-01") == store.add_person("李", "p2", "2026-01-02")
    assert store.touch_thread("t1", "李", "1", name="各大区 '\"%😀")
    assert store.put_step({"id": "s1", "threadId": "t1", "createdAt": "1", "output": "<b>上个月</b>"}, "李", "1")
    assert store.put_element({"id": "e1", "threadId": "t1", "forId": "s1", "props": {"rows": [["华东", 1]]}}, "李", "1")
    turn = Turn("上个月各大区的销售额", "m1", "r1", "t1", "", "2026-01-01T00:00:00Z")
    answer, after = desk.ask(seat, turn, Stop(wenke.interrupt, lambda _: None))
    desk.keep(seat, turn, answer, after, ("a1",))
    assert store.put_feedback(Opinion("r1", "李", 0, "少了", "2026-01-02"), "f1") == "f1"
    store.close()

    store = open_history(settings)
    found = store.thread("t1")
    assert found is not None
    assert (found[0]["name"], found[1][0]["output"]) == ("各大区 '\"%😀", "<b>上个月</b>")
    assert found[2][0]["props"]["rows"] == [["华东", 1]]
    desk = Desk(wenke, desk.accounts, sign_in, store)
    kept = store.answers("t1")[0]
    then, _ = desk.ask(
        seat, Turn("只看华东", "m2", "r2", "t1", kept.after, "2026-01-01T00:01:00Z"), Stop(wenke.interrupt, lambda _: None)
    )
    assert len(then.rows) == 1
    assert desk.withheld(kept) is None
    assert store.feedback()[0].comment == "少了"
    assert [row["id"] for row in store.threads("李", first=9, after=None, search="各大区的", value=0)] == ["t1"]
    assert not store.touch_thread("t1", "王", "9", name="taken")
    assert store.rewind("t1", "m1", "李") == ""
    store.drop_thread("t1")
    assert store.thread("t1") is None
    assert not store.touch_thread("t1", "李", "9")
    store.close()


def test_two_processes_may_write_at_once(cluster: str) -> None:
    stores = [Store(cluster) for _ in range(2)]

    def write(number: int) -> None:
        store = stores[number % 2]
        store.add_person("王", f"w{number}", "1")
        store.put_step({"id": f"x{number}", "threadId": f"y{number % 5}", "createdAt": str(number)}, "王", str(number))

    try:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(write, range(40)))
        assert sum(len((stores[0].thread(f"y{i}") or ({}, [], []))[1]) for i in range(5)) == 40
    finally:
        for store in stores:
            store.close()


def test_a_server_that_is_not_there_or_does_not_let_us_in_is_said_so(cluster: str) -> None:
    for url in (cluster.replace("pass%20word", "other"), "postgresql+psycopg://wenke:x@127.0.0.1:1/postgres"):
        with pytest.raises(ConfigError) as raised:
            Store(url)
        assert raised.value.issue.code == "history-unusable"
        assert "other" not in str(raised.value.issue.params)
