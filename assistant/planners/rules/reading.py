"""The work table of one reading: a question as tokens, what has been read off them so far, and which tokens that used up.

In: a cover of the question. Out, after the passes: the parts of a draft, and the tokens that nothing used. A `Reading` belongs to
one call; passes fill it in order (`planner.PASSES`) and never take a token twice. Words that carry no condition are not tokens.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal

from assistant.language.dates import PeriodMention
from assistant.language.mentions import Cover, Piece
from assistant.language.text import Language, Normalised
from assistant.language.values import Scalar
from assistant.planners.rules.draft import Asked, Group, Head, NumberTest, Ranking, Talk, Test, ValueTest, VerbTest
from assistant.planners.rules.world import World
from assistant.qa import ChartKind
from semantic_layer.issues import Issue
from semantic_layer.query import Compare, Grain, Period

_SOFT = """
and with by by_after which who list count how_much how_is total each_other also what_about within among only filler
particle exists export_to per_group trend either add help people same total but both then deed_first then_after_first
after_deed before_deed
"""
SOFT = frozenset(_SOFT.split())
"""Operators that carry no condition of their own: left over, they do no harm."""
_ORDERS = ("then", "deed_first", "then_after_first", "after_deed", "before_deed")
"""Words that tie two deeds in time and mean nothing of their own anywhere else."""
WEIGHTLESS = frozenset(("filler", "particle", "relative", "copula"))
"""Words that are no tokens: they tie a sentence together, and are looked at only where its order says something."""


@dataclass(slots=True)
class Reading:
    """One reading in the making; see the module's text."""

    text: Normalised
    lang: Language
    world: World
    today: date
    pieces: Cover
    tokens: tuple[Piece, ...] = ()
    used: set[int] = field(default_factory=set)
    head: Head | None = None
    entity: str | None = None
    asked: list[Asked] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    per: Group | None = None
    each: tuple[str, ...] = ()
    first_rows: str | None = None
    traits: list[str] = field(default_factory=list)
    timed: bool = False
    tests: list[Test] = field(default_factory=list)
    changed: list[NumberTest] = field(default_factory=list)
    columns: list[Asked] = field(default_factory=list)
    period: Period | None = None
    period_at: int | None = None
    period_used: bool = False
    period_unused: bool = False
    compare: Compare | None = None
    also_compared: Compare | None = None
    share: bool = False
    share_within: bool = False
    share_base_end: int | None = None
    share_parts: set[int] = field(default_factory=set)
    ranking: Ranking | None = None
    running: bool = False
    steps: list[str] = field(default_factory=list)
    within_days: int | None = None
    follows: Literal["aggregate", "records"] | None = None
    of_people: bool = False
    alike: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    base: Period | None = None
    talk: Talk = field(default_factory=Talk)
    when: str | None = None
    unit: Grain | None = None
    mention: PeriodMention | None = None
    dropped: list[tuple[str, ...]] = field(default_factory=list)
    apart: list[int] = field(default_factory=list)
    blocked: set[int] = field(default_factory=set)
    strict: set[int] = field(default_factory=set)
    counted: bool = False
    count_words: tuple[int, ...] = ()
    listed: bool = False
    trend: bool = False
    moved: bool = False
    chart: ChartKind | None = None
    export: bool = False
    issues: list[Issue] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tokens = tuple(piece for piece in map(_without_vague, self.pieces) if not is_filler(piece))

    # --- tokens ----------------------------------------------------------------------------------------------------------

    def free(self, at: int | None) -> bool:
        """Whether there is a token and nothing has used it."""
        return at is not None and 0 <= at < len(self.tokens) and at not in self.used

    def take(self, *at: int | None) -> None:
        """Marks tokens as used."""
        self.used.update(i for i in at if i is not None)

    def step(self, at: int, by: int) -> int | None:
        """The neighbour of a token, words that carry nothing passed over; None at the ends and at punctuation."""
        to = at + by
        while 0 <= to < len(self.tokens) and is_light(self.tokens[to]):
            to += by
        return to if 0 <= to < len(self.tokens) and self.tokens[to].role != "break" else None

    def beyond(self, at: int, by: int, *ops: str) -> int | None:
        """The neighbour, words with only these operators passed over."""
        to = self.step(at, by)
        while to is not None and self.is_only(to, *ops):
            to = self.step(to, by)
        return to

    def is_only(self, at: int, *ops: str) -> bool:
        """Whether a token is nothing but these operators."""
        token = self.tokens[at]
        return bool(token.ops) and not token.is_content and token.ops <= {*ops, *WEIGHTLESS, *_ORDERS}

    def where(self, *ops: str) -> list[int]:
        """Free tokens that may be one of these operators."""
        return [i for i, token in enumerate(self.tokens) if i not in self.used and token.has(*ops)]

    def take_near(self, at: int, *ops: str, reach: int = 1) -> int | None:
        """Uses up the nearest token with one of these operators within `reach`; its place, or None."""
        for distance in range(1, reach + 1):
            for to in (at - distance, at + distance):
                if self.free(to) and self.tokens[to].has(*ops) and not self.tokens[to].senses:
                    self.take(to)
                    return to
        return None

    def between(self, a: int, b: int) -> range:
        """The places strictly between two tokens."""
        return range(min(a, b) + 1, max(a, b))

    def is_break(self, at: int) -> bool:
        """Whether a token is punctuation."""
        return self.tokens[at].role == "break"

    # --- senses ----------------------------------------------------------------------------------------------------------

    def metrics(self, at: int | None) -> tuple[str, ...]:
        """The metrics that a free token may be."""
        return self._names(at, "metric")

    def dimensions(self, at: int | None) -> tuple[str, ...]:
        """The dimensions that a free token may be."""
        names = self._names(at, "dimension")
        token = self.tokens[at] if names and at is not None else None
        if token is not None and token.of("behaviour"):  # opened, 开了: when stores did is no breakdown of what people did
            names = tuple(name for name in names if not self.world.is_date(name))
        if token is None or not token.has("kind_noun"):
            return names
        return tuple(dict.fromkeys((*names, *self.world.ending_in(token.text))))  # campaigns by type: their type

    def behaviours(self, at: int | None) -> tuple[str, ...]:
        """The behaviours that a free token may be, those that it names without a noun first."""
        if at is None or not self.free(at):
            return ()
        senses = sorted(self.tokens[at].of("behaviour"), key=lambda sense: sense.stored)
        return tuple(dict.fromkeys(sense.name for sense in senses))

    def helps_only(self, at: int) -> bool:
        """Whether a token is a verb only together with a noun that says of what."""
        return all(sense.stored for sense in self.tokens[at].of("behaviour"))

    def helps(self, at: int, behaviour: str) -> bool:
        """Whether a token is a verb for a behaviour only together with its noun: opened … ticket."""
        return all(sense.stored for sense in self.tokens[at].of("behaviour") if sense.name == behaviour)

    def entities(self, at: int | None) -> tuple[str, ...]:
        """The entities that a free token may be."""
        return self._names(at, "entity")

    def _names(self, at: int | None, kind: str) -> tuple[str, ...]:
        if at is None or not self.free(at):
            return ()
        return tuple(dict.fromkeys(sense.name for sense in self.tokens[at].of(kind)))

    def value_options(self, at: int | None) -> tuple[tuple[str, Scalar], ...]:
        """The (dimension, value) pairs that a free token may be; simple segments count as the value that they mean."""
        if at is None or not self.free(at) or at in self.blocked:
            return ()
        token = self.tokens[at]
        found = [(s.name, s.value) for s in token.of("value") if s.value is not None]
        found += [
            self.world.attributes.segment_values[s.name]
            for s in token.of("segment")
            if s.name in self.world.attributes.segment_values
        ]
        return tuple(dict.fromkeys(found))

    def is_person(self, at: int | None) -> bool:
        """Whether a token names the domain's entity: customers, or a segment of them."""
        if at is None or not 0 <= at < len(self.tokens):
            return False
        token = self.tokens[at]
        main = self.world.model.domain.entity
        named = any((s.kind == "entity" and s.name == main) or s.kind == "segment" for s in token.senses)
        pointed = token.has("refer") and self.text.text[: token.start].rstrip().endswith("的")  # 提过工单的那批客户
        return named or ((pointed or bool(token.of("value"))) and self.world.ends_in_people(token.text))

    def window_metric(self, at: int | None) -> tuple[str, int | None] | None:
        """The metric and days of a free token that names an attribute of people which is a metric in a window."""
        for name in self.dimensions(at):
            found = self.world.attributes.window_of(name)
            if found is not None:
                return found
        return None

    def counts_people(self, at: int | None) -> bool:
        """Whether a token may be a number of people."""
        return any(self.world.counts_people(name) for name in self.metrics(at)) if at is not None else False

    def has_person(self) -> bool:
        """Whether the question speaks of the domain's entity at all."""
        count = self.world.counts.get(self.world.model.domain.entity)
        counted = any(s.name == count for t in self.tokens for s in t.of("metric"))
        listing = any(t.has("list") and not t.is_content for t in self.tokens)
        things = any(
            a.has("which") and b.of("dimension") for a, b in pairwise(self.tokens)
        )  # which region lost most? show them all
        split = any(t.has("by", "by_after", "per_group") and not t.is_content for t in self.tokens)
        things = things or (
            not self.of_people and (split or self.follows == "aggregate")
        )  # 分类型列一下: of whatever was counted
        counted = counted or (listing and not things and not any(t.of("metric") or t.of("entity") for t in self.tokens))
        return counted or any(self.is_person(i) or t.has("who", "people") or self.are_those(t) for i, t in enumerate(self.tokens))

    def are_those(self, token: Piece) -> bool:
        """打开过唤醒券的那批人: people that were just described."""
        if token.has("people") and self.text.text[: token.start].endswith(("那些", "这些")):
            return True
        those = token.has("refer") and not token.senses and token.text.endswith(("人", "客户", "会员", "用户"))
        return those and self.text.text[: token.start].endswith("的")

    def last_days(self, days: int) -> Period:
        """The complete days that end yesterday."""
        return Period(start=self.today - timedelta(days=days), end=self.today)

    def column_period(self, at: int) -> Period | None:
        """The period that stands right before a column of a list, else that of the question, or of the deed that is counted."""
        before = self.step(at, -1)
        token = self.tokens[before] if before is not None else None
        if token is not None and token.time is not None:
            return token.time.period
        return self.period or self.deed_period(at)

    def deed_period(self, at: int) -> Period | None:
        """近90天投诉满2次的客户，带投诉次数: when they did what the column counts."""
        counted = {s.name for s in self.tokens[at].of("metric")} if 0 <= at < len(self.tokens) else set()
        found = {
            test.period
            for test in self.tests
            if isinstance(test, VerbTest) and test.did and test.period is not None
            if counted & {m for name in test.behaviours if (m := self.world.count_of_deeds(name)) is not None}
        }
        return next(iter(found)) if len(found) == 1 else None

    # --- what is left ----------------------------------------------------------------------------------------------------

    def unread(self) -> tuple[Piece, ...]:
        """The tokens that carry meaning and were not used."""
        left = {test.at for test in self.changed} | (self.strict - self.used)
        return tuple(
            t for i, t in enumerate(self.tokens) if i in left or (i not in self.used and (not is_harmless(t) or self._dangles(i)))
        )

    def _dangles(self, at: int) -> bool:
        """Whether a word for a breakdown has nothing behind it: show me revenue per."""
        token = self.tokens[at]
        behind = at + 1
        asked = behind < len(self.tokens) and any(a.at == behind and a.names and a.firm for a in self.asked)
        if asked and token.has("by") and not token.has("filler", "per_group", "each_other") and self.head == "aggregate":
            return True  # by touch: no breakdown by what is itself counted
        if token.text == "per" and behind < len(self.tokens) and self.tokens[behind].has("by"):
            return True  # average sales per store by store type: per what is no breakdown
        if at and token.has("by_after") and token.text.startswith("level "):
            return True  # member level split: of what, if not of what stands before it
        while behind < len(self.tokens) and is_harmless(self.tokens[behind]) and not self.is_break(behind):
            if not (self.free(behind) or self.tokens[behind].has("refer")):
                break
            behind += 1  # by how we sent them: nothing that could be a breakdown
        stop = behind < len(self.tokens) and self.is_break(behind) and (self.tokens[behind].text != "," or behind > at + 1)
        last = behind == len(self.tokens) or stop
        return (
            last
            and token.has("by", "per_group")
            and token.text.isascii()
            and not token.has("filler", "each_other", "by_after", "distribution")
        )

    def tests_of_values(self) -> Iterable[ValueTest]:
        """The tests of values."""
        return (t for t in self.tests if isinstance(t, ValueTest))

    def has_verbs(self) -> bool:
        """Whether something that people did is a condition."""
        return any(isinstance(t, VerbTest) for t in self.tests)


_LIGHT = frozenset((*WEIGHTLESS, *_ORDERS, "filler", "particle", "within", "what_about", "also", "exists", "how_is", "refer"))


def is_light(piece: Piece) -> bool:
    """Whether a token is passed over when neighbours are looked for: in, of, its."""
    return not piece.is_content and bool(piece.ops & {"filler", "particle"}) and piece.ops <= _LIGHT


def _without_vague(piece: Piece) -> Piece:
    """中 between things is in, not the value of some tag; what began since Q3 started is Q3."""
    if piece.has("began"):
        return replace(piece, senses=())
    alone = len(piece.text) == 1 and piece.has("within") and len(piece.of("value")) == len(piece.senses) > 1
    return replace(piece, senses=()) if alone else piece


def is_filler(piece: Piece) -> bool:
    """Whether a piece is nothing but a word without meaning of its own."""
    return not piece.is_content and piece.role == "meaning" and bool(piece.ops) and piece.ops <= WEIGHTLESS


def is_helping_verb(piece: Piece) -> bool:
    """Whether a word is a verb only together with a noun (had a ticket), and means nothing without it."""
    only = all(s.kind == "behaviour" and s.stored for s in piece.senses)
    return bool(piece.senses) and only and "filler" in piece.ops and not (piece.time or piece.number or piece.comparison)


def is_harmless(piece: Piece) -> bool:
    """Whether a piece that nothing used takes nothing from the question."""
    if piece.role == "break":
        return True
    if piece.role == "unread" or (piece.is_content and not is_helping_verb(piece)) or OF_EACH_KIND.fullmatch(piece.text):
        return False
    ops = piece.ops - {"define", "vague"} if piece.has("how_is", "how_much") else piece.ops
    return "filler" in ops or ops <= SOFT


OF_EACH_KIND = re.compile("[每各]一?[种类]")
"""每种店里: by their kinds, whatever else is said of them."""


def says_kinds(piece: Piece) -> bool:
    """Whether a word asks for the kinds of what stands behind it: 各类, 每种, each type of."""
    return piece.has("kind_noun") or OF_EACH_KIND.fullmatch(piece.text) is not None


_FIRM = ("why", "neg", "except", "share", "define", "retention", "funnel", "running")


def loses(best: Cover, other: Cover) -> bool:
    """Whether another cover takes a word that means something apart into words that mean nothing: 为什么 into 为 and 什么."""
    for piece in best:
        if not (piece.is_content or piece.has(*_FIRM)) or is_harmless(piece):
            continue
        inside = [p for p in other if p.start < piece.end and piece.start < p.end]
        if all(is_harmless(p) for p in inside) or any(_says_less(p, piece) for p in inside) or _breaks_up(piece, inside):
            return True
    return False


def _breaks_up(whole: Piece, parts: Sequence[Piece]) -> bool:
    """Whether a name is cut into words that do not mean it: 线上 into 线 and 上, refund amount into what was done and a number of it."""
    meant = {(s.kind, s.name) for s in whole.senses}
    if not meant or any(s.kind not in ("value", "dimension", "metric") for s in whole.senses):
        return False
    within = all(whole.start <= p.start and p.end <= whole.end for p in parts)
    things = [p for p in parts if (p.of("entity") or p.of("value")) and p.start == whole.start and p.end == whole.end - 1]
    if whole.of("metric") and things and whole.text[-1] in "数量":
        return True  # 订单数超过500: so many of them, and no orders over ¥500; 新客数: how many, and not the sales of theirs
    before, last = parts[-2:] if len(parts) > 1 else (whole, whole)
    if whole.of("metric") and before.of("value") and is_filler(last):
        return True  # 客户的满意度: no 客户 who are 满意
    if whole.of("metric") and any(p.of("metric") or p.of("entity") for p in parts):
        return False  # 活动转化率: the conversion rate of campaigns; which products sold more than 100
    if any(p.has("neg") for p in parts) and any(p.of("behaviour") for p in parts):
        return False  # made no purchases in August: what they did not do then, though a tag has such a value
    return within and not any(meant & {(s.kind, s.name) for s in p.senses} for p in parts)


def _says_less(part: Piece, whole: Piece) -> bool:
    """Whether a name inside another one may be that and more: 秋日唤醒券 of every year inside 2026年秋日唤醒券."""
    mine, its = ({(s.name, s.value) for s in p.of("value")} for p in (part, whole))
    return bool(its) and its < mine
