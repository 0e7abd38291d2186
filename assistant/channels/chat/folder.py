"""The folder that Chainlit works in: its settings, translations, our element, style and the chart library; a secret for sign-in.

In: a folder of the data folder. Out: the folder with everything that the pages need, so that nothing is loaded from elsewhere and
nothing is ever written into the working directory. What is ours is written anew at each start; the chart library comes from
vl-convert and is kept until that changes. Nothing here imports Chainlit. What may fail: OSError.
"""

import json
import os
import re
import secrets
import shutil
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

WEB = Path(str(files("assistant.channels"))) / "web"
ELEMENT = "WenkeAnswer"
_LANGUAGES = ("zh-CN", "en-US")
_OUTSIDE = re.compile(r"<link\b[^>]*?href=\"https?://[^>]*>", re.DOTALL)

_CONFIG = """\
[project]
session_timeout = 3600
user_session_timeout = 604800
allow_origins = []

[features]
unsafe_allow_html = false
latex = false
user_message_markdown = false
edit_message = true
allow_thread_sharing = false

[features.spontaneous_file_upload]
enabled = false
accept = ["text/plain"]

[features.audio]
enabled = false

[features.mcp]
enabled = false

[UI]
name = "Wenke"
description = "Ask your customer data"
default_theme = "light"
layout = "wide"
cot = "full"
confirm_new_chat = false
custom_css = "/public/wenke.css"
custom_meta_url = "/"
custom_meta_image_url = "/public/avatars/wenke.svg"
default_sidebar_state = "open"
login_page_image = "/chat/public/login.svg"
default_avatar_file_url = "/chat/public/avatars/wenke.svg"

[meta]
generated_by = "{version}"
"""


def prepare(folder: Path) -> None:
    """Writes everything that the pages need into `folder`."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)  # elements hold rows
    shutil.rmtree(folder / ".files", ignore_errors=True)  # of sessions that ended with an earlier process
    settings, public = folder / ".chainlit", folder / "public"
    for place in (folder / ".files", settings / "translations", public / "elements", public / "avatars"):
        place.mkdir(parents=True, exist_ok=True)
    _put(settings / "config.toml", _CONFIG.format(version=version("chainlit")))
    _put(folder / "chainlit.md", "")
    for language in _LANGUAGES:
        _put(settings / "translations" / f"{language}.json", json.dumps(_translation(language), ensure_ascii=False))
    for source, target in (
        ("answer.jsx", public / "elements" / f"{ELEMENT}.jsx"),
        ("wenke.css", public / "wenke.css"),
        ("theme.json", public / "theme.json"),
        ("wenke.svg", public / "avatars" / "wenke.svg"),
        ("wenke.svg", public / "favicon.svg"),
        ("login.svg", public / "login.svg"),
        ("logo_light.svg", public / "logo_light.svg"),
        ("logo_dark.svg", public / "logo_dark.svg"),
    ):
        _put(target, (WEB / source).read_text(encoding="utf-8"))
    _charts(public)


def _put(path: Path, text: str) -> None:
    """Writes where it differs: what has not changed keeps its time, and browsers their copy."""
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def _charts(public: Path) -> None:
    """vega-embed with what it needs, from vl-convert itself, under a name that says its version."""
    path = public / charts_file()
    if path.is_file():
        return
    import vl_convert

    for old in public.glob("vega-*.js"):
        old.unlink(missing_ok=True)
    _put(
        path,
        vl_convert.javascript_bundle("window.wenkeVega = {embed: vegaEmbed, vega: vega};", vl_version="5.21"),
    )


@cache
def charts_file() -> str:
    """The file name of the chart library."""
    return f"vega-{version('vl-convert-python')}.js"


def without_outside(html: str) -> str:
    """The page without links that a browser would follow to another machine."""
    return _OUTSIDE.sub("", html)


def auth_secret(folder: Path) -> str:
    """What signs the cookies: made once, readable by its owner only, so that a restart signs nobody out."""
    path = folder / "secret"
    if not path.is_file():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


def _translation(language: str) -> dict[str, Any]:
    """Chainlit's own texts with ours in their places."""
    spec = find_spec("chainlit")
    assert spec is not None  # noqa: S101 - the server has looked for it
    assert spec.origin is not None  # noqa: S101
    own = json.loads((WEB / f"{language}.json").read_text(encoding="utf-8"))
    stock = json.loads((Path(spec.origin).parent / "translations" / f"{language}.json").read_text(encoding="utf-8"))
    merged: dict[str, Any] = _merged(stock, own)
    return merged


def _merged(stock: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    return {
        **stock,
        **{k: _merged(stock.get(k, {}), v) if isinstance(v, dict) else v for k, v in own.items()},
    }
