"""Fixtures of the chat in a browser: one server, one browser; skipped where there is none."""

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.assistant.channels.browser import Server, Visitor, chromium, serving

Visit = Callable[..., Visitor]


@pytest.fixture(scope="session")
def engine() -> Iterator[Any]:
    """A headless Chromium."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if find_spec("chainlit") is None:
        pytest.skip("the extra `chat` is not installed")
    path = chromium()
    if path is None:
        pytest.skip("no chromium on this machine (apt-get install chromium)")
    with api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def chat(engine: Any, demo_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:  # noqa: ARG001
    """A server over the demo."""
    with serving(demo_file, tmp_path_factory.mktemp("chat")) as server:
        yield server


@pytest.fixture
def visit(engine: Any) -> Iterator[Visit]:
    """Opens a browser of one's own on a server; closed after the test."""
    contexts = []

    def open_one(server: Server, locale: str = "zh-CN", **options: Any) -> Visitor:
        options = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce"} | options
        context = engine.new_context(locale=locale, **options)
        contexts.append(context)
        return Visitor(context, server.url)

    yield open_one
    for context in contexts:
        context.close()
