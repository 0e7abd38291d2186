"""One `ChartSpec` as Vega-Lite 5: data inside, nothing fetched, nothing of the data interpreted.

In: a `ChartSpec`. Out: a dict for vega-embed or vl-convert, None for the kinds number and table (`render` draws those). What may
fail: nothing that `chart` builds. Field names are fixed, texts are written beforehand, sorting goes by a number beside each row.
"""

from collections.abc import Callable

from assistant.answers import bars, plots, theme
from assistant.answers.sheet import sheet_of
from assistant.answers.theme import Json
from assistant.qa import ChartSpec

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"


def to_vega(spec: ChartSpec, *, dark: bool = False) -> Json | None:
    """The chart as Vega-Lite, in light or dark colours."""
    if spec.kind in ("number", "table") or spec.x is None:
        return None
    drawn = _drawn(spec)
    concatenated = "hconcat" in drawn or "vconcat" in drawn
    if "data" not in drawn and not concatenated:
        drawn["data"] = {"values": list(sheet_of(spec).rows)}
    width = drawn.get("width", theme.WIDTH)
    heading = theme.title(spec.title, spec.note, width + 100 if isinstance(width, int) else theme.WIDTH)
    return {"$schema": SCHEMA, "title": heading, "config": theme.config(dark), "padding": 16, **drawn}


def _drawn(spec: ChartSpec) -> Json:
    if spec.kind == "bar" and spec.y[0].column == "contribution":
        return bars.drivers(spec)
    return _DRAWN[spec.kind](spec)


_DRAWN: dict[str, Callable[[ChartSpec], Json]] = {
    "line": plots.line,
    "bar": bars.bars,
    "grouped_bar": bars.grouped,
    "stacked_bar": bars.stacked,
    "histogram": bars.histogram,
    "funnel": bars.funnel,
    "pie": plots.pie,
    "heatmap": plots.heatmap,
    "scatter": plots.scatter,
}
