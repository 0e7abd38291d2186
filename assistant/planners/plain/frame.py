"""The parts of a plain question before they are bound to the model.

In and out: nothing but data. A noun keeps all that it may mean; which of it is meant is settled when the whole question is known.
"""

from dataclasses import dataclass, field
from typing import Literal

from assistant.language.values import Scalar
from semantic_layer.query import Grain, Op, Period

Agg = Literal["avg", "sum", "max", "min"]


BEHIND = (
    *(
        "平均值",
        "均值",
        "总和",
        "之和",
        "合计",
        "最大值",
        "最小值",
        "数",
        "数量",
        "个数",
        "总数",
        "人数",
        "数目",
        "总数量",
        "总人数",
    ),
    *("次数", "笔数", "单数", "件数", "家数", "张数", "份数", "条数", "户数", "场数", "人次"),
)
"""Chinese words that say behind a noun how it is aggregated."""


def is_behind(text: str) -> bool:
    """Whether a word says behind a noun how it is aggregated: 数量, 的数量, 数量是多少."""
    return text.removeprefix("的").removesuffix("多少").removesuffix("是").removesuffix("有") in BEHIND


class Unreadable(Exception):
    """A word or a noun that has no place in a plain question."""


@dataclass(frozen=True, slots=True)
class Noun:
    """A name of the model in the question, and how it is asked for.

    `rows`: the tables whose rows it names; `dimensions`, `metrics`: what else it names. `owner`: the table that the question
    says it belongs to. `amount`: it asks for the largest sum where it ranks, not for the largest single value.
    """

    at: int
    rows: tuple[str, ...] = ()
    dimensions: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    agg: Agg | None = None
    counted: bool = False
    distinct: bool = False
    owner: str | None = None
    amount: bool = False
    numbered: bool = False
    context: bool = False
    text: str = ""

    @property
    def measured(self) -> bool:
        """Whether a number is asked for and not the thing itself."""
        return self.counted or self.agg is not None or bool(self.metrics and not self.dimensions and not self.rows)


@dataclass(frozen=True, slots=True)
class Test:
    """A condition. `options`: (dimension, value) pairs that a word may mean; or a noun compared with values; or a period."""

    noun: Noun | None = None
    op: Op = "="
    values: tuple[float | int | str | bool, ...] = ()
    options: tuple[tuple[str, Scalar], ...] = ()
    period: Period | None = None
    behaviours: tuple[str, ...] = ()
    negated: bool = False
    either: bool = False


@dataclass(frozen=True, slots=True)
class Rank:
    """What orders the answer, in which direction, how many are wanted. `noun` None: how many rows there are; `told`: of any kind,
    else of the kind that the verb names."""

    noun: Noun | None
    descending: bool
    limit: int | None
    told: bool = True


@dataclass(slots=True)
class Frame:
    """What a plain question asks for.

    `mentioned`: nouns of clauses; `lacking`: rows that must not be there; `each`: a breakdown by what is listed; `everything`: all
    attributes; `distinct`: each value once; `portion`: what part of the rows meets the condition is asked for; `money`: how much money is;
    `both`: was said; `coordinated`: something was asked for beside the subject; `asked_which`:
    it began with which.
    """

    select: list[Noun] = field(default_factory=list)
    groups: list[Noun] = field(default_factory=list)
    grains: list[Grain] = field(default_factory=list)
    subjects: list[Noun] = field(default_factory=list)
    mentioned: list[Noun] = field(default_factory=list)
    tests: list[Test] = field(default_factory=list)
    having: list[Test] = field(default_factory=list)
    lacking: list[Noun] = field(default_factory=list)
    rank: Rank | None = None
    each: bool = False
    everything: bool = False
    distinct: bool = False
    portion: bool = False
    money: bool = False
    both: bool = False
    coordinated: bool = False
    asked_which: bool = False
    verbs: list[str] = field(default_factory=list)
