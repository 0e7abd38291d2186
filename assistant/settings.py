"""The settings, read once by `app` and handed down as narrow values.

In: keyword arguments, environment variables `WENKE_<SECTION>__<NAME>`, an optional `wenke.toml` in the working directory (or
where `WENKE_CONFIG` says) — the first that names a setting wins. Out: a frozen `Settings`; `folders()`, where files of this user
lie. What may fail: a value of the wrong type, an unknown name in the file (`ConfigError` with code `setting-invalid`).
"""

import os
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from assistant.errors import ConfigError

SHARE_OF_TIME = 0.8
"""Of what is left of an answer's time, for planning with a model: the rest is the query's."""


class Section(BaseModel):
    """One section of the settings."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class DomainSettings(Section):
    """Which business is asked. `name`: a built-in domain or a folder; `database`: its data, where not the domain's own."""

    name: str = "retail"
    database: Path | None = None
    today: date | None = None
    scale: float = Field(default=1.0, gt=0, description="size of a demo database that is built when it is missing")


class EngineSettings(Section):
    """Which engine runs the SQL, and what it may use (None: a share of the machine)."""

    name: str = "duckdb"
    threads: int | None = Field(default=None, ge=1)
    memory: str | None = Field(default=None, pattern=r"^\d+(\.\d+)?\s?[KMGT]i?B$")


class PlannerSettings(Section):
    """Which planner reads the questions: auto, or a name of the entry point group `wenke.planners`."""

    name: str = "auto"


class LlmSettings(Section):
    """The OpenAI-compatible service that a planner with a language model uses. Without a key nothing leaves this machine."""

    base_url: str | None = None
    api_key: SecretStr | None = None
    model: str | None = None
    timeout: float = Field(default=30.0, gt=0, description="seconds that one call may be silent")
    seconds: float = Field(default=60.0, gt=0, description="seconds for all calls of one question, at most 0.8 of limits.seconds")
    calls: int = Field(default=6, ge=1, description="calls for one question")
    tokens: int = Field(default=24_000, ge=1000, description="tokens for one question, prompts and replies")
    retries: int = Field(default=2, ge=0, le=8, description="more tries of a call that the provider could not take")
    stream: bool = Field(default=True, description="replies come piece by piece, so that a stop is heard at once")
    stream_usage: bool = Field(default=False, description="ask for token counts of streamed replies; some servers refuse")
    extra: Mapping[str, Any] = Field(default_factory=dict, description="more fields of a request, such as thinking off")
    reply_mb: float = Field(default=8.0, gt=0, description="megabytes of one reply as it comes; a longer one is cut off")
    egress_mb: float = Field(default=20.0, ge=0, description="size of a file of what left, in megabytes; 0: it only grows")
    egress_files: int = Field(default=10, ge=2, description="files of what left, the newest without a number")

    @field_validator("api_key")
    @classmethod
    def _one_word(cls, key: SecretStr | None) -> SecretStr | None:
        """A key is copied with the end of its line; what else no header holds would fail with the key in its message."""
        told = key.get_secret_value().strip() if key is not None else ""
        if not (told.isascii() and told.isprintable()):
            raise ValueError("a key has no control characters and none but ASCII")
        return SecretStr(told) if told else None

    @field_validator("base_url")
    @classmethod
    def _plain_address(cls, url: str | None) -> str | None:
        """An address is printed and logged, by us and by libraries; a secret in it would be too. Many copy it with its last part."""
        if url is None:
            return None
        parts = urlsplit(url.strip())
        if "@" in parts.netloc:
            raise ValueError("an address holds no password; the key goes to api_key")
        if parts.query or parts.fragment or "?" in url or "#" in url:
            raise ValueError("an address holds no query and no fragment; the key goes to api_key, other fields to extra")
        return url.strip().rstrip("/").removesuffix("/chat/completions") or None


class LimitSettings(Section):
    """How much one question may take: seconds, rows of an answer, rows of governed SQL."""

    seconds: float = Field(default=30.0, gt=0)
    rows: int = Field(default=1_000_000, ge=1)
    sql_rows: int = Field(default=10_000, ge=1)


class AnswerSettings(Section):
    """How answers are given. `proof`: check each number by a second query; `suggestions`: how many further questions; `learn`:
    note what was meant by a word that was asked back about, for `wenke learn`."""

    proof: bool = False
    suggestions: int = Field(default=3, ge=0, le=6)
    audit: bool = True
    learn: bool = True


class ScopeSettings(Section):
    """Who asks when nobody says so: a role of the domain (None: its default role) and the attributes of the asker."""

    role: str | None = None
    attributes: Mapping[str, str] = Field(default_factory=dict)


class UserSettings(Section):
    """Somebody who may sign in. `secret`: what `wenke secret` prints; `roles`: what they may ask as, the usual one first."""

    roles: tuple[str, ...] = Field(min_length=1)
    secret: SecretStr | None = None
    attributes: Mapping[str, str] = Field(default_factory=dict)


class SignInSettings(Section):
    """Who may use the server. `mode`: by password here, by a header that a reverse proxy sets, or by OAuth. `oauth`: what one of
    Chainlit's providers needs, under the names of its environment variables without OAUTH_ (`google_client_id`). `guests`: roles
    of those whom a proxy or provider vouches for but `users` does not name."""

    mode: Literal["password", "header", "oauth"] = "password"
    users: Mapping[str, UserSettings] = Field(default_factory=dict)
    header: str = "X-Forwarded-User"
    proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    oauth: Mapping[str, SecretStr] = Field(default_factory=dict)
    guests: tuple[str, ...] = ()


class ServerSettings(Section):
    """Where the server listens, and what it keeps. `history`: a database URL of SQLAlchemy (None: a file in the data folder);
    `url`: where people reach it, where that is not where it listens (OAuth sends them back there)."""

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    history: SecretStr | None = None
    url: str | None = None


class Settings(BaseSettings):
    """Everything that can be set. Secrets print as stars."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_prefix="WENKE_", env_nested_delimiter="__", env_ignore_empty=True, toml_file="wenke.toml"
    )

    domain: DomainSettings = DomainSettings()
    engine: EngineSettings = EngineSettings()
    planner: PlannerSettings = PlannerSettings()
    llm: LlmSettings = LlmSettings()
    limits: LimitSettings = LimitSettings()
    answers: AnswerSettings = AnswerSettings()
    scope: ScopeSettings = ScopeSettings()
    server: ServerSettings = ServerSettings()
    sign_in: SignInSettings = SignInSettings()
    data_dir: Path | None = Field(
        default=None, description="where databases, profiles, the audit log and caches of this user lie"
    )
    lang: Literal["auto", "zh", "en"] = "auto"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - we read no .env
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - nor secret files
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then the environment, then the file."""
        file = Path(os.environ.get("WENKE_CONFIG") or "wenke.toml")
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, file)


def read(**overrides: Any) -> Settings:  # noqa: ANN401 - sections as mappings, checked by the model
    """The settings in force; `overrides` are sections or single values that win over environment and file.

    Raises:
        ConfigError: `setting-invalid`, naming the setting and what is wrong with it.
    """
    try:
        return Settings(**overrides)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_input=False)[0]
        setting = ".".join(str(part) for part in first["loc"])
        known = tuple(_names(Settings)) if first["type"] == "extra_forbidden" else ()
        raise ConfigError(
            "setting-invalid", setting=setting, problem=first["msg"], suggestions=_nearest(setting, known)
        ) from None
    except (OSError, ValueError) as wrong:  # a file that is not TOML
        raise ConfigError("setting-invalid", setting="wenke.toml", problem=str(wrong)) from None


def shown(settings: Settings) -> Mapping[str, str]:
    """Every setting by dotted name as text, secrets masked: what `wenke check` prints."""
    found = {name: _text(value) for name, value in _flat(settings, "").items()}
    found["llm.extra"] = ", ".join(settings.llm.extra) or "-"  # what a service wants may be secret
    effective = min(settings.llm.seconds, SHARE_OF_TIME * settings.limits.seconds)
    found["llm.seconds"] = f"{effective:g} = min({settings.llm.seconds:g}, {SHARE_OF_TIME:g} × limits.seconds)"
    return found


def _flat(model: BaseModel, prefix: str) -> dict[str, object]:
    found: dict[str, object] = {}
    for name in type(model).model_fields:
        value = getattr(model, name)
        found.update(_flat(value, f"{prefix}{name}.") if isinstance(value, BaseModel) else {f"{prefix}{name}": value})
    return found


def _text(value: object) -> str:
    if isinstance(value, SecretStr):
        return "********"
    if isinstance(value, Mapping):
        return ", ".join(f"{key}={item}" for key, item in value.items()) or "-"
    return "-" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _names(model: type[BaseModel], prefix: str = "") -> list[str]:
    found = []
    for name, field in model.model_fields.items():
        default = field.default
        found += _names(type(default), f"{prefix}{name}.") if isinstance(default, BaseModel) else [f"{prefix}{name}"]
    return found


def _nearest(name: str, known: tuple[str, ...]) -> tuple[str, ...]:
    from difflib import get_close_matches

    return tuple(get_close_matches(name, known, n=3, cutoff=0.6))


# --- where files lie -------------------------------------------------------------------------------------------------


class Folders(Section):
    """Where files of this user lie. `data`: databases, profiles, the audit log. `cache`: what can be computed again."""

    data: Path
    cache: Path


def folders(settings: Settings) -> Folders:
    """The data and cache folders: `data_dir` where it is set, else the platform's own."""
    if settings.data_dir is not None:
        data = settings.data_dir.expanduser().absolute()
        return Folders(data=data, cache=data / "cache")
    data, cache = {"win32": _windows, "darwin": _mac}.get(sys.platform, _xdg)()
    return Folders(data=data, cache=cache)


def _xdg() -> tuple[Path, Path]:
    def place(variable: str, otherwise: str) -> Path:
        given = os.environ.get(variable, "")
        return (Path(given) if Path(given).is_absolute() else Path.home() / otherwise) / "wenke"

    return place("XDG_DATA_HOME", ".local/share"), place("XDG_CACHE_HOME", ".cache")


def _mac() -> tuple[Path, Path]:
    library = Path.home() / "Library"
    return library / "Application Support" / "wenke", library / "Caches" / "wenke"


def _windows() -> tuple[Path, Path]:
    local = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "wenke"
    return local, local / "Cache"
