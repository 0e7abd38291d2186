"""The parts of a plain question before they are bound to the model.

In and out: nothing but data. A noun keeps all that it may mean; `owner` is settled when the whole question is known.
"""

from dataclasses import dataclass, field
from typing import Literal

from assistant.language.values import Scalar
from semantic_layer.query import Period

Agg = Literal["avg", "sum", "max", "min"]


@dataclass(frozen=True, slots=True)
class Noun:
    """A name of the model in the question: what it may be, as whose value or number it is asked."""

    at: int
    entities: tuple[str, ...] = ()
    dimensions: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    agg: Agg | None = None
    counted: bool = False
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class Test:
    """A condition. `options`: (dimension, value) pairs that a word may mean; or a noun compared with numbers; or a period."""

    noun: Noun | None = None
    op: str = "="
    values: tuple[float | int | str | bool, ...] = ()
    options: tuple[tuple[str, Scalar], ...] = ()
    period: Period | None = None
    behaviours: tuple[str, ...] = ()
    negated: bool = False
    either: bool = False


@dataclass(frozen=True, slots=True)
class Rank:
    """What orders the answer, in which direction, how many are wanted. `noun` None: how many rows there are."""

    noun: Noun | None
    descending: bool
    limit: int | None


@dataclass(slots=True)
class Frame:
    """What a plain question asks for."""

    select: list[Noun] = field(default_factory=list)
    groups: list[Noun] = field(default_factory=list)
    subjects: list[Noun] = field(default_factory=list)
    mentioned: list[Noun] = field(default_factory=list)
    tests: list[Test] = field(default_factory=list)
    having: list[Test] = field(default_factory=list)
    rank: Rank | None = None
    verbs: list[str] = field(default_factory=list)
