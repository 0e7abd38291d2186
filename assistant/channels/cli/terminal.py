"""An Answer as text for a terminal: the sentence, a table, a small chart, how it was read, what to do next.

In: an `Answer` and the width of the terminal. Out: lines of text. Stored values are shown as text, never as escape codes; wide
characters count as two columns. Nothing may fail.
"""

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

import prompts
from assistant.answers import dates
from assistant.answers import format as formats
from assistant.qa import Answer, Column, Item, Lang, Reading

if TYPE_CHECKING:
    from assistant.explanation import Explanation

MOST_ROWS = 20
MOST_CELL = 40
_EMPHASIS = re.compile(r"(?<!\\)(\*\*|__|`)(.+?)(?<!\\)\1", re.DOTALL)
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|~$^=@<>])")


def show(answer: Answer, *, width: int = 100, sql: bool = False, rows: int = MOST_ROWS) -> str:
    """The answer for a terminal of `width` columns; a table shows at most `rows` rows and says how many there are."""
    return "\n".join(_lines(answer, width, sql, rows))


def _lines(answer: Answer, width: int, sql: bool, rows: int) -> Iterator[str]:
    lang = answer.lang
    yield plain_text(answer.text)
    if answer.incident is not None:
        yield prompts.render("app.terminal.incident", lang, incident=answer.incident)
    if len(answer.rows) > 1 or (len(answer.rows) == 1 and len(answer.columns) > 1):
        yield ""
        yield from table(answer.columns, answer.rows, lang, width, rows)
        yield from _cut(answer, rows)
    yield from _drivers(answer)
    yield from _choices(answer)
    yield from _proof(answer)
    if answer.interpretation is not None and answer.status == "answered":
        yield from reading_lines(answer.interpretation, lang)
    if sql and answer.sql:
        yield from ("", "SQL", *(f"  {line}" for line in answer.sql.splitlines()))
    if answer.suggestions:
        yield from (
            "",
            prompts.render("app.terminal.suggestions", lang),
            *(f"  · {plain_text(text)}" for text in answer.suggestions),
        )
    for part in answer.parts:
        yield ""
        yield from _lines(part, width, sql, rows)


def plain_text(markdown: str) -> str:
    """Our own Markdown without its marks; control characters gone, line breaks kept.

    >>> plain_text("**¥1.2** for A\\\\*B &lt;x&gt;")
    '¥1.2 for A*B <x>'
    """
    bare = _ESCAPED.sub(r"\1", _EMPHASIS.sub(r"\2", markdown))
    return "\n".join(_visible(line) for line in html.unescape(bare).split("\n"))


def _visible(line: str) -> str:
    return "".join(c for c in line.replace("\t", " ") if unicodedata.category(c) not in ("Cc", "Cf", "Cs"))


# --- tables -------------------------------------------------------------------------------------------------------------


def table(columns: Sequence[Column], rows: Iterable[Sequence[object]], lang: Lang, width: int, most: int) -> Iterator[str]:
    """Aligned columns: numbers to the right, texts cut with an ellipsis; columns that do not fit are named in a last line."""
    heads = [_clip(formats.plain(column.label)) for column in columns]
    shown = [
        [_clip(formats.cell(cell, column, lang)) for cell, column in zip(row, columns, strict=True)] for row in islice(rows, most)
    ]
    widths = [max((display_width(row[i]) for row in (heads, *shown)), default=0) for i in range(len(columns))]
    fitting = _fitting(widths, width)
    right = [column.role == "value" and column.type not in ("text", "boolean") for column in columns]
    for line in (heads, ["─" * size for size in widths], *shown):
        yield "  ".join(_padded(line[i], widths[i], right[i]) for i in range(fitting)).rstrip()
    if fitting < len(columns):
        hidden = prompts.render("app.list_separator", lang).join(heads[fitting:])
        yield prompts.render("app.terminal.more_columns", lang, columns=hidden)


def _fitting(widths: Sequence[int], width: int) -> int:
    """How many columns fit; always one."""
    used = -2
    for index, size in enumerate(widths):
        used += size + 2
        if used > width and index:
            return index
    return len(widths)


def display_width(text: str) -> int:
    """Columns that a terminal needs for `text`.

    >>> display_width("销售额 A")
    8
    """
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _clip(text: str) -> str:
    if display_width(text) <= MOST_CELL:
        return text
    kept, used = "", 0
    for char in text:
        used += display_width(char)
        if used >= MOST_CELL:
            break
        kept += char
    return kept + "…"


def _padded(text: str, width: int, right: bool) -> str:
    gap = " " * max(0, width - display_width(text))
    return gap + text if right else text + gap


def _cut(answer: Answer, shown: int) -> Iterator[str]:
    total = answer.total_rows if answer.total_rows is not None else len(answer.rows)
    if total > shown:
        key = "more_than_rows" if answer.truncated and answer.total_rows is None else "more_rows"
        yield prompts.render(f"app.terminal.{key}", answer.lang, shown=min(shown, len(answer.rows)), total=f"{total:,}")


# --- what stands below ------------------------------------------------------------------------------------------------------


def _drivers(answer: Answer) -> Iterator[str]:
    if not answer.drivers:
        return
    column = next((c for c in answer.columns if c.role == "value"), None)
    fmt, unit = (column.format, column.unit) if column is not None else (None, None)
    yield from ("", prompts.render("app.terminal.drivers", answer.lang))
    for driver in answer.drivers[:8]:
        before, now = (formats.number(v, fmt, answer.lang, unit=unit) for v in (driver.previous, driver.current))
        change = formats.signed(driver.contribution, fmt, answer.lang, unit=unit)
        yield f"  {formats.plain(driver.label)}: {before} → {now} ({change})"


def _choices(answer: Answer) -> Iterator[str]:
    for number, choice in enumerate(answer.choices, 1):
        value = f": {formats.plain(choice.value)}" if choice.value else ""
        yield f"  {number}. {plain_text(choice.label)}{value}"


def _proof(answer: Answer) -> Iterator[str]:
    if answer.proof is None:
        return
    yield from ("", prompts.render(f"app.terminal.proof_{'agrees' if answer.proof.agrees else 'differs'}", answer.lang))
    for check in answer.proof.checks:
        yield f"  {'✓' if check.agrees else '✗'} {plain_text(check.name)}: {check.expected} / {check.found}"


def reading_lines(reading: Reading, lang: Lang) -> Iterator[str]:
    """How the question was read, a line a kind."""
    lines: list[tuple[str, str]] = []
    for kind, items in (
        ("metrics", reading.metrics),
        ("filters", reading.filters),
        ("grouping", reading.grouping),
        ("order", reading.order),
    ):
        if items:
            lines.append((kind, prompts.render("app.list_separator", lang).join(_item(item) for item in items)))
    if reading.period is not None:
        lines.append(("period", dates.period(reading.period, lang)))
    if reading.previous is not None:
        lines.append(("previous", dates.period(reading.previous, lang)))
    lines += [("assumption", _item(item)) for item in reading.assumptions]
    if lines:
        yield from ("", prompts.render("app.terminal.reading", lang))
    for kind, text in lines:
        yield f"  {prompts.render(f'app.terminal.{kind}', lang)}: {text}"


def _item(item: Item) -> str:
    detail = f" ({plain_text(item.detail)})" if item.detail else ""
    return plain_text(item.label) + detail


# --- explain and check ------------------------------------------------------------------------------------------------------


def show_explanation(found: "Explanation", lang: str) -> str:
    """Mentions, queries and SQL of a question, a line a thing."""
    lines = [_named("outcome", found.outcome, lang), _named("planner", found.planner, lang)]
    for name, texts in (
        ("mentions", found.mentions),
        ("carried", found.carried),
        ("says", found.says),
        ("choices", found.choices),
    ):
        lines += [_named(name, plain_text(text), lang) for text in texts]
    for explained in found.queries:
        lines += ["", _named("query", explained.query.model_dump_json(exclude_defaults=True, indent=2), lang)]
        lines += [_named("issues", plain_text(text), lang) for text in explained.issues]
        lines += [f"SQL: {sql}" for sql in explained.sql]
    for rest in found.rest:
        lines += ["", show_explanation(rest, lang)]
    return "\n".join(lines)


def _named(name: str, text: str, lang: str) -> str:
    return f"{prompts.render(f'app.explain.{name}', lang)}: {text}"


def show_check(found: Mapping[str, Any], lang: str) -> str:
    """Settings in force and what is wrong with the model."""
    lines = []
    for section in ("settings", "folders"):
        lines.append(prompts.render(f"app.check.{section}", lang))
        lines += [f"  {name} = {value}" for name, value in found[section].items()]
    if found["model"] is not None:
        lines += ["", prompts.render("app.check.model", lang, **found["model"])]
    for issue in found["issues"]:
        lines.append(f"{issue['where']}: {issue['severity']} {issue['code']}: {plain_text(issue['text'])}")
    lines.append(prompts.render("app.check.fine", lang) if not found["issues"] else _counts(found["issues"], lang))
    return "\n".join(lines)


def _counts(issues: Sequence[Mapping[str, Any]], lang: str) -> str:
    wrong = sum(1 for issue in issues if issue["severity"] == "error")
    parts = [
        prompts.render("app.check.errors", lang, count=wrong),
        prompts.render("app.check.warnings", lang, count=len(issues) - wrong),
    ]
    return prompts.render("app.list_separator", lang).join(parts)
