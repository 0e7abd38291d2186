"""The rows that a chart draws: the points of a `ChartSpec` under fixed, safe field names, with every text already written.

In: a `ChartSpec`. Out: rows with x (name or ISO date), xo (its place), s and so (series and its place), v (number), l
(the value as a label), t (the value as a tooltip). Field names never come from the data and no text is computed by the chart.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from assistant.answers import dates, theme
from assistant.answers import format as words
from assistant.qa import Cell, ChartSpec, Lang, Mark
from prompts import render

Row = dict[str, Any]
LONGEST = 170.0
"""Pixels of a name beside a chart."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows to draw, names along x and of the series in their order, and what the tooltip calls its lines."""

    spec: ChartSpec
    rows: tuple[Row, ...]
    xs: tuple[str, ...]
    series: tuple[str, ...]

    @property
    def numbers(self) -> tuple[float, ...]:
        """Every value drawn."""
        return tuple(r["v"] for r in self.rows if r["v"] is not None)

    def tooltip(self) -> list[dict[str, str]]:
        """Lines of the tooltip."""
        spec = self.spec
        lines = [{"field": "n", "title": spec.x.label or _name("item", spec.lang)}] if spec.x is not None else []
        if self.series:
            lines.append({"field": "s", "title": spec.series.label if spec.series else _name("measure", spec.lang)})
        value = spec.y[0].label if len(spec.y) == 1 else ""
        lines.append({"field": "t", "title": value or _name("value", spec.lang)})
        return [{**line, "type": "nominal"} for line in lines]


def sheet_of(spec: ChartSpec) -> Sheet:
    """The rows of a chart with an x; several y marks become series of their own."""
    assert spec.x is not None  # noqa: S101 - number and table have no sheet
    x = spec.x
    folded = len(spec.y) > 1
    xs = _names(spec.sort or [str(p[x.column]) for p in spec.points])
    shown = shortened(xs) if x.type != "temporal" else xs
    drawn = dict(zip(xs, shown, strict=True))
    series = (
        _names(m.label for m in spec.y)
        if folded
        else _names(str(p[spec.series.column]) for p in spec.points)
        if spec.series
        else ()
    )
    x_at, s_at = {n: i for i, n in enumerate(xs)}, {n: i for i, n in enumerate(series)}
    rows = []
    for point in spec.points:
        name = str(point[x.column])
        for mark in spec.y:
            row = {
                "x": drawn.get(name, name),
                "xo": x_at.get(name, 0),
                "n": _along(name, x, spec.lang),
                **_value(point, mark, spec.lang),
            }
            if series:
                text = mark.label if folded else str(point[spec.series.column]) if spec.series else ""
                row |= {"s": text, "so": s_at[text]}
            rows.append(row)
    return Sheet(spec, tuple(rows), shown, series)


def one(spec: ChartSpec, mark: Mark) -> ChartSpec:
    """The same chart of one of its measures."""
    return replace(spec, y=(mark,))


def _value(point: Mapping[str, Cell], mark: Mark, lang: Lang) -> Row:
    value = point[mark.column]
    number = float(value) if words.is_number(value) else None
    return {"v": number, "l": short(number, mark, lang) if number is not None else "", "t": exact(number, mark, lang)}


def short(value: Cell, mark: Mark, lang: Lang) -> str:
    """A value as it is written into a chart."""
    write = words.signed if mark.column == "contribution" else words.number
    return write(value, mark.format, lang, unit=mark.unit, style="short")


def exact(value: Cell, mark: Mark, lang: Lang) -> str:
    """A value as a tooltip or a table writes it."""
    return words.number(value, mark.format, lang, unit=mark.unit, style="exact")


def _along(name: str, x: Mark, lang: Lang) -> str:
    if x.type != "temporal":
        return name
    return dates.bucket(dates.parsed(name), x.grain, lang)


def shortened(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names that fit beside a chart: long ones lose their middle, for it is the end that tells branches apart."""
    short = tuple(theme.squeezed(n, LONGEST) for n in names)
    return short if len(set(short)) == len(set(names)) else names


def _names(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


def _name(which: str, lang: Lang) -> str:
    return render(f"answers.chart.{which}", lang)
