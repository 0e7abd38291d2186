"""Which numbers there are of a topic: 客服这块能查哪些指标, what can I ask about complaints, 触达和活动这块能看哪些.

In: a `Reading`. Out: the metrics of the rows that its words name, as a description; None where it asks for something else, or a word
names nothing. Never fails.
"""

import re

from assistant.language.text import Language
from assistant.language.values import fold
from assistant.planners.rules.reading import Reading
from assistant.qa import Description

ASKS = ("which", "exists", "list", "total", "count", "help", "how_much", "what_about")


def named_places(r: Reading) -> list[int]:
    return [i for i, t in enumerate(r.tokens) if t.senses]


def is_about_data(r: Reading) -> bool:
    return any(t.time or t.grain or t.comparator or t.comparison or t.number for t in r.tokens)


_CAN_ASK = r"(?:can i|could i|i can|can we|can you|may i) (?:ask|tell|answer|query|report)"
_ASKABLE = re.compile(
    rf"(?<![a-z])(?:what|which|whats|what's)(?![a-z]).*(?<![a-z]){_CAN_ASK}(?![a-z])"
    r"|(?:能|可以)(?:问|查|查询|回答)(?:哪些|什么|啥)|(?:哪些|什么|啥).*(?:能|可以)(?:问|查|查询|回答)"
)
_DATA = re.compile(
    r"(?<![a-z])(?:what|which) (?:kind of )?(?:data|info|information|numbers|figures) (?:do|is|are|can|have|exists?)(?![a-z])"
    r"|(?<![a-z])(?:what|which) (?:[a-z]+ ){0,3}(?:data|figures|numbers|stats|statistics|kpis|metrics|measures|reports?)(?: [a-z]+){0,4}"
    r" (?:can|could|do) (?:you|i|we) (?:show|give|tell|see|get|offer|have|report|pull|provide|track|look at)(?: me"
    r"| us)?(?: for| on| about)?\W*$"
    r"|(?:有|都有|包含|包括)(?:哪些|什么|啥)(?:方面的?|类型的?)?(?:数据|信息)"
)
"""what data do we have about tickets, 工单方面有哪些数据"""
HOW_MANY = re.compile(r"how (?:many|much)|多少|(?<!哪)几(?!个指标)")


def topic(r: Reading) -> Description | None:
    """有哪些工单方面的指标可以查, what can I ask about complaints: the metrics of the rows that a word names."""
    listed = any(not r.tokens[at].is_content for at in r.where("metric_word")) and any(t.has(*ASKS) for t in r.tokens)
    data = _DATA.search(r.text.text) is not None
    if not (listed or data or _ASKABLE.search(r.text.text)) or HOW_MANY.search(r.text.text) or is_about_data(r):
        return None
    told = {at: _told_of(r, at) for at, t in enumerate(r.tokens) if t.role == "unread" or t.of("value")}
    if any(r.tokens[at].role == "unread" and not tables for at, tables in told.items()):
        return None
    names = [at for at in named_places(r) if not told.get(at) and not (told and r.is_person(at))]
    if data and not names and not told:
        return Description("metrics")
    found = {at: _tables(r, at) or _facts(r, at) for at in names}
    tables = {t for at in names for t in _tables(r, at)} | {t for rows in told.values() for t in rows}
    tables = tables or {t for rows in found.values() for t in rows}
    if not tables or not all(rows or r.behaviours(at) for at, rows in found.items()):
        return None
    about = tuple(name for name in r.world.model.metrics if tables & set(r.world.tables_of(name)[:1]))
    return Description("metrics", about) if about else None


_FRAME = re.compile("(?:方面|相关|有关|这块|那块|这边|领域|域|类|数据)+的?$")


def _told_of(r: Reading, at: int) -> frozenset[str]:
    """客服这块能查哪些指标: the tables of the metrics whose name or description speaks of a word that names nothing itself."""
    word = _FRAME.sub("", r.tokens[at].text)
    if r.tokens[at].of("entity") or r.tokens[at].of("metric") or len(word) < (4 if word.isascii() else 2):
        return frozenset()
    lang: Language = "en" if word.isascii() else "zh"
    told = (
        name
        for name, m in r.world.model.metrics.items()
        if _speaks_of(fold(f"{m.label[lang]} {m.definition[lang] if m.definition else ''}"), word)
    )
    main = r.world.entity.table if r.world.entity is not None else ""
    facts = {d.table for s in r.tokens[at].of("value") if (d := r.world.model.dimensions[s.name]).table in r.world.fact_tables()}
    return frozenset(r.world.tables_of(name)[0] for name in told) or frozenset(facts - {main})


def _speaks_of(text: str, word: str) -> bool:
    return re.search(rf"(?<![a-z]){re.escape(word)}s?(?![a-z])" if word.isascii() else re.escape(word), text) is not None


def _tables(r: Reading, at: int) -> tuple[str, ...]:
    """The tables of the rows that a word names: tickets, complaints."""
    entities = tuple(r.world.model.entities[name].table for name in r.entities(at))
    measured = tuple(table for name in r.metrics(at) for table in r.world.tables_of(name)[:1])
    done = tuple(b.table for name in r.behaviours(at) if (b := r.world.behaviour(name)) is not None)
    main = r.world.entity.table if r.world.entity is not None else ""
    return entities or measured or tuple(t for t in done if t != main)  # I just joined the service team


def _facts(r: Reading, at: int) -> tuple[str, ...]:
    """The tables of what a word breaks down: 渠道这块, where no word names rows themselves."""
    facts = (r.world.model.dimensions[name].table for name in r.dimensions(at))
    return tuple(t for t in facts if t in r.world.fact_tables())
