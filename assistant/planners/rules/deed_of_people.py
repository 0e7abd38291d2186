"""上个月就诊的患者: what people did, where the word for it names things as well (a visit, an order).

In: a fresh `Reading`. Out: its tokens, such a word right before 的 and people being a deed only, so that those who did it are counted
and not the things. Never fails.
"""

from dataclasses import replace

from assistant.planners.rules.reading import Reading


def settle_deeds_of_people(r: Reading) -> None:
    """Takes the things away from those words."""
    for at in range(len(r.tokens) - 1):
        token, behind = r.tokens[at], at + 1
        while behind < len(r.tokens) and r.tokens[behind].text == "的":
            behind += 1
        tied = r.text.text[token.end :].startswith("的") and behind < len(r.tokens) and r.is_person(behind)
        if tied and token.of("behaviour") and token.of("entity") and not (token.of("metric") or token.of("value")):
            deed = replace(token, senses=token.of("behaviour"))
            r.tokens = (*r.tokens[:at], deed, *r.tokens[at + 1 :])
