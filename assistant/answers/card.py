"""Numbers and tables as pictures: a card with the value, or the first rows drawn as text.

In: a `ChartSpec` of kind number or table. Out: Vega-Lite made of text marks only (`to_vega` leaves these kinds
to the channel; a file of them is still wanted). Nothing fails.
"""

from dataclasses import dataclass
from itertools import pairwise

from assistant.answers import format as words
from assistant.answers import theme
from assistant.answers.sheet import exact
from assistant.answers.theme import Json
from assistant.qa import Cell, ChartSpec, Mark

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
TILE = 250
ROW = 28
WIDEST = 260.0
NARROWEST = 60.0
GAP = 22.0


def number_card(spec: ChartSpec, *, dark: bool = False) -> Json:
    """One tile a metric: its name, its value, and what it is compared with."""
    point = spec.points[0]
    tiles = _tiles(spec)
    ink, quiet = _inks(dark)
    texts: list[Json] = []
    for i, (mark, beside) in enumerate(tiles):
        left = i * TILE
        value = words.number(point[mark.column], mark.format, spec.lang, unit=mark.unit)
        texts.append(_text(left, 16, theme.wrap(mark.label, TILE - 10)[0], 13, quiet))
        texts.append(_text(left, 58, value, 30, ink))
        texts.extend(_text(left, 94 + 20 * j, line, 12, quiet) for j, line in enumerate(_beside(beside, spec)))
    height = 90 + 20 * max((len(b) for _, b in tiles), default=0)
    return _drawn(spec, texts, max(TILE * len(tiles), 320), height, dark)


def table_card(spec: ChartSpec, *, dark: bool = False) -> Json:
    """The first rows as a drawn table."""
    ink, quiet = _inks(dark)
    lines = _Table.of(spec)
    texts: list[Json] = []
    for (left, right), mark, cells in zip(lines.edges(), spec.y, zip(*lines.cells, strict=True), strict=True):
        at_right = mark.type == "quantitative"
        texts += [
            _text(right if at_right else left, 14 + ROW * i, text, 12, ink if i else quiet, "right" if at_right else "left")
            for i, text in enumerate(cells)
        ]
    rules = [{"x": 0, "x2": lines.width, "y": ROW * i + ROW} for i in range(len(lines.cells) - 1)]
    return _drawn(spec, texts, int(lines.width), ROW * len(lines.cells), dark, rules)


def cell_text(value: Cell, mark: Mark, spec: ChartSpec) -> str:
    """A point of a table as text."""
    if mark.type == "quantitative":
        return exact(value, mark, spec.lang) if value is not None else theme.no_value(spec.lang)
    return words.plain(str(value)) if value is not None else theme.no_value(spec.lang)


@dataclass(frozen=True, slots=True)
class _Table:
    """The texts of a table with the heading first, and how wide its columns are."""

    cells: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]

    @classmethod
    def of(cls, spec: ChartSpec) -> "_Table":
        rows = [tuple(m.label for m in spec.y), *(tuple(cell_text(p[m.column], m, spec) for m in spec.y) for p in spec.points)]
        cells = tuple(tuple(_cut(text) for text in row) for row in rows)
        widths = tuple(max(NARROWEST, *(theme.width_of(row[i]) for row in cells)) for i in range(len(spec.y)))
        return cls(cells, widths)

    @property
    def width(self) -> float:
        return sum(self.widths) + GAP * (len(self.widths) - 1)

    def edges(self) -> list[tuple[float, float]]:
        """Left and right of each column."""
        starts = [0.0]
        for width in self.widths:
            starts.append(starts[-1] + width + GAP)
        return [(a, b - GAP) for a, b in pairwise(starts)]


def _cut(text: str) -> str:
    """At most `WIDEST` pixels."""
    if theme.width_of(text) <= WIDEST:
        return text
    kept = text
    while theme.width_of(kept) > WIDEST - theme.CHARACTER:
        kept = kept[:-1]
    return f"{kept}…"


def _tiles(spec: ChartSpec) -> list[tuple[Mark, list[Mark]]]:
    """Each metric with the columns that belong to it, by their names (sales, sales:previous, sales:growth)."""
    tiles: list[tuple[Mark, list[Mark]]] = []
    for mark in spec.y:
        name, _, part = mark.column.partition(":")
        if part and tiles and tiles[-1][0].column == name:
            tiles[-1][1].append(mark)
        else:
            tiles.append((mark, []))
    return tiles


def _beside(marks: list[Mark], spec: ChartSpec) -> list[str]:
    values = dict(spec.points[0])
    lines = []
    for mark in marks:
        write = words.signed if mark.column.endswith(":growth") else words.number
        lines.append(f"{mark.label}  {write(values[mark.column], mark.format, spec.lang, unit=mark.unit)}")
    return lines


def _inks(dark: bool) -> tuple[str, str]:
    return ("#E6E6E6", "#A8A8A8") if dark else ("#1F2933", "#616E7C")


def _text(x: float, y: float, text: str, size: float, colour: str, align: str = "left") -> Json:
    mark = {"type": "text", "align": align, "baseline": "middle", "fontSize": size, "color": colour}
    return {"mark": mark, "data": {"values": [{"x": x, "y": y, "l": text}]}}


def _drawn(spec: ChartSpec, texts: list[Json], width: int, height: int, dark: bool, rules: list[Json] | None = None) -> Json:
    place = {
        "x": {"field": "x", "type": "quantitative", "scale": None, "axis": None},
        "y": {"field": "y", "type": "quantitative", "scale": None, "axis": None},
    }
    layer = [{**t, "encoding": {**place, "text": {"field": "l", "type": "nominal"}}} for t in texts]
    if rules:
        rule = {"type": "rule", "color": "#3C3C3C" if dark else "#E4E7EB"}
        layer.insert(0, {"mark": rule, "data": {"values": rules}, "encoding": {**place, "x2": {"field": "x2"}}})
    return {
        "$schema": SCHEMA,
        "title": theme.title(spec.title, spec.note, max(width, 400)),
        "config": theme.config(dark),
        "padding": 20,
        "width": width,
        "height": height,
        "layer": layer,
    }


def table_html(spec: ChartSpec) -> str:
    """The rows as an HTML table; every text escaped."""
    from html import escape

    head = "".join(f"<th>{escape(m.label)}</th>" for m in spec.y)
    body = "".join(
        "<tr>" + "".join(f"<td{_right(m)}>{escape(cell_text(p[m.column], m, spec))}</td>" for m in spec.y) + "</tr>"
        for p in spec.points
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _right(mark: Mark) -> str:
    return ' class="number"' if mark.type == "quantitative" else ""
