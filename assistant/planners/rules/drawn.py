"""A message that asks for nothing but a picture of what was shown: as a chart, 画个图看看, can you plot that?

In: a `Reading` of a message. Out: yes or no; which kind of chart is then for the answer to choose. Never fails. A kind that is named (as a
pie) is read like any other word.
"""

import re

from assistant.planners.rules.reading import Reading

_DRAW = re.compile(
    r"(?:(?:and|now|then|ok|please|pls|just|also|can you|could you|can i|could i|i want|i need|i'd like|let me) )*"
    r"(?:(?:show|give|make|draw|do|put|turn|see|get|have)(?: me| us)? )?(?:(?:it|that|this|them|those|these) )?"
    r"(?:(?:as|in|into|on|with) )?(?:(?:a|an|the|some|one) )?"
    r"(?:(?:chart|plot|graph|draw|visuali[sz]e)(?: (?:it|that|this|them|those|these))"
    r"|charts?|graphs?|plots?|picture|visual(?:ly|i[sz]ation)?)"
    r"(?: (?:form|please|pls|instead|too|as well))*\W*"
    "|(?:请|帮我|给我|能不能|可以|能|那|再|麻烦|把它|把这个|最好|直接)*(?:用|以|做|画|出|来|上|给|配|换|转|生成|弄|看|要|有)?"
    r"(?:成)?[一个张幅]{0,2}(?:图表?|可视化)(?:的?形式|来)?(?:画|展示|表示|显示|呈现|看)?(?:一下|出来|看看|给我|吧|吗|呗|看|好吗|行吗)*\W*"
    r"|(?:请|帮我|能不能|可以|能|把它|把这个)*(?:画出来|画一下|画一画|画给我看看?)(?:吧|吗)?\W*"
)


def asks_to_draw(r: Reading) -> bool:
    """Whether what was shown is to be drawn, and nothing else."""
    return _DRAW.fullmatch(r.text.text.strip()) is not None
