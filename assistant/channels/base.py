"""What every channel shares: an Answer as plain JSON values, its exit code.

In: an `Answer`. Out: a dict with the attribute names of `Answer` as keys, decimals as numbers, dates in ISO form, what is not a
finite number as null. Also which language a browser or program wants to read. Nothing may fail, whatever a cell holds.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any, Final

from pydantic import BaseModel

from assistant.qa import Answer, Lang, Status

EXIT_CODES: Final[Mapping[Status, int]] = {"answered": 0, "failed": 1, "clarify": 3, "refused": 4}
USAGE: Final = 2
USAGE_CODES: Final = frozenset({"unknown-role", "missing-attribute", "invalid-attribute"})
"""Failures that whoever called can put right by calling otherwise."""


def exit_code(answer: Answer) -> int:
    """The exit code of a command that gave this answer."""
    return USAGE if answer.error_code in USAGE_CODES else EXIT_CODES[answer.status]


def to_plain(answer: Answer) -> dict[str, Any]:
    """The whole answer as values that JSON knows."""
    return {field.name: plain(getattr(answer, field.name)) for field in fields(answer)}


def to_json(answer: Answer, *, ascii_only: bool = False) -> str:
    """The whole answer as indented JSON text, a row a line being a matter of the reader."""
    return json.dumps(to_plain(answer), ensure_ascii=ascii_only, indent=2, allow_nan=False)


def plain(value: object) -> Any:  # noqa: ANN401 - what JSON knows has no better type
    """`value` in terms of JSON: dataclasses and models by attribute, tuples as lists."""
    match value:
        case None | bool() | int() | str():
            return _text(value) if isinstance(value, str) else value
        case float():
            return value if math.isfinite(value) else None
        case Decimal():
            return _number(value)
        case date() | time():  # a datetime is a date
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case BaseModel():
            return value.model_dump(mode="json", exclude_none=True)
        case Mapping():
            return {_text(str(key)): plain(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(item) for item in value]
        case _ if is_dataclass(value) and not isinstance(value, type):
            return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
        case _:
            return _text(str(value))


def _number(value: Decimal) -> int | float | None:
    if not value.is_finite():
        return None
    return int(value) if value == value.to_integral_value() and abs(value) < 2**63 else float(value)


def _text(text: str) -> str:
    """A lone surrogate is no text that any reader can decode."""
    return text.encode("utf-8", errors="replace").decode("utf-8")


def language_of(accepted: str) -> Lang:
    """The language of an Accept-Language header; Chinese where it says neither."""
    for part in accepted.split(","):
        code = part.strip().lower()
        if code.startswith("en"):
            return "en"
        if code.startswith("zh"):
            return "zh"
    return "zh"
