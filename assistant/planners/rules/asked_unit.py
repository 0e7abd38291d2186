"""The unit that an answer is wanted in: 平均解决时长是多少小时, first response time in hours by region.

In: a `Reading` before its breakdowns are read. Out: the words for the unit are used up, so that they are no breakdown by the hour of the
day, and the answer says in what unit it is. Questions of anything that is no length of time are left alone. Never fails.
"""

import re

from assistant.planners.rules.reading import Reading
from semantic_layer.issues import Issue

_ASKED = re.compile(
    r"(?:多少|几)个?(?P<a>小时|天)(?!内)|[(,]\s?(?P<b>小时)(?=[),?]|$)"
    r"|(?:以|用|按|换算成|换成|换算为)(?P<c>小时|天)(?:来)?(?:计算|计|表示|为单位|做单位)|单位(?:是|为|用|:)?\s?(?P<d>小时|天)"
    r"|(?<![a-z])(?:in|as|measured in|expressed in|converted to) (?P<e>hours|days)(?! of| ?\d)(?![a-z])"
    r"|(?<![a-z])how many (?P<f>hours|days)(?![a-z])"
    r"|[(,]\s?(?P<g>hours|hrs)(?=\s?[),.?]|$)"
)


def read_asked_unit(r: Reading) -> None:
    """Takes the words that say in which unit a length of time is wanted."""
    found = _ASKED.search(r.text.text)
    own = _unit(r) if found is not None else None
    if found is None or own is None:
        return
    inside = [i for i, t in enumerate(r.tokens) if found.start() < t.end and t.start < found.end()]
    if any(r.tokens[i].senses for i in inside):
        return
    r.take(*(i for i in inside if not r.is_break(i)))
    asked = next(word for word in found.groups() if word is not None)
    r.issues.append(Issue("other-unit", "assumption", params={"asked": asked, "unit": own}))


def _unit(r: Reading) -> str | None:
    """The unit of the lengths of time that a question is about; None where it is about other numbers too."""
    told = {s.name for t in r.tokens if not (t.of("entity") or t.of("value")) for s in t.of("metric")}  # for complaints
    metrics = [r.world.model.metrics[name] for name in told]
    units = [m.unit for m in metrics if m.unit is not None and m.format == "minutes"]
    return getattr(units[0], r.lang) if units and len(units) == len(metrics) else None
