"""Charts as files: PNG, SVG and a self-contained HTML page, with Chinese drawn right on a machine without Chinese fonts.

In: a `ChartSpec`. Out: bytes or text. No network (`allowed_base_urls=[]`, and the page forbids it), no browser. A chart takes 40
to 130 ms and holds the GIL: a server draws in a `DrawingProcess`. What may fail: `AssistantError` "chart-kind" for an unknown
kind of file, "chart-not-drawn" when the drawing library refuses a chart or its process dies twice.
"""

import json
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from html import escape
from importlib.resources import files
from multiprocessing import get_context
from pathlib import Path
from threading import Lock
from types import ModuleType
from typing import Any, TypeVar

from assistant.answers import card, theme
from assistant.answers import format as words
from assistant.answers.vega import to_vega
from assistant.errors import AssistantError
from assistant.qa import ChartSpec

Drawing = TypeVar("Drawing", bytes, str)
VERSION = "5.21"
PAGE_VERSION = "6.4"
"""The bundled Vega is version 6; Vega-Lite 6 reads the same charts and agrees with it without a word on the console."""
SCALE = 2.0
FONTS = Path(str(files("assistant.answers"))) / "fonts"
_POLICY = "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data: blob:"


def draw(spec: ChartSpec, kind: str, *, dark: bool = False) -> bytes:
    """The chart as the bytes of a file of that kind: png, svg or html. Raises AssistantError "chart-kind" for others."""
    match kind:
        case "png":
            return png(spec, dark=dark)
        case "svg":
            return svg(spec, dark=dark).encode()
        case "html":
            return html(spec, dark=dark).encode()
        case _:
            raise AssistantError("chart-kind", kind=words.plain(kind), kinds="png, svg, html")


def png(spec: ChartSpec, *, dark: bool = False, scale: float = SCALE) -> bytes:
    """The chart as PNG, twice its size in pixels."""
    return draw_png(_json(spec, dark), scale)


def svg(spec: ChartSpec, *, dark: bool = False) -> str:
    """The chart as SVG whose text is drawn as shapes: it looks the same wherever it is opened."""
    return draw_svg(_json(spec, dark))


def html(spec: ChartSpec, *, dark: bool = False) -> str:
    """The chart as one page that loads nothing: interactive, with tooltips; a table as a table."""
    style = _style(dark)
    if spec.kind == "table":
        note = f"<p>{escape(spec.note)}</p>" if spec.note else ""
        return _page(spec, style, f"<h1>{escape(spec.title)}</h1>{note}{card.table_html(spec)}")
    chart = {**_vega(spec, dark), "$schema": "https://vega.github.io/schema/vega-lite/v6.json"}
    data = json.dumps(chart, ensure_ascii=True).replace("<", "\\u003c")
    # vega-embed sets the chart into #chart; data is JSON whose < cannot close the script
    script = f'<script>{_bundle()}</script><script>vegaEmbed("#chart", {data}, {{actions: false, renderer: "svg"}});</script>'
    return _page(spec, style, f'<div id="chart"></div>{script}')


def draw_png(vega_lite: str, scale: float) -> bytes:
    """PNG of a Vega-Lite JSON text. Raises AssistantError when it cannot be drawn."""
    vl = _library()
    try:
        return bytes(vl.vegalite_to_png(vega_lite, vl_version=VERSION, scale=scale, allowed_base_urls=[]))
    except (ValueError, RuntimeError) as error:
        raise AssistantError("chart-not-drawn") from error


def draw_svg(vega_lite: str, scale: float = 1.0) -> str:  # noqa: ARG001 - one signature for both files
    """SVG of a Vega-Lite JSON text, its text as shapes. Raises AssistantError when it cannot be drawn."""
    from assistant.answers.outlines import outlined

    vl = _library()
    try:
        return outlined(vl.vegalite_to_svg(vega_lite, vl_version=VERSION, allowed_base_urls=[]))
    except (ValueError, RuntimeError) as error:
        raise AssistantError("chart-not-drawn") from error


class DrawingProcess:
    """One process that draws, beside a server: `png` and `svg` may be called from many threads, charts are drawn in turn."""

    def __init__(self, *, timeout: float = 20.0) -> None:
        self._timeout = timeout
        self._lock = Lock()
        self._pool: ProcessPoolExecutor | None = None

    def png(self, spec: ChartSpec, *, dark: bool = False, scale: float = SCALE) -> bytes:
        """As the function `png`."""
        return self._run(draw_png, _json(spec, dark), scale)

    def svg(self, spec: ChartSpec, *, dark: bool = False) -> str:
        """As the function `svg`."""
        return self._run(draw_svg, _json(spec, dark), 1.0)

    def close(self) -> None:
        """Ends the process; the next chart would start another."""
        with self._lock:
            pool = self._pool
        if pool is not None:
            self._end(pool)

    def _end(self, pool: ProcessPoolExecutor) -> None:
        """Lets go of a pool; a process that hangs in a chart does not hear a request to stop."""
        with self._lock:
            if self._pool is pool:
                self._pool = None
        hanging = tuple((pool._processes or {}).values())
        pool.shutdown(wait=False, cancel_futures=True)
        for process in hanging:
            process.terminate()

    def _run(self, work: Callable[[str, float], Drawing], vega_lite: str, scale: float) -> Drawing:
        for attempt in (1, 2):
            pool = self._started()
            try:
                return pool.submit(work, vega_lite, scale).result(self._timeout)
            except (BrokenProcessPool, TimeoutError) as error:
                self._end(pool)
                if attempt == 2 or isinstance(error, TimeoutError):
                    raise AssistantError("chart-not-drawn") from error
        raise AssertionError("two attempts either return or raise")

    def _started(self) -> ProcessPoolExecutor:
        with self._lock:
            if self._pool is None:
                self._pool = ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn"))
            return self._pool


# --- the pieces --------------------------------------------------------------------------------------------------------------


def _vega(spec: ChartSpec, dark: bool) -> dict[str, Any]:
    match spec.kind:
        case "number":
            return card.number_card(spec, dark=dark)
        case "table":
            return card.table_card(spec, dark=dark)
        case _:
            drawn = to_vega(spec, dark=dark)
            assert drawn is not None  # noqa: S101 - only number and table have none
            return drawn


def _json(spec: ChartSpec, dark: bool) -> str:
    return json.dumps(_vega(spec, dark), ensure_ascii=False)


@cache
def _library() -> ModuleType:
    import vl_convert

    vl_convert.register_font_directory(str(FONTS))
    return vl_convert


@cache
def _bundle() -> str:
    """vega, vega-lite and vega-embed, from the package itself."""
    return str(_library().javascript_bundle(vl_version=PAGE_VERSION)).replace("</script", "<\\/script")


def _style(dark: bool) -> str:
    ink, ground, line = ("#E6E6E6", "#1F1F1F", "#3C3C3C") if dark else ("#1F2933", "#FFFFFF", "#E4E7EB")
    return (
        f"body{{margin:24px;color:{ink};background:{ground};font:14px {theme.FONT}}}"
        f"h1{{font-size:17px;font-weight:500}}table{{border-collapse:collapse}}"
        f"th,td{{padding:6px 12px;border-bottom:1px solid {line};text-align:left}}.number{{text-align:right;white-space:nowrap}}"
        "#vg-tooltip-element{font-family:inherit}"
    )


def _page(spec: ChartSpec, style: str, body: str) -> str:
    lang = "zh-CN" if spec.lang == "zh" else "en"
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}"><title>{escape(spec.title)}</title>'
        f"<style>{style}</style></head><body>{body}</body></html>"
    )
