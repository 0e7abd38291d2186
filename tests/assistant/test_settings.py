"""Settings: arguments before environment before file; wrong ones named; secrets masked."""

from pathlib import Path

import pytest

from assistant.errors import ConfigError
from assistant.settings import Folders, folders, read, shown


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("WENKE_DATA_DIR", "WENKE_CONFIG", "WENKE_LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def test_arguments_come_before_the_environment_and_that_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "wenke.toml").write_text("[limits]\nseconds = 1\nrows = 1\nsql_rows = 1\n", encoding="utf-8")
    monkeypatch.setenv("WENKE_LIMITS__ROWS", "2")
    monkeypatch.setenv("WENKE_LIMITS__SQL_ROWS", "2")
    limits = read(limits={"sql_rows": 3}).limits
    assert (limits.seconds, limits.rows, limits.sql_rows) == (1, 2, 3)


def test_a_file_may_lie_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "other.toml").write_text("lang = 'zh'\n", encoding="utf-8")
    monkeypatch.setenv("WENKE_CONFIG", str(tmp_path / "other.toml"))
    assert read().lang == "zh"


@pytest.mark.parametrize(
    ("given", "setting", "suggestion"),
    [
        ({"limits": {"row": 1}}, "limits.row", "limits.rows"),
        ({"limits": {"rows": 0}}, "limits.rows", None),
        ({"domain": {"today": "tomorrow"}}, "domain.today", None),
        ({"plannner": {"name": "rules"}}, "plannner", "planner.name"),
    ],
)
def test_a_wrong_setting_is_named(given: dict[str, object], setting: str, suggestion: str | None) -> None:
    with pytest.raises(ConfigError) as caught:
        read(**given)
    assert caught.value.issue.code == "setting-invalid"
    assert caught.value.issue.params["setting"] == setting
    assert suggestion is None or suggestion in caught.value.issue.suggestions


def test_a_file_that_is_no_toml_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "wenke.toml").write_text("[[[", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read()
    assert caught.value.issue.code == "setting-invalid"


def test_a_secret_is_never_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENKE_LLM__API_KEY", "sk-very-secret")
    settings = read()
    assert settings.llm.api_key is not None
    assert settings.llm.api_key.get_secret_value() == "sk-very-secret"
    assert shown(settings)["llm.api_key"] == "********"
    assert "very-secret" not in str(shown(settings)) + repr(settings)


def test_a_key_is_taken_without_the_end_of_its_line() -> None:
    key = read(llm={"api_key": " sk-very-secret\r\n"}).llm.api_key
    assert key is not None
    assert key.get_secret_value() == "sk-very-secret"
    assert read(llm={"api_key": " \n"}).llm.api_key is None


@pytest.mark.parametrize(
    "key", ["sk-very\nsecret", "sk-very-secret\u200b", "sk-vеry-secret", "sk-very\x00secret", "“sk-very-secret”"]
)
def test_a_key_that_no_header_holds_is_refused_without_saying_it(key: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(llm={"api_key": key})
    assert caught.value.issue.params["setting"] == "llm.api_key"
    assert "secret" not in str(caught.value) + repr(caught.value.issue)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("ending", ["?api-key=sk-very-secret", "#sk-very-secret", "?", "/v1?x=sk-very-secret"])
def test_an_address_holds_no_query(ending: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(llm={"base_url": f"https://llm.example/v1{ending}"})
    assert caught.value.issue.params["setting"] == "llm.base_url"
    assert "secret" not in str(caught.value) + repr(caught.value.issue)


@pytest.mark.parametrize("given", ["https://llm.example/v1/chat/completions", " https://llm.example/v1/chat/completions/ "])
def test_an_address_is_taken_without_its_last_part(given: str) -> None:
    assert read(llm={"base_url": given}).llm.base_url == "https://llm.example/v1"


def test_of_further_fields_only_the_names_are_printed() -> None:
    settings = read(llm={"extra": {"enable_thinking": False, "user": "very-secret"}})
    assert shown(settings)["llm.extra"] == "enable_thinking, user"
    assert shown(read())["llm.extra"] == "-"


def test_how_long_a_model_may_take_is_printed_as_it_is() -> None:
    assert shown(read())["llm.seconds"] == "24 = min(60, 0.8 × limits.seconds)"
    assert shown(read(llm={"seconds": 5}))["llm.seconds"].startswith("5 = ")


def test_files_lie_with_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert folders(read(data_dir=tmp_path)) == Folders(data=tmp_path, cache=tmp_path / "cache")
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "d"))
    monkeypatch.setenv("XDG_CACHE_HOME", "relative is ignored")
    found = folders(read())
    assert found.data == tmp_path / "d" / "wenke"
    assert found.cache == Path.home() / ".cache" / "wenke"
