"""Roles and the domain: who may see what, which day is today, how personal data look, what the calendar calls its days."""

from collections.abc import Mapping
from datetime import date
from typing import Literal

from pydantic import Field

from semantic_layer.model.parts import MaskKind, Member, Part, Text, Words


class RowFilter(Part):
    """Only rows of `table` where `where` holds (SQL; `:name` is an attribute of the asker), and rows that belong to them."""

    table: str
    where: str


class Role(Member):
    """What an asker of this role may see. Personal data is hidden unless `pii` says otherwise for its class."""

    hidden: tuple[str, ...] = ()
    rows: tuple[RowFilter, ...] = ()
    pii: Mapping[str, MaskKind] = Field(default_factory=dict)
    lookup: tuple[str, ...] = ()
    may_list: bool = False
    may_export: bool = False
    may_export_clear: bool = False
    attributes: tuple[str, ...] = ()


class Mask(Part):
    """Keep the first and last characters, stars between: 138****5678 is keep_start 3, keep_end 4."""

    label: Text
    keep_start: int = Field(default=0, ge=0)
    keep_end: int = Field(default=0, ge=0)
    stars: int = Field(default=4, ge=1)


class NamedPeriod(Part):
    """A promotion or festival of this business: month-day to month-day, both included, every year."""

    label: Text
    synonyms: Words = Words()
    start: str = Field(pattern=r"^\d\d-\d\d$")
    end: str = Field(pattern=r"^\d\d-\d\d$")


class Domain(Part):
    """What `domain.yaml` says. `today`: a date, or `data` = the day after the last complete day of the data. `draft`: made from a
    database and not tuned by anybody yet; plain questions over it are read by its schema first."""

    name: str
    label: Text
    description: Text | None = None
    database: str | None = None
    builder: str | None = None
    today: date | Literal["data"] = "data"
    week_start: int = Field(default=0, ge=0, le=6)
    fiscal_year_start: int = Field(default=1, ge=1, le=12)
    currency: str = "¥"
    languages: tuple[str, ...] = ("zh", "en")
    entity: str
    default_role: str
    pii: Mapping[str, Mask] = Field(default_factory=dict)
    periods: tuple[NamedPeriod, ...] = ()
    first_day: date | None = None
    draft: bool = False
